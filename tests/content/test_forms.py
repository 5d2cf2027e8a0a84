"""Form sets as read: documents, scoring, grades, extra rules."""

from __future__ import annotations

from decimal import Decimal

import pytest
from kit.problems import assert_names, seen
from kit.yaml import mapping

from generator.content.form_set.inherit import load_form_set
from generator.content.form_set.reader import read_form_set
from generator.content.model import FormSet
from generator.problems import Position, Problems
from generator.workspace import Workspace, packaged_templates

FULL = """\
名称: 测试套表
日期: 成文日期
评分:
  整体: {总分: 110, 执行率分值: 10, 执行率: 支出 / 预算, 完成率小数位: 0, 得分小数位: 1, 反向: 差额}
  项目: {执行率: = 资金.全年执行 / 资金.全年预算}
等级:
  - {名称: 差, 下限: 0}
  - {名称: 优, 下限: 90.5}
项目资金:
  列公式: {全年预算: 年初预算 + 年中追加}
文档:
  - {名称: 报告, docx: docx/报告.docx, 附件: [附件1]}
  - {名称: 附件1, 标题: 自评表, 文件名: 附件1 自评表, xlsx: xlsx/附件1.xlsx, 每个: 项目, 条件: 项目}
"""


DOCUMENTS = "文档: [{名称: 表, docx: 表.docx}]\n"


def read(text: str) -> tuple[FormSet, Problems]:
    problems = Problems()
    return read_form_set(mapping(text), "ceshi", "templates/ceshi.yaml", problems), problems


def test_a_form_set_says_it_all_as_data() -> None:
    found, problems = read(FULL)
    assert seen(problems) == []
    assert (found.key, found.name, found.date, found.file) == (
        "ceshi",
        "测试套表",
        "成文日期",
        "templates/ceshi.yaml",
    )
    whole, project = found.overall, found.project
    assert (whole.total, whole.execution_points, whole.rate_places) == (
        Decimal(110),
        Decimal(10),
        0,
    )
    assert (whole.score_places, whole.reverse) == (1, "差额")
    assert whole.execution is not None
    assert project.execution is not None
    assert (whole.execution.source, project.execution.source) == (
        "支出 / 预算",
        "资金.全年执行 / 资金.全年预算",
    )
    assert [(grade.name, grade.floor) for grade in found.grades] == [
        ("优", Decimal("90.5")),
        ("差", Decimal(0)),
    ]
    assert found.fund_columns["全年预算"].source == "年初预算 + 年中追加"
    report, annex = found.documents
    assert (report.title, report.filename, report.annexes) == ("报告", "报告", ("附件1",))
    assert (annex.title, annex.filename, annex.each_project) == ("自评表", "附件1 自评表", True)
    assert (dict(annex.templates), annex.condition) == ({"xlsx": "xlsx/附件1.xlsx"}, "项目")


def test_what_is_missing_gets_the_national_frame() -> None:
    found, problems = read(f"说明: 空\n{DOCUMENTS}")
    assert seen(problems) == []
    assert (found.name, found.grades) == ("ceshi", ())
    policy = found.overall
    assert policy == found.project
    assert (policy.total, policy.execution_points, policy.rate_places) == (100, 0, None)
    assert (policy.score_places, policy.reverse, policy.execution) == (2, "比例", None)


HERE = Workspace(packaged_templates().parent, packaged_templates().parent)


@pytest.mark.parametrize("name", HERE.form_sets(bases=True))
def test_shipped_form_sets_are_fault_free(name: str) -> None:
    problems = Problems()
    found = load_form_set(HERE, name, Position("unit.yaml"), problems)
    assert found is not None
    assert seen(problems) == ([] if name in HERE.form_sets() else ["L505 3:1"])
    assert [grade.floor for grade in found.grades] == sorted(
        (grade.floor for grade in found.grades), reverse=True
    )


@pytest.mark.parametrize("key", ["得分小数位", "完成率小数位"])
def test_no_decimals_is_not_the_same_as_unsaid(key: str) -> None:
    found, _ = read(f"评分: {{整体: {{{key}: 0}}}}\n")
    policy = found.overall
    assert (policy.score_places if key == "得分小数位" else policy.rate_places) == 0


@pytest.mark.parametrize(
    ("text", "expected", "named"),
    [
        (
            "评分: {整体: {定性: [{名称: 较好, 下限: 0.75, 得分率: 0.85}]}}\n",
            ["L407 1:29", "L407 1:40"],
            ["“下限”填的是0.75", "请写成 75", "“得分率”填的是0.85", "请写成 85"],
        ),
        ("评分: {整体: {定性: [{名称: 达成, 下限: 1}]}}\n", ["L407 1:29"], ["请写成 100"]),
        (
            "等级: [{名称: 差, 下限: 0}]\n评分: {整体: {执行率限级: [{低于: 0.8, 等级: 差}]}}\n",
            ["L407 2:24"],
            ["“低于”填的是0.8", "请写成 80"],
        ),
        ("等级: [{名称: 优, 下限: 0.925}]\n", ["L407 1:18"], ["请写成 92.5"]),
        ("评分: {整体: {定性: [{名称: 较好, 下限: 75, 得分率: 85}]}}\n", [], []),
        ("评分: {整体: {定性: [{名称: 差, 下限: 0, 得分率: 0}]}}\n", [], []),
        ("等级: [{名称: 优, 下限: 1.5}]\n", [], []),
    ],
)
def test_a_fraction_where_100_is_the_whole_is_named(
    text: str, expected: list[str], named: list[str]
) -> None:
    _, problems = read(text + DOCUMENTS)
    assert seen(problems) == expected
    assert_names(problems, *named)


@pytest.mark.parametrize(
    ("text", "expected", "named"),
    [
        ("文当: []\n", "L212 1:1", ["“文当”", "是否为“文档”"]),
        ("评分: {总体: {总分: 5}}\n", "L212 1:6", ["“总体”"]),
        ("评分: 5\n", "L213 1:5", ["评分"]),
        ("评分: {整体: 5}\n", "L213 1:10", ["评分"]),
        ("评分: {整体: {总份: 5}}\n", "L212 1:11", ["“总份”", "“总分”"]),
        ("评分: {整体: {总分: 一百}}\n", "L209 1:15", ["总分", "“一百”"]),
        ("评分: {整体: {总分: = 50 + 50}}\n", "L404 1:15", ["“总分”"]),
        (
            "评分: {整体: {得分小数位: 11}}\n",
            "L406 1:18",
            ["“得分小数位”应当在0到10之间，这里是11"],
        ),
        ("评分: {整体: {完成率小数位: -1}}\n", "L406 1:19", ["“完成率小数位”", "-1"]),
        ("评分: {整体: {反向: 倒数}}\n", "L503 1:15", ["“倒数”", "比例、差额"]),
        ("评分: {整体: {得分小数位: 1.5}}\n", "L406 1:18", ["是整数", "1.5"]),
        ("评分: {整体: {执行率分值: -10}}\n", "L406 1:18", ["不小于0", "-10"]),
        ("评分: {整体: {超额上限: 90}}\n", "L406 1:17", ["不小于100", "90"]),
        ("评分: {整体: {超额上线: 150}}\n", "L212 1:11", ["“超额上线”", "“超额上限”"]),
        ("评分: {整体: {超额处理: 扣减}}\n", "L503 1:17", ["“扣减”", "说明、扣分"]),
        ("评分: {整体: {定性: 达成}}\n", "L214 1:15", ["定性"]),
        ("评分: {整体: {定性: [达成]}}\n", "L213 1:16", ["定性"]),
        ("评分: {整体: {定性: [{名称: 达成}]}}\n", "L401 1:16", ["“下限”"]),
        ("评分: {整体: {定性: [{名称: 达成, 下限: 八十}]}}\n", "L209 1:29", ["下限", "“八十”"]),
        ("评分: {整体: {定性: [{名称: 达成, 下限: 120}]}}\n", "L406 1:29", ["在0到100之间", "120"]),
        ("评分: {整体: {定性: [{名称: 达成, 下线: 80}]}}\n", "L212 1:25", ["“下线”", "“下限”"]),
        (
            "评分: {整体: {定性: [{名称: 优, 下限: 80}, {名称: 中, 下限: 50, 得分率: 85}]}}\n",
            "L406 1:54",
            ["“得分率”", "在50到80之间", "85"],
        ),
        ("评分: {整体: {指标办法: 扣分}}\n", "L214 1:17", ["指标办法"]),
        ("评分: {整体: {指标办法: [{扣分: {每: 1, 扣: 1}}]}}\n", "L401 1:18", ["“指标”"]),
        ("评分: {整体: {指标办法: [{指标: 甲}]}}\n", "L506 1:18", ["“扣分”和“分档”"]),
        (
            "评分: {整体: {指标办法: [{指标: 甲, 扣分: {每: 1, 扣: 1}, 分档: [{不超过: 1, 得分: 1}]}]}}\n",
            "L506 1:48",
            ["“扣分”和“分档”", "只能写一个"],
        ),
        ("评分: {整体: {指标办法: [{指标: 甲, 扣: 1}]}}\n", "L212 1:26", ["“扣”", "扣分"]),
        ("评分: {整体: {执行率限级: [{低于: 80}]}}\n", "L401 1:19", ["“等级”"]),
        (
            "等级: [{名称: 优, 下限: 0}]\n评分: {整体: {执行率限级: [{低于: 80, 等级: 良}]}}\n",
            "L503 2:32",
            ["“良”", "可以用的有：优"],
        ),
        ("评分: {整体: {执行率限级: [{低于: 80%, 等级: 良}]}}\n", "L208 1:24", ["“%”", "“80”"]),
        ("等级: 优\n", "L214 1:5", ["等级"]),
        ("等级: [优]\n", "L213 1:6", ["等级"]),
        ("等级:\n  - {名称: 优}\n", "L401 2:5", ["“下限”"]),
        ("等级:\n  - {下限: 90}\n", "L401 2:5", ["“名称”"]),
        ("等级:\n  - {}\n", "L401 2:5", ["“名称、下限”"]),
        ("等级:\n  - {名称: 优, 下线: 90}\n", "L212 2:13", ["“下线”", "“下限”"]),
        ("项目资金: {列公事: {甲: 乙}}\n", "L212 1:8", ["“列公事”"]),
        ("项目资金: {列公式: 甲}\n", "L213 1:13", ["列公式"]),
        ("项目资金:\n  列公式:\n    甲:\n", "L305 3:5", ["“甲”"]),
        ("项目资金:\n  列公式:\n    甲（一）: 乙\n", "L211 3:5", ["“甲（一）”"]),
        ("文档: 报告\n", "L214 1:5", ["文档"]),
        ("文档: [报告]\n", "L213 1:6", ["文档"]),
        ("文档:\n  - {docx: a.docx}\n", "L401 2:5", ["名称"]),
        ("文档:\n  - {名称: 报告}\n", "L501 2:5", ["“报告”"]),
        ("文档:\n  - {名称: 报告, docx: a.docx, 附件: [附表]}\n", "L502 2:5", ["“报告”", "“附表”"]),
        ("文档:\n  - {名称: 报告, docx: a.docx, 附件: 附表}\n", "L214 2:32", ["附件"]),
        ("文档:\n  - {名称: 报告, docx: a.docx, 每个: 单位}\n", "L503 2:32", ["“单位”", "项目"]),
        (
            "文档:\n  - {名称: 报告, docx: a.docx, 每一个: 项目}\n",
            "L212 2:28",
            ["“每一个”", "“每个”"],
        ),
        ("文档:\n  - {名称: 报告, docx: [a.docx]}\n", "L210 2:20", ["docx"]),
        ("规则:\n  - {名称: 甲}\n", "L401 2:5", ["公式"]),
        ("规则:\n  - {公式: 甲 = 乙, 级别: 严重}\n", "L503 2:21", ["“严重”", "警告"]),
        ("规则:\n  - {公试: 甲 = 乙}\n", "L212 2:6", ["“公试”", "“公式”"]),
        ("完成值核对: 甲\n", "L214 1:8", ["完成值核对"]),
        ("完成值核对: [甲]\n", "L213 1:9", ["完成值核对"]),
        ("完成值核对:\n  - {指标: 甲}\n", "L401 2:5", ["“公式”"]),
        ("完成值核对:\n  - {公式: 甲 / 乙}\n", "L401 2:5", ["“指标”"]),
        ("完成值核对:\n  - {指标: 甲, 公试: 甲 / 乙}\n", "L212 2:13", ["“公试”", "“公式”"]),
        ("规则级别: {C101: 严重}\n", "L503 1:14", ["“严重”", "关"]),
    ],
)
def test_mistakes_of_form_sets(text: str, expected: str, named: list[str]) -> None:
    _, problems = read(text if "文" in text else text + DOCUMENTS)
    assert seen(problems)[0] == expected
    assert_names(problems, *named)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # what is there but cannot be read is not missing as well
        ("等级: [{名称: 优, 下限: 九十}]\n", ["L209 1:18"]),
        ("等级: [{名称: [优], 下限: 90}]\n", ["L210 1:11"]),
        ("等级: [{名称: 优, 下线: 90}]\n", ["L212 1:14"]),
        ("规则: [{公式: [甲]}]\n", ["L210 1:11"]),
        ("评分: {整体: {指标办法: [{指标: 甲, 分当: []}]}}\n", ["L212 1:26"]),
        # a warning about one key says nothing of another
        ("评分: {整体: {定性: [{下限: 0.75}]}}\n", ["L401 1:16", "L407 1:21"]),
        ("文档: [{名称: 甲, docx: 甲.docx, 附件: [[乙]]}]\n", ["L210 1:33"]),
    ],
)
def test_what_is_damaged_is_told_once(text: str, expected: list[str]) -> None:
    assert seen(read(text if "文档" in text else text + DOCUMENTS)[1]) == expected


def test_results_that_other_figures_give_are_data() -> None:
    found, problems = read(
        "完成值核对:\n  - {指标: 接待费控制率, 公式: 接待.决算 / 接待.预算, 说明: 决算 ÷ 预算}\n"
        "  - 指标: 走访（家）\n    公式: = 走访.家数\n" + DOCUMENTS
    )
    assert seen(problems) == []
    assert [(entry.name, entry.formulas[0].source, entry.what) for entry in found.derived] == [
        ("接待费控制率", "接待.决算 / 接待.预算", "决算 ÷ 预算"),
        ("走访（家）", "走访.家数", "“走访.家数”"),
    ]
    assert str(found.derived[0].formulas[0].at) == "figures.yaml:2:22"


def test_extra_rules_are_data() -> None:
    found, problems = read(
        "规则:\n  - {名称: 来源等于结构, 公式: 资金来源.合计 = 资金结构.合计, 提示: 请核对, 级别: 警告}\n"
        "  - {公式: 甲 ≤ 乙}\n规则级别: {C101: 关}\n" + DOCUMENTS
    )
    assert seen(problems) == []
    assert [(rule.name, rule.level, rule.hint) for rule in found.identities] == [
        ("来源等于结构", "警告", "请核对"),
        ("甲 ≤ 乙", "错误", ""),
    ]
    assert dict(found.rule_levels) == {"C101": "关"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("名称: 甲\n", ["L505 1:1"]),
        ("文档:\n", ["L505 1:1"]),
        ("文档: []\n", ["L505 1:1"]),
        ("等机: []\n", ["L212 1:1", "L505 1:1"]),
        # what is wrong with 文档 itself is told once
        ("文挡: []\n", ["L212 1:1"]),
        ("文档: 自评表\n", ["L214 1:5"]),
        ("文档: [{名称: 自评表}]\n", ["L501 1:6"]),
        (DOCUMENTS, []),
    ],
)
def test_a_form_set_has_documents(text: str, expected: list[str]) -> None:
    assert seen(read(text)[1]) == expected
