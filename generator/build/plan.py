"""Which documents a unit-year has: each file to make, its name, and what its template sees.

Building, checking, checking templates and the record all ask here, so that they agree.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from generator.build.naming import filename
from generator.content.model import Document
from generator.figures.dataset import Dataset
from generator.figures.model import Names, Words
from generator.formats import registry
from generator.formats.pictures import FOLDER, PICTURES, Pictures
from generator.frozen import frozen
from generator.problems import Position, Problems
from generator.workspace import Workspace

#: Names that gen gives: the narrative, the labels of annexes, the project of a form.
NARRATIVE = "正文"
PROJECTS, PROJECT = "项目", "本项目"
LABELS, LABEL, ANNEXES = "附件号表", "附件号", "附件"


@frozen
class Job:
    """One file to make, ``at`` the place it comes from: its project, else the form set."""

    document: Document
    kind: str
    filename: str
    context: Names
    at: Position


@frozen
class Plan:
    """The files of a unit-year in the order of its form set.

    ``absent`` are the documents it does not have: a condition is not met, or there is no project.
    """

    jobs: tuple[Job, ...]
    absent: tuple[Document, ...]

    def templates(self) -> Iterator[tuple[Document, str]]:
        """Each template that some file is made with, and its format."""
        seen = {(id(job.document), job.kind): job for job in self.jobs}
        return ((job.document, job.kind) for job in seen.values())

    def of(self, document: Document, kind: str) -> list[Job]:
        """The files that one template gives: one, or one for each project, or none."""
        return [job for job in self.jobs if job.document is document and job.kind == kind]


def templates_of(documents: Iterable[Document]) -> Iterator[tuple[Document, str]]:
    """Every template of the documents: which document it is for, and its format."""
    for document in documents:
        for kind in registry.FORMATS:
            if kind in document.templates:
                yield document, kind


def context(dataset: Dataset, workspace: Workspace | None = None) -> Names:
    """What all templates of a unit-year see, but for the narrative.

    ``workspace``: whose folders hold the pictures they name.
    """
    names = Names(dataset.names)
    documents = dataset.content.form_set.documents
    there = {document.name: document for document in documents if _appears(document, dataset)}
    called = dict.fromkeys(name for owner in documents for name in owner.annexes)
    shown = [there[name] for name in called if name in there]
    numbered = len(shown) > 1
    labels = {d.name: f"附件{n}" if numbered else "附件" for n, d in enumerate(shown, 1)}
    # A report shows the annexes that have a label here.
    names[LABELS] = Names(
        {
            name: Words(labels.get(name, "附件"), f"附件号.{name}", document.at)
            for name, document in there.items()
        }
    )
    names[ANNEXES] = [
        Names(
            号=Words(labels[d.name], f"附件[{n}].号", d.at),
            名称=Words(d.title, f"附件[{n}].名称", d.at),
        )
        for n, d in enumerate(shown, 1)
    ]
    if workspace is not None:
        year = workspace.root / dataset.content.folder
        folders = [year / FOLDER, year.parent / FOLDER]
        names[PICTURES] = Pictures(folders, f"{dataset.content.folder}/{FOLDER}")
    return names


def plan(dataset: Dataset, base: Names, problems: Problems) -> Plan:
    """The files of a unit-year; ``base`` is its ``context``, with the narrative if there is one.

    Names that cannot be filled in and files of the same name (W102) are reported.
    """
    jobs: list[Job] = []
    absent: list[Document] = []
    for document in dataset.content.form_set.documents:
        if not _appears(document, dataset):
            absent.append(document)
            continue
        for scope, at in _scopes(document, dataset, base):
            name = filename(document.filename, scope, document.at, problems)
            _check_label(name, document, scope, problems)
            for _, kind in templates_of([document]):
                jobs.append(Job(document, kind, f"{name}.{kind}", scope, at))
    _check_clashes(jobs, problems)
    return Plan(tuple(jobs), tuple(absent))


def _appears(document: Document, dataset: Dataset) -> bool:
    """Whether the document's condition (a name that must hold something) is met."""
    if document.each_project and not dataset.projects:
        return False
    here: object = dataset.names
    for step in document.condition.split(".") if document.condition else ():
        here = here.get(step) if isinstance(here, Names) else None
    return bool(here)


def _scopes(document: Document, dataset: Dataset, base: Names) -> Iterator[tuple[Names, Position]]:
    """What the document's templates see: once, or once for each project."""
    labels, projects = base[LABELS], base[PROJECTS]
    assert isinstance(labels, Names)
    assert isinstance(projects, list)
    own = {LABEL: labels[document.name]}
    if not document.each_project:
        yield Names(base, **own), document.at
        return
    for project, content in zip(projects, dataset.content.projects, strict=True):
        yield Names(base, **own, **{PROJECT: project}), content.at


_NUMBER: Final = re.compile(rf"{LABEL[:-1]}\s*([0-9]+)")


def _check_label(name: str, document: Document, scope: Names, problems: Problems) -> None:
    """A number typed into the name of a file stays when annexes come and go before it."""
    typed, label = _NUMBER.match(name), scope[LABEL]
    given = _NUMBER.match(label) if isinstance(label, Words) else None
    if typed and given and int(typed[1]) != int(given[1]):
        tag = f"{{{{ {LABEL} }}}}"
        problems.add("W106", document.at, name=name, label=given[0], tag=tag)


def _check_clashes(jobs: list[Job], problems: Problems) -> None:
    taken: dict[str, Job] = {}
    for job in jobs:
        other = taken.setdefault(job.filename.casefold(), job)  # one file on Windows and macOS
        if other is not job:
            problems.add("W102", job.at, related=[other.at], name=job.filename)
