"""Conditions of SUMIF, COUNTIF and their like: ``">10"``, ``"<>甲"``, ``"甲*"``.

Excel reads texts of cells as numbers where it looks for a number; LibreOffice finds the same text
only, and takes true and false for 1 and 0. What they judge differently raises ``Uncomputed``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from typing import Final, TypeAlias

from generator.formats.xlsx.formulas.ranges import Range
from generator.formats.xlsx.formulas.values import (
    EPOCH,
    Error,
    Uncomputed,
    Value,
    near,
    number_in,
    text,
)
from generator.frozen import frozen

#: What a text is to a condition: a number or day, true or false, the text itself where it may be a
#: day, a time or money; None for words.
_Meaning: TypeAlias = float | bool | str | None

_SIGN: Final = re.compile(r"(<>|<=|>=|<|>|=)?(.*)", re.DOTALL)
_WILD: Final = re.compile(r"[*?~]")
#: What orders alike in all languages.
_PLAIN: Final = re.compile(r"[a-z0-9]*")
_DAY: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
#: ``3-18``, ``2025/3``: a day, or the number of an item.
_SHORT_DAY: Final = re.compile(r"\d+(?:[-/]\d+){1,2}", re.ASCII)
#: The days that such a text can be, from 1927 on.
_DAYS: Final = range(10_000, 3_000_000)
#: 29 February 1900, which Excel counts.
_FEBRUARY_1900: Final = 60
#: What may be a day, a time or money in some country; ``１`` is a number to Excel alone.
_PERHAPS: Final = re.compile(
    r"(?:[\d\s+/.:,()%$¥￥€£年月日时分秒上下午．％：，／-]|e|am|pm|a|p|jan|feb|mar|apr|may|jun|july?"
    r"|aug|sept?|oct|nov|dec)+",
    re.IGNORECASE,
)
#: What a number or a day can look like in its cell, with what stands for other signs.
_SHOWN: Final = re.compile(r"[\d\s*?~+/.:,()%$¥￥€£年月日时分秒上下午E-]*", re.IGNORECASE)
#: Excel reads 15 digits of a text.
_SAME_DIGITS: Final = 1e-14


@frozen
class _Wanted:
    """A condition: ``words`` is its text without case, None for a bare number or truth."""

    sign: str
    means: _Meaning
    words: str | None


def matching(area: Range, criterion: Value) -> Sequence[int]:
    """The places in ``area`` that meet ``criterion``; raises ``Uncomputed``."""
    wanted = _wanted(criterion)
    test = _test(wanted)
    if test is _same and wanted.sign == "=":
        found = _looked_up(area, wanted)
        if found is not None:
            return found
    asks = wanted.sign != "<>"
    return [index for index, value in enumerate(area.values) if test(wanted, value) == asks]


def _looked_up(area: Range, wanted: _Wanted) -> Sequence[int] | None:
    """The places of a word or number; None where every cell has to be asked."""
    if wanted.means is None and wanted.words and not wanted.words.startswith("#"):
        return area.places.get(wanted.words, ())
    if type(wanted.means) is float and area.plain:
        return area.places.get(wanted.means)  # those that are nearly the same are no keys
    return None


def _wanted(criterion: Value) -> _Wanted:
    if isinstance(criterion, Error):
        # Excel looks for it, LibreOffice fails with it.
        raise Uncomputed("错误值当条件")
    if not isinstance(criterion, str):
        return _Wanted("=", 0.0 if criterion is None else criterion, None)
    match = _SIGN.fullmatch(criterion)
    sign, rest = (match[1] or "", match[2]) if match else ("", criterion)
    # "" finds texts of nothing too, "=" blank cells only.
    words = None if sign in ("=", "<>") and not rest else rest.casefold()
    return _Wanted(sign or "=", _meaning(rest), words)


@lru_cache(maxsize=4096)
def _meaning(words: str) -> _Meaning:
    if words.isascii():
        number = number_in(words)
        if number is not None:
            return number
        if words.casefold() in ("true", "false"):
            return words.casefold() == "true"
        if match := _DAY.fullmatch(words):
            return _day(*map(int, match.groups())) or words
    holds_number = any(sign.isdigit() for sign in words)
    return words if holds_number and _PERHAPS.fullmatch(words) else None


def _day(year: int, month: int, day: int) -> float | None:
    """The number of a day; None for what is none, and before Excel's days are real ones."""
    try:
        number = (date(year, month, day) - EPOCH).days
    except ValueError:
        return None
    return float(number) if number > _FEBRUARY_1900 else None


def _test(wanted: _Wanted) -> Callable[[_Wanted, Value], bool]:
    if wanted.sign not in ("=", "<>"):
        return _beyond
    if not wanted.words:
        return _same if wanted.means is not None else _blank
    if wanted.means is None and _WILD.search(wanted.words):
        pieces = wildcard(wanted.words)
        return lambda wanted, value: _alike(wanted, pieces, value)
    return _same


def _blank(wanted: _Wanted, value: Value) -> bool:
    return value is None or (value == "" and wanted.words == "")


def _same(wanted: _Wanted, value: Value) -> bool:
    """Whether ``value`` is what is wanted; raises ``Uncomputed``."""
    means = wanted.means
    if isinstance(value, Error):
        return value.code.casefold() == wanted.words
    if value is None:
        return False
    if not isinstance(value, str) and type(value) is type(means):
        return near(value, float(means)) if type(value) is float else value == means
    if isinstance(value, str) and value.casefold() == wanted.words and type(means) is not bool:
        return True
    other = _meaning(value) if isinstance(value, str) else value
    if means is not None and other is not None and _perhaps_same(means, other):
        raise Uncomputed("“是否”、像数或日期的文字当条件")
    return False


def _perhaps_same(one: float | bool | str, two: float | bool | str) -> bool:
    if isinstance(one, str) and isinstance(two, str):
        # 25-3-18 may be 2025-3-18, and 3-18 a day of any year.
        first, second = (
            Counter(int(digits) % 100 for digits in re.findall(r"\d+", each)) for each in (one, two)
        )
        return first <= second or second <= first or (":" in one and ":" in two)
    if isinstance(two, str):
        one, two = two, one
    if isinstance(one, str):
        return not isinstance(two, bool) and (
            not _SHORT_DAY.fullmatch(one) or int(float(two)) in _DAYS
        )
    return abs(one - float(two)) <= abs(one) * _SAME_DIGITS


def _alike(wanted: _Wanted, pieces: Sequence[re.Pattern[str]], value: Value) -> bool:
    """Whether a text fits; LibreOffice looks at what cells of other kinds show, Excel does not."""
    if value is None or isinstance(value, str):
        return value is not None and fits(pieces, value)
    if type(value) is float:
        shown = _SHOWN.fullmatch(wanted.words or "") is not None
    else:
        shown = fits(pieces, value.code if isinstance(value, Error) else text(value))
    if shown:
        raise Uncomputed("* 和 ? 遇上数")
    return False


def _beyond(wanted: _Wanted, value: Value) -> bool:
    """Whether ``value`` is more or less than what is wanted; raises ``Uncomputed``."""
    means = wanted.means
    if value is None or isinstance(value, Error):
        return False
    if isinstance(means, bool | str):
        raise Uncomputed("“是否”、这样写的日期比大小")
    if means is None:
        return isinstance(value, str) and _sorted_beyond(wanted, value.casefold())
    if isinstance(value, str):
        return False
    found = _ordered(wanted.sign, float(value), means)
    if found and isinstance(value, bool):
        raise Uncomputed("“是否”当数用")
    return found


def _sorted_beyond(wanted: _Wanted, low: str) -> bool:
    """The order of other signs than letters and digits is that of a language."""
    words = wanted.words or ""
    if low != words and not (_PLAIN.fullmatch(low) and _PLAIN.fullmatch(words)):
        raise Uncomputed("文字比先后")
    return _ordered(wanted.sign, low, words)


def _ordered(sign: str, one: float | str, two: float | str) -> bool:
    same = near(one, two) if isinstance(one, float) and isinstance(two, float) else one == two
    if same:
        return sign in ("<=", ">=")
    less = one < two  # type: ignore[operator]
    return less if sign in ("<", "<=") else not less


def wildcard(text: str) -> list[re.Pattern[str]]:
    """``甲*乙?`` as what stands between its stars: each piece is of one length."""
    pieces: list[list[str]] = [[]]
    signs = iter(text)
    for sign in signs:
        if sign == "~":
            pieces[-1].append(re.escape(next(signs, "~")))
        elif sign == "*":
            pieces.append([])
        else:
            pieces[-1].append("." if sign == "?" else re.escape(sign))
    return [re.compile("".join(piece), re.IGNORECASE | re.DOTALL) for piece in pieces]


def fits(pieces: Sequence[re.Pattern[str]], text: str) -> bool:
    """Whether ``text`` is the pieces with anything between; the first place of each will do."""
    first, *middle = pieces
    if not middle:
        return first.fullmatch(text) is not None
    *middle, last = middle
    match = first.match(text)
    for piece in middle:
        match = match and piece.search(text, match.end())
    if match is None:
        return False
    ends = [at for at in range(match.end(), len(text) + 1) if len(text) - at <= len(last.pattern)]
    return any(last.fullmatch(text, at) for at in ends)
