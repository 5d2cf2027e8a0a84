"""Many units in one process: time and memory for each, on units whose contents all differ.

    python benchmarks/units.py [--units 100] [--profile FILE]
    python benchmarks/units.py --memory 100 300 1000 2000

Prints units per second of processor time and how memory grows; with ``--memory``, of whole
commands with two processes: the most that the first one and the most that a worker took. Each unit is the sample with
its own name, facts and figures, so that nothing which is kept for one unit serves another.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAMPLE, YEAR = "jiujiang-shenzhen", 2020
#: Figures that may be anything by themselves: file, what stands before the number, the most of it.
FREE = (
    ("facts.yaml", "考察批数: ", 90),
    ("facts.yaml", "考察人次: ", 900),
    ("facts.yaml", "在谈项目个数: ", 40),
    ("facts.yaml", "入境转接人次: ", 700),
    ("facts.yaml", "建党纪念活动人数: ", 99),
    ("facts.yaml", "浔商浔才见面会代表人数: ", 99),
    ("facts.yaml", "创新创业人才: ", 999),
    ("facts.yaml", "上市公司家数: ", 60),
    ("facts.yaml", "高校院所人才: ", 60),
    ("facts.yaml", "抗疫: ", 999),
)


def generate(folder: Path, count: int) -> None:
    """A workspace in ``folder`` with ``count`` units of different content."""
    shutil.copytree(ROOT / "templates", folder / "templates")
    for number in range(1, count + 1):
        unit = folder / "content" / f"u{number:05}"
        shutil.copytree(ROOT / "content" / SAMPLE, unit)
        _vary(unit, number)


def _vary(unit: Path, number: int) -> None:
    _replace(unit / "unit.yaml", "办事处", f"第{number}办事处")
    year = unit / str(YEAR)
    for place, (file, before, most) in enumerate(FREE):
        value = 1 + (number * (7 + 2 * place) + place) % most
        _replace(year / file, rf"(?<={before})\d+", str(value))
    # Spent on receptions: the part and the total; what came in, of which it is a part.
    spent = f"{1 + number % 20 / 10:.1f}"
    _replace(year / "figures.yaml", r"(?<=决算: )0\.7$", spent)
    came = number % 5000
    _replace(year / "figures.yaml", r"(?<=财政拨款: {本年: )224\.66", f"{224.66 + came / 100:.2f}")
    _replace(year / "figures.yaml", r"(?<=合计:     {本年: )225\.44", f"{225.44 + came / 100:.2f}")


def _replace(path: Path, pattern: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    changed, count = re.subn(pattern, new, text, flags=re.MULTILINE)
    assert count, (path, pattern)
    path.write_text(changed, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=100)
    parser.add_argument("--profile", type=Path)
    parser.add_argument("--memory", type=int, nargs="+", metavar="UNITS")
    parser.add_argument("--package", type=Path, default=ROOT, help="another checkout of gen")
    options = parser.parse_args()
    for count in options.memory or ():
        with tempfile.TemporaryDirectory() as scratch:
            generate(Path(scratch) / "w", count)
            memory(Path(scratch), options.package, count)
    if options.memory:
        return
    sys.path.insert(0, str(options.package))
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["GEN_CACHE"] = f"{scratch}/cache"
        generate(Path(scratch) / "w", options.units)
        profile = cProfile.Profile(time.thread_time) if options.profile else None
        build(Path(scratch) / "w", profile)
        if profile is not None:
            profile.dump_stats(options.profile)


def build(folder: Path, profile: cProfile.Profile | None) -> None:
    """Build all units of the workspace, the first one apart: it reads and compiles everything."""
    import gc

    from generator.batch.work import Building
    from generator.build.pipeline import Mode
    from generator.workspace import find

    gc.set_threshold(1_000_000)
    workspace = find(folder)
    assert workspace is not None
    first, *others = workspace.unit_years(YEAR)
    work = Building(workspace, Mode())
    assert work(first).built is not None
    before = _megabytes()
    if profile is not None:
        profile.enable()
    times = []
    for target in others:
        begun = time.process_time()
        assert work(target).built is not None
        times.append(time.process_time() - begun)
    if profile is not None:
        profile.disable()
    times.sort()
    print(
        f"{len(others)}个单位：每个最快{times[0] * 1e3:.1f}毫秒，中位{times[len(times) // 2] * 1e3:.1f}"
        f"毫秒，每秒{len(others) / sum(times):.1f}个；内存{before:.1f}兆起，"
        f"每个多{(_megabytes() - before) / len(others):.2f}兆"
    )


def memory(scratch: Path, package: Path, count: int) -> None:
    """Build all units by two processes; then nothing is to be done."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment = {**kept, "PYTHONPATH": str(package), "GEN_CACHE": f"{scratch}/cache"}
    command = [sys.executable, "-c", _OWN, "build", str(YEAR), "-q", "--jobs", "2"]
    for what in ("全部新做", "没有变化"):
        begun = time.perf_counter()
        ran = subprocess.run(
            command, cwd=scratch / "w", env=environment, capture_output=True, text=True, check=True
        )
        taken = time.perf_counter() - begun
        own, workers = ran.stderr.split()[-2:]
        print(
            f"{count}个单位，{what}：{taken:.1f}秒，每秒{count / taken:.1f}个；"
            f"内存：主进程{own}兆，工作进程{workers}兆",
            flush=True,
        )


#: gen, and at its end the peaks of its own process and of the workers that it waited for.
_OWN = """
import os, resource, sys
leave = os._exit
def told(code):
    peaks = (resource.getrusage(who).ru_maxrss >> 10 for who in (0, -1))
    os.write(2, (" ".join(map(str, peaks)) + chr(10)).encode())
    leave(code)
os._exit = told
from generator.__main__ import run
run()
"""


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
