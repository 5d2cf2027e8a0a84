"""The tags of a workbook: collected in document order, each checked for its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from generator.formats.xlsx.compile.formulas import Loop
from generator.formats.xlsx.compile.sheet import Row, Sheet, covered_by
from generator.language.tags import TAG, Tag
from generator.patterns import lazy
from generator.problems import Position, Problems, problem
from generator.problems.place import Square
from generator.reading.excel import page_place

_HALF = lazy(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
_FULL = lazy(r"[{｛]\s?[｛％]|[｛]\s?[{%]|[｝％]\s?[}｝]|[}%]\s?[｝]")
UNPLACED = lazy(r"\{\{|\{%")
_OPENING = {"for": "for", "if": "if"}
_CLOSING = {"endfor": "for", "endif": "if"}


class TagReader:
    """Collects the tags of a workbook in document order, and the problems of their places."""

    def __init__(self, file: str, problems: Problems) -> None:
        self.file = file
        self.tags: list[Tag] = []
        self.failed = False
        self._problems = problems

    def add(self, code: str, at: Position, **values: str) -> None:
        """Collect a problem that keeps the workbook from being rendered."""
        self.failed = True
        self._problems.extend([problem(code, at, related=(), **values)])

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
        rest = TAG.sub("", text)
        if _FULL.search(rest):
            self.add("T254", at, text=short(text))
        elif _HALF.search(rest):
            self.add("T253", at, text=short(text))
        return found

    def read_sheet(self, sheet: Sheet) -> None:
        """All tags of a sheet, and whether each may stand where it stands."""
        if UNPLACED.search(sheet.title):
            self.add("T261", Position(self.file), text=sheet.title)
        for row in sheet.rows:
            for cell in row.cells:
                at = self.at(sheet, cell.where)
                if cell.formula is not None and UNPLACED.search(cell.formula.text):
                    self.add("T262", at, text=short(cell.formula.text))
                if cell.text:
                    cell.tags = self.read(cell.text, at)
                if cell.tags and (merged := covered_by(sheet, cell)):
                    self.add("T258", at, tag=cell.tags[0][1].text, merged=merged)
            self._place(row)
        setup = sheet.part.root.child("headerFooter")
        for node in setup.children if setup else ():
            if node.local.endswith(("Header", "Footer")) and node.text:
                place = page_place(sheet.place, header=node.local.endswith("Header"))
                found = self.read(node.text, Position(self.file, place=place))
                if found:
                    sheet.headers.append((node, found))
                    self._check_text(node.text, found)

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
            if cell.tags:
                self._check_text(cell.text, cell.tags)

    def _check_text(self, text: str, tags: Sequence[tuple[int, Tag]]) -> None:
        """Tags of a cell that prints: plain ones, opened and closed in the cell."""
        opened: list[str] = []
        balanced = True
        for _, tag in tags:
            if tag.scope:
                self.add("T260", tag.at, tag=tag.text)
                return
            word = keyword(tag)
            if word in _OPENING:
                opened.append(_OPENING[word])
            elif word in _CLOSING:
                balanced = balanced and bool(opened) and opened.pop() == _CLOSING[word]
            elif word in ("else", "elif"):
                balanced = balanced and bool(opened)
        if not balanced or opened:
            self.add("T259", tags[0][1].at, text=short(text))


def is_control(tag: Tag) -> bool:
    """Whether it opens or closes rows."""
    return tag.scope == "tr" and tag.text.startswith("{%")


def keyword(tag: Tag) -> str:
    """The first word of a ``{% … %}``, else empty."""
    words = tag.body.split(None, 1) if tag.text.startswith("{%") else []
    return words[0] if words else ""


def _without(text: str, tag: Tag) -> str:
    return text.replace(tag.text, "", 1)


def short(text: str) -> str:
    """``text`` as messages quote it."""
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:59] + "…"


@dataclass(slots=True)
class _Open:
    """A control row that waits for its end."""

    kind: str
    tag: Tag
    row: int
    loop: int = -1


def find_blocks(sheet: Sheet, reader: TagReader) -> None:
    """Pair the control rows of a sheet: its top-level blocks and its loops."""
    opened: list[_Open] = []
    for row in sheet.rows:
        if row.control is None:
            continue
        tag = row.control[1]
        word = keyword(tag)
        if word in _OPENING:
            opened.append(_Open(word, tag, row.number))
            if word == "for":
                opened[-1].loop = sheet.loop_of[row.number] = len(sheet.loops)
                sheet.loops.append(Loop(row.number + 1, 0))
        elif word in ("else", "elif") and opened:
            _end_loop(sheet, opened[-1], row.number)
        elif word in _CLOSING and opened and opened[-1].kind == _CLOSING[word]:
            done = opened.pop()
            _end_loop(sheet, done, row.number)
            if done.loop >= 0:
                sheet.loop_of[row.number] = done.loop
            if not opened:
                sheet.blocks.append((done.row, row.number))
        elif word in _CLOSING or word in ("else", "elif"):
            waiting = f"（没有结束的是 {opened[-1].tag.text}）" if opened else ""
            reader.add("T256", tag.at, tag=tag.text, opened=waiting)
        elif not opened:
            sheet.blocks.append((row.number, row.number))
    for item in opened:
        reader.add("T257", item.tag.at, tag=item.tag.text)


def _end_loop(sheet: Sheet, item: _Open, row: int) -> None:
    if item.loop >= 0 and not sheet.loops[item.loop].last:
        sheet.loops[item.loop].last = row - 1


def check_merges(sheet: Sheet, reader: TagReader) -> None:
    """A merged range lies in one pass of a loop, or around the whole loop."""
    for area in sheet.merged:
        top, bottom = area.top, area.bottom
        for loop in sheet.loops:
            inside = loop.holds(top, bottom)
            around = top <= loop.first and bottom >= loop.last
            apart = bottom < loop.first or top > loop.last
            if loop.first <= loop.last and not (inside or around or apart):
                at = reader.at(sheet, f"{area.left}{area.top}")
                reader.add("T265", at, merged=str(area))
                break
