"""A document as it is compared: lines of cells, every character of it with its source."""

from __future__ import annotations

from typing import Final

from generator.frozen import frozen
from generator.problems.place import Place

#: What a piece of a document is: typed in report.md, a value or a wording of one, the number that
#: gen puts before headings and items, text of the template.
TYPED, VALUE, NUMERAL, FIXED = "typed", "value", "numeral", "fixed"
#: Parts of a Word file whose lines stand in an order; of others only what they say counts.
ORDERED: Final = frozenset({"body", "footnote", "endnote"})


@frozen
class Segment:
    """A run of characters from one source.

    ``path``: of a value or wording, as records name it. ``line``, ``column``: where report.md has
    what prints it, from 1; ``source``: that, as typed (a text, or a whole tag).
    """

    text: str
    kind: str = FIXED
    path: str = ""
    line: int = 0
    column: int = 0
    source: str = ""


@frozen
class Cell:
    """A paragraph of running text, or all that a cell of a table or sheet holds.

    ``looks``: how its characters are set off (bold, colour …); ``column``: of a sheet, from 1;
    ``formula``: of Excel, ``=`` where it
    is told elsewhere; ``number``: it holds a number.
    """

    segments: tuple[Segment, ...]
    place: Place
    looks: str = ""
    column: int = 0
    formula: str = ""
    number: bool = False

    @property
    def text(self) -> str:
        """What it shows."""
        return "".join(segment.text for segment in self.segments)


@frozen
class Line:
    """A paragraph of running text (one cell), or a row of a table.

    ``part``: body, header, footnote …, or the title of a sheet; ``block``: the block of report.md
    that it prints (``正文[12]``); ``style``: the name of its paragraph style.
    """

    cells: tuple[Cell, ...]
    part: str
    row: bool = False
    block: str = ""
    style: str = ""

    @property
    def text(self) -> str:
        """What it shows, cell by cell; what a formula gives is its program's."""
        return "\t".join("=" if cell.formula else cell.text for cell in self.cells)

    @property
    def place(self) -> Place:
        """Where it begins."""
        return self.cells[0].place


@frozen
class Remark:
    """A comment that somebody left: who, what, on which words, and where."""

    author: str
    text: str
    about: str
    place: str


@frozen
class Page:
    """A document that came back, as accepting its tracked changes would leave it.

    ``pending``: how many changes were still tracked.
    """

    lines: tuple[Line, ...]
    remarks: tuple[Remark, ...] = ()
    pending: int = 0


# What was found

NARRATIVE, FIGURE, COMPUTED = "narrative", "figure", "computed"
TEMPLATE, STRUCTURE, CONFLICT = "template", "structure", "conflict"


@frozen
class Change:
    """One thing to write into a content file.

    ``kind``: ``report`` (``old`` at ``line``, ``column`` of report.md becomes ``new``), ``lines``
    (the block that begins at ``line`` goes, with ``old`` lines of it), ``block`` (``new`` comes
    behind the block that begins at ``line``, 0: before all), ``value`` (the YAML value typed
    there), ``row`` (``new`` as an item behind the one there), ``unrow`` (that item goes).
    ``name``: the key that a value goes by.
    """

    file: str
    kind: str
    line: int
    column: int
    old: str
    new: str
    name: str = ""
    fields: tuple[tuple[str, str], ...] = ()


@frozen
class Finding:
    """One difference: what it is, where in the file, what it said and says.

    ``path``: the value it is about, ``name`` what people call that; ``now``: what the content
    says meanwhile, of a conflict; ``at``: file, line and column of the content; ``why``: what to
    know of it, in Chinese; ``changes``: what would be written, nothing for what is only told;
    ``safe``: without a question; ``spot``: of lines that came or went, the place where they did.
    """

    kind: str
    document: str
    place: str
    old: str
    new: str
    path: str = ""
    name: str = ""
    now: str = ""
    at: tuple[str, int, int] = ("", 0, 0)
    why: str = ""
    changes: tuple[Change, ...] = ()
    safe: bool = False
    spot: str = ""
