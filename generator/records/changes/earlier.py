"""The tree of what was typed, as far as the values of a record tell it.

For records written before content was kept in them (versions 1 and 2).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from generator.records.record import Record
from generator.records.tree import Node

_STEP: Final = re.compile(r"[^.\[\]]+|\[\d+\]")
_NUMBER: Final = re.compile(r"\[\d+\]")
_FORM: Final = re.compile(r"(?:^|\.)指标\[\d+\]$")
_PROJECT: Final = re.compile(r"^项目\[\d+\]$")
#: What gen itself tells of an indicator; its name is the node's.
_WORKED_OUT: Final = frozenset({"类型", "完成率", "名称"})
_EVALUATION: Final = re.compile(r"(?:^|\.)自评\.")


class _Branch(dict[str, "_Branch"]):
    value: Mapping[str, Any] | None = None


def known_as(record: Record, path: str) -> str:
    """``path`` with names in the place of numbers, so that it means the same in another record."""

    def named(found: re.Match[str]) -> str:
        text = record.values.get(f"{path[: found.end()]}.名称", {}).get("text", "")
        return f"[{text}]" if text else found[0]

    return _NUMBER.sub(named, path)


def tree(record: Record, typed: Collection[str] = ()) -> Node:
    """What ``record`` knows to be typed.

    ``typed``: names (see ``known_as``) of values that surely were, also if by a formula.
    """
    top = _Branch()
    for path, value in record.values.items():
        known = _is_typed(path, value, lambda one: known_as(record, one) in typed)
        here = top
        # Items of which nothing was typed have their number as well.
        for step in _STEP.findall(path if known else path[: path.rfind("]") + 1]):
            here = here.setdefault(step, _Branch())
        if known:
            here.value = value
    sections: dict[str, list[Node]] = {}
    for name, below in top.items():
        if name in ("指标", "项目"):
            sections[name] = _numbered(below, name, record)
        elif name in ("单位", "派生"):
            sections[name] = [_node(k, b, f"{name}.{k}", record) for k, b in below.items()]
        else:
            sections.setdefault("事实", []).append(_node(name, below, name, record))
    sections["正文"] = [
        Node("block", "", text, _line(path), ()) for path, _, text in record.narrative
    ]
    return Node(
        "content", "", "", _NOWHERE,
        tuple(Node("section", n, "", _NOWHERE, tuple(held)) for n, held in sections.items()),
    )  # fmt: skip


_NOWHERE: Final = ("", 0, 0)


def _line(path: str) -> tuple[str, int, int]:
    digits = re.search(r"\[(\d{1,9})\]", path)
    return "", int(digits[1]) if digits else 0, 0


def _is_typed(path: str, value: Mapping[str, Any], surely: Callable[[str], bool]) -> bool:
    if _EVALUATION.search(path) or not value["at"][1]:
        return False  # a grade, a year
    head, _, last = path.rpartition(".")
    if _FORM.search(head):
        if not value["text"] or last in _WORKED_OUT:
            return False
    elif _PROJECT.search(head) and last == "名称":
        return False
    return not ("formula" in value or "inputs" in value) or surely(path)


def _node(name: str, branch: _Branch, path: str, record: Record) -> Node:
    value = branch.value
    at = _NOWHERE if value is None else tuple(value["at"])
    if not branch and value is not None:
        formula = value.get("formula")
        text = f"= {formula}" if formula else _typed_text(value)
        return Node("fact", name, text, at)
    if branch and all(step.startswith("[") for step in branch):
        children = _numbered(branch, path, record)
        return Node("list", name, "", at, tuple(children))
    return Node("group", name, "", at, tuple(_below(branch, path, record)))


def _below(branch: _Branch, path: str, record: Record) -> list[Node]:
    return [
        Node("section", "指标", "", _NOWHERE, tuple(_numbered(below, f"{path}.指标", record)))
        if name == "指标" and all(step.startswith("[") for step in below)
        else _node(name, below, f"{path}.{name}", record)
        for name, below in branch.items()
    ]


def _typed_text(value: Mapping[str, Any]) -> str:
    text: str = value["text"]
    return text


def _numbered(branch: _Branch, path: str, record: Record) -> list[Node]:
    nodes = []
    for step in sorted(branch, key=lambda step: int(step.strip("[]") or 0)):
        here = f"{path}{step}"
        held = _below(branch[step], here, record)
        if path == "项目":
            kind = "project"
        else:
            kind = "indicator" if path.rpartition(".")[2] == "指标" else "item"
        name = "" if kind == "item" else record.values.get(f"{here}.名称", {}).get("text", "")
        at = held[0].at if held else _NOWHERE
        value = branch[step].value
        text = _typed_text(value) if value is not None and not branch[step] else ""
        if value is not None:
            at = tuple(value["at"])
        nodes.append(Node(kind, name, text, at, tuple(held)))
    return nodes
