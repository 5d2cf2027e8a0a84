"""Rates of completion: what was done of what was planned."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from generator.checks.sentences.arithmetic import (
    rounded,
    told,
)
from generator.checks.sentences.judges.readings import Read, part_of
from generator.checks.sentences.judges.subjects import Subjects
from generator.checks.sentences.model import (
    MONEY_UNIT,
    PERCENT,
    Amount,
    Completion,
    Row,
    Tag,
)

#: Amounts before a rate of completion that may be the budget.
_MOST_BUDGETS: Final = 4


class Completions:
    """The rates of completion of a text."""

    def __init__(self, subjects: Subjects) -> None:
        self._subjects = subjects

    def readings(self, row: Row, completion: Completion) -> Iterator[Read]:
        """What the rate may be of what."""
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
                a for r in reversed(self._subjects.before(row)) for tag, a in r.levels
                if tag == Tag() and a.unit == unit
            ][:1]  # fmt: skip
            for budget in budgets:
                for subject in subjects:
                    sure = len(budgets) == 1 and len(subjects) == 1
                    yield part_of(rate, subject, budget, strong=sure)
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
        before = (r for r in (*self._subjects.before(row), row) if r.sentence == row.sentence)
        sentence = [
            a for r in before for _, a in r.levels
            if a.unit == MONEY_UNIT and a.start < rate.start
        ]  # fmt: skip
        for budget, subject in pairwise(sentence):
            yield part_of(rate, subject, budget, strong=False)
        for budget in sentence[:-2][:_MOST_BUDGETS]:
            yield part_of(rate, sentence[-1], budget, strong=False)

    def _budget_elsewhere(self, row: Row, rate: Amount, done: list[Amount]) -> Iterator[Read]:
        for other in (*self._subjects.before(row)[-2:], *self._subjects.named(row.name)):
            if other is row:
                continue
            near = other.block == row.block and other.sentence == row.sentence
            same = near and (other.name == row.name or not row.named)
            same = same or (other.block == row.block and self._one_budget(row))
            for tag, budget in other.levels:
                if tag.what and not tag.when and budget.unit == MONEY_UNIT:
                    for subject in done[:1]:
                        yield part_of(rate, subject, budget, strong=same)

    def _one_budget(self, row: Row) -> bool:
        """Whether all that is said of its name tells of one budget."""
        budgets = {
            amount.value for other in self._subjects.named(row.name)
            for tag, amount in other.levels if tag.what and not tag.when
        }  # fmt: skip
        return len(budgets) == 1


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
