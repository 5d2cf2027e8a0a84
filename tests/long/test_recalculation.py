"""Every formula of produced workbooks gives what LibreOffice computes from its text alone."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from kit import roll_ups, torture
from kit.archives import saved
from kit.pages import office_available
from kit.recalculation import different, left_by_engines
from kit.sheets import FILE, PROPERTIES, items
from kit.workspaces import build, change, copy_sample, gen
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from generator.formats import proof
from generator.formats.compiled import Rendered
from generator.formats.xlsx.compile.compiler import compile_xlsx
from generator.formats.xlsx.compiled import CompiledWorkbook
from generator.formats.xlsx.format import FORMAT
from generator.formats.xlsx.render import render_xlsx
from generator.problems import Problems

pytestmark = pytest.mark.long
OFFICE = pytest.mark.skipif(bool(office_available()), reason=str(office_available()))
ROWS = [0, 1, 2, 7, 300, 500]


@pytest.fixture(scope="module")
def compiled() -> CompiledWorkbook:
    problems = Problems()
    made = compile_xlsx(saved(torture.template()), FILE, problems)
    assert [problem.message for problem in problems] == []
    assert made is not None
    return made


def formulas_are_right(data: bytes, out: Path, left: str = "") -> int:
    """How many formulas a workbook has: LibreOffice and an engine compute each as gen does.

    ``left``: in the texts of what neither of the engines can do; LibreOffice decides.
    """
    readers_agree(data)
    out.mkdir(exist_ok=True)
    count, others = left_by_engines(data, out / "x.xlsx")
    assert [text for text in others if not left or left not in text] == []
    if count:
        total, wrong = different(data, out)
        assert (total, wrong) == (count, [])
    return count


def proven(made: Rendered) -> Rendered:
    """A workbook that reads back, in which both readers see every number."""
    reading = proof.read(
        FORMAT.open, made.data, proof.Expected(made.parts, made.marks, made.printed)
    )
    assert proof.prove(reading, {}) == []
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        for name in archive.namelist():
            text = archive.read(name).decode("utf-8", "replace")
            assert "#REF!" not in text, name
            assert "1048576" not in text, name
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(text)
    readers_agree(made.data)
    return made


def readers_agree(data: bytes) -> None:
    """openpyxl and calamine see every number, and one for every formula."""
    shown = load_workbook(io.BytesIO(data), data_only=True)
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    for page in shown.worksheets:
        seen = book.get_sheet_by_name(page.title).to_python(skip_empty_area=False)
        for row in page.iter_rows():
            for cell in row:
                if isinstance(cell.value, int | float):
                    assert seen[cell.row - 1][cell.column - 1] == cell.value


@pytest.mark.office
@OFFICE
@pytest.mark.parametrize("count", ROWS)
def test_the_torture_template_computes_like_libreoffice(
    count: int, compiled: CompiledWorkbook, tmp_path: Path
) -> None:
    made = proven(render_xlsx(compiled, torture.context(count, count), PROPERTIES))
    # Rows that are only sometimes there make more ranges than a formula holds.
    assert {remark.code for remark in made.remarks} <= ({"T272"} if count > 300 else set())
    assert formulas_are_right(made.data, tmp_path, left="MOD(ROW(") > 40


def test_random_contexts_are_proven(compiled: CompiledWorkbook) -> None:
    for seed in range(1000):
        made = render_xlsx(compiled, torture.context(seed % 9, seed), PROPERTIES)
        if seed % 20 == 0:
            proven(made)
        assert {remark.code for remark in made.remarks} <= set()


def test_mutated_contexts_give_no_traceback(compiled: CompiledWorkbook) -> None:
    """Values of other kinds, lists that lack something, groups that are empty."""
    for seed in range(100):
        names = torture.context(seed % 5, seed)
        rows = names["行"]
        assert isinstance(rows, list)
        for index, row in enumerate(rows):
            kind = (seed + index) % 5
            row["数"] = ["", "文字", True, 10**14, row["数"]][kind]
        if seed % 7 == 0:
            names["组"] = items({"名": "空", "二": []})
        made = render_xlsx(compiled, names, PROPERTIES)
        CalamineWorkbook.from_filelike(io.BytesIO(made.data))


def _samples(folder: Path) -> Path:
    copy_sample(folder)
    for year in (2020, 2023):
        build(folder, year)
    return folder / "build"


def _summed_up(folder: Path) -> Path:
    """Units of all grades, some without last year's figures, and one that is not summed up."""
    roll_ups.shipped(folder, 7)
    assert gen("build", "2024", folder=folder).code == 0
    change(folder / "content/u0004/unit.yaml", ("套表: jiujiang", "套表: jiujian"))
    assert gen("build", "2024", folder=folder).code == 1
    return folder / "build/2024" / roll_ups.BUREAU


def _of_nothing(folder: Path) -> Path:
    """A bureau none of whose units is built: every loop of its forms has no row."""
    roll_ups.shipped(folder, 2)
    for number in (1, 2):
        unit = folder / f"content/u000{number}/unit.yaml"
        change(unit, ("套表: jiujiang", "套表: jiujian"))
    gen("build", "2024", folder=folder)
    return folder / "build"


@pytest.mark.office
@OFFICE
@pytest.mark.parametrize(
    ("made", "books", "least"), [(_samples, 6, 26), (_summed_up, 3, 30), (_of_nothing, 3, 5)]
)
def test_every_formula_of_the_shipped_forms_has_its_value(
    made: Callable[[Path], Path], books: int, least: int, tmp_path: Path
) -> None:
    """LibreOffice and a second engine compute the same, from the texts alone."""
    paths = sorted(made(tmp_path / "w").rglob("*.xlsx"))
    found = [formulas_are_right(path.read_bytes(), tmp_path / "x") for path in paths]
    print(f"{len(paths)} workbooks, {sum(found)} formulas")
    assert len(paths) >= books
    assert sum(found) >= least
