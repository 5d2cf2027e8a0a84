"""Judging one reading: half-up equality, cut digits, double rounding, inside the intervals, wrong.

For rates and shares the amounts are exact as typed; sums and differences of money may be off by
what rounding each term to 0.01万元 can bring about: 0.005 × (terms + 1).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from generator.checks.precision import rounding
from generator.checks.sentences.model import (
    HOLDS,
    MONEY_UNIT,
    TRUNCATED,
    UNCHECKED,
    WRONG,
    Amount,
    Verdict,
)
from generator.figures.amounts import show
from generator.frozen import frozen

_TAIL: Final = Fraction(5, 1000)
_CENT: Final = Fraction(1, 100)
#: Digits of a number that is hardly given by chance.
_TELLING: Final = 4


@frozen
class Judged:
    """How a reading turned out. ``value``: what was computed, in the measure of the number."""

    verdict: Verdict
    value: Fraction
    flaw: str = ""
    coarse: bool = False


def percentage(stated: Amount, part: Amount, whole: Amount, sign: int = 1) -> Judged:
    """``stated`` % against ``part`` ÷ ``whole``; a ``whole`` of zero is unchecked."""
    if whole.value == 0:
        return Judged(UNCHECKED, Fraction(0), "基数为0")
    value = part.value / whole.value * 100 * sign
    half = min(part.ulp, whole.ulp) / 2  # 8万元 beside 12.50万元 is 8.00
    low = (part.value - half) / (whole.value + half) * 100
    high_base = whole.value - half
    high = (part.value + half) / high_base * 100 if high_base > 0 else low
    return rounded(stated, value, (low * sign, high * sign))


def growth(stated: Amount, change: Amount, base: Fraction, slack: Fraction) -> Judged:
    """``stated`` % against ``change`` ÷ ``base``; ``slack``: by how much the base may be off."""
    if base == 0:
        return Judged(UNCHECKED, Fraction(0), "基数为0")
    value = abs(change.value) / base * 100
    half = change.ulp / 2
    low = (abs(change.value) - half) / (base + slack) * 100
    high = (abs(change.value) + half) / (base - slack) * 100 if base > slack else low
    return rounded(stated, value, (low, high))


def rounded(stated: Amount, value: Fraction, span: tuple[Fraction, Fraction]) -> Judged:
    """A typed percentage against the exact one; ``span``: what the amounts may stand for."""
    typed, places = abs(stated.value), stated.places
    flaw = rounding(typed, places, abs(value))
    if not flaw:
        return Judged(HOLDS, value)
    if flaw != "不符":
        return Judged(TRUNCATED, value, flaw)
    low, high = sorted(map(abs, span))
    half = Fraction(1, 2 * 10**places)
    if typed - half <= high and low <= typed + half:
        return Judged(UNCHECKED, value, "在舍入的范围内")
    return Judged(WRONG, value)


def addition(stated: Amount, value: Fraction, terms: Sequence[Amount]) -> Judged:
    """A total or a difference against ``value``, which ``terms`` make up."""
    off = abs(stated.value - value)
    if off == 0:
        return Judged(HOLDS, value)
    if stated.unit == MONEY_UNIT:
        if off <= _TAIL * (len(terms) + 1):
            return Judged(HOLDS, value, "尾差")
        finest = min((stated.ulp, *(term.ulp for term in terms)))
        coarse = finest > _CENT and off <= finest * (len(terms) + 1) / 2
        return Judged(WRONG, value, coarse=coarse)
    return Judged(WRONG, value)


def slip(stated: Amount, value: Fraction) -> bool:
    """Whether a number of four digits or more is ``value`` but for one digit, or two swapped."""
    typed, right = stated.text, show(abs(value), stated.places, fixed=True)
    if len(typed) != len(right) or len(typed.replace(".", "").lstrip("0")) < _TELLING:
        return False
    apart = [i for i, (a, b) in enumerate(zip(typed, right, strict=True)) if a != b]
    if len(apart) == 2:
        one, two = apart
        return (typed[one], typed[two]) == (right[two], right[one])
    return len(apart) == 1 and apart[0] < len(typed) - 1


def told(value: Fraction, places: int, *, extra: int = 2) -> str:
    """A computed number as messages tell it."""
    return show(value, places + extra)
