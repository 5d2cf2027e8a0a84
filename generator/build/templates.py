"""Template files of a form set, found, read and compiled once per run."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from generator.build import plan
from generator.content.model import Document
from generator.formats import cache, registry
from generator.formats.compiled import Compiled
from generator.formats.fingerprint import reached
from generator.formats.format import Format, Source
from generator.frozen import frozen
from generator.language.statements import Statement
from generator.problems import Position, Problems
from generator.reading.package import MAX_PACKAGE_BYTES
from generator.workspace import TEMPLATES, Workspace


def position(document: Document, kind: str) -> Position:
    """The template file of ``document`` as messages name it."""
    return Position(f"{TEMPLATES}/{document.templates[kind]}")


@frozen
class Template:
    """A template file, read and compiled.

    ``key``: a hash of what it was made from. ``usable``: compiling found no error, so that the
    template can be filled.
    """

    document: Document
    format: Format
    kind: str
    compiled: Compiled
    key: str
    usable: bool


class Store:
    """Templates of one run, each read and compiled when first asked for."""

    def __init__(
        self, workspace: Workspace, documents: Iterable[Document], problems: Problems
    ) -> None:
        self._workspace = workspace
        self._documents = {document.name: document for document in documents}
        self._problems = problems
        self._templates: dict[tuple[Position, str], Template | None] = {}
        #: Template files read, with the hash of their bytes.
        self.files: dict[str, str] = {}

    def template(self, document: Document, kind: str) -> Template | None:
        """The template; None if it cannot be opened. Its problems are reported once."""
        at = document.at, kind
        if at not in self._templates:
            self._templates[at] = self._compile(document, kind)
        return self._templates[at]

    def _compile(self, document: Document, kind: str) -> Template | None:
        """From the cache if every template file is as it was, else compiled and kept."""
        format_ = registry.of(kind)
        if document.cells and not any(registry.of(k).names_cells for k in document.templates):
            self._problems.add("L521", document.cells[0].at, document=document.name)
        source = self._source(document, kind)
        annexes = self._annexes(document, kind) if format_.composes else []
        if source is None or None in annexes:
            return None
        others = [annex for annex in annexes if annex is not None]
        told: tuple[object, ...] = kind, source.file, [(a.name, a.file, a.each) for a in others]
        settings = repr((*told, source.cells) if source.cells else told).encode()
        inputs = (settings, source.raw, *(annex.raw for annex in others))
        entry, mark = cache.key(*inputs), cache.source_key(*inputs)
        known = cache.load(entry, format_.compiled)
        if known is not None:
            self._tell_left(known)
            return Template(document, format_, kind, known, mark, usable=True)
        found = Problems()
        made = format_.compile(source, others, found)
        self._problems.extend(found)
        if made is None:
            return None
        self._tell_left(made)
        if not found:
            cache.keep(entry, made)
        usable = made.renderable and not found.failed
        return Template(document, format_, kind, made, mark, usable)

    def _tell_left(self, compiled: Compiled) -> None:
        """Each time, whether it was compiled now or before."""
        for left in compiled.left:
            self._problems.add("T232", Position(left.file), member=left.member, what=left.what)

    def _annexes(self, document: Document, kind: str) -> list[Source | None]:
        """The annexes of ``document``; None for one that cannot be read, which is reported."""
        # An annex that is not defined was reported when the form set was read.
        known = [self._documents[name] for name in document.annexes if name in self._documents]
        for annex in known:
            if kind not in annex.templates:
                self._problems.add(
                    "L510", document.at, document=document.name, name=annex.name, kind=kind
                )
        return [self._source(annex, kind) if kind in annex.templates else None for annex in known]

    def _source(self, document: Document, kind: str) -> Source | None:
        raw = self._read(document, kind)
        if raw is None:
            return None
        named = registry.of(kind).names_cells
        return Source(
            document.name, raw, position(document, kind).file, document.each_project,
            document.cells if named else (),
        )  # fmt: skip

    def _read(self, document: Document, kind: str) -> bytes | None:
        relative = document.templates[kind]
        path = self._workspace.template(relative)
        if path is None:
            outside = ".." in Path(relative).parts or Path(relative).is_absolute()
            self._problems.add("T004" if outside else "T003", document.at, path=relative)
            return None
        try:
            if path.stat().st_size > MAX_PACKAGE_BYTES:
                self._problems.add("T002", position(document, kind))
                return None
            data = path.read_bytes()
        except OSError:
            self._problems.add("T003", document.at, path=relative)
            return None
        self.files[f"{TEMPLATES}/{relative}"] = hashlib.sha256(data).hexdigest()
        return data


def reached_by(
    workspace: Workspace, documents: Sequence[Document], said: Sequence[Statement]
) -> frozenset[tuple[str, ...]] | None:
    """The names that the templates of ``documents`` and ``said`` reach.

    None where a template cannot be read; its problems are told where it is used.
    """
    store = Store(workspace, documents, Problems())
    found = set(reached(said))
    for document, kind in plan.templates_of(documents):
        template = store.template(document, kind)
        if template is None:
            return None
        found |= reached(template.compiled.statements)
    return frozenset(found)
