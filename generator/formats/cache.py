"""Compiled templates kept in the user's cache folder between runs.

Correctness never depends on it: entries are keyed by the template's bytes and by everything
that turns them into code, one that is damaged or of another shape counts for nothing, and
nothing is read from the workspace. Entries hold code: a folder that others can write to is not
used, nor an entry that is not the user's own. Without a cache folder gen just compiles each time.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from generator import disk
from generator.formats import codec
from generator.problems import Position, Problems
from generator.toolchain import description

_MAX_ENTRIES: Final = 200

T = TypeVar("T")


def folder() -> Path | None:
    """The cache folder; None when caching is switched off (``GEN_CACHE=0``) or has no place."""
    wanted = os.environ.get("GEN_CACHE", "")
    if wanted == "0":
        return None
    if wanted:
        return Path(wanted)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
    else:
        base = os.environ.get("XDG_CACHE_HOME")
        if base and not Path(base).is_absolute():  # would be one in every folder
            base = None
    if not base and os.environ.get("HOME") == "":  # Python would take the root folder
        return None
    try:
        return (Path(base) if base else Path.home() / ".cache") / "gen"
    except RuntimeError:  # nobody's home
        return None


def check(problems: Problems) -> None:
    """Say that the cache folder is not used, and why."""
    home = folder()
    if home is None and os.environ.get("GEN_CACHE") != "0":
        problems.add("W310", Position("缓存文件夹"), why="找不到这个用户的文件夹")
    elif home is not None and (why := _refusal(home)):
        problems.add("W310", Position(str(home)), why=why)


def _refusal(home: Path) -> str:
    """Why the folder is not used, in Chinese; empty if it is, or can be made."""
    try:
        found = home.lstat()
    except OSError:
        return ""
    return disk.not_a_folder(home) or disk.not_ours(found)


def key(*parts: bytes) -> str:
    """The name of the entry for these inputs and the present toolchain."""
    return source_key(description(), *parts)


def source_key(*parts: bytes) -> str:
    """A hash of these inputs alone, the same wherever gen is installed."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def load(name: str, kind: type[T], *, again: bool = True) -> T | None:
    """The entry ``name`` as ``kind``; None without one that is whole and of that shape.

    ``again``: it will be asked for once more, by other units.
    """
    home = folder()
    if home is None or _refusal(home):
        return None
    with contextlib.suppress(OSError, ValueError, EOFError, TypeError, RecursionError):
        path = home / f"{name}.bin"
        raw = disk.read_own(path)
        if again:  # what is not asked for makes room first
            os.utime(path, follow_symlinks=False)
        digest, body = raw[:32], raw[32:]
        if _digest(name, body) == digest:
            shape: Any = kind
            return cast("T", _decoded(shape, body) if again else codec.loads(shape, body))
    return None


@lru_cache(maxsize=64)
def _decoded(kind: Any, body: bytes) -> object:
    """``body`` decoded; what many units have in common only once."""
    return codec.loads(kind, body)


def keep(name: str, value: object) -> None:
    """Keep ``value`` as the entry ``name``, where there is a cache."""
    home = folder()
    if home is not None and not _refusal(home):
        # What cannot be kept is made anew each time.
        with contextlib.suppress(OSError, ValueError, TypeError, RecursionError):
            _store(home, name, codec.dumps(value))


def _digest(name: str, body: bytes) -> bytes:
    """What shows that ``body`` is whole, and that it was kept under ``name``."""
    return hashlib.sha256(name.encode() + b"\0" + body).digest()


def _store(home: Path, name: str, body: bytes) -> None:
    home.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        home.mkdir(mode=stat.S_IRWXU)
    if _refusal(home):  # somebody was quicker
        return
    entries = sorted(home.glob("*.bin"), key=lambda entry: entry.lstat().st_mtime)
    for stale in entries[: max(0, len(entries) - _MAX_ENTRIES)]:
        stale.unlink(missing_ok=True)
    path = home / f"{name}.bin"
    temporary = disk.unguessed(path)
    try:
        disk.write_own(temporary, _digest(name, body) + body)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
