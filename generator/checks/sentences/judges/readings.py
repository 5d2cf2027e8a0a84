"""One number, several readings: by which of them a claim stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Final

from generator.checks.sentences.arithmetic import (
    Judged,
    growth,
    percentage,
    rounded,
    slip,
    told,
)
from generator.checks.sentences.model import (
    HOLDS,
    TRUNCATED,
    UNCHECKED,
    WRONG,
    Amount,
    Claim,
    Kind,
)
from generator.frozen import frozen

#: Readings of which one by chance hardly gives a number but for a slip.
FEW: Final = 6
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
        if len({r.judged.value for r in slips}) == 1 and len(found) <= FEW:
            return slips[0]
        weak = found[0]
        return Read(
            Judged(UNCHECKED, weak.judged.value, "读法不定"), weak.operands, weak.because, False
        )
    return min(strong, key=lambda r: _SEVERITY[r.judged.verdict])


def claim(
    kind: Kind, stated: Amount, readings: Iterable[Read], *, many: bool = False
) -> Claim | None:
    """The claim about ``stated``, None when nothing reads it.

    ``many``: there are readings besides, of which none holds.
    """
    options = list(readings)
    chosen = best(stated, options, ratio=kind in _OF_TWO and not many)
    if chosen is None:
        return None
    alone = not many and len({r.judged.value for r in options}) == 1
    value = abs(chosen.judged.value) if alone else None
    return Claim(
        kind, stated, chosen.operands, chosen.judged.verdict, chosen.because,
        flaw=chosen.judged.flaw, coarse=chosen.judged.coarse, value=value,
    )  # fmt: skip


def part_of(rate: Amount, subject: Amount, budget: Amount, *, strong: bool) -> Read:
    """``rate`` % as what ``subject`` is of ``budget``."""
    judged = percentage(rate, subject, budget)
    because = f"{subject.shown}÷{budget.shown}={told(judged.value, rate.places)}%"
    if not budget.value:
        because = f"{budget.shown}没有完成率"
    return Read(judged, (subject, budget), because, strong)


def growth_of(
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
