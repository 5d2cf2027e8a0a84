"""扣分 and 分档: points by how far a result misses its target, or by bounds it keeps."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from generator.content.model import Deduction, PointRule, Quantity, Steps
from generator.content.values import (
    decimal_of,
    entries,
    mapping,
    measure_of,
    one_of,
    unknown_keys,
)
from generator.content.yaml.nodes import Mapping, Node, Sequence, is_empty
from generator.problems import Problems

DEDUCTION, STEPS = "扣分", "分档"
KEYS = (DEDUCTION, STEPS)
_DEDUCTION = ("每", "扣", "零头")
BY_SHARE, DROPPED, WHOLE = "按比例", "舍去", "进一"
REMAINDERS = (BY_SHARE, DROPPED, WHOLE)
_AT_MOST, _AT_LEAST = "不超过", "不低于"
_STEP = (_AT_MOST, _AT_LEAST, "得分")


def read_point_rule(node: Mapping, problems: Problems) -> PointRule | None:
    """The 扣分 or 分档 of ``node``; None when it has neither. Both are an error."""
    deduction, steps = node.get(DEDUCTION), node.get(STEPS)
    if deduction is not None and steps is not None:
        problems.add("L506", steps.at, keys="“扣分”和“分档”")
        return None
    for key, given in ((DEDUCTION, deduction), (STEPS, steps)):
        if given is not None and (
            is_empty(given) or (isinstance(given, Sequence) and not given.items)
        ):
            problems.add("L401", given.at, key=key)
            return None
    if steps is not None:
        return _steps(steps, problems)
    return None if deduction is None else _deduction(deduction, problems)


def _deduction(node: Node, problems: Problems) -> Deduction | None:
    below = mapping(node, problems, what=DEDUCTION)
    if below is None:
        return None
    unknown_keys(below, _DEDUCTION, problems, what=DEDUCTION)
    step = measure_of(below, "每", problems)
    if step is not None and step.value <= 0:
        problems.add("L406", step.at, what="每", found=step.text, range="大于0")
        step = None
    points = _points(below, "扣", problems)
    remainder = one_of(below, "零头", REMAINDERS, problems, default=BY_SHARE)
    return None if step is None or points is None else Deduction(step, points, remainder)


def _points(node: Mapping, key: str, problems: Problems) -> Decimal | None:
    if node.get(key) is None:
        problems.add("L401", node.at, key=key)
    return decimal_of(node, key, problems, low=0)


def _steps(node: Node, problems: Problems) -> Steps | None:
    found: list[tuple[Quantity, Decimal]] = []
    signs: list[str] = []
    for below in entries(node, _STEP, problems, what=STEPS):
        named = [key for key in (_AT_MOST, _AT_LEAST) if below.get(key) is not None]
        if len(named) != 1 or (signs and named[0] != signs[0]):
            problems.add("L506", below.at, keys="“不超过”和“不低于”")
            continue
        bound = measure_of(below, named[0], problems)
        points = _points(below, "得分", problems)
        if bound is not None and points is not None:
            signs.append(named[0])
            found.append((bound, points))
    if not found:
        return None
    at_most = signs[0] == _AT_MOST
    found.sort(key=lambda step: step[0].value if at_most else -step[0].value)
    for better, step in pairwise(found):
        values = {"sign": signs[0], "bound": step[0].text, "points": f"{step[1]:f}"}
        if better[0].value == step[0].value and better[0].unit == step[0].unit:
            problems.add("L408", step[0].at, related=[better[0].at], **values)
        elif better[1] < step[1]:
            other = {"other": better[0].text, "less": f"{better[1]:f}"}
            problems.add("L409", step[0].at, related=[better[0].at], **values, **other)
    return Steps(at_most, tuple(found), node.at)
