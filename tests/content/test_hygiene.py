"""Bytes and characters of content files: encodings, other files, control characters."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from kit.problems import assert_names, seen

from generator.content.yaml import hygiene
from generator.problems import Problems

TEXT = "名称: 驻深办\n金额: 209.57\n"


def read(path: Path, limit: int = 1024) -> tuple[str | None, Problems]:
    problems = Problems()
    return hygiene.read_text(path, path.name, limit, problems), problems


# Encodings


@pytest.mark.parametrize(
    ("raw", "noted"),
    [
        (TEXT.encode(), ""),
        (TEXT.encode("utf-8-sig"), ""),
        (TEXT.encode("gbk"), "GBK"),
        ("〇㐀𠀀\n".encode("gb18030"), "GBK"),
        (TEXT.encode("utf-16"), "UTF-16"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "UTF-16"),
        (TEXT.encode("utf-16-le"), "UTF-16"),
        (TEXT.encode("utf-16-be"), "UTF-16"),
    ],
)
def test_any_windows_encoding_is_read(tmp_path: Path, raw: bytes, noted: str) -> None:
    path = tmp_path / "facts.yaml"
    path.write_bytes(raw)
    text, problems = read(path)
    assert text in (TEXT, "〇㐀𠀀\n")
    assert seen(problems) == (["L104 1:1"] if noted else [])
    assert_names(problems, noted)


@pytest.mark.parametrize(
    ("raw", "named"),
    [
        (b"PK\x03\x04\x14", "Word、Excel"),
        (b"\xd0\xcf\x11\xe0\xa1", "旧版Word"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n", "图片"),
        (b"\xff\xd8\xff\xe0", "图片"),
        (b"Rar!\x1a", "压缩包"),
    ],
)
def test_other_kinds_of_files_are_named(tmp_path: Path, raw: bytes, named: str) -> None:
    path = tmp_path / "facts.yaml"
    path.write_bytes(raw)
    text, problems = read(path)
    assert text is None
    assert seen(problems) == ["L109 1:1"]
    assert_names(problems, named)


@pytest.mark.parametrize("raw", [b"\xff\xff\xff", b"\xff\xfe\x00", b"a: \x81"])
def test_bytes_of_no_encoding_are_refused(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "facts.yaml"
    path.write_bytes(raw)
    text, problems = read(path)
    assert text is None
    assert seen(problems) == ["L103 1:1"]
    assert_names(problems, "编码")


@pytest.mark.parametrize("raw", [b"a\r\nb\r\n", b"a\rb\r", b"a\nb\n"])
def test_line_ends_become_line_feeds(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "report.md"
    path.write_bytes(raw)
    assert read(path)[0] == "a\nb\n"


def test_size_limit(tmp_path: Path) -> None:
    path = tmp_path / "facts.yaml"
    path.write_bytes(b"a" * 2**20)
    assert seen(read(path, 2**20)[1]) == []
    path.write_bytes(b"a" * (2**20 + 1))
    text, problems = read(path, 2**20)
    assert text is None
    assert seen(problems) == ["L102 1:1"]
    assert_names(problems, "1MB")


def test_unreadable_files_say_why(tmp_path: Path) -> None:
    for path, why in [(tmp_path / "没有.yaml", "文件不存在"), (tmp_path, "文件夹")]:
        text, problems = read(path, 2**20)
        assert text is None
        assert seen(problems) == ["L101 0:0"]
        assert_names(problems, why)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (FileNotFoundError(), "文件不存在"),
        (PermissionError(), "没有权限"),
        (IsADirectoryError(), "文件夹"),
        (OSError(5, "输入输出错误"), "输入输出错误"),
        (OSError(), "系统拒绝"),
    ],
)
def test_refusals_of_the_system_are_put_in_chinese(error: OSError, said: str) -> None:
    assert said in hygiene.reason(error)


# Characters


@pytest.mark.parametrize(
    ("text", "expected", "named"),
    [
        ("a: 1\n乙: 甲\x00\n", "L105 2:5", "U+0000"),
        ("\x0b", "L105 1:1", "U+000B"),
        ("甲\x7f", "L105 1:2", "U+007F"),
        ("甲\x9f", "L105 1:2", "U+009F"),
        ("甲乙\ud800", "L105 1:3", "U+D800"),
        ("\ufffe", "L105 1:1", "U+FFFE"),
        ("甲\u2028", "L105 1:2", "U+2028"),
        ("甲\x85乙", "L105 1:2", "U+0085"),
        ("一\n二\n三\ue000", "L106 3:2", "U+E000"),
        ("\ue010收入\ue012", "L106 1:1", "U+E010"),
        ("\U000f0000", "L106 1:1", "U+F0000"),
        ("\U0010fffd", "L106 1:1", "U+10FFFD"),
    ],
)
def test_forbidden_characters(text: str, expected: str, named: str) -> None:
    problems = Problems()
    hygiene.without_forbidden(text, "f.yaml", problems)
    assert seen(problems)[0] == expected
    assert_names(problems, named)


def test_ordinary_characters_pass() -> None:
    problems = Problems()
    hygiene.without_forbidden("\t制表\n换行𠀀〔2018〕①“”\u3000<&>{{ }}\ufeff", "f", problems)
    assert seen(problems) == []


def test_all_bad_characters_are_found_at_once() -> None:
    problems = Problems()
    hygiene.without_forbidden("\x01甲\n乙\ue001\x02", "f", problems)
    assert seen(problems) == ["L105 1:1", "L106 2:2", "L105 2:3"]


def test_a_binary_file_is_refused_quickly_and_briefly() -> None:
    problems = Problems()
    hygiene.without_forbidden("\x01" * 100_000, "f.yaml", problems)
    assert len(problems) < 1000


def test_bad_characters_can_be_left_out() -> None:
    problems = Problems()
    assert hygiene.without_forbidden("甲\x01乙\ue000丙\n", "f", problems) == "甲乙丙\n"
    assert seen(problems) == ["L105 1:2", "L106 1:4"]


def test_fullwidth_digits_have_plain_forms() -> None:
    assert hygiene.ascii_digits("－２０９．５７％＋") == "-209.57%+"
    assert hygiene.ascii_digits("1，2−3") == "1,2-3"


@pytest.mark.parametrize(
    ("text", "odd", "rest"),
    [("50\u200b", "\u200b", "50"), ("\u00a050", "\u00a0", "50"), ("5\u30000", "\u3000", "50"),
     ("\ufeff50", "\ufeff", "50"), ("50", "", "50"), ("甲 乙", "", "甲 乙")],
)  # fmt: skip
def test_characters_that_look_like_nothing(text: str, odd: str, rest: str) -> None:
    assert hygiene.invisible(text) == odd
    assert hygiene.without_invisible(text) == rest


def test_an_error_without_a_place_is_put_on_a_line_that_says_something() -> None:
    problems = Problems()
    hygiene.explain_syntax_error(yaml.YAMLError(), "甲: 1\n", "f", problems)
    mark = yaml.Mark("f", 0, 3, 0, "", 0)
    late = yaml.MarkedYAMLError(problem_mark=mark)
    hygiene.explain_syntax_error(late, "甲\n  乙乙\n\n\n", "f", problems)
    assert seen(problems) == ["L120 1:1", "L120 2:1"]
    assert_names(problems, "“甲: 1”", "“乙乙”")
