"""How alike two texts or two named things are: numbers from 0 to 1, in linear time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
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

    def common(self, *siblings: Sequence[Node]) -> frozenset[_Leaf]:
        """What more than one of some siblings holds: it tells none of them from the others."""
        shared: set[_Leaf] = set()
        for held in siblings:
            counts = Counter(leaf for node in held for leaf in self._leaves(node))
            shared |= {leaf for leaf, count in counts.items() if count > 1}
        return frozenset(shared)

    def contents(self, one: Node, other: Node, common: frozenset[_Leaf] = frozenset()) -> float:
        """How much of what they hold is the same; what is ``common`` to many counts little."""
        if not one.children and not other.children:
            return _dice(self._pairs(one.text), self._pairs(other.text))
        mine, theirs = self._leaves(one), self._leaves(other)
        weights = {
            leaf: _SLIGHT if leaf in common else weight
            for held in (mine, theirs)
            for leaf, weight in held.items()
        }
        whole = sum(weights[leaf] for held in (mine, theirs) for leaf in held)
        shared = sum(weights[leaf] for leaf in mine if leaf in theirs)
        return 2 * shared / whole if whole else 1.0

    def telling(self, node: Node, common: frozenset[_Leaf] = frozenset()) -> bool:
        """Whether ``node`` holds anything that not everybody holds."""
        leaves = self._leaves(node).items()
        return any(weight == 1 and leaf not in common for leaf, weight in leaves)

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
