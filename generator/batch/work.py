"""What is done with each of many unit-years: build it, or check it."""

from __future__ import annotations

import gc
import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

from generator.build.pipeline import Maker, Mode, Outcome, build, examine
from generator.frozen import frozen
from generator.problems import Position, Problems
from generator.records.shares import NOTHING, Summing
from generator.workspace import UnitYear, Workspace

T = TypeVar("T")


class ClusterError(Exception):
    """A cluster cannot be used; the message, in Chinese, says why."""


class LostWorker(Exception):
    """The workers that were at a unit died of it, each time."""


@frozen
class Building:
    """Build each unit-year. ``alone``: there is only one, whose failure ends the command.

    ``touching``: told just before outputs are replaced; only where the work stays in this process.
    ``maker``: makes sets elsewhere; ``summing``: what those that sum up others ask for.
    """

    workspace: Workspace
    mode: Mode
    alone: bool = False
    touching: Callable[[UnitYear], None] | None = None
    maker: Maker | None = None
    summing: Summing = NOTHING

    def __call__(self, target: UnitYear, /) -> Outcome:
        if self.alone:
            with _uncollected():
                return self._built(target)
        sweep()
        try:
            return self._built(target)
        except ClusterError:
            raise
        except LostWorker:
            return self.lost(target)
        except Exception as error:
            return _failed(self.workspace, target, error)

    def _built(self, target: UnitYear) -> Outcome:
        touching = self.touching or (lambda _: None)
        return build(self.workspace, target, self.mode, touching, self.maker, self.summing)

    def lost(self, target: UnitYear) -> Outcome:
        """Its process died."""
        return _lost(self.workspace, target)


@frozen
class Checking:
    """Check each unit-year; nothing is written. ``alone``: see ``Building``."""

    workspace: Workspace
    alone: bool = False

    def __call__(self, target: UnitYear, /) -> Outcome:
        if self.alone:
            with _uncollected():
                return self._checked(target)
        sweep()
        try:
            return self._checked(target)
        except Exception as error:
            return _failed(self.workspace, target, error)

    def _checked(self, target: UnitYear) -> Outcome:
        found = Problems()
        examine(self.workspace, target, found)
        return Outcome(target, None, tuple(found), touched=False)

    def lost(self, target: UnitYear) -> Outcome:
        """Its process died."""
        return _lost(self.workspace, target)


#: Units after which circles of what they left are taken away.
_SWEPT: Final = 10
_units = itertools.count(1)


def sweep() -> None:
    """Called before each unit: memory does not grow with their number.

    What has survived one sweep (templates, compiled and shared) is not gone through again.
    """
    if next(_units) % _SWEPT == 0:
        gc.collect(1)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Of one unit-year nearly all stays in use: looking for circles would go through it in vain."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _failed(workspace: Workspace, target: UnitYear, error: Exception) -> Outcome:
    """Our own failure at one unit-year does not keep the others waiting."""
    if os.environ.get("GEN_DEBUG"):
        import traceback

        traceback.print_exception(error)
    kind = type(error).__name__
    found = Problems()
    found.add("W107", Position(workspace.name_of(target.folder)), kind=kind)
    return Outcome(target, None, tuple(found), touched=False, failure=kind)


def _lost(workspace: Workspace, target: UnitYear) -> Outcome:
    found = Problems()
    found.add("W108", Position(workspace.name_of(target.folder)))
    return Outcome(target, None, tuple(found), touched=True, failure="BrokenProcessPool")
