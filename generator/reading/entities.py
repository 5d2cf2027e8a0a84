"""Character data of XML as text and back.

``html`` would do it as well, with two thousand names that no XML knows.
"""

from __future__ import annotations

import re

_ENTITY = re.compile(r"&(?:#x([0-9A-Fa-f]+)|#([0-9]+)|(lt|gt|quot|apos|amp));")
_ASIDE = re.compile(r"<!--.*?-->|<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_NAMED = {"lt": "<", "gt": ">", "quot": '"', "apos": "'", "amp": "&"}


def escape(text: str) -> str:
    """``text`` as character data or as an attribute in double quotes."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;")


def escape_typed(text: str) -> str:
    """Like ``escape``, for what is printed without marks: braces cannot be taken for tags."""
    return escape(text).replace("{", "&#123;").replace("}", "&#125;")


def seen(xml: str) -> str:
    """``xml`` as a parser takes it: without comments, line ends as they were typed.

    Every character keeps its place: what is not seen becomes zero characters, which no XML
    holds. Only marked sections (no program of ours writes any) move what follows them.
    """
    if "\r" in xml:
        xml = xml.replace("\r\n", "\0\n").replace("\r", "\n")
    return _ASIDE.sub(_unseen, xml) if "<!" in xml else xml


def _unseen(match: re.Match[str]) -> str:
    return escape(match[1]) if match[1] else "\0" * len(match[0])


def unescape(xml: str) -> str:
    """Well-formed character data, as ``seen``, as text."""
    if "\0" in xml:
        xml = xml.replace("\0", "")
    return _ENTITY.sub(_character, xml) if "&" in xml else xml


def _character(match: re.Match[str]) -> str:
    if match[3]:
        return _NAMED[match[3]]
    return chr(int(match[1], 16) if match[1] else int(match[2]))
