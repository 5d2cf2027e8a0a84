"""Whatever interrupts a build: the old set or the new one, whole, and the next build succeeds.

Two hundred kills at random moments of a build loop, kills at every single step of publishing
with and without atomic exchange, and a refusal of every write, fsync, mkdir, link and rename.
"""

from __future__ import annotations

import errno
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from kit import workspaces
from kit.workspaces import PACKAGE, gen, unit_files, write

from generator.build import publish
from generator.records import record

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(os.name != "posix", reason="SIGKILL, fork and flock"),
]

KILLS = 200
OUTPUT = Path("build") / "2024" / "peixun"
FIGURES = Path("content") / "peixun" / "2024" / "figures.yaml"
OLD, NEW = "全年执行: 110.25", "全年执行: 111.25"
FOREIGN = {"批示.txt": "同意".encode(), "扫描件/第1页.pdf": b"%PDF"}

# Builds again and again, the figure changing each time; {atomic} switches the fallback on.
LOOP = """\
import sys
from pathlib import Path
from generator.build import publish
from generator.build.pipeline import Mode, build
from generator.workspace import find
if {atomic!r} == "no":
    publish._exchange_atomically = lambda *_: False
workspace = find(Path.cwd())
figures = Path({figures!r})
print("ready", flush=True)
while True:
    for text in ({old!r}, {new!r}):
        held = figures.read_text(encoding="utf-8")
        changed = held.replace({old!r}, text).replace({new!r}, text)
        fresh = figures.with_suffix(".tmp")
        fresh.write_text(changed, encoding="utf-8")
        fresh.replace(figures)
        done = build(workspace, workspace.unit_years(2024)[0], Mode())
        assert done.built is not None, [str(p) for p in done.problems]
"""


def state(folder: Path) -> str:
    """``old`` or ``new`` when the set is whole: record, outputs and their figure agree."""
    output = folder / OUTPUT
    made = record.load(output / record.RECORD)
    assert made is not None, "no record"
    found = {
        name: data
        for name, data in workspaces.snapshot(output).items()
        if not name.startswith(".gen/") and name not in FOREIGN
    }
    assert found.keys() == made.documents.keys(), "outputs and record disagree"
    for name, data in found.items():
        assert record.sha256(data) == made.documents[name].sha256, f"{name} is of another set"
    for name, data in FOREIGN.items():
        assert (output / name).read_bytes() == data, f"{name} got lost"
    return {"110.25": "old", "111.25": "new"}[made.values["资金来源.财政拨款.全年执行"]["text"]]


def scrap(folder: Path) -> list[str]:
    """What lies about in the staging folder besides the lock."""
    home = folder / "build" / publish.HOME
    return [name for name in workspaces.snapshot(home) if not name.endswith("lock")] + [
        path.name for path in home.rglob("*") if path.is_dir() and path.parent != home
    ]


def plain_build(folder: Path) -> None:
    """The next command: succeeds, tidies up, and the set is that of the content."""
    ran = gen("build", "2024", folder=folder)
    assert ran.code == 0, ran.out + ran.err
    text = (folder / FIGURES).read_text(encoding="utf-8")
    assert state(folder) == ("old" if OLD in text else "new")
    assert scrap(folder) == []


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    # A cache that is full already, so that only publishing changes the disk.
    monkeypatch.setenv("GEN_CACHE", str(tmp_path / "cache"))
    folder = write(tmp_path / "w", unit_files())
    workspaces.build(folder, 2024)
    write(folder / OUTPUT, FOREIGN)
    return folder


# Killed at random


@pytest.mark.parametrize(("atomic", "kills"), [("yes", KILLS), ("no", KILLS // 2)])
def test_killed_at_random_moments(
    atomic: str, kills: int, built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = LOOP.format(atomic=atomic, figures=str(built / FIGURES), old=OLD, new=NEW)
    dice = random.Random(5)
    found: Counter[str] = Counter()
    for _ in range(kills):
        loop = subprocess.Popen(
            [sys.executable, "-c", script],
            cwd=built,
            env={**os.environ, "PYTHONPATH": str(PACKAGE.parent)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        try:
            assert loop.stdout is not None
            assert loop.stdout.readline() == b"ready\n"
            time.sleep(dice.random() * 0.8)
            assert loop.poll() is None, loop.stderr.read().decode() if loop.stderr else ""
        finally:
            loop.kill()
            loop.communicate()
        leftovers = scrap(built)
        if not (built / OUTPUT).exists():
            # Between the two renames; the next command that only reads brings it back too.
            assert atomic == "no"
            found["between the renames"] += 1
            ran = gen("diff", "2024", "--from", "上次", "--to", "上次", folder=built)
            assert ran.code == 0, ran.err
        found["with leftovers" if leftovers else "clean"] += 1
        found[state(built)] += 1
        plain_build(built)
    with capsys.disabled():
        print(f"\n{kills} kills, atomic exchange {atomic}: {dict(found)}")
    assert found["old"]
    assert found["new"]


# Killed at every step of publishing


def steps(monkeypatch: pytest.MonkeyPatch, act: Callable[[int, str], None]) -> list[str]:
    """Call ``act(n, name)`` before the n-th call that changes the disk; gives their names."""
    seen: list[str] = []

    def wrap(owner: Any, name: str) -> None:
        real = getattr(owner, name)

        def step(*args: Any, **named: Any) -> Any:
            seen.append(name)
            act(len(seen), name)
            return real(*args, **named)

        monkeypatch.setattr(owner, name, step)

    for name in ("mkdir", "link", "symlink", "rename", "replace", "fsync", "rmdir", "unlink",
                 "chmod"):  # fmt: skip
        wrap(os, name)
    real_open = Path.open

    class Writing:
        """A file whose every write is a step."""

        def __init__(self, handle: Any) -> None:
            self._handle = handle

        def __enter__(self) -> Writing:
            return self

        def __exit__(self, *_: object) -> None:
            self._handle.close()

        def write(self, data: bytes) -> int:
            seen.append("write")
            act(len(seen), "write")
            return int(self._handle.write(data))

        def __getattr__(self, name: str) -> Any:
            return getattr(self._handle, name)

    def opened(self: Path, mode: str = "r", *args: Any, **named: Any) -> Any:
        if "x" not in mode:
            return real_open(self, mode, *args, **named)
        seen.append("open")
        act(len(seen), "open")
        return Writing(real_open(self, mode, *args, **named))

    monkeypatch.setattr(Path, "open", opened)
    real_exchange = publish._exchange_atomically

    def exchange(stage: Path, output: Path) -> bool:
        seen.append("exchange")
        act(len(seen), "exchange")
        return real_exchange(stage, output)

    monkeypatch.setattr(publish, "_exchange_atomically", exchange)
    return seen


def without_atomic_exchange(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publish, "_exchange_atomically", lambda *_: False)


@pytest.fixture(params=["atomic", "two renames"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """How folders change places; elsewhere than on Linux there is only the second."""
    if request.param == "two renames":
        without_atomic_exchange(monkeypatch)
    return str(request.param)


def numbered(folder: Path, tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """Fresh copies of the built workspace with a correction pending, one per step."""
    number = 0
    while True:
        number += 1
        copy = tmp_path / f"n{number}"
        shutil.copytree(folder, copy, symlinks=True)
        workspaces.change(copy / FIGURES, (OLD, NEW))
        yield number, copy
        shutil.rmtree(copy)


def test_killed_at_every_step(
    way: str, built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A forked build ends itself without any clean-up before its n-th change of the disk."""
    found: Counter[str] = Counter()
    for number, folder in numbered(built, tmp_path):
        child = os.fork()
        if child == 0:
            with pytest.MonkeyPatch.context() as patch:

                def act(n: int, name: str, number: int = number) -> None:
                    if n == number:
                        os.kill(os.getpid(), signal.SIGKILL)

                steps(patch, act)
                gen("build", "2024", folder=folder)
                os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status):
            assert os.WEXITSTATUS(status) == 0
            break  # the build had fewer steps than that
        if not (folder / OUTPUT).exists():
            assert way == "two renames"
            found["between"] += 1
            publish.finish_interrupted(folder / "build", "peixun 2024", folder / OUTPUT)
        found[state(folder)] += 1
        plain_build(folder)
    assert found["old"] > 20
    assert found["new"] >= 1
    assert bool(found["between"]) == (way == "two renames")
    with capsys.disabled():
        print(f"\nkilled at every step, {way}: {dict(found)}")


FAULTS = [
    OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)),
    PermissionError(errno.EACCES, os.strerror(errno.EACCES)),
]


@pytest.mark.parametrize("fault", FAULTS, ids=["full", "refused"])
def test_every_step_refused_once(
    fault: OSError,
    way: str,
    built: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The n-th call fails, for every n: a message or success, never half a set."""
    outcomes: Counter[str] = Counter()
    for number, folder in numbered(built, tmp_path):
        with pytest.MonkeyPatch.context() as patch:

            def act(n: int, name: str, number: int = number) -> None:
                if n == number:
                    raise fault

            if way == "two renames":
                without_atomic_exchange(patch)
            seen = steps(patch, act)
            ran = gen("build", "2024", folder=folder)
        if len(seen) < number:
            break
        assert "Traceback" not in ran.out + ran.err
        if ran.code:
            assert ran.code == 1, ran.out + ran.err
            assert "W101" in ran.out, seen[number - 1]
            assert state(folder) == "old", seen[number - 1]
        else:
            # Refused where it did not matter: a copy instead of a link, or tidying up.
            assert state(folder) == "new", seen[number - 1]
        outcomes["refused" if ran.code else "went on"] += 1
        plain_build(folder)
        assert state(folder) == "new"
    assert outcomes["refused"] > 20
    with capsys.disabled():
        print(f"\neach step refused once ({fault.strerror}), {way}: {dict(outcomes)}")


@pytest.mark.parametrize("fault", FAULTS[:1], ids=["full"])
def test_every_step_from_some_point_on_refused(
    fault: OSError, way: str, built: Path, tmp_path: Path
) -> None:
    """The disk goes away in the middle and stays away until the next command."""
    for number, folder in numbered(built, tmp_path):
        with pytest.MonkeyPatch.context() as patch:

            def act(n: int, name: str, number: int = number) -> None:
                if n >= number:
                    raise fault

            if way == "two renames":
                without_atomic_exchange(patch)
            seen = steps(patch, act)
            ran = gen("build", "2024", folder=folder)
        if len(seen) < number:
            break
        assert ran.code in (0, 1), ran.out + ran.err
        if not (folder / OUTPUT).exists():
            publish.finish_interrupted(folder / "build", "peixun 2024", folder / OUTPUT)
        assert state(folder) == ("old" if ran.code else "new"), seen[number - 1]
        plain_build(folder)
        assert state(folder) == "new"


def test_the_first_build_of_all_is_killed(tmp_path: Path) -> None:
    """Nothing was there before: afterwards nothing or the whole set."""
    script = "import sys; sys.argv = ['gen', 'build', '2024']; from generator.cli.commands import main; main()"
    dice = random.Random(7)
    for number in range(20):
        folder = write(tmp_path / f"f{number}", unit_files())
        run = subprocess.Popen(
            [sys.executable, "-c", script], cwd=folder, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(PACKAGE.parent)},
        )  # fmt: skip
        time.sleep(0.15 + dice.random() * 0.6)
        run.kill()
        run.wait()
        if (folder / OUTPUT).exists():
            write(folder / OUTPUT, FOREIGN)
            assert state(folder) == "old"
        else:
            workspaces.build(folder, 2024)
            write(folder / OUTPUT, FOREIGN)
        plain_build(folder)


# Interrupted at random


INTERRUPTS = 60


@pytest.mark.parametrize("program", [("-m", "generator"), ("gen",)], ids=["module", "script"])
def test_interrupted_at_random_moments(
    program: tuple[str, ...], built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C during a build: one line or none, what it says is true, and the set is whole."""
    script = shutil.which("gen", path=str(Path(sys.executable).parent))
    if program == ("gen",) and script is None:
        pytest.skip("gen is not installed here")
    command = [sys.executable, *program] if program[0] == "-m" else [sys.executable, str(script)]
    dice = random.Random(11)
    found: Counter[str] = Counter()
    text, other = OLD, NEW
    longest = 0.0
    for number in range(INTERRUPTS):
        workspaces.change(built / FIGURES, (text, other))
        text, other = other, text
        begun = time.monotonic()
        run = subprocess.Popen(
            [*command, "build", "2024"], cwd=built, encoding="utf-8",
            env={**os.environ, "PYTHONPATH": str(PACKAGE.parent), "PYTHONIOENCODING": "utf-8"},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        if number:  # the first one tells how long a whole build takes
            time.sleep(dice.random() * (0.1 if number % 3 == 0 else longest))
            run.send_signal(signal.SIGINT)
        out, err = run.communicate(timeout=60)
        longest = longest or time.monotonic() - begun
        if run.returncode == -signal.SIGINT or (
            "KeyboardInterrupt" in err and "/generator/" not in err
        ):
            found["before Python came to gen"] += 1
        elif run.returncode == 0:
            found["through already"] += 1
            assert err == ""
        else:
            assert run.returncode == 130, out + err
            assert "Traceback" not in err
            assert err.count("\n") <= 1
            now = state(built)
            if "没有动" in err:
                assert now == {OLD: "new", NEW: "old"}[text]
            found["told" if err else "silent"] += 1
        plain_build(built)
    with capsys.disabled():
        print(f"\n{INTERRUPTS} interruptions, {program[-1]}: {dict(found)}")
    assert found["told"]
    assert found["silent"]
