"""Texts beside cells that are filled with their rows: comments, and where links lead.

What the form of the file keeps apart from the rows is filled in their midst, where loops know
their names; ``formats.xlsx.pieces.Asides`` brings it to its part.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from generator.formats.xlsx.compile.attached.forms import Forms
from generator.formats.xlsx.compile.formulas.areas import area_of
from generator.formats.xlsx.compile.parts import (
    DECLARATION,
    Node,
    Part,
    compact,
    emit,
    emit_inner,
)
from generator.formats.xlsx.compile.sheet import Aside, Cell, Row, Sheet, read_runs
from generator.formats.xlsx.compile.tags import UNPLACED, TagReader, short
from generator.formats.xlsx.compile.workbook import Workbook
from generator.formats.xlsx.pieces import Relations
from generator.formats.xlsx.rows import Area
from generator.formats.xlsx.segments import Segment, Segments
from generator.language.plain import readable


@dataclass(slots=True)
class _Text:
    """A text with tags, and what it is of."""

    node: Node
    what: str
    runs: list[tuple[str, str]]
    prefix: str = ""


def gather(book: Workbook, sheet: Sheet, reader: TagReader) -> None:
    """Note the texts with tags beside the cells of ``sheet``, each with its row."""
    for text in _links(book, sheet, reader):
        _add(sheet, text)
    for kind, target in book.related(sheet.part.name):
        if kind in ("comments", "threadedComment") and target in book.parts:
            for text in _notes(book.parts[target]):
                _add(sheet, text)


def _add(sheet: Sheet, text: _Text) -> None:
    area = area_of(text.node.get("ref"))
    if area is None:
        return
    cell = Cell(area.left, area.top, text.node, text.runs, None)
    number = len(sheet.aside_of)
    sheet.aside_of[id(text.node), text.what] = number
    sheet.asides.setdefault(area.top, []).append(Aside(number, text.what, text.prefix, cell))
    if all(row.number != area.top for row in sheet.rows):
        sheet.rows.append(Row(area.top))
        sheet.rows.sort(key=lambda row: row.number)


def _links(book: Workbook, sheet: Sheet, reader: TagReader) -> Iterator[_Text]:
    """Links with tags in where they lead, or in what they tell.

    Editors repeat the text of the cell in the link (``display``); that goes.
    """
    container = sheet.part.root.child("hyperlinks")
    targets = book.external(sheet.part.name)
    for node in container.each("hyperlink") if container else ():
        if UNPLACED.search(node.get("display")):
            node.attributes.pop("display")
            sheet.shortened.add(id(node))
        texts = {
            "target": readable(targets.get(node.get("id"), "")),
            "tooltip": node.get("tooltip"),
        }
        tagged = {what: text for what, text in texts.items() if UNPLACED.search(text)}
        area = area_of(node.get("ref"))
        inside = UNPLACED.search(node.get("location")) is not None
        if area is not None and tagged and area.top != area.bottom and not inside:
            inside = _shortened(sheet, node, area)
        if inside:
            at = reader.at(sheet, f"{area.left}{area.top}" if area else "A1")
            text = node.get("location") or next(iter(tagged.values()))
            reader.add("T263", at, where="超链接", text=short(text))
            sheet.shortened.add(id(node))
            continue
        for what, text in tagged.items():
            yield _Text(node, what, [("", text)])


def _shortened(sheet: Sheet, node: Node, area: Area) -> bool:
    """Whether a link of many rows cannot be told apart; that of a merged cell is of its first."""
    if area not in sheet.merged:
        return True
    node.attributes["ref"] = f"{area.left}{area.top}"
    return False


def _notes(part: Part) -> Iterator[_Text]:
    """Comments with tags."""
    for node in part.root.walk():
        text = node.child("text") if node.local in ("comment", "threadedComment") else None
        if text is None:
            continue
        threaded = node.local == "threadedComment"
        runs = [("", text.text)] if threaded else read_runs(part, text)
        if UNPLACED.search("".join(said for _, said in runs)):
            yield _Text(node, "said" if threaded else "note", runs, node.prefix)


def patch_relations(part: Part, forms: Forms) -> Segments:
    """The relations of a sheet: those of filled links stand for the ones with tags.

    Those that lead to controls are there for each copy.
    """
    sheet = forms.controls.sheet
    filled = any(what == "target" for _, what in sheet.aside_of)

    def patch(node: Node) -> list[Segment] | None:
        if node.local == "Relationship":
            copies = forms.related(part, node)
            tagged = filled and readable(node.get("Target"))
            return [copies] if copies is not None else [] if tagged else None
        if filled and node is part.root:
            end = part.raw(node.inner_end, node.end)
            inner = emit_inner(part, node, patch)[:-1]
            return [part.raw(node.start, node.inner), *inner, Relations(sheet.index), end]
        return None

    return compact([DECLARATION, *emit(part, part.root, patch)])
