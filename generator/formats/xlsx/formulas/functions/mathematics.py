"""Arithmetic and rounding."""

from __future__ import annotations

import math
from fractions import Fraction
from math import fsum
from typing import Final

from generator.formats.xlsx.formulas.arrays import Argument, rows_of
from generator.formats.xlsx.formulas.functions.kinds import (
    MANY,
    Function,
    factors,
    items,
    numbers,
    single,
    whole,
)
from generator.formats.xlsx.formulas.operators import power
from generator.formats.xlsx.formulas.ranges import Range
from generator.formats.xlsx.formulas.values import (
    DIVISION,
    NUMBER,
    VALUE,
    Failed,
    Uncomputed,
    Value,
    decimal,
    finite,
    number,
    rounded,
)


def _sum(*arguments: Argument) -> Value:
    if len(arguments) == 1 and isinstance(arguments[0], Range):
        return arguments[0].sum
    return fsum(numbers(arguments, zero=True))


def _product(*arguments: Argument) -> Value:
    found = list(numbers(arguments))
    return finite(math.prod(found)) if found else 0.0


def _sumproduct(*arguments: Argument) -> Value:
    arrays = [rows_of(one) for one in arguments]
    if not any(arrays):
        return math.prod(map(_alone, arguments))
    if len({(len(rows), len(rows[0])) if rows else (1, 1) for rows in arrays}) > 1:
        raise Failed(VALUE)
    columns = [_factors(argument) for argument in arguments]
    return fsum(map(math.prod, zip(*columns, strict=True)))


def _alone(argument: Argument) -> float:
    if isinstance(argument, str | bool):
        raise Uncomputed("SUMPRODUCT 里的一个字或“是否”")
    return number(*items(argument))


def _factors(argument: Argument) -> list[float]:
    """What is no number counts as 0, an error stops everything."""
    if isinstance(argument, Range):
        argument.numbers  # noqa: B018 - for the errors among them
        return [value if type(value) is float else 0.0 for value in argument.values]
    rows = rows_of(argument)
    return [one or 0.0 for one in factors(rows, zero=True)] if rows else [_alone(argument)]


def _round(value: Value, places: Value = 0.0) -> Value:
    return rounded(number(value), int(number(places)))


def _round_up(value: Value, places: Value = 0.0) -> Value:
    return rounded(number(value), int(number(places)), "up")


def _round_down(value: Value, places: Value = 0.0) -> Value:
    return rounded(number(value), int(number(places)), "down")


def _mod(value: Value, divisor: Value) -> Value:
    one, two = number(value), number(divisor)
    if two == 0:
        raise Failed(DIVISION)
    return one - two * (one // two)


def _int(value: Value) -> Value:
    return float(Fraction(decimal(number(value))) // 1)


def _positive(value: Value) -> float:
    found = number(value)
    if found <= 0:
        raise Failed(NUMBER)
    return found


def _sqrt(value: Value) -> Value:
    if number(value) < 0:
        raise Failed(NUMBER)
    return math.sqrt(number(value))


def _log(value: Value, base: Value = 10.0) -> Value:
    if number(base) == 1:
        raise Failed(DIVISION)
    if number(base) == 10:
        return math.log10(_positive(value))
    return math.log(_positive(value)) / math.log(_positive(base))


def _exp(value: Value) -> Value:
    try:
        return math.exp(number(value))
    except OverflowError as error:
        raise Failed(NUMBER) from error


def _quotient(value: Value, divisor: Value) -> Value:
    if number(divisor) == 0:
        raise Failed(DIVISION)
    return float(int(number(value) / number(divisor)))


def _to_multiple(value: Value, step: Value, *, up: bool) -> Value:
    one, two = number(value), number(step)
    if one == 0 or two == 0:
        return 0.0
    if one > 0 > two:
        raise Failed(NUMBER)
    unit = Fraction(decimal(two))
    ratio = Fraction(decimal(one)) / unit
    # A negative step rounds away from zero, a negative value with a positive one towards it.
    count = -(-ratio // 1) if up else ratio // 1
    return float(count * unit)


def _sign(value: Value) -> Value:
    found = number(value)
    return float((found > 0) - (found < 0))


FUNCTIONS: Final[dict[str, Function]] = {
    "SUM": whole(_sum, "w", 1, MANY),
    "SUMSQ": whole(lambda *a: fsum(one * one for one in numbers(a)), "w", 1, MANY),
    "PRODUCT": whole(_product, "w", 1, MANY),
    "SUMPRODUCT": whole(_sumproduct, "f", 1, MANY),
    "ROUND": single(_round, 1, 2),
    "ROUNDUP": single(_round_up, 1, 2),
    "ROUNDDOWN": single(_round_down, 1, 2),
    "TRUNC": single(_round_down, 1, 2),
    "INT": single(_int, 1),
    "ABS": single(lambda one: abs(number(one)), 1),
    "MOD": single(_mod, 2),
    "SIGN": single(_sign, 1),
    "SQRT": single(_sqrt, 1),
    "POWER": single(power, 2),
    "EXP": single(_exp, 1),
    "LN": single(lambda one: math.log(_positive(one)), 1),
    "LOG": single(_log, 1, 2),
    "LOG10": single(lambda one: math.log10(_positive(one)), 1),
    "PI": single(lambda: math.pi, 0),
    "QUOTIENT": single(_quotient, 2, roles="n"),
    "CEILING": single(lambda one, two: _to_multiple(one, two, up=True), 2),
    "FLOOR": single(lambda one, two: _to_multiple(one, two, up=False), 2),
    "ISEVEN": single(lambda one: int(number(one)) % 2 == 0, 1, roles="o"),
    "ISODD": single(lambda one: int(number(one)) % 2 == 1, 1, roles="o"),
}
