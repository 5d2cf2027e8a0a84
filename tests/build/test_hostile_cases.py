"""Attacks that once got through: each gives a message with its place and leaves the old set."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from kit import workspaces
from kit.archives import unpacked

HOME = "content/peixun"
YEAR = f"{HOME}/2024"
PROJECT = f"{YEAR}/projects/骨干培训.yaml"
REPORT = f"{YEAR}/report.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace whose set is built."""
    workspaces.write(tmp_path, workspaces.unit_files())
    workspaces.build(tmp_path, 2024)
    return tmp_path


def refused(folder: Path, code: str, file: str, line: int = 0) -> str:
    """Build, which must fail with ``code`` in ``file``; what was printed. The set stands."""
    before = workspaces.snapshot(folder / "build")
    ran = workspaces.gen("build", "2024", folder=folder)
    assert (ran.code, ran.err) == (1, ""), ran.out + ran.err
    assert workspaces.snapshot(folder / "build") == before
    at = f"{file}:{line}:" if line else f"{file}"
    assert any(one.startswith(at) and f"错误 {code}" in one for one in ran.out.splitlines()), (
        ran.out
    )
    assert "\x1b" not in ran.out
    assert "W201" not in ran.out
    return ran.out


def add(folder: Path, file: str, text: str) -> int:
    """Put a paragraph behind a file; the line on which it begins."""
    path = folder / file
    before = path.read_text(encoding="utf-8")
    path.write_text(f"{before}\n{text}\n", encoding="utf-8")
    return before.count("\n") + 2


# Wrong arguments (case 05), digits that are none, halves of characters (case 07)

BUDGET = "资金来源.财政拨款.全年预算"


@pytest.mark.parametrize(
    "wrong",
    [
        f"完成预算({BUDGET}, 2, 资金来源)",
        f"完成预算({BUDGET}, 2, 项目)",
        f"完成预算({BUDGET}, 2, 3)",
        f"完成预算({BUDGET}, 2, none)",
        f"完成预算({BUDGET}, 资金来源)",
        f"完成预算({BUDGET}, '2')",
        "万元(资金来源)",
        "万元(项目)",
        "数(1.5)",
        "数(true)",
        "增减(1)",
        "万元(1, 2, 3)",
        "万元(甲=1)",
    ],
)
def test_a_wrong_argument_is_no_text(wrong: str, folder: Path) -> None:
    line = add(folder, REPORT, f"{{{{ 资金来源.财政拨款.全年执行 | {wrong} }}}}")
    out = refused(folder, "T106", REPORT, line)
    assert "Names" not in out
    assert "Figure" not in out


@pytest.mark.parametrize("wrong", ["占(资金来源)", "占(项目)", "占('甲')", "占(2)", "占(none)"])
def test_what_is_no_number_is_told_as_what_it_is(wrong: str, folder: Path) -> None:
    line = add(folder, REPORT, f"{{{{ 资金来源.财政拨款.全年执行 | {wrong} }}}}")
    out = refused(folder, "T104", REPORT, line)
    assert "None" not in out


@pytest.mark.parametrize(
    "tag",
    ["年度 | 数(²)", "年度 | 数(①)", f"年度 | 数({'9' * 5_000})", '"\\ud800"', '"\\x1b[31m"',
     '"\\ue010甲\\ue011"', '"\\u202e甲"', '年度["\\ud800"]'],
)  # fmt: skip
def test_odd_literals(tag: str, folder: Path) -> None:
    line = add(folder, REPORT, f"{{{{ {tag} }}}}")
    assert len(refused(folder, "T110", REPORT, line)) < 3_000


def test_a_label_may_be_a_text_of_the_content(folder: Path) -> None:
    add(folder, REPORT, f"{{{{ 资金来源.财政拨款.全年执行 | 完成预算({BUDGET}, 2, 单位.简称) }}}}")
    workspaces.build(folder, 2024)
    report = next((folder / "build/2024/peixun").glob("*报告*.docx"))
    assert "完成培训中心的91.49%" in body(report).replace(" ", "")


def body(path: Path) -> str:
    import re

    return re.sub("<[^>]*>", "", unpacked(path.read_bytes())["word/document.xml"].decode())


# Headings (case 06)


@pytest.mark.parametrize("count", [1, 5, 12])
def test_any_number_of_first_level_headings(count: int, tmp_path: Path) -> None:
    """The report may name some of them."""
    groups = [workspaces.level1(f"第{number}类指标", 1) for number in range(1, count + 1)]
    report = workspaces.REPORT + "\n第1类指标{{ 自评.一级得分.第1类指标 }}分。\n"
    files = workspaces.unit_files(rows=workspaces.indicators(groups), report=report)
    workspaces.write(tmp_path, files)
    ran = workspaces.gen("build", "2024", folder=tmp_path)
    assert ran.code == 0, ran.out


@pytest.mark.parametrize(
    "tags",
    [
        "{{ 指标[0].得分 }}",
        "{{ 指标[1].得分 }}、{{ 指标[0].分值 }}",
        "{% for r in 指标 if r.得分 < r.分值 %}{{ r.得分 }}{% endfor %}",
        "{% for r in 指标 %}{% if r.得分 < r.分值 %}{{ r.得分 }}{% endif %}{% endfor %}",
        "{% for p in 项目 %}{{ p.指标[0].得分 }}{% endfor %}",
        "{% for r in 指标 %}{{ 指标[0].得分 }}{% endfor %}",
    ],
)
def test_a_report_shows_the_rows_it_likes(tags: str, tmp_path: Path) -> None:
    files = workspaces.unit_files(report=f"{workspaces.REPORT}\n{tags}\n")
    workspaces.write(tmp_path, files)
    ran = workspaces.gen("build", "2024", folder=tmp_path)
    assert ran.code == 0, ran.out


# What YAML escapes (case 08)


@pytest.mark.parametrize(
    ("file", "old", "new", "code"),
    [
        (PROJECT, "名称: 骨干培训\n", '名称: "\\e[31m红\\x1b]0;pwn\\x07"\n', "L105"),
        (f"{YEAR}/facts.yaml", "县财政局", '"县\\ue010局\\ue011"', "L106"),
        (f"{YEAR}/facts.yaml", "县财政局", '"县\\u202e局"', "L140"),
        (f"{HOME}/unit.yaml", "名称: 测试县", '名称: "测试县\\0"\n备注: 县', "L105"),
        (PROJECT, "名称: 骨干培训\n", '名称: "骨干\\t培训"\n', "L143"),
        (f"{HOME}/unit.yaml", "简称: 培训中心", '简称: "培训\\n中心"', "L143"),
        (f"{YEAR}/facts.yaml", "县财政局", '"县\\r局"', "L105"),
    ],
)
def test_escapes(file: str, old: str, new: str, code: str, folder: Path) -> None:
    workspaces.change(folder / file, (old, new))
    refused(folder, code, file)


def test_json_holds_no_raw_control_either(folder: Path) -> None:
    ran = workspaces.gen("explain", "2024", "\x1b[31m\u202e", "--format", "json", folder=folder)
    assert "\x1b" not in ran.out + ran.err
    assert "\u202e" not in ran.out
    assert ran.json["peixun 2024"]["unknown"]["name"] == "\x1b[31m\u202e"
    ran = workspaces.gen("explain", "2024", "\x1b[31m\u202e", folder=folder)
    assert ran.code == 2
    assert "\\x1b[31m\\u202e" in ran.err


# Names of folders and files (cases 15, 16)

ODD = [b"\xff\xfe", "甲\u202e乙".encode(), b"a\x1b[31m", "甲\ue010".encode()]


@pytest.fixture(params=ODD, ids=["bytes", "direction", "escape", "private"])
def odd(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A name that some file systems can hold."""
    name = os.fsdecode(request.param)
    try:
        (tmp_path / name).mkdir()
        (tmp_path / name).rmdir()
    except OSError:
        pytest.skip("this disk refuses such names")
    return name


def commands(folder: Path) -> list[workspaces.Ran]:
    """The commands that look into folders."""
    told = [["check", "2024"], ["build", "2024"], ["check", "2024", "--format", "json"],
            ["diff", "2024"], ["explain", "2024", "年度"], ["template", "check"],
            ["template", "names", "2024"], ["freeze", "2024", "稿"]]  # fmt: skip
    return [workspaces.gen(*words, folder=folder) for words in told]


def sound(ran: workspaces.Ran) -> bool:
    """Whether an answer is a message of gen's that any screen can show."""
    text = ran.out + ran.err
    text.encode()
    return ran.code in (0, 1, 2) and "自己出错" not in text and "\x1b" not in text


def test_the_only_unit_has_such_a_name(odd: str, tmp_path: Path) -> None:
    workspaces.write(tmp_path, workspaces.unit_files())
    (tmp_path / HOME).rename(tmp_path / "content" / odd)
    assert all(map(sound, commands(tmp_path)))
    ran = workspaces.gen("build", "2024", folder=tmp_path)
    assert ran.code == 2
    assert "名称里有不能用的字符" in ran.err


def test_one_of_two_units_has_such_a_name(odd: str, folder: Path) -> None:
    (folder / "content" / odd / "2024").mkdir(parents=True)
    refused(folder, "L141", "content/")
    assert all(map(sound, commands(folder)))


@pytest.mark.parametrize(
    "place",
    [lambda odd: f"{YEAR}/projects/{odd}.yaml", lambda odd: f"{YEAR}/{odd}.yaml"],
    ids=["project", "stray"],
)
def test_a_file_has_such_a_name(place: Callable[[str], str], odd: str, folder: Path) -> None:
    (folder / place(odd)).write_text(workspaces.project("别的"), encoding="utf-8")
    refused(folder, "L141", YEAR)
    assert all(map(sound, commands(folder)))


def test_arguments_are_shown_as_what_they_are(tmp_path: Path) -> None:
    workspaces.write(tmp_path, workspaces.unit_files())
    ran = workspaces.gen("build", "2024", "--unit", "\x1b[31m\udcff", folder=tmp_path)
    assert ran.code == 2
    assert "\\x1b[31m\\xff" in ran.err


# Texts that Excel takes for codes


def test_what_looks_like_a_code_of_excel_prints_as_typed(folder: Path) -> None:
    path = folder / PROJECT
    text = path.read_text(encoding="utf-8")
    typed = "_x0041_班_x005F_"
    path.write_text(text.replace("骨干培训", typed), encoding="utf-8")
    built = workspaces.build(folder, 2024, "--force") / "peixun"
    shown = [
        str(cell.value)
        for file in built.glob("附件2*.xlsx")
        for row in openpyxl.load_workbook(file).worksheets[0].iter_rows()
        for cell in row
    ]
    # openpyxl leaves the code of the underscore as it is written.
    assert any(typed in cell.replace("_x005F_x", "_x") for cell in shown), shown
