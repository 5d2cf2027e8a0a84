"""One identity over cells, judged: it holds, is off by a tail, is open, or is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from generator.audit.together.cells import TEXT, Cells
from generator.checks import relations
from generator.checks.sentences.arithmetic import Judged
from generator.checks.sentences.model import HOLDS, UNCHECKED, WRONG, Claim, Kind, Verdict
from generator.figures import formulas
from generator.frozen import replace

_AT_MOST: Final = "≤"


def trusted(claims: list[Claim]) -> Iterator[Claim]:
    """Without what is wrong where more fails than holds: that was not understood."""
    holding = sum(
        1 for one in claims if one.verdict == HOLDS and any(a.value for a in one.operands)
    )
    failing = sum(1 for one in claims if one.verdict == WRONG)
    for one in claims:
        if one.verdict != WRONG or failing <= max(holding, 1):
            yield one


def difference(
    left: Fraction, right: Fraction, terms: int, ulp: Fraction, off: Fraction | None
) -> Judged:
    """``off``: by how much it may be off as measured; None: by what rounding can bring about."""
    apart = abs(left - right)
    rounding = ulp / 2 * (terms + 1)
    if not apart:
        return Judged(HOLDS, right)
    if apart <= (rounding if off is None else off):
        return Judged(HOLDS, right, "尾差")
    if apart <= rounding:
        return Judged(UNCHECKED, right, "在舍入的范围内")
    return Judged(WRONG, right)


def kind_of(relation: relations.Relation) -> Kind:
    """What kind of claim a relation between tables, or rows of one, is."""
    places = {name.partition(".")[0] for name in relation.names}
    if relation.sign == _AT_MOST:
        return "limit"
    return "text = table" if TEXT in places else "table = table" if len(places) > 1 else "row sum"


def judged(
    relation: relations.Relation, cells: Cells, missing: set[str],
    ulp: Fraction, place: str, *, kind: Kind, off: Fraction | None, sure: bool, warns: bool = False,
) -> Iterator[tuple[int, Claim]]:  # fmt: skip
    """A relation over cells, with its document.

    What is not there counts as nothing; where it may be there by another name (not ``sure``),
    nothing is wrong. ``warns``: where it fails, it may be right all the same.
    """
    if any(cell is None for cell in cells.values()):
        return
    there = {name: cell for name, cell in cells.items() if cell is not None}
    left = there.get(relation.left_text)
    if left is None or not any(cell.amount is not None for cell in there.values()):
        return
    worth = {name: cell.worth for name, cell in there.items()} | dict.fromkeys(missing, Fraction(0))
    right = formulas.evaluate(relation.right, worth.__getitem__)
    terms = len(there) - 1
    made = difference(left.worth, right, terms, ulp, off)
    if relation.sign == _AT_MOST:
        over = left.worth > right + ulp / 2 * (terms + 1)
        made = Judged(WRONG if over else HOLDS, right)
    fails = made.verdict == WRONG
    verdict: Verdict = UNCHECKED if fails and (warns or not sure) else made.verdict
    told_at = left if left.amount is not None else next(c for c in there.values() if c.amount)
    amount = told_at.amount
    assert amount is not None
    operands = tuple(
        cell.amount for cell in there.values()
        if cell.amount is not None and cell is not told_at and cell.document == told_at.document
    )  # fmt: skip
    shown = {name: cell.amount.shown if cell.amount else "0" for name, cell in there.items()}
    values = "、".join(shown[n.path] for n in formulas.names(relation.right) if n.path in shown)
    because = (
        f"{place}{relation.left_text}是{shown[relation.left_text]}，{relation.right_text}是{values}"
    )
    if relation.sign == _AT_MOST:
        because += "，前者应当不超过后者"
    found = Claim(kind, amount, operands, verdict, because, flaw=made.flaw)
    yield told_at.document, replace(found, doubtful=fails and warns and sure)
