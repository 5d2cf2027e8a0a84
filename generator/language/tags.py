"""Tags as their author sees them: the text between braces, and where it stands."""

from __future__ import annotations

import re

from generator.frozen import frozen
from generator.problems import Position

#: A tag in running text. Comments count as tags so that they are never printed. An opening ends
#: at the next one of its kind, so that a text full of them is still searched in linear time.
TAG = re.compile(r"\{\{(?:(?!\{\{).)*?\}\}|\{%(?:(?!\{%).)*?%\}|\{#(?:(?!\{#).)*?#\}", re.DOTALL)

_STRAY = re.compile(r"[{｛]\s?[%％]|[%％]\s?[}｝]")
_PARTS = re.compile(r"\{([{%#])(-?)(?:(tr|tc|p|r)(?=\s))?\s*(.*?)\s*(-?)[}%#]\}", re.DOTALL)
_WORD = re.compile(r"\w+")


@frozen
class Tag:
    """One tag of a template.

    ``text`` is the whole tag as typed; ``at`` names part, table, row, cell or paragraph (or
    line and column in the narrative).
    """

    text: str
    at: Position

    @property
    def prints(self) -> bool:
        """Whether it is ``{{ … }}``."""
        return self.text.startswith("{{")

    @property
    def scope(self) -> str:
        """``tr``, ``tc``, ``p`` or ``r`` of docxtpl's extended tags, else empty."""
        match = _PARTS.fullmatch(self.text)
        return (match[3] or "") if match else ""

    @property
    def body(self) -> str:
        """What stands between the braces, without scope and dashes."""
        match = _PARTS.fullmatch(self.text)
        return match[4] if match else self.text[2:-2].strip()

    @property
    def keyword(self) -> str:
        """First word of a ``{% … %}``, empty for other tags."""
        found = _WORD.match(self.body) if self.text.startswith("{%") else None
        return found[0] if found else ""


def loses_control(text: str) -> bool:
    """Whether ``text`` holds part of a ``{% … %}`` that is no tag: how tags nest is then open."""
    return _STRAY.search(text) is not None and _STRAY.search(TAG.sub("", text)) is not None
