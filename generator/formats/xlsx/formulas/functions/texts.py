"""Texts: parts of them, put together, numbers as texts."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from generator.formats.xlsx.formulas.arrays import Argument
from generator.formats.xlsx.formulas.criteria import wildcard
from generator.formats.xlsx.formulas.functions.kinds import MANY, Function, items, single, whole
from generator.formats.xlsx.formulas.values import (
    EPOCH,
    VALUE,
    Error,
    Failed,
    Uncomputed,
    Value,
    decimal,
    number,
    number_in,
    rounded,
    text,
    truth,
)

_LONGEST: Final = 32_767
_PLAIN: Final = re.compile(r"(#,##)?0(?:\.(0+))?(%)?")
_DATE: Final = re.compile(r'(yyyy|m{1,2}|d{1,2}|"[^"]*"|[-/.年月日])')


def _count(value: Value) -> int:
    found = int(number(value))
    if found < 0:
        raise Failed(VALUE)
    return found


def _left(value: Value, count: Value = 1.0) -> Value:
    return text(value)[: _count(count)]


def _right(value: Value, count: Value = 1.0) -> Value:
    length = _count(count)
    return text(value)[-length:] if length else ""


def _mid(value: Value, start: Value, count: Value) -> Value:
    first = _count(start)
    if not first:
        raise Failed(VALUE)
    return text(value)[first - 1 : first - 1 + _count(count)]


def _limited(value: str) -> str:
    if len(value) > _LONGEST:
        raise Failed(VALUE)
    return value


def _concat(*arguments: Argument) -> Value:
    return _limited("".join(text(value) for one in arguments for value in items(one)))


def _joined(between: Value, skip: Value, *arguments: Argument) -> Value:
    mark, without = text(between), truth(skip)
    found = [text(value) for one in arguments for value in items(one)]
    return _limited(mark.join(one for one in found if one or not without))


def _substitute(value: Value, old: Value, new: Value, which: Value = None) -> Value:
    whole_text, wanted, instead = text(value), text(old), text(new)
    if not wanted:
        return whole_text
    if which is None:
        return _limited(whole_text.replace(wanted, instead))
    parts, nth = whole_text.split(wanted), int(number(which))
    if nth < 1:
        raise Failed(VALUE)
    if nth >= len(parts):
        return whole_text
    return wanted.join(parts[:nth]) + instead + wanted.join(parts[nth:])


def _rept(value: Value, count: Value) -> Value:
    if len(text(value)) * _count(count) > _LONGEST:
        raise Failed(VALUE)
    return text(value) * _count(count)


def _find(wanted: Value, value: Value, start: Value = 1.0) -> Value:
    found = text(value).find(text(wanted), max(int(number(start)) - 1, 0))
    if found < 0 or number(start) < 1:
        raise Failed(VALUE)
    return float(found + 1)


def _search(wanted: Value, value: Value, start: Value = 1.0) -> Value:
    pieces = wildcard(text(wanted))
    if len(pieces) > 1:
        raise Uncomputed("SEARCH 里的星号")
    match = pieces[0].search(text(value), max(int(number(start)) - 1, 0))
    if match is None or number(start) < 1:
        raise Failed(VALUE)
    return float(match.start() + 1)


def _value(value: Value) -> Value:
    if not isinstance(value, str):
        return number(value)
    found = number_in(value.replace(",", ""))
    if found is None:
        raise Failed(VALUE)
    return found


def formatted(value: Value, code: Value) -> Value:
    """``TEXT``: the formats that forms use; raises ``Uncomputed`` for others."""
    wanted = text(code)
    if isinstance(value, str):
        return value
    if match := _PLAIN.fullmatch(wanted):
        places = len(match[2] or "")
        scaled = number(value) * 100 if match[3] else number(value)
        shown = decimal(rounded(scaled, places))
        return format(shown, f"{',' if match[1] else ''}.{places}f") + (match[3] or "")
    parts = _DATE.findall(wanted)
    if parts and "".join(parts) == wanted:
        return "".join(_date_part(as_date(value), part) for part in parts)
    raise Uncomputed("TEXT 的这种格式")


def as_date(value: Value) -> date:
    """The day that a number stands for; raises ``Failed``, for the first days ``Uncomputed``."""
    days = int(number(value))
    if days <= 60:
        # Excel counts a day that never was, 1900-02-29.
        raise Uncomputed("1900年3月以前的日期")
    try:
        return EPOCH + timedelta(days)
    except OverflowError as error:
        raise Failed(VALUE) from error


def _date_part(day: date, part: str) -> str:
    match part:
        case "yyyy":
            return f"{day.year:04}"
        case "m" | "mm":
            return f"{day.month:0{len(part)}}"
        case "d" | "dd":
            return f"{day.day:0{len(part)}}"
    return part.strip('"')


def _exact(one: Value, two: Value) -> Value:
    return text(one) == text(two)


def _trim(value: Value) -> Value:
    return " ".join(part for part in text(value).split(" ") if part)


def _t(value: Value) -> Value:
    if isinstance(value, Error):
        raise Failed(value.code)
    return value if isinstance(value, str) else ""


FUNCTIONS: Final[dict[str, Function]] = {
    "LEN": single(lambda one: float(len(text(one))), 1),
    "LEFT": single(_left, 1, 2),
    "RIGHT": single(_right, 1, 2),
    "MID": single(_mid, 3),
    "TRIM": single(_trim, 1),
    "UPPER": single(lambda one: text(one).upper(), 1),
    "LOWER": single(lambda one: text(one).lower(), 1),
    "CONCATENATE": single(lambda *all_: _limited("".join(map(text, all_))), 1, MANY),
    "CONCAT": whole(_concat, "w", 1, MANY),
    "TEXTJOIN": whole(_joined, "nnw", 3, MANY),
    "SUBSTITUTE": single(_substitute, 3, 4),
    "REPT": single(_rept, 2),
    "FIND": single(_find, 2, 3),
    "SEARCH": single(_search, 2, 3),
    "EXACT": single(_exact, 2),
    "VALUE": single(_value, 1),
    "TEXT": single(formatted, 2),
    "T": single(_t, 1, roles="n"),
}
