"""Indicator scores by the form set's policy: rates, directions, caps, totals, grades."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit.problems import assert_names, seen
from kit.scores import EXACT, JIUJIANG, judged, one, scored

from generator.figures.scoring import average


def score(row: str, policy: str = JIUJIANG, **files: str) -> str:
    return one(row, policy, **files).score.text


# Rules


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        # 正向: the rate is rounded first, A19: 110/150 → 73% × 5 = 3.65
        ("目标: 150, 完成: 110, 分值: 5", "3.65"),
        ("目标: 150, 完成: 110, 分值: 3", "2.19"),
        ("目标: 100%, 完成: 98%, 分值: 2", "1.96"),
        ("目标: 100%, 完成: 2%, 分值: 1", "0.02"),
        ("目标: ≥150家, 完成: 110家, 分值: 5", "3.65"),
        # YAML wants quotes around > and <
        ("目标: '>150', 完成: 150, 分值: 5", "5"),
        ("目标: '>90%', 完成: 95%, 分值: 10", "10"),
        ("目标: '>=90%', 完成: 45%, 分值: 10", "5"),
        ("目标: '<5%', 完成: 10%, 分值: 10", "5"),
        ("目标: 6, 完成: 12, 分值: 5", "5"),
        ("目标: 2, 完成: 2, 分值: 5", "5"),
        ("目标: 8, 完成: 1, 分值: 10", "1.3"),
        ("目标: 5, 完成: -3, 分值: 5", "0"),
        ("目标: 0, 完成: 0, 分值: 5", "5"),
        ("目标: 0, 完成: -1, 分值: 5", "0"),
        # 反向: met is full marks, beyond it A/B
        ("目标: ≤5%, 完成: 5%, 分值: 5", "5"),
        ("目标: ≤5%, 完成: 0%, 分值: 5", "5"),
        ("目标: ≤100%, 完成: 98%, 分值: 2", "2"),
        ("目标: ≤5%, 完成: 11%, 分值: 5", "2.25"),
        ("目标: ≤5%, 完成: 11.47%, 分值: 5", "2.2"),
        ("目标: ≤5, 完成: 10, 分值: 5", "2.5"),
        ("目标: ≤0, 完成: 1, 分值: 5", "0"),
        ("目标: ≤0, 完成: 0, 分值: 5", "5"),
        ("目标: ＜5, 完成: 10, 分值: 5", "2.5"),
        ("目标: 5%以内, 完成: 10%, 分值: 5", "2.5"),
        # words mean what the signs mean
        ("目标: 不低于90%, 完成: 95%, 分值: 5", "5"),
        ("目标: 不低于90%, 完成: 45%, 分值: 5", "2.5"),
        ("目标: 不超过5%, 完成: 10%, 分值: 5", "2.5"),
        ("目标: 小于等于5%, 完成: 4%, 分值: 5", "5"),
        ("目标: 低于5%, 完成: 4%, 分值: 5", "5"),
        ("目标: 达到90%以上, 完成: 95%, 分值: 5", "5"),
        ("目标: 不少于40, 单位: 次, 完成: 20, 分值: 5", "2.5"),
        ("目标: 等于0, 完成: 3, 分值: 5", "0"),
        # stated kinds win over the sign
        ("目标: 5, 完成: 10, 分值: 5, 类型: 反向", "2.5"),
        ("目标: ≤5, 完成: 4, 分值: 5, 类型: 正向", "4"),
        ("目标: 0, 完成: 0, 分值: 5, 类型: 等于", "5"),
        ("目标: 0, 完成: 2, 分值: 5, 类型: 等于", "0"),
        ("目标: 4, 完成: 3, 分值: 4, 类型: 等于", "3"),
        # 定性: a percentage is the rate, the same words are full marks
        ("目标: 完整性, 完成: 100%, 分值: 2", "2"),
        ("目标: 健全, 完成: 85%, 分值: 2", "1.7"),
        ("目标: 健全, 完成: 健全, 分值: 2", "2"),
        ("目标: 健全, 完成: 120%, 分值: 2", "2"),
    ],
)
def test_scores_by_rule(row: str, expected: str) -> None:
    assert score(row) == expected


@pytest.mark.parametrize(
    ("policy", "expected"),
    [("完成率小数位: 0", "3.65"), ("完成率小数位: 2", "3.67"), ("完成率小数位: 1", "3.67"),
     ("", "3.67"), ("得分小数位: 1", "3.7"), ("得分小数位: 4", "3.6667"), ("得分小数位: 0", "4")],
)  # fmt: skip
def test_rounding_is_policy(policy: str, expected: str) -> None:
    assert score("目标: 150, 完成: 110, 分值: 5", policy) == expected


@pytest.mark.parametrize(
    ("rule", "done", "expected"),
    [("比例", "11", "2.27"), ("差额", "11", "0"), ("比例", "7", "3.57"), ("差额", "7", "3"),
     ("差额", "10", "0"), ("差额", "5", "5"), ("差额", "9.99", "0.01")],
)  # fmt: skip
def test_both_reverse_rules(rule: str, done: str, expected: str) -> None:
    assert score(f"目标: ≤5, 完成: {done}, 分值: 5", f"反向: {rule}") == expected


@pytest.mark.parametrize(
    ("target", "kind"),
    [("150", "正向"), ("≥150", "正向"), ("≤5%", "反向"), ("'<5%'", "反向"), ("100%", "正向"),
     ("完整", "定性"), ("= 人数", "正向"), ("= 上限", "反向"), ("= 期限", "反向"),
     ("= 误差", "反向"), ("不少于5场", "正向"), ("不高于5%", "反向"), ("约5场", "定性")],
)  # fmt: skip
def test_the_kind_is_inferred_from_the_target(target: str, kind: str) -> None:
    facts = "人数: 5\n上限: ≤5\n期限: 5天以内\n误差: 不超过5%\n"
    result, _ = scored(f"目标: {target}, 完成: 5, 分值: 5, 得分: 1", facts=facts)
    assert result.rows[0].kind == kind


@pytest.mark.parametrize("target", ["=0", "'=0'", "＝0"])
def test_an_equals_target_is_met_only_by_that(target: str) -> None:
    result, _ = judged(
        f"- 一级: 产出指标\n  三级:\n    - 名称: 事故次数\n      目标: {target}\n      完成: 3\n"
        "      分值: 5\n"
    )
    assert result.rows[0].score.value == 0


def test_a_worded_target_is_printed_as_typed() -> None:
    assert str(one("目标: 不低于90%, 完成: 95%, 分值: 5").target) == "不低于90%"
    assert str(one("目标: 不少于40, 单位: 次, 完成: 45, 分值: 5").target) == "不少于40次"


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("目标: 力争90%, 完成: 95%", ["S112"]),
        ("目标: 90%-100%, 完成: 95%", ["S112"]),
        ("目标: 百分之九十, 完成: 95%", ["S112"]),
        ("目标: 力争90%, 完成: 95%, 类型: 定性", []),
        ("目标: 力争90%, 完成: 95%, 得分: 5", []),
        ("目标: 第1名, 完成: 95%", []),
        ("目标: 不低于90%, 完成: 95%", []),
    ],
)
def test_a_percentage_that_is_not_compared_is_named(row: str, expected: list[str]) -> None:
    _, problems = scored(f"{row}, 分值: 5")
    assert [p.code for p in problems if p.code != "S101"] == expected
    if expected:
        (found,) = (p for p in problems if p.code == "S112")
        assert (found.at.line, found.at.column) == (3, 21)
        assert "直接当作完成率" in found.message
        assert "不低于90%" in found.hint


# 定性: bands

#: 财预〔2020〕10号 in words, with what the words alone earn; 中 leaves the score to a person.
BANDS = (
    "总分: 100, 定性: [{名称: 达成, 下限: 80, 得分率: 100}, {名称: 部分达成, 下限: 60, 得分率: 70},"
    " {名称: 未达成, 下限: 0, 得分率: 0}]"
)
CHOSEN = (
    "总分: 100, 定性: [{名称: 未达成, 下限: 0}, {名称: 达成, 下限: 80}, {名称: 部分达成, 下限: 50}]"
)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("目标: 健全, 完成: 达成, 分值: 5", "5"),
        ("目标: 健全, 完成: 部分达成, 分值: 5", "3.5"),
        ("目标: 健全, 完成: 未达成, 分值: 5", "0"),
        ("目标: 健全, 完成: 新订三项制度, 等次: 部分达成, 分值: 5", "3.5"),
        ("目标: 健全, 等次: 达成, 分值: 5", "5"),
        ("目标: 100%, 完成: 99%, 等次: 部分达成, 分值: 5", "3.5"),
        # a rate, the target's own words and a typed score are still possible
        ("目标: 健全, 完成: 85%, 分值: 5", "4.25"),
        ("目标: 健全, 完成: 健全, 分值: 5", "5"),
        ("目标: 健全, 完成: 部分达成, 分值: 5, 得分: 3", "3"),
    ],
)
def test_bands_score_what_words_say(row: str, expected: str) -> None:
    assert score(row, BANDS) == expected


def test_the_band_is_shown() -> None:
    row = one("目标: 健全, 等次: 部分达成, 分值: 5", BANDS)
    assert row.band is not None
    assert (row.band.name, row.kind, str(row.actual)) == ("部分达成", "定性", "部分达成")
    assert "部分达成" in row.score.formula
    assert one("目标: 健全, 完成: 85%, 分值: 5", BANDS).band is None
    assert one("目标: 5, 完成: 4, 分值: 5", BANDS).band is None


def test_bands_reach_up_to_the_next() -> None:
    result, _ = scored("目标: 健全, 完成: 部分达成, 分值: 10, 得分: 6", policy=CHOSEN)
    band = result.rows[0].band
    assert band is not None
    assert (band.floor, band.ceiling, band.share) == (50, 80, None)


@pytest.mark.parametrize(
    ("row", "policy", "expected", "named"),
    [
        ("目标: 健全, 完成: 部分达成, 分值: 5", CHOSEN, "S108 3:7", ["“部分达成”", "从2.5到4分"]),
        (
            "目标: 健全, 等次: 基本达成, 分值: 5",
            BANDS,
            "S109 3:29",
            ["“基本达成”", "达成、部分达成"],
        ),
        ("目标: 健全, 等次: 达成, 分值: 5", EXACT, "S109 3:29", ["“达成”", "没有规定"]),
        (
            "目标: 健全, 完成: 基本达成, 分值: 5",
            BANDS,
            "S106 3:29",
            ["“基本达成”", "达成、部分达成"],
        ),
    ],
)
def test_bands_that_cannot_be(row: str, policy: str, expected: str, named: list[str]) -> None:
    _, problems = scored(row, "目标: 1, 完成: 1, 分值: 95", policy=policy)
    assert seen(problems) == [expected]
    assert_names(problems, *named)


# 扣分, 分档


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        # 每超过1个百分点扣0.5分，扣完为止
        ("目标: ≤100%, 完成: 98%, 分值: 5, 扣分: {每: 1%, 扣: 0.5}", "5"),
        ("目标: ≤100%, 完成: 100%, 分值: 5, 扣分: {每: 1%, 扣: 0.5}", "5"),
        ("目标: ≤100%, 完成: 103%, 分值: 5, 扣分: {每: 1%, 扣: 0.5}", "3.5"),
        ("目标: ≤100%, 完成: 120%, 分值: 5, 扣分: {每: 1%, 扣: 0.5}", "0"),
        ("目标: ≤100%, 完成: 101.5%, 分值: 5, 扣分: {每: 1%, 扣: 0.5}", "4.25"),
        ("目标: ≤100%, 完成: 101.5%, 分值: 5, 扣分: {每: 1%, 扣: 0.5, 零头: 舍去}", "4.5"),
        ("目标: ≤100%, 完成: 101.5%, 分值: 5, 扣分: {每: 1%, 扣: 0.5, 零头: 进一}", "4"),
        ("目标: ≤100%, 完成: 102%, 分值: 5, 扣分: {每: 1%, 扣: 0.5, 零头: 进一}", "4"),
        # 正向: 每少; 等于: 差多少扣多少
        ("目标: ≥95%, 完成: 92%, 分值: 5, 扣分: {每: 1%, 扣: 1}", "2"),
        ("目标: 10, 完成: 8, 单位: 次, 分值: 5, 扣分: {每: 1次, 扣: 2}", "1"),
        ("目标: 0, 完成: 1, 单位: 起, 类型: 反向, 分值: 5, 扣分: {每: 1, 扣: 2}", "3"),
        ("目标: 4, 完成: 5, 类型: 等于, 分值: 5, 扣分: {每: 1, 扣: 2}", "3"),
        ("目标: 4, 完成: 3, 类型: 等于, 分值: 5, 扣分: {每: 1, 扣: 2}", "3"),
        ("目标: ≤10万元, 完成: 12万元, 分值: 5, 扣分: {每: 10000元, 扣: 1}", "3"),
        # 预算调整率 0 → 3; ≤10% → 2; ≤20% → 1; else 0, in whatever order it is typed
        *(
            (
                f"目标: 0%, 类型: 反向, 完成: {done}, 分值: 3, 分档: [{{不超过: 20%, 得分: 1}},"
                " {不超过: 0%, 得分: 3}, {不超过: 10%, 得分: 2}]",
                expected,
            )
            for done, expected in (("0%", "3"), ("0.1%", "2"), ("10%", "2"), ("20%", "1"), ("21%", "0"))
        ),
        # 重点支出安排率 ≥90% 5; ≥80% 4; else 0
        *(
            (
                f"完成: {done}, 分值: 5, 分档: [{{不低于: 80%, 得分: 4}}, {{不低于: 90%, 得分: 5}}]",
                expected,
            )
            for done, expected in (("95%", "5"), ("90%", "5"), ("89.9%", "4"), ("79%", "0"))
        ),
    ],
)  # fmt: skip
def test_deductions_and_steps(row: str, expected: str) -> None:
    assert score(row) == expected


@pytest.mark.parametrize(
    ("name", "row", "expected"),
    [
        ("在职人员控制率", "目标: ≤100%, 完成: 120%, 分值: 5", "4"),
        ("“三公”经费变动率", "目标: ≤0%, 完成: 2%, 分值: 5", "4.4"),
        ("预算调整率", "目标: ≤10%, 完成: 4%, 分值: 5", "2"),
        ("别的控制率", "目标: ≤100%, 完成: 125%, 分值: 5", "4"),
        # an indicator's own rule comes first
        ("在职人员控制率", "目标: ≤100%, 完成: 120%, 分值: 5, 扣分: {每: 1%, 扣: 0.1}", "3"),
    ],
)
def test_form_sets_rule_on_single_indicators(name: str, row: str, expected: str) -> None:
    policy = (
        "指标办法: [{指标: 在职人员控制率, 扣分: {每: 10%, 扣: 0.5}},"
        " {指标: 三公经费变动率, 扣分: {每: 1%, 扣: 0.3}},"
        " {指标: 预算调整率, 分档: [{不超过: 0%, 得分: 3}, {不超过: 10%, 得分: 2}]}]"
    )
    result, problems = judged(
        f"- 一级: 产出\n  三级:\n    - {{名称: {name}, {row}}}\n", policy=policy
    )
    assert [p.code for p in problems] == ["S101"]
    assert result.rows[0].score.text == expected


@pytest.mark.parametrize(
    ("row", "expected", "named"),
    [
        (
            "目标: ≤100%, 完成: 103%, 分值: 5, 扣分: {每: 1, 扣: 1}",
            "S110 3:7",
            ["“1”", "100%", "写1%"],
        ),
        ("目标: 5, 完成: 3次, 分值: 5, 扣分: {每: 1家, 扣: 1}", "S110 3:7", ["“1家”", "3次"]),
        ("完成: 3, 分值: 5, 分档: [{不低于: 80%, 得分: 5}]", "S110 3:7", ["“80%”", "3"]),
        ("完成: 3, 分值: 5, 分档: [{不低于: 1, 得分: 6}]", "S111 3:28", ["最高可得6分", "分值5"]),
        ("目标: ≤5, 完成: 不多, 分值: 5, 扣分: {每: 1, 扣: 1}", "S106 3:29", ["“不多”"]),
        ("目标: ≤5, 分值: 5, 扣分: {每: 1, 扣: 1}", "S105 3:7", ["“指标1”"]),
    ],
)
def test_rules_that_cannot_score(row: str, expected: str, named: list[str]) -> None:
    _, problems = scored(row, "目标: 1, 完成: 1, 分值: 95")
    assert seen(problems) == [expected]
    assert_names(problems, *named)


def test_a_deduction_tells_how_it_came_about() -> None:
    row = one("目标: ≤100%, 完成: 103%, 分值: 5, 扣分: {每: 1%, 扣: 0.5}")
    assert row.score.formula == "分值 − 扣分"
    assert row.score.inputs == ("指标[1].分值", "指标[1].完成", "指标[1].目标")


# Over-fulfilment


@pytest.mark.parametrize(
    ("policy", "row", "expected"),
    [
        ("超额处理: 扣分", "目标: 10, 完成: 13, 分值: 10", "10"),
        ("超额处理: 扣分", "目标: 10, 完成: 15, 分值: 10", "8"),
        ("超额处理: 扣分", "目标: 10, 完成: 40, 分值: 10", "0"),
        ("超额处理: 扣分, 超额上限: 150", "目标: 10, 完成: 15, 分值: 10", "10"),
        ("超额处理: 扣分, 超额上限: 150", "目标: 10, 完成: 16, 分值: 10", "9"),
        ("超额处理: 说明", "目标: 10, 完成: 40, 分值: 10", "10"),
        ("超额上限: 150", "目标: 10, 完成: 40, 分值: 10", "10"),
        ("超额处理: 扣分", "目标: ≤10, 完成: 1, 分值: 10", "10"),
        ("超额处理: 扣分", "目标: 健全, 完成: 150%, 分值: 10", "10"),
    ],
)
def test_over_fulfilment_is_policy(policy: str, row: str, expected: str) -> None:
    assert score(row, policy) == expected


def test_completion_rates_are_shown_as_the_policy_rounds_them() -> None:
    row = one("目标: 150, 完成: 110, 分值: 5")
    assert row.rate is not None
    assert (row.rate.text, row.rate.value) == ("73%", Fraction(73, 100))
    assert one("目标: 6, 完成: 12, 分值: 5").rate is not None
    exact = one("目标: 150, 完成: 110, 分值: 5", EXACT).rate
    assert exact is not None
    assert (exact.text, exact.value) == ("73.33%", Fraction(11, 15))


# Targets and results as the form shows them


@pytest.mark.parametrize(
    ("row", "target", "actual"),
    [
        ("目标: 150, 完成: 110, 单位: 家", "150家", "110家"),
        ("目标: 150家, 完成: 110, 单位: 家", "150家", "110家"),
        ("目标: ≥90, 完成: 96, 单位: '%'", "≥90%", "96%"),
        ("目标: = 目标数, 完成: = 完成数, 单位: 家", "150家", "110家"),
        ("目标: 100%, 完成: = 完成数 / 目标数", "100%", "73%"),
        ("目标: 100%, 完成: = 结转 / 总额", "100%", "11%"),
        ("目标: 完整, 完成: 100%", "完整", "100%"),
        ("目标: 95%以上, 完成: 95.50%", "95%以上", "95.50%"),
    ],
)
def test_targets_and_results(row: str, target: str, actual: str) -> None:
    facts = "目标数: 150\n完成数: 110\n结转: 29.77\n总额: 259.57\n"
    shown = one(f"{row}, 分值: 5", facts=facts)
    assert (str(shown.target), str(shown.actual)) == (target, actual)


def test_a_percent_unit_makes_numbers_rates() -> None:
    row = one("目标: 90, 完成: 45, 单位: '%', 分值: 10")
    assert row.actual is not None
    assert not isinstance(row.actual, str)
    assert (row.actual.unit, row.actual.value, row.score.text) == ("%", Fraction(45, 100), "5")


# Typed scores


def test_a_typed_score_stands() -> None:
    row = one("目标: ≤5%, 完成: 11%, 分值: 5, 得分: 2.00")
    assert (row.score.text, row.score.value, row.computed) == ("2.00", 2, Fraction("2.25"))
    assert score("目标: 良好, 完成: 较好, 分值: 5, 得分: 4.5") == "4.5"


@pytest.mark.parametrize(
    ("row", "expected", "named"),
    [
        ("目标: 5, 完成: 5, 分值: 5, 得分: 5.01", "S103 3:42", ["得分5.01", "分值5"]),
        ("目标: 5, 完成: 5, 分值: 5, 得分: -1", "S104 3:42", ["-1"]),
        ("目标: 5, 分值: 5", "S105 3:7", ["“指标1”"]),
        ("目标: 良好, 完成: 较好, 分值: 5", "S106 3:29", ["“指标1”", "“较好”"]),
        ("目标: 良好, 完成: 110家, 分值: 5", "S106 3:29", ["“110家”"]),
        ("目标: 5, 完成: 大部分, 分值: 5", "S106 3:28", ["“大部分”"]),
        ("完成: 2, 单位: 次, 分值: 5", "S106 3:7", ["“2次”", "没有目标可比"]),
    ],
)
def test_scores_that_cannot_be(row: str, expected: str, named: list[str]) -> None:
    _, problems = scored(row, "目标: 1, 完成: 1, 分值: 95")
    assert seen(problems) == [expected]
    assert_names(problems, *named)


def test_full_marks_and_zero_are_fine() -> None:
    assert score("目标: 5, 完成: 5, 分值: 5, 得分: 5") == "5"
    assert score("目标: 5, 完成: 5, 分值: 5, 得分: 0") == "0"


def test_a_broken_formula_is_not_reported_as_a_missing_score() -> None:
    result, problems = scored("目标: 5, 完成: = 没有, 分值: 100")
    assert [p.code for p in problems] == ["F101"]
    assert result.score.value == 0


# Totals, weights, grades

GROUPS = """\
- 一级: 产出指标
  权重: {0}
  二级:
    - 名称: 数量指标
      三级:
        - {{名称: 甲, 目标: 100%, 完成: 90%, 分值: 20.5}}
        - {{名称: 乙, 目标: 100%, 完成: 100%, 分值: 29.5}}
- 一级: 效益指标
  三级:
    - {{名称: 丙, 目标: 100%, 完成: 100%, 分值: {1}}}
"""


def test_groups_have_points_and_scores() -> None:
    result, problems = judged(GROUPS.format(50, 50))
    assert seen(problems) == []
    assert [(g.name, g.points.text, g.score.text) for g in result.groups] == [
        ("产出指标", "50", "47.95"),
        ("效益指标", "50", "50"),
    ]
    assert (result.points.text, result.score.text, str(result.grade)) == ("100", "97.95", "优")
    assert [(row.points.path, row.score.path) for row in result.rows][1] == (
        "指标[2].分值",
        "指标[2].得分",
    )


def test_equal_headings_are_named_and_stay_apart() -> None:
    result, problems = judged(
        GROUPS.format(50, 25) + "- 一级: 产出指标\n  三级:\n"
        "    - {名称: 丁, 目标: 1, 完成: 1, 分值: 25}\n"
    )
    assert seen(problems) == ["L411 11:3"]
    assert_names(problems, "“产出指标”")
    assert [group.points.text for group in result.groups] == ["50", "25", "25"]


def test_a_weight_must_be_the_sum_of_its_points() -> None:
    _, problems = judged(GROUPS.format("49.5", 50))
    assert seen(problems) == ["S102 2:7"]
    assert_names(problems, "“产出指标”", "49.5", "50")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("分值: 90, 完成: [1]", ["L210 3:35", "S101 3:7"]),
        ("分值: 90, 类型: 反面", ["L503 3:35", "S101 3:7"]),
        ("分值: 九十", ["L209 3:27"]),  # what is left adds up to nothing
    ],
)
def test_only_points_that_were_lost_hide_their_sum(row: str, expected: list[str]) -> None:
    _, problems = judged(f"- 一级: 产出\n  三级:\n    - {{名称: 甲, 目标: 健全, {row}}}\n")
    assert [one for one in seen(problems) if not one.startswith("S105")] == expected


@pytest.mark.parametrize(
    ("points", "named"), [("49", "99，应当是100，少1"), ("50.01", "100.01，应当是100，多0.01")]
)
def test_points_must_add_up(points: str, named: str) -> None:
    _, problems = judged(GROUPS.format(50, points))
    assert seen(problems) == ["S101 6:11"]
    assert_names(problems, named)


def test_another_total_is_policy() -> None:
    assert seen(judged(GROUPS.format(50, 70), policy="总分: 120")[1]) == []


def test_execution_earns_points_of_its_own() -> None:
    policy = "总分: 100, 执行率分值: 10, 执行率: 支出.本年 / 预算.本年"
    figures = "支出:\n  甲: {{本年: {0}}}\n预算:\n  甲: {{本年: 74.38}}\n"
    result, problems = judged(GROUPS.format(50, 40), policy=policy, figures=figures.format("64.5"))
    assert seen(problems) == []
    assert result.execution is not None
    assert result.execution_score is not None
    assert (result.execution.text, result.execution_score.text) == ("86.72%", "8.67")
    assert (result.points.text, result.score.text) == ("100", "96.62")
    over, _ = judged(GROUPS.format(50, 40), policy=policy, figures=figures.format("80"))
    assert over.execution_score is not None
    assert (over.execution_score.text, over.score.text) == ("10", "97.95")
    none, _ = judged(GROUPS.format(50, 40), policy=policy, figures=figures.format("-1"))
    assert none.execution_score is not None
    assert none.execution_score.text == "0"


def test_execution_without_points_is_shown_unscored() -> None:
    figures = "支出:\n  甲: {本年: 1}\n预算:\n  甲: {本年: 2}\n"
    result, problems = judged(
        GROUPS.format(50, 50), policy="执行率: 支出.本年 / 预算.本年", figures=figures
    )
    assert seen(problems) == []
    assert result.execution is not None
    assert (result.execution.text, result.execution_score) == ("50%", None)


def test_execution_points_without_a_rate_are_reported() -> None:
    _, problems = judged(GROUPS.format(50, 40), policy="执行率分值: 10")
    assert [p.code for p in problems if p.code != "S101"] == ["S107"]
    assert_names(problems, "执行率")


def test_without_a_budget_the_execution_rate_is_0() -> None:
    policy = "总分: 100, 执行率分值: 10, 执行率: 支出.本年 / 预算.本年"
    figures = "支出:\n  甲: {本年: 0}\n预算:\n  甲: {本年: 0}\n"
    result, problems = judged(GROUPS.format(50, 40), policy=policy, figures=figures)
    assert seen(problems) == []
    assert result.execution is not None
    assert result.execution_score is not None
    assert (result.execution.text, result.execution_score.text) == ("0%", "0")


@pytest.mark.parametrize(
    ("spent", "grade"),
    [("100", "优"), ("80", "优"), ("79.99", "良"), ("60", "良"), ("59.99", "中"), ("0", "中")],
)
def test_the_execution_rate_caps_the_grade(spent: str, grade: str) -> None:
    policy = (
        "总分: 100, 执行率: 支出.本年 / 预算.本年,"
        " 执行率限级: [{低于: 60, 等级: 中}, {低于: 80, 等级: 良}]"
    )
    figures = f"支出:\n  甲: {{本年: {spent}}}\n预算:\n  甲: {{本年: 100}}\n"
    result, problems = judged(GROUPS.format(50, 50), policy=policy, figures=figures)
    assert seen(problems) == []
    assert (result.score.text, str(result.grade)) == ("97.95", grade)


def test_a_cap_never_lifts_a_grade() -> None:
    policy = "总分: 100, 执行率: 支出.本年 / 预算.本年, 执行率限级: [{低于: 80, 等级: 良}]"
    figures = "支出:\n  甲: {本年: 1}\n预算:\n  甲: {本年: 100}\n"
    result, _ = scored("目标: 好, 完成: 好, 分值: 100, 得分: 50", policy=policy, figures=figures)
    assert str(result.grade) == "差"


def test_a_cap_without_a_rate_is_reported() -> None:
    _, problems = judged(GROUPS.format(50, 50), policy="执行率限级: [{低于: 80, 等级: 良}]")
    assert [p.code for p in problems] == ["S107"]
    assert_names(problems, "“执行率限级”")


@pytest.mark.parametrize(
    ("typed", "grade"),
    [("100", "优"), ("90", "优"), ("89.99", "良"), ("80", "良"), ("79.99", "中"), ("60", "中"),
     ("59.99", "差"), ("0", "差")],
)  # fmt: skip
def test_grades(typed: str, grade: str) -> None:
    result, _ = scored(f"目标: 好, 完成: 好, 分值: 100, 得分: {typed}")
    assert str(result.grade) == grade


def test_no_indicators_leave_blanks() -> None:
    result, _ = judged("- 一级: 产出\n")
    assert (result.rows, result.groups, result.score.text) == ((), (), "0")


def test_means() -> None:
    assert average([]) is None
    assert average([Fraction(95), Fraction(90), Fraction(90)]) == Fraction(275, 3)


# Any target and result

AMOUNTS = st.decimals(min_value=0, max_value=10_000, places=2)


@given(
    goal=AMOUNTS,
    done=AMOUNTS,
    points=st.integers(1, 100),
    kind=st.sampled_from(["正向", "反向", "等于"]),
    rule=st.sampled_from(["比例", "差额"]),
    places=st.sampled_from(["", ", 完成率小数位: 0", ", 完成率小数位: 2"]),
)
def test_scores_stay_within_the_points_and_doing_better_never_costs(
    goal: Decimal, done: Decimal, points: int, kind: str, rule: str, places: str
) -> None:
    row = f"目标: {goal:f}, 完成: {{0:f}}, 分值: {points}, 类型: {kind}"
    rows = [row.format(result) for result in (done, done + 1, goal)]
    result, problems = scored(*rows, policy=f"反向: {rule}{places}")
    assert {p.code for p in problems} <= {"S101"}
    here, more, met = (row.score.value for row in result.rows)
    assert 0 <= here <= points
    assert met == points
    falls = kind == "反向" or (kind == "等于" and goal == 0)
    assert here >= more if falls else here <= more


@given(
    goal=AMOUNTS,
    done=AMOUNTS,
    points=st.integers(1, 100),
    kind=st.sampled_from(["正向", "反向"]),
    rule=st.sampled_from(
        ["扣分: {每: 3, 扣: 0.7}", "扣分: {每: 3, 扣: 0.7, 零头: 舍去}",
         "扣分: {每: 3, 扣: 0.7, 零头: 进一}"]
    ),
)  # fmt: skip
def test_deductions_stay_within_the_points_and_doing_better_never_costs(
    goal: Decimal, done: Decimal, points: int, kind: str, rule: str
) -> None:
    rows = [
        f"目标: {goal:f}, 完成: {each:f}, 分值: {points}, 类型: {kind}, {rule}"
        for each in (done, done + 1, goal)
    ]
    result, problems = scored(*rows, policy=EXACT)
    assert {p.code for p in problems} <= {"S101"}
    here, more, met = (row.score.value for row in result.rows)
    assert 0 <= here <= points
    assert met == points
    assert here >= more if kind == "反向" else here <= more
