"""The pipeline: read → compute → score → render → prove → publish, one unit-year at a time.

Everything is gathered and proven before anything is written; an error anywhere leaves the
outputs of the last good build as they were.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.content import hygiene, loader
from generator.figures import compute, dataset
from generator.problems import Position, Problems
from generator.publish import publish
from generator.render import documents
from generator.workspace import UnitYear, Workspace


@dataclass(frozen=True, slots=True)
class Built:
    """The finished files of one unit-year. ``changed``: their bytes differ from what was there."""

    target: UnitYear
    files: tuple[BuiltFile, ...]


@dataclass(frozen=True, slots=True)
class BuiltFile:
    """One output: its name, size and content hash, and whether it replaced other bytes."""

    name: str
    size: int
    sha256: str
    changed: bool


def examine(workspace: Workspace, target: UnitYear, problems: Problems) -> list[documents.Output]:
    """Read, compute, score, render and prove one unit-year; nothing is written.

    The outputs are complete only if ``problems`` holds no error afterwards.
    """
    content = loader.read(workspace, target, problems)
    if content is None:
        return []
    computed = compute.compute(content, problems)
    data = dataset.build(content, computed, problems)
    return documents.render_all(data, workspace, problems)


def build(workspace: Workspace, targets: Sequence[UnitYear], problems: Problems) -> Iterator[Built]:
    """Build each of ``targets``; one with errors is left as it was, the others go on."""
    for target in targets:
        found = Problems()
        outputs = examine(workspace, target, found)
        if not found.failed:
            built = _publish(workspace, target, outputs, found)
            if built is not None:
                yield built
        problems.extend(found)


def _publish(
    workspace: Workspace, target: UnitYear, outputs: list[documents.Output], problems: Problems
) -> Built | None:
    files = {output.filename: output.rendered.data for output in outputs}
    before = {name: _read(target.output / name) for name in files}
    try:
        publish(target.output, files, set())
    except OSError as error:
        where = Position(workspace.name_of(target.output))
        problems.add("W101", where, reason=hygiene.reason(error))
        return None
    return Built(
        target,
        tuple(
            BuiltFile(name, len(data), hashlib.sha256(data).hexdigest(), before[name] != data)
            for name, data in files.items()
        ),
    )


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
