"""A unit of content files, read."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from generator import workspace
from generator.content import loader
from generator.content.model import Content
from generator.problems import Problems
from kit.workspaces import write

FORMS = """\
名称: 测试套表
等级:
  - {名称: 优, 下限: 90}
  - {名称: 良, 下限: 80}
  - {名称: 中, 下限: 60}
  - {名称: 差, 下限: 0}
项目资金:
  列公式:
    全年预算: 年初预算 + 年中追加
文档:
  - {名称: 自评表, docx: docx/自评表.docx}
"""
UNIT = "名称: 测试县干部培训中心\n简称: 培训中心\n套表: 测试\n"
FIGURES = "收入:\n  拨款: {本年: 5}\n"
INDICATORS = "- 一级: 产出指标\n  三级:\n    - {名称: 培训, 目标: 2, 完成: 2, 分值: 100}\n"
LEAST = {
    "templates/测试.yaml": FORMS,
    "content/unit.yaml": UNIT,
    "content/2020/figures.yaml": FIGURES,
    "content/2020/indicators.yaml": INDICATORS,
}


def write_unit(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """A workspace of one unit: ``files`` by their names below ``content/2020/``.

    Names with a year in front are below ``content/``; ``unit.yaml`` and ``套表`` (the form set)
    replace what every unit needs.
    """
    named: dict[str, str | bytes] = dict(LEAST)
    for name, text in files.items():
        if name == "套表":
            named["templates/测试.yaml"] = text
        elif name == "unit.yaml" or name.startswith("2019/"):
            named[f"content/{name}"] = text
        else:
            named[f"content/2020/{name}"] = text
    return write(folder, named)


def read_in(folder: Path, year: int = 2020) -> tuple[Content | None, Problems]:
    """The first unit of the workspace ``folder``, read, and what was found wrong."""
    problems = Problems()
    space = workspace.find(folder)
    assert space is not None
    return loader.read(space, space.unit_years(year)[0], problems), problems


def content(files: Mapping[str, str | bytes]) -> tuple[Content, Problems]:
    """A unit of ``files`` (see ``write_unit``), which must name a usable form set."""
    with tempfile.TemporaryDirectory() as folder:
        found, problems = read_in(write_unit(Path(folder), files))
    assert found is not None
    return found, problems
