"""A corrected figure: refused while a total contradicts it, then followed everywhere it goes."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from kit import reading, workspaces

FIGURES = "2020/figures.yaml"
FACTS = "2020/facts.yaml"
LAST_YEAR = "2019/figures.yaml"
PROJECT = "2020/projects/专项工作经费.yaml"

REPORT = "整体支出绩效评价工作报告"
ANNEX1 = "附件1 部门整体支出绩效自评表"
ANNEX2 = "附件2 项目绩效自评情况汇总表"
ANNEX3 = "附件3 项目支出绩效自评表（专项工作经费）"

Edit = tuple[str, str, str]
Moves = list[tuple[str, str]]

OTHER_INCOME = (FIGURES, "其他收入: {本年: 0.78}", "其他收入: {本年: 0.79}")
PURCHASE = (
    FIGURES,
    "显示: 公务用车购置费\n      年初预算: 0\n      决算: 0",
    "显示: 公务用车购置费\n      年初预算: 0\n      决算: 18.5",
)

# One amount changed: the totals above it that no longer hold, and by how much they differ.
BROKEN: dict[str, tuple[Edit, list[str]]] = {
    "income": (
        OTHER_INCOME,
        ["“实际收入.合计.本年”填的是225.44万元，各分项之和是225.45万元，少0.01万元"],
    ),
    "budget, also totalled in a table of formulas": (
        (FIGURES, "一般公共服务支出:   {本年: 233.61}", "一般公共服务支出:   {本年: 233.62}"),
        [
            "“支出预算.合计.本年”填的是259.57万元，各分项之和是259.58万元，少0.01万元",
            "“支出决算.合计.年初预算”填的是259.57万元，各分项之和是259.58万元，少0.01万元",
        ],
    ),
    "total itself, used as a total elsewhere": (
        (FIGURES, "合计:               {本年: 259.57}", "合计:               {本年: 259.75}"),
        [
            "“支出预算.合计.本年”填的是259.75万元，各分项之和是259.57万元，多0.18万元",
            "“支出决算.合计.年初预算”填的是259.75万元，各分项之和是259.57万元，多0.18万元",
            "“资金结构.合计.全年预算”填的是259.75万元，各分项之和是259.57万元，多0.18万元",
        ],
    ),
    "two levels down": (
        PURCHASE,
        ["“三公经费.合计.决算”填的是0.7万元，各分项之和是19.2万元，少18.5万元"],
    ),
    "amount of a project": (
        (PROJECT, "年中追加: 0, 全年执行: 64.5}", "年中追加: 0, 全年执行: 46.5}"),
        ["“资金结构.合计.全年执行”填的是245.67万元，各分项之和是227.67万元，多18万元"],
    ),
    "last year": (
        (LAST_YEAR, "上年结转: {本年: 80}", "上年结转: {本年: 79.995}"),
        ["“收入预算.合计.本年”填的是287.82万元，各分项之和是287.815万元，多0.005万元"],
    ),
    "sign": (
        (FIGURES, "上年结转: {本年: 50}", "上年结转: {本年: -50}"),
        ["“收入预算.合计.本年”填的是259.57万元，各分项之和是159.57万元，多100万元"],
    ),
}


def edited(folder: Path, *edits: Edit) -> Path:
    """A copy of the sample in ``folder`` with ``edits`` made."""
    workspaces.copy_sample(folder)
    for file, old, new in edits:
        workspaces.change(workspaces.sample_folder(folder) / file, (old, new))
    return folder


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_total_is_an_error_with_its_difference(case: str, tmp_path: Path) -> None:
    edit, wanted = BROKEN[case]
    ran = workspaces.check(edited(tmp_path, edit))
    assert ran.code == 1
    found = ran.problems("F301")
    assert [str(problem["message"]).rstrip("。") for problem in found] == wanted
    assert ran.json["summary"]["errors"] >= len(wanted)
    for problem in found:
        total = str(problem["message"]).split("”")[0].split(".")[-2:]
        lines = (tmp_path / str(problem["file"])).read_text(encoding="utf-8").splitlines()
        line = lines[int(str(problem["line"])) - 1]
        assert total[1] in line, "the line pointed at holds the total's column"
        assert int(str(problem["column"])) > 1
        # The parts are named too: somewhere among them is the one that was changed.
        assert len(problem["related"]) >= 2


def test_the_message_is_printed_with_its_place(tmp_path: Path) -> None:
    ran = workspaces.gen("build", "2020", folder=edited(tmp_path, OTHER_INCOME))
    assert ran.code == 1
    place = f"content/{workspaces.SAMPLE_UNIT}/2020/figures.yaml:17:16"
    assert f"{place}: 错误 F301 “实际收入.合计.本年”填的是225.44万元" in ran.out
    assert "没有生成" in ran.out


def test_every_broken_total_is_named_in_one_run(tmp_path: Path) -> None:
    cases = ("income", "two levels down", "last year", "amount of a project")
    ran = workspaces.check(edited(tmp_path, *(BROKEN[case][0] for case in cases)))
    wanted = [message for case in cases for message in BROKEN[case][1]]
    found = [str(problem["message"]).rstrip("。") for problem in ran.problems("F301")]
    assert sorted(found) == sorted(wanted)


def test_nothing_is_written_while_a_total_is_wrong(tmp_path: Path) -> None:
    ran = workspaces.gen("build", "2020", folder=edited(tmp_path, OTHER_INCOME))
    assert ran.code == 1
    assert not (tmp_path / "build" / "2020").exists()
    assert not [name for name in workspaces.snapshot(tmp_path) if name.endswith(("docx", "xlsx"))]


def test_an_old_set_stays_while_a_total_is_wrong(tmp_path: Path) -> None:
    workspaces.build(workspaces.copy_sample(tmp_path))
    before = workspaces.snapshot(tmp_path)
    file, old, new = OTHER_INCOME
    workspaces.change(workspaces.sample_folder(tmp_path) / file, (old, new))
    assert workspaces.gen("build", "2020", folder=tmp_path).code == 1
    after = workspaces.snapshot(tmp_path)
    assert {name for name in after if after[name] != before.get(name)} == {
        f"content/{workspaces.SAMPLE_UNIT}/{FIGURES}"
    }
    assert after.keys() == before.keys()


# Corrections made whole: edits, and every text that follows, per document. In Word a paragraph
# or a cell, in Excel a cell; each (old part, new part) as often as it shows.


def annex(name: str, *moves: tuple[str, str]) -> dict[str, Moves]:
    """A form shows in three places: in the report, as .docx and as .xlsx."""
    return {file: [*moves] for file in (f"{REPORT}.docx", f"{name}.docx", f"{name}.xlsx")}


def annex1(*moves: tuple[str, str]) -> dict[str, Moves]:
    return annex(ANNEX1, *moves)


def annex2(*moves: tuple[str, str]) -> dict[str, Moves]:
    return annex(ANNEX2, *moves)


def annex3(*moves: tuple[str, str]) -> dict[str, Moves]:
    return annex(ANNEX3, *moves)


def together(*parts: dict[str, Moves]) -> dict[str, Moves]:
    out: dict[str, Moves] = {}
    for part in parts:
        for name, moves in part.items():
            out[name] = [*out.get(name, []), *moves]
    return out


def report(*moves: tuple[str, str]) -> dict[str, Moves]:
    return {f"{REPORT}.docx": [*moves]}


WHOLE: dict[str, tuple[list[Edit], dict[str, Moves]]] = {
    "other income": (
        [OTHER_INCOME, (FIGURES, "合计:     {本年: 225.44}", "合计:     {本年: 225.45}")],
        report(
            (
                "本年实际收入225.44万元，较2019年减少106.28万元",
                "本年实际收入225.45万元，较2019年减少106.27万元",
            ),
            ("其他收入0.78万元", "其他收入0.79万元"),
        ),
    ),
    "final account": (
        [
            (FIGURES, "决算: 219.91", "决算: 220.91"),
            (FIGURES, "决算: 245.67", "决算: 246.67"),
            (FIGURES, "全年执行: 181.17", "全年执行: 182.17"),
        ],
        together(
            report(
                (
                    "决算数为245.67万元，完成年初预算的94.64%",
                    "决算数为246.67万元，完成年初预算的95.03%",
                ),
                (
                    "决算数为219.91万元，完成年初预算的94.14%",
                    "决算数为220.91万元，完成年初预算的94.56%",
                ),
            ),
            annex1(
                ("21.01", "22.01"),
                ("42.02%", "44.02%"),
                ("181.17", "182.17"),
                ("97.83%", "98.37%"),
            ),
        ),
    ),
    "visits: text, scores and grades": (
        [(FACTS, "走访家数: 110", "走访家数: 120")],
        together(
            report(
                ("绩效得分93.42分", "绩效得分93.98分"),
                ("商会、协会110余家，邀请并陪同", "商会、协会120余家，邀请并陪同"),
                ("商会、协会110余家；邀请", "商会、协会120余家；邀请"),
                ("自评得分93.42分", "自评得分93.98分"),
                ("产出指标22.54分", "产出指标23.1分"),
            ),
            annex1(
                ("110家", "120家"),
                ("3.65", "4.00"),
                ("73%", "80%"),
                ("2.19", "2.40"),
                ("93.42", "93.98"),
            ),
            annex2(("95.45", "96.50"), ("95.45", "96.50")),
            annex3(
                ("110家", "120家"),
                ("7.30", "8.00"),
                ("73%", "80%"),
                ("3.65", "4.00"),
                ("95.45", "96.50"),
            ),
        ),
    ),
    "base year": (
        [
            (LAST_YEAR, "上年结转: {本年: 80}", "上年结转: {本年: 81}"),
            (LAST_YEAR, "合计:     {本年: 287.82}", "合计:     {本年: 288.82}"),
        ],
        report(("比上年减少28.25万元，其中：财政", "比上年减少29.25万元，其中：财政"),
               ("较上年下降37.5%", "较上年下降38.27%")),
    ),
    "project": (
        [
            (PROJECT, "年中追加: 0, 全年执行: 64.5}", "年中追加: 0, 全年执行: 65.5}"),
            (FIGURES, "全年执行: 181.17", "全年执行: 180.17"),
        ],
        together(
            annex1(
                ("181.17", "180.17"),
                ("97.83%", "97.29%"),
                ("64.5", "65.5"),
                ("86.72%", "88.06%"),
            ),
            annex2(("64.5", "65.5")),
            annex3(
                ("64.5", "65.5"),
                ("86.72%", "88.06%"),
                ("64.5", "65.5"),
                ("86.72%", "88.06%"),
            ),
        ),
    ),
    "grade": (
        # Two activities of 7 points that did not happen: 93.42 − 14 = 79.42.
        [
            ("2020/indicators.yaml", "指标: 推动招商引资工作提质增效\n          目标: 100%\n"
             "          完成: 100%", "指标: 推动招商引资工作提质增效\n          目标: 100%\n"
             "          完成: 0%"),
            ("2020/indicators.yaml", "指标: 粤港澳浔商联盟凝心聚力\n          目标: 100%\n"
             "          完成: 100%", "指标: 粤港澳浔商联盟凝心聚力\n          目标: 100%\n"
             "          完成: 0%"),
        ],
        together(
            report(
                ("绩效得分93.42分，等级为“优”", "绩效得分79.42分，等级为“中”"),
                ("自评得分93.42分，等级为“优”", "自评得分79.42分，等级为“中”"),
                ("效果指标35分", "效果指标21分"),
            ),
            annex1(
                ("100%", "0%"), ("7.00", "0.00"),
                ("100%", "0%"), ("7.00", "0.00"),
                ("93.42", "79.42"),
            ),
        ),
    ),
}  # fmt: skip


def units(path: Path) -> list[tuple[str, str]]:
    """Place and text of every paragraph and table cell (Word) or cell (Excel) of a document."""
    if path.suffix == ".xlsx":
        return [
            (cell.coordinate, reading.displayed(cell.value, cell.number_format))
            for row in reading.sheet(path).iter_rows()
            for cell in row
        ]
    found = [(f"段{n}", text) for n, text in enumerate(reading.paragraphs(path), 1)]
    for number, rows in enumerate(reading.tables(path), 1):
        found += [
            (f"表{number}第{r}行第{c}格", cell.text)
            for r, row in enumerate(rows, 1)
            for c, cell in enumerate(row, 1)
        ]
    return found


def changed(before: Path, after: Path) -> list[tuple[str, str]]:
    """Old and new text of every place that differs; the places themselves must be the same."""
    old, new = units(before), units(after)
    assert [place for place, _ in old] == [place for place, _ in new]
    return [(was, now) for (_, was), (_, now) in zip(old, new, strict=True) if was != now]


def moved(was: str, now: str) -> Moves:
    """The parts of a cell or paragraph that differ, as runs of digits, signs and words."""
    old, new = (re.findall(r"[\d.]+%?|\D", text) for text in (was, now))
    assert len(old) == len(new), f"{was!r} became {now!r}"
    return [(a, b) for a, b in zip(old, new, strict=True) if a != b]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = workspaces.copy_sample(tmp_path_factory.mktemp("plain"))
    return workspaces.build(folder) / workspaces.SAMPLE_UNIT


@pytest.mark.parametrize("case", WHOLE)
def test_every_figure_that_follows_changes_and_nothing_else(
    case: str, plain: Path, tmp_path: Path
) -> None:
    edits, wanted = WHOLE[case]
    after = workspaces.build(edited(tmp_path, *edits)) / workspaces.SAMPLE_UNIT
    assert workspaces.outputs(after).keys() == workspaces.outputs(plain).keys()
    for path in workspaces.documents(plain):
        expected = wanted.get(path.name, [])
        differences = changed(path, after / path.name)
        # Each place that changed is one that should, and changed by what should change in it.
        parts = Counter(part for was, now in differences for part in moved(was, now))
        assert parts == Counter(part for old, new in expected for part in moved(old, new)), path
        for old, new in expected:
            assert any(
                old in was and new in now and was.replace(old, new) != was
                for was, now in differences
            ), f"{path.name}: {old} did not become {new}"
        if not expected:
            assert path.read_bytes() == (after / path.name).read_bytes()


@pytest.mark.parametrize("case", WHOLE)
def test_only_the_parts_that_hold_text_change(case: str, plain: Path, tmp_path: Path) -> None:
    """Styles, headers and everything else of a changed document stay as they were."""
    edits, wanted = WHOLE[case]
    after = workspaces.build(edited(tmp_path, *edits)) / workspaces.SAMPLE_UNIT
    for name in wanted:
        with zipfile.ZipFile(plain / name) as old, zipfile.ZipFile(after / name) as new:
            assert old.namelist() == new.namelist()
            differ = {member for member in old.namelist() if old.read(member) != new.read(member)}
        text = "word/document.xml" if name.endswith(".docx") else "xl/worksheets/sheet1.xml"
        assert differ == {text}, name


def test_gen_says_which_documents_did_not_change(tmp_path: Path) -> None:
    workspaces.build(workspaces.copy_sample(tmp_path))
    edits, wanted = WHOLE["other income"]
    for file, old, new in edits:
        workspaces.change(workspaces.sample_folder(tmp_path) / file, (old, new))
    ran = workspaces.gen("build", "2020", "--format", "json", folder=tmp_path)
    assert ran.code == 0
    states = {Path(made["file"]).name: made["changed"] for made in ran.json["documents"]}
    documents = workspaces.outputs(tmp_path / "build" / "2020" / workspaces.SAMPLE_UNIT)
    assert {name for name in documents if states[name]} == set(wanted)
    assert len(documents) == 7


def test_a_correction_taken_back_gives_the_old_set(plain: Path, tmp_path: Path) -> None:
    edits, _ = WHOLE["final account"]
    workspaces.build(edited(tmp_path, *edits))
    for file, old, new in edits:
        workspaces.change(workspaces.sample_folder(tmp_path) / file, (new, old))
    output = workspaces.build(tmp_path) / workspaces.SAMPLE_UNIT
    assert workspaces.outputs(output) == workspaces.outputs(plain)


def test_a_figure_typed_with_more_decimals_prints_as_typed(tmp_path: Path) -> None:
    """50 → 50.00 is no other amount, but the writer wants it printed so."""
    edit = (FIGURES, "上年结转: {本年: 50}", "上年结转: {本年: 50.00}")
    output = workspaces.build(edited(tmp_path, edit)) / workspaces.SAMPLE_UNIT
    assert any(
        "上年结转50.00万元" in text for text in reading.paragraphs(output / f"{REPORT}.docx")
    )
    cells = [c for row in reading.sheet_rows(output / f"{ANNEX1}.xlsx") for c in row]
    assert [(c.value, c.text) for c in cells if c.text == "50.00"] == [(50, "50.00")]
