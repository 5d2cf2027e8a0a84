"""Compiled templates kept in the user's cache folder between runs.

Correctness never depends on it: entries are keyed by the template's bytes and by everything
that turns them into code, one that is damaged or of another shape counts for nothing, and
nothing is read from the workspace. Without a writable cache folder gen just compiles each time.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from pathlib import Path
from typing import Final, TypeVar, cast

from generator.formats import codec
from generator.toolchain import description

_MAX_ENTRIES: Final = 200

T = TypeVar("T")


def folder() -> Path | None:
    """The cache folder; None when the user switched caching off (``GEN_CACHE=0``)."""
    wanted = os.environ.get("GEN_CACHE", "")
    if wanted == "0":
        return None
    if wanted:
        return Path(wanted)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
    else:
        base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "gen"


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


def load(name: str, kind: type[T]) -> T | None:
    """The entry ``name`` as ``kind``; None without one that is whole and of that shape."""
    home = folder()
    if home is None:
        return None
    with contextlib.suppress(OSError, ValueError, EOFError, TypeError, RecursionError):
        raw = (home / f"{name}.bin").read_bytes()
        digest, body = raw[:32], raw[32:]
        if hashlib.sha256(body).digest() == digest:
            return cast("T", codec.loads(kind, body))
    return None


def keep(name: str, value: object) -> None:
    """Keep ``value`` as the entry ``name``, where there is a cache."""
    home = folder()
    if home is not None:
        # What cannot be kept is made anew each time.
        with contextlib.suppress(OSError, ValueError, TypeError, RecursionError):
            _store(home, home / f"{name}.bin", codec.dumps(value))


def _store(home: Path, path: Path, body: bytes) -> None:
    home.mkdir(parents=True, exist_ok=True)
    entries = sorted(home.glob("*.bin"), key=lambda entry: entry.stat().st_mtime)
    for stale in entries[: max(0, len(entries) - _MAX_ENTRIES)]:
        stale.unlink(missing_ok=True)
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    temporary.write_bytes(hashlib.sha256(body).digest() + body)
    temporary.replace(path)
