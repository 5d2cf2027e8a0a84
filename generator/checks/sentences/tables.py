"""Tables: totals of columns and rows, weights of groups, rates, what the same table says elsewhere.

A relation is not guessed from one row: what fails is wrong only where the words of the head say
what a column is, or where the same relation holds in other columns or rows of the table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Final

from generator.checks.sentences.arithmetic import addition, percentage, told
from generator.checks.sentences.compare import Read, claim
from generator.checks.sentences.model import (
    HOLDS,
    MONEY_UNIT,
    PERCENT,
    Amount,
    Claim,
    Kind,
)
from generator.figures.amounts import MONEY, show

_CELL: Final = re.compile(
    r"(?P<sign>-?)(?P<n>\d{1,3}(?:,\d{3}){1,6}(?:\.\d{1,12})?|\d{1,15}(?:\.\d{1,12})?)\s?(?P<unit>%|％|万元|元|亿元)?"
)
_NOISY: Final = re.compile(
    r"-?\d{1,20}\.\d{10,30}(?:[eE]-?\d{1,2})?|-?\d{1,20}(?:\.\d{1,20})?[eE][-+]?\d{1,2}"
)
_SHEET_PLACES: Final = 8
_TOTAL: Final = re.compile(r"合计|总计|总分|总额")
_SUBTOTAL: Final = re.compile(r"小计$")
_SUMMED: Final = re.compile(r"小计|合计|总计")
_DONE_RATE: Final = re.compile(r"执行率|完成率")
_DONE: Final = re.compile(r"执行|决算|完成")
_WEIGHED: Final = re.compile(r"[（(](\d{1,3}(?:\.\d{1,2})?)分?[)）]")
#: Columns that number or name things.
_ORDINAL: Final = re.compile(r"序号|编号|编码|年度$|栏次|行次")
#: What the groups of a self-evaluation form are called, and in which columns.
_NAMED: Final = re.compile(r"^[^，。]{2,10}指标\s*(?:[（(].{1,6}[)）])?$")
_LABELS: Final = 2
_MOST_ROWS: Final = 5000
_MOST_COLUMNS: Final = 40


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
        self.money = next(
            (u for u in ("万元", "亿元", "元") if f"单位：{u}" in caption.replace(" ", "")), ""
        )
        self.cells: dict[tuple[int, int], Amount] = {}
        for r, row in enumerate(rows[:_MOST_ROWS]):
            for c, text in enumerate(row[:_MOST_COLUMNS]):
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
            numbers = [c for c in range(min(len(row), _MOST_COLUMNS)) if (r, c) in self.cells]
            words = [c for c, text in enumerate(row) if text.strip() and (r, c) not in self.cells]
            if not numbers and len(words) > 1 and not _TOTAL.search(self.label(r)):
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

    @property
    def scores(self) -> list[str]:
        """The total scores: in the last column of numbers of a row 总分."""
        out: list[str] = []
        for band in self.bands:
            if not any("得分" in head for head in band.heads):
                continue
            for r in band.rows:
                numbers = [c for c in range(self.width) if (r, c) in self.cells]
                if "总分" in self.label(r) and len(numbers) > 1:
                    out.append(self.cells[r, numbers[-1]].text)
        return out

    def claims(self) -> Iterator[Claim]:
        """All that the table says of its own numbers."""
        for band in self.bands:
            yield from self._totals(band)
            yield from self._groups(band)
            yield from self._across(band)
            yield from self._rates(band)

    # Down

    def _column(self, c: int, rows: Sequence[int]) -> list[Amount]:
        return [self.cells[r, c] for r in rows if (r, c) in self.cells]

    def _totals(self, band: Band) -> Iterator[Claim]:
        totals = [r for r in band.rows if _TOTAL.search(self.label(r))]
        for total in totals[:60]:
            at = band.rows.index(total)
            above, below = band.rows[:at], band.rows[at + 1 :]
            plain_above = [r for r in above if r not in totals]
            partly = [r for r in plain_above if _SUBTOTAL.search(self.label(r))]
            last = max((r for r in totals if r < total), default=-1)
            first = min((r for r in totals if r > total), default=len(self.rows))
            variants = [
                plain_above, [r for r in plain_above if r > last], [r for r in below if r < first],
                [r for r in above if r in totals], partly,
                [r for r in plain_above if r not in partly],
            ]  # fmt: skip
            yield from self._total(band, total, [v for v in variants if v])

    def _total(self, band: Band, total: int, variants: list[list[int]]) -> Iterator[Claim]:
        outcomes: list[tuple[Amount, list[tuple[int, Read]]]] = []
        for c in range(min(self.width, _MOST_COLUMNS)):
            stated = self.cells.get((total, c))
            if stated is None or stated.unit == PERCENT or _ORDINAL.search(band.heads[c]):
                continue
            reads = []
            for number, rows in enumerate(variants):
                parts = [a for a in self._column(c, rows) if a.unit != PERCENT]
                if len(parts) > 1:
                    reads.append((number, _added(stated, parts)))
            outcomes.append((stated, reads))
        holding = {
            number for _, reads in outcomes for number, read in reads
            if read.judged.verdict == HOLDS and sum(1 for a in read.operands if a.value) > 1
        }  # fmt: skip
        for stated, reads in outcomes:
            options = [
                Read(r.judged, r.operands, r.because, number in holding) for number, r in reads
            ]
            found = claim("column sum", stated, options)
            if found is not None:
                yield found

    # Weights of groups

    def _groups(self, band: Band) -> Iterator[Claim]:
        """权重 30 or 产出指标（50分） against the 分值 of its rows."""
        points = next((c for c, head in enumerate(band.heads) if "分值" in head), None)
        if points is None:
            return
        plain = [r for r in band.rows if not _TOTAL.search(self.label(r))]
        weighed = next((c for c, head in enumerate(band.heads[:points]) if "权重" in head), None)
        starts = [
            (r, a) for r in plain
            if (a := self.cells.get((r, weighed)) if weighed is not None else self._weight(r))
        ]  # fmt: skip
        named = sum(1 for r in plain if any(_NAMED.search(t) for t in self.rows[r][:_LABELS]))
        if len(starts) < 2 or named > len(starts):
            return  # a weight is missing, or its row lost its place
        reads = []
        for order, (r, weight) in enumerate(starts):
            end = starts[order + 1][0] if order + 1 < len(starts) else len(self.rows)
            rows = [row for row in plain if r <= row < end]
            parts = [a for row in rows if (a := self._points(row, points)) is not None]
            reads.append((weight, _added(weight, parts)))
        sure = sum(1 for _, r in reads if r.judged.verdict == HOLDS) * 2 >= len(reads)
        for weight, read in reads:
            found = claim("sum", weight, [replace(read, strong=sure)])
            if found is not None:
                yield found

    def _weight(self, r: int) -> Amount | None:
        """产出指标（50分）: the weight in the words of a row."""
        for c, text in enumerate(self.rows[r][:_LABELS]):
            match = _WEIGHED.search(text)
            if match is not None and _NAMED.search(text):
                ulp = Fraction(1, 10 ** len(match[1].partition(".")[2]))
                return Amount(
                    Fraction(match[1]), ulp, match[1], "分", self.blocks[r][c], match.start(1),
                    match.end(1), match[1] + "分",
                )  # fmt: skip
        return None

    blocks: Sequence[Sequence[int]] = ()

    def _points(self, r: int, c: int) -> Amount | None:
        """The points of a row; rows that lost cells on their left have them further left."""
        own = self.cells.get((r, c))
        if own is not None:
            return own
        for shift in (1, 2):
            left, right = self.cells.get((r, c - shift)), self.cells.get((r, c - shift + 1))
            if left is not None and right is not None and left.unit == right.unit == "":
                return left
        return None

    # Across

    def _across(self, band: Band) -> Iterator[Claim]:
        """A column headed 小计 or 合计 against the columns beside it."""
        for c, head in enumerate(band.heads[:_MOST_COLUMNS]):
            if not _SUMMED.search(head):
                continue
            left = [list(range(start, c)) for start in range(max(0, c - 8), c - 1)]
            right = [list(range(c + 1, end)) for end in range(c + 3, min(self.width, c + 10) + 1)]
            best: list[tuple[Amount, Read]] = []
            holding = 0
            for columns in (*left, *right):
                reads = self._sums_across(band, c, columns)
                good = sum(1 for _, r in reads if r.judged.verdict == HOLDS)
                if good > holding:
                    best, holding = reads, good
            sure = holding >= 2 and holding * 2 > len(best)
            for stated, read in best:
                found = claim(
                    "row sum", stated, [Read(read.judged, read.operands, read.because, sure)]
                )
                if found is not None:
                    yield found

    def _sums_across(self, band: Band, c: int, columns: list[int]) -> list[tuple[Amount, Read]]:
        out: list[tuple[Amount, Read]] = []
        for r in band.rows:
            stated = self.cells.get((r, c))
            parts = [a for d in columns if (a := self.cells.get((r, d))) is not None]
            if stated is not None and len(parts) > 1 and all(a.unit == stated.unit for a in parts):
                out.append((stated, _added(stated, parts)))
        return out

    # Rates

    def _rates(self, band: Band) -> Iterator[Claim]:
        for c, head in enumerate(band.heads[:_MOST_COLUMNS]):
            if "率" not in head and "占比" not in head and "比例" not in head:
                continue
            rated = [(r, _percent(self.cells[r, c])) for r in band.rows if (r, c) in self.cells]
            rated = [(r, a) for r, a in rated if a.value]
            known = self._known_pair(band, c) if _DONE_RATE.search(head) else None
            pair, sure = (known, True) if known else self._found_pair(c, rated)
            if pair is None:
                continue
            for r, stated in rated:
                part, whole = self.cells.get((r, pair[0])), self.cells.get((r, pair[1]))
                if part is None or whole is None or not whole.value or part.unit == PERCENT:
                    continue
                judged = percentage(stated, part, whole)
                because = f"{part.shown}÷{whole.shown}={told(judged.value, stated.places)}%"
                kind: Kind = "completion" if known else "rate"
                found = claim(kind, stated, [Read(judged, (part, whole), because, sure)])
                if found is not None:
                    yield found

    def _known_pair(self, band: Band, c: int) -> tuple[int, int] | None:
        """The columns of what was done and of what was planned, by their heads."""
        before = range(min(c, _MOST_COLUMNS))
        plain = [d for d in before if "率" not in band.heads[d]]
        planned = [d for d in plain if "预算" in band.heads[d]]
        done = [d for d in plain if _DONE.search(band.heads[d]) and d not in planned]
        return (done[-1], planned[-1]) if len(done) == 1 and planned else None

    def _found_pair(
        self, c: int, rated: list[tuple[int, Amount]]
    ) -> tuple[tuple[int, int] | None, bool]:
        columns = sorted({d for _, d in self.cells if d != c})[:12]
        best: tuple[int, int] | None = None
        most = 1
        for x in columns:
            for y in columns:
                if x == y:
                    continue
                good = 0
                for r, stated in rated[:60]:
                    part, whole = self.cells.get((r, x)), self.cells.get((r, y))
                    if (
                        part is not None
                        and whole is not None
                        and whole.value
                        and stated.value != 100
                    ):
                        good += percentage(stated, part, whole).verdict == HOLDS
                if good > most:
                    best, most = (x, y), good
        return best, most * 2 > len(rated)


def tidy(text: str) -> str:
    """A number of a worksheet as a person would type it: the noise of binary fractions left out."""
    return show(Fraction(text), _SHEET_PLACES) if _NOISY.fullmatch(text) else text


def table(
    rows: Sequence[Sequence[str]], blocks: Sequence[Sequence[int]], caption: str = ""
) -> Table:
    """A grid read; ``blocks``: the text number of each cell."""
    made = Table(rows, blocks, caption)
    made.blocks = blocks
    return made


def _percent(amount: Amount) -> Amount:
    """A rate as typed; a worksheet keeps 86.72% as 0.8672."""
    if amount.unit == PERCENT:
        return amount
    scaled = Amount(
        amount.value * 100, amount.ulp * 100, amount.text, PERCENT, amount.block, amount.start,
        amount.end, amount.shown,
    )  # fmt: skip
    whole, _, decimals = amount.text.partition(".")
    moved = f"{whole}{decimals[:2]:0<2}" + (f".{decimals[2:]}" if len(decimals) > 2 else "")
    return Amount(
        scaled.value, scaled.ulp, moved, PERCENT, amount.block, amount.start, amount.end,
        amount.shown,
    )  # fmt: skip


def _added(stated: Amount, parts: Sequence[Amount]) -> Read:
    value = sum((a.value for a in parts), Fraction(0))
    money = stated if stated.unit else _as_money(stated)
    judged = addition(money, value, parts)
    places = max([stated.places, *(a.places for a in parts)])
    more = f"＋…共{len(parts)}项" if len(parts) > 8 else ""
    shown = "＋".join(told(a.value, places, extra=0) for a in parts[:8])
    because = f"{shown}{more}={told(value, places, extra=0)}，表里是{stated.shown}"
    return Read(judged, tuple(parts), because, False)


def _as_money(amount: Amount) -> Amount:
    """A number without a unit is judged as money: with a tail."""
    return Amount(
        amount.value, amount.ulp, amount.text, MONEY_UNIT, amount.block, amount.start, amount.end,
        amount.shown,
    )  # fmt: skip
