"""Lists of two columns: numbers however they are typed, nothing else where numbers belong."""

from __future__ import annotations

from decimal import Decimal

import pytest

from generator.importing import lists, numbers
from generator.importing.forms import Page
from generator.importing.maps import LabelData
from generator.reading.contents import Grid

NAMES = {
    "收入预算财政拨款本年": frozenset({"收入预算.财政拨款.本年"}), "人员编制": frozenset({"人员.编制"}),
    "人员在职": frozenset({"人员.在职"}),
}  # fmt: skip
LABELS = LabelData({}, None, None, None)


def _money(name: str, own: bool) -> bool:
    return name.startswith("收入") and not own


def listed(name: str, text: str, money: str = "") -> tuple[str, str]:
    """What becomes of a value, or why nothing."""
    rows = (("人员.编制", "12人"), ("人员.在职", "11人"), (name, text))
    grid = Grid(rows, "工作表“甲”", "甲", ((1,), (2,), (3,)))
    read = lists.read(Page("甲.xlsx", "", (grid,)), grid, NAMES, LABELS, _money, money)
    assert read is not None
    made = [value.text for value in read.values if value.origin.place.endswith("B3")]
    why = [left.why for left in read.left if left.place.endswith("B3")]
    assert len(made) + len(why) == 1
    return (made[0], "") if made else ("", why[0])


@pytest.mark.parametrize("text", ["186.4", "１８６．４", "1.864E2", "1.864e+2"])
def test_an_amount_without_a_unit_is_refused_however_it_is_typed(text: str) -> None:
    made, why = listed("收入预算.财政拨款.本年", text)
    assert not made
    assert "--money" in why


@pytest.mark.parametrize(
    ("text", "money", "made"),
    [
        ("５００００．００", "元", "5"), ("50000.00", "元", "5"), ("36，000元", "", "3.6"),
        ("１，８６４，０００元", "万元", "186.4"), ("1.864E2", "万元", "186.4"), ("¥3,000.00", "", "0.3"),
        ("０.５万元", "元", "0.5"),
    ],
)  # fmt: skip
def test_an_amount_is_converted_however_it_is_typed(text: str, money: str, made: str) -> None:
    assert listed("收入预算.财政拨款.本年", text, money) == (made, "")


@pytest.mark.parametrize(
    ("text", "made"),
    [("12人", "12人"), ("１２人", "12人"), ("1e3", "1000"), ("2025年3月18日", "2025年3月18日")],
)
def test_a_fact_is_typed_plainly(text: str, made: str) -> None:
    assert listed("人员.在职", text) == (made, "")


@pytest.mark.parametrize("text", ["1l", "O.5", "12*", "3,6000", "36,00人", "12①"])
def test_what_is_no_number_is_named(text: str) -> None:
    assert listed("人员.在职", text) == ("", "不是数")
    assert listed("收入预算.财政拨款.本年", text, "元") == ("", "不是数")


def test_people_are_no_money() -> None:
    assert listed("收入预算.财政拨款.本年", "5台") == ("", "“台”不是金额的单位")


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [("39家", "39", "家"), ("－３", "-3", ""), ("1,234.50元", "1234.50", "元"), ("8％", "8", "%")],
)
def test_a_number_and_its_unit(text: str, number: str, unit: str) -> None:
    assert numbers.split(text) == (Decimal(number), unit)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("金额单位:元", ["元"]), ("单位：人民币万元", ["万元"]), ("单位 元", ["元"]),
        ("年初预算数（元）", ["元"]), ("合计(亿元)", ["亿元"]), ("项目支出(金额单位：元)", ["元"]),
        ("单位：元/人", []), ("补助5000元", []), ("支出（补助费）", []), ("单位：千元", ["千元"]),
    ],
)  # fmt: skip
def test_units_that_heads_and_captions_say(text: str, told: list[str]) -> None:
    assert numbers.units([text, text]) == told


def test_money_is_turned_however_it_is_typed() -> None:
    assert numbers.turned("80,000.00", into="元") == "800000000"
    with pytest.raises(ValueError, match="八"):
        numbers.turned("八", into="元")
