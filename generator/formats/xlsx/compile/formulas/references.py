"""What each reference of a formula means: which copies, and in which form they may stand there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final, TypeAlias

from openpyxl.utils import FORMULAE, column_index_from_string, get_column_letter

from generator.formats.xlsx.compile.formulas.book import Book
from generator.formats.xlsx.compile.formulas.counting import miscounts, stretched
from generator.formats.xlsx.compile.formulas.parse import Unreadable, parse
from generator.formats.xlsx.formulas.functions import FUNCTIONS
from generator.formats.xlsx.formulas.model import (
    Binary,
    Call,
    Expression,
    Formula,
    Group,
    Name,
    Opaque,
    Reference,
    Role,
    Structured,
    Unary,
    inside,
)
from generator.formats.xlsx.formulas.younger import YOUNGER, written
from generator.formats.xlsx.rows import LAST_ROW
from generator.problems.wording import suggest

#: Tells a refusal: its code, and the values of its message.
Refuse: TypeAlias = Callable[..., None]

_REFERENCE: Final = re.compile(
    r"@?(\$?[A-Za-z]{1,3})?(\$?)([1-9]\d{0,6})(?::(\$?[A-Za-z]{1,3})?(\$?)([1-9]\d{0,6}))?"
)
_COLUMNS: Final = re.compile(r"(\$?[A-Za-z]{1,3}):(\$?[A-Za-z]{1,3})")
#: ``表[数]`` and ``表[[#This Row],[数]]``.
_COLUMN: Final = re.compile(r"([^\[\]!]+)\[(\[#This Row\],\[|@)?([^\[\]#@]+)\]{1,2}")
_NAME: Final = re.compile(r"[^\W\d][\w.\\?]*")
#: A cell anywhere in a text that could not be read.
_CELL: Final = re.compile(r"(?<![A-Za-z0-9_.])\$?[A-Za-z]{1,3}\$?[1-9]\d{0,6}(?![\w(])")

_STRING: Final = re.compile(r'"[^"]*"')

#: Functions of any number of arguments, each a cell, a range or a value.
_LISTS: Final = frozenset({
    "SUM", "SUMSQ", "AVERAGE", "AVERAGEA", "COUNT", "COUNTA", "MAX", "MAXA", "MIN", "MINA",
    "MEDIAN", "PRODUCT", "STDEV", "STDEV.S", "STDEV.P", "STDEVP", "STDEVA", "STDEVPA", "VAR",
    "VAR.S", "VAR.P", "VARP", "VARA", "VARPA", "AND", "OR", "XOR", "CONCAT", "GCD", "LCM", "MODE",
    "MODE.SNGL", "GEOMEAN", "HARMEAN", "AVEDEV", "DEVSQ", "SKEW", "KURT",
})  # fmt: skip
#: The same from the second or third argument on.
_LATER_LISTS: Final = {"SUBTOTAL": 1, "AGGREGATE": 2, "TEXTJOIN": 2, "NPV": 1}
#: Functions that take a range in these arguments; beyond the last, every so many.
_AREAS: Final[dict[str, tuple[int, ...]]] = {
    **dict.fromkeys(("COUNTIF", "COUNTBLANK", "LARGE", "SMALL", "PERCENTILE", "PERCENTILE.INC",
                     "PERCENTILE.EXC", "QUARTILE", "QUARTILE.INC", "QUARTILE.EXC", "TRIMMEAN",
                     "INDEX", "ROWS", "COLUMNS", "IRR", "PERCENTRANK", "PERCENTRANK.INC",
                     "SORT", "UNIQUE", "TRANSPOSE", "SORTBY", "PHONETIC"), (0,)),
    **dict.fromkeys(("RANK", "RANK.EQ", "RANK.AVG", "VLOOKUP", "HLOOKUP", "MATCH", "XMATCH"), (1,)),
    **dict.fromkeys(("SUMIF", "AVERAGEIF"), (0, 2)),
    **dict.fromkeys(("LOOKUP", "XLOOKUP"), (1, 2)),
    **dict.fromkeys(("CORREL", "SLOPE", "INTERCEPT", "RSQ", "PEARSON", "FREQUENCY", "FILTER",
                     "MMULT", "COVAR", "COVARIANCE.P", "COVARIANCE.S", "SUMX2MY2", "SUMX2PY2",
                     "SUMXMY2"), (0, 1)),
    **dict.fromkeys(("FORECAST", "FORECAST.LINEAR", "TREND", "GROWTH", "XIRR"), (0, 1, 2)),
}  # fmt: skip
_PAIRED: Final = {"SUMIFS": 1, "AVERAGEIFS": 1, "MAXIFS": 1, "MINIFS": 1, "COUNTIFS": 0}
#: Functions that compute item by item with whatever stands in them.
_ARRAYS: Final = frozenset({"SUMPRODUCT", "MMULT", "FILTER", "SUMX2MY2", "SUMX2PY2", "SUMXMY2"})
#: Functions that make addresses of texts and numbers, which cannot follow.
_ADDRESSING: Final = frozenset({"INDIRECT", "OFFSET", "ADDRESS"})


def ignored(_code: str, **_values: str) -> None:
    """Refusals that somebody else tells."""


#: Functions that Excel has without telling.
_UNLISTED: Final = frozenset({
    "NUMBERSTRING", "DATESTRING", "NETWORKDAYS.INTL", "WORKDAY.INTL", "ISO.CEILING", "LET",
    "LAMBDA",
})  # fmt: skip
#: All that are a function, with a prefix or without.
_KNOWN: Final = frozenset((*FUNCTIONS, *FORMULAE, *YOUNGER, *_UNLISTED))


def compile_formula(
    book: Book, text: str, sheet: int, home: int = 0, *, refuse: Refuse = ignored,
    role: Role = "cell", array: bool = False, pin: bool = False, joined: bool = False,
) -> Formula:  # fmt: skip
    """``text`` (no equals sign) of ``sheet`` (-1: of none), with what its references mean.

    ``home``: the template row it stands in, 0 for none. ``role``: what may come of a formula that
    is no more than a reference. ``pin``: the formula serves all copies of its row, so rows outside
    of its loop become absolute. ``joined``: it stands for all rows that merge into its cell. What
    cannot follow its rows goes to ``refuse``.
    """
    if "#REF!" in _STRING.sub("", text):
        refuse("T281", formula=text)
        return Formula(text, Opaque(text), sheet, moves=False, array=array)
    try:
        root = parse(text)
    except Unreadable:
        if book.loops and (cell := _CELL.search(text)):
            refuse("T278", formula=text, reference=cell[0])
        return Formula(text, Opaque(text), sheet, moves=False, array=array)
    if miscounts(root, book, sheet, home):
        refuse("T292", formula=text)
    reader = _Reader(book, text, sheet, home, refuse, pin=pin, joined=joined)
    root = reader.read(root, role, array)
    return Formula(text, root, sheet, reader.moves, array)


class _Reader:
    def __init__(
        self, book: Book, text: str, sheet: int, home: int, refuse: Refuse, *, pin: bool,
        joined: bool,
    ) -> None:  # fmt: skip
        self.moves = False
        self._book = book
        self._text = text
        self._sheet = sheet
        self._home = home
        self._tell = refuse
        self._joined = joined
        self._pins = pin and book.loop(sheet, home) >= 0

    def read(self, node: Expression, role: Role, array: bool) -> Expression:
        """``node`` where ``role`` is taken; ``array``: ranges count item by item."""
        lone: Role = "area" if array else "cell"
        match node:
            case Name(text, _):
                found = list(self._operand(text, role))
                return found[0] if len(found) == 1 else self._spread(text)
            case Call():
                return self._call(node, array)
            case Group(inner):
                return Group(self.read(inner, "area" if role == "list" else role, array))
            case Binary(sign, left, right):
                lone = "area" if sign in (",", " ") else lone
                return Binary(sign, self.read(left, lone, array), self.read(right, lone, array))
            case Unary(sign, operand):
                return Unary(sign, self.read(operand, lone, array))
        return node

    def _call(self, node: Call, array: bool) -> Expression:
        if self._book.loops and node.key in _ADDRESSING:
            self._tell("T269", formula=self._text, function=node.key)
        elif self._book.loops and ":" in node.name:
            self._tell("T278", formula=self._text, reference=node.name)
        if meant := _meant(node):
            self._tell("T287", formula=self._text, function=node.name, suggestion=meant)
        if node.key == "ROW" and (rows := stretched(node, self._book, self._sheet)):
            self._tell("T295", formula=self._text, reference=rows)
            return node
        array = array or node.key in _ARRAYS
        arguments: list[Expression] = []
        for number, argument in enumerate(node.arguments):
            role = _role(node.key, number, array)
            if isinstance(argument, Name):
                arguments += self._operand(argument.name, role, node.key)
            else:
                inner: Role = role if isinstance(argument, Group) else "area" if array else "cell"
                arguments.append(self.read(argument, inner, array))
        return replace(node, name=written(node.name), arguments=tuple(arguments))

    def _spread(self, text: str) -> Expression:
        """A reference over several sheets where only one can be."""
        if any(map(self._book.moves, self._book.span(text.rpartition("!")[0]))):
            self._tell("T278", formula=self._text, reference=text)
        return Opaque(text)

    def _operand(self, text: str, role: Role, function: str = "") -> Iterator[Expression]:
        """What a name or range is: one item, several for a range of sheets."""
        before, mark, cells = text.rpartition("!")
        span = self._book.span(before) if mark else []
        if len(span) > 1 and _REFERENCE.fullmatch(cells) and role == "list":
            for sheet in span:
                title = self._book.names[sheet].replace("'", "''")
                yield self._reference(f"'{title}'!", sheet, cells, role, function) or Opaque(text)
        elif len(span) > 1:
            yield from (Opaque(text), Opaque(text))
        else:
            sheet = self._book.sheet(before, self._sheet)
            yield self._reference(before + mark, sheet, cells, role, function) or self._other(
                text, cells, sheet
            )

    def _other(self, text: str, cells: str, sheet: int) -> Expression:
        if match := _COLUMN.fullmatch(text):
            found = self._of_table(match[1], match[3], this=bool(match[2]))
            return Opaque(text) if found is None else Structured(text, found)
        if _NAME.fullmatch(cells) and sheet >= -1:
            return Name(text, sheet)
        if self._book.loops and "[" not in text and _CELL.search(cells):
            self._tell("T278", formula=self._text, reference=text)
        return Opaque(text)

    def _of_table(self, name: str, column: str, *, this: bool) -> Reference | None:
        """The cells of a column of a table, or the one of the own row."""
        table = self._book.tables.get(name.casefold())
        if table is None or column not in table.columns:
            return None
        left = column_index_from_string(table.area.left) + table.columns.index(column)
        letters = get_column_letter(left)
        if this:
            inside = table.sheet == self._sheet and table.first <= self._home <= table.last
            loop = self._book.loop(table.sheet, self._home)
            return Reference(
                "", table.sheet, letters, self._home, "", 0, "", "", loop, loop, -1, -1, loop >= 0,
                "cell",
            ) if inside else None  # fmt: skip
        return Reference(
            "", table.sheet, letters, table.first, letters, table.last, "$", "$", -1, -1, -1, -1,
            False, "area",
        )  # fmt: skip

    def _reference(
        self, before: str, sheet: int, cells: str, role: Role, function: str
    ) -> Reference | None:
        if sheet not in self._book.worksheets:
            return None
        if columns := _COLUMNS.fullmatch(cells):
            return Reference(
                before, sheet, columns[1], 0, columns[2], 0, "", "", -1, -1, -1, -1, False, role
            )
        match = _REFERENCE.fullmatch(cells)
        if match is None:
            return None
        column, sign, row = match[1] or "", match[2], int(match[3])
        column2, sign2, last = match[4] or "", match[5] or "", int(match[6] or 0)
        if bool(column) != (bool(column2) if last else True) or max(row, last) > LAST_ROW:
            return None
        if last and last < row:
            row, sign, last, sign2 = last, sign2, row, sign
        links = self._links(sheet, (row, sign), (last, sign2))
        if self._pins:
            sign = "$" if links[0] < 0 else sign
            sign2 = "$" if last and links[2] < 0 else sign2
        own = (
            sheet == self._sheet
            and row == self._home
            and last in (0, row)
            and links[0] == links[1] >= 0
            and (not last or links[2:] == links[:2])
        )
        found = Reference(
            before, sheet, column, row, column2, last, sign, sign2, *links, own=own, role=role
        )
        if self._book.moves(sheet):
            self.moves = True
            self._check(found, cells, function)
        return found

    def _links(
        self, sheet: int, start: tuple[int, str], end: tuple[int, str]
    ) -> tuple[int, int, int, int]:
        """For each end of a reference the loops whose pass it stays in.

        A row with ``$`` is seen from outside, like in a formula that is filled down: ``D$5:D$5``
        in a loop row means all copies, ``D$5:D5`` those up to the own one.
        """
        (row, sign), (last, sign2) = start, end
        rows = (row, last) if last and not sign and not sign2 else (row,)
        first = (-1, -1) if sign else self._follow(sheet, rows)
        if not last:
            return *first, -1, -1
        if not sign and not sign2:
            return *first, *first
        second = (-1, -1) if sign2 else self._follow(sheet, (last,))
        return *first, *second

    def _follow(self, sheet: int, rows: tuple[int, ...]) -> tuple[int, int]:
        found = self._book.follow(sheet, rows, self._sheet, self._home)
        if found[0] >= 0:
            self._book.used.update({(sheet, found[0]), (self._sheet, found[1])})
        return found

    def _check(self, found: Reference, cells: str, function: str) -> None:
        """Refuse what has no meaning where it stands."""
        book, sheet = self._book, found.sheet
        last = found.row2 or found.row
        values = {"formula": self._text, "reference": found.before + cells}
        controls = book.controls.get(sheet, frozenset())
        if all(row in controls for row in range(found.row, min(last, found.row + 99) + 1)):
            self._tell("T266", **values)
            return
        if book.stops_at_control(sheet, found.row, last):
            self._tell("T288", **values)
            return
        outer = found.loop if found.loop == found.loop2 or not found.row2 else -1
        if found.role == "cell" and not found.row2:
            if book.repeats(sheet, (found.row,), outer):
                self._tell(
                    "T267", column=found.column.replace("$", ""), row=str(found.row), **values
                )
        elif found.role != "list" and book.gaps(
            sheet, found.row, last, -1 if self._joined else outer
        ):
            self._tell("T268", function=function or "这里", **values)


def _meant(node: Call) -> str:
    """The function that a name which is none was meant for; empty for all that may be one.

    With a prefix it is one that gen does not know.
    """
    if node.key in _KNOWN or node.name.upper() != node.key:
        return ""
    return suggest(node.key, (*FUNCTIONS, *FORMULAE))


def _role(key: str, number: int, array: bool) -> Role:
    """What argument ``number`` of a function takes."""
    if key in _LISTS or number >= _LATER_LISTS.get(key, 999):
        return "list"
    if key in _PAIRED:
        first = _PAIRED[key]
        taken = number < first or (number - first) % 2 == 0
        return "area" if taken else "cell"
    return "area" if array or number in _AREAS.get(key, ()) else "cell"


def calls(node: Expression) -> Iterator[str]:
    """The functions that ``node`` calls."""
    if isinstance(node, Call):
        yield node.key
    for part in inside(node):
        yield from calls(part)
