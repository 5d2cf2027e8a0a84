"""The field's phrases from the sign and size of figures: every filter, every turn of phrase."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit.problems import assert_names

from generator.figures.amounts import DEFAULT_PLACES, MONEY, show, typed_places
from generator.figures.model import Fault, Figure, Names, Phrase, Words
from generator.language.wording import FILTERS, chinese_numeral, read_source
from generator.problems import Position, problem

AT = Position("content/2020/figures.yaml", 3, 7)


def figure(
    number: str, base: str | None = None, *, unit: str = "万元", path: str = "收入.合计.本年"
) -> Figure:
    """A figure as typed (``209.57``, ``5%``, ``1/3``), and last year's when given.

    Amounts are in ``unit``; money is kept in 万元 like everywhere.
    """
    percent = number.endswith("%")
    unit = "%" if percent else unit
    digits = number.rstrip("%")
    exact = Fraction(digits) * (MONEY.get(unit, 1)) / (100 if percent else 1)
    typed = "/" not in digits and unit not in ("元", "亿元")
    made = Figure(
        path=path,
        value=exact,
        text=number if typed else show(exact),
        unit="万元" if unit in MONEY else unit,
        at=AT,
        places=typed_places(digits) if typed else None,
        suffix="%" if percent else "",
        year=2020,
    )
    if base is None:
        return made
    return replace(made, base=figure(base, unit=unit, path=f"{path}上年"))


def say(name: str, *arguments: object, **named: object) -> str:
    """The text of a phrase that filter ``name`` must be able to make."""
    phrase = FILTERS[name].apply(*arguments, **named)
    assert isinstance(phrase, Phrase), phrase
    return phrase.text


def fault(name: str, *arguments: object, **named: object) -> tuple[str, str]:
    """Code and full text of the fault that filter ``name`` must give."""
    given = FILTERS[name].apply(*arguments, **named)
    assert isinstance(given, Fault), given
    found = problem(given.code, AT, **{"tag": "{{ … }}", **dict(given.values)})  # type: ignore[arg-type]
    assert_names([found])
    return found.code, f"{found.message} {found.hint}"


# Amounts


@pytest.mark.parametrize(
    ("number", "unit", "digits", "text"),
    [
        ("259.57", "万元", None, "259.57万元"),
        ("50", "万元", None, "50万元"),
        ("64.50", "万元", None, "64.50万元"),
        ("64.50", "万元", 1, "64.5万元"),
        ("64.5", "万元", 2, "64.50万元"),
        ("2.675", "万元", 2, "2.68万元"),
        ("-0.005", "万元", 2, "-0.01万元"),
        ("0.123456", "万元", None, "0.123456万元"),
        ("0", "万元", 6, "0.000000万元"),
        ("1234.56", "元", None, "0.12万元"),
        ("1234.56", "元", 4, "0.1235万元"),
        ("1.5", "亿元", None, "15000万元"),
        ("1/3", "万元", None, "0.33万元"),
    ],
)
def test_wanyuan(number: str, unit: str, digits: int | None, text: str) -> None:
    given = figure(number, unit=unit)
    assert say("万元", given, *([] if digits is None else [digits])) == text


@pytest.mark.parametrize(
    ("typed", "worth", "suffix", "text"),
    [("2亿元", "20000", "亿元", "20000万元"), ("1234元", "0.1234", "元", "0.1234万元"),
     ("288.62万元", "288.62", "万元", "288.62万元")],
)  # fmt: skip
def test_wanyuan_of_facts_typed_with_their_unit(
    typed: str, worth: str, suffix: str, text: str
) -> None:
    given = replace(figure(worth), text=typed, suffix=suffix)
    assert say("万元", given) == text


@pytest.mark.parametrize(
    ("number", "unit", "text"),
    [("1234", "元", "1,234.00元"), ("0.1234", "万元", "1,234.00元"), ("1.5", "亿元",
      "150,000,000.00元"), ("-0.00000049", "万元", "0.00元"), ("0.0000005", "万元", "0.01元")],
)  # fmt: skip
def test_yuan_has_separators_and_two_decimals(number: str, unit: str, text: str) -> None:
    assert say("元", figure(number, unit=unit)) == text


@pytest.mark.parametrize(
    ("number", "digits", "text"),
    [("259.57", None, "259.57"), ("64.50", None, "64.50"), ("259.57", 0, "260"), ("50", 2,
      "50.00"), ("5%", None, "5"), ("5%", 1, "5.0"), ("5.25%", None, "5.25")],
)  # fmt: skip
def test_bare_numbers(number: str, digits: int | None, text: str) -> None:
    assert say("数", figure(number), *([] if digits is None else [digits])) == text


def test_bare_number_of_a_fact_with_unit_and_bound() -> None:
    given = replace(figure("110", unit="家"), text="≥110家", prefix="≥", suffix="家")
    assert say("数", given) == "110"


def test_phrases_that_are_one_number_carry_it_for_excel() -> None:
    for name, value, number, unit, places in [
        ("万元", figure("259.57"), "259.57", "万元", 2),
        ("万元", figure("1234.56", unit="元"), "0.12", "万元", 2),
        ("元", figure("0.1234"), "1234.00", "元", 2),
        ("数", figure("5%"), "5", "", 0),
        ("百分比", figure("1/3", unit=""), "0.3333", "%", 2),
    ]:
        phrase = FILTERS[name].apply(value)
        assert isinstance(phrase, Phrase)
        assert (phrase.number, phrase.unit, phrase.places) == (Decimal(number), unit, places)
        assert phrase.path == f"收入.合计.本年|{name}"


@pytest.mark.parametrize(
    ("number", "unit", "digits", "text"),
    [("0.1147", "", None, "11.47%"), ("0.1147", "", 0, "11%"), ("5%", "", None, "5%"),
     ("0.5", "", None, "50%"), ("1/3", "", 4, "33.3333%"), ("11.465%", "", None, "11.47%"),
     ("-0.05", "", 0, "-5%"), ("0", "", None, "0%")],
)  # fmt: skip
def test_percentages_drop_zeros(number: str, unit: str, digits: int | None, text: str) -> None:
    assert say("百分比", figure(number, unit=unit), *([] if digits is None else [digits])) == text


# Year on year: the amounts and rates of the 2020 report of 九江驻深办 (domain.md §5)


@pytest.mark.parametrize(
    ("this", "last", "amount", "rate"),
    [
        ("259.57", "287.82", "减少28.25万元", "下降9.82%"),
        ("209.57", "207.82", "增加1.75万元", "增长0.84%"),
        ("50", "80", "减少30万元", "下降37.5%"),
        ("225.44", "331.72", "减少106.28万元", "下降32.04%"),
        ("233.61", "254.14", "减少20.53万元", "下降8.08%"),
        ("0.7", "2.78", "减少2.08万元", "下降74.82%"),
        ("0", "0.23", "减少0.23万元", "下降100%"),
        ("5", "2.5", "增加2.5万元", "增长100%"),
        ("5.125", "5", "增加0.125万元", "增长2.5%"),
        ("5", "5.00", "持平", "持平"),
        ("0", "0", "持平", "持平"),
        ("5", "0", "增加5万元", "上年无此项"),
        ("5", "-2", "增加7万元", "上年为负数，不可比"),
        ("100.001", "100", "增加0.001万元", "基本持平"),
        ("99.999", "100", "减少0.001万元", "基本持平"),
        ("1/3", "0.3", "增加0.03万元", "增长11.11%"),
    ],
)
def test_change_and_growth(this: str, last: str, amount: str, rate: str) -> None:
    assert say("增减", figure(this, last)) == amount
    assert say("升降", figure(this, last)) == rate


@pytest.mark.parametrize(
    ("name", "arguments", "text"),
    [
        ("比上年", (), "比上年减少28.25万元"),
        ("较上年", (), "较上年减少28.25万元"),
        ("比上年度", (), "比2019年减少28.25万元"),
        ("较上年度", (), "较2019年减少28.25万元"),
        ("比上年升降", (), "比上年下降9.82%"),
        ("较上年升降", (), "较上年下降9.82%"),
        ("较上年升降", (0,), "较上年下降10%"),
        ("比上年度升降", (1,), "比2019年下降9.8%"),
        ("较上年度升降", (), "较2019年下降9.82%"),
        ("比上年变动", (), "比上年减少28.25万元，下降9.82%"),
        ("较上年变动", (), "较上年减少28.25万元，下降9.82%"),
        ("比上年度变动", (), "比2019年减少28.25万元，下降9.82%"),
        ("较上年度变动", (0,), "较2019年减少28.25万元，下降10%"),
    ],
)
def test_leads(name: str, arguments: tuple[int, ...], text: str) -> None:
    assert say(name, figure("259.57", "287.82"), *arguments) == text


LEADS = ("比上年", "较上年", "比上年度", "较上年度")


@pytest.mark.parametrize("lead", LEADS)
@pytest.mark.parametrize(
    ("this", "last", "amount", "rate", "both"),
    [
        ("5", "5", "与{y}持平", "与{y}持平", "与{y}持平"),
        ("0", "0", "与{y}持平，均为0", "与{y}持平，均为0", "与{y}持平，均为0"),
        ("5", "0", "{s}{y}增加5万元（上年无此项）", "上年无此项", "{s}{y}增加5万元，上年无此项"),
        ("1", "-1", "{s}{y}增加2万元", "上年为负数，不可比", "{s}{y}增加2万元，上年为负数，不可比"),
        ("100.001", "100", "{s}{y}增加0.001万元", "与{y}基本持平", "{s}{y}增加0.001万元，基本持平"),
        ("5%", "4%", "{s}{y}提高1个百分点", "{s}{y}提高1个百分点", "{s}{y}提高1个百分点"),
        ("4.5%", "5%", "{s}{y}下降0.5个百分点", "{s}{y}下降0.5个百分点", "{s}{y}下降0.5个百分点"),
    ],
)
def test_leads_at_the_edges(
    lead: str, this: str, last: str, amount: str, rate: str, both: str
) -> None:
    year = "2019年" if lead.endswith("度") else "上年"
    for name, text in [(lead, amount), (f"{lead}升降", rate), (f"{lead}变动", both)]:
        assert say(name, figure(this, last)) == text.format(s=lead[0], y=year)


def test_counts_change_in_their_own_unit() -> None:
    people = figure("6", "5", unit="人")
    assert say("比上年变动", people) == "比上年增加1人，增长20%"


def test_amounts_in_yuan_change_in_wanyuan() -> None:
    assert say("比上年", figure("1234500", "1000000", unit="元")) == "比上年增加23.45万元"


def test_a_difference_too_small_for_two_decimals_is_shown_all_the_same() -> None:
    assert say("增减", figure("12345670", "12345660", unit="元")) == "增加0.001万元"
    assert say("增减", figure("1/3", "0.33333")) != "增加0万元"


@pytest.mark.parametrize("name", ["比上年", "增减", "较上年度变动"])
def test_a_tiny_difference_of_rates_has_no_direction(name: str) -> None:
    assert "0个百分点" not in say(name, figure("5.001%", "5%"))


@pytest.mark.parametrize("name", ["增减", "升降", *LEADS, "比上年升降", "较上年度变动"])
def test_without_last_year_there_is_nothing_to_compare(name: str) -> None:
    code, text = fault(name, figure("5"))
    assert code == "F201"
    assert "“收入.合计.本年”" in text
    assert "2019" in text


NUMBERS = st.decimals(min_value=-(10**6), max_value=10**6, places=3).map(lambda d: f"{d:f}")


@given(this=NUMBERS, last=NUMBERS, digits=st.integers(0, 4), lead=st.sampled_from(LEADS))
def test_the_direction_always_agrees_with_the_sign(
    this: str, last: str, digits: int, lead: str
) -> None:
    given = figure(this, last)
    assert given.base is not None
    rise = given.value - given.base.value
    amount, rate, both = (say(f"{lead}{kind}", given) for kind in ("", "升降", "变动"))
    fixed = say(f"{lead}升降", given, digits)
    up, down = ("增加" in amount, "减少" in amount)
    assert (up, down) == (rise > 0, rise < 0)
    for text in (rate, both, fixed):
        assert not ("增长" in text and rise * given.base.value <= 0)
        assert not ("下降" in text and rise * given.base.value >= 0)
        assert "增长0%" not in text
        assert "下降0%" not in text
    assert ("持平" in amount) == (rise == 0)
    if given.base.value <= 0 and rise:
        assert "%" not in rate + both + fixed
    if rise and given.base.value > 0 and "%" in fixed:
        shown = Fraction(fixed.rstrip("%").rpartition("长")[2].rpartition("降")[2])
        exact = abs(rise / given.base.value) * 100
        assert abs(shown - exact) <= Fraction(1, 2 * 10**digits)


# Shares and completion

BUDGET = figure("259.57", path="预算")
ZERO = figure("0", path="零")
PEOPLE = figure("6", unit="人", path="人数")


@pytest.mark.parametrize(
    ("name", "number", "arguments", "text"),
    [
        ("占", "209.57", (), "80.74%"),
        ("占", "50", (), "19.26%"),
        ("占", "50", (1,), "19.3%"),
        ("占", "0", (), "0%"),
        ("占", "259.57", (), "100%"),
        ("完成", "245.67", (), "94.64%"),
        ("完成", "245.67", (0,), "95%"),
        ("完成", "519.14", (), "200%"),
        ("完成预算", "245.67", (), "完成年初预算的94.64%"),
        ("完成预算", "245.67", (0,), "完成年初预算的95%"),
        ("完成预算", "245.67", (2, "全年预算"), "完成全年预算的94.64%"),
        ("执行率", "245.67", (), "94.64%"),
        ("执行率", "245.67", (0,), "95%"),
    ],
)
def test_shares_and_completion(
    name: str, number: str, arguments: tuple[object, ...], text: str
) -> None:
    assert say(name, figure(number), BUDGET, *arguments) == text


def test_a_zero_budget_has_words_and_a_dash() -> None:
    assert say("完成预算", figure("5"), ZERO) == "年初未安排预算"
    assert say("完成预算", figure("5"), ZERO, 2, "全年预算") == "未安排全年预算"
    assert say("执行率", figure("5"), ZERO) == "—"
    assert say("执行率", ZERO, ZERO) == "—"


@pytest.mark.parametrize(("name", "what"), [("占", "占比"), ("完成", "完成率")])
def test_nothing_can_be_a_share_of_zero(name: str, what: str) -> None:
    code, text = fault(name, figure("5"), ZERO)
    assert code == "F202"
    assert "“零”" in text
    assert what in text


@pytest.mark.parametrize("name", ["占", "完成", "完成预算", "执行率"])
def test_money_is_no_share_of_people(name: str) -> None:
    code, text = fault(name, figure("5"), PEOPLE)
    assert code == "T107"
    assert "“收入.合计.本年”" in text
    assert "“人数”" in text


def test_people_may_be_a_share_of_people() -> None:
    assert say("占", figure("3", unit="人"), PEOPLE) == "50%"


def test_named_arguments_work() -> None:
    assert say("占", figure("50"), BUDGET, digits=0) == "19%"
    assert say("完成预算", figure("50"), BUDGET, label="预算") == "完成预算的19.26%"


@pytest.mark.parametrize(
    ("this", "other", "arguments", "text"),
    [("6.2%", "5%", (), "提高1.2个百分点"), ("5%", "6.25%", (), "下降1.25个百分点"), ("5%", "6.25%",
      (1,), "下降1.3个百分点"), ("5%", "5.0%", (), "持平"), ("0.1", "5%", (), "提高5个百分点")],
)  # fmt: skip
def test_percentage_points(this: str, other: str, arguments: tuple[int, ...], text: str) -> None:
    assert say("百分点", figure(this, unit=""), figure(other), *arguments) == text


def test_percentage_points_that_round_to_nothing_have_no_direction() -> None:
    assert "0个百分点" not in say("百分点", figure("5.001%"), figure("5%"))
    assert "0个百分点" not in say("百分点", figure("5.4%"), figure("5%"), 0)


# Words


@pytest.mark.parametrize(
    ("typed", "text"),
    [("2021-05-21", "2021年5月21日"), ("2021-5-1", "2021年5月1日"), ("2020/12/03", "2020年12月3日"),
     ("2020.9", "2020年9月"), (" 2021-05-21 ", "2021年5月21日")],
)  # fmt: skip
def test_dates(typed: str, text: str) -> None:
    assert say("日期", Words(typed, "成文日期", AT)) == text


@pytest.mark.parametrize(
    "typed", ["2021年5月", "五月", "", "2021-13-01", "2021-02-30", "2021-00-10"]
)
def test_what_is_no_date(typed: str) -> None:
    code, text = fault("日期", Words(typed, "成文日期", AT))
    assert code == "T108"
    assert typed in text


def test_a_number_is_no_date() -> None:
    assert fault("日期", figure("2021", unit=""))[0] == "T108"


@pytest.mark.parametrize(
    ("number", "text"),
    [(1, "一"), (9, "九"), (10, "十"), (11, "十一"), (20, "二十"), (21, "二十一"), (99, "九十九"),
     (100, "100"), (0, "0"), (-1, "-1")],
)  # fmt: skip
def test_chinese_numerals(number: int, text: str) -> None:
    assert chinese_numeral(number) == text
    assert FILTERS["中文数字"].apply(number) == text
    assert say("中文数字", figure(str(number), unit="个")) == text


def test_a_fraction_has_no_chinese_numeral() -> None:
    code, text = fault("中文数字", figure("1.5", unit="个"))
    assert code == "T104"
    assert "1.5" in text


def test_lists_can_be_counted() -> None:
    assert FILTERS["个数"].apply([1, 2]) == 2
    code, text = fault("个数", Words("甲", "甲", AT))
    assert (code, "文字“甲”" in text) == ("T104", True)


def test_merging_leaves_the_value_to_the_format() -> None:
    given = figure("5")
    assert FILTERS["合并"].apply(given, "上级") is given


# Whatever else a template may put in front of a filter


@pytest.mark.parametrize(
    ("path", "parts", "aspect"),
    [
        ("收入.本年", ("收入.本年", "", ()), ""),
        ("收入.本年|万元", ("收入.本年", "万元", ()), ""),
        ("收入.本年|较上年度变动", ("收入.本年", "较上年度变动", ()), "比上年"),
        ("收入.本年|占(收入.合计)", ("收入.本年", "占", ("收入.合计",)), "占比"),
        ("执行|完成预算(年初)", ("执行", "完成预算", ("年初",)), "完成率"),
        ("甲|百分点(乙)", ("甲", "百分点", ("乙",)), "相差"),
        ("甲|以前有过的写法(乙、丙)", ("甲", "以前有过的写法", ("乙", "丙")), ""),
    ],
)
def test_the_source_of_a_phrase_is_read_back(
    path: str, parts: tuple[str, str, tuple[str, ...]], aspect: str
) -> None:
    source = read_source(path)
    assert (source.figure, source.filter, source.others) == parts
    assert source.kind.aspect == aspect


WITHOUT_NUMBERS = ("日期", "个数", "字数", "合并", "中文数字", "公式")
NUMERIC = [name for name in FILTERS if name not in WITHOUT_NUMBERS]
WITH_TOTAL = ("占", "完成", "完成预算", "执行率", "百分点")


@pytest.mark.parametrize("name", NUMERIC)
@pytest.mark.parametrize(
    ("value", "found"),
    [(Words("良好", "等级", AT), "文字“良好”"), (Names(甲=1), "一组数"), ([1], "一个列表"),
     (Words("", "甲", AT), "空白"), (None, "不是内容里的数"), (5, "数“5”"), (True, "不是内容里的数"), ((1, 2), "一个列表")],
)  # fmt: skip
def test_only_figures_can_be_worded(name: str, value: object, found: str) -> None:
    given = FILTERS[name].apply(value, *([BUDGET] if name in WITH_TOTAL else []))
    assert isinstance(given, Fault)
    assert given.code == "T104"
    assert dict(given.values)["filter"] == name
    assert found in dict(given.values)["found"]


@pytest.mark.parametrize("name", [n for n in NUMERIC if n not in ("增减", *LEADS, "元")])
@pytest.mark.parametrize("digits", [-1, 11, 1.5, "2", True, figure("2")])
def test_digits_must_be_a_small_number(name: str, digits: object) -> None:
    first = figure("5%", "4%") if name in ("百分点", "百分比") else figure("5", "4")
    second = figure("4%") if name == "百分点" else BUDGET
    code, text = fault(name, first, *([second] if name in WITH_TOTAL else []), digits)
    assert code == "T106"
    assert FILTERS[name].usage in text


@pytest.mark.parametrize("name", FILTERS)
def test_wrong_arguments_name_the_right_usage(name: str) -> None:
    code, text = fault(name, figure("5", "4"), 天气="晴")
    assert code == "T106"
    assert FILTERS[name].usage in text


@pytest.mark.parametrize(
    ("name", "unit", "shown"),
    [("万元", "家", "家"), ("万元", "", "没有单位"), ("元", "%", "%"), ("百分比", "万元", "万元"),
     ("百分点", "家", "家")],
)  # fmt: skip
def test_units_must_suit_the_filter(name: str, unit: str, shown: str) -> None:
    given = figure("5%" if unit == "%" else "5", unit=unit)
    code, text = fault(name, given, *([figure("5%")] if name == "百分点" else []))
    assert code == "T105"
    assert f"“{name}”" in text
    assert shown in text
    assert "“收入.合计.本年”" in text


def test_a_fault_passes_through_later_filters() -> None:
    first = FILTERS["比上年"].apply(figure("5"))
    assert FILTERS["万元"].apply(first) == first


def test_a_bound_in_words_is_no_crash() -> None:
    given = replace(figure("80", unit="人"), text="80以上", prefix="", suffix="以上")
    assert say("数", given) == "80"


@pytest.mark.parametrize("name", FILTERS)
def test_every_filter_says_what_it_does_in_chinese(name: str) -> None:
    entry = FILTERS[name]
    assert entry.name == name
    assert entry.usage.startswith(name)
    assert any(character >= "\u4e00" for character in entry.summary)
    assert DEFAULT_PLACES == 2


# Decimals and words that a template states


@pytest.mark.parametrize(
    ("name", "given", "arguments", "text"),
    [
        ("百分比", figure("1", unit=""), (2,), "100.00%"),
        ("百分比", figure("1/8", unit=""), (2,), "12.50%"),
        ("百分比", figure("1/8", unit=""), (), "12.5%"),
        ("百分比", figure("0%"), (2,), "0.00%"),
        ("执行率", figure("5"), (figure("5"), 2), "100.00%"),
        ("执行率", figure("5"), (figure("5"),), "100%"),
        ("执行率", figure("5"), (figure("4"), 0), "125%"),
        ("占", figure("5"), (figure("10"), 1), "50.0%"),
        ("完成", figure("5"), (figure("10"), 2), "50.00%"),
        ("完成预算", figure("5"), (figure("10"), 2), "完成年初预算的50.00%"),
        ("升降", figure("3", "2"), (2,), "增长50.00%"),
        ("较上年变动", figure("3", "2"), (1,), "较上年增加1万元，增长50.0%"),
        ("百分点", figure("5%"), (figure("4%"), 1), "提高1.0个百分点"),
        ("百分点", figure("5.004%"), (figure("5%"), 2), "基本持平"),
    ],
)
def test_a_stated_count_of_decimals_is_kept(
    name: str, given: Figure, arguments: tuple[object, ...], text: str
) -> None:
    assert say(name, given, *arguments) == text


@pytest.mark.parametrize(
    ("arguments", "text", "number"),
    [
        ((), "—", None),
        ((2,), "—", None),
        ((2, "0.00%"), "0.00%", "0.0000"),
        (("0.00%",), "0.00%", "0.0000"),
        (("",), "", None),
        ((2, ""), "", None),
        (("0%",), "0%", "0.00"),
        (("不适用",), "不适用", None),
        ((2, "0"), "0", None),
    ],
)
@pytest.mark.parametrize("spent", ["0", "5"])
def test_a_template_states_what_prints_without_a_budget(
    arguments: tuple[object, ...], text: str, number: str | None, spent: str
) -> None:
    phrase = FILTERS["执行率"].apply(figure(spent), figure("0", path="预算"), *arguments)
    assert isinstance(phrase, Phrase)
    assert (phrase.text, phrase.number) == (text, None if number is None else Decimal(number))
    assert say("执行率", figure("5"), figure("5"), *arguments) in ("100%", "100.00%")


@pytest.mark.parametrize("name", ["占", "完成"])
def test_shares_of_nothing_print_what_is_stated_for_them(name: str) -> None:
    nothing = figure("0", path="预算")
    assert say(name, nothing, nothing, 2, "—") == "—"
    assert say(name, nothing, nothing, "0.00%") == "0.00%"
    assert fault(name, nothing, nothing)[0] == "F202"
    assert fault(name, nothing, nothing, 2)[0] == "F202"


@pytest.mark.parametrize("name", ["占", "完成", "执行率"])
@pytest.mark.parametrize("arguments", [("2",), ("—", 2), (2, 2), (2, "—", "—")])
def test_what_a_rate_is_told_has_an_order(name: str, arguments: tuple[object, ...]) -> None:
    assert fault(name, figure("5"), figure("4", path="预算"), *arguments)[0] == "T106"


def test_a_rate_below_full_does_not_print_as_full_unasked() -> None:
    less, whole = figure("99999"), figure("100000", path="预算")
    assert say("执行率", less, whole) == "99.999%"
    assert say("百分比", figure("99999/100000", unit="")) == "99.999%"
    assert say("执行率", less, whole, 2) == "100.00%"


def test_a_change_keeps_the_decimals_of_what_it_compares() -> None:
    assert say("比上年", figure("252.00", "251.40")) == "比上年增加0.60万元"
    assert say("增减", figure("252", "251.4")) == "增加0.6万元"
    assert say("增减", figure("80", "50")) == "增加30万元"


def test_the_length_of_a_text_decides_where_a_title_breaks() -> None:
    assert FILTERS["字数"].apply(Words("培训中心", "单位.简称", AT)) == 4
    for other in (figure("5"), [1], Names(甲=1)):
        code, text = fault("字数", other)
        assert code == "T104"
        assert "“字数”要用在文字上" in text


def test_what_another_unit_does_not_have_is_worded_as_that() -> None:
    absent = Words("—", "平均.自评.总分", AT)
    for filtered in ("数", "万元", "增减"):
        made = FILTERS[filtered].apply(absent)
        assert isinstance(made, Phrase)
        assert (made.text, made.path) == ("—", f"平均.自评.总分|{filtered}")
    made = FILTERS["占"].apply(figure("2"), absent)
    assert isinstance(made, Phrase)
    assert made.text == "—"
    assert isinstance(FILTERS["数"].apply(Words("无", "甲", AT)), Fault)
