"""Records by name: the last build, the one before, the content as it stands, frozen versions."""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from generator import disk
from generator.build import ledger, standing
from generator.build.pipeline import examine
from generator.build.publish import Busy, Stranded, exclusive, finish_interrupted
from generator.frozen import frozen, replace
from generator.problems import Position, Problems, reason, suggest
from generator.records import record
from generator.records.compare import compare
from generator.records.record import CHECKLIST_FOLDER, Record
from generator.workspace import UnitYear, Workspace

NOW, LAST, BEFORE = "现在", "上次", "再上次"
_TOLD: Final = {NOW: "现在的内容", LAST: "上次生成的成果", BEFORE: "再上次生成的成果"}
#: The section of the content, its last one, that is of the year before.
_LAST_YEAR: Final = (1, "section", "上年")
_NAME: Final = re.compile(r"[^\\/:*?\"<>|\s.][^\\/:*?\"<>|\r\n\t]{0,40}")


class VersionError(Exception):
    """The version cannot be found or made; the text says why, in Chinese."""


@frozen
class Named:
    """A record and its name; ``told``: what it is, in plain words."""

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
    last = next((at for at, row in enumerate(made.content) if row[:3] == _LAST_YEAR), None)
    return replace(made, values=values, content=made.content[:last])


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
    if name in kept(target):
        _check_own(found, target, name)
    return Named(name, found, _TOLD.get(name, f"版本“{name}”"))


def _check_own(found: Record, target: UnitYear, name: str) -> None:
    """A folder that was copied for a new unit or year brings the versions of the old one along."""
    other = target.unit_folder.parent / found.unit if found.unit else target.unit_folder
    if found.year != target.year or (found.unit != target.unit_id and other.is_dir()):
        whose = f"{found.unit} {found.year}".strip()
        raise VersionError(
            f"“{name}”是 {whose} 的版本，随文件夹抄过来的，不是 {target.label} 的。"
            f"请删去 {target.folder.name}/{record.VERSIONS}/{name}。"
        )


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
    current = Named(NOW, present, _TOLD[NOW])
    if start == NOW:
        return current, current if end in ("", NOW) else named(target, end)
    old = named(target, start or LAST)
    if start or end or not compare(old.record, present).empty:
        return old, current
    before = record.load(target.output / record.PREVIOUS)
    if before is None:
        return old, current
    return Named(BEFORE, before, _TOLD[BEFORE]), Named(LAST, old.record, _TOLD[LAST])


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
    """Name → folder of every frozen version, beside the content or, from before, the outputs."""
    homes = (target.output / record.EARLIER_VERSIONS, target.folder / record.VERSIONS)
    # What begins with a dot is a freeze that did not get to its end.
    found = {
        path.name: path
        for home in homes
        if home.is_dir()
        for path in home.iterdir()
        if path.is_dir() and _usable(path.name)
    }
    return dict(sorted(found.items()))


def bring_over(workspace: Workspace, target: UnitYear, problems: Problems) -> None:
    """Copy versions that an earlier gen kept beside the outputs to the content.

    The outputs may be deleted at any time. What cannot be copied is reported and stays there.
    """
    for name, old in kept(target).items():
        new = target.folder / record.VERSIONS / name
        if old == new:
            continue
        at = Position(workspace.name_of(old))
        try:
            files = {path.name: disk.read(path) for path in sorted(old.iterdir())}
            _keep(target, name, files)
        except OSError as error:
            problems.add("W101", at, reason=reason(error))
        else:
            told = workspace.name_of(old), workspace.name_of(new)
            problems.add("W312", at, name=name, old=told[0], new=told[1])


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
    path, taken = target.output / record.RECORD, kept(target)
    last = _read(path, target.label)
    if last is None:
        lost = target.output.is_dir() and any(one.is_file() for one in target.output.iterdir())
        why = "的成果旁边没有构建记录（.gen 文件夹）" if lost else "还没有成果"
        raise VersionError(f"{target.label} {why}，请先运行 gen build {target.year}。")
    if last.draft:
        raise VersionError(
            f"{target.label} 现在的成果是草稿，不能保存成版本；"
            f"填完以后先运行 gen build {target.year}。"
        )
    files = {path.name: disk.read(path)}
    for filename, document in last.documents.items():
        data = _output(target, filename)
        ticked_off = filename.startswith(f"{CHECKLIST_FOLDER}/")
        if record.sha256(data) != document.sha256 and not ticked_off:
            raise VersionError(f"{target.label} 的“{filename}”被手工改过，请先处理，再保存版本。")
        files[Path(filename).name] = data
    if os.path.lexists(target.folder / record.VERSIONS / name) or name in taken:
        raise VersionError(f"{target.label} 的版本“{name}”已经有了，请换一个名称。")
    _keep(target, name, files)
    return list(last.documents)


def _keep(target: UnitYear, name: str, files: Mapping[str, bytes]) -> None:
    """Write a version beside the content, read-only, all of it or nothing; ``OSError``."""
    home = disk.make_folders(target.folder, record.VERSIONS)
    partial = home / f".{name}"
    disk.remove(partial)
    partial.mkdir()
    for filename, data in files.items():
        copy = partial / filename
        disk.write_new(copy, data)
        copy.chmod(stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH)
    partial.rename(home / name)


def _output(target: UnitYear, filename: str) -> bytes:
    try:
        return disk.read(target.output / filename)
    except FileNotFoundError as error:
        raise VersionError(
            f"{target.label} 缺少“{filename}”，请先运行 gen build {target.year}。"
        ) from error
    except OSError as error:
        raise VersionError(f"{target.label} 的“{filename}”读不了：{reason(error)}。") from error
