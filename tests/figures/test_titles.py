"""What counted paths are called, and that nothing else is taken for one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.figures.titles import Titles, quoted
from generator.problems import Position, Problem, Severity

NAMES = {
    "项目[1]": "甲", "项目[2]": "乙“丙”", "项目[1].指标[2]": "走访", "指标[12]": "满意度",
    "自评.一级[1]": "产出",
}  # fmt: skip


def told(message: str) -> str:
    titles = Titles.__new__(Titles)
    titles._names = NAMES
    problem = Problem("X", Severity.ERROR, message, "", Position("a.yaml", 1))
    found = titles.retold(problem)
    assert replace(found, message=message) == problem
    return found.message


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("收入.合计.本年", "“收入.合计.本年”"),
        ("项目[1].资金.合计", "项目“甲”的“资金.合计”"),
        ("项目[1].指标[2].得分", "项目“甲”三级指标“走访”的“得分”"),
        ("指标[12]", "三级指标“满意度”"),
        ("指标[13].目标", "三级指标第13项的“目标”"),
        ("自评.一级[1].得分", "一级指标“产出”的“得分”"),
        ("任务[2]", "任务第2项"),
    ],
)
def test_as_messages_quote_it(path: str, expected: str) -> None:
    assert quoted(path, lambda item: NAMES.get(item, "")) == expected


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("“项目[1].资金.合计”是-3万元。", "项目“甲”的“资金.合计”是-3万元。"),
        (
            "绕成了圈：项目[1].甲 → 指标[12].目标。",
            "绕成了圈：项目“甲”的“甲” → 三级指标“满意度”的“目标”。",
        ),
        ("一样：“项目[1].甲”、“收入.本年”。", "一样：项目“甲”的“甲”、“收入.本年”。"),
    ],
)
def test_paths_in_messages(message: str, expected: str) -> None:
    assert told(message) == expected


@pytest.mark.parametrize(
    "message",
    [
        "文号写成了“中发[2018]34号”，应为“〔2018〕34号”。", "“项目[9].资金”在内容里没有。", "“[”不认识。",
        "值“[1]”以“[”开头。", "“指标[]”", "没有“项目[x]”", "],[", "“”[",
    ],
)  # fmt: skip
def test_what_is_no_path_stays(message: str) -> None:
    assert told(message) == message


@given(st.text(alphabet="项目指标一级.[]12“”，。 →甲", max_size=40))
def test_any_message_is_told(message: str) -> None:
    once = told(message)
    assert told(once) == once
