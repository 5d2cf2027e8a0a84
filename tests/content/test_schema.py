"""The declarations of keys: their examples, the JSON Schema made of them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from kit.problems import seen
from kit.workspaces import ROOT
from kit.yaml import mapping, plain

from generator.content.entries import entry
from generator.content.schema import form_sets, unit_years
from generator.content.schema.fields import Below, Each, Field, Group, Kind, Number, OneOf
from generator.content.schema.json_schema import FILES, json_schema
from generator.content.values import NAME
from generator.problems import Problems

SCHEMAS = {name: Draft7Validator(json_schema(name)) for name in FILES}
GROUPS = {
    id(group): group
    for declarations in (unit_years, form_sets)
    for group in vars(declarations).values()
    if isinstance(group, Group)
}
FIELDS = [
    pytest.param(group, field, id=f"{group.name}.{field.key}")
    for group in GROUPS.values()
    for field in group.fields
]


def kind_of(path: Path) -> str:
    """Which of ``FILES`` a file is."""
    return path.name if path.name in FILES else path.parent.name


def errors(name: str, data: Any) -> list[str]:
    return [error.message for error in SCHEMAS[name].iter_errors(data)]


def samples() -> Iterator[Any]:
    for folder in ("content", "templates"):
        for path in sorted((ROOT / folder).rglob("*.yaml")):
            # Filled in before anybody reads it; maps of tables, which audits check as they read.
            if {"通用", "公开表", "导入"} & set(path.parts):
                continue
            yield pytest.param(path, id=path.relative_to(ROOT).as_posix())


@pytest.mark.parametrize("name", list(FILES))
def test_a_schema_is_a_schema(name: str) -> None:
    Draft7Validator.check_schema(json_schema(name))


@pytest.mark.parametrize("path", list(samples()))
def test_samples_and_shipped_form_sets_are_valid(path: Path) -> None:
    assert errors(kind_of(path), plain(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(("group", "field"), FIELDS)
def test_every_example_is_read_and_valid(group: Group, field: Field) -> None:
    """The example of a key is one that its reader takes and its schema lets through."""
    text = f"{field.key}: {field.example}\n"
    problems = Problems()
    given = entry(mapping(text), Group("例", (field,)), problems)
    assert given is not None
    readers: dict[object, Callable[[str], object]] = {
        OneOf: given.choice, Number: given.quantity, Each: lambda key: list(given.each(key)),
        Below: given.below, Kind.TEXT: given.text, Kind.MEASURE: given.measure,
        Kind.TEXTS: given.texts,
    }  # fmt: skip
    assert readers.get(field.kind, readers.get(type(field.kind), given.get))(field.key)
    assert seen(problems) == []
    if isinstance(field.kind, OneOf):
        assert field.default in ("", *field.kind.words)
    found, name = next(
        (found, name) for name in FILES if (found := _search(json_schema(name), group))
    )
    validator = Draft7Validator(
        {**found["properties"][field.key], "definitions": json_schema(name)["definitions"]}
    )
    assert [error.message for error in validator.iter_errors(plain(text)[field.key])] == []


def _search(schema: Any, group: Group) -> dict[str, Any] | None:
    if isinstance(schema, dict):
        if schema.get("title") == group.name and set(schema["properties"]) == set(group.keys):
            return schema
        return next(filter(None, (_search(below, group) for below in schema.values())), None)
    if isinstance(schema, list):
        return next(filter(None, (_search(below, group) for below in schema)), None)
    return None


@pytest.mark.parametrize("name", list(FILES))
def test_every_key_says_what_it_means(name: str) -> None:
    def check(schema: Any) -> None:
        if isinstance(schema, dict):
            for key, field in schema.get("properties", {}).items():
                assert f"例如 {key}: " in field["description"]
                assert "](" not in field["description"]
            for below in schema.values():
                check(below)
        elif isinstance(schema, list):
            for below in schema:
                check(below)

    check(json_schema(name))


@pytest.mark.long
def test_names_that_gen_takes_are_names_to_an_editor() -> None:
    pattern = json_schema("facts.yaml")["propertyNames"]["pattern"]
    valid = Draft7Validator({"pattern": pattern}).is_valid
    for code in range(sys.maxunicode + 1):
        if not 0xD800 <= code < 0xE000:
            for name in (chr(code), f"甲{chr(code)}"):
                assert not NAME.fullmatch(name) or valid(name), hex(code)
    assert not any(map(valid, ("2020年", "甲（一）", "甲 乙", "甲、乙", "甲-乙", "甲.乙", "“甲”")))


#: File, text, what an editor says: nothing, or something that names a piece of the text.
CASES = [
    ("unit.yaml", "名称: 甲\n简称: 甲\n套表: demo\n代码: 0100\n电话: {办公: 1}", ""),
    ("unit.yaml", "名称: 甲\n简称: 甲", "套表"),
    ("facts.yaml", "甲: 5\n乙: [1, {丙: 二}]\n丁:\n戊: true\n己: = 甲 / 2", ""),
    ("facts.yaml", "甲: [[1]]", "[[1]]"),
    ("facts.yaml", "指标: 5", "指标"),
    ("facts.yaml", "豁免: [{规则: CAP01}]", ""),
    ("facts.yaml", "豁免: [{规责: CAP01}]", "规责"),
    ("facts.yaml", "豁免: CAP01", "CAP01"),
    ("figures.yaml", "表: {甲: {本年: 5}, 合计: {本年: '5'}, 单位: 元, 显示: 表（一）, 尾差: -0.01}", ""),
    ("figures.yaml", "表: {甲: 1.5, 乙: = 甲, 丙: {尾差: 允许, 本年: 1, 其中: {丁: {本年: 1}}}}", ""),
    ("figures.yaml", "表: {甲: {本年: 5}, 单位: 千元}", "千元"),
    ("figures.yaml", "表: {甲: {本年: 5}, 尾差: 可以}", "可以"),
    ("figures.yaml", "表: {甲: {本年: 五}}", "五"),
    ("figures.yaml", "表: {甲: {本年: }}", "None"),
    ("figures.yaml", "表: {甲: {}}", "{}"),
    ("figures.yaml", "表: {甲: {其中: 5}}", "5"),
    ("figures.yaml", "表: 5", "5"),
    ("figures.yaml", "合计: {本年: 5}", "合计"),
    ("figures.yaml", "派生: {甲: = 1 + 1, 乙: {公式: 1 + 1, 单位: 元}, 丙: {丁: ＝ 2}}", ""),
    ("figures.yaml", "派生: {甲: 5}", "5"),
    ("figures.yaml", "派生: {甲: {公式: 5, 单立: 元}}", "单立"),
    ("indicators.yaml", "[{一级: 甲, 三级: [{名称: 乙, 目标: ≥5, 完成: 5, 分值: 5}]}]", ""),
    ("indicators.yaml", "[{一级: 甲, 三级: [{指标: 乙, 分值: 5, 扣分: {每: 1%, 扣: 1}}]}]", ""),
    ("indicators.yaml", "[{一级: 甲}]", "一级"),
    ("indicators.yaml", "[{一级: 甲, 三级: [{分值: 5}]}]", "分值"),
    ("indicators.yaml", "[{一级: 甲, 三级: [{名称: 乙, 分值: -5}]}]", "-5"),
    ("indicators.yaml", "[{一级: 甲, 三级: [{名称: 乙, 分值: 5分}]}]", "5分"),
    ("indicators.yaml", "[{一级: 甲, 三级: [{名称: 乙, 分值: 5, 类型: 反面}]}]", "反面"),
    ("indicators.yaml", "[{一级: 甲, 三级: [{名称: 乙, 分值: 5, 扣分: {每: 1%, 扣: 1}, 分档: [{不超过: 1, 得分: 1}]}]}]", "分档"),
    ("projects", "名称: 甲\n资金: {乙: {全年预算: 5}}\n负责人: 丙", ""),
    ("projects", "名称: 甲", "资金"),
    ("projects", "名称: 甲\n资金: 5", "5"),
    ("projects", "名称: 甲\n资金: {乙: {全年预算: 5}}\n合计: {全年预算: 5}", "合计"),
    ("templates", "文档: [{名称: 甲, docx: 甲.docx}]\n等级: [{名称: 优, 下限: 90}]\n规则级别: {CAP01: 关}", ""),
    ("templates", "名称: 甲", "文档"),
    ("templates", "继承: 省\n规则: [{甲: 关}, {名称: 乙, 级别: 提示}]\n等级: 关\n评分: {整体: {总分: 关}}", ""),
    ("templates", "继承: 省\n规则: [{名称: 乙, 级别: 很错}]", "很错"),
    ("templates", "继承: 省\n规责: 关", "规责"),
    ("templates", "继承: 省\n核对资料: {科目: [甲, {乙: 关}], 地名: 关, 错字: {丙: 关, 丁: {后接: 戊}}}", ""),
    ("templates", "文档: []\n核对资料: {科目: 甲, 错字: {甲: {字样: 乙}}, 不超过: {丙: [丁]}}", ""),
    ("templates", "文档: []\n核对资料: {科目: [{乙: 关}]}", "乙"),
    ("templates", "文档: []\n核对资料: {错字: {丁: {后接: 戊}}}", "后接"),
    ("templates", "文档: [{名称: 甲}]", "名称"),
    ("templates", "文档: [{名称: 甲, docx: 甲.docx, 每个: 单位}]", "单位"),
    ("templates", "文档: [{名称: 甲, docx: 甲.docx}]\n评分: {整体: {得分小数位: 1.5}}", "1.5"),
    ("templates", "文档: [{名称: 甲, docx: 甲.docx}]\n规则级别: {CAP01: 严重}", "严重"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "text", "named"), CASES)
def test_what_an_editor_says(file: str, text: str, named: str) -> None:
    found = errors(file, plain(text))
    assert bool(found) == bool(named), found
    assert any(named in message for message in found) or not named, found
