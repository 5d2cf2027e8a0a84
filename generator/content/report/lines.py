"""The lines of ``report.md`` with every tag held by one character, and where each was typed."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from generator.frozen import frozen
from generator.language.tags import TAG, Tag
from generator.problems import Position
from generator.reserved import PRINTING, SILENT

#: What holds the place of a tag that prints, and of one that does not.
HELD = re.compile(f"[{PRINTING}{SILENT}]")


@frozen
class Line:
    """A line of the text; a tag in it may reach over several typed lines.

    ``held``: the offsets of its tags in ``text``, whose first is number ``first`` of the report;
    ``behind``: the typed line and column right behind each.
    """

    text: str
    file: str
    number: int
    first: int
    held: tuple[int, ...]
    behind: tuple[tuple[int, int], ...]

    def before(self, offset: int) -> int:
        """How many tags stand before ``offset``."""
        return bisect_left(self.held, offset)

    def at(self, offset: int) -> Position:
        """Where the character at ``offset`` was typed."""
        before = self.before(offset)
        if not before:
            return Position(self.file, self.number, offset + 1)
        number, column = self.behind[before - 1]
        return Position(self.file, number, column + offset - self.held[before - 1] - 1)


def read_lines(source: str, file: str) -> tuple[list[Line], tuple[Tag, ...]]:
    """The lines of ``source``, and its tags in their order."""
    texts = TAG.findall(source)
    held = TAG.sub(lambda match: PRINTING if match[0].startswith("{{") else SILENT, source)
    lines: list[Line] = []
    tags: list[Tag] = []
    number = 1
    for text in held.split("\n"):
        start, first = number, len(tags)
        offsets: list[int] = []
        behind: list[tuple[int, int]] = []
        column, offset = 1, 0
        for match in HELD.finditer(text):
            column += match.start() - offset
            offset = match.end()
            tag = texts[len(tags)]
            tags.append(Tag(tag, Position(file, number, column)))
            breaks = tag.count("\n")
            number += breaks
            column = len(tag) - tag.rfind("\n") if breaks else column + len(tag)
            offsets.append(match.start())
            behind.append((number, column))
        lines.append(Line(text, file, start, first, tuple(offsets), tuple(behind)))
        number += 1
    return lines, tuple(tags)


def shown(text: str) -> str:
    """``text`` of a line as messages quote it."""
    return HELD.sub("…", text)


def whole(line: Line, tags: Sequence[Tag], start: int = 0, end: int | None = None) -> str:
    """What stands between two offsets of ``line``, its ``tags`` as typed."""
    number = line.first + line.before(start)
    text = line.text[start:end]
    if not HELD.search(text):
        return text
    texts = iter(tags[number : line.first + len(line.held)])
    return HELD.sub(lambda _: next(texts).text, text)
