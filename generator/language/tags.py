"""Tags as their author sees them: the text between braces, and where it stands."""

from __future__ import annotations

import re

from generator.frozen import frozen
from generator.problems import Position

#: A tag in running text. Comments count as tags so that they are never printed. An opening ends
#: at the next one of its kind, so that a text full of them is still searched in linear time.
TAG = re.compile(r"\{\{(?:(?!\{\{).)*?\}\}|\{%(?:(?!\{%).)*?%\}|\{#(?:(?!\{#).)*?#\}", re.DOTALL)

#: Characters of a tag that a message quotes.
_QUOTED = 200
_STRAY = re.compile(r"[{｛]\s?[%％]|[%％]\s?[}｝]")
_LEAD = re.compile(r"-?(?:(tr|tc|p|r)(?=\s))?")
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
    def quoted(self) -> str:
        """The tag as messages quote it: whole unless it is longer than anybody writes."""
        return self.text if len(self.text) <= _QUOTED else f"{self.text[: _QUOTED - 20]}…"

    @property
    def scope(self) -> str:
        """``tr``, ``tc``, ``p`` or ``r`` of docxtpl's extended tags, else empty."""
        return self._lead[1] or ""

    @property
    def body(self) -> str:
        """What stands between the braces, without scope and dashes."""
        return self.text[self._lead.end() : -2].removesuffix("-").strip()

    @property
    def _lead(self) -> re.Match[str]:
        lead = _LEAD.match(self.text, 2)
        assert lead is not None  # all of it may be missing
        return lead

    @property
    def keyword(self) -> str:
        """First word of a ``{% … %}``, empty for other tags."""
        found = _WORD.match(self.body) if self.text.startswith("{%") else None
        return found[0] if found else ""


def loses_control(text: str) -> bool:
    """Whether ``text`` holds part of a ``{% … %}`` that is no tag: how tags nest is then open."""
    return _STRAY.search(text) is not None and _STRAY.search(TAG.sub("", text)) is not None
