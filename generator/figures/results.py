"""How targets and results print on a form: never on another side of a bound than they are.

How many decimals a form prints (完成值小数位) is a setting apart from how it scores; rounding
for the eye must not make 94.6% look like the 95% that was asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from generator.content.model import PointRule, Steps
from generator.figures.amounts import DEFAULT_PLACES, MONEY, show, typed_places, worth
from generator.figures.model import Figure
from generator.figures.points import Shown, is_met, reaches
from generator.frozen import replace

#: More decimals than this tell nobody anything.
_MOST_PLACES = 10

_Number = Callable[[Figure], Fraction]


def as_printed(
    kind: str,
    target: Shown | None,
    actual: Shown | None,
    rule: PointRule | None,
    places: int | None,
) -> tuple[Shown | None, Shown | None]:
    """Target and result with as many decimals as their comparison needs.

    ``places``: decimals of a result that is a computed percentage, None = as elsewhere.
    """
    if not isinstance(actual, Figure):
        return target, actual
    if places is not None and actual.unit == "%" and actual.places is None:
        actual = _with_places(actual, places)
    if not isinstance(target, Figure) and actual.unit != "%":
        return target, actual
    figures = [each for each in (target, actual) if isinstance(each, Figure)]
    if all(_printed(each) == each.value for each in figures):
        return target, actual
    real = _sides(kind, target, actual, rule, lambda figure: figure.value)
    for least in range(_MOST_PLACES + 1):
        aim = _precise(target, least) if isinstance(target, Figure) else target
        done = _precise(actual, least)
        if _sides(kind, aim, done, rule, _printed) == real:
            return aim, done
    return target, actual


def places_below_full(rate: Fraction, places: int) -> int:
    """Decimals of a percentage, at least ``places``, that do not print less than 100% as 100%."""
    while rate < 1 and places < _MOST_PLACES and show(rate * 100, places) == "100":
        places += 1
    return places


def below_full(rate: Figure | None) -> Figure | None:
    """A derived rate with as many decimals as show that it is below 100%."""
    if rate is None:
        return None
    return _precise(rate, places_below_full(rate.value, DEFAULT_PLACES))


def _sides(
    kind: str, target: Shown | None, actual: Figure, rule: PointRule | None, of: _Number
) -> list[bool]:
    """On which side of its target and of each step of 分档 a result is, by ``of`` each figure."""
    actual = replace(actual, value=of(actual))
    aim = replace(target, value=of(target)) if isinstance(target, Figure) else target
    met = is_met(kind, aim, actual)
    return [met, *reaches(rule, actual)] if isinstance(rule, Steps) else [met]


def _precise(figure: Figure, least: int) -> Figure:
    """``figure`` with at least ``least`` decimals where it does not print its exact value."""
    if typed_places(figure.numeral) >= least or _printed(figure) == figure.value:
        return figure
    return _with_places(figure, least)


def _with_places(figure: Figure, places: int) -> Figure:
    digits = show(figure.value / _scale(figure), places)
    return replace(figure, text=f"{figure.prefix}{digits}{figure.suffix}")


def _printed(figure: Figure) -> Fraction:
    """What a reader takes ``figure`` for."""
    return Fraction(figure.numeral) * _scale(figure)


def _scale(figure: Figure) -> Fraction:
    """What 1 as printed is as values are kept."""
    if figure.unit == "万元":
        return next((MONEY[unit] for unit in MONEY if figure.suffix.startswith(unit)), Fraction(1))
    return worth("%") if figure.unit == "%" else Fraction(1)
