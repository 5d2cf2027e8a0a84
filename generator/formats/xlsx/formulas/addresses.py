"""The one meaning of a reference into rows that repeat: this template row, every copy.

Seen from a cell of the same pass it is the copy of that pass; from a block over the same list,
the copy of the pass with the same number; from anywhere else, and with ``$`` before its row, all
copies. A range is all copies of all its rows, which may be several ranges with other rows between
them. Whatever names cells asks here: formulas, names, charts, validations, links.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from generator.formats.xlsx.formulas.model import Reference
from generator.formats.xlsx.rows import LAST_ROW, RowMap
from generator.frozen import frozen

#: First and last output row.
Rows: TypeAlias = tuple[int, int]

_EVERYWHERE: Rows = (1, LAST_ROW)
_NOWHERE: Rows = (1, 0)


@frozen
class Place:
    """Where a formula stands: the number of its sheet and its output row; 0 for no row.

    ``last``: the last row of the rows that merge into its cell by value, 0 for a cell of one row;
    ``column``: 0 for none.
    """

    sheet: int
    row: int
    last: int = 0
    column: int = 0


def areas(reference: Reference, maps: Mapping[int, RowMap], place: Place) -> list[Rows]:
    """The output rows that ``reference`` means, as unbroken ranges; empty when none is left."""
    merged = place.last and reaches(reference)
    if reference.own and place.row and not merged:
        return [(place.row, place.row)]
    rows = maps.get(reference.sheet)
    first, last = reference.row, reference.row2 or reference.row
    if not first:
        return [_EVERYWHERE]
    if rows is None:
        return [(first, last)]
    if reference.loop < 0 and (reference.loop2 < 0 or not reference.row2):
        return rows.runs(first, last)
    low, high = _window(reference.sheet, reference.loop, reference.home, maps, place)
    if reference.row2 and (reference.loop2, reference.home2) != (reference.loop, reference.home):
        high = _window(reference.sheet, reference.loop2, reference.home2, maps, place)[1]
    elif merged:
        end = Place(place.sheet, place.last)
        high = _window(reference.sheet, reference.loop, reference.home, maps, end)[1]
    return rows.runs_within(first, last, low, high)


def reaches(reference: Reference) -> bool:
    """Whether ``reference`` takes in all rows that merge into the cell of its formula."""
    return reference.role != "cell" or reference.row2 > 0


def _window(sheet: int, loop: int, home: int, maps: Mapping[int, RowMap], place: Place) -> Rows:
    """The output rows of the pass through ``loop`` that belongs to ``place``."""
    if loop < 0 or not place.row:
        return _EVERYWHERE
    own = maps[place.sheet]
    if sheet == place.sheet and loop == home:
        return own.window(loop, place.row)
    return maps[sheet].nth_window(loop, own.ordinal(home, place.row)) or _NOWHERE
