"""Edits of a workbook as designers make them in the suite, and what the suite shows of one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

Seen = dict[str, Any]


@dataclass(frozen=True)
class Edit:
    """What is done to the template, and what of the finished workbook is then otherwise.

    ``changed`` makes of what the plain template's workbook shows what the edited one's must show
    (facet → of the facets and the count of rows, None for one that is not looked at); all else
    stays. With ``code``, the edited template is refused with it.
    """

    apply: Callable[[Any], object]
    changed: Mapping[str, Callable[[Seen, int], object] | None] = field(default_factory=dict)
    code: str = ""


def _page(document: Any, title: str = "一") -> Any:
    return document.Sheets.getByName(title)


def _cell(document: Any, where: str, title: str = "一") -> Any:
    return _page(document, title).getCellRangeByName(where)


# What the suite shows of a workbook


def seen(document: Any) -> Seen:
    """The facets of a workbook that edits may change."""
    document.calculateAll()
    found: Seen = {kind: {} for kind in _FACETS}
    for number in range(document.Sheets.Count):
        page = document.Sheets.getByIndex(number)
        for kind, read in _FACETS.items():
            if (shown := read(page)) or kind == "rows":
                found[kind][page.Name] = shown
    found["names"] = _names(document)
    return found


def typed(document: Any, cells: Sequence[tuple[int, str, float]]) -> list[object]:
    """What all cells show as they are, and once each of ``cells`` alone is typed."""

    def shown() -> object:
        document.calculateAll()
        pages = [document.Sheets.getByIndex(number) for number in range(document.Sheets.Count)]
        return [used(page).getDataArray() for page in pages]

    found = [shown()]
    for sheet, where, number in cells:
        cell = document.Sheets.getByIndex(sheet).getCellRangeByName(where)
        before = cell.getFormula()
        cell.setValue(number)
        found.append(shown())
        cell.setFormula(before)
    return found


def _plain(value: Any) -> object:
    if isinstance(value, float):
        return float(f"{value:.12g}")
    return value if isinstance(value, str) else str(value)


def used(page: Any) -> Any:
    """The cells that hold anything."""
    cursor = page.createCursor()
    cursor.gotoEndOfUsedArea(False)
    end = cursor.RangeAddress
    return page.getCellRangeByPosition(0, 0, end.EndColumn, end.EndRow)


def _values(area: Any) -> list[list[object]]:
    """The cells that hold something, row by row; rows and columns of nothing do not count."""
    rows = [[_plain(v) for v in row if v not in ("", None)] for row in area.getDataArray()]
    return [row for row in rows if row]


def _rows(page: Any) -> object:
    return _values(used(page))


def _formulas(page: Any) -> object:
    """Value of each cell with a formula by its address."""
    found = {}
    for area in _addresses(used(page).queryContentCells(16)):  # FORMULA
        block = page.getCellRangeByPosition(
            area.StartColumn, area.StartRow, area.EndColumn, area.EndRow
        ).getDataArray()
        for down, row in enumerate(block):
            for across, value in enumerate(row):
                where = f"{area.StartColumn + across},{area.StartRow + down}"
                found[where] = _plain(value)
    return found


def _addresses(ranges: Any) -> Any:
    return ranges.getRangeAddresses()


def _charts(page: Any) -> object:
    """Title, kinds and the values of each series of each chart, as the cells have them now."""
    found = []
    for name in page.Charts.ElementNames:
        chart = page.Charts.getByName(name).EmbeddedObject
        shown: list[object] = [chart.Title.String if chart.HasMainTitle else ""]
        for system in chart.getFirstDiagram().getCoordinateSystems():
            named = system.getAxisByDimension(0, 0).getScaleData().Categories
            if named is not None:
                shown.append([_plain(v) for v in named.getValues().getData()])
            for kind in system.getChartTypes():
                for series in kind.getDataSeries():
                    shown += [
                        [_plain(v) for v in one.getValues().getData()]
                        for one in series.getDataSequences()
                    ]
        found.append(shown)
    return found


def _notes(page: Any) -> object:
    return [[_near(page, one.Position), one.String] for one in page.Annotations]


def _near(page: Any, at: Any) -> object:
    """What tells a cell: its value."""
    cell = page.getCellByPosition(at.Column, at.Row)
    return _plain(cell.getDataArray()[0][0])


def _looks(page: Any) -> list[tuple[Any, Any]]:
    """Areas whose cells look the same, each with its address."""
    areas = used(page).getUniqueCellFormatRanges()
    groups = map(areas.getByIndex, range(areas.Count))
    return [
        (one := group.getByIndex(number), one.RangeAddress)
        for group in groups for number in range(group.Count)
    ]  # fmt: skip


def _validated(page: Any) -> object:
    found = [
        [
            at.StartRow,
            (at.EndRow - at.StartRow + 1) * (at.EndColumn - at.StartColumn + 1),
            _values(one),
        ]
        for one, at in _looks(page)
        if one.Validation.Type.value != "ANY"
    ]
    return [one[1:] for one in sorted(found)]


def _conditional(page: Any) -> object:
    formats = page.ConditionalFormats.getConditionalFormats()
    found = []
    for one in formats:
        cells = [
            value
            for area in _addresses(one.Range)
            for row in _values(
                page.getCellRangeByPosition(
                    area.StartColumn, area.StartRow, area.EndColumn, min(area.EndRow, 1200)
                )
            )
            for value in row
        ]
        found.append(cells)
    return sorted(found, key=repr)


def _printed(page: Any) -> object:
    """First and last row of each print area, and of the rows that repeat."""
    areas = [*page.getPrintAreas()]
    if page.PrintTitleRows:
        areas.append(page.TitleRows)
    found = []
    for area in areas:
        last = min(area.EndColumn, 40)
        shown = _values(
            page.getCellRangeByPosition(area.StartColumn, area.StartRow, last, area.EndRow)
        )
        found.append([len(shown), shown[0] if shown else [], shown[-1] if shown else []])
    return found


def _breaks(page: Any) -> object:
    """The first text of each row with a page break before it."""
    rows = map(page.Rows.getByIndex, range(1, used(page).RangeAddress.EndRow + 1))
    broken = [row.IsStartOfNewPage and row.IsManualPageBreak for row in rows]
    return [_first(page, number) for number, one in enumerate(broken, 1) if one]


def _first(page: Any, row: int) -> object:
    shown = _values(page.getCellRangeByPosition(0, row, 20, row))
    return shown[0][0] if shown else ""


def _hidden(page: Any) -> object:
    area = used(page)
    end, seen = area.RangeAddress, list(_addresses(area.queryVisibleCells()))
    rows = _gaps([(at.StartRow, at.EndRow) for at in seen], end.EndRow) if seen else []
    columns = _gaps([(at.StartColumn, at.EndColumn) for at in seen], end.EndColumn) if seen else []
    return [[_first(page, row) for row in rows], len(columns), not page.IsVisible]


def _gaps(spans: list[tuple[int, int]], last: int) -> list[int]:
    """The numbers up to ``last`` that are in none of the spans."""
    found, next_ = [], 0
    for start, end in sorted(spans):
        found += range(next_, start)
        next_ = max(next_, end + 1)
    return [*found, *range(next_, last + 1)]


def _merged(page: Any) -> object:
    """Text and size of each merged area."""
    end = used(page).RangeAddress
    found = []
    for row, column in _merges(page, 0, min(end.EndRow, 120), 0, end.EndColumn):
        cell = page.getCellByPosition(column, row)
        cursor = page.createCursorByRange(cell)
        cursor.collapseToMergedArea()
        whole = cursor.RangeAddress
        size = [whole.EndRow - whole.StartRow + 1, whole.EndColumn - whole.StartColumn + 1]
        found.append([row, column, _plain(cell.getDataArray()[0][0]), *size])
    return [one[2:] for one in sorted(found, key=lambda one: one[:2])]


def _merges(page: Any, top: int, bottom: int, left: int, right: int) -> Iterator[tuple[int, int]]:
    """First cells of merged areas: halves of a range in which there is none are not looked at."""
    if not page.getCellRangeByPosition(left, top, right, bottom).IsMerged:
        return
    if (top, left) == (bottom, right):
        yield top, left
    elif bottom - top >= right - left:
        middle = (top + bottom) // 2
        yield from _merges(page, top, middle, left, right)
        yield from _merges(page, middle + 1, bottom, left, right)
    else:
        middle = (left + right) // 2
        yield from _merges(page, top, bottom, left, middle)
        yield from _merges(page, top, bottom, middle + 1, right)


def _links(page: Any) -> object:
    found = []
    for area in _addresses(used(page).queryContentCells(4)):  # STRING
        for row in range(area.StartRow, min(area.EndRow, 14) + 1):
            for column in range(area.StartColumn, area.EndColumn + 1):
                cell = page.getCellByPosition(column, row)
                fields = cell.TextFields
                for number in range(fields.Count):
                    found.append([cell.String, fields.getByIndex(number).URL])
    return found


def _shapes(page: Any) -> object:
    """Pictures, boxes and charts: what they say, and the row that they stand on."""
    found = []
    for number in range(page.DrawPage.Count):
        shape = page.DrawPage.getByIndex(number)
        if shape.supportsService("com.sun.star.drawing.CaptionShape"):
            continue
        try:
            anchor = shape.Anchor
            row = _first(page, anchor.CellAddress.Row) if hasattr(anchor, "CellAddress") else "page"
        except Exception:
            row = "?"
        kind = shape.ShapeType.rpartition(".")[2]
        text = shape.String if hasattr(shape, "String") else ""
        found.append([kind, text, row])
    return sorted(found, key=repr)


def _formats(page: Any) -> object:
    """Numbers as they are shown, row by row."""
    found = {}
    for area in _addresses(used(page).queryContentCells(1 | 2 | 16)):  # VALUE, DATETIME, FORMULA
        for row in range(area.StartRow, min(area.EndRow, 9) + 1):
            for column in range(area.StartColumn, area.EndColumn + 1):
                found[row, column] = page.getCellByPosition(column, row).String
    return [found[where] for where in sorted(found)]


def _names(document: Any) -> object:
    """Every name (those of a sheet too) with the values that it means."""
    found = {}
    held = [("", document.NamedRanges)]
    held += [
        (s.Name + "!", s.NamedRanges)
        for s in map(document.Sheets.getByIndex, range(document.Sheets.Count))
    ]
    for prefix, names in held:
        for name in names.ElementNames:
            if name.startswith("_xlnm"):
                continue
            area = names.getByName(name).ReferredCells
            found[prefix + name] = names.getByName(name).Content if area is None else _values(area)
    return found


_FACETS: dict[str, Callable[[Any], object]] = {
    "rows": _rows, "formulas": _formulas, "charts": _charts, "notes": _notes, "validated": _validated,
    "conditional": _conditional, "printed": _printed, "breaks": _breaks, "hidden": _hidden,
    "merged": _merged, "links": _links, "shapes": _shapes, "formats": _formats,
}  # fmt: skip


# What designers do


def _rows_in(row: int, count: int = 1, title: str = "一") -> Edit:
    return Edit(lambda d: _page(d, title).Rows.insertByIndex(row - 1, count))


def _columns_in(column: int, count: int = 1, title: str = "一") -> Edit:
    return Edit(lambda d: _page(d, title).Columns.insertByIndex(column, count))


def _move(source: str, target: str, title: str = "一", to: str = "") -> Callable[[Any], object]:
    return lambda d: _page(d, title).moveRange(
        _cell(d, target, to or title).CellAddress, _cell(d, source, title).RangeAddress
    )


def _copy(source: str, target: str, title: str = "一", to: str = "") -> Callable[[Any], object]:
    return lambda d: _page(d, title).copyRange(
        _cell(d, target, to or title).CellAddress, _cell(d, source, title).RangeAddress
    )


def _put(where: str, formula: str, title: str = "一") -> Callable[[Any], object]:
    return lambda d: _cell(d, where, title).setFormula(formula)


def _set(where: str, title: str = "一", **properties: object) -> Callable[[Any], object]:
    def apply(document: Any) -> None:
        for name, value in properties.items():
            setattr(_cell(document, where, title), name, value)

    return apply


def format_of(document: Any, cells: Any, code: str) -> None:
    """Give cells a number format."""
    from com.sun.star.lang import Locale  # type: ignore[import-not-found]

    formats, here = document.NumberFormats, Locale("en", "US", "")
    key = formats.queryKey(code, here, False)
    cells.NumberFormat = key if key >= 0 else formats.addNew(code, here)


def _format(where: str, code: str) -> Callable[[Any], object]:
    return lambda d: format_of(d, _cell(d, where), code)


def _note(where: str, text: str, title: str = "一") -> Callable[[Any], object]:
    return lambda d: _page(d, title).Annotations.insertNew(_cell(d, where, title).CellAddress, text)


def _value(name: str, text: str) -> Any:
    import uno  # type: ignore[import-not-found]

    return uno.Enum(name, text)


def _validation(
    where: str, kind: str, formula: str, operator: str = "NONE"
) -> Callable[[Any], object]:
    return lambda d: validation_of(_cell(d, where), kind, formula, operator)


def validation_of(cells: Any, kind: str, formula: str, operator: str = "NONE") -> None:
    """Give cells a rule of what may be typed."""
    rule = cells.Validation
    rule.Type = _value("com.sun.star.sheet.ValidationType", kind)
    rule.setOperator(_value("com.sun.star.sheet.ConditionOperator", operator))
    rule.setFormula1(formula)
    cells.Validation = rule


def _condition(where: str, formula: str) -> Callable[[Any], object]:
    return lambda d: condition_of(_cell(d, where), formula)


def condition_of(cells: Any, formula: str) -> None:
    """Let cells look good where a formula holds."""
    import uno

    held = cells.ConditionalFormat
    entry = [
        named("Operator", _value("com.sun.star.sheet.ConditionOperator", "FORMULA")),
        named("Formula1", formula),
        named("StyleName", "Good"),
    ]
    uno.invoke(held, "addNew", (uno.Any("[]com.sun.star.beans.PropertyValue", tuple(entry)),))
    cells.ConditionalFormat = held


def named(name: str, value: object) -> Any:
    """One property of a call."""
    from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found]

    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


def _name(name: str, content: str, title: str = "") -> Callable[[Any], object]:
    def apply(document: Any) -> None:
        held = _page(document, title).NamedRanges if title else document.NamedRanges
        held.addNewByName(name, content, _cell(document, "A1").CellAddress, 0)

    return apply


def _all(*steps: Callable[[Any], object]) -> Callable[[Any], object]:
    def apply(document: Any) -> None:
        for step in steps:
            step(document)

    return apply


def _chart(
    areas: Sequence[str], title: str = "一", on: str = "", tags: Sequence[str] = ("B3:G3",)
) -> Callable[[Any], object]:
    """A chart drawn while numbers stood where the tags are: without any it would be empty."""

    def apply(document: Any) -> None:
        from com.sun.star.awt import Rectangle  # type: ignore[import-not-found]

        held = [(one := _cell(document, where, title), one.getFormulaArray()) for where in tags]
        for cells, texts in held:
            cells.setDataArray(tuple(tuple(1.0 for _ in row) for row in texts))
        ranges = tuple(_cell(document, one, title).RangeAddress for one in areas)
        page = _page(document, on or title)
        page.Charts.addNewByName("新图", Rectangle(1000, 9000, 8000, 5000), ranges, False, True)
        for cells, texts in held:
            cells.setFormulaArray(texts)

    return apply


def _print(areas: Sequence[str], titles: str = "", title: str = "一") -> Callable[[Any], object]:
    def apply(document: Any) -> None:
        page = _page(document, title)
        page.setPrintAreas(tuple(_cell(document, one, title).RangeAddress for one in areas))
        if titles:
            page.setTitleRows(_cell(document, titles, title).RangeAddress)
            page.setPrintTitleRows(True)

    return apply


def _break(row: int, title: str = "一") -> Callable[[Any], object]:
    return lambda d: setattr(_page(d, title).Rows.getByIndex(row - 1), "IsStartOfNewPage", True)


def _box(text: str, where: str, *, kind: str = "RectangleShape") -> Callable[[Any], object]:
    """A shape on a cell, which moves with it."""

    def apply(document: Any) -> None:
        from com.sun.star.awt import Size  # type: ignore[import-not-found]

        shape = document.createInstance(f"com.sun.star.drawing.{kind}")
        shape.setSize(Size(3000, 400))
        _page(document).DrawPage.add(shape)
        shape.setPosition(_cell(document, where).Position)
        shape.Anchor = _cell(document, where)
        shape.String = text

    return apply


def _link(where: str, text: str, url: str) -> Callable[[Any], object]:
    def apply(document: Any) -> None:
        cell = _cell(document, where)
        cell.String = ""
        one = document.createInstance("com.sun.star.text.TextField.URL")
        one.URL, one.Representation = url, text
        cell.insertTextContent(cell.createTextCursor(), one, False)

    return apply


def _bold(where: str, start: int, length: int) -> Callable[[Any], object]:
    def apply(document: Any) -> None:
        cell = _cell(document, where)
        cursor = cell.createTextCursor()
        cursor.gotoStart(False)
        cursor.goRight(start, False)
        cursor.goRight(length, True)
        cursor.CharWeight = 150.0

    return apply


def _row(number: int, title: str = "一", **properties: object) -> Callable[[Any], object]:
    def apply(document: Any) -> None:
        for name, value in properties.items():
            setattr(_page(document, title).Rows.getByIndex(number - 1), name, value)

    return apply


def _column(number: int, **properties: object) -> Callable[[Any], object]:
    def apply(document: Any) -> None:
        for name, value in properties.items():
            setattr(_page(document).Columns.getByIndex(number), name, value)

    return apply


def _array(where: str, formula: str) -> Callable[[Any], object]:
    return lambda d: _cell(d, where).setArrayFormula(formula)


# What then is otherwise

_Facets = dict[str, Callable[[Seen, int], object] | None]


def _of(kind: str, title: str, value: Callable[[Seen, int], object]) -> _Facets:
    """One facet of one sheet is ``value`` of what it was; an empty one is not there."""

    def made(base: Seen, count: int) -> object:
        found = {**base[kind], title: value(base, count)}
        return {name: one for name, one in found.items() if one or kind == "rows"}

    return {kind: made}


def _list(base: Seen, count: int) -> list[list[Any]]:
    """The rows of the first block."""
    return base["rows"]["一"][1 : 1 + count]  # type: ignore[no-any-return]


def _first_sheet(make: Callable[[list[Any], list[Any], list[Any], list[Any]], object]) -> _Facets:
    """The first sheet, made of its header, its block, its total, and what is below."""

    def rows(base: Seen, count: int) -> object:
        held = base["rows"]["一"]
        return make(held[:1], held[1 : 1 + count], held[1 + count : 2 + count], held[2 + count :])

    return _of("rows", "一", rows)


def _below_total(*cells: object) -> _Facets:
    return _first_sheet(lambda h, d, t, r: [*h, *d, *t, [*cells], *r])


def _below_total_of(value: Callable[[list[Any]], object]) -> _Facets:
    return _first_sheet(lambda h, d, t, r: [*h, *d, *t, [value(d)], *r])


def _beside(value: Callable[[int, list[Any]], Sequence[object]]) -> _Facets:
    """Cells at the end of each row of the block."""
    return _first_sheet(
        lambda h, d, t, r: [*h, *([*row, *value(n, row)] for n, row in enumerate(d)), *t, *r]
    )


def _in_total(index: int, value: Callable[[list[Any], float], object]) -> _Facets:
    def made(h: list[Any], d: list[Any], t: list[Any], r: list[Any]) -> object:
        return [*h, *d, [*t[0][:index], value(d, t[0][index]), *t[0][index + 1 :]], *r]

    return _first_sheet(made)


def _last_sheet(value: Callable[[Seen, int], object], row: int = 99) -> _Facets:
    """One more cell on the last sheet: in a row of its own, or at the end of one."""

    def rows(base: Seen, count: int) -> object:
        held = base["rows"]["五"]
        if row > len(held):
            return [*held, [value(base, count)]]
        return [*held[: row - 1], [*held[row - 1], value(base, count)], *held[row:]]

    return _of("rows", "五", rows)


def _numbers(rows: list[list[Any]], column: int = 1) -> list[Any]:
    return [row[column] for row in rows]


def _total(base: Seen, count: int) -> Any:
    return float(f"{sum(_numbers(_list(base, count))):.12g}")


def _each(kind: str, column: int, title: str = "一") -> _Facets:
    """A condition or validation on the cells of one column of the block, besides what was there."""

    def made(base: Seen, count: int) -> object:
        held = list(base[kind].get(title, []))
        values = _numbers(_list(base, count), column)
        if not values:
            return held
        new = [count, [[one] for one in values]] if kind == "validated" else values
        return sorted([*held, new], key=repr)

    return _of(kind, title, made)


def _drawn(
    series: Callable[[Seen, int], Sequence[Sequence[object]]], title: str = "一", at: str = ""
) -> _Facets:
    """One more chart, and where it stands."""
    return {
        **_of("charts", title, lambda b, n: [*b["charts"].get(title, []), ["", *series(b, n)]]),
        "shapes": None,
    }


def _named(name: str, value: Callable[[Seen, int], object]) -> _Facets:
    return {"names": lambda b, n: {**b["names"], name: value(b, n)}}


def _column_of(index: int) -> Callable[[Seen, int], object]:
    return lambda b, n: [[one] for one in _numbers(_list(b, n), index)]


def _head(base: Seen, count: int) -> Any:
    """The first text of what follows the header."""
    return base["rows"]["一"][1][0]


def _renamed(old: str, new: str) -> _Facets:
    def made(kind: str) -> Callable[[Seen, int], object]:
        return lambda b, n: {new if k == old else k: v for k, v in b[kind].items()}

    return {kind: made(kind) for kind in _FACETS}


def _copied(old: str, new: str) -> _Facets:
    def made(kind: str) -> Callable[[Seen, int], object]:
        return lambda b, n: {**b[kind], **({new: b[kind][old]} if old in b[kind] else {})}

    return {kind: made(kind) for kind in _FACETS}


def _hides(rows: Callable[[Seen, int], object], columns: int = 0, title: str = "一") -> _Facets:
    return _of("hidden", title, lambda b, n: [rows(b, n), columns, False])


def _broken(text: Callable[[Seen, int], object]) -> _Facets:
    return _of("breaks", "一", lambda b, n: [text(b, n)])


def _box_at(text: Callable[[Seen, int], object]) -> _Facets:
    return _of(
        "shapes", "一",
        lambda b, n: sorted([*b["shapes"]["一"], ["CustomShape", "章", text(b, n)]], key=repr),
    )  # fmt: skip


def _after(base: Seen, count: int) -> Any:
    """The first text below the total."""
    return base["rows"]["一"][2 + count][0]


def _own_total(base: Seen, count: int) -> Any:
    return base["rows"]["一"][1 + count]


def _nothing(base: Seen, count: int) -> list[object]:
    return []


_TOTAL: Callable[[Seen, int], object] = lambda b, n: "合计"  # noqa: E731


EDITS: dict[str, Edit] = {
    "无": Edit(lambda d: None),
    "最上面插一行": _rows_in(1),
    "最上面插三行": _rows_in(1, 3),
    "表头下插一行": _rows_in(2),
    "循环里上面插一行": Edit(_rows_in(3).apply, code="T268"),
    "循环里下面插一行": Edit(_rows_in(4).apply, code="T268"),
    "循环后插一行": _rows_in(5),
    "合计后插两行": _rows_in(6, 2),
    "第二段循环里插一行": _rows_in(9),
    "组里插一行": _rows_in(6, title="三"),
    "小计上插一行": _rows_in(8, title="三"),
    "三行的中间插一行": _rows_in(4, title="四"),
    "表格上面插一行": _rows_in(2, title="二"),
    "表格循环里插一行": Edit(_rows_in(6, title="二").apply, {"names": None}),
    "最左插一列": _columns_in(0),
    # What VLOOKUP counts columns from is the designer's.
    "数前插一列": Edit(_columns_in(1).apply, _in_total(12, lambda d, v: d[0][1] if d else v)),
    "率前插两列": Edit(_columns_in(2, 2).apply, _in_total(12, lambda d, v: 0.0)),
    "每张表左边插一列": Edit(
        _all(*(lambda d, t=t: _page(d, t).Columns.insertByIndex(0, 1) for t in "一二三四五"))
    ),
    "删空行": Edit(lambda d: _page(d).Rows.removeByIndex(5, 1)),
    "删名次列": Edit(
        lambda d: _page(d).Columns.removeByIndex(5, 1),
        _first_sheet(lambda h, d, t, r: [[*row[:5], *row[6:]] for row in (*h, *d, *t)] + r),
    ),
    "删率列": Edit(lambda d: _page(d).Columns.removeByIndex(2, 1), code="T281"),
    "删合计行": Edit(lambda d: _page(d).Rows.removeByIndex(4, 1), code="T281"),
    "删数据行": Edit(lambda d: _page(d).Rows.removeByIndex(2, 1), code="T281"),
    "删循环头": Edit(lambda d: _page(d).Rows.removeByIndex(1, 1), code="T112"),
    "删循环尾": Edit(lambda d: _page(d).Rows.removeByIndex(3, 1), code="T111"),
    "删工作表": Edit(lambda d: d.Sheets.removeByName("二"), code="T281"),
    "改工作表名": Edit(lambda d: setattr(_page(d), "Name", "明细 表"), _renamed("一", "明细 表")),
    "工作表换次序": Edit(lambda d: d.Sheets.moveByName("五", 0)),
    "加工作表": Edit(
        lambda d: d.Sheets.insertNewByName("新", 0),
        {**_of("rows", "新", _nothing), **_of("hidden", "新", lambda b, n: [[], 0, False])},
    ),
    "复制工作表": Edit(lambda d: d.Sheets.copyByName("一", "一副", 5), _copied("一", "一副")),
    "隐藏工作表": Edit(
        lambda d: setattr(_page(d, "二"), "IsVisible", False),
        _of("hidden", "二", lambda b, n: [[], 0, True]),
    ),
    "合计行移到下面": Edit(
        _move("A5:Q5", "A15"), _first_sheet(lambda h, d, t, r: [*h, *d, *r, *t])
    ),
    "第二段循环移到下面": Edit(
        _move("A7:C9", "A20"), _first_sheet(lambda h, d, t, r: [*h, *d, *t, r[-1], *r[:-1]])
    ),
    "第二段移到别的表": Edit(
        _move("A7:C10", "A20", to="五"),
        {
            "rows": lambda b, n: {
                **b["rows"],
                "一": b["rows"]["一"][: n + 2],
                "五": b["rows"]["五"] + b["rows"]["一"][n + 2 :],
            }
        },
    ),
    "整段循环移下": Edit(
        _move("A1:Q5", "A30"),
        {**_first_sheet(lambda h, d, t, r: [*r, *h, *d, *t]), "shapes": None},
    ),
    "一列移走": Edit(
        _move("G1:G5", "T1"),
        _first_sheet(lambda h, d, t, r: [*h, *d, [*t[0][:6], *t[0][7:], t[0][6]], *r]),
    ),
    "复制合计行": Edit(
        _copy("A5:G5", "A12"),
        _first_sheet(lambda h, d, t, r: [*h, *d, *t, *r, ["合计", 0.0, 0.0, 0.0, 0.0, 1.0, 0.0]]),
    ),
    "复制循环": Edit(
        _copy("A2:G4", "A13"),
        {
            **_first_sheet(
                lambda h, d, t, r: [
                    *h,
                    *d,
                    *t,
                    *r,
                    *([*row[:4], float(f"{row[4] + 4 * t[0][1]:.12g}"), *row[5:]] for row in d),
                ]
            ),
            "conditional": None,
        },
    ),
    "复制表头": Edit(_copy("A1:G1", "A12"), _first_sheet(lambda h, d, t, r: [*h, *d, *t, *r, *h])),
    "合并标题": Edit(
        _all(
            lambda d: _page(d).Rows.insertByIndex(0, 1),
            _put("A1", "标题"),
            lambda d: _cell(d, "A1:G1").merge(True),
        ),
        {
            **_first_sheet(lambda h, d, t, r: [["标题"], *h, *d, *t, *r]),
            **_of("merged", "一", lambda b, n: [["标题", 1, 7]]),
        },
    ),
    "循环行里合并": Edit(
        _all(_put("H3", "并"), lambda d: _cell(d, "H3:J3").merge(True)),
        {
            **_beside(lambda n, row: ["并"]),
            **_of("merged", "一", lambda b, n: [["并", 1, 3]] * n),
        },
    ),
    "竖着合并盖住循环": Edit(
        _all(_put("R1", "竖"), lambda d: _cell(d, "R1:R5").merge(True)),
        {
            **_first_sheet(lambda h, d, t, r: [[*h[0], "竖"], *d, *t, *r]),
            **_of("merged", "一", lambda b, n: [["竖", n + 2, 1]]),
        },
    ),
    "竖着合并表头和循环头": Edit(
        _all(_put("R1", "竖"), lambda d: _cell(d, "R1:R2").merge(True)),
        _first_sheet(lambda h, d, t, r: [[*h[0], "竖"], *d, *t, *r]),
    ),
    "竖着合并数据和合计": Edit(
        _all(_put("R3", "竖"), lambda d: _cell(d, "R3:R5").merge(True)), code="T265"
    ),
    "隐藏一列": Edit(_column(2, IsVisible=False), _hides(_nothing, 1)),
    "隐藏循环行": Edit(_row(3, IsVisible=False), _hides(lambda b, n: _numbers(_list(b, n), 0))),
    "隐藏合计行": Edit(_row(5, IsVisible=False), _hides(lambda b, n: ["合计"])),
    "隐藏循环头": Edit(_row(2, IsVisible=False)),
    "行高": Edit(_row(3, Height=2000)),
    "列宽": Edit(_column(1, Width=6000)),
    "行分组": Edit(
        lambda d: _page(d).group(
            _cell(d, "A3:A3").RangeAddress,
            _value("com.sun.star.table.TableOrientation", "ROWS"),
        )
    ),
    "文本格式": Edit(_format("B3", "@"), {"formats": lambda b, n: b["formats"]}),
    "百分比格式": Edit(
        _format("D3", "0.00%"),
        {"formats": lambda b, n: _shown(b, n, 3, lambda v: f"{v:.2%}")},
    ),
    "千分位": Edit(
        _format("G3", "#,##0.000"), {"formats": lambda b, n: _shown(b, n, 6, lambda v: f"{v:,.3f}")}
    ),
    "带单位的格式": Edit(
        _format("B3", '0.000"万元"'),
        {"formats": lambda b, n: _shown(b, n, 1, lambda v: f"{v:.3f}万元")},
    ),
    "整列文本格式": Edit(_format("B1:B9", "@")),
    "合计文本格式": Edit(_format("B5", "@")),
    "批注在循环": Edit(
        _note("B3", "看这里"),
        _of("notes", "一", lambda b, n: [[row[1], "看这里"] for row in _list(b, n)]),
    ),
    "批注在合计": Edit(
        _note("B5", "看这里"),
        _of("notes", "一", lambda b, n: [[_own_total(b, n)[1], "看这里"]]),
    ),
    "批注在循环头": Edit(_note("A2", "看这里"), code="T283"),
    "批注里有标签": Edit(
        _note("B3", "{{ r.名 }}的数"),
        _of("notes", "一", lambda b, n: [[row[1], f"{row[0]}的数"] for row in _list(b, n)]),
    ),
    "批注在后面的循环": Edit(
        _note("B8", "看这里"),
        _of("notes", "一", lambda b, n: [[2 * row[1], "看这里"] for row in _list(b, n)]),
    ),
    "有效性在循环": Edit(_validation("C3", "WHOLE", "0", "GREATER"), _each("validated", 2)),
    "有效性引用合计": Edit(_validation("B3", "CUSTOM", "B3<=B$5"), _each("validated", 1)),
    "有效性在合计": Edit(
        _validation("B5", "DECIMAL", "0", "GREATER"),
        _of("validated", "一", lambda b, n: [[1, [[_own_total(b, n)[1]]]]]),
    ),
    "有效性从循环头到尾": Edit(
        _validation("B2:B4", "WHOLE", "0", "GREATER"), _each("validated", 1)
    ),
    "有效性列表": Edit(_validation("C3", "LIST", '"1";"2"'), _each("validated", 2)),
    "有效性列表引用循环": Edit(
        _validation("B10", "LIST", "$A$3:$A$3"),
        _of("validated", "一", lambda b, n: [[1, [[0.0]]]]),
    ),
    "条件格式在循环": Edit(_condition("E3", "E3>100"), _each("conditional", 4)),
    "条件格式引用合计": Edit(_condition("D3", "B3>$B$5/2"), _each("conditional", 3)),
    "条件格式整块": Edit(
        _condition("D3:G5", "$B3>100"),
        _of(
            "conditional",
            "一",
            lambda b, n: sorted(
                [
                    *b["conditional"].get("一", []),
                    [v for row in (*_list(b, n), _own_total(b, n)) for v in row[3:7]],
                ],
                key=repr,
            ),
        ),
    ),
    "名称指循环": Edit(_name("数列", "$一.$B$3"), _named("数列", _column_of(1))),
    "名称指循环头到尾": Edit(_name("数列", "$一.$B$2:$B$4"), _named("数列", _column_of(1))),
    "名称指表头到合计": Edit(
        _name("全表", "$一.$A$1:$G$5"),
        _named("全表", lambda b, n: [row[:7] for row in b["rows"]["一"][: n + 2]]),
    ),
    "名称指合计": Edit(
        _all(_name("总数", "$一.$B$5"), _put("A8", "=总数", "五")),
        {**_named("总数", lambda b, n: [[_total(b, n)]]), **_last_sheet(_total)},
    ),
    "本表的名称": Edit(_name("数列", "$一.$B$3", "一"), _named("一!数列", _column_of(1))),
    "用名称求和": Edit(
        _all(_name("数列", "$一.$B$3"), _put("A8", "=SUM(数列)", "五")),
        {**_named("数列", _column_of(1)), **_last_sheet(_total)},
    ),
    "名称是公式": Edit(
        _all(_name("比", "SUM($一.$B$3)/2"), _put("A8", "=比", "五")),
        {"names": None, **_last_sheet(lambda b, n: _total(b, n) / 2)},
    ),
    "打印区域": Edit(
        _print(["A1:G5"], "A1:A1"),
        _of(
            "printed",
            "一",
            lambda b, n: [
                [n + 2, b["rows"]["一"][0][:7], _own_total(b, n)[:7]],
                [1, b["rows"]["一"][0], b["rows"]["一"][0]],
            ],
        ),
    ),
    "几个打印区域": Edit(
        _print(["A1:G5", "A10:C10"]),
        _of(
            "printed",
            "一",
            lambda b, n: [
                [n + 2, b["rows"]["一"][0][:7], _own_total(b, n)[:7]],
                [1, b["rows"]["一"][-1], b["rows"]["一"][-1]],
            ],
        ),
    ),
    "合计前分页": Edit(_break(5), _broken(_TOTAL)),
    "循环行分页": Edit(_break(3), _broken(_head)),
    "循环头分页": Edit(_break(2), _broken(_head)),
    "第二段前分页": Edit(_break(7), _broken(_after)),
    "合计上的框": Edit(_box("章", "B5"), _box_at(_TOTAL)),
    "循环行上的框": Edit(_box("章", "B3"), _box_at(_head)),
    "循环头上的框": Edit(_box("章", "B2"), _box_at(_head)),
    "最下面的框": Edit(_box("章", "B10"), _box_at(lambda b, n: 0.0)),
    "框里有标签": Edit(_box("{{ 行 }}", "B5"), code="T263"),
    "图": Edit(_chart(["A3:B3"]), _drawn(lambda b, n: _lists(b, n, 1))),
    "图带表头": Edit(_chart(["B3:C3"]), _drawn(lambda b, n: _lists(b, n, 1, 2))),
    "图到合计": Edit(
        _chart(["A3:B5"]),
        _drawn(
            lambda b, n: [
                [*_numbers(_list(b, n), 0), "合计"],
                [*_numbers(_list(b, n)), _total(b, n)],
            ]
        ),
    ),
    "图在别的表": Edit(_chart(["A3:B3"], on="五"), _drawn(lambda b, n: _lists(b, n, 1), "五")),
    "图画合计": Edit(
        _chart(["B5:G5"]), _drawn(lambda b, n: [[one] for one in _own_total(b, n)[1:7]])
    ),
    "链接在循环": Edit(
        _link("H3", "看", "https://example.cn/a"),
        {
            **_beside(lambda n, row: ["看"]),
            **_of("links", "一", lambda b, n: [["看", "https://example.cn/a"]] * n),
        },
    ),
    "链接里有标签": Edit(
        _link("H3", "看", "https://example.cn/{{ r.名 }}"),
        {
            **_beside(lambda n, row: ["看"]),
            **_of(
                "links",
                "一",
                lambda b, n: [["看", f"https://example.cn/{quote(row[0])}"] for row in _list(b, n)],
            ),
        },
    ),
    "链接在空行": Edit(
        _link("A6", "看", "https://example.cn/a"),
        {**_below_total("看"), **_of("links", "一", lambda b, n: [["看", "https://example.cn/a"]])},
    ),
    "链接到合计": Edit(
        _link("A6", "看", "#一.B5"),
        {**_below_total("看"), **_of("links", "一", lambda b, n: [["看", f"#一.B{n + 2}"]])},
    ),
    "链接到循环": Edit(
        _link("A6", "看", "#一.B3"),
        {
            **_below_total("看"),
            **_of("links", "一", lambda b, n: [["看", f"#一.B2:B{n + 1}" if n else "#一.B5"]]),
        },
    ),
    "标签一半加粗": Edit(_bold("A3", 3, 3)),
    "表头加粗一半": Edit(_bold("A1", 0, 1)),
    "保护工作表": Edit(lambda d: _page(d).protect("")),
    "数组公式": Edit(
        _array("H6", "=SUM(B3*C3)"),
        _below_total_of(lambda d: float(f"{sum(r[1] * r[2] for r in d):.12g}")),
    ),
    "数组公式占几格": Edit(_array("H3:I3", "=B3:C3*2"), code="T282"),
    "整列引用": Edit(
        _put("H6", "=SUM($一.B1:B1048576)", "五"),
        _last_sheet(lambda b, n: float(f"{4 * _total(b, n):.12g}"), 6),
    ),
    "引用头到尾": Edit(_put("H6", "=SUM(B2:B4)"), _below_total_of(lambda d: _sum(d, 1))),
    "引用到循环尾": Edit(_put("H6", "=SUM(B3:B4)"), _below_total_of(lambda d: _sum(d, 1))),
    "引用表头到合计上": Edit(_put("H6", "=SUM(B1:B4)"), _below_total_of(lambda d: _sum(d, 1))),
    "引用两段": Edit(
        _put("H6", "=SUM(B3;B8)"), _below_total_of(lambda d: float(f"{3 * _sum(d, 1):.12g}"))
    ),
    "相减": Edit(
        _put("H6", "=SUM(B3)-SUM(C3)"),
        _below_total_of(lambda d: float(f"{_sum(d, 1) - _sum(d, 2):.12g}")),
    ),
    "上一行": Edit(_put("H3", "=B2"), code="T266"),
    "下一行": Edit(_put("H3", "=B4"), code="T266"),
    "求和带条件": Edit(
        _put("H6", '=SUMIFS(B3:B3;C3:C3;">5")'),
        _below_total_of(lambda d: _sum([row for row in d if row[2] > 5], 1)),
    ),
    "小计函数": Edit(_put("H6", "=SUBTOTAL(9;B3:B3)"), _below_total_of(lambda d: _sum(d, 1))),
    "最大的名称": Edit(
        _put("H6", '=IFERROR(INDEX(A3:A3;MATCH(MAX(B3:B3);B3:B3;0));"无")'),
        _below_total_of(lambda d: max(d, key=lambda r: r[1])[0] if d else "无"),
    ),
    "行号减表头": Edit(_put("H3", "=ROW()-ROW(A$1)"), _beside(lambda n, row: [n + 1.0])),
    "行数函数": Edit(_put("H6", "=ROWS(B3:B3)"), _below_total_of(lambda d: float(len(d)))),
    "空格的个数": Edit(_put("H6", "=COUNTBLANK(B3:B3)"), _below_total(0.0)),
    "逐项的个数": Edit(_put("H6", '=SUMPRODUCT(--(B3:B3=""))'), _below_total(0.0)),
    "文字相连": Edit(
        _put("H3", '=A3&"："&TEXT(B3;"0.0")'), _beside(lambda n, row: [f"{row[0]}：{row[1]:.1f}"])
    ),
    "标签里多空格": Edit(_put("A3", "{{  r.名  }}")),
}


def _sum(rows: list[list[Any]], column: int) -> float:
    return float(f"{sum(_numbers(rows, column)):.12g}")


def _lists(base: Seen, count: int, *columns: int) -> list[list[object]]:
    """What a chart shows of columns of the block; with no row, of a blank cell."""
    if not count:
        return [["None"] for _ in (0, *columns)][1 if len(columns) > 1 else 0 :]
    names = [_numbers(_list(base, count), 0)] if len(columns) == 1 else []
    return [*names, *(_numbers(_list(base, count), one) for one in columns)]


def _shown(base: Seen, count: int, column: int, look: Callable[[float], str]) -> object:
    """Numbers of the first rows as they are shown, one column otherwise."""
    held = list(base["formats"]["一"])
    for number, row in enumerate(_list(base, count)):
        held[6 * number + column - 1] = look(row[column])
    if count and look(1.0).endswith("%"):
        held[6 * count + column - 1] = look(1.0)  # what sums up percentages is shown as one
    return {**base["formats"], "一": held}
