"""What the parts of a total may be, and what each adds to it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from generator.checks.sentences.arithmetic import addition, told
from generator.checks.sentences.judges.readings import Read
from generator.checks.sentences.model import (
    WRONG,
    Amount,
    Comparison,
    Listing,
    Row,
    Tag,
)
from generator.frozen import frozen

NOW: Final = Tag()
_MOST_PARTS: Final = 60
#: Digits of a long number, and of a round one without its zeros.
_LONG, _ROUND = 5, 2


@frozen
class Term:
    """A part's contribution: an amount, or what follows from two (``value`` counts)."""

    value: Fraction
    amounts: tuple[Amount, ...]


def first_with(same: list[Row], tag: Tag, total: Amount, head: Row) -> Row | None:
    """Of several rows of one name the first that has an amount of that time and side."""
    primary = is_primary(head, total)
    return next((r for r in same if term_of(r, tag, total.unit, primary=primary) is not None), None)


def is_primary(head: Row, total: Amount) -> bool:
    """Whether parts without a side of their own may be the parts of ``total``.

    Not where the head tells of what was planned and of what was spent: then they were spent.
    """
    sides = {tag.what for tag, amount in head.levels if amount.unit == total.unit}
    return bool(head.levels) and head.levels[0][1] is total and len(sides) == 1


def possible_parts(listing: Listing) -> Iterator[list[Row]]:
    """Which rows may be the parts: as listed, without what is part of a part, with what follows."""
    rows = listing.rows[:_MOST_PARTS]
    yield rows
    yield _without_nothing(rows)
    if not listing.closed:
        for count in range(1, len(listing.tail) + 1):
            yield [*rows, *listing.tail[:count]]
        for count in range(1, len(listing.tail) + 1):
            folded = _folded([*rows, *listing.tail[:count]])
            if len(folded) != len(rows) + count:
                yield folded
    folded = _folded(rows)
    if len(folded) != len(rows):
        yield folded
    if len(rows) > 2:
        for count in range(len(rows) - 1, 1, -1):
            yield rows[:count]


def _without_nothing(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row.named and (row.levels or row.nothing or row.comparisons)]


def _folded(rows: list[Row]) -> list[Row]:
    """Rows without those that add up to the one before them."""
    out: list[Row] = []
    at = 0
    while at < len(rows):
        row = rows[at]
        out.append(row)
        total, sum_, end = row.first, Fraction(0), at + 1
        stop = at
        while total is not None and total.value and end < len(rows):
            part = rows[end].first
            if part is None or part.unit != total.unit:
                break
            sum_ += part.value
            if sum_ == total.value and end > at + 1:
                stop = end
                break
            if sum_ > total.value:
                break
            end += 1
        at = max(stop, at) + 1
    return out


def term_of(row: Row, tag: Tag, unit: str, *, primary: bool) -> Term | None:
    """What ``row`` adds to a total of that time and side."""
    if row.nothing:
        return Term(Fraction(0), ())
    levels = [(t, a) for t, a in row.levels if a.unit == unit]
    for own, amount in levels:
        if own == tag:
            return Term(amount.value, (amount,))
    for comparison in row.comparisons:
        if comparison.tag == tag and tag != NOW:
            if comparison.base is not None and comparison.base.unit == unit:
                return Term(comparison.base.value, (comparison.base,))
            change = comparison.change
            if levels and change is not None and comparison.sign and change.unit == unit:
                now = levels[0][1]
                return Term(now.value - comparison.sign * change.value, (now, change))
            if comparison.flat and levels:
                return Term(levels[0][1].value, (levels[0][1],))
    if primary and len(levels) >= 1 and _alike(levels[0][0], tag):
        return Term(levels[0][1].value, (levels[0][1],))
    return None


def _alike(one: Tag, other: Tag) -> bool:
    """Whether two amounts may be of one side, the words of one of them being short."""
    return one.when == other.when and (one.what == other.what or "" in (one.what, other.what))


def add_up(total: Amount, terms: list[Term]) -> Read:
    """What some terms come to, against the total."""
    value = sum((term.value for term in terms), Fraction(0))
    amounts = tuple(a for term in terms for a in term.amounts)
    judged = addition(total, value, amounts)
    places = max([total.places, *(a.places for a in amounts)])
    shown = "＋".join(told(term.value, places, extra=0) for term in terms[:12])
    more = "＋…" if len(terms) > 12 else ""
    because = f"{shown}{more}={told(value, places, extra=0)}，总数是{total.shown}"
    return Read(judged, amounts, because, False)


def keys_of(read: Read) -> frozenset[tuple[int, int]]:
    """The numbers that a reading goes by."""
    return frozenset(a.key for a in read.operands)


def is_telling(read: Read) -> bool:
    """Whether a sum that holds says something: two parts at least that are not zero."""
    return sum(1 for a in read.operands if a.value) > 1


def is_slip(total: Amount, read: Read) -> bool:
    """Whether a sum fails by one digit of long numbers: a slip, no list that is incomplete.

    What lacks may be an item that is not listed, where the amounts are as round as that.
    """
    off = total.value - read.judged.value
    if not off or read.judged.verdict != WRONG or len(read.operands) < 2 or total.places < 2:
        return False
    units = abs(off) / total.ulp
    digits = str(units if units.denominator == 1 else 0).strip("0")
    amounts = [a.text.replace(".", "").strip("0") for a in (total, *read.operands) if a.value]
    figures = max(len(a.text.replace(".", "").lstrip("0")) for a in (total, *read.operands))
    if len(digits) != 1 or figures < _LONG:
        return False
    return min(map(len, amounts)) > _ROUND or (abs(off) * 20 < total.value and -off > 0)


def change_of(row: Row, of: Comparison, unit: str) -> Term | None:
    """By how much ``row`` changed against what the total is compared with."""
    if row.nothing:
        return Term(Fraction(0), ())
    for comparison in row.comparisons:
        if comparison.tag is not None and of.tag is not None and comparison.tag != of.tag:
            continue
        if comparison.change is not None and comparison.sign and comparison.change.unit == unit:
            return Term(comparison.sign * comparison.change.value, (comparison.change,))
        if comparison.flat:
            return Term(Fraction(0), ())
    if not row.comparisons and row.first is not None and row.first.value == 0:
        return Term(Fraction(0), ())
    return None


def add_up_changes(change: Amount, sign: int, terms: list[Term]) -> Read:
    """What some changes add up to, against that of the total."""
    """What tells the numbers of a reading from others."""
    """What some terms add up to, against the total."""
    value = sum((term.value for term in terms), Fraction(0))
    amounts = tuple(a for term in terms for a in term.amounts)
    judged = addition(change, value * sign, amounts)
    places = max([change.places, *(a.places for a in amounts)])
    shown = "".join(
        f"{'＋' if term.value >= 0 else '－'}{told(abs(term.value), places, extra=0)}"
        for term in terms[:12]
    )
    own = f"{'' if sign > 0 else '－'}{change.shown}"
    because = f"{shown}={told(value, places, extra=0)}，总的变动是{own}"
    return Read(judged, amounts, because, False)
