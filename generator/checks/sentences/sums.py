"""Totals and their parts, changes of the parts and of the total, counts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Final

from generator.checks.sentences.arithmetic import addition, told
from generator.checks.sentences.compare import Read, claim
from generator.checks.sentences.lexicon import Lexicon, related
from generator.checks.sentences.model import (
    HOLDS,
    MONEY_UNIT,
    PERCENT,
    UNCHECKED,
    WRONG,
    Amount,
    Claim,
    Comparison,
    Kind,
    Listing,
    Reading,
    Row,
    Tag,
    Verdict,
)
from generator.checks.sentences.reader import CLOSING, COUNTS
from generator.frozen import frozen

_NOW: Final = Tag()
_MOST_PARTS: Final = 60
#: Rows before and after a total among which its known parts are looked for.
_BEFORE, _BEHIND = 12, 16
#: Characters by which a part is known in a text.
_TELLING: Final = 4


@frozen
class Term:
    """A part's contribution: an amount, or what follows from two (``value`` counts)."""

    value: Fraction
    amounts: tuple[Amount, ...]


class Sums:
    """Totals of lists, and of names whose parts the data know."""

    def __init__(self, reading: Reading, lexicon: Lexicon) -> None:
        self._reading = reading
        self._lexicon = lexicon
        self._at = {id(row): number for number, row in enumerate(reading.rows)}

    def claims(self) -> Iterator[Claim]:
        """Every sum that the text states or that the names imply."""
        for listing in self._reading.listings:
            yield from self._of_list(listing)
        yield from self._known()
        yield from self._closing()

    # Lists

    def _of_list(self, listing: Listing) -> Iterator[Claim]:
        variants = list(_variants(listing))
        for number, head in enumerate((listing.head, *listing.others)):
            found = [*self._of_head(listing, head, variants)]
            holding = [one for one in found if one.verdict == HOLDS]
            if any(any(a.value for a in one.operands) for one in holding) or not listing.others:
                yield from found
                return
            if number == len(listing.others):
                yield from self._of_head(listing, listing.head, variants)

    def _of_head(self, listing: Listing, head: Row, variants: list[list[Row]]) -> Iterator[Claim]:
        sure = self._sure(listing, head, listing.rows)
        rated = list(_by_rates(head, variants, sure=sure))
        sure = sure or any(one.verdict == HOLDS for one in rated)
        for unit in dict.fromkeys(a.unit for _, a in head.levels if a.unit != PERCENT):
            yield from self._levels(head, unit, variants, sure=sure)
        yield from self._changes(head, variants, sure=sure)
        yield from rated

    def _levels(
        self, head: Row, unit: str, variants: list[list[Row]], *, sure: bool
    ) -> Iterator[Claim]:
        outcomes: list[tuple[Amount, list[Read]]] = []
        for tag, total in head.levels:
            if total.unit == unit:
                outcomes.append((total, list(self._added(tag, total, head, variants))))
        for comparison in head.comparisons:
            base = comparison.base
            if base is not None and comparison.tag is not None and base.unit == unit:
                outcomes.append((base, list(self._added(comparison.tag, base, head, variants))))
        held = {
            _keys(r): total.key for total, reads in outcomes for r in reads
            if r.judged.verdict == HOLDS and _telling(r)
        }  # fmt: skip
        holding = bool(held)
        counts = {len(keys) for keys in held}
        rows = variants[0]
        for total, every in outcomes:
            # What adds up to the amount spent is no list of the budget's parts.
            reads = [r for r in every if held.get(_keys(r), total.key) == total.key]
            # As many parts as add up on another side, else the sum that comes nearest.
            near = sorted(
                reads,
                key=lambda r: (len(r.operands) not in counts, abs(r.judged.value - total.value)),
            )[:1]
            strong = [
                replace(
                    r, strong=sure or holding or _slip(total, r) or self._exceeds(head, r, rows)
                )
                for r in near
            ]
            kind: Kind = "sum" if unit == MONEY_UNIT else "count"
            found = claim(kind, total, [*strong, *(r for r in reads if r not in near)])
            if found is not None:
                yield found

    def _added(
        self, tag: Tag, total: Amount, head: Row, variants: Sequence[list[Row]]
    ) -> Iterator[Read]:
        primary = _primary(head, total)
        for rows in variants:
            terms = [_term(row, tag, total.unit, primary=primary) for row in rows]
            if any(term is None for term in terms) or len(rows) < 2:
                continue
            yield _sum(total, [t for t in terms if t is not None])

    def _exceeds(self, head: Row, read: Read, rows: list[Row]) -> bool:
        """Whether some parts of it are more than the whole, by the names that the data give."""
        names, limit = {row.name for row in rows}, max(a.value for _, a in head.levels)
        known = any(names <= set(parts) for parts in self._lexicon.parts.get(head.name, ()))
        return known and len(names) == len(rows) > 1 and read.judged.value > limit

    def _sure(self, listing: Listing, head: Row, rows: list[Row]) -> bool:
        """Whether a list is known to name all of the parts."""
        if rows[1:] and rows[-1].label.startswith(("其他", "其它", "其余")):
            return True
        if listing.cue.startswith("按") or "组成" in listing.cue:
            return True
        if self._all_named(head, rows):
            return True
        shares = [
            s.number.value for row in rows for s in row.shares[:1]
            if not s.whole and (head.label.endswith(s.of) or related(s.of, head.name))
        ]  # fmt: skip
        return len(shares) == len(rows) > 1 and abs(sum(shares, Fraction(0)) - 100) <= Fraction(
            len(shares), 10
        )

    def _all_named(self, head: Row, rows: list[Row]) -> bool:
        """Whether they are all known parts of the head, or all that the paragraph speaks of."""
        names = {row.name for row in rows}
        text = ""
        for parts in self._lexicon.parts.get(head.name, ()):
            if names == set(parts):
                return True
            if len(names) == len(rows) > 1 and names < set(parts):
                text = text or self._text(head, rows)
                if not any(part[:_TELLING] in text for part in set(parts) - names):
                    return True
        return False

    def _text(self, head: Row, rows: list[Row]) -> str:
        """The paragraphs of the rows and the one behind."""
        last = max(row.block for row in rows)
        return "".join(self._reading.texts[head.block : last + 2])

    # Changes

    def _changes(self, head: Row, options: list[list[Row]], *, sure: bool) -> Iterator[Claim]:
        for comparison in head.comparisons:
            change = comparison.change
            if change is None or not comparison.sign:
                continue
            reads = []
            for rows in options:
                terms = [_changed(row, comparison, change.unit) for row in rows]
                if len(rows) > 1 and all(term is not None for term in terms):
                    reads.append(
                        _change_sum(change, comparison.sign, [t for t in terms if t is not None])
                    )
            if reads:
                first = Read(reads[0].judged, reads[0].operands, reads[0].because, sure)
                found = claim("changes", change, [first, *reads[1:]])
                if found is not None:
                    yield found

    # Totals behind their parts

    def _closing(self) -> Iterator[Claim]:
        """甲1万元，乙2万元，合计3万元: a total that closes its sentence."""
        rows = self._reading.rows
        listed = {id(r) for listing in self._reading.listings for r in listing.rows}
        for at, row in enumerate(rows):
            total = row.first
            if total is None or total.unit == PERCENT:
                continue
            text = self._reading.texts[row.block]
            words = re.split("[，；]", text[max(0, total.start - 8) : total.start])[-1]
            closing = CLOSING.fullmatch(words)
            if closing is None or (row.label and not closing["of"]):
                continue
            before = [r for r in rows[max(0, at - _BEFORE) : at] if r.sentence == row.sentence]
            parts = [r for r in before if r.first is not None and r.first.unit == total.unit]
            count = COUNTS.find(closing["of"][:1]) if closing["of"] else 0
            variants = [parts[-n:] for n in range(len(parts), 1, -1) if count < 2 or n == count]
            sure = not any(id(r) in listed or r.label.startswith("每") for r in before)
            reads = list(self._added(Tag(), total, row, variants))
            kind: Kind = "sum" if total.unit == MONEY_UNIT else "count"
            found = claim(kind, total, [replace(r, strong=sure) for r in reads[:1]] + reads[1:])
            if found is not None and (found.verdict != UNCHECKED):
                yield found

    # Names

    def _known(self) -> Iterator[Claim]:
        """Totals whose parts stand around them, by the names that the data give."""
        rows = self._reading.rows
        for at, head in enumerate(rows):
            if not head.levels and not head.comparisons:
                continue
            for parts in self._lexicon.parts.get(head.name, ()):
                for side in (
                    rows[max(0, at - _BEFORE) : at][::-1],
                    rows[at + 1 : at + 1 + _BEHIND],
                ):
                    found: dict[str, list[Row]] = {}
                    for row in side:
                        if row.name == head.name and row.levels and found:
                            break
                        if row.name in parts:
                            found.setdefault(row.name, []).append(row)
                    if len(found) > 1:
                        yield from self._known_sum(head, found, complete=len(found) == len(parts))

    def _known_sum(
        self, head: Row, found: dict[str, list[Row]], *, complete: bool
    ) -> Iterator[Claim]:
        totals = [(tag, a) for tag, a in head.levels if a.unit == MONEY_UNIT]
        totals += [
            (c.tag, c.base) for c in head.comparisons if c.base is not None and c.tag is not None
        ]
        outcomes = []
        for tag, total in totals:
            rows = [_first_with(same, tag, total, head) for same in found.values()]
            known = [row for row in rows if row is not None]
            if len(known) == len(rows):
                outcomes.append((total, list(self._added(tag, total, head, [known]))))
        telling = any(
            r.judged.verdict == HOLDS and _telling(r) for _, reads in outcomes for r in reads
        )
        for total, reads in outcomes:
            strong = [Read(r.judged, r.operands, r.because, telling or complete) for r in reads]
            one = claim("sum", total, strong)
            if one is not None:
                yield one
        changing = [next((r for r in same if r.comparisons), same[0]) for same in found.values()]
        yield from self._changes(head, [changing], sure=telling or complete)


def _first_with(same: list[Row], tag: Tag, total: Amount, head: Row) -> Row | None:
    """Of several rows of one name the first that has an amount of that time and side."""
    primary = _primary(head, total)
    return next((r for r in same if _term(r, tag, total.unit, primary=primary) is not None), None)


def _primary(head: Row, total: Amount) -> bool:
    """Whether parts without a side of their own may be the parts of ``total``.

    Not where the head tells of what was planned and of what was spent: then they were spent.
    """
    sides = {tag.what for tag, amount in head.levels if amount.unit == total.unit}
    return bool(head.levels) and head.levels[0][1] is total and len(sides) == 1


def _variants(listing: Listing) -> Iterator[list[Row]]:
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


def _term(row: Row, tag: Tag, unit: str, *, primary: bool) -> Term | None:
    """What ``row`` adds to a total of that time and side."""
    if row.nothing:
        return Term(Fraction(0), ())
    levels = [(t, a) for t, a in row.levels if a.unit == unit]
    for own, amount in levels:
        if own == tag:
            return Term(amount.value, (amount,))
    for comparison in row.comparisons:
        if comparison.tag == tag and tag != _NOW:
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


def _sum(total: Amount, terms: list[Term]) -> Read:
    value = sum((term.value for term in terms), Fraction(0))
    amounts = tuple(a for term in terms for a in term.amounts)
    judged = addition(total, value, amounts)
    places = max([total.places, *(a.places for a in amounts)])
    shown = "＋".join(told(term.value, places, extra=0) for term in terms[:12])
    more = "＋…" if len(terms) > 12 else ""
    because = f"{shown}{more}={told(value, places, extra=0)}，总数是{total.shown}"
    return Read(judged, amounts, because, False)


def _keys(read: Read) -> frozenset[tuple[int, int]]:
    return frozenset(a.key for a in read.operands)


def _telling(read: Read) -> bool:
    """Whether a sum that holds says something: two parts at least that are not zero."""
    return sum(1 for a in read.operands if a.value) > 1


def _slip(total: Amount, read: Read) -> bool:
    """Whether a sum fails by one digit of long numbers: a slip, no list that is incomplete."""
    off = abs(total.value - read.judged.value)
    if not off or read.judged.verdict != WRONG or len(read.operands) < 2:
        return False
    digits = str(off / total.ulp if (off / total.ulp).denominator == 1 else 0).strip("0")
    figures = max(len(a.text.replace(".", "").lstrip("0")) for a in (total, *read.operands))
    small = off * 20 < max(total.value, Fraction(1))
    return len(digits) == 1 and figures >= 5 and small and total.places >= 2


def _changed(row: Row, of: Comparison, unit: str) -> Term | None:
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


def _change_sum(change: Amount, sign: int, terms: list[Term]) -> Read:
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


def _by_rates(head: Row, options: Sequence[list[Row]], *, sure: bool) -> Iterator[Claim]:
    """Changes that are given as rates only: what they were before has to add up as well."""
    total = head.first
    if total is None or total.unit != MONEY_UNIT:
        return
    for comparison in head.comparisons:
        whole = _before(total, comparison)
        if whole is None:
            continue
        for rows in options[:1]:
            spans = []
            rated: list[Amount] = []
            for row in rows:
                mine = next((c for c in row.comparisons if c.tag == comparison.tag), None)
                span = (
                    _before(row.first, mine) if row.first is not None and mine is not None else None
                )
                if span is None:
                    break
                spans.append(span)
                if mine is not None and mine.rate is not None and mine.change is None:
                    rated.append(mine.rate)
            else:
                if len(rows) < 2 or not rated:
                    continue
                low = sum((s[0] for s in spans), Fraction(0))
                high = sum((s[1] for s in spans), Fraction(0))
                fits = low <= whole[1] and whole[0] <= high
                operands = tuple(a for row in rows if (a := row.first) is not None)
                parts = f"{told(low, 2, extra=0)}到{told(high, 2, extra=0)}"
                middle = told((whole[0] + whole[1]) / 2, 2, extra=0)
                because = f"照各项的变动推算，原来的和在{parts}之间，照总数推算是{middle}"
                verdict: Verdict = HOLDS if fits else WRONG if sure else UNCHECKED
                yield Claim("changes", rated[0], (*operands, total, *rated[1:]), verdict, because)


def _before(amount: Amount, comparison: Comparison) -> tuple[Fraction, Fraction] | None:
    """What an amount was before it changed, between which bounds."""
    half = amount.ulp / 2
    if comparison.base is not None:
        slack = comparison.base.ulp / 2
        return comparison.base.value - slack, comparison.base.value + slack
    if comparison.change is not None and comparison.sign:
        value = amount.value - comparison.sign * comparison.change.value
        slack = half + comparison.change.ulp / 2
        return value - slack, value + slack
    if comparison.rate is not None and comparison.rate_sign:
        rate = comparison.rate
        grown = [1 + comparison.rate_sign * (rate.value + s * rate.ulp / 2) / 100 for s in (-1, 1)]
        if min(grown) <= 0:
            return None
        ends = [(amount.value + s * half) / g for g in grown for s in (-1, 1)]
        return min(ends), max(ends)
    return None
