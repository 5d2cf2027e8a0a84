"""What the formulas of a workbook give, as Excel computes them.

Each formula of the template is made into a Python function once and called for every copy. What
gen does not know how to compute raises ``Uncomputed``; it is left to Excel, never guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Final, Protocol, TypeAlias

from generator.formats.xlsx.formulas.addresses import Place, areas
from generator.formats.xlsx.formulas.arrays import (
    Argument,
    Mode,
    first_of,
    lifted,
    own,
    taken,
)
from generator.formats.xlsx.formulas.functions import FUNCTIONS
from generator.formats.xlsx.formulas.functions.kinds import code_of
from generator.formats.xlsx.formulas.model import (
    Array,
    Binary,
    Call,
    ErrorValue,
    Expression,
    Formula,
    Group,
    Logical,
    Missing,
    Name,
    Number,
    Opaque,
    Reference,
    Structured,
    Text,
    Unary,
    column_number,
    inside,
)
from generator.formats.xlsx.formulas.operators import binary, unary
from generator.formats.xlsx.formulas.ranges import Range
from generator.formats.xlsx.formulas.values import (
    NAME,
    VALUE,
    Circle,
    Error,
    Failed,
    Uncomputed,
    Value,
)
from generator.formats.xlsx.formulas.writing import ZERO_IN_ARRAYS, ZERO_OVER_NOTHING, nothing_left
from generator.formats.xlsx.rows import RowMap

#: Computes one node at a place.
Code: TypeAlias = Callable[[Place], Argument]

_ALL_COLUMNS: Final = (1, 16_384)

#: Cells that one formula may look at; no form of an office has as many.
_MAX_CELLS = 2_000_000


class Cells(Protocol):
    """What stands in the cells of a workbook."""

    def formula(self, sheet: int, row: int, column: int) -> Formula | None:
        """The formula of a cell, if it has one."""

    def place(self, sheet: int, row: int, column: int) -> Place:
        """Where the formula of a cell stands."""

    def constant(self, sheet: int, row: int, column: int) -> Value:
        """What another cell shows."""

    def last(self, sheet: int) -> tuple[int, int]:
        """The last row and column that hold anything."""

    def hidden(self, sheet: int) -> bool:
        """Whether a sheet has rows that nobody sees."""


class Engine:
    """Computes the formulas of one workbook, each cell once."""

    def __init__(
        self, cells: Cells, maps: Mapping[int, RowMap], names: Mapping[tuple[str, int], Formula]
    ) -> None:
        self._cells = cells
        self._maps = maps
        self._names = names
        self._codes: dict[int, Code] = {}
        self._done: dict[tuple[int, int, int], Value | Uncomputed] = {}
        self._busy: set[tuple[int, int, int]] = set()
        self._ranges: dict[tuple[object, ...], Range] = {}
        self._naming: list[str] = []

    def value(self, sheet: int, row: int, column: int) -> Value:
        """What a cell shows; raises ``Uncomputed``."""
        formula = self._cells.formula(sheet, row, column)
        if formula is None:
            return self._cells.constant(sheet, row, column)
        key = sheet, row, column
        found = self._done.get(key)
        if found is None and key not in self._done:
            if key in self._busy:
                raise Circle
            self._busy.add(key)
            found = self._computed(formula, self._cells.place(sheet, row, column))
            self._busy.discard(key)
            self._done[key] = found
        if isinstance(found, Uncomputed):
            raise found
        return found

    def result(self, formula: Formula, place: Place) -> Value:
        """What ``formula`` gives at ``place``; raises ``Uncomputed``."""
        found = self._computed(formula, place)
        if isinstance(found, Uncomputed):
            raise found
        return found

    def _computed(self, formula: Formula, place: Place) -> Value | Uncomputed:
        try:
            code = self._codes.get(id(formula))
            if code is None:
                code = self._codes[id(formula)] = self._code(formula.root, _mode(formula))
            many = code(place)
            found = first_of(many) if formula.array else own(many, place)
        except Failed as failed:
            return Error(failed.code)
        except Uncomputed as left:
            return left
        except RecursionError:
            return Uncomputed("公式一层引用一层，太深")
        except OverflowError:
            return Error("#NUM!")
        # A reference to a blank cell shows 0.
        return 0.0 if found is None else found

    # Nodes

    def _code(self, node: Expression, mode: Mode) -> Code:
        match node:
            case Reference():
                return self._reference(node)
            case Structured(_, target):
                return self._reference(target)
            case Call():
                return self._call(node, mode)
            case Binary(sign, left, right):
                return self._binary(sign, left, right, mode)
            case Unary(sign, operand):
                return self._unary(sign, operand, mode)
            case Group(inner_node):
                return self._code(inner_node, mode)
            case Name():
                return self._name(node, mode)
            case Opaque(text):
                return _raising(Uncomputed(text))
        return self._constant(node)

    def _constant(self, node: Expression) -> Code:
        match node:
            case Number(text):
                value: Argument = float(text)
            case Text(words):
                value = words
            case Logical(truth):
                value = truth
            case ErrorValue(code):
                value = Error(code)
            case Array(rows):
                value = [[self._item(one) for one in row] for row in rows]
            case Missing():
                value = None
            case _:
                return _raising(Uncomputed("这种写法"))
        return lambda _: value

    def _item(self, node: Expression) -> Value:
        """An item of an array, which is a constant."""
        nowhere = Place(-1, 0)
        return own(self._code(node, "own")(nowhere), nowhere)

    def _unary(self, sign: str, operand: Expression, mode: Mode) -> Code:
        inner = self._code(operand, mode)
        compute = partial(unary, sign)

        def code(place: Place) -> Argument:
            value = taken(inner(place), mode, place)
            return lifted(compute, [value], (0,)) if isinstance(value, list) else compute(value)

        return code

    def _binary(self, sign: str, left: Expression, right: Expression, mode: Mode) -> Code:
        if sign in (",", " "):
            return _raising(Uncomputed("区域的合并与交叉"))
        one, two = self._code(left, mode), self._code(right, mode)
        compute = binary(sign)

        def code(place: Place) -> Argument:
            first, second = one(place), two(place)
            if type(first) is float and type(second) is float:
                return compute(first, second)
            first, second = taken(first, mode, place), taken(second, mode, place)
            if isinstance(first, list) or isinstance(second, list):
                return lifted(compute, [first, second], (0, 1))
            return compute(first, second)

        return code

    def _call(self, node: Call, mode: Mode) -> Code:
        function = FUNCTIONS.get(node.key)
        if function is None:
            return _raising(Uncomputed(node.key))
        if not function.least <= len(node.arguments) <= function.most:
            return _raising(Failed(VALUE))
        if function.lone and any(map(_many, node.arguments)):
            return _raising(Uncomputed(f"{node.key} 里的一组数"))
        modes = [function.inner(at, mode) for at in range(len(node.arguments))]
        codes = [
            self._reference(one, bare=True)
            if function.placed and isinstance(one, Reference)
            else self._code(one, modes[at])
            for at, one in enumerate(node.arguments)
        ]
        if mode in ("own", "left"):
            codes = [
                _one_array(code) if function.lifts(at) and _is_call(one) else code
                for at, (code, one) in enumerate(zip(codes, node.arguments, strict=True))
            ]
        run = code_of(function, codes, modes)
        array = mode in ("each", "forced")
        if node.key not in (ZERO_IN_ARRAYS if array else ZERO_OVER_NOTHING):
            return run
        return lambda place: (
            0.0 if nothing_left(node, self._maps, place, array=array) else run(place)
        )

    def _name(self, node: Name, mode: Mode) -> Code:
        name = node.name.rpartition("!")[2].casefold()
        formula = self._names.get((name, node.sheet)) or self._names.get((name, -1))
        if formula is None:
            return _raising(Uncomputed(node.name) if "[" in node.name else Failed(NAME))
        if name in self._naming or len(self._naming) > 20:
            return _raising(Circle())
        self._naming.append(name)
        try:
            # Excel computes names as array formulas, LibreOffice as the formula around them.
            return self._code(formula.root, mode if mode == "each" else "left")
        finally:
            self._naming.pop()

    # References

    def _reference(self, node: Reference, *, bare: bool = False) -> Code:
        """``bare``: where cells are is asked, not what stands there."""
        left = column_number(node.column)
        right = column_number(node.column2 or node.column)
        columns = (min(left, right), max(left, right))
        if node.row and not node.row2 and node.role == "cell" and not bare:
            return self._cell(node, columns[0])
        return lambda place: self._range(node, columns, place, bare=bare)

    def _cell(self, node: Reference, column: int) -> Code:
        sheet, maps = node.sheet, self._maps
        if node.own:
            return lambda place: self.value(sheet, place.row, column)

        def code(place: Place) -> Argument:
            found = areas(node, maps, place)
            return self.value(sheet, found[0][0], column) if found else None

        return code

    def _range(
        self, node: Reference, columns: tuple[int, int], place: Place, *, bare: bool
    ) -> Range:
        rows = areas(replace(node, role="area") if bare else node, self._maps, place)
        if not rows:
            # What is written then is a blank cell.
            rows = [(self._maps[node.sheet].blank, self._maps[node.sheet].blank)]
        if bare:
            return Range(columns if columns[0] else _ALL_COLUMNS, rows, [], lambda *_: False)
        last_row, last_column = self._cells.last(node.sheet)
        if not node.row:
            rows = [(1, last_row)]
        if not columns[0]:
            columns = (1, last_column)
        key = (node.sheet, columns, *rows)
        known = self._ranges.get(key)
        if known is None:
            size = sum(high - low + 1 for low, high in rows) * (columns[1] - columns[0] + 1)
            if size > _MAX_CELLS:
                raise Uncomputed("很大的区域")
            cells = [
                [
                    self.value(node.sheet, row, column)
                    for column in range(columns[0], columns[1] + 1)
                ]
                for low, high in rows
                for row in range(low, high + 1)
            ]
            hidden = self._cells.hidden(node.sheet)
            subtotals = self._subtotals(node.sheet)
            known = self._ranges[key] = Range(columns, rows, cells, subtotals, hidden=hidden)
        return known

    def _subtotals(self, sheet: int) -> Callable[[int, int], bool]:
        """Tells which cells of a sheet are subtotals, which subtotals do not count again."""

        def told(row: int, column: int) -> bool:
            formula = self._cells.formula(sheet, row, column)
            return (
                formula is not None
                and isinstance(formula.root, Call)
                and formula.root.key in ("SUBTOTAL", "AGGREGATE")
            )

        return told


def _is_call(node: Expression) -> bool:
    return _is_call(node.inner) if isinstance(node, Group) else isinstance(node, Call)


def _one_array(code: Code) -> Code:
    """``code`` of a call within a call: LibreOffice hands no arrays on in ordinary formulas."""

    def single(place: Place) -> Argument:
        found = code(place)
        if isinstance(found, list) and (len(found) > 1 or len(found[0]) > 1):
            raise Uncomputed("一组数再套函数")
        return found

    return single


def _mode(formula: Formula) -> Mode:
    """What a range is in ``formula`` where one value is wanted."""
    if formula.array:
        return "each"
    return "left" if _holds_arrays(formula.root) else "own"


def _holds_arrays(node: Expression) -> bool:
    return isinstance(node, Array) or any(map(_holds_arrays, inside(node)))


def _many(node: Expression) -> bool:
    """Whether ``node`` can give an array, or a range."""
    match node:
        case Array():
            return True
        case Reference():
            return node.row2 > 0 or not node.row or (node.role != "cell" and node.loop >= 0)
        case Structured(_, target):
            return _many(target)
        case Call():
            function = FUNCTIONS.get(node.key)
            return any(
                _many(one)
                for at, one in enumerate(node.arguments)
                if function is None or function.role(at) not in "wfu"
            )
    return any(map(_many, inside(node)))


def _raising(error: Exception) -> Code:
    def code(_: Place) -> Argument:
        raise error

    return code
