"""Pieces of a workbook's parts that are no more than places: ranges, rows, anchors.

Each knows how it reads once all rows are there (``text``, None for one that has nothing left to
name).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Final, Protocol, TypeAlias
from uuid import NAMESPACE_OID, uuid5

from generator.formats.xlsx.formulas.addresses import Place as At
from generator.formats.xlsx.formulas.addresses import areas
from generator.formats.xlsx.formulas.model import Formula, Reference, column_number
from generator.formats.xlsx.formulas.values import NOT_FOUND, Error, Value
from generator.formats.xlsx.live import Settler
from generator.formats.xlsx.rows import Area, RowMap, Run, range_text, ranges_text
from generator.formats.xlsx.texts import escape_attribute
from generator.frozen import frozen
from generator.language import markers
from generator.problems.place import Place
from generator.reserved import FIELD, GRAFT, GRAFT_END


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


class Asides:
    """Texts that were filled beside the cells of a sheet, and relations to where links lead."""

    def __init__(self) -> None:
        #: What could not be printed where links lead: its fault and its tag.
        self.faults: list[tuple[str, int]] = []
        self._texts: dict[tuple[int, int], str] = {}
        self._targets: dict[str, str] = {}

    def taken(self, stream: str) -> str:
        """``stream`` without the texts, which are kept."""
        return _ASIDE.sub(self._keep, stream) if GRAFT in stream else stream

    def _keep(self, match: re.Match[str]) -> str:
        self._texts[int(match[1]), int(match[2])] = match[3]
        return ""

    def marked(self, number: int, row: int) -> str:
        """Text ``number`` beside output ``row``, with its markers."""
        return self._texts.get((number, row), "")

    def text(self, number: int, row: int) -> str:
        """The same in an attribute, without them; its faults are kept."""
        text, marks = markers.strip(self.marked(number, row))
        self.faults += [
            (mark.path, mark.tag) for mark in marks if mark.path.startswith(markers.FAULT)
        ]
        return text

    def relation(self, target: str) -> str:
        """The identifier of the relation to ``target``."""
        return self._targets.setdefault(target, f"rIdGen{len(self._targets) + 1}")

    def relations(self) -> str:
        """All of those relations."""
        return "".join(
            f'<Relationship Id="{identifier}" Type="{_LINK}" Target="{target}"'
            ' TargetMode="External"/>'
            for target, identifier in self._targets.items()
        )


_ASIDE: Final = re.compile(f"{GRAFT}(\\d+),(\\d+){FIELD}([^{GRAFT_END}]*){GRAFT_END}")
_LINK: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"


@frozen
class Outcome:
    """What pieces may ask: where rows went, and of a rendered sheet its headers and runs.

    ``asides``: what stands beside the cells of sheets, by their numbers.
    """

    formulas: Formulas
    asides: Mapping[int, Asides]
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


# What stands beside each copy of a row


@frozen
class NoteText:
    """The comment ``number`` beside the row, with markers around its values."""

    sheet: int
    number: int

    def beside(self, outcome: Outcome, row: int) -> str:
        return outcome.asides[self.sheet].marked(self.number, row)


@frozen
class AsideText:
    """Text ``number`` beside the row, for an attribute."""

    sheet: int
    number: int

    def beside(self, outcome: Outcome, row: int) -> str:
        return outcome.asides[self.sheet].text(self.number, row)


@frozen
class LinkId:
    """The identifier of the relation to where the link with target ``number`` leads."""

    sheet: int
    number: int

    def beside(self, outcome: Outcome, row: int) -> str:
        asides = outcome.asides[self.sheet]
        return asides.relation(asides.text(self.number, row))


@frozen
class RowAt:
    """A row counted from 0, ``below`` the row itself."""

    below: int

    def beside(self, _: Outcome, row: int) -> str:
        return str(max(row - 1 + self.below, 0))


@frozen
class Guid:
    """An identifier of the template: another one beside each copy but the first."""

    sheet: int
    row: int
    text: str

    def beside(self, outcome: Outcome, row: int) -> str:
        copy = bisect_left(outcome.maps[self.sheet].filled(self.row), row)
        if not copy:
            return self.text
        return f"{{{str(uuid5(NAMESPACE_OID, f'{self.text} {copy}')).upper()}}}"


@frozen
class Counted:
    """The number of something of which there is one for each copy of its row.

    ``rows``: of each of them the row in the template, 0 for one that is there once. ``index``: the
    place of this one; with ``first`` (of copies), further copies come behind all, from there on.
    """

    sheet: int
    rows: tuple[int, ...]
    index: int
    first: int = -1
    own: str = ""

    def beside(self, outcome: Outcome, row: int) -> str:
        maps = outcome.maps[self.sheet]
        further = self.first >= 0
        before = sum(
            max(len(maps.filled(one)) - further, 0) if one else not further
            for one in self.rows[: self.index]
        )
        home = self.rows[self.index]
        copy = bisect_left(maps.filled(home), row) if home else 0
        if further:
            return str(self.first + before + copy - 1) if copy else self.own
        return str(before + copy)


@frozen
class Linked:
    """A formula of ``sheet`` that stands outside of cells, beside a row or (row 0) once.

    ``address``: as an address, where a blank is not written as one.
    """

    formula: Formula
    sheet: int
    place: Place | None
    address: bool = False

    def beside(self, outcome: Outcome, row: int) -> str:
        text = outcome.formulas.text(self.formula, At(self.sheet, row), self.place)
        if self.address:
            text = text.replace("%", "%25").replace(" ", "%20")
        return escape_attribute(text)

    def text(self, outcome: Outcome) -> str:
        return self.beside(outcome, 0)


@frozen
class State:
    """How a control of ``sheet`` stands, as its cell ``target`` says.

    ``said``: ``checked`` or not, with ``words`` for on and mixed; ``val``, a number from ``low`` to
    ``high``; ``sel``, a place among the items ``listed`` in cells or else ``high`` others, 0 for
    none. ``around``: what is around it, unless it is off.
    """

    target: Reference
    sheet: int
    said: str
    low: int
    high: int
    listed: Reference | None
    around: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def beside(self, outcome: Outcome, row: int) -> str:
        at = At(self.sheet, row)
        rows = areas(self.target, outcome.maps, at)
        column = column_number(self.target.column)
        value = outcome.formulas.value(self.target.sheet, rows[0][0], column) if rows else None
        said = self._checked(value) if self.said == "checked" else self._number(value, outcome, at)
        return said.join(self.around) if said else ""

    def text(self, outcome: Outcome) -> str:
        return self.beside(outcome, 0)

    def _checked(self, value: Value) -> str:
        on, mixed = self.words
        if isinstance(value, Error):
            return mixed if value.code == NOT_FOUND else ""
        return on if value and not isinstance(value, str) else ""

    def _number(self, value: Value, outcome: Outcome, at: At) -> str:
        number = int(value) if isinstance(value, bool | float) else 0
        if self.said == "val":
            return str(min(max(number, self.low), self.high))
        rows = areas(self.listed, outcome.maps, at) if self.listed is not None else ()
        count = sum(high - low + 1 for low, high in rows) or self.high
        return str(number if 0 < number <= count else 0)


#: A piece of what is there for each copy of a row.
Beside: TypeAlias = NoteText | AsideText | LinkId | RowAt | Guid | Counted | Linked | State


@frozen
class ShapeBlocks:
    """The blocks of 1024 numbers that the boxes of a sheet take: ``known``, and further ones.

    ``rows``, ``first``: as in ``Counted``.
    """

    sheet: int
    rows: tuple[int, ...]
    first: int
    known: str

    def text(self, outcome: Outcome) -> str:
        maps = outcome.maps[self.sheet]
        last = self.first - 1 + sum(max(len(maps.filled(row)) - 1, 0) for row in self.rows)
        blocks = [int(one) for one in self.known.split(",") if one.strip().isdigit()]
        more = range(max(blocks, default=0) + 1, last // 1024 + 1)
        return ",".join([self.known, *map(str, more)]) if blocks else self.known


@frozen
class Relations:
    """The relations of a sheet to where its filled links lead."""

    sheet: int

    def text(self, outcome: Outcome) -> str:
        return outcome.asides[self.sheet].relations()


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
