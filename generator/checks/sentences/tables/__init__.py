"""What tables claim of their own numbers: sums, points, rates.

A relation is not guessed from one row: what fails is wrong only where the words of the head say
what a column is, or where the same relation holds in other columns or rows of the table.
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.checks.sentences.model import Claim
from generator.checks.sentences.tables import points, rates, sums
from generator.checks.sentences.tables.grid import Table


def claims(table: Table) -> Iterator[Claim]:
    """All that the table says of its own numbers."""
    for band in table.bands:
        yield from sums.claims(table, band)
        yield from points.claims(table, band)
        yield from rates.claims(table, band)
