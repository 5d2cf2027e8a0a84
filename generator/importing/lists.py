"""A plain list of two columns: what something is called in content, and how much it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from generator.content.loader import FACTS, FIGURES
from generator.content.schema.unit_years import ROW
from generator.figures.amounts import MONEY, plain
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
#: What stands behind a number: a unit, or the rest of a date; letters are slips (1l for 11).
_OWN: Final = re.compile(r"[\u4e00-\u9fff]{0,8}|[%‰]|年\d{1,2}月(?:\d{1,2}日)?")
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
    rows = list(_pairs(grid, names))
    numbered = [bare(label) in names for *_, label, text in rows if _is_number(text)]
    if sum(numbered) < max(2, len(numbered) * _ENOUGH):
        return None
    said = _UNIT.search("".join("".join(row) for row in grid.rows[:4]).replace(" ", ""))
    unit = said[1] if said else money
    values: list[Value] = []
    left: list[Left] = []
    for r, c, label, text in rows:
        where = place(grid, r, c)
        paths = names.get(bare(label), frozenset())
        why = _doubt(paths, text, unit)
        if why:
            left.append(Left(page.file, where, f"{label} {text}", why))
            continue
        (name,) = paths
        number, own = numbers.split(text)
        assert number is not None
        amount = _is_amount(name)
        used = own or unit
        typed = numbers.in_content(number, used) if amount else f"{plain(number)}{own}"
        values.append(Value(name, typed, page.origin(where, text), label, unit=used, amount=amount))
    captions = [row for row in grid.rows[:4] if is_caption(row, labels.owner)]
    return Read(
        page.file, _NAMED, tuple(values), left=tuple(left), years=page.years,
        owners=owners(captions, labels.owner),
    )  # fmt: skip


def _doubt(paths: frozenset[str], text: str, unit: str) -> str:
    """Why a value cannot be placed; empty when it can."""
    if len(paths) != 1:
        return "和几个名称都像" if paths else "内容里没有这个名称"
    number, own = numbers.split(text)
    if number is None or not _OWN.fullmatch(own):
        return "不是数"
    if not any(map(_is_amount, paths)) or (own or unit) in MONEY:
        return ""
    return f"“{own}”不是金额的单位" if own else "没有写金额单位，请用 --money 写明"


def _is_amount(name: str) -> bool:
    return name.count(".") > 1


def _is_number(text: str) -> bool:
    return numbers.split(text)[0] is not None


def _pairs(grid: Grid, names: Names) -> Iterator[tuple[int, int, str, str]]:
    """Rows of a label and a number, or of a label that content knows; heads and notes left out."""
    for r, row in enumerate(grid.rows):
        cells = [(c, text.strip()) for c, text in enumerate(row) if text.strip()]
        if len(cells) == 2 and not _is_number(cells[0][1]):
            (_, label), (c, text) = cells
            if _is_number(text) or bare(label) in names:
                yield r, c, label, text
