"""Exact numbers and the one place where they are rounded.

Values are ``Fraction``: sums, shares and rates of typed decimals stay exact, so rounding
half-up happens once, when a value is printed (GB/T 8170 leaves the method to the user; the
offices' own forms round half-up).
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Literal

#: Money units and their worth in 万元, the unit every amount is kept in.
MONEY: dict[str, Fraction] = {
    "元": Fraction(1, 10_000),
    "万元": Fraction(1),
    "亿元": Fraction(10_000),
}


def worth(unit: str) -> Fraction:
    """What 1 of ``unit`` is as values are kept: money in 万元, percentages as ratios."""
    return Fraction(1, 100) if unit == "%" else MONEY.get(unit, Fraction(1))


#: Decimals of a printed amount, rate or share that no typed text fixes.
DEFAULT_PLACES = 2


def round_half_up(value: Fraction, places: int) -> Decimal:
    """``value`` rounded half away from zero to ``places`` decimals."""
    units = _units(value, places)
    # From digits, not by arithmetic: Decimal's context would cut long numbers.
    return Decimal(f"{units}E{-places}")


def _units(value: Fraction, places: int) -> int:
    """How many units of the last of ``places`` decimals ``value`` is, half away from zero."""
    # In whole numbers: multiplying a Fraction would look for common divisors each time.
    numerator, denominator = value.numerator, value.denominator
    units: int = (2 * abs(numerator) * 10**places + denominator) // (2 * denominator)
    return -units if numerator < 0 else units


def to_places(value: Fraction, places: int, way: Literal["half", "up", "down"]) -> Fraction:
    """``value`` with so many decimals (negative: tens): halves away from zero, all away, or none.

    For formulas of Excel that say ROUND, ROUNDUP or ROUNDDOWN.
    """
    unit = Fraction(10) ** -places
    whole, rest = divmod(abs(value) / unit, 1)
    more = rest * 2 >= 1 if way == "half" else rest > 0 if way == "up" else False
    return (whole + more) * unit * (1 if value >= 0 else -1)


def plain(value: Decimal) -> str:
    """``value`` in full digits, never in exponent form, and never ``-0``."""
    return format(abs(value) if value == 0 else value, "f")


def trimmed(value: Decimal) -> str:
    """Like ``plain`` but without trailing zeros behind the point: 50.00 → ``50``."""
    text = plain(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def show(value: Fraction, places: int = DEFAULT_PLACES, *, fixed: bool = False) -> str:
    """``value`` rounded once to ``places`` decimals; ``fixed`` keeps trailing zeros."""
    units = _units(value, places)
    digits = str(abs(units)).zfill(places + 1)
    whole, decimals = digits[: len(digits) - places], digits[len(digits) - places :]
    decimals = decimals if fixed else decimals.rstrip("0")
    return f"{'-' if units < 0 else ''}{whole}{'.' if decimals else ''}{decimals}"


def exact_places(value: Fraction) -> int | None:
    """Decimals needed to print ``value`` exactly, or None when it has no finite decimal form."""
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None


def typed_places(text: str) -> int:
    """Decimals a writer typed: ``64.50`` → 2, ``50`` → 0."""
    return len(text.partition(".")[2])


def total(values: Iterable[Fraction]) -> Fraction:
    """Exact sum."""
    return sum(values, Fraction(0))
