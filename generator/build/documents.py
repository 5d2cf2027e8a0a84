"""A form set's documents for one unit-year: planned, compiled, linted, rendered and proven."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import TypeVar

from jinja2 import TemplateError

from generator.build import templates
from generator.content.model import Document, Narrative
from generator.figures.dataset import Dataset
from generator.figures.model import Names, Words
from generator.formats import cache, places, proof
from generator.formats.compiled import Compiled, Rendered
from generator.formats.docx import render as docx
from generator.formats.fingerprint import fingerprint, reached
from generator.formats.properties import Properties
from generator.frozen import frozen
from generator.language import markers, narrative
from generator.language.environment import TemplateLimit
from generator.language.lint import UNKNOWN, lint
from generator.language.tags import Tag
from generator.problems import Position, Problems
from generator.records.record import Shown
from generator.workspace import TEMPLATES, Workspace

_FORBIDDEN_IN_NAMES = str.maketrans(dict.fromkeys('\\/:*?"<>|\r\n\t', "＿"))
_DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"{d}{n}" for d in ("COM", "LPT") for n in range(1, 10))}
_MAX_NAME = 80
T = TypeVar("T")


@frozen
class Output:
    """A finished file and what it shows where; ``fingerprint`` of all it was made from.

    ``reused``: it was not rendered, since an earlier build of the same fingerprint stands.
    """

    filename: str
    data: bytes
    fingerprint: str
    places: tuple[Shown, ...]
    reused: bool


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
    blocks: tuple[narrative.Block, ...]
    context: Names
    values: Mapping[str, object]
    templates: Mapping[str, str]


@frozen
class _Job:
    """One file to make, ``at`` the place it comes from: its project, else the form set."""

    document: Document
    kind: str
    filename: str
    context: Names
    at: Position


def render_all(
    dataset: Dataset,
    workspace: Workspace,
    problems: Problems,
    earlier: Mapping[str, Earlier] | None = None,
) -> DocumentSet:
    """Every document of the set, proven; documents with problems are left out.

    Files of ``earlier`` builds whose fingerprint is still right are taken as they are.
    """
    base = _context(dataset)
    blocks = _narrative(dataset, base, problems)
    if blocks is not None:
        base["正文"] = blocks
    store = templates.Store(workspace, dataset.content.form_set.documents, problems)
    values = proof.values_by_path(base)
    headings = {block.path for block in blocks or () if block.kind == "heading"}
    outputs: list[Output] = []
    taken: dict[str, _Job] = {}
    linted: set[tuple[str, str]] = set()
    hashed: dict[int, bytes] = {}
    for job in _jobs(dataset, base, problems):
        other = taken.setdefault(job.filename.casefold(), job)  # one file on Windows and macOS
        if other is not job:
            problems.add("W102", job.at, related=[other.at], name=job.filename)
            continue
        compiled = store.compiled(job.document, job.kind)
        if compiled is None:
            continue
        key = (job.document.name, job.kind)
        if key not in linted:
            linted.add(key)
            _lint(compiled, job, dataset, problems, sound=store.sound(job.document, job.kind))
        if problems.failed or not compiled.renderable:
            continue
        properties = _properties(job, dataset)
        mark = _fingerprint(compiled, store.keys[key], job, properties, hashed)
        known = (earlier or {}).get(job.filename)
        if known is not None and known.fingerprint == mark:
            outputs.append(Output(job.filename, known.data, mark, known.places, True))
            continue
        rendered = _render(compiled, job, properties, problems)
        if rendered is None:
            continue
        reading = _proven(job, rendered, values, problems)
        if reading is not None:
            found = tuple(places.places(reading, headings))
            outputs.append(Output(job.filename, rendered.data, mark, found, False))
    return DocumentSet(tuple(outputs), blocks or (), base, values, store.files)


def _fingerprint(
    compiled: Compiled, key: str, job: _Job, properties: Properties, hashed: dict[int, bytes]
) -> str:
    names = reached(compiled.statements)
    # Annexes in a report reach their project and label through names of gen's own.
    extra = {("项目",), ("附件号表",), ("项目合计",)} if job.document.annexes else set()
    settings = (key, properties.title, properties.creator, properties.date)
    return fingerprint(job.context, names | extra, *settings, lists=hashed)


# What templates see


def _context(dataset: Dataset) -> Names:
    names = Names(dataset.names)
    form_set = dataset.content.form_set
    shown = [
        document
        for owner in form_set.documents
        for name in owner.annexes
        for document in form_set.documents
        if document.name == name and _appears(document, dataset)
    ]
    labels = {
        document.name: f"附件{number}" if len(shown) > 1 else "附件"
        for number, document in enumerate(shown, 1)
    }
    names["附件号表"] = Names(
        {
            document.name: Words(
                labels.get(document.name, "附件"), f"附件号.{document.name}", document.at
            )
            for document in form_set.documents
        }
    )
    names["附件"] = [
        Names(
            {
                "号": Words(labels[d.name], f"附件[{n}].号", d.at),
                "名称": Words(d.title, f"附件[{n}].名称", d.at),
            }
        )
        for n, d in enumerate(shown, 1)
    ]
    return names


def _appears(document: Document, dataset: Dataset) -> bool:
    """Whether the document's condition (a name that must hold something) is met."""
    if document.each_project and not dataset.projects:
        return False
    here: object = dataset.names
    for step in document.condition.split(".") if document.condition else ():
        here = here.get(step) if isinstance(here, Names) else None
    return bool(here)


def _jobs(dataset: Dataset, base: Names, problems: Problems) -> list[_Job]:
    jobs = []
    for document in dataset.content.form_set.documents:
        if not _appears(document, dataset):
            continue
        contexts = [(base, document.at)]
        if document.each_project:
            projects = base["项目"]
            assert isinstance(projects, list)
            places = [project.at for project in dataset.content.projects]
            contexts = [
                (Names(base, 本项目=project), at)
                for project, at in zip(projects, places, strict=True)
            ]
        for scope, at in contexts:
            context = Names(scope)
            labels = context["附件号表"]
            assert isinstance(labels, Names)
            context["附件号"] = labels[document.name]
            name = _filename(document, context, problems)
            for kind, template in (("docx", document.docx), ("xlsx", document.xlsx)):
                if template:
                    jobs.append(_Job(document, kind, f"{name}.{kind}", context, at))
    return jobs


def _filename(document: Document, context: Names, problems: Problems) -> str:
    """The output name: the form set's, its tags filled, without what Windows forbids."""
    name = templates.fill(document.filename, context, document.at, problems)
    name = name.translate(_FORBIDDEN_IN_NAMES).strip(" .")[:_MAX_NAME].strip(" .")
    return f"{name}＿" if name.upper() in _DEVICES or not name else name


# Rendering


def _narrative(
    dataset: Dataset, base: Names, problems: Problems
) -> tuple[narrative.Block, ...] | None:
    """The rendered blocks of report.md; None without one or with faults in it."""
    source = dataset.content.narrative
    if source is None:
        return None
    environment = docx.environment()
    compiled = _compiled_narrative(source, problems)
    before = len(problems)
    complete = dataset.content.complete
    lint(compiled.tags, compiled.statements, base, problems, complete=complete)
    if len(problems) > before or problems.failed:
        return None  # what is missing would only be missed once more
    if compiled.code is None:
        problems.add("T115", Position(source.file), reason="标签不通")
        return None
    blocks = _guarded(
        lambda: narrative.render_narrative(compiled, environment, base),
        Position(source.file),
        problems,
    )
    for block in blocks or ():
        for text in block.texts:
            if markers.FAULTY in text:
                found = markers.strip(text)[1]
                _report_faults(found, compiled.tags, Position(source.file), problems)
    return None if blocks is None else tuple(map(narrative.settled, blocks))


def _compiled_narrative(source: Narrative, problems: Problems) -> narrative.CompiledNarrative:
    """report.md compiled, from the cache while it is unchanged and free of problems."""
    name = cache.key(source.file.encode(), source.source.encode())
    known = cache.load(name, narrative.CompiledNarrative)
    if known is not None:
        return known
    before = len(problems)
    from generator.language.narrative_compile import compile_narrative

    made = compile_narrative(source, docx.environment(), docx.escape, problems)
    if len(problems) == before and made.code is not None:
        cache.keep(name, made)
    return made


def _lint(
    compiled: Compiled, job: _Job, dataset: Dataset, problems: Problems, *, sound: bool
) -> None:
    scope: dict[str, object] = dict(job.context)
    if job.document.annexes:
        scope["本项目"] = UNKNOWN
        scope["附件号"] = UNKNOWN
    if dataset.content.narrative is None and "正文" not in scope:
        wanted = any("正文" in tag.body for tag in compiled.tags)
        if wanted and dataset.content.complete:
            problems.add("T120", Position(f"{dataset.content.folder}/report.md"))
        scope["正文"] = UNKNOWN
    scope.setdefault("正文", UNKNOWN)
    complete = dataset.content.complete
    absent = {
        templates.position(annex, "docx").file
        for annex in dataset.content.form_set.documents
        if annex.name in job.document.annexes and not _appears(annex, dataset)
    }
    there = [
        (tag, said)
        for tag, said in zip(compiled.tags, compiled.statements, strict=True)
        if tag.at.file not in absent
    ]
    tags, said = [tag for tag, _ in there], [said for _, said in there]
    lint(tags, said, scope, problems, complete=complete, sound=sound)


def _render(
    compiled: Compiled, job: _Job, properties: Properties, problems: Problems
) -> Rendered | None:
    template = templates.position(job.document, job.kind)
    rendered = _guarded(
        lambda: templates.render(compiled, job.context, properties), template, problems
    )
    if rendered is None:
        return None
    before = len(problems)
    for marks in rendered.marks.values():
        _report_faults(marks, compiled.tags, template, problems)
    return rendered if len(problems) == before else None


def _properties(job: _Job, dataset: Dataset) -> Properties:
    unit = dataset.names["单位"]
    creator = str(unit.get("名称", "")) if isinstance(unit, Names) else ""
    date = dataset.names.get(dataset.content.form_set.date)
    iso = str(date) if isinstance(date, Words) and _is_date(str(date)) else ""
    return Properties(title=job.document.title, creator=creator, date=iso)


def _is_date(text: str) -> bool:
    year, _, rest = text.partition("-")
    month, _, day = rest.partition("-")
    return [len(year), len(month), len(day)] == [4, 2, 2] and (year + month + day).isdigit()


def _guarded(work: Callable[[], T], at: Position, problems: Problems) -> T | None:
    """Run ``work``; what stops a template at run time becomes a problem at ``at``."""
    try:
        return work()
    except TemplateLimit:
        problems.add("T116", at)
    except TemplateError as error:
        problems.add("T115", at, reason=error.message or "条件或循环不通")
    return None


def _report_faults(
    marks: Sequence[markers.Mark], tags: Sequence[Tag], otherwise: Position, problems: Problems
) -> None:
    """Faults that filters left in the output, each at the tag that printed it."""
    for mark in marks:
        if mark.path.startswith(markers.FAULT):
            code, values = markers.read_fault(mark.path)
            known = 0 <= mark.tag < len(tags)
            tag = tags[mark.tag] if known else Tag("", otherwise)
            problems.add_values(code, tag.at, {"tag": tag.text, **values})


def _proven(
    job: _Job, rendered: Rendered, values: Mapping[str, object], problems: Problems
) -> proof.Reading | None:
    """The finished file read back; None after what is wrong with it was reported."""
    reading = proof.read(rendered.data, proof.Expected(rendered.parts, rendered.marks))
    faults = proof.prove(reading, values)
    faults += proof.missing_rows(rendered.marks, job.context)
    blocks = job.context.get("正文")
    shows_narrative = any(
        mark.path.startswith("正文[") for marks in rendered.marks.values() for mark in marks
    )
    if isinstance(blocks, tuple) and shows_narrative:
        texts = (text for block in blocks for text in block.texts)
        faults += proof.missing_paragraphs(reading, map(proof.plain, texts))
    for fault in faults:
        at = Position(job.filename, place=fault.place)
        problems.add("W201", at, document=job.filename, reason=fault.text)
    return None if faults else reading


def render_single(
    workspace: Workspace,
    kind: str,
    template: str,
    context: Names,
    filename: str,
    problems: Problems,
) -> Output | None:
    """One document outside a form set; None after its problems were reported."""
    title = PurePosixPath(filename).stem
    document = Document(
        name=title, title=title, filename=title, each_project=False, condition="", annexes=(),
        docx=template if kind == "docx" else "", xlsx=template if kind == "xlsx" else "",
        at=Position(f"{TEMPLATES}/{template}"),
    )  # fmt: skip
    store = templates.Store(workspace, (document,), problems)
    compiled = store.compiled(document, kind)
    if compiled is None:
        return None
    before = len(problems)
    lint(compiled.tags, compiled.statements, context, problems)
    if len(problems) > before or not compiled.renderable:
        return None
    unit = context.get("单位")
    creator = str(unit.get("名称", "")) if isinstance(unit, Names) else ""
    properties = Properties(title=title, creator=creator)
    job = _Job(document, kind, filename, context, document.at)
    rendered = _render(compiled, job, properties, problems)
    shown = {path[0] for path in reached(compiled.statements)}
    values = proof.values_by_path(Names((n, context[n]) for n in shown if n in context))
    if rendered is None or _proven(job, rendered, values, problems) is None:
        return None
    return Output(filename, rendered.data, "", (), False)
