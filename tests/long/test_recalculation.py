"""Every formula of the shipped forms gives what others compute from its text alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from kit import roll_ups
from kit.pages import office_available
from kit.recalculation import formulas_are_right
from kit.workspaces import build, change, copy_sample, gen

pytestmark = [
    pytest.mark.long,
    pytest.mark.office,
    pytest.mark.skipif(bool(office_available()), reason=str(office_available())),
]


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
