"""核对记录: what a tick holds for, and a file that people may have touched."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit import workspaces
from kit.workspaces import unit_files, write
from openpyxl import load_workbook

from generator.characters import forbidden
from generator.problems import Problems
from generator.records import record, ticks
from generator.records.ticks import Printed, Tick
from generator.workspace import TICKS

FIGURE = Printed("收入.本年", "12.5万元", "12.5万元；占20%")
OUTPUT = "build/2024/peixun"
FILE = f"content/peixun/2024/{TICKS}"
OWNER = ("peixun", 2024)
FUNDS = "资金来源.财政拨款.全年预算"


@pytest.mark.parametrize(
    ("value", "wording", "holds"),
    [
        ("12.5万元", "12.5万元；占20%", True),
        ("12.6万元", "12.5万元；占20%", False),
        ("12.5万元", "12.5万元；占21%", False),
    ],
)
def test_a_tick_holds_for_its_value_and_wording(value: str, wording: str, holds: bool) -> None:
    assert Tick(value, wording, "张三").holds(FIGURE) is holds


TEXTS = st.text(max_size=30).filter(lambda text: not forbidden(text))


@given(st.dictionaries(TEXTS.filter(bool), st.builds(Tick, TEXTS, TEXTS, TEXTS), max_size=5))
def test_what_was_written_is_read_again(tmp_path: Path, given: ticks.Ticks) -> None:
    path = tmp_path / TICKS
    problems = Problems()
    ticks.save(path, given, OWNER)
    assert (ticks.read(path, TICKS, OWNER, problems), list(problems)) == (given, [])


def test_no_file_is_no_ticks_and_comments_alone_are_none_either(tmp_path: Path) -> None:
    problems = Problems()
    assert ticks.read(tmp_path / TICKS, TICKS, OWNER, problems) == {}
    (tmp_path / TICKS).write_bytes(ticks.dump({}, OWNER))
    assert ticks.read(tmp_path / TICKS, TICKS, OWNER, problems) == {}
    assert list(problems) == []


@pytest.mark.parametrize(
    "text",
    [
        "收入: 12\n", "收入: [12, 12]\n", "收入: [12, 12, 张三, 李四]\n", "- 收入\n", "收入: [12, [1], 张三]\n",
        "收入: [12, 12, 张三\n", "收入: [1, 2, 甲]\n收入: [1, 2, 乙]\n", "收入: *x\n", "\x00",
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_with_its_line_and_left_alone(
    text: str, tmp_path: Path
) -> None:
    path, problems = tmp_path / TICKS, Problems()
    path.write_text(text, encoding="utf-8")
    assert ticks.read(path, TICKS, OWNER, problems) is None
    assert [one.code for one in problems] == ["W505"]
    assert path.read_text(encoding="utf-8") == text


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(ticks.dump({"甲": Tick("1", "1", "张三")}, OWNER))
    path, problems = tmp_path / TICKS, Problems()
    path.symlink_to(secret)
    assert ticks.read(path, TICKS, OWNER, problems) is None
    with pytest.raises(OSError, match="链接"):
        ticks.save(path, {}, OWNER)
    assert "张三" in secret.read_text(encoding="utf-8")


@pytest.fixture
def built(tmp_path: Path) -> Path:
    workspaces.build(write(tmp_path, unit_files()), 2024)
    return tmp_path


def tick_all(folder: Path, by: str = "张三") -> dict[str, Printed]:
    found = record.load(folder / OUTPUT / record.RECORD)
    assert found is not None
    figures = ticks.printed(found)
    ticks.save(folder / FILE, ticks.changed({}, figures.values(), by, ticked=True), OWNER)
    return figures


def checked(folder: Path) -> dict[str, str]:
    """The names of the ticked figures on the checklist, with what stands there."""
    sheet = load_workbook(folder / OUTPUT / "核对/核对清单.xlsx").worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    return {str(row[1]): str(row[7]) for row in rows if row[1] and row[7]}


def test_the_checklist_carries_the_ticks(built: Path) -> None:
    assert checked(built) == {}
    figures = tick_all(built)
    workspaces.build(built, 2024)
    assert checked(built) == {figure.name: "√ 张三" for figure in figures.values()}
    ticks.save(built / FILE, {}, OWNER)
    workspaces.build(built, 2024)
    assert checked(built) == {}


def test_a_correction_takes_the_ticks_of_what_changed_and_no_others(built: Path) -> None:
    figures = tick_all(built)
    workspaces.change(
        built / "content/peixun/2024/figures.yaml", ("全年预算: 120.5", "全年预算: 121.5")
    )
    workspaces.build(built, 2024)
    lost = {figure.name for figure in figures.values()} - set(checked(built))
    found = record.load(built / OUTPUT / record.RECORD)
    assert found is not None
    now = ticks.printed(found)
    assert lost == {figures[path].name for path in figures if figures[path] != now.get(path)}
    assert figures[FUNDS].name in lost
    assert len(checked(built)) > len(lost)
    workspaces.change(
        built / "content/peixun/2024/figures.yaml", ("全年预算: 121.5", "全年预算: 120.5")
    )
    workspaces.build(built, 2024)
    assert len(checked(built)) == len(figures), "as it was checked, it counts again"


def test_ticking_changes_nothing_but_the_checklist(built: Path) -> None:
    workspaces.change(
        built / "content/peixun/2024/figures.yaml", ("全年预算: 120.5", "全年预算: 121.5")
    )
    workspaces.build(built, 2024)
    previous = (built / OUTPUT / record.PREVIOUS).read_bytes()
    before = workspaces.outputs(built / OUTPUT)
    tick_all(built)
    ran = workspaces.gen("build", "2024", folder=built)
    assert ran.code == 0
    assert workspaces.outputs(built / OUTPUT) == before
    assert (built / OUTPUT / record.PREVIOUS).read_bytes() == previous, "the last build stays so"
    assert "121.5" in workspaces.gen("diff", "2024", folder=built).out


def test_a_damaged_file_is_a_warning_and_the_set_is_built(built: Path) -> None:
    (built / FILE).write_text("收入: 12\n", encoding="utf-8")
    ran = workspaces.gen("build", "2024", folder=built)
    assert ran.code == 0
    assert "W505" in ran.out
    assert f"{FILE}:1" in ran.out
    assert (built / FILE).read_text(encoding="utf-8") == "收入: 12\n"


@pytest.mark.parametrize("to", ["content/peixun/2025", "content/other/2024"])
def test_ticks_that_came_along_with_a_copied_folder_do_not_count(built: Path, to: str) -> None:
    """Points and targets are often those of the year before: nobody has checked the new ones."""
    tick_all(built)
    text = (built / FILE).read_bytes()
    write(built, {f"{to}/{TICKS}": text})
    problems = Problems()
    unit, year = to.split("/")[1:]
    found = ticks.read(built / to / TICKS, f"{to}/{TICKS}", (unit, int(year)), problems)
    assert found is None
    assert [one.code for one in problems] == ["W506"]
    assert "peixun 2024" in next(iter(problems)).message


def test_a_unit_whose_folder_was_renamed_keeps_its_ticks(built: Path) -> None:
    tick_all(built)
    (built / "content/peixun").rename(built / "content/zhongxin")
    problems = Problems()
    path = built / "content/zhongxin/2024" / TICKS
    assert ticks.read(path, TICKS, ("zhongxin", 2024), problems)
    assert list(problems) == []
