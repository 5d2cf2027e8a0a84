"""Form controls: where each stands, with which row it is repeated, and the cell it is linked to.

A control is told up to four times: by the sheet, by a part of its own (``formControlPr``), as an
old drawing (VML), and as a shape among the drawings. ``Controls`` reads it once, for all. One that
moves with a row of a block is there for each copy of the row.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from generator.formats.xlsx.compile.formulas.names import Names
from generator.formats.xlsx.compile.formulas.outside import Outside
from generator.formats.xlsx.compile.parts import BadPart, Node, Part, read_part
from generator.formats.xlsx.compile.sheet import Sheet
from generator.formats.xlsx.compile.workbook import Workbook
from generator.formats.xlsx.formulas.model import Formula, Name, Reference
from generator.formats.xlsx.pieces import AnchorEnd, AnchorRow, Counted
from generator.problems.place import Place, Square

#: The identifier of a box ends in its number.
SHAPE: Final = re.compile(r"(.*?_s)([0-9]{1,9})\Z", re.DOTALL)
#: The numbers of the first sheet's boxes follow this one.
_BEFORE: Final = 1024
#: A cell as controls name theirs, up to the dollar sign of its row.
_CELL: Final = re.compile(r"((?:.*!)?\$?[A-Za-z]{1,3})\$([1-9][0-9]{0,6})", re.DOTALL)
_ANCHOR: Final = re.compile(r"-?[0-9]{1,9}")
_YES: Final = ("1", "true")
#: What old drawings say, and what parts of controls call it.
_SAID: Final = {"FmlaLink": "fmlaLink", "FmlaRange": "fmlaRange", "Min": "min", "Max": "max"}


@dataclass(slots=True)
class Control:
    """A form control; ``top`` and ``bottom`` are rows counted from 0.

    ``mode``: how it moves, as drawings say it (``editAs``). ``home``: the row of the template,
    counted from 1, with each copy of which it is there; 0 for one that is there once. ``height``:
    how many rows such a copy is high. ``items``: how many it lists itself; ``grouped``: whether it
    is grouped with other shapes. ``says``: what else is said of it, by the names that its
    own part uses.
    """

    number: int
    name: str
    kind: str
    place: Place
    top: int
    bottom: int
    mode: str
    home: int = 0
    height: int = 0
    items: int = 0
    grouped: bool = False
    says: dict[str, str] = field(default_factory=dict)


class Controls:
    """The form controls of one sheet, and the numbers of all that is drawn beside its cells.

    ``old``: its old drawings; those that are no XML are none. ``told``: by the relation that leads
    there, the parts of controls. ``of``: the control of a node or part, by its identity.
    """

    def __init__(self, book: Workbook, sheet: Sheet, outside: Outside, names: Names) -> None:
        self.sheet = sheet
        self._names = names
        self.old: dict[str, Part] = {}
        self.told: dict[str, Part] = {}
        self.of: dict[int, Control] = {}
        self._outside = outside
        self._formulas: dict[tuple[int, str], Formula] = {}
        self._drawings: list[Part] = []
        for kind, target, number in book.relations(sheet.part.name):
            if kind == "vmlDrawing" and target in book.members:
                self._read_old(target, book.members[target])
            elif kind == "ctrlProp" and target in book.parts:
                self.told[number] = book.parts[target]
            elif kind == "drawing" and target in book.parts:
                self._drawings.append(book.parts[target])
        shapes = [node for part in self.old.values() for node in part.root.walk()]
        groups = (node for node in shapes if node.local == "group")
        self._grouped = {id(one) for group in groups for one in group.walk()}
        shapes = [node for node in shapes if node.local == "shape"]
        listed = self._listed()
        self._drawn([node for node in shapes if kind_of(node) not in ("", "note")], listed)
        self.all = list({id(one): one for one in self.of.values()}.values())
        self._by_number = {one.number: one for one in self.all if one.number}
        self._number(shapes)

    def _read_old(self, name: str, data: bytes) -> None:
        try:
            self.old[name] = read_part(name, data)
        except BadPart:
            return  # old editors write notes that are no XML: their boxes stay where they were

    def _listed(self) -> list[Control]:
        """Those that the sheet lists."""
        found: list[Control] = []
        around = (node for node in self.sheet.part.root.children if node.local != "sheetData")
        nodes = (node for part in around for node in part.walk() if node.local == "control")
        for node in nodes:
            anchor = next((one for one in node.walk() if one.local == "anchor"), None)
            if anchor is None:
                continue
            part = self.told.get(node.get("id"))
            mode = _mode(*(anchor.get(f"{what}WithCells") in _YES for what in ("move", "size")))
            ends = _corner(anchor.child("from")), _corner(anchor.child("to"))
            number = int(node.get("shapeId"))
            kind = part.root.get("objectType").lower() if part is not None else ""
            control = self._control(number, node.get("name"), kind, ends, mode)
            self.of[id(node)] = control
            if part is not None:
                self._own(part, control)
            found.append(control)
        for part in self.told.values():
            if id(part) not in self.of:  # of no control that stands anywhere: its cells move
                self._own(part, self._control(0, "", "", [(0, 0), (0, 0)], "absolute"))
        return found

    def _own(self, part: Part, control: Control) -> None:
        """The part of a control is read."""
        control.says = dict(part.root.attributes)
        control.items = sum(one.local == "item" for one in part.root.walk())
        self.of[id(part)] = control

    def _drawn(self, shapes: Sequence[Node], listed: Sequence[Control]) -> None:
        """Those of old drawings: by their numbers, or in order where these are not told."""
        known = {one.number: one for one in listed}
        ordered = len(shapes) == len(listed) and not any(SHAPE.match(n.get("id")) for n in shapes)
        for at, node in enumerate(shapes):
            match = SHAPE.match(node.get("id"))
            number = int(match[2]) if match else 0
            control = listed[at] if ordered else known.get(number)
            says = {one.local: one.text.strip() for one in node.walk()}
            if control is None:
                control = self._old(number, kind_of(node), says)
            control.grouped |= id(node) in self._grouped
            self.of[id(node)] = control

    def _old(self, number: int, kind: str, says: Mapping[str, str]) -> Control:
        """One that only an old drawing tells."""
        places = anchor_of(says.get("Anchor", ""))
        column, _, top, _, _, _, bottom, _ = map(int, places or ["0"] * 8)
        # Excel writes these where a shape does not.
        moves, grows = (says.get(f"{one}WithCells", "False") == "False" for one in ("Move", "Size"))
        ends = (top, max(column, 0)), (bottom, 0)
        mode = _mode(moves and bool(places), grows)
        control = self._control(number, "", kind, ends, mode)
        control.says = {name: says[old] for old, name in _SAID.items() if old in says}
        return control

    def _control(
        self, number: int, name: str, kind: str, ends: Sequence[tuple[int, int]], mode: str
    ) -> Control:
        (top, left), (bottom, _) = ends
        place = self.sheet.place.down(Square(top + 1, left + 1))
        control = Control(number, name, kind, place, top, bottom, mode)
        row, tags = top + 1, self.sheet.controls
        if mode != "absolute" and any(first <= row <= last for first, last in self.sheet.blocks):
            control.home = row
            control.height = sum(one not in tags for one in range(row, bottom + 1))
        return control

    def _number(self, shapes: Sequence[Node]) -> None:
        """Number what is there for each copy of a row: boxes of notes, and controls."""
        numbers = [int(found[2]) for node in shapes if (found := SHAPE.match(node.get("id")))]
        repeated = {id(one): one.home for one in self.all if one.home}
        if repeated:
            numbers += [one.number for one in self.all]
            drawn = (node for part in self._drawings for node in part.root.walk())
            ids = (node.get("id") for node in drawn if node.local == "cNvPr")
            numbers += [int(one) for one in ids if one.isdigit()]
        #: Further copies have the numbers from here on.
        self.first = max(numbers, default=_BEFORE) + 1
        #: Of each box of a note or control, by its identity, the row of the template.
        notes = {id(node): row + 1 for node in shapes if (row := home_of(node)) >= 0}
        self.boxes = notes | repeated
        self.rows = tuple(self.boxes.values())

    def counted(self, box: Node | Control, own: str) -> Counted:
        """The number of a box beside each copy of its row; ``own``: that of the first."""
        index = list(self.boxes).index(id(box))
        return Counted(self.sheet.index, self.rows, index, self.first, own)

    def drawn(self, anchor: Node) -> Control | None:
        """The control that a drawing anchor is of, if any."""
        for one in anchor.walk() if self._by_number else ():
            spelt = SHAPE.match(one.get("spid")) if one.local == "compatExt" else None
            number = spelt[2] if spelt else one.get("id") if one.local == "cNvPr" else ""
            if number.isdigit() and int(number) in self._by_number:
                return self._by_number[int(number)]
        return None

    def formula(self, text: str, control: Control) -> Formula:
        """A reference of a control. Its cell in the row of a copy is the one of that copy."""
        known = self._formulas.get((id(control), text))
        if known is None:
            known = self._formulas[id(control), text] = self._compiled(text, control)
        return known

    def cells(self, text: str, control: Control) -> Reference | None:
        """The cells that a reference of a control means, by their name too; None for none."""
        text = text.removeprefix("=")
        root = self.formula(text, control).root if text else None
        if isinstance(root, Name):
            of = root.name.rpartition("!")[2].casefold()
            found = (self._names.formulas.get((of, sheet)) for sheet in (root.sheet, -1))
            said = next((one for one in found if one is not None), None)
            root = self.formula(said.text, control).root if said is not None else None
        return root if isinstance(root, Reference) else None

    def _compiled(self, text: str, control: Control) -> Formula:
        cell = _CELL.fullmatch(text)
        # Excel writes $ before every row, and nobody can take it away.
        own = cell is not None and control.home > 0
        formula = self._outside.formula(
            cell[1] + cell[2] if cell and own else text, self.sheet.index, control.place,
            home=control.home, role="area" if ":" in text else "cell",
        )  # fmt: skip
        if own and isinstance(formula.root, Reference):
            return replace(formula, text=text, root=replace(formula.root, sign="$"))
        return formula

    def crossed(self, control: Control) -> str:
        """The control tag on whose row a control begins, or over which it reaches."""
        tags = {row.number: row.control[1].text for row in self.sheet.rows if row.control}
        rows = range(control.home, control.bottom + 1)
        last = max((one for one in rows if one not in tags), default=control.home)
        return next((tags[one] for one in range(control.home, last + 1) if one in tags), "")


def row_ends(
    mode: str, sheet: int, top: int, bottom: int
) -> tuple[str | AnchorRow, str | AnchorRow | AnchorEnd]:
    """The first and last row of an anchor on a moving sheet; ``mode`` as drawings say it."""
    if mode == "absolute":
        return str(top), str(bottom)
    fixed = mode == "oneCell" and top >= 0
    return (
        AnchorRow(sheet, top),
        AnchorRow(sheet, bottom, top) if fixed else AnchorEnd(sheet, bottom),
    )


def anchor_of(text: str) -> list[str]:
    """The eight numbers of an anchor of an old drawing; none for anything else."""
    numbers = [item.strip() for item in text.split(",")]
    right = len(numbers) == 8 and all(map(_ANCHOR.fullmatch, numbers))
    return numbers if right and numbers[2].isdigit() and numbers[6].isdigit() else []


def _corner(node: Node | None) -> tuple[int, int]:
    """Row and column of a corner, counted from 0."""
    said = {one.local: one.text.strip() for one in node.children} if node is not None else {}
    row, column = (said.get(one, "") for one in ("row", "col"))
    return int(row) if row.isdigit() else 0, int(column) if column.isdigit() else 0


def _mode(moves: bool, grows: bool) -> str:
    return ("twoCell" if grows else "oneCell") if moves else "absolute"


def kind_of(shape: Node) -> str:
    """What an old drawing is of."""
    data = shape.child("ClientData")
    return data.get("ObjectType").lower() if data is not None else ""


def home_of(shape: Node) -> int:
    """The row, counted from 0, of the cell that a box is about; -1 for one about no cell."""
    rows = [int(n.text) for n in shape.walk() if n.local == "Row" and n.text.strip().isdigit()]
    return rows[0] if rows else -1
