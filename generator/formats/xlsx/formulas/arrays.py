"""Where one value is wanted and many are given: arrays, and what is computed item by item.

An array is one wherever it stands. What a range is depends on the formula around it (``Mode``):
Excel decides it by how the formula was entered and by which function's arguments it is in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Literal, TypeAlias

from generator.formats.xlsx.formulas.addresses import Place
from generator.formats.xlsx.formulas.ranges import Matrix, Range
from generator.formats.xlsx.formulas.values import (
    VALUE,
    Error,
    Failed,
    Uncomputed,
    Value,
)

#: What a function is given: a value, cells, or rows of values.
Argument: TypeAlias = Value | Range | Matrix

#: What a range is where one value is wanted: its cell in the own row (``own``); an array, as in
#: array formulas (``each``), or only within what SUMPRODUCT, LOOKUP and their like are given
#: (``forced``); ``left`` to Excel, where its versions and LibreOffice do not agree
#: (beside ``{1,2}`` a range is an array to LibreOffice, to Excel it is not).
Mode: TypeAlias = Literal["own", "each", "forced", "left"]

#: Items that one array may have; no form of an office has as many.
_MAX_ITEMS: Final = 2_000_000


def taken(value: Argument, mode: Mode, place: Place) -> Value | Matrix:
    """``value`` where one value is wanted: that value, or an array of them."""
    if type(value) is not Range:
        return value  # type: ignore[return-value]
    if mode == "own":
        return own(value, place)
    if mode != "left":
        return value.cells
    if len(value.values) == 1:
        return value.values[0]
    raise Uncomputed("一段区域当一个值用")


def own(value: Argument, place: Place) -> Value:
    """One value of what may be many: of a range, that of the own row or column."""
    if isinstance(value, Range):
        return value.values[0] if len(value.values) == 1 else _crossed(value, place)
    if isinstance(value, list):
        return value[0][0] if value and value[0] else None
    return value


def _crossed(value: Range, place: Place) -> Value:
    first, last = value.columns
    if first == last:
        before = 0
        for low, high in value.rows:
            if low <= place.row <= high:
                return value.values[before + place.row - low]
            before += high - low + 1
    elif len(value.cells) == 1:
        if not place.column:
            raise Uncomputed("一行区域当一个值用")
        if first <= place.column <= last:
            return value.cells[0][place.column - first]
    raise Failed(VALUE)


def first_of(value: Argument) -> Value:
    """What one cell shows of many values."""
    rows = rows_of(value)
    if rows is None:
        return value  # type: ignore[return-value]
    return rows[0][0] if rows and rows[0] else None


def rows_of(value: Argument) -> Matrix | None:
    """``value`` as rows of values if it is many."""
    if isinstance(value, Range):
        return value.cells
    return value if isinstance(value, list) else None


def lifted(
    compute: Callable[..., Argument], arguments: Sequence[Argument], lifting: Sequence[int]
) -> Matrix:
    """``compute`` of each item of the arrays among ``arguments``; those of ``lifting`` are.

    A single row or column serves for all rows or columns. Others have to be of one size: where an
    item is missing, Excel gives #N/A and LibreOffice leaves it out.
    """
    arrays = {at: rows for at in lifting if (rows := rows_of(arguments[at])) is not None}
    height = max(map(len, arrays.values()))
    width = max(len(rows[0]) for rows in arrays.values())
    if height * width > _MAX_ITEMS:
        raise Uncomputed("很大的数组")
    if any(
        len(rows) not in (1, height) or len(rows[0]) not in (1, width) for rows in arrays.values()
    ):
        raise Uncomputed("大小不同的数组")
    given = list(arguments)
    found: Matrix = []
    for i in range(height):
        row: list[Value] = []
        for j in range(width):
            for at, rows in arrays.items():
                given[at] = _at(rows, i, j)
            row.append(_computed(compute, given))
        found.append(row)
    return found


def _computed(compute: Callable[..., Argument], items: Sequence[Argument]) -> Value:
    try:
        found = compute(*items)
    except Failed as failed:
        return Error(failed.code)
    except OverflowError:
        return Error("#NUM!")
    if isinstance(found, Range | list):
        raise Uncomputed("数组里的数组")
    return found


def _at(rows: Matrix, i: int, j: int) -> Value:
    row = rows[i] if len(rows) > 1 else rows[0]
    return row[j] if len(row) > 1 else row[0]
