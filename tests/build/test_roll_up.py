"""汇总: what a bureau sums up, who is missing, and where each sum comes from."""

from __future__ import annotations

import io
import re
import shutil
from pathlib import Path

import pytest
from docx import Document
from kit import roll_ups
from kit.roll_ups import BUREAU, EACH, INTERNAL, granted
from kit.templates import FORM_SET, word
from kit.workspaces import Ran, change, gen, snapshot, write
from openpyxl import load_workbook

OTHER = 8  # 其他资金 of each unit


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = roll_ups.write(tmp_path_factory.mktemp("汇总"), 3, settings=EACH + INTERNAL)
    ran = gen("build", "2024", folder=folder)
    assert ran.code == 0, ran.out
    return folder


@pytest.fixture
def here(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "w"))


def rows(folder: Path) -> list[tuple[object, ...]]:
    raw = (folder / "build/2024" / BUREAU / "一览.xlsx").read_bytes()
    sheet = load_workbook(io.BytesIO(raw), data_only=True).active
    assert sheet is not None
    return [tuple(v for v in row if v is not None) for row in sheet.iter_rows(values_only=True)]


def codes(ran: Ran) -> set[str]:
    return set(re.findall(r"\b[A-Z]\d{3}\b", ran.out))


def text(folder: Path) -> str:
    document = Document(str(folder / "build/2024" / BUREAU / "汇总表.docx"))
    cells = (c.text for t in document.tables for row in t.rows for c in row.cells)
    return "|".join((*(p.text for p in document.paragraphs), *cells))


def test_each_unit_has_its_row_and_the_sums_are_right(built: Path) -> None:
    *units, total = rows(built)
    assert [row[0] for row in units] == ["第1中心", "第2中心", "第3中心"]
    assert [row[1] for row in units] == [float(granted(n) + OTHER) for n in (1, 2, 3)]
    spent = [116.25 / float(granted(n) + OTHER) for n in (1, 2, 3)]
    assert [row[3] for row in units] == [pytest.approx(rate, abs=1e-4) for rate in spent]
    assert [row[-1] for row in units] == ["已生成"] * 3
    assert total[2] == 3 * 116.25
    # What unit 3 got from another is not counted twice.
    assert total[1] == float(sum(map(granted, (1, 2, 3))) + 3 * OTHER - 3)


def test_all_projects_of_all_units_are_listed(built: Path) -> None:
    assert text(built) == (
        "应汇总3，已汇总3，评价率100%。||1|测试县第1培训中心|项目1|27|"
        "2|测试县第3培训中心|项目3|27|||2|54"
    )


def test_a_sum_is_explained_down_to_the_line_of_each_unit(built: Path) -> None:
    ran = gen("explain", "2024", "合计.资金来源.合计.全年预算", "--unit", BUREAU, folder=built)
    assert ran.code == 0
    assert "各单位“资金来源.合计.全年预算”之和，减内部往来" in ran.out
    for number in (1, 2, 3):
        place = f"content/u{number:04}/2024/figures.yaml:1:1"
        assert (
            f"各单位“第{number}中心”.资金来源.合计.全年预算 = {granted(number) + OTHER}" in ran.out
        )
        assert place in ran.out
    assert "content/u0003/2024/facts.yaml:8:7" in ran.out
    assert "一览.xlsx 工作表“Sheet” B4" in ran.out


def test_nothing_changed_is_nothing_to_do(here: Path) -> None:
    before = snapshot(here / "build")
    assert gen("build", "2024", folder=here).code == 0
    assert snapshot(here / "build") == before


def test_records_on_disk_give_what_the_run_that_made_them_gave(here: Path) -> None:
    home = here / "build/2024" / BUREAU
    before = snapshot(home)
    for everything in ((), ("--all",)):
        assert gen("build", "2024", "--unit", BUREAU, *everything, folder=here).code == 0
        assert snapshot(home) == before  # the record names what it rests on


def test_one_correction_rewrites_its_unit_and_the_sums_only(here: Path) -> None:
    before = snapshot(here / "build/2024")
    change(here / "content/u0002/2024/figures.yaml", (str(granted(2)), str(granted(2) + 1)))
    assert gen("build", "2024", folder=here).code == 0
    after = snapshot(here / "build/2024")
    changed = {name.partition("/")[0] for name in after if after[name] != before.get(name)}
    assert changed == {"u0002", BUREAU}
    assert rows(here)[-1][1] == float(sum(map(granted, (1, 2, 3))) + 1 + 3 * OTHER - 3)


def test_a_unit_with_errors_is_missing_and_named_where_the_sums_stand(here: Path) -> None:
    old = snapshot(here / "build/2024/u0002")
    change(here / "content/u0002/unit.yaml", ("套表: jiujiang", "套表: jiujian"))
    for _ in range(2):  # also when there is nothing more to do
        ran = gen("build", "2024", folder=here)
        assert ran.code == 1
        assert "W501" in codes(ran)
        assert "有1个单位没有汇总进来：u0002。" in ran.out
        assert snapshot(here / "build/2024/u0002") == old
        *units, total, missing = rows(here)
        assert [row[0] for row in units] == ["第1中心", "第3中心"]
        assert total[1] == float(granted(1) + granted(3) + 2 * OTHER - 3)
        assert missing[:2] == ("没有汇总", "u0002")
        assert "没有汇总：u0002，内容改过以后没有生成" in text(here)
    change(here / "content/u0002/unit.yaml", ("套表: jiujian", "套表: jiujiang"))
    assert gen("build", "2024", folder=here).code == 0
    assert len(rows(here)) == 4


@pytest.mark.parametrize(
    ("wrong", "why"),
    [("year", "没有这个年度的内容"), ("build", "还没有生成"), ("draft", "是草稿")],
)
def test_why_a_unit_is_missing(here: Path, wrong: str, why: str) -> None:
    if wrong == "year":
        (here / "content/u0002/2024").rename(here / "content/u0002/2023")
    elif wrong == "build":
        shutil.rmtree(here / "build/2024/u0002")
    else:
        gen("build", "2024", "--draft", "--unit", "u0002", folder=here)
    ran = gen("build", "2024", "--unit", BUREAU, folder=here)
    assert ran.code == 1
    assert f"没有汇总：u0002，{why}。" in text(here)


@pytest.mark.parametrize("form_set", ["全县", "汇总"])
def test_nothing_to_sum_up_is_no_fault_of_the_templates(here: Path, form_set: str) -> None:
    change(here / f"content/{BUREAU}/unit.yaml", ("套表: 全县", f"套表: {form_set}"))
    for number in (1, 2, 3):
        shutil.rmtree(here / f"build/2024/u000{number}")
    ran = gen("build", "2024", "--unit", BUREAU, folder=here)
    assert (ran.code, codes(ran)) == (1, {"W501"}), ran.out
    if form_set == "全县":
        assert "应汇总3，已汇总0，评价率—。" in text(here)


def test_only_the_units_that_are_listed(here: Path) -> None:
    path = here / f"content/{BUREAU}/unit.yaml"
    path.write_text(path.read_text("utf-8") + "  单位: [u0001, u003]\n", "utf-8")
    ran = gen("build", "2024", folder=here)
    assert ran.code == 1
    assert "W502" in codes(ran)
    assert "“汇总”里的“u003”不是单位的文件夹名，是否为“u0003”？" in ran.out
    change(path, ("u003]", "u0003]"))
    assert gen("build", "2024", folder=here).code == 0
    assert [row[0] for row in rows(here)] == ["第1中心", "第3中心", "合计"]


def test_a_unit_without_what_is_summed_is_told_of(here: Path) -> None:
    figures = (here / "content/u0002/2024/figures.yaml").read_text("utf-8")
    write(here, {
        "content/u0002/2024/figures.yaml": figures.replace("资金来源:", "来源:"),
        "content/u0002/2024/report.md": "得分{{ 自评.总分 }}分，等级为“{{ 自评.等级 }}”。\n",
        "templates/另一套.yaml": FORM_SET + "  - {名称: 报告, docx: 另.docx}\n",
        "templates/另.docx": word("{{ 单位.名称 }}", "{{p 正文 }}"),
    })  # fmt: skip
    change(here / "content/u0002/unit.yaml", ("套表: jiujiang", "套表: 另一套"))
    ran = gen("build", "2024", folder=here)
    assert ran.code == 0, ran.out
    assert "W503" in codes(ran)
    assert "u0002没有“资金来源.合计.全年预算”，合计里没有它们。" in ran.out
    assert rows(here)[1][:3] == ("第2中心", "—", "—")


def test_a_formula_that_divides_by_nothing_is_a_dash(tmp_path: Path) -> None:
    settings = EACH.replace("资金来源.合计.全年预算", "资金结构.空的.全年预算")
    folder = roll_ups.write(tmp_path, 2, settings=settings)
    assert gen("build", "2024", folder=folder).code == 0
    assert [row[3] for row in rows(folder)[:-1]] == ["—", "—"]


def test_a_wrong_formula_is_told_at_its_place(tmp_path: Path) -> None:
    folder = roll_ups.write(tmp_path, 1, settings=EACH.replace(" / ", " / ("))
    ran = gen("build", "2024", folder=folder)
    assert ran.code == 1
    assert f"content/{BUREAU}/unit.yaml:6:" in ran.out


def test_the_shipped_forms_fit_any_units(tmp_path: Path) -> None:
    folder = roll_ups.write(tmp_path, 2, settings="")
    change(folder / f"content/{BUREAU}/unit.yaml", ("套表: 全县", "套表: 汇总"))
    ran = gen("build", "2024", folder=folder)
    assert ran.code == 0, ran.out
    output = folder / "build/2024" / BUREAU
    book = load_workbook(output / "各单位整体支出绩效一览.xlsx", data_only=True)
    overview, grades = book.worksheets
    # These units have no 支出决算: what is not there is not counted as 0.
    assert [c.value for c in overview[4]][1:6] == ["测试县第1培训中心", "—", "—", "—", None]
    assert "W503" in codes(ran)
    scored = [(row[0].value, row[1].value) for row in grades["A2:B5"]]
    assert sum(int(str(count)) for _, count in scored) == 2
    (chart,) = load_workbook(output / "各单位整体支出绩效一览.xlsx").worksheets[1]._charts
    assert chart.series[0].val.numRef.f == "'等级'!$B$2:$B$5"
    table = Document(str(output / "项目绩效自评情况汇总表.docx")).tables[0]
    assert [c.text for c in table.rows[2].cells][1:3] == ["测试县第1培训中心", "项目1"]
