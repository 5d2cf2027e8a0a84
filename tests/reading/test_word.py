"""Word parts as readers go through them: texts and places, whatever they are counted from."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.table import Table
from docx.text.paragraph import Paragraph
from hypothesis import given
from hypothesis import strategies as st
from kit.workspaces import ROOT

from generator.formats.docx.compile import collect
from generator.formats.docx.xml import W, parse
from generator.problems import Position
from generator.problems.place import Place
from generator.reading.files import Package
from generator.reading.word import WordPart, text_parts

TEMPLATES = sorted((ROOT / "templates" / "docx").rglob("*.docx"))


def document(inside: str) -> str:
    return (
        f'<w:document xmlns:w="{W}" xmlns:mc="mc" xmlns:v="v"><w:body>{inside}'
        "<w:sectPr/></w:body></w:document>"
    )


def told(xml: str) -> list[tuple[str, str]]:
    return [(str(one.place), one.text) for one in WordPart(xml, Place("body"))]


def paragraph(*runs: str) -> str:
    return f"<w:p>{''.join(f'<w:r><w:t>{run}</w:t></w:r>' for run in runs)}</w:p>"


def test_breaks_and_tabs_read_as_typed_and_tab_stops_do_not() -> None:
    stops = '<w:pPr><w:tabs><w:tab w:val="left" w:pos="1"/></w:tabs></w:pPr>'
    runs = "<w:r><w:t>甲</w:t><w:br/><w:t>乙</w:t><w:tab/><w:t>丙</w:t></w:r>"
    xml = document(f"<w:p>{stops}{runs}</w:p>" + "<w:p><w:r><w:t/></w:r></w:p><w:p/>")
    assert [text for _, text in told(xml)] == ["甲\n乙\t丙", "", ""]


def test_what_no_reader_shows_is_not_read() -> None:
    xml = document(
        f"<!--{paragraph('甲')}-->"
        + paragraph("乙<!-- 丙 -->丁")
        + paragraph("一\r\n二&#13;三")
        + paragraph("<![CDATA[A&B <w:t>戊]]>")
    )
    assert told(xml) == [
        ("正文 第1段", "乙丁"), ("正文 第2段", "一\n二\r三"), ("正文 第3段", "A&B <w:t>戊"),
    ]  # fmt: skip


def test_text_goes_on_behind_a_text_box() -> None:
    box = f"<w:r><w:txbxContent>{paragraph('框')}</w:txbxContent></w:r>"
    xml = document(f"<w:p><w:r><w:t>前</w:t></w:r>{box}<w:r><w:t>后</w:t></w:r></w:p>")
    assert told(xml) == [("正文 第1段", "前后"), ("正文 第1段 文本框1 第1段", "框")]
    part = WordPart(xml, Place("body"))
    behind = part.at(xml.index("后"))
    assert behind is not None
    assert (behind.text, behind.offset(xml.index("后"))) == ("前后", 1)
    assert part.at(0) is None


def test_each_character_is_found_in_the_text() -> None:
    runs = (
        "<w:t>甲&amp;乙</w:t><w:br/><w:t>丙&lt;丁</w:t><w:instrText>PAGE</w:instrText><w:t>戊</w:t>"
    )
    xml = document(f"<w:p><w:r>{runs}</w:r></w:p>")
    (text,) = WordPart(xml, Place("body"))
    assert text.text == "甲&乙\n丙<丁戊"
    for character in "甲乙丙丁戊乙":
        assert text.offset(xml.index(character)) == text.text.index(character)
    assert text.offset(0) == 0
    assert text.offset(xml.index("</w:t><w:br/>")) == 3
    assert text.shows("乙\n丙<", xml.index("乙"))
    assert not text.shows("乙\n丁", xml.index("乙"))


def test_empty_elements_hold_nothing() -> None:
    xml = document(
        "<w:tbl><w:tr><w:tc/><w:tc>" + paragraph("甲") + "</w:tc></w:tr></w:tbl>"
        "<w:p><w:r><w:txbxContent/><mc:AlternateContent><mc:Fallback/></mc:AlternateContent>"
        "</w:r></w:p>" + paragraph("乙")
    )
    part = WordPart(xml, Place("body"))
    assert [one.repeated for one in part] == [False] * 3
    assert told(xml)[-1] == ("正文 第2段", "乙")


def test_parts_are_numbered_by_the_numbers_in_their_names() -> None:
    names = ["word/header10.xml", "word/styles.xml", "word/endnotes.xml", "word/header2.xml",
             "word/footer1.xml", "word/document.xml", "word/comments.xml"]  # fmt: skip
    assert {name: str(place) for name, place in text_parts(names).items()} == {
        "word/document.xml": "正文", "word/header2.xml": "页眉1", "word/header10.xml": "页眉2",
        "word/footer1.xml": "页脚1", "word/endnotes.xml": "尾注", "word/comments.xml": "批注",
    }  # fmt: skip


def test_notes_are_numbered_without_the_lines_that_separate_them() -> None:
    notes = (
        f'<w:footnotes xmlns:w="{W}"><w:footnote w:type="separator" w:id="-1">{paragraph("")}'
        f'</w:footnote><w:footnote w:id="1">{paragraph("甲") * 2}</w:footnote>'
        f'<w:footnote w:type="normal" w:id="2">{paragraph("乙")}</w:footnote></w:footnotes>'
    )
    found = [(str(one.place), one.text) for one in WordPart(notes, Place("footnote"))]
    assert found[1:] == [("脚注1 第1段", "甲"), ("脚注1 第2段", "甲"), ("脚注2 第1段", "乙")]


# Any structure


def _cell(inside: list[str]) -> str:
    return f"<w:tc>{''.join(inside)}</w:tc>"


def _wrapped(inside: list[str]) -> st.SearchStrategy[str]:
    whole = "".join(inside)
    return st.sampled_from([
        f"<w:p><w:r><w:t>甲</w:t><w:txbxContent>{whole}</w:txbxContent><w:t>乙</w:t></w:r></w:p>",
        f"<w:sdt><w:sdtContent>{whole}</w:sdtContent></w:sdt>",
        f"<w:tbl><w:tr>{_cell(inside)}<w:tc><w:p/></w:tc></w:tr><w:tr>{_cell(inside)}</w:tr></w:tbl>",
        f"<mc:AlternateContent><mc:Choice>{whole}</mc:Choice><mc:Fallback>{whole}</mc:Fallback>"
        "</mc:AlternateContent>",
    ])  # fmt: skip


blocks = st.recursive(
    st.sampled_from(["<w:p/>", paragraph("甲"), paragraph("乙", "丙")]),
    lambda inside: st.lists(inside, max_size=3).flatmap(_wrapped),
    max_leaves=12,
)


@given(st.lists(blocks, max_size=4))
def test_a_template_is_counted_like_what_is_made_of_it(inside: list[str]) -> None:
    """The collector of tags walks a tree, readers the XML: the places are the same."""
    xml = document("".join(inside))
    collected = collect.paragraphs(parse(xml.encode()), Position("甲.docx", place=Place("body")))
    assert [at.at.place for at in collected] == [one.place for one in WordPart(xml, Place("body"))]


@given(st.lists(blocks, max_size=4))
def test_places_come_in_their_order(inside: list[str]) -> None:
    found = [one.place for one in WordPart(document("".join(inside)), Place("body"))
             if not one.repeated]  # fmt: skip
    assert found == sorted(found)


# Against another reader


def _read_again(holder: Any, place: str) -> list[tuple[str, str]]:
    """Paragraphs and cells as python-docx finds them."""
    out: list[tuple[str, str]] = []
    paragraphs = tables = 0
    for block in holder.iter_inner_content():
        if isinstance(block, Paragraph):
            paragraphs += 1
            in_cell = "格" in place.rpartition("表")[2]
            out.append((place if in_cell and paragraphs == 1 else f"{place} 第{paragraphs}段",
                        block.text))  # fmt: skip
        elif isinstance(block, Table):
            tables += 1
            for i, row in enumerate(block._tbl.tr_lst, 1):
                for j, cell in enumerate(row.tc_lst, 1):
                    from docx.table import _Cell

                    out += _read_again(_Cell(cell, block), f"{place} 表{tables} 第{i}行 第{j}格")
    return out


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_the_shipped_templates_read_as_python_docx_reads_them(path: Path) -> None:
    raw = path.read_bytes()
    file = Package(raw)
    found = [(str(one.place), one.text) for one in file.part("word/document.xml")]
    assert found == _read_again(Document(io.BytesIO(raw)), "正文")
    assert len(found) > 5
