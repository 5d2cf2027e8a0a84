"""Where the tags of a Word template may stand, and what is wrong with the others.

docxtpl's tags work by position: ``{%tr %}`` takes its row away, ``{%p %}`` its paragraph, and a
plain pair must open and close in one place. Word files that break this come out garbled or not
at all, mostly without a word; the rules here say so before anything is rendered. Nothing here
reads Word files: ``docx.compile`` tells where each tag stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from generator.frozen import frozen
from generator.language.tags import TAG, Tag
from generator.patterns import lazy
from generator.problems import Position, Problems

#: The only value that prints whole paragraphs.
NARRATIVE: Final = "正文"
MERGE: Final = lazy(r"\|\s*合并(?!\w)")
# An opening ends at the next one of its kind: a text full of them is searched in linear time.
_TAG = lazy(r"\{\{(?:(?!\{\{).)*?\}\}|\{%(?:(?!\{%).)*?%\}|\{#(?:(?!\{#).)*?#\}", re.DOTALL)
_FULL_WIDTH = lazy(r"[｛{]\s?｛|｛[{%％#]|{％|｝\s?[｝}]|[}%％#]｝|％}")
_LOOSE = lazy(r"\{\{|\}\}|\{%|%\}|\{#")
_OPENING = lazy(r"\{[{%#]")
_UNITS = {"tr": "行", "tc": "格"}
_QUOTED = 30


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """One tag where it stands.

    ``container`` is the body, cell, text box, header … around its paragraph, ``holder`` its kind
    and ``path`` the elements from there down to the text; ``row`` and ``table`` are None
    outside a table.
    ``surroundings`` is all text of what the tag's scope takes away (its row, cell or paragraph).
    """

    tag: Tag
    paragraph: object
    container: object
    holder: str
    path: tuple[str, ...]
    row: object = None
    table: object = None
    surroundings: str = ""

    @property
    def scope(self) -> str:
        """The tag's scope; ``r`` means the same as none."""
        scope = self.tag.scope
        return "" if scope == "r" else scope

    @property
    def keyword(self) -> str:
        """First word of a ``{% … %}`` tag, empty for the others."""
        words = self.tag.body.split(maxsplit=1)
        return words[0] if words and self.tag.text.startswith("{%") else ""


@frozen
class Line:
    """The text of one paragraph, its place and what it stands in."""

    text: str
    at: Position
    container: object


def tags_in(text: str) -> Iterator[re.Match[str]]:
    """The tags of ``text``, in time that grows with its length only."""
    return _TAG.finditer(text)


def check(lines: Sequence[Line], parts: Iterable[Sequence[Site]], problems: Problems) -> None:
    """Report every misplaced or broken tag; ``parts`` are the sites of each part in order."""
    _check_braces(lines, problems)
    for sites in parts:
        for site in sites:
            _check_place(site, problems)
        _check_pairs(sites, problems)


# --- braces ---------------------------------------------------------------------------------


def _check_braces(lines: Sequence[Line], problems: Problems) -> None:
    skipped = -1
    for number, line in enumerate(lines):
        if number == skipped:
            continue
        if wide := _FULL_WIDTH.search(line.text):
            problems.add("T201", line.at, text=_quote(line.text, wide.start()))
        elif (start := _loose(line.text)) >= 0:
            following = lines[number + 1] if number + 1 < len(lines) else None
            if following is not None and _goes_on(line, start, following):
                problems.add("T203", line.at, text=_quote(line.text, start))
                skipped = number + 1
            else:
                problems.add("T202", line.at, text=_quote(line.text, start))


def _loose(text: str) -> int:
    """Where a brace stands that is no part of a whole tag, or -1."""
    position = 0
    for match in tags_in(text):
        inner = _OPENING.search(match[0], 2)
        loose = _LOOSE.search(text, position, match.start())
        if loose or (inner and not match[0].startswith("{#")):
            return loose.start() if loose else match.start()
        position = match.end()
    loose = _LOOSE.search(text, position)
    return loose.start() if loose else -1


def _goes_on(line: Line, start: int, following: Line) -> bool:
    """Whether the tag that ``line`` leaves open is closed in the next paragraph."""
    if line.container is not following.container or not _OPENING.match(line.text, start):
        return False
    both = line.text[start:] + following.text
    match = TAG.match(both)
    return match is not None and _loose(both) < 0


def _quote(text: str, start: int) -> str:
    begin = max(start - 6, 0)
    quoted = text[begin : begin + _QUOTED].strip()
    return quoted + ("…" if len(text) > begin + _QUOTED else "")


# --- one tag --------------------------------------------------------------------------------


def _check_place(site: Site, problems: Problems) -> None:
    tag, scope = site.tag, site.scope
    if tag.prints:
        _check_printing(site, problems)
    elif scope in _UNITS and site.table is None:
        problems.add("T204", tag.at, tag=tag.text, scope=scope)
    elif scope in _UNITS:
        rest = [text for text in _tags_around(site) if text != tag.text]
        if _pair_in(site, rest):
            if site.keyword in ("for", "if"):
                problems.add("T205", tag.at, tag=tag.text, unit=_UNITS[scope])
        elif rest or _besides(site):
            problems.add("T206", tag.at, tag=tag.text, unit=_UNITS[scope])
    elif scope == "p" and (_besides(site) or len(_tags_around(site)) > 1):
        problems.add("T207", tag.at, tag=tag.text, text=_quote(site.surroundings.strip(), 0))


def _tags_around(site: Site) -> list[str]:
    """All tags that stand where this one stands, itself among them."""
    return [match[0] for match in tags_in(site.surroundings)]


def _besides(site: Site) -> str:
    """Text that would disappear together with the tag."""
    out: list[str] = []
    position = 0
    for match in tags_in(site.surroundings):
        out.append(site.surroundings[position : match.start()])
        position = match.end()
    return "".join((*out, site.surroundings[position:])).strip()


def _pair_in(site: Site, others: Iterable[str]) -> bool:
    return any(
        Tag(text, site.tag.at).scope == site.scope
        and {site.keyword, Tag(text, site.tag.at).body.split(maxsplit=1)[0]}
        in ({"for", "endfor"}, {"if", "endif"})
        for text in others
        if text.startswith("{%") and Tag(text, site.tag.at).body
    )


def _check_printing(site: Site, problems: Problems) -> None:
    tag, scope = site.tag, site.scope
    narrative = tag.body == NARRATIVE
    if narrative and (scope != "p" or _besides(site) or len(_tags_around(site)) > 1):
        problems.add("T211", tag.at, tag=tag.text)
    elif scope and not narrative:
        problems.add("T210", tag.at, tag=tag.text, plain=f"{{{{ {tag.body} }}}}")
    elif MERGE.search(tag.body) and site.table is None:
        problems.add("T221", tag.at, tag=tag.text)


# --- pairs ----------------------------------------------------------------------------------


def _check_pairs(sites: Sequence[Site], problems: Problems) -> None:
    """Both ends of a pair must take effect at the same level of the same place."""
    open_sites: list[Site] = []
    for site in sites:
        word = site.keyword
        if word in ("for", "if"):
            open_sites.append(site)
        elif word in ("else", "elif") and open_sites:
            _check_pair(open_sites[-1], site, problems)
        elif word in ("endfor", "endif"):
            if not open_sites or open_sites[-1].keyword != word[3:]:
                return  # unbalanced: the general lint names the cause
            _check_pair(open_sites.pop(), site, problems)


def _check_pair(start: Site, end: Site, problems: Problems) -> None:
    first, last = start.tag, end.tag
    if start.scope != end.scope:
        problems.add("T209", last.at, related=[first.at], start=first.text, end=last.text)
    elif not _same_place(start, end):
        problems.add("T208", last.at, related=[first.at], start=first.text, end=last.text)


def _same_place(start: Site, end: Site) -> bool:
    if start.scope == "tr":
        return start.table is end.table
    if start.scope == "tc":
        return start.row is end.row
    if start.scope == "p":
        return start.container is end.container and _above(start) == _above(end)
    return start.container is end.container and start.path == end.path


def _above(site: Site) -> tuple[str, ...]:
    """What stands between the container and the paragraph (content controls)."""
    return site.path[: site.path.index("p")] if "p" in site.path else ()
