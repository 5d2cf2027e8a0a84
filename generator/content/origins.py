"""导入记录.yaml: which values gen import brought in, from which cell of which file.

It lies beside the content files and is written by gen only. A value counts as imported as long
as its line still says what was imported.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from generator import disk
from generator.content.yaml import edit
from generator.frozen import frozen
from generator.problems import Position, Problems
from generator.workspace import UNIT_FILE, Workspace

NAME: Final = "导入记录.yaml"
_HEAD: Final = "# gen import 写的：导入的每个数从哪里来。不用改；删去这个文件，只是不再记得来历。\n"
_FILES, _VALUES = "文件", "值"
_MOST: Final = 40_000
_MOST_BYTES: Final = 16 * 1024 * 1024
_FIELDS: Final = ("在", "名称", "填", "来自", "位置", "原文")
#: What an item of a list is found by.
_ITEM: Final = ("名称", "一级")


class Damaged(ValueError):
    """The record cannot be read, so nobody can know what was imported."""


@frozen
class Entry:
    """``text`` in ``file`` of the year at ``path`` came from ``place`` of ``source``."""

    file: str
    path: tuple[str, ...]
    text: str
    source: str
    place: str
    said: str

    @property
    def told(self) -> str:
        """Where it is from, in words."""
        return f"{self.source} {self.place} “{self.said}”"


@frozen
class Record:
    """``files``: name → sha256 of each file that values came from."""

    files: Mapping[str, str]
    entries: tuple[Entry, ...]

    def said(self, file: str, whole: edit.Spot | None, path: edit.Path, source: str) -> str | None:
        """What was imported from ``source`` for the value at ``path``; None for nothing."""
        wanted = file, named(whole, path), source
        found = (e.text for e in self.entries if (e.file, e.path, e.source) == wanted)
        return next(found, None)


EMPTY: Final = Record({}, ())


def read(folder: Path) -> Record:
    """The record of the year in ``folder``, empty without one; raises ``Damaged``."""
    path = folder / NAME
    try:
        raw = disk.read(path)
    except FileNotFoundError:
        return EMPTY
    except OSError as error:
        raise Damaged(str(error)) from error
    try:
        if len(raw) > _MOST_BYTES:
            raise Damaged("too large")
        said = edit.said(edit.locate(raw.decode("utf-8-sig")))
    except (UnicodeError, edit.EditError) as error:
        raise Damaged(str(error)) from error
    return _record(said)


def _record(said: edit.Said) -> Record:
    if not isinstance(said, dict):
        raise Damaged("no names")
    files, values = said.get(_FILES), said.get(_VALUES)
    if not isinstance(files, dict) or not isinstance(values, list) or len(values) > _MOST:
        raise Damaged("no values")
    entries = tuple(_entry(one) for one in values)
    return Record({name: str(sha) for name, sha in files.items()}, entries)


def _entry(one: edit.Said) -> Entry:
    if not isinstance(one, dict) or set(one) != set(_FIELDS):
        raise Damaged("a value without its fields")
    file, path, *texts = (one[field] for field in _FIELDS)
    if not isinstance(path, list) or not all(isinstance(t, str) for t in (file, *path, *texts)):
        raise Damaged("a value of another form")
    return Entry(str(file), tuple(map(str, path)), *map(str, texts))


def written(record: Record) -> str:
    """``record`` as text."""
    lines = [_HEAD.rstrip("\n"), f"{_FILES}:"]
    lines += [f"  {edit.typed(name)}: {sha}" for name, sha in sorted(record.files.items())]
    lines.append(f"{_VALUES}:")
    for entry in record.entries:
        path = ", ".join(edit.typed(step, flow=True) for step in entry.path)
        texts = (entry.file, f"[{path}]", entry.text, entry.source, entry.place, entry.said)
        cells = ", ".join(
            f"{field}: {text if field == _FIELDS[1] else edit.typed(text, flow=True)}"
            for field, text in zip(_FIELDS, texts, strict=True)
        )
        lines.append(f"  - {{{cells}}}")
    return "\n".join(lines) + "\n"


def merged(old: Record, files: Mapping[str, str], entries: Iterable[Entry]) -> Record:
    """``old`` with new entries in the place of those of the same line; unused files left out.

    A value that another file says too stays with the file that it came from: a correction of the
    other one does not replace it unasked.
    """
    held = {(one.file, one.path): one for one in old.entries}
    for one in entries:
        known_as = held.get((one.file, one.path))
        if known_as is None or known_as.text != one.text or known_as.source == one.source:
            held[one.file, one.path] = one
    used = {one.source for one in held.values()}
    known = {**old.files, **files}
    return Record({name: known.get(name, "") for name in sorted(used)}, tuple(held.values()))


def named(whole: edit.Spot | None, path: edit.Path) -> tuple[str, ...]:
    """``path`` with the items of lists by their names, so that it stays when they move."""
    out: list[str] = []
    here = whole
    for step in path:
        here = here.below.get(step) if here is not None else None
        out.append(_called(here) or str(step) if isinstance(step, int) else step)
    return tuple(out)


def _called(item: edit.Spot | None) -> str:
    for key in _ITEM:
        found = item.below.get(key) if item is not None else None
        if found is not None and found.kind == "scalar" and found.text:
            return found.text
    return ""


def spot_of(whole: edit.Spot | None, path: Iterable[str]) -> edit.Spot | None:
    """What stands at a path of names; None where nothing does."""
    here = whole
    for step in path:
        if here is None:
            return None
        if here.kind == "list":
            here = next((b for k, b in here.below.items() if (_called(b) or str(k)) == step), None)
        else:
            here = here.below.get(step)
    return here


def places(workspace: Workspace, folder: Path) -> dict[tuple[str, int, int], str]:
    """Where every value comes from that still stands as it was imported, by its own place.

    ``folder``: of the year. A record that cannot be read tells nothing.
    """
    try:
        record = read(folder)
    except Damaged:
        return {}
    return dict(_places(workspace, folder, record))


def check(workspace: Workspace, folder: Path, problems: Problems) -> None:
    """Report files that values came from and that lie near with other contents by now."""
    try:
        record = read(folder)
    except Damaged:
        problems.add("I204", Position(workspace.name_of(folder / NAME)))
        return
    for name, sha in record.files.items():
        for home in dict.fromkeys((folder, folder.parent, workspace.root)):
            path = home / name
            if "/" in name or "\\" in name or not path.is_file():
                continue
            try:
                found = hashlib.sha256(disk.read(path)).hexdigest()
            except OSError:
                continue
            if found != sha:
                count = sum(1 for entry in record.entries if entry.source == name)
                at = Position(workspace.name_of(folder / NAME))
                problems.add("I203", at, name=name, count=count, year=folder.name)


def _places(
    workspace: Workspace, folder: Path, record: Record
) -> Iterator[tuple[tuple[str, int, int], str]]:
    by_file: dict[str, list[Entry]] = {}
    for entry in record.entries:
        by_file.setdefault(entry.file, []).append(entry)
    for file, entries in by_file.items():
        home = folder.parent if file == UNIT_FILE else folder
        try:
            text = disk.read(home / file).decode("utf-8-sig").replace("\r\n", "\n")
            whole = edit.locate(text)
        except (OSError, UnicodeError, edit.EditError):
            continue
        breaks = [0, *(match.end() for match in re.finditer("\n", text))]
        for entry in entries:
            spot = spot_of(whole, entry.path)
            if spot is None or spot.kind != "scalar" or spot.text.strip() != entry.text:
                continue
            line = bisect_right(breaks, spot.start)
            column = spot.start - breaks[line - 1] + 1
            yield (workspace.name_of(home / file), line, column), entry.told
