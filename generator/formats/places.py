"""Where in a finished document each value shows, in words a person can follow.

A place in Word is ``正文 第3段`` or ``正文 表2 第4行 第5格``, with the heading it stands under;
in Excel ``工作表“汇总表” B7``. Paragraphs and tables are counted as a reader of the file finds
them: those of the body, not those inside cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from generator.formats.compiled import Rendered
from generator.frozen import frozen
from generator.language.markers import Mark
from generator.language.narrative import Block
from generator.language.tags import Tag
from generator.patterns import lazy
from generator.reading.entities import unescape

_TOKEN = lazy(r"<(?:w:(p|tbl|tr|tc)[ >/]|/w:tc>)")
_BREAK = lazy(r"<w:br\s*/>|<w:tab\s*/>")
_ELEMENT = lazy(r"<[^>]*>")
_SENTENCE_END = lazy("[。；！？\n]")
_SHEET = lazy(r"工作表“(.*?)”")
_LABEL = "附件号."
_CELL = '<c r="'
_PART = lazy(r"(?:word|xl/worksheets)/([a-z]+?)(\d*)\.xml")
_LABELS = {"document": "正文", "header": "页眉", "footer": "页脚", "footnotes": "脚注"}


@frozen
class Place:
    """One value in one document.

    ``path``: the figure, text or phrase (``收入预算.合计.本年|比上年``); ``place``: where;
    ``section``: the heading above it, if any; ``text``: what is printed; ``sentence``: the
    sentence around it (of a figure in running text).
    """

    path: str
    place: str
    section: str
    text: str
    sentence: str


def places(
    kind: str, rendered: Rendered, tags: Sequence[Tag], blocks: Sequence[Block]
) -> list[Place]:
    """Every mark of a finished document with its place, in document order."""
    out: list[Place] = []
    headings = {block.path for block in blocks if block.kind == "heading"}
    for part, marks in rendered.marks.items():
        text = rendered.parts[part]
        ordered = sorted(marks, key=lambda mark: (mark.start, -mark.end))
        found = (
            _in_word(part, text, ordered, headings)
            if kind == "docx"
            else _in_excel(text, ordered, tags)
        )
        out += found
    return out


def _plain(xml: str) -> str:
    if "<" in xml:
        if "<w:br" in xml or "<w:tab" in xml:
            xml = _BREAK.sub("\n", xml)
        xml = _ELEMENT.sub("", xml)
    return unescape(xml)


class _Level:
    """Counters inside the body, or inside one cell."""

    __slots__ = ("cells", "paragraphs", "rows", "tables")

    def __init__(self) -> None:
        self.paragraphs = self.tables = self.rows = self.cells = 0


def _in_word(part: str, text: str, marks: Sequence[Mark], headings: set[str]) -> Iterator[Place]:
    match = _PART.fullmatch(part)
    label = _LABELS.get(match[1], part) + match[2] if match else part
    stack = [_Level()]
    section = ""
    paragraph = 0
    waiting = iter(marks)
    mark = next(waiting, None)
    for token in chain(_TOKEN.finditer(text), (None,)):
        start = len(text) if token is None else token.start()
        where = f"{label} {_where(stack)}" if mark is not None and mark.start < start else ""
        while mark is not None and mark.start < start:
            shown = _plain(text[mark.start : mark.end])
            sentence = ""
            if len(stack) == 1:
                # An annex inside a report begins with its label.
                if mark.path in headings or mark.path.startswith(_LABEL):
                    section = shown
                sentence = _sentence_at(text, paragraph, mark.start)
            yield Place(mark.path, where, section, shown, sentence)
            mark = next(waiting, None)
        if token is None or mark is None:
            return
        name = token[1]
        if name is None:
            stack.pop()
            continue
        here = stack[-1]
        if name == "p":
            here.paragraphs += 1
            paragraph = start
        elif name == "tbl":
            here.tables += 1
            here.rows = 0
        elif name == "tr":
            here.rows += 1
            here.cells = 0
        elif text[text.find(">", start) - 1] != "/":
            here.cells += 1
            stack.append(_Level())


def _sentence_at(text: str, paragraph: int, position: int) -> str:
    """The sentence around ``position`` in the paragraph whose tag stands at ``paragraph``."""
    begin = text.find(">", paragraph) + 1 if paragraph else 0
    end = text.find("</w:p>", position)
    around = text[begin : end if end >= 0 else len(text)]
    return _sentence(_plain(around), len(_plain(text[begin:position])))


def _where(stack: Sequence[_Level]) -> str:
    cells = [f"表{level.tables} 第{level.rows}行 第{level.cells}格" for level in stack[:-1]]
    last = [f"第{stack[-1].paragraphs}段"] if len(stack) == 1 else []
    return " ".join([*cells, *last])


def _sentence(paragraph: str, offset: int) -> str:
    """The sentence of ``paragraph`` that holds character ``offset``."""
    start = 0
    for end in _SENTENCE_END.finditer(paragraph):
        if end.start() >= offset:
            return paragraph[start : end.end()].strip()
        start = end.end()
    return paragraph[start:].strip()


def _in_excel(text: str, marks: Sequence[Mark], tags: Sequence[Tag]) -> Iterator[Place]:
    sheet = ""
    for mark in marks:
        if 0 <= mark.tag < len(tags):
            named = _SHEET.search(tags[mark.tag].at.place)
            sheet = named[0] if named else sheet
        start = text.rfind(_CELL, 0, mark.start)
        reference = text[start + len(_CELL) : text.find('"', start + len(_CELL))]
        where = f"{sheet} {reference}" if start >= 0 else f"{sheet} 页眉页脚"
        yield Place(mark.path, where.strip(), "", _plain(text[mark.start : mark.end]), "")


def as_rows(found: Sequence[Place]) -> list[tuple[str, ...]]:
    """Places as plain tuples, for the record."""
    return [(p.path, p.place, p.section, p.text, p.sentence) for p in found]
