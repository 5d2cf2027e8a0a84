"""Real folders and consoles: odd names, links, read-only places, lock files, code pages, pipes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kit import workspaces
from kit.workspaces import PACKAGE, gen, gen_process, snapshot, unit_files, write

from generator import checks

OUT = "build/2024/peixun"
FACTS = "content/peixun/2024/facts.yaml"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return write(tmp_path / "工作区", unit_files())


# Years


def test_a_year_beside_the_units_hides_none_of_them(tmp_path: Path) -> None:
    """Somebody copied the year's folder one level too high."""
    write(tmp_path, {**unit_files("jia"), **unit_files("yi", name="乙单位", short="乙")})
    stray = tmp_path / "content" / "2024"
    shutil.copytree(tmp_path / "content" / "jia" / "2024", stray)
    ran = workspaces.check(tmp_path, 2024)
    assert ran.code == 0, ran.out
    (found,) = ran.problems("L136")
    assert (found["file"], found["severity"]) == ("content/2024", "warning")
    assert "移到单位文件夹里" in found["hint"]
    assert "jia 2024、yi 2024" in gen("check", "2024", folder=tmp_path).out
    built = gen("build", "2024", folder=tmp_path)
    assert "L136" in built.out
    assert sorted(path.name for path in (tmp_path / "build/2024").iterdir()) == ["jia", "yi"]
    stray.rename(tmp_path / "content" / "2025")
    ran = gen("check", "2025", folder=tmp_path)
    assert ran.code == 2
    assert "“content/2025”不在单位文件夹里" in ran.err
    assert "移到单位文件夹里" in ran.err


def test_strict_publishes_nothing_after_a_warning_about_the_workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "run", lambda *_: [])  # the content itself is not the matter
    write(tmp_path, {**unit_files("jia"), **unit_files("yi", name="乙单位", short="乙")})
    (tmp_path / "content" / "2024").mkdir()
    ran = gen("build", "2024", "--strict", folder=tmp_path)
    assert ran.code == 1
    assert "L136" in ran.out
    assert not list(tmp_path.glob("build/2024/*/*"))
    (tmp_path / "content" / "2024").rmdir()
    assert gen("build", "2024", "--strict", folder=tmp_path).code == 0
    assert {p.parent.name for p in tmp_path.glob("build/2024/*/*.docx")} == {"jia", "yi"}


def test_a_year_of_a_single_unit_stands_in_content(tmp_path: Path) -> None:
    write(tmp_path, unit_files(""))
    ran = workspaces.check(tmp_path, 2024)
    assert (ran.code, ran.problems("L136")) == (0, [])
    (tmp_path / "content" / "unit.yaml").unlink()
    assert [p["code"] for p in workspaces.check(tmp_path, 2024).problems()] == ["L131"]


@pytest.mark.parametrize(
    ("name", "why"),
    [("２０２４", "全角"), ("2024年", "只写四位数字"), ("2024 年度", "只写四位数字")],
)
@pytest.mark.parametrize("unit", ["jia", ""])
def test_a_misnamed_year_is_named(tmp_path: Path, unit: str, name: str, why: str) -> None:
    home = write(tmp_path, unit_files(unit)) / "content" / unit
    (home / "2024").rename(home / name)
    ran = gen("check", "2024", folder=tmp_path)
    assert ran.code == 2
    assert "是否为" not in ran.err
    assert name in ran.err
    assert why in ran.err
    assert "改名为 2024" in ran.err
    shutil.copytree(home / name, home / "2023")
    (found,) = workspaces.check(tmp_path, 2023).problems("L137")
    assert why in found["message"]
    (home / name).rename(home / "2024")
    assert workspaces.check(tmp_path, 2023).problems("L137") == []


@pytest.mark.parametrize("output", ["content", "content/成果", "templates"])
def test_outputs_do_not_go_among_the_content(small: Path, output: str) -> None:
    (small / "templates").mkdir(exist_ok=True)
    before = snapshot(small)
    ran = gen("build", "2024", "--output", output, folder=small)
    assert ran.code == 2
    assert "成果不能放在" in ran.err
    assert snapshot(small) == before
    assert gen("build", "2024", "--output", "contents", folder=small).code == 0


def test_a_folder_that_is_not_there(small: Path) -> None:
    ran = gen("check", "2024", "-C", "不存在", folder=small)
    assert ran.code == 2
    assert "没有文件夹“不存在”" in ran.err
    assert gen("check", "2024", "-C", "content", folder=small).code == 0


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="没有命名管道的系统")
@pytest.mark.parametrize(
    "name",
    [
        "facts.yaml",
        "figures.yaml",
        "indicators.yaml",
        "projects/甲.yaml",
        "report.md",
        "../2023/figures.yaml",
    ],
)
def test_a_pipe_is_not_waited_for(small: Path, name: str) -> None:
    pipe = small / "content/peixun/2024" / name
    pipe.parent.mkdir(parents=True, exist_ok=True)
    pipe = pipe.resolve()
    pipe.unlink(missing_ok=True)
    os.mkfifo(pipe)
    (found,) = workspaces.check(small, 2024).problems("L101")
    assert found["file"].endswith(name.removeprefix("../"))
    assert "管道" in found["message"]
    assert gen("build", "2024", folder=small).code == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="没有命名管道的系统")
def test_a_record_that_is_a_pipe_counts_as_none(small: Path) -> None:
    record = small / OUT / ".gen" / "record.json"
    record.parent.mkdir(parents=True)
    os.mkfifo(record)
    assert gen("build", "2024", folder=small).code == 0
    assert record.is_file()


def test_a_folder_named_like_a_content_file_is_told_of_by_every_build(small: Path) -> None:
    assert gen("build", "2024", folder=small).code == 0
    (small / "content/peixun/2024/projects/乙.yaml").mkdir()
    for _ in range(2):
        ran = gen("build", "2024", folder=small)
        assert (ran.code, "L101" in ran.out, "这是一个文件夹" in ran.out) == (1, True, True)


def test_a_projects_folder_that_cannot_be_opened(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    projects = small / "content/peixun/2024/projects"
    projects.mkdir(exist_ok=True)
    usual = Path.iterdir

    def iterdir(self: Path) -> Iterator[Path]:
        if self == projects:
            raise PermissionError(13, "Permission denied")
        return usual(self)

    monkeypatch.setattr(Path, "iterdir", iterdir)
    (found,) = workspaces.check(small, 2024).problems("L101")
    assert found["file"] == "content/peixun/2024/projects"
    assert "没有权限" in found["message"]
    ran = gen("build", "2024", folder=small)
    assert (ran.code, "写不进" in ran.out) == (1, False)


# Names


@pytest.mark.parametrize(
    "name",
    [
        "绩效 自评 2024年",
        "a b",
        "（新）“三公”经费",
        "x'y&z",
        "100%",
        "~工作区",
        "-q",
        "甲" * 60,
        "𠮷",
    ],
)
def test_a_workspace_may_have_any_name(tmp_path: Path, name: str) -> None:
    folder = write(tmp_path / name, unit_files())
    assert workspaces.build(folder, 2024)
    ran = gen("check", "2024", "-C", folder / "content" / "peixun", folder=tmp_path)
    assert ran.code == 0, ran.out + ran.err


@pytest.mark.parametrize("unit", ["县 教育局", "县教育局（本级）", "é单位", "UNIT-1"])
def test_a_unit_may_have_any_folder_name(tmp_path: Path, unit: str) -> None:
    workspaces.build(write(tmp_path, unit_files(unit)), 2024)
    assert len(snapshot(tmp_path / "build" / "2024" / unit)) > 2


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_composed_and_decomposed_names(tmp_path: Path, form: str) -> None:
    """File systems of other makers hand out decomposed names; content refers to the file."""
    name = unicodedata.normalize(form, "é项目ü")
    files = unit_files(projects={name: workspaces.project(name)})
    folder = workspaces.build(write(tmp_path, files), 2024)
    assert sum("附件3" in path.name for path in (folder / "peixun").iterdir()) == 2


@pytest.mark.parametrize(
    "name",
    [
        "甲/乙",
        "甲\\乙",
        "甲:乙",
        "甲*乙?",
        '"甲"',
        "<甲>",
        "甲|乙",
        "CON",
        "nul",
        "com1",
        "甲.",
        " 甲 ",
        "..",
        "../../逃",
        "长" * 200,
        "🙂",
        "&甲",
        "{{甲}}",
        "=1+1",
    ],
)
def test_project_names_that_windows_forbids_give_good_file_names(tmp_path: Path, name: str) -> None:
    files = unit_files(
        projects={"甲": workspaces.project("名").replace("名称: 名", f"名称: {_quoted(name)}", 1)}
    )
    write(tmp_path, files)
    ran = gen("build", "2024", folder=tmp_path)
    assert ran.code == 0, ran.out + ran.err
    names = [path.name for path in (tmp_path / OUT).iterdir() if path.is_file()]
    assert sum("附件3" in found for found in names) == 2
    for found in names:
        assert not set(found) & set('\\/:*?"<>|\r\n\t'), found
        assert len(found.encode()) <= 255
        stem = found.rpartition(".")[0]
        assert stem == stem.strip(" .")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["build", "content"]


def _quoted(text: str) -> str:
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'


def test_two_projects_whose_file_names_fall_together_are_told(tmp_path: Path) -> None:
    projects = {
        key: workspaces.project("名").replace("名称: 名", f'名称: "{name}"', 1)
        for key, name in (("甲", "培训:一"), ("乙", "培训?一"))
    }
    ran = workspaces.check(write(tmp_path, unit_files(projects=projects)), 2024)
    assert ran.code == 1
    assert "projects/乙.yaml" in ran.out
    assert "projects/甲.yaml" in ran.out
    assert ran.problems("W102")


def test_names_that_differ_in_case_only_do_not_overwrite_each_other(tmp_path: Path) -> None:
    """On Windows and macOS ``A`` and ``a`` are one file."""
    projects = {
        key: workspaces.project("名").replace("名称: 名", f"名称: {name}", 1)
        for key, name in (("甲", "Plan A"), ("乙", "plan a"))
    }
    ran = workspaces.check(write(tmp_path, unit_files(projects=projects)), 2024)
    assert ran.problems("W102")


# Links and paths that lead out


@pytest.mark.parametrize("name", ["facts.yaml", "figures.yaml", "indicators.yaml", "report.md"])
def test_a_linked_file_outside_is_not_read(small: Path, tmp_path: Path, name: str) -> None:
    path = small / "content/peixun/2024" / name
    outside = tmp_path / f"别处-{name}"
    path.rename(outside)
    path.symlink_to(outside)
    ran = workspaces.check(small, 2024)
    assert [item["code"] for item in ran.problems("L130")] == ["L130"]
    assert ran.code == 1


def test_a_linked_project_outside_is_not_read(small: Path, tmp_path: Path) -> None:
    secret = tmp_path / "秘密.yaml"
    secret.write_text("名称: 绝密事项\n", encoding="utf-8")
    (small / "content/peixun/2024/projects/秘密.yaml").symlink_to(secret)
    ran = workspaces.check(small, 2024)
    assert ran.problems("L130")
    assert "绝密事项" not in ran.out


def test_a_linked_year_or_unit_outside_is_not_read(small: Path, tmp_path: Path) -> None:
    home = small / "content/peixun"
    home.rename(tmp_path / "别处")
    home.symlink_to(tmp_path / "别处", target_is_directory=True)
    ran = workspaces.check(small, 2024)
    assert ran.code == 1
    assert ran.problems("L130")


def test_links_inside_the_workspace_are_fine(small: Path) -> None:
    report = small / "content/peixun/2024/report.md"
    report.rename(small / "content/正文.md")
    report.symlink_to("../../正文.md")
    workspaces.build(small, 2024)


def test_a_link_in_a_circle_is_a_message(small: Path) -> None:
    path = small / "content/peixun/2024/report.md"
    path.unlink()
    path.symlink_to("report.md")
    ran = gen("check", "2024", folder=small)
    assert ran.code == 1, ran.err


@pytest.mark.parametrize("path", ["../秘密.docx", "docx/../../秘密.docx", "{outside}"])
def test_a_template_outside_is_not_read(small: Path, tmp_path: Path, path: str) -> None:
    from generator.workspace import packaged_templates

    packaged = packaged_templates()
    secret = small / "秘密.docx"
    secret.write_bytes((packaged / "docx/jiujiang/附件1.docx").read_bytes())
    forms = (packaged / "jiujiang.yaml").read_text(encoding="utf-8")
    path = path.format(outside=secret.as_posix())
    changed = forms.replace("docx: docx/jiujiang/附件1.docx", f"docx: {path}")
    write(small, {"templates/jiujiang.yaml": changed})
    ran = workspaces.check(small, 2024)
    assert ran.code == 1
    assert {item["code"] for item in ran.problems()} & {"T003", "T004"}


def test_a_linked_template_outside_is_not_read(small: Path, tmp_path: Path) -> None:
    from generator.workspace import packaged_templates

    secret = tmp_path / "秘密.docx"
    secret.write_bytes((packaged_templates() / "docx/jiujiang/附件1.docx").read_bytes())
    target = small / "templates/docx/jiujiang/附件1.docx"
    target.parent.mkdir(parents=True)
    target.symlink_to(secret)
    before = secret.read_bytes()
    workspaces.build(small, 2024)  # with the packaged template
    assert secret.read_bytes() == before


@pytest.mark.parametrize("typed", ["../../别处", "/etc/passwd", "甲/../../乙"])
def test_a_form_set_name_that_climbs_is_unknown(small: Path, typed: str) -> None:
    workspaces.change(small / "content/peixun/unit.yaml", ("套表: jiujiang", f"套表: {typed}"))
    ran = workspaces.check(small, 2024)
    assert ran.code == 1
    assert [item["code"] for item in ran.problems()] == ["L504"]


# Read-only places and occupied files


@pytest.fixture
def writer() -> Iterator[Callable[..., subprocess.CompletedProcess[bytes]]]:
    """Run gen as a user who is not allowed everything (tests in containers run as root)."""
    as_nobody: dict[str, int] = {}
    if os.name != "nt" and os.geteuid() == 0:
        as_nobody = {"user": 65534, "group": 65534}

    def run(*arguments: str, folder: Path) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "generator", *arguments]
        settings = {"PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(PACKAGE.parent),
                    "GEN_CACHE": "0", "PYTHONDONTWRITEBYTECODE": "1"}  # fmt: skip
        try:
            return subprocess.run(
                command, cwd=folder, env={**os.environ, **settings},
                capture_output=True, check=False, timeout=120, **as_nobody,
            )  # fmt: skip
        except PermissionError:
            pytest.skip("this Python is not there for other users")

    return run


def _open_to_all(folder: Path) -> None:
    """Parents that a stranger may pass, and contents that he may read."""
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    for parent in folder.parents:
        if parent.stat().st_uid == os.geteuid() and parent != Path("/"):
            parent.chmod(parent.stat().st_mode | 0o055)


Writer = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
def test_a_folder_that_cannot_be_written_is_a_message(small: Path, writer: Writer) -> None:
    workspaces.build(small, 2024)
    before = snapshot(small / OUT)
    workspaces.change(small / FACTS, ("下属单位个数: 2", "下属单位个数: 3"))
    _open_to_all(small)
    for path in [small / "build", *(p for p in (small / "build").rglob("*") if p.is_dir()), small]:
        path.chmod(0o555)
    try:
        ran = writer("build", "2024", folder=small)
    finally:
        for path in [small, small / "build", *(small / "build").rglob("*")]:
            path.chmod(0o755)
    said = ran.stdout.decode() + ran.stderr.decode()
    if "No module named" in said or "Permission denied" in said:
        pytest.skip("the installation is not readable for other users")
    assert ran.returncode == 1, said
    assert "W101" in said
    assert snapshot(small / OUT) == before


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
def test_a_file_that_cannot_be_read_is_a_message(small: Path, writer: Writer) -> None:
    _open_to_all(small)
    (small / "content/peixun/2024/figures.yaml").chmod(0)
    ran = writer("check", "2024", folder=small)
    said = ran.stdout.decode() + ran.stderr.decode()
    if "No module named" in said:
        pytest.skip("the installation is not readable for other users")
    assert ran.returncode == 1, said
    assert "L101" in said
    assert "没有权限" in said


def test_a_file_held_by_another_program_is_a_message(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What Windows does while WPS has the file open."""
    read = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name in ("figures.yaml", "report.md"):
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    ran = workspaces.check(small, 2024)
    assert [Path(str(item["file"])).name for item in ran.problems("L101")] == [
        "figures.yaml", "report.md",
    ]  # fmt: skip
    assert {item["code"] for item in ran.problems() if item["severity"] == "error"} == {"L101"}


def test_read_only_content_is_enough_to_check(small: Path) -> None:
    files = [path for path in (small / "content").rglob("*") if path.is_file()]
    for path in files:
        path.chmod(0o444)
    assert workspaces.check(small, 2024).code == 0


def test_read_only_outputs_are_replaced(small: Path) -> None:
    workspaces.build(small, 2024)
    for path in (small / OUT).iterdir():
        if path.is_file():
            path.chmod(0o444)
    workspaces.change(small / FACTS, ("下属单位个数: 2", "下属单位个数: 3"))
    workspaces.build(small, 2024)


def test_a_folder_in_place_of_a_file_is_a_message(small: Path) -> None:
    path = small / "content/peixun/2024/facts.yaml"
    path.unlink()
    path.mkdir()
    ran = gen("check", "2024", folder=small)
    assert ran.code == 1, ran.err
    assert "facts.yaml" in ran.out


def test_a_lock_file_beside_an_output_is_a_warning_only(small: Path) -> None:
    """WPS leaves ``~$…`` behind when it crashes."""
    out = workspaces.build(small, 2024) / "peixun"
    name = next(path.name for path in out.iterdir() if path.suffix == ".docx")
    lock = out / f"~${name[2:]}"
    lock.write_bytes(b"\x05user" + bytes(50))
    workspaces.change(small / FACTS, ("下属单位个数: 2", "下属单位个数: 3"))
    ran = gen("build", "2024", "--format", "json", folder=small)
    assert ran.code == 0, ran.out + ran.err
    warned = [item for item in ran.problems() if "~$" in str(item["file"]) + str(item["message"])]
    assert {item["severity"] for item in warned} == {"warning"}
    assert lock.read_bytes().startswith(b"\x05user")


# Consoles


@pytest.mark.parametrize("encoding", ["gbk", "cp936", "utf-8", "ascii", "latin-1", "big5"])
def test_messages_print_on_any_console(small: Path, encoding: str) -> None:
    workspaces.change(
        small / "content/peixun/2024/facts.yaml", ("主送: 县财政局", "主送: [2018]𠮷〔一〕①é☑🙂")
    )
    # click takes ASCII for a mistake of the surroundings and writes UTF-8.
    read_as = "utf-8" if encoding == "ascii" else encoding
    ran = gen_process(
        "check", "2024",
        folder=small, environment={"PYTHONIOENCODING": encoding}, encoding=read_as,
    )  # fmt: skip
    assert ran.code == 1
    assert "Traceback" not in ran.err
    assert "L124" in ran.out
    if encoding in ("gbk", "cp936", "utf-8"):
        assert "错误 L124" in ran.out


def test_nothing_gen_itself_says_is_missing_from_gbk() -> None:
    from generator.problems.messages import CATALOG

    for entry in CATALOG.values():
        (entry.title + entry.text + entry.hint).encode("gbk")


def test_help_prints_under_gbk(small: Path) -> None:
    for arguments in (["--help"], ["build", "--help"], ["chek"]):
        ran = gen_process(
            *arguments, folder=small, environment={"PYTHONIOENCODING": "gbk"}, encoding="gbk"
        )
        assert "Traceback" not in ran.err
        assert "?" not in ran.out.replace("？", "")


def test_a_pipe_gets_no_colours(small: Path) -> None:
    workspaces.change(small / FACTS, ("主送: 县财政局", "主送：县财政局"))
    for extra in ({}, {"NO_COLOR": "1"}, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, {"TERM": "dumb"}):
        ran = gen_process("check", "2024", folder=small, environment=extra)
        assert ran.code == 1
        assert "\x1b" not in ran.out + ran.err


def test_a_closed_pipe_is_no_crash(small: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "generator", "check", "2024"],
        cwd=small, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(PACKAGE.parent), "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    said = process.stderr.read().decode()
    process.stderr.close()
    process.wait(timeout=60)
    assert "Traceback" not in said


def test_json_on_a_gbk_console_is_still_json(small: Path) -> None:
    workspaces.change(small / "content/peixun/2024/facts.yaml", ("主送: 县财政局", "主送: [𠮷]é"))
    ran = gen_process(
        "check", "2024", "--format", "json",
        folder=small, environment={"PYTHONIOENCODING": "gbk"}, encoding="gbk",
    )  # fmt: skip
    assert ran.problems("L124")
