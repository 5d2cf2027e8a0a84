"""Conditions of SUMIF, COUNTIF and their like: ``">10"``, ``"<>甲"``, ``"甲*"``."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from generator.formats.xlsx.formulas.ranges import Range
from generator.formats.xlsx.formulas.values import Error, Uncomputed, Value, near, number_in

_SIGN = re.compile(r"(<>|<=|>=|<|>|=)?(.*)", re.DOTALL)
_WILD = re.compile(r"[*?~]")


def matching(area: Range, criterion: Value) -> Sequence[int]:
    """The places in ``area`` that meet ``criterion``."""
    sign, wanted = _split(criterion)
    if sign == "=" and (isinstance(wanted, float) or (wanted and not _WILD.search(wanted))):
        key = wanted.casefold() if isinstance(wanted, str) else wanted
        found = area.places.get(key, ())
        if found or isinstance(wanted, str):
            return found
    test = _test(sign, wanted)
    return [index for index, value in enumerate(area.values) if test(value)]


def _split(criterion: Value) -> tuple[str, float | str]:
    if criterion is None:
        return "=", 0.0
    if isinstance(criterion, bool):
        return "=", "TRUE" if criterion else "FALSE"
    if isinstance(criterion, Error):
        # Excel looks for it, LibreOffice fails with it.
        raise Uncomputed("错误值当条件")
    if isinstance(criterion, float):
        return "=", criterion
    match = _SIGN.fullmatch(criterion)
    sign, rest = (match[1] or "=", match[2]) if match else ("=", criterion)
    number = number_in(rest)
    return sign, rest if number is None else number


def _test(sign: str, wanted: float | str) -> Callable[[Value], bool]:
    if sign in ("=", "<>"):
        same = _same(wanted)
        return same if sign == "=" else lambda value: not same(value)
    if isinstance(wanted, float):
        return lambda value: type(value) is float and _ordered(sign, value, wanted)
    low = wanted.casefold()
    return lambda value: isinstance(value, str) and _ordered(sign, value.casefold(), low)


def _ordered(sign: str, one: float | str, two: float | str) -> bool:
    same = near(one, two) if isinstance(one, float) and isinstance(two, float) else one == two
    if same:
        return sign in ("<=", ">=")
    less = one < two  # type: ignore[operator]
    return less if sign in ("<", "<=") else not less


def _same(wanted: float | str) -> Callable[[Value], bool]:
    if isinstance(wanted, float):
        return lambda value: type(value) is float and near(value, wanted)
    if not wanted:
        return lambda value: value is None or value == ""
    if _WILD.search(wanted):
        pieces = wildcard(wanted)
        return lambda value: isinstance(value, str) and fits(pieces, value)
    low = wanted.casefold()
    return lambda value: isinstance(value, str) and value.casefold() == low


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
