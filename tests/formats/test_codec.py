"""What is kept of compiled templates: it comes back as it was, or not at all."""

from __future__ import annotations

import marshal
from collections.abc import Callable, Mapping
from functools import cache
from types import CodeType, NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.formats import cache as store
from generator.formats import codec
from generator.formats.docx.compiled import CompiledDocument
from generator.formats.xlsx.compiled import CompiledWorkbook
from generator.frozen import frozen
from generator.language.narrative import CompiledNarrative

#: What reading damaged bytes may raise, and ``store.load`` expects.
REFUSED = (ValueError, EOFError, TypeError, RecursionError)


@frozen
class Leaf:
    name: str
    count: int = 0


@frozen
class Branch:
    leaf: Leaf
    parts: tuple[Branch | Leaf | str, ...]
    named: Mapping[str, Leaf | None]
    place: tuple[str, int, bool]
    code: CodeType | None = None


#: What gen keeps.
KEPT = (CompiledDocument, CompiledWorkbook, CompiledNarrative, CodeType)

CODES = (compile("1", "甲", "eval"), compile("a = [b for b in c]", "乙", "exec"))
PLAIN: Mapping[object, st.SearchStrategy[object]] = {
    str: st.text(max_size=4),
    int: st.integers(),
    bool: st.booleans(),
    float: st.floats(allow_nan=False),
    bytes: st.binary(max_size=4),
    NoneType: st.none(),
    CodeType: st.sampled_from(CODES),
}


@cache
def values(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of a type that fields have."""
    if kind in PLAIN:
        return PLAIN[kind]
    origin, of = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return st.one_of(*map(values, sorted(of, key=lambda one: one not in PLAIN)))
    if origin is Literal:
        return st.sampled_from(of)
    if origin is tuple:
        if of[1:] == (...,):
            return st.lists(values(of[0]), max_size=2).map(tuple)
        return st.tuples(*map(values, of))
    if origin is not None:
        return st.dictionaries(*map(values, of), max_size=2)
    return st.deferred(lambda: st.builds(kind, *map(values, get_type_hints(kind).values())))


@pytest.mark.parametrize("kind", [*KEPT, Branch], ids=lambda kind: kind.__name__)
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_what_is_stored_comes_back(kind: type, data: st.DataObject) -> None:
    value = data.draw(values(kind))
    again = codec.loads(kind, codec.dumps(value))
    assert type(again) is type(value)
    assert again == value


@pytest.mark.long
@pytest.mark.parametrize("kind", KEPT[:3], ids=lambda kind: kind.__name__)
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_what_was_changed_is_refused_or_of_the_right_shape(kind: type, data: st.DataObject) -> None:
    """Whatever takes the place of anything in it."""
    plain = marshal.loads(codec.dumps(data.draw(values(kind))))
    other = data.draw(st.sampled_from([None, 0, "甲", (), ("Tag",), b"", {"甲": 1}, [1]]))
    try:
        again = codec.loads(kind, marshal.dumps(_changed(plain, other, data.draw)))
    except REFUSED:
        return
    _check(kind, again)


def _changed(plain: Any, other: Any, draw: Callable[[st.SearchStrategy[int]], int]) -> Any:
    """``plain`` with ``other`` somewhere in it."""
    if isinstance(plain, dict) and plain:
        key = list(plain)[draw(st.integers(0, len(plain) - 1))]
        return {**plain, key: _changed(plain[key], other, draw)}
    if not isinstance(plain, tuple) or not plain:
        return other
    place = draw(st.integers(0, len(plain)))
    if place == len(plain):
        return other
    return (*plain[:place], _changed(plain[place], other, draw), *plain[place + 1 :])


def _check(kind: Any, value: Any) -> None:
    """Every field is of its type."""
    origin, of = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        fitting = [one for one in of if type(value) is (get_origin(one) or one)]
        assert fitting, (kind, value)
        _check(fitting[0], value)
    elif origin is Literal:
        assert value in of
    elif origin is tuple:
        assert type(value) is tuple
        assert of[1:] == (...,) or len(of) == len(value)
        for number, item in enumerate(value):
            _check(of[0] if of[1:] == (...,) else of[number], item)
    elif origin is not None:
        assert type(value) is dict
        for name, item in value.items():
            _check(of[0], name)
            _check(of[1], item)
    else:
        assert type(value) is kind
        for name, hint in get_type_hints(kind).items() if kind not in PLAIN else ():
            _check(hint, getattr(value, name))


LEAF = ("Leaf", "甲", 1)


@pytest.mark.parametrize(
    "plain",
    [
        None,
        7,
        (),
        ("Leaf",),
        ("Leaf", "甲"),
        ("Leaf", "甲", 1, 2),
        ("Leaf", 1, 1),
        ("Leaf", "甲", True),
        ("Leaf", "甲", 1.0),
        ("Branch", "甲", 1),
        (["Leaf"], "甲", 1),
        ["Leaf", "甲", 1],
    ],
)
def test_another_shape_is_refused(plain: object) -> None:
    assert codec.loads(Leaf, marshal.dumps(LEAF)) == Leaf("甲", 1)
    with pytest.raises(REFUSED):
        codec.loads(Leaf, marshal.dumps(plain))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "changed",
    [
        {1: None},
        {2: [LEAF]},
        {2: (LEAF, 7)},
        {3: (("甲", LEAF),)},
        {3: {1: LEAF}},
        {3: {"甲": "乙"}},
        {4: ("甲", 1)},
        {4: ("甲", 1, True, 0)},
        {4: "甲一是"},
        {5: "code"},
    ],
)
def test_another_shape_of_a_field_is_refused(changed: dict[int, object]) -> None:
    plain = ["Branch", LEAF, (LEAF, "乙"), {"甲": LEAF, "乙": None}, ("甲", 1, True), None]
    assert isinstance(codec.loads(Branch, marshal.dumps(tuple(plain))), Branch)
    for place, value in changed.items():
        plain[place] = value  # type: ignore[call-overload]
    with pytest.raises(REFUSED):
        codec.loads(Branch, marshal.dumps(tuple(plain)))


class Loose:
    """Not frozen."""


def test_only_values_are_stored() -> None:
    with pytest.raises(TypeError):
        codec.dumps((Loose(),))


@pytest.fixture
def home(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEN_CACHE", str(tmp_path))


@pytest.mark.usefixtures("home")
def test_an_entry_is_found_again() -> None:
    assert store.load("甲", Leaf) is None
    store.keep("甲", Leaf("乙", 2))
    assert store.load("甲", Leaf) == Leaf("乙", 2)


@pytest.mark.usefixtures("home")
def test_an_entry_of_another_shape_counts_for_nothing() -> None:
    """Its checksum is right: somebody, or another gen, wrote it so."""
    store.keep("甲", ("Leaf", 2, "乙"))
    assert store.load("甲", Leaf) is None
    store.keep("甲", Leaf("乙", 2))
    assert store.load("甲", Branch) is None


@pytest.mark.usefixtures("home")
@given(place=st.integers(0), change=st.integers(1, 255))
def test_a_damaged_entry_counts_for_nothing(place: int, change: int) -> None:
    store.keep("甲", Leaf("乙", 2))
    folder = store.folder()
    assert folder is not None
    path = folder / "甲.bin"
    damaged = bytearray(path.read_bytes())
    damaged[place % len(damaged)] ^= change
    path.write_bytes(damaged)
    assert store.load("甲", Leaf) is None


@pytest.mark.usefixtures("home")
def test_what_cannot_be_stored_is_not_kept() -> None:
    store.keep("甲", Leaf("乙", 1 + 0j))  # type: ignore[arg-type]
    assert store.load("甲", Leaf) is None
