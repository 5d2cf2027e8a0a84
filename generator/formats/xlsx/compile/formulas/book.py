"""What formulas need to know of the workbook: its sheets, and the loops of those that move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from generator.formats.xlsx.rows import Area


@dataclass(slots=True)
class Loop:
    """The template rows that one ``{%tr for %}`` repeats.

    ``around``: the number of the loop around it, or -1. ``path``: what it and the loops around it
    run over; two loops with the same path have the same passes. None where that is not certain.
    """

    first: int
    last: int
    around: int = -1
    path: tuple[str, ...] | None = None

    def holds(self, *rows: int) -> bool:
        """Whether all ``rows`` are among them."""
        return all(self.first <= row <= self.last for row in rows)


@dataclass(slots=True)
class ListTable:
    """A table (ListObject): its sheet, its range, the rows of data, the names of its columns."""

    sheet: int
    area: Area
    first: int
    last: int
    columns: list[str]


@dataclass(slots=True)
class Book:
    """Sheets by number, the loops and control rows of those that move."""

    names: list[str]
    loops: dict[int, list[Loop]] = field(default_factory=dict)
    controls: dict[int, frozenset[int]] = field(default_factory=dict)
    #: The numbers of those sheets that have cells.
    worksheets: frozenset[int] = frozenset()
    #: Tables by their names in small letters.
    tables: dict[str, ListTable] = field(default_factory=dict)
    #: (sheet, loop) pairs whose passes something refers to.
    used: set[tuple[int, int]] = field(default_factory=set)

    def loop(self, sheet: int, *rows: int) -> int:
        """The innermost loop of ``sheet`` that repeats all ``rows`` together, or -1."""
        held = [
            (loop.last - loop.first, number)
            for number, loop in enumerate(self.loops.get(sheet, ()))
            if loop.holds(*rows)
        ]
        return min(held)[1] if held else -1

    def chain(self, sheet: int, *rows: int) -> list[int]:
        """The loops of ``sheet`` that repeat all ``rows`` together, from inside to outside."""
        found = [self.loop(sheet, *rows)]
        while found[-1] >= 0:
            found.append(self.loops[sheet][found[-1]].around)
        return found[:-1]

    def numbered(self, title: str) -> int:
        """The number of the sheet with that title, or -1."""
        folded = [known.casefold() for known in self.names]
        return folded.index(title.casefold()) if title.casefold() in folded else -1

    def sheet(self, written: str, default: int) -> int:
        """The number of the sheet that a reference names, or -1."""
        return self.numbered(unquoted(written)) if written else default

    def moves(self, sheet: int) -> bool:
        """Whether rows of that sheet may move."""
        return sheet in self.loops

    def span(self, written: str) -> list[int]:
        """The worksheets that ``一:三`` names; empty for one that names no range of sheets."""
        first, mark, last = unquoted(written).partition(":")
        ends = self.numbered(unquoted(first)), self.numbered(unquoted(last))
        if not mark or min(ends) < 0:
            return []
        between = range(min(ends), max(ends) + 1)
        return [number for number in between if number in self.worksheets]

    def follow(self, target: int, rows: Sequence[int], own: int, home: int) -> tuple[int, int]:
        """The loop of ``target`` in whose pass ``rows`` are, seen from row ``home`` of ``own``.

        Second, the loop of ``own`` that tells in which pass; (-1, -1) seen from outside.
        """
        homes = self.chain(own, home) if home else []
        for loop in self.chain(target, *rows):
            if target == own and loop in homes:
                return loop, loop
            path = self.loops[target][loop].path
            for other in homes if path is not None else ():
                if self.loops[own][other].path == path:
                    return loop, other
        return -1, -1

    def repeats(self, target: int, rows: Sequence[int], loop: int) -> bool:
        """Whether one pass through ``loop`` (or the sheet, -1) can have several copies of them."""
        return any(inner != loop for inner in self._within(target, rows, loop))

    def stops_at_control(self, target: int, first: int, last: int) -> bool:
        """Whether a range takes the head or the end of a loop, and no row that the loop repeats.

        It was meant for the loop's rows, or for those above the own one; neither is what it says.
        """
        return any(
            not (first <= loop.last and loop.first <= last)
            and (first <= loop.first - 1 <= last or first <= loop.last + 1 <= last)
            for loop in self.loops.get(target, ())
        )

    def gaps(self, target: int, first: int, last: int, loop: int) -> bool:
        """Whether the copies of ``first`` to ``last`` can have other rows between them."""
        controls = self.controls.get(target, frozenset())
        for number, inner in enumerate(self.loops.get(target, ())):
            if number == loop or not self._below(target, number, loop):
                continue
            rows = [row for row in range(inner.first, inner.last + 1) if row not in controls]
            covered = sum(first <= row <= last for row in rows)
            if 0 < covered < len(rows):
                return True
        return False

    def _within(self, target: int, rows: Sequence[int], loop: int) -> list[int]:
        chain = self.chain(target, *rows)
        return chain[: chain.index(loop)] if loop in chain else chain

    def _below(self, sheet: int, number: int, loop: int) -> bool:
        while number >= 0 and number != loop:
            number = self.loops[sheet][number].around
        return number == loop


def unquoted(title: str) -> str:
    """A sheet's title without the quotes of formulas."""
    if title.startswith("'") and title.endswith("'") and len(title) > 1:
        return title[1:-1].replace("''", "'")
    return title
