"""What a result earns: completion rates, deductions, steps and bands, each by its rule.

Everything is exact until the score is rounded once; only a policy that says so rounds the
completion rate before it is multiplied (完成率小数位). No rounding makes a score full: whoever
misses a target, by however little, earns less than 分值.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from generator.content.measures import multiple
from generator.content.model import Band, Deduction, PointRule, Quantity, ScorePolicy, Steps
from generator.content.schema.form_sets import DROPPED, RATIO, WHOLE
from generator.content.schema.unit_years import KINDS
from generator.figures.amounts import round_half_up
from generator.figures.model import Figure, Words
from generator.figures.tables import quantity
from generator.frozen import frozen

FORWARD, REVERSE, EQUAL, QUALITATIVE = KINDS

Shown = Figure | Words


@frozen
class Earned:
    """Points by rule, and the words for how they came about."""

    points: Fraction
    formula: str


def rate_of(
    kind: str, target: Shown | None, actual: Shown | None, policy: ScorePolicy
) -> Fraction | None:
    """Exact completion rate before rounding and capping; None when the rule cannot say."""
    if not isinstance(actual, Figure):
        if isinstance(actual, Words) and isinstance(target, Words) and actual == target:
            return Fraction(1)
        return None
    if not isinstance(target, Figure):
        # The target is words: a percentage result is itself the rate.
        return actual.value if actual.unit == "%" else None
    goal, done = amounts(target, actual)
    if kind == REVERSE:
        return _reverse_rate(goal, done, policy.reverse)
    if goal > 0:
        return max(done / goal, Fraction(0))
    return Fraction(1) if (done <= 0 if kind == EQUAL else done >= goal) else Fraction(0)


def _reverse_rate(goal: Fraction, done: Fraction, rule: str) -> Fraction:
    """≤ targets: met is full; beyond it ``比例`` gives A/B, ``差额`` gives 1 − (B−A)/A."""
    if done <= goal:
        return Fraction(1)
    if goal <= 0:
        return Fraction(0)
    return goal / done if rule == RATIO else max(Fraction(0), 1 - (done - goal) / goal)


def amount(figure: Figure, beside: str) -> Fraction:
    """What ``figure`` is worth compared with something in the unit ``beside``.

    5万亩 and 50000亩 are the same; a bare number is in the unit of what it is compared with.
    """
    return figure.value * (multiple(figure.unit)[0] if beside else 1)


def amounts(target: Figure, actual: Figure) -> tuple[Fraction, Fraction]:
    """Target and result as they are compared."""
    return amount(target, actual.unit), amount(actual, target.unit)


def is_met(kind: str, target: Shown | None, actual: Figure) -> bool:
    """Whether a result meets its target; one in words is met by 100%."""
    if not isinstance(target, Figure):
        return actual.value >= 1
    goal, done = amounts(target, actual)
    if kind == REVERSE or (kind == EQUAL and goal <= 0):
        return done <= goal
    return done == goal if kind == EQUAL else done >= goal


def counted_rate(rate: Fraction, policy: ScorePolicy) -> Fraction:
    """``rate`` as it is multiplied: as the policy rounds it, unless that would hide a miss.

    A rate below 100% stays below, one above 超额上限 stays above where the excess is taken off.
    """
    if policy.rate_places is None:
        return rate
    rounded = Fraction(round_half_up(rate * 100, policy.rate_places)) / 100
    limit = Fraction(policy.limit) / 100
    missed, beyond = rate < 1 <= rounded, policy.cut and rate > limit >= rounded
    return rate if missed or beyond else rounded


def by_rate(
    rate: Fraction | None, points: Fraction, policy: ScorePolicy, *, cut: bool
) -> Earned | None:
    """分值 × rate, at most 分值; with ``cut`` what exceeds the limit (超额上限) is taken off."""
    if rate is None:
        return None
    part, formula = counted_rate(rate, policy), "分值 × 完成率"
    limit = Fraction(policy.limit) / 100
    if cut and part > limit:
        part, formula = 1 - (part - limit), "分值 × （1 − 超过超额上限的部分）"
    part = max(Fraction(0), min(part, Fraction(1)))
    return Earned(score_of(points * part, points, policy), formula)


def by_band(band: Band, points: Fraction, policy: ScorePolicy) -> Earned | None:
    """分值 × the band's share; None when the form set leaves the score to a person."""
    if band.share is None:
        return None
    earned = points * Fraction(band.share) / 100
    return Earned(score_of(earned, points, policy), f"等次“{band.name}”：分值 × 得分率")


def band_points(band: Band, points: Fraction) -> tuple[Fraction, Fraction]:
    """The least and the greatest score of ``band``."""
    return points * Fraction(band.floor) / 100, points * Fraction(band.ceiling) / 100


def by_point_rule(
    rule: PointRule,
    kind: str,
    target: Shown | None,
    actual: Shown | None,
    points: Fraction,
    policy: ScorePolicy,
) -> Earned | None:
    """Points by 扣分 or 分档; None when the result, or the target of a 扣分, is no number."""
    if not isinstance(actual, Figure):
        return None
    if isinstance(rule, Steps):
        earned = min(_step_points(rule, actual), points)
        return Earned(score_of(earned, points, policy), "分档得分")
    if not isinstance(target, Figure):
        return None
    lost = _missed(kind, *amounts(target, actual)) / bound_worth(rule.step, actual)
    if rule.remainder == DROPPED:
        lost = Fraction(lost // 1)
    elif rule.remainder == WHOLE:
        lost = Fraction(-(-lost // 1))
    earned = max(Fraction(0), points - lost * Fraction(rule.points))
    return Earned(score_of(earned, points, policy), "分值 − 扣分")


def _missed(kind: str, goal: Fraction, done: Fraction) -> Fraction:
    """By how much a result misses its target, 0 when it is met."""
    if kind == REVERSE:
        return max(Fraction(0), done - goal)
    return abs(done - goal) if kind == EQUAL else max(Fraction(0), goal - done)


def _step_points(rule: Steps, actual: Figure) -> Fraction:
    for (_, points), reached in zip(rule.steps, reaches(rule, actual), strict=True):
        if reached:
            return Fraction(points)
    return Fraction(0)


def reaches(rule: Steps, actual: Figure) -> list[bool]:
    """Which steps a result is good enough for."""
    found = []
    for bound, _ in rule.steps:
        limit, done = bound_worth(bound, actual), amount(actual, bound.unit)
        found.append(done <= limit if rule.at_most else done >= limit)
    return found


def most_points(rule: PointRule) -> Decimal | None:
    """The most that steps can earn; None for deductions, which begin at 分值."""
    return max(points for _, points in rule.steps) if isinstance(rule, Steps) else None


def foreign_measures(
    rule: PointRule, target: Shown | None, actual: Shown | None
) -> Iterator[tuple[Quantity, Figure]]:
    """Measures of ``rule`` in another unit than the figures they are compared with."""
    measures = [rule.step] if isinstance(rule, Deduction) else [bound for bound, _ in rule.steps]
    figures = [target, actual] if isinstance(rule, Deduction) else [actual]
    for measure in measures:
        own = quantity("", measure, "").unit
        for figure in figures:
            if isinstance(figure, Figure) and not _comparable(own, figure.unit):
                yield measure, figure
                break


def _comparable(own: str, unit: str) -> bool:
    """Whether units agree; a bare number goes with any counting unit, never with %."""
    own, unit = multiple(own)[1], multiple(unit)[1]
    return own == unit or ("%" not in (own, unit) and "" in (own, unit))


def bound_worth(measure: Quantity, beside: Figure) -> Fraction:
    """The exact value of a measure, as ``amount`` gives that of a figure."""
    defined = quantity("", measure, "")
    return (defined.value or Fraction(0)) * (multiple(defined.unit)[0] if beside.unit else 1)


def score_of(earned: Fraction, points: Fraction, policy: ScorePolicy) -> Fraction:
    """``earned`` of ``points`` as the policy rounds scores: full only when all was earned.

    What would round to full marks is one step of 得分小数位 less.
    """
    if earned >= points:
        return points
    rounded = Fraction(round_half_up(earned, policy.score_places))
    steps = points * 10**policy.score_places
    below = Fraction(-(-steps // 1) - 1, 10**policy.score_places)
    return min(rounded, max(below, Fraction(0)))
