"""How far a run over many units has come, told only where a person looks at it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from kit.workspaces import gen, unit_files, write

from generator.cli.tally import Pace, line


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_line_comes_and_goes_away() -> None:
    screen = Screen()
    pace = Pace(10, screen)
    pace.step()
    assert "已做 1/10 个单位" in screen.getvalue()
    pace.end()
    assert screen.getvalue().endswith("\r\x1b[K")


def test_a_pipe_gets_nothing() -> None:
    pipe = io.StringIO()
    pace = Pace(10, pipe)
    pace.step()
    pace.end()
    assert pipe.getvalue() == ""


def test_two_units_are_not_worth_a_line() -> None:
    screen = Screen()
    pace = Pace(2, screen)
    pace.step()
    assert screen.getvalue() == ""


@pytest.mark.parametrize(
    ("done", "seconds", "told"),
    [
        (100, 25.0, "已做 100/300 个单位，每秒 4.0 个，还要约 50 秒"),
        (100, 100.0, "已做 100/300 个单位，每秒 1.0 个，还要约 3 分钟"),
        (300, 60.0, "已做 300/300 个单位，每秒 5.0 个，还要约 0 秒"),
    ],
)
def test_rate_and_time_left(done: int, seconds: float, told: str) -> None:
    assert line(done, 300, seconds) == told


def test_units_by_a_pattern(tmp_path: Path) -> None:
    for name in ("jiu1", "jiu2", "qian"):
        write(tmp_path, unit_files(name))
    ran = gen("build", "2024", "--unit", "jiu*", "--format", "json", folder=tmp_path)
    assert {found["unit"] for found in ran.json["documents"]} == {"jiu1", "jiu2"}
    ran = gen("build", "2024", "--unit", "gan*", folder=tmp_path)
    assert ran.code == 2
    assert "没有哪个单位的文件夹名合“gan*”。" in ran.err
    assert "jiu1、jiu2、qian" in ran.err
