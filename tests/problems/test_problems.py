"""Problems as values; the catalogue of messages; every code has a test."""

from __future__ import annotations

import re
import string
from functools import cache
from pathlib import Path

import pytest
from kit.problems import seen

import generator
from generator.problems import Position, Problems, Severity, problem, suggest
from generator.problems.messages import CATALOG

PACKAGE = Path(generator.__file__).parent
TESTS = Path(__file__).resolve().parents[1]
AT = Position("content/2020/figures.yaml", 3, 7)


# Positions and problems


@pytest.mark.parametrize(
    ("position", "printed"),
    [
        (Position("a.yaml"), "a.yaml"),
        (Position("a.yaml", 3), "a.yaml:3"),
        (Position("a.yaml", 3, 7), "a.yaml:3:7"),
        (Position("a.yaml", 0, 7), "a.yaml"),
        (Position("报告.docx", place="表1 第2行 第4格"), "报告.docx 表1 第2行 第4格"),
    ],
)
def test_position_prints_what_is_known(position: Position, printed: str) -> None:
    assert str(position) == printed


def test_problem_takes_severity_and_texts_from_the_catalogue() -> None:
    found = problem(
        "F102", AT, related=[Position("b.yaml", 1)], name="收入预算", example="收入.本年"
    )
    assert found.severity is Severity.ERROR
    assert "“收入预算”是一组数" in found.message
    assert "收入.本年" in found.hint
    assert found.related == (Position("b.yaml", 1),)


def test_problem_as_json_has_the_promised_shape() -> None:
    found = problem("L116", AT, related=[Position("b.yaml", 1, 2)], key="合计", line=1)
    shown = found.as_json()
    assert shown["message"] == "“合计”在第1行已经写过。"
    assert {key: shown[key] for key in ("code", "severity", "file", "line", "column", "place")} == {
        "code": "L116",
        "severity": "error",
        "file": "content/2020/figures.yaml",
        "line": 3,
        "column": 7,
        "place": "",
    }
    assert shown["related"] == [{"file": "b.yaml", "line": 1, "column": 2, "place": ""}]
    assert shown["hint"]


@pytest.mark.parametrize(("code", "values"), [("L999", {}), ("L116", {"key": "合计"})])
def test_unknown_code_or_missing_value_is_our_bug(code: str, values: dict[str, object]) -> None:
    with pytest.raises(KeyError):
        problem(code, AT, **values)  # type: ignore[arg-type]


def test_problems_are_sorted_by_place_without_repeats() -> None:
    problems = Problems()
    for line, column in [(9, 1), (2, 8), (2, 3), (9, 1)]:
        problems.add("L110", Position("a.yaml", line, column))
    problems.extend([problem("L110", Position("A.yaml", 5))])
    problems.add_values("L113", Position("a.yaml", 2, 3), {"tag": "!!int"})
    assert len(problems) == 6
    assert [(p.at.file, *seen([p])) for p in problems.sorted()] == [
        ("A.yaml", "L110 5:0"),
        ("a.yaml", "L110 2:3"),
        ("a.yaml", "L113 2:3"),
        ("a.yaml", "L110 2:8"),
        ("a.yaml", "L110 9:1"),
    ]


def test_only_errors_fail() -> None:
    problems = Problems()
    problems.add("L104", AT, encoding="GBK")
    problems.add("T122", AT, found="一、概况")
    assert not problems.failed
    problems.add("L110", AT)
    assert problems.failed


def test_severities_have_chinese_labels() -> None:
    assert [severity.label for severity in Severity] == ["错误", "警告", "提示"]


@pytest.mark.parametrize(
    ("name", "known", "suggested"),
    [
        ("收入予算", ["支出决算", "收入预算"], "，是否为“收入预算”？"),
        ("完城", ["目标", "完成"], "，是否为“完成”？"),
        ("figure.yaml", ["facts.yaml", "figures.yaml"], "，是否为“figures.yaml”？"),
        ("合计", ["合计", "合记"], "，是否为“合计”？"),
        ("分直", ["分值", "得分"], "，是否为“分值”？"),
        ("天气", ["目标", "完成"], ""),
        ("甲", [], ""),
        ("", ["甲"], ""),
    ],
)
def test_suggest_names_the_nearest(name: str, known: list[str], suggested: str) -> None:
    assert suggest(name, known) == suggested


# The catalogue


def test_no_code_is_used_twice() -> None:
    codes = [
        code
        for path in (PACKAGE / "problems" / "messages").glob("*.py")
        for code in re.findall(
            r'^    (?:error|warning|note)\(\s*"(\w+)"', path.read_text("utf-8"), re.MULTILINE
        )
    ]
    assert sorted(codes) == sorted(CATALOG)


@pytest.mark.parametrize("code", CATALOG)
def test_each_message_is_chinese_and_complete(code: str) -> None:
    entry = CATALOG[code]
    assert re.fullmatch(r"[AFILPSTW]\d{3}", code)
    assert entry.severity in set(Severity)
    for text in (entry.title, entry.text, entry.hint):
        assert re.search("[\u4e00-\u9fff]", text)
        text.encode("gbk")  # printable on a Chinese Windows console
        names = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
        assert all(name.isidentifier() for name in names), "only plain {name} placeholders"


@cache
def _tests() -> str:
    """What provokes problems; the tests of the catalogue itself only name them."""
    paths = (path for path in TESTS.rglob("*.py") if path.parent.name != "problems")
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


@pytest.mark.parametrize("code", CATALOG)
def test_every_message_has_a_test(code: str) -> None:
    assert re.search(rf"""["'`]{code}\b""", _tests())
