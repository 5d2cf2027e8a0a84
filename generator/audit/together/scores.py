"""Scores that the text tells of, against the forms of the same set of files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final

from generator.audit.model import Document
from generator.checks.sentences.arithmetic import slip, told
from generator.checks.sentences.model import HOLDS, WRONG, Amount, Claim
from generator.checks.sentences.tables.points import groups, totals

_POINTS: Final = "分"
_TOTAL: Final = "总分"
_SCORE: Final = ("得分", _TOTAL)


def compare(documents: Sequence[Document]) -> Iterator[tuple[int, Claim]]:
    """得分93.42分, 管理指标25.88分: as the form has it, or one slip away from that."""
    known: dict[str, set[Fraction]] = {}
    for document in documents:
        for table in document.tables:
            for score in totals(table):
                known.setdefault(_TOTAL, set()).add(score.value)
            for name, value in groups(table).items():
                known.setdefault(name, set()).add(value)
    for number, document in enumerate(documents):
        for row in document.examined.reading.rows:
            values = known.get(_TOTAL if row.label.endswith(_SCORE) else row.label, set())
            for _, amount in row.levels:
                claim = _judged(amount, values)
                if claim is not None and amount.unit == _POINTS:
                    yield number, claim


def _judged(amount: Amount, values: set[Fraction]) -> Claim | None:
    if amount.value in values:
        return Claim("text = table", amount, (), HOLDS, f"自评表里也是{amount.shown}")
    near = [value for value in values if slip(amount, value)]
    if len(near) != 1:
        return None
    because = f"自评表里是{told(near[0], amount.places, extra=0)}分"
    return Claim("text = table", amount, (), WRONG, because)
