"""LibreOffice computes the formulas of workbooks anew, from their texts alone."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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
