"""Template files of a form set, found, read and compiled once per run."""

from __future__ import annotations

from html import unescape

from jinja2 import TemplateError

from generator.content.model import Document, FormSet
from generator.figures.model import Names
from generator.problems import Position, Problems
from generator.render import docx, markers
from generator.render.compiled import Compiled
from generator.render.environment import compile_source, run
from generator.workspace import TEMPLATES, Workspace


def position(document: Document, kind: str) -> Position:
    """The template file of ``document`` as messages name it."""
    return Position(f"{TEMPLATES}/{document.docx if kind == 'docx' else document.xlsx}")


class Store:
    """Compiled templates of one run, each compiled when first asked for."""

    def __init__(self, workspace: Workspace, form_set: FormSet, problems: Problems) -> None:
        self._workspace = workspace
        self._documents = {document.name: document for document in form_set.documents}
        self._problems = problems
        self._compiled: dict[tuple[str, str], Compiled | None] = {}

    def compiled(self, document: Document, kind: str) -> Compiled | None:
        """The compiled template; None after its problems were reported."""
        key = (document.name, kind)
        if key not in self._compiled:
            self._compiled[key] = self._compile(document, kind)
        return self._compiled[key]

    def _read(self, document: Document, kind: str) -> bytes | None:
        relative = document.docx if kind == "docx" else document.xlsx
        path = self._workspace.template(relative)
        if path is None:
            self._problems.add("T003", document.at, path=relative)
            return None
        try:
            return path.read_bytes()
        except OSError:
            self._problems.add("T003", document.at, path=relative)
            return None

    def _compile(self, document: Document, kind: str) -> Compiled | None:
        raw = self._read(document, kind)
        if raw is None:
            return None
        file = position(document, kind).file
        if kind == "xlsx":
            from generator.render.xlsx_compile import compile_xlsx

            return compile_xlsx(raw, file, self._problems)
        from generator.render.docx_compile import Annex, compile_docx

        annexes = []
        for number, name in enumerate(document.annexes, 1):
            annex = self._documents.get(name)
            if annex is None:
                continue  # reported when the form set was read
            data = self._read(annex, "docx")
            if data is None:
                return None
            annexes.append(
                Annex(
                    name=name, raw=data, file=position(annex, "docx").file,
                    each=annex.each_project, condition=annex.condition, number=number,
                )
            )  # fmt: skip
        return compile_docx(raw, file, annexes, self._problems)


def fill(text: str, context: Names, at: Position, problems: Problems) -> str:
    """A short text of a form set with its tags filled, as plain text."""
    if "{" not in text:
        return text
    try:
        environment = docx.environment()
        marked = run(environment, compile_source(environment, text, at.file), context)
    except TemplateError as error:
        problems.add("T110", at, tag=text, reason=error.message or "写法不通")
        return text
    clean, marks = markers.strip(marked)
    for mark in marks:
        if mark.path.startswith(markers.FAULT):
            code, values = markers.read_fault(mark.path)
            problems.add_values(code, at, {"tag": text, **values})
    return unescape(clean)
