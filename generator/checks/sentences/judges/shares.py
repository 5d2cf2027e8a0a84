"""Shares: 占…的26.79%, of a total that is named, that heads the list, or that most parts fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import islice, starmap
from typing import Final

from generator.checks.sentences.arithmetic import percentage, told
from generator.checks.sentences.judges.readings import FEW, Read, claim
from generator.checks.sentences.lexicon import related
from generator.checks.sentences.model import (
    HOLDS,
    MONEY_UNIT,
    Amount,
    Claim,
    Listing,
    Reading,
    Row,
    Share,
)

_MOST: Final = 16
#: Amounts of a paragraph among which a part that is named is looked for.
_FURTHEST: Final = 60


class Shares:
    """The shares of a text, those of one list together."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._levels: list[tuple[Row, Amount]] = [
            (row, amount) for row in reading.rows for _, amount in row.levels
            if amount.unit != "%"
        ]  # fmt: skip
        self._heads: dict[int, list[Listing]] = {}
        for listing in reading.listings:
            for row in listing.rows:
                self._heads.setdefault(id(row), []).append(listing)
        self._at = {amount.key: number for number, (_, amount) in enumerate(self._levels)}
        self._first = {id(row): row.levels[0][1].key for row in reading.rows if row.levels}
        self._found: dict[str, list[tuple[Row, Amount]]] = {}
        self._blocks: dict[int, list[tuple[Row, Amount]]] = {}
        for row, amount in self._levels:
            self._blocks.setdefault(row.block, []).append((row, amount))

    def claims(self) -> Iterator[Claim]:
        """Every share that the text states."""
        groups: dict[tuple[str, int], list[tuple[Row, Share]]] = {}
        for row in self._reading.rows:
            for share in row.shares:
                if share.number.unit != "%":
                    continue
                heads = self._heads.get(id(row), ())
                group = id(heads[0].head) if heads and not share.of else -row.block - 1
                groups.setdefault((share.of, group), []).append((row, share))
        for members in groups.values():
            fitting = self._consensus(members) or self._implied(members)
            for row, share in members:
                found = self._claim(row, share, fitting)
                if found is not None:
                    yield found

    def _consensus(self, members: list[tuple[Row, Share]]) -> dict[tuple[int, int], Amount]:
        """Totals that explain at least one share of the group which is not trivial."""
        found: dict[tuple[int, int], Amount] = {}
        if len(members) < 2:
            return found
        together = self._together(members)
        if together is not None:
            found[together.key] = together
        for row, share in members[:_MOST]:
            if share.whole is not None or share.number.value in (0, 100):
                continue
            for part in self._parts(row, share)[:1]:
                about = _about(share.number, part)
                for whole, _ in self._wholes(row, share, part):
                    if not whole.value or not about(whole):
                        continue
                    if percentage(share.number, part, whole).verdict == HOLDS:
                        found.setdefault(whole.key, whole)
        return found

    def _implied(self, members: list[tuple[Row, Share]]) -> dict[tuple[int, int], Amount]:
        """A total that no text states, but three shares and more imply."""
        known = [
            (part, share.number) for row, share in members[:_MOST]
            if share.whole is None and not share.of and share.number.value
            for part in self._parts(row, share)[:1]
        ]  # fmt: skip
        spans = [
            (p.value * 100 / (n.value + n.ulp / 2), p.value * 100 / (n.value - n.ulp / 2))
            for p, n in known
        ]
        for low, high in spans:
            within = [(a, b) for a, b in spans if a <= high and low <= b]
            first, last = max(a for a, _ in within), min(b for _, b in within)
            if len(within) > 2 and first <= last and len(within) * 2 > len(spans):
                part = known[0][0]
                value = (first + last) / 2
                shown = f"各项占比合成的总数{told(value, 2, extra=0)}万元"
                made = replace(part, value=value, shown=shown, start=-part.start - 1)
                return {made.key: made}
        return {}

    def _together(self, members: list[tuple[Row, Share]]) -> Amount | None:
        """All parts together, when their shares are 100% and no total is stated."""
        shares = [share.number.value for _, share in members]
        parts = [part for row, share in members for part in self._parts(row, share)[:1]]
        loose = Fraction(len(shares), 20)
        if len(parts) != len(shares) or abs(sum(shares, Fraction(0)) - 100) > loose:
            return None
        value = sum((part.value for part in parts), Fraction(0))
        if len({part.unit for part in parts}) > 1 or not value:
            return None
        first = parts[0]
        shown = "＋".join(part.shown for part in parts)
        ulp = max(part.ulp for part in parts)
        return replace(first, value=value, ulp=ulp, shown=f"（{shown}）", start=-first.start - 1)

    def _claim(
        self, row: Row, share: Share, fitting: dict[tuple[int, int], Amount]
    ) -> Claim | None:
        """Of many totals only those are computed that the syntax wants or that come near."""
        found = list(self._candidates(row, share, fitting))
        many = len(found) > FEW
        if many:
            parts = {p.key: p for p, _, _ in found}
            about = {key: _about(share.number, p) for key, p in parts.items()}
            weak = {(p.key, w.value): (p, w, sure) for p, w, sure in reversed(found) if not sure}
            near = [c for c in found if c[2]]
            near += [c for c in reversed(weak.values()) if about[c[0].key](c[1])]
            found = near or found[:1]
        return claim("share", share.number, starmap(partial(self._read, share), found), many=many)

    def _candidates(
        self, row: Row, share: Share, fitting: dict[tuple[int, int], Amount]
    ) -> Iterator[tuple[Amount, Amount, bool]]:
        """(part, total, likely)."""
        for order, part in enumerate(self._parts(row, share)):
            if share.whole is not None:
                yield part, share.whole, order == 0
                continue
            named = False
            for whole, strong in self._wholes(row, share, part):
                named = named or strong
                yield part, whole, order == 0 and (strong or whole.key in fitting)
            for whole in fitting.values():
                if whole.start < 0:
                    sure = order == 0 and not named and not share.of
                    exact = percentage(share.number, part, whole).value
                    # The last of several shares is often what is missing to 100%.
                    off = abs(exact - share.number.value) > 2 * share.number.ulp
                    yield part, whole, sure and off

    @staticmethod
    def _read(share: Share, part: Amount, whole: Amount, strong: bool) -> Read:
        judged = percentage(share.number, part, whole)
        because = f"{part.shown}÷{whole.shown}={told(judged.value, share.number.places)}%"
        if not whole.value:
            because = f"{whole.shown}没有占比"
        return Read(judged, (part, whole), because, strong)

    def _parts(self, row: Row, share: Share) -> list[Amount]:
        """What is a share of the total: the amount before it, or one that the words name."""
        own = [a for _, a in row.levels if a.unit != "%"]
        if share.part and share.part != row.label:
            around = reversed(self._blocks.get(row.block, [])[-_FURTHEST:])
            named = [
                a for r, a in around
                if related(r.name, share.part) or related(r.label, share.part)
            ]  # fmt: skip
            if named:
                return [*named[:1], *own[-1:]]
        money = [a for a in own if a.unit == MONEY_UNIT and a.start < share.number.start]
        return [*reversed(money)] or own[-1:]

    def _wholes(self, row: Row, share: Share, part: Amount) -> Iterator[tuple[Amount, bool]]:
        """What the total may be, and whether the syntax says so."""
        seen = {part.key}
        heads = [listing.head for listing in self._heads.get(id(row), ())]
        likely = [] if share.of else [h for h in heads[:1] if h.levels]
        for head in likely:
            for _, amount in head.levels:
                if amount.unit == part.unit and amount.key not in seen:
                    seen.add(amount.key)
                    yield amount, True
        if share.of:
            yield from self._named(row, share.of, part, seen)
        near = (a for r, a in self._blocks.get(row.block, ()) if r is not row)
        at = self._at.get(part.key, 0)
        before = self._levels[max(0, at - _MOST) : at]
        around = [*islice(near, _MOST), *(a for h in heads[:_MOST] for _, a in h.levels)]
        around += [a for _, a in before]
        for amount in around[: 3 * _MOST]:
            if amount.unit == part.unit and amount.key not in seen:
                seen.add(amount.key)
                yield amount, False

    def _matching(self, of: str) -> list[tuple[Row, Amount]]:
        if of not in self._found:
            self._found[of] = [
                (r, a) for r, a in self._levels if related(r.name, of) or related(r.label, of)
            ][:_FURTHEST]
        return self._found[of]

    def _named(
        self, row: Row, of: str, part: Amount, seen: set[tuple[int, int]]
    ) -> Iterator[tuple[Amount, bool]]:
        matching = [
            (r, a) for r, a in self._matching(of) if a.unit == part.unit and a.key != part.key
        ]
        near = [(r, a) for r, a in matching if r.block == row.block]
        values = {a.value for _, a in (near or matching)}
        for _, amount in (near or matching)[:_MOST]:
            if amount.key not in seen:
                seen.add(amount.key)
                yield amount, len(values) <= 2 or bool(near)
        for _, amount in matching[:_MOST]:
            if amount.key not in seen:
                seen.add(amount.key)
                yield amount, False


def _about(stated: Amount, part: Amount) -> Callable[[Amount], bool]:
    """Whether a share of a total is at most one unit of its last digit off."""
    low = part.value * 100 / (stated.value + stated.ulp)
    down = stated.value - stated.ulp
    high = part.value * 100 / down if down > 0 else None
    return lambda whole: low <= whole.value and (high is None or whole.value <= high)
