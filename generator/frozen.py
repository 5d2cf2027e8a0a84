"""Frozen dataclasses with slots whose classes are quick to make.

``dataclass(frozen=True, slots=True)`` compiles seven functions for each class; a command line
tool with a hundred of them spends more time on that than on reading a year's content. Here
nothing is compiled but one ``__init__`` for each number of fields. What comes out is a dataclass
to everybody else: ``fields``, ``replace``, ``asdict`` and type checkers treat it as one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[T]) -> type[T]:
    """Like ``dataclass(frozen=True, slots=True)``; equality, hash and text by all fields.

    Methods that the class defines itself are kept.
    """
    own = cls.__dict__
    made: Any = dataclass(init=False, repr=False, eq=False, slots=True)(cls)
    all_fields = fields(made)
    compared = [one.name for one in all_fields if one.compare]
    shared: dict[str, object] = {
        "__init__": _initializer(made, all_fields),
        "__eq__": _equality(compared),
        "__hash__": _hashing(compared),
        "__repr__": _representation([one.name for one in all_fields if one.repr]),
        "__setattr__": _refuse_setting,
        "__delattr__": _refuse_deleting,
        "__reduce__": _reduction([one.name for one in all_fields]),
    }
    for name, method in shared.items():
        if own.get(name) is None:
            setattr(made, name, method)
    result: type[T] = made
    return result


def _initializer(cls: type, all_fields: tuple[Field[Any], ...]) -> object:
    # Slots are written through their descriptors: the class itself refuses.
    setters = [getattr(cls, one.name).__set__ for one in all_fields]
    if any(one.default_factory is not MISSING for one in all_fields):
        raise TypeError("a frozen default needs no factory")
    made: Any = _maker(len(setters))(*setters)
    names = ("self", *(one.name for one in all_fields))
    made.__code__ = made.__code__.replace(co_varnames=names)
    made.__defaults__ = tuple(one.default for one in all_fields if one.default is not MISSING)
    return made


@cache
def _maker(count: int) -> Callable[..., object]:
    """What makes an ``__init__`` of ``count`` fields from their setters: compiled once a count."""
    setters = ", ".join(f"set_{number}" for number in range(count))
    parameters = "".join(f", value_{number}" for number in range(count))
    body = "; ".join(f"set_{number}(self, value_{number})" for number in range(count))
    names: dict[str, Any] = {}
    inner = f" def __init__(self{parameters}):\n  {body or 'pass'}\n return __init__"
    exec(f"def make({setters}):\n{inner}", names)
    made: Callable[..., object] = names["make"]
    return made


def _key(names: list[str]) -> Callable[[object], object]:
    return attrgetter(*names) if names else lambda _: ()


def _equality(names: list[str]) -> object:
    key = _key(names)

    def __eq__(self: object, other: object) -> bool:  # noqa: N807
        if other.__class__ is not self.__class__:
            return NotImplemented
        return key(self) == key(other)

    return __eq__


def _hashing(names: list[str]) -> object:
    key = _key(names)

    def __hash__(self: object) -> int:  # noqa: N807
        return hash(key(self))

    return __hash__


def _representation(names: list[str]) -> object:
    def __repr__(self: object) -> str:  # noqa: N807
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"{type(self).__qualname__}({shown})"

    return __repr__


def _reduction(names: list[str]) -> object:
    def __reduce__(self: object) -> tuple[object, ...]:  # noqa: N807
        return type(self), tuple(getattr(self, name) for name in names)

    return __reduce__


def _refuse_setting(_: object, name: str, value: object) -> None:  # noqa: ARG001
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_deleting(_: object, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")
