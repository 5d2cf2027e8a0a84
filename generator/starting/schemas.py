"""``gen schema``: the schemas of the declarations, with what one workspace knows on top.

Its form sets, the tables, facts and figures of its units, and what its templates print: so an
editor proposes a name where it may stand, and a name in a formula.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from generator.content import loader
from generator.content.model import Content, Row, Tree
from generator.content.schema.json_schema import FILES, json_schema
from generator.figures.compute import compute
from generator.problems import Problems
from generator.workspace import Workspace

Schema = dict[str, Any]

#: Names in formulas that an editor proposes at most.
_MOST: Final = 2_000
_VALUES: Final = ("目标", "完成")


def schemas(workspace: Workspace) -> dict[str, Schema]:
    """The schema of each kind of file, for this workspace."""
    found = {name: json_schema(name) for name in FILES}
    contents = list(_contents(workspace))
    _name_form_sets(found["unit.yaml"], workspace)
    tables: dict[str, list[Row]] = {}
    facts: dict[str, object] = {}
    for content in contents:
        for table in content.figures.tables:
            tables.setdefault(table.name, []).append(table)
        facts |= content.facts
    for name, rows in tables.items():
        found["figures.yaml"]["properties"].setdefault(name, _table(name, rows))
    for name, value in facts.items():
        found["facts.yaml"]["properties"].setdefault(name, _fact(name, value))
    names = _figures(contents)
    for file in ("indicators.yaml", "projects"):
        _propose(found[file], names)
    return found


def _contents(workspace: Workspace) -> Iterator[Content]:
    """The newest year of each unit, as far as it can be read."""
    newest = {t.unit_id: t for year in workspace.years() for t in workspace.unit_years(year)}
    for target in newest.values():
        content = loader.read(workspace, target, Problems())
        if content is not None:
            yield content


def _name_form_sets(schema: Schema, workspace: Workspace) -> None:
    known = workspace.form_sets()
    own = schema["properties"]["套表"]
    schema["properties"]["套表"] = {"description": own.get("description", ""), "enum": known}


def _table(name: str, tables: list[Row]) -> Schema:
    """A table of this workspace: its rows are proposed, others are as good."""
    rows = {row.name: row for table in tables for row in table.rows}
    below: Schema = {row: _ref("行", held) for row, held in rows.items()}
    return {
        "description": f"表“{tables[-1].label}”。行：{'、'.join(rows) or name}",
        "allOf": [{"$ref": "#/definitions/表"}],
        "properties": below,
    }


def _ref(kind: str, row: Row) -> Schema:
    columns = "、".join(row.cells)
    return {"description": f"{row.label}{f'（{columns}）' if columns else ''}",
            "allOf": [{"$ref": f"#/definitions/{kind}"}]}  # fmt: skip


def _fact(name: str, value: object) -> Schema:
    inside = "、".join(value) if isinstance(value, Tree) else ""
    return {"description": f"{name}{f'：{inside}' if inside else ''}",
            "allOf": [{"$ref": "#/definitions/事实"}]}  # fmt: skip


def _figures(contents: list[Content]) -> list[str]:
    names: dict[str, None] = {}
    for content in contents:
        computed = compute(content, Problems())
        for path, figure in computed.figures.items():
            if not figure.hidden and "[" not in path:
                names[path] = None
        names |= dict.fromkeys(path for path in computed.open if "[" not in path)
    return list(names)[:_MOST]


def _propose(schema: object, names: list[str]) -> None:
    """Give targets and results the formulas that name one figure as examples."""
    if isinstance(schema, Mapping):
        for key, value in schema.items():
            if key == "properties" and isinstance(value, dict) and "分值" in value:
                for field in _VALUES:
                    value[field] = {**value[field], "examples": [f"= {name}" for name in names]}
            _propose(value, names)
    elif isinstance(schema, list):
        for item in schema:
            _propose(item, names)
