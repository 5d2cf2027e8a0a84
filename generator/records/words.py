"""What readers call a value or a thing that was typed: 项目“…”, 三级指标“…”, never a number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Final

from generator.figures import titles
from generator.figures.compute import DERIVED
from generator.language.wording import read_source
from generator.records.changes import paths
from generator.records.record import Record
from generator.records.tree import ORDERED, Node, Path, forms, grown, placed, walk

#: What a column, or a level of totals, adds nothing to in the words of an official.
_SILENT: Final = frozenset({"本年"})
_BEGINNING: Final = 16
#: Kinds by what forms call them.
KINDS: Final = {
    "project": "项目", "indicator": "三级指标", "level2": "二级指标", "level1": "一级指标",
    "table": "表",
}  # fmt: skip


class _Index:
    """Nodes by the names of their values, those names by node, and what tells twins apart."""

    def __init__(self, roots: Iterable[Node]) -> None:
        self.nodes: dict[str, Node] = {}
        self.paths: dict[int, str] = {}
        self.twins: dict[int, str] = {}
        for root in roots:
            self._learn(root)

    def _learn(self, root: Node) -> None:
        for node, path in paths.names(root):
            self.nodes.setdefault(path, node)
            self.paths[id(node)] = path
        inside: dict[int, str] = {}
        counts: Counter[tuple[int, str, str]] = Counter()
        members: list[tuple[tuple[int, str, str], Node]] = []
        form, group, project = id(root), "", id(root)
        for depth, node in forms(root):
            if node.kind == "project":
                project = id(node)
            elif depth == 1:
                project = id(root)
            if node.kind == "level2":
                group = node.name
            form = project
            if node.kind in ("indicator", "project"):
                home = id(root) if node.kind == "project" else form
                own = (one.text for one in node.children if one.name == "二级")
                inside[id(node)] = next(own, group)
                counts[home, node.kind, node.name] += 1
                members.append(((home, node.kind, node.name), node))
        self._tell_twins(counts, members, inside)

    def _tell_twins(
        self,
        counts: Counter[tuple[int, str, str]],
        members: list[tuple[tuple[int, str, str], Node]],
        inside: dict[int, str],
    ) -> None:
        """Several of one name: by their group, else counted."""
        groups = Counter((key, inside[id(node)]) for key, node in members)
        seen: Counter[object] = Counter()
        for key, node in members:
            if counts[key] < 2:
                continue
            group = inside[id(node)] if node.kind == "indicator" else ""
            seen[key, group] += 1
            name = f"{group}—{node.name}" if group else node.name
            if groups[key, inside[id(node)]] > 1:
                name += f"（第{seen[key, group]}个）"
            self.twins[id(node)] = name


class Words:
    """The words for all that one record holds.

    ``root``: the tree whose nodes are asked about, where that is not what the record keeps.
    """

    def __init__(self, record: Record, root: Node | None = None) -> None:
        self._record = record
        self._root = root

    @cached_property
    def _roots(self) -> list[Node]:
        # Identities hold only as long as the nodes do.
        asked = self._root is None or self._record.content
        kept = grown(self._record.content) if asked else None
        return [tree for tree in (kept, self._root) if tree is not None]

    @cached_property
    def _index(self) -> _Index:
        return _Index(self._roots)

    # Values by their names

    def of(self, path: str, *, official: bool = False) -> str:
        """``指标[7].得分`` → ``三级指标“…”.得分``; in a notice ``三级指标“…”—得分``.

        ``official``: rows by what forms call them (显示) and no 本年.
        """
        source = read_source(path.removeprefix(paths.GONE))
        words = self._told(source.figure, official=official)
        text = ("—" if official else ".").join(words)
        aspect = source.kind.aspect
        return f"{text}（{aspect}）" if aspect else text

    def _told(self, path: str, *, official: bool) -> list[str]:
        words: list[str] = []
        for here, step, number in titles.steps(path):
            words.append(self._step(here, step, number, official=official))
        if official and len(words) > 1 and words[-1] in _SILENT:
            words.pop()
        if official and len(words) > 1 and words[0] == DERIVED:
            del words[0]
        return words

    def _step(self, path: str, step: str, number: str, *, official: bool) -> str:
        if not number and not official:
            return step
        node = self._index.nodes.get(path)
        if node is not None and node.kind not in ("block", "item"):
            if node.kind in ("project", "indicator", "level1"):
                return self.title(node)
            return label(node) if official else node.name
        if not number:
            return step
        name = node.called if node is not None else self._kept_name(path)
        return titles.title(step, number, name)

    def _kept_name(self, path: str) -> str:
        text: str = self._record.values.get(f"{path}.名称", {}).get("text", "")
        return text

    # Nodes

    @cached_property
    def _places(self) -> Mapping[Path, Node]:
        return dict(placed(self._roots[-1])) if self._roots else {}

    @cached_property
    def _parents(self) -> Mapping[int, Node]:
        above = (node for root in self._roots for node in walk(root))
        return {id(child): node for node in above for child in node.children}

    def path(self, node: Node) -> str | None:
        """Under which name the record keeps ``node``; None for what no value goes by."""
        return self._index.paths.get(id(node))

    def at(self, path: Path) -> Node | None:
        """The node that ``path`` leads to."""
        return self._places.get(path)

    def parent(self, node: Node) -> Node | None:
        """What ``node`` stands in."""
        return self._parents.get(id(node))

    def sibling(self, node: Node, step: int) -> Node | None:
        """The one of its like before (-1) or behind it (1)."""
        parent = self.parent(node)
        like = [c for c in parent.children if c.kind in ORDERED] if parent is not None else []
        here = next((at for at, one in enumerate(like) if one is node), -1)
        there = here + step
        return like[there] if here >= 0 and 0 <= there < len(like) else None

    def short_name(self, node: Node) -> str:
        """What it is called among its like."""
        parent = self.parent(node)
        like = parent.children if parent is not None else ()
        twins = sum(one.called == node.called and one.kind == node.kind for one in like) > 1
        own = self._index.twins.get(id(node)) if twins else node.called
        return f"“{own or node.called or _beginning(node)}”"

    def thing(self, node: Node, *, official: bool = False) -> str:
        """What was typed there, whether a value goes by it or not."""
        path = self._index.paths.get(id(node))
        if node.kind in KINDS and node.kind != "table":
            title = self.title(node)
            if path is None or node.kind == "project":
                return title
        if node.kind in ("block", "line"):
            return f"正文“{_beginning(node)}”"
        if path is not None:
            return self.of(path, official=official)
        parent = self.parent(node)
        mark = "—" if official else "."
        if parent is None or (parent.kind == "section" and parent.name != "上年"):
            above = self.parent(parent) if parent is not None else None
            past = above is not None and above.name == "上年"
            return f"上年{mark}{node.called}" if past else node.called
        return f"{self.thing(parent, official=official)}{mark}{node.called}"

    def title(self, node: Node) -> str:
        """``三级指标“…”``, ``项目“…”``; told apart from others of its name."""
        name = self._index.twins.get(id(node)) or node.called
        kind = KINDS.get(node.kind, "")
        return titles.named(kind, name) if kind else name

    def value(self, words: str) -> str | None:
        """The path of the value that goes by ``words``, as a reader was told it."""
        if "“" not in words:
            return None
        for path in self._record.values:
            if "[" in path and words in (self.of(path), self.of(path, official=True)):
                return path
        return None


def _beginning(node: Node) -> str:
    text = node.text or next((one.text for one in walk(node) if one.text), "")
    text = text.lstrip("# ")
    return text if len(text) <= _BEGINNING else f"{text[:_BEGINNING]}……"


def label(node: Node) -> str:
    """What forms call a row (显示)."""
    return next(
        (one.text for one in node.children if one.kind == "setting" and one.name == "显示"),
        node.name,
    )
