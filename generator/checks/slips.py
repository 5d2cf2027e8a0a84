"""Which figure a typed number is a slip of the pen away from.

Every figure is filed under each way in which its digits may go wrong, so that a number is looked
up instead of being compared with all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import islice

from generator.checks.precision import significant
from generator.checks.prose import Number, Passage
from generator.figures.amounts import MONEY
from generator.figures.model import Figure

#: Figures of like digits that are looked at; so many amounts are no longer told by their digits.
_MOST_ALIKE = 200
_TOTALS = ("合计", "总额")


class Slips:
    """Amounts by value, filed for their slips."""

    def __init__(self, money: Mapping[Fraction, Iterable[Figure]]) -> None:
        self._filed: dict[str, list[tuple[int, Figure]]] = {}
        self._bare: tuple[Passage | None, str] = (None, "")
        figures = (figure for same in money.values() for figure in same)
        for order, figure in enumerate(figures):
            if significant(figure.numeral) >= 3:
                for key in _keys(figure.numeral):
                    self._filed.setdefault(key, []).append((order, figure))

    def of(self, passage: Passage, number: Number) -> tuple[Figure, str] | None:
        """The figure that a slip turned into ``number``, and which slip.

        The text has to name a part of the figure's path.
        """
        if number.unit not in MONEY:
            return None
        alike: dict[int, Figure] = {}
        for key in _keys(number.text):
            alike.update(islice(self._filed.get(key, ()), _MOST_ALIKE))
        text = self._text(passage) if alike else ""
        for _, figure in sorted(alike.items(), key=lambda pair: pair[0]):
            slip = _slip(figure.numeral, number)
            names = figure.path.split(".")[:-1]
            if slip and any(name in text for name in names if name not in _TOTALS):
                return figure, slip
        return None

    def _text(self, passage: Passage) -> str:
        """The passage without brackets, made once for all of its numbers."""
        if self._bare[0] is not passage:
            self._bare = passage, re.sub("[（）]", "", passage.text)
        return self._bare[1]


def _keys(digits: str) -> Iterator[str]:
    """What ``digits`` share with those that they may be a slip of."""
    yield "=" + digits.replace(".", "").strip("0")
    for at, char in enumerate(digits):
        if char != ".":
            yield f"{digits[:at]}?{digits[at + 1 :]}"
    # Two digits that change places are filed in their order.
    for at in range(len(digits)):
        for step in (1, 2):
            other = at + step
            pair = digits[at], digits[other : other + 1]
            if "." not in pair and pair[1]:
                low, high = sorted(pair)
                rest = digits[at + 1 : other], digits[other + 1 :]
                yield f"{digits[:at]}<{low}{rest[0]}{high}>{rest[1]}"


def _slip(held: str, number: Number) -> str:
    """How the digits ``held`` became ``number``; empty when they are simply different."""
    typed = number.text
    if held.replace(".", "").strip("0") == typed.replace(".", "").strip("0"):
        return "单位不同" if held == typed else "小数点不同"
    aligned = len(held) == len(typed) and held.find(".") == typed.find(".")
    if not aligned or number.unit != "万元":
        return ""
    apart = [i for i, pair in enumerate(zip(held, typed, strict=True)) if pair[0] != pair[1]]
    if len(apart) == 1 and significant(held) >= 4:
        return "一位数字不同"
    if len(apart) == 2 and apart[1] - apart[0] <= 2:
        a, b = apart
        if (held[a], held[b]) == (typed[b], typed[a]):
            return "两位数字颠倒"
    return ""
