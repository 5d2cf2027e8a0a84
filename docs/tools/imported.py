"""The picture of the import in docs/第一小时.md: a table of accounts, and what gen makes of it.

``python docs/tools/imported.py`` makes it; needs LibreOffice and poppler. The table is written
here as an office has it, in 元; what stands below is what gen says and the lines that it fills in.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from openpyxl import Workbook
from pictures import PICTURES, ROOT, gen, picture

PICTURE = "导入-财决.png"
FILE = "财决.xlsx"
NEW = ("--forms", "jiujiang", "--name", "示例县图书馆", "--short", "县图书馆", "--year", "2024")
TOP = ["支出决算表", "编制单位：示例县图书馆　　　2024年度　　　金额单位：元"]
ROWS = [
    ["科目编码", "科目名称", "本年支出合计", "基本支出", "项目支出"],
    ["合计", "", "2392601.94", "1747600.69", "645001.25"],
    ["201", "一般公共服务支出", "2135000.62", "1490000.12", "645000.50"],
    ["208", "社会保障和就业支出", "118100.33", "118100.33", ""],
    ["210", "卫生健康支出", "56600.44", "56600.44", ""],
    ["221", "住房保障支出", "82900.55", "82899.80", "0.75"],
]
#: The table of content that is filled in, and how many of its lines the picture shows.
FILLED, SHOWN = "支出决算:", 9


def accounts(path: Path) -> None:
    """Write the table of accounts."""
    book = Workbook()
    page = book.worksheets[0]
    page.title = "Z04 支出决算表(财决04表)"
    for row in [*([text] for text in TOP), *ROWS]:
        page.append([float(text) if "." in text else text for text in row])
    book.save(path)


def said(folder: Path) -> list[str]:
    """What gen says of the file before it asks."""
    ran = subprocess.run(
        [sys.executable, "-m", "generator", "import", FILE, "--into", "2024", "--dry-run"],
        cwd=folder, check=True, capture_output=True, encoding="utf-8",
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    return ran.stdout.splitlines()


def filled(folder: Path) -> list[str]:
    """The first lines of figures.yaml that were filled in."""
    (path,) = folder.glob("content/*/2024/figures.yaml")
    lines = path.read_text("utf-8").splitlines()
    start = lines.index(FILLED)
    return [*lines[start : start + SHOWN], "  ……"]


def page(path: Path, told: list[str], lines: list[str]) -> None:
    """The table and what came of it on one page."""
    document: Any = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(16)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(1)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Noto Sans CJK SC", Pt(9)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "Noto Sans CJK SC")
    style.paragraph_format.space_after = Pt(0)
    for text in TOP:
        document.add_paragraph(text)
    table = document.add_table(len(ROWS), len(ROWS[0]), style="Table Grid")
    for row, texts in zip(table.rows, ROWS, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    for text in ["", f"> gen import {FILE} --into 2024", *told, "", "figures.yaml", *lines]:
        document.add_paragraph(text.replace(" ", "\u00a0"))
    document.save(str(path))


def main() -> None:
    """Import the table into a new unit, keep the page."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        gen("init", "自评", *NEW, folder=folder)
        accounts(folder / "自评" / FILE)
        told = said(folder / "自评")
        gen("import", FILE, "--into", "2024", "--yes", folder=folder / "自评")
        page(folder / "页.docx", told, filled(folder / "自评"))
        picture(folder / "页.docx", 1, PICTURES / PICTURE, folder, dots=80)


if __name__ == "__main__":
    main()
