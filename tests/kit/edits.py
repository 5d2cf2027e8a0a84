"""What a script does with ``gen diff --format json``: make the new content of the old.

It knows nothing of gen but what the guide says: a tree of things, and the edits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from generator.records.tree import ORDERED, Row


@dataclass(slots=True, eq=False)
class Thing:
    """A node that can be edited."""

    kind: str
    name: str
    text: str
    children: list[Thing] = field(default_factory=list)
    parent: Thing | None = None

    def plain(self) -> object:
        """All it holds; the order only where it means something."""
        held = [(child.kind in ORDERED, child.plain()) for child in self.children]
        ordered = [plain for in_order, plain in held if in_order]
        rest = sorted((plain for in_order, plain in held if not in_order), key=repr)
        return self.kind, self.name, self.text, ordered, rest


def grown(rows: Sequence[Row]) -> Thing:
    """The content of a record as a tree."""
    last: list[Thing] = []
    for depth, kind, name, text, *_ in rows:
        thing = Thing(kind, name, text, parent=last[depth - 1] if depth else None)
        if thing.parent is not None:
            thing.parent.children.append(thing)
        last[depth:] = [thing]
    return last[0]


def applied(root: Thing, edits: Sequence[Mapping[str, Any]]) -> Thing:
    """``root`` after ``edits``, as the guide says to carry them out."""
    subjects = [_find(root, edit["before"]) if edit["before"] else None for edit in edits]
    moved = [thing for edit, thing in zip(edits, subjects, strict=True) if edit["kind"] == "moved"]
    for thing in moved:
        _take_out(thing)
    for edit, thing in zip(edits, subjects, strict=True):
        if edit["kind"] == "removed":
            _take_out(thing)
        elif edit["kind"] == "renamed":
            assert thing is not None
            assert thing.name == edit["old"]
            thing.name = edit["new"]
        elif edit["kind"] == "changed":
            assert thing is not None
            assert thing.text == edit["old"]
            thing.text = edit["new"]
    for edit, thing in zip(edits, subjects, strict=True):
        if edit["kind"] in ("added", "moved"):
            parent = _find(root, edit["path"][:-1])
            put = thing or _made(edit["content"])
            put.parent = parent
            parent.children.insert(edit["index"], put)
    return root


def _take_out(thing: Thing | None) -> None:
    assert thing is not None
    if thing.parent is not None:
        thing.parent.children.remove(thing)


def _made(plain: Mapping[str, Any]) -> Thing:
    thing = Thing(plain["kind"], plain["name"], plain["text"])
    for below in plain["children"]:
        child = _made(below)
        child.parent = thing
        thing.children.append(child)
    return thing


def _find(root: Thing, path: Sequence[Sequence[Any]]) -> Thing:
    here = root
    for kind, name, number in path:
        like = [one for one in here.children if (one.kind, one.name) == (kind, name)]
        here = like[number - 1]
    return here
