"""Worker processes, each at whole unit-years, one after the other; what they give back is small.

Only a few are handed out ahead, so that neither memory nor an interruption grows with the number
of units.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

from generator.workspace import UnitYear

if TYPE_CHECKING:
    from generator.batch.jobs import Work

R = TypeVar("R")
_Pending: TypeAlias = "deque[tuple[UnitYear, Future[R]]]"

#: Unit-years handed out ahead, for each worker: enough that none waits for the answers' order.
_AHEAD: Final = 4
#: As in the first process: the collector hardly ever finds anything within one unit-year.
_GARBAGE_THRESHOLD: Final = 200_000


def run(
    work: Work[R],
    targets: Sequence[UnitYear],
    workers: int,
    take: Callable[[R], None],
    begun: Callable[[UnitYear], None],
) -> None:
    """``jobs.run`` with ``workers`` other processes."""
    left = deque(targets)
    pending: _Pending[R] = deque()
    while left or pending:
        with _pool(workers) as pool:
            try:
                _hand_out(pool, work, left, pending, workers * _AHEAD, take)
            except BrokenProcessPool:
                _one_by_one(work, pending, take)
            except BaseException:
                _bring_to_an_end(pool, pending, take, begun)
                raise


def run_in(
    pool: Executor,
    work: Work[R],
    targets: Sequence[UnitYear],
    most: int,
    take: Callable[[R], None],
    begun: Callable[[UnitYear], None],
) -> None:
    """``jobs.run`` with an executor that is there: no more than ``most`` are handed out ahead."""
    left, pending = deque(targets), deque[tuple[UnitYear, Future[R]]]()
    try:
        _hand_out(pool, work, left, pending, most, take)
    except BaseException:
        _bring_to_an_end(pool, pending, take, begun)
        raise


def _hand_out(
    pool: Executor,
    work: Work[R],
    left: deque[UnitYear],
    pending: _Pending[R],
    most: int,
    take: Callable[[R], None],
) -> None:
    while left or pending:
        while left and len(pending) < most:
            with _interruptions_wait():  # a worker begins here, and is not to hear of them
                pending.append((left[0], pool.submit(work, left[0])))
            left.popleft()
        answer = pending[0][1].result()
        pending.popleft()
        take(answer)


def _one_by_one(work: Work[R], pending: _Pending[R], take: Callable[[R], None]) -> None:
    """After a worker died nobody knows of which unit-year: each that was out goes alone."""
    while pending:
        target, future = pending[0]
        if future.done() and not future.cancelled() and future.exception() is None:
            answer = future.result()
        else:
            with _pool(1) as pool:
                try:
                    answer = pool.submit(work, target).result()
                except BrokenProcessPool:
                    answer = work.lost(target)
        pending.popleft()
        take(answer)


def _bring_to_an_end(
    pool: Executor,
    pending: _Pending[R],
    take: Callable[[R], None],
    begun: Callable[[UnitYear], None],
) -> None:
    """Take back what no worker has begun, and wait for the rest."""
    going = [(target, future) for target, future in pending if not future.cancel()]
    for target, future in going:
        if not future.done():
            begun(target)
    pool.shutdown(wait=True, cancel_futures=True)
    for _, future in going:
        if not future.cancelled() and future.exception() is None:
            take(future.result())


@contextmanager
def _interruptions_wait() -> Iterator[None]:
    """Ctrl-C comes through afterwards; a process begun meanwhile never gets it."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _pool(workers: int) -> ProcessPoolExecutor:
    # Started anew rather than forked: the same on every system, and free of this one's state.
    return ProcessPoolExecutor(workers, get_context("spawn"), initializer=_settle_in)


def _settle_in() -> None:
    """A worker leaves Ctrl-C to the process that started it, and leaves when that one is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(_GARBAGE_THRESHOLD)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_leave_with, args=(parent.sentinel,), daemon=True).start()


def _leave_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
