"""Finished sets take the place of old ones, all or nothing, one build at a time.

A set is staged under ``build/.gen/`` and then exchanged with the old folder: on Linux by one
atomic system call, elsewhere by two renames that the next run completes or takes back. Files
in the output folder that gen did not write move along.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

HOME: Final = ".gen"
_EXCHANGE: Final = 2  # RENAME_EXCHANGE of renameat2(2)
_AT_FDCWD: Final = -100
_HELD: Final = (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK)


class Busy(Exception):
    """Another build of the same unit-year is running."""


@contextmanager
def exclusive(build_folder: Path, label: str, output: Path) -> Iterator[Path]:
    """Hold the lock of one unit-year and give its staging folder, tidied after any crash.

    Raises ``Busy`` when another process holds it, ``OSError`` when it cannot be made.
    """
    home = build_folder / HOME / (label or "_")
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("a+b") as handle:
        _lock(handle)
        _recover(home, output)
        yield home


def _lock(handle: IO[bytes]) -> None:
    try:
        if sys.platform == "win32":
            import msvcrt

            handle.seek(0)
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in _HELD:
            raise
        raise Busy from error


def finish_interrupted(build_folder: Path, label: str, output: Path) -> None:
    """Bring back a set that a crash left between two renames, before it is only read."""
    if not output.exists() and (build_folder / HOME / (label or "_") / "old").is_dir():
        with suppress(Busy, OSError), exclusive(build_folder, label, output):
            pass


def _recover(home: Path, output: Path) -> None:
    """Finish or undo what a crashed run left behind.

    Only between the two renames of a non-atomic exchange is the output folder missing; the old
    set then lies whole in ``old`` and goes back. Everything else in here is scrap.
    """
    old = home / "old"
    if old.is_dir() and not output.exists():
        output.parent.mkdir(parents=True, exist_ok=True)
        old.rename(output)
    for scrap in (old, home / "new"):
        if scrap.exists():
            _remove(scrap)


def publish(home: Path, output: Path, files: Mapping[str, bytes], stale: set[str]) -> None:
    """Put ``files`` into ``output`` and take ``stale`` out of it, all at once.

    Both are paths below ``output`` with forward slashes; whatever else is there stays as it
    is. ``home`` comes from ``exclusive``. Raises ``OSError``; the old set is then untouched.
    """
    stage = home / "new"
    try:
        stage.mkdir()
        for name, data in files.items():
            _write(stage / name, data)
        if output.is_dir():
            _carry_over(output, stage, {*files, *stale})
            _exchange(stage, output, home / "old")
        else:
            output.parent.mkdir(parents=True, exist_ok=True)
            stage.rename(output)
    finally:
        for scrap in (stage, home / "old"):
            if scrap.exists() and output.exists():
                with suppress(OSError):  # one set is in place; the next run tidies up
                    _remove(scrap)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())


def _carry_over(output: Path, stage: Path, written: set[str]) -> None:
    """Bring along what is not gen's to replace: linked where the disk can, else copied."""
    for folder, folders, names in os.walk(output, onerror=_refuse):
        here = Path(folder).relative_to(output)
        for name in names:
            relative = (here / name).as_posix()
            if relative not in written:
                (stage / here).mkdir(parents=True, exist_ok=True)
                _link(Path(folder) / name, stage / relative)
        for name in folders:
            source = Path(folder) / name
            if source.is_symlink():
                (stage / here).mkdir(parents=True, exist_ok=True)
                (stage / here / name).symlink_to(source.readlink())
            elif not any(source.iterdir()):
                (stage / here / name).mkdir(parents=True, exist_ok=True)


def _refuse(error: OSError) -> None:
    raise error  # what cannot be listed would be lost


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except (OSError, NotImplementedError):
        shutil.copy2(source, target, follow_symlinks=False)


def _exchange(stage: Path, output: Path, old: Path) -> None:
    if sys.platform == "linux" and _exchange_atomically(stage, output):
        return
    output.rename(old)
    try:
        stage.rename(output)
    except OSError:
        old.rename(output)
        raise


def _exchange_atomically(stage: Path, output: Path) -> bool:
    """Swap two folders in one system call; False where the kernel or disk cannot."""
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "renameat2"):
        return False
    done = libc.renameat2(_AT_FDCWD, os.fsencode(stage), _AT_FDCWD, os.fsencode(output), _EXCHANGE)
    return bool(done == 0)


def _remove(folder: Path) -> None:
    """Delete a folder of ours; read-only frozen versions in it are only linked, so may go."""

    def retry(function: object, path: str, _error: object) -> None:
        Path(path).parent.chmod(0o700)
        Path(path).chmod(0o700)
        if callable(function):
            function(path)

    shutil.rmtree(folder, onerror=retry)
