"""黔南州驻广州办's 2023 form: every figure, indicator and note of the source, in both formats."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from kit import reading, workspaces

UNIT = "qiannan-guangzhou"
NAME = "部门整体支出绩效目标自评表"
WORD, EXCEL = f"{NAME}.docx", f"{NAME}.xlsx"
FILES = [WORD, EXCEL]

# Everything the form says outside of its indicators (white space left out, empty cells too).
LINES = [
    ["部门（单位）名称", "黔南州人民政府驻广州办事处"],
    ["年度资金总额：", "702.71", "734.78", "734.78", "10", "100%", "10"],
    ["基本支出", "225.46", "235.11", "235.11", "—", "—", "—"],
    ["项目支出", "477.25", "499.67", "499.67", "—", "—", "—"],
    ["其他资金", "—", "—", "—"],
    ["总分", "100", "99"],
    ["自评结论", "自评等级“优”"],
]
HEADER = [
    "一级指标", "二级指标", "三级指标", "年度指标值（A）", "实际完成值（B）", "分值", "得分",
    "未完成原因分析",
]  # fmt: skip
# First-level headings with how many indicators each has, and the second level below them.
FIRST = [("产出指标（50分）", 13), ("效益指标（30分）", 2), ("满意度指标（10分）", 1)]
SECOND = [
    ("数量", 5), ("质量", 3), ("时效", 1), ("成本", 4), ("经济效益", 1), ("社会效益", 1),
    ("服务对象满意度", 1),
]  # fmt: skip
# Indicator, target, result, points, score.
INDICATORS = """\
组织珠三角企业赴黔南考察 10家以上 39家 4 4
报送有价值的广办信息、调研报告、广办专报 20篇以上 23篇 4 4
全年为招商团和各战区提供拜访有投资意向的企业 50家以上 328家 4 4
引进项目落地个数 2个 4个 4 4
完成州委、州政府交办的其他工作 保质保量完成 圆满完成 4 4
黔南州四家班子及州直部门到广州开展东西部协作参与率 100% 100% 5 5
黔南州部门到广州联络招商引资参与率 100% 100% 5 5
办事处工作任务完成情况 根据2023年度工作重点任务完成情况评定，评定等级为“优秀” 优秀 5 5
完成时间 12月底全部完成 按时完成 3 3
基本支出小计 235.11万元 235.11万元 3 3
1.人员类项目支出 212.82万元 212.82万元 3 3
2.运转类公用项目支出 22.29万元 22.29万元 3 3
项目支出小计 499.67万元 499.67万元 3 3
加大招商引资力度，推动企业赴黔南投资兴业，壮大黔南实体经济，助推乡村振兴。推动黔南融入大湾区发展，\
推动黔南产品走进大湾区，推动黔南企业做大做强，助力乡村振兴和黔南经济发展。 \
为黔南经济发展提供支持，开展招商引资活动，推动企业落户黔南，帮助黔南持续高质量发展。 \
高效引进项目，帮助本州经济发展。同时，积极推动本土企业走进湾区，走向全国，实现更大发展。 15 14
加大招商引资力度，积极引进企业，助推企业落地黔南，助力黔南经济发展，充分发挥办事处桥梁纽带作用和\
“窗口”作用，打造廉洁、高效、务实、严谨的黔南对外窗口形象，提高黔南形象和黔南知名度。\
引导黔南籍农民工精准就业，推动黔南籍技术人才高质量就业。 \
推动企业发展，带领带动就业，改善民生，助力乡村振兴，拉动黔南经济发展。 \
高效引进项目，推动黔南经济高质量发展，帮助本土企业发展壮大，增加就业岗位，带动农民就业。 15 15
单位人员对办事处的满意度 ≥99% 99% 10 10
"""
ROWS = [line.split(" ") for line in INDICATORS.splitlines()]
SAID = [
    "（2023年度）",
    "单位（盖章）：黔南州人民政府驻广州办事处",
    "填报日期：2024年2月18日",
    "年初预算数",
    "全年预算数（A）",
    "全年执行数（B）",
    "1.做好黔南州与广州、深圳、重庆党政部门、社会各界、商会协会的沟通联络；",
    "2.做好信息及调研工作。收集有价值的信息报送州委、州政府及州有关部门；",
    "3.积极配合州有关部门及各县市在广州、深圳、重庆举办的各类招商引资、旅游推介、人才交流等活动，",
    "4.做好州领导及州有关部门领导、县（市）、都匀经济开发区领导等重要组团人员在驻地开展工作",
    "5.做好对口帮扶工作。为广州、黔南两地开展对口帮扶工作做好协调、跟踪和服务，",
    "6.积极协助州有关部门和各县市在广州、深圳、重庆开展招商引资、宣传推介活动，",
    "7.按照国发2号文件及州委、州政府的工作要求，全力开展相关工作，",
    "保障招商工作组在广州、深圳开展工作期间的后勤服务工作。",
    "2023年，办事处围绕州委、州政府的重点工作和各项工作部署，抢抓新国发2号文件精神和粤黔协作新机遇，",
    "超额完成年度既定目标以及上级部门临时安排的工作。",
    "注：1.绩效自评采取打分评价的形式，满分为100分，",
    "产出指标50分、效益指标30分、服务对象满意度10分、预算资金执行率10分。",
    "各三级指标得分最高不能超过该指标分值上限。",
    "2.未完成原因分析：说明偏离目标、不能完成目标的原因及拟采取的措施。",
    "正向指标（即指标值为≥*），则得分计算方法应用实际完成值（B）/年度指标值（A）*该指标分值；",
    "反向指标（即指标值为≤*），则得分计算方法应用年度指标值（A）/实际完成值（B）*该指标分值。",
    "4.定性指标根据指标完成情况分为：达成预期指标、部分达成预期指标且具有一定效果、",
    "权重区间100-80%（含80%）、80-50%（含50%）、50-0%合理选择权重确定得分。",
]
# Faults of the source that are mended (docs/与来源的差异-黔南2023.md).
NOT_SAID = ["2022", "60分", "在在", "各项工；", "各项工;", "按质保量", "黔南经济，", "很好的"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The outputs of ``gen build 2023``, made once."""
    folder = workspaces.copy_sample(tmp_path_factory.mktemp("sample2023"))
    return workspaces.build(folder, 2023) / UNIT


def all_text(path: Path) -> str:
    """All the form says, without white space, line breaks in cells and tabs."""
    return reading.squeezed(re.sub("[⏎→]", "", reading.text_of(path)))


def test_one_command_makes_both_files_and_finds_nothing_wrong(tmp_path: Path) -> None:
    workspaces.copy_sample(tmp_path)
    ran = workspaces.gen("build", "2023", folder=tmp_path)
    assert ran.code == 0, ran.out + ran.err
    output = tmp_path / "build" / "2023"
    assert [path.name for path in output.iterdir()] == [UNIT]
    made = {path.name for path in (output / UNIT).iterdir()}
    assert made.issuperset(FILES)
    for name in FILES:
        assert re.search(rf"^ *{re.escape(name)} .*已核对$", ran.out, re.MULTILINE), ran.out
    assert "错误" not in ran.out


@pytest.mark.parametrize("name", FILES)
def test_funds_total_and_grade(made: Path, name: str) -> None:
    rows = reading.form_rows(made / name)
    for line in LINES:
        # The label of a merged block may stand before the row's own cells.
        assert any(row[-len(line) :] == line for row in rows), line


@pytest.mark.parametrize("name", FILES)
def test_every_indicator_in_order(made: Path, name: str) -> None:
    rows = reading.form_rows(made / name)
    start = next(n for n, row in enumerate(rows) if row[-len(HEADER) :] == HEADER) + 1
    assert [row[-5:] for row in rows[start : start + len(ROWS)]] == ROWS
    assert rows[start + len(ROWS)] == ["总分", "100", "99"]


@pytest.mark.parametrize("name", FILES)
def test_points_and_scores_add_up(made: Path, name: str) -> None:
    rows = reading.form_rows(made / name)
    funds = next(row for row in rows if "年度资金总额：" in row)
    first = next(n for n, row in enumerate(rows) if ROWS[0][0] in row)
    below = rows[first : first + len(ROWS)]
    points = [int(row[-2]) for row in below]
    scores = [int(row[-1]) for row in below]
    assert [sum(points[:13]), sum(points[13:15]), points[15]] == [50, 30, 10]
    assert [sum(scores[:13]), sum(scores[13:15]), scores[15]] == [50, 29, 10]
    assert sum(points) + int(funds[-3]) == 100
    assert sum(scores) + int(funds[-1]) == 99


@pytest.mark.parametrize("name", FILES)
def test_texts_and_notes(made: Path, name: str) -> None:
    text = all_text(made / name)
    assert [said for said in SAID if said not in text] == []
    assert [fault for fault in NOT_SAID if fault in text] == []


@pytest.mark.parametrize("name", FILES)
def test_seven_goals_stand_on_lines_of_their_own(made: Path, name: str) -> None:
    if name == WORD:
        cells = [c.text for table in reading.tables(made / name) for row in table for c in row]
    else:
        cells = [cell.text for row in reading.sheet_rows(made / name) for cell in row]
    goals = next(cell for cell in cells if cell.startswith("1.做好黔南州"))
    assert [line[:2] for line in goals.split("\n")] == [f"{n}." for n in range(1, 8)]


@pytest.mark.parametrize("name", FILES)
def test_contact_fields_are_there_and_empty(made: Path, name: str) -> None:
    text = all_text(made / name)
    after = text[text.index("联系人：") :].replace("|", "")
    assert re.match(r"联系人：联系电话：(↑|〔.*〕)*注：1\.", after)
    assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", text)
    for member in zipfile.ZipFile(made / name).namelist():
        raw = zipfile.ZipFile(made / name).read(member).decode("utf-8")
        assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", raw)


# Word


def test_word_merges_each_level_over_its_rows(made: Path) -> None:
    table = reading.tables(made / WORD)[-1]
    start = next(n for n, row in enumerate(table) if "数量" in [c.text for c in row])
    rows = table[start : start + len(ROWS)]
    for index, groups in ((1, FIRST), (2, SECOND)):
        cells = reading.column(rows, index)
        found: list[tuple[str, int]] = []
        for cell in cells:
            if cell.merge == "c":
                assert cell.text == ""
                found[-1] = (found[-1][0], found[-1][1] + 1)
            else:
                found.append((reading.squeezed(cell.text), 1))
        assert found == groups


def test_word_page(made: Path) -> None:
    document = zipfile.ZipFile(made / WORD).read("word/document.xml").decode()
    size = re.search(r'<w:pgSz w:w="(\d+)" w:h="(\d+)"', document)
    assert size is not None
    assert size.groups() == ("11906", "16838")
    # The indicators' header repeats on every page; only the long goals may break inside a row.
    assert document.count("<w:tblHeader/>") == 1
    rows = re.findall(r"<w:tr>.*?</w:tr>", document)
    breaking = [row for row in rows if "<w:cantSplit/>" not in row]
    assert len(breaking) == 1
    assert "做好黔南州与广州" in breaking[0]


# Excel


def test_excel_holds_numbers(made: Path) -> None:
    """Amounts, points and scores are numbers for openpyxl and python-calamine alike."""
    rows = reading.sheet_rows(made / EXCEL)
    wanted = {"年度资金总额：": 6, "基本支出": 3, "项目支出": 3, "总分": 2}
    for label, count in wanted.items():
        row = next(row for row in rows if label in [cell.text for cell in row])
        assert sum(cell.is_number for cell in row) == count, label
    calamine = reading.calamine_rows(made / EXCEL)
    funds = next(row for row in calamine if "年度资金总额：" in row)
    assert [cell for cell in funds if isinstance(cell, float)] == [
        702.71, 734.78, 734.78, 10, 1, 10,
    ]  # fmt: skip
    total = next(row for row in calamine if "总分" in row)
    assert [cell for cell in total if isinstance(cell, float)] == [100, 99]
    for name, _, _, points, score in ROWS:
        row = next(row for row in calamine if name in row)
        assert [cell for cell in row if isinstance(cell, float)][-2:] == [
            float(points), float(score),
        ]  # fmt: skip


def test_excel_costs_are_numbers_in_wan_yuan(made: Path) -> None:
    rows = reading.sheet_rows(made / EXCEL)
    row = next(row for row in rows if "2.运转类公用项目支出" in [cell.text for cell in row])
    values = [(cell.value, cell.text) for cell in row if cell.is_number]
    assert values[:2] == [(22.29, "22.29万元"), (22.29, "22.29万元")]


def test_excel_merges_each_level_over_its_rows(made: Path) -> None:
    page = reading.sheet(made / EXCEL)
    first = next(row[0].row for row in page.iter_rows() if row[3].value == ROWS[0][0])
    areas = {
        (merged.min_col, merged.min_row): merged.max_row - merged.min_row + 1
        for merged in page.merged_cells.ranges
        if merged.min_col == merged.max_col
    }
    for column, groups in ((2, FIRST), (3, SECOND)):
        row = first
        for title, height in groups:
            assert reading.squeezed(page.cell(row, column).value) == title
            assert areas.get((column, row), 1) == height, title
            row += height
    by_calamine = {
        (left + 1, top + 1): bottom - top + 1
        for (top, left), (bottom, right) in reading.calamine_merges(made / EXCEL)
        if left == right
    }
    assert by_calamine == areas


def test_excel_page(made: Path) -> None:
    page = reading.sheet(made / EXCEL)
    assert str(page.page_setup.paperSize) == "9"
    assert page.page_setup.orientation == "portrait"
    assert page.sheet_properties.pageSetUpPr.fitToPage
    header = next(row[0].row for row in page.iter_rows() if row[1].value == "一级指标")
    assert page.print_title_rows == f"${header}:${header}"


# What guards the numbers


AMOUNT = re.compile(r"(?<=: )\d+(?:\.\d+)?(?=[,}])")


def mistyped(amount: str) -> list[str]:
    """An amount as a tired clerk types it: other digits, a slipped point, a sign, 元 for 万元."""
    if float(amount) == 0:
        return ["1", "0.01"]
    digits = amount.replace(".", "")
    pair = next(n for n in range(len(digits)) if digits[n] != digits[n + 1])
    swapped = digits[:pair] + digits[pair + 1] + digits[pair] + digits[pair + 2 :]
    point = amount.index(".")
    return [
        f"{amount[:-1]}{(int(amount[-1]) + 1) % 10}",
        f"{swapped[:point]}.{swapped[point:]}",
        f"-{amount}",
        f"{digits[: point + 1]}.{digits[point + 1 :]}",
        f"{digits[: point - 1]}.{digits[point - 1 :]}",
        str(int(float(amount) * 10000)),
    ]


@pytest.mark.long
def test_every_typed_amount_is_guarded(tmp_path: Path) -> None:
    """No amount of figures.yaml can be changed alone without an error."""
    workspaces.copy_sample(tmp_path)
    figures = tmp_path / "content" / UNIT / "2023" / "figures.yaml"
    typed = figures.read_text(encoding="utf-8")
    amounts = list(AMOUNT.finditer(typed))
    assert len(amounts) == 16
    assert workspaces.check(tmp_path, 2023).code == 0
    unnoticed = []
    for match in amounts:
        for wrong in mistyped(match[0]):
            assert wrong != match[0]
            changed = typed[: match.start()] + wrong + typed[match.end() :]
            figures.write_text(changed, encoding="utf-8")
            if workspaces.check(tmp_path, 2023).code == 0:
                line = typed[: match.start()].count("\n") + 1
                unnoticed.append(f"{line}: {match[0]} → {wrong}")
    assert unnoticed == []


# Scores follow the notes under the form


INDICATORS_FILE = f"content/{UNIT}/2023/indicators.yaml"
FIGURES_FILE = f"content/{UNIT}/2023/figures.yaml"


def scored(folder: Path, changes: dict[str, list[tuple[str, str]]], name: str) -> list[str]:
    """The row of an indicator, and the total and grade, after a writer's changes."""
    workspaces.copy_sample(folder)
    for file, replacements in changes.items():
        workspaces.change(folder / file, *replacements)
    rows = reading.form_rows(workspaces.build(folder, 2023) / UNIT / WORD)
    own = next(row for row in rows if name in row)
    total = next(row for row in rows if row[0] == "总分")
    grade = next(row for row in rows if row[0] == "自评结论")
    return [own[-1], total[-1], grade[-1]]


def test_note_3_forward_indicator(tmp_path: Path) -> None:
    """实际完成值B ÷ 年度指标值A × 分值, the rate unrounded: 17 ÷ 50 × 4 = 1.36."""
    changes = {INDICATORS_FILE: [("完成: 328家", "完成: 17家\n          偏差原因: 人手不足。")]}
    found = scored(tmp_path, changes, "全年为招商团和各战区提供拜访有投资意向的企业")
    assert found[1:] == ["96.36", "自评等级“优”"]


def test_note_3_reverse_indicator(tmp_path: Path) -> None:
    """年度指标值A ÷ 实际完成值B × 分值: 22.29 ÷ 32.29 × 3 = 2.07, 100 × 735 ÷ 745 capped at 10."""
    changes = {
        FIGURES_FILE: [
            ("全年预算: 235.11, 全年执行: 235.11", "全年预算: 235.11, 全年执行: 245.11"),
            ("全年预算: 734.78, 全年执行: 734.78", "全年预算: 734.78, 全年执行: 744.78"),
            ("全年预算: 22.29,  全年执行: 22.29", "全年预算: 22.29,  全年执行: 32.29"),
        ]
    }
    found = scored(tmp_path, changes, "2.运转类公用项目支出")
    # 基本支出小计 falls too: 235.11 ÷ 245.11 × 3 = 2.88. The execution rate may not exceed 10.
    assert found == ["2.07", "97.95", "自评等级“优”"]


def test_execution_rate_scores_ten_points(tmp_path: Path) -> None:
    """全年执行数 ÷ 全年预算数 × 10 = (235.11 + 399.67) ÷ 734.78 × 10 = 8.64."""
    changes = {
        FIGURES_FILE: [
            ("全年预算: 499.67, 全年执行: 499.67", "全年预算: 499.67, 全年执行: 399.67"),
            ("全年预算: 734.78, 全年执行: 734.78", "全年预算: 734.78, 全年执行: 634.78"),
        ]
    }
    found = scored(tmp_path, changes, "年度资金总额：")
    assert found == ["8.64", "97.64", "自评等级“优”"]


@pytest.mark.parametrize(
    ("lost", "grade"), [(8, "优"), (9, "优"), (10, "良"), (19, "良"), (20, "中"), (29, "中")]
)
def test_grades(tmp_path: Path, lost: int, grade: str) -> None:
    """优 from 90, 良 from 80, 中 from 60: 99 less what the two benefit indicators lose."""
    first, second = 14 - min(lost, 14), 15 - max(lost - 14, 0)
    changes = {
        INDICATORS_FILE: [
            ("得分: 14 ", f"得分: {first} "),
            ("得分: 15", f"得分: {second}\n          偏差原因: 项目推迟。"),
        ]
    }
    found = scored(tmp_path, changes, "总分")
    assert found[1:] == [str(99 - lost), f"自评等级“{grade}”"]
