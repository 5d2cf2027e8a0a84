"""What compiling a workbook gives."""

from __future__ import annotations

from collections.abc import Mapping
from types import CodeType

from generator.formats.package import StaticBlock
from generator.formats.xlsx.cells import Span
from generator.formats.xlsx.numbers import Styles
from generator.formats.xlsx.rows import Formula
from generator.formats.xlsx.segments import Segments
from generator.frozen import frozen
from generator.language.statements import Statement
from generator.language.tags import Tag


@frozen
class Worksheet:
    """A sheet with tags: its Jinja code, and what that code leaves to the ``SheetWriter``.

    ``index`` counts all sheets of the workbook from 0; ``prefix`` is that of its XML namespace;
    ``blocks`` are the first and last rows of its top-level ``{%tr … %}`` blocks; ``formulas``
    wait for the rows of all sheets.
    """

    code: CodeType
    index: int
    prefix: str
    blocks: tuple[tuple[int, int], ...]
    spans: tuple[Span, ...]
    formulas: tuple[Formula, ...]


@frozen
class CompiledWorkbook:
    """A workbook ready to render (see ``formats.compiled.Compiled``).

    ``sheets`` with tags and ``parts`` that rendering changes, both by member name; ``styles``
    when a value brings its number format along.
    """

    static: StaticBlock
    tags: tuple[Tag, ...]
    statements: tuple[Statement, ...]
    sheets: Mapping[str, Worksheet]
    parts: Mapping[str, Segments]
    styles: Styles | None

    @property
    def renderable(self) -> bool:
        """Whether its tags are well placed."""
        return bool(self.sheets) or not self.tags
