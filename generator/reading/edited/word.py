"""A part of an edited Word file: its paragraphs as accepting every tracked change leaves them.

Counted as ``reading.word`` counts. What was deleted or moved away is not there; a paragraph whose
mark was deleted goes on with the next one; what a field of the page or date prints is nobody's
text. Looks are told roughly: enough to count what somebody set off by hand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from generator.problems.place import Place
from generator.reading.entities import seen
from generator.reading.word import HOLDERS, Count, Text

_HOLDING: Final = "|".join(sorted(HOLDERS))
#: Marks of characters that people set by hand and that every program keeps.
_LOOKS: Final = ("b", "i", "u", "strike", "color", "highlight")
_TOKEN: Final = re.compile(
    r"<w:t(?: [^>]*[^/>])?>([^<]+)|<w:instrText(?: [^>]*[^/>])?>([^<]+)"
    r"|<(/?)(?:w|mc):(p|tbl|tr|r|pPr|trPr|tcPr|rPrChange|ins|del|moveFrom|moveTo|cellDel|fldChar|fldSimple"
    rf"|br|cr|noBreakHyphen|pStyle|commentRangeStart|commentRangeEnd|AlternateContent|Choice"
    rf"|Fallback|{_HOLDING}|{'|'.join(_LOOKS)})(?=[ />])([^>]*)>"
    r"|<w:(tab) ?/>"
)
_VALUE: Final = re.compile(r' w:(?:val|fldCharType|instr|id)="([^"]*)"')
_PAGE: Final = re.compile(r' w:type="(?:page|column)"')
_OFF: Final = frozenset({"0", "false", "off", "none", "auto", "000000"})
#: Fields whose result a writer typed; all others print what their program knows.
_TYPED: Final = re.compile(r"\s*(?:HYPERLINK|FORMTEXT|QUOTE)\b")
_GONE: Final = frozenset({"del", "moveFrom"})
_NOTES: Final = frozenset({"footnote", "endnote", "comment"})


class Unfinished(ValueError):
    """A field begins and never ends: nobody can say what is text and what is not."""


@dataclass(eq=False)
class _Frame:
    """A row or cell; ``gone``: it was deleted, or what it stands in."""

    outer: _Frame | None
    deleted: bool = False

    @property
    def gone(self) -> bool:
        return self.deleted or (self.outer is not None and self.outer.gone)


@dataclass(eq=False)
class Paragraph:
    """A paragraph: its text, and how runs of its characters look."""

    text: Text
    frame: _Frame | None = None
    style: str = ""
    looks: list[tuple[str, int]] = field(default_factory=list)
    deleted: bool = False

    @property
    def place(self) -> Place:
        """Where it is."""
        return self.text.place


@dataclass(eq=False)
class _Field:
    code: str = ""
    result: bool = False

    @property
    def shown(self) -> bool:
        return self.result and _TYPED.match(self.code) is not None


class EditedPart:
    """A text part, read once.

    ``about``: the id of each comment → the words that it is on and their paragraph. ``pending``:
    how many changes are tracked. Raises ``Unfinished``.
    """

    def __init__(self, xml: str, place: Place) -> None:
        self.paragraphs: list[Paragraph] = []
        self.about: dict[str, tuple[str, Place]] = {}
        self.pending = 0
        self._count = Count(place)
        self._held: list[Paragraph | None] = []
        self._now: Paragraph | None = None
        self._joined: Paragraph | None = None
        self._frame: _Frame | None = None
        self._fields: list[_Field] = []
        self._hidden = 0
        self._inside: list[str] = []  # the properties that are open: of a paragraph, row or cell
        self._look: set[str] = set()
        self._ranges: dict[str, tuple[Paragraph, int, list[str]]] = {}
        self._read(seen(xml))

    def __iter__(self) -> Iterator[Paragraph]:
        return (one for one in self.paragraphs if one.frame is None or not one.frame.gone)

    def _read(self, xml: str) -> None:
        ways: dict[str, Callable[[str, bool], None]] = {
            "p": self._paragraph, "tr": self._row, "tc": self._holder, "txbxContent": self._holder,
            "footnote": self._holder, "endnote": self._holder, "comment": self._holder,
            "del": self._change, "moveFrom": self._change, "ins": self._change,
            "moveTo": self._change, "fldChar": self._field, "fldSimple": self._simple_field,
        }  # fmt: skip
        for token in _TOKEN.finditer(xml):
            name = token[4]
            if token[1] is not None:
                self._add(token.start(1), token[1])
            elif token[2] is not None:
                if self._fields:
                    self._fields[-1].code += token[2]
            elif token[6]:
                self._add(token.start(), "\t")
            elif name in ways:
                self._name = name
                ways[name](token[5], token[3] == "/")
            else:
                self._other(name, token[5], token[3] == "/", token.start())
        if self._fields:
            raise Unfinished

    # Text

    @property
    def _shown(self) -> bool:
        return not self._hidden and all(one.shown for one in self._fields)

    def _add(self, start: int, piece: str) -> None:
        here = self._now
        if here is None or not self._shown:
            return
        here.text.add(start, piece)
        here.looks.append((" ".join(sorted(self._look)), len(piece)))
        for paragraph, _, words in self._ranges.values():
            if paragraph is here:
                words.append(piece)

    def _other(self, name: str, attributes: str, closing: bool, start: int) -> None:  # noqa: C901, PLR0912
        # (a flat list of what elements mean)
        value = _VALUE.search(attributes)
        if name in ("pPr", "trPr", "tcPr", "rPrChange"):
            if closing:
                del self._inside[-1:]
            elif not attributes.endswith("/"):
                self._inside.append(name)
        elif name == "r":
            self._look = set()
        elif name in ("br", "cr", "noBreakHyphen"):
            if not _PAGE.search(attributes):
                self._add(start, "-" if name == "noBreakHyphen" else "\n")
        elif name == "pStyle":
            if self._now is not None and value:
                self._now.style = value[1]
        elif name == "cellDel":
            if self._frame is not None:
                self._frame.deleted = True
        elif name == "commentRangeStart":
            if self._now is not None and value:
                self._ranges[value[1]] = (self._now, start, [])
        elif name == "commentRangeEnd":
            if value and value[1] in self._ranges:
                paragraph, _, words = self._ranges.pop(value[1])
                self.about[value[1]] = "".join(words), paragraph.place
        elif name in _LOOKS:
            set_ = value[1] if value else "1"
            if not self._inside and set_ not in _OFF:
                self._look.add(f"{name}={set_}" if name in ("color", "highlight") else name)
        elif closing:
            self._count.closed(name)
            self._hidden -= name == "Fallback"
        elif not attributes.endswith("/"):
            self._count.opened(name)
            self._hidden += name == "Fallback"

    # Structure

    def _paragraph(self, attributes: str, closing: bool) -> None:
        empty = attributes.endswith("/")
        if not closing:
            self._count.opened("p")
            self._look = set()
            if self._joined is not None:
                self._now, self._joined = self._joined, None
                self._now.deleted = False
            else:
                self._now = Paragraph(Text(self._count), self._frame)
                if not self._hidden:
                    self.paragraphs.append(self._now)
        if closing or empty:
            if self._now is not None and self._now.deleted:
                self._joined = self._now
            self._now = None

    def _row(self, attributes: str, closing: bool) -> None:
        if closing:
            self._frame = self._frame.outer if self._frame is not None else None
        elif not attributes.endswith("/"):
            self._count.opened("tr")
            self._frame = _Frame(self._frame)

    def _holder(self, attributes: str, closing: bool) -> None:
        name = self._name
        if not closing:
            if attributes.endswith("/"):
                return
            special = "w:type=" in attributes and '"normal"' not in attributes
            self._count.opened(name, special=special)
            self._held.append(self._now)
            self._now = self._joined = None
            self._hidden += special
            if name == "tc":
                self._frame = _Frame(self._frame)
            return
        if not self._held:
            return
        self._hidden -= name in _NOTES and self._count.holder.place.number == 0
        self._count.closed(name)
        self._now, self._joined = self._held.pop(), None
        if name == "tc" and self._frame is not None:
            self._frame = self._frame.outer

    def _change(self, attributes: str, closing: bool) -> None:
        name, empty = self._name, attributes.endswith("/")
        if not closing:
            self.pending += 1
        if self._inside:
            if not closing and name in _GONE:
                if self._inside[0] == "pPr" and self._now is not None:
                    self._now.deleted = True
                elif self._inside[0] == "trPr" and self._frame is not None:
                    self._frame.deleted = True
        elif name in _GONE and not empty:
            self._hidden += -1 if closing else 1

    def _field(self, attributes: str, closing: bool) -> None:
        kind = _VALUE.search(attributes)
        if closing or kind is None:
            return
        if kind[1] == "begin":
            self._fields.append(_Field())
        elif self._fields and kind[1] == "separate":
            self._fields[-1].result = True
        elif self._fields and kind[1] == "end":
            self._fields.pop()

    def _simple_field(self, attributes: str, closing: bool) -> None:
        if attributes.endswith("/"):
            return
        if closing:
            if self._fields:
                self._fields.pop()
            return
        code = _VALUE.search(attributes)
        self._fields.append(_Field(code[1] if code else "", result=True))
