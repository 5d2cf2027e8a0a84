"""Content as it would be after changes: built beside the workspace, which is not touched."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from generator.build import ledger
from generator.build.pipeline import Examined, examine
from generator.frozen import frozen
from generator.problems import Problems
from generator.records.record import VERSIONS, Record
from generator.workspace import BUILD, CONTENT, TEMPLATES, UnitYear, Workspace


@frozen
class Tried:
    """What came of it: the set, its record, and what is to be said; None with errors."""

    examined: Examined | None
    record: Record | None
    problems: Problems
    workspace: Workspace


@frozen
class Trial:
    """A copy of all that one unit-year is made from."""

    workspace: Workspace
    target: UnitYear

    def tried(self, files: Mapping[str, bytes]) -> Tried:
        """The set with ``files``, by their names in the workspace, in place of what is there."""
        before = {name: self._path(name).read_bytes() for name in files}
        try:
            for name, data in files.items():
                self._path(name).write_bytes(data)
            return tried(self.workspace, self.target)
        finally:
            for name, data in before.items():
                self._path(name).write_bytes(data)

    def _path(self, name: str) -> Path:
        return self.workspace.root / name


def tried(workspace: Workspace, target: UnitYear) -> Tried:
    """The set as the content gives it; nothing is written."""
    problems = Problems()
    examined = examine(workspace, target, problems)
    if examined is None or problems.failed:
        return Tried(None, None, problems, workspace)
    data, made = examined.data, examined.documents
    record = ledger.record_of(workspace, target, data, made, problems, {})
    return Tried(examined, record, problems, workspace)


@contextmanager
def beside(workspace: Workspace, target: UnitYear) -> Iterator[Trial]:
    """A copy in a folder of its own, which is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="gen-") as name:
        root = Path(name) / "w"
        units = [target.unit_folder]
        build = root / BUILD
        if workspace.sums_up(target):  # it is made of what others made
            units = [target.unit_folder, *(one.unit_folder for one in workspace.summed(target))]
            for one in workspace.summed(target):
                if one.output.is_dir():
                    shutil.copytree(one.output, build / str(one.year) / one.unit_id)
        for folder in units:
            inside = folder.relative_to(workspace.root)
            shutil.copytree(folder, root / inside, ignore=shutil.ignore_patterns(VERSIONS))
        own = workspace.root / TEMPLATES
        if own.is_dir():
            shutil.copytree(own, root / TEMPLATES)
        (root / CONTENT).mkdir(exist_ok=True)
        copy = Workspace(root, build)
        there = next(one for one in copy.unit_years(target.year) if one.unit_id == target.unit_id)
        yield Trial(copy, there)
