"""Named versions: kept, read-only, compared; and what ``gen diff`` compares without names."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import pytest
from kit import workspaces
from kit.workspaces import Ran, gen, unit_files, write

from generator.records import record

OUTPUT = Path("build") / "2024" / "peixun"
FIGURES = Path("content") / "peixun" / "2024" / "figures.yaml"
HOME = Path("content") / "peixun" / "2024" / record.VERSIONS
VERSION = HOME / "报送稿"


@pytest.fixture
def built(tmp_path: Path) -> Path:
    workspaces.build(write(tmp_path, unit_files()), 2024)
    return tmp_path


def correct(folder: Path, old: str = "110.25", new: str = "111.25") -> None:
    workspaces.change(folder / FIGURES, (f"全年执行: {old}", f"全年执行: {new}"))


def diff(folder: Path, *arguments: str) -> Ran:
    return gen("diff", "2024", *arguments, folder=folder)


def compared(folder: Path, *arguments: str) -> tuple[str, str, list[tuple[str, str]]]:
    """From, to, and the typed changes."""
    ran = diff(folder, *arguments, "--format", "json")
    assert ran.code == 0, ran.out + ran.err
    (found,) = ran.json["differences"]
    typed = [(edit["old"], edit["new"]) for edit in found["edits"]]  # type: ignore[attr-defined]
    return str(found["from"]), str(found["to"]), typed


def test_a_frozen_version_is_the_set_with_its_record(built: Path) -> None:
    ran = gen("freeze", "2024", "报送稿", folder=built)
    assert ran.code == 0
    assert "已保存为“报送稿”" in ran.out
    kept = workspaces.snapshot(built / VERSION)
    assert kept["record.json"] == (built / OUTPUT / record.RECORD).read_bytes()
    assert workspaces.outputs(built / OUTPUT).items() <= kept.items()
    for path in (built / VERSION).iterdir():
        assert not path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)


def test_it_stays_through_later_builds(built: Path) -> None:
    gen("freeze", "2024", "报送稿", folder=built)
    kept = workspaces.snapshot(built / VERSION)
    for old, new in (("110.25", "111.25"), ("111.25", "112.25")):
        correct(built, old, new)
        workspaces.build(built, 2024)
    assert workspaces.snapshot(built / VERSION) == kept
    assert not any(path.stat().st_mode & stat.S_IWUSR for path in (built / VERSION).iterdir()), (
        "still read-only"
    )
    assert compared(built, "--from", "报送稿") == ("报送稿", "现在", [("110.25", "112.25")])
    assert compared(built, "--from", "报送稿", "--to", "再上次")[2] == [("110.25", "111.25")]
    assert compared(built, "--from", "报送稿", "--to", "上次")[2] == [("110.25", "112.25")]
    assert compared(built, "--to", "报送稿")[:2] == ("上次", "报送稿")
    assert compared(built, "--to", "报送稿")[2] == [("112.25", "110.25")]


@pytest.mark.parametrize(
    "name",
    [
        "上次",
        "现在",
        "再上次",
        "a/b",
        "..",
        ".x",
        " x",
        "x ",
        "x.",
        "a\\b",
        "a:b",
        "",
        "长" * 60,
        "报\x1b[31m送稿",
        "报\u202e送稿",
        "报\ud800",
        "\x7f稿",
        "报\u2028送",
        "报\ue011送",
    ],
)
def test_names_that_cannot_be(name: str, built: Path) -> None:
    ran = gen("freeze", "2024", name, folder=built)
    assert ran.code == 2
    assert "不能当版本名" in ran.err
    assert not (built / HOME).exists()


def test_a_name_is_taken_once(built: Path) -> None:
    assert gen("freeze", "2024", "报送稿", folder=built).code == 0
    before = workspaces.snapshot(built / VERSION)
    correct(built)
    workspaces.build(built, 2024)
    ran = gen("freeze", "2024", "报送稿", folder=built)
    assert ran.code == 2
    assert "已经有了" in ran.err
    assert workspaces.snapshot(built / VERSION) == before


def test_an_edited_or_missing_file_is_not_frozen(built: Path) -> None:
    report = next(built.joinpath(OUTPUT).glob("*.docx"))
    data = report.read_bytes()
    report.write_bytes(data + b" ")
    ran = gen("freeze", "2024", "报送稿", folder=built)
    assert ran.code == 2
    assert "被手工改过" in ran.err
    report.unlink()
    ran = gen("freeze", "2024", "报送稿", folder=built)
    assert ran.code == 2
    assert f"缺少“{report.name}”" in ran.err
    assert not (built / HOME).exists()


def test_a_freeze_of_old_results_says_so(built: Path) -> None:
    assert "警告" not in gen("freeze", "2024", "一稿", folder=built).out
    correct(built)
    ran = gen("freeze", "2024", "二稿", folder=built)
    assert ran.code == 0
    assert "警告：内容改过，还没有重新生成" in ran.out
    assert FIGURES.as_posix() in ran.out
    assert "gen build 2024" in ran.out
    workspaces.build(built, 2024)
    assert "警告" not in gen("freeze", "2024", "三稿", folder=built).out


def test_a_freeze_as_json(built: Path) -> None:
    correct(built)
    ran = gen("freeze", "2024", "报送稿", "--format", "json", folder=built)
    assert ran.code == 0
    (kept,) = ran.json["versions"]
    assert (kept["unit"], kept["year"], kept["version"]) == ("peixun", 2024, "报送稿")
    assert kept["changed"] == [FIGURES.as_posix()]
    assert {path.name for path in workspaces.documents(built / OUTPUT)} < {
        Path(name).name for name in kept["files"]
    }


def test_the_unit_without_a_set_is_named(tmp_path: Path) -> None:
    write(tmp_path, {**unit_files("a"), **unit_files("b")})
    workspaces.build(tmp_path, 2024, "--unit", "a")
    ran = gen("freeze", "2024", "报送稿", folder=tmp_path)
    assert ran.code == 1  # the other one is kept
    assert "b 2024 还没有成果" in ran.err


def test_before_the_first_build(tmp_path: Path) -> None:
    write(tmp_path, unit_files())
    for ran in (gen("freeze", "2024", "报送稿", folder=tmp_path), diff(tmp_path)):
        assert ran.code == 2
        assert "gen build 2024" in ran.err


def test_a_freeze_that_was_killed_is_no_version(built: Path) -> None:
    write(built / HOME, {".报送稿/record.json": "half"})
    ran = diff(built, "--from", "报送稿")
    assert ran.code == 2
    assert ".报送稿" not in ran.err
    assert gen("freeze", "2024", "报送稿", folder=built).code == 0
    assert compared(built, "--from", "报送稿")[2] == []


# Which two


def test_without_names_the_content_against_the_last_build(built: Path) -> None:
    correct(built)
    assert compared(built) == ("上次", "现在", [("110.25", "111.25")])


def test_without_names_what_the_last_build_changed(built: Path) -> None:
    assert compared(built)[2] == []
    correct(built)
    workspaces.build(built, 2024)
    assert compared(built) == ("再上次", "上次", [("110.25", "111.25")])


def test_what_the_last_build_changed_is_told_as_a_correction(built: Path) -> None:
    correct(built)
    workspaces.build(built, 2024)
    told = "peixun 2024：再上次生成的成果 → 上次生成的成果\n"
    assert diff(built).out.startswith(told)
    assert diff(built, "--from", "再上次", "--to", "上次").out.startswith(told)


def test_after_a_first_build_the_content_is_compared(built: Path) -> None:
    assert compared(built) == ("上次", "现在", [])
    assert "peixun 2024：上次生成的成果 → 现在的内容\n没有变化。" in diff(built).out


def test_a_comment_is_no_difference(built: Path) -> None:
    correct(built)
    workspaces.build(built, 2024)
    path = built / FIGURES
    path.write_text("# 核对过\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert compared(built) == ("再上次", "上次", [("110.25", "111.25")])


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["--from", "现在"], ("现在", "现在", [])),
        (["--from", "现在", "--to", "现在"], ("现在", "现在", [])),
        (["--from", "现在", "--to", "上次"], ("现在", "上次", [("112.25", "111.25")])),
        (["--to", "上次"], ("再上次", "上次", [("110.25", "111.25")])),
        (["--to", "现在"], ("上次", "现在", [("111.25", "112.25")])),
        (["--from", "再上次"], ("再上次", "现在", [("110.25", "112.25")])),
        (["--from", "上次", "--to", "再上次"], ("上次", "再上次", [("111.25", "110.25")])),
        (["--to", "再上次"], ("上次", "再上次", [("111.25", "110.25")])),
    ],
)
def test_with_names(
    arguments: list[str], wanted: tuple[str, str, list[tuple[str, str]]], built: Path
) -> None:
    correct(built)
    workspaces.build(built, 2024)
    correct(built, "111.25", "112.25")
    assert compared(built, *arguments) == wanted


def test_an_unknown_version_names_the_known_ones(built: Path) -> None:
    gen("freeze", "2024", "报送稿", folder=built)
    ran = diff(built, "--from", "报送搞")
    assert ran.code == 2
    assert "没有版本“报送搞”，是否为“报送稿”？" in ran.err
    assert "现在、上次、再上次、报送稿" in ran.err
    assert "没有版本“完全不同的”。现有：" in diff(built, "--from", "完全不同的").err


def test_content_with_errors(built: Path) -> None:
    workspaces.change(built / FIGURES, ("全年预算: 8,", "全年预算: 八,"))
    ran = diff(built)
    assert ran.code == 1
    assert "内容有错误，改正后再比较" in ran.out
    assert diff(built, "--from", "上次", "--to", "上次").code == 0, "needs no content"


def test_one_units_errors_do_not_hide_anothers_difference(tmp_path: Path) -> None:
    write(tmp_path, {**unit_files("a"), **unit_files("b")})
    workspaces.build(tmp_path, 2024)
    for unit, edit in (("a", ("全年预算: 8,", "全年预算: 八,")),
                       ("b", ("全年执行: 110.25", "全年执行: 111.25"))):  # fmt: skip
        workspaces.change(tmp_path / f"content/{unit}/2024/figures.yaml", edit)
    ran = diff(tmp_path)
    assert ran.code == 1
    assert "b 2024：上次生成的成果 → 现在的内容" in ran.out
    assert "110.25万元 → 111.25万元" in ran.out


def test_nothing_is_written_by_comparing(built: Path) -> None:
    correct(built)
    before = workspaces.snapshot(built)
    diff(built)
    gen("explain", "2024", "资金来源.财政拨款.全年执行", folder=built)
    assert workspaces.snapshot(built) == before


def test_a_single_unit_workspace(tmp_path: Path) -> None:
    workspaces.build(write(tmp_path, unit_files("")), 2024)
    assert gen("freeze", "2024", "报送稿", folder=tmp_path).code == 0
    assert (tmp_path / "content" / "2024" / record.VERSIONS / "报送稿" / "record.json").is_file()
    assert compared(tmp_path, "--from", "报送稿")[2] == []
    assert not list(tmp_path.glob("build/.gen/*/new"))


# Versions that last


def test_they_outlive_the_outputs(built: Path) -> None:
    gen("freeze", "2024", "报送稿", folder=built)
    shutil.rmtree(built / "build")
    workspaces.build(built, 2024)
    assert compared(built, "--from", "报送稿")[2] == []
    correct(built)
    assert compared(built, "--from", "报送稿")[2] == [("110.25", "111.25")]


def test_they_are_no_content(built: Path) -> None:
    gen("freeze", "2024", "报送稿", folder=built)
    before = workspaces.snapshot(built / OUTPUT)
    ran = gen("build", "2024", folder=built)
    assert ran.code == 0
    assert workspaces.snapshot(built / OUTPUT) == before, "nothing to do"
    assert not workspaces.check(built, 2024).problems("L139")


def test_they_go_along_with_a_renamed_unit(built: Path) -> None:
    gen("freeze", "2024", "报送稿", folder=built)
    (built / "content/peixun").rename(built / "content/干部培训")
    ran = gen("build", "2024", "--format", "json", folder=built)
    assert ran.code == 0
    (found,) = ran.problems("W311")
    assert found["file"] == "build/2024/peixun"
    assert "peixun" in found["message"]
    assert "删去" in found["hint"]
    assert compared(built, "--from", "报送稿")[2] == []


def test_what_is_left_of_a_year_is_named_where_nothing_of_it_is_built(built: Path) -> None:
    """The only unit was removed, or only its year: no build comes by its outputs."""
    shutil.copytree(built / "content/peixun/2024", built / "content/peixun/2025")
    shutil.rmtree(built / "content/peixun/2024")
    ran = gen("build", "2024", folder=built)
    assert ran.code == 2
    assert "build/2024/peixun：这是单位“peixun”的成果，这个单位现在没有 2024 年度的内容" in ran.err
    (built / "content/peixun").rename(built / "content/干部培训")
    ran = gen("build", "2024", folder=built)
    assert "build/2024/peixun：这是单位“peixun”的成果，现在没有这个单位" in ran.err


def test_those_of_an_earlier_gen_are_found_and_brought_over(built: Path) -> None:
    gen("freeze", "2024", "报送稿", folder=built)
    old = built / OUTPUT / record.EARLIER_VERSIONS / "报送稿"
    old.parent.mkdir(parents=True)
    (built / VERSION).rename(old)
    (built / HOME).rmdir()
    assert compared(built, "--from", "报送稿")[2] == []
    assert not (built / HOME).exists(), "nothing is written by comparing"
    ran = gen("build", "2024", "--format", "json", folder=built)
    (told,) = ran.problems("W312")
    assert VERSION.as_posix() in told["message"]
    assert workspaces.snapshot(built / VERSION) == workspaces.snapshot(old)
    shutil.rmtree(built / "build")
    assert compared_after_build(built) == []
    assert not gen("build", "2024", "--format", "json", folder=built).problems("W312")


def compared_after_build(folder: Path) -> list[tuple[str, str]]:
    workspaces.build(folder, 2024)
    return compared(folder, "--from", "报送稿")[2]


def test_the_versions_of_a_unit_that_is_no_more_are_named(built: Path) -> None:
    gen("freeze", "2024", "报送稿", folder=built)
    old = built / OUTPUT / record.EARLIER_VERSIONS / "报送稿"
    old.parent.mkdir(parents=True)
    (built / VERSION).rename(old)
    (built / "content/peixun").rename(built / "content/干部培训")
    (found,) = gen("build", "2024", "--format", "json", folder=built).problems("W311")
    assert "报送稿" in found["hint"]
    assert record.VERSIONS in found["hint"]


def test_a_copied_folder_does_not_pass_for_its_model(built: Path) -> None:
    gen("freeze", "2024", "报送稿", folder=built)
    shutil.copytree(built / "content/peixun", built / "content/fenxiao")
    ran = diff(built, "--unit", "fenxiao", "--from", "报送稿")
    assert ran.code == 2
    assert "是 peixun 2024 的版本" in ran.err
    shutil.copytree(built / "content/peixun/2024", built / "content/peixun/2025")
    ran = gen("diff", "2025", "--unit", "peixun", "--from", "报送稿", folder=built)
    assert ran.code == 2
    assert "是 peixun 2024 的版本" in ran.err


def later(path: Path, version: int = 999) -> None:
    """Make a record one of a gen to come, or of one long gone."""
    path.chmod(0o644)
    plain = path.read_bytes()
    assert plain.count(f'"version":{record.VERSION}'.encode()) == 1
    path.write_bytes(
        plain.replace(
            f'"version":{record.VERSION}'.encode(), f'"version":{version},"news":[1]'.encode()
        )
    )


def test_a_record_of_a_later_gen_accuses_nobody(built: Path) -> None:
    gen("freeze", "2024", "一稿", folder=built)
    later(built / OUTPUT / record.RECORD)
    later(built / HOME / "一稿" / "record.json")
    for ran in (
        diff(built),
        diff(built, "--from", "一稿"),
        gen("freeze", "2024", "二", folder=built),
    ):
        assert ran.code == 2
        assert "是更新的 gen 写的" in ran.err
        assert "升级 gen" in ran.err
    correct(built)
    ran = gen("build", "2024", "--format", "json", folder=built)
    assert ran.code == 0, ran.out
    assert [found["code"] for found in ran.problems() if found["code"].startswith("W3")] == ["W307"]
    assert "更新的 gen" in ran.problems("W307")[0]["message"]


def test_nor_does_it_hide_a_hand_edit(built: Path) -> None:
    later(built / OUTPUT / record.RECORD)
    report = next((built / OUTPUT).glob("*.docx"))
    report.write_bytes(report.read_bytes() + b" ")
    ran = gen("build", "2024", "--format", "json", folder=built)
    assert ran.code == 1
    assert {found["code"] for found in ran.problems() if found["severity"] == "error"} == {"W306"}


def test_a_lost_record_accuses_nobody_whom_a_version_clears(built: Path) -> None:
    gen("freeze", "2024", "报送稿", folder=built)
    shutil.rmtree(built / OUTPUT / record.FOLDER)
    ran = gen("freeze", "2024", "二稿", folder=built)
    assert "没有构建记录" in ran.err
    correct(built)
    ran = gen("build", "2024", "--format", "json", folder=built)
    assert ran.code == 0, ran.out
    assert not [found for found in ran.problems() if found["code"] in ("W301", "W306")]


def test_a_lost_record_without_any_version_is_told_as_that(built: Path) -> None:
    shutil.rmtree(built / OUTPUT / record.FOLDER)
    correct(built)
    ran = gen("build", "2024", "--format", "json", folder=built)
    assert ran.code == 1
    assert all("没有构建记录" in found["message"] for found in ran.problems("W306"))
    assert not ran.problems("W301")


def test_nor_does_one_of_a_gen_long_gone(built: Path) -> None:
    gen("freeze", "2024", "一稿", folder=built)
    later(built / OUTPUT / record.RECORD, 0)
    later(built / HOME / "一稿" / "record.json", 0)
    for ran in (diff(built), diff(built, "--from", "一稿")):
        assert ran.code == 2
        assert "是别的版本（0）的 gen 写的，这个 gen 读不了" in ran.err
    correct(built)
    ran = gen("build", "2024", "--format", "json", folder=built)
    assert ran.code == 0, ran.out
    assert ran.problems("W307")
    assert not [found for found in ran.problems() if found["code"] in ("W301", "W306")]
