"""What editors need to complete and check content while it is typed: schemas, and the settings.

VS Code with the YAML extension of Red Hat reads them; so does whatever speaks to the same
language server.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from generator.content.schema.json_schema import FILES, json_schema

FOLDER: Final = ".vscode"
SETTINGS: Final = f"{FOLDER}/settings.json"
EXTENSIONS: Final = f"{FOLDER}/extensions.json"
#: Which files each schema is for, below the workspace.
_PATTERNS: Final[Mapping[str, list[str]]] = {
    "unit.yaml": ["content/**/unit.yaml"],
    "facts.yaml": ["content/**/facts.yaml"],
    "figures.yaml": ["content/**/figures.yaml"],
    "indicators.yaml": ["content/**/indicators.yaml"],
    "projects": ["content/**/projects/*.yaml"],
    "templates": ["templates/*.yaml"],
}


def schema_file(name: str) -> str:
    """Where the schema of the files ``name`` stands."""
    return f"{FOLDER}/gen/{name.removesuffix('.yaml')}.json"


def schema_files(made: Mapping[str, Mapping[str, Any]]) -> dict[str, bytes]:
    """The schemas as files."""
    return {schema_file(name): _json(schema) for name, schema in made.items()}


def files() -> dict[str, bytes]:
    """Settings, and the schemas as they are before anything is known of a workspace."""
    settings = {
        "yaml.schemas": {f"./{schema_file(name)}": found for name, found in _PATTERNS.items()},
        "yaml.validate": True,
        "yaml.completion": True,
        "yaml.format.enable": False,
        "files.encoding": "utf8",
        "[yaml]": {"editor.tabSize": 2, "editor.insertSpaces": True},
        "[markdown]": {"editor.wordWrap": "on"},
    }
    recommended = {"recommendations": ["redhat.vscode-yaml"]}
    return {
        SETTINGS: _json(settings),
        EXTENSIONS: _json(recommended),
        **schema_files({name: json_schema(name) for name in FILES}),
    }


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
