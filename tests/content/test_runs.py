"""Long lists of plain rows are read from their lines, and give what libyaml makes of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.content.yaml import nodes, runs
from generator.problems import Problem, Problems

FILE = "facts.yaml"
ROWS = [
    f"- {{名称: 第{number}项 设备, 数量: {number}, 单价: -{number}.50}}" for number in range(20)
]


def read(text: str) -> tuple[nodes.Node | None, list[Problem]]:
    problems = Problems()
    return nodes.parse(text, FILE, problems), list(problems)


def by_libyaml(text: str) -> tuple[nodes.Node | None, list[Problem]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs, "_FEWEST", len(text) + 1)
        return read(text)


@pytest.mark.parametrize("lead", ["", "  "])
def test_rows_between_the_first_and_the_last_are_told_from_their_lines(lead: str) -> None:
    lines = ["明细:", *(lead + row for row in ROWS), "别的: 1", ""]
    (run,) = runs.found(lines).values()
    assert (run.first, run.last, len(run.between)) == (1, 20, 18)
    assert runs.shortened(lines, {1: run}).split("\n")[2:20] == [""] * 18
    node, problems = read("\n".join(lines))
    assert isinstance(node, nodes.Mapping)
    rows = node.get("明细")
    assert isinstance(rows, nodes.Sequence)
    assert len(rows.items) == 20
    assert (node, problems) == by_libyaml("\n".join(lines))


@pytest.mark.parametrize(
    "row",
    [
        "- {名称: 甲, 名称: 乙}", "- {名称: null, 数量: 1}", "- {名称: 甲 # 注}", "- {名称: '甲'}",
        "- {名称:甲, 数量: 1}", "- {名称: 1,234, 数量: 1}", "- {名称：甲, 数量: 1}", "- {名称: }",
        "- {名称: - 甲, 数量: 1}", "- {名称: 甲: 乙}", "- {名称: *甲}", "- {名称: 甲, 数量: [1]}",
        "- {名称: ?甲}", "- {名称: 甲}  ", "- {名称: 甲} # 注", "- {名称: 甲\x85乙, 数量: 1}",
        "- {名称: 甲\u2028乙}", "- {名称: >甲}", "- {名称: %甲}", "-  {名称: 甲}", "- {12: 甲}", "",
    ],
)  # fmt: skip
def test_no_other_line_is_told_without_the_parser(row: str) -> None:
    assert not runs.found([row] * 20)
    text = "\n".join(["明细:", *ROWS, row, *ROWS])
    assert read(text) == by_libyaml(text)


@pytest.mark.parametrize(
    "before",
    ["说明: |", "说明: >", "说明: '", '说明: "', "说明: 甲", "甲: [", "甲: {", "---", "甲:\n- 乙"],
)
@pytest.mark.parametrize("lead", ["", "  "])
def test_lines_that_only_look_like_rows_stay_what_they_are(before: str, lead: str) -> None:
    for text in (before, f"{before}\n{lead}- 甲: 乙", f"{before}\n   甲: 乙"):
        whole = "\n".join([text, *(lead + row for row in ROWS), "乙: 1", ""])
        assert read(whole) == by_libyaml(whole)


def test_too_many_nodes_are_counted_in_rows_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nodes, "MAX_NODES", 100)
    text = "\n".join(["明细:", *ROWS])
    node, problems = read(text)
    assert [problem.code for problem in problems] == ["L142"]
    assert (node, problems) == by_libyaml(text)


_SIGNS = st.sampled_from([*"甲a1 .-+%(（、:#,[]{}'\"&*!|>?@`=<~_—\t", "null", ": ", "- "])
_TEXTS = st.lists(_SIGNS, max_size=5).map("".join)
_ROW = st.lists(st.tuples(_TEXTS, _TEXTS), min_size=1, max_size=3).map(
    lambda pairs: "- {" + ", ".join(f"{key}: {value}" for key, value in pairs) + "}"
)


@given(_ROW, st.sampled_from(["", "  "]), st.integers(0, 20))
def test_any_row_among_others_reads_as_by_libyaml(row: str, lead: str, place: int) -> None:
    lines = [lead + one for one in (*ROWS[:place], *[row] * 3, *ROWS[place:])]
    text = "\n".join(["明细:", *lines, "别的: 1", ""])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs, "_FEWEST", 3)
        found = read(text)
    assert found == by_libyaml(text)
