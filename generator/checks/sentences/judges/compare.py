"""Differences and rates of change: the comparisons of a row judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Final, TypeAlias

from generator.checks.sentences.arithmetic import (
    Judged,
    addition,
    growth,
    rounded,
    told,
)
from generator.checks.sentences.judges.completion import Completions
from generator.checks.sentences.judges.readings import Read, claim, growth_of
from generator.checks.sentences.judges.subjects import Subjects
from generator.checks.sentences.lexicon import Lexicon, related
from generator.checks.sentences.model import (
    HOLDS,
    MONEY_UNIT,
    UNCHECKED,
    WRONG,
    Amount,
    Claim,
    Comparison,
    Reading,
    Row,
    Tag,
)

#: Changes without rates that the rates of other sentences may belong to.
_MOST_CHANGES: Final = 200
#: Amounts before what is left that it may be left of.
_MOST_BEFORE: Final = 4

#: Last year's amounts of an amount, where the content knows them; they are exact.
Bases: TypeAlias = Callable[[Amount], list[Amount]]


def no_bases(_amount: Amount) -> list[Amount]:
    """Nothing is known but the text."""
    return []


class Comparisons:
    """What the rows of a text compare, judged one by one."""

    def __init__(self, reading: Reading, lexicon: Lexicon, bases: Bases = no_bases) -> None:
        """``lexicon``: what is called what is left of an income, and rates of two amounts."""
        self._reading = reading
        self._left = lexicon.left
        self._bases = bases
        self._subjects = Subjects(reading)
        self._completions = Completions(self._subjects, lexicon.quotients)
        #: Changes that are stated without their rate.
        self._changes = [
            (row, c) for row in reading.rows for c in row.comparisons
            if c.change is not None and c.rate is None
        ][:_MOST_CHANGES]  # fmt: skip

    def claims(self) -> Iterator[Claim]:
        """Every difference, rate and completion that the text states."""
        for row in self._reading.rows:
            for comparison in row.comparisons:
                yield from self._comparison(row, comparison)
            for completion in row.completions:
                readings = self._completions.readings(row, completion)
                found = claim("completion", completion.number, readings)
                if found is not None and (not completion.loose or found.verdict != UNCHECKED):
                    yield found
            if row.label in self._left:
                yield from self._balance(row)

    # Comparisons

    def _comparison(self, row: Row, now: Comparison) -> Iterator[Claim]:
        if now.change is not None:
            found = claim("difference", now.change, self._differences(row, now))
            if found is not None:
                yield found
        if now.flat and now.base is not None:
            yield from self._same(row, now, now.base)
        if now.rate is not None:
            found = claim("rate", now.rate, self._rates(row, now))
            if found is not None:
                yield found
            if now.change is not None and now.sign * now.rate_sign < 0 and now.change.value:
                two = f"{now.change.shown}，{now.rate.shown}"
                because = f"金额的增减和比率的升降方向相反（{two}）"
                yield Claim("rate", now.rate, (now.change,), WRONG, because, flaw="方向")

    def _same(self, row: Row, now: Comparison, base: Amount) -> Iterator[Claim]:
        own, others = self._subjects.of(row, base.unit, now.sentence)
        same = next((a for a in (*own, *others) if a.value == base.value), None)
        if same is not None:
            yield Claim("difference", base, (same,), HOLDS, f"{same.shown}与{base.shown}持平")
        elif own and len(own) == 1:
            yield Claim(
                "difference", base, (own[0],), WRONG, f"{own[0].shown}与{base.shown}不是持平"
            )

    def _pairs(self, row: Row, now: Comparison) -> Iterator[tuple[Amount, Amount, bool]]:
        """(subject, base, likely) that a change may lie between."""
        change = now.change
        assert change is not None
        own, others = self._subjects.of(row, change.unit, now.sentence)
        if change.unit == "点":
            own, others = self._subjects.of(row, "%", now.sentence)
        if now.base is not None:
            base = now.base
            yield from ((subject, base, True) for subject in own)
            yield from ((subject, base, False) for subject in others)
            return
        amounts = [amount for _, amount in row.levels if amount.unit == change.unit]
        tags = [tag for tag, amount in row.levels if amount.unit == change.unit]
        last = len(amounts) - 1
        for a, b in ((a, b) for a in range(len(amounts[:9])) for b in range(len(amounts[:9]))):
            if a != b and _compares(now.tag, tags[b]):
                likely = len(set(tags)) == len(tags) or last > 1
                yield amounts[a], amounts[b], likely and {a, b} == {0, last}
        yield from self._two_rows(row, now, amounts)
        yield from ((own[0], base, True) for base in self._known(now, own))
        if now.tag is not None and now.tag.when:
            for subject in own[:1]:
                for base in self._subjects.elsewhere(row, now.tag, change.unit):
                    if base.key != subject.key:
                        yield subject, base, False

    def _known(self, now: Comparison, own: list[Amount]) -> list[Amount]:
        """Last year's amounts of what is compared, as the content has them."""
        against = now.tag is not None and now.tag.when == "last" and now.tag.what == ""
        return self._bases(own[0]) if own and against and now.base is None else []

    def _two_rows(
        self, row: Row, now: Comparison, amounts: list[Amount]
    ) -> Iterator[tuple[Amount, Amount, bool]]:
        """2016年三公经费33万元，2015年三公经费57.55万元，减少24.55万元: one thing, two times."""
        for other in reversed(self._subjects.before(row)[-3:]):
            for tag, amount in other.levels:
                if amount.unit != (now.change.unit if now.change else ""):
                    continue
                for own_tag, own in row.levels:
                    if own.unit != amount.unit or own not in amounts:
                        continue
                    if not (
                        other.name == row.name or not row.named or related(other.name, row.name)
                    ):
                        continue
                    same = (
                        other.name == row.name and tag != own_tag and other.sentence == row.sentence
                    )
                    if _compares(now.tag, own_tag):
                        yield amount, own, same
                    if _compares(now.tag, tag) and (same or related(other.name, row.name)):
                        yield own, amount, False

    def _differences(self, row: Row, now: Comparison) -> Iterator[Read]:
        change = now.change
        assert change is not None
        for subject, base, strong in self._pairs(row, now):
            value = subject.value - base.value
            size = abs(value)
            judged = addition(change, size, (subject, base))
            if base.block < 0 and abs(size - change.value) <= change.ulp / 2:
                judged = Judged(HOLDS, size)  # an exact change, rounded for the sentence
            wrong_way = now.sign and value and (value > 0) != (now.sign > 0)
            because = f"{subject.shown}与{base.shown}相差{told(size, change.places)}{_unit(change)}"
            if wrong_way:
                stated = now.base is not None or base.block < 0
                if judged.verdict == HOLDS and strong and stated:
                    judged = Judged(WRONG, size, "方向")
                    because += f"，是{'增加' if value > 0 else '减少'}"
                else:
                    judged = Judged(WRONG, size)
            yield Read(judged, (subject, base), because, strong)

    def _rates(self, row: Row, now: Comparison) -> Iterator[Read]:
        rate, change = now.rate, now.change
        assert rate is not None
        if now.base is not None:
            yield from self._on_base(row, now, rate, now.base)
            return
        pairs = self._stated_pairs(row, now)
        if pairs:
            for subject, base in pairs:
                yield from growth_of(rate, change, subject, base)
            return
        if change is not None:
            yield from self._from_change(row, now, rate, change, strong=True)
            return
        yield from self._from_elsewhere(row, now, rate)

    def _stated_pairs(self, row: Row, now: Comparison) -> list[tuple[Amount, Amount]]:
        """Subject and base where the sentence states both, or the content knows the base."""
        if now.change is None:
            return []
        return [(subject, base) for subject, base, strong in self._pairs(row, now) if strong]

    def _on_base(self, row: Row, now: Comparison, rate: Amount, base: Amount) -> Iterator[Read]:
        """The base is stated: no base that is derived from the change comes instead."""
        money = now.change.unit if now.change is not None else base.unit
        own, others = self._subjects.of(row, money, now.sentence)
        if now.change is not None:
            judged = growth(rate, now.change, base.value, min(base.ulp, now.change.ulp) / 2)
            because = f"{now.change.shown}÷{base.shown}={told(judged.value, rate.places)}%"
            operands = (now.change, base, *own[:1])
            yield Read(judged, operands, because, True)
        for strong, subjects in ((True, own), (False, others)):
            for subject in subjects:
                yield from growth_of(
                    rate, None, subject, base, strong=strong and now.change is None
                )

    def _from_change(
        self, row: Row, now: Comparison, rate: Amount, change: Amount, *, strong: bool
    ) -> Iterator[Read]:
        own, others = self._subjects.of(row, change.unit, now.sentence)
        sign = now.sign or now.rate_sign
        if now.sign == 0 and now.rate_sign == 0:
            strong = False
        for likely, subjects in ((strong, own), (False, others)):
            for subject in subjects:
                base = subject.value - sign * change.value
                slack = min(subject.ulp, change.ulp)
                if base < 0:
                    continue
                if subject.value == 0 and sign < 0:  # all of it is gone, whatever it was rounded to
                    slack = Fraction(0)
                    judged = rounded(rate, Fraction(100), (Fraction(100), Fraction(100)))
                else:
                    judged = growth(rate, change, base, slack)
                words = "－" if sign > 0 else "＋"
                because = (
                    f"{change.shown}÷（{subject.shown}{words}{change.shown}）"
                    f"={told(judged.value, rate.places)}%"
                )
                yield Read(judged, (subject, change), because, likely)

    def _from_elsewhere(self, row: Row, now: Comparison, rate: Amount) -> Iterator[Read]:
        """No change beside it: one that another sentence states, or last year's amount."""
        tag = now.tag or Tag("last")
        for other, comparison in self._changes:
            if other is row or not related(other.name, row.name) or comparison.tag != tag:
                continue
            if comparison.change is not None and comparison.sign * now.rate_sign > 0:
                sure = other.name == row.name and not other.levels
                against = Comparison(tag, sign=comparison.sign, sentence=row.sentence)
                change = comparison.change
                yield from self._from_change(row, against, rate, change, strong=sure)
        own, _ = self._subjects.of(row, MONEY_UNIT)
        for base in self._known(now, own):
            yield from growth_of(rate, None, own[0], base)
        for subject in own[:1]:
            for base in self._subjects.elsewhere(row, tag, subject.unit):
                yield from growth_of(rate, None, subject, base, strong=False)

    def _balance(self, row: Row) -> Iterator[Claim]:
        """收入100万元，支出80万元，结余20万元: what is left of two amounts of its sentence."""
        stated = row.first
        if stated is None or stated.unit != MONEY_UNIT:
            return
        before = [
            r.first for r in self._subjects.before(row)
            if r.sentence == row.sentence and r.first is not None and r.first.unit == MONEY_UNIT
        ][-_MOST_BEFORE:]  # fmt: skip
        pairs = [(a, b) for at, a in enumerate(before) for b in before[at + 1 :]]
        reads = []
        for whole, gone in pairs:
            value = whole.value - gone.value
            because = f"{whole.shown}－{gone.shown}={told(value, stated.places, extra=0)}万元"
            reads.append(
                Read(addition(stated, value, (whole, gone)), (whole, gone), because, False)
            )
        found = claim("difference", stated, reads)
        if found is not None:
            yield found


def _compares(tag: Tag | None, base: Tag) -> bool:
    """Whether an amount of ``base`` is what a comparison with ``tag`` is about."""
    return tag is None or (tag.when == base.when and (tag.what == base.what or not tag.what))


def _unit(amount: Amount) -> str:
    return "万元" if amount.unit == MONEY_UNIT else amount.unit
