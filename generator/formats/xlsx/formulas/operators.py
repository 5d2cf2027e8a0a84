"""Signs between values, and what is computed item by item."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from generator.formats.xlsx.formulas.addresses import Place
from generator.formats.xlsx.formulas.ranges import Matrix, Range
from generator.formats.xlsx.formulas.values import (
    DIVISION,
    NOT_FOUND,
    NUMBER,
    VALUE,
    Error,
    Failed,
    Value,
    added,
    compared,
    finite,
    number,
    text,
)

#: What a function is given: a value, cells, or rows of values.
Argument: TypeAlias = Value | Range | Matrix


def _divided(one: Value, two: Value) -> Value:
    divisor = number(two)
    dividend = number(one)
    if divisor == 0:
        raise Failed(DIVISION)
    return finite(dividend / divisor)


def power(one: Value, two: Value) -> float:
    """``one ^ two``; raises ``Failed``."""
    base, exponent = number(one), number(two)
    if base == 0 and exponent == 0:
        raise Failed(NUMBER)
    try:
        found = base**exponent
    except ZeroDivisionError as error:
        raise Failed(DIVISION) from error
    except OverflowError as error:
        raise Failed(NUMBER) from error
    if isinstance(found, complex):
        raise Failed(NUMBER)
    return finite(found)


_BINARY: Final[Mapping[str, Callable[[Value, Value], Value]]] = {
    "+": lambda one, two: finite(added(number(one), number(two))),
    "-": lambda one, two: finite(added(number(one), -number(two))),
    "*": lambda one, two: finite(number(one) * number(two)),
    "/": _divided,
    "^": power,
    "&": lambda one, two: text(one) + text(two),
    "=": lambda one, two: compared(one, two) == 0,
    "<>": lambda one, two: compared(one, two) != 0,
    "<": lambda one, two: compared(one, two) < 0,
    ">": lambda one, two: compared(one, two) > 0,
    "<=": lambda one, two: compared(one, two) <= 0,
    ">=": lambda one, two: compared(one, two) >= 0,
}


def binary(sign: str) -> Callable[[Value, Value], Value]:
    """What stands for an operator between two values."""
    return _BINARY[sign]


def unary(sign: str, value: Value) -> Value:
    """A sign before a value, or ``%`` behind it."""
    if sign == "%":
        return number(value) / 100
    return -number(value) if sign == "-" else value


def rows_of(value: Argument) -> Matrix | None:
    """``value`` as rows of values if it is many."""
    if isinstance(value, Range):
        return value.cells
    return value if isinstance(value, list) else None


def item_by_item(
    compute: Callable[..., Value], arguments: Sequence[Argument], place: Place, array: bool
) -> Argument:
    """``compute`` of single values; with ``array``, of each place of what is many."""
    if not array:
        return compute(*[own(argument, place) for argument in arguments])
    many = [rows_of(argument) for argument in arguments]
    shapes = [rows for rows in many if rows is not None]
    if not shapes:
        return compute(*arguments)
    height = max(len(rows) for rows in shapes)
    width = max((len(rows[0]) for rows in shapes if rows), default=0)
    return [
        [
            _computed(
                compute, [_at(rows, one, i, j) for rows, one in zip(many, arguments, strict=True)]
            )
            for j in range(width)
        ]
        for i in range(height)
    ]


def _computed(compute: Callable[..., Value], items: Sequence[Value]) -> Value:
    try:
        return compute(*items)
    except Failed as failed:
        return Error(failed.code)


def _at(rows: Matrix | None, value: Argument, i: int, j: int) -> Value:
    """The item of ``rows`` at a place; one row or column serves for all."""
    if rows is None:
        assert not isinstance(value, Range | list)
        return value
    if not rows:
        return None
    row = rows[0] if len(rows) == 1 else rows[i] if i < len(rows) else None
    if row is None:
        return Error(NOT_FOUND)
    if len(row) == 1:
        return row[0]
    return row[j] if j < len(row) else Error(NOT_FOUND)


def own(value: Argument, place: Place) -> Value:
    """One value of what may be many: of a range, that of the own row or column."""
    if isinstance(value, Range):
        if len(value.values) == 1:
            return value.values[0]
        if not value.rows:
            return None
        if value.columns[0] == value.columns[1]:
            before = 0
            for low, high in value.rows:
                if low <= place.row <= high:
                    return value.values[before + place.row - low]
                before += high - low + 1
        raise Failed(VALUE)
    if isinstance(value, list):
        return value[0][0] if value and value[0] else None
    return value
