"""Mappings read by their declaration: what was typed under each key, or what is wrong with it.

A key is asked for by its name, and what may stand there is known from ``content.schema``.
Everything wrong is reported once; what a reader gets instead says that there is nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from generator.content.blanks import is_unfilled
from generator.content.model import Formula, Quantity, Text
from generator.content.schema.fields import Below, Each, Group, Number, OneOf
from generator.content.values import formula, leaf, number, text_of
from generator.content.yaml.nodes import Mapping, Node, Scalar, Sequence, is_empty
from generator.problems import Position, Problems, suggest


class Entry(NamedTuple):
    """A mapping with its declaration; ``odd`` are the names in it that are not declared."""

    node: Mapping
    group: Group
    problems: Problems
    odd: tuple[str, ...] = ()

    @property
    def broken(self) -> bool:
        """Whether something typed in it was reported and left out."""
        return bool(self.odd) or self.node.broken

    @property
    def at(self) -> Position:
        """Where it begins."""
        return self.node.at

    def get(self, key: str) -> Node | None:
        """What was typed under ``key``; None for nothing, an empty list included.

        Raises ``KeyError`` for a key that is not declared, here as everywhere.
        """
        value = self.node.get(self.group[key].key)
        return None if is_blank(value) else value

    def lacks(self, *keys: str) -> bool:
        """Whether none of ``keys`` is there, and no name that may be a slip of one."""
        typed = any(self.get(key) is not None for key in keys)
        return not typed and not any(suggest(name, keys) for name in self.odd)

    def text(self, key: str) -> str:
        """The text at ``key``, else the default."""
        return text_of(self.get(key), self.problems, what=key) or self.group[key].default

    def name(self, key: str) -> str:
        """The text at ``key``, a name that stands in headings, cells and file names."""
        found, value = self.text(key), self.get(key)
        if value is not None and not set("\t\n").isdisjoint(found):
            self.problems.add("L143", value.at, what=key)
        return found

    def choice(self, key: str) -> str:
        """The word at ``key``, one of those declared; else the default."""
        field = self.group[key]
        assert isinstance(field.kind, OneOf)
        return self.one_of(key, field.kind.words) or field.default

    def one_of(self, key: str, words: tuple[str, ...]) -> str:
        """The word at ``key`` if it is one of ``words``, else nothing after a report."""
        value = self.get(key)
        found = text_of(value, self.problems, what=key)
        if value is None or not found or found in words:
            return found
        if is_unfilled(found):
            return ""
        self.problems.add("L503", value.at, what=key, found=found, known="、".join(words))
        return ""

    def quantity(
        self, key: str, *, low: Decimal | None = None, high: Decimal | None = None
    ) -> Quantity | None:
        """The plain number at ``key`` within its bounds; None when it is missing or reported.

        ``low`` and ``high`` stand in for declared bounds.
        """
        kind, value = self.group[key].kind, self.get(key)
        assert isinstance(kind, Number)
        if value is None:
            return None
        typed = number(value, self.problems, what=key)
        if isinstance(typed, Formula):
            self.problems.add("L404", value.at, what=key)
        if not isinstance(typed, Quantity):
            return None
        least = kind.low if low is None else low
        most = kind.high if high is None else high
        below = least is not None and typed.value < least
        if below or (most is not None and typed.value > most):
            range_ = f"不小于{least}" if most is None else f"在{least}到{most}之间"
        elif kind.whole and typed.value % 1:
            range_ = "是整数"
        else:
            if kind.hundred and 0 < typed.value <= 1:
                meant = f"{typed.value * 100:f}"
                meant = meant.rstrip("0").rstrip(".") if "." in meant else meant
                self.problems.add("L407", value.at, what=key, found=typed.text, meant=meant)
            return typed
        self.problems.add("L406", value.at, what=key, found=typed.text, range=range_)
        return None

    def decimal(self, key: str) -> Decimal | None:
        """The worth of ``quantity``."""
        found = self.quantity(key)
        return None if found is None else found.value

    def decided(self, key: str) -> Decimal:
        """The same, else the default, which has to be declared."""
        found = self.decimal(key)
        return Decimal(self.group[key].default) if found is None else found

    def measure(self, key: str) -> Quantity | None:
        """The number with or without unit at ``key``; None when missing or reported."""
        value = self.get(key)
        if value is None:
            return None
        if not isinstance(value, Scalar):
            self.problems.add("L201", value.at, what=key)
            return None
        typed = leaf(value, self.problems)
        if isinstance(typed, Formula):
            self.problems.add("L404", value.at, what=key)
        elif isinstance(typed, Text) or typed.prefix:
            self.problems.add("L209", value.at, found=typed.text[:40], what=key)
        return typed if isinstance(typed, Quantity) and not typed.prefix else None

    def scalar(self, key: str) -> Scalar | None:
        """What was typed at ``key`` as it stands; lists and mappings are reported."""
        value = self.get(key)
        if value is None or isinstance(value, Scalar):
            return value
        self.problems.add("L210", value.at, what=key)
        return None

    def texts(self, key: str) -> tuple[str, ...]:
        """The texts of the list at ``key``."""
        items = sequence(self.get(key), self.problems, what=key)
        return tuple(filter(None, (text_of(item, self.problems, what=key) for item in items)))

    def formulas(self, key: str) -> tuple[Formula, ...]:
        """The formulas at ``key``: one, or a list of them."""
        value = self.get(key)
        if not isinstance(value, Sequence):
            one = self.scalar(key)
            return () if one is None else (formula(one),)
        typed = [item for item in value.items if text_of(item, self.problems, what=key)]
        return tuple(formula(item) for item in typed if isinstance(item, Scalar))

    def below(self, key: str) -> Entry:
        """The mapping at ``key``, with nothing in it when it is missing or reported."""
        kind = self.group[key].kind
        assert isinstance(kind, Below)
        value = self.get(key)
        found = None if value is None else entry(value, kind.group, self.problems)
        return found or Entry(Mapping((), self.at), kind.group, self.problems)

    def each(self, key: str) -> Iterator[Entry]:
        """The mappings of the list at ``key``."""
        return filter(None, self.all(key))

    def all(self, key: str) -> list[Entry | None]:
        """The same with None for each that was reported instead, as ``entries`` gives them."""
        kind = self.group[key].kind
        assert isinstance(kind, Each)
        return entries(self.get(key), kind.group, self.problems, what=key)


def is_blank(node: Node | None) -> bool:
    """Whether nothing was typed: no key, no value, or a list of nothing."""
    if isinstance(node, Scalar):
        return is_empty(node) or not node.text.strip()
    return node is None or (isinstance(node, Sequence) and not node.items)


def entry(node: Node, group: Group, problems: Problems) -> Entry | None:
    """``node`` as what ``group`` declares; None after a report when it is no mapping.

    Unknown keys are reported with the nearest known one, and required ones that are not there,
    unless an unknown one is a slip of theirs. A list that is missing is left to the reader, who
    knows what nothing comes of then.
    """
    below = mapping(node, problems, what=group.name)
    if below is None:
        return None
    known = group.keys
    odd = [key for key, _ in below.items if group.rest is None and key.text not in known]
    for key in odd:
        problems.add(
            "L212", key.at, found=key.text, what=group.name,
            suggestion=suggest(key.text, known), known="、".join(known),
        )  # fmt: skip
    found = Entry(below, group, problems, tuple(key.text for key in odd))
    needed = [one.key for one in group.fields if one.required and not isinstance(one.kind, Each)]
    absent = [key for key in needed if found.lacks(key)]
    if absent:
        problems.add("L401", below.at, key="、".join(absent))
    return found


def entries(
    node: Node | None, group: Group, problems: Problems, *, what: str
) -> list[Entry | None]:
    """The items of the list ``what``, each as ``group`` declares.

    None stands for an item that is no mapping, or for a list that is none, after a report.
    """
    items = sequence(node, problems, what=what)
    lost = not items and not is_blank(node)
    return [None] if lost else [entry(item, group, problems) for item in items]


def mapping(node: Node | None, problems: Problems, *, what: str) -> Mapping | None:
    """``node`` if it holds ``键: 值`` lines, else None after a report."""
    if isinstance(node, Mapping):
        return node
    if node is not None and not is_empty(node):
        problems.add("L213", node.at, what=what)
    return None


def sequence(node: Node | None, problems: Problems, *, what: str) -> tuple[Node, ...]:
    """The items of a list, or nothing after a report."""
    if isinstance(node, Sequence):
        return node.items
    if node is not None and not is_empty(node):
        problems.add("L214", node.at, what=what)
    return ()
