"""``gen watch``: rebuilds on save, survives broken saves, ends quietly."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, Queue
from threading import Event, Thread

import pytest
from kit import workspaces
from kit.workspaces import PACKAGE, unit_files, write

from generator.batch.watching import changes
from generator.cli import watch
from generator.workspace import Workspace, find

FIGURES = Path("content") / "peixun" / "2024" / "figures.yaml"
GOOD, BETTER, BAD = "全年执行: 110.25", "全年执行: 111.25", "全年执行: 一百"
SECONDS = 10.0


class Watching:
    """A watch in a thread, with what it says."""

    def __init__(self, folder: Path, *, draft: bool = False) -> None:
        workspace = find(folder)
        assert workspace is not None
        self.workspace: Workspace = workspace
        self.folder = folder
        self._said: Queue[str] = Queue()
        self._stop = Event()
        self._thread = Thread(
            target=watch.watch,
            args=(workspace, workspace.unit_years(2024), self._said.put, self._stop),
            kwargs={"draft": draft},
        )

    def start(self) -> None:
        self._thread.start()

    def hear(self, wanted: str) -> list[str]:
        """What is said up to the first line with ``wanted``."""
        lines: list[str] = []
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            try:
                lines.append(self._said.get(timeout=0.1))
            except Empty:
                continue
            if wanted in lines[-1]:
                return lines
        pytest.fail(f"never said {wanted!r}: {lines}")

    def rest(self, seconds: float = 0.0) -> list[str]:
        time.sleep(seconds)
        lines = []
        while not self._said.empty():
            lines.append(self._said.get())
        return lines

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(SECONDS)
        assert not self._thread.is_alive()


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[Watching]:
    one = Watching(write(tmp_path, unit_files()))
    one.start()
    try:
        yield one
    finally:
        one.stop()


def test_a_draft_is_built_while_it_is_filled_in(tmp_path: Path) -> None:
    folder = write(tmp_path, unit_files())
    facts = folder / "content/peixun/2024/facts.yaml"
    facts.write_text(facts.read_text(encoding="utf-8") + "再说: 待填\n", encoding="utf-8")
    one = Watching(folder, draft=True)
    one.start()
    try:
        one.hear("这是草稿，还有 1 处要填、要改。")
    finally:
        one.stop()


def save(folder: Path, old: str, new: str) -> None:
    """As an editor saves: a new file takes the place of the old one."""
    path = folder / FIGURES
    fresh = path.with_name(".figures.yaml.tmp")
    fresh.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    fresh.replace(path)


def outputs(folder: Path) -> dict[str, bytes]:
    return workspaces.outputs(folder / "build" / "2024" / "peixun")


def test_builds_at_once_and_after_every_save(watching: Watching) -> None:
    watching.hear("已生成")
    watching.hear("正在守候")
    first = outputs(watching.folder)
    assert len(first) == 7
    save(watching.folder, GOOD, BETTER)
    *told, line = watching.hear("已生成")
    assert any("全年执行  110.25万元 → 111.25万元" in one for one in told)
    assert "整体支出绩效评价工作报告.docx" in line
    assert "附件3" not in line
    assert outputs(watching.folder) != first


@pytest.mark.long
def test_a_broken_save_and_its_repair(watching: Watching) -> None:
    watching.hear("正在守候")
    first = outputs(watching.folder)
    save(watching.folder, GOOD, BAD)
    lines = watching.hear("没有生成")
    assert any("figures.yaml:2:" in line and "错误" in line for line in lines)
    assert outputs(watching.folder) == first
    # Saved again, still broken: the problem is not repeated.
    save(watching.folder, "其他资金: {全年预算: 8,", "其他资金: {全年预算: 8.0,")
    lines = watching.hear("没有生成")
    assert not any("figures.yaml:2:" in line for line in lines)
    save(watching.folder, BAD, BETTER)
    lines = watching.hear("已生成")
    assert any("解决了" in line for line in lines)


@pytest.mark.long
def test_scratch_files_do_not_count(watching: Watching) -> None:
    watching.hear("正在守候")
    watching.rest(1.5)
    write(watching.folder, {"content/peixun/2024/.facts.yaml.swp": "x",
                            "content/peixun/2024/~$facts.yaml": "x"})  # fmt: skip
    assert watching.rest(1.0) == []


def test_a_save_during_the_first_build_is_not_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(tmp_path, unit_files())
    real = changes

    def late(*arguments: object, **named: object) -> object:
        save(folder, GOOD, BETTER)  # after the first build, before the watcher listens
        time.sleep(0.2)
        return real(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr("generator.batch.watching.changes", late)
    one = Watching(folder)
    one.start()
    try:
        one.hear("正在守候")
        one.hear("已生成")
    finally:
        one.stop()
    from docx import Document

    report = folder / "build/2024/peixun/整体支出绩效评价工作报告.docx"
    assert any("111.25万元" in p.text for p in Document(str(report)).paragraphs)


def test_it_ends_when_told(tmp_path: Path) -> None:
    one = Watching(write(tmp_path, unit_files()))
    one.start()
    one.hear("正在守候")
    one.stop()
    assert one.rest()[-1] == "已结束。"


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_ctrl_c_is_clean(tmp_path: Path) -> None:
    run = subprocess.Popen(
        [sys.executable, "-u", "-m", "generator", "watch", "2024"],
        cwd=write(tmp_path, unit_files()),
        env={**os.environ, "PYTHONPATH": str(PACKAGE.parent), "PYTHONIOENCODING": "utf-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        assert run.stdout is not None
        for line in run.stdout:
            if "正在守候" in line:
                break
        time.sleep(0.5)
        run.send_signal(signal.SIGINT)
        out, err = run.communicate(timeout=SECONDS)
    finally:
        run.kill()
    assert run.returncode == 130
    assert "已结束。" in out
    assert err == ""
