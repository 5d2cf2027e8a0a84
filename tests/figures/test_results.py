"""What a form prints and scores near a target: rounding never turns a miss into a success."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit.scores import JIUJIANG, judged, one

from generator.figures.amounts import show
from generator.figures.model import Figure
from generator.figures.results import places_below_full

#: 97.4% typed; 94.6%, 99.6%, 11.47%, 95.4%, 99.999% and 1/3 by division.
FACTS = """\
及时率: 97.4%
不及时率: 94.6%
处置: {及时: 946, 合格: 996, 结转: 1147, 良好: 954, 将近: 99999, 一: 1}
总: {千: 1000, 万: 10000, 十万: 100000, 三: 3}
比率: {良好: = 处置.良好 / 总.千, 三分之一: = 处置.一 / 总.三, 将近: = 处置.将近 / 总.十万}
"""
TWO_PLACES = "总分: 100, 完成率小数位: 2, 完成值小数位: 2"


def row(target: str, actual: str, policy: str = JIUJIANG, more: str = "") -> tuple[str, str]:
    """The result as printed and the score, of an indicator of 10 points."""
    found = one(f"目标: {target}, 完成: {actual}, 分值: 10{more}", policy, facts=FACTS)
    return str(found.actual), found.score.text


@pytest.mark.parametrize(
    ("target", "actual", "printed", "score"),
    [
        # missed, typed and by formula
        ("≥95%", "94.6%", "94.6%", "9.96"),
        ("≥95%", "= 不及时率", "94.6%", "9.96"),
        ("≥95%", "= 处置.及时 / 总.千", "94.6%", "9.96"),
        ("100%", "99.6%", "99.6%", "9.96"),
        ("100%", "= 处置.合格 / 总.千", "99.6%", "9.96"),
        ("≤11.4%", "11.47%", "11.47%", "9.9"),
        ("≤11.4%", "= 处置.结转 / 总.万", "11.5%", "9.9"),
        ("=100%", "= 处置.合格 / 总.千", "99.6%", "9.96"),
        # a target in words stands for 100%
        ("完整", "99.6%", "99.6%", "9.96"),
        ("完整", "= 处置.合格 / 总.千", "99.6%", "9.96"),
        # by less than a score can show
        ("100%", "= 比率.将近", "99.999%", "9.99"),
        ("100000", "99999", "99999", "9.99"),
        ("≤100000", "100001", "100001", "9.99"),
        # a computed target as well: both with as many decimals as tell them apart
        ("= 比率.三分之一", "33.333%", "33.333%", "9.99"),
        # met
        ("≥95%", "95%", "95%", "10"),
        ("≥95%", "= 处置.良好 / 总.千", "95%", "10"),
        ("≥95.4%", "= 处置.良好 / 总.千", "95.4%", "10"),
        ("≤11.47%", "= 处置.结转 / 总.万", "11%", "10"),
        ("≤11.5%", "= 处置.结转 / 总.万", "11%", "10"),
        ("= 比率.三分之一", "= 比率.三分之一", "33.33%", "10"),
        # far off: the form's own decimals
        ("≤5%", "= 处置.结转 / 总.万", "11%", "4.4"),
        ("100%", "= 处置.及时 / 总.千", "95%", "9.5"),
    ],
)
def test_a_miss_is_told_and_costs_points(
    target: str, actual: str, printed: str, score: str
) -> None:
    if target.startswith("=") and not target.startswith("= "):
        target = f"'{target}'"
    assert row(target, actual) == (printed, score)


def test_a_computed_target_prints_apart_from_the_result_that_misses_it() -> None:
    found = one("目标: = 比率.三分之一, 完成: 33.333%, 分值: 10", facts=FACTS)
    assert (str(found.target), str(found.actual)) == ("33.3333%", "33.333%")
    assert found.score.text == "9.99"


@pytest.mark.parametrize(
    ("policy", "actual", "printed"),
    [
        (JIUJIANG, "= 及时率", "97.4%"),  # one name prints like its fact
        (JIUJIANG, "= 比率.良好", "95%"),  # a computed one at the form's decimals
        ("总分: 100, 完成率小数位: 0", "= 比率.良好", "95.4%"),  # scoring does not print
        ("总分: 100, 完成值小数位: 0", "= 比率.良好", "95%"),  # printing does not score
        (TWO_PLACES, "= 比率.三分之一", "33.33%"),
    ],
)
def test_printing_is_a_setting_of_its_own(policy: str, actual: str, printed: str) -> None:
    assert row("≥90%" if printed != "33.33%" else "≥20%", actual, policy)[0] == printed


def test_the_setting_for_printing_leaves_scores_alone() -> None:
    assert row("100%", "= 比率.良好", "总分: 100, 完成值小数位: 0") == ("95%", "9.54")
    assert row("100%", "= 比率.良好", "总分: 100, 完成率小数位: 0") == ("95.4%", "9.5")


def test_the_completion_rate_of_a_miss_is_below_full() -> None:
    for actual in ("94.6%", "= 处置.及时 / 总.千"):
        rate = one(f"目标: ≥95%, 完成: {actual}, 分值: 10", facts=FACTS).rate
        assert rate is not None
        assert rate.text == "99.6%"
        assert rate.value < 1


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("扣分: {每: 1%, 扣: 0.5}", "9.99"),  # 0.4个百分点 × 0.005 rounds to nothing
        ("分档: [{不低于: 95%, 得分: 10}, {不低于: 90%, 得分: 8}]", "8"),
    ],
)
def test_rules_of_their_own_neither_round_a_miss_away(rule: str, expected: str) -> None:
    target, actual = ("≥95%", "94.999%") if "扣分" in rule else ("≥90%", "94.999%")
    assert row(target, actual, more=f", {rule}")[1] == expected


def test_a_step_that_is_missed_is_not_printed_as_reached() -> None:
    steps = ", 分档: [{不低于: 95%, 得分: 10}, {不低于: 90%, 得分: 8}]"
    assert row("≥90%", "= 处置.及时 / 总.千", more=steps) == ("94.6%", "8")
    assert row("≥90%", "= 处置.良好 / 总.千", more=steps) == ("95%", "10")


def test_what_exceeds_a_limit_is_not_rounded_below_it() -> None:
    policy = "总分: 100, 完成率小数位: 0, 超额处理: 扣分"
    assert row("1000", "1304", policy)[1] == "9.96"
    assert row("1000", "1300", policy)[1] == "10"
    assert row("1000", "1296", policy)[1] == "10"


def test_full_marks_are_the_points_themselves() -> None:
    coarse = "总分: 100, 得分小数位: 0"
    for actual, score in [("100%", "2.5"), ("99.9%", "2"), ("40%", "1")]:
        assert one(f"目标: 100%, 完成: {actual}, 分值: 2.5", coarse).score.text == score
    assert one("目标: 100%, 完成: 99%, 分值: 0.5", coarse).score.text == "0"


@pytest.mark.parametrize(
    ("row", "score", "printed"),
    [
        ("目标: 5万亩, 完成: 5.2万亩", "10", "5.2万亩"),
        ("目标: 5万亩, 完成: 4.9万亩", "9.8", "4.9万亩"),
        ("目标: ≤5万吨, 完成: 10万吨", "5", "10万吨"),
        ("目标: 5万亩, 完成: 49000亩", "9.8", "49000亩"),
        ("目标: 5千人, 完成: 0.49万人", "9.8", "0.49万人"),
        ("目标: 5万亩, 完成: 4.9", "9.8", "4.9"),
        ("目标: ≤30万元, 完成: 300000元", "10", "300000元"),
        ("目标: 5亿立方米, 完成: 4亿立方米", "8", "4亿立方米"),
    ],
)
def test_units_compare_with_themselves(row: str, score: str, printed: str) -> None:
    found = one(f"{row}, 分值: 10")
    assert (found.score.text, str(found.actual)) == (score, printed)


def test_money_prints_in_the_unit_of_its_indicator() -> None:
    found = one("目标: 30000, 完成: = 经费, 单位: 元, 分值: 10", facts="经费: 2.9万元\n")
    assert (str(found.actual), found.score.text) == ("2.9万元", "9.7")
    tables = "支出:\n  会议费: {决算: 2.9}\n"
    found = one("目标: 30000, 完成: = 支出.会议费.决算, 单位: 元, 分值: 10", figures=tables)
    assert (str(found.actual), found.score.text) == ("29000元", "9.7")


@pytest.mark.parametrize(
    ("paid", "text", "score"), [("99999", "99.999%", "9.99"), ("100000", "100%", "10")]
)
def test_the_execution_rate_is_full_only_when_all_is_spent(
    paid: str, text: str, score: str
) -> None:
    figures = f"支出:\n  甲: {{本年: {paid}}}\n预算:\n  甲: {{本年: 100000}}\n"
    policy = "总分: 100, 执行率分值: 10, 执行率: 支出.本年 / 预算.本年"
    rows = "- 一级: 产出指标\n  三级:\n    - {名称: 培训, 目标: 2, 完成: 2, 分值: 90}\n"
    result, _ = judged(rows, policy=policy, figures=figures)
    assert result.execution is not None
    assert result.execution_score is not None
    assert (result.execution.text, result.execution_score.text) == (text, score)


@given(
    st.sampled_from(["≥", "≤", ""]),
    st.decimals("0.5", "100", places=1),
    st.decimals("0.5", "100", places=3),
    st.sampled_from([JIUJIANG, TWO_PLACES, "总分: 100, 完成值小数位: 0"]),
)
def test_print_and_score_agree_on_what_is_met(
    sign: str, goal: object, done: object, policy: str
) -> None:
    facts = f"做: {done}\n百: 100\n"
    found = one(f"目标: {sign}{goal}%, 完成: = 做 / 百, 分值: 10", policy, facts=facts)
    actual, aim = found.actual, found.target
    assert isinstance(actual, Figure)
    assert isinstance(aim, Figure)
    met = (
        Fraction(str(done)) <= Fraction(str(goal))
        if sign == "≤"
        else not (Fraction(str(done)) < Fraction(str(goal)))
    )
    seen = Fraction(actual.numeral), Fraction(aim.numeral)
    assert met == (seen[0] <= seen[1] if sign == "≤" else seen[0] >= seen[1])
    assert met == (found.score.value == 10)


@given(st.fractions(0, 2), st.integers(0, 3))
def test_no_rate_below_full_prints_as_full(rate: Fraction, places: int) -> None:
    printed = show(rate * 100, places_below_full(rate, places))
    assert (printed == "100") <= (rate >= 1 - Fraction(1, 10**12))
