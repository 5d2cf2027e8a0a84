"""What is worked out once for each thing."""

from __future__ import annotations

from collections.abc import Sequence

from generator.same import once_for_each


def test_the_same_thing_is_asked_once_and_an_equal_one_again() -> None:
    asked: list[Sequence[int]] = []

    @once_for_each
    def length(of: Sequence[int]) -> int:
        asked.append(of)
        return len(of)

    one = tuple(range(3))
    other = tuple(range(3))
    assert [length(one), length(one), length(other)] == [3, 3, 3]
    assert len(asked) == 2


def test_what_can_change_is_asked_each_time() -> None:
    @once_for_each
    def length(of: Sequence[int]) -> int:
        return len(of)

    growing = [1]
    assert length(growing) == 1
    growing.append(2)
    assert length(growing) == 2
