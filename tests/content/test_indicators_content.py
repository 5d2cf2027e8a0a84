"""indicators.yaml as read: groups flattened in order, what is missing or unknown."""

from __future__ import annotations

from decimal import Decimal

import pytest
from kit.problems import assert_names, seen
from kit.yaml import parsed

from generator.content.indicators import read_indicators
from generator.content.model import Deduction, Formula, Indicator, Indicators, Quantity, Steps, Text
from generator.problems import Problems

FULL = """\
- 一级: 产出指标
  权重: 25
  二级:
    - 名称: 数量指标
      三级:
        - 名称: 任务2
          指标: 走访及考察企业商协会150家
          目标: 150
          完成: = 履职.走访家数
          单位: 家
          分值: 5
          得分: 3.65
          偏差原因: 因疫情影响，走访工作受限。
          类型: 正向
        - {名称: 任务3, 目标: ≥5%, 完成: 73%, 分值: 10}
    - 三级:
        - {指标: 没有名称的指标, 完成: 完整, 分值: 7.5}
- 一级: 满意度指标
  三级:
    - {名称: 满意, 目标: 90%, 完成: 95%, 分值: 5}
"""


def read(text: str) -> tuple[tuple[Indicator, ...], Problems]:
    node, problems = parsed(text, "indicators.yaml")
    return read_indicators(node, problems).rows, problems


def test_rules_of_its_own_and_the_band() -> None:
    found, problems = read(
        "- 一级: 产出\n  三级:\n"
        "    - {名称: 甲, 目标: ≤100%, 分值: 5, 扣分: {每: 1%, 扣: 0.5, 零头: 舍去}}\n"
        "    - {名称: 乙, 分值: 3, 分档: [{不超过: 10%, 得分: 2}, {不超过: 0%, 得分: 3}]}\n"
        "    - {名称: 丙, 目标: 健全, 完成: 基本健全, 等次: 部分达成, 分值: 5, 得分: 4}\n"
    )
    assert seen(problems) == []
    deduction, steps = found[0].rule, found[1].rule
    assert isinstance(deduction, Deduction)
    assert (deduction.step.text, deduction.points, deduction.remainder) == (
        "1%", Decimal("0.5"), "舍去",
    )  # fmt: skip
    assert isinstance(steps, Steps)
    assert (steps.at_most, [(b.text, str(p)) for b, p in steps.steps]) == (
        True, [("0%", "3"), ("10%", "2")],
    )  # fmt: skip
    assert found[2].band is not None
    assert (found[2].band.text, str(found[2].band.at)) == ("部分达成", "indicators.yaml:5:37")


@pytest.mark.parametrize(
    ("steps", "expected", "named"),
    [
        ("{不低于: 85%, 得分: 3}, {不低于: 85%, 得分: 2}", ["L408 3:52"], ["不低于: 85%", "得分2永远"]),
        ("{不低于: 85%, 得分: 2}, {不低于: 70%, 得分: 3}", ["L409 3:52"], ["得3分", "“不低于: 85%”（2分）"]),
        ("{不超过: 5%, 得分: 2}, {不超过: 10%, 得分: 3}", ["L409 3:51"], ["不超过: 10%"]),
        # in whatever order they are typed
        ("{不低于: 70%, 得分: 3}, {不低于: 85%, 得分: 2}", ["L409 3:33"], []),
        ("{不低于: 70%, 得分: 2}, {不低于: 85%, 得分: 3}", [], []),
        ("{不低于: 85%, 得分: 3}, {不低于: 70%, 得分: 3}", [], []),
    ],
)  # fmt: skip
def test_steps_that_cannot_be_meant_are_named(
    steps: str, expected: list[str], named: list[str]
) -> None:
    _, problems = read(f"- 一级: 甲\n  三级:\n    - {{名称: 乙, 分值: 3, 分档: [{steps}]}}\n")
    assert seen(problems) == expected
    assert_names(problems, *named)


@pytest.mark.parametrize(
    ("item", "expected", "named"),
    [
        ("扣分: ", "L401 3:26", ["“扣分”"]),
        ("分档: ", "L401 3:26", ["“分档”"]),
        ("分档: []", "L401 3:26", ["“分档”"]),
        ("扣分: 0.5", "L213 3:26", ["扣分"]),
        ("扣分: {每: 1%}", "L401 3:26", ["“扣”"]),
        ("扣分: {扣: 1}", "L401 3:26", ["“每”"]),
        ("扣分: {每: 1个百分点, 扣: 1}", "L209 3:30", ["每", "“1个百分点”"]),
        ("扣分: {每: 0, 扣: 1}", "L406 3:30", ["“每”", "大于0"]),
        ("扣分: {每: 1%, 扣: -1}", "L406 3:37", ["“扣”", "不小于0"]),
        ("扣分: {每: = 甲, 扣: 1}", "L404 3:30", ["“每”"]),
        ("扣分: {每: 1%, 扣: 1, 零头: 忽略}", "L503 3:44", ["“忽略”", "按比例、舍去、进一"]),
        ("扣分: {每个: 1%, 扣: 1}", "L212 3:27", ["“每个”", "“每”"]),
        ("分档: 3", "L214 3:26", ["分档"]),
        ("分档: [{得分: 3}]", "L506 3:27", ["“不超过”和“不低于”"]),
        ("分档: [{不超过: 1, 不低于: 2, 得分: 3}]", "L506 3:27", ["只能写一个"]),
        ("分档: [{不超过: 1, 得分: 3}, {不低于: 2, 得分: 1}]", "L506 3:44", ["只能写一个"]),
        ("分档: [{不超过: 1}]", "L401 3:27", ["“得分”"]),
        ("分档: [{不超过: ≤1, 得分: 3}]", "L209 3:33", ["不超过", "“≤1”"]),
        ("分档: [{不超国: 1, 得分: 3}]", "L212 3:28", ["“不超国”", "“不超过”"]),
        ("等次: [部分达成]", "L210 3:26", ["等次"]),
    ],
)
def test_mistakes_of_rules_and_bands(item: str, expected: str, named: list[str]) -> None:
    _, problems = read(f"- 一级: 产出\n  三级:\n    - {{名称: 甲, 分值: 5, {item}}}\n")
    assert seen(problems)[0] == expected
    assert_names(problems, *named)


@pytest.mark.parametrize(("points", "expected"), [("-5", ["L406 3:19"]), ("0", []), ("5", [])])
def test_points_are_not_negative(points: str, expected: list[str]) -> None:
    _, problems = read(f"- 一级: 产出\n  三级:\n    - {{名称: 甲, 分值: {points}}}\n")
    assert seen(problems) == expected


def test_groups_are_flattened_in_order() -> None:
    found, problems = read(FULL)
    assert seen(problems) == []
    assert [(i.group, i.level1, i.level2, i.name, i.text) for i in found] == [
        (1, "产出指标", "数量指标", "任务2", "走访及考察企业商协会150家"),
        (1, "产出指标", "数量指标", "任务3", ""),
        (1, "产出指标", "", "", "没有名称的指标"),
        (2, "满意度指标", "", "满意", ""),
    ]
    first, second, third, last = found
    assert [type(i.target) for i in found] == [Quantity, Quantity, type(None), Quantity]
    assert [type(i.actual) for i in found] == [Formula, Quantity, Text, Quantity]
    assert first.weight is not None
    assert first.score is not None
    assert (first.weight.text, first.points.text, first.score.text) == ("25", "5", "3.65")
    assert (first.unit, first.reason, first.kind) == ("家", "因疫情影响，走访工作受限。", "正向")
    assert (second.score, second.kind, third.weight, last.weight) == (None, "", first.weight, None)
    assert (str(first.at), str(first.group_at)) == ("indicators.yaml:6:11", "indicators.yaml:1:3")


def test_nothing_is_nothing() -> None:
    assert read_indicators(None, Problems()) == Indicators()


ROW = "- 一级: 产出\n  三级:\n    - {名称: 甲, 目标: 5, 完成: 5, 分值: 5}\n"


@pytest.mark.parametrize(
    ("text", "expected", "named"),
    [
        ("甲: 1\n", "L214 1:1", ["指标应当是一个列表"]),
        ("- 产出\n", "L213 1:3", ["一级指标"]),
        (ROW.replace("一级: 产出", "一级:"), "L401 1:3", ["缺少“一级”"]),
        (ROW.replace("一级: 产出", "一级: 产出\n  权中: 5"), "L212 2:3", ["“权中”", "“权重”"]),
        (ROW.replace("一级: 产出", "一级: 产出\n  权重: 五"), "L209 2:7", ["权重", "“五”"]),
        (ROW.replace("一级: 产出", "一级: 产出\n  权重: = 5"), "L404 2:7", ["“权重”"]),
        ("- 一级: 产出\n  权重: 5\n", "L402 1:3", ["“产出”", "三级"]),
        (ROW.replace("三级:\n", "三级: 5\n").partition("    -")[0], "L214 2:7", ["三级"]),
        (ROW.replace("- {名称: 甲, 目标: 5, 完成: 5, 分值: 5}", "- 甲"), "L213 3:7", ["三级指标"]),
        (ROW.replace("名称: 甲, ", ""), "L401 3:7", ["缺少“名称”"]),
        (ROW.replace(", 分值: 5", ""), "L401 3:7", ["缺少“分值”"]),
        (ROW.replace("分值: 5", "分直: 5"), "L212 3:29", ["“分直”", "分值、得分"]),
        (ROW.replace("分值: 5", "分值: = 5"), "L404 3:33", ["“分值”"]),
        (ROW.replace("分值: 5", "分值: 五"), "L209 3:33", ["分值", "“五”"]),
        (ROW.replace("分值: 5", "分值: 5, 得分: 满分"), "L209 3:40", ["得分", "“满分”"]),
        (ROW.replace("分值: 5", "分值: 5, 得分: = 5"), "L404 3:40", ["“得分”"]),
        (
            ROW.replace("分值: 5", "分值: 5, 类型: 反面"),
            "L503 3:40",
            ["“类型”", "“反面”", "正向、反向"],
        ),
        (ROW.replace("目标: 5", "目标: [5]"), "L210 3:19", ["目标"]),
        (ROW.replace("完成: 5", "完成: {a: 5}"), "L210 3:26", ["完成"]),
        (ROW.replace("名称: 甲", "名称: [甲]"), "L210 3:12", ["名称"]),
        ("- 一级: 产出\n  二级:\n    - 数量\n", "L213 3:7", ["二级指标"]),
        (
            "- 一级: 产出\n  二级:\n    - 名称: 数量\n      三及:\n        - {名称: 甲, 分值: 5}\n",
            "L212 4:7",
            ["“三及”", "是否为“三级”"],
        ),
    ],
)
def test_mistakes_of_indicators(text: str, expected: str, named: list[str]) -> None:
    _, problems = read(text)
    assert seen(problems)[0] == expected
    assert_names(problems, *named)


@pytest.mark.parametrize(
    "text",
    [
        "甲: 1\n",
        "- 产出\n",
        "- 一级: 产出\n  三级: 甲\n",
        "- 一级: 产出\n  二级: [甲]\n",
        ROW + "    - 甲\n",
        ROW + "    - {名称: 乙, 分值: 五}\n",
        ROW + "    - {名称: 乙}\n",
        ROW + "    - {名称: 乙, 分直: 5}\n",
        ROW + "    - {名称: 乙, 分值: 5, 分值: 6}\n",
        ROW + "  二及: [{名称: 数量, 三级: [{名称: 乙, 分值: 5}]}]\n",
        "- 一级: 产出\n  二级: [{名称: 数量, 三及: []}]\n",
    ],
)
def test_what_was_left_out_is_known(text: str) -> None:
    node, problems = parsed(text, "indicators.yaml")
    assert read_indicators(node, problems).damaged
    assert problems.failed


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (ROW, []),
        # wrong, but nothing of the points is lost
        (ROW.replace("完成: 5", "完成: [5]"), ["L210"]),
        (ROW.replace("完成: 5", "完城: 5"), ["L212"]),
        (ROW.replace("分值: 5", "分值: 5, 类型: 反面"), ["L503"]),
        (ROW.replace("分值: 5", "分值: ５"), ["L205"]),
        (ROW.replace("名称: 甲", "名称: 甲\u200b"), ["L138"]),  # a warning
    ],
)
def test_what_is_wrong_elsewhere_is_no_damage(text: str, codes: list[str]) -> None:
    node, problems = parsed(text, "indicators.yaml")
    found = read_indicators(node, problems)
    assert not found.damaged
    assert [p.code for p in problems] == codes
    assert [row.points.value for row in found.rows] == [5]


def test_points_left_blank_are_reported() -> None:
    found, problems = read("- 一级: 产出\n  三级:\n    - 名称: 甲\n      目标: 5\n      分值:\n")
    assert found == ()
    assert [p.code for p in problems] in (["L401"], ["L202"])
    assert_names(problems, "分值")


def test_a_second_level_without_indicators_is_reported() -> None:
    _, problems = read("- 一级: 产出\n  二级:\n    - 名称: 数量\n")
    assert [p.code for p in problems] == ["L402"]
    assert_names(problems, "“数量”")


def test_all_mistakes_are_found_at_once() -> None:
    wrong = ROW.replace("目标: 5, 完成: 5, 分值: 5", "目标: [5], 完城: 5")
    _, problems = read(wrong + wrong.replace("一级: ", "一级: 又"))
    assert [p.code for p in problems] == ["L212", "L401", "L212", "L401"]


@pytest.mark.parametrize("key", ["二级", "三级"])
def test_an_empty_list_of_indicators_is_reported(key: str) -> None:
    _, problems = read(f"- 一级: 产出\n  {key}: []\n")
    assert seen(problems) == ["L402 1:3"]
    assert_names(problems, "“产出”")
