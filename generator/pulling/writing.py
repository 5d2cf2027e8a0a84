"""Changed content files put in place, all of them or none; files that were seen no longer block."""

from __future__ import annotations

from generator import disk
from generator.build import standing
from generator.pulling.pulling import Draft, Pulled


def write(made: Draft) -> None:
    """Put the new texts in their places; raises ``disk.Moved`` and ``OSError``."""
    root = made.pulled.workspace.root
    disk.replace_all({root / name: (mark, data) for name, (data, mark) in made.files.items()})


def settle(pulled: Pulled) -> list[str]:
    """Let the edited files that were looked through, where they are outputs, be built over.

    Gives the names of those that are. Raises ``OSError``.
    """
    output = pulled.target.output
    settled = {
        file.found.document: file.digest
        for file in pulled.files
        if file.path.resolve() == (output / file.found.document).resolve()
        and file.digest != file.found.record.documents[file.found.document].sha256
    }
    standing.acknowledge(pulled.target, settled)
    return sorted(settled)
