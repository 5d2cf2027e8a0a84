"""The loops of a sheet, and what they run over: two over the same have the same passes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from generator.formats.xlsx.compile.formulas.book import Loop
from generator.formats.xlsx.compile.sheet import Sheet
from generator.language.blocks import Block
from generator.language.expressions import (
    Comparison,
    Compound,
    Constant,
    Defined,
    Expression,
    Filter,
    Member,
    Name,
    Sum,
)
from generator.language.statements import Statement


def add_loop(
    sheet: Sheet, block: Block, rows: Sequence[int], statements: Sequence[Statement]
) -> None:
    """Note the loop of ``block``, whose head and end stand in the first and second of ``rows``."""
    number = len(sheet.loops)
    sheet.loop_of[rows[0]] = sheet.loop_of[rows[-1]] = number
    sheet.heads[block.head] = number
    around = block.around
    nested = around
    while nested is not None and nested.head not in sheet.heads:
        nested = nested.around
    outer = sheet.heads[nested.head] if nested is not None else -1
    # Under a condition of its own, an inner loop has passes where another has none.
    certain = nested is None or nested is around
    path = _path(sheet, block, nested, statements) if certain else None
    sheet.loops.append(Loop(rows[0] + 1, rows[1] - 1, outer, path))


def _path(
    sheet: Sheet, block: Block, nested: Block | None, statements: Sequence[Statement]
) -> tuple[str, ...] | None:
    """What ``block`` runs over, told by the loops around it; None if it cannot be told."""
    before: tuple[str, ...] = ()
    if nested is not None:
        known = sheet.loops[sheet.heads[nested.head]].path
        if known is None:
            return None
        before = known
    renamed: dict[str, str] = {}
    depth = 0
    chain: list[Block] = []
    outer = nested
    while outer is not None:
        chain.append(outer)
        outer = outer.around
    for outer in reversed(chain):
        renamed.update(dict.fromkeys(statements[outer.head].names, f"/{depth}"))
        depth += 1
    said = statements[block.head]
    set_anywhere = {name for one in statements if one.word == "set" for name in one.names}
    if said.value is None or len(said.names) != 1 or set_anywhere:
        return None
    over = repr(_renamed(said.value, renamed))
    own = {**renamed, said.names[0]: f"/{depth}"}
    condition = "" if said.condition is None else repr(_renamed(said.condition, own))
    told = f"{over} {condition}"
    # Of what is put together in other ways it is not kept how.
    return None if "Compound(" in told or "Sum(" in told else (*before, told)


def _renamed(node: Expression, names: Mapping[str, str]) -> Expression:
    """``node`` with loop variables named by the depth of their loop."""

    def all_of(parts: Sequence[Expression]) -> tuple[Expression, ...]:
        return tuple(_renamed(part, names) for part in parts)

    match node:
        case Name(name):
            return Name(names.get(name, name))
        case Member(holder, key):
            return Member(_renamed(holder, names), key)
        case Filter(name, value, arguments):
            return Filter(name, _renamed(value, names), all_of(arguments))
        case Defined(value):
            return Defined(_renamed(value, names))
        case Sum(parts):
            return Sum(all_of(parts))
        case Comparison(parts, signs):
            return Comparison(all_of(parts), signs)
        case Compound(parts):
            return Compound(all_of(parts))
        case Constant():
            return node
    return node
