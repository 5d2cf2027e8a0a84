"""Looking things up, and where cells are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from generator.formats.xlsx.formulas.addresses import Place
from generator.formats.xlsx.formulas.criteria import fits, wildcard
from generator.formats.xlsx.formulas.functions.kinds import Function, items, whole
from generator.formats.xlsx.formulas.operators import Argument, own, rows_of
from generator.formats.xlsx.formulas.ranges import Matrix, Range
from generator.formats.xlsx.formulas.values import (
    NOT_FOUND,
    REFERENCE,
    VALUE,
    Error,
    Failed,
    Uncomputed,
    Value,
    compared,
    number,
    truth,
)


def _rows(argument: Argument) -> Matrix:
    found = rows_of(argument)
    if found is None:
        assert not isinstance(argument, Range | list)
        return [[argument]]
    if isinstance(argument, Range) and len(argument.rows) > 1:
        raise Uncomputed("在隔开的区域里查找")
    return found


def _index(place: Place, area: Argument, row: Argument, column: Argument = None) -> Value:
    rows = _rows(area)
    width = len(rows[0]) if rows else 0
    down = int(number(own(row, place)))
    across = 0 if column is None else int(number(own(column, place)))
    if column is None and len(rows) == 1 and width > 1:
        down, across = 1, down
    if (down == 0 and len(rows) > 1) or (across == 0 and width > 1):
        raise Uncomputed("INDEX 取整行整列")
    down, across = max(down, 1), max(across, 1)
    if down > len(rows) or across > width or int(number(own(row, place))) < 0:
        raise Failed(REFERENCE)
    return rows[down - 1][across - 1]


def _kind(value: Value) -> int:
    return 2 if isinstance(value, bool) else 1 if isinstance(value, str) else 0


def exact_place(wanted: Value, values: Sequence[Value]) -> int:
    """Where the first of ``values`` equal to ``wanted`` is; raises ``Failed``."""
    if isinstance(wanted, str) and any(sign in wanted for sign in "*?~"):
        pieces = wildcard(wanted)
        places = (i for i, one in enumerate(values) if isinstance(one, str) and fits(pieces, one))
    else:
        wanted = 0.0 if wanted is None else wanted
        places = (
            index
            for index, value in enumerate(values)
            if value is not None
            and not isinstance(value, Error)
            and _kind(value) == _kind(wanted)
            and compared(value, wanted) == 0
        )
    found = next(places, -1)
    if found < 0:
        raise Failed(NOT_FOUND)
    return found


def _last_below(wanted: Value, values: Sequence[Value], *, ascending: bool = True) -> int:
    """Where the last value not beyond ``wanted`` is, of values in order."""
    found = -1
    for index, value in enumerate(values):
        if value is None or isinstance(value, Error) or _kind(value) != _kind(wanted):
            continue
        order = compared(value, wanted)
        if (order > 0) if ascending else (order < 0):
            break
        found = index
    if found < 0:
        raise Failed(NOT_FOUND)
    return found


def _match(place: Place, value: Argument, area: Argument, kind: Argument = 1.0) -> Value:
    wanted, how = own(value, place), number(own(kind, place))
    values = [one for row in _rows(area) for one in row]
    if how == 0:
        return float(exact_place(wanted, values) + 1)
    return float(_last_below(wanted, values, ascending=how > 0) + 1)


def _vlookup(
    place: Place, value: Argument, area: Argument, column: Argument, nearby: Argument = True
) -> Value:
    return _looked_up(place, value, _rows(area), column, nearby)


def _hlookup(
    place: Place, value: Argument, area: Argument, row: Argument, nearby: Argument = True
) -> Value:
    turned = [list(column) for column in zip(*_rows(area), strict=True)]
    return _looked_up(place, value, turned, row, nearby)


def _looked_up(
    place: Place, value: Argument, rows: Matrix, column: Argument, nearby: Argument
) -> Value:
    across = int(number(own(column, place)))
    if across < 1:
        raise Failed(VALUE)
    if not rows or across > len(rows[0]):
        raise Failed(REFERENCE)
    find = _last_below if truth(own(nearby, place)) else exact_place
    return rows[find(own(value, place), [row[0] for row in rows])][across - 1]


def _lookup(place: Place, value: Argument, area: Argument, result: Argument = None) -> Value:
    if result is None:
        raise Uncomputed("LOOKUP 的数组写法")
    found = _last_below(own(value, place), items(area))
    results = items(result)
    if found >= len(results):
        raise Failed(NOT_FOUND)
    return results[found]


def _xlookup(
    place: Place, value: Argument, area: Argument, result: Argument, otherwise: Argument = None
) -> Value:
    try:
        found = exact_place(own(value, place), items(area))
    except Failed:
        if otherwise is None:
            raise
        return own(otherwise, place)
    results = items(result)
    if len(results) != len(items(area)):
        raise Failed(VALUE)
    return results[found]


def _row(place: Place, area: Argument = None) -> Argument:
    if area is None:
        return float(place.row)
    if not isinstance(area, Range):
        raise Failed(VALUE)
    return [[float(row)] for low, high in area.rows for row in range(low, high + 1)]


def _column(_: Place, area: Argument) -> Argument:
    if not isinstance(area, Range):
        raise Failed(VALUE)
    return [[float(column) for column in range(area.columns[0], area.columns[1] + 1)]]


def _height(_: Place, area: Argument) -> Value:
    return float(len(_rows(area)))


def _width(_: Place, area: Argument) -> Value:
    rows = _rows(area)
    return float(len(rows[0])) if rows else 0.0


FUNCTIONS: Final[dict[str, Function]] = {
    "INDEX": whole(_index, 2, 3),
    "MATCH": whole(_match, 2, 3),
    "VLOOKUP": whole(_vlookup, 3, 4),
    "HLOOKUP": whole(_hlookup, 3, 4),
    "LOOKUP": whole(_lookup, 2, 3),
    "XLOOKUP": whole(_xlookup, 3, 4),
    "ROW": whole(_row, 0, 1, refers=True),
    "COLUMN": whole(_column, 1, refers=True),
    "ROWS": whole(_height, 1, refers=True),
    "COLUMNS": whole(_width, 1, refers=True),
}
