"""One XML part of a template, gone through once: what in it runs, fetches or points outside."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final

from generator.formats.safety import formulas
from generator.formats.safety.fields import Fields
from generator.formats.safety.policy import (
    ACTIVE_ELEMENTS,
    CONTROL_ELEMENTS,
    harmless,
    odd_control,
    of_dialogs,
)
from generator.frozen import frozen
from generator.problems.place import Place, Square
from generator.reading.opc import LINKING
from generator.reading.word import COUNTED, HOLDERS, Count

_WORD: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#: Word reads it as the other one; gen does not, so nothing may be hidden in it.
_STRICT: Final = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_MATH: Final = "http://schemas.openxmlformats.org/officeDocument/2006/math"
_MC: Final = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_VML: Final = "urn:schemas-microsoft-com:"
_SVG: Final = "http://www.w3.org/2000/svg"
_FORMULAS: Final = frozenset({
    "f", "formula", "formula1", "formula2", "definedName", "calculatedColumnFormula", "oldFormula",
    "totalsRowFormula", "FmlaLink", "FmlaRange", "FmlaPict", "FmlaGroup", "FmlaTxbx",
})  # fmt: skip
_FORMULA_ATTRIBUTES: Final = frozenset({
    "textlink", "fmlaLink", "fmlaRange", "fmlaTxbx", "fmlaGroup", "fmlaPict", "linkedCell",
    "listFillRange",
})  # fmt: skip
_MACROS: Final = frozenset({"FmlaMacro", "entryMacro", "exitMacro"})
_MACRO_ATTRIBUTES: Final = frozenset({"macro", "fmlaMacro", "xlm", "vbProcedure"})
_STORIES: Final = frozenset({*HOLDERS, "docPartBody"} - {"tc"})
_CODES: Final = {"instrText": "code", "delInstrText": "deleted", "t": "shown"}
_TRACKED: Final = frozenset({"ins", "moveTo"})
_CELL: Final = re.compile(r"[A-Z]{1,3}[1-9][0-9]{0,6}")
_QUOTED: Final = 40


@frozen
class Finding:
    """Something a template may not hold: the code of its message, its values, where it is."""

    code: str
    values: tuple[tuple[str, str], ...]
    place: Place | None = None


class PartReader:
    """A visitor of one part; ``findings``, and where it names relations (``named``).

    ``place``: of a part that readers see; ``sheets``: the titles of the workbook (None: in Word);
    ``control``: whether it is said to be what a form control is. ``controls``: the relations by
    which a sheet names its form controls.
    """

    def __init__(
        self,
        member: str,
        place: Place | None,
        sheets: Collection[str] | None,
        *,
        control: bool = False,
    ) -> None:
        self.findings: list[Finding] = []
        self.named: dict[str, Place | None] = {}
        self.controls: set[str] = set()
        self._control = control
        self._member = member
        self._sheets = sheets
        self._place = place
        self._count = Count(place) if place is not None and sheets is None else None
        self._cell = ""
        self._fields: Fields[Place | None] = Fields()
        self._open: list[str] = []
        #: For each open story, the depth of alternatives and of tracked insertions in it.
        self._alternatives, self._inserted = [0], [0]
        self._formula: list[str] | None = None
        self._formula_name = ""

    def start(self, space: str, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        root = not self._open
        self._open.append(name)
        if space in (_WORD, _MC):
            self._word(name, attributes)
        elif space == _STRICT:
            self.findings.append(self._finding("T215", None))  # it is the kind of the file
        elif name == "c" and self._sheets is not None:
            reference = attributes.get("r", "").upper()
            self._cell = reference if _CELL.fullmatch(reference) else ""
        if words := ACTIVE_ELEMENTS.get((space, name)):
            self._found("T231", what=words)
        self._controlling(space, name, attributes, root=root)
        if name in _MACROS:
            self._found("T223")
        if name in _FORMULAS and space != _MATH and self._formula is None:
            self._formula, self._formula_name = [], name
            if name == "definedName" and formulas.runs_by_itself(attributes.get("name", "")):
                self._found("T223")
        if attributes:
            self._attributes(space, name, attributes)

    def _controlling(
        self, space: str, name: str, attributes: Mapping[str, str], *, root: bool
    ) -> None:
        """Form controls; what a sheet's list of them leads to is judged with the relations."""
        if (space, name) in CONTROL_ELEMENTS:
            numbers = {attributes[f"{s} id"] for s in LINKING if f"{s} id" in attributes}
            self.controls |= numbers
            if not numbers or self._sheets is None:
                self._found("T231", what="控件")
        elif self._control and odd_control(space, name, attributes, root=root):
            self._found("T231", what="不是窗体控件的东西")
        elif of_dialogs(name, attributes):
            self._found("T231", what="对话框的控件")

    def _attributes(self, space: str, name: str, attributes: Mapping[str, str]) -> None:
        for key, value in attributes.items():
            holder, _, local = key.rpartition(" ")
            if not value:
                continue
            if holder in LINKING or local == "relid":
                self.named.setdefault(value, self._cell_of(attributes.get("ref", "")))
            elif local in ("src", "href", "althref") and space.startswith((_VML, _SVG)):
                inside = value.startswith(("#", "data:image/"))
                if not inside and not (local == "href" and space != _SVG and harmless(value)):
                    self._found("T222", found=value[:_QUOTED])
            elif local in _FORMULA_ATTRIBUTES or (name == "cfvo" and local == "val"):
                self._judge(value)
            elif local in _MACRO_ATTRIBUTES and value not in ("0", "false"):
                self._found("T223")

    def end(self, space: str, name: str) -> None:
        """An element ends."""
        self._open.pop()
        if self._formula is not None and name == self._formula_name:
            self._judge("".join(self._formula))
            self._formula = None
        if name == "sheetData":
            self._cell = ""
        if space in (_WORD, _MC):
            self._word_ended(name)

    def _word_ended(self, name: str) -> None:
        if name in _STORIES:
            self._fields.story_ended()
            self._alternatives.pop()
            self._inserted.pop()
        elif name in ("Choice", "Fallback"):
            self._alternatives[-1] -= 1
        elif name in _TRACKED:
            self._inserted[-1] -= 1
        if self._count is not None and name in COUNTED:
            self._count.closed(name)

    def text(self, text: str) -> None:
        """Character data."""
        if self._formula is not None:
            self._formula.append(text)
        kind = _CODES.get(self._open[-1]) if self._open else None
        if kind is not None and self._sheets is None:
            if kind == "code" and self._inserted[-1]:
                kind = "inserted"
            if kind != "shown" and self._alternatives[-1]:
                self._fields.hidden(self._where)
            self._fields.text(kind, text, self._where)

    def finished(self) -> list[Finding]:
        """Everything found, fields that never end included."""
        for _ in self._alternatives:
            self._fields.story_ended()
        for name, place in self._fields.found:
            self.findings.append(self._finding("T224", place, found=name))
        return self.findings

    def _word(self, name: str, attributes: Mapping[str, str]) -> None:
        if self._count is not None and name in COUNTED:
            special = attributes.get(f"{_WORD} type", "normal") != "normal"
            self._count.opened(name, special=special)
        if name in _STORIES:
            self._fields.story()
            self._alternatives.append(0)
            self._inserted.append(0)
        elif name in ("Choice", "Fallback"):
            self._alternatives[-1] += 1
        elif name in _TRACKED:
            self._inserted[-1] += 1
        elif name == "fldChar":
            if self._alternatives[-1]:
                self._fields.hidden(self._where)
            self._fields.mark(attributes.get(f"{_WORD} fldCharType", ""), self._where)
        elif name == "fldSimple":
            self._fields.simple(attributes.get(f"{_WORD} instr", ""), self._where)

    @property
    def _where(self) -> Place | None:
        if self._count is not None:
            return self._count.place
        return self._place

    def _judge(self, formula: str) -> None:
        """Look at a formula; those of charts in Word name sheets of the chart's own workbook."""
        formula = formula.strip()
        if formula and (what := formulas.reaches(formula.removeprefix("="), self._sheets)):
            self._found("T230", found=formula[:_QUOTED], what=what)

    def _cell_of(self, reference: str) -> Place | None:
        """The cell of a sheet that is named or was read last; in Word the paragraph."""
        place = self._where
        cell = reference if _CELL.fullmatch(reference) else self._cell
        if cell and place is not None and self._sheets is not None:
            return place.down(Square.of(cell))
        return place

    def _found(self, code: str, **values: str) -> None:
        place = self._cell_of("")
        self.findings.append(self._finding(code, place, **values))

    def _finding(self, code: str, place: Place | None, **values: str) -> Finding:
        return Finding(code, (("member", self._member), *values.items()), place)
