"""The output folder between builds: what the record says, and what is on disk.

Nothing heavy is imported here: a build with nothing to do ends after these questions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from generator import toolchain
from generator.frozen import frozen
from generator.problems import Position, Problems
from generator.records import record
from generator.records.record import Record
from generator.workspace import TEMPLATES, UNIT_FILE, UnitYear, Workspace

#: Lists that people are meant to write in: an edited one is kept aside, not an obstacle.


@frozen
class Books:
    """The state of one output folder before a build.

    ``last``: the record of the last build; ``on_disk``: bytes of the files it lists, as far as
    they exist; ``edited``: those that are no longer as gen wrote them; ``inputs``: hashes of
    the present content files and of the templates of the last build.
    """

    target: UnitYear
    last: Record | None
    raw: bytes
    on_disk: Mapping[str, bytes]
    edited: tuple[str, ...]
    inputs: Mapping[str, str]


def open_books(workspace: Workspace, target: UnitYear) -> Books:
    """Read the record and every file it lists."""
    path = target.output / record.RECORD
    last = record.load(path)
    on_disk: dict[str, bytes] = {}
    edited: list[str] = []
    for name, document in last.documents.items() if last is not None else ():
        data = _read(target.output / name)
        if data is None:
            continue
        on_disk[name] = data
        if record.sha256(data) != document.sha256:
            edited.append(name)
    inputs = dict(content_hashes(workspace, target))
    for name in last.inputs if last is not None else ():
        if name.startswith(f"{TEMPLATES}/"):
            template = workspace.template(name.removeprefix(f"{TEMPLATES}/"))
            data = _read(template) if template is not None else None
            inputs[name] = record.sha256(data) if data is not None else ""
    return Books(target, last, _read(path) or b"", on_disk, tuple(edited), inputs)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes() if path.is_file() else None
    except OSError:
        return None


def content_hashes(workspace: Workspace, target: UnitYear) -> Iterator[tuple[str, str]]:
    """Every file the loader could look at, so that a new one counts as a change."""
    folders = (target.folder, target.previous)
    paths = [target.unit_folder / UNIT_FILE]
    paths += [path for folder in folders for path in _files(folder)]
    for path in paths:
        if not path.name.startswith((".", "~")):
            data = _read(path)
            yield workspace.name_of(path), record.sha256(data) if data is not None else ""


def _files(folder: Path) -> list[Path]:
    """Every file below ``folder``, by path; a linked ``projects`` folder is looked into too.

    What is named like a content file counts, whatever it is: the loader will say so.
    """
    found = [path for path in folder.rglob("*") if path.is_file() or path.suffix == ".yaml"]
    found += [
        path
        for linked in folder.glob("*")
        if linked.is_symlink() and linked.is_dir()
        for path in linked.glob("*")
        if path.is_file()
    ]
    return sorted(set(found))


def edited_documents(books: Books) -> list[str]:
    """Edited files that belong to the set; ticks on a checklist are no obstacle."""
    own = f"{record.CHECKLIST_FOLDER}/"
    return [name for name in books.edited if not name.startswith(own)]


def unchanged(books: Books) -> bool:
    """Whether a build would give exactly what is there."""
    last = books.last
    if last is None or set(books.on_disk) != set(last.documents) or edited_documents(books):
        return False
    return dict(books.inputs) == dict(last.inputs) and same_toolchain(books)


def same_toolchain(books: Books) -> bool:
    """Whether the outputs were made by this gen with these libraries."""
    return _read(books.target.output / record.TOOLCHAIN) == toolchain.stamp()


# Hand edits


def check_hand_edits(
    books: Books, workspace: Workspace, problems: Problems, *, force: bool
) -> None:
    """A file changed since gen wrote it is somebody's work: never overwritten silently."""
    for name in edited_documents(books):
        at = Position(workspace.name_of(books.target.output / name))
        problems.add("W302" if force else "W301", at, kept=_kept(books, workspace))


def _kept(books: Books, workspace: Workspace) -> str:
    """Where hand-edited files are kept aside, as messages name it."""
    return workspace.name_of(books.target.output / record.HAND_EDITS)


def note_checklists(books: Books, workspace: Workspace, problems: Problems) -> None:
    """Say that a checklist with somebody's ticks is about to be kept aside."""
    for name in set(books.edited).difference(edited_documents(books)):
        at = Position(workspace.name_of(books.target.output / name))
        problems.add("W304", at, kept=_kept(books, workspace))


def check_strangers(
    books: Books,
    outputs: Mapping[str, bytes],
    workspace: Workspace,
    problems: Problems,
    *,
    force: bool,
) -> tuple[str, ...]:
    """Files under the names of ``outputs`` that no record of ours knows, with other contents.

    They are somebody's, or ours from before the record was lost: treated as hand edits.
    """
    known = books.last.documents if books.last is not None else {}
    found = []
    for name in sorted(set(outputs) - set(known)):
        data = _read(books.target.output / name)
        if data is not None and data != outputs[name]:
            found.append(name)
            at = Position(workspace.name_of(books.target.output / name))
            problems.add("W302" if force else "W301", at, kept=_kept(books, workspace))
    return tuple(found)


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


def keep_hand_edits(books: Books, strangers: Iterable[str] = ()) -> None:
    """Copy every edited file to ``.gen/手改/`` under the present date and time."""
    stamp = datetime.now().strftime("%Y-%m-%d %H%M%S")
    for name in (*books.edited, *strangers):
        kept = books.target.output / record.HAND_EDITS / f"{stamp} {Path(name).name}"
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes((books.target.output / name).read_bytes())


def entries(books: Books, made: Record) -> dict[str, bytes]:
    """The record's files; the one before is kept as the previous one."""
    out = {record.RECORD: record.dump(made), record.TOOLCHAIN: toolchain.stamp()}
    if books.raw and books.raw != out[record.RECORD]:
        out[record.PREVIOUS] = books.raw
    return out
