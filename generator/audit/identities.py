"""Published tables judged by the identities that the data give: within one and between several."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from generator.checks import relations
from generator.checks.sentences.arithmetic import Judged, told
from generator.checks.sentences.model import (
    HOLDS,
    MONEY_UNIT,
    UNCHECKED,
    WRONG,
    Amount,
    Claim,
    Kind,
    Tag,
    Verdict,
)
from generator.checks.sentences.tables.grid import Table
from generator.content.published import Published, Tie
from generator.figures import formulas
from generator.figures.amounts import MONEY
from generator.frozen import frozen
from generator.reading.tables import PLAIN, Known, Lane, Line, known

if TYPE_CHECKING:
    from generator.audit.auditing import Document

#: What stands in a cell that has no amount.
_EMPTY: Final = frozenset({"", "-", "—", "--", "——", "－", "–", "/"})
_TEXT: Final = "正文"
#: Lengths of the codes of functions and of economic kinds: 类, 款, 项.
_CODES: Final = 3, 5, 7
_MOST_SHOWN: Final = 8


@frozen
class Cell:
    """A cell by name: its amount, None for an empty one; ``worth``: in 万元."""

    amount: Amount | None
    worth: Fraction
    ulp: Fraction
    document: int


@frozen
class Found:
    """A table of a document that is understood; ``ulp``: one unit of the last digit printed."""

    known: Known
    table: Table
    document: int
    order: int
    ulp: Fraction

    def cell(self, r: int, c: int) -> Cell | None:
        """The cell in row ``r``; None for one whose words are no amount."""
        amount = self.table.cells.get((r, c))
        scale = MONEY.get(self.known.unit, Fraction(1))
        if amount is None:
            empty = c >= len(self.table.rows[r]) or self.table.rows[r][c].strip() in _EMPTY
            return Cell(None, Fraction(0), Fraction(0), self.document) if empty else None
        return Cell(amount, amount.value * scale, amount.ulp * scale, self.document)


#: Under this number stands what lies between tables.
BETWEEN: Final = -1


def judge(documents: Sequence[Document], published: Published) -> dict[int, dict[int, list[Claim]]]:
    """Of each document by its number the claims of each known table, and those ``BETWEEN``."""
    out: dict[int, dict[int, list[Claim]]] = {}
    every = _found(documents, published)
    for number, document in enumerate(documents):
        own = [one for one in every if one.document == number]
        if own:
            claims = {one.order: list(_trusted(_within(one))) for one in own}
            names = _addresses(own) | _of_text(document, number)
            claims[BETWEEN] = [c for _, c in _tied(names, _coarsest(own), published.ties)]
            out[number] = claims
    for number, claim in _tied(_addresses(every), _coarsest(every), published.ties, across=True):
        out[number][BETWEEN].append(claim)
    return out


def _found(documents: Sequence[Document], published: Published) -> list[Found]:
    read = [
        (one, table, number, order)
        for number, document in enumerate(documents)
        for order, (grid, table) in enumerate(
            zip(document.contents.grids, document.tables, strict=True)
        )
        if (one := known(grid, published.tables)) is not None
    ]
    finest: dict[str, Fraction] = {}
    for one, table, _, _ in read:
        scale = MONEY.get(one.unit, Fraction(1))
        for amount in table.cells.values():
            finest[one.unit] = min(finest.get(one.unit, scale), amount.ulp * scale)
    return [Found(*found, finest.get(found[0].unit, Fraction(1))) for found in read]


def _coarsest(found: Sequence[Found]) -> Fraction:
    return max((one.ulp for one in found), default=Fraction(1, 100))


# Within one table


def _within(found: Found) -> list[Claim]:
    claims: list[Claim] = []
    for lane in found.known.lanes:
        for formula in lane.map.across:
            claims += _across(found, lane, formula)
        if not any(line.code for line in lane.lines):
            claims += _down(found, lane)
    claims += _coded(found)
    return claims


def _trusted(claims: list[Claim]) -> Iterator[Claim]:
    """A table in which more fails than holds was not understood."""
    holding = sum(
        1 for one in claims if one.verdict == HOLDS and any(a.value for a in one.operands)
    )
    failing = sum(1 for one in claims if one.verdict == WRONG)
    for one in claims:
        if one.verdict != WRONG or failing <= max(holding, 1):
            yield one


def _across(found: Found, lane: Lane, formula: str) -> Iterator[Claim]:
    relation = relations.parse(formula)
    missing = {name for name in relation.names if name not in lane.columns}
    if relation.left_text in missing:
        return
    for line in lane.lines:
        cells = {
            name: found.cell(line.row, lane.columns[name])
            for name in relation.names if name not in missing
        }  # fmt: skip
        judged = _judged(
            relation, cells, missing, found.ulp, f"“{line.label or lane.map.name}”行：",
            kind="row sum", off=Fraction(0) if lane.map.exact else None,
            sure=not (missing and lane.odd),
        )  # fmt: skip
        yield from (claim for _, claim in judged)


def _down(found: Found, lane: Lane) -> Iterator[Claim]:
    """Totals of rows without codes: each is the one before it with what stands between."""
    parts: list[Line] = []
    for line in lane.lines:
        if line.name in lane.map.totals:
            if len(parts) > 1:
                for c in lane.columns.values():
                    yield from _added(found, line, parts, c, exact=lane.map.exact)
            parts = [line]
        elif not line.below:
            parts.append(line)


def _coded(found: Found) -> Iterator[Claim]:
    """类 = 款 + 款, 款 = 项 + 项, and the total of all 类; a lane may go on in the next."""
    columns: dict[str, list[tuple[Lane, Line, int]]] = {}
    for lane in found.known.lanes:
        for line in lane.lines:
            for name, c in lane.columns.items():
                columns.setdefault(name, []).append((lane, line, c))
    for cells in columns.values():
        coded = [(line, c) for _, line, c in cells if len(line.code) in _CODES]
        codes = [line.code for line, _ in coded]
        if len(codes) != len(set(codes)):
            continue
        for line, c in coded:
            parts = [
                (p, d) for p, d in coded
                if len(p.code) == len(line.code) + 2 and p.code.startswith(line.code)
            ]  # fmt: skip
            if parts:
                yield from _sum(found, line, c, parts, off=None)
        for lane, line, c in cells:
            if line.name in lane.map.totals and not line.code and coded:
                shortest = min(map(len, codes))
                parts = [(p, d) for p, d in coded if len(p.code) == shortest]
                yield from _sum(found, line, c, parts, off=None)


def _added(found: Found, total: Line, parts: list[Line], c: int, *, exact: bool) -> Iterator[Claim]:
    yield from _sum(found, total, c, [(p, c) for p in parts], off=Fraction(0) if exact else None)


def _sum(
    found: Found, total: Line, c: int, parts: list[tuple[Line, int]], *, off: Fraction | None
) -> Iterator[Claim]:
    whole = found.cell(total.row, c)
    cells = [found.cell(p.row, d) for p, d in parts]
    if whole is None or whole.amount is None or any(cell is None for cell in cells):
        return
    addends = [cell for cell in cells if cell is not None and cell.amount is not None]
    value = sum((cell.worth for cell in addends), Fraction(0))
    scale = MONEY.get(found.known.unit, Fraction(1))
    judged = _difference(whole.worth, value, len(addends), found.ulp, off)
    amounts = tuple(cell.amount for cell in addends if cell.amount is not None)
    shown = "＋".join(a.shown for a in amounts[:_MOST_SHOWN])
    more = f"＋…共{len(amounts)}项" if len(amounts) > _MOST_SHOWN else ""
    places = max([whole.amount.places, *(a.places for a in amounts)])
    added = f"{shown or '0'}{more}={told(value / scale, places, extra=0)}"
    because = f"“{total.label}”是下面各项的和：{added}，表里是{whole.amount.shown}"
    yield Claim("column sum", whole.amount, amounts, judged.verdict, because, flaw=judged.flaw)


def _difference(
    left: Fraction, right: Fraction, terms: int, ulp: Fraction, off: Fraction | None
) -> Judged:
    """``off``: by how much it may be off as measured; None: by what rounding can bring about."""
    apart = abs(left - right)
    rounding = ulp / 2 * (terms + 1)
    if not apart:
        return Judged(HOLDS, right)
    if apart <= (rounding if off is None else off):
        return Judged(HOLDS, right, "尾差")
    if apart <= rounding:
        return Judged(UNCHECKED, right, "在舍入的范围内")
    return Judged(WRONG, right)


# Between tables


def _addresses(found: Iterable[Found]) -> dict[str, Cell | None]:
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


def _of_text(document: Document, number: int) -> dict[str, Cell | None]:
    """Amounts that the text states of this year and of one value only."""
    values: dict[str, dict[Fraction, Amount]] = {}
    for row in document.examined.reading.rows:
        for tag, amount in row.levels:
            if tag == Tag() and amount.unit == MONEY_UNIT and not amount.about:
                values.setdefault(row.name, {})[amount.value] = amount
    return {
        f"{_TEXT}.{name}": Cell(amount, amount.value, amount.ulp, number)
        for name, one in values.items() if len(one) == 1 for amount in one.values()
    }  # fmt: skip


def _tied(
    names: Mapping[str, Cell | None], ulp: Fraction, ties: Sequence[Tie], *, across: bool = False
) -> Iterator[tuple[int, Claim]]:
    """``across``: only what lies between two documents."""
    claims: list[tuple[int, Claim]] = []
    for tie in ties:
        off = None if tie.off is None else Fraction(tie.off)
        for formula in _spread(tie.formula, names):
            relation = relations.parse(formula)
            cells = {name: names[name] for name in relation.names if name in names}
            absent = {name for name in relation.names if name not in names}
            missing = {name for name in absent if not _no_code(name, names)}
            documents = {cell.document for cell in cells.values() if cell is not None}
            if _there(relation, absent) and (len(documents) > 1 or not across):
                sure = not missing
                claims += _judged(
                    relation, cells, absent, ulp, "", kind=_kind(relation), off=off, sure=sure
                )
    trusted = {id(claim) for claim in _trusted([claim for _, claim in claims])}
    yield from ((number, claim) for number, claim in claims if id(claim) in trusted)


def _spread(formula: str, names: Mapping[str, Cell | None]) -> Iterator[str]:
    """A formula with ``*`` once for each name of a row that fits on both sides."""
    if "*" not in formula:
        yield formula
        return
    sides = [side.strip().split("*") for side in formula.split("=")]
    rows: list[set[str]] = []
    for start, end in sides:
        fitting = {name for name in names if name.startswith(start) and name.endswith(end)}
        inner = {name[len(start) : len(name) - len(end)] for name in fitting}
        rows.append({row for row in inner if row and "." not in row and not row.isdigit()})
    for row in sorted(rows[0] & rows[1]):
        yield formula.replace("*", row)


def _there(relation: relations.Relation, missing: set[str]) -> bool:
    """Whether a relation can be asked: its left side is there, and of each table some cell."""
    if relation.left_text in missing:
        return False
    right = [name.path for name in formulas.names(relation.right)]
    tables = {name.partition(".")[0] for name in right}
    return all(
        any(name not in missing for name in right if name.partition(".")[0] == table)
        for table in tables
    )


def _no_code(name: str, names: Mapping[str, Cell | None]) -> bool:
    """Whether it is the row of a code that its table, which has codes, does not have."""
    table, _, code = name.rpartition(".")
    return code.isdigit() and any(n.startswith(table) and n[-1].isdigit() for n in names)


def _kind(relation: relations.Relation) -> Kind:
    places = {name.partition(".")[0] for name in relation.names}
    if relation.sign == "≤":
        return "limit"
    return "text = table" if _TEXT in places else "table = table" if len(places) > 1 else "row sum"


def _judged(
    relation: relations.Relation, cells: Mapping[str, Cell | None], missing: set[str],
    ulp: Fraction, place: str, *, kind: Kind, off: Fraction | None, sure: bool,
) -> Iterator[tuple[int, Claim]]:  # fmt: skip
    """A relation over cells, with its document.

    What is not there counts as nothing; where it may be there by another name (not ``sure``),
    nothing is wrong.
    """
    if any(cell is None for cell in cells.values()):
        return
    there = {name: cell for name, cell in cells.items() if cell is not None}
    left = there.get(relation.left_text)
    if left is None or not any(cell.amount is not None for cell in there.values()):
        return
    worth = {name: cell.worth for name, cell in there.items()} | dict.fromkeys(missing, Fraction(0))
    right = formulas.evaluate(relation.right, worth.__getitem__)
    terms = len(there) - 1
    judged = _difference(left.worth, right, terms, ulp, off)
    if relation.sign == "≤":
        over = left.worth > right + ulp / 2 * (terms + 1)
        judged = Judged(WRONG if over else HOLDS, right)
    verdict: Verdict = judged.verdict if sure or judged.verdict != WRONG else UNCHECKED
    told_at = left if left.amount is not None else next(c for c in there.values() if c.amount)
    amount = told_at.amount
    assert amount is not None
    operands = tuple(
        cell.amount for cell in there.values()
        if cell.amount is not None and cell is not told_at and cell.document == told_at.document
    )  # fmt: skip
    shown = {name: cell.amount.shown if cell.amount else "0" for name, cell in there.items()}
    values = "、".join(shown[n.path] for n in formulas.names(relation.right) if n.path in shown)
    because = (
        f"{place}{relation.left_text}是{shown[relation.left_text]}，{relation.right_text}是{values}"
    )
    if relation.sign == "≤":
        because += "，前者应当不超过后者"
    yield told_at.document, Claim(kind, amount, operands, verdict, because, flaw=judged.flaw)
