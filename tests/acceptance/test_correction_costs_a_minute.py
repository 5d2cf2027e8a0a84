"""The bureau corrects a figure after the set was handed in: what is rewritten, and what is told.

其他收入 0.78 → 0.79 and the total 225.44 → 225.45 in the 2020 sample. What gen says of the
change is held against a comparison of the two sets by readers that know nothing of gen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from kit import reading, workspaces
from kit.workspaces import gen

from generator.records import record

#: Each builds the sample twice and more.
pytestmark = pytest.mark.long

REPORT = "整体支出绩效评价工作报告.docx"
UNIT = workspaces.SAMPLE_UNIT
CASES: dict[str, list[tuple[str, str, str]]] = {
    "other income": [
        ("2020/figures.yaml", "其他收入: {本年: 0.78}", "其他收入: {本年: 0.79}"),
        ("2020/figures.yaml", "合计:     {本年: 225.44}", "合计:     {本年: 225.45}"),
    ],
    "final account and visits": [
        ("2020/figures.yaml", "决算: 219.91", "决算: 220.91"),
        ("2020/figures.yaml", "决算: 245.67", "决算: 246.67"),
        ("2020/figures.yaml", "全年执行: 181.17", "全年执行: 182.17"),
        ("2020/facts.yaml", "走访家数: 110", "走访家数: 120"),
    ],
    "words of the narrative and a figure": [
        ("2020/report.md", "# 绩效自评结果拟应用和公开情况", "# 自评结果的应用和公开"),
        ("2020/figures.yaml", "其他收入: {本年: 0.78}", "其他收入: {本年: 0.79}"),
        ("2020/figures.yaml", "合计:     {本年: 225.44}", "合计:     {本年: 225.45}"),
    ],
    "last year": [
        ("2019/figures.yaml", "上年结转: {本年: 80}", "上年结转: {本年: 81}"),
        ("2019/figures.yaml", "合计:     {本年: 287.82}", "合计:     {本年: 288.82}"),
    ],
}


def built(folder: Path) -> Path:
    return workspaces.build(folder) / UNIT


@pytest.fixture
def old(tmp_path: Path, sample: Path) -> Path:
    """A workspace whose set was handed in."""
    folder = workspaces.copy_sample(tmp_path / "w")
    built(folder)
    return folder


def correct(folder: Path, case: str = "other income") -> None:
    for file, before, after in CASES[case]:
        workspaces.change(workspaces.sample_folder(folder) / file, (before, after))


def told(folder: Path) -> dict[str, Any]:
    ran = gen("diff", "2020", "--format", "json", folder=folder)
    assert ran.code == 0, ran.out + ran.err
    (difference,) = ran.json["differences"]
    return difference


def test_only_what_shows_it_is_rewritten(old: Path) -> None:
    output = old / "build" / "2020" / UNIT
    before = {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in workspaces.documents(output)}
    correct(old)
    built(old)
    after = {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in workspaces.documents(output)}
    assert {p.name for p in before if before[p] != after[p]} == {REPORT}


@pytest.mark.long
def test_incremental_and_full_give_the_same(old: Path, tmp_path: Path) -> None:
    for number, case in enumerate(CASES):
        folder = workspaces.copy_sample(tmp_path / f"i{number}")
        built(folder)
        correct(folder, case)
        incremental = workspaces.snapshot(built(folder))
        full = workspaces.copy_sample(tmp_path / f"f{number}")
        correct(full, case)
        workspaces.build(full, 2020, "--all")
        everything = workspaces.snapshot(full / "build" / "2020" / UNIT)
        incremental.pop(record.PREVIOUS)
        assert incremental == everything, case
        again = workspaces.build(folder, 2020, "--all") / UNIT
        assert {
            name: data
            for name, data in workspaces.snapshot(again).items()
            if name != record.PREVIOUS
        } == everything, case


@pytest.mark.parametrize("after_the_build", [False, True])
def test_diff_names_typed_and_derived_figures(after_the_build: bool, old: Path) -> None:
    correct(old)
    if after_the_build:
        built(old)
    found = told(old)
    names = ("再上次", "上次") if after_the_build else ("上次", "现在")
    assert (found["from"], found["to"]) == names
    home = f"content/{UNIT}/2020"
    assert [(c["value"], c["old"], c["new"], c["at"]) for c in found["edits"]] == [
        ("实际收入.其他收入.本年", "0.78", "0.79", [f"{home}/figures.yaml", 16, 14]),
        ("实际收入.合计.本年", "225.44", "225.45", [f"{home}/figures.yaml", 17, 16]),
    ]
    derived = {c["path"]: c for c in found["derived"]}
    assert derived.keys() == {"实际收入.本年", "派生.结转结余率", "指标[7].完成"}
    rate = derived["派生.结转结余率"]
    assert rate["hidden"], "11.47% before and after"
    assert [rate["old"], rate["new"]] == [exact("225.44"), exact("225.45")]
    assert rate["chain"] == ["实际收入.合计.本年", "派生.结转结余率"]
    assert derived["指标[7].完成"]["chain"] == [
        "实际收入.合计.本年", "派生.结转结余率", "指标[7].完成",
    ]  # fmt: skip
    assert found["scores"] == []
    assert found["documents"].keys() == {REPORT}
    assert [(t["old"], t["new"]) for t in found["documents"][REPORT]["places"]] == [
        ("225.44万元", "225.45万元"),
        ("较2019年减少106.28万元，下降32%", "较2019年减少106.27万元，下降32%"),
        ("0.78万元", "0.79万元"),
    ]


def exact(income: str) -> str:
    """The rate of unspent money, worked out here: (50 + income − 245.67) ÷ 259.57."""
    rate = (50 + Decimal(income) - Decimal("245.67")) / Decimal("259.57") * 100
    return f"{rate.quantize(Decimal('1e-8'), ROUND_HALF_UP).normalize():f}%"


def test_the_text_for_people(old: Path) -> None:
    correct(old)
    ran = gen("diff", "2020", folder=old)
    assert ran.code == 0
    for line in (
        "改动（2处）：",
        "实际收入.其他收入.本年  0.78万元 → 0.79万元",
        "随之变化的数（3处）：",
        "实际收入.合计.本年 → 派生.结转结余率",
        "正文段落（1段）：",
        "〔-225.44-〕〔+225.45+〕万元",
        f"{REPORT}（3处）：",
        "正文 第30段（1.收入预算及执行情况）  0.78万元 → 0.79万元",
    ):
        assert line in ran.out, line


# The places against a comparison by independent readers


def units(path: Path) -> Iterator[tuple[str, str]]:
    """Place and text of everything in a document, counted as a reader counts."""
    if path.suffix == ".xlsx":
        sheet = reading.sheet(path)
        for row in sheet.iter_rows():
            for cell in row:
                shown = reading.displayed(cell.value, cell.number_format)
                yield f"工作表“{sheet.title}” {cell.coordinate}", shown
        return
    for number, text in enumerate(reading.paragraphs(path), 1):
        yield f"正文 第{number}段", text
    for number, rows in enumerate(reading.tables(path), 1):
        for r, row in enumerate(rows, 1):
            for c, cell in enumerate(row, 1):
                yield f"正文 表{number} 第{r}行 第{c}格", cell.text


@pytest.mark.parametrize("case", CASES)
def test_the_places_are_those_that_differ(case: str, old: Path, tmp_path: Path) -> None:
    correct(old, case)
    found = told(old)["documents"]
    handed_in = workspaces.copy_sample(tmp_path / "before")
    before, after = built(handed_in), built(old)
    differing: dict[str, dict[str, tuple[str, str]]] = {}
    for path in workspaces.documents(after):
        was, now = dict(units(before / path.name)), dict(units(path))
        assert was.keys() == now.keys()
        places = {place: (was[place], now[place]) for place in now if was[place] != now[place]}
        if places:
            differing[path.name] = places
    assert {name: {t["place"] for t in found[name]["places"]} for name in found} == {
        name: set(places) for name, places in differing.items()
    }
    for name, touched in found.items():
        for one in touched["places"]:
            was, now = differing[name][one["place"]]
            assert one["old"] in was or number(one["old"]) == number(was), one
            assert one["new"] in now or number(one["new"]) == number(now), one


def number(text: str) -> Decimal | None:
    match = re.search(r"-?\d+(?:\.\d+)?", text)
    return Decimal(match[0]) if match else None


def test_nothing_else_changed_in_the_places(old: Path, tmp_path: Path) -> None:
    """Each differing paragraph is the old one with the told pieces put in."""
    correct(old)
    found = told(old)["documents"][REPORT]["places"]
    handed_in = workspaces.copy_sample(tmp_path / "before")
    was = dict(units(built(handed_in) / REPORT))
    now = dict(units(built(old) / REPORT))
    for place in {one["place"] for one in found}:
        text = was[place]
        for one in found:
            if one["place"] == place:
                assert text.count(one["old"]) == 1
                text = text.replace(one["old"], one["new"])
        assert text == now[place]
