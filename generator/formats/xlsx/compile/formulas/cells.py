"""The formulas of cells, numbered through the workbook."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.utils import column_index_from_string

from generator.formats.xlsx.compile.formulas.areas import written_out
from generator.formats.xlsx.compile.formulas.book import Book
from generator.formats.xlsx.compile.formulas.references import Refuse, compile_formula
from generator.formats.xlsx.compile.parts import attributes_text
from generator.formats.xlsx.compile.sheet import Cell, Row, Sheet
from generator.formats.xlsx.compile.tags import TagReader, short
from generator.formats.xlsx.compiled import FormulaCell
from generator.formats.xlsx.formulas.model import Reference


class Masters:
    """Shared formulas of one sheet, written out for the cells that only point to them."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._masters: dict[str, tuple[str, str]] = {}
        for row in rows:
            for cell in row.cells:
                node = cell.formula
                if node is not None and node.get("t") == "shared" and node.text:
                    where = cell.where
                    self._masters.setdefault(node.get("si"), (node.text, where))

    def text(self, cell: Cell) -> str | None:
        """The formula of ``cell``; None for what has no text of its own (a data table)."""
        node = cell.formula
        assert node is not None
        if node.get("t") == "dataTable":
            return None
        if node.get("t") != "shared" or node.text:
            return node.text
        text, origin = self._masters.get(node.get("si"), ("", ""))
        if not text:
            return None
        return written_out(text, origin, cell.where)


class CellFormulas:
    """Compiles formulas of cells, and tells at the cell what cannot follow its rows."""

    def __init__(self, book: Book, reader: TagReader) -> None:
        self.compiled: list[FormulaCell] = []
        self._book = book
        self._reader = reader

    def of_cell(self, sheet: Sheet, cell: Cell, masters: Masters) -> int:
        """The number of the formula of ``cell``; -1 for one without a text of its own."""
        node = cell.formula
        assert node is not None
        text = masters.text(cell)
        if text is None or not text.strip():
            if self._book.moves(sheet.index):
                self.refusal(sheet, cell)("T278", formula=text or "", reference=cell.where)
            return -1
        # Attributes of what shares or fills cells are written anew.
        start = f"<{node.name}{attributes_text(node.attributes, {'t', 'ref', 'si', 'aca', 'ca'})}"
        array = node.get("ref") if node.get("t") == "array" else ""
        return self._add(sheet, cell, text, start, array)

    def bound(self, sheet: Sheet, cell: Cell, text: str, *, joined: bool) -> int:
        """The number of the formula that a figure in ``cell`` is to be live by.

        ``joined``: equal figures merge into one cell.
        """
        text = text.strip().removeprefix("=")
        return self._add(sheet, cell, text, f"<{sheet.prefix}f", "", joined=joined)

    def refusal(self, sheet: Sheet, cell: Cell) -> Refuse:
        """Tells what is wrong with the formula of ``cell`` at that cell."""

        def tell(code: str, *, formula: str, **values: str) -> None:
            at = self._reader.at(sheet, cell.where)
            self._reader.add(code, at, (), formula=short("=" + formula), **values)

        return tell

    def _add(
        self, sheet: Sheet, cell: Cell, text: str, start: str, array: str, *, joined: bool = False
    ) -> int:
        refuse = self.refusal(sheet, cell)
        formula = compile_formula(
            self._book, text, sheet.index, cell.row, refuse=refuse, array=bool(array),
            joined=joined,
        )  # fmt: skip
        filled: Reference | None = None
        if array:
            own = compile_formula(
                self._book, array, sheet.index, cell.row, refuse=refuse, role="area"
            )
            filled = own.root if isinstance(own.root, Reference) else None
            if ":" in array and array.partition(":")[0] != array.partition(":")[2]:
                refuse("T282", formula=text, area=array)
        column = column_index_from_string(cell.column)
        self.compiled.append(
            FormulaCell(formula, sheet.index, cell.row, column, start, filled, sheet.prefix)
        )
        return len(self.compiled) - 1
