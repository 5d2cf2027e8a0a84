"""What is wrong, where, and what to do: problems are values, collected and printed in one place.

Nothing here knows about YAML, figures or documents; every other module may import this one.
"""

from __future__ import annotations

import errno
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher, get_close_matches
from enum import StrEnum
from typing import Any

from generator.frozen import frozen
from generator.problems.messages import CATALOG


class Severity(StrEnum):
    """How bad a problem is; errors stop a build, warnings do so only under ``--strict``."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def label(self) -> str:
        """The Chinese word printed before a message."""
        return _LABELS[self]


_LABELS = {Severity.ERROR: "错误", Severity.WARNING: "警告", Severity.NOTE: "提示"}


@frozen
class Position:
    """A place a person can go to.

    ``file`` is relative to the workspace with forward slashes; ``line`` and ``column`` count
    from 1 (0 = unknown); ``place`` names a place inside a Word or Excel file in the reader's
    words, such as ``表1 第2行 第4格``.
    """

    file: str
    line: int = 0
    column: int = 0
    place: str = ""

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Position):
            return NotImplemented
        mine = self.file, self.line, self.column, self.place
        return mine < (other.file, other.line, other.column, other.place)

    def __str__(self) -> str:
        parts = [self.file]
        if self.line:
            parts.append(str(self.line))
            if self.column:
                parts.append(str(self.column))
        text = ":".join(parts)
        return f"{text} {self.place}" if self.place else text


#: Where a text goes on after a line break: offset in the text → place in the file.
Turns = tuple[tuple[int, Position], ...]


def along(at: Position, turns: Turns, offset: int) -> Position:
    """The place of the character ``offset`` of a text that begins ``at``."""
    start = 0
    for there, place in turns:
        if there <= offset:
            at, start = place, there
    return Position(at.file, at.line, at.column + offset - start if at.column else 0, at.place)


@frozen
class Problem:
    """One finding: code, severity, place, Chinese message, repair hint, further places."""

    code: str
    severity: Severity
    message: str
    hint: str
    at: Position
    related: tuple[Position, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The shape promised for ``--format json``."""
        return {
            "code": self.code,
            "severity": str(self.severity),
            "message": self.message,
            "hint": self.hint,
            "file": self.at.file,
            "line": self.at.line,
            "column": self.at.column,
            "place": self.at.place,
            "related": [
                {"file": p.file, "line": p.line, "column": p.column, "place": p.place}
                for p in self.related
            ],
        }

    @staticmethod
    def from_json(plain: Mapping[str, Any]) -> Problem:
        """The problem that ``as_json`` described."""
        return Problem(
            code=plain["code"],
            severity=Severity(plain["severity"]),
            message=plain["message"],
            hint=plain["hint"],
            at=_place(plain),
            related=tuple(map(_place, plain["related"])),
        )


def _place(plain: Mapping[str, Any]) -> Position:
    return Position(plain["file"], plain["line"], plain["column"], plain["place"])


def problem(
    code: str, at: Position, *, related: Iterable[Position] = (), **values: object
) -> Problem:
    """Make the problem ``code`` of the catalogue, its texts filled with ``values``.

    Raises ``KeyError`` for a code or value that the catalogue does not know: that is our bug.
    """
    entry = CATALOG[code]
    return Problem(
        code=code,
        severity=Severity(entry.severity),
        message=entry.text.format_map(values),
        hint=entry.hint.format_map(values),
        at=at,
        related=tuple(related),
    )


class Problems:
    """A growing list of problems handed down through one run."""

    def __init__(self) -> None:
        self._items: list[Problem] = []

    def add(
        self, code: str, at: Position, *, related: Iterable[Position] = (), **values: object
    ) -> None:
        """Collect the problem ``code`` at ``at``."""
        self._items.append(problem(code, at, related=related, **values))

    def add_values(self, code: str, at: Position, values: Mapping[str, object]) -> None:
        """Like ``add`` with the values in a mapping."""
        self._items.append(problem(code, at, **{str(k): v for k, v in values.items()}))  # type: ignore[arg-type]

    def extend(self, items: Iterable[Problem]) -> None:
        """Collect ready-made problems."""
        self._items.extend(items)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    @property
    def failed(self) -> bool:
        """Whether an error is among them."""
        return any(item.severity is Severity.ERROR for item in self._items)

    @property
    def warned(self) -> bool:
        """Whether a warning is among them."""
        return any(item.severity is Severity.WARNING for item in self._items)

    def sorted(self) -> list[Problem]:
        """Without repeats, in the order a person works through them: by file, line, column."""
        return sorted(dict.fromkeys(self._items), key=lambda p: (p.at, p.code, p.message))


def reason(error: OSError) -> str:
    """Why the operating system refused, in Chinese."""
    if isinstance(error, FileNotFoundError):
        return "文件不存在"
    if isinstance(error, PermissionError):
        return "没有权限，或文件正被别的程序占用"
    if isinstance(error, IsADirectoryError):
        return "这是一个文件夹"
    told = error.strerror or ""
    if told and not told.isascii():  # Windows speaks the user's language
        return told
    return _REASONS.get(error.errno or 0, "系统拒绝")


_REASONS = {
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "磁盘配额已用完",
    errno.EROFS: "磁盘是只读的",
    errno.EXDEV: "成果文件夹在另一个磁盘上",
    errno.ENAMETOOLONG: "文件名或路径太长",
    errno.ENOTDIR: "路径里有一段不是文件夹",
    errno.EEXIST: "同名的文件已经在那里",
    errno.ENOTEMPTY: "文件夹不是空的",
    errno.EIO: "磁盘读写出错",
    errno.EBUSY: "文件正被别的程序占用",
    errno.EMFILE: "打开的文件太多",
    errno.ENOLCK: "这个磁盘不支持文件锁",
    errno.ENOTSUP: "这个磁盘不支持这种操作",
}


def _in_place(one: str, other: str) -> int:
    """How many characters two names share at the same place."""
    return sum(map(str.__eq__, one, other))


def suggest(name: str, known: Iterable[str]) -> str:
    """``"，是否为“X”？"`` for the known name nearest to ``name``, else an empty text."""
    pool = list(dict.fromkeys(known))
    near = get_close_matches(name, pool, n=5, cutoff=0.5)
    # Of equally near names the one with more characters in their place is meant.
    near.sort(key=lambda k: (-SequenceMatcher(None, name, k).ratio(), -_in_place(k, name)))
    if not near:
        # Short Chinese names share few characters: one in common at the same place is a hint.
        near = [
            k for k in pool if len(k) == len(name) and sum(map(str.__eq__, k, name)) * 2 >= len(k)
        ]
    return f"，是否为“{near[0]}”？" if near else ""
