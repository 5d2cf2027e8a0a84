"""Word documents as a reader goes through them: paragraphs with their texts and places.

One way of counting, ``Count``, whatever the elements come from: the XML of a finished part here,
the tree of a template while it is compiled. Paragraphs and tables are counted within what holds
them (the body, a cell, a text box, a note); content controls and tracked changes hold nothing of
their own, and of the alternatives for old and new programs only one is seen.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from operator import itemgetter
from typing import Final

from generator.problems.place import Box, Cell, Packed, Paragraph, Part, Place
from generator.reading.entities import seen, unescape

MAIN: Final = "word/document.xml"

_PART_NAME = re.compile(r"word/(header|footer|footnotes|endnotes|comments)(\d*)\.xml")
_PARTS: Final[dict[str, Part]] = {
    "header": "header", "footer": "footer", "footnotes": "footnote", "endnotes": "endnote",
    "comments": "comment",
}  # fmt: skip
_NOTES: Final = frozenset({"footnote", "endnote", "comment"})
#: Elements with paragraphs of their own. A row or table is no such thing, a cell is.
HOLDERS: Final = frozenset({"tc", "txbxContent", *_NOTES})
#: The elements that ``Count`` wants to be told of.
COUNTED: Final = frozenset({"p", "tbl", "tr", "AlternateContent", "Choice", "Fallback", *HOLDERS})


def text_parts(names: Iterable[str]) -> dict[str, Place]:
    """The members that hold text, each with its place: the body, headers, footers, notes.

    Headers and footers are numbered in the order of the numbers in their names.
    """
    found: list[tuple[int, int, str, Part]] = []
    for name in names:
        if match := _PART_NAME.fullmatch(name):
            rank = list(_PARTS).index(match[1])
            found.append((rank, int(match[2] or 0), name, _PARTS[match[1]]))
    parts = {MAIN: Place("body")}
    counts: dict[Part, int] = {}
    for _, _, name, part in sorted(found):
        counts[part] = 0 if part in _NOTES else counts.get(part, 0) + 1
        parts[name] = Place(part, counts[part])
    return parts


class _Holder:
    """Counters inside the body, a cell, a text box or a note."""

    # There are thousands of them: what begins as nothing is not set for each.
    paragraphs = tables = rows = cells = boxes = 0

    def __init__(self, outer: _Holder | None, step: tuple[int, ...], place: Place | None) -> None:
        self.outer = outer
        self.step = step
        self._place = place

    @property
    def place(self) -> Place:
        """Where it is; made when it is first asked for, which most cells are not."""
        if self._place is None:
            assert self.outer is not None
            made = Cell(*self.step) if len(self.step) == 4 else Box(*self.step)
            self._place = self.outer.place.down(made)
        return self._place


class Count:
    """Counts along with whoever goes through a part in reading order.

    ``opened`` and ``closed`` take the names of ``COUNTED`` elements, without prefix, as they
    begin and end; the ends of paragraphs, rows and tables may be left out. ``notes``: how many
    of the part were read before.
    """

    def __init__(self, part: Place, notes: int = 0) -> None:
        self.holder = _Holder(None, (), part)
        self._notes = notes
        self._alternatives: list[tuple[int, int, int]] = []
        #: How many alternatives for old programs are open: what is in them was counted before.
        self.repeated = 0

    def opened(self, name: str, *, special: bool = False) -> None:
        """An element begins; ``special``: a note that is none (Word's separator lines)."""
        here = self.holder
        if name == "p":
            here.paragraphs += 1
            here.boxes = 0
        elif name == "tc":
            here.cells += 1
            step = here.paragraphs, here.tables, here.rows, here.cells
            self.holder = _Holder(here, step, None)
        elif name == "tr":
            here.rows += 1
            here.cells = 0
        elif name == "tbl":
            here.tables += 1
            here.rows = 0
        elif name == "txbxContent":
            here.boxes += 1
            self.holder = _Holder(here, (here.paragraphs, here.boxes), None)
        elif name in _NOTES:
            self._notes += not special
            part = here.place
            self.holder = _Holder(here, (), Place(part.part, 0 if special else self._notes))
        elif name == "AlternateContent":
            self._alternatives.append((here.paragraphs, here.tables, here.boxes))
        elif name in ("Choice", "Fallback") and self._alternatives:
            here.paragraphs, here.tables, here.boxes = self._alternatives[-1]
            self.repeated += name == "Fallback"

    def closed(self, name: str) -> None:
        """An element ends."""
        if name in HOLDERS:
            assert self.holder.outer is not None
            self.holder = self.holder.outer
        elif name == "AlternateContent":
            self._alternatives.pop()
        elif name == "Fallback" and self._alternatives:
            self.repeated -= 1

    @property
    def place(self) -> Place:
        """The paragraph that began last in what is open now."""
        return self.holder.place.down(Paragraph(self.holder.paragraphs))


class Text:
    """One paragraph: what it shows, and where it is.

    ``repeated``: it is there once more, for old programs.
    """

    _offsets: Sequence[int] = ()  # where the pieces begin in the text
    _known = 0, 0, 0  # of the last offset: piece, characters of its XML, of its text
    _text: str | None = None

    def __init__(self, count: Count) -> None:
        self.repeated = count.repeated > 0
        self._holder = count.holder
        self._number = count.holder.paragraphs
        self._pieces: list[tuple[int, str]] = []

    def add(self, start: int, piece: str) -> None:
        """More of its character data, which begins at ``start`` in the XML."""
        self._pieces.append((start, piece))

    @property
    def text(self) -> str:
        """What it shows; line breaks and tabs as in typed text."""
        if self._text is None:
            self._text = unescape("".join([piece for _, piece in self._pieces]))
        return self._text

    def fills(self, _start: int, _end: int) -> bool:
        """Whether its text is known to be just that of the XML: it has pieces."""
        return False

    def shows(self, text: str, start: int) -> bool:
        """Whether ``text`` is what it shows from the character ``start`` of the XML on."""
        return self.text.startswith(text, self.offset(start))

    def offset(self, start: int) -> int:
        """Where in ``text`` the character ``start`` of the XML is; quick in rising order."""
        if not self._offsets:
            self._offsets = [0, *accumulate(len(unescape(piece)) for _, piece in self._pieces)]
        number = bisect_right(self._pieces, start, key=itemgetter(0)) - 1
        if number < 0:
            return 0
        first, piece = self._pieces[number]
        inside = start - first
        known, before, length = self._known
        if known != number or before > inside:
            before = length = 0
        length += len(unescape(piece[before:inside]))
        self._known = number, inside, length
        return self._offsets[number] + length

    @property
    def outermost(self) -> bool:
        """Whether it stands in no cell, text box or note."""
        return self._holder.outer is None

    @property
    def packed(self) -> Packed:
        """The same as ``place`` as plain data, for records."""
        return self.place.packed()

    @property
    def place(self) -> Place:
        """Where it is."""
        return self._holder.place.down(Paragraph(self._number))


# Parts of a Word file name their elements ``w:`` (T215), and none has ``>`` in an attribute.
_TOKEN = re.compile(
    r"<w:t(?: [^>]*[^/>])?>([^<]+)"
    r"|<(?:w|mc):((?:p|tr|br|tbl)(?=[ />])|tab ?/"
    r"|(?:tc|txbxContent|footnote|endnote|comment|AlternateContent|Choice|Fallback)(?=[ >]))"
    r"|</(?:w|mc):(tc|txbxContent|footnote|endnote|comment|AlternateContent|Fallback)>"
)
_CHARACTERS, _ENDED = 1, 3  # groups of a token
_SPACES = {"br": "\n", "tab/": "\t", "tab /": "\t"}
_BREAK = re.compile(r"<w:br\s*/>")
_TAB = re.compile(r"<w:tab\s*/>")
_ELEMENT = re.compile(r"<[^>]*>")


class WordPart:
    """A text part of a Word file, read once: its paragraphs in the order in which they begin."""

    def __init__(self, xml: str, place: Place) -> None:
        self._paragraphs: list[Text] = []
        # From where on the text is whose: paragraphs go on behind their text boxes.
        self._starts: list[int] = []
        self._texts: list[Text] = []
        self._read(seen(xml), Count(place))

    def _read(self, xml: str, count: Count) -> None:  # noqa: C901 (each token of a file passes)
        starts, texts = self._starts, self._texts
        held: list[Text | None] = []
        text: Text | None = None
        for token in _TOKEN.finditer(xml):
            kind = token.lastindex or 0
            found = token[kind]
            if kind == _CHARACTERS:
                if text is not None:
                    text.add(token.start(kind), found)
            elif kind == _ENDED:
                count.closed(found)
                if found in HOLDERS and (text := held.pop()) is not None:
                    starts.append(token.end())
                    texts.append(text)
            elif found == "p":
                count.opened(found)
                text = Text(count)
                self._paragraphs.append(text)
                starts.append(token.start())
                texts.append(text)
            elif found in HOLDERS:
                tag = xml[token.end() : xml.find(">", token.end())]
                if not tag.endswith("/"):
                    count.opened(found, special="w:type=" in tag and '"normal"' not in tag)
                    held.append(text)
                    text = None
            elif found not in _SPACES:
                count.opened(found)
            elif text is not None:
                text.add(token.start(), _SPACES[found])

    def __iter__(self) -> Iterator[Text]:
        return iter(self._paragraphs)

    def at(self, offset: int) -> Text | None:
        """The paragraph to which the character ``offset`` of the XML belongs."""
        number = bisect_right(self._starts, offset)
        return self._texts[number - 1] if number else None


def plain(xml: str) -> str:
    """Character data of a slice of XML: breaks and tabs restored, elements and entities gone."""
    if "<" in xml:
        xml = _ELEMENT.sub("", _TAB.sub("\t", _BREAK.sub("\n", xml)))
    return unescape(xml)
