"""Numbers of cells: exact, money in 万元, rounded nowhere."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Final

from generator.content.schema.unit_years import MONEY as DEFAULT
from generator.figures.amounts import (
    MONEY,
    exact_places,
    plain,
    round_half_up,
    show,
    trimmed,
    typed_places,
)

_NUMBER: Final = re.compile(
    r"[-－−]?\d{1,3}(?:[,，]\d{3}){1,6}(?:\.\d{1,12})?|[-－−]?\d{1,18}(?:\.\d{1,12})?"
)
_MINUS: Final = str.maketrans({"－": "-", "−": "-", "，": ",", "．": "."})
#: What full-width typing makes of digits and of the signs of numbers.
_HALF: Final = {ord("０") + digit: str(digit) for digit in range(10)} | {
    ord(wide): half for wide, half in zip("，．－−＋％￥", ",.--+%¥", strict=True)
}
_LEADING: Final = re.compile(r"(¥\s?)?(-?\d[\d,]{0,20}(?:\.\d{1,12})?(?:[eE][+-]?\d{1,2}(?!\d))?)")
#: Digits before the point, or zeros behind it, of a number with an exponent.
_FARTHEST: Final = 16
_GROUPED: Final = re.compile(r"\d{1,3}(?:,\d{3})+")
#: Decimals of an amount in 万元 that everybody prints; finer ones are kept in 元.
FINE: Final = 2


def number(text: str) -> Decimal | None:
    """The number that a cell holds; None for anything else, blanks and dashes included."""
    text = re.sub(r"\s", "", text).translate(_MINUS)
    return Decimal(text.replace(",", "")) if _NUMBER.fullmatch(text) else None


def in_content(value: Decimal, unit: str) -> str:
    """An amount of ``unit`` as content has it: in 万元, every digit kept; other units as typed."""
    if unit in ("", DEFAULT) or unit not in MONEY:
        return plain(value)
    exact = Fraction(value) * MONEY[unit]
    places = exact_places(exact)
    assert places is not None
    return trimmed(round_half_up(exact, places))


def turned(text: str, *, into: str) -> str:
    """An amount in 万元 as one of ``into``."""
    value = Fraction(text) / MONEY[into]
    return show(value, exact_places(value) or 0)


def split(text: str) -> tuple[Decimal | None, str]:
    """The number that a text begins with, and its unit: 39家; None for other texts.

    Digits and signs may be full-width (３．６, 36，000元), a number have an exponent, money a sign.
    """
    text = text.strip()
    plainer = text.translate(_HALF)
    found = _LEADING.match(plainer)
    if found is None or (number_of := _decimal(found[2])) is None:
        return None, text
    unit = plainer[found.end() :].strip()
    return number_of, unit or ("元" if found[1] else "")


def _decimal(text: str) -> Decimal | None:
    """A number with its thousands parted as they are, or not at all."""
    whole = text.lower().partition("e")[0].lstrip("-").partition(".")[0]
    if "," in whole and not _GROUPED.fullmatch(whole):
        return None
    value = Decimal(text.replace(",", ""))
    if "e" in text.lower():
        return Decimal(format(value, "f")) if abs(value.adjusted()) < _FARTHEST else None
    return value


def same(one: str, other: str) -> bool:
    """Whether two texts say the same: numbers as far as the coarser one tells."""
    (a, of_a), (b, of_b) = split(one), split(other)
    if a is None or b is None or of_a != of_b:
        return re.sub(r"\s", "", one) == re.sub(r"\s", "", other)
    places = min(typed_places(plain(a)), typed_places(plain(b)))
    finer = max(a, b, key=lambda x: typed_places(plain(x)))
    coarser = b if finer is a else a
    return a == b or (places > 0 and round_half_up(Fraction(finer), places) == coarser)
