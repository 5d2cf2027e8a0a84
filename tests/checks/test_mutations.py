"""Every typed amount of the samples is changed in turn; every change must be reported.

Changes: each digit, each pair of neighbouring digits, the sign, ×10, ÷10, 元 for 万元 (×10,000).
A change counts as reported when an error or warning appears that the unchanged sample lacks.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from kit.checked import problems_of
from kit.workspaces import CONTENT

from generator.content.indicators import read_indicators
from generator.content.model import Indicator, Quantity, Row
from generator.content.tables import read_figures, read_table
from generator.content.yaml.nodes import Mapping, parse
from generator.problems import Problems, Severity

JIUJIANG, QIANNAN = "jiujiang-shenzhen", "qiannan-guangzhou"

#: Relations between the tables of 九江's forms; the form set's own 规则.
JIUJIANG_RULES = """
规则:
  - 名称: 收支平衡
    公式: 收入预算.合计.本年 = 支出预算.合计.本年
    提示: 部门预算收支相等，请核对批复的收支总表。
    级别: 错误
  - 名称: 上年收支平衡
    公式: 收入预算.合计.上年 = 支出预算.合计.上年
    提示: 上年部门预算收支相等，请核对上年的 figures.yaml。
    级别: 警告
  - 名称: 整体支出规模（预算）
    公式: 资金来源.合计.全年预算 = 资金结构.合计.全年预算
    提示: 自评表“资金来源”和“资金结构”的预算合计应当相等。
    级别: 警告
  - 名称: 整体支出规模（执行）
    公式: 资金来源.合计.全年执行 = 资金结构.合计.全年执行
    提示: 自评表“资金来源”和“资金结构”的执行合计应当相等。
    级别: 警告
  - 名称: 项目支出总额
    公式: 资金结构.项目支出.全年预算 = 部门项目支出.合计.全年预算
    提示: 汇总表的部门预算项目支出总额应当等于自评表的项目支出。
    级别: 警告
"""


@dataclass(frozen=True)
class Typed:
    """A number as it stands in a file: what it is, and where (line and column from 1)."""

    name: str
    text: str
    file: str
    line: int
    column: int


def changes(text: str) -> Iterator[tuple[str, str]]:
    """What may become of a typed number: (kind, other text); never the same value."""
    seen = {Decimal(text)}

    def fresh(kind: str, other: str) -> Iterator[tuple[str, str]]:
        if Decimal(other) not in seen:
            seen.add(Decimal(other))
            yield kind, other

    for i, char in enumerate(text):
        if char.isdigit():
            yield from fresh("一位数字", text[:i] + str((int(char) + 1) % 10) + text[i + 1 :])
            if i + 1 < len(text) and text[i + 1].isdigit():
                yield from fresh("两位颠倒", text[:i] + text[i + 1] + char + text[i + 2 :])
    value = Decimal(text)
    for kind, other in (
        ("符号", -value), ("×10", value * 10), ("÷10", value / 10), ("元当万元", value * 10_000),
    ):  # fmt: skip
        yield from fresh(kind, f"{other:f}")


def _amounts(row: Row, path: str) -> Iterator[tuple[str, Quantity]]:
    for column, cell in row.cells.items():
        if isinstance(cell, Quantity):
            yield f"{path}.{column}", cell
    for below in (*row.rows, *row.parts):
        yield from _amounts(below, f"{path}.{below.name}")


def typed_amounts(folder: Path, file: str) -> list[Typed]:
    """Every amount typed in a figures.yaml or in a project's 资金."""
    node = parse((folder / file).read_text(encoding="utf-8"), file, Problems())
    assert isinstance(node, Mapping)
    if "projects" in file:
        key, funds = next((k, v) for k, v in node.items if k.text == "资金")
        tables = [read_table(key, funds, Problems(), {})]
    else:
        tables = list(read_figures(node, file, Problems()).tables)
    return [
        Typed(name, amount.number, file, amount.at.line, amount.at.column)
        for table in tables if table is not None
        for name, amount in _amounts(table, table.name)
    ]  # fmt: skip


def typed_indicator_numbers(folder: Path, file: str) -> list[Typed]:
    """Every number typed as a target, result, 分值, 得分 or 权重."""
    node = parse((folder / file).read_text(encoding="utf-8"), file, Problems())
    if "projects" in file:
        assert isinstance(node, Mapping)
        node = node.get("指标")
    found: dict[tuple[int, int], Typed] = {}
    for row in read_indicators(node, Problems()).rows:
        for name, typed in _numbers(row):
            place = (typed.at.line, typed.at.column + typed.text.index(typed.number))
            found.setdefault(place, Typed(name, typed.number, file, *place))
    return list(found.values())


def _numbers(row: Indicator) -> Iterator[tuple[str, Quantity]]:
    label = row.text or row.name
    for what, typed in (
        ("目标", row.target), ("完成", row.actual), ("分值", row.points), ("得分", row.score),
        ("权重", row.weight),
    ):  # fmt: skip
        if isinstance(typed, Quantity):
            yield f"{label[:16]} {what}", typed


@dataclass(frozen=True)
class Tally:
    """How many changes were made, and which of them nobody reported."""

    made: int
    silent: tuple[str, ...]

    def told(self, what: str) -> str:
        reported = self.made - len(self.silent)
        rate = reported / self.made
        return f"{what}：{reported}/{self.made} = {rate:.2%}\n" + "\n".join(self.silent)


def sample(folder: Path, unit: str) -> Path:
    """A copy of one sample unit with its form sets; the unit's folder."""
    shutil.copytree(CONTENT / unit, folder / "content" / unit)
    shutil.copytree(CONTENT.parent / "templates", folder / "templates")
    rules = folder / "templates" / "jiujiang.yaml"
    text = rules.read_text(encoding="utf-8")
    if "\n规则:" not in text:  # until the form set holds them itself
        rules.write_text(text + JIUJIANG_RULES, encoding="utf-8")
    return folder / "content" / unit


def tally(workspace: Path, home: Path, year: int, numbers: list[Typed]) -> Tally:
    """Change each of ``numbers`` in every way and count what is reported."""

    def bad() -> set[tuple[str, str, str]]:
        return {
            (p.code, p.message, p.at.file)
            for p in problems_of(workspace, year)
            if p.severity is not Severity.NOTE
        }

    before, made = bad(), 0
    silent: list[str] = []
    for typed in numbers:
        path = home / typed.file
        text = path.read_text(encoding="utf-8")
        lines = text.split("\n")
        line, start = lines[typed.line - 1], typed.column - 1
        assert line[start : start + len(typed.text)] == typed.text, (typed, line)
        for kind, other in changes(typed.text):
            lines[typed.line - 1] = line[:start] + other + line[start + len(typed.text) :]
            path.write_text("\n".join(lines), encoding="utf-8")
            made += 1
            if not bad() - before:
                silent.append(
                    f"{typed.file}:{typed.line} {typed.name} {kind} {typed.text} → {other}"
                )
        path.write_text(text, encoding="utf-8")
    return Tally(made, tuple(silent))


@pytest.mark.long
@pytest.mark.parametrize(
    ("unit", "year", "files"),
    [
        (JIUJIANG, 2020, ["2020/figures.yaml", "2020/projects/专项工作经费.yaml"]),
        (JIUJIANG, 2020, ["2019/figures.yaml"]),
        (QIANNAN, 2023, ["2023/figures.yaml"]),
    ],
    ids=["jiujiang-2020", "jiujiang-2019", "qiannan-2023"],
)
def test_every_amount_is_guarded(
    tmp_path: Path, unit: str, year: int, files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    home = sample(tmp_path, unit)
    numbers = [typed for file in files for typed in typed_amounts(home, file)]
    assert len(numbers) >= 12
    found = tally(tmp_path, home, year, numbers)
    with capsys.disabled():
        print(f"\n{found.told(f'{unit} {files}')}")
    assert list(found.silent) == []


@pytest.mark.long
@pytest.mark.parametrize(
    ("unit", "year", "files", "least"),
    [
        (JIUJIANG, 2020, ["2020/indicators.yaml", "2020/projects/专项工作经费.yaml"], 0.99),
        (QIANNAN, 2023, ["2023/indicators.yaml"], 0.97),
    ],
    ids=["jiujiang-2020", "qiannan-2023"],
)
def test_numbers_of_indicators_are_guarded(
    tmp_path: Path, unit: str, year: int, files: list[str], least: float,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    home = sample(tmp_path, unit)
    numbers = [typed for file in files for typed in typed_indicator_numbers(home, file)]
    found = tally(tmp_path, home, year, numbers)
    with capsys.disabled():
        print(f"\n{found.told(f'{unit} {files}')}")
    assert (found.made - len(found.silent)) / found.made >= least
