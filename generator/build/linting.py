"""A template against what it will be filled with: the same findings for every command."""

from __future__ import annotations

from collections.abc import Sequence

from generator.build import naming
from generator.build.plan import LABEL, NARRATIVE, PROJECT, Plan
from generator.build.templates import Template, position
from generator.content.model import Document
from generator.figures.dataset import Dataset
from generator.figures.model import Names
from generator.formats.fingerprint import reached
from generator.language import blocks as nesting
from generator.language import statements
from generator.language.lint import UNKNOWN, Lack, lint
from generator.language.narrative import Block
from generator.language.statements import Statement
from generator.language.tags import Tag
from generator.problems import Position, Problems


class Anything(dict[str, object]):
    """A context in which every name may be there."""

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> object:
        return UNKNOWN


def check(
    template: Template,
    plan: Plan,
    dataset: Dataset,
    blocks: Sequence[Block] | None,
    problems: Problems,
    lacks: list[Lack] | None = None,
) -> None:
    """Report what is wrong with ``template``, for every file that it gives.

    A template that gives none in this unit-year is checked as far as that goes without content.
    ``blocks``: of report.md; None without it or with faults in it.
    ``lacks``: takes names that content may be lacking instead of a report at the tag.
    """
    jobs = plan.of(template.document, template.kind)
    if not jobs:
        check_alone(template, problems)
        return
    complete = dataset.content.complete
    if dataset.content.narrative is None and complete and _prints_narrative(template):
        problems.add("T120", Position(f"{dataset.content.folder}/report.md"))
    tags, said = _there(template, plan)
    for job in jobs:
        scope = _scope(template, job.context)
        lint(tags, said, scope, problems, complete=complete, lacks=lacks)
    template.format.lint(template.compiled, blocks or (), problems)


def check_alone(template: Template, problems: Problems) -> None:
    """Report what is wrong with ``template`` whatever the content: its form and its wordings."""
    compiled = template.compiled
    lint(compiled.tags, compiled.statements, Anything(), problems)


def check_name(document: Document, problems: Problems) -> None:
    """Report what is wrong with the output name of ``document`` whatever the content."""
    tags = naming.tags_of(document.filename, document.at)
    said = statements.read(tags, naming.environment())
    nesting.parse(said).report(tags, said, problems)
    lint(tags, said, Anything(), problems)


def _prints_narrative(template: Template) -> bool:
    return any(path[0] == NARRATIVE for path in reached(template.compiled.statements))


def _scope(template: Template, context: Names) -> Names:
    """What the tags of a template may name; names that only rendering knows are not told."""
    scope = Names(context)
    scope.setdefault(NARRATIVE, UNKNOWN)
    if template.document.annexes:
        # Annexes see these; as documents of their own they are checked against real ones.
        scope.update({PROJECT: UNKNOWN, LABEL: UNKNOWN})
    return scope


def _there(template: Template, plan: Plan) -> tuple[Sequence[Tag], Sequence[Statement]]:
    """The tags of a template without those of annexes that the unit-year does not have."""
    owned = template.document.annexes
    left_out = {position(annex, template.kind).file for annex in plan.absent if annex.name in owned}
    if not left_out:
        return template.compiled.tags, template.compiled.statements
    pairs = zip(template.compiled.tags, template.compiled.statements, strict=True)
    kept = [(tag, said) for tag, said in pairs if tag.at.file not in left_out]
    return [tag for tag, _ in kept], [said for _, said in kept]
