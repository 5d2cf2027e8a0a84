"""Content as the tree of what was typed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from generator.content.model import (
    CELL,
    ROW,
    Block,
    Content,
    Deduction,
    Figures,
    Formula,
    Indicator,
    Indicators,
    Leaf,
    Narrative,
    PointRule,
    Project,
    Quantity,
    Row,
    Text,
    Tree,
)
from generator.problems import Position
from generator.records.tree import At, Node

#: Made once: lists may have them by the thousand.
_LEAVES = (Quantity, Text, Formula)
_NOWHERE: At = ("", 0, 0)


def tree(content: Content) -> Node:
    """Everything of ``content`` that a writer typed, in its order."""
    sections = [
        _section("单位", _tree(content.unit)),
        _section("事实", _tree(content.facts)),
        _section("表", _tables(content.figures)),
        _section("派生", _tree(content.figures.derived)),
        _section("指标", _indicators(content.indicators)),
        _section("项目", map(_project, content.projects)),
        _section("正文", _narrative(content.narrative)),
    ]
    if content.past is not None:
        past = [
            _section("事实", _tree(content.past.facts)),
            _section("表", _tables(content.past.figures)),
            _section("派生", _tree(content.past.figures.derived)),
            _section("项目", map(_project, content.past.projects)),
        ]
        sections.append(_section("上年", past))
    return Node("content", "", "", _NOWHERE, tuple(sections))


def _section(name: str, children: Iterator[Node] | list[Node]) -> Node:
    return Node("section", name, "", _NOWHERE, tuple(children))


def _at(at: Position) -> At:
    return at.file, at.line, at.column


def _text(value: Leaf) -> str:
    return f"= {value.source}" if isinstance(value, Formula) else value.text


def _leaf(kind: str, name: str, value: Leaf) -> Node:
    own: list[Node] = []
    if isinstance(value, Formula):
        given = (("单位", value.unit), ("显示", value.label))
        own = [Node("setting", key, text, _at(value.at)) for key, text in given if text]
    return Node(kind, name, _text(value), _at(value.at), tuple(own))


# Facts


def _tree(tree: Tree) -> Iterator[Node]:
    for name, value in tree.items():
        if isinstance(value, _LEAVES):
            yield _leaf("fact", name, value)
        elif isinstance(value, tuple):
            items = tuple(map(_item, value))
            yield Node("list", name, "", items[0].at if items else _NOWHERE, items)
        else:
            below = tuple(_tree(value))
            yield Node("group", name, "", below[0].at if below else _NOWHERE, below)


def _item(value: Leaf | Tree) -> Node:
    if not isinstance(value, Tree):
        return _leaf("item", "", value)
    below = tuple(_tree(value))
    return Node("item", "", "", below[0].at if below else _NOWHERE, below)


# Tables


def _tables(figures: Figures) -> Iterator[Node]:
    return (_row("table", table, "万元") for table in figures.tables)


def _row(kind: str, row: Row, unit: str) -> Node:
    at = _at(row.at)
    given = {
        "显示": row.label if row.label != row.name else "",
        "单位": row.unit if row.unit != unit else "",
        "尾差": "允许" if row.loose else "" if row.slack is None else str(row.slack),
    }
    own = [Node("setting", name, text, at) for name, text in given.items() if text]
    for column, formula in (row.columns or {}).items():
        if formula.at.file == row.at.file:  # a form set may give them as well
            own.append(Node("setting", f"列公式 {column}", _text(formula), _at(formula.at)))
    cells = [_leaf("cell", column, value) for column, value in row.cells.items()]
    rows = [_row("row", below, row.unit) for below in row.rows]
    parts = [_row("part", below, row.unit) for below in row.parts]
    return Node(kind, row.name, "", at, (*own, *cells, *rows, *parts))


# Indicators and projects


def _indicators(form: Indicators) -> Iterator[Node]:
    for _, held in groupby(form.rows, key=lambda row: row.group):
        rows = list(held)
        first = rows[0]
        at = _at(first.group_at)
        own = [] if first.weight is None else [_leaf("setting", "权重", first.weight)]
        groups = [
            Node("level2", name, "", _at(inside[0].at), tuple(map(_indicator, inside)))
            for name, inside in ((k, list(v)) for k, v in groupby(rows, key=lambda r: r.level2))
        ]
        yield Node("level1", first.level1, "", at, (*own, *groups))


def _indicator(row: Indicator) -> Node:
    at = _at(row.at)
    given: dict[str, Leaf | str | None] = {
        "指标": row.text if row.name else "",
        "目标": row.target,
        "完成": row.actual,
        "单位": row.unit,
        "分值": row.points,
        "得分": row.score,
        "类型": row.kind,
        "等次": row.band,
        "计分办法": "" if row.rule is None else _rule(row.rule),
        "偏差原因": row.reason,
    }
    cells = tuple(
        Node("cell", name, value, at) if isinstance(value, str) else _leaf("cell", name, value)
        for name, value in given.items()
        if value is not None and value != ""
    )
    return Node("indicator", row.name or row.text, "", at, cells)


def _rule(rule: PointRule) -> str:
    if isinstance(rule, Deduction):
        return f"每差{rule.step.text}扣{rule.points}分，不足的{rule.remainder}"
    steps = "、".join(f"{bound.text}得{points}分" for bound, points in rule.steps)
    return f"{'不超过' if rule.at_most else '不低于'}{steps}"


def _project(project: Project) -> Node:
    funds = [] if project.funds is None else [_row("table", project.funds, "万元")]
    form = _section("指标", _indicators(project.indicators))
    below = (*_tree(project.texts), *funds, *([form] if form.children else []))
    return Node("project", project.name, "", _at(project.at), below)


# report.md


def _narrative(narrative: Narrative | None) -> Iterator[Node]:
    for block in narrative.blocks if narrative is not None else ():
        yield _block(block)


def _block(block: Block) -> Node:
    if block.kind == "table":
        return Node("block", "", "", _at(block.at), tuple(_lines(block)))
    sign = {"heading": "#" * block.level + " ", "item": "  " * (block.level - 1) + "1. "}
    text = "".join(piece.text for piece in block.pieces).strip()
    return Node("block", "", sign.get(block.kind, "") + text, _at(block.at))


def _lines(block: Block) -> Iterator[Node]:
    cells, at = [""], block.at
    for piece in block.pieces:
        if piece.tag == ROW:
            yield Node("line", "", row_text(cells), _at(at))
            cells, at = [""], piece.at
        elif piece.tag == CELL:
            cells.append("")
        else:
            cells[-1] += piece.text
    yield Node("line", "", row_text(cells), _at(at))


def row_text(cells: list[str]) -> str:
    """A row of a table as one text."""
    return " | ".join(cell.strip() for cell in cells)
