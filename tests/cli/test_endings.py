"""How a command ends before its time: what it says is true, and the exit code is the promised one."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from kit import workspaces
from kit.workspaces import PACKAGE, gen, run_python, unit_files, write

from generator.build import pipeline, publish
from generator.cli import built as telling
from generator.cli.verbs import making

FIGURES = Path("content") / "peixun" / "2024" / "figures.yaml"
OUTPUT = Path("build") / "2024" / "peixun"
posix = pytest.mark.skipif(os.name != "posix", reason="signals, pipes and /dev/full")


@pytest.fixture
def built(tmp_path: Path) -> Path:
    workspaces.build(write(tmp_path, unit_files()), 2024)
    return tmp_path


def correct(folder: Path) -> None:
    workspaces.change(folder / FIGURES, ("全年执行: 110.25", "全年执行: 111.25"))


def started(*arguments: str, folder: Path, **streams: object) -> subprocess.Popen[str]:
    """gen in a process of its own; its error output is read, its output too unless given."""
    return subprocess.Popen(
        [sys.executable, "-m", "generator", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(PACKAGE.parent), "PYTHONIOENCODING": "utf-8"},
        stderr=subprocess.PIPE,
        encoding="utf-8",
        **{"stdout": subprocess.PIPE, **streams},
    )  # type: ignore[call-overload,no-any-return]


# Nobody hears it


@posix
@pytest.mark.parametrize(("name", "said"), [("/dev/full", "磁盘已满")])
def test_a_summary_that_cannot_be_printed(name: str, said: str, built: Path) -> None:
    before = workspaces.snapshot(built / OUTPUT)
    correct(built)
    with Path(name).open("w") as full:
        run = started("build", "2024", folder=built, stdout=full)
        _, err = run.communicate(timeout=60)
    assert run.returncode == 2
    assert err == f"错误：结果没能打印出来（{said}）。已经换上新成果的有：peixun 2024。\n"
    assert workspaces.snapshot(built / OUTPUT) != before


@posix
def test_a_check_that_cannot_be_printed(built: Path) -> None:
    with Path("/dev/full").open("w") as full:
        run = started("check", "2024", folder=built, stdout=full)
        _, err = run.communicate(timeout=60)
    assert (run.returncode, err) == (2, "错误：结果没能打印出来（磁盘已满）。原来的成果没有动。\n")


@posix
@pytest.mark.parametrize("command", ["check", "build", "diff"])
@pytest.mark.parametrize("wrong", [False, True])
def test_a_reader_who_had_enough_changes_no_exit_code(
    command: str, wrong: bool, built: Path
) -> None:
    """As ``gen check -v | head -1`` does: 0 for clean content, 1 for an error."""
    if wrong:
        workspaces.change(built / FIGURES, ("全年预算: 8,", "全年预算: 八,"))
    else:
        correct(built)
    reading, writing = os.pipe()
    os.close(reading)
    run = started(command, "2024", "-v", folder=built, stdout=writing)
    os.close(writing)
    _, err = run.communicate(timeout=60)
    assert (run.returncode, err) == (int(wrong), "")


@posix
def test_no_console_at_all(built: Path) -> None:
    correct(built)
    run = subprocess.run(
        ["sh", "-c", f'"{sys.executable}" -m generator build 2024 >&- 2>&-'], cwd=built,
        env={**os.environ, "PYTHONPATH": str(PACKAGE.parent)}, check=False, timeout=60,
    )  # fmt: skip
    assert run.returncode == 0
    assert "111.25" in (built / OUTPUT / ".gen/record.json").read_text(encoding="utf-8")


@posix
def test_a_watch_that_nobody_hears_ends(built: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    run = started("watch", "2024", folder=built, stdout=writing)
    os.close(writing)
    _, err = run.communicate(timeout=60)
    assert (run.returncode, err) == (0, "")


# Interrupted, or broken, at every step


def interrupt(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def break_down(*_: object, **__: object) -> None:
    raise RuntimeError


ENDS = {"interrupted": (interrupt, 130, "已中断，"), "broken": (break_down, 2, "gen 自己出错了")}


@pytest.mark.parametrize("end", ENDS)
def test_before_the_exchange_nothing_was_touched(
    end: str, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    act, code, said = ENDS[end]
    correct(built)
    before = workspaces.snapshot(built)
    monkeypatch.setattr(publish, "_carry_over", act)
    ran = gen("build", "2024", folder=built)
    assert ran.code == code
    assert said in ran.err
    assert "原来的成果没有动" in ran.err
    assert workspaces.snapshot(built) == before


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize(
    ("owner", "name"), [(pipeline, "_summary"), (publish, "_remove"), (telling, "print_built")]
)
def test_after_the_exchange_nobody_says_so(
    owner: object, name: str, end: str, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    act, code, said = ENDS[end]
    correct(built)
    monkeypatch.setattr(owner, name, act)
    ran = gen("build", "2024", folder=built)
    assert ran.code == code
    assert ran.err.startswith(said)
    assert "没有动" not in ran.err
    assert "peixun 2024" in ran.err
    assert "111.25" in (built / OUTPUT / ".gen/record.json").read_text(encoding="utf-8")


def test_of_several_units_it_names_those_that_are_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {**unit_files("a"), **unit_files("b"), **unit_files("c")})
    real = pipeline.examine

    def second(workspace: object, target: object, *rest: object, **how: object) -> object:
        if target.unit_id == "b":  # type: ignore[attr-defined]
            raise KeyboardInterrupt
        return real(workspace, target, *rest, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(pipeline, "examine", second)
    ran = gen("build", "2024", folder=tmp_path)
    assert (ran.code, ran.err) == (
        130,
        "已中断，已经换上新成果的有：a 2024；还有2个单位没有做，再运行一次就接着做。\n",
    )
    assert [path.name for path in (tmp_path / "build/2024").iterdir()] == ["a"]


def test_a_version_that_was_kept_is_told_of(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from generator.history import versions

    monkeypatch.setattr(versions, "changed_since", interrupt)
    ran = gen("freeze", "2024", "报送稿", folder=built)
    assert ran.code == 130
    assert ran.err == "已中断，peixun 2024 已保存为“报送稿”；原来的成果没有动。\n"


def test_a_question_that_is_cut_off(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Click tells of an interrupted question in its own way."""
    import click

    def ask(*_: object) -> None:
        raise click.Abort

    monkeypatch.setattr(making, "check_years", ask)
    write(tmp_path, unit_files())
    assert gen("check", "2024", folder=tmp_path).code == 130


# Ctrl-C


@posix
@pytest.mark.long
@pytest.mark.parametrize("command", [("check", "2024"), ("build", "2024", "--all"), ("rules",)])
def test_ctrl_c_while_modules_are_imported(command: tuple[str, ...], tmp_path: Path) -> None:
    """From gen's first line on: one line or none, and 130."""
    write(tmp_path, unit_files())
    dice = random.Random(3)
    for _ in range(6):
        stopped(command, 0.03 + dice.random() * 0.12, tmp_path)


def stopped(command: tuple[str, ...], after: float, folder: Path) -> None:
    run = started(*command, folder=folder)
    time.sleep(after)
    run.send_signal(signal.SIGINT)
    out, err = run.communicate(timeout=60)
    if run.returncode == -signal.SIGINT or ("KeyboardInterrupt" in err and "generator" not in err):
        return  # Python itself was still on its way
    if run.returncode != 130:
        assert run.returncode in (0, 1), err  # it was through already
        assert out
    assert "Traceback" not in out + err
    assert err.count("\n") <= 1
    assert err == "" or err.startswith("已中断，")


@posix
def test_ctrl_c_is_ignored_where_the_shell_ignores_it(tmp_path: Path) -> None:
    """A job in the background of a script goes on."""
    write(tmp_path, unit_files())
    run = started(
        "check", "2024", folder=tmp_path,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    )  # fmt: skip
    time.sleep(0.1)
    run.send_signal(signal.SIGINT)
    out, err = run.communicate(timeout=60)
    assert (run.returncode, err) == (0, "")
    assert "检查完毕" in out


@posix
def test_an_interruption_that_python_cannot_raise_ends_gen_too(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from generator import __main__ as entry\n"
        "from generator.cli import commands\n"
        "class Held:\n"
        "    def __del__(self):\n"
        "        raise KeyboardInterrupt\n"
        "def main():\n"
        "    held = Held()\n"
        "    del held\n"
        "    print('went on')\n"
        "commands.main = main\n"
        "entry.run()\n"
    )
    ran = run_python("-c", script, folder=tmp_path)
    assert (ran.returncode, ran.stdout, ran.stderr) == (130, b"", b"")


# Where there is no place to stand


@posix
@pytest.mark.parametrize("far", [False, True])
def test_a_folder_that_was_deleted(far: bool, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    home = write(tmp_path / "w", unit_files())
    script = (
        "import os, shutil, sys\n"
        f"os.chdir({str(gone)!r})\n"
        f"shutil.rmtree({str(gone)!r})\n"
        f"sys.argv = ['gen', 'check', '2024', *{['-C', str(home)] if far else []!r}]\n"
        "from generator.__main__ import run\n"
        "run()\n"
    )
    ran = run_python("-c", script, folder=tmp_path)
    shutil.rmtree(gone, ignore_errors=True)
    if far:
        assert ran.returncode == 0, ran.stderr.decode()
    else:
        assert ran.returncode == 2
        assert ran.stderr.decode().startswith("错误：当前的文件夹已经不在了。\n")
    assert b"Traceback" not in ran.stderr


# The common options


@pytest.mark.parametrize(
    "arguments",
    [
        ["-C", "w", "check", "2024", "--format", "json"],
        ["--format", "json", "-C", "w", "check", "2024"],
        ["--format=json", "-Cw", "check", "2024"],
        ["check", "-C", "w", "--format", "json", "2024"],
        ["-q", "--strict", "--format", "json", "-C", "w", "check", "2024"],
        ["-C", "nowhere", "--format", "text", "check", "2024", "-C", "w", "--format", "json"],
        ["-C", "w", "template", "--format", "json", "check", "2024"],
        ["--format", "json", "template", "-C", "w", "check", "2024"],
        ["--unit", "a", "-C", "w", "check", "2024", "--unit", "b", "--format", "json"],
    ],
    ids=" ".join,
)
def test_common_options_stand_before_the_verb_or_behind(
    arguments: list[str], tmp_path: Path
) -> None:
    write(tmp_path / "w", {**unit_files("a"), **unit_files("b")})
    ran = gen(*arguments, folder=tmp_path)
    assert ran.code in (0, 1), ran.err
    assert ran.json["summary"]["errors"] == 0


def test_units_before_and_behind_add_up(tmp_path: Path) -> None:
    write(tmp_path, {**unit_files("a"), **unit_files("b"), **unit_files("c")})
    ran = gen("--unit", "a", "check", "2024", "--unit", "c", folder=tmp_path)
    assert "检查完毕：a 2024、c 2024" in ran.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--fromat", "json", "check", "2024"], "没有选项“--fromat”，是否为“--format”？"),
        (["-C"], "选项“-C”后面要跟一个值。"),
        (["-C", "."], "缺少命令。"),
        (["template", "-q"], "缺少命令。"),
        (["--force", "build", "2024"], "没有选项“--force”"),
        (["-q", "biuld", "2024"], "没有命令“biuld”，是否为“build”？"),
        (["--format", "xml", "check", "2024"], "“--format”的值不对，应为 text、json 中的一个"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_slips_before_the_verb(arguments: list[str], said: str, tmp_path: Path) -> None:
    ran = gen(*arguments, folder=tmp_path)
    assert ran.code == 2
    assert ran.err.startswith(f"错误：{said}")
