"""Which thing of an old tree is which of a new one: by name first, then by what it holds.

Never by position alone: that only decides between things that are alike.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Final, TypeAlias

from generator.records.changes.likeness import Likeness
from generator.records.tree import Digests, Node

#: Below that two texts are not one text that changed.
_ALIKE: Final = 0.5
#: What is renamed holds mostly the same; less is enough where the names are alike as well.
_SAME_CONTENT: Final = 0.6
_SOME_CONTENT: Final = 0.3
_NAME_ALIKE: Final = 0.4
#: Corrected by a word or two where it stood: whatever it holds is what it holds now.
_NAME_SAME: Final = 0.75
#: So many pairs are looked at between two lists; beyond it only near neighbours are.
_MOST_PAIRS: Final = 4096
_NEAR: Final = 8
#: What may move on its own, and what it stays inside of when it does.
_LOOSE: Final = frozenset({"fact", "group", "list", "row", "part", "level2", "indicator"})
_HOMES: Final = frozenset({"section", "table", "item", "project"})

_Numbered: TypeAlias = list[tuple[int, Node]]
_Pairs: TypeAlias = list[tuple[int, int]]


class Matching:
    """The pairs of two trees, both ways; nodes are known by identity, not by what they hold."""

    def __init__(self, old: Node, new: Node) -> None:
        self._digests = Digests()
        self._likeness = Likeness()
        self._new_of: dict[int, Node] = {}
        self._old_of: dict[int, Node] = {}
        self._kept = old, new  # identities hold only as long as the nodes do
        self._pair(old, new)
        self._across(old, new)

    def new_of(self, node: Node) -> Node | None:
        """What ``node`` of the old tree is now; None when it is gone."""
        return self._new_of.get(id(node))

    def old_of(self, node: Node) -> Node | None:
        """What ``node`` of the new tree was; None when it was not there."""
        return self._old_of.get(id(node))

    def _pair(self, old: Node, new: Node) -> None:
        """Match ``old`` with ``new``, and all below them that stands in both."""
        todo = [(old, new)]
        while todo:
            before, after = todo.pop()
            self._new_of[id(before)], self._old_of[id(after)] = after, before
            todo += self._children(before.children, after.children)

    # Among the children of two nodes

    def _children(self, before: Sequence[Node], after: Sequence[Node]) -> list[tuple[Node, Node]]:
        olds = [(at, node) for at, node in enumerate(before) if id(node) not in self._new_of]
        news = [(at, node) for at, node in enumerate(after) if id(node) not in self._old_of]
        pairs: _Pairs = []
        if not olds or not news:
            return []
        common: frozenset[tuple[str, ...]] = frozenset()

        def held(node: Node) -> Hashable | None:
            """Renamed, but holding the same, if that tells it from others."""
            telling = self._likeness.telling(node, common)
            return (node.kind, self._digests.of(node)) if telling else None

        for key in (self._whole, self._named, held):
            if key is held and olds and news:
                common = self._likeness.common(before, after)
            pairs += (found := _by_key(olds, news, key))
            olds, news = _left(olds, found, 0), _left(news, found, 1)
        if olds and news:
            pairs += self._alike(olds, news, pairs, common)
        return [(before[a], after[b]) for a, b in pairs]

    def _whole(self, node: Node) -> Hashable:
        """Of several of one name, those that hold the same belong together first."""
        return node.kind, node.called, self._digests.of(node)

    def _named(self, node: Node) -> Hashable | None:
        return (node.kind, node.called) if node.called else None

    def _alike(
        self,
        olds: _Numbered,
        news: _Numbered,
        paired: _Pairs,
        common: frozenset[tuple[str, ...]],
    ) -> _Pairs:
        """What was renamed or rewritten, the likest first."""
        slots = (
            _slots([at for at, _ in olds], dict(paired)),
            _slots([at for at, _ in news], {b: b for _, b in paired}),
        )
        scored = []
        for rank, (a, old) in enumerate(olds):
            for other in _near(rank, len(olds), len(news)):
                b, new = news[other]
                same_slot = slots[0][a] == slots[1][b]
                score = self._score(old, new, common, same_slot=same_slot)
                if score:
                    scored.append((-score, abs(rank - other), a, b))
        pairs: _Pairs = []
        taken: tuple[set[int], set[int]] = set(), set()
        for _, _, a, b in sorted(scored):
            if a not in taken[0] and b not in taken[1]:
                pairs.append((a, b))
                taken[0].add(a)
                taken[1].add(b)
        return pairs

    def _score(
        self, old: Node, new: Node, common: frozenset[tuple[str, ...]], *, same_slot: bool
    ) -> float:
        """How sure it is that both are one; 0 when it is not."""
        if old.kind != new.kind:
            return 0
        content = self._likeness.contents(old, new, common)
        if not old.name or not new.name:
            return content if content >= (_SOME_CONTENT if same_slot else _ALIKE) else 0
        names = self._likeness.names(old, new)
        if not old.children and not new.children:
            # A number alone does not tell one fact from another.
            alike = content == 1 and (same_slot or names >= _NAME_ALIKE)
        elif same_slot and (content == 1 or names >= _NAME_SAME):
            alike = True
        else:
            needed = _SOME_CONTENT if names >= _NAME_ALIKE else _SAME_CONTENT
            telling = names >= _NAME_ALIKE or self._likeness.telling(old, common)
            alike = telling and content >= needed
        return content + names + same_slot if alike else 0

    # From one parent to another

    def _across(self, old: Node, new: Node) -> None:
        """Match what moved to another parent of the same form, table or file."""
        for key in (self._same, self._named):
            olds = list(self._loose(old, self._new_of, self._new_of))
            news = list(self._loose(new, self._old_of, None))
            held: dict[Hashable, list[Node]] = defaultdict(list)
            for home, node in news:
                if (known := key(node)) is not None:
                    held[home, known].append(node)
            wanted = Counter((home, key(node)) for home, node in olds)
            for home, node in olds:
                known = home, key(node)
                there = [one for one in held.get(known, ()) if id(one) not in self._old_of]
                if id(node) in self._new_of or not there:
                    continue
                alone = len(held[known]) == wanted[known] == 1
                if key == self._same or (alone and self._still(node, there[0])):
                    self._pair(node, there[0])

    def _still(self, old: Node, new: Node) -> bool:
        return bool(old.children) and self._likeness.contents(old, new) >= _ALIKE

    def _same(self, node: Node) -> Hashable | None:
        telling = self._likeness.telling(node) or node.kind == "fact"
        return self._whole(node) if telling else None

    def _loose(
        self, root: Node, taken: dict[int, Node], translated: dict[int, Node] | None
    ) -> Iterator[tuple[int, Node]]:
        """Unmatched nodes that may have moved, with the home they stay in (as the new tree's)."""
        todo = [(0, root)]
        while todo:
            home, node = todo.pop()
            if node.kind in _HOMES:
                there = node if translated is None else translated.get(id(node))
                home = id(there) if there is not None else id(node)
            elif node.kind in _LOOSE and id(node) not in taken:
                yield home, node
            todo += [(home, child) for child in reversed(node.children)]


def _by_key(olds: _Numbered, news: _Numbered, key: Callable[[Node], Hashable | None]) -> _Pairs:
    """Pairs of one key, the first with the first."""
    waiting: dict[Hashable, list[int]] = defaultdict(list)
    for at, node in reversed(news):
        if (known := key(node)) is not None:
            waiting[known].append(at)
    pairs = []
    for at, node in olds:
        known = key(node)
        if known is not None and waiting.get(known):
            pairs.append((at, waiting[known].pop()))
    return pairs


def _left(nodes: _Numbered, pairs: _Pairs, side: int) -> _Numbered:
    taken = {pair[side] for pair in pairs}
    return [(at, node) for at, node in nodes if at not in taken]


def _slots(free: Sequence[int], paired: dict[int, int]) -> dict[int, tuple[int, int, int]]:
    """Where each stands: behind which pair, as the how-manieth of how many that are free."""
    known = sorted(paired)
    behind = {at: bisect_left(known, at) for at in free}
    counts = Counter(behind.values())
    ranks: Counter[int] = Counter()
    slots = {}
    for at in free:
        gap = behind[at]
        ranks[gap] += 1
        slots[at] = paired[known[gap - 1]] if gap else -1, ranks[gap], counts[gap]
    return slots


def _near(rank: int, of: int, others: int) -> range:
    """Which of the others to look at: all while there are few, else those around the same spot."""
    if of * others <= _MOST_PAIRS:
        return range(others)
    here = rank * others // of
    return range(max(0, here - _NEAR), min(others, here + _NEAR + 1))


def in_order(numbers: Sequence[int]) -> set[int]:
    """Positions of a longest run of ``numbers`` that rises: what does not have to move."""
    tops: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for at, number in enumerate(numbers):
        pile = bisect_left(tops, number)
        before.append(ends[pile - 1] if pile else -1)
        if pile == len(tops):
            tops.append(number)
            ends.append(at)
        else:
            tops[pile], ends[pile] = number, at
    kept: set[int] = set()
    here = ends[-1] if ends else -1
    while here >= 0:
        kept.add(here)
        here = before[here]
    return kept
