"""Shapes and pictures on a sheet: where they stand, and the cells that they show."""

from __future__ import annotations

from urllib.parse import unquote

from generator.formats.xlsx.compile.attached.controls import row_ends
from generator.formats.xlsx.compile.attached.forms import Forms
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
)
from generator.formats.xlsx.compile.tags import UNPLACED
from generator.formats.xlsx.formulas.model import Reference, column_number
from generator.formats.xlsx.pieces import Linked
from generator.formats.xlsx.segments import Element, Segment, Segments

_ANCHORS = ("twoCellAnchor", "oneCellAnchor")


def _anchor(part: Part, node: Node, sheet: int, patch: Patch) -> list[Segment]:
    """A drawing anchor whose rows follow the sheet's, as its ``editAs`` says."""
    ends = {child.local: child.child("row") for child in node.children}
    start, end = ends.get("from"), ends.get("to")
    top, bottom = (
        int(one.text) if one is not None and one.text.isdigit() else -1 for one in (start, end)
    )
    first, last = row_ends(node.get("editAs"), sheet, top, bottom)

    def rows(inner: Node) -> list[Segment] | None:
        if inner not in (start, end) or not inner.text.isdigit():
            return patch(inner)
        place = last if inner is end else first
        return [part.raw(inner.start, inner.inner), place, part.raw(inner.inner_end, inner.end)]

    return [part.raw(node.start, node.inner), *emit_inner(part, node, rows)]


def patch_drawing(part: Part, outside: Outside, forms: Forms) -> Segments:
    """Shapes and pictures; the copies of controls among them."""
    sheet, place = forms.controls.sheet.index, forms.controls.sheet.place

    def patch(node: Node) -> list[Segment] | None:
        if forms.moving and node.local in ("AlternateContent", *_ANCHORS):
            control = forms.controls.drawn(node)
            if control is not None:
                return [forms.of(control, part).whole(node)]
        if forms.moving and node.local in _ANCHORS:
            return _anchor(part, node, sheet, linked)
        return linked(node)

    def linked(node: Node) -> list[Segment] | None:
        if node.local == "sp" and (text := node.get("textlink")):
            _check_text(text, node, outside, forms)
        return outside.attributes(part, node, place, sheet, linked)

    return compact([DECLARATION, *emit(part, part.root, patch)])


def _check_text(text: str, node: Node, outside: Outside, forms: Forms) -> None:
    """Tell of a box with the text of a cell that is filled: what it keeps is the template's."""
    sheet = forms.controls.sheet
    cell = outside.formula(text.removeprefix("="), sheet.index, sheet.place).root
    kept = "".join(one.text for one in node.walk() if one.local == "t")
    if not isinstance(cell, Reference) or cell.row2 or not kept or UNPLACED.search(kept):
        return
    if forms.filled(cell.sheet, cell.row, column_number(cell.column)):
        called = next((one.get("name") for one in node.walk() if one.local == "cNvPr"), "")
        outside.tell("T293", sheet.place, name=called, reference=text)


def patch_links(part: Part, outside: Outside, forms: Forms) -> Segments:
    """The relations of drawings: where links of shapes and pictures lead in the workbook."""
    sheet = forms.controls.sheet

    def patch(node: Node) -> list[Segment] | None:
        target = unquote(node.get("Target"))
        if not target.startswith("#"):
            return None
        formula = outside.formula(target[1:], sheet.index, sheet.place, role="area")
        if not formula.moves:
            return None
        moved = Linked(formula, sheet.index, sheet.place, address=True)
        return retag(part, node, {"Target": Element(("#", moved))})

    return compact([DECLARATION, *emit(part, part.root, patch)])
