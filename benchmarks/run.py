"""gen beside plain docxtpl + openpyxl scripts on the sample set, interleaved in one run.

    python benchmarks/run.py [--rounds 15] [--warm 30] [--year 2020] [--unit ID]

Prints medians and ratios; keep the ratios, machines swing. First proves that both give the same
texts and cell values.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import plain
import prepare

from generator.build import documents, narrative, plan, templates
from generator.build.pipeline import work_out
from generator.content import loader
from generator.problems import Problems
from generator.workspace import find

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--warm", type=int, default=30)
    parser.add_argument("--year", type=int, default=2020)
    parser.add_argument("--unit", default="jiujiang-shenzhen")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        bench = Bench(Path(scratch), options.year, options.unit)
        bench.verify()
        bench.warm(options.warm)
        bench.stages(options.warm)
        bench.cold(options.rounds)
        bench.imports()


class Bench:
    """One sample unit-year, prepared for both sides."""

    def __init__(self, scratch: Path, year: int, unit: str) -> None:
        self.scratch, self.year, self.unit = scratch, year, unit
        shutil.copytree(ROOT / "content", scratch / "w" / "content")
        self.workspace = find(scratch / "w")
        assert self.workspace is not None
        self.target = next(t for t in self.workspace.unit_years(year) if t.unit_id == unit)
        problems = Problems()
        content = loader.read(self.workspace, self.target, problems)
        assert content is not None
        self.written = narrative.compiled(content.narrative)
        self.data = work_out(content, self.written, problems)
        self.base = plan.context(self.data)
        self.blocks = narrative.filled(self.written, self.data, self.base, problems) or ()
        self.base["正文"] = self.blocks
        self.store = templates.Store(self.workspace, content.form_set.documents, problems)
        self.jobs = plan.plan(self.data, self.base, problems).jobs
        #: Templates as they are shipped, a report in front of its annexes; and with the annexes
        #: pasted into the report once, beforehand.
        self.shipped: dict[str, list[bytes]] = {}
        self.pasted: dict[str, list[bytes]] = {}
        self.values: dict[str, Any] = {"files": {}}
        for job in self.jobs:
            path = self.workspace.template(job.document.templates[job.kind])
            assert path is not None
            raw = path.read_bytes()
            if job.kind == "docx":
                template, ready = prepare.word(raw, job.context, self.blocks)
                annexes = [
                    j
                    for name in job.document.annexes
                    for j in self.jobs
                    if j.document.name == name and j.kind == "docx"
                ]
                parts = [template]
                for number, annex in enumerate(annexes):
                    path = self.workspace.template(annex.document.templates[annex.kind])
                    assert path is not None
                    part, more = prepare.word(path.read_bytes(), annex.context, (), f"t{number}")
                    parts.append(part)
                    ready |= more
            else:
                parts, ready = [raw], prepare.excel(raw, job.context)
            self.shipped[job.filename] = parts
            self.pasted[job.filename] = [plain.composed(parts)] if len(parts) > 1 else parts
            self.values["files"][job.filename] = ready
        for kind, templates_ in ("shipped", self.shipped), ("pasted", self.pasted):
            for name, parts in templates_.items():
                folder = scratch / kind / name
                folder.mkdir(parents=True)
                for number, raw in enumerate(parts):
                    (folder / f"{number}").write_bytes(raw)
        (scratch / "values.json").write_text(json.dumps(self.values, ensure_ascii=False), "utf-8")

    def gen_set(self) -> dict[str, bytes]:
        """Context → bytes by gen's renderers, markers removed."""
        out = {}
        for job in self.jobs:
            template = self.store.template(job.document, job.kind)
            assert template is not None
            properties = documents._properties(job, self.data, template)
            out[job.filename] = template.format.render(
                template.compiled, job.context, properties
            ).data
        return out

    def plain_set(self) -> dict[str, bytes]:
        return plain.render_set(self.values, self.shipped)

    def pasted_set(self) -> dict[str, bytes]:
        return plain.render_set(self.values, self.pasted)

    def verify(self) -> None:
        """Same texts and cell values on both sides."""
        ours = self.gen_set()
        for theirs in self.plain_set(), self.pasted_set():
            for name, data in theirs.items():
                mine, other = texts(ours[name]), texts(data)
                if mine != other:
                    pairs = enumerate(zip(mine, other, strict=False))
                    where = next((i for i, (a, b) in pairs if a != b), min(len(mine), len(other)))
                    sys.exit(
                        f"{name} differs at {where}: gen {mine[where:]}, plain {other[where:]}"
                    )
        print(f"{len(ours)} files, texts and cell values equal")

    def warm(self, rounds: int) -> None:
        ours, theirs = interleaved(self.gen_set, self.plain_set, rounds, slow_every=6)
        report("warm set, context to bytes", ours, theirs)
        ours, theirs = interleaved(self.gen_set, self.pasted_set, rounds, slow_every=6)
        report("  annexes pasted into plain's report", ours, theirs)
        for job in self.jobs:
            template = self.store.template(job.document, job.kind)
            assert template is not None
            properties = documents._properties(job, self.data, template)
            name, ready = job.filename, self.values["files"][job.filename]
            side = plain.word if job.kind == "docx" else plain.excel
            a, b = interleaved(
                lambda t=template, j=job, p=properties: t.format.render(t.compiled, j.context, p),
                lambda s=side, n=name, v=ready: s(self.pasted[n][0], v),
                rounds,
                slow_every=6,
            )
            report(f"  {name}（pasted）" if len(self.shipped[name]) > 1 else f"  {name}", a, b)

    def stages(self, rounds: int) -> None:
        """Where a warm build's time goes beside rendering."""
        from generator.build import ledger, standing
        from generator.build.pipeline import examine
        from generator.records import record

        problems = Problems()

        def load() -> None:
            loader.read(self.workspace, self.target, problems)  # type: ignore[arg-type]

        content = loader.read(self.workspace, self.target, problems)  # type: ignore[arg-type]
        examined = examine(self.workspace, self.target, problems)  # type: ignore[arg-type]
        assert content is not None
        assert examined is not None

        before = dict(standing.content_hashes(self.workspace, self.target))  # type: ignore[arg-type]

        def recorded() -> bytes:
            made = ledger.record_of(
                self.workspace,
                self.target,
                examined.data,
                examined.documents,
                problems,
                before,  # type: ignore[arg-type]
            )
            return record.dump(made)

        for name, work in (
            ("load", load),
            ("compute, score, check", lambda: work_out(content, self.written, problems)),
            (
                "render, lint, prove, places",
                lambda: documents.render_all(self.data, self.written, self.workspace, problems),
            ),  # type: ignore[arg-type]
            ("record", recorded),
        ):
            print(
                f"  stage {name:32s}{statistics.median(timed(work) for _ in range(rounds)):8.1f} ms"
            )

    def cold(self, rounds: int) -> None:
        """Whole processes: the plain script against gen after one corrected figure."""
        environment = self.environment()
        script, pasted = (
            [
                sys.executable, str(HERE / "plain.py"), str(self.scratch / "values.json"),
                str(self.scratch / templates_), str(self.scratch / "out"),
            ]
            for templates_ in ("shipped", "pasted")
        )  # fmt: skip
        gen = [
            sys.executable, "-c", "from generator.__main__ import run; run()", "build", str(self.year),
            "-q", "-C", str(self.scratch / "w"), "--unit", self.unit,
        ]  # fmt: skip

        def run(command: list[str]) -> None:
            subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)

        run([*gen, "--all"])
        run(script)
        times: dict[str, list[float]] = {
            "plain": [], "pasted": [], "corrected": [], "everything": [], "nothing": []
        }  # fmt: skip
        for number in range(rounds):
            times["plain"].append(timed(lambda: run(script)))
            times["pasted"].append(timed(lambda: run(pasted)))
            self.correct(number)
            times["corrected"].append(timed(lambda: run(gen)))
            times["everything"].append(timed(lambda: run([*gen, "--all"])))
            times["nothing"].append(timed(lambda: run(gen)))
        report("cold: gen after one corrected figure", times["corrected"], times["plain"])
        report("  annexes pasted into plain's report", times["corrected"], times["pasted"])
        report("cold: gen --all", times["everything"], times["plain"])
        report("gen with nothing changed, against --all", times["nothing"], times["everything"])

    def environment(self) -> dict[str, str]:
        """Both sides start from compiled modules, as after ``pip install``."""
        kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        cache = str(self.scratch / "bytecode")
        return {**kept, "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": cache}

    def correct(self, number: int) -> None:
        """Change one figure of the sample and the control total above it."""
        path = self.target.folder / "figures.yaml"
        text = path.read_text("utf-8")
        amounts = re.findall(r"其他收入: +\{本年: ([\d.]+)\}|合计: +\{本年: (225\.\d+)\}", text)
        if len(amounts) == 2:
            low, high = f"0.{79 - number % 2}", f"225.{45 - number % 2}"
            text = re.sub(r"(其他收入: +\{本年: )[\d.]+", rf"\g<1>{low}", text)
            text = re.sub(r"(合计: +\{本年: )225\.\d+", rf"\g<1>{high}", text)
        path.write_text(text, "utf-8")

    def imports(self) -> None:
        """``gen --help`` must not import the heavy libraries."""
        code = (
            "import sys; sys.argv = ['gen', '--help']\n"
            "from generator.cli.commands import main\n"
            "try: main()\nexcept SystemExit: pass\n"
            "heavy = ('jinja2', 'docx', 'docxtpl', 'openpyxl', 'lxml', 'yaml', 'docxcompose')\n"
            "print('heavy:', [m for m in heavy if m in sys.modules], file=sys.stderr)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        print("gen --help imports", done.stderr.strip())


def texts(data: bytes) -> list[Any]:
    """Paragraph texts of a .docx, cell values of an .xlsx; plain scripts have no more than 4 digits
    of what gen computes by formulas.
    """
    with zipfile.ZipFile(BytesIO(data)) as archive:
        if "word/document.xml" in archive.namelist():
            root = ElementTree.fromstring(archive.read("word/document.xml"))
            found = ["".join(t.text or "" for t in p.iter(f"{_W}t")) for p in root.iter(f"{_W}p")]
            return [text for text in found if text]
    from openpyxl import load_workbook

    return [
        round(cell, 4) if isinstance(cell, float) else cell
        for sheet in load_workbook(BytesIO(data), data_only=True)
        for row in sheet.iter_rows(values_only=True)
        for cell in row
        if cell not in (None, "")
    ]


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def interleaved(
    fast: Callable[[], object], slow: Callable[[], object], rounds: int, slow_every: int
) -> tuple[list[float], list[float]]:
    """Both sides measured in turn, the slow one less often."""
    ours, theirs = [], []
    fast()
    slow()
    for number in range(rounds):
        ours.append(timed(fast))
        if number % slow_every == 0:
            theirs.append(timed(slow))
    return ours, theirs


def report(name: str, ours: list[float], theirs: list[float]) -> None:
    a, b = statistics.median(ours), statistics.median(theirs)
    print(
        f"{name:44s} gen {a:8.2f} ms (min {min(ours):.2f})   plain {b:8.2f} ms (min {min(theirs):.2f})"
        f"   {b / a:6.1f}x  {a / b:5.2f}"
    )


if __name__ == "__main__":
    main()
