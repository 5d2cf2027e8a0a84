"""Workbooks for tests: made of a few cells, filled, read back with formulas and their values."""

from __future__ import annotations

import io
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from openpyxl import Workbook, load_workbook
from python_calamine import CalamineWorkbook

from generator.figures.model import Figure, Names
from generator.formats.compiled import Rendered
from generator.formats.properties import Properties
from generator.formats.xlsx.compile.compiler import compile_xlsx
from generator.formats.xlsx.render import render_xlsx
from generator.problems import Position, Problem, Problems
from kit.archives import saved

FILE = "templates/xlsx/表.xlsx"
PROPERTIES = Properties("表", "单位", "2024-05-21")
AT = Position("content/facts.yaml", 1)


def number(text: str, path: str = "", apart: str = "0") -> Figure:
    """A figure that prints ``text``."""
    ratio = text.endswith("%")
    value = Fraction(text.rstrip("%")) / (100 if ratio else 1)
    places = len(text.rstrip("%").partition(".")[2])
    return Figure(
        path or f"数.{text}", value, text, "%" if ratio else "", AT, places=places,
        suffix="%" if ratio else "", apart=Fraction(apart),
    )  # fmt: skip


def items(*values: Mapping[str, object]) -> list[Names]:
    """A list of the content."""
    return [Names(value) for value in values]


def book(**sheets: Mapping[str, object]) -> Workbook:
    """A workbook of sheets, each with some cells."""
    made = Workbook()
    made.remove(made.worksheets[0])
    for title, cells in sheets.items():
        page: Any = made.create_sheet(title)
        for where, value in cells.items():
            page[where] = value
    return made


def filled(template: Workbook | bytes, **context: object) -> Rendered:
    """A template that must compile, filled."""
    problems = Problems()
    raw = template if isinstance(template, bytes) else saved(template)
    compiled = compile_xlsx(raw, FILE, problems)
    assert [problem.message for problem in problems] == []
    assert compiled is not None
    return render_xlsx(compiled, context, PROPERTIES)


def refused(template: Workbook | bytes) -> list[Problem]:
    """What is wrong with a template."""
    problems = Problems()
    compile_xlsx(template if isinstance(template, bytes) else saved(template), FILE, problems)
    return problems.sorted()


def formulas(made: Rendered, title: str) -> dict[str, object]:
    """The formulas of a sheet by cell."""
    page: Any = load_workbook(io.BytesIO(made.data))[title]
    cells = (cell for row in page.iter_rows() for cell in row)
    return {cell.coordinate: cell.value for cell in cells if cell.data_type == "f"}


def values(made: Rendered, title: str) -> dict[str, object]:
    """What the cells of a sheet show: both readers must see it."""
    page: Any = load_workbook(io.BytesIO(made.data), data_only=True)[title]
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(made.data)).get_sheet_by_name(title)
    seen = sheet.to_python(skip_empty_area=False)
    found: dict[str, object] = {}
    for row in page.iter_rows():
        for cell in row:
            if cell.value is None:
                continue
            found[cell.coordinate] = cell.value
            if not (isinstance(cell.value, str) and cell.value.startswith("#")):
                assert seen[cell.row - 1][cell.column - 1] == cell.value, cell.coordinate
    return found
