"""Changes put into the text of content files, all other bytes as they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from generator.content.report.reader import read_drafts
from generator.content.yaml import edit
from generator.content.yaml.edit import EditError, Path, Spot
from generator.problems import Problems
from generator.pulling.model import Change

_BOM: Final = b"\xef\xbb\xbf"
_ENDS: Final = re.compile("\r\n|\r")


class Unwritable(Exception):
    """The changes do not fit the file; the text says why, in Chinese."""


def changed(raw: bytes, file: str, changes: Sequence[Change]) -> bytes:
    """``raw``, the content file ``file``, after ``changes``; raises ``Unwritable``."""
    try:
        text = raw.removeprefix(_BOM).decode()
    except UnicodeDecodeError as error:
        raise Unwritable(f"{file} 不是 UTF-8，请先用编辑器另存为 UTF-8") from error
    lead = _BOM if raw.startswith(_BOM) else b""
    if file.endswith(".md"):
        return lead + _report(text, file, changes).encode()
    return lead + _yaml(text, changes).encode()


# report.md


def _report(text: str, file: str, changes: Iterable[Change]) -> str:
    # Places count lines whatever ends them; what is put in ends as the file does.
    starts = [0, *(m.end() for m in re.finditer("\r\n|\r|\n", text))]
    newline = "\r\n" if "\r\n" in text else "\n"
    blocks = _extents(_ENDS.sub("\n", text), file)
    pieces: list[tuple[int, int, str]] = []
    for change in changes:
        if change.kind == "report":
            start = starts[change.line - 1] + change.column - 1
            end = start + len(change.old)
            if text[start:end] != change.old:
                raise Unwritable(f"{file} 第{change.line}行刚刚又改过")
            pieces.append((start, end, change.new.replace("\n", newline)))
        else:
            pieces.append(_whole(text, starts, blocks, newline, change))
    return _put(text, pieces, file)


def _whole(
    text: str, starts: Sequence[int], blocks: dict[int, int], newline: str, change: Change
) -> tuple[int, int, str]:
    """A block that comes or goes."""
    ends = [*starts[1:], len(text)]
    last = blocks.get(change.line, 0)
    if change.line and not last:
        raise Unwritable(f"{change.file} 第{change.line}行刚刚又改过")
    new = change.new.replace("\n", newline)
    if change.kind == "block":
        if not change.line:
            return 0, 0, new + newline * 2
        end = len(text[: ends[last - 1]].rstrip("\r\n"))
        return end, end, newline * (1 if change.name == "item" else 2) + new
    if change.kind == "join":
        above = max((line for line in blocks.values() if line < change.line), default=0)
        if not above:
            raise Unwritable(f"{change.file} 第{change.line}行前面没有别的段")
        end = len(text[: ends[above - 1]].rstrip())
        begin = starts[change.line - 1]
        return end, begin + len(text[begin:]) - len(text[begin:].lstrip()), ""
    start, end = starts[change.line - 1], ends[last - 1]
    if _ENDS.sub("\n", text[start:end]).rstrip("\n") != change.old:
        raise Unwritable(f"{change.file} 第{change.line}行刚刚又改过")
    blank = re.compile("[ \t\u3000]*(?:\r\n|\r|\n)").match(text, end)
    return start, blank.end() if blank and change.name != "item" else end, ""


def block_source(text: str, file: str, line: int) -> str:
    """The block of report.md that begins at ``line``, as typed, without its last line break."""
    lines = text.split("\n")
    return "\n".join(lines[line - 1 : _extents(text, file).get(line, line)])


def _extents(text: str, file: str) -> dict[int, int]:
    """The first line of each block → its last."""
    drafts, _ = read_drafts(text, file, Problems())
    return {
        draft.lines[0].number: draft.lines[-1].behind[-1][0]
        if draft.lines[-1].behind else draft.lines[-1].number
        for draft in drafts
    }  # fmt: skip


def _put(text: str, pieces: list[tuple[int, int, str]], file: str) -> str:
    limit = len(text) + 1
    order = sorted(enumerate(pieces), key=lambda one: (one[1][0], one[1][1], one[0]), reverse=True)
    for _, (start, end, new) in order:
        if end > limit:
            raise Unwritable(f"{file} 里有两处改动碰在一起")
        text = text[:start] + new + text[end:]
        limit = start
    return text


# YAML


def _yaml(text: str, changes: Sequence[Change]) -> str:
    """Values first, whose changes move no item of a list; then items, from the last one."""
    found = [(change, _path(text, change)) for change in changes]
    for change, path in found:
        if change.kind == "value":
            text = _written(text, change, path)
    items = [one for one in enumerate(found) if one[1][0].kind != "value"]
    for _, (change, path) in sorted(items, key=_backwards, reverse=True):
        text = _written(text, change, path)
    return text


def _backwards(one: tuple[int, tuple[Change, Path]]) -> tuple[Any, ...]:
    """Items behind one another as they came; a new one behind an item before that one goes."""
    number, (change, path) = one
    steps = tuple((1, step, "") if isinstance(step, int) else (0, 0, step) for step in path)
    return steps, change.kind == "row", number


def _path(text: str, change: Change) -> Path:
    try:
        whole = edit.locate(text)
        if whole is None:
            raise EditError("empty")
        offset = _offset(text, change.line, change.column)
        return value_path(change, whole, offset) if change.kind == "value" else _item(whole, offset)
    except EditError as error:
        raise _unwritable(change) from error


def _written(text: str, change: Change, path: Path) -> str:
    try:
        if change.kind == "value":
            whole = edit.locate(text)
            if whole is None or whole.at(path) is None:
                return edit.insert(text, path[:-1], str(path[-1]), change.new)
            return edit.replace(text, path, change.new)
        if change.kind == "unrow":
            return edit.delete(text, path)
        number = path[-1]
        assert isinstance(number, int)
        return edit.append(text, path[:-1], dict(change.fields), after=number)
    except EditError as error:
        raise _unwritable(change) from error


def _unwritable(change: Change) -> Unwritable:
    return Unwritable(f"{change.file} 第{change.line}行的值不能在原处改")


def value_path(change: Change, whole: Spot, offset: int) -> Path:
    """Where the value is that ``change`` is about; it may not be there yet.

    A place may be that of the value, of its name, or of the thing that it belongs to: then it is
    the nearest value above that says the old text. Raises ``EditError``.
    """
    leaves = {spot.start: path for path, spot in whole.leaves()}
    by_key = {spot.key: path for path, spot in whole.leaves() if spot.key >= 0}
    path = leaves.get(offset, by_key.get(offset))
    if path is None:
        raise EditError("nothing there")
    spot = whole.at(path)
    assert spot is not None
    if path[-1] == change.name or (spot.text == change.old and change.old):
        return path
    if not change.old:
        return (*path[:-1], change.name)
    for depth in reversed(range(len(path))):
        above = whole.at(path[:depth])
        found = [
            step for step, one in (above.below.items() if above is not None else ())
            if one.kind == "scalar" and one.text == change.old
        ]  # fmt: skip
        if len(found) == 1:
            return (*path[:depth], found[0])
    raise EditError("not said there")


def _item(whole: Spot, offset: int) -> Path:
    """The item of a list that a place is in."""
    for path, spot in whole.leaves():
        if offset in (spot.start, spot.key):
            depth = max((n for n, step in enumerate(path) if isinstance(step, int)), default=-1)
            if depth >= 0:
                return path[: depth + 1]
    raise EditError("no item there")


def _offset(text: str, line: int, column: int) -> int:
    starts = [0, *(m.end() for m in re.finditer("\r\n|\r|\n", text))]
    if line > len(starts):
        raise EditError("no such line")
    return starts[line - 1] + column - 1
