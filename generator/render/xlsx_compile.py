"""Excel, first half: a template workbook becomes Jinja code and patches.

The output is the template's own XML: only what tags, moving rows or stale values touch is
replaced, so shapes, validations, formats and print setup survive as their author made them.
Parts are read as spans (``Node``), never written back from a tree. openpyxl tokenizes and
translates formulas; this is the only module that imports it.
"""

from __future__ import annotations

import codecs
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import CodeType
from typing import Any, Final
from xml.parsers import expat
from xml.sax.saxutils import escape as escape_text

from jinja2 import TemplateSyntaxError
from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token, TokenizerError
from openpyxl.formula.translate import Translator, TranslatorError
from openpyxl.styles.numbers import BUILTIN_FORMATS as OPENPYXL_FORMATS
from openpyxl.utils import column_index_from_string, get_column_letter

from generator.problems import Position, Problems, problem
from generator.render import markers, package
from generator.render.compiled import Compiled
from generator.render.environment import compile_source
from generator.render.properties import neutral_members
from generator.render.tags import TAG, Tag
from generator.render.xlsx import (
    BUILTIN_FORMATS,
    FIRST_CUSTOM_FORMAT,
    FORMULA,
    NEXT,
    STOP,
    WRITER,
    Segment,
    environment,
    escape_attribute,
    style_attribute,
)
from generator.render.xlsx_rows import BLANK_ROW, NUMBER, Formula, Reference

_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OWN_MARKS = re.compile("[\ue010-\ue02f]")


# XML as spans --------------------------------------------------------------------------------


class BadPart(Exception):
    """An XML part that gen does not read: a catalogue code and its values."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code)
        self.code = code
        self.details = values


@dataclass(slots=True)
class Node:
    """An element and where it stands in its part: ``[start, inner, inner_end, end)`` in bytes."""

    name: str
    attributes: dict[str, str]
    start: int
    inner: int
    inner_end: int = 0
    end: int = 0
    children: list[Node] = field(default_factory=list)
    text: str = ""

    @property
    def local(self) -> str:
        """The name without its namespace prefix."""
        return self.name.rpartition(":")[2]

    @property
    def prefix(self) -> str:
        """The namespace prefix with its colon, or empty."""
        return self.name[: self.name.rfind(":") + 1]

    def child(self, local: str) -> Node | None:
        """The first child of that name."""
        return next((child for child in self.children if child.local == local), None)

    def each(self, local: str) -> list[Node]:
        """All children of that name."""
        return [child for child in self.children if child.local == local]

    def walk(self) -> Iterator[Node]:
        """The element and everything in it, in document order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def get(self, local: str, default: str = "") -> str:
        """The attribute of that name, whatever its prefix."""
        if local in self.attributes:
            return self.attributes[local]
        ending = ":" + local
        return next((v for k, v in self.attributes.items() if k.endswith(ending)), default)


@dataclass(slots=True)
class Part:
    """One XML member: UTF-8 without declaration, and its elements."""

    name: str
    data: bytes
    root: Node

    def raw(self, start: int, end: int) -> str:
        """The XML between two places."""
        return self.data[start:end].decode()


_START_TAG = re.compile(rb"<[^>\"']*(?:\"[^\"]*\"[^>\"']*|'[^']*'[^>\"']*)*>")
_XML_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>\s*")
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")


def read_part(name: str, data: bytes) -> Part:
    """Parse one member; raises ``BadPart`` for a DTD or broken XML."""
    try:
        clean = _decode(data).encode()
    except (UnicodeError, LookupError) as error:
        raise BadPart("T252", part=name, message=str(error)) from error
    builder = _Builder(name, clean)
    try:
        builder.parser.Parse(clean, True)
    except expat.ExpatError as error:
        raise BadPart("T252", part=name, message=str(error)) from error
    return Part(name, clean, builder.root)


def _decode(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = data.decode("utf-16")
    else:
        declared = _ENCODING.match(data)
        encoding = declared[1].decode() if declared else "utf-8"
        text = data.decode("utf-8-sig" if encoding.lower() == "utf-8" else encoding)
    match = _XML_DECLARATION.match(text)
    return text[match.end() :] if match else text


class _Builder:
    def __init__(self, name: str, data: bytes) -> None:
        self.parser = expat.ParserCreate("utf-8")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self._name = name
        self._data = data
        self._open: list[Node] = [Node("", {}, 0, 0)]

    @property
    def root(self) -> Node:
        return self._open[0].children[0]

    def _doctype(self, *_: object) -> None:
        raise BadPart("T251", part=self._name)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        start = self.parser.CurrentByteIndex
        match = _START_TAG.match(self._data, start)
        node = Node(name, attributes, start, match.end() if match else start)
        self._open[-1].children.append(node)
        self._open.append(node)

    def _end(self, _name: str) -> None:
        node = self._open.pop()
        if self._data[node.inner - 2 : node.inner] == b"/>":
            node.inner_end = node.end = node.inner
        else:
            node.inner_end = self.parser.CurrentByteIndex
            node.end = self._data.index(b">", node.inner_end) + 1

    def _text(self, text: str) -> None:
        self._open[-1].text += text


Patch = Callable[[Node], "list[Segment] | None"]


def emit(part: Part, node: Node, patch: Patch) -> list[Segment]:
    """The XML of ``node`` with what ``patch`` puts in the place of elements."""
    own = patch(node)
    if own is not None:
        return own
    return [part.raw(node.start, node.inner), *emit_inner(part, node, patch)]


def emit_inner(part: Part, node: Node, patch: Patch) -> list[Segment]:
    """The content and the end tag of ``node``, patched."""
    out: list[Segment] = []
    position = node.inner
    for child in node.children:
        out.append(part.raw(position, child.start))
        out += emit(part, child, patch)
        position = child.end
    out.append(part.raw(position, node.end))
    return out


def retag(
    part: Part, node: Node, patches: Mapping[str, Segment | None], patch: Patch
) -> list[Segment]:
    """``node`` with other attribute values (None drops one), and its content patched."""
    out: list[Segment] = [f"<{node.name}"]
    for name, value in node.attributes.items():
        new: Segment | None = patches.get(name, escape_attribute(value))
        if new is not None:
            out += (f' {name}="', new, '"')
    if node.inner == node.end:
        return [*out, "/>"]
    return [*out, ">", *emit_inner(part, node, patch)]


def compact(segments: Iterable[Segment]) -> list[Segment]:
    """Neighbouring texts joined."""
    out: list[Segment] = []
    for segment in segments:
        if isinstance(segment, str) and out and isinstance(out[-1], str):
            out[-1] += segment
        elif segment:
            out.append(segment)
    return out


# References and formulas ---------------------------------------------------------------------

_REFERENCE = re.compile(
    r"(\$?[A-Za-z]{1,3})?(\$?)([1-9]\d{0,6})(?::(\$?[A-Za-z]{1,3})?(\$?)([1-9]\d{0,6}))?"
)
_AREA = re.compile(r"\$?([A-Z]{0,3})\$?(\d+)(?::\$?([A-Z]{0,3})\$?(\d+))?")
#: Functions whose single-cell argument means every copy of the cell: SUM(D5) over a loop row.
_AGGREGATES = frozenset(
    [
        "SUM",
        "SUMSQ",
        "AVERAGE",
        "AVERAGEA",
        "COUNT",
        "COUNTA",
        "COUNTBLANK",
        "MAX",
        "MAXA",
        "MIN",
        "MINA",
        "MEDIAN",
        "PRODUCT",
        "STDEV",
        "STDEV.S",
        "STDEV.P",
        "VAR",
        "VAR.S",
        "VAR.P",
        "AND",
        "OR",
        "CONCAT",
        "TEXTJOIN",
        "SUBTOTAL",
        "AGGREGATE",
    ]
)


@dataclass(slots=True)
class Loop:
    """The template rows that one ``{%tr for %}`` repeats."""

    first: int
    last: int

    def holds(self, *rows: int) -> bool:
        """Whether all ``rows`` are among them."""
        return all(self.first <= row <= self.last for row in rows)


@dataclass(slots=True)
class Book:
    """What formulas need to know of the workbook: sheet names, and the loops of moving sheets."""

    names: list[str]
    loops: dict[int, list[Loop]] = field(default_factory=dict)
    #: (sheet, loop) pairs whose passes something refers to.
    used: set[tuple[int, int]] = field(default_factory=set)

    def loop(self, sheet: int, *rows: int) -> int:
        """The innermost loop of ``sheet`` that repeats all ``rows`` together, or -1."""
        held = [
            (loop.last - loop.first, number)
            for number, loop in enumerate(self.loops.get(sheet, ()))
            if loop.holds(*rows)
        ]
        return min(held)[1] if held else -1

    def sheet(self, written: str, default: int) -> int:
        """The number of the moving sheet that a reference names, or -1."""
        if not written:
            return default if default in self.loops else -1
        name = written[1:-1].replace("''", "'") if written.startswith("'") else written
        folded = [known.casefold() for known in self.names]
        number = folded.index(name.casefold()) if name.casefold() in folded else -1
        return number if number in self.loops else -1


def compile_formula(
    book: Book, text: str, sheet: int, home: int = 0, *, pin: bool = False
) -> Formula:
    """``text`` (no equals sign) with its moving references taken out.

    ``home`` is the template row it stands in; with ``pin``, rows outside the loop of ``home``
    become absolute, for one formula that will serve all copies of a cell.
    """
    try:
        tokens = Tokenizer("=" + text).items
    except TokenizerError:
        return [escape_text(text)]
    out: list[Segment] = []
    functions: list[str] = []
    for index, token in enumerate(tokens):
        if token.subtype == Token.OPEN:
            functions.append(token.value.rstrip("(").upper().removeprefix("_XLFN."))
        elif token.subtype == Token.CLOSE and functions:
            functions.pop()
        reference = None
        if token.type == Token.OPERAND and token.subtype == Token.RANGE:
            grows = bool(functions) and functions[-1] in _AGGREGATES and _alone(tokens, index)
            reference = compile_reference(book, token.value, sheet, home, pin=pin, grows=grows)
        out.append(reference or escape_text(token.value))
    return compact(out)


def _alone(tokens: Sequence[Token], index: int) -> bool:
    """Whether the operand at ``index`` is a whole argument."""
    around = [t for t in (*reversed(tokens[:index]), None) if t is None or t.type != Token.WSPACE]
    behind = [t for t in (*tokens[index + 1 :], None) if t is None or t.type != Token.WSPACE]
    before, after = around[0], behind[0]
    return (
        before is not None
        and after is not None
        and (before.subtype == Token.OPEN or before.type == Token.SEP)
        and (after.subtype == Token.CLOSE or after.type == Token.SEP)
    )


def compile_reference(
    book: Book, text: str, sheet: int, home: int, *, pin: bool = False, grows: bool = False
) -> Reference | None:
    """A cell or range of a moving sheet; None when ``text`` is nothing that moves."""
    before, mark, cells = text.rpartition("!")
    match = _REFERENCE.fullmatch(cells)
    target = book.sheet(before, sheet)
    if match is None or target < 0:
        return None
    column, sign, row = match[1] or "", match[2], int(match[3])
    column2, sign2, last = match[4] or "", match[5] or "", int(match[6] or 0)
    if bool(column) != (bool(column2) if last else True) or max(row, last) > BLANK_ROW:
        return None
    own = home if target == sheet else 0
    loop, loop2 = _loops(book, target, own, (row, sign), (last, sign2))
    book.used |= {(target, number) for number in (loop, loop2) if number >= 0}
    if pin and own and book.loop(target, own) >= 0:
        sign = sign if loop >= 0 else "$"
        sign2 = sign2 if loop2 >= 0 else "$"
    grows = grows and loop < 0 and book.loop(target, row) >= 0
    return (
        escape_text(before + mark), column, row, column2, last, sign, sign2, target, loop, loop2,
        grows,
    )  # fmt: skip


def _loops(
    book: Book, target: int, own: int, start: tuple[int, str], end: tuple[int, str]
) -> tuple[int, int]:
    """For each end of a reference, the loop whose running pass it stays in.

    A row with ``$`` is seen from outside, like in a formula that is filled down: ``D$5:D$5`` in
    a loop row means all copies, ``D$5:D5`` those up to the own one.
    """
    if not own:
        return -1, -1
    (row, sign), (last, sign2) = start, end
    if not last:
        return (-1 if sign else book.loop(target, own, row)), -1
    if not sign and not sign2:
        both = book.loop(target, own, row, last)
        return both, both
    return (
        -1 if sign else book.loop(target, own, row),
        -1 if sign2 else book.loop(target, own, last),
    )


def moves(formula: Formula) -> bool:
    """Whether any reference in it moves."""
    return any(not isinstance(part, str) for part in formula)


Corners = tuple[str, int, str, int]


def corners(text: str) -> Corners | None:
    """``B5:C7`` → (B, 5, C, 7); None for anything else."""
    match = _AREA.fullmatch(text.strip().upper())
    if match is None:
        return None
    return match[1], int(match[2]), match[3] or match[1], int(match[4] or match[2])


def all_corners(text: str) -> list[Corners]:
    """The ranges of a ``sqref``."""
    return [found for item in text.split() if (found := corners(item)) is not None]


# The sheet as its author sees it -------------------------------------------------------------


@dataclass(slots=True)
class Cell:
    """One cell: where it stands, the text it shows (None for a number), and its tags."""

    column: str
    row: int
    node: Node
    runs: list[tuple[str, str]] | None
    formula: Node | None
    tags: list[tuple[int, Tag]] = field(default_factory=list)

    @property
    def where(self) -> str:
        """Its reference."""
        return f"{self.column}{self.row}"

    @property
    def text(self) -> str:
        """The text it shows; empty for numbers."""
        return "".join(text for _, text in self.runs or ())

    @property
    def style(self) -> int:
        """The number of its format, -1 when it names none."""
        value = self.node.get("s")
        return int(value) if value.isdigit() else -1

    @property
    def blank(self) -> bool:
        """Whether it shows nothing."""
        if self.runs is not None:
            return not self.text.strip()
        return self.formula is None and not any(child.text for child in self.node.children)


@dataclass(slots=True)
class Row:
    """One row; ``node`` is None for a row that the sheet leaves out."""

    number: int
    node: Node | None = None
    cells: list[Cell] = field(default_factory=list)
    control: tuple[int, Tag] | None = None


@dataclass(slots=True)
class Sheet:
    """One worksheet of the template, and what was found in it."""

    index: int
    title: str
    part: Part
    rows: list[Row] = field(default_factory=list)
    merged: list[Corners] = field(default_factory=list)
    headers: list[tuple[Node, list[tuple[int, Tag]]]] = field(default_factory=list)
    blocks: list[tuple[int, int]] = field(default_factory=list)
    loops: list[Loop] = field(default_factory=list)
    loop_of: dict[int, int] = field(default_factory=dict)
    merging: set[str] = field(default_factory=set)

    @property
    def rendered(self) -> bool:
        """Whether it has tags."""
        return bool(self.headers) or any(
            row.control or any(cell.tags for cell in row.cells) for row in self.rows
        )

    @property
    def prefix(self) -> str:
        """The namespace prefix of its elements."""
        return self.part.root.prefix


Strings = list[list[tuple[str, str]]]


def read_runs(part: Part, node: Node) -> list[tuple[str, str]]:
    """The text of an ``si`` or ``is``: (run properties as XML, text) pairs."""
    runs: list[tuple[str, str]] = []
    for child in node.children:
        if child.local == "t":
            runs.append(("", child.text))
        elif child.local == "r":
            look = child.child("rPr")
            raw = part.raw(look.start, look.end) if look else ""
            runs += ((raw, text.text) for text in child.each("t"))
    return runs


def read_rows(part: Part, strings: Strings, strings_prefix: str) -> list[Row]:
    """The rows of a sheet in order; rows and cells without reference follow their neighbour."""
    data = part.root.child("sheetData")
    rows: list[Row] = []
    number = 0
    for node in data.each("row") if data else ():
        number = int(node.get("r") or number + 1)
        row = Row(number, node)
        column = 0
        for child in node.each("c"):
            letters = re.match("[A-Z]+", child.get("r").upper())
            column = column_index_from_string(letters[0]) if letters else column + 1
            runs = _cell_runs(part, child, strings, strings_prefix)
            row.cells.append(Cell(get_column_letter(column), number, child, runs, child.child("f")))
        rows.append(row)
    return sorted(rows, key=lambda row: row.number)


def _cell_runs(
    part: Part, node: Node, strings: Strings, strings_prefix: str
) -> list[tuple[str, str]] | None:
    kind = node.get("t")
    value = node.child("v")
    if kind == "s" and value is not None and value.text.strip().isdigit():
        index = int(value.text)
        runs = strings[index] if index < len(strings) else []
        if strings_prefix != part.root.prefix:
            return [("", text) for _, text in runs]
        return runs
    if kind == "inlineStr":
        inline = node.child("is")
        return read_runs(part, inline) if inline is not None else []
    if kind == "str" and node.child("f") is None and value is not None:
        return [("", value.text)]
    return None


def merged_areas(part: Part) -> list[Corners]:
    """The merged ranges of a sheet."""
    container = part.root.child("mergeCells")
    nodes = container.each("mergeCell") if container else []
    return [found for node in nodes if (found := corners(node.get("ref"))) is not None]


def covered_by(sheet: Sheet, cell: Cell) -> str:
    """The merged range that hides ``cell``, or empty."""
    column = column_index_from_string(cell.column)
    for left, top, right, bottom in sheet.merged:
        inside = column_index_from_string(left) <= column <= column_index_from_string(right)
        if inside and top <= cell.row <= bottom and (cell.column, cell.row) != (left, top):
            return f"{left}{top}:{right}{bottom}"
    return ""


# Tags and their places -----------------------------------------------------------------------

_HALF = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
_FULL = re.compile(r"[{｛]\s?[｛％]|[｛]\s?[{%]|[｝％]\s?[}｝]|[}%]\s?[｝]")
_UNPLACED = re.compile(r"\{\{|\{%")
_HEADERS = {
    f"{page}{kind}": name
    for page in ("odd", "even", "first")
    for kind, name in (("Header", "页眉"), ("Footer", "页脚"))
}
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

    def at(self, sheet: Sheet, place: str) -> Position:
        """A place in a sheet, as readers name it."""
        return Position(self.file, place=f"工作表“{sheet.title}” {place}")

    def read(self, text: str, at: Position) -> list[tuple[int, Tag]]:
        """The tags in ``text``, numbered."""
        found: list[tuple[int, Tag]] = []
        for match in TAG.finditer(text):
            tag = Tag(match[0], at)
            found.append((len(self.tags), tag))
            self.tags.append(tag)
        rest = TAG.sub("", text)
        if _FULL.search(rest):
            self.add("T254", at, text=_short(text))
        elif _HALF.search(rest):
            self.add("T253", at, text=_short(text))
        return found

    def read_sheet(self, sheet: Sheet) -> None:
        """All tags of a sheet, and whether each may stand where it stands."""
        if _UNPLACED.search(sheet.title):
            self.add("T261", Position(self.file), text=sheet.title)
        for row in sheet.rows:
            for cell in row.cells:
                at = self.at(sheet, cell.where)
                if cell.formula is not None and _UNPLACED.search(cell.formula.text):
                    self.add("T262", at, text=_short(cell.formula.text))
                if cell.text:
                    cell.tags = self.read(cell.text, at)
                if cell.tags and (merged := covered_by(sheet, cell)):
                    self.add("T258", at, tag=cell.tags[0][1].text, merged=merged)
            self._place(row)
        setup = sheet.part.root.child("headerFooter")
        for node in setup.children if setup else ():
            if node.local in _HEADERS and node.text:
                found = self.read(node.text, self.at(sheet, _HEADERS[node.local]))
                if found:
                    sheet.headers.append((node, found))
                    self._check_text(node.text, found)

    def _place(self, row: Row) -> None:
        controls = [pair for cell in row.cells for pair in cell.tags if _is_control(pair[1])]
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
                self.add("T255", tag.at, tag=tag.text, text=_short(others[0]))
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
            word = _keyword(tag)
            if word in _OPENING:
                opened.append(_OPENING[word])
            elif word in _CLOSING:
                balanced = balanced and bool(opened) and opened.pop() == _CLOSING[word]
            elif word in ("else", "elif"):
                balanced = balanced and bool(opened)
        if not balanced or opened:
            self.add("T259", tags[0][1].at, text=_short(text))


def _is_control(tag: Tag) -> bool:
    return tag.scope == "tr" and tag.text.startswith("{%")


def _keyword(tag: Tag) -> str:
    words = tag.body.split(None, 1) if tag.text.startswith("{%") else []
    return words[0] if words else ""


def _without(text: str, tag: Tag) -> str:
    return text.replace(tag.text, "", 1)


def _short(text: str) -> str:
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
        word = _keyword(tag)
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
    for left, top, right, bottom in sheet.merged:
        for loop in sheet.loops:
            inside = loop.holds(top, bottom)
            around = top <= loop.first and bottom >= loop.last
            apart = bottom < loop.first or top > loop.last
            if loop.first <= loop.last and not (inside or around or apart):
                merged = f"{left}{top}:{right}{bottom}"
                reader.add("T265", reader.at(sheet, f"{left}{top}"), merged=merged)
                break


# Cells as Jinja source -----------------------------------------------------------------------

_BRACE = re.compile(r"\{(?=[{%#]|\Z)")
_MERGE = "合并"
#: Stands for the printed expression in a conditional value.
_VALUE = "\0"


def literal(text: str) -> str:
    """XML that Jinja prints as it is."""
    return _BRACE.sub('{{ "{" }}', text)


def split_merge(body: str) -> tuple[str, str | None] | None:
    """``r.二级 | 合并(r.一级)`` → (``r.二级``, ``r.一级``).

    The second item is None without 合并; the result is None when 合并 stands elsewhere.
    """
    if _MERGE not in body:
        return body, None
    try:
        tokens = [(kind, text) for _, kind, text in environment().lex("{{" + body + "}}")][1:-1]
    except TemplateSyntaxError:
        return body, None
    depth = 0
    pipes: list[int] = []
    uses = 0
    for index, (kind, text) in enumerate(tokens):
        depth += (text in "([{") - (text in ")]}") if kind == "operator" else 0
        if kind == "operator" and text == "|":
            following = [t for t in tokens[index + 1 :] if t[0] != "whitespace"][:1]
            if following == [("name", _MERGE)]:
                uses += 1
                pipes += [index] if not depth else []
    if not uses:
        return body, None
    if uses != 1 or not pipes:
        return None
    expression = "".join(text for _, text in tokens[: pipes[0]]).strip()
    rest = "".join(text for _, text in tokens[pipes[0] + 1 :]).strip().removeprefix(_MERGE).strip()
    if not rest:
        return expression, ""
    if rest[0] != "(" or rest[-1] != ")" or _closes_early(rest):
        return None
    return expression, rest[1:-1].strip()


def _closes_early(text: str) -> bool:
    depth = 0
    for index, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if not depth:
            return index < len(text) - 1
    return True


def whole_value(cell: Cell) -> tuple[int, Tag, str] | None:
    """The tag that is all of ``cell``, and what to make of its expression (``_VALUE``).

    ``{% if a %}{{ b }}{% else %}无{% endif %}`` is one value as well: ``(b if a else "无")``.
    """
    parts = [part for part in _parts(cell) if not isinstance(part, str) or part.strip()]
    prints = [part for part in parts if not isinstance(part, str) and part[1].prints]
    if len(prints) != 1:
        return None
    number, tag = prints[0]
    if len(parts) == 1:
        return number, tag, _VALUE
    words = [part if isinstance(part, str) else _keyword(part[1]) for part in parts]
    if words[0] != "if" or words[-1] != "endif" or _MERGE in tag.body or isinstance(parts[0], str):
        return None
    condition = parts[0][1].body.removeprefix("if").strip()
    inner = parts[1:-1]
    middle = words[1:-1].index("else") if "else" in words[1:-1] else len(inner)
    branches = [inner[:middle], inner[middle + 1 :]]
    sides = [_branch(branch) for branch in branches]
    if None in sides:
        return None
    return number, tag, f"({sides[0]} if ({condition}) else {sides[1]})"


def _branch(parts: Sequence[str | tuple[int, Tag]]) -> str | None:
    """One branch of a conditional value as an expression; None for what is more than that."""
    if not parts:
        return '""'
    (part,) = parts if len(parts) == 1 else (None,)
    if isinstance(part, str):
        return None if re.search(r'["\\\n]', part) else f'"{part}"'
    return _VALUE if part is not None and part[1].prints else None


class SheetSource:
    """Writes the rows of one rendered sheet as Jinja source and spans (see ``SheetWriter``).

    Whatever needs no Jinja of its own (cells with one value, cells without tags) is gathered
    into spans: one filter call, most often one for a whole row.
    """

    def __init__(self, book: Book, sheet: Sheet, reader: TagReader, masters: Masters) -> None:
        self.spans: list[tuple[int, list[tuple[Any, ...]], str]] = []
        self.formulas: list[Formula] = []
        self.styles: set[int] = set()
        self._book = book
        self._sheet = sheet
        self._reader = reader
        self._masters = masters
        self._merging = self._find_merging()
        self._source: list[str | tuple[str, int]] = []
        self._row_begins = 0
        self._cells: list[tuple[Any, ...]] = []
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
        blocks = iter([*self._sheet.blocks, (BLANK_ROW, BLANK_ROW)])
        first, last = next(blocks)
        previous = 0
        for row in self._sheet.rows:
            while row.number > last:
                first, last = next(blocks)
            if first < row.number <= last:
                yield from (Row(number) for number in range(max(previous, first) + 1, row.number))
            previous = row.number
            yield row

    def _control(self, _number: int, tag: Tag, row: int) -> None:
        loop = self._sheet.loop_of.get(row, -1)
        self._source.append(f"{{% {tag.body} %}}")
        if loop >= 0:
            self._source.append(("_begin_pass" if _keyword(tag) == "for" else "_end_loop", loop))
        if any(row == last for _, last in self._sheet.blocks):
            self._source.append(f"{{{{ {WRITER}|_end_block }}}}")

    def _flush(self) -> None:
        """Close the span that is being gathered."""
        arguments = "".join(f", {value}" for value in self._values)
        self._source.append(f"{{{{ {len(self.spans)}|_span({WRITER}{arguments}) }}}}")
        self.spans.append((self._row_begins, self._cells, "".join(self._before)))
        self._row_begins, self._cells, self._values, self._before = 0, [], [], []

    def _row(self, row: Row) -> None:
        name = row.node.name if row.node else f"{self._sheet.prefix}row"
        attributes = {} if row.node is None else row.node.attributes
        self._row_begins = row.number
        self._before.append(f'<{name} r="{NUMBER}"{_attributes(attributes, {"r", "spans"})}>')
        for cell in row.cells:
            self._cell(cell)
        self._before.append(f"</{name}>")
        self._flush()

    def _cell(self, cell: Cell) -> None:
        name = cell.node.name
        self._before.append(f'<{name} r="{cell.column}{NUMBER}"')
        if cell.tags:
            self._tagged(cell)
            return
        dropped = {"r"} if cell.formula is None else {"r", "t"}
        self._before.append(_attributes(cell.node.attributes, dropped))
        if cell.formula is not None:
            self._before.append(">")
            self._formula(cell)
            self._before.append(f"</{name}>")
            return
        raw = self._sheet.part.raw(cell.node.inner, cell.node.inner_end)
        self._before.append(f">{raw}</{name}>" if raw else "/>")

    def _formula(self, cell: Cell) -> None:
        """The ``<f>`` of a cell without its stale value."""
        node = cell.formula
        assert node is not None
        text = self._masters.text(cell)
        if text is None:
            self._before.append(self._sheet.part.raw(node.start, node.end))
            return
        self._before.append(f"<{node.name}")
        for key, value in node.attributes.items():
            if node.get("t") == "array" and key in ("t", "ref", "aca", "ca"):
                self._before.append(f' {key}="')
                if key == "ref":
                    self._own_range(cell, value)
                else:
                    self._before.append(value)
                self._before.append('"')
        self._before.append(">")
        self._later(compile_formula(self._book, text, self._sheet.index, cell.row))
        self._before.append(f"</{node.name}>")

    def _own_range(self, cell: Cell, text: str) -> None:
        """The range of an array formula; one that stays in its row follows the row."""
        area = corners(text)
        if area is not None and area[1] == area[3] == cell.row:
            left, _, right, _ = area
            tail = f":{right}{NUMBER}" if right != left else ""
            self._before.append(f"{left}{NUMBER}{tail}")
            return
        reference = compile_reference(self._book, text, self._sheet.index, cell.row)
        self._later([reference or text])

    def _later(self, formula: Formula) -> None:
        """A formula; one that moves waits at the end of a span for the rows of all sheets."""
        if not moves(formula):
            self._before += map(str, formula)
            return
        self._before.append(f"{FORMULA}{len(self.formulas)},{NUMBER}{STOP}")
        self.formulas.append(formula)
        self._flush()

    def _tagged(self, cell: Cell) -> None:
        """A cell with tags, behind its reference."""
        if (typed := whole_value(cell)) is not None:
            self._value(cell, *typed)
            return
        style = style_attribute(cell.style)
        if all(tag.text.startswith("{#") for _, tag in cell.tags) and not _plain(cell).strip():
            self._before.append(f"{style}/>")
            return
        prefix = self._sheet.prefix
        start, end = f'{style} t="inlineStr"><{prefix}is>', f"</{prefix}is></{cell.node.name}>"
        merge = self._merging.get(cell.where)
        if merge is None:
            self._before.append(start)
            self._flush()
            self._source.append(self._inline(cell))
            self._before.append(end)
            return
        self._flush()
        expression, parents, *place = merge
        filled = f"{literal(start)}{self._inline(cell)}{literal(end)}"
        begins = f"(({expression}), {parents})|_begins({WRITER}, {tuple(place)!r})"
        self._source.append(f"{{% if {begins} %}}{filled}{{% else %}}{style}/>{{% endif %}}")

    def _value(self, cell: Cell, number: int, tag: Tag, condition: str) -> None:
        """A cell that is one value; ``condition`` is a pattern around its expression."""
        try:
            environment().parse(f"{{{{ {tag.body} }}}}")
        except TemplateSyntaxError as error:
            self._reader.add("T200", tag.at, message=error.message or "")
            return
        merge = self._merging.get(cell.where)
        self.styles.add(cell.style)
        if merge is None:
            value, place = condition.replace(_VALUE, f"({tag.body})"), None
        else:
            value, place = f"(({merge[0]}), {merge[1]})", merge[2:]
        self._cells.append(("".join(self._before), number, cell.style, place))
        self._values.append(value)
        self._before = []

    def _find_merging(self) -> dict[str, tuple[str, str, str, str, int]]:
        """Cells printed through 合并 → expression, parents, first and last column, height.

        A static merged range that such a cell heads is part of it.
        """
        areas = {f"{area[0]}{area[1]}": area for area in self._sheet.merged}
        controls = [row.number for row in self._sheet.rows if row.control]
        merging: dict[str, tuple[str, str, str, str, int]] = {}
        for cell in (cell for row in self._sheet.rows for cell in row.cells):
            printed = [(tag, split_merge(tag.body)) for _, tag in cell.tags if tag.prints]
            used = [(tag, split) for tag, split in printed if not split or split[1] is not None]
            for index, (tag, split) in enumerate(used):
                if split is None or index:
                    self._reader.add("T264", tag.at, tag=tag.text)
                    continue
                alone = (cell.column, cell.row, cell.column, cell.row)
                left, top, right, bottom = areas.get(cell.where, alone)
                height = bottom - top + 1 - sum(top <= row <= bottom for row in controls)
                merging[cell.where] = (split[0], split[1] or "", left, right, height)
        self._sheet.merging = set(merging)
        return merging

    def _inline(self, cell: Cell) -> str:
        """Text and tags as runs; a tag belongs to the run in which it begins."""
        prefix = self._sheet.prefix
        runs = _regroup(cell)
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


def _attributes(attributes: Mapping[str, str], dropped: set[str]) -> str:
    return "".join(
        f' {name}="{escape_attribute(value)}"'
        for name, value in attributes.items()
        if name not in dropped
    )


def _plain(cell: Cell) -> str:
    return TAG.sub("", cell.text)


def _parts(cell: Cell) -> list[str | tuple[int, Tag]]:
    """Texts and tags of a cell in turn."""
    return [part for _, parts in _regroup(cell) for part in parts]


def _regroup(cell: Cell) -> list[tuple[str, list[str | tuple[int, Tag]]]]:
    """The runs of a cell with its tags whole."""
    tags = iter(cell.tags)
    spans = [(match.start(), match.end(), next(tags)) for match in TAG.finditer(cell.text)]
    runs: list[tuple[str, list[str | tuple[int, Tag]]]] = []
    position = 0
    for look, text in cell.runs or ():
        start, end = position, position + len(text)
        parts: list[str | tuple[int, Tag]] = []
        for first, last, tag in spans:
            if last <= start or first >= end:
                continue
            if first >= start:
                parts += (cell.text[position:first], tag)
            position = last
        if position < end:
            parts.append(cell.text[position:end])
        position = end
        if kept := [part for part in parts if part]:
            runs.append((look, kept))
    return runs


# Formulas of other cells, and parts around the cells ------------------------------------------


class Masters:
    """Shared formulas of one sheet, written out for the cells that only point to them."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._masters: dict[str, tuple[str, str]] = {}
        for row in rows:
            for cell in row.cells:
                node = cell.formula
                if node is not None and node.get("t") == "shared" and node.text:
                    where = cell.where
                    self._masters.setdefault(node.get("si"), (node.text, where))

    def text(self, cell: Cell) -> str | None:
        """The formula of ``cell``; None for what has no text of its own (a data table)."""
        node = cell.formula
        assert node is not None
        if node.get("t") == "dataTable":
            return None
        if node.get("t") != "shared" or node.text:
            return node.text
        text, origin = self._masters.get(node.get("si"), ("", ""))
        if not text:
            return None
        try:
            moved: str = Translator("=" + text, origin=origin).translate_formula(cell.where)
        except (TranslatorError, TokenizerError):
            return None
        return moved[1:]


class SheetPatches:
    """Patches of one worksheet's XML, and of the parts that belong to it."""

    def __init__(self, book: Book, sheet: Sheet, masters: Masters) -> None:
        self._book = book
        self._sheet = sheet
        self._part = sheet.part
        self._masters = masters
        self._home = 0
        self._formulas: Sequence[Formula] | None = None
        self._cells = {id(c.node): c for row in sheet.rows for c in row.cells if c.formula}
        self._moving = sheet.index in book.loops
        self._headers = {id(node): i for i, (node, _) in enumerate(sheet.headers)}
        self._merge_after = self._merge_place() if sheet.merging else None

    def segments(self, formulas: Sequence[Formula] | None) -> list[Segment]:
        """The whole part; ``formulas`` are the waiting ones of a rendered sheet."""
        self._formulas = formulas
        return compact([_DECLARATION, *emit(self._part, self._part.root, self._patch)])

    def _merge_place(self) -> Node | None:
        """The element behind which ``mergeCells`` belongs, when there is none yet."""
        if self._part.root.child("mergeCells"):
            return None
        before = frozenset(
            [
                "sheetData",
                "sheetCalcPr",
                "sheetProtection",
                "protectedRanges",
                "scenarios",
                "autoFilter",
                "sortState",
                "dataConsolidate",
                "customSheetViews",
            ]
        )
        return [node for node in self._part.root.children if node.local in before][-1]

    def _patch(self, node: Node) -> list[Segment] | None:
        if node is self._merge_after:
            self._merge_after = None
            return [*emit(self._part, node, self._patch), self._merges()]
        if node.local == "sheetData" and self._formulas is not None:
            name = node.name
            return [f"<{name}>", ("rows", list(self._formulas)), f"</{name}>"]
        if id(node) in self._headers:
            return [
                self._part.raw(node.start, node.inner),
                ("header", self._headers[id(node)]),
                self._part.raw(node.inner_end, node.end),
            ]
        if node.local == "c":
            return self._cell(node)
        if node.local in ("formula", "formula1", "formula2", "f") and not node.children:
            return self._formula(node)
        if node.local == "mergeCells" and (self._moving or self._sheet.merging):
            return [self._merges()]
        return self._ranged(node) if self._moving else None

    def _cell(self, node: Node) -> list[Segment] | None:
        """A formula cell of a sheet without tags: no stale value, references that follow."""
        cell = self._cells.get(id(node))
        if cell is None or cell.formula is None:
            return None
        formula_node = cell.formula
        out: list[Segment] = [self._start(node, {"t"})]
        text = self._masters.text(cell) if self._book.loops else None
        formula = compile_formula(self._book, text, self._sheet.index) if text else []
        if moves(formula):
            kept = () if formula_node.get("t") == "shared" else ("t", "ref", "aca", "ca")
            dropped = {name for name in formula_node.attributes if name not in kept}
            out.append(self._start(formula_node, dropped))
            out.append(("formula", list(formula), -1, 0))
            out.append(f"</{formula_node.name}>")
        elif text is not None and formula_node.get("t") == "shared":
            out.append(f"<{formula_node.name}>{escape_text(text)}</{formula_node.name}>")
        else:
            out.append(self._part.raw(formula_node.start, formula_node.end))
        return [*out, f"</{node.name}>"]

    def _start(self, node: Node, dropped: set[str]) -> str:
        return f"<{node.name}{_attributes(node.attributes, dropped)}>"

    def _formula(self, node: Node) -> list[Segment] | None:
        pin = bool(self._home)
        formula = compile_formula(self._book, node.text, self._sheet.index, self._home, pin=pin)
        if not moves(formula):
            return None
        return [
            self._part.raw(node.start, node.inner),
            ("formula", list(formula), self._sheet.index, self._home),
            self._part.raw(node.inner_end, node.end),
        ]

    def _merges(self) -> Segment:
        sheet = self._sheet
        static = [
            (left, top, right, bottom, self._book.loop(sheet.index, top, bottom))
            for left, top, right, bottom in sheet.merged
            if f"{left}{top}" not in sheet.merging
        ]
        self._book.used |= {(sheet.index, area[4]) for area in static if area[1] != area[3]}
        item: Segment = ("merges", sheet.index, sheet.prefix, static)
        name = f"{sheet.prefix}mergeCells"
        return ("list", f"<{name}", "count", [item], f"</{name}>")

    def _ranged(self, node: Node) -> list[Segment] | None:
        """Elements that name rows of a moving sheet."""
        index = self._sheet.index
        match node.local:
            case "dimension" | "autoFilter" | "sortState" | "sortCondition":
                return self._optional(node, "ref", "range")
            case "conditionalFormatting" | "dataValidation" | "ignoredError" | "protectedRange":
                return self._optional(node, "sqref", "ranges")
            case "dataValidations" | "ignoredErrors" | "protectedRanges" | "conditionalFormattings":
                return [self._container(node)]
            case "pane":
                return self._pane(node)
            case "selection":
                views: dict[str, Segment | None] = {
                    name: ("view", index, all_corners(node.get(name)))
                    for name in ("activeCell", "sqref")
                    if name in node.attributes
                }
                return retag(self._part, node, views, self._patch)
            case "sqref":
                patch: Segment = ("view", index, all_corners(node.text))
                end = self._part.raw(node.inner_end, node.end)
                return [self._part.raw(node.start, node.inner), patch, end]
            case "hyperlinks":
                return [self._links(node)]
            case "rowBreaks":
                return [self._breaks(node)]
            case "anchor" | "twoCellAnchor" | "oneCellAnchor":
                return anchors(self._part, node, index, self._patch)
        return None

    def _optional(self, node: Node, attribute: str, kind: str) -> list[Segment] | None:
        areas = all_corners(node.get(attribute))
        if not areas:
            return None
        operand: Any = areas if kind == "ranges" else areas[0]
        before, self._home = self._home, areas[0][1]
        segments = retag(
            self._part, node, {attribute: (kind, self._sheet.index, operand)}, self._patch
        )
        self._home = before
        return [("optional", compact(segments))]

    def _container(self, node: Node) -> Segment:
        items: list[Segment] = []
        for child in node.children:
            segments = compact(emit(self._part, child, self._patch))
            items.append(segments[0] if len(segments) == 1 else ("optional", segments))
        start = self._start(node, {"count"})
        counts = "count" if "count" in node.attributes else ""
        return ("list", start[:-1], counts, items, f"</{node.name}>")

    def _pane(self, node: Node) -> list[Segment] | None:
        patches: dict[str, Segment | None] = {}
        split = node.get("ySplit")
        if split.isdigit() and node.get("state").startswith("frozen"):
            patches["ySplit"] = ("count", self._sheet.index, int(split))
        if "topLeftCell" in node.attributes:
            areas = all_corners(node.get("topLeftCell"))
            patches["topLeftCell"] = ("first", self._sheet.index, areas)
        return retag(self._part, node, patches, self._patch)

    def _links(self, node: Node) -> Segment:
        items: list[Segment] = []
        for child in node.each("hyperlink"):
            area = corners(child.get("ref"))
            patches: dict[str, Segment | None] = {}
            if area is not None:
                left, top, right, bottom = area
                patches["ref"] = ("range", self._sheet.index, area)
                location = child.get("location")
                link = compile_formula(self._book, location, self._sheet.index) if location else ()
                if moves(link):
                    patches["location"] = ("formula", list(link), -1, 0)
                elif top == bottom:
                    ends = (left,) if left == right else (left, right)
                    ref = ":".join(end + NUMBER for end in ends)
                    segments = retag(self._part, child, {"ref": ref}, self._patch)
                    pieces = re.split(f"({NUMBER})", "".join(map(str, segments)))
                    items.append(("copies", self._sheet.index, top, pieces))
                    continue
            items.append(("optional", compact(retag(self._part, child, patches, self._patch))))
        start = self._start(node, set())
        return ("list", start[:-1], "", items, f"</{node.name}>")

    def _breaks(self, node: Node) -> Segment:
        controls = {row.number for row in self._sheet.rows if row.control}
        items: list[Segment] = []
        for child in node.each("brk"):
            row = int(child.get("id") or 0)
            if row in controls:
                place: Segment = ("count", self._sheet.index, row)
                items.append(
                    ("optional", compact(retag(self._part, child, {"id": place}, self._patch)))
                )
            else:
                segments = retag(self._part, child, {"id": NUMBER}, self._patch)
                items.append(("copies", self._sheet.index, row, [str(s) for s in segments]))
        start = self._start(node, {"count", "manualBreakCount"})
        return ("list", start[:-1], "count manualBreakCount", items, f"</{node.name}>")


def _keep(_node: Node) -> None:
    return None


def anchors(part: Part, node: Node, sheet: int, patch: Patch) -> list[Segment]:
    """A drawing anchor whose rows follow the sheet's, as its ``editAs`` says."""
    if node.get("editAs") == "absolute":
        return [part.raw(node.start, node.inner), *emit_inner(part, node, patch)]
    ends = {child.local: child.child("row") for child in node.children}
    start, end = ends.get("from"), ends.get("to")
    base = int(start.text) if start is not None and start.text.isdigit() else -1

    def rows(inner: Node) -> list[Segment] | None:
        if inner not in (start, end) or not inner.text.isdigit():
            return patch(inner)
        row = int(inner.text)
        place: Segment = ("anchor", sheet, row, -1)
        if inner is end:
            stays = node.get("editAs") == "oneCell" and base >= 0
            place = ("anchor", sheet, row, base) if stays else ("anchor_end", sheet, row)
        return [part.raw(inner.start, inner.inner), place, part.raw(inner.inner_end, inner.end)]

    return [part.raw(node.start, node.inner), *emit_inner(part, node, rows)]


def patch_drawing(part: Part, sheet: int) -> list[Segment]:
    """Shapes and pictures of a moving sheet."""

    def patch(node: Node) -> list[Segment] | None:
        if node.local in ("twoCellAnchor", "oneCellAnchor"):
            return anchors(part, node, sheet, _keep)
        return None

    return compact([_DECLARATION, *emit(part, part.root, patch)])


def patch_comments(part: Part, sheet: int) -> list[Segment]:
    """Comments of a moving sheet follow the first copy of their cell."""

    def patch(node: Node) -> list[Segment] | None:
        area = corners(node.get("ref"))
        if node.local not in ("comment", "threadedComment") or area is None:
            return None
        place: Segment = ("first", sheet, [area])
        exists: Segment = ("exists", sheet, area[1])
        return [("optional", [exists, *compact(retag(part, node, {"ref": place}, _keep))])]

    return compact([_DECLARATION, *emit(part, part.root, patch)])


def patch_notes(part: Part, sheet: int) -> list[Segment]:
    """The boxes of comments (VML): their cell's row, and the box that stands beside it."""

    def patch(node: Node) -> list[Segment] | None:
        if node.local != "shape":
            return None
        rows = [n for n in node.walk() if n.local == "Row" and n.text.strip().isdigit()]
        base = int(rows[0].text) if rows else -1
        inner = [part.raw(node.start, node.inner), *emit_inner(part, node, note(base))]
        exists: list[Segment] = [("exists", sheet, base + 1)] if rows else []
        return [("optional", compact([*exists, *inner]))]

    def note(base: int) -> Patch:
        def inside(node: Node) -> list[Segment] | None:
            start = part.raw(node.start, node.inner)
            end = part.raw(node.inner_end, node.end)
            if node.local == "Row" and base >= 0:
                return [start, ("anchor", sheet, base, -1), end]
            numbers = [item.strip() for item in node.text.split(",")]
            if node.local == "Anchor" and len(numbers) == 8 and all(map(str.isdigit, numbers)):
                home = base if base >= 0 else int(numbers[2])
                top: Segment = ("anchor", sheet, int(numbers[2]), home)
                bottom: Segment = ("anchor", sheet, int(numbers[6]), home)
                return [
                    start, f"{numbers[0]}, {numbers[1]}, ", top, f", {numbers[3]}, {numbers[4]}, "
                    f"{numbers[5]}, ", bottom, f", {numbers[7]}", end,
                ]  # fmt: skip
            return None

        return inside

    return compact(emit(part, part.root, patch))


def patch_table(part: Part, book: Book, sheet: int) -> list[Segment]:
    """A table (ListObject) grows with its rows."""

    def patch(node: Node) -> list[Segment] | None:
        area = corners(node.get("ref"))
        if area is not None:
            return retag(part, node, {"ref": ("range", sheet, area)}, patch_inner)
        return patch_inner(node)

    def patch_inner(node: Node) -> list[Segment] | None:
        if node is not part.root and corners(node.get("ref")) is not None:
            return patch(node)
        return formula_patch(part, book, node, ("calculatedColumnFormula", "totalsRowFormula"))

    return compact([_DECLARATION, *emit(part, part.root, patch)])


def formula_patch(
    part: Part, book: Book, node: Node, names: Sequence[str], sheet: int = -1
) -> list[Segment] | None:
    """An element whose text is a formula with moving references."""
    if node.local not in names or node.children:
        return None
    formula = compile_formula(book, node.text, sheet)
    if not moves(formula):
        return None
    end = part.raw(node.inner_end, node.end)
    return [part.raw(node.start, node.inner), ("formula", list(formula), -1, 0), end]


def patch_formulas(part: Part, book: Book, names: Sequence[str]) -> list[Segment]:
    """A part in which only formulas move (a chart, a pivot cache)."""

    def patch(node: Node) -> list[Segment] | None:
        if node.local == "worksheetSource":
            area, sheet = corners(node.get("ref")), book.sheet(node.get("sheet"), -1)
            if area is not None and sheet >= 0:
                return retag(part, node, {"ref": ("range", sheet, area)}, _keep)
        return formula_patch(part, book, node, names)

    return compact([_DECLARATION, *emit(part, part.root, patch)])


def patch_workbook(part: Part, book: Book, *, recalculate: bool) -> list[Segment]:
    """Names follow their rows; Excel computes on opening; the editor's traces go."""
    before = frozenset(["sheets", "functionGroups", "externalReferences", "definedNames"])
    anchor = [node for node in part.root.children if node.local in before][-1]
    calculation = part.root.child("calcPr")
    insert = recalculate and calculation is None

    def patch(node: Node) -> list[Segment] | None:
        if node is anchor and insert:
            inner = own(node) or [
                part.raw(node.start, node.inner),
                *emit_inner(part, node, own),
            ]
            return [*inner, f'<{part.root.prefix}calcPr fullCalcOnLoad="1"/>']
        return own(node)

    def own(node: Node) -> list[Segment] | None:
        if node.local in ("fileVersion", "revisionPtr"):
            return []
        if node.local == "AlternateContent" and any(n.local == "absPath" for n in node.walk()):
            return []
        if node is calculation and recalculate:
            node.attributes["fullCalcOnLoad"] = "1"
            return retag(part, node, {}, _keep)
        if node.local == "definedNames" and book.loops:
            items: list[Segment] = [
                ("optional", compact(defined_name(part, book, child) or
                                     [part.raw(child.start, child.end)]))
                for child in node.children
            ]  # fmt: skip
            return [("list", f"<{node.name}", "", items, f"</{node.name}>")]
        return None

    return compact([_DECLARATION, *emit(part, part.root, patch)])


def defined_name(part: Part, book: Book, node: Node) -> list[Segment] | None:
    """A name whose rows move; areas and titles for printing stay lists of ranges."""
    local = node.get("localSheetId")
    sheet = int(local) if local.isdigit() else -1
    if node.get("name") in ("_xlnm.Print_Area", "_xlnm.Print_Titles"):
        areas = _areas(book, node.text, sheet)
        if areas is not None:
            end = part.raw(node.inner_end, node.end)
            return [part.raw(node.start, node.inner), ("areas", areas), end]
    return formula_patch(part, book, node, ("definedName",), sheet)


def _areas(book: Book, text: str, sheet: int) -> list[tuple[str, int, Any]] | None:
    """The ranges of a print area with the moving ones taken apart; None for no plain list."""
    areas: list[tuple[str, int, Any]] = []
    for token in Tokenizer("=" + text).items:
        if token.value.strip() in (",", ""):
            continue
        if token.type != Token.OPERAND or token.subtype != Token.RANGE:
            return None
        before, mark, cells = token.value.rpartition("!")
        area = corners(cells)
        target = book.sheet(before, sheet)
        if area is None or target < 0:
            areas.append((escape_text(token.value), -1, None))
        else:
            left, top, right, bottom = area
            columns = (f"${left}" if left else "", f"${right}" if right else "")
            taken = (columns[0], top, columns[1], bottom)
            areas.append((escape_text(before + mark), target, taken))
    return areas


# Styles --------------------------------------------------------------------------------------


def compile_styles(part: Part, used: Iterable[int]) -> dict[str, Any] | None:
    """What rendering needs to give values a format; None when every used cell has its own."""
    root = part.root
    formats, cells = root.child("numFmts"), root.child("cellXfs")
    if cells is None:
        return None
    codes = {
        int(node.get("numFmtId")): node.get("formatCode")
        for node in (formats.children if formats else ())
        if node.get("numFmtId").isdigit()
    }
    styles = cells.each("xf")
    opened = {
        style: (*_derivable(part, styles[max(style, 0)]), _is_text(styles[max(style, 0)], codes),
                len(styles))
        for style in sorted(set(used))
        if max(style, 0) < len(styles) and _is_open(styles[max(style, 0)], codes)
    }  # fmt: skip
    if not opened:
        return None
    start = (formats.start, formats.end) if formats else (root.inner, root.inner)
    return {
        "part": part.name,
        "prefix": root.prefix,
        "open": opened,
        "formats": {**{code: number for number, code in codes.items()}, **BUILTIN_FORMATS},
        "next": max([FIRST_CUSTOM_FORMAT - 1, *codes]) + 1,
        "counts": (len(formats.children) if formats else 0, len(styles)),
        "pieces": (
            _DECLARATION + part.raw(0, start[0]),
            part.raw(formats.inner, formats.inner_end) if formats else "",
            part.raw(start[1], cells.start),
            part.raw(cells.inner, cells.inner_end),
            part.raw(cells.end, len(part.data)),
        ),
    }


def _format_code(style: Node, codes: Mapping[int, str]) -> str:
    number = int(style.get("numFmtId") or 0)
    return codes.get(number, OPENPYXL_FORMATS.get(number, "0")).lower()


def _is_open(style: Node, codes: Mapping[int, str]) -> bool:
    """Whether the template leaves the number format to the value."""
    return _format_code(style, codes) in ("general", "@")


def _is_text(style: Node, codes: Mapping[int, str]) -> bool:
    return _format_code(style, codes) == "@"


def _derivable(part: Part, style: Node) -> tuple[str, str]:
    """The XML of a style around the number of its format."""
    dropped = {"numFmtId", "applyNumberFormat", "quotePrefix"}
    kept = _attributes(style.attributes, dropped)
    inner = part.raw(style.inner, style.inner_end)
    end = f">{inner}</{style.name}>" if inner else "/>"
    return f'<{style.name} numFmtId="', f'"{kept} applyNumberFormat="1"{end}'


# The workbook --------------------------------------------------------------------------------


class Workbook:
    """The members of a template and the relations between them."""

    def __init__(self, members: dict[str, bytes]) -> None:
        self.members = members
        self.parts = {
            name: read_part(name, data)
            for name, data in members.items()
            if name.endswith((".xml", ".rels"))
        }
        types = self.parts.get("[Content_Types].xml")
        if types is None:
            raise BadPart("T250", reason="里面没有内容清单")
        self.types = {
            node.get("PartName").lstrip("/"): node.get("ContentType")
            for node in types.root.each("Override")
        }
        mains = [target for kind, target in self.related("") if kind == "officeDocument"]
        self.main = mains[0] if mains else ""
        kind = self.types.get(self.main, "")
        if "macroEnabled" in kind:
            raise BadPart("T250", reason="它带有宏")
        if self.main not in self.parts or "spreadsheetml.sheet.main" not in kind:
            raise BadPart("T250", reason="里面没有工作簿")

    def related(self, source: str) -> list[tuple[str, str]]:
        """(kind, member) of every relation of the member ``source``."""
        return [(kind, target) for kind, target, _ in self.relations(source)]

    def relations(self, source: str) -> list[tuple[str, str, str]]:
        """(kind, member, id) of every internal relation of the member ``source``."""
        folder, name = posixpath.split(source)
        part = self.parts.get(posixpath.join(folder, "_rels", f"{name}.rels"))
        found = []
        for node in part.root.each("Relationship") if part else ():
            if node.get("TargetMode") != "External":
                target = node.get("Target")
                path = target.lstrip("/") if target[:1] == "/" else posixpath.join(folder, target)
                kind = node.get("Type").rpartition("/")[2]
                found.append((kind, posixpath.normpath(path), node.get("Id")))
        return found

    def one(self, kind: str) -> Part | None:
        """The first part of that kind that the workbook relates to."""
        return next(
            (self.parts[t] for k, t in self.related(self.main) if k == kind and t in self.parts),
            None,
        )

    def drop(self, kinds: Sequence[str], source: str) -> None:
        """Remove the members of these kinds from the package, with what names them."""
        folder, name = posixpath.split(source)
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        gone = {target for kind, target in self.related(source) if kind in kinds}
        if not gone:
            return
        for target in gone:
            self.members.pop(target, None)
            self.parts.pop(target, None)

        def patch(node: Node) -> list[Segment] | None:
            named = node.get("PartName").lstrip("/") in gone
            related = node.local == "Relationship" and node.get("Type").endswith(
                tuple(f"/{kind}" for kind in kinds)
            )
            return [] if named or related else None

        for changed in (relations, "[Content_Types].xml"):
            part = self.parts[changed]
            text = "".join(map(str, emit(part, part.root, patch)))
            self.replace(changed, _DECLARATION + text)

    def replace(self, name: str, text: str) -> None:
        """Give a member new XML."""
        self.members[name] = text.encode()
        self.parts[name] = read_part(name, self.members[name])


def read_strings(book: Workbook) -> tuple[Strings, str]:
    """The shared strings, and the namespace prefix of their XML."""
    part = book.one("sharedStrings")
    if part is None:
        return [], ""
    return [read_runs(part, node) for node in part.root.each("si")], part.root.prefix


def blank_strings(book: Workbook) -> None:
    """Shared strings with tags are never shown: leave nothing of them in the file."""
    part = book.one("sharedStrings")
    if part is None:
        return

    def patch(node: Node) -> list[Segment] | None:
        if node.local != "si" or not TAG.search("".join(t for _, t in read_runs(part, node))):
            return None
        return [f"<{node.name}><{node.prefix}t/></{node.name}>"]

    text = "".join(map(str, emit(part, part.root, patch)))
    book.replace(part.name, _DECLARATION + text)


def read_sheets(book: Workbook) -> tuple[list[str], list[Sheet]]:
    """The names of all sheets in order, and the worksheets among them."""
    strings, prefix = read_strings(book)
    container = book.parts[book.main].root.child("sheets")
    nodes = container.each("sheet") if container else []
    targets = {number: (kind, target) for kind, target, number in book.relations(book.main)}
    sheets: list[Sheet] = []
    for index, node in enumerate(nodes):
        kind, target = targets.get(node.get("id"), ("", ""))
        if kind == "worksheet" and target in book.parts:
            part = book.parts[target]
            rows = read_rows(part, strings, prefix)
            sheets.append(Sheet(index, node.get("name"), part, rows, merged_areas(part)))
    return [node.get("name") for node in nodes], sheets


def compile_xlsx(raw: bytes, file: str, problems: Problems) -> Compiled | None:
    """Compile the workbook ``raw``; problems go to ``problems``.

    None means the bytes cannot be used at all; a result without ``codes`` means its tags can
    be looked at, but not rendered.
    """
    try:
        book = Workbook(package.read_members(raw))
    except package.PackageError as error:
        problems.add(str(error), Position(file), file=file)
        return None
    except BadPart as bad:
        problems.extend([problem(bad.code, Position(file), related=(), **bad.details)])
        return None
    return _Compiler(book, file, problems).compile()


class _Compiler:
    """The steps of compiling one workbook, in order."""

    def __init__(self, book: Workbook, file: str, problems: Problems) -> None:
        self._book = book
        self._file = file
        self._problems = problems
        self._reader = TagReader(file, problems)
        self._dynamic: dict[str, list[Segment]] = {}
        self._codes: dict[str, CodeType] = {}
        self._plans: dict[str, dict[str, Any]] = {}
        self._styles: set[int] = set()

    def compile(self) -> Compiled:
        book = self._book
        book.drop(("calcChain",), book.main)
        book.drop(("custom-properties",), "")
        names, sheets = read_sheets(book)
        for sheet in sheets:
            self._reader.read_sheet(sheet)
            find_blocks(sheet, self._reader)
            check_merges(sheet, self._reader)
        for part in (book.one("sharedStrings"), *(sheet.part for sheet in sheets)):
            if part is not None:
                self._check_marks(part)
        moving = Book(names, {sheet.index: sheet.loops for sheet in sheets if sheet.blocks})
        if not self._reader.failed:
            for sheet in sheets:
                self._sheet(moving, sheet)
        if not self._reader.failed:
            self._others(moving, sheets)
            blank_strings(book)
            self._check_leftovers(sheets)
        if self._reader.failed:
            return self._result({}, None)
        styles_part = book.one("styles")
        styles = compile_styles(styles_part, self._styles) if styles_part else None
        return self._result(self._codes, styles)

    def _sheet(self, moving: Book, sheet: Sheet) -> None:
        masters = Masters(sheet.rows)
        if not sheet.rendered:
            self._keep(sheet.part, SheetPatches(moving, sheet, masters).segments(None))
            return
        source = SheetSource(moving, sheet, self._reader, masters)
        segments = SheetPatches(moving, sheet, masters).segments(source.formulas)
        if self._reader.failed:
            return
        try:
            code = compile_source(environment(), source.source(), sheet.part.name)
        except TemplateSyntaxError as error:
            self._reader.add("T200", Position(self._file), message=error.message or "")
            return
        self._codes[sheet.part.name] = code
        self._styles |= source.styles
        self._plans[sheet.part.name] = {
            "sheet": sheet.index,
            "prefix": sheet.prefix,
            "blocks": sheet.blocks,
            "spans": source.spans,
        }
        self._keep(sheet.part, segments)

    def _keep(self, part: Part, segments: list[Segment]) -> None:
        """Note the patched XML of a part, if anything in it changed."""
        if len(segments) > 1 or not isinstance(segments[0], str):
            self._dynamic[part.name] = segments
        elif segments[0] != _DECLARATION + part.data.decode():
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

    def _check_marks(self, part: Part) -> None:
        texts = (text for n in part.root.walk() for text in (n.text, *n.attributes.values()))
        if any(map(_OWN_MARKS.search, texts)):
            self._reader.add("T266", Position(self._file), part=part.name)

    def _check_leftovers(self, sheets: Sequence[Sheet]) -> None:
        """Tags where gen does not look would reach the reader as they are."""
        titles = {sheet.part.name: sheet.title for sheet in sheets}
        for name in self._book.parts:
            segments = self._dynamic.get(name)
            text = (
                "".join(s for s in _flat(segments))
                if segments is not None
                else self._book.parts[name].data.decode()
            )
            if found := _UNPLACED.search(text):
                sample = re.sub("<.*", "", text[found.start() : found.start() + 60], flags=re.S)
                where = f"工作表“{titles[name]}”的设置" if name in titles else _where(name)
                self._reader.add("T263", Position(self._file), where=where, text=sample)

    def _result(self, codes: Mapping[str, CodeType], styles: dict[str, Any] | None) -> Compiled:
        rendered = {*self._dynamic, *([styles["part"]] if styles else [])}
        static = {
            name: data
            for name, data in neutral_members(self._book.members).items()
            if name not in rendered
        }
        extra = {
            "sheets": self._plans,
            "parts": self._dynamic,
            "styles": styles,
        }
        return Compiled(
            "xlsx", package.static_block(static), codes, tuple(self._reader.tags), extra
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


def _flat(segments: Iterable[Any]) -> Iterator[str]:
    for segment in segments:
        if isinstance(segment, str):
            yield segment
        elif isinstance(segment, list | tuple):
            yield from _flat(segment)
