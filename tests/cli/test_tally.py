"""Many units: their problems are counted and not kept, and nothing of the report is lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from kit.workspaces import change, gen, unit_files, write

from generator.cli import tally
from generator.cli.common import Settings
from generator.cli.tally import Tally
from generator.problems import Position, Severity, problem


@pytest.fixture
def four(tmp_path: Path) -> Path:
    for name in ("u0", "u1", "u2", "u3"):
        write(tmp_path, unit_files(name))
    change(tmp_path / "content/u2/unit.yaml", ("套表: jiujiang", "套表: jiujian"))
    return tmp_path


def told(report: dict[str, Any]) -> list[str]:
    return sorted(json.dumps(one, sort_keys=True) for one in report["problems"])


@pytest.mark.parametrize("verb", ["check", "build"])
def test_json_of_many_units_is_that_of_few(
    verb: str, four: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gen("build", "2024", folder=four)
    few = gen(verb, "2024", "--format", "json", folder=four)
    monkeypatch.setattr(tally, "MANY", 1)
    many = gen(verb, "2024", "--format", "json", folder=four)
    assert many.code == few.code == 1
    assert told(many.json) == told(few.json)
    assert list(many.json) == list(few.json)
    assert many.json["summary"] == few.json["summary"]
    assert many.json.get("documents") == few.json.get("documents")


def test_units_without_a_set_are_named_and_the_others_counted(
    four: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tally, "MANY", 1)
    ran = gen("build", "2024", "--jobs", "1", folder=four)
    assert ran.code == 1
    assert "content/u2/unit.yaml:3:5: 错误 L504" in ran.out
    lines = [line.split() for line in ran.out.splitlines()]
    assert any(line[:2] == ["u2", "1"] and line[-1] == "没有写：有错误" for line in lines)
    assert not any(line[:1] == ["u1"] for line in lines)
    assert "3个单位写出了新的成果，0个没有变化。" in ran.out
    again = gen("build", "2024", "--jobs", "1", folder=four)
    assert "0个单位写出了新的成果，3个没有变化。" in again.out
    document = next((four / "build/2024/u3").glob("*.docx"))
    document.write_bytes(b"edited")
    edited = [line.split() for line in gen("build", "2024", folder=four).out.splitlines()]
    assert any(line[:2] == ["u3", "1"] and line[-1] == "没有写：有错误" for line in edited)
    assert "没有生成：u2 2024" in ran.out


def test_nothing_to_tell_is_valid_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tally, "MANY", 0)
    counted = Tally(["u0"], Settings(tmp_path, None, "json", strict=False, verbosity=0))
    counted.say_json({"documents": []})
    told = json.loads(capsys.readouterr().out)
    assert told["problems"] == told["documents"] == []
    assert told["summary"]["errors"] == 0


@pytest.mark.parametrize("verbosity", [0, -1])
def test_what_is_kept_does_not_grow_with_the_units(verbosity: int) -> None:
    units = [f"u{number}" for number in range(10_000)]
    counted = Tally(units, Settings(Path(), None, "text", strict=False, verbosity=verbosity))
    for number in range(10_000):
        at = Position(f"content/u{number}/unit.yaml", 1, 1)
        shared = Position("templates/a.docx")
        counted.take([problem("L131", at, file="unit.yaml"), problem("T001", shared)])
    assert len(counted.items) <= 40
    assert counted.counts == {Severity.ERROR: 10_001}
    assert counted.left["L131"].count + sum(i.code == "L131" for i in counted.items) == 10_000
    assert counted.exit_code(strict=False) == 1
