"""Each form in which a control is told, on its way to pieces: once, or for each copy of its row."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final

from generator.formats.xlsx.compile.attached.controls import (
    SHAPE,
    Control,
    Controls,
    anchor_of,
    row_ends,
)
from generator.formats.xlsx.compile.attached.slots import Slots
from generator.formats.xlsx.compile.formulas.outside import ATTRIBUTES
from generator.formats.xlsx.compile.parts import (
    DECLARATION,
    Node,
    Part,
    compact,
    emit,
    emit_inner,
    retag,
)
from generator.formats.xlsx.compile.tags import TagReader
from generator.formats.xlsx.formulas.model import Reference, column_number
from generator.formats.xlsx.pieces import Guid, Linked, RowAt, State
from generator.formats.xlsx.segments import Element, Elements, PerRow, Segment, Segments
from generator.problems import Position

#: What tells the state of a control that its cell has a say in: in its own part, and in VML.
_STATES: Final = {
    "checkbox": ("checked", "Checked"), "drop": ("sel", "Sel"), "list": ("sel", "Sel"),
    "scroll": ("val", "Val"), "spin": ("val", "Val"),
}  # fmt: skip
#: How far spinners and scroll bars go unless they say so.
_LOWEST, _HIGHEST = "0", "100"
#: Relations that lead to the parts of copies begin so.
RELATION: Final = "rIdControl"

#: Whether something fills a cell: sheet, row, column.
Filled = Callable[[int, int, int], bool]


@dataclass(slots=True)
class Forms:
    """The forms of the controls of one sheet; ``moving``: whether rows of the sheet do."""

    controls: Controls
    filled: Filled
    moving: bool

    def check(self, reader: TagReader) -> bool:
        """Refuse what cannot be right; whether cells have a say in how controls stand."""
        showing = False
        for control in self.controls.all:
            at = Position(reader.file, place=control.place)
            linked = self.filled_by(control) is not None
            showing |= linked
            if control.home and (tag := self.controls.crossed(control)):
                reader.add("T289", at, name=control.name, tag=tag)
            elif control.home and control.grouped:
                reader.add("T291", at, name=control.name)
            elif control.kind == "radio" and (control.home or linked):
                reader.add("T290", at, name=control.name)
        return showing

    def filled_by(self, control: Control) -> Reference | None:
        """The cell of a control, if it is filled: then that says how the control stands."""
        target = self.controls.cells(control.says.get("fmlaLink", ""), control)
        if target is None or target.row2:
            return None
        known = self.filled(target.sheet, target.row, column_number(target.column))
        return target if known else None

    def of(self, control: Control, part: Part) -> _Form:
        """The form of a control in ``part``."""
        return _Form(self, control, part)

    def listed(self, part: Part, node: Node) -> Elements:
        """The list of controls on a sheet; nothing of it is left where none is."""
        items: list[Segment] = []
        for child in node.children:
            known = (self.controls.of.get(id(one)) for one in child.walk())
            control = next((one for one in known if one is not None), None)
            raw = part.raw(child.start, child.end)
            items.append(raw if control is None else self.of(control, part).whole(child))
        start = part.raw(node.start, node.inner)[:-1]
        return Elements(start, (), tuple(items), f"</{node.name}>", needed=True)

    # The parts of controls, and what leads there

    def copied(self, part: Part) -> tuple[PerRow, PerRow] | None:
        """The names and contents of the copies of a control's part; None for one without."""
        control = self.controls.of[id(part)]
        if not control.home:
            return None
        name, content = self.of(control, part), self.of(control, part)
        segments = [DECLARATION, *emit(part, part.root, content.patch)]
        return name.row([self._member(name)]), content.row(segments)

    def related(self, part: Part, node: Node) -> PerRow | None:
        """A relation that leads to such a part, for each copy; None for another one."""
        told = self.controls.told.get(node.get("Id"))
        control = self.controls.of.get(id(told))
        if control is None or not control.home:
            return None
        form = self.of(control, part)
        patches: dict[str, Segment] = {
            "Id": RELATION + form.number(), "Target": f"/{self._member(form)}",
        }  # fmt: skip
        return form.row(retag(part, node, patches))

    def typed(self, part: Part, node: Node) -> PerRow | None:
        """What the list of types says of such a part, for each copy; None for another one."""
        name = node.get("PartName").lstrip("/")
        told = next((one for one in self.controls.told.values() if one.name == name), None)
        control = self.controls.of.get(id(told))
        if control is None or not control.home:
            return None
        form = self.of(control, part)
        return form.row(retag(part, node, {"PartName": f"/{self._member(form)}"}))

    def _member(self, form: _Form) -> str:
        return f"xl/ctrlProps/control{self.controls.sheet.index + 1}_{form.number()}.xml"


class _Form:
    """One form of one control."""

    def __init__(self, forms: Forms, control: Control, part: Part) -> None:
        self._controls = forms.controls
        self._control = control
        self._part = part
        self._index = forms.controls.sheet.index
        self._moving = forms.moving
        self._slots = Slots() if control.home else None
        self._state = _state(forms, control)

    def whole(self, node: Node) -> Segment:
        """All of it."""
        segments = emit(self._part, node, self.patch)
        if self._slots is not None:
            return self.row(segments)
        known = compact(segments)
        return known[0] if len(known) == 1 else Element(known)

    def row(self, segments: list[Segment]) -> PerRow:
        """``segments``, for each copy."""
        assert self._slots is not None
        return self._slots.row(self._index, self._control.home, segments)

    def number(self) -> str:
        """The number of the copy."""
        assert self._slots is not None
        own = str(self._control.number)
        return self._slots.slot(self._controls.counted(self._control, own))

    def patch(self, node: Node) -> list[Segment] | None:
        """What becomes of an element of it."""
        part, name = self._part, node.local
        if name in ("from", "to") and self._moving:
            return self._corner(node)
        if name == "Anchor" and self._moving and (places := anchor_of(node.text)):
            top, bottom = self._ends()
            before, between = ", ".join(places[:2]), ", ".join(places[3:6])
            rows = [f"{before}, ", top, f", {between}, ", bottom, f", {places[7]}"]
            return self._around(node, rows)
        if name.startswith("Fmla") and not node.children:
            moved = self._linked(node.text.strip())
            return None if moved is None else self._around(node, [moved])
        if self._state is None:
            return self._retagged(node)
        if name == _STATES[self._control.kind][1]:
            return []
        if name == "ClientData":
            inner = emit_inner(part, node, self.patch)
            return [part.raw(node.start, node.inner), self._shown(node.prefix), *inner]
        if name == "formControlPr":
            node.attributes.pop(_STATES[self._control.kind][0], "")
            start, *rest = retag(part, node, self._own(node), self.patch)
            return [start, self._shown(None), *rest]
        return self._retagged(node)

    def _ends(self) -> tuple[Segment, Segment]:
        """Its first and last row: those that the sheet tells, in every form."""
        control = self._control
        if self._slots is not None:
            return self._slots.slot(RowAt(0)), self._slots.slot(RowAt(control.height))
        return row_ends(control.mode, self._index, control.top, control.bottom)

    def _corner(self, node: Node) -> list[Segment]:
        end = self._ends()[node.local == "to"]

        def patch(inner: Node) -> list[Segment] | None:
            return self._around(inner, [end]) if inner.local == "row" else None

        return [self._part.raw(node.start, node.inner), *emit_inner(self._part, node, patch)]

    def _linked(self, text: str) -> Segment | None:
        """A reference, with or without its equals sign; None for one that stays."""
        formula = self._controls.formula(text.removeprefix("="), self._control) if text else None
        if formula is None or not formula.moves:
            return None
        return self._put(Linked(formula, self._index, self._control.place))

    def _put(self, piece: Linked | State) -> Segment:
        return piece if self._slots is None else self._slots.slot(piece)

    def _shown(self, prefix: str | None) -> Segment:
        """The state: in an old drawing with this ``prefix``, else in the part of the control."""
        assert self._state is not None
        said, old = _STATES[self._control.kind]
        around = (f"<{prefix}{old}>", f"</{prefix}{old}>")
        words = ("1", "2")
        if prefix is None:
            around, words = (f' {said}="', '"'), ("Checked", "Mixed")
        return self._put(replace(self._state, around=around, words=words))

    def _retagged(self, node: Node) -> list[Segment] | None:
        patches = self._own(node)
        return retag(self._part, node, patches, self.patch) if patches else None

    def _own(self, node: Node) -> dict[str, Segment]:
        """The attributes that name cells or, in a copy, the copy."""
        patches: dict[str, Segment] = {}
        for name, value in node.attributes.items():
            local = name.rpartition(":")[2]
            moved = self._linked(value) if local in ATTRIBUTES else self._named(node, local, value)
            if moved is not None:
                patches[name] = moved
        return patches

    def _named(self, node: Node, local: str, value: str) -> str | None:
        """What names this copy and no other; None for what is the same in all."""
        if self._slots is None:
            return None
        match node.local, local:
            case ("control", "shapeId") | ("cNvPr", "id"):
                return self.number()
            case "control", "id":
                return RELATION + self.number()
            case "creationId", "id":
                return self._slots.slot(Guid(self._index, self._control.home, value))
            case ("shape" | "compatExt", "id" | "spid") if found := SHAPE.match(value):
                return found[1] + self.number()
        return None

    def _around(self, node: Node, inner: list[Segment]) -> list[Segment]:
        part = self._part
        return [part.raw(node.start, node.inner), *inner, part.raw(node.inner_end, node.end)]


def _state(forms: Forms, control: Control) -> State | None:
    """How a control stands by its cell; None where the template says it."""
    target = forms.filled_by(control) if control.kind in _STATES else None
    if target is None:
        return None
    low, high = (
        int(value) if (value := control.says.get(key, usual)).isdigit() else 0
        for key, usual in (("min", _LOWEST), ("max", _HIGHEST))
    )
    listed = None
    if control.kind in ("drop", "list"):
        low, high = 0, control.items
        listed = forms.controls.cells(control.says.get("fmlaRange", ""), control)
    said = _STATES[control.kind][0]
    return State(target, forms.controls.sheet.index, said, low, high, listed)


def patch_types(part: Part, forms: Iterable[Forms]) -> Segments:
    """The list of types, with the copies of the parts of controls."""

    def patch(node: Node) -> list[Segment] | None:
        found = (one.typed(part, node) for one in forms if node.local == "Override")
        copies = next((one for one in found if one is not None), None)
        return None if copies is None else [copies]

    return compact([DECLARATION, *emit(part, part.root, patch)])
