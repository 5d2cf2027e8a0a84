"""豁免 in facts.yaml: findings that a unit has looked at and stands by, each with its reason."""

from __future__ import annotations

from generator.content.entries import Entry
from generator.content.model import Waiver

WAIVERS = "豁免"


def read_waivers(facts: Entry) -> tuple[Waiver, ...]:
    """Every waiver of ``facts.yaml``; a missing rule is reported."""
    return tuple(
        Waiver(rule, below.text("位置"), below.text("理由"), below.at)
        for below in facts.each(WAIVERS)
        if (rule := below.text("规则"))
    )
