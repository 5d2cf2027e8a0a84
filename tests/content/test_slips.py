"""Slips that would print: what nearly is a number, two versions of a passage, copied units, order."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit.workspaces import gen, unit_files, write

from generator.content.projects import natural
from generator.content.values import leaf
from generator.content.yaml.nodes import Scalar
from generator.problems import Position, Problems

AT = Position("facts.yaml", 3, 5)


def files(name: str, text: str) -> dict[str, str]:
    """A unit with one file of its year replaced."""
    return {**unit_files(), f"content/peixun/2024/{name}": text}


def told(text: str) -> list[tuple[str, str]]:
    problems = Problems()
    leaf(Scalar(text, False, AT), problems)
    return [(p.code, p.message) for p in problems]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("288,62万元", "不是数字的符号"),
        ("288，62万元", "不是数字的符号"),
        ("288..62万元", "打了两次"),
        ("288..62", "打了两次"),
        ("288.6 2万元", "不是数字的符号"),
        ("288·62万元", "不是数字的符号"),
        ("288.6x3万元", "不是数字的符号"),
        ("288.62亿万元", "“亿万元”不是一个单位"),
        ("288.62万元#备注", "空一格"),
        ("12,3人", "不是数字的符号"),
        ("1.2.3%", "不是数字的符号"),
    ],
)
def test_what_nearly_is_a_number_is_told(text: str, why: str) -> None:
    ((code, message),) = told(text)
    assert code == "L224"
    assert why in message
    assert text in message


@pytest.mark.parametrize(
    "text",
    ["288.62万元", "2亿元", "10-20人", "10—20家", "3至5天", "2020年5月", "2020年9月1日", "5万多人", "1/3", "10~20人", "3、4月",
     "110余家", "100 万人次", "2019年度", "0851-123", "第3批", "3.15晚会", "1.2.3", "十余家", "5+2天", "12:30", "7×24小时",
     "500强", "1 号楼", "11360400K317331571"],
)  # fmt: skip
def test_numbers_and_ordinary_texts_are_left_alone(text: str) -> None:
    assert told(text) == []


@given(st.text(alphabet="0123456789.,，·x 万亿元人%#年-", max_size=12))
def test_any_text_is_told_once_at_most(text: str) -> None:
    assert len(told(text)) <= 1


def test_a_tilde_prints_nothing(tmp_path: Path) -> None:
    write(tmp_path, files("facts.yaml", "说明: ~\n空白: ''\n"))
    ran = gen("check", "2024", folder=tmp_path)
    assert "facts.yaml:1:5: 警告 L225 “~”在这里是空的意思" in ran.out
    assert ran.out.count("L225") == 1


CONFLICT = "<<<<<<< HEAD\n{mine}\n=======\n{theirs}\n>>>>>>> 同事\n"


@pytest.mark.parametrize(
    ("file", "text", "lines"),
    [
        ("report.md", "甲。\n\n" + CONFLICT + "\n乙。\n\n" + CONFLICT, "3–7、11–15行"),
        ("report.md", "甲。\n\n<<<<<<< HEAD\n乙。\n=======\n丙。\n", "3–5行"),
        ("report.md", "乙。\n>>>>>>> 同事\n丙。\n", "2行"),
        ("report.md", "<<<<<<< .mine\n甲\n||||||| .r1\n乙\n=======\n丙\n>>>>>>> .r2\n", "1–7行"),
        ("facts.yaml", "甲: 1\n" + CONFLICT.format(mine="乙: 1", theirs="乙: 2"), "2–6行"),
        ("facts.yaml", "甲: |-\n  <<<<<<< HEAD\n  一\n  =======\n  二\n  >>>>>>> b\n", "2–6行"),
        ("indicators.yaml", CONFLICT.format(mine="- 一级: 甲", theirs="- 一级: 乙"), "1–5行"),
    ],
)
def test_two_versions_of_a_passage_are_one_error(
    tmp_path: Path, file: str, text: str, lines: str
) -> None:
    write(tmp_path, files(file, text))
    ran = gen("check", "2024", folder=tmp_path)
    assert ran.code == 1
    assert f"错误 L145 合并冲突没有处理（第{lines}）" in ran.out
    of_file = [line for line in ran.out.splitlines() if line.startswith("content/") and f"/{file}" in line.split(": ")[0]]  # fmt: skip
    assert len(of_file) == 1


@pytest.mark.parametrize("line", ["======", "========", "<<<<<<<甲", "甲<<<<<<<", "=======甲"])
def test_other_lines_of_signs_are_no_conflict(tmp_path: Path, line: str) -> None:
    write(tmp_path, files("report.md", f"甲。\n\n{line}\n"))
    assert "L145" not in gen("check", "2024", folder=tmp_path).out


UNIT = "content/{0}/unit.yaml"


def test_a_copied_unit_is_pointed_out(tmp_path: Path) -> None:
    write(tmp_path, unit_files())
    first = (tmp_path / UNIT.format("peixun")).read_text("utf-8")
    write(tmp_path, unit_files("copy"))
    ran = gen("check", "2024", folder=tmp_path)
    assert ran.out.count("L146") == 1
    assert "单位“peixun”的名称" in ran.out
    (tmp_path / UNIT.format("copy")).write_text(
        "\n".join(
            f"{line}二" if line.startswith(("名称:", "代码:")) else line
            for line in first.splitlines()
        ),
        "utf-8",
    )
    assert "L146" not in gen("check", "2024", folder=tmp_path).out
    for unit in ("peixun", "copy"):
        (tmp_path / UNIT.format(unit)).write_text(
            "名称: 待填\n简称: 待填\n套表: jiujiang\n", "utf-8"
        )
    assert "L146" not in gen("check", "2024", folder=tmp_path).out


def test_projects_come_as_people_count() -> None:
    names = ["项目10", "项目2", "项目1", "项目十", "项目二", "项目十二", "专项(三)", "专项(一)", "三公经费", "培训", "项目１1"]  # fmt: skip
    assert sorted(names, key=natural) == [
        "三公经费", "专项(一)", "专项(三)", "培训", "项目1", "项目2", "项目二", "项目10", "项目十", "项目１1", "项目十二",
    ]  # fmt: skip


@given(st.lists(st.text(alphabet="项目甲0129一二十（）.- ", max_size=8), max_size=8))
def test_any_names_are_sorted(names: list[str]) -> None:
    once = sorted(names, key=natural)
    assert sorted(once, key=natural) == once
    assert sorted(once) == sorted(names)
