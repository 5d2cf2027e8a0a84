"""Sheets of an Excel workbook as tables: .xlsx by its XML, .xls by python-calamine."""

from __future__ import annotations

import io
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from generator.problems.place import Square
from generator.reading import excel
from generator.reading.contents import MAX_CELLS, Contents, Grid, Piece, Unreadable, is_sentence
from generator.reading.entities import seen, unescape
from generator.reading.package import PackageError
from generator.reading.word_contents import open_package

#: A record FORMAT: its size, the number of the format, how many characters, whether of two bytes.
_FORMAT: Final = re.compile(rb"\x1e\x04(..)..(..)([\x00\x01])", re.DOTALL)
_LONGEST: Final = 255
#: What nobody sees of a sheet: hidden, or without height or width.
_HIDDEN_ROW: Final = re.compile(
    r'<(?:\w+:)?row(?= )(?=[^>]* (?:hidden="(?:1|true)"|ht="0(?:\.0*)?"))([^>]*)>'
)
_HIDDEN_COLUMN: Final = re.compile(
    r'<(?:\w+:)?col(?= )(?=[^>]* (?:hidden="(?:1|true)"|width="0(?:\.0*)?"))([^>]*)>'
)
_ROW_NUMBER: Final = re.compile(r'(?:^| )r="([0-9]{1,7})"')
_ENDS: Final = re.compile(r'(?:^| )(min|max)="([0-9]{1,5})"')
_MERGED: Final = re.compile(
    r'<(?:\w+:)?mergeCell [^>]*ref="([A-Z]{1,3}[0-9]{1,7}):([A-Z]{1,3}[0-9]{1,7})"'
)
_Cells: TypeAlias = dict[tuple[int, int], str]
_FORMULA: Final = re.compile(
    r'<(?:\w+:)?c(?= )(?=[^>]* r="([A-Z]{1,3}[0-9]{1,7})")[^>]*[^/>]>\s*'
    r"<(?:\w+:)?f(?: [^>]*)?(?:/>|>([^<]*)<)"
)
#: Heads of what counts or classifies rows, and what stands under them.
_CODED: Final = re.compile(r"编码|代码|科目|[栏行]次|^[类款项]$")
_CODE: Final = re.compile(r"[0-9]{1,7}")
_MOST_COLUMNS: Final = 300


def formatted_contents(raw: bytes) -> Contents:
    """What an .xlsx shows, numbers with what their formats say: 0.95 under ``0%`` is 95%.

    Hidden sheets, rows and columns are named in ``lacking``. Raises ``Unreadable``.
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
    concealed = excel.concealed(members) if formatted else frozenset()
    for name, place in sheets.items():
        cells: dict[tuple[int, int], str] = {}
        xml = members.get(name, b"").decode("utf-8", "replace")
        part = excel.SheetPart(xml, place, shared)
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
        cells |= _without_values(xml, cells)
        if formatted:
            cells, unseen = _shown_only(cells, xml, whole=place.name in concealed)
            lacking += [f"工作表“{place.name}”{unseen}是隐藏的，没有读"] if unseen else []
        found.append((place.name, cells))
        if left <= 0:
            break
    return _contents(found, tuple(lacking))


def _without_values(xml: str, cells: Mapping[tuple[int, int], str]) -> _Cells:
    """The cells whose formula nobody has worked out yet: not empty, and not a number either."""
    found: _Cells = {}
    for reference, formula in _FORMULA.findall(seen(xml)):
        at = Square.of(reference)
        if (at.row, at.column) not in cells:
            found[at.row, at.column] = f"={unescape(formula)}"
    return found


def _shown_only(cells: _Cells, xml: str, *, whole: bool) -> tuple[_Cells, str]:
    """The cells of a sheet that are not hidden, and where those stand that are.

    A merged cell is seen where any of it is. Codes of rows in a hidden column still count: they
    tell what a row is, and are no figures. ``whole``: the sheet itself is hidden.
    """
    if whole:
        return {}, "整张" if cells else ""
    xml = seen(xml)
    rows = {int(found[1]) for tag in _HIDDEN_ROW.findall(xml) if (found := _ROW_NUMBER.search(tag))}
    columns = {
        c for first, last in map(_span, _HIDDEN_COLUMN.findall(xml))
        for c in range(first, min(last, _MOST_COLUMNS) + 1)
    }  # fmt: skip
    if not rows and not columns:
        return cells, ""
    columns -= {c for c in columns if _is_coded([t for (_, k), t in cells.items() if k == c])}
    merged = [(Square.of(first), Square.of(last)) for first, last in _MERGED.findall(xml)]
    in_order = sorted(rows), sorted(columns)
    kept = {
        (a.row, a.column) for a, b in merged
        if not _holds(in_order[0], a.row, b.row) and not _holds(in_order[1], a.column, b.column)
    }  # fmt: skip
    hidden = {at for at in cells.keys() - kept if at[0] in rows or at[1] in columns}
    told = [f"第{span}行" for span in _spans({r for r, _ in hidden if r in rows}, str)]
    told += [f"{span}列" for span in _spans({c for r, c in hidden if r not in rows}, _letters)]
    return {at: text for at, text in cells.items() if at not in hidden}, "、".join(told)


def _holds(numbers: Sequence[int], first: int, last: int) -> bool:
    """Whether numbers in order hold all from ``first`` to ``last``."""
    return bisect_right(numbers, last) - bisect_left(numbers, first) == last - first + 1


def _span(tag: str) -> tuple[int, int]:
    ends = dict(_ENDS.findall(tag))
    return int(ends.get("min", 1)), int(ends.get("max", 0))


def _is_coded(texts: Sequence[str]) -> bool:
    """Whether a column holds what counts or classifies rows: 科目编码, 行次."""
    numbers = [text for text in texts if text[:1].isdigit()]
    return any(map(_CODED.search, texts)) and bool(numbers) and all(map(_CODE.fullmatch, numbers))


def _spans(numbers: Iterable[int], named: Callable[[int], str]) -> Iterator[str]:
    """Numbers that follow each other as one: 7, 9—12."""
    run: list[int] = []
    for number in (*sorted(numbers), -1):
        if run and number != run[-1] + 1:
            yield named(run[0]) if len(run) == 1 else f"{named(run[0])}—{named(run[-1])}"
            run = []
        run.append(number)


def _letters(column: int) -> str:
    return Square(1, column).reference.removesuffix("1")


def old_workbook_contents(raw: bytes, *, shown_only: bool = False) -> Contents:
    """What an .xls holds; raises ``Unreadable``, also where python-calamine is not installed.

    ``shown_only``: without hidden sheets; of rows and columns the library does not tell.
    """
    try:
        from python_calamine import CalamineWorkbook, SheetVisibleEnum
    except ImportError as error:
        raise Unreadable(
            "读 .xls 要装 python-calamine（pip install python-calamine），或者另存为 .xlsx"
        ) from error
    found = []
    left = MAX_CELLS
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        unseen = [
            one.name for one in book.sheets_metadata
            if shown_only and one.visible != SheetVisibleEnum.Visible
        ]  # fmt: skip
        for name in (one for one in book.sheet_names if one not in unseen):
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
    return _contents(found, tuple(f"工作表“{name}”整张是隐藏的，没有读" for name in unseen))


def exact_old_workbook_contents(raw: bytes) -> Contents:
    """What an .xls holds, unless formats show amounts smaller than they are: nobody could tell.

    python-calamine knows no formats; the records FORMAT (MS-XLS 2.4.126) stand in the bytes.
    Raises ``Unreadable``.
    """
    if any(map(excel.scaled, _formats(raw))):
        raise Unreadable(
            "有格用数字格式把数缩小了显示（如 0!.0000），.xls 里看不出是哪几格，请另存为 .xlsx"
        )
    return old_workbook_contents(raw, shown_only=True)


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
        width = min(max(column for _, column in cells), _MOST_COLUMNS)
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
