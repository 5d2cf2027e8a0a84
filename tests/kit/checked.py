"""Checks run in this process on a workspace: content → figures → scores → rules, no rendering."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from generator import checks
from generator.content import loader
from generator.content.model import Content
from generator.figures import compute, dataset
from generator.formats.docx import render as docx
from generator.language import statements
from generator.language.statements import Statement
from generator.problems import Problem, Problems
from generator.workspace import find
from kit.workspaces import indented, write


def problems_of(folder: Path, year: int, unit: str = "", *, levels: str = "") -> list[Problem]:
    """Every problem of one unit-year that needs no template; ``levels``: notes to switch on."""
    workspace = find(folder)
    assert workspace is not None
    target = next(t for t in workspace.unit_years(year) if not unit or t.unit_id == unit)
    found = Problems()
    content = loader.read(workspace, target, found)
    if content is None:
        return found.sorted()
    data = dataset.build(content, compute.compute(content, found), found)
    settings = checks.Settings.of(content.form_set)
    for code in levels.split():
        settings = replace(settings, levels={**settings.levels, code: "开"})
    said = said_in(content)
    waivers = [(w.rule, w.place, w.reason, w.at) for w in content.waivers]
    found.extend(checks.apply_waivers(checks.run(data, said, settings), waivers))
    return found.sorted()


def said_in(content: Content) -> tuple[Statement, ...]:
    """What the tags of the unit-year's report.md say."""
    if content.narrative is None:
        return ()
    return statements.read(content.narrative.tags, docx.environment())


YEAR = 2024
_BASE = {
    "unit.yaml": "名称: 测试县干部培训中心\n简称: 培训中心\n套表: 示例\n",
    "facts.yaml": "说明: 无\n",
    "figures.yaml": "其他:\n  甲: {本年: 1}\n",
    "indicators.yaml": "- {名称: 培训场次, 目标: 5, 完成: 5, 单位: 次, 分值: 100}\n",
}
_FORMS = (
    "等级:\n- {名称: 优, 下限: 90}\n- {名称: 良, 下限: 80}\n- {名称: 差, 下限: 0}\n"
    "文档:\n- {名称: 自评表, docx: docx/自评表.docx}\n"
)


def example(folder: Path, files: Mapping[str, str]) -> Path:
    """A workspace made of snippets as rules show them.

    ``套表`` is part of a form set; an ``indicators.yaml`` that begins with third-level items is
    put under a heading; what a snippet leaves out is filled with something harmless. Files of
    other years say so (``2023/figures.yaml``).
    """
    given = {**_BASE, **files}
    rows = given["indicators.yaml"]
    if rows.startswith("- {"):
        given["indicators.yaml"] = "- 一级: 产出指标\n  三级:\n" + indented(rows, 2)
    made = {"templates/示例.yaml": f"名称: 示例\n继承: 全国\n{_FORMS}{given.pop('套表', '')}"}
    for name, text in given.items():
        home = "content" if name == "unit.yaml" or name[:4].isdigit() else f"content/{YEAR}"
        made[f"{home}/{name}"] = text
    return write(folder, made)


def codes(found: list[Problem]) -> list[str]:
    """The codes of ``found`` in order."""
    return [problem.code for problem in found]
