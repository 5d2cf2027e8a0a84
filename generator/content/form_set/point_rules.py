"""扣分 and 分档: points by how far a result misses its target, or by bounds it keeps."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from generator.content.entries import Entry, is_blank
from generator.content.model import Deduction, PointRule, Quantity, Steps
from generator.content.schema.form_sets import AT_LEAST, AT_MOST, RULE_KEYS
from generator.problems import Position

DEDUCTION, STEPS = RULE_KEYS


def read_point_rule(given: Entry) -> PointRule | None:
    """The 扣分 or 分档 of ``given``; None when it has neither. Both are an error."""
    typed = {key: node for key in RULE_KEYS if (node := given.node.get(key)) is not None}
    if len(typed) == len(RULE_KEYS):
        given.problems.add("L506", typed[STEPS].at, keys="“扣分”和“分档”")
        return None
    for key, node in typed.items():
        if is_blank(node):
            given.problems.add("L401", node.at, key=key)
        else:
            return _steps(given, node.at) if key == STEPS else _deduction(given.below(DEDUCTION))
    return None


def _deduction(given: Entry) -> Deduction | None:
    step, points = given.measure("每"), given.decimal("扣")
    if step is not None and step.value <= 0:
        given.problems.add("L406", step.at, what="每", found=step.text, range="大于0")
        return None
    remainder = given.choice("零头")
    return None if step is None or points is None else Deduction(step, points, remainder)


def _steps(given: Entry, at: Position) -> Steps | None:
    found: list[tuple[Quantity, Decimal]] = []
    signs: list[str] = []
    problems = given.problems
    for below in given.each(STEPS):
        named = [key for key in (AT_MOST, AT_LEAST) if below.get(key) is not None]
        if len(named) != 1 or (signs and named[0] != signs[0]):
            if named or below.lacks(AT_MOST, AT_LEAST):
                problems.add("L506", below.at, keys="“不超过”和“不低于”")
            continue
        bound, points = below.measure(named[0]), below.decimal("得分")
        if bound is not None and points is not None:
            signs.append(named[0])
            found.append((bound, points))
    if not found:
        return None
    at_most = signs[0] == AT_MOST
    found.sort(key=lambda step: step[0].value if at_most else -step[0].value)
    for better, step in pairwise(found):
        values = {"sign": signs[0], "bound": step[0].text, "points": f"{step[1]:f}"}
        if better[0].value == step[0].value and better[0].unit == step[0].unit:
            problems.add("L408", step[0].at, related=[better[0].at], **values)
        elif better[1] < step[1]:
            other = {"other": better[0].text, "less": f"{better[1]:f}"}
            problems.add("L409", step[0].at, related=[better[0].at], **values, **other)
    return Steps(at_most, tuple(found), at)
