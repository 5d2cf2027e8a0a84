"""One file: filled, read back, proven. What only then shows is told at the tag to blame."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import TypeVar

from jinja2 import TemplateError

from generator.build import lacking, templates
from generator.build.plan import NARRATIVE, Job
from generator.build.templates import Template
from generator.figures.model import Fault
from generator.formats import proof
from generator.formats.compiled import Rendered
from generator.formats.properties import Properties
from generator.frozen import frozen
from generator.language import markers
from generator.language.blocks import of_every_item
from generator.language.environment import ContentFault, TemplateLimit
from generator.language.tags import Tag
from generator.problems import Position, Problems

T = TypeVar("T")


@frozen
class Finished:
    """A finished file and how it reads."""

    data: bytes
    reading: proof.Reading


def finish(
    template: Template,
    job: Job,
    properties: Properties,
    values: Mapping[str, object],
    problems: Problems,
) -> Finished | None:
    """The file of ``job``; None after its problems were reported.

    ``values``: what it may show, by path.
    """
    rendered = filled(template, job, properties, problems)
    if rendered is None:
        return None
    reading = _proven(template, job, rendered, values, problems)
    if reading is None:
        return None
    data = template.format.stamped(rendered.data) if properties.draft else rendered.data
    return Finished(data, reading)


def filled(
    template: Template, job: Job, properties: Properties, problems: Problems
) -> Rendered | None:
    """The template of ``job``, filled; None after its problems were reported."""
    at = templates.position(job.document, job.kind)
    compiled, its, names = template.compiled, template.format, job.context
    tags = compiled.tags
    rendered = guarded(lambda: its.render(compiled, names, properties), at, problems, tags, names)
    if rendered is None:
        return None
    marks = chain.from_iterable(rendered.marks.values())
    faulty = report_faults(marks, tags, at, problems, names)
    wrong = Problems()
    for remark in rendered.remarks:
        place = at if remark.place is None else replace(at, place=remark.place)
        wrong.add_values(remark.code, place, dict(remark.values))
    problems.extend(wrong)
    return None if faulty or wrong.failed else rendered


def _proven(
    template: Template,
    job: Job,
    rendered: Rendered,
    values: Mapping[str, object],
    problems: Problems,
) -> proof.Reading | None:
    """The finished file read back; None after what is wrong with it was reported."""
    expected = proof.Expected(rendered.parts, rendered.marks, rendered.printed)
    reading = proof.read(template.format.open, rendered.data, expected)
    faults = proof.prove(reading, values)
    every = of_every_item(template.compiled.statements)
    faults += proof.missing_rows(rendered.marks, job.context, every)
    blocks = job.context.get(NARRATIVE)
    marks = chain.from_iterable(rendered.marks.values())
    if isinstance(blocks, tuple) and any(mark.path.startswith("正文[") for mark in marks):
        texts = (text for block in blocks for text in block.texts)
        faults += proof.missing_paragraphs(reading, map(proof.plain, texts))
    for fault in faults:
        at = Position(job.filename, place=fault.place)
        problems.add("W201", at, document=job.filename, reason=fault.text)
    at = templates.position(job.document, template.kind)
    damaged = broken(at, job.filename, reading, problems)
    return None if faults or damaged else reading


def broken(at: Position, filename: str, reading: proof.Reading, problems: Problems) -> bool:
    """Whether Word or Excel would call the file damaged, which is told at its template."""
    found = proof.damage(reading)
    for flaw in found:
        where = f"{flaw.place or flaw.member}"
        problems.add("T234", at, document=filename, where=where, reason=flaw.reason)
    return bool(found)


def guarded(
    work: Callable[[], T],
    at: Position,
    problems: Problems,
    tags: Sequence[Tag] = (),
    names: Mapping[str, object] | None = None,
) -> T | None:
    """What ``work`` gives; None after what stops a template was reported at ``at``.

    ``tags`` of the template, and the ``names`` they see: a value that is to blame is told where
    it was typed, with the tags that ask for it.
    """
    try:
        return work()
    except TemplateLimit:
        problems.add("T116", at)
    except ContentFault as stop:
        _stopped(stop.fault, at, problems, tags, names or {})
    except TemplateError as error:
        problems.add("T115", at, reason=error.message or "条件或循环不通")
    return None


def _stopped(
    fault: Fault,
    at: Position,
    problems: Problems,
    tags: Sequence[Tag],
    names: Mapping[str, object],
) -> None:
    """A condition or loop stopped at a value: which tag it was shows by what they ask for."""
    values = {**dict(fault.values), **dict(zip(markers.TYPED, fault.typed, strict=False))}
    field = values["name"] if fault.code == "T101" else values.get("path", "").rpartition(".")[2]
    asking = re.compile(rf"(?<!\w){re.escape(field)}(?!\w)")
    tag = next((t for t in tags if not t.prints and asking.search(t.text)), Tag("", at))
    if not _told(fault.code, values, names, tag.at, problems):
        path = ".".join(filter(None, (values.get("path"), values.get("name"))))
        reason = f"“{path or field}”{'没有' if fault.code == 'T101' else '不是数，不能和数相比'}"
        problems.add("T115", tag.at, reason=reason)


def _told(
    code: str,
    values: Mapping[str, str],
    names: Mapping[str, object],
    tag: Position,
    problems: Problems,
) -> bool:
    """Whether content is to blame, which was told there."""
    if code == "T101":
        return lacking.report_missing(values, names, tag, problems)
    return code == "T104" and lacking.report_text(values, names, tag, problems)


def report_faults(
    marks: Iterable[markers.Mark],
    tags: Sequence[Tag],
    otherwise: Position,
    problems: Problems,
    names: Mapping[str, object],
) -> bool:
    """Report what filters left instead of a value, each at its tag; whether there was any.

    What comes from content is told there; ``names``: what the tags see.
    """
    faulty = False
    for mark in marks:
        if mark.path.startswith(markers.FAULT):
            faulty = True
            code, values = markers.read_fault(mark.path)
            tag = tags[mark.tag] if 0 <= mark.tag < len(tags) else Tag("", otherwise)
            if not _told(code, values, names, tag.at, problems):
                problems.add_values(code, tag.at, {"tag": tag.text, **values})
    return faulty
