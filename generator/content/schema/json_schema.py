"""JSON Schema (draft 7) of the content files and form sets, for editors that know YAML.

An editor sees the scalars of YAML 1.2: what a writer means as text may be a number or a boolean
there, an amount a number or a text. A schema refuses nothing that gen reads without an error.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from generator.content.blanks import FILL
from generator.content.measures import UNITS
from generator.content.schema.fields import (
    AnyKind,
    Below,
    Each,
    Field,
    Group,
    Kind,
    Levels,
    Number,
    OneOf,
)
from generator.content.schema.form_sets import CONTEXT, FORM_SET, INHERITS, OFF
from generator.content.schema.unit_years import (
    DERIVED_FIGURE,
    FACTS,
    FIGURES,
    LEVEL1,
    PROJECT,
    ROW,
    TOLERATED,
    UNIT,
)

Schema = dict[str, Any]

#: What each file holds, by its name or that of its folder.
FILES: Final[Mapping[str, Group | Each]] = {
    "unit.yaml": UNIT,
    "facts.yaml": FACTS,
    "figures.yaml": FIGURES,
    "indicators.yaml": Each(LEVEL1),
    "projects": PROJECT,
    "templates": FORM_SET,
}

_NUMBER = r"[+-]?[0-9]+(\.[0-9]+)?"
#: No letter begins or belongs to a name that is one of these; other alphabets are let through, as
#: engines differ on what a letter is.
_SIGNS = r"\s!-/:-@\u005b-\u005e`{-~\u00a0-\u00a9\u2000-\u206f\u3000-\u3004\u3008-\u3020\uff00-\uff0f\uff1a-\uff20"
_NAME: Schema = {"pattern": rf"^[^0-9\uff10-\uff19{_SIGNS}][^{_SIGNS}]*$"}
_TEXT: Schema = {"type": ["string", "number", "boolean"]}
_FORMULA: Schema = {"type": "string", "pattern": rf"^\s*([=＝]|{FILL})"}
#: A value that is still to come.
_OPEN = rf"[【〔（]?{FILL}([^\u4e00-\u9fff].*)?"
_AMOUNT: Schema = {"type": "string", "pattern": rf"^\s*({_NUMBER}\s*$|{_OPEN}$|[=＝])"}
_WORDS: Schema = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]}
#: What an entry that is inherited is left out by.
_OFF: Schema = {"const": OFF}
_KINDS: Final[Mapping[Kind, Schema]] = {
    Kind.TEXT: _TEXT,
    Kind.LEAF: _TEXT,
    Kind.FORMULA: {"type": ["string", "number"]},
    Kind.MEASURE: {
        "type": ["number", "string"],
        "pattern": rf"^\s*{_NUMBER}\s*({'|'.join(map(re.escape, UNITS))})?\s*$|^{_OPEN}$",
    },
    Kind.TEXTS: {"type": "array", "items": _TEXT},
    Kind.FORMULAS: _WORDS,
    Kind.WORDS: _WORDS,
    Kind.NAMED_WORDS: {"type": "object", "additionalProperties": _WORDS},
    Kind.COLUMNS: {
        "type": "object",
        "propertyNames": _NAME,
        "additionalProperties": {"type": ["string", "number"]},
    },
    Kind.TOLERANCE: {"type": ["number", "string"], "pattern": rf"^({TOLERATED}|{_NUMBER})$"},
}
#: Kinds that hold themselves, and so have to be called by name.
_NAMED: Final = (Kind.TREE, Kind.TABLE, Kind.CELL, Kind.PARTS, Kind.DERIVED)


def json_schema(file: str) -> Schema:
    """The schema of one of ``FILES``; raises ``KeyError`` for another."""
    held = FILES[file]
    whole = _group(held) if isinstance(held, Group) else _kind(held)
    if held is FORM_SET:
        inheriting = {"required": [INHERITS]}
        whole = {"if": inheriting, "then": _group(FORM_SET, part=True), "else": whole}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        **whole,
        "definitions": {kind.value: _named(kind) for kind in _NAMED},
    }


def _group(group: Group, *, part: bool = False) -> Schema:
    """``part``: of a form set that inherits the rest, and may leave some of that out."""
    schema: Schema = {
        "type": "object",
        "title": group.name,
        "properties": {field.key: _field(field, part) for field in group.fields},
        "additionalProperties": False if group.rest is None else _kind(group.rest),
    }
    if part:
        return schema
    if needed := [field.key for field in group.fields if field.required]:
        schema["required"] = needed
    if group.rest is not None:
        refused = [name for name in group.refused if name not in group.keys]
        schema["propertyNames"] = {**_NAME, "not": {"enum": refused}} if refused else _NAME
    if group.some:
        schema["anyOf"] = [{"required": [key]} for key in group.some]
    if group.single:
        schema["not"] = {"required": list(group.single)}
    return schema


def _field(field: Field, part: bool) -> Schema:
    schema = _kind(field.kind, part=part)
    said = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", field.meaning).replace("`", "")
    notes = [field.need, *([f"不填是{field.default}"] if field.default else ()), said]
    if part:
        schema = {"anyOf": [schema, {"type": "null"}, _OFF]}
    elif not field.required:
        schema = _or_nothing(schema)
    elif "$ref" in schema:  # beside which nothing counts
        schema = {"allOf": [schema]}
    return {**schema, "description": f"{'；'.join(notes)}。例如 {field.key}: {field.example}"}


def _or_nothing(schema: Schema) -> Schema:
    """The same, or a key whose value was left out."""
    if "enum" in schema:
        return {**schema, "enum": [*schema["enum"], None]}
    if "type" in schema:
        kinds = schema["type"]
        return {**schema, "type": [*([kinds] if isinstance(kinds, str) else kinds), "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def _kind(kind: AnyKind, *, part: bool = False) -> Schema:
    left_out: list[Schema] = [{"type": "object", "additionalProperties": _OFF}] if part else []
    if kind is Kind.PHRASES:
        below = {"anyOf": [*_WORDS["anyOf"], _group(CONTEXT, part=part)]}
        return {"type": "object", "additionalProperties": below}
    if kind is Kind.WORDS and part:
        return {"anyOf": [_TEXT, {"type": "array", "items": {"anyOf": [_TEXT, *left_out]}}]}
    if isinstance(kind, Kind):
        return {"$ref": f"#/definitions/{kind.value}"} if kind in _NAMED else _KINDS[kind]
    if isinstance(kind, Below):
        return _group(kind.group, part=part)
    if isinstance(kind, Each):
        whole = _group(kind.group, part=part)
        return {"type": "array", "items": {"anyOf": [whole, *left_out]} if part else whole}
    if isinstance(kind, Levels):
        return {"type": "object", "additionalProperties": {"enum": list(kind.words)}}
    if isinstance(kind, OneOf):
        return {"enum": list(kind.words)}
    return _number(kind)


def _number(kind: Number) -> Schema:
    bounds = {"minimum": kind.low, "maximum": kind.high}
    return {
        "type": ["integer" if kind.whole else "number", "string"],
        "pattern": rf"^\s*({_NUMBER}|{_OPEN})\s*$",
        **{name: bound for name, bound in bounds.items() if bound is not None},
    }


def _named(kind: Kind) -> Schema:
    row = {"$ref": f"#/definitions/{Kind.TABLE.value}"}
    if kind is Kind.TABLE:
        return {**_group(ROW), "minProperties": 1}
    if kind is Kind.CELL:
        return {
            "if": {"type": "object"},
            "then": row,
            "else": {"anyOf": [{"type": "number"}, _AMOUNT]},
        }
    if kind is Kind.PARTS:
        return {"type": "object", "propertyNames": _NAME, "additionalProperties": row}
    again = {"$ref": f"#/definitions/{kind.value}"}
    below = {"type": "object", "propertyNames": _NAME, "additionalProperties": again}
    if kind is Kind.DERIVED:
        declared = {"type": "object", "required": ["公式"]}
        inner = {
            "if": declared,
            "then": _group(DERIVED_FIGURE),
            "else": {"anyOf": [_FORMULA, again]},
        }
        return {**below, "additionalProperties": inner}
    item = {"anyOf": [{**_TEXT, "type": [*_TEXT["type"], "null"]}, below]}
    return {"anyOf": [*item["anyOf"], {"type": "array", "items": item}]}
