"""``indicators.yaml`` and the 指标 of a project: groups of indicators, flattened in order."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from generator.content.form_set import point_rules
from generator.content.model import Formula, Indicator, Leaf, Quantity, Text
from generator.content.values import leaf, mapping, number, sequence, text_of, unknown_keys
from generator.content.yaml.nodes import Mapping, Node, Scalar, Sequence, is_empty
from generator.frozen import frozen
from generator.patterns import lazy
from generator.problems import Position, Problems

KINDS = ("正向", "反向", "等于", "定性")
_LEVEL1 = ("一级", "权重", "二级", "三级")
_LEVEL2 = ("名称", "三级")
_LEVEL3 = (
    "名称", "指标", "目标", "完成", "单位", "分值", "得分", "偏差原因", "类型", "等次",
    *point_rules.KEYS,
)  # fmt: skip


@frozen
class _Group:
    level1: str
    weight: Quantity | None
    at: Position
    number: int
    level2: str = ""


def read_indicators(node: Node | None, problems: Problems) -> tuple[Indicator, ...]:
    """All third-level indicators below ``node``, in the order typed."""
    out: list[Indicator] = []
    named: dict[str, Position] = {}
    for count, item in enumerate(sequence(node, problems, what="指标"), 1):
        first = mapping(item, problems, what="一级指标")
        if first is None:
            continue
        before = len(problems)
        unknown_keys(first, _LEVEL1, problems, what="一级指标")
        misspelt = len(problems) > before
        name = text_of(first.get("一级"), problems, what="一级")
        if not name:
            problems.add("L401", first.at, key="一级")
        elif named.setdefault(name, first.at) is not first.at:
            problems.add("L411", first.at, name=name, related=[named[name]])
        group = _Group(name, _quantity(first.get("权重"), "权重", problems), first.at, count)
        out += _third_level(first.get("三级"), group, problems)
        for below in sequence(first.get("二级"), problems, what="二级"):
            second = mapping(below, problems, what="二级指标")
            if second is None:
                continue
            unknown_keys(second, _LEVEL2, problems, what="二级指标")
            label = text_of(second.get("名称"), problems, what="名称")
            if not sequence(second.get("三级"), problems, what="三级"):
                problems.add("L402", second.at, name=label or name)
            inner = _Group(group.level1, group.weight, group.at, count, label)
            out += _third_level(second.get("三级"), inner, problems)
        lists = [first.get(key) for key in ("二级", "三级")]
        if not misspelt and not any(isinstance(held, Sequence) and held.items for held in lists):
            problems.add("L402", first.at, name=name)
    return tuple(out)


def _third_level(node: Node | None, group: _Group, problems: Problems) -> list[Indicator]:
    out = []
    for item in sequence(node, problems, what="三级"):
        third = mapping(item, problems, what="三级指标")
        if third is None:
            continue
        indicator = _indicator(third, group, problems)
        if indicator is not None:
            out.append(indicator)
    return out


def _indicator(node: Mapping, group: _Group, problems: Problems) -> Indicator | None:
    unknown_keys(node, _LEVEL3, problems, what="三级指标")
    name = text_of(node.get("名称"), problems, what="名称")
    text = text_of(node.get("指标"), problems, what="指标")
    if not name and not text:
        problems.add("L401", node.at, key="名称")
    points = _quantity(node.get("分值"), "分值", problems)
    if points is None:
        given = node.get("分值")
        if given is None or is_empty(given):
            problems.add("L401", node.at, key="分值")
        return None
    if points.value < 0:
        problems.add("L405", points.at, found=points.text)
        return None
    kind = text_of(node.get("类型"), problems, what="类型")
    if kind and kind not in KINDS:
        problems.add("L403", node.at, found=kind, known="、".join(KINDS))
        kind = ""
    return Indicator(
        level1=group.level1,
        weight=group.weight,
        level2=group.level2,
        name=name,
        text=text,
        target=_target(node.get("目标"), problems),
        actual=_value(node.get("完成"), "完成", problems),
        unit=text_of(node.get("单位"), problems, what="单位"),
        points=points,
        score=_quantity(node.get("得分"), "得分", problems),
        reason=text_of(node.get("偏差原因"), problems, what="偏差原因"),
        kind=kind,
        band=_band(node.get("等次"), problems),
        rule=point_rules.read_point_rule(node, problems),
        at=node.at,
        group_at=group.at,
        group=group.number,
    )


def _quantity(node: Node | None, what: str, problems: Problems) -> Quantity | None:
    if node is None or is_empty(node):
        return None
    value = number(node, problems, what=what)
    if value is None or isinstance(value, Quantity):
        return value
    problems.add("L404", node.at, what=what)
    return None


def _band(node: Node | None, problems: Problems) -> Text | None:
    name = text_of(node, problems, what="等次")
    return Text(name, node.at) if node is not None and name else None


_EQUAL = lazy(r"([+-]?\d+(?:\.\d+)?)\s*(\D{0,4})")


def _target(node: Node | None, problems: Problems) -> Leaf | None:
    """A target; one that begins with > must be quoted, and ``= 3`` asks for exactly 3."""
    if isinstance(node, Scalar) and node.quoted and "\n" not in node.text:
        node = replace(node, quoted=False)
    value = _value(node, "目标", problems)
    equal = _EQUAL.fullmatch(value.source) if isinstance(value, Formula) else None
    if equal is None or not isinstance(value, Formula):
        return value
    number, unit = equal.groups()
    text = f"={value.source}"
    return Quantity(text, number.lstrip("+"), Decimal(number), unit.strip(), value.at, "=")


def _value(node: Node | None, what: str, problems: Problems) -> Leaf | None:
    if node is None or is_empty(node):
        return None
    if not isinstance(node, Scalar):
        problems.add("L210", node.at, what=what)
        return None
    return leaf(node, problems)
