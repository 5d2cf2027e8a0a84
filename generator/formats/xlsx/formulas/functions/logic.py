"""Logical functions, and those that ask what a value is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from generator.formats.xlsx.formulas.arrays import Argument
from generator.formats.xlsx.formulas.functions.kinds import (
    MANY,
    Asked,
    Function,
    items,
    single,
    whole,
)
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


def _value(asked: Asked) -> Value:
    found = asked()
    assert not isinstance(found, Range | list)
    return found


def _if(test: Asked, then: Asked, otherwise: Asked | None = None) -> Argument:
    if truth(_value(test)):
        return then()
    return otherwise() if otherwise else False


def _unless(is_wrong: Callable[[Error], bool]) -> Callable[..., Argument]:
    def chosen(tried: Asked, otherwise: Asked) -> Argument:
        try:
            found = _value(tried)
        except Failed as failed:
            found = Error(failed.code)
        if isinstance(found, Error) and is_wrong(found):
            return otherwise()
        return found

    return chosen


def _ifs(*arguments: Asked) -> Argument:
    for test, then in zip(arguments[::2], arguments[1::2], strict=False):
        if truth(_value(test)):
            return then()
    raise Failed(NOT_FOUND)


def _switch(tested: Asked, *cases: Asked) -> Argument:
    value = _value(tested)
    for test, then in zip(cases[::2], cases[1::2], strict=False):
        if compared(value, _value(test)) == 0:
            return then()
    if len(cases) % 2:
        return cases[-1]()
    raise Failed(NOT_FOUND)


def _choose(which: Asked, *results: Asked) -> Argument:
    index = int(number(_value(which)))
    if not 1 <= index <= len(results):
        raise Failed(VALUE)
    return results[index - 1]()


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
    return single(test, 1, errors=True)


def _lazy(
    run: Callable[..., Argument], roles: str, least: int, most: int, *, again: int = 1,
    alike: bool = False, lone: bool = False,
) -> Function:  # fmt: skip
    """A function that computes only the arguments it needs."""
    return Function(run, least, most, roles, again, lazy=True, alike=alike, lone=lone)


def _n(value: Value) -> Value:
    if isinstance(value, Error):
        raise Failed(value.code)
    return 0.0 if value is None or isinstance(value, str) else float(value)


def _na() -> Value:
    raise Failed(NOT_FOUND)


FUNCTIONS: Final[dict[str, Function]] = {
    "IF": _lazy(_if, "srr", 2, 3),
    "IFERROR": _lazy(_unless(lambda _: True), "sr", 2, 2, alike=True),
    "IFNA": _lazy(_unless(lambda error: error.code == NOT_FOUND), "or", 2, 2, alike=True),
    "IFS": _lazy(_ifs, "sr", 2, MANY, again=2, lone=True),
    "SWITCH": _lazy(_switch, "ssr", 3, MANY, again=2, lone=True),
    "CHOOSE": _lazy(_choose, "sr", 2, MANY),
    "AND": whole(lambda *arguments: all(_truths(arguments)), "w", 1, MANY),
    "OR": whole(lambda *arguments: any(_truths(arguments)), "w", 1, MANY),
    "XOR": whole(lambda *arguments: sum(_truths(arguments)) % 2 == 1, "w", 1, MANY),
    "NOT": single(lambda one: not truth(one), 1),
    "TRUE": single(lambda: True, 0),
    "FALSE": single(lambda: False, 0),
    "NA": single(_na, 0),
    "N": single(_n, 1, roles="n"),
    "ISNUMBER": _asks(lambda one: type(one) is float),
    "ISTEXT": _asks(lambda one: isinstance(one, str)),
    "ISNONTEXT": _asks(lambda one: not isinstance(one, str)),
    "ISBLANK": _asks(lambda one: one is None),
    "ISLOGICAL": _asks(lambda one: isinstance(one, bool)),
    "ISERROR": _asks(lambda one: isinstance(one, Error)),
    "ISERR": _asks(lambda one: isinstance(one, Error) and one.code != NOT_FOUND),
    "ISNA": _asks(lambda one: isinstance(one, Error) and one.code == NOT_FOUND),
}
