"""Twenty thousand rows: every value arrives, and the work for a row does not depend on how many."""

from __future__ import annotations

import cProfile
from pathlib import Path

import pytest
from kit import workspaces
from kit.rows import COLUMNS, row, workspace
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from generator.records import record

pytestmark = pytest.mark.long
ROWS = 20_000


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return workspaces.build(workspace(tmp_path_factory.mktemp("rows"), ROWS), 2024) / "hang"


def test_every_value_is_read_back_by_two_readers(output: Path) -> None:
    path = output / "明细表.xlsx"
    sheet = load_workbook(path, data_only=True)["明细"]
    seen = [list(cells) for cells in sheet.iter_rows(values_only=True)]
    assert seen[0] == list(COLUMNS)
    expected = [row(number) for number in range(1, ROWS + 1)]
    for found, (name, kind, count, price) in zip(seen[1:-1], expected, strict=True):
        assert found[:4] == [name, kind, count, float(price)]
        assert found[4] == pytest.approx(count * float(price), rel=1e-14)
    total = sum(count * price for _, _, count, price in expected)
    assert seen[-1][4] == pytest.approx(float(total), rel=1e-12)
    other = CalamineWorkbook.from_path(path).get_sheet_by_name("明细").to_python()
    assert [[cell or None for cell in line] for line in other] == seen


def test_what_goes_with_the_rows_grows_with_them(output: Path) -> None:
    sheet = load_workbook(output / "明细表.xlsx")["明细"]
    last = ROWS + 1
    assert [str(one.sqref) for one in sheet.conditional_formatting] == [f"E2:E{last}"]
    assert [str(one.sqref) for one in sheet.data_validations.dataValidation] == [f"B2:B{last}"]
    assert sheet[f"E{last}"].value == f"=C{last}*D{last}"
    assert sheet[f"E{last + 1}"].value == f"=SUM(E2:E{last})"


def test_every_value_is_in_the_record_with_its_cell(output: Path) -> None:
    made = record.load(output / record.RECORD)
    assert made is not None
    places = made.documents["明细表.xlsx"].places
    assert len(places) == 4 * ROWS
    assert {shown.path for shown in places} <= made.values.keys()
    assert (places[-1].path, places[-1].place.brief()) == (f"明细[{ROWS}].单价", f"D{ROWS + 1}")


def test_the_proofreading_list_tells_the_columns(output: Path) -> None:
    first, second = load_workbook(output / "核对/核对清单.xlsx").worksheets
    told = [[cell.value for cell in line] for line in first.iter_rows(min_row=5)]
    count = sum(row(number)[2] for number in range(1, ROWS + 1))
    price = sum(row(number)[3] for number in range(1, ROWS + 1))
    last = ROWS + 1
    assert [line[1:] for line in told] == [
        ["明细各项的数量", count, None, f"{ROWS}个之和", f"facts.yaml:3–{ROWS + 2}",
         f"C2至C{last}：共{ROWS}处", None],
        ["明细各项的单价", float(price), None, f"{ROWS}个之和", f"facts.yaml:3–{ROWS + 2}",
         f"D2至D{last}：共{ROWS}处", None],
    ]  # fmt: skip
    assert f"共 {2 * ROWS} 处" in str(second["A2"].value)


def test_work_grows_with_the_rows_and_no_faster(tmp_path: Path) -> None:
    """Calls of functions, not seconds: the same on every machine."""
    calls = []
    # The first one also imports; long lists (all of these) take less for each row than short ones.
    for count in (1500, 2400, 4800, 9600):
        folder = workspace(tmp_path / str(count), count)
        profile = cProfile.Profile()
        profile.enable()
        workspaces.build(folder, 2024)
        profile.disable()
        calls.append(sum(entry.callcount for entry in profile.getstats()))
    _, one, two, four = calls
    assert four - two < 2.1 * (two - one), calls
