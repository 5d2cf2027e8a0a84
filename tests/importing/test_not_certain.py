"""Figures that content waits for and a file gives only in part: the true reason is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from kit.workspaces import gen, write
from openpyxl import Workbook

GRANT = "实际收入.财政拨款.本年"


@pytest.fixture
def office(tmp_path: Path) -> Path:
    home = "content/甲"
    figures = (
        "实际收入:\n  财政拨款: {本年: 待填}\n三公经费:\n  公务接待: {年初预算: 1, 决算: 待填}\n"
    )
    unit = "名称: 示例县图书馆\n简称: 县图书馆\n套表: jiujiang\n"
    write(tmp_path, {f"{home}/unit.yaml": unit, f"{home}/2024/figures.yaml": figures})
    return tmp_path


def bring(folder: Path, rows: list[list[Any]]) -> dict[str, Any]:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    book.save(folder / "甲.xlsx")
    found: dict[str, Any] = gen(
        "import", "甲.xlsx", "--into", "2024", "--dry-run", "--format", "json", folder=folder
    ).json
    return found


def published(
    *grants: list[Any], total: Any, head: str = "决算数", unit: str = "单位：万元"
) -> list[list[Any]]:
    return [
        ["收入支出决算总表"], ["编制单位：示例县图书馆", "", "2024年度", unit],
        ["收入", "", "支出"], ["项目", head, "项目", head],
        *[[*grant, "一、一般公共服务支出" if not n else "", 225.44 if not n else ""]
          for n, grant in enumerate(grants)],
        ["八、其他收入", 0.78], ["本年收入合计", total, "本年支出合计", 225.44],
        ["总计", 225.44, "总计", 225.44],
    ]  # fmt: skip


PUBLIC, FUNDS, CAPITAL = (
    ["一、一般公共预算财政拨款收入", 224.66], ["二、政府性基金预算财政拨款收入", 0],
    ["三、国有资本经营预算财政拨款收入", ""],
)  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (published(PUBLIC, FUNDS, total=225.44), ["收支表.收入.国有资本”表里没有，证不了是0"]),
        (
            published(PUBLIC, FUNDS, CAPITAL, total="=SUM(B5:B8)"),
            ["收支表.收入.国有资本”（B7）是空的，证不了是0", "B9是公式，没有存值"],
        ),
        (
            published(PUBLIC, ["二、政府性基金预算财政拨款收入", "约3"], CAPITAL, total=225.44),
            ["收支表.收入.政府性基金”（B6）不是数"],
        ),
    ],
    ids=["a row is missing", "a formula without a value", "no number"],
)  # fmt: skip
def test_what_content_waits_for_is_told_with_the_true_reason(
    office: Path, rows: list[list[Any]], why: list[str]
) -> None:
    done = bring(office, rows)
    assert GRANT not in {one["name"] for one in done["found"]}
    (told,) = [one for one in done["left"] if GRANT in one["why"]]
    assert (told["place"], told["text"]) == ("工作表“Sheet” B5", "224.66")
    assert all(one in told["why"] for one in why)
    assert "B5" not in str(done["unused"])
    assert "各项算出来" not in str(done["left"])
    assert "总计" not in str(done["problems"])


def test_a_formula_without_a_value_is_named_itself(office: Path) -> None:
    done = bring(office, published(PUBLIC, FUNDS, CAPITAL, total="=SUM(B5:B8)"))
    assert ["=SUM(B5:B8)", "是公式，没有存值"] in [[o["text"], o["why"]] for o in done["left"]]


def test_a_blank_that_the_total_proves_is_zero(office: Path) -> None:
    done = bring(office, published(PUBLIC, FUNDS, CAPITAL, total=225.44))
    assert {one["name"]: one["after"] for one in done["found"]}[GRANT] == "224.66"
    assert done["left"] == []


@pytest.mark.parametrize(
    ("head", "scale"),
    [("决算数（万元）", 1), ("决算数(万元)", 1), ("决算数（单位：万元）", 1), ("2024年决算数（万元）", 1), ("决算数\n（元）", 10000)],
)  # fmt: skip
def test_the_unit_may_stand_in_the_heads(office: Path, head: str, scale: int) -> None:
    rows = published(PUBLIC, FUNDS, CAPITAL, total=225.44, head=head, unit="")
    rows = [[round(c * scale, 2) if isinstance(c, float) else c for c in row] for row in rows]
    done = bring(office, rows)
    assert {one["name"]: one["after"] for one in done["found"]}[GRANT] == "224.66"
    assert done["left"] == []


def test_the_unit_may_stand_in_the_heads_of_an_upright_table(office: Path) -> None:
    done = bring(office, [
        ["“三公”经费支出决算表"], ["编制单位：示例县图书馆", "", "2024年度"], ["项目", "预算数（万元）", "决算数（万元）"],
        ["因公出国（境）费", 0, 0], ["公务接待费", 1, 0.7],
    ])  # fmt: skip
    assert {one["name"]: one["after"] for one in done["found"]}["三公经费.公务接待.决算"] == "0.7"


def test_columns_in_different_units_are_refused(office: Path) -> None:
    done = bring(office, [
        ["“三公”经费支出决算表"], ["", "", "2024年度"], ["项目", "预算数（元）", "决算数（万元）"],
        ["因公出国（境）费", 0, 0], ["公务接待费", 1, 0.7],
    ])  # fmt: skip
    assert done["found"] == []
    assert "写了几种金额单位" in done["left"][0]["why"]
