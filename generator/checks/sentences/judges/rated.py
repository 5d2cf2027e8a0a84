"""Changes of parts that are given as rates only, against the change of the total."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from generator.checks.sentences.arithmetic import told
from generator.checks.sentences.model import (
    HOLDS,
    MONEY_UNIT,
    UNCHECKED,
    WRONG,
    Amount,
    Claim,
    Comparison,
    Row,
    Verdict,
)


def by_rates(head: Row, options: Sequence[list[Row]], *, sure: bool) -> Iterator[Claim]:
    """Changes that are given as rates only: what they were before has to add up as well."""
    total = head.first
    if total is None or total.unit != MONEY_UNIT:
        return
    for comparison in head.comparisons:
        whole = _before(total, comparison)
        if whole is None:
            continue
        for rows in options[:1]:
            spans = []
            rated: list[Amount] = []
            for row in rows:
                mine = next((c for c in row.comparisons if c.tag == comparison.tag), None)
                span = (
                    _before(row.first, mine) if row.first is not None and mine is not None else None
                )
                if span is None:
                    break
                spans.append(span)
                if mine is not None and mine.rate is not None and mine.change is None:
                    rated.append(mine.rate)
            else:
                if len(rows) < 2 or not rated:
                    continue
                low = sum((s[0] for s in spans), Fraction(0))
                high = sum((s[1] for s in spans), Fraction(0))
                fits = low <= whole[1] and whole[0] <= high
                operands = tuple(a for row in rows if (a := row.first) is not None)
                parts = f"{told(low, 2, extra=0)}到{told(high, 2, extra=0)}"
                middle = told((whole[0] + whole[1]) / 2, 2, extra=0)
                because = f"照各项的变动推算，原来的和在{parts}之间，照总数推算是{middle}"
                verdict: Verdict = HOLDS if fits else WRONG if sure else UNCHECKED
                yield Claim("changes", rated[0], (*operands, total, *rated[1:]), verdict, because)


def _before(amount: Amount, comparison: Comparison) -> tuple[Fraction, Fraction] | None:
    """What an amount was before it changed, between which bounds."""
    half = amount.ulp / 2
    if comparison.base is not None:
        slack = comparison.base.ulp / 2
        return comparison.base.value - slack, comparison.base.value + slack
    if comparison.change is not None and comparison.sign:
        value = amount.value - comparison.sign * comparison.change.value
        slack = half + comparison.change.ulp / 2
        return value - slack, value + slack
    if comparison.rate is not None and comparison.rate_sign:
        rate = comparison.rate
        grown = [1 + comparison.rate_sign * (rate.value + s * rate.ulp / 2) / 100 for s in (-1, 1)]
        if min(grown) <= 0:
            return None
        ends = [(amount.value + s * half) / g for g in grown for s in (-1, 1)]
        return min(ends), max(ends)
    return None
