"""Numbers of rows that formulas use to count: they are not the template's once rows move."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from generator.formats.xlsx.compile.formulas.book import Book
from generator.formats.xlsx.formulas.model import Binary, Call, Expression, Name, Number, inside

#: Column, $, row, last row.
_ROW: Final = re.compile(
    r"\$?([A-Za-z]{0,3})(\$?)([1-9]\d{0,6})(?::\$?[A-Za-z]{0,3}\$?([1-9]\d{0,6}))?"
)


def stretched(node: Call, book: Book, sheet: int) -> str:
    """The range of ``ROW(1:3)``, meant for 1, 2, 3, whose rows move; empty for others."""
    found = _named(node)
    if found is None or found[4] is None:
        return ""
    first, last = sorted((int(found[3]), int(found[4])))
    # The rows of a column may be what is asked for; those from the first on are not.
    counts = not found[1] or first == 1
    moves = any(one.first - 1 <= last for one in book.loops.get(sheet, ()))
    return found[0] if counts and moves else ""


def miscounts(root: Expression, book: Book, sheet: int, home: int) -> bool:
    """Whether ``root``, in row ``home``, counts by rows: ``ROW()-3``, ``ROW(A1)``.

    Rows of tags above vanish, and a row outside of a loop is the same one in each pass. Two rows
    taken from each other are as far apart as they look.
    """
    calls = [one for one in _all(root) if isinstance(one, Call) and one.key == "ROW"]
    controls = [row for row in book.controls.get(sheet, ()) if row < home]
    if len(calls) != 1 or not controls:
        return False
    found = _named(calls[0])
    single = found is not None and not found[2] and found[4] is None
    if found is not None and single:
        loop = book.loop(sheet, home)
        if loop >= 0 and not book.loops[sheet][loop].holds(int(found[3])):
            return True
    if calls[0].arguments and not (found is not None and single and int(found[3]) == home):
        return False
    return any(_shifted(one, calls[0], book, sheet, home) for one in _all(root))


def _shifted(node: Expression, call: Call, book: Book, sheet: int, home: int) -> bool:
    """Whether a number is added to the row, or taken from it, that does not make it 1."""
    if not isinstance(node, Binary) or node.sign not in "+-":
        return False
    by = next((one for one in (node.left, node.right) if isinstance(one, Number)), None)
    if by is None or call not in (node.left, node.right):
        return False
    vanished = sum(row < home for row in book.controls.get(sheet, ()))
    above = any(one.last < home for one in book.loops.get(sheet, ()))
    return above or node.sign == "+" or by.text != str(home - vanished - 1)


def _named(node: Call) -> re.Match[str] | None:
    """The reference that ROW is asked of, on the own sheet."""
    argument = node.arguments[0] if len(node.arguments) == 1 else None
    return _ROW.fullmatch(argument.name) if isinstance(argument, Name) else None


def _all(node: Expression) -> Iterator[Expression]:
    yield node
    for part in inside(node):
        yield from _all(part)
