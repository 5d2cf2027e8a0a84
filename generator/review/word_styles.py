"""How paragraphs and runs of a Word file look: its styles, put into declarations for a browser."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from generator.review.nodes import css, family, points, pt
from generator.review.xml_tree import Element

#: Properties by name → attributes, as they are inherited.
Properties = dict[str, Mapping[str, str]]

_ALIGN: Final = {
    "both": "justify", "distribute": "justify", "center": "center", "right": "right",
    "end": "right", "left": "left", "start": "left",
}  # fmt: skip
_OFF: Final = frozenset({"0", "false", "none", "off"})
_COLOR: Final = re.compile(r"[0-9A-Fa-f]{6}")
#: Lines that are neither exact nor fixed to the grid: what a Chinese font takes.
_NATURAL: Final = 1.3
_HALF_LINE: Final = 0.4
_LINES: Final = {
    "single": "solid", "double": "double", "dotted": "dotted", "dashed": "dashed",
    "dashSmallGap": "dashed", "thick": "solid", "dotDash": "dashed",
}  # fmt: skip
_GROUPED: Final = frozenset({"ind", "spacing", "rFonts"})


def read(*elements: Element) -> Properties:
    """The properties of elements such as ``pPr``, later ones over earlier ones."""
    found: Properties = {}
    for element in elements:
        for one in element.children:
            given = dict(one.attributes)
            # Of lengths and fonts each attribute counts by itself.
            found[one.name] = (
                {**found.get(one.name, {}), **given} if one.name in _GROUPED else given
            )
    return found


class StyleSheet:
    """The styles of a file by their ids."""

    def __init__(self, root: Element) -> None:
        self._styles = {style.get("styleId"): style for style in root.all("style")}
        defaults = root.child("docDefaults")
        self._paragraph = read(defaults.child("pPrDefault", "pPr"))
        self._run = read(defaults.child("rPrDefault", "rPr"))
        self._normal = next(
            (i for i, style in self._styles.items()
             if style.get("type") == "paragraph" and style.get("default") in ("1", "true")), "",
        )  # fmt: skip
        self._known: dict[tuple[str, str], Properties] = {}

    def _inherited(self, name: str, part: str) -> Properties:
        known = self._known.get((name, part))
        if known is not None:
            return known
        chain = self._chain(name)
        made = self._known[name, part] = read(*(one.child(part) for one in chain))
        return made

    def _chain(self, name: str) -> list[Element]:
        """The style ``name`` behind those that it is based on."""
        chain: list[Element] = []
        while name in self._styles and self._styles[name] not in chain:
            chain.append(self._styles[name])
            name = chain[-1].child("basedOn").get("val")
        return chain[::-1]

    def paragraph(self, given: Element) -> tuple[Properties, Properties]:
        """Properties of a paragraph and of its runs, by its own ``pPr``."""
        name = given.child("pStyle").get("val") or self._normal
        own = read(given)
        return (
            _over(self._paragraph, self._inherited(name, "pPr"), own),
            _over(self._run, self._inherited(name, "rPr")),
        )

    def right_stop(self, given: Element) -> bool:
        """Whether the last tab stop of a paragraph, by its ``pPr``, is a right one."""
        stops: dict[str, str] = {}
        for element in (*self._chain(given.child("pStyle").get("val") or self._normal), given):
            tabs = element if element is given else element.child("pPr")
            stops |= {one.get("pos"): one.get("val") for one in tabs.child("tabs").all("tab")}
        kept = {pos: kind for pos, kind in stops.items() if kind != "clear" and pos.isdigit()}
        return bool(kept) and kept[max(kept, key=int)] in ("right", "end")

    def run(self, base: Properties, given: Element) -> Properties:
        """Properties of a run in a paragraph whose runs have ``base``."""
        if not given:
            return base
        name = given.child("rStyle").get("val")
        return _over(base, self._inherited(name, "rPr") if name else {}, read(given))

    def table(self, given: Element) -> list[Element]:
        """The ``tblPr`` of a table: of its style, then its own."""
        chain: list[Element] = [given]
        here = given.child("tblStyle").get("val")
        while here in self._styles and len(chain) < 20:
            chain.append(self._styles[here].child("tblPr"))
            here = self._styles[here].child("basedOn").get("val")
        return chain[::-1]


def _over(*layers: Properties) -> Properties:
    made: Properties = {}
    for layer in layers:
        for name, given in layer.items():
            made[name] = {**made[name], **given} if name in _GROUPED and name in made else given
    return made


def _val(properties: Properties, name: str) -> str:
    return properties.get(name, {}).get("val", "")


def is_on(properties: Properties, name: str) -> bool:
    """Whether a property is there and not switched off."""
    given = properties.get(name)
    return given is not None and given.get("val", "1") not in _OFF


def paragraph_css(properties: Properties, size: float, pitch: float | None) -> dict[str, str]:
    """Declarations of a paragraph; ``size``: of its font, ``pitch``: of the page's grid, points."""
    indents = properties.get("ind", {})
    spacing = properties.get("spacing", {})
    first = _length(indents, "firstLine")
    hanging = _length(indents, "hanging")
    left = _length(indents, "left") or _length(indents, "start")
    return {
        "text-align": _ALIGN.get(_val(properties, "jc"), ""),
        "padding-left": left,
        "padding-right": _length(indents, "right") or _length(indents, "end"),
        "text-indent": f"-{hanging}" if hanging else first,
        "margin-top": _space(spacing, "before", pitch),
        "margin-bottom": _space(spacing, "after", pitch),
        "line-height": _line_height(spacing, size, None if _off_grid(properties) else pitch),
        "background-color": _fill(properties.get("shd", {})),
        "text-autospace": "no-autospace" if _val(properties, "autoSpaceDN") in _OFF else "",
    }


def _off_grid(properties: Properties) -> bool:
    return properties.get("snapToGrid", {}).get("val", "1") in _OFF


def _length(given: Mapping[str, str], name: str) -> str:
    """An indent: in characters where it is given so."""
    characters = given.get(f"{name}Chars", "")
    if characters.lstrip("-").isdigit() and int(characters):
        return f"{int(characters) / 100:.4g}em"
    length = points(given.get(name, ""))
    return pt(length) if length else ""


def _space(spacing: Mapping[str, str], name: str, pitch: float | None) -> str:
    lines = spacing.get(f"{name}Lines", "")
    if lines.isdigit() and int(lines):
        return pt(int(lines) / 100 * (pitch or 15.6))
    length = points(spacing.get(name, ""))
    return pt(length) if length else ""


def _line_height(spacing: Mapping[str, str], size: float, pitch: float | None) -> str:
    given = points(spacing.get("line", "")) or 12.0
    rule = spacing.get("lineRule", "auto")
    natural = size * _NATURAL
    if rule == "exact":
        return pt(given)
    if rule == "atLeast":
        return pt(max(given, natural))
    if pitch:
        lines = -(-natural // pitch)  # a line takes whole lines of the grid
        return pt(lines * pitch * given / 12)
    return pt(natural * given / 12)


def font_size(properties: Properties) -> float:
    """The size of a run in points."""
    size = points(_val(properties, "sz"))
    return 10.0 if size is None else size * 10


def run_css(properties: Properties) -> dict[str, str]:
    """Declarations of a run."""
    fonts = properties.get("rFonts", {})
    lines = [
        *(["underline"] if is_on(properties, "u") else []),
        *(["line-through"] if is_on(properties, "strike") or is_on(properties, "dstrike") else []),
    ]
    raised = {"superscript": "super", "subscript": "sub"}.get(_val(properties, "vertAlign"), "")
    size = font_size(properties)
    spacing = points(_val(properties, "spacing"))
    return {
        "font-family": family(fonts.get("ascii", ""), fonts.get("eastAsia", "")),
        "font-size": pt(size * 0.65 if raised else size),
        "font-weight": "bold" if is_on(properties, "b") else "normal",
        "font-style": "italic" if is_on(properties, "i") else "",
        "text-decoration": " ".join(lines),
        "vertical-align": raised,
        "color": _color(_val(properties, "color")),
        "letter-spacing": pt(spacing) if spacing else "",
        "background-color": _fill(properties.get("shd", {})),
        "display": "none" if is_on(properties, "vanish") else "",
    }


def _color(given: str) -> str:
    return f"#{given}" if _COLOR.fullmatch(given) and given != "000000" else ""


def _fill(given: Mapping[str, str]) -> str:
    fill = given.get("fill", "")
    return f"#{fill}" if _COLOR.fullmatch(fill) else ""


def border(given: Element) -> str:
    """A line of a table or cell; ``none`` where it is said that there is none."""
    if not given:
        return ""
    kind = _LINES.get(given.get("val"), "none" if given.get("val") in ("nil", "none") else "solid")
    if kind == "none":
        return "none"
    eighths = given.get("sz", "4")
    width = max(int(eighths) / 8 if eighths.isdigit() else 0.5, 0.5)
    return f"{pt(width)} {kind} {_color(given.get('color', '')) or '#000'}"


def cell_css(
    own: Element, tables: list[Element], edges: Mapping[str, bool], height: str
) -> dict[str, str]:
    """Declarations of a cell; ``edges``: on which sides it stands at the edge of its table."""
    made = {
        "vertical-align": {"center": "middle", "bottom": "bottom"}.get(
            own.child("vAlign").get("val"), "top"
        ),
        "background-color": _fill(own.child("shd").attributes),
        "height": height,
    }
    for side, inner in (
        ("top", "insideH"), ("bottom", "insideH"), ("left", "insideV"), ("right", "insideV"),
    ):  # fmt: skip
        lines = [
            *(one.child("tblBorders", side if edges[side] else inner) for one in tables),
            own.child("tcBorders", side),
        ]
        given = [line for line in map(border, lines) if line]
        made[f"border-{side}"] = given[-1] if given else ""
        margins = [one.child("tblCellMar", side).get("w") for one in tables]
        margins.append(own.child("tcMar", side).get("w"))
        found = [length for m in margins if m and (length := points(m)) is not None]
        aside = side in ("left", "right")
        margin = found[-1] if found else 5.4 if aside else 0
        # Word measures from the middle of a line, browsers from its inner edge.
        made[f"padding-{side}"] = pt(max(margin - _HALF_LINE, 0) if aside else margin)
    return made


def declared(made: Mapping[str, str]) -> str:
    """The same as a style."""
    return css(made)
