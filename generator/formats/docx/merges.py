"""Vertical merges of a rendered Word table: cells above each other that print the same.

A cell printed through ``合并`` holds a slot in its properties and, before its value, a key: the
texts it must have in common with the cell above it. Which cells join shows only when all rows
are there; then each slot becomes a restart, a continuation or nothing, and keys disappear.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from generator.reserved import ASIDE, KEY, KEY_END, LESS

#: What ``docx.compile`` leaves in the properties of such a cell.
MERGE_SLOT: Final = '<w:vMerge w:val="slot"/>'
_KEYS = re.compile(f"{KEY}[^{KEY_END}]*{KEY_END}")
_MERGED = "<w:vMerge"
_CONTINUED = re.compile(r'<w:vMerge(?=[ /])(?![^>]*"restart")[^>]*/>')
_RESTART, _CONTINUE = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
_ASIDE = re.compile(f"{ASIDE}(\\d+){ASIDE}")
_TABLE = re.compile("<w:tbl(?=[ >])")
_TABLE_END, _ROW_END, _CELL_END = "</w:tbl>", "</w:tr>", "</w:tc>"
_PROPERTIES_END = "</w:tcPr>"
_SPAN, _BEFORE = '<w:gridSpan w:val="', '<w:gridBefore w:val="'
_LEADING_PROPERTIES = re.compile(r"<w:p(?: [^>]*)?>(<w:pPr>.*?</w:pPr>)", re.DOTALL)


def key(texts: Iterable[str]) -> str:
    """The key of a cell that shows ``texts``: its parents and its own value."""
    # No text may look like the end of a cell.
    return f"{KEY}{LESS.join(texts).replace('<', LESS)}{KEY_END}"


def merge_cells(xml: str) -> str:
    """Fill every merge slot, empty continued cells, and remove the keys."""
    *pieces, rest = xml.split(_TABLE_END)
    outer: list[list[str]] = []  # what stands before each table that is open
    inner: list[str] = []  # finished tables inside cells, out of the way
    here: list[str] = []
    for piece in pieces:
        before, *opened = _TABLE.split(piece)
        here.append(before)
        for text in opened:
            outer.append(here)
            here = ["<w:tbl", text]
        if not outer:
            here.append(_TABLE_END)
            continue
        table = _merged("".join(here)) + _TABLE_END
        here = outer.pop()
        if outer:
            inner.append(table)
            table = f"{ASIDE}{len(inner) - 1}{ASIDE}"
        here.append(table)
    xml = "".join(here) + rest
    while inner and _ASIDE.search(xml):
        xml = _ASIDE.sub(lambda match: inner[int(match[1])], xml)
    return _KEYS.sub("", xml) if KEY in xml else xml


class _Group:
    """Cells above each other that print the same.

    ``cells[index]`` is the first one, ``before`` and ``after`` its text around the slot.
    """

    __slots__ = ("after", "before", "cells", "index", "joined", "key", "span")

    def __init__(
        self, key: str, span: int, cells: list[str], index: int, before: str, after: str
    ) -> None:
        self.key = key
        self.span = span
        self.cells = cells
        self.index = index
        self.before = before
        self.after = after
        self.joined = False

    def join(self) -> None:
        """One more cell belongs to it."""
        if not self.joined:
            self.joined = True
            self.cells[self.index] = f"{self.before}{_RESTART}{self.after}"


def _merged(table: str) -> str:
    if MERGE_SLOT not in table:
        return table
    rows = table.split(_ROW_END)
    split: list[list[str] | str] = []
    above: dict[int, _Group] = {}
    for row in rows:
        if MERGE_SLOT in row or (above and _MERGED in row):
            cells = row.split(_CELL_END)
            above = _merged_row(cells, above)
            split.append(cells)
        else:
            above = {}
            split.append(row)
    return _ROW_END.join(row if isinstance(row, str) else _CELL_END.join(row) for row in split)


def _merged_row(cells: list[str], above: dict[int, _Group]) -> dict[int, _Group]:
    """Settle the cells of a row in place; its groups by their first column."""
    here: dict[int, _Group] = {}
    column = _number(cells[0], _BEFORE, 0)
    for index, cell in enumerate(cells[:-1]):
        span = _number(cell, _SPAN, 1)
        before, slot, after = cell.partition(MERGE_SLOT)
        if slot:
            lead, marked, rest = after.partition(KEY)
            text, _, tail = rest.partition(KEY_END)
            group = above.get(column) if marked else None
            if group is not None and group.key == text and group.span == span:
                group.join()
                cells[index] = f"{before}{_CONTINUE}{_emptied(after)}"
                here[column] = group
            else:
                cells[index] = before + lead + tail
                if marked:
                    here[column] = _Group(text, span, cells, index, before, lead + tail)
        elif _CONTINUED.search(before) and column in above and above[column].span == span:
            # The template itself merges it with the cell above: a row split in two.
            here[column] = above[column]
            here[column].join()
        column += span
    return here


def _number(xml: str, attribute: str, otherwise: int) -> int:
    start = xml.find(attribute)
    if start < 0:
        return otherwise
    start += len(attribute)
    return int(xml[start : xml.index('"', start)])


def _emptied(after: str) -> str:
    """The rest of a continued cell: its properties and one empty paragraph."""
    end = after.index(_PROPERTIES_END) + len(_PROPERTIES_END)
    properties = _LEADING_PROPERTIES.match(after, end)
    kept = properties[1] if properties and "<w:pPrChange" not in properties[1] else ""
    return f"{after[:end]}<w:p>{kept}</w:p>" if kept else f"{after[:end]}<w:p/>"
