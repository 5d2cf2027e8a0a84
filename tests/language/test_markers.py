"""Markers around values: what is put in comes out again, with its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator import reserved
from generator.language import markers
from generator.language.markers import Mark, strip, tag_marker, wrap


def test_a_value_is_found_where_it_stands() -> None:
    clean, marks = strip(f"收入{tag_marker(4)}{wrap('收入.本年', '259.57')}万元")
    assert clean == "收入259.57万元"
    assert marks == [Mark(2, 8, "收入.本年", 4)]


def test_nested_values_come_inside_out() -> None:
    text = wrap("正文[3]", f"一、{tag_marker(0)}{wrap('年度', '2020')}年{wrap('甲', '')}")
    clean, marks = strip(text)
    assert clean == "一、2020年"
    assert marks == [Mark(2, 6, "年度", 0), Mark(7, 7, "甲", 0), Mark(0, 7, "正文[3]", -1)]


def test_neighbours_and_repeats_stay_apart() -> None:
    clean, marks = strip(wrap("甲", "1") + wrap("甲", "1") + tag_marker(12) + wrap("乙", "2"))
    assert clean == "112"
    assert marks == [Mark(0, 1, "甲", -1), Mark(1, 2, "甲", -1), Mark(2, 3, "乙", 12)]


@pytest.mark.parametrize("text", ["", "没有标记", "<w:t>&amp;</w:t>"])
def test_text_without_markers_is_left_alone(text: str) -> None:
    assert strip(text) == (text, [])


def test_faults_travel_as_paths() -> None:
    path = markers.fault_path("F201", (("name", "收入.本年"), ("year", "2019")))
    assert path.startswith(markers.FAULT)
    assert markers.read_fault(path) == ("F201", {"name": "收入.本年", "year": "2019"})
    assert markers.FAULTY in wrap(path, "")
    assert strip(wrap(path, ""))[1] == [Mark(0, 0, path, -1)]
    assert markers.read_fault(markers.fault_path("T116", ())) == ("T116", {})


def test_every_marker_is_a_character_content_cannot_hold() -> None:
    marked = tag_marker(1) + wrap(markers.fault_path("T103", (("kind", "一组数"),)), "")
    private = [c for c in marked if not c.isprintable()]
    assert private
    assert all(map(reserved.any_in, private))
    assert reserved.any_in(marked)
    assert reserved.left_in(f"中文{marked}".encode())
    assert not reserved.left_in("中文\ue005\ue03f".encode())
    assert not reserved.any_in(strip(marked)[0])


# Random nestings: a text is a list of pieces, each plain or a value with pieces inside

WORDS = st.text("收入259.57万元<&>\n{}", max_size=5)
PATHS = st.sampled_from(["收入.合计.本年", "指标[3].得分", "甲|比上年", "正文[12]"])
PIECES = st.recursive(
    st.lists(WORDS, max_size=3),
    lambda inner: st.lists(
        WORDS | st.tuples(PATHS, st.none() | st.integers(0, 500), inner), max_size=4
    ),
    max_leaves=12,
)


def _marked(pieces: list[object], tag: int, found: list[Mark], start: int) -> tuple[str, str, int]:
    """The marked and the clean text of ``pieces``; ``found`` gets the marks they must give."""
    marked = clean = ""
    for piece in pieces:
        if isinstance(piece, str):
            marked, clean = marked + piece, clean + piece
            continue
        assert isinstance(piece, tuple)
        path, number, inner = piece
        if number is not None:
            tag = number
            marked += tag_marker(number)
        begin, own = start + len(clean), tag
        inside, shown, tag = _marked(inner, tag, found, begin)
        found.append(Mark(begin, begin + len(shown), path, own))
        marked, clean = marked + wrap(path, inside), clean + shown
    return marked, clean, tag


@given(PIECES)
def test_strip_is_the_inverse_of_wrap(pieces: list[object]) -> None:
    expected: list[Mark] = []
    marked, clean, _ = _marked(pieces, -1, expected, 0)
    assert strip(marked) == (clean, expected)
