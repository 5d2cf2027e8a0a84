"""A record as the first release wrote it is still read, and an upgrade stops nobody."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from kit import workspaces
from kit.workspaces import unit_files, write

from generator.records import compare, record

#: Written by the release before version 2, for the unit of ``kit.workspaces.unit_files``.
OLD = Path(__file__).parent / "version1" / "record.json"
OUTPUT = Path("build") / "2024" / "peixun"
FIGURES = Path("content") / "peixun" / "2024" / "figures.yaml"


@pytest.fixture
def upgraded(tmp_path: Path) -> Path:
    """Outputs with a record of version 1 beside them, as after an upgrade."""
    workspaces.build(write(tmp_path, unit_files()), 2024)
    plain = json.loads(OLD.read_bytes())
    for name, document in plain["documents"].items():
        document["sha256"] = record.sha256((tmp_path / OUTPUT / name).read_bytes())
    path = tmp_path / OUTPUT / record.RECORD
    path.write_text(json.dumps(plain, ensure_ascii=False), encoding="utf-8")
    return tmp_path


def test_it_reads_back_whole() -> None:
    plain, found = json.loads(OLD.read_bytes()), record.load(OLD)
    assert plain["version"] == 1
    assert found is not None
    assert found.values == plain["values"]
    assert found.inputs == plain["inputs"]
    for name, document in plain["documents"].items():
        assert found.documents[name].sha256 == document["sha256"]
        assert [[shown.path, str(shown.place), *shown[2:]]
                for shown in found.documents[name].places] == document["places"]  # fmt: skip


def test_the_next_build_takes_nothing_for_a_hand_edit(upgraded: Path) -> None:
    (upgraded / OUTPUT / record.TOOLCHAIN).write_text("older gen", encoding="utf-8")
    workspaces.build(upgraded, 2024)
    made = json.loads((upgraded / OUTPUT / record.RECORD).read_bytes())
    assert made["version"] == record.VERSION
    assert '"told"' not in json.dumps(made["documents"]), "every place was counted anew"


def test_a_change_is_told_against_it(upgraded: Path) -> None:
    workspaces.change(upgraded / FIGURES, ("全年执行: 110.25", "全年执行: 111.25"))
    ran = workspaces.gen("diff", "2024", folder=upgraded)
    assert "110.25万元 → 111.25万元" in ran.out
    old = record.load(OLD)
    workspaces.build(upgraded, 2024, "--force")
    new = record.load(upgraded / OUTPUT / record.RECORD)
    assert old is not None
    assert new is not None
    found = compare.compare(old, new)
    touched = found.documents["附件1 部门整体支出绩效自评表.xlsx"].places
    assert all(str(one.place).startswith("工作表“") for one in touched)
    assert any(one.new == "111.25" for one in touched)
