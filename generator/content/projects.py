"""``projects/<name>.yaml``: one project's texts, funds, goals and indicators."""

from __future__ import annotations

import re
import unicodedata
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
_PARTS = re.compile(r"([0-9]+)|([一二三四五六七八九十]{1,3})(?=$|[、）).．·_\- ])|(.)", re.DOTALL)


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """What sorts names as people do: 项目2 before 项目10, 项目二 before 项目十."""
    plain = unicodedata.normalize("NFKC", name)
    return tuple(
        (1, 0, other) if other else (0, int(digits) if digits else _chinese(numeral), numeral)
        for digits, numeral, other in _PARTS.findall(plain)
    )


def _chinese(numeral: str) -> int:
    """The number below a hundred that ``numeral`` says."""
    tens, ten, units = numeral.rpartition("十")
    digit = "零一二三四五六七八九".find
    return (digit(tens) if tens else 1) * 10 + max(digit(units), 0) if ten else digit(units)


def read_project(
    node: Mapping,
    key: str,
    columns: Mapping_[str, Formula],
    problems: Problems,
    fields: tuple[tuple[str, str], ...] = (),
) -> Project:
    """One project; ``columns`` are the form set's column formulas for every funds table.

    ``fields``: those that its indicators have besides.
    """
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
        indicators=read_indicators(given.get("指标"), problems, fields),
        at=node.at,
    )
