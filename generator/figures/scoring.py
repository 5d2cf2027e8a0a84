"""Indicator scores by the form set's policy (财预〔2020〕10号 frame, regional variants as data).

A score comes by the indicator's own rule (扣分, 分档), by the band of a qualitative result, or
is 分值 × completion rate; never above 分值 nor below 0, rounded once, and full only when nothing
is missed. A typed score stands, checked against 分值.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fractions import Fraction

from generator.content.measures import limit
from generator.content.model import (
    Band,
    FormSet,
    Formula,
    Indicator,
    Indicators,
    Leaf,
    OwnRule,
    PointRule,
    Quantity,
    ScorePolicy,
    Text,
)
from generator.figures.amounts import (
    DEFAULT_PLACES,
    MONEY,
    exact_places,
    show,
    total,
    trimmed,
    typed_places,
)
from generator.figures.compute import Computed
from generator.figures.model import Figure, Words, calculated, unfilled
from generator.figures.points import (
    EQUAL,
    FORWARD,
    QUALITATIVE,
    REVERSE,
    Shown,
    band_points,
    by_band,
    by_point_rule,
    by_rate,
    counted_rate,
    foreign_measures,
    most_points,
    rate_of,
    score_of,
)
from generator.figures.results import as_printed, below_full, places_below_full
from generator.frozen import frozen, replace
from generator.problems import Position, Problems, suggest

_REVERSE_SIGNS = ("≤", "<")
_PERCENTAGE = re.compile("[0-9０-９][%％]|百分之")
_NO_QUOTES = str.maketrans("", "", "“”‘’\"'")

#: How a rate came about, by how many numbers went into it.
_RATE_RULES = ("完成与目标相符", "完成值本身是百分比", "完成 ÷ 目标")


@frozen
class Scored:
    """An indicator with everything its form row shows.

    ``rate``: completion rate after the policy's rounding, None when nothing can be computed.
    ``computed``: the score by rule, None likewise; ``score``: what counts (typed or computed).
    ``band``: of a qualitative result, when its words or its 等次 name one. ``open``: target or
    result are still to be filled in, so that the score says nothing.
    """

    path: str
    indicator: Indicator
    kind: str
    target: Shown | None
    actual: Shown | None
    rate: Figure | None
    points: Figure
    score: Figure
    computed: Fraction | None
    band: Band | None
    open: bool = False


@frozen
class Group:
    """A first-level heading: its points (权重) and score."""

    name: str
    points: Figure
    score: Figure
    open: bool = False


@frozen
class Evaluation:
    """One form's result: rows, groups, totals, grade.

    ``open``: it rests on something still to be filled in; ``waits``: the execution rate does.
    """

    rows: tuple[Scored, ...]
    groups: tuple[Group, ...]
    points: Figure
    score: Figure
    grade: Words
    execution: Figure | None
    execution_points: Figure | None
    execution_score: Figure | None
    damaged: bool = False
    open: bool = False
    waits: bool = False


@frozen
class Form:
    """One form to score: the unit's own (``path`` empty) or a project's, at ``at``."""

    path: str
    indicators: Indicators
    policy: ScorePolicy
    form_set: FormSet
    year: int
    at: Position


def evaluate(form: Form, computed: Computed, problems: Problems) -> Evaluation:
    """Score one form by its policy."""
    policy, year, damaged = form.policy, form.year, form.indicators.damaged
    lead = f"{form.path}." if form.path else ""
    rows = tuple(
        _score(f"{lead}指标[{n}]", indicator, form, computed, problems)
        for n, indicator in enumerate(form.indicators.rows, 1)
    )
    own = f"{lead}自评"
    groups = _groups(own, rows, year, damaged, problems)
    execution = below_full(computed.figures.get(f"{form.path or '自评'}.执行率"))
    waits = f"{form.path or '自评'}.执行率" in computed.open
    execution_score = _execution_score(own, execution, policy, year)
    for wanted, key in ((policy.execution_points, "执行率分值"), (policy.caps, "执行率限级")):
        if wanted and policy.execution is None:
            problems.add("S107", Position(form.form_set.file, 1, 1), key=key)
    points = total([row.points.value for row in rows]) + Fraction(policy.execution_points)
    if rows and not damaged and points != Fraction(policy.total):
        problems.add(
            "S101", rows[0].indicator.at, found=show(points, 6), total=trimmed(policy.total),
            difference=show(abs(points - Fraction(policy.total)), 6),
            direction="多" if points > Fraction(policy.total) else "少",
        )  # fmt: skip
    scores = [row.score for row in rows]
    if execution_score is not None:
        scores.append(execution_score)
    score = _sum(
        f"{own}.总分", scores, rows[0].indicator.at if rows else form.at, year,
        "各指标得分之和" + ("加执行得分" if execution_score is not None else ""),
    )  # fmt: skip
    return Evaluation(
        rows=rows,
        groups=groups,
        points=_figure(
            f"{own}.分值", points, score.at, year,
            formula="各指标分值之和", inputs=[row.points.path for row in rows],
        ),
        score=score,
        damaged=damaged,
        open=waits or any(row.open for row in rows),
        waits=waits,
        grade=Words(_grade(score.value, execution, form), f"{own}.等级", score.at),
        execution=execution,
        execution_points=(
            _figure(
                f"{own}.执行分值", Fraction(policy.execution_points),
                form.at if execution is None else execution.at, year,
                formula="套表规定", inputs=(),
            )
            if execution_score is not None or (waits and policy.execution_points)
            else None
        ),
        execution_score=execution_score,
    )  # fmt: skip


def _figure(
    path: str, value: Fraction, at: Position, year: int,
    *, formula: str, inputs: Iterable[str], places: int = 6,
) -> Figure:  # fmt: skip
    """A score or count of points: 分, printed without trailing zeros."""
    return calculated(path, value, "分", at, places, formula=formula, inputs=inputs, year=year)


def _sum(path: str, terms: Sequence[Figure], at: Position, year: int, formula: str) -> Figure:
    """The sum of scores or points."""
    return _figure(
        path, total(term.value for term in terms), at, year, formula=formula,
        inputs=[term.path for term in terms],
    )  # fmt: skip


def _groups(
    own: str, rows: Sequence[Scored], year: int, damaged: bool, problems: Problems
) -> tuple[Group, ...]:
    """Points and scores by first-level heading; a typed 权重 must equal its indicators' sum."""
    groups = []
    for number in dict.fromkeys(row.indicator.group for row in rows):
        members = [row for row in rows if row.indicator.group == number]
        first = members[0].indicator
        points = total(row.points.value for row in members)
        if not damaged and first.weight is not None and Fraction(first.weight.value) != points:
            problems.add(
                "S102", first.weight.at, name=first.level1, weight=first.weight.text,
                found=show(points, 6),
            )  # fmt: skip
        at = first.weight.at if first.weight is not None else first.group_at
        groups.append(
            Group(
                first.level1,
                _sum(
                    f"{own}.一级[{number}].分值", [row.points for row in members], at, year,
                    "各指标分值之和",
                ),
                _sum(
                    f"{own}.一级[{number}].得分", [row.score for row in members], at, year,
                    "各指标得分之和",
                ),
                any(row.open for row in members),
            )
        )  # fmt: skip
    return tuple(groups)


def _execution_score(
    own: str, execution: Figure | None, policy: ScorePolicy, year: int
) -> Figure | None:
    """分值 × execution rate, capped (national forms score the 年度资金总额 row)."""
    if execution is None or not policy.execution_points:
        return None
    rate = max(Fraction(0), min(execution.value, Fraction(1)))
    points = Fraction(policy.execution_points)
    return _figure(
        f"{own}.执行得分", score_of(points * rate, points, policy), execution.at, year,
        formula="分值 × 执行率", inputs=[execution.path],
    )  # fmt: skip


def _grade(score: Fraction, execution: Figure | None, form: Form) -> str:
    """The first grade whose floor the score reaches, no better than the execution rate allows."""
    grades = form.form_set.grades
    names = [grade.name for grade in grades]
    best = 0
    for cap in form.policy.caps:
        if execution is not None and execution.value < Fraction(cap.below) / 100:
            best = max(best, names.index(cap.grade))
    for name, grade in zip(names[best:], grades[best:], strict=True):
        if score >= Fraction(grade.floor):
            return name
    return ""


def _score(
    path: str, indicator: Indicator, form: Form, computed: Computed, problems: Problems
) -> Scored:
    policy, year = form.policy, form.year
    target = _shown(f"{path}.目标", indicator.target, indicator, computed)
    actual = _shown(f"{path}.完成", indicator.actual, indicator, computed)
    if actual is None and indicator.actual is None and indicator.band is not None:
        actual = Words(indicator.band.text, f"{path}.完成", indicator.band.at)
    kind = indicator.kind or (QUALITATIVE if indicator.band else _kind(target, indicator.target))
    band = _band(indicator, kind, actual, policy, problems)
    own = indicator.rule or _own_rule(indicator, policy)
    target, actual = as_printed(kind, target, actual, own, policy.result_places)
    if _is_open(target) or _is_open(actual):
        return _unscored(path, indicator, kind, target, actual, year)
    ratio = rate_of(kind, target, actual, policy)
    points = Fraction(indicator.points.value)
    if own is not None:
        earned = by_point_rule(own, kind, target, actual, points, policy)
        _check_measures(indicator, own, target, actual, problems)
    elif band is not None:
        earned = by_band(band, points, policy)
    else:
        cut = policy.cut and kind in (FORWARD, EQUAL)
        earned = by_rate(ratio, points, policy, cut=cut)
        _check_words(indicator, target, actual, problems)
    typed = indicator.score
    if typed is not None and typed.value > indicator.points.value:
        problems.add("S103", typed.at, score=typed.text, points=indicator.points.text)
    if typed is not None and typed.value < 0:
        problems.add("S104", typed.at, score=typed.text)
    if earned is None and typed is None:
        _report_unscored(indicator, target, actual, band, policy, problems)
    compared = [shown.path for shown in (actual, target) if isinstance(shown, Figure)]
    rated = (
        None
        if ratio is None
        else _rate_figure(f"{path}.完成率", ratio, indicator, policy, year, compared)
    )
    return Scored(
        path=path,
        indicator=indicator,
        kind=kind,
        target=target,
        actual=actual,
        rate=rated,
        points=_typed(f"{path}.分值", indicator.points, year),
        score=(
            _typed(f"{path}.得分", typed, year)
            if typed is not None
            else _figure(
                f"{path}.得分", earned.points if earned else Fraction(0), indicator.at, year,
                formula=earned.formula if earned else "分值 × 完成率",
                inputs=_score_inputs(path, own, band, compared),
                places=max(policy.score_places, typed_places(indicator.points.number)),
            )
        ),
        computed=earned.points if earned else None,
        band=band,
    )  # fmt: skip


def _is_open(shown: Shown | None) -> bool:
    return isinstance(shown, Words) and shown.blank


def _unscored(
    path: str,
    indicator: Indicator,
    kind: str,
    target: Shown | None,
    actual: Shown | None,
    year: int,
) -> Scored:
    """An indicator that is still to be filled in; a typed score waits with the rest."""
    return Scored(
        path, indicator, kind, target, actual, None,
        points=_typed(f"{path}.分值", indicator.points, year),
        score=_figure(f"{path}.得分", Fraction(0), indicator.at, year, formula="", inputs=()),
        computed=None, band=None, open=True,
    )  # fmt: skip


def _score_inputs(
    path: str, own: PointRule | None, band: Band | None, compared: Sequence[str]
) -> list[str]:
    """The figures a score rests on besides the form set's own numbers."""
    rest = compared if own is not None else [] if band is not None else [f"{path}.完成率"]
    return [f"{path}.分值", *rest]


def _band(
    indicator: Indicator,
    kind: str,
    actual: Shown | None,
    policy: ScorePolicy,
    problems: Problems,
) -> Band | None:
    """The band that 等次 states or, of a qualitative indicator, the result's own words name."""
    bands = {band.name: band for band in policy.bands}
    stated = indicator.band
    if stated is not None:
        if stated.text not in bands:
            known = "、".join(bands) or "没有规定"
            problems.add("S109", stated.at, found=stated.text, known=known)
        return bands.get(stated.text)
    return bands.get(str(actual)) if kind == QUALITATIVE and isinstance(actual, Words) else None


def _own_rule(indicator: Indicator, policy: ScorePolicy) -> PointRule | None:
    """The form set's own rule for an indicator of this name, quotes aside."""
    return next((own.rule for own in policy.own if _meant_by(own, indicator)), None)


def _meant_by(own: OwnRule, indicator: Indicator) -> bool:
    name = (indicator.name or indicator.text).translate(_NO_QUOTES)
    return own.name.translate(_NO_QUOTES) in name


def check_own_rules(forms: Sequence[Indicators], policy: ScorePolicy, problems: Problems) -> None:
    """Name each rule of 指标办法 that no indicator of these forms has the name for.

    Where one was left out after a report, nobody knows.
    """
    indicators = [indicator for form in forms for indicator in form.rows]
    damaged = any(form.damaged for form in forms)
    for own in policy.own if indicators and not damaged else ():
        if not any(_meant_by(own, indicator) for indicator in indicators):
            known = [indicator.name or indicator.text for indicator in indicators]
            problems.add("S113", own.at, name=own.name, suggestion=suggest(own.name, known))


def _check_measures(
    indicator: Indicator,
    own: PointRule,
    target: Shown | None,
    actual: Shown | None,
    problems: Problems,
) -> None:
    """A rule in another unit, or one that could earn more than 分值, scores nothing sensible."""
    name = indicator.name or indicator.text
    for measure, figure in foreign_measures(own, target, actual):
        problems.add(
            "S110", indicator.at, related=[measure.at], name=name, measure=measure.text,
            found=str(figure),
        )  # fmt: skip
        break
    most = most_points(own)
    if most is not None and most > indicator.points.value:
        problems.add(
            "S111", indicator.points.at, name=name, most=trimmed(most),
            points=indicator.points.text,
        )  # fmt: skip


def _check_words(
    indicator: Indicator, target: Shown | None, actual: Shown | None, problems: Problems
) -> None:
    """A percentage inside a target's words is not compared: the result is the rate itself."""
    silent = indicator.score is not None or indicator.kind == QUALITATIVE
    if silent or not isinstance(target, Words) or not isinstance(actual, Figure):
        return
    if actual.unit == "%" and _PERCENTAGE.search(str(target)):
        name = indicator.name or indicator.text
        problems.add("S112", target.at, name=name, target=str(target)[:40], found=str(actual))


def _typed(path: str, quantity: Quantity, year: int) -> Figure:
    return Figure(
        path, Fraction(quantity.value), quantity.text, "分", quantity.at,
        places=typed_places(quantity.number), year=year,
    )  # fmt: skip


def _rate_figure(
    path: str,
    ratio: Fraction,
    indicator: Indicator,
    policy: ScorePolicy,
    year: int,
    compared: Sequence[str],
) -> Figure:
    places = DEFAULT_PLACES if policy.rate_places is None else policy.rate_places
    return calculated(
        path, counted_rate(ratio, policy), "%", indicator.at, places_below_full(ratio, places),
        formula=_RATE_RULES[len(compared)], inputs=compared, year=year, divided=True,
    )  # fmt: skip


def _shown(
    path: str,
    leaf: Leaf | None,
    indicator: Indicator,
    computed: Computed,
) -> Shown | None:
    """A target or result as the form shows it, with the indicator's unit behind a bare number."""
    if leaf is None:
        return None
    if path in computed.open:
        return unfilled(path, leaf.at)
    if isinstance(leaf, Text):
        return computed.words.get(path) or Words(leaf.text, path, leaf.at)
    figure = computed.figures.get(path)
    if figure is None:
        return None
    if not indicator.unit or figure.suffix:
        return figure
    if indicator.unit == "%" and figure.unit == "":
        return replace(
            figure, text=f"{figure.text}%", unit="%", value=figure.value / 100, suffix="%"
        )
    if figure.unit in MONEY and indicator.unit in MONEY and figure.unit != indicator.unit:
        value = figure.value / MONEY[indicator.unit]
        digits = show(value, exact_places(value) or DEFAULT_PLACES)
        return replace(figure, text=digits + indicator.unit, suffix=indicator.unit)
    return replace(
        figure, text=figure.text + indicator.unit, unit=figure.unit or indicator.unit,
        suffix=indicator.unit,
    )  # fmt: skip


def _kind(target: Shown | None, typed: Leaf | None) -> str:
    """Inferred from the target: its sign, a number, or words."""
    if not isinstance(target, Figure):
        return QUALITATIVE
    around = limit(target.prefix, target.suffix)
    wanted = typed.prefix if isinstance(typed, Quantity) else around
    if wanted in _REVERSE_SIGNS:
        return REVERSE
    return EQUAL if wanted == "=" else FORWARD


def _report_unscored(
    indicator: Indicator,
    target: Shown | None,
    actual: Shown | None,
    band: Band | None,
    policy: ScorePolicy,
    problems: Problems,
) -> None:
    """Say why no score came out, unless the reason was already reported."""
    broken = isinstance(indicator.actual, Formula) and actual is None
    broken |= isinstance(indicator.target, Formula) and target is None
    if broken or (band is None and indicator.band is not None):
        return
    name = indicator.name or indicator.text
    if band is not None:
        low, high = band_points(band, Fraction(indicator.points.value))
        problems.add(
            "S108", indicator.at, name=name, band=band.name, low=show(low, 6), high=show(high, 6)
        )
    elif indicator.actual is None:
        problems.add("S105", indicator.at, name=name)
    elif indicator.target is None:
        problems.add(
            "S106", indicator.at, name=name, found=str(actual), why="没有目标可比", lacking="“目标”"
        )
    else:
        bands = "、".join(band.name for band in policy.bands)
        lacking = f"数字或百分比、套表的等次（{bands}）" if bands else "数字或百分比"
        problems.add(
            "S106", indicator.actual.at, name=name, found=str(actual), lacking=lacking,
            why="和目标比不出完成率",
        )  # fmt: skip


def average(scores: Sequence[Fraction]) -> Fraction | None:
    """Mean score of several projects, None without any."""
    return total(scores) / len(scores) if scores else None
