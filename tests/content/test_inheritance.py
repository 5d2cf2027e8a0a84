"""继承: a form set over what it inherits, entry by entry, each message at the file that says it."""

from __future__ import annotations

from pathlib import Path

import pytest
from kit.problems import assert_names
from kit.workspaces import write

from generator.content.form_set.inherit import load_form_set
from generator.content.model import FormSet
from generator.problems import Position, Problems
from generator.workspace import Workspace, find

BASE = """\
名称: 省套表
日期: 成文日期
评分:
  整体: {总分: 110, 得分小数位: 1, 定性: [{名称: 好, 下限: 60}, {名称: 差, 下限: 0}]}
等级:
- {名称: 优, 下限: 90}
- {名称: 差, 下限: 0}
文档:
- {名称: 报告, docx: docx/报告.docx, 附件: [附件1]}
- {名称: 附件1, 标题: 自评表, docx: docx/附件1.docx}
规则:
- {名称: 收支平衡, 公式: 收入.合计.本年 = 支出.合计.本年, 提示: 请核对, 级别: 错误}
- {名称: 结转, 公式: 结转.合计.本年 = 1}
规则级别: {CAP01: 错误, DIR01: 关}
"""
CITY = "名称: 市套表\n继承: 省\n"
AT = Position("content/unit.yaml", 3, 5)


def workspace(folder: Path, **form_sets: str) -> Workspace:
    files = {f"templates/{name}.yaml": text for name, text in form_sets.items()}
    found = find(write(folder, {"content/unit.yaml": "名称: 甲\n", **files}))
    assert found is not None
    return found


def loaded(folder: Path, name: str, **form_sets: str) -> tuple[FormSet | None, list[str], Problems]:
    problems = Problems()
    found = load_form_set(workspace(folder, **form_sets), name, AT, problems)
    return found, [f"{p.code} {p.at}" for p in problems], problems


def city(folder: Path, text: str) -> FormSet:
    found, places, _ = loaded(folder, "市", 省=BASE, 市=CITY + text)
    assert found is not None
    assert places == []
    return found


def test_what_is_not_said_is_inherited_but_for_the_name(tmp_path: Path) -> None:
    found = city(tmp_path, "")
    assert (found.key, found.name, found.date) == ("市", "市套表", "成文日期")
    assert (found.file, found.lineage) == ("templates/市.yaml", ("市", "省"))
    assert found.overall.total == 110
    assert [document.name for document in found.documents] == ["报告", "附件1"]
    nameless, _, _ = loaded(tmp_path / "无名", "市", 省=BASE, 市="继承: 省\n")
    assert nameless is not None
    assert nameless.name == "市"


def test_groups_are_joined_name_by_name(tmp_path: Path) -> None:
    found = city(tmp_path, "评分: {整体: {总分: 100}}\n规则级别: {CAP01: 关, REQ01: 提示}\n")
    assert (found.overall.total, found.overall.score_places) == (100, 1)
    # Below 规则级别 关 is a level: it is what the form set says of the rule.
    assert found.rule_levels == {"CAP01": "关", "DIR01": "关", "REQ01": "提示"}


def test_a_scale_is_one_thing(tmp_path: Path) -> None:
    found = city(
        tmp_path,
        "等级: [{名称: 合格, 下限: 60}]\n评分: {整体: {定性: [{名称: 达成, 下限: 80}]}}\n",
    )
    assert [grade.name for grade in found.grades] == ["合格"]
    assert [band.name for band in found.overall.bands] == ["达成"]


def test_entries_with_a_name_are_changed_left_out_and_added(tmp_path: Path) -> None:
    found = city(
        tmp_path,
        "规则:\n- {名称: 收支平衡, 级别: 提示}\n- 结转: 关\n- {名称: 新的, 公式: 甲.本年 = 1}\n"
        "文档:\n- {名称: 附件1, 标题: 市自评表}\n- {名称: 附件2, docx: docx/附件2.docx}\n",
    )
    levels = {rule.name: (rule.level, rule.hint) for rule in found.identities}
    assert levels == {"收支平衡": ("提示", "请核对"), "新的": ("错误", "")}
    documents = [(d.name, d.title, d.templates["docx"]) for d in found.documents]
    assert documents == [
        ("报告", "报告", "docx/报告.docx"),
        ("附件1", "市自评表", "docx/附件1.docx"),
        ("附件2", "附件2", "docx/附件2.docx"),
    ]


def test_a_section_is_left_out_as_a_whole(tmp_path: Path) -> None:
    assert city(tmp_path, "规则: 关\n").identities == ()


@pytest.mark.parametrize(
    ("text", "place", "named"),
    [
        ("完成值核对: 关\n", "3:1", ["“完成值核对”"]),
        ("规则:\n- 收支平横: 关\n", "4:3", ["“收支平横”", "是否为“收支平衡”"]),
        ("评分: {整体: {总份: 关}}\n", "3:11", ["“总份”", "是否为“总分”"]),
    ],
)
def test_what_is_not_there_cannot_be_left_out(
    text: str, place: str, named: list[str], tmp_path: Path
) -> None:
    found, places, problems = loaded(tmp_path, "市", 省=BASE, 市=CITY + text)
    assert found is not None
    assert places == [f"L508 templates/市.yaml:{place}"]
    assert_names(problems, *named)


def test_nothing_is_left_out_of_nothing(tmp_path: Path) -> None:
    """Without 继承 an entry ``名称: 关`` is a slip like any other."""
    _, places, _ = loaded(tmp_path, "市", 市="文档: [{名称: 表, docx: 表.docx}]\n规则: [甲: 关]\n")
    assert places == ["L212 templates/市.yaml:2:6", "L401 templates/市.yaml:2:6"]


def test_a_line_of_form_sets_is_as_long_as_it_is(tmp_path: Path) -> None:
    county = "名称: 县套表\n继承: 市\n规则: [结转: 关]\n"
    sets = {"省": BASE, "市": CITY + "评分: {整体: {总分: 100}}\n", "县": county}
    found, places, _ = loaded(tmp_path, "县", **sets)
    assert places == []
    assert found is not None
    assert found.lineage == ("县", "市", "省")
    assert found.overall.total == 100
    assert [rule.name for rule in found.identities] == ["收支平衡"]


def test_a_message_points_to_the_file_that_says_it(tmp_path: Path) -> None:
    base = BASE.replace("级别: 错误", "级别: 很错")
    _, places, _ = loaded(tmp_path, "市", 省=base, 市=CITY + "等机: []\n")
    assert sorted(places) == ["L212 templates/市.yaml:3:1", "L503 templates/省.yaml:12:52"]


def test_a_circle_is_told_with_its_names(tmp_path: Path) -> None:
    sets = {"省": BASE + "继承: 县\n", "市": CITY, "县": "继承: 市\n"}
    found, places, problems = loaded(tmp_path, "县", **sets)
    assert found is not None
    assert places == ["L507 templates/省.yaml:15:5"]
    assert_names(problems, "县 → 市 → 省 → 县")
    assert loaded(tmp_path / "自己", "甲", 甲="继承: 甲\n")[1][0] == "L507 templates/甲.yaml:1:5"


@pytest.mark.parametrize(
    ("typed", "expected", "named"),
    [
        ("盛", ["L504 templates/市.yaml:2:5"], ["“盛”", "省"]),
        ("../省", ["L504 templates/市.yaml:2:5"], ["“../省”"]),
        ("[省]", ["L210 templates/市.yaml:2:5"], ["继承"]),
    ],
)
def test_what_is_inherited_is_a_form_set(
    typed: str, expected: list[str], named: list[str], tmp_path: Path
) -> None:
    text = CITY.replace("省", typed) + "文档: [{名称: 表, docx: 表.docx}]\n"
    found, places, problems = loaded(tmp_path, "市", 省=BASE, 市=text)
    assert found is not None
    assert places == expected
    assert_names(problems, *named)


def test_what_others_inherit_from_is_no_form_set_of_a_unit(tmp_path: Path) -> None:
    bare = "名称: 省里的规定\n文档: [ ] # 没有\n等级: [{名称: 优, 下限: 90}]\n"
    here = workspace(
        tmp_path,
        省=bare,
        市=f"{CITY}文档:\n- {{名称: 表, docx: 表.docx}}\n",
        县="继承: 市\n",
        乡="名称: 乡\n",
    )
    assert {"市", "县", "乡"} < set(here.form_sets())
    assert "省" not in here.form_sets()
    assert "省" in here.form_sets(bases=True)
    problems = Problems()
    assert load_form_set(here, "省", AT, problems) is not None
    assert [f"{p.code} {p.at}" for p in problems] == ["L505 templates/省.yaml:1:1"]


def test_a_form_set_of_many_units_is_parsed_once_and_told_of_each_time(tmp_path: Path) -> None:
    for text in (BASE + "日期: 又一个\n", BASE + "日期: 又一个\n", BASE):
        _, places, _ = loaded(tmp_path, "市", 省=text, 市=CITY)
        assert [place for place in places if place.startswith("L116")] == (
            [] if text == BASE else ["L116 templates/省.yaml:15:1"]
        )
