"""What only shows while a template is filled, told at the tag that is to blame."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from jinja2 import TemplateError

from generator.language import markers
from generator.language.environment import TemplateLimit
from generator.language.tags import Tag
from generator.problems import Position, Problems

T = TypeVar("T")


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
