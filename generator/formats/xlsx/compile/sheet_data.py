"""The rows of a sheet as Jinja source and spans of ready-made cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from xml.sax.saxutils import escape as escape_text

from openpyxl.utils import column_index_from_string

from generator.formats.xlsx.cells import CHOICE, WRITER
from generator.formats.xlsx.compile.formulas.book import Book
from generator.formats.xlsx.compile.formulas.cells import CellFormulas, Masters
from generator.formats.xlsx.compile.parts import Node, attributes_text
from generator.formats.xlsx.compile.row_heights import Layout
from generator.formats.xlsx.compile.sheet import Aside, Cell, Row, Sheet
from generator.formats.xlsx.compile.tags import TagReader
from generator.formats.xlsx.compile.values import (
    LIVE,
    cell_parts,
    literal,
    mixed_value,
    plain_text,
    regrouped,
    split_formula,
    split_merge,
    whole_value,
)
from generator.formats.xlsx.compiled import Fit, Merged, MergedRows, RowPlan, Span, Tail, ValueCell
from generator.formats.xlsx.rows import LAST_ROW, Area
from generator.formats.xlsx.styles import style_attribute
from generator.formats.xlsx.texts import escape_attribute
from generator.language import markers
from generator.language.plain import quoted
from generator.language.tags import TAG, Tag
from generator.reserved import FORMULA, FORMULA_END, GRAFT_END, NEXT, NUMBER


class SheetSource:
    """Writes the rows of one rendered sheet as Jinja source and spans (see ``SheetWriter``).

    Whatever needs no Jinja of its own (cells with one value, cells without tags) is gathered
    into spans: one filter call, most often one for a whole row.
    """

    def __init__(
        self,
        book: Book,
        sheet: Sheet,
        reader: TagReader,
        masters: Masters,
        layout: Layout,
        formulas: CellFormulas,
        moments: Mapping[int, str],
    ) -> None:
        self.spans: list[Span] = []
        self._formulas = formulas
        self._moments = moments
        self._of_span: list[int] = []
        self.styles: set[int] = set()
        self._book = book
        self._sheet = sheet
        self._reader = reader
        self._masters = masters
        self._layout = layout
        self._merging = self._find_merging()
        self._source: list[str | tuple[str, int]] = []
        self._row_begins: RowPlan | None = None
        self._cells: list[ValueCell] = []
        self._values: list[str] = []
        self._before: list[str] = []
        self._write()

    def source(self) -> str:
        """The whole template: rows, then header and footer texts.

        Loops announce their passes only where a formula or merged range asks for them.
        """
        used = self._book.used
        return "".join(
            part
            if isinstance(part, str)
            else f"{{{{ {part[1]}|{part[0]}({WRITER}) }}}}"
            if (self._sheet.index, part[1]) in used
            else ""
            for part in self._source
        )

    def _write(self) -> None:
        for row in self._all_rows():
            if row.control:
                self._control(*row.control, row.number)
            else:
                self._row(row)
        for node, tags in self._sheet.headers:
            self._source += (NEXT, self._header(node, tags))

    def _all_rows(self) -> Iterator[Row]:
        """The rows of the sheet, and in blocks also those that it leaves out."""
        blocks = iter([*self._sheet.blocks, (LAST_ROW, LAST_ROW)])
        first, last = next(blocks)
        previous = 0
        for row in self._sheet.rows:
            while row.number > last:
                first, last = next(blocks)
            if first < row.number <= last:
                yield from (Row(number) for number in range(max(previous, first) + 1, row.number))
            previous = row.number
            yield row

    def _control(self, number: int, tag: Tag, row: int) -> None:
        loop = self._sheet.loop_of.get(row, -1)
        self._source.append(f"{{% {tag.body} %}}")
        if loop >= 0:
            self._source.append(
                (
                    "_begin_pass" if self._reader.statements[number].word == "for" else "_end_loop",
                    loop,
                )
            )
        if any(row == last for _, last in self._sheet.blocks):
            self._source.append(f"{{{{ {WRITER}|_end_block }}}}")

    def _flush(self, tail: Tail | None = None, text: int = 0) -> None:
        """Close the span that is being gathered.

        ``tail`` is how the text behind it wraps, ``text`` the column of that text.
        """
        arguments = "".join(f", {value}" for value in self._values)
        self._source.append(f"{{{{ {len(self.spans)}|_span({WRITER}{arguments}) }}}}")
        cells = tuple(self._cells)
        after, formulas = "".join(self._before), tuple(self._of_span)
        self.spans.append(Span(self._row_begins, cells, after, tail, text, formulas))
        self._row_begins, self._cells, self._values, self._before = None, [], [], []
        self._of_span = []

    def _row(self, row: Row) -> None:
        name = row.node.name if row.node else f"{self._sheet.prefix}row"
        attributes = {} if row.node is None else row.node.attributes
        fitted = any(cell.tags and self._fit(cell)[0] for cell in row.cells)
        height = self._layout.row(row, fitted=fitted)
        kept = attributes_text(attributes, {"r", "spans", "ht", "customHeight"})
        self._row_begins = RowPlan(row.number, f'<{name} r="', f'"{kept}', *height)
        self._before.append(">")
        for cell in row.cells:
            self._cell(cell)
        self._before.append(f"</{name}>")
        self._flush()
        for aside in self._sheet.asides.get(row.number, ()):
            start = f"{{{{ {aside.number}|_aside({WRITER}) }}}}"
            self._source += (start, self._beside(aside), GRAFT_END)

    def _beside(self, aside: Aside) -> str:
        """A text beside a cell as Jinja source."""
        if aside.what == "note":
            return self._inline(aside.cell, aside.prefix)
        if aside.what == "said":
            return self._text(cell_parts(aside.cell))
        way = "_address" if aside.what == "target" else "_attribute"
        plain = quoted if aside.what == "target" else escape_attribute
        out: list[str] = []
        for part in cell_parts(aside.cell):
            if isinstance(part, str):
                out.append(literal(plain(part)))
            elif part[1].prints:
                number, tag = part
                out.append(f"{markers.tag_marker(number)}{{{{ ({tag.body}\n)|{way} }}}}")
            elif not part[1].text.startswith("{#"):
                out.append(f"{{% {part[1].body} %}}")
        return "".join(out)

    def _cell(self, cell: Cell) -> None:
        name = cell.node.name
        self._before.append(f'<{name} r="{cell.column}')
        if cell.tags and (typed := self._bind(cell) or whole_value(cell)) is not None:
            self._value(cell, typed)
            return
        self._before.append(f'{NUMBER}"')
        if cell.tags:
            self._mixed(cell)
            return
        if cell.formula is not None:
            self._formula(cell)
            return
        self._before.append(attributes_text(cell.node.attributes, {"r"}))
        raw = self._sheet.part.raw(cell.node.inner, cell.node.inner_end)
        self._before.append(f">{raw}</{name}>" if raw else "/>")

    def _bind(self, cell: Cell) -> tuple[int, str] | None:
        """Values of the cell that are to be live by a formula tell which one.

        Where more stands beside them, the tag and the expression of the whole.
        """
        if cell.named:
            number, tag = cell.tags[0]
            formula = self._formulas.of_cell(self._sheet, cell, self._masters)
            if cell.where in self._merging or LIVE.search(tag.body) or formula < 0:
                self._reader.add("T277", tag.at, tag=tag.text)
            return number, f"({tag.body})|_bound({formula})"
        asking = [tag for _, tag in cell.tags if tag.prints and LIVE.search(tag.body)]
        if not asking:
            return None
        tags: list[tuple[int, Tag]] = []
        said: dict[int, tuple[str, int]] = {}
        merge = self._merging.get(cell.where)
        wrong = False
        for number, tag in cell.tags:
            body = (split_merge(tag.body) or (tag.body, None))[0]
            split = split_formula(body) if tag in asking else None
            wrong = wrong or (tag in asking and split is None)
            said[number] = body, -1
            if split is not None:
                formula = self._formulas.bound(
                    self._sheet, cell, split[1], joined=merge is not None
                )
                said[number] = split[0], formula
                tag = Tag(f"{{{{ {split[0]}|_bound({formula}) }}}}", tag.at)  # noqa: PLW2901
            tags.append((number, tag))
        cell.tags = tags
        whole = whole_value(cell)
        mixed = mixed_value(cell, said) if whole is None else None
        if wrong or (whole is None and mixed is None):
            self._reader.add("T277", asking[0].at, tag=asking[0].text)
        elif merge is not None and mixed is not None:
            # What stands beside the value that merges does not part its rows.
            self._merging[cell.where] = mixed[1], f"({merge[0]}), {merge[1]}", merge[2]
        elif merge is not None:
            self._merging[cell.where] = tags[0][1].body, *merge[1:]
        return mixed

    def _formula(self, cell: Cell) -> None:
        """A formula waits for the rows of all sheets."""
        self._before.append(attributes_text(cell.node.attributes, {"r", "t"}))
        number = self._formulas.of_cell(self._sheet, cell, self._masters)
        if number < 0:
            node = cell.formula
            assert node is not None
            raw = self._sheet.part.raw(node.start, node.end)
            self._before.append(f">{raw}</{cell.node.name}>")
            return
        self._before.append(f"{FORMULA}{number},{NUMBER}{FORMULA_END}")
        self._of_span.append(number)

    def _fit(self, cell: Cell) -> tuple[Fit | None, MergedRows | None]:
        return self._layout.fit(cell, joined=cell.where in self._merging)

    def _mixed(self, cell: Cell) -> None:
        """A cell with tags and more, behind its reference."""
        style = style_attribute(cell.style)
        if all(tag.text.startswith("{#") for _, tag in cell.tags) and not plain_text(cell).strip():
            self._before.append(f"{style}/>")
            return
        prefix = self._sheet.prefix
        start, end = f'{style} t="inlineStr"><{prefix}is>', f"</{prefix}is></{cell.node.name}>"
        merge = self._merging.get(cell.where)
        fit, rows = self._fit(cell)
        tail = Tail(fit, rows) if fit else None
        if merge is None:
            self._before.append(start)
            self._flush(tail, column_index_from_string(cell.column))
            self._source.append(self._inline(cell, prefix))
            self._before.append(end)
            return
        self._flush(tail, column_index_from_string(cell.column))
        expression, parents, place = merge
        filled = f"{literal(start)}{self._inline(cell, prefix)}{literal(end)}"
        where = f"{place.left!r}, {place.right!r}, {place.rows}"
        begins = f"(({expression}), {parents})|_begins({WRITER}, {where})"
        self._source.append(f"{{% if {begins} %}}{filled}{{% else %}}{style}/>{{% endif %}}")

    def _value(self, cell: Cell, typed: tuple[int, str]) -> None:
        """A cell that is one value: the number of its tag, and the expression."""
        number, value = typed
        merge = self._merging.get(cell.where)
        self.styles.add(cell.style)
        place = None
        if merge is not None:
            value, place = f"(({merge[0]}), {merge[1]})", merge[2]
        elif number != CHOICE and (shows := self._moments.get(cell.style)):
            value = f"{value}|_{shows}"
        before, column = "".join(self._before), column_index_from_string(cell.column)
        self._cells.append(ValueCell(before, column, number, cell.style, place, *self._fit(cell)))
        self._values.append(value)
        self._before = []

    def _find_merging(self) -> dict[str, tuple[str, str, Merged]]:
        """Cells printed through 合并 → expression, parents, place.

        A static merged range that such a cell heads is part of it.
        """
        areas = {f"{area.left}{area.top}": area for area in self._sheet.merged}
        controls = [row.number for row in self._sheet.rows if row.control]
        merging: dict[str, tuple[str, str, Merged]] = {}
        for cell in (cell for row in self._sheet.rows for cell in row.cells):
            printed = [(tag, split_merge(tag.body)) for _, tag in cell.tags if tag.prints]
            used = [(tag, split) for tag, split in printed if not split or split[1] is not None]
            for index, (tag, split) in enumerate(used):
                if split is None or index:
                    self._reader.add("T264", tag.at, tag=tag.text)
                    continue
                alone = Area(cell.column, cell.row, cell.column, cell.row)
                area = areas.get(cell.where, alone)
                held = sum(area.top <= row <= area.bottom for row in controls)
                place = Merged(area.left, area.right, area.bottom - area.top + 1 - held)
                merging[cell.where] = (split[0], split[1] or "", place)
        self._sheet.merging = set(merging)
        return merging

    def _inline(self, cell: Cell, prefix: str) -> str:
        """Text and tags as runs; a tag belongs to the run in which it begins."""
        runs = regrouped(cell)
        pieces = [(look, self._text(parts)) for look, parts in runs]
        if len(pieces) == 1 and not pieces[0][0]:
            return f'<{prefix}t xml:space="preserve">{pieces[0][1]}</{prefix}t>'
        return "".join(
            f'<{prefix}r>{literal(look)}<{prefix}t xml:space="preserve">{text}</{prefix}t>'
            f"</{prefix}r>"
            for look, text in pieces
        )

    def _text(self, parts: Sequence[str | tuple[int, Tag]], *, header: bool = False) -> str:
        out: list[str] = []
        trim = False
        for index, part in enumerate(parts):
            if isinstance(part, str):
                following = parts[index + 1] if index + 1 < len(parts) else ""
                text = part.lstrip() if trim else part
                if isinstance(following, tuple) and following[1].text[2:3] == "-":
                    text = text.rstrip()
                out.append(literal(escape_text(text)))
                trim = False
                continue
            number, tag = part
            trim = tag.text[-3:-2] == "-"
            if tag.prints:
                split = split_merge(tag.body)
                body = f"({tag.body})|_header" if header else split[0] if split else ""
                out.append(f"{markers.tag_marker(number)}{{{{ {body} }}}}")
            elif not tag.text.startswith("{#"):
                out.append(f"{{% {tag.body} %}}")
        return "".join(out)

    def _header(self, node: Node, tags: Sequence[tuple[int, Tag]]) -> str:
        parts: list[str | tuple[int, Tag]] = []
        position = 0
        for (number, tag), match in zip(tags, TAG.finditer(node.text), strict=True):
            text = node.text[position : match.start()]
            # A font size (&12) would swallow the digits of a value behind it.
            parts.append(text + " " if re.search(r"&\d+$", text) else text)
            parts.append((number, tag))
            position = match.end()
        parts.append(node.text[position:])
        return self._text(parts, header=True)
