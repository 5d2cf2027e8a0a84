"""Rules about scores under what a form set may decide: bands, the over-fulfilment limit."""

from __future__ import annotations

from pathlib import Path

import pytest
from checked import YEAR, example, problems_of

from generator.problems import Problem

BANDS = (
    "评分:\n  整体:\n    定性:\n    - {名称: 达成, 下限: 80}\n"
    "    - {名称: 部分达成, 下限: 60, 得分率: 70}\n    - {名称: 未达成, 下限: 0}\n"
)


def found(folder: Path, code: str, row: str, forms: str = "", **files: str) -> list[Problem]:
    """What rule ``code`` says of one indicator under the form set ``forms``."""
    given = {"套表": forms, "indicators.yaml": f"- {{名称: 甲, {row}}}\n"}
    given |= {f"{name}.yaml": text for name, text in files.items()}
    return [p for p in problems_of(example(folder, given), YEAR) if p.code == code]


@pytest.mark.parametrize(
    ("words", "score", "told"),
    [
        ("达成", "100", ""),
        ("达成", "80", ""),
        ("达成", "79.9", "应在80分到100分之间。"),
        ("部分达成", "80", "应在60分到80分之间（不含80分）"),
        ("部分达成", "79.9", ""),
        ("部分达成", "60", ""),
        ("部分达成", "59", "等次“部分达成”"),
        ("未达成", "0", ""),
        ("未达成", "60", "应在0分到60分之间（不含60分）"),
    ],
)
def test_a_typed_score_keeps_to_its_band(words: str, score: str, told: str, tmp_path: Path) -> None:
    row = f"目标: 健全, 完成: {words}, 分值: 100, 得分: {score}, 偏差原因: 人手不足"
    said = [p.message for p in found(tmp_path, "SCORE01", row, BANDS)]
    assert len(said) == bool(told)
    assert all(told in message for message in said)


@pytest.mark.parametrize(
    ("limit", "done", "reported"),
    [("", 13, True), ("", 12, False), ("超额上限: 150", 14, False), ("超额上限: 150", 15, True)],
)
def test_the_limit_of_over_fulfilment_is_the_form_sets(
    limit: str, done: int, reported: bool, tmp_path: Path
) -> None:
    forms = f"评分: {{整体: {{{limit}}}}}\n"
    row = f"目标: 10, 完成: {done}, 单位: 次, 分值: 100"
    assert bool(found(tmp_path, "REASON02", row, forms)) == reported
    assert not found(tmp_path / "说明", "REASON02", f"{row}, 偏差原因: 增加两场", forms)
