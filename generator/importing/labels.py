"""Labels: which cell is one, which others mean the same; captions, and whose and of when they are.

The wordings are data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

from generator.frozen import frozen
from generator.reading.tables import IN_MONEY, bare

#: Longer texts are no labels.
LONGEST: Final = 40
_HAN: Final = re.compile(r"[\u4e00-\u9fff]")
Row = Sequence[str]
#: Digits as they are also written: ２０２４, and 二〇二四 before 年.
_WIDE: Final = {ord("０") + digit: str(digit) for digit in range(10)}
_SPELLED: Final = {ord(sign): str(n) for n, signs in enumerate(
    ("〇○零", "一", "二", "三", "四", "五", "六", "七", "八", "九")
) for sign in signs}  # fmt: skip
_SPELLED_YEAR: Final = re.compile("[〇○零一二三四五六七八九]{4}(?=年)")
YEAR: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)年|年度[:：]?((?:19|20)\d\d)(?![\d年])")
_DATE: Final = re.compile(
    r"((?:19|20)\d\d)(?:年(?:\d{1,2}[-—－~～至到])?\d{1,2}月(?:\d{1,2}日)?"
    r"|[-/.]\d{1,2}[-/.]\d{1,2}(?!\d))"
)
#: What only the lines above a table's heads say: what money is in, the number of the table.
_MONEY: Final = re.compile(r"单位[:：]?(?:人民币)?[百十亿万千]{0,2}元")
_BARE_MONEY: Final = re.compile(r"(?:人民币)?[百十亿万千]{0,2}元")
_TABLE: Final = re.compile(r"表(?:[(（].{0,12}[)）])?$")
_NO_OWNER: Final = re.compile(r"[(（]?(?:金额)?单位\s*[:：]|\d{4}\s*年|\s{3,}")


@frozen
class Labels:
    """``same``: how a label is also written → how it is told here; all of them bare.

    What its money is in (年初预算（元）) is no part of a label.
    ``year``: what a label says of that year only, it says of any: 2020年…总额 is 年…总额.
    """

    same: Mapping[str, str]
    year: int = 0

    def of(self, text: str) -> str:
        """What ``text`` says as a label; empty for what can be none."""
        if len(text) > LONGEST * 2 or not _HAN.search(text):
            return ""
        text = IN_MONEY.sub("", re.sub(r"\s", "", text))
        plain = bare(text).replace(f"{self.year}年", "年")
        return "" if len(plain) > LONGEST else self.same.get(plain, plain)


class Sheet:
    """A grid with its labels: what stands left of a cell, and above it.

    ``known``: the labels that count, None for all; a label of ``barriers`` ends what is above.
    """

    def __init__(self, rows: Sequence[Row], labels: Labels, known: frozenset[str] | None) -> None:
        self.rows = rows
        self.words = [[labels.of(text) for text in row] for row in rows]
        if known is not None:
            self.words = [[word if word in known else "" for word in row] for row in self.words]

    def label(self, r: int, c: int) -> str:
        """The label in a cell; empty without."""
        return self.words[r][c] if c < len(self.words[r]) else ""

    def text(self, r: int, c: int) -> str:
        """What stands in a cell."""
        return self.rows[r][c].strip() if c < len(self.rows[r]) else ""

    def left(self, r: int, c: int) -> str:
        """The nearest label left of a cell in its row."""
        return next((word for word in reversed(self.words[r][:c]) if word), "")

    def above(self, r: int, c: int, top: int = 0) -> str:
        """The nearest label above a cell, at most up to row ``top``.

        In its column, or as the beginning of a merged head that reaches over it: a row of heads
        holds nothing but labels.
        """
        for row in range(r - 1, top - 1, -1):
            if word := self.label(row, c):
                return word
            if not self.text(row, c) and row in self.heads:
                covering = next(
                    (k for k in range(min(c, len(self.words[row])) - 1, -1) if self.text(row, k)),
                    -1,
                )
                if covering >= 0:
                    return self.label(row, covering)
        return ""

    @cached_property
    def heads(self) -> frozenset[int]:
        """Rows of two labels or more and nothing else."""
        return frozenset(
            r for r, row in enumerate(self.rows)
            if sum(map(bool, self.words[r])) > 1
            and all(self.words[r][c] for c, text in enumerate(row) if text.strip())
        )  # fmt: skip

    def cells(self) -> Iterator[tuple[int, int, str]]:
        """Every cell that holds something but a label."""
        for r, row in enumerate(self.rows):
            for c, text in enumerate(row):
                if text.strip() and not self.words[r][c]:
                    yield r, c, text.strip()


# Captions: the lines above the heads of a table


def digits(text: str) -> str:
    """``text`` without spaces, its years and numbers in plain digits."""
    text = re.sub(r"\s", "", text).translate(_WIDE)
    return _SPELLED_YEAR.sub(lambda year: year[0].translate(_SPELLED), text)


def undated(text: str) -> str:
    """``text`` without its dates: the day of printing is no year of a table."""
    return _DATE.sub("|", digits(text))


def years(texts: Iterable[str], year: int) -> tuple[int, ...]:
    """The years that captions state.

    Where none is stated but by dates, a table of ``year`` is dated that year or the next.
    """
    told = list(texts)
    stated = {int(y or z) for text in told for y, z in YEAR.findall(undated(text))}
    dated = {int(y) for text in told for y in _DATE.findall(digits(text))}
    return tuple(sorted(stated or (set() if dated & {year, year + 1} else dated)))


def is_caption(row: Row, owner: re.Pattern[str] | None) -> bool:
    """Whether a row above the data tells of the table as a whole: no cell of it is a head."""
    # What its money is in may stand in a head: 决算数（单位：万元）.
    texts = [IN_MONEY.sub("", text) or text for text in map(digits, row) if text]
    if any(_DATE.search(one) or _MONEY.search(one) or _TABLE.search(one) for one in texts):
        return True
    said = [owner.match(text.strip()) for text in row] if owner is not None else []
    if any(one is not None and (one[1] or one[0][-1] in ":：") for one in said):
        return True
    dated = any(map(YEAR.search, texts))
    return dated and (len(texts) == 1 or any(map(_BARE_MONEY.fullmatch, texts)))


def owners(above: Iterable[Row], owner: re.Pattern[str] | None) -> tuple[str, ...]:
    """The unit that captions say a table is of: behind the words for it, or in the next cell."""
    if owner is None:
        return ()
    for row in above:
        cells = [" ".join(text.split("\n")).strip() for text in row if text.strip()]
        for c, text in enumerate(cells):
            found = owner.match(text)
            if found is None:
                continue
            for told in (found[1] or "", *cells[c + 1 : c + 2]):
                name = re.sub(r"\s", "", _NO_OWNER.split(told)[0])
                if len(name) > 1 and not _BARE_MONEY.match(name):
                    return (name,)
    return ()
