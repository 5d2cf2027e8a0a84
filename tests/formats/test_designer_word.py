"""What designers do to a Word template in an office suite: right, or one message that leads there.

Each kind with its brothers: other tags, other places, other things that hang on them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any

import pytest
from docx.oxml.ns import qn
from kit.word import (
    body,
    element,
    found,
    items,
    opened,
    paragraphs,
    problems_of,
    render,
    shape,
    table,
    tables,
    template,
    words,
)

from generator.figures.model import Names

Change = Callable[[Any], object]
FOR, END, BODY = "{%p for r in 项 %}", "{%p endfor %}", "{{p 正文 }}"
PLACE = "正文 第2段"

# --- tracked changes ------------------------------------------------------------------------

_BY = 'w:id="7" w:author="某人" w:date="2024-01-01T00:00:00Z"'
_RUN = "<w:r><w:t>{{ 单位 }}</w:t></w:r>"
_GONE = "<w:r><w:delText>{{ 单位.简成 }}</w:delText></w:r>"
TRACKED = {
    "插入": lambda p: p._p.append(element(f"<w:ins {_BY}>{_RUN}</w:ins>")),
    "删除": lambda p: p._p.append(element(f"<w:del {_BY}>{_GONE}</w:del>")),
    "移动": lambda p: p._p.append(element(f"<w:moveFrom {_BY}>{_RUN}</w:moveFrom>")),
    "格式": lambda p: p._p.get_or_add_pPr().append(
        element(f"<w:pPrChange {_BY}><w:pPr/></w:pPrChange>")
    ),
}


@pytest.mark.parametrize("kind", TRACKED)
def test_tracked_changes_are_one_message(kind: str) -> None:
    def build(document: Any) -> None:
        document.add_paragraph("{{ 没有结束")  # what is behind the changes is not judged
        TRACKED[kind](document.add_paragraph("甲"))
        TRACKED[kind](document.add_paragraph("乙"))

    (problem,) = found(template(build))
    assert (problem.code, str(problem.at.place)) == ("T227", PLACE)
    assert f"2处没有接受的修订（{kind}）" in problem.message


def test_tracked_rows_and_footers_have_their_places() -> None:
    def row(document: Any) -> None:
        made = table(document, [["甲"], ["乙"]])
        made.rows[1]._tr.get_or_add_trPr().append(element(f"<w:ins {_BY}/>"))

    def footer(document: Any) -> None:
        TRACKED["插入"](document.sections[0].footer.paragraphs[0])

    assert problems_of(template(row)) == [("T227", "正文 表1 第2行 第1格")]
    assert problems_of(template(footer)) == [("T227", "页脚1 第1段")]


# --- what hangs on a tag's own paragraph ----------------------------------------------------

_EXTENT = '<wp:extent cx="90" cy="90"/><wp:docPr id="1" name="章"/>'
_EMPTY = "<a:graphic><a:graphicData uri='x'/></a:graphic>"
STAMP = f"<w:drawing><wp:anchor>{_EXTENT}{_EMPTY}</wp:anchor></w:drawing>"
INLINE = f"<w:drawing><wp:inline>{_EXTENT}{_EMPTY}</wp:inline></w:drawing>"
BOX = "<w:pict><v:shape><v:textbox><w:txbxContent><w:p><w:r><w:t>{}</w:t></w:r></w:p>"
BOX += "</w:txbxContent></v:textbox></v:shape></w:pict>"
BREAK = '<w:br w:type="page"/>'


def hung(text: str, xml: str, *, first: bool = False) -> Change:
    """A paragraph of ``text`` with a run that holds ``xml``."""

    def add(document: Any) -> None:
        paragraph = document.add_paragraph(text)
        run = element(f"<w:r>{xml}</w:r>")
        if first:
            paragraph._p.insert(0, run)
        else:
            paragraph._p.append(run)

    return add


def page(text: str) -> Change:
    def add(document: Any) -> None:
        document.add_paragraph(text).paragraph_format.page_break_before = True

    return add


def document(*changes: Change | str) -> bytes:
    def build(made: Any) -> None:
        for change in changes:
            if isinstance(change, str):
                made.add_paragraph(change)
            else:
                change(made)

    return template(build)


LOOP = ("前", FOR, "{{ r.名称 }}", END, "后")


@pytest.mark.parametrize(
    ("number", "change", "expected"),
    [
        (1, page(FOR), "前 ⇟ 甲 乙 后"),
        (1, hung(FOR, BREAK), "前 ⇟ 甲 乙 后"),
        (1, hung(FOR, BREAK, first=True), "前 ⇟ 甲 乙 后"),
        (3, hung(END, BREAK), "前 甲 乙 ⇟ 后"),
        (3, page(END), "前 甲 乙 ⇟ 后"),
        (1, hung(FOR, STAMP), "前 ▣ 甲 乙 后"),
        (3, hung(END, STAMP), "前 甲 乙 ▣ 后"),
        (3, hung(END, INLINE, first=True), "前 甲 乙 ▣ 后"),
        (3, hung(END, BOX.format("内部")), "前 甲 乙 ▣内部 后"),
        (3, hung(END, BREAK + STAMP + BREAK), "前 甲 乙 ⇟ ▣ ⇟ 后"),
    ],
)
def test_what_hangs_on_a_loop_tag_is_there_once(number: int, change: Change, expected: str) -> None:
    changes: list[Change | str] = list(LOOP)
    changes[number] = change
    done = render(document(*changes), 项=items("甲", "乙"))
    assert shape(done) == [*expected.split(" ")]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (page(BODY), "⇟一 二 后"),
        (hung(BODY, BREAK, first=True), "⇟ 一 二 后"),
        (hung(BODY, BREAK), "一 二 ⇟ 后"),
        (hung(BODY, STAMP), "一 二 ▣ 后"),
        (hung(BODY, STAMP, first=True), "▣ 一 二 后"),
        (hung(BODY, BOX.format("{{ 密级 }}")), "一 二 ▣内部 后"),
    ],
)
def test_what_hangs_on_the_narrative_is_there_once(change: Change, expected: str) -> None:
    done = render(document("前", change, "后"), 正文=body("一", "二"), 密级=words("内部"))
    assert shape(done) == ["前", *expected.split(" ")]


def test_the_page_break_of_the_narrative_goes_before_a_table_or_heading() -> None:
    from generator.language.narrative import Block

    first = Block("table", 0, "", (("甲",), ("乙",)))
    done = render(document(page(BODY), "后"), 正文=(first, *body("一")))
    assert shape(done) == ["⇟", "甲", "乙", "一", "后"]
    kept = document(lambda d: setattr(d.add_paragraph(BODY).paragraph_format, "keep_with_next", 1))
    assert shape(render(kept, 正文=body("一"))) == ["一"]


NOTE = '<w:footnoteReference w:id="2"/>'
FIELD = '<w:fldChar w:fldCharType="begin"/><w:instrText>PAGE</w:instrText>'
FIELD += '<w:fldChar w:fldCharType="end"/>'


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (hung("{%p if 密级 %}", BREAK), "分页"),
        (hung("{%p if 密级 %}", STAMP), "图片、图形或文本框"),
        (page("{%p if 密级 %}"), "分页"),
        (hung(FOR, BOX.format("{{ r.名称 }}")), "图片、图形或文本框"),
        (hung(BODY, FIELD), "域"),
        (hung(FOR, FIELD), "域"),
        (hung(BODY, '<w:sym w:font="Wingdings" w:char="F0FE"/>'), "符号"),
    ],
)
def test_what_has_no_place_is_refused_with_it(change: Change, what: str) -> None:
    (problem, *_) = [p for p in found(document("前", change, "后")) if p.code == "T228"]
    assert str(problem.at.place) == PLACE
    assert f"还有{what}，" in problem.message


def test_what_hangs_on_rows_of_tags_is_refused() -> None:
    def build(made: Any) -> None:
        rows = table(
            made, [["{%tr for r in 项 %}", ""], ["{{ r.名称 }}", ""], ["{%tr endfor %}", ""]]
        )
        rows.cell(0, 1).paragraphs[0]._p.append(element(f"<w:r>{STAMP}</w:r>"))
        rows.cell(2, 1).paragraphs[0]._p.append(element(f"<w:r>{BREAK}</w:r>"))

    places = [("T228", f"正文 表1 第{row}行 第1格") for row in (1, 3)]
    assert problems_of(template(build)) == places


def test_bookmarks_of_tags_stay_and_those_of_editing_go() -> None:
    def marked(made: Any) -> None:
        paragraph = made.add_paragraph(FOR)._p
        for number, name in enumerate(("附件开始", "_GoBack")):
            paragraph.insert(0, element(f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>'))
            paragraph.append(element(f'<w:bookmarkEnd w:id="{number}"/>'))

    done = render(document(marked, "{{ r.名称 }}", END), 项=items("甲", "乙"))
    body_ = opened(done).element.body
    assert [e.get(qn("w:name")) for e in body_.iter(qn("w:bookmarkStart"))] == ["附件开始"]


def test_a_section_that_ends_on_a_loop_tag_ends_once() -> None:
    def ended(text: str) -> Change:
        def add(made: Any) -> None:
            made.add_paragraph(text)._p.get_or_add_pPr().append(element("<w:sectPr/>"))

        return add

    for number, expected in ((1, "前 § 甲 乙 后"), (3, "前 甲 乙 § 后")):
        changes: list[Change | str] = list(LOOP)
        changes[number] = ended(str(LOOP[number]))
        done = render(document(*changes), 项=items("甲", "乙"))
        assert shape(done) == expected.split(" ")


@pytest.mark.parametrize("count", [0, 1, 2])
def test_the_header_of_a_section_in_a_loop_stays(count: int) -> None:
    def build(made: Any) -> None:
        made.sections[0].header.paragraphs[0].text = "眉"
        for text in (FOR, "{{ r.名称 }}", END, "后"):
            made.add_paragraph(text)
        own = made.element.body.sectPr
        made.paragraphs[1]._p.get_or_add_pPr().append(deepcopy(own))
        for reference in own.findall(qn("w:headerReference")):
            own.remove(reference)

    done = render(template(build), 项=items(*"甲乙"[:count]))
    sections = opened(done).sections
    assert [one.header.paragraphs[0].text for one in sections] == ["眉"] * (count + 1)
    assert [one.header.is_linked_to_previous for one in sections] == [False] * (count + 1)


# --- where the narrative may stand ----------------------------------------------------------


def test_the_narrative_stands_where_pages_can_break() -> None:
    boxed = document(hung("", BOX.format(BODY)))
    footer = template(lambda d: setattr(d.sections[0].footer.paragraphs[0], "text", BODY))
    header = template(lambda d: setattr(d.sections[0].header.paragraphs[0], "text", BODY))
    assert problems_of(boxed) == [("T229", "正文 第1段 文本框1 第1段")]
    assert problems_of(footer) == [("T229", "页脚1 第1段")]
    assert problems_of(header) == [("T229", "页眉1 第1段")]
    cell = render(tables([BODY]), 正文=body("一", "二"))
    assert shape(cell) == ["一二"]


# --- loops ----------------------------------------------------------------------------------

ROWS, ROWS_END = "{%tr for r in 项 %}", "{%tr endfor %}"


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        (tables(["头"], [ROWS], [ROWS_END]), "正文 表1 第2行 第1格"),
        (tables(["头"], ["{%tr if 密级 %}"], ["{%tr endif %}"]), "正文 表1 第2行 第1格"),
        (paragraphs("前", FOR, END), PLACE),
        (paragraphs("前", "甲{% for r in 项 %}{% endfor %}乙"), PLACE),
        (paragraphs("前", FOR, "{%p if r %}", "{%p endif %}", END), "正文 第3段"),
    ],
)
def test_a_loop_with_nothing_in_it(raw: bytes, place: str) -> None:
    assert [(code, at.removesuffix(" 第1段")) for code, at in problems_of(raw)] == [
        ("T240", place.removesuffix(" 第1段"))
    ]


def test_loops_with_something_in_them_are_left_alone() -> None:
    for raw in (
        tables([ROWS], ["空"], [ROWS_END]),
        paragraphs(FOR, "", END),
        paragraphs("{% for r in 项 %}、{% endfor %}"),
        document(hung("{% if 密级 %}", STAMP), "后{% endif %}")[:0] or paragraphs("甲"),
    ):
        assert problems_of(raw) == []


def merged(texts: Sequence[Sequence[str]], *cells: tuple[int, int, str]) -> bytes:
    """A table whose ``cells`` (row, column) are merged as told."""

    def build(made: Any) -> None:
        rows = table(made, texts)
        for row, column, how in cells:
            merge = element(f'<w:vMerge w:val="{how}"/>')
            rows.cell(row, column)._tc.get_or_add_tcPr().append(merge)

    return template(build)


def kinds(done: Any, column: int) -> str:
    out = ""
    for row in opened(done).element.body.iter(qn("w:tr")):
        merge = row.findall(qn("w:tc"))[column].find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
        out += "-" if merge is None else "R" if merge.get(qn("w:val")) == "restart" else "c"
    return out


def test_a_row_split_in_two_goes_on_merging() -> None:
    rows = [[ROWS, ""], ["{{ r.组 | 合并 }}", "{{ r.名称 }}"], ["", "上年"], [ROWS_END, ""]]
    raw = merged(rows, (1, 0, "restart"), (2, 0, "continue"))
    listed = [
        Names(组=words(group, f"项[{n}].组"), 名称=words(name, f"项[{n}].名称"))
        for n, (group, name) in enumerate(("甲一", "甲二", "乙三"), 1)
    ]
    done = render(raw, 项=listed)
    assert kinds(done, 0) == "RcccRc"
    assert kinds(done, 1) == "------"
    assert shape(done)[:4] == ["甲|一", "|上年", "|二", "|上年"]


def test_a_row_in_between_that_stops_merging_is_refused() -> None:
    rows = [[ROWS, ""], ["{{ r.组 | 合并 }}", "{{ r.名称 }}"], ["", ""], [ROWS_END, ""]]
    assert problems_of(tables(*rows)) == [("T235", "正文 表1 第2行 第1格")]
    other = [[ROWS, ""], ["小计", ""], ["{{ r.组 | 合并 }}", ""], [ROWS_END, ""]]
    assert problems_of(tables(*other)) == [("T235", "正文 表1 第3行 第1格")]
    conditional = [*rows[:2], ["{%tr if r.名称 %}", ""], ["", ""], ["{%tr endif %}", ""], rows[3]]
    assert problems_of(tables(*conditional)) == []
    outer = [["{%tr for g in 组 %}", ""], ["{{ g.名称 }}", ""], *rows[:2], rows[3], rows[3]]
    assert problems_of(tables(*outer)) == []


def test_a_cell_merged_over_a_row_of_tags_is_refused() -> None:
    rows = [["头", "头"], [ROWS, ""], ["{{ r.名称 }}", "x"], [ROWS_END, ""]]
    assert problems_of(merged(rows, (1, 1, "restart"), (2, 1, "continue"))) == [
        ("T236", "正文 表1 第2行 第1格")
    ]
    over = merged(rows, (0, 1, "restart"), (1, 1, "continue"), (2, 1, "continue"))
    assert problems_of(over) == []
    assert kinds(render(over, 项=items("甲", "乙")), 1) == "Rcc"


# --- letters of tags ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("{{ p 正文 }}", "{{p 正文 }}"),
        ("{{P 正文 }}", "{{p 正文 }}"),
        ("{{  P  正文}}", "{{p 正文}}"),
    ],
)
def test_letters_of_the_narrative(wrong: str, right: str) -> None:
    (problem,) = found(paragraphs("前", wrong))
    assert (problem.code, str(problem.at.place)) == ("T144", PLACE)
    assert right in problem.hint


@pytest.mark.parametrize(
    "first", ["{% tr for r in 项 %}", "{%TR for r in 项 %}", "{%  tr  for r in 项 %}"]
)
def test_letters_of_rows(first: str) -> None:
    (problem,) = found(tables([first], ["{{ r.名称 }}"], [ROWS_END]))
    assert problem.code == "T144"
    assert "{%tr for r in 项 %}" in problem.hint
    (ending,) = found(tables([ROWS], ["{{ r.名称 }}"], ["{% tr endfor %}"]))
    assert "{%tr endfor %}" in ending.hint


def test_names_that_look_like_letters_are_names() -> None:
    done = render(
        paragraphs("{{ p }}{{ r if r else p }}{% for p in 项 %}{{ p.名称 }}{% endfor %}"),
        p=words("甲"), r=words("乙"), 项=items("丙"),
    )  # fmt: skip
    assert shape(done) == ["甲乙丙"]


@pytest.mark.parametrize(
    ("raw", "end"),
    [
        (tables([ROWS], ["{{ r.名称 }}"]), "加一行，只写 {%tr endfor %}"),
        (paragraphs(FOR, "{{ r.名称 }}"), "另起一段，只写 {%p endfor %}"),
        (paragraphs("{% for r in 项 %}{{ r.名称 }}"), "加上 {% endfor %}"),
    ],
)
def test_the_end_that_is_missing_is_told_as_it_must_be_written(raw: bytes, end: str) -> None:
    (problem,) = found(raw)
    assert problem.code == "T111"
    assert end in problem.hint


@pytest.mark.parametrize("text", ["{ 单位.名称 }", "${单位}", "｛单位｝", "{ 收入 | 万元 }"])
def test_a_single_brace_is_warned_of(text: str) -> None:
    (problem,) = found(paragraphs("前", f"甲{text}乙"))
    assert (problem.code, str(problem.at.place)) == ("T126", PLACE)
    assert [p.code for p in found(paragraphs("集合{1, 2}，{ }，a{b-c}"))] == []
