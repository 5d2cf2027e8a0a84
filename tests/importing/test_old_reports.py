"""A Word report as report.md: word for word, its numbers by name, what is doubtful apart."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import docx
import pytest
from kit.workspaces import SAMPLE_UNIT, build, copy_sample, gen, write

from generator.importing.prose import word as prose
from generator.reading.any_file import contents

REPORT = "整体支出绩效评价工作报告.docx"
TAG = re.compile(r"\{\{[^{}]*\}\}")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = copy_sample(tmp_path_factory.mktemp("sample"))
    build(folder)
    return folder


@pytest.fixture
def office(sample: Path, tmp_path: Path) -> Path:
    """The sample's figures without its report."""
    shutil.copytree(sample / "content", tmp_path / "content")
    (year(tmp_path) / "report.md").unlink()
    return tmp_path


def year(folder: Path) -> Path:
    return folder / "content" / SAMPLE_UNIT / "2020"


def made(folder: Path) -> Path:
    return folder / "build" / "2020" / SAMPLE_UNIT / REPORT


def bring(folder: Path, file: Path, *arguments: str) -> dict[str, Any]:
    ran = gen(
        "import", file, "--into", "2020", "--yes", "--format", "json", *arguments, folder=folder
    )
    return {"code": ran.code, "codes": Counter(p["code"] for p in ran.json["problems"]), **ran.json}


def tags(text: str) -> Counter[str]:
    return Counter(re.sub(r"\s", "", tag) for tag in TAG.findall(text))


def paragraphs(path: Path) -> list[str]:
    return [piece.text for piece in contents(path).pieces if not piece.cell]


def test_the_sample_comes_back_word_for_word_with_its_names(sample: Path, office: Path) -> None:
    done = bring(office, made(sample))
    assert done["code"] == 0
    text = (year(office) / "report.md").read_text("utf-8")
    own = tags((year(sample) / "report.md").read_text("utf-8"))
    (report,) = done["reports"]
    numbers = report["named"] + len(report["doubtful"])
    assert report["named"] >= 0.9 * numbers
    assert numbers > 100
    # What came back is what its writer had typed, or another wording of the same figure.
    assert sum((tags(text) - own).values()) <= 2
    build(office)
    assert paragraphs(made(office)) == paragraphs(made(sample))


def test_a_value_in_two_places_is_named_by_what_is_said(sample: Path, office: Path) -> None:
    bring(office, made(sample))
    text = (year(office) / "report.md").read_text("utf-8")
    assert "收入预算总额{{ 收入预算.合计.本年 | 万元 }}，{{ 收入预算.合计.本年 | 比上年 }}" in text
    assert "支出预算总额为{{ 支出预算.合计.本年 | 万元 }}" in text
    assert "占收入预算总额的{{ 收入预算.财政拨款.本年 | 占(收入预算.合计.本年) }}" in text


def test_a_wrong_number_is_named_and_stays_as_it_is(office: Path, tmp_path: Path) -> None:
    said = [
        "驻深办2020年度工作报告", "市财政局：",
        "一、收入情况",
        "2020年驻深办收入预算总额259.57万元，其中：财政拨款收入209.57万元，占收入预算总额的81.74%。",
        "二、支出情况",
        "全年支出决算245.67万元，完成年初预算的94.65%，年初预算数259.57万元，工作有序推进。",
        "各项工作均按计划完成，没有其他需要说明的事项。",
    ]  # fmt: skip
    done = bring(office, word(tmp_path / "旧报告.docx", said))
    text = (year(office) / "report.md").read_text("utf-8")
    assert "81.74%" in text
    assert "# 收入情况" in text
    assert [
        p["message"] for p in done["problems"] if p["code"] == "I205" and "81.74%" in p["message"]
    ]


def word(path: Path, lines: list[str], style: str = "") -> Path:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(
            line, style=style if style and not re.search("[。，：]", line) else None
        )
    document.save(str(path))
    return path


def test_headings_go_by_their_style(tmp_path: Path) -> None:
    path = word(tmp_path / "a.docx", [
        "单位概况", "本单位负责联络，工作有序。", "主要职责", "一是联络，二是服务。", "下一步打算", "继续努力，做好服务。",
    ], "Heading 1")  # fmt: skip
    found = prose.report("a.docx", path.read_bytes(), contents(path), [])
    assert found is not None
    assert [line for line in found.text.split("\n") if line.startswith("#")] == [
        "# 单位概况", "# 主要职责", "# 下一步打算",
    ]  # fmt: skip


def test_braces_of_a_text_are_no_tags(office: Path, tmp_path: Path) -> None:
    said = ["一、概况", "本单位负责{{ 单位.名称 }}联络，工作有序。", "二、打算", "继续努力，做好{% for %}服务。",
            "三、建议", "建议加大投入，做好保障。"]  # fmt: skip
    bring(office, word(tmp_path / "a.docx", said))
    text = (year(office) / "report.md").read_text("utf-8")
    assert "｛｛ 单位.名称 ｝｝" in text
    assert "{%" not in text


def test_a_report_that_is_there_stays(sample: Path, office: Path) -> None:
    write(office, {f"content/{SAMPLE_UNIT}/2020/report.md": "# 概况\n\n自己写的。\n"})
    done = bring(office, made(sample))
    assert (year(office) / "report.md").read_text("utf-8") == "# 概况\n\n自己写的。\n"
    assert any("report.md 已经有了" in left["why"] for left in done["left"])
    bring(office, made(sample), "--overwrite")
    assert "收入预算.合计.本年" in (year(office) / "report.md").read_text("utf-8")
    assert (year(office) / ".report.md.导入前").read_text("utf-8") == "# 概况\n\n自己写的。\n"
