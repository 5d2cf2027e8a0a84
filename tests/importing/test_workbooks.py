"""Workbooks under another ending, and amounts that formats show smaller than they are."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlwt
from openpyxl import Workbook

from generator.reading import excel
from generator.reading.any_file import exact_contents
from generator.reading.contents import Unreadable
from generator.reading.tables import first_row

ROWS = [["项目", "预算数", "决算数", "差"], ["栏次", 1, 2, 3], ["公务接待费", 35000, 2.5, 0]]


def modern(path: Path, form: str = "General") -> Path:
    book = Workbook()
    assert book.active is not None
    for row in ROWS:
        book.active.append(row)
    book.active["B3"].number_format = form
    book.save(path)
    return path


def old(path: Path, form: str = "General") -> Path:
    book = xlwt.Workbook()
    sheet = book.add_sheet("甲")
    for r, row in enumerate(ROWS):
        for c, value in enumerate(row):
            sheet.write(
                r,
                c,
                value,
                xlwt.easyxf(num_format_str=form) if (r, c) == (2, 1) else xlwt.Style.default_style,
            )
    book.save(str(path))
    return path


@pytest.mark.parametrize("save", [modern, old])
@pytest.mark.parametrize("ending", ["xls", "xlsx"])
def test_a_workbook_is_what_its_bytes_say(tmp_path: Path, save: object, ending: str) -> None:
    assert callable(save)
    (first := save(tmp_path / "甲.bin")).rename(path := first.with_suffix(f".{ending}"))
    (grid,) = exact_contents(path)[0].grids
    assert grid.rows == (
        ("项目", "预算数", "决算数", "差"), ("栏次", "1", "2", "3"), ("公务接待费", "35000", "2.5", "0"),
    )  # fmt: skip


@pytest.mark.parametrize("ending", ["xls", "xlsx"])
def test_a_page_of_the_web_is_no_workbook(tmp_path: Path, ending: str) -> None:
    (path := tmp_path / f"甲.{ending}").write_text("<table><tr><td>1</td></tr></table>")
    with pytest.raises(Unreadable):
        exact_contents(path)


@pytest.mark.parametrize(
    ("counts", "first"), [(["1.0", "2.0", "3.00"], 2), (["1.5", "2.0", "3.0"], 1)]
)
def test_columns_counted_with_decimals_are_counted(counts: list[str], first: int) -> None:
    assert first_row([["项目", "甲", "乙"], counts, ["公务接待费", "5", "6"]]) == first


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("0!.0000", "3.5"), (r"0\.0000", "3.5"), ('0"."0000', "3.5"), ("0.0,", "35"), ("0,.00", "35"),
        ("0.00,,", "0.035"), ('0!.0,"万元"', "3.5万元"), ("#,##0.00", "35000"), ("#,##0_);(#,##0)", "35000"),
        ('#,##0"元"', "35000元"), ("0.00_ ", "35000"), ("General", "35000"), ("0%", "3500000%"),
    ],
)  # fmt: skip
def test_a_number_is_what_its_format_shows(tmp_path: Path, code: str, shown: str) -> None:
    assert excel.said("35000", code) == shown
    (grid,) = exact_contents(modern(tmp_path / "甲.xlsx", code))[0].grids
    assert grid.rows[2][1] == shown


@pytest.mark.parametrize("code", [r"0\.0000", "0!.0000", "0.0,", '0"."0,"万元"'])
def test_an_old_workbook_with_such_a_format_is_refused(tmp_path: Path, code: str) -> None:
    with pytest.raises(Unreadable, match="数字格式"):
        exact_contents(old(tmp_path / "甲.xls", code))
    exact_contents(old(tmp_path / "乙.xls", "#,##0.00"))


def test_a_hidden_sheet_of_an_old_workbook_is_not_read(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    book.add_sheet("甲").write(0, 0, 1)
    hidden = book.add_sheet("旧")
    hidden.write(0, 0, 2)
    hidden.visibility = 1
    book.save(str(tmp_path / "甲.xls"))
    read = exact_contents(tmp_path / "甲.xls")[0]
    assert [grid.rows for grid in read.grids] == [(("1",),)]
    assert read.lacking == ("工作表“旧”整张是隐藏的，没有读",)
