"""Tables of contents: written from the headings that a document came to have."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from kit.archives import unpacked
from kit.pages import resaved
from kit.word import (
    FILE,
    PROPERTIES,
    element,
    figure,
    found,
    items,
    opened,
    render,
    template,
    toc,
    words,
)

from generator.formats import proof
from generator.formats.docx import contents
from generator.formats.docx.compile.compiler import compile_docx
from generator.formats.docx.format import FORMAT
from generator.formats.docx.render import render_docx
from generator.problems import Problems

MAIN = "word/document.xml"
Build = Callable[[Any], None]


def made(*build: Build) -> bytes:
    return template(lambda document: [one(document) for one in build])


def texts(*pairs: tuple[str, str]) -> Build:
    return lambda document: [document.add_paragraph(text, style=style) for text, style in pairs]


def entries(done: Any) -> list[str]:
    """The lines of the table: everything in front of 正文开始."""
    out = []
    for paragraph in opened(done).paragraphs:
        text = "".join(
            "→" if node.tag.endswith("}tab") else node.text or ""
            for node in paragraph._p.iter("{*}t", "{*}tab")
            if not str(node.getparent().tag).endswith("}tabs")
        )
        if text == "正文开始":
            return out
        out.append(text)
    raise AssertionError(out)


START = ("正文开始", "Normal")


def test_it_lists_the_headings_that_came_to_be() -> None:
    raw = made(
        toc,
        texts(
            START, ("一、{{ 单位 }}概况", "Heading 1"), ("{%p for r in 项 %}", "Normal"),
            ("（一）{{ r.名称 }}", "Heading 2"), ("文", "Normal"), ("{%p endfor %}", "Normal"),
            ("二、{{ 数 }}万元", "Heading 1"), ("第四级", "Heading 4"),
        ),
    )  # fmt: skip
    done = render(raw, 单位=words("某局"), 项=items("甲", "<乙&"), 数=figure("12.50"))
    assert entries(done) == ["一、某局概况→", "（一）甲→", "（一）<乙&→", "二、12.50万元→", ""]
    reading = proof.read(
        FORMAT.open, done.data, proof.Expected(done.parts, done.marks, done.printed)
    )
    assert (proof.prove(reading, {}), proof.damage(reading)) == ([], [])
    # A value in a heading is proven, and recorded, where the table shows it too.
    assert [m.path for m in done.marks[MAIN]].count("收入.合计.本年") == 2
    xml = done.parts[MAIN]
    assert "旧标题" not in xml
    assert xml.count(' w:dirty="true"') == 1
    assert xml.count("<w:bookmarkStart ") == xml.count("<w:bookmarkEnd ") == 4


@pytest.mark.parametrize("own_end", [True, False])
def test_without_headings_the_field_is_empty_and_whole(own_end: bool) -> None:
    done = render(made(lambda d: toc(d, own_end=own_end), texts(START, ("文", "Normal"))))
    assert entries(done) == ["", ""][: 1 + own_end]
    assert done.parts[MAIN].count("fldChar ") == 3


def test_what_stands_behind_stays() -> None:
    def section(document: Any) -> None:
        toc(document)
        last = document.paragraphs[-1]._p
        last.get_or_add_pPr().append(element("<w:sectPr/>"))

    raw = made(section, texts(("甲", "Heading 1"), START))
    assert render(raw).parts[MAIN].count("<w:sectPr") == 2


@pytest.mark.parametrize(
    ("code", "listed"),
    [
        ('TOC \\o "1-1"', ["甲→"]), ('TOC \\o "2-3"', ["乙→"]), ("TOC \\o", ["甲→", "乙→"]),
        ('TOC \\t "Quote,1"', ["丙→"]), ('TOC \\o "1-1" \\n', ["甲"]),
        ('TOC \\u \\o "1-2"', ["甲→", "乙→", "丁→"]),
    ],
)  # fmt: skip
def test_switches_choose(code: str, listed: list[str]) -> None:
    def levels(document: Any) -> None:
        look = document.add_paragraph("丁")._p.get_or_add_pPr()
        look.append(element('<w:outlineLvl w:val="1"/>'))

    raw = made(
        lambda d: toc(d, code),
        texts(START, ("甲", "Heading 1"), ("乙", "Heading 2"), ("丙", "Quote")), levels,
    )  # fmt: skip
    assert entries(render(raw))[:-1] == listed


def numbered(document: Any) -> None:
    look = document.add_paragraph("甲", style="Heading 1")._p.get_or_add_pPr()
    look.append(element('<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'))


@pytest.mark.long
@pytest.mark.parametrize(
    "build",
    [
        lambda d: (toc(d), numbered(d)),
        lambda d: toc(d, 'TOC \\c "图"'),
        lambda d: toc(d, 'TOC \\b 处 \\o "1-2"'),
        lambda d: toc(d, "TOC \\h"),
        lambda d: d.add_paragraph()._p.append(
            element('<w:fldSimple w:instr="TOC \\o"><w:r><w:t>旧</w:t></w:r></w:fldSimple>')
        ),
    ],
)
def test_what_cannot_be_told_is_marked_for_refreshing(build: Build) -> None:
    raw = made(build)
    (problem,) = found(raw)
    assert (problem.code, str(problem.severity)) == ("T239", "note")
    compiled = compile_docx(raw, FILE, [], Problems())
    assert compiled is not None
    assert not FORMAT.waits(compiled)
    xml = render_docx(compiled, {}, PROPERTIES).parts[MAIN]
    assert xml.count('w:dirty="true"') == 1
    assert "旧" in xml


def test_page_numbers_come_from_a_layout() -> None:
    raw = made(toc, texts(START, ("甲", "Heading 1"), ("乙", "Heading 1")))
    data = render(raw).data
    assert contents.pages_of(data) == {0: "", 1: ""}
    paged = contents.paged(data, {0: "2", 1: "12"})
    assert contents.pages_of(paged) == {0: "2", 1: "12"}
    assert "dirty" not in unpacked(paged)[MAIN].decode()
    # One that is missing, or is no number, leaves all to the reader.
    assert contents.paged(data, {0: "2"}) == contents.paged(data, {0: "2", 1: "?"}) == data


@pytest.mark.office
def test_an_office_suite_tells_the_pages(tmp_path: Path) -> None:
    def build(document: Any) -> None:
        toc(document)
        for text in "甲乙丙":
            document.add_page_break()
            document.add_paragraph(text, style="Heading 1")
            for _ in range(60):
                document.add_paragraph("文" * 20)

    data = render(made(build)).data
    pages = contents.pages_of(resaved(contents.for_layout(data), tmp_path))
    assert list(map(int, pages.values())) == sorted(map(int, pages.values()))
    assert pages[0] == "2"
    assert len(pages) == 3
    shown = Document(io.BytesIO(contents.paged(data, pages)))
    numbers = [paragraph.text.partition("\t")[2] for paragraph in shown.paragraphs[:3]]
    assert numbers == list(pages.values())
