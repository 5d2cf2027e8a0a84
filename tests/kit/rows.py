"""A unit with one long list, and a sheet with a loop of five columns over it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from openpyxl import Workbook
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from kit import workspaces
from kit.archives import saved

COLUMNS = ("名称", "类别", "数量", "单价", "金额")
FORM_SET = "名称: 逐行\n文档:\n  - 名称: 明细表\n    xlsx: xlsx/明细.xlsx\n"
INDICATORS = """\
- 一级: 产出指标
  二级:
    - 名称: 数量指标
      三级:
        - {名称: 登记设备, 目标: 100%, 完成: 100%, 分值: 100}
"""


def row(number: int) -> tuple[str, str, int, Decimal]:
    """What is typed in row ``number``, from 1."""
    price = Decimal(number * 7919 % 99991) / 100
    return f"第{number}项设备", f"{'甲乙丙'[number % 3]}类", number % 37 + 1, price


def workspace(folder: Path, count: int) -> Path:
    """A workspace whose one document has ``count`` rows and their total, with two formulas."""
    rows = [
        f"  - {{名称: {name}, 类别: {kind}, 数量: {amount}, 单价: {price:.2f}}}\n"
        for name, kind, amount, price in map(row, range(1, count + 1))
    ]
    home = "content/hang"
    return workspaces.write(folder, {
        f"{home}/unit.yaml": "名称: 测试县设备中心\n简称: 设备中心\n套表: 逐行\n",
        f"{home}/2024/facts.yaml": f"成文日期: 2025-03-09\n明细:\n{''.join(rows)}",
        f"{home}/2024/figures.yaml": "支出:\n  设备: {本年: 12}\n",
        f"{home}/2024/indicators.yaml": INDICATORS,
        "templates/逐行.yaml": FORM_SET,
        "templates/xlsx/明细.xlsx": template(),
    })  # fmt: skip


def template() -> bytes:
    """The sheet: a formula in the row, one over all rows, a conditional format, a validation."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "明细"
    sheet.append(COLUMNS)
    sheet.append(["{%tr for 行 in 明细 %}"])
    sheet.append([*(f"{{{{ 行.{name} }}}}" for name in COLUMNS[:4]), "=C3*D3"])
    sheet.append(["{%tr endfor %}"])
    sheet.append(["合计", "", "", "", "=SUM(E3:E3)"])
    for cell in sheet[3]:
        cell.number_format = "#,##0.00"
    fill = PatternFill("solid", bgColor="FFFFC7CE")
    sheet.conditional_formatting.add("E3:E3", CellIsRule("greaterThan", ["10000"], fill=fill))
    allowed = DataValidation("list", formula1='"甲类,乙类,丙类"')
    allowed.add("B3:B3")
    sheet.add_data_validation(allowed)
    return saved(book)
