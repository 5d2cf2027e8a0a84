"""No name of a table, row, account, form, place or unit stands in the code: they are data.

What counts as a name is read from the data itself: 全国.yaml, the form sets, the content of the
samples. So a name that a new form set or sample brings is looked for from then on. Looked at is
every text of the package but docstrings, the catalogue of messages and what a rule or a declared key
says of itself, examples included.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from kit.workspaces import CONTENT

import generator
from generator.content.schema.form_sets import CHECK_DATA, CONTEXT
from generator.workspace import packaged_templates

PACKAGE = Path(generator.__file__).resolve().parent
MESSAGES = PACKAGE / "problems" / "messages"
HAN = re.compile("[\u4e00-\u9fff]")

#: Names in the data that are words of the language of content or prose as well, each with why
#: gen has to know it. Beyond these nothing is allowed: a new name belongs into a form set.
LANGUAGE = {
    "合计 总额": "what a table's total is called, or may not be",
    "本年 上年": "columns that the base of a figure is found by",
    "年初预算 全年预算 预算数": "how the filter 完成预算 words a budget, and its argument",
    "预算 决算 完成": "words of sentences that claims are read from",
    "个数 人次": "units of counts",
    "增减 增长 增幅 提高 变动": "words of direction in prose, names of filters",
    "单位 项目 本项目 项目合计 指标 整体 派生": "roots of names, reserved",
    "名称 简称 目标 完成率 执行率 得分 等级": "what every unit, project, indicator and score has",
    "资金": "the funds of a project, a key of its file",
    "任务": "tasks numbered 任务1 are called by their text",
    "主送": "whom a correction notice addresses; its template prints it",
    "报告 情况": "what titles of documents end with, where one is pasted into the text",
    "附件1": "the number that gen gives the first annex",
    "结转结余率": "an example in the head of docs/核对规则.md",
}

#: Options of a table and groups of formulas: keys of the language, no names.
_OPTIONS = ("单位", "显示", "尾差", "列公式", "其中", "派生", "公式")


def names() -> dict[str, str]:
    """Every name in the data → a file that has it."""
    found: dict[str, str] = {}
    for path in (*packaged_templates().glob("*.yaml"), *CONTENT.rglob("*.yaml")):
        tree = yaml.safe_load(path.read_text(encoding="utf-8"))
        for text in _of_form_set(tree) if path.parent == packaged_templates() else _of(path, tree):
            if len(HAN.findall(text)) > 1:  # two Chinese characters at least
                found.setdefault(text, path.name)
    return found


def _of_form_set(tree: Any) -> Iterator[str]:
    """Documents, figures in formulas, and all that rules compare with."""
    data = tree.get("核对资料", {})  # two are words of the language, no names
    yield from _below([data[key] for key in data if key not in ("句子", "结果")])
    for document in tree.get("文档", ()):
        yield from (document["名称"], document.get("标题", ""), document.get("文件名", ""))
    for entry in (*tree.get("规则", ()), *tree.get("完成值核对", ())):
        yield entry.get("指标", "")
        yield from _path_names(entry["公式"])


def _of(path: Path, tree: Any) -> Iterator[str]:
    """Tables, rows, columns, facts, indicators, units and projects of a content file."""
    if path.name == "indicators.yaml":
        yield from (row["名称"] for row in _rows(tree))
    elif path.parent.name == "projects":
        yield tree["名称"]
        yield from _keys(tree["资金"])
    elif path.name == "unit.yaml":
        for value in tree.values():  # and the places in them: 江西, 九江
            yield from (str(value), *re.split("[省市州县区]|人民政府|驻|办", str(value)))
    else:
        yield from _keys(tree)


def _rows(tree: Any) -> Iterator[Any]:
    for entry in tree:
        below = entry.get("二级") or entry.get("三级")
        yield from _rows(below) if below else [entry]


def _keys(tree: Any) -> Iterator[str]:
    for key, below in tree.items() if isinstance(tree, dict) else ():
        if key not in _OPTIONS:
            yield str(key)
        yield from _keys(below)


def _below(tree: Any) -> Iterator[str]:
    if isinstance(tree, dict):
        yield from (name for key in tree for name in _path_names(key))
        tree = tree.values()
    if isinstance(tree, str):
        yield from _path_names(tree)
    else:
        for below in tree:
            yield from _below(below)


def _path_names(formula: Any) -> Iterator[str]:
    """The parts of every dotted name."""
    for text in formula if isinstance(formula, list) else [str(formula)]:
        yield from re.split(r"[.+*/() -]+|[0-9]+", text) if "." in text else [text]


def constants(path: Path) -> Iterator[tuple[int, str]]:
    """Texts in the code of a module: (line, text)."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    apart: set[int] = set()
    named: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "rule":
            apart |= {id(below) for below in ast.walk(node)}
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Field":  # what a key means
            apart |= {id(below) for told in node.args[2:] for below in ast.walk(told)}
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr):
                apart.add(id(first.value))
    named = {
        node.id for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and id(node) not in apart
    }  # fmt: skip
    for statement in tree.body:  # texts that only examples use
        target = ast.unparse(statement.targets[0]) if isinstance(statement, ast.Assign) else ""
        if target.startswith("_") and target not in named:
            apart |= {id(below) for below in ast.walk(statement)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in apart:
            yield node.lineno, node.value


def named_in(text: str, names: dict[str, str]) -> Iterator[str]:
    """The names that a text holds: as words of their own, long ones anywhere."""
    for name in names:
        at = text.find(name)
        if at < 0:
            continue
        around = text[max(0, at - 1) : at] + text[at + len(name) : at + len(name) + 1]
        if len(name) >= 4 or not HAN.search(around):
            yield name


NAMES = names()
KNOWN = {*CHECK_DATA.keys, *CONTEXT.keys, *" ".join(LANGUAGE).split()}


def found_in(path: Path) -> Iterator[tuple[int, str]]:
    """The names in a module's texts that it should not know, with their lines."""
    for line, text in constants(path):
        yield from ((line, name) for name in named_in(text, NAMES) if name not in KNOWN)


def modules() -> list[Path]:
    return [p for p in sorted(PACKAGE.rglob("*.py")) if not p.is_relative_to(MESSAGES)]


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_no_name_of_the_field_stands_in_the_code(path: Path) -> None:
    assert list(found_in(path)) == [], "write it into templates/全国.yaml or a form set"


def test_no_name_of_the_field_stands_on_the_page() -> None:
    """Its code in the browser knows no more of the field than the rest."""
    found = [
        (path.name, name)
        for path in sorted((PACKAGE / "review" / "static").iterdir())
        for line in path.read_text(encoding="utf-8").splitlines()
        for name in named_in(line, NAMES) if name not in KNOWN
    ]  # fmt: skip
    assert found == []


def test_the_names_come_from_all_of_the_data() -> None:
    """An account, a table of each sample, a region's document, a phrase, a unit, an indicator."""
    for name in (
        "卫生健康支出", "三公经费", "部门资金", "部门项目支出", "项目绩效自评情况汇总表", "某某",
        "江西省九江市人民政府驻深圳办事处", "九江", "黔南", "深圳", "主管部门", "全年执行", "习近平新时代中国特色社会主义思想",
    ):  # fmt: skip
        assert name in NAMES, name


@pytest.mark.long
def test_every_word_that_is_allowed_is_needed() -> None:
    """A word stays on the list only while it is a name in the data and stands in the code."""
    used = {
        name for path in modules() for _, text in constants(path) for name in named_in(text, NAMES)
    }
    assert set(" ".join(LANGUAGE).split()) - used == set()


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('TABLE = "部门项目支出"', ["部门项目支出", "项目支出"]),
        ('path = f"三公经费.{column}"', ["三公经费"]),
        ('pattern = r"(?:卫生健康支出|教育)"', ["卫生健康支出"]),
        ('raise ValueError("三公经费超过了")', ["三公经费"]),
        ('"""三公经费 in a docstring."""', []),
        ('@rule("A", failing={"figures.yaml": "三公经费:"})\ndef f(): ...', []),
        ('Field("三公经费", Kind.TEXT, "三公经费决算", "决算")', ["三公经费"]),
        ('_EXAMPLE = "三公经费:"\n@rule("A", failing=_EXAMPLE)\ndef f(): ...', []),
        ('_TABLE = "三公经费"\ndef f(): return _TABLE', ["三公经费"]),
        ('word = "合计"', []),
    ],
)
def test_what_counts_as_a_name_in_the_code(code: str, found: list[str], tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text(code, encoding="utf-8")
    assert [name for _, name in found_in(module)] == found
