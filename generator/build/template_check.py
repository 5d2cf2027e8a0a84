"""Templates checked, nothing written: every form set against every unit-year that uses it.

What is said of a template is what building would say of it; here all of them are looked at, those
of documents that a unit-year does not have and of form sets that no unit uses included.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.build import documents as render
from generator.build import linting, narrative, plan, templates
from generator.build.templates import Store
from generator.checks import all_rules
from generator.content import loader
from generator.content.form_set.inherit import load_form_set
from generator.content.model import CheckData, FormSet
from generator.content.wordings import any_of
from generator.figures import compute, dataset
from generator.figures.dataset import Dataset
from generator.frozen import replace
from generator.language import inspect
from generator.problems import Position, Problems
from generator.reading import any_file
from generator.reading.contents import Unreadable
from generator.workspace import TEMPLATES, UnitYear, Workspace


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
        told, named = Problems(), set[str]()
        data = _dataset(workspace, target, told)
        if data is not None:
            if data.content.form_set.key not in used:
                _note_no_data(data.content.form_set, found)
                _note_prompts(workspace, data.content.form_set, found)
            used.add(data.content.form_set.key)
            checked |= dict.fromkeys(_check(workspace, data, told, named))
        ours, others = _split(told)
        found.extend(ours)
        if data is None:
            found.extend(others)
        elif others.failed:
            at = Position(data.content.folder)
            found.add("T303", at, unit=target.label, year=target.year)
        elif unused:
            _note_unused(data, named, found)
    if year is None and not units:
        for key in workspace.form_sets():
            if key not in used:
                checked |= dict.fromkeys(_check_alone(workspace, key, found))
    problems.extend(found.sorted())
    return list(checked)


def _split(told: Problems) -> tuple[Problems, Problems]:
    """What is about templates and form sets, and what is about content.

    Mistakes in content are what ``gen check`` is for; here they only mean that some names
    could not be told.
    """
    ours, others = Problems(), Problems()
    for item in told:
        # Content that stops a template is told at the tag here, the place in the content beside it.
        asking = [at for at in item.related if _of_templates(at)]
        if _of_templates(item.at):
            ours.extend([item])
        elif asking:
            ours.extend(replace(item, at=at, related=(item.at,)) for at in asking)
        else:
            others.extend([item])
    return ours, others


def _of_templates(at: Position) -> bool:
    return at.file.startswith(f"{TEMPLATES}/")


def names(workspace: Workspace, year: int, unit: str) -> list[inspect.NameRow]:
    """Every name that templates and report.md of one unit-year may use; empty without content."""
    for target in workspace.unit_years(year):
        if target.unit_id == unit:
            data = _dataset(workspace, target, Problems())
            return [] if data is None else inspect.name_rows(plan.context(data))
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


def _dataset(workspace: Workspace, target: UnitYear, problems: Problems) -> Dataset | None:
    """What templates see of one unit-year; None when it names no usable form set."""
    content = loader.read(workspace, target, problems)
    if content is None:
        return None
    return dataset.build(content, compute.compute(content, problems), problems)


# --- against content ------------------------------------------------------------------------


def _check(
    workspace: Workspace, data: Dataset, problems: Problems, named: set[str]
) -> Iterator[str]:
    """Check the templates of a unit-year's form set, as ``documents.render_all`` does.

    ``named``: where the paths go of all values that templates and the narrative name.
    """
    base = plan.context(data, workspace)
    written = narrative.compiled(data.content.narrative)
    if written is not None:
        inspect.used_paths(written.statements, base, named)
    blocks = narrative.filled(written, data, base, problems)
    if blocks is not None:
        base[plan.NARRATIVE] = blocks
    planned = plan.plan(data, base, problems)
    documents = data.content.form_set.documents
    store = Store(workspace, documents, problems)
    # Faults in content would only be met once more.
    whole = not problems.failed
    for document, kind in plan.templates_of(documents):
        yield templates.position(document, kind).file
        template = store.template(document, kind)
        if template is None:
            continue
        found = Problems()
        linting.check(template, planned, data, blocks, found)
        problems.extend(found)
        for job in planned.of(document, kind):
            if whole and template.usable and not found.failed:
                render.faults(template, job, data, problems)
            inspect.used_paths(template.compiled.statements, job.context, named)
    for document in planned.absent:
        linting.check_name(document, problems)
    problems.retell(data.titles.retold)


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


def _note_no_data(form_set: FormSet, problems: Problems) -> None:
    """A form set that gives rules nothing to compare with: without a word they would be off."""
    if form_set.check_data == CheckData():
        count = sum(bool(rule.uses) for rule in all_rules())
        problems.add("T304", Position(form_set.file, 1, 1), name=form_set.key, count=count)


def _note_prompts(workspace: Workspace, form_set: FormSet, problems: Problems) -> None:
    """What a blank form tells those who fill it in, left in a template beside its tags."""
    prompts = any_of(form_set.check_data.prompts)
    for document, kind in plan.templates_of(form_set.documents) if prompts else ():
        path = workspace.template(document.templates[kind])
        at = templates.position(document, kind)
        try:
            found = any_file.contents(path) if path is not None else None
        except Unreadable:  # told when it is compiled
            continue
        for where, text in found.texts() if found is not None else ():
            if match := re.search(prompts, text):
                problems.add("T305", at, where=where, text=match[0])


# --- without content ------------------------------------------------------------------------


def _check_alone(workspace: Workspace, key: str, problems: Problems) -> Iterator[str]:
    """The templates of a form set that no unit uses: structure, tags and wordings only."""
    at = Position(f"{TEMPLATES}/{key}.yaml")
    form_set = load_form_set(workspace, key, at, problems)
    if form_set is None:
        return
    problems.add("T302", at, name=key)
    _note_no_data(form_set, problems)
    _note_prompts(workspace, form_set, problems)
    store = Store(workspace, form_set.documents, problems)
    for document, kind in plan.templates_of(form_set.documents):
        yield templates.position(document, kind).file
        template = store.template(document, kind)
        if template is not None:
            linting.check_alone(template, problems)
    for document in form_set.documents:
        linting.check_name(document, problems)
