"""A block of ``report.md`` while it is read: with its lines, and what stood before its text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from generator.content.model import Numbered, Piece
from generator.content.report.lines import HELD, Line
from generator.content.report.marks import (
    ARABIC,
    BLANKS,
    BULLET,
    CHAPTER,
    CHINESE,
    CHINESE_BRACKETED,
    CIRCLED,
    LETTER,
    Mark,
)
from generator.problems import Position

#: Shapes that number headings much more often than anything else.
STRONG: Final = frozenset((CHAPTER, CHINESE, CHINESE_BRACKETED))
_CLOSING: Final = "”’」』）)》〉】\"'"
_ENDING: Final = tuple("。！？；：…!?;:")
#: Headings of official documents are short, and end without a full stop.
_LONGEST_HEADING, _LONGEST_PLAIN = 40, 25
#: … and shorter than the lines that an editor or a PDF file wraps.
_LONGEST_TITLING: Final = 30
_SHORTEST_PLAIN: Final = 4
_HEADING_ENDS: Final = (*_ENDING, "，", "、", ",", ".")
_SENTENCES: Final = re.compile("[。；;|＃\\t]")
_LETTER: Final = re.compile(r"[^\W\d_]")
STOPS: Final = re.compile("[。；：，！？;:!?|＃\t]")
_COUNT: Final = f"[0-9〇○零一二三四五六七八九十{HELD.pattern[1:-1]}]"
DATE: Final = re.compile(f"{_COUNT}{{1,4}} ?年 ?{_COUNT}{{1,3}} ?月 ?{_COUNT}{{1,3}} ?日")


@dataclass(slots=True)
class Draft:
    """A block that still grows.

    ``lines``: the lines it was read from; ``start``: where its text begins in the first, behind
    the signs that make it a heading or item; ``mark``: what a paragraph begins with.
    ``columns``: of a table, as many as its first line has; ``filled``: whether rows came below.
    ``typed``, ``printed``: the number of an item, and what gen makes of it as far as is known.
    """

    kind: str
    level: int
    at: Position
    lines: list[Line]
    start: int
    pieces: list[Piece]
    mark: Mark | None = None
    columns: int = 0
    filled: bool = False
    numbered: Numbered | None = None
    typed: int = 0
    printed: int = 0

    @property
    def text(self) -> str:
        """Its first line without blanks around, tags held by one character."""
        return self.lines[0].text.strip(BLANKS)

    @property
    def alone(self) -> bool:
        """Whether it is a single line."""
        return len(self.lines) == 1


def finished(text: str) -> bool:
    """Whether a sentence ends where the line ``text`` ends."""
    return text.rstrip(BLANKS + _CLOSING).endswith(_ENDING)


def shape_of(block: Draft) -> str:
    """The shape of the number that a block begins with; empty without one."""
    if block.kind == "item":
        return ARABIC
    return block.mark.shape if block.mark is not None else ""


def words_of(block: Draft) -> int:
    """The offset of the words behind the number."""
    return block.mark.end if block.mark is not None else block.start


def heading_like(block: Draft, *, longest: int = _LONGEST_HEADING) -> str:
    """The shape of a number with few words behind it on a line of their own; else empty."""
    shape = shape_of(block)
    if not block.alone or block.level > 1 or shape in ("", BULLET, CIRCLED, LETTER):
        return ""
    words = block.lines[0].text[words_of(block) :].strip(BLANKS)
    return shape if _titling(words, shape, longest) else ""


def _titling(words: str, shape: str, longest: int) -> bool:
    """Whether ``words`` behind a number of a shape may be a heading."""
    strong = shape in STRONG
    ends = words.removesuffix("：") if strong else words  # 三、存在的问题： is one
    if len(words) > longest or ends.endswith(_HEADING_ENDS) or _SENTENCES.search(words):
        return False
    return len(HELD.sub("", words).strip(BLANKS)) >= (1 if strong else 2)


def begins_section(mark: Mark, words: str) -> bool:
    """Whether a line is a heading beyond doubt, even below a sentence that was not finished."""
    return mark.shape in STRONG and _titling(words, mark.shape, _LONGEST_TITLING)


def plain(block: Draft) -> bool:
    """Whether a block is a few words without a number or a stop, as headings are."""
    return (
        block.kind == "paragraph" and block.alone and block.mark is None and few_words(block.text)
    )


def few_words(text: str) -> bool:
    """Whether a line is a few words without a stop."""
    return (
        len(HELD.sub("", text)) >= _SHORTEST_PLAIN and len(text) <= _LONGEST_PLAIN
        and STOPS.search(text) is None and DATE.fullmatch(text) is None
        and _LETTER.search(text) is not None
    )  # fmt: skip


def titles(block: Draft) -> bool:
    """Whether a block is a line with a number that is no sentence: what follows is not its rest."""
    return bool(heading_like(block, longest=_LONGEST_TITLING))
