"""Logical functions, and those that ask what a value is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from generator.formats.xlsx.formulas.addresses import Place
from generator.formats.xlsx.formulas.functions.kinds import (
    MANY,
    Code,
    Function,
    items,
    lazy,
    single,
    whole,
)
from generator.formats.xlsx.formulas.operators import Argument, item_by_item, own, rows_of
from generator.formats.xlsx.formulas.ranges import Range
from generator.formats.xlsx.formulas.values import (
    NOT_FOUND,
    VALUE,
    Error,
    Failed,
    Value,
    compared,
    number,
    truth,
)


def _if(
    place: Place, array: bool, test: Code, then: Code, otherwise: Code | None = None
) -> Argument:
    condition = test(place)
    if array and rows_of(condition) is not None:
        no = otherwise(place) if otherwise else False
        return item_by_item(
            lambda one, two, three: two if truth(one) else three,
            [condition, then(place), no], place, array=True,
        )  # fmt: skip
    if truth(own(condition, place)):
        return _shown(then(place), place)
    return _shown(otherwise(place), place) if otherwise else False


def _shown(value: Argument, place: Place) -> Argument:
    """What IF gives of a blank cell is 0."""
    found = own(value, place) if isinstance(value, Range) else value
    return 0.0 if found is None else found


def _caught(place: Place, code: Code, codes: tuple[str, ...]) -> tuple[Argument, bool]:
    """What ``code`` gives, and whether it is an error (one of ``codes``, if any are given)."""
    try:
        found = own(code(place), place)
    except Failed as failed:
        found = Error(failed.code)
    return found, isinstance(found, Error) and (not codes or found.code in codes)


def _iferror(place: Place, _array: bool, code: Code, otherwise: Code) -> Argument:
    found, wrong = _caught(place, code, ())
    return _shown(otherwise(place), place) if wrong else _shown(found, place)


def _ifna(place: Place, _array: bool, code: Code, otherwise: Code) -> Argument:
    found, wrong = _caught(place, code, (NOT_FOUND,))
    return _shown(otherwise(place), place) if wrong else _shown(found, place)


def _ifs(place: Place, _array: bool, *codes: Code) -> Argument:
    for test, then in zip(codes[::2], codes[1::2], strict=False):
        if truth(own(test(place), place)):
            return _shown(then(place), place)
    raise Failed(NOT_FOUND)


def _switch(place: Place, _array: bool, code: Code, *codes: Code) -> Argument:
    value = own(code(place), place)
    for test, then in zip(codes[::2], codes[1::2], strict=False):
        if compared(value, own(test(place), place)) == 0:
            return _shown(then(place), place)
    if len(codes) % 2:
        return _shown(codes[-1](place), place)
    raise Failed(NOT_FOUND)


def _choose(place: Place, _array: bool, code: Code, *codes: Code) -> Argument:
    index = int(number(own(code(place), place)))
    if not 1 <= index <= len(codes):
        raise Failed(VALUE)
    return _shown(codes[index - 1](place), place)


def _truths(arguments: tuple[Argument, ...]) -> list[bool]:
    found: list[bool] = []
    for argument in arguments:
        many = isinstance(argument, Range | list)
        for value in items(argument):
            if isinstance(value, Error):
                raise Failed(value.code)
            if many and (value is None or isinstance(value, str)):
                continue
            found.append(truth(value))
    if not found:
        raise Failed(VALUE)
    return found


def _asks(test: Callable[[Value], bool]) -> Function:
    """A function that asks what a value is; an error is a value too."""

    def ask(place: Place, _array: bool, code: Code) -> Argument:
        found, _ = _caught(place, code, ())
        assert not isinstance(found, Range | list)
        return test(found)

    return lazy(ask, 1)


def _is_number(value: Value) -> bool:
    return type(value) is float


def _is_number_by_item(place: Place, array: bool, code: Code) -> Argument:
    value = code(place)
    if array and rows_of(value) is not None:
        return item_by_item(_is_number, [value], place, array=True)
    return _is_number(own(value, place))


def _n(value: Value) -> Value:
    if isinstance(value, Error):
        raise Failed(value.code)
    return 0.0 if value is None or isinstance(value, str) else float(value)


def _na() -> Value:
    raise Failed(NOT_FOUND)


FUNCTIONS: Final[dict[str, Function]] = {
    "IF": lazy(_if, 2, 3),
    "IFERROR": lazy(_iferror, 2),
    "IFNA": lazy(_ifna, 2),
    "IFS": lazy(_ifs, 2, MANY),
    "SWITCH": lazy(_switch, 3, MANY),
    "CHOOSE": lazy(_choose, 2, MANY),
    "AND": whole(lambda _, *arguments: all(_truths(arguments)), 1, MANY),
    "OR": whole(lambda _, *arguments: any(_truths(arguments)), 1, MANY),
    "XOR": whole(lambda _, *arguments: sum(_truths(arguments)) % 2 == 1, 1, MANY),
    "NOT": single(lambda one: not truth(one), 1),
    "TRUE": single(lambda: True, 0),
    "FALSE": single(lambda: False, 0),
    "NA": single(_na, 0),
    "N": single(_n, 1),
    "ISNUMBER": lazy(_is_number_by_item, 1),
    "ISTEXT": _asks(lambda one: isinstance(one, str)),
    "ISNONTEXT": _asks(lambda one: not isinstance(one, str)),
    "ISBLANK": _asks(lambda one: one is None),
    "ISLOGICAL": _asks(lambda one: isinstance(one, bool)),
    "ISERROR": _asks(lambda one: isinstance(one, Error)),
    "ISERR": _asks(lambda one: isinstance(one, Error) and one.code != NOT_FOUND),
    "ISNA": _asks(lambda one: isinstance(one, Error) and one.code == NOT_FOUND),
}
