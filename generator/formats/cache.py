"""Compiled templates kept in the user's cache folder between runs.

Correctness never depends on it: entries are keyed by the template's bytes and by everything
that turns them into code, a damaged entry is compiled anew, and nothing is read from the
workspace. Without a writable cache folder gen just compiles each time.
"""

from __future__ import annotations

import contextlib
import hashlib
import marshal
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from generator.formats.compiled import Compiled
from generator.formats.package import StaticBlock
from generator.language.statements import Statement
from generator.language.tags import Tag
from generator.problems import Position
from generator.toolchain import description

_MAX_ENTRIES: Final = 200


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


def cached(name: str, make: Callable[[], Any]) -> Any:
    """The entry ``name``, or what ``make`` gives (kept unless it is None).

    Values must be of types that ``marshal`` knows.
    """
    home = folder()
    if home is None:
        return make()
    path = home / f"{name}.bin"
    # Without an entry, or with a damaged one, it is made anew.
    with contextlib.suppress(OSError, ValueError, EOFError, TypeError):
        raw = path.read_bytes()
        digest, body = raw[:32], raw[32:]
        if hashlib.sha256(body).digest() == digest:
            return marshal.loads(body)
    value = make()
    if value is not None:
        with contextlib.suppress(OSError, ValueError):
            _store(home, path, marshal.dumps(value))
    return value


def _store(home: Path, path: Path, body: bytes) -> None:
    home.mkdir(parents=True, exist_ok=True)
    entries = sorted(home.glob("*.bin"), key=lambda entry: entry.stat().st_mtime)
    for stale in entries[: max(0, len(entries) - _MAX_ENTRIES)]:
        stale.unlink(missing_ok=True)
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    temporary.write_bytes(hashlib.sha256(body).digest() + body)
    temporary.replace(path)


def pack(compiled: Compiled) -> tuple[Any, ...]:
    """``compiled`` as plain data."""
    static = compiled.static
    return (
        compiled.kind,
        (static.data, static.directory, static.count),
        dict(compiled.codes),
        pack_tags(compiled.tags),
        dict(compiled.extra),
        pack_statements(compiled.statements),
    )


def unpack(packed: tuple[Any, ...]) -> Compiled:
    """What ``pack`` took apart."""
    kind, static, codes, tags, extra, statements = packed
    return Compiled(
        kind, StaticBlock(*static), codes, unpack_tags(tags), extra, unpack_statements(statements)
    )


def pack_statements(statements: Sequence[Statement]) -> list[tuple[Any, ...]]:
    """Statements as plain tuples."""
    return [tuple(statement) for statement in statements]


def unpack_statements(packed: Sequence[tuple[Any, ...]]) -> tuple[Statement, ...]:
    """Statements from plain tuples."""
    return tuple(Statement(*fields) for fields in packed)


def pack_tags(tags: Sequence[Tag]) -> list[tuple[str, str, int, int, str]]:
    """Tags as plain tuples."""
    return [(t.text, t.at.file, t.at.line, t.at.column, t.at.place) for t in tags]


def unpack_tags(tags: Sequence[tuple[str, str, int, int, str]]) -> tuple[Tag, ...]:
    """Tags from plain data."""
    return tuple(
        Tag(text, Position(file, line, column, place)) for text, file, line, column, place in tags
    )
