"""Columns of long lists: told as one, by their sum where they can be added."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from generator.records.columns import LONG, long_columns
from generator.records.record import Record


def figure(value: str, line: int, unit: str = "万元") -> dict[str, Any]:
    return {"text": value, "value": value, "unit": unit, "at": ["facts.yaml", line, 5]}


def recorded(values: dict[str, dict[str, Any]]) -> Record:
    return Record("dw", 2024, {}, values, (), {})


def test_a_long_column_is_its_sum() -> None:
    values = {f"明细[{n}].金额": figure(f"{n}/100", n) for n in range(1, LONG + 2)}
    values |= {
        f"明细[{n}].名称": {"text": "甲", "at": ["facts.yaml", n, 1]} for n in range(1, 2000)
    }
    (column,) = long_columns(recorded(values))
    assert (column.path, column.name) == ("明细[].金额", "明细各项的金额")
    assert column.value == Fraction(sum(range(1, LONG + 2)), 100)
    assert (column.unit, column.formula) == ("万元", f"{LONG + 1}个之和")
    assert column.files == (("facts.yaml", 1, LONG + 1),)
    assert column.figures[0] == "明细[1].金额"


def test_rates_and_different_units_are_counted() -> None:
    rates = {f"率[{n}]": figure("1/2", 1, "%") for n in range(LONG + 1)}
    (column,) = long_columns(recorded(rates))
    assert (column.value, column.unit, column.formula) == (LONG + 1, "", "个数")
    mixed = {f"项[{n}].数": figure("2", 1, "个" if n % 2 else "家") for n in range(LONG + 1)}
    assert [one.formula for one in long_columns(recorded(mixed))] == ["个数"]


def test_a_short_column_stays_as_it_is() -> None:
    assert long_columns(recorded({f"项[{n}]": figure("2", 1) for n in range(LONG)})) == []
    assert long_columns(recorded({f"项{n}": figure("2", 1) for n in range(2 * LONG)})) == []


def test_lists_in_lists_are_one_column() -> None:
    values = {f"组[{a}].项[{b}].数": figure("1", 1) for a in range(40) for b in range(40)}
    (column,) = long_columns(recorded(values))
    assert (column.name, column.value) == ("组各项的项各项的数", 1600)
