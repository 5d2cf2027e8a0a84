"""The structure of ``report.md``: blocks of pieces, each piece with the place it was typed at.

Only the structure of an official report is read: headings, paragraphs, numbered lists, tables,
and lines that hold nothing but ``{% … %}``. Everything else in a line is text as typed, so that
``*``, ``_`` or ``<`` in a title come out unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.content.model import CELL, MAX_LEVEL, ROW, TYPED, Block, Narrative, Piece
from generator.content.report.asides import check_asides
from generator.content.report.draft import Draft, begins_section, few_words, finished, titles
from generator.content.report.lines import Line, read_lines, shown
from generator.content.report.lists import Lists
from generator.content.report.marks import BLANKS, BULLET, mark_of
from generator.content.report.signs import check_signs
from generator.language.tags import Tag
from generator.problems import Position, Problems
from generator.reserved import SILENT

_CONTROLS = re.compile(f"(?:{SILENT}\\s*)+")
_HEADING = re.compile(r"(#{1,6})(?:\s+|(?=[^#\s]))")
_ITEM = re.compile(r"(\s*)(\d{1,3})[.)．](?!\d)\s*(?=\S)")
_TABLE_RULE = re.compile(r"[\s:|-]+")
_UNSUPPORTED = (
    (re.compile(r"(?!-\s*\d+\s*-\s*$)[-*+]\s"), "项目符号，请用编号列表“1. …”"),
    (re.compile(r">"), "引用块"),
    (re.compile(r"```|~~~"), "代码块"),
    (re.compile(r"!\[[^\]]*\]\("), "图片"),
    (re.compile(r"([-*_=—])\s*\1\s*\1(?:\s|\1)*$"), "分隔线"),
)


#: What ends a line in Markdown without ending its paragraph; here it does neither.
_BREAKS = ("  ", "\\")


def read_report(source: str, file: str) -> Narrative:
    """``report.md`` as blocks, with what is wrong with its structure."""
    problems = Problems()
    drafts, tags = read_drafts(source, file, problems)
    check_asides(drafts, problems)
    blocks = tuple(Block(b.kind, b.level, b.at, tuple(b.pieces), b.numbered) for b in drafts)
    return Narrative(source, file, blocks, tags, tuple(problems))


def read_drafts(source: str, file: str, problems: Problems) -> tuple[list[Draft], tuple[Tag, ...]]:
    """The blocks with the lines that they were read from, and the tags of the report."""
    lines, tags = read_lines(source, file)
    check_signs(lines, problems)
    reader = _Reader(tags, problems)
    for line in lines:
        reader.read(line)
    return reader.blocks, tags


class _Reader:
    """One pass over the lines: blank lines and structural lines end a block."""

    def __init__(self, tags: tuple[Tag, ...], problems: Problems) -> None:
        self.blocks: list[Draft] = []
        self._tags = tags
        self._problems = problems
        self._open: Draft | None = None
        self._indents: list[int] = []
        self._lists = Lists()
        self._depth = 0

    def read(self, line: Line) -> None:
        """Add one line."""
        start, end = _trimmed(line.text, 0, len(line.text), BLANKS)
        opened = self._open
        if start == end:
            self._open = None
        elif opened is not None and opened.kind == "table" and self._row(opened, line, start, end):
            pass
        elif not self._structural(line, start, end):
            if opened is None or opened.kind == "table" or _parts(opened, line, start, end):
                self._begin("paragraph", 0, line, start, end).mark = mark_of(line.text, start, end)
            else:
                self._continue(opened, line, start, end)

    def _structural(self, line: Line, start: int, end: int) -> bool:
        """Whether the line is a control line, or begins a heading, table or item."""
        text = line.text
        if _CONTROLS.fullmatch(text, start, end):
            self._begin("control", 0, line, start, end)
        elif heading := _HEADING.match(text, start, end):
            self._heading(len(heading[1]), line, heading.end(), end)
        elif text[start] == "|":
            table = self._begin("table", 0, line, start, start)
            table.columns = self._cells(table, line, start, end)
        else:
            self._check_supported(line, start, end)
            item = _ITEM.match(text)
            if item is None:
                return False
            self._item(line, self._nested(_indent(item[1])), item, end)
        return True

    def _begin(self, kind: str, level: int, line: Line, start: int, end: int) -> Draft:
        pieces = list(self._pieces(line, start, end))
        block = Draft(kind, level, _beginning(line), [line], start, pieces)
        self.blocks.append(block)
        self._open = None if kind in ("heading", "control") else block
        if kind == "control":
            self._lists.control()
        elif kind == "heading":
            self._lists.section()
        elif kind != "item":
            self._lists.end()
        if kind not in ("item", "control"):
            self._indents.clear()
        return block

    def _item(self, line: Line, level: int, found: re.Match[str], end: int) -> None:
        block = self._begin("item", level, line, found.end(), end)
        block.typed = int(found[2])
        block.numbered, block.printed = self._lists.item(level, block.typed)
        if block.printed != block.typed:
            at = line.at(found.start(2))
            self._problems.add("T133", at, found=block.typed, printed=block.printed)

    def _heading(self, level: int, line: Line, start: int, end: int) -> None:
        at, text = _beginning(line), line.text
        if level > MAX_LEVEL:
            self._problems.add("T121", at)
            level = MAX_LEVEL
        if level > self._depth + 1:
            self._problems.add("T124", at, before=self._depth, level=level)
        self._depth = level
        bare = len(text[:end].rstrip("#"))
        if bare <= start or text[bare - 1].isspace():  # closing signs, no part of the text
            end = max(start, len(text[:bare].rstrip()))
        if (own := mark_of(text, start, end)) is not None and own.shape != BULLET:
            self._problems.add("T122", at, found=shown(text[start:end])[:20])
        self._begin("heading", level, line, start, end)

    def _nested(self, indent: int) -> int:
        """The level of an item: one deeper than the nearest item that is indented less."""
        while self._indents and indent < self._indents[-1]:
            self._indents.pop()
        if not self._indents or indent > self._indents[-1]:
            self._indents.append(indent)
        return len(self._indents)

    def _check_supported(self, line: Line, start: int, end: int) -> None:
        for pattern, name in _UNSUPPORTED:
            if pattern.match(line.text, start, end):
                self._problems.add("T125", line.at(start), found=name)
                return

    def _continue(self, block: Draft, line: Line, start: int, end: int) -> None:
        """Soft line breaks vanish between Chinese characters and are a space between words."""
        if mark := mark_of(line.text, start, end):
            self._problems.add("T131", line.at(start), found=mark.typed)
        elif (
            finished(above := block.lines[-1].text)
            or above.endswith(_BREAKS)
            or (block.kind == "paragraph" and few_words(above.strip(BLANKS)))
        ):
            found = shown(line.text[start:end])[:12]
            self._problems.add("T132", line.at(start), found=found)
        block.lines.append(line)
        last = block.pieces[-1]
        if last.tag == TYPED and _latin(last.text[-1]) and _latin(line.text[start]):
            at = Position(last.at.file, last.at.line, last.at.column + len(last.text))
            block.pieces.append(Piece(" ", at))
        block.pieces += self._pieces(line, start, end)

    def _row(self, table: Draft, line: Line, start: int, end: int) -> bool:
        """Whether the line belongs to the table, and was added to it."""
        text = line.text
        if _CONTROLS.fullmatch(text, start, end) or text[start] == "|":
            table.lines.append(line)
        if _CONTROLS.fullmatch(text, start, end):
            table.pieces += self._pieces(line, start, end)
            return True
        if text[start] != "|":
            return False
        if not table.filled and is_rule(text[start:end]):
            return True
        table.filled = True
        table.pieces.append(Piece("", line.at(start), ROW))
        found = self._cells(table, line, start, end)
        if found != table.columns:
            self._problems.add("T123", line.at(start), found=found, expected=table.columns)
        return True

    def _cells(self, table: Draft, line: Line, start: int, end: int) -> int:
        """Add the cells of a line, as many as the table has columns; how many there are."""
        text = line.text
        start, end = start + 1, _trimmed(text, start, end)[1]
        if end > start and text[end - 1] == "|":
            end -= 1
        count = text.count("|", start, end) + 1
        for number in range(table.columns or count):
            bar = text.find("|", start, end) if number < count else end
            stop = end if bar < 0 else bar
            if number:
                table.pieces.append(Piece("|", line.at(start - 1), CELL))
            table.pieces += self._pieces(line, *_trimmed(text, start, stop))
            start = min(stop + 1, end)
        return count

    def _pieces(self, line: Line, start: int, end: int) -> Iterator[Piece]:
        """What stands between two offsets of a line."""
        held, number = line.held, line.before(start)
        while number < len(held) and held[number] < end:
            if start < held[number]:
                yield Piece(line.text[start : held[number]], line.at(start))
            tag = self._tags[line.first + number]
            yield Piece(tag.text, tag.at, line.first + number)
            start = held[number] + 1
            number += 1
        if start < end:
            yield Piece(line.text[start:end], line.at(start))


def is_rule(text: str) -> bool:
    """Whether a line is the rule below the head of a table."""
    return "-" in text and "|" in text and _TABLE_RULE.fullmatch(text) is not None


def _parts(block: Draft, line: Line, start: int, end: int) -> bool:
    """Whether a line that begins nothing else begins a new paragraph behind ``block``.

    A writer who indents a line as paragraphs are, or gives it a number, means one.
    """
    lead, mark = line.text[:start], mark_of(line.text, start, end)
    if any(char not in " \t" for char in lead):
        return True
    done = finished(block.lines[-1].text)
    if mark is not None:
        if done or titles(block) or begins_section(mark, line.text[mark.end : end]):
            return True
        return block.mark is not None and block.mark.goes_before(mark)
    if _indent(lead) >= 2:
        return block.kind == "paragraph" and (done or titles(block))
    return titles(block)


def _beginning(line: Line) -> Position:
    return line.at(len(line.text) - len(line.text.lstrip()))


def _trimmed(text: str, start: int, end: int, blanks: str | None = None) -> tuple[int, int]:
    """The part of ``text[start:end]`` without ``blanks`` (any white space) around it."""
    inner = text[start:end]
    left = len(inner) - len(inner.lstrip(blanks))
    return start + left, max(start + left, start + len(inner.rstrip(blanks)))


def _indent(lead: str) -> int:
    return sum({"\t": 4, "\u3000": 2, "\u2003": 2}.get(char, 1) for char in lead)


def _latin(char: str) -> bool:
    return "!" <= char <= "~"
