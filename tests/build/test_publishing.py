"""The exchange of folders by itself: locks, leftovers of crashes, foreign files, refusals."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from kit import workspaces
from kit.workspaces import PACKAGE, gen, unit_files, write

from generator.build import publish
from generator.build.publish import Busy, Exchange, exclusive, finish_interrupted

OLD = {"报告.docx": b"old", ".gen/record.json": b"old record"}
NEW = {"报告.docx": b"new", ".gen/record.json": b"new record"}
LABEL = "u 2024"


@pytest.fixture
def build(tmp_path: Path) -> Path:
    """A build folder with an old set in ``2024/u``."""
    write(tmp_path / "2024" / "u", OLD)
    return tmp_path


def output(build: Path) -> Path:
    return build / "2024" / "u"


def put(build: Path, files: dict[str, bytes], stale: set[str] | None = None) -> None:
    with exclusive(build, LABEL, output(build)) as home:
        publish.publish(home, output(build), Exchange(files, stale or set(), {}, set(), {}))


def home_of(build: Path) -> Path:
    return build / publish.HOME / LABEL


def lying_about(build: Path) -> list[str]:
    return sorted(path.name for path in home_of(build).iterdir())


@pytest.fixture(params=["atomic", "two renames"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "two renames":
        monkeypatch.setattr(publish, "_exchange_atomically", lambda *_: False)
    return str(request.param)


def test_a_first_set(way: str, tmp_path: Path) -> None:
    put(tmp_path, NEW)
    assert workspaces.snapshot(output(tmp_path)) == NEW
    assert lying_about(tmp_path) == ["lock"]


def test_a_set_replaces_another(way: str, build: Path) -> None:
    write(output(build), {"旧附件.docx": b"gone", "批示.txt": b"kept", "内部/图.png": b"kept too"})
    put(build, NEW, {"旧附件.docx"})
    assert workspaces.snapshot(output(build)) == {
        **NEW, "批示.txt": b"kept", "内部/图.png": b"kept too",
    }  # fmt: skip
    assert lying_about(build) == ["lock"]


@pytest.mark.skipif(sys.platform != "linux", reason="renameat2")
def test_the_exchange_is_one_call_on_linux(tmp_path: Path) -> None:
    write(tmp_path, {"a/x": b"1", "b/y": b"2"})
    assert publish._exchange_atomically(tmp_path / "a", tmp_path / "b")
    assert workspaces.snapshot(tmp_path) == {"a/y": b"2", "b/x": b"1"}
    assert not publish._exchange_atomically(tmp_path / "a", tmp_path / "none")


def test_readers_never_see_half_a_set(build: Path) -> None:
    """A reader who opened the old file goes on reading the old one."""
    with (output(build) / "报告.docx").open("rb") as handle:
        put(build, NEW)
        assert handle.read() == b"old"


# Leftovers


def crash(build: Path, *, output_there: bool) -> None:
    """What a run that was killed leaves: a stage, and perhaps the old set aside."""
    home = home_of(build)
    write(home / "new", {"报告.docx": b"half"})
    if not output_there:
        output(build).rename(home / "old")


def test_leftovers_before_the_exchange_are_scrap(build: Path) -> None:
    crash(build, output_there=True)
    with exclusive(build, LABEL, output(build)) as home:
        assert sorted(path.name for path in home.iterdir()) == ["lock"]
    assert workspaces.snapshot(output(build)) == OLD


def test_a_set_put_aside_comes_back(build: Path) -> None:
    crash(build, output_there=False)
    with exclusive(build, LABEL, output(build)):
        assert workspaces.snapshot(output(build)) == OLD
    assert lying_about(build) == ["lock"]


def test_an_old_set_left_after_the_exchange_goes(build: Path) -> None:
    write(home_of(build) / "old", {"报告.docx": b"older"})
    with exclusive(build, LABEL, output(build)):
        assert workspaces.snapshot(output(build)) == OLD
    assert lying_about(build) == ["lock"]


def test_a_command_that_only_reads_brings_it_back(build: Path) -> None:
    crash(build, output_there=False)
    finish_interrupted(build, LABEL, output(build))
    assert workspaces.snapshot(output(build)) == OLD


def test_reading_makes_nothing(tmp_path: Path) -> None:
    finish_interrupted(tmp_path, LABEL, output(tmp_path))
    assert not list(tmp_path.iterdir())


def test_leftovers_that_are_read_only_go_too(build: Path) -> None:
    crash(build, output_there=True)
    kept = home_of(build) / "new" / "报告.docx"
    kept.chmod(0o400)
    kept.parent.chmod(0o500)
    put(build, NEW)
    assert lying_about(build) == ["lock"]


# Refusals


def test_what_cannot_be_listed_is_not_lost(
    way: str, build: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(output(build), {"内部/深/图.png": b"mine"})
    real: Callable[..., object] = os.scandir

    def scandir(path: object) -> object:
        if str(path).endswith("深") and publish.HOME not in str(path):
            raise PermissionError(errno.EACCES, "no")
        return real(path)

    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", scandir)
        with pytest.raises(PermissionError):
            put(build, NEW)
    assert workspaces.snapshot(output(build)) == {**OLD, "内部/深/图.png": b"mine"}
    assert lying_about(build) == ["lock"]


def test_tidying_up_may_fail(way: str, build: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The new set stands; that the old one could not be deleted is no failure of the build."""

    def refuse(_: Path) -> None:
        raise PermissionError(errno.EACCES, "busy")

    with monkeypatch.context() as patch:
        patch.setattr(publish, "_remove", refuse)
        put(build, NEW)
    assert workspaces.snapshot(output(build)) == NEW
    assert len(lying_about(build)) == 2
    with exclusive(build, LABEL, output(build)):
        pass
    assert lying_about(build) == ["lock"]


# One at a time

HOLD = """\
import sys
from pathlib import Path
from generator.build.publish import exclusive
with exclusive(Path({build!r}), {label!r}, Path({output!r})):
    print("held", flush=True)
    sys.stdin.read()
"""


class Holder:
    """Another process that holds the lock until told otherwise."""

    def __init__(self, build: Path, label: str, output: Path) -> None:
        script = HOLD.format(build=str(build), label=label, output=str(output))
        self.process = subprocess.Popen(
            [sys.executable, "-c", script],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(PACKAGE.parent)},
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline().strip() == b"held"

    def __enter__(self) -> Holder:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()


def test_the_second_is_refused_and_the_next_goes_on(build: Path) -> None:
    with Holder(build, LABEL, output(build)):
        with pytest.raises(Busy), exclusive(build, LABEL, output(build)):
            pass
        with exclusive(build, "other 2024", build / "2024" / "other"):
            pass
        finish_interrupted(build, LABEL, output(build))
    put(build, NEW)
    assert workspaces.snapshot(output(build)) == NEW


def test_two_builds_of_the_same_unit_at_once(tmp_path: Path) -> None:
    write(tmp_path, unit_files())
    place = tmp_path / "build" / "2024" / "peixun"
    with Holder(tmp_path / "build", "peixun 2024", place):
        ran = gen("build", "2024", folder=tmp_path)
        assert ran.code == 1
        assert "W103" in ran.out
        assert not place.exists()
        ran = gen("freeze", "2024", "报送稿", folder=tmp_path)
        assert ran.code == 2
        assert "等它结束" in ran.err
    workspaces.build(tmp_path, 2024)


@pytest.mark.long
def test_two_builds_really_at_once(tmp_path: Path) -> None:
    """Whoever comes second is refused or finds nothing left to do; the set is whole."""
    write(tmp_path, unit_files())
    runs = [
        subprocess.Popen(
            [sys.executable, "-m", "generator", "build", "2024", "--all"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(PACKAGE.parent), "PYTHONIOENCODING": "utf-8"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(3)
    ]
    answers = [(run.communicate()[0].decode(), run.returncode) for run in runs]
    assert any(code == 0 for _, code in answers)
    assert all(code == 0 or (code == 1 and "W103" in out) for out, code in answers), answers
    workspaces.build(tmp_path, 2024)


def test_a_disk_without_locks_is_not_called_busy(
    build: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fcntl = pytest.importorskip("fcntl")

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(OSError, match="No locks"), exclusive(build, LABEL, output(build)):
        pass
