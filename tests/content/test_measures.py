"""Numbers with a sign or words around them, and a unit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.content import measures
from generator.content.measures import Measure, measure


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("12", Measure("12", "", "")),
        ("-3.50", Measure("-3.50", "", "")),
        ("150家", Measure("150", "家", "")),
        ("≥ 98.5%", Measure("98.5", "%", "≥")),
        (">=3次", Measure("3", "次", "≥")),
        ("＜10天", Measure("10", "天", "<")),
        ("不低于90%", Measure("90", "%", "≥")),
        ("高于或等于5 个", Measure("5", "个", "≥")),
        ("5个及以上", Measure("5", "个", "≥")),
        ("5个以上", Measure("5", "个", "≥")),
        ("30天以内", Measure("30", "天", "≤")),
        ("达到5天之内", Measure("5", "天", "≤")),
        ("控制在10万元以内", Measure("10", "万元", "≤")),
        ("=3场", Measure("3", "场", "=")),
    ],
)
def test_one_number_and_what_belongs_to_it(typed: str, expected: Measure) -> None:
    assert measure(typed) == expected


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "家",
        "约5家",
        "5家企业",
        "5 个以",
        "1,234",
        "1.",
        ".5",
        "５家",
        "3-5家",
        "以上5",
        "5家\n",
        "--5",
    ],
)
def test_anything_else_is_a_text(typed: str) -> None:
    assert measure(typed) is None


AMOUNTS = st.decimals(min_value=-(10**9), max_value=10**9, places=2, allow_nan=False)


@given(
    st.sampled_from(["", *measures._BEFORE, *measures._SIGNS]),
    AMOUNTS,
    st.sampled_from(["", *measures.UNITS]),
    st.sampled_from(["", *measures._BEHIND]),
)
def test_every_combination_is_read(before: str, amount: object, unit: str, behind: str) -> None:
    found = measure(f"{before}{amount}{unit}{behind}")
    assert found is not None
    assert (found.digits, found.unit) == (str(amount), unit)
    worded = measures._BEHIND.get(behind, "")
    known = measures._BEFORE.get(before) or measures._SIGNS.get(before, "")
    assert found.limit == (known if before in measures._SIGNS else worded or known)


@given(st.text(max_size=20))
def test_no_text_breaks_it(text: str) -> None:
    found = measure(text)
    assert found is None or found.digits in text
