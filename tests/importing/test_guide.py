"""docs/导入.md taken at its word: the map that it shows is written, its table imported."""

from __future__ import annotations

import re
from pathlib import Path

from kit.workspaces import ROOT, gen, write
from openpyxl import Workbook

GUIDE = (ROOT / "docs" / "导入.md").read_text("utf-8")
UNIT = "名称: 示例县图书馆\n简称: 县图书馆\n套表: qiannan\n"
FIGURES = "采购:\n  设备: {决算: 待填}\n  物业: {决算: 待填}\n"


def table() -> list[list[object]]:
    """The table of the guide, its amounts as numbers."""
    lines = [line for line in GUIDE.split("\n") if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [
        [float(cell) if re.fullmatch(r"[\d.]+", cell) else cell for cell in row]
        for row in cells if set(row[0]) != {"-"}
    ]  # fmt: skip


def test_the_guides_map_reads_the_guides_table(tmp_path: Path) -> None:
    found = re.search(r"```yaml 导入/采购\.yaml\n(.*?)```", GUIDE, re.DOTALL)
    assert found is not None
    write(tmp_path, {
        "content/tushuguan/unit.yaml": UNIT, "content/tushuguan/2020/figures.yaml": FIGURES,
        "templates/导入/采购.yaml": found[1],
    })  # fmt: skip
    book = Workbook()
    assert book.active is not None
    for row in table():
        book.active.append(row)
    book.save(tmp_path / "采购.xlsx")
    ran = gen("import", "采购.xlsx", "--into", "2020", "--yes", folder=tmp_path)
    assert ran.code == 0, ran.out + ran.err
    made = (tmp_path / "content/tushuguan/2020/figures.yaml").read_text("utf-8")
    assert made == "采购:\n  设备: {决算: 4.98}\n  物业: {决算: 8}\n"


def test_a_label_of_the_workspace_is_added(tmp_path: Path) -> None:
    from generator.importing.maps import load_labels
    from generator.problems import Problems
    from generator.workspace import Workspace

    write(tmp_path, {"templates/导入/标签.yaml": "标签:\n  年初预算数: [期初数]\n"})
    same = load_labels(Workspace(tmp_path, tmp_path / "build"), Problems()).same
    assert same["期初数"] == "年初预算数"
    assert same["全年预算数A"] == "全年预算数"
