"""The constants of a sheet, for formulas that ask for them."""

from __future__ import annotations

from collections.abc import Iterator

from openpyxl.utils import column_index_from_string

from generator.formats.xlsx.compile.sheet import Cell, Sheet
from generator.formats.xlsx.compiled import Grid
from generator.formats.xlsx.formulas.values import Error


def read_grid(sheet: Sheet, *, values: bool) -> Grid:
    """How far a sheet reaches and, with ``values``, what stands in it besides tags."""
    cells = [cell for row in sheet.rows for cell in row.cells]
    columns = max((column_index_from_string(cell.column) for cell in cells), default=1)
    constants = tuple(_constants(cells)) if values else ()
    return Grid(sheet.last, columns, sheet.kept, constants, any(row.hidden for row in sheet.rows))


def _constants(cells: list[Cell]) -> Iterator[tuple[int, int, str | float | bool | Error]]:
    for cell in cells:
        if not cell.tags and cell.formula is None and (value := _constant(cell)) is not None:
            yield cell.row, column_index_from_string(cell.column), value


def _constant(cell: Cell) -> str | float | bool | Error | None:
    if cell.runs is not None:
        return cell.text or None
    node = cell.node.child("v")
    if node is None or not node.text.strip():
        return None
    text = node.text.strip()
    match cell.node.get("t"):
        case "b":
            return text == "1"
        case "e":
            return Error(text)
    try:
        return float(text)
    except ValueError:
        return text
