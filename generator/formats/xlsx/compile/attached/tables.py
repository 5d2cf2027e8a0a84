"""Tables (ListObjects) and pivot tables: their ranges and formulas follow their rows."""

from __future__ import annotations

from collections.abc import Sequence

from generator.formats.xlsx.compile.formulas.areas import area_of
from generator.formats.xlsx.compile.formulas.book import Book, ListTable
from generator.formats.xlsx.compile.formulas.outside import Outside
from generator.formats.xlsx.compile.parts import DECLARATION, Node, Part, compact, emit, retag
from generator.formats.xlsx.compile.sheet import Sheet
from generator.formats.xlsx.compile.workbook import Workbook
from generator.formats.xlsx.pieces import Range, TableRange
from generator.formats.xlsx.segments import FormulaText, Segment, Segments


def read_tables(book: Workbook, sheets: Sequence[Sheet]) -> dict[str, ListTable]:
    """The tables of a workbook by their names in small letters."""
    found: dict[str, ListTable] = {}
    for sheet in sheets:
        for kind, member in book.related(sheet.part.name):
            root = book.parts[member].root if kind == "table" and member in book.parts else None
            area = area_of(root.get("ref")) if root is not None else None
            if root is None or area is None:
                continue
            columns = root.child("tableColumns")
            names = [node.get("name") for node in columns.each("tableColumn")] if columns else []
            first = area.top + int(root.get("headerRowCount", "1"))
            last = area.bottom - int(root.get("totalsRowCount", "0"))
            found[root.get("displayName").casefold()] = ListTable(
                sheet.index, area, first, last, names
            )
    return found


def patch_table(part: Part, sheet: Sheet, outside: Outside, *, moving: bool) -> Segments:
    """A table grows with its rows; at least one of them stays."""
    head = int(part.root.get("headerRowCount", "1"))
    totals = int(part.root.get("totalsRowCount", "0"))
    whole = area_of(part.root.get("ref"))

    def patch(node: Node) -> list[Segment] | None:
        area = area_of(node.get("ref"))
        if area is not None and moving:
            least = head + 1 + (totals if node is part.root else 0)
            return retag(part, node, {"ref": TableRange(sheet.index, area, least)}, inner)
        return inner(node)

    def inner(node: Node) -> list[Segment] | None:
        if node is not part.root and area_of(node.get("ref")) is not None:
            return patch(node)
        if node.local not in ("calculatedColumnFormula", "totalsRowFormula") or node.children:
            return None
        first = whole.top + head if whole else 0
        home = whole.bottom if whole and node.local == "totalsRowFormula" else first
        formula = outside.formula(node.text, sheet.index, sheet.place, home=home, role="cell")
        if not formula.moves:
            return None
        end = part.raw(node.inner_end, node.end)
        text = FormulaText(formula, sheet.place, sheet.index, home)
        return [part.raw(node.start, node.inner), text, end]

    return compact([DECLARATION, *emit(part, part.root, patch)])


def patch_pivot(part: Part, sheet: Sheet) -> Segments:
    """A pivot table moves with the rows it stands on."""

    def patch(node: Node) -> list[Segment] | None:
        area = area_of(node.get("ref")) if node.local == "location" else None
        return None if area is None else retag(part, node, {"ref": Range(sheet.index, area)})

    return compact([DECLARATION, *emit(part, part.root, patch)])


def patch_source(part: Part, book: Book, outside: Outside) -> Segments:
    """The source of a pivot table, as one range; what was kept of it is read anew on opening."""

    def patch(node: Node) -> list[Segment] | None:
        if node is part.root:
            # What it keeps is the template's: whoever opens it would see that as the result.
            node.attributes["refreshOnLoad"] = "1"
            return retag(part, node, {}, patch)
        if node.local != "worksheetSource":
            return None
        area, sheet = area_of(node.get("ref")), book.sheet(node.get("sheet"), -1)
        if area is None or not book.moves(sheet):
            return None
        if book.gaps(sheet, area.top, area.bottom, -1):
            outside.refusal(None)(
                "T268", formula=node.get("ref"), reference=node.get("ref"), function="数据透视表"
            )
        return retag(part, node, {"ref": Range(sheet, area)})

    return compact([DECLARATION, *emit(part, part.root, patch)])
