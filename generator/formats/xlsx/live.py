"""Formulas among rendered cells: they wait for all rows, and figures may show by them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, Protocol, TypeAlias

from generator.figures.model import Figure, Phrase
from generator.formats.xlsx.numbers import Shown
from generator.frozen import frozen
from generator.language.markers import Mark
from generator.reserved import FORMULA, FORMULA_END

#: Marks before they are marks: begin, end, path, tag.
Field: TypeAlias = tuple[int, int, str, int]

_WAITING: Final = re.compile(f"{FORMULA}(\\d+),(\\d+){FORMULA_END}")


@frozen
class Live:
    """A value of a template that is to be live by formula ``number``."""

    value: object
    number: int


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


class Settler(Protocol):
    """What knows the texts and values of formulas once all rows are there."""

    def cell(self, number: int, row: int, bound: Bound | None = None) -> Settled:
        """The cell of formula ``number`` in output ``row``."""


class Settled(Protocol):
    """The XML of a formula cell behind its style, and where its value begins and ends there."""

    @property
    def xml(self) -> str: ...
    @property
    def begin(self) -> int: ...
    @property
    def end(self) -> int: ...


def settled(
    piece: str,
    fields: Sequence[Field],
    settler: Settler,
    bound_of: Callable[[int, int], Bound | None],
) -> tuple[str, list[Field], list[tuple[Mark, str]]]:
    """``piece`` with its formulas, its marks where they stand then, and those of live figures.

    With each of the latter, the number as it prints.
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
        if bound is not None:
            begin, end = length + written.begin, length + written.end
            mark = Mark(begin, end, bound.value.path, bound.tag)
            marks.append((mark, bound.shown.text))
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
