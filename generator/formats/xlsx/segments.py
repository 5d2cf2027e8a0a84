"""Parts of a workbook as pieces: XML, and what follows the rows of the sheets.

Compiling writes the pieces; each knows how it reads once all rows are there (``text``, None for
one that has nothing left to name), a few of them once for each row (``texts``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from generator.formats.xlsx.formulas.addresses import Place as At
from generator.formats.xlsx.formulas.addresses import areas
from generator.formats.xlsx.formulas.model import Formula, Reference, column_number
from generator.formats.xlsx.formulas.values import Value, plain
from generator.formats.xlsx.formulas.writing import follows_alike, relative_text
from generator.formats.xlsx.pieces import (
    AnchorEnd,
    AnchorRow,
    Beside,
    FirstCopy,
    Linked,
    Outcome,
    PrintAreas,
    Range,
    Ranges,
    Relations,
    RowCount,
    RowExists,
    ShapeBlocks,
    State,
    TableRange,
)
from generator.formats.xlsx.rows import Area, RowMap
from generator.formats.xlsx.texts import escape, escape_attribute
from generator.frozen import frozen
from generator.problems.place import Place
from generator.reserved import NUMBER, ROWS


def joined(segments: Segments, outcome: Outcome) -> str:
    """The text of a part; ``ROWS`` stands where the rows of a rendered sheet belong."""
    return "".join(_text(segment, outcome) or "" for segment in segments)


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

    It goes when it is empty, and with ``needed`` what it stands in as well. ``start`` is its start
    tag without the last sign.
    """

    start: str
    counts: tuple[str, ...]
    items: tuple[Segment | Copies | MergeCells | PerRow, ...]
    end: str
    needed: bool = False

    def text(self, outcome: Outcome) -> str | None:
        found: list[str] = []
        for item in self.items:
            if isinstance(item, Copies | MergeCells | PerRow | ByPlace):
                found += item.texts(outcome)
            elif (text := _text(item, outcome)) is not None:
                found.append(text)
        if not found:
            return None if self.needed else ""
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
    """A formula outside the cells, as an attribute or as text; ``place`` tells where it stands.

    ``home``: the template row of ``sheet`` it is relative to. ``joined``: a list of ranges stands
    in parentheses.
    """

    formula: Formula
    place: Place | None = None
    sheet: int = -1
    home: int = 0
    attribute: bool = False
    joined: bool = False

    def text(self, outcome: Outcome) -> str:
        row = 0
        if self.home and self.sheet in outcome.maps:
            row = next(iter(outcome.maps[self.sheet].copies(self.home)), 0)
        text = outcome.formulas.text(self.formula, At(self.sheet, row), self.place)
        if self.joined and isinstance(self.formula.root, Reference) and "," in text:
            text = f"({text})"
        return escape_attribute(text) if self.attribute else escape(text)


@frozen
class FormulaInCell:
    """The cell of formula ``number`` on a sheet without tags, behind its style."""

    number: int
    row: int

    def text(self, outcome: Outcome) -> str:
        return outcome.formulas.cell(self.number, self.row).xml


@frozen
class PerRow:
    """An element for each copy of a template row, with formulas that follow it.

    ``pieces``: XML; ``NUMBER`` for the number of the row; formulas; what stands beside the row.
    """

    sheet: int
    row: int
    pieces: tuple[str | Formula | Beside, ...]
    place: Place | None = None

    def texts(self, outcome: Outcome) -> Iterator[str]:
        for number in outcome.maps[self.sheet].filled(self.row):
            at = At(self.sheet, number)
            yield "".join(self._piece(piece, at, outcome) for piece in self.pieces)

    def _piece(self, piece: str | Formula | Beside, at: At, outcome: Outcome) -> str:
        if isinstance(piece, str):
            return str(at.row) if piece == NUMBER else piece
        if isinstance(piece, Formula):
            return escape(outcome.formulas.text(piece, at, self.place))
        return piece.beside(outcome, at.row)

    def text(self, outcome: Outcome) -> str:
        return "".join(self.texts(outcome))


@frozen
class Variant:
    """Formulas of an element as they read from template row ``row``, of columns ``left`` on."""

    row: int
    last: int
    left: str
    right: str
    formulas: tuple[Formula, ...]


@frozen
class ByPlace:
    """An element for many cells with formulas relative to the first of them.

    Cells whose formulas reach equally far share one; others get one of their own. ``pieces``: XML;
    None for the ranges; numbers of formulas.
    """

    sheet: int
    variants: tuple[Variant, ...]
    pieces: tuple[str | int | None, ...]
    place: Place | None = None

    def text(self, outcome: Outcome) -> str | None:
        return "".join(self.texts(outcome)) or None

    def texts(self, outcome: Outcome) -> Iterator[str]:
        maps, formulas = outcome.maps, outcome.formulas
        groups: dict[tuple[str, ...], list[tuple[int, int, Variant]]] = {}
        for variant in self.variants:
            alike = all(map(follows_alike, variant.formulas))
            known: list[tuple[int, int, Variant]] | None = None
            for low, high in maps[self.sheet].runs(variant.row, variant.last):
                single = variant.row == variant.last
                for row in range(low, high + 1) if single else (low,):
                    if known is None or not alike:
                        at = At(self.sheet, row)
                        reach = (relative_text(one, maps, at) for one in variant.formulas)
                        known = groups.setdefault((variant.left, *reach), [])
                    known.append((row, row if single else high, variant))
        for found in groups.values():
            found.sort(key=lambda one: one[0])
            first = found[0]
            at = At(self.sheet, first[0])
            texts = [escape(formulas.text(one, at, self.place)) for one in first[2].formulas]
            yield "".join(
                _ranges(found)
                if piece is None
                else texts[piece]
                if isinstance(piece, int)
                else piece
                for piece in self.pieces
            )


def _ranges(found: Sequence[tuple[int, int, Variant]]) -> str:
    """Rows of columns as a list of ranges."""
    merged: list[tuple[int, int, str, str]] = []
    open_: dict[tuple[str, str], int] = {}
    for row, end, variant in found:
        columns = variant.left, variant.right
        at = open_.get(columns, -1)
        if at >= 0 and merged[at][1] + 1 == row:
            merged[at] = (merged[at][0], end, *columns)
        else:
            open_[columns] = len(merged)
            merged.append((row, end, *columns))
    return " ".join(
        f"{left}{low}" if (left, low) == (right, high) else f"{left}{low}:{right}{high}"
        for low, high, left, right in merged
    )


@frozen
class Cache:
    """The values that a chart shows until it is computed: those of a reference.

    ``start`` and ``end`` are the element around them, ``prefix`` that of its names; ``numeric``:
    numbers only.
    """

    formula: Formula
    start: str
    prefix: str
    end: str
    numeric: bool

    def text(self, outcome: Outcome) -> str:
        values = list(_values(self.formula, outcome))
        prefix = self.prefix
        out = [self.start, f'<{prefix}ptCount val="{len(values)}"/>']
        for index, value in enumerate(values):
            if value is None or (self.numeric and not isinstance(value, float)):
                continue
            shown = plain(value) if isinstance(value, float) else escape(str(value))
            out.append(f'<{prefix}pt idx="{index}"><{prefix}v>{shown}</{prefix}v></{prefix}pt>')
        return "".join((*out, self.end))


def _values(formula: Formula, outcome: Outcome) -> Iterator[Value]:
    """What the cells show that a formula refers to."""
    node = formula.root
    if not isinstance(node, Reference):
        return
    left = column_number(node.column)
    right = column_number(node.column2 or node.column)
    for low, high in areas(node, outcome.maps, At(-1, 0)):
        for row in range(low, min(high, low + _MOST_POINTS) + 1):
            for column in range(left, right + 1):
                yield outcome.formulas.value(node.sheet, row, column)


#: Points of a chart that are kept in a file.
_MOST_POINTS = 32_000


@frozen
class CalculateOnLoad:
    """Tells Excel to compute when it opens the file, if gen left anything to it."""

    def text(self, outcome: Outcome) -> str:
        return ' fullCalcOnLoad="1"' if outcome.formulas.left else ""


#: A piece of a part.
Segment: TypeAlias = (
    str | Element | Elements | PerRow | SheetRows | HeaderText | FormulaText | FormulaInCell
    | ByPlace | Cache | CalculateOnLoad | Range | Ranges | TableRange | PrintAreas | FirstCopy
    | RowExists | RowCount | AnchorRow | AnchorEnd | Relations | ShapeBlocks
    | Linked | State
)  # fmt: skip
Segments: TypeAlias = tuple[Segment, ...]
