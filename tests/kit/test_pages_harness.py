"""The page helpers themselves: a wrong picture of a right document would mislead every test."""

from __future__ import annotations

import subprocess
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.enum.section import WD_SECTION
from docx.oxml.ns import qn
from docx.shared import Mm

from kit import pages

FACES = {
    "方正小标宋简体": "NotoSerifCJK",
    "黑体": "FandolHei",
    "楷体_GB2312": "FandolKai",
    "仿宋_GB2312": "FandolFang",
    "宋体": "FandolSong",
}


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a PDF of two pages, upright and lying, with a line in each face."""
    folder = tmp_path_factory.mktemp("harness")
    document = docx.Document()
    first = document.sections[0]
    first.page_width, first.page_height = Mm(210), Mm(297)
    for face in FACES:
        run = document.add_paragraph().add_run(f"绩效自评{face}堃 259.57万元")
        run.font.name = "Times New Roman"
        run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face)
    second = document.add_section(WD_SECTION.NEW_PAGE)
    second.page_width, second.page_height = Mm(297), Mm(210)
    document.add_paragraph("附件1")
    document.save(str(folder / "报告.docx"))
    return pages.to_pdf(folder / "报告.docx", folder / "out")


@pytest.mark.office
def test_texts_and_sizes_page_by_page(pdf: Path) -> None:
    assert pdf.name == "报告.docx.pdf"
    first, second = pages.page_texts(pdf)
    assert "绩效自评仿宋_GB2312堃259.57万元" in "".join(first.split())
    assert "".join(second.split()) == "附件1"
    assert pages.page_sizes(pdf) == [
        pytest.approx((595.3, 841.9), abs=0.5),
        pytest.approx((841.9, 595.3), abs=0.5),
    ]


@pytest.mark.office
def test_pictures_of_an_earlier_version_go_away(pdf: Path, tmp_path: Path) -> None:
    stale = tmp_path / f"{pdf.stem}-03.png"
    other = tmp_path / "other-1.png"
    stale.touch()
    other.touch()
    pictures = pages.to_png(pdf, tmp_path)
    assert [picture.name for picture in pictures] == ["报告.docx-1.png", "报告.docx-2.png"]
    assert all(picture.read_bytes().startswith(b"\x89PNG") for picture in pictures)
    assert not stale.exists()
    assert other.exists()


@pytest.mark.office(fonts=True)
def test_official_faces_have_their_stand_ins(pdf: Path) -> None:
    listed = subprocess.run(
        ["pdffonts", str(pdf)], check=True, capture_output=True, encoding="utf-8"
    ).stdout
    for face, stand_in in FACES.items():
        assert stand_in in listed, f"{face} is not drawn in {stand_in}:\n{listed}"
    assert "LiberationSerif" in listed


@pytest.mark.office
def test_a_sheet_and_a_document_of_one_name_share_a_folder(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["A1"] = "绩效自评表"
    book.save(tmp_path / "报告.xlsx")
    made = pages.to_pdf(tmp_path / "报告.xlsx", tmp_path)
    assert made == tmp_path / "报告.xlsx.pdf"
    assert "绩效自评表" in pages.page_texts(made)[0]


@pytest.mark.office
def test_a_broken_document_is_an_error(tmp_path: Path) -> None:
    broken = tmp_path / "坏.docx"
    broken.write_bytes(b"PK\x03\x04 no zip")
    with pytest.raises(pages.ConversionError, match=r"坏\.docx"):
        pages.to_pdf(broken, tmp_path)


@pytest.mark.office
def test_a_conversion_that_takes_too_long_is_an_error(tmp_path: Path) -> None:
    document = docx.Document()
    document.save(str(tmp_path / "a.docx"))
    with pytest.raises(pages.ConversionError, match=r"more than 0\.05 s"):
        pages.to_pdf(tmp_path / "a.docx", tmp_path, timeout=0.05)


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    reason = pages.office_available()
    assert reason is not None
    assert "soffice" in reason
