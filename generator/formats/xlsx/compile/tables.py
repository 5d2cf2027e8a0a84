"""Tables, charts and whatever else holds ranges and formulas that move."""

from __future__ import annotations

from collections.abc import Sequence

from generator.formats.xlsx.compile.formulas import (
    Book,
    area_of,
    compile_formula,
    moves,
)
from generator.formats.xlsx.compile.parts import (
    DECLARATION,
    Node,
    Part,
    compact,
    emit,
    retag,
)
from generator.formats.xlsx.segments import (
    FormulaText,
    Range,
    Segment,
    Segments,
    TableRange,
)


def patch_table(part: Part, book: Book, sheet: int) -> Segments:
    """A table (ListObject) grows with its rows; at least one of them stays."""
    head = int(part.root.get("headerRowCount", "1"))
    totals = int(part.root.get("totalsRowCount", "0"))

    def patch(node: Node) -> list[Segment] | None:
        area = area_of(node.get("ref"))
        if area is not None:
            least = head + 1 + (totals if node is part.root else 0)
            return retag(part, node, {"ref": TableRange(sheet, area, least)}, patch_inner)
        return patch_inner(node)

    def patch_inner(node: Node) -> list[Segment] | None:
        if node is not part.root and area_of(node.get("ref")) is not None:
            return patch(node)
        return formula_patch(part, book, node, ("calculatedColumnFormula", "totalsRowFormula"))

    return compact([DECLARATION, *emit(part, part.root, patch)])


def formula_patch(
    part: Part, book: Book, node: Node, names: Sequence[str], sheet: int = -1
) -> list[Segment] | None:
    """An element whose text is a formula with moving references."""
    if node.local not in names or node.children:
        return None
    formula = compile_formula(book, node.text, sheet)
    if not moves(formula):
        return None
    end = part.raw(node.inner_end, node.end)
    return [part.raw(node.start, node.inner), FormulaText(formula), end]


def patch_formulas(part: Part, book: Book, names: Sequence[str]) -> Segments:
    """A part in which only formulas move (a chart, a pivot cache)."""

    def patch(node: Node) -> list[Segment] | None:
        if node.local == "worksheetSource":
            area, sheet = area_of(node.get("ref")), book.sheet(node.get("sheet"), -1)
            if area is not None and sheet >= 0:
                return retag(part, node, {"ref": Range(sheet, area)})
        return formula_patch(part, book, node, names)

    return compact([DECLARATION, *emit(part, part.root, patch)])
