"""Patches of a worksheet around its cells: what names rows follows them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape as escape_text

from generator.formats.xlsx.compile.belongings import anchors
from generator.formats.xlsx.compile.formulas import (
    Book,
    all_corners,
    compile_formula,
    corners,
    moves,
    written_out,
)
from generator.formats.xlsx.compile.sheet import Cell, Row, Sheet
from generator.formats.xlsx.parts import DECLARATION, Node, attributes_text, compact, emit, retag
from generator.formats.xlsx.rows import NUMBER
from generator.formats.xlsx.segments import Segment


class Masters:
    """Shared formulas of one sheet, written out for the cells that only point to them."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._masters: dict[str, tuple[str, str]] = {}
        for row in rows:
            for cell in row.cells:
                node = cell.formula
                if node is not None and node.get("t") == "shared" and node.text:
                    where = cell.where
                    self._masters.setdefault(node.get("si"), (node.text, where))

    def text(self, cell: Cell) -> str | None:
        """The formula of ``cell``; None for what has no text of its own (a data table)."""
        node = cell.formula
        assert node is not None
        if node.get("t") == "dataTable":
            return None
        if node.get("t") != "shared" or node.text:
            return node.text
        text, origin = self._masters.get(node.get("si"), ("", ""))
        if not text:
            return None
        return written_out(text, origin, cell.where)


class SheetPatches:
    """Patches of one worksheet's XML, and of the parts that belong to it."""

    def __init__(self, book: Book, sheet: Sheet, masters: Masters) -> None:
        self._book = book
        self._sheet = sheet
        self._part = sheet.part
        self._masters = masters
        self._home = 0
        self._rendered = False
        self._cells = {id(c.node): c for row in sheet.rows for c in row.cells if c.formula}
        self._moving = sheet.index in book.loops
        self._headers = {id(node): i for i, (node, _) in enumerate(sheet.headers)}
        self._merge_after = self._merge_place() if sheet.merging else None

    def segments(self, *, rendered: bool) -> list[Segment]:
        """The whole part; the rows of a ``rendered`` sheet are left to render."""
        self._rendered = rendered
        return compact([DECLARATION, *emit(self._part, self._part.root, self._patch)])

    def _merge_place(self) -> Node | None:
        """The element behind which ``mergeCells`` belongs, when there is none yet."""
        if self._part.root.child("mergeCells"):
            return None
        before = frozenset(
            [
                "sheetData",
                "sheetCalcPr",
                "sheetProtection",
                "protectedRanges",
                "scenarios",
                "autoFilter",
                "sortState",
                "dataConsolidate",
                "customSheetViews",
            ]
        )
        return [node for node in self._part.root.children if node.local in before][-1]

    def _patch(self, node: Node) -> list[Segment] | None:
        if node is self._merge_after:
            self._merge_after = None
            return [*emit(self._part, node, self._patch), self._merges()]
        if node.local == "sheetData" and self._rendered:
            name = node.name
            return [f"<{name}>", ("rows",), f"</{name}>"]
        if id(node) in self._headers:
            return [
                self._part.raw(node.start, node.inner),
                ("header", self._headers[id(node)]),
                self._part.raw(node.inner_end, node.end),
            ]
        if node.local == "c":
            return self._cell(node)
        if node.local in ("formula", "formula1", "formula2", "f") and not node.children:
            return self._formula(node)
        if node.local == "mergeCells" and (self._moving or self._sheet.merging):
            return [self._merges()]
        return self._ranged(node) if self._moving else None

    def _cell(self, node: Node) -> list[Segment] | None:
        """A formula cell of a sheet without tags: no stale value, references that follow."""
        cell = self._cells.get(id(node))
        if cell is None or cell.formula is None:
            return None
        formula_node = cell.formula
        out: list[Segment] = [self._start(node, {"t"})]
        text = self._masters.text(cell) if self._book.loops else None
        formula = compile_formula(self._book, text, self._sheet.index) if text else []
        if moves(formula):
            kept = () if formula_node.get("t") == "shared" else ("t", "ref", "aca", "ca")
            dropped = {name for name in formula_node.attributes if name not in kept}
            out.append(self._start(formula_node, dropped))
            out.append(("formula", list(formula), -1, 0))
            out.append(f"</{formula_node.name}>")
        elif text is not None and formula_node.get("t") == "shared":
            out.append(f"<{formula_node.name}>{escape_text(text)}</{formula_node.name}>")
        else:
            out.append(self._part.raw(formula_node.start, formula_node.end))
        return [*out, f"</{node.name}>"]

    def _start(self, node: Node, dropped: set[str]) -> str:
        return f"<{node.name}{attributes_text(node.attributes, dropped)}>"

    def _formula(self, node: Node) -> list[Segment] | None:
        pin = bool(self._home)
        formula = compile_formula(self._book, node.text, self._sheet.index, self._home, pin=pin)
        if not moves(formula):
            return None
        return [
            self._part.raw(node.start, node.inner),
            ("formula", list(formula), self._sheet.index, self._home),
            self._part.raw(node.inner_end, node.end),
        ]

    def _merges(self) -> Segment:
        sheet = self._sheet
        static = [
            (left, top, right, bottom, self._book.loop(sheet.index, top, bottom))
            for left, top, right, bottom in sheet.merged
            if f"{left}{top}" not in sheet.merging
        ]
        self._book.used |= {(sheet.index, area[4]) for area in static if area[1] != area[3]}
        item: Segment = ("merges", sheet.index, sheet.prefix, static)
        name = f"{sheet.prefix}mergeCells"
        return ("list", f"<{name}", "count", [item], f"</{name}>")

    def _ranged(self, node: Node) -> list[Segment] | None:
        """Elements that name rows of a moving sheet."""
        index = self._sheet.index
        match node.local:
            case "dimension" | "autoFilter" | "sortState" | "sortCondition":
                return self._optional(node, "ref", "range")
            case "conditionalFormatting" | "dataValidation" | "ignoredError" | "protectedRange":
                return self._optional(node, "sqref", "ranges")
            case "dataValidations" | "ignoredErrors" | "protectedRanges" | "conditionalFormattings":
                return [self._container(node)]
            case "pane":
                return self._pane(node)
            case "selection":
                views: dict[str, Segment | None] = {
                    name: ("view", index, all_corners(node.get(name)))
                    for name in ("activeCell", "sqref")
                    if name in node.attributes
                }
                return retag(self._part, node, views, self._patch)
            case "sqref":
                patch: Segment = ("view", index, all_corners(node.text))
                end = self._part.raw(node.inner_end, node.end)
                return [self._part.raw(node.start, node.inner), patch, end]
            case "hyperlinks":
                return [self._links(node)]
            case "rowBreaks":
                return [self._breaks(node)]
            case "tableParts":
                return [self._tables(node)]
            case "anchor" | "twoCellAnchor" | "oneCellAnchor":
                return anchors(self._part, node, index, self._patch)
        return None

    def _optional(self, node: Node, attribute: str, kind: str) -> list[Segment] | None:
        areas = all_corners(node.get(attribute))
        if not areas:
            return None
        operand: Any = areas if kind == "ranges" else areas[0]
        before, self._home = self._home, areas[0][1]
        segments = retag(
            self._part, node, {attribute: (kind, self._sheet.index, operand)}, self._patch
        )
        self._home = before
        return [("optional", compact(segments))]

    def _container(self, node: Node) -> Segment:
        items: list[Segment] = []
        for child in node.children:
            segments = compact(emit(self._part, child, self._patch))
            items.append(segments[0] if len(segments) == 1 else ("optional", segments))
        start = self._start(node, {"count"})
        counts = "count" if "count" in node.attributes else ""
        return ("list", start[:-1], counts, items, f"</{node.name}>")

    def _pane(self, node: Node) -> list[Segment] | None:
        patches: dict[str, Segment | None] = {}
        split = node.get("ySplit")
        if split.isdigit() and node.get("state").startswith("frozen"):
            patches["ySplit"] = ("count", self._sheet.index, int(split))
        if "topLeftCell" in node.attributes:
            areas = all_corners(node.get("topLeftCell"))
            patches["topLeftCell"] = ("first", self._sheet.index, areas)
        return retag(self._part, node, patches, self._patch)

    def _links(self, node: Node) -> Segment:
        items: list[Segment] = []
        for child in node.each("hyperlink"):
            area = corners(child.get("ref"))
            patches: dict[str, Segment | None] = {}
            if area is not None:
                left, top, right, bottom = area
                patches["ref"] = ("range", self._sheet.index, area)
                location = child.get("location")
                link = compile_formula(self._book, location, self._sheet.index) if location else ()
                if moves(link):
                    patches["location"] = ("formula", list(link), -1, 0)
                elif top == bottom:
                    ends = (left,) if left == right else (left, right)
                    ref = ":".join(end + NUMBER for end in ends)
                    segments = retag(self._part, child, {"ref": ref}, self._patch)
                    pieces = re.split(f"({NUMBER})", "".join(map(str, segments)))
                    items.append(("copies", self._sheet.index, top, pieces))
                    continue
            items.append(("optional", compact(retag(self._part, child, patches, self._patch))))
        start = self._start(node, set())
        return ("list", start[:-1], "", items, f"</{node.name}>")

    def _tables(self, node: Node) -> Segment:
        """The tables of the sheet: one whose header is gone is no table of it."""
        items: list[Segment] = []
        for child in node.children:
            raw = self._part.raw(child.start, child.end)
            row = self._sheet.tables.get(child.get("id"), 0)
            exists: Segment = ("exists", self._sheet.index, row)
            items.append(("optional", [exists, raw]) if row else raw)
        return ("list", self._start(node, {"count"})[:-1], "count", items, f"</{node.name}>")

    def _breaks(self, node: Node) -> Segment:
        controls = {row.number for row in self._sheet.rows if row.control}
        items: list[Segment] = []
        for child in node.each("brk"):
            row = int(child.get("id") or 0)
            if row in controls:
                place: Segment = ("count", self._sheet.index, row)
                items.append(
                    ("optional", compact(retag(self._part, child, {"id": place}, self._patch)))
                )
            else:
                segments = retag(self._part, child, {"id": NUMBER}, self._patch)
                items.append(("copies", self._sheet.index, row, [str(s) for s in segments]))
        start = self._start(node, {"count", "manualBreakCount"})
        return ("list", start[:-1], "count manualBreakCount", items, f"</{node.name}>")
