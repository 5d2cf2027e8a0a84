"""How functions take their arguments: single values, whole ranges, or only those they need."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from generator.formats.xlsx.formulas.addresses import Place
from generator.formats.xlsx.formulas.arrays import Argument, Mode, lifted, rows_of, taken
from generator.formats.xlsx.formulas.ranges import Matrix, Range
from generator.formats.xlsx.formulas.values import Error, Failed, Uncomputed, Value, number
from generator.frozen import frozen

Code: TypeAlias = Callable[[Place], Argument]
#: An argument that is computed when it is asked for.
Asked: TypeAlias = Callable[[], Argument]

MANY = 255

#: What a range is within an argument, by the role of the argument and by what it is around the
#: call. Excel's and LibreOffice's rules, where they agree; else ``left``.
_INNER: Final[Mapping[str, Mapping[Mode, Mode]]] = {
    # One value; of an array, one result for each item.
    "v": {"own": "own", "each": "each", "forced": "forced", "left": "left"},
    # The same; Excel does not force arrays into these (IF within SUMPRODUCT).
    "s": {"own": "own", "each": "each", "forced": "left", "left": "left"},
    # The same; a range itself is no array here in array formulas either, what is computed of it is.
    "k": {"own": "own", "each": "each", "forced": "left", "left": "left"},
    # The same, and a range itself is something else to each.
    "o": {"own": "left", "each": "each", "forced": "left", "left": "left"},
    # The same; LibreOffice makes arrays of ranges here in ordinary formulas too.
    "p": {"own": "left", "each": "each", "forced": "forced", "left": "left"},
    # One value; nothing is computed item by item here.
    "n": {"own": "left", "each": "each", "forced": "left", "left": "left"},
    # Whole ranges, arrays and values.
    "w": {"own": "own", "each": "each", "forced": "forced", "left": "left"},
    # The same, and what is computed of ranges here are arrays.
    "f": {"own": "forced", "each": "each", "forced": "forced", "left": "forced"},
    # The same, but Excel makes arrays where LibreOffice does not.
    "u": {"own": "left", "each": "each", "forced": "left", "left": "left"},
    # One of several results: as it is, or item by item with the arrays of the other arguments.
    "r": {"own": "own", "each": "each", "forced": "left", "left": "left"},
}
_LIFTING: Final = "vskop"


@frozen
class Function:
    """A function: how many arguments it takes and what each is.

    ``roles``: a letter for each argument (``_INNER``), of which the last ``again`` repeat.
    ``errors``: errors in its arguments are values to it. ``placed``: it is told where it stands
    first, and asks of references where they are, not what stands there. ``lazy``: it is given
    arguments that are computed when it asks for them; ``alike``: arrays among them are of one size,
    ``lone``: none of them is one.
    """

    run: Callable[..., Argument]
    least: int
    most: int
    roles: str = "v"
    again: int = 1
    errors: bool = False
    placed: bool = False
    lazy: bool = False
    alike: bool = False
    lone: bool = False

    def role(self, number: int) -> str:
        """The role of argument ``number``, from 0."""
        beyond = number - len(self.roles)
        if beyond < 0:
            return self.roles[number]
        return self.roles[len(self.roles) - self.again + beyond % self.again]

    def lifts(self, number: int) -> bool:
        """Whether an array as argument ``number`` gives a result for each item."""
        return self.role(number) in _LIFTING

    def taken(self, number: int, mode: Mode) -> Mode:
        """What a range is that argument ``number`` is itself, of what ranges within it are."""
        alone = self.role(number) in "kon"
        return "left" if alone and mode != "own" else mode

    def inner(self, number: int, mode: Mode) -> Mode:
        """What a range is within argument ``number`` of a call."""
        return _INNER[self.role(number)][mode]


def single(
    run: Callable[..., Value], least: int, most: int = 0, *, roles: str = "v", errors: bool = False
) -> Function:
    """A function of single values."""
    return Function(run, least, most or least, roles, errors=errors)


def whole(
    run: Callable[..., Argument], roles: str, least: int, most: int = 0, *, again: int = 1,
    errors: bool = False,
) -> Function:  # fmt: skip
    """A function some of whose arguments are ranges and arrays as they are."""
    return Function(run, least, most or least, roles, again, errors)


def code_of(function: Function, codes: Sequence[Code], modes: Sequence[Mode]) -> Code:
    """What computes a call of ``function`` from what computes its arguments."""
    if function.placed:
        return _placed(function, codes, modes)
    if function.lazy:
        return _lazy(function, codes, modes)
    take: Callable[[Argument, Mode, Place], Argument] = taken
    if function.errors:
        codes = [_caught(code) for code in codes]
        take = _taken_with_errors
    run = function.run
    roles = [function.role(number) for number in range(len(codes))]
    ones = [
        (at, function.taken(at, modes[at])) for at, role in enumerate(roles) if role not in "wfu"
    ]
    if not ones:
        return lambda place: run(*[code(place) for code in codes])
    lifting = [at for at, role in enumerate(roles) if role in _LIFTING]

    def code(place: Place) -> Argument:
        values = [one(place) for one in codes]
        many = False
        for at, mode in ones:
            value = values[at]
            if type(value) is Range:
                value = values[at] = take(value, mode, place)
            if type(value) is list:
                many = True
                if roles[at] == "n":
                    values[at] = only(value)
        return lifted(run, values, lifting) if many and lifting else run(*values)

    return code


def _placed(function: Function, codes: Sequence[Code], modes: Sequence[Mode]) -> Code:
    """A call of ROW and its like: an array only where ranges are."""
    arrays = any(mode in ("each", "forced") for mode in modes)

    def code(place: Place) -> Argument:
        found = function.run(place, *[one(place) for one in codes])
        return found if arrays else only(found)

    return code


def _caught(code: Code) -> Code:
    """``code`` whose errors are values."""

    def caught(place: Place) -> Argument:
        try:
            return code(place)
        except Failed as failed:
            return Error(failed.code)

    return caught


def _taken_with_errors(value: Argument, mode: Mode, place: Place) -> Argument:
    try:
        return taken(value, mode, place)
    except Failed as failed:
        return Error(failed.code)


def only(value: Argument) -> Value:
    """The item of an array of one; raises ``Uncomputed`` for others."""
    rows = rows_of(value)
    if rows is None:
        return value  # type: ignore[return-value]
    if len(rows) == 1 and len(rows[0]) == 1:
        return rows[0][0]
    raise Uncomputed("一组数当一个值用")


class _Several(Exception):
    """An argument is an array."""


def _lazy(function: Function, plain: Sequence[Code], modes: Sequence[Mode]) -> Code:
    """A call that computes the arguments it needs; all of them where one it needs is an array."""
    run = function.run
    every = range(len(plain))
    results = [function.role(at) == "r" for at in every]
    codes = [
        code if results[at] else _one(code, function.taken(at, modes[at]))
        for at, code in enumerate(plain)
    ]

    def code(place: Place) -> Argument:
        lone = False

        def asked(at: int) -> Asked:
            def ask() -> Argument:
                nonlocal lone
                value = codes[at](place)
                if results[at] or not isinstance(value, list):
                    return value
                if len(value) != 1 or len(value[0]) != 1:
                    raise _Several
                lone = True
                return value[0][0]

            return ask

        try:
            found = run(*[asked(at) for at in every])
        except _Several:
            values = [_caught(one)(place) for one in codes]
            if function.alike and len({_size(value) for value in values} - {None}) > 1:
                raise Uncomputed("大小不同的数组") from None
            found = lifted(lambda *items: run(*map(_given, items)), values, every)
            if any(value is None for row in found for value in row):
                # 0 to Excel, nothing to LibreOffice.
                raise Uncomputed("数组里的空格") from None
            return found
        if found is None:
            found = 0.0  # what these give of a blank cell
        return [[found]] if lone and not isinstance(found, Range | list) else found

    return code


def _one(code: Code, mode: Mode) -> Code:
    return lambda place: taken(code(place), mode, place)


def _size(value: Argument) -> tuple[int, int] | None:
    rows = rows_of(value)
    return (len(rows), len(rows[0])) if rows else None


def _given(value: Argument) -> Asked:
    return lambda: value


def items(argument: Argument) -> list[Value]:
    """All values of an argument, row by row."""
    if isinstance(argument, Range):
        return argument.values
    if isinstance(argument, list):
        return [value for row in argument for value in row]
    return [argument]


def factors(rows: Matrix, *, zero: bool = False) -> list[float | None]:
    """The items of an array where numbers are counted, None for what is none.

    Raises ``Failed`` for errors; ``Uncomputed`` where anything is true, or all is false: Excel and
    WPS leave that out, LibreOffice counts it. False beside numbers is what IF gives without a
    third argument. ``zero``: of nothing but that, as where no row meets IF, 0 comes out in both.
    """
    found: list[float | None] = []
    truths: set[bool] = set()
    for value in items(rows):
        if isinstance(value, Error):
            raise Failed(value.code)
        if isinstance(value, bool):
            truths.add(value)
        found.append(value if type(value) is float else None)
    nothing = not zero and all(one is None for one in found)
    if True in truths or (truths and nothing):
        raise Uncomputed("一组“是否”当数用")
    return found


def numbers(arguments: Sequence[Argument], *, zero: bool = False) -> Iterator[float]:
    """The numbers of all arguments: those that stand in cells, and values that are given.

    Raises ``Failed`` for an error among them, ``Uncomputed`` for a text: whether it counts depends
    on whether it stands in a cell, which nobody knows of what IF or INDEX give. ``zero``: as
    ``factors`` have it.
    """
    for argument in arguments:
        if isinstance(argument, Range):
            yield from argument.numbers
        elif isinstance(argument, list):
            yield from (one for one in factors(argument, zero=zero) if one is not None)
        elif isinstance(argument, str):
            raise Uncomputed("文字当数合计")
        elif argument is not None:
            yield number(argument)
