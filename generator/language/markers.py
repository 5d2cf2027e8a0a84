"""Provenance by markers: private-use characters that rendering leaves around every value.

While a template renders, each value is wrapped as OPEN path MID text CLOSE, and each tag that
prints announces itself with TAG number END. A pass over the finished XML removes them all and
keeps what they said. Loaders refuse private-use characters in content, so a marker is ours.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from generator.reserved import CLOSE, FIELD, MID, OPEN, TAG, TAG_END

#: A path that begins like this is a fault: ``!CODE`` and its values, see ``fault_path``.
FAULT = "!"
#: How a fault shows in a marked text.
FAULTY = OPEN + FAULT


_TAGS = re.compile(f"{TAG}(\\d+){TAG_END}")


class Mark(NamedTuple):
    """A value in a rendered text: ``text[start:end]`` of the cleaned XML shows ``path``.

    ``tag`` is the number of the template tag that printed it, -1 when unknown.
    """

    start: int
    end: int
    path: str
    tag: int


def wrap(path: str, text: str) -> str:
    """``text`` between markers that say it shows ``path``."""
    return f"{OPEN}{path}{MID}{text}{CLOSE}"


def tag_marker(number: int) -> str:
    """What a compiled template prints just before the value of its tag ``number``."""
    return f"{TAG}{number}{TAG_END}"


def untagged(marked: str) -> str:
    """``marked`` without the announcements of tags."""
    return _TAGS.sub("", marked)


def renumbered(marked: str, first: int) -> str:
    """``marked``, whose tags count from 0, with ``first`` as the number of that one."""
    return _TAGS.sub(lambda found: tag_marker(first + int(found[1])), marked)


#: What is packed behind the values where a fault comes from the content.
TYPED = "path", "file", "line", "column"


def fault_path(code: str, values: tuple[tuple[str, str], ...], typed: tuple[str, ...] = ()) -> str:
    """A catalogue code with its values as a marker path; ``typed`` as a ``Fault`` has it."""
    pairs = (*values, *zip(TYPED, typed, strict=False))
    return FIELD.join([FAULT + code, *(part for pair in pairs for part in pair)])


def read_fault(path: str) -> tuple[str, dict[str, str]]:
    """The code and values that ``fault_path`` packed, those of ``TYPED`` where known."""
    code, *parts = path[len(FAULT) :].split(FIELD)
    return code, dict(zip(parts[::2], parts[1::2], strict=True))


def strip(marked: str) -> tuple[str, list[Mark]]:
    """Remove all markers; return the clean text and its marks in order of their ends.

    Splitting at single characters stays in C; one regular expression over everything takes
    about twice as long on a report.
    """
    out: list[str] = []
    marks: list[Mark] = []
    open_marks: list[tuple[int, str, int]] = []
    length, tag = 0, -1
    new = tuple.__new__
    for index, chunk in enumerate(marked.split(TAG)):
        if index:
            end = chunk.index(TAG_END)
            tag = int(chunk[:end])
            # What nearly every tag prints: one value with no other inside.
            if chunk[end + 1 : end + 2] == OPEN:
                middle = chunk.index(MID, end)
                close = chunk.find(CLOSE, middle)
                if close > 0 > max(chunk.find(OPEN, middle), chunk.find(CLOSE, close + 1)):
                    start, length = length, length + close - middle - 1
                    marks.append(new(Mark, (start, length, chunk[end + 2 : middle], tag)))
                    out += (chunk[middle + 1 : close], chunk[close + 1 :])
                    length += len(chunk) - close - 1
                    continue
            chunk = chunk[end + 1 :]  # noqa: PLW2901
        for place, piece in enumerate(chunk.split(OPEN)):
            if place:
                path, _, piece = piece.partition(MID)  # noqa: PLW2901
                open_marks.append((length, path, tag))
            if CLOSE not in piece:
                out.append(piece)
                length += len(piece)
                continue
            inside, *rest = piece.split(CLOSE)
            out.append(inside)
            length += len(inside)
            for following in rest:
                begin, path, number_of_tag = open_marks.pop()
                marks.append(Mark(begin, length, path, number_of_tag))
                out.append(following)
                length += len(following)
    return "".join(out), marks
