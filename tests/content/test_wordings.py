"""Wordings of form sets: what they find, and that none of them can take long."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.content.form_set.inherit import load_form_set
from generator.content.model import Correction
from generator.content.wordings import any_of, expression, held, in_context
from generator.problems import Position, Problems
from generator.workspace import Workspace, packaged_templates

HOME = packaged_templates().parent
NATIONAL = load_form_set(Workspace(HOME, HOME), "全国", Position("unit.yaml"), Problems())
PHRASES = () if NATIONAL is None else (*NATIONAL.check_data.phrases, *NATIONAL.check_data.typos)


@pytest.mark.parametrize(
    ("wording", "text", "found"),
    [
        ("控制率", "公用经费控制率", "控制率"),
        ("三公…控制率", "“三公”经费控制率", "三公”经费控制率"),
        ("三公…控制率", "三公经费，公用经费控制率", None),  # not across a clause
        ("三公…控制率", f"三公{'甲' * 14}控制率", f"三公{'甲' * 14}控制率"),
        ("三公…控制率", f"三公{'甲' * 15}控制率", None),
        ("【……填……】", "【请按实际，填写】", "【请按实际，填写】"),
        ("【……填……】", "【注】以下填写【甲】", None),
        ("〔四4〕个意〔识见〕", "增强4个意见", "4个意见"),
        ("〔^甲〕", "乙", None),  # a sign like any other
        ("〔]-〕丙", "-丙", "-丙"),
        ("甲.*", "甲乙", None),  # nothing is an expression but what is written here
        ("(甲)+", "(甲)+", "(甲)+"),
        ("甲…乙…丙…丁", "甲一乙二丙…丁", "甲一乙二丙…丁"),  # two gaps at most
        ("〔甲", "〔甲", "〔甲"),
    ],
)
def test_what_a_wording_finds(wording: str, text: str, found: str | None) -> None:
    match = re.search(expression(wording), text)
    assert (match and match[0]) == found


@pytest.mark.parametrize(
    ("text", "counts"),
    [("，主要原因工资", True), ("主要原因工资", False), ("，主要原因是", False)],
)
def test_what_stands_beside_a_wording_decides(text: str, counts: bool) -> None:
    phrase = Correction("主要原因是", ("主要原因",), before=("，", "。其"), not_after=("是", "："))
    assert (re.search(in_context(phrase, "主要原因"), text) is not None) == counts
    after = Correction("甲乙", ("甲",), after=("乙",))
    assert [m.span() for m in re.finditer(in_context(after, "甲"), "甲甲乙")] == [(1, 2)]


def test_one_of_several_wordings() -> None:
    assert re.findall(any_of(("很好〔地的〕", "高度重视")), "很好地高度重视很好") == [
        "很好地",
        "高度重视",
    ]
    assert any_of(()) == ""


@given(st.data())
def test_every_match_holds_the_piece_it_is_looked_for_by(data: st.DataObject) -> None:
    phrase = data.draw(st.sampled_from(PHRASES))
    form = data.draw(st.sampled_from(phrase.forms))
    text = data.draw(st.from_regex(expression(form)))
    assert held(form)
    assert held(form) in text


@given(st.text("…〔〕^-]\\甲乙.*+?()[{}|$", max_size=30))
def test_whatever_is_written_is_an_expression_without_open_repetition(wording: str) -> None:
    made = expression(wording)
    re.compile(made)
    bare = re.sub(r"\\.|\[[^\[\]]*\]", "", re.sub(r"\\[\\\[\]]", "", made))
    assert not re.search(r"[*+(]|\{\d*,\}", bare)


def test_steps_grow_with_the_text_and_no_faster() -> None:
    """The most a wording may ask for: two long gaps, each begun at every character."""
    made = re.compile(expression("甲……甲……乙"))
    assert made.pattern.count("{0,40}?") == 2
    assert made.search("甲" * 20_000) is None
