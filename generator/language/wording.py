"""The field's phrases, made from the sign and size of figures (wording of GB/T 15835 prose).

Amounts pair with 增加/减少, rates with 增长/下降, differences of rates are 百分点; equal figures
are 持平; a rate on a zero base is never printed. Each filter takes a figure and gives a
``Phrase`` that knows its source, or a ``Fault`` naming what stands in the way.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction

from generator.content.blanks import FILL
from generator.figures.amounts import DEFAULT_PLACES, MONEY, exact_places, round_half_up, show
from generator.figures.model import ABSENT, Fault, Figure, Phrase, Words, home
from generator.figures.results import places_below_full
from generator.frozen import frozen
from generator.problems import Position

Worded = Phrase | Fault

#: A difference smaller than this many decimals show is printed as it is.
_MOST_PLACES = 10


@frozen
class Kind:
    """What a wording tells of a figure, for those that word it elsewhere.

    ``aspect``: the word for it behind the figure's name, empty when it is the figure itself;
    ``ratio``: whether a cell of Excel keeps it as a fraction of one.
    """

    aspect: str = ""
    ratio: bool = False


ITSELF, RATE = Kind(), Kind(ratio=True)
CHANGE, GAP = Kind("比上年"), Kind("相差")
SHARE, COMPLETION = Kind("占比", ratio=True), Kind("完成率", ratio=True)


@frozen
class Filter:
    """A filter as writers know it: its name, arguments, one-line meaning, kind, and function."""

    name: str
    usage: str
    summary: str
    kind: Kind
    apply: Callable[..., object]


FILTERS: dict[str, Filter] = {}


def register(
    name: str, usage: str, summary: str, kind: Kind = ITSELF
) -> Callable[[Callable[..., object]], object]:
    """Make the decorated function the filter ``name``."""

    def registered(function: Callable[..., object]) -> Callable[..., object]:
        def guarded(value: object, *args: object, **named: object) -> object:
            given = (value, *args, *named.values())
            fault: Fault | None = None
            try:
                return function(value, *args, **named)
            except _Refused as refused:
                fault = refused.fault
            except TypeError:
                fault = Fault("T106", (("filter", name), ("usage", usage)))
            except _Unfilled:
                pass
            texts = [one for one in given if isinstance(one, Words)]
            unfilled = fault is None or any(one.blank for one in texts)
            if fault is not None and not unfilled and ABSENT not in texts:
                return fault
            return Phrase(FILL if unfilled else ABSENT, f"{getattr(value, 'path', '')}|{name}")

        FILTERS[name] = Filter(name, usage, summary, kind, guarded)
        return function

    return registered


@frozen
class Source:
    """What a marked text shows: a value as it is, or a wording of ``figure`` and ``others``."""

    figure: str
    filter: str = ""
    others: tuple[str, ...] = ()

    @property
    def kind(self) -> Kind:
        """What the wording tells of the figure."""
        known = FILTERS.get(self.filter)
        return ITSELF if known is None else known.kind


def read_source(path: str) -> Source:
    """``收入.本年|占(收入.合计)`` taken apart: what ``_source`` put together."""
    figure, _, phrase = path.partition("|")
    name, _, inside = phrase.removesuffix(")").partition("(")
    return Source(figure, name, tuple(inside.split("、")) if inside else ())


class _Refused(Exception):
    """Carries a fault out of the helpers below."""

    def __init__(self, code: str, *, typed: tuple[str, ...] = (), **values: str) -> None:
        self.fault = Fault(code, tuple(values.items()), typed)


class _Unfilled(Exception):
    """What ``figure`` is compared with is still to be filled in."""

    def __init__(self, figure: Figure) -> None:
        self.figure = figure


# What filters accept


def _figure(value: object, name: str) -> Figure:
    if isinstance(value, Figure):
        return value
    if isinstance(value, Fault):
        raise _Refused(value.code, typed=value.typed, **dict(value.values))
    missing = getattr(value, "_undefined_name", None)
    if missing is not None:
        held = at_home(getattr(value, "_undefined_obj", None))
        raise _Refused("T101", name=str(missing), hint="", typed=held)
    raise _Refused("T104", filter=name, wanted="数字", found=describe(value), typed=typed_at(value))


def at_home(holder: object) -> tuple[str, ...]:
    """Where content has the branch ``holder``, for a ``Fault``; nothing if it has none."""
    found = home(holder)
    return () if found is None else _typed(*found)


def typed_at(value: object) -> tuple[str, ...]:
    """Where content has the text ``value``, for a ``Fault``."""
    return _typed(value.path, value.at) if isinstance(value, Words) else ()


def _typed(path: str, at: Position) -> tuple[str, ...]:
    return path, at.file, str(at.line), str(at.column)


def describe(value: object) -> str:
    """What a filter found where it wants a number."""
    if isinstance(value, dict):
        return "一组数（名字没有写完）"
    if isinstance(value, list | tuple):
        return "一个列表"
    if isinstance(value, str | Phrase):
        return f"文字“{str(value)[:20]}”" if str(value) else "空白"
    return f"数“{value}”" if type(value) in (int, float) else "不是内容里的数"


def _money(value: object, name: str) -> Figure:
    figure = _figure(value, name)
    if figure.unit not in MONEY:
        raise _Refused("T105", filter=name, name=figure.path, unit=figure.unit or "没有单位")
    return figure


def _base(figure: Figure) -> Figure:
    if figure.base is not None and figure.base.text == FILL:
        raise _Unfilled(figure)
    if figure.base is None:
        raise _Refused("F201", name=figure.path, year=str(figure.year - 1))
    return figure.base


def _places(digits: object) -> int:
    if type(digits) is not int or not 0 <= digits <= 10:
        raise TypeError("digits")
    return digits


def _rounded(value: Fraction, digits: object, places: int = DEFAULT_PLACES) -> str:
    """``value`` with exactly the decimals that were asked for, else with at most ``places``."""
    if digits is None:
        return show(value, places)
    return show(value, _places(digits), fixed=True)


def _source(figure: Figure, name: str, *others: Figure) -> str:
    inside = "、".join(other.path for other in others)
    return f"{figure.path}|{name}({inside})" if inside else f"{figure.path}|{name}"


# Numbers with and without their unit


def _amount_text(value: Fraction, *figures: Figure) -> str:
    """The size of a sum or difference of ``figures``, exact where they are exact."""
    declared = [figure.places for figure in figures]
    known = [places for places in declared if places is not None]
    places = max(known) if len(known) == len(declared) else DEFAULT_PLACES
    while round_half_up(value, places) == 0 and value != 0 and places < _MOST_PLACES:
        places += 1
    return show(abs(value), places, fixed=len(known) == len(declared))


def _numeral(figure: Figure, value: Fraction, digits: object) -> str:
    """The digits of ``value``: as the figure prints, or with a fixed count of decimals."""
    if digits is not None:
        return show(value, _places(digits), fixed=True)
    return figure.numeral


def _decimals(text: str) -> int:
    return len(text.partition(".")[2])


@register("万元", "万元 / 万元(2)", "金额带单位；括号里的数字固定小数位数")
def in_wanyuan(value: object, digits: object = None) -> Worded:
    """``259.57`` → ``259.57万元``; amounts kept in 元 are converted and rounded once."""
    figure = _money(value, "万元")
    if digits is None and figure.suffix not in ("", "万元"):
        text = show(figure.value, exact_places(figure.value) or DEFAULT_PLACES)
    else:
        text = _numeral(figure, figure.value, digits)
    places = _decimals(text)
    rounded = round_half_up(figure.value, places)
    return Phrase(f"{text}万元", _source(figure, "万元"), rounded, "万元", places, "", "万元")


@register("元", "元", "换算成元，带千分位，保留两位小数")
def in_yuan(value: object) -> Worded:
    """``0.1234`` (万元) → ``1,234.00元``."""
    figure = _money(value, "元")
    rounded = round_half_up(figure.value * 10_000, 2)
    return Phrase(f"{rounded:,.2f}元", _source(figure, "元"), rounded, "元", 2, "", "元")


@register("数", "数 / 数(2)", "只要数字，不带单位；括号里的数字固定小数位数")
def bare_number(value: object, digits: object = None) -> Worded:
    """The number alone: as typed, or with a fixed count of decimals."""
    figure = _figure(value, "数")
    text = figure.numeral
    if digits is not None:
        exact = figure.value * 100 if figure.unit == "%" else figure.value
        if figure.suffix in MONEY:
            exact /= MONEY[figure.suffix]
        text = show(exact, _places(digits), fixed=True)
    return Phrase(text, _source(figure, "数"), Decimal(text), "", _decimals(text))


def _percent(ratio: Fraction, digits: object, path: str, places: int = DEFAULT_PLACES) -> Phrase:
    text = _rounded(ratio * 100, digits, places)
    number = round_half_up(Fraction(text) / 100, _decimals(text) + 2)
    return Phrase(f"{text}%", path, number, "%", _decimals(text), "", "%")


@register(
    "百分比",
    "百分比 / 百分比(2)",
    "比率写成百分数，默认最多两位小数；括号里的数字固定小数位数",
    RATE,
)
def as_percent(value: object, digits: object = None) -> Worded:
    """``0.1147`` → ``11.47%``; what is below 100% does not print as that unasked."""
    figure = _figure(value, "百分比")
    if figure.unit not in ("", "%"):
        raise _Refused("T105", filter="百分比", name=figure.path, unit=figure.unit)
    places = places_below_full(figure.value, DEFAULT_PLACES)
    return _percent(figure.value, digits, _source(figure, "百分比"), places)


# Year on year


def _change(figure: Figure) -> str:
    """``减少28.25万元`` (amounts) or ``提高1.2个百分点`` (rates); empty when equal."""
    base = _base(figure)
    difference = figure.value - base.value
    if difference == 0:
        return ""
    if figure.unit == "%":
        return _points(difference, None)
    unit = "万元" if figure.unit in MONEY else figure.unit
    word = "增加" if difference > 0 else "减少"
    return f"{word}{_amount_text(difference, figure, base)}{unit}"


def _points(difference: Fraction, digits: object) -> str:
    """``提高1.2个百分点``; a difference that rounds to nothing has no direction."""
    text = _rounded(abs(difference) * 100, digits)
    if not Fraction(text):
        return "基本持平"
    return f"{'提高' if difference > 0 else '下降'}{text}个百分点"


def _growth(figure: Figure, digits: object) -> str:
    """``下降9.82%``; on a base that allows no rate, words instead; empty when equal."""
    digits = digits if digits is None else _places(digits)
    base = _base(figure)
    if figure.value == base.value:
        return ""
    if figure.unit == "%":
        return _points(figure.value - base.value, digits)
    if base.value == 0:
        return "上年无此项"
    if base.value < 0:
        return "上年为负数，不可比"
    rate = (figure.value - base.value) / base.value
    text = _rounded(abs(rate) * 100, digits)
    if not Fraction(text):
        return "基本持平"
    return f"{'增长' if rate > 0 else '下降'}{text}%"


def _level(figure: Figure, year: str) -> str:
    """The wording of no change; 0 against 0 says so."""
    both_zero = "，均为0" if figure.value == 0 else ""
    return f"与{year}持平{both_zero}"


@register("增减", "增减", "比上年增加或减少的金额；相等时为“持平”", CHANGE)
def change(value: object) -> Worded:
    """``减少28.25万元`` / ``增加1.75万元`` / ``持平``."""
    figure = _figure(value, "增减")
    return Phrase(_change(figure) or "持平", _source(figure, "增减"))


@register(
    "升降",
    "升降 / 升降(0)",
    "比上年增长或下降的比率；相等时为“持平”，上年为0时为“上年无此项”",
    CHANGE,
)
def growth(value: object, digits: object = None) -> Worded:
    """``下降9.82%`` / ``增长0.84%`` / ``持平``."""
    figure = _figure(value, "升降")
    return Phrase(_growth(figure, digits) or "持平", _source(figure, "升降"))


def _year_word(figure: Figure, lead: str) -> str:
    return f"{figure.year - 1}年" if lead.endswith("度") else "上年"


def _since(figure: Figure, lead: str, changed: str, more: str = "") -> str:
    """``changed`` with what it is compared with, and ``more`` about it."""
    year = _year_word(figure, lead)
    if not changed:
        return _level(figure, year)
    return f"与{year}{changed}" if changed == "基本持平" else f"{lead[0]}{year}{changed}{more}"


def _register_leads(lead: str) -> None:
    """The amount, rate and both-together phrases that begin with ``lead`` (比上年, 较上年度…)."""
    shown = "2019年" if lead.endswith("度") else "上年"
    start = lead[0]

    def amount(value: object) -> Worded:
        figure = _figure(value, lead)
        changed = _change(figure)
        text = _since(figure, lead, changed)
        if changed and _base(figure).value == 0 and figure.unit != "%":
            text += "（上年无此项）"
        return Phrase(text, _source(figure, lead))

    def rate(value: object, digits: object = None) -> Worded:
        name = f"{lead}升降"
        figure = _figure(value, name)
        grown = _growth(figure, digits)
        text = grown if grown.startswith("上年") else _since(figure, lead, grown)
        return Phrase(text, _source(figure, name))

    def both(value: object, digits: object = None) -> Worded:
        name = f"{lead}变动"
        figure = _figure(value, name)
        changed = _change(figure)
        rated = changed not in ("", "基本持平") and figure.unit != "%"
        more = f"，{_growth(figure, digits)}" if rated else ""
        return Phrase(_since(figure, lead, changed, more), _source(figure, name))

    register(lead, lead, f"“{start}{shown}减少28.25万元”；相等时“与{shown}持平”", CHANGE)(amount)
    register(
        f"{lead}升降",
        f"{lead}升降 / {lead}升降(0)",
        f"“{start}{shown}下降9.82%”；上年为0时“上年无此项”",
        CHANGE,
    )(rate)
    register(
        f"{lead}变动",
        f"{lead}变动 / {lead}变动(0)",
        f"“{start}{shown}减少28.25万元，下降9.82%”",
        CHANGE,
    )(both)


for _lead in ("比上年", "较上年", "比上年度", "较上年度"):
    _register_leads(_lead)


# Shares and completion


def _ratio(value: object, whole: object, name: str) -> tuple[Figure, Figure]:
    figure, other = _figure(value, name), _figure(whole, name)
    money = figure.unit in MONEY, other.unit in MONEY
    if money[0] != money[1]:
        raise _Refused("T107", name=figure.path, other=other.path)
    return figure, other


@register(
    "占",
    "占(总数) / 占(总数, 1) / 占(总数, 2, '—')",
    "占总数的百分比；数字固定小数位数，引号里是总数为0时印什么，不写的，总数为0是错误",
    SHARE,
)
def share(value: object, whole: object, digits: object = None, words: object = None) -> Worded:
    """``80.74%`` of a named total; a total of zero is a fault unless words are stated for it."""
    return _part(_ratio(value, whole, "占"), "占", "占比", *_told(digits, words, None))


@register(
    "完成",
    "完成(预算数) / 完成(预算数, 0) / 完成(预算数, 2, '—')",
    "完成预算的百分比，只有百分数；括号里的同“占”",
    COMPLETION,
)
def completion(
    value: object, budget: object, digits: object = None, words: object = None
) -> Worded:
    """``94.64%`` of a budget; without one a fault (use 完成预算, which words it) or the words."""
    return _part(_ratio(value, budget, "完成"), "完成", "完成率", *_told(digits, words, None))


def _part(
    both: tuple[Figure, Figure], name: str, what: str, digits: object, without: str | None
) -> Phrase:
    figure, other = both
    path = _source(figure, name, other)
    if other.value:
        return _percent(figure.value / other.value, digits, path)
    if without is None:
        raise _Refused("F202", name=other.path, what=what)
    return _stated(without, path)


def _told(digits: object, words: object, default: str | None) -> tuple[object, str | None]:
    """What a rate was told: decimals, then what prints where there is none; either alone."""
    if words is None and isinstance(digits, str) and not digits.isdigit():
        digits, words = None, digits  # '2' would be decimals put into quotes
    if words is not None and not isinstance(words, str):
        raise TypeError("words")
    return digits if digits is None else _places(digits), default if words is None else words


_STATED_RATE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,10})?)%")


def _stated(text: str, path: str) -> Phrase:
    """A text that a template states, as a number for Excel where it is a percentage."""
    found = _STATED_RATE.fullmatch(text)
    if found is None:
        return Phrase(text, path, unit="%")
    return _percent(Fraction(found[1]) / 100, _decimals(found[1]), path)


@register(
    "完成预算",
    "完成预算(预算数) / 完成预算(预算数, 0) / 完成预算(预算数, 2, '全年预算')",
    "“完成年初预算的94.64%”；预算为0时写“年初未安排预算”",
    COMPLETION,
)
def completion_phrase(
    value: object, budget: object, digits: object = None, label: object = "年初预算"
) -> Worded:
    """``完成年初预算的94.64%``, or words when nothing was budgeted."""
    figure, other = _ratio(value, budget, "完成预算")
    path = _source(figure, "完成预算", other)
    digits = digits if digits is None else _places(digits)
    if not isinstance(label, str):
        raise TypeError("label")
    if other.value == 0:
        unplanned = "年初未安排预算" if label == "年初预算" else f"未安排{label}"
        return Phrase(unplanned, path)
    rate = _rounded(figure.value / other.value * 100, digits)
    return Phrase(f"完成{label}的{rate}%", path)


@register(
    "执行率",
    "执行率(预算数) / 执行率(预算数, 2) / 执行率(预算数, 2, '0.00%')",
    "表格里的执行率；数字固定小数位数，引号里是预算为0时印什么，默认“—”",
    COMPLETION,
)
def execution_rate(
    value: object, budget: object, digits: object = None, words: object = None
) -> Worded:
    """``86.72%``; ``—`` or the stated words when the budget is zero (nothing to execute)."""
    digits, without = _told(digits, words, "—")
    figure, other = _ratio(value, budget, "执行率")
    path = _source(figure, "执行率", other)
    if other.value == 0:
        return _stated(without or "", path)
    ratio = figure.value / other.value
    return _percent(ratio, digits, path, places_below_full(ratio, DEFAULT_PLACES))


@register(
    "百分点", "百分点(另一比率) / 百分点(另一比率, 1)", "两个比率之差：“提高1.2个百分点”", GAP
)
def percentage_points(value: object, other_rate: object, digits: object = None) -> Worded:
    """``提高1.2个百分点`` / ``下降…`` / ``持平``."""
    figure, other = _figure(value, "百分点"), _figure(other_rate, "百分点")
    for rate in (figure, other):
        if rate.unit not in ("", "%"):
            raise _Refused("T105", filter="百分点", name=rate.path, unit=rate.unit)
    difference = figure.value - other.value
    text = _points(difference, digits) if difference else "持平"
    return Phrase(text, _source(figure, "百分点", other))


# Words


_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?")


@register("日期", "日期", "2021-05-21 写成“2021年5月21日”")
def chinese_date(value: object) -> Worded:
    """``2021-05-21`` → ``2021年5月21日`` (GB/T 9704: Arabic numerals, no padding zeros)."""
    match = _DATE.fullmatch(str(value).strip())
    typed = f"“{value.path}”（{value.at}）填的“{value}”" if isinstance(value, Words) else ""
    if not isinstance(value, Words) or match is None:
        raise _Refused("T108", found=typed or describe(value))
    year, month, day = match.groups()
    try:
        date(int(year), int(month), int(day or 1))
    except ValueError:
        raise _Refused("T108", found=typed) from None
    text = f"{year}年{int(month)}月" + (f"{int(day)}日" if day else "")
    return Phrase(text, f"{value.path}|日期")


_DIGITS = "零一二三四五六七八九"


def chinese_numeral(number: int) -> str:
    """1–99 in Chinese: 12 → ``十二``; beyond that the Arabic digits."""
    if not 0 < number < 100:
        return str(number)
    tens, units = divmod(number, 10)
    head = "" if not tens else ("十" if tens == 1 else f"{_DIGITS[tens]}十")
    return head + (_DIGITS[units] if units else "")


@register("中文数字", "中文数字", "序号写成一、二、三……")
def as_chinese_numeral(value: object) -> object:
    """A counter such as ``loop.index`` in Chinese numerals."""
    if type(value) is int:
        return chinese_numeral(value)
    figure = _figure(value, "中文数字")
    if figure.value.denominator != 1:
        raise _Refused("T104", filter="中文数字", wanted="整数", found=f"小数“{figure.text}”")
    return Phrase(chinese_numeral(int(figure.value)), _source(figure, "中文数字"))


@register("个数", "个数", "列表里有几项（用于判断）")
def count(value: object) -> object:
    """How many items a list of the content has."""
    if not isinstance(value, list | tuple):
        raise _Refused("T104", filter="个数", wanted="列表", found=describe(value))
    return len(value)


@register("字数", "字数", "文字有几个字（用于判断，例如标题太长时换行）")
def length(value: object) -> object:
    """How many characters a text of the content has."""
    if not isinstance(value, Words):
        raise _Refused("T104", filter="字数", wanted="文字", found=describe(value))
    return len(value)


@register("合并", "合并 / 合并(上一级)", "表格里上下相同的格合并成一格")
def merged(value: object, *_parents: object) -> object:
    """Vertical merge of equal cells; the format's engine replaces this with its own."""
    return value


@register("公式", "公式('=SUM(D4:D9)')", "Excel 里这一格写成公式，值是这个数；对不上的报错")
def live(value: object, formula: object) -> object:
    """A figure that Excel shows by a formula; elsewhere it is the figure."""
    if not isinstance(formula, str) or not formula.startswith("="):
        raise _Refused("T106", filter="公式", usage="公式('=SUM(D4:D9)')")
    return value
