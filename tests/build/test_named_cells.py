"""Cells of a workbook that the form set names: Excel's own formula, the content's figure."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from kit.archives import saved
from kit.sheets import PROPERTIES, book, formulas, number, values
from kit.templates import made, word
from kit.workspaces import gen
from openpyxl import load_workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula

from generator.content.model import NamedCell
from generator.figures.model import Names
from generator.formats.xlsx.compile.compiler import compile_xlsx
from generator.formats.xlsx.render import render_xlsx
from generator.problems import Position, Problem, Problems

CELLS = {
    "A1": "{%tr for r in 指标 %}", "A2": "{{ r.名称 }}", "B2": "{{ r.得分 }}",
    "A3": "{%tr endfor %}", "A4": "总分", "B4": "=SUM(B2:B2)",
}  # fmt: skip
NAMES = {"总分": "表!$B$4", "得分": "'表'!$B$2:$B$4", "空的": "表!$C$4", "系数": "0.5"}
FILE = "templates/县里.yaml"


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GEN_CACHE", str(tmp_path / "cache"))


def template(names: Mapping[str, str], cells: Mapping[str, str], **more: Mapping[str, str]) -> Any:
    made = book(表=cells, **more)
    for name, refers in names.items():
        made.defined_names[name] = DefinedName(name, attr_text=refers)
    return made


def there(
    folder: Path, named: str, names: Mapping[str, str] = NAMES, cells: Mapping[str, str] = CELLS,
    path: str = "docx: 甲.docx, xlsx: 甲.xlsx",
) -> Path:  # fmt: skip
    documents = f"- {{名称: 表, {path}, 单元格: {named}}}\n"
    files = {
        "templates/甲.xlsx": saved(template(names, cells)),
        "templates/甲.docx": word("{{ 年度 }}"),
    }
    made(folder / "w", documents, **files)
    return folder / "w"


@pytest.mark.long
def test_the_cell_gets_formula_and_value_of_the_figure(tmp_path: Path) -> None:
    folder = there(tmp_path, "[{名称: 总分, 数: 自评.总分}]")
    ran = gen("build", "2024", "-q", folder=folder)
    assert ran.code == 0, ran.out
    (path,) = folder.rglob("build/2024/*/表.xlsx")
    formulas, shown = load_workbook(path)["表"], load_workbook(path, data_only=True)["表"]
    assert (formulas["B4"].value, shown["B4"].value) == ("=SUM(B1:B3)", 85)
    assert load_workbook(path).defined_names["总分"].attr_text == "表!$B$4"
    # It is a figure like any other: it tells where it came from.
    told = gen("explain", "2024", "自评.总分", folder=folder)
    assert "工作表“表” B4" in told.out, told.out
    # Another figure is another template, whatever the cache holds.
    form_set = folder / FILE
    form_set.write_text(form_set.read_text().replace("数: 自评.总分", "数: 自评.分值"))
    ran = gen("build", "2024", "--format", "json", folder=folder)
    (problem,) = ran.problems("T273")
    assert problem["place"] == "工作表“表” B4"
    assert "算出来是85，这一格印的是100" in problem["message"]


def told(
    cells: list[NamedCell], names: Mapping[str, str] = NAMES, also: Mapping[str, str] = {}
) -> list[Problem]:
    """What compiling says of a workbook of two sheets."""
    problems = Problems()
    raw = saved(template(names, CELLS, 二={"A1": "{{ 年度 }}", "B1": "=表!B4*2", **also}))
    compile_xlsx(raw, "templates/甲.xlsx", problems, cells)
    return problems.sorted()


def named(name: str, figure: str = "自评.总分", line: int = 9) -> NamedCell:
    return NamedCell(name, figure, Position(FILE, line, 5))


@pytest.mark.parametrize(
    ("name", "figure", "code", "words"),
    [
        ("总份", "自评.总分", "T284", "没有这个名称，是否为“总分”？"),
        ("得分", "自评.总分", "T285", "有许多格"),
        ("空的", "自评.总分", "T285", "那一格里没有公式"),
        ("标签", "自评.总分", "T285", "那一格里没有公式"),
        ("系数", "自评.总分", "T285", "“0.5”，不是这个工作簿的一格"),
        ("整列", "自评.总分", "T285", "表!$B:$B"),
        ("两格", "自评.总分", "T285", "表!$B$4,表!$B$2"),
        ("总分", "自评.总分 }} {{ 年度", "T285", "不是一个名称"),
        ("总分", "自评.总分 | 合并", "T277", ""),
        ("总分", "自评.总分 | 公式('=A1')", "T277", ""),
    ],
)
def test_what_cannot_be_named_is_told_once_at_the_form_set(
    name: str, figure: str, code: str, words: str
) -> None:
    more = {"整列": "表!$B:$B", "两格": "表!$B$4,表!$B$2", "标签": "表!$B$2"}
    (problem,) = told([named(name, figure)], {**NAMES, **more})
    assert (problem.code, problem.at) == (code, Position(FILE, 9, 5))
    assert words in problem.message


def test_a_cell_is_named_once() -> None:
    (problem,) = told([named("总分"), named("总计", line=10)], {**NAMES, "总计": "表!$B$4"})
    assert (problem.code, problem.at.line) == ("T285", 10)
    assert "已经写过" in problem.message


def test_the_formula_stays_excels_own() -> None:
    """Shared with other cells, and entered as an array."""
    made = template({"总分": "表!$B$4", "积": "表!$C$4"}, {**CELLS, "B2": "{{ r.得分 }}"})
    page = made["表"]
    page["C4"] = ArrayFormula("C4", "=SUM(B2:B2*2)")
    problems = Problems()
    compiled = compile_xlsx(saved(made), FILE, problems, [named("总分", "总"), named("积", "两倍")])
    assert compiled is not None
    assert problems.sorted() == []
    rows = [
        Names({"名称": "甲", "得分": number("4")}),
        Names({"名称": "乙", "得分": number("5.5")}),
    ]
    names = {"指标": rows, "总": number("9.5"), "两倍": number("19")}
    done = render_xlsx(compiled, names, PROPERTIES)
    assert [remark.code for remark in done.remarks] == []
    found = formulas(done, "表")
    assert found["B3"] == "=SUM(B1:B2)"
    assert (getattr(found["C3"], "text", ""), values(done, "表")["C3"]) == ("=SUM(B1:B2*2)", 19)


def test_any_sheet_of_the_workbook_can_hold_it() -> None:
    assert told([named("一倍"), named("总分")], {**NAMES, "一倍": "二!$B$1"}) == []


def test_a_name_that_is_misspelt_in_the_form_set_is_told_there(tmp_path: Path) -> None:
    folder = there(tmp_path, "[{名称: 总分, 数: 自评.总份}]")
    ran = gen("template", "check", "2024", "--format", "json", folder=folder)
    (problem,) = [one for one in ran.json["problems"] if one["severity"] == "error"]
    assert (problem["code"], problem["file"]) == ("T101", FILE)
    assert "是否为“总分”？" in problem["message"]


def test_a_document_without_a_workbook_has_no_cells_to_name(tmp_path: Path) -> None:
    folder = there(tmp_path, "[{名称: 总分, 数: 自评.总分}]", path="docx: 甲.docx")
    ran = gen("template", "check", "2024", "--format", "json", folder=folder)
    (problem,) = ran.problems("L521")
    assert (ran.code, problem["file"]) == (1, FILE)
