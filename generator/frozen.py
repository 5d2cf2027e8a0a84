"""Frozen dataclasses with slots whose classes are quick to make.

``dataclass(frozen=True, slots=True)`` compiles seven functions for each class; a command line
tool with a hundred of them spends more time on that than on reading a year's content. Here
nothing is compiled but one ``__init__`` for each number of fields. What comes out is a dataclass
to everybody else: ``fields``, ``replace``, ``asdict`` and type checkers treat it as one.

That nothing is changed is for the type checker to see (``mypy --strict`` refuses to set a field).
A class that refuses by itself cannot be filled quickly either: a unit has fifteen thousand of
these objects, a long list half a million, and each field took four times as long to set.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, dataclass, field
from functools import cache
from operator import attrgetter
from types import CodeType, FunctionType
from typing import Any, Final, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[T]) -> type[T]:
    """Like ``dataclass(frozen=True, slots=True)``; equality, hash and text by all fields.

    Methods that the class defines itself are kept. Raises ``TypeError`` for what gen has no use
    for: bases, a metaclass, ``ClassVar``, factories and defaults that could change.
    """
    if cls.__bases__ != (object,) or type(cls) is not type:
        raise TypeError("a frozen class has no bases")
    kept = {k: v for k, v in vars(cls).items() if k not in ("__dict__", "__weakref__")}
    if kept.get("__hash__", True) is None:  # so Python says of a class with an ``__eq__``
        del kept["__hash__"]
    annotations = kept.setdefault("__annotations__", {})
    names = tuple(annotations)
    given = {name: kept.pop(name) for name in names if name in kept}
    options = {name: one for name, one in given.items() if isinstance(one, Field)}
    compared = [name for name in names if name not in options or options[name].compare]
    shown = [name for name in names if name not in options or options[name].repr]
    shared: dict[str, object] = {
        "__slots__": names,
        "__match_args__": names,
        "__eq__": _equality(compared),
        "__hash__": _hashing(compared),
        "__repr__": _representation(shown),
        "__reduce__": _reduction(names),
        "__dataclass_fields__": _Fields(annotations, given),
        "__dataclass_params__": _PARAMETERS,
    }
    made: Any = type(cls.__name__, (), {**shared, **kept})
    made.__qualname__ = cls.__qualname__
    initializer = _initializer(made, names, given)
    if "__init__" not in kept:
        made.__init__ = initializer
    result: type[T] = made
    return result


def replace(one: T, **changes: Any) -> T:
    """``one`` with ``changes``, like ``dataclasses.replace``, which has all fields described.

    Raises ``TypeError`` for a field that it has not.
    """
    kind: Any = type(one)
    names: tuple[str, ...] = kind.__match_args__
    if not changes.keys() <= set(names):
        raise TypeError(f"{kind.__name__} has no {', '.join(changes.keys() - set(names))}")
    made: T = kind(*[changes[n] if n in changes else getattr(one, n) for n in names])
    return made


class _Fields:
    """What ``fields`` and ``replace`` read of a dataclass, made when they first ask."""

    def __init__(self, annotations: dict[str, Any], given: dict[str, Any]) -> None:
        # Without a docstring the standard library would work out a signature to stand for one.
        self._body = {"__annotations__": annotations, "__doc__": "unused", **given}

    def __get__(self, _: object, cls: Any) -> dict[str, Field[Any]]:
        usual: Any = dataclass(init=False, repr=False, eq=False)(type("", (), self._body))
        made: dict[str, Field[Any]] = usual.__dataclass_fields__
        cls.__dataclass_fields__ = made
        return made


class _Parameters:
    """The options of ``dataclass``, which pytest reads to print what differs."""

    def __get__(self, _: object, cls: object) -> object:
        usual: Any = dataclass(frozen=True)(type("", (), {"__doc__": "unused"}))
        return usual.__dataclass_params__


_PARAMETERS: Final = _Parameters()


def _initializer(cls: type, names: tuple[str, ...], given: dict[str, Any]) -> object:
    defaults = {name: one.default if isinstance(one, Field) else one for name, one in given.items()}
    having = [name for name in names if defaults.get(name, MISSING) is not MISSING]
    if any(isinstance(one, Field) and one.default_factory is not MISSING for one in given.values()):
        raise TypeError("a frozen default needs no factory")
    if any(type(default).__hash__ is None for default in defaults.values()):
        raise TypeError("a frozen default cannot be changed")
    if any(str(kind).startswith("ClassVar") for kind in cls.__annotations__.values()):
        raise TypeError("a constant belongs beside a frozen class")
    if having != list(names[len(names) - len(having) :]):
        raise TypeError("a field without a default follows one that has a default")
    code = _code(len(names)).replace(co_varnames=("self", *names), co_names=names)
    return FunctionType(code, {}, "__init__", tuple(defaults[name] for name in having))


@cache
def _code(count: int) -> CodeType:
    """What sets ``count`` fields in their order, under names of its own: compiled once a count."""
    parameters = "".join(f", field_{number}" for number in range(count))
    body = "; ".join(f"self.field_{number} = field_{number}" for number in range(count))
    names: dict[str, Any] = {}
    exec(f"def __init__(self{parameters}): {body or 'pass'}", names)
    code: CodeType = names["__init__"].__code__
    return code


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


def _reduction(names: tuple[str, ...]) -> object:
    def __reduce__(self: object) -> tuple[object, ...]:  # noqa: N807
        return type(self), tuple(getattr(self, name) for name in names)

    return __reduce__
