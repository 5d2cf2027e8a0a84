"""Numbers and bullets that a writer types before a heading, an item or a paragraph.

Word and WPS paste their automatic numbers as text, in every shape that offices use.
"""

from __future__ import annotations

import re
from typing import Final

from generator.frozen import frozen

#: Blanks that indent a paragraph as its style does: full-width, no-break and em spaces.
WIDE: Final = "\u3000\u00a0\u2000-\u200a\u202f\u205f"
#: All that may stand before the text of a line.
BLANKS: Final = (
    " \t\u3000\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"
)

CHAPTER, CHINESE, CHINESE_BRACKETED = "第一部分", "一、", "（一）"
ARABIC, ARABIC_BRACKETED, DOTTED = "1.", "（1）", "1.1"
CIRCLED, ROMAN, LETTER, BULLET = "①", "Ⅰ", "A.", "●"
#: How headings of four levels are numbered in official documents (GB/T 9704-2012, 7.3.3).
LEVELS: Final = (CHINESE, CHINESE_BRACKETED, ARABIC, ARABIC_BRACKETED)

_CHINESE: Final = "[零〇一二三四五六七八九十百]"
_DIGIT: Final = "[0-9０-９]"
_SPACE: Final = rf"(?=[ \t{WIDE}])"
#: What follows a number that is an amount or a date.
_COUNTED: Final = "[亿万元千百倍个人次项家公年月日吨分]"
#: Each shape and its forms; the group is what counts. A number's own blanks are no part of it.
_SHAPES: Final = (
    (CHAPTER, re.compile(
        rf"第({_CHINESE}{{1,4}}|{_DIGIT}{{1,4}})"
        rf"(?:部分[、．.:：]?|[章节编篇](?:[、．.:：]|{_SPACE}|$))"
    )),
    (CHINESE, re.compile(rf"({_CHINESE}{{1,3}})(?:[、．]|\.(?!{_DIGIT})|{_SPACE})")),
    (CHINESE_BRACKETED, re.compile(rf"[（(]({_CHINESE}{{1,3}})[）)]、?|([㈠-㈩])、?")),
    (DOTTED, re.compile(
        rf"({_DIGIT}{{1,2}}(?:[.．]{_DIGIT}{{1,2}}){{1,3}})"
        rf"(?:[、．]|{_SPACE}|(?=[\u4e00-\u9fff《“])(?!{_COUNTED}))"
    )),
    (ARABIC, re.compile(rf"({_DIGIT}{{1,3}})[.．、](?!{_DIGIT})|([⒈-⒛])")),
    (ARABIC_BRACKETED, re.compile(
        rf"[（(]({_DIGIT}{{1,3}})[）)]、?|({_DIGIT}{{1,3}})[）)]|([⑴-⒇])"
    )),
    (CIRCLED, re.compile(r"([①-⑳❶-❿➀-➉➊-➓㊀-㊉])[、．.]?")),
    (ROMAN, re.compile(rf"([Ⅰ-Ⅻ])[、．.]?|([IVX]{{1,4}})(?:[、．]|\.(?!\w)|{_SPACE})")),
    (LETTER, re.compile(r"([A-Za-z])(?:[、．)）]|\.(?![A-Za-z0-9.]))")),
    (BULLET, re.compile(rf"([●■◆▲★☆○◎□◇△▪▫◦•➢➣➤➔►▶√✓✔※])|(·){_SPACE}")),
)  # fmt: skip
#: Signs that stand for a number, by the first of their row.
_ROWS: Final = ("㈠㈩", "⒈⒛", "⑴⒇", "①⑳", "❶❿", "➀➉", "➊➓", "㊀㊉", "ⅠⅫ")
_LATIN: Final = {"I": 1, "V": 5, "X": 10}


@frozen
class Mark:
    """A number or bullet before a text: its ``shape``, what it counts (0: nothing), its ``end``.

    ``end``: the offset of the text behind it and its blanks; ``typed``: the mark as it stands.
    """

    shape: str
    value: int
    typed: str
    end: int

    def goes_before(self, other: Mark) -> bool:
        """Whether ``other`` is the next of the same list."""
        bullets = self.shape == BULLET and self.typed == other.typed
        return self.shape == other.shape and (bullets or other.value == self.value + 1 > 1)


def mark_of(text: str, start: int = 0, end: int | None = None) -> Mark | None:
    """The mark at ``start`` with a text behind it."""
    end = len(text) if end is None else end
    for shape, pattern in _SHAPES:
        if (found := pattern.match(text, start, end)) is None:
            continue
        behind = found.end()
        while behind < end and text[behind] in BLANKS:
            behind += 1
        counted = next(filter(None, found.groups()))
        return Mark(shape, _value(shape, counted), found[0], behind) if behind < end else None
    return None


def _value(shape: str, counted: str) -> int:
    if shape == BULLET:
        return 0
    if shape == DOTTED:
        return int(re.split("[.．]", counted)[-1])
    for row in _ROWS:
        if row[0] <= counted <= row[-1]:
            return ord(counted) - ord(row[0]) + 1
    if counted.isdigit():
        return int(counted)
    if shape == ROMAN:
        values = [_LATIN[char] for char in counted]
        return sum(
            n if n >= after else -n for n, after in zip(values, [*values[1:], 0], strict=True)
        )
    return ord(counted.lower()) - ord("a") + 1 if shape == LETTER else _chinese(counted)


def _chinese(numeral: str) -> int:
    """The number that ``numeral`` below a thousand says; 0 for no such."""
    total = digit = 0
    for char in numeral:
        if char in "十百":
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
        else:
            digit = "〇一二三四五六七八九".find(char.replace("零", "〇"))
    return total + digit


class Outline:
    """Which level a heading with a number of its own is meant for, by the headings before it."""

    def __init__(self) -> None:
        self._shapes: list[str] = []

    def set(self, level: int) -> None:
        """A heading with signs stood here."""
        self._shapes[:] = LEVELS[:level]

    def level(self, shape: str) -> int:
        """The level of a heading in ``shape``; it becomes part of the outline."""
        if shape in self._shapes:
            del self._shapes[self._shapes.index(shape) + 1 :]
        elif shape == CHAPTER or (shape == CHINESE and CHAPTER not in self._shapes):
            self._shapes[:] = [shape]
        else:
            self._shapes.append(shape)
        return len(self._shapes)
