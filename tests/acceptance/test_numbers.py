"""九江's forms with numbers that rounding could falsify: what Word and Excel print."""

from __future__ import annotations

from pathlib import Path

import pytest
from kit import reading, workspaces
from kit.workspaces import THREE_INDICATORS, project, unit_files, write

FUNDS = """\
当年财政拨款: {年初预算: 251.40, 年中追加: 0.00, 全年执行: 251.40}
上年结转资金: {年初预算: 0.60, 年中追加: 0.00, 全年执行: 0.60}
其他资金: {年初预算: 0.00, 年中追加: 0.00, 全年执行: 0.00}
"""
SATISFIED = "目标: ≥95%, 完成: 98%, 分值: 10"


def built(folder: Path, **options: object) -> Path:
    given = unit_files(**options)  # type: ignore[arg-type]
    ran = workspaces.gen("build", "2024", folder=write(folder, given))
    assert ran.code == 0, ran.out + ran.err
    return folder / "build" / "2024" / "peixun"


def cells(path: Path) -> list[str]:
    """What each cell shows, row by row."""
    if path.suffix == ".docx":
        return [reading.squeezed(text) for rows in reading.tables(path)
                for text in reading.word_cells(rows)]  # fmt: skip
    return [
        reading.squeezed(reading.displayed(cell.value, cell.number_format))
        for row in reading.sheet(path).iter_rows()
        for cell in row
        if cell.value is not None
    ]


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
@pytest.mark.parametrize("done", ["94.6%", "= 率.填", "= 率.好 / 率.全"])
def test_a_target_missed_by_little_is_told_in_every_document(
    kind: str, done: str, tmp_path: Path
) -> None:
    rows = THREE_INDICATORS.replace(
        SATISFIED, f"目标: ≥95%, 完成: {done}, 分值: 10, 偏差原因: 个别学员不满意。"
    )
    files = unit_files(rows=rows)
    files["content/peixun/2024/facts.yaml"] += "率: {填: 94.6%, 好: 946, 全: 1000}\n"
    ran = workspaces.gen("build", "2024", folder=write(tmp_path, files))
    assert ran.code == 0, ran.out
    shown = cells(tmp_path / f"build/2024/peixun/附件1 部门整体支出绩效自评表.{kind}")
    at = shown.index("学员满意度")
    assert shown[at + 1 : at + 5] == ["≥95%", "94.6%", "10", "9.96"]


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_totals_keep_their_decimals(kind: str, tmp_path: Path) -> None:
    output = built(tmp_path, projects={"骨干培训": project("骨干培训", funds=FUNDS)})
    shown = cells(output / f"附件3 项目支出绩效自评表（骨干培训）.{kind}")
    at = shown.index("年度资金总额")
    assert shown[at + 1 : at + 4] == ["252.00", "252.00", "252.00"]
    assert [text for text in shown if text == "0.00"] == ["0.00"] * 3
    summary = cells(output / f"附件2 项目绩效自评情况汇总表.{kind}")
    at = summary.index("开展绩效自评项目合计")
    assert summary[at + 1 : at + 4] == ["252.00", "0.00", "252.00"]


@pytest.mark.parametrize(
    ("short", "title"),
    [
        ("培训站", "培训站2024年度整体支出绩效评价工作报告"),
        ("培训中心", "培训中心2024年度\n整体支出绩效评价工作报告"),
    ],
)
def test_a_title_too_long_for_its_line_breaks_where_it_makes_sense(
    short: str, title: str, tmp_path: Path
) -> None:
    output = built(tmp_path, short=short)
    assert reading.paragraphs(output / "整体支出绩效评价工作报告.docx")[0] == title
