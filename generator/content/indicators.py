"""``indicators.yaml`` and the 指标 of a project: groups of indicators, flattened in order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache

from generator.content.entries import Entry, entries
from generator.content.form_set import point_rules
from generator.content.model import Formula, Indicator, Indicators, Leaf, Quantity, Text
from generator.content.schema.fields import Each, Field, Group, Kind
from generator.content.schema.form_sets import OF_NUMBER
from generator.content.schema.unit_years import INDICATOR, LEVEL1, LEVEL2
from generator.content.values import leaf
from generator.content.yaml.nodes import Node
from generator.frozen import frozen, replace
from generator.problems import Position, Problems


@frozen
class _Group:
    level1: str
    weight: Quantity | None
    at: Position
    number: int
    level2: str = ""


def read_indicators(
    node: Node | None, problems: Problems, fields: tuple[tuple[str, str], ...] = ()
) -> Indicators:
    """All third-level indicators below ``node``.

    ``fields``: names and kinds of those that the form set declares besides.
    """
    level1 = with_fields(fields)
    found: list[Indicator | None] = []
    named: dict[str, Position] = {}
    for count, first in enumerate(entries(node, level1, problems, what="指标"), 1):
        if first is None:
            found.append(None)
            continue
        name = first.text("一级")
        if name and named.setdefault(name, first.at) is not first.at:
            problems.add("L411", first.at, name=name, related=[named[name]])
            found.append(None)  # which of the two is meant, nobody knows
        if first.lacks("二级", "三级"):
            problems.add("L402", first.at, name=name)
        group = _Group(name, first.quantity("权重"), first.at, count)
        found += _third_level(first, group, fields)
        for second in first.all("二级"):
            if second is None:
                found.append(None)
                continue
            inner = replace(group, level2=second.text("名称"))
            if second.lacks("三级"):
                problems.add("L402", second.at, name=inner.level2 or name)
            found += _third_level(second, inner, fields)
    return Indicators(tuple(filter(None, found)), None in found)


def _third_level(
    above: Entry, group: _Group, fields: tuple[tuple[str, str], ...]
) -> Iterator[Indicator | None]:
    """The indicators of one list; None for each thing that was reported instead."""
    for third in above.all("三级"):
        if third is None or third.node.broken:
            yield None
        if third is not None:
            yield _indicator(third, group, fields)
    if above.broken:
        yield None


def _indicator(
    given: Entry, group: _Group, fields: tuple[tuple[str, str], ...]
) -> Indicator | None:
    name, text = given.text("名称"), given.text("指标")
    if given.lacks("名称", "指标"):
        given.problems.add("L401", given.at, key="名称")
    points = given.quantity("分值")
    if points is None:
        return None
    return Indicator(
        level1=group.level1,
        weight=group.weight,
        level2=group.level2,
        name=name,
        text=text,
        target=_target(given),
        actual=_value(given, "完成"),
        unit=given.text("单位"),
        points=points,
        score=given.quantity("得分"),
        reason=given.text("偏差原因"),
        kind=given.choice("类型"),
        band=_band(given),
        rule=point_rules.read_point_rule(given),
        at=given.at,
        group_at=group.at,
        group=group.number,
        fields=dict(_own(given, fields)),
    )


def _own(given: Entry, fields: tuple[tuple[str, str], ...]) -> Iterator[tuple[str, Leaf | None]]:
    """What was typed in the fields that the form set declares."""
    for name, kind in fields:
        node = given.scalar(name)
        if node is None:
            yield name, None
        elif kind == OF_NUMBER:
            yield name, given.measure(name)
        else:
            yield name, Text(given.text(name), node.at)


@cache
def with_fields(fields: tuple[tuple[str, str], ...]) -> Group:
    """The declaration of indicators with the fields of a form set."""
    if not fields:
        return LEVEL1
    kinds = {OF_NUMBER: Kind.MEASURE}
    own = tuple(Field(name, kinds.get(kind, Kind.TEXT), "套表的指标栏") for name, kind in fields)
    third = replace(INDICATOR, fields=(*INDICATOR.fields, *own))
    second = _with_third(LEVEL2, Each(third))
    first = _with_third(LEVEL1, Each(third))
    return replace(
        first,
        fields=tuple(
            replace(field, kind=Each(second)) if field.key == "二级" else field
            for field in first.fields
        ),
    )


def _with_third(group: Group, third: Each) -> Group:
    fields = (replace(f, kind=third) if f.key == "三级" else f for f in group.fields)
    return replace(group, fields=tuple(fields))


def _band(given: Entry) -> Text | None:
    node, name = given.scalar("等次"), given.text("等次")
    return Text(name, node.at) if node is not None and name else None


_EQUAL = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*(\D{0,4})")


def _target(given: Entry) -> Leaf | None:
    """A target; one that begins with > must be quoted, and ``= 3`` asks for exactly 3."""
    node = given.scalar("目标")
    if node is None:
        return None
    if node.quoted and "\n" not in node.text:
        node = replace(node, quoted=False)
    value = leaf(node, given.problems)
    equal = _EQUAL.fullmatch(value.source) if isinstance(value, Formula) else None
    if equal is None or not isinstance(value, Formula):
        return value
    number, unit = equal.groups()
    text = f"={value.source}"
    return Quantity(text, number.lstrip("+"), Decimal(number), unit.strip(), value.at, "=")


def _value(given: Entry, key: str) -> Leaf | None:
    node = given.scalar(key)
    return None if node is None else leaf(node, given.problems)
