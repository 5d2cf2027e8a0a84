"""Two cells of one name: which counts, or that neither does; what nobody sees is no figure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from kit.workspaces import gen, write
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from generator.reading.any_file import exact_contents

#: 公开07表 above its amounts.
ABOVE = [
    ["财政拨款“三公”经费支出决算表"], ["编制单位：示例县图书馆", "", "", "2024年度", "", "金额单位：万元"],
    ["预算数", "", "", "", "", "", "决算数"],
    ["合计", "因公出国（境）费", "公务用车购置及运行维护费", "", "", "公务接待费"] * 2,
    ["", "", "小计", "公务用车购置费", "公务用车运行维护费", ""] * 2,
]  # fmt: skip
OLD = [10.6, 8, 0, 0, 0, 2.6, 0.3, 0, 0, 0, 0, 0.3]
NEW = [10.6, 8, 0, 0, 0, 2.6, 0.7, 0, 0, 0, 0, 0.7]
WHOLE = [10.6, 8, 0, 0, 0, 2.6, 1, 0, 0, 0, 0, 1]
UPRIGHT = [["“三公”经费支出决算表"], ["", "", "单位：万元"], ["项目", "预算数", "决算数"]]
TOOK = "三公经费.公务接待.决算"


@pytest.fixture
def office(tmp_path: Path) -> Path:
    home = "content/甲"
    figures = "三公经费:\n  公务接待: {年初预算: 待填, 决算: 待填}\n"
    unit = "名称: 示例县图书馆\n简称: 县图书馆\n套表: jiujiang\n"
    write(tmp_path, {f"{home}/unit.yaml": unit, f"{home}/2024/figures.yaml": figures})
    return tmp_path


def sheet(path: Path, rows: list[list[Any]]) -> Worksheet:
    book = Workbook()
    assert isinstance(book.active, Worksheet)
    for row in rows:
        book.active.append(row)
    book.save(path)
    return book.active


def save(one: Worksheet, path: Path) -> None:
    assert one.parent is not None
    one.parent.save(path)


def bring(folder: Path, *names: str) -> tuple[dict[str, str], list[str]]:
    """What would be filled in, and what is told of the rest."""
    ran = gen(
        "import", *names, "--into", "2024", "--dry-run", "--format", "json", folder=folder
    ).json
    filled = {one["name"]: one["after"] for one in ran["found"] if one["kind"] == "填入"}
    assert not [one for one in ran["unused"] if "接待.决算" in one["name"]]
    return filled, [f"{one['place']} {one['text']} {one['why']}" for one in ran["left"]]


def test_a_hidden_row_is_named_and_the_visible_one_counts(office: Path) -> None:
    one = sheet(office / "甲.xlsx", [*ABOVE, OLD, NEW])
    one.row_dimensions[6].hidden = True
    save(one, office / "甲.xlsx")
    filled, left = bring(office, "甲.xlsx")
    assert filled[TOOK] == "0.7"
    assert [told.strip() for told in left] == ["工作表“Sheet”第6行是隐藏的，没有读"]


@pytest.mark.parametrize(
    ("rows", "places"),
    [
        ([*ABOVE, OLD, NEW], ("L6是0.3", "L7是0.7")),
        (
            [*UPRIGHT, ["因公出国（境）费", 0, 0], ["公务接待费", 2.6, 0.3], ["公务接待费", 2.6, 0.7]],
            ("C5是0.3", "C6是0.7"),
        ),
        (
            [*UPRIGHT[:2], [*UPRIGHT[2], "决算数"], ["因公出国（境）费", 0, 0, 0], ["公务接待费", 2.6, 0.3, 0.7]],
            ("C5是0.3", "D5是0.7"),
        ),
    ],
    ids=["rows without labels", "rows of one label", "columns of one head"],
)  # fmt: skip
def test_two_cells_that_differ_give_nothing_and_both_are_named(
    office: Path, rows: list[list[Any]], places: tuple[str, str]
) -> None:
    sheet(office / "甲.xlsx", rows)
    filled, left = bring(office, "甲.xlsx")
    assert TOOK not in filled
    assert filled["三公经费.公务接待.年初预算"] == "2.6"
    (told,) = [one for one in left if "接待.决算" in one]
    assert all(place in told for place in places)


def test_two_rows_that_say_the_same_give_it(office: Path) -> None:
    sheet(office / "甲.xlsx", [*ABOVE, NEW, NEW, ["注：本表反映“三公”经费"]])
    filled, left = bring(office, "甲.xlsx")
    assert (filled[TOOK], left) == ("0.7", [])


def test_two_files_are_as_one_workbook_though_one_has_no_decimals(office: Path) -> None:
    sheet(office / "甲.xlsx", [*ABOVE, NEW])
    sheet(office / "乙.xlsx", [*ABOVE, WHOLE])
    filled, left = bring(office, "甲.xlsx", "乙.xlsx")
    assert TOOK not in filled
    (told,) = [one for one in left if "接待.决算" in one]
    assert "甲.xlsx 工作表“Sheet” L6是0.7" in told
    assert "乙.xlsx 工作表“Sheet” L6是1" in told
    ran = gen("import", "甲.xlsx", "乙.xlsx", "--into", "2024", "--dry-run", folder=office)
    assert "“”" not in ran.out


def test_a_typed_figure_that_differs_is_told_once(office: Path) -> None:
    figures = office / "content/甲/2024/figures.yaml"
    figures.write_text("三公经费:\n  公务接待: {年初预算: 2.6, 决算: 0.9}\n", "utf-8")
    sheet(office / "甲.xlsx", [*ABOVE, NEW])
    ran = gen("import", "甲.xlsx", "--into", "2024", "--dry-run", folder=office)
    assert "和内容填的不一样、没有动的（1处）" in ran.out
    assert "和算出来的不一样" not in ran.out


CODED = [
    ["科目编码", "科目名称", "合计", "上年"],
    [201, "一般公共服务支出", 5, 4],
    ["", "合计", 5, 4],
]


def test_what_is_hidden_is_not_read_in_any_kind_of_table(tmp_path: Path) -> None:
    one = sheet(tmp_path / "甲.xlsx", CODED)
    one.merge_cells("B5:C5")
    one["B5"] = "并格"
    for column in "ABD":
        one.column_dimensions[column].hidden = True
    one.row_dimensions[3].hidden = True
    assert one.parent is not None
    one.parent.create_sheet("旧")["A1"] = 7
    one.parent["旧"].sheet_state = "hidden"
    save(one, tmp_path / "甲.xlsx")
    read = exact_contents(tmp_path / "甲.xlsx")[0]
    (grid,) = read.grids
    # Codes tell what a row is; a merged cell is seen where any of it is.
    assert grid.rows == (
        ("科目编码", "", "合计"), ("201", "", "5"), ("", "并格", ""),
    )  # fmt: skip
    assert read.lacking == (
        "工作表“Sheet”第3行、B列、D列是隐藏的，没有读", "工作表“旧”整张是隐藏的，没有读",
    )  # fmt: skip
