"""How functions take their arguments: single values, whole ranges, or only those they need."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from generator.formats.xlsx.formulas.addresses import Place
from generator.formats.xlsx.formulas.operators import Argument, item_by_item
from generator.formats.xlsx.formulas.ranges import Range
from generator.formats.xlsx.formulas.values import Error, Failed, Value, number
from generator.frozen import frozen

Code: TypeAlias = Callable[[Place], Argument]
#: Makes the code of a call from the codes of its arguments; second, whether ranges count item by
#: item there.
Maker: TypeAlias = Callable[[Sequence[Code], bool], Code]

MANY = 255


@frozen
class Function:
    """A function: how many arguments it takes, and what makes its code.

    ``by_items``: its arguments are computed item by item; ``refers``: it asks of references where
    they are, and not what stands there.
    """

    code: Maker
    least: int
    most: int
    by_items: bool = False
    refers: bool = False


def single(function: Callable[..., Value], least: int, most: int = 0) -> Function:
    """A function of single values."""

    def make(codes: Sequence[Code], array: bool) -> Code:
        return lambda place: item_by_item(function, [code(place) for code in codes], place, array)

    return Function(make, least, most or least)


def whole(
    function: Callable[..., Argument], least: int, most: int = 0, *, by_items: bool = False,
    refers: bool = False,
) -> Function:  # fmt: skip
    """A function of ranges and values as they are; first it is told where it stands."""

    def make(codes: Sequence[Code], _array: bool) -> Code:
        return lambda place: function(place, *[code(place) for code in codes])

    return Function(make, least, most or least, by_items, refers)


def lazy(function: Callable[..., Argument], least: int, most: int = 0) -> Function:
    """A function that computes only the arguments it needs: it is given the codes."""

    def make(codes: Sequence[Code], array: bool) -> Code:
        return lambda place: function(place, array, *codes)

    return Function(make, least, most or least)


def items(argument: Argument) -> list[Value]:
    """All values of an argument, row by row."""
    if isinstance(argument, Range):
        return argument.values
    if isinstance(argument, list):
        return [value for row in argument for value in row]
    return [argument]


def numbers(arguments: Sequence[Argument]) -> Iterator[float]:
    """The numbers of all arguments: those that stand in cells, and values that are given.

    Raises ``Failed`` for an error among them, or a given text that is no number.
    """
    for argument in arguments:
        if isinstance(argument, Range):
            yield from argument.numbers
        elif isinstance(argument, list):
            for value in items(argument):
                if isinstance(value, Error):
                    raise Failed(value.code)
                if type(value) is float:
                    yield value
        elif argument is not None:
            yield number(argument)
