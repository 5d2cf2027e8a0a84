"""What a copy of last year's folder leaves behind: texts, years and numbers; and what it may."""

from __future__ import annotations

from pathlib import Path

import pytest
from kit.checked import YEAR, example, problems_of

from generator.problems import Problem

PAST = {"2023/figures.yaml": "其他:\n  甲: {本年: 1}\n"}


def found(folder: Path, code: str, **files: str) -> list[Problem]:
    """What rule ``code`` says of a year; names with ``_`` stand for files of the year before."""
    given = dict(PAST)
    for name, text in files.items():
        year, last = "2023/" * name.startswith("last_"), name.removeprefix("last_")
        given[f"{year}{last}.{'md' if last == 'report' else 'yaml'}"] = text
    return [p for p in problems_of(example(folder, given), YEAR) if p.code == code]


# Years

#: What was right a year ago, in a report on 2024.
COPIED = [
    "截至2023年底，共有干部20人。",
    "截止2023年12月31日，在职20人。",
    "截至2023年末，馆藏图书12万册，比上年增加1万册。",
    "截至二〇二三年底，有干部20人。",
    "截至二零二三年末，有干部20人。",
    "截至２０２３年底，有干部20人。",
    "到2023年底，建成分馆3个。",
    "2023年度部门整体支出绩效自评结果为优。",
    "2023年度整体支出绩效自评得分95分。",
    "现将2023年度绩效自评情况报告如下。",
    "本单位2023年度整体支出绩效自评报告如下。",
    "根据《关于开展2023年度部门整体支出绩效自评工作的通知》要求，我馆开展了自评。",
    "根据《示例县财政局关于做好2023年度预算绩效评价工作的通知》（示财〔2024〕3号），开展自评。",
    "按照《关于2022年度预算绩效自评的通知》，我馆组织自评。",
    "2023年1—12月，我馆举办讲座50场。",
    "2023年5月，举办读书节。",
    "本年度（2023年）支出500万元。",
    "下一步，2024年将继续扩大服务。",
    "今后，我馆将在2024年加大投入。",
    "2024年，我馆将进一步加强预算管理。",
    "在2024年的工作中，我们将努力改进。",
    "2024年工作计划：开展培训。",
]
#: What is right as it stands.
FINE = [
    "截至2024年底，共有干部20人。",
    "截至2025年1月，资金全部拨付。",
    "比2023年增加20万元，较2023年度下降5%。",
    "2023年决算数为480万元，2024年为500万元，增加20万元。",
    "2019年成立，编制20人。",
    "2023年获评“全省先进单位”，2024年继续保持。",
    "“十四五”规划（2021—2025年）中期评估完成。",
    "根据2023年12月印发的《管理办法》，完善了制度。",
    "根据《示例县预算绩效管理办法》（示财〔2023〕12号）。",
    "上年结转（2023年）资金10万元，2023年结转资金全部使用完毕。",
    "项目实施期为2021年至2023年底。",
    "上年度（2023年度）自评结果为良，已整改。",
    "针对2023年度绩效自评情况反馈的意见，逐项落实。",
    "2023年度绩效评价结果已应用于2024年预算安排。",
    "2023年5月，经县编办批准成立，举办首届读书节。",
    "去年（2023年）举办了40场。",
    "2024年1月至12月，我馆举办讲座50场。",
    "2024年，我馆将重点工作分解到人，将继续教育经费纳入预算。",
    "按照2024年工作计划，开展培训。",
    "2024年工作计划全部完成。",
    "2025年将继续扩大服务。下一步，2025年将扩大培训。",
]


@pytest.mark.parametrize("text", COPIED)
def test_a_year_that_was_copied_is_told_with_the_right_one(text: str, tmp_path: Path) -> None:
    told = found(tmp_path, "STALE05", report=f"{text}\n")
    assert len(told) == 1
    assert "是否应为202" in told[0].message


@pytest.mark.parametrize("text", FINE)
def test_years_that_are_right_are_left_alone(text: str, tmp_path: Path) -> None:
    assert found(tmp_path, "STALE05", report=f"{text}\n") == []


# Figures


def test_targets_are_proposed_anew_each_year(tmp_path: Path) -> None:
    """STALE01: of a file in which nothing but targets is last year's."""
    rows = "".join(
        f"      - {{名称: 事{n}, 目标: {n}5, 完成: {n}6, 分值: 25}}\n" for n in range(1, 5)
    )
    then = (
        "名称: 修缮\n资金:\n  拨款: {全年预算: 16, 全年执行: 9}\n目标: {预期: 甲, 完成: 乙}\n"
        f"指标:\n  - 一级: 产出\n    三级:\n{rows}"
    )
    for now, count in ((then.replace("6,", "7,"), 0), (then, 1)):
        files = {"2023/projects/甲.yaml": then, "projects/甲.yaml": now, **PAST}
        folder = example(tmp_path / str(count), files)
        told = [p.message for p in problems_of(folder, YEAR) if p.code == "STALE01"]
        assert len(told) == count
        assert all("6个数里有6个" in message for message in told)  # two amounts, four results


# Texts


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        ("目标: {预期: 全年培训两千人次}", "目标: {预期: 全年培训两千人次}", ["目标.预期"]),
        ("目标: {预期: 2023年培训两千人次}", "目标: {预期: 2024年 培训两千人次}", ["目标.预期"]),
        ("目标: {预期: 全年培训两千人次}", "目标: {预期: 全年培训三千人次}", []),
        ("年度目标: [{预期: 办班, 完成: 已办班}]",
         "年度目标: [{预期: 办讲座, 完成: 已办讲座}, {预期: 办班, 完成: 已办了班}]",
         ["年度目标.预期"]),
        ("活动: {开班: 2023-03-01}", "活动: {开班: 2023-03-01}", ["活动.开班"]),
        ("活动: {开班: 2023-03-01}", "活动: {开班: 2024-03-01}", []),
        ("地址: 人民路1号", "地址: 人民路1号", []),
    ],
)  # fmt: skip
def test_goals_and_dates_of_last_year(
    before: str, now: str, told: list[str], tmp_path: Path
) -> None:
    said = found(tmp_path, "STALE03", last_facts=f"{before}\n", facts=f"{now}\n")
    assert [name for name in told if f"“{name}”" in said[0].message] == told
    assert bool(said) == bool(told)


PROJECT = (
    "名称: {name}\n资金:\n  拨款: {{全年预算: 10, 全年执行: 9}}\n目标: {{预期: 修缮{what}, 完成: 已修缮}}\n"
    "指标: [{{一级: 产出, 三级: [{{名称: 间数, 目标: 5, 完成: 5, 分值: 100}}]}}]\n"
)


def test_goals_of_a_project_by_its_name(tmp_path: Path) -> None:
    """Whatever its file is called; another project's goal is not its own."""
    then, now = PROJECT.format(name="修缮", what="校舍"), PROJECT.format(name="修缮", what="礼堂")
    files = {"2023/projects/甲.yaml": then, "projects/乙.yaml": now.replace("礼堂", "校舍"), **PAST}
    (told,) = [p for p in problems_of(example(tmp_path / "1", files), YEAR) if p.code == "STALE03"]
    assert "“修缮：目标.预期”、“修缮：目标.完成”" in told.message
    files = {**files, "projects/乙.yaml": now.replace("已修缮", "修好了")}
    assert "STALE03" not in {p.code for p in problems_of(example(tmp_path / "2", files), YEAR)}
    files = {**files, "projects/乙.yaml": then.replace("名称: 修缮", "名称: 另修")}
    assert "STALE03" not in {p.code for p in problems_of(example(tmp_path / "3", files), YEAR)}


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        ("2023年共举办培训班四十二期，走访乡镇二十一个。", "2024年共举办培训班四十二期，走访乡镇二十一个。", True),
        ("全年共举办培训班四十二期，走访乡镇二十一个。", "全年共举办培训班五十期，走访乡镇二十一个。", False),
        ("培训中心负责全县干部的教育、培训和考核工作。", "培训中心负责全县干部的教育、培训和考核工作。", False),
        ("举办培训。", "举办培训。", False),
        ("{{ 年度 }}年举办培训班{{ 期数 }}期，参加培训的干部十分满意。",
         "{{ 年度 }}年举办培训班{{ 期数 }}期，参加培训的干部十分满意。", True),
    ],
)  # fmt: skip
def test_paragraphs_of_last_year(before: str, now: str, told: bool, tmp_path: Path) -> None:
    facts = {"facts": "期数: 5\n", "last_facts": "期数: 4\n"}
    said = found(tmp_path, "STALE04", last_report=f"{before}\n", report=f"{now}\n", **facts)
    assert bool(said) == told
    assert all("“…年举办培训班…期" in p.message for p in said if "{{" in now)


# Numbers

FIGURES = """\
收入:
  财政拨款: {本年: 1318.24, 上年: 1205.51}
  其他收入: {本年: 6.1, 上年: 7.3}
支出:
  项目支出: {决算: 500.2, 上年决算: 410}
三公经费:
  公务接待: {年初预算: 2.6, 决算: 0.7, 上年决算: 2.55}
"""
LAST_FIGURES = """\
收入:
  财政拨款: {本年: 1205.51}
  其他收入: {本年: 7.3}
支出:
  项目支出: {决算: 410}
三公经费:
  公务接待: {年初预算: 3.1, 决算: 2.55}
"""
FACTS = "履职:\n  讲座场次: 52\n  走访家数: 160\n人员: {在职: 21, 编制: 22}\n"
LAST_FACTS = "履职:\n  讲座场次: 47\n  走访家数: 150\n人员: {在职: 20, 编制: 22}\n"


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("全年财政拨款收入1205.51万元。", "收入.财政拨款.本年", "1318.24万元"),
        ("财政拨款收入12055100元。", "收入.财政拨款.本年", "1318.24万元"),
        ("财政拨款收入1,205.51万元。", "收入.财政拨款.本年", "1318.24万元"),
        ("财政拨款收入1205.5万元。", "收入.财政拨款.本年", "1318.24万元"),
        ("财政拨款约1206万元。", "收入.财政拨款.本年", "1318.24万元"),
        ("本年收入合计1212.81万元。", "收入.合计.本年", "1324.34万元"),
        ("公务接待费支出2.55万元。", "三公经费.公务接待.决算", "0.7万元"),
        ("“三公”经费年初预算3.1万元。", "三公经费.公务接待.年初预算", "2.6万元"),
        ("比上年增加90.2万元，项目支出410万元。", "支出.项目支出.决算", "500.2万元"),
        ("全年举办讲座47场。", "履职.讲座场次", "52"),
        ("全年走访企业150家，召开座谈会。", "履职.走访家数", "160"),
        ("单位现有在职人员20人。", "人员.在职", "21"),
    ],
)
def test_a_number_of_last_year_is_told_with_this_years(
    text: str, name: str, value: str, tmp_path: Path
) -> None:
    """By this year's name: a tag for last year's would make the mistake last for ever."""
    files = {"figures": FIGURES, "last_figures": LAST_FIGURES,
             "facts": FACTS, "last_facts": LAST_FACTS}  # fmt: skip
    (told,) = found(tmp_path, "STALE06", report=f"{text}\n", **files)
    assert f"是上年的“{name}”，本年是{value}。" in told.message
    assert f"{{{{ {name}" in told.hint
    assert "上年" not in told.hint


@pytest.mark.parametrize(
    "text",
    [
        "上年财政拨款1205.51万元。",
        "上年同期项目支出410万元。",
        "比2023年的1205.51万元增加112.73万元。",
        "财政拨款由1205.51万元增加到1318.24万元。",
        "从上年的410万元增长到500.2万元。",
        "2023年决算数为410万元，2024年为500.2万元。",
        "2023年，财政拨款收入、其他收入等各项收入合计1212.81万元。",
        "公务接待费2.55万元（上年数），本年0.7万元。",
        "其他收入增加7.3万元，其他收入增加额7.3万元。",
        "去年走访150家，今年走访160家。",
        "完成年初目标150家。",  # whose goal is not said
        "编制22人。",  # this year's as well
        "会议室面积150平方米，藏书47架。",
        "全市商会会费1205.5万元。",  # alike by chance: only once it is rounded
    ],
)
def test_numbers_that_may_be_last_years(text: str, tmp_path: Path) -> None:
    files = {"figures": FIGURES, "last_figures": LAST_FIGURES,
             "facts": FACTS, "last_facts": LAST_FACTS}  # fmt: skip
    assert found(tmp_path, "STALE06", report=f"{text}\n", **files) == []
