"""Templates that attack or are damaged, through the whole of gen: a message, and the old set stays.

``damaged``: workbooks that once made gen crash.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from kit import attacks, workspaces
from kit.archives import repacked
from kit.attacks import Change
from kit.workspaces import ROOT, Ran, gen, snapshot
from openpyxl import load_workbook

DAMAGED = sorted((Path(__file__).parent / "damaged").glob("*.xlsx"))
UNIT = ROOT / "content/jiujiang-shenzhen/unit.yaml"
#: Only written in UTF-16, which packages may be.
WHOLE = ("t4-410", "t5-366")
#: A workspace's own file of that name is not asked for: the list is written from gen's.
UNASKED = ("t1-118", "t5-380")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample with its templates, and built."""
    folder = workspaces.copy_sample(tmp_path_factory.mktemp("hostile"))
    shutil.copytree(ROOT / "templates", folder / "templates")
    for year in ("2020", "2023"):
        assert gen("build", year, "-q", folder=folder).code == 0
    return folder


@contextmanager
def replaced(path: Path, data: bytes) -> Iterator[None]:
    """``path`` holds ``data`` for a while."""
    before = path.read_bytes()
    path.write_bytes(data)
    try:
        yield
    finally:
        path.write_bytes(before)


def errors(ran: Ran) -> list[dict[str, object]]:
    return [problem for problem in ran.problems() if problem["severity"] == "error"]


def of(path: Path) -> str:
    """The template that the file was: ``NAME__xlsx__SET__TEMPLATE.xlsx``."""
    return "templates/" + path.name.partition("__")[2].replace("__", "/")


def test_they_are_all_there() -> None:
    assert len(DAMAGED) == 12
    assert all((ROOT / of(path)).is_file() for path in DAMAGED)


@pytest.mark.long
@pytest.mark.parametrize("path", DAMAGED, ids=lambda path: path.name.partition("__")[0])
def test_a_message_and_the_old_set(path: Path, sample: Path) -> None:
    year = "2023" if "qiannan" in path.name else "2020"
    before = snapshot(sample / "build")
    # The proofreading list is made anew only when something is printed differently.
    name = "江西省九江市人民政府驻深圳办事处"
    changed = UNIT.read_text("utf-8").replace(f"名称: {name}", f"名称: {name}甲").encode()
    with (
        replaced(sample / of(path), path.read_bytes()),
        replaced(sample / UNIT.relative_to(ROOT), changed),
    ):
        ran = gen("build", year, "--format", "json", folder=sample)
    found = errors(ran)
    if path.name.startswith((*WHOLE, *UNASKED)):
        assert (ran.code, found) == (0, [])
        for made in (sample / "build" / year).rglob("*.xlsx"):
            load_workbook(made)
        return
    assert ran.code == 1
    assert {problem["file"] for problem in found} == {of(path)}
    assert all(problem["code"] in ("T230", "T233", "T263") for problem in found), found
    assert snapshot(sample / "build") == before


WORD, EXCEL = "templates/docx/jiujiang/附件2.docx", "templates/xlsx/jiujiang/附件2.xlsx"
SPLIT = attacks.body(
    attacks.paragraph(attacks.BEGIN, attacks.code(attacks.DDE)) + attacks.paragraph(attacks.END)
)


@pytest.mark.parametrize(
    ("template", "change", "code"),
    [
        (EXCEL, attacks.edited(attacks.SHEET, "</sheetData>",
                '<row r="400"><c r="A400"><f>cmd|\'/C calc\'!A0</f><v>0</v></c></row></sheetData>'), "T230"),
        (EXCEL, attacks.edited(attacks.SHEET, "</sheetData>",
                '<row r="400"><c r="A400"><f>WEBSERVICE("http://127.0.0.1/x")</f></c></row></sheetData>'), "T230"),
        (EXCEL, attacks.part(attacks.BOOK, "vbaProject", "xl/vbaProject.bin", attacks.MACRO_TYPE,
                             base=attacks.MICROSOFT), "T223"),
        (WORD, SPLIT, "T224"),
        (WORD, attacks.edited("_rels/.rels", "word/document.xml", "word/nothing.xml"), "T233"),
    ],
    ids=["DDE", "WEBSERVICE", "VBA", "DDEAUTO", "nothing.xml"],
)  # fmt: skip
def test_attacks_are_refused(template: str, change: Change, code: str, sample: Path) -> None:
    before, path = snapshot(sample / "build"), sample / template
    with replaced(path, repacked(path.read_bytes(), change)):
        ran = gen("build", "2020", "--format", "json", folder=sample)
    assert ran.code == 1
    assert {(problem["code"], problem["file"]) for problem in errors(ran)} == {(code, template)}
    assert snapshot(sample / "build") == before


def test_what_is_left_out_is_told_each_time(sample: Path) -> None:
    """From the cache too."""
    left = attacks.part(attacks.SHEET, "nosuchkind", "xl/x.bin", "application/x-new")
    path = sample / EXCEL
    with replaced(path, repacked(path.read_bytes(), left)):
        for _ in range(2):
            ran = gen("build", "2020", "--format", "json", folder=sample)
            assert ran.code == 0
            (note,) = ran.problems("T232")
            assert (note["file"], note["severity"]) == (EXCEL, "note")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(1)", "=cmd|'/C calc'!A0"])
@pytest.mark.long
def test_content_stays_text(text: str, sample: Path) -> None:
    """What a writer types is never a formula, whatever it begins with."""
    unit = sample / UNIT.relative_to(ROOT)
    held = unit.read_text(encoding="utf-8")
    name = "江西省九江市人民政府驻深圳办事处"
    typed = held.replace(f"名称: {name}", "名称: '{}'".format(text.replace("'", "''")), 1)
    with replaced(unit, typed.encode()):
        ran = gen("build", "2020", "--format", "json", folder=sample)
    assert (ran.code, errors(ran)) == (0, [])
    shown = [
        cell
        for made in (sample / "build" / "2020").rglob("*.xlsx")
        for sheet in load_workbook(made).worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value == text
    ]
    assert shown
    assert all(cell.data_type == "s" for cell in shown)
