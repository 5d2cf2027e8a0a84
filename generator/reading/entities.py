"""Character data of XML as text and back.

``html`` would do it as well, with two thousand names that no XML knows.
"""

from __future__ import annotations

import re

from generator.patterns import lazy

_ENTITY = lazy(r"&(?:#x([0-9A-Fa-f]+)|#([0-9]+)|(lt|gt|quot|apos|amp));")
_NAMED = {"lt": "<", "gt": ">", "quot": '"', "apos": "'", "amp": "&"}


def escape(text: str) -> str:
    """``text`` as character data or as an attribute in double quotes."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;")


def unescape(xml: str) -> str:
    """Well-formed character data as text."""
    return _ENTITY.sub(_character, xml) if "&" in xml else xml


def _character(match: re.Match[str]) -> str:
    if match[3]:
        return _NAMED[match[3]]
    return chr(int(match[1], 16) if match[1] else int(match[2]))
