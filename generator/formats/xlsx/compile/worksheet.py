"""Patches of a worksheet around its cells: what names rows follows them."""

from __future__ import annotations

from collections.abc import Iterable

from generator.formats.xlsx.compile.attached.forms import Forms
from generator.formats.xlsx.compile.attached.slots import Slots
from generator.formats.xlsx.compile.formulas.areas import area_of, areas_of
from generator.formats.xlsx.compile.formulas.book import Book
from generator.formats.xlsx.compile.formulas.cells import CellFormulas, Masters
from generator.formats.xlsx.compile.formulas.outside import Outside
from generator.formats.xlsx.compile.parts import (
    DECLARATION,
    Node,
    attributes_text,
    compact,
    emit,
    emit_inner,
    retag,
)
from generator.formats.xlsx.pieces import (
    AsideText,
    FirstCopy,
    LinkId,
    Range,
    Ranges,
    RowCount,
    RowExists,
)
from generator.formats.xlsx.rows import Area
from generator.formats.xlsx.segments import (
    Copies,
    Element,
    Elements,
    FormulaInCell,
    HeaderText,
    MergeCells,
    PerRow,
    Segment,
    Segments,
    SheetRows,
)
from generator.reserved import NUMBER


class SheetPatches:
    """Patches of one worksheet's XML, and of the parts that belong to it."""

    def __init__(
        self, book: Book, forms: Forms, masters: Masters, formulas: CellFormulas, outside: Outside
    ) -> None:
        self._book = book
        self._forms = forms
        self._sheet = sheet = forms.controls.sheet
        self._part = sheet.part
        self._masters = masters
        self._formulas = formulas
        self._outside = outside
        self._rendered = False
        self._cells = {id(c.node): c for row in sheet.rows for c in row.cells if c.formula}
        self._moving = book.moves(sheet.index)
        self._linked = any(what in ("target", "tooltip") for _, what in sheet.aside_of)
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
        if node.local == "hyperlinks" and self._linked:
            return [self._links(node)]
        if id(node) in self._sheet.shortened and not self._moving:
            return retag(self._part, node, {}, self._patch)
        if self._book.loops and (placed := self._placed(node)) is not None:
            return placed
        if node.local == "mergeCells" and (self._moving or self._sheet.merging):
            return [self._merges()]
        return self._ranged(node) if self._moving else None

    def _cell(self, node: Node) -> list[Segment] | None:
        """A formula cell of a sheet without tags."""
        cell = self._cells.get(id(node))
        if cell is None or cell.formula is None:
            return None
        number = self._formulas.of_cell(self._sheet, cell, self._masters)
        if number < 0:
            return None
        return [
            f"<{node.name}{attributes_text(node.attributes, {'t'})}",
            FormulaInCell(number, cell.row),
        ]

    def _start(self, node: Node, dropped: set[str]) -> str:
        return f"<{node.name}{attributes_text(node.attributes, dropped)}>"

    def _placed(self, node: Node) -> list[Segment] | None:
        """What is about cells and has formulas: each where it stands."""
        match node.local:
            case "conditionalFormatting" | "dataValidation":
                return self._outside.by_place(self._part, node, self._sheet, moving=self._moving)
            case "sparklineGroups":
                return [self._sparklines(node)]
            case "controls":
                return [self._forms.listed(self._part, node)]
            case "AlternateContent" if any(one.local == "controls" for one in node.walk()):
                inner = emit_inner(self._part, node, self._patch)
                return [Element(compact([self._part.raw(node.start, node.inner), *inner]))]
        return None

    def _sparklines(self, node: Node) -> Segment:
        """Groups of sparklines: one for each copy of a row, none for rows that are gone."""
        groups: list[Segment] = []
        for group in node.children:
            inner: list[Segment] = [self._part.raw(group.start, group.inner)]
            for child in group.children:
                if child.local == "sparklines":
                    items = [
                        self._outside.sparkline(self._part, one, self._sheet)
                        for one in child.children
                    ]
                    start = self._part.raw(child.start, child.inner)[:-1]
                    inner.append(Elements(start, (), tuple(items), f"</{child.name}>", needed=True))
                else:
                    inner.append(self._part.raw(child.start, child.end))
            groups.append(Element(compact([*inner, f"</{group.name}>"])))
        return Elements(
            self._part.raw(node.start, node.inner)[:-1], (), tuple(groups), f"</{node.name}>"
        )

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
        moved = Range(index, areas[0]) if attribute == "ref" else Ranges(index, areas)
        return [Element(compact(retag(self._part, node, {attribute: moved}, self._patch)))]

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
        items: list[Segment | Copies | PerRow] = []
        for child in node.each("hyperlink"):
            area = area_of(child.get("ref"))
            if area is not None and area.top == area.bottom:
                items.append(self._link(child, area))
                continue
            patches: dict[str, Segment] = {}
            if area is not None:
                patches["ref"] = Range(self._sheet.index, area)
            if location := self._outside.link(self._sheet, child, 0):
                patches["location"] = location
            items.append(Element(compact(retag(self._part, child, patches, self._patch))))
        return self._list(node, items)

    def _link(self, node: Node, area: Area) -> PerRow:
        """A link of cells of one row: one for each copy."""
        ends = dict.fromkeys((area.left, area.right))
        patches: dict[str, Segment] = {"ref": ":".join(end + NUMBER for end in ends)}
        location = self._outside.link(self._sheet, node, area.top)
        if location is not None:
            patches["location"] = location
        slots = Slots()
        for name in node.attributes:
            local = name.rpartition(":")[2]
            what = "target" if local == "id" else local
            number = self._sheet.aside_of.get((id(node), what))
            if number is not None:
                kind = LinkId if what == "target" else AsideText
                patches[name] = slots.slot(kind(self._sheet.index, number))
        segments = retag(self._part, node, patches, self._patch)
        return slots.row(self._sheet.index, area.top, segments, self._sheet.place)

    def _tables(self, node: Node) -> Segment:
        """The tables of the sheet: one whose header is gone is no table of it."""
        items: list[Segment] = []
        for child in node.children:
            raw = self._part.raw(child.start, child.end)
            area = self._sheet.tables.get(child.get("id"))
            row = area.top if area else 0
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
        self, node: Node, items: Iterable[Segment | Copies | PerRow], counts: tuple[str, ...] = ()
    ) -> Elements:
        start = self._start(node, set(counts))
        return Elements(start[:-1], counts, tuple(items), f"</{node.name}>")
