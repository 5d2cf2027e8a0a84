"""Formulas of workbooks computed anew, from their texts alone: by LibreOffice and by engines."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import formualizer
import ironcalc
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from kit.archives import repacked
from kit.pages import resaved

_VALUE = re.compile(r"(</(?:\w+:)?f>)<(\w+:)?v>[^<]*</(?:\w+:)?v>")


def without_values(data: bytes) -> bytes:
    """A workbook whose formulas have no values."""

    def strip(members: dict[str, bytes]) -> None:
        for name in [name for name in members if name.startswith("xl/worksheets/sheet")]:
            members[name] = _VALUE.sub(r"\1", members[name].decode()).encode()

    return repacked(data, strip)


def compared(data: bytes, out: Path) -> Iterator[tuple[str, str, Any, Any]]:
    """Cell, formula, gen's value and LibreOffice's, of every formula of a workbook."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(resaved(without_values(data), out, "xlsx")))
    formulas, values = (
        load_workbook(io.BytesIO(data)),
        load_workbook(io.BytesIO(data), data_only=True),
    )
    for page in formulas.worksheets:
        seen = book.get_sheet_by_name(page.title).to_python(skip_empty_area=False)
        for row in page.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                theirs = ""
                if cell.row <= len(seen) and cell.column <= len(seen[cell.row - 1]):
                    theirs = seen[cell.row - 1][cell.column - 1]
                text = getattr(cell.value, "text", cell.value)
                mine = values[page.title][cell.coordinate].value
                yield f"{page.title}!{cell.coordinate}", str(text), mine, theirs


def _by_ironcalc(data: bytes, path: Path) -> Callable[[int, str, int, int], Any]:
    """No names in Chinese, no single cell where a range is meant; told apart from an error."""
    path.write_bytes(data)
    model: Any = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
    model.evaluate()
    return lambda number, title, row, column: model.get_cell_value(number, row, column)


def _by_formualizer(data: bytes, path: Path) -> Callable[[int, str, int, int], Any]:
    """No columns of tables in Chinese."""
    book: Any = formualizer.Workbook.from_bytes(data)
    book.evaluate_all()
    return lambda number, title, row, column: book.evaluate_cell(title, row, column)


#: Both are needed: neither knows all that LibreOffice and Excel know.
ENGINES = (_by_ironcalc, _by_formualizer)


def left_by_engines(data: bytes, path: Path) -> tuple[int, list[str]]:
    """How many formulas there are, and the texts of those that no engine computes as gen does."""
    answers = [engine(without_values(data), path) for engine in ENGINES]
    shown = load_workbook(io.BytesIO(data), data_only=True)
    count, left = 0, []
    for number, page in enumerate(load_workbook(io.BytesIO(data)).worksheets):
        for cell in (cell for row in page.iter_rows() for cell in row if cell.data_type == "f"):
            mine, where = shown[page.title][cell.coordinate].value, (cell.row, cell.column)
            if not any(same(mine, answer(number, page.title, *where)) for answer in answers):
                left.append(str(getattr(cell.value, "text", cell.value)))
            count += 1
    return count, left


def same(mine: Any, theirs: Any) -> bool:
    """Whether both are the same in 15 digits, but for the last bit of binary numbers."""
    if isinstance(mine, str) and mine.startswith("#"):
        return theirs in ("", mine)  # calamine has no words for errors
    if isinstance(mine, int | float) and isinstance(theirs, int | float):
        return abs(mine - theirs) <= 1e-14 * max(abs(mine), abs(theirs))
    return mine == theirs or (mine in (None, "") and theirs == "")


def different(data: bytes, out: Path) -> tuple[int, list[str]]:
    """How many formulas there are, and those that LibreOffice computes otherwise."""
    found = list(compared(data, out))
    wrong = [
        f"{cell} {text}: {mine!r}, not {theirs!r}"
        for cell, text, mine, theirs in found
        if not same(mine, theirs)
    ]
    return len(found), wrong
