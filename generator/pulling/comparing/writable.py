"""Whether two texts say the same, and whether a text can stand in report.md."""

from __future__ import annotations

import re
from typing import Final

from generator.characters import forbidden

#: What cannot be typed into report.md as text.
_SIGNS: Final = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
_SPACES: Final = re.compile(r"[ \t\u3000\u00a0]+")


def key(text: str) -> str:
    """``text`` but for blanks, which programs change on their own."""
    return _SPACES.sub(" ", text).strip()


def same(old: str, new: str) -> bool:
    """Whether two texts say the same."""
    return old == new or key(old) == key(new)


def unwritable(text: str) -> str:
    """Why ``text`` cannot stand in report.md; empty when it can."""
    if "\n" in text:
        return "文字里有换行（不是另起一段），report.md 里写不出来"
    if _SIGNS.search(text):
        return "文字里有大括号，会被当成标签"
    if forbidden(text.replace("\t", "")):
        return "文字里有不能用的字符"
    return ""
