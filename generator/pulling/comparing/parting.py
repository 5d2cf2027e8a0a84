"""A changed text parted among the sources of the old one: which piece now says what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from generator.frozen import frozen
from generator.pulling.model import FIXED, NUMERAL, TYPED, VALUE, Segment
from generator.records.changes.aligning import Hunk, hunks

_DIGITS: Final = re.compile(r"\d")


@frozen
class Part:
    """A piece of the old text and what stands in its place.

    ``torn``: a change reaches over its edge, so that its new text is only a way to tell it.
    """

    segment: Segment
    old: str
    new: str
    torn: bool = False

    @property
    def changed(self) -> bool:
        """Whether it says something else."""
        return self.old != self.new


def parted(segments: Sequence[Segment], olds: Sequence[str], new: str) -> list[Part]:
    """What became of each of ``segments``, whose texts were ``olds``, in ``new``."""
    starts = [0]
    for text in olds:
        starts.append(starts[-1] + len(text))
    texts = list(olds)
    torn: set[int] = set()
    # From the end, so that offsets in front stay right.
    for hunk in reversed(hunks("".join(olds), new)):
        inside = _inside(starts, hunk)
        if not inside:
            inside = [_beside(segments, olds, starts, hunk[0])]
        elif len(inside) > 1:
            torn |= set(inside)
        taker = inside[0] if len(inside) == 1 else _taker(segments, inside)
        for number in inside:
            begin = max(hunk[0] - starts[number], 0)
            end = max(min(hunk[1], starts[number + 1]) - starts[number], begin)
            put = new[hunk[2] : hunk[3]] if number == taker else ""
            texts[number] = texts[number][:begin] + put + texts[number][end:]
    return [
        Part(segment, old, text, number in torn)
        for number, (segment, old, text) in enumerate(zip(segments, olds, texts, strict=True))
    ]


def _inside(starts: Sequence[int], hunk: Hunk) -> list[int]:
    """The pieces that a change takes something from, or that it is put into."""
    a, b = hunk[:2]
    if a == b:
        return [n for n in range(len(starts) - 1) if starts[n] < a < starts[n + 1]]
    return [n for n in range(len(starts) - 1) if starts[n] < b and starts[n + 1] > a]


def _beside(
    segments: Sequence[Segment], olds: Sequence[str], starts: Sequence[int], at: int
) -> int:
    """The piece to which a text belongs that was put between two."""
    near = [n for n in range(len(segments)) if at in (starts[n], starts[n + 1])]
    return min(near, key=lambda n: (_rank(segments[n], olds[n]), n))


def _taker(segments: Sequence[Segment], inside: Sequence[int]) -> int:
    return min(inside, key=lambda n: (_rank(segments[n], segments[n].text), n))


def _rank(segment: Segment, text: str) -> int:
    if segment.kind == TYPED:
        return 0
    if segment.kind == VALUE:
        return 3 if _DIGITS.search(text) and len(text) < 12 else 1
    return {FIXED: 2, NUMERAL: 4}[segment.kind]
