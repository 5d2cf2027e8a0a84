"""Values of cells as Excel computes with them: numbers, texts, logical values, blanks, errors.

Numbers are the binary ones of Excel; figures of gen stay exact and are only compared with what
comes out of here.
"""

from __future__ import annotations

import math
import re
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal, TypeAlias

from generator.figures.amounts import to_places
from generator.frozen import frozen


@frozen
class Error:
    """An error value: ``#DIV/0!``."""

    code: str


#: None is a blank cell.
Value: TypeAlias = float | str | bool | Error | None

#: Day 0 of Excel, for days after 1900-02-28.
EPOCH: Final = date(1899, 12, 30)
VALUE: Final = "#VALUE!"
DIVISION: Final = "#DIV/0!"
NUMBER: Final = "#NUM!"
NOT_FOUND: Final = "#N/A"
REFERENCE: Final = "#REF!"
NAME: Final = "#NAME?"

#: How near two numbers are the same to Excel and LibreOffice: 48 bits.
_NEAR: Final = 2.0**-48
_NUMERIC: Final = re.compile(r"([+-]?(?:\d++(?:\.\d*+)?|\.\d++)(?:[eE][+-]?\d{1,3})?)(%?)")
#: ``1,234.5``.
_GROUPED: Final = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?%?")
#: What is no number, date, time or amount of money in any country.
_NO_NUMBER: Final = re.compile(r"\D*|.*[^\x00-\x7f年月日时分秒上下午¥￥€£０-９．％].*", re.DOTALL)
_LONGEST: Final = 40


class Failed(Exception):
    """A computation that ends in an error value."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Uncomputed(Exception):
    """Something that gen leaves to Excel: what it is, in words."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class Circle(Uncomputed):
    """A formula that needs its own value."""

    def __init__(self) -> None:
        super().__init__("循环引用")


def number(value: Value) -> float:
    """``value`` where a number is wanted; raises ``Failed``.

    A text that Excel may take for a date, a time or money is left to it.
    """
    kind = type(value)
    if kind is float:
        return value  # type: ignore[return-value]
    if value is None:
        return 0.0
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, Error):
        raise Failed(value.code)
    found = number_in(str(value))
    if found is None and not _NO_NUMBER.fullmatch(str(value)):
        raise Uncomputed("文字当数用")
    if found is None:
        raise Failed(VALUE)
    return found


def number_in(text: str) -> float | None:
    """The number that a text says, None for none."""
    if len(text) > _LONGEST:
        return None
    text = text.strip()
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    match = _NUMERIC.fullmatch(text)
    if match is None:
        return None
    return float(match[1]) / (100 if match[2] else 1)


def truth(value: Value) -> bool:
    """``value`` where a condition is wanted; raises ``Failed``."""
    if isinstance(value, str):
        if value.upper() in ("TRUE", "FALSE"):
            return value.upper() == "TRUE"
        raise Failed(VALUE)
    return number(value) != 0


def text(value: Value) -> str:
    """``value`` where a text is wanted; raises ``Failed``."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, Error):
        raise Failed(value.code)
    return plain(value)


def plain(value: float) -> str:
    """A number as Excel keeps it, in 15 digits."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return format(value, ".15g").replace("e", "E")


def decimal(value: float) -> Decimal:
    """A number as the 15 digits that Excel shows of it."""
    return Decimal(format(value, ".15g"))


def rounded(value: float, places: int, way: Literal["half", "up", "down"] = "half") -> float:
    """``value`` with so many decimals (negative: tens), as Excel shows it in 15 digits."""
    if not -400 < places < 400:
        return value if places > 0 else 0.0
    return float(to_places(Fraction(decimal(value)), places, way))


def near(one: float, two: float) -> bool:
    """Whether two numbers are the same but for the last bits."""
    return one == two or abs(one - two) < abs(one) * _NEAR


def added(one: float, two: float) -> float:
    """The sum; of what cancels but for the last bits it is 0."""
    if one != 0 and near(one, -two):
        return 0.0
    return one + two


def compared(one: Value, two: Value) -> int:
    """-1, 0 or 1: numbers before texts before logical values; raises ``Failed``."""
    for value in (one, two):
        if isinstance(value, Error):
            raise Failed(value.code)
    one = _instead_of_blank(two) if one is None else one
    two = _instead_of_blank(one) if two is None else two
    ranks = _rank(one), _rank(two)
    if ranks[0] != ranks[1]:
        return -1 if ranks[0] < ranks[1] else 1
    if ranks[0] == 0:
        first, second = number(one), number(two)
        return 0 if near(first, second) else -1 if first < second else 1
    left, right = text(one).casefold(), text(two).casefold()
    return (left > right) - (left < right)


def _instead_of_blank(other: Value) -> Value:
    if isinstance(other, str):
        return ""
    return False if isinstance(other, bool) else 0.0


def _rank(value: Value) -> int:
    if isinstance(value, bool):
        return 2
    return 1 if isinstance(value, str) else 0


def finite(value: float) -> float:
    """``value``; raises ``Failed`` for what is no number of a cell."""
    if not math.isfinite(value):
        raise Failed(NUMBER)
    return value
