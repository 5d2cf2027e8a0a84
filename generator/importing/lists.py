"""A plain list of two columns: what something is called in content, and how much it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from generator.content.loader import FACTS, FIGURES
from generator.content.schema.unit_years import ROW
from generator.figures.amounts import MONEY
from generator.importing import numbers
from generator.importing.drafts import Drafts
from generator.importing.forms import Page
from generator.importing.labels import is_caption, owners
from generator.importing.maps import LabelData
from generator.importing.model import Left, Read, Value, place
from generator.reading.contents import Grid
from generator.reading.tables import bare

_NAMED: Final = "两栏的清单"
_UNIT: Final = re.compile(r"单位[:：](亿元|万元|元)")
#: So many rows of a list have names that content knows.
_ENOUGH: Final = 0.5
Names = Mapping[str, frozenset[str]]


def names_of(drafts: Drafts) -> Names:
    """How the values of content are told in a list → their paths."""
    found: dict[str, set[str]] = {}
    for file in (FIGURES, FACTS):
        whole = drafts.file(file).whole
        for path, spot in whole.leaves() if whole is not None else ():
            steps = [str(step) for step in path]
            if set(steps) & set(ROW.keys) or spot.text.strip().startswith(("=", "＝")):
                continue
            name = ".".join(steps)
            label = drafts.file(file).at((*path[:-1], "显示"))
            told = [steps, steps[-2:], *([[label.text, steps[-1]]] if label is not None else [])]
            told += [steps[-1:]] if file == FACTS else []
            for one in told:
                found.setdefault(bare("".join(one)), set()).add(name)
    return {key: frozenset(paths) for key, paths in found.items()}


def read(page: Page, grid: Grid, names: Names, labels: LabelData, money: str) -> Read | None:
    """The values of a list; None for a table that is none."""
    rows = list(_pairs(grid))
    known = sum(1 for _, _, label, _ in rows if bare(label) in names)
    if not rows or known < max(2, len(rows) * _ENOUGH):
        return None
    said = _UNIT.search("".join("".join(row) for row in grid.rows[:4]).replace(" ", ""))
    unit = said[1] if said else money
    values: list[Value] = []
    left: list[Left] = []
    for r, c, label, text in rows:
        where = place(grid, r, c)
        paths = names.get(bare(label), frozenset())
        number, own = numbers.split(text)
        if len(paths) != 1 or number is None:
            why = (
                "和几个名称都像"
                if len(paths) > 1
                else "内容里没有这个名称"
                if not paths
                else "不是数"
            )
            left.append(Left(page.file, where, f"{label} {text}", why))
            continue
        (name,) = paths
        used = own or unit
        amount = name.count(".") > 1 and (not own or own in MONEY)
        if amount and used not in MONEY:
            left.append(
                Left(page.file, where, f"{label} {text}", "没有写金额单位，请用 --money 写明")
            )
            continue
        typed = numbers.in_content(number, used) if amount else text
        values.append(Value(name, typed, page.origin(where, text), label, unit=used, amount=amount))
    captions = [row for row in grid.rows[:4] if is_caption(row, labels.owner)]
    return Read(
        page.file, _NAMED, tuple(values), left=tuple(left), years=page.years,
        owners=owners(captions, labels.owner),
    )  # fmt: skip


def _pairs(grid: Grid) -> Iterator[tuple[int, int, str, str]]:
    """Rows of a label and a number; heads and notes left out."""
    for r, row in enumerate(grid.rows):
        cells = [(c, text.strip()) for c, text in enumerate(row) if text.strip()]
        if len(cells) == 2 and numbers.split(cells[0][1])[0] is None:
            (_, label), (c, text) = cells
            if numbers.split(text)[0] is not None:
                yield r, c, label, text
