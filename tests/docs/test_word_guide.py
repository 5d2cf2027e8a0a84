"""docs/模板指南.md, “从空白文件做一份 Word 文件”: what it says is typed, is typed, and comes out right."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import docx
import pytest
from kit import reading, workspaces
from kit.archives import repacked
from kit.charts import book, chart_xml, frame, with_chart
from kit.documents import ROOT

GUIDE = (ROOT / "docs/模板指南.md").read_text(encoding="utf-8")
SECTION = GUIDE[GUIDE.index("### 从空白文件做一份 Word 文件") : GUIDE.index("## Excel 模板")]
TITLE = "{{ 单位.名称 }}{{ 年度 }}年项目支出情况"
ROWS = [
    ["项目", "资金来源", "预算", "执行"],
    ["{%tr for p in 项目 %}"],
    ["{%tr for 行 in p.资金.行 %}"],
    ["{{ p.名称 | 合并 }}", "{{ 行.名称 }}", "{{ 行.全年预算 }}", "{{ 行.全年执行 }}"],
    ["{%tr endfor %}"],
    ["小计", "", "{{ p.资金.合计.全年预算 }}", "{{ p.资金.合计.全年执行 }}"],
    ["{%tr endfor %}"],
    ["合计", "", "{{ 项目合计.全年预算 }}", "{{ 项目合计.全年执行 }}"],
]
DATA = [["", "执行数"], ["{%tr for p in 项目 %}"],
        ["{{ p.名称 }}", "{{ p.资金.合计.全年执行 }}"], ["{%tr endfor %}"]]  # fmt: skip
HEADING = "{{ 年度 }}年各项目执行数"
FUNDS = (
    "  财政拨款: {{年初预算: {0}, 年中追加: 0, 全年执行: {1}}}\n"
    "  自筹资金: {{年初预算: 5, 年中追加: 0, 全年执行: 4.5}}\n"
)


def as_designed() -> bytes:
    """The document of the guide, made with python-docx instead of WPS."""
    for text in (TITLE, HEADING, *(cell for row in (*ROWS, *DATA) for cell in row if cell)):
        assert text in SECTION, f"指南里没有 {text}"
    document = docx.Document()
    document.add_paragraph(TITLE)
    table = document.add_table(len(ROWS), 4, style="Table Grid")
    for row, texts in zip(table.rows, ROWS, strict=True):
        for cell, text in zip(row.cells, texts, strict=False):
            cell.text = text
    document.add_paragraph()._p.append(frame())
    saved = io.BytesIO()
    document.save(saved)
    title = f"<a:r><a:t>{HEADING}</a:t></a:r>"
    return repacked(saved.getvalue(), with_chart(chart_xml(title, 3, first=3), book(DATA)))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    projects = {
        name: workspaces.project(name, funds=FUNDS.format(budget, spent))
        for name, budget, spent in (("入职培训", 30, "28.4"), ("骨干培训", 12, 12))
    }
    files = workspaces.unit_files(projects=projects)
    folder = workspaces.write(tmp_path_factory.mktemp("guide"), files)
    workspaces.write(folder, {"templates/docx/支出.docx": as_designed()})
    forms = (ROOT / "templates/jiujiang.yaml").read_text(encoding="utf-8")
    documents = "\n文档:\n  - {名称: 支出, docx: docx/支出.docx}\n"
    (folder / "templates/jiujiang.yaml").write_text(
        re.sub(r"\n文档:\n(?:[ \t].*\n|\n)*", documents, forms), encoding="utf-8"
    )
    checked = workspaces.gen("template", "check", "2024", folder=folder)
    assert checked.code == 0, checked.out
    ran = workspaces.gen("build", "2024", folder=folder)
    found = list(folder.glob("build/2024/*/支出.docx"))
    assert len(found) == 1, ran.out + ran.err
    return found[0]


def test_the_table_is_grouped_and_summed(built: Path) -> None:
    (rows,) = reading.tables(built)
    assert [[cell.text for cell in row] for row in rows] == [
        ["项目", "资金来源", "预算", "执行"],
        ["入职培训", "财政拨款", "30", "28.4"],
        ["", "自筹资金", "5", "4.5"],
        ["小计", "", "35", "32.9"],
        ["骨干培训", "财政拨款", "12", "12"],
        ["", "自筹资金", "5", "4.5"],
        ["小计", "", "17", "16.5"],
        ["合计", "", "52", "49.4"],
    ]
    (title, *_) = reading.paragraphs(built)
    assert title.endswith("2024年项目支出情况")


def test_the_chart_draws_the_projects(built: Path) -> None:
    with zipfile.ZipFile(built) as archive:
        (name,) = [n for n in archive.namelist() if re.fullmatch(r"word/charts/[^/]+\.xml", n)]
        xml = archive.read(name).decode()
    assert "2024年各项目执行数" in "".join(re.findall(r"<a:t>([^<]*)</a:t>", xml))
    caches = re.findall(r"<c:(?:num|str)Cache>(.*?)</c:(?:num|str)Cache>", xml)
    assert [re.findall(r"<c:v>([^<]*)</c:v>", cache) for cache in caches] == [
        ["执行数"], ["入职培训", "骨干培训"], ["32.9", "16.5"],
    ]  # fmt: skip
