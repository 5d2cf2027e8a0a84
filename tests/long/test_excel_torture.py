"""Excel templates of everything that refers to rows that repeat: each part says what it must."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from kit import attached, torture
from kit.archives import saved, unpacked
from kit.pages import office_available
from kit.recalculation import formulas_are_right, readers_agree
from kit.sheets import FILE, PROPERTIES, items
from python_calamine import CalamineWorkbook

from generator.formats import proof
from generator.formats.compiled import Rendered
from generator.formats.soundness import finished
from generator.formats.xlsx.compile.compiler import compile_xlsx
from generator.formats.xlsx.compiled import CompiledWorkbook
from generator.formats.xlsx.format import FORMAT
from generator.formats.xlsx.render import render_xlsx
from generator.problems import Problems

pytestmark = [
    pytest.mark.long,
    pytest.mark.filterwarnings("ignore:Sparkline Group extension"),
]
OFFICE = pytest.mark.skipif(bool(office_available()), reason=str(office_available()))
ROWS = [0, 1, 2, 7, 300, 500]


def _compiled(raw: bytes) -> CompiledWorkbook:
    problems = Problems()
    made = compile_xlsx(raw, FILE, problems)
    assert [problem.message for problem in problems] == []
    assert made is not None
    return made


@pytest.fixture(scope="module")
def compiled() -> CompiledWorkbook:
    return _compiled(saved(torture.template()))


@pytest.fixture(scope="module")
def hung() -> CompiledWorkbook:
    return _compiled(attached.template())


def proven(made: Rendered) -> Rendered:
    """A workbook that reads back and is whole, in which both readers see every number."""
    reading = proof.read(
        FORMAT.open, made.data, proof.Expected(made.parts, made.marks, made.printed)
    )
    assert proof.prove(reading, {}) == []
    assert finished.flaws(unpacked(made.data), made.parts, FORMAT.open(made.data).places) == []
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        for name in archive.namelist():
            text = archive.read(name).decode("utf-8", "replace")
            assert "#REF!" not in text, name
            assert "1048576" not in text, name
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(text)
    return made


def right(made: Rendered, given: dict[str, object]) -> Rendered:
    """A proven workbook of the torture template that shows what its context says.

    A cell of which a note tells that it has no value is blank.
    """
    wrong = torture.otherwise(readers_agree(proven(made).data), torture.expected(given))
    assert len(wrong) == len(made.remarks), wrong
    assert all(": None, not" in one for one in wrong), wrong
    return made


@pytest.mark.office
@OFFICE
@pytest.mark.parametrize("count", ROWS)
def test_the_torture_template_shows_what_it_must(
    count: int, compiled: CompiledWorkbook, tmp_path: Path
) -> None:
    given = torture.context(count, count)
    made = right(render_xlsx(compiled, given, PROPERTIES), given)
    # Rows that are only sometimes there make more ranges than a formula holds.
    assert {remark.code for remark in made.remarks} <= ({"T272"} if count > 300 else set())
    assert formulas_are_right(made.data, tmp_path, left=("MOD(ROW(",)) > 40


@pytest.mark.office
@OFFICE
@pytest.mark.parametrize("count", ROWS)
def test_what_hangs_on_rows_is_where_it_must_be(
    count: int, hung: CompiledWorkbook, tmp_path: Path
) -> None:
    made = proven(render_xlsx(hung, attached.context(count), PROPERTIES))
    assert list(made.remarks) == []
    found = attached.shown(made.data)
    for facet, wanted in attached.expected(count).items():
        assert found[facet] == wanted, facet
    left = ("甲:丙", "表列[")  # neither engine knows sheets in a row, or columns in Chinese
    assert formulas_are_right(made.data, tmp_path, left=left) >= 8


def test_random_contexts_show_what_they_must(compiled: CompiledWorkbook) -> None:
    for seed in range(1000):
        given = torture.context(seed % 9, seed)
        assert list(right(render_xlsx(compiled, given, PROPERTIES), given).remarks) == [], seed


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
