"""Content becomes figures: values, how they print, and last year's figure beside this year's."""

from __future__ import annotations

from fractions import Fraction

import pytest
from kit.figures import computed, computed_from, printed, project
from kit.problems import assert_names, seen
from kit.units import FORMS

# Facts and derived figures


def test_facts_keep_the_text_typed() -> None:
    found, problems = computed(
        facts="人员: {在职: 6, 编制: 5人}\n签约: 2亿元\n抗洪: 288.62万元\n得分: 64.50\n目标: ≥5%\n"
        "满意: 95%以上\n日期: 2020-06-23\n"
    )
    assert seen(problems) == []
    figures = found.figures
    assert [
        printed(found, p) for p in ("人员.在职", "人员.编制", "签约", "得分", "目标", "满意")
    ] == [
        "6",
        "5人",
        "2亿元",
        "64.50",
        "≥5%",
        "95%以上",
    ]
    assert (figures["签约"].value, figures["签约"].unit) == (20000, "万元")
    assert (figures["抗洪"].value, figures["抗洪"].unit) == (Fraction("288.62"), "万元")
    assert (figures["目标"].value, figures["目标"].unit) == (Fraction(1, 20), "%")
    assert [figures[p].numeral for p in ("人员.编制", "目标", "满意", "得分")] == [
        "5",
        "5",
        "95",
        "64.50",
    ]
    assert found.words["日期"] == "2020-06-23"
    assert str(found.words["日期"].at) == "content/2020/facts.yaml:7:5"


def test_a_bound_in_words_without_a_unit_has_a_plain_numeral() -> None:
    found, _ = computed(facts="人数: 80以上\n")
    assert found.figures["人数"].numeral == "80"


def test_lists_of_facts_are_numbered() -> None:
    found, _ = computed(facts="活动:\n  - {日期: 2020-07-01, 人数: 23}\n  - 40人\n  - 座谈\n")
    assert printed(found, "活动[1].人数") == "23"
    assert printed(found, "活动[2]") == "40人"
    assert (found.words["活动[1].日期"], found.words["活动[3]"]) == ("2020-07-01", "座谈")


@pytest.mark.parametrize(
    ("formula", "text", "unit", "places"),
    [
        ("甲.本年", "209.57", "万元", 2),
        ("甲.本年 + 乙.本年", "259.57", "万元", 2),
        ("乙.本年 - 甲.本年", "-159.57", "万元", 2),
        ("甲.本年 + 丙.本年", "209.695", "万元", 3),
        ("乙.本年 * 2", "100", "万元", 0),
        ("甲.本年 / 乙.本年", "419.14%", "%", None),
        ("乙.本年 / 甲.本年", "23.86%", "%", None),
        ("乙.本年 / 3", "16.67", "万元", None),
        ("乙.本年 / 人数", "10", "", 0),
        ("人数 + 人数", "10人", "人", 0),
        ("人数", "5人", "人", 0),
        ("7 / 4", "1.75", "", 2),
        ("1 - 乙.本年 / 甲.本年", "76.14%", "%", None),
        ("率", "5%", "%", 0),
        ("乙.本年 * 率", "2.5", "万元", 1),
        ("0.00000001 * 乙.本年", "0", "万元", None),
    ],
)
def test_derived_figures_print_exactly_where_they_are_exact(
    formula: str, text: str, unit: str, places: int | None
) -> None:
    found, problems = computed(
        "表:\n  列: {本年: 0}\n派生:\n  值: = "
        + formula.replace("甲.", "数.甲.").replace("乙.", "数.乙.").replace("丙.", "数.丙.")
        + "\n数:\n  甲: {本年: 209.57}\n  乙: {本年: 50}\n  丙: {本年: 0.125}\n",
        facts="人数: 5人\n率: 5%\n",
    )
    assert seen(problems) == []
    figure = found.figures["派生.值"]
    assert (figure.text, figure.unit, figure.places) == (text, unit, places)


def test_a_derived_figure_knows_its_formula_and_inputs() -> None:
    found, _ = computed(
        "收入:\n  甲: {本年: 4}\n派生:\n  比: = 收入.甲.本年 / 人数\n", facts="人数: 8\n"
    )
    figure = found.figures["派生.比"]
    assert (figure.formula, figure.inputs) == ("收入.甲.本年 / 人数", ("收入.甲.本年", "人数"))
    assert figure.year == 2020
    assert str(figure.at) == "content/2020/figures.yaml:4:8"


def test_derived_figures_may_be_grouped_and_given_a_unit() -> None:
    found, problems = computed(
        "派生:\n  人均:\n    经费: {公式: 经费 / 人数, 单位: 万元, 显示: 人均经费}\n",
        facts="经费: 10\n人数: 4\n",
    )
    assert seen(problems) == []
    assert (printed(found, "派生.人均.经费"), found.figures["派生.人均.经费"].unit) == (
        "2.5",
        "万元",
    )


def test_full_width_digits_in_formulas_are_named() -> None:
    _, problems = computed("派生:\n  甲: = 5 * １２．５％\n")
    assert seen(problems) == ["F114 2:12"]
    assert_names(problems, "“１２．５％”是全角", "改成“12.5%”")
    found, problems = computed("派生:\n  乙１: = 5 * 50%\n  丙: = 派生.乙１ + 1\n")
    assert (seen(problems), found.figures["派生.丙"].value) == ([], Fraction(7, 2))


def test_mistakes_in_formulas_stand_at_their_column() -> None:
    _, problems = computed("派生:\n  甲: = 1 + 没有\n  乙: = 5 / 零\n", facts="零: 0\n")
    assert seen(problems) == ["F101 2:12", "F104 3:8"]
    assert [p.at.file for p in problems] == ["content/2020/figures.yaml"] * 2


def test_names_missing_from_an_unreadable_file_are_not_unknown() -> None:
    _, problems = computed("派生:\n  甲: = 人员.在职\n", facts="- 甲\n")
    assert [p.code for p in problems] == ["L213"]


# One namespace


@pytest.mark.parametrize(
    "facts", ["收入: 你好\n", "收入: {甲: 1}\n", "收入: 5\n", "收入: = 1 + 1\n", "收入:\n  - 甲\n"]
)
def test_a_table_and_a_fact_cannot_share_a_name(facts: str) -> None:
    _, problems = computed("收入:\n  甲: {本年: 1}\n", facts=facts)
    assert seen(problems) == ["F120 1:1"]
    assert_names(problems, "“收入”", "facts.yaml")


def test_equal_names_in_different_groups_are_fine() -> None:
    _, problems = computed("收入:\n  甲: {本年: 1}\n", facts="人员: {甲: 1, 收入: 2}\n")
    assert seen(problems) == []


# Last year

ROW = "收入:\n  拨款: {{本年: {this}{last}}}\n"


def test_the_base_comes_from_last_years_folder() -> None:
    found, problems = computed(ROW.format(this=5, last=""), past=ROW.format(this="4.50", last=""))
    assert seen(problems) == []
    base = found.figures["收入.拨款.本年"].base
    assert base is not None
    assert (base.text, base.value, str(base.at)) == (
        "4.50",
        Fraction("4.5"),
        "content/2019/figures.yaml:2:12",
    )


def test_the_base_comes_from_the_column_beside_it() -> None:
    found, problems = computed("收入:\n  拨款: {本年: 5, 上年: 4, 决算: 3, 上年决算: 2, 预算: 1}\n")
    assert seen(problems) == []
    base = {
        column: figure.base and figure.base.text
        for column in ("本年", "决算", "预算", "上年")
        for figure in [found.figures[f"收入.拨款.{column}"]]
    }
    assert base == {"本年": "4", "决算": "2", "预算": None, "上年": None}


def test_totals_and_groups_have_bases_too() -> None:
    table = "收入:\n  甲: {{本年: {0}}}\n  乙:\n    子: {{本年: {1}}}\n"
    found, _ = computed(table.format(5, 6), past=table.format(1, 2))
    bases = {
        path: figure.base.text
        for path, figure in found.figures.items()
        if path.startswith("收入") and figure.base is not None
    }
    assert bases == {
        "收入.甲.本年": "1",
        "收入.乙.子.本年": "2",
        "收入.乙.合计.本年": "2",
        "收入.乙.本年": "2",
        "收入.合计.本年": "3",
        "收入.本年": "3",
    }


def test_both_bases_equal_in_value_are_fine() -> None:
    _, problems = computed(
        ROW.format(this=5, last=", 上年: 4"), past=ROW.format(this="4.00", last="")
    )
    assert seen(problems) == []


def test_both_bases_different_are_one_error_that_names_both_places() -> None:
    _, problems = computed(
        ROW.format(this=5, last=", 上年: 4.1"), past=ROW.format(this="4", last="")
    )
    assert seen(problems) == ["F203 2:19"]
    (problem,) = problems
    assert_names(problems, "“收入.拨款.本年”", "4.1", "content/2019/figures.yaml:2:12", "4")
    assert [str(place) for place in problem.related] == ["content/2019/figures.yaml:2:12"]


def test_facts_have_bases_as_well() -> None:
    found, _ = computed(
        past=ROW.format(this=4, last=""), past_facts="人数: 4\n人员: {在职: 3}\n",
        facts="人数: 5\n人员: {在职: 6}\n",
    )  # fmt: skip
    first, second = found.figures["人数"].base, found.figures["人员.在职"].base
    assert first is not None
    assert second is not None
    assert (first.text, second.text) == ("4", "3")
    assert not first.path.startswith(".")


def test_last_years_totals_are_checked_at_their_own_place() -> None:
    _, problems = computed(past="收入:\n  甲: {本年: 1}\n  合计: {本年: 2}\n")
    assert [str(p.at) for p in problems] == ["content/2019/figures.yaml:3:12"]
    assert seen(problems) == ["F301 3:12"]


# Projects


def test_projects_are_summed_and_counted() -> None:
    found, problems = computed_from(
        {
            "projects/甲.yaml": project("甲", 30, 2, "27.5"),
            "projects/乙.yaml": project("乙", 10, 0, 9),
        }
    )
    assert seen(problems) == []
    assert {
        path.removeprefix("项目合计."): figure.text
        for path, figure in found.figures.items()
        if path.startswith("项目合计.")
    } == {"个数": "2", "年初预算": "42", "年中追加": "2", "全年预算": "44", "全年执行": "36.5"}
    assert printed(found, "项目[2].资金.拨款.全年预算") == "32"
    assert found.words["项目[1].主管部门"] == "教育局"


def test_last_year_without_project_files_has_no_totals_to_compare_with() -> None:
    row = ROW.format(this=1, last="")
    found, _ = computed(row, past=row, project=project("甲", 1, 0, 1))
    assert printed(found, "项目合计.个数") == "1"
    assert found.figures["项目合计.个数"].base is None
    assert found.figures["项目合计.全年预算"].base is None


def test_products_of_products_are_stopped() -> None:
    chain = "".join(f"  链{k + 1}: = 派生.链{k} * 派生.链{k}\n" for k in range(60))
    _, problems = computed(f"派生:\n  链0: = 1 / 7\n{chain}")
    assert seen(problems) == ["F115 12:10"]
    _, problems = computed("派生:\n  一: = 1.23 * 4.56 * 7.89 / 3\n  二: = 派生.一 * 派生.一\n")
    assert seen(problems) == []


def test_no_project_counts_as_zero() -> None:
    found, problems = computed()
    assert seen(problems) == []
    assert printed(found, "项目合计.个数") == "0"


def test_without_projects_their_sums_are_missed_once() -> None:
    figures = (
        "支出:\n  项目支出:\n    预算: = 项目合计.全年预算\n    执行: = 项目合计.全年执行\n"
        "派生:\n  率: = 项目合计.全年执行 / 项目合计.全年预算\n  数: = 项目合计.个数\n"
    )
    _, problems = computed(figures)
    assert seen(problems) == ["F106 3:11"]
    assert [(p.line, p.column) for p in next(iter(problems)).related] == [(4, 11), (6, 8), (6, 20)]
    assert_names(problems, "“项目合计”", "projects")
    funds = "名称: 甲\n资金:\n  拨款: {年初预算: 1, 年中追加: 0, 全年执行: 1}\n"
    _, problems = computed("派生:\n  甲: = 项目合计.全年预祘\n", project=funds)
    assert [p.code for p in problems if p.code[0] == "F"] == ["F101"]


def test_figures_may_use_the_sums_over_projects() -> None:
    found, problems = computed(
        "支出:\n  项目支出: {本年: = 项目合计.全年执行}\n", project=project("甲", 1, 0, "0.5")
    )
    assert seen(problems) == []
    assert printed(found, "支出.项目支出.本年") == "0.5"


def test_a_project_names_its_own_figures() -> None:
    """The same formula in each file: each means the project in whose file it stands."""
    rate = "= 本项目.资金.合计.全年执行 / 本项目.资金.合计.年初预算"
    text = "名称: {}\n资金:\n  拨款: {{年初预算: {}, 年中追加: 0, 全年执行: 1}}\n办理: {{执行率: {}}}\n"
    files = {
        "projects/甲.yaml": text.format("甲", 4, rate),
        "projects/乙.yaml": text.format("乙", 2, rate),
    }
    found, problems = computed_from(files)
    assert [p.code for p in problems if p.code[0] == "F"] == []
    values = {str(f.value) for path, f in found.figures.items() if path.endswith(".执行率")}
    assert values == {"1/4", "1/2"}
    _, problems = computed(f"派生:\n  率: {rate}\n", project=files["projects/甲.yaml"])
    assert {p.code for p in problems if p.code[0] == "F"} == {"F101"}  # of which project?


def test_a_column_that_not_every_project_has_is_not_summed() -> None:
    found, _ = computed_from(
        {
            "projects/甲.yaml": project("甲", 1, 0, 1),
            "projects/乙.yaml": "名称: 乙\n资金:\n  拨款: {年初预算: 1, 年中追加: 0}\n",
        }
    )
    assert "项目合计.年初预算" in found.figures
    assert "项目合计.全年执行" not in found.figures


def test_a_project_is_compared_with_the_same_project_of_last_year() -> None:
    found, _ = computed_from(
        {
            "projects/乙.yaml": project("乙项目", 30, 0, 27),
            "projects/丙.yaml": project("丙项目", 5, 0, 5),
            "2019/figures.yaml": "收入:\n  拨款: {本年: 5}\n",
            "2019/projects/甲.yaml": project("甲项目", 99, 0, 99),
            "2019/projects/乙.yaml": project("乙项目", 20, 0, 20),
        }
    )
    bases = {
        str(found.words.get(f"项目[{n}].主管部门")) + printed(found, f"项目[{n}].资金.拨款.年初预算"):
        figure.base and figure.base.text
        for n in (1, 2)
        for figure in [found.figures[f"项目[{n}].资金.拨款.年初预算"]]
    }  # fmt: skip
    assert bases == {"教育局5": None, "教育局30": "20"}


def test_execution_rates_use_short_names_in_projects() -> None:
    forms = FORMS + (
        "评分:\n"
        "  整体: {执行率: 支出.本年 / 预算.本年, 执行率分值: 10}\n"
        "  项目: {执行率: = 资金.全年执行 / 资金.全年预算, 执行率分值: 10}\n"
    )
    found, problems = computed_from(
        {
            "套表": forms,
            "figures.yaml": "支出:\n  甲: {本年: 3}\n预算:\n  甲: {本年: 4}\n",
            "projects/甲.yaml": project("甲", 30, 9, 20),
        }
    )
    assert seen(problems) == []
    assert printed(found, "自评.执行率") == "75%"
    assert printed(found, "项目[1].执行率") == "50%"


def test_indicator_formulas_are_figures() -> None:
    found, problems = computed(
        facts="人数: 150\n完成数: 110\n",
        indicators="- 一级: 产出\n  三级:\n"
        "    - {名称: 培训, 目标: = 人数, 完成: = 完成数 / 人数, 分值: 100}\n",
    )
    assert seen(problems) == []
    assert printed(found, "指标[1].目标") == "150"
    assert printed(found, "指标[1].完成") == "73.33%"


# Formulas on several lines


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("= 收入.合计.本年 +\n    收入.合记.本年", "F101 5:5"),
        ("= 收入.合计.本年\n\n       + 收入.合记.本年", "F101 6:10"),
        ("= 收入.合计.本年\n    + 收入.合计.本年\n    + 收入.合记.本年 + 1", "F101 6:7"),
        ("\n    = 收入.合记.本年", "F101 5:7"),
        ("|-\n    = 收入.合计.本年\n    + 收入.合记.本年", "F101 6:7"),
        (">-\n    =  收入.合记.本年", "F101 5:8"),
        ("'= 收入.合计.本年\n    + 收入.合记.本年'", "F101 5:7"),
        ("'=收入.合记.本年'", "F101 4:8"),
        ("= 收入.合计.本年 +  # 说明", "F111 4:18"),
        ("= 收入.合计.本年 +\n    收入.合计.本年 ^ 2", "F110 5:14"),
    ],
)
def test_a_formula_may_stretch_over_lines(typed: str, expected: str) -> None:
    _, problems = computed(f"收入:\n  甲: {{本年: 1}}\n派生:\n  丁: {typed}\n")
    assert seen(problems) == [expected]


@pytest.mark.parametrize(
    ("formula", "expected", "named"),
    [
        ("年初 + 追家", "F101 3:14", ["“追家”", "是否为“追加”"]),
        ("年初 +\n      追家", "F101 4:7", ["“追家”"]),
        ("= 年初 + 主送", "F105 3:16", ["“主送”", "去掉引号"]),
        ("年初 ^ 追加", "F110 3:12", ["^"]),
    ],
)
def test_a_mistake_in_a_column_formula_is_one_finding(
    formula: str, expected: str, named: list[str]
) -> None:
    rows = "".join(f"  行{n}: {{年初: {n}, 追加: 1}}\n" for n in range(1, 31))
    figures = f"经费:\n  列公式:\n    全年: {formula}\n{rows}"
    _, problems = computed(figures, facts="主送: 财政局\n")
    assert seen(problems.sorted()) == [expected]
    assert_names(problems, *named)


# Decimals of sums


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        ("甲 + 乙", "252.00"),
        ("零 + 零", "0.00"),
        ("甲 - 乙", "250.80"),
        ("求和(甲, 乙, 丙)", "302.00"),
        ("甲 + 0.6", "252.00"),
        ("最大(甲, 丙)", "251.40"),
        ("平均(甲, 乙)", "126.00"),
        ("平均(丙, 丙, 丁)", "37.67"),
        ("-乙", "-0.60"),
        ("丙 + 丁", "63"),
        ("丙 + 长", "50.1234567"),
        ("甲率 + 乙率", "95.50%"),
        ("平均(甲率, 乙率)", "47.75%"),
        ("丙 * 0.6", "30"),
        ("甲 / 丙", "502.8%"),
        ("甲 / 3 + 乙", "84.40"),
        ("丙 + 丁 * 2", "76"),
        ("甲率 - 乙 / 丙", "89.3%"),
    ],
)
def test_a_sum_keeps_the_most_decimals_of_its_terms(formula: str, text: str) -> None:
    found, problems = computed(
        facts="甲: 251.40\n乙: 0.60\n丙: 50\n丁: 13\n零: 0.00\n长: 0.1234567\n甲率: 90.5%\n"
        f"乙率: 5.00%\n结果: = {formula}\n"
    )
    assert seen(problems) == []
    assert printed(found, "结果") == text


def test_totals_that_gen_makes_keep_decimals() -> None:
    found, problems = computed(
        "收入:\n  拨款: {本年: 251.40, 上年: 0.00}\n  其他: {本年: 0.60, 上年: 0.00}\n"
        "支出:\n  组:\n    甲: {本年: 1.50}\n    乙: {本年: 0.5}\n  丙: {本年: 3}\n",
        project=project("甲", "74.40", "0.60", "64.50"),
    )
    assert seen(problems) == []
    wanted = {
        "收入.合计.本年": "252.00",
        "收入.合计.上年": "0.00",
        "支出.组.合计.本年": "2.00",
        "支出.合计.本年": "5.00",
        "项目[1].资金.拨款.全年预算": "75.00",
        "项目[1].资金.合计.全年执行": "64.50",
        "项目合计.全年预算": "76.00",
    }
    assert {path: printed(found, path) for path in wanted} == wanted
