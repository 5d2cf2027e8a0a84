"""Long lists as a record keeps them: a list of twenty thousand rows is told by its columns.

Rows that come again and again, a thousand times and more, are written as one table::

    {"count": 20000, "period": 4, "columns": [one, another, …]}

``period`` rows come ``count`` times, each with the same fields; ``columns`` has one for each field
of the first of them, then of the second … A column is a list with a value for each time, or tells
them: ``{"same": x}``, ``{"from": 3, "step": 1}``, ``{"named": ["明细", ".数量"]}`` for
明细[1].数量, 明细[2].数量 …, or ``{"lists": [column, …]}`` where the values are lists of one
length.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from json.encoder import encode_basestring
from typing import Any, Final, TypeAlias

#: Fewer are written one a line, as people read them.
LONG: Final = 1_000
#: No more rows than these come again and again.
_WIDEST: Final = 64
#: Columns that only tell their values, for each that lists them, so that nobody can have far more
#: made of a record than what lies there; names that are made take more room than the others.
_TOLD: Final = 32
_NAMED: Final = 8
_LONGEST_NAME: Final = 100
#: Lists within lists; places hold the numbers of steps.
_DEEPEST: Final = 2
#: Stands in no text of a record (see ``shape.printable``), and needs no escape in JSON.
_BETWEEN: Final = "\x7f"

#: Where rows begin to come again, how many, and how often.
Run: TypeAlias = tuple[int, int, int]

_encoded: Final[Callable[[object], str]] = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, separators=(",", ":")
).encode


class Malformed(ValueError):
    """What should be a table is none."""


# Which rows come again


def of_paths(paths: Sequence[str]) -> Iterator[Run]:
    """Runs in rows that go by ``paths``: those that are numbered from 1 on, or are the same."""
    start = 0
    while start + LONG <= len(paths):
        head, first, tail = paths[start].partition("[1]")
        ahead = paths[start + 1 : start + 1 + _WIDEST] if first else ()
        second = f"{head}[2]{tail}"
        period = 1 + ahead.index(second) if second in ahead else 0
        # Most that begin like a long list are none: one look tells.
        last = start + period * (LONG - 1)
        if not period or last >= len(paths) or paths[last] != f"{head}[{LONG}]{tail}":
            start += 1
            continue
        count = min(_numbered(paths[start + number :: period]) for number in range(period))
        if count >= LONG:
            yield start, period, count
        start += period * count if count >= LONG else 1


def _numbered(paths: Sequence[str]) -> int:
    """How many of ``paths`` are numbered from 1 on, or are the same."""
    head, first, tail = paths[0].partition("[1]")
    if not first:
        wanted = [head] * len(paths)
    else:
        wanted = [f"{head}[{number}]{tail}" for number in range(1, len(paths) + 1)]
    if wanted == paths:
        return len(paths)
    return next(n for n, (one, other) in enumerate(zip(paths, wanted, strict=True)) if one != other)


def of_items(depths: Sequence[int], likes: Sequence[object], lists: Sequence[int]) -> Iterator[Run]:
    """Runs in the rows of a tree: the items of the ``lists`` (by their places) that are all alike.

    ``likes``: what is to be the same, beside the ``depths``, wherever a row comes again.
    """
    for start in (place + 1 for place in lists):
        if len(depths) - start < LONG:
            return
        depth = depths[start]
        near = range(start + 1, min(len(depths), start + _WIDEST))
        period = next((n for n in near if depths[n] <= depth), start) - start
        stop = next((n for n in range(start, len(depths)) if depths[n] < depth), len(depths))
        count, rest = divmod(stop - start, period) if period else (0, 0)
        if count >= LONG and not rest:
            parts = [of[start + n : stop : period] for of in (depths, likes) for n in range(period)]
            if all(part.count(part[0]) == count for part in parts):
                yield start, period, count


# Writing


def folded(rows: Sequence[Sequence[object]], run: Run, *, named: bool = False) -> str:
    """The table of the rows of ``run``; empty where it would tell far more than it lists.

    ``named``: each row begins with the path by which ``of_paths`` found the run.
    """
    start, period, count = run
    stop = start + period * count
    writer = _Writer()
    columns: list[str] = []
    for number in range(period):
        first, *others = zip(*rows[start + number : stop : period], strict=True)
        columns.append(writer.path(first[0]) if named else writer.column(first))
        columns += map(writer.column, others)
    if writer.told > _TOLD * writer.listed:
        return ""
    return f'{{"count":{count},"period":{period},"columns":[' + ",\n".join(columns) + "]}"


class _Writer:
    """Writes columns, and counts those that list their values and those that only tell them."""

    def __init__(self) -> None:
        self.listed = self.told = 0

    def path(self, first: str) -> str:
        """A column of paths that begins with ``first``."""
        self.told += _NAMED if len(first) <= _LONGEST_NAME else _TOLD**2
        return _encoded({"named": first.split("[1]", 1)} if "[1]" in first else {"same": first})

    def column(self, values: Sequence[Any]) -> str:
        """``values``, at least two, as JSON."""
        first, second = values[0], values[1]
        kind = type(first)
        told: dict[str, object] = {}
        if kind in (str, int) and first == second and values.count(first) == len(values):
            told = {"same": first}
        elif kind is int and type(second) is int and _rising(values):
            told = {"from": first, "step": second - first}
        elif kind in (list, tuple) and first and set(map(len, values)) == {len(first)}:
            return '{"lists":[' + ",".join(map(self.column, zip(*values, strict=True))) + "]}"
        self.told += bool(told)
        self.listed += not told
        return _encoded(told) if told else _listed(values)


def _rising(values: Sequence[int]) -> bool:
    first, step = values[0], values[1] - values[0]
    return bool(step) and list(values) == list(range(first, first + step * len(values), step))


def _listed(values: Sequence[Any]) -> str:
    if set(map(type, values)) == {str}:  # all at once: asking for each takes longer
        text = encode_basestring(_BETWEEN.join(values))
        if text.count(_BETWEEN) == len(values) - 1:
            return "[" + text.replace(_BETWEEN, '","') + "]"
    return _encoded(values)


# Reading


def is_table(plain: object) -> bool:
    """Whether ``plain`` stands for many rows."""
    return type(plain) is dict


def rows(plain: Any) -> list[list[Any]]:
    """The rows of a table, as JSON would have given them.

    Raises ``Malformed`` for what no record holds; what is in the rows is not looked at.
    """
    if not _is(plain, count=int, period=int, columns=list):
        raise Malformed
    count, period, columns = plain["count"], plain["period"], plain["columns"]
    width, rest = divmod(len(columns), period) if 0 < period <= _WIDEST else (0, 1)
    listed, told = _kinds(columns, count)
    if count < 1 or rest or not width or not listed or told > _TOLD * listed:
        raise Malformed
    filled = [_filled(column, count) for column in columns]
    out: list[list[Any]] = [[]] * (count * period)
    for number in range(period):
        part = filled[number * width : (number + 1) * width]
        out[number::period] = map(list, zip(*part, strict=True))
    return out


def unfolded(plain: Sequence[Any]) -> list[Any]:
    """Rows and tables as rows; raises ``Malformed``."""
    out: list[Any] = []
    for one in plain:
        out += rows(one) if is_table(one) else [one]
    return out


def _kinds(columns: Sequence[Any], count: int, depth: int = 0) -> tuple[int, int]:
    """How many columns list ``count`` values, and how many tell them."""
    listed = told = 0
    for column in columns:
        if type(column) is list:
            if len(column) != count:
                raise Malformed
            listed += 1
        elif _is(column, lists=list):
            if depth == _DEEPEST:
                raise Malformed
            more = _kinds(column["lists"], count, depth + 1)
            listed, told = listed + more[0], told + more[1] + 1
        else:
            told += _NAMED if _is(column, named=list) else 1
    return listed, told


def _filled(column: Any, count: int) -> list[Any]:
    if type(column) is list:
        return column
    if type(column) is dict and column.keys() == {"same"} and type(column["same"]) in (str, int):
        return [column["same"]] * count
    if _is(column, **{"from": int}, step=int) and column["step"]:
        first, step = column["from"], column["step"]
        return list(range(first, first + step * count, step))
    if _is(column, named=list) and list(map(type, column["named"])) == [str, str]:
        head, tail = column["named"]
        if len(head) + len(tail) > _LONGEST_NAME:
            raise Malformed
        return [f"{head}[{number}]{tail}" for number in range(1, count + 1)]
    if _is(column, lists=list):
        inside = [_filled(one, count) for one in column["lists"]]
        return list(map(list, zip(*inside, strict=True)))
    raise Malformed


def _is(plain: Any, **kinds: type) -> bool:
    """Whether ``plain`` is an object with just these members."""
    return (
        type(plain) is dict
        and plain.keys() == kinds.keys()
        and all(type(plain[name]) is kind for name, kind in kinds.items())
    )
