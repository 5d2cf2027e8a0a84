"""Excel, second half: a compiled workbook and a context become a finished file.

Nothing heavy is imported here; ``xlsx.compile`` makes what this module renders. Cells with tags
become typed cells (numbers with a format that shows the text of the figure, or inline strings),
rows are numbered in one pass, and then everything that names rows follows them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache, partial

from generator.formats import package
from generator.formats.compiled import Rendered
from generator.formats.properties import CORE, Properties, core_xml
from generator.formats.xlsx.cells import FILTERS, WRITER, SheetWriter
from generator.formats.xlsx.compiled import CompiledWorkbook, Worksheet
from generator.formats.xlsx.rows import Formula, RowMap
from generator.formats.xlsx.segments import Outcome, joined, settled
from generator.formats.xlsx.styles import Formats, styles_text
from generator.formats.xlsx.texts import escape
from generator.frozen import frozen
from generator.language import markers
from generator.language.environment import GenEnvironment, make_environment, run
from generator.reserved import NEXT, ROWS


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
    sheets = {
        part: _render_sheet(sheet, context, formats) for part, sheet in compiled.sheets.items()
    }
    maps = {compiled.sheets[part].index: rendered.writer.rows for part, rendered in sheets.items()}
    parts: dict[str, str] = {}
    marks: dict[str, tuple[markers.Mark, ...]] = {}
    for part, segments in compiled.parts.items():
        sheet = sheets.get(part)
        if sheet is None:
            parts[part], marks[part] = joined(segments, Outcome(maps)), ()
        else:
            text = joined(segments, Outcome(maps, sheet.headers, sheet.writer.runs))
            parts[part], marks[part] = _with_rows(text, sheet, maps)
    if compiled.styles:
        parts[compiled.styles.name] = styles_text(compiled.styles, formats.added)
    parts[CORE] = core_xml(properties)
    data = package.write(compiled.static, ((name, text.encode()) for name, text in parts.items()))
    return Rendered(data, parts, marks)


@frozen
class _Sheet:
    """A sheet between its two passes."""

    stream: str
    headers: Sequence[str]
    formulas: Sequence[Formula]
    writer: SheetWriter


def _render_sheet(sheet: Worksheet, context: Mapping[str, object], formats: Formats) -> _Sheet:
    writer = SheetWriter(sheet.prefix, sheet.spans, RowMap(sheet.blocks), formats)
    stream, *headers = run(environment(), sheet.code, {**context, WRITER: writer}).split(NEXT)
    return _Sheet(stream, headers, sheet.formulas, writer)


def _with_rows(
    text: str, sheet: _Sheet, maps: Mapping[int, RowMap]
) -> tuple[str, tuple[markers.Mark, ...]]:
    """The finished part of a sheet and all marks in it; ``text`` is what stands around the rows."""
    finish = partial(settled, formulas=sheet.formulas, maps=maps) if sheet.formulas else None
    before, _, after = text.partition(ROWS)
    rows, marks = sheet.writer.assemble(len(before), sheet.stream, finish)
    after, found = markers.strip(after)
    length = len(before) + len(rows)
    marks += [markers.Mark(length + m.start, length + m.end, m.path, m.tag) for m in found]
    return f"{before}{rows}{after}", tuple(marks)
