"""Areas of a worksheet: read from what names them, compared, written again."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from generator.problems.place import Square

LAST_ROW: Final = 1_048_576
LAST_COLUMN: Final = 16_384
_CELL: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")

Area = tuple[int, int, int, int]  # top, left, bottom, right


def overlap(areas: Sequence[Area]) -> tuple[Area, Area] | None:
    """Two of ``areas`` that have a cell in common, if any do.

    From top to bottom; what stood last in each column is kept from left to right. No two of those
    share a column, so each area is compared once when it comes and once when it goes.
    """
    standing: list[Area] = []
    lefts: list[int] = []
    for area in sorted(areas):
        top, left, _, right = area
        first, behind = bisect_left(lefts, left), bisect_right(lefts, right)
        first -= first > 0 and standing[first - 1][3] >= left
        for other in standing[first:behind]:
            if other[2] >= top:
                return other, area
        standing[first:behind] = [area]
        lefts[first:behind] = [left]
    return None


def cell_of(text: str) -> tuple[int, int] | None:
    """Row and column of a cell that a sheet can have."""
    match = _CELL.fullmatch(text)
    if match is None:
        return None
    row, column = int(match[2]), column_number(match[1])
    return (row, column) if 1 <= row <= LAST_ROW and column <= LAST_COLUMN else None


@lru_cache(maxsize=512)  # asked of each cell, and a list has few columns
def column_number(letters: str) -> int:
    """The number of a column: A is 1."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


_WHOLE: Final = re.compile(r"\$?([A-Za-z]{1,3}):\$?([A-Za-z]{1,3})|\$?([0-9]{1,7}):\$?([0-9]{1,7})")


def area_of(text: str) -> Area | None:
    """An area within a sheet: a cell, two corners, whole columns or rows."""
    first, colon, last = text.partition(":")
    start, end = cell_of(first), cell_of(last if colon else first)
    if start is not None and end is not None:
        rows, columns = sorted((start[0], end[0])), sorted((start[1], end[1]))
        return rows[0], columns[0], rows[1], columns[1]
    if (whole := _WHOLE.fullmatch(text)) is None:
        return None
    if whole[1]:
        left, right = sorted((column_number(whole[1]), column_number(whole[2])))
        return (1, left, LAST_ROW, right) if right <= LAST_COLUMN else None
    top, bottom = sorted((int(whole[3]), int(whole[4])))
    return (top, 1, bottom, LAST_COLUMN) if top >= 1 and bottom <= LAST_ROW else None


def written(area: Area) -> str:
    """An area as Excel names it."""
    top, left, bottom, right = area
    return f"{Square(top, left).reference}:{Square(bottom, right).reference}"
