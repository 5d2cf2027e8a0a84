"""Memory of a run over many units: no process grows with their number."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from kit.workspaces import PACKAGE, ROOT, unit_files, write

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(os.name != "posix", reason="resource usage of children"),
]

YEAR = 2024
#: A small process that starts gen: the peak of a child begins with the size of its parent.
MEASURED = ROOT / "benchmarks" / "engines" / "measured.py"


def peak(folder: Path, count: int, *arguments: str) -> float:
    """Megabytes that the largest process took while ``count`` units were built."""
    for number in range(count):
        write(folder, unit_files(f"u{number:03}"))
    command = [sys.executable, "-m", "generator", "build", str(YEAR), "-C", str(folder), *arguments]
    told = subprocess.run(
        [sys.executable, "-S", str(MEASURED), json.dumps([command])], check=True, text=True,
        capture_output=True, env={**os.environ, "PYTHONPATH": str(PACKAGE.parent)},
    )  # fmt: skip
    found = json.loads(told.stdout)
    assert found["codes"] == [0], told.stderr
    assert len(list((folder / "build").glob("*/*/.gen/record.json"))) == count
    memory: float = found["memory"]
    return memory


@pytest.mark.parametrize("workers", [1, 2])
def test_many_units_take_no_more_than_a_few(tmp_path: Path, workers: int) -> None:
    jobs = "--jobs", str(workers)
    peak(tmp_path / "first", 2, *jobs)  # compiles what the others find in the cache
    few, many = peak(tmp_path / "few", 20, *jobs), peak(tmp_path / "many", 160, *jobs)
    assert many < few + 10  # 140 units; once they took 0.65 MB each
    assert many < 150
