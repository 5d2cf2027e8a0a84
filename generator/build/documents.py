"""A form set's documents for one unit-year: planned, compiled, linted, rendered and proven."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath

from generator.build import lacking, linting, narrative, plan, templates
from generator.build.finishing import broken, filled, finish
from generator.build.plan import Job, Plan
from generator.build.templates import Template
from generator.content.model import Document
from generator.figures.dataset import Dataset
from generator.figures.model import Names, Words
from generator.formats import places, proof, registry
from generator.formats.compiled import Rendered
from generator.formats.fingerprint import fingerprint, names_pictures, reached
from generator.formats.pictures import PICTURES, Pictures
from generator.formats.properties import Properties
from generator.formats.xlsx.compiled import CompiledWorkbook
from generator.formats.xlsx.render import Line, write_lines
from generator.frozen import frozen, replace
from generator.language.lint import Lack, lint
from generator.language.narrative import Block, CompiledNarrative
from generator.problems import Position, Problems
from generator.records.record import Shown
from generator.workspace import TEMPLATES, Workspace, packaged_templates


@frozen
class Output:
    """A finished file and what it shows where; ``fingerprint`` of all it was made from.

    ``reused``: it was not rendered, since an earlier build of the same fingerprint stands.
    ``template``: the file it was filled from, as the record's inputs name it. ``waits``: it
    prints page numbers that only a layout tells.
    """

    filename: str
    data: bytes
    fingerprint: str
    places: tuple[Shown, ...]
    reused: bool
    template: str = ""
    waits: bool = False


@frozen
class Earlier:
    """A file of an earlier build, intact on disk."""

    fingerprint: str
    data: bytes
    places: tuple[Shown, ...]


@frozen
class DocumentSet:
    """All files of a unit-year, its printed paragraphs, and the templates read for them.

    ``values``: what ``context`` holds, by path.
    """

    outputs: tuple[Output, ...]
    blocks: tuple[Block, ...]
    context: Names
    values: Mapping[str, object]
    templates: Mapping[str, str]


def render_all(
    dataset: Dataset,
    written: CompiledNarrative | None,
    workspace: Workspace,
    problems: Problems,
    earlier: Mapping[str, Earlier] | None = None,
    *,
    draft: bool = False,
) -> DocumentSet:
    """Every document of the set, proven; documents with problems are left out.

    ``written``: report.md, compiled. Files of ``earlier`` builds whose fingerprint is still
    right are taken as they are. Every page of a ``draft`` says what it is. Raises ``Unaccounted``.
    """
    base = plan.context(dataset, workspace)
    lacks: list[Lack] = []
    blocks = narrative.filled(written, dataset, base, problems, lacks)
    if blocks is not None:
        base[plan.NARRATIVE] = blocks
    planned = plan.plan(dataset, base, problems)
    store = templates.Store(workspace, dataset.content.form_set.documents, problems)
    failed = problems.failed or bool(lacks)
    usable = _usable(planned, dataset, blocks, store, problems, lacks)
    lacking.report(lacks, dataset, problems)
    values = proof.values_by_path(base)
    headings = {block.path for block in blocks or () if block.kind == "heading"}
    outputs: list[Output] = []
    hashed: dict[int, bytes] = {}
    for job in planned.jobs:
        template = None if failed else usable.get((job.document.at, job.kind))
        if template is None:
            continue
        properties = replace(_properties(job, dataset, template), draft=draft)
        source = f"{TEMPLATES}/{job.document.templates[job.kind]}"
        mark = _fingerprint(template, job, properties, hashed)
        known = (earlier or {}).get(job.filename)
        waits = template.format.waits(template.compiled)
        if known is not None and known.fingerprint == mark:
            outputs.append(
                Output(job.filename, known.data, mark, known.places, True, source, waits)
            )
        elif (made := finish(template, job, properties, values, problems)) is not None:
            shown = tuple(places.places(made.reading, headings))
            outputs.append(Output(job.filename, made.data, mark, shown, False, source, waits))
    if len(outputs) < len(planned.jobs) and not problems.failed:
        raise Unaccounted([job.filename for job in planned.jobs])
    return DocumentSet(tuple(outputs), blocks or (), base, values, store.files)


class Unaccounted(Exception):
    """A document of the set was not made, and no error says why: a failure of ours."""


def _usable(
    planned: Plan,
    dataset: Dataset,
    blocks: Sequence[Block] | None,
    store: templates.Store,
    problems: Problems,
    lacks: list[Lack],
) -> dict[tuple[Position, str], Template]:
    """The templates of the plan, by document and format, without those that have errors.

    ``lacks`` takes the names that they miss.
    """
    usable: dict[tuple[Position, str], Template] = {}
    for document, kind in planned.templates():
        template = store.template(document, kind)
        if template is None:
            continue
        found, before = Problems(), len(lacks)
        linting.check(template, planned, dataset, blocks, found, lacks)
        problems.extend(found)
        if template.usable and not found.failed and len(lacks) == before:
            usable[document.at, kind] = template
    return usable


def _fingerprint(
    template: Template, job: Job, properties: Properties, hashed: dict[int, bytes]
) -> str:
    names = reached(template.compiled.statements)
    # Annexes in a report reach their project and label through names of gen's own.
    extra = {(plan.PROJECTS,), (plan.LABELS,), ("项目合计",)} if job.document.annexes else set()
    state = "草稿" if properties.draft else ""
    settings = [template.key, properties.title, properties.creator, properties.date, state]
    pictures = job.context.get(PICTURES)
    if isinstance(pictures, Pictures) and names_pictures(template.compiled.statements):
        settings.append(pictures.digest())
    return fingerprint(job.context, names | extra, *settings, lists=hashed)


def filled_again(
    dataset: Dataset, base: Names, workspace: Workspace, filename: str
) -> tuple[Template, Rendered] | None:
    """The file ``filename`` of a set without faults, with its marks; None for no such file.

    ``base``: what ``render_all`` gave as its context.
    """
    problems = Problems()
    for job in plan.plan(dataset, base, problems).jobs:
        if job.filename == filename:
            store = templates.Store(workspace, dataset.content.form_set.documents, problems)
            template = store.template(job.document, job.kind)
            if template is None:
                return None
            made = filled(template, job, _properties(job, dataset, template), problems)
            return None if made is None else (template, made)
    return None


def faults(template: Template, job: Job, dataset: Dataset, problems: Problems) -> None:
    """Report what shows only while ``template`` is filled; nothing is kept."""
    filled(template, job, _properties(job, dataset, template), problems)


def _properties(job: Job, dataset: Dataset, template: Template) -> Properties:
    """What the file says about itself; a date only if its readers find it inside as well.

    Otherwise a change of the date would make a new file in which nothing is new.
    """
    unit = dataset.names["单位"]
    creator = str(unit.get("名称", "")) if isinstance(unit, Names) else ""
    name = dataset.content.form_set.date
    date = dataset.names.get(name)
    shown = any(path[:1] == (name,) for path in reached(template.compiled.statements))
    iso = str(date) if shown and isinstance(date, Words) and _is_date(str(date)) else ""
    return Properties(title=job.document.title, creator=creator, date=iso)


def _is_date(text: str) -> bool:
    year, _, rest = text.partition("-")
    month, _, day = rest.partition("-")
    return [len(year), len(month), len(day)] == [4, 2, 2] and (year + month + day).isdigit()


def render_single(
    workspace: Workspace,
    path: str,
    context: Names,
    filename: str,
    problems: Problems,
) -> Output | None:
    """One document outside a form set; None after its problems were reported."""
    title, kind = PurePosixPath(filename).stem, registry.suffix_of(path)
    document = Document(
        name=title, title=title, filename=title, each_project=False, condition="", annexes=(),
        templates={kind: path},
        at=Position(f"{TEMPLATES}/{path}"),
    )  # fmt: skip
    template = templates.Store(workspace, (document,), problems).template(document, kind)
    if template is None:
        return None
    compiled = template.compiled
    found = Problems()
    lint(compiled.tags, compiled.statements, context, found)
    problems.extend(found)
    if found.failed or not template.usable:
        return None
    unit = context.get("单位")
    creator = str(unit.get("名称", "")) if isinstance(unit, Names) else ""
    properties = Properties(title=title, creator=creator)
    job = Job(document, kind, filename, context, document.at)
    shown = {path[0] for path in reached(compiled.statements)}
    values = proof.values_by_path(Names((n, context[n]) for n in shown if n in context))
    made = finish(template, job, properties, values, problems)
    return None if made is None else Output(filename, made.data, "", (), False)


def write_list(
    workspace: Workspace,
    path: str,
    lines: Mapping[int, Iterable[Line]],
    values: Mapping[str, object],
    filename: str,
    properties: Properties,
    problems: Problems,
) -> Output | None:
    """A workbook of gen's own with ``lines``, read back; None after its problems were reported.

    ``values``: what it shows, by path. Its template is the packaged one, whose rows ``lines``
    know: a workspace may have one of that name from before, with other rows.
    """
    packaged = replace(workspace, root=packaged_templates().parent)
    kind = registry.suffix_of(path)
    document = Document(
        name=properties.title, title=properties.title, filename=filename,
        each_project=False, condition="", annexes=(), templates={kind: path},
        at=Position(f"{TEMPLATES}/{path}"),
    )  # fmt: skip
    template = templates.Store(packaged, (document,), problems).template(document, kind)
    if template is None or not template.usable:
        return None
    assert isinstance(template.compiled, CompiledWorkbook)
    rendered = write_lines(template.compiled, lines, properties)
    expected = proof.Expected(rendered.parts, rendered.marks, rendered.printed)
    reading = proof.read(template.format.open, rendered.data, expected)
    faults = proof.prove(reading, values)
    for fault in faults:
        at = Position(filename, place=fault.place)
        problems.add("W201", at, document=filename, reason=fault.text)
    stamp = template.format.stamped if properties.draft else bytes
    damaged = broken(document.at, filename, reading, problems)
    if faults or damaged:
        return None
    return Output(filename, stamp(rendered.data), "", (), False)
