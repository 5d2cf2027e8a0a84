"""A sheet of an edited workbook: its cells with what they hold, and which of them compute."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import Final

from generator.frozen import frozen
from generator.problems.place import Place, Square
from generator.reading.entities import seen, unescape
from generator.reading.excel import SheetPart, said

_CELL: Final = re.compile(
    r"<(?:\w+:)?c ([^>]*[^/>])>\s*(?:<(?:\w+:)?f(?: [^>]*)?(?:/>|>([^<]*)<))?"
)
_REFERENCE: Final = re.compile(r'(?:^| )r="([^"]*)"')
_TRUTH: Final = re.compile(r'(?:^| )t="b"')
_FORMULA: Final = re.compile(r"<(?:\w+:)?f[ />]")
_BLANKS: Final = re.compile(r"\s|_xlfn\.", re.IGNORECASE)
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?")
#: What programs keep of a number alike; the rest is noise of binary numbers.
_DIGITS: Final = 13


@frozen
class Held:
    """A cell that holds something.

    ``formula``: what gives it, in one way of writing, ``=`` where that is told at another cell;
    ``number``: it is one, and ``text`` what its format makes of it (39家, 95%).
    """

    text: str
    place: Place
    row: int
    column: int
    formula: str
    number: bool


def cells(
    xml: str, place: Place, shared: Sequence[str], formats: Sequence[str] = ()
) -> Iterator[Held]:
    """The cells of a sheet that hold anything, row by row.

    ``formats``: those of all styles; none to have numbers as they are kept.
    """
    live: dict[str, str] = {}
    truths: set[str] = set()
    for cell in _CELL.finditer(seen(xml)):
        told = _REFERENCE.search(cell[1])
        reference = told[1] if told is not None else ""
        if _FORMULA.search(cell[0]):
            live[reference] = _BLANKS.sub("", unescape(cell[2] or "")).upper() or "="
        if _TRUTH.search(cell[1]):
            truths.add(reference)
    part = SheetPart(xml, place, shared)
    for spot, style in zip(part, part.styles(), strict=True):
        where = spot.place
        step = where.steps[0] if where.steps else None
        if isinstance(step, Square) and (spot.text.strip() or step.reference in live):
            text = spot.text
            if style >= 0:
                text = said(plain(text), formats[style] if style < len(formats) else "")
            elif step.reference in truths:
                text = "FALSE" if text == "0" else "TRUE"
            formula = live.get(step.reference, "")
            yield Held(text, where, step.row, step.column, formula, style >= 0)


def plain(text: str) -> str:
    """A number in one way, without what binary numbers add to it (``0.44019999999999998``)."""
    if not _NUMBER.fullmatch(text):
        return text
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return f"{Decimal(f'{number:.{_DIGITS - 1}e}').normalize():f}"
