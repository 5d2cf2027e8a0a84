"""What hangs on the cells of a moving sheet: drawings and form controls."""

from __future__ import annotations

from generator.formats.xlsx.compile.formulas.outside import Outside
from generator.formats.xlsx.compile.parts import (
    DECLARATION,
    Node,
    Part,
    Patch,
    compact,
    emit,
    emit_inner,
    unpatched,
)
from generator.formats.xlsx.pieces import AnchorEnd, AnchorRow
from generator.formats.xlsx.segments import Segment, Segments
from generator.problems.place import Place


def anchors(part: Part, node: Node, sheet: int, patch: Patch = unpatched) -> list[Segment]:
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


def patch_drawing(
    part: Part, sheet: int, outside: Outside, place: Place, *, moving: bool
) -> Segments:
    """Shapes and pictures: where they stand on a moving sheet, and the cells that they show."""

    def patch(node: Node) -> list[Segment] | None:
        if moving and node.local in ("twoCellAnchor", "oneCellAnchor"):
            return anchors(part, node, sheet, linked)
        return linked(node)

    def linked(node: Node) -> list[Segment] | None:
        return outside.attributes(part, node, place, sheet, linked)

    return compact([DECLARATION, *emit(part, part.root, patch)])


def patch_controls(part: Part, sheet: int, outside: Outside, place: Place) -> Segments:
    """The properties of a form control: the cells that it is linked to."""

    def patch(node: Node) -> list[Segment] | None:
        return outside.attributes(part, node, place, sheet, unpatched)

    return compact([DECLARATION, *emit(part, part.root, patch)])
