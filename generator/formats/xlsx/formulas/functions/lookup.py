"""Looking things up, and where cells are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final

from generator.formats.xlsx.formulas.addresses import Place
from generator.formats.xlsx.formulas.arrays import Argument, rows_of
from generator.formats.xlsx.formulas.criteria import fits, wildcard
from generator.formats.xlsx.formulas.functions.kinds import Function, items, whole
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

#: Rows whose numbers one formula may ask for.
_MAX_NUMBERS: Final = 100_000


def _rows(argument: Argument) -> Matrix:
    found = rows_of(argument)
    if found is None:
        assert not isinstance(argument, Range | list)
        return [[argument]]
    if isinstance(argument, Range) and len(argument.rows) > 1:
        raise Uncomputed("在隔开的区域里查找")
    return found


def _index(area: Argument, row: Value, column: Value = None) -> Argument:
    rows = _rows(area)
    height, width = len(rows), len(rows[0])
    down = int(number(row))
    across = 0 if column is None else int(number(column))
    if column is None and height == 1 and width > 1:
        down, across = 1, down
    if down < 0 or across < 0:
        raise Failed(VALUE)
    if down > height or across > width:
        raise Failed(REFERENCE)
    tall, wide = down == 0 and height > 1, across == 0 and width > 1
    if not tall and not wide:
        return rows[max(down, 1) - 1][max(across, 1) - 1]
    if isinstance(area, Range):
        return area.part(down, across)
    chosen = rows if tall else [rows[max(down, 1) - 1]]
    return chosen if wide else [[one[max(across, 1) - 1]] for one in chosen]


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
    """Where the last value not beyond ``wanted`` is, of values in order.

    Raises ``Uncomputed`` where they are in no order and it matters: Excel halves them.
    """
    wanted = 0.0 if wanted is None else wanted
    if isinstance(wanted, Error):
        raise Failed(wanted.code)
    kind = _kind(wanted)
    places = [
        place
        for place, value in enumerate(values)
        if value is not None and not isinstance(value, Error) and _kind(value) == kind
    ]
    way = 1 if ascending else -1
    beyond = [compared(values[place], wanted) * way > 0 for place in places]
    count = beyond.index(True) if True in beyond else len(beyond)
    if count < len(places) and any(
        compared(values[one], values[two]) * way > 0 for one, two in pairwise(places)
    ):
        raise Uncomputed("没有排好序的近似查找")
    if not count:
        raise Failed(NOT_FOUND)
    return places[count - 1]


def _match(value: Value, area: Argument, kind: Value = 1.0) -> Value:
    how = number(kind)
    values = [one for row in _rows(area) for one in row]
    if how == 0:
        return float(exact_place(value, values) + 1)
    return float(_last_below(value, values, ascending=how > 0) + 1)


def _vlookup(value: Value, area: Argument, column: Value, nearby: Value = True) -> Value:
    return _looked_up(value, _rows(area), column, nearby)


def _hlookup(value: Value, area: Argument, row: Value, nearby: Value = True) -> Value:
    turned = [list(column) for column in zip(*_rows(area), strict=True)]
    return _looked_up(value, turned, row, nearby)


def _looked_up(value: Value, rows: Matrix, column: Value, nearby: Value) -> Value:
    across = int(number(column))
    if across < 1:
        raise Failed(VALUE)
    if not rows or across > len(rows[0]):
        raise Failed(REFERENCE)
    find = _last_below if truth(nearby) else exact_place
    return rows[find(value, [row[0] for row in rows])][across - 1]


def _lookup(value: Value, area: Argument, result: Argument = None) -> Value:
    if result is None:
        rows = _rows(area)
        if rows and len(rows[0]) > len(rows):
            rows = [list(column) for column in zip(*rows, strict=True)]
        return rows[_last_below(value, [row[0] for row in rows])][-1]
    rows, results = _rows(area), _rows(result)
    if len(rows) != len(results) or len(rows[0]) != len(results[0]):
        raise Uncomputed("LOOKUP 的两个大小不同的区域")
    return items(result)[_last_below(value, items(area))]


def _xlookup(value: Value, area: Argument, result: Argument, otherwise: Value = None) -> Value:
    try:
        found = exact_place(value, items(area))
    except Failed:
        if otherwise is None:
            raise
        return otherwise
    results = items(result)
    if len(results) != len(items(area)):
        raise Failed(VALUE)
    return results[found]


def _row(place: Place, area: Argument = None) -> Argument:
    if area is None:
        return float(place.row)
    runs = _area(area).rows
    if sum(high - low + 1 for low, high in runs) > _MAX_NUMBERS:
        raise Uncomputed("整列的 ROW")
    return [[float(row)] for low, high in runs for row in range(low, high + 1)]


def _column(place: Place, area: Argument = None) -> Argument:
    if area is not None:
        first, last = _area(area).columns
        return [[float(column) for column in range(first, last + 1)]]
    if not place.column:
        raise Uncomputed("COLUMN")
    return float(place.column)


def _area(argument: Argument) -> Range:
    if not isinstance(argument, Range):
        raise Uncomputed("不是区域的行号列号")
    return argument


def _height(_: Place, area: Argument) -> Value:
    if isinstance(area, Range):
        return float(sum(high - low + 1 for low, high in area.rows))
    return float(len(_rows(area)))


def _width(_: Place, area: Argument) -> Value:
    if isinstance(area, Range):
        return float(area.columns[1] - area.columns[0] + 1)
    return float(len(_rows(area)[0]))


def _placed(run: Callable[..., Argument], least: int) -> Function:
    """A function that asks where cells are, and not what stands in them."""
    return Function(run, least, 1, "w", placed=True)


FUNCTIONS: Final[dict[str, Function]] = {
    "INDEX": whole(_index, "unn", 2, 3),
    "MATCH": whole(_match, "vwn", 2, 3),
    "VLOOKUP": whole(_vlookup, "kwsn", 3, 4),
    "HLOOKUP": whole(_hlookup, "kwsn", 3, 4),
    "LOOKUP": whole(_lookup, "vff", 2, 3),
    "XLOOKUP": whole(_xlookup, "kuun", 3, 4),
    "ROW": _placed(_row, 0),
    "COLUMN": _placed(_column, 0),
    "ROWS": _placed(_height, 1),
    "COLUMNS": _placed(_width, 1),
}
