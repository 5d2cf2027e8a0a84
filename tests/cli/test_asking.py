"""Mistyped commands: what was meant, and what there is; several units in one run."""

from __future__ import annotations

from pathlib import Path

import pytest
from kit.workspaces import gen, unit_files, write


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return write(
        tmp_path, {**unit_files("a", name="甲单位"), **unit_files("a", 2023, name="甲单位")}
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["diff"], ["缺少年度，例如 gen diff 2024。", "已有的年度：2023、2024；单位：a。"]),
        (["tidy"], ["例如 gen tidy 2024"]),
        (["build", "2024年"], ["是否为“2024”？", "已有的年度：2023、2024"]),
        (["check", "２０２４"], ["是否为“2024”？", "已有的年度：2023、2024"]),
        (["check", "明年"], ["这里是“明年”。", "已有的年度：2023、2024"]),
        (["build", "2025"], ["是否为“2024”？", "已有的年度：2023、2024。"]),
        (["2024"], ["是否为“gen build 2024”？"]),
        (["build", "2024", "--unit", "乙"], ["没有单位“乙”。", "已有的单位（文件夹名）：a。"]),
        (["build", "2024", "--unit", "a,a"], ["写几次 --unit：--unit a --unit a。"]),
        (["build", "2024", "--unit", "a", "b"], ["多了“b”", "--unit a --unit b"]),
        (["build", "2024", "2023"], ["多了“2023”", "一次只处理一个年度"]),
        (["build", "2024", "—-all"], ["多了“—-all”", "英文的“-”"]),
        (["diff", "2024", "--form", "x"], ["是否为“--from”？"]),
        (["diff", "2024", "--fromat", "json"], ["是否为“--format”？"]),
        (["build", "2024", "--form", "json"], ["是否为“--format”？"]),
        (["build", "2024", "--dry-run"], ["gen check"]),
        (["build", "2024", "-unit", "a"], ["没有选项“-unit”，是否为“--unit”？"]),
        (["build", "2024", "--quite"], ["是否为“--quiet”？"]),
        (["help", "bild"], ["没有命令“bild”，是否为“build”？"]),
    ],
)  # fmt: skip
def test_what_was_meant_and_what_there_is(
    home: Path, arguments: list[str], told: list[str]
) -> None:
    ran = gen(*arguments, folder=home)
    assert ran.code == 2
    assert ran.out == ""
    assert [words for words in told if words not in ran.err] == []


@pytest.mark.parametrize("option", ["--nonsense", "-x", "--a", "--xyzzy=1"])
def test_nothing_is_suggested_for_what_is_like_nothing(home: Path, option: str) -> None:
    ran = gen("build", "2024", option, folder=home)
    assert ran.code == 2
    assert "是否为" not in ran.err


def test_help_by_word(home: Path) -> None:
    assert gen("help", folder=home) == gen("--help", folder=home)
    assert gen("help", "build", folder=home) == gen("build", "--help", folder=home)
    assert gen("help", "template", "check", folder=home) == gen(
        "template", "check", "--help", folder=home
    )
    assert gen("-C", str(home), "help", "build", folder=home) == gen("build", "--help", folder=home)
    assert "年度  四位数字，例如 2020" in gen("help", "build", folder=home).out
    assert "例如：gen freeze 2020 报送稿" in gen("help", "freeze", folder=home).out


def test_a_folder_before_the_verb(home: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    assert gen("-C", str(home), "build", "2024", folder=elsewhere).code == 0
    assert (home / "build/2024/a").is_dir()
    assert "缺少年度，例如 gen diff 2024" in gen("-C", str(home), "diff", folder=elsewhere).err


def test_several_units_in_one_table(tmp_path: Path) -> None:
    files = {
        **unit_files("a", name="甲单位"),
        **unit_files("b", name="乙单位"),
        **unit_files("c", name="丙单位"),
    }
    files["content/b/2024/figures.yaml"] = files["content/b/2024/figures.yaml"].replace(
        "120.5", "120..5"
    )
    write(tmp_path, files)
    ran = gen("build", "2024", folder=tmp_path)
    assert ran.code == 1
    table = ran.out[ran.out.index("  单位") :].splitlines()
    assert table[0].split() == ["单位", "错误", "警告", "成果"]
    rows = {line.split()[0]: line.split()[1:] for line in table[1:4]}
    assert (rows["a"][0], rows["a"][2][:2]) == ("0", "写出")
    assert (int(rows["b"][0]) > 0, rows["b"][2]) == (True, "没有写：有错误")
    assert "没有生成：b 2024" in table[-1]
    assert "其余2个单位已经生成。" in table[-1]
    assert gen("build", "2024", "--unit", "a", folder=tmp_path).out.count("单位") == 0

    kept = gen("freeze", "2024", "报送稿", folder=tmp_path)
    assert kept.code == 1
    assert "a 2024：已保存为“报送稿”" in kept.out
    assert "b 2024：没有保存，b 2024 还没有成果" in kept.err
    assert "保存了2个单位，1个单位没有保存。" in kept.err
    again = gen("freeze", "2024", "报送稿", "--format", "json", folder=tmp_path)
    assert again.code == 2
    assert [one["unit"] for one in again.json["refused"]] == ["a", "b", "c"]


def test_problems_left_out_are_told_with_their_units(tmp_path: Path) -> None:
    files: dict[str, str] = {}
    for unit in "abcdef":
        files |= unit_files(unit, name=f"{unit}单位")
        files[f"content/{unit}/2024/report.md"] = "# 一、甲题目\n\n文字。\n\n" * 8
    write(tmp_path, files)
    ran = gen("check", "2024", folder=tmp_path)
    assert "警告 T122 另有 45 处同类问题，在 a、b、c 等6个单位。" in ran.out
