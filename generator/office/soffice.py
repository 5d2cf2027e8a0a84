"""One LibreOffice for a run: found, started with a profile of its own, watched, started again.

It is somebody else's program: it may be missing, hang, crash on one document, or end with 0
without having made anything. So only what it left on disk counts, and a document that it could
not do does not keep it from the others.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

#: Where installers put it when they do not put it on the path.
_USUAL: Final = (
    "C:/Program Files/LibreOffice/program/soffice.exe",
    "C:/Program Files (x86)/LibreOffice/program/soffice.exe",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "/opt/libreoffice/program/soffice",
)
#: Seconds for starting, and for each document; reports of fifty pages take two.
START_SECONDS: Final = 60
SECONDS_EACH: Final = 60
#: Says which program to take, and for how long to wait in all (both for those who test it).
_PROGRAM, _SECONDS = "GEN_SOFFICE", "GEN_SOFFICE_SECONDS"
#: A PDF shows controls as they stand: as fields, everybody could fill them in, and readers without
#: the fonts of forms show none of their marks.
_SETTINGS: Final = """\
<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Filter/PDF/Export"><prop oor:name="ExportFormFields"
 oor:op="fuse"><value>false</value></prop></item>
</oor:items>
"""


def find() -> str:
    """The program; empty where there is none."""
    given = os.environ.get(_PROGRAM)
    if given is not None:
        return shutil.which(given) or ""
    on_path = shutil.which("soffice") or shutil.which("libreoffice")
    return on_path or next((path for path in _USUAL if Path(path).is_file()), "")


class Office:
    """LibreOffice with a profile of its own, which is gone when the run is over."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program = program
        self._folder = folder
        self._runs = 0
        settings = folder / "profile" / "user" / "registrymodifications.xcu"
        settings.parent.mkdir(parents=True)
        settings.write_text(_SETTINGS, encoding="utf-8")

    def converted(self, files: Mapping[str, bytes], to: str) -> dict[str, bytes | str]:
        """``files`` by name as ``to`` (``pdf``); for one that could not be done, why, in Chinese.

        All go through one process. When it ends or hangs before it did them all, the first one
        that is missing is tried by itself, and the rest after it.
        """
        waiting = list(files)
        made: dict[str, bytes | str] = {}
        while waiting:
            batch, why = self._batch([(name, files[name]) for name in waiting], to)
            made |= batch
            waiting = [name for name in waiting if name not in made]
            if waiting:
                first = waiting.pop(0)
                alone, why = self._batch([(first, files[first])], to)
                made |= alone or {first: why or "LibreOffice 没有做出来"}
        return made

    def _batch(
        self, files: Sequence[tuple[str, bytes]], to: str
    ) -> tuple[dict[str, bytes | str], str]:
        """What one process made of ``files``, and why it stopped early, if that is known."""
        self._runs += 1
        source, target = (self._folder / f"{kind}{self._runs}" for kind in ("in", "out"))
        source.mkdir()
        names: dict[str, str] = {}
        for number, (name, data) in enumerate(files, 1):
            plain = f"{number}{Path(name).suffix}"  # names that every system and locale can open
            (source / plain).write_bytes(data)
            names[name] = plain
        command = [
            self._program, f"-env:UserInstallation={(self._folder / 'profile').as_uri()}",
            "--headless", "--norestore", "--nologo", "--nolockcheck", "--nodefault",
            "--convert-to", to, "--outdir", str(target),
            *(str(source / plain) for plain in names.values()),
        ]  # fmt: skip
        why = _run(command, _patience(len(files)))
        made: dict[str, bytes | str] = {}
        for name, plain in names.items():
            path = target / f"{Path(plain).stem}.{to}"
            if path.is_file() and path.stat().st_size:
                made[name] = path.read_bytes()
        shutil.rmtree(source, ignore_errors=True)
        shutil.rmtree(target, ignore_errors=True)
        return made, why


@contextlib.contextmanager
def office(program: str) -> Iterator[Office]:
    """LibreOffice for one run."""
    with tempfile.TemporaryDirectory(prefix="gen-office-", ignore_cleanup_errors=True) as name:
        yield Office(program, Path(name))


def _patience(count: int) -> float:
    said = os.environ.get(_SECONDS, "")
    return float(said) if said.isdecimal() else START_SECONDS + SECONDS_EACH * count


def _run(command: Sequence[str], seconds: float) -> str:
    """Run ``command``; why it did not end well, in Chinese, empty if it did."""
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "LC_ALL": "C.UTF-8"} if sys.platform != "win32" else None,
            start_new_session=True,
        )
    except OSError as error:
        return f"LibreOffice 启动不了（{error.strerror}）"
    with process:
        try:
            process.wait(timeout=seconds)
        except BaseException as error:
            _end(process)
            if isinstance(error, subprocess.TimeoutExpired):
                return f"LibreOffice 等了{seconds:g}秒还没有做完，已经关掉它"
            raise
    code = process.returncode
    return f"LibreOffice 中途退出（{code}）" if code else ""


def _end(process: subprocess.Popen[bytes]) -> None:
    """End it with what it started: soffice is a script around the real program."""
    if sys.platform == "win32":
        process.kill()
        return
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
