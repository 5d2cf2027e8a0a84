"""What stands in any document, whatever its format: paragraphs and tables, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from generator.frozen import frozen

#: What is read of one file at most; more is said to be left out.
MAX_BYTES: Final = 100 * 1024 * 1024
MAX_CHARACTERS: Final = 5_000_000
MAX_CELLS: Final = 400_000
#: What parts sentences; the half-width ones only behind a character that no number has.
_SIGN: Final = re.compile(r"[，。；：]|[\u4e00-\u9fff][,;:]")


class Unreadable(ValueError):
    """A file that cannot be read; the text says why, in words for its user."""


@frozen
class Piece:
    """A paragraph, or a ``cell`` whose text is a sentence.

    ``number``: which paragraph of a Word file. ``line``: of a text file, from 1.
    """

    text: str
    place: str
    number: int = -1
    cell: bool = False
    line: int = 0


@frozen
class Grid:
    """A table as rows of cells, covered cells empty; ``caption``: the words just above it."""

    rows: tuple[tuple[str, ...], ...]
    place: str
    caption: str = ""
    #: Where each row stands, when rows have places of their own.
    numbers: tuple[tuple[int, ...], ...] = ()
    #: The line of each row in a text file.
    lines: tuple[int, ...] = ()


@frozen
class Contents:
    """A document in reading order. ``lacking``: what of it could not be read, in words."""

    pieces: tuple[Piece, ...]
    grids: tuple[Grid, ...]
    lacking: tuple[str, ...] = ()

    def texts(self) -> Iterator[tuple[str, str]]:
        """Every text with its place, a cell's once."""
        told = {piece.text for piece in self.pieces}
        yield from ((piece.place, piece.text) for piece in self.pieces)
        for grid in self.grids:
            for number, row in enumerate(grid.rows, 1):
                yield from (
                    (f"{grid.place}第{number}行", text) for text in row if text and text not in told
                )


def is_sentence(text: str) -> bool:
    """Whether a cell holds running text, not a label or a number."""
    return len(text) > 12 and _SIGN.search(text) is not None
