"""What row heights depend on in a template: column widths, fonts, wrapping, merged cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from openpyxl.utils import column_index_from_string

from generator.formats.xlsx.compile.parts import Node, Part, attributes_text
from generator.formats.xlsx.compile.sheet import Cell, Row, Sheet
from generator.formats.xlsx.compiled import Fit, MergedRows
from generator.formats.xlsx.heights import MAX_HEIGHT, height_attribute, line_count
from generator.formats.xlsx.rows import Area
from generator.frozen import frozen

#: Points per pixel of the grid in which Excel measures columns.
_PIXEL: Final = 0.75
#: What a cell keeps free to the left and right of a text together, and a step of its indent.
_MARGIN: Final = 4.0
_INDENT: Final = 9.0
#: What a row keeps free above and below its lines together, in quarters of a point.
_PADDING: Final = 16
#: Height of a line by font size, and of those fonts that need more.
_LINE: Final = 1.28
_LINES: Final = {"微软雅黑": 1.4, "Microsoft YaHei": 1.4, "等线": 1.36, "DengXian": 1.36}
_DEFAULT_WIDTH, _DEFAULT_HEIGHT = 9.14, 15.0
#: The text rotation that puts one character below the other.
_STACKED: Final = "255"
_FILLING: Final = ("justify", "distributed")
_HEIGHT: Final = ("ht", "customHeight")
_TRUE: Final = ("1", "true")


@frozen
class Look:
    """A cell style as far as it decides heights: font size, height of a line, wrapping."""

    size: float = 11.0
    line: int = 57
    wraps: bool = False
    stacked: bool = False
    indent: int = 0


@frozen
class Looks:
    """The cell styles of a workbook, and the width of a digit in its normal font."""

    cells: Sequence[Look] = ()
    digit: float = 7.0

    def of(self, cell: Cell) -> Look:
        """The look of a cell."""
        number = max(cell.style, 0)
        return self.cells[number] if number < len(self.cells) else Look()


def read_looks(part: Part | None) -> Looks:
    """The looks that ``styles.xml`` describes."""
    if part is None:
        return Looks()
    fonts = part.root.child("fonts")
    sizes = [_font(node) for node in fonts.each("font")] if fonts else []
    cells = part.root.child("cellXfs")
    looks = [_look(node, sizes) for node in cells.each("xf")] if cells else []
    return Looks(looks, _digit(*sizes[0]) if sizes else 7.0)


def _digit(size: float, name: str) -> float:
    """The width in pixels of a digit of the normal font, in which column widths are counted."""
    pixels = size / _PIXEL
    if name.isascii():
        return float(int(pixels * 0.51 + 0.5))
    # Chinese fonts: half of a square of whole pixels.
    return float(int(int(pixels + 0.5) / 2 + 0.5))


def _font(node: Node) -> tuple[float, str]:
    size, name = node.child("sz"), node.child("name")
    return _number(size.get("val") if size else "", 11.0), name.get("val") if name else ""


def _look(node: Node, fonts: list[tuple[float, str]]) -> Look:
    number = int(_number(node.get("fontId"), 0))
    size, name = fonts[number] if number < len(fonts) else (11.0, "")
    line = int(size * 4 * _LINES.get(name, _LINE)) + 1
    alignment = node.child("alignment")
    if alignment is None:
        return Look(size, line)
    wraps = alignment.get("wrapText") in _TRUE or any(
        alignment.get(way) in _FILLING for way in ("horizontal", "vertical")
    )
    rotation = alignment.get("textRotation", "0")
    indent = int(_number(alignment.get("indent"), 0))
    return Look(size, line, wraps and rotation == "0", rotation == _STACKED, indent)


def _number(text: str, default: float) -> float:
    try:
        return float(text)
    except ValueError:
        return default


class Layout:
    """The grid of one sheet, as far as it decides heights."""

    def __init__(self, looks: Looks, sheet: Sheet) -> None:
        self._looks = looks
        self._sheet = sheet
        root = sheet.part.root
        settings = root.child("sheetFormatPr")
        width = settings.get("defaultColWidth") if settings else ""
        height = settings.get("defaultRowHeight") if settings else ""
        self._width = _number(width, _DEFAULT_WIDTH)
        self._height = int(_number(height, _DEFAULT_HEIGHT) * 4)
        columns = root.child("cols")
        self._columns = [
            (
                int(_number(node.get("min"), 0)),
                int(_number(node.get("max"), 0)),
                0.0 if node.get("hidden") in _TRUE else _number(node.get("width"), self._width),
            )
            for node in (columns.children if columns else ())
        ]
        self._areas = {f"{area.left}{area.top}": area for area in sheet.merged}

    def fit(self, cell: Cell, *, joined: bool) -> tuple[Fit | None, MergedRows | None]:
        """How a cell with tags wraps, and over which rows of the template it reaches.

        ``joined`` cells are printed through 合并: their rows show when they are rendered.
        """
        row = next((row for row in self._sheet.rows if row.number == cell.row), None)
        if row is not None and row.hidden:
            return None, None
        fit = self._fit(cell)
        area = self._area(cell)
        if fit is None or joined or area.top == area.bottom:
            return fit, None
        inside = [
            (loop.last - loop.first, number)
            for number, loop in enumerate(self._sheet.loops)
            if loop.holds(area.top, area.bottom)
        ]
        return fit, MergedRows(area.top, area.bottom, min(inside)[1] if inside else -1)

    def row(self, row: Row, *, fitted: bool) -> tuple[str, int, bool]:
        """Height attributes of a row of the template, its height, whether it was set by hand.

        A row that is ``fitted`` to its texts and was not set by hand is as high as its labels
        and one line of its values need: what the template says is the height of the tags.
        """
        attributes = row.node.attributes if row.node else {}
        height = int(_number(attributes.get("ht", ""), 0) * 4)
        custom = bool(height) and attributes.get("customHeight") in _TRUE
        if custom or not fitted or row.hidden:
            kept = {name: value for name, value in attributes.items() if name in _HEIGHT}
            return attributes_text(kept), height or self._height, custom
        lines = [self._labelled(cell) for cell in row.cells]
        height = min(max([self._height, *lines]), MAX_HEIGHT)
        return height_attribute(height), height, False

    def _labelled(self, cell: Cell) -> int:
        """The height for the label in a cell, or for one line of its values."""
        area = self._area(cell)
        if cell.blank or area.top != area.bottom:
            return 0
        fit = None if cell.tags else self._fit(cell)
        lines = line_count(cell.text, fit.capacity) if fit else 1
        return lines * self._looks.of(cell).line + _PADDING

    def _fit(self, cell: Cell) -> Fit | None:
        look = self._looks.of(cell)
        if look.stacked:
            return Fit(1, 2, look.line, _PADDING)
        if not look.wraps:
            return None
        area = self._area(cell)
        if not self._points(area.left, area.right):
            return None  # nobody sees what stands in hidden columns
        room = self._points(area.left, area.right) - _MARGIN - look.indent * _INDENT
        capacity = max(int(room / (look.size / 2)), 2)
        return Fit(capacity // 2, capacity, look.line, _PADDING)

    def _area(self, cell: Cell) -> Area:
        alone = Area(cell.column, cell.row, cell.column, cell.row)
        return self._areas.get(cell.where, alone)

    def _points(self, left: str, right: str) -> float:
        first, last = column_index_from_string(left), column_index_from_string(right)
        widths = [self._column(number) for number in range(first, last + 1)]
        return sum(widths) * self._looks.digit * _PIXEL

    def _column(self, number: int) -> float:
        for first, last, width in self._columns:
            if first <= number <= last:
                return width
        return self._width
