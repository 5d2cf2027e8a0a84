"""Workbooks as readers go through them: cells, page headers, shared texts."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from kit.workspaces import ROOT

from generator.problems.place import Place
from generator.reading import excel
from generator.reading.excel import SheetPart
from generator.reading.files import Package
from generator.reading.package import PackageError, read_members

TEMPLATES = sorted((ROOT / "templates" / "xlsx").rglob("*.xlsx"))
SHEET = Place("sheet", 1, "表")


def told(xml: str, shared: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    part = SheetPart(xml, SHEET, shared)
    return [(str(one.place).removeprefix("工作表“表” "), one.text) for one in part]


def test_cells_and_page_headers() -> None:
    xml = (
        '<worksheet><sheetData><row><c r="A1" s="3"/><c s="1" r="B1"><f>A1/3</f><v>0.5</v></c>'
        '<c r="C1" t="inlineStr"><is><r><t>一</t></r><r><t xml:space="preserve">二</t></r></is></c>'
        "</row></sheetData><dataValidation><formula1>别的</formula1></dataValidation>"
        "<headerFooter><oddHeader>&amp;C页眉</oddHeader><evenFooter>页脚</evenFooter>"
        "</headerFooter></worksheet>"
    )
    assert told(xml) == [
        ("A1", ""), ("B1", "0.5"), ("C1", "一二"), ("页眉", "&C页眉"), ("页脚", "页脚"),
    ]  # fmt: skip


def test_another_prefix_and_texts_that_cells_share() -> None:
    xml = '<x:c r="B2" t="s"><x:v>1</x:v></x:c><x:c r="C2" t="s"><x:v>9</x:v></x:c>'
    assert told(xml, ("甲", "乙")) == [("B2", "乙"), ("C2", "")]
    members = {
        "xl/sharedStrings.xml": "<sst><si><t>甲</t><rPh sb='0'><t>jia</t></rPh></si><si/><si><r>"
        "<t>一&amp;</t></r><r><t>二</t></r></si></sst>".encode()
    }
    assert excel.strings(members) == ["甲", "", "一&二"]
    assert excel.strings({}) == []
    spoken = {
        "xl/sharedStrings.xml": "<sst><si><t>甲</t><rPh/><rPh sb='0'/><t>乙</t></si></sst>".encode()
    }
    assert excel.strings(spoken) == ["甲乙"]


def test_the_prefix_is_that_of_the_sheet() -> None:
    xml = (
        '<?xml version="1.0"?><x:worksheet xmlns:x="m"><x:c s="1" r="B2"><x:v>1</x:v></x:c>'
        "<x:headerFooter><x:oddHeader>页眉</x:oddHeader></x:headerFooter></x:worksheet>"
    )
    assert told(xml) == [("B2", "1"), ("页眉", "页眉")]


def test_codes_of_characters_are_read_as_excel_reads_them() -> None:
    """``_x0041_`` is A; an escaped one is its own text, and halves of surrogates are none."""
    for written, shown in (
        ("_x0041_", "A"), ("_x005F_x0041_", "_x0041_"), ("甲_x005f__x4E59_", "甲_乙"),
        ("_xD83D_", "_xD83D_"), ("_x41_", "_x41_"), ("x0041_", "x0041_"),
    ):  # fmt: skip
        assert told(f'<c r="A1" t="inlineStr"><is><t>{written}</t></is></c>') == [("A1", shown)]
        assert excel.plain(f"<t>{written}</t>") == shown
        shared = {"xl/sharedStrings.xml": f"<sst><si><t>{written}</t></si></sst>".encode()}
        assert excel.strings(shared) == [shown]


def test_the_cell_of_a_character() -> None:
    xml = '<c r="A1"><v>1</v></c><c r="A2"><v>2</v></c>'
    part = SheetPart(xml, SHEET)
    for number in ("1", "2"):
        found = part.at(xml.index(f"<v>{number}"))
        assert found is not None
        assert (found.text, found.place) == (number, SHEET.down(*found.place.steps))
        assert str(found.place).endswith(f"A{number}")


def test_what_no_reader_shows_is_not_read() -> None:
    cells = '<c r="A1"><!-- <v>1</v> --><v>2</v></c><c r="A2"><v>3&#10;4</v></c>'
    assert told(cells + '<c r="A3"><v>5\r\n6</v></c>') == [
        ("A1", "2"), ("A2", "3\n4"), ("A3", "5\n6"),
    ]  # fmt: skip


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_the_shipped_templates_read_as_openpyxl_reads_them(path: Path) -> None:
    raw = path.read_bytes()
    file = Package(raw)
    book = openpyxl.load_workbook(io.BytesIO(raw))
    assert [place.name for place in file.places.values()] == book.sheetnames
    for name, place in file.places.items():
        sheet = book[place.name]
        wanted = {
            cell.coordinate: str(cell.value)
            for row in sheet.iter_rows() for cell in row
            if cell.value is not None and cell.data_type != "f"
        }  # fmt: skip
        found = {str(one.place).rpartition(" ")[2]: one.text for one in file.part(name)
                 if one.place.part == "sheet" and one.text}  # fmt: skip
        assert found == wanted


def test_a_workbook_that_does_not_name_its_sheets_is_refused() -> None:
    members = read_members(TEMPLATES[0].read_bytes())
    for missing in ("_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
        rest = {name: data for name, data in members.items() if name != missing}
        with pytest.raises(PackageError):
            excel.sheets(rest)
        with pytest.raises(PackageError):
            excel.sheets({**members, missing: b"<x"})


@pytest.mark.parametrize(
    ("text", "code", "read"),
    [
        ("3.2", "0.00", "3.20"),
        ("3", "#,##0.00", "3.00"),
        ("-3.1", "#,##0.00_);(#,##0.00)", "-3.10"),
        ("3.125", "0.00", "3.125"),  # never rounded
        ("3.0999999999999996", "0.00", "3.10"),
        ("3.2", '0.00"万元"', "3.20"),
        ("3.2", "General", "3.2"),
        ("3.2", "0.0#", "3.2"),
        # What scales or shows shares says nothing of the number as it is kept.
        ("0.5", "0.00%", "0.5"),
        ("5000", "0!.0000", "5000"),
        ("5000", "0.00,", "5000"),
        ("44561", "yyyy-mm-dd", "44561"),
        ("合计", "0.00", "合计"),
        ("", "0.00", ""),
    ],
)
def test_zeros_that_a_format_shows(text: str, code: str, read: str) -> None:
    assert excel.precise(text, code) == read
