"""Excel: templates made here with openpyxl, rendered, read back with openpyxl and calamine."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from kit.archives import Members, repacked, saved
from kit.pages import page_texts, to_pdf
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.table import Table
from python_calamine import CalamineWorkbook

from generator import reserved
from generator.figures.model import Fault, Figure, Names, Phrase, Words
from generator.formats import codec
from generator.formats.compiled import Rendered
from generator.formats.properties import Properties
from generator.formats.xlsx.compile.compiler import compile_xlsx
from generator.formats.xlsx.compiled import CompiledWorkbook
from generator.formats.xlsx.numbers import shown
from generator.formats.xlsx.render import Line, render_xlsx, write_lines
from generator.language import markers
from generator.problems import Position, Problem, Problems

rule_of: Callable[..., Any] = FormulaRule
FILE = "templates/xlsx/表.xlsx"
PROPERTIES = Properties("自评表", "九江市驻深办", "2021-05-21")
AT = Position("content/figures.yaml", 1)
Grid = Mapping[str, object]


def figure(text: str, value: str | None = None, unit: str = "", prefix: str = "") -> Figure:
    """A figure that prints ``text``."""
    number = re.sub(r"[^\d./-]", "", text) if value is None else value
    exact = Fraction(number) / (100 if unit == "%" and value is None else 1)
    places = len(re.sub(r"[^\d.]", "", text).partition(".")[2])
    return Figure(f"数.{text}", exact, text, unit, AT, places=places, prefix=prefix)


def words(text: str, path: str = "词") -> Words:
    """A text of the content."""
    return Words(text, path, AT)


def rows(*items: Mapping[str, object]) -> list[Names]:
    """A list for ``for``."""
    return [Names(item) for item in items]


def sheet(cells: Grid, book: Workbook | None = None, title: str = "表") -> Workbook:
    """A workbook whose (new) sheet has ``cells``."""
    made = book or Workbook()
    page: Any = made.create_sheet(title) if book else made.active
    page.title = title
    for where, value in cells.items():
        page[where] = value
    return made


def changed(raw: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """``raw`` with one part's XML changed."""
    return repacked(raw, lambda m: m.update({part: change(m[part].decode()).encode()}))


def without(raw: bytes, part: str) -> bytes:
    """``raw`` with one part lost."""
    return repacked(raw, lambda m: m.pop(part))


def compiled(template: Workbook | bytes) -> CompiledWorkbook:
    """A template that must compile."""
    problems = Problems()
    raw = template if isinstance(template, bytes) else saved(template)
    made = compile_xlsx(raw, FILE, problems)
    assert list(problems) == []
    assert made is not None
    return stored(made)


def stored(made: CompiledWorkbook) -> CompiledWorkbook:
    """``made`` as it comes from the cache: every template here goes that way."""
    again = codec.loads(CompiledWorkbook, codec.dumps(made))
    assert isinstance(again, CompiledWorkbook)
    assert again == made
    return again


def rendered(template: Workbook | bytes, **context: object) -> Rendered:
    """A template, compiled and filled; what must hold of every file is checked here."""
    made = render_xlsx(compiled(template), context, PROPERTIES)
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        for name in archive.namelist():
            text = archive.read(name).decode("utf-8", "replace")
            assert not reserved.any_in(text), name
            if name.endswith((".xml", ".rels")):
                assert "{{" not in text, name
                ElementTree.fromstring(text)
    for part, marks in made.marks.items():
        assert all(0 <= mark.start <= mark.end <= len(made.parts[part]) for mark in marks)
    CalamineWorkbook.from_filelike(io.BytesIO(made.data))
    return made


def opened(template: Workbook | bytes, **context: object) -> Workbook:
    """The rendered workbook as openpyxl reads it."""
    return load_workbook(io.BytesIO(rendered(template, **context).data))


def page(template: Workbook | bytes, **context: object) -> Any:
    """The first sheet of the rendered workbook."""
    return opened(template, **context).worksheets[0]


def grid(template: Workbook | bytes, **context: object) -> list[list[object]]:
    """The values of the first sheet, by both readers."""
    data = rendered(template, **context).data
    first: Any = load_workbook(io.BytesIO(data)).worksheets[0]
    values = [["" if c.value is None else c.value for c in row] for row in first.iter_rows()]
    seen = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    for row, other in zip(values, seen, strict=False):
        for one, two in zip(row, other, strict=False):
            assert one == two or str(one).startswith("=")
    return values


def found(template: Workbook | bytes) -> list[Problem]:
    """The problems of a template."""
    problems = Problems()
    compile_xlsx(template if isinstance(template, bytes) else saved(template), FILE, problems)
    return problems.sorted()


def codes(template: Workbook | bytes) -> list[str]:
    """Their codes."""
    return [problem.code for problem in found(template)]


def merges(sheet_: Any) -> list[str]:
    """The merged ranges, sorted."""
    return sorted(map(str, sheet_.merged_cells.ranges))


LOOP = {"A1": "名称", "A2": "{%tr for r in 行 %}", "A3": "{{ r.名 }}", "A4": "{%tr endfor %}"}
THREE = rows({"名": "甲"}, {"名": "乙"}, {"名": "丙"})


# Typed cells


def display(number: float, code: str) -> str:
    """What a cell shows: just as much of Excel's formats as gen writes."""
    sections = code.split(";")
    section = sections[1] if number < 0 and len(sections) > 1 else sections[0]
    sign = "-" if number < 0 and len(sections) == 1 else ""
    value = abs(Decimal(repr(number)))
    if section == "General":
        return f"{sign}{format(value.normalize(), 'f')}"
    match = re.fullmatch(r'(?:"([^"]*)")?(-?)(#,##)?0(?:\.(0+))?(%?)(?:"([^"]*)")?', section)
    assert match, section
    before, minus, grouped, decimals, percent, after = match.groups()
    value = value * 100 if percent else value
    digits = format(value, f"{',' if grouped else ''}.{len(decimals or '')}f")
    # The sign of a one-section format stands before everything.
    return f"{sign}{before or ''}{minus}{digits}{percent}{after or ''}"


@pytest.mark.parametrize(
    ("value", "number", "code"),
    [
        (figure("64.50", unit="万元"), 64.5, "0.00"),
        (figure("50", unit="万元"), 50, "General"),
        (figure("0"), 0, "General"),
        (figure("-28.25"), -28.25, "0.00"),
        (figure("86.72%", unit="%"), 0.8672, "0.00%"),
        (figure("100%", unit="%"), 1, "0%"),
        (figure("-0.5%", unit="%"), -0.005, "0.0%"),
        (figure("110家", unit="家"), 110, '0"家"'),
        (figure("≥5%", unit="%", prefix="≥"), 0.05, '"≥"0%'),
        (figure("≥0次", unit="次", prefix="≥"), 0, '"≥"0"次"'),
        (figure("≤-3.5", prefix="≤"), -3.5, '"≤"0.0;"≤"-0.0'),
        (figure("259.57", "259571234/1000000", unit="万元"), 259.57, "0.00"),
        (figure("123456789012"), 123456789012, "0"),
        (Phrase("1,234.50元", "x|元", Decimal("1234.50"), "元", 2), 1234.5, '#,##0.00"元"'),
        (Phrase("259.57万元", "x|万元", Decimal("259.57")), 259.57, '0.00"万元"'),
        (Phrase("11.47%", "x|百分比", Decimal("0.1147")), 0.1147, "0.00%"),
        (7, 7, "General"),
    ],
)
def test_a_number_brings_a_format_that_shows_its_text(
    value: object, number: float, code: str
) -> None:
    """General cells: a number in the sheet, the printed text on the screen."""
    cell = page(sheet({"A1": "{{ x }}"}), x=value)["A1"]
    assert (cell.data_type, cell.value, cell.number_format) == ("n", number, code)
    assert display(cell.value, cell.number_format) == str(value)


@pytest.mark.parametrize(
    "value",
    [
        figure("2亿元", "20000", unit="万元"),
        figure("3-5天", "3", unit="天"),
        Phrase("—", "x|执行率"),
        Phrase("比上年减少28.25万元", "x|比上年"),
        words("=1+1"),
        words("+86"),
        words("-无"),
        words("@提醒"),
        words("第一行\n第二行"),
        words(" 前后 "),
        words('甲 & 乙 <丙> "丁"'),
        "常量",
    ],
)
def test_what_no_format_can_show_is_text(value: object) -> None:
    """Never a formula, never a number that reads otherwise."""
    assert page(sheet({"A1": "{{ x }}"}), x=value)["A1"].data_type == "s" or str(value)[0] == "="
    assert grid(sheet({"A1": "{{ x }}"}), x=value) == [[str(value)]]
    xml = rendered(sheet({"A1": "{{ x }}"}), x=value).parts["xl/worksheets/sheet1.xml"]
    assert "<f>" not in xml
    assert 't="inlineStr"' in xml


def test_text_that_excel_would_take_for_a_code_is_escaped() -> None:
    """``_x0041_`` means A in a cell."""
    xml = rendered(sheet({"A1": "{{ x }}"}), x=words("_x0041_")).parts["xl/worksheets/sheet1.xml"]
    assert ">_x005F_x0041_<" in xml


def test_the_template_s_own_number_format_wins() -> None:
    """0.00 in the template shows 50 as 50.00; a comparison sign is still not lost."""
    book = sheet({"A1": "{{ a }}", "A2": "{{ b }}", "A3": "{{ c }}", "A4": "{{ d }}"})
    for row in range(1, 5):
        book.worksheets[0].cell(row, 1).number_format = "0.00"
    made = page(book, a=figure("50"), b=figure("≥5", prefix="≥"), c=figure("2亿元", "20000"), d=3)
    assert [(c.value, c.number_format) for (c,) in made.iter_rows()] == [
        (50, "0.00"), ("≥5", "0.00"), (20000, "0.00"), (3, "0.00"),
    ]  # fmt: skip


def test_text_format_in_the_template_gives_way_to_numbers() -> None:
    """@ is what WPS leaves on typed cells; numbers in it would be shown as text."""
    book = sheet({"A1": "{{ a }}", "A2": "{{ b }}"})
    book.worksheets[0]["A1"].number_format = book.worksheets[0]["A2"].number_format = "@"
    made = page(book, a=figure("50"), b=words("文"))
    assert (made["A1"].value, made["A1"].number_format) == (50, "0")
    assert (made["A2"].value, made["A2"].number_format) == ("文", "@")


def test_new_formats_keep_the_look_of_the_cell() -> None:
    """Font, fill and the rest come from the template's cell."""
    book = sheet({"A1": "{{ x }}"})
    book.worksheets[0]["A1"].font = Font(name="仿宋", b=True)
    book.worksheets[0]["A1"].fill = PatternFill("solid", fgColor="FFEEDD")
    cell = page(book, x=figure("1.5家", unit="家"))["A1"]
    assert (cell.font.name, cell.font.b, cell.fill.fgColor.rgb) == ("仿宋", True, "00FFEEDD")
    assert cell.number_format == '0.0"家"'


def test_numbers_are_written_as_printed() -> None:
    """``<v>`` holds the digits of the text, not of a float."""
    xml = rendered(sheet({"A1": "{{ x }}"}), x=figure("64.50")).parts["xl/worksheets/sheet1.xml"]
    assert "<v>64.50</v>" in xml


@pytest.mark.parametrize(
    "value", [figure("1234567890123456.5"), figure("0.1234567890123456"), 12345678901234567]
)
def test_more_digits_than_excel_keeps_is_a_fault(value: object) -> None:
    """Sixteen digits would change silently."""
    made = rendered(sheet({"A1": "{{ x }}"}), x=value)
    (mark,) = made.marks["xl/worksheets/sheet1.xml"]
    code, values = markers.read_fault(mark.path)
    assert (code, values["text"], mark.tag) == ("T270", str(value), 0)


def test_too_long_a_text_is_a_fault() -> None:
    """Excel repairs such a file by cutting."""
    made = rendered(sheet({"A1": "{{ x }}"}), x=words("长" * 32_768))
    assert markers.read_fault(made.marks["xl/worksheets/sheet1.xml"][0].path)[0] == "T271"


def test_unknown_names_and_faults_are_marked_in_their_cell() -> None:
    """Everything that is wrong is found in one run."""
    book = sheet({"A1": "{{ 没有 }}", "A2": "{{ 坏 }}", "A3": "{{ 空.名 }}"})
    made = rendered(book, 坏=Fault("T199", (("name", "甲"),)), 空=Names())
    marks = made.marks["xl/worksheets/sheet1.xml"]
    assert [(markers.read_fault(m.path)[0], m.tag) for m in marks] == [
        ("T101", 0), ("T199", 1), ("T101", 2),
    ]  # fmt: skip


def test_marks_cover_exactly_the_value() -> None:
    """In numbers, texts and mixed cells; with the number of the tag that printed."""
    book = sheet({"A1": "{{ a }}", "B1": "{{ b }}", "A2": "共{{ a }}项，{{ b }}。", "B2": "{{b}}"})
    made = rendered(book, a=figure("64.50"), b=words("甲&乙", "事实.名"))
    xml = made.parts["xl/worksheets/sheet1.xml"]
    marks = made.marks["xl/worksheets/sheet1.xml"]
    assert [(xml[m.start : m.end], m.path, m.tag) for m in marks] == [
        ("64.50", "数.64.50", 0),
        ("甲&amp;乙", "事实.名", 1),
        ("64.50", "数.64.50", 2),
        ("甲&amp;乙", "事实.名", 3),
        ("甲&amp;乙", "事实.名", 4),
    ]


def test_tags_say_where_they_stand() -> None:
    """In document order, with sheet and cell."""
    book = sheet({"B7": "{{ b }}", "A7": "{{ a }}"}, title="汇总表")
    sheet({"A1": "{{ c }}"}, book, "明细")
    tags = compiled(book).tags
    assert [(tag.text, str(tag.at.place)) for tag in tags] == [
        ("{{ a }}", "工作表“汇总表” A7"),
        ("{{ b }}", "工作表“汇总表” B7"),
        ("{{ c }}", "工作表“明细” A1"),
    ]


def test_names_that_begin_like_scopes() -> None:
    """``{{r.名}}`` and ``{{p.名}}`` without spaces are plain tags."""
    book = sheet({**LOOP, "A3": "{{r.名}}", "B3": "第{{p.名}}"})
    assert grid(book, 行=THREE[:1], p=Names(名="一")) == [["名称", ""], ["甲", "第一"]]


def test_conditions_inside_a_cell() -> None:
    """Balanced if/else within one cell."""
    book = sheet({"A1": "{% if x > 0 %}有{{ x }}{% else %}无{% endif %}", "A2": "{# 备注 #}"})
    assert grid(book, x=figure("3"))[0] == ["有3"]
    assert grid(book, x=figure("0"))[0] == ["无"]


@pytest.mark.parametrize(
    ("text", "some", "none"),
    [
        ("{% if x %}{{ x }}{% endif %}", 3.5, None),
        ("{% if x %}{{ x }}{% else %}—{% endif %}", 3.5, "—"),
        ("{% if x == 0 %}无{% else %}{{ x }}{% endif %}", 3.5, "无"),
        ("{% if x %} {{ x }} {% else %}{% endif %}", 3.5, None),
        ("{% if x %}{{ x }}{% else %}{{ y }}{% endif %}", 3.5, 7),
        ("{% if x == 1 %}一{% elif x %}{{ x }}{% else %}{{ y }}{% endif %}", 3.5, 7),
        ("{% if x %}约{{ x }}{% endif %}", "约3.5", None),
        ("{% if x %}{{ x }}{% else %}{{ x }}个{% endif %}", "3.5", "0个"),
    ],
)
def test_a_conditional_value_is_still_a_value(text: str, some: object, none: object) -> None:
    """A blank instead of a zero must not turn the column into text."""
    book = sheet({"A1": text})
    made = rendered(book, x=figure("3.5"), y=figure("7"))
    assert page(book, x=figure("3.5"), y=figure("7"))["A1"].value == some
    (mark,) = made.marks["xl/worksheets/sheet1.xml"]
    assert (mark.path, compiled(book).tags[mark.tag].text) == ("数.3.5", "{{ x }}")
    assert (page(book, x=figure("0"), y=figure("7"))["A1"].value or None) == none
    for other in rendered(book, x=figure("0"), y=figure("7")).marks["xl/worksheets/sheet1.xml"]:
        shown_by = "{{ x }}" if other.path == "数.0" else "{{ y }}"
        assert compiled(book).tags[other.tag].text == shown_by


def test_trim_signs() -> None:
    """``{{-`` and ``-}}`` take the spaces beside them."""
    assert grid(sheet({"A1": "甲 {{- x -}} 乙"}), x=words("1")) == [["甲1乙"]]


def test_single_braces_are_text() -> None:
    """Only pairs are tags."""
    book = sheet({"A1": "{a} {{ x }} {b", "A2": "f{0}", "A3": "{"})
    assert grid(book, x=words("1")) == [["{a} 1 {b"], ["f{0}"], ["{"]]


def test_empty_text_leaves_an_empty_cell_with_its_look() -> None:
    """A blank reason is no text."""
    made = page(sheet({"A1": "{{ x }}", "B1": "后"}), x=words(""))
    assert made["A1"].value is None


# Rows


@pytest.mark.parametrize("count", [0, 1, 3, 40])
def test_a_loop_prints_one_row_each(count: int) -> None:
    """Control rows are gone; what stands below moves."""
    book = sheet({**LOOP, "A5": "合计"})
    items = rows(*({"名": f"第{i}"} for i in range(count)))
    assert grid(book, 行=items) == [["名称"], *([f"第{i}"] for i in range(count)), ["合计"]]


def test_gaps_between_rows_are_kept() -> None:
    """Rows that the file leaves out are rows all the same, in a block and around it."""
    book = sheet(
        {"A3": "{%tr for r in 行 %}", "A4": "{{ r.名 }}", "A6": "{%tr endfor %}", "A9": "末"}
    )
    made = page(book, 行=THREE)
    filled = {cell.row: cell.value for (cell,) in made.iter_rows() if cell.value}
    assert filled == {3: "甲", 5: "乙", 7: "丙", 11: "末"}


def test_if_and_else_rows() -> None:
    """Whole rows by condition."""
    book = sheet(
        {
            "A1": "{%tr if x %}", "A2": "有", "A3": "{%tr else %}", "A4": "无", "A5": "无二",
            "A6": "{%tr endif %}", "A7": "末",
        }
    )  # fmt: skip
    assert grid(book, x=figure("1")) == [["有"], ["末"]]
    assert grid(book, x=figure("0")) == [["无"], ["无二"], ["末"]]


def test_nested_loops_and_two_blocks_and_two_sheets() -> None:
    """All row counts come out of one pass."""
    cells = {
        "A1": "{%tr for p in 项 %}",
        "A2": "{{ p.名 }}",
        "A3": "{%tr for r in p.行 %}",
        "A4": "{{ loop.index }}",
        "B4": "{{ r.名 }}",
        "A5": "{%tr endfor %}",
        "A6": "小计",
        "B6": "=SUM(C4:C4)",
        "A7": "{%tr endfor %}",
        "A8": "中",
        "A9": "{%tr for r in 行 %}",
        "A10": "{{ r.名 }}",
        "A11": "{%tr endfor %}",
        "A12": "末",
    }
    book = sheet(cells)
    sheet(cells, book, "二")
    project = rows({"名": "P", "行": THREE[:2]}, {"名": "Q", "行": []})
    made = opened(book, 项=project, 行=THREE)
    for one in made.worksheets:
        values = [[c.value for c in row] for row in one.iter_rows(max_col=2)]
        assert values == [
            ["P", None], [1, "甲"], [2, "乙"], ["小计", "=SUM(C2:C3)"],
            ["Q", None], ["小计", "=SUM(C12:C12)"],
            ["中", None], ["甲", None], ["乙", None], ["丙", None], ["末", None],
        ]  # fmt: skip


def test_heights_and_hidden_rows_follow() -> None:
    """Row attributes belong to the row, copies included."""
    book = sheet({**LOOP, "A5": "合计", "A6": "注"})
    first = book.worksheets[0]
    first.row_dimensions[3].height = 33
    first.row_dimensions[5].height = 44
    first.row_dimensions[6].hidden = True
    made = page(book, 行=THREE)
    heights = [made.row_dimensions[row].height for row in range(1, 7)]
    assert heights == [None, 33, 33, 33, 44, None]
    assert made.row_dimensions[6].hidden


def test_static_merges() -> None:
    """In the loop row, across rows of a pass, over the block, below it."""
    book = sheet({**LOOP, "C3": "x", "A5": "合计", "D1": "侧"})
    first = book.worksheets[0]
    for area in ("B3:C3", "A5:B6", "D1:D5"):
        first.merge_cells(area)
    first["B3"] = "乙"
    assert merges(page(book, 行=THREE)) == ["A5:B6", "B2:C2", "B3:C3", "B4:C4", "D1:D5"]
    assert merges(page(book, 行=[])) == ["A2:B3", "D1:D2"]


def test_a_merge_over_the_rows_of_one_pass() -> None:
    """Each pass has its own; one over the whole block grows and may shrink to nothing."""
    book = sheet(
        {"A1": "{%tr for r in 行 %}", "A2": "{{ r.名 }}", "B2": "上", "B3": "下",
         "C2": "整", "A4": "{%tr endfor %}", "A5": "末"}
    )  # fmt: skip
    book.worksheets[0].merge_cells("A2:A3")
    assert merges(page(book, 行=THREE)) == ["A1:A2", "A3:A4", "A5:A6"]
    assert merges(page(book, 行=[])) == []


def test_formulas_follow_their_rows() -> None:
    """Own copy in a loop row, growing ranges outside it, shifts below, other sheets."""
    book = sheet(
        {
            **LOOP, "B3": "{{ r.数 }}", "C3": "=B3*2", "D3": "=B3/B$5", "E3": "=SUM(B$3:B3)",
            "F3": "=RANK(B3,B$3:B$3)", "A5": "合计", "B5": "=SUM(B3:B3)", "C5": "=SUM(B3)",
            "D5": "=SUM(B2:B4)", "E5": "=INDEX(B3,1)", "A6": '="说：B3"&B5', "B6": "=SUM(B:B)+$A$1",
        }
    )  # fmt: skip
    sheet({"A1": "=表!B5", "A2": "=SUM(表!B3:B3)", "A3": "=A1", "A4": "=SUM('表'!3:3)"}, book, "二")
    items = rows(*({"名": n, "数": figure(n)} for n in ("1", "2", "3")))
    made = opened(book, 行=items)
    first, second = made.worksheets
    assert [first[f"C{r}"].value for r in (2, 3, 4)] == ["=B2*2", "=B3*2", "=B4*2"]
    assert [first[f"D{r}"].value for r in (2, 4)] == ["=B2/B$5", "=B4/B$5"]
    assert [first[f"E{r}"].value for r in (2, 4)] == ["=SUM(B$2:B2)", "=SUM(B$2:B4)"]
    assert first["F3"].value == "=RANK(B3,B$2:B$4)"
    assert [first[f"{c}5"].value for c in "BCDE"] == [
        "=SUM(B2:B4)", "=SUM(B2:B4)", "=SUM(B2:B4)", "=INDEX(B2:B4,1)",
    ]  # fmt: skip
    assert (first["A6"].value, first["B6"].value) == ('="说：B3"&B5', "=SUM(B:B)+$A$1")
    assert [c.value for (c,) in second.iter_rows()] == [
        "=表!B5", "=SUM(表!B2:B4)", "=A1", "=SUM('表'!2:4)",
    ]  # fmt: skip
    none = opened(book, 行=[])
    assert none.worksheets[0]["B2"].value == "=SUM(B4:B4)"
    assert none.worksheets[1]["A1"].value == "=表!B2"


def test_array_formulas_follow() -> None:
    """Their own range is a reference too."""
    book = sheet({**LOOP, "A6": "末"})
    book.worksheets[0]["B3"] = ArrayFormula("B3", "=SUM(C3:D3*2)")
    book.worksheets[0]["B6"] = ArrayFormula("B6", "=SUM(C6:C7*2)")
    made = page(book, 行=THREE)
    assert (made["B4"].value.ref, made["B4"].value.text) == ("B4", "=SUM(C4:D4*2)")
    assert (made["B6"].value.ref, made["B6"].value.text) == ("B6", "=SUM(C6:C7*2)")
    assert page(book, 行=[])["B3"].value.text == "=SUM(C3:C4*2)"


def test_shared_formulas_are_written_out() -> None:
    """A pointer to a formula elsewhere cannot survive moving rows."""
    raw = saved(sheet({**LOOP, "B3": "=C3+1", "B5": "=C5+1"}))

    def share(xml: str) -> str:
        xml = xml.replace("<f>C3+1</f>", '<f t="shared" ref="B3:B5" si="0">C3+1</f>')
        return xml.replace("<f>C5+1</f>", '<f t="shared" si="0"/>')

    made = page(changed(raw, "xl/worksheets/sheet1.xml", share), 行=THREE)
    assert [made[f"B{r}"].value for r in (2, 3, 4, 5)] == ["=C2+1", "=C3+1", "=C4+1", "=C5+1"]


def test_stale_values_give_way_to_those_of_now() -> None:
    """Also on sheets without tags."""
    book = sheet({"A1": "{{ x }}", "B1": "=A1*2"})
    sheet({"A1": "=表!A1"}, book, "二")
    raw = saved(book)
    for number in (1, 2):
        raw = changed(
            raw,
            f"xl/worksheets/sheet{number}.xml",
            lambda xml: re.sub(r"</f>\s*<v\s*/?>(</v>)?", "</f><v>99</v>", xml),
        )
    made = rendered(raw, x=figure("5"))
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        for number in (1, 2):
            assert "99" not in archive.read(f"xl/worksheets/sheet{number}.xml").decode()
        assert "fullCalcOnLoad" not in archive.read("xl/workbook.xml").decode()


def test_the_calculation_chain_is_dropped() -> None:
    """Its cells would be wrong; Excel makes a new one."""
    raw = saved(sheet({**LOOP, "A5": "=1"}))
    raw = changed(
        raw,
        "[Content_Types].xml",
        lambda xml: xml.replace(
            "</Types>",
            '<Override PartName="/xl/calcChain.xml" ContentType="application/vnd.openxmlformats-'
            'officedocument.spreadsheetml.calcChain+xml"/></Types>',
        ),
    )
    raw = changed(
        raw,
        "xl/_rels/workbook.xml.rels",
        lambda xml: xml.replace(
            "</Relationships>",
            '<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
            'relationships/calcChain" Target="calcChain.xml"/></Relationships>',
        ),
    )
    buffer = io.BytesIO(raw)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("xl/calcChain.xml", '<calcChain><c r="A5"/></calcChain>')
    made = rendered(buffer.getvalue(), 行=THREE)
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert not [name for name, text in texts.items() if "calcChain" in name + text]


def test_names_areas_and_titles_follow() -> None:
    """Defined names, print area, print titles, auto filter."""
    book = sheet({**LOOP, "A5": "合计", "F20": "角"})
    first = book.worksheets[0]
    first.print_area = "A1:F20"
    first.print_title_rows = "1:1"
    first.auto_filter.ref = "A1:C4"
    first.freeze_panes = "A2"
    book.defined_names["总分"] = DefinedName("总分", attr_text="表!$A$5")
    book.defined_names["明细"] = DefinedName("明细", attr_text="表!$A$3:$A$3")
    book.defined_names["常数"] = DefinedName("常数", attr_text="0.17")
    made = opened(book, 行=THREE)
    one = made.worksheets[0]
    assert one.print_area == "'表'!$A$1:$F$20"
    assert one.print_title_rows == "$1:$1"
    assert one.auto_filter.ref == "A1:C4"
    assert one.freeze_panes == "A2"
    assert made.defined_names["总分"].attr_text == "表!$A$5"
    assert made.defined_names["明细"].attr_text == "表!$A$2:$A$4"
    assert made.defined_names["常数"].attr_text == "0.17"
    none = opened(book, 行=[])
    assert none.worksheets[0].print_area == "'表'!$A$1:$F$17"
    assert none.defined_names["总分"].attr_text == "表!$A$2"


def test_a_print_area_inside_an_empty_block_goes() -> None:
    """Nothing left to print means no area."""
    book = sheet(LOOP)
    book.worksheets[0].print_area = "A3:A3"
    assert not page(book, 行=[]).print_area
    assert page(book, 行=THREE).print_area == "'表'!$A$2:$A$4"


def test_validations_and_conditional_formats_follow() -> None:
    """They cover every copy of their rows and no other row; gone rows take them along."""
    book = sheet(
        {"A1": "{%tr for r in 行 %}", "A2": "{{ r.名 }}", "A3": "说明", "A4": "{%tr endfor %}",
         "A5": "末"}
    )  # fmt: skip
    first = book.worksheets[0]
    inside = DataValidation("list", formula1="$J$5:$J$6")
    inside.add("B2")
    below = DataValidation("list", formula1='"优,良"')
    below.add("B5")
    first.add_data_validation(inside)
    first.add_data_validation(below)
    fill = PatternFill("solid", bgColor="FF0000")
    first.conditional_formatting.add("C2:C3", rule_of(["C2>C$5"], fill=fill))
    made = page(book, 行=THREE)
    found_ = {str(v.sqref): v.formula1 for v in made.data_validations.dataValidation}
    assert found_ == {"B1 B3 B5": "$J$7:$J$8", "B7": '"优,良"'}
    (rule,) = made.conditional_formatting
    assert (str(rule.sqref), rule.rules[0].formula) == ("C1:C6", ["C1>C$7"])
    none = page(book, 行=[])
    assert [str(v.sqref) for v in none.data_validations.dataValidation] == ["B1"]
    assert not list(none.conditional_formatting)


def test_links_breaks_and_comments_follow() -> None:
    """Links and page breaks are copied with their row, a comment stays with the first copy."""
    book = sheet({**LOOP, "A5": "合计"})
    first = book.worksheets[0]
    first["A3"].hyperlink = "https://example.cn/"
    first["A5"].hyperlink = Hyperlink("A5", location="表!A5")
    first["A5"].comment = Comment("批注", "设计")
    first.row_breaks.append(Break(3))
    first.row_breaks.append(Break(5))
    made = page(book, 行=THREE)
    links = {c.coordinate: c.hyperlink for r in made.iter_rows() for c in r if c.hyperlink}
    assert sorted(links) == ["A2", "A3", "A4", "A5"]
    assert links["A5"].location == "表!A5"
    assert [b.id for b in made.row_breaks.brk] == [2, 3, 4, 5]
    assert made["A5"].comment.text == "批注"
    none = rendered(book, 行=[])
    empty = load_workbook(io.BytesIO(none.data)).worksheets[0]
    assert empty["A2"].comment.text == "批注"
    assert empty["A2"].hyperlink.location == "表!A2"
    assert [b.id for b in empty.row_breaks.brk] == [2]
    (box,) = [text for name, text in none.parts.items() if "vml" in name.lower()]
    assert re.search(r":Row>1</", box)


DRAWING = (
    '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    "<xdr:twoCellAnchor{edit}><xdr:from><xdr:col>1</xdr:col><xdr:colOff>0</xdr:colOff>"
    "<xdr:row>{first}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:to><xdr:col>2</xdr:col>"
    "<xdr:colOff>0</xdr:colOff><xdr:row>{last}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to>"
    '<xdr:sp macro="" textlink=""><xdr:nvSpPr><xdr:cNvPr id="2" name="框"/><xdr:cNvSpPr/>'
    '</xdr:nvSpPr><xdr:spPr><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr>'
    "<xdr:txBody><a:bodyPr/><a:p><a:r><a:t>{text}</a:t></a:r></a:p></xdr:txBody></xdr:sp>"
    "<xdr:clientData/></xdr:twoCellAnchor></xdr:wsDr>"
)


def with_drawing(book: Workbook, **values: object) -> bytes:
    """The workbook with a text box, which openpyxl itself cannot make."""
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/drawing" Target="../drawings/drawing1.xml"/></Relationships>'
    )
    raw = changed(
        saved(book),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(
            "</worksheet>",
            '<drawing xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/'
            'relationships" r:id="rId1"/></worksheet>',
        ),
    )
    raw = changed(
        raw,
        "[Content_Types].xml",
        lambda xml: xml.replace(
            "</Types>",
            '<Override PartName="/xl/drawings/drawing1.xml" ContentType="application/vnd.'
            'openxmlformats-officedocument.drawing+xml"/></Types>',
        ),
    )
    buffer = io.BytesIO(raw)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("xl/worksheets/_rels/sheet1.xml.rels", relations)
        archive.writestr("xl/drawings/drawing1.xml", DRAWING.format(**values))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("edit", "first", "last", "count", "rows_"),
    [
        ("", 5, 8, 3, ["5", "8"]),
        ("", 5, 8, 5, ["7", "10"]),
        ("", 0, 5, 5, ["0", "7"]),
        (' editAs="oneCell"', 0, 5, 5, ["0", "5"]),
        (' editAs="absolute"', 5, 8, 5, ["5", "8"]),
        ("", 5, 8, 0, ["2", "5"]),
    ],
)
def test_shapes_survive_and_follow(
    edit: str, first: int, last: int, count: int, rows_: list[str]
) -> None:
    """Text boxes move and stretch as ``editAs`` says."""
    raw = with_drawing(sheet({**LOOP, "A5": "末"}), edit=edit, first=first, last=last, text="框")
    made = rendered(raw, 行=THREE[:1] * count)
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        drawing = archive.read("xl/drawings/drawing1.xml").decode()
    assert re.findall("<xdr:row>(.*?)<", drawing) == rows_
    assert "<a:t>框</a:t>" in drawing


def test_tables_grow() -> None:
    """A ListObject covers all copies."""
    book = sheet({**LOOP, "B1": "数", "B3": "x"})
    book.worksheets[0].add_table(Table(displayName="T1", ref="A1:B4"))
    made = page(book, 行=THREE)
    assert made.tables["T1"].ref == "A1:B4"
    assert page(book, 行=THREE * 2).tables["T1"].ref == "A1:B7"


def test_a_table_without_rows_keeps_one() -> None:
    """Excel repairs files in which a ListObject is nothing but its header."""
    book = sheet({**LOOP, "B1": "数", "B3": "x", "A5": "合计"})
    book.worksheets[0].add_table(Table(displayName="T1", ref="A1:B4"))
    assert page(book, 行=[]).tables["T1"].ref == "A1:B2"


def test_a_table_without_header_is_no_table() -> None:
    """One that stands in rows which are left out goes with them."""
    cells = {"A1": "{%tr if x %}", "A2": "名", "A3": "{{ x }}", "A4": "{%tr endif %}", "A5": "完"}
    book = sheet(cells)
    book.worksheets[0].add_table(Table(displayName="T1", ref="A2:A3"))
    assert page(book, x=words("有")).tables["T1"].ref == "A1:A2"
    gone = page(book, x=words(""))
    assert (dict(gone.tables), gone["A1"].value) == ({}, "完")


# 合并

GROUPS = rows(
    {"一": "产出", "二": "数量", "三": "a"},
    {"一": "产出", "二": "数量", "三": "b"},
    {"一": "产出", "二": "质量", "三": "c"},
    {"一": "效益", "二": "质量", "三": "d"},
)
GROUPED = {
    "A1": "{%tr for r in 行 %}",
    "A2": "{{ r.一 | 合并 }}",
    "B2": "{{ r.二 | 合并(r.一) }}",
    "D2": "{{ r.三 }}",
    "A3": "{%tr endfor %}",
    "A4": "末",
}


def test_equal_cells_merge_by_value_and_parents() -> None:
    """二 does not run across a border of 一; cells below the first are empty."""
    made = page(sheet(GROUPED), 行=GROUPS)
    assert merges(made) == ["A1:A3", "B1:B2"]
    assert [made[f"B{r}"].value for r in range(1, 5)] == ["数量", None, "质量", "质量"]
    assert merges(page(sheet(GROUPED), 行=GROUPS[:1])) == []
    assert merges(page(sheet(GROUPED), 行=[])) == []


def test_a_merge_to_the_right_becomes_a_block() -> None:
    """B2:C2 in the loop row with 合并."""
    book = sheet(GROUPED)
    book.worksheets[0].merge_cells("B2:C2")
    made = page(book, 行=GROUPS)
    assert merges(made) == ["A1:A3", "B1:C2", "B3:C3", "B4:C4"]


def test_rows_in_between_break_a_run() -> None:
    """A subtotal row, another block, a gap."""
    cells = {
        "A1": "{%tr for p in 项 %}", "A2": "{%tr for r in p.行 %}", "A3": "{{ r.一 | 合并 }}",
        "A4": "{%tr endfor %}", "A5": "小计", "A6": "{%tr endfor %}",
        "A7": "{{ 尾 | 合并 }}", "A8": "{{ 尾 | 合并 }}", "A10": "{{ 尾 | 合并 }}",
    }  # fmt: skip
    same = rows({"行": GROUPS[:2]}, {"行": GROUPS[:2]}, {"行": []})
    assert merges(page(sheet(cells), 项=same, 尾=words("x"))) == ["A1:A2", "A4:A5", "A8:A9"]


def test_a_run_over_two_inner_loops_stays_one() -> None:
    """No row in between, so equal cells of neighbouring groups belong together."""
    cells = {
        "A1": "{%tr for p in 项 %}", "A2": "{%tr for r in p.行 %}", "A3": "{{ r.一 | 合并 }}",
        "A4": "{%tr endfor %}", "A5": "{%tr endfor %}",
    }  # fmt: skip
    same = rows({"行": GROUPS[:2]}, {"行": GROUPS[2:]})
    assert merges(page(sheet(cells), 项=same)) == ["A1:A3"]


def test_a_merged_cell_may_hold_more_than_its_value() -> None:
    """Only the first of equal cells is printed, with all its text."""
    book = sheet(
        {"A1": "{%tr for r in 行 %}", "A2": "{{ r.一 | 合并 }}\n（{{ r.分 }}分）",
         "B2": "{{ r.三 }}", "A3": "{%tr endfor %}"}
    )  # fmt: skip
    items = rows(*({**item, "分": figure("25")} for item in GROUPS))
    made = page(book, 行=items)
    assert merges(made) == ["A1:A3"]
    assert [made[f"A{r}"].value for r in range(1, 5)] == [
        "产出\n（25分）", None, None, "效益\n（25分）",
    ]  # fmt: skip
    constant = sheet({**LOOP, "B3": "{{ '绩效指标' | 合并 }}"})
    assert merges(page(constant, 行=THREE)) == ["B2:B4"]


def test_numbers_merge_as_well() -> None:
    """A weight column."""
    items = rows({"权": figure("25")}, {"权": figure("25")}, {"权": figure("30")})
    book = sheet({"A1": "{%tr for r in 行 %}", "A2": "{{ r.权 | 合并 }}", "A3": "{%tr endfor %}"})
    made = page(book, 行=items)
    assert merges(made) == ["A1:A2"]
    assert [made[f"A{r}"].value for r in (1, 2, 3)] == [25, None, 30]


def test_merges_of_two_sheets_are_apart() -> None:
    """The last run of one sheet does not go on in the next."""
    book = sheet(GROUPED)
    sheet(GROUPED, book, "二")
    made = opened(book, 行=GROUPS[3:])
    assert [merges(one) for one in made.worksheets] == [[], []]


# The file around the cells


def test_equal_input_gives_equal_bytes() -> None:
    """Also from a second compile; another context gives other bytes."""
    book = sheet({**LOOP, "B3": "{{ r.数 }}"})
    raw = saved(book)
    items = rows({"名": "甲", "数": figure("1.5家", unit="家")}, {"名": "乙", "数": figure("5%")})
    once = rendered(raw, 行=items).data
    assert rendered(raw, 行=items).data == once
    assert rendered(raw, 行=items[:1]).data != once


def test_properties_come_from_the_content() -> None:
    """Title, creator and date; nothing of the template's editor."""
    book = sheet({"A1": "{{ x }}"})
    book.properties.creator = "某设计"
    book.properties.lastModifiedBy = "某设计"
    made = rendered(book, x=words("1"))
    core = load_workbook(io.BytesIO(made.data)).properties
    assert (core.title, core.creator, core.lastModifiedBy) == ("自评表", "九江市驻深办", None)
    assert "某设计".encode() not in b"".join(
        zipfile.ZipFile(io.BytesIO(made.data)).read(n)
        for n in zipfile.ZipFile(io.BytesIO(made.data)).namelist()
    )


def test_page_headers_and_footers() -> None:
    """Tags work there; & is doubled, a font size stays a font size."""
    book = sheet({"A1": "x"})
    setup: Any = book.worksheets[0]
    setup.oddHeader.center.text = "{{ 单位 }}{{ 年度 }}"
    setup.oddHeader.center.size = 12
    setup.oddFooter.right.text = "第 &P 页"
    made = rendered(book, 单位=words("A&B"), 年度=2020)
    xml = made.parts["xl/worksheets/sheet1.xml"]
    assert "A&amp;&amp;B2020" in xml
    assert "&#31532; &amp;P &#39029;" in xml
    assert [m.tag for m in made.marks["xl/worksheets/sheet1.xml"]] == [0]
    setup.oddHeader.center.text = "{{ 年度 }}"
    xml = rendered(book, 年度=2020).parts["xl/worksheets/sheet1.xml"]
    assert "&amp;12 2020" in xml


def rich(xml: str) -> bytes:
    """A workbook whose A1 and A2 show the first and second of these shared strings."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    raw = changed(
        saved(sheet({"A1": "一", "A2": "二"})),
        "xl/worksheets/sheet1.xml",
        lambda text: re.sub(
            "<sheetData>.*</sheetData>",
            '<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row>'
            '<row r="2"><c r="A2" t="s"><v>1</v></c></row></sheetData>',
            text,
        ),
    )
    raw = changed(
        raw,
        "[Content_Types].xml",
        lambda text: text.replace(
            "</Types>",
            f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>',
        ),
    )
    raw = changed(
        raw,
        "xl/_rels/workbook.xml.rels",
        lambda text: text.replace(
            "</Relationships>",
            f'<Relationship Id="rId98" Type="{relations}/sharedStrings" '
            'Target="/xl/sharedStrings.xml"/></Relationships>',
        ),
    )
    buffer = io.BytesIO(raw)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{space}">{xml}</sst>')
    return buffer.getvalue()


def test_rich_text_keeps_its_runs() -> None:
    """A tag split over runs is one tag; looks of the text around it and of other cells stay."""
    bold = '<rPr><b/><sz val="11"/></rPr>'
    raw = rich(
        f"<si><r>{bold}<t>名称：</t></r><r><t>{{{{ 单</t></r><r>{bold}<t>位 }}}}</t></r></si>"
        f"<si><r>{bold}<t>粗</t></r><r><t>细</t></r></si>"
    )
    assert grid(raw, 单位=words("驻深办")) == [["名称：驻深办"], ["粗细"]]
    data = rendered(raw, 单位=words("驻深办")).data
    made = load_workbook(io.BytesIO(data), rich_text=True).worksheets[0]
    assert made["A1"].value[0].font.b
    assert made["A2"].value[0].font.b


def test_sheets_of_other_programs() -> None:
    """Prefixes, cells and rows without reference, empty rows, texts written in place."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    xml = (
        f'<?xml version="1.0"?><x:worksheet xmlns:x="{space}"><x:sheetData>'
        '<x:row><x:c t="inlineStr"><x:is><x:t>头</x:t></x:is></x:c><x:c/><x:c t="str">'
        "<x:v>{{ a }}</x:v></x:c></x:row><x:row/>"
        '<x:row ht="20"><x:c t="inlineStr"><x:is><x:t>{%tr for r in 行 %}</x:t></x:is></x:c>'
        "</x:row><x:row><x:c t=\"inlineStr\"><x:is><x:t>{{ r.名</x:t><x:rPh sb='0' eb='1'>"
        "<x:t>ming</x:t></x:rPh></x:is></x:c></x:row><x:row>"
        '<x:c t="inlineStr"><x:is><x:t>{%tr endfor %}</x:t></x:is></x:c></x:row>'
        '<x:row r="8"><x:c r="B8"><x:f>SUM(C4)</x:f><x:v>7</x:v></x:c></x:row>'
        "</x:sheetData></x:worksheet>"
    ).replace("{{ r.名", "{{ r.名 }}")
    raw = changed(saved(sheet({"A1": 1})), "xl/worksheets/sheet1.xml", lambda _: xml)
    made = page(raw, a=figure("2.50"), 行=THREE)
    assert [made["A1"].value, made["C1"].value, made["C1"].number_format] == ["头", 2.5, "0.00"]
    assert [made[f"A{r}"].value for r in (3, 4, 5)] == ["甲", "乙", "丙"]
    assert made["B8"].value == "=SUM(C3:C5)"


def test_utf_16_parts() -> None:
    """Other encodings are read; the output is UTF-8."""
    raw = saved(sheet(LOOP))
    name = "xl/worksheets/sheet1.xml"

    def encode(members: Members) -> None:
        text = re.sub(r"^<\?xml.*?\?>", "", members[name].decode())
        members[name] = f'<?xml version="1.0" encoding="UTF-16"?>{text}'.encode("utf-16")

    assert grid(repacked(raw, encode), 行=THREE)[1:] == [["甲"], ["乙"], ["丙"]]


def test_an_untouched_sheet_stays_byte_for_byte() -> None:
    """Only what tags, moved rows or stale values touch is written anew."""
    book = sheet({"A1": "{{ x }}"})
    sheet({"A1": "静态", "B2": 3}, book, "二")
    raw = saved(book)
    made = rendered(raw, x=words("1"))
    name = "xl/worksheets/sheet2.xml"
    with (
        zipfile.ZipFile(io.BytesIO(raw)) as before,
        zipfile.ZipFile(io.BytesIO(made.data)) as after,
    ):
        assert before.read(name) == after.read(name)


# Problems


@pytest.mark.parametrize(
    ("cells", "code", "place"),
    [
        ({"B2": "{{ x }"}, "T253", "工作表“表” B2"),
        ({"B2": "{{ x"}, "T253", "工作表“表” B2"),
        ({"B2": "x }}"}, "T253", "工作表“表” B2"),
        ({"B2": "｛｛ x ｝｝"}, "T254", "工作表“表” B2"),
        ({"B2": "{{ x }｝"}, "T254", "工作表“表” B2"),
        ({"B2": "{％ if x ％}"}, "T254", "工作表“表” B2"),
        ({**LOOP, "B2": "别的"}, "T255", "工作表“表” A2"),
        ({**LOOP, "A2": "{%tr for r in 行 %}表头"}, "T255", "工作表“表” A2"),
        ({**LOOP, "B4": 3}, "T255", "工作表“表” A4"),
        ({"A1": "{%tr endfor %}"}, "T112", "工作表“表” A1"),
        ({"A1": "{%tr if x %}", "A2": "{%tr endfor %}", "A3": "{%tr endif %}"}, "T112", "A2"),
        ({"A1": "{%tr for r in 行 %}"}, "T111", "工作表“表” A1"),
        ({"A1": "{% for r in 行 %}", "A2": "{% endfor %}"}, "T259", "A2"),
        ({"A1": "{%tr for r in 行 %}", "A2": "{% endfor %}"}, "T209", "A2"),
        ({"A1": "{{p 正文 }}"}, "T260", "A1"),
        ({"A1": "{%tc if x %}"}, "T260", "A1"),
        ({"A1": '=IF(B1,"{{ x }}",0)'}, "T262", "A1"),
        ({"A1": "{{ r.一 | 合并 }}{{ r.二 | 合并 }}"}, "T264", "A1"),
        ({"A1": "{{ r.一 | 合并 | 万元 }}"}, "T264", "A1"),
        ({"A1": "\ue010{{ x }}"}, "T217", "工作表“表” A1"),
        ({"A1": "{% if x %}{% else %}{% else %}{% endif %}"}, "T140", "工作表“表” A1"),
    ],
)
def test_structural_problems(cells: Grid, code: str, place: str) -> None:
    """Each has its code and its cell."""
    problems = found(sheet(cells))
    assert code in [problem.code for problem in problems]
    (first, *_) = [problem for problem in problems if problem.code == code]
    assert first.at.file == FILE
    assert str(first.at.place or "").endswith(place)


@pytest.mark.parametrize(
    "text",
    [
        "{{ x y }}",
        "{{ x), (y }}",
        "共{{ x y }}",
        "{{ x｜万元 }}",
        "共{{ x * 2 }}",
        "{{ x | 万圆 }}",
    ],
)
def test_what_the_lint_says_of_a_tag_is_not_said_twice(text: str) -> None:
    """Nothing to render, its tags to look at, and no second message in Jinja's English."""
    problems = Problems()
    compiled = compile_xlsx(saved(sheet({"A1": text})), FILE, problems)
    assert list(problems) == []
    assert compiled is not None
    assert not compiled.renderable
    assert [tag.text for tag in compiled.tags] == [text.removeprefix("共")]


def test_hidden_tags_and_crossing_merges() -> None:
    """Merged ranges that swallow a tag, or that a loop would tear."""
    book = sheet({"A1": "甲", "B1": "{{ x }}"})
    book.worksheets[0].merge_cells("A1:A2")
    assert codes(book) == []
    hidden = sheet({"A1": "甲"})
    raw = changed(
        saved(sheet({"A1": "甲", "B1": "{{ x }}"})),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(
            "</sheetData>", '</sheetData><mergeCells><mergeCell ref="A1:B1"/></mergeCells>'
        ),
    )
    assert codes(hidden) == []
    assert codes(raw) == ["T258"]
    crossing = sheet({**LOOP, "A5": "末"})
    crossing.worksheets[0].merge_cells("B1:B3")
    assert codes(crossing) == []  # around the whole loop, which is one row
    torn = sheet(
        {"A1": "{%tr for r in 行 %}", "A2": "甲", "A3": "乙", "A4": "{%tr endfor %}", "A5": "末"}
    )
    torn.worksheets[0].merge_cells("B3:B5")
    assert codes(torn) == ["T265"]


def test_tags_where_gen_does_not_look() -> None:
    """Sheet names, shapes, validations."""
    named = sheet({"A1": "x"}, title="{{ x }}表")
    assert "T261" in codes(named)
    shape = with_drawing(sheet({"A1": "x"}), edit="", first=1, last=2, text="{{ x }}")
    assert codes(shape) == ["T263"]
    checked = sheet({"A1": "x"})
    rule = DataValidation("list", formula1='"{{ x }}"')
    rule.add("A1")
    checked.worksheets[0].add_data_validation(rule)
    assert codes(checked) == ["T263"]


def test_a_template_with_problems_still_gives_its_tags() -> None:
    """The lint goes on with them."""
    problems = Problems()
    made = compile_xlsx(saved(sheet({"A1": "{{ x }}", "A2": "{{ y"})), FILE, problems)
    assert made is not None
    assert [tag.text for tag in made.tags] == ["{{ x }}"]
    assert not made.renderable


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda raw: b"no zip", "T001"),
        (lambda raw: raw[:200], "T001"),
        (
            lambda raw: changed(
                raw,
                "xl/worksheets/sheet1.xml",
                lambda xml: xml.replace("<worksheet", '<!DOCTYPE x [<!ENTITY e "e">]><worksheet'),
            ),
            "T213",
        ),
        (lambda raw: changed(raw, "xl/styles.xml", lambda xml: xml[:-20]), "T252"),
        (lambda raw: without(raw, "xl/worksheets/sheet1.xml"), "T252"),
        (lambda raw: without(raw, "xl/styles.xml"), "T252"),
        (lambda raw: without(raw, "[Content_Types].xml"), "T250"),
        (
            lambda raw: changed(
                raw,
                "xl/_rels/workbook.xml.rels",
                lambda xml: xml.replace(
                    "</Relationships>",
                    '<Relationship Id="rId99" Target="externalLinks/externalLink1.xml" Type="http://'
                    'schemas.openxmlformats.org/officeDocument/2006/relationships/externalLink"/>'
                    "</Relationships>",
                ),
            ),
            "T231",
        ),
        (
            lambda raw: changed(
                raw,
                "[Content_Types].xml",
                lambda xml: xml.replace("sheet.main+xml", "sheet.macroEnabled.main+xml"),
            ),
            "T223",
        ),
        (
            lambda raw: changed(
                raw, "[Content_Types].xml", lambda xml: xml.replace("spreadsheetml", "word")
            ),
            "T250",
        ),
    ],
)
def test_files_that_are_no_workbook(change: Callable[[bytes], bytes], code: str) -> None:
    """Refused before anything is rendered."""
    problems = Problems()
    assert compile_xlsx(change(saved(sheet({"A1": "x"}))), FILE, problems) is None
    assert [problem.code for problem in problems] == [code]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda xml: xml[:-20], "xl/styles.xml 读不出来：第1行附近不完整，或被改坏了。"),
        (lambda xml: xml.replace("</fonts>", "</font>"), "xl/styles.xml 读不出来：第1行附近不完整，或被改坏了。"),
        (lambda xml: '<?xml version="1.0" encoding="no-such"?>' + xml, "xl/styles.xml 读不出来：里面的文字编码不对。"),
    ],
)  # fmt: skip
def test_damaged_parts_are_told_in_chinese(change: Callable[[str], str], message: str) -> None:
    problems = Problems()
    raw = changed(saved(sheet({"A1": "x"})), "xl/styles.xml", change)
    assert compile_xlsx(raw, FILE, problems) is None
    assert [problem.message for problem in problems] == [message]


def test_shown_reads_what_it_prints() -> None:
    """Number and format together are the text, or there is no number."""
    assert shown("007") is None
    assert shown("1.2.3") is None
    assert shown("") is None
    assert shown("—") is None
    assert shown('5"') is None
    assert shown("-0") is None
    number = shown("≥1,234.50元")
    assert number is not None
    assert (number.text, number.code) == ("1234.50", '"≥"#,##0.00"元"')


# Row heights


def wrapped(cells: Grid, *, width: float = 20, alignment: Alignment | None = None) -> Workbook:
    """A sheet in 宋体 12 whose cells wrap; all columns have this width."""
    book = sheet(cells)
    page_: Any = book.worksheets[0]
    normal: Any = book
    normal._fonts[0] = Font(name="宋体", sz=12)
    for row in page_.iter_rows():
        for cell in row:
            cell.font = Font(name="宋体", sz=12)
            cell.alignment = alignment or Alignment(wrap_text=True)
    for column in "ABCD":
        page_.column_dimensions[column].width = width
    return book


def heights(template: Workbook | bytes, **context: object) -> list[tuple[float, bool]]:
    """Height of each row that has one, and whether it is fixed."""
    text = rendered(template, **context).parts["xl/worksheets/sheet1.xml"]
    found_ = [re.search(r' ht="([\d.]+)"', row) for row in re.findall("<row [^>]*>", text)]
    fixed = ['customHeight="1"' in row for row in re.findall("<row [^>]*>", text)]
    return [(float(m[1]) if m else 0, f) for m, f in zip(found_, fixed, strict=True)]


#: A line of 宋体 12 and what comes on top: 20 characters wide means 9 Chinese ones in a line.
LINE, TOP = 15.5, 4.0
ONE = LINE + TOP


def of_lines(count: int) -> float:
    """The height of a row with so many lines."""
    return count * LINE + TOP


def test_loop_rows_grow_with_their_texts() -> None:
    """Estimated, and left to Excel to refit."""
    texts = ["短", "字" * 9, "字" * 10, "字" * 28, ""]
    made = heights(wrapped(LOOP), 行=rows(*({"名": words(text)} for text in texts)))
    lines = [1, 1, 2, 4, 1]
    assert made[1:] == [(of_lines(count), False) for count in lines]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a" * 18, 1),  # half as wide as Chinese
        ("字" * 18, 2),
        ("一\n二\n三", 3),
        ("字" * 10 + "\n" + "字" * 3, 3),
        ("字" * 9 + "，" + "字" * 7, 2),
        ("字" * 9 + "，" + "字" * 8, 3),  # the comma takes a character to its line
        ("字" * 8 + "（" + "字" * 8, 2),
        ("字" * 8 + "（" + "字" * 9, 3),  # an opening bracket goes with what it opens
        ("走访企业商协会150家，完成", 2),
        ("performance evaluation of 9 departments", 3),
        ("&<>" * 6, 1),
        ("&" * 40, 3),
    ],
)
def test_lines_of_a_text(text: str, lines: int) -> None:
    """Line breaks, widths, and what may not begin or end a line."""
    made = heights(wrapped(LOOP), 行=rows({"名": words(text)}))
    assert made[1][0] == of_lines(lines)


def test_only_wrapped_texts_ask_for_height() -> None:
    """Numbers do not wrap, nor do cells that are not asked to."""
    long = words("字" * 50)
    assert heights(sheet({"A1": "{{ x }}"}), x=long) == [(0, False)]
    assert heights(wrapped({"A1": "{{ x }}"}, width=3), x=figure("123456789.12")) == [(ONE, False)]
    hidden = wrapped({"A1": "{{ x }}"})
    hidden.worksheets[0].row_dimensions[1].hidden = True
    assert heights(hidden, x=long) == [(0, False)]


@pytest.mark.parametrize(
    "alignment",
    [Alignment(horizontal="justify"), Alignment(vertical="distributed", horizontal="center")],
)
def test_justified_texts_wrap_too(alignment: Alignment) -> None:
    """Excel wraps them without being asked."""
    made = heights(wrapped({"A1": "{{ x }}"}, alignment=alignment), x=words("字" * 10))
    assert made == [(of_lines(2), False)]


def test_indents_and_stacked_texts() -> None:
    """What takes from the width, and text from top to bottom."""
    indented = wrapped({"A1": "{{ x }}"}, alignment=Alignment(wrap_text=True, indent=2))
    assert heights(indented, x=words("字" * 9)) == [(of_lines(2), False)]
    stacked = wrapped({"A1": "{{ x }}"}, alignment=Alignment(text_rotation=255))
    assert heights(stacked, x=words("管理指标")) == [(of_lines(4), False)]


def test_heights_set_by_hand_only_grow() -> None:
    """And stay fixed."""
    book = wrapped({"A1": "{{ x }}", "A2": "末"})
    book.worksheets[0].row_dimensions[1].height = 60
    assert heights(book, x=words("短"))[0] == (60, True)
    assert heights(book, x=words("字" * 27))[0] == (60, True)
    assert heights(book, x=words("字" * 45))[0] == (of_lines(5), True)
    assert heights(book, x=words("字" * 2000))[0] == (409, True)


def test_a_height_that_fitted_the_tags_is_not_kept() -> None:
    """Excel fits rows to the tags in the template, which are longer than the values."""
    raw = changed(
        saved(wrapped({"A1": "{{ x }}"})),
        "xl/worksheets/sheet1.xml",
        lambda text: text.replace('<row r="1"', '<row r="1" ht="90"'),
    )
    assert heights(raw, x=words("短")) == [(ONE, False)]


def test_labels_count_as_well() -> None:
    """A row of values is as high as the label beside them needs."""
    made = heights(wrapped({"A1": "{{ x }}", "B1": "标" * 20}), x=words("短"))
    assert made == [(of_lines(3), False)]


def test_merged_columns_count_together() -> None:
    """The text has the width of the whole range."""
    book = wrapped({"A1": "{{ x }}"})
    book.worksheets[0].merge_cells("A1:C1")
    assert heights(book, x=words("字" * 28)) == [(ONE, False)]
    assert heights(book, x=words("字" * 31)) == [(of_lines(2), False)]


def test_merged_rows_share_what_their_text_needs() -> None:
    """Evenly, and no more than is lacking."""
    book = wrapped({"A1": "{{ x }}", "B1": "{{ y }}", "B2": "{{ y }}", "B3": "{{ y }}"})
    book.worksheets[0].merge_cells("A1:A3")
    few = heights(book, x=words("字" * 27), y=words("短"))
    assert few == [(ONE, False)] * 3
    many = heights(book, x=words("字" * 54), y=words("短"))
    assert sum(height for height, _ in many) == of_lines(6)
    assert max(many)[0] - min(many)[0] <= 0.25


def test_merged_rows_of_a_loop_share_in_every_pass() -> None:
    """Each copy of the range has its own text."""
    cells = {
        "A1": "{%tr for r in 行 %}", "A2": "{{ r.名 }}", "B2": "{{ r.序 }}", "B3": "{{ r.序 }}",
        "A4": "{%tr endfor %}",
    }  # fmt: skip
    book = wrapped(cells)
    book.worksheets[0].merge_cells("A2:A3")
    items = rows({"名": words("短"), "序": 1}, {"名": words("字" * 54), "序": 2})
    made = [height for height, _ in heights(book, 行=items)]
    assert made[:2] == [ONE, ONE]
    assert sum(made[2:]) == of_lines(6)


def test_joined_cells_share_what_their_text_needs() -> None:
    """Cells printed through 合并, with and without text beside the value."""
    for cell in ("{{ r.组 | 合并 }}", "{{ r.组 | 合并 }}完"):
        book = wrapped({**LOOP, "A3": cell, "B3": "{{ r.名 }}"})
        group = words("字" * 53)
        items = rows(
            *({"组": group, "名": words("短")} for _ in range(3)),
            {"组": words("二"), "名": words("短")},
        )
        made = [height for height, _ in heights(book, 行=items)][1:]
        assert sum(made[:3]) == of_lines(6)
        assert made[3] == ONE


def test_mixed_cells_count() -> None:
    """Text around values, in rich text as well; marks still stand where they are printed."""
    book = wrapped({"A1": "第{{ x }}项：{{ y }}", "B1": "{{ y }}"})
    made = rendered(book, x=figure("3"), y=words("字" * 10))
    part = made.parts["xl/worksheets/sheet1.xml"]
    marks = made.marks["xl/worksheets/sheet1.xml"]
    assert [part[m.start : m.end] for m in marks] == ["3", "字" * 10, "字" * 10]
    assert heights(book, x=figure("3"), y=words("字" * 10)) == [(of_lines(2), False)]
    assert heights(book, x=figure("3"), y=words("字" * 2)) == [(ONE, False)]


@pytest.mark.office
def test_libreoffice_shows_the_figures(tmp_path: Path) -> None:
    """Formats, moved formulas and texts as a reader sees them."""
    book = sheet(
        {**LOOP, "B3": "{{ r.数 }}", "A5": "合计", "B5": "=SUM(B3:B3)", "A6": "{{ 目标 }}",
         "B6": "{{ 率 }}"}
    )  # fmt: skip
    items = rows(*({"名": "=甲", "数": figure(n)} for n in ("64.50", "1.25")))
    made = rendered(
        book, 行=items, 目标=figure("≥5次", unit="次", prefix="≥"), 率=figure("86.72%", unit="%")
    )
    (tmp_path / "表.xlsx").write_bytes(made.data)
    (text,) = page_texts(to_pdf(tmp_path / "表.xlsx", tmp_path))
    assert text.split() == [
        "名称",
        "=甲",
        "64.50",
        "=甲",
        "1.25",
        "合计",
        "65.75",
        "≥5次",
        "86.72%",
    ]


def test_lines_told_outright_are_those_that_loops_give() -> None:
    cells = {
        "A1": "名册", "A2": "{{ 说明 }}", "A3": "{%tr for g in 组 %}", "A4": "{{ g.名 }}",
        "A5": "{%tr for r in g.行 %}", "A6": "{{ loop.index }}", "B6": "{{ r.数 }}",
        "C6": "{{ r.字 }}", "A7": "{%tr endfor %}", "A8": "{%tr endfor %}",
    }  # fmt: skip
    book = sheet(cells)
    page: Any = book.active
    page.merge_cells("A4:C4")
    page.auto_filter.ref = "A2:C6"
    page["C6"].alignment = Alignment(wrap_text=True)
    template = compiled(book)
    some, other = figure("12.50"), figure("3%", unit="%")
    told = [("甲", [(some, "短"), (other, "很长的一段文字" * 20)]), ("乙", [(some, "a&b\n第二行")])]
    groups = [
        Names(名=name, 行=rows(*({"数": n, "字": words(text)} for n, text in lines)))
        for name, lines in told
    ]
    looped = render_xlsx(template, Names(说明=words("说明"), 组=groups), PROPERTIES)
    lines: list[Line] = [(1, ()), (2, (words("说明"),))]
    for name, items in told:
        lines.append((4, (name,)))
        lines += [(6, (n, number, words(t))) for n, (number, t) in enumerate(items, 1)]
    outright = write_lines(template, {0: lines}, PROPERTIES)
    assert outright.data == looped.data
    assert outright.marks == looped.marks
