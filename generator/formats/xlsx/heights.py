"""How tall rows must be for the texts in them.

Excel and WPS do not refit rows when a file is opened, and never for merged cells, so gen
estimates. Everything that does not depend on values is computed when a template is compiled
(``compile.row_heights``). Heights are whole quarters of a point, Excel's own grid.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from generator.formats.xlsx.compiled import Fit, RowPlan
from generator.frozen import frozen
from generator.reserved import CLOSE, MID, OPEN, TAG, TAG_END

#: The tallest row that Excel shows, in quarters of a point.
MAX_HEIGHT: Final = 409 * 4

#: What does not begin a line, and what does not end one.
_CLOSING: Final = frozenset("，。、；：？！）》〉”’】〕…—％℃·")
_OPENING: Final = frozenset("（《〈“‘【〔")
#: Of other texts of several lines, one part in so many is lost where lines end: numbers are
#: not divided either.
_LOST: Final = 24
#: Nor are words of letters; a line ends half a word early.
_HALF_WORD: Final = 3

#: Elements (the first may have begun before), tag numbers, paths and ends of values.
_NOT_TEXT = re.compile(f"^[^<]*>|<[^>]*>|{TAG}[^{TAG_END}]*{TAG_END}|{OPEN}[^{MID}]*{MID}|{CLOSE}")
_ENTITY = re.compile("&[a-z]+;")


def width(text: str) -> int:
    """The width of ``text`` in half-width characters."""
    if text.isascii():
        return len(text)
    # UTF-8 takes three bytes for what Chinese fonts draw in full width, one for ASCII.
    count = len(text)
    return count + (len(text.encode("utf-8", "replace")) - count + 1) // 2


def line_count(text: str, capacity: int) -> int:
    """How many lines of ``capacity`` half-width characters ``text`` takes."""
    if "\n" in text:
        return sum(line_count(line, capacity) for line in text.split("\n"))
    wide = width(text)
    if wide <= capacity:
        return 1
    count = len(text)
    if wide == 2 * count:
        return _square_lines(text, count, max(capacity // 2, 1))
    if wide == count:
        usable = max(capacity - _HALF_WORD, capacity // 2, 1)
        return -(-wide // usable)
    # An odd half-width place stays empty, since most characters take two.
    usable = max(capacity - capacity % 2, 2)
    return -(-(wide + wide // _LOST) // usable)


def _square_lines(text: str, count: int, capacity: int) -> int:
    """How many lines of ``capacity`` Chinese characters ``text`` takes."""
    lines, place = 1, capacity
    while place < count:
        start = place - capacity
        while place > start + 1 and (text[place] in _CLOSING or text[place - 1] in _OPENING):
            place -= 1
        place += capacity
        lines += 1
    return lines


def needed(text: str, fit: Fit) -> int:
    """The height that ``text`` (XML) needs in a cell; 0 when one line, which always fits."""
    lines = _lines(text, fit.capacity)
    return lines * fit.line + fit.padding if lines > 1 else 0


@lru_cache(maxsize=256)  # the texts of a list are few and stand in it often
def _lines(xml: str, capacity: int) -> int:
    return line_count(_ENTITY.sub("&", xml) if "&" in xml else xml, capacity)


def needed_marked(xml: str, fit: Fit) -> int:
    """Like ``needed``, of XML with elements and marks in it."""
    return needed(_NOT_TEXT.sub("", xml), fit)


def height_attribute(quarters: int) -> str:
    """The attribute of a row of this height."""
    known = _attributes.get(quarters)
    if known is None:
        known = _attributes[quarters] = f' ht="{quarters / 4:g}"'
    return known


_attributes: dict[int, str] = {}


@frozen
class Tall:
    """Rows that together must have a height: output rows ``first`` to ``last``."""

    first: int
    last: int
    height: int


def row_attributes(
    plans: Sequence[RowPlan], numbers: Sequence[int], needs: list[int], talls: Iterable[Tall]
) -> list[str]:
    """The height attributes of all rows; ``needs`` are what their own cells need.

    Rows grow and never shrink. What merged cells lack is spread evenly over their rows, the
    ranges of few rows first.
    """
    heights = [max(need, plan.height) for plan, need in zip(plans, needs, strict=True)]
    for tall in sorted(talls, key=lambda tall: tall.last - tall.first):
        start = bisect_left(numbers, tall.first)
        stop = bisect_left(numbers, tall.last + 1, start)
        if stop > start and (lack := tall.height - sum(heights[start:stop])) > 0:
            share, rest = divmod(lack, stop - start)
            for index in range(start, stop):
                heights[index] += share + (index - start < rest)
    return [
        plan.attributes
        if height == plan.height
        else height_attribute(min(height, MAX_HEIGHT))
        + (' customHeight="1"' if plan.custom else "")
        for plan, height in zip(plans, heights, strict=True)
    ]
