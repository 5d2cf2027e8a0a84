"""Rules about figures typed by hand: that a tag should print, or that the tables contradict."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Container, Iterator
from fractions import Fraction
from typing import TypeAlias

from generator.checks.claims import claims
from generator.checks.precision import significant
from generator.checks.prose import (
    PLAIN,
    REPORT,
    Number,
    Passage,
    changed,
)
from generator.checks.registry import Finding, rule
from generator.checks.rules.old_words import of_last_year
from generator.checks.slips import Slips
from generator.checks.subject import Subject, has_tag
from generator.figures.amounts import MONEY, round_half_up
from generator.figures.model import Figure
from generator.problems import Severity

WARNING, NOTE = Severity.WARNING, Severity.NOTE

_INCOME = "收入预算:\n  财政拨款: {本年: 209.57, 上年: 207.82}\n  上年结转: {本年: 50, 上年: 80}\n"
_SCORED = "得分{{ 自评.总分 }}分，等级为“{{ 自评.等级 }}”。\n"


@rule(
    "HAND01",
    WARNING,
    "手写的数就是内容里的数",
    why="报告正文里手写的数，和内容里的一个数相同（金额，或者同单位、三位以上有效数字）；内容改了，手写的不会跟着改。",
    hint="请用标签代替。",
    failing={"figures.yaml": _INCOME, "report.md": "财政拨款收入209.57万元。" + _SCORED},
    passing={
        "figures.yaml": _INCOME,
        "report.md": "财政拨款收入{{ 收入预算.财政拨款.本年 | 万元 }}。" + _SCORED,
    },
)
def typed_by_hand(data: Subject) -> Iterator[Finding]:
    """Numbers that a tag should print."""
    wrong = {
        found.passage.at(start)
        for found in claims(data) if found.judged
        for start, _ in found.spans
    }  # fmt: skip
    for passage, number in _typed_numbers(data):
        # A stale number is last year's figure: a tag for that would make it stale for ever.
        same = [f for f in _equal(data, number) if not of_last_year(f, data.year) and has_tag(f)]
        if not same or passage.at(number.start) in wrong:
            continue
        figure = _meant(data, passage, number, same)
        said = f"手写的“{number.text}{number.unit}”和"
        at = passage.at(number.start)
        if figure is None:
            yield Finding(
                at,
                f"{said}内容里的一个数相同。",
                hint="请用标签代替：说的是哪一项，用哪一项的名称。",
            )
        else:
            yield Finding(
                at, f"{said}“{figure.path}”相同。", hint=f"请用 {_tag(figure)} 代替。",
                related=(figure.at,),
            )  # fmt: skip


def _meant(data: Subject, passage: Passage, number: Number, same: list[Figure]) -> Figure | None:
    """The figure of that value that the words before the number speak of; None: not certain.

    Another one's name would print another number as soon as the content changes.
    """
    text = re.sub("[（）“”]", "", passage.text[max(0, number.start - _NEAR) : number.start])
    clause = re.split("[，。；：]", text)[-1]
    last = any(word in clause for word in ("上年", "去年", str(data.year - 1)))
    of_time = [] if last else same
    named = [
        f for f in of_time if any(name in text for name in f.path.split(".")[:-1])
    ]  # fmt: skip
    paths = {f.path for f in of_time}
    return named[0] if named else of_time[0] if len(paths) == 1 else None


@rule(
    "HAND02",
    WARNING,
    "手写的数和内容里的数只差一点",
    why="报告正文里手写的数（三位以上有效数字），和内容里的一个金额只差一位数字、颠倒了两位、或小数点、单位错了，同一段又提到这个数的表名或行名。",
    source="评审常见：一个数两个值，元和万元",
    hint="请核对；同一个数请用标签代替。",
    failing={"figures.yaml": _INCOME, "report.md": "财政拨款收入209.75万元。" + _SCORED},
    passing={"figures.yaml": _INCOME, "report.md": "办公用房209.75平方米。" + _SCORED},
)
def almost_typed(data: Subject) -> Iterator[Finding]:
    """Numbers one slip away from a figure and equal to none."""
    slips = Slips(data.money)
    for passage, number in _typed_numbers(data):
        if significant(number.text) < 3 or _equal(data, number) or number.about:
            continue
        near = slips.of(passage, number)
        if near is not None:
            figure, slip = near
            yield Finding(
                passage.at(number.start),
                f"手写的“{number.text}{number.unit}”和“{figure.path}”的{figure.text}只差一点（{slip}）。",
                hint=f"请核对；同一个数请用 {_tag(figure)} 代替。"
                if has_tag(figure)
                else "请核对。",
                related=(figure.at,),
            )


def _typed_numbers(data: Subject) -> Iterator[tuple[Passage, Number]]:
    for passage in data.counted:
        if passage.kind != REPORT:
            continue
        for number in passage.numbers():
            if number.typed and number.unit and not changed(passage, number):
                yield passage, number


def _equal(data: Subject, number: Number) -> list[Figure]:
    if number.unit in MONEY:
        value = number.value * MONEY[number.unit]
        own = [f for f in data.money.get(value, ()) if value]
        return own if significant(number.text) >= 2 else []
    if significant(number.text) < 3:
        return []
    score = data.data.overall.score
    if number.unit == "分" and score.value == number.value:
        return [score]
    if number.unit == "%":
        found = _printed(data, number.places).get(("%", number.value), [])
    else:
        counts = _printed(data, -1)
        alike = [counts.get((unit, number.value), []) for unit in (number.unit, "")]
        found = sorted((pair for same in alike for pair in same), key=lambda pair: pair[0])
    return [figure for _, figure in found]


_Printed: TypeAlias = dict[tuple[str, Fraction], list[tuple[int, Figure]]]


def _printed(data: Subject, places: int) -> _Printed:
    """Rates as they read with ``places`` decimals; for -1 counts. By unit and value, numbered."""
    key = f"printed {places}"
    known = data.memo.get(key)
    if isinstance(known, dict):
        return known
    found: _Printed = {}
    for order, figure in enumerate(data.figures.values()):
        if figure.hidden or not has_tag(figure) or (figure.unit == "%") != (places >= 0):
            continue
        value = figure.value if places < 0 else Fraction(round_half_up(figure.value * 100, places))
        found.setdefault((figure.unit, value), []).append((order, figure))
    data.memo[key] = found
    return found


def _tag(figure: Figure) -> str:
    unit = " | 万元" if figure.unit == "万元" else ""
    return f"{{{{ {figure.path}{unit} }}}}"


@rule(
    "CROSS05",
    WARNING,
    "正文里的数和表里的不同",
    why="正文里紧跟在一个行名（四个字以上，如“社会保障和就业支出”）后面的金额，不等于表里这一行的任何一个数。",
    source="评审常见：一个数在别处是另一个值",
    hint="请核对；用标签代替手写的数就不会不同。",
    failing={
        "figures.yaml": "支出预算:\n  卫生健康支出: {本年: 5.66}\n",
        "report.md": "卫生健康支出为6.12万元。" + _SCORED,
    },
    passing={
        "figures.yaml": "支出预算:\n  卫生健康支出: {本年: 5.66}\n",
        "report.md": "卫生健康支出为5.66万元。" + _SCORED,
    },
)
def stated_elsewhere(data: Subject) -> Iterator[Finding]:
    """Amounts typed behind a row's name that the row does not hold."""
    stating = [p for p in data.report if "元" in p.text and p.counts]
    if not stating:
        return
    held: dict[str, list[Figure]] = {}
    for row in data.table_rows:
        name = row.path.rpartition(".")[2]
        for figure in row.cells.values():
            held.setdefault(name, []).append(figure)
            if figure.base is not None:
                held[name].append(figure.base)
    names = {
        name: sorted({f.value for f in held[name]}) for name in held if 4 <= len(name) <= _NEAR
    }
    if not names:
        return
    for passage in stating:
        for match in re.finditer(_AMOUNT, passage.text):
            name, start = _named_before(passage.text, match.start(), names)
            if not name or not passage.typed(*match.span(1)):
                continue
            value = Fraction(match[1]) * MONEY[match[2]]
            half = MONEY[match[2]] / 10 ** len(match[1].partition(".")[2]) / 2
            nearest = bisect_left(names[name], value - half)
            if nearest < len(names[name]) and names[name][nearest] <= value + half:
                continue
            figures = held[name]
            told = list(dict.fromkeys(f.text for f in figures[: _MOST_TOLD + 1]))
            more = "……" * (len(figures) > _MOST_TOLD + 1)
            yield Finding(
                passage.at(match.start(1)),
                f"“{passage.text[start : match.end()]}”：表里“{name}”这一行的数是"
                f"{'、'.join(told)}{more}。",
                related=(figures[0].at,),
            )


#: Characters before a number that say what it is.
_NEAR = 60
#: Figures of a row that a message tells.
_MOST_TOLD = 20
_AMOUNT = rf"({PLAIN})(万元|元)"
#: What may stand between the name of a row and its amount.
_BETWEEN = r"(?:年初)?(?:预算|决算|执行)?数?(?:总额|合计)?[为是共]?"
_MOST_BETWEEN = 10


def _named_before(text: str, end: int, names: Container[str]) -> tuple[str, int]:
    """The row that the amount at ``end`` is said of, and where its name begins.

    Of several the one that begins first is meant.
    """
    between = re.compile(_BETWEEN)
    found = [
        (start, -stop)
        for stop in range(end, max(-1, end - _MOST_BETWEEN), -1)
        if between.fullmatch(text, stop, end)
        for start in range(max(0, stop - _NEAR), stop - 3)
        if text[start:stop] in names
    ]
    if not found:
        return "", end
    start, stop = min(found)
    return text[start:-stop], start
