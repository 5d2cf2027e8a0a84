"""``frozen`` against the standard library's frozen dataclasses with slots."""

from __future__ import annotations

import copy
import pickle
from dataclasses import asdict, dataclass, field, fields, is_dataclass, replace
from typing import ClassVar

import pytest

from generator.frozen import frozen
from generator.frozen import replace as quick

EMPTY: tuple[int, ...] = ()


@frozen
class Ours:
    name: str
    count: int = 1
    notes: tuple[int, ...] = field(default=EMPTY, compare=False, repr=False)

    @property
    def twice(self) -> int:
        return 2 * self.count


@dataclass(frozen=True, slots=True)
class Theirs:
    name: str
    count: int = 1
    notes: tuple[int, ...] = field(default=EMPTY, compare=False, repr=False)


@frozen
class Doubled:
    count: int

    def __init__(self, count: int) -> None:
        self.count = 2 * count  # type: ignore[misc]


@frozen
class Empty:
    pass


@frozen
class Spoken:
    name: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Spoken) and other.name.lower() == self.name.lower()

    def __hash__(self) -> int:
        return hash(self.name.lower())


def test_it_is_a_dataclass() -> None:
    one = Ours("a", 2)
    assert is_dataclass(one)
    # pytest asks for these when an assertion over two of them fails.
    assert Ours.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert one.__dataclass_params__.repr  # type: ignore[attr-defined]
    assert [f.name for f in fields(one)] == [f.name for f in fields(Theirs("a"))]
    assert asdict(one) == asdict(Theirs("a", 2))
    assert replace(one, count=3) == quick(one, count=3) == Ours("a", 3)
    assert quick(one) == one
    with pytest.raises(TypeError, match="counts"):
        quick(one, counts=3)
    assert (one.twice, Ours.__match_args__) == (4, Theirs.__match_args__)
    assert repr(one) == repr(Theirs("a", 2)).replace("Theirs", "Ours")


def test_fields_and_nothing_else_are_arguments() -> None:
    assert Ours(name="a", count=2) == Ours("a", 2)
    assert Ours("a").notes is EMPTY
    for wrong in (Ours, lambda: Ours("a", 1, {}, 2), lambda: Ours("a", other=1)):
        with pytest.raises(TypeError):
            wrong()


def test_equal_by_the_fields_that_compare() -> None:
    assert Ours("a", 1, (1,)) == Ours("a")
    assert hash(Ours("a", 1, (1,))) == hash(Ours("a"))
    assert Ours("a") != Ours("b")
    assert Ours("a") != Theirs("a")
    assert Empty() == Empty()
    assert len({Ours("a"), Ours("a"), Ours("b")}) == 2


def test_nothing_can_be_added() -> None:
    one = Ours("a")
    with pytest.raises(AttributeError):
        one.other = 1  # type: ignore[attr-defined]
    assert not hasattr(one, "__dict__")


def test_own_methods_are_kept() -> None:
    assert Doubled(2).count == 4
    assert Spoken("A") == Spoken("a")
    assert hash(Spoken("A")) == hash(Spoken("a"))


def test_copies_and_pickles() -> None:
    one = Ours("a", 2, (1,))
    assert copy.deepcopy(one) == copy.copy(one) == pickle.loads(pickle.dumps(one)) == one
    assert pickle.loads(pickle.dumps(one)).notes == (1,)


def test_a_default_that_could_change_is_refused() -> None:
    class Wrong:
        notes: dict[str, int] = field(default_factory=dict)

    Wrong.__annotations__ = {"notes": "dict[str, int]"}
    with pytest.raises(TypeError):
        frozen(Wrong)


def test_what_it_cannot_make_is_refused() -> None:
    class Based(Exception):
        name: str

    class Behind:
        first: int = 1
        second: int

    class Shared:
        names: list[str] = []  # noqa: RUF012

    class Constant:
        most: ClassVar[int] = 3

    for wrong in (Based, Behind, Shared, Constant):
        with pytest.raises(TypeError):
            frozen(wrong)
