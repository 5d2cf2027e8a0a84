"""Notes in compiled XML where only rendering can decide, and how they are settled.

``<w:vMerge w:val="slot"/>``        a cell printed through ``合并``: restart, continue or nothing
``<w:slot w:val="3"/>``             the end of section 3; the last one closes the document
``<w:tblGrid w:repair="1">``        a table whose number of columns depends on a loop
``<wp:docPr id="slot"``             a drawing that wants a number of its own
``<w:restart>…</w:restart>``        a pass of a loop begins, and the lists named here with it
``<w:contents w:val="0"/>``         where a table of contents goes
``<w:result/>``                     the number of a caption, the text of a bookmark
``<w:copy/>`` … ``<w:copied/>``     one copy of an annex that is there once per project

Content cannot forge a note: its ``<`` is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain
from typing import Final

from generator.formats.docx import contents, fields
from generator.formats.docx.compiled import CompiledDocument
from generator.formats.docx.merges import MERGE_SLOT, merge_cells
from generator.reserved import TAG, TAG_END

END_SLOT: Final = "end"
GRID_REPAIR: Final = '<w:tblGrid w:repair="1">'
DRAWING_SLOT: Final = '<wp:docPr id="slot"'
#: Behind the head of a loop: the lists that begin anew with each pass.
RESTART: Final = "<w:restart>"
COPY_START: Final = "<w:copy/>"
COPY_END: Final = "<w:copied/>"
#: Copies of a bookmark may not share its name.
BOOKMARK: Final = "<w:bookmarkStart"
#: The end of a section, up to its number.
SECTION: Final = '<w:slot w:val="'
#: What compiling looks for in a part, so that rendering need not.
NOTES: Final = (MERGE_SLOT, SECTION, GRID_REPAIR, DRAWING_SLOT, COPY_START, BOOKMARK, RESTART)
#: Stands for the identifier of a list number that is yet to be given.
FRESH_NUMBER: Final = "fresh"

_DRAWINGS_PER_PART = 100_000


def settle(xml: str, notes: Sequence[str], compiled: CompiledDocument, number: int) -> str:
    """``xml`` of the rendered part ``number`` with its ``notes`` settled."""
    if MERGE_SLOT in notes:
        xml = merge_cells(xml)
    if GRID_REPAIR in notes:
        from generator.formats.docx.grids import repair_grids

        xml = repair_grids(xml, GRID_REPAIR)
    if _GRID_END_TABLE_END in xml:
        xml = _drop_empty_tables(xml)
    if SECTION in notes:
        xml = _close_sections(xml, compiled.sections)
    if fields.RESULT in xml:
        xml = fields.settled(xml)
    if contents.CONTENTS in xml:
        xml = contents.written(xml, compiled.contents)
    if DRAWING_SLOT in xml:
        xml = _number_drawings(xml, number * _DRAWINGS_PER_PART)
    return _EMPTY_CONTAINER.sub(r"\1\2<w:p/>", xml) if compiled.hollow else xml


# Word refuses a cell, header or text box without a paragraph: `{%p if %}` may have taken it.
_EMPTY_CONTAINER = re.compile(
    rf"(</w:tcPr>|<w:tcPr/>|<w:(?:tc|hdr|ftr|txbxContent)(?: [^>]*)?>|</w:tbl>)"
    rf"((?:{TAG}\d+{TAG_END})*)(?=</w:(?:tc|hdr|ftr|txbxContent)>)"
)

_GRID_END_TABLE_END = "</w:tblGrid></w:tbl>"


def _drop_empty_tables(xml: str) -> str:
    """Without the tables whose every row was looped away: Word cannot open them."""
    kept: list[str] = []
    *pieces, rest = xml.split(_GRID_END_TABLE_END)
    for piece in pieces:
        kept.append(piece[: max(piece.rfind("<w:tbl>"), piece.rfind("<w:tbl "))])
    return "".join((*kept, rest))


def _close_sections(xml: str, sections: Sequence[str]) -> str:
    """Every section ends with its own ``sectPr``; the last one's is the body's."""
    first, *pieces = xml.split(SECTION)
    which, rest = zip(*(piece.split('"/>', 1) for piece in pieces), strict=True)
    ends = [sections[int(name)] if name != END_SLOT else "" for name in which]
    own = [place for place, name in enumerate(which) if name != END_SLOT]
    if own:
        body = which.index(END_SLOT, own[-1])
        ends[body], ends[own[-1]] = ends[own[-1]], ""
    return first + "".join(chain.from_iterable(zip(ends, rest, strict=True)))


def _number_drawings(xml: str, first: int) -> str:
    pieces = xml.split(DRAWING_SLOT)
    numbered = (f'<wp:docPr id="{first + n}"{piece}' for n, piece in enumerate(pieces[1:], 1))
    return pieces[0] + "".join(numbered)
