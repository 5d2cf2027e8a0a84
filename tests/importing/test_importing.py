"""What gen import refuses, what it leaves alone, what it says."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from kit.workspaces import change, gen, snapshot, write
from openpyxl import Workbook

from generator.importing.prose import naming


def archive(members: dict[str, bytes]) -> bytes:
    """A package of these members."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return held.getvalue()


_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100)
UNIT = "名称: 示例县图书馆\n简称: 县图书馆\n套表: qiannan\n"
FIGURES = """# 金额单位：万元
部门资金:
  基本支出: {年初预算: 待填, 全年预算: 235.11, 全年执行: 待填}   # 决算数
  项目支出: {年初预算: 待填, 全年预算: 待填, 全年执行: 待填}
  其他资金: {年初预算: 0, 全年预算: 0, 全年执行: 0}
"""
FORM = [
    ["部门整体支出绩效目标自评表"],
    ["（2023年度）"],
    ["部门（单位）名称", "", "示例县图书馆"],
    ["部门(单位)总体资金(万元)", "资金来源", "年初预算数", "全年预算数（A）", "全年执行数（B）", "分值", "执行率", "得分"],
    ["", "年度资金总额：", 702.71, 734.78, 734.78, 10, "", ""],
    ["", "基本支出", 225.46, 235.11, 235.11, "—", "—", "—"],
    ["", "项目支出", 477.25, 499.67, 499.67, "—", "—", "—"],
    ["", "其他资金", "", "", "", "—", "—", "—"],
    ["年度总体目标", "预期目标", "", "", "", "实际完成情况"],
    ["", "服务读者。", "", "", "", "完成了。"],
    ["", "一级指标", "二级指标", "三级指标", "年度指标值（A）", "实际完成值（B）", "分值", "得分", "未完成原因分析"],
]  # fmt: skip


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A unit of which some figures are there."""
    home = "content/tushuguan"
    write(tmp_path, {f"{home}/unit.yaml": UNIT, f"{home}/2023/figures.yaml": FIGURES})
    sheet(tmp_path / "表.xlsx", FORM)
    return tmp_path


def sheet(path: Path, rows: list[list[object]]) -> None:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    book.save(path)


def figures(folder: Path) -> str:
    return (folder / "content/tushuguan/2023/figures.yaml").read_text("utf-8")


def changed(old: object, new: object) -> list[list[object]]:
    return [[new if cell == old else cell for cell in row] for row in FORM]


def bring(folder: Path, *arguments: str, file: str = "表.xlsx") -> dict[str, object]:
    ran = gen(
        "import", file, "--into", "2023", "--yes", "--format", "json", *arguments, folder=folder
    )
    return {"code": ran.code, "codes": {p["code"] for p in ran.json["problems"]}, **ran.json}


def test_only_the_values_change_and_each_keeps_its_origin(office: Path) -> None:
    done = bring(office)
    assert done["code"] == 0
    assert "基本支出: {年初预算: 225.46, 全年预算: 235.11, 全年执行: 235.11}   # 决算数" in figures(
        office
    )
    assert figures(office).startswith("# 金额单位：万元\n部门资金:\n")
    kept = (office / "content/tushuguan/2023/导入记录.yaml").read_text("utf-8")
    assert "名称: [部门资金, 基本支出, 年初预算], 填: 225.46, 来自: 表.xlsx" in kept
    assert "C6" in kept


@pytest.mark.parametrize("arguments", [("--dry-run",), ()])
def test_nothing_is_written_before_somebody_agrees(
    office: Path, arguments: tuple[str, ...]
) -> None:
    before = snapshot(office / "content")
    ran = gen("import", "表.xlsx", "--into", "2023", *arguments, folder=office)
    assert ran.code == 0
    assert "基本支出.年初预算：225.46" in ran.out
    assert snapshot(office / "content") == before


def test_a_figure_that_content_has_otherwise_is_a_conflict(office: Path) -> None:
    sheet(office / "表.xlsx", changed(235.11, 236))
    done = bring(office)
    assert "I201" in done["codes"]
    assert "全年预算: 235.11, 全年执行: 236" in figures(office)
    assert "I201" not in bring(office, "--overwrite")["codes"]
    assert "全年预算: 236, 全年执行: 236" in figures(office)


def test_a_corrected_form_changes_its_figures_and_nothing_else(office: Path) -> None:
    bring(office)
    before = figures(office)
    sheet(office / "表.xlsx", changed(225.46, 226.46))
    bring(office)
    assert figures(office) == before.replace("225.46", "226.46")


def test_a_figure_changed_by_hand_since_the_import_is_a_conflict(office: Path) -> None:
    bring(office)
    change(office / "content/tushuguan/2023/figures.yaml", ("225.46", "225.5"))
    sheet(office / "表.xlsx", changed(225.46, 226.46))
    assert "I201" in bring(office)["codes"]
    assert "年初预算: 225.5," in figures(office)


def test_a_total_is_a_control_total_that_gen_check_compares(office: Path) -> None:
    sheet(office / "表.xlsx", changed(702.71, 702.72))
    bring(office)
    ran = gen("check", "2023", "--format", "json", folder=office)
    assert [p["message"] for p in ran.problems("F301")] == [
        "“部门资金.总额.年初预算”填的是702.72万元，各分项之和是702.71万元，多0.01万元。"
    ]


def test_what_the_form_computes_otherwise_is_named(office: Path) -> None:
    rows = [*FORM, ["总分", "", "", "", "", "", 90, 80.5]]
    sheet(office / "表.xlsx", [
        *rows[:-1], ["", "产出指标（90分）", "数量", "图书入藏", "90", "90", 90, 90, ""], rows[-1],
    ])  # fmt: skip
    assert "I202" in bring(office)["codes"]


@pytest.mark.parametrize(
    ("rows", "code", "told"),
    [
        (changed("（2023年度）", "（2020年度）"), "I102", ("--as-year", "2020")),
        (changed("示例县图书馆", "县图书馆老馆"), "I103", ("--unit-name", "县图书馆老馆")),
    ],
)
def test_another_year_or_unit_is_refused_unless_told(
    office: Path, rows: list[list[object]], code: str, told: tuple[str, ...]
) -> None:
    sheet(office / "表.xlsx", rows)
    before = snapshot(office / "content")
    assert code in bring(office)["codes"]
    assert snapshot(office / "content") == before
    assert code not in bring(office, *told)["codes"]
    assert snapshot(office / "content") != before


def test_last_years_form_fills_the_columns_of_last_year(office: Path) -> None:
    path = office / "content/tushuguan/2023/figures.yaml"
    change(path, ("基本支出: {年初预算: 待填,", "基本支出: {上年全年执行: 待填, 年初预算: 待填,"))
    sheet(office / "表.xlsx", changed("（2023年度）", "（2022年度）"))
    done = bring(office, "--as-year", "2022")
    assert "基本支出: {上年全年执行: 235.11, 年初预算: 待填," in figures(office)
    assert "内容里没有“部门资金.基本支出.上年年初预算”这一栏，用不着" in {
        left["why"] for left in done["left"]
    }


def test_last_years_results_and_facts_are_not_this_years(office: Path) -> None:
    path = office / "content/tushuguan/2023/figures.yaml"
    change(path, ("基本支出: {年初预算: 待填,", "基本支出: {上年全年执行: 待填, 年初预算: 待填,"))
    sheet(office / "表.xlsx", [
        *changed("（2023年度）", "（2022年度）"), ["", "产出指标（90分）", "数量", "图书入藏", "90", "80", 90, 80, "晚了。"],
    ])  # fmt: skip
    before = snapshot(office / "content")
    done = bring(office, "--as-year", "2022")
    after = snapshot(office / "content")
    assert {name.rpartition("/")[2] for name in after if after[name] != before.get(name)} == {
        "figures.yaml", "导入记录.yaml",
    }  # fmt: skip
    assert [left["why"] for left in done["left"] if "上一年的" in left["why"]] == [
        "是上一年的：只填“上年”的栏，指标、事实、项目和正文没有动（4处）"
    ]
    change(path, ("上年全年执行: 235.11, ", ""))
    sheet(office / "表.xlsx", [
        *FORM, ["", "产出指标（90分）", "数量", "图书入藏", "90", "80", 90, 80, "晚了。"],
    ])  # fmt: skip
    assert {one["file"] for one in bring(office)["found"]} >= {"indicators.yaml", "figures.yaml"}


def test_what_was_typed_by_hand_is_told_apart_from_what_was_imported(office: Path) -> None:
    sheet(office / "表.xlsx", changed(235.11, 236))
    bring(office)
    both = [[226.46 if cell == 225.46 else cell for cell in row] for row in changed(235.11, 236)]
    sheet(office / "表.xlsx", both)
    ran = gen("import", "表.xlsx", "--into", "2023", "--dry-run", "--overwrite", folder=office)
    imported, _, typed = ran.out.partition("要改的（内容里另填的，照 --overwrite 以文件为准）")
    assert "225.46 → 226.46" in imported
    assert "全年预算：235.11 → 236" in typed


def test_a_file_without_known_tables_is_refused(office: Path) -> None:
    sheet(office / "表.xlsx", [["采购清单"], ["书名", "册数"], ["诗经", 3]])
    assert bring(office)["codes"] == {"I104"}


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04junk", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_a_file_that_cannot_be_read_is_named(office: Path, data: bytes) -> None:
    (office / "表.xlsx").write_bytes(data)
    before = snapshot(office / "content")
    assert bring(office)["codes"] == {"I101"}
    assert snapshot(office / "content") == before


def test_content_that_cannot_be_read_is_not_touched(office: Path) -> None:
    path = office / "content/tushuguan/2023/figures.yaml"
    path.write_text("部门资金: {年初预算: [\n", "utf-8")
    assert bring(office)["codes"] == {"I105"}
    assert path.read_text("utf-8") == "部门资金: {年初预算: [\n"


def test_a_damaged_record_of_imports_stops_the_next(office: Path) -> None:
    (office / "content/tushuguan/2023/导入记录.yaml").write_text("文件: 1\n", "utf-8")
    assert bring(office)["codes"] == {"I106"}


def test_content_saved_meanwhile_is_not_overwritten(
    office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from generator.importing import plan

    tell = plan.tell

    def saved(made: plan.Plan, problems: object) -> None:
        change(office / "content/tushuguan/2023/figures.yaml", ("# 决算数", "# 核过"))
        tell(made, problems)  # type: ignore[arg-type]

    monkeypatch.setattr(plan, "tell", saved)
    assert bring(office)["codes"] == {"I107"}
    assert "待填" in figures(office)


INDICATORS = [
    ["", "产出指标（60分）", "数量", "图书入藏", "90种", "90种", 30, 30, ""],
    ["", "", "", "读书活动", "40次", "20次", 30, 15, "闭馆维修。"],
    ["", "效益指标（30分）", "社会效益", "读者增加", "明显", "明显", 30, 28, "略有不足。"],
]


def test_indicators_come_with_the_scores_that_no_rule_gives(office: Path) -> None:
    sheet(office / "表.xlsx", [*FORM, *INDICATORS, ["总分", "", "", "", "", "", 90, 73]])
    bring(office)
    text = (office / "content/tushuguan/2023/indicators.yaml").read_text("utf-8")
    assert text == (
        "- 一级: 产出指标\n  权重: 60\n  二级:\n    - 名称: 数量\n      三级:\n"
        "        - 名称: 图书入藏\n          目标: 90种\n          完成: 90种\n          分值: 30\n"
        "        - 名称: 读书活动\n          目标: 40次\n          完成: 20次\n          分值: 30\n"
        "          偏差原因: 闭馆维修。\n"
        "- 一级: 效益指标\n  权重: 30\n  二级:\n    - 名称: 社会效益\n      三级:\n"
        "        - 名称: 读者增加\n          目标: 明显\n          完成: 明显\n          分值: 30\n"
        "          得分: 28\n          偏差原因: 略有不足。\n"
    )


def test_what_becomes_of_an_indicator_is_told_by_its_name_and_line(office: Path) -> None:
    sheet(office / "表.xlsx", [*FORM, *INDICATORS])
    bring(office)
    sheet(
        office / "表.xlsx",
        [*FORM, *([*r[:5], "30次", *r[6:]] if "读书活动" in r else r for r in INDICATORS)],
    )
    ran = gen("import", "表.xlsx", "--into", "2023", "--dry-run", folder=office)
    assert "indicators.yaml 第12行 “读书活动”的完成：20次 → 30次" in ran.out


@pytest.mark.parametrize("shift", [1, 2, 3])
@pytest.mark.parametrize("end", [9, 8])
def test_a_row_that_slid_sideways_is_named_and_not_placed(
    office: Path, shift: int, end: int
) -> None:
    slid = INDICATORS[1][shift:end]
    sheet(office / "表.xlsx", [*FORM, INDICATORS[0], slid, INDICATORS[2]])
    done = bring(office)
    text = (office / "content/tushuguan/2023/indicators.yaml").read_text("utf-8")
    assert "读书活动" not in text
    assert text.count("分值: ") == 2
    assert "格像是错了位" in str(done["left"])


def test_two_files_that_differ_give_neither_value(office: Path) -> None:
    sheet(office / "另一份.xlsx", changed(225.46, 226.46))
    ran = gen(
        "import", "表.xlsx", "另一份.xlsx", "--into", "2023", "--yes", "--format", "json",
        folder=office,
    )  # fmt: skip
    assert "年初预算: 待填, 全年预算: 235.11" in figures(office)
    assert any("部门资金.基本支出.年初预算”有不同的数" in left["why"] for left in ran.json["left"])


def test_one_cell_wrong_of_two_with_the_same_labels_is_named(office: Path) -> None:
    again = ["", "基本支出", 300, 235.11, 235.11, "—", "—", "—"]
    sheet(office / "表.xlsx", [*FORM[:6], again, *FORM[6:]])
    done = bring(office)
    assert "年初预算: 待填, 全年预算: 235.11, 全年执行: 235.11" in figures(office)
    assert "C6是225.46" in str(done["left"])


def test_nothing_is_left_half_written(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    before = snapshot(office / "content")
    replace, count = os.replace, 0

    def failing(source: Path, target: Path) -> None:
        nonlocal count
        count += 1
        if count == 2:
            raise OSError(28, "No space left on device")
        replace(source, target)

    monkeypatch.setattr(os, "replace", failing)
    sheet(office / "表.xlsx", [*FORM, *INDICATORS])
    ran = gen("import", "表.xlsx", "--into", "2023", "--yes", folder=office)
    assert ran.code == 2
    assert "写不进去" in ran.err
    assert snapshot(office / "content") == before


# What money is in

HEAD = "部门(单位)总体资金(万元)"


def form(head: str = HEAD, above: str = "", first: object = None) -> list[list[object]]:
    """The form in 元 under another head and caption; with ``first``: in 万元, but for one cell."""
    put = {HEAD: head, "（2023年度）": f"（2023年度） {above}"} | {225.46: first or 2254600}
    scale = 1 if first else 10_000
    return [
        [put.get(cell) or (round(cell * scale, 2) if isinstance(cell, float) else cell)  # type: ignore[call-overload]
         for cell in row] for row in FORM
    ]  # fmt: skip


def budget(folder: Path) -> str:
    return figures(folder).split("年初预算: ")[1].partition(",")[0]


@pytest.mark.parametrize(
    ("rows", "vouched", "written"),
    [
        (form("部门(单位)总体资金（元）"), "", "225.46"),
        (form("部门(单位)总体资金", "金额单位：元"), "", "225.46"),
        (form("部门(单位)总体资金"), "", "待填"),
        (form("部门(单位)总体资金"), "元", "225.46"),
        (form("部门(单位)总体资金（元）"), "万元", "225.46"),
        (form(HEAD, "单位：元"), "", "待填"),
        (form("部门(单位)总体资金（千元）"), "元", "待填"),
        (form(first="2254600元"), "", "225.46"),
        (form(first="8,000.00"), "", "8000.00"),
        *((form(first=text), "", "待填") for text in ("约74", "七十四点三八", "(5.00)", "74%")),
    ],
)  # fmt: skip
def test_a_form_is_in_what_it_says(
    office: Path, rows: list[list[object]], vouched: str, written: str
) -> None:
    sheet(office / "表.xlsx", rows)
    done = bring(office, *(["--money", vouched] if vouched else []))
    assert budget(office) == written
    left = done["left"]
    assert isinstance(left, list)
    assert any(one["place"].endswith("C6") for one in left) == (written == "待填")


def test_an_amount_with_its_thousands_parted_is_kept_in_yuan(office: Path) -> None:
    sheet(office / "表.xlsx", changed(225.46, "80,000.00"))
    assert bring(office)["code"] == 0
    sheet(office / "表.xlsx", [
        [{"80,000.00": "80,000.00", 225.46: "80,000.00", 235.11: "70.123456"}.get(c, c)  # type: ignore[call-overload]
         for c in row] for row in FORM
    ])  # fmt: skip
    bring(office, "--overwrite")
    assert "{年初预算: 800000000, 全年预算: 701234.56, 全年执行: 701234.56, 单位: 元}" in figures(
        office
    )


# Other files, other years, what content computes


def test_another_file_overrides_nothing_unasked(office: Path) -> None:
    bring(office)
    sheet(office / "另.xlsx", changed(225.46, 226.46))
    assert "I201" in bring(office, file="另.xlsx")["codes"]
    assert budget(office) == "225.46"
    bring(office, "--overwrite", file="另.xlsx")
    assert budget(office) == "226.46"


def test_a_second_file_with_the_same_figure_does_not_take_it_over(office: Path) -> None:
    """Else its correction would count as that of the file the figure came from."""
    bring(office)
    sheet(office / "另.xlsx", FORM)
    bring(office, file="另.xlsx")
    assert "另.xlsx" not in (office / "content/tushuguan/2023/导入记录.yaml").read_text("utf-8")
    sheet(office / "另.xlsx", changed(225.46, 226.46))
    assert "I201" in bring(office, file="另.xlsx")["codes"]
    assert budget(office) == "225.46"
    sheet(office / "表.xlsx", changed(225.46, 227.46))
    bring(office)
    assert budget(office) == "227.46"


@pytest.mark.parametrize("year", ["2021", "2024"])
def test_figures_of_another_year_are_told_before_they_stand_as_this_years(
    office: Path, year: str
) -> None:
    rows = [[f"（{year}年度）" if c == "（2023年度）" else c for c in row] for row in FORM]
    sheet(office / "表.xlsx", rows)
    ran = gen("import", "表.xlsx", "--into", "2023", "--as-year", year, folder=office)
    assert ran.out.startswith(f"表.xlsx 文件是{year}年度的，照2023年度的填")
    sheet(office / "表.xlsx", FORM)
    assert "I206" not in bring(office)["codes"]
    sheet(office / "表.xlsx", [[999.99 if c == 225.46 else c for c in row] for row in rows])
    assert {"I201", "I206"} <= set(map(str, bring(office, "--as-year", year)["codes"]))  # type: ignore[call-overload]
    assert budget(office) == "225.46"


PROJECTS = [
    ["项目绩效自评情况汇总表"],
    ["（2020年度）"],
    ["主管部门：市府办公室", "", "", "", "", "单位：万元"],
    ["序号", "预算单位", "项目名称", "全年预算数", "", "", "全年执行数", "项目资金绩效自评得分"],
    ["", "", "", "年初预算数", "年中追加数/追减数", "小计"],
    ["1", "驻深办", "招商经费", 20, 0, 20, 18, 90],
    ["2", "驻深办", "工作经费", 74.38, 0, 74.38, 64.5, 95.45],
    ["开展绩效自评项目合计", "", "", 94.38, "", 94.38, "自评价平均分", 92.73],
    ["2020年部门预算项目支出总额", "", "", 94.38, 0, 94.38, "部门预算项目总个数", 2],
]


def test_all_that_a_list_of_projects_says_is_placed_or_named(tmp_path: Path) -> None:
    funds = "资金:\n  财政拨款: {年初预算: 待填, 年中追加: 0, 全年执行: 待填}\n"
    home = "content/dw"
    unit = "名称: 驻深办\n简称: 驻深办\n套表: jiujiang\n主管部门: 市府办公室\n"
    write(tmp_path, {
        f"{home}/unit.yaml": unit, f"{home}/2020/projects/项目一.yaml": f"名称: 待填\n{funds}",
    })  # fmt: skip
    sheet(tmp_path / "表.xlsx", PROJECTS)
    ran = gen("import", "表.xlsx", "--into", "2020", "--yes", "--format", "json", folder=tmp_path)
    named = [(f["file"], f["place"]) for f in ran.json["found"] if f["path"] == ["名称"]]
    assert named == [
        ("projects/项目一.yaml", "工作表“Sheet” C6"), ("projects/工作经费.yaml", "工作表“Sheet” C7"),
    ]  # fmt: skip
    told = {one["place"].split()[-1] for one in (*ran.json["left"], *ran.json["disagreements"])}
    assert told >= {"D6", "F6", "G6", "H6"}
    placed = {one["place"].split()[-1] for one in ran.json["found"] if one["kind"] == "填入"}
    assert placed >= {"D7", "G7"}


@pytest.mark.parametrize("results", [(40, 41), (40, 41, 42)])
def test_an_indicator_told_twice_in_one_file_is_none(
    office: Path, results: tuple[int, ...]
) -> None:
    same = [[INDICATORS[1][0], *INDICATORS[1][1:]] for _ in results]
    for row, result in zip(same, results, strict=True):
        row[5] = f"{result}次"
    sheet(office / "表.xlsx", [*FORM, INDICATORS[0], *same, INDICATORS[2]])
    left = str(bring(office)["left"])
    assert "另一份文件" not in left
    assert "的不一样，都没有放" in left
    text = (office / "content/tushuguan/2023/indicators.yaml").read_text("utf-8")
    assert str(INDICATORS[1][3]) not in text


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.docx", _OLD, "旧格式"), ("a.docx", _OLD + "EncryptedPackage".encode("utf-16-le"), "有密码"),
        ("a.wps", _OLD, "另存为 .docx"), ("a.docx", b"PK\x03\x04", "已经损坏"),
        ("a.docx", archive({"word/document.xml": b"0" * 2_000_000}), "重复的内容太多"),
    ],
)  # fmt: skip
def test_the_cause_is_told_why_a_file_is_not_opened(
    office: Path, name: str, data: bytes, told: str
) -> None:
    (office / name).write_bytes(data)
    ran = gen("import", name, "--into", "2023", folder=office)
    assert ran.code == 1
    assert told in ran.out + ran.err


def test_the_longest_piece_of_a_label_counts() -> None:
    assert [naming._overlap("招商经费", text) for text in ("今年招商经费多", "商经", "费", "")] == [
        1, 0.5, 0, 0,
    ]  # fmt: skip
    assert naming._overlap("人员", "员") == 0.5
