"""The formula language: names, numbers, + − × ÷, parentheses, functions."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.figures import formulas
from generator.figures.formulas import FormulaError

VALUES = {
    "收入.合计.本年": Fraction("259.57"),
    "支出.本年": Fraction("245.67"),
    "甲": Fraction(2),
    "乙": Fraction(3),
    "零": Fraction(0),
    "求和数": Fraction(7),
}
UNITS = {"收入.合计.本年": "万元", "支出.本年": "万元", "甲": "人", "乙": "家", "率": "%", "数": ""}


def value(source: str) -> Fraction:
    return formulas.evaluate(formulas.parse(source), VALUES.__getitem__)


def refused(source: str) -> tuple[str, str, int]:
    with pytest.raises(FormulaError) as caught:
        formulas.parse(source)
    return caught.value.code, caught.value.found, caught.value.offset


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("10 - 3 - 2", 5),
        ("24 / 4 / 2", 3),
        ("2 * 3 / 4", Fraction(3, 2)),
        ("-甲 + 乙", 1),
        ("--甲", 2),
        ("+甲", 2),
        ("-(甲 - 乙) * 2", 2),
        ("2 - -3", 5),
        ("0.1 + 0.2", Fraction(3, 10)),
        ("5%", Fraction(1, 20)),
        ("甲 * 50%", 1),
        ("1 / 3", Fraction(1, 3)),
        ("收入.合计.本年 - 支出.本年", Fraction("13.9")),
        ("(收入.合计.本年 + 1)/支出.本年", Fraction("260.57") / Fraction("245.67")),
        ("3 × 4 ÷ 6 − 1", 1),
        ("（甲＋乙）＊2－1", 9),
        ("6／3", 2),
        ("求和(甲, 乙, 1)", 6),
        ("求和（甲，乙、1）", 6),
        ("平均(1, 2, 6)", 3),
        ("最大(甲, 乙) - 最小(甲, 乙)", 1),
        ("最大(1, 最小(5, 求和(甲, 乙)), 4)", 5),
        ("求和(甲)", 2),
        ("求和数 + 1", 8),
        ("  甲  ", 2),
        ("甲+乙*甲", 8),
    ],
)
def test_formulas_have_the_value_of_arithmetic(source: str, expected: Fraction) -> None:
    assert value(source) == expected


@pytest.mark.parametrize(
    ("source", "code", "found", "offset"),
    [
        ("甲 & 乙", "F110", "& 乙", 2),
        ("甲 ^ 2", "F110", "^ 2", 2),
        ("“甲”", "F110", "“甲”", 0),
        ("甲 + 因公出国（境）费?", "F110", "?", 12),
        ("甲 = 乙", "F110", "= 乙", 2),
        ("", "F111", "公式结尾", 0),
        ("甲 +", "F111", "公式结尾", 3),
        ("甲 + * 乙", "F111", "*", 4),
        ("(甲 + 乙", "F111", "公式结尾", 6),
        ("甲 + 乙)", "F111", ")", 5),
        ("甲 乙", "F111", "乙", 2),
        ("2甲", "F111", "甲", 1),
        ("求和", "F111", "公式结尾", 2),
        ("求和 甲", "F111", "甲", 3),
        ("求和()", "F111", ")", 3),
        ("求和(甲,)", "F111", ")", 5),
        ("平均(甲 乙)", "F111", "乙", 5),
        ("甲, 乙", "F111", ",", 1),
        ("/ 甲", "F111", "/", 0),
        ("1 + SUM(甲, 乙)", "F113", "SUM", 4),
        ("合计 (甲)", "F113", "合计", 0),
        ("甲 * ２", "F114", "２", 4),
        ("１２．５％ * 甲", "F114", "１２．５％", 0),
        ("甲 / 1２ + 乙", "F114", "1２", 4),
        ("50％ * 甲", "F114", "50％", 0),
        ("甲 + 1．5", "F114", "1．5", 4),
        ("甲 + ١٢", "F110", "١٢", 4),
        ("甲 + １.甲", "F114", "１", 4),
    ],
)
def test_mistakes_name_what_was_found_and_where(
    source: str, code: str, found: str, offset: int
) -> None:
    assert refused(source) == (code, found, offset)


def test_formulas_may_be_long_and_deep_but_not_without_end() -> None:
    assert value("+".join(["甲"] * 249)) == 498
    assert value("(" * 49 + "甲" + ")" * 49) == 2
    assert refused("+".join(["甲"] * 251))[0] == "F112"
    assert refused("(" * 5000 + "甲")[0] == "F112"
    assert refused("(" * 60 + "甲" + ")" * 60)[0] == "F112"
    assert value("-" * 400 + "甲") == 2


def test_division_by_zero_is_left_to_the_caller() -> None:
    with pytest.raises(ZeroDivisionError):
        value("甲 / (乙 - 3)")
    with pytest.raises(ZeroDivisionError):
        value("甲 ÷ 零")


def test_names_are_given_left_to_right_with_their_offsets() -> None:
    names = formulas.names(formulas.parse("(甲 + 收入.合计.本年) / 求和(乙, 甲) - 5"))
    assert [(name.path, name.offset) for name in names] == [
        ("甲", 1),
        ("收入.合计.本年", 5),
        ("乙", 20),
        ("甲", 23),
    ]
    assert formulas.names(formulas.parse("1 + 2")) == []


@pytest.mark.parametrize(
    ("source", "unit"),
    [
        ("收入.合计.本年", "万元"),
        ("收入.合计.本年 - 支出.本年", "万元"),
        ("收入.合计.本年 + 10", "万元"),
        ("支出.本年 / 收入.合计.本年", "%"),
        ("(收入.合计.本年 - 支出.本年) / 支出.本年", "%"),
        ("1 - 支出.本年 / 收入.合计.本年", "%"),
        ("收入.合计.本年 / 甲", ""),
        ("收入.合计.本年 / 2", "万元"),
        ("收入.合计.本年 * 2", "万元"),
        ("2 * 收入.合计.本年", "万元"),
        ("收入.合计.本年 * 率", "万元"),
        ("率 * 收入.合计.本年", "万元"),
        ("收入.合计.本年 * 支出.本年", ""),
        ("甲 + 乙", ""),
        ("甲 / 甲", "%"),
        ("100 / 甲", ""),
        ("求和(收入.合计.本年, 支出.本年)", "万元"),
        ("最大(甲, 乙)", ""),
        ("5%", "%"),
        ("5", ""),
        ("-支出.本年", "万元"),
    ],
)
def test_units_follow_the_arithmetic(source: str, unit: str) -> None:
    assert formulas.unit_of(formulas.parse(source), UNITS.__getitem__) == unit


# Random expressions, each made together with the Python expression it must equal

Pair = tuple[str, Fraction | None]


def _number(digits: int, places: int) -> Pair:
    text = f"{digits / 10**places:.{places}f}"
    return text, Fraction(text)


def _join(left: Pair, sign: str, right: Pair) -> Pair:
    text = f"({left[0]}) {sign} ({right[0]})"
    a, b = left[1], right[1]
    if a is None or b is None or (sign in "/÷" and b == 0):
        return text, None
    results = {"+": a + b, "-": a - b, "−": a - b, "*": a * b, "×": a * b}
    return text, results[sign] if sign in results else a / b


def _call(function: str, arguments: list[Pair]) -> Pair:
    text = f"{function}({', '.join(text for text, _ in arguments)})"
    values = [v for _, v in arguments if v is not None]
    if len(values) < len(arguments):
        return text, None
    whole = sum(values, Fraction(0))
    results = {"求和": whole, "平均": whole / len(values), "最大": max(values), "最小": min(values)}
    return text, results[function]


LEAVES = st.builds(_number, st.integers(0, 10**6), st.integers(0, 4)) | st.sampled_from(
    list(VALUES.items())
)
EXPRESSIONS = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds(_join, inner, st.sampled_from("+-−*×/÷"), inner)
        | st.builds(
            _call, st.sampled_from(formulas.FUNCTIONS), st.lists(inner, min_size=1, max_size=4)
        )
        | inner.map(lambda pair: (f"-({pair[0]})", None if pair[1] is None else -pair[1]))
    ),
    max_leaves=20,
)


@given(EXPRESSIONS)
def test_random_expressions_agree_with_fractions(pair: Pair) -> None:
    source, expected = pair
    if expected is None:
        with pytest.raises(ZeroDivisionError):
            value(source)
    else:
        assert value(source) == expected


@given(st.lists(st.tuples(st.sampled_from("+-*/"), st.integers(1, 99)), max_size=12))
def test_precedence_agrees_with_python(steps: list[tuple[str, int]]) -> None:
    source = "7" + "".join(f" {sign} {number}" for sign, number in steps)
    python = "Fraction(7)" + "".join(f" {sign} Fraction({number})" for sign, number in steps)
    assert value(source) == eval(python)


@given(st.text(alphabet="甲乙.0123456789+-*/()（）×÷,，% 求和平均最大&_", max_size=30))
def test_random_text_is_a_formula_or_a_formula_error(source: str) -> None:
    try:
        tree = formulas.parse(source)
    except FormulaError as error:
        assert error.code in ("F110", "F111", "F112", "F113")
        assert 0 <= error.offset <= len(source)
        assert error.found
    else:
        for name in formulas.names(tree):
            assert source[name.offset :].startswith(name.path)


def test_functions_of_excel_are_named() -> None:
    with pytest.raises(formulas.FormulaError) as caught:
        formulas.parse("1 + SUM(甲, 乙)")
    assert (caught.value.code, caught.value.found, caught.value.offset) == ("F113", "SUM", 4)
