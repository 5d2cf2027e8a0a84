"""What a comparison of a row may be about: the amounts around it, by place and by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from generator.checks.sentences.lexicon import related
from generator.checks.sentences.model import (
    Amount,
    Reading,
    Row,
    Tag,
)

#: Rows before one in its paragraph that may be its subject.
MOST_ROWS: Final = 40


class Subjects:
    """The rows of a text by their paragraph and by their name."""

    def __init__(self, reading: Reading) -> None:
        self._by_block: dict[int, list[Row]] = {}
        self._by_name: dict[str, list[Row]] = {}
        self._places: dict[int, int] = {}
        self._related: dict[str, list[Row]] = {}
        for row in reading.rows:
            around = self._by_block.setdefault(row.block, [])
            self._places[id(row)] = len(around)
            around.append(row)
            if row.levels and row.name:
                self._by_name.setdefault(row.name, []).append(row)
        self._lists = {id(r): one for one in reading.listings for r in one.rows[1:]}

    def before(self, row: Row) -> list[Row]:
        """The rows before it in its paragraph, the nearest last."""
        around, at = self._by_block[row.block], self._places[id(row)]
        return around[max(0, at - MOST_ROWS) : at]

    def named(self, name: str) -> list[Row]:
        """Rows with amounts that are called that."""
        return self._by_name.get(name, [])[:MOST_ROWS]

    def of(self, row: Row, unit: str, sentence: int = 0) -> tuple[list[Amount], list[Amount]]:
        """The amounts that a comparison of ``row`` may be about: the likely ones, the others.

        ``sentence``: the one that the comparison stands in. One that begins a sentence may be
        about what the paragraph began with.
        """
        own = [amount for tag, amount in row.levels if amount.unit == unit]
        around, at = self._by_block[row.block], self._places[id(row)]
        before = around[max(0, at - MOST_ROWS) : at]
        rest = [a for r in reversed(before) for _, a in r.levels if a.unit == unit]
        if own:
            if not row.named and at:
                return own, rest
            later = sentence > row.sentence
            starts = [
                a for r in around[:MOST_ROWS] for _, a in r.levels[:1] if a.unit == unit and later
            ]
            whole = self._whole(row)
            if whole is not None:
                return [], own + [a for _, a in whole.levels if a.unit == unit]
            return own, [a for a in starts if a not in own]
        named = [
            a for r in (*around[:MOST_ROWS], *before, *around[at + 1 : at + MOST_ROWS])
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
            self._related[name] = [row for rows in same for row in rows[:MOST_ROWS]][:MOST_ROWS]
        return self._related[name]

    def _whole(self, row: Row) -> Row | None:
        """其中甲1万元、乙2万元，较上年增加…: what the list is of may be compared as well as 乙."""
        listing = self._lists.get(id(row))
        if listing is None or listing.closed or listing.head.comparisons:
            return None
        alone = not any(r.comparisons for r in listing.rows if r is not row)
        return listing.head if alone else None

    def elsewhere(self, row: Row, tag: Tag, unit: str) -> Iterator[Amount]:
        """Amounts of its name that are of that time and side."""
        for other in self.named(row.name):
            for own, amount in other.levels:
                if own.when == tag.when and own.what == tag.what and amount.unit == unit:
                    yield amount
