"""How tags nest: one message for each mistake, at its tag, naming the innermost open one."""

from __future__ import annotations

import pytest
from kit.problems import assert_names, seen

from generator.language import blocks, statements
from generator.language.environment import make_environment
from generator.language.tags import Tag
from generator.problems import Position, Problems

ENVIRONMENT = make_environment(str)
FOR, IF = "{% for r in 指标 %}", "{% if 年度 %}"
ENDFOR, ENDIF, ELSE, ELIF = "{% endfor %}", "{% endif %}", "{% else %}", "{% elif 项目 %}"


def parsed(*texts: str) -> tuple[blocks.Tree, Problems]:
    """The tree of tags that stand on lines 1, 2, 3 …, and what it reports."""
    tags = [Tag(text, Position("report.md", n, 1)) for n, text in enumerate(texts, 1)]
    said = statements.read(tags, ENVIRONMENT)
    tree, problems = blocks.parse(said), Problems()
    assert tree.report(tags, said, problems) is bool(tree.misfits)
    return tree, problems


@pytest.mark.parametrize(
    ("texts", "expected", "named"),
    [
        ([IF], ["T111 1:1"], [IF, ENDIF]),
        (["{%tr for r in 指标 %}", "{{ r.名称 }}"], ["T111 1:1"], ["{%tr endfor %}"]),
        ([IF, IF, ENDIF], ["T111 1:1"], [ENDIF]),
        ([FOR, "{% if r %}", ENDFOR], ["T111 2:1"], ["{% if r %}", ENDIF]),
        ([IF, FOR, ELSE, ENDIF], ["T111 2:1"], [FOR, ENDFOR]),
        ([ENDFOR], ["T112 1:1"], [ENDFOR]),
        ([ELSE], ["T112 1:1"], [ELSE]),
        ([FOR, ENDFOR, ENDIF], ["T112 3:1"], [ENDIF]),
        ([IF, ENDFOR, ENDIF], ["T112 2:1"], ["最近没有结束的是第1行的 {% if 年度 %}"]),
        ([FOR, IF, ENDFOR, ENDIF, ENDFOR], ["T112 3:1"], ["第2行的 {% if 年度 %}"]),
        ([IF, ELSE, ELSE, ENDIF], ["T140 3:1"], ["第1行的 {% if 年度 %} 已经有 {% else %} 了"]),
        ([IF, ELSE, ELIF, ENDIF], ["T140 3:1"], [ELIF, "已经有 {% else %} 了"]),
        ([FOR, ELIF, ENDFOR], ["T140 2:1"], ["第1行的 {% for r in 指标 %} 没有 elif"]),
        ([FOR, ELSE, ELSE, ENDFOR], ["T140 3:1"], ["已经有 {% else %} 了"]),
        ([IF, ENDFOR], ["T141 2:1"], ["不能结束第1行的 {% if 年度 %}", ENDIF]),
        ([FOR, IF, ENDFOR, ENDFOR], ["T141 3:1"], ["不能结束第2行的 {% if 年度 %}", ENDIF]),
        ([FOR, IF, ENDFOR, ENDIF], ["T143 3:1"], ["第2行的 {% if 年度 %} 还没有结束", "请先写"]),
    ],
)
def test_each_mistake_has_one_message(
    texts: list[str], expected: list[str], named: list[str]
) -> None:
    problems = parsed(*texts)[1]
    assert seen(problems) == expected
    assert_names(problems, *named)


@pytest.mark.parametrize(
    "texts",
    [
        [FOR, "{{ r }}", ELSE, "{# 无 #}", ENDFOR],
        [IF, ELIF, ELIF, ELSE, ENDIF],
        [IF, FOR, IF, ENDIF, ENDFOR, ELSE, FOR, ENDFOR, ENDIF],
    ],
)
def test_what_nests_is_left_alone(texts: list[str]) -> None:
    tree, problems = parsed(*texts)
    assert seen(problems) == []
    assert all(map(tree.sound, tree.blocks))


@pytest.mark.parametrize(
    "texts",
    [
        [IF, "{% elif 年度 == %}", ENDIF],
        [IF, "{% endif 年度 %}"],
        [FOR, "{% endfr %}"],
        ["{% fro r in 指标 %}", ENDFOR],
        ["{% if %}"],
    ],
)
def test_a_tag_that_is_wrong_in_itself_still_takes_its_place(texts: list[str]) -> None:
    """The lint names such a tag; nothing else about it is wrong."""
    assert seen(parsed(*texts)[1]) == []


def test_two_mistakes_have_two_messages_each_with_the_other_place() -> None:
    problems = parsed(IF, ELSE, ELSE, ENDIF, FOR, IF, ENDFOR)[1]
    assert seen(problems) == ["T140 3:1", "T111 6:1"]
    second, missing = problems
    assert [place.line for place in second.related] == [1, 2]
    assert [place.line for place in missing.related] == [7]


def test_blocks_know_their_tags_and_what_they_stand_in() -> None:
    tree, _ = parsed(FOR, IF, ELIF, ELSE, "{{ r }}", ENDIF, ENDFOR, "{{ 年度 }}")
    loop, branch = tree.blocks
    assert (loop.head, loop.end, loop.around) == (0, 6, None)
    assert (branch.branches, branch.otherwise, branch.around) == ([2, 3], 3, loop)
    assert tree.innermost[4] is branch
    assert [list(tree.loops(number)) for number in (4, 7)] == [[loop], []]


@pytest.mark.parametrize(
    ("depth", "expected"), [(30, []), (31, ["T142 31:1"]), (5000, ["T142 31:1"])]
)
def test_what_is_nested_too_deep_is_said_at_the_tag(depth: int, expected: list[str]) -> None:
    assert seen(parsed(*[IF] * depth, *[ENDIF] * depth)[1]) == expected


def test_parts_of_a_template_nest_by_themselves() -> None:
    said = statements.read([Tag(text, Position("a")) for text in (IF, ENDIF)], ENVIRONMENT)
    assert [m.kind for part in ([0], [1]) for m in blocks.parse(said, part).misfits] == [
        "open", "stray",
    ]  # fmt: skip


def test_a_loop_binds_its_names_and_set_those_of_the_loop_around_it() -> None:
    tree, _ = parsed(
        "{% set 甲 = 1 %}", FOR, IF, "{% set 甲 = 2 %}", ENDIF, "{{ 甲 }}", ENDFOR, "{{ 甲 }}"
    )
    scopes = blocks.Scopes[str](tree)
    scopes.bind(0, {"甲": "外"})
    scopes.bind(1, {"r": "项"})
    scopes.bind(3, {"甲": "内"})
    assert [scopes.find(name, 5) for name in ("甲", "r")] == ["内", "项"]
    assert [scopes.find(name, 7) for name in ("甲", "r")] == ["外", None]
