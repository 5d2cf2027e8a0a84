"""Paragraphs and tables of a Word file, in reading order, from the XML of its body."""

from __future__ import annotations

import re
from typing import Final

from generator.reading.contents import Contents, Grid, Piece, Unreadable, is_sentence
from generator.reading.entities import seen, unescape
from generator.reading.package import PackageError, read_members
from generator.reading.word import MAIN

_TOKEN: Final = re.compile(
    r"<w:t(?: [^>]*[^/>])?>([^<]*)|<(/?)w:(p|tbl|tr|tc|txbxContent)(?=[ />])([^>]*)>"
    r"|<w:(br|tab|cr)(?=[ />])[^>]*>|<w:gridSpan w:val=\"(\d{1,3})\"|<w:vMerge(?=[ />])([^>]*)>"
    r"|<(/?)mc:(Fallback)>|<(/?)w:(del)(?=[ >])[^>]*>"
)
#: The stream of a file with a password (MS-OFFCRYPTO 2.3.4.4).
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_MOST_COLUMNS: Final = 60


def open_package(raw: bytes) -> dict[str, bytes]:
    """The members of an Office file; raises ``Unreadable``."""
    if raw[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise Unreadable(
            "有密码，请去掉密码再存" if _ENCRYPTED in raw
            else "是旧格式（.doc、.wps、.xls、.et），请另存为 .docx 或 .xlsx"
        )  # fmt: skip
    try:
        return read_members(raw)
    except PackageError as error:
        raise Unreadable(error.why or "不是 Word、Excel 文件，或者已经损坏") from error


def word_contents(raw: bytes) -> Contents:
    """What a .docx holds; raises ``Unreadable``."""
    members = open_package(raw)
    if MAIN not in members:
        raise Unreadable("不是 Word 文件")
    xml = seen(members[MAIN].decode("utf-8", "replace"))
    walk = _Walk()
    for token in _TOKEN.finditer(xml):
        walk.token(token)
    if not walk.numbers and "<w:p" not in xml and ":p>" in xml:
        raise Unreadable("文件的写法认不出来：请用 Word 或 WPS 另存一次")
    return Contents(tuple(walk.pieces), tuple(walk.grids))


class _Table:
    def __init__(self) -> None:
        self.rows: list[list[str]] = []
        self.numbers: list[list[int]] = []


class _Walk:
    """One pass over the body."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.grids: list[Grid] = []
        self.numbers = 0
        self._outer = 0
        self._tables: list[_Table] = []
        self._paragraphs: list[tuple[int, list[str]]] = []
        self._cells: list[list[str]] = []
        self._first: list[int] = []
        self._span, self._covered = 1, False
        self._hidden = 0
        self._captions: list[str] = []

    def token(self, token: re.Match[str]) -> None:
        """Take in one token of the XML."""
        if token[9] is not None or token[11] is not None:
            self._hidden += -1 if token[8] or token[10] else 1
        elif self._hidden > 0:
            self._unseen(token)
        elif token[1] is not None:
            self._add(token[1])
        elif token[3] is not None:
            self._element(token[3], closing=token[2] == "/", empty=token[4].endswith("/"))
        elif token[5] is not None:
            self._add("\t" if token[5] == "tab" else "\n")
        elif token[6] is not None:
            self._span = min(int(token[6]), _MOST_COLUMNS)
        else:
            self._covered = "restart" not in token[7]

    def _add(self, text: str) -> None:
        if self._paragraphs:
            self._paragraphs[-1][1].append(text)

    def _unseen(self, token: re.Match[str]) -> None:
        """Paragraphs of what old programs show, or of what was deleted: not counted."""
        if token[3] == "p" and token[2] == "" and not token[4].endswith("/"):
            self._paragraphs.append((-1, []))
        elif token[3] == "p" and token[2] == "/" and self._paragraphs:
            self._paragraphs.pop()

    def _element(self, name: str, *, closing: bool, empty: bool) -> None:
        if name == "p":
            self._paragraph(closing=closing, empty=empty)
        elif name == "tbl":
            if closing and self._tables:
                self._table(self._tables.pop())
            elif not closing:
                self._tables.append(_Table())
        elif name == "tr" and not closing and self._tables:
            self._tables[-1].rows.append([])
            self._tables[-1].numbers.append([])
        elif name == "tc":
            self._cell(closing=closing)

    def _paragraph(self, *, closing: bool, empty: bool) -> None:
        if not closing:
            self.numbers += 1
            if not self._tables:
                self._outer += 1
            if not empty:
                self._paragraphs.append((self.numbers, []))
            return
        if not self._paragraphs:
            return
        number, parts = self._paragraphs.pop()
        text = unescape("".join(parts))
        if number < 0:
            return
        if self._cells:
            self._cells[-1].append(text)
            return
        for line in text.split("\n"):
            if line.strip():
                self.pieces.append(Piece(line, f"正文第{self._outer}段", number))
                self._captions = [*self._captions[-2:], line]

    def _cell(self, *, closing: bool) -> None:
        if not closing:
            self._span, self._covered = 1, False
            self._cells.append([])
            self._first.append(self.numbers + 1)
            return
        if not self._cells or not self._tables or not self._tables[-1].rows:
            return
        lines, number = self._cells.pop(), self._first.pop()
        table = self._tables[-1]
        text = "" if self._covered else "\n".join(lines).strip()
        place = f"表{len(self.grids) + 1}第{len(table.rows)}行第{len(table.rows[-1]) + 1}格"
        table.rows[-1] += [text, *[""] * (self._span - 1)]
        table.numbers[-1] += [number] * self._span
        self._span, self._covered = 1, False
        for line in lines:
            if is_sentence(line):
                self.pieces.append(Piece(line, place, number, cell=True))

    def _table(self, table: _Table) -> None:
        if self._tables:
            return
        rows = tuple(map(tuple, table.rows))
        caption = " ".join(self._captions[-3:])
        numbers = tuple(map(tuple, table.numbers))
        self.grids.append(Grid(rows, f"表{len(self.grids) + 1}", caption, numbers))
        self._captions = []
