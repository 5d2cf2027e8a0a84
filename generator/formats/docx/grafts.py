"""What references in a text lead to, filled where they stand: notes, comments, charts, links.

A note in a loop, or in an annex that is there once per project, is another note each time, with
the values of that pass. So compiling puts the source of what a reference leads to into the
reference itself, between ``GRAFT`` and ``GRAFT_END``; here, when the text is filled, each is taken
out again, brought into its part under an identifier of its own, and named by it.

    <w:footnoteReference w:id="GRAFT footnotes:2 FIELD <w:footnote …>…</w:footnote> GRAFT_END"/>
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from typing import Final

from generator.formats.docx.books import Books, Filled, points
from generator.formats.docx.compiled import GraftPlaces
from generator.formats.pictures import Pictures
from generator.reading.entities import escape
from generator.reserved import FIELD, GRAFT, GRAFT_END

#: Parts of notes, and the identifier that compiling leaves in the element of a note.
NOTES: Final = ("footnotes", "endnotes", "comments")
OWN_NUMBER: Final = 'w:id="own"'
#: Kinds besides notes: the two ends of a comment, the target of a link, a chart.
COMMENT_START, COMMENT_END, LINK, CHART = "start", "end", "link", "chart"
PICTURE: Final = "picture"

_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TOKENS = re.compile(f"([{GRAFT}{GRAFT_END}])")
_IDS = re.compile(r'\bw:id="(\d+)"')
_RELATION_IDS = re.compile(r'\bId="rId(\d+)"')
_BOOKS: Final = "word/embeddings/gen"
_BOOK_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PLACES: Final = re.compile(f"{FIELD}([fns])(\\d+){FIELD}")
#: The target of a relation to a workbook, whatever the order of its attributes.
_PACKAGE: Final = re.compile(
    r'((?=<Relationship [^>]*/package")<Relationship [^>]*?Target=")[^"]*("[^>]*>)'
)
_PARTS_OF_CHARTS: Final = "word/charts/gen"
_PICTURES: Final = "word/media/gen-"


def graft(kind: str, key: str, content: str = "") -> str:
    """``content`` as it stands in the reference that leads to it."""
    return f"{GRAFT}{kind}:{key}{FIELD}{content}{GRAFT_END}"


class Grafts:
    """What the texts of one document turned out to lead to."""

    def __init__(self, places: GraftPlaces, pictures: Pictures | None, books: Books) -> None:
        self._places = places
        self._books = books
        self._pictures = pictures
        #: Pictures that come to be.
        self.media: dict[str, bytes] = {}
        self._notes: dict[str, list[str]] = {kind: [] for kind in NOTES}
        self._numbers = dict(places.numbers)
        #: Of each comment: its number in this pass, and whether that was named.
        self._comments: dict[str, tuple[str, bool]] = {}
        self._links: dict[str, dict[tuple[str, str, bool], str]] = {}
        self._types: list[str] = []
        self._added: dict[str, str] = {}
        self._charts = 0
        #: Whether anything comes to be that the template has not.
        self.more = bool(places.notes)

    def taken(self, source: str, marked: str) -> str:
        """The text of the part ``source`` with identifiers where something was grafted."""
        if GRAFT not in marked:
            return marked
        out: list[list[str]] = [[]]
        for token in _TOKENS.split(marked):
            if token == GRAFT:
                out.append([])
            elif token == GRAFT_END:
                head, _, content = "".join(out.pop()).partition(FIELD)
                kind, _, key = head.partition(":")
                around = out[1][0].partition(":")[0] if len(out) > 1 else ""
                holder = self._places.notes[around].name if around in NOTES else source
                out[-1].append(self._identifier(holder, kind, key, content))
            else:
                out[-1].append(token)
        return "".join(out[0])

    def _identifier(self, source: str, kind: str, key: str, content: str) -> str:
        if kind == COMMENT_START:
            self._comments[key] = self._next("comments"), False
            return self._comments[key][0]
        if kind == COMMENT_END:
            return self._comments[key][0] if key in self._comments else "0"
        if kind in NOTES:
            number, named = self._comments.get(key, ("", True))
            if kind != "comments" or named:
                number = self._next(kind)
            if kind == "comments":
                self._comments[key] = number, True
            self._notes[kind].append(content.replace(OWN_NUMBER, f'w:id="{number}"', 1))
            return number
        if kind == LINK:
            return self._relation(source, "hyperlink", content, outside=True)
        return self._picture(source, key) if kind == PICTURE else self._chart(source, key, content)

    def _picture(self, source: str, key: str) -> str:
        assert self._pictures is not None
        name = f"{_PICTURES}{key}"
        if name not in self.media:
            self.media[name] = self._pictures.data(key)
            kind = key.rpartition(".")[2]
            entry = f'<Default Extension="{kind}" ContentType="image/{kind}"/>'
            known = f'extension="{kind}"' in self._places.types.lower()
            if not known and entry not in self._types:
                self._types.append(entry)
        return self._relation(source, "image", name)

    def _next(self, kind: str) -> str:
        self._numbers[kind] = self._numbers.get(kind, 0) + 1
        return str(self._numbers[kind])

    def _chart(self, source: str, key: str, content: str) -> str:
        self._charts += 1
        name = f"{_PARTS_OF_CHARTS}{self._charts}.xml"
        number, _, xml = content.partition(FIELD)
        frame = self._places.charts[key]
        if number:
            filled = self._books.filled[int(number)]
            xml = _PLACES.sub(lambda m: _shown(m[1], int(m[2]), filled), xml)
            book = f"{_BOOKS}{self._charts}.xlsx"
            self.media[book] = filled.data
            self._types.append(_override(book, _BOOK_TYPE))
            frame = _PACKAGE.sub(rf"\g<1>../{book.removeprefix('word/')}\g<2>", frame)
        self._added[name] = xml
        if frame:
            folder, _, file = name.rpartition("/")
            self._added[f"{folder}/_rels/{file}.rels"] = frame
        self._types.append(_override(name, _CHART_TYPE))
        return self._relation(source, "chart", name)

    def _relation(self, source: str, kind: str, target: str, *, outside: bool = False) -> str:
        self.more = True
        there = self._links.setdefault(source, {})
        known = self._places.relations.get(source, "")
        key = kind, target, outside
        if key not in there:
            last = max(map(int, _RELATION_IDS.findall(known)), default=0)
            there[key] = f"rId{last + len(there) + 1}"
        return there[key]

    def parts(self) -> dict[str, str]:
        """Parts that come to be, or come to hold more: notes, charts, relations, types."""
        made = dict(self._added)
        for kind, frame in self._places.notes.items():
            made[frame.name] = "".join((frame.before, *self._notes[kind], frame.after))
        for source, links in self._links.items():
            name = f"{posixpath.dirname(source)}/_rels/{posixpath.basename(source)}.rels"
            made[name] = _with_links(self._places.relations.get(source, ""), links, source)
        if self._types:
            types = self._places.types
            made[TYPES] = types.replace("</Types>", "".join(self._types) + "</Types>")
        return made


def _shown(kind: str, number: int, book: Filled) -> str:
    """What a chart says in a place: what it draws, or the copy of it."""
    if kind == "f":
        reference = book.references.get(number, "")
        return escape(f"({reference})" if "," in reference else reference)
    return points(book.values.get(number, ()), numbers=kind == "n")


TYPES: Final = "[Content_Types].xml"
_CHART_TYPE: Final = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_EMPTY: Final = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships'
    ' xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
)


def _override(name: str, content_type: str) -> str:
    return f'<Override PartName="/{name}" ContentType="{content_type}"/>'


def _with_links(known: str, links: Mapping[tuple[str, str, bool], str], source: str) -> str:
    out = []
    for (kind, target, outside), identifier in links.items():
        if not outside:
            target = posixpath.relpath(target, posixpath.dirname(source))  # noqa: PLW2901
        mode = ' TargetMode="External"' if outside else ""
        type_ = f"{_OFFICE}/{kind}"
        out.append(f'<Relationship Id="{identifier}" Type="{type_}" Target="{target}"{mode}/>')
    known = known or _EMPTY
    known = known.replace("/>", "></Relationships>") if known.endswith("/>") else known
    return known.replace("</Relationships>", "".join(out) + "</Relationships>")
