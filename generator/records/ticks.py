"""核对记录: which printed figures a person has checked, kept beside the content.

A tick holds for a figure as it was: its value, and how every place words it. When one of these
changes, the tick no longer holds; what stands in the file stays there, and holds again when the
figure is as it was.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from generator import disk
from generator.content.yaml import nodes
from generator.frozen import frozen, replace
from generator.problems import Position, Problems
from generator.records.record import Record, numbers
from generator.records.values import with_unit
from generator.records.words import Words

#: How long what a person calls themselves may be.
MAX_NAME: Final = 40
_HEAD: Final = (
    "# 核对记录，由 gen review 写。一行一个数：名称: [值, 印出来的写法, 核对人]。\n"
    "# 值或写法变了，那个数的核对就不算，要重新核对；别的数不受影响。\n"
)


@frozen
class Printed:
    """A printed figure as a person checks it: what it is called, its value, how it is worded."""

    name: str
    value: str
    wording: str


@frozen
class Tick:
    """That somebody (``by``) has checked a figure when it had this value and wording."""

    value: str
    wording: str
    by: str

    def holds(self, figure: Printed) -> bool:
        """Whether ``figure`` is still as it was checked."""
        return (self.value, self.wording) == (figure.value, figure.wording)


#: Unit and year that ticks are of; and the keys that say so in the file, which no figure has.
Owner = tuple[str, int]
_OWNER: Final = ("单位", "年度")
#: Ticks by the names of their figures.
Ticks = dict[str, Tick]


def printed(record: Record, words: Words | None = None) -> dict[str, Printed]:
    """The printed figures by their paths, in the order in which documents print them first.

    ``words``: those of ``record``, where somebody has them.
    """
    wordings: dict[str, dict[str, None]] = {}
    figures = set(numbers(record))
    for document in record.documents.values():
        for row in document.places:
            path = row.path.partition("|")[0]
            if path in figures:
                wordings.setdefault(path, {})[row.text] = None
    words = words or Words(record)
    names: dict[str, str] = {}
    found: dict[str, Printed] = {}
    for path, texts in wordings.items():
        name = words.of(path)
        name = name if names.setdefault(name, path) == path else path
        value = record.values[path]
        amount = with_unit(value["text"], value.get("unit", ""))
        found[path] = Printed(name, amount, "；".join(texts))
    return found


def holding(figures: Mapping[str, Printed], ticks: Ticks) -> dict[str, str]:
    """The paths of ``figures`` that are ticked as they are now, with who did."""
    return {
        path: tick.by
        for path, figure in figures.items()
        if (tick := ticks.get(figure.name)) is not None and tick.holds(figure)
    }


def read(path: Path, file: str, owner: Owner, problems: Problems) -> Ticks | None:
    """The ticks in ``path``, none where there is no file; None after W505 or W506 was reported.

    ``file``: its name in positions.
    """
    if not os.path.lexists(path):
        return {}
    found = Problems()
    node = None
    if path.is_symlink():
        found.add("L130", Position(file))
    else:
        node = nodes.load(path, file, found)
    # A file with comments alone has no ticks.
    if node is None and {one.code for one in found} == {"L110"}:
        return {}
    if isinstance(node, nodes.Mapping) and not found.failed and not node.broken:
        own, node = _parted(node)
        ticks = {name.text: _tick(value) for name, value in node.items}
        if None not in ticks.values() and _copied(path, own, owner):
            problems.add("W506", Position(file, 1, 1), whose=" ".join(own.values()).strip())
            return None
        if None not in ticks.values():
            return {name: tick for name, tick in ticks.items() if tick is not None}
    worst = next((one for one in found.sorted()), None)
    problems.add("W505", worst.at if worst is not None else Position(file, 1, 1))
    return None


def _parted(node: nodes.Mapping) -> tuple[dict[str, str], nodes.Mapping]:
    """Whose ticks they are, as the file says, and the ticks."""
    own = {
        name.text: value.text for name, value in node.items
        if name.text in _OWNER and isinstance(value, nodes.Scalar)
    }  # fmt: skip
    return own, replace(node, items=tuple(one for one in node.items if one[0].text not in own))


def _copied(path: Path, own: Mapping[str, str], owner: Owner) -> bool:
    """Whether the file came along with a folder that was copied for another year or unit.

    A unit whose folder was renamed keeps its ticks.
    """
    unit, year = (own.get(key) for key in _OWNER)
    other = path.parents[2] / unit if unit else path.parents[1]
    return year not in (None, str(owner[1])) or (unit not in (None, owner[0]) and other.is_dir())


def _tick(node: nodes.Node) -> Tick | None:
    if not isinstance(node, nodes.Sequence) or len(node.items) != 3:
        return None
    texts = [one.text for one in node.items if isinstance(one, nodes.Scalar)]
    return Tick(*texts) if len(texts) == 3 else None


def dump(ticks: Ticks, owner: Owner) -> bytes:
    """The file for ``ticks``: whose they are, then a line each, in the order of their names."""
    lines = [f"{key}: {_quoted(str(value))}\n" for key, value in zip(_OWNER, owner, strict=True)]
    lines += [
        f"{_quoted(name)}: [{', '.join(map(_quoted, (tick.value, tick.wording, tick.by)))}]\n"
        for name, tick in sorted(ticks.items())
    ]
    return (_HEAD + "".join(lines)).encode()


# What JSON escapes in a text, double quotes of YAML escape in the same way.
_quoted = json.JSONEncoder(ensure_ascii=False).encode


def save(path: Path, ticks: Ticks, owner: Owner) -> None:
    """Replace ``path``, whole or not at all; raises ``OSError``, also for what is no file."""
    if os.path.lexists(path):
        disk.read(path)
    partial = disk.unguessed(path)
    try:
        disk.write_new(partial, dump(ticks, owner))
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def usable(name: str) -> bool:
    """Whether a person may be called so in the file and in documents."""
    return bool(name.strip()) and len(name) <= MAX_NAME and name.isprintable()


def changed(ticks: Ticks, figures: Iterable[Printed], by: str, *, ticked: bool) -> Ticks:
    """``ticks`` after ``figures`` were ticked, or no longer are."""
    made = dict(ticks)
    for figure in figures:
        if ticked:
            made[figure.name] = Tick(figure.value, figure.wording, by)
        else:
            made.pop(figure.name, None)
    return made
