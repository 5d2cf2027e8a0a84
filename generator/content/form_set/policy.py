"""评分 of a form set: how the indicators of one kind of form earn their points. All of it data."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from generator.content.form_set import point_rules
from generator.content.model import Band, Cap, Formula, Grade, OwnRule, ScorePolicy
from generator.content.values import (
    decimal_of,
    entries,
    formula,
    mapping,
    one_of,
    text_of,
    unknown_keys,
)
from generator.content.yaml.nodes import Mapping, Node, Scalar, is_empty
from generator.problems import Problems

KEYS = (
    "总分", "执行率", "执行率分值", "执行率限级", "完成率小数位", "得分小数位", "反向", "超额上限",
    "超额处理", "定性", "指标办法",
)  # fmt: skip
REVERSE_RULES = ("比例", "差额")
EXPLAINED, CUT = "说明", "扣分"
EXCESS_RULES = (EXPLAINED, CUT)
BAND_KEYS = ("名称", "下限", "得分率")
CAP_KEYS = ("低于", "等级")
OWN_KEYS = ("指标", *point_rules.KEYS)
#: Results from this many percent of their target on need a reason (财预〔2020〕10号: 偏高).
EXCESS_LIMIT = Decimal(130)
_FULL = Decimal(100)


def read_policy(node: Node | None, grades: tuple[Grade, ...], problems: Problems) -> ScorePolicy:
    """The policy at ``node``; what is missing gets the national frame's values.

    ``grades``: of the form set, which a 执行率限级 names.
    """
    given = mapping(node, problems, what="评分")
    if given is not None:
        unknown_keys(given, KEYS, problems, what="评分")
    rate_places = decimal_of(given, "完成率小数位", problems, low=0, high=10, whole=True)
    score_places = decimal_of(given, "得分小数位", problems, low=0, high=10, whole=True)
    excess = one_of(given, "超额处理", EXCESS_RULES, problems, default=EXPLAINED)
    return ScorePolicy(
        total=decimal_of(given, "总分", problems) or _FULL,
        execution_points=decimal_of(given, "执行率分值", problems, low=0) or Decimal(0),
        execution=_execution(given),
        rate_places=None if rate_places is None else int(rate_places),
        score_places=2 if score_places is None else int(score_places),
        reverse=one_of(given, "反向", REVERSE_RULES, problems, default=REVERSE_RULES[0]),
        limit=decimal_of(given, "超额上限", problems, low=100) or EXCESS_LIMIT,
        cut=excess == CUT,
        bands=_bands(given.get("定性") if given else None, problems),
        own=_own_rules(given.get("指标办法") if given else None, problems),
        caps=_caps(given.get("执行率限级") if given else None, grades, problems),
    )


def _execution(node: Mapping | None) -> Formula | None:
    value = node.get("执行率") if node is not None else None
    if not isinstance(value, Scalar) or is_empty(value):
        return None
    typed = value.text.strip()
    return formula(value) if typed.startswith("=") else Formula(typed, value.at)


def _bands(node: Node | None, problems: Problems) -> tuple[Band, ...]:
    """The bands by floor, the best first, each up to the floor of the one above it."""
    found: list[tuple[Band, Mapping]] = []
    for below in entries(node, BAND_KEYS, problems, what="定性"):
        name = text_of(below.get("名称"), problems, what="名称")
        before = len(problems)
        floor = decimal_of(below, "下限", problems, low=0, high=100, hundred=True)
        if len(problems) == before and (not name or floor is None):
            problems.add("L401", below.at, key="名称、下限")
        if name and floor is not None:
            found.append((Band(name, floor, _FULL, None), below))
    found.sort(key=lambda pair: -pair[0].floor)
    out: list[Band] = []
    ceiling = _FULL
    for band, below in found:
        share = decimal_of(below, "得分率", problems, low=band.floor, high=ceiling, hundred=True)
        out.append(replace(band, ceiling=ceiling, share=share))
        ceiling = band.floor
    return tuple(out)


def _own_rules(node: Node | None, problems: Problems) -> tuple[OwnRule, ...]:
    out = []
    for below in entries(node, OWN_KEYS, problems, what="指标办法"):
        name = text_of(below.get("指标"), problems, what="指标")
        if not name:
            problems.add("L401", below.at, key="指标")
        if not any(below.get(key) for key in point_rules.KEYS):
            problems.add("L506", below.at, keys="“扣分”和“分档”")
        rule = point_rules.read_point_rule(below, problems)
        if name and rule is not None:
            out.append(OwnRule(name, rule, (below.get("指标") or below).at))
    return tuple(out)


def _caps(node: Node | None, grades: tuple[Grade, ...], problems: Problems) -> tuple[Cap, ...]:
    out = []
    names = tuple(grade.name for grade in grades)
    for below in entries(node, CAP_KEYS, problems, what="执行率限级"):
        missing = [key for key in CAP_KEYS if below.get(key) is None]
        if missing:
            problems.add("L401", below.at, key="、".join(missing))
        limit = decimal_of(below, "低于", problems, low=0, high=100, hundred=True)
        grade = one_of(below, "等级", names, problems, default="")
        if limit is not None and grade:
            out.append(Cap(limit, grade))
    return tuple(out)
