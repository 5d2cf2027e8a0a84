"""The cache holds code: only what the user alone can have written is taken from it."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from kit import workspaces
from kit.workspaces import gen, gen_process, unit_files, write

from generator.formats import cache
from generator.problems import Problems

pytestmark = pytest.mark.skipif(os.name != "posix", reason="owners and modes")

NAME = "a" * 64
NOBODY = 65534


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder with one entry."""
    monkeypatch.setenv("GEN_CACHE", str(tmp_path / "缓存"))
    cache.keep(NAME, ("kept",))
    assert cache.load(NAME, tuple[str, ...]) == ("kept",)  # type: ignore[arg-type]
    return tmp_path / "缓存"


def entry(home: Path) -> Path:
    return home / f"{NAME}.bin"


def loaded() -> object:
    return cache.load(NAME, tuple[str, ...])  # type: ignore[arg-type]


def told() -> list[str]:
    problems = Problems()
    cache.check(problems)
    return [f"{item.code} {item.message}" for item in problems]


@pytest.mark.parametrize("umask", [0o022, 0o002, 0])
def test_it_is_made_for_the_user_alone(
    umask: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEN_CACHE", str(tmp_path / "深" / "缓存"))
    before = os.umask(umask)
    try:
        cache.keep(NAME, ("kept",))
    finally:
        os.umask(before)
    home = tmp_path / "深" / "缓存"
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert stat.S_IMODE(entry(home).stat().st_mode) == 0o600
    assert [path.name for path in home.iterdir()] == [entry(home).name]
    assert loaded() == ("kept",)
    assert told() == []


def open_to_the_group(home: Path) -> None:
    home.chmod(0o770)


def open_to_all(home: Path) -> None:
    home.chmod(0o1777)


def a_link(home: Path) -> None:
    home.rename(home.with_name("别处"))
    home.symlink_to("别处")


def a_file(home: Path) -> None:
    home.rename(home.with_name("别处"))
    home.write_bytes(b"")


def of_somebody_else(home: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    os.chown(home, NOBODY, NOBODY)


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (open_to_the_group, "别的用户也能往里写"),
        (open_to_all, "别的用户也能往里写"),
        (a_link, "这里是一个链接"),
        (a_file, "这里是一个文件"),
        (of_somebody_else, "它是别的用户的"),
    ],
)
def test_a_folder_that_is_not_ones_own_is_not_used(
    spoil: Callable[[Path], None], why: str, home: Path
) -> None:
    spoil(home)
    before = workspaces.snapshot(home.parent)
    assert loaded() is None
    cache.keep("b" * 64, ("new",))
    assert workspaces.snapshot(home.parent) == before
    assert told() == [f"W310 没有用缓存文件夹：{why}。模板每次重新编译，慢一些，结果一样。"]


@pytest.mark.long
def test_a_build_says_so_once_and_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEN_CACHE", str(tmp_path / "缓存"))
    folder = write(tmp_path / "w", {**unit_files("a"), **unit_files("b")})
    workspaces.build(folder, 2024)
    whole = workspaces.snapshot(folder / "build")
    (tmp_path / "缓存").chmod(0o777)
    for command in (("build", "--all"), ("check",), ("template", "check"), ("diff",)):
        verb, *options = command
        year = ("2024",) if verb != "template" else ()
        ran = gen(verb, *options, *year, "--format", "json", folder=folder)
        assert ran.code == 0
        (told,) = ran.problems("W310")
        assert told["severity"] == "note"
        assert told["file"] == str(tmp_path / "缓存")
    assert workspaces.snapshot(folder / "build") == whole, "nothing of the machine in the record"
    assert gen("check", "2024", folder=folder).out.count("W310") == 1
    assert "W310" not in gen("build", "2024", folder=folder).out, "nothing was compiled"


def test_an_entry_that_is_a_link(home: Path) -> None:
    entry(home).rename(home.parent / "别处.bin")
    entry(home).symlink_to(home.parent / "别处.bin")
    assert loaded() is None
    cache.keep(NAME, ("new",))
    assert not entry(home).is_symlink()
    assert loaded() == ("new",)


@pytest.mark.parametrize("mode", [0o660, 0o606])
def test_an_entry_that_others_can_write(mode: int, home: Path) -> None:
    entry(home).chmod(mode)
    assert loaded() is None
    cache.keep(NAME, ("new",))
    assert loaded() == ("new",)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can give away")
def test_an_entry_of_somebody_else(home: Path) -> None:
    os.chown(entry(home), NOBODY, NOBODY)
    assert loaded() is None


def test_an_entry_under_another_name(home: Path) -> None:
    """Whole, but made of another template."""
    entry(home).rename(home / f"{'b' * 64}.bin")
    assert cache.load("b" * 64, tuple[str, ...]) is None  # type: ignore[arg-type]


def test_an_entry_that_is_a_pipe_is_not_waited_for(home: Path) -> None:
    entry(home).unlink()
    os.mkfifo(entry(home))
    assert loaded() is None


def test_a_name_planted_for_the_unfinished_entry(home: Path) -> None:
    victim = home.parent / "victim"
    victim.write_text("PRECIOUS")
    entry(home).with_suffix(f".{os.getpid()}.tmp").symlink_to(victim)
    cache.keep(NAME, ("new",))
    assert victim.read_text() == "PRECIOUS"


def test_nobody_has_no_home(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    for name in ("GEN_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    assert cache.folder() is None
    assert loaded() is None
    assert told() == [
        "W310 没有用缓存文件夹：找不到这个用户的文件夹。模板每次重新编译，慢一些，结果一样。"
    ]
    monkeypatch.setenv("GEN_CACHE", "0")
    assert told() == []


@pytest.mark.long
def test_without_home_in_a_process_of_its_own(tmp_path: Path) -> None:
    ran = gen_process(
        "check", "2024", folder=write(tmp_path, unit_files()),
        environment={"HOME": "", "XDG_CACHE_HOME": "", "GEN_CACHE": ""},
    )  # fmt: skip
    assert ran.code == 0, ran.out + ran.err
    assert ran.err == ""


def test_what_was_read_once_is_checked_and_read_anew(home: Path) -> None:
    assert loaded() is loaded()
    raw = entry(home).read_bytes()
    entry(home).write_bytes(raw[:-1] + bytes([raw[-1] ^ 1]))
    assert loaded() is None
    cache.keep(NAME, ("another",))
    assert loaded() == ("another",)
