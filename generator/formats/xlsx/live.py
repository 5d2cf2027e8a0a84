"""Formulas among rendered cells: they wait for all rows, and figures or texts show by them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, Protocol, TypeAlias

from jinja2.runtime import Undefined

from generator.figures.model import ABSENT, Fault, Figure, Phrase, Words
from generator.formats.xlsx.numbers import Shown, figure_number, phrase_number
from generator.frozen import frozen
from generator.language.markers import Mark
from generator.reserved import FORMULA, FORMULA_END

#: Marks before they are marks: begin, end, path, tag.
Field: TypeAlias = tuple[int, int, str, int]

_WAITING: Final = re.compile(f"{FORMULA}(\\d+),(\\d+){FORMULA_END}")


@frozen
class Live:
    """A value of a template that is to be live by formula ``number``.

    ``parts``: of a cell of several, what stands in it in turn: value, formula (-1: none), tag.
    """

    value: object
    number: int
    parts: tuple[tuple[object, int, int], ...] = ()


@frozen
class Day:
    """A day of the content, as the number that Excel counts."""

    number: int
    path: str


@frozen
class Bound:
    """A figure that its cell shows by a formula, how it prints, and the tag that asked for it."""

    value: Figure | Phrase
    shown: Shown
    tag: int


@frozen
class Piece:
    """A part of a live text: what it shows, its formula (-1: none), and the tag and path of it.

    ``bound``: of a number; ``free``: what stands for a figure that is not there.
    """

    text: str
    number: int
    path: str
    tag: int
    bound: Bound | None
    free: bool


@frozen
class Saying:
    """The text of a cell of which parts are live."""

    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(piece.text for piece in self.pieces)


def saying(live: Live, tag: int) -> Saying | object:
    """The text that ``live`` shows; the value of it that cannot be printed, where there is one."""
    pieces = []
    for value, number, own in live.parts or ((live.value, live.number, tag),):
        if isinstance(value, Undefined | Fault) or not isinstance(value, str | Figure | Phrase):
            return value
        if isinstance(value, str):
            path = value.path if isinstance(value, Words) else ""
            free = value == ABSENT or (isinstance(value, Words) and value.blank)
            pieces.append(Piece(value, number, path, own, None, free))
            continue
        shown = figure_number(value) if isinstance(value, Figure) else phrase_number(value)
        # A figure that is alone in its cell and yet no number there is a text.
        bound = Bound(value, shown, own) if live.parts and shown is not None else None
        pieces.append(Piece(value.text, number, value.path, own, bound, free=False))
    return Saying(tuple(pieces))


class Settler(Protocol):
    """What knows the texts and values of formulas once all rows are there."""

    def cell(self, number: int, row: int, bound: Bound | Saying | None = None) -> Settled:
        """The cell of formula ``number`` in output ``row``."""


class Settled(Protocol):
    """The XML of a formula cell behind its style, and where each value begins and ends there."""

    @property
    def xml(self) -> str: ...
    @property
    def spots(self) -> Sequence[tuple[int, int]]: ...


def settled(
    piece: str,
    fields: Sequence[Field],
    settler: Settler,
    bound_of: Callable[[int, int], Bound | Saying | None],
) -> tuple[str, list[Field], list[tuple[Mark, str]]]:
    """``piece`` with its formulas, its marks where they stand then, and those of live figures.

    With each of the latter, the number as it prints; nothing with a text.
    """
    out: list[str] = []
    marks: list[tuple[Mark, str]] = []
    shifts: list[tuple[int, int]] = []
    position = length = 0
    for match in _WAITING.finditer(piece):
        number, row = int(match[1]), int(match[2])
        bound = bound_of(number, row)
        written = settler.cell(number, row, bound)
        out += (piece[position : match.start()], written.xml)
        length += match.start() - position
        for (begin, end), (path, tag, said) in zip(written.spots, _shown(bound), strict=True):
            if path:
                marks.append((Mark(begin + length, end + length, path, tag), said))
        length += len(written.xml)
        position = match.end()
        shifts.append((position, length - position))
    out.append(piece[position:])
    if not fields or fields[-1][0] < shifts[0][0]:
        return "".join(out), list(fields), marks
    moved = [
        (begin + shift, end + shift, path, tag)
        for begin, end, path, tag in fields
        for shift in [next((by for at, by in reversed(shifts) if at <= begin), 0)]
    ]
    return "".join(out), moved, marks


def _shown(bound: Bound | Saying | None) -> list[tuple[str, int, str]]:
    """Path, tag and printed number of each value of a formula cell."""
    if isinstance(bound, Saying):
        return [(piece.path, piece.tag, "") for piece in bound.pieces]
    return [] if bound is None else [(bound.value.path, bound.tag, bound.shown.text)]
