"""docs/模板指南.md, “从空白文件做一张表”: what it says is typed, is typed, and the workbook is right."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from kit import workspaces
from kit.documents import ROOT
from kit.pages import office_available
from kit.recalculation import different
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.formatting.rule import DataBarRule
from python_calamine import CalamineWorkbook

GUIDE = (ROOT / "docs/模板指南.md").read_text(encoding="utf-8")
SECTION = GUIDE[GUIDE.index("### 从空白文件做一张表") : GUIDE.index("### Excel 里不能用的")]
#: Cell → what the guide types into it, as quoted there.
CELLS = {
    "A3": "{%tr for p in 项目 %}",
    "A4": "{{ p.名称 }}",
    "B4": "{{ p.资金.合计.全年预算 }}",
    "C4": "{{ p.资金.合计.全年执行 }}",
    "D4": '=IF(B4=0,"—",C4/B4)',
    "A5": "{%tr endfor %}",
    "B6": "{{ 项目合计.全年预算 | 公式('=SUM(B4:B4)') }}",
    "C6": "=SUM(C4:C4)",
    "D6": '=IF(B6=0,"—",C6/B6)',
}


def as_designed() -> Workbook:
    """The workbook of the guide, made with openpyxl instead of WPS."""
    made = Workbook()
    page: Any = made.active
    page.title = "汇总"
    page["A1"] = "项目支出情况"
    for cell, text in zip(
        ("A2", "B2", "C2", "D2"), ("项目", "预算", "执行", "执行率"), strict=True
    ):
        page[cell] = text
    for cell, text in CELLS.items():
        assert f"`{text}`" in SECTION, f"指南里没有 {text}"
        page[cell] = text
    page["A6"] = "合计"
    page["D4"].number_format = page["D6"].number_format = "0.00%"
    chart = BarChart()
    chart.add_data(Reference(page, min_col=2, max_col=3, min_row=4, max_row=4), from_rows=False)
    chart.set_categories(Reference(page, min_col=1, min_row=4, max_row=4))
    page.add_chart(chart, "F2")
    page.conditional_formatting.add("D4", DataBarRule("num", 0, "num", 1, color="FF638EC6"))
    page.freeze_panes = "A3"
    page.print_title_rows = "1:2"
    return made


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    projects = {name: workspaces.project(name) for name in ("骨干培训", "新人培训")}
    files = workspaces.unit_files(projects=projects)
    folder = workspaces.write(tmp_path_factory.mktemp("guide"), files)
    templates = folder / "templates"
    (templates / "xlsx").mkdir(parents=True, exist_ok=True)
    as_designed().save(templates / "xlsx" / "汇总.xlsx")
    (templates / "jiujiang.yaml").write_text(
        re.sub(
            r"\n文档:\n(?:[ \t].*\n|\n)*", "\n文档:\n  - 名称: 汇总\n    xlsx: xlsx/汇总.xlsx\n",
            (ROOT / "templates/jiujiang.yaml").read_text(encoding="utf-8"),
        ), encoding="utf-8",
    )  # fmt: skip
    ran = workspaces.gen("build", "2024", folder=folder)
    found = list(folder.glob("build/2024/*/汇总.xlsx"))
    assert len(found) == 1, ran.out + ran.err
    return found[0].read_bytes()


def test_the_workbook_has_live_totals(built: bytes) -> None:
    page: Any = load_workbook(io.BytesIO(built)).worksheets[0]
    shown: Any = load_workbook(io.BytesIO(built), data_only=True).worksheets[0]
    assert [page[cell].value for cell in ("B5", "C5", "D3", "D4", "D5")] == [
        "=SUM(B3:B4)", "=SUM(C3:C4)", *(f'=IF(B{n}=0,"—",C{n}/B{n})' for n in (3, 4, 5)),
    ]  # fmt: skip
    whole, done = ([shown[f"{column}{row}"].value for row in (3, 4)] for column in "BC")
    assert (shown["B5"].value, shown["C5"].value) == (sum(whole), sum(done))
    assert shown["D5"].value == pytest.approx(sum(done) / sum(whole), rel=1e-14)
    seen = CalamineWorkbook.from_filelike(io.BytesIO(built)).get_sheet_by_index(0).to_python()
    assert seen[4][1:3] == [sum(whole), sum(done)]


def test_the_chart_shows_the_projects(built: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(built)) as archive:
        chart = archive.read("xl/charts/chart1.xml").decode()
    assert sorted(set(re.findall(r"<f>'?汇总'?!([^<]*)</f>", chart))) == [
        "$A$3:$A$4",
        "$B$3:$B$4",
        "$C$3:$C$4",
    ]
    kept = {float(value) for value in re.findall("<v>([^<]*)</v>", chart)}
    shown: Any = load_workbook(io.BytesIO(built), data_only=True).worksheets[0]
    assert kept == {shown[cell].value for cell in ("B3", "B4", "C3", "C4")}
    page: Any = load_workbook(io.BytesIO(built)).worksheets[0]
    (bars,) = page.conditional_formatting
    assert (str(bars.sqref), page.freeze_panes, page.print_title_rows) == ("D3:D4", "A3", "$1:$2")


@pytest.mark.office
@pytest.mark.skipif(bool(office_available()), reason=str(office_available()))
def test_libreoffice_computes_the_same(built: bytes, tmp_path: Path) -> None:
    assert different(built, tmp_path) == (5, [])
