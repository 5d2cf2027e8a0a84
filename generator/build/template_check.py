"""Templates checked without rendering: every form set against every unit-year that uses it.

Placement, braces and balance come from compiling, names and arithmetic from the lint; all of it
in one run. Form sets that no unit uses yet are checked as far as that goes without content.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import cast

from generator.build import documents, templates
from generator.content import loader
from generator.content.form_set.reader import read_form_set
from generator.content.model import Document, FormSet
from generator.content.yaml import nodes
from generator.figures import compute, dataset
from generator.figures.model import Names
from generator.formats.compiled import Compiled
from generator.formats.docx import render as docx
from generator.formats.docx.compiled import CompiledDocument
from generator.frozen import frozen
from generator.language import inspect, narrative, statements
from generator.language.lint import UNKNOWN, lint
from generator.language.narrative_compile import compile_narrative
from generator.language.tags import TAG, Tag
from generator.problems import Position, Problems
from generator.workspace import TEMPLATES, UnitYear, Workspace

NARRATIVE = "正文"


def check_templates(
    workspace: Workspace,
    year: int | None,
    units: list[str],
    problems: Problems,
    *,
    unused: bool = False,
) -> list[str]:
    """Check every template and return the names of those checked.

    ``year`` and ``units`` limit the content that templates are checked against (None and empty:
    all there is). ``unused``: also note values that no template and no narrative names.
    """
    found = Problems()
    checked: dict[str, None] = {}
    used: set[str] = set()
    for target in _targets(workspace, year, units):
        data = _dataset(workspace, target, found)
        if data is not None:
            used.add(data.content.form_set.key)
            checked |= dict.fromkeys(_check(workspace, data, found, unused=unused))
    if year is None and not units:
        for key in workspace.form_sets():
            if key not in used:
                checked |= dict.fromkeys(_check_alone(workspace, key, found))
    problems.extend(found.sorted())
    return list(checked)


def names(workspace: Workspace, year: int, unit: str) -> list[inspect.NameRow]:
    """Every name that templates and report.md of one unit-year may use; empty without content."""
    for target in workspace.unit_years(year):
        if target.unit_id == unit:
            data = _dataset(workspace, target, Problems())
            return [] if data is None else inspect.name_rows(documents._context(data))
    return []


def filters() -> list[inspect.FilterRow]:
    """Every wording filter."""
    return inspect.filter_rows()


def _targets(workspace: Workspace, year: int | None, units: list[str]) -> Iterator[UnitYear]:
    for each in workspace.years() if year is None else [year]:
        for target in workspace.unit_years(each):
            # A year without indicators is only there to be compared with.
            whole = year is not None or (target.folder / loader.INDICATORS).is_file()
            if whole and (not units or target.unit_id in units):
                yield target


def _dataset(workspace: Workspace, target: UnitYear, problems: Problems) -> dataset.Dataset | None:
    """What templates see of one unit-year.

    Mistakes in content are what ``gen check`` is for; here they only mean that some names
    cannot be told. Only those of the form set are reported, and those that leave nothing.
    """
    found = Problems()
    content = loader.read(workspace, target, found)
    if content is None:
        problems.extend(found)
        return None
    data = dataset.build(content, compute.compute(content, found), found)
    problems.extend(item for item in found if item.at.file.startswith(f"{TEMPLATES}/"))
    if found.failed:
        at = Position(content.folder)
        problems.add("T303", at, unit=target.label, year=target.year)
        data = replace(data, content=replace(content, complete=False))
    return data


# --- against content ------------------------------------------------------------------------


@frozen
class _Template:
    """One template file of a form set."""

    document: Document
    kind: str
    compiled: Compiled


def _compiled(
    workspace: Workspace, form_set: FormSet, problems: Problems
) -> Iterator[tuple[str, _Template | None]]:
    """Each template file by name; None when it cannot be opened."""
    store = templates.Store(workspace, form_set.documents, problems)
    for document in form_set.documents:
        for kind, path in (("docx", document.docx), ("xlsx", document.xlsx)):
            if path:
                compiled = store.compiled(document, kind)
                held = None if compiled is None else _Template(document, kind, compiled)
                yield templates.position(document, kind).file, held


def _check(
    workspace: Workspace,
    data: dataset.Dataset,
    problems: Problems,
    *,
    unused: bool,
) -> Iterator[str]:
    content = data.content
    base = documents._context(data)
    read = _read_narrative(data)
    used: set[str] = set()
    if read is not None:
        inspect.used_paths(read.statements, base, used)
    for name, template in _compiled(workspace, content.form_set, problems):
        yield name
        if template is None:
            continue
        for scope in _scopes(template.document, base):
            _lint(template, scope, problems, complete=content.complete)
            inspect.used_paths(template.compiled.statements, scope, used)
        if read is not None:
            _check_headings(template, read, problems)
    for document in content.form_set.documents:
        for scope in _scopes(document, base):
            if scope.get("本项目") is not UNKNOWN:
                templates.fill(document.filename, Names(scope), document.at, problems)
    if unused and not any(item.at.file == content.folder for item in problems):
        _note_unused(data, used, problems)


def _scopes(document: Document, base: Names) -> list[dict[str, object]]:
    """What the document's templates see: once, or once per project."""
    labels = cast("Mapping[str, object]", base["附件号表"])
    scope = {**base, "附件号": labels[document.name]}
    scope.setdefault(NARRATIVE, UNKNOWN)
    if document.annexes:
        # Annexes see these; as documents of their own they are checked against real ones.
        scope |= {"本项目": UNKNOWN, "附件号": UNKNOWN}
    projects = base.get("项目")
    if not document.each_project:
        return [scope]
    if isinstance(projects, list) and projects:
        return [{**scope, "本项目": project} for project in projects]
    return [{**scope, "本项目": UNKNOWN}]


def _lint(
    template: _Template, scope: Mapping[str, object], problems: Problems, *, complete: bool
) -> None:
    compiled = template.compiled
    lint(compiled.tags, compiled.statements, scope, problems, complete=complete)


def _read_narrative(data: dataset.Dataset) -> narrative.CompiledNarrative | None:
    """report.md as far as templates depend on it; its own mistakes are for ``gen check``."""
    source = data.content.narrative
    if source is None:
        return None
    return compile_narrative(source, docx.environment(), docx.escape, Problems())


def _check_headings(
    template: _Template, read: narrative.CompiledNarrative, problems: Problems
) -> None:
    """Heading styles that the narrative needs and the template lacks."""
    if not isinstance(template.compiled, CompiledDocument):
        return
    tags = [tag for tag in template.compiled.tags if tag.body == NARRATIVE and tag.scope == "p"]
    levels = sorted({level for kind, level, _ in read.blocks if kind == "heading"})
    for look, tag in zip(template.compiled.looks, tags, strict=False):
        for level in levels:
            if not look.headings[level - 1]:
                problems.add("T212", tag.at, name=f"heading {level}", level=level)


def _note_unused(data: dataset.Dataset, used: set[str], problems: Problems) -> None:
    """Typed figures of this year that nothing prints, not even as part of a sum."""
    figures = data.computed.figures
    waiting = [figures[path] for path in used if path in figures]
    while waiting:
        for path in waiting.pop().inputs:
            if path not in used:
                used.add(path)
                waiting += [figures[path]] if path in figures else []
    files = [f"{data.content.folder}/{name}" for name in (loader.FIGURES, loader.FACTS)]
    for path, figure in figures.items():
        shown = path in used or figure.hidden or figure.formula
        if not shown and figure.at.file in files:
            problems.add("T301", figure.at, name=path)


# --- without content ------------------------------------------------------------------------


class _Anything(dict[str, object]):
    """A context in which every name may be there."""

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> object:
        return UNKNOWN


def _check_alone(workspace: Workspace, key: str, problems: Problems) -> Iterator[str]:
    """The templates of a form set that no unit uses: structure, tags and wordings only."""
    path = workspace.template(f"{key}.yaml")
    if path is None:
        return
    file = workspace.name_of(path)
    node = nodes.load(path, file, problems)
    if not isinstance(node, nodes.Mapping):
        if node is not None:
            problems.add("L213", node.at, what=path.name)
        return
    form_set = read_form_set(node, key, file, problems)
    problems.add("T302", Position(file), name=key)
    for name, template in _compiled(workspace, form_set, problems):
        yield name
        if template is not None:
            _lint(template, _Anything(), problems, complete=True)
    for document in form_set.documents:
        tags = [Tag(match[0], document.at) for match in TAG.finditer(document.filename)]
        lint(tags, statements.read(tags, docx.environment()), _Anything(), problems)
