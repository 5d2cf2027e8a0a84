"""Finished files read back: what is missing, wrong or left over is named."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from fractions import Fraction

import pytest

from generator.figures.model import Figure, Names, Words
from generator.formats import proof
from generator.formats.compiled import Rendered
from generator.language import markers
from generator.language.narrative import Block
from generator.problems import Position
from generator.reading.files import finished as reopened

AT = Position("content/2020/facts.yaml", 1)
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DOCUMENT, SHEET = "word/document.xml", "xl/worksheets/sheet1.xml"

TOTAL = Figure("收入.本年", Fraction("259.57"), "259.57", "万元", AT)
RATE = Figure("完成率", Fraction(2, 3), "66.67%", "%", AT, suffix="%")
NAME = Words("A&B <办>\n二行", "单位.名称", AT)
VALUES = {value.path: value for value in (TOTAL, RATE, NAME)}


def paragraph(text: str, properties: str = "") -> str:
    return f'<w:p>{properties}<w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def document(*paragraphs: str) -> str:
    return f'<w:document xmlns:w="{W}"><w:body>{"".join(paragraphs)}</w:body></w:document>'


def sheet(*cells: str) -> str:
    return f'<worksheet xmlns="{S}"><sheetData><row>{"".join(cells)}</row></sheetData></worksheet>'


WORKBOOK = {
    "_rels/.rels": '<Relationships><Relationship Id="r1" Type="x/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{S}" xmlns:r="r"><sheets>'
    '<sheet name="表" sheetId="1" r:id="r2"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="r2" Type="x/worksheet" '
    'Target="/xl/worksheets/sheet1.xml"/></Relationships>',
}


def finished(name: str, marked: str, *, written: str | None = None) -> Rendered:
    """A file whose member ``name`` is ``marked`` without its markers (or ``written``)."""
    clean, marks = markers.strip(marked)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, clean if written is None else written)
        for other, text in (WORKBOOK if name == SHEET else {}).items():
            archive.writestr(other, text)
    return Rendered(stream.getvalue(), {name: clean}, {name: tuple(marks)})


def read(made: Rendered) -> proof.Reading:
    return proof.read(reopened, made.data, proof.Expected(made.parts, made.marks))


def told(made: Rendered, values: Mapping[str, object] = VALUES) -> list[str]:
    """What is wrong with ``made``."""
    return [fault.text for fault in proof.prove(read(made), values)]


def lacking(made: Rendered, *texts: str) -> str:
    """What ``missing_paragraphs`` says of ``texts``."""
    faults = proof.missing_paragraphs(read(made), map(proof.plain, texts))
    return "".join(fault.text for fault in faults)


def shown(value: Figure | Words, text: str = "") -> str:
    return markers.wrap(value.path, text or str(value))


ESCAPED = 'A&amp;B &lt;办&gt;</w:t><w:br/><w:t xml:space="preserve">二行'


# prove


def test_a_right_document_has_no_fault() -> None:
    text = document(
        paragraph(f"收入{shown(TOTAL)}万元，{shown(RATE)}"),
        paragraph(markers.wrap(NAME.path, ESCAPED)),
        paragraph(markers.wrap("收入.本年|比上年", "比上年增加5万元")),
    )
    assert told(finished(DOCUMENT, text)) == []


def test_a_right_sheet_has_no_fault() -> None:
    cells = (
        f'<c r="A1"><v>{shown(TOTAL)}</v></c>',
        f'<c r="B1"><f>A1/3</f><v>{shown(RATE, "0.6667")}</v></c>',
        f'<c r="C1" t="inlineStr"><is><t>{markers.wrap("甲", "一")}</t><t>二</t></is></c>',
    )
    assert told(finished(SHEET, sheet(*cells))) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (paragraph(shown(TOTAL, "259.58")), "“收入.本年”应为“259.57”，写成了“259.58”"),
        (paragraph(shown(TOTAL, "约260")), "“收入.本年”应为“259.57”"),
        (paragraph(markers.wrap(NAME.path, "A")), "“单位.名称”的文字不符"),
        (paragraph("{{ 收入.本年 }}"), "留有标签“{{ 收入.本年 }}"),
        (paragraph("{%tr endfor %}"), "留有标签"),
        (paragraph("甲\ue020"), "留有标记"),
        ("<!--" + shown(TOTAL) + "-->", "应有的“259.57”没有读到"),
    ],
)
def test_what_is_wrong_in_a_document_is_named(text: str, fault: str) -> None:
    faults = told(finished(DOCUMENT, document(text)))
    assert any(fault in found for found in faults), faults


def test_braces_that_a_writer_typed_are_no_leftovers() -> None:
    typed = Words("{{ 甲 }} 和 {% if %}", "说明", AT)
    text = document(paragraph(shown(typed)))
    assert told(finished(DOCUMENT, text), {typed.path: typed}) == []


@pytest.mark.parametrize("number", ["0.67", "0.7", "0.666667", "1"])
def test_a_cell_may_round_a_rate(number: str) -> None:
    text = sheet(f'<c r="A1"><v>{shown(RATE, number)}</v></c>')
    assert told(finished(SHEET, text)) == []


@pytest.mark.parametrize("number", ["0.66", "0.6", "0.666666", "66.67", "-0.67", "0.-67", "无"])
def test_a_cell_may_not_show_another_rate(number: str) -> None:
    text = sheet(f'<c r="A1"><v>{shown(RATE, number)}</v></c>')
    (fault,) = told(finished(SHEET, text))
    assert number in fault


def test_what_was_written_must_be_what_was_rendered() -> None:
    text = document(paragraph(shown(TOTAL)))
    other = document(paragraph("259.57 "))
    (fault,) = told(finished(DOCUMENT, text, written=other))
    assert DOCUMENT in fault


def test_files_that_do_not_open() -> None:
    good = finished(DOCUMENT, document(paragraph("甲")))
    for data in (b"", good.data[:-30], good.data.replace("甲".encode(), "乙".encode())):
        faults = told(Rendered(data, good.parts, good.marks), {})
        assert len(faults) == 1


def test_members_that_are_no_xml() -> None:
    broken = finished(DOCUMENT, document(paragraph("甲"))[:-5] + shown(TOTAL))
    assert any("XML" in fault for fault in told(broken))


def test_values_of_a_context_by_path() -> None:
    tree = Names(甲=TOTAL, 乙=[NAME, Names(丙=RATE)], 丁=5, 正文=(1, 2))
    assert proof.values_by_path(tree) == VALUES


# The narrative


def test_paragraphs_are_there_whole_and_in_order() -> None:
    made = finished(
        DOCUMENT, document(paragraph("甲"), paragraph("题外"), paragraph(f"A{ESCAPED}"))
    )
    assert lacking(made, "甲", f"A{ESCAPED}") == ""
    assert lacking(made, "甲", "", markers.wrap("正文[3]", f"A{ESCAPED}")) == ""
    assert "甲" in lacking(made, f"A{ESCAPED}", "甲")
    assert "乙" in lacking(made, "甲", "乙")
    assert "题" in lacking(made, "题")


def test_cells_of_a_table_are_paragraphs_of_their_own() -> None:
    block = Block("table", 0, "", (("甲", ""), ("乙",)))
    assert block.texts == ("甲", "", "乙")
    assert Block("paragraph", 0, "甲").texts == ("甲",)


def test_tabs_and_runs_make_one_paragraph() -> None:
    tabbed = '甲</w:t><w:tab/><w:t xml:space="preserve">乙'
    runs = paragraph("一</w:t></w:r><w:r><w:t>二")
    made = finished(DOCUMENT, document(paragraph(tabbed), runs))
    assert lacking(made, tabbed, "一二") == ""


def test_tab_stops_of_the_body_style_are_no_text() -> None:
    stops = '<w:pPr><w:tabs><w:tab w:val="left" w:pos="720"/></w:tabs></w:pPr>'
    made = finished(DOCUMENT, document(paragraph("甲", stops)))
    assert lacking(made, "甲") == ""


# Rows


def row(number: int, name: str) -> str:
    return paragraph(markers.tag_marker(0) + markers.wrap(f"指标[{number}].{name}", "5"))


CONTEXT = Names(指标=[Names(), Names(), Names()], 项目=[Names(指标=[Names(), Names()])])


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ([row(1, "分值"), row(2, "分值"), row(3, "分值")], ""),
        ([row(1, "分值"), row(3, "分值")], "“指标”缺少第2项的分值"),
        ([row(2, "得分")], "“指标”缺少第1、3项的得分"),
        ([row(1, "名称")], ""),
        (
            [paragraph(markers.tag_marker(0) + markers.wrap("项目[1].指标[2].得分", "5"))],
            "“项目[1].指标”缺少第1项的得分",
        ),
        # A tag that does not show something of each item: the writer chose this one.
        ([paragraph(markers.tag_marker(1) + markers.wrap("指标[2].得分", "5"))], ""),
        ([], ""),
    ],
)
def test_lost_rows(rows: list[str], fault: str) -> None:
    found = proof.missing_rows(finished(DOCUMENT, document(*rows)).marks, CONTEXT, {0})
    assert found == ([proof.Fault(fault)] if fault else [])


def test_many_lost_rows_are_counted() -> None:
    context = Names(指标=[Names()] * 30)
    marks = finished(DOCUMENT, document(row(1, "分值"))).marks
    (fault,) = proof.missing_rows(marks, context, {0})
    assert fault.text == "“指标”缺少第2、3、4、5、6…等29项的分值"


def test_a_fault_says_where_it_is() -> None:
    text = document(paragraph("甲"), paragraph(shown(TOTAL, "259.58")))
    (fault,) = proof.prove(read(finished(DOCUMENT, text)), VALUES)
    assert str(fault.place) == "正文 第2段"
    cells = '<c r="B7"/>', f'<c r="C7"><v>{shown(RATE, "0.5")}</v></c>'
    (fault,) = proof.prove(read(finished(SHEET, sheet(*cells))), VALUES)
    assert str(fault.place) == "工作表“表” C7"


def test_a_value_must_stand_in_its_own_paragraph() -> None:
    """The same text somewhere else in the file proves nothing."""
    hidden = f"<w:p><w:r><w:instrText>{shown(TOTAL)}</w:instrText></w:r></w:p>"
    (fault,) = told(finished(DOCUMENT, document(paragraph("259.57"), hidden)))
    assert "没有读到" in fault


def test_a_workbook_without_its_list_of_sheets_is_not_read() -> None:
    made = finished(SHEET, sheet())
    data = made.data.replace(b"officeDocument", b"officeDocumant")
    assert "打不开" in told(Rendered(data, made.parts, made.marks))[0]
