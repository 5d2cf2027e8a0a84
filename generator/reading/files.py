"""Files as their readers find them: members unpacked, parts read when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Protocol
from xml.parsers import expat

from generator.problems.place import Packed, Place
from generator.reading import excel, word
from generator.reading.excel import NotesPart, SheetPart
from generator.reading.package import read_members
from generator.reading.word import WordPart


class Spot(Protocol):
    """A text of its own: a paragraph, a cell, a page header."""

    @property
    def text(self) -> str:
        """What it shows."""

    @property
    def place(self) -> Place:
        """Where it is."""

    @property
    def packed(self) -> Packed:
        """The same as plain data, for records."""

    @property
    def outermost(self) -> bool:
        """Whether it is running text, in no cell, text box or note."""

    @property
    def repeated(self) -> bool:
        """Whether it is there once more, for old programs."""

    def fills(self, start: int, end: int, /) -> bool:
        """Whether it is known that its text is what its part has between those characters."""

    def shows(self, text: str, start: int, /) -> bool:
        """Whether ``text`` is what it shows from the character ``start`` of its part on."""

    def offset(self, start: int, /) -> int:
        """Where in running ``text`` the character ``start`` of its part is."""


class FilePart(Protocol):
    """A member that holds text, as spots in the order in which they begin."""

    def __iter__(self) -> Iterator[Spot]: ...

    def at(self, offset: int) -> Spot | None:
        """The spot to which the character ``offset`` of the member belongs."""


class File(Protocol):
    """A file of whatever format."""

    @property
    def members(self) -> Mapping[str, bytes]:
        """All of it, by name."""

    @property
    def places(self) -> Mapping[str, Place]:
        """The members that hold text, in their order, and the place that each is."""

    def part(self, name: str) -> FilePart:
        """The member ``name``, one of ``places``."""

    def sound(self, name: str) -> bool:
        """Whether the member ``name`` is what its format demands."""

    def plain(self, piece: str) -> str:
        """What a piece of a member shows."""


def finished(raw: bytes) -> File:
    """A Word or Excel file that gen wrote; raises ``PackageError`` as ``read_members`` does."""
    return Package(raw, ours=True)


class Package:
    """A Word or Excel file by its bytes.

    ``ours``: gen wrote it, comments of its sheets too. Raises ``PackageError`` as
    ``read_members``, ``sheets`` and ``notes`` do.
    """

    def __init__(self, raw: bytes, *, ours: bool = False) -> None:
        self.members: Mapping[str, bytes] = read_members(raw, ours=ours)
        self._word = word.MAIN in self.members
        #: The members that hold text, in their order, and the place that each is.
        self.places: Mapping[str, Place] = self._placed(ours=ours)
        self._read: dict[str, WordPart | SheetPart] = {}

    def _placed(self, *, ours: bool) -> Mapping[str, Place]:
        if self._word:
            return word.text_parts(self.members)
        sheets = excel.sheets(self.members)
        return {**sheets, **excel.notes(self.members, sheets)} if ours else sheets

    @cached_property
    def _strings(self) -> list[str]:
        return excel.strings(self.members)

    def part(self, name: str) -> WordPart | SheetPart:
        """The member ``name``, one of ``places``, read once."""
        if name not in self._read:
            xml, place = self.members[name].decode("utf-8", "replace"), self.places[name]
            if self._word:
                self._read[name] = WordPart(xml, place)
            elif place.part == "sheet note":
                self._read[name] = NotesPart(xml, place)
            else:
                self._read[name] = SheetPart(xml, place, self._strings)
        return self._read[name]

    def sound(self, name: str) -> bool:
        """Whether the member ``name`` is XML."""
        try:
            expat.ParserCreate().Parse(self.members[name], True)
        except expat.ExpatError:
            return False
        return True

    def plain(self, piece: str) -> str:
        """What a piece of XML shows."""
        return word.plain(piece) if self._word else excel.plain(piece)
