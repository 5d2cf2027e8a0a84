"""Content files as trees of nodes: every text as typed, every node with its place.

The YAML events of libyaml are turned into three small node types. What YAML itself would do
silently (last duplicate key wins, ``1:30`` becomes 90, aliases expand) is reported or left to
the reader of the node; no scalar is ever converted here.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from generator.content import hygiene
from generator.problems import Position, Problems

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

MAX_FILE_BYTES: Final = 4 * 1024 * 1024
MAX_DEPTH: Final = 20


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text as typed; ``quoted`` tells a quoted or block text from a plain one."""

    text: str
    quoted: bool
    at: Position


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values in the order typed; keys are unique. ``flow`` is the ``{}`` style."""

    items: tuple[tuple[Scalar, Node], ...]
    at: Position
    flow: bool = False

    def get(self, key: str) -> Node | None:
        """The value of ``key``, or None."""
        for name, value in self.items:
            if name.text == key:
                return value
        return None


@dataclass(frozen=True, slots=True)
class Sequence:
    """List items in order."""

    items: tuple[Node, ...]
    at: Position


Node = Scalar | Mapping | Sequence


def is_empty(node: Node) -> bool:
    """Whether nothing was typed."""
    return isinstance(node, Scalar) and not node.quoted and node.text in ("", "~", "null")


def load(path: Path, file: str, problems: Problems) -> Node | None:
    """The tree of one YAML file; None when it is unreadable, empty or not valid YAML.

    ``file`` is the name used in positions. All findings go to ``problems``.
    """
    text = hygiene.read_text(path, file, MAX_FILE_BYTES, problems)
    return None if text is None else parse(text, file, problems)


def parse(text: str, file: str, problems: Problems) -> Node | None:
    """The tree of YAML ``text``."""
    before = len(problems)
    hygiene.check_characters(text, file, problems)
    if len(problems) > before:
        return None
    try:
        node = _Builder(file, problems).build(text)
    except yaml.YAMLError as error:
        hygiene.explain_syntax_error(error, text, file, problems)
        return None
    if node is None:
        problems.add("L110", Position(file, 1, 1))
    return node


class _Builder:
    """Builds the tree from parser events, without recursion into the parser's own objects."""

    def __init__(self, file: str, problems: Problems) -> None:
        self._file = file
        self._problems = problems

    def build(self, text: str) -> Node | None:
        stack: list[_Open] = []
        root: Node | None = None
        documents = 0
        for event in yaml.parse(text, Loader=_LOADER):
            at = self._at(event)
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._problems.add("L111", at)
                    return root
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                self._problems.add("L112", at)
                return None
            if isinstance(event, yaml.NodeEvent) and not self._tag_is_fine(event, at):
                return None
            if isinstance(event, yaml.ScalarEvent):
                node: Node = Scalar(event.value, event.style in tuple("'\"|>"), at)
            elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
                if len(stack) >= MAX_DEPTH:
                    self._problems.add("L114", at, depth=MAX_DEPTH)
                    return None
                stack.append(_Open(isinstance(event, yaml.MappingStartEvent), event, at))
                continue
            elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                node = self._close(stack.pop())
            else:
                continue
            if stack:
                stack[-1].children.append(node)
            else:
                root = node
        return None if root is None or is_empty(root) else root

    def _at(self, event: yaml.Event) -> Position:
        mark = event.start_mark
        assert mark is not None  # parsers always give marks
        return Position(self._file, mark.line + 1, mark.column + 1)

    def _tag_is_fine(self, event: yaml.NodeEvent, at: Position) -> bool:
        tag = getattr(event, "tag", None)
        if tag in (None, "!"):
            return True
        self._problems.add("L113", at, tag=tag)
        return False

    def _close(self, opened: _Open) -> Node:
        if not opened.mapping:
            return Sequence(tuple(opened.children), opened.at)
        pairs: dict[str, tuple[Scalar, Node]] = {}
        for key, value in zip(opened.children[::2], opened.children[1::2], strict=True):
            if not isinstance(key, Scalar):
                self._problems.add("L115", key.at)
            elif key.text in pairs:
                first = pairs[key.text][0].at
                self._problems.add("L116", key.at, related=[first], key=key.text, line=first.line)
            else:
                pairs[key.text] = (key, value)
                if opened.flow and is_empty(value):
                    self._problems.add("L117", key.at, key=key.text)
        return Mapping(tuple(pairs.values()), opened.at, opened.flow)


class _Open:
    """A mapping or sequence whose end has not come yet."""

    __slots__ = ("at", "children", "flow", "mapping")

    def __init__(self, mapping: bool, event: yaml.Event, at: Position) -> None:
        self.mapping = mapping
        self.flow = bool(getattr(event, "flow_style", False))
        self.at = at
        self.children: list[Node] = []
