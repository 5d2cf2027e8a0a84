"""Totals and their parts, changes of the parts and of the total, counts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Final

from generator.checks.sentences.judges.rated import by_rates
from generator.checks.sentences.judges.readings import Read, claim
from generator.checks.sentences.judges.terms import (
    add_up,
    add_up_changes,
    change_of,
    first_with,
    is_primary,
    is_slip,
    is_telling,
    keys_of,
    possible_parts,
    term_of,
)
from generator.checks.sentences.lexicon import Lexicon, related
from generator.checks.sentences.model import (
    HOLDS,
    MONEY_UNIT,
    PERCENT,
    UNCHECKED,
    Amount,
    Claim,
    Kind,
    Listing,
    Reading,
    Row,
    Tag,
)
from generator.checks.sentences.reader import CLOSING, COUNTS

#: Rows before and after a total among which its known parts are looked for.
_BEFORE, _BEHIND = 12, 16
#: Characters by which a part is known in a text.
_TELLING: Final = 4


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
        variants = list(possible_parts(listing))
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
        named = [v for v in variants if self._all_named(head, v)] if not sure else []
        rated = list(by_rates(head, variants, sure=sure))
        sure = sure or any(one.verdict == HOLDS for one in rated)
        for unit in dict.fromkeys(a.unit for _, a in head.levels if a.unit != PERCENT):
            complete = [v for v in variants if v[-1:] == listing.rows[-1:]] if sure else named
            yield from self._levels(head, unit, variants, complete, sure=sure)
        yield from self._changes(head, named or variants, sure=sure or bool(named))
        yield from rated

    def _levels(
        self,
        head: Row,
        unit: str,
        variants: list[list[Row]],
        complete: list[list[Row]],
        *,
        sure: bool,
    ) -> Iterator[Claim]:
        """``complete``: variants that are known to be all of the parts."""
        totals = [(tag, a) for tag, a in head.levels if a.unit == unit]
        totals += [
            (c.tag, c.base) for c in head.comparisons
            if c.base is not None and c.tag is not None and c.base.unit == unit
        ]  # fmt: skip
        outcomes = [
            (tag, total, list(self._added(tag, total, head, variants))) for tag, total in totals
        ]
        held = {
            keys_of(r): total.key for _, total, reads in outcomes for r in reads
            if r.judged.verdict == HOLDS and is_telling(r)
        }  # fmt: skip
        holding = bool(held)
        counts = {len(keys) for keys in held}
        rows = variants[0]
        for tag, total, every in outcomes:
            # What adds up to the amount spent is no list of the budget's parts.
            reads = [r for r in every if held.get(keys_of(r), total.key) == total.key]
            # Parts that are known, as many as add up on another side, the sum that comes nearest.
            whole = {keys_of(r) for r in self._added(tag, total, head, complete)}
            near = sorted(
                reads,
                key=lambda r: (
                    keys_of(r) not in whole, len(r.operands) not in counts,
                    abs(r.judged.value - total.value),
                ),
            )[:1]  # fmt: skip
            strong = [
                replace(
                    r, strong=sure or holding or keys_of(r) in whole or is_slip(total, r)
                    or self._exceeds(head, r, rows),
                )
                for r in near
            ]  # fmt: skip
            kind: Kind = "sum" if unit == MONEY_UNIT else "count"
            found = claim(kind, total, [*strong, *(r for r in reads if r not in near)])
            if found is not None:
                yield found

    def _added(
        self, tag: Tag, total: Amount, head: Row, variants: Sequence[list[Row]]
    ) -> Iterator[Read]:
        primary = is_primary(head, total)
        for rows in variants:
            terms = [term_of(row, tag, total.unit, primary=primary) for row in rows]
            if any(term is None for term in terms) or len(rows) < 2:
                continue
            yield add_up(total, [t for t in terms if t is not None])

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
                terms = [change_of(row, comparison, change.unit) for row in rows]
                if len(rows) > 1 and all(term is not None for term in terms):
                    reads.append(
                        add_up_changes(change, comparison.sign, [t for t in terms if t is not None])
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
            rows = [first_with(same, tag, total, head) for same in found.values()]
            known = [row for row in rows if row is not None]
            if len(known) == len(rows):
                outcomes.append((total, list(self._added(tag, total, head, [known]))))
        telling = any(
            r.judged.verdict == HOLDS and is_telling(r) for _, reads in outcomes for r in reads
        )
        for total, reads in outcomes:
            strong = [Read(r.judged, r.operands, r.because, telling or complete) for r in reads]
            one = claim("sum", total, strong)
            if one is not None:
                yield one
        changing = [next((r for r in same if r.comparisons), same[0]) for same in found.values()]
        yield from self._changes(head, [changing], sure=telling or complete)
