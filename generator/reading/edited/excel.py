"""A sheet of an edited workbook: its cells with what they hold, and which of them compute."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import Final

from generator.frozen import frozen
from generator.problems.place import Place, Square
from generator.reading.entities import seen, unescape
from generator.reading.excel import SheetPart

_CELL: Final = re.compile(
    r"<(?:\w+:)?c ([^>]*[^/>])>\s*(?:<(?:\w+:)?f(?: [^>]*)?(?:/>|>([^<]*)<))?"
)
_ATTRIBUTE: Final = re.compile(r'(?:^| )(r|t)="([^"]*)"')
_FORMULA: Final = re.compile(r"<(?:\w+:)?f[ />]")
_BLANKS: Final = re.compile(r"\s|_xlfn\.", re.IGNORECASE)
_WORDS: Final = frozenset({"s", "str", "inlineStr"})
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?")
#: What programs keep of a number alike; the rest is noise of binary numbers.
_DIGITS: Final = 13


@frozen
class Held:
    """A cell that holds something.

    ``formula``: what gives it, in one way of writing, ``=`` where that is told at another cell;
    ``number``: it is one.
    """

    text: str
    place: Place
    row: int
    column: int
    formula: str
    number: bool


def cells(xml: str, place: Place, shared: Sequence[str]) -> Iterator[Held]:
    """The cells of a sheet that hold anything, row by row."""
    live: dict[str, str] = {}
    words: set[str] = set()
    for cell in _CELL.finditer(seen(xml)):
        told = dict(_ATTRIBUTE.findall(cell[1]))
        if _FORMULA.search(cell[0]):
            live[told.get("r", "")] = _BLANKS.sub("", unescape(cell[2] or "")).upper() or "="
        if told.get("t") in _WORDS:
            words.add(told.get("r", ""))
    for spot in SheetPart(xml, place, shared):
        where = spot.place
        step = where.steps[0] if where.steps else None
        if isinstance(step, Square) and (spot.text.strip() or step.reference in live):
            number = step.reference not in words
            text = plain(spot.text) if number else spot.text
            formula = live.get(step.reference, "")
            yield Held(text, where, step.row, step.column, formula, number)


def plain(text: str) -> str:
    """A number in one way, without what binary numbers add to it (``0.44019999999999998``)."""
    if not _NUMBER.fullmatch(text):
        return text
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return f"{Decimal(f'{number:.{_DIGITS - 1}e}').normalize():f}"
