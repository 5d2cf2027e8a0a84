"""Counting, averages, order, and sums under conditions."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from math import fsum
from typing import Final

from generator.formats.xlsx.formulas.arrays import Argument
from generator.formats.xlsx.formulas.criteria import matching
from generator.formats.xlsx.formulas.functions.kinds import (
    MANY,
    Function,
    factors,
    items,
    numbers,
    whole,
)
from generator.formats.xlsx.formulas.ranges import Matrix, Range
from generator.formats.xlsx.formulas.values import (
    DIVISION,
    NOT_FOUND,
    NUMBER,
    VALUE,
    Error,
    Failed,
    Uncomputed,
    Value,
    number,
    number_in,
)


def _average(*arguments: Argument) -> Value:
    return _mean(list(numbers(arguments)))


def _mean(found: Sequence[float]) -> float:
    if not found:
        raise Failed(DIVISION)
    return fsum(found) / len(found)


def _count(*arguments: Argument) -> Value:
    total = 0
    for argument in arguments:
        if isinstance(argument, Range):
            total += sum(type(value) is float for value in argument.values)
        elif isinstance(argument, list):
            sound: Matrix = [[value for value in items(argument) if not isinstance(value, Error)]]
            total += sum(one is not None for one in factors(sound))
        elif isinstance(argument, str):
            total += number_in(argument) is not None
        else:
            total += not isinstance(argument, Error)
    return float(total)


def _counta(*arguments: Argument) -> Value:
    return float(sum(value is not None for one in arguments for value in items(one)))


def _count_blank(argument: Argument) -> Value:
    return float(sum(value is None or value == "" for value in _range(argument).values))


def _extreme(choose: Callable[[Sequence[float]], float]) -> Callable[..., Value]:
    def chosen(*arguments: Argument) -> Value:
        found = list(numbers(arguments, zero=len(arguments) == 1))
        return choose(found) if found else 0.0

    return chosen


def _median(*arguments: Argument) -> Value:
    found = sorted(numbers(arguments))
    if not found:
        raise Failed(NUMBER)
    half = len(found) // 2
    return found[half] if len(found) % 2 else (found[half - 1] + found[half]) / 2


def _mode(*arguments: Argument) -> Value:
    counts = Counter(numbers(arguments)).most_common(2)
    if not counts or counts[0][1] < 2:
        raise Failed(NOT_FOUND)
    if len(counts) > 1 and counts[0][1] == counts[1][1]:
        # Excel takes the first of them, LibreOffice the smallest.
        raise Uncomputed("几个数一样多的 MODE")
    return counts[0][0]


def _variance(*, sample: bool, root: bool) -> Callable[..., Value]:
    def computed(*arguments: Argument) -> Value:
        found = list(numbers(arguments))
        divisor = len(found) - sample
        if divisor < 1:
            raise Failed(DIVISION)
        mean = fsum(found) / len(found)
        variance = fsum((one - mean) ** 2 for one in found) / divisor
        return math.sqrt(variance) if root else variance

    return computed


def _sorted(argument: Argument) -> list[float]:
    return argument.sorted if isinstance(argument, Range) else sorted(numbers([argument]))


def _nth(*, largest: bool) -> Callable[..., Value]:
    def chosen(argument: Argument, which: Value) -> Value:
        found, index = _sorted(argument), int(number(which))
        if not 1 <= index <= len(found):
            raise Failed(NUMBER)
        return found[-index] if largest else found[index - 1]

    return chosen


def _rank(*, average: bool) -> Callable[..., Value]:
    def ranked(value: Value, argument: Argument, order: Value = 0.0) -> Value:
        one, found = number(value), _range(argument).sorted
        ascending = number(order) != 0
        first, last = bisect_left(found, one), bisect_right(found, one)
        if first == last:
            raise Failed(NOT_FOUND)
        rank = first + 1 if ascending else len(found) - last + 1
        return float(rank) + ((last - first - 1) / 2 if average else 0.0)

    return ranked


def _quantile(*, quarters: bool) -> Callable[..., Value]:
    def chosen(argument: Argument, which: Value) -> Value:
        found, share = _sorted(argument), number(which)
        share = int(share) / 4 if quarters else share
        if not found or not 0 <= share <= 1:
            raise Failed(NUMBER)
        at = share * (len(found) - 1)
        low = int(at)
        high = min(low + 1, len(found) - 1)
        return found[low] + (found[high] - found[low]) * (at - low)

    return chosen


# Under conditions


def _range(argument: Argument) -> Range:
    if not isinstance(argument, Range):
        # Excel takes no such formula.
        raise Uncomputed("不是区域的条件区域")
    return argument


def _value(argument: Argument) -> Value:
    assert not isinstance(argument, Range | list)
    return argument


def _meeting(conditions: Sequence[Argument]) -> list[int]:
    """The places that meet all conditions: ranges and criteria in turn."""
    if len(conditions) % 2:
        raise Failed(VALUE)
    pairs = list(zip(conditions[::2], conditions[1::2], strict=True))
    size = len(_range(pairs[0][0]).values)
    if any(len(_range(area).values) != size for area, _ in pairs):
        raise Failed(VALUE)
    first, *others = (matching(_range(area), _value(one)) for area, one in pairs)
    if not others:
        return list(first)
    kept = set(first).intersection(*others)
    return sorted(kept)


def _chosen(target: Range, places: Sequence[int]) -> list[float]:
    """The numbers of ``target`` at ``places``."""
    values = target.values
    found: list[float] = []
    for place in places:
        value = values[place]
        if isinstance(value, Error):
            raise Failed(value.code)
        if type(value) is float:
            found.append(value)
    return found


def _single_condition(area: Argument, criterion: Value, target: Argument | None) -> list[float]:
    """The numbers that SUMIF and AVERAGEIF are about."""
    tested = _range(area)
    wanted = tested if target is None else _range(target)
    if len(wanted.values) != len(tested.values):
        # Excel would reach beyond the range that is written.
        raise Uncomputed("区域大小不同的 SUMIF")
    return _chosen(wanted, matching(tested, criterion))


def _sumif(area: Argument, criterion: Value, target: Argument = None) -> Value:
    return fsum(_single_condition(area, criterion, target))


def _averageif(area: Argument, criterion: Value, target: Argument = None) -> Value:
    return _mean(_single_condition(area, criterion, target))


def _countif(area: Argument, criterion: Value) -> Value:
    return float(len(matching(_range(area), criterion)))


def _several(finish: Callable[[Sequence[float]], float]) -> Callable[..., Value]:
    def computed(target: Argument, *conditions: Argument) -> Value:
        wanted = _range(target)
        places = _meeting(conditions)
        if len(wanted.values) != len(_range(conditions[0]).values):
            raise Failed(VALUE)
        return finish(_chosen(wanted, places))

    return computed


def _countifs(*conditions: Argument) -> Value:
    return float(len(_meeting(conditions)))


# Subtotals


def _subtotal(which: Value, *arguments: Argument) -> Value:
    """By 101 and above, the same of rows that are not hidden: what Excel puts below a table."""
    code, ranges = int(number(which)), [_range(one) for one in arguments]
    if code > _SEEN and not any(one.hidden for one in ranges):
        code -= _SEEN
    if code not in _SUBTOTALS:
        raise Uncomputed("SUBTOTAL 的这一种")
    found = [[[value] for value in one.without_subtotals] for one in ranges]
    return _SUBTOTALS[code](*found)


_SEEN: Final = 100
_SUBTOTALS: Final[dict[int, Callable[..., Value]]] = {
    1: _average,
    2: _count,
    3: _counta,
    4: _extreme(max),
    5: _extreme(min),
    7: _variance(sample=True, root=True),
    8: _variance(sample=False, root=True),
    9: lambda *arguments: fsum(numbers(arguments)),
    10: _variance(sample=True, root=False),
    11: _variance(sample=False, root=False),
}


def _one_of(*names: str, function: Function) -> dict[str, Function]:
    return dict.fromkeys(names, function)


FUNCTIONS: Final[dict[str, Function]] = {
    "AVERAGE": whole(_average, "w", 1, MANY),
    "COUNT": whole(_count, "w", 1, MANY, errors=True),
    "COUNTA": whole(_counta, "w", 1, MANY, errors=True),
    "COUNTBLANK": whole(_count_blank, "w", 1),
    "MAX": whole(_extreme(max), "w", 1, MANY),
    "MIN": whole(_extreme(min), "w", 1, MANY),
    "MEDIAN": whole(_median, "w", 1, MANY),
    **_one_of("MODE", "MODE.SNGL", function=whole(_mode, "u", 1, MANY)),
    **_one_of("STDEV", "STDEV.S", function=whole(_variance(sample=True, root=True), "w", 1, MANY)),
    **_one_of(
        "STDEVP", "STDEV.P", function=whole(_variance(sample=False, root=True), "w", 1, MANY)
    ),
    **_one_of("VAR", "VAR.S", function=whole(_variance(sample=True, root=False), "w", 1, MANY)),
    **_one_of("VARP", "VAR.P", function=whole(_variance(sample=False, root=False), "w", 1, MANY)),
    "LARGE": whole(_nth(largest=True), "wp", 2),
    "SMALL": whole(_nth(largest=False), "wp", 2),
    **_one_of("RANK", "RANK.EQ", function=whole(_rank(average=False), "vwv", 2, 3)),
    "RANK.AVG": whole(_rank(average=True), "vwv", 2, 3),
    **_one_of("PERCENTILE", "PERCENTILE.INC", function=whole(_quantile(quarters=False), "wv", 2)),
    **_one_of("QUARTILE", "QUARTILE.INC", function=whole(_quantile(quarters=True), "wv", 2)),
    "SUMIF": whole(_sumif, "wvw", 2, 3),
    "AVERAGEIF": whole(_averageif, "wvw", 2, 3),
    "COUNTIF": whole(_countif, "wv", 2),
    "SUMIFS": whole(_several(fsum), "wwv", 3, MANY, again=2),
    "AVERAGEIFS": whole(_several(_mean), "wwv", 3, MANY, again=2),
    "MAXIFS": whole(_several(lambda found: max(found, default=0.0)), "wwv", 3, MANY, again=2),
    "MINIFS": whole(_several(lambda found: min(found, default=0.0)), "wwv", 3, MANY, again=2),
    "COUNTIFS": whole(_countifs, "wv", 2, MANY, again=2),
    "SUBTOTAL": whole(_subtotal, "nw", 2, MANY),
}
