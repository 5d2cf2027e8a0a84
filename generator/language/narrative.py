"""The narrative: the blocks of ``report.md`` become one Jinja source, and what it prints blocks.

Headings and items get their 一、（一）1.（1） when what is printed is known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import CodeType

from jinja2 import TemplateSyntaxError

from generator import reserved
from generator.content.model import CELL, MAX_LEVEL, ROW, TYPED, Narrative, Numbered, Piece
from generator.frozen import frozen, replace
from generator.language import markers, statements
from generator.language.environment import GenEnvironment, compile_source, run
from generator.language.statements import Statement
from generator.language.tags import Tag
from generator.language.wording import chinese_numeral


@frozen
class Block:
    """One block of the rendered narrative.

    ``kind``: heading, paragraph, item or table. ``level``: heading 1–4, item nesting from 1.
    ``text``: finished character data (escaped, with markers and numbering); ``rows``: the cells
    of a table, first row the header. ``path``: how places and records name it (``正文[12]`` for
    the block that begins on line 12).
    """

    kind: str
    level: int
    text: str
    rows: tuple[tuple[str, ...], ...] = ()
    path: str = ""

    @property
    def texts(self) -> tuple[str, ...]:
        """What it prints as paragraphs of their own: itself, or its cells."""
        rows = (cell for row in self.rows for cell in row)
        return tuple(rows) if self.kind == "table" else (self.text,)


@frozen
class Head:
    """What is known of a block before it is rendered; ``line``: where it begins."""

    kind: str
    level: int
    line: int
    numbered: Numbered | None


@frozen
class CompiledNarrative:
    """A narrative ready to render; ``blocks`` by block number.

    ``code`` is None when the tags do not compile; the lint of ``tags`` then names the cause.
    """

    code: CodeType | None
    blocks: tuple[Head, ...]
    tags: tuple[Tag, ...]
    statements: tuple[Statement, ...]


def compile_narrative(
    narrative: Narrative, environment: GenEnvironment, escape: Callable[[str], str]
) -> CompiledNarrative:
    """``narrative`` ready to render; its typed text is made safe by ``escape``."""
    out: list[str] = []
    blocks: list[Head] = []
    for block in narrative.blocks:
        lead = ""
        if block.kind != "control":
            lead = f"{reserved.BLOCK}{len(blocks)}{reserved.BLOCK_END}"
            blocks.append(Head(block.kind, block.level, block.at.line, block.numbered))
        out.append(lead + "".join(_source(piece, escape) for piece in block.pieces))
    code: CodeType | None
    try:
        code = compile_source(environment, "\n".join(out), narrative.file)
    except TemplateSyntaxError:
        code = None
    said = statements.read(narrative.tags, environment)
    return CompiledNarrative(code, tuple(blocks), narrative.tags, said)


def _source(piece: Piece, escape: Callable[[str], str]) -> str:
    """``piece`` as Jinja source; a tag that prints is announced."""
    if piece.tag == TYPED:
        return escape(piece.text)
    if piece.tag in (CELL, ROW):
        return reserved.CELL if piece.tag == CELL else reserved.ROW
    announced = piece.text.startswith("{{")
    return (markers.tag_marker(piece.tag) if announced else "") + piece.text


def render_narrative(
    compiled: CompiledNarrative, environment: GenEnvironment, context: Mapping[str, object]
) -> tuple[Block, ...]:
    """The blocks that appear, numbered; ``compiled`` must have code."""
    assert compiled.code is not None
    rendered = run(environment, compiled.code, context)
    numbering = _Numbering()
    out: list[Block] = []
    for piece in rendered.split(reserved.BLOCK)[1:]:
        number, _, text = piece.partition(reserved.BLOCK_END)
        head = compiled.blocks[int(number)]
        text = text.strip(" \n\t")
        if not _visible(text):
            continue
        path = f"正文[{head.line}]"
        if head.kind == "table":
            rows = tuple(
                tuple(cell.strip() for cell in row.split(reserved.CELL))
                for row in text.split(reserved.ROW)
                if _visible(row)
            )
            numbering.interrupt()
            out.append(Block(head.kind, 0, "", rows, path))
        else:
            text = markers.wrap(path, numbering.lead(head) + text)
            out.append(Block(head.kind, head.level, text, (), path))
    return tuple(out)


def settled(block: Block) -> Block:
    """``block`` without the tag numbers of report.md, which mean nothing in a Word template."""
    rows = tuple(tuple(markers.untagged(cell) for cell in row) for row in block.rows)
    return replace(block, text=markers.untagged(block.text), rows=rows)


def _visible(text: str) -> bool:
    """Whether anything shows; a fault counts, or it would vanish with its paragraph."""
    if markers.FAULTY in text:
        return True
    return bool(markers.strip(text)[0].strip())


class _Numbering:
    """Counters of headings and list items (GB/T 9704: 一、（一）1.（1）)."""

    def __init__(self) -> None:
        self._headings = [0] * MAX_LEVEL
        self._depth = 0
        #: By level: the number of the list that is open, and its last item.
        self._items: list[tuple[int, int]] = []
        self._counts: dict[int, int] = {}

    def interrupt(self) -> None:
        """Whatever is no item ends a list."""
        self._items = []

    def lead(self, head: Head) -> str:
        """What is printed before the text of the next block."""
        if head.kind == "heading":
            return self._heading(head.level)
        if head.kind != "item" or head.numbered is None:
            self.interrupt()
            return ""
        level = min(head.level, len(self._items) + 1)
        del self._items[level:]
        count = self._last(level, head.numbered) + 1
        self._items[level - 1 :] = [(head.numbered.list, count)]
        self._counts[head.numbered.list] = count
        return _numeral(max(3, self._depth + 1) + level - 1, count)

    def _heading(self, level: int) -> str:
        self.interrupt()
        self._counts.clear()
        self._depth = level
        self._headings[level - 1] += 1
        self._headings[level:] = [0] * (MAX_LEVEL - level)
        return _numeral(level, self._headings[level - 1])

    def _last(self, level: int, numbered: Numbered) -> int:
        """The number before that of the next item of the list ``numbered``."""
        if level <= len(self._items) and self._items[level - 1][0] == numbered.list:
            return self._items[level - 1][1]
        if numbered.follows:
            return self._counts.get(numbered.follows, 0)
        return numbered.first - 1


def _numeral(depth: int, count: int) -> str:
    if depth == 1:
        return f"{chinese_numeral(count)}、"
    if depth == 2:
        return f"（{chinese_numeral(count)}）"
    if depth == 3:
        return f"{count}."
    if depth == 4:
        return f"（{count}）"
    if depth == 5 and 0 < count <= 20:
        return chr(0x2460 + count - 1)
    return f"{chr(0x60 + count)}." if depth > 5 and 0 < count <= 26 else f"{count})"
