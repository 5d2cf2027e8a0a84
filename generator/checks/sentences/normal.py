"""Text as it is read: full-width signs made plain, stray spaces gone, positions kept."""

from __future__ import annotations

import re
from typing import Final

from generator.frozen import frozen

_WIDE: Final = str.maketrans("０１２３４５６７８９．％＋－﹣−，､﹪", "0123456789.%+---,、%", "")
_SPACES: Final = " \u3000\xa0\u2002\u2003\u2009\r"
#: A space between what no space belongs between: a digit or a Chinese sign and its neighbour.
_STRAY: Final = re.compile(
    rf"(?<=[^\x00-\x7f])[{_SPACES}]{{1,40}}|(?<![{_SPACES}])[{_SPACES}]{{1,40}}(?=[^\x00-\x7f]|%)"
)


@frozen
class Normal:
    """``text`` as it is read; ``places``: where each of its characters was, one more at the end.

    ``doubtful``: where numbers were of which it is not certain what they are of.
    """

    text: str
    places: tuple[int, ...]
    doubtful: tuple[tuple[int, int], ...] = ()

    def at(self, start: int, end: int) -> tuple[int, int]:
        """Where the characters from ``start`` to ``end`` were."""
        return self.places[start], (self.places[end - 1] + 1 if end > start else self.places[start])


#: 1 025.30: a space that parts thousands, as some programs print it.
_THOUSANDS: Final = re.compile(r"(?<![\d.])\d{1,3}(?: \d{3}){1,4}(?![\d ])")


def normal(text: str) -> Normal:
    """``text`` with wide digits made plain and stray spaces left out."""
    plain = text.translate(_WIDE)
    if " " in plain:
        plain = _THOUSANDS.sub(lambda found: found[0].replace(" ", ","), plain)
    out: list[str] = []
    places: list[int] = []
    end = 0
    for stray in _STRAY.finditer(plain):
        out.append(plain[end : stray.start()])
        places.extend(range(end, stray.start()))
        end = stray.end()
    out.append(plain[end:])
    places.extend(range(end, len(plain) + 1))
    return Normal("".join(out), tuple(places))
