"""Word documents at render time: compiled XML runs with a context, is repaired, and is zipped.

Only strings are handled here. What a template looks like was settled when it was compiled
(``docx_compile``); it left notes in the XML where only rendering can decide:

``<w:vMerge w:val="slot"/>``        a cell printed through ``合并``: restart, continue or nothing
``<w:slot w:val="3"/>``             the end of section 3; the last one closes the document
``<w:tblGrid w:repair="1">``        a table whose number of columns depends on a loop
``<wp:docPr id="slot"``             a drawing that wants a number of its own
``<w:copy/>`` … ``<w:copied/>``     one copy of an annex that is there once per project

Content cannot forge a note: its ``<`` is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Final, Protocol

from markupsafe import Markup

from generator.figures.model import Figure, Phrase
from generator.formats import package
from generator.formats.compiled import Rendered
from generator.formats.docx import merges as docx_merges
from generator.formats.docx.compiled import CompiledDocument, Look
from generator.formats.docx.copies import Copies
from generator.formats.docx.merges import MERGE_SLOT
from generator.formats.properties import CORE, Properties, core_xml
from generator.language import markers
from generator.language.environment import GenEnvironment, as_fault, make_environment, run
from generator.patterns import lazy
from generator.reading import entities

#: The notes of ``docx_compile``, see above.
END_SLOT: Final = "end"
GRID_REPAIR: Final = '<w:tblGrid w:repair="1">'
DRAWING_SLOT: Final = '<wp:docPr id="slot"'
COPY_START: Final = "<w:copy/>"
COPY_END: Final = "<w:copied/>"
#: Copies of a bookmark may not share its name.
BOOKMARK: Final = "<w:bookmarkStart"
#: The end of a section, up to its number.
SECTION: Final = '<w:slot w:val="'
#: What compiling looks for in a part, so that rendering need not.
NOTES: Final = (MERGE_SLOT, SECTION, GRID_REPAIR, DRAWING_SLOT, COPY_START, BOOKMARK)
#: Stands for the identifier of a list number that is yet to be given.
FRESH_NUMBER: Final = "fresh"
NUMBERING: Final = "word/numbering.xml"
#: The context name under which templates find the looks of their ``{{p 正文 }}``.
LOOKS: Final = "_版式"
#: Line breaks and tabs of a value, inside its ``w:t``.
BREAK: Final = '</w:t><w:br/><w:t xml:space="preserve">'
TAB: Final = '</w:t><w:tab/><w:t xml:space="preserve">'
#: A paragraph that takes no room, where Word wants one and the page does not.
TINY_PARAGRAPH: Final = (
    '<w:p><w:pPr><w:snapToGrid w:val="0"/>'
    '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
    '<w:rPr><w:sz w:val="2"/><w:szCs w:val="2"/></w:rPr></w:pPr></w:p>'
)

_DRAWINGS_PER_PART = 100_000
_reserved = re.compile("[&<>\n\t]").search


class Block(Protocol):
    """One block of the narrative, as ``render.narrative`` makes them."""

    @property
    def kind(self) -> str:
        """``heading``, ``paragraph``, ``item`` or ``table``."""

    @property
    def level(self) -> int:
        """1 to 4 for headings, nesting for items."""

    @property
    def text(self) -> str:
        """Character data of a ``w:t``, with markers."""

    @property
    def rows(self) -> Sequence[Sequence[str]]:
        """Cells of a table, the header row first."""


def render_docx(
    compiled: CompiledDocument, context: Mapping[str, object], properties: Properties
) -> Rendered:
    """The finished document of ``compiled`` for ``context``.

    Raises ``TemplateLimit`` and ``jinja2.TemplateError`` as ``environment.run`` does.
    """
    scope = {**context, LOOKS: list(compiled.looks)}
    parts: dict[str, str] = {}
    marks: dict[str, tuple[markers.Mark, ...]] = {}
    copies = Copies(compiled.fresh_numbers, FRESH_NUMBER, "".join(compiled.numbering))
    for number, (name, part) in enumerate(compiled.parts.items()):
        marked = run(environment(), part.code, scope)
        if COPY_START in part.notes or BOOKMARK in part.notes:
            marked = copies.settle(marked, COPY_START, COPY_END)
        marked = _finish(marked, part.notes, compiled, number * _DRAWINGS_PER_PART)
        parts[name], found = markers.strip(marked)
        marks[name] = tuple(found)
    if compiled.numbering:
        parts[NUMBERING] = "".join(copies.added).join(compiled.numbering)
    parts[CORE] = core_xml(properties)
    members = [(name, text.encode()) for name, text in parts.items()]
    return Rendered(package.write(compiled.static, members), parts, marks)


def escape(text: str) -> str:
    """``text`` as character data of a ``w:t``."""
    if _reserved(text) is None:
        return text
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if "\n" in text:
        text = text.replace("\r\n", "\n").replace("\n", BREAK)
    return text.replace("\t", TAB) if "\t" in text else text


@cache
def environment() -> GenEnvironment:
    """The one environment of Word templates, with the filters that only Word needs."""
    made = make_environment(escape, {"_columns": _columns, "_attribute": _attribute})
    finalize = made.finalize
    assert finalize is not None

    def merged(value: object, *parents: object) -> Markup:
        """``合并``: the value, preceded by what it must have in common with the cell above."""
        key = docx_merges.key(map(_key_text, (*parents, value)))
        return Markup(key + finalize(value))

    def narrative(blocks: object, look: Look) -> Markup:
        """``{{p 正文 }}``: the blocks as paragraphs; anything else as one paragraph."""
        if isinstance(blocks, list | tuple):
            return Markup("".join(_paragraphs(blocks, look)))
        return Markup(f"{look.body}{finalize(blocks)}</w:t></w:r></w:p>")

    made.filters["合并"] = merged
    made.filters["_narrative"] = narrative
    return made


def _key_text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, (Figure, Phrase)):
        return value.text
    return str(value) if isinstance(value, int) else ""


def _attribute(value: object) -> object:
    """A value inside an XML attribute or a field code: plain text, no markers, no breaks."""
    if isinstance(value, Figure | Phrase):
        value = value.text
    if isinstance(value, str | int) and not isinstance(value, bool):
        return Markup(entities.escape(" ".join(str(value).split())))
    return as_fault(value)


def _columns(length: int, span: int) -> int:
    """Columns of a ``{% hm %}`` cell: its own span times the length of the loop."""
    return length * span


# --- narrative ------------------------------------------------------------------------------


def _paragraphs(blocks: Sequence[Block], look: Look) -> Iterator[str]:
    for number, block in enumerate(blocks):
        last = number + 1 == len(blocks)
        if block.kind == "table":
            yield from _table(block.rows, look, last=last)
            if last or blocks[number + 1].kind == "table":
                # Two tables in a row would become one, and no page may end with a table.
                yield _kept(TINY_PARAGRAPH) if last else TINY_PARAGRAPH
            continue
        opening, fault = look.body, ""
        if block.kind == "heading":
            opening = look.headings[block.level - 1]
            if not opening:
                missing = ("name", f"heading {block.level}"), ("level", str(block.level))
                opening, fault = look.body, markers.wrap(markers.fault_path("T212", missing), "")
        if last:
            opening = _kept(opening)
        yield f"{opening}{fault}{block.text}</w:t></w:r></w:p>"


_KEEP = "<w:keepNext/>"
_PROPERTIES_START = lazy(r"<w:p>(<w:pPr/>|<w:pPr>(<w:pStyle [^>]*/>)?)?")


def _kept(paragraph: str) -> str:
    """``paragraph`` on one page with what follows: 落款 never stands alone (GB/T 9704)."""
    match = _PROPERTIES_START.match(paragraph)
    end = paragraph.find("</w:pPr>")
    if match is None or _KEEP in paragraph[: max(end, 0)]:
        return paragraph
    lead, rest = "<w:p><w:pPr>" + (match[2] or ""), paragraph[match.end() :]
    if match[1] is None or match[1].endswith("<w:pPr/>"):
        rest = "</w:pPr>" + rest
    elif rest.startswith("<w:keepNext "):
        rest = rest[rest.index("/>") + 2 :]  # said not to keep
    return f"{lead}{_KEEP}{rest}"


_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)


def _table(rows: Sequence[Sequence[str]], look: Look, *, last: bool) -> Iterator[str]:
    columns = max(map(len, rows), default=0)
    if not columns:
        return
    width = look.width // columns
    yield (
        f'<w:tbl><w:tblPr><w:tblW w:w="5000" w:type="pct"/>'
        f'<w:tblBorders>{_BORDERS}</w:tblBorders><w:tblLook w:val="04A0"/></w:tblPr><w:tblGrid>'
    )
    yield f'<w:gridCol w:w="{width}"/>' * columns + "</w:tblGrid>"
    for number, row in enumerate(rows):
        header = "" if number else "<w:tblHeader/>"
        cell = _kept(look.cell) if last and number + 1 == len(rows) else look.cell
        yield f"<w:tr><w:trPr><w:cantSplit/>{header}</w:trPr>"
        for text in [*row, *[""] * (columns - len(row))]:
            yield (
                f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/>'
                f"</w:tcPr>{cell}{text}</w:t></w:r></w:p></w:tc>"
            )
        yield "</w:tr>"
    yield "</w:tbl>"


# --- what only a rendered document can tell -------------------------------------------------


def _finish(xml: str, notes: Sequence[str], compiled: CompiledDocument, first_drawing: int) -> str:
    if MERGE_SLOT in notes:
        xml = docx_merges.merge_cells(xml)
    if GRID_REPAIR in notes:
        from generator.formats.docx.grids import repair_grids

        xml = repair_grids(xml, GRID_REPAIR)
    if _GRID_END_TABLE_END in xml:
        xml = _drop_empty_tables(xml)
    if SECTION in notes:
        xml = _close_sections(xml, compiled.sections)
    if DRAWING_SLOT in notes:
        xml = _number_drawings(xml, first_drawing)
    return _EMPTY_CONTAINER.sub(r"\1\2<w:p/>", xml) if compiled.hollow else xml


# Word refuses a cell, header or text box without a paragraph: `{%p if %}` may have taken it.
_EMPTY_CONTAINER = lazy(
    rf"(</w:tcPr>|<w:tcPr/>|<w:(?:tc|hdr|ftr|txbxContent)(?: [^>]*)?>|</w:tbl>)"
    rf"((?:{markers.TAG}\d+{markers.END})*)(?=</w:(?:tc|hdr|ftr|txbxContent)>)"
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
