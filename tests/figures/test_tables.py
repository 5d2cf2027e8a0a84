"""Tables: how they are read, what is summed, and which totals must hold."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit.figures import computed, printed
from kit.problems import assert_names, seen
from kit.yaml import mapping

from generator.content.model import Figures, Formula
from generator.content.projects import read_project
from generator.content.tables import read_figures
from generator.problems import Problems


def read(text: str) -> tuple[Figures, Problems]:
    problems = Problems()
    return read_figures(mapping(text), "figures.yaml", problems), problems


# Units that cannot be added


@pytest.mark.parametrize(
    ("rows", "expected", "named"),
    [
        ("  a: {单位: 家, 本年: 5}\n  b: {本年: 6}\n  合计: {本年: 11}\n", "F306 4:12", ["“甲.合计.本年”", "万元、家"]),
        ('  a: {单位: "%", 本年: 5}\n  b: {本年: 6}\n  合计: {本年: 11}\n', "F306 4:12", ["万元、%"]),
        ("  a: {单位: 家, 本年: 5}\n  b: {单位: 家, 本年: 6}\n  合计: {本年: 11}\n", "F306 4:12", ["万元、家"]),
        ("  a:\n    p: {单位: 家, 本年: 5}\n    q: {本年: 6}\n  b: {本年: 6}\n  合计: {本年: 1}\n", "F306 6:12", []),
        ("  a:\n    本年: 5\n    其中:\n      q: {单位: 家, 本年: 6}\n", "F306 2:3", ["“甲.a.本年”"]),
        ("  a: {单位: 家, 本年: 5}\n  b: {本年: 6}\n派生:\n  x: = 1 + 甲.合计.本年\n", "F306 5:12", ["家、万元"]),
        ("  a: {单位: 家, 本年: 5}\n  b: {本年: 6}\n派生:\n  x: = 甲.本年\n  y: = 派生.x + 1\n", "F306 5:8", []),
        ("  a: {单位: 家, 本年: 5}\n  b: {本年: = 甲.a.本年}\n  c: {本年: 1}\n  合计: {本年: 11}\n", "F306 5:12", []),
    ],
)  # fmt: skip
def test_rows_of_different_kinds_are_not_summed(rows: str, expected: str, named: list[str]) -> None:
    _, problems = computed("甲:\n" + rows)
    assert seen(problems) == [expected]
    assert_names(problems, *named)


@pytest.mark.parametrize(
    ("rows", "whole"),
    [
        ("  a: {单位: 元, 本年: 50000}\n  b: {本年: 6}\n  合计: {本年: 11}\n", "11"),
        ("  a: {单位: 亿元, 本年: 1}\n  b: {单位: 元, 本年: 5}\n  合计: {单位: 元, 本年: 100000005}\n", "10000.0005"),
        ("  单位: 个\n  a: {单位: 家, 本年: 5}\n  b: {单位: 人, 本年: 6}\n  合计: {本年: 11}\n", "11"),
        # What people times a rate make is known to the writer only.
        ("  a: {本年: 5}\n  b: {本年: = 人数 * 2}\n  合计: {本年: 11}\n", "11"),
    ],
)  # fmt: skip
def test_rows_of_one_kind_are_summed(rows: str, whole: str) -> None:
    found, problems = computed("甲:\n" + rows, facts="人数: 3人\n")
    assert seen(problems) == []
    assert found.figures["甲.合计.本年"].value == Fraction(whole)


@pytest.mark.parametrize(
    ("table", "expected", "named"),
    [
        ("  甲: 5\n  乙: 6\n  合计: 12\n", ["F301 4:7"], ["“杂项.合计”填的是12万元", "11万元", "多1万元"]),
        ("  甲: 5\n  乙: 6\n  小计: 10.99\n", ["F301 4:7"], ["“杂项.小计”", "少0.01万元"]),
        ("  单位: 人\n  甲: 5\n  乙: = 杂项.甲 + 1\n  合计: 12\n", ["F301 5:7"], ["12人", "11人"]),
        ("  a: {男: 5, 女: 6, 合计: 12}\n", ["F301 2:23"], ["“杂项.a.合计”"]),
        ("  甲: 5\n  乙: 6\n  合计: 11\n", [], []),
        ("  尾差: 1\n  甲: 5\n  乙: 6\n  合计: 12\n", ["F302 5:7"], []),
        ("  甲: 5\n  乙: 约6\n  合计: 12\n", ["L209 3:6"], []),
        ("  列公式: {合计: 甲 - 乙}\n  甲: 6\n  乙: 5\n  合计: 1\n", [], []),
        ("  合计: 12\n", [], []),
    ],
)  # fmt: skip
def test_a_total_beside_plain_amounts_is_their_sum(
    table: str, expected: list[str], named: list[str]
) -> None:
    _, problems = computed("杂项:\n" + table)
    assert seen(problems) == expected
    assert_names(problems, *named)


def test_without_a_typed_total_rows_of_different_kinds_just_have_none() -> None:
    found, problems = computed("甲:\n  a: {单位: 家, 本年: 5}\n  b: {本年: 6}\n")
    assert seen(problems) == []
    assert "甲.合计.本年" not in found.figures
    assert found.broken == frozenset()


# Totals and rows that are not where they look


@pytest.mark.parametrize(
    ("text", "expected", "named"),
    [
        ("杂项:\n  甲: {本年: 5}\n合计: {本年: 6}\n", ["L310 3:1"], ["“合计”", "放进上面的“杂项”"]),
        ("甲:\n  a: 5\n乙:\n  a: 5\n小计: 6\n", ["L310 5:1"], ["“小计”", "上面的“乙”"]),
        ("甲:\n  a: 5\n派生:\n  x: = 甲.a\n合计: 5\n", ["L310 5:1"], ["上面的“甲”"]),
        ("总额:\n  甲: {本年: 5}\n", ["L310 1:1"], ["“总额”", "它所属的表"]),
        ("甲:\n  a: 5\n合计: 5\n派生:\n  x: = 合计 + 1\n", ["L310 3:1"], []),
        ("杂项:\n  甲: {本年: 5}\n  合计: {本年: 5}\n", [], []),
    ],
)  # fmt: skip
def test_a_total_outside_of_any_table_is_named(
    text: str, expected: list[str], named: list[str]
) -> None:
    _, problems = computed(text)
    assert seen(problems) == expected
    assert_names(problems, *named)


def test_a_total_outside_of_a_projects_funds_is_named() -> None:
    text = "名称: 甲\n资金:\n  财政拨款: {年初预算: 5}\n合计: {年初预算: 6}\n"
    problems = Problems()
    project = read_project(mapping(text), "甲", {}, problems)
    assert seen(problems) == ["L310 4:1"]
    assert_names(problems, "“合计”", "上面的“资金”")
    assert project.texts == {}


@pytest.mark.parametrize(
    ("rows", "expected", "named"),
    [
        ("  甲: {本年: 5}\n  丙: {}\n", ["L202 3:3"], ["“杂项”的“丙”没有填"]),
        ("  甲: {本年: 5}\n  乙:\n", ["L202 3:5"], ["“杂项”的“乙”没有填"]),
        ("  甲: {本年: 5}\n  乙:\n  合计: {本年: 6}\n", ["L202 3:5"], ["“乙”"]),
        ("  甲: {}\n  乙: {}\n", ["L202 2:3", "L202 3:3"], []),
        # an empty cell of the group's own total is no row
        ("  本年:\n  甲: {本年: 5}\n", ["L202 2:6"], ["“本年”"]),
        ("  甲: {本年: 5}\n  乙: {本年: 0}\n", [], []),
    ],
)
def test_a_row_left_empty_is_reported_once(
    rows: str, expected: list[str], named: list[str]
) -> None:
    _, problems = computed("杂项:\n" + rows + "派生:\n  x: = 杂项.乙.本年 + 1\n")
    assert [found for found in seen(problems) if found[:4] != "F101"] == expected
    assert_names(problems, *named)


def test_a_project_whose_funds_are_no_table_is_named_with_its_file() -> None:
    problems = Problems()
    node = mapping("名称: 甲\n资金: 5\n", "2024/projects/修缮.yaml")
    read_project(node, "修缮", {}, problems)
    assert seen(problems) == ["L301 2:1"]
    assert_names(problems, "projects/修缮.yaml 里的“资金”", "这张表外面")


def test_an_empty_table_is_reported() -> None:
    _, problems = read("杂项: {}\n")
    assert seen(problems) == ["L301 1:1"]


# Reading


def test_a_table_is_rows_of_cells() -> None:
    figures, problems = read(
        "三公:\n  显示: “三公”经费\n  单位: 元\n  公务接待: {显示: 公务接待费, 预算: 2.6, 决算: 0.70}\n"
        "  公务用车:\n    购置: {单位: 人, 预算: 0, 决算: = 三公.公务接待.决算 * 2}\n"
        "  合计: {预算: 2.6, 决算: 0.70}\n"
    )
    assert seen(problems) == []
    (table,) = figures.tables
    meals, cars, whole = table.rows
    assert (table.label, table.unit, meals.label, meals.unit) == (
        "“三公”经费",
        "元",
        "公务接待费",
        "元",
    )
    assert (cars.rows[0].unit, cars.label, whole.is_total) == ("人", "公务用车", True)
    assert isinstance(cars.rows[0].cells["决算"], Formula)
    assert str(whole.at) == "figures.yaml:7:3"


@pytest.mark.parametrize(
    ("text", "expected", "named"),
    [
        ("收入: 5\n", "L301 1:1", ["“收入”", "facts.yaml"]),
        ("收入:\n", "L301 1:1", ["“收入”"]),
        ("收入:\n  - 甲\n", "L301 1:1", ["“收入”"]),
        ("指标:\n  甲: {本年: 1}\n", "L215 1:1", ["“指标”"]),
        ("收入（万元）:\n  甲: {本年: 1}\n", "L211 1:1", ["“收入（万元）”"]),
        ("收入:\n  甲（一）: {本年: 1}\n", "L211 2:3", ["“甲（一）”"]),
        ("收入:\n  单位: 千元\n  甲: {本年: 1}\n", "L503 2:7", ["“千元”", "万元、元"]),
        ("收入:\n  甲: {单位: 吨, 本年: 1}\n", "L503 2:11", ["“吨”"]),
        ("收入:\n  尾差: 可以\n  甲: {本年: 1}\n", "L303 2:7", ["“可以”", "尾差: 允许"]),
        ("收入:\n  尾差: ０.０１\n  甲: {本年: 1}\n", "L303 2:7", ["“０.０１”"]),
        ("收入:\n  其中:\n    甲: 5\n  乙: {本年: 6}\n", "L304 3:5", ["“甲”", "{列名: 数字}"]),
        ("收入:\n  列公式:\n    本年:\n  甲: {上年: 6}\n", "L305 3:5", ["“本年”"]),
        ("收入:\n  列公式:\n    本年: [甲]\n  甲: {上年: 6}\n", "L305 3:5", ["“本年”"]),
        ("收入:\n  列公式: 甲 + 乙\n  甲: {上年: 6}\n", "L213 2:8", ["列公式"]),
        ("收入:\n  其中: 5\n  甲: {上年: 6}\n", "L213 2:7", ["其中"]),
        ("收入:\n  尾叉: 允许\n  甲: {本年: 1}\n", "L212 2:3", ["“尾叉”", "是否为“尾差”"]),
        ("收入:\n  单为: 元\n  甲: {本年: 1}\n", "L212 2:3", ["是否为“单位”"]),
        ("收入:\n  甲: {本年: 1}\n  乙: {上年: 2}\n  丙: {本年: 1, 上年: 1}\n", "L306 2:3",
         ["表“收入”的“甲”缺少“上年”"]),
        ("收入:\n  甲: {本年: 五}\n", "L209 2:11", ["“甲”的“本年”", "“五”"]),
        ("收入:\n  甲:\n    本年:\n", "L202 3:8", ["“甲”的“本年”没有填"]),
        ("派生:\n  甲: 5\n", "L307 2:3", ["“甲”"]),
        ("派生:\n  乙（一）: = 1\n", "L211 2:3", ["“乙（一）”"]),
        ("派生: 5\n", "L213 1:5", ["派生"]),
        ("派生:\n  甲: {公式: 1 + 1, 单位: 斤}\n", "L503 2:22", ["“斤”"]),
        ("派生:\n  甲: {公式: 1 + 1, 说明: 好}\n", "L212 2:18", ["“说明”", "公式、单位、显示"]),
    ],
)  # fmt: skip
def test_mistakes_of_tables(text: str, expected: str, named: list[str]) -> None:
    _, problems = read(text)
    assert seen(problems)[0] == expected
    assert {p.code for p in problems} == {expected[:4]}
    assert_names(problems, *named)


def test_every_missing_cell_is_reported() -> None:
    _, problems = read(
        "表:\n  甲: {本年: 1, 上年: 1, 预算: 1}\n  乙: {本年: 1}\n  丙: {本年: 1, 上年: 1, 预算: 1}\n"
    )
    assert seen(problems) == ["L306 3:3", "L306 3:3"]
    assert_names(problems, "“上年”", "“预算”")


def test_a_misspelt_column_is_one_finding() -> None:
    _, problems = read("表:\n  甲: {年初预算: 1}\n  乙: {年初予算: 1}\n  丙: {年初预算: 1}\n")
    assert seen(problems) == ["L309 3:7"]
    assert_names(problems, "“年初予算”", "“年初预算”")


def test_totals_and_computed_columns_may_be_left_out() -> None:
    _, problems = read(
        "表:\n  列公式: {全年: 年初 + 追加}\n  甲: {年初: 1, 追加: 0}\n"
        "  乙: {年初: 1, 追加: 0, 全年: 1}\n  合计: {年初: 2}\n"
    )
    assert seen(problems) == []


# Sums


def test_rows_are_summed_at_every_level() -> None:
    found, problems = computed(
        "支出:\n  甲: {本年: 1.5, 上年: 1}\n  乙:\n    丙: {本年: 2, 上年: 0}\n    丁:\n"
        "      戊: {本年: 0.25, 上年: 3}\n"
    )
    assert seen(problems) == []
    assert {
        path: figure.text for path, figure in found.figures.items() if path.endswith(".本年")
    } == {
        "支出.甲.本年": "1.5",
        "支出.乙.丙.本年": "2",
        "支出.乙.丁.戊.本年": "0.25",
        "支出.乙.丁.合计.本年": "0.25",
        "支出.乙.丁.本年": "0.25",
        "支出.乙.合计.本年": "2.25",
        "支出.乙.本年": "2.25",
        "支出.合计.本年": "3.75",
        "支出.本年": "3.75",
    }
    assert printed(found, "支出.合计.上年") == "4"


def test_the_sum_names_its_terms() -> None:
    found, _ = computed("收入:\n  甲: {本年: 1}\n  乙: {本年: 2}\n")
    figure = found.figures["收入.合计.本年"]
    assert (figure.formula, figure.inputs) == ("甲 + 乙", ("收入.甲.本年", "收入.乙.本年"))


@pytest.mark.parametrize("name", ["合计", "总额", "小计"])
def test_a_total_may_have_any_of_three_names(name: str) -> None:
    found, problems = computed(f"收入:\n  甲: {{本年: 1}}\n  {name}: {{本年: 1.00}}\n")
    assert seen(problems) == []
    assert printed(found, f"收入.{name}.本年") == "1.00"
    assert printed(found, "收入.本年") == "1.00"


def test_a_table_may_be_one_row() -> None:
    found, problems = computed(
        "捐赠: {抗疫: 895, 抗洪: 288.62}\n部门支出:\n  合计: {预算: 74.38}\n"
    )
    assert seen(problems) == []
    assert printed(found, "捐赠.抗洪") == "288.62"
    assert printed(found, "部门支出.预算") == "74.38"


# Control totals

TABLE = "收入:\n{extra}  甲: {{本年: 209.57}}\n  乙: {{本年: 50}}\n  合计: {{本年: {total}}}\n"


@pytest.mark.parametrize("total", ["259.57", "259.570"])
def test_a_total_that_holds_keeps_its_text(total: str) -> None:
    found, problems = computed(TABLE.format(total=total, extra=""))
    assert seen(problems) == []
    assert printed(found, "收入.合计.本年") == total


@pytest.mark.parametrize(
    ("total", "difference"),
    [("259.58", "多0.01万元"), ("259.56", "少0.01万元"), ("259.5700001", "多0.0000001万元"),
     ("0", "少259.57万元"), ("-259.57", "少519.14万元")],
)  # fmt: skip
def test_a_total_that_differs_by_any_amount_is_an_error(total: str, difference: str) -> None:
    _, problems = computed(TABLE.format(total=total, extra=""))
    assert seen(problems) == ["F301 4:12"]
    (problem,) = problems
    assert_names(problems, "“收入.合计.本年”", f"{total}万元", "259.57万元", difference)
    assert [place.line for place in problem.related] == [2, 3]


@pytest.mark.parametrize(
    ("total", "code"),
    [("259.57", ""), ("259.58", "F302"), ("259.585", "F302"), ("259.5851", "F301"),
     ("259.555", "F302"), ("259.55", "F301")],
)  # fmt: skip
def test_tail_differences_are_a_note_up_to_half_a_cent_a_term(total: str, code: str) -> None:
    _, problems = computed(TABLE.format(total=total, extra="  尾差: 允许\n"))
    assert [p.code for p in problems] == ([code] if code else [])
    assert problems.failed == (code == "F301")
    if code == "F302":
        assert seen(problems) == ["F302 5:12"]
        assert_names(problems, f"{total}万元", "259.57万元", "尾差允许")


@pytest.mark.parametrize(
    ("unit", "parts", "whole", "code", "difference"),
    [
        ("元", ["1234.56", "8765.44"], "10000.01", "F302", "多0.01元"),
        ("元", ["1234.56", "8765.44"], "10000.02", "F301", "多0.02元"),  # was let through up to 150元
        ("亿元", ["1.23", "4.56"], "5.80", "F302", "多0.01亿元"),  # was refused
        ("亿元", ["1.23", "4.56"], "5.81", "F301", "多0.02亿元"),
        ("万元", ["33.3", "33.3", "33.3"], "100", "F302", "多0.1万元"),
        ("万元", ["33.3", "33.3", "33.30"], "100", "F301", "多0.1万元"),
        ("万元", ["33", "33", "33"], "100", "F302", "多1万元"),
        ("万元", ["0.001", "0.001"], "0.004", "F301", "多0.002万元"),
        ('"%"', ["33.33", "33.33", "33.33"], "100", "F302", "多0.01%"),
        ('"%"', ["33.33", "33.33", "33.33"], "100.5", "F301", "多0.51%"),
        ("家", ["5", "6"], "12", "F301", "多1家"),  # nobody rounds these
    ],
)  # fmt: skip
def test_tail_differences_follow_the_decimals_typed(
    unit: str, parts: list[str], whole: str, code: str, difference: str
) -> None:
    rows = "".join(f"  行{n}: {{本年: {part}}}\n" for n, part in enumerate(parts))
    table = f"表:\n  尾差: 允许\n  单位: {unit}\n{rows}  合计: {{本年: {whole}}}\n"
    _, problems = computed(table)
    assert [p.code for p in problems] == [code]
    assert_names(problems, difference)


@pytest.mark.parametrize(
    ("whole", "code"), [("100.01", "F302"), ("100.02", "F302"), ("100.03", "F301")]
)
def test_tail_differences_count_every_row_below(whole: str, code: str) -> None:
    _, problems = computed(
        "表:\n  尾差: 允许\n  甲:\n    子: {本年: 33.33}\n    丑: {本年: 33.33}\n"
        f"  乙: {{本年: = 数}}\n  合计: {{本年: {whole}}}\n",
        facts="数: 33.34\n",
    )
    assert [p.code for p in problems] == [code]


def test_tail_differences_in_rows_of_different_units() -> None:
    table = "表:\n  尾差: 允许\n  甲: {{单位: 元, 本年: 1234.56}}\n  乙: {{本年: 2}}\n  合计: {{单位: {}, 本年: {}}}\n"
    for unit, whole, code in (
        ("万元", "2.12", "F302"), ("万元", "2.7", "F302"), ("万元", "3.2", "F301"),
        ("元", "21235", "F302"), ("元", "26300", "F301"),
    ):  # fmt: skip
        _, problems = computed(table.format(unit, whole))
        assert [p.code for p in problems] == [code]


@pytest.mark.parametrize(
    ("unit", "whole", "named"),
    [
        ("元", "10000.5", ["“表.合计.本年”填的是10000.5元", "之和是10000元，多0.5元"]),
        ("亿元", "10000.5", ["10000.5亿元", "多0.5亿元"]),
        ("万元", "10000.5", ["10000.5万元", "多0.5万元"]),
    ],
)
def test_differences_are_named_in_the_unit_of_the_table(
    unit: str, whole: str, named: list[str]
) -> None:
    rows = "  甲: {本年: 1234.56}\n  乙: {本年: 8765.44}\n"
    _, problems = computed(f"表:\n  单位: {unit}\n{rows}  合计: {{本年: {whole}}}\n")
    assert [p.code for p in problems] == ["F301"]
    assert_names(problems, *named)


def test_other_differences_are_named_in_the_unit_of_the_table_too() -> None:
    _, problems = computed(
        "表:\n  单位: 元\n  列公式: {和: 甲 + 乙}\n  行: {甲: 1, 乙: 2, 和: 4}\n"
        "总:\n  单位: 元\n  行:\n    本年: 5\n    其中:\n      子: {本年: 7}\n"
        "差:\n  单位: 元\n  尾差: 0.02\n  行: {本年: 5}\n  合计: {本年: 6}\n"
    )
    assert [p.code for p in problems] == ["F304", "F303", "F305"]
    assert_names(problems, "填的是4元", "多1元", "是5元", "超过了2元", "多1元", "尾差是0.02元")


def test_a_stated_difference_of_rates_is_in_percent() -> None:
    table = '表:\n  单位: "%"\n  尾差: 0.1\n  甲: {本年: 33.3}\n  乙: {本年: 66.6}\n  合计: {本年: 100}\n'
    _, problems = computed(table)
    assert [p.code for p in problems] == ["F302"]


def test_each_level_has_its_own_total() -> None:
    _, problems = computed(
        "支出:\n  甲:\n    子: {本年: 1}\n    丑: {本年: 2}\n    小计: {本年: 4}\n"
        "  乙: {本年: 5}\n  合计: {本年: 8}\n"
    )
    assert seen(problems) == ["F301 5:14", "F301 7:12"]
    assert_names(problems, "“支出.甲.小计.本年”", "3万元", "“支出.合计.本年”", "9万元")


def test_a_group_may_state_its_total_in_its_own_cells() -> None:
    good = "支出:\n  甲:\n    本年: 3\n    子: {本年: 1}\n    丑: {本年: 2}\n"
    found, problems = computed(good)
    assert seen(problems) == []
    assert printed(found, "支出.甲.本年") == "3"
    _, problems = computed(good.replace("本年: 3", "本年: 4"))
    assert seen(problems) == ["F301 3:9"]


def test_totals_by_formula_are_checked_too() -> None:
    _, problems = computed(
        "预算:\n  甲: {本年: 5}\n支出:\n  甲: {本年: 4}\n  合计: {本年: = 预算.合计.本年}\n"
    )
    assert seen(problems) == ["F301 5:14"]
    assert_names(problems, "5万元", "4万元", "多1万元")


def test_counts_and_rates_are_named_in_their_units() -> None:
    _, problems = computed(
        "人员:\n  单位: 人\n  甲: {在职: 5}\n  合计: {在职: 6}\n"
        "比率:\n  单位: '%'\n  甲: {本年: 40}\n  合计: {本年: 41}\n"
    )
    assert seen(problems) == ["F301 4:12", "F301 8:12"]
    assert_names(problems, "6人", "多1人", "41%", "多1%")


# 其中


def test_parts_need_not_add_up() -> None:
    found, problems = computed(
        "支出:\n  甲: {本年: 9}\n  其中:\n    三公: {本年: 2}\n    会议: {本年: 3}\n"
        "  乙:\n    本年: 4\n    其中:\n      办公: {本年: 4}\n"
    )
    assert seen(problems) == []
    assert printed(found, "支出.其中.三公.本年") == "2"
    assert printed(found, "支出.乙.其中.办公.本年") == "4"
    assert printed(found, "支出.合计.本年") == "13"


@pytest.mark.parametrize(
    ("text", "expected", "named"),
    [
        (
            "支出:\n  甲: {本年: 4.5}\n  其中:\n    三公: {本年: 2}\n    会议: {本年: 3}\n",
            "F303 1:1",
            ["“支出.本年”", "4.5万元", "5万元", "0.5万元"],
        ),
        (
            "支出:\n  乙:\n    本年: 4\n    其中:\n      办公: {本年: 5}\n",
            "F303 2:3",
            ["“支出.乙.本年”", "1万元"],
        ),
    ],
)
def test_parts_may_not_exceed_the_whole(text: str, expected: str, named: list[str]) -> None:
    _, problems = computed(text)
    assert seen(problems) == [expected]
    assert_names(problems, *named)


# 列公式

FORMULA_TABLE = (
    "资金:\n  列公式:\n    全年: 年初 + 追加\n    执行率: = 执行 / 全年\n"
    "  甲: {年初: 4, 追加: -1, 执行: 3}\n  乙: {年初: 6, 追加: 0, 执行: 1.5}\n"
)


def test_columns_are_computed_in_rows_and_totals() -> None:
    found, problems = computed(FORMULA_TABLE)
    assert seen(problems) == []
    assert [printed(found, f"资金.{row}.全年") for row in ("甲", "乙", "合计")] == ["3", "6", "9"]
    assert [printed(found, f"资金.{row}.执行率") for row in ("甲", "乙", "合计")] == [
        "100%",
        "25%",
        "50%",
    ]
    assert printed(found, "资金.全年") == "9"


def test_a_typed_cell_is_checked_against_the_column_formula() -> None:
    assert seen(computed(FORMULA_TABLE.replace("执行: 3}", "执行: 3, 全年: 3}"))[1]) == []
    _, problems = computed(FORMULA_TABLE.replace("执行: 3}", "执行: 3, 全年: 4}"))
    assert seen(problems) == ["F304 5:33"]
    assert_names(problems, "“资金.甲.全年”", "4万元", "3万元", "多1万元")


def test_a_column_formula_may_use_other_tables() -> None:
    found, _ = computed(
        "系数:\n  甲: {本年: 2}\n表:\n  列公式: {乘积: 数 * 系数.甲.本年}\n  乙: {数: 3}\n"
    )
    assert printed(found, "表.乙.乘积") == "6"


def test_a_column_formula_that_divides_by_zero_names_the_row() -> None:
    _, problems = computed(FORMULA_TABLE.replace("年初: 6,", "年初: 0,"))
    assert seen(problems) == ["F104 6:3"]
    assert_names(problems, "“资金.乙.执行率”", "“执行 / 全年”")


# Units


def test_amounts_in_other_money_units_are_kept_exactly() -> None:
    found, problems = computed(
        "收入:\n  单位: 元\n  甲: {本年: 1234.56}\n  乙: {本年: 8765.44}\n  合计: {本年: 10000}\n"
        "投资:\n  单位: 亿元\n  甲: {本年: 1.5}\n"
    )
    assert seen(problems) == []
    figures = found.figures
    assert (figures["收入.甲.本年"].value, figures["收入.甲.本年"].text) == (
        Fraction("0.123456"),
        "0.12",
    )
    assert (figures["收入.合计.本年"].value, figures["收入.合计.本年"].unit) == (1, "万元")
    assert (figures["投资.甲.本年"].value, figures["投资.甲.本年"].text) == (15000, "15000")


def test_rates_and_counts() -> None:
    found, _ = computed("表:\n  比: {单位: '%', 本年: 5.50}\n  数: {单位: 人, 本年: 3}\n")
    rate, count = found.figures["表.比.本年"], found.figures["表.数.本年"]
    assert (rate.value, rate.text, rate.unit) == (Fraction("0.055"), "5.50%", "%")
    assert (count.value, count.text, count.unit) == (3, "3", "人")


# Any consistent table passes, and any changed total does not

AMOUNTS = st.decimals(min_value=-(10**6), max_value=10**6, places=6).map(Decimal.normalize)


@given(st.lists(AMOUNTS, min_size=1, max_size=12), st.integers(-3, 3))
def test_exact_sums_hold_and_nothing_else_does(parts: list[Decimal], off: int) -> None:
    whole = sum(map(Fraction, parts), Fraction(0)) + Fraction(off, 10**6)
    rows = "".join(f"  行{n}: {{本年: {part:f}}}\n" for n, part in enumerate(parts))
    exact = Decimal(whole.numerator) / Decimal(whole.denominator)
    _, problems = computed(f"表:\n{rows}  合计: {{本年: {exact:f}}}\n")
    assert [p.code for p in problems] == (["F301"] if off else [])


@pytest.mark.parametrize(("first", "code"), [("1.01", "F302"), ("1.02", "F305"), ("1.00", "F305")])
def test_a_stated_difference_of_a_total_must_be_exactly_that(first: str, code: str) -> None:
    _, problems = computed(
        figures=f"预算:\n  尾差: -0.01\n  甲: {{本年: {first}}}\n  乙: {{本年: 2}}\n  合计: {{本年: 3}}\n"
    )
    assert [p.code for p in problems] == [code]


@pytest.mark.parametrize("name", ["共计", "总计", "小记"])
def test_a_total_by_another_name_is_no_item(name: str) -> None:
    _, problems = computed(f"甲:\n  a: {{本年: 5}}\n  {name}: {{本年: 5}}\n")
    assert seen(problems) == ["L311 3:3"]
    assert_names(problems, f"“{name}”", "合计")
    _, problems = computed(f"甲:\n  a: {{本年: 5}}\n  {name}人数: {{本年: 5}}\n")
    assert seen(problems) == []


@pytest.mark.parametrize(
    ("table", "name"),
    [
        ("甲:\n  a: {本年: 5, 其中: {坏-名: {本年: 1}}}\n", "甲.a.其中.丙.本年"),
        ("甲:\n  a: {本年: 5, 坏-名: 1}\n", "甲.a.上年"),
        ("甲:\n  a: {本年: 5}\n  坏-名: {本年: 1}\n", "甲.丙.本年"),
        ("坏-名:\n  a: {本年: 5}\n", "丙.a.本年"),
    ],
)
def test_what_is_missing_beside_what_cannot_be_read_is_not_told_again(
    table: str, name: str
) -> None:
    _, problems = computed(f"{table}派生:\n  乙: = {name}\n")
    assert [problem.code for problem in problems] == ["L211"]
