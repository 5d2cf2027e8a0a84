"""Places inside documents: their words, their order, and as plain data."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest

from generator.problems import Position, Problem, Problems
from generator.problems.place import Box, Cell, Paragraph, Place, Square, are_packed

BODY, SHEET = Place("body"), Place("sheet", 2, "汇总表")

#: In the order of a reader, with their words.
IN_ORDER = [
    (BODY, "正文"),
    (BODY.down(Cell(0, 1, 1, 1), Paragraph(1)), "正文 表1 第1行 第1格"),
    (BODY.down(Cell(0, 1, 1, 2), Paragraph(1)), "正文 表1 第1行 第2格"),
    (BODY.down(Cell(0, 1, 1, 2), Paragraph(2)), "正文 表1 第1行 第2格 第2段"),
    (BODY.down(Cell(0, 1, 1, 2), Cell(2, 1, 3, 4), Paragraph(1)),
     "正文 表1 第1行 第2格 表1 第3行 第4格"),
    (BODY.down(Cell(0, 1, 10, 1), Box(1, 2), Paragraph(1)), "正文 表1 第10行 第1格 文本框2 第1段"),
    (BODY.down(Paragraph(9)), "正文 第9段"),
    (BODY.down(Box(9, 1), Paragraph(1)), "正文 第9段 文本框1 第1段"),
    (BODY.down(Box(9, 1), Cell(1, 1, 1, 1), Paragraph(1)), "正文 第9段 文本框1 表1 第1行 第1格"),
    (BODY.down(Cell(9, 2, 1, 1), Paragraph(1)), "正文 表2 第1行 第1格"),
    (BODY.down(Paragraph(10)), "正文 第10段"),
    (Place("header", 2).down(Paragraph(1)), "页眉2 第1段"),
    (Place("header", 10).down(Paragraph(1)), "页眉10 第1段"),
    (Place("footer", 1).down(Paragraph(1)), "页脚1 第1段"),
    (Place("footnote", 3).down(Paragraph(1)), "脚注3 第1段"),
    (Place("endnote", 1).down(Paragraph(2)), "尾注1 第2段"),
    (Place("comment", 1).down(Paragraph(1)), "批注1 第1段"),
    (Place("sheet", 1, "汇总表"), "工作表“汇总表”"),
    (SHEET.down(Square(2, 27)), "工作表“汇总表” AA2"),
    (SHEET.down(Square(10, 2)), "工作表“汇总表” B10"),
    (Place("sheet header", 2, "汇总表"), "工作表“汇总表” 页眉"),
    (Place("sheet footer", 2, "汇总表"), "工作表“汇总表” 页脚"),
    (Place("sheet", 10, "一"), "工作表“一”"),
]  # fmt: skip


@pytest.mark.parametrize(("place", "words"), IN_ORDER)
def test_words(place: Place, words: str) -> None:
    assert str(place) == words
    assert str(Position("甲.docx", place=place)) == f"甲.docx {words}"


@pytest.mark.parametrize(
    ("place", "brief", "whole"),
    [
        (BODY.down(Paragraph(9)), "正文第9段", "正文第9段"),
        (BODY.down(Cell(0, 1, 3, 2), Paragraph(1)), "表1第3行第2格", "表1第3行第2格"),
        (Place("footnote", 3).down(Paragraph(1)), "脚注3第1段", "脚注3第1段"),
        (SHEET.down(Square(2, 27)), "AA2", "“汇总表”AA2"),
        (Place("sheet header", 2, "汇总表"), "页眉", "“汇总表”页眉"),
    ],
)
def test_brief_words(place: Place, brief: str, whole: str) -> None:
    assert place.brief() == brief
    assert place.brief(whole=True) == whole


def test_order_is_that_of_the_document() -> None:
    places = [place for place, _ in IN_ORDER]
    shuffled = places[:]
    Random(3).shuffle(shuffled)
    assert sorted(shuffled) == places
    assert sorted(Position("甲", place=place) for place in shuffled) == [
        Position("甲", place=place) for place in places
    ]
    assert Position("甲") < Position("甲", place=BODY)


def test_problems_are_sorted_by_their_places() -> None:
    problems = Problems()
    for paragraph in (10, 9, 11):
        problems.add("T120", Position("甲.docx", place=BODY.down(Paragraph(paragraph))))
    found = [str(problem.at.place) for problem in problems.sorted()]
    assert found == ["正文 第9段", "正文 第10段", "正文 第11段"]


@pytest.mark.parametrize(("place", "words"), IN_ORDER)
def test_plain_data_and_back(place: Place, words: str) -> None:
    packed = json.loads(json.dumps(place.packed()))
    assert are_packed([packed])
    assert Place.unpacked(packed) == place


@pytest.mark.parametrize(
    "plain",
    ["正文 第1段", [], ["body"], ["nowhere", 0, ""], ["body", "1", ""], ["body", 0, 1],
     ["body", 0, "", [1, 2, 3]], ["body", 0, "", ["1"]], ["body", 0, "", 5], ["sheet", 1, "", [1]],
     ["body", True, ""], ["body", 0, "", []], ["body", 0, "", {}], [["body"], 0, ""],
     ["body", 0, "", [1.5]], ["sheet", 1, "", [1, 2], [3]], None, {}],
)  # fmt: skip
def test_other_data_is_refused(plain: Any) -> None:
    whole = [place.packed() for place, _ in IN_ORDER]
    assert are_packed(whole)
    assert not are_packed([*whole, plain])


@pytest.mark.parametrize("reference", ["A1", "Z9", "AA10", "AZ3", "BA1", "XFD1048576"])
def test_cells_are_called_as_excel_calls_them(reference: str) -> None:
    assert Square.of(reference).reference == reference
    assert Square.of(reference.lower()) == Square.of(reference)


def test_of_json_the_words_are_left() -> None:
    at = Position("甲.docx", place=BODY.down(Paragraph(2)))
    problems = Problems()
    problems.add("T120", at, related=[Position("乙", 3)])
    (problem,) = problems
    plain = problem.as_json()
    assert (plain["file"], plain["place"]) == ("甲.docx", "正文 第2段")
    again = Problem.from_json(plain)
    assert str(again.at) == str(at)
    assert again.related == problem.related
    assert again.as_json() == plain
