"""What is on disk between builds: hand edits, files somebody has open, what counts as input."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from docx import Document
from kit import workspaces
from kit.workspaces import gen, unit_files, write
from openpyxl import load_workbook

from generator.build import publish
from generator.formats import proof
from generator.records import record

OUTPUT = Path("build") / "2024" / "peixun"
FIGURES = Path("content") / "peixun" / "2024" / "figures.yaml"
REPORT = "整体支出绩效评价工作报告.docx"


@pytest.fixture
def built(tmp_path: Path) -> Path:
    workspaces.build(write(tmp_path, unit_files()), 2024)
    return tmp_path


def edit(path: Path, text: str = "领导改的一句话。") -> bytes:
    """A person edits a document in Word."""
    document = Document(str(path))
    document.paragraphs[2].text = text
    document.save(str(path))
    return path.read_bytes()


def correct(folder: Path) -> None:
    workspaces.change(folder / FIGURES, ("全年执行: 110.25", "全年执行: 111.25"))


# Hand edits


@pytest.mark.parametrize("arguments", [(), ("--all",)])
@pytest.mark.parametrize("corrected", [False, True])
def test_an_edited_output_is_never_overwritten_silently(
    arguments: tuple[str, ...], corrected: bool, built: Path
) -> None:
    theirs = edit(built / OUTPUT / REPORT)
    if corrected:
        correct(built)
    before = workspaces.snapshot(built / "build")
    ran = gen("build", "2024", *arguments, folder=built)
    assert ran.code == 1
    assert f"{(OUTPUT / REPORT).as_posix()}: 错误 W301" in ran.out
    assert f"旧文件会存到 {OUTPUT.as_posix()}/.gen/手改/。" in ran.out
    assert "--force" in ran.out
    assert workspaces.snapshot(built / "build") == before
    assert (built / OUTPUT / REPORT).read_bytes() == theirs


def test_force_keeps_a_dated_copy(built: Path) -> None:
    ours = (built / OUTPUT / REPORT).read_bytes()
    theirs = edit(built / OUTPUT / REPORT)
    ran = gen("build", "2024", "--force", folder=built)
    assert ran.code == 0, ran.out
    assert "W302" in ran.out
    assert (built / OUTPUT / REPORT).read_bytes() == ours
    (kept,) = (built / OUTPUT / record.HAND_EDITS).iterdir()
    assert kept.read_bytes() == theirs
    assert kept.name.endswith(f" {REPORT}")
    assert kept.name[:4].isdigit()
    # The copy stays through later builds.
    correct(built)
    workspaces.build(built, 2024)
    assert kept.read_bytes() == theirs


def test_force_without_edits_is_an_ordinary_build(built: Path) -> None:
    before = workspaces.snapshot(built / OUTPUT)
    assert gen("build", "2024", "--force", folder=built).code == 0
    assert workspaces.snapshot(built / OUTPUT) == before


def test_two_edited_files_are_both_named(built: Path) -> None:
    edit(built / OUTPUT / REPORT)
    sheet = next((built / OUTPUT).glob("附件1*.xlsx"))
    sheet.write_bytes(sheet.read_bytes() + b" ")
    ran = gen("build", "2024", "--format", "json", folder=built)
    assert {Path(str(p["file"])).name for p in ran.problems("W301")} == {REPORT, sheet.name}


def test_a_deleted_output_comes_back(built: Path) -> None:
    before = workspaces.outputs(built / OUTPUT)
    (built / OUTPUT / REPORT).unlink()
    ran = gen("build", "2024", "--format", "json", folder=built)
    assert ran.code == 0
    made = {Path(str(d["file"])).name for d in ran.json["documents"] if d["rendered"]}
    assert {name for name in made if name != "核对清单.xlsx"} == {REPORT}
    assert workspaces.outputs(built / OUTPUT) == before


def test_an_edited_file_deleted_afterwards_is_no_obstacle(built: Path) -> None:
    edit(built / OUTPUT / REPORT)
    (built / OUTPUT / REPORT).unlink()
    workspaces.build(built, 2024)


def test_an_edit_taken_back_is_no_edit(built: Path) -> None:
    ours = (built / OUTPUT / REPORT).read_bytes()
    edit(built / OUTPUT / REPORT)
    (built / OUTPUT / REPORT).write_bytes(ours)
    ran = gen("build", "2024", folder=built)
    assert ran.code == 0
    assert "不用重做" in ran.out


def test_a_ticked_checklist_is_kept_aside(built: Path) -> None:
    checklist = built / OUTPUT / "核对" / "核对清单.xlsx"
    ticked = load_workbook(checklist)
    ticked.worksheets[0].cell(100, 1).value = "√"
    ticked.save(checklist)
    theirs = checklist.read_bytes()
    correct(built)
    ran = gen("build", "2024", "--format", "json", folder=built)
    assert ran.code == 0
    (note,) = ran.problems("W304")
    assert note["file"] == checklist.relative_to(built).as_posix()
    (kept,) = (built / OUTPUT / record.HAND_EDITS).iterdir()
    assert kept.read_bytes() == theirs != checklist.read_bytes()


def test_a_document_that_does_not_read_back_is_not_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only a mistake of gen can do that; here the proof is made to find one."""
    monkeypatch.setattr(proof, "prove", lambda *_: [proof.Fault("“259.57”没有印出来")])
    ran = gen("build", "2024", "--format", "json", folder=write(tmp_path, unit_files()))
    assert ran.code == 1
    found = ran.problems("W201")
    assert REPORT in {problem["file"] for problem in found}
    assert all("“259.57”没有印出来" in str(problem["message"]) for problem in found)
    assert not (tmp_path / OUTPUT / REPORT).exists()


def test_an_edited_file_that_is_no_longer_made_is_not_removed(built: Path) -> None:
    annex = next((built / OUTPUT).glob("附件3*.docx"))
    theirs = edit(annex)
    project = built / "content/peixun/2024/projects/骨干培训.yaml"
    workspaces.change(project, ("名称: 骨干培训\n", "名称: 骨干轮训\n"))
    assert gen("build", "2024", folder=built).code == 1
    assert annex.read_bytes() == theirs


def test_a_strangers_file_under_our_name_is_not_overwritten(tmp_path: Path) -> None:
    """Before the first build somebody put a file of that very name there."""
    write(tmp_path, {**unit_files(), f"{OUTPUT.as_posix()}/{REPORT}": "theirs"})
    ran = gen("build", "2024", folder=tmp_path)
    assert ran.code == 1
    assert "W306 不知道这个文件有没有被人改过（没有构建记录）" in ran.out
    assert (tmp_path / OUTPUT / REPORT).read_text() == "theirs"
    assert gen("build", "2024", "--force", folder=tmp_path).code == 0
    (kept,) = (tmp_path / OUTPUT / record.HAND_EDITS).iterdir()
    assert kept.read_text() == "theirs"


def test_an_edited_file_whose_record_got_lost_is_not_overwritten(built: Path) -> None:
    theirs = edit(built / OUTPUT / REPORT)
    (built / OUTPUT / record.RECORD).unlink()
    assert gen("build", "2024", folder=built).code == 1
    assert (built / OUTPUT / REPORT).read_bytes() == theirs


def test_a_lost_record_alone_is_no_obstacle(built: Path) -> None:
    before = workspaces.snapshot(built / OUTPUT)
    (built / OUTPUT / record.RECORD).unlink()
    workspaces.build(built, 2024)
    assert workspaces.snapshot(built / OUTPUT) == before


# Files that somebody has open


@pytest.mark.parametrize("lock", ["~$支出绩效评价工作报告.docx", ".~整体支出绩效评价工作报告.docx"])
def test_an_office_lock_file_is_a_warning_with_the_whole_name(lock: str, built: Path) -> None:
    (built / OUTPUT / lock).write_bytes(b"")
    correct(built)
    ran = gen("build", "2024", "--format", "json", folder=built)
    assert ran.code == 0
    (warning,) = ran.problems("W303")
    assert f"“{REPORT}”" in str(warning["message"])


def test_a_vanished_template_is_a_clear_message(built: Path) -> None:
    own = built / "templates" / "peixun.yaml"
    packaged = (workspaces.ROOT / "templates" / "jiujiang.yaml").read_text(encoding="utf-8")
    broken = packaged.replace("docx/jiujiang/附件2.docx", "docx/peixun/附件2.docx")
    write(built, {str(own): broken})
    workspaces.change(built / "content/peixun/unit.yaml", ("套表: jiujiang", "套表: peixun"))
    before = workspaces.snapshot(built / OUTPUT)
    ran = gen("build", "2024", folder=built)
    assert ran.code == 1
    assert "没有找到模板 templates/docx/peixun/附件2.docx" in ran.out
    assert workspaces.snapshot(built / OUTPUT) == before


@pytest.mark.parametrize(
    ("number", "said"),
    [(errno.ENOSPC, "磁盘已满"), (errno.EROFS, "只读"), (errno.EACCES, "权限")],
)
def test_a_disk_that_refuses_says_why_in_chinese(
    number: int, said: str, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    correct(built)

    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(publish, "_write", fail)
    ran = gen("build", "2024", folder=built)
    assert ran.code == 1
    assert said in ran.out


# Inputs


@pytest.mark.parametrize(
    "name",
    ["content/peixun/2024/projects/新项目.yml", "content/peixun/2023/figures.yaml",
     "content/peixun/2024/说明.txt"],
)  # fmt: skip
def test_a_new_file_is_a_change(name: str, built: Path) -> None:
    assert "不用重做" in gen("build", "2024", folder=built).out
    write(built, {name: "甲:\n  乙: {本年: 1}\n"})
    assert "不用重做" not in gen("build", "2024", folder=built).out


def test_scratch_files_of_editors_are_no_change(built: Path) -> None:
    write(built, {"content/peixun/2024/.facts.yaml.swp": "x", "content/peixun/2024/~$x.yaml": "y"})
    assert "不用重做" in gen("build", "2024", folder=built).out


@pytest.mark.skipif(os.name != "posix", reason="symbolic links")
def test_a_linked_projects_folder_is_looked_into(tmp_path: Path) -> None:
    write(tmp_path, unit_files())
    projects = tmp_path / "content/peixun/2024/projects"
    projects.rename(tmp_path / "content/项目库")
    projects.symlink_to("../../项目库")
    workspaces.build(tmp_path, 2024)
    assert "不用重做" in gen("build", "2024", folder=tmp_path).out
    (project,) = (tmp_path / "content/项目库").iterdir()
    workspaces.change(project, ("完成: 任务已经完成。", "完成: 任务大体完成。"))
    assert "不用重做" not in gen("build", "2024", folder=tmp_path).out


def test_a_template_of_the_workspace_is_a_change(built: Path) -> None:
    text = (workspaces.ROOT / "templates" / "jiujiang.yaml").read_text(encoding="utf-8")
    write(built, {"templates/jiujiang.yaml": text + "\n# 自己的套表\n"})
    assert "不用重做" not in gen("build", "2024", folder=built).out


def test_warnings_are_told_again_when_nothing_is_done(tmp_path: Path) -> None:
    write(tmp_path, unit_files())
    first = gen("build", "2024", "--format", "json", folder=tmp_path)
    again = gen("build", "2024", "--format", "json", folder=tmp_path)
    assert again.json["problems"] == first.json["problems"]
