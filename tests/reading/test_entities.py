"""Character data of XML and back."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.reading.entities import escape, unescape

XML_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\r", exclude_categories=["C"]))


@given(XML_TEXT)
def test_there_and_back(text: str) -> None:
    assert unescape(escape(text)) == text


@given(XML_TEXT | st.sampled_from(["&#38;lt;", "&amp;#38;", "&amp;amp;", "&nbsp;", "a&lt;b"]))
def test_as_a_parser_reads_it(text: str) -> None:
    escaped = escape(text)
    assert (ElementTree.fromstring(f"<a>{escaped}</a>").text or "") == text
    parsed = ElementTree.fromstring(f'<a b="{escaped}"/>').get("b")
    assert parsed == text.replace("\n", " ").replace("\t", " ")


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        ("&#65;&#x4e2D;", "A中"),
        ("&#38;lt;", "&lt;"),
        ("&amp;#38;", "&#38;"),
        ("&amp;lt;", "&lt;"),
        ("&lt;&gt;&quot;&apos;&amp;", "<>\"'&"),
    ],
)
def test_named_and_numbered(xml: str, text: str) -> None:
    assert unescape(xml) == text
