"""What hangs on the cells of a moving sheet: drawings, comments and their boxes."""

from __future__ import annotations

from generator.formats.xlsx.compile.formulas.areas import area_of
from generator.formats.xlsx.compile.formulas.outside import Outside
from generator.formats.xlsx.compile.parts import (
    DECLARATION,
    Node,
    Part,
    Patch,
    compact,
    emit,
    emit_inner,
    retag,
    unpatched,
)
from generator.formats.xlsx.compile.sheet import Sheet
from generator.formats.xlsx.compile.tags import TagReader
from generator.formats.xlsx.pieces import AnchorEnd, AnchorRow, FirstCopy, RowExists
from generator.formats.xlsx.segments import Element, Segment, Segments
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


def patch_comments(part: Part, sheet: int) -> Segments:
    """Comments of a moving sheet follow the first copy of their cell."""

    def patch(node: Node) -> list[Segment] | None:
        area = area_of(node.get("ref"))
        if node.local not in ("comment", "threadedComment") or area is None:
            return None
        place = FirstCopy(sheet, area.left, area.top)
        comment = compact(retag(part, node, {"ref": place}))
        return [Element((RowExists(sheet, area.top), *comment))]

    return compact([DECLARATION, *emit(part, part.root, patch)])


def check_comments(part: Part, sheet: Sheet, reader: TagReader) -> None:
    """Refuse comments on rows of control tags, which are gone in the end."""
    tags = {row.number: row.control[1].text for row in sheet.rows if row.control}
    for node in part.root.walk():
        area = area_of(node.get("ref")) if node.local == "comment" else None
        if area is not None and area.top in tags:
            at = reader.at(sheet, f"{area.left}{area.top}")
            reader.add("T283", at, tag=tags[area.top])


def patch_notes(
    part: Part, sheet: int, outside: Outside, where: Place, *, moving: bool
) -> Segments:
    """The boxes of comments and controls (VML): their cell's row, the box that stands beside it."""

    def patch(node: Node) -> list[Segment] | None:
        if node.local != "shape" or not moving:
            return link(node)
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
            return link(node)

        return inside

    def link(node: Node) -> list[Segment] | None:
        if not node.local.startswith("Fmla") or node.children or not node.text.strip():
            return None
        formula = outside.attribute(node.text.strip(), sheet, where)
        if formula is None:
            return None
        return [part.raw(node.start, node.inner), formula, part.raw(node.inner_end, node.end)]

    return compact(emit(part, part.root, patch))


def patch_controls(part: Part, sheet: int, outside: Outside, place: Place) -> Segments:
    """The properties of a form control: the cells that it is linked to."""

    def patch(node: Node) -> list[Segment] | None:
        return outside.attributes(part, node, place, sheet, unpatched)

    return compact([DECLARATION, *emit(part, part.root, patch)])
