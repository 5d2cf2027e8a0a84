"""The tags of a Word template: each with its place, and a placeholder in its stead.

Every text part is walked in reading order. A tag, however many runs it is spread over, becomes
a short placeholder (``{{ T7 }}``), whole and in one run, that nothing downstream can misread.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final

from lxml import etree

from generator.formats.docx import render as docx
from generator.formats.docx.compile import hangers
from generator.formats.docx.compile.looks import keep_following, look
from generator.formats.docx.compile.placement import MERGE, NARRATIVE, Line, Site, tags_in
from generator.formats.docx.compiled import Look
from generator.formats.docx.xml import (
    CELL_ORDER,
    MAIN,
    PRESERVE,
    STYLES,
    document_bytes,
    local,
    new,
    parent_of,
    parse,
    sort_children,
    w,
)
from generator.frozen import frozen
from generator.language import markers
from generator.language.tags import Tag
from generator.problems import Position, Problems
from generator.reading.word import COUNTED, HOLDERS, Count, text_parts

#: More than any real template has; what searching and judging tags may cost stays bounded.
MAX_TAGS: Final = 5000
MAX_TEXT: Final = 50_000


@dataclass(slots=True)
class Collected:
    """What walking the templates brings together.

    ``sources`` maps placeholders to Jinja source; ``excess`` is where tags became more than any
    document needs.
    """

    tags: list[Tag] = field(default_factory=list)
    parts: list[list[Site]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)
    looks: list[Look] = field(default_factory=list)
    excess: Position | None = None

    def allows(self, text: str, at: Position) -> bool:
        """Whether one more ``text`` with tags may be searched."""
        if len(text) > MAX_TEXT or len(self.tags) > MAX_TAGS:
            self.excess = self.excess or at
        return self.excess is None

    def add(self, tag: Tag) -> int:
        """Number ``tag``."""
        self.tags.append(tag)
        return len(self.tags) - 1

    def name(self, number: int, source: str) -> str:
        """The placeholder name of tag ``number``, which will become ``source``."""
        name = f"T{number}"
        self.sources[name] = source
        return name


@frozen
class _Paragraph:
    element: etree._Element
    at: Position
    container: etree._Element


def collect_report(members: dict[str, bytes], file: str, collected: Collected) -> dict[str, bytes]:
    """``members`` with placeholders for tags."""
    out = dict(members)
    styles = parse(members[STYLES]) if STYLES in members else None
    for name, place in text_parts(members).items():
        if place.part == "comment":
            continue  # what editors tell each other is not rendered
        root = parse(members[name])
        if _collect_part(root, Position(file, place=place), collected):
            _place_looks(root, styles, collected)
            out[name] = document_bytes(root)
    return out


def collect_annex(
    members: dict[str, bytes], file: str, collected: Collected, problems: Problems
) -> dict[str, bytes]:
    """Like the report, but of the body only: headers and footers come from the report."""
    for name, place in text_parts(members).items():
        notes = place.part in ("footnote", "endnote")
        if notes and any(tags_in("".join(map(str, parse(members[name]).itertext())))):
            problems.add("T220", Position(file, place=place))
    body = {name: data for name, data in members.items() if name in (MAIN, STYLES)}
    return {**members, **collect_report(body, file, collected)}


def _collect_part(root: etree._Element, at: Position, collected: Collected) -> bool:
    """Note and replace every tag below ``root``; say whether there were any."""
    before = len(collected.tags)
    sites: list[Site] = []
    collected.parts.append(sites)
    # All places first: rows and cells are judged by their texts before anything is replaced.
    found_in = list(paragraphs(root, at))
    work = []
    held = 0
    for paragraph in found_in:
        text = _Text(paragraph.element)
        if "{" in text.whole or "}" in text.whole or "｛" in text.whole or "｝" in text.whole:
            if not collected.allows(text.whole, paragraph.at):
                break
            found = list(_sites(paragraph, text))
            held += len(found)
            collected.lines.append(Line(text.whole, paragraph.at, paragraph.container))
            work.append((paragraph, text, found))
            if before + held > MAX_TAGS:
                collected.excess = paragraph.at
                break
    for paragraph, text, found in work:
        sites += (site for site, _ in found)
        numbered = [(collected.add(site.tag), site, match) for site, match in found]
        for number, site, match in reversed(numbered):
            text.replace(match, _placeholder(number, site, collected))
            _mark_table(text.owner(match.start()), site)
        text.write()
        _keep_hanging(paragraph.element, [site for site, _ in found])
    places = {paragraph.element: paragraph.at for paragraph in found_in}
    for node in root.iter():
        _collect_raw(node, places, at, collected, sites)
    return len(collected.tags) > before


def paragraphs(root: etree._Element, at: Position) -> Iterator[_Paragraph]:
    """Every paragraph below ``root`` in reading order, counted as readers of documents count."""
    assert at.place is not None
    count = Count(at.place)
    body = root.find(w("body"))
    holders = [root if body is None else body]
    for event, element in etree.iterwalk(root, events=("start", "end")):
        name = local(element)
        if name not in COUNTED:
            continue
        if event == "end":
            count.closed(name)
            if name in HOLDERS:
                holders.pop()
            continue
        count.opened(name, special=element.get(w("type"), "normal") != "normal")
        if name in HOLDERS:
            holders.append(element)
        elif name == "p":
            yield _Paragraph(element, Position(at.file, place=count.place), holders[-1])


_NODES = (w("t"), w("br"), w("tab"), w("cr"))


class _Text:
    """The text of one paragraph over all its runs, and changes to it."""

    def __init__(self, paragraph: etree._Element) -> None:
        self._nodes = [
            node
            for node in paragraph.iter(*_NODES)
            if next(node.iterancestors(w("p"))) is paragraph and local(parent_of(node)) == "r"
        ]
        self._texts = [_node_text(node) for node in self._nodes]
        self._starts = [0, *accumulate(map(len, self._texts))]
        self.whole = "".join(self._texts)
        self._changed: set[int] = set()

    def owner(self, position: int) -> etree._Element:
        """The node in which the character at ``position`` of the original text stands."""
        return self._nodes[self._find(position)]

    def _find(self, position: int) -> int:
        return bisect_right(self._starts, position) - 1

    def replace(self, match: re.Match[str], text: str) -> None:
        """Put ``text`` where ``match`` stands, in its first run; go from back to front."""
        first, last = self._find(match.start()), self._find(match.end() - 1)
        head = self._texts[first][: match.start() - self._starts[first]]
        rest = match.end() - self._starts[last]
        if first == last:
            self._texts[first] = head + text + self._texts[first][rest:]
        else:
            self._texts[first] = head + text
            for number in range(first + 1, last):
                self._texts[number] = ""
            self._texts[last] = self._texts[last][rest:]
        self._changed.update(range(first, last + 1))

    def write(self) -> None:
        """Put the changed texts into the document."""
        for number in self._changed:
            node, text = self._nodes[number], self._texts[number]
            if local(node) == "t":
                node.text = text
                node.set(PRESERVE, "preserve")
            elif not text:
                parent_of(node).remove(node)  # a line break inside a tag


def _node_text(node: etree._Element) -> str:
    return (node.text or "") if local(node) == "t" else " "


def _sites(paragraph: _Paragraph, text: _Text) -> Iterator[tuple[Site, re.Match[str]]]:
    for match in tags_in(text.whole):
        tag = Tag(_straight(match[0]), paragraph.at)
        node = text.owner(match.start())
        row = next(paragraph.element.iterancestors(w("tr")), None)
        around = {"tr": row, "tc": paragraph.container}.get(tag.scope)
        surroundings = text.whole
        if around is not None:
            surroundings = "".join(t.text or "" for t in around.iter(w("t")))[:MAX_TEXT]
        yield (
            Site(
                tag=tag,
                paragraph=paragraph.element,
                container=paragraph.container,
                holder=local(paragraph.container),
                path=_path(node, paragraph.container),
                row=row,
                table=next(paragraph.element.iterancestors(w("tbl")), None),
                surroundings=surroundings,
                hanging=_hanging(paragraph, tag, row),
                span=match.span(),
                boxed=next(paragraph.element.iterancestors(w("txbxContent")), None) is not None,
            ),
            match,
        )


def _hanging(paragraph: _Paragraph, tag: Tag, row: etree._Element | None) -> str:
    """What would go away with what the tag takes away."""
    narrative = tag.prints and tag.body == NARRATIVE
    if tag.scope == "p" and (narrative or not tag.prints):
        return hangers.lost(paragraph.element, tag, narrative)
    if tag.prints or tag.scope not in ("tr", "tc"):
        return ""
    taken = row if tag.scope == "tr" else paragraph.container
    return "" if taken is None or row is None else hangers.lost(taken, tag, printed=False)


def _path(node: etree._Element, container: etree._Element) -> tuple[str, ...]:
    names = [local(node)]
    for ancestor in node.iterancestors():
        if ancestor is container:
            break
        names.append(local(ancestor))
    return tuple(reversed(names))


_QUOTED_OR_CURLY = re.compile(r"\"[^\"]*\"|'[^']*'|[“”‘’]")
_STRAIGHT = {"“": '"', "”": '"', "‘": "'", "’": "'"}


def _straight(tag: str) -> str:
    """``tag`` with straight quotes where Word typed curly ones."""
    return _QUOTED_OR_CURLY.sub(lambda match: _STRAIGHT.get(match[0], match[0]), tag)


# --- placeholders ---------------------------------------------------------------------------

_BLOCK = re.compile(r"\{%(-?).*?(-?)%\}", re.DOTALL)


def _placeholder(number: int, site: Site, collected: Collected) -> str:
    """What stands for tag ``number`` while docxtpl patches the XML."""
    tag, scope = site.tag, site.scope
    if tag.text.startswith("{#"):
        name = collected.name(number, "{##}")
        return f"{{#{scope} {name} #}}"
    if tag.prints:
        if scope == "p":
            # `place_looks` knows the paragraph by this name and completes the source.
            return f"{{{{p {collected.name(number, '')} }}}}"
        source = f"{markers.tag_marker(number)}{{{{ {tag.body}\n}}}}"
        return f"{{{{ {collected.name(number, source)} }}}}"
    word, _, argument = tag.body.partition(" ")
    if tag.body in ("vm", "hm"):
        return tag.text
    if word in ("colspan", "cellbg"):
        source = f"{{{{ ({argument}\n)|_attribute }}}}"
        return f"{{% {word} {collected.name(number, source)} %}}"
    name = collected.name(number, f"{{% {tag.body}\n%}}")
    match = _BLOCK.fullmatch(tag.text)
    before, after = (match[1], match[2]) if match and not scope else ("", "")
    return f"{{%{before}{scope} {name} {after}%}}"


_BRACES = re.compile(r"\{[{%#]")


def _collect_raw(
    node: etree._Element,
    places: Mapping[etree._Element, Position],
    otherwise: Position,
    collected: Collected,
    sites: list[Site],
) -> None:
    """Tags in attributes (descriptions of pictures) and field codes print plain text."""
    texts = {str(name): str(value) for name, value in node.attrib.items()}
    if node.tag != w("t") and isinstance(node.tag, str) and node.text:
        texts[""] = node.text
    for name, text in texts.items():
        if not _BRACES.search(text) or not collected.allows(text, otherwise):
            continue
        paragraph = next(node.iterancestors(w("p")), node)
        made = _raw_source(text, node, places.get(paragraph, otherwise), collected, sites)
        if name:
            node.set(name, made)
        else:
            node.text = made


def _raw_source(
    text: str, node: etree._Element, at: Position, collected: Collected, sites: list[Site]
) -> str:
    collected.lines.append(Line(text, at, node))

    def made(match: re.Match[str]) -> str:
        tag = Tag(_straight(match[0]), at)
        number = collected.add(tag)
        sites.append(Site(tag, paragraph=node, container=node, holder="", path=()))
        if tag.text.startswith("{#"):
            return ""
        if tag.prints:
            source = f"{{{{ ({tag.body}\n)|_attribute }}}}"
            return f"{{{{ {collected.name(number, source)} }}}}"
        name = collected.name(number, f"{{% {tag.body}\n%}}")
        return f"{{% {name} %}}"

    out: list[str] = []
    position = 0
    for match in tags_in(text):
        out += (text[position : match.start()], made(match))
        position = match.end()
    return "".join((*out, text[position:]))


def _mark_table(node: etree._Element, site: Site) -> None:
    """Leave the notes that rendering needs for merged cells and looped columns."""
    tag = site.tag
    if tag.prints and MERGE.search(tag.body):
        cell = next(node.iterancestors(w("tc")), None)
        if cell is not None:
            _add_merge_slot(cell)
    if tag.scope == "tc" or tag.body == "hm" or tag.body.startswith("colspan"):
        table = next(node.iterancestors(w("tbl")), None)
        grid = None if table is None else table.find(w("tblGrid"))
        if grid is not None:
            grid.set(w("repair"), "1")


def _add_merge_slot(cell: etree._Element) -> None:
    properties = cell.find(w("tcPr"))
    if properties is None:
        properties = new("tcPr")
        cell.insert(0, properties)
    for old in properties.findall(w("vMerge")):
        properties.remove(old)
    slot = etree.SubElement(properties, w("vMerge"))
    slot.set(w("val"), "slot")
    sort_children(properties, CELL_ORDER)


def _keep_hanging(paragraph: etree._Element, found: Sequence[Site]) -> None:
    """What hangs on a paragraph that docxtpl takes away stays beside it."""
    for site in found:
        if site.scope == "p":
            hangers.keep(paragraph, site.tag, site.tag.body == NARRATIVE)
            return


# --- narrative ------------------------------------------------------------------------------

_NARRATIVE_TEXT = re.compile(r"\{\{p T(\d+) \}\}")


def _place_looks(root: etree._Element, styles: etree._Element | None, collected: Collected) -> None:
    """Remember how each ``{{p 正文 }}`` below ``root`` is to look."""
    for node in root.iter(w("t")):
        match = _NARRATIVE_TEXT.search(node.text or "")
        if match is None:
            continue
        number = int(match[1])
        tag = collected.tags[number]
        if tag.body != NARRATIVE:
            continue
        source = f"{{{{ {tag.body}|_narrative({docx.LOOKS}[{len(collected.looks)}])\n}}}}"
        collected.name(number, markers.tag_marker(number) + source)
        collected.looks.append(look(node, styles))
        keep_following(next(node.iterancestors(w("p"))))
