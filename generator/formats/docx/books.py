"""The workbooks behind charts, filled where the chart stands, and what their charts show of them.

A chart keeps copies of the cells it draws, so that a reader without Excel sees its bars. With the
workbook they are written anew. What a series names is kept as a name of the workbook while that
is filled: rows that repeat make it grow as any name does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Final, cast

from jinja2.runtime import Context, Undefined
from markupsafe import Markup

from generator.formats import codec, package, registry
from generator.formats.compiled import Compiled
from generator.formats.properties import Properties
from generator.frozen import frozen
from generator.language.markers import FAULT, Mark
from generator.problems.place import Square
from generator.reading.entities import escape_typed, unescape
from generator.reading.files import finished
from generator.reading.package import read_members

#: The name under which a context holds them.
BOOKS: Final = "_图表数据"
#: How the names of what series draw begin, in the workbook while it is filled.
NAME: Final = "_gen_series_"
_NAMED: Final = re.compile(rf'<definedName name="{NAME}(\d+)"[^>]*>([^<]*)</definedName>')
_EMPTY_NAMES: Final = re.compile(r"<definedNames\s*>\s*</definedNames>")
_AREA: Final = re.compile(
    r"(?:'((?:[^']|'')+)'|([^'!,()]+))!\$?([A-Z]{1,3})\$?([0-9]+)(?::\$?([A-Z]{1,3})\$?([0-9]+))?"
)
_WORKBOOK: Final = "xl/workbook.xml"
#: More points than any chart can show.
_MOST: Final = 10_000


@frozen
class Filled:
    """A workbook and what each series of its chart draws: where, and what is there."""

    data: bytes
    references: Mapping[int, str]
    values: Mapping[int, Sequence[str]]


class Books:
    """The workbooks of one document."""

    def __init__(self, compiled: Sequence[bytes]) -> None:
        self._compiled = compiled
        self.filled: list[Filled] = []
        #: What wordings left in workbooks instead of values.
        self.faults: list[Mark] = []

    def fill(self, number: int, context: Mapping[str, object]) -> int:
        """The number of the workbook ``number``, filled for ``context``."""
        excel = registry.of("xlsx")
        rendered = excel.render(_loaded(self._compiled[number]), context, Properties("", ""))
        marks = (mark for there in rendered.marks.values() for mark in there)
        self.faults += (Mark(0, 0, m.path, -1) for m in marks if m.path.startswith(FAULT))
        self.filled.append(_read(rendered.data))
        return len(self.filled) - 1


@lru_cache(maxsize=32)
def _loaded(data: bytes) -> Compiled:
    return cast("Compiled", codec.loads(registry.of("xlsx").compiled, data))


def filled(context: Context, number: int, *names: object) -> object:
    """Fill workbook ``number``; ``names`` of loops around it come with their values, in turn."""
    books = context.get(BOOKS)
    assert isinstance(books, Books)
    around = dict(zip(names[::2], names[1::2], strict=True))
    known = {str(n): value for n, value in around.items() if not isinstance(value, Undefined)}
    return Markup(str(books.fill(number, {**context.get_all(), **known})))


def _read(data: bytes) -> Filled:
    file = finished(data)
    members = dict(read_members(data, ours=True))
    book = members[_WORKBOOK].decode()
    sheets = {place.name: name for name, place in file.places.items()}
    cells: dict[str, dict[tuple[int, int], str]] = {}
    references: dict[int, str] = {}
    values: dict[int, Sequence[str]] = {}
    for match in _NAMED.finditer(book):
        reference = unescape(match[2])
        references[int(match[1])] = reference
        found: list[str] = []
        for title, row, column in _squares(reference):
            if title not in cells:
                cells[title] = _cells(file.part(sheets[title])) if title in sheets else {}
            found.append(cells[title].get((row, column), ""))
        values[int(match[1])] = found
    members[_WORKBOOK] = _EMPTY_NAMES.sub("", _NAMED.sub("", book)).encode()
    return Filled(package.write(package.static_block(members), ()), references, values)


def _cells(part: object) -> dict[tuple[int, int], str]:
    found: dict[tuple[int, int], str] = {}
    for spot in part:  # type: ignore[attr-defined]
        steps = spot.place.steps
        if steps and isinstance(steps[-1], Square):
            found[steps[-1].row, steps[-1].column] = spot.text
    return found


def _squares(reference: str) -> Iterator[tuple[str, int, int]]:
    """Sheet, row and column of each cell of ``reference``, in the order of its points."""
    count = 0
    for match in _AREA.finditer(reference):
        title = (match[1] or match[2]).replace("''", "'")
        first = Square.of(f"{match[3]}{match[4]}")
        last = Square.of(f"{match[5]}{match[6]}") if match[5] else first
        for row in range(first.row, last.row + 1):
            for column in range(first.column, last.column + 1):
                count += 1
                if count > _MOST:
                    return
                yield title, row, column


def points(values: Sequence[str], *, numbers: bool) -> str:
    """The copy that a chart keeps of ``values``."""
    out = [f'<c:ptCount val="{len(values)}"/>']
    for number, value in enumerate(values):
        if value and (not numbers or _is_number(value)):
            out.append(f'<c:pt idx="{number}"><c:v>{escape_typed(value)}</c:v></c:pt>')
    return "".join(out)


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False
