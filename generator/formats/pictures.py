"""Pictures that templates and report.md name: files of the unit's ``images`` folders."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from generator.figures.model import Fault
from generator.problems import suggest
from generator.reading.pictures import MAX_BYTES, NoPicture, Picture, read

#: The name under which a context holds them.
PICTURES: Final = "_图片"
FOLDER: Final = "images"


class Pictures:
    """The pictures of one unit-year, read when they are first asked for.

    ``folders``: those of the year and of the unit, the nearer first; ``told``: how messages name
    the first one.
    """

    def __init__(self, folders: Sequence[Path], told: str) -> None:
        self._folders = folders
        self._told = told
        self._read: dict[str, Picture | Fault] = {}
        self._by_key: dict[str, Picture] = {}

    def named(self, name: str) -> tuple[str, Picture] | Fault:
        """The picture ``name`` with a key for its bytes; else why there is none."""
        if name not in self._read:
            self._read[name] = self._find(name)
        found = self._read[name]
        if isinstance(found, Fault):
            return found
        key = f"{hashlib.sha256(found.data).hexdigest()[:16]}.{found.kind}"
        self._by_key[key] = found
        return key, found

    def data(self, key: str) -> bytes:
        """The bytes of a picture that was named."""
        return self._by_key[key].data

    def digest(self) -> str:
        """A hash of everything there is to name."""
        digest = hashlib.sha256()
        for folder in self._folders:
            for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
                if path.is_file():
                    digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
                    digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()

    def _find(self, name: str) -> Picture | Fault:
        steps = PurePosixPath(name).parts
        if not name or "\\" in name or ":" in name or ".." in steps or name.startswith("/"):
            return _unusable(name, f"只能写 {self._told} 里的文件名")
        for folder in self._folders:
            path = folder.joinpath(*steps)
            try:
                if not path.is_file():
                    continue
                if not path.resolve().is_relative_to(folder.resolve()):
                    return _unusable(name, "它是指向别处的链接")
                if path.stat().st_size > MAX_BYTES:
                    return _unusable(name, "超过了20MB")
                return read(path.read_bytes())
            except NoPicture as error:
                return _unusable(name, str(error))
            except (OSError, ValueError):
                return _unusable(name, "读不出来")
        there = [p.name for f in self._folders if f.is_dir() for p in f.iterdir() if p.is_file()]
        hint = suggest(name, there)
        return Fault("T241", (("name", name), ("folder", self._told), ("hint", hint)))


def _unusable(name: str, why: str) -> Fault:
    return Fault("T242", (("name", name), ("why", why)))
