"""Template files of a form set, found, read and compiled once per run."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import CodeType

from jinja2 import TemplateError

from generator.content.model import Document
from generator.figures.model import Names
from generator.formats import cache
from generator.formats.compiled import Compiled, Rendered
from generator.formats.docx import render as docx
from generator.formats.docx.compiled import CompiledDocument
from generator.formats.properties import Properties
from generator.formats.xlsx import render as xlsx
from generator.formats.xlsx.compiled import CompiledWorkbook
from generator.language import markers, statements
from generator.language.environment import GenEnvironment, compile_source, run
from generator.problems import Position, Problems
from generator.reading.entities import unescape
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


class Store:
    """Compiled templates of one run, each compiled when first asked for."""

    def __init__(
        self, workspace: Workspace, documents: Iterable[Document], problems: Problems
    ) -> None:
        self._workspace = workspace
        self._documents = {document.name: document for document in documents}
        self._problems = problems
        self._compiled: dict[tuple[str, str], Compiled | None] = {}
        #: What each compiled template was made from, as one hash.
        self.keys: dict[tuple[str, str], str] = {}
        #: Template files read, with the hash of their bytes.
        self.files: dict[str, str] = {}
        #: Templates with problems: usable for the tag lint, never kept.
        self._failed: set[tuple[str, str]] = set()

    def compiled(self, document: Document, kind: str) -> Compiled | None:
        """The compiled template; None after its problems were reported."""
        key = (document.name, kind)
        if key not in self._compiled:
            self._compiled[key] = self._compile(document, kind)
        return self._compiled[key]

    def sound(self, document: Document, kind: str) -> bool:
        """Whether compiling the template found nothing wrong."""
        return (document.name, kind) not in self._failed

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

    def _compile(self, document: Document, kind: str) -> Compiled | None:
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
        name = cache.key(*sources)
        self.keys[document.name, kind] = cache.source_key(*sources)
        shape: type[CompiledWorkbook | CompiledDocument] = (
            CompiledWorkbook if kind == "xlsx" else CompiledDocument
        )
        made: Compiled | None = cache.load(name, shape)
        if made is not None:
            return made
        before = len(self._problems)
        made = _compile(kind, raw, file, inputs, self._problems)
        if made is not None and len(self._problems) == before:
            cache.keep(name, made)
        elif made is not None:
            self._failed.add((document.name, kind))
        return made


def _settings(annex: Document) -> tuple[str, str, bool, str]:
    return annex.name, annex.docx, annex.each_project, annex.condition


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
                each=annex.each_project, condition=annex.condition, number=number,
            )
            for number, (annex, data) in enumerate(annexes, 1)
        ],
        problems,
    )  # fmt: skip


def fill(text: str, context: Names, at: Position, problems: Problems) -> str:
    """A short text of a form set with its tags filled, as plain text."""
    if "{" not in text:
        return text
    try:
        sandbox = docx.environment()
        entry = cache.key(text.encode(), at.file.encode())
        compiled = cache.load(entry, CodeType)
        if compiled is None:
            compiled = compile_source(sandbox, text, at.file)
            cache.keep(entry, compiled)
        marked = run(sandbox, compiled, context)
    except TemplateError as error:
        problems.add("T110", at, tag=text, reason=statements.in_chinese(error.message or "", text))
        return text
    clean, marks = markers.strip(marked)
    for mark in marks:
        if mark.path.startswith(markers.FAULT):
            code, values = markers.read_fault(mark.path)
            problems.add_values(code, at, {"tag": text, **values})
    return unescape(clean)
