"""豁免 in facts.yaml: findings that a unit has looked at and stands by, each with its reason."""

from __future__ import annotations

from generator.content.model import Waiver
from generator.content.values import entries, text_of
from generator.content.yaml.nodes import Node
from generator.problems import Problems

WAIVERS = "豁免"
_KEYS = ("规则", "位置", "理由")


def read_waivers(node: Node | None, problems: Problems) -> tuple[Waiver, ...]:
    """Every waiver of the list; a missing rule is reported."""
    out = []
    for below in entries(node, _KEYS, problems, what=WAIVERS):
        rule, place, reason = (text_of(below.get(key), problems, what=key) for key in _KEYS)
        if not rule:
            problems.add("L401", below.at, key="规则")
            continue
        out.append(Waiver(rule, place, reason, below.at))
    return tuple(out)
