"""Rules about scores under what a form set may decide: bands, the over-fulfilment limit."""

from __future__ import annotations

from pathlib import Path

import pytest
from kit.checked import YEAR, example, problems_of

from generator.problems import Problem

BANDS = (
    "评分:\n  整体:\n    定性:\n    - {名称: 达成, 下限: 80}\n"
    "    - {名称: 部分达成, 下限: 60, 得分率: 70}\n    - {名称: 未达成, 下限: 0}\n"
)


def found(folder: Path, code: str, row: str, forms: str = "", **files: str) -> list[Problem]:
    """What rule ``code`` says of one indicator under the form set ``forms``."""
    row = row if row.startswith("名称: ") else f"名称: 甲, {row}"
    given = {"套表": forms, "indicators.yaml": f"- {{{row}}}\n"}
    given |= {f"{name}.yaml": text for name, text in files.items()}
    return [p for p in problems_of(example(folder, given), YEAR) if p.code == code]


@pytest.mark.parametrize(
    ("words", "score", "told"),
    [
        ("达成", "100", ""),
        ("达成", "80", ""),
        ("达成", "79.9", "应在80分到100分之间。"),
        ("部分达成", "80", "应在60分到80分之间（不含80分）"),
        ("部分达成", "79.9", ""),
        ("部分达成", "60", ""),
        ("部分达成", "59", "等次“部分达成”"),
        ("未达成", "0", ""),
        ("未达成", "60", "应在0分到60分之间（不含60分）"),
    ],
)
def test_a_typed_score_keeps_to_its_band(words: str, score: str, told: str, tmp_path: Path) -> None:
    row = f"目标: 健全, 完成: {words}, 分值: 100, 得分: {score}, 偏差原因: 人手不足"
    said = [p.message for p in found(tmp_path, "SCORE01", row, BANDS)]
    assert len(said) == bool(told)
    assert all(told in message for message in said)


@pytest.mark.parametrize(
    ("limit", "done", "reported"),
    [("", 13, True), ("", 12, False), ("超额上限: 150", 14, False), ("超额上限: 150", 15, True)],
)
def test_the_limit_of_over_fulfilment_is_the_form_sets(
    limit: str, done: int, reported: bool, tmp_path: Path
) -> None:
    forms = f"评分: {{整体: {{{limit}}}}}\n"
    row = f"目标: 10, 完成: {done}, 单位: 次, 分值: 100"
    assert bool(found(tmp_path, "REASON02", row, forms)) == reported
    assert not found(tmp_path / "说明", "REASON02", f"{row}, 偏差原因: 增加两场", forms)


DERIVED = (
    "完成值核对:\n- {指标: 接待费控制率（本级）, 公式: 接待.合计.决算 / 接待.合计.年初预算,"
    " 说明: 接待费决算 ÷ 预算}\n- {指标: 接待批次, 公式: 接待批次}\n"
)
MONEY = "接待:\n  外事: {年初预算: 10, 决算: 8.5}\n"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("名称: 接待费控制率（本级）, 目标: ≤100%, 完成: 85%", ""),
        ("名称: 接待费控制率（本级）, 目标: ≤100%, 完成: 80%", "按接待费决算 ÷ 预算算是85%"),
        ("名称: 接待费控制率, 目标: ≤100%, 完成: 80%", ""),
        ("名称: 接待批次, 目标: ≤20, 完成: 12, 单位: 批", ""),
        ("名称: 接待批次, 目标: ≤20, 完成: 11, 单位: 批", "按“接待批次”算是12批"),
        ("名称: 接待批次, 目标: ≤20, 完成: 11批", "按“接待批次”算是12批"),
        ("名称: 接待批次, 目标: ≤20, 完成: 11人", ""),  # of something else
        ("名称: 接待费控制率（本级）, 目标: 5万亩, 完成: 5.2万亩", ""),
    ],
)
def test_a_form_set_says_which_figures_give_a_result(row: str, told: str, tmp_path: Path) -> None:
    row += ", 分值: 100"
    said = found(tmp_path, "DERIVED01", row, DERIVED, figures=MONEY, facts="接待批次: 12批\n")
    assert len(said) == bool(told)
    assert all(told in problem.message for problem in said)


def test_figures_that_a_unit_lacks_say_nothing(tmp_path: Path) -> None:
    row = "名称: 接待费控制率（本级）, 目标: ≤100%, 完成: 80%, 分值: 100"
    assert not found(tmp_path, "DERIVED01", row, DERIVED)


def test_a_formula_that_makes_no_sense_is_reported_not_followed(tmp_path: Path) -> None:
    forms = "完成值核对:\n- {指标: 接待费, 公式: 接待.决算 ÷ ）}\n"
    row = "名称: 接待费控制率, 目标: ≤100%, 完成: 80%, 分值: 100"
    (problem,) = found(tmp_path, "CONF01", row, forms)
    assert "“接待.决算 ÷ ）”读不懂" in problem.message
    assert problem.at.file == "templates/示例.yaml"
    assert problem.at.line > 1
    assert not found(tmp_path / "另", "DERIVED01", row, forms)


@pytest.mark.parametrize(
    ("done", "typed", "told"),
    [
        ("= 履职.接待费控制率", "接待费控制率: 80%", "填的是80%，按接待费决算 ÷ 预算算是85%"),
        ("= 履职.接待费控制率", "接待费控制率: 85%", ""),
        ("= 履职.接待费控制率", "接待费控制率: = 接待.合计.决算 / 接待.合计.年初预算", ""),
        ("= 履职.接待费控制率 + 履职.增", "接待费控制率: 80%, 增: 5%", ""),  # calculated
    ],
)
def test_a_result_typed_elsewhere_is_one(done: str, typed: str, told: str, tmp_path: Path) -> None:
    row = f"名称: 接待费控制率（本级）, 目标: ≤100%, 完成: {done}, 分值: 100"
    facts = f"履职: {{{typed}}}\n"
    said = found(tmp_path, "DERIVED01", row, DERIVED, figures=MONEY, facts=facts)
    assert [told in p.message for p in said] == [True] * bool(told)
    assert all(p.at.file.endswith("facts.yaml") for p in said)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("名称: 预算执行率, 目标: ≥95%, 完成: 95%", "算是90%"),
        ("名称: 资金执行率, 目标: 95%, 完成: 100%", "算是90%"),
        ("名称: 预算完成率, 目标: ≥90%, 完成: 90%", ""),
        ("名称: 任务完成率, 目标: ≥90%, 完成: 95%", ""),  # not of money
        (
            "名称: 预算执行率, 目标: ≥90%, 完成: = 本项目.资金.合计.全年执行 / 本项目.资金.合计.全年预算",
            "",
        ),
    ],
)
def test_a_project_executes_its_own_funds(row: str, told: str, tmp_path: Path) -> None:
    """Whatever the unit as a whole did: 50%."""
    spent = "支出决算:\n  教育支出: {年初预算: 10, 决算: 5}\n"
    forms = "继承: 全国\n"
    own = f"{PROJECT}  - {{{row}, 分值: 100}}\n"
    files = {"figures": spent, "projects/培训": own}
    said = found(tmp_path, "DERIVED01", "目标: 1, 完成: 1, 分值: 100", forms, **files)
    assert [told in p.message for p in said] == [True] * bool(told)
    assert all(p.at.file.endswith("projects/培训.yaml") for p in said)


RATED = "资金:\n  拨款: {{年初预算: 100, 全年预算: 80, 全年执行: 60, {column}: {rate}}}\n"


@pytest.mark.parametrize(
    ("column", "rate", "told"),
    [
        ("执行率", "75", ""),
        ("执行率", "0.75", ""),
        ("执行率", "80", "填的是80，按全年执行 ÷ 全年预算算是75%"),
        ("执行率", "7.5", "算是75%"),
        ("预算完成率", "60", ""),  # of the first budget
        ("上年执行率", "50", ""),
        ("执行比", "50", ""),
    ],
)
def test_a_rate_typed_into_a_row(column: str, rate: str, told: str, tmp_path: Path) -> None:
    figures = RATED.format(column=column, rate=rate)
    row = "目标: 1, 完成: 1, 分值: 100"
    said = found(tmp_path, "RATE04", row, "继承: 全国\n", figures=figures)
    assert [told in p.message for p in said] == [True] * bool(told)


def test_a_rate_typed_into_the_funds_of_a_project(tmp_path: Path) -> None:
    funds = PROJECT.replace("全年执行: 9}", "全年执行: 9, 执行率: 95}")
    files = {"projects/培训": f"{funds}  - {{名称: 场次, 目标: 1, 完成: 1, 分值: 100}}\n"}
    row = "目标: 1, 完成: 1, 分值: 100"
    (told,) = found(tmp_path, "RATE04", row, "继承: 全国\n", **files)
    assert (told.at.line, told.at.file.rpartition("/")[2]) == (3, "培训.yaml")


@pytest.mark.parametrize(("points", "rows", "told"), [(10, 1, True), (10, 2, False), (0, 1, False)])
def test_one_indicator_for_all_points(points: int, rows: int, told: bool, tmp_path: Path) -> None:
    forms = f"评分:\n  整体: {{执行率: 资金.合计.执行 / 资金.合计.预算, 执行率分值: {points}}}\n"
    each = (100 - points) // rows
    row = f"名称: 走访, 目标: 1, 完成: 1, 分值: {each}"
    if rows > 1:
        row += f"}}\n- {{名称: 座谈, 目标: 1, 完成: 1, 分值: {each}"
    said = found(tmp_path, "WEIGHT03", row, forms, figures="资金:\n  拨款: {预算: 10, 执行: 9}\n")
    assert [f"只有“走访”一个指标，占了{each}分" in p.message for p in said] == [True] * told


PROJECT = (
    "名称: 培训\n资金:\n  财政拨款: {全年预算: 10, 全年执行: 9}\n"
    "目标: {预期: 培训, 完成: 已培训}\n指标:\n- 一级: 产出指标\n  三级:\n"
)


def test_projects_go_by_their_own_policy(tmp_path: Path) -> None:
    row = "{名称: 场次, 目标: 10, 完成: 14, 单位: 场, 分值: 100}"
    forms = "评分:\n  整体: {超额上限: 150}\n  项目: {超额上限: 120}\n"
    files = {"projects/培训": f"{PROJECT}  - {row}\n"}
    (problem,) = found(tmp_path, "REASON02", row[1:-1], forms, **files)
    assert problem.at.file.endswith("projects/培训.yaml")


@pytest.mark.parametrize(("points", "told"), [("100", False), ("一百", False), ("", True)])
def test_indicators_that_were_left_out_are_not_missing(
    points: str, told: bool, tmp_path: Path
) -> None:
    """EMPTY01: of a project without indicators, not of one whose indicators cannot be read."""
    rows = f"指标: [{{一级: 产出, 三级: [{{名称: 甲, 目标: 1, 完成: 1, 分值: {points}}}]}}]\n"
    project = "名称: 修缮\n资金:\n  拨款: {年初预算: 1}\n" + (rows if points else "")
    folder = example(tmp_path, {"projects/修缮.yaml": project})
    assert any(p.code == "EMPTY01" for p in problems_of(folder, YEAR)) == told


# Targets nearly met


@pytest.mark.parametrize("done", ["94.6%", "= 率"])
def test_a_target_missed_by_little_wants_a_reason(done: str, tmp_path: Path) -> None:
    forms = "评分: {整体: {完成率小数位: 0, 完成值小数位: 0}}\n"
    row = f"目标: ≥95%, 完成: {done}, 分值: 100"
    (told,) = found(tmp_path, "REASON01", row, forms, facts="率: 94.6%")
    assert "得分99.58（目标≥95%，完成94.6%）" in told.message
    typed = f"{row}, 得分: 100, 偏差原因: 疫情"
    (told,) = found(tmp_path / "填", "SCORE01", typed, forms, facts="率: 94.6%")
    assert "是99.58" in told.message


def test_what_nothing_scored_lost_no_points(tmp_path: Path) -> None:
    row = "目标: 5摞, 完成: 6摞, 分值: 100"
    assert [p.code for p in found(tmp_path, "S106", row)] == ["S106"]
    assert found(tmp_path, "REASON01", row) == []


@pytest.mark.parametrize(
    ("target", "done", "told"),
    [("5万亩", "5.2万亩", False), ("5万亩", "52000亩", False), ("5万亩", "5.2万吨", True),
     ("30万元", "30元", False)],
)  # fmt: skip
def test_multiples_of_a_unit_are_no_other_unit(
    target: str, done: str, told: bool, tmp_path: Path
) -> None:
    row = f"目标: {target}, 完成: {done}, 分值: 100, 偏差原因: 天气"
    assert bool(found(tmp_path, "UNIT02", row)) == told


def test_over_fulfilment_counts_multiples(tmp_path: Path) -> None:
    assert found(tmp_path, "REASON02", "目标: 5万亩, 完成: 52000亩, 分值: 100") == []
    (told,) = found(tmp_path, "REASON02", "目标: 5万亩, 完成: 70000亩, 分值: 100")
    assert "是目标的140%" in told.message


@pytest.mark.parametrize(
    ("target", "done", "told"),
    [("≥95%", "95%", True), ("≥95%", "94.6%", False), ("≥90%", "95%", False),
     ("≤94.7%", "95%", True), ("≤90%", "95%", False)],
)  # fmt: skip
def test_a_typed_rounding_may_not_cross_the_target(
    target: str, done: str, told: bool, tmp_path: Path
) -> None:
    forms = "完成值核对:\n- {指标: 及时率, 公式: 预警.及时 / 预警.全部}\n"
    row = f"名称: 预警及时率, 目标: {target}, 完成: {done}, 分值: 100, 偏差原因: 停电"
    said = found(tmp_path, "DERIVED01", row, forms, facts="预警: {及时: 946, 全部: 1000}")
    assert len(said) == told
    assert all("算是94.6%（舍入后和目标比出另一个结果）" in p.message for p in said)
