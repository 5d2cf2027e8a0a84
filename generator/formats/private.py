"""Template files that hold characters of gen's own are refused, with the places of the first ones.

Texts and attributes of every XML member are looked at, characters written as references as well:
what renders and what is copied alike must not look like a marker.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator, Mapping

from generator.problems import Position, Problems
from generator.problems.place import Place
from generator.reading.entities import seen, unescape
from generator.reserved import FIRST, LAST, RESERVED

#: The place of a character by the member and its XML (as ``seen``), and the offset in it.
Locate = Callable[[str, str, int], Place | None]

_REFERENCE = re.compile(r"&#(?:x0*[eE]0[12][0-9a-fA-F]|0*573[6-9][0-9]);")
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_MOST = 10
#: How much of the text around one is quoted, and of its XML searched for that.
_AROUND, _FAR = 12, 200


def refuse(members: Mapping[str, bytes], file: str, locate: Locate, problems: Problems) -> bool:
    """Report reserved characters in ``members``, all of them XML; whether there are any."""
    told: dict[tuple[str, Place | None], None] = {}
    for name, data in members.items():
        xml = _decoded(data)
        for offset, char in _found(xml):
            place = locate(name, xml, offset)
            if (name, place) not in told:
                told[name, place] = None
                at, near = Position(file, place=place), _around(xml, offset)
                problems.add("T217", at, member=name, char=f"U+{ord(char):04X}", near=near)
            if len(told) == _MOST:
                return True
    return bool(told)


def _found(xml: str) -> Iterator[tuple[int, str]]:
    """Offsets of reserved characters, and the characters."""
    for match in RESERVED.finditer(xml):
        yield match.start(), match[0]
    for match in _REFERENCE.finditer(xml):
        if FIRST <= (char := unescape(match[0])) <= LAST:
            yield match.start(), char


def _around(xml: str, offset: int) -> str:
    """The text or value in which the character stands, as far as messages quote it."""
    near = xml[max(offset - _FAR, 0) : offset], xml[offset : offset + _FAR]
    before, after = re.split('[<>"]', near[0])[-1], re.split('[<>"]', near[1])[0]
    text = unescape(before)[-_AROUND:] + unescape(after)[: _AROUND + 1]
    return RESERVED.sub("□", text).strip()


def _decoded(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return seen(data.decode("utf-16", "replace"))
    declared = _ENCODING.match(data)
    try:
        return seen(data.decode(declared[1].decode() if declared else "utf-8", "replace"))
    except LookupError:
        return seen(data.decode("utf-8", "replace"))
