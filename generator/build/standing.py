"""The output folder between builds: what the record says, and what is on disk.

Nothing heavy is imported here: a build with nothing to do ends after these questions.
"""

from __future__ import annotations

import itertools
import json
import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Final

from generator import disk, toolchain
from generator.build.publish import Exchange
from generator.disk import Mark
from generator.frozen import frozen, replace
from generator.problems import Position, Problems, reason
from generator.records import record
from generator.records.record import Record
from generator.records.shares import NOTHING, Summing, stamp
from generator.workspace import TEMPLATES, TICKS, UNIT_FILE, UnitYear, Workspace

#: Where a unit keeps pictures that its documents name.
PICTURES: Final = "images"
#: Bytes that a name may have on the disks in use.
_LONGEST_NAME: Final = 255


@frozen
class Books:
    """The state of one output folder before a build.

    ``last``: the record of the last build, None without one or with one that is ``damaged`` (why,
    in Chinese); ``raw``: the bytes of ``last``. Of the files it lists: ``on_disk``, the bytes of
    those that could be read; ``edited``, those that are no longer as gen wrote them; ``doubtful``,
    those of which nobody can say so, with the reason; ``marks``, the state of each when it was
    looked at. ``inputs``: hashes of the present content files and of the templates of the last
    build. ``sums``: what files were when gen wrote them, by name, as far as a record that cannot
    be read, or a named version, still says so.
    """

    target: UnitYear
    last: Record | None
    damaged: str
    raw: bytes
    on_disk: Mapping[str, bytes]
    edited: tuple[str, ...]
    doubtful: Mapping[str, str]
    marks: Mapping[str, Mark | None]
    inputs: Mapping[str, str]
    sums: Mapping[str, Collection[str]]


def open_books(
    workspace: Workspace,
    target: UnitYear,
    templates: dict[str, str] | None = None,
    summing: Summing = NOTHING,
) -> Books:
    """Read the record and every file it lists.

    ``templates``: hashes that one run over many units has found already; it takes new ones in.
    ``summing``: what it has found of units, for those that sum them up.
    """
    last, damaged, raw = None, "", b""
    sums: dict[str, set[str]] = {}
    try:
        found = record.raw_of(target.output / record.RECORD)
        if found is not None:
            last, raw = record.parse(found), found
    except record.Damaged as error:
        damaged = str(error)
    if last is None:
        sums = _sums(target)
    on_disk: dict[str, bytes] = {}
    doubtful: dict[str, str] = {}
    marks: dict[str, Mark | None] = {}
    for name in last.documents if last is not None else ():
        data, marks[name], doubt = _look(target.output, name)
        if doubt:
            doubtful[name] = doubt
        elif data is not None:
            on_disk[name] = data
    documents = last.documents if last is not None else {}
    edited = [n for n, data in on_disk.items() if record.sha256(data) != documents[n].sha256]
    inputs = dict(content_hashes(workspace, target, summing))
    known = templates if templates is not None else {}
    for name in last.inputs if last is not None else ():
        if name.startswith(f"{TEMPLATES}/"):
            if name not in known:
                known[name] = _template_hash(workspace, name)
            inputs[name] = known[name]
    return Books(target, last, damaged, raw, on_disk, tuple(edited), doubtful, marks, inputs, sums)


def _template_hash(workspace: Workspace, name: str) -> str:
    template = workspace.template(name.removeprefix(f"{TEMPLATES}/"))
    data = _read(template) if template is not None else None
    return record.sha256(data) if data is not None else ""


def _sums(target: UnitYear) -> dict[str, set[str]]:
    """What gen once wrote for ``target``, by name: from a record of a later gen, and versions."""
    sums: dict[str, set[str]] = {}
    kept = target.folder / record.VERSIONS
    homes = [target.output / record.FOLDER, *(kept.iterdir() if kept.is_dir() else ())]
    for home in homes:
        for name, digest in record.sums(_read(home / Path(record.RECORD).name) or b"").items():
            sums.setdefault(name, set()).add(digest)
    return sums


def _look(output: Path, name: str) -> tuple[bytes | None, Mark | None, str]:
    """Bytes and state of one output, None when there is none; else why it cannot be told."""
    path = output / name
    try:
        return (*disk.look(path), "")
    except FileNotFoundError:
        return None, None, ""
    except OSError as error:
        return None, None, reason(error)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes() if path.is_file() else None
    except OSError:
        return None


def content_hashes(
    workspace: Workspace, target: UnitYear, summing: Summing = NOTHING
) -> Iterator[tuple[str, str]]:
    """Every file the loader could look at, so that a new one counts as a change."""
    folders = (target.folder, target.previous)
    paths = [target.unit_folder / UNIT_FILE]
    paths += [path for folder in folders for path in _files(folder)]
    paths += [path for path in _files(target.unit_folder / PICTURES) if path.is_file()]
    for path in paths:
        if not path.name.startswith((".", "~")):
            data = _read(path)
            yield workspace.name_of(path), record.sha256(data) if data is not None else ""
    if workspace.sums_up(target):
        yield from _summed_up(workspace, target, summing)


def _summed_up(
    workspace: Workspace, target: UnitYear, summing: Summing
) -> Iterator[tuple[str, str]]:
    """What a unit that sums up others rests on: their records, and whether these are still true."""
    shared = [record.sha256(toolchain.stamp()), *workspace.units()]
    shared += [record.sha256(_read(path) or b"") for path in _files(workspace.root / TEMPLATES)]
    for unit in workspace.summed(target):
        path = unit.output / record.RECORD
        if share := summing.shares.get(unit.unit_id):
            mark = share.stamp
        else:
            hashes = [hash_ for _, hash_ in content_hashes(workspace, unit)]
            mark = stamp(_read(path) or b"", hashes)
        found = "\n".join([mark, *shared])
        yield workspace.name_of(path), record.sha256(found.encode())


def _files(folder: Path) -> list[Path]:
    """Every file below ``folder``, by path; a linked ``projects`` folder is looked into too.

    What is named like a content file counts, whatever it is: the loader will say so. Named
    versions are no content.
    """
    found = [
        path
        for path in folder.rglob("*")
        if (path.is_file() or path.suffix == ".yaml")
        and path.relative_to(folder).parts[0] != record.VERSIONS
    ]
    found += [
        path
        for linked in folder.glob("*")
        if linked.is_symlink() and linked.is_dir() and linked.name != record.VERSIONS
        for path in linked.glob("*")
        if path.is_file()
    ]
    return sorted(set(found))


def edited_documents(books: Books) -> list[str]:
    """Edited files that belong to the set; ticks on a checklist are no obstacle."""
    own = f"{record.CHECKLIST_FOLDER}/"
    return [name for name in books.edited if not name.startswith(own)]


def unchanged(books: Books, *, draft: bool = False) -> bool:
    """Whether a build, or a ``draft``, would give exactly what is there."""
    last = books.last
    if (
        last is None
        or last.draft != draft
        or set(books.on_disk) != set(last.documents)
        or edited_documents(books)
    ):
        return False
    return dict(books.inputs) == dict(last.inputs) and same_toolchain(books)


def same_toolchain(books: Books) -> bool:
    """Whether the outputs were made by this gen with these libraries."""
    return _read(books.target.output / record.TOOLCHAIN) == toolchain.stamp()


def tell_missing(made: Record, workspace: Workspace, target: UnitYear, problems: Problems) -> None:
    """What a set that sums up units lacks: it is there and says so, but it is not whole."""
    paths = [path for path in made.values if path.startswith(_LOST) and _MISSING.fullmatch(path)]
    lost = [made.values[path]["text"] for path in paths]
    if lost:
        more = f" 等{len(lost)}个" if len(lost) > _MOST_NAMED else ""
        named = "、".join(lost[:_MOST_NAMED]) + more
        at = Position(workspace.name_of(target.unit_folder / UNIT_FILE))
        problems.add("W501", at, count=len(lost), names=named)


#: Units that a message names, and where the record of a set that sums up says which are missing.
_MOST_NAMED: Final = 12
_LOST: Final = "未汇总["
_MISSING: Final = re.compile(rf"{re.escape(_LOST)}[0-9]+\]\.编号")


def check_abandoned(workspace: Workspace, years: Collection[int], problems: Problems) -> None:
    """Sets of units that are no more: renamed, or removed. Nothing makes them anew."""
    for year in sorted(years):
        home = workspace.build_folder / str(year)
        units = {target.unit_id for target in workspace.unit_years(year)}
        for folder in sorted(home.iterdir()) if home.is_dir() and "" not in units else ():
            if folder.name in units or not (folder / record.RECORD).is_file():
                continue
            at = Position(workspace.name_of(folder))
            versions = folder / record.EARLIER_VERSIONS
            held = [path.name for path in sorted(versions.glob("*"))] if versions.is_dir() else []
            kept = ""
            if held:
                place = f"content/现在的单位/{year}/{record.VERSIONS}/"
                kept = f"里面有保存的版本（{'、'.join(held)}），要用的先移到 {place}。"
            gone = "现在没有这个单位（改了名，或者删了）"
            if folder.name in workspace.units():
                gone = f"这个单位现在没有 {year} 年度的内容"
            problems.add("W311", at, unit=folder.name, gone=gone, kept=kept)


# Hand edits


def check_folders(books: Books, workspace: Workspace, problems: Problems) -> None:
    """Folders of ours that are links: gen would write into, or replace, what is not its own."""
    output = books.target.output
    documents = books.last.documents if books.last is not None else {}
    below = {
        ".",
        record.FOLDER, record.HAND_EDITS, record.DAMAGED, record.EARLIER_VERSIONS,
        record.CHECKLIST_FOLDER,
        *(folder.as_posix() for name in documents for folder in PurePosixPath(name).parents),
    }  # fmt: skip
    for name in sorted(below):
        kind = disk.not_a_folder(output / name)
        if kind:
            problems.add("W305", Position(workspace.name_of(output / name)), kind=kind)
            return


def check_hand_edits(
    books: Books, workspace: Workspace, problems: Problems, *, force: bool
) -> None:
    """A file changed since gen wrote it is somebody's work: never overwritten silently.

    Nor is one of which nobody can tell. ``force``: what can be kept will be, and told of then.
    """
    output, kept = books.target.output, _kept(books, workspace)
    if books.damaged:
        at, aside = (workspace.name_of(output / n) for n in (record.RECORD, record.DAMAGED))
        problems.add("W307", Position(at), why=books.damaged, kept=aside)
    if not force:
        seen = _acknowledged(books.target)
        for name in edited_documents(books):
            if seen.get(name) == record.sha256(books.on_disk[name]):
                continue  # what was edited is in the content, or was seen
            problems.add("W301", Position(workspace.name_of(output / name)), kept=kept)
        _tell_doubts(books, books.doubtful, workspace, problems)


def acknowledge(target: UnitYear, seen: Mapping[str, str]) -> None:
    """Outputs that were looked through after somebody edited them, name → hash: no obstacle.

    Raises ``OSError``.
    """
    known = {**_acknowledged(target), **seen}
    path = target.output / record.ACKNOWLEDGED
    if seen and disk.is_folder(path.parent):
        partial = disk.unguessed(path)
        disk.write_new(partial, (json.dumps(known, ensure_ascii=False) + "\n").encode())
        os.replace(partial, path)  # noqa: PTH105 (one step, on Windows too)


def _acknowledged(target: UnitYear) -> dict[str, str]:
    """What ``acknowledge`` wrote; a file that anybody may have changed."""
    try:
        plain = json.loads(disk.read(target.output / record.ACKNOWLEDGED).decode())
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(plain, dict):
        return {}
    return {name: told for name, told in plain.items() if isinstance(told, str)}


def _tell_doubts(
    books: Books, names: Iterable[str], workspace: Workspace, problems: Problems
) -> None:
    for name in names:
        at = Position(workspace.name_of(books.target.output / name))
        why = books.doubtful[name]
        problems.add("W306", at, why=why, kept=_kept(books, workspace))


def _kept(books: Books, workspace: Workspace) -> str:
    """Where hand-edited files are kept aside, as messages name it."""
    return workspace.name_of(books.target.output / record.HAND_EDITS)


def tell_kept(
    books: Books, lost: Mapping[str, str], workspace: Workspace, problems: Problems
) -> None:
    """Say what was kept aside before it was replaced, and what could not be (``lost``: why)."""
    output, kept = books.target.output, _kept(books, workspace)
    documents = edited_documents(books)
    if record.RECORD in lost:
        at = Position(workspace.name_of(output / record.RECORD))
        problems.add("W309", at, why=books.damaged, reason=lost[record.RECORD])
    for name in (*books.edited, *books.doubtful):
        at = Position(workspace.name_of(output / name))
        if name in lost:
            problems.add("W309", at, why=books.doubtful[name], reason=lost[name])
        elif name in books.doubtful:
            problems.add("W308", at, why=books.doubtful[name], kept=kept)
        else:
            problems.add("W302" if name in documents else "W304", at, kept=kept)


def with_strangers(
    books: Books,
    outputs: Mapping[str, bytes],
    workspace: Workspace,
    problems: Problems,
    *,
    force: bool,
) -> Books:
    """``books`` that know also what lies under the names of ``outputs`` without being recorded.

    With other contents it is somebody's, or ours from before the record was lost: nobody can say,
    unless a version or a record of a later gen knows it.
    """
    known = books.last.documents if books.last is not None else {}
    why = "构建记录用不了" if books.damaged else "构建记录里没有它" if known else "没有构建记录"
    doubtful, marks = dict(books.doubtful), dict(books.marks)
    strangers = sorted(set(outputs) - set(known))
    for name in strangers:
        data, marks[name], doubt = _look(books.target.output, name)
        ours = data is None or data == outputs[name]
        if data is not None and not ours:
            ours = record.sha256(data) in books.sums.get(name, ())
        if doubt or not ours:
            doubtful[name] = doubt or why
    books = replace(books, doubtful=doubtful, marks=marks)
    if not force:
        _tell_doubts(books, filter(doubtful.__contains__, strangers), workspace, problems)
    return books


def check_lock_files(books: Books, workspace: Workspace, problems: Problems) -> None:
    """Office programs leave a hidden file beside what they have open.

    Word writes ``~$`` over the first two characters of the name, or before a short one; WPS
    puts ``.~`` before it.
    """
    if not books.target.output.is_dir():
        return
    known = books.last.documents if books.last is not None else ()
    for path in sorted(books.target.output.glob("*")):
        if path.name.startswith(("~$", ".~")):
            rest = path.name[2:]
            name = next((name for name in known if name.endswith(rest)), rest)
            problems.add("W303", Position(workspace.name_of(path)), name=name)


def exchange(books: Books, made: Record, outputs: Mapping[str, bytes]) -> Exchange:
    """What has to change in the output folder so that it holds ``outputs`` and ``made``.

    Every edited file goes to ``.gen/手改/`` under the present date and time; so does, if it can
    be kept, what nobody can tell about.
    """
    # A file whose bytes stay the same is left alone, not even its date changes.
    files = {n: data for n, data in outputs.items() if books.on_disk.get(n) != data}
    written = record.dump(made)
    files |= {record.RECORD: written, record.TOOLCHAIN: toolchain.stamp()}
    last = books.last if books.raw != written else None
    if last is not None and not same_but_for_ticks(last, made):
        files[record.PREVIOUS] = books.raw  # the one before
    aside = dict.fromkeys((*books.edited, *books.doubtful), record.HAND_EDITS)
    if books.damaged:
        aside[record.RECORD] = record.DAMAGED
    kept: dict[str, str] = {}
    for name, folder in aside.items():
        kept[name] = _free(books.target.output, folder, name, kept.values())
    recorded = books.last.documents if books.last is not None else {}
    return Exchange(
        files=files,
        stale=frozenset(recorded) - set(outputs),
        kept=kept,
        doubtful=frozenset(books.doubtful) | ({record.RECORD} if books.damaged else set()),
        marks={name: mark for name, mark in books.marks.items() if name not in books.doubtful},
    )


def same_but_for_ticks(last: Record, made: Record) -> bool:
    """Whether nothing happened between two builds but that somebody ticked figures off."""
    one, other = (
        replace(
            each,
            inputs={n: hash_ for n, hash_ in each.inputs.items() if Path(n).name != TICKS},
            documents={
                n: document for n, document in each.documents.items()
                if not n.startswith(f"{record.CHECKLIST_FOLDER}/")
            },
        )
        for each in (last, made)
    )  # fmt: skip
    shown = [
        {n: document.sha256 for n, document in each.documents.items()} for each in (one, other)
    ]
    if shown[0] != shown[1] or one.content != other.content or one.values != other.values:
        return False
    rest = [replace(each, content=(), values={}, documents={}) for each in (one, other)]
    return one.documents == other.documents and record.dump(rest[0]) == record.dump(rest[1])


def _free(output: Path, folder: str, name: str, taken: Collection[str]) -> str:
    """The last step of ``name`` behind the time in ``folder``, cut to what a disk can hold."""
    path, now = PurePosixPath(name), datetime.now().strftime("%Y-%m-%d %H%M%S")
    room = _LONGEST_NAME - len(os.fsencode(f"{now}-99 {path.suffix}"))
    stem = os.fsencode(path.stem)[:room].decode(errors="ignore")
    for count in itertools.count(1):
        again = f"-{count}" if count > 1 else ""
        found = f"{folder}/{now}{again} {stem}{path.suffix}"
        if found not in taken and not os.path.lexists(output / found):
            return found
    raise AssertionError  # counting does not end
