"""Excel, second half: a compiled workbook and a context become a finished file.

Nothing heavy is imported here; ``xlsx.compile`` makes what this module renders. Cells with tags
become typed cells (numbers with a format that shows the text of the figure, or inline strings),
rows are numbered in one pass, and then everything that names rows follows them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias

from generator.formats import package
from generator.formats.compiled import Rendered
from generator.formats.properties import CORE, Properties, core_xml
from generator.formats.xlsx.calculation import Calculation
from generator.formats.xlsx.calls import FILTERS
from generator.formats.xlsx.cells import WRITER, SheetWriter
from generator.formats.xlsx.compiled import CompiledWorkbook, Worksheet
from generator.formats.xlsx.pieces import Outcome
from generator.formats.xlsx.rows import RowMap
from generator.formats.xlsx.segments import joined
from generator.formats.xlsx.styles import Formats, styles_text
from generator.formats.xlsx.texts import escape
from generator.frozen import frozen
from generator.language import markers
from generator.language.environment import GenEnvironment, make_environment, run
from generator.reserved import NEXT, ROWS, SPAN


@lru_cache(maxsize=1)
def environment() -> GenEnvironment:
    """The sandbox for sheets: compiling and rendering use the same."""
    return make_environment(escape, FILTERS)


def render_xlsx(
    compiled: CompiledWorkbook, context: Mapping[str, object], properties: Properties
) -> Rendered:
    """Fill ``compiled`` with ``context``.

    Raises ``TemplateLimit`` and ``jinja2.TemplateError`` like ``environment.run``.
    """
    formats = Formats(compiled.styles)
    columns = [cell.column for cell in compiled.formulas]
    sheets = {
        part: _render_sheet(sheet, compiled, columns, context, formats)
        for part, sheet in compiled.sheets.items()
    }
    return _finished(compiled, sheets, formats, properties)


#: A row to write: the number of its row in the template, and a value for each of its tags.
Line: TypeAlias = tuple[int, tuple[object, ...]]


def write_lines(
    compiled: CompiledWorkbook, lines: Mapping[int, Iterable[Line]], properties: Properties
) -> Rendered:
    """``compiled`` with ``lines`` for each sheet, as its loops would give them, but told outright.

    For lists of rows by the thousand: nothing is asked of Jinja. Tags fill their cells, each sheet
    has one block of rows at its end.
    """
    formats = Formats(compiled.styles)
    sheets: dict[str, _Sheet] = {}
    for part, sheet in compiled.sheets.items():
        writer = _writer(sheet, compiled, (), formats)
        spans = {span.row.row: number for number, span in enumerate(sheet.spans) if span.row}
        for row, values in lines[sheet.index]:
            writer.span(spans[row], values)
        writer.rows.end_block()
        writer.hear(SPAN * len(writer.pieces))
        sheets[part] = _Sheet((), writer)
    return _finished(compiled, sheets, formats, properties)


def _finished(
    compiled: CompiledWorkbook,
    sheets: Mapping[str, _Sheet],
    formats: Formats,
    properties: Properties,
) -> Rendered:
    writers = {compiled.sheets[part].index: sheet.writer for part, sheet in sheets.items()}
    calculation = Calculation(compiled, writers)
    asides = {index: writer.asides for index, writer in writers.items()}
    texts: dict[str, str] = {}
    marks: dict[str, tuple[markers.Mark, ...]] = {}
    # Rows first, then what shows their values; the workbook tells last whether Excel must compute.
    for part in sorted(
        compiled.parts, key=lambda part: (part == compiled.main, part not in sheets)
    ):
        segments, sheet = compiled.parts[part], sheets.get(part)
        if sheet is None:
            text, found = markers.strip(joined(segments, Outcome(calculation, asides)))
            texts[part], marks[part] = text, tuple(found)
        else:
            outcome = Outcome(calculation, asides, sheet.headers, sheet.writer.runs)
            texts[part], marks[part] = _with_rows(joined(segments, outcome), sheet, calculation)
    parts = {part: texts[part] for part in compiled.parts}
    for names, contents in compiled.copied:
        outcome = Outcome(calculation, asides)
        parts |= zip(names.texts(outcome), contents.texts(outcome), strict=True)
    if compiled.styles:
        parts[compiled.styles.name] = styles_text(compiled.styles, formats.added)
    parts[CORE] = core_xml(properties)
    data = package.write(compiled.static, ((name, text.encode()) for name, text in parts.items()))
    printed = tuple(
        (part, start, said)
        for part, sheet in sheets.items()
        for start, said in sheet.writer.printed.items()
    )
    return Rendered(data, parts, marks, tuple(calculation.remarks.values()), printed)


@frozen
class _Sheet:
    """A sheet between its two passes."""

    headers: Sequence[str]
    writer: SheetWriter


def _render_sheet(
    sheet: Worksheet,
    compiled: CompiledWorkbook,
    columns: Sequence[int],
    context: Mapping[str, object],
    formats: Formats,
) -> _Sheet:
    writer = _writer(sheet, compiled, columns, formats)
    stream, *headers = run(environment(), sheet.code, {**context, WRITER: writer}).split(NEXT)
    writer.hear(stream)
    return _Sheet(headers, writer)


def _writer(
    sheet: Worksheet, compiled: CompiledWorkbook, columns: Sequence[int], formats: Formats
) -> SheetWriter:
    grid = compiled.grids[sheet.index]
    rows = RowMap(sheet.blocks, grid.last, grid.kept)
    keeps = compiled.computes
    return SheetWriter(sheet.prefix, sheet.spans, rows, formats, columns, keeps=keeps)


def _with_rows(
    text: str, sheet: _Sheet, calculation: Calculation
) -> tuple[str, tuple[markers.Mark, ...]]:
    """The finished part of a sheet and all marks in it; ``text`` is what stands around the rows."""
    before, _, after = text.partition(ROWS)
    rows, marks = sheet.writer.assemble(len(before), calculation)
    after, found = markers.strip(after)
    length = len(before) + len(rows)
    marks += [markers.Mark(length + m.start, length + m.end, m.path, m.tag) for m in found]
    return f"{before}{rows}{after}", tuple(marks)
