"""九江市驻深办's 2020 set: every document, phrase and number that stage 1 must show."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from kit import reading, workspaces
from openpyxl.utils import get_column_letter

REPORT = "整体支出绩效评价工作报告.docx"
ANNEX1 = "附件1 部门整体支出绩效自评表"
ANNEX2 = "附件2 项目绩效自评情况汇总表"
ANNEX3 = "附件3 项目支出绩效自评表（专项工作经费）"
FILES = [
    REPORT,
    *(f"{annex}.{kind}" for annex in (ANNEX1, ANNEX2, ANNEX3) for kind in ("docx", "xlsx")),
]

# Issue 2: what the report says. A phrase may not depend on where a paragraph breaks.
SAID = [
    "2020年驻深办收入预算总额259.57万元，比上年减少28.25万元，其中：财政拨款收入209.57万元，"
    "占收入预算总额的80.74%，较上年增长0.84%；上年结转50万元，占收入预算总额的19.26%，"
    "较上年下降37.5%。",
    "本年实际收入225.44万元，较2019年减少106.28万元，下降32%",
    "财政拨款收入比2019年减少106.46万元",
    "财政拨款收入224.66万元，占99.65%；事业收入0万元，占0%；经营收入0万元，占0%；"
    "其他收入0.78万元，占0.35%。",
    "支出预算总额为259.57万元，较2019年减少28.25万元，下降9.82%",
    "一般公共服务支出233.61万元，占支出预算总额的90%，预算安排较上年下降8.08%",
    "社会保障和就业支出11.81万元，占支出预算总额的4.55%，预算安排较上年下降30.69%",
    "卫生健康支出5.66万元，占支出预算总额的2.18%，预算安排较上年下降15.02%",
    "住房保障支出8.49万元，占支出预算总额的3.27%，预算安排较上年下降15.02%",
    "年初预算数为259.57万元，决算数为245.67万元，完成年初预算的94.64%",
    "年初预算数为233.61万元，决算数为219.91万元，完成年初预算的94.14%",
    "年初预算数合计为25.96万元，决算数为25.76万元，完成年初预算的99.23%",
    "“三公”经费支出年初预算数为10.6万元，决算数为0.7万元，完成年初预算的6.6%，"
    "决算数较2019年减少2.08万元，下降75%",
    "年初预算数为8万元，决算数为0万元，完成年初预算的0%，决算数较2019年减少0.23万元，下降100%",
    "年初预算数为2.6万元，决算数为0.7万元，完成年初预算的27%，决算数较2019年减少1.85万元，下降73%",
    "决算数与2019年持平，均为0",
    "编制人数5人，其中参公编制5人；实有人数7人，分别为在职6人、离休0人、退休1人",
    "2019年度部门整体支出开展绩效评价",
    "得分88.4分，绩效评级为“良”",
    "共走访拜访企业、商会、协会110余家",
    "9批90余人（次）",
    "座谈会、联席会12次",
    "70余人次入境",
    "共23人参加",
    "在谈项目5个，新签约项目1个，签约资金2亿元，其中已开工1个",
    "创新创业人才218人，其中拥有上市公司9家",
    "人民币895余万元",
    "人民币288.62万元",
    "筹集资金5万元",
    "部门整体支出绩效得分93.42分，等级为“优”。",
    "自评得分93.42分，等级为“优”，其中管理指标25.88分，产出指标22.54分，效果指标35分，"
    "满意度指标10分。",
    "2020年6月23日",
    "2020年8月19日",
    "2020年12月3日",
    "江西省九江市人民政府驻深圳办事处",
    "2021年5月21日",
]

# What the source got wrong and this set has right (docs/与来源的差异.md).
NOT_SAID = [
    "0.08%",
    "94.65%",
    "94.13%",
    "25.76万元，决算",
    "公共安全支出",
    "[2018]",
    "增加（减少）",
]

# 一级指标 → 权重, 得分 and the sizes of its 二级指标.
OVERALL = [
    ("管理指标", "30", "25.88", [3, 3, 1, 2, 3, 2]),
    ("产出指标", "25", "22.54", [3, 3, 1]),
    ("效果指标", "35", "35.00", [1, 3, 1]),
    ("满意度指标", "10", "10.00", [3]),
]
PROJECT = [
    ("产出指标", "55", "50.45", [3, 3, 1, 1]),
    ("效益指标", "35", "35.00", [1, 3, 1, 2]),
    ("满意度指标", "10", "10.00", [3]),
]
# Second-level heading, indicator, target, result, points, score of the overall form.
OVERALL_ROWS = """\
预算编审管理 预算编制完整性 完整性 100% 2 2.00
预算编审管理 预算编制准确性 准确性 100% 2 2.00
预算编审管理 绩效目标管理性 全覆盖 100% 1 1.00
预算执行管理 预算完成率 100% 95% 2 1.90
预算执行管理 公用经费控制率 100% 98% 2 1.96
预算执行管理 “三公”经费控制率 100% 2% 1 0.02
部门结转结余资金管理 结转结余率 ≤5% 11% 5 2.00
预决算信息公开管理 预决算信息公开性 按要求及时公开 100% 3 3.00
预决算信息公开管理 公开信息完善性 真实完整准确 100% 2 2.00
部门预算管理 在职人员控制率 100% 100% 1 1.00
部门预算管理 管理制度健全性 健全 100% 2 2.00
部门预算管理 资金使用合规性 合规 100% 2 2.00
资产管理 管理制度健全性 健全 100% 3 3.00
资产管理 资产有效利用率 100% 100% 2 2.00
数量指标 任务1 完成粤港澳浔商联盟会议6次 12次 5 5.00
数量指标 任务2 走访及考察企业商协会150家 110家 5 3.65
数量指标 任务3 召开流动党工委会议2次 2次 3 3.00
质量指标 任务1 各种活动有序开展 100% 3 3.00
质量指标 任务2 按量完成走访客商 73% 3 2.19
质量指标 任务3 在招商引资、招才引智平台上求突破 100% 3 3.00
时效指标 任务1 所有任务在时间节点前完成 90% 3 2.70
经济效益指标 任务1 推动招商引资工作提质增效 100% 7 7.00
社会效益指标 任务1 粤港澳浔商联盟凝心聚力 100% 7 7.00
社会效益指标 任务2 建立在粤人才信息库，利于加快引进急需紧缺高层次人才 100% 7 7.00
社会效益指标 任务3 流动党工委组织活动，起到模范领军作用 100% 7 7.00
生态效益指标 任务1 引进新材料、新能源、高科技等利于环保的重大项目及企业 100% 7 7.00
满意度指标 任务1 粤港澳浔商的满意 100% 4 4.00
满意度指标 任务2 回浔投资客商的满意 100% 3 3.00
满意度指标 任务3 引进人才的满意 100% 3 3.00
"""
PROJECT_ROWS = """\
数量指标 完成粤港澳浔商联盟会议 6次 12次 10 10.00
数量指标 走访及考察企业商协会 150家 110家 10 7.30
数量指标 召开流动党工委会议 2次 2次 10 10.00
质量指标 各种活动有序开展 100% 100% 5 5.00
质量指标 按量完成走访客商 100% 73% 5 3.65
质量指标 在招商引资、招才引智平台上求突破 100% 100% 5 5.00
时效指标 所有任务在时间节点前完成 100% 90% 5 4.50
成本指标 控制在财政预算经费内 100% 100% 5 5.00
经济效益指标 推动招商引资工作提质增效 100% 100% 5 5.00
社会效益指标 粤港澳浔商联盟凝心聚力 100% 100% 5 5.00
社会效益指标 建立在粤人才信息库，利于加快引进急需紧缺高层次人才 100% 100% 5 5.00
社会效益指标 流动党工委组织活动，起到模范领军作用 100% 100% 5 5.00
生态效益指标 引进新材料、新能源、高科技等利于环保的重大项目及企业 100% 100% 5 5.00
可持续影响指标 助力九江高质量跨越式发展 100% 100% 5 5.00
可持续影响指标 为九江高质量发展引进高科技人才 100% 100% 5 5.00
服务对象满意度指标 粤港澳浔商的满意 100% 100% 4 4.00
服务对象满意度指标 回浔投资客商的满意 100% 100% 3 3.00
服务对象满意度指标 引进人才的满意 100% 100% 3 3.00
"""
# Rows that are not indicators, as they stand in the forms (white space left out).
OVERALL_LINES = [
    ["评价部门名称", "江西省九江市人民政府驻深圳办事处", "下属单位个数", "1"],
    ["资金来源：（1）财政拨款", "209.57", "224.66", "107.2%"],
    ["（2）其他资金", "50", "21.01", "42.02%"],
    ["资金结构：（1）基本支出", "185.19", "181.17", "97.83%"],
    ["（2）项目支出", "74.38", "64.5", "86.72%"],
    ["总分", "100", "93.42"],
]
SUMMARY_LINES = [
    ["1", "驻深办", "专项工作经费", "74.38", "0", "74.38", "64.5", "95.45"],
    ["开展绩效自评项目合计", "74.38", "0", "74.38", "自评价平均分", "95.45"],
    ["2020年部门预算项目支出总额", "74.38", "0", "74.38", "部门预算项目总个数", "1"],
    [
        "开展绩效自评项目支出总额占本部门预算项目支出总额的比例"
        "＝2020年部门开展绩效自评项目全年预算数合计÷2020年部门预算项目支出全年预算数总额×100%",
        "100%",
    ],
]
PROJECT_LINES = [
    ["项目名称", "专项工作经费"],
    ["主管部门", "市府办公室", "实施单位", "驻深办"],
    ["年度资金总额", "74.38", "74.38", "64.5", "—", "86.72%", "—"],
    ["其中：当年财政拨款", "74.38", "74.38", "64.5", "—", "86.72%", "—"],
    ["上年结转资金", "0", "0", "0", "—", "—", "—"],
    ["其他资金", "0", "0", "0", "—", "—", "—"],
    ["总分", "100", "95.45"],
]
LINES = {ANNEX1: OVERALL_LINES, ANNEX2: SUMMARY_LINES, ANNEX3: PROJECT_LINES}
NUMBER = re.compile(r"[≥≤<>]?-?\d+(\.\d+)?(%|次|家)?")


# The set


def test_one_command_makes_seven_proven_files(tmp_path: Path) -> None:
    workspaces.copy_sample(tmp_path)
    ran = workspaces.gen("build", "2020", folder=tmp_path)
    assert ran.code == 0, ran.out + ran.err
    output = tmp_path / "build" / "2020"
    assert [path.name for path in output.iterdir()] == [workspaces.SAMPLE_UNIT]
    made = output / workspaces.SAMPLE_UNIT
    assert sorted(path.name for path in workspaces.documents(made)) == sorted(FILES)
    for name in FILES:
        assert re.search(rf"^ *{re.escape(name)} .*已核对$", ran.out, re.MULTILINE), ran.out
    assert "错误" not in ran.out
    assert ran.err == ""


def test_nothing_is_wrong_with_the_sample(tmp_path: Path) -> None:
    """No error; last year's reconstructed figures are a note."""
    ran = workspaces.check(workspaces.copy_sample(tmp_path))
    assert ran.code == 0
    assert [found["severity"] for found in ran.problems("F302")] == ["note"]
    assert "error" not in {found["severity"] for found in ran.problems()}
    assert not (tmp_path / "build").exists()


@pytest.mark.parametrize("name", FILES)
def test_the_text_is_the_golden_one(
    name: str, sample: Path, golden: Callable[[str, str], None]
) -> None:
    golden(f"2020/{name}", reading.text_of(sample / name))


def test_no_golden_text_is_left_over() -> None:
    golden = workspaces.ROOT / "tests" / "golden" / "2020"
    assert sorted(path.name for path in golden.iterdir()) == sorted(f"{name}.txt" for name in FILES)


# The report


@pytest.mark.parametrize("phrase", SAID)
def test_the_report_says(phrase: str, sample: Path) -> None:
    assert any(phrase in text for text in reading.paragraphs(sample / REPORT))


@pytest.mark.parametrize("phrase", NOT_SAID)
def test_the_report_does_not_repeat_the_source(phrase: str, sample: Path) -> None:
    assert phrase not in reading.word_text(sample / REPORT)


def test_headings_are_numbered_by_level(sample: Path) -> None:
    texts = reading.paragraphs(sample / REPORT)
    wanted = [
        "一、驻深办概况",
        "（一）主要职责、组织架构、人员基本情况",
        "1.部门职责",
        "2.部门基本情况",
        "（二）履职总体目标、工作任务",
        "（五）2020年度部门预算及执行情况",
        "3.“三公”经费支出决算情况",
        "二、部门整体支出绩效实现情况",
        "4.发挥“先锋堡垒”作用，强化流动党、团员教育管理",
        "三、整体支出绩效中存在问题及改进措施",
        "四、绩效自评结果拟应用和公开情况",
    ]
    assert [text for text in texts if text in wanted] == wanted
    assert sum(bool(re.match(r"（\d）", text)) for text in texts) == 6 + 2 + 3


def test_the_report_holds_the_annexes_cell_by_cell(sample: Path) -> None:
    inside = [reading.word_cells(rows) for rows in reading.tables(sample / REPORT)]
    alone = [
        reading.word_cells(rows)
        for annex in (ANNEX1, ANNEX2, ANNEX3)
        for rows in reading.tables(sample / f"{annex}.docx")
    ]
    assert inside == alone
    listed = [reading.squeezed(text) for text in reading.paragraphs(sample / REPORT)]
    start = listed.index("附件：1.部门整体支出绩效自评表")
    assert listed[start + 1 : start + 3] == ["2.项目绩效自评情况汇总表", "3.项目支出绩效自评表"]
    assert [text for text in listed if re.fullmatch(r"附件\d", text)] == ["附件1", "附件2", "附件3"]


# The forms, in Word and in Excel


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
@pytest.mark.parametrize("annex", [ANNEX1, ANNEX2, ANNEX3])
def test_the_forms_rows_are_right(annex: str, kind: str, sample: Path) -> None:
    lines = [
        # The cell that heads the funds block stands in its first row only.
        line[1:] if re.match("(整体支出规模|项目资金)", line[0]) else line
        for line in reading.form_rows(sample / f"{annex}.{kind}")
        if line
    ]
    wanted = LINES[annex]
    assert [line for line in lines if line in wanted] == wanted


def indicator_rows(path: Path, count: int, columns: Sequence[int]) -> list[list[str]]:
    """The last ``count`` rows above 总分, white space left out."""
    if path.suffix == ".docx":
        grid = [
            [cell.text for cell in row for _ in range(cell.span)]
            for table in reading.tables(path)
            for row in table
        ]
    else:
        page = reading.sheet(path)
        grid = [
            [reading.displayed(cell.value, cell.number_format) for cell in row]
            for row in page.iter_rows()
        ]
    end = next(i for i, row in enumerate(grid) if reading.squeezed(row[0]) == "总分")
    return [[reading.squeezed(row[i]) for i in columns] for row in grid[end - count : end]]


def filled_down(rows: list[list[str]]) -> list[list[str]]:
    """``rows`` with merged second-level headings (first column) repeated."""
    out: list[list[str]] = []
    for first, *rest in rows:
        out.append([first or out[-1][0], *rest])
    return out


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
@pytest.mark.parametrize(
    ("annex", "wanted", "columns"),
    [(ANNEX1, OVERALL_ROWS, (2, 3, 4, 5, 6, 7)), (ANNEX3, PROJECT_ROWS, (2, 3, 4, 5, 6, 7))],
)
def test_every_indicator_is_there(
    annex: str, wanted: str, columns: Sequence[int], kind: str, sample: Path
) -> None:
    expected = [line.split() for line in wanted.splitlines()]
    rows = indicator_rows(sample / f"{annex}.{kind}", len(expected), columns)
    assert filled_down(rows) == expected


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
@pytest.mark.parametrize(("annex", "groups"), [(ANNEX1, OVERALL), (ANNEX3, PROJECT)])
def test_scores_of_each_heading_add_up(
    annex: str, groups: list[tuple[str, str, str, list[int]]], kind: str, sample: Path
) -> None:
    count = sum(sum(sizes) for *_, sizes in groups)
    rows = indicator_rows(sample / f"{annex}.{kind}", count, (6, 7))
    at = 0
    for _, weight, score, sizes in groups:
        own = rows[at : at + sum(sizes)]
        at += sum(sizes)
        assert sum(float(points) for points, _ in own) == float(weight)
        assert sum(round(float(got) * 100) for _, got in own) == round(float(score) * 100)


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_shortfalls_give_their_reasons(kind: str, sample: Path) -> None:
    reasons = [row[0] for row in indicator_rows(sample / f"{ANNEX1}.{kind}", 29, (8,)) if row[0]]
    assert reasons == [
        "受疫情影响，部分专项经费未完成预算。",
        "属地化奖金差额退回，形成结余。",
        "受疫情影响，走访工作受限。",
        "受疫情影响，走访工作受限。",
        "受疫情影响，走访工作受限。",
    ]
    reasons = [row[0] for row in indicator_rows(sample / f"{ANNEX3}.{kind}", 18, (8,)) if row[0]]
    assert reasons == [
        "受疫情影响，2020年1—4月隔离，不便走访。",
        "受疫情影响，走访未按计划完成。",
        "受疫情影响，走访未按计划完成。",
    ]


# Merged cells


def runs(sizes: Sequence[int]) -> str:
    """How merged groups of ``sizes`` look from top to bottom: ``Rcc`` three cells in one."""
    return "".join("-" if size == 1 else "R" + "c" * (size - 1) for size in sizes)


def merged_columns(annex: str) -> list[tuple[int, list[int]]]:
    """Grid column (0-based) → sizes of its merged groups."""
    if annex == ANNEX1:
        first = [sum(sizes) for *_, sizes in OVERALL]
        return [(0, first), (1, first), (2, [n for *_, sizes in OVERALL for n in sizes])]
    first = [sum(sizes) for *_, sizes in PROJECT]
    return [(0, [sum(first)]), (1, first), (2, [n for *_, sizes in PROJECT for n in sizes])]


@pytest.mark.parametrize("annex", [ANNEX1, ANNEX3])
def test_word_merges_headings_by_value(annex: str, sample: Path) -> None:
    columns = merged_columns(annex)
    count = sum(columns[0][1])
    rows = reading.tables(sample / f"{annex}.docx")[-1][-count - 1 : -1]
    for index, sizes in columns:
        stored = "".join(cell.merge for cell in reading.column(rows, index))
        # A group of one may be written as a merge that goes nowhere.
        assert re.sub("R(?!c)", "-", stored) == runs(sizes), f"column {index + 1}"
    for index in range(3, 9):
        assert {cell.merge for cell in reading.column(rows, index)} == {"-"}


@pytest.mark.parametrize("annex", [ANNEX1, ANNEX3])
def test_excel_merges_headings_by_value(annex: str, sample: Path) -> None:
    path = sample / f"{annex}.xlsx"
    columns = merged_columns(annex)
    count = sum(columns[0][1])
    page = reading.sheet(path)
    end = next(r for r in range(1, page.max_row + 1) if page.cell(r, 1).value == "总分")
    wanted: list[str] = []
    corners = []
    for index, sizes in columns:
        top, letter = end - count, get_column_letter(index + 1)
        for size in sizes:
            if size > 1:
                wanted.append(f"{letter}{top}:{letter}{top + size - 1}")
                corners.append(((top - 1, index), (top + size - 2, index)))
            top += size
    assert reading.vertical_merges(path, rows=(end - count, end - 1)) == wanted
    inside = [c for c in reading.calamine_merges(path) if end - count <= c[0][0] + 1 < end]
    assert inside == sorted(corners)


# Numbers in Excel


@pytest.mark.parametrize("annex", [ANNEX1, ANNEX2, ANNEX3])
def test_excel_shows_what_word_shows(annex: str, sample: Path) -> None:
    """Cell for cell in reading order, so every number format shows the text of the Word form."""
    word = [
        text
        for rows in reading.tables(sample / f"{annex}.docx")
        for text in reading.word_cells(rows)
    ]
    excel = [
        reading.squeezed(cell.text)
        for row in reading.sheet_rows(sample / f"{annex}.xlsx")
        for cell in row
        if cell.text
    ]
    start = excel.index(word[0])
    same = str.maketrans("()", "（）")
    shown = [text.translate(same) for text in excel[start : start + len(word)]]
    assert shown == [text.translate(same) for text in word]
    rest = excel[:start] + excel[start + len(word) :]
    assert not [text for text in rest if NUMBER.fullmatch(text)]


@pytest.mark.parametrize("annex", [ANNEX1, ANNEX2, ANNEX3])
def test_amounts_rates_and_scores_are_numbers(annex: str, sample: Path) -> None:
    path = sample / f"{annex}.xlsx"
    cells = [cell for row in reading.sheet_rows(path) for cell in row]
    numbers = [cell for cell in cells if NUMBER.fullmatch(reading.squeezed(cell.text))]
    assert len(numbers) == {ANNEX1: 112, ANNEX2: 15, ANNEX3: 88}[annex]
    assert [cell for cell in numbers if not cell.is_number] == []
    stored = [value for row in reading.calamine_rows(path) for value in row]
    assert sum(isinstance(value, float) for value in stored) == len(numbers)


def test_stored_numbers_have_their_full_value(sample: Path) -> None:
    """A rate is stored as a ratio and shown as a percentage; amounts are in 万元."""
    overall = reading.calamine_rows(sample / f"{ANNEX1}.xlsx")
    funds = [[value for value in row if isinstance(value, float)] for row in overall[5:9]]
    assert funds == [
        [209.57, 224.66, pytest.approx(224.66 / 209.57, rel=1e-14)],
        [50, 21.01, pytest.approx(0.4202)],
        [185.19, 181.17, pytest.approx(181.17 / 185.19, rel=1e-14)],
        [74.38, 64.5, pytest.approx(64.5 / 74.38, rel=1e-14)],
    ]
    assert next(row for row in overall if row[0] == "总分")[6:8] == [100, 93.42]
    summary = reading.calamine_rows(sample / f"{ANNEX2}.xlsx")
    assert next(row for row in summary if row[0] == 1.0)[3:] == [74.38, 0, 74.38, 64.5, 95.45]
    own = reading.calamine_rows(sample / f"{ANNEX3}.xlsx")
    assert next(row for row in own if row[1] == "年度资金总额")[3:8] == [
        74.38, 74.38, 64.5, "—", pytest.approx(64.5 / 74.38, rel=1e-14),
    ]  # fmt: skip
    assert next(row for row in own if row[0] == "总分")[6:8] == [100, 95.45]


def test_sheets_print_like_their_forms(sample: Path) -> None:
    for annex, orientation, title_rows in (
        (ANNEX1, "portrait", 1), (ANNEX2, "landscape", 2), (ANNEX3, "portrait", 1),
    ):  # fmt: skip
        page = reading.sheet(sample / f"{annex}.xlsx")
        assert page.page_setup.orientation == orientation
        assert page.page_setup.paperSize == 9  # A4
        assert page.sheet_properties.pageSetUpPr.fitToPage
        assert page.page_setup.fitToWidth in (None, 1)
        assert page.page_setup.fitToHeight == 0
        first, last = page.print_title_rows.replace("$", "").split(":")
        assert int(last) - int(first) + 1 == title_rows


# Every file as a file


@pytest.mark.parametrize("name", FILES)
def test_files_are_clean_packages(name: str, sample: Path) -> None:
    with zipfile.ZipFile(sample / name) as archive:
        assert archive.testzip() is None
        members = {member: archive.read(member) for member in archive.namelist()}
    assert {info.date_time for info in zipfile.ZipFile(sample / name).infolist()} == {
        (1980, 1, 1, 0, 0, 0)
    }
    whole = "".join(data.decode() for member, data in members.items() if member.endswith(".xml"))
    assert not re.search(r"\{\{|\}\}|\{%|%\}|[\ue000-\uf8ff]", whole)
    core = members["docProps/core.xml"].decode()
    assert "<dc:creator>江西省九江市人民政府驻深圳办事处</dc:creator>" in core
    # A file that does not print the date does not change with it.
    assert core.count("2021-05-21T00:00:00Z") == (2 if "报告" in name else 0)


def test_json_names_the_same_files(tmp_path: Path) -> None:
    ran = workspaces.gen(
        "build", "2020", "--format", "json", folder=workspaces.copy_sample(tmp_path)
    )
    home = f"build/2020/{workspaces.SAMPLE_UNIT}"
    documents: list[Any] = [
        made for made in ran.json["documents"] if Path(made["file"]).parent.as_posix() == home
    ]
    assert sorted(made["file"] for made in documents) == sorted(f"{home}/{n}" for n in FILES)
    for made in documents:
        assert made["bytes"] == (tmp_path / made["file"]).stat().st_size
