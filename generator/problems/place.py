"""Where something stands inside a Word or Excel file: one noun with one wording and one order.

``generator.reading`` counts, this module words. A place is put into words only where it is
printed, so nothing has to read the words back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, Literal, TypeAlias

from generator.frozen import frozen

#: A place as plain data: part, number, name, and the numbers of each step.
Packed: TypeAlias = list[Any]

#: What part of a file a place is in; ``told`` is known by its words alone (see ``Place.told``).
Part = Literal[
    "body", "header", "footer", "footnote", "endnote", "comment",
    "sheet", "sheet header", "sheet footer", "sheet note", "told",
]  # fmt: skip

#: The parts in the order in which a reader takes them, with their words.
_WORDS: dict[Part, str] = {
    "body": "正文", "header": "页眉", "footer": "页脚", "footnote": "脚注", "endnote": "尾注",
    "comment": "批注", "sheet": "", "sheet header": "页眉", "sheet footer": "页脚",
    "sheet note": "批注", "told": "",
}  # fmt: skip
_SHEETS = frozenset(part for part in _WORDS if part.startswith("sheet"))
_RANKS = {part: rank for rank, part in enumerate(_WORDS)}


@frozen
class Paragraph:
    """The paragraph ``number`` of the body, a cell, a text box, a header …; counted from 1."""

    number: int

    @property
    def order(self) -> tuple[int, ...]:
        """What sorts it among its neighbours."""
        return self.number, 0


@frozen
class Box:
    """The text box ``number`` among those that hang on ``paragraph``."""

    paragraph: int
    number: int

    @property
    def order(self) -> tuple[int, ...]:
        """Behind its paragraph, before the next one."""
        return self.paragraph, 0, self.number


@frozen
class Cell:
    """A cell of a Word table; rows and cells as they stand in the file, merged ones included.

    ``after``: how many paragraphs stand before the table, so that both sort together.
    """

    after: int
    table: int
    row: int
    column: int

    @property
    def order(self) -> tuple[int, ...]:
        """Behind the paragraphs before its table."""
        return self.after, 1, self.table, self.row, self.column


@frozen
class Square:
    """A cell of a worksheet, both counted from 1: row 7, column 2 is B7."""

    row: int
    column: int

    @property
    def order(self) -> tuple[int, ...]:
        """Row by row."""
        return self.row, self.column

    @property
    def reference(self) -> str:
        """As Excel names it."""
        letters, rest = "", self.column
        while rest:
            rest, letter = divmod(rest - 1, 26)
            letters = chr(65 + letter) + letters
        return f"{letters}{self.row}"

    @staticmethod
    def of(reference: str) -> Square:
        """The cell that Excel calls ``reference`` (``B7``)."""
        letters = reference.rstrip("0123456789")
        return Square(int(reference[len(letters) :]), _column(letters))


@lru_cache(maxsize=1024)
def _column(letters: str) -> int:
    """The number of a column; a sheet has few that are asked for."""
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return column


Step = Paragraph | Box | Cell | Square
_STEPS: dict[int, type[Step]] = {1: Paragraph, 2: Box, 4: Cell}
_SQUARES: dict[int, type[Step]] = {2: Square}


@frozen
class Place:
    """A place inside a Word or Excel file.

    ``number``: which header, footnote, sheet … of its kind, from 1 (0: the only one, or none in
    particular); ``name``: the title of a sheet; ``steps``: the way down, from outer tables and
    text boxes to the paragraph or cell.
    """

    part: Part
    number: int = 0
    name: str = ""
    steps: tuple[Step, ...] = ()

    @staticmethod
    def told(words: str) -> Place:
        """A place of which only the words are left, as earlier records keep them."""
        return Place("told", name=words)

    @property
    def of_sheet(self) -> bool:
        """Whether it is in a worksheet."""
        told = self.part == "told" and self.name.startswith("工作表")
        return told or self.part.startswith("sheet")

    def down(self, *steps: Step) -> Place:
        """A place inside this one."""
        return Place(self.part, self.number, self.name, (*self.steps, *steps))

    @property
    def order(self) -> tuple[object, ...]:
        """What sorts places of one file as a reader comes by them; words alone do not sort."""
        rank = _RANKS[self.part]
        steps = tuple(number for step in self.steps for number in step.order)
        if self.part.startswith("sheet"):
            return _RANKS["sheet"], self.number, rank, steps
        return rank, self.number, 0, steps

    def __lt__(self, other: object) -> bool:
        return self.order < other.order if isinstance(other, Place) else NotImplemented

    def __str__(self) -> str:
        if self.part == "told":
            return self.name
        if self.part.startswith("sheet"):
            inside = [
                _WORDS[self.part],
                *(s.reference for s in self.steps if isinstance(s, Square)),
            ]
            return " ".join((f"工作表“{self.name}”", *filter(None, inside)))
        return " ".join((f"{_WORDS[self.part]}{self.number or ''}", *_worded(self.steps)))

    def brief(self, words: str = "", *, whole: bool = False) -> str:
        """For lists that tell the file beside: ``正文第4段``, ``表2第3行第4格``, ``H34``.

        ``words``: all of its own, where they are known; ``whole``: a sheet is named too, where
        the file has several.
        """
        words = words or str(self)
        if not self.part.startswith("sheet"):
            words = words.replace(" ", "")
            return words.removeprefix(_WORDS["body"]) if words.startswith("正文表") else words
        words = self.name and words.removeprefix(f"工作表“{self.name}” ")
        return f"“{self.name}”{words}" if whole else words

    def packed(self) -> Packed:
        """The same as plain data, for records."""
        steps = [[getattr(step, name) for name in step.__match_args__] for step in self.steps]
        return [self.part, self.number, self.name, *steps]

    def packed_down(self, reference: str) -> Packed:
        """What ``down`` to the cell ``reference`` gives, packed; sheets have many."""
        letters = reference.rstrip("0123456789")
        square = [int(reference[len(letters) :]), _column(letters)]
        return [self.part, self.number, self.name, square]

    @staticmethod
    def unpacked(plain: Packed) -> Place:
        """What ``packed`` made plain (see ``are_packed``)."""
        part, number, name, *steps = plain
        kinds = _SQUARES if part.startswith("sheet") else _STEPS
        return Place(part, number, name, tuple([kinds[len(step)](*step) for step in steps]))


def are_packed(plain: Sequence[Any]) -> bool:
    """Whether each of ``plain`` could be what ``Place.packed`` gave.

    All are looked at together, which takes a tenth of the time.
    """
    if not set(map(type, plain)) <= {list} or min(map(len, plain), default=3) < 3:
        return False
    parts, numbers, names = ([one[member] for one in plain] for member in range(3))
    return (
        {*map(type, parts), *map(type, names)} <= {str}
        and set(map(type, numbers)) <= {int}
        and set(parts) <= _WORDS.keys()
        and _are_steps([step for one in plain if one[0] in _SHEETS for step in one[3:]], _SQUARES)
        and _are_steps([step for one in plain if one[0] not in _SHEETS for step in one[3:]], _STEPS)
    )


def _are_steps(plain: Sequence[Any], kinds: Mapping[int, type[Step]]) -> bool:
    return (
        set(map(type, plain)) <= {list}
        and set(map(len, plain)) <= kinds.keys()
        and set(map(type, chain.from_iterable(plain))) <= {int}
    )


def _worded(steps: Sequence[Step]) -> list[str]:
    words: list[str] = []
    in_cell = False
    for step in steps:
        if isinstance(step, Cell):
            words.append(f"表{step.table} 第{step.row}行 第{step.column}格")
        elif not isinstance(step, Square):
            number = step.number if isinstance(step, Paragraph) else step.paragraph
            # Most cells have one paragraph.
            if not in_cell or number > 1:
                words.append(f"第{number}段")
            if isinstance(step, Box):
                words.append(f"文本框{step.number}")
        in_cell = isinstance(step, Cell)
    return words
