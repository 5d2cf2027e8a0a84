"""The pages of finished documents: every figure a link, and the text the document's own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document
from kit import workspaces
from kit.workspaces import unit_files, write
from openpyxl.comments import Comment

from generator.reading.files import finished
from generator.records import record, ticks
from generator.records.record import Record
from generator.records.words import Words
from generator.review import facts
from generator.review.nodes import is_figure, text_of
from generator.review.number_formats import shown

SAMPLES = {2020: "jiujiang-shenzhen", 2023: "qiannan-guangzhou"}


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = workspaces.copy_sample(tmp_path_factory.mktemp("samples"))
    for year in SAMPLES:
        workspaces.build(folder, year)
    return folder


def made(output: Path) -> tuple[Record, list[dict[str, Any]]]:
    """The record of an output folder, and the pages of its documents."""
    found = record.load(output / record.RECORD)
    assert found is not None
    names = facts.documents_of(found)
    return found, [facts.document(found, name, (output / name).read_bytes()) for name in names]


def nodes_of(document: dict[str, Any]) -> list[Any]:
    """All that stands on the pages of a document, headers once."""
    found: dict[int, Any] = {}
    for section in document["sections"]:
        held = [*section["blocks"], *section.get("notes", ())]
        held += [node for blocks in section["running"].values() for node in blocks]
        found |= {id(node): node for node in held}
    return list(found.values())


def elements(nodes: list[Any]) -> Iterator[dict[str, Any]]:
    for node in nodes:
        if isinstance(node, dict):
            yield node
            yield from elements(node.get("c", []))


@pytest.mark.parametrize("year", SAMPLES)
def test_each_printed_figure_is_a_link_with_its_name(year: int, samples: Path) -> None:
    output = samples / "build" / str(year) / SAMPLES[year]
    found, documents = made(output)
    known = facts.figures(found, ticks.printed(found), [])
    words = Words(found)
    names = {path: words.of(path) for path in known}
    count = 0
    for document in documents:
        rows = found.documents[document["name"]].places
        links = {one["f"]: one for one in elements(nodes_of(document)) if one["t"] == "a"}
        figures = {n: row for n, row in enumerate(rows) if is_figure(found, row.path)}
        assert set(links) == set(figures), document["name"]
        for number, row in figures.items():
            path = document["figures"][number]
            assert path == row.path.partition("|")[0]
            assert known[path]["name"] == names[path]
            if document["kind"] == "docx":
                assert text_of([links[number]]) == row.text
            count += 1
    assert count == (737 if year == 2020 else 140)


@pytest.mark.parametrize("year", SAMPLES)
def test_each_figure_is_told_with_all_its_places(year: int, samples: Path) -> None:
    found, documents = made(samples / "build" / str(year) / SAMPLES[year])
    known = facts.figures(found, ticks.printed(found), [])
    told = [(one["d"], one["p"]) for figure in known.values() for one in figure["places"]]
    links = [(n, number) for n, document in enumerate(documents) for number in document["figures"]]
    assert sorted(told) == sorted(links)


@pytest.mark.parametrize("year", SAMPLES)
def test_the_text_of_the_page_is_the_text_of_the_document(year: int, samples: Path) -> None:
    output = samples / "build" / str(year) / SAMPLES[year]
    for document in made(output)[1]:
        blocks = [node for section in document["sections"] for node in section["blocks"]]
        if document["kind"] == "docx":
            file = finished((output / document["name"]).read_bytes())
            spots = [one.text for one in file.part("word/document.xml") if not one.repeated]
            assert text_of(blocks) == "".join(spots)
            paragraphs = [text_of([one]) for one in elements(blocks) if one.get("n")]
            assert paragraphs == [
                p.text for p in Document(str(output / document["name"])).paragraphs
            ]
        else:
            cells = [text_of([one]) for one in elements(blocks) if one["t"] == "td"]
            book = openpyxl.load_workbook(output / document["name"], data_only=True)
            texts = [
                str(cell.value).replace("\r", "")
                for sheet in book for row in sheet for cell in row if isinstance(cell.value, str)
            ]  # fmt: skip
            assert texts
            assert [text for text in cells if text in set(texts)] == texts


def test_cells_show_what_their_formats_say(samples: Path) -> None:
    output = samples / "build/2020" / SAMPLES[2020]
    _, documents = made(output)
    form = next(one for one in documents if "自评表.xlsx" in one["name"])
    cells = [text_of([one]) for one in elements(nodes_of(form)) if one["t"] == "td"]
    for text in ("209.57", "107.2%", "42.02%", "2.00"):
        assert text in cells, text


@pytest.mark.parametrize(
    ("text", "code", "printed"),
    [
        ("0.5", "0.00%", "50.00%"),
        ("1234567.125", "#,##0.00", "1,234,567.13"),
        ("-1234.5", "#,##0.00", "-1,234.50"),
        ("12", '0"次"', "12次"),
        ("0.05", '"≤"0%', "≤5%"),
        ("-5", '"≥"0;"≥"-0', "≥-5"),
        ("3.10", "0.##", "3.1"),
        ("1.07200458080832", "0.0%", "107.2%"),
        ("44197", "yyyy-mm-dd", "2021-01-01"),
        ("44197", 'yyyy"年"m"月"d"日"', "2021年1月1日"),
        ("0", "0;-0;\"—\"", "—"),
        ("12.5", "General", "12.5"),
        ("93.42000000000002", "General", "93.42"),
        ("不是数", "0.00", "不是数"),
        ("1.5", "@", "1.5"),
    ],
)  # fmt: skip
def test_number_formats(text: str, code: str, printed: str) -> None:
    assert shown(text, code) == printed


@pytest.mark.long
def test_comments_of_a_sheet_are_shown_with_their_figures(tmp_path: Path) -> None:
    folder = workspaces.copy_sample(tmp_path)
    shutil.copytree(workspaces.CONTENT.parent / "templates", folder / "templates")
    template = folder / "templates/xlsx/jiujiang/附件1.xlsx"
    book = openpyxl.load_workbook(template)
    page = book.worksheets[0]
    page["A1"].comment = Comment("支出合计{{ 收入预算.本年 }}万元", "设计")
    book.save(template)
    workspaces.build(folder, 2020)
    output = folder / "build/2020" / SAMPLES[2020]
    found, documents = made(output)
    form = next(one for one in documents if one["name"].startswith("附件1") and "notes" in str(one))
    (note,) = form["sections"][0]["notes"]
    assert text_of([note]) == "批注 A1：支出合计259.57万元"
    (link,) = [one for one in elements([note]) if one["t"] == "a"]
    row = found.documents[form["name"]].places[link["f"]]
    assert (row.path, row.text, row.start) == ("收入预算.本年", "259.57", 4)


def test_a_form_keeps_its_merged_cells_lines_and_widths(samples: Path) -> None:
    output = samples / "build/2020" / SAMPLES[2020]
    _, documents = made(output)
    for document in documents:
        if not document["name"].startswith("附件1"):
            continue
        cells = [one for one in elements(nodes_of(document)) if one["t"] == "td"]
        assert max(one.get("rowspan", 1) for one in cells) == 14
        assert any(one.get("colspan", 1) > 1 for one in cells)
        styles = [document["styles"][one["s"]] for one in cells if "s" in one]
        assert any("border-top:0.5pt solid #000" in style for style in styles)
        columns = [one for one in elements(nodes_of(document)) if one["t"] == "col"]
        assert all("width:" in document["styles"][one["s"]] for one in columns)


def test_a_page_has_the_measures_and_fonts_of_the_document(samples: Path) -> None:
    _, documents = made(samples / "build/2020" / SAMPLES[2020])
    report = documents[0]
    first = report["sections"][0]
    assert (round(first["width"], 1), round(first["height"], 1)) == (595.3, 841.9)
    assert [round(side, 1) for side in first["margins"][:4]] == [104.9, 73.7, 99.2, 79.4]
    assert {"footer default", "footer even"} <= set(first["running"])
    title = next(one for one in elements(first["blocks"]) if one["t"] == "p")
    style = report["styles"][title["s"]]
    assert '"方正小标宋简体"' in style
    assert "text-align:center" in style
    assert "font-size:22pt" in style


PROSE = """# 概况
共培训120人，拨款{{ 资金来源.财政拨款.全年预算 | 万元 }}，占九成。

1. 已拨{{ 资金来源.财政拨款.全年执行 | 万元 }}。

<script>alert(1)</script>&lt;b&gt;粗&lt;/b&gt;不是标签。
"""


def test_numbers_typed_into_the_prose_are_marked(tmp_path: Path) -> None:
    files = unit_files()
    report = next(name for name in files if name.endswith("report.md"))
    output = workspaces.build(write(tmp_path, {**files, report: PROSE}), 2024) / "peixun"
    _, documents = made(output)
    marked = [
        one for document in documents for one in elements(nodes_of(document)) if one["t"] == "u"
    ]
    assert [text_of([one]) for one in marked] == ["120", "1"]


def test_markup_in_a_value_is_text(tmp_path: Path) -> None:
    files = unit_files()
    report = next(name for name in files if name.endswith("report.md"))
    output = workspaces.build(write(tmp_path, {**files, report: PROSE}), 2024) / "peixun"
    _, documents = made(output)
    text = "".join(text_of(nodes_of(document)) for document in documents)
    assert "<script>alert(1)</script>&lt;b&gt;粗" in text
    tags = {one["t"] for document in documents for one in elements(nodes_of(document))}
    assert tags <= {
        "p",
        "span",
        "a",
        "u",
        "table",
        "colgroup",
        "col",
        "tbody",
        "tr",
        "td",
        "div",
        "img",
    }


def test_a_file_that_somebody_edited_has_no_pages(samples: Path) -> None:
    found = record.load(samples / "build/2023" / SAMPLES[2023] / record.RECORD)
    assert found is not None
    name = facts.documents_of(found)[0]
    document = facts.document(found, name, b"something else")
    assert (document["why"], document["sections"]) == ("文件被改过", [])
    assert facts.document(found, name, None)["why"] == "文件不在了"
