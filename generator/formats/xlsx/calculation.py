"""The formulas of a rendered workbook: their texts, their values, and what is to say of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Final

from generator.figures.model import Figure, Phrase
from generator.formats.compiled import Remark
from generator.formats.xlsx.cells import SheetWriter
from generator.formats.xlsx.compiled import CompiledWorkbook, FormulaCell, cell_key
from generator.formats.xlsx.formulas import addresses
from generator.formats.xlsx.formulas.addresses import Place as At
from generator.formats.xlsx.formulas.model import Call, Formula
from generator.formats.xlsx.formulas.values import (
    Circle,
    Error,
    Uncomputed,
    Value,
    decimal,
    plain,
    rounded,
)
from generator.formats.xlsx.formulas.writing import (
    TooManyAreas,
    area_text,
    formula_text,
    row_pieces,
)
from generator.formats.xlsx.live import Bound, Piece, Saying
from generator.formats.xlsx.rows import RowMap
from generator.formats.xlsx.texts import escape
from generator.frozen import frozen
from generator.problems.place import Place, Square
from generator.reading.entities import escape as escape_text
from generator.reading.entities import unescape

if TYPE_CHECKING:
    from generator.formats.xlsx.formulas.evaluate import Engine

#: How far a formula may be from the figure that it stands for.
TOLERANCE: Final = Decimal("1e-9")
_ELEMENT: Final = re.compile("<[^<>]*>")


@frozen
class Written:
    """A formula cell behind its reference and style; begin and end of its values there."""

    xml: str
    spots: tuple[tuple[int, int], ...] = ()


class Calculation:
    """Texts and values of all formulas, once the rows of all sheets are there."""

    def __init__(self, compiled: CompiledWorkbook, writers: Mapping[int, SheetWriter]) -> None:
        self.maps: dict[int, RowMap] = {
            index: writers[index].rows if index in writers else RowMap((), grid.last)
            for index, grid in compiled.grids.items()
        }
        #: Whether something is left for Excel to compute.
        self.left = False
        self.remarks: dict[tuple[str, Place | None], Remark] = {}
        self._compiled = compiled
        self._writers = writers
        self._constants = {
            index: {cell_key(row, column): value for row, column, value in grid.constants}
            for index, grid in compiled.grids.items()
        }
        self._static: dict[int, dict[int, int]] = {}
        self._pieces: dict[int, tuple[str, ...] | None] = {}
        for number, cell in enumerate(compiled.formulas):
            if cell.sheet not in writers:
                self._static.setdefault(cell.sheet, {})[cell.key] = number

    @cached_property
    def _engine(self) -> Engine:
        from generator.formats.xlsx.formulas.evaluate import Engine  # most sheets have no formula

        return Engine(self, self.maps, self._compiled.names)

    # What the engine asks

    def formula(self, sheet: int, row: int, column: int) -> Formula | None:
        """The formula of a cell."""
        writer = self._writers.get(sheet)
        known = self._static.get(sheet, {}) if writer is None else writer.formulas
        number = known.get(row << 14 | column)
        return None if number is None else self._compiled.formulas[number].formula

    def place(self, sheet: int, row: int, column: int) -> At:
        """Where the formula of a cell stands, with the rows that merge into the cell."""
        writer = self._writers.get(sheet)
        run = writer.joined.get(row << 14 | column) if writer and writer.joined else None
        return At(sheet, row, run.last if run else 0, column)

    def constant(self, sheet: int, row: int, column: int) -> Value:
        """What another cell shows."""
        writer = self._writers.get(sheet)
        key = row << 14 | column
        if writer is None:
            return self._constants.get(sheet, {}).get(key)
        known = writer.values.get(key)
        if known is not None:
            return known if isinstance(known, float) else unescape(known).replace("_x005F_", "_")
        if (piece := writer.texts.get(key)) is not None:
            words = writer.mixed(piece)
            return unescape(_ELEMENT.sub("", words)) or None
        constants = self._constants.get(sheet)
        if not constants or row in writer.rows.blanks:
            return None
        return constants.get(writer.rows.origin(row) << 14 | column)

    def last(self, sheet: int) -> tuple[int, int]:
        """The last row and column that hold anything."""
        grid = self._compiled.grids[sheet]
        return self.maps[sheet].count(grid.last), grid.columns

    def hidden(self, sheet: int) -> bool:
        """Whether a sheet has rows that nobody sees."""
        return self._compiled.grids[sheet].hidden

    # What writing asks

    def value(self, sheet: int, row: int, column: int) -> Value:
        """What a cell shows; None as well for what is left to Excel."""
        try:
            return self._engine.value(sheet, row, column)
        except Uncomputed:
            return None

    def text(self, formula: Formula, at: At, place: Place | None = None) -> str:
        """The text of a formula outside of cells."""
        try:
            return formula_text(formula, self.maps, at)
        except TooManyAreas as many:
            self._remark("T272", place, formula="=" + formula.text, count=str(many.count))
            return ""

    def cell(self, number: int, row: int, bound: Bound | Saying | None = None) -> Written:
        """The cell of formula ``number`` in output ``row``, with its value."""
        cell = self._compiled.formulas[number]
        at = self.place(cell.sheet, row, cell.column)
        if isinstance(bound, Saying):
            return self._said(cell, at, bound)
        try:
            text = self._text(number, cell.formula, at)
        except TooManyAreas as many:
            self._tell("T272", cell, count=str(many.count))
            return Written("/>", () if bound is None else ((0, 0),))
        value: Value | Uncomputed
        try:
            value = self._engine.value(cell.sheet, row, cell.column)
        except Uncomputed as left:
            value = left
        if bound is not None and not self._agrees(cell, bound, value):
            v = f"{cell.prefix}v"
            start = f"><{v}>"
            shown = bound.shown.text
            end = f"{start}{shown}</{v}></{cell.prefix}c>"
            return Written(end, ((len(start), len(start) + len(shown)),))
        start = f"{cell.start}{self._array(cell, at)}>{escape_text(text)}</{cell.prefix}f>"
        written = self._with_value(cell, start, value)
        return Written(written.xml) if bound is None else written

    def _text(self, number: int, formula: Formula, at: At) -> str:
        """The text of formula ``number`` there: of thousands of rows often the same but for one."""
        if number not in self._pieces:
            self._pieces[number] = row_pieces(formula) if formula.moves else (formula.text,)
        pieces = self._pieces[number]
        if pieces is None or at.last:
            return formula_text(formula, self.maps, at)
        return str(at.row).join(pieces)

    def _array(self, cell: FormulaCell, at: At) -> str:
        if cell.array is None:
            return ""
        rows = addresses.areas(cell.array, self.maps, at) or [(at.row, at.row)]
        whole = area_text(cell.array, (rows[0][0], rows[-1][1]))
        return f' t="array" ref="{whole}"'

    def _with_value(self, cell: FormulaCell, formula: str, value: Value | Uncomputed) -> Written:
        kind, shown = "", ""
        if isinstance(value, Uncomputed):
            self.left = True
            if isinstance(value, Circle):
                self._tell("T286", cell)
            else:
                self._tell("T275", cell, function=value.what)
            xml = f">{formula}</{cell.prefix}c>"
            return Written(xml, ((len(xml), len(xml)),))
        if isinstance(value, Error):
            self._tell("T276", cell, error=value.code)
            kind, shown = ' t="e"', value.code
        elif isinstance(value, bool):
            kind, shown = ' t="b"', str(int(value))
        elif isinstance(value, str):
            kind, shown = ' t="str"', escape(value)
        else:
            shown = plain(0.0 if value is None else value)
        start = f"{kind}>{formula}<{cell.prefix}v>"
        xml = f"{start}{shown}</{cell.prefix}v></{cell.prefix}c>"
        return Written(xml, ((len(start), len(start) + len(shown)),))

    # Figures and texts that are live

    def _said(self, cell: FormulaCell, at: At, said: Saying) -> Written:
        """The cell of a text of which parts are live; without a formula where one cannot be."""
        terms = [self._term(piece, at) for piece in said.pieces]
        prefix = cell.prefix
        if None in terms:
            space = ' xml:space="preserve"' if said.text.strip() != said.text else ""
            start = f' t="inlineStr"><{prefix}is><{prefix}t{space}>'
            end = f"</{prefix}t></{prefix}is></{prefix}c>"
        else:
            text = escape_text("&".join(filter(None, terms)))
            start = f' t="str">{cell.start}>{text}</{prefix}f><{prefix}v>'
            end = f"</{prefix}v></{prefix}c>"
        out, spots = start, []
        for piece in said.pieces:
            begin = len(out)
            out += escape(piece.text)
            spots.append((begin, len(out)))
        return Written(out + end, tuple(spots))

    def _term(self, piece: Piece, at: At) -> str | None:
        """``piece`` in a formula that joins texts; None where it cannot be live."""
        if piece.number < 0:
            return _quoted(piece.text)
        cell = self._compiled.formulas[piece.number]
        try:
            text = self._text(piece.number, cell.formula, at)
            value = self._engine.result(cell.formula, at)
        except TooManyAreas as many:
            self._tell("T272", cell, count=str(many.count))
            return None
        except Uncomputed as left:
            self._tell("T279", cell, function=left.what, figure=piece.text)
            return None
        alone = text if isinstance(cell.formula.root, Call) else f"({text})"
        if piece.bound is not None:
            code = piece.bound.shown.code.replace('"', '""')
            term = f'TEXT({text},"{code}")' if code else alone
            return term if self._agrees(cell, piece.bound, value) else None
        if value == piece.text:
            return alone
        if isinstance(value, str) and not piece.free:
            self._tell("T273", cell, result=value, figure=piece.text)
        return None

    def _agrees(self, cell: FormulaCell, bound: Bound, value: Value | Uncomputed) -> bool:
        """Whether a formula gives the figure it stands for; otherwise it was told why not."""
        shown = bound.shown
        if isinstance(value, Uncomputed):
            self._tell("T279", cell, function=value.what, figure=shown.text)
            return False
        if not isinstance(value, float):
            given = value.code if isinstance(value, Error) else str(value)
            self._tell("T273", cell, result=given, figure=shown.text)
            return False
        places = len(shown.text.partition(".")[2])
        figure = Decimal(shown.text)
        if abs(decimal(rounded(value, places)) - figure) <= TOLERANCE:
            return True
        apart = _apart(bound.value)
        if apart and abs(Fraction(decimal(value)) - (Fraction(figure) - apart)) <= TOLERANCE:
            self._tell("T274", cell, result=plain(value), figure=shown.text)
            return False
        self._tell("T273", cell, result=plain(value), figure=shown.text)
        return False

    # What is to say

    def _tell(self, code: str, cell: FormulaCell, **values: str) -> None:
        title = self._compiled.titles[cell.sheet]
        place = Place("sheet", cell.sheet + 1, title).down(Square(cell.row, cell.column))
        self._remark(code, place, formula="=" + cell.formula.text[:60], **values)

    def _remark(self, code: str, place: Place | None, **values: str) -> None:
        """Once for each cell of the template."""
        self.remarks.setdefault((code, place), Remark(code, place, tuple(values.items())))


def _apart(value: Figure | Phrase) -> Fraction:
    """How far a typed total is from its parts, as its table allows."""
    return value.apart if isinstance(value, Figure) else Fraction(0)


#: The longest text that a formula takes in quotes.
_QUOTED: Final = 255


def _quoted(text: str) -> str:
    """A text as a formula says it; empty for none."""
    lines = [
        "&".join(
            '"' + line[at : at + _QUOTED].replace('"', '""') + '"'
            for at in range(0, len(line), _QUOTED)
        )
        for line in text.replace("\r\n", "\n").split("\n")
    ]
    joined = [lines[0]] if lines[0] else []
    for line in lines[1:]:
        joined += ["CHAR(10)", *([line] if line else [])]
    return "&".join(joined)
