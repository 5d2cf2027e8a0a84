"""Units of money that a document names beside its numbers, and where somebody changed them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from generator.problems.place import Cell as Step
from generator.pulling.comparing.meanwhile import Pairing
from generator.pulling.comparing.parting import Part
from generator.pulling.model import ORDERED, VALUE, Line

#: 单位：万元, （元）, 以万元为单位; not the unit of a number before it, nor part of a word.
_UNIT: Final = re.compile(
    r"(?<![\d百千万亿美欧日港])[百千万亿美欧日港]{0,4}元(?:(?=为单位|计)|(?!\w))"
)


def named_otherwise(old: str, new: str) -> str:
    """What to say where ``new`` names other units of money than ``old``; empty where it does not.

    Both are texts without the numbers that a document is filled with.
    """
    was, now = Counter(_UNIT.findall(old)), Counter(_UNIT.findall(new))
    if was == now:
        return ""
    gone, come = ("、".join(one) or "没有单位" for one in (was - now, now - was))
    return f"文档里金额的单位由“{gone}”改成了“{come}”"


def doubted(pairs: Sequence[Pairing]) -> dict[int, str]:
    """By their numbers, the pairs whose amounts are said in another unit now, and why.

    A unit named in a table is that of the table, one between tables that of those beside it, one
    of a page header that of all.
    """
    tables = [_table(pair.new) if pair.new is not None else None for pair in pairs]
    found: dict[int, str] = {}
    for at, pair in enumerate(pairs):
        old, line = pair.old, pair.new or (pair.old.line if pair.old is not None else None)
        told = named_otherwise(old.text if old is not None else "", _text(pair.new))
        if not told or line is None:
            continue
        everywhere = line.part not in ORDERED and not line.row
        beside = set(_beside(tables, at))
        for number, table in enumerate(tables):
            if table is not None and (everywhere or table in beside):
                found.setdefault(number, f"{told}（{line.place}）")
    return found


def _text(line: Line | None) -> str:
    return line.text if line is not None else ""


def of_words(parts: Sequence[Part]) -> str:
    """The same of the words around the values of one paragraph or cell."""
    words = [part for part in parts if part.segment.kind != VALUE]
    return named_otherwise("\n".join(p.old for p in words), "\n".join(p.new for p in words))


def _beside(tables: Sequence[object], at: int) -> Iterator[object]:
    """The table that a line is in, or those before and behind it."""
    if tables[at] is not None:
        yield tables[at]
        return
    for side in (tables[at::-1], tables[at:]):
        yield next((table for table in side if table is not None), None)


def _table(line: Line) -> object:
    if not line.row:
        return None
    step = next((one for one in line.place.steps if isinstance(one, Step)), None)
    if step is None:
        return line.part  # a sheet
    return line.part, line.place.number, step.after, step.table
