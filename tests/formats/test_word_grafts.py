"""Notes, comments, links, charts and properties of a Word template: filled where they are named.

In loops and in annexes that are there once per project each copy is one of its own, with the
values of its pass and an identifier that nothing else has.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from kit.archives import Members, repacked, unpacked
from kit.images import png
from kit.word import (
    FILE,
    PROPERTIES,
    REFERENCES,
    element,
    found,
    items,
    notes,
    opened,
    paragraphs,
    problems_of,
    render,
    shape,
    tables,
    template,
    with_part,
    words,
)
from lxml import etree

from generator.figures.model import Names
from generator.formats.compiled import Rendered
from generator.formats.docx.compile.compiler import compile_docx
from generator.formats.docx.render import render_docx
from generator.formats.format import Source
from generator.formats.pictures import PICTURES, Pictures
from generator.problems import Problems

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
FOR, END = "{%p for r in 项 %}", "{%p endfor %}"


def noted(kind: str, *texts: str) -> Callable[[Any], None]:
    """Paragraphs of which the one with ``*`` names note 1."""

    def build(document: Any) -> None:
        for text in texts:
            paragraph = document.add_paragraph(text.replace("*", ""))._p
            if "*" in text:
                paragraph.append(element(REFERENCES[kind]))
                if kind == "comments":
                    paragraph.insert(0, element('<w:commentRangeStart w:id="1"/>'))
                    paragraph.append(element('<w:commentRangeEnd w:id="1"/>'))

    return build


def read(done: Rendered, name: str) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(done.data)) as archive:
        return etree.fromstring(archive.read(name))


def ids(root: Any, name: str) -> list[str]:
    return [str(e.get(f"{{{W}}}id")) for e in root.iter(f"{{{W}}}{name}")]


def texts_by_id(done: Rendered, kind: str) -> dict[str, str]:
    root = read(done, f"word/{kind}.xml")
    return {str(n.get(f"{{{W}}}id")): "".join(map(str, n.itertext())) for n in root}


@pytest.mark.parametrize("kind", REFERENCES)
@pytest.mark.parametrize("count", [0, 1, 2, 7])
def test_a_note_in_a_loop_is_another_one_in_each_pass(kind: str, count: int) -> None:
    raw = template(noted(kind, "前", FOR, "{{ r.名称 }}*", END))
    raw = repacked(raw, notes(kind, "见{{ r.名称 }}的附表{{ 单位 }}"))
    done = render(raw, 项=items(*"甲乙丙丁戊己庚"[:count]), 单位=words("某局"))
    body = read(done, "word/document.xml")
    named = ids(body, f"{kind[:-1]}Reference")
    assert len(set(named)) == len(named) == count
    held = texts_by_id(done, kind)
    assert [held[n] for n in named] == [f"见{c}的附表某局" for c in "甲乙丙丁戊己庚"[:count]]
    assert len(held) == count
    if kind == "comments":
        assert ids(body, "commentRangeStart") == ids(body, "commentRangeEnd") == named
    part = f"word/{kind}.xml"
    shown = [done.parts[part][m.start : m.end] for m in done.marks[part]]
    assert shown == [text for c in "甲乙丙丁戊己庚"[:count] for text in (c, "某局")]


@pytest.mark.parametrize("kind", REFERENCES)
def test_a_picture_in_a_note_belongs_to_its_note(kind: str, tmp_path: Path) -> None:
    (tmp_path / "走访.png").write_bytes(png())
    raw = template(noted(kind, FOR, "{{ r.名称 }}*", END))
    raw = repacked(raw, notes(kind, "见{{ 图片('走访.png') }}"))
    done = render(raw, 项=items("甲", "乙"), **{PICTURES: Pictures([tmp_path], "images")})
    part = read(done, f"word/{kind}.xml")
    numbers = [str(e.get("id")) for e in part.iter("{*}docPr")]
    assert len(set(numbers)) == 2
    assert all(map(str.isdecimal, numbers))
    links = {e.get("Id"): e.get("Target") for e in read(done, f"word/_rels/{kind}.xml.rels")}
    shown = [f"word/{links[e.get(f'{{{R}}}embed')]}" for e in part.iter("{*}blip")]
    assert [unpacked(done.data)[name] for name in shown] == [png()] * 2


def test_notes_without_loops_and_tags_stay_as_they_are() -> None:
    raw = repacked(template(noted("footnotes", "甲{{ 单位 }}*")), notes("footnotes", "注"))
    done = render(raw, 单位=words("某局"))
    assert "word/footnotes.xml" not in done.parts
    assert texts_by_id(done, "footnotes") == {"1": "注"}


def test_a_note_under_a_condition_goes_with_it() -> None:
    raw = template(noted("footnotes", "{%p if 密级 == '有' %}", "甲*", "{%p endif %}", "乙"))
    raw = repacked(raw, notes("footnotes", "{{ 密级 }}"))
    assert texts_by_id(render(raw, 密级=words("有")), "footnotes") == {"1": "有"}
    assert texts_by_id(render(raw, 密级=words("无")), "footnotes") == {}


def test_notes_of_annexes_see_their_project() -> None:
    annex = repacked(
        template(noted("footnotes", "{{ 附件号 }}", "{{ 本项目.名称 }}*")),
        notes("footnotes", "{{ 本项目.名称 }}的注"),
    )
    report = repacked(
        template(noted("footnotes", "报告*", "{{ 单位 }}")), notes("footnotes", "报告的注")
    )
    labels = Names({"附录": words("附件")})
    done = render(
        report, [Source("附录", annex, "附件.docx", each=True)],
        项目=items("子", "丑", "寅"), 附件号表=labels, 单位=words("某局"),
    )  # fmt: skip
    held = texts_by_id(done, "footnotes")
    named = ids(read(done, "word/document.xml"), "footnoteReference")
    assert [held[n] for n in named] == ["报告的注", "子的注", "丑的注", "寅的注"]


def test_a_tag_in_a_note_is_judged_at_its_own_place() -> None:
    raw = repacked(template(noted("footnotes", "甲*")), notes("footnotes", "{{ 单位"))
    assert [(p.code, str(p.at.place)) for p in found(raw)] == [("T202", "脚注1 第1段")]
    crossed = repacked(
        template(noted("footnotes", "甲{% for r in 项 %}*")), notes("footnotes", "{% endfor %}")
    )
    assert {p.code for p in found(crossed)} == {"T208"}


# --- links ----------------------------------------------------------------------------------


def linked(target: str, *texts: str) -> bytes:
    def build(document: Any) -> None:
        for text in texts:
            paragraph = document.add_paragraph("" if "*" in text else text)._p
            if "*" in text:
                run = f"<w:r><w:t>{text.replace('*', '')}</w:t></w:r>"
                paragraph.append(element(f'<w:hyperlink r:id="rIdL">{run}</w:hyperlink>'))

    def change(members: Members) -> None:
        links = members["word/_rels/document.xml.rels"].decode()
        link = f'<Relationship Id="rIdL" Type="{R}/hyperlink" Target="{target}"'
        link += ' TargetMode="External"/></Relationships>'
        members["word/_rels/document.xml.rels"] = links.replace("</Relationships>", link).encode()

    return repacked(template(build), change)


def targets(done: Rendered) -> list[str]:
    links = read(done, "word/_rels/document.xml.rels")
    by_id = {link.get("Id"): str(link.get("Target")) for link in links}
    body = read(done, "word/document.xml")
    return [by_id[str(e.get(f"{{{R}}}id"))] for e in body.iter(f"{{{W}}}hyperlink")]


@pytest.mark.parametrize(
    "target",
    ["https://x.cn/{{ r.名称 }}?a=1", "https://x.cn/%7B%7B%20r.%E5%90%8D%E7%A7%B0%20%7D%7D?a=1"],
)
def test_tags_in_the_target_of_a_link_are_filled(target: str) -> None:
    done = render(linked(target, FOR, "{{ r.名称 }}*", END), 项=items("a b", "乙&丙", "a b"))
    assert targets(done) == [
        "https://x.cn/a%20b?a=1", "https://x.cn/%E4%B9%99&%E4%B8%99?a=1", "https://x.cn/a%20b?a=1",
    ]  # fmt: skip
    assert "{{" not in str(etree.tostring(read(done, "word/_rels/document.xml.rels")))


def test_a_link_that_a_value_would_lead_elsewhere_is_refused() -> None:
    assert [p.code for p in found(linked("{{ 网址 }}", "见*"))] == ["T222"]


# --- properties, controls, what is left -----------------------------------------------------


def test_custom_properties_are_filled() -> None:
    xml = (
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"'
        ' xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
        '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="密级">'
        "<vt:lpwstr>{{ 密级 }}</vt:lpwstr></property></Properties>"
    )
    kind = "application/vnd.openxmlformats-officedocument.custom-properties+xml"

    def change(members: Members) -> None:
        with_part("docProps/custom.xml", "x", kind, xml)(members)
        body = members["word/_rels/document.xml.rels"].decode()
        body = re.sub(r'<Relationship Id="rIdT"[^>]*/>', "", body)
        members["word/_rels/document.xml.rels"] = body.encode()
        link = (
            f'<Relationship Id="rIdC" Type="{R}/custom-properties" Target="docProps/custom.xml"/>'
        )
        whole = members["_rels/.rels"].decode()
        members["_rels/.rels"] = whole.replace(
            "</Relationships>", link + "</Relationships>"
        ).encode()

    done = render(repacked(paragraphs("{{ 密级 }}"), change), 密级=words("内部 & 保密"))
    assert "".join(map(str, read(done, "docProps/custom.xml").itertext())) == "内部 & 保密"


def test_content_controls_in_loops_have_no_number_twice_and_no_data_behind_them() -> None:
    def build(document: Any) -> None:
        document.add_paragraph(FOR)
        bound = '<w:dataBinding w:xpath="/x" w:storeItemID="{0}"/><w:showingPlcHdr/>'
        content = "<w:sdtContent><w:r><w:t>{{ r.名称 }}</w:t></w:r></w:sdtContent>"
        control = f'<w:sdt><w:sdtPr><w:id w:val="5"/>{bound}</w:sdtPr>{content}</w:sdt>'
        document.add_paragraph("名称：")._p.append(element(control))
        document.add_paragraph(END)

    done = render(template(build), 项=items("甲", "乙"))
    assert shape(done) == ["名称：甲", "名称：乙"]
    body = read(done, "word/document.xml")
    for name in ("id", "dataBinding", "showingPlcHdr"):
        assert not list(body.iter(f"{{{W}}}{name}"))


def test_tags_where_nothing_is_filled_are_told_of() -> None:
    xml = "<a><b>{{ 单位 }}</b></a>"
    raw = repacked(
        paragraphs("甲"),
        with_part("word/webSettings2.xml", "webSettings", f"{WORD}.webSettings+xml", xml),
    )
    assert [(p.code, p.message[:23]) for p in found(raw)] == [("T237", "word/webSettings2.xml 里")]


def test_tags_in_descriptions_see_the_loop_around_them() -> None:
    def build(document: Any) -> None:
        document.add_paragraph(FOR)
        drawn = '<w:drawing><wp:inline><wp:extent cx="1" cy="1"/>'
        drawn += '<wp:docPr id="1" name="图" descr="{{ r.名称 }}"/></wp:inline></w:drawing>'
        document.add_paragraph()._p.append(element(f"<w:r>{drawn}</w:r>"))
        document.add_paragraph(END)

    raw = template(build)
    assert [p.code for p in found(raw)] == []
    shown = re.findall(
        r'descr="([^"]*)"', render(raw, 项=items("甲", "乙")).parts["word/document.xml"]
    )
    assert shown == ["甲", "乙"]


# --- cells ----------------------------------------------------------------------------------


@pytest.mark.parametrize("bare", [True, False])
@pytest.mark.parametrize(
    ("tag", "expected"),
    [("{% cellbg '00FF00' %}", "shd"), ("{% colspan 2 %}", "gridSpan")],
)
def test_cell_tags_work_in_cells_without_properties(tag: str, expected: str, bare: bool) -> None:
    def build(document: Any) -> None:
        table = document.add_table(1, 2)
        cell = table.cell(0, 0)._tc
        table.cell(0, 0).text = f"{tag}甲"
        cell.remove(cell.tcPr)
        if not bare:
            cell.insert(0, element("<w:tcPr/>"))

    done = render(template(build))
    (cell, *_) = opened(done).element.body.iter(f"{{{W}}}tc")
    assert [etree.QName(child).localname for child in cell] == ["tcPr", "p"]
    assert expected in [etree.QName(child).localname for child in cell[0]]


def test_vm_and_hm_work_in_cells_without_properties() -> None:
    for tag in ("vm", "hm"):
        raw = tables(["{%tr for r in 项 %}"], [f"{{% {tag} %}}甲"], ["{%tr endfor %}"])
        if tag == "hm":
            raw = tables(["{%tc for r in 项 %}", "{% hm %}甲", "{%tc endfor %}"])

        def change(members: Members) -> None:
            body = members["word/document.xml"].decode()
            members["word/document.xml"] = re.sub(r"<w:tcPr>.*?</w:tcPr>", "", body).encode()

        done = render(repacked(raw, change), 项=items("甲", "乙"))
        xml = done.parts["word/document.xml"]
        assert ('<w:vMerge w:val="restart"/>' in xml) is (tag == "vm")
        assert ('<w:gridSpan w:val="2"/>' in xml) is (tag == "hm")


# --- lists ----------------------------------------------------------------------------------


def numbering(done: Rendered) -> str:
    """Each paragraph's own list, the first one met a, the next b …; ``-`` for its style's."""
    names: dict[str, str] = {}
    out = ""
    for paragraph in opened(done).element.body.iter(f"{{{W}}}p"):
        found = paragraph.find(f".//{{{W}}}numId")
        number = "" if found is None else found.get(f"{{{W}}}val")
        out += names.setdefault(number, chr(ord("a") + len(names))) if number else "-"
    return out


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([FOR, "#一", "#二", END], "aabbcc"),
        (["前", FOR, "{{ r.名称 }}", "#一", "#二", END, "后"], "--aa-bb-cc-"),
        ([FOR, "#{{ r.名称 }}", END], "---"),
        ([FOR, "#{{ r.名称 }}", "说明", END], "------"),
        (["#零", FOR, "#一", "#二", END], "-------"),
        ([FOR, "{{ r.名称 }}", "{%p for s in 项 %}", "#{{ s.名称 }}", END, END], "-aaa-bbb-ccc"),
        ([FOR, "#{{ r.名称 }}", "{%p for s in 项 %}", "##{{ s.名称 }}", END, END], "-aaa-aaa-aaa"),
        ([FOR, "#{{ r.名称 }}", "##一", "##二", END], "-aa-aa-aa"),
        ([FOR, "#{%p if r.名称 %}", "#一", "#{%p else %}", "#二", "{%p endif %}", END], "---"),
        ([FOR, "#一", "{%p if r.名称 %}", "#二", "{%p endif %}", END], "aabbcc"),
    ],
)
def test_a_list_restarts_with_the_pass_it_begins_in(texts: list[str], expected: str) -> None:
    def build(document: Any) -> None:
        for text in texts:
            style = "List Number" if text.startswith("#") else None
            made = document.add_paragraph(text.lstrip("#"), style=style)
            if text.startswith("##"):
                number = made.style.element.find(f".//{{{W}}}numId").get(f"{{{W}}}val")
                said = f'<w:numPr><w:ilvl w:val="1"/><w:numId w:val="{number}"/></w:numPr>'
                made._p.get_or_add_pPr().append(element(said))

    done = render(template(build), 项=items("甲", "乙", "丙"))
    assert numbering(done).replace("z", "-") == expected
    known = {n.get(f"{{{W}}}numId") for n in read(done, "word/numbering.xml").iter(f"{{{W}}}num")}
    used = re.findall(r'<w:numId w:val="(\d+)"/>', done.parts["word/document.xml"])
    assert set(used) <= known


def test_lists_of_loops_in_annexes_restart_in_each_copy() -> None:
    def build(document: Any) -> None:
        for text in ("{{ 附件号 }}", "{%p for r in 本项目.指标 %}", "#一", "#二", END):
            style = "List Number" if text.startswith("#") else None
            document.add_paragraph(text.removeprefix("#"), style=style)

    labels = Names({"附录": words("附件")})
    projects = [Names(指标=items("甲", "乙")), Names(指标=items("丙"))]
    done = render(
        paragraphs("报告"), [Source("附录", template(build), "附件.docx", each=True)],
        项目=projects, 附件号表=labels,
    )  # fmt: skip
    assert numbering(done) == "--aabb--cc-"


# --- fields ---------------------------------------------------------------------------------


def simple_field(code: str, shown: str) -> Any:
    return element(f'<w:fldSimple w:instr="{code}"><w:r><w:t>{shown}</w:t></w:r></w:fldSimple>')


def captioned(code: str) -> bytes:
    def build(document: Any) -> None:
        for text in ("图", FOR, "图", "同图", END, "表", "图"):
            document.add_paragraph(text)
        for number, said in (
            (0, "SEQ 图"),
            (2, code),
            (3, "SEQ 图 \\c"),
            (5, "SEQ 表"),
            (6, "SEQ 图"),
        ):
            document.paragraphs[number]._p.append(simple_field(said, "9"))

    return template(build)


@pytest.mark.parametrize(
    ("code", "numbers", "last"),
    [
        ("SEQ 图 \\* ARABIC", "234", "5"),
        (" SEQ &quot;图&quot; \\n ", "234", "5"),
        ("SEQ 图 \\r 7 \\* MERGEFORMAT", "777", "8"),
    ],
)
def test_captions_count_on_in_loops(code: str, numbers: str, last: str) -> None:
    done = render(captioned(code), 项=items("甲", "乙", "丙"))
    each = [line for n in numbers for line in (f"图{n}", f"同图{n}")]
    assert shape(done) == ["图1", *each, "表1", f"图{last}"]


def test_captions_of_other_ways_to_count_are_marked() -> None:
    raw = captioned("SEQ 图 \\* ARABIC \\s 1")
    assert problems_of(raw) == [("T246", "正文 第3段")]
    problems = Problems()
    made = compile_docx(raw, FILE, (), problems)
    assert made is not None
    xml = render_docx(made, {"项": items("甲")}, PROPERTIES).parts["word/document.xml"]
    assert re.findall(r'<w:fldSimple [^>]*w:dirty="true"', xml) == re.findall(
        r"<w:fldSimple [^>]*s 1[^>]*", xml
    )


@pytest.mark.parametrize(
    ("code", "codes"),
    [
        ("=SUM(ABOVE)", ["T245"]),
        ("= B1 + B2", ["T245"]),
        ("= 1 + 2", []),
        ("PAGE", []),
        ("REF 处", ["T245"]),
    ],
)
def test_sums_of_tables_are_refused(code: str, codes: list[str]) -> None:
    def build(document: Any) -> None:
        document.add_paragraph()._p.append(simple_field("= { PAGE } - 1", "1"))
        made = document.add_table(1, 1)
        made.cell(0, 0).paragraphs[0]._p.append(simple_field(code, "0"))

    assert problems_of(template(build)) == [(one, "正文 表1 第1行 第1格") for one in codes]


@pytest.mark.parametrize("first", [-1, 0])
def test_notes_as_editors_keep_them(first: int) -> None:
    """The lines between text and notes are notes that the settings name, by themselves."""
    lines = "".join(
        f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:r><w:{kind}/></w:r></w:p></w:footnote>'
        for number, kind in enumerate(("separator", "continuationSeparator"), first)
    )
    named = (
        f'<w:footnotePr><w:footnote w:id="{first}"/><w:footnote w:id="{first + 1}"/></w:footnotePr>'
    )

    def build(document: Any) -> None:
        for text in ("{%p for r in 行 %}", "{{ r.名称 }}", "{%p endfor %}"):
            document.add_paragraph(text)
        document.paragraphs[1]._p.append(element('<w:r><w:footnoteReference w:id="5"/></w:r>'))

    def kept(members: Members) -> None:
        notes("footnotes", "注{{ r.名称 }}", first=5)(members)
        xml = members["word/footnotes.xml"].decode()
        members["word/footnotes.xml"] = xml.replace(
            "<w:footnote ", lines + "<w:footnote ", 1
        ).encode()
        settings = members["word/settings.xml"].decode()
        members["word/settings.xml"] = settings.replace(
            "<w:compat>", named + "<w:compat>", 1
        ).encode()

    raw = repacked(template(build), kept)
    made = render(raw, 行=items("甲", "乙"))
    parts = {n: d.decode() for n, d in unpacked(made.data).items() if n.startswith("word/")}
    numbers = re.findall(r'<w:footnote [^>]*w:id="(-?\d+)"', parts["word/footnotes.xml"])
    assert numbers[:2] == [str(first), str(first + 1)]
    assert len(set(numbers)) == 4
    assert named in parts["word/settings.xml"]
    lost = repacked(
        raw,
        lambda m: m.update(
            {
                "word/settings.xml": m["word/settings.xml"].replace(
                    f'w:footnote w:id="{first}"'.encode(), b'w:footnote w:id="9"'
                )
            }
        ),
    )
    assert [code for code, _ in problems_of(lost)] == ["T233"]
