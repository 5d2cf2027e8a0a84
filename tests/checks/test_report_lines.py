"""A sentence of report.md is checked as it prints, however its lines and tags were typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from kit.checked import YEAR, example, problems_of

FIGURES = """\
收入预算:
  财政拨款: {本年: 209.57, 上年: 207.82}
  上年结转: {本年: 50, 上年: 80}
  合计: {本年: 259.57, 上年: 287.82}
"""
FACTS = "说明: 无\n空白: ''\n"
SCORE = "自评得分{{ 自评.总分 }}分，等级为“{{ 自评.等级 }}”。\n\n"
INCOME = "收入预算总额{{ 收入预算.合计.本年 | 万元 }}"


def found(folder: Path, report: str | bytes, code: str = "YOY01") -> list[tuple[int, int]]:
    """Lines and columns of the findings ``code`` in a report, SCORE's two lines not counted."""
    files = {"figures.yaml": FIGURES, "facts.yaml": FACTS, "report.md": ""}
    home = example(folder, files)
    raw = report if isinstance(report, bytes) else (SCORE + report).encode()
    (home / "content" / str(YEAR) / "report.md").write_bytes(raw)
    shift = 0 if isinstance(report, bytes) else SCORE.count("\n")
    return [(p.at.line - shift, p.at.column) for p in problems_of(home, YEAR) if p.code == code]


def marked(text: str) -> tuple[str, tuple[int, int]]:
    """``text`` without ⟦⟧, and the line and column of what stood between them."""
    before = text.partition("⟦")[0]
    place = before.count("\n") + 1, len(before) - before.rfind("\n")
    return text.replace("⟦", "").replace("⟧", ""), place


ONE_LINE = f"{INCOME}，比上年减少28.25万元，下降⟦9.84%⟧。"


def _may_break(text: str, place: int) -> bool:
    """Whether a line break before ``text[place]`` leaves every name and number whole."""
    before, after = text[:place], text[place:]
    if before.endswith("⟦"):
        return False
    if before.rfind("{{") > before.rfind("}}"):
        return after.startswith(" ")
    return not (before[-1:].isascii() and after[:1].isascii())


@pytest.mark.parametrize("place", [n for n in range(len(ONE_LINE)) if _may_break(ONE_LINE, n)])
def test_a_wrong_rate_is_found_wherever_the_line_wraps(place: int, tmp_path: Path) -> None:
    text, at = marked(f"{ONE_LINE[:place]}\n{ONE_LINE[place:]}")
    assert found(tmp_path, text) == [at]


WRONG = {
    "before the amount": f"{INCOME}，比上年减少\n⟦28.52万元⟧。",
    "before the rate": f"{INCOME}，比上年减少28.25万元，下降\n⟦9.84%⟧。",
    "before a number below ten": "上年结转50万元，比上年减少\n30万元，下降\n⟦3.5%⟧。",
    "inside a tag": "收入预算总额{{ 收入预算.合计.本年\n   | 万元 }}，比上年减少28.25万元，下降⟦9.84%⟧。",
    "inside every tag": (
        "{{\n年度\n}}年收入预算总额{{\n收入预算.合计.本年\n|\n万元\n}}，比上年减少28.25万元，"
        "下降⟦9.84%⟧。"
    ),
    "inside a comment": f"{INCOME}{{# 核对过，\n见附件 #}}，比上年减少28.25万元，下降⟦9.84%⟧。",
    "inside a condition": (
        f"{{% if 收入预算.合计.本年\n    > 5 %}}{INCOME}，比上年减少28.25万元，"
        "下降⟦9.84%⟧{% endif\n %}。"
    ),
    "everywhere": (
        "收入预算总额{{ 收入预算.合计.本年\n | 万元 }}，比\n上年\n减少\n28.25万元，{# 注\n #}下降\n"
        "⟦9.84%⟧\n。"
    ),
    "behind blanks": f"　　{INCOME}，比上年减少  \n    28.25万元，下降　\n \t⟦9.84%⟧。",
    "in an item": f"1. {INCOME}，比上年减少\n   28.25万元，下降\n   ⟦9.84%⟧。",
    "in an item of items": f"1. 甲\n\n   1) {INCOME}，比上年减少\n   28.25万元，下降⟦9.84%⟧。",
    "in a heading": f"# {INCOME}，比上年减少28.25万元，下降⟦9.84%⟧ ##",
    "in a cell": (
        f"| 项目 | 说明 |\n|---|---|\n| 收入 | {INCOME}，比上年减少28.25万元，下降⟦9.84%⟧。 |"
    ),
    "in a cell with a tag over lines": (
        "| 项目 | 说明 |\n|---|---|\n| {{ 年度\n}} | 收入预算总额{{ 收入预算.合计.本年\n| 万元 }}，"
        "比上年减少28.25万元，下降⟦9.84%⟧。 |"
    ),
    "below a row loop": (
        "| 甲 |\n|---|\n{% for r in 指标 %}\n| {{ r.名称 }} |\n{% endfor %}\n"
        f"| {INCOME}，比上年减少28.25万元，下降⟦9.84%⟧ |"
    ),
    "in a branch": (
        f"{INCOME}，{{% if 空白 %}}与上年持平{{% else %}}比上年减少28.25万元，"
        "下降⟦9.84%⟧{% endif %}。"
    ),
    "in a third branch": (
        f"{INCOME}，比上年{{% if 空白 %}}增减不大{{% elif 年度 %}}减少{{% else %}}减少28.25万元，"
        "下降⟦9.84%⟧{% endif %}。"
    ),
    "in a branch of a branch": (
        f"{INCOME}，{{% if 年度 %}}甲{{% else %}}{{% if 空白 %}}乙{{% else %}}比上年减少28.25万元，"
        "下降⟦9.84%⟧{% endif %}{% endif %}。"
    ),
    "beside an empty value": f"{INCOME}{{{{ 空白 }}}}，比上年减少28.25万元，下降⟦9.84%⟧。",
}


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG)
def test_a_wrong_number_is_found_in_every_kind_of_block(text: str, tmp_path: Path) -> None:
    report, place = marked(text)
    assert found(tmp_path, report) == [place]


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG)
def test_line_ends_and_a_byte_order_mark_change_nothing(text: str, tmp_path: Path) -> None:
    report, (line, column) = marked(text)
    raw = "\ufeff".encode() + (SCORE + report).replace("\n", "\r\n").encode()
    assert found(tmp_path, raw) == [(line + SCORE.count("\n"), column)]


@pytest.mark.parametrize(
    "text",
    [
        f"{INCOME}，比上年减少\n28.25万元，下降\n9.8%。",
        "支出{% if 空白 %}增加{% else %}减少{% endif %}许多。",
        "支出比上年{% for r in 指标 %}增加{% else %}减少{% endfor %}许多。",
        "{% for 收入预算 in 指标 %}{{ 收入预算.名称 }}，比上年减少1万元，下降5%。{% endfor %}",
        "{% set 空白 = 年度 %}支出{{ 空白 }}",
    ],
)
def test_right_sentences_are_left_alone(text: str, tmp_path: Path) -> None:
    for code in ("YOY01", "DIR02", "WORD01"):
        assert found(tmp_path / code, text, code) == []


def test_branches_beyond_the_eighth_are_still_read(tmp_path: Path) -> None:
    middle = "".join(f"{{% elif 年度 == '{n}' %}}丙{n}" for n in range(30))
    text = f"{{% if 空白 %}}甲{middle}{{% else %}}{INCOME}，比上年减少⟦28.52万元⟧{{% endif %}}。"
    report, place = marked(text)
    assert found(tmp_path, report) == [place]


@pytest.mark.parametrize(
    "text",
    [
        "收入预算1" + ",111" * 30_000 + "元",
        "收入预算"
        + "1" * 5_000
        + "万元，比上年增加"
        + "2" * 5_000
        + "万元，增长"
        + "3" * 5_000
        + "%。",
        "自评得分" + "9" * 5_000 + "分，自评等级为“优”。",
        f"{YEAR - 3}年" + "“" * 30_000 + "《" * 30_000,
    ],
)
def test_no_number_is_too_long(text: str, tmp_path: Path) -> None:
    assert found(tmp_path, text) == []


def test_marks_of_blocks_are_no_text(tmp_path: Path) -> None:
    stale = f"{YEAR - 1}年，我单位举办培训班。"
    assert found(tmp_path / "1", f"1. {stale}\n", "YEAR01") == [(1, 4)]
    assert found(tmp_path / "2", f"# {stale}\n", "YEAR01") == [(1, 3)]
    assert found(tmp_path / "3", f"甲\n\n{stale}\n", "YEAR01") == [(3, 1)]
