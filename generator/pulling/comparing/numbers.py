"""Numbers inside texts: one that stands elsewhere too is not changed in one place unasked."""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property
from typing import Final

from generator.records.record import Record

_NUMBER: Final = re.compile(r"\d[\d,]*(?:\.\d+)?")


class Numbers:
    """The numbers that a set says: those typed as values, and those inside texts."""

    def __init__(self, record: Record) -> None:
        self._record = record

    @cached_property
    def _said(self) -> Counter[str]:
        """In how many values each number stands."""
        return Counter(
            number
            for value in self._record.values.values()
            for number in set(_found(str(value["text"])))
        )

    def told(self, old: str, new: str, path: str = "") -> str:
        """What to know of a text that became ``new``; empty where no such number was changed.

        ``path``: the value that it is the text of, where it is one: its name is said elsewhere.
        """
        gone = Counter(_found(old)) - Counter(_found(new))
        elsewhere = [number for number in gone if path or self._said[number]]
        if not elsewhere:
            return ""
        return f"改掉的数 {'、'.join(elsewhere)} 别处也会有，只改这里会对不上，请看清楚再写"


def _found(text: str) -> list[str]:
    return [number.replace(",", "") for number in _NUMBER.findall(text)]
