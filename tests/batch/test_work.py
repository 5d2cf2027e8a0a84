"""What is done with each of many unit-years: a failure of gen at one is told, and stays there."""

from __future__ import annotations

from pathlib import Path

import pytest
from kit.workspaces import gen, unit_files, write

from generator.batch import work
from generator.build.pipeline import Mode
from generator.workspace import UnitYear, find


def test_our_own_failure_at_one_unit_is_told_and_the_others_are_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("u0", "u1", "u2"):
        write(tmp_path, unit_files(name))
    usual = work.build

    def failing(workspace: object, target: UnitYear, *rest: object) -> object:
        if target.unit_id == "u1":
            raise ZeroDivisionError
        return usual(workspace, target, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(work, "build", failing)
    ran = gen("build", "2024", "--jobs", "1", folder=tmp_path)
    assert ran.code == 2
    (told,) = [line for line in ran.out.splitlines() if "W107" in line]
    assert told.startswith("content/u1/2024: 错误 ")
    assert "gen 自己出错了（ZeroDivisionError）" in told
    assert (tmp_path / "build" / "2024" / "u2").exists()
    assert not (tmp_path / "build" / "2024" / "u1").exists()


def test_a_unit_that_killed_its_process_is_named(tmp_path: Path) -> None:
    write(tmp_path, unit_files("u1"))
    workspace = find(tmp_path)
    assert workspace is not None
    (target,) = workspace.unit_years(2024)
    for outcome in (
        work.Building(workspace, Mode()).lost(target), work.Checking(workspace).lost(target),
    ):  # fmt: skip
        assert [(str(p.at), p.code) for p in outcome.problems] == [("content/u1/2024", "W108")]
        assert outcome.failure
        assert outcome.built is None


def test_our_own_failure_at_the_only_unit_ends_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, unit_files())

    def failing(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(work, "build", failing)
    ran = gen("build", "2024", folder=tmp_path)
    assert ran.code == 2
    assert ran.err.startswith("gen 自己出错了（ZeroDivisionError），原来的成果没有动。")
