"""``projects/<name>.yaml``: one project's texts, funds, goals and indicators."""

from __future__ import annotations

from collections.abc import Mapping as Mapping_

from generator.content.entries import entry
from generator.content.facts import read_tree
from generator.content.indicators import read_indicators
from generator.content.model import Formula, Project
from generator.content.schema.unit_years import PROJECT, TOTALS
from generator.content.tables import read_table, report_loose_total
from generator.content.yaml.nodes import Mapping
from generator.problems import Problems

_FUNDS = "资金"


def read_project(
    node: Mapping, key: str, columns: Mapping_[str, Formula], problems: Problems
) -> Project:
    """One project; ``columns`` are the form set's column formulas for every funds table."""
    given = entry(node, PROJECT, problems)
    assert given is not None  # a mapping is one
    funds = None
    rest = []
    for name, value in node.items:
        if name.text in TOTALS:
            report_loose_total(name, _FUNDS, problems)
        elif name.text == _FUNDS and given.get(_FUNDS) is not None:
            funds = read_table(name, value, problems, columns)
        elif name.text not in PROJECT.keys:
            rest.append((name, value))
    return Project(
        key=key,
        name=given.name("名称") or key,
        texts=read_tree(Mapping(tuple(rest), node.at), problems),
        funds=funds,
        indicators=read_indicators(given.get("指标"), problems),
        at=node.at,
    )
