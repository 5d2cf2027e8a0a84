"""Formulas outside of cells: conditional formats, validations, sparklines, links, names."""

from __future__ import annotations

import re
from typing import Final

from openpyxl.formula.tokenizer import TokenizerError
from openpyxl.formula.translate import Translator, TranslatorError

from generator.formats.xlsx.compile.formulas.areas import area_of, areas_of
from generator.formats.xlsx.compile.formulas.book import Book
from generator.formats.xlsx.compile.formulas.references import Refuse, compile_formula
from generator.formats.xlsx.compile.parts import Node, Part, Patch, compact, retag
from generator.formats.xlsx.compile.sheet import Sheet
from generator.formats.xlsx.compile.tags import TagReader, short
from generator.formats.xlsx.formulas.model import Formula, Role
from generator.formats.xlsx.pieces import Ranges
from generator.formats.xlsx.rows import Area
from generator.formats.xlsx.segments import ByPlace, Element, FormulaText, PerRow, Segment, Variant
from generator.problems import Position
from generator.problems.place import Place
from generator.reserved import FORMULA, FORMULA_END, NUMBER

#: Elements that hold a formula.
_FORMULAS: Final = ("formula", "formula1", "formula2", "f")
_WAITING: Final = re.compile(f"({FORMULA}\\d*{FORMULA_END})")
#: Attributes that are formulas, in drawings, controls and sheets.
ATTRIBUTES: Final = (
    "textlink", "linkedCell", "listFillRange", "fmlaLink", "fmlaRange", "fmlaTxbx", "fmlaGroup",
    "cellRange", "link",
)  # fmt: skip


class Outside:
    """Compiles formulas that stand in no cell, and tells of each what cannot follow its rows."""

    def __init__(self, book: Book, reader: TagReader) -> None:
        self._book = book
        self._reader = reader

    def refusal(self, place: Place | None, called: str = "") -> Refuse:
        """Tells what is wrong with a formula of ``place``, and what it is ``called``."""

        def tell(code: str, *, formula: str, **values: str) -> None:
            if code == "T281":
                return  # names and formats that editors leave behind show nothing by themselves
            at = Position(self._reader.file, place=place)
            self._reader.add(code, at, (), formula=short(called + "=" + formula), **values)

        return tell

    def tell(self, code: str, place: Place | None, **values: str) -> None:
        """Tell something else of ``place``."""
        self._reader.add(code, Position(self._reader.file, place=place), (), **values)

    def formula(
        self, text: str, sheet: int, place: Place | None, *, home: int = 0, role: Role = "list",
        pin: bool = False, called: str = "",
    ) -> Formula:  # fmt: skip
        """A formula of ``place``."""
        refuse = self.refusal(place, called)
        return compile_formula(self._book, text, sheet, home, refuse=refuse, role=role, pin=pin)

    def attribute(self, text: str, sheet: int, place: Place | None) -> Segment | None:
        """An attribute that is a formula, with or without its equals sign; None if it stays."""
        sign = "=" if text.startswith("=") else ""
        role: Role = "area" if ":" in text else "cell"
        formula = self.formula(text.removeprefix("="), sheet, place, role=role)
        if not formula.moves:
            return None
        return Element((sign, FormulaText(formula, place, attribute=True)))

    def attributes(
        self, part: Part, node: Node, place: Place | None, sheet: int, patch: Patch
    ) -> list[Segment] | None:
        """An element of which some attributes are formulas; None if none of them moves."""
        found: dict[str, Segment] = {}
        for name, value in node.attributes.items():
            if name.rpartition(":")[2] in ATTRIBUTES and value:
                moved = self.attribute(value, sheet, place)
                if moved is not None:
                    found[name] = moved
        return retag(part, node, found, patch) if found else None

    def link(self, sheet: Sheet, node: Node, home: int) -> FormulaText | None:
        """Where a hyperlink leads inside the workbook; None if that stays."""
        text = node.get("location")
        if not text:
            return None
        area = area_of(node.get("ref"))
        place = (
            sheet.place if area is None else self._reader.at(sheet, f"{area.left}{area.top}").place
        )
        formula = self.formula(text.removeprefix("#"), sheet.index, place, home=home, role="area")
        if not formula.moves:
            return None
        return FormulaText(formula, place, sheet.index, home, attribute=True)

    def sparkline(self, part: Part, node: Node, sheet: Sheet) -> PerRow | Segment:
        """One sparkline: a copy for each copy of its row."""
        cell, data = node.child("sqref"), node.child("f")
        area = area_of(cell.text) if cell is not None else None
        if cell is None or data is None or area is None:
            return part.raw(node.start, node.end)
        place = self._reader.at(sheet, f"{area.left}{area.top}").place
        formula = self.formula(data.text, sheet.index, place, home=area.top, role="area")
        pieces = (
            f"<{node.name}><{data.name}>", formula, f"</{data.name}><{cell.name}>{area.left}",
            NUMBER, f"</{cell.name}></{node.name}>",
        )  # fmt: skip
        return PerRow(sheet.index, area.top, pieces, place)

    # Elements of many cells

    def by_place(
        self, part: Part, node: Node, sheet: Sheet, *, moving: bool
    ) -> list[Segment] | None:
        """A conditional format or validation, whose formulas are relative to its first cell."""
        own = node.child("sqref")
        areas = areas_of(own.text if own is not None else node.get("sqref"))
        if not areas:
            return None
        texts: list[str] = []
        pieces = self._pieces(part, node, texts)
        variants = self._variants(sheet, areas, texts)
        if not any(formula.moves for variant in variants for formula in variant.formulas):
            return [_still(part, node, own, sheet.index, areas)] if moving else None
        return [ByPlace(sheet.index, variants, pieces, sheet.place)]

    def _pieces(self, part: Part, node: Node, texts: list[str]) -> tuple[str | int | None, ...]:
        """The XML of an element around its formulas, which go to ``texts``, and its ranges."""

        def patch(inner: Node) -> list[Segment] | None:
            start, end = part.raw(inner.start, inner.inner), part.raw(inner.inner_end, inner.end)
            if inner.local == "sqref" and not inner.children:
                return [f"{start}{FORMULA}{FORMULA_END}{end}"]
            if inner.local in _FORMULAS and not inner.children and inner.text.strip():
                texts.append(inner.text)
                return [f"{start}{FORMULA}{len(texts) - 1}{FORMULA_END}{end}"]
            if inner.local == "cfvo" and inner.get("type") == "formula" and inner.get("val"):
                texts.append(inner.get("val"))
                waiting = f"{FORMULA}{len(texts) - 1}{FORMULA_END}"
                return retag(part, inner, {"val": waiting}, patch)
            return None

        head: dict[str, Segment] = {}
        if "sqref" in node.attributes:
            head["sqref"] = f"{FORMULA}{FORMULA_END}"
        xml = "".join(map(str, retag(part, node, head, patch)))
        found: list[str | int | None] = []
        for piece in _WAITING.split(xml):
            if piece.startswith(FORMULA):
                number = piece[1:-1]
                found.append(int(number) if number else None)
            elif piece:
                found.append(piece)
        return tuple(found)

    def _variants(
        self, sheet: Sheet, areas: tuple[Area, ...], texts: list[str]
    ) -> tuple[Variant, ...]:
        """The formulas as they read in each row; rows below everything read alike."""
        origin = f"{areas[0].left or 'A'}{areas[0].top}"
        found: list[Variant] = []
        for area in areas:
            last = min(area.bottom, sheet.last)
            rows = [(row, row) for row in range(area.top, last + 1)]
            if area.bottom > last:
                rows.append((max(area.top, last + 1), area.bottom))
            for row, end in rows:
                if row in sheet.controls:
                    continue
                own = [_moved(text, origin, f"{area.left or 'A'}{row}") for text in texts]
                place = self._reader.at(sheet, f"{area.left or 'A'}{row}").place
                formulas = tuple(
                    self.formula(text, sheet.index, place, home=row, role="area", pin=True)
                    for text in own
                )
                found.append(Variant(row, end, area.left, area.right, formulas))
        return tuple(found)


def _still(
    part: Part, node: Node, own: Node | None, sheet: int, areas: tuple[Area, ...]
) -> Segment:
    """An element without formulas that move: its ranges follow their rows."""
    moved = Ranges(sheet, areas)
    if own is None:
        return Element(compact(retag(part, node, {"sqref": moved})))

    def patch(inner: Node) -> list[Segment] | None:
        if inner is not own:
            return None
        return [part.raw(inner.start, inner.inner), moved, part.raw(inner.inner_end, inner.end)]

    return Element(compact(retag(part, node, {}, patch)))


def _moved(text: str, origin: str, cell: str) -> str:
    """``text`` of the cell ``origin`` as it reads in ``cell``."""
    if origin == cell:
        return text
    try:
        return str(Translator("=" + text, origin=origin).translate_formula(cell))[1:]
    except (TranslatorError, TokenizerError):
        return text
