"""Two trees of content compared: what was added, removed, renamed, moved and changed.

Applied to the old tree, the edits give the new one: first all of ``before`` are looked up; what
was removed goes, what moved is taken out, names and texts are set; then what was added or moved
is put in, in the order told, each at ``index`` below the parent that ``path`` names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Literal, TypeAlias

from generator.frozen import frozen
from generator.records.changes.matching import Matching, in_order
from generator.records.tree import ORDERED, At, Node, Path, placed, walk

Kind: TypeAlias = Literal["added", "removed", "renamed", "moved", "changed"]

ADDED: Final = "added"
REMOVED: Final = "removed"
RENAMED: Final = "renamed"
MOVED: Final = "moved"
CHANGED: Final = "changed"


@frozen
class Edit:
    """One thing that a writer did.

    ``path``: where it is now (of what was removed: where it was), ``before``: where it was, None
    for what was added. ``old`` and ``new``: its text, or its name when renamed. ``index``: as
    which child of its parent it was added or moved to, from 0. ``content``: what was added with
    it or removed with it, but for what moved there or away. ``node``: it, as it is now, or was.
    """

    kind: Kind
    path: Path
    before: Path | None
    old: str | None
    new: str | None
    index: int
    content: Mapping[str, Any]
    node: Node
    at: At


def edits(old: Node, new: Node, matching: Matching) -> Iterator[Edit]:
    """Every edit from ``old`` to ``new``: what is gone, then the rest in the order of ``new``."""
    where = {id(node): path for path, node in placed(old)}
    yield from _removed(old, matching, where)
    yield from _told(new, matching, where, _moved(new, matching))


def _removed(old: Node, matching: Matching, where: Mapping[int, Path]) -> Iterator[Edit]:
    todo = [(child, False) for child in reversed(old.children)]
    while todo:
        node, covered = todo.pop()
        gone = matching.new_of(node) is None
        if gone and not covered:
            path = where[id(node)]
            content = _content(node, lambda one: matching.new_of(one) is None)
            yield Edit(REMOVED, path, path, node.text, None, -1, content, node, node.at)
        todo += [(child, gone) for child in reversed(node.children)]


def _told(
    new: Node, matching: Matching, where: Mapping[int, Path], moved: set[int]
) -> Iterator[Edit]:
    indexes = {id(c): at for node in walk(new) for at, c in enumerate(node.children)}
    covered: set[int] = set()
    for path, node in placed(new):
        old = matching.old_of(node)
        if old is None:
            if id(node) not in covered:
                content = _content(node, lambda one: matching.old_of(one) is None)
                yield Edit(
                    ADDED, path, None, None, node.text, indexes[id(node)], content, node, node.at
                )
            covered |= {id(one) for one in node.children if matching.old_of(one) is None}
            continue
        before = where[id(old)]
        if old.name != node.name:
            yield Edit(RENAMED, path, before, old.name, node.name, -1, {}, node, node.at)
        if id(node) in moved:
            at = indexes[id(node)]
            yield Edit(MOVED, path, before, None, None, at, {}, node, node.at)
        if old.text != node.text:
            yield Edit(CHANGED, path, before, old.text, node.text, -1, {}, node, node.at)


def _content(node: Node, belongs: Callable[[Node], bool]) -> dict[str, Any]:
    """``node`` and what came or went with it, as plain data."""
    return {
        "kind": node.kind,
        "name": node.name,
        "text": node.text,
        "children": [_content(child, belongs) for child in node.children if belongs(child)],
    }


def _moved(new: Node, matching: Matching) -> set[int]:
    """What stands in another place among its like, or below another parent."""
    moved: set[int] = set()
    todo = [new]
    while todo:
        node = todo.pop()
        todo += node.children
        old = matching.old_of(node)
        here = {id(child): at for at, child in enumerate(old.children)} if old is not None else {}
        stayed = []
        for child in node.children:
            was = matching.old_of(child)
            if was is None:
                continue
            if id(was) not in here:
                moved.add(id(child))
            elif child.kind in ORDERED:
                stayed.append((child, here[id(was)]))
        kept = in_order([at for _, at in stayed])
        moved |= {id(child) for at, (child, _) in enumerate(stayed) if at not in kept}
    return moved
