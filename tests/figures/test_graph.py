"""Figures that rest on figures: dependency order, cycles, unknown names, exact evaluation."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit.problems import assert_names, seen

from generator.content.model import Formula
from generator.figures.graph import Definition, Graph, reference_sum
from generator.problems import Position, Problems


def made(typed: dict[str, str], *, complete: bool = True) -> tuple[Graph, Problems]:
    """A graph of ``name → number or "= formula"``, each on its own line from column 5.

    Names that end in 〕 are hidden.
    """
    problems = Problems()
    graph = Graph(problems, complete=complete)
    for line, (path, text) in enumerate(typed.items(), 1):
        at = Position("figures.yaml", line, 5)
        if text.startswith("= "):
            tree = graph.formula(Formula(text[2:], at))
            graph.define(Definition(path, at, tree=tree, source=text[2:]))
        else:
            hidden = path.endswith("〕")
            graph.define(Definition(path, at, value=Fraction(text), unit="万元", hidden=hidden))
    return graph, problems


def evaluated(typed: dict[str, str], *, complete: bool = True) -> tuple[Graph, Problems]:
    graph, problems = made(typed, complete=complete)
    graph.evaluate()
    return graph, problems


def test_formulas_are_evaluated_in_whatever_order_they_were_typed() -> None:
    typed = {"丁": "= 丙 * 2", "丙": "= 甲 + 乙", "甲": "1", "乙": "= 甲 / 3"}
    for order in (list(typed), list(reversed(typed))):
        graph, problems = evaluated({name: typed[name] for name in order})
        assert graph.values == {
            "甲": 1,
            "乙": Fraction(1, 3),
            "丙": Fraction(4, 3),
            "丁": Fraction(8, 3),
        }
        assert seen(problems) == []


def test_units_follow_the_formulas() -> None:
    graph, _ = evaluated(
        {"甲": "1", "乙": "4", "丙": "= 甲 / 乙", "丁": "= 丙 + 丙", "戊": "= 甲 - 乙"}
    )
    assert [graph.units[name] for name in "丙丁戊"] == ["%", "%", "万元"]


def test_a_declared_unit_wins() -> None:
    graph, _ = made({"甲": "10", "乙": "4"})
    graph.define(
        Definition(
            "人均", Position("f"), tree=graph.formula(Formula("甲 / 乙", Position("f"))), unit="元"
        )
    )
    graph.evaluate()
    assert graph.units["人均"] == "元"


# Long and wide


@pytest.mark.parametrize("backwards", [False, True])
def test_a_chain_of_five_thousand_formulas(backwards: bool) -> None:
    typed = {"数0": "1"} | {f"数{n}": f"= 数{n - 1} + 1" for n in range(1, 5000)}
    order = reversed(typed) if backwards else typed
    graph, problems = evaluated({name: typed[name] for name in order})
    assert graph.values["数4999"] == 5000
    assert seen(problems) == []


def test_a_cycle_through_five_thousand_formulas() -> None:
    typed = {f"数{n}": f"= 数{(n + 1) % 5000}" for n in range(5000)}
    graph, problems = evaluated(typed)
    assert seen(problems) == ["F103 1:5"]
    assert set(graph.values.values()) == {None}


def test_a_sum_of_thousands() -> None:
    graph, _ = made({f"数{n}": "0.1" for n in range(5000)})
    graph.define(Definition("和", Position("f"), tree=reference_sum(list(graph.definitions))))
    graph.evaluate()
    assert graph.values["和"] == 500
    assert graph.units["和"] == "万元"


def test_a_typed_sum_of_two_hundred() -> None:
    typed = {f"数{n}": "0.01" for n in range(200)}
    graph, problems = evaluated(typed | {"和": f"= 求和({', '.join(typed)})"})
    assert graph.values["和"] == 2
    assert seen(problems) == []


def test_layers_that_share_everything_are_evaluated_once() -> None:
    typed = {"层0": "1"} | {f"层{n}": f"= 层{n - 1} + 层{n - 1}" for n in range(1, 60)}
    graph, _ = evaluated(typed)
    assert graph.values["层59"] == 2**59


# Cycles


@pytest.mark.parametrize(
    ("typed", "expected", "loop"),
    [
        ({"甲": "= 甲"}, ["F103 1:5"], "甲 → 甲"),
        ({"甲": "= 乙", "乙": "= 甲 + 1"}, ["F103 1:5"], "甲 → 乙 → 甲"),
        (
            {"甲": "= 乙", "乙": "= 丙", "丙": "= 丁 * 2", "丁": "= 乙"},
            ["F103 2:5"],
            "乙 → 丙 → 丁 → 乙",
        ),
        ({"首": "= 乙 + 1", "甲": "1", "乙": "= 甲 + 乙"}, ["F103 3:5"], "乙 → 乙"),
    ],
)
def test_cycles_show_the_loop(typed: dict[str, str], expected: list[str], loop: str) -> None:
    graph, problems = evaluated(typed)
    assert seen(problems) == expected
    assert_names(problems, loop)
    (problem,) = problems
    assert len(problem.related) == loop.count("→") - 1
    assert graph.values.get("甲") in (None, 1)


def test_two_separate_cycles_are_both_reported() -> None:
    _, problems = evaluated(
        {"甲": "= 乙", "乙": "= 甲", "丙": "= 丁", "丁": "= 丙", "戊": "= 甲 + 丙"}
    )
    assert seen(problems) == ["F103 1:5", "F103 3:5"]


# Names


def test_unknown_names_come_with_the_nearest_at_their_own_column() -> None:
    graph, problems = evaluated({"收入.合计.本年": "5", "甲": "= 1 + 收入.合记.本年 - 别的"})
    assert seen(problems) == ["F101 2:9", "F101 2:20"]
    assert_names(problems, "“收入.合记.本年”", "是否为“收入.合计.本年”", "“别的”")
    assert graph.values["甲"] is None


def test_what_rests_on_something_broken_is_not_reported_again() -> None:
    _, problems = evaluated({"甲": "= 没有", "乙": "= 甲 + 1", "丙": "= 乙 / 0"})
    assert seen(problems) == ["F101 1:5"]


def test_unknown_names_of_incomplete_content_are_passed_over() -> None:
    _, problems = evaluated({"甲": "= 没有"}, complete=False)
    assert seen(problems) == []


def test_groups_and_texts_are_no_numbers() -> None:
    graph, problems = made({"收入.合计.本年": "5", "甲": "= 收入.合计 + 1", "乙": "= 名称"})
    graph.groups |= {"收入", "收入.合计"}
    graph.texts.add("名称")
    graph.evaluate()
    assert seen(problems) == ["F102 2:5", "F105 3:5"]
    assert_names(problems, "“收入.合计”", "“收入.合计.本年”", "“名称”是文字")


def test_the_example_for_a_group_is_a_name_one_can_type() -> None:
    graph, problems = made(
        {"三公.其中.〔本年〕": "1", "三公.其中.甲.本年": "1", "乙": "= 三公.其中"}
    )
    graph.groups.add("三公.其中")
    graph.evaluate()
    assert seen(problems) == ["F102 3:5"]
    assert_names(problems, "“三公.其中.甲.本年”")


def test_a_hidden_sum_is_never_suggested() -> None:
    _, problems = evaluated({"收入.本年〔分项之和〕": "1", "甲": "= 收入.本年分项之和"})
    assert seen(problems) == ["F101 2:5"]
    assert "〔" not in next(iter(problems)).message


def test_a_name_used_twice_names_both_places() -> None:
    graph, problems = made({"甲": "1"})
    graph.define(Definition("甲", Position("facts.yaml", 7, 1), value=Fraction(2)))
    graph.evaluate()
    (problem,) = problems
    assert seen(problems) == ["F120 7:1"]
    assert problem.related == (Position("figures.yaml", 1, 5),)
    assert_names(problems, "“甲”", "figures.yaml:1:5")
    assert graph.values == {"甲": 1}


# Arithmetic


def test_division_by_zero_names_figure_and_formula() -> None:
    graph, problems = evaluated({"零": "0", "率": "= 5 / 零", "倍": "= 率 * 2"})
    assert seen(problems) == ["F104 2:5"]
    assert_names(problems, "“率”", "“5 / 零”")
    assert (graph.values["率"], graph.values["倍"]) == (None, None)


@pytest.mark.parametrize(
    ("formula", "expected", "named"),
    [
        ("= 甲 & 乙", "F110 1:7", "& 乙"),
        ("= (甲 + 1", "F111 1:11", "公式结尾"),
        ("= " + "甲+" * 300 + "甲", "F112 1:505", "太长"),
    ],
)
def test_what_is_no_formula_is_reported_at_its_place(
    formula: str, expected: str, named: str
) -> None:
    graph, problems = evaluated({"乙": formula})
    assert seen(problems) == [expected]
    assert_names(problems, named)
    assert graph.values == {"乙": None}


def test_names_of_a_formula_may_be_resolved() -> None:
    graph, _ = made({"表.行.甲": "5", "乙": "1"})
    at = Position("f", 9, 1)
    tree = graph.formula(
        Formula("求和(甲, 乙) * (甲 + 2)", at),
        lambda name: f"表.行.{name}" if name == "甲" else name,
    )
    graph.define(Definition("丙", at, tree=tree))
    graph.evaluate()
    assert graph.values["丙"] == 42


def test_a_thousand_unknown_names_are_reported_in_reasonable_time() -> None:
    typed = {f"收入.科目{n}.本年": "1" for n in range(1000)}
    typed |= {f"派生.甲{n}": f"= 收入.科目{n}.本午" for n in range(300)}
    _, problems = evaluated(typed)
    assert len(problems) == 300


@given(st.data())
def test_random_acyclic_graphs_agree_with_plain_evaluation(data: st.DataObject) -> None:
    values: dict[str, Fraction] = {}
    typed: dict[str, str] = {}
    for number in range(data.draw(st.integers(1, 15))):
        name = f"数{number}"
        inputs = data.draw(st.lists(st.sampled_from(sorted(values)), max_size=4)) if values else []
        own = data.draw(st.integers(-99, 99))
        typed[name] = f"= {' + '.join(inputs)} - 5 * 1" if inputs else str(own)
        values[name] = sum((values[i] for i in inputs), Fraction(-5)) if inputs else Fraction(own)
    order = list(typed)
    random.Random(data.draw(st.integers(0, 99))).shuffle(order)
    graph, problems = evaluated({name: typed[name] for name in order})
    assert graph.values == values
    assert seen(problems) == []
