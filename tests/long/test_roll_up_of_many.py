"""300 units summed up: the sums are those of an independent addition, before and after a correction."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path

import pytest
from kit import roll_ups
from kit.roll_ups import BUREAU, granted
from kit.workspaces import change, gen, snapshot
from openpyxl import load_workbook

pytestmark = pytest.mark.long

COUNT = 300


def total(folder: Path) -> Decimal:
    raw = (folder / "build/2024" / BUREAU / "一览.xlsx").read_bytes()
    sheet = load_workbook(io.BytesIO(raw), data_only=True).active
    assert sheet is not None
    return Decimal(str(sheet.cell(COUNT + 1, 2).value))


def test_the_sums_of_300_units_are_right(tmp_path: Path) -> None:
    settings = roll_ups.EACH + roll_ups.INTERNAL
    folder = roll_ups.write(tmp_path, COUNT, settings=settings)
    ran = gen("build", "2024", folder=folder)
    assert ran.code == 0, ran.out[-2000:]
    within = sum(range(3, COUNT + 1, 3))
    right = sum(map(granted, range(1, COUNT + 1)), Decimal(0)) + 8 * COUNT - within
    assert total(folder) == right
    before = snapshot(folder / "build/2024")
    change(folder / "content/u0150/2024/figures.yaml", (str(granted(150)), str(granted(150) + 5)))
    assert gen("build", "2024", folder=folder).code == 0
    assert total(folder) == right + 5
    after = snapshot(folder / "build/2024")
    changed = {name.partition("/")[0] for name in after if after[name] != before.get(name)}
    assert changed == {"u0150", BUREAU}
