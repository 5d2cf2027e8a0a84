"""Which documents there are, and that checking and checking templates say the same of them."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from kit import workspaces
from kit.templates import excel, made, opened, word

from generator.build import plan
from generator.build.pipeline import examine
from generator.build.template_check import check_templates
from generator.content import loader
from generator.figures import compute, dataset
from generator.figures.model import Names
from generator.problems import Problem, Problems
from generator.workspace import Workspace


@pytest.fixture(autouse=True)
def _no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEN_CACHE", "0")


def of_templates(problems: Problems) -> list[Problem]:
    """What is said of templates themselves; rules speak of the form set."""
    return [
        item
        for item in problems.sorted()
        if item.at.file.startswith("templates/") and item.code[1:].isdigit()
    ]


def said_by_check(workspace: Workspace) -> list[Problem]:
    problems = Problems()
    for target in workspace.unit_years(2024):
        examine(workspace, target, problems)
    return of_templates(problems)


def said_by_template_check(workspace: Workspace) -> list[Problem]:
    problems = Problems()
    check_templates(workspace, 2024, [], problems)
    return of_templates(problems)


ONE_WORD = "- {名称: 报告, docx: 甲.docx}\n"
ONE_EXCEL = "- {名称: 表, xlsx: 甲.xlsx}\n"


@pytest.mark.long
@pytest.mark.parametrize(
    ("documents", "files", "codes"),
    [
        (ONE_WORD, {"甲.docx": word("{{ 年度 }}年")}, []),
        (ONE_WORD, {"甲.docx": word("{%p for r in 指标 %}", "{{ r.名称 }}")}, ["T111"]),
        (ONE_WORD, {"甲.docx": word("{% for r in 指标 %}{{ r.名称 }}", "{{ 年度 }}")},
         ["T111"]),
        (ONE_WORD, {"甲.docx": word("{% if 项目 %}有{% else %}无{% else %}缺{% endif %}")},
         ["T140"]),
        (ONE_WORD, {"甲.docx": word("{{ 单位.名秤 }}", "{{ 年度 | 万圆 }}")}, ["T101", "T102"]),
        (ONE_EXCEL, {"甲.xlsx": excel("{%tr for r in 指标 %}")}, ["T111"]),
        (ONE_EXCEL, {"甲.xlsx": excel("{% if 项目 %}有{% else %}无{% else %}缺{% endif %}")},
         ["T140"]),
        (ONE_EXCEL, {"甲.xlsx": excel("{{ 单位.名秤 }}")}, ["T101"]),
        # Left out for its condition, a document is none of this year's: its names cannot be known.
        ("- {名称: 报告, docx: 甲.docx}\n- {名称: 附表, docx: 乙.docx, 条件: 疫情防控}\n",
         {"甲.docx": word("{{ 年度 }}"), "乙.docx": word("{{ 疫情防控.本年 }}")}, []),
        ("- {名称: 报告, docx: 甲.docx, 附件: [附表]}\n"
         "- {名称: 附表, docx: 乙.docx, 条件: 疫情防控}\n",
         {"甲.docx": word("{{ 年度 }}"), "乙.docx": word("{{ 疫情防控.本年 }}")}, []),
        ("- {名称: 附表, docx: 甲.docx, 条件: 单位.名秤}\n", {"甲.docx": word("{{ 年度 }}")},
         ["T118"]),
        ("- {名称: 甲, 文件名: 同名, docx: 甲.docx}\n- {名称: 乙, 文件名: 同名, docx: 乙.docx}\n",
         {"甲.docx": word("{{ 年度 }}"), "乙.docx": word("{{ 单位.名秤 }}")}, ["T101", "W102"]),
        ("- {名称: 项目表, docx: 甲.docx, 每个: 项目, 文件名: '{{ 本项目.名秤 }}'}\n",
         {"甲.docx": word("{{ 本项目.名称 }}")}, ["T101"]),
    ],
)  # fmt: skip
def test_both_commands_say_the_same(
    tmp_path: Path, documents: str, files: dict[str, bytes], codes: list[str]
) -> None:
    there: dict[str, Any] = {f"templates/{name}": data for name, data in files.items()}
    there["content/peixun/2024/projects/a.yaml"] = workspaces.project("甲") + "备注: 有\n"
    workspace = made(tmp_path, documents, **there)
    said = said_by_check(workspace)
    errors = [item.code for item in said if item.severity == "error"]
    assert errors == codes
    assert said == said_by_template_check(workspace)


@pytest.mark.long
def test_a_number_typed_into_a_file_name_is_held_against_the_one_given(tmp_path: Path) -> None:
    """An annex put in before another leaves the number typed into that one's name behind."""

    def warned(names: tuple[str, str]) -> list[str]:
        documents = "- {名称: 报告, docx: 甲.docx, 附件: [子, 丑]}\n"
        for key, name in zip("子丑", names, strict=True):
            documents += f"- {{名称: {key}, docx: 甲.docx, 文件名: '{name}'}}\n"
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        there: dict[str, Any] = {"templates/甲.docx": word("{{ 年度 }}")}
        said = said_by_check(made(folder, documents, **there))
        return [item.message for item in said if item.code == "W106"]

    assert warned(("附件1 子表", "附件2 丑表")) == []
    assert warned(("附件子表", "{{ 附件号 }} 丑表")) == []
    (message,) = warned(("附件2 子表", "附件2 丑表"))
    assert "“附件2 子表”" in message
    assert "现在是“附件1”" in message
    (other,) = warned(("{{ 附件号 }} 子表", "附件 10 丑表"))
    assert "“附件 10 丑表”" in other


def test_a_missing_heading_style_is_said_by_both(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("{{p 正文 }}")
    style = document.styles["Heading 1"].element
    style.getparent().remove(style)
    stream = io.BytesIO()
    document.save(stream)
    workspace = made(tmp_path, ONE_WORD, **{"templates/甲.docx": stream.getvalue()})
    said = said_by_check(workspace)
    assert [item.code for item in said] == ["T212"]
    assert said == said_by_template_check(workspace)


def test_one_fault_in_a_template_does_not_hide_those_of_another(tmp_path: Path) -> None:
    """What only filling brings to light is told beside what the lint finds elsewhere."""
    zero = "{{ 资金来源.财政拨款.全年预算 | 占(空.数) }}"
    workspace = made(
        tmp_path,
        "- {名称: 甲, docx: 甲.docx}\n- {名称: 乙, docx: 乙.docx}\n",
        **{
            "templates/甲.docx": word("{{ 单位.名秤 }}"),
            "templates/乙.docx": word(zero),
            "content/peixun/2024/figures.yaml": (
                workspaces.unit_files()["content/peixun/2024/figures.yaml"]
                + "空:\n  数: {本年: 0}\n"
            ),
        },
    )
    codes = [(item.code, item.at.file) for item in said_by_check(workspace)]
    assert ("T101", "templates/甲.docx") in codes
    assert any(file == "templates/乙.docx" for _, file in codes)


def test_an_annex_needs_a_template_in_the_format_of_its_report(tmp_path: Path) -> None:
    workspace = made(
        tmp_path,
        "- {名称: 报告, docx: 甲.docx, 附件: [附表]}\n- {名称: 附表, xlsx: 乙.xlsx}\n",
        **{"templates/甲.docx": word("{{ 年度 }}"), "templates/乙.xlsx": excel("{{ 年度 }}")},
    )
    (found,) = said_by_check(workspace)
    assert (found.code, found.at.file) == ("L510", "templates/县里.yaml")
    assert "“附表”没有 docx 模板" in found.message
    assert [found] == said_by_template_check(workspace)


# --- what there is --------------------------------------------------------------------------


def planned(workspace: Workspace) -> tuple[plan.Plan, Names]:
    problems = Problems()
    content = loader.read(workspace, workspace.unit_years(2024)[0], problems)
    assert content is not None
    data = dataset.build(content, compute.compute(content, problems), problems)
    base = plan.context(data)
    return plan.plan(data, base, problems), base


SET = """\
- {名称: 报告, 文件名: '{{ 年度 }}报告', docx: 甲.docx, 附件: [附表, 缺的, 项目表]}
- {名称: 附表, docx: 甲.docx, xlsx: 乙.xlsx}
- {名称: 缺的, docx: 甲.docx, 条件: 疫情防控}
- {名称: 项目表, 文件名: '表（{{ 本项目.名称 }}）', docx: 甲.docx, xlsx: 乙.xlsx, 每个: 项目}
"""


def test_files_come_in_the_order_of_the_form_set(tmp_path: Path) -> None:
    workspace = made(
        tmp_path, SET, **{"content/peixun/2024/projects/a.yaml": workspaces.project("甲/乙")}
    )
    found, base = planned(workspace)
    own = [str(project["名称"]) for project in base["项目"]]  # type: ignore[attr-defined]
    assert [job.filename for job in found.jobs] == [
        "2024报告.docx", "附表.docx", "附表.xlsx",
        *(f"表（{name.replace('/', '＿')}）.{kind}" for name in own for kind in ("docx", "xlsx")),
    ]  # fmt: skip
    assert len(own) == 2
    assert [document.name for document in found.absent] == ["缺的"]
    assert [(d.name, kind) for d, kind in found.templates()] == [
        ("报告", "docx"), ("附表", "docx"), ("附表", "xlsx"), ("项目表", "docx"), ("项目表", "xlsx"),
    ]  # fmt: skip


def test_annexes_are_numbered_as_far_as_they_are_there(tmp_path: Path) -> None:
    found, base = planned(made(tmp_path, SET))
    assert [str(item["号"]) for item in base["附件"]] == ["附件1", "附件2"]  # type: ignore[attr-defined]
    labels = {job.document.name: str(job.context["附件号"]) for job in found.jobs}
    assert labels == {"报告": "附件", "附表": "附件1", "项目表": "附件2"}
    assert {"本项目"} <= set(found.jobs[-1].context)
    assert "本项目" not in found.jobs[0].context


def test_without_projects_their_forms_are_absent(tmp_path: Path) -> None:
    workspace = made(tmp_path, SET)
    for file in (tmp_path / "content/peixun/2024/projects").iterdir():
        file.unlink()
    found, _ = planned(opened(tmp_path))
    assert [document.name for document in found.absent] == ["缺的", "项目表"]
    assert workspace is not None
