"""The tags of a workbook: collected in document order, each checked for its place."""

from __future__ import annotations

import re
from collections.abc import Sequence

from generator.formats.xlsx.compile.loops import add_loop
from generator.formats.xlsx.compile.sheet import Row, Sheet, covered_by
from generator.formats.xlsx.render import environment
from generator.language import blocks, statements
from generator.language.blocks import Block
from generator.language.statements import Statement
from generator.language.tags import TAG, Tag, loses_control
from generator.problems import Position, Problems, Severity, problem
from generator.problems.place import Square
from generator.reading.excel import page_place

_HALF = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
_FULL = re.compile(r"[{｛]\s?[｛％]|[｛]\s?[{%]|[｝％]\s?[}｝]|[}%]\s?[｝]")
UNPLACED = re.compile(r"\{\{|\{%")


class TagReader:
    """Collects the tags of a workbook in document order, and the problems of their places."""

    def __init__(self, file: str, problems: Problems) -> None:
        self.file = file
        self.tags: list[Tag] = []
        #: What they say.
        self.statements: list[Statement] = []
        self.failed = False
        self._problems = problems
        self._astray: set[int] = set()
        self._legible = True

    def add(self, code: str, at: Position, related: Sequence[Position] = (), **values: str) -> None:
        """Collect a problem; an error keeps the workbook from being rendered."""
        found = problem(code, at, related=related, **values)
        self.failed = self.failed or found.severity is Severity.ERROR
        self._problems.extend([found])

    def at(self, sheet: Sheet, reference: str) -> Position:
        """The cell of a sheet that Excel calls ``reference``."""
        return Position(self.file, place=sheet.place.down(Square.of(reference)))

    def read(self, text: str, at: Position) -> list[tuple[int, Tag]]:
        """The tags in ``text``, numbered."""
        found: list[tuple[int, Tag]] = []
        for match in TAG.finditer(text):
            tag = Tag(match[0], at)
            found.append((len(self.tags), tag))
            self.tags.append(tag)
        self._legible = self._legible and not loses_control(text)
        rest = TAG.sub("", text)
        if _FULL.search(rest):
            self.add("T254", at, text=short(text))
        elif _HALF.search(rest):
            self.add("T253", at, text=short(text))
        return found

    def read_sheet(self, sheet: Sheet) -> None:
        """All tags of a sheet, how they nest, and whether each may stand where it stands."""
        first = len(self.tags)
        if UNPLACED.search(sheet.title):
            self.add("T261", Position(self.file), text=sheet.title)
        for row in sheet.rows:
            for cell in row.cells:
                at = self.at(sheet, cell.where)
                if cell.formula is not None and UNPLACED.search(cell.formula.text):
                    self.add("T262", at, text=short(cell.formula.text))
                if cell.text:
                    cell.tags = self.read(cell.text, cell.named or at)
                if cell.tags and (merged := covered_by(sheet, cell)):
                    self.add("T258", at, tag=cell.tags[0][1].text, merged=merged)
            self._place(row)
            self._read_asides(sheet, row)
        setup = sheet.part.root.child("headerFooter")
        for node in setup.children if setup else ():
            if node.local.endswith(("Header", "Footer")) and node.text:
                place = page_place(sheet.place, header=node.local.endswith("Header"))
                found = self.read(node.text, Position(self.file, place=place))
                if found:
                    sheet.headers.append((node, found))
                    self._check_plain(found)
        self.statements += statements.read(self.tags[first:], environment())
        self._pair(sheet, range(first, len(self.tags)))

    def _read_asides(self, sheet: Sheet, row: Row) -> None:
        """The tags of texts beside the cells of a row, which stand with it."""
        for aside in sheet.asides.get(row.number, ()):
            cell, at = aside.cell, self.at(sheet, aside.cell.where)
            if row.control is None:
                cell.tags = self.read(cell.text, at)
                self._check_plain(cell.tags)
            elif aside.what in ("note", "said"):
                self.add("T283", at, tag=row.control[1].text)
            else:
                self.add("T263", at, where="超链接", text=short(cell.text))

    def _place(self, row: Row) -> None:
        controls = [pair for cell in row.cells for pair in cell.tags if is_control(pair[1])]
        if controls:
            others = [c.text or "公式或数" for c in row.cells if not c.blank and not c.tags]
            others += [
                rest
                for c in row.cells
                for rest in [_without(c.text, controls[0][1]).strip()]
                if c.tags and rest
            ]
            row.control = controls[0]
            if others:
                tag = controls[0][1]
                self.add("T255", tag.at, tag=tag.text, text=short(others[0]))
            return
        for cell in row.cells:
            self._check_plain(cell.tags)

    def _check_plain(self, tags: Sequence[tuple[int, Tag]]) -> None:
        """Tags of a cell that prints stand for themselves."""
        for _, tag in tags:
            if tag.scope:
                self.add("T260", tag.at, tag=tag.text)
                self._astray.update(number for number, _ in tags)
                return

    def _pair(self, sheet: Sheet, numbers: Sequence[int]) -> None:
        """Find the blocks of a sheet: its loops, its rows that repeat or go."""
        tree = blocks.parse(self.statements, numbers)
        if self._legible and tree.report(self.tags, self.statements, self._problems, self._astray):
            self.failed = True
        self.failed = self.failed or any(self.statements[number].reason for number in numbers)
        rows = {row.control[0]: row.number for row in sheet.rows if row.control}
        outside = [number for number in rows if number not in tree.innermost]
        sheet.blocks += ((rows[number], rows[number]) for number in outside)
        for block in filter(tree.sound, tree.blocks):
            own = (block.head, *block.branches, block.end)
            for number in own[1:]:
                self._check_pair(self.tags[block.head], self.tags[number])
            if all(number in rows for number in own):
                self._add_block(sheet, block, [rows[number] for number in own])
        sheet.blocks.sort()

    def _add_block(self, sheet: Sheet, block: Block, rows: Sequence[int]) -> None:
        """Note a block of rows; ``rows`` are those of its head, its branches and its end."""
        if block.around is None:
            sheet.blocks.append((rows[0], rows[-1]))
        if block.word == "for":
            add_loop(sheet, block, rows, self.statements)

    def _check_pair(self, head: Tag, other: Tag) -> None:
        """Whole rows between rows of their own, anything else within one cell."""
        if is_control(head) != is_control(other):
            self.add("T209", other.at, [head.at], start=head.text, end=other.text)
        elif not is_control(head) and head.at != other.at:
            self.add("T259", other.at, [head.at], start=head.text, end=other.text)


def is_control(tag: Tag) -> bool:
    """Whether it opens or closes rows."""
    return tag.scope == "tr" and tag.text.startswith("{%")


def _without(text: str, tag: Tag) -> str:
    return text.replace(tag.text, "", 1)


def short(text: str) -> str:
    """``text`` as messages quote it."""
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:59] + "…"


def check_merges(sheet: Sheet, reader: TagReader) -> None:
    """A merged range lies in one pass of a loop, or around the whole loop.

    Around it, what it shows stands outside of the loop: copies of it would be there, unseen.
    """
    shown = {cell.where for row in sheet.rows for cell in row.cells if not cell.blank}
    for area in sheet.merged:
        top, bottom = area.top, area.bottom
        first = f"{area.left}{area.top}" in shown
        for loop in sheet.loops:
            inside = loop.holds(top, bottom)
            around = top <= loop.first - first and bottom >= loop.last
            apart = bottom < loop.first or top > loop.last
            if loop.first <= loop.last and not (inside or around or apart):
                at = reader.at(sheet, f"{area.left}{area.top}")
                reader.add("T265", at, merged=str(area))
                break
