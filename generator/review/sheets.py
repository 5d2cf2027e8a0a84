"""A finished workbook as pages: sheets with their widths, merged cells, lines and formats."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from generator.problems.place import Place, Square
from generator.reading import excel
from generator.reading.files import File
from generator.review.nodes import Links, Styles, css, family, pt
from generator.review.number_formats import shown
from generator.review.xml_tree import Element, grown

#: Sizes of paper by number in points, upright: A3, A4, A5, B4, B5, letter, legal.
_PAPER: Final = {
    "8": (841.9, 1190.6), "9": (595.3, 841.9), "11": (419.5, 595.3), "12": (708.7, 1000.6),
    "13": (515.9, 728.5), "1": (612.0, 792.0), "5": (612.0, 1008.0),
}  # fmt: skip
_MARGINS: Final = {
    "top": 0.75,
    "right": 0.7,
    "bottom": 0.75,
    "left": 0.7,
    "header": 0.3,
    "footer": 0.3,
}
_LINES: Final = {
    "thin": "0.5pt solid", "medium": "1.25pt solid", "thick": "2pt solid", "double": "2pt double",
    "hair": "0.5pt dotted", "dotted": "0.5pt dotted", "dashed": "0.5pt dashed",
}  # fmt: skip
_ACROSS: Final = {
    "left": "left", "center": "center", "right": "right", "justify": "justify",
    "distributed": "justify", "centerContinuous": "center",
}  # fmt: skip
_DOWN: Final = {"top": "top", "center": "middle", "justify": "middle", "distributed": "middle"}
_COLOR: Final = re.compile(r"(?:[0-9A-Fa-f]{2})?([0-9A-Fa-f]{6})")
_MERGED: Final = re.compile(r"([A-Z]{1,3}[0-9]{1,7}):([A-Z]{1,3}[0-9]{1,7})")
_HEADER: Final = re.compile(r'&([LCR])|&"[^"]*"|&[0-9]+|&K[0-9A-Fa-f]{6}|&([PNAFDT&])|&.|([^&]+)')
_SIDES: Final = ("left", "right", "top", "bottom")
#: Characters to points: a digit of the usual font is 7 pixels wide, and 5 are kept free.
_DIGIT, _FREE, _PIXEL = 7, 5, 0.75
_USUAL_WIDTH, _USUAL_HEIGHT = 8.43, 14.25
#: Beyond this a sheet is data and no form; its further rows are not shown.
MAX_CELLS: Final = 60_000


def pages(file: File, links: Links) -> dict[str, Any]:
    """Styles and sheets of ``file``. Raises ``BadXml``."""
    book = _Book(file, links)
    sheets = {
        place.number: sheet
        for member, place in file.places.items()
        if place.part == "sheet" and (sheet := book.sheet(member, place)) is not None
    }
    for member, place in file.places.items():
        if place.part == "sheet note" and place.number in sheets:
            sheets[place.number].setdefault("notes", []).extend(book.notes(member))
    return {"styles": book.styles.listed, "sections": list(sheets.values())}


class _Book:
    def __init__(self, file: File, links: Links) -> None:
        self._file = file
        self._links = links
        self.styles = Styles()
        self._looks = _Looks(grown(file.members.get("xl/styles.xml")))
        workbook = grown(file.members.get("xl/workbook.xml"))
        self._states = {
            one.get("name"): one.get("state") for one in workbook.child("sheets").children
        }

    def sheet(self, member: str, place: Place) -> dict[str, Any] | None:
        """One sheet; None for a hidden one."""
        if self._states.get(place.name) in ("hidden", "veryHidden"):
            return None
        root = grown(self._file.members[member])
        texts = {
            spot.place.steps[0].reference: spot.text
            for spot in self._file.part(member)
            if spot.place.steps and isinstance(spot.place.steps[0], Square)
        }
        grid = _Grid(root)
        rows, whole = self._rows(root, grid, texts, place)
        columns = [self.styles.element("col", f"width:{pt(width)}") for width in grid.widths]
        table = self.styles.element(
            "table",
            css({"width": pt(sum(grid.widths))}),
            [self.styles.element("colgroup", "", columns), self.styles.element("tbody", "", rows)],
        )
        return {
            **_page(root, sum(grid.widths)), "name": place.name, "blocks": [table],
            "running": self._running(root), "first": False, "mirrored": False, "cut": not whole,
        }  # fmt: skip

    def notes(self, member: str) -> list[Any]:
        """The comments of a sheet, each once, with the cell that it is on."""
        made = []
        for spot in self._file.part(member):
            if spot.repeated or not spot.text:
                continue
            words = self._links.text(spot.place, [(spot.text, "")], self.styles)
            made.append(self.styles.element("p", "", [f"{spot.place.brief()}：", *words]))
        return made

    def _rows(
        self, root: Element, grid: _Grid, texts: Mapping[str, str], place: Place
    ) -> tuple[list[Any], bool]:
        made: list[Any] = []
        left, before = MAX_CELLS, 0
        for row in root.child("sheetData").all("row"):
            number = int(row.get("r") or before + 1)
            for missing in range(before + 1, min(number, before + 200)):
                made.append(
                    self._row(Element("row", {"r": str(missing)}), missing, grid, {}, place)
                )
            before = number
            left -= len(grid.widths)
            if left < 0:
                return made, False
            if row.get("hidden") not in ("1", "true"):
                made.append(self._row(row, number, grid, texts, place))
        return made, True

    def _row(
        self, row: Element, number: int, grid: _Grid, texts: Mapping[str, str], place: Place
    ) -> Any:
        cells = {one.get("r"): one for one in row.all("c")}
        made = []
        for column in range(1, len(grid.widths) + 1):
            square = Square(number, column)
            if square.reference in grid.covered:
                continue
            cell = cells.get(square.reference, Element("c", {}))
            text = texts.get(square.reference, "")
            numeric = cell.get("t", "n") == "n"
            style, code = self._looks.of(cell.get("s", "0"), numeric=numeric)
            if numeric and text:
                text = shown(text, code)
            more = grid.spans.get(square.reference, {})
            inside = self._text(place.down(square), text, numeric=numeric)
            made.append(self.styles.element("td", style, inside, **more))
        height = row.get("ht") or str(grid.height)
        return self.styles.element("tr", f"height:{pt(_number(height, _USUAL_HEIGHT))}", made)

    def _text(self, place: Place, text: str, *, numeric: bool) -> list[Any]:
        if not text:
            return []
        if numeric and (ranges := self._links.at(place)):
            return [{"t": "a", "f": ranges[-1][2], "c": [text]}]
        return self._links.text(place, [(text, "")], self.styles)

    def _running(self, root: Element) -> dict[str, list[Any]]:
        given = root.child("headerFooter")
        found = {}
        for kind in ("header", "footer"):
            text = given.child(f"odd{kind.capitalize()}").text
            if text:
                found[f"{kind} default"] = self._page_line(text)
        return found

    def _page_line(self, text: str) -> list[Any]:
        """``&L…&C…&R…`` with the page number as a field."""
        parts: dict[str, list[Any]] = {"left": [], "center": [], "right": []}
        here = "center"
        for side, field, words in _HEADER.findall(text):
            if side:
                here = {"L": "left", "C": "center", "R": "right"}[side]
            elif field == "P":
                parts[here].append({"t": "span", "field": "PAGE", "c": ["1"]})
            elif field == "N":
                parts[here].append({"t": "span", "field": "NUMPAGES", "c": ["1"]})
            elif words or field == "&":
                parts[here].append(words or "&")
        return [
            self.styles.element("p", f"text-align:{side};font-size:10pt", inside)
            for side, inside in parts.items() if inside
        ]  # fmt: skip


def _number(text: str, default: float) -> float:
    try:
        return min(max(float(text), 0), 2000)
    except ValueError:
        return default


class _Grid:
    """Columns of a sheet as wide as they are, and which cells are one."""

    def __init__(self, root: Element) -> None:
        usual = root.child("sheetFormatPr")
        self.height = _number(usual.get("defaultRowHeight"), _USUAL_HEIGHT)
        width = _number(usual.get("defaultColWidth"), _USUAL_WIDTH)
        last = max((_last(row) for row in root.child("sheetData").all("row")), default=1)
        self.widths = [_points(width)] * min(last, 200)
        for one in root.child("cols").all("col"):
            hidden = one.get("hidden") in ("1", "true")
            first, end = int(_number(one.get("min"), 1)), int(_number(one.get("max"), 1))
            for column in range(first, min(end, len(self.widths)) + 1):
                self.widths[column - 1] = 0 if hidden else _points(_number(one.get("width"), width))
        self.spans: dict[str, dict[str, int]] = {}
        self.covered: set[str] = set()
        for one in root.child("mergeCells").all("mergeCell"):
            if found := _MERGED.fullmatch(one.get("ref")):
                self._merge(Square.of(found[1]), Square.of(found[2]))

    def _merge(self, first: Square, last: Square) -> None:
        height, width = last.row - first.row + 1, last.column - first.column + 1
        if height * width > MAX_CELLS or height < 1 or width < 1:
            return
        self.spans[first.reference] = {"rowspan": height, "colspan": width}
        self.covered |= {
            Square(row, column).reference
            for row in range(first.row, last.row + 1)
            for column in range(first.column, last.column + 1)
        } - {first.reference}


def _last(row: Element) -> int:
    cells = [one.get("r") for one in row.all("c") if one.get("r")]
    return Square.of(cells[-1]).column if cells else 1


def _points(characters: float) -> float:
    return (characters * _DIGIT + _FREE) * _PIXEL if characters else 0


def _page(root: Element, width: float) -> dict[str, Any]:
    setup, margins = root.child("pageSetup"), root.child("pageMargins")
    paper = _PAPER.get(setup.get("paperSize"), _PAPER["9"])
    across, down = paper[::-1] if setup.get("orientation") == "landscape" else paper
    sides = [72 * _number(margins.get(side), default) for side, default in _MARGINS.items()]
    room = across - sides[1] - sides[3]
    fits = root.child("sheetPr", "pageSetUpPr").get("fitToPage") in ("1", "true")
    scale = _number(setup.get("scale"), 100) / 100
    if fits:
        scale = min(room / width, 1) if width else 1
    return {
        "width": across, "height": down, "margins": sides, "scale": scale, "start": 0,
        "centered": root.child("printOptions").get("horizontalCentered") in ("1", "true"),
        "continuous": False,
    }  # fmt: skip


class _Looks:
    """The cell styles of a workbook."""

    def __init__(self, root: Element) -> None:
        self._fonts = list(root.child("fonts").children)
        self._fills = list(root.child("fills").children)
        self._borders = list(root.child("borders").children)
        self._cells = list(root.child("cellXfs").children)
        self._codes = {
            one.get("numFmtId"): one.get("formatCode") for one in root.child("numFmts").children
        }
        self._known: dict[tuple[str, bool], tuple[str, str]] = {}

    def of(self, number: str, *, numeric: bool) -> tuple[str, str]:
        """Style and number format of the cells of the style ``number``."""
        known = self._known.get((number, numeric))
        if known is None:
            known = self._known[number, numeric] = self._made(number, numeric=numeric)
        return known

    def _made(self, number: str, *, numeric: bool) -> tuple[str, str]:
        given = _item(self._cells, number)
        code = self._codes.get(given.get("numFmtId"), "")
        if not code and given.get("numFmtId").isdigit():
            code = excel.BUILT_IN.get(int(given.get("numFmtId")), "General")
        aligned = given.child("alignment")
        across = _ACROSS.get(aligned.get("horizontal"), "right" if numeric else "left")
        border = _item(self._borders, given.get("borderId"))
        made = {
            **_font(_item(self._fonts, given.get("fontId"))),
            "text-align": across,
            "vertical-align": _DOWN.get(aligned.get("vertical"), "bottom"),
            "white-space": "pre-wrap" if aligned.get("wrapText") in ("1", "true") else "pre",
            "background-color": _color(
                _item(self._fills, given.get("fillId")).child("patternFill", "fgColor")
            ),
            "padding-left": f"{aligned.get('indent')}em" if aligned.get("indent").isdigit() else "",
            **{f"border-{side}": _line(border.child(side)) for side in _SIDES},
        }  # fmt: skip
        return css(made), code


def _item(items: list[Element], number: str) -> Element:
    held = number.isdigit() and int(number) < len(items)
    return items[int(number)] if held else Element("", {})


def _font(given: Element) -> dict[str, str]:
    return {
        "font-family": family(given.child("name").get("val")),
        "font-size": pt(_number(given.child("sz").get("val"), 11)),
        "font-weight": "bold" if given.child("b") else "",
        "font-style": "italic" if given.child("i") else "",
        "text-decoration": "underline" if given.child("u") else "",
        "color": _color(given.child("color")),
    }


def _color(given: Element) -> str:
    found = _COLOR.fullmatch(given.get("rgb"))
    return f"#{found[1]}" if found and found[1] != "000000" else ""


def _line(given: Element) -> str:
    kind = _LINES.get(given.get("style"), "")
    return f"{kind} {_color(given.child('color')) or '#000'}" if kind else ""
