"""Sources of what references lead to, put into the references (see ``formats.docx.grafts``).

Notes, comments and charts are filled where they are named if they hold tags, or if a loop may
name them more than once. Otherwise all stays as the template has it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from lxml import etree

from generator.formats.docx.annexes.annexes import OWN_NAMES
from generator.formats.docx.annexes.parts import Parts
from generator.formats.docx.compile import charts
from generator.formats.docx.compiled import Frame, GraftPlaces
from generator.formats.docx.grafts import CHART, COMMENT_END, COMMENT_START, NOTES, TYPES, graft
from generator.formats.docx.xml import DECLARATION, local, serialize, w
from generator.language.statements import Statement
from generator.reserved import FIELD, GRAFT, GRAFT_END

_RELATED: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CHART: Final = "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart"
_REFERENCES: Final = {f"{kind[:-1]}Reference": kind for kind in NOTES}
_ENDS: Final = {"commentRangeStart": COMMENT_START, "commentRangeEnd": COMMENT_END}
_TAG: Final = re.compile(r"\{[{%#]")
_SLOT: Final = re.compile(f"{GRAFT}(\\w+):([^{FIELD}]*){FIELD}{GRAFT_END}")
_PLACE: Final = "place"
#: The type of notes that are no separator lines.
_USUAL: Final = (None, "normal")
_LEFT: Final = re.compile(r"\{\{|\{%|%7[bB]%7[bB]|%7[bB]%25")
_MARKUP: Final = re.compile(r"<[^>]*>")
_VALUE: Final = re.compile(r'="([^"<]*)"')
#: What Word keeps of edits; copies may not share it.
_EDITS: Final = re.compile(r' [\w]+:(?:paraId|textId|rsid\w*)="[^"]*"')
#: Said by gen itself, or of no concern to readers.
_NOT_READ: Final = ("docProps/core.xml", "docProps/app.xml", TYPES)


class Grafting:
    """What the parts of a document lead to, on its way into them."""

    def __init__(
        self, members: Mapping[str, bytes], said: Sequence[Statement], *, loops: bool
    ) -> None:
        #: Workbooks of charts, compiled.
        self.books: list[bytes] = []
        bound = {name for statement in said for name in statement.names}
        self._bound = sorted(bound.union(OWN_NAMES))
        self._parts = Parts(members)
        self._members = members
        self._loops = loops
        self._sources: dict[tuple[str, str], str] = {}
        self._charts: dict[str, str] = {}
        self._workbooks: set[str] = set()
        self._frames: dict[str, Frame] = {}
        self._numbers: dict[str, int] = {}
        self._texts: list[str] = []
        #: Parts that filling writes.
        self.dynamic: set[str] = set()
        for kind in NOTES:
            name = self._parts.named(kind)
            if name and (loops or _TAG.search(members[name].decode())):
                self._take_notes(kind, name)

    def _take_notes(self, kind: str, name: str) -> None:
        root = self._parts.tree(name)
        notes = [note for note in root.findall(w(kind[:-1])) if note.get(w("type")) in _USUAL]
        if not notes:
            return
        for note in notes:
            key = kind, str(note.get(w("id")))
            note.set(w("id"), "own")
            root.remove(note)
            note.tail = None
            self._sources[key] = _bare(note, root)
        rest = [int(value) for n in root if (value := str(n.get(w("id")))).lstrip("-").isdecimal()]
        self._numbers[kind] = max(rest, default=-1 if kind == "comments" else 0)
        root.append(etree.Element(_PLACE))
        before, after = (DECLARATION + serialize(root)).split(f"<{_PLACE}/>")
        self._frames[kind] = Frame(name, before, after)
        self.dynamic.add(name)

    def mark(self, source: str, root: etree._Element) -> None:
        """Leave slots in the references of the part ``source``."""
        self._texts.append(source)
        for element in root.iter():
            name = local(element)
            kind, number = _REFERENCES.get(name, ""), str(element.get(w("id")))
            if (kind, number) in self._sources:
                element.set(w("id"), graft(kind, number))
            elif name in _ENDS and ("comments", number) in self._sources:
                element.set(w("id"), graft(_ENDS[name], number))
            elif element.tag == _CHART:
                self._mark_chart(source, element)

    def _mark_chart(self, source: str, element: etree._Element) -> None:
        relation = self._parts.relations(source).get(str(element.get(_RELATED)))
        if relation is None or relation.outside or relation.target not in self._members:
            return
        name = relation.target
        tree = self._parts.tree(name)
        filled = self._book(name)
        xml = serialize(tree)
        if not (self._loops or filled or _TAG.search(xml)):
            return
        folder, _, file = name.rpartition("/")
        relations = f"{folder}/_rels/{file}.rels"
        self._charts[name] = self._members.get(relations, b"").decode()
        self._sources[CHART, name] = f"{filled}{FIELD}{DECLARATION}{xml}"
        self.dynamic |= {name, relations}
        element.set(_RELATED, graft(CHART, name))

    def _book(self, chart: str) -> str:
        """What fills the workbook of a chart and prints its number; empty without tags in it."""
        if chart in self._charts:
            return ""
        book = charts.compiled(self._parts, chart, "")
        if book is None:
            return ""
        charts.leave_places(self._parts.tree(chart))
        self.books.append(charts.stored(book))
        self._workbooks.add(charts.workbook_of(self._parts, chart))
        self.dynamic |= self._workbooks
        names = "".join(f", {name!r}, {name}" for name in self._bound)
        return f"{{{{ {len(self.books) - 1}|_book({names.lstrip(', ')}) }}}}"

    def filled(self, source: str, source_of: Callable[[str], str]) -> str:
        """Jinja ``source`` with the sources of what it leads to in its slots."""

        def content(match: re.Match[str]) -> str:
            kind, key = match[1], match[2]
            if kind in _ENDS.values():
                return match[0]
            return graft(kind, key, source_of(self._sources[kind, key]))

        return _SLOT.sub(content, source)

    def released(self) -> dict[str, bytes]:
        """The members; nothing relates any longer to charts that filling makes copies of."""
        copied = {*self._charts, *self._workbooks}
        if not copied:
            return dict(self._members)
        parts = Parts(self._members)
        for source in self._texts:
            parts.unrelate(source, copied)
        parts.untype(copied)
        return {**self._members, **parts.changed()}

    def places(self, members: Mapping[str, bytes]) -> GraftPlaces:
        """Where filling brings what was grafted; ``members`` as they are to be written."""
        names = {*self._texts, *(frame.name for frame in self._frames.values())}
        relations = {}
        for name in sorted(names):
            folder, _, file = name.rpartition("/")
            known = members.get(f"{folder}/_rels/{file}.rels")
            if known is not None:
                relations[name] = known.decode()
        types = members.get(TYPES, b"").decode()
        return GraftPlaces(self._frames, self._numbers, self._charts, relations, types)

    def left_over(self) -> list[str]:
        """Parts with tags that nobody fills."""
        left = []
        for name, data in self._members.items():
            if name in self.dynamic or name in self._texts or name in _NOT_READ:
                continue
            if name.endswith((".xml", ".rels", ".vml")) and _shows_tags(data):
                left.append(name)
        return left


def _shows_tags(data: bytes) -> bool:
    if b"{" not in data and b"%7b" not in data.lower():
        return False
    xml = data.decode("utf-8", "replace")
    texts = (_MARKUP.sub("", xml), *_VALUE.findall(xml))
    return any(map(_LEFT.search, texts))


def _bare(note: etree._Element, root: etree._Element) -> str:
    """A note as it stands in its part: without declarations that the part makes."""
    xml = _EDITS.sub("", serialize(note))
    for prefix, space in root.nsmap.items():
        declared = f' xmlns:{prefix}="{space}"' if prefix else f' xmlns="{space}"'
        xml = xml.replace(declared, "")
    return xml
