"""Scalars as numbers, texts and formulas; what looks like a number but is none is explained."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit.problems import assert_names, seen
from kit.yaml import mapping, parsed, scalar

from generator.content import values
from generator.content.model import Formula, Leaf, Quantity, Text
from generator.content.yaml.nodes import Mapping
from generator.problems import Problems


def numbered(typed: str) -> tuple[Quantity | Formula | None, Problems]:
    """What ``甲: <typed>`` is where a table wants an amount."""
    problems = Problems()
    node, found = parsed(f"甲: {typed}\n")
    problems.extend(found)
    assert isinstance(node, Mapping)
    value = node.get("甲")
    assert value is not None
    return values.number(value, problems, what="“甲”的“本年”"), problems


# Amounts


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("50", "50"),
        ("64.50", "64.50"),
        ("0", "0"),
        ("0.5", "0.5"),
        ("-28.25", "-28.25"),
        ("+3", "3"),
        ("0.123456", "0.123456"),
        ('"209.57"', "209.57"),
        ("123456789012345", "123456789012345"),
        ("0.000000123456789", "0.000000123456789"),
        ("1234567890123.45", "1234567890123.45"),
    ],
)
def test_amounts_keep_their_digits(typed: str, number: str) -> None:
    value, problems = numbered(typed)
    assert seen(problems) == []
    assert isinstance(value, Quantity)
    assert (value.text, value.number) == (typed.strip('"'), number)
    assert value.value == Decimal(number)


@pytest.mark.parametrize(
    ("typed", "expected", "named"),
    [
        ("[1]", "L201 1:4", ["“甲”的“本年”", "一组内容"]),
        ("{乙: 1}", "L201 1:4", ["“甲”的“本年”"]),
        ("", "L202 1:3", ["“甲”的“本年”没有填", "填 0"]),
        ("007", "L203 1:4", ["“007”"]),
        ("-05.5", "L203 1:4", ["“-05.5”"]),
        ("1234567890123456", "L204 1:4", ["“1234567890123456”", "15位"]),
        ("1.234567890123456", "L204 1:4", ["15位"]),
        ("5家", "L208 1:4", ["“5家”", "“家”", "单位: 家"]),
        ("95%", "L208 1:4", ['单位: "%"']),
        ("“5家”", "L221 1:4", ["“5家”", "去掉引号，写成 5家"]),
        ("约50", "L209 1:4", ["“甲”的“本年”", "“约50”"]),
        ("5-6", "L209 1:4", ["“5-6”"]),
        ("无", "L209 1:4", ["“无”"]),
        ("1e3", "L209 1:4", ["“1e3”"]),
        ("收入.合计.本年", "L218 1:4", ["“收入.合计.本年”"]),
    ],
)
def test_what_is_no_amount_is_explained(typed: str, expected: str, named: list[str]) -> None:
    value, problems = numbered(typed)
    assert value is None
    assert seen(problems) == [expected]
    assert_names(problems, *named)


@pytest.mark.parametrize(
    ("typed", "code", "meant"),
    [
        ("２０９．５７", "L205", "209.57"),
        ("２０９.５７", "L205", "209.57"),
        ("1０5", "L205", "105"),
        ("－5", "L205", "-5"),
        ("1,234.5", "L206", "1234.5"),
        ("1，234，567", "L206", "1234567"),
        ("1'234", "L206", "1234"),
        ("1O5", "L207", "105"),
        ("12.l", "L207", "12.1"),
        ("209.57万元", "L208", "209.57"),
        (".5", "L217", "0.5"),
        ("5.", "L217", "5"),
        ("5。5", "L217", "5.5"),
        ("1 234", "L219", "1234"),
        ("50\u200b", "L108", "50"),
        ("5\u00a00", "L108", "50"),
    ],
)
def test_slips_are_reported_with_the_number_meant_and_it_counts(
    typed: str, code: str, meant: str
) -> None:
    value, problems = numbered(typed)
    assert seen(problems) == [f"{code} 1:4"]
    assert problems.failed
    assert isinstance(value, Quantity)
    assert (value.text, value.value) == (meant, Decimal(meant))
    assert_names(problems, "U+" if code == "L108" else f"“{typed}”")
    assert code == "L108" or meant in next(iter(problems)).hint


def test_letters_at_the_start_of_a_number_are_slips_too() -> None:
    assert seen(numbered("l2.5")[1]) == ["L207 1:4"]
    assert seen(numbered("O.5")[1]) == ["L207 1:4"]


@pytest.mark.parametrize("typed", ["٣٤", "五", "1.5.2"])
def test_digits_other_than_ascii_are_no_amount(typed: str) -> None:
    value, problems = numbered(typed)
    assert value is None
    assert seen(problems) == ["L209 1:4"]


def test_a_long_text_is_cut_in_the_message() -> None:
    _, problems = numbered("很" * 100)
    assert "很" * 40 in next(iter(problems)).message
    assert "很" * 41 not in next(iter(problems)).message


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2,
                   min_value=Decimal("-9999999999"), max_value=Decimal("9999999999")))  # fmt: skip
def test_every_typed_decimal_is_exact(number: Decimal) -> None:
    value, problems = numbered(f"{number:f}")
    assert seen(problems) == []
    assert isinstance(value, Quantity)
    assert value.value == number


# Facts


def fact_of(typed: str) -> Leaf:
    """What ``甲: <typed>`` is among facts, without any problem."""
    problems = Problems()
    fact = values.leaf(scalar(typed), problems)
    assert seen(problems) == []
    return fact


@pytest.mark.parametrize(
    ("typed", "number", "unit", "prefix"),
    [
        ("5", "5", "", ""),
        ("64.50", "64.50", "", ""),
        ("110家", "110", "家", ""),
        ("2亿元", "2", "亿元", ""),
        ("288.62 万元", "288.62", "万元", ""),
        ("88.4分", "88.4", "分", ""),
        ("-5%", "-5", "%", ""),
        ("≥5%", "5", "%", "≥"),
        ("≤ 5%", "5", "%", "≤"),
        ("<=5", "5", "", "≤"),
        ("＜5", "5", "", "<"),
        ("80以上", "80", "", "≥"),
        ("不低于90%", "90", "%", "≥"),
        ("不少于 5场", "5", "场", "≥"),
        ("大于等于5", "5", "", "≥"),
        ("至少3次", "3", "次", "≥"),
        ("达到90%", "90", "%", "≥"),
        ("达到90%以上", "90", "%", "≥"),
        ("达到5天以内", "5", "天", "≤"),
        ("90%及以上", "90", "%", "≥"),
        ("不超过5%", "5", "%", "≤"),
        ("不高于5%", "5", "%", "≤"),
        ("小于或等于5%", "5", "%", "≤"),
        ("控制在5%以内", "5", "%", "≤"),
        ("5%之内", "5", "%", "≤"),
        ("≦5", "5", "", "≤"),
        ("大于5", "5", "", ">"),
        ("超过100人", "100", "人", ">"),
        ("低于5%", "5", "%", "<"),
        ("少于3次", "3", "次", "<"),
        ("等于3", "3", "", "="),
        ("5%以内", "5", "%", "≤"),
        ("90人次", "90", "人次", ""),
    ],
)
def test_facts_that_are_numbers(typed: str, number: str, unit: str, prefix: str) -> None:
    fact = fact_of(typed)
    assert isinstance(fact, Quantity)
    assert (fact.text, fact.number, fact.unit, fact.prefix) == (typed, number, unit, prefix)
    assert fact.value == Decimal(number)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("驻深办", "驻深办"),
        ("110余家", "110余家"),
        ("2021-05-21", "2021-05-21"),
        ("99周年", "99周年"),
        ("007", "007"),
        ("11360400K317331571", "11360400K317331571"),
        ("12345678901234567", "12345678901234567"),
        ('"5"', "5"),
        ('"= 甲"', "= 甲"),
        ('" 两端 "', " 两端 "),
        ('"{{ 甲 }} & <b>"', "{{ 甲 }} & <b>"),
    ],
)
def test_facts_that_are_texts(typed: str, text: str) -> None:
    fact = fact_of(typed)
    assert isinstance(fact, Text)
    assert fact.text == text


@pytest.mark.parametrize(
    ("typed", "code", "number"),
    [("１１０", "L205", "110"), ("１１０家", "L205", "110"), ("1,100人", "L206", "1100"), ("1O5", "L207",
      "105"), ("50\u200b%", "L108", "50")],
)  # fmt: skip
def test_slips_in_facts_are_reported_and_mended(typed: str, code: str, number: str) -> None:
    problems = Problems()
    fact = values.leaf(scalar(typed), problems)
    assert isinstance(fact, Quantity)
    assert fact.number == number
    assert seen(problems) == [f"{code} 1:4"]


@pytest.mark.parametrize(
    ("typed", "expected", "named"),
    [
        ("“5”", ["L220 1:4"], ["“5”", "去掉引号，写成 5"]),
        ("‘1人’", ["L220 1:4"], ["写成 1人"]),
        ("「≥90%」", ["L220 1:4"], ["写成 ≥90%"]),
        ("“三公”", [], []),
        ("“5”号线", [], []),
        ("'“5”'", [], []),
    ],
)
def test_chinese_quotes_around_a_number_are_named(
    typed: str, expected: list[str], named: list[str]
) -> None:
    problems = Problems()
    fact = values.leaf(scalar(typed), problems)
    assert isinstance(fact, Text)
    assert fact.text == typed.strip("'")
    assert seen(problems) == expected
    assert_names(problems, *named)


def test_chinese_quotes_around_an_amount_are_mended() -> None:
    value, problems = numbered("“5”")
    assert isinstance(value, Quantity)
    assert value.number == "5"
    assert seen(problems) == ["L221 1:4"]


@pytest.mark.parametrize(
    ("typed", "source", "column"),
    [
        ("= 人员.在职", "人员.在职", 6),
        ("=人员.在职", "人员.在职", 5),
        ("=   甲 + 乙  ", "甲 + 乙", 8),
    ],
)
def test_formula_starts_at_its_first_character(typed: str, source: str, column: int) -> None:
    for read in (fact_of(typed), numbered(typed)[0]):
        assert isinstance(read, Formula)
        assert (read.source, read.at.column) == (source, column)


def test_quoted_and_fullwidth_formulas_of_tables() -> None:
    quoted, fullwidth = numbered('"= 甲"')[0], numbered("＝ 甲")[0]
    assert isinstance(quoted, Formula)
    assert isinstance(fullwidth, Formula)
    assert (quoted.source, quoted.at.column) == ("甲", 7)
    assert (fullwidth.source, fullwidth.at.column) == ("甲", 6)


def test_fullwidth_equals_sign_is_a_formula_among_facts_too() -> None:
    assert isinstance(fact_of("＝ 甲 + 乙"), Formula)


# Texts, names, keys


@pytest.mark.parametrize(
    ("typed", "text"), [("驻深办", "驻深办"), ("5", "5"), ("", ""), ('" 甲 "', " 甲 ")]
)
def test_text_of_a_scalar(typed: str, text: str) -> None:
    problems = Problems()
    assert values.text_of(scalar(typed), problems, what="名称") == text
    assert values.text_of(None, problems, what="名称") == ""
    assert seen(problems) == []


def test_text_of_a_group_is_refused() -> None:
    problems = Problems()
    assert values.text_of(mapping("乙: 1"), problems, what="名称") == ""
    assert seen(problems) == ["L210 1:1"]
    assert_names(problems, "名称应当是一段文字")


@pytest.mark.parametrize("name", ["财政拨款", "因公出国境", "A4", "_甲", "甲_2"])
def test_good_names(name: str) -> None:
    problems = Problems()
    assert values.check_name(scalar("1", name) and mapping(f"{name}: 1").items[0][0], problems)
    assert seen(problems) == []


def test_a_name_with_an_invisible_character() -> None:
    problems = Problems()
    assert not values.check_name(mapping("甲\u200b: 1").items[0][0], problems)
    assert seen(problems) == ["L108 1:1"]
    assert_names(problems, "U+200B")


@pytest.mark.parametrize("name", ["因公出国（境）", "2019年", "甲 乙", "“三公”", "a.b", "甲-乙"])
def test_bad_names(name: str) -> None:
    problems = Problems()
    key = mapping(f"表:\n  {name}: 1\n").items[0][1]
    assert isinstance(key, Mapping)
    assert not values.check_name(key.items[0][0], problems)
    assert seen(problems) == ["L211 2:3"]
    assert_names(problems, f"“{name}”")


@pytest.mark.parametrize("typed", ["1.234,567", "0.123,456", "1.5,000"])
def test_commas_behind_a_point_separate_no_thousands(typed: str) -> None:
    problems = Problems()
    values.number(scalar(typed), problems, what="数")
    assert [p.code for p in problems] == ["L209"]


def test_two_cells_pasted_into_one_are_never_joined() -> None:
    problems = Problems()
    assert values.number(scalar("219.91\t25"), problems, what="数") is None
    assert [p.code for p in problems] == ["L223"]
    assert_names(problems, "219.91→25", "例如“219.91”")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("人员.在职 + 人员.退休", True),
        ("履职.座谈会次数", True),
        ("支出.合计.决算 ÷ 2", True),
        ("人员", False),
        ("www.九江.cn", False),
        ("No.5", False),
        ("第1.2条", False),
        ("财预〔2020〕10号.附件", False),
    ],
)
def test_a_formula_without_its_sign_is_pointed_out(typed: str, told: bool) -> None:
    problems = Problems()
    values.leaf(scalar(typed), problems)
    assert [p.code for p in problems] == (["L222"] if told else [])


@pytest.mark.parametrize("char", ["\u200b", "\ufeff", "\u200f", "\u00ad", "\ufffd", "⼈"])
def test_what_nobody_sees_is_pointed_out(char: str) -> None:
    problems = Problems()
    values.leaf(scalar(f"甲{char}乙"), problems)
    values.text_of(scalar(f"甲{char}乙"), problems, what="名称")
    assert [p.code for p in problems] == ["L138", "L138"]
    assert_names(problems, f"U+{ord(char):04X}")
