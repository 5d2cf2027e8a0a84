"""Cells that the form set names: a figure for a formula that stands in the template as Excel's own.

What becomes of such a cell is what ``{{ 数 | 公式('=…') }}`` in it would become.
"""

from __future__ import annotations

from collections.abc import Sequence

from generator.content.model import NamedCell
from generator.formats.xlsx.compile.formulas.areas import area_of
from generator.formats.xlsx.compile.parts import Node, Part
from generator.formats.xlsx.compile.sheet import Cell, Sheet
from generator.formats.xlsx.compile.tags import TagReader
from generator.language.tags import TAG
from generator.problems import Position
from generator.problems.wording import suggest


def bind(
    cells: Sequence[NamedCell], main: Part, sheets: Sequence[Sheet], reader: TagReader
) -> None:
    """Give the cells that ``cells`` name their figures; what cannot be is told at the form set."""
    container = main.root.child("definedNames")
    nodes = container.each("definedName") if container else []
    bound: set[int] = set()
    for one in cells:
        found = [node for node in nodes if node.get("name").casefold() == one.name.casefold()]
        if not found:
            known = [node.get("name") for node in nodes if not node.get("name").startswith("_")]
            hint = suggest(one.name, known)
            reader.add("T284", one.at, [Position(reader.file)], name=one.name, suggestion=hint)
            continue
        said, cell = _cell(found, sheets)
        tag = f"{{{{ {one.figure} }}}}"
        if cell is not None and id(cell) in bound:
            said = "套表里已经写过的一格"
        elif cell is not None and TAG.fullmatch(tag) is None:
            said = f"一格，而“{one.figure}”不是一个名称"
        elif cell is not None:
            bound.add(id(cell))
            cell.runs, cell.named = [("", tag)], one.at
            continue
        reader.add("T285", one.at, [Position(reader.file)], name=one.name, refers=said)


def _cell(nodes: Sequence[Node], sheets: Sequence[Sheet]) -> tuple[str, Cell | None]:
    """The cell with a formula that a name refers to; else, in Chinese, what it refers to."""
    if len(nodes) > 1:
        return "几处（各张工作表有各自的同名名称）", None
    text = nodes[0].text.strip()
    before, _, where = text.rpartition("!")
    title = before[1:-1].replace("''", "'") if before[:1] == "'" else before
    area = area_of(where)
    sheet = next((one for one in sheets if one.title.casefold() == title.casefold()), None)
    if area is None or not area.left or sheet is None:
        return f"“{text}”，不是这个工作簿的一格", None
    if (area.left, area.top) != (area.right, area.bottom):
        return f"“{text}”，有许多格", None
    for row in sheet.rows:
        for cell in row.cells:
            if (cell.row, cell.column) == (area.top, area.left) and cell.formula is not None:
                return text, cell
    return f"“{text}”，那一格里没有公式", None
