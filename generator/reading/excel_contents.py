"""Sheets of an Excel workbook as tables: .xlsx by its XML, .xls by python-calamine."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Final

from generator.problems.place import Square
from generator.reading import excel
from generator.reading.contents import MAX_CELLS, Contents, Grid, Piece, Unreadable, is_sentence
from generator.reading.package import PackageError
from generator.reading.word_contents import open_package

#: A record FORMAT: its size, the number of the format, how many characters, whether of two bytes.
_FORMAT: Final = re.compile(rb"\x1e\x04(..)..(..)([\x00\x01])", re.DOTALL)
_LONGEST: Final = 255


def formatted_contents(raw: bytes) -> Contents:
    """What an .xlsx holds, numbers with what their formats say: 0.95 under ``0%`` is 95%.

    Raises ``Unreadable``.
    """
    return workbook_contents(raw, formatted=True)


def workbook_contents(raw: bytes, *, formatted: bool = False) -> Contents:
    """What an .xlsx holds, numbers with the decimals that show; raises ``Unreadable``."""
    members = open_package(raw)
    formats = excel.formats(members)
    as_read = excel.said if formatted else excel.precise
    try:
        sheets, shared = excel.sheets(members), excel.strings(members)
    except PackageError as error:
        raise Unreadable("不是 Excel 文件，或者已经损坏") from error
    found: list[tuple[str, dict[tuple[int, int], str]]] = []
    left = MAX_CELLS
    lacking: list[str] = []
    for name, place in sheets.items():
        cells: dict[tuple[int, int], str] = {}
        part = excel.SheetPart(members.get(name, b"").decode("utf-8", "replace"), place, shared)
        for spot, style in zip(part, part.styles(), strict=False):
            if not spot.text.strip():
                continue
            steps = spot.place.steps
            if steps and isinstance(steps[0], Square):
                text = spot.text.strip()
                if style >= 0:
                    text = as_read(text, formats[style] if style < len(formats) else "")
                cells[steps[0].row, steps[0].column] = text
                left -= 1
            if left <= 0:
                lacking.append(f"工作表“{place.name}”后面的格太多，没有读")
                break
        found.append((place.name, cells))
        if left <= 0:
            break
    return _contents(found, tuple(lacking))


def old_workbook_contents(raw: bytes) -> Contents:
    """What an .xls holds; raises ``Unreadable``, also where python-calamine is not installed."""
    try:
        from python_calamine import CalamineWorkbook
    except ImportError as error:
        raise Unreadable(
            "读 .xls 要装 python-calamine（pip install python-calamine），或者另存为 .xlsx"
        ) from error
    found = []
    left = MAX_CELLS
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        for name in book.sheet_names:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            cells = {
                (row, column): _shown(value)
                for row, line in enumerate(rows, 1) for column, value in enumerate(line, 1)
                if value not in ("", None)
            }  # fmt: skip
            left -= len(cells)
            if left < 0:
                break
            found.append((name, cells))
    except Exception as error:  # whatever a damaged or encrypted file makes the library raise
        raise Unreadable("不是 Excel 文件，有密码，或者已经损坏") from error
    return _contents(found, ())


def exact_old_workbook_contents(raw: bytes) -> Contents:
    """What an .xls holds, unless formats show amounts smaller than they are: nobody could tell.

    python-calamine knows no formats; the records FORMAT (MS-XLS 2.4.126) stand in the bytes.
    Raises ``Unreadable``.
    """
    if any(map(excel.scaled, _formats(raw))):
        raise Unreadable(
            "有格用数字格式把数缩小了显示（如 0!.0000），.xls 里看不出是哪几格，请另存为 .xlsx"
        )
    return old_workbook_contents(raw)


def _formats(raw: bytes) -> Iterator[str]:
    for found in _FORMAT.finditer(raw):
        size, count = (int.from_bytes(one, "little") for one in found.groups()[:2])
        length = count << found[3][0]
        if size == 5 + length and 0 < count < _LONGEST:
            text = raw[found.end() : found.end() + length]
            yield text.decode("utf-16-le" if found[3][0] else "latin-1", "replace")


def _shown(value: object) -> str:
    if not isinstance(value, float):
        return str(value)
    return excel.exact(str(int(value) if value.is_integer() else value))


def _contents(
    sheets: list[tuple[str, dict[tuple[int, int], str]]], lacking: tuple[str, ...]
) -> Contents:
    pieces: list[Piece] = []
    grids: list[Grid] = []
    for name, cells in sheets:
        if not cells:
            continue
        rows = sorted({row for row, _ in cells})
        width = min(max(column for _, column in cells), 300)
        lines = tuple(
            tuple(cells.get((row, column), "") for column in range(1, width + 1)) for row in rows
        )
        numbers = tuple((row,) for row in rows)
        grids.append(Grid(lines, f"工作表“{name}”", name, numbers))
        pieces += [
            Piece(text, f"工作表“{name}” {Square(row, column).reference}", cell=True)
            for (row, column), text in sorted(cells.items()) if is_sentence(text)
        ]  # fmt: skip
    return Contents(tuple(pieces), tuple(grids), lacking)
