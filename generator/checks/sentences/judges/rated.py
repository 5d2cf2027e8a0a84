"""Changes of parts that are given as rates only, against the change of the total."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TypeAlias

from generator.checks.sentences.arithmetic import told
from generator.checks.sentences.model import (
    HOLDS,
    MONEY_UNIT,
    UNCHECKED,
    WRONG,
    Amount,
    Claim,
    Comparison,
    Kind,
    Row,
    Verdict,
)

_Span: TypeAlias = tuple[Fraction, Fraction]
_Part: TypeAlias = tuple[Amount, Comparison]


def by_rates(head: Row, options: Sequence[list[Row]], *, sure: bool) -> Iterator[Claim]:
    """Changes that are given as rates only: what they were before has to add up as well."""
    total = head.first
    if total is None or total.unit != MONEY_UNIT:
        return
    for comparison in head.comparisons:
        for rows in options[:1]:
            parts = _parts(rows, comparison)
            if len(parts) > 1:
                yield from _judged((total, comparison), parts, sure=sure)


def _parts(rows: Sequence[Row], of: Comparison) -> list[_Part]:
    """Each row's amount with how it changed; nothing where one does not say."""
    found = []
    for row in rows:
        mine = next((c for c in row.comparisons if c.tag == of.tag), None)
        if row.first is None or mine is None:
            return []
        found.append((row.first, mine))
    return found


def _judged(total: _Part, parts: list[_Part], *, sure: bool) -> Iterator[Claim]:
    whole, spans = _before(*total), _added(parts)
    rated = [c.rate for _, c in parts if c.rate is not None and c.change is None]
    if whole is None or spans is None or not rated:
        return
    fits = _meet(whole, spans)
    operands = tuple(amount for amount, _ in parts)
    low, high = (told(end, 2, extra=0) for end in spans)
    because = f"照各项的变动推算，原来的和在{low}到{high}之间"
    turned = _turned(total, parts) if sure and not fits else None
    if turned is not None:
        stated = turned.change or turned.rate
        assert stated is not None
        sign = turned.sign if turned.change is not None else turned.rate_sign
        because += f"，是{'减少' if sign > 0 else '增加'}才对得上"
        rest = tuple(rate for rate in rated if rate is not stated)
        kind: Kind = "rate" if turned.change is None else "difference"
        yield Claim(kind, stated, (*operands, total[0], *rest), WRONG, because, flaw="方向")
        return
    middle = told((whole[0] + whole[1]) / 2, 2, extra=0)
    verdict: Verdict = HOLDS if fits else WRONG if sure else UNCHECKED
    because += f"，照总数推算是{middle}"
    yield Claim("changes", rated[0], (*operands, total[0], *rated[1:]), verdict, because)


def _turned(total: _Part, parts: list[_Part]) -> Comparison | None:
    """The one change that would fit if it went the other way; None where several would."""
    found = []
    for number, (amount, comparison) in enumerate((total, *parts)):
        if comparison.base is not None or not (comparison.sign or comparison.rate_sign):
            continue
        other = replace(comparison, sign=-comparison.sign, rate_sign=-comparison.rate_sign)
        every = [total, *parts]
        every[number] = amount, other
        whole, spans = _before(*every[0]), _added(every[1:])
        if whole is not None and spans is not None and _meet(whole, spans):
            found.append(comparison)
    return found[0] if len(found) == 1 else None


def _added(parts: Sequence[_Part]) -> _Span | None:
    spans = [_before(*part) for part in parts]
    known = [span for span in spans if span is not None]
    if len(known) < len(spans):
        return None
    return sum((s[0] for s in known), Fraction(0)), sum((s[1] for s in known), Fraction(0))


def _meet(one: _Span, other: _Span) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _before(amount: Amount, comparison: Comparison) -> _Span | None:
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
