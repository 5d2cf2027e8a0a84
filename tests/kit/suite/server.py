"""The side that knows UNO: starts the suite, edits files or tells what they show.

Run by the system's Python: ``server.py FOLDER SOFFICE`` reads ``jobs.json`` there.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
import traceback
from pathlib import Path
from typing import Any

import uno  # type: ignore[import-not-found]
from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found]

from kit.suite import calc, controls, forms, papers, writer

_KINDS: dict[str, Any] = {
    "calc": calc, "controls": controls, "forms": forms, "writer": writer, "papers": papers,
}  # fmt: skip
_EXCEL, _WORD = "Calc MS Excel 2007 XML", "MS Word 2007 XML"
_FILTERS = {"calc": _EXCEL, "controls": _EXCEL, "forms": _EXCEL, "writer": _WORD, "papers": _WORD}


def _property(name: str, value: object) -> Any:
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


def _desktop(pipe: str) -> Any:
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", local
    )
    for _ in range(240):
        with contextlib.suppress(Exception):
            there = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return there.ServiceManager.createInstanceWithContext(
                "com.sun.star.frame.Desktop", there
            )
        time.sleep(0.25)
    raise SystemExit("soffice does not answer")


def _done(desktop: Any, job: dict[str, Any]) -> object:
    document = desktop.loadComponentFromURL(
        Path(job["source"]).as_uri(), "_blank", 0, (_property("Hidden", value=True),)
    )
    if document is None:
        return "cannot be opened"
    try:
        kind = _KINDS[job["kind"]]
        if "typed" in job:
            return calc.typed(document, job["typed"])
        if "edit" not in job:
            return kind.seen(document)
        kind.EDITS[job["edit"]].apply(document)
        name = _property("FilterName", _FILTERS[job["kind"]])
        document.storeToURL(Path(job["out"]).as_uri(), (name,))
    except Exception:
        return traceback.format_exc(limit=-3)
    finally:
        document.close(True)
    return None


def main(folder: Path, program: str) -> None:
    """Do the jobs in ``folder``."""
    pipe = f"gen{folder.stat().st_ino}"
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    listening = f"--accept=pipe,name={pipe};urp;"
    office = subprocess.Popen(
        [program, profile, "--headless", "--norestore", "--nologo", listening],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    desktop = _desktop(pipe)
    try:
        jobs = json.loads((folder / "jobs.json").read_text())
        answers = [_done(desktop, job) for job in jobs]
        (folder / "answers.json").write_text(json.dumps(answers, ensure_ascii=False))
    finally:
        with contextlib.suppress(Exception):
            desktop.terminate()
        office.wait(timeout=60)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
