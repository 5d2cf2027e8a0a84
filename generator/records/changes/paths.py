"""Under which names a record keeps what was typed, and what they were in an earlier record.

A record goes by numbers where content has a list (项目[2], 指标[7], 正文[31] by its line), so
the same thing may be known by another name in each of two records.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from generator.language.wording import read_source
from generator.records.changes.matching import Matching
from generator.records.record import Record, Shown
from generator.records.tree import Node

#: Before the name of what is gone, so that it is nobody else's; no name can hold it.
GONE: Final = "‹"
_CUT: Final = re.compile(r"\.[^.\[\]]+$|\[\d+\]$")
#: Sections whose names come first in the paths below them.
_FIRST: Final = {"单位": "单位.", "派生": "派生."}


def names(root: Node) -> list[tuple[Node, str]]:
    """Every node that values, scores or paragraphs of a record go by, with that name."""
    found: list[tuple[Node, str]] = []
    for section in root.children:
        if section.name != "上年":  # known beside this year's by names of gen's own
            _below(section, _FIRST.get(section.name, ""), found)
    return found


def _below(branch: Node, prefix: str, found: list[tuple[Node, str]]) -> None:
    counts: dict[str, int] = {}
    for child in branch.children:
        counts[child.kind] = number = counts.get(child.kind, 0) + 1
        if child.kind == "section":  # the indicators of a project
            found += _form(child, prefix)
        elif child.kind == "project":
            found.append((child, f"项目[{number}]"))
            _below(child, f"项目[{number}].", found)
        elif child.kind in ("level1", "indicator"):
            found += _form(branch, prefix)
            return
        elif child.kind == "block":
            found.append((child, f"正文[{child.at[1]}]"))
        elif child.kind not in ("setting", "line"):
            inside = "其中." if child.kind == "part" else ""
            path = f"{prefix}{inside}{child.name}"
            if child.kind == "item":
                path = f"{prefix.removesuffix('.')}[{number}]"
            found.append((child, path))
            if child.children:
                _below(child, f"{path}.", found)


def _form(form: Node, prefix: str) -> Iterator[tuple[Node, str]]:
    """The indicators of one form, counted through all of its groups."""
    count = 0
    todo = [(node, 0) for node in reversed(form.children)]
    groups = 0
    while todo:
        node, _ = todo.pop()
        if node.kind == "level1":
            groups += 1
            yield node, f"{prefix}自评.一级[{groups}]"
        elif node.kind == "indicator":
            count += 1
            path = f"{prefix}指标[{count}]"
            yield node, path
            yield from ((cell, f"{path}.{cell.name}") for cell in node.children)
        if node.kind in ("level1", "level2"):
            todo += [(child, 0) for child in reversed(node.children)]


class Renaming:
    """Names of an old record → names of the same things in a new one.

    ``values``: what the new one knows; what is typed no more may still be worked out.
    """

    def __init__(
        self, old: Node, new: Node, matching: Matching, values: Collection[str] = ()
    ) -> None:
        now = {id(node): path for node, path in names(new)}
        self._known: dict[str, str] = {}
        for node, path in names(old):
            there = matching.new_of(node)
            found = now.get(id(there)) if there is not None else None
            if found is None and node.kind == "cell":
                head, _, column = path.rpartition(".")
                worked_out = f"{self._value(head)}.{column}"
                found = worked_out if worked_out in values else None
            self._known[path] = f"{GONE}{path}" if found is None else found

    def of(self, path: str) -> str:
        """What ``path`` is called now: a value, or a phrase made of several."""
        if "|" not in path:
            return self._value(path)
        source = read_source(path)
        phrase = path.partition("|")[2]
        if source.others:
            inside = "、".join(map(self._value, source.others))
            phrase = f"{source.filter}({inside})"
        return f"{self._value(source.figure)}|{phrase}"

    def _value(self, path: str) -> str:
        known = self._known.get(path)
        if known is None:
            cut = _CUT.search(path)
            head = path[: cut.start()] if cut else ""
            known = self._value(head) + path[len(head) :] if head else path
            self._known[path] = known
        return known

    def record(self, old: Record) -> Record:
        """``old`` by the names of the new record."""
        return replace(
            old,
            values={self.of(path): self._entry(value) for path, value in old.values.items()},
            narrative=tuple((self.of(path), kind, text) for path, kind, text in old.narrative),
            documents={
                name: replace(document, places=tuple(map(self._shown, document.places)))
                for name, document in old.documents.items()
            },
        )

    def _entry(self, value: Mapping[str, Any]) -> Mapping[str, Any]:
        if "inputs" not in value:
            return value
        return {**value, "inputs": [self._value(path) for path in value["inputs"]]}

    def _shown(self, row: Shown) -> Shown:
        return row._replace(path=self.of(row.path))
