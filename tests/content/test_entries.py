"""Mappings read by a declaration: what is unknown, missing or of the wrong kind."""

from __future__ import annotations

from decimal import Decimal

import pytest
from kit.problems import assert_names, seen
from kit.yaml import mapping, parsed, scalar

from generator.content.entries import Entry, entries, entry, is_blank, sequence
from generator.content.entries import mapping as as_mapping
from generator.content.schema.fields import (
    OPTIONAL,
    REQUIRED,
    Below,
    Each,
    Field,
    Group,
    Kind,
    Number,
    OneOf,
)
from generator.problems import Problems

INNER = Group("档", (Field("名称", Kind.TEXT, "", need=REQUIRED),))
GROUP = Group(
    "三级指标",
    (
        Field("名称", Kind.TEXT, "", need=REQUIRED),
        Field("分值", Number("分", low=0, high=100), "", need=REQUIRED),
        Field("位数", Number(whole=True), "", default="2"),
        Field("类型", OneOf(("正向", "反向")), "", default="正向"),
        Field("界限", Kind.MEASURE, "", OPTIONAL),
        Field("列表", Each(INNER), ""),
        Field("下面", Below(INNER), ""),
        Field("附件", Kind.TEXTS, ""),
    ),
)
FULL = """\
名称: 甲
分值: 7.5
位数: 0
类型: 反向
界限: 5%
列表: [{名称: 一}, {名称: 二}]
下面: {名称: 三}
附件: [子, 丑]
"""


def read(text: str) -> tuple[Entry, Problems]:
    problems = Problems()
    found = entry(mapping(text), GROUP, problems)
    assert found is not None
    return found, problems


def test_all_that_was_typed() -> None:
    given, problems = read(FULL)
    assert (given.text("名称"), given.decimal("分值"), given.choice("类型")) == (
        "甲", Decimal("7.5"), "反向",
    )  # fmt: skip
    measure = given.measure("界限")
    assert measure is not None
    assert (measure.text, given.decided("位数")) == ("5%", 0)
    assert [below.text("名称") for below in given.each("列表")] == ["一", "二"]
    assert (given.below("下面").text("名称"), given.texts("附件")) == ("三", ("子", "丑"))
    assert seen(problems) == []


def test_what_was_not_typed_is_nothing_or_the_default() -> None:
    given, problems = read("名称: 甲\n分值: 5\n")
    assert (given.decided("位数"), given.choice("类型"), given.measure("界限")) == (2, "正向", None)
    assert (list(given.each("列表")), given.texts("附件")) == ([], ())
    assert given.below("下面").text("名称") == ""
    assert seen(problems) == []


def test_a_key_that_is_not_declared_cannot_be_asked_for() -> None:
    given, _ = read(FULL)
    with pytest.raises(KeyError, match=r"三级指标\.天气"):
        given.text("天气")


@pytest.mark.parametrize(
    ("text", "expected", "named"),
    [
        ("名称: 甲\n分值: 5\n天气: 晴\n", ["L212 3:1"], ["三级指标里没有“天气”", "名称、分值"]),
        ("天气: 晴\n", ["L212 1:1", "L401 1:1"], ["“名称、分值”"]),
        ("名称: 甲\n分值:\n", ["L401 1:1"], ["“分值”"]),
        # the misspelt name is told, and not once more as missing
        ("名称: 甲\n分直: 5\n", ["L212 2:1"], ["是否为“分值”"]),
    ],
)
def test_names_that_are_unknown_or_missing(
    text: str, expected: list[str], named: list[str]
) -> None:
    _, problems = read(text)
    assert seen(problems) == expected
    assert_names(problems, *named)


@pytest.mark.parametrize(
    ("line", "expected", "named"),
    [
        ("分值: -1", ["L406 2:5"], ["在0到100之间"]),
        ("分值: 101", ["L406 2:5"], ["101"]),
        ("分值: = 甲", ["L404 2:5"], ["“分值”"]),
        ("分值: 五", ["L209 2:5"], ["“五”"]),
        ("分值: 5\n位数: 1.5", ["L406 3:5"], ["是整数"]),
        ("分值: 5\n类型: 反面", ["L503 3:5"], ["“类型”不能写“反面”", "正向、反向"]),
        ("分值: 5\n类型: [正向]", ["L210 3:5"], ["类型"]),
        ("分值: 5\n界限: [1]", ["L201 3:5"], ["界限"]),
        ("分值: 5\n界限: 甲", ["L209 3:5"], ["“甲”"]),
        ("分值: 5\n界限: ≤1", ["L209 3:5"], ["“≤1”"]),
        ("分值: 5\n列表: 甲", ["L214 3:5"], ["列表应当是一个列表"]),
        ("分值: 5\n列表: [甲]", ["L213 3:6"], ["档应当由"]),
        ("分值: 5\n列表: [{}]", ["L401 3:6"], ["“名称”"]),
        ("分值: 5\n下面: 甲", ["L213 3:5"], ["档应当由"]),
        ("分值: 5\n附件: 甲", ["L214 3:5"], ["附件"]),
        ("分值: 5\n附件: [[甲]]", ["L210 3:6"], ["附件"]),
    ],
)
def test_values_of_the_wrong_kind(line: str, expected: list[str], named: list[str]) -> None:
    given, problems = read(f"名称: 甲\n{line}\n")
    given.quantity("分值")
    given.quantity("位数")
    given.choice("类型")
    given.measure("界限")
    list(given.each("列表"))
    given.below("下面")
    given.texts("附件")
    assert seen(problems) == expected
    assert_names(problems, *named)


def test_what_is_lacking() -> None:
    given, _ = read("名称: 甲\n分值: 5\n列彪: []\n附件: []\n")
    assert given.lacks("下面")
    assert given.lacks("下面", "附件")  # a list of nothing is nothing
    assert not given.lacks("下面", "名称")
    assert not given.lacks("列表")  # 列彪 is meant for it


@pytest.mark.parametrize("typed", ["甲", "[甲]"])
def test_what_should_be_a_mapping(typed: str) -> None:
    node, problems = parsed(typed)
    assert node is not None
    assert entry(node, GROUP, problems) is None
    assert seen(problems) == ["L213 1:1"]
    assert_names(problems, "三级指标应当由“名称: 值”")


def test_what_should_be_a_list() -> None:
    node, problems = parsed("甲: 1")
    assert entries(node, GROUP, problems, what="等级") == [None]
    assert seen(problems) == ["L214 1:1"]
    assert_names(problems, "等级应当是一个列表", "- ")


def test_what_was_reported_instead_keeps_its_place() -> None:
    given, problems = read("名称: 甲\n分值: 5\n列表: [{名称: 一}, 二, {名称: 三}]\n")
    names = [below and below.text("名称") for below in given.all("列表")]
    assert names == ["一", None, "三"]
    assert seen(problems) == ["L213 3:15"]


def test_nothing_typed_passes() -> None:
    problems = Problems()
    for node in (None, scalar("")):
        assert is_blank(node)
        assert as_mapping(node, problems, what="甲") is None
        assert sequence(node, problems, what="甲") == ()
    assert is_blank(scalar('""'))
    assert not is_blank(scalar("0"))
    assert seen(problems) == []
