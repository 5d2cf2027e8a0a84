"""Copies of what a template holds once: bookmarks and lists that must not be the same twice.

A form that is there once per project brings its bookmarks and list numbers along each time.
Word keeps only the first bookmark of a name, and lists of one number count on from copy to copy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

#: Longer bookmark names are cut by Word.
MAX_NAME: Final = 40

_START_TAG = "<w:bookmarkStart"
_START = re.compile(rf"{_START_TAG}\b[^>]*>")
_MARK = re.compile(r"<w:bookmark(Start|End)\b[^>]*>")
_ID = re.compile(r'\bw:id="([^"]*)"')
_NAME = re.compile(r'\bw:name="([^"]*)"')
_REFERENCES = re.compile(
    r'<w:instrText(?: [^>]*)?>[^<]*|\bw:(?:instr|anchor)="[^"]*"|<w:bookmarkStart\b[^>]*>'
)
_LIST_TAG = "<w:numId"
_RESTART, _RESTART_END = "<w:restart>", "</w:restart>"
_LIST = re.compile(rf'{_LIST_TAG} w:val="(\d+)"/>')


class Copies:
    """Settles the copies of one document; ``added`` are the list numbers it came to need."""

    def __init__(self, fresh: Mapping[str, str], placeholder: str, numbering: str) -> None:
        self._fresh = fresh
        self._placeholder = placeholder
        self._numbering = numbering
        self._used: set[str] = set()
        self.added: list[str] = []

    def settle(self, xml: str, start: str, end: str) -> str:
        """``xml`` with the copies between ``start`` and ``end`` made distinct."""
        before, *copies = xml.split(start)
        out = [before]
        names = set(_names(before))
        for copy in copies:
            inside, _, rest = copy.partition(end)
            inside = _renamed(inside, names)
            names.update(_names(inside))
            names.update(_names(rest))
            out += (self._lists(inside), rest)
        return _numbered("".join(out))

    def restarted(self, xml: str) -> str:
        """``xml`` with the lists of each pass counting from their start."""
        before, *passes = xml.split(_RESTART)
        out = [before]
        used = set(_LIST.findall(before))
        current: dict[str, str] = {}
        for each in passes:
            named, _, rest = each.partition(_RESTART_END)
            for number in _LIST.findall(named):
                if current.get(number, number) in used and number in self._fresh:
                    current[number] = self._made(number)
            rest = _LIST.sub(lambda m: f'<w:numId w:val="{current.get(m[1], m[1])}"/>', rest)
            used.update(_LIST.findall(rest))
            out.append(rest)
        return "".join(out)

    def _made(self, number: str) -> str:
        """A list like ``number`` that is yet to be counted."""
        made = str(self._next())
        self.added.append(self._fresh[number].replace(self._placeholder, made, 1))
        return made

    def _lists(self, copy: str) -> str:
        """A copy whose lists were counted before gets numbers of its own for them."""
        if _LIST_TAG not in copy:
            return copy
        renamed: dict[str, str] = {}
        for number in dict.fromkeys(_LIST.findall(copy)):
            if number in self._used and number in self._fresh:
                renamed[number] = self._made(number)
            self._used.add(number)
        if not renamed:
            return copy
        return _LIST.sub(lambda m: f'<w:numId w:val="{renamed.get(m[1], m[1])}"/>', copy)

    def _next(self) -> int:
        known = re.findall(r'<w:num w:numId="(\d+)"', self._numbering)
        return max(map(int, known), default=0) + len(self.added) + 1


def _names(xml: str) -> Iterator[str]:
    if _START_TAG not in xml:
        return
    for found in _START.findall(xml):
        name = _NAME.search(found)
        if name:
            yield name[1]


def _renamed(copy: str, taken: set[str]) -> str:
    """``copy`` with bookmark names that nobody else has, and its references to them."""
    mine: dict[str, str] = {}
    occupied = taken | set(_names(copy))
    for name in _names(copy):
        if name in taken and name not in mine:
            mine[name] = _free(name, occupied)
            occupied.add(mine[name])
    if not mine:
        return copy
    longest = sorted(map(re.escape, mine), key=len, reverse=True)
    whole = re.compile(rf"(?<!\w)(?:{'|'.join(longest)})(?!\w)")
    return _REFERENCES.sub(lambda m: whole.sub(lambda name: mine[name[0]], m[0]), copy)


def _free(name: str, occupied: set[str]) -> str:
    number = 2
    while (made := f"{name[: MAX_NAME - len(str(number)) - 1]}_{number}") in occupied:
        number += 1
    return made


def _numbered(xml: str) -> str:
    """Every bookmark with an identifier and a name of its own, where any two share one."""
    if _START_TAG not in xml:
        return xml
    starts = _START.findall(xml)
    ids = [found[1] for start in starts if (found := _ID.search(start))]
    names = list(_names(xml))
    if len(set(ids)) == len(ids) and len(set(names)) == len(names):
        return xml
    current: dict[str, str] = {}
    seen: set[str] = set()
    occupied = set(names)
    count = 0

    def settled(match: re.Match[str]) -> str:
        nonlocal count
        found = _ID.search(match[0])
        old = found[1] if found else ""
        if match[1] == "End":
            return _ID.sub(f'w:id="{current.get(old, old)}"', match[0])
        current[old] = str(count)
        count += 1
        made = _ID.sub(f'w:id="{current[old]}"', match[0])
        name = _NAME.search(made)
        if name and name[1] in seen:
            free = _free(name[1], occupied)
            occupied.add(free)
            made = made[: name.start()] + f'w:name="{free}"' + made[name.end() :]
        elif name:
            seen.add(name[1])
        return made

    return _MARK.sub(settled, xml)
