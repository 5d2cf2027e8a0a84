"""Changed content files put in place, all of them or none; files that were seen no longer block."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from generator import disk
from generator.build import standing
from generator.pulling.pulling import Draft, Pulled


class Moved(Exception):
    """The file ``name`` is no longer what was read; nothing was written."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def write(made: Draft) -> None:
    """Put the new texts in their places; raises ``Moved`` and ``OSError``."""
    root = made.pulled.workspace.root
    partials: dict[str, Path] = {}
    done: dict[str, bytes] = {}
    try:
        for name, (data, _) in made.files.items():
            partials[name] = disk.unguessed(root / name)
            disk.write_new(partials[name], data)
        old: Mapping[str, bytes] = {name: disk.read(root / name) for name in made.files}
        for name, (_, state) in made.files.items():
            if disk.mark(root / name) != state:
                raise Moved(name)
        for name, partial in partials.items():
            path = root / name
            partial.chmod(path.stat().st_mode & 0o777)
            done[name] = old[name]
            os.replace(partial, path)  # noqa: PTH105 (one step, on Windows too)
    except OSError:
        for name, data in done.items():
            (root / name).write_bytes(data)
        raise
    finally:
        for partial in partials.values():
            with suppress(FileNotFoundError):
                partial.unlink()


def settle(pulled: Pulled) -> list[str]:
    """Let the files that were looked through, where they are outputs, be built over.

    Gives the names of those that are. Raises ``OSError``.
    """
    output = pulled.target.output
    settled = {
        file.found.document: file.digest
        for file in pulled.files
        if file.path.resolve() == (output / file.found.document).resolve()
    }
    standing.acknowledge(pulled.target, settled)
    return sorted(settled)
