"""What an editor is told of a workspace: its form sets, tables, facts and figures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator
from kit.workspaces import gen, unit_files, write


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return write(tmp_path, unit_files())


def schemas(folder: Path) -> dict[str, Any]:
    ran = gen("schema", folder=folder)
    assert ran.code == 0, ran.err
    return json.loads(ran.out)  # type: ignore[no-any-return]


def said(schema: dict[str, Any], text: str) -> list[str]:
    found = Draft7Validator(schema).iter_errors(yaml.load(text, yaml.BaseLoader))
    return [error.message for error in found]


def test_the_form_sets_of_the_workspace_are_the_ones_to_choose_from(workspace: Path) -> None:
    unit = schemas(workspace)["unit.yaml"]
    assert set(unit["properties"]["套表"]["enum"]) >= {"jiujiang", "qiannan"}
    assert said(unit, "名称: 甲\n简称: 甲\n套表: jiujiang") == []
    assert said(unit, "名称: 甲\n简称: 甲\n套表: jiujian") != []


def test_its_tables_and_figures_are_proposed(workspace: Path) -> None:
    told = schemas(workspace)
    assert "资金来源" in told["figures.yaml"]["properties"]
    assert "财政拨款" in told["figures.yaml"]["properties"]["资金来源"]["properties"]
    assert "资金来源.财政拨款.全年执行" in json.dumps(told["indicators.yaml"], ensure_ascii=False)


def test_its_own_files_are_valid(workspace: Path) -> None:
    told = schemas(workspace)
    home = workspace / "content" / "peixun"
    for name, path in (
        ("unit.yaml", home / "unit.yaml"), ("facts.yaml", home / "2024" / "facts.yaml"),
        ("figures.yaml", home / "2024" / "figures.yaml"),
        ("indicators.yaml", home / "2024" / "indicators.yaml"),
    ):  # fmt: skip
        assert said(told[name], path.read_text(encoding="utf-8")) == [], name


def test_saved_beside_settings_that_point_to_them(workspace: Path) -> None:
    assert gen("schema", "--save", folder=workspace).code == 0
    settings = json.loads((workspace / ".vscode" / "settings.json").read_text(encoding="utf-8"))
    for file in settings["yaml.schemas"]:
        assert (workspace / file).is_file(), file
