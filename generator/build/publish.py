"""Finished sets take the place of old ones, all or nothing, one build at a time.

A set is staged under ``build/.gen/`` and then exchanged with the old folder: on Linux by one
atomic system call, elsewhere by two renames that the next run completes or takes back. Files
in the output folder that gen did not write move along.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Set
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Final

from generator import disk
from generator.disk import Mark
from generator.frozen import frozen
from generator.problems import reason

HOME: Final = ".gen"
_EXCHANGE: Final = 2  # RENAME_EXCHANGE of renameat2(2)
_AT_FDCWD: Final = -100
#: How often a lock is asked for again that another holds for a moment.
_TURN_SECONDS: Final = 0.02
_HELD: Final = (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK)


class Busy(Exception):
    """Another build of the same unit-year is running."""


class Disturbed(Exception):
    """Somebody changed the output ``name`` after it was looked at; nothing was touched."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Stranded(Exception):
    """The old set lies in ``place`` and not in the output folder; ``why``, in Chinese."""

    def __init__(self, place: Path, why: str) -> None:
        super().__init__(place, why)
        self.place, self.why = place, why


@frozen
class Exchange:
    """What a build changes in the output folder; names are paths below it, forward slashes.

    ``files``: new bytes; ``stale``: names to take out; ``kept``: what is there, of any kind → the
    name it is kept under; ``doubtful``: those of them that may get lost when they cannot be kept;
    ``marks``: the state in which files were when they were looked at.
    """

    files: Mapping[str, bytes]
    stale: Set[str]
    kept: Mapping[str, str]
    doubtful: Set[str]
    marks: Mapping[str, Mark | None]


def home_of(build_folder: Path, label: str) -> Path:
    """The folder in which gen works on one unit-year."""
    return build_folder / HOME / (label or "_")


@contextmanager
def exclusive(build_folder: Path, label: str, output: Path) -> Iterator[Path]:
    """Hold the lock of one unit-year and give its staging folder, tidied after any crash.

    Raises ``Busy`` when another process holds it, ``Stranded`` when an interrupted exchange
    cannot be finished, ``OSError`` when the lock cannot be made or is not gen's own.
    """
    home = _made_home(build_folder, label)
    with _opened(home / "lock") as handle:
        _lock(handle)
        _recover(home, output)
        yield home


@contextmanager
def in_turn(build_folder: Path, label: str, seconds: float) -> Iterator[None]:
    """Hold a second lock of one unit-year, waiting so long for others that hold it.

    For what is read, changed and written beside the content; no build waits for it. Raises
    ``Busy``, and ``OSError`` as ``exclusive``.
    """
    home = _made_home(build_folder, label)
    end = monotonic() + seconds
    # Windows locks bytes of a file, of which a build locks the first; others lock a folder too.
    with _opened(home / "lock" if sys.platform == "win32" else home) as handle:
        while True:
            try:
                _lock(handle, 1)
                break
            except Busy:
                if monotonic() >= end:
                    raise
                sleep(_TURN_SECONDS)
        yield


def _made_home(build_folder: Path, label: str) -> Path:
    build_folder.mkdir(parents=True, exist_ok=True)
    return disk.make_folders(build_folder, *home_of(build_folder, label).parts[-2:])


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    """A file, made where it is missing, or a folder, by the handle to lock it by."""
    flags = os.O_RDONLY if path.is_dir() else os.O_RDWR | os.O_CREAT
    handle = os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o666)
    try:
        yield handle
    finally:
        os.close(handle)


def _lock(handle: int, byte: int = 0) -> None:
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(handle, byte, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in _HELD:
            raise
        raise Busy from error


def finish_interrupted(build_folder: Path, label: str, output: Path) -> None:
    """Bring back a set that a crash left between two renames, before it is only read."""
    if not os.path.lexists(output) and disk.is_folder(home_of(build_folder, label) / "old"):
        with suppress(Busy, Stranded, OSError), exclusive(build_folder, label, output):
            pass


def _recover(home: Path, output: Path) -> None:
    """Finish or undo what a crashed run left behind.

    Only between the two renames of a non-atomic exchange is the output folder missing; the old
    set then lies whole in ``old``, beside the new one, and goes back. If something came into its
    place meanwhile, neither is thrown away. Everything else in here is scrap.
    """
    old, new = home / "old", home / "new"
    if disk.is_folder(old) and not os.path.lexists(output):
        output.parent.mkdir(parents=True, exist_ok=True)
        old.rename(output)
    elif disk.is_folder(old) and disk.is_folder(new):
        raise Stranded(old, "上次换成果时断了，后来成果文件夹里又放了别的文件")
    for scrap in (old, new):
        disk.remove(scrap)


def publish(
    home: Path,
    output: Path,
    change: Exchange,
    touching: Callable[[], None] = lambda: None,
) -> Mapping[str, str]:
    """Carry out ``change`` all at once; whatever else is in ``output`` stays as it is.

    ``home`` comes from ``exclusive``; ``touching`` is called before the first step that anybody
    could see. Gives the doubtful files that could not be kept, each with the reason. Raises
    ``OSError`` and ``Disturbed``, the old set is then untouched, and ``Stranded``.
    """
    stage, old = home / "new", home / "old"
    try:
        stage.mkdir()
        for name, data in change.files.items():
            _write(stage / name, data)
        lost = _keep(output, stage, change)
        if disk.is_folder(output):
            _carry_over(output, stage, {*change.files, *change.stale, *change.kept})
        else:
            output.parent.mkdir(parents=True, exist_ok=True)
        for name, mark in change.marks.items():
            if disk.mark(output / name) != mark:
                raise Disturbed(name)
        touching()
        if disk.is_folder(output):
            _exchange(stage, output, old)
        else:
            stage.rename(output)
    finally:
        # With both of them there the exchange stands still half way: see ``_recover``.
        if disk.is_folder(output) and not (disk.is_folder(stage) and disk.is_folder(old)):
            for scrap in (stage, old):
                with suppress(OSError):  # one set is in place; the next run tidies up
                    _remove(scrap)
    return lost


def _keep(output: Path, stage: Path, change: Exchange) -> dict[str, str]:
    """Put what is to be kept into the new set; gives what could not be kept, with reasons."""
    lost: dict[str, str] = {}
    for name, copy in change.kept.items():
        try:
            (stage / copy).parent.mkdir(parents=True, exist_ok=True)
            disk.keep(output / name, stage / copy)
        except OSError as error:
            if name not in change.doubtful:
                raise
            lost[name] = reason(error)
    return lost


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    disk.write_new(path, data)


def _carry_over(output: Path, stage: Path, written: Set[str]) -> None:
    """Bring along what is not gen's to replace: linked where the disk can, else copied."""
    for folder, folders, names in os.walk(output, onerror=_refuse):
        here = Path(folder).relative_to(output)
        folders[:] = [name for name in folders if (here / name).as_posix() not in written]
        for name in names:
            relative = (here / name).as_posix()
            if relative not in written:
                (stage / here).mkdir(parents=True, exist_ok=True)
                disk.link(Path(folder) / name, stage / relative)
        for name in folders:
            source = Path(folder) / name
            if source.is_symlink():
                (stage / here).mkdir(parents=True, exist_ok=True)
                (stage / here / name).symlink_to(source.readlink())
            elif not any(source.iterdir()):
                (stage / here / name).mkdir(parents=True, exist_ok=True)


def _refuse(error: OSError) -> None:
    raise error  # what cannot be listed would be lost


def _exchange(stage: Path, output: Path, old: Path) -> None:
    if sys.platform == "linux" and _exchange_atomically(stage, output):
        return
    output.rename(old)
    try:
        stage.rename(output)
    except BaseException as error:
        if not disk.is_folder(stage):
            raise  # interrupted just behind it
        try:
            old.rename(output)
        except OSError as worse:
            why = reason(error) if isinstance(error, OSError) else "被中断"
            raise Stranded(old, f"换上新的成果时出了错（{why}）") from worse
        raise


def _exchange_atomically(stage: Path, output: Path) -> bool:
    """Swap two folders in one system call; False where the kernel or disk cannot."""
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "renameat2"):
        return False
    done = libc.renameat2(_AT_FDCWD, os.fsencode(stage), _AT_FDCWD, os.fsencode(output), _EXCHANGE)
    return bool(done == 0)


def _remove(scrap: Path) -> None:
    disk.remove(scrap)
