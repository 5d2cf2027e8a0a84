"""What templates miss in the content: told once, at the content file, with the line to add."""

from __future__ import annotations

from pathlib import Path

import pytest
from kit.templates import excel, made, word
from kit.workspaces import project

from generator.build.pipeline import examine
from generator.build.template_check import check_templates
from generator.problems import Problem, Problems
from generator.workspace import Workspace

YEAR = "content/peixun/2024"
BOTH = "- {名称: 表, docx: 甲.docx, xlsx: 甲.xlsx}\n"
WORD = "- {名称: 表, docx: 甲.docx}\n"
EACH = "- {名称: 表, 每个: 项目, 文件名: '{{ 本项目.名称 }}', docx: 甲.docx, xlsx: 甲.xlsx}\n"
FIGURES = "收入:\n  拨款: {本年: 5, 上年: 4}\n  结转: {本年: 1, 上年: 2}\n"
MISSING = ("F101", "L144", "T101", "T104", "T115", "T150", "T151")


@pytest.fixture(autouse=True)
def _no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEN_CACHE", "0")


def workspace(folder: Path, documents: str, *tags: str, **files: str) -> Workspace:
    """A unit whose Word and Excel templates hold ``tags``; ``files`` of its year by their stem."""
    there: dict[str, str | bytes] = {
        "templates/甲.docx": word(*tags),
        "templates/甲.xlsx": excel(*tags),
        f"{YEAR}/figures.yaml": FIGURES,
        f"{YEAR}/report.md": "正文。\n",
        **{f"{YEAR}/{name}": text for name, text in files.items()},
    }
    return made(folder, documents, **there)


def check(there: Workspace) -> list[Problem]:
    """What ``gen check`` says of names and values."""
    problems = Problems()
    for target in there.unit_years(2024):
        examine(there, target, problems)
    return [item for item in problems.sorted() if item.code in MISSING]


def template_check(there: Workspace) -> list[Problem]:
    problems = Problems()
    check_templates(there, 2024, [], problems)
    return [item for item in problems.sorted() if item.code in MISSING]


def only(found: list[Problem], code: str, file: str) -> Problem:
    assert [(item.code, item.at.file) for item in found] == [(code, file)]
    return found[0]


# A name that nothing in the content has


def test_a_missing_table_is_told_once_with_the_line_to_add(tmp_path: Path) -> None:
    tags = [
        "{{ 三公经费.合计.年初预算 }}", "{{ 三公经费.合计.决算 }}", "{{ 三公经费.接待.决算 | 万元 }}",
        "{{ 三公经费.接待.决算 | 占(三公经费.合计.决算) }}",
    ]  # fmt: skip
    told = only(check(workspace(tmp_path, BOTH, *tags)), "T150", f"{YEAR}/figures.yaml")
    assert "“三公经费”" in told.message
    assert "三公经费: {合计: {年初预算: …, 决算: …}, 接待: {决算: …}}" in told.hint
    assert {at.file for at in told.related} == {"templates/甲.docx", "templates/甲.xlsx"}
    assert len(told.related) == 2 * len(tags)


def test_a_long_line_is_told_by_its_first_names(tmp_path: Path) -> None:
    tags = [f"{{{{ 三公经费.第{n}项费用.年初预算 }}}}" for n in "一二三四五六七八"]
    (told,) = check(workspace(tmp_path, BOTH, *tags))
    assert "三公经费: {第一项费用: …, " in told.hint
    assert "第六项费用" not in told.hint


def test_a_missing_row_is_told_inside_its_table(tmp_path: Path) -> None:
    tags = ["{{ 收入.捐赠款.本年 }}", "{{ 收入.捐赠款.上年 }}"]
    told = only(check(workspace(tmp_path, BOTH, *tags)), "T150", f"{YEAR}/figures.yaml")
    assert told.at.line == 2
    assert "“收入”里没有“捐赠款”" in told.message
    assert "“收入”下面加一行“捐赠款: {本年: …, 上年: …}”" in told.hint


def test_a_missing_fact_is_told_at_facts(tmp_path: Path) -> None:
    told = only(check(workspace(tmp_path, BOTH, "{{ 办公地点 }}")), "T150", f"{YEAR}/facts.yaml")
    assert "加一行“办公地点: …”" in told.hint


def test_a_missing_entry_of_the_unit_is_told_at_the_unit(tmp_path: Path) -> None:
    told = only(
        check(workspace(tmp_path, BOTH, "{{ 单位.联系电话 }}")), "T150", "content/peixun/unit.yaml"
    )
    assert "联系电话: …" in told.hint


def test_the_report_tells_once_what_it_asks_for_often(tmp_path: Path) -> None:
    text = "、".join(["{{ 三公经费.合计.决算 }}", "{{ 三公经费.接待.决算 }}"] * 2) + "。\n"
    there = workspace(tmp_path, WORD, "{{ 年度 }}", **{"report.md": text})
    told = only(check(there), "T150", f"{YEAR}/figures.yaml")
    assert [at.file for at in told.related] == [f"{YEAR}/report.md"] * 4


# A slip of the tag stays where it is


@pytest.mark.parametrize(
    ("tag", "meant"),
    [
        ("{{ 单位.简秤 }}", "简称"),
        ("{{ 收入.拔款.本年 }}", "拨款"),
        ("{{ 收入.拨款.本午 }}", "本年"),
    ],
)
def test_a_name_like_one_that_is_there_is_a_slip(tmp_path: Path, tag: str, meant: str) -> None:
    told = only(check(workspace(tmp_path, WORD, tag)), "T101", "templates/甲.docx")
    assert f"是否为“{meant}”" in told.message


def test_a_single_name_of_the_report_is_a_slip(tmp_path: Path) -> None:
    there = workspace(tmp_path, WORD, "{{ 年度 }}", **{"report.md": "{{ 办公地点 }}。\n"})
    only(check(there), "T101", f"{YEAR}/report.md")


def test_what_last_year_had_is_a_gap_even_so(tmp_path: Path) -> None:
    there = workspace(tmp_path, WORD, "{{ 年度 }}", **{
        "report.md": "{{ 办公地点 }}，{{ 经费.接待.决算 }}。\n",
        "../2023/facts.yaml": "办公地点: 深圳\n",
        "../2023/figures.yaml": FIGURES + "经费:\n  接待: {决算: 3}\n",
    })  # fmt: skip
    assert [(p.code, p.at.file) for p in check(there)] == [
        ("T150", f"{YEAR}/facts.yaml"), ("T150", f"{YEAR}/figures.yaml"),
    ]  # fmt: skip


@pytest.mark.parametrize("tag", ["{{ 自评.执行得分数 }}", "{{ 本项目.备注 }}", "{{ r.名称 }}"])
def test_names_that_gen_makes_are_no_gaps(tmp_path: Path, tag: str) -> None:
    loop = ["{%p for r in 指标 %}", "{{ r.名称 }}", "{%p endfor %}"]
    only(check(workspace(tmp_path, WORD, *loop, tag)), "T101", "templates/甲.docx")


def test_a_field_that_no_indicator_has_is_a_slip(tmp_path: Path) -> None:
    loop = ["{%p for r in 指标 %}", "{{ r.核心 }}", "{%p endfor %}"]
    only(check(workspace(tmp_path, WORD, *loop)), "T101", "templates/甲.docx")


# What one of several projects or indicators lacks


FUNDS = "当年财政拨款: {年初预算: 30, 年中追加: 0, 全年执行: 27}\n"
CARRIED = "上年结转资金: {年初预算: 2, 年中追加: 0, 全年执行: 1}\n"
TWO = {
    "projects/骨干培训.yaml": project("骨干培训", funds=FUNDS + CARRIED),
    "projects/乙.yaml": project("乙", funds=FUNDS),
}
LOOPED = ["{%p for p in 项目 %}", "{{ p.资金.上年结转资金.年初预算 }}", "{%p endfor %}"]
TESTED = [
    "{%p for p in 项目 %}", "{%p if p.资金.上年结转资金.年初预算 > 1 %}", "多", "{%p endif %}",
    "{%p endfor %}",
]  # fmt: skip


@pytest.mark.parametrize(
    ("documents", "tags"),
    [
        (EACH, ["{{ 本项目.资金.上年结转资金.年初预算 }}", "{{ 本项目.资金.上年结转资金.全年执行 }}"]),
        (WORD, LOOPED),
        (WORD, TESTED),
        (WORD, ["{%p for p in 项目 %}", "{{ p.资金.上年结转资金.年初预算 | 万元 }}", "{%p endfor %}"]),
    ],
)  # fmt: skip
def test_a_row_that_one_project_lacks(tmp_path: Path, documents: str, tags: list[str]) -> None:
    told = only(
        check(workspace(tmp_path, documents, *tags, **TWO)), "T150", f"{YEAR}/projects/乙.yaml"
    )
    assert "项目“乙”的“资金”里没有“上年结转资金”" in told.message
    assert "“资金”下面加一行“上年结转资金: {年初预算: …" in told.hint
    assert "templates/甲.docx" in {at.file for at in told.related}


def test_the_line_asks_for_what_is_typed_only(tmp_path: Path) -> None:
    """全年预算 is worked out by the form set: the tags ask for it, the clerk does not type it."""
    tags = ("{{ 本项目.资金.上年结转资金.全年预算 }}", "{{ 本项目.资金.上年结转资金.全年执行 }}")
    found = only(check(workspace(tmp_path, EACH, *tags, **TWO)), "T150", f"{YEAR}/projects/乙.yaml")
    assert "“上年结转资金: {年初预算: …, 年中追加: …, 全年执行: …}”" in found.hint


def test_a_row_that_the_first_project_lacks(tmp_path: Path) -> None:
    """A loop is checked against the first item's branches."""
    projects = {"projects/骨干培训.yaml": project("骨干培训", funds=FUNDS + CARRIED),
                "projects/a.yaml": project("甲", funds=FUNDS)}  # fmt: skip
    told = only(
        check(workspace(tmp_path, WORD, *LOOPED, **projects)), "T150", f"{YEAR}/projects/a.yaml"
    )
    assert "项目“甲”" in told.message


def test_a_field_that_one_project_lacks(tmp_path: Path) -> None:
    files = {**TWO, "projects/乙.yaml": TWO["projects/乙.yaml"].replace("实施单位: 培训中心\n", "")}
    told = only(
        check(workspace(tmp_path, EACH, "{{ 本项目.实施单位 }}", **files)),
        "T150", f"{YEAR}/projects/乙.yaml",
    )  # fmt: skip
    assert "项目“乙”里没有“实施单位”" in told.message
    assert "实施单位: …" in told.hint


def test_a_field_that_no_project_has_is_told_at_each(tmp_path: Path) -> None:
    tags = ["{%p for p in 项目 %}", "{{ p.联系电话 }}", "{%p endfor %}"]
    found = check(workspace(tmp_path, WORD, *tags, **TWO))
    assert [(p.code, p.at.file) for p in found] == [
        ("T150", f"{YEAR}/projects/乙.yaml"), ("T150", f"{YEAR}/projects/骨干培训.yaml"),
    ]  # fmt: skip


ROWS = (
    "- 一级: 产出指标\n  二级:\n    - 名称: 数量指标\n      三级:\n"
    "        - {名称: 培训人数, 目标: 200, 完成: 150, 单位: 人, 分值: 60, 偏差原因: 少}\n"
    "        - {名称: 教材质量, 目标: 良好, 完成: 较好, 得分: 30, 分值: 40, 偏差原因: 差}\n"
)
RATE = ["{%p for r in 指标 %}", "{%p if r.完成率 > 1 %}", "超", "{%p endif %}", "{%p endfor %}"]


@pytest.mark.parametrize(
    ("tags", "field", "typed"),
    [
        (RATE, "完成率", "“目标”、“完成”"),
        ([RATE[0], "{{ '超' if 1 < r.完成率 else '' }}", RATE[-1]], "完成率", "“目标”、“完成”"),
        ([RATE[0], "{%p if r.完成 >= 100 %}", "到", *RATE[-2:]], "完成", "“完成”"),
        ([RATE[0], "{%p if r.分值 > r.完成 %}", "到", *RATE[-2:]], "完成", "“完成”"),
        ([RATE[0], "{{ r.完成 | 数 }}", RATE[-1]], "完成", "“完成”"),
        (["{%p for r in 指标 if r.目标 > 5 %}", "{{ r.名称 }}", RATE[-1]], "目标", "“目标”"),
    ],
)
def test_an_indicator_in_words_where_a_number_is_wanted(
    tmp_path: Path, tags: list[str], field: str, typed: str
) -> None:
    there = workspace(tmp_path, WORD, *tags, **{"indicators.yaml": ROWS})
    told = only(check(there), "T151", f"{YEAR}/indicators.yaml")
    assert told.at.line == 6
    assert f"指标“教材质量”的“{field}”" in told.message
    assert typed in told.hint
    assert told.hint.count("例如“") == 1
    assert [at.file for at in told.related] == ["templates/甲.docx"]


def test_template_check_finds_it_at_the_tag(tmp_path: Path) -> None:
    there = workspace(tmp_path, WORD, "{{ 年度 }}", *RATE, **{"indicators.yaml": ROWS})
    told = only(template_check(there), "T151", "templates/甲.docx")
    assert str(told.at.place) == "正文 第3段"
    assert [str(at) for at in told.related] == [f"{YEAR}/indicators.yaml:6:11"]


def test_template_check_finds_what_one_project_lacks(tmp_path: Path) -> None:
    told = only(
        template_check(workspace(tmp_path, WORD, *TESTED, **TWO)), "T150", "templates/甲.docx"
    )
    assert [at.file for at in told.related] == [f"{YEAR}/projects/乙.yaml"]


def test_texts_compare_with_texts(tmp_path: Path) -> None:
    tags = [RATE[0], "{%p if r.名称 < r.二级 %}", "前", *RATE[-2:]]
    assert check(workspace(tmp_path, WORD, *tags, **{"indicators.yaml": ROWS})) == []


def test_conditions_that_ask_first_are_no_faults(tmp_path: Path) -> None:
    tags = [RATE[0], "{%p if r.完成率 and r.完成率 > 1 %}", *RATE[2:]]
    there = workspace(tmp_path, WORD, *tags, **{"indicators.yaml": ROWS})
    assert check(there) == template_check(there) == []


def test_a_count_typed_in_words_is_told_at_facts(tmp_path: Path) -> None:
    facts = {"facts.yaml": "参加人数: 约二百（200）人\n地点: 深圳\n"}
    there = workspace(tmp_path, BOTH, "{{ 参加人数 | 数 }}", **facts)
    told = only(check(there), "T151", f"{YEAR}/facts.yaml")
    assert "约二百（200）人" in told.message
    assert len(told.related) == 2


def test_a_wording_for_numbers_on_a_word_is_a_slip(tmp_path: Path) -> None:
    there = workspace(tmp_path, WORD, "{{ 地点 | 数 }}", **{"facts.yaml": "地点: 深圳\n"})
    only(check(there), "T104", "templates/甲.docx")


# facts.yaml


def without_facts(there: Workspace) -> Workspace:
    (there.root / YEAR / "facts.yaml").unlink()
    return there


def test_a_missing_facts_file_is_one_message(tmp_path: Path) -> None:
    there = workspace(
        tmp_path, BOTH, "{{ 主送 }}", "{{ 成文日期 }}", "{{ 目标.预期 }}", "{{ 人员.在职 }}",
        **{
            "report.md": "{{ 下属单位个数 }}、{{ 部门项目个数 }}、{{ 履职.次数 }}。\n",
            "indicators.yaml": ROWS.replace("150", "= 履职.人数"),
        },
    )  # fmt: skip
    told = only(check(without_facts(there)), "L144", f"{YEAR}/facts.yaml")
    assert "“履职”" in told.message
    assert "主送" in told.message or "项都应当" in told.message


def test_a_unit_without_facts_needs_none(tmp_path: Path) -> None:
    assert check(without_facts(workspace(tmp_path, BOTH, "{{ 收入.拨款.本年 }}"))) == []
