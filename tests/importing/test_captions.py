"""What stands above the heads of a table: its year, its unit, dates; none of it is a head."""

from __future__ import annotations

from pathlib import Path

import pytest
from kit.workspaces import gen, write
from openpyxl import Workbook

from generator.importing import tables
from generator.importing.forms import Page
from generator.importing.maps import LabelData, TablesMap, load_labels, load_maps
from generator.importing.model import Read
from generator.problems import Problems
from generator.reading.contents import Grid
from generator.workspace import Workspace

KINDS = ["合计", "因公出国（境）费", "公务用车购置及运行费", "", "", "公务接待费"]
PARTS = ["", "", "小计", "公务用车购置费", "公务用车运行费", ""]
AMOUNTS = ["3.5", "0", "3", "0", "3", "0.5", "3.1", "0", "2.8", "0", "2.8", "0.3"]
BUDGET, SPENT = AMOUNTS[5], AMOUNTS[11]


def three(**cells: str) -> list[list[str]]:
    """公开07表, its first two rows with other ``cells``."""
    above = {"A1": "财政拨款“三公”经费支出决算表", "L1": "公开07表", "A2": "编制单位：示例县图书馆"}
    above |= {"F2": "2024年度", "L2": "金额单位：万元"} | cells
    rows = [[above.get(f"{c}{r}", "") for c in "ABCDEFGHIJKL"] for r in (1, 2)]
    heads = [["预算数", *[""] * 5, "决算数", *[""] * 5], KINDS * 2, PARTS * 2]
    return [*rows, *heads, [str(n) for n in range(1, 13)], AMOUNTS]


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[TablesMap], LabelData]:
    workspace = Workspace(root := tmp_path_factory.mktemp("office"), root / "build")
    return load_maps(workspace, Problems()), load_labels(workspace, Problems())


def read(
    known: tuple[list[TablesMap], LabelData], rows: list[list[str]]
) -> tuple[Read, dict[str, str]]:
    """What a sheet says of itself, and its amounts of both columns of 接待, and last year's."""
    grid = Grid(tuple(map(tuple, rows)), "工作表“甲”", "甲", tuple((n,) for n in range(1, 90)))
    found = tables.read(Page("甲.xlsx", "", (grid,)), grid, *known, 2024, "")
    assert found is not None
    said = {
        f"{'上年.' * one.last}{name}": cell.origin.said
        for one in found[1] for name, cell in one.cells.items() if "接待" in name or "公车" in name
    }  # fmt: skip
    return found[0], said


@pytest.mark.parametrize(
    ("cells", "years"),
    [
        ({}, (2024,)),
        ({"F2": "2022年度"}, (2022,)),
        ({"F2": "２０２２年度"}, (2022,)),
        ({"F2": "二〇二二年度"}, (2022,)),
        ({"F2": "2023年"}, (2023,)),
        ({"F2": "", "A1": "2022年度财政拨款“三公”经费支出决算表"}, (2022,)),
        ({"F2": "2025年3月20日"}, ()),
        ({"F2": "打印日期2025年3月20日"}, ()),
        ({"F2": "2025年3月"}, ()),
        ({"F2": "2024年1-12月"}, ()),
        ({"F2": "2022年12月31日"}, (2022,)),
        ({"F2": "2025年3月20日", "A1": "2024年度“三公”经费支出决算表"}, (2024,)),
        ({"F2": "2024年3月20日", "A1": "2023年度“三公”经费支出决算表"}, (2023,)),
    ],
)
def test_a_year_above_the_heads_is_the_tables(
    known: tuple[list[TablesMap], LabelData], cells: dict[str, str], years: tuple[int, ...]
) -> None:
    told, said = read(known, three(**cells))
    assert told.years == years
    assert said == {"三公表.接待.预算": BUDGET, "三公表.接待.决算": SPENT}


def columns(*heads: str, title: str = "“三公”经费支出决算表") -> list[list[str]]:
    amounts = [str(n + 0.5) for n in range(len(heads))]
    return [
        [title], ["", "单位：万元"], ["项目", *heads], ["因公出国（境）费", *amounts], ["公务接待费", *amounts],
    ]  # fmt: skip


def test_a_year_in_a_head_is_its_columns(known: tuple[list[TablesMap], LabelData]) -> None:
    told, said = read(known, columns("2024年决算数", "2023年决算数", "2021年决算数"))
    assert told.years == ()
    assert said == {"三公表.接待.决算": "0.5", "上年.三公表.接待.决算": "1.5"}


@pytest.mark.parametrize(
    ("cells", "owner"),
    [
        ({}, "示例县图书馆"),
        ({"A2": "编制单位：示例县文化馆 2024年度"}, "示例县文化馆"),
        ({"A2": "编制单位（盖章）：示例县文化馆"}, "示例县文化馆"),
        ({"A2": "编报单位:示例县文化馆"}, "示例县文化馆"),
        ({"A2": "填报单位：", "B2": "示例县文化馆"}, "示例县文化馆"),
        ({"A2": "编制单位", "C2": "示例县文化馆"}, "示例县文化馆"),
        ({"A2": "部门名称　示例县文化馆"}, "示例县文化馆"),
        ({"A2": "编制单位：示例县文化馆　金额单位：万元"}, "示例县文化馆"),
        ({"A2": ""}, ""),
        ({"A2": "编制单位：", "B2": "金额单位：万元", "F2": ""}, ""),
    ],
)
def test_the_unit_is_read_however_it_is_written(
    known: tuple[list[TablesMap], LabelData], cells: dict[str, str], owner: str
) -> None:
    told, _ = read(known, three(**cells))
    assert told.owners == ((owner,) if owner else ())


def office(folder: Path, unit: str) -> Path:
    """A unit that has nothing but one line to fill in."""
    home = "content/甲"
    figures = "三公经费:\n  公务接待: {年初预算: 待填, 决算: 待填}\n"
    write(folder, {f"{home}/unit.yaml": f"{unit}\n套表: jiujiang\n",
                   f"{home}/2024/figures.yaml": figures})  # fmt: skip
    return folder / home / "2024/figures.yaml"


def save(path: Path, rows: list[list[str]]) -> None:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    book.save(path)


@pytest.mark.parametrize(
    ("unit", "owner", "refused"),
    [
        ("名称: 示例县图书馆\n简称: 县图书馆\n主管部门: 待填", "示例县文化馆", True),
        ("名称: 示例县图书馆\n简称: 待填", "示例县文化馆", True),
        ("名称: 示例县图书馆\n简称: 县图书馆\n主管部门: 示例县文化馆", "示例县文化馆", True),
        ("名称: 示例县图书馆\n简称: 县图书馆\n主管部门: 待填", "县图书馆", False),
        ("名称: 示例县图书馆(本级)\n简称: 待填", "示例县 图书馆（本级）", False),
        ("名称: 待填\n简称: 县图书馆", "示例县文化馆", False),
    ],
)
def test_only_the_units_own_names_count(
    tmp_path: Path, unit: str, owner: str, refused: bool
) -> None:
    office(tmp_path, unit)
    save(tmp_path / "三公.xlsx", three(A2=f"编制单位：{owner}"))
    ran = gen(
        "import", "三公.xlsx", "--into", "2024", "--dry-run", "--format", "json", folder=tmp_path
    )
    assert [p["code"] for p in ran.json["problems"]].count("I103") == refused
    assert bool(ran.json["found"]) != refused


NAMED = "名称: 示例县图书馆\n简称: 县图书馆"


@pytest.mark.parametrize(
    ("rounded", "kept"),
    [("0.3", "3000.5"), ("0.31", "3000.5"), ("0.4", "3000.5"), ("0.30005", "3000.5")],
)
def test_a_rounded_amount_leaves_the_exact_one(tmp_path: Path, rounded: str, kept: str) -> None:
    figures = office(tmp_path, NAMED)
    rows = three(L2="金额单位：元")
    rows[-1] = [
        "35000",
        "0",
        "30000",
        "0",
        "30000",
        "5000",
        "31000.5",
        "0",
        "28000",
        "0",
        "28000",
        "3000.5",
    ]
    save(tmp_path / "元.xlsx", rows)
    total = f"{float(rounded) + 2.8:g}"
    save(tmp_path / "万元.xlsx", [*three()[:-1], [*AMOUNTS[:6], total, *AMOUNTS[7:11], rounded]])
    for file in ("元.xlsx", "万元.xlsx"):
        ran = gen("import", file, "--into", "2024", "--yes", folder=tmp_path)
        assert ran.code == 0, ran.out + ran.err
    assert f"决算: {kept}" in figures.read_text("utf-8")


def test_what_is_recognised_and_not_used_is_counted(tmp_path: Path) -> None:
    office(tmp_path, NAMED)
    save(tmp_path / "甲.xlsx", [
        ["一般公共预算财政拨款支出决算表"], ["编制单位：示例县图书馆", "", "2024年度", "", "金额单位：万元"],
        ["科目编码", "科目名称", "合计", "基本支出", "项目支出"],
        ["201", "一般公共服务支出", "155", "120", "35"], ["208", "社会保障和就业支出", "20", "20", "0"],
        ["", "合计", "175", "140", "35"],
    ])  # fmt: skip
    ran = gen("import", "甲.xlsx", "--into", "2024", "--dry-run", folder=tmp_path)
    assert "认出了、内容用不着的数：8处，加 -v 列出。" in ran.out
    ran = gen("import", "甲.xlsx", "--into", "2024", "--dry-run", "-v", folder=tmp_path)
    assert "C4" in ran.out
    assert "155" in ran.out
    save(tmp_path / "三公.xlsx", three())
    ran = gen(
        "import", "三公.xlsx", "--into", "2024", "--dry-run", "--format", "json", folder=tmp_path
    )
    assert "F7" not in str(ran.json["unused"])
    assert "C7" in str(ran.json["unused"])
