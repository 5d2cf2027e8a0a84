"""Every imported value keeps the cell it came from, wherever gen tells of it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import openpyxl
import pytest
from kit.workspaces import SAMPLE_UNIT, change, gen
from openpyxl.workbook import Workbook

from generator.content import origins

FORM = "附件1 部门整体支出绩效自评表.xlsx"


@pytest.fixture
def office(sample_set: Path, tmp_path: Path) -> Path:
    """The sample with its own form imported."""
    shutil.copytree(sample_set, tmp_path / "w")
    made = tmp_path / "w" / "build" / "2020" / SAMPLE_UNIT / FORM
    shutil.copy(made, tmp_path / "w" / FORM)
    ran = gen("import", FORM, "--into", "2020", "--yes", folder=tmp_path / "w")
    assert ran.code == 0
    return tmp_path / "w"


@pytest.fixture(scope="module")
def sample_set(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from kit.workspaces import build, copy_sample

    folder = copy_sample(tmp_path_factory.mktemp("sample"))
    build(folder)
    return folder


def corrected(folder: Path, cell: str, value: object) -> None:
    book: Workbook = openpyxl.load_workbook(folder / FORM)
    book.worksheets[0][cell] = value
    book.save(folder / FORM)


def test_explain_names_the_cell(office: Path) -> None:
    told = gen("explain", "2020", "资金来源.财政拨款.全年预算", folder=office).out
    assert f"导入自 {FORM} 工作表“整体自评表” E6 “209.57”" in told
    told = gen("explain", "2020", "收入预算.财政拨款.本年", "--format", "json", folder=office).out
    assert (
        f"{FORM} 工作表“整体自评表” E6"
        in json.loads(told)[f"{SAMPLE_UNIT} 2020"]["found"][0]["steps"][0]["origin"]
    )


def test_a_value_changed_by_hand_is_no_longer_imported(office: Path) -> None:
    figures = office / "content" / SAMPLE_UNIT / "2020" / "figures.yaml"
    change(figures, ("财政拨款: {本年: 209.57}", "财政拨款: {本年: 209.58}"))
    assert "导入自" not in gen("explain", "2020", "收入预算.财政拨款.本年", folder=office).out


def test_the_proofreading_list_names_the_cell(office: Path) -> None:
    assert gen("build", "2020", folder=office).code == 0
    book = openpyxl.load_workbook(
        office / "build" / "2020" / SAMPLE_UNIT / "核对" / "核对清单.xlsx"
    )
    sources = [str(row[5].value) for row in book.worksheets[0].iter_rows(min_row=5)]
    assert f"figures.yaml:7\n{FORM} 工作表“整体自评表” E6 “209.57”" in sources


def test_a_source_that_changed_beside_is_a_warning(office: Path) -> None:
    assert gen("check", "2020", "--format", "json", folder=office).problems("I203") == []
    corrected(office, "H4", 2)
    (found,) = gen("check", "2020", "--format", "json", folder=office).problems("I203")
    assert f"“{FORM}”在导入以后改过" in found["message"]
    ran = gen("import", FORM, "--into", "2020", "--yes", "--format", "json", folder=office)
    moved = [
        (one["path"], one["before"], one["after"])
        for one in ran.json["found"]
        if one["kind"] == "更新"
    ]
    assert moved == [(["下属单位个数"], "1", "2")]
    assert gen("check", "2020", "--format", "json", folder=office).problems("I203") == []
    told = gen("diff", "2020", folder=office).out
    assert "下属单位个数" in told
    assert "1 → 2" in told


def test_a_damaged_record_is_a_warning_and_tells_nothing(office: Path) -> None:
    kept = office / "content" / SAMPLE_UNIT / "2020" / origins.NAME
    kept.write_text("值: [", "utf-8")
    (found,) = gen("check", "2020", "--format", "json", folder=office).problems("I204")
    assert found["severity"] == "warning"
    assert "导入自" not in gen("explain", "2020", "收入预算.财政拨款.本年", folder=office).out


def test_a_record_reads_as_it_was_written() -> None:
    entries = (
        origins.Entry("figures.yaml", ("甲", "乙: # 丙"), "1,2", "表 a.xlsx", "“表” B2", "- 1"),
        origins.Entry("indicators.yaml", ("产出[1]", "{二}", "完成"), "“好”", "b.docx", "表1", ""),
    )
    record = origins.Record({"表 a.xlsx": "0" * 64, "b.docx": "1" * 64}, entries)
    folder = Path(__file__).parent
    from generator.content.yaml import edit

    assert origins._record(edit.said(edit.locate(origins.written(record)))) == record
    assert origins.read(folder) == origins.EMPTY


@pytest.mark.parametrize("depth", [20, 500])
def test_a_record_too_deep_is_a_damaged_one(tmp_path: Path, depth: int) -> None:
    lists = "[" * depth + "]" * depth
    (tmp_path / origins.NAME).write_text(f"文件: {{}}\n值: {lists}\n", encoding="utf-8")
    with pytest.raises(origins.Damaged):
        origins.read(tmp_path)
