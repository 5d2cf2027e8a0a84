"""What YAML escapes produce is checked like what is typed, each character with its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from kit import workspaces

from generator import characters
from generator.content.yaml import nodes
from generator.content.yaml.nodes import MAX_NODES, Mapping, Scalar, parse
from generator.problems import Problems

HOME = "content/peixun"
BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def read(text: str) -> tuple[Mapping, list[str]]:
    problems = Problems()
    node = parse(text, "a.yaml", problems)
    assert isinstance(node, Mapping)
    return node, [f"{one.at.line}:{one.at.column} {one.code}" for one in problems]


@pytest.mark.parametrize(
    ("text", "value", "found"),
    [
        ('甲: "x\\e[31m"', "x[31m", ["1:6 L105"]),
        ('甲: "x\\x1b"', "x", ["1:6 L105"]),
        ('甲: "\\0\\a\\r"', "", ["1:5 L105", "1:7 L105", "1:9 L105"]),
        ('甲: "x\\ue010y"', "xy", ["1:6 L106"]),
        ('甲: "x\\U000F0001y"', "xy", ["1:6 L106"]),
        ('甲: "x\\u202ey"', "xy", ["1:6 L140"]),
        ('甲: "x\\Ly\\P"', "xy", ["1:6 L105", "1:9 L105"]),
        ('甲: "x\n  y\\e"', "x y", ["2:4 L105"]),
        ('甲: "\\\\e"', "\\e", []),
        ("甲: '\\e'", "\\e", []),
        ('甲: "a\\tb\\nc"', "a\tb\nc", []),
        ('甲: "\\u4e00"', "一", []),
        ("甲: x\u202ey", "xy", ["1:5 L140"]),
    ],
)
def test_escapes(text: str, value: str, found: list[str]) -> None:
    node, problems = read(text)
    scalar = node.items[0][1]
    assert isinstance(scalar, Scalar)
    assert (scalar.text, problems) == (value, found)


def test_names_are_checked_as_well() -> None:
    node, problems = read('"甲\\e": 1')
    assert node.items[0][0].text == "甲"
    assert problems == ["1:3 L105"]


def test_only_the_first_of_many_are_told() -> None:
    assert len(read('甲: "' + "\\e" * 500 + '"')[1]) == 50


@pytest.mark.parametrize("char", BIDI)
def test_what_turns_the_direction_of_writing_is_refused(char: str) -> None:
    assert characters.forbidden(f"甲{char}乙") == char
    assert characters.visible(f"甲{char}乙") == f"甲\\u{ord(char):04x}乙"


@pytest.mark.parametrize("text", ["甲\t乙\n", "甲\u3000乙", "𠀀", "甲\u200b乙", "é"])
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert characters.forbidden(text) == ""
    assert characters.visible(text) == text


def test_bytes_of_a_name_that_is_no_text_are_told_as_bytes() -> None:
    name = b"\xff".decode("utf-8", "surrogateescape")
    assert characters.named(name) == "字节 FF"
    assert characters.visible(name) == "\\xff"


def test_more_than_any_file_holds_is_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MAX_NODES >= 30_000 * (1 + 2 * 5), "a list of thirty thousand rows of five columns"
    monkeypatch.setattr(nodes, "MAX_NODES", 1000)
    problems = Problems()
    assert parse("甲: [" + "1, " * 1000 + "1]", "a.yaml", problems) is None
    assert [one.code for one in problems] == ["L142"]
    assert parse("甲: [" + "1, " * 990 + "1]", "a.yaml", Problems()) is not None


@pytest.mark.parametrize("text", ['"甲\\t乙"', '"甲\\n乙"', "|\n  甲\n  乙"])
def test_a_name_is_one_line(text: str, tmp_path: Path) -> None:
    workspaces.write(tmp_path, workspaces.unit_files())
    path = f"{HOME}/2024/projects/骨干培训.yaml"
    workspaces.change(tmp_path / path, ("名称: 骨干培训\n", f"名称: {text}\n"))
    assert [one["file"] for one in workspaces.check(tmp_path, 2024).problems("L143")] == [path]


def test_a_name_may_be_folded(tmp_path: Path) -> None:
    workspaces.write(tmp_path, workspaces.unit_files())
    path = f"{HOME}/2024/projects/骨干培训.yaml"
    workspaces.change(tmp_path / path, ("名称: 骨干培训\n", "名称: 骨干\n  培训\n"))
    assert workspaces.check(tmp_path, 2024).problems("L143") == []
