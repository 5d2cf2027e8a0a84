"""Elements that are there for each copy of a row, on their way to pieces."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from generator.formats.xlsx.formulas.model import Formula
from generator.formats.xlsx.pieces import Beside
from generator.formats.xlsx.segments import FormulaText, PerRow, Segment
from generator.problems.place import Place
from generator.reserved import FORMULA, NUMBER

_SLOT: Final = re.compile(f"({NUMBER}|{FORMULA}\\d+{FORMULA})")


class Slots:
    """What varies from copy to copy, as it stands in the XML until that is taken apart."""

    def __init__(self) -> None:
        self._pieces: list[Beside] = []

    def slot(self, piece: Beside) -> str:
        """What stands for ``piece``."""
        self._pieces.append(piece)
        return f"{FORMULA}{len(self._pieces) - 1}{FORMULA}"

    def row(
        self, sheet: int, row: int, segments: Iterable[Segment], place: Place | None = None
    ) -> PerRow:
        """The element for each copy of template ``row``."""
        pieces: list[str | Formula | Beside] = []
        for segment in segments:
            if isinstance(segment, FormulaText):
                pieces.append(segment.formula)
                continue
            for text in filter(None, _SLOT.split(str(segment))):
                slot = text[0] == FORMULA
                pieces.append(self._pieces[int(text[1:-1])] if slot else text)
        return PerRow(sheet, row, tuple(pieces), place)
