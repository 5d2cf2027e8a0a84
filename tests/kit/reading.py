"""Finished documents read back with python-docx, openpyxl and python-calamine.

None of gen's code is used: what these readers see is what another office would see.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import openpyxl
from docx import Document
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph
from python_calamine import CalamineWorkbook


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell as stored: its text, columns it spans, and vertical merge.

    ``merge``: ``R`` the first of merged cells, ``c`` continued, ``-`` alone.
    """

    text: str
    span: int = 1
    merge: str = "-"


Rows = list[list[Cell]]


# Word


def paragraphs(path: Path) -> list[str]:
    """Texts of the paragraphs outside of tables."""
    return [paragraph.text for paragraph in Document(str(path)).paragraphs]


def tables(path: Path) -> list[Rows]:
    """Every table of a Word document."""
    return [table_rows(table) for table in Document(str(path)).tables]


def table_rows(table: Any) -> Rows:
    """The cells of one table, row by row, each stored cell once."""
    return [[_cell(tc, table) for tc in row.tc_lst] for row in table._tbl.tr_lst]


def _cell(tc: Any, table: Any) -> Cell:
    text = "\n".join(Paragraph(p, table).text for p in tc.p_lst)
    merge = tc.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
    kind = "-" if merge is None else "R" if merge.get(qn("w:val")) == "restart" else "c"
    return Cell(text, tc.grid_span, kind)


def word_text(path: Path) -> str:
    """All a Word document says, in reading order; a table row is one line."""
    document = Document(str(path))
    lines: list[str] = []
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            lines += [_line(row) for row in table_rows(block)]
        else:
            lines.append(block.text.replace("\t", "→"))
    for number, section in enumerate(document.sections, 1):
        parts = {"页眉": section.header, "页脚": section.footer}
        if document.settings.odd_and_even_pages_header_footer:
            parts |= {"双页页眉": section.even_page_header, "双页页脚": section.even_page_footer}
        for name, part in parts.items():
            text = "".join(paragraph.text for paragraph in part.paragraphs)
            if text:
                lines.append(f"〔第{number}节{name}〕{text}")
    return "\n".join(lines) + "\n"


def _line(row: list[Cell]) -> str:
    shown = ["↑" if cell.merge == "c" else cell.text.replace("\n", "⏎") for cell in row]
    return f"| {' | '.join(shown)} |"


def column(rows: Rows, index: int) -> list[Cell]:
    """The cells of grid column ``index`` (0-based), one per row that has a cell starting there."""
    found = []
    for row in rows:
        here = 0
        for cell in row:
            if here == index:
                found.append(cell)
            here += cell.span
    return found


# Excel


def displayed(value: object, code: str) -> str:
    """What Excel shows for ``value`` under the number format ``code``.

    Knows what gen and its templates use: General, decimals, percent, thousands, literals and a
    section of its own for negative numbers.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    assert isinstance(value, int | float), value
    number = Decimal(repr(value))
    if code == "General":
        return format(number.normalize(), "f")
    sections = re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', code)
    if number < 0 and len(sections) > 1:
        return _formatted(-number, sections[1])
    sign = "-" if number < 0 else ""
    return sign + _formatted(abs(number), sections[0])


_TOKEN = re.compile(r'"([^"]*)"|\\(.)|([#0,]+(?:\.0+)?)|(.)')


def _formatted(number: Decimal, section: str) -> str:
    unquoted = re.sub(r'"[^"]*"|\\.', "", section)
    out = ""
    for quoted, escaped, digits, other in _TOKEN.findall(section):
        if not digits:
            out += quoted or escaped or other
            continue
        places = len(digits.partition(".")[2])
        scaled = number * 100 if "%" in unquoted else number
        rounded = scaled.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        out += format(rounded, ",f" if "," in digits else "f")
    return out


@dataclass(frozen=True, slots=True)
class SheetCell:
    """A cell of a sheet: value as stored, number format, what it shows."""

    value: Any
    code: str
    merged: str = ""

    @property
    def text(self) -> str:
        """What the cell shows."""
        return displayed(self.value, self.code)

    @property
    def is_number(self) -> bool:
        """Whether Excel computes with it."""
        return isinstance(self.value, int | float) and not isinstance(self.value, bool)


def sheet(path: Path) -> Any:
    """The first worksheet by openpyxl, formulas by their values."""
    return openpyxl.load_workbook(path, data_only=True).worksheets[0]


def sheet_rows(path: Path) -> list[list[SheetCell]]:
    """The first sheet by openpyxl, row by row; cells covered by a merge are left out."""
    return [
        [cell for _, cell in row if cell.merged not in ("↑", "←")] for row in _with_columns(path)
    ]


def _with_columns(path: Path) -> Iterator[list[tuple[int, SheetCell]]]:
    page = sheet(path)
    covered: dict[tuple[int, int], str] = {}
    for merged in page.merged_cells.ranges:
        for row in range(merged.min_row, merged.max_row + 1):
            for col in range(merged.min_col, merged.max_col + 1):
                covered[row, col] = "←" if row == merged.min_row else "↑"
        covered[merged.min_row, merged.min_col] = merged.coord
    for row in page.iter_rows():
        yield [
            (c.column, SheetCell(c.value, c.number_format, covered.get((c.row, c.column), "")))
            for c in row
        ]


def sheet_text(path: Path) -> str:
    """All a workbook's sheets show, row by row; ``↑`` continues a cell merged downwards."""
    lines = [f"〔{sheet(path).title}〕"]
    for row in _with_columns(path):
        shown = [
            "↑" if cell.merged == "↑" else cell.text.replace("\n", "⏎")
            for _, cell in row
            if cell.merged != "←"
        ]
        lines.append(f"| {' | '.join(shown)} |")
    return "\n".join(lines) + "\n"


def vertical_merges(path: Path, *, rows: tuple[int, int] | None = None) -> list[str]:
    """Merged ranges of one column, such as ``A14:A27``, sorted by place; within ``rows`` only."""
    found = []
    for merged in sheet(path).merged_cells.ranges:
        left, top, right, bottom = merged.bounds
        inside = rows is None or (rows[0] <= top and bottom <= rows[1])
        if left == right and bottom > top and inside:
            found.append((left, top, merged.coord))
    return [coord for _, _, coord in sorted(found)]


def calamine_rows(path: Path) -> list[list[Any]]:
    """The first sheet by python-calamine: numbers are float, empty cells empty texts."""
    book = CalamineWorkbook.from_path(path)
    return book.get_sheet_by_index(0).to_python(skip_empty_area=False)


def calamine_merges(path: Path) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Merged ranges by python-calamine, 0-based corners."""
    ranges = CalamineWorkbook.from_path(path).get_sheet_by_index(0).merged_cell_ranges
    return sorted(ranges or [])


# Both


def text_of(path: Path) -> str:
    """All that a document says, as plain text."""
    return word_text(path) if path.suffix == ".docx" else sheet_text(path)


def squeezed(text: str) -> str:
    """``text`` without any white space: line breaks inside a cell are the template's choice."""
    return re.sub(r"\s+", "", text)


def word_cells(rows: Rows) -> list[str]:
    """The texts of a Word table in reading order, continued and empty cells left out."""
    return [squeezed(cell.text) for row in rows for cell in row if cell.merge != "c" and cell.text]


def form_rows(path: Path) -> list[list[str]]:
    """Rows of a form, each the texts of its own cells; white space and empty cells left out."""
    if path.suffix == ".docx":
        rows = [
            [cell.text for cell in row if cell.merge != "c"]
            for table in tables(path)
            for row in table
        ]
    else:
        rows = [[cell.text for cell in row] for row in sheet_rows(path)]
    return [[text for cell in row if (text := squeezed(cell))] for row in rows]
