"""Publishing: everything or nothing, and nothing that is not gen's own is touched."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from kit import reading, workspaces
from kit.workspaces import gen, project, unit_files, write

from generator.build import publish

OUTPUT = Path("build") / "2024" / "peixun"
FIGURES = Path("content") / "peixun" / "2024" / "figures.yaml"
REPORT = "整体支出绩效评价工作报告.docx"


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A small workspace, built once."""
    workspaces.build(write(tmp_path, unit_files()), 2024)
    return tmp_path


def correct(folder: Path) -> None:
    """A correction that shows in the report and in the overall form."""
    workspaces.change(folder / FIGURES, ("全年执行: 110.25", "全年执行: 111.25"))


def spoil(folder: Path) -> None:
    """A mistake that no build may get past."""
    workspaces.change(folder / FIGURES, ("全年预算: 8,", "全年预算: 八,"))


def stray(folder: Path) -> list[str]:
    """Files and folders that a build should have tidied away, anywhere in the workspace."""
    # gen keeps an empty lock file per unit-year.
    return sorted(
        name
        for name in workspaces.snapshot(folder)
        if not name.startswith(("content/", f"{OUTPUT.as_posix()}/"))
        and not (name.startswith("build/.gen/") and name.endswith("/lock"))
    )


# A failed build


def test_a_failed_build_leaves_the_old_set(built: Path) -> None:
    before = workspaces.snapshot(built / "build")
    spoil(built)
    ran = gen("build", "2024", folder=built)
    assert ran.code == 1
    assert "原来的成果没有动" in ran.out
    assert workspaces.snapshot(built / "build") == before


def test_a_failed_first_build_makes_no_set(tmp_path: Path) -> None:
    write(tmp_path, unit_files())
    spoil(tmp_path)
    assert gen("build", "2024", folder=tmp_path).code == 1
    assert not (tmp_path / "build" / "2024").exists()


def test_a_failure_in_the_last_document_publishes_none(built: Path) -> None:
    """The mistake shows in one template only, after the others were rendered."""
    before = workspaces.outputs(built / OUTPUT)
    correct(built)
    template = built / "templates" / "xlsx" / "jiujiang" / "附件3.xlsx"
    template.parent.mkdir(parents=True)
    template.write_bytes(b"PK no workbook")
    ran = gen("build", "2024", folder=built)
    assert ran.code == 1
    assert "T001" in ran.out
    assert workspaces.outputs(built / OUTPUT) == before


def test_the_next_good_build_replaces_the_set(built: Path) -> None:
    before = workspaces.outputs(built / OUTPUT)
    spoil(built)
    gen("build", "2024", folder=built)
    workspaces.change(built / FIGURES, ("全年预算: 八,", "全年预算: 8,"))
    correct(built)
    workspaces.build(built, 2024)
    after = workspaces.outputs(built / OUTPUT)
    assert after.keys() == before.keys()
    assert after[REPORT] != before[REPORT]
    assert stray(built) == []


# What is not gen's own


def test_foreign_files_survive(built: Path) -> None:
    output = built / OUTPUT
    own = {
        "批示.txt": "同意".encode(),
        "盖章扫描件/第1页.pdf": b"%PDF-1.7",
        "附件4 手工表.xlsx": b"by hand",
        "~$附件1.tmp": b"",
    }
    write(output, own)
    (output / "空文件夹").mkdir()
    (output / "批示.txt").chmod(0o600)
    linked = os.name == "posix"
    if linked:
        (output / "快捷方式").symlink_to("批示.txt")
        (output / "断了的").symlink_to("不存在")
    old_report = (output / REPORT).read_bytes()
    correct(built)
    workspaces.build(built, 2024)
    assert (output / REPORT).read_bytes() != old_report
    for name, data in own.items():
        assert (output / name).read_bytes() == data
    assert (output / "空文件夹").is_dir()
    if linked:
        assert stat.S_IMODE((output / "批示.txt").stat().st_mode) == 0o600
        assert (output / "快捷方式").readlink() == Path("批示.txt")
        assert (output / "断了的").is_symlink()


def test_files_beside_the_units_survive(built: Path) -> None:
    beside = {"build/说明.txt": "x", "build/2024/汇编.docx": "y", "build/2023/peixun/旧.docx": "z"}
    write(built, beside)
    correct(built)
    workspaces.build(built, 2024)
    for name, text in beside.items():
        assert (built / name).read_text(encoding="utf-8") == text


def test_a_document_that_is_no_longer_made_goes(tmp_path: Path) -> None:
    """A project was renamed: its old form may not stay beside the new one."""
    write(tmp_path, unit_files(projects={"a": project("旧名称")}))
    workspaces.build(tmp_path, 2024)
    path = tmp_path / "content" / "peixun" / "2024" / "projects" / "a.yaml"
    workspaces.change(path, ("名称: 旧名称\n", "名称: 新名称\n"))
    workspaces.build(tmp_path, 2024)
    names = [path.name for path in workspaces.documents(tmp_path / OUTPUT)]
    assert len(names) == 7
    assert not [name for name in names if "旧名称" in name]
    assert sum("新名称" in name for name in names) == 2


def test_another_unit_is_left_untouched(tmp_path: Path) -> None:
    write(tmp_path, {**unit_files("a"), **unit_files("b"), **unit_files("a", 2023)})
    workspaces.build(tmp_path, 2024)
    workspaces.build(tmp_path, 2023)
    other = tmp_path / "build" / "2024" / "b"
    before = {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in workspaces.documents(other)}
    past = workspaces.snapshot(tmp_path / "build" / "2023")
    for unit in ("a", "b"):
        figures = tmp_path / "content" / unit / "2024" / "figures.yaml"
        workspaces.change(figures, ("全年执行: 110.25", "全年执行: 111.25"))
    assert gen("build", "2024", "--unit", "a", folder=tmp_path).code == 0
    built = reading.word_text(tmp_path / "build" / "2024" / "a" / REPORT)
    assert "111.25万元" in built
    assert "110.25万元" in reading.word_text(other / REPORT)
    after = {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in workspaces.documents(other)}
    assert after == before
    assert workspaces.snapshot(tmp_path / "build" / "2023") == past


def test_a_unit_with_errors_keeps_its_set_while_another_is_built(tmp_path: Path) -> None:
    write(tmp_path, {**unit_files("a"), **unit_files("b")})
    workspaces.build(tmp_path, 2024)
    before = workspaces.snapshot(tmp_path / "build" / "2024" / "b")
    workspaces.change(
        tmp_path / "content" / "a" / "2024" / "figures.yaml",
        ("全年执行: 110.25", "全年执行: 111.25"),
    )
    workspaces.change(
        tmp_path / "content" / "b" / "2024" / "figures.yaml", ("全年预算: 8,", "全年预算: 八,")
    )
    ran = gen("build", "2024", folder=tmp_path)
    assert ran.code == 1
    assert "没有生成：b 2024" in ran.out
    assert "111.25万元" in reading.word_text(tmp_path / "build" / "2024" / "a" / REPORT)
    assert workspaces.snapshot(tmp_path / "build" / "2024" / "b") == before


# A folder that cannot be written


def refused(ran: workspaces.Ran) -> None:
    """The answer to a build that could not write: code W101, in Chinese, exit 1."""
    assert ran.code == 1, ran.out + ran.err
    assert "错误 W101 写不进输出文件夹" in ran.out
    assert "原来的成果没有动" in ran.out
    assert "Traceback" not in ran.out + ran.err


@pytest.mark.skipif(
    os.name != "posix" or os.geteuid() == 0, reason="permissions do not stop this user"
)
def test_a_read_only_output_folder(built: Path) -> None:
    before = workspaces.outputs(built / OUTPUT)
    correct(built)
    with read_only(built / "build"):
        refused(gen("build", "2024", folder=built))
    assert workspaces.outputs(built / OUTPUT) == before


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    everything = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
    for path in everything:
        path.chmod(0o500)
    try:
        yield
    finally:
        for path in everything:
            path.chmod(0o700)


def test_an_output_folder_that_cannot_be_made(tmp_path: Path) -> None:
    """``build`` is a file: no permissions are needed for this to bite."""
    write(tmp_path, {**unit_files(), "build": "a file"})
    refused(gen("build", "2024", folder=tmp_path))
    assert (tmp_path / "build").read_text(encoding="utf-8") == "a file"


FAULTS = {
    "no space": OSError(errno.ENOSPC, "No space left on device"),
    "no permission": PermissionError(errno.EACCES, "Permission denied"),
    "read-only disk": OSError(errno.EROFS, "Read-only file system"),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("step", ["_write", "_carry_over", "_exchange"])
def test_a_disk_that_refuses(
    fault: str, step: str, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever step fails, the old set stays whole and nothing is left lying about."""
    before = workspaces.snapshot(built / OUTPUT)
    correct(built)

    def fail(*_: object) -> None:
        raise FAULTS[fault]

    with monkeypatch.context() as patch:
        patch.setattr(publish, step, fail)
        refused(gen("build", "2024", folder=built))
    assert workspaces.snapshot(built / OUTPUT) == before
    assert stray(built) == []
    workspaces.build(built, 2024)
    assert "111.25万元" in reading.word_text(built / OUTPUT / REPORT)


def test_a_reason_is_given_in_chinese(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    correct(built)

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(publish, "_write", fail)
    ran = gen("build", "2024", folder=built)
    assert "W101" in ran.out
    assert "No space left" not in ran.out


def test_without_atomic_exchange(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On other systems the folders change places by two renames."""
    monkeypatch.setattr(publish, "_exchange_atomically", lambda *_: False)
    write(built / OUTPUT, {"批示.txt": "同意"})
    correct(built)
    workspaces.build(built, 2024)
    assert "111.25万元" in reading.word_text(built / OUTPUT / REPORT)
    assert (built / OUTPUT / "批示.txt").read_text(encoding="utf-8") == "同意"
    assert stray(built) == []


def test_the_first_of_two_renames_fails(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows: a file of the old set is open in WPS, so its folder cannot be renamed."""
    before = workspaces.snapshot(built / OUTPUT)
    correct(built)
    monkeypatch.setattr(publish, "_exchange_atomically", lambda *_: False)
    real = Path.rename

    def rename(self: Path, target: Path) -> Path:
        if self == built / OUTPUT:
            raise PermissionError(errno.EACCES, "sharing violation")
        return real(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", rename)
        ran = gen("build", "2024", folder=built)
    refused(ran)
    assert "WPS" in ran.out
    assert workspaces.snapshot(built / OUTPUT) == before
    assert stray(built) == []
    workspaces.build(built, 2024)


def test_the_second_of_two_renames_fails(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = workspaces.snapshot(built / OUTPUT)
    correct(built)
    monkeypatch.setattr(publish, "_exchange_atomically", lambda *_: False)
    real = Path.rename
    renamed: list[Path] = []

    def rename(self: Path, target: Path) -> Path:
        if target == built / OUTPUT and len(renamed) == 1:
            renamed.append(self)
            raise PermissionError(errno.EACCES, "sharing violation")
        renamed.append(self)
        return real(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", rename)
        refused(gen("build", "2024", folder=built))
    assert len(renamed) == 3, "aside, refused, back"
    assert workspaces.snapshot(built / OUTPUT) == before
    assert stray(built) == []


def test_finished_files_are_ordinary_files(built: Path) -> None:
    """Not linked to a staging folder, readable by others as the umask says."""
    for path in workspaces.documents(built / OUTPUT):
        assert path.stat().st_nlink == 1
        if os.name == "posix":
            assert path.stat().st_mode & stat.S_IRUSR
            assert not path.stat().st_mode & stat.S_IXUSR
