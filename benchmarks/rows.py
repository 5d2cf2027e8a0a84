"""Sheets of many rows: gen from load to record beside openpyxl, xltpl and docxtpl.

    python benchmarks/rows.py [--rows 300 3000 ...] [--rounds 3] [--package FOLDER]

A list of five columns is typed in facts.yaml; the template has a loop over it with a formula in
the row and one over all rows, a conditional format and a validation. gen runs as a user runs it:
read, computed, filled, read back, proven, recorded, with its proofreading list; ``again``: once
more over its own record, with nothing left out. The plain scripts
read the same YAML and fill the same rows, and no more. Each is a process of its own, in turn;
processor seconds and peak memory, the smallest of the rounds.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from docx import Document
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

ROOT = Path(__file__).resolve().parent.parent
#: A small process that starts others: the peak of a child begins with the size of its parent.
MEASURED = ROOT / "benchmarks" / "engines" / "measured.py"
sys.path.insert(0, str(ROOT / "tests"))
from kit.rows import COLUMNS, workspace  # noqa: E402

YEAR = 2024
GEN = "import sys; from generator.__main__ import run; run()"
READ = """\
import sys, yaml
rows = yaml.load(open(sys.argv[1], encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))["明细"]
"""
#: A peer that takes more seconds is left out where there are more rows.
SLOW = 30
#: The plain scripts: argv is the facts, the template, the file to write.
SCRIPTS = {
    "openpyxl": """\
from copy import copy
from openpyxl import load_workbook
book = load_workbook(sys.argv[2])
sheet = book.active
styles = [copy(cell._style) for cell in sheet[2]]
sheet.delete_rows(2, 2)
for number, row in enumerate(rows, 2):
    values = row["名称"], row["类别"], row["数量"], row["单价"], f"=C{number}*D{number}"
    for column, value in enumerate(values, 1):
        cell = sheet.cell(number, column, value)
        cell._style = styles[column - 1]
last = len(rows) + 1
sheet.cell(last + 1, 1, "合计")
sheet.cell(last + 1, 5, f"=SUM(E2:E{last})")
book.save(sys.argv[3])
""",
    "xltpl": """\
from xltpl.writerx import BookWriter
writer = BookWriter(sys.argv[2])
writer.render_book([{"sheet_name": "明细", "rows": rows}])
writer.save(sys.argv[3])
""",
    "docxtpl": """\
from docxtpl import DocxTemplate
document = DocxTemplate(sys.argv[2])
document.render({"rows": rows})
document.save(sys.argv[3])
""",
}


def sheet_template(path: Path) -> None:
    """The workbook of the rows for xltpl and openpyxl."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "明细"
    sheet.append(COLUMNS)
    texts = [f"{{{{ row.{name} }}}}" for name in COLUMNS[:2]]
    numbers = [f"{{% xv row.{name} %}}" for name in COLUMNS[2:4]]
    sheet.append([*texts, *numbers, "=C{{ loop.index + 1 }}*D{{ loop.index + 1 }}"])
    sheet.append(["合计", "", "", "", "=SUM(E2:E{{ rows|length + 1 }})"])
    sheet["A2"].comment = Comment("beforerow{% for row in rows %}", "gen")
    sheet["A3"].comment = Comment("beforerow{% endfor %}", "gen")
    for cell in sheet[2]:
        cell.number_format = "#,##0.00"
    fill = PatternFill("solid", bgColor="FFFFC7CE")
    sheet.conditional_formatting.add("E2:E2", CellIsRule("greaterThan", ["10000"], fill=fill))
    allowed = DataValidation("list", formula1='"甲类,乙类,丙类"')
    allowed.add("B2:B2")
    sheet.add_data_validation(allowed)
    book.save(path)


def word_template(path: Path) -> None:
    """A Word table of the same rows for docxtpl."""
    document = Document()
    table = document.add_table(4, len(COLUMNS))
    table.cell(1, 0).text = "{%tr for row in rows %}"
    for column, name in enumerate(COLUMNS):
        table.cell(0, column).text = name
        value = f"row.{name}" if column < 4 else "row.数量 * row.单价"
        table.cell(2, column).text = f"{{{{ {value} }}}}"
    table.cell(3, 0).text = "{%tr endfor %}"
    document.save(str(path))


def measured(command: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Processor seconds and peak MB of one process, which must succeed."""
    # The folder one stands in comes first on Python's path, before the checkout that is asked for.
    told = subprocess.run(
        [sys.executable, "-S", str(MEASURED), json.dumps([command])], check=True, text=True,
        capture_output=True, env=environment, cwd=tempfile.gettempdir(),
    )  # fmt: skip
    found = json.loads(told.stdout)
    if found["codes"] != [0]:
        sys.exit(f"{command[:4]} ended with {found['codes'][0]}")
    return found["cpu"], found["memory"]


def installed() -> dict[str, str]:
    """The peers that are installed, with their versions; the others are told."""
    found = {}
    for name in SCRIPTS:
        if importlib.util.find_spec(name) is None:
            print(f"{name}: not installed, left out")
        else:
            found[name] = importlib.metadata.version(name)
    return found


def commands(folder: Path, count: int, peers: dict[str, str]) -> dict[str, list[str]]:
    """What to run for ``count`` rows, by name."""
    facts = workspace(folder / "w", count) / "content" / "hang" / str(YEAR) / "facts.yaml"
    sheet_template(folder / "plain.xlsx")
    word_template(folder / "plain.docx")
    gen = ["-c", GEN, "build", str(YEAR), "-q", "--all", "-C", str(folder / "w")]
    made = {"gen": [sys.executable, *gen], "again": [sys.executable, *gen]}
    for name in peers:
        kind = "docx" if name == "docxtpl" else "xlsx"
        files = [str(facts), str(folder / f"plain.{kind}"), str(folder / f"{name}.{kind}")]
        made[name] = [sys.executable, "-c", READ + SCRIPTS[name], *files]
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[300, 3_000, 10_000, 20_000, 30_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--package", type=Path, default=ROOT, help="another checkout of gen")
    parser.add_argument("--alone", action="store_true", help="gen without its peers")
    options = parser.parse_args()
    peers = {} if options.alone else installed()
    told = ", ".join(f"{name} {version}" for name, version in peers.items())
    print(
        f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores; {told}"
    )
    with tempfile.TemporaryDirectory() as scratch:
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPATH"] = str(options.package)
        environment["PYTHONPYCACHEPREFIX"] = str(Path(scratch) / "bytecode")
        before: tuple[int, float] | None = None
        for count in options.rows:
            folder = Path(scratch) / str(count)
            folder.mkdir()
            made = commands(folder, count, peers)
            if before is None:  # modules and templates are compiled once
                measured(made["gen"], environment)
            runs: dict[str, list[tuple[float, float]]] = {name: [] for name in made}
            for _ in range(options.rounds):
                shutil.rmtree(folder / "w" / "build", ignore_errors=True)
                for name, command in made.items():
                    runs[name].append(measured(command, environment))
            best = {
                name: (min(s for s, _ in of), min(m for _, m in of)) for name, of in runs.items()
            }
            seconds = best["gen"][0]
            line = f"{count:6} rows: gen {seconds:6.2f} s {best['gen'][1]:5.0f} MB"
            line += f"   again {best['again'][0]:6.2f} s"
            for name in peers:
                line += f"   {name} {best[name][0]:6.2f} s {best[name][1]:5.0f} MB ({best[name][0] / seconds:.2f}x)"
            peers = {name: peers[name] for name in peers if best[name][0] < SLOW}
            if before is not None:
                rate = (seconds - before[1]) / (count - before[0])
                line += f"   {1e6 * rate:.0f} µs for each further row"
            before = count, seconds
            print(line, flush=True)


if __name__ == "__main__":
    main()
