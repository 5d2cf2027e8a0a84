"""A place in a file, and where a text goes on."""

from __future__ import annotations

from generator.frozen import frozen
from generator.problems.place import Place


@frozen
class Position:
    """A place a person can go to.

    ``file`` is relative to the workspace with forward slashes; ``line`` and ``column`` count
    from 1 (0 = unknown); ``place`` is a place inside a Word or Excel file.
    """

    file: str
    line: int = 0
    column: int = 0
    place: Place | None = None

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Position):
            return NotImplemented
        mine, theirs = (
            (at.file, at.line, at.column, () if at.place is None else at.place.order)
            for at in (self, other)
        )
        return mine < theirs

    def __str__(self) -> str:
        parts = [self.file]
        if self.line:
            parts.append(str(self.line))
            if self.column:
                parts.append(str(self.column))
        text = ":".join(parts)
        return f"{text} {self.place}" if self.place else text


#: Where a text goes on after a line break: offset in the text → place in the file.
Turns = tuple[tuple[int, Position], ...]


def along(at: Position, turns: Turns, offset: int) -> Position:
    """The place of the character ``offset`` of a text that begins ``at``."""
    start = 0
    for there, place in turns:
        if there <= offset:
            at, start = place, there
    return Position(at.file, at.line, at.column + offset - start if at.column else 0, at.place)
