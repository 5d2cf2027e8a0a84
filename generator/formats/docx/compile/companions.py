"""What references in the text of a template lead to: notes, comments, charts, targets of links.

Their tags are read where the reference stands, so that they see its loops, and are filled there
(see ``formats.docx.grafts``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from generator.formats.docx.annexes.parts import Parts
from generator.formats.docx.compile import charts
from generator.formats.docx.compile.charts import Book
from generator.formats.docx.grafts import NOTES
from generator.formats.docx.xml import MAIN, local, parent_of, w
from generator.frozen import frozen
from generator.language.plain import readable
from generator.language.tags import TAG
from generator.problems import Position
from generator.reading.word import text_parts

_RELATED: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CHART: Final = "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart"
_DRAWN: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_REFERENCES: Final = {f"{kind[:-1]}Reference": kind for kind in NOTES}


@frozen
class Companion:
    """What a reference leads to: its tree, where it is, how many notes were before it.

    ``source``: the part whose relations it names.
    """

    root: etree._Element
    at: Position
    source: str
    notes: int = 0


class Companions:
    """What the parts of one file lead to; its trees may be changed."""

    def __init__(self, parts: Parts, file: str) -> None:
        self.parts = parts
        self._file = file
        self._seen: set[tuple[str, str]] = set()
        #: Workbooks with tags, by their chart.
        self.books: dict[str, Book] = {}
        #: Parts that are changed even where they hold no tags.
        self.changed: set[str] = set()
        self._notes: dict[str, dict[str, Companion]] = {}
        places = text_parts(dict.fromkeys(parts.names))
        for kind in NOTES:
            name = parts.named(kind)
            if name in places:
                self._notes[kind] = self._companions(name, Position(file, place=places[name]))

    def _companions(self, name: str, at: Position) -> dict[str, Companion]:
        found: dict[str, Companion] = {}
        count = 0
        for note in self.parts.tree(name):
            if not isinstance(note.tag, str):
                continue
            if note.get(w("type"), "normal") == "normal":
                found[str(note.get(w("id")))] = Companion(note, at, name, count)
                count += 1
        return found

    def of(self, source: str, element: etree._Element, at: Position) -> Companion | None:
        """What ``element`` of the part ``source``, in a text ``at``, leads to, the first time."""
        kind = _REFERENCES.get(local(element), "")
        number = str(element.get(w("id")))
        found = None
        if kind and source == MAIN:
            found = self._notes.get(kind, {}).get(number)
        elif element.tag == _CHART:
            relation = self.parts.relations(source).get(str(element.get(f"{{{_RELATED}}}id")))
            if relation is not None and not relation.outside and relation.target in self.parts:
                number = relation.target
                book = charts.compiled(self.parts, number, self._file)
                if book is not None:
                    self.books[number] = book
                found = Companion(_joined(self.parts.tree(number)), at, number)
        key = kind or "chart", number
        if found is None or key in self._seen:
            return None
        self._seen.add(key)
        return found

    def targets(self, source: str, element: etree._Element) -> Iterator[tuple[str, str]]:
        """The attributes of ``element`` that are links with tags in their targets, and these."""
        for name, value in element.attrib.items():
            if str(name).startswith(f"{{{_RELATED}}}"):
                relation = self.parts.relations(source).get(str(value))
                if relation is not None and relation.outside:
                    target = readable(relation.target)
                    if target:
                        yield str(name), target

    def tidy(self) -> None:
        """Take away what nobody reads any more: links that are filled, notes nobody names."""
        for name in self.parts.names:
            if name.endswith(".rels"):
                for link in list(self.parts.tree(name)):
                    if readable(str(link.get("Target"))):
                        parent_of(link).remove(link)
                        self.changed.add(name)
        for kind, notes in self._notes.items():
            for number, note in notes.items():
                text = "".join(map(str, note.root.itertext()))
                if (kind, number) not in self._seen and TAG.search(text):
                    parent_of(note.root).remove(note.root)


def _joined(root: etree._Element) -> etree._Element:
    """The tree of a chart whose texts have no tag spread over several runs."""
    for paragraph in root.iter(f"{_DRAWN}p"):
        texts = list(paragraph.iter(f"{_DRAWN}t"))
        whole = "".join(text.text or "" for text in texts)
        if len(texts) > 1 and "".join(TAG.findall(whole)) != "".join(
            tag for text in texts for tag in TAG.findall(text.text or "")
        ):
            texts[0].text = whole
            for text in texts[1:]:
                text.text = ""
    return root
