"""Excel, first half: a template workbook becomes Jinja code and patches.

The output is the template's own XML: only what tags, moving rows or stale values touch is
replaced, so shapes, validations, formats and print setup survive as their author made them.
The steps stand beside this module; nothing outside imports openpyxl.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from jinja2 import TemplateSyntaxError

from generator.content.model import NamedCell
from generator.formats import package
from generator.formats.private import refuse
from generator.formats.properties import neutral_members
from generator.formats.xlsx.compile.attached.asides import gather, patch_relations
from generator.formats.xlsx.compile.attached.boxes import patch_boxes
from generator.formats.xlsx.compile.attached.charts import patch_chart
from generator.formats.xlsx.compile.attached.comments import check_comments, patch_comments
from generator.formats.xlsx.compile.attached.controls import Controls
from generator.formats.xlsx.compile.attached.drawings import patch_drawing, patch_links
from generator.formats.xlsx.compile.attached.forms import Filled, Forms, patch_types
from generator.formats.xlsx.compile.attached.tables import (
    patch_pivot,
    patch_source,
    patch_table,
    read_tables,
)
from generator.formats.xlsx.compile.formulas.book import Book
from generator.formats.xlsx.compile.formulas.cells import CellFormulas, Masters
from generator.formats.xlsx.compile.formulas.grids import read_grid
from generator.formats.xlsx.compile.formulas.names import Names
from generator.formats.xlsx.compile.formulas.outside import Outside
from generator.formats.xlsx.compile.named import bind
from generator.formats.xlsx.compile.opening import Opened, read
from generator.formats.xlsx.compile.parts import DECLARATION, Part, compact
from generator.formats.xlsx.compile.positions import Positions
from generator.formats.xlsx.compile.row_heights import Layout, read_looks
from generator.formats.xlsx.compile.sheet import Sheet
from generator.formats.xlsx.compile.sheet_data import SheetSource
from generator.formats.xlsx.compile.styles import compile_styles, moment_styles
from generator.formats.xlsx.compile.tags import UNPLACED, TagReader, check_merges, short
from generator.formats.xlsx.compile.workbook import (
    blank_strings,
    patch_workbook,
    read_sheets,
)
from generator.formats.xlsx.compile.worksheet import SheetPatches
from generator.formats.xlsx.compiled import CompiledWorkbook, Worksheet
from generator.formats.xlsx.formulas.model import column_number
from generator.formats.xlsx.pieces import Relations
from generator.formats.xlsx.render import environment
from generator.formats.xlsx.segments import ByPlace, Copies, Element, Elements, PerRow, Segments
from generator.formats.xlsx.styles import Styles
from generator.language import statements
from generator.language.environment import compile_source
from generator.language.plain import readable
from generator.problems import Position, Problems
from generator.problems.place import Place
from generator.reading import opc
from generator.reading.opc import TYPES

_MARKUP = re.compile("<[^>]*(?:>|$)")


def compile_xlsx(
    raw: bytes, file: str, problems: Problems, cells: Sequence[NamedCell] = ()
) -> CompiledWorkbook | None:
    """Compile the workbook ``raw``; problems go to ``problems``.

    ``cells``: those that the form set names.

    None means the bytes cannot be used at all; a result without ``sheets`` means its tags can
    be looked at, but not rendered.
    """
    opened = read(raw, file, problems)
    return None if opened is None else _Compiler(opened, file, problems, cells).compile()


class _Compiler:
    """The steps of compiling one workbook, in order."""

    def __init__(
        self, opened: Opened, file: str, problems: Problems, cells: Sequence[NamedCell]
    ) -> None:
        self._cells = cells
        self._book = book = opened.book
        self._left = opened.left
        self._file = file
        self._problems = problems
        self._reader = TagReader(file, problems)
        self._dynamic: dict[str, Segments] = {}
        #: Whether charts or controls show what cells hold.
        self._showing = False
        self._forms: dict[int, Forms] = {}
        #: Names and contents of the parts that are there for each copy of a row.
        self._copied: dict[str, tuple[PerRow, PerRow]] = {}
        self._sheets: dict[str, Worksheet] = {}
        self._styles: set[int] = set()
        styles = book.one("styles")
        self._looks = read_looks(styles)
        self._moments = moment_styles(styles) if styles else {}
        if book.from_1904:  # days of the content would be others there
            self._moments = dict.fromkeys(self._moments, "times")

    def compile(self) -> CompiledWorkbook:
        book = self._book
        book.drop(("calcChain",), book.main)
        book.drop(("custom-properties",), "")
        names, sheets = read_sheets(book)
        bind(self._cells, book.parts[book.main], sheets, self._reader)
        for sheet in sheets:
            gather(book, sheet, self._reader)
            self._reader.read_sheet(sheet)
            check_merges(sheet, self._reader)
        if refuse(book.written, self._file, Positions(book, sheets), self._problems):
            self._reader.failed = True
        moving = {sheet.index: sheet for sheet in sheets if sheet.blocks}
        self._moving = Book(
            names,
            {index: sheet.loops for index, sheet in moving.items()},
            {index: sheet.controls for index, sheet in moving.items()},
            frozenset(sheet.index for sheet in sheets),
        )
        self._moving.tables = read_tables(book, sheets)
        self._formulas = CellFormulas(self._moving, self._reader)
        self._outside = Outside(self._moving, self._reader)
        self._names = Names(self._moving, self._outside, book.parts[book.main])
        filled = _filled(sheets)
        for sheet in sheets:
            controls = Controls(book, sheet, self._outside, self._names)
            forms = Forms(controls, filled, moving=sheet.index in moving)
            self._showing |= forms.check(self._reader)
            self._forms[sheet.index] = forms
        if not self._reader.failed:
            # Which loops count their passes is known when all references have been read.
            for source in [source for sheet in sheets if (source := self._sheet(sheet))]:
                self._code(*source)
        if not self._reader.failed:
            self._others(sheets)
            blank_strings(book)
            self._check_leftovers(sheets)
        if self._reader.failed:
            return self._result(None, sheets)
        styles_part = book.one("styles")
        styles = compile_styles(styles_part, self._styles) if styles_part else None
        return self._result(styles, sheets)

    def _sheet(self, sheet: Sheet) -> tuple[Sheet, SheetSource] | None:
        masters = Masters(sheet.rows)
        forms = self._forms[sheet.index]
        patches = SheetPatches(self._moving, forms, masters, self._formulas, self._outside)
        if not sheet.rendered:
            self._keep(sheet.part, patches.segments(rendered=False))
            return None
        layout = Layout(self._looks, sheet)
        source = SheetSource(
            self._moving, sheet, self._reader, masters, layout, self._formulas, self._moments
        )
        # What merges by value is known only now.
        patches = SheetPatches(self._moving, forms, masters, self._formulas, self._outside)
        self._keep(sheet.part, patches.segments(rendered=True))
        return sheet, source

    def _code(self, sheet: Sheet, source: SheetSource) -> None:
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
        )

    def _keep(self, part: Part, segments: Segments) -> None:
        """Note the patched XML of a part, if anything in it changed."""
        if len(segments) > 1 or not isinstance(segments[0], str):
            self._dynamic[part.name] = segments
        elif segments[0] != DECLARATION + part.data.decode():
            self._book.replace(part.name, segments[0])

    def _others(self, sheets: Sequence[Sheet]) -> None:
        """Everything that is not a sheet: the workbook, and what hangs on sheets."""
        book = self._book
        main = book.parts[book.main]
        self._keep(main, patch_workbook(main, self._names, formulas=bool(self._formulas.compiled)))
        if not self._moving.loops and not self._sheets:
            return
        for sheet in sheets:
            for kind, target in book.related(sheet.part.name):
                self._belonging(sheet, kind, target)
            relations = book.relations_of(sheet.part.name)
            if relations:
                self._keep(relations, patch_relations(relations, self._forms[sheet.index]))
        if self._copied:
            types = book.parts[TYPES]
            self._keep(types, patch_types(types, self._forms.values()))
        places = self._places(sheets)
        for name, part in list(book.parts.items()):
            kind = book.types.get(name, "")
            if "drawingml.chart+xml" in kind or "chartex+xml" in kind:
                self._showing = True
                self._keep(part, patch_chart(part, self._outside, places.get(name)))
            elif "pivotCacheDefinition" in kind:
                self._keep(part, patch_source(part, self._moving, self._outside))

    def _places(self, sheets: Sequence[Sheet]) -> dict[str, Place]:
        """The sheet of each part that hangs on one, itself or by its drawing."""
        found: dict[str, Place] = {}
        for sheet in sheets:
            for _, member in self._book.related(sheet.part.name):
                found[member] = sheet.place
                for _, inner in self._book.related(member):
                    found[inner] = sheet.place
        return found

    def _belonging(self, sheet: Sheet, kind: str, target: str) -> None:
        book, forms = self._book, self._forms[sheet.index]
        moving = forms.moving
        if kind in ("comments", "threadedComment") and target in book.parts:
            self._comments(sheet, book.parts[target], moving=moving)
        elif target in forms.controls.old and (moving or forms.controls.all):
            part = forms.controls.old[target]
            self._keep(part, patch_boxes(part, forms))
        elif kind == "ctrlProp" and target in book.parts:
            self._control(forms, book.parts[target])
        elif self._moving.loops and target in book.parts:
            self._attached(sheet, kind, book.parts[target], moving=moving)

    def _control(self, forms: Forms, part: Part) -> None:
        """The part of a control, or its copies."""
        if (copies := forms.copied(part)) is not None:
            self._copied[part.name] = copies
        else:
            control = forms.controls.of[id(part)]
            whole = forms.of(control, part).whole(part.root)
            self._keep(part, compact([DECLARATION, whole]))

    def _comments(self, sheet: Sheet, part: Part, *, moving: bool) -> None:
        if moving:
            check_comments(part, sheet, self._reader)
        if moving or sheet.asides:
            self._keep(part, patch_comments(part, sheet))

    def _attached(self, sheet: Sheet, kind: str, part: Part, *, moving: bool) -> None:
        outside, index = self._outside, sheet.index
        if kind == "drawing":
            self._keep(part, patch_drawing(part, outside, self._forms[index]))
            if (links := self._book.relations_of(part.name)) is not None:
                self._keep(links, patch_links(links, outside, self._forms[index]))
        elif kind == "table":
            self._keep(part, patch_table(part, sheet, outside, moving=moving))
        elif kind == "pivotTable" and moving:
            self._keep(part, patch_pivot(part, sheet))

    def _check_leftovers(self, sheets: Sequence[Sheet]) -> None:
        """Tags where gen does not look would reach the reader as they are."""
        titles = {sheet.part.name: sheet.title for sheet in sheets}
        places = self._places(sheets)
        old = (part for forms in self._forms.values() for part in forms.controls.old.values())
        told: set[tuple[Place | None, str]] = set()
        for part in (*self._book.parts.values(), *old):
            name = opc.source_of(part.name) if part.name.endswith(".rels") else part.name
            found = UNPLACED.search(text := self._left_in(part))
            # A control is told in several parts.
            if found and (places.get(name), found[0]) not in told:
                told.add((places.get(name), found[0]))
                # Editors cut a text into runs where they like.
                sample = short(_MARKUP.sub("", text[found.start() : found.start() + 600]))
                where = f"工作表“{titles[name]}”的设置" if name in titles else _where(name)
                at = Position(self._file, place=places.get(name))
                self._reader.add("T263", at, where=where, text=sample)

    def _left_in(self, part: Part) -> str:
        """The XML of a part that is there whatever is rendered."""
        if part.name in self._copied:
            return "".join(_flat(self._copied[part.name]))
        segments = self._dynamic.get(part.name)
        if part.root.local == "Relationships":
            filled = any(isinstance(one, Relations) for one in segments or ())
            kept = () if filled else part.root.children
            return "".join(readable(one.get("Target")) for one in kept)
        return part.data.decode() if segments is None else "".join(_flat(segments))

    def _result(self, styles: Styles | None, sheets: Sequence[Sheet]) -> CompiledWorkbook:
        formulas = self._formulas.compiled
        computes = bool(formulas) or self._showing
        rendered = {*self._dynamic, *self._copied, *([styles.name] if styles else [])}
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
            copied=tuple(self._copied.values()),
            styles=styles,
            left=self._left,
            titles=tuple(self._moving.names),
            grids={sheet.index: read_grid(sheet, values=computes) for sheet in sheets},
            formulas=tuple(formulas),
            names=self._names.formulas,
            computes=computes,
            main=self._book.main,
        )


def _filled(sheets: Sequence[Sheet]) -> Filled:
    """What tells whether a tag or a formula fills a cell."""

    def filled(sheet: int, row: int, column: int) -> bool:
        rows = (r for one in sheets if one.index == sheet for r in one.rows if r.number == row)
        cells = (cell for r in rows for cell in r.cells if column_number(cell.column) == column)
        return any(cell.tags or cell.formula is not None for cell in cells)

    return filled


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
        elif isinstance(segment, Copies | PerRow | ByPlace):
            yield from (piece for piece in segment.pieces if isinstance(piece, str))
