"""The output folder between builds: what the record says, what is on disk, what to write next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from generator import record
from generator.content import loader
from generator.figures.dataset import Dataset
from generator.figures.model import Figure, Words
from generator.problems import Position, Problems, Severity
from generator.record import DocumentRecord, Record
from generator.render import cache, proof
from generator.render.documents import DocumentSet, Earlier
from generator.workspace import TEMPLATES, UnitYear, Workspace


@dataclass(frozen=True, slots=True)
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
    inputs = dict(_content_hashes(workspace, target))
    for name in last.inputs if last is not None else ():
        if name.startswith(f"{TEMPLATES}/"):
            template = workspace.template(name.removeprefix(f"{TEMPLATES}/"))
            data = _read(template) if template is not None else None
            inputs[name] = record.sha256(data) if data is not None else ""
    return Books(target, last, _read(path) or b"", on_disk, tuple(edited), inputs)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _content_hashes(workspace: Workspace, target: UnitYear) -> Iterator[tuple[str, str]]:
    """Every file the loader could look at, so that a new one counts as a change."""
    folders = (target.folder, target.previous)
    paths = [target.unit_folder / loader.UNIT]
    paths += [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    for path in paths:
        if not path.name.startswith((".", "~")):
            data = _read(path)
            yield workspace.name_of(path), record.sha256(data) if data is not None else ""


def unchanged(books: Books) -> bool:
    """Whether a build would give exactly what is there."""
    last = books.last
    if last is None or set(books.on_disk) != set(last.documents) or books.edited:
        return False
    made_by = _read(books.target.output / record.TOOLCHAIN)
    return dict(books.inputs) == dict(last.inputs) and made_by == _toolchain()


def _toolchain() -> bytes:
    return cache.key().encode() + b"\n"


def intact(books: Books) -> dict[str, Earlier]:
    """Files of the last build that are still as gen wrote them."""
    if books.last is None:
        return {}
    return {
        name: Earlier(document.fingerprint, books.on_disk[name], document.places)
        for name, document in books.last.documents.items()
        if name in books.on_disk and name not in books.edited
    }


# Hand edits


def check_hand_edits(
    books: Books, workspace: Workspace, problems: Problems, *, force: bool
) -> None:
    """A file changed since gen wrote it is somebody's work: never overwritten silently."""
    for name in books.edited:
        at = Position(workspace.name_of(books.target.output / name))
        problems.add("W302" if force else "W301", at)


def check_lock_files(books: Books, workspace: Workspace, problems: Problems) -> None:
    """WPS and Word leave ``~$`` files beside what they have open."""
    if not books.target.output.is_dir():
        return
    for path in sorted(books.target.output.glob("~$*")):
        problems.add("W303", Position(workspace.name_of(path)), name=path.name[2:])


def keep_hand_edits(books: Books) -> None:
    """Copy every edited file to ``.gen/手改/`` under the present date and time."""
    stamp = datetime.now().strftime("%Y-%m-%d %H%M%S")
    for name in books.edited:
        kept = books.target.output / record.HAND_EDITS / f"{stamp} {name}"
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(books.on_disk[name])


# The next record


def record_of(
    workspace: Workspace,
    target: UnitYear,
    data: Dataset,
    documents: DocumentSet,
    problems: Problems,
) -> Record:
    """What this build was made from and shows."""
    form_set = data.content.form_set
    template = workspace.template(f"{form_set.key}.yaml")
    inputs = dict(_content_hashes(workspace, target))
    inputs.update(documents.templates)
    if template is not None:
        inputs[f"{TEMPLATES}/{form_set.key}.yaml"] = record.sha256(template.read_bytes())
    values = {
        path: _value(value)
        for path, value in {
            **data.computed.figures,
            **proof.values_by_path(documents.context),
        }.items()
        if "〔" not in path
    }
    return Record(
        unit=target.unit_id,
        year=target.year,
        inputs=inputs,
        values=values,
        narrative=tuple(
            (block.path, block.kind, text)
            for block in documents.blocks
            for text in ([block.text] if block.kind != "table" else _cells(block.rows))
            for text in [proof.plain(text)]
        ),
        documents={
            output.filename: DocumentRecord(
                record.sha256(output.data), output.fingerprint, output.places
            )
            for output in documents.outputs
        },
        problems=tuple(
            item.as_json() for item in problems.sorted() if item.severity is not Severity.ERROR
        ),
    )


def _value(value: object) -> dict[str, object]:
    if isinstance(value, Words):
        return {"text": str(value), "at": [value.at.file, value.at.line, value.at.column]}
    assert isinstance(value, Figure)
    entry: dict[str, object] = {
        "text": value.text,
        "value": str(value.value),
        "unit": value.unit,
        "at": [value.at.file, value.at.line, value.at.column],
    }
    if value.formula:
        entry["formula"] = value.formula
    if value.inputs:
        entry["inputs"] = list(value.inputs)
    if value.base is not None:
        entry["base"] = {
            "path": value.base.path,
            "text": value.base.text,
            "at": [value.base.at.file, value.base.at.line, value.base.at.column],
        }
    return entry


def _cells(rows: tuple[tuple[str, ...], ...]) -> list[str]:
    return [cell for row in rows for cell in row]


def entries(books: Books, made: Record) -> dict[str, bytes]:
    """The record's files; the one before is kept, unless nothing but the inputs' bytes moved."""
    out = {record.RECORD: record.dump(made), record.TOOLCHAIN: _toolchain()}
    if books.raw and books.raw != out[record.RECORD]:
        out[record.PREVIOUS] = books.raw
    return out
