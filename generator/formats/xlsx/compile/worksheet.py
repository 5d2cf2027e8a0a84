"""Patches of a worksheet around its cells: what names rows follows them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape as escape_text

from generator.formats.xlsx.compile.drawings import anchors
from generator.formats.xlsx.compile.formulas import (
    Book,
    area_of,
    areas_of,
    compile_formula,
    moves,
    written_out,
)
from generator.formats.xlsx.compile.parts import (
    DECLARATION,
    Node,
    attributes_text,
    compact,
    emit,
    retag,
)
from generator.formats.xlsx.compile.sheet import Cell, Row, Sheet
from generator.formats.xlsx.segments import (
    Copies,
    Element,
    Elements,
    FirstCopy,
    FormulaText,
    HeaderText,
    MergeCells,
    Range,
    Ranges,
    RowCount,
    RowExists,
    Segment,
    Segments,
    SheetRows,
)
from generator.reserved import NUMBER


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

    def segments(self, *, rendered: bool) -> Segments:
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
            return [f"<{name}>", SheetRows(), f"</{name}>"]
        if id(node) in self._headers:
            return [
                self._part.raw(node.start, node.inner),
                HeaderText(self._headers[id(node)]),
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
        formula = compile_formula(self._book, text, self._sheet.index) if text else ()
        if moves(formula):
            kept = () if formula_node.get("t") == "shared" else ("t", "ref", "aca", "ca")
            dropped = {name for name in formula_node.attributes if name not in kept}
            out.append(self._start(formula_node, dropped))
            out.append(FormulaText(formula))
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
            FormulaText(formula, self._sheet.index, self._home),
            self._part.raw(node.inner_end, node.end),
        ]

    def _merges(self) -> Segment:
        sheet = self._sheet
        static = tuple(
            (area, self._book.loop(sheet.index, area.top, area.bottom))
            for area in sheet.merged
            if f"{area.left}{area.top}" not in sheet.merging
        )
        self._book.used |= {(sheet.index, loop) for area, loop in static if area.top != area.bottom}
        name = f"{sheet.prefix}mergeCells"
        item = MergeCells(sheet.index, sheet.prefix, static)
        return Elements(f"<{name}", ("count",), (item,), f"</{name}>")

    def _ranged(self, node: Node) -> list[Segment] | None:
        """Elements that name rows of a moving sheet."""
        index = self._sheet.index
        match node.local:
            case "dimension" | "autoFilter" | "sortState" | "sortCondition":
                return self._optional(node, "ref")
            case "conditionalFormatting" | "dataValidation" | "ignoredError" | "protectedRange":
                return self._optional(node, "sqref")
            case "dataValidations" | "ignoredErrors" | "protectedRanges" | "conditionalFormattings":
                return [self._container(node)]
            case "pane" | "selection" | "sqref":
                return self._view(node)
            case "hyperlinks":
                return [self._links(node)]
            case "rowBreaks":
                return [self._breaks(node)]
            case "tableParts":
                return [self._tables(node)]
            case "anchor" | "twoCellAnchor" | "oneCellAnchor":
                return anchors(self._part, node, index, self._patch)
        return None

    def _view(self, node: Node) -> list[Segment] | None:
        """Where the sheet is frozen, and which cells are selected."""
        if node.local == "pane":
            return self._pane(node)
        index = self._sheet.index
        if node.local == "sqref":
            patch = Ranges(index, areas_of(node.text), "A1")
            end = self._part.raw(node.inner_end, node.end)
            return [self._part.raw(node.start, node.inner), patch, end]
        views: dict[str, Segment] = {
            name: Ranges(index, areas_of(node.get(name)), "A1")
            for name in ("activeCell", "sqref")
            if name in node.attributes
        }
        return retag(self._part, node, views, self._patch)

    def _optional(self, node: Node, attribute: str) -> list[Segment] | None:
        areas, index = areas_of(node.get(attribute)), self._sheet.index
        if not areas:
            return None
        before, self._home = self._home, areas[0].top
        moved = Range(index, areas[0]) if attribute == "ref" else Ranges(index, areas)
        segments = retag(self._part, node, {attribute: moved}, self._patch)
        self._home = before
        return [Element(compact(segments))]

    def _container(self, node: Node) -> Segment:
        items: list[Segment] = []
        for child in node.children:
            segments = compact(emit(self._part, child, self._patch))
            items.append(segments[0] if len(segments) == 1 else Element(segments))
        return self._list(node, items, ("count",) if "count" in node.attributes else ())

    def _pane(self, node: Node) -> list[Segment] | None:
        patches: dict[str, Segment] = {}
        split = node.get("ySplit")
        if split.isdigit() and node.get("state").startswith("frozen"):
            patches["ySplit"] = RowCount(self._sheet.index, int(split))
        if (cell := area_of(node.get("topLeftCell"))) is not None:
            patches["topLeftCell"] = FirstCopy(self._sheet.index, cell.left, cell.top)
        return retag(self._part, node, patches, self._patch)

    def _links(self, node: Node) -> Segment:
        items: list[Segment | Copies] = []
        for child in node.each("hyperlink"):
            area = area_of(child.get("ref"))
            patches: dict[str, Segment] = {}
            if area is not None:
                patches["ref"] = Range(self._sheet.index, area)
                location = child.get("location")
                link = compile_formula(self._book, location, self._sheet.index)
                if moves(link):
                    patches["location"] = FormulaText(link)
                elif area.top == area.bottom:
                    ends = dict.fromkeys((area.left, area.right))
                    ref = ":".join(end + NUMBER for end in ends)
                    segments = retag(self._part, child, {"ref": ref}, self._patch)
                    pieces = re.split(f"({NUMBER})", "".join(map(str, segments)))
                    items.append(Copies(self._sheet.index, area.top, tuple(pieces)))
                    continue
            items.append(Element(compact(retag(self._part, child, patches, self._patch))))
        return self._list(node, items)

    def _tables(self, node: Node) -> Segment:
        """The tables of the sheet: one whose header is gone is no table of it."""
        items: list[Segment] = []
        for child in node.children:
            raw = self._part.raw(child.start, child.end)
            row = self._sheet.tables.get(child.get("id"), 0)
            items.append(Element((RowExists(self._sheet.index, row), raw)) if row else raw)
        return self._list(node, items, ("count",))

    def _breaks(self, node: Node) -> Segment:
        controls = {row.number for row in self._sheet.rows if row.control}
        items: list[Segment | Copies] = []
        for child in node.each("brk"):
            row = int(child.get("id") or 0)
            if row in controls:
                place = RowCount(self._sheet.index, row)
                items.append(Element(compact(retag(self._part, child, {"id": place}, self._patch))))
            else:
                segments = retag(self._part, child, {"id": NUMBER}, self._patch)
                items.append(Copies(self._sheet.index, row, tuple(map(str, segments))))
        return self._list(node, items, ("count", "manualBreakCount"))

    def _list(
        self, node: Node, items: Iterable[Segment | Copies], counts: tuple[str, ...] = ()
    ) -> Elements:
        start = self._start(node, set(counts))
        return Elements(start[:-1], counts, tuple(items), f"</{node.name}>")
