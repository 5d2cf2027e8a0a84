"""Identities between tables, text and files, as the data give them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final

from generator.audit.model import Document
from generator.audit.together.cells import (
    Cells,
    Found,
    addresses,
    by_year,
    coarsest,
    find,
    of_text,
    titles,
)
from generator.audit.together.judging import judged, kind_of, trusted
from generator.audit.together.within import within
from generator.checks import relations
from generator.checks.sentences.model import HOLDS, UNCHECKED, Claim
from generator.content.published import IMPLIES, Published, Rollup, Tie
from generator.figures import formulas

#: Under this number stands what lies between tables.
BETWEEN: Final = -1
#: A department with fewer offices is one of them.
_LEAST_OFFICES: Final = 2


def judge(documents: Sequence[Document], published: Published) -> dict[int, dict[int, list[Claim]]]:
    """Of each document by its number the claims of each known table, and those ``BETWEEN``."""
    out: dict[int, dict[int, list[Claim]]] = {}
    every = find(documents, published)
    for number, document in enumerate(documents):
        own = [one for one in every if one.document == number]
        texts = of_text(document, number, published)
        claims = {one.order: list(trusted(within(one))) for one in own}
        between: list[Claim] = []
        for cells in by_year(own) or [{}]:
            between += [c for _, c in _tied({**cells, **texts}, coarsest(own), published.ties)]
        if claims or between:
            out[number] = claims | {BETWEEN: between}
    for cells in by_year(every):
        for number, claim in _tied(cells, coarsest(every), published.ties, across=True):
            out[number][BETWEEN].append(claim)
    for number, claim in _rolled_up(documents, every, published.rollup):
        out[number][BETWEEN].append(claim)
    return out


def _tied(
    names: Cells, ulp: Fraction, ties: Sequence[Tie], *, across: bool = False
) -> Iterator[tuple[int, Claim]]:
    """``across``: only what lies between two documents."""
    claims: list[tuple[int, Claim]] = []
    for tie in ties:
        for formula in _spread(tie.formula, names):
            found = _implied(formula, names) if IMPLIES in formula else _equal(
                tie, formula, names, ulp
            )  # fmt: skip
            claims += found if not across else _between_files(formula, names, found)
    sound = {id(claim) for claim in trusted([claim for _, claim in claims])}
    yield from ((number, claim) for number, claim in claims if id(claim) in sound)


def _between_files(
    formula: str, names: Cells, found: Iterator[tuple[int, Claim]]
) -> Iterator[tuple[int, Claim]]:
    parts = formula.split(IMPLIES) if IMPLIES in formula else relations.parse(formula).names
    cells = [names.get(part.strip()) for part in parts]
    if len({cell.document for cell in cells if cell is not None}) > 1:
        yield from found


def _equal(tie: Tie, formula: str, names: Cells, ulp: Fraction) -> Iterator[tuple[int, Claim]]:
    relation = relations.parse(formula)
    cells = {name: names[name] for name in relation.names if name in names}
    absent = {name for name in relation.names if name not in names}
    if _there(relation, absent):
        yield from judged(
            relation, cells, absent, ulp, "", kind=kind_of(relation),
            off=None if tie.off is None else Fraction(tie.off),
            sure=all(_no_code(name, names) for name in absent), warns=tie.warns,
        )  # fmt: skip


def _implied(formula: str, names: Cells) -> Iterator[tuple[int, Claim]]:
    """What was spent on shows in a number of things; a number that is not told says nothing."""
    spent, things = (names.get(name.strip()) for name in formula.split(IMPLIES))
    if spent is None or spent.amount is None or things is None or things.amount is None:
        return
    if spent.worth > 0:
        left, right = (name.strip() for name in formula.split(IMPLIES))
        because = f"{left}是{spent.amount.shown}，{right}是{things.amount.shown}"
        none = things.worth == 0
        operands = (spent.amount,) if spent.document == things.document else ()
        yield (
            things.document,
            Claim(
                "limit",
                things.amount,
                operands,
                UNCHECKED if none else HOLDS,
                because,
                doubtful=none,
            ),
        )


def _rolled_up(
    documents: Sequence[Document], every: Sequence[Found], rollup: Rollup | None
) -> Iterator[tuple[int, Claim]]:
    """A department's amounts are those of its offices, but for what they pay each other."""
    if rollup is None:
        return
    called = ["\n".join((*titles(one), one.path.stem)) for one in documents]
    whole = [n for n, text in enumerate(called) if rollup.whole.search(text)]
    parts = [n for n, text in enumerate(called) if rollup.part.search(text) and n not in whole]
    if len(whole) != 1 or len(parts) < _LEAST_OFFICES:
        return
    own, *others = (addresses(one for one in every if one.document == n) for n in (*whole, *parts))
    for name in rollup.names:
        total = own.get(name)
        cells = [cells.get(name) for cells in others]
        if total is None or total.amount is None or any(cell is None for cell in cells):
            continue
        value = sum((cell.worth for cell in cells if cell is not None), Fraction(0))
        off = total.worth - value
        holds = abs(off) <= coarsest(every) / 2 * (len(cells) + 1)
        told = "＋".join(c.amount.shown if c and c.amount else "0" for c in cells)
        because = f"{name}是{total.amount.shown}，各单位是{told}"
        if off < 0 and not holds:
            because += "，少的要等于内部往来"
        yield whole[0], Claim(
            "table = table", total.amount, (), HOLDS if holds else UNCHECKED, because,
            flaw="" if holds or off > 0 else "内部往来", doubtful=off > 0 and not holds,
        )  # fmt: skip


def _spread(formula: str, names: Cells) -> Iterator[str]:
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


def _no_code(name: str, names: Cells) -> bool:
    """Whether it is the row of a code that its table, which has codes, does not have."""
    table, _, code = name.rpartition(".")
    return code.isdigit() and any(n.startswith(table) and n[-1].isdigit() for n in names)
