"""Pieces of a workbook's parts that are no more than places: ranges, rows, anchors.

Each knows how it reads once all rows are there (``text``, None for one that has nothing left to
name).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from generator.formats.xlsx.formulas.addresses import Place as At
from generator.formats.xlsx.formulas.model import Formula
from generator.formats.xlsx.formulas.values import Value
from generator.formats.xlsx.live import Settler
from generator.formats.xlsx.rows import Area, RowMap, Run, range_text, ranges_text
from generator.frozen import frozen
from generator.problems.place import Place


class Formulas(Settler, Protocol):
    """Where rows went, and what formulas say and give there."""

    @property
    def maps(self) -> Mapping[int, RowMap]:
        """The rows of every worksheet."""

    @property
    def left(self) -> bool:
        """Whether something is left for Excel to compute."""

    def text(self, formula: Formula, at: At, place: Place | None = None) -> str:
        """A formula as it reads there."""

    def value(self, sheet: int, row: int, column: int) -> Value:
        """What a cell shows."""


@frozen
class Outcome:
    """What pieces may ask: where rows went, and of a rendered sheet its headers and runs."""

    formulas: Formulas
    headers: Sequence[str] = ()
    runs: Sequence[Run] = ()

    @property
    def maps(self) -> Mapping[int, RowMap]:
        """The rows of every worksheet."""
        return self.formulas.maps


# Ranges and rows


@frozen
class Range:
    """A range as one range."""

    sheet: int
    area: Area

    def text(self, outcome: Outcome) -> str | None:
        return range_text(self.area, outcome.maps[self.sheet])


@frozen
class Ranges:
    """A list of ranges; ``otherwise`` stands for one of which nothing is left."""

    sheet: int
    areas: tuple[Area, ...]
    otherwise: str | None = None

    def text(self, outcome: Outcome) -> str | None:
        return ranges_text(self.areas, outcome.maps[self.sheet]) or self.otherwise


@frozen
class TableRange:
    """The range of a table, which Excel opens only with ``least`` rows.

    One whose header is gone is named by no sheet, see ``tableParts``.
    """

    sheet: int
    area: Area
    least: int

    def text(self, outcome: Outcome) -> str:
        rows, area = outcome.maps[self.sheet], self.area
        low = rows.low(area.top, area.top) or 1
        high = max(rows.high(area.top, area.bottom), low + self.least - 1)
        return f"{area.left}{low}:{area.right}{high}"


@frozen
class PrintArea:
    """One range of a print area or title: the text before it, and what moves of it, if anything."""

    before: str
    moving: Range | None


@frozen
class PrintAreas:
    """Print areas and titles: a list of ranges, each with the text before it."""

    areas: tuple[PrintArea, ...]

    def text(self, outcome: Outcome) -> str | None:
        found = []
        for area in self.areas:
            if area.moving is None:
                found.append(area.before)
                continue
            rows = outcome.maps[area.moving.sheet]
            if (text := range_text(area.moving.area, rows, sign="$")) is not None:
                found.append(area.before + (text if ":" in text else f"{text}:{text}"))
        return ",".join(found) or None


@frozen
class FirstCopy:
    """A cell that is shown once: the first copy, or where it would have been."""

    sheet: int
    column: str
    row: int

    def text(self, outcome: Outcome) -> str:
        return f"{self.column}{_first(outcome.maps[self.sheet], self.row)}"


@frozen
class RowExists:
    """Nothing, as long as any copy of a template row is left."""

    sheet: int
    row: int

    def text(self, outcome: Outcome) -> str | None:
        return "" if outcome.maps[self.sheet].copies(self.row) else None


@frozen
class RowCount:
    """How many rows stand where the first rows of the template stood."""

    sheet: int
    row: int

    def text(self, outcome: Outcome) -> str:
        return str(outcome.maps[self.sheet].count(self.row))


@frozen
class AnchorRow:
    """A row of a drawing anchor, counted from 0; ``base`` (or -1) is the row it moves with."""

    sheet: int
    row: int
    base: int = -1

    def text(self, outcome: Outcome) -> str:
        base = self.row if self.base < 0 else self.base
        return str(self.row - base + _first(outcome.maps[self.sheet], base + 1) - 1)


@frozen
class AnchorEnd:
    """The last row of an anchor that stretches with its rows, counted from 0."""

    sheet: int
    row: int

    def text(self, outcome: Outcome) -> str:
        rows = outcome.maps[self.sheet]
        copies = rows.copies(self.row + 1)
        return str(max((copies[-1] if copies else rows.count(self.row + 1)) - 1, 0))


def _first(rows: RowMap, row: int) -> int:
    return next(iter(rows.copies(row)), 0) or rows.count(row) + 1
