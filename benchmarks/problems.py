"""How long gen takes to print 1,000 problems.

    python benchmarks/problems.py [--count 1000] [--rounds 20]

Prints the median time of each way to print them: as people read them by default, in full
(``-v``) and as JSON. Finding the problems is not counted.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import statistics
import time
from collections.abc import Callable

import click

from generator.cli import console
from generator.problems import Position, Problem, Problems


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    items = problems(options.count)
    ways: dict[str, Callable[[], None]] = {
        "text": lambda: console.print_problems(items, 0),
        "text -v": lambda: console.print_problems(items, 1),
        "json": lambda: click.echo(console.as_json(console.report(items))),
    }
    for name, work in ways.items():
        times, size = [], 0
        for _ in range(options.rounds):
            out = io.StringIO()
            before = time.perf_counter()
            with contextlib.redirect_stdout(out):
                work()
            times.append(time.perf_counter() - before)
            size = len(out.getvalue())
        median = statistics.median(times) * 1000
        print(f"{len(items)} problems, {name}: {median:.1f} ms ({size} characters)")


def problems(count: int) -> list[Problem]:
    """``count`` different problems of three kinds, one of them with further places."""
    found = Problems()
    for number in range(1, count + 1):
        at = Position("content/unit/2020/figures.yaml", number, 9)
        if number % 3 == 0:
            found.add("L207", at, found=f"{number}O", meant=f"{number}0")
        elif number % 3 == 1:
            found.add("T122", at, found=f"一、标题{number}")
        else:
            found.add(
                "F301", at, name=f"表{number}.合计.本年", typed="2万元", expected="1万元",
                direction="多", difference="1万元",
                related=[Position(at.file, number + step, 3) for step in range(5)],
            )  # fmt: skip
    return found.sorted()


if __name__ == "__main__":
    main()
