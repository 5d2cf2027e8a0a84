"""Counting, averages, order, and sums under conditions."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from math import fsum
from typing import Final

from generator.formats.xlsx.formulas.addresses import Place
from generator.formats.xlsx.formulas.criteria import matching
from generator.formats.xlsx.formulas.functions.kinds import MANY, Function, items, numbers, whole
from generator.formats.xlsx.formulas.operators import Argument, own
from generator.formats.xlsx.formulas.ranges import Range
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


def _average(_: Place, *arguments: Argument) -> Value:
    return _mean(list(numbers(arguments)))


def _mean(found: Sequence[float]) -> float:
    if not found:
        raise Failed(DIVISION)
    return fsum(found) / len(found)


def _count(_: Place, *arguments: Argument) -> Value:
    total = 0
    for argument in arguments:
        many = isinstance(argument, Range | list)
        for value in items(argument):
            if many:
                total += type(value) is float
            elif isinstance(value, str):
                total += number_in(value) is not None
            else:
                total += not isinstance(value, Error)
    return float(total)


def _counta(_: Place, *arguments: Argument) -> Value:
    return float(sum(value is not None for one in arguments for value in items(one)))


def _count_blank(_: Place, argument: Argument) -> Value:
    return float(sum(value is None or value == "" for value in items(argument)))


def _extreme(choose: Callable[[Sequence[float]], float]) -> Callable[..., Value]:
    def chosen(_: Place, *arguments: Argument) -> Value:
        found = list(numbers(arguments))
        return choose(found) if found else 0.0

    return chosen


def _median(_: Place, *arguments: Argument) -> Value:
    found = sorted(numbers(arguments))
    if not found:
        raise Failed(NUMBER)
    half = len(found) // 2
    return found[half] if len(found) % 2 else (found[half - 1] + found[half]) / 2


def _mode(_: Place, *arguments: Argument) -> Value:
    counts = Counter(numbers(arguments)).most_common(1)
    if not counts or counts[0][1] < 2:
        raise Failed(NOT_FOUND)
    return counts[0][0]


def _variance(*, sample: bool, root: bool) -> Callable[..., Value]:
    def computed(_: Place, *arguments: Argument) -> Value:
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
    def chosen(place: Place, argument: Argument, which: Argument) -> Value:
        found, index = _sorted(argument), int(number(own(which, place)))
        if not 1 <= index <= len(found):
            raise Failed(NUMBER)
        return found[-index] if largest else found[index - 1]

    return chosen


def _rank(*, average: bool) -> Callable[..., Value]:
    def ranked(place: Place, value: Argument, argument: Argument, order: Argument = 0.0) -> Value:
        one, found = number(own(value, place)), _sorted(argument)
        ascending = number(own(order, place)) != 0
        first, last = bisect_left(found, one), bisect_right(found, one)
        if first == last:
            raise Failed(NOT_FOUND)
        rank = first + 1 if ascending else len(found) - last + 1
        return float(rank) + ((last - first - 1) / 2 if average else 0.0)

    return ranked


def _quantile(*, quarters: bool) -> Callable[..., Value]:
    def chosen(place: Place, argument: Argument, which: Argument) -> Value:
        found, share = _sorted(argument), number(own(which, place))
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
        raise Failed(VALUE)
    return argument


def _meeting(place: Place, conditions: Sequence[Argument]) -> list[int]:
    """The places that meet all conditions: ranges and criteria in turn."""
    if len(conditions) % 2:
        raise Failed(VALUE)
    pairs = list(zip(conditions[::2], conditions[1::2], strict=True))
    size = len(_range(pairs[0][0]).values)
    if any(len(_range(area).values) != size for area, _ in pairs):
        raise Failed(VALUE)
    first, *others = (matching(_range(area), own(one, place)) for area, one in pairs)
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


def _single_condition(
    place: Place, area: Argument, criterion: Argument, target: Argument | None
) -> list[float]:
    """The numbers that SUMIF and AVERAGEIF are about."""
    tested = _range(area)
    wanted = tested if target is None else _range(target)
    if len(wanted.values) != len(tested.values):
        # Excel would reach beyond the range that is written.
        raise Uncomputed("区域大小不同的 SUMIF")
    return _chosen(wanted, matching(tested, own(criterion, place)))


def _sumif(place: Place, area: Argument, criterion: Argument, target: Argument = None) -> Value:
    return fsum(_single_condition(place, area, criterion, target))


def _averageif(place: Place, area: Argument, criterion: Argument, target: Argument = None) -> Value:
    return _mean(_single_condition(place, area, criterion, target))


def _countif(place: Place, area: Argument, criterion: Argument) -> Value:
    return float(len(matching(_range(area), own(criterion, place))))


def _several(finish: Callable[[Sequence[float]], float]) -> Callable[..., Value]:
    def computed(place: Place, target: Argument, *conditions: Argument) -> Value:
        wanted = _range(target)
        places = _meeting(place, conditions)
        if len(wanted.values) != len(_range(conditions[0]).values):
            raise Failed(VALUE)
        return finish(_chosen(wanted, places))

    return computed


def _countifs(place: Place, *conditions: Argument) -> Value:
    return float(len(_meeting(place, conditions)))


# Subtotals


def _subtotal(place: Place, which: Argument, *arguments: Argument) -> Value:
    """By 101 and above, the same of rows that are not hidden: what Excel puts below a table."""
    code, ranges = int(number(own(which, place))), [_range(one) for one in arguments]
    if code > _SEEN and not any(one.hidden for one in ranges):
        code -= _SEEN
    if code not in _SUBTOTALS:
        raise Uncomputed("SUBTOTAL 的这一种")
    found = [[[value] for value in one.without_subtotals] for one in ranges]
    return _SUBTOTALS[code](place, *found)


_SEEN: Final = 100
_SUBTOTALS: Final[dict[int, Callable[..., Value]]] = {
    1: _average,
    2: _count,
    3: _counta,
    4: _extreme(max),
    5: _extreme(min),
    7: _variance(sample=True, root=True),
    8: _variance(sample=False, root=True),
    9: lambda _, *arguments: fsum(numbers(arguments)),
    10: _variance(sample=True, root=False),
    11: _variance(sample=False, root=False),
}


def _one_of(*names: str, function: Function) -> dict[str, Function]:
    return dict.fromkeys(names, function)


FUNCTIONS: Final[dict[str, Function]] = {
    "AVERAGE": whole(_average, 1, MANY),
    "COUNT": whole(_count, 1, MANY),
    "COUNTA": whole(_counta, 1, MANY),
    "COUNTBLANK": whole(_count_blank, 1),
    "MAX": whole(_extreme(max), 1, MANY),
    "MIN": whole(_extreme(min), 1, MANY),
    "MEDIAN": whole(_median, 1, MANY),
    **_one_of("MODE", "MODE.SNGL", function=whole(_mode, 1, MANY)),
    **_one_of("STDEV", "STDEV.S", function=whole(_variance(sample=True, root=True), 1, MANY)),
    **_one_of("STDEVP", "STDEV.P", function=whole(_variance(sample=False, root=True), 1, MANY)),
    **_one_of("VAR", "VAR.S", function=whole(_variance(sample=True, root=False), 1, MANY)),
    **_one_of("VARP", "VAR.P", function=whole(_variance(sample=False, root=False), 1, MANY)),
    "LARGE": whole(_nth(largest=True), 2),
    "SMALL": whole(_nth(largest=False), 2),
    **_one_of("RANK", "RANK.EQ", function=whole(_rank(average=False), 2, 3)),
    "RANK.AVG": whole(_rank(average=True), 2, 3),
    **_one_of("PERCENTILE", "PERCENTILE.INC", function=whole(_quantile(quarters=False), 2)),
    **_one_of("QUARTILE", "QUARTILE.INC", function=whole(_quantile(quarters=True), 2)),
    "SUMIF": whole(_sumif, 2, 3),
    "AVERAGEIF": whole(_averageif, 2, 3),
    "COUNTIF": whole(_countif, 2),
    "SUMIFS": whole(_several(fsum), 3, MANY),
    "AVERAGEIFS": whole(_several(_mean), 3, MANY),
    "MAXIFS": whole(_several(lambda found: max(found, default=0.0)), 3, MANY),
    "MINIFS": whole(_several(lambda found: min(found, default=0.0)), 3, MANY),
    "COUNTIFS": whole(_countifs, 2, MANY),
    "SUBTOTAL": whole(_subtotal, 2, MANY),
}
