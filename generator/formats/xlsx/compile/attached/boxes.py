"""The boxes of notes and controls (VML): one for each copy of the row it belongs to."""

from __future__ import annotations

from generator.formats.xlsx.compile.attached.controls import SHAPE, anchor_of, home_of
from generator.formats.xlsx.compile.attached.forms import Forms
from generator.formats.xlsx.compile.attached.slots import Slots
from generator.formats.xlsx.compile.parts import Node, Part, compact, emit, retag
from generator.formats.xlsx.pieces import RowAt, ShapeBlocks
from generator.formats.xlsx.segments import PerRow, Segment, Segments

#: Where the rows stand among the eight numbers of an anchor.
_TOP, _BOTTOM = 2, 6


def patch_boxes(part: Part, forms: Forms) -> Segments:
    """The boxes of a sheet."""
    controls, sheet = forms.controls, forms.controls.sheet.index

    def patch(node: Node) -> list[Segment] | None:
        if (control := controls.of.get(id(node))) is not None:
            return [forms.of(control, part).whole(node)]
        if not forms.moving:
            return None
        if id(node) in controls.boxes:
            return [_note(part, forms, node)]
        if node.local == "idmap" and controls.boxes:
            known = ShapeBlocks(sheet, controls.rows, controls.first, node.get("data"))
            return retag(part, node, {"data": known})
        return None

    return compact(emit(part, part.root, patch))


def _note(part: Part, forms: Forms, node: Node) -> PerRow:
    home, slots = home_of(node), Slots()

    def around(inner: Node, text: str) -> list[Segment]:
        return [part.raw(inner.start, inner.inner), text, part.raw(inner.inner_end, inner.end)]

    def inside(inner: Node) -> list[Segment] | None:
        if inner.local == "Row":
            return around(inner, slots.slot(RowAt(0)))
        if inner.local == "Anchor" and (places := anchor_of(inner.text)):
            for at in (_TOP, _BOTTOM):
                places[at] = slots.slot(RowAt(int(places[at]) - home))
            return around(inner, ", ".join(places))
        return None

    patches: dict[str, Segment] = {}
    for name, value in node.attributes.items():
        if name.rpartition(":")[2] in ("id", "spid") and (found := SHAPE.match(value)):
            patches[name] = found[1] + slots.slot(forms.controls.counted(node, found[2]))
    index = forms.controls.sheet.index
    return slots.row(index, home + 1, retag(part, node, patches, inside))
