"""Defined names: what they say, and how they follow the rows that they name."""

from __future__ import annotations

import re
from typing import Final

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token, TokenizerError

from generator.formats.xlsx.compile.formulas.areas import area_of
from generator.formats.xlsx.compile.formulas.book import Book
from generator.formats.xlsx.compile.formulas.outside import Outside
from generator.formats.xlsx.compile.parts import Node, Part, compact
from generator.formats.xlsx.formulas.model import Formula, references
from generator.formats.xlsx.pieces import PrintArea, PrintAreas, Range
from generator.formats.xlsx.rows import Area
from generator.formats.xlsx.segments import Element, Elements, FormulaText, Segment
from generator.formats.xlsx.texts import escape

_PRINTING: Final = ("_xlnm.Print_Area", "_xlnm.Print_Titles")
_SHEET: Final = re.compile(r"[0-9]{1,6}")


class Names:
    """The names of a workbook."""

    def __init__(self, book: Book, outside: Outside, main: Part) -> None:
        self._book = book
        self._outside = outside
        #: Name in small letters and the sheet it is known on (-1: everywhere) → what it says.
        self.formulas: dict[tuple[str, int], Formula] = {}
        self._nodes: dict[int, Formula] = {}
        container = main.root.child("definedNames")
        for node in container.each("definedName") if container else ():
            if node.get("name") not in _PRINTING and node.text.strip():
                self._read(node)

    def _read(self, node: Node) -> None:
        sheet = self._sheet(node)
        name = node.get("name")
        formula = self._outside.formula(node.text.strip(), sheet, None, called=f"{name}：")
        self.formulas[node.get("name").casefold(), sheet] = formula
        self._nodes[id(node)] = formula
        moving = [one for one in references(formula.root) if self._book.moves(one.sheet)]
        if any(one.row and (not one.sign or (one.row2 and not one.sign2)) for one in moving):
            # Such a name means another cell wherever it is used.
            self._outside.refusal(None)("T280", formula=node.text, name=name)

    @staticmethod
    def _sheet(node: Node) -> int:
        local = node.get("localSheetId")
        return int(local) if _SHEET.fullmatch(local) else -1

    def patched(self, part: Part, container: Node) -> list[Segment] | None:
        """All names; None if none of them can move."""
        if not self._book.loops:
            return None
        items = tuple(
            Element(compact(self._patched(part, node) or [part.raw(node.start, node.end)]))
            for node in container.children
        )
        return [Elements(f"<{container.name}", (), items, f"</{container.name}>")]

    def _patched(self, part: Part, node: Node) -> list[Segment] | None:
        start, end = part.raw(node.start, node.inner), part.raw(node.inner_end, node.end)
        if node.get("name") in _PRINTING:
            areas = self._print_areas(node.text, self._sheet(node))
            return None if areas is None else [start, areas, end]
        formula = self._nodes.get(id(node))
        if formula is None or not formula.moves:
            return None
        return [start, FormulaText(formula), end]

    def _print_areas(self, text: str, sheet: int) -> PrintAreas | None:
        """The ranges of a print area with the moving ones taken apart; None for no plain list."""
        try:
            tokens = Tokenizer("=" + text).items
        except TokenizerError:
            return None
        found: list[PrintArea] = []
        for token in tokens:
            if token.value.strip() in (",", ""):
                continue
            if token.type != Token.OPERAND or token.subtype != Token.RANGE:
                return None
            before, mark, cells = token.value.rpartition("!")
            place = area_of(cells)
            target = self._book.sheet(before, sheet)
            if place is None or not self._book.moves(target):
                found.append(PrintArea(escape(token.value), None))
            else:
                columns = [f"${column}" if column else "" for column in (place.left, place.right)]
                # Titles of whole rows may reach to the tag above the loop.
                if place.left and self._book.stops_at_control(target, place.top, place.bottom):
                    told = self._outside.refusal(None, "打印区域：")
                    told("T288", formula=text, reference=token.value)
                taken = Area(columns[0], place.top, columns[1], place.bottom)
                found.append(PrintArea(escape(before + mark), Range(target, taken)))
        return PrintAreas(tuple(found))
