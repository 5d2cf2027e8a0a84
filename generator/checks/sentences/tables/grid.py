"""A table as a grid: its numbers, its heads, the label of each row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from generator.checks.sentences.model import (
    MONEY_UNIT,
    Amount,
)
from generator.figures.amounts import MONEY, show
from generator.reading.tables import is_counting

_CELL: Final = re.compile(
    r"(?P<sign>-?)(?P<n>\d{1,3}(?:,\d{3}){1,6}(?:\.\d{1,12})?|\d{1,15}(?:\.\d{1,12})?)\s?(?P<unit>%|％|万元|元|亿元)?"
)
_NOISY: Final = re.compile(
    r"-?\d{1,20}\.\d{10,30}(?:[eE]-?\d{1,2})?|-?\d{1,20}(?:\.\d{1,20})?[eE][-+]?\d{1,2}"
)
_SHEET_PLACES: Final = 8
TOTAL: Final = re.compile(r"合计|总计|总分|总额")
#: Columns of scores and of what can be scored.
POINTS: Final = re.compile(r"得分|分值|权重")
SUBTOTAL: Final = re.compile(r"小计$")
#: Columns that number or name things.
ORDINAL: Final = re.compile(r"序号|编号|编码|年度$|栏次|行次")
_MOST_ROWS: Final = 5000
MOST_COLUMNS: Final = 40


@dataclass(slots=True)
class Band:
    """Rows under one head."""

    heads: list[str]
    rows: list[int] = field(default_factory=list)


class Table:
    """A grid with its numbers. ``blocks``: the number of each cell's text in the document."""

    def __init__(
        self, rows: Sequence[Sequence[str]], blocks: Sequence[Sequence[int]], caption: str = ""
    ) -> None:
        self.rows = rows
        self.blocks = blocks
        self.money = next(
            (u for u in ("万元", "亿元", "元") if f"单位：{u}" in caption.replace(" ", "")), ""
        )
        self.cells: dict[tuple[int, int], Amount] = {}
        for r, row in enumerate(rows[:_MOST_ROWS]):
            if is_counting(row):  # 栏次: they number the columns and count nothing
                continue
            for c, text in enumerate(row[:MOST_COLUMNS]):
                amount = self._amount(text, blocks[r][c])
                if amount is not None:
                    self.cells[r, c] = amount
        self.width = max(map(len, rows), default=0)
        self.bands = self._bands()

    def _amount(self, text: str, block: int) -> Amount | None:
        match = _CELL.fullmatch(text.strip())
        if match is None:
            return None
        digits = match["n"].replace(",", "")
        unit = (match["unit"] or "").replace("％", "%")
        scale = MONEY.get(unit, Fraction(1))
        value = Fraction(digits) * scale * (-1 if match["sign"] else 1)
        places = len(digits.partition(".")[2])
        start = len(text) - len(text.lstrip()) + match.start("n")
        family = MONEY_UNIT if unit in MONEY else unit
        ulp = scale / 10**places
        return Amount(value, ulp, digits, family, block, start, start + len(match["n"]), match[0])

    def _bands(self) -> list[Band]:
        """Heads are rows with words and without numbers, above rows with numbers."""
        bands: list[Band] = []
        heads = [""] * self.width
        fresh = True
        for r, row in enumerate(self.rows[:_MOST_ROWS]):
            numbers = [c for c in range(min(len(row), MOST_COLUMNS)) if (r, c) in self.cells]
            words = [c for c, text in enumerate(row) if text.strip() and (r, c) not in self.cells]
            if not numbers and len(words) > 1 and not TOTAL.search(self.label(r)):
                if fresh or len(words) > 2:
                    if not fresh or not bands or bands[-1].rows:
                        bands.append(Band([""] * self.width))
                    heads = bands[-1].heads
                    for c in words:
                        heads[c] = (heads[c] + " " + re.sub(r"\s", "", row[c])).strip()
                    fresh = True
                continue
            if not bands:
                bands.append(Band(heads))
            bands[-1].rows.append(r)
            fresh = False
        return bands

    def label(self, row: int) -> str:
        """The words of a row that come before its numbers."""
        out: list[str] = []
        for c, text in enumerate(self.rows[row]):
            if (row, c) in self.cells and out:
                break
            if text.strip() and (row, c) not in self.cells:
                out.append(re.sub(r"\s", "", text))
        return " ".join(out[:4])

    def text(self, r: int, c: int) -> str:
        """The words of a cell, without spaces around them; none beyond the row."""
        return self.rows[r][c].strip() if c < len(self.rows[r]) else ""

    def column(self, c: int, rows: Sequence[int]) -> list[Amount]:
        """The amounts of some rows in one column."""
        return [self.cells[r, c] for r in rows if (r, c) in self.cells]


def tidy(text: str) -> str:
    """A number of a worksheet as a person would type it: the noise of binary fractions left out."""
    return show(Fraction(text), _SHEET_PLACES) if _NOISY.fullmatch(text) else text
