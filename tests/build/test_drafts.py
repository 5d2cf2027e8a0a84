"""Sets that are not complete: each blank is told, a draft prints it and says so on every page."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest
from kit import pages, workspaces
from kit.workspaces import gen

CHANGES = {
    "2020/figures.yaml": [
        ("财政拨款: {本年: 209.57}", "财政拨款: {本年: 待填}"),
        ("年初预算: 2.6", "年初预算: 2.6   # 示例：2.6"),
        ("年初预算: 8", "年初预算: 8   # 示例：10"),
    ],
    "2020/facts.yaml": [
        ("座谈会次数: 12 ", "座谈会次数: 待填（次） "),
        ("成文日期: 2021-05-21", "成文日期: 待填"),
    ],
    "2019/figures.yaml": [("公务接待:   {决算: 2.55}", "公务接待:   {决算: 待填}")],
    "2020/report.md": [("我办高度重视，对", "我办高度重视，【待更新】对")],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = workspaces.copy_sample(tmp_path_factory.mktemp("draft"))
    for name, pairs in CHANGES.items():
        file = found / "content" / workspaces.SAMPLE_UNIT / name
        text = file.read_text("utf-8")
        for old, new in pairs:
            assert text.count(old) == 1
            text = text.replace(old, new)
        file.write_text(text, "utf-8")
    return found


def test_each_blank_stops_a_build(folder: Path) -> None:
    ran = gen("build", "2020", "--format", "json", folder=folder)
    assert ran.code == 1
    assert not list(folder.glob("build/2020/*/*.docx"))
    told = [(p["code"], p["file"].rpartition("/")[2], p["line"], p["column"], p["message"][:8])
            for p in ran.json["problems"] if p["severity"] == "error"]  # fmt: skip
    assert told == [
        ("L161", "figures.yaml", 32, 16, "“三公经费.公务"),
        ("L161", "facts.yaml", 6, 7, "“成文日期”还没"),
        ("L161", "facts.yaml", 45, 10, "“履职.座谈会次"),
        ("L161", "figures.yaml", 7, 14, "“收入预算.财政"),
        ("L162", "figures.yaml", 49, 17, "“三公经费.公务"),
        ("L163", "report.md", 1, 82, "“通知 }}等文"),
    ]


@pytest.fixture(scope="module")
def draft(folder: Path) -> Path:
    ran = gen("build", "2020", "--draft", folder=folder)
    assert ran.code == 0, ran.out
    assert "还有 6 处要填、要改" in ran.out
    return folder / "build" / "2020" / workspaces.SAMPLE_UNIT


def test_a_draft_prints_what_is_lacking(draft: Path) -> None:
    text = "\n".join(p.text for p in docx.Document(str(draft / REPORT)).paragraphs)
    assert "财政拨款收入待填，占收入预算总额的待填，待填；" in text
    assert "收入预算总额259.57万元" in text  # typed itself
    assert "座谈会、联席会待填（次）次" in text or "座谈会、联席会待填次" in text
    assert "得分待填分，等级为“待填”" in text  # rests on the result of an indicator
    assert "决算数待填" in text  # last year's is not known
    sheet = openpyxl.load_workbook(draft / "附件1 部门整体支出绩效自评表.xlsx").worksheets[0]
    cells = {str(cell.value) for row in sheet.iter_rows() for cell in row}
    assert {"待填", "224.66"} <= cells


REPORT = "整体支出绩效评价工作报告.docx"


def test_every_part_for_headers_says_so(draft: Path) -> None:
    files = [*draft.glob("*.docx"), *draft.glob("*.xlsx"), *draft.glob("核对/*.xlsx")]
    assert len(files) == 8
    for file in files:
        with zipfile.ZipFile(file) as archive:
            parts = {name: archive.read(name).decode("utf-8", "replace") for name in
                     archive.namelist() if name.endswith((".xml", ".rels"))}  # fmt: skip
        if file.suffix == ".docx":
            headers = [text for text in parts.values() if re.search("<w:hdr[ >]", text)]
            assert headers
            assert all("<w:t>草稿</w:t>" in text for text in headers), file.name
            first = docx.Document(str(file)).sections[0]
            for header in (first.header, first.first_page_header, first.even_page_header):
                assert "草稿" in "".join(p.text for p in header.paragraphs)
        else:
            for sheet in openpyxl.load_workbook(file).worksheets:
                assert sheet.oddHeader.center.text == "草稿"


@pytest.mark.office
def test_every_page_says_so(draft: Path, tmp_path: Path) -> None:
    names = [REPORT, "附件1 部门整体支出绩效自评表.xlsx"]
    for number, name in enumerate(names):
        found = pages.page_texts(pages.to_pdf(draft / name, tmp_path / str(number)))
        assert found
        assert all("草稿" in page for page in found)


def test_a_draft_is_not_frozen_and_not_taken_for_the_set(folder: Path, draft: Path) -> None:
    refused = gen("freeze", "2020", "报送稿", folder=folder)
    assert refused.code == 2
    assert "是草稿" in refused.err
    before = (draft / REPORT).read_bytes()
    again = gen("build", "2020", "--draft", folder=folder)
    assert "没有变化" in again.out
    figures = folder / "content" / workspaces.SAMPLE_UNIT
    for name, pairs in CHANGES.items():
        text = (figures / name).read_text("utf-8")
        for old, new in pairs:
            text = text.replace(new, old)
        (figures / name).write_text(text, "utf-8")
    ran = gen("build", "2020", folder=folder)
    assert ran.code == 0, ran.out
    made = (draft / REPORT).read_bytes()
    assert made != before
    assert "草稿" not in "".join(p.text for p in docx.Document(str(draft / REPORT)).sections[0]
                              .header.paragraphs)  # fmt: skip
    assert gen("freeze", "2020", "报送稿", folder=folder).code == 0
