"""``report.md``: Markdown structure first, then each block's text as template language.

Only the structure of an official report is read: headings, paragraphs, numbered lists, tables,
and lines that hold a single ``{% … %}``. Everything else in a line is text as typed, so that
``*``, ``_`` or ``<`` in a title come out unchanged. Blocks become one Jinja source; after
rendering they are numbered 一、（一）1.（1）.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import CodeType

from jinja2 import TemplateSyntaxError

from generator.content.model import Narrative
from generator.figures.wording import chinese_numeral
from generator.frozen import frozen
from generator.problems import Position, Problems
from generator.render import markers, statements
from generator.render.environment import GenEnvironment, compile_source, run
from generator.render.statements import Statement
from generator.render.tags import TAG, Tag

# Private separators inside the one Jinja source; the environment's markers start at U+E010.
_BLOCK, _BLOCK_END, _CELL, _ROW = "\ue020", "\ue021", "\ue022", "\ue023"
_HELD, _HELD_CONTROL, _HELD_END = "\ue024", "\ue026", "\ue025"
_PLACEHOLDER = re.compile(f"[{_HELD}{_HELD_CONTROL}](\\d+){_HELD_END}")
_CONTROLS = re.compile(f"(?:{_HELD_CONTROL}\\d+{_HELD_END}\\s*)+")

_HEADING = re.compile(r"(#{1,6})(?:\s+|(?=[^#\s]))(.*)")
_CLOSING = re.compile(r"(?<!\S)#+$|(?<=\s)#+$")
_ITEM = re.compile(r"(\s*)\d{1,3}[.)．](?!\d)\s*(.*)$")
_TYPED_NUMBER = re.compile(
    r"(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|（\d+）|\d+[.．、](?!\d))"
)
_TABLE_RULE = re.compile(r"\|?[\s:|-]*-[\s:|-]*\|?")
_UNSUPPORTED = (
    (re.compile(r"[-*+]\s"), "项目符号，请用编号列表“1. …”"),
    (re.compile(r">"), "引用块"),
    (re.compile(r"```|~~~"), "代码块"),
    (re.compile(r"!\[[^\]]*\]\("), "图片"),
    (re.compile(r"([-*_])(\s*\1){2,}\s*$"), "分隔线"),
)
_CJK_EDGE = re.compile(r"[\x21-\x7e]")
MAX_LEVEL = 4


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


@frozen
class _Source:
    """A block as typed: its text still holds placeholders for tags."""

    kind: str
    level: int
    line: int
    text: str


@frozen
class CompiledNarrative:
    """A narrative ready to render; ``blocks`` are (kind, level, line) by block number.

    ``code`` is None when the tags do not compile; the lint of ``tags`` then names the cause.
    """

    code: CodeType | None
    blocks: tuple[tuple[str, int, int], ...]
    tags: tuple[Tag, ...]
    statements: tuple[Statement, ...]


def compile_narrative(
    narrative: Narrative,
    environment: GenEnvironment,
    escape: Callable[[str], str],
    problems: Problems,
) -> CompiledNarrative:
    """The compiled narrative; structural mistakes are reported here, tags by the lint."""
    lines, tags = _hold_tags(narrative)
    _check_braces(lines, tags, narrative.file, problems)
    sources = list(_blocks(lines, narrative.file, problems))
    out: list[str] = []
    blocks: list[tuple[str, int, int]] = []
    for source in sources:
        text = _release(source.text, tags, escape)
        if source.kind == "control":
            out.append(text)
        else:
            out.append(f"{_BLOCK}{len(blocks)}{_BLOCK_END}{text}")
            blocks.append((source.kind, source.level, source.line))
    code: CodeType | None
    try:
        code = compile_source(environment, "\n".join(out), narrative.file)
    except TemplateSyntaxError:
        code = None
    said = statements.read(tags, environment)
    return CompiledNarrative(code, tuple(blocks), tags, said)


def render_narrative(
    compiled: CompiledNarrative, environment: GenEnvironment, context: Mapping[str, object]
) -> tuple[Block, ...]:
    """The blocks that appear, numbered; ``compiled`` must have code."""
    assert compiled.code is not None
    rendered = run(environment, compiled.code, context)
    numbering = _Numbering()
    out: list[Block] = []
    for piece in rendered.split(_BLOCK)[1:]:
        number, _, text = piece.partition(_BLOCK_END)
        kind, level, line = compiled.blocks[int(number)]
        text = text.strip(" \n\t")
        if not _visible(text):
            continue
        path = f"正文[{line}]"
        if kind == "table":
            rows = tuple(
                tuple(cell.strip() for cell in row.split(_CELL))
                for row in text.split(_ROW)
                if _visible(row)
            )
            numbering.interrupt()
            out.append(Block(kind, 0, "", rows, path))
        else:
            lead = numbering.lead(kind, level)
            out.append(Block(kind, level, markers.wrap(path, lead + text), (), path))
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


# Reading


def _hold_tags(narrative: Narrative) -> tuple[list[tuple[int, str]], tuple[Tag, ...]]:
    """Logical lines with every tag replaced by a placeholder, and the tags with their places."""
    tags: list[Tag] = []
    lines: list[tuple[int, str]] = []
    source = narrative.source
    out: list[str] = []
    position, line, start_line, line_start = 0, 1, 1, 0

    def take(text: str) -> None:
        nonlocal line, start_line, line_start
        offset = position
        for index, part in enumerate(text.split("\n")):
            if index:
                lines.append((start_line, "".join(out)))
                out.clear()
                line += 1
                start_line = line
                line_start = offset
            out.append(part)
            offset += len(part) + 1

    for match in TAG.finditer(source):
        take(source[position : match.start()])
        at = Position(narrative.file, line, match.start() - line_start + 1)
        tag = Tag(match[0], at)
        out.append(f"{_HELD if tag.prints else _HELD_CONTROL}{len(tags)}{_HELD_END}")
        tags.append(tag)
        breaks = match[0].count("\n")
        if breaks:
            line += breaks
            line_start = match.start() + match[0].rindex("\n") + 1
        position = match.end()
    take(source[position:])
    lines.append((start_line, "".join(out)))
    return lines, tuple(tags)


def _check_braces(
    lines: list[tuple[int, str]], tags: tuple[Tag, ...], file: str, problems: Problems
) -> None:
    def place(number: int, before: str) -> Position:
        typed = _PLACEHOLDER.sub(lambda m: tags[int(m[1])].text, before)
        return Position(file, number + typed.count("\n"), len(typed) - typed.rfind("\n"))

    for number, text in lines:
        match = re.search(r"\{\{|\}\}|\{%|%\}|\{#|#\}", text)
        wide = re.search(r"｛｛|｝｝|｛%|%｝|\{｛|｛\{|｝\}|\}｝|｛％|％｝", text)
        if match:
            shown = _PLACEHOLDER.sub("…", text[match.start() : match.start() + 20])
            problems.add("T113", place(number, text[: match.start()]), text=shown)
        elif wide:
            shown = _PLACEHOLDER.sub("…", text[wide.start() : wide.start() + 20])
            problems.add("T114", place(number, text[: wide.start()]), text=shown)


def _release(text: str, tags: tuple[Tag, ...], escape: Callable[[str], str]) -> str:
    """Escape the static text and put the tags back, each printing one announced."""
    parts = _PLACEHOLDER.split(text)
    for index in range(0, len(parts), 2):
        parts[index] = escape(parts[index])
    for index in range(1, len(parts), 2):
        number = int(parts[index])
        lead = markers.tag_marker(number) if tags[number].prints else ""
        parts[index] = lead + tags[number].text
    return "".join(parts)


def _blocks(lines: list[tuple[int, str]], file: str, problems: Problems) -> Iterator[_Source]:
    """The blocks of the report: list items know their level, headings were looked at."""
    indents: list[int] = []
    depth = 0
    for found in _plain_blocks(lines, file, problems):
        if found.kind == "item":
            yield _nested(found, indents)
            continue
        if found.kind != "control":
            indents.clear()
        if found.kind == "heading":
            depth = _check_heading(found, depth, Position(file, found.line, 1), problems)
        yield found


def _plain_blocks(lines: list[tuple[int, str]], file: str, problems: Problems) -> Iterator[_Source]:
    """Structure: one pass over the lines, blank lines and structural lines end a block."""
    pending: _Source | None = None
    for number, line in lines:
        text = line.strip(" \t\u3000")
        if not text:
            if pending is not None:
                yield pending
            pending = None
            continue
        at = Position(file, number, len(line) - len(line.lstrip()) + 1)
        if pending is not None and pending.kind == "table":
            joined = _table_line(pending, text, at, problems)
            if joined is not None:
                pending = joined
                continue
        found = _structural(text, line, at, problems)
        if found is None and pending is not None and pending.kind in ("paragraph", "item"):
            pending = replace(pending, text=_joined(pending.text, text))
            continue
        if pending is not None:
            yield pending
            pending = None
        found = found or _Source("paragraph", 0, number, text)
        if found.kind in ("heading", "control"):
            yield found
        else:
            pending = found
    if pending is not None:
        yield pending


def _structural(text: str, line: str, at: Position, problems: Problems) -> _Source | None:
    """A heading, item, table start or control line; None for running text."""
    if _CONTROLS.fullmatch(text):
        return _Source("control", 0, at.line, text)
    heading = _HEADING.match(text)
    if heading:
        level = len(heading[1])
        if level > MAX_LEVEL:
            problems.add("T121", at)
            level = MAX_LEVEL
        return _Source("heading", level, at.line, _CLOSING.sub("", heading[2].rstrip()))
    if text.startswith("|"):
        return _Source("table", 0, at.line, _CELL.join(_cells(text)))
    for pattern, name in _UNSUPPORTED:
        if pattern.match(text):
            problems.add("T125", at, found=name)
            break
    item = _ITEM.match(line)
    if item and item[2]:
        # The level is settled by ``_blocks``, from the indents of the items around it.
        return _Source("item", _indent(item[1]), at.line, item[2])
    return None


def _indent(lead: str) -> int:
    return sum({"\t": 4, "\u3000": 2}.get(char, 1) for char in lead)


def _nested(item: _Source, indents: list[int]) -> _Source:
    """``item`` with its level: one deeper than the nearest item that is indented less."""
    while indents and item.level < indents[-1]:
        indents.pop()
    if not indents or item.level > indents[-1]:
        indents.append(item.level)
    return replace(item, level=len(indents))


def _cells(text: str) -> list[str]:
    inner = text.strip().removeprefix("|").removesuffix("|")
    return [cell.strip() for cell in inner.split("|")]


def _table_line(table: _Source, text: str, at: Position, problems: Problems) -> _Source | None:
    """The table with one more line, or None when the line does not belong to it."""
    if _CONTROLS.fullmatch(text):
        return replace(table, text=table.text + text)
    if text.startswith("|"):
        if _TABLE_RULE.fullmatch(text) and _ROW not in table.text:
            return table
        cells = _cells(text)
        expected = table.text.partition(_ROW)[0].count(_CELL) + 1
        if len(cells) != expected:
            problems.add("T123", at, found=len(cells), expected=expected)
            cells = (cells + [""] * expected)[:expected]
        return replace(table, text=table.text + _ROW + _CELL.join(cells))
    return None


def _joined(before: str, after: str) -> str:
    """Soft line breaks vanish between Chinese characters and become a space between words."""
    both_latin = _CJK_EDGE.match(after[0]) and _CJK_EDGE.match(before[-1])
    return before + (" " if both_latin else "") + after


def _check_heading(found: _Source, depth: int, at: Position, problems: Problems) -> int:
    if found.level > depth + 1:
        problems.add("T124", at, before=depth, level=found.level)
    typed = _TYPED_NUMBER.match(found.text)
    if typed:
        problems.add("T122", at, found=_PLACEHOLDER.sub("…", found.text)[:20])
    return found.level


# Numbering


class _Numbering:
    """Counters of headings and list items (GB/T 9704: 一、（一）1.（1）)."""

    def __init__(self) -> None:
        self._headings = [0] * MAX_LEVEL
        self._depth = 0
        self._items: list[int] = []

    def interrupt(self) -> None:
        """Whatever is no item ends a list."""
        self._items = []

    def lead(self, kind: str, level: int) -> str:
        """What is printed before the text of the next block."""
        if kind == "heading":
            self.interrupt()
            self._depth = level
            self._headings[level - 1] += 1
            self._headings[level:] = [0] * (MAX_LEVEL - level)
            return _numeral(level, self._headings[level - 1])
        if kind != "item":
            self.interrupt()
            return ""
        level = min(level, len(self._items) + 1)
        del self._items[level:]
        if len(self._items) < level:
            self._items.append(0)
        self._items[level - 1] += 1
        return _numeral(max(3, self._depth + 1) + level - 1, self._items[level - 1])


def _numeral(depth: int, count: int) -> str:
    if depth == 1:
        return f"{chinese_numeral(count)}、"
    if depth == 2:
        return f"（{chinese_numeral(count)}）"
    if depth == 3:
        return f"{count}."
    if depth == 4:
        return f"（{count}）"
    if depth == 5 and count <= 20:
        return chr(0x2460 + count - 1)
    return f"{chr(0x60 + count)}." if depth > 5 and count <= 26 else f"{count})"
