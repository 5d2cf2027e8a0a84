"""Every formula of produced workbooks gives what LibreOffice computes from its text alone."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from kit import torture
from kit.archives import saved
from kit.pages import office_available
from kit.recalculation import different, same, without_values
from kit.sheets import FILE, PROPERTIES, items
from kit.workspaces import build, copy_sample
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
    shown = load_workbook(io.BytesIO(made.data), data_only=True)
    book = CalamineWorkbook.from_filelike(io.BytesIO(made.data))
    for page in shown.worksheets:
        seen = book.get_sheet_by_name(page.title).to_python(skip_empty_area=False)
        for row in page.iter_rows():
            for cell in row:
                if isinstance(cell.value, int | float):
                    assert seen[cell.row - 1][cell.column - 1] == cell.value
    return made


@pytest.mark.office
@OFFICE
@pytest.mark.parametrize("count", ROWS)
def test_the_torture_template_computes_like_libreoffice(
    count: int, compiled: CompiledWorkbook, tmp_path: Path
) -> None:
    made = proven(render_xlsx(compiled, torture.context(count, count), PROPERTIES))
    # Rows that are only sometimes there make more ranges than a formula holds.
    assert {remark.code for remark in made.remarks} <= ({"T272"} if count > 300 else set())
    total, wrong = different(made.data, tmp_path)
    assert total > 40
    assert wrong == []


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


def test_a_second_engine_computes_the_same(compiled: CompiledWorkbook, tmp_path: Path) -> None:
    """IronCalc; it knows no names and no columns of tables in Chinese, and LibreOffice decides."""
    ironcalc = pytest.importorskip("ironcalc")
    made = render_xlsx(compiled, torture.context(7, 7), PROPERTIES)
    path = tmp_path / "made.xlsx"
    path.write_bytes(without_values(made.data))
    model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
    model.evaluate()
    shown = load_workbook(io.BytesIO(made.data), data_only=True)
    count, left = 0, set()
    for index, page in enumerate(load_workbook(io.BytesIO(made.data)).worksheets):
        for cell in (cell for row in page.iter_rows() for cell in row if cell.data_type == "f"):
            text, mine = str(cell.value), shown[page.title][cell.coordinate].value
            theirs = model.get_cell_value(index, cell.row, cell.column)
            if not same(mine, theirs):
                left.add(text)
            count += 1
    assert count > 150
    assert [text for text in left if "明细" not in text and "T[" not in text] == []


def _by_ironcalc(data: bytes, path: Path) -> list[str]:
    """Formulas that IronCalc computes otherwise; it knows no names in Chinese."""
    ironcalc = pytest.importorskip("ironcalc")
    path.write_bytes(without_values(data))
    model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
    model.evaluate()
    shown = load_workbook(io.BytesIO(data), data_only=True)
    return [
        f"{page.title}!{cell.coordinate} {cell.value}"
        for index, page in enumerate(load_workbook(io.BytesIO(data)).worksheets)
        for row in page.iter_rows()
        for cell in row
        if cell.data_type == "f"
        and not same(
            shown[page.title][cell.coordinate].value,
            model.get_cell_value(index, cell.row, cell.column),
        )
    ]


@pytest.mark.office
@OFFICE
@pytest.mark.parametrize(("year", "least"), [(2020, 20), (2023, 5)])
def test_every_formula_of_the_samples_has_its_value(year: int, least: int, tmp_path: Path) -> None:
    """LibreOffice and a second engine compute the same, from the texts alone."""
    folder = build(copy_sample(tmp_path / "w"), year)
    count = 0
    for number, path in enumerate(sorted(folder.rglob("*.xlsx"))):
        data = path.read_bytes()
        found, wrong = different(data, tmp_path / str(number))
        assert wrong == [], path.name
        assert _by_ironcalc(data, tmp_path / f"{number}.xlsx") == [], path.name
        count += found
    assert count >= least
