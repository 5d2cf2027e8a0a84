"""The boxes of comments and controls (VML): a box for each copy of the row of a comment."""

from __future__ import annotations

import re
from typing import Final

from generator.formats.xlsx.compile.attached.slots import Slots
from generator.formats.xlsx.compile.formulas.outside import Outside
from generator.formats.xlsx.compile.parts import Node, Part, compact, emit, emit_inner, retag
from generator.formats.xlsx.pieces import AnchorRow, Counted, RowAt, ShapeBlocks
from generator.formats.xlsx.segments import PerRow, Segment, Segments
from generator.problems.place import Place

#: The identifier of a box ends in its number.
_SHAPE: Final = re.compile(r"(.*?_s)([0-9]{1,9})\Z", re.DOTALL)
#: The numbers of the first sheet's boxes follow this one.
_BEFORE: Final = 1024
#: Where the rows stand among the eight numbers of an anchor.
_TOP, _BOTTOM = 2, 6


def patch_boxes(
    part: Part, sheet: int, outside: Outside, place: Place, *, moving: bool
) -> Segments:
    """The boxes of a sheet, and the cells that controls are linked to."""
    boxes = _Boxes(part, sheet, outside, place)
    return compact(emit(part, part.root, boxes.patch if moving else boxes.link))


class _Boxes:
    def __init__(self, part: Part, sheet: int, outside: Outside, place: Place) -> None:
        self._part = part
        self._sheet = sheet
        self._outside = outside
        self._place = place
        shapes = [node for node in part.root.walk() if node.local == "shape"]
        #: The boxes of comments, and the row of each, counted from 0.
        self._homes = {id(node): row for node in shapes if (row := _home(node)) >= 0}
        self._order = list(self._homes)
        self._rows = tuple(row + 1 for row in self._homes.values())
        numbers = [int(found[2]) for node in shapes if (found := _SHAPE.match(node.get("id")))]
        self._first = max(numbers, default=_BEFORE) + 1

    def patch(self, node: Node) -> list[Segment] | None:
        """What becomes of an element on a moving sheet."""
        part = self._part
        if id(node) in self._homes:
            return [self._box(node)]
        if node.local == "shape":
            return [part.raw(node.start, node.inner), *emit_inner(part, node, self._control)]
        if node.local == "idmap" and self._homes:
            known = ShapeBlocks(self._sheet, self._rows, self._first, node.get("data"))
            return retag(part, node, {"data": known})
        return self.link(node)

    def _box(self, node: Node) -> PerRow:
        home, index, slots = self._homes[id(node)], self._order.index(id(node)), Slots()

        def inside(inner: Node) -> list[Segment] | None:
            if inner.local == "Row":
                return self._around(inner, [slots.slot(RowAt(0))])
            if inner.local == "Anchor" and (places := _anchor(inner)):
                for at in (_TOP, _BOTTOM):
                    places[at] = slots.slot(RowAt(int(places[at]) - home))
                return self._around(inner, [", ".join(places)])
            return None

        patches: dict[str, Segment] = {}
        for name, value in node.attributes.items():
            if name.rpartition(":")[2] in ("id", "spid") and (found := _SHAPE.match(value)):
                number = Counted(self._sheet, self._rows, index, self._first, found[2])
                patches[name] = found[1] + slots.slot(number)
        return slots.row(self._sheet, home + 1, retag(self._part, node, patches, inside))

    def _control(self, node: Node) -> list[Segment] | None:
        """The box of a control, which moves with its first row."""
        places = _anchor(node) if node.local == "Anchor" else []
        if not places:
            return self.link(node)
        top, bottom = (
            AnchorRow(self._sheet, int(places[at]), int(places[_TOP])) for at in (_TOP, _BOTTOM)
        )
        before, between = ", ".join(places[:_TOP]), ", ".join(places[_TOP + 1 : _BOTTOM])
        return self._around(node, [f"{before}, ", top, f", {between}, ", bottom, f", {places[7]}"])

    def link(self, node: Node) -> list[Segment] | None:
        """The formula of a control."""
        if not node.local.startswith("Fmla") or node.children or not node.text.strip():
            return None
        formula = self._outside.attribute(node.text.strip(), self._sheet, self._place)
        return None if formula is None else self._around(node, [formula])

    def _around(self, node: Node, inner: list[Segment]) -> list[Segment]:
        part = self._part
        return [part.raw(node.start, node.inner), *inner, part.raw(node.inner_end, node.end)]


def _home(shape: Node) -> int:
    """The row, counted from 0, of the cell that a box is about; -1 for one about no cell."""
    rows = [int(n.text) for n in shape.walk() if n.local == "Row" and n.text.strip().isdigit()]
    return rows[0] if rows else -1


def _anchor(node: Node) -> list[str]:
    numbers = [item.strip() for item in node.text.split(",")]
    return numbers if len(numbers) == 8 and all(map(str.isdigit, numbers)) else []
