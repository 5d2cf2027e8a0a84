"""``gen template check`` and ``gen template names`` as functions, on workspaces made here."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from kit import workspaces
from kit.templates import FORM_SET, excel, made, opened, word

from generator.build.template_check import check_templates, filters, names
from generator.language.wording import FILTERS
from generator.problems import Problem, Problems
from generator.workspace import Workspace


@pytest.fixture(autouse=True)
def _no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEN_CACHE", "0")


def checked(
    workspace: Workspace, year: int | None = 2024, units: tuple[str, ...] = (), **more: Any
) -> tuple[list[str], list[Problem]]:
    problems = Problems()
    labels = check_templates(workspace, year, list(units), problems, **more)
    return labels, list(problems)


def briefly(found: list[Problem]) -> list[tuple[str, str, str]]:
    return [(p.code, p.at.file, str(p.at.place or "")) for p in found]


def test_everything_wrong_in_every_template_comes_at_once(tmp_path: Path) -> None:
    workspace = made(
        tmp_path,
        "- {名称: 报告, docx: 甲.docx, 附件: [附表]}\n"
        "- {名称: 附表, docx: 乙.docx, xlsx: 丙.xlsx}\n",
        **{
            "templates/甲.docx": word("{{ 单位.名秤 }}", "{{ 年度 }", "{{ 年底 | 万圆 }}"),
            "templates/乙.docx": word("｛｛ 年度 ｝｝", "{% if 项目 %}有"),
            "templates/丙.xlsx": excel("{{ 单位.简写 }}"),
        },
    )
    labels, found = checked(workspace)
    assert labels == ["templates/甲.docx", "templates/乙.docx", "templates/丙.xlsx"]
    assert set(briefly(found)) == {
        ("T101", "templates/甲.docx", "正文 第1段"),
        ("T202", "templates/甲.docx", "正文 第2段"),
        ("T101", "templates/甲.docx", "正文 第3段"),
        ("T102", "templates/甲.docx", "正文 第3段"),
        ("T201", "templates/乙.docx", "正文 第1段"),
        ("T111", "templates/乙.docx", "正文 第2段"),
        ("T101", "templates/丙.xlsx", "工作表“Sheet” A1"),
    }
    assert "是否为“名称”" in next(p.message for p in found if "名秤" in p.message)
    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("{{ 年度｜万元 }}", "“｜”是中文（全角）的，请改成英文的“|”"),
        ("{{ 年度 | 万元（2） }}", "“（ ）”是中文（全角）的，请改成英文的“( )”"),
        ("{{ 单位。名称 }}", "“。”是中文（全角）的，请改成英文的“.”"),
        ("{{ 年度 | 占(年度，1) }}", "“，”是中文（全角）的，请改成英文的“,”"),
        ("{{ 年度 ☆ }}", "有不认识的字符“☆”"),
    ],
)
@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_a_wrong_sign_is_named_once_and_in_chinese(
    tmp_path: Path, kind: str, tag: str, said: str
) -> None:
    made_of = word(tag) if kind == "docx" else excel(tag)
    workspace = made(
        tmp_path, f"- {{名称: 表, {kind}: 甲.{kind}}}\n", **{f"templates/甲.{kind}": made_of}
    )
    found = checked(workspace)[1]
    assert [p.code for p in found] == ["T110"]
    assert said in found[0].message


def test_chinese_quotes_in_excel_are_named_and_what_they_hold_is_not(tmp_path: Path) -> None:
    """Word makes such quotes by itself, so there they are read as plain ones."""
    workspace = made(
        tmp_path,
        "- {名称: 表, xlsx: 甲.xlsx}\n",
        **{"templates/甲.xlsx": excel("{% if 年度 == “甲、乙” %}有{% endif %}")},
    )
    (found,) = checked(workspace)[1]
    assert '““ ””是中文（全角）的，请改成英文的“" "”' in found.message


def test_clean_templates_are_clean(tmp_path: Path) -> None:
    workspace = made(
        tmp_path,
        "- 名称: 报告\n  docx: 甲.docx\n"
        "- {名称: 项目表, docx: 乙.docx, 每个: 项目, 文件名: '表（{{ 本项目.名称 }}）'}\n",
        **{
            "templates/甲.docx": word(
                "{{ 单位.名称 }}{{ 年度 }}", "{{p 正文 }}",
                "{% for p in 项目 %}{{ loop.index + 1 }}{{ p.名称 }}{% endfor %}",
            ),
            "templates/乙.docx": word("{{ 附件号 }}{{ 本项目.目标.预期 }}"),
        },
    )  # fmt: skip
    assert checked(workspace) == (["templates/甲.docx", "templates/乙.docx"], [])


def test_a_per_project_template_is_checked_against_each_project(tmp_path: Path) -> None:
    workspace = made(
        tmp_path,
        "- {名称: 项目表, docx: 甲.docx, 每个: 项目, 文件名: '{{ 本项目.名秤 }}'}\n",
        **{
            "templates/甲.docx": word("{{ 本项目.备注 }}"),
            "content/peixun/2024/projects/另一个.yaml": (
                workspaces.project("另一个") + "备注: 有\n"
            ),
        },
    )
    _, found = checked(workspace)
    assert ("T101", "templates/甲.docx", "正文 第1段") in briefly(found)
    assert any(p.at.file == "templates/县里.yaml" and "名秤" in p.message for p in found)


def test_templates_that_cannot_be_opened(tmp_path: Path) -> None:
    workspace = made(
        tmp_path,
        "- {名称: 甲, docx: 没有.docx}\n- {名称: 乙, docx: 坏.docx}\n",
        **{"templates/坏.docx": b"nothing"},
    )
    labels, found = checked(workspace)
    assert labels == ["templates/没有.docx", "templates/坏.docx"]
    assert set(briefly(found)) == {
        ("T001", "templates/坏.docx", ""),
        ("T003", "templates/县里.yaml", ""),
    }


def test_arithmetic_on_amounts_points_to_derived_figures(tmp_path: Path) -> None:
    amounts = "资金来源.财政拨款.全年预算", "资金来源.其他资金.全年预算"
    tags = [f"{{{{ {amounts[0]} {sign} {amounts[1]} }}}}" for sign in "+-*/~"]
    workspace = made(
        tmp_path, "- {名称: 报告, docx: 甲.docx}\n", **{"templates/甲.docx": word(*tags)}
    )
    _, found = checked(workspace)
    assert [(p.code, str(p.at.place or "")) for p in found] == [
        ("T110", f"正文 第{number}段") for number in range(1, 6)
    ]
    assert all("派生" in p.message for p in found)


def test_heading_styles_are_missed_where_the_narrative_needs_them(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("{{p 正文 }}")
    for name in ("Heading 1", "Heading 4"):
        style = document.styles[name].element
        style.getparent().remove(style)
    stream = io.BytesIO()
    document.save(stream)
    workspace = made(
        tmp_path, "- {名称: 报告, docx: 甲.docx}\n", **{"templates/甲.docx": stream.getvalue()}
    )
    _, (problem,) = checked(workspace)
    assert (problem.code, str(problem.at.place)) == ("T212", "正文 第1段")
    assert "heading 1" in problem.message


def test_mistakes_in_content_do_not_become_mistakes_of_templates(tmp_path: Path) -> None:
    workspace = made(
        tmp_path,
        "- {名称: 报告, docx: 甲.docx}\n",
        **{
            "templates/甲.docx": word("{{ 资金来源.财政拨款.全年预算 }}{{ 年度 }"),
            "content/peixun/2024/figures.yaml": "资金来源:\n\t坏: {",
        },
    )
    _, found = checked(workspace)
    assert [p.code for p in found] == ["T303", "T202"]
    assert not any(p.at.file.endswith("figures.yaml") for p in found)


@pytest.mark.long
def test_a_form_set_that_nobody_uses_is_checked_for_structure(tmp_path: Path) -> None:
    workspaces.write(tmp_path, dict(workspaces.unit_files()))
    workspaces.write(
        tmp_path,
        {
            "templates/备用.yaml": FORM_SET
            + "  - {名称: 甲, docx: 备用.docx, 文件名: '{{ 年度 年度 }}'}\n",
            "templates/备用.docx": word("{{ 随便.什么 }}", "{{ 随便 | 万圆 }}", "{%p if x %}"),
        },
    )
    labels, found = checked(opened(tmp_path), None)
    assert "templates/备用.docx" in labels
    assert "templates/docx/jiujiang/报告.docx" in labels
    ours = [p for p in found if "备用" in p.at.file]
    assert {(p.code, str(p.at.place or "")) for p in ours} == {
        ("T102", "正文 第2段"), ("T111", "正文 第3段"), ("T110", ""), ("T302", ""),
    }  # fmt: skip
    assert not [p for p in checked(opened(tmp_path), 2024)[1] if "备用" in p.at.file]


@pytest.mark.long
def test_years_and_units_limit_what_is_checked(tmp_path: Path) -> None:
    workspace = made(
        tmp_path, "- {名称: 报告, docx: 甲.docx}\n", **{"templates/甲.docx": word("{{ 独有 }}")}
    )
    other = workspaces.unit_files("lingwai", 2023)
    other = {name: text.replace("套表: jiujiang", "套表: 县里") for name, text in other.items()}
    other["content/lingwai/2023/facts.yaml"] += "独有: 有\n"
    workspaces.write(tmp_path, dict(other))
    workspace = opened(tmp_path)
    assert [p.code for p in checked(workspace, 2024)[1]] == ["T101"]
    assert checked(workspace, 2023)[1] == []
    assert checked(workspace, None, ("lingwai",))[1] == []
    assert [p.code for p in checked(workspace, None, ("peixun",))[1]] == ["T101"]


def test_shipped_templates_are_right() -> None:
    workspace = opened(workspaces.ROOT) if workspaces.CONTENT.is_dir() else None
    if workspace is None:
        pytest.skip("the sample content is not beside the tests")
    labels, found = checked(workspace, None)
    assert [p for p in found if p.severity == "error"] == []
    assert len(labels) >= 7


def test_figures_that_nothing_names_are_notes_on_request(tmp_path: Path) -> None:
    shown = (
        "{% for r in 指标 %}{{ r.名称 }}{% endfor %}{% if 资金结构.项目支出.全年预算 > 0 %}"
        "{{ 资金来源.合计.全年预算 | 万元 }}{% endif %}"
    )
    workspace = made(
        tmp_path, "- {名称: 报告, docx: 甲.docx}\n", **{"templates/甲.docx": word(shown)}
    )
    assert checked(workspace)[1] == []
    _, found = checked(workspace, unused=True)
    assert {(p.code, p.severity) for p in found} == {("T301", "note")}
    unused = {p.message.partition("“")[2].partition("”")[0] for p in found}
    assert {"资金结构.基本支出.全年预算", "下属单位个数"} <= unused
    # Named by the report, part of a named sum, or asked for in a condition.
    assert not unused & {
        "资金来源.财政拨款.全年预算", "资金来源.其他资金.全年预算", "资金来源.财政拨款.全年执行",
        "资金结构.项目支出.全年预算",
    }  # fmt: skip


# --- names ----------------------------------------------------------------------------------


def rows_of(folder: Path) -> Iterator[Any]:
    workspaces.write(folder, dict(workspaces.unit_files()))
    yield from names(opened(folder), 2024, "peixun")


def test_names_with_kind_unit_sample_and_place(tmp_path: Path) -> None:
    rows = {row.name: row for row in rows_of(tmp_path)}
    amount = rows["资金来源.财政拨款.全年预算"]
    assert (amount.kind, amount.unit, amount.sample) == ("数", "万元", "120.5")
    assert amount.source == "content/peixun/2024/figures.yaml:2"
    assert (rows["主送"].kind, rows["主送"].sample) == ("文字", "县财政局")
    assert rows["主送"].source == "content/peixun/2024/facts.yaml:1"
    assert rows["资金来源"].kind == "分组"
    assert (rows["指标"].kind, rows["指标"].sample) == ("列表", "3项")
    assert rows["指标[].名称"].sample == "培训人数"
    assert rows["指标[].偏差原因"].sample == "场地不足。"
    assert rows["项目[].指标[].分值"].unit == "分"
    assert rows["本项目.资金.合计.全年预算"].sample == "30"
    assert {"年度", "上年度", "自评.等级", "附件[].号", "附件号", "正文", "loop.index"} <= set(rows)
    assert "附件号表" not in rows
    assert len(rows) == len(list(rows_of(tmp_path)))


def test_every_name_can_be_used(tmp_path: Path) -> None:
    """What ``names`` lists, a template may name: each name as a tag of its own, linted."""
    tags = []
    for row in rows_of(tmp_path / "一"):
        if "[]" in row.name or row.name.startswith(("本项目", "loop", "正文")):
            continue
        if row.kind in ("数", "文字"):
            tags.append(f"{{{{ {row.name} }}}}")
        elif row.kind == "列表":
            tags.append(f"{{% for x in {row.name} %}}。{{% endfor %}}")
    workspace = made(
        tmp_path / "二", "- {名称: 报告, docx: 甲.docx}\n", **{"templates/甲.docx": word(*tags)}
    )
    assert len(tags) > 50
    assert briefly(checked(workspace)[1]) == []


def test_no_content_gives_no_names(tmp_path: Path) -> None:
    workspaces.write(tmp_path, dict(workspaces.unit_files()))
    assert names(opened(tmp_path), 2023, "peixun") == []
    assert names(opened(tmp_path), 2024, "没有") == []


def test_every_filter_is_listed() -> None:
    assert [row.name for row in filters()] == list(FILTERS)
    assert all(row.usage and row.summary for row in filters())


def test_a_form_set_that_gives_rules_nothing_to_compare_with_is_told(tmp_path: Path) -> None:
    documents = "- {名称: 报告, docx: 甲.docx}\n"
    workspace = made(tmp_path, documents, **{"templates/甲.docx": word("{{ 年度 }}")})
    assert checked(workspace)[1] == []
    path = tmp_path / "templates/县里.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("继承: 全国\n", ""), encoding="utf-8")
    (found,) = checked(workspace)[1]
    assert (found.code, found.at.file) == ("T304", "templates/县里.yaml")
    assert "继承: 全国" in found.hint


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("指标值（如：100人）", "（如：100人）"),
        ("（例如：走访企业）", "（例如：走访企业）"),
        ("填写说明：按批复填。", "填写说明"),
        ("（此处填写单位全称）", "（此处填写单位全称）"),
        ("【请填写】", "【请填写】"),
        ("注：1.绩效自评采取打分评价的形式。", ""),
        ("比上年增加（减少）", ""),  # a heading
        ("{{ 单位.名称 }}（盖章）", ""),
    ],
)
def test_prompts_left_in_a_template(text: str, told: str, tmp_path: Path) -> None:
    """Whether a unit uses the form set or not; what is printed is not touched."""
    workspace = made(
        tmp_path,
        "- {名称: 报告, docx: 甲.docx, xlsx: 乙.xlsx}\n",
        **{"templates/甲.docx": word("正文", text), "templates/乙.xlsx": excel(text)},
    )
    found = [p for p in checked(workspace)[1] if p.code == "T305"]
    assert [p.at.file for p in found] == ["templates/乙.xlsx", "templates/甲.docx"] * bool(told)
    assert all(f"“{told}”是教人怎样填表的" in p.message for p in found)
    assert all("A1" in p.message or "第2段" in p.message or "第1行" in p.message for p in found)
