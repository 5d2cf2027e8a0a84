"""A sheet of an edited workbook: its cells with what they hold, and which of them compute."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import Final

from generator.frozen import frozen
from generator.problems.place import Place, Square
from generator.reading.entities import seen
from generator.reading.excel import SheetPart

_CELL: Final = re.compile(r"<(?:\w+:)?c ([^>]*[^/>])>\s*(<(?:\w+:)?f[ />])?")
_ATTRIBUTE: Final = re.compile(r'(?:^| )(r|t)="([^"]*)"')
_WORDS: Final = frozenset({"s", "str", "inlineStr"})
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?")
#: What programs keep of a number alike; the rest is noise of binary numbers.
_DIGITS: Final = 13


@frozen
class Held:
    """A cell that holds something. ``live``: a formula gives it; ``number``: it is one."""

    text: str
    place: Place
    row: int
    column: int
    live: bool
    number: bool


def cells(xml: str, place: Place, shared: Sequence[str]) -> Iterator[Held]:
    """The cells of a sheet that hold anything, row by row."""
    live: set[str] = set()
    words: set[str] = set()
    for cell in _CELL.finditer(seen(xml)):
        told = dict(_ATTRIBUTE.findall(cell[1]))
        if cell[2]:
            live.add(told.get("r", ""))
        if told.get("t") in _WORDS:
            words.add(told.get("r", ""))
    for spot in SheetPart(xml, place, shared):
        where = spot.place
        step = where.steps[0] if where.steps else None
        if isinstance(step, Square) and spot.text.strip():
            number = step.reference not in words
            text = plain(spot.text) if number else spot.text
            yield Held(text, where, step.row, step.column, step.reference in live, number)


def plain(text: str) -> str:
    """A number in one way, without what binary numbers add to it (``0.44019999999999998``)."""
    if not _NUMBER.fullmatch(text):
        return text
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return f"{Decimal(f'{number:.{_DIGITS - 1}e}').normalize():f}"
