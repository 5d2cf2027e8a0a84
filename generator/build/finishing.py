"""One file: filled, read back, proven. What only then shows is told at the tag to blame."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import TypeVar

from jinja2 import TemplateError

from generator.build import templates
from generator.build.plan import NARRATIVE, Job
from generator.build.templates import Template
from generator.formats import proof
from generator.formats.compiled import Rendered
from generator.formats.properties import Properties
from generator.frozen import frozen
from generator.language import markers
from generator.language.blocks import of_every_item
from generator.language.environment import TemplateLimit
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
    at = templates.position(job.document, job.kind)
    compiled, its = template.compiled, template.format
    rendered = guarded(lambda: its.render(compiled, job.context, properties), at, problems)
    if rendered is None:
        return None
    if report_faults(chain.from_iterable(rendered.marks.values()), compiled.tags, at, problems):
        return None
    reading = _proven(template, job, rendered, values, problems)
    return None if reading is None else Finished(rendered.data, reading)


def _proven(
    template: Template,
    job: Job,
    rendered: Rendered,
    values: Mapping[str, object],
    problems: Problems,
) -> proof.Reading | None:
    """The finished file read back; None after what is wrong with it was reported."""
    expected = proof.Expected(rendered.parts, rendered.marks)
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
    return None if faults else reading


def guarded(work: Callable[[], T], at: Position, problems: Problems) -> T | None:
    """What ``work`` gives; None after what stops a template was reported at ``at``."""
    try:
        return work()
    except TemplateLimit:
        problems.add("T116", at)
    except TemplateError as error:
        problems.add("T115", at, reason=error.message or "条件或循环不通")
    return None


def report_faults(
    marks: Iterable[markers.Mark], tags: Sequence[Tag], otherwise: Position, problems: Problems
) -> bool:
    """Report what filters left instead of a value, each at its tag; whether there was any."""
    faulty = False
    for mark in marks:
        if mark.path.startswith(markers.FAULT):
            faulty = True
            code, values = markers.read_fault(mark.path)
            tag = tags[mark.tag] if 0 <= mark.tag < len(tags) else Tag("", otherwise)
            problems.add_values(code, tag.at, {"tag": tag.text, **values})
    return faulty
