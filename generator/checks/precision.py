"""Typed rates and shares against exact values: honest rounding, truncation, or wrong."""

from __future__ import annotations

from fractions import Fraction

from generator.figures.amounts import round_half_up
from generator.frozen import frozen

#: Decimals that an intermediate rounding may have had beyond the typed ones.
_INTERMEDIATE = 3


@frozen
class Span:
    """The values a typed number may stand for; one point when it is exact."""

    low: Fraction
    high: Fraction

    @property
    def exact(self) -> bool:
        """Whether it is a single value."""
        return self.low == self.high

    @property
    def middle(self) -> Fraction:
        """The value as typed or computed."""
        return (self.low + self.high) / 2


def point(value: Fraction) -> Span:
    """An exact value."""
    return Span(value, value)


def around(value: Fraction, places: int) -> Span:
    """What rounds to ``value`` at ``places`` decimals."""
    half = Fraction(1, 2 * 10**places)
    return Span(value - half, value + half)


def ratio(part: Span, whole: Span) -> Span:
    """``part ÷ whole`` for a positive ``whole``."""
    ends = [p / w for p in (part.low, part.high) for w in (whole.low, whole.high)]
    return Span(min(ends), max(ends))


def judge(typed: Fraction, places: int, exact: Span) -> str:
    """Empty when ``typed`` is an honest rounding of ``exact``, else what went wrong.

    ``截断``: digits cut off; ``两次舍入``: rounded from an already rounded value; ``不符``.
    """
    claimed = around(typed, places)
    if not exact.exact and claimed.low <= exact.high and exact.low <= claimed.high:
        return ""
    return rounding(typed, places, exact.middle)


def rounding(typed: Fraction, places: int, exact: Fraction) -> str:
    """The same of a single value."""
    if abs(exact - typed) * 10**places > 1:  # more than any way of rounding brings about
        return "不符"
    if Fraction(round_half_up(exact, places)) == typed:
        return ""
    if _truncated(exact, places) == typed:
        return "截断"
    for between in range(places + 1, places + _INTERMEDIATE + 1):
        once = Fraction(round_half_up(exact, between))
        if Fraction(round_half_up(once, places)) == typed:
            return "两次舍入"
    return "不符"


def _truncated(value: Fraction, places: int) -> Fraction:
    scaled = abs(value) * 10**places
    cut = Fraction(scaled.numerator // scaled.denominator, 10**places)
    return -cut if value < 0 else cut


def significant(text: str) -> int:
    """Significant digits of a typed number; zeros at either end of a whole number do not count."""
    digits = text.replace(".", "").lstrip("0")
    return len(digits) if "." in text else len(digits.rstrip("0"))
