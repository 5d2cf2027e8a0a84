"""Provenance by markers: private-use characters that rendering leaves around every value.

While a template renders, each value is wrapped as OPEN path MID text CLOSE, and each tag that
prints announces itself with TAG number END. A pass over the finished XML removes them all and
keeps what they said. Loaders refuse private-use characters in content, so a marker is ours.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

OPEN, MID, CLOSE = "\ue010", "\ue011", "\ue012"
TAG, END = "\ue016", "\ue017"

#: Every character gen may use for itself; content must not contain any.
PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")

#: A path that begins like this is a fault: ``!CODE`` and its values, see ``fault_path``.
FAULT = "!"
_FIELD = "\ue018"

_TOKEN = re.compile(f"{OPEN}([^{MID}]*){MID}|{CLOSE}|{TAG}(\\d+){END}")


@dataclass(frozen=True, slots=True)
class Mark:
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
    return f"{TAG}{number}{END}"


def fault_path(code: str, values: tuple[tuple[str, str], ...]) -> str:
    """A catalogue code with its values as a marker path."""
    return _FIELD.join([FAULT + code, *(part for pair in values for part in pair)])


def read_fault(path: str) -> tuple[str, dict[str, str]]:
    """The code and values that ``fault_path`` packed."""
    code, *parts = path[len(FAULT) :].split(_FIELD)
    return code, dict(zip(parts[::2], parts[1::2], strict=True))


def strip(marked: str) -> tuple[str, list[Mark]]:
    """Remove all markers; return the clean text and its marks in order of their ends."""
    out: list[str] = []
    marks: list[Mark] = []
    open_marks: list[tuple[int, str, int]] = []
    position = length = 0
    tag = -1
    for match in _TOKEN.finditer(marked):
        start = match.start()
        if start > position:
            out.append(marked[position:start])
            length += start - position
        position = match.end()
        if match[2] is not None:
            tag = int(match[2])
        elif match[1] is not None:
            open_marks.append((length, match[1], tag))
        else:
            begin, path, number = open_marks.pop()
            marks.append(Mark(begin, length, path, number))
    out.append(marked[position:])
    return "".join(out), marks
