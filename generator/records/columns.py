"""Columns of long lists: figures by the thousand, which nobody checks one by one."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction
from typing import Final

from generator.frozen import frozen
from generator.records.record import Number, Record, number, numbers

#: A column of more figures is told as one.
LONG: Final = 500
_NUMBER: Final = re.compile(r"\[\d+\]")


@frozen
class Column:
    """The figures of one field of a list, or of a list itself.

    ``path``: their path with empty brackets (``明细[].数量``); ``name``: what readers call them;
    ``figures``: the path of each; ``value``: their sum in ``unit``, or, if they cannot be added,
    how many they are; ``formula``: which of the two; ``files``: where they were typed, with the
    first and last line there.
    """

    path: str
    name: str
    figures: tuple[str, ...]
    value: Fraction
    unit: str
    formula: str
    files: tuple[tuple[str, int, int], ...]


def long_columns(record: Record) -> list[Column]:
    """The columns of ``record`` that have more than ``LONG`` figures."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path in numbers(record):
        if "[" in path:
            found[_NUMBER.sub("[]", path)].append(path)
    return [
        _column(path, figures, [number(record, one) for one in figures])
        for path, figures in found.items()
        if len(figures) > LONG
    ]


def _column(path: str, figures: list[str], values: list[Number]) -> Column:
    units = {value.unit for value in values}
    unit = units.pop() if len(units) == 1 else "%"
    lines: defaultdict[str, list[int]] = defaultdict(list)
    for value in values:
        lines[value.file].append(value.line)
    added = unit != "%"
    return Column(
        path=path,
        name=path.replace("[].", "各项的").replace("[]", "各项"),
        figures=tuple(figures),
        value=_sum(values) if added else Fraction(len(values)),
        unit=unit if added else "",
        formula=f"{len(values)}个之和" if added else "个数",
        files=tuple((file, min(of), max(of)) for file, of in lines.items()),
    )


def _sum(values: Iterable[Number]) -> Fraction:
    """The sum of fractions; few have denominators of their own."""
    tops: defaultdict[int, int] = defaultdict(int)
    for value in values:
        tops[value.bottom] += value.top
    return sum((Fraction(top, bottom) for bottom, top in tops.items()), Fraction(0))
