"""``facts.yaml`` and ``unit.yaml``: trees of texts, numbers, formulas and lists."""

from __future__ import annotations

from generator.content.model import Leaf, Text, Tree
from generator.content.schema.unit_years import RESERVED
from generator.content.values import check_name, leaf
from generator.content.yaml.nodes import Mapping, Node, Scalar, Sequence, is_empty
from generator.problems import Problems


def read_tree(node: Mapping, problems: Problems, *, top: bool = False) -> Tree:
    """The tree below ``node``; bad names are reported and left out."""
    tree = Tree()
    tree.damaged = node.broken
    for key, value in node.items:
        if not check_name(key, problems):
            tree.damaged = True
        elif top and key.text in RESERVED:
            problems.add("L215", key.at, name=key.text)
            tree.damaged = True
        elif isinstance(value, Scalar):
            tree[key.text] = _leaf(value, problems)
        else:
            tree[key.text] = _value(value, problems)
    return tree


def _value(node: Node, problems: Problems) -> Leaf | Tree | tuple[Leaf | Tree, ...]:
    if isinstance(node, Mapping):
        return read_tree(node, problems)
    if isinstance(node, Sequence):
        return tuple(_item(item, problems) for item in node.items)
    return _leaf(node, problems)


def _item(node: Node, problems: Problems) -> Leaf | Tree:
    if isinstance(node, Sequence):
        problems.add("L216", node.at)
        return Text("", node.at)
    if isinstance(node, Mapping):
        return read_tree(node, problems)
    return _leaf(node, problems)


def _leaf(node: Scalar, problems: Problems) -> Leaf:
    if not is_empty(node):
        return leaf(node, problems)
    if node.text:
        problems.add("L225", node.at, found=node.text)
    return Text("", node.at)
