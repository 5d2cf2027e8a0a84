"""What compiling a workbook gives."""

from __future__ import annotations

from collections.abc import Mapping
from types import CodeType

from generator.formats.compiled import Left
from generator.formats.package import StaticBlock
from generator.formats.xlsx.formulas.model import Formula, Reference
from generator.formats.xlsx.formulas.values import Error
from generator.formats.xlsx.segments import PerRow, Segments
from generator.formats.xlsx.styles import Styles
from generator.frozen import frozen
from generator.language.statements import Statement
from generator.language.tags import Tag


@frozen
class Fit:
    """How a cell wraps its text.

    ``sure``: characters that fit one line whatever they are; ``capacity``: half-width characters
    that fit one line; ``line``: the height of a line; ``padding``: what comes on top.
    """

    sure: int
    capacity: int
    line: int
    padding: int


@frozen
class RowPlan:
    """A row of the template: its number, and its XML before and behind the row number.

    ``attributes``: the height as the template writes it; ``height``: that height; ``custom``:
    whether it was set by hand.
    """

    row: int
    before: str
    after: str
    attributes: str
    height: int
    custom: bool


@frozen
class Merged:
    """Where a cell printed through 合并 stands: first and last column, how many rows."""

    left: str
    right: str
    rows: int


@frozen
class MergedRows:
    """The rows of a merged range of the template, and the loop that repeats them (or -1)."""

    first: int
    last: int
    loop: int


@frozen
class Tail:
    """How a text wraps that Jinja puts behind a span, and the rows it may reach over."""

    fit: Fit
    rows: MergedRows | None


@frozen
class ValueCell:
    """A cell with one value.

    ``before``: XML before its row number. ``column``: its number. ``tag``: that of its tag.
    ``merged``: of one printed through 合并. ``fit``: of one that wraps; ``rows``: of a merged
    range that it heads.
    """

    before: str
    column: int
    tag: int
    style: int
    merged: Merged | None
    fit: Fit | None
    rows: MergedRows | None


@frozen
class Span:
    """A stretch of compiled cells.

    ``row``: the row that begins there, if any; ``cells``: those with one value; ``after``: the
    XML behind the last of them; ``tail``: of a text behind the span that wraps; ``text``: the
    column of that text, 0 for none; ``formulas``: the numbers of those among its XML.
    """

    row: RowPlan | None
    cells: tuple[ValueCell, ...]
    after: str
    tail: Tail | None
    text: int
    formulas: tuple[int, ...]


@frozen
class FormulaCell:
    """A formula of a cell: the number of its sheet, its row and column in the template.

    ``start``: its element up to the attributes; ``array``: the range that an array formula fills;
    ``prefix``: that of the XML namespace.
    """

    formula: Formula
    sheet: int
    row: int
    column: int
    start: str
    array: Reference | None
    prefix: str

    @property
    def key(self) -> int:
        """Row and column as one number."""
        return cell_key(self.row, self.column)


def cell_key(row: int, column: int) -> int:
    """A row and a column as one number."""
    return row << 14 | column


@frozen
class Grid:
    """What a worksheet holds besides tags: its last row and column, and the constants in it.

    ``kept``: see ``RowMap``. ``constants``: template row, column and value. ``hidden``: whether
    some of its rows are.
    """

    last: int
    columns: int
    kept: tuple[int, ...]
    constants: tuple[tuple[int, int, str | float | bool | Error], ...]
    hidden: bool = False


@frozen
class Worksheet:
    """A sheet with tags: its Jinja code, and what that code leaves to the ``SheetWriter``.

    ``index`` counts all sheets of the workbook from 0; ``prefix`` is that of its XML namespace;
    ``blocks`` are the first and last rows of its top-level ``{%tr … %}`` blocks.
    """

    code: CodeType
    index: int
    prefix: str
    blocks: tuple[tuple[int, int], ...]
    spans: tuple[Span, ...]


@frozen
class CompiledWorkbook:
    """A workbook ready to render (see ``formats.compiled.Compiled``).

    ``sheets`` with tags and ``parts`` that rendering changes, both by member name; ``copied``: the
    names and contents of parts of which there is one for each copy of a row; ``styles`` when a
    value brings its number format along. ``grids``: every worksheet by number, ``titles`` of all
    sheets, ``formulas`` of all cells, defined ``names`` in small letters with the number of their
    sheet (-1: of the workbook). ``computes``: whether anything asks for values of cells; ``main``:
    the member that is the workbook itself.
    """

    static: StaticBlock
    tags: tuple[Tag, ...]
    statements: tuple[Statement, ...]
    sheets: Mapping[str, Worksheet]
    parts: Mapping[str, Segments]
    copied: tuple[tuple[PerRow, PerRow], ...]
    styles: Styles | None
    left: tuple[Left, ...]
    titles: tuple[str, ...]
    grids: Mapping[int, Grid]
    formulas: tuple[FormulaCell, ...]
    names: Mapping[tuple[str, int], Formula]
    computes: bool
    main: str

    @property
    def renderable(self) -> bool:
        """Whether its tags are well placed."""
        return bool(self.sheets) or not self.tags
