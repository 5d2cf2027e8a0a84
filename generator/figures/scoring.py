"""Indicator scores by the form set's policy (财预〔2020〕10号 frame, regional variants as data).

A score is 分值 × completion rate, the rate rounded first where the policy says so, capped at
分值 and never below 0, then rounded once. A typed score stands, checked against 分值.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from generator.content.model import FormSet, Formula, Indicator, Leaf, Quantity, ScorePolicy, Text
from generator.figures.amounts import round_half_up, show, total, trimmed
from generator.figures.compute import Computed
from generator.figures.model import Figure, Words
from generator.frozen import frozen
from generator.problems import Position, Problems, Severity

FORWARD, REVERSE, EQUAL, QUALITATIVE = "正向", "反向", "等于", "定性"
_REVERSE_SIGNS = ("≤", "<")

Shown = Figure | Words

#: How a rate came about, by how many numbers went into it.
_RATE_RULES = ("完成与目标相符", "完成值本身是百分比", "完成 ÷ 目标")


@frozen
class Scored:
    """An indicator with everything its form row shows.

    ``rate``: completion rate after the policy's rounding, None when nothing can be computed.
    ``computed``: the score by rule, None likewise; ``score``: what counts (typed or computed).
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


@frozen
class Group:
    """A first-level heading: its points (权重) and score."""

    name: str
    points: Figure
    score: Figure


@frozen
class Evaluation:
    """One form's result: rows, groups, totals, grade."""

    rows: tuple[Scored, ...]
    groups: tuple[Group, ...]
    points: Figure
    score: Figure
    grade: Words
    execution: Figure | None
    execution_points: Figure | None
    execution_score: Figure | None
    damaged: bool = False


def evaluate(
    path: str,
    indicators: Sequence[Indicator],
    policy: ScorePolicy,
    form_set: FormSet,
    computed: Computed,
    year: int,
    at: Position,
    problems: Problems,
) -> Evaluation:
    """Score one form. ``path`` is ``""`` for the overall form, else the project's path."""
    lead = f"{path}." if path else ""
    rows = tuple(
        _score(f"{lead}指标[{n}]", indicator, policy, computed, year, problems)
        for n, indicator in enumerate(indicators, 1)
    )
    own = f"{path}.自评" if path else "自评"
    groups = _groups(own, rows, year, problems)
    execution = computed.figures.get(f"{path or '自评'}.执行率")
    execution_score = _execution_score(own, execution, policy, year)
    if policy.execution_points and policy.execution is None:
        problems.add("S107", Position(form_set.file, 1, 1))
    points = total([row.points.value for row in rows]) + Fraction(policy.execution_points)
    damaged = _damaged(rows[0].indicator.at.file, problems) if rows else False
    if rows and not damaged and points != Fraction(policy.total):
        problems.add(
            "S101", rows[0].indicator.at, found=show(points, 6), total=trimmed(policy.total),
            difference=show(abs(points - Fraction(policy.total)), 6),
            direction="多" if points > Fraction(policy.total) else "少",
        )  # fmt: skip
    scores = [row.score.value for row in rows]
    if execution_score is not None:
        scores.append(execution_score.value)
    score = _figure(
        f"{own}.总分", total(scores), rows[0].indicator.at if rows else at, year,
        formula="各指标得分之和" + ("加执行得分" if execution_score is not None else ""),
        inputs=[r.score.path for r in rows] + ([execution_score.path] if execution_score else []),
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
        grade=Words(_grade(score.value, form_set), f"{own}.等级", score.at),
        execution=execution,
        execution_points=(
            _figure(
                f"{own}.执行分值", Fraction(policy.execution_points), execution.at, year,
                formula="套表规定", inputs=(),
            )
            if execution_score is not None and execution is not None
            else None
        ),
        execution_score=execution_score,
    )  # fmt: skip


def _figure(
    path: str,
    value: Fraction,
    at: Position,
    year: int,
    *,
    formula: str,
    inputs: Iterable[str],
    places: int = 6,
) -> Figure:
    """A score or count of points: 分, printed without trailing zeros."""
    text = show(value, places)
    return Figure(
        path, value, text, "分", at, places=len(text.partition(".")[2]), formula=formula,
        inputs=tuple(inputs), year=year,
    )  # fmt: skip


def _damaged(file: str, problems: Problems) -> bool:
    """Whether the file of the indicators had errors: sums over what is left mean nothing."""
    return any(
        p.severity is Severity.ERROR and p.at.file == file and p.code[0] == "L" for p in problems
    )


def _groups(own: str, rows: Sequence[Scored], year: int, problems: Problems) -> tuple[Group, ...]:
    """Points and scores by first-level heading; a typed 权重 must equal its indicators' sum."""
    groups = []
    for number in dict.fromkeys(row.indicator.group for row in rows):
        members = [row for row in rows if row.indicator.group == number]
        first = members[0].indicator
        points = total(row.points.value for row in members)
        damaged = _damaged(first.at.file, problems)
        if not damaged and first.weight is not None and Fraction(first.weight.value) != points:
            problems.add(
                "S102", first.weight.at, name=first.level1, weight=first.weight.text,
                found=show(points, 6),
            )  # fmt: skip
        at = first.weight.at if first.weight is not None else first.group_at
        groups.append(
            Group(
                first.level1,
                _figure(
                    f"{own}.一级[{number}].分值", points, at, year,
                    formula="各指标分值之和", inputs=[row.points.path for row in members],
                ),
                _figure(
                    f"{own}.一级[{number}].得分", total(row.score.value for row in members), at,
                    year, formula="各指标得分之和", inputs=[row.score.path for row in members],
                ),
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
    score = round_half_up(Fraction(policy.execution_points) * rate, policy.score_places)
    return _figure(
        f"{own}.执行得分", Fraction(score), execution.at, year,
        formula="分值 × 执行率", inputs=[execution.path],
    )  # fmt: skip


def _grade(score: Fraction, form_set: FormSet) -> str:
    """The first grade whose floor the score reaches."""
    for grade in form_set.grades:
        if score >= Fraction(grade.floor):
            return grade.name
    return ""


def _score(
    path: str,
    indicator: Indicator,
    policy: ScorePolicy,
    computed: Computed,
    year: int,
    problems: Problems,
) -> Scored:
    target = _shown(f"{path}.目标", indicator.target, indicator, computed, policy)
    actual = _shown(f"{path}.完成", indicator.actual, indicator, computed, policy)
    kind = indicator.kind or _kind(target, indicator.target)
    ratio = _rate(kind, target, actual, policy)
    points = Fraction(indicator.points.value)
    rule = _by_rule(ratio, points, policy)
    typed = indicator.score
    if typed is not None and typed.value > indicator.points.value:
        problems.add("S103", typed.at, score=typed.text, points=indicator.points.text)
    if typed is not None and typed.value < 0:
        problems.add("S104", typed.at, score=typed.text)
    if rule is None and typed is None:
        _report_unscored(indicator, target, actual, problems)
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
                f"{path}.得分", rule or Fraction(0), indicator.at, year,
                formula="分值 × 完成率", inputs=[f"{path}.分值", f"{path}.完成率"],
                places=policy.score_places,
            )
        ),
        computed=rule,
    )  # fmt: skip


def _typed(path: str, quantity: Quantity, year: int) -> Figure:
    return Figure(
        path, Fraction(quantity.value), quantity.text, "分", quantity.at,
        places=len(quantity.number.partition(".")[2]), year=year,
    )  # fmt: skip


def _rate_figure(
    path: str,
    ratio: Fraction,
    indicator: Indicator,
    policy: ScorePolicy,
    year: int,
    compared: Sequence[str],
) -> Figure:
    rounded = _rounded(ratio, policy)
    places = 2 if policy.rate_places is None else policy.rate_places
    return Figure(
        path, rounded, show(rounded * 100, places) + "%", "%", indicator.at,
        suffix="%", formula=_RATE_RULES[len(compared)], inputs=tuple(compared), year=year,
    )  # fmt: skip


def _shown(
    path: str,
    leaf: Leaf | None,
    indicator: Indicator,
    computed: Computed,
    policy: ScorePolicy,
) -> Shown | None:
    """A target or result as the form shows it, with the indicator's unit behind a bare number."""
    if leaf is None:
        return None
    if isinstance(leaf, Text):
        return computed.words.get(path) or Words(leaf.text, path, leaf.at)
    figure = computed.figures.get(path)
    if figure is None:
        return None
    if isinstance(leaf, Formula) and figure.unit == "%" and policy.rate_places is not None:
        text = show(figure.value * 100, policy.rate_places) + "%"
        return _reshaped(figure, text, "%", figure.value, "%")
    if not indicator.unit or figure.suffix:
        return figure
    if indicator.unit == "%" and figure.unit == "":
        return _reshaped(figure, figure.text + "%", "%", figure.value / 100, "%")
    return _reshaped(
        figure, figure.text + indicator.unit, figure.unit or indicator.unit, figure.value,
        indicator.unit,
    )  # fmt: skip


def _reshaped(figure: Figure, text: str, unit: str, value: Fraction, suffix: str) -> Figure:
    return Figure(
        figure.path, value, text, unit, figure.at, places=figure.places, prefix=figure.prefix,
        suffix=suffix, formula=figure.formula, inputs=figure.inputs, year=figure.year,
        base=figure.base,
    )  # fmt: skip


def _kind(target: Shown | None, typed: Leaf | None) -> str:
    """Inferred from the target: its sign, a number, or words."""
    if not isinstance(target, Figure):
        return QUALITATIVE
    sign = typed.prefix if isinstance(typed, Quantity) else target.prefix
    if sign in _REVERSE_SIGNS:
        return REVERSE
    return EQUAL if sign == "=" else FORWARD


def _rate(
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
    goal, done = target.value, actual.value
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
    return goal / done if rule == "比例" else max(Fraction(0), 1 - (done - goal) / goal)


def _rounded(ratio: Fraction, policy: ScorePolicy) -> Fraction:
    if policy.rate_places is None:
        return ratio
    return Fraction(round_half_up(ratio * 100, policy.rate_places)) / 100


def _by_rule(ratio: Fraction | None, points: Fraction, policy: ScorePolicy) -> Fraction | None:
    if ratio is None:
        return None
    rate = max(Fraction(0), min(_rounded(ratio, policy), Fraction(1)))
    return Fraction(round_half_up(points * rate, policy.score_places))


def _report_unscored(
    indicator: Indicator,
    target: Shown | None,
    actual: Shown | None,
    problems: Problems,
) -> None:
    """Say why no score came out, unless the reason was already reported."""
    broken = isinstance(indicator.actual, Formula) and actual is None
    broken |= isinstance(indicator.target, Formula) and target is None
    if broken:
        return
    name = indicator.name or indicator.text
    if indicator.actual is None:
        problems.add("S105", indicator.at, name=name)
    else:
        problems.add("S106", indicator.actual.at, name=name, found=str(actual))


def average(scores: Sequence[Fraction]) -> Fraction | None:
    """Mean score of several projects, None without any."""
    return total(scores) / len(scores) if scores else None
