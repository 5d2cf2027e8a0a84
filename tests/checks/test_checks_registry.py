"""The registry: every rule is documented, its examples do what they say, the docs follow it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from kit.checked import YEAR, codes, example, problems_of
from kit.workspaces import PACKAGE, ROOT

from generator import checks
from generator.checks import catalogue, registry
from generator.content.form_set.check_data import FIELDS
from generator.problems import Severity
from generator.problems.messages import CATALOG

RULES = checks.all_rules()
DOCUMENT = ROOT / "docs" / "核对规则.md"


@pytest.mark.parametrize("entry", RULES, ids=lambda entry: entry.code)
def test_failing_example_is_reported_and_passing_one_is_not(
    entry: checks.Rule, tmp_path: Path
) -> None:
    bad = problems_of(example(tmp_path / "bad", entry.failing), YEAR)
    good = problems_of(example(tmp_path / "good", entry.passing), YEAR)
    assert entry.code in codes(bad)
    assert entry.code not in codes(good)
    assert [p for p in (*bad, *good) if p.code.startswith(("L", "F1"))] == []
    places = [p.at for p in bad if p.code == entry.code]
    assert all(at.file for at in places)


@pytest.mark.parametrize("entry", RULES, ids=lambda entry: entry.code)
def test_every_rule_is_documented(entry: checks.Rule) -> None:
    assert re.fullmatch(r"[A-Z]{3,8}\d\d", entry.code)
    assert entry.code not in CATALOG
    for text in (entry.title, entry.why, entry.hint):
        assert re.search("[\u4e00-\u9fff]", text)
    # What a rule rests on is a document that everybody can look up, or nothing.
    assert not re.search(r"domain|design|来源|[A-Z]\d", entry.source.removeprefix("GB/T"))
    assert entry.check.__doc__
    assert entry.failing != entry.passing


@pytest.mark.parametrize("entry", RULES, ids=lambda entry: entry.code)
def test_a_rule_says_what_it_compares_with(entry: checks.Rule, tmp_path: Path) -> None:
    """A rule that names no section of 核对资料 needs none."""
    assert set(entry.uses) <= set(FIELDS)
    if entry.uses or entry.check.__module__.endswith("waivers"):  # about findings of other rules
        return
    bare = "核对资料: 关\n"
    bad = {**entry.failing, "套表": bare + entry.failing.get("套表", "")}
    good = {**entry.passing, "套表": bare + entry.passing.get("套表", "")}
    assert entry.code in codes(problems_of(example(tmp_path / "bad", bad), YEAR))
    assert entry.code not in codes(problems_of(example(tmp_path / "good", good), YEAR))


def test_every_section_is_used_where_it_is_said() -> None:
    """What a rule's function reads of 核对资料, itself or through helpers, is what it names."""
    read: dict[str, set[str]] = {}
    fields = {field: section for section, field in FIELDS.items()}
    for path in sorted((PACKAGE / "checks" / "rules").glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        functions = {f.name: f for f in tree.body if isinstance(f, ast.FunctionDef)}
        for name in functions:
            read[name] = {fields[field] for field in _read_by(name, functions)}
    judged = {"句子", "同义", "构成"}  # read where sentences are
    for entry in RULES:
        assert read.get(entry.check.__name__, set()) == set(entry.uses) - judged, entry.code
    assert {section for entry in RULES for section in entry.uses} == set(FIELDS) - {"表名"}


def _read_by(name: str, functions: dict[str, ast.FunctionDef]) -> set[str]:
    """Fields of ``known`` that a function and those it calls read."""
    waiting, seen, fields = [name], {name}, set()
    while waiting:
        for node in ast.walk(functions[waiting.pop()]):
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if called in functions and called not in seen:
                seen.add(called)
                waiting.append(called)
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) in (
                "known",
                "data.known",
            ):
                fields.add(node.attr)
    return fields


def test_a_code_is_registered_once() -> None:
    entry = RULES[0]
    again = registry.rule(
        entry.code, entry.severity, "", why="", source="", hint="", failing={}, passing={}
    )
    with pytest.raises(registry.DuplicateRule):
        again(entry.check)


def test_every_rule_function_is_registered() -> None:
    """A generator of findings in a rule module that no decorator registered would never run."""
    known = {entry.check.__name__ for entry in RULES}
    for path in sorted((PACKAGE / "checks").rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if not isinstance(node, ast.FunctionDef) or not node.args.args:
                continue
            first = node.args.args[0].annotation
            takes_subject = isinstance(first, ast.Name) and first.id == "Subject"
            public = not node.name.startswith("_") and len(node.args.args) == 1
            if (
                takes_subject
                and public
                and ast.unparse(node.returns or first) == "Iterator[Finding]"
            ):
                assert node.name in known, f"{path.name}: {node.name}"


def test_list_and_explanation() -> None:
    listed = catalogue.list_text().splitlines()
    assert len(listed) == len(RULES)
    assert any(line.startswith("DIR01") and "越低越好" in line for line in listed)
    told = catalogue.explain_text("dir01")
    for part in ("公用经费控制率", "来源：", "会报的写法：", "不会报的写法：", "≤100%"):
        assert part in told
    with pytest.raises(KeyError, match="TEMPLATE01"):
        catalogue.explain_text("TEMPLAT01")


def test_document_is_generated_from_the_registry() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == catalogue.markdown(), (
        "docs/核对规则.md is stale: write catalogue.markdown() to it"
    )


def test_messages_print_on_a_gbk_console() -> None:
    for text in (catalogue.list_text(), *(catalogue.explain_text(e.code) for e in RULES)):
        text.encode("gbk")


def test_form_set_changes_levels(tmp_path: Path) -> None:
    rows = "- {名称: 公用经费控制率, 目标: 100%, 完成: 98%, 分值: 100, 偏差原因: 节约}\n"
    for level, severity in (("错误", Severity.ERROR), ("提示", Severity.NOTE), ("关", None)):
        folder = example(
            tmp_path / level, {"套表": f"规则级别: {{DIR01: {level}}}\n", "indicators.yaml": rows}
        )
        found = [p.severity for p in problems_of(folder, YEAR) if p.code == "DIR01"]
        assert found == ([severity] if severity else [])


def test_waiver_turns_a_warning_into_a_note_with_its_reason(tmp_path: Path) -> None:
    rows = "- {名称: 公用经费控制率, 目标: 100%, 完成: 98%, 分值: 100, 偏差原因: 节约}\n"
    facts = "豁免:\n- {规则: DIR01, 位置: 公用经费, 理由: 照公布件填报}\n"
    found = problems_of(example(tmp_path, {"facts.yaml": facts, "indicators.yaml": rows}), YEAR)
    waived = [p for p in found if p.code == "DIR01"]
    assert [p.severity for p in waived] == [Severity.NOTE]
    assert "已豁免：照公布件填报" in waived[0].message
    assert "WAIVE01" not in codes(found)


def test_errors_cannot_be_waived(tmp_path: Path) -> None:
    files = {
        "套表": "规则级别: {DIR01: 错误}\n",
        "facts.yaml": "豁免:\n- {规则: DIR01, 位置: 公用经费, 理由: 照公布件填报}\n",
        "indicators.yaml": "- {名称: 公用经费控制率, 目标: 100%, 完成: 100%, 分值: 100}\n",
    }
    found = problems_of(example(tmp_path, files), YEAR)
    assert [p.severity for p in found if p.code == "DIR01"] == [Severity.ERROR]
    assert "WAIVE02" in codes(found)


@pytest.mark.parametrize("typed", ["dir01", "Dir01", "ＤＩＲ０１"])
def test_a_waiver_knows_its_rule_however_it_is_typed(tmp_path: Path, typed: str) -> None:
    rows = "- {名称: 公用经费控制率, 目标: 100%, 完成: 98%, 分值: 100, 偏差原因: 节约}\n"
    facts = f"豁免:\n- {{规则: {typed}, 位置: 公用经费, 理由: 照报}}\n"
    found = problems_of(example(tmp_path, {"facts.yaml": facts, "indicators.yaml": rows}), YEAR)
    assert [p.severity for p in found if p.code == "DIR01"] == [Severity.NOTE]
    assert "WAIVE01" not in codes(found)


@pytest.mark.parametrize(
    ("typed", "said"),
    [("F301", "错误，这一类不能豁免"), ("f301", "错误，这一类不能豁免"), ("T122", "不是核对规则")],
)
def test_only_rules_can_be_waived(tmp_path: Path, typed: str, said: str) -> None:
    """Messages of reading and computing have codes too, and look like rules."""
    facts = f"豁免:\n- {{规则: {typed}, 位置: 收入, 理由: 尾差}}\n"
    found = problems_of(example(tmp_path, {"facts.yaml": facts}), YEAR)
    assert "WAIVE01" not in codes(found)
    (refused,) = [p for p in found if p.code == "WAIVE02"]
    assert said in refused.message
    assert "是否为" not in refused.message
    assert refused.at.file.endswith("facts.yaml")


@pytest.mark.parametrize("code", ["L122", "t108"])
def test_a_message_is_pointed_out_where_a_rule_was_asked_for(code: str) -> None:
    text = catalogue.explain_text(code)
    assert CATALOG[code.upper()].title in text
    assert "docs/提示信息.md" in text


@pytest.mark.parametrize(
    ("code", "near"), [("L1222", "是否为“L122”？"), ("完全不是", "“完全不是”。")]
)
def test_an_unknown_code_is_a_whole_sentence(code: str, near: str) -> None:
    with pytest.raises(KeyError, match=f"没有规则“{code}”") as raised:
        catalogue.explain_text(code)
    assert str(raised.value.args[0]).endswith(near)


def test_identity_of_a_form_set_names_both_sides(tmp_path: Path) -> None:
    files = {
        "套表": "规则:\n- {名称: 收支平衡, 公式: 收入预算.合计.本年 = 支出预算.合计.本年, "
        "提示: 请核对批复数。, 级别: 错误}\n",
        "figures.yaml": "收入预算:\n  财政拨款: {本年: 10}\n支出预算:\n  教育支出: {本年: 11.5}\n",
    }
    found = [p for p in problems_of(example(tmp_path, files), YEAR) if p.code == "CROSS01"]
    assert [(p.severity, p.hint) for p in found] == [(Severity.ERROR, "请核对批复数。")]
    assert "收支平衡" in found[0].message
    assert "少1.5万元" in found[0].message
    assert len(found[0].related) == 1
