"""What is read from a file before anything is decided: values by name, indicators, the rest."""

from __future__ import annotations

from collections.abc import Mapping

from generator.frozen import frozen
from generator.problems.place import Square
from generator.reading.contents import Grid


@frozen
class Origin:
    """Where a value stands: the file, its hash, the cell, the words in it."""

    file: str
    sha256: str
    place: str
    said: str


@frozen
class Value:
    """A value by the name that content has for it.

    ``project``: whose project's it is, empty for the unit's own. ``text``: as it is typed in
    content, amounts in 万元; ``unit``: what the cell was in. ``label``: how the file calls it.
    ``amount``: it is one by the labels of a table, so nothing but a number can stand there.
    """

    name: str
    text: str
    origin: Origin
    label: str = ""
    project: str = ""
    unit: str = ""
    amount: bool = False


@frozen
class Item:
    """A row of a list: an indicator, a project; its fields by name."""

    over: str
    fields: Mapping[str, Value]
    place: str


@frozen
class Left:
    """What was not placed, where it stands, and why."""

    file: str
    place: str
    text: str
    why: str


@frozen
class Read:
    """What one page of a file gave. ``called``: what the page is.

    ``years``, ``owners``: what it says of both; ``project``: the project that it is about.
    """

    file: str
    called: str
    values: tuple[Value, ...] = ()
    items: tuple[Item, ...] = ()
    left: tuple[Left, ...] = ()
    years: tuple[int, ...] = ()
    owners: tuple[str, ...] = ()
    project: str = ""


def place(grid: Grid, r: int, c: int) -> str:
    """Where a cell stands, as its program names it."""
    numbers = grid.numbers[r] if r < len(grid.numbers) else ()
    if len(numbers) == 1 and grid.place.startswith("工作表"):
        return f"{grid.place} {Square(numbers[0], c + 1).reference}"
    cell = len(set(numbers[: c + 1])) if len(numbers) > c else c + 1
    return f"{grid.place}第{r + 1}行第{cell}格"
