"""What compiling a Word template gives."""

from __future__ import annotations

from collections.abc import Mapping
from types import CodeType

from generator.formats.compiled import Left
from generator.formats.package import StaticBlock
from generator.frozen import frozen
from generator.language.statements import Statement
from generator.language.tags import Tag


@frozen
class Look:
    """How a narrative prints: XML up to and with ``<w:t …>`` for each kind of paragraph.

    ``headings`` are empty for levels whose style the template lacks; ``width`` of the text in
    twentieths of a point; ``new_page``: whether the first paragraph begins a page;
    ``picture``: how a picture stands by itself.
    """

    body: str
    cell: str
    headings: tuple[str, ...]
    width: int
    new_page: bool = False
    picture: str = ""


@frozen
class Part:
    """A part with tags: its Jinja code, and the notes in it that rendering has to settle."""

    code: CodeType
    notes: tuple[str, ...]


@frozen
class Frame:
    """A part that gets notes while a document is filled: what stands around them."""

    name: str
    before: str
    after: str


@frozen
class GraftPlaces:
    """Where goes what references lead to (see ``grafts``).

    ``notes``: frames by kind, and ``numbers``, the last one in use there; ``charts``: the
    relations of each chart, as XML; ``relations`` of each text part and ``types`` of the package,
    as XML.
    """

    notes: Mapping[str, Frame]
    numbers: Mapping[str, int]
    charts: Mapping[str, str]
    relations: Mapping[str, str]
    types: str


@frozen
class Contents:
    """A table of contents (see ``docx.contents``).

    ``levels`` of paragraphs by style; ``outline``: first and last level that paragraphs may give
    themselves, 0 if that does not count; ``looks``: properties of paragraph and runs by level;
    ``head`` and ``tail``: the runs where the field begins and ends; ``paged``: with page numbers.
    """

    levels: Mapping[str, int]
    outline: tuple[int, int]
    looks: tuple[tuple[str, str], ...]
    head: str
    tail: str
    paged: bool


@frozen
class CompiledDocument:
    """A Word template ready to render (see ``formats.compiled.Compiled``).

    ``parts``: by member name. ``looks``: of each ``{{p 正文 }}``. ``sections``: properties of the
    sections of a report with annexes, in their order. ``numbering``: what stands before and
    behind the place in ``numbering.xml`` where list numbers can be added, empty when no copy of
    an annex needs any; ``fresh_numbers``: list number → XML of one that counts from the start
    again. ``books``: workbooks of charts, as the cache would hold them. ``hollow``: whether a tag
    could take the only paragraph of a cell, header or text box. ``contents``: tables of contents.
    """

    static: StaticBlock
    tags: tuple[Tag, ...]
    statements: tuple[Statement, ...]
    parts: Mapping[str, Part]
    looks: tuple[Look, ...]
    sections: tuple[str, ...]
    numbering: tuple[str, ...]
    fresh_numbers: Mapping[str, str]
    hollow: bool
    books: tuple[bytes, ...]
    grafts: GraftPlaces
    left: tuple[Left, ...]
    contents: tuple[Contents, ...]

    @property
    def renderable(self) -> bool:
        """Whether its tags are well placed."""
        return bool(self.parts)
