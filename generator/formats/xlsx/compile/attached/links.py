"""Hyperlinks of a sheet that has tags: what a cell shows is the cell's, where it leads is fixed."""

from __future__ import annotations

from urllib.parse import unquote

from generator.formats.xlsx.compile.formulas.areas import area_of
from generator.formats.xlsx.compile.parts import Node
from generator.formats.xlsx.compile.sheet import Sheet
from generator.formats.xlsx.compile.tags import UNPLACED, TagReader, short
from generator.formats.xlsx.compile.workbook import Workbook


def check_links(book: Workbook, sheet: Sheet, reader: TagReader) -> None:
    """Refuse tags in where a link leads and what it tells, each with its cell.

    Editors repeat the text of the cell in the link (``display``); that goes.
    """
    container = sheet.part.root.child("hyperlinks")
    targets = book.external(sheet.part.name)
    for node in container.each("hyperlink") if container else ():
        if UNPLACED.search(node.get("display")):
            node.attributes.pop("display")
            sheet.shortened.add(id(node))
        for text in (unquote(targets.get(node.get("id"), "")), *_said(node)):
            if UNPLACED.search(text):
                area = area_of(node.get("ref"))
                cell = f"{area.left}{area.top}" if area else "A1"
                reader.add("T263", reader.at(sheet, cell), where="超链接", text=short(text))
                sheet.shortened.add(id(node))


def _said(node: Node) -> tuple[str, ...]:
    return node.get("location"), node.get("tooltip")
