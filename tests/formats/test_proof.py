"""Finished files read back: what is missing, wrong or left over is named."""

from __future__ import annotations

import io
import zipfile
from fractions import Fraction

import pytest

from generator.figures.model import Figure, Names, Words
from generator.formats import proof
from generator.formats.compiled import Rendered
from generator.language import markers
from generator.language.narrative import Block
from generator.problems import Position

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


def finished(name: str, marked: str, *, written: str | None = None, **others: str) -> Rendered:
    """A file whose member ``name`` is ``marked`` without its markers (or ``written``)."""
    clean, marks = markers.strip(marked)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, clean if written is None else written)
        for other, text in others.items():
            archive.writestr(f"{other}.xml", text)
    return Rendered(stream.getvalue(), {name: clean}, {name: tuple(marks)})


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
    assert proof.prove(proof.read("docx", finished(DOCUMENT, text)), VALUES) == []


def test_a_right_sheet_has_no_fault() -> None:
    cells = (
        f'<c r="A1"><v>{shown(TOTAL)}</v></c>',
        f'<c r="B1"><f>A1/3</f><v>{shown(RATE, "0.6667")}</v></c>',
        f'<c r="C1" t="inlineStr"><is><t>{markers.wrap("甲", "一")}</t><t>二</t></is></c>',
    )
    assert proof.prove(proof.read("xlsx", finished(SHEET, sheet(*cells))), VALUES) == []


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
    faults = proof.prove(proof.read("docx", finished(DOCUMENT, document(text))), VALUES)
    assert any(fault in found for found in faults), faults


def test_braces_that_a_writer_typed_are_no_leftovers() -> None:
    typed = Words("{{ 甲 }} 和 {% if %}", "说明", AT)
    text = document(paragraph(shown(typed)))
    assert proof.prove(proof.read("docx", finished(DOCUMENT, text)), {typed.path: typed}) == []


@pytest.mark.parametrize("number", ["0.67", "0.7", "0.666667", "1"])
def test_a_cell_may_round_a_rate(number: str) -> None:
    text = sheet(f"<c><v>{shown(RATE, number)}</v></c>")
    assert proof.prove(proof.read("xlsx", finished(SHEET, text)), VALUES) == []


@pytest.mark.parametrize("number", ["0.66", "0.6", "0.666666", "66.67", "-0.67", "无"])
def test_a_cell_may_not_show_another_rate(number: str) -> None:
    text = sheet(f"<c><v>{shown(RATE, number)}</v></c>")
    (fault,) = proof.prove(proof.read("xlsx", finished(SHEET, text)), VALUES)
    assert number in fault


def test_what_was_written_must_be_what_was_rendered() -> None:
    text = document(paragraph(shown(TOTAL)))
    other = document(paragraph("259.57 "))
    (fault,) = proof.prove(proof.read("docx", finished(DOCUMENT, text, written=other)), VALUES)
    assert DOCUMENT in fault


def test_files_that_do_not_open() -> None:
    good = finished(DOCUMENT, document(paragraph("甲")))
    for data in (b"", good.data[:-30], good.data.replace("甲".encode(), "乙".encode())):
        faults = proof.prove(proof.read("docx", Rendered(data, good.parts, good.marks)), {})
        assert len(faults) == 1


def test_members_that_are_no_xml() -> None:
    broken = finished(DOCUMENT, document(paragraph("甲"))[:-5] + shown(TOTAL))
    assert any("XML" in fault for fault in proof.prove(proof.read("docx", broken), VALUES))


def test_values_of_a_context_by_path() -> None:
    tree = Names(甲=TOTAL, 乙=[NAME, Names(丙=RATE)], 丁=5, 正文=(1, 2))
    assert proof.values_by_path(tree) == VALUES


# The narrative


def blocks(*texts: str) -> tuple[Block, ...]:
    return tuple(Block("paragraph", 0, markers.wrap(f"正文[{n}]", t)) for n, t in enumerate(texts))


def test_paragraphs_are_there_whole_and_in_order() -> None:
    made = finished(
        DOCUMENT, document(paragraph("甲"), paragraph("题外"), paragraph(f"A{ESCAPED}"))
    )
    assert proof.missing_paragraphs(proof.read("docx", made), blocks("甲", f"A{ESCAPED}")) == []
    assert proof.missing_paragraphs(proof.read("docx", made), blocks("甲", "", f"A{ESCAPED}")) == []
    assert (
        "甲" in proof.missing_paragraphs(proof.read("docx", made), blocks(f"A{ESCAPED}", "甲"))[0]
    )
    assert "乙" in proof.missing_paragraphs(proof.read("docx", made), blocks("甲", "乙"))[0]
    assert "题" in proof.missing_paragraphs(proof.read("docx", made), blocks("题"))[0]


def test_cells_of_a_table_are_paragraphs_too() -> None:
    made = finished(DOCUMENT, document(paragraph("甲"), paragraph("乙")))
    table = Block("table", 0, "", (("甲", ""), ("乙",)))
    assert proof.missing_paragraphs(proof.read("docx", made), [table]) == []
    assert (
        "丙"
        in proof.missing_paragraphs(proof.read("docx", made), [Block("table", 0, "", (("丙",),))])[
            0
        ]
    )


def test_tabs_and_runs_make_one_paragraph() -> None:
    tabbed = '甲</w:t><w:tab/><w:t xml:space="preserve">乙'
    runs = paragraph("一</w:t></w:r><w:r><w:t>二")
    made = finished(DOCUMENT, document(paragraph(tabbed), runs))
    assert proof.missing_paragraphs(proof.read("docx", made), blocks(tabbed, "一二")) == []


def test_tab_stops_of_the_body_style_are_no_text() -> None:
    stops = '<w:pPr><w:tabs><w:tab w:val="left" w:pos="720"/></w:tabs></w:pPr>'
    made = finished(DOCUMENT, document(paragraph("甲", stops)))
    assert proof.missing_paragraphs(proof.read("docx", made), blocks("甲")) == []


# Rows


def row(number: int, name: str) -> str:
    return paragraph(markers.wrap(f"指标[{number}].{name}", "5"))


CONTEXT = Names(指标=[Names(), Names(), Names()], 项目=[Names(指标=[Names(), Names()])])


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ([row(1, "分值"), row(2, "分值"), row(3, "分值")], ""),
        ([row(1, "分值"), row(3, "分值")], "“指标”缺少第2项的分值"),
        ([row(2, "得分")], "“指标”缺少第1、3项的得分"),
        ([row(1, "名称")], ""),
        ([paragraph(markers.wrap("项目[1].指标[2].得分", "5"))], "“项目[1].指标”缺少第1项的得分"),
        ([], ""),
    ],
)
def test_lost_rows(rows: list[str], fault: str) -> None:
    found = proof.missing_rows(finished(DOCUMENT, document(*rows)), CONTEXT)
    assert found == ([fault] if fault else [])


def test_many_lost_rows_are_counted() -> None:
    context = Names(指标=[Names()] * 30)
    (fault,) = proof.missing_rows(finished(DOCUMENT, document(row(1, "分值"))), context)
    assert fault == "“指标”缺少第2、3、4、5、6…等29项的分值"


def test_what_no_reader_shows_proves_nothing() -> None:
    hidden = document(f"<!--{paragraph('甲')}-->", paragraph("乙"))
    assert proof.read("docx", finished(DOCUMENT, hidden)).texts[DOCUMENT] == ["乙"]
    raw = document(paragraph("<![CDATA[A&B <w:t>丙]]>"))
    assert proof.read("docx", finished(DOCUMENT, raw)).texts[DOCUMENT] == ["A&B <w:t>丙"]
    cells = sheet(
        "<c><!-- <v>1</v> --><v>2</v></c>", "<c><v>3&#10;4</v></c>", "<c><v>5\r\n6</v></c>"
    )
    assert proof.read("xlsx", finished(SHEET, cells)).texts[SHEET] == ["2", "3\n4", "5\n6"]


def test_breaks_and_tabs_read_as_typed_and_tab_stops_do_not() -> None:
    stops = '<w:pPr><w:tabs><w:tab w:val="left" w:pos="1"/></w:tabs></w:pPr>'
    runs = "<w:r><w:t>甲</w:t><w:br/><w:t>乙</w:t><w:tab/><w:t>丙</w:t></w:r>"
    text = document(f"<w:p>{stops}{runs}</w:p>", "<w:p><w:r><w:t/></w:r></w:p>")
    assert proof.read("docx", finished(DOCUMENT, text)).texts[DOCUMENT] == ["甲\n乙\t丙", ""]
