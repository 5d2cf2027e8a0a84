"""How alike two texts or two named things are: numbers from 0 to 1, in linear time."""

from __future__ import annotations

from collections import Counter
from typing import Final, TypeAlias

from generator.records.tree import Node, walk

_Leaf: TypeAlias = tuple[str, ...]

#: What many things hold alike says little about which is which.
_COMMON: Final = frozenset({"", "0", "0.00", "0%", "1", "5", "10", "100%"})
_SLIGHT: Final = 0.2
#: Beyond this a text is compared by its beginning and end.
_LONGEST: Final = 4000


def text_likeness(one: str, other: str) -> float:
    """How many pairs of neighbouring characters two texts share (Dice's coefficient)."""
    if one == other:
        return 1.0
    return _dice(_pairs(one), _pairs(other))


def _pairs(text: str) -> Counter[str]:
    if len(text) > _LONGEST:
        text = text[: _LONGEST // 2] + text[-_LONGEST // 2 :]
    padded = f"\n{text}\n"
    return Counter(padded[at : at + 2] for at in range(len(padded) - 1))


def _dice(one: Counter[str], other: Counter[str]) -> float:
    whole = one.total() + other.total()
    return 2 * (one & other).total() / whole if whole else 1.0


class Likeness:
    """Likeness of what nodes hold, each looked through once."""

    def __init__(self) -> None:
        self._held: dict[int, tuple[Node, dict[_Leaf, float]]] = {}
        self._words: dict[str, Counter[str]] = {}

    def names(self, one: Node, other: Node) -> float:
        """How alike their names are."""
        return _dice(self._pairs(one.name), self._pairs(other.name))

    def contents(self, one: Node, other: Node) -> float:
        """How much of what they hold is the same; what everybody holds counts little."""
        if not one.children and not other.children:
            return _dice(self._pairs(one.text), self._pairs(other.text))
        mine, theirs = self._leaves(one), self._leaves(other)
        whole = sum(mine.values()) + sum(theirs.values())
        shared = sum(weight for leaf, weight in mine.items() if leaf in theirs)
        return 2 * shared / whole if whole else 1.0

    def telling(self, node: Node) -> bool:
        """Whether ``node`` holds anything that not everybody holds."""
        return any(weight == 1 for weight in self._leaves(node).values())

    def _pairs(self, text: str) -> Counter[str]:
        if text not in self._words:
            self._words[text] = _pairs(text)
        return self._words[text]

    def _leaves(self, node: Node) -> dict[_Leaf, float]:
        if id(node) not in self._held:
            leaves: dict[_Leaf, float] = {
                (below.kind, below.name, below.text): _SLIGHT if below.text in _COMMON else 1.0
                for below in walk(node)
                if not below.children
            }
            if not node.children:
                leaves = {(node.kind, node.text): _SLIGHT if node.text in _COMMON else 1.0}
            self._held[id(node)] = node, leaves
        return self._held[id(node)][1]
