"""Totals of columns and rows, parts below their whole, two ways to divide one sum."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final

from generator.checks.sentences.arithmetic import addition, told
from generator.checks.sentences.judges.readings import Read, claim
from generator.checks.sentences.model import HOLDS, PERCENT, Amount, Claim, Kind
from generator.checks.sentences.tables.grid import (
    MOST_COLUMNS,
    ORDINAL,
    POINTS,
    SUBTOTAL,
    TOTAL,
    Band,
    Table,
)

_SUMMED: Final = re.compile(r"小计|合计|总计")
_MOST_TOTALS: Final = 60
#: Columns beside a total that may be its parts.
_MOST_PARTS: Final = 8
_NUMBERED: Final = re.compile(r"(\d{1,2})[.．、](?!\d)")
#: 资金来源：（1）财政拨款, below it （2）其他资金.
_SIDE: Final = re.compile(r"(?P<name>[^：:（()）]{2,10}[:：])?[（(](?P<order>\d)[)）]")


def claims(table: Table, band: Band) -> Iterator[Claim]:
    """Every sum of a band."""
    yield from _totals(table, band)
    yield from _numbered(table, band)
    yield from _sides(table, band)
    yield from _across(table, band)


# Down


def _totals(table: Table, band: Band) -> Iterator[Claim]:
    totals = [r for r in band.rows if TOTAL.search(table.label(r))]
    for total in totals[:_MOST_TOTALS]:
        at = band.rows.index(total)
        above, below = band.rows[:at], band.rows[at + 1 :]
        plain_above = [r for r in above if r not in totals]
        partly = [r for r in plain_above if SUBTOTAL.search(table.label(r))]
        last = max((r for r in totals if r < total), default=-1)
        first = min((r for r in totals if r > total), default=len(table.rows))
        variants = [
            plain_above, [r for r in plain_above if r > last], [r for r in below if r < first],
            [r for r in above if r in totals], partly,
            [r for r in plain_above if r not in partly],
        ]  # fmt: skip
        yield from _down(table, band, total, [v for v in variants if v])


def _down(
    table: Table, band: Band, total: int, variants: list[list[int]], *, points: bool = True
) -> Iterator[Claim]:
    """``points``: columns of points are added up as well."""
    outcomes: list[tuple[Amount, list[tuple[int, Read]]]] = []
    for c in range(min(table.width, MOST_COLUMNS)):
        stated = table.cells.get((total, c))
        if stated is None or stated.unit == PERCENT or ORDINAL.search(band.heads[c]):
            continue
        scored = POINTS.search(band.heads[c]) is not None
        if scored and not points:
            continue
        reads = []
        for number, rows in enumerate(variants):
            parts = [a for a in table.column(c, rows) if a.unit != PERCENT]
            if len(parts) > 1 or (parts and len(rows) == 1 and not scored):
                reads.append((number, added(stated, parts, points=scored)))
        outcomes.append((stated, reads))
    holding = Counter(
        number for _, reads in outcomes for number, read in reads
        if read.judged.verdict == HOLDS and any(a.value for a in read.operands)
    )  # fmt: skip
    telling = {
        number for _, reads in outcomes for number, read in reads
        if read.judged.verdict == HOLDS and sum(1 for a in read.operands if a.value) > 1
    }  # fmt: skip
    # One row is its own total: twice, that is no chance.
    strong = telling | {n for n, times in holding.items() if len(variants[n]) == 1 and times > 1}
    strong |= {n for n, rows in enumerate(variants) if _all_listed(table, rows)}
    for stated, reads in outcomes:
        options = [Read(r.judged, r.operands, r.because, number in strong) for number, r in reads]
        found = claim("column sum", stated, options)
        if found is not None:
            yield found


def _all_listed(table: Table, rows: Sequence[int]) -> bool:
    """Whether rows begin with 其中 and end with 其他: then they are all of them."""
    first, last = table.rows[rows[0]], table.rows[rows[-1]]
    return (
        len(rows) > 1
        and any(text.strip().startswith("其中") for text in first)
        and any(text.strip().startswith(("其他", "其它")) for text in last)
    )


def _numbered(table: Table, band: Band) -> Iterator[Claim]:
    """小计 with rows 1. and 2. below it."""
    for at, total in enumerate(band.rows):
        column = next(
            (c for c, text in enumerate(table.rows[total]) if SUBTOTAL.search(text.strip())), None
        )
        if column is None:
            continue
        parts: list[int] = []
        for r in band.rows[at + 1 :]:
            mark = _NUMBERED.match(table.text(r, column))
            if mark is None or int(mark[1]) != len(parts) + 1:
                break
            parts.append(r)
        if len(parts) > 1:
            yield from _down(table, band, total, [parts], points=False)


def _sides(table: Table, band: Band) -> Iterator[Claim]:
    """资金来源 and 资金结构 of one sum, each with its parts （1） and （2）."""
    groups: list[list[int]] = []
    for r in band.rows:
        mark = next((m for text in table.rows[r] if (m := _SIDE.match(text.strip()))), None)
        if mark is None:
            continue
        if mark["order"] == "1" and mark["name"]:
            groups.append([r])
        elif groups and int(mark["order"]) == len(groups[-1]) + 1 and r == groups[-1][-1] + 1:
            groups[-1].append(r)
    if len(groups) != 2 or min(map(len, groups)) < 2:
        return
    outcomes = []
    for c in range(min(table.width, MOST_COLUMNS)):
        one, other = (table.column(c, rows) for rows in groups)
        plain = all(a.unit != PERCENT for a in (*one, *other)) and "率" not in band.heads[c]
        if plain and (len(one), len(other)) == (len(groups[0]), len(groups[1])):
            outcomes.append(_two_ways(one, other))
    holding = sum(1 for _, read in outcomes if read.judged.verdict == HOLDS)
    for stated, read in outcomes:
        sure = holding * 2 >= len(outcomes) > 1
        found = claim("sum", stated, [Read(read.judged, read.operands, read.because, sure)])
        if found is not None:
            yield found


def _two_ways(one: list[Amount], other: list[Amount]) -> tuple[Amount, Read]:
    """The first amount of a sum against what is left of it when the others are taken away."""
    totals = [sum((a.value for a in side), Fraction(0)) for side in (one, other)]
    value = totals[1] - totals[0] + one[0].value
    places = max(a.places for a in (*one, *other))
    judged = addition(one[0].money, value, [*one[1:], *other])
    left, right = (
        f"{'＋'.join(a.shown for a in side)}={told(total, places, extra=0)}"
        for side, total in zip((one, other), totals, strict=True)
    )
    return one[0], Read(judged, (*one[1:], *other), f"{left}，{right}", False)


# Across


def _across(table: Table, band: Band) -> Iterator[Claim]:
    """A column headed 小计 or 合计 against the columns beside it."""
    for c, head in enumerate(band.heads[:MOST_COLUMNS]):
        if not _SUMMED.search(head):
            continue
        left = [list(range(start, c)) for start in range(max(0, c - _MOST_PARTS), c - 1)]
        last = min(table.width, c + _MOST_PARTS + 2)
        right = [list(range(c + 1, end)) for end in range(c + 3, last + 1)]
        best: list[tuple[Amount, Read]] = []
        holding = 0
        for columns in (*left, *right):
            reads = _sums_across(table, band, c, columns)
            good = sum(1 for _, r in reads if r.judged.verdict == HOLDS)
            if good > holding:
                best, holding = reads, good
        sure = holding >= 2 and holding * 2 > len(best)
        for stated, read in best:
            kind: Kind = "row sum"
            found = claim(kind, stated, [Read(read.judged, read.operands, read.because, sure)])
            if found is not None:
                yield found


def _sums_across(table: Table, band: Band, c: int, columns: list[int]) -> list[tuple[Amount, Read]]:
    out: list[tuple[Amount, Read]] = []
    for r in band.rows:
        stated = table.cells.get((r, c))
        parts = [a for d in columns if (a := table.cells.get((r, d))) is not None]
        if stated is not None and len(parts) > 1 and all(a.unit == stated.unit for a in parts):
            out.append((stated, added(stated, parts)))
    return out


def added(stated: Amount, parts: Sequence[Amount], *, points: bool = False) -> Read:
    """``stated`` against the sum of ``parts``, as money; ``points`` of a score are exact.

    Only points with more than one decimal may have been rounded.
    """
    value = sum((a.value for a in parts), Fraction(0))
    rough = [a for a in parts if not points or (a.value * 10).denominator != 1]
    judged = addition(stated.money, value, rough)
    places = max([stated.places, *(a.places for a in parts)])
    more = f"＋…共{len(parts)}项" if len(parts) > _MOST_PARTS else ""
    shown = "＋".join(told(a.value, places, extra=0) for a in parts[:_MOST_PARTS])
    because = f"{shown}{more}={told(value, places, extra=0)}，表里是{stated.shown}"
    return Read(judged, tuple(parts), because, False)
