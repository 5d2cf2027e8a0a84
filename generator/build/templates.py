"""Template files of a form set, found, read and compiled once per run."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from generator.build import plan
from generator.content.model import Document
from generator.formats import cache
from generator.formats.compiled import Compiled, Rendered
from generator.formats.docx import render as docx
from generator.formats.docx.compiled import CompiledDocument
from generator.formats.fingerprint import reached
from generator.formats.properties import Properties
from generator.formats.xlsx import render as xlsx
from generator.formats.xlsx.compiled import CompiledWorkbook
from generator.frozen import frozen
from generator.language.environment import GenEnvironment
from generator.language.statements import Statement
from generator.problems import Position, Problems
from generator.reading.package import MAX_PACKAGE_BYTES
from generator.workspace import TEMPLATES, Workspace


def position(document: Document, kind: str) -> Position:
    """The template file of ``document`` as messages name it."""
    return Position(f"{TEMPLATES}/{document.docx if kind == 'docx' else document.xlsx}")


def environment(kind: str) -> GenEnvironment:
    """The sandbox of a format."""
    return docx.environment() if kind == "docx" else xlsx.environment()


def render(compiled: Compiled, context: Mapping[str, object], properties: Properties) -> Rendered:
    """The finished file of ``compiled``, of whichever format it is."""
    if isinstance(compiled, CompiledWorkbook):
        return xlsx.render_xlsx(compiled, context, properties)
    assert isinstance(compiled, CompiledDocument)
    return docx.render_docx(compiled, context, properties)


@frozen
class Template:
    """A template file, read and compiled.

    ``key``: a hash of what it was made from. ``usable``: compiling found no error, so that the
    template can be filled.
    """

    document: Document
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

    def _read(self, document: Document, kind: str) -> bytes | None:
        relative = document.docx if kind == "docx" else document.xlsx
        path = self._workspace.template(relative)
        if path is None and (".." in Path(relative).parts or Path(relative).is_absolute()):
            self._problems.add("T004", document.at, path=relative)
            return None
        if path is None:
            self._problems.add("T003", document.at, path=relative)
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

    def _compile(self, document: Document, kind: str) -> Template | None:
        """From the cache if every template file is as it was, else compiled and kept."""
        raw = self._read(document, kind)
        names = document.annexes if kind == "docx" else ()
        # An annex that is not defined was reported when the form set was read.
        annexes = [self._documents[name] for name in names if name in self._documents]
        parts = [self._read(annex, "docx") for annex in annexes]
        if raw is None or None in parts:
            return None
        file = position(document, kind).file
        inputs = [(annex, data) for annex, data in zip(annexes, parts, strict=True) if data]
        settings = repr((kind, file, [_settings(annex) for annex in annexes])).encode()
        sources = (settings, raw, *(data for _, data in inputs))
        mark, entry = cache.source_key(*sources), cache.key(*sources)
        shape: type[Compiled] = CompiledWorkbook if kind == "xlsx" else CompiledDocument
        known = cache.load(entry, shape)
        if known is not None:
            return Template(document, kind, known, mark, usable=True)
        found = Problems()
        made = _compile(kind, raw, file, inputs, found)
        self._problems.extend(found)
        if made is None:
            return None
        if not found:
            cache.keep(entry, made)
        return Template(document, kind, made, mark, made.renderable and not found.failed)


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


def _settings(annex: Document) -> tuple[str, str, bool]:
    return annex.name, annex.docx, annex.each_project


def _compile(
    kind: str, raw: bytes, file: str, annexes: list[tuple[Document, bytes]], problems: Problems
) -> Compiled | None:
    """The one place that reaches for the compilers and their heavy libraries."""
    if kind == "xlsx":
        from generator.formats.xlsx.compile.compiler import compile_xlsx

        return compile_xlsx(raw, file, problems)
    from generator.formats.docx.compile.compiler import Annex, compile_docx

    return compile_docx(
        raw,
        file,
        [
            Annex(
                name=annex.name, raw=data, file=position(annex, "docx").file,
                each=annex.each_project, number=number,
            )
            for number, (annex, data) in enumerate(annexes, 1)
        ],
        problems,
    )  # fmt: skip
