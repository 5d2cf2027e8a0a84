"""Many unit-years by several processes: the order, the bytes, deaths and interruptions."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from kit import workspaces
from kit.workspaces import PACKAGE, gen, unit_files, write

from generator.batch import jobs
from generator.workspace import UnitYear

YEAR = 2024


def targets(*names: str) -> list[UnitYear]:
    return [UnitYear(name, YEAR, Path(name), Path("build") / name) for name in names]


@dataclass(frozen=True)
class Naming:
    """Gives a unit's name; the process dies at ``fatal``, and ``slow`` ones take their time."""

    fatal: str = ""
    slow: str = ""

    def __call__(self, target: UnitYear, /) -> str:
        if target.unit_id == self.fatal:
            os._exit(9)
        if target.unit_id == self.slow:
            time.sleep(0.3)
        return target.unit_id

    def lost(self, target: UnitYear) -> str:
        return f"lost {target.unit_id}"


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_answers_come_in_the_order_asked_for(workers: int) -> None:
    names = [f"u{number}" for number in range(20)]
    taken: list[str] = []
    jobs.run(Naming(slow="u0"), targets(*names), workers, taken.append)
    assert taken == names


@pytest.mark.long
def test_one_that_kills_its_process_is_told_and_the_others_go_on() -> None:
    names = [f"u{number}" for number in range(12)]
    taken: list[str] = []
    jobs.run(Naming(fatal="u3"), targets(*names), 2, taken.append)
    assert taken == ["lost u3" if name == "u3" else name for name in names]


def test_what_was_begun_is_brought_to_its_end_when_interrupted() -> None:
    taken: list[str] = []

    def take(name: str) -> None:
        taken.append(name)
        if len(taken) == 1:
            raise KeyboardInterrupt

    names = [f"u{number}" for number in range(200)]
    with pytest.raises(KeyboardInterrupt):
        jobs.run(Naming(), targets(*names), 2, take)
    # Only what was handed out ahead, and that in its order.
    assert taken == names[: len(taken)]
    assert len(taken) < 20


@pytest.mark.parametrize(
    ("count", "asked", "processes"), [(1, None, 1), (1, 8, 1), (100, 3, 3), (4, 9, 4)]
)
def test_how_many_processes(count: int, asked: int | None, processes: int) -> None:
    assert jobs.workers_for(count, asked) == processes


def test_a_few_units_stay_in_this_process() -> None:
    assert jobs.workers_for(2) == 1


def units(folder: Path, count: int) -> Path:
    for number in range(count):
        write(folder, unit_files(f"u{number}"))
    return folder


def test_the_same_sets_by_one_process_and_by_two(tmp_path: Path) -> None:
    one, two = units(tmp_path / "one", 5), units(tmp_path / "two", 5)
    alone = gen("build", str(YEAR), "--jobs", "1", "--format", "json", folder=one)
    shared = gen("build", str(YEAR), "--jobs", "2", "--format", "json", folder=two)
    assert alone.code == shared.code == 0
    assert alone.out == shared.out
    assert workspaces.snapshot(one / "build") == workspaces.snapshot(two / "build")


@pytest.mark.long
def test_a_broken_unit_does_not_stop_the_others(tmp_path: Path) -> None:
    folder = units(tmp_path, 4)
    gen("build", str(YEAR), folder=folder)
    before = workspaces.snapshot(folder / "build" / str(YEAR) / "u1")
    for number in range(4):
        figures = folder / "content" / f"u{number}" / str(YEAR) / "figures.yaml"
        text = figures.read_text(encoding="utf-8")
        changed = text.replace(
            "全年执行: 110.25", "全年执行: " + ("abc" if number == 1 else "111.25")
        )
        assert changed != text
        figures.write_text(changed, encoding="utf-8")
    ran = gen("build", str(YEAR), "--jobs", "2", "--format", "json", folder=folder)
    assert ran.code == 1
    assert {found["unit"] for found in ran.json["documents"]} == {"u0", "u2", "u3"}
    assert workspaces.snapshot(folder / "build" / str(YEAR) / "u1") == before


def spoiled(folder: Path, unit: str, way: int) -> None:
    """One of six ways in which content goes wrong."""
    year = folder / "content" / unit / str(YEAR)
    figures = year / "figures.yaml"
    text = figures.read_text(encoding="utf-8")
    if way == 0:
        figures.write_text(text.replace("全年执行: 110.25", "全年执行: abc"), "utf-8")
    elif way == 1:
        figures.write_bytes(b"\xff\xfe\0" + text.encode())
    elif way == 2:
        figures.unlink()
    elif way == 3:
        (year / "report.md").write_text("{{ 没有这个名称 }}\n", "utf-8")
    elif way == 4:
        (year.parent / "unit.yaml").write_text("名称: 某单位\n套表: 没有\n", "utf-8")
    else:
        figures.write_text(text + "\n    缩进: [错\n", "utf-8")


@pytest.mark.long
def test_units_broken_in_different_ways_keep_their_sets_and_are_named(tmp_path: Path) -> None:
    """30 of 1,000, at a smaller count."""
    folder = units(tmp_path, 48)
    assert gen("build", str(YEAR), folder=folder).code == 0
    broken = {f"u{number}": number // 7 for number in range(3, 45, 7)}
    before = {unit: workspaces.snapshot(folder / "build" / str(YEAR) / unit) for unit in broken}
    for unit, way in broken.items():
        spoiled(folder, unit, way)
    ran = gen("build", str(YEAR), "--jobs", "2", "--all", "--format", "json", folder=folder)
    assert ran.code == 1
    sets = {found["unit"] for found in ran.json["documents"]}
    assert sets == {f"u{number}" for number in range(48)} - set(broken)
    errors = [p["file"] for p in ran.json["problems"] if p["severity"] == "error"]
    assert {name.split("/")[1] for name in errors} == set(broken)
    for unit, was in before.items():
        assert workspaces.snapshot(folder / "build" / str(YEAR) / unit) == was
    told = gen("build", str(YEAR), "--jobs", "2", folder=folder)
    assert all(unit in told.out for unit in broken)


@pytest.mark.long
@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_ctrl_c_leaves_whole_sets_and_says_which(tmp_path: Path) -> None:
    folder = units(tmp_path, 40)
    run = subprocess.Popen(
        [sys.executable, "-m", "generator", "build", str(YEAR), "--jobs", "2"], cwd=folder,
        env={**os.environ, "PYTHONPATH": str(PACKAGE.parent), "PYTHONIOENCODING": "utf-8"},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", start_new_session=True,
    )  # fmt: skip
    first = folder / "build" / str(YEAR) / "u1" / ".gen" / "record.json"
    deadline = time.monotonic() + 60
    while not first.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    os.killpg(run.pid, signal.SIGINT)  # as a terminal does: to every process
    _, err = run.communicate(timeout=60)
    assert run.returncode == 130
    assert err.count("\n") == 1
    assert err.startswith("已中断，已经换上新成果的有：")
    made = list((folder / "build" / str(YEAR)).glob("*/.gen/record.json"))
    assert f"还有{40 - len(made)}个单位没有做" in err
    for number in range(40):
        output = folder / "build" / str(YEAR) / f"u{number}"
        whole = (output / ".gen" / "record.json").exists()
        assert whole == (
            f"u{number} {YEAR}"
            in err.translate(dict.fromkeys(map(ord, "。：；"), "、")).split("、")
        )
