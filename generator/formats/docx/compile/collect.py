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
from typing import Final, Protocol, cast

from lxml import etree

from generator.formats.docx import render as docx
from generator.formats.docx.annexes.parts import Parts
from generator.formats.docx.compile import hangers
from generator.formats.docx.compile.charts import Book
from generator.formats.docx.compile.companions import Companions
from generator.formats.docx.compile.looks import free_lines, keep_following, look
from generator.formats.docx.compile.numbering import mark_lists
from generator.formats.docx.compile.placement import MERGE, NARRATIVE, SHEET, Line, Site, tags_in
from generator.formats.docx.compiled import Look
from generator.formats.docx.grafts import LINK, graft
from generator.formats.docx.xml import (
    CELL_ORDER,
    MAIN,
    PRESERVE,
    STYLES,
    local,
    new,
    parent_of,
    sort_children,
    w,
)
from generator.frozen import frozen
from generator.language import markers
from generator.language.environment import PICTURE
from generator.language.tags import Tag
from generator.problems import Position
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
    books: list[Book] = field(default_factory=list)
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


def collect_report(members: dict[str, bytes], file: str, collected: Collected) -> dict[str, bytes]:
    """``members`` with placeholders for tags."""
    return _collect(members, file, collected, whole=True)


def collect_annex(members: dict[str, bytes], file: str, collected: Collected) -> dict[str, bytes]:
    """Like the report, but of the body only: headers and footers come from the report."""
    return _collect(members, file, collected, whole=False)


#: Parts besides those that readers see; what they hold is shown by fields of the text.
PROPERTIES: Final = re.compile(r"docProps/custom\.xml|customXml/item\d+\.xml")


def _collect(
    members: dict[str, bytes], file: str, collected: Collected, *, whole: bool
) -> dict[str, bytes]:
    parts = Parts(members)
    styles = parts.tree(STYLES) if STYLES in parts else None
    companions = Companions(parts, file)
    for name, place in text_parts(members).items():
        if place.part in ("footnote", "endnote", "comment") or (not whole and name != MAIN):
            continue  # notes and comments are read where they are named
        root = parts.tree(name)
        if _collect_part(root, Position(file, place=place), collected, companions, name):
            _place_looks(root, styles, collected)
            if name == MAIN:
                mark_lists(root, collected.parts[-1], new("styles") if styles is None else styles)
                if whole and _sections_vary(root, collected.parts[-1]):
                    hangers.own_headers(root)
    for name in filter(PROPERTIES.fullmatch, members if whole else ()):
        if b"{" in members[name]:
            _collect_part(parts.tree(name), Position(file), collected, companions, name)
    companions.tidy()
    changed = {
        name: data
        for name, data in parts.changed().items()
        if name in companions.changed or (name != STYLES and b"{" in data)
    }
    return {**members, **changed}


def _collect_part(
    root: etree._Element,
    at: Position,
    collected: Collected,
    companions: Companions,
    source: str,
) -> bool:
    """Note and replace every tag below ``root`` and in what it leads to; whether there were any."""
    before = len(collected.tags)
    sites: list[Site] = []
    collected.parts.append(sites)
    # All places first: rows and cells are judged by their texts before anything is replaced.
    met = list(_walk(root, at, companions, source))
    order = {one.element: number for number, one in enumerate(met)}
    work: list[_Work] = []
    held = 0
    for one in met:
        for text in _braced(one, companions):
            if not collected.allows(text.whole, one.at):
                break
            found = list(text.found(order))
            held += len(found)
            collected.lines.append(Line(text.whole, one.at, one.container))
            work.append(_Work(text, found))
            if before + held > MAX_TAGS:
                collected.excess = one.at
        if collected.excess is not None:
            break
    for each in sorted((f for one in work for f in one.found), key=lambda f: f.order):
        each.number = collected.add(each.site.tag)
        sites.append(each.site)
    for one_work in work:
        one_work.text.fill(one_work.found, collected)
    if len(collected.tags) > before:
        for control in root.iter(w("sdtPr")):
            _free_control(control)
    return len(collected.tags) > before


def _sections_vary(root: etree._Element, sites: Sequence[Site]) -> bool:
    """Whether a section ends inside of a loop or condition: it may be there never, or often."""
    words: dict[object, list[str]] = {}
    for site in sites:
        words.setdefault(site.paragraph, []).append(site.tag.keyword)
    depth = 0
    for paragraph in root.iter(w("p")):
        if depth and paragraph.find(f"{w('pPr')}/{w('sectPr')}") is not None:
            return True
        for word in words.get(paragraph, ()):
            depth += (word in ("for", "if")) - (word in ("endfor", "endif"))
    return False


def _free_control(control: etree._Element) -> None:
    """Word gives content controls their numbers; what is bound to data would show these again."""
    filled = any("{" in (t.text or "") for t in parent_of(control).iter(w("t")))
    for name in ("id", "dataBinding", "showingPlcHdr") if filled else ("id",):
        for child in control.findall(w(name)):
            control.remove(child)


@frozen
class _Met:
    """An element on the way through a part; ``at`` is of the paragraph it is in.

    ``source``: the part whose relations it names.
    """

    element: etree._Element
    at: Position
    container: etree._Element
    source: str


@dataclass(slots=True)
class _Found:
    """A tag, where in the order of all of them, and where in its text."""

    site: Site
    match: re.Match[str]
    order: tuple[int, int]
    number: int = -1


class _Braces(Protocol):
    """A text that may hold tags."""

    @property
    def whole(self) -> str:
        """All of it."""

    def found(self, order: Mapping[etree._Element, int]) -> Iterator[_Found]:
        """Its tags."""

    def fill(self, found: Sequence[_Found], collected: Collected) -> None:
        """Put placeholders in their stead."""


@frozen
class _Work:
    text: _Braces
    found: list[_Found]


def _braced(one: _Met, companions: Companions) -> Iterator[_Braces]:
    """The texts of an element that hold braces: of a paragraph, of attributes, of other nodes."""
    node = one.element
    if node.tag == w("p"):
        text = _Text(node)
        if any(brace in text.whole for brace in "{}｛｝"):
            yield _Running(one, text)
    for name, value in node.attrib.items():
        if _BRACES.search(str(value)):
            yield _Raw(one, str(name), str(value))
    if node.tag != w("t") and node.text and _BRACES.search(node.text):
        yield _Raw(one, "", node.text)
    if one.source in companions.books and node.getparent() is None:
        yield _Sheets(one, companions.books[one.source])
    for name, target in companions.targets(one.source, node):
        yield _Raw(one, name, target, link=True)


def _walk(
    root: etree._Element, at: Position, companions: Companions, source: str
) -> Iterator[_Met]:
    """Every element below ``root`` in reading order, followed by what it leads to."""
    for one in _elements(root, at, source):
        yield one
        led = companions.of(source, one.element, one.at)
        if led is not None:
            yield from _elements(led.root, led.at, led.source, led.notes)


def paragraphs(root: etree._Element, at: Position) -> Iterator[_Met]:
    """Every paragraph below ``root`` in reading order, counted as readers of documents count."""
    return (one for one in _elements(root, at, "") if one.element.tag == w("p"))


def _elements(root: etree._Element, at: Position, source: str, notes: int = 0) -> Iterator[_Met]:
    count = None if at.place is None else Count(at.place, notes)
    body = root.find(w("body"))
    holders = [root if body is None else body]
    # Behind a text box its paragraph goes on.
    here = [at]
    for event, element in etree.iterwalk(root, events=("start", "end")):
        name = local(element)
        if name not in COUNTED or count is None:
            if event == "start":
                yield _Met(element, here[-1], holders[-1], source)
            continue
        if event == "end":
            count.closed(name)
            if name in HOLDERS:
                holders.pop()
                here.pop()
            continue
        count.opened(name, special=element.get(w("type"), "normal") != "normal")
        if name in HOLDERS:
            holders.append(element)
            here.append(here[-1])
        elif name == "p":
            here[-1] = Position(at.file, place=count.place)
        yield _Met(element, here[-1], holders[-1], source)


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
    if local(node) == "t":
        return node.text or ""
    return "\t" if local(node) == "tab" else " "


@frozen
class _Running:
    """The running text of a paragraph."""

    met: _Met
    text: _Text

    @property
    def whole(self) -> str:
        return self.text.whole

    def found(self, order: Mapping[etree._Element, int]) -> Iterator[_Found]:
        for site, match in _sites(self.met, self.text):
            owner = self.text.owner(match.start())
            yield _Found(site, match, (order[owner], match.start()))

    def fill(self, found: Sequence[_Found], collected: Collected) -> None:
        for one in reversed(found):
            self.text.replace(one.match, _placeholder(one.number, one.site, collected))
            _mark_table(self.text.owner(one.match.start()), one.site)
        self.text.write()
        if any(PICTURE in one.site.tag.body for one in found):
            properties = self.met.element.find(w("pPr"))
            if properties is None:
                properties = new("pPr")
                self.met.element.insert(0, properties)
            free_lines(properties)
        for one in found:
            if one.site.scope == "tr" and one.site.row is not None and not one.site.tag.prints:
                hangers.keep_marks(cast("etree._Element", one.site.row), one.site.tag)
        _keep_hanging(self.met.element, [one.site for one in found])


def _sites(paragraph: _Met, text: _Text) -> Iterator[tuple[Site, re.Match[str]]]:
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


def _hanging(paragraph: _Met, tag: Tag, row: etree._Element | None) -> str:
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


_NO_MATCH = cast("re.Match[str]", re.match("", ""))
_BRACES = re.compile(r"\{[{%#]")


@frozen
class _Sheets:
    """The workbook of a chart: its tags stand for themselves there, and see the loops around it."""

    met: _Met
    book: Book
    whole: str = ""

    def found(self, order: Mapping[etree._Element, int]) -> Iterator[_Found]:
        node = self.met.element
        for number, tag in enumerate(self.book.compiled.tags):
            at = Position(self.met.at.file, place=self.met.at.place)
            site = Site(Tag(tag.text, at), node, node, holder=SHEET, path=())
            yield _Found(site, _NO_MATCH, (order[node], number))

    def fill(self, found: Sequence[_Found], collected: Collected) -> None:
        del found  # the workbook was compiled with its tags in it
        collected.books.append(self.book)


@frozen
class _Raw:
    """A text outside of paragraphs (descriptions of pictures, field codes, charts): plain values.

    ``name``: of the attribute, empty for character data; ``link``: it is where a link leads.
    """

    met: _Met
    name: str
    whole: str
    link: bool = False

    def found(self, order: Mapping[etree._Element, int]) -> Iterator[_Found]:
        node, at = self.met.element, self.met.at
        for match in tags_in(self.whole):
            site = Site(Tag(_straight(match[0]), at), node, node, holder="", path=())
            yield _Found(site, match, (order[node], match.start()))

    def fill(self, found: Sequence[_Found], collected: Collected) -> None:
        out: list[str] = []
        position = 0
        for one in found:
            out += (self.whole[position : one.match.start()], self._made(one, collected))
            position = one.match.end()
        made = "".join((*out, self.whole[position:]))
        if self.link:
            made = graft(LINK, "", made)
        if self.name:
            self.met.element.set(self.name, made)
        else:
            self.met.element.text = made

    def _made(self, one: _Found, collected: Collected) -> str:
        tag = one.site.tag
        if tag.text.startswith("{#"):
            return ""
        if tag.prints:
            way = "_address" if self.link else "_attribute"
            source = f"{{{{ ({tag.body}\n)|{way} }}}}"
            return f"{{{{ {collected.name(one.number, source)} }}}}"
        name = collected.name(one.number, f"{{% {tag.body}\n%}}")
        return f"{{% {name} %}}"


def _mark_table(node: etree._Element, site: Site) -> None:
    """Leave the notes that rendering needs for merged cells and looped columns."""
    tag = site.tag
    if not tag.prints and tag.body.partition(" ")[0] in ("colspan", "cellbg", "vm", "hm"):
        _give_properties(next(node.iterancestors(w("tc")), None))
    if tag.prints and MERGE.search(tag.body):
        cell = next(node.iterancestors(w("tc")), None)
        if cell is not None:
            _add_merge_slot(cell)
    if tag.scope == "tc" or tag.body == "hm" or tag.body.startswith("colspan"):
        table = next(node.iterancestors(w("tbl")), None)
        grid = None if table is None else table.find(w("tblGrid"))
        if grid is not None:
            grid.set(w("repair"), "1")


def _give_properties(cell: etree._Element | None) -> None:
    """Docxtpl puts colours and spans into properties that hold something."""
    if cell is None:
        return
    properties = cell.find(w("tcPr"))
    if properties is None:
        properties = new("tcPr")
        cell.insert(0, properties)
    if not len(properties):
        etree.SubElement(properties, w("tcW"), {w("w"): "0", w("type"): "auto"})


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
