"""A plain list of two columns: what something is called in content, and how much it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from generator.content.loader import FACTS, FIGURES
from generator.content.schema.unit_years import ROW
from generator.figures.amounts import plain
from generator.frozen import replace
from generator.importing import numbers
from generator.importing.drafts import Drafts
from generator.importing.forms import Page
from generator.importing.labels import is_caption, owners
from generator.importing.maps import LabelData
from generator.importing.model import Left, Read, Value, place
from generator.importing.numbers import Amounts
from generator.reading.contents import Grid
from generator.reading.tables import bare

_NAMED: Final = "两栏的清单"
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


def read(
    page: Page, grid: Grid, names: Names, labels: LabelData, amounts: Amounts, vouched: str
) -> Read | None:
    """The values of a list; None for a table that is none."""
    rows = list(_pairs(grid, names))
    numbered = [bare(label) in names for *_, label, text in rows if _is_number(text)]
    if sum(numbered) < max(2, len(numbered) * _ENOUGH):
        return None
    heads = [text for row in grid.rows[: rows[0][0]] for text in row]
    unit, lost = numbers.doubt(numbers.units([grid.caption, *heads]), vouched)
    values: list[Value] = []
    left: list[Left] = []
    for r, c, label, text in rows:
        where = place(grid, r, c)
        paths = names.get(bare(label), frozenset())
        why = "" if len(paths) == 1 else "和几个名称都像" if paths else "内容里没有这个名称"
        number, own = numbers.split(text)
        value: Value | None = None
        if not why:
            (name,) = paths
            value = Value(name, text, page.origin(where, text), label)
            if amounts(name, False):
                value = numbers.amount(value, unit)
            elif number is not None and numbers.OWN.fullmatch(own):
                value = replace(value, text=f"{plain(number)}{own}", unit=own or unit)
            else:
                value = None
        if value is None:
            told = why or numbers.why_not(text, lost)
            left.append(Left(page.file, where, f"{label} {text}", told))
        else:
            values.append(value)
    captions = [row for row in grid.rows[:4] if is_caption(row, labels.owner)]
    return Read(
        page.file, _NAMED, tuple(values), left=tuple(left), years=page.years,
        owners=owners(captions, labels.owner),
    )  # fmt: skip


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
