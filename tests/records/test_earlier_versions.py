"""Records as earlier releases wrote them are still read, and an upgrade stops nobody."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from kit import workspaces
from kit.workspaces import unit_files, write

from generator.records import compare, record

#: Written by the last release of each version, for the unit of ``kit.workspaces.unit_files``.
OLD = {number: Path(__file__).parent / f"version{number}" / "record.json" for number in (1, 2)}
OUTPUT = Path("build") / "2024" / "peixun"
FIGURES = Path("content") / "peixun" / "2024" / "figures.yaml"


@pytest.fixture(params=OLD, ids="version{}".format)
def old(request: pytest.FixtureRequest) -> Path:
    """A record of an earlier version."""
    number: int = request.param
    return OLD[number]


@pytest.fixture
def upgraded(old: Path, tmp_path: Path) -> Path:
    """Outputs with a record of an earlier version beside them, as after an upgrade."""
    workspaces.build(write(tmp_path, unit_files()), 2024)
    plain = json.loads(old.read_bytes())
    for name, document in plain["documents"].items():
        document["sha256"] = record.sha256((tmp_path / OUTPUT / name).read_bytes())
    path = tmp_path / OUTPUT / record.RECORD
    path.write_text(json.dumps(plain, ensure_ascii=False), encoding="utf-8")
    return tmp_path


def test_it_reads_back_whole(old: Path) -> None:
    plain, found = json.loads(old.read_bytes()), record.load(old)
    assert f"version{plain['version']}" == old.parent.name
    assert found is not None
    assert found.values == plain["values"]
    assert found.inputs == plain["inputs"]
    for name, document in plain["documents"].items():
        assert found.documents[name].sha256 == document["sha256"]
        told = [
            [shown.path, str(shown.place) if plain["version"] == 1 else shown.at, *shown[2:5]]
            for shown in found.documents[name].places
        ]
        assert told == document["places"]
        assert {shown.start for shown in found.documents[name].places} <= {-1}


def test_the_next_build_takes_nothing_for_a_hand_edit(upgraded: Path) -> None:
    (upgraded / OUTPUT / record.TOOLCHAIN).write_text("older gen", encoding="utf-8")
    workspaces.build(upgraded, 2024)
    made = json.loads((upgraded / OUTPUT / record.RECORD).read_bytes())
    assert made["version"] == record.VERSION
    assert '"told"' not in json.dumps(made["documents"]), "every place was counted anew"


def test_a_change_is_told_against_it(old: Path, upgraded: Path) -> None:
    workspaces.change(upgraded / FIGURES, ("全年执行: 110.25", "全年执行: 111.25"))
    ran = workspaces.gen("diff", "2024", folder=upgraded)
    assert "110.25万元 → 111.25万元" in ran.out
    before = record.load(old)
    workspaces.build(upgraded, 2024, "--force")
    new = record.load(upgraded / OUTPUT / record.RECORD)
    assert before is not None
    assert new is not None
    found = compare.compare(before, new)
    touched = found.documents["附件1 部门整体支出绩效自评表.xlsx"].places
    assert all(str(one.place).startswith("工作表“") for one in touched)
    assert any(one.new == "111.25" for one in touched)


INDICATOR = "        - {名称: 培训人数,"
NEW = "        - {名称: 培训班次, 目标: 2, 完成: 2, 单位: 次, 分值: 1}\n"


def test_what_was_put_before_others_is_told_alone(upgraded: Path) -> None:
    """Without the content of old, its values still tell who is who; nothing else seems new."""
    rows = upgraded / "content/peixun/2024/indicators.yaml"
    workspaces.change(rows, (INDICATOR, NEW + INDICATOR), ("分值: 60,", "分值: 59,"))
    project = upgraded / "content/peixun/2024/projects/骨干培训.yaml"
    first = project.with_name("00骨干轮训.yaml")
    first.write_text(
        project.read_text(encoding="utf-8").replace("名称: 骨干培训", "名称: 骨干轮训"),
        encoding="utf-8",
    )
    ran = workspaces.gen("diff", "2024", "--format", "json", folder=upgraded)
    (told,) = ran.json["differences"]
    assert {edit["told"] for edit in told["edits"] if edit["what"] != "block"} == {
        "新增三级指标“培训班次”",
        "三级指标“培训人数”.分值  60分 → 59分",
        "新增项目“骨干轮训”",
    }
