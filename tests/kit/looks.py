"""How every text of a Word document looks in the end: read without any of gen's code.

Formatting is resolved as Word does it: document defaults, table style, paragraph style, list
level, character style, what is said outright. Two documents look alike where these are equal,
whatever their styles are called and wherever a property is said.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
Properties = dict[str, Any]

_OFF = {"0", "false", "off", "none"}
_FLAGS = {"b", "i", "strike", "dstrike", "caps", "smallCaps", "vanish"}
_PARAGRAPH_FLAGS = {
    "keepNext": False, "keepLines": False, "pageBreakBefore": False, "widowControl": True,
    "snapToGrid": True, "contextualSpacing": False, "wordWrap": True, "kinsoku": True,
    "autoSpaceDE": True, "autoSpaceDN": True, "overflowPunct": True,
}  # fmt: skip
_SIDES = ("top", "left", "bottom", "right")
_THEME_SLOTS = {
    "asciiTheme": "ascii", "hAnsiTheme": "hAnsi", "eastAsiaTheme": "eastAsia", "cstheme": "cs",
}  # fmt: skip


@dataclass(frozen=True)
class Text:
    """A run of text and how it looks; ``where``: body, or the cells it stands in."""

    text: str
    run: tuple[tuple[str, Any], ...]
    paragraph: tuple[tuple[str, Any], ...]
    around: tuple[tuple[str, Any], ...]


class _Document:
    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            self._members = {name: archive.read(name) for name in archive.namelist()}
        self.body = self._xml("word/document.xml").find(f"{W}body")
        self._relations = self._related("word/document.xml")
        styles = self._part("styles")
        self._styles = {s.get(f"{W}styleId"): s for s in styles.iter(f"{W}style")}
        self._default = {
            s.get(f"{W}type"): s
            for s in styles.iter(f"{W}style")
            if s.get(f"{W}default") in ("1", "true")
        }
        defaults = styles.find(f"{W}docDefaults")
        self._run_defaults = _child(defaults, "rPrDefault", "rPr")
        self._paragraph_defaults = _child(defaults, "pPrDefault", "pPr")
        self._fonts = self._theme_fonts()
        numbering = self._part("numbering")
        self._abstract = {e.get(f"{W}abstractNumId"): e for e in numbering.iter(f"{W}abstractNum")}
        self._numbers = {e.get(f"{W}numId"): e for e in numbering.findall(f"{W}num")}

    def _xml(self, name: str) -> Any:
        return etree.fromstring(self._members[name])

    def _related(self, name: str) -> dict[str, tuple[str, str]]:
        folder, _, file = name.rpartition("/")
        rels = f"{folder}/_rels/{file}.rels"
        if rels not in self._members:
            return {}
        return {
            e.get("Id"): (
                e.get("Type").rpartition("/")[2],
                posixpath.normpath(posixpath.join("/" + folder, e.get("Target"))).lstrip("/"),
            )
            for e in self._xml(rels)
        }

    def _part(self, kind: str) -> Any:
        for found, target in self._relations.values():
            if found == kind:
                return self._xml(target)
        return etree.Element("nothing")

    def _theme_fonts(self) -> dict[str, str]:
        fonts: dict[str, str] = {}
        for size in ("major", "minor"):
            scheme = self._part("theme").find(f".//{A}{size}Font")
            if scheme is None:
                continue
            for slot, child in (
                ("Ascii", "latin"),
                ("HAnsi", "latin"),
                ("EastAsia", "ea"),
                ("Bidi", "cs"),
            ):
                face = scheme.find(f"{A}{child}").get("typeface")
                if slot == "EastAsia" and not face:
                    hans = [
                        f.get("typeface")
                        for f in scheme.findall(f"{A}font")
                        if f.get("script") == "Hans"
                    ]
                    face = hans[0] if hans else ""
                fonts[f"{size}{slot}"] = face
        return fonts

    # Styles and lists

    def chain(self, style_id: str | None, kind: str) -> list[Any]:
        """The style and what it is based on, the farthest first."""
        style = self._styles.get(style_id) if style_id else None
        if style is None or style.get(f"{W}type") != kind:
            style = self._default.get(kind)
        found: list[Any] = []
        while style is not None and style not in found:
            found.insert(0, style)
            style = self._styles.get(_value(style, "basedOn"))
        return found

    def level(self, number: str | None, depth: str) -> tuple[Any, str]:
        """The level of a list and from where it counts."""
        num = self._numbers.get(number)
        if num is None:
            return None, ""
        start = ""
        for override in num.findall(f"{W}lvlOverride"):
            if override.get(f"{W}ilvl") == depth:
                start = _value(override, "startOverride") or ""
                if override.find(f"{W}lvl") is not None:
                    return override.find(f"{W}lvl"), start
        abstract = self._abstract.get(_value(num, "abstractNumId"))
        linked = None if abstract is None else _value(abstract, "numStyleLink")
        if linked:
            style = self._styles.get(linked)
            return self.level(_value(_child(style, "pPr", "numPr"), "numId"), depth)
        for level in () if abstract is None else abstract.findall(f"{W}lvl"):
            if level.get(f"{W}ilvl") == depth:
                return level, start or _value(level, "start") or ""
        return None, start

    # What a paragraph, its runs and its cells come to

    def paragraph(self, p: Any, table_styles: Iterable[Any]) -> tuple[Properties, Properties]:
        """The paragraph's own properties and those its runs begin with."""
        para: Properties = {}
        run: Properties = {}
        own = p.find(f"{W}pPr")
        self._add_paragraph(para, self._paragraph_defaults)
        self._add_run(run, self._run_defaults)
        for style in table_styles:
            self._add_paragraph(para, style.find(f"{W}pPr"))
            self._add_run(run, style.find(f"{W}rPr"))
        number: dict[str, str] = {}
        for style in self.chain(_value(own, "pStyle"), "paragraph"):
            formats = style.find(f"{W}pPr")
            self._listed(formats, number, para)
            self._add_paragraph(para, formats)
            self._add_run(run, style.find(f"{W}rPr"))
        self._listed(own, number, para)
        self._add_paragraph(para, own)
        level, start = self.level(number.get("numId"), number.get("ilvl", "0"))
        if level is not None:
            label: Properties = {}
            self._add_run(label, level.find(f"{W}rPr"))
            para["list"] = (
                _value(level, "numFmt"), _value(level, "lvlText"), start, _value(level, "suff"),
                tuple(sorted(label.items())),
            )  # fmt: skip
        return para, run

    def _listed(self, properties: Any, number: dict[str, str], para: Properties) -> None:
        numbered = _child(properties, "numPr")
        if numbered is None:
            return
        for name in ("numId", "ilvl"):
            value = _value(numbered, name)
            if value is not None:
                number[name] = value
        level, _ = self.level(number.get("numId"), number.get("ilvl", "0"))
        if level is not None:
            self._add_paragraph(para, level.find(f"{W}pPr"))

    def _add_paragraph(self, to: Properties, properties: Any) -> None:  # noqa: PLR0912
        for child in () if properties is None else properties:
            name = _local(child)
            if name in _PARAGRAPH_FLAGS:
                to[name] = _on(child)
            elif name == "jc":
                to["jc"] = {"start": "left", "end": "right"}.get(
                    child.get(f"{W}val"), child.get(f"{W}val")
                )
            elif name == "spacing":
                for key in ("before", "after", "line", "lineRule", "beforeLines", "afterLines"):
                    if child.get(W + key) is not None:
                        to[key] = child.get(W + key)
                for key in ("beforeAutospacing", "afterAutospacing"):
                    if child.get(W + key) is not None:
                        to[key] = child.get(W + key) not in _OFF
            elif name == "ind":
                _add_indents(to, child)
            elif name == "pBdr":
                for side in child:
                    to[f"border {_local(side)}"] = _border(side)
            elif name == "shd":
                to["shading"] = _shading(child)
            elif name == "tabs":
                stops = dict(to.get("tabs", ()))
                for stop in child:
                    stops[stop.get(f"{W}pos")] = stop.get(f"{W}val")
                to["tabs"] = tuple(sorted(s for s in stops.items() if s[1] != "clear"))
            elif name in ("outlineLvl", "textAlignment"):
                to[name] = child.get(f"{W}val")

    def _add_run(self, to: Properties, properties: Any) -> None:
        for child in () if properties is None else properties:
            name, value = _local(child), child.get(f"{W}val")
            if name in _FLAGS:
                to[name] = _on(child)
            elif name == "rFonts":
                for slot in ("ascii", "hAnsi", "eastAsia", "cs"):
                    if child.get(W + slot):
                        to[slot] = child.get(W + slot)
                for theme, slot in _THEME_SLOTS.items():
                    if self._fonts.get(child.get(W + theme, "")):
                        to[slot] = self._fonts[child.get(W + theme)]
            elif name in (
                "sz",
                "kern",
                "spacing",
                "w",
                "position",
                "vertAlign",
                "u",
                "highlight",
                "em",
            ):
                to[name] = value
            elif name == "color":
                to["color"] = value
            elif name == "shd":
                to["run shading"] = _shading(child)

    def run(self, r: Any, base: Properties) -> Properties:
        """What a run comes to on top of its paragraph."""
        found = dict(base)
        own = r.find(f"{W}rPr")
        for style in self.chain(_value(own, "rStyle"), "character"):
            self._add_run(found, style.find(f"{W}rPr"))
        self._add_run(found, own)
        return found


def texts(data: bytes, *, after: str = "") -> list[Text]:
    """Every run of text of the body in reading order; only what stands behind ``after``."""
    document = _Document(data)
    found = list(_blocks(document, document.body, (), ()))
    if after:
        start = next(n for n, text in enumerate(found) if text.text == after)
        found = found[start:]
    return found


def _blocks(
    document: _Document,
    container: Any,
    around: tuple[tuple[str, Any], ...],
    styles: tuple[Any, ...],
) -> Iterator[Text]:
    for child in container:
        name = _local(child)
        if name == "p":
            yield from _runs(document, child, around, styles)
        elif name == "tbl":
            yield from _table(document, child, around)
        elif name in ("sdt", "sdtContent", "customXml", "ins", "txbxContent"):
            yield from _blocks(document, child, around, styles)


def _runs(
    document: _Document, p: Any, around: tuple[tuple[str, Any], ...], styles: tuple[Any, ...]
) -> Iterator[Text]:
    para, base = document.paragraph(p, styles)
    said = _settled(
        para,
        {
            **_PARAGRAPH_FLAGS,
            "before": "0",
            "after": "0",
            "line": "240",
            "lineRule": "auto",
            "jc": "left",
        },
    )
    pieces: list[tuple[str, tuple[tuple[str, Any], ...]]] = []
    for r in p.iter(f"{W}r"):
        if next(r.iterancestors(f"{W}p")) is not p:
            continue
        text = "".join(
            (t.text or "") if _local(t) == "t" else {"br": "\n", "tab": "\t"}[_local(t)]
            for t in r.iter(f"{W}t", f"{W}br", f"{W}tab")
            if next(t.iterancestors(f"{W}r")) is r
        )
        if not text:
            continue
        look = _settled(document.run(r, base), _RUN_DEFAULTS)
        if pieces and pieces[-1][1] == look:
            pieces[-1] = pieces[-1][0] + text, look
        else:
            pieces.append((text, look))
    for text, look in pieces or [("", _settled(base, _RUN_DEFAULTS))]:
        yield Text(text, look, said, around)
    for box in p.iter(f"{W}txbxContent"):
        if next(box.iterancestors(f"{W}p")) is p:
            yield from _blocks(document, box, (("box", True), *around), ())


_RUN_DEFAULTS: Properties = {
    **dict.fromkeys(_FLAGS, False), **dict.fromkeys(("ascii", "hAnsi", "eastAsia", "cs"), "Times New Roman"), "sz": "20", "kern": "0", "spacing": "0", "w": "100",
    "position": "0", "u": "none", "color": "auto", "vertAlign": "baseline", "highlight": "none",
}  # fmt: skip


def _settled(said: Mapping[str, Any], defaults: Properties) -> tuple[tuple[str, Any], ...]:
    """What is said, without what goes without saying."""
    return tuple(
        sorted((k, v) for k, v in said.items() if defaults.get(k, "") != v and v not in ("", ()))
    )


def _table(document: _Document, tbl: Any, around: tuple[tuple[str, Any], ...]) -> Iterator[Text]:
    own = tbl.find(f"{W}tblPr")
    styles = tuple(document.chain(_value(own, "tblStyle"), "table"))
    layers = [style.find(f"{W}tblPr") for style in styles] + [own]
    table: Properties = {}
    borders: dict[str, Any] = {}
    for layer in layers:
        for child in () if layer is None else layer:
            name = _local(child)
            if name in ("tblW", "tblInd"):
                table[name] = (child.get(f"{W}w"), child.get(f"{W}type"))
            elif name in ("jc", "tblLayout"):
                table[name] = child.get(f"{W}val") or child.get(f"{W}type")
            elif name == "tblBorders":
                borders |= {_local(side): _border(side) for side in child}
            elif name == "tblCellMar":
                for side in child:
                    table[f"margin {_local(side)}"] = side.get(f"{W}w")
    table["grid"] = tuple(
        g.get(f"{W}w") for g in tbl.iter(f"{W}gridCol") if next(g.iterancestors(f"{W}tbl")) is tbl
    )
    table["conditions"] = tuple(
        etree.tostring(part, method="c14n")
        for style in styles
        for part in style.findall(f"{W}tblStylePr")
    )
    rows = list(_through(tbl, "tr"))
    for i, row in enumerate(rows):
        formats = row.find(f"{W}trPr")
        height = _child(formats, "trHeight")
        line = {
            "height": None if height is None else (height.get(f"{W}val"), height.get(f"{W}hRule")),
            "header": _on(_child(formats, "tblHeader")),
            "whole": _on(_child(formats, "cantSplit")),
        }
        cells = list(_through(row, "tc"))
        for j, cell in enumerate(cells):
            at = _cell(
                cell,
                borders,
                first=(i == 0, j == 0),
                last=(i + 1 == len(rows), j + 1 == len(cells)),
            )
            where = (*around, *sorted(table.items()), *sorted(line.items()), *sorted(at.items()))
            yield from _blocks(document, cell, where, styles)


def _cell(
    cell: Any, borders: Mapping[str, Any], *, first: tuple[bool, bool], last: tuple[bool, bool]
) -> Properties:
    own = cell.find(f"{W}tcPr")
    said: Properties = {}
    edges = {
        "top": borders.get("top" if first[0] else "insideH"),
        "bottom": borders.get("bottom" if last[0] else "insideH"),
        "left": borders.get("left" if first[1] else "insideV"),
        "right": borders.get("right" if last[1] else "insideV"),
    }
    for child in () if own is None else own:
        name = _local(child)
        if name == "tcW":
            said["width"] = (child.get(f"{W}w"), child.get(f"{W}type"))
        elif name in ("gridSpan", "vAlign", "textDirection"):
            said[name] = child.get(f"{W}val")
        elif name == "vMerge":
            said[name] = child.get(f"{W}val") or "continue"
        elif name == "shd":
            said["shading"] = _shading(child)
        elif name == "tcBorders":
            edges |= {
                {"start": "left", "end": "right"}.get(_local(s), _local(s)): _border(s)
                for s in child
            }
    return said | {f"edge {side}": edge for side, edge in edges.items() if edge}


def _through(container: Any, name: str) -> Iterator[Any]:
    for child in container:
        if _local(child) == name:
            yield child
        elif _local(child) in ("sdt", "sdtContent", "customXml", "ins"):
            yield from _through(child, name)


def _add_indents(to: Properties, ind: Any) -> None:
    for name, key in (("left", "left"), ("start", "left"), ("right", "right"), ("end", "right")):
        for suffix in ("", "Chars"):
            value = ind.get(f"{W}{name}{suffix}")
            if value is not None:
                to[f"ind {key}{suffix}"] = "" if value == "0" else value
    for suffix in ("", "Chars"):
        first, hanging = ind.get(f"{W}firstLine{suffix}"), ind.get(f"{W}hanging{suffix}")
        if hanging is not None:
            to[f"ind first{suffix}"] = "" if hanging == "0" else f"-{hanging}"
        elif first is not None:
            to[f"ind first{suffix}"] = "" if first == "0" else first


def _border(side: Any) -> Any:
    value = side.get(f"{W}val")
    return None if value in ("none", "nil") else (value, side.get(f"{W}sz"), side.get(f"{W}color"))


def _shading(shd: Any) -> str:
    fill = shd.get(f"{W}fill") or "auto"
    return (
        ""
        if fill == "auto" and shd.get(f"{W}val") in ("clear", "nil", None)
        else f"{shd.get(f'{W}val')} {fill}"
    )


def _child(element: Any, *names: str) -> Any:
    for name in names:
        element = None if element is None else element.find(W + name)
    return element


def _value(element: Any, name: str) -> str | None:
    child = _child(element, name)
    return None if child is None else child.get(f"{W}val")


def _on(element: Any) -> bool:
    return element is not None and element.get(f"{W}val") not in _OFF


def _local(element: Any) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
