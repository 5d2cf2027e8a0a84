"""The cells of known tables and the amounts of the text, by the names that identities use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Final

from generator.audit.model import Document
from generator.audit.wordings import year_of
from generator.checks.rules.years import YEAR
from generator.checks.sentences.model import MONEY_UNIT, Amount, Tag
from generator.checks.sentences.tables.grid import Table
from generator.content.published import Published
from generator.figures.amounts import MONEY
from generator.frozen import frozen
from generator.reading.tables import PLAIN, Known, bare, known

#: What stands in a cell that has no amount.
_EMPTY: Final = frozenset({"", "-", "—", "--", "——", "－", "–", "/"})
#: Amounts of the text, and of the year before.
TEXT: Final = "正文"
LAST: Final = "上年"
_SIDES: Final = {Tag(): "", Tag("", "budget"): ".预算", Tag("last"): ".上年"}


@frozen
class Cell:
    """A cell by name: its amount, None for an empty one; ``worth``: in 万元."""

    amount: Amount | None
    worth: Fraction
    ulp: Fraction
    document: int


Cells = Mapping[str, Cell | None]


@frozen
class Found:
    """A table of a document that is understood.

    ``ulp``: one unit of the last digit printed. ``year``: the one it is of, 0: it does not say.
    """

    known: Known
    table: Table
    document: int
    order: int
    ulp: Fraction
    year: int

    def cell(self, r: int, c: int) -> Cell | None:
        """The cell in row ``r``; None for one whose words are no amount."""
        amount = self.table.cells.get((r, c))
        scale = MONEY.get(self.known.unit, Fraction(1))
        if amount is None:
            empty = c >= len(self.table.rows[r]) or self.table.rows[r][c].strip() in _EMPTY
            return Cell(None, Fraction(0), Fraction(0), self.document) if empty else None
        return Cell(amount, amount.value * scale, amount.ulp * scale, self.document)


def find(documents: Sequence[Document], published: Published) -> list[Found]:
    """Every table of ``documents`` that is one of those."""
    read = [
        (one, table, number, order, _year(one) or year)
        for number, document in enumerate(documents)
        for year in [year_of(titles(document))]
        for order, (grid, table) in enumerate(
            zip(document.contents.grids, document.tables, strict=True)
        )
        if (one := known(grid, published.tables)) is not None
    ]
    finest: dict[str, Fraction] = {}
    for one, table, *_ in read:
        scale = MONEY.get(one.unit, Fraction(1))
        for amount in table.cells.values():
            finest[one.unit] = min(finest.get(one.unit, scale), amount.ulp * scale)
    return [
        Found(one, table, number, order, finest.get(one.unit, Fraction(1)), year)
        for one, table, number, order, year in read
    ]


def titles(document: Document) -> list[str]:
    """What may be a title: the paragraphs outside tables, else what stands above the tables."""
    pieces, grids = document.contents.pieces, document.contents.grids
    return [p.text for p in pieces if not p.cell] or [g.caption for g in grids]


def _year(one: Known) -> int:
    years = {int(year) for year in re.findall(rf"{YEAR}(?!\d{{1,2}}月)", one.above)}
    return years.pop() if len(years) == 1 else 0


def by_year(every: Sequence[Found]) -> list[Cells]:
    """Of each year its cells by their names, those of the year before under 上年.

    Tables that name no year are of the last one.
    """
    last = max((one.year for one in every), default=0)
    years = sorted({one.year or last for one in every})
    cells = {y: addresses(one for one in every if (one.year or last) == y) for y in years}
    return [
        cells[year] | {f"{LAST}.{name}": cell for name, cell in cells.get(year - 1, {}).items()}
        for year in years
    ]  # fmt: skip


def coarsest(found: Iterable[Found]) -> Fraction:
    """One unit of the last digit of the table that prints the fewest."""
    return max((one.ulp for one in found), default=Fraction(1, 100))


def addresses(found: Iterable[Found]) -> dict[str, Cell | None]:
    """Each cell by its name; a table that is there twice has none."""
    tables: dict[str, list[Found]] = {}
    for one in found:
        tables.setdefault(one.known.map.name, []).append(one)
    names: dict[str, Cell | None] = {}
    for same in tables.values():
        if len(same) == 1:
            names.update(_named(same[0]))
    return names


def _named(found: Found) -> dict[str, Cell | None]:
    names: dict[str, Cell | None] = {}
    name = found.known.map.name
    for lane in found.known.lanes:
        lines = [line for line in lane.lines if not line.below]
        for line in lines:
            single = found.known.map.single and len(lines) == 1
            rows = ["" if single else line.name, *([line.code] if line.code else [])]
            for column, c in lane.columns.items():
                for row in rows:
                    steps = (name, lane.map.name, row, "" if column == PLAIN else column)
                    names.setdefault(".".join(filter(None, steps)), found.cell(line.row, c))
    return names


def of_text(document: Document, number: int, published: Published) -> Cells:
    """Amounts that the text states of one value only, by what they are called and by the data."""
    values: dict[str, dict[Fraction, Amount]] = {}
    for row in document.examined.reading.rows:
        for tag, amount in row.levels:
            if tag not in _SIDES or amount.about:
                continue
            unit = "" if amount.unit == MONEY_UNIT else amount.unit
            label = bare(row.label) + unit
            names = {name for name, wording in published.texts if wording.fullmatch(label)}
            for name in names | ({row.name} if not unit else set()):
                values.setdefault(name + _SIDES[tag], {})[amount.value] = amount
    return {
        f"{TEXT}.{name}": Cell(amount, amount.value, amount.ulp, number)
        for name, one in values.items() if len(one) == 1 for amount in one.values()
    }  # fmt: skip
