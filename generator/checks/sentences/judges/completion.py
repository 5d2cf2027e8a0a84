"""Rates of completion: what was done of what was planned."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise, permutations
from typing import Final

from generator.checks.sentences.arithmetic import (
    rounded,
    told,
)
from generator.checks.sentences.judges.readings import Read, growth_of, part_of
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
#: Amounts before a rate by name that it may be of.
_MOST_NAMED: Final = 5
_DIFFERS: Final = re.compile("差异|偏差|增[长减加]|节[约支]|[降减]|变[动化]")


class Completions:
    """The rates of completion of a text."""

    def __init__(self, subjects: Subjects, quotients: frozenset[str]) -> None:
        """``quotients``: rates that are what the last amount is of the one before."""
        self._subjects = subjects
        self._quotients = quotients

    def readings(self, row: Row, completion: Completion) -> Iterator[Read]:
        """What the rate may be of what."""
        rate = completion.number
        if completion.loose:
            yield from self._by_name(row, rate, completion.of)
            return
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
        sentence = self._amounts(row, rate)
        for budget, subject in pairwise(sentence):
            if budget.unit == subject.unit:
                yield part_of(rate, subject, budget, strong=False)
        for budget in sentence[:-2][:_MOST_BUDGETS]:
            if budget.unit == sentence[-1].unit:
                yield part_of(rate, sentence[-1], budget, strong=False)

    def _by_name(self, row: Row, rate: Amount, label: str) -> Iterator[Read]:
        """资金到位率, 整改率, 差异率: of two amounts of its sentence, whichever fit."""
        amounts = self._amounts(row, rate)[-_MOST_NAMED:]
        of_two = label in self._quotients and len(amounts) == 2
        for subject, base in permutations(amounts, 2):
            if subject.unit == base.unit and base.value:
                if _DIFFERS.search(label):
                    yield from growth_of(rate, None, subject, base, strong=False)
                elif subject.value <= base.value or rate.value > 100:
                    yield part_of(rate, subject, base, strong=of_two and subject is amounts[1])

    def _amounts(self, row: Row, rate: Amount) -> list[Amount]:
        rows = (r for r in (*self._subjects.before(row), row) if r.sentence == row.sentence)
        return [a for r in rows for _, a in r.levels if a.unit != PERCENT and a.start < rate.start]

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
