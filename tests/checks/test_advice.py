"""What a finding advises: at whose door it is told, how often, and with the target at hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from kit.checked import YEAR, example, problems_of
from kit.templates import excel, word
from kit.workspaces import gen, project, unit_files, write

from generator.problems import Problem


def found(problems: list[Problem], code: str) -> list[Problem]:
    return [problem for problem in problems if problem.code == code]


@pytest.mark.parametrize(
    ("target", "advised"),
    [
        ("100%", "≤100%"),
        ("95%", "≤95%"),
        ("≥95%", "≤95%"),
        ("不低于12.5%", "≤12.5%"),
        ("30万元", "≤30万元"),
    ],
)
def test_the_target_at_hand_is_turned(tmp_path: Path, target: str, advised: str) -> None:
    row = f"- {{名称: 公用经费控制率, 目标: {target}, 完成: 98%, 分值: 100, 偏差原因: 节约}}\n"
    (told,) = found(problems_of(example(tmp_path, {"indicators.yaml": row}), YEAR), "DIR01")
    assert f"“{advised}”" in told.hint


PLAIN = "  项目: {总分: 100}\n"
RATED = (
    "- 一级: 产出指标\n  三级:\n"
    "  - {名称: 人数, 目标: 5, 完成: 5, 单位: 人, 分值: 90}\n"
    "  - {名称: 预算执行率, 目标: 90%, 完成: 90%, 分值: 10}\n"
)
UNRATED = "- 一级: 产出指标\n  三级:\n  - {名称: 人数, 目标: 5, 完成: 5, 单位: 人, 分值: 100}\n"


def two_projects(folder: Path, first: str, second: str) -> list[Problem]:
    files = {
        "套表": "评分:\n  整体: {总分: 100}\n" + PLAIN,
        "projects/甲.yaml": project("甲", rows=first),
        "projects/乙.yaml": project("乙", rows=second),
    }
    return found(problems_of(example(folder, files), YEAR), "WEIGHT02")


def test_what_only_the_form_set_can_mend_is_told_there_once(tmp_path: Path) -> None:
    (told,) = two_projects(tmp_path, UNRATED, UNRATED)
    assert told.at.file == "templates/示例.yaml"
    assert {at.file for at in told.related} == {
        f"content/{YEAR}/projects/甲.yaml", f"content/{YEAR}/projects/乙.yaml"
    }  # fmt: skip


def test_what_one_project_lacks_is_told_at_the_project(tmp_path: Path) -> None:
    (told,) = two_projects(tmp_path, UNRATED, RATED)
    assert told.at.file == f"content/{YEAR}/projects/甲.yaml"
    assert "甲" in told.message
    assert "“执行率”指标" in told.hint


def test_nothing_is_told_where_all_score_it(tmp_path: Path) -> None:
    assert not two_projects(tmp_path, RATED, RATED)


def test_two_units_hear_of_their_form_set_once(tmp_path: Path) -> None:
    files = unit_files("jia", 2024) | unit_files("yi", 2024)
    ran = gen("check", "2024", "--format", "json", folder=write(tmp_path, files))
    (told,) = ran.problems("WEIGHT02")
    assert told["file"] == "templates/jiujiang.yaml"
    places = told["related"]
    assert isinstance(places, list)
    assert len(places) == 2


# What a project must fill in: what some form prints


FORMS = (
    "名称: 示例\n继承: 全国\n等级: [{名称: 优, 下限: 90}, {名称: 差, 下限: 0}]\n文档:\n"
    "- {名称: 自评表, 标题: 自评表, 文件名: '自评表（{{ 本项目.名称 }}）', 每个项目: true, docx: 表.docx}\n"
)
BARE = "名称: 培训\n资金:\n  财政拨款: {全年预算: 10, 全年执行: 9}\n指标:\n" + RATED


def required(folder: Path, *printed: str, excel_too: bool = False) -> list[str]:
    """The fields that REQ01 asks for, with templates that print ``printed``."""
    guarded = [
        f"{{% if 本项目.{name} is defined %}}{{{{ 本项目.{name} }}}}{{% endif %}}"
        for name in printed
    ]
    files: dict[str, str | bytes] = {
        **unit_files("", 2024, forms="示例", projects={"培训": BARE}),
        "templates/示例.yaml": FORMS.replace("docx: 表.docx", "xlsx: 表.xlsx")
        if excel_too
        else FORMS,
        "templates/表.docx": word("{{ 本项目.名称 }}", *guarded),
        "templates/表.xlsx": excel("{{ 本项目.名称 }}", *guarded),
    }
    ran = gen("check", "2024", "--format", "json", folder=write(folder, files))
    return [str(p["message"]) for p in ran.problems("REQ01")]


def test_fields_that_no_form_prints_are_not_asked_for(tmp_path: Path) -> None:
    assert required(tmp_path) == []


@pytest.mark.parametrize("excel_too", [False, True])
def test_fields_that_a_form_prints_are_asked_for(tmp_path: Path, *, excel_too: bool) -> None:
    told = required(tmp_path, "实施单位", "目标.完成", excel_too=excel_too)
    assert [text.partition("没有填")[2] for text in told] == ["“实施单位”。", "“目标.完成”。"]


def test_a_loop_over_projects_prints_their_fields(tmp_path: Path) -> None:
    forms = FORMS.replace(", 每个项目: true", "").replace("（{{ 本项目.名称 }}）", "")
    loop = "{% for p in 项目 if p.主管部门 is defined %}{{ p.主管部门 }}{% endfor %}"
    files: dict[str, str | bytes] = {
        **unit_files("", 2024, forms="示例", projects={"培训": BARE}),
        "templates/示例.yaml": forms,
        "templates/表.docx": word(loop),
    }
    ran = gen("check", "2024", "--format", "json", folder=write(tmp_path, files))
    assert ["主管部门" in str(p["message"]) for p in ran.problems("REQ01")] == [True]
