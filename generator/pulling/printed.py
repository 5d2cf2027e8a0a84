"""A document as gen prints it now: its lines, every character with its source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from generator.build import documents
from generator.build.pipeline import Examined
from generator.content.model import TYPED as AS_TYPED
from generator.content.model import Narrative
from generator.formats import registry
from generator.formats.compiled import Rendered
from generator.frozen import frozen, replace
from generator.language import markers, narrative
from generator.language.markers import Mark
from generator.problems.place import Place
from generator.pulling.model import FIXED, NUMERAL, TYPED, VALUE, Cell, Line, Segment
from generator.pulling.pages import edited, lines_of, settled, sheet_page
from generator.reading import word
from generator.reading.edited.word import Paragraph
from generator.reading.files import File
from generator.workspace import Workspace

#: Before the place of a typed piece, where a path would stand; no path begins so.
_TYPED: Final = "‹"
_BLOCK: Final = "正文["


@frozen
class Printed:
    """One document: its name, its bytes, its lines."""

    filename: str
    data: bytes
    lines: tuple[Line, ...]


def printed(workspace: Workspace, examined: Examined, filename: str) -> Printed | None:
    """The document ``filename`` of a set that was found to be right; None for no such file."""
    data = examined.data
    made = documents.filled_again(data, examined.documents.context, workspace, filename)
    if made is None:
        return None
    template, rendered = made
    file = template.format.open(rendered.data)
    if template.kind == registry.PROSE:
        texts = _report(data.content.narrative, examined)
        lines = tuple(settled(_word_lines(rendered, file, texts)))
    else:
        lines = tuple(_sheet_lines(rendered, file))
    return Printed(filename, rendered.data, lines)


# report.md


@frozen
class _Text:
    """A paragraph, or a cell of a ``table``, that report.md prints."""

    block: str
    segments: tuple[Segment, ...]
    table: bool

    @property
    def text(self) -> str:
        return "".join(segment.text for segment in self.segments)


def _report(source: Narrative | None, examined: Examined) -> list[_Text]:
    """All that report.md prints, in its order.

    It is filled once more with the places of all that was typed in it.
    """
    if source is None:
        return []
    prose = registry.of(registry.PROSE)
    pieces = tuple(
        replace(
            block,
            pieces=tuple(
                replace(
                    piece,
                    text=markers.wrap(f"{_TYPED}{piece.at.line}:{piece.at.column}", piece.text),
                )
                if piece.tag == AS_TYPED and piece.text
                else piece
                for piece in block.pieces
            ),
        )
        for block in source.blocks
    )
    marked = narrative.compile_narrative(
        replace(source, blocks=pieces), prose.environment(), prose.escape
    )
    if not marked.sound:
        return []
    found: list[_Text] = []
    context = examined.documents.context
    for block in narrative.render_narrative(marked, prose.environment(), context):
        for text in block.texts:
            clean, marks = markers.strip(text)
            segments = tuple(_of_report(clean, marks, source))
            found.append(_Text(block.path, segments, block.kind == "table"))
    return found


def _of_report(clean: str, marks: Sequence[Mark], source: Narrative) -> Iterator[Segment]:
    at = 0
    for mark in _outermost(marks):
        if at < mark.start:
            yield Segment(word.plain(clean[at : mark.start]), NUMERAL)
        text = word.plain(clean[mark.start : mark.end])
        if mark.path.startswith(_TYPED):
            line, column = map(int, mark.path[1:].split(":"))
            yield Segment(text, TYPED, "", line, column, text)
        else:
            tag = source.tags[mark.tag] if 0 <= mark.tag < len(source.tags) else None
            where = (tag.at.line, tag.at.column, tag.text) if tag is not None else (0, 0, "")
            yield Segment(text, VALUE, mark.path, *where)
        at = mark.end
    if at < len(clean):
        yield Segment(word.plain(clean[at:]), NUMERAL)


def _outermost(marks: Sequence[Mark]) -> list[Mark]:
    """The marks that lie in no other, but for those of blocks, in the order of the text."""
    kept: list[Mark] = []
    for mark in sorted(marks, key=lambda one: (one.start, -one.end)):
        if mark.path.startswith(_BLOCK) or (kept and mark.start < kept[-1].end):
            continue
        kept.append(mark)
    return kept


# Word


def _word_lines(rendered: Rendered, file: File, texts: Sequence[_Text]) -> Iterator[Line]:
    for name, place in file.places.items():
        if place.part == "comment":
            continue
        xml = file.members[name].decode()
        sources = _Sources(xml, place, rendered.marks.get(name, ()), texts)
        for line in lines_of(sources.part, sources.segments):
            yield replace(line, block=sources.blocks.get(line.place, ""))


class _Sources:
    """What the marks of one part say of its paragraphs."""

    def __init__(
        self, xml: str, place: Place, marks: Sequence[Mark], texts: Sequence[_Text]
    ) -> None:
        self.part = edited(xml, place)
        #: The block of report.md that a paragraph or a row prints.
        self.blocks: dict[Place, str] = {}
        self._marks: dict[Place, list[Mark]] = defaultdict(list)
        self._texts = texts
        self._next = 0
        read = word.WordPart(xml, place)
        for mark in marks:
            if (at := read.at(mark.start)) is not None:
                self._marks[at.place].append(mark)

    def segments(self, paragraph: Paragraph) -> tuple[Segment, ...]:
        """What ``paragraph`` is made of."""
        marks = self._marks.get(paragraph.place, [])
        told = self._of_report(paragraph, {mark.path for mark in marks})
        if told is not None:
            self.blocks[paragraph.place] = told.block
            return told.segments
        text = paragraph.text
        spans = [
            (text.offset(mark.start), text.offset(mark.end), mark.path)
            for mark in _outermost(marks)
        ]
        return tuple(_between(text.text, spans))

    def _of_report(self, paragraph: Paragraph, paths: Collection[str]) -> _Text | None:
        """The text of report.md that comes next, if it is this one."""
        block = next((path for path in paths if path.startswith(_BLOCK)), "")
        in_table = paragraph.frame is not None and not block
        for at in range(self._next, len(self._texts) if block else self._next + 1):
            told = self._texts[at] if at < len(self._texts) else None
            if (
                told is not None
                and told.table == in_table
                and (in_table or told.block == block)
                and told.text == paragraph.text.text
            ):
                self._next = at + 1
                return told
        return None


def _between(text: str, spans: Sequence[tuple[int, int, str]]) -> Iterator[Segment]:
    at = 0
    for start, end, path in spans:
        if at < start:
            yield Segment(text[at:start], FIXED)
        if max(at, start) <= end:
            yield Segment(text[max(at, start) : end], VALUE, path)
        at = max(at, end)
    if at < len(text):
        yield Segment(text[at:], FIXED)


# Excel


def _sheet_lines(rendered: Rendered, file: File) -> Iterator[Line]:
    marks: dict[Place, list[tuple[str, str]]] = defaultdict(list)
    for name in file.places:
        part = file.part(name)
        for mark in _outermost(rendered.marks.get(name, ())):
            if (at := part.at(mark.start)) is not None:
                shown = file.plain(rendered.parts[name][mark.start : mark.end])
                marks[at.place].append((mark.path, shown))
    for line in sheet_page(file.members).lines:
        yield replace(
            line, cells=tuple(_sheet_cell(cell, marks[cell.place]) for cell in line.cells)
        )


def _sheet_cell(cell: Cell, marks: Sequence[tuple[str, str]]) -> Cell:
    text = cell.text
    if len(marks) == 1 and (cell.number or marks[0][1].strip() == text.strip()):
        return replace(cell, segments=(Segment(text, VALUE, marks[0][0]),))
    spans: list[tuple[int, int, str]] = []
    at = 0
    for path, shown in marks:
        start = text.find(shown, at)
        if start >= 0 and shown:
            at = start + len(shown)
            spans.append((start, at, path))
    return replace(cell, segments=tuple(_between(text, spans)))
