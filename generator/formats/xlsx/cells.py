"""The cells of a sheet while it renders: values become typed cells, row by row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

from jinja2.runtime import Undefined

from generator.figures.model import Fault, Figure, Phrase, Words
from generator.formats.xlsx.compiled import (
    Fit,
    Merged,
    MergedRows,
    RowPlan,
    Span,
    Tail,
    ValueCell,
    cell_key,
)
from generator.formats.xlsx.heights import Tall, needed, needed_marked, row_attributes
from generator.formats.xlsx.live import Bound, Day, Live, Saying, Settler, saying, settled
from generator.formats.xlsx.numbers import (
    MAX_DIGITS,
    MAX_GENERAL,
    Shown,
    bare_number,
    figure_number,
    phrase_number,
    survives,
)
from generator.formats.xlsx.pieces import Asides
from generator.formats.xlsx.rows import RowMap, Run
from generator.formats.xlsx.styles import Formats, style_attribute
from generator.formats.xlsx.texts import escape, reserved
from generator.language import markers
from generator.language.environment import MAX_OUTPUT_CHARS, TemplateLimit, as_fault
from generator.reserved import FORMULA, FORMULA_END, NUMBER, SPAN

#: The name by which compiled sheets reach the ``SheetWriter`` of the running render.
WRITER: Final = "_cells"

#: The tag number of a cell whose value brings the number along: (value, number).
CHOICE: Final = -2

#: What Excel takes: characters of a text.
MAX_TEXT: Final = 32_767

#: How a rate shows that has none yet.
_RATE: Final = "0.00%"

_UNPRINTABLE = (Undefined, Fault)

#: What fills a cell behind its row number: XML before the value, the value, XML after it, and
#: the path that the value shows.
Filling: TypeAlias = tuple[str, str, str, str]


class SheetWriter:
    """Writes the cells of one sheet, in the order in which Jinja comes by."""

    def __init__(
        self, prefix: str, spans: Sequence[Span], rows: RowMap, formats: Formats,
        columns: Sequence[int], *, keeps: bool,
    ) -> None:  # fmt: skip
        self.rows = rows
        self.asides = Asides()
        self.runs: list[Run] = []
        #: What formulas may ask for, by ``cell_key``: numbers and texts (XML), the pieces in which
        #: other texts stand, the numbers of formulas, and figures that are live.
        self.values: dict[int, float | str] = {}
        self.texts: dict[int, int] = {}
        self.formulas: dict[int, int] = {}
        self.bounds: dict[int, Bound | Saying] = {}
        #: The rows that merge into the cell of a live figure.
        self.joined: dict[int, Run] = {}
        #: Where a figure is live → the number as it prints.
        self.printed: dict[int, str] = {}
        self._keeps = keeps
        #: The columns of all formulas of the workbook.
        self._formula_columns = columns
        self._inlines: Sequence[str] = ()
        #: The XML of each span, and its marks: begin, end, path, tag.
        self.pieces: list[str] = []
        self.marks: list[list[tuple[int, int, str, int]]] = []
        self._spans = spans
        #: What is asked of each cell of each span: asked of a thousand rows.
        self._cells = [
            [(c.before, c.tag, c.style, c.merged, c.fit, c) for c in span.cells] for span in spans
        ]
        self._formats = formats
        self._open_runs: dict[str, Run] = {}
        self._row = 0
        self._number = ""
        self._length = 0
        self._prefix = prefix
        self._plans: list[RowPlan] = []
        self._numbers: list[int] = []
        self._needs: list[int] = []
        self._row_pieces: list[int] = []
        self._areas: list[tuple[int, MergedRows, int]] = []
        self._tails: list[tuple[int, int, Tail]] = []
        self._tail_runs: dict[int, Run] = {}
        self._text_starts: dict[int, tuple[str, str]] = {}
        self._empties: dict[int, Filling] = {}
        self._number_starts: dict[tuple[int, str], str] = {}
        self._text_end = f"</{prefix}t></{prefix}is></{prefix}c>"
        self._number_end = f"</{prefix}v></{prefix}c>"

    def span(self, index: int, values: tuple[Any, ...]) -> None:  # noqa: C901, PLR0912, PLR0915
        """Write span ``index`` with ``values`` in its cells; each cell passes here."""
        span = self._spans[index]
        if span.row is not None:
            self._begin_row(span.row)
        number = self._number
        text_end = self._text_end
        starts = self._text_starts
        keeps, base = self._keeps, self._row << 14
        for formula in span.formulas:
            self.formulas[base | self._formula_columns[formula]] = formula
        out: list[str] = []
        marks: list[tuple[int, int, str, int]] = []
        length = need = 0
        for (lead, tag, style, merged, fit, cell), value in zip(
            self._cells[index], values, strict=True
        ):
            if NUMBER in lead:
                lead = lead.replace(NUMBER, number)  # noqa: PLW2901
            kind = type(value)
            if tag == CHOICE:
                value, tag = value  # noqa: PLW2901
                kind = type(value)
            # What most cells hold goes without further calls.
            if kind is Live:
                start, text, end, path = self._live(cell, value, tag)
            elif merged is not None:
                start, text, end, path = self._merged(cell, value, merged, tag)
            elif (kind is Words or kind is str) and value and len(value) <= MAX_TEXT:
                start = (starts.get(style) or self._text_start(style))[value.strip() != value]
                text = escape(value) if reserved(value) else value
                end, path = text_end, "" if kind is str else value.path
            elif kind is int:
                start, text, end, path = self._integer(style, str(value))
            elif kind is Figure:
                start, text, end, path = self._figure(style, value, figure_number(value))
            else:
                start, text, end, path = self._fill(value, style)
            xml = f"{lead}{number}{start}{text}{end}"
            out.append(xml)
            length += len(xml)
            if path:
                stop = length - len(end)
                marks.append((stop - len(text), stop, path, tag))
            if keeps and text:
                key = base | cell.column
                self.values[key] = text if end is text_end else float(text)
            if fit is not None and end is text_end and (len(text) > fit.sure or "\n" in text):
                height = self._needed(text, fit, cell)
                need = height if height > need else need
        out.append(span.after.replace(NUMBER, number))
        if need:
            self._needs[-1] = max(need, self._needs[-1])
        text = "".join(out)
        self._count(len(text))
        if span.text:
            self.texts[base | span.text] = len(self.pieces)
        if span.tail is not None:
            self._tails.append((len(self.pieces), self._row, span.tail))
        self.pieces.append(text)
        self.marks.append(marks)

    def _needed(self, text: str, fit: Fit, cell: ValueCell) -> int:
        """The height that ``text`` asks of its row; merged cells ask all of theirs, later."""
        height = needed(text, fit)
        if not height or (cell.merged is None and cell.rows is None):
            return height
        if cell.merged is not None:
            self.runs[-1].height = height
        elif cell.rows is not None:
            self._areas.append((self._row, cell.rows, height))
        return 0

    @property
    def row(self) -> int:
        """The output row that was begun last."""
        return self._row

    def _begin_row(self, plan: RowPlan) -> None:
        self._row = row = self.rows.begin(plan.row)
        self._number = str(row)
        self._plans.append(plan)
        self._numbers.append(row)
        self._needs.append(0)
        self._row_pieces.append(len(self.pieces))

    def _count(self, length: int) -> None:
        self._length += length
        if self._length > MAX_OUTPUT_CHARS:
            raise TemplateLimit

    def _fill(self, value: object, style: int) -> Filling:
        kind = type(value)
        if kind is str:
            return self._text(style, "", str(value))
        if isinstance(value, Words):
            return self._text(style, value.path, value)
        if isinstance(value, Figure):
            return self._figure(style, value, figure_number(value))
        if isinstance(value, Phrase):
            return self._figure(style, value, phrase_number(value))
        if isinstance(value, Day):
            start, text, end, _ = self._integer(style, str(value.number))
            return start, text, end, value.path
        if isinstance(value, str):
            return self._text(style, "", value)
        return self._fault(style, as_fault(value))

    def _text(self, style: int, path: str, text: str) -> Filling:
        if not text:
            return self._empties.get(style) or self._empty(style)
        if len(text) > MAX_TEXT:
            fault = Fault("T271", (("count", str(len(text))), ("limit", str(MAX_TEXT))))
            return self._fault(style, fault)
        starts = self._text_starts.get(style) or self._text_start(style)
        return starts[text.strip() != text], escape(text), self._text_end, path

    def _text_start(self, style: int) -> tuple[str, str]:
        """The XML before a text, and before one that begins or ends with a space."""
        prefix = self._prefix
        start = f'"{style_attribute(style)} t="inlineStr"><{prefix}is><{prefix}t'
        starts = self._text_starts[style] = f"{start}>", f'{start} xml:space="preserve">'
        return starts

    def _empty(self, style: int) -> Filling:
        filling = self._empties[style] = f'"{style_attribute(style)}/>', "", "", ""
        return filling

    def _fault(self, style: int, fault: Fault) -> Filling:
        path = markers.fault_path(fault.code, fault.values, fault.typed)
        return self._text_start(style)[0], "", self._text_end, path

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
            text = "" if value.prefix else text or bare_number(value)
        if not text:
            return self._text(style, value.path, value.text)
        if not survives(text):
            return self._too_long(style, value.text)
        return self._number_start(style, code), text, self._number_end, value.path

    def _integer(self, style: int, text: str) -> Filling:
        code = "" if len(text) <= MAX_GENERAL else "0"
        if code and not survives(text):
            return self._too_long(style, text)
        start = self._number_starts.get((style, code)) or self._number_start(style, code)
        return start, text, self._number_end, ""

    def _number_start(self, style: int, code: str) -> str:
        start = f'"{self._formats.attribute(style, code)}><{self._prefix}v>'
        self._number_starts[style, code] = start
        return start

    def _live(self, cell: ValueCell, live: Live, tag: int) -> Filling:
        """A figure or a text by a formula."""
        key = cell_key(self._row, cell.column)
        start, text, end, _ = filling = self._fill("" if live.parts else live.value, cell.style)
        if end is self._number_end and isinstance(live.value, Figure | Phrase):
            self.formulas[key] = live.number
            self.bounds[key] = Bound(live.value, Shown(text, 0, 1, "", fits=True), tag)
            # The style stands before the number's own element.
            style = start.removesuffix(f"><{self._prefix}v>")
        elif live.parts or text:
            said = saying(live, tag)
            if not isinstance(said, Saying):
                return self._fault(cell.style, as_fault(said))
            filling = self._text(cell.style, "", said.text)
            if not filling[1]:
                return filling
            self.bounds[key] = said
            if self._keeps:
                self.values[key] = filling[1]
            if cell.fit is not None:
                self._needs[-1] = max(self._needed(said.text, cell.fit, cell), self._needs[-1])
            # What has no rate now shows one as soon as there is.
            rate = isinstance(live.value, Phrase) and live.value.unit == "%"
            style = f'"{self._formats.attribute(cell.style, _RATE if rate else "")}'
        else:
            return filling
        return style, "", f"{FORMULA}{live.number},{self._row}{FORMULA_END}", ""

    def _merged(
        self, cell: ValueCell, value: tuple[object, ...], merged: Merged, tag: int
    ) -> Filling:
        """A cell printed through 合并: empty where it joins the equal one above it.

        ``value`` is a tuple: the cell's own value, then those that must be equal as well.
        """
        style, own = cell.style, value[0]
        if isinstance(own, Live):
            value = own.value, *value[1:]
        if self._joins_run(value, merged):
            return self._empties.get(style) or self._empty(style)
        for parent in value[1:]:
            if isinstance(parent, _UNPRINTABLE):
                return self._fault(style, as_fault(parent))
        self._begin_run(value, merged)
        if not isinstance(own, Live):
            return self._fill(own, style)
        self.joined[cell_key(self._row, cell.column)] = self.runs[-1]
        return self._live(cell, own, tag)

    def begins_run(self, values: tuple[object, ...], merged: Merged) -> bool:
        """Whether a mixed cell printed through 合并 differs from the one above it."""
        if self._joins_run(values, merged):
            return False
        self._begin_run(values, merged)
        self._tail_runs[len(self.pieces) - 1] = self.runs[-1]
        return True

    def _joins_run(self, values: tuple[object, ...], merged: Merged) -> bool:
        """Whether the run above reads the same; if so it grows by this cell."""
        run = self._open_runs.get(merged.left)
        if (
            run is None
            or run.last + 1 != self._row
            or run.right != merged.right
            or not _same(run.values, values)
        ):
            return False
        run.last += merged.rows
        return True

    def _begin_run(self, values: tuple[object, ...], merged: Merged) -> None:
        run = Run(values, merged.left, merged.right, self._row, self._row + merged.rows - 1)
        self._open_runs[merged.left] = run
        self.runs.append(run)

    # When all rows are rendered

    def hear(self, stream: str) -> None:
        """All rows are written: ``stream`` is what Jinja gave, with a mark for each span."""
        self._inlines = self.asides.taken(stream).split(SPAN)

    def mixed(self, piece: int) -> str:
        """What Jinja put behind a span, without its marks."""
        return markers.strip(self._inlines[piece + 1])[0]

    def assemble(self, before: int, settler: Settler) -> tuple[str, list[markers.Mark]]:
        """The XML of all rows, and the marks in it, as they stand ``before`` characters on."""
        head, *inlines = self._inlines
        row_starts = self._row_starts(inlines)
        out = [head]
        length = before + len(head)
        # What cannot be printed beside the cells is told as if it were there.
        marks = [markers.Mark(length, length, path, tag) for path, tag in self.asides.faults]
        new, mark = tuple.__new__, markers.Mark
        for piece, fields, row_start, inline in zip(
            self.pieces, self.marks, row_starts, inlines, strict=True
        ):
            if row_start:
                out.append(row_start)
                length += len(row_start)
            text = piece
            if FORMULA in piece:
                text, fields, live_marks = settled(piece, fields, settler, self._bound_of)  # noqa: PLW2901
                for live, said in live_marks:
                    begin = live.start + length
                    marks.append(new(mark, (begin, live.end + length, live.path, live.tag)))
                    if said:
                        self.printed[begin] = said
            for begin, end, path, tag in fields:
                marks.append(new(mark, (begin + length, end + length, path, tag)))
            out.append(text)
            length += len(text)
            if inline:
                clean, found = markers.strip(inline)
                marks += [mark(length + m.start, length + m.end, m.path, m.tag) for m in found]
                out.append(clean)
                length += len(clean)
        return "".join(out), marks

    def _bound_of(self, number: int, row: int) -> Bound | Saying | None:
        column = self._formula_columns[number]
        return self.bounds.get(cell_key(row, column)) if self.bounds else None

    def _row_starts(self, inlines: Sequence[str]) -> list[str]:
        """For each span the start of the row that begins there, with its height."""
        talls = [Tall(run.first, run.last, run.height) for run in self.runs if run.height]
        for piece, row, tail in self._tails:
            if tall := needed_marked(inlines[piece], tail.fit):
                run = self._tail_runs.get(piece)
                if run is not None:
                    talls.append(Tall(run.first, run.last, tall))
                elif tail.rows is not None:
                    self._areas.append((row, tail.rows, tall))
                else:
                    talls.append(Tall(row, row, tall))
        for row, merged, tall in self._areas:
            first, last = self._merged_rows(row, merged)
            if first:
                talls.append(Tall(first, last, tall))
        attributes = row_attributes(self._plans, self._numbers, self._needs, talls)
        starts = [""] * len(self.pieces)
        for index, plan, number, attribute in zip(
            self._row_pieces, self._plans, self._numbers, attributes, strict=True
        ):
            starts[index] = f"{plan.before}{number}{plan.after}{attribute}"
        return starts

    def _merged_rows(self, row: int, merged: MergedRows) -> tuple[int, int]:
        first, last, loop = merged.first, merged.last, merged.loop
        if loop >= 0:
            return self.rows.within(self.rows.window(loop, row), first, last)
        return self.rows.low(first, last), self.rows.high(first, last)


def _same(values: tuple[object, ...], others: tuple[object, ...]) -> bool:
    """Whether all values read the same."""
    for one, two in zip(values, others, strict=True):
        if one is two:
            continue
        texts = type(one) is type(two) is Words
        if one != two if texts else _read(one) != _read(two):
            return False
    return True


def _read(value: object) -> str:
    return "" if isinstance(value, _UNPRINTABLE) else str(value)
