"""Two published sets of forms, typed as workbooks with their merged and their shifted cells.

The cells are those of the published texts, a bar between two of them. In some rows the merged
cells in front are lost, so that all behind them stand too far left: these are named, not placed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from kit.workspaces import gen, write

from generator.content.yaml import edit

WHOLE = """\
部门整体支出绩效自评表
(2020年度)
评价部门名称||江西省九江市人民政府驻深圳办事处||下属单位个数||1.00
整体支出规模||全年预算数||全年执行数||执行率
资金来源：(1) 财政拨款||209.57||224.66||1.07
(2) 其他资金||50||21.01||0.42
资金结构：(1) 基本支出||185.19||181.17||0.98
(2) 项目支出||74.38||64.5||0.87
年度总体目标||年初设定目标||全年完成情况
||以浔商品牌为突破口，举办“三请三回”暨粤港澳大湾区浔商浔才见面会，完成走访企业、协会、商会任务，举办粤港澳大湾区浔商联盟||因疫情影响完成部分走访企业、协会、商会任务，其他均已完成。
分解目标自评
一级指标|权重|二级指标|三级指标|年度指标值|全年完成值|分值|得分|偏差及原因分析
管理指标|30|预算编审管理|预算编制完整性|完整性|100%|2|2.00
|||预算编制准确性|准确性|100%|2|2.00
|||绩效目标管理性|全覆盖|100%|1|1.00
||预算执行管理|预算完成率|100%|95%|2|1.90|疫情影响，部分专项经费未完成预算。
|||公用经费控制率|100%|98%|2|1.96
|||“三公经费”控制率|100%|2%|1|0.02
||部门结转结余资金管理|结转结余率|≤5%|11%|5|2.00|因属地化奖金差额退回导致结余
||预决算信息公开管理|预决算信息公开性|按要求及时公开|100%|3|3.00
|||公开信息完善性|真实完整准确|100%|2|2.00
||部门预算管理|在职人员控制率|100%|100%|1|1.00
|||管理制度健全性|健全|100%|2|2.00
|||资金使用合规性|合规|100%|2|2.00
资产管理|管理制度健全性|健全|100%|3|3.00
|资产有效利用率|100%|100%|2|2.00
产出指标|数量指标|任务1:|1、完成粤港澳大湾区浔商联盟会议6次|12|5|5.00
||任务2:|2. 走访及考察企业商协会150家，|110|5|3.65|因疫情影响，走访工作受限。
||任务3:|3. 流动党工委会议2次|2|3|3.00
|质量指标|任务1:|1. 各种活动有序开展|100%|3|3.00
||任务2:|2. 按量完成走访客商|73%|3|2.19|因疫情影响，走访工作受限。
||任务3:|3. 在招商引资、招才引智平台上求突破|100%|3|3.00
时效指标|任务1:|所有任务在时间节点前完成|90%|3|2.70|因疫情影响，走访工作受限。
效果指标|35|经济效益指标|任务1:|推动招商引资工作提质增效|100%|7|7.00
||社会效益指标|任务1:|粤港澳浔商联盟凝心聚力|100%|7|7.00
|||任务2:|建立在粤人才信息库，利于加快引进急需紧缺高层次人才|100%|7|7.00
|||任务3:|流动党工委组织活动，起到模范领军作用|100%|7|7.00
生态效益指标|任务1:|引进新材料、新能源、高科技等利于环保的重大项目及企业，|100%|7|7.00
满意度指标|10|满意度指标|任务1:|粤港澳浔商的满意|100%|4|4.00
|||任务2:|回浔投资客商的满意|100%|3|3.00
|||任务3:|引进人才的满意|100%|3|3.00
总分|||||100|93.42
"""
SUMMARY = """\
2020年度市级部门预算项目绩效 自评情况汇总表
主管部门：市府办
单位：万元
序号|预算单位|项目名称|全年预算数|||全年执行数|项目资金绩效自评得分
|||年初预算数|年中追加数/追减数|小计
1|驻滁办|专项工作经费|74.38|0|74.38|64.5|95.45
开展绩效自评项目合计|||74.38|0|74.38|自评价 平均分|95.45
2020年部门预算项目支出总额|||74.38|0|74.38|部门预算项目总 个数|1
开展绩效自评项目支出总额占本部门预算项目支出总额的比例=2020年部门开展绩效自评项目全年预算数合计/2020年部门预算||||||100%
"""
PROJECT = """\
项目支出绩效自评表
(2020年度)
项目名称||市府办公室||实施单位||驻深办
主管部门||年初预算数|全年预算数A|全年执行数B|分值|执行率|得分
年度资金总额:||74.38||64.5|100|86.72%|95.45
其中:当年财政拨款||74.38||64.5|100|86.72%|95.45
上年结转资金||0||0|0|0
其他资金||0||0|0|0
预期目标
年度总体目标|以得商品牌为突破口,举办“三请三回”暨粤港澳大湾区得商得才见面会,完成走访企业、协会、商会任务,举办粤港澳得商联盟会议,
绩效指标|一级指标|二级指标|三级指标|年度指标|实际完成值|分值|得分|偏差原因分析及改进措施
|产出指标|数量指标|1、完成粤港澳得商联盟会议6次|100%|12|10|10
|||2、走访及考察企业商协会150家,|100%|110|10|7.3|受疫情影响,2020年1-4月隔离,不方便走访
|||3、流动党工委会议2次|100%|2|10|10
|效益指标|社会效益|1、各种活动有序开展|100%|100%|5|5
|||2、按量完成走访客商|100%|73%|5|3.65|因疫情影响,走访未按计划完成
|||3、在招商引资、招才引智平台上求突破|100%|100%|5|5
|||所有任务在时间节点前完成|100%|90%|5|4.5|因疫情影响,走访未按计划完成
|满意度指标|服务对象满意度指标|控制在财政预算经费内|100%|100%|5|5
|||推动招商引资工作提质增效|100%|100%|5|5
粤港澳得商联盟凝心聚力|||100%|100%|5|5
社会效益|生态效益指标|在粤人才信息库利于加快引进急需紧缺高层次人才|100%|100%|5|5
||流动党工委组织活动,起到模范领军作用|100%|100%|5|5
||引进新材料、新能源、高科技等利于环保的重大项目及企业,|100%|100%|5|5
可持续发展|可持续发展指标|助力九江高质量发展跨越式发展|100%|100%|5|5
||为九江高质量发展引进高科技人才|100%|100%|5|5
||粤港澳得商的满意|100%|100%|4|4
满意度指标|服务对象满意度指标|回得投资客商的满意|100%|100%|3|3
||引进人才的满意|100%|100%|3|3
|||||100|95.45
"""
QIANNAN = """\
部门整体支出绩效目标自评表
(2023年度)
单位(盖章): 黔南州人民政府驻广州办事处
填报日期: 2024年2月18日
部门(单位)名称||黔南州人民政府驻广州办事处
部门(单位)总体资金(万元)||资金来源|年初预算数|全年预算数(A)|全年执行数(B)|分值|执行率|得分
||年度资金总额:|702.71|734.78|734.78|10|100%|10
||基本支出|225.46|235.11|235.11|—|—|—
||项目支出|477.25|499.67|499.67|—|—|—
||其他资金||||—|—|—
年度总体目标|预期目标|||实际完成情况
|1.做好黔南州与广州、深圳、重庆党政部门、社会各界、商会协会的沟通联络;2.做好信息及调研工作。收集有价值的信息报送州委|||2022年,办事处围绕州委、州政府的重点工作和各项工作部署,抢抓新国发2号文件精神和粤黔协作新机遇,充分发挥办事处“窗口
绩效指标|一级指标|二级指标|三级指标|年度指标值(A)|实际完成值(B)|分值|得分|未完成原因分析
|产出指标(60分)|数量|组织珠三角企业赴黔南考察|10家以上|39家|4|4
|||报送有价值的广办信息、调研报告、广办专报|20篇以上|23篇|4|4
|||全年为招商团和各战区提供拜访有投资意向的企业|50家以上|328家|4|4
|||引进项目落地个数|2个|4个|4|4
|||完成州委、州政府交办的其他工作|按质保量完成|圆满完成|4|4
|质量|黔南州四家班子及州直部门到广州开展东西部协作参与率|100%|100%|5|5
||黔南州部门到广州联络招商引资参与率|100%|100%|5|5
||办事处工作任务完成情况|根据2022年度工作重点任务完成情况评定,评定等级分别为“优秀”|优秀|5|5
||时效|完成时间|12月底全部完成|按时完成|3|3
|成本|基本支出小计||235.11万元|235.11万元|3|3
||1.人员类项目支出||212.82万元|212.82万元|3|3
||2.运转类公用项目支出||22.29万元|22.29万元|3|3
||项目支出小计||499.67万元|499.67万元|3|3
|效益指标(30分)|经济效益|加大招商引资力度,推动企业赴黔南投资兴业,壮大黔南实体经济,助推乡村振兴。推动黔南融入大湾区发展,推动黔南产品走进大湾区|为黔南经济发展提供支持,开展招商引资活动,推动企业落户黔南,帮助黔南持续高质量发展|高效引进项目,帮助本州经济发展。同时,积极推动本土企业走进湾区,走向全国,实现更大发展。|15|14
社会效益||加大招商引资力度,积极引进企业,助推企业落地黔南,助力黔南经济发展,充分发挥办事处桥梁纽带作用和“窗口”作用,打造廉洁、|推动企业发展,带领带动就业,改善民生,助力乡村振兴,拉动黔南经济,|高效引进项目,推动黔南经济高质量发展,帮助本土企业发展壮大,增加就业岗位,带动农民就业。|15|15
满意度指标(10分)|服务对象满意度|单位人员对办事处的满意度|≥99%|99%|10|10
总分||||||100|99
自评结论|自评等级“优”
"""

#: Rows that stand too far left, by the words they begin with: how many cells are lost, and where.
SLID = {
    "资产管理|": (0, 2), "|资产有效": (0, 2), "产出指标|数量指标": (1, 1), "||任务": (0, 1), "|质量指标": (0, 1),
    "时效指标": (0, 2), "生态效益": (0, 2),
    "|质量|": (0, 1), "||黔南州部门": (0, 1), "||办事处": (0, 1), "|成本|基本支出小计|": (0, 1),
    "||1.人员": (0, 1), "||2.运转": (0, 1), "||项目支出小计": (0, 1), "社会效益||加大": (0, 2),
    "满意度指标(10分)": (0, 1),
}  # fmt: skip
Rows = list[list[str]]


def rows(text: str, *, whole: bool) -> Rows:
    """The rows of a table; ``whole``: lost cells are put back."""
    found = []
    for line in text.splitlines():
        cells = line.split("|")
        at, lost = next((two for start, two in SLID.items() if line.startswith(start)), (0, 0))
        if whole:
            cells[at:at] = [""] * lost
            for c in (4, 3) if lost else ():  # a name over two columns
                if cells[c] == "" and cells[c - 1]:
                    del cells[c]
        found.append(cells)
    return found


def typed(path: Path, *tables: Rows) -> Path:
    """The tables as sheets, two rows down and one to the right; blanks belong to merged cells."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for table in tables:
        page: Any = book.create_sheet()
        listed = next((n for n, row in enumerate(table) if "一级指标" in row), len(table))
        for r, row in enumerate(table):
            for c, text in enumerate(row):
                number = text.replace(".", "", 1).isdigit()
                page.cell(r + 3, c + 2, float(text) if number else text or None)
        for r, row in enumerate(table[:listed]):
            for c, text in enumerate(row):
                width = next((n for n, t in enumerate([*row[c + 1 :], "."]) if t), 0)
                if text and width:
                    page.merge_cells(None, r + 3, c + 2, r + 3, c + 2 + width)
        for c in range(3):
            start = listed + 1
            for r in range(listed + 2, len(table) + 1):
                if r == len(table) or table[r][c : c + 1] != [""]:
                    if r - start > 1 and table[start][c : c + 1] not in ([], [""]):
                        page.merge_cells(None, start + 3, c + 2, r + 2, c + 2)
                    start = r
    book.save(path)
    return path


def bring(folder: Path, unit: str, year: int, *tables: Rows) -> dict[str, Any]:
    """Import the tables into a year that has no files; 附件1 was published without its unit."""
    write(folder, {"content/dw/unit.yaml": unit})
    (folder / "content" / "dw" / str(year)).mkdir()
    typed(folder / "表.xlsx", *tables)
    ran = gen(
        "import", "表.xlsx", "--into", str(year), "--yes", "--format", "json", "--money", "万元",
        folder=folder,
    )  # fmt: skip
    assert ran.code == 0, ran.out + ran.err
    return dict(ran.json)


def values(folder: Path, name: str) -> dict[str, str]:
    """What a content file holds, by name."""
    (path,) = folder.glob(f"content/dw/*/{name}")
    found = edit.locate(path.read_text("utf-8"))
    assert found is not None
    return {".".join(map(str, at)): spot.text for at, spot in found.leaves()}


def in_content(folder: Path, name: str = "indicators.yaml") -> set[tuple[str, ...]]:
    """The indicators of a file: name, target, result, points."""
    grouped: dict[str, dict[str, str]] = {}
    for at, text in values(folder, name).items():
        head, _, field = at.rpartition(".")
        grouped.setdefault(head, {})[field] = text
    return {
        tuple(one.get(field, "") for field in ("名称", "目标", "完成", "分值"))
        for one in grouped.values() if "分值" in one
    }  # fmt: skip


def in_table(table: Rows, name: int) -> dict[str, tuple[str, ...]]:
    """The indicators of a table whose names stand in a column, by what the rows hold."""
    start = next(n for n, row in enumerate(table) if "一级指标" in row)
    lines = [row for row in table[start + 1 :] if len(row) > name + 3 and row[name]]
    return {" ".join(filter(None, row)): tuple(row[name : name + 4]) for row in lines}


JIUJIANG = "名称: 江西省九江市人民政府驻深圳办事处\n简称: 驻深办\n套表: jiujiang\n"
OFFICE = "名称: 黔南州人民政府驻广州办事处\n简称: 驻广办\n套表: qiannan\n"


@pytest.mark.parametrize("whole", [True, False])
def test_the_forms_of_jiujiang_come_in(tmp_path: Path, whole: bool) -> None:
    table = rows(WHOLE, whole=whole)
    done = bring(
        tmp_path, JIUJIANG, 2020, table, rows(SUMMARY, whole=whole), rows(PROJECT, whole=True)
    )
    assert values(tmp_path, "figures.yaml") == {
        "资金来源.财政拨款.全年预算": "209.57", "资金来源.财政拨款.全年执行": "224.66",
        "资金来源.其他资金.全年预算": "50", "资金来源.其他资金.全年执行": "21.01",
        "资金结构.基本支出.全年预算": "185.19", "资金结构.基本支出.全年执行": "181.17",
        "资金结构.项目支出.全年预算": "74.38", "资金结构.项目支出.全年执行": "64.5",
        "部门项目支出.合计.年初预算": "74.38", "部门项目支出.合计.年中追加": "0",
        "部门项目支出.合计.全年预算": "74.38",
    }  # fmt: skip
    facts = values(tmp_path, "facts.yaml")
    assert (facts["下属单位个数"], facts["部门项目个数"]) == ("1", "1")
    assert facts["目标.预期"].startswith("以浔商品牌为突破口")
    assert facts["目标.完成"].startswith("因疫情影响")
    project = values(tmp_path, "projects/专项工作经费.yaml")
    assert {
        "资金.合计.年初预算": "74.38",
        "资金.合计.年中追加": "0",
        "资金.合计.全年执行": "64.5",
    }.items() <= project.items()
    _indicators_came_or_are_named(tmp_path, done, rows(WHOLE, whole=True), 3, whole=whole, slid=10)
    told = " ".join(f"{one['text']} {one['why']}" for one in done["left"])
    # The form of the project bears another name than the summary gives.
    assert "项目“市府办公室”不在各项目的汇总里" in told


@pytest.mark.parametrize("whole", [True, False])
def test_the_form_of_qiannan_comes_in(tmp_path: Path, whole: bool) -> None:
    done = bring(tmp_path, OFFICE, 2023, rows(QIANNAN, whole=whole))
    assert values(tmp_path, "figures.yaml") == {
        f"部门资金.{row}.{column}": amount
        for row, amounts in {
            "总额": ("702.71", "734.78", "734.78"), "基本支出": ("225.46", "235.11", "235.11"),
            "项目支出": ("477.25", "499.67", "499.67"),
        }.items() for column, amount in zip(("年初预算", "全年预算", "全年执行"), amounts, strict=True)
    }  # fmt: skip
    facts = values(tmp_path, "facts.yaml")
    assert facts["目标.预期"].startswith("1.做好黔南州")
    assert facts["目标.完成"].startswith("2022年")
    _indicators_came_or_are_named(tmp_path, done, rows(QIANNAN, whole=True), 3, whole=whole, slid=9)


def _indicators_came_or_are_named(
    folder: Path, done: dict[str, Any], table: Rows, name: int, *, whole: bool, slid: int
) -> None:
    there = in_table(table, name)
    came = in_content(folder)
    assert came <= {_plain(one) for one in there.values()}
    missing = [one for one in there.values() if _plain(one) not in came]
    assert len(missing) == (0 if whole else slid)
    apart = [(one["place"], one["name"]) for one in done["disagreements"]]
    assert len(apart) == len(set(apart))  # a merged cell is told once
    told = [str(one["text"]) for one in done["left"]]
    for name_of, target, *_ in missing:
        words = max(name_of, target, key=len)[:12]
        assert any(words in one for one in told), words


def _plain(one: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(text.removesuffix(".00") for text in one)
