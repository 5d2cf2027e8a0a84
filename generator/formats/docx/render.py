"""Word documents at render time: compiled XML runs with a context, is repaired, and is zipped.

Only strings are handled here. What a template looks like was settled when it was compiled
(``docx.compile``); it left notes in the XML where only rendering can decide (``docx.notes``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from jinja2 import pass_context
from markupsafe import Markup

from generator.figures.model import Figure, Phrase
from generator.formats import package
from generator.formats.compiled import Rendered
from generator.formats.docx import notes
from generator.formats.docx.books import BOOKS, Books, filled
from generator.formats.docx.compiled import CompiledDocument, Look
from generator.formats.docx.copies import Copies
from generator.formats.docx.grafts import Grafts
from generator.formats.docx.merges import key
from generator.formats.docx.narrative import paragraphs
from generator.formats.docx.pictures import drawn
from generator.formats.pictures import PICTURES, Pictures
from generator.formats.properties import CORE, Properties, core_xml
from generator.language import markers
from generator.language.environment import (
    PICTURE_FILTER,
    GenEnvironment,
    make_environment,
    run,
)
from generator.language.plain import address, attribute

MAIN: Final = "word/document.xml"
_NUMBERING: Final = "word/numbering.xml"
#: The context name under which templates find the looks of their ``{{p 正文 }}``.
LOOKS: Final = "_版式"
#: Line breaks and tabs of a value, inside its ``w:t``.
BREAK: Final = '</w:t><w:br/><w:t xml:space="preserve">'
TAB: Final = '</w:t><w:tab/><w:t xml:space="preserve">'
_reserved = re.compile("[&<>\n\t]").search


def render_docx(
    compiled: CompiledDocument, context: Mapping[str, object], properties: Properties
) -> Rendered:
    """The finished document of ``compiled`` for ``context``.

    Raises ``TemplateLimit`` and ``jinja2.TemplateError`` as ``environment.run`` does.
    """
    books = Books(compiled.books)
    scope = {**context, LOOKS: list(compiled.looks), BOOKS: books}
    parts: dict[str, str] = {}
    marks: dict[str, tuple[markers.Mark, ...]] = {}
    pictures = context.get(PICTURES)
    shown = pictures if isinstance(pictures, Pictures) else None
    grafts = Grafts(compiled.grafts, shown, books)
    copies = Copies(compiled.fresh_numbers, notes.FRESH_NUMBER, "".join(compiled.numbering))
    for number, (name, part) in enumerate(compiled.parts.items()):
        marked = grafts.taken(name, run(environment(), part.code, scope))
        parts[name], marks[name] = _settled(marked, part.notes, copies, compiled, number)
    if compiled.numbering:
        parts[_NUMBERING] = "".join(copies.added).join(compiled.numbering)
    for number, (name, marked) in enumerate(grafts.parts().items(), len(parts)):
        noted = tuple(note for note in notes.NOTES if note in marked)
        parts[name], marks[name] = _settled(marked, noted, copies, compiled, number)
    marks[MAIN] = (*marks.get(MAIN, ()), *books.faults)
    parts[CORE] = core_xml(properties)
    members = [(name, text.encode()) for name, text in parts.items()]
    members += grafts.media.items()
    static = package.without(compiled.static, parts) if grafts.more else compiled.static
    return Rendered(package.write(static, members), parts, marks)


def _settled(
    marked: str, noted: Sequence[str], copies: Copies, compiled: CompiledDocument, number: int
) -> tuple[str, tuple[markers.Mark, ...]]:
    """The rendered part ``number`` with what was ``noted`` in it settled, and its marks."""
    if notes.RESTART in noted:
        marked = copies.restarted(marked)
    if notes.COPY_START in noted or notes.BOOKMARK in noted:
        marked = copies.settle(marked, notes.COPY_START, notes.COPY_END)
    return _stripped(notes.settle(marked, noted, compiled, number))


def _stripped(marked: str) -> tuple[str, tuple[markers.Mark, ...]]:
    text, found = markers.strip(marked)
    return text, tuple(found)


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
    made = make_environment(escape, {"_columns": _columns, "_attribute": attribute})
    finalize = made.finalize
    assert finalize is not None

    def merged(value: object, *parents: object) -> Markup:
        """``合并``: the value, preceded by what it must have in common with the cell above."""
        text = key(map(_key_text, (*parents, value)))
        return Markup(text + finalize(value))

    def narrative(blocks: object, look: Look) -> Markup:
        """``{{p 正文 }}``: the blocks as paragraphs; anything else as one paragraph."""
        if isinstance(blocks, list | tuple):
            return Markup("".join(paragraphs(blocks, look)))
        return Markup(f"{look.body}{finalize(blocks)}</w:t></w:r></w:p>")

    made.filters["_address"] = address
    made.filters["_book"] = pass_context(filled)
    made.filters[PICTURE_FILTER] = pass_context(drawn)
    made.filters["合并"] = merged
    made.filters["_narrative"] = narrative
    return made


def _key_text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, (Figure, Phrase)):
        return value.text
    return str(value) if isinstance(value, int) else ""


def _columns(length: int, span: int) -> int:
    """Columns of a ``{% hm %}`` cell: its own span times the length of the loop."""
    return length * span
