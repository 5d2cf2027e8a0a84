"""report.md read into blocks: every character keeps the line and column it was typed at."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.checks.prose import report_passages
from generator.content.model import CELL, ROW, Block, Narrative
from generator.content.report.reader import read_report
from generator.language import statements
from generator.language.environment import make_environment


def read(source: str) -> Narrative:
    return read_report(source, "report.md")


def told(block: Block) -> str:
    """The pieces of a block in order: tags in their braces, cells by ``|``, rows by ``/``."""
    return "".join({ROW: "/", CELL: "|"}.get(piece.tag, piece.text) for piece in block.pieces)


def test_blocks_have_their_text_and_their_beginning() -> None:
    source = (
        "# 题 {{ 年度 }} #\n甲\n  乙{{ 数\n| 万元 }}丙\n\n  1. 丁\n   戊\n{% if 年度 %}\n"
        "| 名 | 数 |\n|---|---|\n{% for r in 指标 %}\n|{{ r.名称 }}|  5 |\n{% endfor %}\n\n{% endif %}\n"
    )
    assert [(b.kind, b.level, b.at.line, b.at.column, told(b)) for b in read(source).blocks] == [
        ("heading", 1, 1, 1, "题 {{ 年度 }}"),
        ("paragraph", 0, 2, 1, "甲乙{{ 数\n| 万元 }}丙"),
        ("item", 1, 6, 3, "丁戊"),
        ("control", 0, 8, 1, "{% if 年度 %}"),
        ("table", 0, 9, 1, "名|数{% for r in 指标 %}/{{ r.名称 }}|5{% endfor %}"),
        ("control", 0, 15, 1, "{% endif %}"),
    ]


def test_rows_have_as_many_cells_as_the_first() -> None:
    (table,) = read("| 甲 | 乙 |\n|-|-|\n| 1 |\n| 1 | 2 | 3 |\n||\n| 4 | 5 |\u00a0\n").blocks
    assert told(table) == "甲|乙/1|/1|2/|/4|5"


@given(
    st.lists(
        st.sampled_from(
            ["甲", "５", "a", "3.5", "\n", "\n\n", "{{ 年度 }}", "{{ 数\n | 万元 }}", "{# a\n\nb #}", "{% if 数\n %}",
             "# ", " ##", "1. ", "| ", "|", "|-|", " ", "\t", "　"]
        ),
        max_size=40,
    ).map("".join)
)  # fmt: skip
def test_pieces_are_where_the_source_has_them(source: str) -> None:
    lines = source.split("\n")
    for block in read(source).blocks:
        for piece in block.pieces:
            line = lines[piece.at.line - 1] + "\n"
            joined = piece.text == " " and line[piece.at.column - 1 :].isspace()
            missing = piece.tag in (ROW, CELL)  # of a cell that a row lacks
            first = piece.text.partition("\n")[0]
            assert joined or missing or line[piece.at.column - 1 :].startswith(first)
        start = lines[block.at.line - 1][block.at.column - 1 :]
        assert start
        assert not start[0].isspace()


@pytest.mark.parametrize(
    "source",
    [
        "{{ 年度 " + "| 数 " * 30 + "!}}",
        "{{ " * 20_000,
        "{%" * 20_000 + "{#" * 20_000,
        "|a|\n|" + "-" * 200_000 + "x",
        "|" + "{{ 年度 }}|" * 5_000,
        "|a|\n" * 5_000,
        "甲\n" * 20_000,
        "{{ 年度 }}｛年度｝" * 3_000,
        "# 甲" + " #" * 50_000 + "x",
        "1." + " " * 100_000,
        "{% if 年度 %}" * 3_000 + "{% else %}甲" * 3_000,
        "{{ 年度" + " " * 100_000 + "x }}",
        "{% for x" + " " * 100_000 + "of 项目 %}甲{% endfor %}",
        "{% for x" + " " * 100_000 + "in" + " " * 100_000 + "项目 %}甲{% endfor %}",
    ],
)
def test_no_line_takes_forever(source: str) -> None:
    found = read(source)
    said = statements.read(found.tags, make_environment(str))
    assert [*report_passages(found, said, {})] or found.blocks
