"""Frozen objects as plain data that ``marshal`` knows, and back.

An object becomes a tuple: the name of its class, then its fields. What comes back is held
against the types of the fields, so that what does not fit is found here and never later.
"""

from __future__ import annotations

import marshal
import types
from collections.abc import Callable, Collection, Mapping
from functools import cache
from typing import Any, Literal, TypeAlias, Union, get_args, get_origin, get_type_hints

_Reader: TypeAlias = Callable[[object], object]

_PLAIN = frozenset((str, int, bool, float, bytes, types.NoneType, types.CodeType))


class WrongShape(ValueError):
    """Plain data that is not what it should be."""


def dumps(value: object) -> bytes:
    """``value`` as bytes: frozen objects, tuples, mappings, texts, numbers and code.

    Raises ``TypeError`` for anything else.
    """
    return marshal.dumps(_plain(value))


def loads(kind: Any, data: bytes) -> object:
    """The value of type ``kind`` (a class, or any type of a field) that ``dumps`` wrote.

    Raises ``ValueError``, ``EOFError`` or ``TypeError`` for bytes of anything else.
    """
    return _reader(kind)(marshal.loads(data))


def _plain(value: object) -> Any:
    kind = type(value)
    if kind in _PLAIN:
        return value
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    if isinstance(value, Mapping):
        return {_plain(key): _plain(item) for key, item in value.items()}
    if not _is_frozen(kind):
        raise TypeError(f"{kind.__name__} cannot be stored")
    return (kind.__name__, *[_plain(getattr(value, name)) for name in kind.__annotations__])


@cache
def _reader(hint: Any) -> _Reader:
    """What reads plain data as a field annotated with ``hint``."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return _word(arguments)
    if origin is tuple:
        return _row(arguments[0]) if arguments[1:] == (...,) else _tuple(arguments)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping(*arguments)
    return _one_of(arguments if origin in (Union, types.UnionType) else (hint,))


def _one_of(kinds: Collection[object]) -> _Reader:
    plain_kinds = _PLAIN.intersection(kinds)
    classes = {kind.__name__: kind for kind in kinds if isinstance(kind, type) and _is_frozen(kind)}
    if len(plain_kinds) + len(classes) != len(kinds):
        raise TypeError(f"no way to store {kinds}")

    def read(plain: object) -> object:
        if type(plain) in plain_kinds:
            return plain
        if type(plain) is not tuple or not plain or (kind := classes.get(plain[0])) is None:
            raise WrongShape
        readers = _fields(kind)
        if len(plain) != len(readers) + 1:
            raise WrongShape
        return kind(*[reader(item) for reader, item in zip(readers, plain[1:], strict=True)])

    return read


def _is_frozen(kind: type) -> bool:
    # ``is_dataclass`` would have all fields described.
    return "__dataclass_fields__" in vars(kind)


@cache
def _fields(kind: type) -> list[_Reader]:
    return [_reader(hint) for hint in get_type_hints(kind).values()]


def _word(words: Collection[object]) -> _Reader:
    def read(plain: object) -> object:
        if plain not in words:
            raise WrongShape
        return plain

    return read


def _row(hint: object) -> _Reader:
    reader = _reader(hint)

    def read(plain: object) -> object:
        if type(plain) is not tuple:
            raise WrongShape
        return tuple(map(reader, plain))

    return read


def _tuple(hints: Collection[object]) -> _Reader:
    readers = [_reader(hint) for hint in hints]

    def read(plain: object) -> object:
        if type(plain) is not tuple or len(plain) != len(readers):
            raise WrongShape
        return tuple(reader(item) for reader, item in zip(readers, plain, strict=True))

    return read


def _mapping(key: object, item: object) -> _Reader:
    read_key, read_item = _reader(key), _reader(item)

    def read(plain: object) -> object:
        if type(plain) is not dict:
            raise WrongShape
        return {read_key(name): read_item(value) for name, value in plain.items()}

    return read
