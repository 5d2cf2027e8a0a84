"""What is kept of compiled templates: it comes back as it was, or not at all."""

from __future__ import annotations

import marshal
from collections.abc import Mapping
from types import CodeType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.formats import cache, codec
from generator.frozen import frozen

#: What reading damaged bytes may raise, and ``cache.load`` expects.
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


LEAVES = st.builds(Leaf, st.text(max_size=5), st.integers())
BRANCHES = st.recursive(
    st.builds(
        Branch,
        LEAVES,
        st.lists(LEAVES | st.text(max_size=3), max_size=3).map(tuple),
        st.dictionaries(st.text(max_size=3), LEAVES | st.none(), max_size=3),
        st.tuples(st.text(max_size=3), st.integers(), st.booleans()),
        st.sampled_from((None, compile("1", "", "eval"))),
    ),
    lambda inner: st.builds(
        Branch, LEAVES, st.lists(inner, max_size=3).map(tuple), st.just({}), st.just(("", 0, True))
    ),
    max_leaves=8,
)


@given(BRANCHES)
def test_what_is_stored_comes_back(value: Branch) -> None:
    assert codec.loads(Branch, codec.dumps(value)) == value


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
    assert cache.load("甲", Leaf) is None
    cache.keep("甲", Leaf("乙", 2))
    assert cache.load("甲", Leaf) == Leaf("乙", 2)


@pytest.mark.usefixtures("home")
def test_an_entry_of_another_shape_counts_for_nothing() -> None:
    """Its checksum is right: somebody, or another gen, wrote it so."""
    cache.keep("甲", ("Leaf", 2, "乙"))
    assert cache.load("甲", Leaf) is None
    cache.keep("甲", Leaf("乙", 2))
    assert cache.load("甲", Branch) is None


@pytest.mark.usefixtures("home")
@given(place=st.integers(0), change=st.integers(1, 255))
def test_a_damaged_entry_counts_for_nothing(place: int, change: int) -> None:
    cache.keep("甲", Leaf("乙", 2))
    folder = cache.folder()
    assert folder is not None
    path = folder / "甲.bin"
    damaged = bytearray(path.read_bytes())
    damaged[place % len(damaged)] ^= change
    path.write_bytes(damaged)
    assert cache.load("甲", Leaf) is None


@pytest.mark.usefixtures("home")
def test_what_cannot_be_stored_is_not_kept() -> None:
    cache.keep("甲", Leaf("乙", 1 + 0j))  # type: ignore[arg-type]
    assert cache.load("甲", Leaf) is None
