"""A hundred edits made in an office suite, by its own interface: right, or refused with place.

Each edited template is filled, and the suite tells what the finished workbook shows: values from
the texts of formulas alone, charts, names, formats, what is merged, hidden, printed, where pages
break. All that an edit does not change must be as it was without it.
"""

from __future__ import annotations

import io
import warnings
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from kit import torture
from kit.archives import unpacked
from kit.recalculation import same, without_values
from kit.sheets import FILE, PROPERTIES
from kit.suite import calc
from kit.suite.client import Suite, lacking
from kit.suite.sources import workbook
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from generator.formats import proof
from generator.formats.compiled import Rendered
from generator.formats.soundness import finished
from generator.formats.xlsx.compile.compiler import compile_xlsx
from generator.formats.xlsx.format import FORMAT
from generator.formats.xlsx.render import render_xlsx
from generator.problems import Problems

pytestmark = [
    pytest.mark.long,
    pytest.mark.office,
    pytest.mark.skipif(bool(lacking()), reason=str(lacking())),
]
COUNTS = (0, 4)


def filled(raw: bytes) -> list[Rendered] | str:
    """A template filled with each count of rows, or what is wrong with it, with its place."""
    problems = Problems()
    compiled = compile_xlsx(raw, FILE, problems)
    errors = [one for one in problems.sorted() if one.severity == "error"]
    if compiled is None or errors:
        assert all(one.at.place for one in errors), [one.message for one in errors]
        return " ".join(one.code for one in errors)
    made = [render_xlsx(compiled, torture.context(n, n), PROPERTIES) for n in COUNTS]
    for one in made:
        expected = proof.Expected(one.parts, one.marks, one.printed)
        opened = FORMAT.open(one.data)
        assert proof.prove(proof.read(FORMAT.open, one.data, expected), {}) == []
        assert finished.flaws(unpacked(one.data), one.parts, opened.places) == []
        assert {remark.severity for remark in one.remarks} <= {"note"}
    return made


def computed(made: Rendered, seen: Mapping[str, Any]) -> list[str]:
    """Formulas of which gen's value is not what the suite computes from their texts."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl does not know what newer suites write
        book = load_workbook(io.BytesIO(made.data), data_only=True)
    wrong = []
    for title, cells in seen["formulas"].items():
        for where, theirs in cells.items():
            column, row = map(int, where.split(","))
            mine = book[title].cell(row + 1, column + 1).value
            rounded = float(f"{mine:.12g}") if isinstance(mine, int | float) else mine
            if not same(rounded, theirs):
                wrong.append(f"{title}!{get_column_letter(column + 1)}{row + 1}: {mine} {theirs}")
    return wrong


def otherwise(edit: calc.Edit, plain: calc.Seen, seen: calc.Seen, count: int) -> list[str]:
    """Facets that are not as they must be."""
    wrong = []
    for kind, shown in seen.items():
        expected = (
            edit.changed[kind] if kind in edit.changed else lambda base, _, kind=kind: base[kind]
        )
        looked = kind in edit.changed if kind == "formats" else kind != "formulas"
        if looked and expected is not None and (wanted := expected(plain, count)) != shown:
            wrong.append(f"{kind}: {shown} instead of {wanted}")
    return wrong


def test_edits_of_a_workbook_are_right_or_refused(tmp_path: Path) -> None:
    suite = Suite(tmp_path)
    outcomes: Counter[str] = Counter()
    wrong: list[str] = []
    files: dict[str, bytes] = {}
    made: dict[str, Rendered] = {}
    for name, raw in suite.edited("calc", workbook(), list(calc.EDITS)).items():
        result = filled(raw)
        code = calc.EDITS[name].code
        if isinstance(result, str) or code:
            refused = isinstance(result, str) and code != "" and code in result.split()
            outcomes["refused" if refused else "wrong"] += 1
            wrong += (
                [] if refused else [f"{name}: {result if isinstance(result, str) else 'filled'}"]
            )
            continue
        for count, one in zip(COUNTS, result, strict=True):
            made[f"{name} {count}"] = one
            files[f"{name} {count}"] = without_values(one.data)
    shown = suite.seen("calc", files)
    for key, seen in shown.items():
        name, count = key.split(" ")
        edit = calc.EDITS[name]
        found = otherwise(edit, shown[f"无 {count}"], seen, int(count)) + computed(made[key], seen)
        outcomes["wrong" if found else "right"] += 1
        wrong += [f"{key}: {one}" for one in found]
    print(dict(outcomes))
    assert wrong == []
    assert outcomes["right"] > 150
    assert outcomes["refused"] > 10
