"""Units that gen has never seen: made here, built without a change to gen or its templates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import pytest
from docx import Document
from kit import reading, workspaces
from kit.workspaces import FUNDS, Level1, level1, project, unit_files, write
from openpyxl.styles import Font

REPORT = "整体支出绩效评价工作报告.docx"
ANNEX1 = "附件1 部门整体支出绩效自评表"
ANNEX2 = "附件2 项目绩效自评情况汇总表"
FORMS = [f"{ANNEX1}.docx", f"{ANNEX1}.xlsx"]

Row = list[str]


def built(folder: Path, files: dict[str, str], unit: str = "peixun", year: int = 2024) -> Path:
    """The outputs of a workspace with ``files``, which must build without complaint."""
    ran = workspaces.gen("build", str(year), folder=write(folder, files))
    assert ran.code == 0, ran.out + ran.err
    assert "错误" not in ran.out
    return folder / "build" / str(year) / unit


def names(output: Path) -> list[str]:
    return [path.name for path in workspaces.documents(output)]


def grid(path: Path) -> list[Row]:
    """Texts of a form cell by cell, in the columns of its grid; covered cells are empty."""
    if path.suffix == ".docx":
        return [
            [
                text
                for cell in row
                for text in [reading.squeezed(cell.text), *[""] * (cell.span - 1)]
            ]
            for table in reading.tables(path)
            for row in table
        ]
    return [
        [reading.squeezed(reading.displayed(cell.value, cell.number_format)) for cell in row]
        for row in reading.sheet(path).iter_rows()
    ]


def indicator_rows(path: Path, count: int) -> list[Row]:
    """The last ``count`` rows above 总分, nine columns each."""
    rows = grid(path)
    end = next(i for i, row in enumerate(rows) if row[0] == "总分")
    return rows[end - count : end]


def everything(output: Path) -> str:
    """All that the documents of a set say."""
    return "".join(reading.text_of(path) for path in workspaces.documents(output))


def half_up(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


# Names


def test_other_names(tmp_path: Path) -> None:
    output = built(tmp_path, unit_files())
    assert len(names(output)) == 7
    said = everything(output)
    for wanted in (
        "测试县干部培训中心",
        "培训中心",
        "县财政局",
        "县教育局",
        "骨干培训",
        "2024年度",
    ):
        assert wanted in said
    assert "2025年3月9日" in reading.paragraphs(output / REPORT)
    for left in ("九江", "驻深", "浔商", "市府办", "2020", "2021", "259.57"):
        assert left not in said


def test_names_are_text_as_typed(tmp_path: Path) -> None:
    odd = "测试县“A&B”<中心>（筹）{{ 甲 }}=1+1"
    files = unit_files(short="R&D <站>")
    key = "content/peixun/unit.yaml"
    files[key] = files[key].replace("名称: 测试县干部培训中心", f"名称: '{odd}'")
    output = built(tmp_path, files)
    assert odd in [cell.text for rows in reading.tables(output / FORMS[0])
                   for row in rows for cell in row]  # fmt: skip
    values = [cell.value for row in reading.sheet_rows(output / FORMS[1]) for cell in row]
    assert odd in values
    assert odd in reading.paragraphs(output / REPORT)
    assert any("R&D <站>" in text for text in reading.paragraphs(output / REPORT))


def test_one_unit_without_a_folder_of_its_own(tmp_path: Path) -> None:
    files = unit_files("")
    assert "content/unit.yaml" in files
    assert "content/2024/facts.yaml" in files
    ran = workspaces.gen("build", "2024", folder=write(tmp_path, files))
    assert ran.code == 0, ran.out
    output = tmp_path / "build" / "2024"
    assert len(names(output)) == 7
    alone = workspaces.outputs(output)
    assert alone == workspaces.outputs(built(tmp_path / "other", unit_files()))
    # Build again, over the old set, with files of the user's own beside it.
    (output / "批示.txt").write_text("同意", encoding="utf-8")
    workspaces.change(
        tmp_path / "content/2024/figures.yaml", ("全年执行: 110.25", "全年执行: 111.25")
    )
    workspaces.build(tmp_path, 2024)
    assert "111.25万元" in reading.word_text(output / REPORT)
    assert (output / "批示.txt").exists()


# Projects


def test_no_project(tmp_path: Path) -> None:
    output = built(tmp_path, unit_files(projects={}))
    # The only annex needs no number.
    form = "附件 部门整体支出绩效自评表"
    assert names(output) == sorted([REPORT, f"{form}.docx", f"{form}.xlsx"])
    texts = [reading.squeezed(text) for text in reading.paragraphs(output / REPORT)]
    assert "附件：部门整体支出绩效自评表" in texts
    assert "附件" in texts
    assert not [text for text in texts if re.search(r"附件[123]|汇总表|项目支出", text)]
    # The overall form is two tables; no summary and no project form behind it.
    assert len(reading.tables(output / REPORT)) == len(reading.tables(output / f"{form}.docx"))
    assert grid(output / f"{form}.xlsx")[0][0] == "附件"


def test_three_projects(tmp_path: Path) -> None:
    funds = {
        "甲": "当年财政拨款: {年初预算: 30.5, 年中追加: 2.25, 全年执行: 31}\n"
        "上年结转资金: {年初预算: 1, 年中追加: 0, 全年执行: 0.75}\n"
        "其他资金: {年初预算: 0, 年中追加: 0, 全年执行: 0}\n",
        "乙": "当年财政拨款: {年初预算: 100, 年中追加: -20, 全年执行: 80}\n"
        "上年结转资金: {年初预算: 0, 年中追加: 0, 全年执行: 0}\n"
        "其他资金: {年初预算: 0.125, 年中追加: 0, 全年执行: 0.125}\n",
        "丙": FUNDS,
    }
    held = {key: project(f"{key}项目", funds=text) for key, text in funds.items()}
    files = unit_files(projects=held)
    figures = "content/peixun/2024/figures.yaml"
    files[figures] = files[figures].replace(
        "{年初预算: 90, 年中追加: 0}", "{年初预算: 200, 年中追加: 0}"
    )
    output = built(tmp_path, files)
    assert len(names(output)) == 1 + 4 + 2 * 3
    for kind in ("docx", "xlsx"):
        rows = [[cell for cell in row if cell] for row in grid(output / f"{ANNEX2}.{kind}")]
        shown = {row[2]: row for row in rows if len(row) == 8 and row[2].endswith("项目")}
        # 年初预算, 年中追加, 小计, 全年执行, 得分
        assert shown["甲项目"][3:] == ["31.5", "2.25", "33.75", "31.75", "85.00"]
        assert shown["乙项目"][3:] == ["100.125", "-20", "80.125", "80.125", "85.00"]
        assert shown["丙项目"][3:] == ["30", "0", "30", "27", "85.00"]
        assert sorted(row[0] for row in shown.values()) == ["1", "2", "3"]
        total = next(row for row in rows if row[0] == "开展绩效自评项目合计")
        assert total[1:4] == ["161.625", "-17.75", "143.875"]
        assert total[-1] == "85.00"
        share = next(row for row in rows if row[0].startswith("开展绩效自评项目支出总额占"))
        assert share[1:] == ["71.94%"]
    for key in held:
        for kind in ("docx", "xlsx"):
            form = output / f"附件3 项目支出绩效自评表（{key}项目）.{kind}"
            assert any("年度资金总额" in row for row in grid(form))
            assert f"{key}项目" in [cell for row in grid(form) for cell in row]
    one = len(reading.tables(output / "附件3 项目支出绩效自评表（甲项目）.docx"))
    inside = reading.tables(output / REPORT)
    assert len(inside) == 3 * one + 1 + len(reading.tables(output / FORMS[0]))
    texts = reading.paragraphs(output / REPORT)
    assert texts.count("附件3") == 3


def test_projects_with_names_that_windows_forbids(tmp_path: Path) -> None:
    held = {"a": project('"甲/乙:丙*丁?"'), "b": project("CON")}
    output = built(tmp_path, unit_files(projects=held))
    assert len(names(output)) == 1 + 4 + 4
    assert not [name for name in names(output) if re.search(r'[\\/:*?"<>|]', name)]
    assert "甲/乙:丙*丁?" in everything(output)


# Indicators


def expected_rows(groups: Sequence[Level1]) -> list[Row]:
    """What ``workspaces.indicators`` promises: heading, name, result, points, score, reason."""
    rows: list[Row] = []
    points = iter(workspaces.points_of(sum(group.count for group in groups)))
    for group in groups:
        for second, size in group.second:
            for _ in range(size):
                number, worth = len(rows) + 1, next(points)
                rate = Decimal(100 - number % 4) / 100
                rows.append(
                    [
                        group.name,
                        second,
                        f"指标{number}",
                        "100%",
                        f"{100 - number % 4}%",
                        str(worth),
                        str(half_up(worth * rate, 2)),
                        f"第{number}项略低于目标。" if number % 4 else "",
                    ]
                )
    return rows


SHAPES: dict[str, list[Level1]] = {
    "1 indicator": [level1("产出指标", 1)],
    "3 indicators": [level1("产出指标", 1), level1("效益指标", 1), level1("满意度指标", 1)],
    "60 indicators": [
        level1("管理指标", 7, 1, 12),
        level1("产出指标", 9, 9, 2, 1),
        level1("效果指标", 1, 1, 1, 10),
        level1("满意度指标", 6),
    ],
    "uneven groups": [
        level1("产出指标", 17, 1),
        level1("效益指标", 1, 1, 1),
        level1("满意度指标", 2),
    ],
    "no second level": [
        level1("产出指标", 5, named=False),
        level1("效益指标", 1, named=False),
        level1("满意度指标", 2, named=False),
    ],
    "second level here and there": [
        level1("产出指标", 3, 2),
        level1("效益指标", 4, named=False),
        level1("满意度指标", 1),
    ],
}


def runs(labels: Sequence[tuple[str, ...]]) -> str:
    """Cells that are equal to the one above are continued: ``R`` first, ``c`` next, ``-`` alone."""
    out = ""
    for i, label in enumerate(labels):
        same_above = i > 0 and labels[i - 1] == label
        same_below = i + 1 < len(labels) and labels[i + 1] == label
        out += "c" if same_above else "R" if same_below else "-"
    return out


@pytest.mark.parametrize("shape", SHAPES)
def test_indicators_of_any_shape(shape: str, tmp_path: Path) -> None:
    groups = SHAPES[shape]
    output = built(tmp_path, unit_files(rows=workspaces.indicators(groups)))
    wanted = expected_rows(groups)
    points = {g.name: sum(Decimal(r[5]) for r in wanted if r[0] == g.name) for g in groups}
    total = workspaces.total(Decimal(row[6]) for row in wanted)
    for form in FORMS:
        found = indicator_rows(output / form, len(wanted))
        # Columns 4 to 9: name, target, result, points, score, reason.
        assert [row[3:9] for row in found] == [row[2:] for row in wanted]
        heads = [(row[0], row[2]) for row in found]
        for first, (row, head) in enumerate(zip(wanted, heads, strict=True)):
            starts = first == 0 or wanted[first - 1][0] != row[0]
            assert head[0] == (row[0] if starts else "")
            opens = starts or wanted[first - 1][1] != row[1]
            assert head[1] == (row[1] if opens else "")
            if starts:
                assert Decimal(found[first][1]) == points[row[0]]
        last = next(row for row in grid(output / form) if row[0] == "总分")
        assert [cell for cell in last if cell] == ["总分", "100", str(half_up(total, 2))]
    check_merges(output, wanted)
    assert f"得分{total.normalize():f}分" in reading.word_text(output / REPORT)


def check_merges(output: Path, wanted: list[Row]) -> None:
    """一级, 权重 and 二级 are merged by value, the second level never across the first."""
    columns = {
        0: runs([(row[0],) for row in wanted]),
        1: runs([(row[0],) for row in wanted]),
        2: runs([(row[0], row[1]) for row in wanted]),
    }
    rows = reading.tables(output / FORMS[0])[-1][-len(wanted) - 1 : -1]
    page = reading.sheet(output / FORMS[1])
    end = next(r for r in range(1, page.max_row + 1) if page.cell(r, 1).value == "总分")
    held = reading.vertical_merges(output / FORMS[1], rows=(end - len(wanted), end - 1))
    for index, pattern in columns.items():
        # Blank cells (no second level) may be merged or stand alone; they may not join others.
        blank = [not row[(0, 0, 1)[index]] for row in wanted]
        stored = re.sub("R(?!c)", "-", "".join(c.merge for c in reading.column(rows, index)))
        letter = "ABC"[index]
        spans = ["-"] * len(wanted)
        for span in held:
            match = re.fullmatch(rf"{letter}(\d+):{letter}(\d+)", span)
            if match:
                top, bottom = (int(n) - end + len(wanted) for n in match.groups())
                spans[top : bottom + 1] = ["R", *"c" * (bottom - top)]
        for merged in (stored, "".join(spans)):
            shown = "".join("*" if b else m for b, m in zip(blank, merged, strict=True))
            assert shown == "".join("*" if b else p for b, p in zip(blank, pattern, strict=True))
            for i, mark in enumerate(merged):
                if mark == "c":
                    assert wanted[i][:2] == wanted[i - 1][:2] or index < 2


def test_an_indicator_of_every_kind(tmp_path: Path) -> None:
    """Targets with signs, words, units and formulas, and typed scores."""
    rows = """\
- 一级: 产出指标
  权重: 70
  二级:
    - 名称: 数量指标
      三级:
        - {名称: 多了, 目标: 10, 完成: 12, 单位: 次, 分值: 10}
        - {名称: 少了, 目标: ≥30, 完成: 20, 单位: 个, 分值: 10}
        - {名称: 不超过, 目标: ≤5%, 完成: 4.5%, 分值: 10}
        - {名称: 超过了, 目标: ≤50, 完成: 80, 单位: 天, 分值: 10}
        - {名称: 没有发生, 目标: 8, 完成: 0, 单位: 期, 分值: 10}
        - {名称: 没打算做, 目标: 0, 完成: 0, 单位: 起, 分值: 10}
        - {名称: 小数, 目标: 12.50, 完成: 12.5, 单位: 公里, 分值: 10}
- 一级: 效益指标
  权重: 30
  二级:
    - 名称: 社会效益指标
      三级:
        - {名称: 定性, 目标: 明显提升, 完成: 85%, 分值: 10}
        - {名称: 打分, 目标: 群众满意, 完成: 较满意, 分值: 10, 得分: 8.50}
        - 名称: 公式
          目标: 100%
          完成: = 资金来源.财政拨款.全年执行 / 资金来源.财政拨款.全年预算
          分值: 10
"""
    output = built(tmp_path, unit_files(rows=rows))
    wanted = {
        "多了": ["10次", "12次", "10", "10.00"],
        "少了": ["≥30个", "20个", "10", "6.70"],
        "不超过": ["≤5%", "4.5%", "10", "10.00"],
        "超过了": ["≤50天", "80天", "10", "6.30"],
        "没有发生": ["8期", "0期", "10", "0.00"],
        "没打算做": ["0起", "0起", "10", "10.00"],
        "小数": ["12.50公里", "12.5公里", "10", "10.00"],
        "定性": ["明显提升", "85%", "10", "8.50"],
        "打分": ["群众满意", "较满意", "10", "8.50"],
        "公式": ["100%", "91%", "10", "9.10"],
    }
    for form in FORMS:
        found = {row[3]: row[4:8] for row in indicator_rows(output / form, len(wanted))}
        assert found == wanted
    sheet = [c for row in reading.sheet_rows(output / FORMS[1]) for c in row]
    assert all(cell.is_number for cell in sheet if re.fullmatch(r"[≥≤]?\d.*", cell.text))
    stored = {cell.text: cell.value for cell in sheet if cell.is_number}
    assert stored["≥30个"] == 30
    assert stored["≤5%"] == 0.05
    assert stored["12.50公里"] == 12.5


# Amounts


@pytest.mark.parametrize("places", range(7))
def test_amounts_print_with_the_decimals_typed(places: int, tmp_path: Path) -> None:
    budget, spent = (f"{value:.{places}f}" for value in (120, 110))
    odd = "12345678"[: 8 - places] + ("." + "7654320"[:places] if places else "")
    figures = workspaces.unit_figures(1).replace("120.5", budget).replace("110.25", spent)
    figures = figures.replace("其他资金: {全年预算: 8,", f"其他资金: {{全年预算: {odd},")
    output = built(tmp_path, unit_files(figures=figures))
    for form in FORMS:
        rows = [[cell for cell in row if cell] for row in grid(output / form)]
        assert ["资金来源：（1）财政拨款", budget, spent, "91.67%"] in [row[-4:] for row in rows]
        assert any(row[-4:-2] == ["（2）其他资金", odd] for row in rows)
    text = reading.word_text(output / REPORT)
    assert f"财政拨款{budget}万元，全年执行{spent}万元" in text
    stored = {c.text: c for row in reading.sheet_rows(output / FORMS[1]) for c in row}
    assert stored[budget].value == 120
    assert stored[odd].value == float(odd)


def test_sums_keep_every_decimal(tmp_path: Path) -> None:
    funds = (
        "当年财政拨款: {年初预算: 0.1, 年中追加: 0.000001, 全年执行: 0.1}\n"
        "上年结转资金: {年初预算: 0.2, 年中追加: 0, 全年执行: 0.25}\n"
        "其他资金: {年初预算: 0, 年中追加: 0, 全年执行: 0}\n"
    )
    output = built(tmp_path, unit_files(projects={"a": project("甲", funds=funds)}))
    for kind in ("docx", "xlsx"):
        rows = grid(output / f"附件3 项目支出绩效自评表（甲）.{kind}")
        top = next([cell for cell in row if cell] for row in rows if "年度资金总额" in row)
        at = top.index("年度资金总额")
        assert top[at + 1 : at + 4] == ["0.3", "0.300001", "0.35"]
        assert top[at + 5] == "116.67%"


def test_zero_bases_and_zero_budgets(tmp_path: Path) -> None:
    files = unit_files(projects={"a": project("甲", funds=FUNDS.replace("27", "0"))})
    home = "content/peixun/2024"
    files[f"{home}/figures.yaml"] += (
        "收入:\n"
        "  新增: {本年: 12.5, 上年: 0}\n"
        "  没有: {本年: 0, 上年: 0}\n"
        "  持平: {本年: 30, 上年: 30.00}\n"
        "  停办: {本年: 0, 上年: 8}\n"
        "  微调: {本年: 10000.01, 上年: 10000}\n"
        "  合计: {本年: 10042.51, 上年: 10038}\n"
    )
    files[f"{home}/report.md"] = "\n\n".join(
        [
            "新增{{ 收入.新增.本年 | 比上年 }}、{{ 收入.新增.本年 | 较上年升降 }}。",
            "没有{{ 收入.没有.本年 | 比上年 }}、{{ 收入.没有.本年 | 较上年升降 }}。",
            "持平{{ 收入.持平.本年 | 比上年度 }}、{{ 收入.持平.本年 | 较上年度变动 }}。",
            "停办{{ 收入.停办.本年 | 比上年 }}、{{ 收入.停办.本年 | 较上年升降 }}。",
            "微调{{ 收入.微调.本年 | 比上年 }}、{{ 收入.微调.本年 | 较上年升降 }}。",
            "预算{{ 收入.新增.本年 | 完成预算(收入.没有.本年) }}。",
        ]
    )
    files[f"{home}/figures.yaml"] = files[f"{home}/figures.yaml"].replace(
        "其他资金: {全年预算: 8, 全年执行: 6}", "其他资金: {全年预算: 0, 全年执行: 6}"
    )
    output = built(tmp_path, files)
    texts = reading.paragraphs(output / REPORT)
    for wanted in (
        "新增比上年增加12.5万元（上年无此项）、上年无此项。",
        "没有与上年持平，均为0、与上年持平，均为0。",
        "持平与2023年持平、与2023年持平。",
        "停办比上年减少8万元、较上年下降100%。",
        "微调比上年增加0.01万元、与上年基本持平。",
        "预算年初未安排预算。",
    ):
        assert wanted in texts
    for form in FORMS:
        rows = [[cell for cell in row if cell] for row in grid(output / form)]
        assert any(row[-4:] == ["（2）其他资金", "0", "6", "—"] for row in rows)
    for kind in ("docx", "xlsx"):
        rows = grid(output / f"附件3 项目支出绩效自评表（甲）.{kind}")
        flat = [[cell for cell in row if cell] for row in rows]
        assert any(row[-7:] == ["年度资金总额", "30", "30", "0", "—", "0%", "—"] for row in flat)


# Narratives


def test_a_narrative_with_other_headings(tmp_path: Path) -> None:
    report = """\
开头一段，没有标题。

# 单位情况

## 机构

### 内设科室

#### 办公室

负责
日常工作。

1. 收文
2. 发文
   1. 登记
   2. 归档

#### 培训科

# 数据

| 项目 | 预算 | 执行 |
|---|---|---|
| 拨款 | {{ 资金来源.财政拨款.全年预算 }} | {{ 资金来源.财政拨款.全年执行 }} |
| 其他 | {{ 资金来源.其他资金.全年预算 }} | {{ 资金来源.其他资金.全年执行 }} |

{% for r in 指标 %}

{{ r.名称 }}得{{ r.得分 }}分。

{% endfor %}

{% if 自评.总分 < 60 %}

## 不应出现的标题

{% else %}

## 结论

等级为{{ 自评.等级 }}。

{% endif %}
"""
    output = built(tmp_path, unit_files(report=report))
    texts = reading.paragraphs(output / REPORT)
    start = texts.index("开头一段，没有标题。")
    wanted = [
        "开头一段，没有标题。", "一、单位情况", "（一）机构", "1.内设科室", "（1）办公室",
        "负责日常工作。", "①收文", "②发文",
    ]  # fmt: skip
    assert texts[start : start + len(wanted)] == wanted
    rest = texts[start + len(wanted) :]
    # Below the four levels of GB/T 9704 only this is fixed: an inner list counts anew.
    assert [text[-2:] for text in rest[:2]] == ["登记", "归档"]
    assert len({text[:-2] for text in rest[:2]} - {"", "①", "②"}) == 2
    assert rest[2:4] == ["（2）培训科", "二、数据"]
    assert "培训人数得45分。" in rest
    assert "学员满意度得10分。" in rest
    assert rest.index("（一）结论") + 1 == rest.index("等级为良。")
    assert not [text for text in texts if "不应出现" in text]
    table = reading.tables(output / REPORT)[0]
    assert [[cell.text for cell in row] for row in table] == [
        ["项目", "预算", "执行"],
        ["拨款", "120.5", "110.25"],
        ["其他", "8", "6"],
    ]


def test_headings_have_the_templates_styles(tmp_path: Path) -> None:
    report = "# 甲\n\n## 乙\n\n### 丙\n\n#### 丁\n\n正文。\n"
    output = built(tmp_path, unit_files(report=report))
    styles: dict[str, str] = {
        p.text: p.style.name  # type: ignore[union-attr]
        for p in Document(str(output / REPORT)).paragraphs
    }
    assert [styles[text] for text in ("一、甲", "（一）乙", "1.丙", "（1）丁")] == [
        f"Heading {level}" for level in (1, 2, 3, 4)
    ]
    assert not styles["正文。"].startswith("Heading")


def test_a_long_narrative(tmp_path: Path) -> None:
    report = "".join(
        f"# 第{n}部分的工作\n\n"
        + "\n\n".join(f"本部分的第{m}段，内容各不相同。" for m in range(20))
        + "\n\n"
        for n in range(1, 13)
    )
    output = built(tmp_path, unit_files(report=report))
    texts = reading.paragraphs(output / REPORT)
    assert "十二、第12部分的工作" in texts
    assert sum(text.startswith("本部分的第") for text in texts) == 240


# Random units


@pytest.mark.parametrize(
    "seed", [*range(2), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(2, 8))]
)
def test_random_units_agree_with_themselves(seed: int, tmp_path: Path) -> None:
    """Word and Excel show the same; totals are the sums of what the forms themselves show."""
    output = built(tmp_path, workspaces.random_unit(Random(seed)), "suiji")
    for path in workspaces.documents(output):
        if path.suffix != ".xlsx":
            continue
        word = [t for rows in reading.tables(path.with_suffix(".docx"))
                for t in reading.word_cells(rows)]  # fmt: skip
        cells = [c for row in reading.sheet_rows(path) for c in row if c.text]
        excel = [reading.squeezed(cell.text) for cell in cells]
        at = excel.index(word[0])
        same = str.maketrans("()", "（）")
        shown = [text.translate(same) for text in excel[at : at + len(word)]]
        assert shown == [text.translate(same) for text in word]
        for cell in cells:
            assert cell.is_number == bool(re.fullmatch(r"-?\d+(\.\d+)?%?", cell.text)), cell
        rows = grid(path)
        ends = [i for i, row in enumerate(rows) if row[0] == "总分"]
        for end in ends:
            head = max(i for i in range(end) if "三级指标" in rows[i])
            body = rows[head + 1 : end]
            assert sum(Decimal(row[6]) for row in body) == Decimal(rows[end][6]) == 100
            assert sum(Decimal(row[7]) for row in body) == Decimal(rows[end][7])
        if path.stem == ANNEX2:
            check_summary(rows)


def check_summary(rows: list[Row]) -> None:
    body = [row for row in rows if re.fullmatch(r"\d+", row[0])]
    total = next(row for row in rows if row[0] == "开展绩效自评项目合计")
    for column in (3, 4, 5):
        assert sum(Decimal(row[column]) for row in body) == Decimal(total[column])
    for row in body:
        assert Decimal(row[3]) + Decimal(row[4]) == Decimal(row[5])
    mean = workspaces.total(Decimal(row[7]) for row in body) / len(body)
    assert Decimal(total[7]) == half_up(mean, 2)


# Templates and form sets of one's own


def word_template(path: Path, *blocks: str | Sequence[Sequence[str]]) -> None:
    """A Word file with paragraphs and tables."""
    document = Document()
    for block in blocks:
        if isinstance(block, str):
            document.add_paragraph(block)
            continue
        table = document.add_table(len(block), max(map(len, block)))
        table.style = "Table Grid"
        for i, row in enumerate(block):
            for j, text in enumerate(row):
                table.cell(i, j).text = text
    path.parent.mkdir(parents=True, exist_ok=True)
    document.save(str(path))


def excel_template(path: Path, rows: Sequence[Sequence[str]], *merged: str) -> Any:
    """A workbook with one sheet of ``rows``."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "一览"
    for row in rows:
        page.append(list(row))
    for area in merged:
        page.merge_cells(area)
    page["A1"].font = Font(bold=True, size=20)
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)


OWN_FORM_SET = """\
名称: 自己的套表
继承: 全国
日期: 日期
评分:
  整体: {总分: 100, 得分小数位: 1}
  项目: {总分: 100, 得分小数位: 1}
等级:
  - {名称: 合格, 下限: 60}
  - {名称: 不合格, 下限: 0}
文档:
  - 名称: 一览
    标题: 一览表
    文件名: "{{ 年度 }}年{{ 单位.简称 }}一览"
    docx: docx/own/一览.docx
    xlsx: xlsx/own/一览.xlsx
  - 名称: 卡片
    标题: 项目卡片
    文件名: "卡片 {{ 本项目.名称 }}"
    docx: docx/own/卡片.docx
    每个: 项目
    条件: 项目
"""


def own_workspace(folder: Path) -> Path:
    files = {
        "templates/own.yaml": OWN_FORM_SET,
        "content/zj/unit.yaml": "名称: 某单位\n简称: 某\n套表: own\n",
        "content/zj/2030/facts.yaml": (
            "日期: 2031-01-05\n人员: {在职: 12, 编制: 15}\n"
            "活动:\n  - {名称: 开学典礼, 人数: 120人}\n  - {名称: 结业, 人数: 98人}\n"
        ),
        "content/zj/2030/figures.yaml": (
            "收入:\n  拨款: {本年: 100.50, 上年: 80}\n  其他: {本年: 9.5, 上年: 20}\n"
            "派生:\n  人均: = 收入.合计.本年 / 人员.在职\n"
        ),
        "content/zj/2030/indicators.yaml": workspaces.THREE_INDICATORS,
        "content/zj/2030/projects/a.yaml": project("甲"),
        "content/zj/2030/projects/b.yaml": project("乙"),
    }
    write(folder, files)
    word_template(
        folder / "templates/docx/own/一览.docx",
        "{{ 单位.名称 }}{{ 年度 }}年收入{{ 收入.合计.本年 | 万元 }}，"
        "{{ 收入.合计.本年 | 较上年变动 }}，人均{{ 派生.人均 | 万元(3) }}。",
        "{%p if 自评.等级 == '合格' %}",
        "自评合格，得{{ 自评.总分 }}分。",
        "{%p else %}",
        "自评不合格。",
        "{%p endif %}",
        [
            ["活动", "人数"],
            ["{%tr for a in 活动 %}", ""],
            ["{{ loop.index | 中文数字 }}、{{ a.名称 }}", "{{ a.人数 }}"],
            ["{%tr endfor %}", ""],
            ["合计", "{{ 活动 | 个数 }}项"],
        ],
        [
            ["一级", "指标", "得分"],
            ["{%tr for r in 指标 %}", "", ""],
            ["{{ r.一级 | 合并 }}", "{{ r.名称 }}", "{{ r.得分 }}"],
            ["{%tr endfor %}", "", ""],
        ],
    )
    excel_template(
        folder / "templates/xlsx/own/一览.xlsx",
        [
            ["{{ 单位.名称 }}{{ 年度 }}年一览", "", ""],
            ["项目", "预算", "执行率"],
            ["{%tr for p in 项目 %}"],
            ["{{ p.名称 }}", "{{ p.资金.合计.年初预算 }}",
             "{{ p.资金.合计.全年执行 | 执行率(p.资金.合计.年初预算) }}"],
            ["{%tr endfor %}"],
            ["合计", "{{ 项目合计.年初预算 }}", "=SUM(B4:B4)"],
        ],
        "A1:C1",
    )  # fmt: skip
    word_template(
        folder / "templates/docx/own/卡片.docx",
        "项目：{{ 本项目.名称 }}（{{ 本项目.序号 }}/{{ 项目合计.个数 }}）",
        [
            ["指标", "目标", "完成"],
            ["{%tr for r in 本项目.指标 %}", "", ""],
            ["{{ r.名称 }}", "{{ r.指标值 }}", "{{ r.完成 }}"],
            ["{%tr endfor %}", "", ""],
        ],
    )
    return folder


def test_a_form_set_and_templates_of_ones_own(tmp_path: Path) -> None:
    ran = workspaces.gen("build", "2030", folder=own_workspace(tmp_path))
    assert ran.code == 0, ran.out + ran.err
    output = tmp_path / "build" / "2030" / "zj"
    assert names(output) == sorted(
        ["2030年某一览.docx", "2030年某一览.xlsx", "卡片 乙.docx", "卡片 甲.docx"]
    )
    assert reading.paragraphs(output / "2030年某一览.docx") == [
        # Nobody typed the total 100.50 + 9.5; 110 ÷ 12 = 9.1667.
        "某单位2030年收入110.00万元，较上年增加10.00万元，增长10%，人均9.167万元。",
        "自评合格，得85分。",
    ]
    activities, scores = reading.tables(output / "2030年某一览.docx")
    assert [[cell.text for cell in row] for row in activities] == [
        ["活动", "人数"], ["一、开学典礼", "120人"], ["二、结业", "98人"], ["合计", "2项"],
    ]  # fmt: skip
    assert [[cell.text for cell in row][1:] for row in scores] == [
        ["指标", "得分"], ["培训人数", "45"], ["培训覆盖率", "30"], ["学员满意度", "10"],
    ]  # fmt: skip
    page = reading.sheet(output / "2030年某一览.xlsx")
    assert [[cell.value for cell in row] for row in page.iter_rows()] == [
        ["某单位2030年一览", None, None],
        ["项目", "预算", "执行率"],
        ["甲", 30, 0.9],
        ["乙", 30, 0.9],
        ["合计", 60, 60],
    ]
    assert [str(area) for area in page.merged_cells.ranges] == ["A1:C1"]
    assert page["A1"].font.bold
    assert page["A1"].font.size == 20
    assert page["C3"].number_format.endswith("%")
    card = reading.paragraphs(output / "卡片 甲.docx")
    assert card == ["项目：甲（1/2）"]


def test_a_template_of_the_workspace_wins(tmp_path: Path) -> None:
    write(tmp_path, unit_files())
    word_template(
        tmp_path / "templates/docx/jiujiang/附件2.docx",
        "{{ 附件号 }}：本单位自己的汇总，共{{ 项目合计.个数 }}个项目。",
    )
    output = built(tmp_path, {})
    assert reading.paragraphs(output / f"{ANNEX2}.docx") == ["附件2：本单位自己的汇总，共1个项目。"]
    assert "附件2：本单位自己的汇总，共1个项目。" in reading.paragraphs(output / REPORT)
    assert any(row[0] == "序号" for row in grid(output / f"{ANNEX2}.xlsx"))


def test_a_form_set_of_the_workspace_wins(tmp_path: Path) -> None:
    write(tmp_path, unit_files())
    write(
        tmp_path,
        {
            "templates/jiujiang.yaml": "名称: 只要一张表\n文档:\n  - 名称: 表\n    文件名: 表\n"
            "    xlsx: xlsx/jiujiang/附件1.xlsx\n"
            "项目资金:\n  列公式: {全年预算: 年初预算 + 年中追加}\n"
        },
    )
    assert names(built(tmp_path, {})) == ["表.xlsx"]


def test_two_units_with_two_form_sets(tmp_path: Path) -> None:
    own_workspace(tmp_path)
    write(tmp_path, unit_files("peixun", 2030))
    ran = workspaces.gen("build", "2030", folder=tmp_path)
    assert ran.code == 0, ran.out
    assert len(names(tmp_path / "build/2030/peixun")) == 7
    assert len(names(tmp_path / "build/2030/zj")) == 4
