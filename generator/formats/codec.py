"""Frozen objects as plain data that ``marshal`` knows, and back.

An object becomes a tuple: the name of its class, then its fields. What comes back is held
against the types of the fields, so that what does not fit is found here and never later.

Readers take all that stands in one spot at once, such as the texts of all tags: a template has
thousands of values, and they are looked at in no time by what Python has for whole lists.
"""

from __future__ import annotations

import marshal
import types
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from itertools import chain, islice
from typing import Any, Literal, TypeAlias, Union, get_args, get_origin, get_type_hints

_Reader: TypeAlias = Callable[[Sequence[Any]], Sequence[Any]]

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
    return _reader(kind)([marshal.loads(data)])[0]


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
    """What reads plain data as fields annotated with ``hint``."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return _word(frozenset(arguments))
    if origin is tuple:
        return _row(arguments[0]) if arguments[1:] == (...,) else _tuple(arguments)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping(*arguments)
    return _one_of(arguments if origin in (Union, types.UnionType) else (hint,))


def _all(kind: type, plain: Sequence[Any]) -> None:
    if not set(map(type, plain)) <= {kind}:
        raise WrongShape


def _one_of(kinds: Collection[object]) -> _Reader:
    plain_kinds = _PLAIN.intersection(kinds)
    classes = {kind.__name__: kind for kind in kinds if isinstance(kind, type) and _is_frozen(kind)}
    if len(plain_kinds) + len(classes) != len(kinds):
        raise TypeError(f"no way to store {kinds}")

    def read(plain: Sequence[Any]) -> Sequence[Any]:
        found = set(map(type, plain))
        if found <= plain_kinds:
            return plain
        if not found <= {tuple, *plain_kinds}:
            raise WrongShape
        out = list(plain)
        places: dict[str, list[int]] = {}
        for place, one in enumerate(plain):
            if type(one) is tuple:
                places.setdefault(one[0] if one else "", []).append(place)
        for name, there in places.items():
            if name not in classes:
                raise WrongShape
            made = _objects(classes[name], [plain[place] for place in there])
            for place, one in zip(there, made, strict=True):
                out[place] = one
        return out

    return read


def _objects(kind: type, plain: Sequence[Any]) -> Sequence[Any]:
    readers = _fields(kind)
    if set(map(len, plain)) != {len(readers) + 1}:
        raise WrongShape
    _, *fields = zip(*plain, strict=True)
    columns = [read(one) for read, one in zip(readers, fields, strict=True)]
    return list(map(kind, *columns)) if columns else [kind() for _ in plain]


def _is_frozen(kind: type) -> bool:
    # ``is_dataclass`` would have all fields described.
    return "__dataclass_fields__" in vars(kind)


@cache
def _fields(kind: type) -> list[_Reader]:
    return [_reader(hint) for hint in get_type_hints(kind).values()]


def _word(words: frozenset[object]) -> _Reader:
    def read(plain: Sequence[Any]) -> Sequence[Any]:
        if not words.issuperset(plain):
            raise WrongShape
        return plain

    return read


def _row(hint: object) -> _Reader:
    reader = _reader(hint)

    def read(plain: Sequence[Any]) -> Sequence[Any]:
        _all(tuple, plain)
        items = iter(reader(list(chain.from_iterable(plain))))
        return [tuple(islice(items, len(row))) for row in plain]

    return read


def _tuple(hints: Collection[object]) -> _Reader:
    readers = [_reader(hint) for hint in hints]

    def read(plain: Sequence[Any]) -> Sequence[Any]:
        _all(tuple, plain)
        if not set(map(len, plain)) <= {len(readers)}:
            raise WrongShape
        columns = zip(*plain, strict=True)
        return list(zip(*[r(one) for r, one in zip(readers, columns, strict=False)], strict=True))

    return read


def _mapping(key: object, item: object) -> _Reader:
    read_key, read_item = _reader(key), _reader(item)

    def read(plain: Sequence[Any]) -> Sequence[Any]:
        _all(dict, plain)
        keys = iter(read_key(list(chain.from_iterable(plain))))
        items = iter(read_item(list(chain.from_iterable(one.values() for one in plain))))
        return [
            dict(zip(islice(keys, len(one)), islice(items, len(one)), strict=True)) for one in plain
        ]

    return read
