"""Many unit-years at once: answers in the order asked for, true words at the end."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Final, Protocol, TypeVar

from generator.workspace import UnitYear

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)

#: Below this many for each worker, starting one costs more than it saves.
_WORTH: Final = 3


class Work(Protocol[R_co]):
    """What is done with each unit-year. Goes to other processes, so it must be picklable."""

    def __call__(self, target: UnitYear, /) -> R_co:
        """The answer for ``target``, picklable as well."""

    def lost(self, target: UnitYear) -> R_co:
        """The answer when the process that was at ``target`` died of it."""


def workers_for(count: int, asked: int | None = None) -> int:
    """How many processes to use for ``count`` unit-years; 1 is this process itself.

    ``asked``: how many the user wants, the number of processors otherwise.
    """
    if asked is not None:
        return max(1, min(asked, count))
    return max(1, min(_processors(), count // _WORTH))


def _processors() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # Windows and macOS
        return os.cpu_count() or 1


def run(
    work: Work[R],
    targets: Sequence[UnitYear],
    workers: int,
    take: Callable[[R], None],
    begun: Callable[[UnitYear], None] = lambda _: None,
) -> None:
    """Do ``work`` for each of ``targets`` with ``workers`` processes.

    ``take`` gets each answer, in the order of ``targets``. When this is interrupted, no further
    unit-year is begun; ``begun`` is told of those that workers are at, and ``take`` gets their
    answers, before the interruption goes on.
    """
    if workers == 1:
        for target in targets:
            take(work(target))
        return
    from generator.batch import pool

    pool.run(work, targets, workers, take, begun)
