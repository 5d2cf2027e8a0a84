"""What a build leaves for the next one: its record, and the files that may be taken as they are."""

from __future__ import annotations

from collections.abc import Mapping

from generator.build.documents import DocumentSet, Earlier, Output
from generator.build.standing import Books, same_toolchain
from generator.content import origins
from generator.figures.dataset import PIECES, ROWS, Dataset
from generator.figures.model import Figure, Words
from generator.formats import proof
from generator.frozen import replace
from generator.problems import Problems, Severity
from generator.records import record, tree, typed
from generator.records.record import DocumentRecord, Record
from generator.records.told import Told
from generator.workspace import TEMPLATES, UnitYear, Workspace


def intact(books: Books) -> dict[str, Earlier]:
    """Files of the last build that are still as gen wrote them."""
    if books.last is None or not same_toolchain(books):
        return {}
    return {
        name: Earlier(document.fingerprint, books.on_disk[name], document.places)
        for name, document in books.last.documents.items()
        if name in books.on_disk and name not in books.edited
    }


def record_of(
    workspace: Workspace,
    target: UnitYear,
    data: Dataset,
    documents: DocumentSet,
    problems: Problems,
    before: Mapping[str, str],
    *,
    draft: bool = False,
) -> Record:
    """What this build was made from and shows.

    ``before``: hashes of the inputs, taken before they were read. A file that changes meanwhile
    then counts as changed at the next build, not as what this one was made from.
    """
    inputs = {n: hash_ for n, hash_ in before.items() if not n.startswith(f"{TEMPLATES}/")}
    inputs.update(documents.templates)
    for key in data.content.form_set.lineage:
        name = f"{TEMPLATES}/{key}.yaml"
        path = workspace.template(f"{key}.yaml")
        if path is not None:
            inputs[name] = before.get(name) or record.sha256(path.read_bytes())
    known = {**data.computed.figures, **documents.values}
    printed = {shown.path.partition("|")[0] for made in documents.outputs for shown in made.places}
    came = origins.places(workspace, target.folder)
    told: dict[str, Figure | Words] = {
        path: value
        for path, value in known.items()
        if isinstance(value, Figure | Words) and (path in printed or not _untold(path, value))
    }
    return Record(
        unit=target.unit_id,
        year=target.year,
        inputs=inputs,
        values=Told(told, came),
        narrative=tuple(
            (block.path, block.kind, text)
            for block in documents.blocks
            for text in map(proof.plain, block.texts)
        ),
        documents={
            output.filename: DocumentRecord(
                record.sha256(output.data),
                output.fingerprint,
                output.places,
                output.template,
                number,
            )
            for number, output in enumerate(documents.outputs, 1)
        },
        problems=tuple(
            item.as_json() for item in problems.sorted() if item.severity is not Severity.ERROR
        ),
        draft=draft,
        content=tuple(tree.flat(typed.tree(data.content))),
    )


def _untold(path: str, value: object) -> bool:
    """Whether a value is gen's own, or only a piece of another: told as that one."""
    if isinstance(value, Figure) and value.hidden:
        return True
    head, _, last = path.rpartition(".")
    return head.endswith("]") and (last in PIECES or f".{ROWS}[" in path)


def with_output(made: Record, output: Output) -> Record:
    """``made`` with one more document, which shows nothing of its own."""
    entry = DocumentRecord(record.sha256(output.data), output.fingerprint, output.places)
    return replace(made, documents={**made.documents, output.filename: entry})
