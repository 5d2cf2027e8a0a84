"""Outputs of which nobody can tell whether a person changed them: never taken for absent."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest
from kit import workspaces
from kit.rights import stopped_by_modes
from kit.workspaces import gen, unit_files, write

from generator import disk
from generator.build import publish
from generator.records import record

pytestmark = pytest.mark.skipif(os.name != "posix", reason="links, pipes and modes")

OUTPUT = Path("build") / "2024" / "peixun"
FIGURES = Path("content") / "peixun" / "2024" / "figures.yaml"
REPORT = "整体支出绩效评价工作报告.docx"


@pytest.fixture
def built(tmp_path: Path) -> Path:
    workspaces.build(write(tmp_path / "w", unit_files()), 2024)
    return tmp_path / "w"


def correct(folder: Path) -> None:
    workspaces.change(folder / FIGURES, ("全年执行: 110.25", "全年执行: 111.25"))


def tree(folder: Path) -> dict[str, object]:
    """Everything below ``folder`` but the lock: bytes of files, targets of links, else the kind."""
    found: dict[str, object] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = path.readlink()
        elif path.is_file() and path.name != "lock":
            mode = path.stat().st_mode
            path.chmod(0o600)
            found[name] = path.read_bytes()
            path.chmod(mode)
        else:
            found[name] = path.stat().st_mode
    return found


def unreadable(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"HAND EDIT")
    path.chmod(0)


def linked(path: Path) -> None:
    """The very same bytes, but where the link leads."""
    elsewhere = path.parents[3] / "别处.docx"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)


def dangling(path: Path) -> None:
    path.unlink()
    path.symlink_to("不存在.docx")


def a_folder(path: Path) -> None:
    path.unlink()
    write(path, {"里面/批注.txt": "HAND EDIT"})


def a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


KINDS = [unreadable, linked, dangling, a_folder, a_pipe]
REASONS = {
    unreadable: "没有权限", linked: "这里是一个链接", dangling: "这里是一个链接",
    a_folder: "这里是一个文件夹", a_pipe: "这里不是普通的文件",
}  # fmt: skip


@pytest.mark.parametrize("recorded", [True, False], ids=["recorded", "record lost"])
@pytest.mark.parametrize("spoil", KINDS)
def test_it_is_named_and_left_alone(
    spoil: Callable[[Path], None], recorded: bool, built: Path
) -> None:
    spoil(built / OUTPUT / REPORT)
    if not recorded:
        (built / OUTPUT / record.RECORD).unlink()
    correct(built)
    before = tree(built)
    with stopped_by_modes():
        ran = gen("build", "2024", folder=built)
    assert ran.code == 1
    place = f"{(OUTPUT / REPORT).as_posix()}: 错误 W306 不知道这个文件有没有被人改过"
    assert f"{place}（{REASONS[spoil]}" in ran.out
    assert "原来的成果没有动" in ran.out
    assert tree(built) == before


@pytest.mark.parametrize("spoil", KINDS)
def test_force_keeps_it_whatever_it_is(spoil: Callable[[Path], None], built: Path) -> None:
    path = built / OUTPUT / REPORT
    spoil(path)
    before = tree(built / OUTPUT)
    correct(built)
    with stopped_by_modes():
        ran = gen("build", "2024", "--force", "--format", "json", folder=built)
    assert ran.code == 0, ran.out
    (told,) = ran.problems("W308")
    assert REASONS[spoil] in str(told["message"])
    (kept,) = (built / OUTPUT / record.HAND_EDITS).iterdir()
    assert kept.name.endswith(f" {REPORT}")
    home = f"{record.HAND_EDITS}/{kept.name}"
    after = tree(built / OUTPUT)
    for name, held in before.items():
        if name == REPORT or name.startswith(f"{REPORT}/"):
            assert after[home + name.removeprefix(REPORT)] == held
    assert isinstance(after[REPORT], bytes)
    workspaces.build(built, 2024)


def test_what_cannot_be_kept_is_said(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_source: Path, _target: Path) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    a_folder(built / OUTPUT / REPORT)
    monkeypatch.setattr(disk, "keep", refuse)
    ran = gen("build", "2024", "--force", "--format", "json", folder=built)
    assert ran.code == 0
    (told,) = ran.problems("W309")
    assert "没能另存" in str(told["message"])
    assert not ran.problems("W308")
    assert (built / OUTPUT / REPORT).is_file()


def test_a_hand_edit_that_cannot_be_kept_stays(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_source: Path, _target: Path) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    (built / OUTPUT / REPORT).write_bytes(b"theirs")
    before = tree(built)
    monkeypatch.setattr(disk, "keep", refuse)
    ran = gen("build", "2024", "--force", folder=built)
    assert ran.code == 1
    assert "W101" in ran.out
    assert "已存一份" not in ran.out
    assert tree(built) == before


def test_nothing_is_called_kept_before_it_is(built: Path) -> None:
    """With errors in the content a forced build replaces nothing, and keeps nothing."""
    (built / OUTPUT / REPORT).write_bytes(b"theirs")
    workspaces.change(built / FIGURES, ("全年预算: 8,", "全年预算: 八,"))
    before = tree(built)
    ran = gen("build", "2024", "--force", folder=built)
    assert ran.code == 1
    assert "已存一份" not in ran.out
    assert tree(built) == before


def test_a_long_name_is_kept_too(tmp_path: Path) -> None:
    """A document's name may fill what the disk can hold; the date still fits before it."""
    project = workspaces.project("长" * 70)
    workspaces.build(write(tmp_path, unit_files(projects={"a": project})), 2024)
    (form,) = (tmp_path / OUTPUT).glob("附件3*.docx")
    form.write_bytes(b"theirs")
    for count in (1, 2):
        assert gen("build", "2024", "--force", folder=tmp_path).code == 0
        kept = list((tmp_path / OUTPUT / record.HAND_EDITS).iterdir())
        assert [path.read_bytes() for path in kept] == [b"theirs"] * count
        form.write_bytes(b"theirs")


# Folders


@pytest.mark.parametrize("name", [".", ".gen", ".gen/手改", ".gen/版本", "核对"])
@pytest.mark.parametrize("options", [(), ("--force",), ("--all",)])
def test_a_folder_that_is_a_link_is_neither_replaced_nor_written_into(
    name: str, options: tuple[str, ...], built: Path
) -> None:
    folder = built / OUTPUT / name
    share = built.parent / "共享"
    (folder.rename if folder.exists() else share.mkdir)(*([share] if folder.exists() else []))
    folder.symlink_to(share)
    correct(built)
    before = tree(built.parent)
    ran = gen("build", "2024", *options, folder=built)
    assert ran.code == 1
    place = (OUTPUT / name).as_posix()
    assert f"{place}: 错误 W305 这里是一个链接" in ran.out
    assert tree(built.parent) == before
    folder.unlink()
    if name != ".":
        return
    share.rename(folder)
    workspaces.build(built, 2024)


def test_the_output_folder_is_a_file(tmp_path: Path) -> None:
    write(tmp_path, {**unit_files(), OUTPUT.as_posix(): "mine"})
    ran = gen("build", "2024", folder=tmp_path)
    assert ran.code == 1
    assert "W305 这里是一个文件" in ran.out
    assert (tmp_path / OUTPUT).read_text() == "mine"


@pytest.mark.parametrize("name", [".gen", ".gen/peixun 2024", ".gen/peixun 2024/lock"])
def test_gens_workshop_behind_a_link_is_left_alone(name: str, built: Path) -> None:
    """What lies in a foreign folder under the names ``old`` and ``new`` is not scrap."""
    path = built / "build" / name
    share = write(
        built.parent / "共享", {"old/a": "mine", "new/b": "mine", "peixun 2024/old/a": "x"}
    )
    if path.name == "lock":
        path.unlink()
        path.symlink_to(share / "锁")
    else:
        path.rename(built.parent / "away")
        path.symlink_to(share)
    correct(built)
    before = tree(built.parent)
    ran = gen("build", "2024", folder=built)
    assert ran.code == 1
    assert "W101" in ran.out
    assert "链接" in ran.out
    assert tree(built.parent) == before


# While gen works


@pytest.fixture(params=["atomic", "two renames"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "two renames":
        monkeypatch.setattr(publish, "_exchange_atomically", lambda *_: False)
    return str(request.param)


@pytest.mark.parametrize("name", [REPORT, "核对/核对清单.xlsx"])
def test_an_edit_while_gen_works_is_not_overwritten(
    name: str, way: str, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = publish._carry_over

    def save(*arguments: object) -> None:
        real(*arguments)  # type: ignore[arg-type]
        (built / OUTPUT / name).write_bytes(b"saved just now")

    correct(built)
    with monkeypatch.context() as patch:
        patch.setattr(publish, "_carry_over", save)
        ran = gen("build", "2024", folder=built)
    assert ran.code == 1
    assert "W104" in ran.out
    assert f"{(OUTPUT / name).as_posix()}: 错误 W" in ran.out
    assert (built / OUTPUT / name).read_bytes() == b"saved just now"


def test_a_set_that_could_not_be_put_back_is_told_of(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publish, "_exchange_atomically", lambda *_: False)
    correct(built)
    real = Path.rename

    def rename(self: Path, target: Path) -> Path:
        if target == built / OUTPUT:
            raise PermissionError(errno.EACCES, "sharing violation")
        return real(self, target)

    before = workspaces.snapshot(built / OUTPUT)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", rename)
        ran = gen("build", "2024", folder=built)
    assert ran.code == 1
    assert "W105" in ran.out
    assert "build/.gen/peixun 2024/old" in ran.out
    assert "成果没有动" not in ran.out
    assert workspaces.snapshot(built / "build/.gen/peixun 2024/old") == before
    workspaces.build(built, 2024)


def test_of_two_sets_neither_is_thrown_away(built: Path) -> None:
    """Between two renames the machine went off; then somebody saved into the missing folder."""
    home = built / "build/.gen/peixun 2024"
    (built / OUTPUT).rename(home / "old")
    write(home / "new", {REPORT: "half"})
    write(built / OUTPUT, {"另存的.docx": "theirs"})
    before = tree(built)
    ran = gen("build", "2024", folder=built)
    assert ran.code == 1
    assert "W105" in ran.out
    assert tree(built) == before
    ran = gen("freeze", "2024", "报送稿", folder=built)
    assert ran.code == 2
    assert "build/.gen/peixun 2024/old" in ran.err
    (built / OUTPUT / "另存的.docx").rename(built / "另存的.docx")
    (built / OUTPUT).rmdir()
    workspaces.build(built, 2024)
    assert (built / "另存的.docx").read_text() == "theirs"


# Damaged records


def test_a_damaged_record_is_set_aside(built: Path) -> None:
    path = built / OUTPUT / record.RECORD
    whole = path.read_bytes()
    path.write_bytes(whole[:1000])
    ran = gen("build", "2024", "--format", "json", folder=built)
    assert ran.code == 0
    (told,) = ran.problems("W307")
    assert told["file"] == (OUTPUT / record.RECORD).as_posix()
    assert f"{(OUTPUT / record.DAMAGED).as_posix()}/" in str(told["hint"])
    (aside,) = (built / OUTPUT / record.DAMAGED).iterdir()
    assert aside.read_bytes() == whole[:1000]
    assert path.read_bytes() == whole
    assert not (built / OUTPUT / record.PREVIOUS).exists()
    assert not gen("build", "2024", "--format", "json", folder=built).problems("W307")


def test_with_a_damaged_record_nothing_counts_as_edited(built: Path) -> None:
    (built / OUTPUT / record.RECORD).write_text("{}")
    correct(built)
    before = tree(built)
    ran = gen("build", "2024", "--format", "json", folder=built)
    assert ran.code == 1
    assert {found["code"] for found in ran.problems() if found["severity"] == "error"} == {"W306"}
    assert all("构建记录用不了" in str(found["message"]) for found in ran.problems("W306"))
    assert tree(built) == before
    assert gen("build", "2024", "--force", folder=built).code == 0
    workspaces.build(built, 2024)


@pytest.mark.parametrize("spoil", [unreadable, linked, a_folder, a_pipe])
def test_a_record_that_is_no_file(spoil: Callable[[Path], None], built: Path) -> None:
    spoil(built / OUTPUT / record.RECORD)
    rights = stopped_by_modes() if spoil is unreadable else nullcontext()
    with rights:
        for command, code in (("diff", 2), ("build", 0), ("build", 0)):
            ran = gen(command, "2024", folder=built)
            assert ran.code == code, ran.out + ran.err
    assert len(list((built / OUTPUT / record.DAMAGED).iterdir())) == 1
    assert json.loads((built / OUTPUT / record.RECORD).read_bytes())["version"] == record.VERSION
