"""Numbers in cells, the formats that show them as they are printed, and XML texts.

Nothing heavy is imported here: this is on the way of every render.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Final

from generator.figures import amounts
from generator.figures.model import Figure, Phrase
from generator.frozen import frozen
from generator.patterns import lazy
from generator.reading import entities

#: What Excel takes: significant digits of a number.
MAX_DIGITS: Final = 15

#: The longest number that General shows in full.
MAX_GENERAL: Final = 11

#: Built-in number formats by code.
BUILTIN_FORMATS = {"General": 0, "0": 1, "0.00": 2, "#,##0": 3, "#,##0.00": 4, "0%": 9, "0.00%": 10}
FIRST_CUSTOM_FORMAT = 164

# One set of characters is searched for twice as fast as the alternatives that count.
_reserved = re.compile(r"[&<>\r_]").search
_ESCAPED_CODE = lazy(r"_(?=x[0-9A-Fa-f]{4}_)")
_SHOWN = lazy(
    r"(?P<prefix>\D*?)(?P<number>-?(?:0|[1-9]\d*|[1-9]\d{0,2}(?P<grouped>(?:,\d{3})+))"
    r"(?:\.(?P<decimals>\d+))?)(?P<percent>%?)(?P<suffix>\D*)"
)
_MAX_LITERAL = 40


def escape(text: str) -> str:
    """``text`` as XML character data of a cell; ``_x0041_`` would read as a code in Excel."""
    if _reserved(text) is None:
        return text
    text = _ESCAPED_CODE.sub("_x005F_", text)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def escape_attribute(text: str) -> str:
    """``text`` as the value of an XML attribute in double quotes."""
    return entities.escape(text).replace("\n", "&#10;").replace("\t", "&#9;")


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


@frozen
class OpenStyle:
    """A style that leaves the number format to the value: its XML around the format's number.

    ``text``: whether it shows numbers as texts unless they bring a format.
    """

    before: str
    after: str
    text: bool


@frozen
class Styles:
    """``styles.xml`` around the places where formats and styles can be added.

    ``name`` is that of the member; ``codes`` are format codes with their numbers,
    ``next_format`` the first free number. ``formats`` and ``cells`` are the XML inside
    ``numFmts`` and ``cellXfs``, with how many elements it is; ``head``, ``middle`` and ``tail``
    stand around them.
    """

    name: str
    prefix: str
    open: Mapping[int, OpenStyle]
    codes: Mapping[str, int]
    next_format: int
    head: str
    formats: str
    format_count: int
    middle: str
    cells: str
    cell_count: int
    tail: str


class Formats:
    """The styles that one render adds: the template's look, the value's number format."""

    def __init__(self, styles: Styles | None) -> None:
        self._open = styles.open if styles else {}
        self._next = styles.cell_count if styles else 0
        self._attributes: dict[tuple[int, str], str] = {}
        self.added: list[tuple[int, str]] = []

    def is_open(self, style: int) -> bool:
        """Whether the value brings the number format."""
        return style in self._open

    def attribute(self, style: int, code: str) -> str:
        """The ``s`` attribute of a number whose own format is ``code`` (empty: General)."""
        look = self._open.get(style)
        if look is None or not (code or look.text):
            return style_attribute(style)
        known = self._attributes.get((style, code or "0"))
        if known is None:
            known = style_attribute(self._next + len(self.added))
            self._attributes[style, code or "0"] = known
            self.added.append((style, code or "0"))
        return known


def style_attribute(style: int) -> str:
    """The ``s`` attribute of a cell; -1 is a cell without one."""
    return f' s="{style}"' if style >= 0 else ""


def styles_text(styles: Styles, added: Sequence[tuple[int, str]]) -> str:
    """``styles.xml`` with the formats that this render needed, in order of first use."""
    ids = dict(styles.codes)
    following = styles.next_format
    formats: list[str] = []
    cells: list[str] = []
    for style, code in added:
        if code not in ids:
            ids[code] = following
            following += 1
            quoted = escape_attribute(code)
            formats.append(f'<{styles.prefix}numFmt numFmtId="{ids[code]}" formatCode="{quoted}"/>')
        look = styles.open[style]
        cells.append(f"{look.before}{ids[code]}{look.after}")
    number_formats = _grown(styles.prefix + "numFmts", styles.formats, styles.format_count, formats)
    cell_formats = _grown(styles.prefix + "cellXfs", styles.cells, styles.cell_count, cells)
    return f"{styles.head}{number_formats}{styles.middle}{cell_formats}{styles.tail}"


def _grown(name: str, inner: str, count: int, added: Sequence[str]) -> str:
    total = count + len(added)
    return f'<{name} count="{total}">{inner}{"".join(added)}</{name}>' if total else ""
