"""report.md: structure, numbering, tags, and positions to the column."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit.problems import assert_names, seen

from generator.content.report.reader import read_report
from generator.figures.model import Figure, Names, Words
from generator.language import markers, narrative
from generator.language.environment import make_environment
from generator.language.narrative import Block
from generator.problems import Position, Problems

HERE = Position("content/2020/facts.yaml", 1)
CONTEXT: dict[str, object] = {
    "年度": Words("2020", "年度", HERE),
    "空白": Words("", "空白", HERE),
    "两行": Words("甲\n乙", "两行", HERE),
    "数": Figure("数", Fraction(5), "5", "万元", HERE, year=2020),
    "指标": [Names(名称=Words(f"指标{n}", f"指标[{n}].名称", HERE), 分=n) for n in (1, 2)],
    "无": [],
}


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br/>")


ENVIRONMENT = make_environment(escape)


def compiled(source: str) -> tuple[narrative.CompiledNarrative, Problems]:
    read = read_report(source, "report.md")
    problems = Problems()
    problems.extend(read.problems)
    return narrative.compile_narrative(read, ENVIRONMENT, escape), problems


def blocks(source: str) -> tuple[Block, ...]:
    """The rendered blocks of a narrative without faults."""
    made, problems = compiled(source)
    assert seen(problems) == []
    assert made.sound
    return narrative.render_narrative(made, ENVIRONMENT, CONTEXT)


def texts(source: str) -> list[str]:
    """Each block's text; of a table its rows."""
    return [
        markers.strip(block.text)[0]
        if block.kind != "table"
        else " / ".join(" | ".join(markers.strip(c)[0] for c in row) for row in block.rows)
        for block in blocks(source)
    ]


def kinds(source: str) -> list[tuple[str, int]]:
    return [(block.kind, block.level) for block in blocks(source)]


# Structure


def test_headings_are_numbered_by_level() -> None:
    source = "# 概况\n## 职责\n### 部门\n#### 处室\n#### 科室\n### 人员\n## 目标\n# 问题\n## 不足\n### 其一\n"
    assert texts(source) == [
        "一、概况", "（一）职责", "1.部门", "（1）处室", "（2）科室", "2.人员", "（二）目标", "二、问题",
        "（一）不足", "1.其一",
    ]  # fmt: skip
    assert [level for _, level in kinds(source)] == [1, 2, 3, 4, 4, 3, 2, 1, 2, 3]


def test_many_headings() -> None:
    shown = texts("\n".join("# 题" for _ in range(21)))
    assert [shown[n] for n in (9, 10, 19, 20)] == ["十、题", "十一、题", "二十、题", "二十一、题"]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("# 标题", "一、标题"),
        ("#标题", "一、标题"),
        ("#  标题  ", "一、标题"),
        ("# 标题 #", "一、标题"),
        ("  # 标题", "一、标题"),
        ("# {{ 年度 }}年度概况", "一、2020年度概况"),
        ("# “三公”经费*_`<c>", "一、“三公”经费*_`&lt;c>"),
        ("# 学习C#", "一、学习C#"),
    ],
)
def test_heading_text(typed: str, shown: str) -> None:
    assert texts(typed) == [shown]


def test_paragraphs_end_with_blank_lines_and_headings() -> None:
    assert texts("甲\n乙\n\n丙\n# 题\n丁\n\n\n　　戊\n") == ["甲乙", "丙", "一、题", "丁", "戊"]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("甲，\n乙", "甲，乙"), ("GDP\ngrowth", "GDP growth"), ("共5\n个", "共5个"), ("甲\nB", "甲B"),
     ("甲 \n  乙", "甲乙"), ("一 二", "一 二"), ("A&B <c>*强调*_下划_", "A&amp;B &lt;c>*强调*_下划_")],
)  # fmt: skip
def test_paragraph_text(typed: str, shown: str) -> None:
    assert texts(typed) == [shown]


def test_lists_continue_the_level_below_their_heading() -> None:
    assert texts("1. 甲\n2. 乙\n") == ["1.甲", "2.乙"]
    assert texts("# 题\n1. 甲\n1. 乙\n")[1:] == ["1.甲", "2.乙"]
    assert texts("# 题\n## 题\n1. 甲\n\n1. 乙\n")[2:] == ["1.甲", "2.乙"]
    assert texts("# 题\n## 题\n### 题\n1. 甲\n2. 乙\n")[3:] == ["（1）甲", "（2）乙"]
    assert texts("# 题\n## 题\n### 题\n#### 题\n1. 甲\n2. 乙\n")[4:] == ["①甲", "②乙"]


def test_a_paragraph_ends_a_list() -> None:
    assert texts("1. 甲\n2. 乙\n\n说明\n\n1. 丙\n") == ["1.甲", "2.乙", "说明", "1.丙"]


@pytest.mark.parametrize("indent", ["  ", "   ", "    ", "\t"])
def test_lists_nest_by_indent(indent: str) -> None:
    source = f"## 题\n1. 甲\n{indent}1. 子\n{indent}2. 丑\n2. 乙\n{indent}1. 寅\n"
    shown = texts(f"# 题\n{source}")[2:]
    assert shown == ["1.甲", "（1）子", "（2）丑", "2.乙", "（1）寅"]


@pytest.mark.parametrize("heading", ["", "# 题\n"])
def test_nested_lists_look_different_under_any_heading(heading: str) -> None:
    shown = texts(f"{heading}1. 甲\n   1. 子\n2. 乙\n")[1 if heading else 0 :]
    assert shown == ["1.甲", "（1）子", "2.乙"]


@pytest.mark.parametrize("indent", ["  ", "    ", "　　"])
def test_a_list_that_is_indented_as_a_whole_is_not_nested(indent: str) -> None:
    assert texts(f"{indent}1. 甲\n{indent}2. 乙\n{indent}3. 丙\n") == ["1.甲", "2.乙", "3.丙"]


def test_lists_may_be_long_and_wrapped() -> None:
    shown = texts("\n".join(f"{n}. 第{n}项，\n   接着写" for n in range(1, 120)))
    assert (shown[0], shown[118]) == ("1.第1项，接着写", "119.第119项，接着写")


@pytest.mark.parametrize("typed", ["1. 甲", "1.甲", "1) 甲", "12． 甲", "1. {{ 年度 }}"])
def test_ways_to_type_a_number(typed: str) -> None:
    assert kinds(typed) == [("item", 1)]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("1.5万元用于会议。", ["1.5万元用于会议。"]),
        ("共支出\n12.5万元。", ["共支出12.5万元。"]),
        ("3.14是圆周率", ["3.14是圆周率"]),
        ("2020.5", ["2020.5"]),
        ("1.", ["1."]),
        ("2020年", ["2020年"]),
        ("（1）甲", ["（1）甲"]),
        ("1、甲", ["1、甲"]),
    ],
)
def test_numbers_at_the_start_of_a_line_stay(typed: str, shown: list[str]) -> None:
    assert texts(typed) == shown


# Tables

TABLE = "| 名称 | 数额 |\n|---|:-:|\n| 甲 | {{ 数 | 万元 }} |\n| 乙 |  |\n"


def test_tables() -> None:
    assert texts(f"表前\n{TABLE}表后\n") == ["表前", "名称 | 数额 / 甲 | 5万元 / 乙 | ", "表后"]
    (block,) = blocks(TABLE)
    assert (block.kind, block.text, len(block.rows)) == ("table", "", 3)


def test_table_rows_may_be_looped_and_left_out() -> None:
    source = (
        "| 序 | 名称 |\n|---|---|\n{% for r in 指标 %}\n| {{ r.分 }} | {{ r.名称 }} |\n{% endfor %}\n"
        "{% if 空白 %}\n| 无 | 无 |\n{% endif %}\n| 合 | 计 |\n"
    )
    assert texts(source) == ["序 | 名称 / 1 | 指标1 / 2 | 指标2 / 合 | 计"]


@pytest.mark.parametrize(
    ("table", "shown"),
    [("| 甲 || 丙 |\n|-|-|-|\n| 1 | | 3 |", "甲 |  | 丙 / 1 |  | 3"), ("|甲||\n|-|-|\n|1||",
      "甲 |  / 1 | "), ("||乙|\n|-|-|\n||2|", " | 乙 /  | 2")],
)  # fmt: skip
def test_empty_cells_stay(table: str, shown: str) -> None:
    assert texts(table) == [shown]


def test_a_table_ends_a_list() -> None:
    assert texts(f"1. 甲\n\n{TABLE}\n1. 乙\n")[2] == "1.乙"


# Tags


def test_blocks_may_depend_on_conditions_and_loops() -> None:
    source = (
        "{% if 数 > 9 %}\n# 多\n{% else %}\n# 少\n\n内容\n{% endif %}\n"
        "{% for r in 指标 %}\n{% if r.分 == 2 %}\n1. {{ r.名称 }}\n{% endif %}\n{% endfor %}\n"
        "{% for r in 无 %}\n空\n{% endfor %}\n末{% if 空白 %}不{% endif %}尾"
    )
    assert texts(source) == ["一、少", "内容", "1.指标2", "末尾"]


def test_numbering_counts_what_appears() -> None:
    source = "{% if 空白 %}\n# 无\n{% endif %}\n# 有\n{% for r in 指标 %}\n## {{ r.名称 }}\n\n1. 甲\n{% endfor %}\n"
    assert texts(source) == ["一、有", "（一）指标1", "1.甲", "（二）指标2", "1.甲"]


def test_blocks_without_text_vanish() -> None:
    assert texts("甲\n\n{{ 空白 }}\n\n{% if 空白 %}x{% endif %}\n\n乙\n") == ["甲", "乙"]


def test_a_block_with_a_fault_in_it_does_not_vanish() -> None:
    for source in ("{{ 数 | 比上年 }}\n", "| 甲 |\n|-|\n| {{ 数 | 比上年 }} |\n"):
        shown = blocks(source)
        everything = "".join(b.text + "".join(c for row in b.rows for c in row) for b in shown)
        assert markers.FAULTY in everything


def test_values_keep_paths_tags_and_line_breaks() -> None:
    (block,) = blocks("一\n\n{% if 空白 %}\n{% endif %}\n{{ 年度 }}年{{ 两行 }}{{ 数 | 万元 }}"[3:])
    clean, marks = markers.strip(block.text)
    assert clean == "2020年甲<br/>乙5万元"
    assert [(clean[m.start : m.end], m.path, m.tag) for m in marks] == [
        ("2020", "年度", 2),
        ("甲<br/>乙", "两行", 3),
        ("5万元", "数|万元", 4),
        (clean, "正文[3]", -1),
    ]


def test_tags_may_stretch_over_lines() -> None:
    source = (
        "甲{{ 数\n  | 万元 }}乙\n丙{# 注\n释 #}丁\n\n{% if 年度\n   == '2020' %}\n戊\n{% endif %}\n"
    )
    assert texts(source) == ["甲5万元乙丙丁", "戊"]


def places(source: str) -> list[tuple[str, int, int]]:
    return [
        (tag.text.partition("\n")[0], tag.at.line, tag.at.column)
        for tag in read_report(source, "report.md").tags
    ]


def test_every_tag_has_its_line_and_column() -> None:
    source = "# {{ 年度 }}年{{ 年度 }}\n\n  甲{{ 数\n | 万元 }}乙{{ 年度 }}\n{{ 年度 }}丙{# a\nb #}{{ 数 }}\n| {{ 数 }} |\n"
    assert places(source) == [
        ("{{ 年度 }}", 1, 3),
        ("{{ 年度 }}", 1, 12),
        ("{{ 数", 3, 4),
        ("{{ 年度 }}", 4, 10),
        ("{{ 年度 }}", 5, 1),
        ("{# a", 5, 10),
        ("{{ 数 }}", 6, 5),
        ("{{ 数 }}", 7, 3),
    ]


@given(st.lists(st.sampled_from(["甲", "\n", "{{ 年度 }}", "{{ 数\n| 万元 }}", "# ", "1. ", "| ", " "]),
                max_size=25).map("".join))  # fmt: skip
def test_tags_are_where_the_source_has_them(source: str) -> None:
    lines = source.split("\n")
    for tag in read_report(source, "report.md").tags:
        assert lines[tag.at.line - 1][tag.at.column - 1 :].startswith(tag.text.partition("\n")[0])


def test_tags_that_do_not_compile_leave_no_code() -> None:
    made, problems = compiled("甲{{ 年度 * 2 }}\n\n{% if 年度 %}\n乙\n")
    assert not made.sound
    assert len(made.statements) == 2
    assert seen(problems) == []


# What is reported


@pytest.mark.parametrize(
    ("source", "expected", "named"),
    [
        ("# 题\n##### 题\n", ["T121 2:1", "T124 2:1"], ["四层"]),
        ("###### 题\n", ["T121 1:1", "T124 1:1"], ["四层"]),
        ("# 一、概况\n", ["T122 1:1"], ["“一、概况”"]),
        ("# 题\n## （二）{{ 年度 }}年\n", ["T122 2:1"], ["“（二）…年”"]),
        ("# 3. 题\n", ["T122 1:1"], ["“3. 题”"]),
        ("# 题\n### 题\n", ["T124 2:1"], ["第1层", "第3层"]),
        ("## 题\n", ["T124 1:1"], ["第2层"]),
        ("| 甲 | 乙 |\n|---|---|\n| 1 |\n| 1 | 2 | 3 |\n", ["T123 3:1", "T123 4:1"], ["1格", "2格", "3格"]),
        ("- 甲\n", ["T125 1:1"], ["项目符号"]),
        ("* 甲\n\n+ 乙\n", ["T125 1:1", "T125 3:1"], ["项目符号"]),
        ("甲\n> 乙\n", ["T125 2:1"], ["引用"]),
        ("```\n甲\n```\n", ["T125 1:1", "T125 3:1"], ["代码块"]),
        ("  ![图](a.png)\n", ["T125 1:3"], ["图片"]),
        ("甲\n\n---\n", ["T125 3:1"], ["分隔线"]),
        ("***\n", ["T125 1:1"], ["分隔线"]),
        ("甲{{ 年度\n", ["T113 1:2"], ["{{ 年度"]),
        ("甲\n年度 }}乙\n", ["T113 2:4"], ["}}乙"]),
        ("{% if 年度 }\n", ["T113 1:1"], ["{% if"]),
        ("甲%}\n", ["T113 1:2"], ["%}"]),
        ("{{ 年度 }}年{{ 数\n", ["T113 1:10"], ["{{ 数"]),
        ("｛｛ 年度 ｝｝\n", ["T114 1:1"], ["｛｛ 年度"]),
        ("甲{｛年度}}\n", ["T113 1:6"], ["}}"]),
        ("甲｛% if 年度 %｝\n", ["T114 1:2"], ["｛% if"]),
        ("{{ 年度 }}{{ 年度 }}｛｛ 数 ｝｝\n", ["T114 1:17"], ["｛｛ 数"]),
        ("{{ 年度\n}}年，}}\n", ["T113 2:5"], ["}}"]),
        ("共{ 收入.合计 }万元\n", ["T126 1:2"], ["“{ 收入.合计 }”只有一个", "写成 {{ 收入.合计 }}"]),
        ("甲\n{年度}年{数 | 万元}\n", ["T126 2:1", "T126 2:6"], ["{{ 年度 }}", "{{ 数 | 万元 }}"]),
        ("{{ 年度 }}年{指标[0].名称}\n", ["T126 1:10"], ["{{ 指标[0].名称 }}"]),
        ("# 题{年度}\n\n| ｛ 数 ｝ |\n", ["T126 1:4", "T126 3:3"], ["“｛ 数 ｝”", "{{ 数 }}"]),
        ("{{ 年度\n}}年{ 数 }\n", ["T126 2:4"], ["{{ 数 }}"]),
        ("**粗体**和**重点**\n", ["T127 1:1", "T127 1:8"], ["“**粗体**”", "“**重点**”"]),
        ("# **题**\n\n1. 甲**乙 丙**丁\n", ["T127 1:3", "T127 3:5"], ["“**乙 丙**”"]),
        ("共**{{ 数 }}万元**。\n", ["T127 1:2"], ["“**…万元**”"]),
        ("（**注：{{ 数 }}**）\n", ["T127 1:2"], []),
        ("＃ 题\n\n甲\n", ["T128 1:1"], ["＃", "半角"]),
        ("甲\n\n  ＃＃题\n", ["T128 3:3"], []),
        ("#＃ 题\n", ["T128 1:2"], []),
        ("项目\t预算\t执行\n甲\t１２\t3\n\n{{ 年度 }}\t乙\n", ["T129 1:3", "T130 2:3", "T129 4:9"], ["“项目”", "| 甲 | 乙 |", "“12”"]),
        ("1. 甲\t乙\n", ["T129 1:5"], ["“1. 甲”"]),
        ("完成率为８０.７４％。\n", ["T130 1:5"], ["“８０.７４％”", "改成“80.74%”"]),
        ("共１2．５万元，3.５%\n", ["T130 1:2", "T130 1:9"], ["“12.5”", "“3.5%”"]),
    ],
)  # fmt: skip
def test_mistakes_of_structure(source: str, expected: list[str], named: list[str]) -> None:
    _, problems = compiled(source)
    assert seen(problems) == expected
    assert_names(problems, *named)


@pytest.mark.parametrize(
    "source",
    ["# 2020年概况\n", "# 3个问题\n", "# 2.5倍增长\n", "-5万元\n", "甲 - 乙\n", "——说明\n", "*注：甲\n",
     "#### 题\n"[3:], "a > b\n", "{1，2}\n", "{甲、乙}\n", "{ }\n", "甲{\n", "（甲）\n", "100%\n", "！[甲]\n", "| 单独一格 |\n",
     "张**、李**\n", "138****1234、139****5678\n", "2 ** 3 ** 4\n", "注** 甲\n", "3#＃楼\n", "甲＃乙\n",
     "# \t题\t\n", "1.\t甲\n", "\t甲\t\n", "| 甲 |\t乙 |\n", "12.5％\n", '{{ 数\t}}、{{ "１" }}\n',
     '{{ "{年度}" }}\n', "{# { 年度 } **甲** #}\n"],
)  # fmt: skip
def test_ordinary_text_is_not_blamed(source: str) -> None:
    assert seen(compiled(source)[1]) == []


def test_warnings_do_not_stop_a_report() -> None:
    _, problems = compiled("# 一、概况\n### 题\n")
    assert [str(p.severity) for p in problems] == ["warning", "warning"]


def test_an_unclosed_comment_is_named() -> None:
    _, problems = compiled("甲\n\n代码{#1\n")
    assert seen(problems) == ["T113 3:3"]


def test_long_lines_are_read_quickly() -> None:
    for line in ("{甲|" + " " * 9000, "{甲" + ".乙" * 9000, "**甲" * 9000, "**" * 9000 + "甲", "{ " * 9000,
                 "# 甲" + " " * 3000 + "乙", "| 甲 |\n|" + "-" * 3000 + "x|", "-" * 9000 + "x",
                 "# 甲" + " #" * 3000 + "x", "1." + " " * 9000):  # fmt: skip
        compiled(line)


@given(st.text(alphabet="# 甲1.|-\n{}%（、>*`![]()\t　", max_size=60))
def test_any_text_is_read(source: str) -> None:
    made, problems = compiled(source)
    if made.sound and not problems.failed:
        narrative.render_narrative(made, ENVIRONMENT, CONTEXT)
