"""A worksheet as its author sees it: rows, cells, texts and merged ranges."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from openpyxl.utils import column_index_from_string, get_column_letter

from generator.formats.xlsx.compile.formulas.areas import area_of
from generator.formats.xlsx.compile.formulas.book import Loop
from generator.formats.xlsx.compile.parts import Node, Part
from generator.formats.xlsx.rows import LAST_ROW, Area
from generator.language.tags import Tag
from generator.problems import Position
from generator.problems.place import Place

#: Blank rows below are nobody's.
_FAR = LAST_ROW // 2


@dataclass(slots=True)
class Cell:
    """One cell: where it stands, the text it shows (None for a number), and its tags."""

    column: str
    row: int
    node: Node
    runs: list[tuple[str, str]] | None
    formula: Node | None
    tags: list[tuple[int, Tag]] = field(default_factory=list)
    #: Where the form set names the figure of its formula, if it does.
    named: Position | None = None

    @property
    def where(self) -> str:
        """Its reference."""
        return f"{self.column}{self.row}"

    @property
    def text(self) -> str:
        """The text it shows; empty for numbers."""
        return "".join(text for _, text in self.runs or ())

    @property
    def style(self) -> int:
        """The number of its format, -1 when it names none."""
        value = self.node.get("s")
        return int(value) if value.isdigit() else -1

    @property
    def blank(self) -> bool:
        """Whether it shows nothing."""
        if self.runs is not None:
            return not self.text.strip()
        return self.formula is None and not any(child.text for child in self.node.children)


@dataclass(slots=True)
class Aside:
    """A text beside a cell, with runs and tags like those of a cell.

    ``what``: ``target`` or ``tooltip`` of a link, ``note`` of a comment, ``said`` in a threaded
    one; ``prefix``: that of its XML namespace.
    """

    number: int
    what: str
    prefix: str
    cell: Cell


@dataclass(slots=True)
class Row:
    """One row; ``node`` is None for a row that the sheet leaves out."""

    number: int
    node: Node | None = None
    cells: list[Cell] = field(default_factory=list)
    control: tuple[int, Tag] | None = None

    @property
    def hidden(self) -> bool:
        """Whether nobody sees it."""
        return self.node is not None and self.node.get("hidden") in ("1", "true")


@dataclass(slots=True)
class Sheet:
    """One worksheet of the template, and what was found in it."""

    index: int
    title: str
    part: Part
    rows: list[Row] = field(default_factory=list)
    merged: list[Area] = field(default_factory=list)
    headers: list[tuple[Node, list[tuple[int, Tag]]]] = field(default_factory=list)
    blocks: list[tuple[int, int]] = field(default_factory=list)
    loops: list[Loop] = field(default_factory=list)
    loop_of: dict[int, int] = field(default_factory=dict)
    #: Head tag of a loop of rows → its number.
    heads: dict[int, int] = field(default_factory=dict)
    merging: set[str] = field(default_factory=set)
    #: Links that lost what repeats the text of their cell.
    shortened: set[int] = field(default_factory=set)
    #: Texts beside its cells, by their rows, and the number of each by its node and what it is.
    asides: dict[int, list[Aside]] = field(default_factory=dict)
    aside_of: dict[tuple[int, str], int] = field(default_factory=dict)
    #: The relations that lead to its tables (ListObjects) → the table's range.
    tables: dict[str, Area] = field(default_factory=dict)

    @property
    def place(self) -> Place:
        """What readers call it."""
        return Place("sheet", self.index + 1, self.title)

    @property
    def rendered(self) -> bool:
        """Whether it has tags."""
        return bool(self.headers or self.asides) or any(
            row.control or any(cell.tags for cell in row.cells) for row in self.rows
        )

    @property
    def controls(self) -> frozenset[int]:
        """The rows that hold nothing but a control tag."""
        return frozenset(row.number for row in self.rows if row.control)

    @property
    def last(self) -> int:
        """The last row that holds anything."""
        merged = [area.bottom for area in (*self.merged, *self.tables.values())]
        return max([row.number for row in self.rows] + merged, default=0)

    @property
    def kept(self) -> tuple[int, ...]:
        """The first rows of tables' data in loops: one stays, for a table needs it."""
        first = [area.top + 1 for area in self.tables.values()]
        controls = self.controls
        rows = [
            next((r for r in range(row, self.last + 1) if r not in controls), row) for row in first
        ]
        return tuple(row for row in rows if any(loop.holds(row) for loop in self.loops))

    @property
    def prefix(self) -> str:
        """The namespace prefix of its elements."""
        return self.part.root.prefix


Strings = list[list[tuple[str, str]]]


def read_runs(part: Part, node: Node) -> list[tuple[str, str]]:
    """The text of an ``si`` or ``is``: (run properties as XML, text) pairs."""
    runs: list[tuple[str, str]] = []
    for child in node.children:
        if child.local == "t":
            runs.append(("", child.text))
        elif child.local == "r":
            look = child.child("rPr")
            raw = part.raw(look.start, look.end) if look else ""
            runs += ((raw, text.text) for text in child.each("t"))
    return runs


def read_rows(part: Part, strings: Strings, strings_prefix: str) -> list[Row]:
    """The rows of a sheet in order; rows and cells without reference follow their neighbour.

    Office suites may write down the last row of all, blank: it would be pushed out of the sheet.
    """
    data = part.root.child("sheetData")
    rows: list[Row] = []
    number = 0
    for node in data.each("row") if data else ():
        number = int(node.get("r") or number + 1)
        row = Row(number, node)
        column = 0
        for child in node.each("c"):
            letters = re.match("[A-Z]+", child.get("r").upper())
            column = column_index_from_string(letters[0]) if letters else column + 1
            runs = _cell_runs(part, child, strings, strings_prefix)
            row.cells.append(Cell(get_column_letter(column), number, child, runs, child.child("f")))
        rows.append(row)
    told = (row for row in rows if row.number <= _FAR or not all(cell.blank for cell in row.cells))
    return sorted(told, key=lambda row: row.number)


def _cell_runs(
    part: Part, node: Node, strings: Strings, strings_prefix: str
) -> list[tuple[str, str]] | None:
    kind = node.get("t")
    value = node.child("v")
    if kind == "s" and value is not None and value.text.strip().isdigit():
        index = int(value.text)
        runs = strings[index] if index < len(strings) else []
        if strings_prefix != part.root.prefix:
            return [("", text) for _, text in runs]
        return runs
    if kind == "inlineStr":
        inline = node.child("is")
        return read_runs(part, inline) if inline is not None else []
    if kind == "str" and node.child("f") is None and value is not None:
        return [("", value.text)]
    return None


def merged_areas(part: Part) -> list[Area]:
    """The merged ranges of a sheet."""
    container = part.root.child("mergeCells")
    nodes = container.each("mergeCell") if container else []
    return [found for node in nodes if (found := area_of(node.get("ref"))) is not None]


def covered_by(sheet: Sheet, cell: Cell) -> str:
    """The merged range that hides ``cell``, or empty."""
    column = column_index_from_string(cell.column)
    for area in sheet.merged:
        left, right = map(column_index_from_string, (area.left, area.right))
        inside = left <= column <= right and area.top <= cell.row <= area.bottom
        if inside and (cell.column, cell.row) != (area.left, area.top):
            return str(area)
    return ""
