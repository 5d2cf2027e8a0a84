"""Formulas of workbooks computed anew, from their texts alone: by LibreOffice and by engines."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Sequence
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
    """No names in Chinese, no single cell where a range is meant; no comments of openpyxl's."""
    path.write_bytes(data)
    try:
        model: Any = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
    except ironcalc.WorkbookError:  # it wants parts to be called as Excel calls them
        return lambda *_: None
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


def formulas_are_right(data: bytes, out: Path, left: Sequence[str] = ()) -> int:
    """How many formulas a workbook has: LibreOffice and an engine compute each as gen does.

    ``left``: in the texts of what neither of the engines can do; LibreOffice decides.
    """
    readers_agree(data)
    out.mkdir(exist_ok=True)
    count, others = left_by_engines(data, out / "x.xlsx")
    assert [text for text in others if not any(one in text for one in left)] == []
    if count:
        total, wrong = different(data, out)
        assert (total, wrong) == (count, [])
    return count


def readers_agree(data: bytes) -> dict[str, list[list[Any]]]:
    """The cells of each sheet; openpyxl and calamine see every number, and the same."""
    shown = load_workbook(io.BytesIO(data), data_only=True)
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    found = {}
    for page in shown.worksheets:
        rows = found[page.title] = [list(row) for row in page.iter_rows(values_only=True)]
        seen = book.get_sheet_by_name(page.title).to_python(skip_empty_area=False)
        for row, other in zip(rows, seen, strict=False):
            for mine, theirs in zip(row, other, strict=False):
                assert mine == theirs or not isinstance(mine, int | float)
        numbers = [
            sum(isinstance(v, int | float) for row in one for v in row) for one in (rows, seen)
        ]
        assert numbers[0] == numbers[1]
    return found
