"""What is still to be filled in or changed: values, remarks, words in running text."""

from __future__ import annotations

import pytest

from generator.content.blanks import in_text, in_yaml, is_unfilled


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("甲: 待填", [("待填", "甲", 4)]),
        ("甲: 待填（单位全称）", [("待填", "甲", 4)]),
        ("甲: {本年: 1, 上年: 待填}", [("待填", "甲.上年", 16)]),
        ("甲: 一是待填，二是没有", [("待填", "甲", 4)]),
        ("甲: 5  # 示例", [("示例", "甲", 7)]),
        ("甲: 5  # 示例：5", [("示例", "甲", 7)]),
        ("甲: 5  #示例：5", [("示例", "甲", 7)]),
        ("甲: {本年: 1, 上年: 2}  # 待更新：1、2", [("待更新", "甲", 20)]),
        ("甲: 5  # 待更新：5     # 原来的说明", [("待更新", "甲", 7)]),
        ("甲: 5  # 示例 # 原来的说明", [("示例", "甲", 7)]),
        ("甲: 6  # 待更新：5  # 原来的说明", []),
        ("甲: {乙: 5, 丙: 5}  # 待更新：丙 5", [("待更新", "甲.丙", 18)]),
        ("甲: {乙: 5, 丙: 6}  # 待更新：丙 5", []),
        ("甲: {乙: 5, 丙: 长}  # 待更新：丙", [("待更新", "甲.丙", 18)]),
        (
            "甲: {乙: 1, 丙: 2}  # 待更新：乙 1  # 待更新：丙 2",
            [("待更新", "甲.乙", 18), ("待更新", "甲.丙", 29)],
        ),
        ("甲:   # 示例\n  乙: 5", [("示例", "甲", 6)]),
        # changed, confirmed, or never one
        ("甲: 6  # 示例：5", []),
        ("甲: 5  # 照实填", []),
        ("甲: 5  # 示例一", []),
        ("# 示例：5", []),
        ("甲: '5 # 示例'", []),
        ("甲: |-\n  走访 # 示例\n  完", []),
        ("甲: 5", []),
    ],
)
def test_yaml(line: str, found: list[tuple[str, str, int]]) -> None:
    blanks = in_yaml(line + "\n", "facts.yaml")
    assert [(b.kind, b.name, b.at.column) for b in blanks] == found


def test_a_file_that_is_no_yaml_still_tells_its_words() -> None:
    assert [b.at.line for b in in_yaml("甲: {乙: 待填\n丙：待更新\n", "facts.yaml")] == [1, 2]


def test_text() -> None:
    found = in_text("全年走访【待填】家。\n今年【待更新】，明年待填。\n没有\n", "report.md")
    assert [(b.kind, b.at.line, b.at.column) for b in found] == [
        ("待填", 1, 6), ("待更新", 2, 4), ("待填", 2, 11),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "open_"),
    [
        ("待填", True),
        ("待填：名称", True),
        ("【待填】", True),
        ("待填报", False),
        ("没有待填", False),
    ],
)
def test_a_value_that_stands_for_another(text: str, open_: bool) -> None:
    assert is_unfilled(text) is open_
