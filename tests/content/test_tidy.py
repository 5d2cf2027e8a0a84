"""A pasted report.md in gen's form: no word changes or moves, and a second time nothing does."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit import workspaces
from kit.prose import printed

from generator.content.report.marks import mark_of
from generator.content.report.tidy import tidy
from generator.language.tags import TAG

#: What tidying may take away or set: blanks, numbers before a text, signs of headings and tables.
_FREE = re.compile(
    r"[\s#|、．.（）()\-0-9０-９一二三四五六七八九十百零〇第部分章节编篇①-⑳❶-❿⑴-⒇⒈-⒛㈠-㈩Ⅰ-ⅫIVX]"
)


def tidied(source: str) -> str:
    return tidy(source, "report.md").text


PASTED = """\
　　驻深办2020年度工作报告
　　市财政局：
　　为做好工作，现将情况报告如下：
　　一、概况
　　（一）职责
　　（1）部门职责
　　1. 联络。
　　2．接待。
　　（2）部门情况
　　本部门{{ 人员.编制
  }}人。
　　二、问题
　　存在问题：办法不多。
　　驻深圳办事处
　　2021年5月21日
"""
TIDY = """\
驻深办2020年度工作报告

市财政局：

为做好工作，现将情况报告如下：

# 概况

## 职责

### 部门职责

1. 联络。
2. 接待。

### 部门情况

本部门{{ 人员.编制
  }}人。

# 问题

存在问题：办法不多。

驻深圳办事处

2021年5月21日
"""


@pytest.mark.parametrize(
    "indent", ["　　", "", "\u00a0\u00a0", "\u2003\u2003", "\t", "    "], ids=repr
)
def test_a_report_pasted_line_by_line(indent: str) -> None:
    pasted = PASTED.replace("　　", indent)
    assert tidied(pasted) == TIDY
    apart = tidied(pasted.replace("\n", "\n\n").replace("编制\n\n", "编制\n"))
    assert apart.replace("联络。\n\n", "联络。\n") == TIDY


def test_every_change_is_told() -> None:
    changes = tidy(
        "# 概况\n甲段。\n乙段。\n　　（一）职责\n丙段。\n1、甲项\n2、乙项\n", "r"
    ).changes
    assert [(c.line, c.kind, c.before, c.after) for c in changes] == [
        (2, "另起一段", "甲段。", "甲段。"),
        (3, "另起一段", "乙段。", "乙段。"),
        (4, "写成标题", "　　（一）职责", "## 职责"),
        (5, "另起一段", "丙段。", "丙段。"),
        (6, "写成编号列表", "1、甲项", "1. 甲项"),
        (7, "写成编号列表", "2、乙项", "2. 乙项"),
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("# 一、概况\n## （一） 职责\n", "# 概况\n\n## 职责\n"),
        ("第一部分 概况\n\n一、职责\n\n正文。\n", "# 概况\n\n## 职责\n\n正文。\n"),
        ("项目\t预算\n甲\t1\n乙\t2\n", "| 项目 | 预算 |\n|---|---|\n| 甲 | 1 |\n| 乙 | 2 |\n"),
        ("甲|乙\n---|---\n1|{{ 年 | 万元 }}\n", "| 甲 | 乙 |\n|---|---|\n| 1 | {{ 年 | 万元 }} |\n"),
        ("1. 甲\n5. 乙\n", "1. 甲\n2. 乙\n"),
        ("1. 甲\n2. 乙\n\n1. 丙\n2. 丁\n", "1. 甲\n2. 乙\n\n1. 丙\n2. 丁\n"),
        ("甲。\n\n\n\n乙。\n\n\n", "甲。\n\n乙。\n"),
        ("\n\n甲。", "甲。\n"),
        ("1. 甲\n    1. 子\n2. 乙\n", "1. 甲\n   1. 子\n2. 乙\n"),
        ("一、概况\n正文。\n一、做法\n正文。\n", "一、概况\n\n正文。\n\n一、做法\n\n正文。\n"),  # two are the first
    ],
)  # fmt: skip
def test_what_is_sure(source: str, expected: str) -> None:
    assert tidied(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "一句话写到一半\n换了一行，又\n换了一行。\n接着写。\n",  # wrapped by an editor
        "# 一、二、三\n",  # which of them is the number?
        "（1）走访；\n\n（2）座谈。\n",  # prints as typed
        "① 走访。\n\n② 座谈。\n",
        "● 走访。\n\n● 座谈。\n",
        "# 甲\n\n## 乙\n\n### 丙\n\n1、走访。\n\n2、座谈。\n",  # would print （1）
        "甲\t乙\n1\t2\t3\n",
        "甲\t乙|丙\n1\t2\n",
        "{% for p in 项目 %}\n1. {{ p.名称 }}\n{% endfor %}\n",
        "| 甲 |\n|---|\n{% for p in 项目 %}\n| {{ p.名称 }} |\n{% endfor %}\n",
        "甲{{ 年度\n",  # broken tags
        "一、概况\n\n（一）职责\n\n正文。\n\n三、做法\n\n正文。\n",  # a number is missing
        "# 题 #\n",
        "<!-- 备注 -->\n",
        "1. 甲\n1. 乙\n1. 丙\n",
    ],
)
def test_what_is_not_sure_stays(source: str) -> None:
    assert tidy(source, "r").text == source
    assert tidy(source, "r").changes == ()


@pytest.mark.parametrize(
    "path", sorted((workspaces.ROOT / "content").glob("*/*/report.md")), ids=str
)
def test_samples_are_tidy(path: object) -> None:
    source = path.read_text("utf-8")  # type: ignore[attr-defined]
    assert tidied(source) == source


@pytest.mark.parametrize("indent", ["　　", ""])
@pytest.mark.parametrize("end", ["。", ""], ids=["", "full stops forgotten"])
def test_a_printed_report_pasted_back_prints_the_same(indent: str, end: str) -> None:
    """With its four headings of the first level, and all others, and every number once."""
    report = workspaces.ROOT / "content" / "jiujiang-shenzhen" / "2020" / "report.md"
    lines = TAG.sub(lambda tag: "某" if tag[0][1] == "{" else "", report.read_text("utf-8")).split(
        "\n"
    )
    source = "\n".join(f"{line}{end}" if line.endswith("某") else line for line in lines)
    before = printed(source)
    made = tidied("\n".join(f"{indent}{line}" for line in before))
    assert printed(made) == before
    signed = [line for line in made.split("\n") if line.startswith("#")]
    assert signed == [line for line in source.split("\n") if line.startswith("#")]
    assert sum(line.startswith("# ") for line in signed) == 4


LINES = st.sampled_from(
    ["一、", "（一）", "1. ", "1、", "2. ", "2、", "（1）", "①", "● ", "# ", "## ", "一、二、", "第一部分 ", "1.1 ", "|", "3) ", "　　", "    ", "\u00a0", ""]
)  # fmt: skip
WORDS = st.sampled_from(
    ["概况", "部门职责", "走访了企业。", "其中：", "接着，写", "{{ 年度 }}", "{{ 数\n | 万元 }}甲", "{% if 年度 %}", "{% endif %}", "甲\t乙", "甲|乙", "---|---", "1\t2", "题 #", "", "市财政局：", "2021年5月21日"]
)  # fmt: skip
PROSE = st.lists(
    st.tuples(st.sampled_from(["", "　　", "  ", "\t"]), LINES, WORDS, st.sampled_from(["\n", "\n\n"])),
    max_size=14,
).map(lambda lines: "".join(map("".join, lines)))  # fmt: skip


@given(PROSE)
def test_tidying_twice_changes_nothing_more(source: str) -> None:
    once = tidied(source)
    assert tidied(once) == once
    assert tidy(once, "r").changes == ()


@given(PROSE)
def test_no_character_of_the_text_changes_or_moves(source: str) -> None:
    once = tidied(source)
    assert TAG.findall(once) == TAG.findall(source)
    assert _FREE.sub("", TAG.sub("{}", once)) == _FREE.sub("", TAG.sub("{}", source))


@given(PROSE)
def test_only_what_stands_before_a_text_is_taken_away(source: str) -> None:
    """Line by line, what is left of each ends as it did, from its first words on."""
    before = [line.strip() for line in TAG.sub("{}", source).split("\n") if line.strip()]
    after = [line.strip() for line in TAG.sub("{}", tidied(source)).split("\n") if line.strip()]
    left = iter(after)
    for line in before:
        mark = mark_of(line.lstrip("#").strip())
        words = re.sub(r"[\s|]", "", line.lstrip("#").strip()[mark.end if mark else 0 :])
        for made in left:
            if re.sub(r"[\s|]", "", made).endswith(words):
                break
        else:
            if not re.fullmatch(r"[\s:|-]+", line):
                raise AssertionError(line)


@given(st.text(alphabet="#|一、（）(1)2.①●　 \t\n甲。：-{}%\u00a0", max_size=60))
def test_any_text_is_tidied_once(source: str) -> None:
    once = tidied(source)
    assert tidied(once) == once


def test_long_texts_are_tidied_in_linear_time() -> None:
    for line in ("　　甲段。\n", "一、概况\n\n甲。\n", "1、甲\n", "甲\t乙\n", "甲|乙\n---|---\n"):
        tidied(line * 2000)
