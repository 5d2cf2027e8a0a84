"""What was typed, as a tree of named things: the same for content files and for records.

Records keep it as rows, parents before children, so that a script can read it without knowing
how content files are written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple, TypeAlias

from generator.frozen import frozen

At: TypeAlias = tuple[str, int, int]
#: depth, kind, name, text, file, line, column
Row: TypeAlias = tuple[int, str, str, str, str, int, int]

#: Deeper than any form goes; a record with more was not written by gen.
MAX_DEPTH: Final = 40

#: Kinds whose order among their like means something: it prints, or a sum is told by it.
ORDERED: Final = frozenset(
    {"item", "row", "part", "indicator", "level1", "level2", "project", "block", "line"}
)
#: A text that is longer is no name.
_LONGEST_NAME: Final = 60


class Step(NamedTuple):
    """One step down to a node: its kind and name, and the how-manieth it is of those."""

    kind: str
    name: str
    number: int = 1


Path: TypeAlias = tuple[Step, ...]


@frozen
class Node:
    """One thing that was typed: a leaf with its ``text``, or a branch of such.

    ``kind``: what it is (fact, list, item, table, row, cell, indicator, project, block …);
    ``name``: how writers call it, empty where only its text tells it; ``at``: file, line, column.
    """

    kind: str
    name: str
    text: str
    at: At
    children: tuple[Node, ...] = ()

    @property
    def called(self) -> str:
        """What it goes by: its name; of an item of a list its 名称, else its first text."""
        if self.name or self.kind != "item":
            return self.name
        texts = [one.text for one in self.children if one.name == "名称"]
        texts += [one.text for one in self.children if one.kind == "fact" and one.text]
        return texts[0] if texts and len(texts[0]) <= _LONGEST_NAME else ""


def walk(node: Node) -> Iterator[Node]:
    """``node`` and everything below it, parents first."""
    todo = [node]
    while todo:
        here = todo.pop()
        yield here
        todo += reversed(here.children)


def forms(root: Node) -> Iterator[tuple[int, Node]]:
    """Everything below ``root`` with its depth, parents first, but for what is in lists of facts.

    These hold no indicators and no projects, but may be long.
    """
    todo = [(1, child) for child in reversed(root.children)]
    while todo:
        depth, node = todo.pop()
        yield depth, node
        if node.kind != "list":
            todo += [(depth + 1, child) for child in reversed(node.children)]


def placed(root: Node) -> Iterator[tuple[Path, Node]]:
    """Everything below ``root`` with its path, parents first."""
    todo: list[tuple[Path, Node]] = list(reversed(_steps((), root)))
    while todo:
        path, node = todo.pop()
        yield path, node
        todo += reversed(_steps(path, node))


def _steps(path: Path, node: Node) -> list[tuple[Path, Node]]:
    seen: dict[tuple[str, str], int] = {}
    out = []
    for child in node.children:
        key = child.kind, child.name
        seen[key] = seen.get(key, 0) + 1
        out.append(((*path, Step(*key, seen[key])), child))
    return out


def flat(root: Node) -> Iterator[Row]:
    """``root`` as rows."""
    todo = [(0, root)]
    while todo:
        depth, node = todo.pop()
        yield (depth, node.kind, node.name, node.text, *node.at)
        todo += [(depth + 1, child) for child in reversed(node.children)]


def grown(rows: Sequence[Row]) -> Node | None:
    """What ``flat`` made rows of; None for no rows."""
    if not rows:
        return None
    held: dict[int, list[Node]] = {}
    for depth, kind, name, text, file, line, column in reversed(rows):
        children = tuple(reversed(held.pop(depth + 1, [])))
        held.setdefault(depth, []).append(Node(kind, name, text, (file, line, column), children))
    return held[0][0]


def is_outline(rows: Sequence[Row]) -> bool:
    """Whether rows are a tree: one root, nothing deeper than a child of what stands before it."""
    before = -1
    for row in rows:
        depth = row[0]
        if not (0 < depth <= min(before + 1, MAX_DEPTH) or (depth == 0 and before == -1)):
            return False
        before = depth
    return True


class Digests:
    """Digests of what nodes hold, worked out once for each node: equal means the same."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Node, bytes]] = {}

    def of(self, node: Node) -> bytes:
        """The digest of all that ``node`` holds, without its own name."""
        known = self._known.get(id(node))
        if known is None:
            lines = [
                (child.kind, child.name, self.of(child), child.kind in ORDERED)
                for child in node.children
            ]
            ordered = [line for line in lines if line[3]]
            rest = sorted(line for line in lines if not line[3])
            data = repr((node.kind, node.text, ordered, rest)).encode()
            known = node, hashlib.blake2b(data, digest_size=16).digest()
            self._known[id(node)] = known
        return known[1]
