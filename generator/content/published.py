"""Published tables (公开表) as data: how each is recognised, which identities tie them."""

from __future__ import annotations

import re
from decimal import Decimal

from generator.content.entries import Entry, entry
from generator.content.form_set.check_data import words, words_by_name
from generator.content.schema.published import PUBLISHED, YES
from generator.content.wordings import any_of
from generator.content.yaml.nodes import Mapping, load
from generator.frozen import frozen
from generator.problems import Problems
from generator.reading.tables import LaneMap, TableMap, Wordings
from generator.workspace import Workspace

FOLDER = "公开表"
#: 三公表.购置.决算 ⇒ 正文.购置车辆: where there is the one, there is the other.
IMPLIES = "⇒"


@frozen
class Tie:
    """An identity between cells; ``off``: by how much it was measured to be off at most.

    ``warns``: it mostly holds, and may fail for a reason.
    """

    formula: str
    off: Decimal | None
    warns: bool = False


@frozen
class Rollup:
    """How a department's file and those of its offices are told apart; what adds up."""

    whole: re.Pattern[str]
    part: re.Pattern[str]
    names: tuple[str, ...]


@frozen
class Published:
    """The tables of one kind of publication."""

    tables: tuple[TableMap, ...]
    ties: tuple[Tie, ...]
    texts: Wordings = ()
    rollup: Rollup | None = None


def load_published(workspace: Workspace, name: str, problems: Problems) -> Published:
    """The file ``公开表/name.yaml`` of the workspace, else the one that comes with gen."""
    path = workspace.template(f"{FOLDER}/{name}.yaml")
    node = load(path, workspace.name_of(path), problems) if path is not None else None
    given = entry(node, PUBLISHED, problems) if isinstance(node, Mapping) else None
    if given is None:
        return Published((), ())
    rollup = _rollup(given.below("汇总")) if given.get("汇总") is not None else None
    return Published(tables_of(given), ties_of(given), _wordings(given, "正文"), rollup)


def tables_of(given: Entry) -> tuple[TableMap, ...]:
    """The tables under 表."""
    return tuple(map(_table, given.each("表")))


def ties_of(given: Entry) -> tuple[Tie, ...]:
    """The identities under 关系."""
    return tuple(
        Tie(tie.text("公式"), tie.decimal("尾差"), warns=tie.choice("提醒") == YES)
        for tie in given.each("关系")
    )


def _rollup(given: Entry) -> Rollup | None:
    whole, part = _either(given, "部门"), _either(given, "单位")
    return Rollup(whole, part, _words(given, "数")) if whole and part else None


def _table(given: Entry) -> TableMap:
    return TableMap(
        name=given.text("名称"),
        titles=_either(given, "叫"),
        never=_either(given, "不叫"),
        has=tuple(re.compile(any_of([text])) for text in _words(given, "有")),
        lacks=_either(given, "没有"),
        lanes=tuple(map(_lane, given.each("道"))),
        titled=given.choice("认标题") == YES,
        single=given.choice("一行") == YES,
    )


def _lane(given: Entry) -> LaneMap:
    return LaneMap(
        name=given.text("名称"),
        columns=_wordings(given, "栏"),
        rows=_wordings(given, "行"),
        totals=_words(given, "合计"),
        below=_either(given, "下级"),
        across=_words(given, "逐行"),
        exact=given.choice("尾差") != YES,
    )


def _words(given: Entry, key: str) -> tuple[str, ...]:
    node = given.get(key)
    return words(node, key, given.problems) if node is not None else ()


def _either(given: Entry, key: str) -> re.Pattern[str] | None:
    found = _words(given, key)
    return re.compile(any_of(found)) if found else None


def _wordings(given: Entry, key: str) -> Wordings:
    node = given.get(key)
    named = words_by_name(node, key, given.problems) if node is not None else ()
    return tuple((name, re.compile(any_of((name, *found)))) for name, found in named)
