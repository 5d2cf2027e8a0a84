"""Rules about amounts: what is below zero is told where it stands, once."""

from __future__ import annotations

from pathlib import Path

from kit.checked import YEAR, example, problems_of

FIGURES = """\
支出:
  教育: {决算: 181.5}
收入:
  拨款: {决算: 224.57}
资金来源:
  财政拨款: {全年预算: 13.05, 全年执行: 20}
  其他资金:
    全年预算: 13.05
    全年执行: = 支出.合计.决算 - 收入.合计.决算
"""


def told(folder: Path, figures: str) -> list[tuple[str, int, str]]:
    """Code, line and message of what is said about signs."""
    found = problems_of(example(folder, {"figures.yaml": figures}), YEAR)
    return [(p.code, p.at.line, p.message) for p in found if p.code.startswith("SIGN")]


def test_a_negative_result_is_named_at_its_own_row(tmp_path: Path) -> None:
    message = (
        "“资金来源.其他资金.全年执行”算出来是-43.07万元（= 支出.合计.决算 - 收入.合计.决算）。"
    )
    # Its total is negative because of it, and is not told again.
    assert told(tmp_path, FIGURES) == [("SIGN02", 9, message)]


def test_typed_and_computed_amounts_are_told_apart(tmp_path: Path) -> None:
    typed = FIGURES.replace("= 支出.合计.决算 - 收入.合计.决算", "-43.07")
    assert [code for code, *_ in told(tmp_path, typed)] == ["SIGN01"]


def test_changes_may_be_negative(tmp_path: Path) -> None:
    changes = FIGURES.replace("全年执行", "增减")
    assert told(tmp_path, changes) == []


def test_columns_by_formula_are_told_in_their_row(tmp_path: Path) -> None:
    figures = (
        "资金:\n  列公式: {结余: 预算 - 决算}\n  甲: {预算: 5, 决算: 6}\n  乙: {预算: 5, 决算: 4}\n"
    )
    assert [line for _, line, _ in told(tmp_path, figures)] == [3]
