"""What writers type comes out as typed, in Word and in Excel, whatever it means elsewhere."""

from __future__ import annotations

from pathlib import Path

import docx
import openpyxl
import pytest
from kit import workspaces
from kit.archives import packed

from generator.figures.model import Names, Words
from generator.formats import proof
from generator.formats.compiled import Rendered
from generator.formats.docx import render as word
from generator.language import markers
from generator.problems import Position, Problems
from generator.reading.files import finished

#: Values as they are meant; each goes through YAML in double quotes or as a block.
VALUES = {
    "ampersand": "甲&乙 &amp; 丙&lt;",
    "angles": "<甲> </w:t> <b>粗</b> 1<2>3",
    "quotes": "“甲”\"乙\"'丙'『丁』",
    "xml": "]]> <!-- 甲 --> <?xml?> &#65;",
    "print tag": "{{ 单位.名称 }}",
    "open tag": "{{ 未完",
    "control tag": "{% for x in 指标 %} %} {#甲#}",
    "placeholder": "{0} {甲} ${甲} %s %(a)s",
    "equals": "=1+1",
    "formula": "=HYPERLINK(\"http://x\",\"甲\")",
    "plus": "+1 -1 @甲",
    "line breaks": "第一行\n第二行\n\n第四行",
    "tabs": "甲\t乙\t\t丙",
    "leading spaces": "  两格　全角　",
    "full width": "１２３．４％（ＡＢＣ）：；",
    "emoji": "🙂👨‍👩‍👧🇨🇳𠮷㎡①☑",
    "backslash": "C:\\甲\\n乙",
    "number like": "007",
    "percent": "100％完成 50%",
    "markdown": "**甲** _乙_ # 丙 [丁](戊) `己`",
    "apostrophe": "'=甲",
    "long": "长" * 3000,
    "zero width": "甲\u200b乙\u00a0丙\u200f丁",
    "combining": "e\u0301 ガ",
}  # fmt: skip


def _yaml(text: str) -> str:
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + plain.replace("\n", "\\n").replace("\t", "\\t") + '"'


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One build for each value, typed in every kind of place."""
    done = {}
    for name, value in VALUES.items():
        folder = tmp_path_factory.mktemp("文字")
        files = workspaces.unit_files(report="# 概况\n\n开头{{ 目标.预期 }}结尾\n")
        facts = "content/peixun/2024/facts.yaml"
        files[facts] = files[facts].replace("预期: 培训干部200人。", f"预期: {_yaml(value)}")
        rows = "content/peixun/2024/indicators.yaml"
        files[rows] = files[rows].replace("偏差原因: 场地不足。", f"偏差原因: {_yaml(value)}")
        files[rows] = files[rows].replace("名称: 培训人数", f"名称: {_yaml(value)}")
        workspaces.build(workspaces.write(folder, files), 2024)
        done[name] = folder / "build/2024/peixun"
    return done


def _word_texts(path: Path) -> list[str]:
    document = docx.Document(str(path))
    cells = [c.text for t in document.tables for row in t.rows for c in row.cells]
    return [paragraph.text for paragraph in document.paragraphs] + cells


@pytest.mark.parametrize("name", VALUES)
def test_word_holds_the_text(built: dict[str, Path], name: str) -> None:
    texts = _word_texts(built[name] / "附件1 部门整体支出绩效自评表.docx")
    assert texts.count(VALUES[name]) >= 3  # goal, indicator name, reason


@pytest.mark.parametrize("name", VALUES)
def test_the_narrative_holds_the_text(built: dict[str, Path], name: str) -> None:
    texts = _word_texts(built[name] / "整体支出绩效评价工作报告.docx")
    assert f"开头{VALUES[name]}结尾" in texts


@pytest.mark.parametrize("name", VALUES)
def test_excel_holds_the_text(built: dict[str, Path], name: str) -> None:
    book = openpyxl.load_workbook(built[name] / "附件1 部门整体支出绩效自评表.xlsx")
    cells = [cell for row in book.active for cell in row]
    found = [cell for cell in cells if cell.value == VALUES[name]]
    assert len(found) >= 3
    assert {cell.data_type for cell in found} == {"s"}  # text, never a formula


def test_report_text_is_verbatim_too(tmp_path: Path) -> None:
    line = "甲&乙 <丙> \"丁\" 'x' *戊* =1+1 C:\\己 １２３ 🙂 & &amp; ${庚}"
    table = "| a&b | <c> |\n| --- | --- |\n| = 1 | \\ |\n"
    files = workspaces.unit_files(report=f"# 概况<&>\n\n{line}\n\n{table}")
    out = workspaces.build(workspaces.write(tmp_path, files), 2024) / "peixun"
    texts = _word_texts(out / "整体支出绩效评价工作报告.docx")
    assert line in texts
    assert "一、概况<&>" in texts
    assert {"a&b", "<c>", "= 1", "\\"} <= set(texts)


def test_names_and_titles_are_text(tmp_path: Path) -> None:
    """Names go into properties and file names as well."""
    name = "甲&乙<丙>“丁”{{戊}}"
    files = workspaces.unit_files(name=f'"{name}"')
    out = workspaces.build(workspaces.write(tmp_path, files), 2024) / "peixun"
    path = out / "附件1 部门整体支出绩效自评表.docx"
    assert name in _word_texts(path)
    assert docx.Document(str(path)).core_properties.author == name
    book = openpyxl.load_workbook(path.with_suffix(".xlsx"))
    assert book.properties.creator == name


# Proof: a brace that a writer typed is no leftover tag


def _rendered(xml: str) -> Rendered:
    """A Word part with markers, finished as the renderer finishes it."""
    text, marks = markers.strip(xml)
    parts = {"word/document.xml": text}
    return Rendered(_package(parts), parts, {"word/document.xml": marks})


def _package(members: dict[str, str]) -> bytes:
    return packed({name: text.encode() for name, text in members.items()})


NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def _document(inside: str) -> str:
    return (
        f'<w:document xmlns:w="{NAMESPACE}"><w:body><w:p><w:r><w:t xml:space="preserve">'
        f"{inside}</w:t></w:r></w:p></w:body></w:document>"
    )


def _read(rendered: Rendered) -> proof.Reading:
    return proof.read(finished, rendered.data, proof.Expected(rendered.parts, rendered.marks))


@pytest.mark.parametrize("typed", ["{{ 甲 }}", "}}", "{% if %}", "{{"])
def test_proof_lets_typed_braces_pass(typed: str) -> None:
    value = Words(typed, "目标.预期", Position("facts.yaml", 1, 1))
    rendered = _rendered(_document(markers.wrap("目标.预期", word.escape(typed))))
    assert proof.prove(_read(rendered), {"目标.预期": value}) == []


@pytest.mark.parametrize("left", ["{{ 甲 }}", "{% endfor %}", "甲 }} 乙"])
def test_proof_finds_a_leftover_tag_beside_a_typed_one(left: str) -> None:
    value = Words("{{ 甲 }}", "目标.预期", Position("facts.yaml", 1, 1))
    inside = markers.wrap("目标.预期", "{{ 甲 }}") + left
    (fault, *_) = proof.prove(_read(_rendered(_document(inside))), {"目标.预期": value})
    assert "标签" in fault.text


def test_proof_misses_no_lost_text() -> None:
    value = Words("甲\n乙", "目标.预期", Position("facts.yaml", 1, 1))
    rendered = _rendered(_document(markers.wrap("目标.预期", "甲 乙")))
    assert proof.prove(_read(rendered), {"目标.预期": value})


def test_values_by_path_finds_what_is_shown() -> None:
    value = Words("甲", "目标.预期", Position("facts.yaml", 1, 1))
    assert proof.values_by_path(Names(目标=Names(预期=value))) == {"目标.预期": value}
    assert Problems().failed is False
