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
    "docxtpl", "jinja2", "lxml", "openpyxl", "python_docx", "pyyaml",
)  # fmt: skip
#: Templates and sample content that come with an installed gen: input, not code.
_DATA: Final = "data"


@cache
def description() -> bytes:
    """Versions of gen, Python and the libraries it rests on, and the state of gen's own files."""
    here = Path(__file__).parent
    own = sorted(module_states(here))
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


def module_states(package: Path) -> Iterator[str]:
    """Name, size and time of every module below ``package``, however deep."""
    waiting = [("", str(package))]
    while waiting:
        prefix, folder = waiting.pop()
        with os.scandir(folder) as entries:
            for entry in entries:
                name = prefix + entry.name
                if entry.name.endswith(".py"):
                    stat = entry.stat()
                    yield f"{name}:{stat.st_size}:{stat.st_mtime_ns}"
                elif "." not in name and name not in (_DATA, "__pycache__") and entry.is_dir():
                    waiting.append((f"{name}/", entry.path))


def stamp() -> bytes:
    """The description as one short line, kept beside the outputs."""
    return hashlib.sha256(description()).hexdigest().encode() + b"\n"
