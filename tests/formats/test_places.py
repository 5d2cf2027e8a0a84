"""Each recorded place, re-read with python-docx or openpyxl, holds what the record says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document
from docx.text.paragraph import Paragraph
from kit import workspaces

from generator.build import documents
from generator.build.pipeline import examine
from generator.formats import proof
from generator.formats.package import static_block, write
from generator.formats.places import places
from generator.language import markers
from generator.problems import Problems
from generator.problems.place import Paragraph as First
from generator.reading.files import finished
from generator.records import record
from generator.records.record import Shown
from generator.workspace import find

SAMPLES = {2020: "jiujiang-shenzhen", 2023: "qiannan-guangzhou"}
_CELL = re.compile(r"表(\d+) 第(\d+)行 第(\d+)格")
_SHEET = re.compile(r"工作表“(.+)” (?:([A-Z]+\d+)|页[眉脚])")


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = workspaces.copy_sample(tmp_path_factory.mktemp("samples"))
    for year in SAMPLES:
        workspaces.build(folder, year)
    return folder


def text_at(file: Any, place: str) -> str:
    """What an independent reader finds at ``place``, counted as a person would."""
    if not hasattr(file, "paragraphs"):
        match = _SHEET.fullmatch(place)
        assert match is not None, place
        sheet = file[match[1]]
        if match[2] is None:
            parts = (sheet.oddHeader, sheet.oddFooter, sheet.evenHeader, sheet.evenFooter)
            return " ".join(str(s.text or "") for p in parts for s in (p.left, p.center, p.right))
        value = sheet[match[2]].value
        return "" if value is None else str(value)
    label, _, rest = place.partition(" ")
    if label != "正文":
        sections = file.sections
        parts = [p for s in sections for p in (s.header, s.footer, s.even_page_header,
                                               s.even_page_footer)]  # fmt: skip
        return "\n".join(p.text for part in parts for p in part.paragraphs)
    if rest.startswith("第"):
        return str(file.paragraphs[int(rest[1:-1]) - 1].text)
    here, cell = file, None
    for table, row, column in _CELL.findall(rest):
        holder = here.tables[int(table) - 1]
        cell = holder._tbl.tr_lst[int(row) - 1].tc_lst[int(column) - 1]
        here = holder
    assert cell is not None, place
    return "\n".join(Paragraph(p, here).text for p in cell.p_lst)


def same_number(text: str, found: str) -> bool:
    """Whether a cell holds the number that prints as ``text``, perhaps in more digits."""
    try:
        places = len(text.partition(".")[2])
        return abs(Decimal(text) - Decimal(found)) <= Decimal(1).scaleb(-places) / 2
    except InvalidOperation:
        return False


def rows(folder: Path, year: int) -> Iterator[tuple[str, Any, Shown]]:
    output = folder / "build" / str(year) / SAMPLES[year]
    made = record.load(output / record.RECORD)
    assert made is not None
    for name, document in made.documents.items():
        path = str(output / name)
        file = (
            Document(path)
            if name.endswith(".docx")
            else openpyxl.load_workbook(path, data_only=True)
        )
        for row in document.places:
            yield name, file, row


@pytest.mark.parametrize("year", SAMPLES)
def test_each_place_holds_its_text(year: int, samples: Path) -> None:
    count = 0
    for name, file, row in rows(samples, year):
        path, place, text, sentence = row.path, row.place, row.text, row.sentence
        found = text_at(file, str(place))
        assert text in found or same_number(text, found), f"{name} {place}: {path} {text!r}"
        if text in found and (len(place.steps) == 1 or place.steps[-1] == First(1)):
            assert found.startswith(text, row.start), f"{name} {place}: {path} from {row.start}"
        if sentence:
            assert sentence in found, f"{name} {place}: {sentence}"
        count += 1
    assert count > 200


@pytest.mark.parametrize("year", SAMPLES)
def test_sections_are_headings_or_labels_above(year: int, samples: Path) -> None:
    for name, file, row in rows(samples, year):
        path, place, section, text = row.path, row.place, row.section, row.text
        if not section:
            continue
        texts = [p.text for p in file.paragraphs]
        assert section in texts, f"{name} {place}: {section}"
        match = re.fullmatch(r"正文 第(\d+)段", str(place))
        if match:
            assert texts.index(section) < int(match[1]), f"{name} {place}: {path} {text}"


def test_an_annex_is_not_under_the_last_heading(samples: Path) -> None:
    """A place in 附件1 inside the report is told as there, not as chapter four's."""
    wrong = [
        (row.place, row.section)
        for name, _, row in rows(samples, 2020)
        if row.path.startswith("指标[") and name.endswith(".docx")
        if row.section.startswith("四、")
    ]
    assert wrong == []


@pytest.mark.parametrize("year", SAMPLES)
def test_each_printed_mark_is_recorded(
    year: int, samples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the renderers marked as printed is in the record, one row each."""
    marked: list[tuple[str, str]] = []
    listed: list[tuple[str, str]] = []
    real = documents.places.places

    def places(reading: proof.Reading, headings: Any) -> Any:
        expected = reading.expected
        for part, marks in expected.marks.items():
            for mark in marks:
                assert expected.parts[part][mark.start : mark.end] or mark.start == mark.end
                marked.append((part, mark.path))
        found = real(reading, headings)
        listed.extend(("", place.path) for place in found)
        return found

    monkeypatch.setattr(documents.places, "places", places)
    workspace = find(samples)
    assert workspace is not None
    problems = Problems()
    examined = examine(workspace, workspace.unit_years(year)[0], problems)
    assert examined is not None
    assert not problems.failed
    assert sorted(path for _, path in marked) == sorted(path for _, path in listed)
    recorded = [row[0] for output in examined.documents.outputs for row in output.places]
    assert sorted(recorded) == sorted(path for _, path in marked)


@pytest.mark.parametrize("year", SAMPLES)
def test_each_recorded_name_is_a_value(year: int, samples: Path) -> None:
    output = samples / "build" / str(year) / SAMPLES[year]
    made = record.load(output / record.RECORD)
    assert made is not None
    for _, _, (path, *_rest) in rows(samples, year):
        head = path.partition("|")[0]
        assert head.startswith("正文[") or head in made.values, path


def placed(body: str) -> list[Shown]:
    """The places of values in a Word part that holds ``body``."""
    clean, marks = markers.strip(body)
    part = "word/document.xml"
    data = write(static_block({part: clean.encode()}), [])
    expected = proof.Expected({part: clean}, {part: marks})
    return places(proof.read(finished, data, expected), ())


def test_values_behind_the_last_tag_and_behind_a_text_box_have_their_places() -> None:
    first, second = markers.wrap("甲", "209"), markers.wrap("乙", "9")
    box = "<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>机密</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>"
    found = placed(
        f"<w:p>{box}<w:r><w:t>本年{first}万元。增加{second}万元。</w:t></w:r></w:p>"
        f"<w:p><w:r><w:t>落款{first}</w:t></w:r></w:p>"
    )
    assert [place.path for place in found] == ["甲", "乙", "甲"]
    assert [place.sentence for place in found[1:]] == ["增加9万元。", "落款209"]
    assert "209万元。" in found[0].sentence


def test_what_is_there_once_more_for_old_programs_is_one_place() -> None:
    value = markers.wrap("甲", "209")
    box = f"<w:txbxContent><w:p><w:r><w:t>{value}</w:t></w:r></w:p></w:txbxContent>"
    found = placed(
        f"<w:p><w:r><mc:AlternateContent><mc:Choice>{box}</mc:Choice>"
        f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
        f"<w:p><w:r>{box}</w:r></w:p>"
    )
    assert [str(shown.place) for shown in found] == [
        "正文 第1段 文本框1 第1段", "正文 第2段 文本框1 第1段",
    ]  # fmt: skip


def test_of_a_sentence_the_text_box_inside_is_no_part() -> None:
    value = markers.wrap("甲", "209")
    box = "<w:r><w:txbxContent><w:p><w:r><w:t>机密。</w:t></w:r></w:p></w:txbxContent></w:r>"
    (found,) = placed(
        f"<w:p><w:r><w:t>本年。</w:t></w:r>{box}<w:r><w:t>共{value}。</w:t></w:r></w:p>"
    )
    assert (str(found.place), found.sentence) == ("正文 第1段", "共209。")
