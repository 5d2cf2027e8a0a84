"""Excel, second half: a compiled workbook and a context become a finished file.

Nothing heavy is imported here; ``xlsx_compile`` makes what this module renders. Cells with tags
become typed cells (numbers with a format that shows the text of the figure, or inline strings),
rows are numbered in one pass, and then everything that names rows follows them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, TypeAlias

from jinja2.runtime import Undefined
from markupsafe import Markup

from generator.figures import amounts
from generator.figures.model import Fault, Figure, Phrase, Words
from generator.render import markers, package
from generator.render.compiled import Compiled, Rendered
from generator.render.environment import GenEnvironment, as_fault, make_environment, run
from generator.render.properties import CORE, Properties, core_xml
from generator.render.xlsx_rows import (
    NUMBER,
    STOP,
    Formula,
    RowMap,
    formula_text,
    range_text,
    ranges_text,
)

#: Further marks of compiled sheets: a formula that waits for all rows; the next header text.
FORMULA, NEXT = "\ue023", "\ue024"

#: The name by which compiled sheets reach the ``CellWriter`` of the running render.
WRITER: Final = "_cells"

#: What Excel takes: significant digits of a number, characters of a text.
MAX_DIGITS, MAX_TEXT = 15, 32_767

#: Built-in number formats by code.
BUILTIN_FORMATS = {"General": 0, "0": 1, "0.00": 2, "#,##0": 3, "#,##0.00": 4, "0%": 9, "0.00%": 10}
FIRST_CUSTOM_FORMAT = 164

#: A piece of a compiled part: XML, or a patch (kind and operands) that depends on rendered rows.
Segment: TypeAlias = "str | tuple[Any, ...]"

_RESERVED = re.compile(r"[&<>\r]|_x[0-9A-Fa-f]{4}_")
_ESCAPED_CODE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_WAITING = re.compile(f"{FORMULA}(\\d+),(\\d+){STOP}")
_SHOWN = re.compile(
    r"(?P<prefix>\D*?)(?P<number>-?(?:0|[1-9]\d*|[1-9]\d{0,2}(?P<grouped>(?:,\d{3})+))"
    r"(?:\.(?P<decimals>\d+))?)(?P<percent>%?)(?P<suffix>\D*)"
)
_MAX_LITERAL = 40


def escape(text: str) -> str:
    """``text`` as XML character data of a cell; ``_x0041_`` would read as a code in Excel."""
    if _RESERVED.search(text) is None:
        return text
    text = _ESCAPED_CODE.sub("_x005F_", text)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def escape_attribute(text: str) -> str:
    """``text`` as the value of an XML attribute in double quotes."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")


# Numbers and the formats that show them ------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shown:
    """How a cell shows one printed number: ``<v>`` text, its value, and the format code.

    The cell's number is ``units / scale``.
    """

    text: str
    units: int
    scale: int
    decimals: int
    code: str


@lru_cache(maxsize=8192)
def shown(text: str) -> Shown | None:
    """The number and format that display exactly ``text``; None when there are none."""
    match = _SHOWN.fullmatch(text)
    if match is None:
        return None
    prefix, suffix = match["prefix"], match["suffix"]
    if not (_is_literal(prefix) and _is_literal(suffix)):
        return None
    digits = match["number"].replace(",", "")
    decimals = len(match["decimals"] or "")
    units = int(digits.replace(".", ""))
    if not units and digits.startswith("-"):
        return None
    moved = decimals + 2 * bool(match["percent"])
    number = format(Decimal(units).scaleb(-moved), "f") if match["percent"] else digits
    code = "#,##0" if match["grouped"] else "0"
    code += "." + "0" * decimals if decimals else ""
    code += match["percent"]
    if prefix or suffix:
        code = _with_words(prefix, code, suffix, negative=units < 0)
    return Shown(number, units, 10**moved, decimals, code)


def _is_literal(text: str) -> bool:
    return not text or (len(text) <= _MAX_LITERAL and text.isprintable() and '"' not in text)


def _with_words(prefix: str, code: str, suffix: str, *, negative: bool) -> str:
    before = f'"{prefix}"' if prefix else ""
    after = f'"{suffix}"' if suffix else ""
    positive = f"{before}{code}{after}"
    # Excel puts the sign of a one-section format before the prefix: -≥5.
    return f"{positive};{before}-{code}{after}" if negative and prefix else positive


def _figure_number(figure: Figure) -> Shown | None:
    """The number ``figure.text`` prints, if that is the figure's value rounded as printed."""
    number = shown(figure.text)
    if number is None:
        return None
    value = figure.value
    if value.numerator * number.scale == number.units * value.denominator:
        return number
    printed = Decimal(number.text)
    places = -int(printed.as_tuple().exponent)
    return number if amounts.round_half_up(value, places) == printed else None


def _phrase_number(phrase: Phrase) -> Shown | None:
    if phrase.number is None:
        return None
    number = shown(phrase.text)
    return number if number and Decimal(number.text) == phrase.number else None


def _bare_number(value: Figure | Phrase) -> str | None:
    """The number alone, for a cell whose own format decides how it looks."""
    if isinstance(value, Phrase):
        return None if value.number is None else amounts.plain(value.number)
    places = value.places
    if places is None:
        places = amounts.DEFAULT_PLACES
    if value.unit == "%":
        places += 2
    return amounts.plain(amounts.round_half_up(value.value, places))


def _survives(number: str) -> bool:
    return len(number) <= MAX_DIGITS or (
        len(number.lstrip("-0.").replace(".", "").rstrip("0")) <= MAX_DIGITS
    )


# Cells ---------------------------------------------------------------------------------------


@dataclass(slots=True)
class Run:
    """Cells of one column that are becoming one merged range; rows counted as rendered."""

    key: tuple[str, ...]
    columns: tuple[str, str]
    first: int
    last: int
    place: int


@dataclass(slots=True)
class SheetState:
    """What one sheet's cells have asked for so far."""

    row: int = -1
    place: int = -1
    open_runs: dict[str, Run] = field(default_factory=dict)
    runs: list[Run] = field(default_factory=list)


class CellWriter:
    """Makes the cells of one render, and remembers the formats and merges they need.

    ``cells`` are the compiled typed cells: tag number → style, and for merged cells the first
    and last column and the height. ``styles`` tell which styles leave the format to the value.
    """

    def __init__(self, cells: Mapping[int, tuple[Any, ...]], styles: Mapping[int, Any]) -> None:
        self._cells = cells
        self._styles = styles
        self._ids: dict[tuple[int, str], str] = {}
        self.formats: list[tuple[int, str]] = []
        self.sheet = SheetState()

    def cell(self, value: object, number: int) -> str:
        """The rest of a ``<c>`` behind its reference, for the value of tag ``number``."""
        style, prefix = self._cells[number][:2]
        if isinstance(value, Words):
            return self._text(style, prefix, number, value.path, value)
        if isinstance(value, Figure):
            return self._number(style, prefix, number, value, _figure_number(value))
        if isinstance(value, Phrase):
            return self._number(style, prefix, number, value, _phrase_number(value))
        if isinstance(value, int) and not isinstance(value, bool):
            return self._integer(style, prefix, number, value)
        if isinstance(value, str):
            return self._text(style, prefix, number, "", value)
        return self._fault(style, prefix, number, as_fault(value))

    def _text(self, style: int, prefix: str, number: int, path: str, text: str) -> str:
        if not text:
            return f"{_style(style)}/>"
        if len(text) > MAX_TEXT:
            fault = Fault("T271", (("count", str(len(text))), ("limit", str(MAX_TEXT))))
            return self._fault(style, prefix, number, fault)
        text = escape(text)
        if path:
            text = f"{markers.OPEN}{path}{markers.MID}{text}{markers.CLOSE}"
        return (
            f'{_style(style)} t="inlineStr"><{prefix}is><{prefix}t xml:space="preserve">'
            f"{markers.TAG}{number}{markers.END}{text}</{prefix}t></{prefix}is></{prefix}c>"
        )

    def _fault(self, style: int, prefix: str, number: int, fault: Fault) -> str:
        marked = markers.wrap(markers.fault_path(fault.code, fault.values), "")
        return (
            f'{_style(style)} t="inlineStr"><{prefix}is><{prefix}t xml:space="preserve">'
            f"{markers.TAG}{number}{markers.END}{marked}</{prefix}t></{prefix}is></{prefix}c>"
        )

    def _number(
        self, style: int, prefix: str, number: int, value: Figure | Phrase, fit: Shown | None
    ) -> str:
        text = fit.text if fit else None
        if style not in self._styles:
            # The template's own format decides, but it may not lose a comparison sign.
            text = None if value.prefix else (text or _bare_number(value))
        if text is None:
            return self._text(style, prefix, number, value.path, value.text)
        if not _survives(text):
            fault = Fault("T270", (("text", value.text), ("limit", str(MAX_DIGITS))))
            return self._fault(style, prefix, number, fault)
        attribute = self._format(style, fit.code, text) if fit else _style(style)
        return (
            f"{attribute}><{prefix}v>{markers.TAG}{number}{markers.END}{markers.OPEN}{value.path}"
            f"{markers.MID}{text}{markers.CLOSE}</{prefix}v></{prefix}c>"
        )

    def _integer(self, style: int, prefix: str, number: int, value: int) -> str:
        text = str(value)
        if not _survives(text):
            fault = Fault("T270", (("text", text), ("limit", str(MAX_DIGITS))))
            return self._fault(style, prefix, number, fault)
        attribute = self._format(style, "0", text)
        return (
            f"{attribute}><{prefix}v>{markers.TAG}{number}{markers.END}{text}"
            f"</{prefix}v></{prefix}c>"
        )

    def _format(self, style: int, code: str, text: str) -> str:
        """The style attribute of a number, in the format ``code`` where the template has none."""
        if style not in self._styles or (
            code == "0" and len(text) <= 11 and not self._styles[style][2]
        ):
            return _style(style)
        known = self._ids.get((style, code))
        if known is None:
            known = _style(self._styles[style][3] + len(self.formats))
            self._ids[style, code] = known
            self.formats.append((style, code))
        return known

    def row(self, gap: int) -> None:
        """A row begins; ``gap`` when rows without cells stand before it."""
        self.sheet.row += 1
        self.sheet.place += 1 + gap

    def merged(self, value: object, number: int, *parents: object) -> str:
        """Like ``cell``, but empty where the cell joins the equal one above it."""
        style, _, first, last, height = self._cells[number]
        for parent in parents:
            if isinstance(parent, Undefined | Fault):
                return self.cell(parent, number)
        key = tuple(map(str, (*parents, "" if isinstance(value, Undefined) else value)))
        state = self.sheet
        run = state.open_runs.get(first)
        if (
            run is not None
            and run.key == key
            and run.place + 1 == state.place
            and run.columns == (first, last)
        ):
            run.last = state.row + height - 1
            run.place = state.place + height - 1
            return f"{_style(style)}/>"
        run = Run(key, (first, last), state.row, state.row + height - 1, state.place + height - 1)
        state.open_runs[first] = run
        state.runs.append(run)
        return self.cell(value, number)


def _style(style: int) -> str:
    return f' s="{style}"' if style >= 0 else ""


def _cell(value: object, writer: CellWriter, number: int) -> Markup:
    return Markup(writer.cell(value, number))


def _merged(value: object, writer: CellWriter, number: int, *parents: object) -> Markup:
    return Markup(writer.merged(value, number, *parents))


def _row(writer: CellWriter, gap: int) -> Markup:
    writer.row(gap)
    return Markup()


def _header(value: object) -> object:
    """A value inside a page header, where ``&`` is a sign of its own."""
    if isinstance(value, Words):
        return Words(value.replace("&", "&&"), value.path, value.at)
    if isinstance(value, str):
        return value.replace("&", "&&")
    return value


_FILTERS: dict[str, Callable[..., object]] = {
    "_cell": _cell,
    "_merged": _merged,
    "_row": _row,
    "_header": _header,
}


@lru_cache(maxsize=1)
def environment() -> GenEnvironment:
    """The sandbox for sheets: compiling and rendering use the same."""
    return make_environment(escape, _FILTERS)


# Parts ---------------------------------------------------------------------------------------


def render_xlsx(
    compiled: Compiled, context: Mapping[str, object], properties: Properties
) -> Rendered:
    """Fill ``compiled`` with ``context``.

    Raises ``TemplateLimit`` and ``jinja2.TemplateError`` like ``environment.run``.
    """
    extra: Mapping[str, Any] = compiled.extra
    styles = extra["styles"]
    writer = CellWriter(extra["cells"], styles["open"] if styles else {})
    names = {**context, WRITER: writer}
    sheets: dict[str, _Sheet] = {}
    maps: dict[int, RowMap] = {}
    for part, code in compiled.codes.items():
        plan = extra["sheets"][part]
        writer.sheet = SheetState()
        rows, *headers = run(environment(), code, names).split(NEXT)
        row_map = RowMap(plan["blocks"])
        if plan["numbered"]:
            rows = row_map.number(rows)
        maps[plan["sheet"]] = row_map
        sheets[part] = _Sheet(rows, headers, writer.sheet, row_map)
    texts = {
        part: _join(part_segments, _Place(maps, sheets.get(part)))
        for part, part_segments in extra["parts"].items()
    }
    if styles:
        texts[styles["part"]] = _styles_text(styles, writer.formats)
    parts: dict[str, str] = {}
    marks: dict[str, tuple[markers.Mark, ...]] = {}
    for part, text in texts.items():
        parts[part], marks[part] = text, ()
        if part in sheets:
            parts[part], found = markers.strip(text)
            marks[part] = tuple(found)
    parts[CORE] = core_xml(properties)
    data = package.write(compiled.static, ((name, text.encode()) for name, text in parts.items()))
    return Rendered(data, parts, marks)


@dataclass(slots=True)
class _Sheet:
    """A sheet between its two passes."""

    rows: str
    headers: Sequence[str]
    state: SheetState
    map: RowMap


@dataclass(slots=True)
class _Place:
    """What patches may ask: the rows of all sheets, and the rendered sheet they stand in."""

    maps: Mapping[int, RowMap]
    sheet: _Sheet | None


def _join(segments: Sequence[Segment], place: _Place) -> str:
    return "".join(_texts(segments, place))


def _texts(segments: Sequence[Segment], place: _Place) -> Iterator[str]:
    for segment in segments:
        if isinstance(segment, str):
            yield segment
        else:
            yield _PATCHES[segment[0]](place, *segment[1:]) or ""


def _optional(place: _Place, segments: Sequence[Segment]) -> str | None:
    """An element that goes when a range it needs has gone."""
    out: list[str] = []
    for segment in segments:
        text = segment if isinstance(segment, str) else _PATCHES[segment[0]](place, *segment[1:])
        if text is None:
            return None
        out.append(text)
    return "".join(out)


def _list(place: _Place, start: str, counts: str, items: Sequence[Segment], end: str) -> str:
    """A container that counts its elements, and goes when it is empty."""
    count = 0
    out: list[str] = []
    for item in items:
        for text in _each(place, item):
            out.append(text)
            count += 1
    if not count:
        return ""
    attributes = "".join(f' {name}="{count}"' for name in counts.split())
    return f"{start}{attributes}>{''.join(out)}{end}"


def _each(place: _Place, item: Segment) -> Iterator[str]:
    if isinstance(item, str):
        yield item
    elif item[0] == "copies":
        _, sheet, row, segments = item
        for number in place.maps[sheet].copies(row):
            yield "".join(str(number) if part == NUMBER else part for part in segments)
    elif item[0] == "merges":
        yield from _merges(place, *item[1:])
    elif (text := _PATCHES[item[0]](place, *item[1:])) is not None:
        yield text


def _merges(
    place: _Place, sheet: int, prefix: str, static: Sequence[tuple[str, int, str, int, int]]
) -> Iterator[str]:
    """The template's merged ranges where their rows went, then those that cells asked for."""
    rows = place.maps[sheet]
    for column, first, column2, last, loop in static:
        for low, high in _merge_rows(rows, first, last, loop):
            if low and (low != high or column != column2):
                yield f'<{prefix}mergeCell ref="{column}{low}:{column2}{high}"/>'
    if place.sheet is None:
        return
    order = rows.order
    for joined in place.sheet.state.runs:
        left, right = joined.columns
        low, high = order[joined.first], order[joined.last]
        if low != high or left != right:
            yield f'<{prefix}mergeCell ref="{left}{low}:{right}{high}"/>'


def _merge_rows(rows: RowMap, first: int, last: int, loop: int) -> Iterator[tuple[int, int]]:
    if first == last:
        yield from ((row, row) for row in rows.copies(first))
    elif loop >= 0:
        for window in rows.windows(loop):
            if window[0] <= window[1]:
                yield rows.within(window, first, last)
    else:
        yield rows.low(first, last), rows.high(first, last)


def _waiting(place: _Place, formulas: Sequence[Formula]) -> str:
    """The rows of a rendered sheet, with the formulas that had to wait for all rows."""
    sheet = place.sheet
    if sheet is None:
        return ""
    if not formulas:
        return sheet.rows
    return _WAITING.sub(
        lambda match: formula_text(formulas[int(match[1])], place.maps, int(match[2])), sheet.rows
    )


def _formula(place: _Place, formula: Formula, sheet: int, home: int) -> str:
    """A formula outside the cells; ``home`` is the template row it is relative to."""
    row = 0
    if home and sheet in place.maps:
        copies = place.maps[sheet].copies(home)
        row = copies[0] if copies else 0
    return formula_text(formula, place.maps, row)


def _areas(place: _Place, areas: Sequence[tuple[str, int, Any]]) -> str | None:
    """Print areas and titles: a list of ranges, each with the text before it."""
    found = []
    for before, sheet, corners in areas:
        if not isinstance(corners, tuple):
            found.append(before)
        elif (text := range_text(corners, place.maps[sheet], sign="$")) is not None:
            found.append(before + (text if ":" in text else f"{text}:{text}"))
    return ",".join(found) or None


def _first(place: _Place, sheet: int, areas: Sequence[tuple[str, int, Any, Any]]) -> str:
    """A cell that is shown once: the first copy, or where it would have been."""
    column, row = areas[0][:2]
    rows = place.maps[sheet]
    copies = rows.copies(row)
    return f"{column}{copies[0] if copies else rows.count(row) + 1}"


def _anchor(place: _Place, sheet: int, row: int, base: int) -> str:
    """A row of a drawing anchor, counted from 0; ``base`` (or -1) is the row it moves with."""
    rows = place.maps[sheet]
    if base >= 0:
        return str(row - base + int(_anchor(place, sheet, base, -1)))
    copies = rows.copies(row + 1)
    return str((copies[0] if copies else rows.count(row + 1) + 1) - 1)


def _anchor_end(place: _Place, sheet: int, row: int) -> str:
    """The last row of an anchor that stretches with its rows, counted from 0."""
    rows = place.maps[sheet]
    copies = rows.copies(row + 1)
    return str(max((copies[-1] if copies else rows.count(row + 1)) - 1, 0))


_PATCHES: dict[str, Callable[..., str | None]] = {
    "rows": _waiting,
    "header": lambda place, index: place.sheet.headers[index],
    "optional": _optional,
    "list": _list,
    "formula": _formula,
    "ranges": lambda place, sheet, ranges: ranges_text(ranges, place.maps[sheet]),
    "range": lambda place, sheet, corners: range_text(corners, place.maps[sheet]),
    "view": lambda place, sheet, ranges: ranges_text(ranges, place.maps[sheet]) or "A1",
    "first": _first,
    "exists": lambda place, sheet, row: "" if place.maps[sheet].copies(row) else None,
    "count": lambda place, sheet, row: str(place.maps[sheet].count(row)),
    "areas": _areas,
    "anchor": _anchor,
    "anchor_end": _anchor_end,
}


def _styles_text(styles: Mapping[str, Any], formats: Sequence[tuple[int, str]]) -> str:
    """``styles.xml`` with the formats that this render needed, in order of first use."""
    ids = dict(styles["formats"])
    following = styles["next"]
    new_formats: list[str] = []
    cells: list[str] = []
    for style, code in formats:
        if code not in ids:
            ids[code] = following
            following += 1
            quoted = escape_attribute(code)
            new_formats.append(
                f'<{styles["prefix"]}numFmt numFmtId="{ids[code]}" formatCode="{quoted}"/>'
            )
        before, after = styles["open"][style][:2]
        cells.append(f"{before}{ids[code]}{after}")
    head, number_formats, middle, cell_formats, tail = styles["pieces"]
    return "".join(
        (
            head,
            _grown(styles["prefix"] + "numFmts", number_formats, styles["counts"][0], new_formats),
            middle,
            _grown(styles["prefix"] + "cellXfs", cell_formats, styles["counts"][1], cells),
            tail,
        )
    )


def _grown(name: str, inner: str, count: int, added: Sequence[str]) -> str:
    total = count + len(added)
    return f'<{name} count="{total}">{inner}{"".join(added)}</{name}>' if total else ""
