"""The engine's door: texts in, claims out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from generator.checks.sentences.judges.compare import Bases, Comparisons, no_bases
from generator.checks.sentences.judges.products import products
from generator.checks.sentences.judges.shares import Shares
from generator.checks.sentences.judges.sums import Sums
from generator.checks.sentences.lexicon import Lexicon
from generator.checks.sentences.model import (
    HOLDS,
    TRUNCATED,
    UNCHECKED,
    WRONG,
    Amount,
    Claim,
    Reading,
)
from generator.checks.sentences.reader import read
from generator.figures.amounts import show
from generator.frozen import frozen

#: Claims of which a number has several readings.
_ADDED: Final[dict[str, str]] = {"sum": "sum", "count": "sum", "changes": "changes"}
_RANK: Final = {HOLDS: 0, WRONG: 1, TRUNCATED: 2, UNCHECKED: 3}
#: Rounded whole numbers add up exactly three times in four: so many times, hardly ever.
_EXACT_ENOUGH: Final = 7


@frozen
class Examined:
    """What the engine says of a document: its claims, its numbers."""

    claims: tuple[Claim, ...]
    numbers: tuple[Amount, ...]
    reading: Reading

    @property
    def unread(self) -> tuple[Amount, ...]:
        """The numbers that no claim is about."""
        used = {a.key for c in self.claims for a in (c.stated, *c.operands)}
        return tuple(number for number in self.numbers if number.key not in used)


def examine(
    texts: Sequence[str], lexicon: Lexicon, year: int = 0, bases: Bases = no_bases
) -> Examined:
    """Judge every claim in ``texts``, one paragraph each.

    ``bases``: what is known of last year's amounts, by this year's.
    """
    reading = read(texts, lexicon, year)
    found = [
        *Comparisons(reading, lexicon, bases).claims(), *Shares(reading).claims(),
        *Sums(reading, lexicon).claims(), *products(reading),
    ]  # fmt: skip
    return Examined(tuple(settle(found, texts)), tuple(reading.numbers), reading)


def settle(found: Iterable[Claim], texts: Sequence[str]) -> Iterator[Claim]:
    """One claim for each reading of a number, with its quote, in the order of the text."""
    kept: dict[tuple[object, ...], Claim] = {}
    for one in found:
        family = "sum" if one.kind in ("sum", "count") else one.kind
        operands = frozenset(a.key for a in one.operands)
        key = (family, one.stated.key, operands)
        old = kept.get(key)
        if old is None or _RANK[one.verdict] < _RANK[old.verdict]:
            kept[key] = one
    claims = list(kept.values())
    claims = _without_doubt(claims)
    rounded_numbers = _rounded_numbers(claims)
    claims.sort(key=lambda c: (c.stated.key, c.kind))
    for one in claims:
        told = one
        if one.verdict in (WRONG, TRUNCATED) and any(a.about for a in (one.stated, *one.operands)):
            told = replace(one, verdict=UNCHECKED, flaw="概数")
        elif one.coarse and one.verdict == WRONG and rounded_numbers:
            told = replace(one, verdict=UNCHECKED, flaw="在舍入的范围内")
        expected = _correction(told, claims) if told.verdict in (WRONG, TRUNCATED) else ""
        yield replace(told, expected=expected, quote=_quote(one, texts))


def _rounded_numbers(claims: list[Claim]) -> bool:
    """Whether sums of whole numbers may be off because the numbers were rounded.

    They are not where many add up exactly and what does not has one number in common.
    """
    loose = [c for c in claims if c.coarse and c.verdict == WRONG]
    if not loose:
        return False
    exact = sum(
        1 for c in claims
        if c.verdict == HOLDS and not c.flaw and c.kind in ("sum", "difference", "changes")
        and c.stated.ulp >= 1 and any(a.value for a in c.operands)
    )  # fmt: skip
    common = set.intersection(*({a.key for a in (c.stated, *c.operands)} for c in loose))
    return not common or exact + 3 * (len(loose) - 1) < _EXACT_ENOUGH


def _without_doubt(claims: list[Claim]) -> list[Claim]:
    """Of a total that has several readings those that stand: what holds, else what is wrong.

    Lists that share no part are claims of their own.
    """
    out: list[Claim] = []
    stood: dict[tuple[str, tuple[int, int]], list[Claim]] = {}
    for one in sorted(claims, key=_standing):
        if one.kind in _ADDED:
            before = stood.setdefault((_ADDED[one.kind], one.stated.key), [])
            if one.verdict != HOLDS and any(_shares(one, other) for other in before):
                continue
            before.append(one)
        out.append(one)
    return out


def _standing(one: Claim) -> int:
    """What holds before what is wrong; a sum of nothing but zeros explains nothing."""
    return _RANK[one.verdict] + (0 if any(a.value for a in one.operands) else len(_RANK))


def _shares(one: Claim, other: Claim) -> bool:
    """Whether two sums have a part in common, or one of them is not judged."""
    if UNCHECKED in (one.verdict, other.verdict):
        return True
    return bool(
        {a.key for a in one.operands if a.value} & {a.key for a in other.operands if a.value}
    )


def _quote(one: Claim, texts: Sequence[str]) -> str:
    """The clause around the stated number."""
    text, start, end = texts[one.stated.block], one.stated.start, one.stated.end
    first = (
        max((text.rfind(sign, max(0, start - 60), start) for sign in "，。；：！？\n"), default=-1)
        + 1
    )
    first = max(first, start - 60)
    stops = [at for sign in "，。；：！？\n" if (at := text.find(sign, end, end + 40)) >= 0]
    last = min(stops, default=min(len(text), end + 12))
    return text[max(first, 0) : last].strip()


def _correction(one: Claim, claims: list[Claim]) -> str:
    """How the stated number ought to print, when every number behind it is certain."""
    if one.value is None or not one.operands:
        return ""
    certain = {key for c in claims if c is not one and c.verdict == HOLDS for key in _certain(c)}
    if one.stated.key in certain or not all(a.key in certain for a in one.operands):
        return ""
    unit = "%" if one.stated.unit == "%" else ""
    return show(one.value, one.stated.places, fixed=True) + unit


def _certain(one: Claim) -> Iterator[tuple[int, int]]:
    """The numbers of a claim that it would not hold without: sums and differences to the digit."""
    if one.kind in ("sum", "count", "difference") and not one.flaw and len(one.operands) > 1:
        yield from (a.key for a in (one.stated, *one.operands) if a.value)
