"""Parts of a workbook as pieces: XML, and what follows the rows of the sheets.

Compiling writes the pieces; each knows how it reads once all rows are there (``text``, None for
one that has nothing left to name), a few of them once for each row (``texts``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from generator.formats.xlsx.rows import (
    Area,
    Formula,
    RowMap,
    Run,
    formula_text,
    range_text,
    ranges_text,
)
from generator.frozen import frozen
from generator.reserved import FORMULA, FORMULA_END, NUMBER, ROWS

_WAITING = re.compile(f"{FORMULA}(\\d+),(\\d+){FORMULA_END}")


@frozen
class Outcome:
    """What pieces may ask: where rows went, and of a rendered sheet its headers and runs."""

    maps: Mapping[int, RowMap]
    headers: Sequence[str] = ()
    runs: Sequence[Run] = ()


def joined(segments: Segments, outcome: Outcome) -> str:
    """The text of a part; ``ROWS`` stands where the rows of a rendered sheet belong."""
    return "".join(_text(segment, outcome) or "" for segment in segments)


def settled(text: str, formulas: Sequence[Formula], maps: Mapping[int, RowMap]) -> str:
    """``text`` of rows with the formulas that had to wait."""
    if FORMULA not in text:
        return text
    return _WAITING.sub(
        lambda match: formula_text(formulas[int(match[1])], maps, int(match[2])), text
    )


def _text(segment: Segment, outcome: Outcome) -> str | None:
    return segment if isinstance(segment, str) else segment.text(outcome)


# Elements


@frozen
class Element:
    """An element that goes when a range it needs has gone."""

    segments: Segments

    def text(self, outcome: Outcome) -> str | None:
        out: list[str] = []
        for segment in self.segments:
            text = _text(segment, outcome)
            if text is None:
                return None
            out.append(text)
        return "".join(out)


@frozen
class Elements:
    """A container that counts its elements in the attributes ``counts``.

    It goes when it is empty. ``start`` is its start tag without the last sign.
    """

    start: str
    counts: tuple[str, ...]
    items: tuple[Segment | Copies | MergeCells, ...]
    end: str

    def text(self, outcome: Outcome) -> str:
        found: list[str] = []
        for item in self.items:
            if isinstance(item, Copies | MergeCells):
                found += item.texts(outcome)
            elif (text := _text(item, outcome)) is not None:
                found.append(text)
        if not found:
            return ""
        attributes = "".join(f' {name}="{len(found)}"' for name in self.counts)
        return f"{self.start}{attributes}>{''.join(found)}{self.end}"


@frozen
class Copies:
    """An element for each copy of a template row; a piece ``NUMBER`` stands for its number."""

    sheet: int
    row: int
    pieces: tuple[str, ...]

    def texts(self, outcome: Outcome) -> Iterator[str]:
        for number in outcome.maps[self.sheet].copies(self.row):
            yield "".join(str(number) if piece == NUMBER else piece for piece in self.pieces)


@frozen
class MergeCells:
    """The template's merged ranges where their rows went, then those that cells asked for.

    Each range comes with the innermost loop that repeats it, or -1.
    """

    sheet: int
    prefix: str
    areas: tuple[tuple[Area, int], ...]

    def texts(self, outcome: Outcome) -> Iterator[str]:
        rows = outcome.maps[self.sheet]
        for area, loop in self.areas:
            for low, high in _merge_rows(rows, area, loop):
                if low and (low != high or area.left != area.right):
                    yield self._element(area.left, low, area.right, high)
        for run in outcome.runs:
            if run.first != run.last or run.left != run.right:
                yield self._element(run.left, run.first, run.right, run.last)

    def _element(self, left: str, low: int, right: str, high: int) -> str:
        return f'<{self.prefix}mergeCell ref="{left}{low}:{right}{high}"/>'


def _merge_rows(rows: RowMap, area: Area, loop: int) -> Iterator[tuple[int, int]]:
    if area.top == area.bottom:
        yield from ((row, row) for row in rows.copies(area.top))
    elif loop >= 0:
        for window in rows.windows(loop):
            if window[0] <= window[1]:
                yield rows.within(window, area.top, area.bottom)
    else:
        yield rows.low(area.top, area.bottom), rows.high(area.top, area.bottom)


# Contents of sheets


@frozen
class SheetRows:
    """The rows of a sheet with tags."""

    def text(self, _: Outcome) -> str:
        return ROWS


@frozen
class HeaderText:
    """A text of a page header or footer."""

    index: int

    def text(self, outcome: Outcome) -> str:
        return outcome.headers[self.index]


@frozen
class FormulaText:
    """A formula outside the cells; ``home`` is the template row of ``sheet`` it is relative to."""

    formula: Formula
    sheet: int = -1
    home: int = 0

    def text(self, outcome: Outcome) -> str:
        row = 0
        if self.home and self.sheet in outcome.maps:
            row = next(iter(outcome.maps[self.sheet].copies(self.home)), 0)
        return formula_text(self.formula, outcome.maps, row)


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


#: A piece of a part.
Segment: TypeAlias = (
    str | Element | Elements | SheetRows | HeaderText | FormulaText | Range | Ranges | TableRange
    | PrintAreas | FirstCopy | RowExists | RowCount | AnchorRow | AnchorEnd
)  # fmt: skip
Segments: TypeAlias = tuple[Segment, ...]
