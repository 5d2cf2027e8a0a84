"""A Dask cluster of two local worker processes: the sets of a local build, whatever happens."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from kit import workspaces
from kit.workspaces import PACKAGE, gen_process, unit_files, write

from generator.workspace import packaged_templates

pytest.importorskip("distributed")
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(os.name != "posix", reason="signals"),
]

YEAR = 2024
DASK = [sys.executable, "-m", "dask"]


def started(stack: ExitStack, command: list[str], **environment: str) -> subprocess.Popen[bytes]:
    process = stack.enter_context(
        subprocess.Popen(
            command, env={**os.environ, "PYTHONPATH": str(PACKAGE.parent), **environment}, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True, cwd="/",
        )
    )  # fmt: skip
    stack.callback(killed, process)
    return process


def killed(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)


@contextmanager
def running(*environments: dict[str, str]) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and a worker for each of ``environments``."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    with ExitStack() as stack:
        started(
            stack,
            [*DASK, "scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"],
        )
        workers = [
            started(
                stack,
                [*DASK, "worker", address, "--nthreads", "1", "--no-dashboard", "--no-nanny"],
                **own,
            )
            for own in environments
        ]  # fmt: skip
        wait_for(address, len(workers))
        yield address, workers


def wait_for(address: str, count: int) -> None:
    from distributed import Client

    for _ in range(60):
        try:
            with Client(address, timeout=5, set_as_default=False) as client:
                client.wait_for_workers(count, timeout=30)
                return
        except OSError:
            time.sleep(0.5)
    raise AssertionError("no cluster")


def units(folder: Path, count: int) -> Path:
    for number in range(count):
        files = unit_files(f"u{number:03}")
        figures = next(name for name in files if name.endswith("figures.yaml"))
        spent = f"全年执行: {100 + number % 10}.25"
        assert "全年执行: 110.25" in str(files[figures])
        files = {**files, figures: str(files[figures]).replace("全年执行: 110.25", spent)}
        write(folder, files)
    return folder


def built(folder: Path) -> dict[str, bytes]:
    """Everything that was written but locks; when gen's own files were installed differs."""
    return {
        name: data for name, data in workspaces.snapshot(folder / "build").items()
        if not name.endswith("/lock")
    }  # fmt: skip


def test_the_sets_of_a_cluster_are_those_of_one_machine(tmp_path: Path) -> None:
    here, there = units(tmp_path / "here", 6), units(tmp_path / "there", 6)
    broken = Path("content") / "u002" / str(YEAR) / "figures.yaml"
    for folder in (here, there):
        text = (folder / broken).read_text("utf-8")
        (folder / broken).write_text(text.replace("102.25", "abc"), "utf-8")
    alone = gen_process("build", str(YEAR), "--format", "json", folder=here)
    with running({}, {}) as (address, _):
        shared = gen_process(
            "build", str(YEAR), "--scheduler", address, "--format", "json", folder=there
        )
        again = gen_process(
            "build", str(YEAR), "--scheduler", address, "--format", "json", folder=there
        )
    assert alone.code == shared.code == 1, shared.err
    assert alone.out == shared.out
    assert built(here) == built(there)
    assert len(built(there)) > 15
    assert all(not d["changed"] for d in again.json["documents"] if d["unit"] != "u002")


def test_a_worker_that_is_killed_midway_costs_nothing(tmp_path: Path) -> None:
    here, there = units(tmp_path / "here", 24), units(tmp_path / "there", 24)
    gen_process("build", str(YEAR), folder=here)
    with running({}, {}) as (address, workers), subprocess.Popen(
        [sys.executable, "-m", "generator", "build", str(YEAR), "--scheduler", address],
        cwd=there, env={**os.environ, "PYTHONPATH": str(PACKAGE.parent)},
        stdout=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        until = time.monotonic() + 120
        while len(list((there / "build").rglob("record.json"))) < 4:
            assert time.monotonic() < until
            time.sleep(0.05)
        killed(workers[0])
        assert process.wait(240) == 0
    assert built(here) == built(there)


def test_a_worker_of_another_gen_is_refused(tmp_path: Path) -> None:
    folder = units(tmp_path / "w", 1)
    other = tmp_path / "other"
    shutil.copytree(PACKAGE, other / "generator")
    if not packaged_templates().is_relative_to(PACKAGE):  # installed, they are inside
        shutil.copytree(packaged_templates(), other / "templates")
    module = other / "generator" / "disk.py"
    module.write_text(module.read_text("utf-8") + "\n# another\n", "utf-8")
    with running({"PYTHONPATH": str(other)}) as (address, _):
        ran = gen_process("build", str(YEAR), "--scheduler", address, folder=folder)
    assert ran.code == 2
    assert "要一样的" in ran.err
    assert not list((folder / "build").rglob("*.docx"))


def test_no_scheduler_there(tmp_path: Path) -> None:
    folder = units(tmp_path, 1)
    for address in ("tcp://127.0.0.1:1", "nonsense://x", "127.0.0.1"):
        ran = gen_process("build", str(YEAR), "--scheduler", address, folder=folder)
        assert ran.code == 2
        assert "连不上" in ran.err
        assert "Traceback" not in ran.err
