"""Finished files: what filling can break in parts that were whole as a template.

Loops repeat what must be there once and take away what must not be missing. The parts that
filling leaves alone were looked at when the template was compiled. Only texts are searched
here, since every build passes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Final

from generator.formats.soundness.areas import (
    LAST_COLUMN,
    LAST_ROW,
    area_of,
    column_number,
    overlap,
    written,
)
from generator.formats.soundness.flaw import Flaw
from generator.problems.place import Place
from generator.reading import opc

_MAIN: Final = "word/document.xml"


def flaws(
    members: Mapping[str, bytes], parts: Mapping[str, str], places: Mapping[str, Place]
) -> list[Flaw]:
    """What Word or Excel would call damaged in the filled ``parts`` of a file."""
    find = _word if _MAIN in members else _excel
    found = [
        Flaw(name, reason, places.get(name))
        for name, xml in parts.items()
        for reason in find(name, xml, members)
    ]
    return found + list(_leading_nowhere(members))


def _leading_nowhere(members: Mapping[str, bytes]) -> Iterator[Flaw]:
    """Relations to parts that are not there: of all parts, since filling makes and drops some."""
    for name in members:
        if name.endswith(".rels"):
            for link in opc.read_relations(members[name], opc.source_of(name)):
                lost = link.target not in members and not link.external
                if lost and (link.target or link.kind != "hyperlink"):
                    yield Flaw(name, f"指向的“{link.target}”不在文件里")


# --- Word -----------------------------------------------------------------------------------

#: What must not stand before the end of an element: it would be empty, or end in a table.
_HOLLOW: Final = {
    "</w:tc>": (("</w:tcPr>", "<w:tcPr/>", "<w:tc>", "</w:tbl>"), "表格的格里最后没有段落"),
    "</w:tr>": (("<w:tr>", "</w:trPr>", "</w:tblPrEx>"), "表格的行是空的"),
    "</w:tbl>": (("</w:tblGrid>", "<w:tblGrid/>", "</w:tblPr>"), "表格是空的"),
    "</w:txbxContent>": (("<w:txbxContent>",), "文本框是空的"),
}  # fmt: skip
#: What has a number, or a name, that nothing else may have.
_SINGLE: Final = (
    ("<w:bookmarkStart ", re.compile(r'<w:bookmarkStart [^>]*?w:id="([^"]*)"'), "书签的编号"),
    ("<w:bookmarkStart ", re.compile(r'<w:bookmarkStart [^>]*?w:name="([^"]*)"'), "书签"),
    ("<wp:docPr ", re.compile(r'<wp:docPr (?:[^>]*? )?id="([^"]*)"'), "图形的编号"),
    ("<w:commentReference ", re.compile(r'<w:commentReference w:id="([^"]*)"'), "批注"),
    ("<w:num ", re.compile(r'<w:num w:numId="([^"]*)"'), "列表的编号"),
)  # fmt: skip


def _word(name: str, xml: str, members: Mapping[str, bytes]) -> Iterator[str]:
    del name, members
    for end, (before, reason) in _HOLLOW.items():
        *pieces, _ = xml.split(end)
        if any(piece.endswith(before) for piece in pieces):
            yield reason
    for mark, pattern, what in _SINGLE:
        if mark in xml and (twice := _repeated(pattern.findall(xml))):
            yield f"{what}“{twice[:20]}”用了两次"


def _repeated(values: Iterable[str]) -> str:
    """The first value that is there twice, or empty."""
    seen: set[str] = set()
    for value in values:
        if value in seen:
            return value
        seen.add(value)
    return ""


# --- Excel ----------------------------------------------------------------------------------

#: A row or cell: its number and style where both come first, as gen writes them; what else it has.
_ROW_OR_CELL: Final = re.compile(
    r'<(?:\w+:)?(row|c) (?:r="([A-Z]*)([0-9]+)")?(?: s="([0-9]+)")?([^>]*)>'
)
#: Rows, cells and styles as gen writes them, and what only others write.
_ROW: Final = '<row r="'
_END: Final = "</sheetData>"
#: Longer numbers are none that a sheet could have.
_DIGITS: Final = 7
_CELL: Final = re.compile('<c r="([A-Z]+[0-9]+)"')
_NEXT_STYLE: Final = re.compile('" s="([0-9]+)"')
_ODD: Final = ("'", '"\n', '"\t', '"\r', '"  ')
_NUMBER: Final = re.compile(r'(?<![\w:])r="([A-Z]*)([0-9]+)"')
_STYLE: Final = re.compile(r'(?<![\w:])s="([0-9]+)"')
_MERGED: Final = re.compile(r'<(?:\w+:)?mergeCell ref="([^"]*)"')
_TABLE: Final = re.compile(r"<(?:\w+:)?table ([^>]*)>")
_REF: Final = re.compile(r'(?<![\w:])ref="([^"]*)"')
_FORMATS: Final = re.compile(r"<(?:\w+:)?cellXfs[ >].*?</(?:\w+:)?cellXfs>", re.DOTALL)
_FORMAT: Final = re.compile(r"<(?:\w+:)?xf[ />]")


def _excel(name: str, xml: str, members: Mapping[str, bytes]) -> Iterator[str]:
    if "sheetData" in xml:
        formats = _formats(members)
        if not _as_written(xml, formats):
            yield from _cells(xml, formats)
        merged = _MERGED.findall(xml, max(xml.find(_END), 0))
        areas = [area for ref in merged if (area := area_of(ref)) is not None]
        if (both := overlap(areas)) is not None:
            yield f"合并区域重叠：{written(both[0])} 和 {written(both[1])}"
    elif "/tables/" in name or "<table " in xml[:200]:
        yield from _table(xml)


def _formats(members: Mapping[str, bytes]) -> int:
    """How many formats cells may name; endless when there are none to be found."""
    found = _FORMATS.search(members.get("xl/styles.xml", b"").decode("utf-8", "replace"))
    return len(_FORMAT.findall(found[0])) if found else LAST_ROW


def _as_written(xml: str, formats: int) -> bool:
    """Whether all rows and cells stand as gen writes them, in order; else each is looked at.

    Thousands of rows have a few shapes: the columns of their cells, once the number of the row,
    which must stand behind each, is taken away.
    """
    body, end, _ = xml.partition(_END)
    head, *rows = body.split(_ROW)
    odd = not end or "<row" in head or body.count("<row") != len(rows)
    # One character is found in no time.
    if odd or any(signs[-1] in body and signs in body for signs in _ODD):
        return False
    if any(len(one) > _DIGITS or int(one) >= formats for one in set(_NEXT_STYLE.findall(body))):
        return False
    shapes: set[tuple[str, int]] = set()
    before = 0
    for row in rows:
        number = row[: row.find('"')]
        if not (number.isascii() and number.isdigit() and len(number) <= _DIGITS):
            return False
        after = int(number)
        shape = "".join(_CELL.findall(row)).replace(number, ","), row.count("<c")
        if not before < after <= LAST_ROW or not (shape in shapes or _rising(*shape)):
            return False
        before = after
        shapes.add(shape)
    return True


def _rising(shape: str, cells: int) -> bool:
    """Whether ``shape``, such as ``A,C,``, names the columns of all cells from left to right."""
    *letters, last = shape.split(",")
    if last or len(letters) != cells or not all(one.isalpha() for one in letters):
        return False
    columns = [0, *map(column_number, letters), LAST_COLUMN + 1]
    return all(one < next_one for one, next_one in pairwise(columns))


def _cells(xml: str, formats: int) -> Iterator[str]:
    row, here, column = 0, "", 0
    columns: dict[str, int] = {}
    for kind, letters, number, style, more in _ROW_OR_CELL.findall(xml):
        if not style and 's="' in more and (found := _STYLE.search(more)):
            style = found[1]  # noqa: PLW2901
        if style and (len(style) > _DIGITS or int(style) >= formats):
            yield f"用到了没有的格式 {style[:_DIGITS]}"
            return
        if not number:
            found = _NUMBER.search(more)
            if found is None:
                continue
            letters, number = found.groups()  # noqa: PLW2901
        if len(number) > _DIGITS:
            wrong = True
        elif kind == "row":
            before, row, here, column = row, int(number), number, 0
            wrong = not before < row <= LAST_ROW
        else:
            if letters not in columns:
                columns[letters] = column_number(letters)
            before, column = column, columns[letters]
            wrong = number != here or not before < column <= LAST_COLUMN
        if wrong:
            yield f"“{letters}{number[: _DIGITS + 1]}”的次序不对，或超出了工作表"
            return


def _table(xml: str) -> Iterator[str]:
    start = _TABLE.search(xml)
    ref = _REF.search(start[1]) if start else None
    area = area_of(ref[1]) if ref else None
    if start is None or area is None:
        yield "表格没有区域"
        return
    headers = 'headerRowCount="0"' not in start[1]
    totals = "totalsRowCount=" in start[1] and 'totalsRowCount="0"' not in start[1]
    if area[2] - area[0] < headers + totals:
        yield "表格没有数据行"
