"""Excel, second half: a compiled workbook and a context become a finished file.

Nothing heavy is imported here; ``xlsx_compile`` makes what this module renders. Cells with tags
become typed cells (numbers with a format that shows the text of the figure, or inline strings),
rows are numbered in one pass, and then everything that names rows follows them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from types import CodeType
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
    Formula,
    RowMap,
    formula_text,
    range_text,
    ranges_text,
)

#: Further marks of compiled sheets: a formula that waits for all rows (its number, its row),
#: the next header text, the text of one span (see ``SheetWriter``).
FORMULA, STOP, NEXT, SPAN = "\ue023", "\ue022", "\ue024", "\ue025"

#: The name by which compiled sheets reach the ``SheetWriter`` of the running render.
WRITER: Final = "_cells"

#: What Excel takes: significant digits of a number, characters of a text.
MAX_DIGITS, MAX_TEXT = 15, 32_767

#: The longest number that General shows in full.
MAX_GENERAL: Final = 11

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

    The cell's number is ``units / scale``; ``code`` is empty where General does as well.
    """

    text: str
    units: int
    scale: int
    code: str
    fits: bool


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
    if code == "0" and len(digits) <= MAX_GENERAL:
        code = ""
    return Shown(number, units, 10**moved, code, _survives(number))


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


def _bare_number(value: Figure | Phrase) -> str:
    """The number alone, for a cell whose own format decides how it looks; empty for words."""
    if isinstance(value, Phrase):
        return "" if value.number is None else amounts.plain(value.number)
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


class Formats:
    """The styles that one render adds: the template's look, the value's number format.

    ``styles`` are those that leave the number format to the value, see ``compile_styles``.
    """

    def __init__(self, styles: Mapping[int, Any]) -> None:
        self._styles = styles
        self._attributes: dict[tuple[int, str], str] = {}
        self.added: list[tuple[int, str]] = []

    def is_open(self, style: int) -> bool:
        """Whether the value brings the number format."""
        return style in self._styles

    def attribute(self, style: int, code: str) -> str:
        """The ``s`` attribute of a number whose own format is ``code`` (empty: General)."""
        look = self._styles.get(style)
        if look is None or not (code or look[2]):
            return style_attribute(style)
        known = self._attributes.get((style, code or "0"))
        if known is None:
            known = style_attribute(look[3] + len(self.added))
            self._attributes[style, code or "0"] = known
            self.added.append((style, code or "0"))
        return known


def style_attribute(style: int) -> str:
    """The ``s`` attribute of a cell; -1 is a cell without one."""
    return f' s="{style}"' if style >= 0 else ""


@dataclass(slots=True)
class Run:
    """Equal cells of one column that are becoming one merged range."""

    key: tuple[str, ...]
    left: str
    right: str
    first: int
    last: int


_UNPRINTABLE = (Undefined, Fault)

#: What fills a cell behind its reference: XML before the value, the value, XML after it, and
#: the path that the value shows.
Filling: TypeAlias = tuple[str, str, str, str]


class SheetWriter:
    """Writes the cells of one sheet, in the order in which Jinja comes by.

    ``spans`` are stretches of compiled cells: the template row that begins there (0: none),
    cells with a value (text before it, tag number, style, and for merged cells the first and
    last column and the height), and the text after them. Marks are kept per span, counted
    from its beginning.
    """

    def __init__(self, prefix: str, spans: Sequence[Any], rows: RowMap, formats: Formats) -> None:
        self.rows = rows
        self.runs: list[Run] = []
        #: For each span begin, end, path and tag of its marks, one behind the other.
        self.marks: list[list[Any]] = []
        self._spans = spans
        self._formats = formats
        self._open_runs: dict[str, Run] = {}
        self._row = 0
        self._number = ""
        self._prefix = prefix
        self._text_starts: dict[int, str] = {}
        self._number_starts: dict[tuple[int, str], str] = {}
        self._text_end = f"</{prefix}t></{prefix}is></{prefix}c>"
        self._number_end = f"</{prefix}v></{prefix}c>"

    def span(self, index: int, values: tuple[object, ...]) -> str:
        """The XML of span ``index`` with ``values`` in its cells."""
        row, cells, after = self._spans[index]
        if row:
            self._row = self.rows.begin(row)
            self._number = str(self._row)
        number = self._number
        out: list[str] = [SPAN]
        marks: list[Any] = []
        length = 0
        for (before, tag, style, merge), value in zip(cells, values, strict=True):
            start, text, end, path = (
                self._merged(value, style, merge) if merge else self._fill(value, style)
            )
            lead = before.replace(NUMBER, number)
            out += (lead, start, text, end)
            begin = length + len(lead) + len(start)
            length = begin + len(text)
            if path:
                marks += (begin, length, path, tag)
            length += len(end)
        out.append(after.replace(NUMBER, number))
        self.marks.append(marks)
        return "".join(out)

    def _fill(self, value: object, style: int) -> Filling:
        if isinstance(value, Words):
            return self._text(style, value.path, value)
        if isinstance(value, Figure):
            return self._figure(style, value, _figure_number(value))
        if isinstance(value, Phrase):
            return self._figure(style, value, _phrase_number(value))
        if isinstance(value, int) and not isinstance(value, bool):
            return self._integer(style, str(value))
        if isinstance(value, str):
            return self._text(style, "", value)
        return self._fault(style, as_fault(value))

    def _text(self, style: int, path: str, text: str) -> Filling:
        if not text:
            return f"{style_attribute(style)}/>", "", "", ""
        if len(text) > MAX_TEXT:
            fault = Fault("T271", (("count", str(len(text))), ("limit", str(MAX_TEXT))))
            return self._fault(style, fault)
        start = self._text_starts.get(style) or self._text_start(style)
        return start, escape(text), self._text_end, path

    def _text_start(self, style: int) -> str:
        prefix = self._prefix
        start = f' t="inlineStr"><{prefix}is><{prefix}t xml:space="preserve">'
        self._text_starts[style] = style_attribute(style) + start
        return self._text_starts[style]

    def _fault(self, style: int, fault: Fault) -> Filling:
        path = markers.fault_path(fault.code, fault.values)
        return self._text_start(style), "", self._text_end, path

    def _too_long(self, style: int, text: str) -> Filling:
        return self._fault(style, Fault("T270", (("text", text), ("limit", str(MAX_DIGITS)))))

    def _figure(self, style: int, value: Figure | Phrase, fit: Shown | None) -> Filling:
        if fit is None or value.prefix or not fit.fits:
            return self._unusual(style, value, fit)
        start = self._number_starts.get((style, fit.code)) or self._number_start(style, fit.code)
        return start, fit.text, self._number_end, value.path

    def _unusual(self, style: int, value: Figure | Phrase, fit: Shown | None) -> Filling:
        """A figure that may be no number, or too long a one, or has a comparison sign."""
        text, code = (fit.text, fit.code) if fit else ("", "")
        if not self._formats.is_open(style):
            # The template's own format decides, but it may not lose a comparison sign.
            text = "" if value.prefix else text or _bare_number(value)
        if not text:
            return self._text(style, value.path, value.text)
        if not _survives(text):
            return self._too_long(style, value.text)
        return self._number_start(style, code), text, self._number_end, value.path

    def _integer(self, style: int, text: str) -> Filling:
        if not _survives(text):
            return self._too_long(style, text)
        code = "" if len(text) <= MAX_GENERAL else "0"
        return self._number_start(style, code), text, self._number_end, ""

    def _number_start(self, style: int, code: str) -> str:
        start = f"{self._formats.attribute(style, code)}><{self._prefix}v>"
        self._number_starts[style, code] = start
        return start

    def _merged(self, value: object, style: int, place: tuple[str, str, int]) -> Filling:
        """A cell printed through 合并: empty where it joins the equal one above it.

        ``value`` is a tuple: the cell's own value, then those that must be equal as well.
        """
        own, *parents = value  # type: ignore[misc]
        for parent in parents:
            if isinstance(parent, _UNPRINTABLE):
                return self._fault(style, as_fault(parent))
        if self.begins_run((own, *parents), place):
            return self._fill(own, style)
        return f"{style_attribute(style)}/>", "", "", ""

    def begins_run(self, values: tuple[object, ...], place: tuple[str, str, int]) -> bool:
        """Whether a cell printed through 合并 differs from the one above it, which else grows.

        ``place`` is its first and last column and its height.
        """
        left, right, height = place
        key = tuple("" if isinstance(value, _UNPRINTABLE) else str(value) for value in values)
        run = self._open_runs.get(left)
        row = self._row
        if run is not None and (run.key, run.last + 1, run.right) == (key, row, right):
            run.last += height
            return False
        run = Run(key, left, right, row, row + height - 1)
        self._open_runs[left] = run
        self.runs.append(run)
        return True


def _span(index: int, writer: SheetWriter, *values: object) -> Markup:
    return Markup(writer.span(index, values))


def _begins(values: tuple[object, ...], writer: SheetWriter, place: tuple[str, str, int]) -> bool:
    return writer.begins_run(values, place)


def _end_block(writer: SheetWriter) -> Markup:
    writer.rows.end_block()
    return Markup()


def _begin_pass(loop: int, writer: SheetWriter) -> Markup:
    writer.rows.begin_pass(loop)
    return Markup()


def _end_loop(loop: int, writer: SheetWriter) -> Markup:
    writer.rows.end_loop(loop)
    return Markup()


def _header(value: object) -> object:
    """A value inside a page header, where ``&`` is a sign of its own."""
    if isinstance(value, Words):
        return Words(value.replace("&", "&&"), value.path, value.at)
    if isinstance(value, str):
        return value.replace("&", "&&")
    return value


_FILTERS: dict[str, Callable[..., object]] = {
    "_span": _span,
    "_begins": _begins,
    "_end_block": _end_block,
    "_begin_pass": _begin_pass,
    "_end_loop": _end_loop,
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
    formats = Formats(styles["open"] if styles else {})
    sheets = {
        part: _render_sheet(code, extra["sheets"][part], context, formats)
        for part, code in compiled.codes.items()
    }
    maps = {extra["sheets"][part]["sheet"]: sheet.writer.rows for part, sheet in sheets.items()}
    parts: dict[str, str] = {}
    marks: dict[str, tuple[markers.Mark, ...]] = {}
    for part, segments in extra["parts"].items():
        sheet = sheets.get(part)
        text, marks[part] = _join(segments, _Place(maps, sheet)), ()
        if sheet is not None:
            text, marks[part] = _settle(text, sheet.writer.marks)
        parts[part] = text
    if styles:
        parts[styles["part"]] = _styles_text(styles, formats.added)
    parts[CORE] = core_xml(properties)
    data = package.write(compiled.static, ((name, text.encode()) for name, text in parts.items()))
    return Rendered(data, parts, marks)


@dataclass(slots=True)
class _Sheet:
    """A sheet between its two passes."""

    rows: str
    headers: Sequence[str]
    writer: SheetWriter


def _render_sheet(
    code: CodeType, plan: Mapping[str, Any], context: Mapping[str, object], formats: Formats
) -> _Sheet:
    writer = SheetWriter(plan["prefix"], plan["spans"], RowMap(plan["blocks"]), formats)
    rows, *headers = run(environment(), code, {**context, WRITER: writer}).split(NEXT)
    return _Sheet(rows, headers, writer)


def _settle(
    marked: str, span_marks: Sequence[Sequence[Any]]
) -> tuple[str, tuple[markers.Mark, ...]]:
    """The finished text of a sheet, and all marks in it.

    Spans know their marks; those of mixed cells and headers still stand in the text.
    """
    head, *pieces = marked.split(SPAN)
    out = [head]
    marks: list[markers.Mark] = []
    length = len(head)
    mark = markers.Mark
    for text, spans in zip(pieces, span_marks, strict=True):
        fields = iter(spans)
        for begin, end, path, tag in zip(fields, fields, fields, fields, strict=True):
            marks.append(mark(length + begin, length + end, path, tag))
        piece = text
        if markers.TAG in text:
            piece, found = markers.strip(text)
            marks += [mark(length + m.start, length + m.end, m.path, m.tag) for m in found]
        out.append(piece)
        length += len(piece)
    return "".join(out), tuple(marks)


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
    for joined in place.sheet.writer.runs:
        if joined.first != joined.last or joined.left != joined.right:
            area = f"{joined.left}{joined.first}:{joined.right}{joined.last}"
            yield f'<{prefix}mergeCell ref="{area}"/>'


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
