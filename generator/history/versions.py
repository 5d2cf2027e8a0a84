"""Records by name: the last build, the one before, the content as it stands, frozen versions."""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from pathlib import Path
from typing import Final

from generator import disk
from generator.build import ledger, standing
from generator.build.pipeline import examine
from generator.build.publish import Busy, Stranded, exclusive, finish_interrupted
from generator.frozen import frozen, replace
from generator.problems import Problems, reason, suggest
from generator.records import record
from generator.records.compare import compare
from generator.records.record import CHECKLIST_FOLDER, Record
from generator.workspace import UnitYear, Workspace

NOW, LAST, BEFORE = "现在", "上次", "再上次"
_NAME: Final = re.compile(r"[^\\/:*?\"<>|\s.][^\\/:*?\"<>|\r\n\t]{0,40}")


class VersionError(Exception):
    """The version cannot be found or made; the text says why, in Chinese."""


@frozen
class Named:
    """A record and its name; ``told``: what to call it where that says more."""

    name: str
    record: Record
    told: str


def now(
    workspace: Workspace, target: UnitYear, problems: Problems, *, draft: bool = False
) -> Record | None:
    """The record that a build, or a ``draft``, of the present content would write.

    None if it has errors.
    """
    found = Problems()
    before = dict(standing.content_hashes(workspace, target))
    examined = examine(workspace, target, found, draft=draft)
    problems.extend(found)
    if examined is None or found.failed:
        return None
    return ledger.record_of(workspace, target, examined.data, examined.documents, found, before)


def years(
    workspace: Workspace, target: UnitYear, other: int, problems: Problems
) -> tuple[Named, Named] | None:
    """The present content of the year ``other`` and that of ``target``, complete or not.

    None when one of them has errors; raises ``VersionError`` for a year that is not there.
    """
    before = [one for one in workspace.unit_years(other) if one.unit_id == target.unit_id]
    if not before:
        known = "、".join(map(str, workspace.years([target.unit_id] if target.unit_id else [])))
        raise VersionError(f"{target.unit_id}没有 {other} 年度的内容，已有的年度：{known}。")
    found = [now(workspace, one, problems, draft=True) for one in (before[0], target)]
    old, new = found
    if old is None or new is None:
        return None
    pairs = ((old, before[0]), (new, target))
    first, second = (_of_its_year(r, workspace.name_of(one.previous)) for r, one in pairs)
    return Named(str(other), first, f"{other}年"), Named(
        str(target.year), second, f"{target.year}年"
    )


def _of_its_year(made: Record, previous: str) -> Record:
    """A record without what it only has to compare with: the values of the year before."""
    bases = {value["base"]["path"] for value in made.values.values() if "base" in value}
    values = {
        path: value
        for path, value in made.values.items()
        if path not in bases and not value["at"][0].startswith(f"{previous}/")
    }
    return replace(made, values=values)


def named(target: UnitYear, name: str) -> Named:
    """A record on disk; raises ``VersionError`` naming the known ones."""
    places = {
        LAST: target.output / record.RECORD,
        BEFORE: target.output / record.PREVIOUS,
        **{version: path / "record.json" for version, path in kept(target).items()},
    }
    if name not in places:
        known = "、".join([NOW, *places])
        near = suggest(name, places) or "。"
        raise VersionError(f"没有版本“{name}”{near}现有：{known}。")
    found = _read(places[name], f"{target.label} 的“{name}”")
    if found is None:
        raise VersionError(
            f"{target.label} 的“{name}”还没有构建记录，请先运行 gen build {target.year}。"
        )
    return Named(name, found, name)


def _read(path: Path, label: str) -> Record | None:
    try:
        return record.read(path)
    except record.Damaged as damage:
        raise VersionError(f"{label}的构建记录用不了：{damage}。") from damage


def pair(
    workspace: Workspace, target: UnitYear, start: str, end: str, problems: Problems
) -> tuple[Named, Named] | None:
    """The two records to compare; None when the present content has errors.

    Without names: the last build against the content as it stands; if nothing changed since
    and there is a build before it, what the last build changed.
    """
    finish_interrupted(workspace.build_folder, target.label, target.output)
    if end == LAST and not start:
        start = BEFORE
    if end and NOW not in (start, end):
        return named(target, start or LAST), named(target, end)
    present = now(workspace, target, problems)
    if present is None:
        return None
    current = Named(NOW, present, NOW)
    if start == NOW:
        return current, current if end in ("", NOW) else named(target, end)
    old = named(target, start or LAST)
    if start or end or not compare(old.record, present).empty:
        return old, current
    before = record.load(target.output / record.PREVIOUS)
    if before is None:
        return old, current
    return Named(BEFORE, before, "改正前"), Named(LAST, old.record, "改正后")


# Frozen versions


def _usable(name: str) -> bool:
    """Whether a version may be called so: a name for a folder that looks like what it is."""
    return (
        _NAME.fullmatch(name) is not None
        and not name.endswith((" ", "."))
        and name not in (NOW, LAST, BEFORE)
        and all(unicodedata.category(char)[0] not in "CZ" or char in " \u3000" for char in name)
    )


def kept(target: UnitYear) -> dict[str, Path]:
    """Name → folder of every frozen version."""
    home = target.output / record.VERSIONS
    if not home.is_dir():
        return {}
    # What begins with a dot is a freeze that did not get to its end.
    return {
        path.name: path for path in sorted(home.iterdir()) if path.is_dir() and _usable(path.name)
    }


def changed_since(workspace: Workspace, target: UnitYear) -> list[str]:
    """Content files and templates that are no longer what the last build was made of."""
    books = standing.open_books(workspace, target)
    if books.last is None:
        return []
    before, now = books.last.inputs, books.inputs
    return sorted(name for name in {*before, *now} if before.get(name) != now.get(name))


def freeze(target: UnitYear, name: str) -> list[str]:
    """Keep the set as it is on disk, with its record, read-only under ``name``.

    Gives the names of the kept files. Raises ``VersionError`` when there is no set, when a file
    of it is missing or was edited, when the name is taken or unusable, or when a build is
    running; ``OSError``.
    """
    if not _usable(name):
        raise VersionError(f"“{name}”不能当版本名，请换一个，例如 报送稿。")
    build_folder = target.output.parents[1 if target.unit_id else 0]
    try:
        with exclusive(build_folder, target.label, target.output):
            return _freeze(target, name)
    except Busy as busy:
        raise VersionError("gen 正在生成这个单位的成果，请等它结束后再保存版本。") from busy
    except Stranded as stranded:
        raise VersionError(f"{stranded.why}，原来的成果在 {stranded.place}。") from stranded


def _freeze(target: UnitYear, name: str) -> list[str]:
    path = target.output / record.RECORD
    last = _read(path, target.label)
    if last is None:
        raise VersionError(f"{target.label} 还没有成果，请先运行 gen build {target.year}。")
    if last.draft:
        raise VersionError(
            f"{target.label} 现在的成果是草稿，不能保存成版本；"
            f"填完以后先运行 gen build {target.year}。"
        )
    kept = {path.name: disk.read(path)}
    for filename, document in last.documents.items():
        data = _output(target, filename)
        ticked_off = filename.startswith(f"{CHECKLIST_FOLDER}/")
        if record.sha256(data) != document.sha256 and not ticked_off:
            raise VersionError(f"{target.label} 的“{filename}”被手工改过，请先处理，再保存版本。")
        kept[Path(filename).name] = data
    home = disk.make_folders(target.output, *Path(record.VERSIONS).parts)
    folder, partial = home / name, home / f".{name}"
    if os.path.lexists(folder):
        raise VersionError(f"{target.label} 的版本“{name}”已经有了，请换一个名称。")
    disk.remove(partial)
    partial.mkdir()
    for filename, data in kept.items():
        copy = partial / filename
        disk.write_new(copy, data)
        copy.chmod(stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH)
    partial.rename(folder)
    return list(last.documents)


def _output(target: UnitYear, filename: str) -> bytes:
    try:
        return disk.read(target.output / filename)
    except FileNotFoundError as error:
        raise VersionError(
            f"{target.label} 缺少“{filename}”，请先运行 gen build {target.year}。"
        ) from error
    except OSError as error:
        raise VersionError(f"{target.label} 的“{filename}”读不了：{reason(error)}。") from error
