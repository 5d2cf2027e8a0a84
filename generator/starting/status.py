"""``gen status``: what is still to do in a unit-year, by file and line."""

from __future__ import annotations

from collections import Counter

from generator.content import loader
from generator.content.blanks import Blank
from generator.frozen import frozen
from generator.problems import Problems
from generator.workspace import UnitYear, Workspace


@frozen
class Status:
    """Everything left to do in one unit-year, by file; ``readable``: all of it was read."""

    target: UnitYear
    blanks: tuple[Blank, ...]
    readable: bool

    @property
    def counts(self) -> Counter[str]:
        """How many there are of each kind."""
        return Counter(blank.kind for blank in self.blanks)


def status(workspace: Workspace, target: UnitYear, problems: Problems) -> Status:
    """What is left to do; what cannot be read is in ``problems``."""
    content = loader.read(workspace, target, problems)
    if content is None:
        return Status(target, (), readable=False)
    return Status(target, tuple(sorted(content.blanks, key=lambda b: b.at)), content.complete)
