"""Rates in tables: of what was done and planned by the heads, else of two columns that fit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from generator.checks.sentences.arithmetic import percentage, told
from generator.checks.sentences.judges.readings import Read, claim
from generator.checks.sentences.model import HOLDS, PERCENT, Amount, Claim, Kind
from generator.checks.sentences.tables.grid import MOST_COLUMNS, Band, Table

_DONE_RATE: Final = re.compile(r"执行率|完成率")
_DONE: Final = re.compile(r"执行|决算|完成")


def claims(table: Table, band: Band) -> Iterator[Claim]:
    """Columns headed …率, 占比: of two other columns."""
    for c, head in enumerate(band.heads[:MOST_COLUMNS]):
        if "率" not in head and "占比" not in head and "比例" not in head:
            continue
        rated = [(r, _percent(table.cells[r, c])) for r in band.rows if (r, c) in table.cells]
        rated = [(r, a) for r, a in rated if a.value]
        known = _known_pair(band, c) if _DONE_RATE.search(head) else None
        pair, sure = (known, True) if known else _found_pair(table, c, rated)
        if pair is None:
            continue
        for r, stated in rated:
            part, whole = table.cells.get((r, pair[0])), table.cells.get((r, pair[1]))
            if part is None or whole is None or not whole.value or part.unit == PERCENT:
                continue
            judged = percentage(stated, part, whole)
            because = f"{part.shown}÷{whole.shown}={told(judged.value, stated.places)}%"
            kind: Kind = "completion" if known else "rate"
            found = claim(kind, stated, [Read(judged, (part, whole), because, sure)])
            if found is not None:
                yield found


def _known_pair(band: Band, c: int) -> tuple[int, int] | None:
    """The columns of what was done and of what was planned, by their heads."""
    before = range(min(c, MOST_COLUMNS))
    plain = [d for d in before if "率" not in band.heads[d]]
    planned = [d for d in plain if "预算" in band.heads[d]]
    done = [d for d in plain if _DONE.search(band.heads[d]) and d not in planned]
    return (done[-1], planned[-1]) if len(done) == 1 and planned else None


def _found_pair(
    table: Table, c: int, rated: list[tuple[int, Amount]]
) -> tuple[tuple[int, int] | None, bool]:
    columns = sorted({d for _, d in table.cells if d != c})[:12]
    best: tuple[int, int] | None = None
    most = 1
    for x in columns:
        for y in columns:
            if x == y:
                continue
            good = 0
            for r, stated in rated[:60]:
                part, whole = table.cells.get((r, x)), table.cells.get((r, y))
                if part is not None and whole is not None and whole.value and stated.value != 100:
                    good += percentage(stated, part, whole).verdict == HOLDS
            if good > most:
                best, most = (x, y), good
    return best, most * 2 > len(rated)


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
