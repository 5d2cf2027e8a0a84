"""``gen tidy``: the change is shown, asked about, and written once with the old file kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from kit.workspaces import gen, unit_files, write

from generator.cli.verbs import tidying
from generator.content.report import rewrite

REPORT = Path("content/peixun/2024/report.md")
PASTED = "　　一、基本情况\r\n　　编制5人。\r\n　　二、问题\r\n　　办法不多。\r\n"
TIDY = "# 基本情况\r\n\r\n编制5人。\r\n\r\n# 问题\r\n\r\n办法不多。\r\n"


@pytest.fixture
def pasted(tmp_path: Path) -> Path:
    write(tmp_path, unit_files())
    (tmp_path / REPORT).write_bytes(b"\xef\xbb\xbf" + PASTED.encode())
    return tmp_path


def test_without_a_yes_nothing_is_written(pasted: Path) -> None:
    ran = gen("tidy", "2024", folder=pasted)
    assert ran.code == 0
    assert "要改 4 行" in ran.out
    assert "      →  # 基本情况\n" in ran.out
    assert "没有写进去。要写进去，请加 --yes。" in ran.out
    assert (pasted / REPORT).read_bytes() == b"\xef\xbb\xbf" + PASTED.encode()


def test_with_yes_the_old_file_is_kept(pasted: Path) -> None:
    assert gen("tidy", "2024", "--yes", folder=pasted).code == 0
    assert (pasted / REPORT).read_bytes() == b"\xef\xbb\xbf" + TIDY.encode()
    kept = (pasted / REPORT).with_name(".report.md.整理前")
    assert kept.read_bytes() == b"\xef\xbb\xbf" + PASTED.encode()
    again = gen("tidy", "2024", "--yes", folder=pasted)
    assert "不用整理" in again.out
    assert not kept.with_name(".report.md.整理前2").exists()
    (pasted / REPORT).write_text(PASTED, "utf-8")
    assert gen("tidy", "2024", "--yes", folder=pasted).code == 0
    assert kept.with_name(".report.md.整理前2").exists()
    assert "整理前" not in gen("check", "2024", "-v", folder=pasted).out


@pytest.mark.parametrize(
    ("answer", "written"), [("y", True), ("是", True), ("", False), ("n", False)]
)
def test_a_person_is_asked(
    pasted: Path, monkeypatch: pytest.MonkeyPatch, answer: str, written: bool
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr(tidying.click, "prompt", lambda *_, **__: answer)
    ran = gen("tidy", "2024", folder=pasted)
    assert ("已写进" in ran.out) == written
    assert (b"#" in (pasted / REPORT).read_bytes()) == written


def test_programs_get_the_changes(pasted: Path) -> None:
    ran = gen("tidy", "2024", "--format", "json", folder=pasted)
    (report,) = json.loads(ran.out)["reports"]
    assert (report["written"], len(report["changes"])) == (False, 4)
    assert report["changes"][0] == {
        "line": 1, "kind": "写成标题", "before": "　　一、基本情况", "after": "# 基本情况"
    }  # fmt: skip


def test_a_file_saved_meanwhile_is_left_alone(
    pasted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_whole = rewrite.disk.write_new

    def saved_meanwhile(path: Path, data: bytes) -> None:
        write_whole(path, data)
        (pasted / REPORT).write_text("别人刚写的。\n", "utf-8")

    monkeypatch.setattr(rewrite.disk, "write_new", saved_meanwhile)
    ran = gen("tidy", "2024", "--yes", folder=pasted)
    assert ran.code == 2
    assert "刚刚又改过" in ran.err
    assert (pasted / REPORT).read_text("utf-8") == "别人刚写的。\n"
    beside = [path.name for path in (pasted / REPORT).parent.iterdir()]
    assert [name for name in beside if name.startswith(".")] == []


def test_no_report_and_broken_tags(pasted: Path) -> None:
    (pasted / REPORT).write_text("　　一、概况\n　　甲{{ 年度\n", "utf-8")
    ran = gen("tidy", "2024", "--yes", folder=pasted)
    assert "不用整理" not in ran.out
    assert "T113" in ran.out
    assert (ran.code, (pasted / REPORT).read_text("utf-8")) == (1, "　　一、概况\n　　甲{{ 年度\n")
    (pasted / REPORT).unlink()
    assert gen("tidy", "2024", folder=pasted).code == 1
