"""Prose pasted from Word: what prints is what the writer sees, or a warning names the line."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit.problems import assert_names, seen
from kit.prose import printed

from generator.content.report.marks import LEVELS, Mark, Outline, mark_of
from generator.content.report.reader import read_report
from generator.problems import Problems


def found(source: str) -> Problems:
    problems = Problems()
    problems.extend(read_report(source, "report.md").problems)
    return problems


# Lines that begin paragraphs


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        # indented as paragraphs are, whatever blank Word used
        ("　　甲单位是二级单位。\n　　本部门编制5人。\n　　扎实工作。", ["甲单位是二级单位。", "本部门编制5人。", "扎实工作。"]),
        ("\u00a0\u00a0甲单位\n\u00a0\u00a0乙单位", ["甲单位", "乙单位"]),
        ("\u2003\u2003甲单位。\n\u2003\u2003乙单位。", ["甲单位。", "乙单位。"]),
        ("    甲单位。\n    乙单位。", ["甲单位。", "乙单位。"]),
        ("\t甲单位。\n\t乙单位。", ["甲单位。", "乙单位。"]),
        ("　　一句话，说到\n　　另起一段。", ["一句话，说到", "另起一段。"]),
        ("1. 甲项。\n　　乙段。", ["1.甲项。", "乙段。"]),
        ("甲段。\n\u00a0\n乙段。", ["甲段。", "乙段。"]),
        # bullets and numbers of one's own
        ("● 走访企业。\n● 组织活动。\n① 甲事。\n② 乙事。", ["● 走访企业。", "● 组织活动。", "① 甲事。", "② 乙事。"]),
        ("■走访\n■活动", ["■走访", "■活动"]),
        ("➢ 走访企业\n➢ 组织活动", ["➢ 走访企业", "➢ 组织活动"]),
        ("√走访。\n·\u00a0活动。", ["√走访。", "·\u00a0活动。"]),
        ("主要做法：\n（一）走访。\n（二）座谈。", ["主要做法：", "（一）走访。", "（二）座谈。"]),
        ("1、走访\n2、座谈", ["1、走访", "2、座谈"]),
        ("（1）走访；\n（2）座谈。", ["（1）走访；", "（2）座谈。"]),
        ("⑴走访\n⑵座谈", ["⑴走访", "⑵座谈"]),
        ("①走访\n②座谈", ["①走访", "②座谈"]),
        ("A. 走访\nB. 座谈", ["A. 走访", "B. 座谈"]),
        ("１．走访。\n２．座谈。", ["1.走访。", "2.座谈。"]),
        # a soft break within a sentence is none
        ("甲单位\n是二级单位。", ["甲单位是二级单位。"]),
        ("一年来，走访企业\n一二三家。", ["一年来，走访企业一二三家。"]),
        ("一年来，走访企业\n  一二三家。", ["一年来，走访企业一二三家。"]),
        ("1. 走访\n   企业。\n2. 座谈", ["1.走访企业。", "2.座谈"]),
        ("一般公共服务支出年初预算数为233.61万元，\n决算数", ["一般公共服务支出年初预算数为233.61万元，决算数"]),
    ],
)  # fmt: skip
def test_a_line_that_looks_like_a_paragraph_is_one(source: str, lines: list[str]) -> None:
    assert printed(source) == lines
    assert seen(found(source)) == []


@pytest.mark.parametrize(
    ("source", "expected", "named"),
    [
        ("甲段。\n乙段。\n丙段。\n", ["T132 2:1", "T132 3:1"], ["“乙段。”", "gen tidy"]),
        ("甲段：\n乙段\n丙段\n", ["T132 2:1"], ["“乙段”"]),
        ("“甲段。”\n乙段\n", ["T132 2:1"], []),
        ("甲段（见附件。）\n乙段\n", ["T132 2:1"], []),
        ("1. 甲项。\n   接着写。\n", ["T132 2:4"], []),
        ("经费情况说明\n本部门编制5人。\n", ["T132 2:1"], []),
        ("我们走访了\n（一）甲企业。\n", ["T131 2:1"], ["“（一）”"]),
        ("我们走访了\n① 甲企业。\n", ["T131 2:1"], ["“①”"]),
        ("我们走访了\n● 甲企业。\n", ["T131 2:1"], ["“●”"]),
    ],
)
def test_lines_that_run_together_are_pointed_out(
    source: str, expected: list[str], named: list[str]
) -> None:
    assert seen(found(source)) == expected
    assert_names(found(source), *named)
    assert len(printed(source)) == 1


def test_a_heading_is_one_below_a_sentence_without_its_stop() -> None:
    assert printed("甲段，忘了句号\n（一）抓招商\n接着写。") == [
        "甲段，忘了句号",
        "（一）抓招商",
        "接着写。",
    ]
    assert len(printed("详见文件\n（一）和（二）的规定。")) == 1


# Numbers of lists


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("1. 甲。\n\n甲的说明。\n\n2. 乙。\n\n3. 丙。", ["1.甲。", "甲的说明。", "2.乙。", "3.丙。"]),
        ("1. 甲\n2. 乙\n\n1. 丙\n2. 丁", ["1.甲", "2.乙", "1.丙", "2.丁"]),
        ("1. 甲\n2. 乙\n1. 丙\n2. 丁", ["1.甲", "2.乙", "1.丙", "2.丁"]),
        ("5. 甲\n6. 乙", ["5.甲", "6.乙"]),
        ("1. 甲。\n\n正文。\n\n5. 乙。", ["1.甲。", "正文。", "5.乙。"]),
        ("1. 甲。\n\n正文。\n\n1. 乙。", ["1.甲。", "正文。", "1.乙。"]),
        ("1. 甲\n1. 乙\n1. 丙", ["1.甲", "2.乙", "3.丙"]),
        ("5. 甲\n5. 乙", ["5.甲", "6.乙"]),
        ("1. 甲\n   1. 子\n   2. 丑\n2. 乙\n   1. 寅", ["1.甲", "（1）子", "（2）丑", "2.乙", "（1）寅"]),
        ("1. 甲\n   3. 子\n2. 乙", ["1.甲", "（3）子", "2.乙"]),
        ("0. 甲\n1. 乙", ["0.甲", "1.乙"]),
        ("1. 甲。\n2. 乙。\n\n# 题目\n\n3. 丙。\n4. 丁。", ["1.甲。", "2.乙。", "一、题目", "3.丙。", "4.丁。"]),
        ("{% for r in 指标 %}\n1. {{ r.名称 }}\n{% endfor %}\n2. 末", ["1.甲", "2.乙", "3.末"]),
        ("{% for r in 指标 %}\n{{ r.名称 }}。\n\n1. 子\n2. 丑\n{% endfor %}", ["甲。", "1.子", "2.丑", "乙。", "1.子", "2.丑"]),
        ("{% for r in 指标 %}\n1. {{ r.名称 }}。\n{% endfor %}\n\n说明。\n\n2. 末。", ["1.甲。", "2.乙。", "说明。", "3.末。"]),
        ("1. 甲\n{% if 年度 == '2019' %}\n2. 乙\n{% else %}\n2. 丙\n{% endif %}\n3. 丁", ["1.甲", "2.丙", "3.丁"]),
        ("{% if 年度 == '2019' %}\n1. 甲。\n{% endif %}\n\n说明。\n\n2. 乙。", ["说明。", "1.乙。"]),
    ],
)  # fmt: skip
def test_lists_are_numbered_as_typed(source: str, lines: list[str]) -> None:
    assert printed(source) == lines
    assert seen(found(source)) == []


@pytest.mark.parametrize(
    ("source", "expected", "lines"),
    [
        ("1. 甲\n5. 乙\n", ["T133 2:1"], ["1.甲", "2.乙"]),
        ("1. 甲\n2. 乙\n2. 丙\n3. 丁\n", ["T133 3:1", "T133 4:1"], ["1.甲", "2.乙", "3.丙", "4.丁"]),
        ("1. 甲\n1. 乙\n2. 丙\n", ["T133 3:1"], ["1.甲", "2.乙", "3.丙"]),
    ],
)  # fmt: skip
def test_a_number_that_prints_otherwise_is_pointed_out(
    source: str, expected: list[str], lines: list[str]
) -> None:
    assert seen(found(source)) == expected
    assert printed(source) == lines


@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), max_size=12))
def test_every_number_prints_as_typed_or_is_told(items: list[tuple[int, bool]]) -> None:
    """… but for the list of equal numbers, which the guide offers as a way to number by itself."""
    source = "".join(f"{n}. 事项。\n" + ("" if near else "\n说明。\n\n") for n, near in items)
    lines = [text for text in printed(source) if text.endswith("事项。")]
    told = {problem.at.line for problem in found(source) if problem.code == "T133"}
    places = [n for n, line in enumerate(source.split("\n"), 1) if line.endswith("事项。")]
    previous = None
    for (typed, near), text, place in zip(items, lines, places, strict=True):
        number = int(re.match(r"\d+", text)[0])  # type: ignore[index]
        assert number == typed or place in told or typed == previous
        previous = typed if near else None


# Headings


TYPED_HEADINGS = [
    "第一章 总则", "第一部分 概况", "第一部分概况", "第1章 概况", "1.1 概况", "1.1概况", "1.1.2 概况", "一．概况", "一.概况",
    "一 概况", "一、概况", "(一)概况", "（一）概况", "㈠概况", "⑴概况", "（1）概况", "(1) 概况", "①概况", "1）概况",
    "1)概况", "1、概况", "1. 概况", "１．概况", "⒈概况", "Ⅰ.概况", "Ⅱ 概况", "IV. 概况", "十二、概况", "❶概况", "A、概况",
]  # fmt: skip


@pytest.mark.parametrize("text", TYPED_HEADINGS)
def test_a_heading_with_a_number_of_its_own(text: str) -> None:
    assert [item for item in seen(found(f"# {text}\n")) if "T122" in item] == ["T122 1:1"]


@pytest.mark.parametrize(
    "text",
    ["2020年概况", "3个问题", "2.5倍增长", "1.5亿元项目", "一季度情况", "三公经费", "第一批主题教育", "“三公”经费",
     "十四五规划", "Ivory", "IT系统", "A股", "第一章程", "二〇二〇年工作", "100%完成", "3·15行动", "√"],
)  # fmt: skip
def test_other_headings_have_none(text: str) -> None:
    assert seen(found(f"# {text}\n")) == []


@pytest.mark.parametrize(
    ("source", "expected", "meant"),
    [
        ("一、概况\n\n（一）职责\n\n驻深办负责联络。\n\n# 做法\n\n正文。\n", ["T134 1:1", "T134 3:1"], ["“# 概况”", "“## 职责”"]),
        ("一、概况\n正文在此。\n", ["T134 1:1"], ["“# 概况”"]),
        ("# 概况\n\n（1）职责\n\n正文。\n", ["T134 3:1"], ["“## 职责”"]),
        ("# 概况\n\n## 甲\n\n1. 收入情况\n\n正文。\n\n2. 支出情况\n\n正文。\n", ["T134 5:1", "T134 9:1"], ["“### 收入情况”"]),
        ("第一部分 概况\n\n一、职责\n\n正文。\n", ["T134 1:1", "T134 3:1"], ["“# 概况”", "“## 职责”"]),
        ("  一、 {{ 年度 }}年概况\n\n正文。\n", ["T134 1:3"], ["“# …年概况”"]),
        ("# 概况\n\n“三公”经费情况说明\n\n正文。\n", ["T134 3:1"], ["“# “三公”经费情况说明”"]),
    ],
)  # fmt: skip
def test_headings_without_signs_are_pointed_out(
    source: str, expected: list[str], meant: list[str]
) -> None:
    told = [p for p in found(source) if p.code == "T134"]
    assert seen(told) == [one for one in expected if one.startswith("T134")]
    assert_names(told, *meant)


@pytest.mark.parametrize(
    "source",
    [
        "一、走访企业，\n\n二、座谈，\n\n正文。\n",
        "一、走访企业\n\n二、座谈\n\n三、活动\n\n正文。\n",
        "（一）加强领导。成立领导小组。\n\n正文。\n",
        "1. 走访\n2. 座谈\n\n正文。\n",
        "正文。\n\n1、走访\n\n2、座谈\n\n正文。\n",
        "甲\n\n正文。\n",
        "{{ 年度 }}\n\n正文。\n",
        "正文。\n\n一、概况\n",
        "| 项目名称 |\n|---|\n| 1 |\n",
    ],
)
def test_lists_and_sentences_are_no_headings(source: str) -> None:
    assert [item for item in seen(found(source)) if "T134" in item] == []


# What belongs to the whole document, and other signs


LETTER = (
    "驻深办2020年度整体支出绩效评价工作报告\n\n市财政局：\n\n为深入贯彻文件精神，现将情况报告如下：\n\n# 概况\n\n正文。\n\n"
    "驻深圳办事处\n\n2021年5月21日\n"
)


def test_title_addressee_and_signature_are_pointed_out() -> None:
    told = [p for p in found(LETTER) if p.code == "T135"]
    assert seen(told) == ["T135 1:1", "T135 3:1", "T135 11:1", "T135 13:1"]
    assert_names(told, "像是文件标题", "“市财政局：”像是主送单位", "“2021年5月21日”像是落款")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("关于报送绩效材料的函\n\n各处室、各直属单位：\n\n甲。\n", ["T135 1:1", "T135 3:1"]),
        ("2020年度部门决算情况说明\n\n甲。\n", ["T135 1:1"]),
        (
            "甲。\n\n乙。\n\n    九江市图书馆（盖章）\n\n二〇二一年三月一日\n",
            ["T135 5:5", "T135 7:1"],
        ),
        ("甲。\n\n乙。\n\n市人力资源和社会保障局\n", ["T135 5:1"]),
        ("甲。\n\n乙。\n\n完成时间\n\n2020年3月1日\n", ["T135 7:1"]),
    ],
)
def test_titles_and_signatures_of_all_kinds(source: str, expected: list[str]) -> None:
    assert [item for item in seen(found(source)) if "T135" in item] == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("目录\n\n一、概况........1\n\n（二）做法…………………… 3\n\n# 概况\n",
         ["T135 1:1", "T135 3:1", "T135 5:1"]),
        ("甲。\n\n— 2 —\n\n乙。\n", ["T135 3:1"]),
        ("甲。\n\n- 12 -\n\n乙。\n", ["T135 3:1"]),
        ("甲。\n\n第 2 页 共 5 页\n\n乙。\n", ["T135 3:1"]),
        ("概况\n====\n\n甲。\n", ["T125 2:1"]),
        ("甲。\n\n————————\n\n乙。\n", ["T125 3:1"]),
        ("第一行  \n第二行。\n", ["T132 2:1"]),
        ("见[网站](http://a.cn)。\n", ["T136 1:2"]),
        ("甲<br/>乙\n", ["T136 1:2"]),
        ("甲&nbsp;乙。\n", ["T136 1:2"]),
        ("甲~~乙~~。\n", ["T136 1:2"]),
        ("（见财预[2018](34)号）、a<b，5~~6。\n", []),
        ("甲——乙。\n\n2 — 3 人。\n", []),
        ("目录管理\n\n省略……3项。\n", ["T134 1:1"]),
    ],
)  # fmt: skip
def test_what_pages_and_webs_leave_behind(source: str, expected: list[str]) -> None:
    assert seen(found(source)) == expected


@pytest.mark.parametrize(
    "source",
    ["主要做法：\n\n正文。\n", "正文。\n\n现将有关情况报告如下：\n\n正文。\n", "工作报告\n", "正文。\n\n见附件。\n",
     "正文。\n\n会期为2020年5月1日。\n", "一年来，我办走访各单位：\n\n正文。\n",
     "参加评价的单位：\n\n甲科。\n\n乙科。\n", "基本情况\n\n甲。\n\n乙。\n", "部门整体支出情况\n\n甲。\n",
     "甲。\n\n乙。\n\n参加单位有市财政局、市教育局\n", "甲。\n\n乙。\n\n以上办法由局务会\n",
     "甲。\n\n乙。\n\n验收了宣教科和信息科各1个科\n"],
)  # fmt: skip
def test_ordinary_beginnings_and_endings(source: str) -> None:
    assert [item for item in seen(found(source)) if "T135" in item] == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<!-- 备注 -->\n", ["T136 1:1"]),
        ("甲<!-- 注\n释 -->乙\n", ["T136 1:2", "T136 2:3"]),
        ("甲|乙\n---|---\n1|2\n", ["T137 1:1"]),
        ("甲|乙\n1|2\n", ["T137 1:1"]),
        ("|行首竖线\n", ["T138 1:1"]),
        ("| 单独一格 |\n", []),
        ("甲|乙。\n", []),
        ("１．甲项。\n２．乙项。\n", []),
        ("１．共１２家。\n", ["T130 1:4"]),
        ("a --> b\n", ["T136 1:3"]),
    ],
)
def test_signs_that_print(source: str, expected: list[str]) -> None:
    assert seen(found(source)) == expected


# Marks


def test_marks_count() -> None:
    counts = {"十二、甲": 12, "（二十）甲": 20, "⑿甲": 12, "⒊甲": 3, "③甲": 3, "Ⅳ、甲": 4, "XIV. 甲": 14, "1.3 甲": 3,
              "第十章 甲": 10, "㈡甲": 2, "c) 甲": 3, "● 甲": 0, "１２．甲": 12}  # fmt: skip
    assert {text: mark_of(text).value for text in counts} == counts  # type: ignore[union-attr]


@given(
    st.text(
        alphabet="一二十百零第章节部分（）(1３.．、 )ⅠⅫIVXA①⑴⒈㈠●·　\u00a0甲\ue024", max_size=12
    )
)
def test_a_mark_stands_before_a_text(text: str) -> None:
    mark = mark_of(text)
    assert mark is None or (
        text.startswith(mark.typed) and mark.end < len(text) and text[mark.end].strip()
    )


def test_outline_goes_by_the_headings_before() -> None:
    outline = Outline()
    assert [outline.level(shape) for shape in ("一、", "（一）", "（1）", "（1）", "（一）", "1.", "一、", "1.1")] == [1, 2, 3, 3, 2, 3, 1, 2]  # fmt: skip
    outline.set(2)
    assert outline.level("（1）") == 3
    assert outline.level(LEVELS[0]) == 1
    assert Mark("①", 1, "①", 1).goes_before(Mark("①", 2, "②", 1))
    assert not Mark("①", 1, "①", 1).goes_before(Mark("1.", 2, "2.", 2))
