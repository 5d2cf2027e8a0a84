"""Exact numbers and the one place where they are rounded."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from generator.figures.amounts import (
    MONEY,
    exact_places,
    plain,
    round_half_up,
    show,
    total,
    trimmed,
    typed_places,
)

DECIMALS = st.decimals(
    allow_nan=False, allow_infinity=False, min_value=Decimal("-1e15"), max_value=Decimal("1e15")
)
PLACES = st.integers(0, 6)


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        ("0.005", 2, "0.01"),
        ("2.675", 2, "2.68"),
        ("-2.675", 2, "-2.68"),
        ("-0.005", 2, "-0.01"),
        ("1.005", 2, "1.01"),
        ("0.0049999", 2, "0"),
        ("-0.004", 2, "0"),
        ("0.5", 0, "1"),
        ("1.5", 0, "2"),
        ("2.5", 0, "3"),
        ("-2.5", 0, "-3"),
        ("94.64499", 2, "94.64"),
        ("94.645", 2, "94.65"),
        ("94.1355", 2, "94.14"),
        ("259.57", 0, "260"),
        ("259.57", 1, "259.6"),
        ("259.57", 6, "259.57"),
        ("0.1234565", 6, "0.123457"),
        ("50.00", 2, "50"),
        ("64.50", 2, "64.5"),
        ("100", 2, "100"),
        ("0", 2, "0"),
    ],
)
def test_show_rounds_once_half_up_and_drops_zeros(value: str, places: int, shown: str) -> None:
    assert show(Fraction(value), places) == shown


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [("50", 2, "50.00"), ("64.5", 2, "64.50"), ("-0.001", 2, "0.00"), ("2.5", 0, "3"),
     ("0.1", 6, "0.100000")],
)  # fmt: skip
def test_show_with_fixed_decimals(value: str, places: int, shown: str) -> None:
    assert show(Fraction(value), places, fixed=True) == shown


def test_thirds_have_no_end_but_print() -> None:
    assert show(Fraction(1, 3)) == "0.33"
    assert show(Fraction(2, 3), 4) == "0.6667"
    assert exact_places(Fraction(1, 3)) is None


@given(DECIMALS, PLACES)
@example(Decimal("-0.5"), 0)
def test_rounding_agrees_with_decimal_half_up(value: Decimal, places: int) -> None:
    with localcontext() as context:
        context.prec = 100
        expected = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    rounded = round_half_up(Fraction(value), places)
    assert rounded == expected
    assert plain(rounded) == plain(expected)


@given(st.fractions(), PLACES)
def test_rounding_is_off_by_half_a_unit_at_most_and_symmetric(value: Fraction, places: int) -> None:
    rounded = round_half_up(value, places)
    assert abs(Fraction(rounded) - value) <= Fraction(1, 2 * 10**places)
    assert round_half_up(-value, places) == rounded.copy_negate() or value == 0 or rounded == 0
    assert show(Fraction(rounded), places) == show(value, places), "rounding twice changes nothing"


def test_products_of_large_amounts_keep_every_digit() -> None:
    assert show(Fraction(10**30) + Fraction(1, 4), 2) == f"1{'0' * 30}.25"


@pytest.mark.parametrize(
    ("value", "full", "short"),
    [("64.50", "64.50", "64.5"), ("-0.00", "0.00", "0"), ("1E+3", "1000", "1000"), ("1E-7",
      "0.0000001", "0.0000001"), ("100", "100", "100")],
)  # fmt: skip
def test_digits_are_never_in_exponent_form(value: str, full: str, short: str) -> None:
    assert plain(Decimal(value)) == full
    assert trimmed(Decimal(value)) == short


@given(DECIMALS)
def test_exact_places_are_enough_and_no_more(value: Decimal) -> None:
    exact = Fraction(value)
    places = exact_places(exact)
    assert places is not None
    assert Fraction(show(exact, places)) == exact
    assert places == 0 or Fraction(show(exact, places - 1)) != exact


@pytest.mark.parametrize(
    ("text", "places"), [("50", 0), ("64.50", 2), ("0.123456", 6), ("-1.0", 1)]
)
def test_typed_places(text: str, places: int) -> None:
    assert typed_places(text) == places


@given(st.lists(DECIMALS, max_size=20))
def test_totals_are_exact_in_any_order(values: list[Decimal]) -> None:
    exact = [Fraction(value) for value in values]
    assert total(exact) == total(reversed(exact))
    with localcontext() as context:
        context.prec = 200
        assert total(exact) == Fraction(sum(values, Decimal(0)))


def test_floats_would_have_been_wrong() -> None:
    assert total([Fraction("0.1")] * 3) == Fraction("0.3")


def test_money_units() -> None:
    assert {unit: float(worth) for unit, worth in MONEY.items()} == {
        "元": 0.0001,
        "万元": 1,
        "亿元": 10000,
    }
