"""The sums and the columns of one known table."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from generator.audit.together.cells import Found
from generator.audit.together.judging import difference, judged
from generator.checks import relations
from generator.checks.sentences.arithmetic import told
from generator.checks.sentences.model import Claim
from generator.figures.amounts import MONEY
from generator.reading.tables import Lane, Line

#: Lengths of the codes of functions and of economic kinds: 类, 款, 项.
_CODES: Final = 3, 5, 7
_MOST_SHOWN: Final = 8


def within(found: Found) -> list[Claim]:
    """What the data say of one table."""
    claims: list[Claim] = []
    for lane in found.known.lanes:
        for formula in lane.map.across:
            claims += _across(found, lane, formula)
        if not any(line.code for line in lane.lines):
            claims += _down(found, lane)
    claims += _coded(found)
    return claims


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
        every = judged(
            relation, cells, missing, found.ulp, f"“{line.label or lane.map.name}”行：",
            kind="row sum", off=Fraction(0) if lane.map.exact else None,
            sure=not (missing and lane.odd),
        )  # fmt: skip
        yield from (claim for _, claim in every)


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
    made = difference(whole.worth, value, len(addends), found.ulp, off)
    amounts = tuple(cell.amount for cell in addends if cell.amount is not None)
    shown = "＋".join(a.shown for a in amounts[:_MOST_SHOWN])
    more = f"＋…共{len(amounts)}项" if len(amounts) > _MOST_SHOWN else ""
    places = max([whole.amount.places, *(a.places for a in amounts)])
    added = f"{shown or '0'}{more}={told(value / scale, places, extra=0)}"
    because = f"“{total.label}”是下面各项的和：{added}，表里是{whole.amount.shown}"
    yield Claim("column sum", whole.amount, amounts, made.verdict, because, flaw=made.flaw)
