"""Excel, second half: a compiled workbook and a context become a finished file.

Nothing heavy is imported here; ``xlsx_compile`` makes what this module renders. Cells with tags
become typed cells (numbers with a format that shows the text of the figure, or inline strings),
rows are numbered in one pass, and then everything that names rows follows them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from types import CodeType
from typing import Any

from generator.formats import package
from generator.formats.compiled import Compiled, Rendered
from generator.formats.properties import CORE, Properties, core_xml
from generator.formats.xlsx.cells import FILTERS, NEXT, WRITER, SheetWriter
from generator.formats.xlsx.numbers import Formats, escape, styles_text
from generator.formats.xlsx.rows import Formula, RowMap
from generator.formats.xlsx.segments import ROWS, Place, joined, settled
from generator.frozen import frozen
from generator.language import markers
from generator.language.environment import GenEnvironment, make_environment, run


@lru_cache(maxsize=1)
def environment() -> GenEnvironment:
    """The sandbox for sheets: compiling and rendering use the same."""
    return make_environment(escape, FILTERS)


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
        if sheet is None:
            parts[part], marks[part] = joined(segments, Place(maps)), ()
        else:
            text = joined(segments, Place(maps, sheet.headers, sheet.writer.runs))
            parts[part], marks[part] = _with_rows(text, sheet, maps)
    if styles:
        parts[styles["part"]] = styles_text(styles, formats.added)
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


def _render_sheet(
    code: CodeType, plan: Mapping[str, Any], context: Mapping[str, object], formats: Formats
) -> _Sheet:
    writer = SheetWriter(plan["prefix"], plan["spans"], RowMap(plan["blocks"]), formats)
    stream, *headers = run(environment(), code, {**context, WRITER: writer}).split(NEXT)
    return _Sheet(stream, headers, plan["formulas"], writer)


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
