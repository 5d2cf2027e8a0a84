"""report.md, compiled once and filled: the paragraphs that templates print with ``{{p 正文 }}``."""

from __future__ import annotations

from generator.build.finishing import guarded, report_faults
from generator.content.model import Narrative
from generator.figures.dataset import Dataset
from generator.figures.model import Names
from generator.formats import cache, registry
from generator.language import blocks as nesting
from generator.language import markers, narrative
from generator.language.lint import Lack, lint
from generator.language.tags import loses_control
from generator.problems import Position, Problems


def compiled(source: Narrative | None) -> narrative.CompiledNarrative | None:
    """report.md as code, from the cache while it is unchanged; None without one."""
    if source is None:
        return None
    entry = cache.key(source.source.encode())
    known = cache.load(entry, narrative.CompiledNarrative, again=False)
    if known is not None:
        return known
    prose = registry.of(registry.PROSE)
    made = narrative.compile_narrative(source, prose.environment(), prose.escape)
    if made.sound:
        cache.keep(entry, made)
    return made


def filled(
    made: narrative.CompiledNarrative | None,
    dataset: Dataset,
    base: Names,
    problems: Problems,
    lacks: list[Lack] | None = None,
) -> tuple[narrative.Block, ...] | None:
    """The paragraphs of ``made``; None with faults in it, or where other faults would cause some.

    What content lacks was reported, it would only be missed once more. ``lacks``: takes names
    that it misses instead of a report at the tag.
    """
    missing: list[Lack] = []
    source = dataset.content.narrative
    if made is None or source is None:
        return None
    at = Position(source.file)
    problems.extend(source.problems)
    found = Problems()
    if not loses_control(source.source):
        nesting.parse(made.statements).report(source.tags, made.statements, found)
    complete = dataset.content.complete
    lint(
        source.tags, made.statements, base, found,
        complete=complete, lacks=None if lacks is None else missing,
    )  # fmt: skip
    problems.extend(found)
    if lacks is not None:
        lacks += missing
    if found.failed or missing or problems.failed:
        return None
    if not made.sound:
        problems.add("T115", at, reason="标签不通")
        return None
    sandbox = registry.of(registry.PROSE).environment()
    blocks = guarded(
        lambda: narrative.render_narrative(made, sandbox, base), at, problems, source.tags, base
    )
    for block in blocks or ():
        for text in block.texts:
            if markers.FAULTY in text:
                report_faults(markers.strip(text)[1], source.tags, at, problems, base)
    return None if blocks is None else tuple(map(narrative.settled, blocks))
