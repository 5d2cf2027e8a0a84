"""``projects/<name>.yaml``: one project's texts, funds, goals and indicators."""

from __future__ import annotations

from collections.abc import Mapping as Mapping_

from generator.content.facts import read_tree
from generator.content.indicators import read_indicators
from generator.content.model import Formula, Project, Row
from generator.content.tables import TOTALS, read_table, report_loose_total
from generator.content.values import text_of
from generator.content.yaml.nodes import Mapping
from generator.problems import Problems

Columns = Mapping_[str, Formula]

_FUNDS, _INDICATORS, _NAME = "资金", "指标", "名称"


def read_project(node: Mapping, key: str, columns: Columns, problems: Problems) -> Project:
    """One project; ``columns`` are the form set's column formulas for every funds table."""
    name = text_of(node.get(_NAME), problems, what=_NAME)
    if not name:
        problems.add("L401", node.at, key=_NAME)
    read = (_FUNDS, _INDICATORS, _NAME, *TOTALS)
    rest = tuple((k, v) for k, v in node.items if k.text not in read)
    for total, _ in node.items:
        if total.text in TOTALS:
            report_loose_total(total, _FUNDS, problems)
    return Project(
        key=key,
        name=name or key,
        texts=read_tree(Mapping(rest, node.at), problems),
        funds=_funds(node, columns, problems),
        indicators=read_indicators(node.get(_INDICATORS), problems),
        at=node.at,
    )


def _funds(node: Mapping, columns: Columns, problems: Problems) -> Row | None:
    for key, value in node.items:
        if key.text == _FUNDS:
            return read_table(key, value, problems, columns)
    problems.add("L401", node.at, key=_FUNDS)
    return None
