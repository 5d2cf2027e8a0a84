"""Where the rows of a sheet went: template rows, output rows, and the references between them.

Every rendered row tells the number of its template row. The list of both is all that is
needed to move whatever names rows: formulas, merges, names, print areas, validations, anchors.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from generator.frozen import frozen

#: The last row of a sheet.
LAST_ROW: Final = 1_048_576


@frozen
class Area:
    """A range of template rows; ``left`` and ``right`` are empty for whole rows."""

    left: str
    top: int
    right: str
    bottom: int

    def __str__(self) -> str:
        return f"{self.left}{self.top}:{self.right}{self.bottom}"


class RowMap:
    """Template row → output rows of one rendered sheet.

    ``blocks`` are the first and last template rows of its top-level ``{%tr … %}`` blocks, ``last``
    the last template row that holds anything; ``kept``: template rows of which a blank copy stays
    where their block leaves no row, since a table needs one.
    """

    def __init__(
        self, blocks: Sequence[tuple[int, int]] = (), last: int = 0, kept: Sequence[int] = ()
    ) -> None:
        self.blanks: set[int] = set()
        self._blocks = blocks
        self._last = last
        self._kept = kept
        self._starts = [first for first, _ in blocks]
        self._labels: list[list[int]] = [[] for _ in blocks]
        self._shifts = [0] * (len(blocks) + 1)
        self._passes: dict[int, list[list[int]]] = {}
        self._copies: dict[int, list[int]] | None = None
        self._seen: dict[tuple[bool, int, int], int] = {}
        self._runs: dict[tuple[int, int], tuple[list[tuple[int, int]], list[int]]] = {}
        self._block = 0
        self._next_start = blocks[0][0] if blocks else LAST_ROW + 1

    # While rendering, rows announce themselves in order.

    def begin(self, row: int) -> int:
        """A row made from template ``row`` begins; its output number."""
        if row < self._next_start:
            return row + self._shifts[self._block]
        labels = self._labels[self._block]
        labels.append(row)
        return self._next_start + self._shifts[self._block] + len(labels) - 1

    def end_block(self) -> None:
        """The top-level block that is being rendered ends."""
        block = self._block
        first, last = self._blocks[block]
        if not self._labels[block]:
            for row in [row for row in self._kept if first <= row <= last][:1]:
                self.blanks.add(self.begin(row))
        self._shifts[block + 1] = (
            self._shifts[block] + len(self._labels[block]) - (last - first + 1)
        )
        self._block += 1
        following = self._starts[block + 1 :]
        self._next_start = following[0] if following else LAST_ROW + 1

    def begin_pass(self, loop: int) -> None:
        """A pass through ``loop`` begins."""
        self.end_loop(loop)
        self._passes[loop].append([self._following(), 0])

    def end_loop(self, loop: int) -> None:
        """The last pass through ``loop`` is over."""
        passes = self._passes.setdefault(loop, [])
        if passes and not passes[-1][1]:
            passes[-1][1] = self._following() - 1

    def _following(self) -> int:
        return self._next_start + self._shifts[self._block] + len(self._labels[self._block])

    # When all sheets are rendered, the rest asks where rows went.

    def low(self, first: int, last: int) -> int:
        """The first output row of template rows ``first`` to ``last``, 0 when none is left."""
        row = first
        while row <= last:
            index = bisect_right(self._starts, row) - 1
            if index < 0 or row > self._blocks[index][1]:
                return row + self._shifts[index + 1]
            if found := self._in_block(index, first, last, backwards=False):
                return found
            row = self._blocks[index][1] + 1
        return 0

    def high(self, first: int, last: int) -> int:
        """The last output row of template rows ``first`` to ``last``, 0 when none is left."""
        row = last
        while row >= first:
            index = bisect_right(self._starts, row) - 1
            if index < 0 or row > self._blocks[index][1]:
                return row + self._shifts[index + 1] if row < LAST_ROW else row
            if found := self._in_block(index, first, last, backwards=True):
                return found
            row = self._blocks[index][0] - 1
        return 0

    def _in_block(self, index: int, first: int, last: int, *, backwards: bool) -> int:
        key = (backwards, max(first, self._starts[index]), min(last, self._blocks[index][1]))
        known = self._seen.get(key)
        if known is None:
            labels = self._labels[index]
            places = range(len(labels) - 1, -1, -1) if backwards else range(len(labels))
            start = self._starts[index] + self._shifts[index]
            known = next((start + i for i in places if first <= labels[i] <= last), 0)
            self._seen[key] = known
        return known

    def window(self, loop: int, row: int) -> tuple[int, int]:
        """First and last output row of the pass through ``loop`` that output ``row`` is in."""
        passes = self._passes[loop]
        first, last = passes[bisect_right(passes, [row, LAST_ROW]) - 1]
        return first, last

    def windows(self, loop: int) -> Iterator[tuple[int, int]]:
        """First and last output row of every pass through ``loop``."""
        return ((first, last) for first, last in self._passes.get(loop, ()))

    def ordinal(self, loop: int, row: int) -> int:
        """Which pass through ``loop``, counted from 0, output ``row`` is in."""
        return bisect_right(self._passes[loop], [row, LAST_ROW]) - 1

    def nth_window(self, loop: int, number: int) -> tuple[int, int] | None:
        """First and last output row of pass ``number`` through ``loop``; None for no such pass."""
        passes = self._passes.get(loop, ())
        return (passes[number][0], passes[number][1]) if number < len(passes) else None

    def within(self, window: tuple[int, int], first: int, last: int) -> tuple[int, int]:
        """Like ``low`` and ``high``, of the output rows of ``window`` only; (0, 0) for none."""
        found = self.runs_within(first, last, *window)
        return (found[0][0], found[-1][1]) if found else (0, 0)

    @property
    def blank(self) -> int:
        """The first output row below everything: references to nothing point there."""
        return self.count(self._last) + 1

    def origin(self, row: int) -> int:
        """The template row that output ``row`` was made from."""
        starts = [first + self._shifts[i] for i, first in enumerate(self._starts)]
        index = bisect_right(starts, row) - 1
        if index < 0:
            return row
        inside = row - starts[index]
        labels = self._labels[index]
        if inside < len(labels):
            return labels[inside]
        return row - self._shifts[index + 1]

    def copies(self, row: int) -> Sequence[int]:
        """Every output row made from template ``row``."""
        index = bisect_right(self._starts, row) - 1
        if index < 0 or row > self._blocks[index][1]:
            return (row + self._shifts[index + 1],)
        if self._copies is None:
            self._copies = {}
            for block, labels in enumerate(self._labels):
                start = self._starts[block] + self._shifts[block]
                for i, label in enumerate(labels):
                    self._copies.setdefault(label, []).append(start + i)
        return self._copies.get(row, ())

    def filled(self, row: int) -> Sequence[int]:
        """The same without the blank copy that a table needs."""
        found = self.copies(row)
        return found if not self.blanks else [one for one in found if one not in self.blanks]

    def runs(self, first: int, last: int) -> list[tuple[int, int]]:
        """The output rows of template rows ``first`` to ``last`` as unbroken ranges."""
        return self._found(first, last)[0]

    def runs_within(self, first: int, last: int, low: int, high: int) -> list[tuple[int, int]]:
        """Like ``runs``, of the output rows ``low`` to ``high`` only."""
        runs, ends = self._found(first, last)
        start = bisect_left(ends, low)
        found: list[tuple[int, int]] = []
        while start < len(runs) and runs[start][0] <= high:
            begin, end = runs[start]
            found.append((max(begin, low), min(end, high)))
            start += 1
        return found

    def _found(self, first: int, last: int) -> tuple[list[tuple[int, int]], list[int]]:
        known = self._runs.get((first, last))
        if known is None:
            runs: list[tuple[int, int]] = []
            for begin, end in self._stretches(first, last):
                if runs and runs[-1][1] + 1 >= begin:
                    runs[-1] = (runs[-1][0], end)
                else:
                    runs.append((begin, end))
            known = self._runs[first, last] = runs, [end for _, end in runs]
        return known

    def _stretches(self, first: int, last: int) -> Iterator[tuple[int, int]]:
        row = first
        for index, (begin, end) in enumerate(self._blocks):
            if end < first or begin > last:
                continue
            if row < begin:
                yield row + self._shifts[index], begin - 1 + self._shifts[index]
            start = begin + self._shifts[index]
            for i, label in enumerate(self._labels[index]):
                if first <= label <= last:
                    yield start + i, start + i
            row = end + 1
        if row <= last:
            shift = self._shifts[bisect_right(self._starts, row)]
            yield row + shift, min(last + shift, LAST_ROW) if last < LAST_ROW else last

    def count(self, row: int) -> int:
        """How many output rows stand where template rows 1 to ``row`` stood."""
        return self.high(1, row)


class Run:
    """Equal cells of one column that are becoming one merged range, and the height they need."""

    __slots__ = ("first", "height", "last", "left", "right", "values")

    def __init__(
        self, values: tuple[object, ...], left: str, right: str, first: int, last: int
    ) -> None:
        self.values = values
        self.left = left
        self.right = right
        self.first = first
        self.last = last
        self.height = 0


def range_text(area: Area, rows: RowMap, *, sign: str = "") -> str | None:
    """A range as one range over all that is left of its rows; None when nothing is."""
    low, high = rows.low(area.top, area.bottom), rows.high(area.top, area.bottom)
    if not low:
        return None
    start, end = f"{area.left}{sign}{low}", f"{area.right}{sign}{high}"
    return start if start == end else f"{start}:{end}"


def ranges_text(areas: Iterable[Area], rows: RowMap) -> str | None:
    """A list of ranges (``sqref``), exactly the rows that are left; None when nothing is."""
    found = [
        start
        if (start := f"{area.left}{low}") == (end := f"{area.right}{high}")
        else f"{start}:{end}"
        for area in areas
        for low, high in rows.runs(area.top, area.bottom)
    ]
    return " ".join(found) or None
