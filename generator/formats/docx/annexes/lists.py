"""Lists of annexes: brought along as lists of their own, started anew in each copy."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from typing import Any, Final

from lxml import etree

from generator.formats.docx import notes
from generator.formats.docx.annexes.parts import Bringer, Parts, Relation
from generator.formats.docx.xml import (
    DECLARATION,
    MAIN,
    NUMBERING,
    W,
    by_id,
    inner,
    new,
    parse,
    serialize,
    sort_children,
    w,
)

_EMPTY: Final = f'<w:numbering xmlns:w="{W}"/>'.encode()
_CONTENT_TYPE: Final = (
    "application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml"
)
_RELATION: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/numbering"


class Lists:
    """The lists of one annex on their way into the report.

    ``styles`` gives a style of the annex, by kind and identifier, its identifier in the report;
    styles and lists name one another, so it is told once both are there.
    """

    styles: Callable[[str, str], str]

    def __init__(self, theirs: Parts, ours: Parts, annex: int) -> None:
        self._ours = ours
        self._name = theirs.named("numbering")
        self._theirs = theirs.tree(self._name) if self._name else None
        self._bringer = Bringer(theirs, ours)
        self._annex = annex
        self._numbers: dict[str, str] = {"0": "0"}
        self._abstract: dict[str, str] = {}

    def settle(self, root: etree._Element) -> None:
        """Have the paragraphs below ``root``, of the annex, name lists of the report."""
        for number in root.iter(w("numId")):
            number.set(w("val"), self.number(str(number.get(w("val")))))

    def number(self, theirs: str) -> str:
        """The report's number for a list of the annex; ``0``, no list, where it has none."""
        if theirs not in self._numbers:
            found = None if self._theirs is None else _entry(self._theirs, "num", "numId", theirs)
            base = None if found is None else found.find(w("abstractNumId"))
            if found is None or base is None:
                return "0"
            root = self._root()
            made = deepcopy(found)
            self._numbers[theirs] = _next(root, "num", "numId", 1)
            made.set(w("numId"), self._numbers[theirs])
            _place(root, made)
            abstract = made.find(w("abstractNumId"))
            assert abstract is not None
            abstract.set(w("val"), self._abstract_number(str(base.get(w("val")))))
            self._settle_levels(made)
        return self._numbers[theirs]

    def _root(self) -> etree._Element:
        name = self._ours.named("numbering")
        if not name:
            name = self._ours.add(NUMBERING, _EMPTY, _CONTENT_TYPE)
            self._ours.relate(MAIN, Relation(_RELATION, name))
        return self._ours.tree(name)

    def _abstract_number(self, theirs: str) -> str:
        if theirs not in self._abstract:
            assert self._theirs is not None
            found = _entry(self._theirs, "abstractNum", "abstractNumId", theirs)
            if found is None:
                return theirs
            root = self._root()
            made = deepcopy(found)
            self._abstract[theirs] = _next(root, "abstractNum", "abstractNumId", 0)
            made.set(w("abstractNumId"), self._abstract[theirs])
            # Lists that share this identifier count on from one another.
            for identity in made.findall(w("nsid")):
                own = zlib.crc32(f"{self._annex}/{theirs}".encode())
                identity.set(w("val"), f"{own:08X}")
            _place(root, made)
            self._settle_levels(made)
            for name in ("styleLink", "numStyleLink"):
                for link in made.findall(w(name)):
                    link.set(w("val"), self.styles("numbering", str(link.get(w("val")))))
        return self._abstract[theirs]

    def _settle_levels(self, made: etree._Element) -> None:
        for style in made.iter(w("pStyle")):
            style.set(w("val"), self.styles("paragraph", str(style.get(w("val")))))
        for picture in made.iter(w("lvlPicBulletId")):
            picture.set(w("val"), self._picture(str(picture.get(w("val")))))

    def _picture(self, theirs: str) -> str:
        assert self._theirs is not None
        found = _entry(self._theirs, "numPicBullet", "numPicBulletId", theirs)
        if found is None:
            return theirs
        root = self._root()
        made = deepcopy(found)
        number = _next(root, "numPicBullet", "numPicBulletId", 0)
        made.set(w("numPicBulletId"), number)
        self._bringer.settle(made, self._name, self._ours.named("numbering"))
        _place(root, made)
        return number


def _entry(root: etree._Element, name: str, key: str, value: str) -> etree._Element | None:
    return next((e for e in root.findall(w(name)) if e.get(w(key)) == value), None)


def _next(root: etree._Element, name: str, key: str, least: int) -> str:
    used = [int(value) for e in root.findall(w(name)) if (value := str(e.get(w(key)))).isdecimal()]
    return str(max(used, default=least - 1) + 1)


def _place(root: etree._Element, made: etree._Element) -> None:
    """Put ``made`` behind its like: picture bullets, then definitions, then lists (17.9)."""
    order = ("numPicBullet", "abstractNum", "num", "numIdMacAtCleanup")
    root.append(made)
    sort_children(root, order)


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


#: How a mark begins that passes of a loop restart lists by.
RESTART: Final = b"<w:restart"


def restarted(root: Any) -> Iterator[str]:
    """The list numbers that passes of loops below ``root`` restart."""
    found = (number.get(w("val")) for mark in root.iter(w("restart")) for number in mark)
    return iter(dict.fromkeys(map(str, found)))


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
