"""What is typed for a number that somebody wrote into a document: exactly that, or nothing."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.figures.amounts import exact_places, show
from generator.pulling.comparing.amounts import Unsaid, equal, typed_as
from generator.pulling.comparing.units import named_otherwise


def typed(text: str, unit: str, printed: str, new: str) -> str:
    return typed_as({"text": text, "unit": unit}, printed, new)


@pytest.mark.parametrize(
    ("text", "unit", "printed", "new", "wanted"),
    [
        ("0.7", "万元", "0.7万元", "0.9万元", "0.9"),
        ("0.7", "万元", "0.7", "0.9万元", "0.9"),  # the unit of the column, typed into the cell
        ("259.57", "万元", "259.57", "1,259.50", "1259.50"),
        ("0.7", "万元", "7,000.00元", "9,000.00元", "0.9"),  # printed in 元
        ("0", "万元", "0.00元", "5,000元", "0.5"),
        ("3.5", "万元", "3.5", "-3.5", "-3.5"),
        ("95%", "%", "0.95", "0.9", "90%"),  # as Excel keeps it
        ("95%", "%", "95%", "９６％", "96%"),
        ("39家", "家", "39家", "40家", "40家"),
        ("≥95%", "%", "≥95%", "≥90%", "≥90%"),
        ("5", "人", "5人", "12人", "12"),
    ],
)
def test_a_number_is_typed_as_the_old_one_was(
    text: str, unit: str, printed: str, new: str, wanted: str
) -> None:
    assert typed(text, unit, printed, new) == wanted


@pytest.mark.parametrize(
    ("text", "unit", "printed", "new"),
    [
        ("0.7", "万元", "0.7万元", "9000元"),
        ("0.7", "万元", "0.7万元", "0.7亿元"),
        ("0.7", "万元", "0.7万元", "７千元"),
        ("0.7", "万元", "0.7万元", "￥9000"),
        ("0.7", "万元", "0.7万元", "0.9"),
        ("74.38", "万元", "74.38", "80.5亿元"),
        ("74.38", "万元", "74.38", "80.5%"),
        ("74.38", "万元", "74.38", "80,5"),
        ("235.11", "万元", "235.11", "235,11"),
        ("74.38", "万元", "74.38", "TRUE"),
        ("74.38", "万元", "74.38", "2021-01-02"),
        ("74.38", "万元", "74.38", "约80"),
        ("74.38", "万元", "74.4", "80.5"),  # printed rounded: nobody knows the rest
        ("0%", "%", "0", "0.5"),
        ("39家", "家", "39家", "40家以上"),
        ("39家", "家", "39家", "40人次"),
        ("23篇", "篇", "23篇", "98％"),
        ("23篇", "篇", "23篇", "约30篇"),
        ("0.7", "万元", "0.7万元", "０.７ 万元"),  # nothing new
    ],
)
def test_what_would_be_printed_otherwise_is_refused(
    text: str, unit: str, printed: str, new: str
) -> None:
    with pytest.raises(Unsaid):
        typed(text, unit, printed, new)


@pytest.mark.parametrize(
    ("old", "new", "other"),
    [
        ("单位：万元", "单位：元", True),
        ("金额（万元）\t比例", "金额（千元）\t比例", True),
        ("单位：万元", "", True),
        ("以万元为单位", "以元为单位", True),
        ("单位：元", "单位：美元", True),
        ("资金（万元）", "预算资金（万元）", False),
        ("另有500元", "另有600万元", False),  # the unit of one number
        ("多元化", "元旦", False),
    ],
)
def test_units_beside_numbers_are_seen_to_change(old: str, new: str, other: bool) -> None:
    assert bool(named_otherwise(old, new)) == other


@given(st.decimals(0, 10**9, places=4, allow_nan=False), st.sampled_from(["万元", "元", ""]))
def test_what_is_typed_is_what_the_document_says(number: object, unit: str) -> None:
    value = Fraction(str(number))
    printed, factor = {"万元": ("1万元", 1), "元": ("10000元", 10_000), "": ("1", 1)}[unit]
    new = f"{show(value * factor, exact_places(value * factor) or 0)}{unit}"
    if equal(printed, new):
        return
    assert Fraction(typed("1", "万元", printed, new)) == value
