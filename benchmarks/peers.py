"""gen beside docxtpl, openpyxl, xltpl, docxtemplater, xlsx-template and carbone, in one run.

    python benchmarks/peers.py [--quick] [--page docs/性能.md] [--node FOLDER]

Every engine gets an equivalent template in its own syntax, made from gen's templates by one
converter, and values made ready beforehand; it computes, checks and proves nothing. Texts and
cell values are proved equal first. Then everything is measured in turn: rendering in memory,
whole processes, batches of units whose contents all differ, gen on a Dask cluster, growth.

Tables go to standard output as Markdown; ``--page`` puts them into a page between its two marks.
Keep the ratios, machines swing. The packages of node go into a scratch folder, or are taken from
``--node`` (a folder with node_modules); where there is no node they are left out with a notice.
"""

from __future__ import annotations

import argparse
import datetime
import gc
import shutil
import socket
import statistics
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from engines.lab import GEN, Engine, Lab, Run, engines, kept_running, machine, say, versions  # noqa: E402
from engines.sample import Sample  # noqa: E402

BEGIN, END = "<!-- benchmarks/peers.py -->", "<!-- /benchmarks/peers.py -->"
PARTS = "warm", "cold", "batch", "cluster", "growth"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--quick", action="store_true", help="a few minutes: fewer rounds and units"
    )
    parser.add_argument("--page", type=Path, help="a page that takes the tables")
    parser.add_argument("--node", type=Path, help="a folder with node_modules")
    parser.add_argument("--units", type=int, nargs="+", help="sizes of the batches")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    options = parser.parse_args()
    rounds = 3 if options.quick else 11
    counts = sorted(options.units or ([20] if options.quick else [30, 100, 300]))
    with tempfile.TemporaryDirectory() as scratch:
        found = engines(Path(scratch), options.node)
        lab = Lab(Path(scratch), found, counts[-1])
        tables = [_head(found)]
        proved(lab)
        for part, table in (
            ("warm", lambda: warm(lab, 3 * rounds)),
            ("cold", lambda: cold(lab, rounds)),
            ("batch", lambda: batches(lab, counts)),
            ("cluster", lambda: cluster(lab)),
            ("growth", lambda: growth(lab, [1, 10] if options.quick else [1, 10, 100])),
        ):
            if part in options.only:
                say(f"{part} …")
                tables.append(table())
    made = "\n\n".join(filter(None, tables))
    print(made)
    if options.page:
        page = options.page.read_text("utf-8")
        before, rest = page.split(BEGIN)
        options.page.write_text(f"{before}{BEGIN}\n\n{made}\n\n{END}{rest.split(END)[1]}", "utf-8")


def _head(found: Sequence[Engine]) -> str:
    day = datetime.datetime.now(tz=datetime.UTC).date()
    return f"{day.year}年{day.month}月{day.day}日，{machine()}。\n{versions(found)}。"


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return f"### {title}\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines)


def times(others: float, ours: float) -> str:
    """How many times what gen takes the others take."""
    ratio = others / ours
    return f"{ratio:.0f}×" if ratio >= 20 else f"{ratio:.1f}×" if ratio >= 2 else f"{ratio:.2f}×"


def proved(lab: Lab) -> None:
    """Every engine says what gen says, also of longer tables and texts."""
    samples = {"one": lab.first, "longer": Sample(lab.workspace, lab.targets[0], 10, 3)}
    for name, sample in samples.items():
        values, (ours, _) = lab.values(name, sample), sample.fill()
        for engine in lab.engines:
            out = lab.scratch / "out" / engine.templates
            lab.sets(engine, values.parent, out)
            lab.equal(ours, out / name, engine.name)
    say(
        f"{len(lab.first.parts)}份文件，文字和单元格的值都相同：{'、'.join(e.name for e in lab.engines)}"
    )


def warm(lab: Lab, rounds: int) -> str:
    """Values to bytes in a process that has done it before, file by file."""
    values = lab.scratch / "values" / "one" / "one.json"
    seen: dict[str, list[dict[str, float]]] = {}
    gc.collect()
    gc.freeze()  # what was made for the others is no work of gen's
    with ExitStack() as stack:
        renders = {engine.name: lab.warm(engine, stack) for engine in lab.engines}
        for number in range(rounds + 3):
            told = {GEN: lab.first.fill()[1]} | {n: one(values) for n, one in renders.items()}
            if number >= 3:  # the first ones are still learning
                for name, one in told.items():
                    seen.setdefault(name, []).append(one)
    whole = {name: [sum(one.values()) for one in told] for name, told in seen.items()}
    ours = min(whole[GEN])
    said = [
        table(
            "热：一套，从值到字节", ["做法", "中位（毫秒）", "最快（毫秒）", "是 gen 的"],
            [
                [name, f"{statistics.median(one):.1f}", f"{min(one):.1f}", times(min(one), ours)]
                for name, one in whole.items()
            ],
        )
    ]  # fmt: skip
    rows = []
    for file in lab.first.parts:
        quickest = {name: min(one[file] for one in told) for name, told in seen.items()}
        mine = quickest.pop(GEN)
        rows.append([file, f"{mine:.2f}", *(times(one, mine) for one in quickest.values())])
    head = ["文件", "gen（毫秒）", *(name for name in seen if name != GEN)]
    return "\n\n".join([*said, table("热：各份文件，是 gen 的几倍", head, rows)])


def cold(lab: Lab, rounds: int) -> str:
    """Whole processes, from reading to files; gen also loads, computes, checks, proves, records."""
    values = lab.scratch / "values" / "one"
    unit = "--unit", lab.targets[0].unit_id, "-q"
    seen: dict[str, list[Run]] = {}

    def take(name: str, run: Run) -> None:
        seen.setdefault(name, []).append(run)

    lab.gen(*unit)
    for number in range(rounds):
        for engine in lab.engines:
            take(engine.name, lab.sets(engine, values, lab.scratch / "cold" / engine.templates))
        take("gen，全部重做", lab.gen(*unit, "--all"))
        lab.correct(number)
        take("gen，改一个数", lab.gen(*unit))
        take("gen，没有变化", lab.gen(*unit))
    plain = min(run.wall for run in seen[lab.engines[0].name])
    carbone = min((run.wall for run in seen.get("carbone", [])), default=0.0)
    rows = []
    for name, runs in seen.items():
        quickest = min(run.wall for run in runs)
        rows.append([
            name, f"{statistics.median(run.wall for run in runs) * 1e3:.0f}", f"{quickest * 1e3:.0f}",
            f"{min(run.cpu for run in runs) * 1e3:.0f}", f"{max(run.memory for run in runs):.0f}",
            f"{quickest / plain:.2f}", f"{quickest / carbone:.2f}" if carbone else "—",
        ])  # fmt: skip
    head = [
        "做法", "中位（毫秒）", "最快（毫秒）", "处理器（毫秒）", "内存（MB）",
        "比 docxtpl + openpyxl", "比 carbone",
    ]  # fmt: skip
    return table("冷：一套，从起进程到文件写好", head, rows)


def batches(lab: Lab, counts: Sequence[int]) -> str:
    """Many units, by one process and by two."""
    say("  各单位的值 …")
    everything = lab.described()
    rows = []
    for count in counts:
        values = lab.some(everything, count)
        units = [f"--unit={target.unit_id}" for target in lab.targets[:count]]
        alone: dict[str, float] = {}
        for processes in (1, 2):
            shutil.rmtree(lab.folder / "build", ignore_errors=True)
            runs = {GEN: lab.gen(*units, "--jobs", str(processes), "-q")}
            for engine in lab.engines:
                out = lab.scratch / "batch" / engine.templates
                shutil.rmtree(out, ignore_errors=True)
                runs[engine.name] = lab.sets(engine, values, out, processes)
                for target in lab.targets[: count : max(1, count // 10)]:
                    lab.equal(lab.built(target), out / target.unit_id, engine.name)
            for name, run in runs.items():
                gain = f"{alone[name] / run.wall:.2f}×" if processes > 1 else ""
                alone.setdefault(name, run.wall)
                rows.append([
                    name, str(count), str(processes), f"{run.wall:.1f}", f"{run.cpu:.1f}",
                    f"{count / run.wall:.1f}", times(run.wall, runs[GEN].wall), gain,
                    f"{run.memory:.0f}",
                ])  # fmt: skip
            say(f"  {count}个单位，{processes}个进程")
    head = [
        "做法", "单位", "进程", "秒", "处理器秒", "每秒单位", "是 gen 的", "比1个进程", "内存（MB，一个进程）",
    ]  # fmt: skip
    return table("批量：内容各不相同的单位", head, rows)


def cluster(lab: Lab) -> str:
    """gen by two processes of its own, and by a scheduler and two workers of Dask."""
    try:
        import distributed  # noqa: F401
    except ImportError:
        say("略过集群：没有装 distributed")
        return ""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    dask = [sys.executable, "-m", "dask"]
    runs: dict[str, Run] = {}
    with ExitStack() as stack:
        kept_running(
            stack,
            [*dask, "scheduler", "--host", "127.0.0.1", "--port", address.rpartition(":")[2],
             "--no-dashboard"],
            lab.environment,
        )  # fmt: skip
        for _ in range(2):
            kept_running(
                stack,
                [*dask, "worker", address, "--nthreads", "1", "--no-dashboard", "--no-nanny"],
                lab.environment,
            )
        _wait_for(address)
        for name, said in (
            ("2个进程", ("--jobs", "2")),
            ("Dask，2个工作进程", ("--scheduler", address)),
        ):
            shutil.rmtree(lab.folder / "build", ignore_errors=True)
            runs[name] = lab.gen(*said, "-q")
    local = runs["2个进程"].wall
    rows = [
        [name, str(lab.count), f"{run.wall:.1f}", f"{lab.count / run.wall:.1f}",
         f"{run.wall / local:.2f}"]
        for name, run in runs.items()
    ]  # fmt: skip
    return table("集群：gen", ["做法", "单位", "秒", "每秒单位", "比本机"], rows)


def _wait_for(address: str) -> None:
    from distributed import Client

    with Client(address, timeout=60, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)


def growth(lab: Lab, sizes: Sequence[int]) -> str:
    """A set whose tables, or whose narrative, is longer; in memory, the quickest of three."""
    rows = []
    with ExitStack() as stack:
        renders = {engine.name: lab.warm(engine, stack) for engine in lab.engines}
        for what, key in ("表的行数", "rows"), ("正文的段数", "paragraphs"):
            seen: dict[str, list[float]] = {}
            for size in sizes:
                sample = Sample(lab.workspace, lab.targets[0], **{key: size})
                values = lab.values(f"{key}{size}", sample)
                for name, work in (
                    (GEN, lambda s=sample: s.fill()[1]),
                    *((n, lambda r=render, v=values: r(v)) for n, render in renders.items()),
                ):
                    quickest = min(sum(work().values()) for _ in range(3))
                    seen.setdefault(name, []).append(quickest)
            for name, told in seen.items():
                rows.append([f"{what}，{name}", *(f"{one:.0f}" for one in told),
                             f"{told[-1] / told[0]:.1f}", times(told[-1], seen[GEN][-1])])  # fmt: skip
    head = ["做法（毫秒）", *(f"{size}倍" for size in sizes), "最多比最少", "最多时是 gen 的"]
    return table("长度：行和段多起来", head, rows)


if __name__ == "__main__":
    main()
