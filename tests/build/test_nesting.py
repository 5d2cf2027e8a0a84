"""Tags that do not nest: the same mistake is told alike in Word, in Excel and in report.md."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from docx import Document
from kit import workspaces
from kit.workspaces import gen
from openpyxl import Workbook

FORM_SET = """\
名称: 县里
等级: [{名称: 优, 下限: 90}, {名称: 差, 下限: 0}]
项目资金:
  列公式: {全年预算: 年初预算 + 年中追加}
文档:
- {名称: 甲, docx: 甲.docx}
- {名称: 乙, xlsx: 乙.xlsx}
"""
IF, FOR = "{% if 单位 %}", "{% for r in 指标 %}"
ELSE, ELIF, ENDIF, ENDFOR = "{% else %}", "{% elif 项目 %}", "{% endif %}", "{% endfor %}"

#: What stands in one paragraph or cell, or on lines of their own, and which tag is told.
MISTAKES = [
    ([IF, "甲", ELSE, "乙", ELSE, "丙", ENDIF], "T140", 4),
    ([IF, "甲", ELSE, "乙", ELIF, "丙", ENDIF], "T140", 4),
    ([FOR, "甲"], "T111", 0),
    (["甲", ENDIF], "T112", 1),
    ([IF, "甲", ENDFOR], "T141", 2),
    ([FOR, IF, "甲", ENDIF, ENDIF, "乙", ENDFOR], "T112", 4),
]
PLACES = {
    "甲.docx": "templates/甲.docx 正文 第2段",
    "乙.xlsx": "templates/乙.xlsx 工作表“Sheet” B3",
    "report.md": "",
}


def word(text: str) -> bytes:
    document = Document()
    document.add_paragraph("标题")
    document.add_paragraph(text)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def excel(text: str) -> bytes:
    book = Workbook()
    assert book.active is not None
    book.active["B3"] = text
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def made(folder: Path, where: str, pieces: list[str]) -> None:
    """A workspace that is right but for ``pieces`` in the file ``where``."""
    content: dict[str, str | bytes] = dict(workspaces.unit_files())
    unit = str(content["content/peixun/unit.yaml"])
    content["content/peixun/unit.yaml"] = unit.replace("套表: jiujiang", "套表: 县里")
    content["templates/县里.yaml"] = FORM_SET
    wrong = "".join(pieces)
    content["templates/甲.docx"] = word(wrong if where == "甲.docx" else "好")
    content["templates/乙.xlsx"] = excel(wrong if where == "乙.xlsx" else "好")
    if where == "report.md":
        content["content/peixun/2024/report.md"] = "# 概况\n\n" + "\n\n".join(pieces) + "\n"
    workspaces.write(folder, content)


def told(folder: Path, *command: str) -> list[tuple[str, str, int, str, str]]:
    """Errors about templates that ``gen`` prints: code, file, line, place, message."""
    found = gen(*command, "--format", "json", folder=folder).problems()
    return [
        (p["code"], p["file"], p["line"], p["place"], p["message"])
        for p in found
        if p["severity"] == "error"
    ]


@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize(("pieces", "code", "number"), MISTAKES)
def test_one_message_at_the_tag(
    tmp_path: Path, where: str, pieces: list[str], code: str, number: int
) -> None:
    made(tmp_path, where, pieces)
    checked = told(tmp_path, "check", "2024")
    (found,) = checked
    assert found[0] == code
    assert pieces[number] in found[4]
    line = 2 * number + 3 if where == "report.md" else 0
    assert found[2] == line
    assert f"{found[1]} {found[3]}" == PLACES[where] or where == "report.md"
    # What is wrong with report.md is for `gen check` alone.
    same = [] if where == "report.md" else checked
    assert told(tmp_path, "template", "check", "2024") == same


@pytest.mark.parametrize(
    ("where", "code"), [("甲.docx", "T202"), ("乙.xlsx", "T253"), ("report.md", "T113")]
)
def test_a_tag_that_lost_a_brace_is_the_only_thing_told(
    tmp_path: Path, where: str, code: str
) -> None:
    made(tmp_path, where, ["{% if 单位 }", "甲", ENDIF])
    assert [found[0] for found in told(tmp_path, "check", "2024")] == [code]


def test_a_missing_end_in_rows_is_told_once_in_both_commands(tmp_path: Path) -> None:
    made(tmp_path, "乙.xlsx", ["{%tr for r in 指标 %}"])
    checked = told(tmp_path, "check", "2024")
    assert [found[0] for found in checked] == ["T111"]
    assert told(tmp_path, "template", "check", "2024") == checked


def test_the_name_of_a_file_is_told_alike(tmp_path: Path) -> None:
    made(tmp_path, "", [])
    workspaces.change(
        tmp_path / "templates" / "县里.yaml", ("名称: 甲,", '名称: 甲, 文件名: "甲{% if 年度 %}",')
    )
    checked = told(tmp_path, "check", "2024")
    assert [(found[0], found[1]) for found in checked] == [("T111", "templates/县里.yaml")]
    assert told(tmp_path, "template", "check", "2024") == checked
