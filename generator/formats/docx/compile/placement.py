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

from generator.content.report.signs import SINGLE
from generator.frozen import frozen
from generator.language import blocks
from generator.language.statements import Statement
from generator.language.tags import TAG, Tag, loses_control
from generator.problems import Position, Problems

#: The only value that prints whole paragraphs.
NARRATIVE: Final = "正文"
MERGE: Final = re.compile(r"\|\s*合并(?!\w)")
_FULL_WIDTH = re.compile(r"[｛{]\s?｛|｛[{%％#]|{％|｝\s?[｝}]|[}%％#]｝|％}")
_LOOSE = re.compile(r"\{\{|\}\}|\{%|%\}|\{#")
_OPENING = re.compile(r"\{[{%#]")
#: What holds the tags of a chart's workbook, which is judged as a workbook is.
SHEET: Final = "sheet"
#: How docxtpl writes braces that are no tags.
_ESCAPED: Final = re.compile(r"\{_[{%]|[}%]_\}")
_UNITS = {"tr": "行", "tc": "格"}
_QUOTED = 30


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """One tag where it stands.

    ``container`` is the body, cell, text box, header … around its paragraph, ``holder`` its kind
    and ``path`` the elements from there down to the text; ``row`` and ``table`` are None
    outside a table.
    ``surroundings`` is all text of what the tag's scope takes away (its row, cell or paragraph),
    ``hanging`` what else would go away with that, in Chinese; ``boxed``: in a text box.
    ``span``: where in the text of its paragraph it stands.
    """

    tag: Tag
    paragraph: object
    container: object
    holder: str
    path: tuple[str, ...]
    row: object = None
    table: object = None
    surroundings: str = ""
    hanging: str = ""
    boxed: bool = False
    span: tuple[int, int] = (0, 0)

    @property
    def scope(self) -> str:
        """The tag's scope; ``r`` means the same as none."""
        scope = self.tag.scope
        return "" if scope == "r" else scope


@frozen
class Line:
    """The text of one paragraph, its place and what it stands in."""

    text: str
    at: Position
    container: object


def tags_in(text: str) -> Iterator[re.Match[str]]:
    """The tags of ``text``, in time that grows with its length only."""
    return TAG.finditer(text)


def check(
    lines: Sequence[Line],
    parts: Iterable[Sequence[Site]],
    statements: Sequence[Statement],
    problems: Problems,
) -> None:
    """Report every misplaced or broken tag.

    ``parts`` are the sites of each part in order, ``statements`` what all their tags say.
    """
    _check_braces(lines, problems)
    legible = not any(loses_control(line.text) for line in lines)
    sites: list[Site] = []
    for part in parts:
        numbers = range(len(sites), len(sites) + len(part))
        sites += part
        tree = blocks.parse(statements, numbers)
        if legible:
            astray = {number for number in numbers if _astray(sites[number])}
            tree.report([site.tag for site in sites], statements, problems, astray)
        whole = [(sites[block.head], sites[block.end]) for block in tree.blocks if block.end >= 0]
        pairs = {site: pair for pair in whole if _in_one_unit(*pair) for site in pair}
        for site in (site for site in part if site.holder != SHEET):
            _check_place(site, pairs.get(site), problems)
        for block in filter(tree.sound, tree.blocks):
            inside = sites[block.head].holder == SHEET
            for number in () if inside else (*block.branches, block.end):
                _check_pair(sites[block.head], sites[number], problems)


# --- braces ---------------------------------------------------------------------------------


def _check_braces(lines: Sequence[Line], problems: Problems) -> None:
    skipped = -1
    for number, line in enumerate(lines):
        for match in _ESCAPED.finditer(line.text):
            problems.add("T238", line.at, found=match[0])
        for match in SINGLE.finditer(line.text):
            problems.add("T126", line.at, found=match[0], name=match[1].strip())
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


def _check_place(site: Site, pair: tuple[Site, Site] | None, problems: Problems) -> None:
    """``pair``: head and end of the tag's own block, if both stand in one row or cell."""
    tag, scope = site.tag, site.scope
    if site.hanging:
        unit = {**_UNITS, "p": "段"}[scope]
        problems.add("T228", tag.at, tag=tag.text, unit=unit, what=site.hanging)
    if tag.prints:
        _check_printing(site, problems)
    elif _astray(site):
        problems.add("T204", tag.at, tag=tag.text, scope=scope)
    elif pair:
        if site is pair[0]:
            problems.add("T205", tag.at, tag=tag.text, unit=_UNITS[scope])
    elif scope in _UNITS:
        if len(_tags_around(site)) > 1 or _besides(site):
            problems.add("T206", tag.at, tag=tag.text, unit=_UNITS[scope])
    elif scope == "p" and (_besides(site) or len(_tags_around(site)) > 1):
        problems.add("T207", tag.at, tag=tag.text, text=_quote(site.surroundings.strip(), 0))


def _astray(site: Site) -> bool:
    """Whether a tag of rows or cells stands outside a table."""
    return site.scope in _UNITS and site.table is None and not site.tag.prints


def _in_one_unit(head: Site, end: Site) -> bool:
    """Whether the row or cell that both tags take away is the same."""
    if head.scope != end.scope or head.table is None:
        return False
    return (head.scope == "tr" and head.row is end.row) or (
        head.scope == "tc" and head.container is end.container
    )


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


def _check_printing(site: Site, problems: Problems) -> None:
    tag, scope = site.tag, site.scope
    narrative = tag.body == NARRATIVE
    if narrative and (scope != "p" or _besides(site) or len(_tags_around(site)) > 1):
        problems.add("T211", tag.at, tag=tag.text)
    elif narrative and (where := _cut_off(site)):
        problems.add("T229", tag.at, where=where)
    elif scope and not narrative:
        problems.add("T210", tag.at, tag=tag.text, plain=f"{{{{ {tag.body} }}}}")
    elif MERGE.search(tag.body) and site.table is None:
        problems.add("T221", tag.at, tag=tag.text)


#: Parts that do not run over pages, and their words.
_PARTS: Final = {
    "header": "页眉", "footer": "页脚", "footnote": "脚注", "endnote": "尾注", "comment": "批注",
}  # fmt: skip


def _cut_off(site: Site) -> str:
    """What the narrative stands in that cannot run over pages; empty if it can."""
    place = site.tag.at.place
    part = "" if place is None else _PARTS.get(place.part, "")
    return part or ("文本框" if site.boxed else "")


# --- pairs ----------------------------------------------------------------------------------


def _check_pair(start: Site, end: Site, problems: Problems) -> None:
    """Both ends of a pair must take effect at the same level of the same place."""
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
