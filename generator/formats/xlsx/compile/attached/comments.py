"""Comments, threaded ones too: one for each copy of the row of their cell, filled for that copy."""

from __future__ import annotations

from generator.formats.xlsx.compile.attached.slots import Slots
from generator.formats.xlsx.compile.formulas.areas import area_of
from generator.formats.xlsx.compile.parts import DECLARATION, Node, Part, compact, emit, retag
from generator.formats.xlsx.compile.sheet import Sheet
from generator.formats.xlsx.compile.tags import TagReader
from generator.formats.xlsx.pieces import Counted, Guid, NoteText
from generator.formats.xlsx.segments import PerRow, Segment, Segments
from generator.reserved import NUMBER

#: The author of the comment that stands for a thread where threads are not known.
_THREAD = "tc="


def check_comments(part: Part, sheet: Sheet, reader: TagReader) -> None:
    """Refuse comments on rows of control tags, which are gone in the end."""
    tags = {row.number: row.control[1].text for row in sheet.rows if row.control}
    for node in part.root.walk():
        area = area_of(node.get("ref")) if node.local == "comment" else None
        if area is not None and area.top in tags:
            at = reader.at(sheet, f"{area.left}{area.top}")
            reader.add("T283", at, tag=tags[area.top])


def patch_comments(part: Part, sheet: Sheet) -> Segments:
    """The comments of a sheet, or the threads of which they are."""
    authors = [node for node in part.root.walk() if node.local == "author"]
    rows = [0] * len(authors)
    for node in part.root.walk():
        area, author = area_of(node.get("ref")), node.get("authorId")
        if node.local != "comment" or area is None or not author.isdigit():
            continue
        if int(author) < len(rows) and authors[int(author)].text.startswith(_THREAD):
            rows[int(author)] = area.top
    copied = _Copied(part, sheet, tuple(rows))

    def patch(node: Node) -> list[Segment] | None:
        if node.local == "author":
            row = rows[next(i for i, one in enumerate(authors) if one is node)]
            return [copied.author(node, row)] if row else None
        return copied.comment(node) if node.local in ("comment", "threadedComment") else None

    return compact([DECLARATION, *emit(part, part.root, patch)])


class _Copied:
    def __init__(self, part: Part, sheet: Sheet, rows: tuple[int, ...]) -> None:
        self._part = part
        self._sheet = sheet
        #: Of each author the row of his thread, 0 for a person.
        self._rows = rows

    def author(self, node: Node, row: int) -> PerRow:
        slots, part = Slots(), self._part
        guid = slots.slot(Guid(self._sheet.index, row, node.text.removeprefix(_THREAD)))
        start, end = part.raw(node.start, node.inner), part.raw(node.inner_end, node.end)
        return slots.row(self._sheet.index, row, [f"{start}{_THREAD}{guid}{end}"])

    def comment(self, node: Node) -> list[Segment] | None:
        area, index, part = area_of(node.get("ref")), self._sheet.index, self._part
        if area is None:
            return None
        slots = Slots()
        patches: dict[str, Segment] = {}
        author = node.get("authorId")
        thread = author.isdigit() and any(self._rows[int(author) : int(author) + 1])
        for name, value in node.attributes.items():
            local = name.rpartition(":")[2]
            if local == "ref":
                patches[name] = area.left + NUMBER
            elif local == "authorId" and value.isdigit() and int(value) < len(self._rows):
                patches[name] = slots.slot(Counted(index, self._rows, int(value)))
            elif local in ("id", "parentId") or (local == "uid" and thread):
                patches[name] = slots.slot(Guid(index, area.top, value))

        def inside(inner: Node) -> list[Segment] | None:
            what = "said" if node.local == "threadedComment" else "note"
            number = self._sheet.aside_of.get((id(node), what))
            if inner.local != "text" or number is None:
                return None
            text = slots.slot(NoteText(index, number))
            return [part.raw(inner.start, inner.inner), text, part.raw(inner.inner_end, inner.end)]

        return [slots.row(index, area.top, retag(part, node, patches, inside))]
