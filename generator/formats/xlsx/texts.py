"""Texts as XML of a workbook."""

from __future__ import annotations

import re

from generator.reading import entities

#: Whether a text may be anything else as XML. One set of characters is searched for twice as fast
#: as the alternatives that count.
reserved = re.compile(r"[&<>\r_]").search
_ESCAPED_CODE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def escape(text: str) -> str:
    """``text`` as XML character data of a cell; ``_x0041_`` would read as a code in Excel."""
    if reserved(text) is None:
        return text
    text = _ESCAPED_CODE.sub("_x005F_", text)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def escape_attribute(text: str) -> str:
    """``text`` as the value of an XML attribute in double quotes."""
    return entities.escape(text).replace("\n", "&#10;").replace("\t", "&#9;")
