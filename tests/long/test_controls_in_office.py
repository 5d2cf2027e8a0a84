"""Form controls in an office suite: where they stand, what they are linked to, how they stand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from kit.archives import repacked, saved, unpacked
from kit.controls import Put, Shown, put, shown
from kit.sheets import book, filled, items, number
from kit.suite.client import Suite, lacking

from generator.office.soffice import find, office

pytestmark = [
    pytest.mark.long,
    pytest.mark.office,
    pytest.mark.skipif(bool(lacking()), reason=str(lacking())),
]
SHEET = {
    "A1": "名称", "B1": "数", "C1": "达标", "A2": "{%tr for r in 行 %}", "A3": "{{ r.数 }}",
    "B3": "{{ r.数 }}", "C3": "=B3>2", "A4": "{%tr endfor %}", "A5": "合计", "B5": "=SUM(B3)",
    "C5": "=B5>5", "A6": 2, "A7": "{{ 号 }}", "H6": "甲", "H7": "乙",
}  # fmt: skip
#: Kind, column, what it says, what the suite calls it, the column of its cell, its list.
KINDS = [
    ("CheckBox", "D", 'fmlaLink="$C${}"', "CheckBox", 3, False),
    ("Drop", "E", 'fmlaLink="$A${}" fmlaRange="$H$6:$H$7" sel="0"', "ListBox", 1, True),
    ("Spin", "F", 'fmlaLink="$B${}" val="9" max="900"', "SpinButton", 2, False),
    ("Scroll", "G", 'fmlaLink="$B${}" val="9" max="900"', "ScrollBar", 2, False),
    ("List", "I", 'fmlaLink="$A${}" fmlaRange="$H$6:$H$7" sel="0"', "ListBox", 1, True),
    ("Label", "J", "", "FixedText", 0, False),
    ("Button", "K", "", "CommandButton", 0, False),
]  # fmt: skip


def test_the_suite_sees_each_control_in_its_row(tmp_path: Path) -> None:
    loop = [Put(kind, f"{column}3", says.format(3)) for kind, column, says, *_ in KINDS]
    below = [Put(kind, f"{column}5", says.format(5)) for kind, column, says, *_ in KINDS]
    raw = repacked(saved(book(表=SHEET)), put(*loop, *below))
    counts = (0, 1, 2, 7, 30)
    made = {}
    for count in counts:
        rows = items(*({"数": number(str(n))} for n in range(1, count + 1)))
        made[str(count)] = filled(raw, 行=rows, 号=number("2")).data
    for count, pages in Suite(tmp_path).seen("controls", made).items():
        rows, total = int(count), int(count) + 2
        wanted = []
        for at in (3, 5):
            for _, column, _, called, cell, listed in KINDS:
                for row in range(2, rows + 2) if at == 3 else [total]:
                    value = row - 1 if at == 3 else rows * (rows + 1) // 2
                    state = {
                        "CheckBox": int(value > (2 if at == 3 else 5)),
                        "SpinButton": value, "ScrollBar": value,
                    }.get(called)  # fmt: skip
                    wanted.append([
                        called, row, ord(column) - 64, [row, cell] if cell else None,
                        [total + 1, total + 2] if listed else None, state,
                    ])  # fmt: skip
        seen = [[*one[:5], one[5] if called_state(one) else None] for one in pages[0]]
        assert seen == wanted, count


def called_state(one: list[Any]) -> bool:
    return one[0] in ("CheckBox", "SpinButton", "ScrollBar")


def test_a_pdf_shows_controls_and_has_no_fields(tmp_path: Path) -> None:
    raw = repacked(saved(book(表=SHEET)), put(Put("CheckBox", "D3", 'fmlaLink="$C$3"')))
    done = filled(raw, 行=items({"数": number("3")}), 号=number("2"))
    with office(find()) as program:
        made = program.converted({"表.xlsx": done.data}, "pdf")["表.xlsx"]
    assert isinstance(made, bytes)
    assert b"/AcroForm" not in made


def test_a_template_that_the_suite_saved(tmp_path: Path) -> None:
    """Its old drawings have no numbers; what it writes stands in for what Excel does."""
    edited = Suite(tmp_path).edited("controls", saved(book(表=SHEET)), ["复选框"])["复选框"]
    for count in (0, 1, 3):
        rows = items(*({"数": number(str(n))} for n in range(1, count + 1)))
        members = unpacked(filled(edited, 行=rows, 号=number("2")).data)
        found = shown(members, numbered=False)
        assert [(one.top, one.link, one.state) for one in found] == [
            (row, f"表!$C${row}", "Checked" if row > 3 else "") for row in range(2, count + 2)
        ]
        assert all(isinstance(one, Shown) for one in found)
