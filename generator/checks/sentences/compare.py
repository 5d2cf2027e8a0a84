"""Differences, rates of change and completion: the comparisons of a row judged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Final, TypeAlias

from generator.checks.sentences.arithmetic import (
    Judged,
    addition,
    growth,
    percentage,
    rounded,
    slip,
    told,
)
from generator.checks.sentences.lexicon import related
from generator.checks.sentences.model import (
    HOLDS,
    MONEY_UNIT,
    PERCENT,
    TRUNCATED,
    UNCHECKED,
    WRONG,
    Amount,
    Claim,
    Comparison,
    Completion,
    Kind,
    Reading,
    Row,
    Tag,
)
from generator.frozen import frozen

#: Rows before one in its paragraph that may be its subject.
_MOST_ROWS: Final = 40
#: Changes without rates that the rates of other sentences may belong to.
_MOST_CHANGES: Final = 200
#: Amounts before a rate of completion that may be the budget.
_MOST_BUDGETS: Final = 4
#: Readings of which one by chance hardly gives a number but for a slip.
_FEW: Final = 6
#: Claims about two numbers, not about lists that may be incomplete.
_OF_TWO: Final = frozenset({"difference", "rate", "completion", "share"})
_SEVERITY: Final = {HOLDS: 0, UNCHECKED: 1, TRUNCATED: 2, WRONG: 3}


@frozen
class Read:
    """One reading: how it turned out, from which amounts, in words; ``strong``: syntax wants it."""

    judged: Judged
    operands: tuple[Amount, ...]
    because: str
    strong: bool


def best(stated: Amount, readings: Iterable[Read], *, ratio: bool = False) -> Read | None:
    """The reading that a claim stands by: one that holds, else what the strong ones say.

    Of a ``ratio`` or difference, one that the syntax does not favour says that the number is
    wrong where it gives the number but for one slip of the pen, and no other does.
    """
    found = list(readings)
    if not found:
        return None
    strong = [reading for reading in found if reading.strong]
    explains = [r for r in found if r.judged.verdict == HOLDS]
    if explains:
        return min(explains, key=lambda r: (not r.strong, r.judged.flaw != ""))
    if not strong:
        slips = [r for r in found if ratio and slip(stated, r.judged.value)]
        if len({r.judged.value for r in slips}) == 1 and len(found) <= _FEW:
            return slips[0]
        weak = found[0]
        return Read(
            Judged(UNCHECKED, weak.judged.value, "读法不定"), weak.operands, weak.because, False
        )
    return min(strong, key=lambda r: _SEVERITY[r.judged.verdict])


def claim(kind: Kind, stated: Amount, readings: Iterable[Read]) -> Claim | None:
    """The claim about ``stated``, None when nothing reads it."""
    options = list(readings)
    chosen = best(stated, options, ratio=kind in _OF_TWO)
    if chosen is None:
        return None
    value = abs(chosen.judged.value) if len({r.judged.value for r in options}) == 1 else None
    return Claim(
        kind, stated, chosen.operands, chosen.judged.verdict, chosen.because,
        flaw=chosen.judged.flaw, coarse=chosen.judged.coarse, value=value,
    )  # fmt: skip


#: Last year's amounts of an amount, where the content knows them; they are exact.
Bases: TypeAlias = Callable[[Amount], list[Amount]]


def no_bases(_amount: Amount) -> list[Amount]:
    """Nothing is known but the text."""
    return []


class Comparisons:
    """What the rows of a text compare, judged one by one."""

    def __init__(
        self, reading: Reading, left: frozenset[str] = frozenset(), bases: Bases = no_bases
    ) -> None:
        """``left``: what is called what is left of an income."""
        self._reading = reading
        self._left = left
        self._bases = bases
        self._by_block: dict[int, list[Row]] = {}
        self._by_name: dict[str, list[Row]] = {}
        self._places: dict[int, int] = {}
        self._related: dict[str, list[Row]] = {}
        #: Changes that are stated without their rate.
        self._changes = [
            (row, c) for row in reading.rows for c in row.comparisons
            if c.change is not None and c.rate is None
        ][:_MOST_CHANGES]  # fmt: skip
        for row in reading.rows:
            around = self._by_block.setdefault(row.block, [])
            self._places[id(row)] = len(around)
            around.append(row)
            if row.levels and row.name:
                self._by_name.setdefault(row.name, []).append(row)

    def claims(self) -> Iterator[Claim]:
        """Every difference, rate and completion that the text states."""
        for row in self._reading.rows:
            for comparison in row.comparisons:
                yield from self._comparison(row, comparison)
            for completion in row.completions:
                found = claim("completion", completion.number, self._completed(row, completion))
                if found is not None:
                    yield found
            if row.label in self._left:
                yield from self._balance(row)

    def _balance(self, row: Row) -> Iterator[Claim]:
        """收入100万元，支出80万元，结余20万元: what is left of two amounts of its sentence."""
        stated = row.first
        if stated is None or stated.unit != MONEY_UNIT:
            return
        before = [
            r.first for r in self._before(row)
            if r.sentence == row.sentence and r.first is not None and r.first.unit == MONEY_UNIT
        ][-_MOST_BUDGETS:]  # fmt: skip
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

    # Subjects

    def subjects(self, row: Row, unit: str, sentence: int = 0) -> tuple[list[Amount], list[Amount]]:
        """The amounts that a comparison of ``row`` may be about: the likely ones, the others.

        ``sentence``: the one that the comparison stands in. One that begins a sentence may be
        about what the paragraph began with.
        """
        own = [amount for tag, amount in row.levels if amount.unit == unit]
        around, at = self._by_block[row.block], self._places[id(row)]
        before = around[max(0, at - _MOST_ROWS) : at]
        rest = [a for r in reversed(before) for _, a in r.levels if a.unit == unit]
        if own:
            if not row.named and at:
                return own, rest
            later = sentence > row.sentence
            starts = [
                a for r in around[:_MOST_ROWS] for _, a in r.levels[:1] if a.unit == unit and later
            ]
            return own, [a for a in starts if a not in own]
        named = [
            a for r in (*around[:_MOST_ROWS], *before, *around[at + 1 : at + _MOST_ROWS])
            if r is not row and related(r.name, row.name)
            for _, a in r.levels if a.unit == unit
        ]  # fmt: skip
        elsewhere = [a for r in self._alike(row.name) for _, a in r.levels if a.unit == unit]
        for found in (named, elsewhere):
            if len({a.value for a in found}) == 1:
                return found[:1], named + elsewhere
        return [], named + elsewhere + rest

    def _alike(self, name: str) -> list[Row]:
        """Rows with amounts that may be of the same name, some of them."""
        if name not in self._related:
            same = (rows for other, rows in self._by_name.items() if related(other, name))
            self._related[name] = [row for rows in same for row in rows[:_MOST_ROWS]][:_MOST_ROWS]
        return self._related[name]

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
        own, others = self.subjects(row, base.unit, now.sentence)
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
        own, others = self.subjects(row, change.unit, now.sentence)
        if change.unit == "点":
            own, others = self.subjects(row, "%", now.sentence)
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
                for base in self._elsewhere(row, now.tag, change.unit):
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
        around, at = self._by_block[row.block], self._places[id(row)]
        for other in reversed(around[max(0, at - 3) : at]):
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

    def _elsewhere(self, row: Row, tag: Tag, unit: str) -> Iterator[Amount]:
        for other in self._by_name.get(row.name, ())[:_MOST_ROWS]:
            for own, amount in other.levels:
                if own.when == tag.when and own.what == tag.what and amount.unit == unit:
                    yield amount

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
                yield from _growth_of(rate, change, subject, base)
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
        own, others = self.subjects(row, money, now.sentence)
        if now.change is not None:
            judged = growth(rate, now.change, base.value, min(base.ulp, now.change.ulp) / 2)
            because = f"{now.change.shown}÷{base.shown}={told(judged.value, rate.places)}%"
            operands = (now.change, base, *own[:1])
            yield Read(judged, operands, because, True)
        for strong, subjects in ((True, own), (False, others)):
            for subject in subjects:
                yield from _growth_of(
                    rate, None, subject, base, strong=strong and now.change is None
                )

    def _from_change(
        self, row: Row, now: Comparison, rate: Amount, change: Amount, *, strong: bool
    ) -> Iterator[Read]:
        own, others = self.subjects(row, change.unit, now.sentence)
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
        own, _ = self.subjects(row, MONEY_UNIT)
        for base in self._known(now, own):
            yield from _growth_of(rate, None, own[0], base)
        for subject in own[:1]:
            for base in self._elsewhere(row, tag, subject.unit):
                yield from _growth_of(rate, None, subject, base, strong=False)

    # Completion

    def _completed(self, row: Row, completion: Completion) -> Iterator[Read]:
        rate = completion.number
        planned = [
            (tag.what, a) for tag, a in row.levels
            if tag.what and not tag.when and a.unit != PERCENT
        ]  # fmt: skip
        meant = (
            "adjusted" if "调整" in completion.of else "budget" if "年初" in completion.of else ""
        )
        budgets = [a for what, a in planned if what == meant] or [a for _, a in planned]
        unit = budgets[0].unit if budgets else MONEY_UNIT
        done = [a for tag, a in row.levels if tag == Tag() and a.unit == unit]
        if budgets:
            subjects = done or [
                a for r in reversed(self._before(row)) for tag, a in r.levels
                if tag == Tag() and a.unit == unit
            ][:1]  # fmt: skip
            for budget in budgets:
                for subject in subjects:
                    sure = len(budgets) == 1 and len(subjects) == 1
                    yield _part_of(rate, subject, budget, strong=sure)
            yield from self._in_sentence(row, rate)
            return
        for comparison in row.comparisons:
            change = comparison.change
            beside = comparison.tag == Tag("", "budget") and comparison.base is None
            if change is not None and beside and comparison.sign:
                yield from _beyond(rate, done[:1], change, comparison.sign)
        yield from self._budget_elsewhere(row, rate, done)
        yield from self._in_sentence(row, rate)

    def _in_sentence(self, row: Row, rate: Amount) -> Iterator[Read]:
        """Any two amounts of its sentence may be what was done and what was planned."""
        sentence = [
            a for r in (*self._before(row), row) if r.sentence == row.sentence for _, a in r.levels
            if a.unit == MONEY_UNIT and a.start < rate.start
        ]  # fmt: skip
        for budget, subject in pairwise(sentence):
            yield _part_of(rate, subject, budget, strong=False)
        for budget in sentence[:-2][:_MOST_BUDGETS]:
            yield _part_of(rate, sentence[-1], budget, strong=False)

    def _budget_elsewhere(self, row: Row, rate: Amount, done: list[Amount]) -> Iterator[Read]:
        for other in (*self._before(row)[-2:], *self._by_name.get(row.name, ())[:_MOST_ROWS]):
            if other is row:
                continue
            near = other.block == row.block and other.sentence == row.sentence
            same = near and (other.name == row.name or not row.named)
            same = same or (other.block == row.block and self._one_budget(row))
            for tag, budget in other.levels:
                if tag.what and not tag.when and budget.unit == MONEY_UNIT:
                    for subject in done[:1]:
                        yield _part_of(rate, subject, budget, strong=same)

    def _one_budget(self, row: Row) -> bool:
        """Whether all that is said of its name tells of one budget."""
        budgets = {
            amount.value for other in self._by_name.get(row.name, ())[:_MOST_ROWS]
            for tag, amount in other.levels if tag.what and not tag.when
        }  # fmt: skip
        return len(budgets) == 1

    def _before(self, row: Row) -> list[Row]:
        around, at = self._by_block[row.block], self._places[id(row)]
        return around[max(0, at - _MOST_ROWS) : at]


def _part_of(rate: Amount, subject: Amount, budget: Amount, *, strong: bool) -> Read:
    judged = percentage(rate, subject, budget)
    because = f"{subject.shown}÷{budget.shown}={told(judged.value, rate.places)}%"
    if not budget.value:
        because = f"{budget.shown}没有完成率"
    return Read(judged, (subject, budget), because, strong)


def _beyond(rate: Amount, done: list[Amount], change: Amount, sign: int) -> Iterator[Read]:
    """完成预算100%，大于预算55.93万元: the budget follows from what was spent beyond it."""
    for subject in done:
        budget = subject.value - sign * change.value
        if budget <= 0:
            continue
        value = subject.value / budget * 100
        slack = min(subject.ulp, change.ulp)
        span = (
            subject.value / (budget + slack) * 100,
            subject.value / max(budget - slack, slack) * 100,
        )
        because = (
            f"{subject.shown}÷（{subject.shown}{'－' if sign > 0 else '＋'}{change.shown}）"
            f"={told(value, rate.places)}%"
        )
        yield Read(rounded(rate, value, span), (subject, change), because, True)


def _compares(tag: Tag | None, base: Tag) -> bool:
    """Whether an amount of ``base`` is what a comparison with ``tag`` is about."""
    return tag is None or (tag.when == base.when and (tag.what == base.what or not tag.what))


def _growth_of(
    rate: Amount, change: Amount | None, subject: Amount, base: Amount, *, strong: bool = True
) -> Iterator[Read]:
    """The growth from ``base`` to ``subject``; with ``change``, of that on the base."""
    if change is not None:
        judged = growth(rate, change, base.value, min(base.ulp, change.ulp) / 2)
        because = f"{change.shown}÷{base.shown}={told(judged.value, rate.places)}%"
        yield Read(judged, (change, base, subject), because, strong)
        strong = False
    value = subject.value - base.value
    if base.value <= 0:
        if change is None:
            yield Read(
                Judged(UNCHECKED, Fraction(0), "基数为0"),
                (subject, base),
                "基数为0，没有比率",
                strong,
            )
        return
    exact = abs(value) / base.value * 100
    slack = min(subject.ulp, base.ulp)
    span = (
        max(abs(value) - slack, Fraction(0)) / (base.value + slack / 2) * 100,
        (abs(value) + slack) / max(base.value - slack / 2, slack / 2) * 100,
    )
    judged = rounded(rate, exact, span)
    because = f"（{subject.shown}－{base.shown}）÷{base.shown}={told(exact, rate.places)}%"
    yield Read(judged, (subject, base), because, strong)


def _unit(amount: Amount) -> str:
    return "万元" if amount.unit == MONEY_UNIT else amount.unit
