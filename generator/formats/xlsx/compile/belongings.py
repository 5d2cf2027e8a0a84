"""Patches of what belongs to sheets: drawings, comments, tables, charts, and names."""

from __future__ import annotations

from collections.abc import Sequence

from generator.formats.xlsx.compile.formulas import (
    Book,
    area_of,
    compile_formula,
    moves,
    print_areas,
)
from generator.formats.xlsx.parts import (
    DECLARATION,
    Node,
    Part,
    Patch,
    compact,
    emit,
    emit_inner,
    retag,
)
from generator.formats.xlsx.segments import (
    AnchorEnd,
    AnchorRow,
    Element,
    Elements,
    FirstCopy,
    FormulaText,
    Range,
    RowExists,
    Segment,
    Segments,
    TableRange,
)


def unpatched(_node: Node) -> None:
    """A patch that leaves everything."""
    return


def anchors(part: Part, node: Node, sheet: int, patch: Patch) -> list[Segment]:
    """A drawing anchor whose rows follow the sheet's, as its ``editAs`` says."""
    if node.get("editAs") == "absolute":
        return [part.raw(node.start, node.inner), *emit_inner(part, node, patch)]
    ends = {child.local: child.child("row") for child in node.children}
    start, end = ends.get("from"), ends.get("to")
    base = int(start.text) if start is not None and start.text.isdigit() else -1

    def rows(inner: Node) -> list[Segment] | None:
        if inner not in (start, end) or not inner.text.isdigit():
            return patch(inner)
        row = int(inner.text)
        place: Segment = AnchorRow(sheet, row)
        if inner is end:
            stays = node.get("editAs") == "oneCell" and base >= 0
            place = AnchorRow(sheet, row, base) if stays else AnchorEnd(sheet, row)
        return [part.raw(inner.start, inner.inner), place, part.raw(inner.inner_end, inner.end)]

    return [part.raw(node.start, node.inner), *emit_inner(part, node, rows)]


def patch_drawing(part: Part, sheet: int) -> Segments:
    """Shapes and pictures of a moving sheet."""

    def patch(node: Node) -> list[Segment] | None:
        if node.local in ("twoCellAnchor", "oneCellAnchor"):
            return anchors(part, node, sheet, unpatched)
        return None

    return compact([DECLARATION, *emit(part, part.root, patch)])


def patch_comments(part: Part, sheet: int) -> Segments:
    """Comments of a moving sheet follow the first copy of their cell."""

    def patch(node: Node) -> list[Segment] | None:
        area = area_of(node.get("ref"))
        if node.local not in ("comment", "threadedComment") or area is None:
            return None
        place = FirstCopy(sheet, area.left, area.top)
        comment = compact(retag(part, node, {"ref": place}, unpatched))
        return [Element((RowExists(sheet, area.top), *comment))]

    return compact([DECLARATION, *emit(part, part.root, patch)])


def patch_notes(part: Part, sheet: int) -> Segments:
    """The boxes of comments (VML): their cell's row, and the box that stands beside it."""

    def patch(node: Node) -> list[Segment] | None:
        if node.local != "shape":
            return None
        rows = [n for n in node.walk() if n.local == "Row" and n.text.strip().isdigit()]
        base = int(rows[0].text) if rows else -1
        inner = [part.raw(node.start, node.inner), *emit_inner(part, node, note(base))]
        exists = [RowExists(sheet, base + 1)] if rows else []
        return [Element(compact([*exists, *inner]))]

    def note(base: int) -> Patch:
        def inside(node: Node) -> list[Segment] | None:
            start = part.raw(node.start, node.inner)
            end = part.raw(node.inner_end, node.end)
            if node.local == "Row" and base >= 0:
                return [start, AnchorRow(sheet, base), end]
            numbers = [item.strip() for item in node.text.split(",")]
            if node.local == "Anchor" and len(numbers) == 8 and all(map(str.isdigit, numbers)):
                home = base if base >= 0 else int(numbers[2])
                top = AnchorRow(sheet, int(numbers[2]), home)
                bottom = AnchorRow(sheet, int(numbers[6]), home)
                return [
                    start, f"{numbers[0]}, {numbers[1]}, ", top, f", {numbers[3]}, {numbers[4]}, "
                    f"{numbers[5]}, ", bottom, f", {numbers[7]}", end,
                ]  # fmt: skip
            return None

        return inside

    return compact(emit(part, part.root, patch))


def patch_table(part: Part, book: Book, sheet: int) -> Segments:
    """A table (ListObject) grows with its rows; at least one of them stays."""
    head = int(part.root.get("headerRowCount", "1"))
    totals = int(part.root.get("totalsRowCount", "0"))

    def patch(node: Node) -> list[Segment] | None:
        area = area_of(node.get("ref"))
        if area is not None:
            least = head + 1 + (totals if node is part.root else 0)
            return retag(part, node, {"ref": TableRange(sheet, area, least)}, patch_inner)
        return patch_inner(node)

    def patch_inner(node: Node) -> list[Segment] | None:
        if node is not part.root and area_of(node.get("ref")) is not None:
            return patch(node)
        return formula_patch(part, book, node, ("calculatedColumnFormula", "totalsRowFormula"))

    return compact([DECLARATION, *emit(part, part.root, patch)])


def formula_patch(
    part: Part, book: Book, node: Node, names: Sequence[str], sheet: int = -1
) -> list[Segment] | None:
    """An element whose text is a formula with moving references."""
    if node.local not in names or node.children:
        return None
    formula = compile_formula(book, node.text, sheet)
    if not moves(formula):
        return None
    end = part.raw(node.inner_end, node.end)
    return [part.raw(node.start, node.inner), FormulaText(formula), end]


def patch_formulas(part: Part, book: Book, names: Sequence[str]) -> Segments:
    """A part in which only formulas move (a chart, a pivot cache)."""

    def patch(node: Node) -> list[Segment] | None:
        if node.local == "worksheetSource":
            area, sheet = area_of(node.get("ref")), book.sheet(node.get("sheet"), -1)
            if area is not None and sheet >= 0:
                return retag(part, node, {"ref": Range(sheet, area)}, unpatched)
        return formula_patch(part, book, node, names)

    return compact([DECLARATION, *emit(part, part.root, patch)])


def patch_workbook(part: Part, book: Book, *, recalculate: bool) -> Segments:
    """Names follow their rows; Excel computes on opening; the editor's traces go."""
    before = frozenset(["sheets", "functionGroups", "externalReferences", "definedNames"])
    anchor = [node for node in part.root.children if node.local in before][-1]
    calculation = part.root.child("calcPr")
    insert = recalculate and calculation is None

    def patch(node: Node) -> list[Segment] | None:
        if node is anchor and insert:
            inner = own(node) or [
                part.raw(node.start, node.inner),
                *emit_inner(part, node, own),
            ]
            return [*inner, f'<{part.root.prefix}calcPr fullCalcOnLoad="1"/>']
        return own(node)

    def own(node: Node) -> list[Segment] | None:
        if node.local in ("fileVersion", "revisionPtr"):
            return []
        if node.local == "AlternateContent" and any(n.local == "absPath" for n in node.walk()):
            return []
        if node is calculation and recalculate:
            node.attributes["fullCalcOnLoad"] = "1"
            return retag(part, node, {}, unpatched)
        if node.local == "definedNames" and book.loops:
            items = tuple(
                Element(
                    compact(defined_name(part, book, child) or [part.raw(child.start, child.end)])
                )
                for child in node.children
            )
            return [Elements(f"<{node.name}", (), items, f"</{node.name}>")]
        return None

    return compact([DECLARATION, *emit(part, part.root, patch)])


def defined_name(part: Part, book: Book, node: Node) -> list[Segment] | None:
    """A name whose rows move; areas and titles for printing stay lists of ranges."""
    local = node.get("localSheetId")
    sheet = int(local) if local.isdigit() else -1
    if node.get("name") in ("_xlnm.Print_Area", "_xlnm.Print_Titles"):
        areas = print_areas(book, node.text, sheet)
        if areas is not None:
            end = part.raw(node.inner_end, node.end)
            return [part.raw(node.start, node.inner), areas, end]
    return formula_patch(part, book, node, ("definedName",), sheet)
