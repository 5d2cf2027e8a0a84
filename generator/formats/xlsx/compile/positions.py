"""Where the characters of a template workbook stand, in the reader's words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from generator.formats.xlsx.compile.sheet import Sheet
from generator.formats.xlsx.compile.workbook import Workbook
from generator.problems.place import Place, Square
from generator.reading.excel import SheetPart
from generator.reserved import any_in

_STRING = re.compile(r"<(?:\w+:)?si[ />]")
_NOTED = re.compile(r'<(?:\w+:)?(?:comment|threadedComment) [^>]*?ref="([A-Z]+[0-9]+)"')


class Positions:
    """The cell, page header or sheet that a character belongs to, None for none of them."""

    def __init__(self, book: Workbook, sheets: Sequence[Sheet]) -> None:
        self._book = book
        self._sheets = {sheet.part.name: sheet for sheet in sheets}
        self._noted = {
            member: sheet.place
            for sheet in sheets
            for kind, member in book.related(sheet.part.name)
            if kind in ("comments", "threadedComment")
        }

    def __call__(self, name: str, xml: str, offset: int) -> Place | None:
        shared = self._book.one("sharedStrings")
        if name in self._sheets:
            return self._in_sheet(self._sheets[name].place, xml, offset)
        if shared is not None and name == shared.name:
            return self._of_string(len(_STRING.findall(xml, 0, offset)) - 1)
        if name in self._noted:
            cells = _NOTED.findall(xml, 0, offset)
            return self._noted[name].down(*map(Square.of, cells[-1:]))
        if name == self._book.main:
            titled = (sheet.place for sheet in self._sheets.values() if any_in(sheet.title))
            return next(titled, None)
        return None

    def _in_sheet(self, place: Place, xml: str, offset: int) -> Place:
        spot = SheetPart(xml, place).at(offset)
        behind = offset > xml.rfind("sheetData>")
        # What stands behind the cells belongs to none of them, but perhaps to a page header.
        return place if spot is None or (behind and spot.place.steps) else spot.place

    def _of_string(self, number: int) -> Place | None:
        """The first cell that shows the shared string."""
        for sheet in self._sheets.values():
            for cell in (cell for row in sheet.rows for cell in row.cells):
                value = cell.node.child("v")
                if cell.node.get("t") == "s" and value and value.text.strip() == str(number):
                    return sheet.place.down(Square.of(cell.where))
        return None
