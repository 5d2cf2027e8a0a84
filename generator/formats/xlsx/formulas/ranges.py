"""Cells that a reference means, with what functions ask of them again and again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from math import fsum
from typing import TypeAlias

from generator.formats.xlsx.formulas.values import Error, Failed, Value

#: Rows of values.
Matrix: TypeAlias = list[list[Value]]


class Range:
    """The cells of one reference: unbroken ranges of one or more columns.

    ``columns``: first and last, from 1; ``rows``: first and last of each range; ``subtotal`` tells
    of a row and column whether a subtotal stands there; ``hidden``: rows of the sheet are.
    """

    def __init__(
        self,
        columns: tuple[int, int],
        rows: Sequence[tuple[int, int]],
        cells: Matrix,
        subtotal: Callable[[int, int], bool],
        *,
        hidden: bool = False,
    ) -> None:
        self.columns = columns
        self.rows = rows
        self.cells = cells
        self.hidden = hidden
        self._subtotal = subtotal

    def part(self, row: int, column: int) -> Range:
        """A row, a column or, by 0, all of them, of cells without others between."""
        (low, high), (left, right) = self.rows[0], self.columns
        cells = self.cells
        if row:
            low, high, cells = low + row - 1, low + row - 1, [cells[row - 1]]
        if column:
            left, right = left + column - 1, left + column - 1
            cells = [[one[column - 1]] for one in cells]
        return Range((left, right), [(low, high)], cells, self._subtotal, hidden=self.hidden)

    @cached_property
    def values(self) -> list[Value]:
        """All values, row by row."""
        if self.columns[0] == self.columns[1]:
            return [row[0] for row in self.cells]
        return [value for row in self.cells for value in row]

    @cached_property
    def numbers(self) -> list[float]:
        """The numbers among them; raises ``Failed`` where an error stands."""
        found: list[float] = []
        for value in self.values:
            if type(value) is float:
                found.append(value)
            elif isinstance(value, Error):
                raise Failed(value.code)
        return found

    @cached_property
    def sum(self) -> float:
        """The sum of the numbers."""
        return fsum(self.numbers)

    @cached_property
    def sorted(self) -> list[float]:
        """The numbers from small to large."""
        return sorted(self.numbers)

    @cached_property
    def places(self) -> dict[Value, list[int]]:
        """Value (texts without case) → where it stands."""
        found: dict[Value, list[int]] = {}
        for index, value in enumerate(self.values):
            key = value.casefold() if isinstance(value, str) else value
            # True == 1.0 as keys of a dictionary, not in Excel.
            if not isinstance(key, bool):
                found.setdefault(key, []).append(index)
        return found

    @cached_property
    def plain(self) -> bool:
        """Whether no text among them holds a digit, and none is true or false."""
        return not any(
            isinstance(value, bool) or (isinstance(value, str) and any(map(str.isdigit, value)))
            for value in self.values
        )

    @cached_property
    def without_subtotals(self) -> list[Value]:
        """The values that are no subtotals."""
        first, last = self.columns
        places = (
            (row, column)
            for low, high in self.rows
            for row in range(low, high + 1)
            for column in range(first, last + 1)
        )
        return [
            value
            for value, place in zip(self.values, places, strict=True)
            if not self._subtotal(*place)
        ]
