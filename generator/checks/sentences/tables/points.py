"""Forms of a self-evaluation: weights of groups, points that cannot be more than there are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Final

from generator.checks.sentences.judges.readings import claim
from generator.checks.sentences.model import HOLDS, PERCENT, WRONG, Amount, Claim, Verdict
from generator.checks.sentences.tables.grid import TOTAL, Band, Table
from generator.checks.sentences.tables.sums import added

_WEIGHED: Final = re.compile(r"[（(](\d{1,3}(?:\.\d{1,2})?)分?[)）]")
#: What the groups of a self-evaluation form are called, and in which columns.
_NAMED: Final = re.compile(r"^[^，。]{2,10}指标\s*(?:[（(].{1,6}[)）])?$")
_LABELS: Final = 2


def claims(table: Table, band: Band) -> Iterator[Claim]:
    """Weights against points, points scored against points there are."""
    points = next((c for c, head in enumerate(band.heads) if "分值" in head), None)
    if points is not None:
        yield from _weights(table, band, points)
    columns = _columns(band)
    if columns is not None:
        yield from _caps(table, band, *columns)


def _weights(table: Table, band: Band, points: int) -> Iterator[Claim]:
    """权重 30 or 产出指标（50分） against the 分值 of its rows."""
    plain = [r for r in band.rows if not TOTAL.search(table.label(r))]
    weighed = next((c for c, head in enumerate(band.heads[:points]) if "权重" in head), None)
    starts = [
        (r, a) for r in plain
        if (a := table.cells.get((r, weighed)) if weighed is not None else _weight(table, r))
    ]  # fmt: skip
    named = sum(1 for r in plain if any(_NAMED.search(t) for t in table.rows[r][:_LABELS]))
    if len(starts) < 2 or named > len(starts):
        return  # a weight is missing, or its row lost its place
    reads = []
    for order, (r, weight) in enumerate(starts):
        end = starts[order + 1][0] if order + 1 < len(starts) else len(table.rows)
        rows = [row for row in plain if r <= row < end]
        parts = [a for row in rows if (a := _points(table, row, points)) is not None]
        reads.append((weight, added(weight, parts)))
    sure = sum(1 for _, r in reads if r.judged.verdict == HOLDS) * 2 >= len(reads)
    for weight, read in reads:
        found = claim("sum", weight, [replace(read, strong=sure)])
        if found is not None:
            yield found


def _weight(table: Table, r: int) -> Amount | None:
    """产出指标（50分）: the weight in the words of a row."""
    for c, text in enumerate(table.rows[r][:_LABELS]):
        match = _WEIGHED.search(text)
        if match is not None and _NAMED.search(text):
            ulp = Fraction(1, 10 ** len(match[1].partition(".")[2]))
            return Amount(
                Fraction(match[1]), ulp, match[1], "分", table.blocks[r][c], match.start(1),
                match.end(1), match[1] + "分",
            )  # fmt: skip
    return None


def _points(table: Table, r: int, c: int) -> Amount | None:
    """The points of a row; rows that lost cells on their left have them further left."""
    own = table.cells.get((r, c))
    if own is not None:
        return own
    for shift in (1, 2):
        left, right = table.cells.get((r, c - shift)), table.cells.get((r, c - shift + 1))
        if left is not None and right is not None and left.unit == right.unit == "":
            return left
    return None


def _caps(table: Table, band: Band, points: int, scored: int) -> Iterator[Claim]:
    """No 得分 is more than its 分值, where that is so of most rows."""
    pairs = [
        (got, most) for most, got in _pairs(table, band.rows, points, scored)
        if PERCENT not in (got.unit, most.unit)
    ]  # fmt: skip
    over = sum(1 for got, most in pairs if got.value > most.value)
    if over * 4 > len(pairs):
        return
    for got, most in pairs:
        verdict: Verdict = HOLDS if got.value <= most.value else WRONG
        because = f"得分{got.shown}，分值{most.shown}，得分不能超过分值"
        yield Claim("limit", got, (most,), verdict, because)


def totals(table: Table) -> list[Amount]:
    """The total scores: in the last column of numbers of a row 总分."""
    out: list[Amount] = []
    for band in table.bands:
        if not any("得分" in head for head in band.heads):
            continue
        for r in band.rows:
            numbers = [c for c in range(table.width) if (r, c) in table.cells]
            if "总分" in table.label(r) and len(numbers) > 1:
                out.append(table.cells[r, numbers[-1]])
    return out


def groups(table: Table) -> dict[str, Fraction]:
    """管理指标 → the points scored in its rows, of groups that are there once."""
    found: dict[str, list[Fraction]] = {}
    for band in table.bands:
        scored = next((c for c, head in enumerate(band.heads) if "得分" in head), None)
        rows = [r for r in band.rows if not TOTAL.search(table.label(r))]
        for column in range(_LABELS):
            starts = [r for r in rows if _NAMED.search(table.text(r, column))]
            if scored is not None and starts and starts[0] == rows[0]:
                _grouped(table, rows, starts, (column, scored), found)
                break
    return {name: sums[0] for name, sums in found.items() if len(sums) == 1}


def _grouped(
    table: Table, rows: Sequence[int], starts: Sequence[int], columns: tuple[int, int],
    found: dict[str, list[Fraction]],
) -> None:  # fmt: skip
    named, scored = columns
    for order, start in enumerate(starts):
        end = starts[order + 1] if order + 1 < len(starts) else len(table.rows)
        parts = table.column(scored, [r for r in rows if start <= r < end])
        name = re.sub(r"[（(].*|\s", "", table.rows[start][named])
        found.setdefault(name, []).append(sum((a.value for a in parts), Fraction(0)))


def overall(tables: Sequence[Table]) -> Iterator[Claim]:
    """A total of 100 to which the row of the execution rate, further up, brings its 10."""
    execution: list[tuple[Amount, Amount]] = []
    for table in tables:
        for band in table.bands:
            columns = _columns(band)
            if columns is None:
                continue
            if any("执行率" in head for head in band.heads):
                execution = list(_pairs(table, band.rows, *columns))
                continue
            for r in band.rows:
                own = [x for x in band.rows if x < r and not TOTAL.search(table.label(x))]
                whole = len({len(table.column(c, own)) for c in columns}) == 1  # no cell was lost
                if len(execution) == 1 and own and whole and "总分" in table.label(r):
                    yield from _with_execution(table, r, own, columns, execution[0])


def _columns(band: Band) -> tuple[int, int] | None:
    """分值 and 得分, by the heads."""
    points = next((c for c, head in enumerate(band.heads) if "分值" in head), None)
    scored = next((c for c, head in enumerate(band.heads) if "得分" in head), None)
    return None if points is None or scored is None else (points, scored)


def _pairs(
    table: Table, rows: Sequence[int], points: int, scored: int
) -> Iterator[tuple[Amount, Amount]]:
    for r in rows:
        most, got = table.cells.get((r, points)), table.cells.get((r, scored))
        if most is not None and got is not None:
            yield most, got


def _with_execution(
    table: Table, total: int, rows: Sequence[int], columns: tuple[int, int],
    execution: tuple[Amount, Amount],
) -> Iterator[Claim]:  # fmt: skip
    reads = [
        (stated, added(stated, [extra, *table.column(c, rows)], points=True))
        for c, extra in zip(columns, execution, strict=True)
        if (stated := table.cells.get((total, c))) is not None
    ]
    sure = any(read.judged.verdict == HOLDS for _, read in reads)
    for stated, read in reads if sure else ():
        found = claim("sum", stated, [replace(read, strong=True)])
        if found is not None:
            yield found
