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
#: The same letters where they do not count: after a space, in capitals. A name or a wording that
#: begins alike is told by what follows.
_MEANT = re.compile(
    r"-?(?!(?-i:tr|tc|p|r)\s)\s*+(tr|tc|p|r)\s++"
    r"(?=[^\W\d])(?!(?:and|or|if|in|is|not|else)(?!\w))",
    re.IGNORECASE,
)
#: What a ``{% … %}`` may begin with behind its letters.
_BEHIND = re.compile(r"(?:for|endfor|if|elif|else|endif|set|colspan|cellbg|vm|hm)(?!\w)")
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
        return (self._lead[1] or "").lower()

    @property
    def body(self) -> str:
        """What stands between the braces, without scope and dashes."""
        return self.text[self._lead.end() : -2].removesuffix("-").strip()

    @property
    def _lead(self) -> re.Match[str]:
        lead = self._meant or _LEAD.match(self.text, 2)
        assert lead is not None  # all of it may be missing
        return lead

    @property
    def _meant(self) -> re.Match[str] | None:
        """Letters of docxtpl's extended tags that are not where, or as, they must be."""
        meant = _MEANT.match(self.text, 2)
        if meant is None or (not self.prints and not _BEHIND.match(self.text, meant.end())):
            return None
        return meant

    @property
    def corrected(self) -> str:
        """The tag with its letters where they count; empty for one that is right."""
        meant = self._meant
        if meant is None:
            return ""
        return f"{self.text[:2]}{meant[1].lower()} {self.text[meant.end() :]}"

    @property
    def keyword(self) -> str:
        """First word of a ``{% … %}``, empty for other tags."""
        found = _WORD.match(self.body) if self.text.startswith("{%") else None
        return found[0] if found else ""


def loses_control(text: str) -> bool:
    """Whether ``text`` holds part of a ``{% … %}`` that is no tag: how tags nest is then open."""
    return _STRAY.search(text) is not None and _STRAY.search(TAG.sub("", text)) is not None
