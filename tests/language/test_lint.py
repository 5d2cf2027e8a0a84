"""Tags checked against the names they may use: everything at once, each at its place."""

from __future__ import annotations

from fractions import Fraction

import pytest
from kit.problems import assert_names, seen

from generator.figures.model import Figure, Names, Words
from generator.language import statements
from generator.language.environment import make_environment
from generator.language.lint import UNKNOWN, lint
from generator.language.tags import Tag
from generator.problems import Position, Problems

HERE = Position("content/2020/facts.yaml", 1)
ENVIRONMENT = make_environment(str)


def figure(path: str) -> Figure:
    return Figure(path, Fraction(5), "5", "万元", HERE)


CONTEXT: dict[str, object] = {
    "单位": Names(
        简称=Words("驻深办", "单位.简称", HERE),
        代码=Words("100", "单位.代码", HERE),
        读者=Words("10.6万人次", "单位.读者", HERE),
    ),
    "数": figure("数"),
    "杂项": Names(
        企业=Names(本年=Figure("杂项.企业.本年", Fraction(5), "5", "家", HERE)),
        收入=Names(本年=figure("杂项.收入.本年")),
    ),
    "年度": Words("2020", "年度", HERE),
    "收入预算": Names(
        合计=Names(本年=figure("收入预算.合计.本年"), 上年=figure("收入预算.合计.上年"))
    ),
    "三公经费": Names(合计=Names(决算=figure("三公经费.合计.决算"))),
    "指标": [Names(名称=Words("甲", "指标[1].名称", HERE)), Names(分值=figure("指标[2].分值"))],
    "完成": [Names(完成=Words("5次", "完成[1].完成", HERE)), Names(完成=figure("完成[2].完成"))],
    "编号": [Words("1", "编号[1]", HERE)],
    "名单": [Words("甲", "名单[1]", HERE)],
    "空": [],
    "本项目": UNKNOWN,
}


def linted(*texts: str, complete: bool = True, column: int = 1) -> Problems:
    """Problems of tags that stand on lines 1, 2, 3 …, each at ``column``."""
    problems = Problems()
    tags = tuple(Tag(text, Position("report.md", n, column)) for n, text in enumerate(texts, 1))
    lint(tags, statements.read(tags, ENVIRONMENT), CONTEXT, problems, complete=complete)
    return problems


# Right tags


@pytest.mark.parametrize(
    "texts",
    [
        ("{{ 年度 }}", "{{单位.简称}}", "{{ 收入预算.合计.本年 | 万元(2) }}"),
        ("{{ 收入预算.合计.本年 | 占(收入预算.合计.上年, 0) }}",),
        ("{% if 收入预算.合计.本年 > 0 %}", "{% elif 年度 %}", "{% else %}", "{% endif %}"),
        ("{%tr for r in 指标 %}", "{{ r.名称 }}", "{{ r.分值 | 合并(r.名称) }}", "{%tr endfor %}"),
        ("{% for r in 指标 if r.分值 %}", "{{ loop.index }}", "{% else %}", "{% endfor %}"),
        ("{% for 人 in 名单 %}", "{{ 人 }}", "{% endfor %}"),
        ("{% for 甲 in 空 %}", "{{ 甲.什么都行 }}", "{% endfor %}"),
        ("{{ 本项目.名称 }}", "{% for r in 本项目.指标 %}", "{{ r.名称 }}", "{% endfor %}"),
        ("{% set 甲 = 年度 %}", "{{ 甲 }}", "{% if 单位.电话 is defined %}", "{% endif %}"),
        ("{% for r in 指标 %}", "{% set 甲 = r.名称 %}", "{{ 甲 }}", "{% endfor %}"),
        ("{# {{ 没有 }} {% endfor %} #}", "{{ 指标[0].名称 }}", "{{ 指标[1].分值 }}"),
        ("{% vm %}", "{% colspan 年度 %}", "{%- if 年度 -%}", "{%p endif %}"),
        ("{{ '文字' if 年度 else 单位.简称 }}", "{{ not 年度 and '甲' }}"),
    ],
)
def test_right_tags_give_no_message(texts: tuple[str, ...]) -> None:
    assert seen(linted(*texts)) == []


# Names


@pytest.mark.parametrize(
    ("tag", "expected", "named"),
    [
        ("{{ 收入予算.合计.本年 }}", "T101 1:4", ["“收入予算”", "是否为“收入预算”"]),
        ("{{ 收入预算.合记.本年 }}", "T101 1:9", ["“收入预算.合记”", "是否为“合计”"]),
        ("{{ 收入预算.合计.本午 | 万元 }}", "T101 1:12", ["“收入预算.合计.本午”", "是否为“本年”"]),
        ("{{ 决算 }}", "T101 1:4", ["“决算”"]),
        (
            "{{ 收入预算.合计.本年 | 占(三公经费.合计.本年) }}",
            "T101 1:27",
            ["“三公经费.合计.本年”"],
        ),
        ("{{ 单位.合计 }}", "T101 1:7", ["“单位.合计”", "“收入预算”“三公经费”里有"]),
        ("{{ 年度.简称 }}", "T101 1:7", ["“年度.简称”", "已经是一个值"]),
        ("{{ 指标.名称 }}", "T101 1:7", ["“指标.名称”", "for 循环"]),
        ("{{ 指标[5].名称 }}", "T101 1:7", ["“指标.5”"]),
        ("{% if 没有的 %}", "T101 1:7", ["“没有的”"]),
        ("{% for r in 指彪 %}", "T101 1:13", ["“指彪”", "“指标”"]),
        ("{% set 甲 = 没有的 %}", "T101 1:12", ["“没有的”"]),
        ("{{ 年度 if 没有的 else '' }}", "T101 1:10", ["“没有的”"]),
        ("{{ 收入预算.合计.本年 | 万员 }}", "T102 1:17", ["“万员”", "是否为“万元”"]),
        ("{{ 年度 | upper }}", "T102 1:9", ["“upper”"]),
        ("{{ 收入预算.合计 }}", "T103 1:1", ["一组数", "{{ 收入预算.合计 }}"]),
        ("{{ 指标 }}", "T103 1:1", ["一个列表"]),
    ],
)
def test_names_that_do_not_exist(tag: str, expected: str, named: list[str]) -> None:
    ends = {"if": "{% endif %}", "for": "{% endfor %}"}
    end = next((text for word, text in ends.items() if tag.startswith(f"{{% {word}")), "{# #}")
    problems = linted(tag, end)
    assert seen(problems) == [expected]
    assert_names(problems, *named)


@pytest.mark.parametrize("name", ["杂项.合计.本年", "杂项.本年"])
def test_a_total_that_cannot_be_is_explained(name: str) -> None:
    problems = linted(f"{{{{ {name} }}}}")
    assert [p.code for p in problems] == ["T101"]
    assert_names(problems, "（各行的单位不同，不能相加）")
    assert_names(linted("{{ 杂项.合记 }}"), "“杂项.合记”在内容里没有")


def test_the_column_counts_from_the_start_of_the_line() -> None:
    assert seen(linted("{{ 收入予算 }}", column=11)) == ["T101 1:14"]


def test_the_column_is_that_of_the_name_that_is_wrong() -> None:
    tag = "{{ 收入预算.合计.本年 | 占(收入预算.本年) }}"
    assert seen(linted(tag)) == ["T101 1:24"]


def test_a_name_on_a_later_line_of_its_tag_has_that_line() -> None:
    assert seen(linted("{{ 收入预算.合计.本年\n | 占(没有的) }}")) == ["T101 2:6"]


def test_without_columns_the_place_is_the_tags_own() -> None:
    problems = Problems()
    tags = (Tag("{{ 没有的 }}", Position("报告.docx", place="表1 第2行 第4格")),)
    lint(tags, statements.read(tags, ENVIRONMENT), CONTEXT, problems)
    assert [str(p.at) for p in problems] == ["报告.docx 表1 第2行 第4格"]


def test_everything_is_found_in_one_run() -> None:
    problems = linted(
        "{{ 没有一 }}", "{% for r in 指标 %}", "{{ r.没有二 }}", "{{ r.名称 | 没有三 }}", "{% if %}",
        "{{ 年度 * 2 }}", "{% endfor %}", "{% endwhile %}",
    )  # fmt: skip
    assert [(p.code, p.at.line) for p in problems.sorted()] == [
        ("T101", 1), ("T101", 3), ("T102", 4), ("T110", 5), ("T110", 6), ("T110", 8),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "texts",
    [
        ("{{ 没有的 }}", "{{ 收入预算.合计.全年 | 占(没有的) }}"),
        ("{% if 年度 %}", "{{ 没有的 }}", "{% endif %}"),
        ("{% for r in 指标 %}", "{{ 没有的 }}", "{% endfor %}"),
    ],
)
def test_names_of_files_that_could_not_be_read_are_not_unknown(texts: tuple[str, ...]) -> None:
    assert seen(linted(*texts, complete=False)) == []


def test_names_set_in_a_condition_are_known_after_it() -> None:
    texts = ("{% if 年度 %}", "{% set 甲 = 1 %}", "{% else %}", "{% set 甲 = 2 %}", "{% endif %}")
    assert seen(linted(*texts, "{{ 甲 }}")) == []


def test_the_else_of_a_loop_knows_nothing_of_its_items() -> None:
    texts = ("{% for r in 指标 %}", "{% else %}", "{{ r.名称 }}", "{% endfor %}")
    assert seen(linted(*texts)) == ["T101 3:4"]


def test_names_set_to_nothing_are_known() -> None:
    assert seen(linted("{% set 甲 = none %}", "{{ 甲 }}")) == []


def test_names_of_a_loop_end_with_it() -> None:
    texts = ("{% for r in 指标 %}", "{% set 甲 = r.名称 %}", "{% endfor %}", "{{ r }}", "{{ 甲 }}")
    assert seen(linted(*texts)) == ["T101 4:4", "T101 5:4"]


# Comparisons


@pytest.mark.parametrize(
    ("tag", "expected", "named"),
    [
        ("{% if 年度 == 2020 %}", "T117 1:7", ["“年度”是文字", "数“2020”", '写成 年度 == "2020"。']),
        ("{% if 2020 != 年度 %}", "T117 1:15", ['写成 年度 != "2020"。']),
        ("{% if 2019 < 年度 %}", "T117 1:14", ['写成 年度 > "2019"。']),
        ("{% if 数 and not (年度 >= 2020 or 数) %}", "T117 1:18", ['年度 >= "2020"']),
        ("{{ '甲' if 单位.代码 == 100 else '乙' }}", "T117 1:11", ['单位.代码 == "100"']),
        ("{% if 单位.简称 > 5 %}", "T117 1:7", ["把“单位.简称”填成数", "“驻深办”"]),
        ("{% if 单位.读者 >= 5.5 %}", "T117 1:7", ["数“5.5”", "“10.6万人次”"]),
        ("{% for r in 名单 if 年度 == 2020 %}", "T117 1:19", []),
        ("{% for r in 编号 if r == 1 %}", "T117 1:8", ['r == "1"']),
        ('{% if 数 == "5" %}', "T117 1:7", ["“数”是数", "文字“5”", "写成 数 == 5。"]),
        ('{% if "12.5%" > 数 %}', "T117 1:17", ["写成 数 < 0.125。"]),
    ],
)  # fmt: skip
def test_a_text_never_equals_a_number(tag: str, expected: str, named: list[str]) -> None:
    ends = {"if": "{% endif %}", "for ": "{% endfor %}"}
    end = next((text for word, text in ends.items() if tag.startswith(f"{{% {word}")), "{# #}")
    problems = linted(tag, end)
    assert seen(problems) == [expected]
    assert_names(problems, *named)


@pytest.mark.parametrize(
    "condition",
    [
        '年度 == "2020"', '年度 > "2019"', "数 == 5", "数 > 0.5", "0 < 数 < 10", '单位.简称 == "驻深办"',
        "单位.简称 == 0", "单位.简称 != 5",  # a text such as 无 where others have a number
        '数 == "无"',  # a number where others have a text
        '"驻" in 单位.简称', "年度 in (2020, 2021)", "本项目.名称 == 5", "年度 == 数", "1 == 2",
    ],
)  # fmt: skip
def test_other_comparisons_are_fine(condition: str) -> None:
    assert seen(linted(f"{{% if {condition} %}}", "{% endif %}")) == []


@pytest.mark.parametrize("condition", ["r.完成 == 5", 'r.完成 == "5"', "r.完成 > 3"])
def test_items_of_either_kind_may_be_compared_with_either(condition: str) -> None:
    texts = ("{% for r in 完成 %}", f"{{% if {condition} %}}", "{% endif %}", "{% endfor %}")
    assert seen(linted(*texts)) == []


def test_counters_of_loops_are_numbers() -> None:
    texts = ("{% for r in 名单 %}", "{% if loop.index == 1 %}", "{% endif %}", "{% endfor %}")
    assert seen(linted(*texts)) == []


# Syntax


@pytest.mark.parametrize(
    ("tag", "reason"),
    [
        ("{{ }}", "没有写完"),
        ("{{ 收入预算. }}", "不完整"),
        ("{{ 年度 年度 }}", "“年度”处多了内容"),
        ("{{ 年度 | }}", "没有写完"),
        ("{{ (年度 }}", "处不通"),
        ("{{ 年度) }}", "“)”处不通"),
        ("{{ 年度 ？ }}", "“？”"),
        ("{{ 年度 } }}", "“}”"),
        ("{{ 年度 * 2 }}", "派生"),
        ("{{ 收入预算.合计.本年 + 1 }}", "派生"),
        ("{{ 收入预算.合计.本年 - 收入预算.合计.上年 }}", "派生"),
        ("{{ -收入预算.合计.本年 }}", "派生"),
        ("{{ 年度 ~ '年' }}", "派生"),
        ("{{ 年度.upper() }}", "函数或方法"),
        ("{{ 年度[0:1] }}", "不支持"),
        ("{% 如果 年度 %}", "不认识“如果”"),
        ("{% endwhile %}", "不认识“endwhile”"),
        ("{% foreach r in 指标 %}", "是否为“for”"),
        ("{% set 甲 %}", "{% set 甲 = 值 %}"),
        ("{% for r 指标 %}", "{% for 甲 in 列表 %}"),
        ("{% for r in 年度 %}", "“年度”不是列表"),
        ("{% for r in 收入预算 %}", "“收入预算”不是列表"),
        ("{% if %}", "没有写完"),
        ("{% if 年度 = 2020 %}", "="),
        ("{% if 年度 is 空的 %}", "空的"),
    ],
)
def test_syntax_is_explained_in_chinese(tag: str, reason: str) -> None:
    ends = {"if": "{% endif %}", "for ": "{% endfor %}"}
    end = next((text for word, text in ends.items() if tag.startswith(f"{{% {word}")), "{# #}")
    problems = linted(tag, end)
    assert seen(problems) == ["T110 1:1"]
    assert_names(problems, tag, reason)
    for english in ("print statement", "expected", "token", "unexpected", "name"):
        assert english not in next(iter(problems)).message


def test_a_tag_nested_a_thousand_times_is_refused_not_crashed() -> None:
    problems = linted("{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}")
    assert [p.code for p in problems] == ["T110"]
