"""Forms of other regions, made as the walk-through says: templates, a form set, no Python."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from kit.archives import saved
from kit.workspaces import gen, write

FORMS = """\
名称: 山城区自评
继承: 全国
等级: [{名称: 优, 下限: 90}, {名称: 差, 下限: 0}]
指标栏:
  - {名称: 核心指标}
  - {名称: 上年值, 种类: 数}
规则级别: {WEIGHT02: 关, REQ01: 关}
文档:
"""
OVERALL = "  - {名称: 自评表, xlsx: xlsx/自评表.xlsx}\n"
PROJECTS = "  - {名称: 项目表, xlsx: xlsx/项目表.xlsx, 每个: 项目, 文件名: '{{ 本项目.名称 }}'}\n"
ROWS = [
    ["指标", "性质", "指标值", "单位", "完成", "系数", "得分", "核心", "上年"],
    ["{%tr for r in 指标 %}"],
    ["{{ r.名称 }}", "{{ r.符号 }}", "{{ r.目标数 }}", "{{ r.计量单位 }}",
     "{% if r.完成 is 数 %}{{ r.完成 | 数 }}{% else %}{{ r.完成 }}{% endif %}",
     "{{ r.得分系数 }}", "{{ r.得分 }}", "{{ r.核心指标 }}", "{{ r.上年值 }}"],
    ["{%tr endfor %}"],
    ["{%tr for 行 in 部门资金.行 %}"],
    ["{{ 行.名称 }}", "{{ 行.预算 }}", "{{ 行.执行 }}"],
    ["{%tr endfor %}"],
    ["{%tr for g in 年度目标 %}"],
    ["{{ g.预期 }}", "{{ g.完成 }}"],
    ["{%tr endfor %}"],
]  # fmt: skip
PROJECT_ROWS = [
    ["{{ 本项目.名称 }}"],
    ["{%tr for 行 in 本项目.资金.行 %}"],
    ["{{ 行.名称 }}", "{{ 行.全年预算 }}", "{{ 行.全年执行 }}"],
    ["{%tr endfor %}"],
    ["{%tr for r in 本项目.指标 %}"],
    ["{{ r.名称 }}", "{{ r.符号 }}{{ r.目标数 }}", "{{ r.核心指标 }}"],
    ["{%tr endfor %}"],
]
UNIT = "名称: 山城区档案馆\n简称: 区档案馆\n套表: 山城\n"
INDICATORS = """\
- 一级: 产出指标
  三级:
    - {名称: 接收档案, 目标: ≥100, 完成: 90, 单位: 卷, 分值: 40, 核心指标: 是, 上年值: 95件, 偏差原因: 库房维修。}
    - {名称: 支出成本, 目标: ≤30万元, 完成: 28万元, 分值: 40}
    - {名称: 服务质量, 目标: 明显提升, 完成: 明显提升, 分值: 20, 核心指标: 否}
"""
PROJECT = """\
名称: 数字化
资金:
  区级财政: {全年预算: 20, 全年执行: 18}
  上级补助: {全年预算: 5, 全年执行: 5}
指标:
  - 一级: 产出指标
    三级:
      - {名称: 扫描, 目标: 5000, 完成: 5000, 单位: 页, 分值: 100, 核心指标: 是}
"""


def book(rows: list[list[str]]) -> bytes:
    made = openpyxl.Workbook()
    assert made.active is not None
    for row in rows:
        made.active.append(row)
    return saved(made)


def cells(path: Path) -> list[list[object]]:
    sheet = openpyxl.load_workbook(path).worksheets[0]
    return [[cell.value for cell in row if cell.value is not None] for row in sheet.iter_rows()]


def overall(folder: Path, indicators: str = INDICATORS, forms: str = FORMS) -> Path:
    return write(folder, {
        "templates/山城.yaml": forms + OVERALL,
        "templates/xlsx/自评表.xlsx": book(ROWS),
        "content/daguan/unit.yaml": UNIT,
        "content/daguan/2024/facts.yaml":
            "年度目标:\n  - {预期: 收好档案, 完成: 收了九十卷}\n  - {预期: 方便查档, 完成: 网上可查}\n",
        "content/daguan/2024/figures.yaml":
            "部门资金:\n  基本支出: {预算: 10, 执行: 9}\n  项目支出: {显示: 项目的支出, 预算: 5, 执行: 5}\n",
        "content/daguan/2024/indicators.yaml": indicators,
    })  # fmt: skip


def test_own_fields_signs_bare_values_factors_funds_and_goals(tmp_path: Path) -> None:
    folder = overall(tmp_path)
    ran = gen("build", "2024", folder=folder)
    assert ran.code == 0, ran.out
    found = cells(folder / "build/2024/daguan/自评表.xlsx")
    assert found[1:] == [
        ["接收档案", "≥", 100, "卷", 90, 0.9, 36, "是", 95],
        ["支出成本", "≤", 30, "万元", 28, 1, 40],
        ["服务质量", "明显提升", "明显提升", 1, 20, "否"],
        ["基本支出", 10, 9],
        ["项目的支出", 5, 5],
        ["收好档案", "收了九十卷"],
        ["方便查档", "网上可查"],
    ]
    assert gen("template", "check", "2024", folder=folder).code == 0


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("核心指标: 是,", "核心指表: 是,", "是否为“核心指标”"),
        ("上年值: 95件", "上年值: 不详", "L209"),
    ],
)
def test_own_fields_are_checked(tmp_path: Path, old: str, new: str, told: str) -> None:
    folder = overall(tmp_path, INDICATORS.replace(old, new))
    ran = gen("check", "2024", folder=folder)
    assert ran.code == 1
    assert told in ran.out


def test_a_field_that_indicators_have_anyway_is_refused(tmp_path: Path) -> None:
    folder = overall(tmp_path, forms=FORMS.replace("名称: 上年值", "名称: 得分"))
    ran = gen("check", "2024", folder=folder)
    assert ran.code == 1
    assert "L520 “得分”是指标本来就有的名称" in ran.out


def test_a_form_set_of_projects_needs_no_other_files(tmp_path: Path) -> None:
    folder = write(tmp_path, {
        "templates/山城.yaml": FORMS + PROJECTS,
        "templates/xlsx/项目表.xlsx": book(PROJECT_ROWS),
        "content/daguan/unit.yaml": UNIT,
        "content/daguan/2024/projects/数字化.yaml": PROJECT,
    })  # fmt: skip
    ran = gen("build", "2024", folder=folder)
    assert ran.code == 0, ran.out
    assert cells(folder / "build/2024/daguan/数字化.xlsx") == [
        ["数字化"], ["区级财政", 20, 18], ["上级补助", 5, 5], ["扫描", "≥5000", "是"],
    ]  # fmt: skip
    begun = gen("init", ".", "--unit", "乙", "--forms", "山城", "--year", "2025", folder=folder)
    assert begun.code == 0, begun.err
    assert not (folder / "content/乙/2025/figures.yaml").exists()
    drafted = gen("build", "2025", "--draft", folder=folder)
    assert drafted.code == 0, drafted.out


def test_prompts_of_a_form_are_seen(tmp_path: Path) -> None:
    folder = overall(tmp_path, INDICATORS.replace("库房维修。", "（如：设备故障）"))
    assert "（如：设备故障）”是模板里留下的" in gen("check", "2024", folder=folder).out
