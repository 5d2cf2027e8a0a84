"""What a cell shows for its number: the formats that offices use; others as the number is kept."""

from __future__ import annotations

import re
from datetime import timedelta
from fractions import Fraction
from typing import Final

from generator.figures.amounts import show
from generator.reading.excel import FIRST_DAY

_NUMBER: Final = re.compile(r"-?[0-9]{1,40}(?:\.[0-9]{1,40})?(?:[eE][+-]?[0-9]{1,3})?")
_PART: Final = re.compile(
    r'"([^"]*)"|\\(.)|_.|\*.|\[[^\]]*\]|([#0?,.]*[#0?][#0?,.]*)|(.)', re.DOTALL
)
_DATE: Final = re.compile(r"yyyy|yy|mm|m|dd|d")
_MAX_DAY: Final = 2_958_465
#: Digits that General shows at most of a number that has no end.
_GENERAL: Final = 10


def shown(text: str, code: str) -> str:
    """``text``, a cell's number, as the format ``code`` shows it; other texts as they are."""
    if not _NUMBER.fullmatch(text) or code == "@":
        return text
    value = Fraction(text)
    if code in ("", "General"):
        return show(value, _GENERAL) if "." in text or "e" in text.lower() else text
    sections = _sections(code)
    section, negative = sections[0], value < 0
    if negative and len(sections) > 1:
        section, value, negative = sections[1], -value, False
    elif value == 0 and len(sections) > 2:
        section = sections[2]
    bare = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", section)
    if _DATE.search(bare) and not re.search("[0#?]", bare):
        return _as_date(value, section)
    return _with(section, -value if negative else value, negative=negative)


def _sections(code: str) -> list[str]:
    """A format is one for positive, negative and zero, parted outside quotation marks."""
    found, quoted = [""], False
    for char in code:
        quoted ^= char == '"'
        if char == ";" and not quoted:
            found.append("")
        else:
            found[-1] += char
    return found


def _with(section: str, value: Fraction, *, negative: bool) -> str:
    percent = "%" in re.sub(r'"[^"]*"|\\.', "", section)
    out, written = [], False
    for literal, escaped, digits, other in _PART.findall(section):
        if digits and not written:
            sign = "-" if negative else ""
            out.append(sign + _digits(digits, value * (100 if percent else 1)))
            written = True
        elif not digits:
            out.append(literal or escaped or other)
    return "".join(out)


def _digits(pattern: str, value: Fraction) -> str:
    whole, _, decimals = pattern.partition(".")
    needed, possible = decimals.count("0"), len(decimals)
    text = show(value, possible, fixed=True)
    integer, _, fraction = text.partition(".")
    while len(fraction) > needed and fraction.endswith("0"):
        fraction = fraction[:-1]
    if "," in whole:
        integer = f"{int(integer):,}"
    return f"{integer}.{fraction}" if fraction else integer


def _as_date(value: Fraction, section: str) -> str:
    days = value.numerator // value.denominator
    if not 0 < days <= _MAX_DAY:
        return show(value, _GENERAL)
    day = FIRST_DAY + timedelta(days=days)
    words = {
        "yyyy": f"{day.year:04}", "yy": f"{day.year % 100:02}", "mm": f"{day.month:02}",
        "m": str(day.month), "dd": f"{day.day:02}", "d": str(day.day),
    }  # fmt: skip
    parts = re.findall(r'"([^"]*)"|\\(.)|\[[^\]]*\]|(yyyy|yy|mm|m|dd|d)|(.)', section)
    return "".join(a or b or words.get(c, "") or d for a, b, c, d in parts)
