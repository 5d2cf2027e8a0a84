"""Same content, same bytes: whatever the clock, the hash seed, the place and the time zone."""

from __future__ import annotations

import hashlib
import marshal
import shutil
from collections.abc import Mapping
from pathlib import Path
from random import Random

import pytest
from kit import workspaces
from kit.workspaces import PACKAGE, gen_process, run_python

from generator.workspace import packaged_templates

RECORD = ".gen/record.json"

#: Loaded by Python itself before anything else: another century, and a clock that jumps.
FAKED_CLOCK = """\
import datetime, time
_real, _calls = time.time, [0]
def _fake():
    _calls[0] += 1
    return 4102444800.0 + _calls[0] * 3600
def _broken_down(real):
    return lambda seconds=None: real(_fake() if seconds is None else seconds)
time.time = _fake
time.time_ns = lambda: int(_fake() * 10**9)
time.localtime, time.gmtime = _broken_down(time.localtime), _broken_down(time.gmtime)
_strftime = time.strftime
time.strftime = lambda format, t=None: _strftime(format, time.localtime() if t is None else t)
class _DateTime(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(_fake(), tz)
    @classmethod
    def utcnow(cls):
        return cls.fromtimestamp(_fake(), datetime.timezone.utc).replace(tzinfo=None)
class _Date(datetime.date):
    @classmethod
    def today(cls):
        return cls.fromtimestamp(_fake())
datetime.datetime, datetime.date = _DateTime, _Date
"""


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, built by a process of its own without any cache."""
    folder = workspaces.copy_sample(tmp_path_factory.mktemp("first"))
    return built(folder, {"GEN_CACHE": "0", "TZ": "UTC"})


def built(
    folder: Path, environment: Mapping[str, str], path: tuple[Path, ...] = (PACKAGE.parent,)
) -> Path:
    """Build the sample in ``folder`` in a process of its own; its outputs.

    The hash seed is the same everywhere but where a test is about it.
    """
    environment = {"PYTHONHASHSEED": "0", **environment}
    ran = gen_process("build", "2020", folder=folder, environment=environment, path=path)
    assert ran.code == 0, ran.out + ran.err
    return folder / "build" / "2020" / workspaces.SAMPLE_UNIT


def same(one: Path, other: Path) -> None:
    """Both hold the same documents with the same bytes, and the same record of them."""
    assert len(workspaces.documents(one)) == 7
    assert workspaces.outputs(one) == workspaces.outputs(other)
    if (one / RECORD).exists():
        assert (one / RECORD).read_bytes() == (other / RECORD).read_bytes()


def test_twice_in_one_place(tmp_path: Path) -> None:
    folder = workspaces.copy_sample(tmp_path)
    output = workspaces.build(folder) / workspaces.SAMPLE_UNIT
    before = workspaces.snapshot(output)
    assert any(name.endswith(".docx") for name in before)
    # Building over the old set, and into an empty folder.
    workspaces.build(folder)
    assert workspaces.snapshot(output) == before
    shutil.rmtree(folder / "build")
    workspaces.build(folder)
    assert workspaces.snapshot(output) == before


ENVIRONMENTS: dict[str, dict[str, str]] = {
    "hash seed 1": {"PYTHONHASHSEED": "1", "GEN_CACHE": "0"},
    "hash seed 4242": {"PYTHONHASHSEED": "4242", "GEN_CACHE": "0"},
    "time zone": {"TZ": "Pacific/Kiritimati", "GEN_CACHE": "0"},
    "locale": {"LC_ALL": "C", "LANG": "C", "GEN_CACHE": "0"},
    "optimised Python": {"PYTHONOPTIMIZE": "2", "GEN_CACHE": "0"},
    "source date": {"SOURCE_DATE_EPOCH": "1", "GEN_CACHE": "0"},
}


@pytest.mark.long
@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_another_environment(name: str, first: Path, tmp_path: Path) -> None:
    same(first, built(workspaces.copy_sample(tmp_path), ENVIRONMENTS[name]))


@pytest.mark.long
def test_another_clock(first: Path, tmp_path: Path) -> None:
    fakes = tmp_path / "fakes"
    fakes.mkdir()
    (fakes / "sitecustomize.py").write_text(FAKED_CLOCK, encoding="utf-8")
    path = (fakes, PACKAGE.parent)
    told = run_python(
        "-c", "import time, datetime; print(datetime.datetime.now().year, time.gmtime()[0])",
        folder=tmp_path, path=path,
    )  # fmt: skip
    assert told.stdout.split() == [b"2100", b"2100"], "the clock is faked"
    folder = workspaces.copy_sample(tmp_path / "w")
    same(first, built(folder, {"GEN_CACHE": "0", "TZ": "Asia/Shanghai"}, path))


@pytest.mark.long
def test_with_a_cold_and_a_warm_cache(first: Path, tmp_path: Path) -> None:
    cache = {"GEN_CACHE": str(tmp_path / "cache")}
    same(first, built(workspaces.copy_sample(tmp_path / "cold"), cache))
    assert list((tmp_path / "cache").iterdir()), "compiled templates are kept"
    same(first, built(workspaces.copy_sample(tmp_path / "warm"), cache))


@pytest.mark.long
def test_a_damaged_cache(first: Path, tmp_path: Path) -> None:
    """Correctness never depends on the cache."""
    cache = {"GEN_CACHE": str(tmp_path / "cache")}
    built(workspaces.copy_sample(tmp_path / "a"), cache)
    for number, path in enumerate(sorted((tmp_path / "cache").iterdir())):
        data = path.read_bytes()
        middle = len(data) // 2
        damaged = [data[:middle], b"", data[:middle] + b"x" + data[middle + 1 :]][number % 3]
        path.write_bytes(damaged)
    same(first, built(workspaces.copy_sample(tmp_path / "b"), cache))


@pytest.mark.long
def test_a_cache_of_another_shape(first: Path, tmp_path: Path) -> None:
    """Whole entries, but of something else: what is compiled anew takes their place."""
    cache = {"GEN_CACHE": str(tmp_path / "cache")}
    built(workspaces.copy_sample(tmp_path / "a"), cache)
    entries = sorted((tmp_path / "cache").iterdir())
    for path in entries:
        plain = marshal.loads(path.read_bytes()[32:])
        body = marshal.dumps(plain[:-1] if isinstance(plain, tuple) else (plain,))
        path.write_bytes(hashlib.sha256(body).digest() + body)
    wrong = [path.read_bytes() for path in entries]
    same(first, built(workspaces.copy_sample(tmp_path / "b"), cache))
    assert all(path.read_bytes() != data for path, data in zip(entries, wrong, strict=True))


@pytest.mark.long
def test_another_checkout(first: Path, tmp_path: Path) -> None:
    """The package and its templates copied elsewhere, times of files and all."""
    home = tmp_path / "另 一处" / "gen copy"
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PACKAGE, home / "generator", ignore=ignore, copy_function=shutil.copyfile)
    if not packaged_templates().is_relative_to(PACKAGE):
        shutil.copytree(packaged_templates(), home / "templates", copy_function=shutil.copyfile)
    told = run_python(
        "-c", "import generator; print(generator.__file__)", folder=tmp_path, path=(home,)
    )
    assert "另 一处" in told.stdout.decode()
    folder = workspaces.copy_sample(tmp_path / "工作区 2")
    same(first, built(folder, {"GEN_CACHE": "0"}, (home,)))


@pytest.mark.long
def test_line_ends_and_byte_order_marks(first: Path, tmp_path: Path) -> None:
    """The same content saved by Notepad gives the same documents."""
    folder = workspaces.copy_sample(tmp_path)
    for path in (folder / "content" / workspaces.SAMPLE_UNIT).rglob("*"):
        if path.suffix in (".yaml", ".md"):
            text = path.read_text(encoding="utf-8")
            path.write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig"))
    output = built(folder, {"GEN_CACHE": "0"})
    assert workspaces.outputs(output) == workspaces.outputs(first)


@pytest.mark.long
def test_nothing_of_the_machine_is_in_the_files(tmp_path: Path) -> None:
    folder = workspaces.copy_sample(tmp_path / "secret-folder-name")
    output = built(folder, {"GEN_CACHE": "0", "USER": "secretuser", "LOGNAME": "secretuser"})
    import zipfile

    for path in workspaces.documents(output):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                assert b"secret" not in archive.read(name), f"{path.name} {name}"
    for name, data in workspaces.snapshot(output).items():
        assert b"secret" not in data, name


@pytest.mark.parametrize(
    "seed", [*range(1), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1, 3))]
)
def test_random_units(seed: int, tmp_path: Path) -> None:
    files = workspaces.random_unit(Random(seed))
    one = workspaces.write(tmp_path / "one", files)
    # Written in another order, so that the disk lists them in another order too.
    other = workspaces.write(tmp_path / "other", dict(reversed(files.items())))
    assert gen_process("build", "2024", folder=one, environment={"PYTHONHASHSEED": "7"}).code == 0
    assert gen_process("build", "2024", folder=other, environment={"PYTHONHASHSEED": "8"}).code == 0
    assert workspaces.outputs(one / "build" / "2024" / "suiji") == workspaces.outputs(
        other / "build" / "2024" / "suiji"
    )
