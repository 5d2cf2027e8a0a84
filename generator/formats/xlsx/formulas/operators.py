"""Signs between values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from generator.formats.xlsx.formulas.values import (
    DIVISION,
    NUMBER,
    Failed,
    Value,
    added,
    compared,
    finite,
    number,
    text,
)


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
