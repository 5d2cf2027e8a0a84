"""Another number typed into a produced workbook: every total, rate and average follows it.

LibreOffice types each number of a workbook anew, one at a time, and computes; what must follow is
worked out here from the cells that hold no formula, by what the printed form says of its rows.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from kit.suite.client import Suite, lacking
from kit.workspaces import build, copy_sample
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

pytestmark = [
    pytest.mark.long,
    pytest.mark.office,
    pytest.mark.skipif(bool(lacking()), reason=str(lacking())),
]

#: A cell by row and column.
Cells = dict[tuple[int, str], object]


def _number(value: object) -> float:
    return value if isinstance(value, float) else 0.0


def _row(cells: Cells, text: str) -> int:
    return next(row for (row, _), value in cells.items() if str(value).startswith(text))


def _sum(cells: Cells, column: str, rows: range) -> float:
    return sum(_number(cells.get((row, column))) for row in rows)


def _ratio(part: object, whole: object) -> object:
    return _number(part) / _number(whole) if _number(whole) else "—"


def _indicators(cells: Cells) -> range:
    """The rows of indicators: between the line of heads with 得分 and the total."""
    head = max(row for (row, _), value in cells.items() if value == "得分")
    return range(head + 1, _row(cells, "总分"))


def _weights(cells: Cells, firsts: Sequence[int]) -> Iterator[tuple[tuple[int, str], float]]:
    """The sum of points of each group, beside the first of its rows."""
    for first, after in pairwise([*firsts, _indicators(cells).stop]):
        yield (first, "B"), _sum(cells, "G", range(first, after))


def _whole(cells: Cells) -> Cells:
    """附件1: rates of four rows of amounts, weights of groups, the two totals."""
    total = _row(cells, "总分")
    return {
        **{(row, "H"): _ratio(cells[row, "F"], cells[row, "E"]) for row in range(6, 10)},
        **dict(_weights(cells, [row for row in _indicators(cells) if cells.get((row, "A"))])),
        **{(total, column): _sum(cells, column, _indicators(cells)) for column in "GH"},
    }


def _projects(cells: Cells) -> Cells:
    """附件2: sums across and down, the average, the share."""
    total = _row(cells, "开展绩效自评项目合计")
    rows = range(7, total)
    budget = {
        row: _number(cells.get((row, "D"))) + _number(cells.get((row, "E")))
        for row in [*rows, total + 1]
    }
    return {
        **{(row, "F"): value for row, value in budget.items()},
        (total, "D"): _sum(cells, "D", rows),
        (total, "E"): _sum(cells, "E", rows),
        (total, "F"): sum(budget[row] for row in rows),
        (total, "H"): _sum(cells, "H", rows) / len(rows),
        (total + 2, "G"): _ratio(sum(budget[row] for row in rows), budget[total + 1]),
    }


def _project(cells: Cells) -> Cells:
    """附件3: three sums of amounts, their rates, the two totals."""
    total = _row(cells, "总分")
    sums = {column: _sum(cells, column, range(8, 11)) for column in "DEF"}
    amounts = {7: sums, **{row: {c: cells.get((row, c)) for c in "EF"} for row in range(8, 11)}}
    return {
        **{(7, column): value for column, value in sums.items()},
        **{(row, "H"): _ratio(held["F"], held["E"]) for row, held in amounts.items()},
        **{(total, column): _sum(cells, column, _indicators(cells)) for column in "GH"},
    }


def _department(cells: Cells) -> Cells:
    """黔南: three sums of amounts, their rate, its score, weights, the two totals, the grade."""
    total = _row(cells, "总分")
    sums = {column: _sum(cells, column, range(7, 10)) for column in "DEF"}
    rate, points = _number(_ratio(sums["F"], sums["E"])), _number(cells[6, "G"])
    # Full marks are for all of it alone; the rest is rounded to hundredths of a point.
    score = points if rate >= 1 else max(0.0, min(round(rate * points, 2), points - 0.01))
    rows = _indicators(cells)
    reached = _sum(cells, "H", rows) + score
    grade = next(name for name, least in zip("优良中差", (90, 80, 60, -99), strict=True)
                 if round(reached, 2) >= least)  # fmt: skip
    return {
        **{(6, column): value for column, value in sums.items()},
        (6, "H"): rate,
        (6, "I"): score,
        **{
            at: f"{GROUPS[at[0]]}\n（{weight:g}分）" for at, weight in _weights(cells, list(GROUPS))
        },
        (total, "G"): _sum(cells, "G", rows) + points,
        (total, "H"): reached,
        (total + 1, "D"): f"自评等级“{grade}”",
    }


#: The first rows of the groups of 黔南's form: their names are part of what is computed.
GROUPS = {13: "产出指标", 26: "效益指标", 28: "满意度指标"}


@dataclass(frozen=True)
class Form:
    """A produced workbook, what follows from its plain cells, and how it is tried.

    ``alone``: cells that nothing is computed of, besides what is aimed at and what came of it;
    ``typed``: further cells and numbers to type.
    """

    year: int
    expected: Callable[[Cells], Cells]
    alone: tuple[str, ...] = ()
    typed: tuple[tuple[str, float], ...] = ()


FORMS = {
    "附件1*": Form(2020, _whole, alone=("H4",), typed=(("E7", 0.0),)),
    "附件2*": Form(2020, _projects, alone=("A7", "A8", "G7", "G8", "H10")),
    "附件3*专项*": Form(2020, _project, typed=(("E8", 0.0),)),
    "部门*": Form(
        2023, _department, typed=(("D9", 3.5), ("E9", 3.5), ("F9", 3.5), ("H26", 1.0), ("H27", 0.0))
    ),
}


def _cells(rows: list[list[object]]) -> Cells:
    return {
        (number, get_column_letter(column)): value
        for number, row in enumerate(rows, 1)
        for column, value in enumerate(row, 1)
    }


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    root = copy_sample(tmp_path_factory.mktemp("typed"))
    projects = root / "content/jiujiang-shenzhen/2020/projects"
    (one,) = projects.glob("*.yaml")
    text = one.read_text()
    name = next(line for line in text.splitlines() if line.startswith("名称:"))
    # Another one without money, so that the sums of the others stay.
    text = text.replace(name, "名称: 第二个项目").replace("74.38", "0").replace("64.5", "0")
    (projects / "第二个.yaml").write_text(text)
    return {year: build(root, year) for year in (2020, 2023)}


@pytest.mark.parametrize("name", FORMS)
def test_what_is_typed_moves_all_that_depends_on_it(
    name: str, folders: dict[int, Path], tmp_path: Path
) -> None:
    form = FORMS[name]
    (path,) = folders[form.year].rglob(f"{name}.xlsx")
    (page,) = load_workbook(io.BytesIO(path.read_bytes())).worksheets
    cells = [cell for row in page.iter_rows() for cell in row]
    live = {(cell.row, cell.column_letter) for cell in cells if cell.data_type == "f"}
    numbers = [cell for cell in cells if cell.data_type == "n" and cell.value is not None]
    typed = [(0, cell.coordinate, cell.value + 1.25) for cell in numbers]
    typed += [(0, where, number) for where, number in form.typed]
    shown = [_cells(one[0]) for one in Suite(tmp_path / "suite").typed(path.read_bytes(), typed)]
    before = shown[0]
    still = set()
    for (_, where, _), now in zip([(0, "", 0.0), *typed], shown, strict=True):
        expected = form.expected({at: value for at, value in now.items() if at not in live})
        assert live == set(expected)
        for at, value in expected.items():
            if isinstance(value, float):
                value = pytest.approx(value, abs=1e-9)  # noqa: PLW2901
            assert now[at] == value, (where, at)
        if where and all(now[at] == before[at] for at in live):
            still.add(where)
    results = {
        cell.coordinate
        for cell in numbers
        if cell.column_letter in "EF" and form.expected is not _projects
        and cell.row in _indicators(before)
    }  # fmt: skip
    assert still == results | set(form.alone)
