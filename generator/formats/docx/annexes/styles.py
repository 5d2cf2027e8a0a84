"""Styles of annexes, kept as their designers see them, whatever ids and names they have.

A style of an annex is told from the report's by what it amounts to, never by its identifier:
every office suite numbers those anew (``a``, ``a0``, ``Style14``). Where the report has a style of
the same name that looks the same, it serves; any other comes along under an identifier, and where
needed a name, that nobody has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any, Final

from lxml import etree

from generator.formats.docx.annexes.themes import Theme
from generator.formats.docx.xml import (
    PARAGRAPH_ORDER,
    RUN_ORDER,
    local,
    new,
    sort_children,
    style_name,
    w,
)

#: Which element names a style of which kind, and where: holder, its properties, the reference.
_USES: Final = (
    ("paragraph", "p", "pPr", "pStyle"),
    ("character", "r", "rPr", "rStyle"),
    ("table", "tbl", "tblPr", "tblStyle"),
)
_FORMATS: Final = ("pPr", "rPr", "tblPr", "trPr", "tcPr", "tblStylePr")
#: Says nothing about how a text looks.
_NOT_SEEN: Final = ("lang", "noProof", "rsid")


class Styles:
    """The styles of one annex on their way into the report.

    ``number`` gives a list of the annex its number in the report; ``label`` (附件1) tells styles
    apart whose name the report has for another look.
    """

    def __init__(
        self,
        ours: etree._Element,
        theirs: etree._Element,
        our_theme: Theme,
        their_theme: Theme,
        label: str,
        number: Callable[[str], str],
    ) -> None:
        self._styles = ours
        self._our = _Sheet(ours, our_theme)
        self._their = _Sheet(theirs, their_theme)
        self._same_ground = self._our.ground() == self._their.ground()
        self._label = label
        self._number = number
        self._adopted: dict[tuple[str, str], str] = {}

    def settle(self, root: etree._Element) -> None:
        """Have everything below ``root``, which comes from the annex, name styles of the report."""
        self._their.theme.settle(root, self._our.theme)
        for kind, holder, properties, reference in _USES:
            for element in root.iter(w(holder)):
                said = element.find(w(properties))
                named = None if said is None else said.find(w(reference))
                style_id = "" if named is None else str(named.get(w("val")))
                ours = self.adopted(kind, style_id)
                if named is not None:
                    named.set(w("val"), ours)
                elif ours and ours != self._our.default(kind):
                    _name(element, properties, reference, ours)

    def adopted(self, kind: str, style_id: str) -> str:
        """The report's identifier for a style of the annex, or for its default style."""
        style = self._their.style(kind, style_id)
        key = kind, "" if style is None else str(style.get(w("styleId")))
        if key not in self._adopted:
            same = self._twin(kind, style)
            if same is not None:
                self._adopted[key] = same
            elif style is None:
                # Nothing is said of such texts, yet the report's own default would say something.
                self._adopted[key] = (
                    "" if kind == "character" else self._add(kind, new("style"), key)
                )
            else:
                self._add(kind, deepcopy(style), key)
        return self._adopted[key]

    def _twin(self, kind: str, style: etree._Element | None) -> str | None:
        """The identifier of a style of the report that is the same; empty for its default."""
        ours = self._our.named(kind, style_name(style)) if style is not None else None
        if style is None or _is_default(style):
            ours = self._our.style(kind, "")
            if ours is None and style is None:
                return "" if self._alike(kind) else None
        if kind == "numbering" or ours is None or not self._alike(kind):
            return None
        mine, others = self._their.signature(style), self._our.signature(ours)
        return str(ours.get(w("styleId"))) if mine == others and mine is not None else None

    def _alike(self, kind: str) -> bool:
        """Whether styles of this kind stand on equal ground in both files."""
        return self._same_ground or kind != "paragraph"

    def _add(self, kind: str, style: etree._Element, key: tuple[str, str]) -> str:
        made = self._our.free_id(str(style.get(w("styleId")) or self._label))
        self._adopted[key] = made
        style.attrib.pop(w("default"), "")
        style.set(w("type"), kind)
        style.set(w("styleId"), made)
        self._rename(kind, style)
        self._their.theme.settle(style, self._our.theme)
        rooted = style.find(w("basedOn")) is None
        for name, of in (("basedOn", kind), ("next", kind), ("link", _LINKED.get(kind, kind))):
            reference = style.find(w(name))
            if reference is not None:
                value = str(reference.get(w("val")))
                if self._their.style(of, value, exactly=True) is None:
                    style.remove(reference)
                    rooted = rooted or name == "basedOn"
        if rooted and kind == "paragraph" and not self._same_ground:
            self._stand_on_its_own(style)
        self._styles.append(style)
        self._our.add(style)
        for name, of in (("basedOn", kind), ("next", kind), ("link", _LINKED.get(kind, kind))):
            reference = style.find(w(name))
            if reference is not None:
                reference.set(w("val"), self.adopted(of, str(reference.get(w("val")))))
        for number in style.iter(w("numId")):
            number.set(w("val"), self._number(str(number.get(w("val")))))
        return made

    def _rename(self, kind: str, style: etree._Element) -> None:
        name = style.find(w("name"))
        if name is None:
            name = new("name")
            name.set(w("val"), self._label)
            style.insert(0, name)
        wanted = str(name.get(w("val")))
        made = self._our.free_name(kind, wanted, self._label)
        name.set(w("val"), made)
        if made != wanted:
            style.set(w("customStyle"), "1")
            for alias in style.findall(w("aliases")):
                style.remove(alias)

    def _stand_on_its_own(self, style: etree._Element) -> None:
        """Say what the annex's document defaults said, and unsay what only the report's say."""
        for kind, order in (("pPr", PARAGRAPH_ORDER), ("rPr", RUN_ORDER)):
            target = style.find(w(kind))
            if target is None:
                target = new(kind)
                later = [c for c in style if local(c) in _FORMATS[_FORMATS.index(kind) + 1 :]]
                if later:
                    later[0].addprevious(target)
                else:
                    style.append(target)
            for child in self._their.defaults(kind):
                _add_missing(target, child)
            for child in self._our.defaults(kind):
                neutral = _neutral(child)
                if neutral is not None:
                    _add_missing(target, neutral)
            sort_children(target, order)


_LINKED: Final = {"paragraph": "character", "character": "paragraph"}


class _Sheet:
    """The styles of one file."""

    def __init__(self, styles: etree._Element, theme: Theme) -> None:
        self.theme = theme
        self._defaults = styles.find(w("docDefaults"))
        self._by_id: dict[str, etree._Element] = {}
        self._by_name: dict[tuple[str, str], etree._Element] = {}
        self._default: dict[str, etree._Element] = {}
        for style in styles.iter(w("style")):
            self.add(style)

    def add(self, style: etree._Element) -> None:
        kind = _kind(style)
        self._by_id.setdefault(str(style.get(w("styleId"))), style)
        self._by_name.setdefault((kind, style_name(style)), style)
        if _is_default(style):
            self._default[kind] = style

    def style(self, kind: str, style_id: str, *, exactly: bool = False) -> etree._Element | None:
        """The style of this identifier; without one of that kind, the default."""
        found = self._by_id.get(style_id)
        if found is not None and _kind(found) == kind:
            return found
        return None if exactly else self._default.get(kind)

    def named(self, kind: str, name: str) -> etree._Element | None:
        return self._by_name.get((kind, name))

    def default(self, kind: str) -> str:
        style = self._default.get(kind)
        return "" if style is None else str(style.get(w("styleId")))

    def free_id(self, wanted: str) -> str:
        made, number = wanted, 1
        while made in self._by_id:
            number += 1
            made = f"{wanted}_{number}"
        return made

    def free_name(self, kind: str, wanted: str, label: str) -> str:
        made, number = wanted, 1
        while (kind, made.lower()) in self._by_name:
            made = f"{wanted} {label}" if number == 1 else f"{wanted} {label} {number}"
            number += 1
        return made

    def defaults(self, kind: str) -> Iterator[etree._Element]:
        """What the document's defaults say of paragraphs (``pPr``) or runs (``rPr``)."""
        held = (
            None
            if self._defaults is None
            else self._defaults.find(f"{w(kind + 'Default')}/{w(kind)}")
        )
        for child in () if held is None else held:
            if local(child) not in _NOT_SEEN:
                yield self._seen(child)

    def ground(self) -> tuple[str, ...]:
        """The defaults in a form that can be compared."""
        return tuple(_canonical(child) for kind in ("pPr", "rPr") for child in self.defaults(kind))

    def signature(self, style: etree._Element | None) -> tuple[str, ...] | None:
        """What ``style`` and all it is based on say; None where that cannot be compared."""
        said: list[str] = []
        seen: set[str] = set()
        while style is not None and str(style.get(w("styleId"))) not in seen:
            seen.add(str(style.get(w("styleId"))))
            if next(style.iter(w("numPr")), None) is not None:
                return None  # a list of the annex is another list
            for part in style:
                if local(part) in _FORMATS and len(part):
                    said.append(_canonical(self._seen(part)))
            based = style.find(w("basedOn"))
            style = None if based is None else self._by_id.get(str(based.get(w("val"))))
        return tuple(said)

    def _seen(self, element: etree._Element) -> etree._Element:
        copy = deepcopy(element)
        copy.tail = None
        for child in [c for c in copy.iter() if local(c) in _NOT_SEEN]:
            if child is not copy:
                _remove(child)
        self.theme.settle(copy, None)
        return copy


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _canonical(element: etree._Element) -> str:
    """``element`` with its attributes in order and without declarations that nobody uses."""
    etree.cleanup_namespaces(element)
    return str(etree.tostring(element, method="c14n", exclusive=True).decode())


def _kind(style: Any) -> str:
    return str(style.get(w("type")) or "paragraph")


def _is_default(style: Any) -> bool:
    return style.get(w("default")) in ("1", "true", "on")


def _name(element: etree._Element, properties: str, reference: str, style_id: str) -> None:
    said = element.find(w(properties))
    if said is None:
        said = new(properties)
        element.insert(0, said)
    named = new(reference)
    named.set(w("val"), style_id)
    said.insert(0, named)


#: Properties that are said attribute by attribute.
_BY_ATTRIBUTE: Final = ("rFonts", "spacing", "ind")


def _add_missing(target: etree._Element, child: etree._Element) -> None:
    there = target.find(child.tag)
    if there is None:
        target.append(deepcopy(child))
    elif local(child) in _BY_ATTRIBUTE:
        for name, value in child.attrib.items():
            if name not in there.attrib:
                there.set(name, value)


#: What Word takes where nothing is said (ECMA-376 part 1, 17.3.1 and 17.3.2).
_NEUTRAL: Final = {
    **dict.fromkeys(
        ("b", "bCs", "i", "iCs", "caps", "smallCaps", "strike", "dstrike", "outline", "shadow",
         "emboss", "imprint", "vanish", "keepNext", "keepLines", "pageBreakBefore",
         "suppressLineNumbers", "suppressAutoHyphens", "topLinePunct", "bidi", "contextualSpacing",
         "mirrorIndents", "kern", "position"), "0"),
    **dict.fromkeys(
        ("widowControl", "kinsoku", "wordWrap", "overflowPunct", "autoSpaceDE", "autoSpaceDN",
         "adjustRightInd", "snapToGrid"), "1"),
    "sz": "20", "szCs": "20", "w": "100", "u": "none", "color": "auto", "highlight": "none",
    "vertAlign": "baseline", "em": "none", "jc": "left", "textAlignment": "auto", "outlineLvl": "9",
}  # fmt: skip
_NEUTRAL_ATTRIBUTES: Final = {
    **dict.fromkeys(("ascii", "hAnsi", "eastAsia", "cs"), "Times New Roman"),
    "line": "240", "lineRule": "auto",
}  # fmt: skip


def _neutral(child: etree._Element) -> etree._Element | None:
    """What takes back what ``child`` of the report's defaults says; None where nothing need."""
    name = local(child)
    made = new(name)
    if name in _BY_ATTRIBUTE:
        for attribute in child.attrib:
            short = str(attribute).rpartition("}")[2]
            made.set(attribute, _NEUTRAL_ATTRIBUTES.get(short, "0"))
        return made
    if name not in _NEUTRAL:
        return None
    made.set(w("val"), _NEUTRAL[name])
    return made
