"""References and formulas of a template: taken apart, so that they can follow their rows.

openpyxl tokenizes and translates formulas.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape as escape_text

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token, TokenizerError
from openpyxl.formula.translate import Translator, TranslatorError

from generator.formats.xlsx.compile.parts import compact
from generator.formats.xlsx.rows import BLANK_ROW, Area, Formula, Reference
from generator.formats.xlsx.segments import PrintArea, PrintAreas, Range

_REFERENCE = re.compile(
    r"(\$?[A-Za-z]{1,3})?(\$?)([1-9]\d{0,6})(?::(\$?[A-Za-z]{1,3})?(\$?)([1-9]\d{0,6}))?"
)
_AREA = re.compile(r"\$?([A-Z]{0,3})\$?(\d+)(?::\$?([A-Z]{0,3})\$?(\d+))?")
#: Functions whose single-cell argument means every copy of the cell: SUM(D5) over a loop row.
_AGGREGATES = frozenset(
    [
        "SUM",
        "SUMSQ",
        "AVERAGE",
        "AVERAGEA",
        "COUNT",
        "COUNTA",
        "COUNTBLANK",
        "MAX",
        "MAXA",
        "MIN",
        "MINA",
        "MEDIAN",
        "PRODUCT",
        "STDEV",
        "STDEV.S",
        "STDEV.P",
        "VAR",
        "VAR.S",
        "VAR.P",
        "AND",
        "OR",
        "CONCAT",
        "TEXTJOIN",
        "SUBTOTAL",
        "AGGREGATE",
    ]
)


@dataclass(slots=True)
class Loop:
    """The template rows that one ``{%tr for %}`` repeats."""

    first: int
    last: int

    def holds(self, *rows: int) -> bool:
        """Whether all ``rows`` are among them."""
        return all(self.first <= row <= self.last for row in rows)


@dataclass(slots=True)
class Book:
    """What formulas need to know of the workbook: sheet names, and the loops of moving sheets."""

    names: list[str]
    loops: dict[int, list[Loop]] = field(default_factory=dict)
    #: (sheet, loop) pairs whose passes something refers to.
    used: set[tuple[int, int]] = field(default_factory=set)

    def loop(self, sheet: int, *rows: int) -> int:
        """The innermost loop of ``sheet`` that repeats all ``rows`` together, or -1."""
        held = [
            (loop.last - loop.first, number)
            for number, loop in enumerate(self.loops.get(sheet, ()))
            if loop.holds(*rows)
        ]
        return min(held)[1] if held else -1

    def sheet(self, written: str, default: int) -> int:
        """The number of the moving sheet that a reference names, or -1."""
        if not written:
            return default if default in self.loops else -1
        name = written[1:-1].replace("''", "'") if written.startswith("'") else written
        folded = [known.casefold() for known in self.names]
        number = folded.index(name.casefold()) if name.casefold() in folded else -1
        return number if number in self.loops else -1


def compile_formula(
    book: Book, text: str, sheet: int, home: int = 0, *, pin: bool = False
) -> Formula:
    """``text`` (no equals sign) with its moving references taken out.

    ``home`` is the template row it stands in; with ``pin``, rows outside the loop of ``home``
    become absolute, for one formula that will serve all copies of a cell.
    """
    try:
        tokens = Tokenizer("=" + text).items
    except TokenizerError:
        return (escape_text(text),)
    out: list[str | Reference] = []
    functions: list[str] = []
    for index, token in enumerate(tokens):
        if token.subtype == Token.OPEN:
            functions.append(token.value.rstrip("(").upper().removeprefix("_XLFN."))
        elif token.subtype == Token.CLOSE and functions:
            functions.pop()
        reference = None
        if token.type == Token.OPERAND and token.subtype == Token.RANGE:
            grows = bool(functions) and functions[-1] in _AGGREGATES and _alone(tokens, index)
            reference = compile_reference(book, token.value, sheet, home, pin=pin, grows=grows)
        out.append(reference or escape_text(token.value))
    return compact(out)


def _alone(tokens: Sequence[Token], index: int) -> bool:
    """Whether the operand at ``index`` is a whole argument."""
    around = [t for t in (*reversed(tokens[:index]), None) if t is None or t.type != Token.WSPACE]
    behind = [t for t in (*tokens[index + 1 :], None) if t is None or t.type != Token.WSPACE]
    before, after = around[0], behind[0]
    return (
        before is not None
        and after is not None
        and (before.subtype == Token.OPEN or before.type == Token.SEP)
        and (after.subtype == Token.CLOSE or after.type == Token.SEP)
    )


def compile_reference(
    book: Book, text: str, sheet: int, home: int, *, pin: bool = False, grows: bool = False
) -> Reference | None:
    """A cell or range of a moving sheet; None when ``text`` is nothing that moves."""
    before, mark, cells = text.rpartition("!")
    match = _REFERENCE.fullmatch(cells)
    target = book.sheet(before, sheet)
    if match is None or target < 0:
        return None
    column, sign, row = match[1] or "", match[2], int(match[3])
    column2, sign2, last = match[4] or "", match[5] or "", int(match[6] or 0)
    if bool(column) != (bool(column2) if last else True) or max(row, last) > BLANK_ROW:
        return None
    own = home if target == sheet else 0
    loop, loop2 = _loops(book, target, own, (row, sign), (last, sign2))
    book.used |= {(target, number) for number in (loop, loop2) if number >= 0}
    if pin and own and book.loop(target, own) >= 0:
        sign = sign if loop >= 0 else "$"
        sign2 = sign2 if loop2 >= 0 else "$"
    grows = grows and loop < 0 and book.loop(target, row) >= 0
    return Reference(
        before=escape_text(before + mark), column=column, row=row, column2=column2, row2=last,
        sign=sign, sign2=sign2, sheet=target, loop=loop, loop2=loop2, grows=grows,
    )  # fmt: skip


def _loops(
    book: Book, target: int, own: int, start: tuple[int, str], end: tuple[int, str]
) -> tuple[int, int]:
    """For each end of a reference, the loop whose running pass it stays in.

    A row with ``$`` is seen from outside, like in a formula that is filled down: ``D$5:D$5`` in
    a loop row means all copies, ``D$5:D5`` those up to the own one.
    """
    if not own:
        return -1, -1
    (row, sign), (last, sign2) = start, end
    if not last:
        return (-1 if sign else book.loop(target, own, row)), -1
    if not sign and not sign2:
        both = book.loop(target, own, row, last)
        return both, both
    return (
        -1 if sign else book.loop(target, own, row),
        -1 if sign2 else book.loop(target, own, last),
    )


def moves(formula: Formula) -> bool:
    """Whether any reference in it moves."""
    return any(not isinstance(part, str) for part in formula)


def area_of(text: str) -> Area | None:
    """``B5:C7`` as a range; None for anything else."""
    match = _AREA.fullmatch(text.strip().upper())
    if match is None:
        return None
    return Area(match[1], int(match[2]), match[3] or match[1], int(match[4] or match[2]))


def areas_of(text: str) -> tuple[Area, ...]:
    """The ranges of a ``sqref``."""
    return tuple(found for item in text.split() if (found := area_of(item)) is not None)


def print_areas(book: Book, text: str, sheet: int) -> PrintAreas | None:
    """The ranges of a print area with the moving ones taken apart; None for no plain list."""
    try:
        tokens = Tokenizer("=" + text).items
    except TokenizerError:
        return None
    found: list[PrintArea] = []
    for token in tokens:
        if token.value.strip() in (",", ""):
            continue
        if token.type != Token.OPERAND or token.subtype != Token.RANGE:
            return None
        before, mark, cells = token.value.rpartition("!")
        place = area_of(cells)
        target = book.sheet(before, sheet)
        if place is None or target < 0:
            found.append(PrintArea(escape_text(token.value), None))
        else:
            columns = [f"${column}" if column else "" for column in (place.left, place.right)]
            taken = Area(columns[0], place.top, columns[1], place.bottom)
            found.append(PrintArea(escape_text(before + mark), Range(target, taken)))
    return PrintAreas(tuple(found))


def written_out(text: str, origin: str, cell: str) -> str | None:
    """The shared formula ``text`` of ``origin`` as it reads in ``cell``."""
    try:
        moved: str = Translator("=" + text, origin=origin).translate_formula(cell)
    except (TranslatorError, TokenizerError):
        return None
    return moved[1:]
