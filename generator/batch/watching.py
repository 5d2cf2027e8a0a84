"""What waits for saves: content of some unit-years, and templates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event

from watchfiles import Change
from watchfiles import watch as changes

from generator.records.record import VERSIONS
from generator.workspace import TEMPLATES, UnitYear, Workspace

_DEBOUNCE_MS = 300
_TICK_MS = 1000


def saves(
    workspace: Workspace, targets: Sequence[UnitYear], stop: Event | None = None
) -> Iterator[frozenset[Path]]:
    """What was saved, each time something was; raises ``KeyboardInterrupt`` on Ctrl-C.

    The first time nothing: what was saved before anybody listened is then looked for.
    """
    folders = [folder for folder in _folders(workspace, targets) if folder.is_dir()]
    settled = False
    for saved in changes(
        *folders, debounce=_DEBOUNCE_MS, stop_event=stop, watch_filter=_matters,
        raise_interrupt=True, rust_timeout=_TICK_MS, yield_on_timeout=True,
    ):  # fmt: skip
        if saved or not settled:
            yield frozenset(Path(path) for _, path in saved)
        settled = True


def _folders(workspace: Workspace, targets: Sequence[UnitYear]) -> list[Path]:
    units = list(dict.fromkeys(target.unit_folder for target in targets))
    return [*units, workspace.root / TEMPLATES]


def _matters(_change: Change, path: str) -> bool:
    """Editors' own scratch files do not count, nor do named versions."""
    name = Path(path).name
    scratch = name.startswith((".", "~")) or name.endswith((".tmp", ".swp", "~"))
    return not scratch and VERSIONS not in Path(path).parts
