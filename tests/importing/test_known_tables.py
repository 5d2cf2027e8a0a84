"""财决 and published tables in three years' layouts: every amount in its line, or named."""

from __future__ import annotations

import dataclasses
import random
import shutil
from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kit import ledgers
from kit.ledgers import LAYOUTS, PUBLISHED, Layout, Rows, content, of_accounts, published, save
from kit.workspaces import gen

from generator.content import loader
from generator.figures import compute
from generator.importing import forms, opening, tables
from generator.importing import plan as planning
from generator.importing.maps import load_labels, load_maps
from generator.problems import Problems
from generator.workspace import find

YEAR = 2020


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new unit of which nothing is filled in."""
    folder = tmp_path_factory.mktemp("office") / "自评"
    ran = gen(
        "init", folder, "--forms", "jiujiang", "--year", str(YEAR), "--name", ledgers.UNIT,
        "--short", "驻深办", "--unit", "jj", folder=folder.parent,
    )  # fmt: skip
    assert ran.code == 0, ran.err
    return folder


@pytest.fixture
def office(started: Path, tmp_path: Path) -> Path:
    shutil.copytree(started, tmp_path / "自评")
    return tmp_path / "自评"


def bring(folder: Path, file: Path, *arguments: str) -> dict[str, Any]:
    ran = gen(
        "import", file, "--into", str(YEAR), "--yes", "--format", "json", *arguments, folder=folder
    )
    return {"code": ran.code, "codes": {p["code"] for p in ran.json["problems"]}, **ran.json}


def amounts(folder: Path) -> dict[str, Fraction]:
    """Every amount of the content as it is now, in 万元."""
    workspace = find(folder)
    assert workspace is not None
    problems = Problems()
    read = loader.read(workspace, workspace.unit_years(YEAR)[0], problems)
    assert read is not None
    return {path: one.value for path, one in compute.compute(read, problems).figures.items()}


def rounded(text: str) -> Fraction:
    return Fraction(Decimal(text).quantize(Decimal("0.01"), ROUND_HALF_UP))


@pytest.mark.parametrize("suffix", ["xlsx", "xls"])
@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda one: str(one.year))
def test_accounts_come_in_exactly(
    office: Path, tmp_path: Path, layout: Layout, suffix: str
) -> None:
    file = save(tmp_path / f"财决.{suffix}", of_accounts(layout))
    done = bring(office, file, *(["--as-year", str(layout.year)] if layout.year != YEAR else []))
    assert done["code"] == 0, done["problems"]
    have = amounts(office)
    assert {name: have.get(name) for name in content()} == {
        name: Fraction(text) for name, text in content().items()
    }
    assert [left["text"][:5] for left in done["left"]] == ["Z08_1"]


@pytest.mark.parametrize("suffix", ["xlsx", "xls"])
@pytest.mark.parametrize("layout", PUBLISHED, ids=lambda one: str(one.year))
def test_published_tables_come_in_as_they_print(
    office: Path, tmp_path: Path, layout: Layout, suffix: str
) -> None:
    file = save(tmp_path / f"公开.{suffix}", published(layout))
    done = bring(office, file, *(["--as-year", str(layout.year)] if layout.year != YEAR else []))
    assert done["code"] == 0, done["problems"]
    have = amounts(office)
    wanted = {
        name: rounded(text) for name, text in content().items()
        if name.startswith(("实际收入", "支出决算", "三公经费"))
    }  # fmt: skip
    assert {name: have.get(name) for name in wanted} == wanted
    assert done["left"] == []


@pytest.mark.parametrize("natures", [False, True])
@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda one: str(one.year))
def test_the_tables_of_grants_are_read_in_every_cell(
    office: Path, layout: Layout, natures: bool
) -> None:
    cells = read_in(office, {
        "Z01_1 财政拨款收入支出决算总表(财决01-1": ledgers.of_grants(layout, natures=natures),
        "Z07 一般公共预算财政拨款收入支出决算表(财决": ledgers.of_public_money(layout, "财决07表"),
    }, layout.year)  # fmt: skip
    basic = sum(two[0] for *_, two in ledgers.CLASSES)
    right = {
        "财政总表.收入.一般公共预算.年初预算": ledgers.GRANT_BUDGET, "财政总表.收入.一般公共预算.决算": ledgers.GRANT,
        "财政总表.收入.总计.决算": ledgers.GRANT + ledgers.CARRIED,
        "财政总表.功能.住房保障支出.年初预算": ledgers.CLASSES[3][2],
        "财政总表.功能.住房保障支出.决算": sum(ledgers.CLASSES[3][3]),
        "财政总表.功能.本年支出合计.决算": ledgers.GRANT,
        "一般公共表.合计.本年收入": ledgers.GRANT, "一般公共表.合计.支出": ledgers.GRANT,
        "一般公共表.合计.基本支出": basic, "一般公共表.合计.公用经费": 20_000_000,
        "一般公共表.合计.人员经费": basic - 20_000_000, "一般公共表.合计.项目支出": ledgers.GRANT - basic,
        "一般公共表.221.支出": sum(ledgers.CLASSES[3][3]),
    }  # fmt: skip
    if natures:
        right["财政总表.性质.基本支出.决算"] = basic
    assert {name: cells.get(name) for name in right} == {
        name: Fraction(cents, 1_000_000) for name, cents in right.items()
    }


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda one: str(one.year))
def test_the_table_of_grants_alone_gives_the_grant(
    office: Path, tmp_path: Path, layout: Layout
) -> None:
    file = save(tmp_path / "财决.xls", {"Z01_1": ledgers.of_grants(layout),
                                      "Z07": ledgers.of_public_money(layout, "财决07表")})  # fmt: skip
    done = bring(office, file, *(["--as-year", str(layout.year)] if layout.year != YEAR else []))
    assert done["code"] == 0, done["problems"]
    right = {name: content()[f"{name}.本年"] for name in ("收入预算.财政拨款", "实际收入.财政拨款")}
    have = amounts(office)
    typed = {one["name"]: have[one["name"]] for one in done["found"]}
    assert typed == {f"{name}.本年": Fraction(text) for name, text in right.items()}
    assert done["left"] == []


@pytest.mark.parametrize("layout", PUBLISHED, ids=lambda one: str(one.year))
def test_the_ten_tables_of_jiujiang_are_read_in_their_own_order(
    office: Path, tmp_path: Path, layout: Layout
) -> None:
    basic = sum(two[0] for *_, two in ledgers.CLASSES)
    spent = {name: sum(two) for _, name, _, two in ledgers.CLASSES}
    right = {
        "财政拨款表.收入.一般公共预算": ledgers.GRANT, "财政拨款表.支出.本年支出合计.一般公共预算": ledgers.GRANT,
        "财政拨款表.支出.卫生健康支出.合计": spent["卫生健康支出"],
        "一般公共支出表.合计.合计": ledgers.GRANT, "一般公共支出表.合计.基本支出": basic,
        "一般公共支出表.210.合计": spent["卫生健康支出"],
        "基本支出表.人员经费合计": basic - 20_000_000, "基本支出表.公用经费合计": 20_000_000,
        "基本支出表.302": 19_000_000, "三公表.接待.决算": ledgers.THREE["接待"][1],
        "三公表.出国.预算": ledgers.THREE["出国"][0], "支出表.合计.合计": sum(spent.values()),
    }  # fmt: skip
    cells = read_in(office, ledgers.ten_tables(layout), layout.year)
    assert {name: cells.get(name) for name in right} == {
        name: rounded(ledgers.wan(cents)) for name, cents in right.items()
    }
    assert not {
        name
        for name, amount in cells.items()
        if name.startswith(("基金表", "国有资本表")) and amount
    }
    file = save(tmp_path / "公开.xls", ledgers.ten_tables(layout))
    done = bring(office, file, *(["--as-year", str(layout.year)] if layout.year != YEAR else []))
    assert done["code"] == 0, done["problems"]
    have = amounts(office)
    wanted = {
        name: rounded(text) for name, text in content().items()
        if name.startswith(("实际收入", "支出决算", "三公经费"))
    }  # fmt: skip
    assert {name: have.get(name) for name in wanted} == wanted
    # What is counted, not paid, is no amount; a table without any says so.
    told = {left["text"][:4]: left["why"] for left in done["left"]}
    blank = layout.blank != "0.00"
    assert told.pop("GK10") == "认不出是什么表"
    assert told == (dict.fromkeys(("GK07", "GK08"), "里面没有数") if blank else {})


def test_both_together_keep_the_finer_amount(office: Path, tmp_path: Path) -> None:
    save(tmp_path / "公开.xlsx", published(PUBLISHED[0]))
    file = save(tmp_path / "财决.xlsx", of_accounts(LAYOUTS[0]))
    ran = gen("import", file, tmp_path / "公开.xlsx", "--into", "2020", "--yes", folder=office)
    assert ran.code == 0, ran.out + ran.err
    assert amounts(office)["实际收入.财政拨款.本年"] == Fraction("224.660077")


WIDE = {ord("0") + digit: chr(ord("０") + digit) for digit in range(10)} | {ord("."): "．"}


def read_in(folder: Path, sheets: dict[str, Rows], year: int) -> dict[str, Fraction | None]:
    """Every cell that the maps know in a workbook, by name, in 万元."""
    workspace = find(folder)
    assert workspace is not None
    problems = Problems()
    file = save(folder / "读.xls", {name[:31]: rows for name, rows in sheets.items()})
    maps, labels = load_maps(workspace, problems), load_labels(workspace, problems)
    cells: dict[str, Fraction | None] = {}
    for source in opening.sources([file], problems):
        for page in forms.pages(source.name, source.sha256, source.contents.grids):
            for grid in page.grids:
                found = tables.read(page, grid, maps, labels, year, "")
                for table in found[1] if found is not None else ():
                    cells |= {name: cell.amount for name, cell in table.cells.items()}
    assert not problems.failed
    return cells


@pytest.fixture
def planned(office: Path, tmp_path: Path) -> Callable[[dict[str, Rows]], Any]:
    """What importing a workbook would do; nothing is written."""
    workspace = find(office)
    assert workspace is not None
    target = workspace.unit_years(YEAR)[0]

    def plan(sheets: dict[str, Rows]) -> Any:
        problems = Problems()
        file = save(tmp_path / "表.xlsx", sheets)
        return planning.plan(workspace, target, opening.Wish((file,)), problems)

    return plan


def _wrong(made: Any) -> Iterator[tuple[str, str, str]]:
    """Values that would go to a line that is not theirs."""
    right = content()
    for one in made.outcomes if made is not None else ():
        if one.kind == "填入" and one.value.name in right:
            said = right[one.value.name]
            if Fraction(one.value.text) not in (Fraction(said), rounded(said)):
                yield one.value.name, one.value.text, said
        elif one.kind == "填入" and Fraction(one.value.text):
            yield one.value.name, one.value.text, ""


def _moved_columns(rows: Rows, first: int, fixed: int, draw: random.Random) -> Rows:
    """Columns behind the labels in another order, with their heads."""
    width = max(map(len, rows))
    rest = list(range(fixed, width))
    draw.shuffle(rest)
    order = [*range(fixed), *rest]
    out = []
    for r, row in enumerate(rows):
        full = [*row, *[""] * (width - len(row))]
        out.append(full if r < first else [full[c] for c in order])
    return out


def _moved_rows(rows: Rows, first: int, draw: random.Random) -> Rows:
    body = rows[first:]
    draw.shuffle(body)
    return [*rows[:first], *body]


def _broken(layout: Layout, draw: random.Random) -> dict[str, Rows]:
    """The export with rows and columns moved, some rows gone, some tables shifted sideways."""
    sheets = of_accounts(layout)
    for name in sheets:
        if name.startswith(("Z03", "Z04")) and draw.random() < 0.7:
            sheets[name] = _moved_columns(sheets[name], 3, 4, draw)
        if draw.random() < 0.7:
            sheets[name] = _moved_rows(sheets[name], 6, draw)
        if draw.random() < 0.3:
            sheets[name] = [["", *row] for row in sheets[name]]
        if draw.random() < 0.3:
            sheets[name] = [row for row in sheets[name] if draw.random() > 0.1]
    return sheets


QUIET = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@settings(QUIET, max_examples=8)
@given(seed=st.integers(0, 2**32))
@pytest.mark.long
def test_moved_rows_and_columns_never_give_a_wrong_figure(
    planned: Callable[[dict[str, Rows]], Any], seed: int
) -> None:
    assert list(_wrong(planned(_broken(LAYOUTS[0], random.Random(seed))))) == []


@pytest.mark.long
@settings(QUIET, max_examples=150)
@given(seed=st.integers(0, 2**32), layout=st.sampled_from(LAYOUTS))
def test_nothing_that_is_moved_gives_a_wrong_figure(
    planned: Callable[[dict[str, Rows]], Any], seed: int, layout: Layout
) -> None:
    layout = dataclasses.replace(layout, year=YEAR)
    assert list(_wrong(planned(_broken(layout, random.Random(seed))))) == []


def test_a_total_of_zero_is_not_typed_and_both_are_told(
    planned: Callable[[dict[str, Rows]], Any],
) -> None:
    sheets = of_accounts(LAYOUTS[0])
    spent = next(name for name in sheets if name.startswith("Z04"))
    for row in sheets[spent]:
        if row[0] == "合计":
            row[4] = "0.00"
    made = planned(sheets)
    (told,) = [left.why for left in made.left if "支出表.合计.合计" in left.why]
    assert "各项算出来是239.260194万元" in told
    assert list(_wrong(made)) == []


def test_two_cells_of_one_name_that_differ_are_named(
    planned: Callable[[dict[str, Rows]], Any],
) -> None:
    sheets = of_accounts(LAYOUTS[0])
    spent = next(name for name in sheets if name.startswith("Z04"))
    for row in sheets[spent]:
        if row[3] == "卫生健康支出":
            row[4] = row[5] = "99999.99"
    made = planned(sheets)
    assert not [
        o
        for o in made.outcomes
        if o.value.name == "支出决算.卫生健康支出.决算" and o.kind == "填入"
    ]
    assert any("支出决算.卫生健康支出.决算" in left.why for left in made.left)


def test_an_amount_in_full_width_is_rounded_as_its_digits_say(
    planned: Callable[[dict[str, Rows]], Any],
) -> None:
    coarse = ledgers.spending(dataclasses.replace(LAYOUTS[0], money="万元"), "财决04表")
    for row in coarse:
        row[:] = [
            cell.translate(WIDE) if isinstance(cell, str) and "." in cell else cell for cell in row
        ]
    sheets = {"Z04 支出决算表": ledgers.spending(LAYOUTS[0], "财决04表"), "Z04 又一份": coarse}
    assert [left.why for left in planned(sheets).left] == []


@pytest.mark.parametrize("said", ["", "金额单位：千元"])
def test_a_table_without_a_known_unit_is_refused(
    planned: Callable[[dict[str, Rows]], Any], said: str
) -> None:
    sheets = {"Z04 支出决算表": ledgers.spending(LAYOUTS[0], "财决04表")}
    for row in sheets["Z04 支出决算表"]:
        row[:] = [
            cell.replace("金额单位：元", said) if isinstance(cell, str) else cell for cell in row
        ]
    made = planned(sheets)
    assert not [one for one in made.outcomes if one.kind == "填入"]
    assert any("金额单位" in left.why for left in made.left)


def test_an_export_fills_every_amount_of_a_new_year(office: Path, tmp_path: Path) -> None:
    figures = office / "content" / "jj" / "2020" / "figures.yaml"
    before = figures.read_text("utf-8").count("待填")
    this = save(tmp_path / "财决2020.xls", of_accounts(LAYOUTS[0]))
    last = save(tmp_path / "财决2019.xls", of_accounts(dataclasses.replace(LAYOUTS[0], year=2019)))
    assert bring(office, this)["code"] == 0
    assert bring(office, last, "--as-year", "2019")["code"] == 0
    after = figures.read_text("utf-8").count("待填")
    # 32 of 33 amounts; what no table has is listed.
    assert (before, after) == (33, 1)
    assert "资金来源.其他资金.全年执行" in gen("status", "2020", folder=office).out


def test_a_list_of_two_columns_goes_by_its_names(office: Path, tmp_path: Path) -> None:
    file = save(tmp_path / "清单.xlsx", {"清单": [
        ["项目", "金额"], ["单位：元", ""], ["收入预算.财政拨款.本年", "2095700.00"],
        ["公务接待费 决算", "7000.50"], ["人数", "6.5"],
    ]})  # fmt: skip
    done = bring(office, file)
    have = amounts(office)
    assert have["收入预算.财政拨款.本年"] == Fraction("209.57")
    assert have["三公经费.公务接待.决算"] == Fraction("0.70005")
    assert [left["text"] for left in done["left"]] == ["人数 6.5"]


@pytest.mark.parametrize("name", ["表.xlsm", "表.docm", "表.zip", "表"])
def test_other_kinds_of_files_are_refused(office: Path, tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    save(tmp_path / "表.xlsx", of_accounts(LAYOUTS[0])).rename(file)
    assert bring(office, file)["codes"] == {"I101"}


@pytest.mark.long
def test_ten_thousand_rows_take_seconds_not_minutes(office: Path, tmp_path: Path) -> None:
    rows = ledgers.spending(LAYOUTS[0], "财决04表")
    rows += [
        ["201", "1", str(n), f"科目{n}", "1.00", "1.00", "", "", "", ""] for n in range(10_000)
    ]
    done = bring(office, save(tmp_path / "大.xlsx", {"Z04 支出决算表": rows}))
    assert any("第5000行后面的没有读" in left["why"] for left in done["left"])
