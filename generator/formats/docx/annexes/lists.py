"""Lists of annexes: numbers that start anew in each copy, identifiers that follow from order."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from lxml import etree

from generator.formats.docx import notes
from generator.formats.docx.xml import (
    DECLARATION,
    by_id,
    inner,
    new,
    parse,
    serialize,
    sort_children,
    w,
)


class Identifiers:
    """Takes the chance out of docxcompose: it draws numbering identifiers at random."""

    def __init__(self, composer: Any) -> None:
        self._composer = composer
        self._known = {id(element): element for element in self._nsids()}

    def _nsids(self) -> list[Any]:
        part = self._composer.numbering_part()
        return list(part.element.iter(w("nsid")))

    def settle(self, annex: int) -> None:
        """Give what the last annex brought identifiers that follow from their order."""
        for number, nsid in enumerate(self._nsids()):
            if id(nsid) not in self._known:
                self._known[id(nsid)] = nsid
                value = zlib.crc32(f"{annex}/{number}".encode())
                nsid.set(w("val"), f"{value:08X}")


_PLACE = "place"
_LEVELS = 9


def own_lists(elements: Iterable[Any], styles: Any) -> list[str]:
    """The list numbers used in ``elements``; those that come by a style are said outright."""
    ids = by_id(styles)
    default = next((key for key, style in ids.items() if _is_default(style)), "")
    used: dict[str, None] = {}
    for paragraph in (p for element in elements for p in element.iter(w("p"))):
        properties = paragraph.find(w("pPr"))
        numbered = None if properties is None else properties.find(w("numPr"))
        if numbered is None:
            numbered = _style_numbering(paragraph, properties, ids, default)
        value = None if numbered is None else numbered.find(w("numId"))
        if value is not None and str(value.get(w("val"))) != "0":
            used[str(value.get(w("val")))] = None
    return list(used)


def _is_default(style: Any) -> bool:
    return bool(style.get(w("type")) == "paragraph" and style.get(w("default")) == "1")


def _style_numbering(paragraph: Any, properties: Any, ids: Mapping[str, Any], default: str) -> Any:
    """The numbering a paragraph has by its style, made its own."""
    named = None if properties is None else properties.find(w("pStyle"))
    style = ids.get(default if named is None else str(named.get(w("val"))))
    seen: set[int] = set()
    numbered = indent = None
    while style is not None and id(style) not in seen:
        seen.add(id(style))
        formats = style.find(w("pPr"))
        if formats is not None:
            indent = formats.find(w("ind")) if indent is None else indent
            numbered = formats.find(w("numPr"))
        if numbered is not None:
            break
        based = style.find(w("basedOn"))
        style = None if based is None else ids.get(str(based.get(w("val"))))
    if numbered is None:
        return None
    if properties is None:
        properties = new("pPr")
        paragraph.insert(0, properties)
    properties.append(deepcopy(numbered))
    # A paragraph's own numbering would bring the list's indent and override the style's.
    if indent is not None and properties.find(w("ind")) is None:
        properties.append(deepcopy(indent))
    return numbered


def fresh_numbers(part: bytes, lists: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """For each of ``lists`` the XML of another one like it that starts anew.

    With it what stands before and behind the place in ``numbering.xml`` (``part``) where such
    numbers can be added.
    """
    root = parse(part)
    numbers = _like(root, lists)
    cleanup = root.find(w("numIdMacAtCleanup"))
    place = etree.Element(_PLACE)
    if cleanup is not None:
        cleanup.addprevious(place)
    else:
        root.append(place)
    return numbers, (DECLARATION + serialize(root)).split(f"<{_PLACE}/>")


def _like(root: Any, lists: Iterable[str]) -> dict[str, str]:
    abstract = {str(e.get(w("abstractNumId"))): e for e in root.findall(w("abstractNum"))}
    numbers = {str(e.get(w("numId"))): e for e in root.findall(w("num"))}
    fresh: dict[str, str] = {}
    for number in lists:
        if number not in numbers:
            continue
        made = deepcopy(numbers[number])
        made.set(w("numId"), notes.FRESH_NUMBER)
        base = abstract.get(str(made.find(w("abstractNumId")).get(w("val"))))
        for level in range(_LEVELS):
            _restart(made, base, level)
        sort_children(made, ("abstractNumId", "lvlOverride"))
        fresh[number] = inner(made)
    return fresh


def _restart(number: Any, abstract: Any, level: int) -> None:
    overrides = {str(e.get(w("ilvl"))): e for e in number.findall(w("lvlOverride"))}
    override = overrides.get(str(level))
    if override is None:
        override = etree.SubElement(number, w("lvlOverride"), {w("ilvl"): str(level)})
    if override.find(w("startOverride")) is not None:
        return
    levels = [] if abstract is None else abstract.findall(w("lvl"))
    levels = [*override.findall(w("lvl")), *levels]
    start = next((e.find(w("start")) for e in levels if str(e.get(w("ilvl"))) == str(level)), None)
    first = "1" if start is None else str(start.get(w("val")))
    override.insert(0, etree.Element(w("startOverride"), {w("val"): first}))
