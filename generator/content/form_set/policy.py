"""评分 of a form set: how the indicators of one kind of form earn their points. All of it data."""

from __future__ import annotations

from decimal import Decimal

from generator.content.entries import Entry
from generator.content.form_set import point_rules
from generator.content.model import Band, Cap, Grade, OwnRule, ScorePolicy
from generator.content.schema.form_sets import CUT, RULE_KEYS
from generator.content.values import formula
from generator.frozen import replace

_FULL = Decimal(100)


def read_policy(given: Entry, grades: tuple[Grade, ...]) -> ScorePolicy:
    """One policy; what is missing gets the national frame's values.

    ``grades``: of the form set, which a 执行率限级 names.
    """
    execution = given.scalar("执行率")
    return ScorePolicy(
        total=given.decided("总分"),
        execution_points=given.decided("执行率分值"),
        execution=None if execution is None else formula(execution),
        rate_places=_places(given, "完成率小数位"),
        result_places=_places(given, "完成值小数位"),
        score_places=int(given.decided("得分小数位")),
        reverse=given.choice("反向"),
        limit=given.decided("超额上限"),
        cut=given.choice("超额处理") == CUT,
        bands=_bands(given),
        own=_own_rules(given),
        caps=_caps(given, grades),
    )


def _places(given: Entry, key: str) -> int | None:
    places = given.decimal(key)
    return None if places is None else int(places)


def _bands(given: Entry) -> tuple[Band, ...]:
    """The bands by floor, the best first, each up to the floor of the one above it."""
    found: list[tuple[Band, Entry]] = []
    for below in given.each("定性"):
        name, floor = below.text("名称"), below.decimal("下限")
        if name and floor is not None:
            found.append((Band(name, floor, _FULL, None), below))
    found.sort(key=lambda pair: -pair[0].floor)
    out: list[Band] = []
    ceiling = _FULL
    for band, below in found:
        share = below.quantity("得分率", low=band.floor, high=ceiling)
        out.append(replace(band, ceiling=ceiling, share=None if share is None else share.value))
        ceiling = band.floor
    return tuple(out)


def _own_rules(given: Entry) -> tuple[OwnRule, ...]:
    out = []
    for below in given.each("指标办法"):
        name, rule = below.text("指标"), point_rules.read_point_rule(below)
        typed = any(below.node.get(key) for key in RULE_KEYS)
        if not typed and below.lacks(*RULE_KEYS):
            below.problems.add("L506", below.at, keys="“扣分”和“分档”")
        if name and rule is not None:
            out.append(OwnRule(name, rule, (below.get("指标") or below).at))
    return tuple(out)


def _caps(given: Entry, grades: tuple[Grade, ...]) -> tuple[Cap, ...]:
    out = []
    names = tuple(grade.name for grade in grades)
    for below in given.each("执行率限级"):
        limit, grade = below.decimal("低于"), below.one_of("等级", names)
        if limit is not None and grade:
            out.append(Cap(limit, grade))
    return tuple(out)
