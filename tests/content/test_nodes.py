"""YAML as trees of nodes: texts as typed, every node at its place, YAML's traps reported."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit.problems import assert_names, seen
from kit.yaml import SNIPPETS, mapping, parsed, scalar

from generator.content.yaml import nodes
from generator.content.yaml.nodes import Mapping, Node, Scalar, Sequence
from generator.problems import Problems

FILE = "figures.yaml"


def place(node: Node) -> tuple[int, int]:
    return node.at.line, node.at.column


# What is read


@pytest.mark.parametrize(
    ("typed", "text", "quoted"),
    [
        ("50", "50", False),
        ("64.50", "64.50", False),
        ("1:30", "1:30", False),
        ("2021-05-21", "2021-05-21", False),
        ("yes", "yes", False),
        ("0o17", "0o17", False),
        ("1e3", "1e3", False),
        ("= 甲.乙 + 1", "= 甲.乙 + 1", False),
        ("“三公”经费 # 注", "“三公”经费", False),
        ('"50"', "50", True),
        ("'它''s'", "它's", True),
        ('"a\\nb"', "a\nb", True),
        ("甲\n  乙", "甲 乙", False),
        ("|\n  甲\n  乙\n", "甲\n乙\n", True),
        (">-\n  甲\n  乙\n", "甲 乙", True),
    ],
)
def test_scalars_stay_as_typed(typed: str, text: str, quoted: bool) -> None:
    node = scalar(typed)
    assert (node.text, node.quoted) == (text, quoted)


def test_every_node_has_its_place_in_characters() -> None:
    root = mapping("# 注\n收入预算:\n  财政拨款: {本年: 209.57, 上年: 207.82}\n  名单:\n    - 甲\n")
    table = root.get("收入预算")
    assert isinstance(table, Mapping)
    row, names = table.get("财政拨款"), table.get("名单")
    assert isinstance(row, Mapping)
    assert isinstance(names, Sequence)
    assert [place(key) for key, _ in table.items] == [(3, 3), (4, 3)]
    assert [place(value) for _, value in row.items] == [(3, 14), (3, 26)]
    assert place(names.items[0]) == (5, 7)
    assert root.get("没有") is None


@pytest.mark.parametrize("typed", ["", "~", "null", "# 只有注释"])
def test_nothing_typed_is_empty(typed: str) -> None:
    assert nodes.is_empty(scalar(typed))
    assert not nodes.is_empty(scalar('""'))


def test_yaml_header_and_comments_are_fine() -> None:
    assert mapping("%YAML 1.2\n---\n# 注\n甲: 1\n...\n").get("甲") is not None


def test_load_reads_a_file(tmp_path: Path) -> None:
    path = tmp_path / "facts.yaml"
    path.write_bytes("甲: 1\r\n".encode("gbk"))
    problems = Problems()
    node = nodes.load(path, "content/facts.yaml", problems)
    assert isinstance(node, Mapping)
    assert seen(problems) == ["L104 1:1"]
    assert [p.at.file for p in problems] == ["content/facts.yaml"]
    assert nodes.load(tmp_path / "没有.yaml", "x", problems) is None


# What is reported


@pytest.mark.parametrize(
    ("text", "expected", "named"),
    [
        ("", "L110 1:1", "没有内容"),
        ("# 只有注释\n", "L110 1:1", "没有内容"),
        ("甲: 1\n---\n乙: 2\n", "L111 2:1", "---"),
        ("? [甲]\n: 1\n", "L115 1:3", "名称: 值"),
        ("甲: 1\n乙: 2\n甲: 3\n", "L116 3:1", "“甲”在第1行"),
        ("甲: 1\n乙: 1\n甲: 2\n乙: 3\n", "L118 3:1", "2个名称"),
        ("派生: {甲: = 最大(a, b)}\n", "L117 1:9", "= 最大(a, b)"),
        ("表: {甲: 五,六}\n", "L117 1:8", "“甲”"),
        ("甲: \x01\n", "L105 1:4", "U+0001"),
        ("甲: 1\n乙: \ue010\n", "L106 2:4", "U+E010"),
        ("甲:\n  - [1]\n  - &a [1]\n", "L112 3:5", "&"),
        ("!!omap {甲: 1}\n", "L113 1:1", "omap"),
    ],
)
def test_yaml_traps(text: str, expected: str, named: str) -> None:
    _, problems = parsed(text)
    assert seen(problems) == [expected]
    assert_names(problems, named)


# Slips are reported at their place, mended in memory, and reading goes on


@pytest.mark.parametrize(
    ("text", "expected", "named", "tree"),
    [
        ("人员:\n\t编制: 5\n", "L121 2:1", "Tab", {"人员": {"编制": "5"}}),
        ("人员:\n  \t编制: 5\n", "L121 2:3", "Tab", {"人员": {"编制": "5"}}),
        (
            "人员:\n  编制: 5\n\t# 说明\n乙: 2\n",
            "L121 3:1",
            "Tab",
            {"人员": {"编制": "5"}, "乙": "2"},
        ),
        ("人员:\n  编制: 5\n  \t\n乙: 2\n", "L121 3:3", "Tab", {"人员": {"编制": "5"}, "乙": "2"}),
        ("甲: 1\n乙: 2\n\t# 说明", "L121 3:1", "Tab", {"甲": "1", "乙": "2"}),
        ("甲：1\n乙: 2\n", "L122 1:2", "“甲”", {"甲": "1", "乙": "2"}),
        ("表:\n  - 乙：1\n    丙: 2\n", "L122 2:6", "“乙”", {"表": [{"乙": "1", "丙": "2"}]}),
        ("甲: ｛本年: 1｝\n", "L123 1:4", "｛", {"甲": {"本年": "1"}}),
        ("甲: {乙: 1，丙: 2}\n", "L123 1:9", "，", {"甲": {"乙": "1", "丙": "2"}}),
        ("文号: [2018]34号\n", "L124 1:5", "[2018]34号", {"文号": "[2018]34号"}),
        ("目标: >5%\n", "L124 1:5", ">5%", {"目标": ">5%"}),
        ("名称: @驻深办\n", "L124 1:5", "@驻深办", {"名称": "@驻深办"}),
        ("名称: %驻深办\n", "L124 1:5", "%驻深办", {"名称": "%驻深办"}),
        ("名称: !驻深办\n", "L124 1:5", "!驻深办", {"名称": "!驻深办"}),
        ('名称: "甲"乙\n', "L124 1:5", '"甲"乙', {"名称": '"甲"乙'}),
        ('甲: "乙\n丙: 2\n', "L124 1:4", '"乙', {"甲": '"乙', "丙": "2"}),
        ("甲: {市财政局}\n", "L124 1:4", "{市财政局}", {"甲": "{市财政局}"}),
        ("甲: &a 1\n", "L112 1:4", "“&”", {"甲": "&a 1"}),
        ("甲: *a\n", "L112 1:4", "“*”", {"甲": "*a"}),
        ("说明: 甲: 乙\n", "L125 1:6", "甲: 乙", {"说明": "甲: 乙"}),
        (
            "表:\n  甲:1\n  乙: {丙: 5}\n",
            "L126 2:4",
            "甲:1",
            {"表": {"甲": "1", "乙": {"丙": "5"}}},
        ),
        ("甲 1\n乙: 2\n", "L126 1:2", "甲 1", {"甲": "1", "乙": "2"}),
        ("甲 = 1\n乙: 2\n", "L126 1:2", "甲 = 1", {"甲": "1", "乙": "2"}),
        ("甲: {乙: 1\n丙: 2\n", "L127 1:4", "{乙: 1", {"甲": {"乙": "1"}, "丙": "2"}),
        ("甲: {乙: 1}}\n", "L127 1:10", "{乙: 1}}", {"甲": {"乙": "1"}}),
        ("甲: {乙: 1 丙: 2}\n", "L127 1:9", "{乙: 1 丙: 2}", {"甲": {"乙": "1", "丙": "2"}}),
        ("甲: [1, 2\n乙: 3\n", "L127 1:4", "[1, 2", {"甲": ["1", "2"], "乙": "3"}),
        ("甲:\n   乙: 1\n  丙: 2\n", "L128 3:3", "丙: 2", {"甲": {"乙": "1", "丙": "2"}}),
        ("名单:\n  - 甲\n  -乙\n", "L119 3:3", "-乙", {"名单": ["甲", "乙"]}),
        ("甲:\u30001\n乙: 2\n", "L108 1:3", "U+3000", {"甲": "1", "乙": "2"}),
    ],
)
def test_slips_are_mended(text: str, expected: str, named: str, tree: object) -> None:
    node, problems = parsed(text)
    assert seen(problems) == [expected]
    assert problems.failed
    assert_names(problems, named)
    assert _plain(node) == tree


@pytest.mark.parametrize(
    ("text", "expected", "named"),
    [("甲: 1\n\ufeff乙: 2\n", "L120 2:1", "乙: 2"), ("- 甲\n乙: 1\n", "L120 2:1", "乙: 1")],
)
def test_a_line_that_cannot_be_mended_is_left_out_and_the_tree_is_lost(
    text: str, expected: str, named: str
) -> None:
    node, problems = parsed(text)
    assert node is None
    assert seen(problems) == [expected]
    assert_names(problems, named)


@pytest.mark.parametrize("text", ["甲: - 乙\n", '"甲: 1\n'])
def test_a_file_of_one_unreadable_line_is_not_called_empty(text: str) -> None:
    node, problems = parsed(text)
    assert node is None
    assert [p.code for p in problems] == ["L120"]


def test_all_slips_are_found_in_one_run() -> None:
    node, problems = parsed(
        "甲：1\n乙: 2\n表:\n  丁: [2018]34号\n  戊: 1: 2\n  丙: {本年: 3\n己:7\n庚: 8\n辛:\n\t壬: 9\n"
    )
    assert sorted(seen(problems)) == [
        "L121 10:1", "L122 1:2", "L124 4:6", "L125 5:7", "L126 7:2", "L127 6:6",
    ]  # fmt: skip
    assert _plain(node) == {
        "甲": "1",
        "乙": "2",
        "表": {"丙": {"本年": "3"}, "丁": "[2018]34号", "戊": "1: 2"},
        "己": "7",
        "庚": "8",
        "辛": {"壬": "9"},
    }


def test_a_first_list_item_without_its_space_is_not_read_as_text() -> None:
    _, problems = parsed("名单:\n  -甲\n  - 乙\n")
    assert seen(problems) == ["L119 2:3"]


def test_a_fullwidth_colon_on_the_only_line_of_a_group_is_found() -> None:
    _, problems = parsed("人员:\n  编制：5\n  在职：6\n名称: 甲\n")
    assert [p.code for p in problems][:1] == ["L122"]


def test_prose_with_a_fullwidth_colon_is_not_blamed_for_another_error() -> None:
    node, problems = parsed("目标: |\n  第一：完成任务\n人员: [1, 2\n")
    assert seen(problems) == ["L127 3:5"]
    assert _plain(node) == {"目标": "第一：完成任务\n", "人员": ["1", "2"]}


def test_flow_without_space_after_the_colon_names_the_colon() -> None:
    _, problems = parsed("表:\n  甲: {本年:209.57}\n")
    assert [p.at.line for p in problems] == [2]
    assert_names(problems, "本年:209.57", "空一格")


def test_a_comma_in_a_number_is_left_to_the_reader_of_numbers() -> None:
    node, problems = parsed("表: {本年: 1,234.5, 上年: }\n")
    assert seen(problems) == []
    assert _plain(node) == {"表": {"本年": "1,234.5", "上年": ""}}


def test_a_file_full_of_slips_is_given_up_in_good_time() -> None:
    _, problems = parsed("".join(f"名称{n}：{n}\n  子: [\n" for n in range(3000)))
    assert problems.failed
    assert len(problems) < 200


def test_depth_is_limited() -> None:
    assert parsed("甲: " + "[" * 19 + "]" * 19)[0] is not None
    node, problems = parsed("甲: " + "[" * 20 + "]" * 20)
    assert node is None
    assert seen(problems) == ["L114 1:23"]
    assert_names(problems, "20层")


def test_duplicate_key_points_to_both_places_and_keeps_the_first() -> None:
    node, problems = parsed("甲: 1\n乙: {丙: 1, 丙: 2}\n")
    (problem,) = problems
    assert [place.column for place in problem.related] == [5]
    assert seen(problems) == ["L116 2:11"]
    assert isinstance(node, Mapping)
    inner = node.get("乙")
    assert isinstance(inner, Mapping)
    assert [value.text for _, value in inner.items if isinstance(value, Scalar)] == ["1"]


def test_equal_keys_in_different_places_are_fine() -> None:
    assert seen(parsed("甲: {本年: 1}\n乙: {本年: 2}\n")[1]) == []


# Whatever is in a file, reading it never raises


@given(st.lists(SNIPPETS, max_size=30).map("".join))
def test_random_yaml_never_raises(text: str) -> None:
    node, problems = parsed(text)
    assert node is not None or problems.failed


@given(st.text(alphabet="甲乙:：-[]{}\"'#,&*!|>%@`\t\n 1０.", max_size=60))
def test_each_finding_is_inside_the_file(text: str) -> None:
    _, problems = parsed(text)
    lines = text.split("\n")
    for problem in problems:
        assert 1 <= problem.at.line <= len(lines)
        assert 1 <= problem.at.column <= len(lines[problem.at.line - 1]) + 1
        assert "None" not in problem.message


@given(st.text(max_size=80))
def test_random_text_never_raises(text: str) -> None:
    node, problems = parsed(text)
    assert node is not None or problems.failed


@given(st.recursive(
    st.text("甲乙丙0123456789.%家", min_size=1, max_size=6),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text("甲乙丙丁", min_size=1, max_size=3), inner, max_size=3),
    max_leaves=12,
))  # fmt: skip
def test_typed_trees_come_back_as_typed(tree: object) -> None:
    node, problems = parsed(_yaml(tree))
    assert seen(problems) == []
    assert _plain(node) == tree


def _yaml(tree: object) -> str:
    """``tree`` in flow style with every text quoted."""
    if isinstance(tree, dict):
        return "{" + ", ".join(f'"{key}": {_yaml(value)}' for key, value in tree.items()) + "}"
    if isinstance(tree, list):
        return "[" + ", ".join(map(_yaml, tree)) + "]"
    return f'"{tree}"'


def _plain(node: Node | None) -> object:
    if isinstance(node, Mapping):
        return {key.text: _plain(value) for key, value in node.items}
    if isinstance(node, Sequence):
        return [_plain(item) for item in node.items]
    assert isinstance(node, Scalar)
    return node.text


def test_a_number_sign_without_a_space_behind_it_may_cut_a_text() -> None:
    _, problems = parsed("甲: 一号楼 #二单元\n乙: 三号楼 # 说明\n")
    assert [(p.code, p.at.line) for p in problems] == [("L134", 1)]
