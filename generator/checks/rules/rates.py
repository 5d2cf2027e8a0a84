"""Rules about typed rates: against what other figures of the set make of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fractions import Fraction

from generator.checks.precision import judge, point
from generator.checks.registry import Finding, one, rule
from generator.checks.relations import value_of
from generator.checks.subject import Form, Subject, TableRow, indicator_name, named
from generator.content.model import Formula, Quantity
from generator.content.wordings import expression
from generator.figures.amounts import show, worth
from generator.figures.compute import LAST, own_name, project_path
from generator.figures.model import Figure
from generator.figures.points import is_met
from generator.figures.scoring import Scored
from generator.frozen import frozen, replace
from generator.problems import Position, Severity

WARNING = Severity.WARNING
_Look = Callable[[str], Figure | None]


@frozen
class _Typed:
    """A number as typed: its value in ``unit`` (5 for 5%), its decimals and its place."""

    text: str
    value: Fraction
    places: int
    unit: str
    at: Position


_EXECUTED = (
    "名称: 培训\n资金:\n  财政拨款: {全年预算: 10, 全年执行: 9}\n目标: {预期: 培训, 完成: 已培训}\n"
)
_RATED = (
    "指标:\n- 一级: 产出指标\n  三级:\n  - {名称: 预算执行率, 目标: ≥90%, 完成: 95%, 分值: 100}\n"
)


@rule(
    "DERIVED01",
    WARNING,
    "完成值和别处的数算出来的不同",
    why="在职人员控制率、“三公”经费控制率、结转结余率、预算执行率等，可以由人员、三公经费、预决算表、项目的资金算出，套表还可以用“完成值核对”另加几个；填的完成值（包括完成引用的、填在别处的数）按它的小数位比较，正常的四舍五入不报。",
    source="财预〔2013〕53号（预算绩效评价共性指标体系框架）",
    hint="请改成公式，或核对两处的数。",
    failing={
        **one("名称: 在职人员控制率, 目标: ≤100%, 完成: 100%, 分值: 100"),
        "facts.yaml": "人员: {在职: 6, 编制: 5}\n",
        "projects/培训.yaml": _EXECUTED + _RATED,
    },
    passing={
        **one("名称: 在职人员控制率, 目标: ≤100%, 完成: 83%, 分值: 100"),
        "facts.yaml": "人员: {在职: 5, 编制: 6}\n",
        "projects/培训.yaml": _EXECUTED + _RATED.replace("95%", "90%"),
    },
)
def derived_result(data: Subject) -> Iterator[Finding]:
    """Typed results that other figures contradict."""
    for number, form in enumerate(data.forms):
        look = data.figure if form.project is None else _own(data, project_path(number))
        for row in form.evaluation.rows:
            typed = _result(data, row)
            for entry in data.settings.derived if typed is not None else ():
                if not re.search(expression(entry.name), indicator_name(row)):
                    continue
                known = [
                    (value, formula.source)
                    for formula in entry.formulas
                    if typed is not None
                    and _comparable(typed, formula.source, look)
                    and (value := value_of(formula.source, look)) is not None
                ]
                if known and typed is not None:
                    yield from _compare(form, row, typed, *known[0], entry.what)
                    break


def _own(data: Subject, project: str) -> _Look:
    """Where the names of a formula are looked up for a project: it has figures of its own."""
    return lambda name: data.figure(own) if (own := own_name(project, name)) else None


def _result(data: Subject, row: Scored) -> _Typed | None:
    """The result as somebody typed it, there or where its formula does no more than name it."""
    given = row.indicator.actual
    if isinstance(given, Quantity):
        places = len(given.number.partition(".")[2])
        return _Typed(given.text, Fraction(given.value), places, given.unit, given.at)
    found = data.figures.get(given.source.strip()) if isinstance(given, Formula) else None
    if found is None or found.formula or found.places is None:
        return None
    value = found.value / worth(found.unit) if found.unit == "%" else found.value
    return _Typed(found.text, value, found.places, found.unit, found.at)


def _comparable(typed: _Typed, formula: str, look: _Look) -> bool:
    """Whether the result and the ``formula`` are of one kind: shares, or one thing of one unit."""
    if typed.unit in ("", "%"):
        return True
    figure = look(formula.strip())
    return figure is not None and figure.unit == typed.unit


def _compare(
    form: Form, row: Scored, typed: _Typed, exact: Fraction, formula: str, what: str
) -> Iterator[Finding]:
    """The typed result against ``exact``, at its own precision."""
    rate = typed.unit == "%" or row.indicator.unit == "%"
    verdict = judge(typed.value, typed.places, point(exact * 100 if rate else exact))
    if not verdict and _hides(row, exact):
        verdict = "舍入后和目标比出另一个结果"
    if verdict:
        how = f"（{verdict}）" if verdict != "不符" else ""
        digits = show(exact * 100 if rate else exact, max(2, typed.places))
        told = digits + ("%" if rate else typed.unit or row.indicator.unit)
        yield Finding(
            typed.at,
            f"{form.label}{named(row)}的完成值填的是{typed.text}，按{what}算是{told}{how}。",
            hint=f"请改成公式（完成: = {formula}），或核对两处的数。",
        )


def _hides(row: Scored, exact: Fraction) -> bool:
    """Whether the typed result is on another side of its target than the ``exact`` one."""
    actual = row.actual
    if not isinstance(actual, Figure):
        return False
    met = is_met(row.kind, row.target, actual)
    return met != is_met(row.kind, row.target, replace(actual, value=exact))


@rule(
    "RATE04",
    WARNING,
    "表里填的执行率和算出来的不同",
    why="表的一行里填了执行率、完成率，又有执行数和预算数：填的按它的小数位比较，正常的四舍五入不报；除以这一行的哪个预算数都对不上的才报。",
    uses=("执行", "不超过"),
    hint="请删去这一栏，执行率由 gen 计算；或核对执行数和预算数。",
    failing={"figures.yaml": "资金:\n  财政拨款: {全年预算: 80, 全年执行: 60, 执行率: 80}\n"},
    passing={"figures.yaml": "资金:\n  财政拨款: {全年预算: 80, 全年执行: 60, 执行率: 75}\n"},
)
def rates_of_rows(data: Subject) -> Iterator[Finding]:
    """Rates typed beside the two amounts that make them."""
    for row in data.table_rows:
        for column, rate in row.cells.items():
            if not rate.formula and _is_rate(data, column) and not column.startswith(LAST):
                yield from _rate_of(data, row, column, rate)


def _is_rate(data: Subject, column: str) -> bool:
    return any(word in column for word in data.known.execution)


def _rate_of(data: Subject, row: TableRow, column: str, rate: Figure) -> Iterator[Finding]:
    """The rate of a row against its outturn through any of its budgets."""
    pairs = [
        (lower, upper)
        for limited, uppers in data.known.limits
        for table, _, lower in [limited.rpartition(".")]
        for upper in uppers
        if row.path.startswith(table) and lower in row.cells and upper in row.cells
    ]
    known = [(low, high) for low, high in pairs if row.cells[high].value]
    others = [
        (low, other)
        for low, _ in known
        for other, cell in row.cells.items()
        if other not in (low, column) and cell.value and not _is_rate(data, other)
    ]
    if not known or any(_fits(rate, _ratio(row, *pair)) for pair in others):
        return
    lower, upper = known[0]
    yield Finding(
        rate.at,
        f"“{row.path}”的{column}填的是{rate.text}，按{lower} ÷ {upper}算是"
        f"{show(_ratio(row, lower, upper) * 100, max(2, rate.places or 0))}%。",
        related=(row.cells[lower].at, row.cells[upper].at),
    )


def _ratio(row: TableRow, lower: str, upper: str) -> Fraction:
    return row.cells[lower].value / row.cells[upper].value


def _fits(rate: Figure, exact: Fraction) -> bool:
    """Whether a rate, typed as 75%, 75 or 0.75, is an honest rounding of ``exact``."""
    places = rate.places or 0
    if rate.unit == "%":
        return not judge(rate.value * 100, places, point(exact * 100))
    return any(not judge(rate.value, places, point(exact * times)) for times in (100, 1))
