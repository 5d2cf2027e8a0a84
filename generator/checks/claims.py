"""What the sentences of a unit-year claim, judged by ``sentences``; only what a person typed.

Figures known by name are exact: an amount of the content brings its last year's amount along.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from generator.checks.prose import REPORT, Passage
from generator.checks.subject import Subject
from generator.figures.amounts import show
from generator.frozen import frozen
from generator.problems import Position

if TYPE_CHECKING:  # most reports leave numbers to tags, and nothing here is asked
    from generator.checks.sentences.lexicon import Lexicon
    from generator.checks.sentences.model import Amount, Claim

#: Bases of one amount that are looked at.
_MOST_BASES: Final = 5
_ADDED: Final = frozenset({"sum", "count", "changes"})


@frozen
class Typed:
    """A claim about what a person typed at least in part; ``right``: what it ought to be.

    ``right`` is empty unless every number behind it is known for certain.
    """

    claim: Claim
    passage: Passage
    at: Position
    right: str
    related: tuple[Position, ...] = ()

    @property
    def spans(self) -> list[tuple[int, int]]:
        """The numbers of the claim in its passage."""
        own = (self.claim.stated, *self.claim.operands)
        return [(a.start, a.end) for a in own if a.block == self.claim.stated.block]

    @property
    def judged(self) -> bool:
        """Whether it could be."""
        return self.claim.verdict != "unchecked"


def claims(data: Subject) -> Iterator[Typed]:
    """Every claim that is wrong, truncated or has no base, of the report and the other texts."""
    found = data.memo.get("claims")
    if not isinstance(found, tuple):
        found = tuple(_once(list(_read(data))))
        data.memo["claims"] = found
    yield from found


def _once(found: list[Typed]) -> Iterator[Typed]:
    """Without sums that are wrong by a number that is wrong by itself."""
    alone = {one.at for one in found if one.claim.kind not in _ADDED}
    for one in found:
        if one.claim.kind not in _ADDED or one.at not in alone:
            yield one


def _read(data: Subject) -> Iterator[Typed]:
    counted = [p for p in data.counted if "元" in p.text or "%" in p.text]
    if not counted:
        return
    from generator.checks.sentences.lexicon import Lexicon

    lexicon = Lexicon(data.known)
    if any(p.kind == REPORT for p in counted):
        yield from _judged(data, data.report, lexicon)
    for passage in counted:
        if passage.kind != REPORT:
            yield from _judged(data, [passage], lexicon)


def _judged(data: Subject, passages: Sequence[Passage], lexicon: Lexicon) -> Iterator[Typed]:
    from generator.checks.sentences.engine import examine
    from generator.checks.sentences.model import MONEY_UNIT, TRUNCATED, WRONG

    def bases(amount: Amount) -> list[Amount]:
        figures = data.money.get(amount.value, ()) if amount.unit == MONEY_UNIT else ()
        values = [f.base.value for f in figures if f.base is not None]
        return [_exact(value) for value in dict.fromkeys(values)][:_MOST_BASES]

    texts = [passage.text for passage in passages]
    for one in examine(texts, lexicon, data.year, bases).claims:
        flawed = one.verdict in (WRONG, TRUNCATED) or (
            one.verdict == "unchecked" and one.flaw == "基数为0"
        )
        typed = [a for a in (one.stated, *one.operands) if _typed(a, passages)]
        if not flawed or not typed or (one.verdict == TRUNCATED and one.stated not in typed):
            continue
        first = one.stated if one.stated in typed else typed[0]
        figures = [f for a in one.operands for f in data.money.get(a.value, ())]
        related = tuple(dict.fromkeys(f.at for f in figures[:3]))
        passage = passages[one.stated.block]
        at = passages[first.block].at(first.start)
        yield Typed(one, passage, at, _right(data, one, passages), related)


def _exact(value: Fraction) -> Amount:
    from generator.checks.sentences.model import MONEY_UNIT, Amount

    text = show(value, 6)
    return Amount(value, Fraction(0), text, MONEY_UNIT, -1, -1, -1, f"上年的{text}万元")


def _typed(amount: Amount, passages: Sequence[Passage]) -> bool:
    return amount.block >= 0 and passages[amount.block].typed(amount.start, amount.end)


def _right(data: Subject, one: Claim, passages: Sequence[Passage]) -> str:
    """What the stated number ought to be, when the numbers behind it come from the content."""
    from generator.checks.sentences.model import MONEY_UNIT, PERCENT

    if one.value is None or one.flaw in ("方向", "基数为0"):
        return ""
    for amount in one.operands:
        known = amount.block < 0 or not _typed(amount, passages) or amount.value in data.money
        if not known:
            return ""
    unit = "%" if one.stated.unit == PERCENT else "万元" if one.stated.unit == MONEY_UNIT else ""
    places = max(one.stated.places, 2)
    return show(one.value, places) + (unit or one.stated.unit)
