"""A finished Word or Excel file: its members unpacked, its parts read when they are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from generator.problems.place import Place
from generator.reading import excel, word
from generator.reading.excel import SheetPart
from generator.reading.package import read_members
from generator.reading.word import WordPart


class File:
    """A file by its bytes.

    ``ours``: gen wrote it. Raises ``PackageError`` as ``read_members`` and ``sheets`` do.
    """

    def __init__(self, raw: bytes, *, ours: bool = False) -> None:
        self.members: Mapping[str, bytes] = read_members(raw, ours=ours)
        self._word = word.MAIN in self.members
        #: The members that hold text, in their order, and the place that each is.
        self.places: Mapping[str, Place] = (
            word.text_parts(self.members) if self._word else excel.sheets(self.members)
        )
        self._read: dict[str, WordPart | SheetPart] = {}

    @cached_property
    def _strings(self) -> list[str]:
        return excel.strings(self.members)

    def part(self, name: str) -> WordPart | SheetPart:
        """The member ``name``, one of ``places``, read once."""
        if name not in self._read:
            xml, place = self.members[name].decode("utf-8", "replace"), self.places[name]
            self._read[name] = (
                WordPart(xml, place) if self._word else SheetPart(xml, place, self._strings)
            )
        return self._read[name]
