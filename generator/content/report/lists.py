"""Which list an item belongs to, by the numbers typed: lists go on, begin at 5, or start again."""

from __future__ import annotations

from dataclasses import dataclass

from generator.content.model import Numbered


@dataclass(slots=True)
class _List:
    """``same``: every item so far has the number of the first; ``open``: tags decide its length."""

    number: int
    first: int
    printed: int
    follows: int
    same: bool = True
    open: bool = False


class Lists:
    """The lists of a report as their items come."""

    def __init__(self) -> None:
        self._count = 0
        self._levels: list[_List] = []
        self._ended: _List | None = None

    def end(self) -> None:
        """A paragraph or table came: the list may go on behind it."""
        if self._levels:
            self._ended = self._levels[0]
            self._levels.clear()

    def section(self) -> None:
        """A heading came: no list goes on behind it."""
        self._levels.clear()
        self._ended = None

    def control(self) -> None:
        """A line of tags came, which may repeat or leave out what follows."""
        for one in self._levels:
            one.open = True

    def item(self, level: int, typed: int) -> tuple[Numbered, int]:
        """The place of an item, and the number that it will be printed with.

        The number is ``typed`` itself where tags decide, and where a writer leaves the numbering
        to gen by giving every item the same number.
        """
        del self._levels[level:]
        if len(self._levels) < level:
            self._levels.append(self._begun(level, typed))
            return self._place(level), typed
        found = self._levels[level - 1]
        again = found.same and typed == found.first
        if typed == 1 < found.printed and not again and not found.open:
            self._levels[level - 1] = _List(self._next(), 1, 1, 0)
            return self._place(level), typed
        found.same = again
        found.printed += 1
        return self._place(level), typed if found.open or again else found.printed

    def _begun(self, level: int, typed: int) -> _List:
        before = self._ended
        on = before is not None and level == 1 and typed == before.printed + 1 > 1
        follows = before.number if before is not None and on else 0
        opened = before is not None and on and before.open
        return _List(self._next(), typed, typed, follows, open=opened)

    def _place(self, level: int) -> Numbered:
        found = self._levels[level - 1]
        return Numbered(found.number, found.first, found.follows)

    def _next(self) -> int:
        self._count += 1
        return self._count
