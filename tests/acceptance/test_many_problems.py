"""A thousand problems at once: readable as text, complete as JSON, and never let through."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from kit import workspaces
from kit.workspaces import gen, unit_files, write

MANY = 1000
#: Each row has a letter for a digit (L207) …
WRONG = "杂项:\n" + "".join(f"  行{n}: {{本年: {n}O}}\n" for n in range(1, MANY + 1))
#: … each of these headings a number of its own (T122, a warning) …
NUMBERED = "".join(f"\n# 一、标题{n}\n" for n in range(1, MANY + 1))
#: … and each of these tables a total that is off by what rounding explains (F302, a note).
OFF = "".join(
    f"表{n}:\n  尾差: 允许\n  甲: {{本年: 1.001}}\n  乙: {{本年: 1}}\n  合计: {{本年: 2}}\n"
    for n in range(1, MANY + 1)
)


def a_unit(folder: Path, figures: str = "", report: str = "") -> Path:
    """A unit without a problem of its own, to which text is added."""
    home = "content/peixun/2024"
    sound = workspaces.unit_figures(0).replace("120.5", "82").replace("110.25", "82")
    files = unit_files(projects={}, figures=sound + figures)
    files[f"{home}/report.md"] += report
    return write(folder, files)


def headings(out: str) -> Counter[str]:
    """How often each kind is shown in full."""
    return Counter(re.findall(r"^\S+: (?:错误|警告|提示) (\w+) ", out, re.MULTILINE))


def test_the_unit_itself_has_no_problem(tmp_path: Path) -> None:
    ran = gen("check", "2024", "--strict", folder=a_unit(tmp_path))
    assert ran.code == 0, ran.out


def test_a_long_list_shows_the_first_of_each_kind_and_counts_the_rest(tmp_path: Path) -> None:
    ran = gen("check", "2024", folder=a_unit(tmp_path, WRONG, NUMBERED))
    assert ran.code == 1
    assert headings(ran.out) == {"L207": 3, "T122": 3}
    lines = ran.out.splitlines()
    assert lines[0].startswith("content/peixun/2024/figures.yaml:")
    assert "“1O”" in lines[0]
    assert lines[1] == "    是否为“10”？"
    assert lines[-4:] == [
        "错误 L207 另有 997 处同类问题。",
        "警告 T122 另有 997 处同类问题。",
        "加 -v 显示全部。",
        "检查完毕：peixun 2024，1000个错误，1000个警告。",
    ]
    assert len(lines) == 16, "one screen"


def test_verbose_shows_every_one_in_order(tmp_path: Path) -> None:
    ran = gen("check", "2024", "-v", folder=a_unit(tmp_path, WRONG, NUMBERED))
    assert headings(ran.out) == {"L207": MANY, "T122": MANY}
    assert re.findall("标题“一、标题(\\d+)”", ran.out) == [str(n) for n in range(1, MANY + 1)]
    assert "另有" not in ran.out
    assert "-v" not in ran.out


def test_quiet_counts_errors_only(tmp_path: Path) -> None:
    ran = gen("check", "2024", "-q", folder=a_unit(tmp_path, WRONG, NUMBERED))
    assert headings(ran.out) == {"L207": 3}
    assert ran.out.splitlines()[-2:] == [
        "错误 L207 另有 997 处同类问题。",
        "把 -q 换成 -v，显示全部。",
    ]


def test_a_short_list_is_shown_in_full(tmp_path: Path) -> None:
    ten = "杂项:\n" + "".join(f"  行{n}: {{本年: {n}O}}\n" for n in range(1, 11))
    ran = gen("check", "2024", folder=a_unit(tmp_path, ten))
    assert headings(ran.out) == {"L207": 10}
    assert "另有" not in ran.out


@pytest.mark.parametrize(("rows", "listed"), [(12, 12), (13, 5), (1000, 5)])
def test_the_places_of_one_problem_are_counted_too(rows: int, listed: int, tmp_path: Path) -> None:
    table = "杂项:\n" + "".join(f"  行{n}: {{本年: 1}}\n" for n in range(rows))
    folder = a_unit(tmp_path, f"{table}  合计: {{本年: 7}}\n")
    out = gen("check", "2024", folder=folder).out
    assert len(re.findall(r"^    参见 content/", out, re.MULTILINE)) == listed
    assert ("加 -v 显示全部。" in out) == (listed < rows)
    assert (f"    参见 另有 {rows - listed} 处\n" in out) == (listed < rows)
    full = gen("check", "2024", "-v", folder=folder).out
    assert full.count("    参见 content/") == rows


@pytest.mark.parametrize("command", ["check", "build"])
@pytest.mark.parametrize("loudness", [(), ("-q",), ("-v",)])
def test_json_is_complete_and_alone(
    command: str, loudness: tuple[str, ...], tmp_path: Path
) -> None:
    folder = a_unit(tmp_path, WRONG, NUMBERED)
    ran = gen(command, "2024", "--format", "json", *loudness, folder=folder)
    assert ran.code == 1
    assert ran.err == ""
    whole = json.loads(ran.out)  # valid, and nothing beside it
    assert whole["summary"] == {"errors": MANY, "warnings": MANY, "notes": 0}
    assert Counter(found["code"] for found in whole["problems"]) == {"L207": MANY, "T122": MANY}
    places = {(found["file"], found["line"], found["column"]) for found in whole["problems"]}
    assert len(places) == 2 * MANY


@pytest.mark.long
@pytest.mark.parametrize(
    ("report", "strict", "code"),
    [("", True, 0), ("\n# 一、标题\n", False, 0), ("\n# 一、标题\n", True, 1)],
)
def test_strict_finds_the_warning_at_the_end_of_the_list(
    report: str, strict: bool, code: int, tmp_path: Path
) -> None:
    folder = a_unit(tmp_path, OFF, report)
    options = ("--strict",) if strict else ()
    ran = gen("check", "2024", "--format", "json", *options, folder=folder)
    severities = [found["severity"] for found in ran.problems()]
    assert severities == ["note"] * MANY + ["warning"] * bool(report)
    assert ran.code == code
    assert gen("check", "2024", *options, folder=folder).code == code
