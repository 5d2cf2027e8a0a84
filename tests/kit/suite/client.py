"""Runs the office suite over files: the Python that knows UNO is the system's, not that of tests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from generator.office.soffice import find

#: Debian's Python has ``python3-uno``.
PYTHON = os.environ.get("GEN_UNO_PYTHON", "/usr/bin/python3")


def lacking() -> str | None:
    """Why the office suite cannot be driven here, or None."""
    if not find():
        return "no soffice"
    try:
        known = subprocess.run([PYTHON, "-c", "import uno"], capture_output=True, check=False)
    except OSError as error:
        return str(error)
    return None if known.returncode == 0 else f"{PYTHON} has no uno (apt install python3-uno)"


#: What the cells of each sheet show, row by row from its first cell.
Grid = list[list[list[Any]]]


class Suite:
    """The office suite at work in ``folder``."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder

    def edited(self, kind: str, raw: bytes, edits: Sequence[str]) -> dict[str, bytes]:
        """``raw`` after each of the edits, saved by the suite."""
        source = self._folder / f"source.{_SUFFIX[kind]}"
        source.write_bytes(raw)
        jobs = [
            {"kind": kind, "edit": edit, "source": str(source), "out": str(self._path(kind, n))}
            for n, edit in enumerate(edits)
        ]
        said = self._run(jobs)
        failed = [f"{edit}: {one}" for edit, one in zip(edits, said, strict=True) if one]
        assert failed == [], "\n".join(failed)
        return {edit: self._path(kind, n).read_bytes() for n, edit in enumerate(edits)}

    def seen(self, kind: str, files: Mapping[str, bytes]) -> dict[str, Any]:
        """What the suite shows of each file."""
        jobs = []
        for number, data in enumerate(files.values()):
            self._path(kind, number).write_bytes(data)
            jobs.append({"kind": kind, "source": str(self._path(kind, number))})
        return dict(zip(files, self._run(jobs), strict=True))

    def typed(self, raw: bytes, cells: Sequence[tuple[int, str, float]]) -> list[Grid]:
        """All cells of a workbook once each of ``cells`` (sheet, cell, number) alone is typed.

        The first is the workbook as it is.
        """
        source = self._path("calc", 0)
        source.write_bytes(raw)
        (said,) = self._run([{"kind": "calc", "source": str(source), "typed": cells}])
        assert isinstance(said, list), said
        return said

    def _path(self, kind: str, number: int) -> Path:
        return self._folder / f"{number}.{_SUFFIX[kind]}"

    def _run(self, jobs: Sequence[Mapping[str, object]]) -> list[Any]:
        (self._folder / "jobs.json").write_text(json.dumps(list(jobs)))
        done = subprocess.run(
            [PYTHON, str(Path(__file__).with_name("server.py")), str(self._folder), find()],
            env={**os.environ, "LC_ALL": "C.UTF-8", "PYTHONPATH": str(Path(__file__).parents[2])},
            capture_output=True,
            text=True,
            timeout=1800,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(done.stderr[-3000:])
        sys.stdout.write(done.stdout)
        answers: list[Any] = json.loads((self._folder / "answers.json").read_text())
        return answers


_SUFFIX = {"calc": "xlsx", "controls": "xlsx", "forms": "xlsx", "writer": "docx", "papers": "docx"}
