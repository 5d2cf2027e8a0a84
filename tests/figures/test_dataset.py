"""The read-only names that templates and the narrative see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from kit.figures import project
from kit.problems import assert_names, seen
from kit.units import FORMS, content, read_in
from kit.workspaces import copy_sample

from generator.figures import dataset
from generator.figures.compute import compute
from generator.figures.model import Figure, Names, Words
from generator.problems import Problems


def names(files: Mapping[str, str]) -> tuple[Names, Problems]:
    """Everything templates see of a unit of ``files``."""
    unit, problems = content(files)
    return dataset.build(unit, compute(unit, problems), problems).names, problems


def sample(folder: Path) -> Names:
    """Everything templates see of the sample."""
    unit, problems = read_in(copy_sample(folder))
    assert unit is not None
    data = dataset.build(unit, compute(unit, problems), problems)
    assert not problems.failed
    return data.names


def at(tree: object, path: str) -> object:
    """The value of a dotted name; numbers count list items from 1."""
    for step in path.split("."):
        if step.isdigit():
            assert isinstance(tree, list)
            tree = tree[int(step) - 1]
        else:
            assert isinstance(tree, Names), path
            tree = tree[step]
    return tree


def shown(tree: object, path: str) -> str:
    return str(at(tree, path))


def leaves(tree: object) -> Iterator[Figure | Words]:
    if isinstance(tree, Names):
        for value in tree.values():
            yield from leaves(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from leaves(value)
    elif isinstance(tree, Figure | Words):
        yield tree


# What a unit gives


def test_unit_years_and_facts() -> None:
    tree, problems = names(
        {
            "unit.yaml": "名称: 测试中心\n简称: 中心\n套表: 测试\n代码: 113\n地址: {市: 九江}\n"
            "别名: [甲, 乙]\n口号: = 好\n",
            "facts.yaml": "人员: {在职: 6}\n活动:\n  - {名称: 会, 人数: 5}\n  - {名称: 展}\n",
        }
    )
    assert seen(problems) == []
    texts = {
        path: shown(tree, path)
        for path in ("单位.名称", "单位.代码", "单位.地址.市", "单位.别名.2", "单位.口号", "年度", "上年度",
                     "下年度", "人员.在职", "活动.1.人数", "活动.2.名称")
    }  # fmt: skip
    assert texts == {
        "单位.名称": "测试中心",
        "单位.代码": "113",
        "单位.地址.市": "九江",
        "单位.别名.2": "乙",
        "单位.口号": "= 好",
        "年度": "2020",
        "上年度": "2019",
        "下年度": "2021",
        "人员.在职": "6",
        "活动.1.人数": "5",
        "活动.2.名称": "展",
    }
    assert isinstance(at(tree, "单位.代码"), Words)


def test_tables_show_rows_totals_and_last_year() -> None:
    tree, problems = names(
        {
            "figures.yaml": "收入:\n  甲: {本年: 5, 决算: 4}\n  乙: {本年: 6, 决算: 4}\n",
            "2019/figures.yaml": "收入:\n  甲: {本年: 1, 决算: 2}\n  乙: {本年: 2, 决算: 3}\n",
        }
    )
    assert seen(problems) == []
    assert [
        shown(tree, f"收入.{path}")
        for path in (
            "甲.本年",
            "甲.上年",
            "甲.上年决算",
            "合计.本年",
            "合计.上年",
            "本年",
            "上年决算",
        )
    ] == ["5", "1", "2", "11", "3", "11", "5"]


def test_helper_sums_are_hidden() -> None:
    tree, _ = names(
        {"figures.yaml": "收入:\n  甲: {本年: 5}\n  合计: {本年: 5}\n  其中:\n    乙: {本年: 1}\n"}
    )
    assert not any("〔" in leaf.path for leaf in leaves(tree))
    assert shown(tree, "收入.其中.乙.本年") == "1"


def test_indicator_rows() -> None:
    tree, _ = names(
        {
            "indicators.yaml": "- 一级: 产出\n  权重: 100\n  二级:\n    - 名称: 数量\n      三级:\n"
            "        - {名称: 走访, 指标: 走访150家, 目标: 150, 完成: 110, 单位: 家, 分值: 60,"
            " 偏差原因: 疫情}\n"
            "        - {指标: 会议, 目标: ≥95%, 完成: 100%, 分值: 40}\n"
        }
    )
    rows = [{key: str(value) for key, value in row.items()} for row in tree["指标"]]  # type: ignore[attr-defined]
    assert rows[0] == {
        "序号": "1", "一级": "产出", "权重": "100", "二级": "数量", "名称": "走访", "指标": "走访150家",
        "目标": "150家", "指标值": "走访150家", "完成": "110家", "单位": "家", "类型": "正向", "等次": "",
        "分值": "60", "得分": "44", "完成率": "73.33%", "偏差原因": "疫情",
        "符号": "≥", "目标数": "150", "完成数": "110", "计量单位": "家", "得分系数": "0.73",
    }  # fmt: skip
    pieces = [rows[1][key] for key in ("符号", "目标数", "完成数", "计量单位")]
    assert pieces == ["≥", "95", "100", "%"]
    assert {key: rows[1][key] for key in ("序号", "名称", "指标", "目标", "指标值", "偏差原因", "得分")} == {
        "序号": "2", "名称": "会议", "指标": "会议", "目标": "≥95%", "指标值": "会议", "偏差原因": "",
        "得分": "40",
    }  # fmt: skip


def test_without_a_text_the_target_is_the_indicator() -> None:
    tree, _ = names({})
    assert (shown(tree, "指标.1.指标"), shown(tree, "指标.1.指标值")) == ("", "2")


def test_evaluation() -> None:
    tree, _ = names(
        {
            "indicators.yaml": "- 一级: 产出\n  三级:\n    - {名称: 甲, 目标: 2, 完成: 1, 分值: 30}\n"
            "- 一级: 效益\n  三级:\n    - {名称: 乙, 目标: 2, 完成: 2, 分值: 70}\n"
        }
    )
    paths = ("总分", "分值", "等级", "一级.1.名称", "一级.1.分值", "一级.1.得分", "一级.2.名称",
             "一级分值.效益", "一级得分.产出")  # fmt: skip
    assert [shown(tree, f"自评.{path}") for path in paths] == [
        "85", "100", "良", "产出", "30", "15", "效益", "70", "15",
    ]  # fmt: skip


def test_execution_is_shown_with_its_points() -> None:
    policy = "评分:\n  整体: {执行率: 支出.本年 / 预算.本年, 执行率分值: 10, 总分: 110}\n"
    tree, problems = names(
        {
            "套表": FORMS + policy,
            "figures.yaml": "支出:\n  甲: {本年: 3}\n预算:\n  甲: {本年: 4}\n",
        }
    )
    assert seen(problems) == []
    assert [shown(tree, f"自评.{name}") for name in ("执行率", "执行分值", "执行得分", "总分")] == [
        "75%", "10", "7.5", "107.5",
    ]  # fmt: skip


def test_a_list_may_hold_numbers() -> None:
    tree, _ = names({"facts.yaml": "人数: [5, 6]\n"})
    assert [shown(tree, f"人数.{n}") for n in (1, 2)] == ["5", "6"]


# Projects


def test_a_list_with_nothing_in_it_is_a_list() -> None:
    tree, problems = names({"facts.yaml": "项目表: []\n履职:\n  任务: []\n"})
    assert (at(tree, "项目表"), at(tree, "履职.任务")) == ([], [])
    assert not problems.failed


def test_projects_in_order_of_their_files() -> None:
    rows = "指标:\n  - 一级: 产出\n    三级:\n      - {{名称: 甲, 目标: 4, 完成: {0}, 分值: 100}}\n"
    tree, problems = names(
        {
            "projects/02.yaml": project("修缮", 30, 2, 27) + rows.format(3),
            "projects/01.yaml": project("培训", 10, 0, 9) + rows.format(4),
        }
    )
    assert seen(problems) == []
    paths = ("1.序号", "1.名称", "1.主管部门", "1.资金.合计.全年预算", "1.自评.总分", "1.自评.等级",
             "2.名称", "2.资金.拨款.全年预算", "2.指标.1.得分", "2.自评.总分")  # fmt: skip
    assert [shown(tree, f"项目.{path}") for path in paths] == [
        "1", "培训", "教育局", "11", "100", "优", "修缮", "32", "75", "75",
    ]  # fmt: skip
    assert [shown(tree, f"项目合计.{name}") for name in ("个数", "平均分", "全年预算", "全年执行")] == [
        "2", "87.5", "44", "36",
    ]  # fmt: skip


def test_no_project_is_an_empty_list() -> None:
    tree, _ = names({})
    assert tree["项目"] == []
    assert shown(tree, "项目合计.个数") == "0"
    assert "平均分" not in at(tree, "项目合计")  # type: ignore[operator]


def test_a_project_without_amounts_takes_nothing_from_the_next() -> None:
    tree, problems = names(
        {
            "projects/01.yaml": "名称: 空项目\n资金: {}\n",
            "projects/02.yaml": project("修缮", 1, 0, 1),
        }
    )
    assert seen(problems) == []
    assert "主管部门" not in at(tree, "项目.1")  # type: ignore[operator]
    assert shown(tree, "项目.2.主管部门") == "教育局"
    assert shown(tree, "项目.2.资金.拨款.年初预算") == "1"


def test_a_broken_item_leaves_its_place_in_a_list() -> None:
    tree, problems = names({"facts.yaml": "名单:\n  - {数: = 没有}\n  - {数: 2}\n"})
    assert seen(problems) == ["F101 2:11"]
    first, second = at(tree, "名单")  # type: ignore[misc]
    assert "数" not in first
    assert str(second["数"]) == "2"


# Provenance: one path, one value


def conditioned(condition: str) -> str:
    """A form set with a document under a condition, on its first line."""
    head = f"文档: [{{名称: 附件, docx: 甲.docx, 条件: {condition}}}]\n"
    return head + FORMS.partition("文档:")[0]


@pytest.mark.parametrize(
    ("condition", "expected", "named"),
    [
        ("项木", "T118 1:33", ["文档“附件”的条件“项木”", "是否为“项目”"]),
        ("收入.拨宽", "T118 1:33", ["“收入.拨宽”", "是否为“拨款”"]),
        ("收入.拨款.本年.多余", "T118 1:33", []),
    ],
)
def test_a_condition_that_names_nothing_is_an_error(
    condition: str, expected: str, named: list[str]
) -> None:
    _, problems = names({"套表": conditioned(condition)})
    assert seen(problems) == [expected]
    assert_names(problems, *named)
    assert next(iter(problems)).at.file == "templates/测试.yaml"


def test_a_condition_that_one_unit_has_nothing_for_is_told_and_no_error() -> None:
    _, problems = names({"套表": conditioned("绿化补助")})
    assert seen(problems) == ["T119 1:33"]
    assert not problems.failed
    assert not problems.warned
    assert_names(problems, "文档“附件”没有生成", "“绿化补助”")


def test_a_document_for_each_project_is_told_of_where_there_is_none() -> None:
    forms = conditioned("项目").replace("条件: 项目", "每个: 项目")
    _, problems = names({"套表": forms})
    assert seen(problems) == ["T119 1:6"]
    _, problems = names({"套表": conditioned("项目").replace("条件", "每个: 项目, 条件")})
    assert seen(problems) == []


@pytest.mark.parametrize(
    ("condition", "facts"),
    [
        ("项目", ""), ("项目合计.个数", ""), ("项目合计.全年预算", ""), ("收入.拨款.本年", ""),
        ("贷款", "贷款: 0\n"), ("说明", '说明: ""\n'), ("名单", "名单:\n  - 甲\n"),
        ("贷款", "- 读不出来\n"), ("目标.贷款", "目标:\n  贷款（万元）: 5\n"),
    ],
)  # fmt: skip
def test_a_condition_may_name_whatever_is_there_or_could_not_be_read(
    condition: str, facts: str
) -> None:
    files = {"facts.yaml": facts} if facts else {}
    _, problems = names({"套表": conditioned(condition), **files})
    assert "T118" not in [p.code for p in problems]


def test_every_value_has_a_place_and_a_path_of_its_own(tmp_path: Path) -> None:
    tree = sample(tmp_path)
    texts: dict[str, set[str]] = {}
    for leaf in leaves(tree):
        texts.setdefault(leaf.path, set()).add(str(leaf))
        assert leaf.at.file, leaf.path
    assert {path: found for path, found in texts.items() if len(found) > 1} == {}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("收入预算.合计.本年", "259.57"),
        ("收入预算.合计.上年", "287.82"),
        ("支出决算.合计.年初预算", "259.57"),
        ("三公经费.公务用车.决算", "0"),
        ("派生.结转结余率", "11.47%"),
        ("人员.实有", "7"),
        ("自评.总分", "93.42"),
        ("自评.等级", "优"),
        ("自评.一级得分.管理指标", "25.88"),
        ("自评.一级得分.产出指标", "22.54"),
        ("自评.一级得分.效果指标", "35"),
        ("自评.一级得分.满意度指标", "10"),
        ("项目.1.自评.总分", "95.45"),
        ("项目合计.全年预算", "74.38"),
        ("项目合计.全年执行", "64.5"),
        ("项目合计.平均分", "95.45"),
        ("部门项目支出.合计.全年预算", "74.38"),
    ],
)
def test_figures_of_the_sample(tmp_path: Path, path: str, text: str) -> None:
    assert shown(sample(tmp_path), path) == text


# Rules of a form set that no indicator calls for

_OWN = "评分:\n  整体:\n    总分: 10\n    指标办法:\n    - {指标: 控制率, 扣分: {每: 1%, 扣: 1}}\n"


@pytest.mark.parametrize(
    ("row", "expected", "named"),
    [
        ("{名称: 走访, 目标: 5, 完成: 5, 分值: 10}", ["S113 16:12"], ["“控制率”", "指标办法"]),
        ("{名称: 控制律, 目标: 5%, 完成: 5%, 分值: 10}", ["S113 16:12"], ["是否为“控制律”？"]),
        ("{名称: 人员“控制”率, 目标: 5%, 完成: 5%, 分值: 10}", [], []),
        # an indicator that was left out may have been the one
        ("{名称: 走访, 目标: 5, 完成: 5, 分值: 10}\n    - {名称: 控制率}", ["L401 4:7"], []),
    ],
)
def test_a_rule_that_no_indicator_calls_for_is_named(
    row: str, expected: list[str], named: list[str]
) -> None:
    _, problems = names(
        {"套表": FORMS + _OWN, "indicators.yaml": f"- 一级: 产出指标\n  三级:\n    - {row}\n"}
    )
    assert seen(problems) == expected
    assert_names(problems, *named)


def test_a_rule_of_a_form_that_is_not_filled_is_no_finding() -> None:
    _, problems = names({"套表": FORMS + _OWN.replace("整体", "项目")})
    assert [found for found in seen(problems) if found[:4] == "S113"] == []


def test_a_rule_is_not_missed_where_a_file_was_not_read() -> None:
    row = "- 一级: 产出指标\n  三级:\n    - {名称: 走访, 目标: 5, 完成: 5, 分值: 10}\n"
    _, problems = names({"套表": FORMS + _OWN, "indicators.yaml": row, "facts.yaml": "- 甲\n"})
    assert "S113" not in [found[:4] for found in seen(problems)]


def test_an_error_elsewhere_in_a_project_hides_no_sum_of_points() -> None:
    """Its funds are unreadable, its indicators are not: both are told at once."""
    text = (
        "名称: 修缮\n资金:\n  拨款: {年初预算: 1, 年中追加: 零}\n"
        "指标:\n  - {一级: 产出, 三级: [{名称: 甲, 目标: 1, 完成: 1, 分值: 90}]}\n"
    )
    _, problems = names({"projects/修缮.yaml": text})
    assert seen(problems) == ["L209 3:23", "S101 5:19"]
