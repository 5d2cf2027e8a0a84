"""Finished sets take the place of old ones, all or nothing.

A set is written to a staging folder beside ``build/<year>/`` and then exchanged with the old
folder: on Linux by one atomic system call, elsewhere by two renames. Files in the output
folder that gen did not write move along.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import sys
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_STAGING: Final = ".gen-"
_EXCHANGE: Final = 2  # RENAME_EXCHANGE of renameat2(2)
_AT_FDCWD: Final = -100


def publish(output: Path, files: Mapping[str, bytes], own: set[str]) -> None:
    """Make ``output`` hold exactly ``files`` and whatever else gen did not write there.

    ``own`` are names that an earlier build of gen may have written: those not in ``files`` go.
    Raises ``OSError``; the old set is then untouched.
    """
    output.parent.mkdir(parents=True, exist_ok=True)
    base = output.parent.parent if output.parent.name else output.parent
    stage = base / f"{_STAGING}{uuid.uuid4().hex}"
    stage.mkdir()
    try:
        for name, data in files.items():
            _write(stage / name, data)
        if output.is_dir():
            _carry_over(output, stage, {*files, *own})
            _exchange(stage, output)
        else:
            stage.rename(output)
    finally:
        if stage.exists():
            shutil.rmtree(stage, ignore_errors=True)


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())


def _carry_over(output: Path, stage: Path, written: set[str]) -> None:
    """Bring files of the user's own along: linked where the disk can, else copied."""
    for path in sorted(output.iterdir()):
        if path.name in written:
            continue
        target = stage / path.name
        if path.is_dir() and not path.is_symlink():
            shutil.copytree(path, target, symlinks=True, copy_function=_link)
        else:
            _link(str(path), str(target))


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except (OSError, NotImplementedError):
        shutil.copy2(source, target, follow_symlinks=False)


def _exchange(stage: Path, output: Path) -> None:
    if sys.platform == "linux" and _exchange_atomically(stage, output):
        return
    aside = stage.with_name(stage.name + "-old")
    output.rename(aside)
    try:
        stage.rename(output)
    except OSError:
        aside.rename(output)
        raise
    with contextlib.suppress(OSError):
        shutil.rmtree(aside)


def _exchange_atomically(stage: Path, output: Path) -> bool:
    """Swap two folders in one system call; False where the kernel or disk cannot."""
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "renameat2"):
        return False
    done = libc.renameat2(_AT_FDCWD, os.fsencode(stage), _AT_FDCWD, os.fsencode(output), _EXCHANGE)
    return bool(done == 0)
