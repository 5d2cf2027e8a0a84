"""Labels of forms: which cell is one, which others mean the same. The wordings are data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

from generator.frozen import frozen
from generator.reading.tables import bare

#: Longer texts are no labels.
LONGEST: Final = 40
_HAN: Final = re.compile(r"[\u4e00-\u9fff]")
Row = Sequence[str]


@frozen
class Labels:
    """``same``: how a label is also written → how it is told here; all of them bare.

    ``year``: what a label says of that year only, it says of any: 2020年…总额 is 年…总额.
    """

    same: Mapping[str, str]
    year: int = 0

    def of(self, text: str) -> str:
        """What ``text`` says as a label; empty for what can be none."""
        if len(text) > LONGEST * 2 or not _HAN.search(text):
            return ""
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
