"""Unit price × number = amount."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from generator.checks.sentences.arithmetic import Judged, told
from generator.checks.sentences.judges.readings import Read, claim
from generator.checks.sentences.model import (
    HOLDS,
    MONEY_UNIT,
    PERCENT,
    POINTS,
    WRONG,
    Amount,
    Claim,
    Reading,
    Verdict,
)
from generator.checks.sentences.scan import last

_EACH: Final = re.compile(
    r"每(?P<unit>人次|批次|[^，。；、\d]{1,2})|(?P<head>人均)|(?P<any>均价|单价|平均(?!每))|(?P<car>[辆台次批]均)"
)
#: People are counted in both.
_PEOPLE: Final = ("人", "名")
_CLOSED: Final = re.compile(r"(?:合计|共计|总计|总价|共)(?:为)?$")


def products(reading: Reading) -> Iterator[Claim]:
    """Amounts beside a price and a count in one sentence."""
    sentences: dict[tuple[int, int], list[tuple[str, Amount]]] = {}
    for row in reading.rows:
        for _, amount in row.levels:
            text = reading.texts[amount.block]
            before = text[max(0, amount.start - 14) : amount.start]
            sentences.setdefault((row.block, row.sentence), []).append((before, amount))
    for found in sentences.values():
        prices = [
            (m, a) for before, a in found
            if a.unit == MONEY_UNIT and (m := _price(before)) is not None
        ]  # fmt: skip
        counts = [a for _, a in found if a.unit not in (MONEY_UNIT, PERCENT, POINTS, "")]
        if not prices or not counts:
            continue
        totals = [
            (before, a) for before, a in found
            if a.unit == MONEY_UNIT and all(a is not p for _, p in prices)
        ]  # fmt: skip
        for match, price in prices[:8]:
            yield from _one(match, price, counts[:8], totals[:8])


def _price(before: str) -> re.Match[str] | None:
    return last(_EACH, re.split(r"[，。；：、（）]", before)[-1])


def _one(
    match: re.Match[str], price: Amount, counts: list[Amount], totals: list[tuple[str, Amount]]
) -> Iterator[Claim]:
    unit = match["unit"] or (match["car"] or "")[:1] or ("人" if match["head"] else "")
    fitting = [c for c in counts if unit and (c.unit == unit or c.unit.startswith(unit))]
    if not fitting and unit in _PEOPLE:
        fitting = [c for c in counts if c.unit in _PEOPLE]
    reads: list[tuple[Amount, Read]] = []
    for before, total in totals:
        for count in counts:
            value = price.value * count.value
            slack = price.ulp / 2 * count.value + total.ulp / 2
            off = abs(total.value - value)
            verdict: Verdict = HOLDS if off <= slack else WRONG
            sure = len(totals) == 1 and (
                fitting == [count]
                or (not unit and _CLOSED.search(before) is not None and len(counts) == 1)
            )
            because = f"{count.shown}×{price.shown}={told(value, total.places)}万元"
            judged = Judged(verdict, value, "尾差" if off and verdict == HOLDS else "")
            reads.append((total, Read(judged, (price, count), because, sure)))
    holding = next(((t, r) for t, r in reads if r.judged.verdict == HOLDS), None)
    if holding is not None:
        found = claim("product", holding[0], [holding[1]])
    else:
        strong = [(t, r) for t, r in reads if r.strong]
        found = claim("product", strong[0][0], [r for _, r in strong]) if strong else None
    if found is not None:
        yield found
