"""The narrative: the blocks of ``report.md`` become one Jinja source, and what it prints blocks.

Headings and items get their 一、（一）1.（1） when what is printed is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from types import CodeType

from jinja2 import TemplateSyntaxError

from generator import reserved
from generator.content.model import CELL, MAX_LEVEL, ROW, TYPED, Narrative, Numbered, Piece
from generator.content.model import Block as Typed
from generator.frozen import frozen, replace
from generator.language import markers, statements
from generator.language.blocks import CLOSING, OPENING
from generator.language.environment import GenEnvironment, compile_source, run_all
from generator.language.statements import Statement
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
class Stretch:
    """Blocks that render by themselves: no tag of theirs needs one of another stretch.

    ``code`` prints them; None where they have no tags, ``text`` is what they print then. Blocks
    and tags count from 0 in it: ``block`` and ``tag`` are the numbers of its first ones in the
    narrative. So reports that have a passage in common have its code in common.
    """

    code: CodeType | None
    text: str
    block: int
    tag: int


@frozen
class CompiledNarrative:
    """A narrative ready to render; ``blocks`` by block number.

    ``sound``: whether its tags compile; if not, the lint of the tags names the cause.
    """

    sound: bool
    stretches: tuple[Stretch, ...]
    blocks: tuple[Head, ...]
    statements: tuple[Statement, ...]


def compile_narrative(
    narrative: Narrative, environment: GenEnvironment, escape: Callable[[str], str]
) -> CompiledNarrative:
    """``narrative`` ready to render; its typed text is made safe by ``escape``."""
    said = statements.read(narrative.tags, environment)
    heads: list[Head] = []
    stretches: list[Stretch] = []
    sound = True
    for held in _apart(narrative.blocks, said):
        try:
            stretches.append(_stretch(held, len(heads), environment, escape))
        except TemplateSyntaxError:
            sound = False
        heads += (
            Head(block.kind, block.level, block.at.line, block.numbered)
            for block in held
            if block.kind != "control"
        )
    return CompiledNarrative(sound, tuple(stretches), tuple(heads), said)


def _apart(blocks: Sequence[Typed], said: Sequence[Statement]) -> Iterator[list[Typed]]:
    """The blocks, those together that a loop or a condition holds together."""
    depth = 0
    held: list[Typed] = []
    for block in blocks:
        held.append(block)
        for piece in block.pieces:
            word = said[piece.tag].word if piece.tag >= 0 else ""
            depth += (word in OPENING) - (word in CLOSING)
        if depth == 0:
            yield held
            held = []
    if held:
        yield held


def _stretch(
    held: Sequence[Typed], block: int, environment: GenEnvironment, escape: Callable[[str], str]
) -> Stretch:
    """The blocks ``held``; raises ``TemplateSyntaxError``."""
    pieces = [piece for each in held for piece in each.pieces]
    first = next((piece.tag for piece in pieces if piece.tag >= 0), TYPED)
    source, count = "", 0
    for each in held:
        if each.kind != "control":
            source += f"{reserved.BLOCK}{count}{reserved.BLOCK_END}"
            count += 1
        source += "".join(_source(piece, first, escape) for piece in each.pieces) + "\n"
    if first == TYPED:
        return Stretch(None, source, block, 0)
    return Stretch(_code(source, environment), "", block, first)


@lru_cache(maxsize=2048)  # the reports of many units have passages in common
def _code(source: str, environment: GenEnvironment) -> CodeType:
    return compile_source(environment, source, "report.md")


def _source(piece: Piece, first: int, escape: Callable[[str], str]) -> str:
    """``piece`` as Jinja source; a tag that prints is announced, tag ``first`` as 0."""
    if piece.tag == TYPED:
        return escape(piece.text)
    if piece.tag in (CELL, ROW):
        return reserved.CELL if piece.tag == CELL else reserved.ROW
    announced = piece.text.startswith("{{")
    return (markers.tag_marker(piece.tag - first) if announced else "") + piece.text


def render_narrative(
    compiled: CompiledNarrative, environment: GenEnvironment, context: Mapping[str, object]
) -> tuple[Block, ...]:
    """The blocks that appear, numbered; ``compiled`` must be sound."""
    assert compiled.sound
    codes = [stretch.code for stretch in compiled.stretches if stretch.code is not None]
    rendered = run_all(environment, codes, context)
    numbering = _Numbering()
    out: list[Block] = []
    for stretch in compiled.stretches:
        printed = stretch.text if stretch.code is None else next(rendered)
        if stretch.tag:
            printed = markers.renumbered(printed, stretch.tag)
        for piece in printed.split(reserved.BLOCK)[1:]:
            number, _, text = piece.partition(reserved.BLOCK_END)
            head = compiled.blocks[stretch.block + int(number)]
            if (block := _printed(head, text.strip(" \n\t"), numbering)) is not None:
                out.append(block)
    return tuple(out)


def _printed(head: Head, text: str, numbering: _Numbering) -> Block | None:
    """What is printed of a block; None where nothing shows."""
    if not _visible(text):
        return None
    path = f"正文[{head.line}]"
    if head.kind != "table":
        text = markers.wrap(path, numbering.lead(head) + text)
        return Block(head.kind, head.level, text, (), path)
    rows = tuple(
        tuple(cell.strip() for cell in row.split(reserved.CELL))
        for row in text.split(reserved.ROW)
        if _visible(row)
    )
    numbering.interrupt()
    return Block(head.kind, 0, "", rows, path)


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
