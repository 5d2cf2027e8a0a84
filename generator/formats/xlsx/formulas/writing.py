"""Formulas as text, once it is known where rows went."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from generator.formats.xlsx.formulas.addresses import Place, Rows, areas, reaches
from generator.formats.xlsx.formulas.model import (
    MAX_ARGUMENTS,
    MAX_LENGTH,
    Array,
    Binary,
    Call,
    ErrorValue,
    Expression,
    Formula,
    Group,
    Logical,
    Name,
    Number,
    Opaque,
    Reference,
    Structured,
    Text,
    Unary,
    inside,
    references,
)
from generator.formats.xlsx.rows import RowMap

#: What has no value over nothing: such a call over a block without rows gives 0.
_NEED_VALUES: Final = frozenset({
    "AVERAGE", "AVERAGEA", "AVERAGEIF", "AVERAGEIFS", "MEDIAN", "MODE", "MODE.SNGL", "STDEV",
    "STDEV.S", "STDEV.P", "STDEVP", "STDEVA", "STDEVPA", "VAR", "VAR.S", "VAR.P", "VARP", "VARA",
    "VARPA", "LARGE", "SMALL", "PERCENTILE", "PERCENTILE.INC", "PERCENTILE.EXC", "QUARTILE",
    "QUARTILE.INC", "QUARTILE.EXC", "GEOMEAN", "HARMEAN", "AVEDEV", "TRIMMEAN", "RANK", "RANK.EQ",
    "RANK.AVG",
})  # fmt: skip
#: What would count the blank row that stands for no rows.
_COUNT_BLANKS: Final = frozenset({"ROWS", "COUNTBLANK", "COUNTIF", "COUNTIFS", "SUMPRODUCT"})
#: What gives an item for each item of its arguments.
_ITEM_BY_ITEM: Final = frozenset({
    "IF", "IFERROR", "NOT", "ISBLANK", "ISNUMBER", "ISTEXT", "ISERROR", "ISNA", "ABS", "SIGN",
    "INT", "MOD", "ROUND", "ROUNDUP", "ROUNDDOWN", "LEN", "LEFT", "RIGHT", "MID", "TRIM", "TEXT",
    "VALUE", "EXACT", "FIND", "SEARCH", "YEAR", "MONTH", "DAY",
})  # fmt: skip
#: What takes its arguments item by item wherever it stands.
_BY_ITEMS: Final = "SUMPRODUCT"
#: Calls that are 0 over a block without rows, and those that are so in an array formula, which
#: takes their arguments item by item.
ZERO_OVER_NOTHING: Final = _NEED_VALUES | _COUNT_BLANKS
ZERO_IN_ARRAYS: Final = ZERO_OVER_NOTHING | {
    "SUM", "SUMSQ", "PRODUCT", "COUNT", "COUNTA", "MAX", "MAXA", "MIN", "MINA",
}  # fmt: skip


#: More than sheets have, and hardly a number that a formula holds.
_ANY_ROW: Final = 7_777_777


class TooManyAreas(Exception):
    """A list of ranges that no formula can hold: how many they are."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


def formula_text(formula: Formula, maps: Mapping[int, RowMap], place: Place) -> str:
    """The text of ``formula`` at ``place``.

    Raises ``TooManyAreas`` where more ranges would have to be joined than a formula can hold.
    """
    if not formula.moves:
        return formula.text
    text = _Writer(maps, place, array=formula.array).text(formula.root)
    if len(text) > MAX_LENGTH:
        counts = [len(areas(one, maps, place)) for one in references(formula.root)]
        if max(counts, default=0) > 1:
            raise TooManyAreas(max(counts))
    return text


def row_pieces(formula: Formula) -> tuple[str, ...] | None:
    """What stands around the row where nothing but the formula's own moves; None for others.

    Thousands of rows have the same.
    """
    if not _own_rows_alone(formula.root):
        return None
    # No map of rows is asked; the number of no row stands for that of the row.
    text = _Writer({}, Place(-1, _ANY_ROW), array=False).text(formula.root)
    pieces = tuple(text.split(str(_ANY_ROW)))
    return pieces if len(pieces) == 1 + len(references(formula.root)) else None


def _own_rows_alone(node: Expression) -> bool:
    """Whether ``node`` names cells of its own row only, and reads the same in every row."""
    if isinstance(node, Reference):
        return node.own and not node.row2
    if isinstance(node, Structured) or (isinstance(node, Call) and node.key in ZERO_OVER_NOTHING):
        return False
    return all(map(_own_rows_alone, inside(node)))


def relative_text(formula: Formula, maps: Mapping[int, RowMap], place: Place) -> str:
    """``formula`` by how far it reaches from ``place``: equal for those that mean the same."""
    if not formula.moves:
        return formula.text
    out: list[str] = []
    for one in references(formula.root):
        for low, high in areas(one, maps, place):
            first = low if one.sign else low - place.row
            sign2 = one.sign2 if one.row2 else one.sign
            last = high if sign2 else high - place.row
            out.append(f"{one.sign}{first}:{sign2}{last}")
        out.append(";")
    return "".join(out)


def follows_alike(formula: Formula) -> bool:
    """Whether ``formula`` reaches equally far from every copy of its row, whatever the rows."""
    return all(
        one.own or (one.loop < 0 and one.sign == "$" and (not one.row2 or one.sign2 == "$"))
        for one in references(formula.root)
    )


def nothing_left(
    call: Call, maps: Mapping[int, RowMap], place: Place, *, array: bool = False
) -> bool:
    """Whether ``call`` has no value because the rows it is about are not there."""
    if call.key not in (ZERO_IN_ARRAYS if array else ZERO_OVER_NOTHING):
        return False
    if call.key == _BY_ITEMS:
        return any(_gone(one, maps, place) for one in _ranges(call))
    held = [
        list(_ranges(Group(one))) if array or isinstance(one, Reference) else []
        for one in call.arguments
    ]
    gone = [any(_gone(one, maps, place) for one in ranges) for ranges in held if ranges]
    return bool(gone) and all(gone)


def _ranges(node: Expression) -> Iterator[Reference]:
    """The ranges that ``node`` takes item by item."""
    return (one for one in _taken(node) if one.role != "cell")


def _gone(node: Reference, maps: Mapping[int, RowMap], place: Place) -> bool:
    blanks = maps[node.sheet].blanks
    return not any(low != high or low not in blanks for low, high in areas(node, maps, place))


def _taken(node: Expression) -> Iterator[Reference]:
    """What ``node`` takes item by item."""
    for part in inside(node):
        if isinstance(part, Reference):
            yield part
        elif not isinstance(part, Call) or part.key in _ITEM_BY_ITEM:
            yield from _taken(part)


class _Writer:
    def __init__(self, maps: Mapping[int, RowMap], place: Place, *, array: bool) -> None:
        self._array = array
        self._maps = maps
        self._place = place

    def text(self, node: Expression) -> str:
        match node:
            case Reference():
                return self.reference(node)
            case Call():
                return self.call(node)
            case Binary(sign, left, right):
                return f"{self.text(left)}{sign}{self.text(right)}"
            case Group(inner):
                return f"({self.text(inner)})"
            case Unary("%", operand):
                return f"{self.text(operand)}%"
            case Unary(sign, operand):
                return f"{sign}{self.text(operand)}"
        return literal_text(node)

    def reference(self, node: Reference) -> str:
        if node.own and not node.row2 and not (self._place.last and reaches(node)):
            return f"{node.before}{node.column}{node.sign}{self._place.row}"
        found = areas(node, self._maps, self._place)
        if not found:
            blank = self._maps[node.sheet].blank
            found = [(blank, blank)]
        if len(found) > MAX_ARGUMENTS:
            raise TooManyAreas(len(found))
        return ",".join(area_text(node, area, short=len(found) > 1) for area in found)

    def call(self, node: Call) -> str:
        if nothing_left(node, self._maps, self._place, array=self._array):
            return "0"
        if (count := self._joined(node)) > MAX_ARGUMENTS:
            return self._single(node, count)
        around, self._array = self._array, self._array or node.key == _BY_ITEMS
        arguments = ",".join(map(self.text, node.arguments))
        self._array = around
        return f"{node.name}({arguments})"

    def _joined(self, node: Call) -> int:
        """How many arguments ``node`` has when its lists of ranges are written out."""
        return sum(
            max(len(areas(one, self._maps, self._place)), 1)
            if isinstance(one, Reference) and one.role == "list"
            else 1
            for one in node.arguments
        )

    def _single(self, node: Call, count: int) -> str:
        """The same over one range, where ranges of one height stand at one distance."""
        one = node.arguments[0]
        make = _SINGLE.get(node.key)
        if make is None or len(node.arguments) != 1 or not isinstance(one, Reference):
            raise TooManyAreas(count)
        found = areas(one, self._maps, self._place)
        step = _step(found)
        if not step or one.column.lstrip("$") != (one.column2 or one.column).lstrip("$"):
            raise TooManyAreas(count)
        low, height = found[0][0], found[0][1] - found[0][0] + 1
        whole = area_text(one, (low, found[-1][1]))
        chosen = f"MOD(ROW({whole})-{low},{step})"
        chosen = f"({chosen}=0)" if height == 1 else f"({chosen}<{height})"
        return make(chosen, whole)


def literal_text(node: Expression) -> str:
    """A constant, a name or what gen does not take apart, as it is written."""
    match node:
        case Number(text) | Opaque(text) | Structured(text, _):
            return text
        case Text(value):
            return '"' + value.replace('"', '""') + '"'
        case Logical(value):
            return "TRUE" if value else "FALSE"
        case ErrorValue(code):
            return code
        case Name(name, _):
            return name
        case Array(rows):
            return "{" + ";".join(",".join(map(constant_text, row)) for row in rows) + "}"
    return ""


def constant_text(node: Expression) -> str:
    """An item of an array."""
    if isinstance(node, Unary):
        return node.sign + literal_text(node.operand)
    return literal_text(node)


def _step(found: Sequence[Rows]) -> int:
    """The distance between ranges of one height that all have the same; 0 for others."""
    step = found[1][0] - found[0][0]
    height = found[0][1] - found[0][0]
    alike = all(
        two[0] - one[0] == step and two[1] - two[0] == height for one, two in pairwise(found)
    )
    return step if alike else 0


def area_text(node: Reference, rows: Rows, *, short: bool = False) -> str:
    """``node`` as it reads with other rows; ``short``: a range of one cell as that cell."""
    low, high = rows
    if not node.row:
        return f"{node.before}{node.column}:{node.column2}"
    start = f"{node.before}{node.column}{node.sign}{low}"
    if not node.row2 or (short and low == high and node.column == node.column2):
        return start if low == high else f"{start}:{node.column}{node.sign}{high}"
    return f"{start}:{node.column2}{node.sign2}{high}"


def _sum(chosen: str, whole: str) -> str:
    return f"SUMPRODUCT(--{chosen},{whole})"


def _count(chosen: str, whole: str) -> str:
    return f"SUMPRODUCT({chosen}*ISNUMBER({whole}))"


#: Calls over every so many rows, said over one range: SUMPRODUCT takes texts for 0, as SUM does.
_SINGLE: Final[Mapping[str, Callable[[str, str], str]]] = {
    "SUM": _sum,
    "COUNT": _count,
    "AVERAGE": lambda chosen, whole: f"({_sum(chosen, whole)}/{_count(chosen, whole)})",
}
