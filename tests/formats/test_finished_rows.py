"""Rows as gen writes them are looked at together, and no less closely."""

from __future__ import annotations

import pytest

from generator.formats.soundness import finished

_STYLES = b'<styleSheet><cellXfs count="2"><xf/><xf/></cellXfs></styleSheet>'


def _flaws(rows: str) -> list[str]:
    sheet = f"<worksheet><cols><col/></cols><sheetData>{rows}</sheetData></worksheet>"
    members = {"xl/styles.xml": _STYLES}
    return [flaw.reason for flaw in finished.flaws(members, {"sheet1.xml": sheet}, {})]


def _row(number: int | str, *cells: str) -> str:
    return f'<row r="{number}" s="1">' + "".join(f"<c {cell}><v>1</v></c>" for cell in cells)


@pytest.mark.parametrize(
    "rows",
    [
        _row(1, 'r="A1" s="1"', 'r="C1"') + "</row>" + _row(11, 'r="A11"', 'r="AA11"') + "</row>",
        # Not as gen writes them, yet right.
        _row(1, 's="1" r="A1"', 'r="B1"') + "</row>",
        "<row><c><v>1</v></c></row>",
        # A text that looks like a style.
        '<row r="1"><c r="A1" t="inlineStr"><is><t>x" s="7"</t></is></c></row>',
        "",
    ],
)
def test_sound(rows: str) -> None:
    assert _flaws(rows) == []


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (_row(2, 'r="A2"') + "</row>" + _row(1, 'r="A1"') + "</row>", "“1”的次序不对"),
        (_row(1, 'r="B1"', 'r="A1"') + "</row>", "“A1”的次序不对"),
        (_row(1, 'r="A1"', 'r="A1"') + "</row>", "“A1”的次序不对"),
        (_row(1, 'r="A1"') + "</row>" + _row(12, 'r="A1"') + "</row>", "“A1”的次序不对"),
        (_row(1, 'r="A11"', 'r="B1"') + "</row>", "“A11”的次序不对"),
        (_row(1, 'r="A1"', 'r="XFE1"') + "</row>", "“XFE1”的次序不对"),
        (_row(1048577, 'r="A1048577"') + "</row>", "“1048577”的次序不对"),
        (_row(1, 'r="A1" s="2"') + "</row>", "没有的格式 2"),
        (_row(1, "r=\"A1\" s='2'", 'r="B1" t="n" s="2"') + "</row>", "没有的格式 2"),
        (_row(1, 'r="A1"\n s="2"') + "</row>", "没有的格式 2"),
        (_row("9" * 5000, 'r="A1"') + "</row>", "“99999999”的次序不对"),
        (_row(1, f'r="A1" s="{"9" * 5000}"') + "</row>", "没有的格式"),
    ],
)
def test_not_sound(rows: str, told: str) -> None:
    (flaw,) = _flaws(rows)
    assert told in flaw
