"""What, besides content and templates, decides what a build gives: gen and its libraries."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from generator import __version__

_LIBRARIES: Final = (
    "docxcompose", "docxtpl", "jinja2", "lxml", "openpyxl", "python_docx", "pyyaml",
)  # fmt: skip
_OWN: Final = ("render", "figures", "content", "checks")


@cache
def description() -> bytes:
    """Versions of gen, Python and the libraries it rests on, and the state of gen's own files."""
    here = Path(__file__).parent
    own = [state for name in ("", *_OWN) for state in sorted(_states(here, name))]
    found = find_spec("jinja2")
    libraries: list[str] = []
    if found is not None and found.origin is not None:
        with os.scandir(Path(found.origin).parent.parent) as entries:
            libraries = sorted(
                entry.name
                for entry in entries
                if entry.name.endswith(".dist-info") and entry.name.lower().startswith(_LIBRARIES)
            )
    return "\n".join([__version__, sys.version, *own, *libraries]).encode()


def _states(here: Path, folder: str) -> Iterator[str]:
    with os.scandir(here / folder) as entries:
        for entry in entries:
            if entry.name.endswith(".py"):
                stat = entry.stat()
                yield f"{folder}/{entry.name}:{stat.st_size}:{stat.st_mtime_ns}"


def stamp() -> bytes:
    """The description as one short line, kept beside the outputs."""
    return hashlib.sha256(description()).hexdigest().encode() + b"\n"
