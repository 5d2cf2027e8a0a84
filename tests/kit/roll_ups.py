"""Workspaces of many small units whose amounts all differ, and a bureau that sums them up."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from docx import Document
from openpyxl import Workbook

from kit import workspaces
from kit.archives import saved
from kit.templates import FORM_SET

BUREAU = "caizhengju"
UNIT_FILE = "名称: 测试县财政局\n简称: 县财政局\n套表: 全县\n汇总:\n"
EACH = '  逐个:\n    - {名称: 执行率, 公式: 资金来源.合计.全年执行 / 资金来源.合计.全年预算, 单位: "%"}\n'
INTERNAL = "  内部往来:\n    - {数: 资金来源.合计.全年预算, 减: 内部往来}\n"
DOCUMENTS = "- {名称: 一览, xlsx: 一览.xlsx}\n- {名称: 汇总表, docx: 汇总表.docx}\n"


def granted(number: int) -> Decimal:
    """What unit ``number`` gets: no two get the same."""
    return Decimal(100) + Decimal(number * 37 % 1000) / 10 + Decimal(number) / 100


def unit(number: int) -> workspaces.Files:
    """Unit ``number`` with its own grant, one project for every two units, some paid within."""
    name, projects = f"u{number:04}", {"甲": workspaces.project(f"项目{number}")}
    files = workspaces.unit_files(
        name, name=f"测试县第{number}培训中心", short=f"第{number}中心",
        projects=projects if number % 2 else {},
    )  # fmt: skip
    home = f"content/{name}/2024"
    files[f"{home}/figures.yaml"] = files[f"{home}/figures.yaml"].replace(
        "120.5", str(granted(number))
    )
    if number % 3 == 0:
        files[f"{home}/facts.yaml"] += f"内部往来: {number}万元\n"
    return files


def full(number: int) -> workspaces.Files:
    """Unit ``number`` with all that the shipped forms print; every third had nothing last year."""
    spent = granted(number) - 8
    last = "" if number % 3 == 0 else f", 上年决算: {spent * (2 + number % 5) / 4}"
    files, home = unit(number), f"content/u{number:04}/2024"
    files[f"{home}/indicators.yaml"] = files[f"{home}/indicators.yaml"].replace(
        "完成: 150", f"完成: {number * 40 % 201}"
    )
    files[f"{home}/figures.yaml"] += (
        f"收入预算:\n  财政拨款: {{本年: {granted(number)}}}\n"
        f"支出预算:\n  教育支出: {{本年: {granted(number)}}}\n"
        f"支出决算:\n  教育支出: {{决算: {spent}{last}}}\n"
    )
    return files


def overview() -> bytes:
    """One row for each unit, the sums, and who is missing."""
    book = Workbook()
    assert book.active is not None
    for row in (
        ["{%tr for u in 各单位 %}"],
        [
            "{{ u.名称 }}", "{{ u.资金来源.合计.全年预算 }}", "{{ u.资金来源.合计.全年执行 }}",
            "{{ u.执行率 }}", "{{ u.自评.总分 }}", "{{ u.自评.等级 }}", "{{ u.警告数 }}", "{{ u.状态 }}",
        ],
        ["{%tr endfor %}"],
        [
            "合计", "{{ 合计.资金来源.合计.全年预算 }}",
            "{{ 合计.资金来源.合计.全年执行 | 公式('=SUM(C2:C2)') }}", "", "{{ 平均.自评.总分 }}",
        ],
        ["{%tr for u in 未汇总 %}"],
        ["没有汇总", "{{ u.编号 }}", "{{ u.原因 }}"],
        ["{%tr endfor %}"],
    ):  # fmt: skip
        book.active.append(row)
    return saved(book)


def projects() -> bytes:
    """All projects of all units."""
    document = Document()
    document.add_paragraph(
        "应汇总{{ 汇总.应汇总单位 }}，已汇总{{ 汇总.单位 }}，评价率{{ 汇总.评价率 }}。"
    )
    document.add_paragraph(
        "{% for u in 未汇总 %}没有汇总：{{ u.编号 }}，{{ u.原因 }}。{% endfor %}"
    )
    table = document.add_table(rows=4, cols=4)
    rows = (
        ["{%tr for p in 各项目 %}", "", "", ""],
        ["{{ loop.index }}", "{{ p.所属单位 }}", "{{ p.名称 }}", "{{ p.资金.合计.全年执行 }}"],
        ["{%tr endfor %}", "", "", ""],
        ["", "", "{{ 汇总.项目 }}", "{{ 合计.项目.资金.合计.全年执行 }}"],
    )
    for cells, row in zip(table.rows, rows, strict=True):
        for cell, text in zip(cells.cells, row, strict=True):
            cell.text = text
    return saved(document)


def shipped(folder: Path, count: int) -> Path:
    """A workspace whose bureau sums ``count`` units up in the shipped forms."""
    for number in range(1, count + 1):
        workspaces.write(folder, full(number))
    return workspaces.write(
        folder,
        {
            f"content/{BUREAU}/unit.yaml": UNIT_FILE.replace("全县", "汇总"),
            f"content/{BUREAU}/2024/facts.yaml": "主送: 县政府\n",
        },
    )


def write(folder: Path, count: int, *, settings: str = EACH) -> Path:
    """A workspace of ``count`` units and the bureau."""
    for number in range(1, count + 1):
        workspaces.write(folder, unit(number))
    return workspaces.write(
        folder,
        {
            f"content/{BUREAU}/unit.yaml": UNIT_FILE + settings,
            f"content/{BUREAU}/2024/facts.yaml": "主送: 县政府\n",
            "templates/全县.yaml": FORM_SET + workspaces.indented(DOCUMENTS, 2),
            "templates/一览.xlsx": overview(),
            "templates/汇总表.docx": projects(),
        },
    )
