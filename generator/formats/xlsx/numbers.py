"""Numbers in cells, and the formats that show them as they are printed."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final

from generator.figures import amounts
from generator.figures.model import Figure, Phrase
from generator.frozen import frozen

#: What Excel takes: significant digits of a number.
MAX_DIGITS: Final = 15

#: The longest number that General shows in full.
MAX_GENERAL: Final = 11

_SHOWN = re.compile(
    r"(?P<prefix>\D*?)(?P<number>-?(?:0|[1-9]\d*|[1-9]\d{0,2}(?P<grouped>(?:,\d{3})+))"
    r"(?:\.(?P<decimals>\d+))?)(?P<percent>%?)(?P<suffix>\D*)"
)
_MAX_LITERAL = 40


@frozen
class Shown:
    """How a cell shows one printed number: ``<v>`` text, its value, and the format code.

    The cell's number is ``units / scale``; ``code`` is empty where General does as well.
    """

    text: str
    units: int
    scale: int
    code: str
    fits: bool


@lru_cache(maxsize=8192)
def shown(text: str) -> Shown | None:
    """The number and format that display exactly ``text``; None when there are none."""
    whole, point, fraction = text.partition(".")
    if text.isascii() and whole.isdigit() and (not point or fraction.isdigit()):
        return _plainly(whole, fraction)
    match = _SHOWN.fullmatch(text)
    if match is None:
        return None
    prefix, suffix = match["prefix"], match["suffix"]
    if not (_is_literal(prefix) and _is_literal(suffix)):
        return None
    digits = match["number"].replace(",", "")
    decimals = len(match["decimals"] or "")
    units = int(digits.replace(".", ""))
    if not units and digits.startswith("-"):
        return None
    moved = decimals + 2 * bool(match["percent"])
    number = format(Decimal(units).scaleb(-moved), "f") if match["percent"] else digits
    code = "#,##0" if match["grouped"] else "0"
    code += "." + "0" * decimals if decimals else ""
    code += match["percent"]
    if prefix or suffix:
        code = _with_words(prefix, code, suffix, negative=units < 0)
    if code == "0" and len(digits) <= MAX_GENERAL:
        code = ""
    return Shown(number, units, 10**moved, code, survives(number))


def _plainly(whole: str, decimals: str) -> Shown | None:
    """The same of digits alone, of which there are most."""
    if whole[0] == "0" != whole:
        return None
    number, code = whole, ""
    if decimals:
        number, code = f"{whole}.{decimals}", f"0.{'0' * len(decimals)}"
    elif len(whole) > MAX_GENERAL:
        code = "0"
    return Shown(number, int(whole + decimals), 10 ** len(decimals), code, survives(number))


def _is_literal(text: str) -> bool:
    return not text or (len(text) <= _MAX_LITERAL and text.isprintable() and '"' not in text)


def _with_words(prefix: str, code: str, suffix: str, *, negative: bool) -> str:
    before = f'"{prefix}"' if prefix else ""
    after = f'"{suffix}"' if suffix else ""
    positive = f"{before}{code}{after}"
    # Excel puts the sign of a one-section format before the prefix: -≥5.
    return f"{positive};{before}-{code}{after}" if negative and prefix else positive


def figure_number(figure: Figure) -> Shown | None:
    """The number ``figure.text`` prints, if that is the figure's value rounded as printed."""
    number = shown(figure.text)
    if number is None:
        return None
    value = figure.value
    if value.numerator * number.scale == number.units * value.denominator:
        return number
    printed = Decimal(number.text)
    places = -int(printed.as_tuple().exponent)
    return number if amounts.round_half_up(value, places) == printed else None


def phrase_number(phrase: Phrase) -> Shown | None:
    """The number that a phrase is, if it is one."""
    if phrase.number is None:
        return None
    number = shown(phrase.text)
    return number if number and Decimal(number.text) == phrase.number else None


def bare_number(value: Figure | Phrase) -> str:
    """The number alone, for a cell whose own format decides how it looks; empty for words."""
    if isinstance(value, Phrase):
        return "" if value.number is None else amounts.plain(value.number)
    places = value.places
    if places is None:
        places = amounts.DEFAULT_PLACES
    if value.unit == "%":
        places += 2
    return amounts.plain(amounts.round_half_up(value.value, places))


def survives(number: str) -> bool:
    """Whether Excel keeps all digits of ``number``."""
    return len(number) <= MAX_DIGITS or (
        len(number.lstrip("-0.").replace(".", "").rstrip("0")) <= MAX_DIGITS
    )
