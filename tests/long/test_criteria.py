"""Criteria of COUNTIF and its like: each against a cell of every kind, as LibreOffice judges it.

One workbook of all of them; LibreOffice computes each as gen does, or gen has no value for it.
"""

from __future__ import annotations

from datetime import datetime
from itertools import product
from pathlib import Path
from typing import Final

import pytest
from kit.pages import office_available
from kit.recalculation import compared, same
from kit.sheets import book, filled
from openpyxl.utils import get_column_letter

pytestmark = [
    pytest.mark.long,
    pytest.mark.office,
    pytest.mark.skipif(bool(office_available()), reason=str(office_available())),
]

#: What stands in a cell; texts but for those that Python has other values for.
VALUES: Final[list[object]] = [
    1, 0, 2013, -1, 0.5, 1.5, 1000, datetime(2025, 3, 18), datetime(2013, 1, 1), True, False,
    "1", "01", "1.0", "+1", "-1", " 1", "1 ", "0", "2013", "02013", "2013.0", "50%", "0.5", "1,000",
    "1e3", "１", "2025-3-18", "2025-03-18", "2025/3/18", "2025年3月18日", "3-18", "2013-1", "12:00",
    "45734", "TRUE", "true", "FALSE", "甲", "乙", "甲乙", "abc", "ABC", "a", "1甲", "2013年", "*", "?",
    "~", "a*", "<>", "=", ">1", "-", "—", "123456789012345678", "123456789012345679", "", " ",
    "=1/0", "=NA()", "¥1", "1;2", "(1)", "１２", "1:2", "1.2.3", "2025.3.18", "1-1-1", "20250318",
]  # fmt: skip
#: Literals of criteria.
WANTED: Final[list[str]] = [
    "1", "0", "-1", "2013", "0.5", "45734", "TRUE", "FALSE", "DATE(2025,3,18)", "1000", '""',
    *(
        f'"{sign}{rest}"'
        for sign in ("", "=", "<>", "<", "<=", ">", ">=")
        for rest in (
            "", "0", "1", "01", "1.0", "-1", " 1", "1 ", "2013", "0.5", "50%", "1,000", "1e3", "TRUE",
            "true", "FALSE", "2025-3-18", "2025-03-18", "2025/3/18", "2025-1-1", "2025-3", "3-18",
            "2025年3月18日", "2025.3.18", "2025-13-1", "20250318", "12:00", "甲", "abc", "ABC", "a", "1甲", "2013年", "*",
            "?", "??", "甲*", "1*", "20*", "*1", "~*", "~?", "a~*", "~", "—", "-", " ", "１", "¥1", "#N/A", "#DIV/0!",
            "123456789012345678",
        )
    ),
]  # fmt: skip


def test_criteria_find_cells_as_libreoffice_does_or_have_no_value(tmp_path: Path) -> None:
    cells: dict[str, object] = {"ZZ1": "{{ 甲 }}"}
    last = len(VALUES) + 1  # a blank cell below
    for row, value in enumerate(VALUES, 1):
        cells[f"A{row}"] = '=""' if value == "" else value
    wanted = [*WANTED, *(f"A${row}" for row in range(1, last + 1))]
    for column, one in enumerate(wanted, 3):
        for row in range(1, last + 1):
            cells[f"{get_column_letter(column)}{row}"] = f"=COUNTIF($A{row}:$A{row},{one})"
    made = filled(book(表=cells), 甲="一")
    found = [one for one in compared(made.data, tmp_path) if "COUNTIF" in one[1]]
    wrong = [f"{where} {text}: {mine}, not {theirs}" for where, text, mine, theirs in found
             if mine is not None and not same(mine, theirs)]  # fmt: skip
    assert wrong == [], "\n".join(wrong[:200])
    assert len(found) == len(wanted) * last
    # Less than half is left to Excel: most of it the order of words in Chinese.
    assert sum(mine is None for _, _, mine, _ in found) < len(found) * 0.4


def test_sums_under_criteria_over_whole_columns_do_as_well(tmp_path: Path) -> None:
    """A column of each kind: what LibreOffice sorts beforehand is found as it is cell by cell."""
    kinds: dict[str, list[object]] = {
        "A": ["2013", "2024", "2013", 2013, "项目", None, "2024年"],
        "B": [True, False, True, None, "甲", True, False],
        "C": [*(datetime(2025, month, 18) for month in (3, 1, 12)), datetime(2024, 5, 1), "一月", None, "—"],
        "D": [1, 2.5, 2013, 0, -1, None, "甲"],
        "E": ["abc", "ABC", "b1", "甲", "甲乙", None, "a"],
        "F": ["1", "2", "1", "01", 1, "1-1", "1-2"],
    }  # fmt: skip
    cells: dict[str, object] = {"ZZ1": "{{ 甲 }}"}
    cells |= {f"G{row}": 2**row for row in range(1, 8)}
    for letter, values in kinds.items():
        cells |= {
            f"{letter}{row}": value for row, value in enumerate(values, 1) if value is not None
        }
    wanted = [*WANTED, *(f"{letter}{row}" for letter in kinds for row in range(1, 8))]
    for row, (letter, one) in enumerate(product(kinds, wanted), 10):
        area = f"{letter}1:{letter}7"
        cells[f"I{row}"] = f"=COUNTIF({area},{one})"
        cells[f"J{row}"] = f"=SUMIF({area},{one},G1:G7)"
        cells[f"K{row}"] = f'=SUMIFS(G1:G7,{area},{one},G1:G7,"<>4")'
    made = filled(book(表=cells), 甲="一")
    found = [one for one in compared(made.data, tmp_path) if "IF" in one[1]]
    wrong = [f"{where} {text}: {mine}, not {theirs}" for where, text, mine, theirs in found
             if mine is not None and not same(mine, theirs)]  # fmt: skip
    assert wrong == [], "\n".join(wrong[:200])
    assert len(found) == 3 * len(kinds) * len(wanted)
    assert sum(mine is None for _, _, mine, _ in found) < len(found) * 0.7
