"""Excel, first half: a template workbook becomes Jinja code and patches.

The output is the template's own XML: only what tags, moving rows or stale values touch is
replaced, so shapes, validations, formats and print setup survive as their author made them.
The steps stand beside this module; nothing outside imports openpyxl.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from jinja2 import TemplateSyntaxError

from generator.formats import package
from generator.formats.private import refuse
from generator.formats.properties import neutral_members
from generator.formats.xlsx.compile.drawings import patch_comments, patch_drawing, patch_notes
from generator.formats.xlsx.compile.formulas import Book
from generator.formats.xlsx.compile.opening import Opened, read
from generator.formats.xlsx.compile.parts import DECLARATION, BadPart, Part, read_part
from generator.formats.xlsx.compile.positions import Positions
from generator.formats.xlsx.compile.row_heights import Layout, read_looks
from generator.formats.xlsx.compile.sheet import Sheet
from generator.formats.xlsx.compile.sheet_data import SheetSource
from generator.formats.xlsx.compile.styles import compile_styles
from generator.formats.xlsx.compile.tables import patch_formulas, patch_table
from generator.formats.xlsx.compile.tags import UNPLACED, TagReader, check_merges
from generator.formats.xlsx.compile.workbook import (
    blank_strings,
    patch_workbook,
    read_sheets,
)
from generator.formats.xlsx.compile.worksheet import Masters, SheetPatches
from generator.formats.xlsx.compiled import CompiledWorkbook, Worksheet
from generator.formats.xlsx.render import environment
from generator.formats.xlsx.segments import Copies, Element, Elements, Segments
from generator.formats.xlsx.styles import Styles
from generator.language import statements
from generator.language.environment import compile_source
from generator.problems import Position, Problems


def compile_xlsx(raw: bytes, file: str, problems: Problems) -> CompiledWorkbook | None:
    """Compile the workbook ``raw``; problems go to ``problems``.

    None means the bytes cannot be used at all; a result without ``sheets`` means its tags can
    be looked at, but not rendered.
    """
    opened = read(raw, file, problems)
    return None if opened is None else _Compiler(opened, file, problems).compile()


class _Compiler:
    """The steps of compiling one workbook, in order."""

    def __init__(self, opened: Opened, file: str, problems: Problems) -> None:
        self._book = book = opened.book
        self._left = opened.left
        self._file = file
        self._problems = problems
        self._reader = TagReader(file, problems)
        self._dynamic: dict[str, Segments] = {}
        self._sheets: dict[str, Worksheet] = {}
        self._styles: set[int] = set()
        self._looks = read_looks(book.one("styles"))

    def compile(self) -> CompiledWorkbook:
        book = self._book
        book.drop(("calcChain",), book.main)
        book.drop(("custom-properties",), "")
        names, sheets = read_sheets(book)
        for sheet in sheets:
            self._reader.read_sheet(sheet)
            check_merges(sheet, self._reader)
        if refuse(book.written, self._file, Positions(book, sheets), self._problems):
            self._reader.failed = True
        moving = Book(names, {sheet.index: sheet.loops for sheet in sheets if sheet.blocks})
        if not self._reader.failed:
            for sheet in sheets:
                self._sheet(moving, sheet)
        if not self._reader.failed:
            self._others(moving, sheets)
            blank_strings(book)
            self._check_leftovers(sheets)
        if self._reader.failed:
            return self._result(None)
        styles_part = book.one("styles")
        styles = compile_styles(styles_part, self._styles) if styles_part else None
        return self._result(styles)

    def _sheet(self, moving: Book, sheet: Sheet) -> None:
        masters = Masters(sheet.rows)
        if not sheet.rendered:
            self._keep(sheet.part, SheetPatches(moving, sheet, masters).segments(rendered=False))
            return
        layout = Layout(self._looks, sheet)
        source = SheetSource(moving, sheet, self._reader, masters, layout)
        segments = SheetPatches(moving, sheet, masters).segments(rendered=True)
        if self._reader.failed:
            return
        try:
            code = compile_source(environment(), source.source(), sheet.part.name)
        except TemplateSyntaxError as error:
            self._reader.failed = True
            # A wording that does not exist is for the lint, which knows its place.
            if "No filter named" not in (error.message or ""):
                at = Position(self._file, place=sheet.place)
                reason = statements.in_chinese(error.message or "", "")
                self._reader.add("T200", at, message=reason)
            return
        self._styles |= source.styles
        self._sheets[sheet.part.name] = Worksheet(
            code=code,
            index=sheet.index,
            prefix=sheet.prefix,
            blocks=tuple(sheet.blocks),
            spans=tuple(source.spans),
            formulas=tuple(source.formulas),
        )
        self._keep(sheet.part, segments)

    def _keep(self, part: Part, segments: Segments) -> None:
        """Note the patched XML of a part, if anything in it changed."""
        if len(segments) > 1 or not isinstance(segments[0], str):
            self._dynamic[part.name] = segments
        elif segments[0] != DECLARATION + part.data.decode():
            self._book.replace(part.name, segments[0])

    def _others(self, moving: Book, sheets: Sequence[Sheet]) -> None:
        """Everything that is not a sheet: the workbook, and what hangs on moving sheets."""
        book = self._book
        formulas = any(cell.formula for sheet in sheets for row in sheet.rows for cell in row.cells)
        main = book.parts[book.main]
        self._keep(main, patch_workbook(main, moving, recalculate=formulas))
        if not moving.loops:
            return
        for sheet in sheets:
            if sheet.blocks:
                for kind, target in book.related(sheet.part.name):
                    self._belonging(moving, sheet.index, kind, target)
        for name, part in list(book.parts.items()):
            kind = book.types.get(name, "")
            if "chart+xml" in kind or "pivotCacheDefinition" in kind:
                self._keep(part, patch_formulas(part, moving, ("f",)))

    def _belonging(self, moving: Book, sheet: int, kind: str, target: str) -> None:
        book = self._book
        if kind == "vmlDrawing" and target in book.members:
            try:
                part = read_part(target, book.members[target])
            except BadPart:
                return  # old editors write VML that is no XML: boxes stay where they were
            self._keep(part, patch_notes(part, sheet))
        elif target not in book.parts:
            return
        elif kind == "drawing":
            self._keep(book.parts[target], patch_drawing(book.parts[target], sheet))
        elif kind in ("comments", "threadedComment"):
            self._keep(book.parts[target], patch_comments(book.parts[target], sheet))
        elif kind == "table":
            self._keep(book.parts[target], patch_table(book.parts[target], moving, sheet))

    def _check_leftovers(self, sheets: Sequence[Sheet]) -> None:
        """Tags where gen does not look would reach the reader as they are."""
        titles = {sheet.part.name: sheet.title for sheet in sheets}
        for name in self._book.parts:
            segments = self._dynamic.get(name)
            text = (
                "".join(_flat(segments))
                if segments is not None
                else self._book.parts[name].data.decode()
            )
            if found := UNPLACED.search(text):
                sample = re.sub("<.*", "", text[found.start() : found.start() + 60], flags=re.S)
                where = f"工作表“{titles[name]}”的设置" if name in titles else _where(name)
                self._reader.add("T263", Position(self._file), where=where, text=sample)

    def _result(self, styles: Styles | None) -> CompiledWorkbook:
        rendered = {*self._dynamic, *([styles.name] if styles else [])}
        static = {
            name: data
            for name, data in neutral_members(self._book.members).items()
            if name not in rendered
        }
        return CompiledWorkbook(
            static=package.static_block(static),
            tags=tuple(self._reader.tags),
            statements=tuple(self._reader.statements),
            sheets={} if self._reader.failed else self._sheets,
            parts=self._dynamic,
            styles=styles,
            left=self._left,
        )


_PLACES = {
    "comments": "批注",
    "threadedComments": "批注",
    "drawings": "图形",
    "charts": "图表",
    "tables": "表格标题",
    "workbook": "名称",
}


def _where(name: str) -> str:
    return next((place for key, place in _PLACES.items() if key in name), name)


def _flat(segments: Iterable[object]) -> Iterator[str]:
    """The XML of a part, in order, that is there whatever is rendered."""
    for segment in segments:
        if isinstance(segment, str):
            yield segment
        elif isinstance(segment, Element):
            yield from _flat(segment.segments)
        elif isinstance(segment, Elements):
            yield from _flat((segment.start, *segment.items, segment.end))
        elif isinstance(segment, Copies):
            yield from segment.pieces
