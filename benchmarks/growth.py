"""How the time of gen grows with its input: the worst known line of each scanner at n, 2n, 4n.

    python benchmarks/growth.py [--only TEXT] [--limit 60] [--rounds 2]

Each line of the table is the sample with one file made worse: the CPU seconds of `gen` at n, 2n
and 4n above those of the sample as it is, and how they grow at each doubling. Work in proportion
to its input doubles; what grows by more than 2.5 is marked with “!”, unless it takes too little
to tell. A run is stopped after ``--limit`` seconds
of CPU time.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
YEAR = Path("content/jiujiang-shenzhen/2020")
#: A growth is told from noise only above this many seconds.
TOLD = 0.15
#: gen with a limit of CPU time, the first argument.
RUN = """\
import resource, sys
limit = int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
from generator.cli.commands import main
main()
"""
ALLOWED = 2.5

#: Files below the year's folder (or from the workspace, with “/” before) → what is put behind.
Changes = Mapping[str, str]


@dataclass(frozen=True)
class Case:
    """What is put behind files of the sample for a size; ``smallest`` is n."""

    name: str
    smallest: int
    changes: Callable[[int], Changes]
    command: str = "check"
    replace: Callable[[int], tuple[str, str, str]] | None = None


def report(text: Callable[[int], str]) -> Callable[[int], Changes]:
    """Text put behind report.md as a paragraph of its own."""
    return lambda n: {"report.md": f"\n\n{text(n)}\n"}


def file(name: str, text: Callable[[int], str]) -> Callable[[int], Changes]:
    """Lines put behind a file."""
    return lambda n: {name: f"\n{text(n)}\n"}


def nothing(_: int) -> Changes:
    return {}


def rows(count: int) -> str:
    """A table of ``count`` rows."""
    return "大表:\n" + "".join(f"  行{n}: {{本年: {n}}}\n" for n in range(count))


def unknown_names(n: int) -> Changes:
    tags = "".join(f"{{{{ 大表.列{number}.本年 }}}}，" for number in range(n))
    return {"figures.yaml": f"\n{rows(n)}", "report.md": f"\n\n{tags}\n"}


def goal(n: int) -> tuple[str, str, str]:
    """A goal whose two texts repeat and differ in one place."""
    return ("facts.yaml", "  预期: ", "  预期: " + "完成走访任务" * (n // 6))


def indicator_rows(n: int) -> str:
    return "- 一级: 附加指标\n  三级:\n" + "".join(
        f"  - {{名称: 走访企业协会商会的第{number}项任务, 目标: 100%, 完成: 100%, 分值: 0}}\n"
        for number in range(n)
    )


CASES = (
    # report.md
    Case("filters before a stray sign", 5000, report(lambda n: "{{ 年度 " + "| 数 " * n + "!}}")),
    Case("opening braces", 20000, report(lambda n: "{{ " * n)),
    Case("all openings in turn", 10000, report(lambda n: "{{ {% {# " * n)),
    Case("rule of a table", 100000, report(lambda n: "|a|\n|" + "-" * n + "x")),
    Case("spaces in a tag", 50000, report(lambda n: "{{ 年度" + " " * n + "x }}")),
    Case("spaces in a loop", 50000, report(
        lambda n: "{% for x" + " " * n + "of 项目 %}a{% endfor %}")),
    Case("unknown names and a long table", 500, unknown_names),
    Case("unknown filters", 2000, report(lambda n: "".join(
        f"{{{{ 年度 | 万远{i} }}}}，" for i in range(n)))),
    Case("digits", 50000, report(lambda n: "1" * n)),
    Case("digits and commas", 20000, report(lambda n: "111," * n + "1")),
    Case("digits and points", 20000, report(lambda n: "1.1" * n)),
    Case("amounts in one sentence", 2000, report(lambda n: "收入10万元，" * n)),
    Case("amounts in many sentences", 2000, report(lambda n: "收入10万元，支出9万元。" * n)),
    Case("growth of amounts", 2000, report(lambda n: "比上年增加10万元，增长9.84%，" * n)),
    Case("shares", 2000, report(lambda n: "其中：甲10万元，占9.84%；" * n)),
    Case("years", 2000, report(lambda n: "".join(f"{1990 + i % 40}年" for i in range(n)) + "。")),
    Case("dates", 2000, report(lambda n: "2018年3月5日，" * n)),
    Case("dates in paragraphs", 500, report(lambda n: "我办2018年3月5日开会。\n\n" * n)),
    Case("document numbers", 2000, report(lambda n: "（财预[2020]012号）" * n)),
    Case("opening brackets", 20000, report(lambda n: "（" * n)),
    Case("opening book marks", 20000, report(lambda n: "《" * n)),
    Case("opening quotes", 20000, report(lambda n: "“" * n)),
    Case("one character", 200000, report(lambda n: "的" * n)),
    Case("spaces", 200000, report(lambda n: "的" + " " * n + "的")),
    Case("wide spaces", 100000, report(lambda n: "的" + "\u3000" * n + "的")),
    Case("tabs", 50000, report(lambda n: "的" + "\t" * n + "的")),
    Case("stars", 50000, report(lambda n: "*" * n)),
    Case("stars and words", 20000, report(lambda n: "**a" * n)),
    Case("single braces", 20000, report(lambda n: "{a|" * n)),
    Case("single brace, steps", 20000, report(lambda n: "{a" + ".a" * n)),
    Case("hashes", 50000, report(lambda n: "#" * n)),
    Case("headings", 2000, report(lambda n: "# 甲\n\n" * n)),
    Case("items", 2000, report(lambda n: "1. 甲事\n" * n)),
    Case("dashes in turn", 20000, report(lambda n: "- " * n + "x")),
    Case("bars", 20000, report(lambda n: "|" * n)),
    Case("rows of a table", 1000, report(lambda n: "| 甲 | 乙 |\n|---|---|\n" + "| 1 | 2 |\n" * n)),
    Case("long paragraphs", 500, report(lambda n: ("我单位认真贯彻落实各项要求。" * 5 + "\n\n") * n)),
    Case("tags", 2000, report(lambda n: "{{ 年度 }}年" * n)),
    Case("tags in paragraphs", 500, report(lambda n: "本年{{ 收入预算.合计.本年 | 万元 }}。\n\n" * n)),
    Case("conditions in turn", 500, report(
        lambda n: "{% if 年度 == 2020 %}甲{% else %}乙{% endif %}，" * n)),
    Case("conditions, one in the other", 20, report(
        lambda n: "{% if 年度 == 2020 %}甲" * n + "{% endif %}" * n)),
    Case("ends without beginnings", 2000, report(lambda n: "{% endif %}" * n)),
    Case("beginnings without ends", 2000, report(lambda n: "{% if 年度 %}甲" * n)),
    Case("conditions of many parts", 2000, report(
        lambda n: "{% if " + "年度 == 2020 or " * n + "年度 %}甲{% endif %}")),
    Case("brackets in a tag", 2000, report(lambda n: "{{ " + "(" * n + "年度 }}")),
    Case("quotes in a tag", 20000, report(lambda n: "{{ 年度" + "“" * n + " }}")),
    # YAML
    Case("digits and commas in a figure", 15000, file("figures.yaml", lambda n:
        "表甲:\n  行: {决算: " + "111," * n + "1}")),
    Case("digits and commas as a value", 15000, file("figures.yaml", lambda n:
        "表甲:\n  行:\n    决算: " + "111," * n + "1")),
    Case("good lines, then broken ones", 2000, file("figures.yaml", lambda n:
        rows(n) + "\n".join(["  坏：{本年: 1"] * 100))),
    Case("broken lines", 50, file("figures.yaml", lambda n:
        rows(500) + "\n".join(["  坏：{本年: 1"] * n))),
    Case("facts", 10000, file("facts.yaml", lambda n:
        "杂项:\n" + "\n".join(f"  事{i}: {i}" for i in range(n)))),
    Case("texts of facts", 5000, file("facts.yaml", lambda n:
        "杂项:\n" + "\n".join(f"  事{i}: 第{i}件事" for i in range(n)))),
    Case("entries on one line", 2500, file("facts.yaml", lambda n:
        "杂项: [" + ", ".join(f"{{名称: 甲{i}, 数: 10}}" for i in range(n)) + "]")),
    Case("entries, one a line", 2500, file("facts.yaml", lambda n:
        "杂项:\n" + "\n".join(f"- {{名称: 甲{i}, 数: 10}}" for i in range(n)))),
    Case("names on one line", 5000, file("facts.yaml", lambda n:
        "杂项: {" + ", ".join(f"事{i}: {i}" for i in range(n)) + "}")),
    Case("unknown names", 1000, file("indicators.yaml", lambda n:
        "".join(f"- 一级: 甲\n  未知{i}: 1\n" for i in range(n)))),
    Case("rows of figures", 1000, file("figures.yaml", rows)),
    Case("a long formula", 2000, file("figures.yaml", lambda n:
        "表甲:\n  行: {本年: = " + " + ".join(["收入预算.合计.本年"] * n) + "}")),
    Case("brackets of a formula", 2000, file("figures.yaml", lambda n:
        "表甲:\n  行: {本年: = " + "(" * n + "1}")),
    Case("unknown names of formulas", 500, file("figures.yaml", lambda n:
        rows(n) + "".join(f"  差{i}: {{本年: = 大表.列{i}.本年}}\n" for i in range(n)))),
    Case("formulas, one on the other", 500, file("figures.yaml", lambda n:
        rows(1) + "".join(f"  连{i}: {{本年: = 大表.{f'连{i - 1}' if i else '行0'}.本年}}\n" for i in range(n)))),
    Case("a circle of formulas", 500, file("figures.yaml", lambda n:
        "大表:\n" + "".join(f"  连{i}: {{本年: = 大表.连{(i + 1) % n}.本年}}\n" for i in range(n)))),
    Case("the same name again", 1000, file("facts.yaml", lambda n:
        "杂项:\n" + "  事: 1\n" * n)),
    Case("spaces of a value", 100000, file("facts.yaml", lambda n:
        "杂项: {事: 甲" + " " * n + "乙}")),
    Case("a long text", 50000, file("facts.yaml", lambda n: "杂项: {事: " + "完成走访任务" * (n // 6) + "}")),
    Case("lines of a text", 2000, file("facts.yaml", lambda n:
        "杂项:\n  事: |\n" + "    完成走访任务\n" * n)),
    Case("lines of a folded text", 2000, file("facts.yaml", lambda n:
        "杂项:\n  事: 甲\n" + "    完成走访任务\n" * n)),
    Case("odd lines", 2000, file("facts.yaml", lambda n: "甲乙丙" + "丁" * n)),
    Case("colons", 5000, file("facts.yaml", lambda n: "杂项: 甲" + ": 乙" * n)),
    Case("braces of a value", 5000, file("facts.yaml", lambda n: "杂项: " + "{" * n)),
    Case("braces, names", 3000, file("facts.yaml", lambda n: "杂项: {" + "甲：1，" * n)),
    Case("invisible characters", 2000, file("facts.yaml", lambda n:
        "杂项: {事: " + "甲\u200b" * n + "}")),
    Case("forbidden characters", 20000, file("facts.yaml", lambda n: "杂项: {事: " + "甲\x01" * n + "}")),
    Case("tabs of lines", 100, file("facts.yaml", lambda n: "杂项:\n" + "".join(f"\t事{i}: 1\n" for i in range(n)))),
    Case("goal that repeats", 2500, nothing, replace=goal),
    Case("indicators like one another", 100, file("indicators.yaml", indicator_rows)),
    Case("target of signs", 20000, file("indicators.yaml", lambda n:
        "- 一级: 附加指标\n  三级:\n  - {名称: 甲, 目标: " + "≥" * n + "1, 完成: 1, 分值: 0}")),
    Case("project files", 10, lambda n: {f"projects/附加{i}.yaml": "" for i in range(n)}),
)  # fmt: skip


def run(case: Case | None, size: int, scratch: Path, limit: int) -> tuple[float, str]:
    """CPU seconds of one run in a fresh workspace, and what is to be said about it."""
    folder = scratch / "w"
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("content", "templates"):
        shutil.copytree(ROOT / name, folder / name)
    command = "check"
    if case is not None:
        command = case.command
        spoil(case, size, folder)
    with (scratch / "out").open("wb") as out:
        child = subprocess.Popen(
            [sys.executable, "-c", RUN, str(limit), command, "2020"],
            cwd=folder, stdout=out, stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "GEN_CACHE": str(scratch / "cache")},
        )  # fmt: skip
        _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    said = (scratch / "out").read_text(encoding="utf-8", errors="replace")
    if child.returncode < 0:
        return float(limit), "stopped"
    note = "" if child.returncode in (0, 1) else f"exit {child.returncode}"
    if "Traceback" in said or "W201" in said:
        note += " blames gen"
    return usage.ru_utime + usage.ru_stime, note


def spoil(case: Case, size: int, folder: Path) -> None:
    """Put what the case says behind the files of a workspace."""
    year = folder / YEAR
    for name, text in case.changes(size).items():
        with (year / name).open("a", encoding="utf-8") as handle:
            handle.write(text)
    if case.replace is not None:
        name, old, new = case.replace(size)
        path = year / name
        path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--only", default="", help="cases whose name holds this text")
    parser.add_argument("--limit", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        run(None, 0, scratch, options.limit)  # fills the cache
        base = min(run(None, 0, scratch, options.limit)[0] for _ in range(3))
        print(f"the sample as it is: {base:.2f} s\n")
        print(f"{'n':>8} {'n':>7} {'2n':>7} {'4n':>7}  growth     case")
        for case in CASES:
            if options.only in case.name:
                print(line(case, base, scratch, options.limit, options.rounds), flush=True)


def line(case: Case, base: float, scratch: Path, limit: int, rounds: int) -> str:
    """One line of the table."""
    times, notes = [], []
    for step in (1, 2, 4):
        # The least of several runs: other work on the machine only adds.
        found = [run(case, case.smallest * step, scratch, limit) for _ in range(rounds)]
        taken, note = min(found)
        times.append(max(0.0, taken - base))
        notes.append(note)
        if "stopped" in note:
            break
    ratios = [b / a if a > TOLD else 0 for a, b in pairwise(times)]
    shown = " ".join(f"{ratio:4.1f}" if ratio else "   -" for ratio in ratios)
    mark = "!" if any(ratio > ALLOWED for ratio in ratios) or any(notes) else " "
    cells = "".join(f"{seconds:8.2f}" for seconds in times)
    told = ", ".join(dict.fromkeys(filter(None, notes)))
    return f"{case.smallest:>8}{cells:<24}  {shown:<9}{mark} {case.name} {told}"


if __name__ == "__main__":
    main()
