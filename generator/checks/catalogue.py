"""The rules as texts: ``gen rules``, ``gen rules CODE`` and docs/核对规则.md."""

from __future__ import annotations

from collections.abc import Iterator

from generator.checks import all_rules
from generator.checks.registry import Files, Rule
from generator.problems import Severity, suggest
from generator.problems.messages import CATALOG

_HEAD = """\
# 核对规则

`gen check` 和 `gen build` 按下面的规则核对内容；本文由 `gen rules` 的登记生成，请不要手改。
合计等于分项（F301—F304）、分值合计与权重（S101、S102）、得分不超过分值（S103）等由读取和计算时报告，不在此列。

套表可以改变级别：`规则级别: {SCORE01: 关, EVID01: 开, CAP01: 错误}`。
单位可以在 facts.yaml 里豁免一处：`豁免: [{规则: SCORE01, 位置: 结转结余率, 理由: 照公布件填报}]`，
“位置”是问题说明里的文字或“文件:行”，理由会印在检查结果里；用不到的豁免会被提醒。
比较用的名称和字样写在套表的“核对资料”里，“继承: 全国”的套表用 templates/全国.yaml 的，
可以一条一条地换、关、加；没有的，用到它的规则就不查，或只查一部分（见模板指南“核对资料”）。

| 代码 | 级别 | 规则 |
|---|---|---|
"""


def list_text() -> str:
    """One line a rule: code, severity, title."""
    rules = all_rules()
    width = max(len(entry.code) for entry in rules)
    return "\n".join(f"{entry.code:<{width}}  {_level(entry)}  {entry.title}" for entry in rules)


def explain_text(code: str) -> str:
    """Everything about one rule, or what the message ``code`` is about.

    An unknown code raises ``KeyError`` with a suggestion.
    """
    message = CATALOG.get(code.upper())
    if message is not None:
        return (
            f"{message.code} {message.title}（{Severity(message.severity).label}）\n\n"
            "这不是核对规则，是读取、计算、套模板和写出时的提示信息，"
            f"见 docs/提示信息.md 的 {message.code}。"
        )
    for entry in all_rules():
        if entry.code == code.upper():
            return "\n".join(
                (
                    f"{entry.code} {entry.title}（{_level(entry)}）", "",
                    entry.why, "", *_grounds(entry), f"处理：{entry.hint}", "",
                    "会报的写法：", _snippets(entry.failing), "",
                    "不会报的写法：", _snippets(entry.passing),
                )
            )  # fmt: skip
    near = suggest(code.upper(), [*(e.code for e in all_rules()), *CATALOG])
    raise KeyError(f"没有规则“{code}”{near or '。'}")


def markdown() -> str:
    """The text of docs/核对规则.md."""
    rules = all_rules()
    out = [_HEAD + "\n".join(f"| {e.code} | {_level(e)} | {e.title} |" for e in rules), ""]
    for entry in rules:
        out += [
            f"## {entry.code} {entry.title}", "",
            f"级别：{_level(entry)}。{entry.why}", "",
            *(line for told in _grounds(entry) for line in (told, "")), f"处理：{entry.hint}", "",
            "会报的写法：", "", _fenced(entry.failing), "",
            "不会报的写法：", "", _fenced(entry.passing), "",
        ]  # fmt: skip
    return "\n".join(out)


def _grounds(entry: Rule) -> Iterator[str]:
    """What the rule rests on, and what it compares with."""
    if entry.source:
        yield f"来源：{entry.source}"
    if entry.uses:
        yield f"用到套表“核对资料”的：{'、'.join(entry.uses)}"


def _level(entry: Rule) -> str:
    return entry.severity.label + ("" if entry.enabled else "，默认关")


def _snippets(files: Files) -> str:
    return "\n".join(
        f"  {name}\n" + "\n".join(f"    {line}" for line in text.splitlines())
        for name, text in files.items()
    )


def _fenced(files: Files) -> str:
    return "\n\n".join(
        f"`{name}`\n\n```{'markdown' if name.endswith('.md') else 'yaml'}\n{text}```"
        for name, text in files.items()
    )
