"""Bytes and characters of content files: encodings, control characters, syntax slips."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_problems import assert_names, seen

from generator.content import hygiene, nodes
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
    ],
)
def test_any_windows_encoding_is_read(tmp_path: Path, raw: bytes, noted: str) -> None:
    path = tmp_path / "facts.yaml"
    path.write_bytes(raw)
    text, problems = read(path)
    assert text in (TEXT, "〇㐀𠀀\n")
    assert seen(problems) == (["L104 1:1"] if noted else [])
    assert_names(problems, noted)


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
    text, problems = read(tmp_path / "没有.yaml")
    assert text is None
    assert seen(problems) == ["L101 0:0"]
    assert_names(problems, "文件不存在")
    assert_names(read(tmp_path)[1], "文件夹")


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
        ("一\n二\n三\ue000", "L106 3:2", "U+E000"),
        ("\ue010收入\ue012", "L106 1:1", "U+E010"),
        ("\U000f0000", "L106 1:1", "U+F0000"),
        ("\U0010fffd", "L106 1:1", "U+10FFFD"),
    ],
)
def test_forbidden_characters(text: str, expected: str, named: str) -> None:
    problems = Problems()
    hygiene.check_characters(text, "f.yaml", problems)
    assert seen(problems)[0] == expected
    assert_names(problems, named)


def test_ordinary_characters_pass() -> None:
    problems = Problems()
    hygiene.check_characters("\t制表\n换行\r\x85𠀀〔2018〕①“”\u3000<&>{{ }}\ufeff", "f", problems)
    assert seen(problems) == []


def test_all_bad_characters_are_found_at_once() -> None:
    problems = Problems()
    hygiene.check_characters("\x01甲\n乙\ue001\x02", "f", problems)
    assert seen(problems) == ["L105 1:1", "L106 2:2", "L105 2:3"]


def test_a_binary_file_is_refused_quickly_and_briefly() -> None:
    problems = Problems()
    started = time.perf_counter()
    hygiene.check_characters("\x01" * 100_000, "f.yaml", problems)
    assert len(problems) < 1000
    assert time.perf_counter() - started < 1


def test_fullwidth_digits_have_plain_forms() -> None:
    assert hygiene.ascii_digits("－２０９．５７％＋") == "-209.57%+"


# Syntax errors: one message each, at the place a writer must look at


@pytest.mark.parametrize(
    ("text", "expected", "named"),
    [
        ("人员:\n\t编制: 5\n", "L121 2:1", "Tab"),
        ("人员:\n  \t编制: 5\n", "L121 2:3", "Tab"),
        ("甲：1\n乙: 2\n", "L122 1:2", "“甲”"),
        ("甲: 1\n表:\n  - 乙：1\n    丙: 2\n", "L122 3:6", "“乙”"),
        ("甲: ｛本年: 1｝\n", "L123 1:4", "｛"),
        ("文号: [2018]34号\n", "L124 1:11", "[2018]34号"),
        ("目标: >5%\n", "L124 1:7", ">5%"),
        ("名称: @驻深办\n", "L124 1:5", "@驻深办"),
        ("名称: %驻深办\n", "L124 1:5", "%驻深办"),
        ("说明: 甲: 乙\n", "L125 1:6", "甲: 乙"),
        ("甲: 1\n乙\n丙: 2\n", "L126 2:1", "乙"),
        ("甲: {本年: 1\n", "L127 1:4", "本年: 1"),
        ("甲: {本年: 1 上年: 2}\n", "L127 1:13", "上年: 2"),
        ("甲: - 乙\n", "L128 1:4", "- 乙"),
        ("甲:\n   乙: 1\n  丙: 2\n", "L128 3:3", "丙: 2"),
        ("甲: 1\n\ufeff乙: 2\n", "L120 2:2", "乙: 2"),
    ],
)
def test_syntax_slips(text: str, expected: str, named: str) -> None:
    problems = Problems()
    assert nodes.parse(text, "f.yaml", problems) is None
    assert seen(problems) == [expected]
    assert_names(problems, named)


def test_unclosed_quote_is_shown_where_it_opens() -> None:
    problems = Problems()
    nodes.parse('甲: 1\n文号: "〔2018〕34号\n乙: 2\n', "f.yaml", problems)
    assert seen(problems) == ["L124 2:5"]
    assert_names(problems, "〔2018〕34号")


def test_missing_space_after_the_colon_is_shown_on_its_own_line() -> None:
    problems = Problems()
    nodes.parse("表:\n  财政拨款:209.57\n  上年结转: {本年: 50}\n", "f.yaml", problems)
    assert seen(problems) == ["L126 2:7"]
    assert_names(problems, "财政拨款:209.57")


def test_unclosed_brace_is_shown_on_its_own_line() -> None:
    problems = Problems()
    nodes.parse("表:\n  甲: {本年: 209.57\n  乙: {本年: 50}\n", "f.yaml", problems)
    assert [p.at.line for p in problems] == [2]
    assert {p.code for p in problems} == {"L127"}


def test_prose_with_a_fullwidth_colon_is_not_blamed_for_another_error() -> None:
    problems = Problems()
    nodes.parse("目标: |\n  第一：完成任务\n人员: [1, 2\n", "f.yaml", problems)
    assert 3 in [p.at.line for p in problems]
    assert "第一" not in "".join(p.message for p in problems)


def test_every_tab_and_fullwidth_colon_is_listed() -> None:
    problems = Problems()
    nodes.parse("甲：1\n乙: 2\n表:\n\t丙: 3\n", "f.yaml", problems)
    assert seen(problems) == ["L122 1:2", "L121 4:1"]


def test_right_files_give_no_message() -> None:
    problems = Problems()
    good = '文号: "[2018]34号"\n甲: {本年: 1}\n说明: "甲: 乙"\n表:\n  - 一：二\n'
    assert nodes.parse(good, "f.yaml", problems) is not None
    assert seen(problems) == []


@given(st.text(alphabet=st.sampled_from(list("甲乙:：-[]{}\"'#,&*!|>%@`\t\n 1０.")), max_size=60))
def test_each_syntax_error_gives_a_message_inside_the_file(text: str) -> None:
    problems = Problems()
    nodes.parse(text, "f.yaml", problems)
    lines = text.split("\n")
    for problem in problems:
        assert 1 <= problem.at.line <= len(lines)
        assert 1 <= problem.at.column <= len(lines[problem.at.line - 1]) + 1
