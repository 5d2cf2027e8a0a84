"""The command ``gen``: what it answers to mistakes, its exit codes, JSON, consoles and help."""

from __future__ import annotations

import io
import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import pytest
from docx import Document
from kit import workspaces
from kit.workspaces import Ran, change, gen, gen_process, run_python, snapshot, unit_files, write

from generator.cli import commands as cli


def commands(group: click.Group, *before: str) -> Iterator[tuple[str, ...]]:
    """Every command there is, such as ``("template", "check")``."""
    for name, command in sorted(group.commands.items()):
        yield (*before, name)
        if isinstance(command, click.Group):
            yield from commands(command, *before, name)


COMMANDS = sorted(cli.cli.commands)
EVERY_COMMAND = list(commands(cli.cli))
NAMES = {name for path in EVERY_COMMAND for name in path}
#: A heading with a typed number: a warning (T122), nothing worse.
WARNING = {
    "content/peixun/2024/report.md": workspaces.REPORT.replace("# 基本情况", "# 一、基本情况")
}
ERROR = {
    "content/peixun/2024/figures.yaml": workspaces.unit_figures(0).replace(
        "其他资金: {全年预算: 8, 全年执行: 6}",
        "其他资金: {全年预算: 8, 全年执行: 6}\n  合计: {全年预算: 128.51, 全年执行: 116.25}",
    )
}
CHINESE = re.compile("[\u4e00-\u9fff]")


def plain_unit(unit: str = "peixun", year: int = 2024, **given: Any) -> dict[str, str | bytes]:
    """A unit without projects and a form set of one document, which no rule has a word for."""
    document = Document()
    document.add_paragraph("{{ 单位.名称 }}{{ 年度 }}年度")
    document.add_paragraph("{{p 正文 }}")
    stream = io.BytesIO()
    document.save(stream)
    forms = "名称: 一份报告\n文档:\n  - {名称: 报告, 文件名: 报告, docx: docx/plain/报告.docx}\n"
    given = {"projects": {}, "forms": "plain", **given}
    return {
        **unit_files(unit, year, **given),
        "templates/plain.yaml": forms,
        "templates/docx/plain/报告.docx": stream.getvalue(),
    }


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two units: 培训中心 with 2023 and 2024, 服务站 with 2024 alone. For reading only."""
    return write(
        tmp_path_factory.mktemp("two"),
        {
            **plain_unit("peixun", 2024),
            **plain_unit("peixun", 2023),
            **plain_unit("fuwuzhan", 2024, name="测试县服务站", short="服务站"),
        },
    )


def small(folder: Path, *changes: Mapping[str, str]) -> Path:
    """One small unit with some files replaced."""
    files = plain_unit()
    for replaced in changes:
        files |= replaced
    return write(folder, files)


def misused(ran: Ran) -> str:
    """The complaint of a run that was called wrongly: exit 2, on stderr only, in Chinese."""
    assert ran.code == 2, ran.out + ran.err
    assert ran.out == ""
    assert ran.err.startswith("错误：")
    assert "Traceback" not in ran.err
    return ran.err


# Misuse


@pytest.mark.parametrize(
    ("arguments", "suggestion"),
    [
        (["biuld", "2024"], "build"),
        (["chekc", "2024"], "check"),
        (["check", "2024", "--untis", "peixun"], "--unit"),
        (["build", "2024", "--strct"], "--strict"),
        (["build", "2024", "--fromat", "json"], "--format"),
        (["check", "2025"], "2024"),
        (["build", "2022"], "2023"),
        (["check", "2024", "--unit", "peixvn"], "peixun"),
        (["check", "2024", "--unit", "peixun", "--unit", "fuwuzan"], "fuwuzhan"),
    ],
)
def test_a_slip_gets_the_nearest_that_exists(
    arguments: list[str], suggestion: str, workspace: Path
) -> None:
    said = misused(gen(*arguments, folder=workspace))
    assert f"是否为“{suggestion}”" in said
    assert not (workspace / "build").exists()


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["frobnicate"], ["没有命令“frobnicate”", "build", "check"]),
        (["explain", "2024"], ["缺少名称或数字"]),
        (["check", "2o24"], ["四位数字", "2o24"]),
        (["check", "24"], ["四位数字", "“24”"]),
        (["check", "２０２４"], ["四位数字", "２０２４"]),
        (["check", "2024", "--format", "xml"], ["--format", "text、json"]),
        (["check", "2024", "--unit"], ["--unit", "值"]),
        (["check", "2024", "2023"], ["多了“2023”"]),
        (["check", "1999"], ["没有 1999 年度", "2023、2024"]),
        (["check", "2024", "--unit", "xyz"], ["没有单位“xyz”"]),
    ],
)
def test_misuse_is_named(arguments: list[str], named: list[str], workspace: Path) -> None:
    said = misused(gen(*arguments, folder=workspace))
    for part in named:
        assert part in said


def test_a_year_that_only_another_unit_has(workspace: Path) -> None:
    """The answer is about the unit asked for, not about years that exist elsewhere."""
    said = misused(gen("check", "2023", "--unit", "fuwuzhan", folder=workspace))
    assert "fuwuzhan" in said
    assert "2024" in said
    assert "已有的年度：2023" not in said


def test_no_command_shows_the_help(workspace: Path) -> None:
    ran = gen(folder=workspace)
    said = ran.out + ran.err
    assert "用法：" in said
    assert all(command in said for command in COMMANDS)


def test_outside_of_a_workspace(tmp_path: Path) -> None:
    said = misused(gen("check", "2024", folder=tmp_path))
    assert str(tmp_path.resolve()) in said
    assert "content" in said
    assert "-C" in said
    assert list(tmp_path.iterdir()) == []


# Where the workspace is


def test_the_nearest_workspace_upward(tmp_path: Path) -> None:
    inner = small(tmp_path / "外 面" / "工作区（甲）")
    write(tmp_path / "外 面", plain_unit("other", 2019))
    below = inner / "content" / "peixun" / "2024"
    ran = gen("check", "2024", folder=below)
    assert (ran.code, ran.err) == (0, "")
    assert "peixun 2024" in ran.out
    assert gen("check", "2024", "-C", str(inner), folder=tmp_path).code == 0
    assert gen("check", "2024", "-C", "外 面/工作区（甲）/content", folder=tmp_path).code == 0


def test_only_the_units_asked_for(tmp_path: Path) -> None:
    write(tmp_path, {**plain_unit("a"), **plain_unit("b"), **plain_unit("c")})
    ran = gen("build", "2024", "--unit", "a", "--unit", "c", folder=tmp_path)
    assert ran.code == 0, ran.out
    made = tmp_path / "build" / "2024"
    assert sorted(path.name for path in made.iterdir()) == ["a", "c"]


def test_every_unit_of_the_year_by_default(tmp_path: Path) -> None:
    write(tmp_path, {**plain_unit("a"), **plain_unit("b", 2023), **plain_unit("c")})
    assert gen("build", "2024", folder=tmp_path).code == 0
    assert sorted(path.name for path in (tmp_path / "build" / "2024").iterdir()) == ["a", "c"]


def test_another_output_folder(tmp_path: Path) -> None:
    small(tmp_path / "w")
    ran = gen("build", "2024", "--output", "成 果", "-C", "w", folder=tmp_path)
    assert ran.code == 0, ran.out
    made = workspaces.outputs(tmp_path / "成 果" / "2024" / "peixun")
    assert list(made) == ["报告.docx"]
    assert not (tmp_path / "w" / "build").exists()


# Exit codes


@pytest.mark.parametrize("command", ["check", "build"])
@pytest.mark.parametrize(
    ("content", "options", "code"),
    [
        ({}, [], 0),
        ({}, ["--strict"], 0),
        (WARNING, [], 0),
        (WARNING, ["--strict"], 1),
        (WARNING, ["-q"], 0),
        (ERROR, [], 1),
        (ERROR, ["--strict"], 1),
        (ERROR, ["-q"], 1),
        (ERROR, ["--format", "json"], 1),
        (WARNING, ["--format", "json", "--strict"], 1),
    ],
)
def test_exit_codes(
    command: str, content: Mapping[str, str], options: list[str], code: int, tmp_path: Path
) -> None:
    ran = gen(command, "2024", *options, folder=small(tmp_path, content))
    assert ran.code == code, ran.out
    assert ran.err == ""


def test_a_check_writes_nothing(tmp_path: Path) -> None:
    small(tmp_path)
    before = workspaces.snapshot(tmp_path)
    assert gen("check", "2024", folder=tmp_path).code == 0
    assert workspaces.snapshot(tmp_path) == before
    assert not (tmp_path / "build").exists()


def test_one_unit_with_errors_does_not_hold_up_the_others(tmp_path: Path) -> None:
    broken = {
        name.replace("peixun", "b"): text.replace("全年预算: 8,", "全年预算: 八,")
        for name, text in unit_files(projects={}, forms="plain").items()
    }
    write(tmp_path, {**plain_unit("a"), **broken, **plain_unit("c")})
    ran = gen("build", "2024", folder=tmp_path)
    assert ran.code == 1
    assert sorted(path.name for path in (tmp_path / "build" / "2024").iterdir()) == ["a", "c"]
    assert "没有生成：b 2024" in ran.out


# What is printed


def test_quiet_prints_errors_only(tmp_path: Path) -> None:
    assert gen("check", "2024", "-q", folder=small(tmp_path / "a", WARNING)).out == ""
    assert gen("build", "2024", "-q", folder=tmp_path / "a").out == ""
    said = gen("check", "2024", "-q", folder=small(tmp_path / "b", WARNING, ERROR)).out
    assert "F301" in said
    assert "T122" not in said
    assert "检查完毕" not in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("check", "2024"), "检查完毕：peixun 2024，1个警告。\n"),
        (
            ("build", "2024"),
            "没有生成：peixun 2024（1个警告）。原来的成果没有动，改正后再运行一次。\n",
        ),
    ],
)
def test_quiet_still_tells_why_a_strict_run_failed(
    arguments: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    ran = gen(*arguments, "--strict", "-q", folder=small(tmp_path, WARNING))
    assert (ran.code, ran.out) == (1, said)


def test_problems_are_printed_in_order_with_place_and_hint(tmp_path: Path) -> None:
    said = gen("check", "2024", folder=small(tmp_path, WARNING, ERROR)).out
    lines = said.splitlines()
    first = next(i for i, line in enumerate(lines) if "错误 F301" in line)
    second = next(i for i, line in enumerate(lines) if "警告 T122" in line)
    assert first < second, "figures.yaml comes before report.md"
    assert lines[first].startswith("content/peixun/2024/figures.yaml:4:14: ")
    assert lines[second].startswith("content/peixun/2024/report.md:3:1: ")
    assert lines[first + 1].startswith("    请")
    assert "检查完毕：peixun 2024，1个错误，1个警告。" in said


def test_json_has_the_promised_shape(tmp_path: Path) -> None:
    ran = gen("check", "2024", "--format", "json", folder=small(tmp_path, WARNING, ERROR))
    assert json.loads(ran.out) == ran.json
    assert ran.json.keys() >= {"problems", "summary"}
    assert ran.json["summary"] == {"errors": 1, "warnings": 1, "notes": 0}
    by_code = {str(found["code"]): found for found in ran.problems()}
    assert by_code.keys() == {"F301", "T122"}
    for found in ran.problems():
        promised = {"code", "severity", "message", "hint", "file", "line", "column", "related"}
        assert promised <= found.keys()
        assert found["severity"] in ("error", "warning", "note")
        assert all(isinstance(found[key], str) for key in ("message", "hint", "file"))
        assert all(type(found[key]) is int for key in ("line", "column"))
        assert CHINESE.search(str(found["message"]))
        assert isinstance(found["related"], list)
    total = by_code["F301"]
    assert (total["file"], total["line"]) == ("content/peixun/2024/figures.yaml", 4)
    places = [(p["file"], p["line"]) for p in total["related"]]
    assert places == [
        ("content/peixun/2024/figures.yaml", 2),
        ("content/peixun/2024/figures.yaml", 3),
    ]


def test_json_of_a_clean_check(workspace: Path) -> None:
    # 培训中心's 2024 is its 2023 once more, and is told as that.
    unit = ("--unit", "fuwuzhan")
    ran = gen("check", "2024", *unit, "--format", "json", folder=workspace)
    assert ran.json["problems"] == []
    assert ran.json["summary"] == {"errors": 0, "warnings": 0, "notes": 0}


def test_json_of_a_failed_build_lists_no_documents(tmp_path: Path) -> None:
    ran = gen("build", "2024", "--format", "json", folder=small(tmp_path, ERROR))
    assert ran.code == 1
    assert ran.json["documents"] == []
    assert [found["code"] for found in ran.problems()] == ["F301"]


# Consoles


def test_no_colour_in_a_pipe(tmp_path: Path) -> None:
    ran = gen_process("check", "2024", folder=small(tmp_path, ERROR))
    assert ran.code == 1
    assert "\x1b" not in ran.out + ran.err


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")
@pytest.mark.parametrize(("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_colour_on_a_terminal_unless_refused(
    environment: dict[str, str], coloured: bool, tmp_path: Path
) -> None:
    small(tmp_path, ERROR)
    script = (
        "import os, pty, sys\n"
        "sys.exit(os.waitstatus_to_exitcode(pty.spawn([sys.executable, '-m', 'generator', "
        "'check', '2024'])))"
    )
    cleared = {"NO_COLOR": "", "TERM": "xterm", **environment}
    ran = run_python("-c", script, folder=tmp_path, environment=cleared)
    assert ran.returncode == 1
    said = ran.stdout.decode()
    assert "F301" in said
    assert ("\x1b[" in said) is coloured


def test_a_gbk_console_prints_chinese(tmp_path: Path) -> None:
    ran = gen_process(
        "check", "2024", folder=small(tmp_path, WARNING, ERROR),
        environment={"PYTHONIOENCODING": "gbk"}, encoding="gbk",
    )  # fmt: skip
    assert ran.code == 1
    assert ran.err == ""
    assert "错误 F301 “资金来源.合计.全年预算”填的是128.51万元" in ran.out
    built = gen_process(
        "build", "2024", folder=write(tmp_path / "好", unit_files()),
        environment={"PYTHONIOENCODING": "gbk"}, encoding="gbk",
    )  # fmt: skip
    assert built.code == 0
    assert "附件1 部门整体支出绩效自评表.docx" in built.out
    assert "?" not in built.out


def test_a_character_that_gbk_lacks_does_not_stop_gen(tmp_path: Path) -> None:
    rare = unit_files(projects={"𠮷": workspaces.project("骨干𠮷班 ☑ café 한글")})
    ran = gen_process(
        "build", "2024", folder=write(tmp_path, rare),
        environment={"PYTHONIOENCODING": "gbk"}, encoding="gbk",
    )  # fmt: skip
    assert ran.code == 0, ran.out + ran.err
    names = [path.name for path in workspaces.documents(tmp_path / "build" / "2024" / "peixun")]
    assert "附件3 项目支出绩效自评表（骨干𠮷班 ☑ café 한글）.docx" in names


def test_even_a_console_without_chinese(tmp_path: Path) -> None:
    ran = gen_process(
        "check", "2024", folder=small(tmp_path, ERROR),
        environment={"PYTHONIOENCODING": "latin-1"}, encoding="latin-1",
    )  # fmt: skip
    assert ran.code == 1
    assert "F301" in ran.out


@pytest.mark.skipif(sys.platform == "win32", reason="there is no head")
def test_a_pipe_that_closes_early(tmp_path: Path) -> None:
    small(tmp_path, ERROR)
    script = (
        "import subprocess, sys\n"
        "p = subprocess.Popen([sys.executable, '-m', 'generator', 'check', '2024'],"
        " stdout=subprocess.PIPE, stderr=subprocess.PIPE)\n"
        "p.stdout.close()\n"
        "sys.stdout.write(p.stderr.read().decode())\n"
    )
    ran = run_python("-c", script, folder=tmp_path)
    assert "Traceback" not in ran.stdout.decode()


# Help


@pytest.mark.parametrize("command", [(), *EVERY_COMMAND], ids=" ".join)
def test_help_is_chinese(command: tuple[str, ...], tmp_path: Path) -> None:
    ran = gen(*command, "--help", folder=tmp_path)
    assert ran.code == 0
    assert ran.err == ""
    assert ran.out.startswith("用法：")
    for line in filter(str.strip, ran.out.splitlines()):
        assert CHINESE.search(line), line
    assert not re.search(r"[、，；。：（] +\S", ran.out), "a space where a line was joined"
    described = ran.out.partition("\n")[2]
    english = set(re.findall(r"(?<![-\w./])[A-Za-z]{3,}(?![\w/.])", described))
    plain = {
        "gen",
        "text",
        "json",
        "Word",
        "Excel",
        "Ctrl",
        "Tab",
        "JSON",
        "Schema",
        "jiu",
        "LibreOffice",
        "PDF",
        "Dask",
        "tcp",
    }
    assert english <= plain | NAMES
    if not command:
        assert all(re.search(rf"^ +{name} ", ran.out, re.MULTILINE) for name in COMMANDS)


def test_the_command_is_called_gen_however_it_was_started(tmp_path: Path) -> None:
    for arguments in (["--help"], ["check", "--help"]):
        ran = gen_process(*arguments, folder=tmp_path)
        assert ran.out.startswith(" ".join(["用法：gen", *arguments[:-1]]))
    assert "用法见 gen check --help" in gen_process("check", "--nix", folder=tmp_path).err


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], *([*path, "--help"] for path in EVERY_COMMAND)]
)
def test_help_imports_nothing_heavy(arguments: list[str], tmp_path: Path) -> None:
    script = (
        "import sys\n"
        f"sys.argv = ['gen', *{arguments!r}]\n"
        "from generator.cli.commands import main\n"
        "try:\n    main()\n"
        "except SystemExit as end:\n    assert not end.code, end.code\n"
        "heavy = {'docx', 'openpyxl', 'lxml', 'jinja2', 'docxtpl', 'docxcompose'}\n"
        "print('heavy:', sorted(heavy & {name.partition('.')[0] for name in sys.modules}))\n"
    )
    ran = run_python("-c", script, folder=tmp_path)
    assert ran.returncode == 0, ran.stderr.decode()
    assert ran.stdout.decode().splitlines()[-1] == "heavy: []"


def test_the_version(tmp_path: Path) -> None:
    ran = gen("--version", folder=tmp_path)
    assert ran.code == 0
    assert re.fullmatch(r"gen \d+\.\d+\.\d+\S*\n", ran.out)


# Our own failures


def test_our_own_failure_is_no_traceback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr("generator.figures.compute.compute", broken)
    monkeypatch.delenv("GEN_DEBUG", raising=False)
    ran = gen("check", "2024", folder=small(tmp_path))
    assert ran.code == 2
    assert "gen 自己出错了（ZeroDivisionError）" in ran.err
    assert "Traceback" not in ran.err
    monkeypatch.setenv("GEN_DEBUG", "1")
    assert "secret" in gen("check", "2024", folder=tmp_path).err


def test_a_document_that_no_error_accounts_for_is_our_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is built without it, and the earlier one is not taken away."""
    folder = small(tmp_path)
    assert gen("build", "2024", folder=folder).code == 0
    before = snapshot(folder / "build")
    change(folder / "content/peixun/unit.yaml", ("名称: ", "名称: 新"))
    monkeypatch.setattr("generator.build.documents.finish", lambda *_: None)
    ran = gen("build", "2024", folder=folder)
    assert (ran.code, "gen 自己出错了（Unaccounted）" in ran.err) == (2, True)
    assert snapshot(folder / "build") == before


def test_the_installed_command_is_the_same(tmp_path: Path) -> None:
    """``gen`` on the PATH of this Python, where there is one, answers like ``-m generator``."""
    command = Path(sys.executable).with_name("gen.exe" if os.name == "nt" else "gen")
    if not command.exists():
        pytest.skip("gen is not installed here")
    import subprocess

    ran = subprocess.run([str(command), "--version"], capture_output=True, check=False)
    assert ran.stdout.decode() == gen("--version", folder=tmp_path).out
