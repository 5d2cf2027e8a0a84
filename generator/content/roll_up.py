"""汇总 in unit.yaml: whom a unit sums up, and how."""

from __future__ import annotations

from generator.content.entries import Entry
from generator.content.model import RollUp
from generator.content.schema.unit_years import GATHERS
from generator.content.yaml.nodes import Mapping
from generator.frozen import replace


def read_roll_up(given: Entry) -> RollUp | None:
    """What ``given`` (unit.yaml) says of it; None for a unit that sums up no others."""
    value = given.node.get(GATHERS)
    if value is None:
        return None
    below = given.below(GATHERS)
    each = {
        name: replace(formulas[0], unit=one.choice("单位"))
        for one in below.each("逐个")
        if (name := one.text("名称")) and (formulas := one.formulas("公式"))
    }
    internal = {
        path: less
        for one in below.each("内部往来")
        if (path := one.text("数")) and (less := one.text("减"))
    }
    at = value.at if isinstance(value, Mapping) else given.at
    return RollUp(below.texts("单位"), each, internal, at)
