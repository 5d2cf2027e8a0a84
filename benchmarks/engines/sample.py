"""A unit-year as gen fills it, and described for the other engines."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from engines import description, syntax, worker

from generator.build import documents, narrative, plan, templates
from generator.build.pipeline import work_out
from generator.content import loader
from generator.figures.model import Names
from generator.frozen import replace
from generator.problems import Problems
from generator.workspace import UnitYear, Workspace

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class Sample:
    """A unit-year up to the point where templates are filled.

    ``rows``, ``paragraphs``: how many times longer loops of rows and the narrative are made.
    """

    def __init__(
        self, workspace: Workspace, target: UnitYear, rows: int = 1, paragraphs: int = 1
    ) -> None:
        self.workspace, problems = workspace, Problems()
        content = loader.read(workspace, target, problems)
        assert content is not None
        written = narrative.compiled(content.narrative)
        self.data = work_out(content, written, problems)
        base = plan.context(self.data)
        self.blocks = (narrative.filled(written, self.data, base, problems) or ()) * paragraphs
        base[plan.NARRATIVE] = self.blocks
        self.store = templates.Store(workspace, content.form_set.documents, problems)
        self.jobs = plan.plan(self.data, base, problems).jobs
        self._describe()
        if rows > 1:
            self.jobs = tuple(replace(job, context=self._longer(job, rows)) for job in self.jobs)
            self._describe()

    def _describe(self) -> None:
        """``parts``: the neutral templates of each file; ``values``: what is put into them."""
        self.parts: dict[str, list[bytes]] = {}
        self.values: dict[str, dict[str, Any]] = {}
        self._lists: dict[str, set[str]] = {}
        for job in self.jobs:
            jobs = [job, *self._annexes(job)]
            made = [self._one(one, "" if one is job else f"a{n}") for n, one in enumerate(jobs)]
            self.parts[job.filename] = [raw for raw, _ in made]
            self.values[job.filename] = {k: v for _, names in made for k, v in names.ready.items()}
            self._lists[job.filename] = {one for _, names in made for one in names.lists}

    def _annexes(self, job: plan.Job) -> Iterable[plan.Job]:
        for name in job.document.annexes if job.kind == "docx" else ():
            yield from (j for j in self.jobs if j.document.name == name and j.kind == "docx")

    def _one(self, job: plan.Job, prefix: str) -> tuple[bytes, description.Naming]:
        path = self.workspace.template(job.document.templates[job.kind])
        assert path is not None
        raw = path.read_bytes()
        if job.kind == "docx":
            return description.word(raw, job.context, self.blocks, prefix)
        return description.excel(raw, job.context)

    def _longer(self, job: plan.Job, times: int) -> Names:
        """Not the list of projects: a report has an annex for each."""
        context = job.context
        for name in sorted(self._lists[job.filename] - {plan.PROJECTS}):
            path = name.split(".")
            if path[0] == plan.PROJECT and path[0] not in context:  # a report, of all projects
                inside = [_grown(one, path[1:], times) for one in context[plan.PROJECTS]]  # type: ignore[attr-defined]
                context = Names({**context, plan.PROJECTS: inside})
            else:
                context = _grown(context, path, times)
        return context

    def fill(self) -> tuple[dict[str, bytes], dict[str, float]]:
        """Every file by gen, from values to bytes, and the milliseconds of each."""
        made, times = {}, {}
        for job in self.jobs:
            template = self.store.template(job.document, job.kind)
            assert template is not None
            begun = time.perf_counter()
            properties = documents._properties(job, self.data, template)
            filled = template.format.render(template.compiled, job.context, properties)
            times[job.filename] = (time.perf_counter() - begun) * 1e3
            made[job.filename] = filled.data
        return made, times

    def write_values(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(self.values, ensure_ascii=False), "utf-8")

    def write_templates(self, folder: Path) -> None:
        """The templates in each syntax, a folder each; annexes stand in the report beforehand.

        ``docxcompose``: but there, where they are put in after they were filled.
        """
        for name, parts in self.parts.items():
            whole = worker.composed(parts) if len(parts) > 1 else parts[0]
            made = {"openpyxl": whole, "xltpl": whole}
            if name.endswith(".docx"):
                made["carbone"] = syntax.carbone_word(whole)
                made["xlsx-template"] = syntax.docxtemplater(whole)
            else:
                made["xltpl"] = syntax.xltpl(whole)
                made["carbone"] = syntax.carbone_excel(whole, _numbers(self.values[name]))
                made["xlsx-template"] = syntax.xlsx_template(whole)
            for kind, template in made.items():
                (folder / kind).mkdir(parents=True, exist_ok=True)
                (folder / kind / name).write_bytes(template)
            home = folder / "docxcompose" / name
            home.mkdir(parents=True)
            for number, part in enumerate(parts):
                (home / f"{number}").write_bytes(part)


def _grown(names: Names, path: list[str], times: int) -> Names:
    value = names[path[0]]
    if len(path) > 1:
        assert isinstance(value, Names)
        return Names({**names, path[0]: _grown(value, path[1:], times)})
    assert isinstance(value, list | tuple)
    return Names({**names, path[0]: value * times})


def _numbers(values: dict[str, Any]) -> frozenset[str]:
    """The names behind which there are numbers only."""
    rows = [row for one in values.values() if isinstance(one, list) for row in one]
    found = {k: [v] for k, v in values.items() if not isinstance(v, list)}
    for row in rows:
        for key, value in row.items():
            found.setdefault(key, []).append(value)
    return frozenset(
        k for k, seen in found.items() if all(isinstance(v, int | float) for v in seen)
    )


def texts(data: bytes) -> list[Any]:
    """What a file says: texts of paragraphs of a .docx, values of cells of an .xlsx.

    Numbers to four digits, as a plain script is handed what gen's formula gives; and no matter
    whether their cells are numbers or texts, or where a text breaks its lines: carbone makes
    texts of columns that also hold others, and blanks of line breaks.
    """
    members = description.unpacked(data)
    if "word/document.xml" in members:
        root = ElementTree.fromstring(members["word/document.xml"])
        found = ["".join(t.text or "" for t in p.iter(f"{_W}t")) for p in root.iter(f"{_W}p")]
        return [text for text in found if text]
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return [
        _value(cell)
        for name in book.sheet_names
        for row in book.get_sheet_by_name(name).to_python()
        for cell in row
        if cell != ""
    ]


def _value(cell: object) -> object:
    try:
        return round(float(str(cell)), 4)
    except ValueError:
        return " ".join(str(cell).split())


def difference(ours: bytes, theirs: bytes) -> str:
    """Where two files say something else; empty where nowhere."""
    mine, others = texts(ours), texts(theirs)
    if mine == others:
        return ""
    pairs = enumerate(zip(mine, others, strict=False))
    where = next((i for i, (a, b) in pairs if a != b), min(len(mine), len(others)))
    return f"{where}: gen {mine[where : where + 3]}, {others[where : where + 3]}"
