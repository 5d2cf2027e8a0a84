"""The workspace that everything is measured in, and processes measured from outside."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import units
from engines.sample import Sample, difference

from generator.workspace import UnitYear, find

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
GEN = "gen"
YEAR = units.YEAR
NODE_PACKAGES = "docxtemplater", "pizzip", "xlsx-template", "carbone"


@dataclass(frozen=True)
class Engine:
    """A peer: its name, the folder of its templates, and what runs it."""

    name: str
    templates: str
    command: tuple[str, ...]


@dataclass(frozen=True)
class Run:
    """Seconds by the clock and of processor time, and the most megabytes that a process took."""

    wall: float
    cpu: float
    memory: float


def say(text: str) -> None:
    """How far it is; results alone go to standard output."""
    print(text, file=sys.stderr, flush=True)


def engines(scratch: Path, node: Path | None) -> list[Engine]:
    """Those that can run here; the others are told."""
    python = sys.executable, str(HERE / "worker.py")
    found = [Engine("docxtpl + openpyxl", "openpyxl", python)]
    found.append(Engine("docxtpl + docxcompose + openpyxl", "docxcompose", python))
    try:
        version("xltpl")
        found.append(Engine("docxtpl + xltpl", "xltpl", python))
    except PackageNotFoundError:
        say("略过 xltpl：没有装（pip install xltpl）")
    home = _node_packages(scratch, node)
    if home is not None:
        os.environ["PEERS_NODE"] = str(home.resolve())
        script = "node", str(HERE / "worker.js")
        found.append(Engine("docxtemplater + xlsx-template", "xlsx-template", script))
        found.append(Engine("carbone", "carbone", script))
    return found


def _node_packages(scratch: Path, node: Path | None) -> Path | None:
    if shutil.which("node") is None or (node is None and shutil.which("npm") is None):
        say("略过 docxtemplater、xlsx-template、carbone：没有 node 或 npm")
        return None
    if node is None:
        node = scratch / "node"
        node.mkdir()
        command = ["npm", "install", "--no-audit", "--no-fund", "--silent", *NODE_PACKAGES]
        if subprocess.run(command, cwd=node, stdout=sys.stderr, check=False).returncode:
            say("略过 docxtemplater、xlsx-template、carbone：npm 装不上")
            return None
    return node


def versions(found: Sequence[Engine]) -> str:
    """The machine and what ran on it."""
    names = [GEN, f"Python {platform.python_version()}"]
    wanted = ["docxtpl", "python-docx", "openpyxl", "lxml", "Jinja2", "docxcompose", "distributed"]
    wanted += ["xltpl"] if any("xltpl" in one.name for one in found) else []
    names[0] += f" {version('gen-report')}"
    for name in wanted:
        try:
            names.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    if home := os.environ.get("PEERS_NODE"):
        told = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)
        names.append(f"node {told.stdout.strip().removeprefix('v')}")
        for name in NODE_PACKAGES:
            about = json.loads((Path(home) / "node_modules" / name / "package.json").read_bytes())
            names.append(f"{name} {about['version']}")
    return "、".join(names)


def machine() -> str:
    """The processor and how much of it."""
    try:
        told = Path("/proc/cpuinfo").read_text("utf-8")
        model = re.search(r"model name\s*: (.*)", told)
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    except (OSError, ValueError, AttributeError):
        return f"{platform.processor() or platform.machine()}，{os.cpu_count()}核"
    name = model[1] if model else platform.machine()
    return f"{name}，{os.cpu_count()}核，{memory:.0f}GB，{platform.system()}"


class Lab:
    """Generated units with contents that all differ, ready for gen and for the others."""

    def __init__(self, scratch: Path, found: Sequence[Engine], count: int) -> None:
        self.scratch, self.engines, self.count = scratch, found, count
        self.folder = scratch / "w"
        units.generate(self.folder, count)
        workspace = find(self.folder)
        assert workspace is not None
        self.workspace = workspace
        self.targets = workspace.unit_years(YEAR)
        self.first = Sample(workspace, self.targets[0])
        self.first.write_templates(scratch / "templates")
        self.environment = {
            **{k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"},
            # All sides start from compiled modules, as after ``pip install``.
            "PYTHONPATH": str(ROOT),
            "PYTHONPYCACHEPREFIX": str(scratch / "bytecode"),
            "GEN_CACHE": str(scratch / "cache"),
        }

    def values(self, name: str, made: Sample) -> Path:
        """The values of a unit alone, in a folder of its own."""
        path = self.scratch / "values" / name / f"{name}.json"
        made.write_values(path)
        return path

    def described(self) -> Path:
        """The values of all units; each is what the templates of the first one are made for."""
        folder = self.scratch / "all"
        for target in self.targets:
            one = Sample(self.workspace, target)
            if one.parts != self.first.parts:
                sys.exit(f"{target.unit_id} needs other templates")
            one.write_values(folder / f"{target.unit_id}.json")
        return folder

    def some(self, folder: Path, count: int) -> Path:
        """The first ``count`` of the values."""
        part = self.scratch / f"first{count}"
        if not part.exists():
            part.mkdir()
            for path in sorted(folder.iterdir())[:count]:
                (part / path.name).symlink_to(path)
        return part

    # Processes

    def sets(self, engine: Engine, values: Path, out: Path, processes: int = 1) -> Run:
        """Every set of ``values`` by the engine, written below ``out``."""
        return self._measured(
            [
                [
                    *engine.command, engine.name.replace(" ", ""),
                    str(self.scratch / "templates" / engine.templates),
                    "sets", str(values), str(out), str(number), str(processes),
                ]
                for number in range(processes)
            ]
        )  # fmt: skip

    def gen(self, *arguments: str) -> Run:
        """``gen build`` of the workspace, as the command that is installed starts it."""
        start = "from generator.__main__ import run; run()"
        return self._measured(
            [[sys.executable, "-c", start, "build", str(YEAR), "-C", str(self.folder), *arguments]]
        )

    def _measured(self, commands: Sequence[Sequence[str]]) -> Run:
        told = subprocess.run(
            [sys.executable, "-S", str(HERE / "measured.py"), json.dumps(commands)],
            env=self.environment, cwd=self.scratch, capture_output=True, text=True, check=True,
        )  # fmt: skip
        found = json.loads(told.stdout)
        if any(found.pop("codes")):
            sys.exit(f"{commands[0]} failed: {told.stderr}")
        return Run(**found)

    def warm(self, engine: Engine, stack: ExitStack) -> Callable[[Path], dict[str, float]]:
        """A process that renders in memory; it tells the milliseconds of each file."""
        running = stack.enter_context(
            subprocess.Popen(
                [
                    *engine.command, engine.name.replace(" ", ""),
                    str(self.scratch / "templates" / engine.templates), "warm",
                ],
                env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                encoding="utf-8",
            )
        )  # fmt: skip
        stack.callback(running.kill)

        def render(values: Path) -> dict[str, float]:
            assert running.stdin is not None
            assert running.stdout is not None
            print(values, file=running.stdin, flush=True)
            told: dict[str, float] = json.loads(running.stdout.readline())
            return told

        return render

    # Proof

    def equal(self, ours: dict[str, bytes], folder: Path, who: str) -> None:
        """Ends everything where a file says something else than gen's."""
        for name, data in ours.items():
            path = folder / name
            if found := difference(data, path.read_bytes()) if path.exists() else "nothing":
                sys.exit(f"{who}, {name} differs at {found}")

    def built(self, target: UnitYear) -> dict[str, bytes]:
        """The files of a unit as gen published them."""
        return {name: (target.output / name).read_bytes() for name in self.first.parts}

    def correct(self, number: int) -> None:
        """Change one amount of the first unit and the total above it, to and fro."""
        path = self.targets[0].folder / "figures.yaml"
        less = "-" if number % 2 else "+"

        def change(match: re.Match[str]) -> str:
            return f"{match[1]}{float(match[2]) + float(less + '0.01'):.2f}"

        text = path.read_text("utf-8")
        came = re.search(r"^实际收入:\n(?: .*\n)+", text, re.MULTILINE)
        assert came is not None
        new = re.sub(r"((?:其他收入|合计): +\{本年: )([\d.]+)", change, came[0])
        path.write_text(text.replace(came[0], new), "utf-8")


def kept_running(
    stack: ExitStack, command: Sequence[str], environment: dict[str, str]
) -> subprocess.Popen[Any]:
    """A process that stays until the end."""
    quiet = subprocess.DEVNULL
    running = subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet)
    stack.callback(running.wait)
    stack.callback(running.terminate)
    return running
