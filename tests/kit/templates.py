"""Workspaces of one unit with templates made in the test."""

from __future__ import annotations

from pathlib import Path

from docx import Document
from openpyxl import Workbook

from generator.workspace import Workspace, find
from kit import workspaces
from kit.archives import saved

FORM_SET = """\
继承: 全国
等级: [{名称: 优, 下限: 90}, {名称: 差, 下限: 0}]
项目资金:
  列公式: {全年预算: 年初预算 + 年中追加}
文档:
"""


def word(*paragraphs: str) -> bytes:
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    return saved(document)


def excel(*cells: str) -> bytes:
    book = Workbook()
    assert book.active is not None
    book.active.append(list(cells))
    return saved(book)


def made(folder: Path, documents: str, **files: str | bytes) -> Workspace:
    """A unit of 2024 with a form set of its own and the template files given."""
    content: dict[str, str | bytes] = dict(workspaces.unit_files())
    unit = str(content["content/peixun/unit.yaml"])
    content["content/peixun/unit.yaml"] = unit.replace("套表: jiujiang", "套表: 县里")
    content["templates/县里.yaml"] = FORM_SET + workspaces.indented(documents, 2)
    workspaces.write(folder, {**content, **files})
    return opened(folder)


def opened(folder: Path) -> Workspace:
    workspace = find(folder)
    assert workspace is not None
    return workspace
