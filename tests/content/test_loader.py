"""One unit-year's files as content; facts and projects; whatever is wrong becomes problems."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit.problems import assert_names, seen
from kit.units import FIGURES, UNIT, content, read_in, write_unit
from kit.workspaces import change, check, copy_sample, sample_folder
from kit.yaml import SNIPPETS, mapping

from generator.content.facts import read_tree
from generator.content.model import Formula, Quantity, Text
from generator.content.projects import read_project
from generator.problems import Problems


def places(problems: Problems) -> list[str]:
    """Code and place of each problem, with its file: ``L131 content/2020/figures.yaml``."""
    return [f"{p.code} {p.at}" for p in problems]


# A unit as it should be


def test_the_least_a_unit_needs_is_read_without_a_word() -> None:
    unit, problems = content({})
    assert seen(problems) == []
    assert (unit.unit_id, unit.year, unit.folder, unit.complete) == ("", 2020, "content/2020", True)
    assert [str(text.text) for text in unit.unit.values() if isinstance(text, Text)] == [
        "测试县干部培训中心",
        "培训中心",
        "测试",
    ]
    assert [table.name for table in unit.figures.tables] == ["收入"]
    assert [indicator.name for indicator in unit.indicators.rows] == ["培训"]
    assert (unit.facts, unit.projects, unit.narrative, unit.past) == ({}, (), None, None)
    assert unit.form_set.name == "测试套表"


def test_everything_a_unit_may_have_is_read() -> None:
    unit, problems = content(
        {
            "facts.yaml": "人数: 5\n",
            "report.md": "# 概况\r\n正文。\r\n",
            "projects/乙.yaml": "名称: 乙项目\n资金:\n  拨款: {年初预算: 1}\n",
            "projects/甲.yaml": "名称: 甲项目\n资金:\n  拨款: {年初预算: 1}\n",
            "projects/说明.txt": "不是项目",
            "projects/~$甲.yaml": "锁",
            "2019/figures.yaml": FIGURES,
            "2019/facts.yaml": "人数: 4\n",
        }
    )
    assert seen(problems) == []
    assert isinstance(unit.facts["人数"], Quantity)
    assert unit.narrative is not None
    assert (unit.narrative.source, unit.narrative.file) == (
        "# 概况\n正文。\n",
        "content/2020/report.md",
    )
    assert [project.name for project in unit.projects] == ["乙项目", "甲项目"]
    assert unit.past is not None
    assert isinstance(unit.past.facts["人数"], Quantity)
    assert unit.form_set.fund_columns["全年预算"].source == "年初预算 + 年中追加"


def test_the_sample_is_read_without_a_word(tmp_path: Path) -> None:
    unit, problems = read_in(copy_sample(tmp_path))
    assert unit is not None
    assert seen(problems) == []
    assert (len(unit.projects), unit.past is None, unit.narrative is None) == (1, False, False)


# Files that are missing, misnamed or elsewhere


@pytest.mark.parametrize("name", ["figures.yaml", "indicators.yaml"])
def test_required_files(tmp_path: Path, name: str) -> None:
    (write_unit(tmp_path, {}) / f"content/2020/{name}").unlink()
    unit, problems = read_in(tmp_path)
    assert unit is not None
    assert places(problems) == [f"L131 content/2020/{name}"]
    assert_names(problems, name)


def test_unit_yaml_is_required(tmp_path: Path) -> None:
    (write_unit(tmp_path, {}) / "content/unit.yaml").unlink()
    unit, problems = read_in(tmp_path)
    assert unit is None
    assert places(problems) == ["L131 content/unit.yaml"]


@pytest.mark.parametrize(
    ("name", "code", "named"),
    [
        ("figure.yaml", "L132", "是否为“figures.yaml”"),
        ("facts.yaml.txt", "L135", "应当是“facts.yaml”"),
        ("report.MD", "L135", "应当是“report.md”"),
        ("笔记.md", "L132", "改成正确的文件名"),
        ("车辆购置.yaml", "L132", "是项目的，请移到 projects 文件夹里"),
        ("车辆购置.yml", "L132", "扩展名用 .yaml"),
        ("FACTS.yaml", "L135", "应当是“facts.yaml”"),
        ("ｆａｃｔｓ.yaml", "L135", "应当是“facts.yaml”"),
        ("facts - 副本.yaml", "L135", "应当是“facts.yaml”"),
        ("indicators.yml", "L132", "是否为“indicators.yaml”"),
        ("projects/丙.yml", "L133", "“丙.yml”"),
    ],
)
def test_files_that_gen_would_not_read_are_named(name: str, code: str, named: str) -> None:
    _, problems = content({name: "甲: 1\n"})
    assert places(problems) == [f"{code} content/2020/{name}"]
    assert_names(problems, named)


@pytest.mark.parametrize(
    ("name", "typed"), [("figures.yaml", "figure.yaml"), ("indicators.yaml", "indicators.yml")]
)
def test_a_missing_file_under_another_name_is_one_finding(
    tmp_path: Path, name: str, typed: str
) -> None:
    folder = write_unit(tmp_path, {}) / "content/2020"
    (folder / name).rename(folder / typed)
    _, problems = read_in(tmp_path)
    assert places(problems) == [f"L135 content/2020/{typed}"]
    assert_names(problems, f"应当是“{name}”")


def test_other_files_and_folders_are_nobodys_business() -> None:
    _, problems = content({".DS_Store": "", "~$报告.docx": "", "照片.jpg": "", "附件/a.pdf": ""})
    assert seen(problems) == []


@pytest.mark.parametrize("name", ["figures.yaml", "report.md", "unit.yaml", "projects/甲.yaml"])
def test_links_out_of_the_workspace_are_not_followed(tmp_path: Path, name: str) -> None:
    secret = tmp_path / "secret.yaml"
    secret.write_text("名称: 机密\n", encoding="utf-8")
    folder = write_unit(tmp_path / "space", {"projects/乙.yaml": ""})
    path = folder / ("content" if name == "unit.yaml" else "content/2020") / name
    path.unlink(missing_ok=True)
    path.symlink_to(secret)
    (folder / "content/2020/projects/乙.yaml").unlink()
    _, problems = read_in(folder)
    assert places(problems) == [f"L130 {path.relative_to(folder).as_posix()}"]
    assert_names(problems, "工作区以外")


def test_links_within_the_workspace_are_fine(tmp_path: Path) -> None:
    folder = write_unit(tmp_path, {})
    target = folder / "content/2020/figures.yaml"
    target.rename(folder / "共用.yaml")
    target.symlink_to(folder / "共用.yaml")
    assert seen(read_in(folder)[1]) == []


# unit.yaml and the form set


@pytest.mark.parametrize("key", ["名称", "简称"])
@pytest.mark.parametrize("left", ["", "{key}:\n"])
def test_required_keys_of_a_unit(key: str, left: str) -> None:
    kept = "".join(line for line in UNIT.splitlines(True) if not line.startswith(key))
    _, problems = content({"unit.yaml": kept + left.format(key=key)})
    assert [p.code for p in problems] == ["L401"]
    assert_names(problems, f"缺少“{key}”")


def test_a_unit_names_an_existing_form_set(tmp_path: Path) -> None:
    unit, problems = read_in(
        write_unit(tmp_path, {"unit.yaml": UNIT.replace("套表: 测试", "套表: 测式")})
    )
    assert unit is None
    assert places(problems) == ["L504 content/unit.yaml:3:5"]
    assert_names(problems, "“测式”", "是否为“测试”", "jiujiang")


@pytest.mark.parametrize("extension", [".yml", ".yaml.txt"])
def test_a_form_set_under_another_extension_is_named(tmp_path: Path, extension: str) -> None:
    folder = write_unit(tmp_path, {"unit.yaml": UNIT.replace("套表: 测试", "套表: 青石县")})
    (folder / f"templates/青石县{extension}").write_text("名称: 青石县\n", encoding="utf-8")
    _, problems = read_in(folder)
    assert places(problems) == ["L504 content/unit.yaml:3:5"]
    assert_names(problems, f"有 templates/青石县{extension}，扩展名要改成 .yaml")


@pytest.mark.parametrize("typed", ["", "../测试", "长" * 300, "a/../../测试"])
def test_a_form_set_is_a_plain_name(tmp_path: Path, typed: str) -> None:
    unit, problems = read_in(
        write_unit(tmp_path, {"unit.yaml": UNIT.replace("测试\n", f"{typed}\n")})
    )
    assert unit is None
    assert [p.code for p in problems] in (["L504"], ["L401"])


def test_a_broken_form_set_stops_quietly_after_its_own_problems(tmp_path: Path) -> None:
    unit, problems = read_in(write_unit(tmp_path, {"套表": "- 甲\n"}))
    assert unit is None
    assert places(problems) == ["L213 templates/测试.yaml:1:1"]
    assert_names(problems, "测试.yaml")


# Files that cannot be read


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("figures.yaml", "", "L110"),
        ("facts.yaml", "只有一句话\n", "L213"),
        ("indicators.yaml", "# 空\n", "L110"),
        ("projects/甲.yaml", "- 甲\n", "L213"),
        ("2019/figures.yaml", "", "L110"),
    ],
)
def test_a_file_that_gives_nothing_leaves_the_content_incomplete(
    name: str, text: str, code: str
) -> None:
    unit, problems = content({name: text})
    assert [p.code for p in problems] == [code]
    assert not unit.complete


def test_an_unreadable_report_is_not_called_missing_as_well(tmp_path: Path) -> None:
    change(
        sample_folder(copy_sample(tmp_path)) / "2020/report.md", ("# 部门整体", "# \ue010部门整体")
    )
    assert {p["code"] for p in check(tmp_path).problems() if p["severity"] == "error"} == {"L106"}


def test_all_files_are_read_in_one_run() -> None:
    _, problems = content(
        {
            "figures.yaml": "收入:\n  拨款: {本年: 五}\n",
            "facts.yaml": "单位: 我\n",
            "indicators.yaml": "甲: 1\n",
            "projects/甲.yaml": "主管部门: 教育局\n",
            "report.md": "\x01",
            "2019/figures.yaml": "收入: 5\n",
        }
    )
    assert sorted({p.at.file.removeprefix("content/") for p in problems}) == [
        "2019/figures.yaml",
        "2020/facts.yaml",
        "2020/figures.yaml",
        "2020/indicators.yaml",
        "2020/projects/甲.yaml",
        "2020/report.md",
    ]


# Facts


def test_facts_are_trees_of_texts_numbers_formulas_and_lists() -> None:
    problems = Problems()
    tree = read_tree(
        mapping(
            "人员:\n  在职: 6人\n  实有: = 人员.在职 + 1\n机构:\n"
            "活动:\n  - 日期: 2020-07-01\n    人数: 23\n  - 座谈会\n"
        ),
        problems,
        top=True,
    )
    assert seen(problems) == []
    people, events = tree["人员"], tree["活动"]
    assert isinstance(people, dict)
    assert isinstance(events, tuple)
    assert [type(people["在职"]), type(people["实有"])] == [Quantity, Formula]
    assert tree["机构"] == Text("", mapping("机构:\n").items[0][1].at) or isinstance(
        tree["机构"], Text
    )
    assert isinstance(events[0], dict)
    assert [type(value) for value in events[0].values()] == [Text, Quantity]
    assert isinstance(events[1], Text)


@pytest.mark.parametrize(
    ("text", "expected", "named"),
    [
        ("年度: 2020\n", "L215 1:1", "“年度”"),
        ("项目:\n  - 甲\n", "L215 1:1", "“项目”"),
        ("甲（乙）: 1\n", "L211 1:1", "“甲（乙）”"),
        ("表:\n  2019年: 1\n", "L211 2:3", "“2019年”"),
        ("名单:\n  - [甲, 乙]\n", "L216 2:5", "列表里不能再直接放列表"),
    ],
)
def test_facts_that_cannot_be(text: str, expected: str, named: str) -> None:
    problems = Problems()
    read_tree(mapping(text), problems, top=True)
    assert seen(problems) == [expected]
    assert_names(problems, named)


def test_reserved_names_are_free_further_down() -> None:
    problems = Problems()
    assert "指标" in str(read_tree(mapping("甲:\n  指标: 1\n"), problems, top=True))
    assert seen(problems) == []


# Waivers


def test_waivers_stand_among_the_facts() -> None:
    unit, problems = content(
        {
            "facts.yaml": "人数: 5\n豁免:\n  - {规则: SUM01, 位置: 收入, 理由: 照报}\n  - {规则: DUP01}\n"
        }
    )
    assert seen(problems) == []
    assert [(w.rule, w.place, w.reason, w.at.line) for w in unit.waivers] == [
        ("SUM01", "收入", "照报", 3),
        ("DUP01", "", "", 4),
    ]
    assert list(unit.facts) == ["人数"]


@pytest.mark.parametrize(
    ("typed", "expected", "named"),
    [
        ("5", "L214 1:5", "豁免"),
        ("[SUM01]", "L213 1:6", "豁免"),
        ("[{位置: 收入}]", "L401 1:6", "缺少“规则”"),
        ("[{规则: SUM01, 原因: 照报}]", "L212 1:18", "“原因”"),
    ],
)
def test_mistakes_of_waivers(typed: str, expected: str, named: str) -> None:
    _, problems = content({"facts.yaml": f"豁免: {typed}\n"})
    assert seen(problems) == [expected]
    assert_names(problems, named)


# Projects

PROJECT = """\
名称: 骨干培训
主管部门: 县教育局
资金:
  拨款: {年初预算: 30, 年中追加: 2, 全年执行: 27}
目标: {预期: 完成培训, 完成: 已完成}
指标:
  - 一级: 产出指标
    三级:
      - {名称: 人数, 目标: 2, 完成: 2, 分值: 100}
"""


def test_a_project_has_texts_funds_and_indicators() -> None:
    problems = Problems()
    project = read_project(mapping(PROJECT), "01骨干", {}, problems)
    assert seen(problems) == []
    assert (project.key, project.name) == ("01骨干", "骨干培训")
    assert sorted(project.texts) == ["主管部门", "目标"]
    assert project.funds is not None
    assert [row.name for row in project.funds.rows] == ["拨款"]
    assert [indicator.name for indicator in project.indicators.rows] == ["人数"]


@pytest.mark.parametrize(
    ("key", "expected"), [("名称", "L401 1:1"), ("资金", "L401 1:1"), ("指标", "")]
)
def test_required_keys_of_a_project(key: str, expected: str) -> None:
    problems = Problems()
    node = mapping(PROJECT.replace(f"{key}:", f"别的{key}:", 1))
    project = read_project(node, "01骨干", {}, problems)
    assert seen(problems) == ([expected] if expected else [])
    assert project.name == ("01骨干" if key == "名称" else "骨干培训")
    if expected:
        assert_names(problems, f"缺少“{key}”")


def test_funds_must_be_a_table() -> None:
    problems = Problems()
    project = read_project(mapping("名称: 甲\n资金: 30\n"), "甲", {}, problems)
    assert project.funds is None
    assert seen(problems) == ["L301 2:1"]


# Whatever is in the files, reading them never raises

NAMES = ["figures.yaml", "facts.yaml", "indicators.yaml", "projects/甲.yaml", "report.md",
         "2019/figures.yaml", "unit.yaml", "套表"]  # fmt: skip
KEYS = st.sampled_from(
    ["名称", "简称", "套表", "合计", "本年", "其中", "列公式", "尾差", "显示", "单位", "派生", "公式",
     "资金", "指标", "一级", "二级", "三级", "目标", "完成", "分值", "得分", "权重", "评分", "整体",
     "等级", "下限", "文档", "附件", "反向", "完成率小数位", "豁免", "甲"]
)  # fmt: skip
LEAVES = st.sampled_from(
    [
        "",
        "5",
        "-1.50",
        "007",
        "1,2",
        "1O5",
        "≥5%",
        "5家",
        "= 甲 + 1",
        "= ",
        "允许",
        "元",
        "定性",
        "无",
    ]
)


def _block(tree: object, indent: int = 0) -> str:
    pad = "  " * indent
    if isinstance(tree, dict):
        return "".join(
            f"{pad}{key}: {value}\n" if isinstance(value, str) else
            f"{pad}{key}:\n{_block(value, indent + 1)}"
            for key, value in tree.items()
        )  # fmt: skip
    assert isinstance(tree, list)
    return "".join(
        f"{pad}- {item}\n" if isinstance(item, str) else f"{pad}-\n{_block(item, indent + 1)}"
        for item in tree
    )


TREES = st.recursive(
    st.dictionaries(KEYS, LEAVES, min_size=1, max_size=4) | st.lists(LEAVES, max_size=3),
    lambda inner: (
        st.dictionaries(KEYS, LEAVES | inner, min_size=1, max_size=4)
        | st.lists(LEAVES | inner, min_size=1, max_size=3)
    ),
    max_leaves=8,
).map(_block)


def _read_with(name: str, data: str | bytes) -> Problems:
    with tempfile.TemporaryDirectory() as folder:
        return read_in(write_unit(Path(folder), {name: data}))[1]


@pytest.mark.parametrize("name", NAMES)
@given(text=TREES | st.lists(SNIPPETS, max_size=20).map("".join))
def test_random_yaml_never_raises(name: str, text: str) -> None:
    for problem in _read_with(name, text):
        assert "Traceback" not in problem.message


@pytest.mark.parametrize("name", NAMES)
@given(data=st.binary(max_size=200))
def test_random_bytes_never_raise(name: str, data: bytes) -> None:
    _read_with(name, data)


def test_one_wrong_line_hides_no_other_file(tmp_path: Path) -> None:
    folder = sample_folder(copy_sample(tmp_path)) / "2020"
    change(folder / "figures.yaml", ("  财政拨款: {本年: 209.57}", "  财政拨款: {本年: 209.57"))
    change(folder / "facts.yaml", ("  编制: 5\n", "  编制: 5\n  编制: 6\n"))
    _, problems = read_in(tmp_path)
    assert {p.at.file.rpartition("/")[2] for p in problems} == {"figures.yaml", "facts.yaml"}


def test_unseen_characters_of_the_report_are_named_at_their_place() -> None:
    _, problems = content({"report.md": "# 一、概况\n\n我办\u200b高度重视。\n"})
    assert "L138 3:3" in seen(problems)


@pytest.mark.parametrize("folder", ["项目", "Projects2", "projects/往年"])
def test_content_in_another_folder_is_pointed_out(folder: str) -> None:
    _, problems = content({f"{folder}/甲.yaml": "名称: 甲\n", "备份/说明.txt": ""})
    assert places(problems) == [f"L139 content/2020/{folder}"]
    assert_names(problems, "1个文件")


@pytest.mark.parametrize("name", ["乙.YAML", "乙.yaml.txt", "乙.yml", "乙．yaml"])
def test_projects_need_the_right_extension(name: str) -> None:
    _, problems = content({f"projects/{name}": "名称: 乙\n"})
    assert places(problems) == [f"L133 content/2020/projects/{name}"]
