"""Excel: texts beside the cells, filled with their rows: where links lead, comments, their boxes."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from kit.archives import Members, repacked, saved, unpacked
from kit.images import png
from kit.sheets import AT, book, filled, items, number, refused
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image

from generator.figures.model import Fault, Words
from generator.formats import proof
from generator.formats.compiled import Rendered
from generator.formats.places import places
from generator.formats.safety.policy import harmless
from generator.formats.xlsx.format import FORMAT
from generator.problems.place import Place
from generator.reading import opc

LOOP = {
    "A1": "表头", "A2": "{%tr for r in 行 %}", "A3": "{{ r.名 }}", "B3": "{{ r.数 }}",
    "A4": "{%tr endfor %}", "A5": "合计", "B5": "=SUM(B3:B3)",
}  # fmt: skip
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
RELATIONS = "xl/worksheets/_rels/sheet1.xml.rels"


def rows(count: int) -> dict[str, object]:
    return {
        "年": "2024",
        "行": items(*(
            {"名": Words(f"第{n}个 & <甲>", f"行[{n}].名", AT), "数": number(str(n * 1.5))}
            for n in range(1, count + 1)
        )),
    }  # fmt: skip


def proven(made: Rendered) -> Any:
    """The workbook, once it reads back: whole parts, links that lead out and are harmless."""
    reading = proof.read(
        FORMAT.open, made.data, proof.Expected(made.parts, made.marks, made.printed)
    )
    assert proof.prove(reading, {}) == []
    assert proof.damage(reading) == []
    assert reading.file is not None
    for name in filter(lambda one: "_rels/sheet" in one, reading.file.members):
        links = list(opc.read_relations(reading.file.members[name], opc.source_of(name)))
        assert len({link.number for link in links}) == len(links)
        assert all(harmless(link.target) for link in links if link.external)
    return load_workbook(io.BytesIO(made.data))


def linked(**targets: str) -> Workbook:
    template = book(表=LOOP)
    for where, target in targets.items():
        template["表"][where].hyperlink = target
    return template


@pytest.mark.parametrize("count", [0, 1, 3])
def test_every_copy_of_a_link_leads_to_its_own_place(count: int) -> None:
    template = linked(
        A3="https://example.cn/{{ r.名 }}?n={{ r.数 }}#节", A1="https://example.cn/{{ 年 }}",
        A5="mailto:a@example.cn",
    )  # fmt: skip
    template["表"]["A3"].hyperlink.tooltip = "看{{ r.名 }}"
    page = proven(filled(template, **rows(count)))["表"]
    assert page["A1"].hyperlink.target == "https://example.cn/2024"
    assert page.cell(count + 2, 1).hyperlink.target == "mailto:a@example.cn"
    for n in range(1, count + 1):
        link = page.cell(n + 1, 1).hyperlink
        assert link.target == (
            f"https://example.cn/%E7%AC%AC{n}%E4%B8%AA%20&%20%3C%E7%94%B2%3E?n={n * 1.5}#%E8%8A%82"
        )
        assert link.tooltip == f"看第{n}个 & <甲>"


def test_equal_targets_share_a_relation_and_no_tag_is_left() -> None:
    made = filled(linked(A3="https://example.cn/{{ 年 }}", B3="https://example.cn/a"), **rows(3))
    proven(made)
    links = made.parts[RELATIONS]
    assert links.count("https://example.cn/2024") == 1
    assert links.count("https://example.cn/a") == 1
    assert "{" not in links
    assert "%7B" not in links


def test_a_link_that_editors_encoded_is_read_as_typed() -> None:
    raw = repacked(
        saved(linked(A3="https://example.cn/{{ r.数 }}")),
        lambda held: held.update({
            RELATIONS: held[RELATIONS].replace(b"{{ r.", b"%7B%7B%20r.").replace(b" }}", b"%20%7D%7D")
        }),
    )  # fmt: skip
    assert proven(filled(raw, **rows(1)))["表"]["A2"].hyperlink.target == "https://example.cn/1.5"


@pytest.mark.parametrize("target", ["{{ r.名 }}", "file:///{{ r.名 }}", "javascript:{{ r.名 }}"])
def test_where_a_link_leads_must_be_harmless_before_the_tag(target: str) -> None:
    """As in Word: a value can say where on the web, and nothing else."""
    assert refused(linked(A3=target)) or "hyperlink" not in str(
        filled(linked(A3=target), **rows(1)).parts.get(RELATIONS, "")
    )


def test_links_of_several_rows() -> None:
    """That of a merged cell is one; of others nobody knows which row it speaks of."""
    template = book(
        表={**LOOP, "D3": "x", "D4": "y", "A4": None, "A6": None, "A7": "{%tr endfor %}"}
    )
    page: Any = template["表"]
    page["A5"], page["B5"] = None, None
    page.merge_cells("D3:D4")
    page["D3"].hyperlink = "https://example.cn/{{ r.数 }}"

    def over_both(held: dict[str, bytes]) -> None:
        name = "xl/worksheets/sheet1.xml"
        held[name] = re.sub(rb'(<hyperlink [^>]*ref=")D3"', rb'\1D3:D4"', held[name])

    done = proven(filled(repacked(saved(template), over_both), **rows(2)))["表"]
    links = [cell.hyperlink for row in done.iter_rows() for cell in row if cell.hyperlink]
    assert [(link.ref, link.target) for link in links] == [
        ("D2", "https://example.cn/1.5"), ("D6", "https://example.cn/3.0"),
    ]  # fmt: skip
    page.unmerge_cells("D3:D4")
    (problem,) = refused(repacked(saved(template), over_both))
    assert (problem.code, str(problem.at)[-2:]) == ("T263", "D3")


def test_a_link_on_a_row_of_tags_is_told() -> None:
    (problem,) = refused(linked(A2="https://example.cn/{{ 年 }}"))
    assert (problem.code, str(problem.at)[-2:]) == ("T263", "A2")


def test_what_cannot_be_printed_beside_a_cell_is_told_as_in_it() -> None:
    template = linked(A3="https://example.cn/{{ r.数 }}")
    template["表"]["B3"].comment = Comment("{{ r.数 }}", "某人")
    made = filled(template, 年="2024", 行=items({"名": "甲", "数": Fault("T104", ())}))
    faults = [mark for marks in made.marks.values() for mark in marks if mark.path[:1] == "!"]
    assert len(faults) == 3


@pytest.mark.parametrize("count", [0, 1, 3])
def test_every_copy_of_a_row_carries_its_comment(count: int) -> None:
    template = book(表=LOOP)
    page: Any = template["表"]
    page["A3"].comment = Comment("没有标签", "甲")
    page["B3"].comment = Comment("{{ r.名 }}得{{ r.数 }}\n第二行", "乙")
    page["B5"].comment = Comment("{{ 年 }}年", "乙")
    made = filled(template, **rows(count))
    done = proven(made)["表"]
    for n in range(1, count + 1):
        assert done.cell(n + 1, 1).comment.text == "没有标签"
        assert done.cell(n + 1, 2).comment.text == f"第{n}个 & <甲>得{n * 1.5}\n第二行"
        assert done.cell(n + 1, 2).comment.author == "乙"
    assert done.cell(count + 2, 2).comment.text == "2024年"
    boxes = next(text for name, text in made.parts.items() if name.endswith(".vml"))
    assert sorted(map(int, re.findall(r"Row>(\d+)<", boxes))) == sorted(
        [*range(1, count + 1), *range(1, count + 1), count + 1]
    )
    identifiers = re.findall(r'id="_x0000_s(\d+)"', boxes)
    assert len(set(identifiers)) == len(identifiers) == 2 * count + 1


def seen(made: Rendered) -> list[tuple[str, str, str]]:
    """What the record knows of comments: path, place and text."""
    reading = proof.read(FORMAT.open, made.data, proof.Expected(made.parts, made.marks))
    shown = [(one.path, Place.unpacked(one.at), one.text) for one in places(reading, ())]
    return [(path, str(at), text) for path, at, text in shown if at.part == "sheet note"]


def test_it_is_known_which_comment_shows_which_value() -> None:
    template = book(表=LOOP)
    page: Any = template["表"]
    page["B3"].comment = Comment("{{ r.名 }}得{{ r.数 }}", "乙")
    page["B5"].comment = Comment("无", "乙")
    assert seen(filled(template, **rows(2))) == [
        ("行[1].名", "工作表“表” 批注 B2", "第1个 & <甲>"), ("数.1.5", "工作表“表” 批注 B2", "1.5"),
        ("行[2].名", "工作表“表” 批注 B3", "第2个 & <甲>"), ("数.3.0", "工作表“表” 批注 B3", "3.0"),
    ]  # fmt: skip
    assert seen(filled(threaded(), **rows(1))) == [
        ("行[1].名", "工作表“表” 批注 B2", "第1个 & <甲>")
    ]  # fmt: skip


def test_a_comment_must_show_the_value_that_it_says() -> None:
    template = book(表=LOOP)
    template["表"]["A5"].comment = Comment("共{{ 年 }}", "乙")
    made = filled(template, **{**rows(1), "年": number("3.00")})
    reading = proof.read(FORMAT.open, made.data, proof.Expected(made.parts, made.marks))
    assert proof.prove(reading, {"数.3.00": number("3.00")}) == []
    (fault,) = proof.prove(reading, {"数.3.00": number("4.00")})
    assert "应为“4.00”" in fault.text
    assert str(fault.place) == "工作表“表” 批注 A3"


def test_the_look_of_a_comment_stays() -> None:
    """Editors write the name in bold, and cut tags into runs where they like."""
    runs = "<r><rPr><b/></rPr><t>某人:</t></r><r><t>{{ r.</t></r><r><t>数 }}分</t></r>"
    template = book(表=LOOP)
    template["表"]["B3"].comment = Comment("换掉", "某人")

    def change(held: dict[str, bytes]) -> None:
        name = next(one for one in held if "comment" in one and one.endswith(".xml"))
        held[name] = re.sub(
            r"<text>.*?</text>", f"<text>{runs}</text>", held[name].decode()
        ).encode()

    made = filled(repacked(saved(template), change), **rows(2))
    comments = next(
        text for name, text in made.parts.items() if "/comment" in name and "vml" not in name
    )
    assert comments.count("<rPr><b/></rPr>") == 2
    assert [proven(made)["表"].cell(n, 2).comment.text for n in (2, 3)] == [
        "某人:1.5分",
        "某人:3.0分",
    ]


def test_a_sheet_of_nothing_but_comments_and_links() -> None:
    template = book(表={"A1": "x"}, 二={"A1": "y"})
    template["表"]["A1"].comment = Comment("{{ 年 }}", "某人")
    template["二"]["C9"].hyperlink = "https://example.cn/{{ 年 }}"
    template["二"]["B2"].comment = Comment("固定", "某人")
    done = proven(filled(template, 年="2024"))
    assert done["表"]["A1"].comment.text == "2024"
    assert done["二"]["C9"].hyperlink.target == "https://example.cn/2024"
    assert done["二"]["B2"].comment.text == "固定"


THREADS = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
FIRST, ANSWER = "{11111111-0000-0000-0000-000000000001}", "{11111111-0000-0000-0000-000000000002}"


def threaded() -> bytes:
    """A thread of two on a row of a loop, as Excel keeps it: with a comment for older programs."""
    template = book(表=LOOP)
    template["表"]["B3"].comment = Comment("[会话] {{ r.数 }}", f"tc={FIRST}")
    template["表"]["B5"].comment = Comment("合计", "某人")

    def change(held: dict[str, bytes]) -> None:
        name = next(one for one in held if "comment" in one and one.endswith(".xml"))
        held[name] = held[name].replace(b'ref="B3"', f'ref="B3" xr:uid="{FIRST}"'.encode()).replace(
            b"<comments ", b'<comments xmlns:xr="http://schemas.microsoft.com/office/spreadsheetml/2014/revision" '
        )  # fmt: skip
        held["xl/threadedComments/threadedComment1.xml"] = (
            f'<ThreadedComments xmlns="{THREADS}"><threadedComment ref="B3" dT="2024-01-01T00:00:00" '
            f'personId="{{A}}" id="{FIRST}"><text>{{{{ r.名 }}}}对吗</text></threadedComment>'
            f'<threadedComment ref="B3" dT="2024-01-02T00:00:00" personId="{{A}}" id="{ANSWER}" '
            f'parentId="{FIRST}"><text>对</text></threadedComment></ThreadedComments>'
        ).encode()
        kind = "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"
        link = f'<Relationship Id="rIdT" Type="{kind}" Target="../threadedComments/threadedComment1.xml"/>'
        held[RELATIONS] = held[RELATIONS].replace(
            b"</Relationships>", f"{link}</Relationships>".encode()
        )
        entry = ('<Override PartName="/xl/threadedComments/threadedComment1.xml" ContentType='
                 '"application/vnd.ms-excel.threadedcomments+xml"/>')  # fmt: skip
        types = "[Content_Types].xml"
        held[types] = held[types].replace(b"</Types>", f"{entry}</Types>".encode())

    return repacked(saved(template), change)


def test_threads_are_copied_with_identifiers_of_their_own() -> None:
    made = filled(threaded(), **rows(3))
    proven(made)
    threads = made.parts["xl/threadedComments/threadedComment1.xml"]
    found = re.findall(
        r'ref="(B\d)"[^>]* id="([^"]*)"(?: parentId="([^"]*)")?><text>([^<]*)<', threads
    )
    assert [(where, text) for where, _, _, text in found] == [
        *((f"B{n + 1}", f"第{n}个 &amp; &lt;甲&gt;对吗") for n in (1, 2, 3)),
        *((f"B{n + 1}", "对") for n in (1, 2, 3)),
    ]
    firsts, answers = found[:3], found[3:]
    assert len({number for _, number, _, _ in found}) == 6
    assert [parent for *_, parent, _ in answers] == [number for _, number, *_ in firsts]
    assert firsts[0][1] == FIRST
    comments = next(
        text for name, text in made.parts.items() if "/comment" in name and "vml" not in name
    )
    authors = re.findall("<author>([^<]*)</author>", comments)
    assert sorted(authors) == sorted([*(f"tc={number}" for _, number, *_ in firsts), "某人"])
    for where, guid, *_ in firsts:
        (author,) = re.findall(
            f'ref="{where}" xr:uid="{re.escape(guid)}" authorId="(\\d)"', comments
        )
        assert authors[int(author)] == f"tc={guid}"
    (author,) = re.findall('ref="B5" authorId="(\\d)"', comments)
    assert authors[int(author)] == "某人"
    assert (
        filled(threaded(), **rows(0))
        .parts["xl/threadedComments/threadedComment1.xml"]
        .count("<text")
        == 0
    )


def test_boxes_beyond_a_block_of_numbers_announce_the_next() -> None:
    template = book(表=LOOP)
    template["表"]["B3"].comment = Comment("看", "某人")
    made = filled(template, **rows(1100))
    boxes = next(text for name, text in made.parts.items() if name.endswith(".vml"))
    assert re.findall(r'data="([^"]*)"', boxes) == ["1,2"]
    assert len(set(re.findall(r'id="(_x0000_s\d+)"', boxes))) == 1100


# Links of pictures


def pictured(target: str, *, outside: bool = False) -> bytes:
    """The list with a picture below that is a link."""
    template = book(**{"表": LOOP, "a b%": LOOP})
    template["表"].add_image(Image(io.BytesIO(png())), "D7")
    mode = ' TargetMode="External"' * outside
    link = f'<Relationship Id="rIdL" Type="{KIND}" Target="{target}"{mode}/></Relationships>'

    def change(members: Members) -> None:
        rels = "xl/drawings/_rels/drawing1.xml.rels"
        members[rels] = members[rels].replace(b"</Relationships>", link.encode())

    return repacked(saved(template), change)


@pytest.mark.parametrize(
    ("target", "moved"),
    [
        ("#表!B5", "#表!B6"), ("#'表'!$B$3", "#'表'!$B$2:$B$5"), ("#A1", "#A1"), ("#总", "#总"),
        ("#'a%20b%25'!B5", "#'a%20b%25'!B6"), ("#%E8%A1%A8!B5", "#表!B6"),
        ("https://example.cn/#B5", "https://example.cn/#B5"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("outside", [False, True])
def test_links_of_pictures_lead_to_where_their_cells_went(
    target: str, moved: str, outside: bool
) -> None:
    if target.startswith("https") and not outside:
        return
    made = filled(pictured(target, outside=outside), **rows(4))
    proven(made)
    held = unpacked(made.data)["xl/drawings/_rels/drawing1.xml.rels"].decode()
    assert f'Target="{moved}"' in held


@pytest.mark.parametrize(
    ("target", "outside", "code"),
    [
        ("#表!B4", False, "T266"),
        ("https://example.cn/%7B%7B%20年%20%7D%7D", True, "T263"),
        ("https://example.cn/{{ 年 }}", True, "T263"),
    ],
)
def test_links_of_pictures_that_would_mislead(target: str, outside: bool, code: str) -> None:
    (problem,) = refused(pictured(target, outside=outside))
    assert (problem.code, str(problem.at.place)) == (code, "工作表“表”")
