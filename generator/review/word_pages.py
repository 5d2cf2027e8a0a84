"""A finished Word file as pages: sections with their sizes, and all that stands in them."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from generator.problems.place import Place
from generator.reading import opc, pictures, word
from generator.reading.files import File
from generator.review import word_styles as looks
from generator.review.nodes import Links, Node, Piece, Styles, points, pt
from generator.review.xml_tree import Element, grown

#: Elements that only hold others: content controls, revisions that stay, smart tags.
_TRANSPARENT: Final = frozenset(
    {"sdt", "sdtContent", "ins", "smartTag", "customXml", "hyperlink", "fldSimple", "moveTo"}
)
_INCH_EMU: Final = 12700  # to a point
_A4: Final = (595.3, 841.9)
_SIDES: Final = ("top", "right", "bottom", "left", "header", "footer")
_DEFAULT_MARGINS: Final = (72.0, 90.0, 72.0, 90.0, 42.5, 49.6)


def pages(file: File, links: Links) -> dict[str, Any]:
    """Styles and sections of ``file``. Raises ``BadXml``."""
    document = _Document(file, links)
    return {"styles": document.styles.listed, "sections": document.sections()}


class _Document:
    def __init__(self, file: File, links: Links) -> None:
        self.members: Mapping[str, bytes] = file.members
        self.places = file.places
        self.links = links
        self.styles = Styles()
        self.sheet = looks.StyleSheet(grown(file.members.get("word/styles.xml")))
        settings = grown(file.members.get("word/settings.xml"))
        self._mirrored = bool(settings.child("evenAndOddHeaders"))

    def sections(self) -> list[dict[str, Any]]:
        body = grown(self.members[word.MAIN]).child("body")
        ends = [
            found
            for child in body.children
            if (found := child if child.name == "sectPr" else child.child("pPr", "sectPr"))
        ]
        part = _Part(self, word.MAIN, [_pitch(end) for end in ends])
        flows = part.flows(body)
        relations = {one.number: one.target for one in opc.relations(self.members, word.MAIN)}
        made: list[dict[str, Any]] = []
        running: dict[str, list[Any]] = {}
        for number, blocks in enumerate(flows):
            end = ends[number] if number < len(ends) else Element("sectPr", {})
            running = {**running, **self._running(end, relations)}
            if blocks or not made:
                made.append({**_measures(end), "blocks": blocks, **self._parts(end, running)})
        if notes := [*self._notes("word/footnotes.xml"), *self._notes("word/endnotes.xml")]:
            made[-1]["notes"] = notes
        return made

    def _running(self, end: Element, relations: Mapping[str, str]) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        for one in end.children:
            if one.name in ("headerReference", "footerReference"):
                member = relations.get(one.get("id"), "")
                if member in self.places:
                    kind = one.name.removesuffix("Reference")
                    blocks = _Part(self, member, [_pitch(end)]).whole()
                    found[f"{kind} {one.get('type', 'default')}"] = blocks
        return found

    def _parts(self, end: Element, running: Mapping[str, list[Any]]) -> dict[str, Any]:
        made: dict[str, Any] = {"running": dict(running)}
        made["first"] = bool(end.child("titlePg"))
        made["mirrored"] = self._mirrored
        return made

    def _notes(self, member: str) -> list[Any]:
        return _Part(self, member, [None]).whole() if member in self.members else []


def _measures(end: Element) -> dict[str, Any]:
    size, margins = end.child("pgSz"), end.child("pgMar")
    found = [points(margins.get(side)) for side in _SIDES]
    start = end.child("pgNumType").get("start")
    return {
        "width": points(size.get("w")) or _A4[0],
        "height": points(size.get("h")) or _A4[1],
        "margins": [
            d if m is None else abs(m) for m, d in zip(found, _DEFAULT_MARGINS, strict=True)
        ],
        "continuous": end.child("type").get("val") == "continuous",
        "start": int(start) if start.isdigit() else 0,
    }


def _pitch(end: Element) -> float | None:
    grid = end.child("docGrid")
    lines = grid.get("type") in ("lines", "linesAndChars", "snapToChars")
    return points(grid.get("linePitch")) if lines else None


#: Properties of a paragraph and of its runs, and the styles of both.
_Styled: TypeAlias = tuple[looks.Properties, looks.Properties, str, str]


class _Part:
    """One part, gone through as ``reading`` counts it."""

    def __init__(self, document: _Document, member: str, pitches: list[float | None]) -> None:
        self._document = document
        self._member = member
        self._styles = document.styles
        self._sheet = document.sheet
        self._count = word.Count(document.places.get(member, Place("body")))
        self._pitches = pitches or [None]
        self._section = 0
        self._break = False
        self._field: list[str] = []
        self._plain: dict[tuple[str, float | None], _Styled] = {}
        self._cells: dict[object, str] = {}

    def whole(self) -> list[Any]:
        """All blocks of a part without sections."""
        root = grown(self._document.members[self._member])
        out: list[Any] = []
        for child in root.children:
            if child.name in ("footnote", "endnote"):
                special = child.get("type", "normal") != "normal"
                self._count.opened(child.name, special=special)
                blocks = self._blocks(child)
                self._count.closed(child.name)
                out += [] if special else blocks
            else:
                out += self._block(child)
        return out

    def flows(self, body: Element) -> list[list[Any]]:
        """The blocks of each section."""
        made: list[list[Any]] = [[]]
        for child in body.children:
            made[-1] += self._block(child)
            if child.child("pPr", "sectPr"):
                made.append([])
                self._section += 1
        return made

    @property
    def _pitch(self) -> float | None:
        return self._pitches[min(self._section, len(self._pitches) - 1)]

    def _blocks(self, holder: Element) -> list[Any]:
        return [block for child in holder.children for block in self._block(child)]

    def _block(self, element: Element) -> list[Any]:
        if element.name == "p":
            return self._paragraph(element)
        if element.name == "tbl":
            return [self._table(element)]
        if element.name in _TRANSPARENT:
            return self._blocks(element)
        if element.name == "AlternateContent":
            return [node for node in self._alternatives(element) if isinstance(node, dict)]
        return []

    # Paragraphs

    def _paragraph(self, element: Element) -> list[Any]:
        self._count.opened("p")
        place, given = self._count.place, element.child("pPr")
        properties, base, own, style = self._styled(given)
        pieces = self._inline(element, base, own)
        inside = self._document.links.text(place, pieces, self._styles)
        if inside.count("\t") == 1 and self._sheet.right_stop(given):
            inside = self._to_the_right(inside)
        more: dict[str, Any] = {}
        level = properties.get("outlineLvl", {}).get("val", "")
        if place.part == "body" and len(place.steps) == 1:
            more["n"] = self._count.holder.paragraphs
            if level.isdigit() and int(level) < 9:
                more["level"] = int(level) + 1
        if self._break or looks.is_on(properties, "pageBreakBefore"):
            more["break"], self._break = True, False
        self._break |= any(
            one.get("type") == "page" for run in element.all("r") for one in run.all("br")
        )
        return [self._styles.element("p", style, inside, **more)]

    def _styled(self, given: Element) -> _Styled:
        """How a paragraph and its runs look; most say nothing but the name of their style."""
        plain = all(one.name == "pStyle" for one in given.children)
        key = (given.child("pStyle").get("val"), self._pitch)
        if plain and key in self._plain:
            return self._plain[key]
        properties, base = self._sheet.paragraph(given)
        own = looks.run_css(base)
        around = looks.paragraph_css(properties, looks.font_size(base), self._pitch)
        made = (properties, base, looks.declared(own), looks.declared({**own, **around}))
        if plain:
            self._plain[key] = made
        return made

    def _to_the_right(self, inside: list[Any]) -> list[Any]:
        """What stands behind the tab goes to the right edge."""
        at = inside.index("\t") + 1
        behind = self._styles.element("span", "float:right", inside[at:])
        return [*inside[:at], behind]

    def _inline(self, holder: Element, base: looks.Properties, own: str) -> list[Piece]:
        pieces: list[Piece] = []
        for child in holder.children:
            if child.name == "r":
                run = looks.declared(looks.run_css(self._sheet.run(base, child.child("rPr"))))
                pieces += self._run(child, "" if run == own else run)
            elif child.name == "fldSimple":
                self._field.append(child.get("instr"))
                pieces += self._inline(child, base, own)
                self._field.pop()
            elif child.name in _TRANSPARENT:
                pieces += self._inline(child, base, own)
            elif child.name == "AlternateContent":
                pieces += self._alternatives(child)
        return pieces

    def _run(self, run: Element, style: str) -> list[Piece]:
        pieces: list[Piece] = []
        for child in run.children:
            name = child.name
            if name == "t":
                pieces += self._said(child.text, style)
            elif name == "br":
                pieces.append(("\n", style))
            elif name == "tab":
                pieces.append(("\t", style))
            elif name == "fldChar":
                self._field_mark(child.get("fldCharType"))
            elif name == "instrText" and self._field:
                self._field[-1] += child.text
            elif name in ("drawing", "pict", "object", "AlternateContent"):
                pieces += self._drawn(child)
        return pieces

    def _said(self, text: str, style: str) -> list[Piece]:
        if not text:
            return []
        field = self._field[-1].split()[:1] if self._field else []
        if field in (["PAGE"], ["NUMPAGES"]):
            return [self._styles.element("span", style, [text], field=field[0])]
        return [(text, style)]

    def _field_mark(self, kind: str) -> None:
        if kind == "begin":
            self._field.append("")
        elif kind == "end" and self._field:
            self._field.pop()

    # Drawings

    def _drawn(self, element: Element) -> list[Piece]:
        if element.name == "AlternateContent":
            return self._alternatives(element)
        found: list[Piece] = []
        for box in _outermost(element, "txbxContent"):
            self._count.opened("txbxContent")
            blocks = self._blocks(box)
            self._count.closed("txbxContent")
            found.append(self._styles.element("div", "", blocks, box=1))
        if picture := self._picture(element):
            found.append(picture)
        return found

    def _alternatives(self, element: Element) -> list[Piece]:
        """What the new program shows; what the old one shows is counted and left out."""
        found: list[Piece] = []
        self._count.opened("AlternateContent")
        for child in element.children:
            self._count.opened(child.name)
            made = [piece for one in child.children for piece in self._drawn(one)]
            found += made if child.name == "Choice" else []
            self._count.closed(child.name)
        self._count.closed("AlternateContent")
        return found

    def _picture(self, element: Element) -> Node | None:
        blip = next(element.below("blip"), None)
        extent = next(element.below("extent"), None)
        if blip is None:
            return None
        relations = opc.relations(self._document.members, self._member)
        target = next((one.target for one in relations if one.number == blip.get("embed")), "")
        try:
            picture = pictures.read(self._document.members.get(target, b""))
        except pictures.NoPicture:
            return None
        sides = [extent.get(side) if extent is not None else "" for side in ("cx", "cy")]
        width, height = (int(side) / _INCH_EMU if side.isdigit() else None for side in sides)
        data = base64.b64encode(picture.data).decode()
        style = f"width:{pt(width)};height:{pt(height)}" if width and height else ""
        source = f"data:image/{picture.kind};base64,{data}"
        return self._styles.element("img", style, src=source)

    # Tables

    def _table(self, element: Element) -> Node:
        self._count.opened("tbl")
        tables = self._sheet.table(element.child("tblPr"))
        grid = [points(one.get("w")) or 20 for one in element.child("tblGrid").all("gridCol")]
        rows = [row for child in element.children for row in _rows(child)]
        made: list[Any] = []
        merged: dict[int, Node] = {}
        for number, row in enumerate(rows):
            cells = self._row(
                row, tables, (number == 0, number == len(rows) - 1), len(grid), merged
            )
            more = {"head": 1} if row.child("trPr", "tblHeader") else {}
            made.append(self._styles.element("tr", "", cells, **more))
        style = {"width": pt(sum(grid))}
        if element.child("tblPr", "jc").get("val") == "center":
            style |= {"margin-left": "auto", "margin-right": "auto"}
        columns = [self._styles.element("col", f"width:{pt(width)}") for width in grid]
        columns = [self._styles.element("colgroup", "", columns)] if columns else []
        body = self._styles.element("tbody", "", made)
        return self._styles.element("table", looks.declared(style), [*columns, body])

    def _row(
        self,
        row: Element,
        tables: list[Element],
        ends: tuple[bool, bool],
        width: int,
        merged: dict[int, Node],
    ) -> list[Node]:
        self._count.opened("tr")
        given = row.child("trPr")
        before = given.child("gridBefore").get("val")
        column = int(before) if before.isdigit() else 0
        made = [self._styles.element("td", "", colspan=column)] if column else []
        height = pt(points(given.child("trHeight").get("val")))
        for cell in (one for child in row.children for one in _cells(child)):
            own = cell.child("tcPr")
            asked = own.child("gridSpan").get("val")
            span = max(int(asked) if asked.isdigit() else 1, 1)
            self._count.opened("tc")
            blocks = self._blocks(cell)
            self._count.closed("tc")
            merge = own.child("vMerge")
            if merge and merge.get("val") != "restart" and column in merged:
                merged[column]["rowspan"] = merged[column].get("rowspan", 1) + 1
            else:
                edges = {
                    "top": ends[0], "bottom": ends[1],
                    "left": column == 0, "right": column + span >= width,
                }  # fmt: skip
                style = self._cell_style(own, tables, edges, height)
                more = {"colspan": span} if span > 1 else {}
                node = self._styles.element("td", style, blocks, **more)
                made.append(node)
                merged.pop(column, None)
                if merge:
                    merged[column] = node
            column += span
        return made

    def _cell_style(
        self, own: Element, tables: list[Element], edges: dict[str, bool], height: str
    ) -> str:
        """How a cell looks; most have lines and margins from their table alone."""
        plain = not own.child("tcBorders") and not own.child("tcMar")
        aligned, fill = own.child("vAlign").get("val"), own.child("shd").get("fill")
        key = (id(tables[-1]), aligned, fill, height, *edges.values())
        if plain and key in self._cells:
            return self._cells[key]
        made = looks.declared(looks.cell_css(own, tables, edges, height))
        if plain:
            self._cells[key] = made
        return made


def _rows(element: Element) -> list[Element]:
    if element.name == "tr":
        return [element]
    inside = element.children if element.name in _TRANSPARENT else ()
    return [row for child in inside for row in _rows(child)]


def _cells(element: Element) -> list[Element]:
    if element.name == "tc":
        return [element]
    inside = element.children if element.name in _TRANSPARENT else ()
    return [cell for child in inside for cell in _cells(child)]


def _outermost(element: Element, name: str) -> list[Element]:
    found: list[Element] = []
    for child in element.children:
        found += [child] if child.name == name else _outermost(child, name)
    return found
