"""Word templates, compiled: .docx bytes become Jinja code, static members and a list of tags.

The one module that knows docxtpl, docxcompose, python-docx and lxml; building from a cached
template never imports it. In four steps:

1. *Collect*: walk every text part, note each tag with its place, and put a short placeholder
   (``{{ T7 }}``) in its stead, whole and in one run.
2. *Compose*: append the annexes to the report (docxcompose), each between control paragraphs
   that repeat or skip it, with a slot where each of its sections ends.
3. *Patch*: docxtpl's ``patch_xml`` gives docxtpl's tags their meaning; the placeholders, which
   hold nothing it could misread, then become Jinja source.
4. *Compile* each part that holds tags; everything else is packed once.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from io import BytesIO
from itertools import chain
from types import CodeType
from typing import Any, Final

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docxcompose.composer import Composer  # type: ignore[import-untyped]
from docxtpl import DocxTemplate  # type: ignore[import-untyped]
from jinja2 import TemplateSyntaxError
from lxml import etree

from generator.problems import Position, Problems
from generator.render import docx, markers, package
from generator.render.compiled import Compiled
from generator.render.docx_placement import MERGE, NARRATIVE, Line, Site, check
from generator.render.environment import compile_source
from generator.render.properties import neutral_members
from generator.render.tags import TAG, Tag

_W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_MAIN: Final = "word/document.xml"
_STYLES: Final = "word/styles.xml"
_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PRESERVE: Final = "{http://www.w3.org/XML/1998/namespace}space"


@dataclass(frozen=True, slots=True)
class Annex:
    """A template to append to the report.

    ``each``: once per project, which it knows as 本项目; ``condition``: an expression that
    decides whether it appears (asked inside that loop), or empty; ``number`` is its place
    among the annexes of the form set.
    """

    name: str
    raw: bytes
    file: str
    each: bool = False
    condition: str = ""
    number: int = 0


def compile_docx(
    raw: bytes, file: str, annexes: Sequence[Annex], problems: Problems
) -> Compiled | None:
    """The compiled template, or None when one of the files cannot be read at all.

    With misplaced tags it has no codes, only its tags for the general lint.
    """
    found = Problems()
    try:
        return _compile(raw, file, annexes, found)
    finally:
        problems.extend(found)


def _compile(
    raw: bytes, file: str, annexes: Sequence[Annex], problems: Problems
) -> Compiled | None:
    report = _read(raw, file, problems)
    others = [_read(annex.raw, annex.file, problems) for annex in annexes]
    if report is None or None in others:
        return None
    collected = _Collected()
    report = _collect_report(report, file, collected, problems)
    bodies = [
        _collect_annex(members or {}, annex, collected, problems)
        for members, annex in zip(others, annexes, strict=True)
    ]
    check(collected.lines, collected.parts, problems)
    _check_conditions(annexes, problems)
    members, sections = report, list[str]()
    if bodies and not problems.failed:
        composed = _compose(
            report, file, list(zip(annexes, bodies, strict=True)), collected, problems
        )
        if composed is not None:
            members, sections = composed
    codes: dict[str, CodeType] = {}
    if not problems.failed:
        codes = _compile_parts(members, file, collected, problems)
    if problems.failed:
        codes = {}
    static = {name: data for name, data in members.items() if name not in codes}
    return Compiled(
        kind="docx",
        static=package.static_block(neutral_members(static)),
        codes=codes,
        tags=tuple(collected.tags),
        extra={
            "looks": collected.looks,
            "sections": sections,
            "hollow": any(map(_may_empty, chain.from_iterable(collected.parts))),
        },
    )


def _may_empty(site: Site) -> bool:
    """Whether the tag could take a cell's, header's or text box's only paragraph away."""
    return site.scope == "p" and site.holder != "body"


# --- reading --------------------------------------------------------------------------------

_XML_NAME = re.compile(r"\.(xml|rels|vml)$", re.IGNORECASE)
_TEXT_PART = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml")
_OWN = re.compile("[\ue010-\ue01f]")


def _read(raw: bytes, file: str, problems: Problems) -> dict[str, bytes] | None:
    """The members of a Word file gen is willing to open."""
    try:
        members = package.read_members(raw)
    except package.PackageError as error:
        problems.add(str(error), Position(file))
        return None
    if _MAIN not in members:
        problems.add("T214", Position(file))
        return None
    for name, data in members.items():
        # Without the zero bytes UTF-16 cannot hide it.
        plain = data.replace(b"\0", b"") if _XML_NAME.search(name) else b""
        if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
            problems.add("T213", Position(file), member=name)
            return None
    return members if _readable(members, file, problems) else None


def _readable(members: Mapping[str, bytes], file: str, problems: Problems) -> bool:
    before = len(problems)
    for name, data in members.items():
        if not _TEXT_PART.fullmatch(name) and name != _STYLES:
            continue
        try:
            root = _parse(data)
        except etree.XMLSyntaxError as error:
            problems.add("T216", Position(file), member=name, reason=error.msg)
            continue
        if root.nsmap.get("w") != _W:
            problems.add("T215", Position(file))
            break
        if _OWN.search(_serialize(root)):
            problems.add("T217", Position(file), member=name)
    return len(problems) == before


def _parse(data: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(data, parser)


def _serialize(root: etree._Element) -> str:
    return etree.tostring(root, encoding="unicode")


def _document_bytes(root: etree._Element) -> bytes:
    return (_DECLARATION + _serialize(root)).encode()


def _w(name: str) -> str:
    return f"{{{_W}}}{name}"


def _new(name: str) -> etree._Element:
    return etree.Element(_w(name), nsmap={"w": _W})


def _local(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


# --- 1. collect -----------------------------------------------------------------------------


@dataclass(slots=True)
class _Collected:
    """What walking the templates brings together.

    ``sources`` maps placeholders to Jinja source; ``owners`` to the tag they stand for.
    """

    tags: list[Tag] = field(default_factory=list)
    parts: list[list[Site]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)
    owners: dict[str, Tag] = field(default_factory=dict)
    looks: list[docx.Look] = field(default_factory=list)

    def add(self, tag: Tag) -> int:
        """Number ``tag``."""
        self.tags.append(tag)
        return len(self.tags) - 1

    def name(self, number: int, source: str) -> str:
        """The placeholder name of tag ``number``, which will become ``source``."""
        name = f"T{number}"
        self.sources[name] = source
        self.owners[name] = self.tags[number]
        return name


@dataclass(frozen=True, slots=True)
class _Paragraph:
    element: etree._Element
    at: Position
    container: etree._Element


_PART_LABELS = {"header": "页眉", "footer": "页脚", "footnotes": "脚注", "endnotes": "尾注"}
_PART_NAME = re.compile(r"word/([a-z]+)(\d*)\.xml")


def _collect_report(
    members: dict[str, bytes], file: str, collected: _Collected, problems: Problems
) -> dict[str, bytes]:
    """``members`` with placeholders for tags."""
    out = dict(members)
    styles = _parse(members[_STYLES]) if _STYLES in members else None
    for name, label in _text_parts(members):
        root = _parse(members[name])
        if _collect_part(root, file, label, collected):
            _place_looks(root, styles, collected, problems)
            out[name] = _document_bytes(root)
    return out


def _collect_annex(
    members: dict[str, bytes], annex: Annex, collected: _Collected, problems: Problems
) -> dict[str, bytes]:
    """Like the report, but of the body only: headers and footers come from the report."""
    notes = [name for name in members if re.fullmatch(r"word/(foot|end)notes\.xml", name)]
    for name in notes:
        if TAG.search("".join(map(str, _parse(members[name]).itertext()))):
            problems.add("T220", Position(annex.file, place=_PART_LABELS[name[5:-4]]))
    body = {name: data for name, data in members.items() if name in (_MAIN, _STYLES)}
    return {**members, **_collect_report(body, annex.file, collected, problems)}


def _text_parts(members: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Text parts and their labels: body first, then headers and the others by number."""
    order = list(_PART_LABELS)
    found: list[tuple[int, int, str]] = []
    for name in members:
        match = _PART_NAME.fullmatch(name)
        if match and match[1] in _PART_LABELS:
            found.append((order.index(match[1]), int(match[2] or 0), name))
    yield _MAIN, "正文"
    counts: dict[int, int] = {}
    for kind, _, name in sorted(found):
        counts[kind] = counts.get(kind, 0) + 1
        label = _PART_LABELS[order[kind]]
        yield name, label if kind > 1 else f"{label}{counts[kind]}"


def _collect_part(root: etree._Element, file: str, label: str, collected: _Collected) -> bool:
    """Note and replace every tag below ``root``; say whether there were any."""
    before = len(collected.tags)
    sites: list[Site] = []
    collected.parts.append(sites)
    # All places first: rows and cells are judged by their texts before anything is replaced.
    paragraphs = list(_part_paragraphs(root, file, label))
    work = []
    for paragraph in paragraphs:
        text = _Text(paragraph.element)
        if "{" in text.whole or "}" in text.whole or "｛" in text.whole or "｝" in text.whole:
            collected.lines.append(Line(text.whole, paragraph.at, paragraph.container))
            work.append((paragraph, text, list(_sites(paragraph, text))))
    for paragraph, text, found in work:
        sites += (site for site, _ in found)
        numbered = [(collected.add(site.tag), site, match) for site, match in found]
        for number, site, match in reversed(numbered):
            text.replace(match, _placeholder(number, site, collected))
            _mark_table(text.owner(match.start()), site)
        text.write()
        if any(site.scope == "p" for site, _ in found):
            _rescue_section(paragraph.element)
    places = {paragraph.element: paragraph.at for paragraph in paragraphs}
    for node in root.iter():
        _collect_raw(node, places, Position(file, place=label), collected, sites)
    return len(collected.tags) > before


def _part_paragraphs(root: etree._Element, file: str, label: str) -> Iterator[_Paragraph]:
    if _local(root) == "document":
        body = root.find(_w("body"))
        if body is not None:
            yield from _paragraphs(body, file, label)
    elif _local(root) in ("footnotes", "endnotes"):
        for number, note in enumerate(root, 1):
            yield from _paragraphs(note, file, f"{label}{number}")
    else:
        yield from _paragraphs(root, file, label)


def _paragraphs(container: etree._Element, file: str, label: str) -> Iterator[_Paragraph]:
    """Every paragraph below ``container`` in reading order, with its place in words."""
    in_cell = _local(container) == "tc"
    count = tables = 0
    for child in _blocks(container):
        if _local(child) == "p":
            count += 1
            place = f"{label} 第{count}段" if not in_cell or count > 1 else label
            yield _Paragraph(child, Position(file, place=place), container)
            for number, box in enumerate(_boxes(child), 1):
                yield from _paragraphs(box, file, f"{place} 文本框{number}")
        elif _local(child) == "tbl":
            tables += 1
            for i, row in enumerate((r for r in _blocks(child) if _local(r) == "tr"), 1):
                for j, cell in enumerate((c for c in _blocks(row) if _local(c) == "tc"), 1):
                    place = f"{label} 表{tables} 第{i}行 第{j}格"
                    yield from _paragraphs(cell, file, place)


_WRAPPERS = frozenset(
    {"sdt", "sdtContent", "customXml", "ins", "del", "moveTo", "moveFrom", "smartTag"}
    | {"AlternateContent", "Choice", "Fallback"}
)


def _blocks(container: etree._Element) -> Iterator[etree._Element]:
    """The children that count, looking through content controls and tracked insertions."""
    for child in container:
        if _local(child) in _WRAPPERS:
            yield from _blocks(child)
        else:
            yield child


def _boxes(paragraph: etree._Element) -> Iterator[etree._Element]:
    """Text boxes anchored in ``paragraph`` itself."""
    for box in paragraph.iter(_w("txbxContent")):
        if next(box.iterancestors(_w("p"))) is paragraph:
            yield box


_NODES = (_w("t"), _w("br"), _w("tab"), _w("cr"))


class _Text:
    """The text of one paragraph over all its runs, and changes to it."""

    def __init__(self, paragraph: etree._Element) -> None:
        self._nodes = [
            node
            for node in paragraph.iter(*_NODES)
            if next(node.iterancestors(_w("p"))) is paragraph and _local(_parent(node)) == "r"
        ]
        self._texts = [_node_text(node) for node in self._nodes]
        self._dropped: list[etree._Element] = []
        self.whole = "".join(self._texts)
        self._changed: set[int] = set()

    def owner(self, position: int) -> etree._Element:
        """The node in which the character at ``position`` of the original text stands."""
        return self._nodes[self._find(position)]

    def _find(self, position: int) -> int:
        end = 0
        for number, node in enumerate(self._nodes):
            end += len(_node_text(node))
            if position < end:
                return number
        raise IndexError(position)

    def replace(self, match: re.Match[str], text: str) -> None:
        """Put ``text`` where ``match`` stands, in its first run; go from back to front."""
        first, last = self._find(match.start()), self._find(match.end() - 1)
        starts = [0]
        for node in self._nodes:
            starts.append(starts[-1] + len(_node_text(node)))
        head = self._texts[first][: match.start() - starts[first]]
        rest = match.end() - starts[last]
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
            if _local(node) == "t":
                node.text = text
                node.set(_PRESERVE, "preserve")
            elif not text:
                _parent(node).remove(node)  # a line break inside a tag


def _node_text(node: etree._Element) -> str:
    return (node.text or "") if _local(node) == "t" else " "


def _parent(element: etree._Element) -> etree._Element:
    parent = element.getparent()
    assert parent is not None
    return parent


def _sites(paragraph: _Paragraph, text: _Text) -> Iterator[tuple[Site, re.Match[str]]]:
    for match in TAG.finditer(text.whole):
        tag = Tag(_straight(match[0]), paragraph.at)
        node = text.owner(match.start())
        row = next(paragraph.element.iterancestors(_w("tr")), None)
        around = {"tr": row, "tc": paragraph.container}.get(tag.scope)
        surroundings = text.whole
        if around is not None:
            surroundings = "".join(t.text or "" for t in around.iter(_w("t")))
        yield (
            Site(
                tag=tag,
                paragraph=paragraph.element,
                container=paragraph.container,
                holder=_local(paragraph.container),
                path=_path(node, paragraph.container),
                row=row,
                table=next(paragraph.element.iterancestors(_w("tbl")), None),
                surroundings=surroundings,
            ),
            match,
        )


def _path(node: etree._Element, container: etree._Element) -> tuple[str, ...]:
    names = [_local(node)]
    for ancestor in node.iterancestors():
        if ancestor is container:
            break
        names.append(_local(ancestor))
    return tuple(reversed(names))


_QUOTED_OR_CURLY = re.compile(r"\"[^\"]*\"|'[^']*'|[“”‘’]")
_STRAIGHT = {"“": '"', "”": '"', "‘": "'", "’": "'"}


def _straight(tag: str) -> str:
    """``tag`` with straight quotes where Word typed curly ones."""
    return _QUOTED_OR_CURLY.sub(lambda match: _STRAIGHT.get(match[0], match[0]), tag)


# --- placeholders ---------------------------------------------------------------------------

_BLOCK = re.compile(r"\{%(-?).*?(-?)%\}", re.DOTALL)


def _placeholder(number: int, site: Site, collected: _Collected) -> str:
    """What stands for tag ``number`` while docxtpl patches the XML."""
    tag, scope = site.tag, site.scope
    if tag.text.startswith("{#"):
        name = collected.name(number, "{##}")
        return f"{{#{scope} {name} #}}"
    if tag.prints:
        if scope == "p":
            # `_place_looks` knows the paragraph by this name and completes the source.
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
    collected: _Collected,
    sites: list[Site],
) -> None:
    """Tags in attributes (descriptions of pictures) and field codes print plain text."""
    texts = {str(name): str(value) for name, value in node.attrib.items()}
    if node.tag != _w("t") and isinstance(node.tag, str) and node.text:
        texts[""] = node.text
    for name, text in texts.items():
        if not _BRACES.search(text):
            continue
        paragraph = next(node.iterancestors(_w("p")), node)
        made = _raw_source(text, node, places.get(paragraph, otherwise), collected, sites)
        if name:
            node.set(name, made)
        else:
            node.text = made


def _raw_source(
    text: str, node: etree._Element, at: Position, collected: _Collected, sites: list[Site]
) -> str:
    collected.lines.append(Line(text, at, node))

    def replace(match: re.Match[str]) -> str:
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

    return TAG.sub(replace, text)


# Children of a cell's properties in the order the schema wants.
_CELL_ORDER = (
    "cnfStyle", "tcW", "gridSpan", "hMerge", "vMerge", "tcBorders", "shd", "noWrap", "tcMar",
    "textDirection", "tcFitText", "vAlign", "hideMark", "headers", "cellIns", "cellDel",
    "cellMerge", "tcPrChange",
)  # fmt: skip


def _mark_table(node: etree._Element, site: Site) -> None:
    """Leave the notes that rendering needs for merged cells and looped columns."""
    tag = site.tag
    if tag.prints and MERGE.search(tag.body):
        cell = next(node.iterancestors(_w("tc")), None)
        if cell is not None:
            _add_merge_slot(cell)
    if tag.scope == "tc" or tag.body == "hm" or tag.body.startswith("colspan"):
        table = next(node.iterancestors(_w("tbl")), None)
        grid = None if table is None else table.find(_w("tblGrid"))
        if grid is not None:
            grid.set(_w("repair"), "1")


def _add_merge_slot(cell: etree._Element) -> None:
    properties = cell.find(_w("tcPr"))
    if properties is None:
        properties = _new("tcPr")
        cell.insert(0, properties)
    for old in properties.findall(_w("vMerge")):
        properties.remove(old)
    slot = etree.SubElement(properties, _w("vMerge"))
    slot.set(_w("val"), "slot")
    _sort_children(properties, _CELL_ORDER)


def _sort_children(element: etree._Element, order: Sequence[str]) -> None:
    rank = {name: number for number, name in enumerate(order)}
    element[:] = sorted(element, key=lambda child: rank.get(_local(child), len(order)))


def _rescue_section(paragraph: etree._Element) -> None:
    """A section that ends in a paragraph docxtpl takes away ends in a tiny one instead."""
    section = paragraph.find(f"{_w('pPr')}/{_w('sectPr')}")
    if section is not None:
        tiny = _tiny_paragraph()
        properties = tiny.find(_w("pPr"))
        assert properties is not None
        properties.append(section)
        paragraph.addnext(tiny)


def _tiny_paragraph() -> etree._Element:
    return _element(docx.TINY_PARAGRAPH)


def _element(xml: str) -> etree._Element:
    """The element ``xml``, whose prefix w is understood."""
    return _parse(f'<w:x xmlns:w="{_W}">{xml}</w:x>'.encode())[0]


# --- narrative ------------------------------------------------------------------------------

_HEADINGS: Final = 4
_CELL_STYLE: Final = "正文表格"
_DEFAULT_WIDTH: Final = 8306
_RUN_OPEN: Final = '<w:t xml:space="preserve">'
_NARRATIVE_TEXT = re.compile(r"\{\{p T(\d+) \}\}")


def _place_looks(
    root: etree._Element,
    styles: etree._Element | None,
    collected: _Collected,
    problems: Problems,
) -> None:
    """Remember how each ``{{p 正文 }}`` below ``root`` is to look."""
    for node in root.iter(_w("t")):
        match = _NARRATIVE_TEXT.search(node.text or "")
        if match is None:
            continue
        number = int(match[1])
        tag = collected.tags[number]
        if tag.body != NARRATIVE:
            continue
        source = f"{{{{ {tag.body}|_narrative({docx.LOOKS}[{len(collected.looks)}])\n}}}}"
        collected.name(number, markers.tag_marker(number) + source)
        collected.looks.append(_look(node, styles, tag.at, problems))


def _look(
    node: etree._Element, styles: etree._Element | None, at: Position, problems: Problems
) -> docx.Look:
    paragraph = next(node.iterancestors(_w("p")))
    properties = paragraph.find(_w("pPr"))
    run = _inner(_parent(node).find(_w("rPr")))
    names = _style_ids(styles)
    headings = []
    for level in range(1, _HEADINGS + 1):
        style = names.get(f"heading {level}", "")
        if not style:
            problems.add("T212", at, name=f"heading {level}", level=level)
        headings.append(_opening(f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>', ""))
    if _CELL_STYLE in names:
        cell = _opening(f'<w:pPr><w:pStyle w:val="{names[_CELL_STYLE]}"/></w:pPr>', "")
    else:
        cell = _opening(_inner(_unindented(properties)), run)
    return {
        "body": _opening(_inner(properties), run),
        "cell": cell,
        "headings": headings,
        "width": _text_width(paragraph),
    }


def _opening(properties: str, run: str) -> str:
    return f"<w:p>{properties}<w:r>{run}{_RUN_OPEN}"


def _style_ids(styles: etree._Element | None) -> dict[str, str]:
    """Style ids by lower-case name."""
    ids: dict[str, str] = {}
    for style in () if styles is None else styles.iter(_w("style")):
        name = style.find(_w("name"))
        if name is not None and style.get(_w("type")) == "paragraph":
            ids.setdefault(str(name.get(_w("val"))).lower(), str(style.get(_w("styleId"))))
    return ids


_W_DECLARATION = re.compile(rf' xmlns:w="{re.escape(_W)}"')


def _inner(element: etree._Element | None) -> str:
    """``element`` as XML to be put where the prefix w is known."""
    if element is None:
        return ""
    copy = deepcopy(element)
    copy.tail = None
    for section in copy.findall(_w("sectPr")):
        copy.remove(section)
    etree.cleanup_namespaces(copy)
    return _W_DECLARATION.sub("", _serialize(copy))


_PARAGRAPH_ORDER = (
    "pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl", "numPr",
    "suppressLineNumbers", "pBdr", "shd", "tabs", "suppressAutoHyphens", "kinsoku", "wordWrap",
    "overflowPunct", "topLinePunct", "autoSpaceDE", "autoSpaceDN", "bidi", "adjustRightInd",
    "snapToGrid", "spacing", "ind", "contextualSpacing", "mirrorIndents", "suppressOverlap",
    "jc", "textDirection", "textAlignment", "textboxTightWrap", "outlineLvl", "divId",
    "cnfStyle", "rPr", "slot", "sectPr", "pPrChange",
)  # fmt: skip


def _unindented(properties: etree._Element | None) -> etree._Element:
    """Paragraph properties like ``properties`` without a first-line indent."""
    copy = _new("pPr") if properties is None else deepcopy(properties)
    for old in copy.findall(_w("ind")):
        copy.remove(old)
    etree.SubElement(copy, _w("ind"), {_w("firstLine"): "0", _w("firstLineChars"): "0"})
    _sort_children(copy, _PARAGRAPH_ORDER)
    return copy


def _text_width(paragraph: etree._Element) -> int:
    """Width between the margins of the section ``paragraph`` is in, in twentieths of a point."""
    found: Any = paragraph.xpath("following::w:sectPr[1]", namespaces={"w": _W})
    if not found:
        return _DEFAULT_WIDTH
    size, margins = found[0].find(_w("pgSz")), found[0].find(_w("pgMar"))
    if size is None or margins is None:
        return _DEFAULT_WIDTH
    width = int(size.get(_w("w"), 0)) - int(margins.get(_w("left"), 0))
    return max(width - int(margins.get(_w("right"), 0)), 0) or _DEFAULT_WIDTH


# --- 2. compose -----------------------------------------------------------------------------

#: What docxcompose and python-docx raise on files that are odd, but zip and XML.
_ODD_FILE = (
    KeyError, ValueError, AttributeError, IndexError, TypeError, NotImplementedError,
    etree.XMLSyntaxError, PackageNotFoundError,
)  # fmt: skip


def _check_conditions(annexes: Iterable[Annex], problems: Problems) -> None:
    for annex in annexes:
        if annex.condition:
            try:
                docx.environment().parse(f"{{% if {annex.condition} %}}{{% endif %}}")
            except TemplateSyntaxError as error:
                at = Position(annex.file)
                problems.add("T219", at, text=annex.condition, reason=error.message or "")


def _compose(
    report: Mapping[str, bytes],
    file: str,
    annexes: Sequence[tuple[Annex, Mapping[str, bytes]]],
    collected: _Collected,
    problems: Problems,
) -> tuple[dict[str, bytes], list[str]] | None:
    """The report with its annexes behind it, and the sections' properties in their order."""
    at, name = Position(file), "报告"
    try:
        composition = _Composition(report)
        for annex, members in annexes:
            at, name = Position(annex.file), annex.name
            start, end = composition.append(members)
            collected.sources[start], collected.sources[end] = _annex_control(annex)
        return composition.finished(), composition.sections
    except _ODD_FILE as error:
        problems.add("T218", at, name=name, reason=repr(error))
        return None


def _zipped(members: Mapping[str, bytes]) -> bytes:
    return package.write(package.static_block(members), ())


class _Composition:
    """A report that grows by annexes; ``sections`` are the properties its slots stand for."""

    def __init__(self, report: Mapping[str, bytes]) -> None:
        document: Any = Document(BytesIO(_zipped(report)))
        self._body = document.element.body
        closing = self._body.find(_w("sectPr"))
        if closing is None:
            closing = etree.SubElement(self._body, _w("sectPr"))
        self._closing: etree._Element = closing
        _add_section_slot(_last_paragraph(self._body), 0)
        self.sections = [_inner(closing)]
        self._composer: Any = Composer(document)
        self._numbering = _Numbering(self._composer)
        self._count = 0

    def append(self, members: Mapping[str, bytes]) -> tuple[str, str]:
        """Add an annex; return the names of the placeholders before and behind it."""
        self._count += 1
        start, end = f"A{self._count}", f"Z{self._count}"
        document: Any = Document(BytesIO(_zipped(members)))
        body = document.element.body
        styles = self._composer.doc.styles.element
        _Styles(styles, document.styles.element, f"附件{self._count}").keep(body)
        _slot_sections(body, self._closing, self.sections)
        body.insert(0, _control(start))
        final = body.find(_w("sectPr"))
        body.insert(len(body) if final is None else body.index(final), _control(end))
        self._composer.append(document)
        _complete_styles(self._composer, document)
        self._numbering.settle(self._count)
        return start, end

    def finished(self) -> dict[str, bytes]:
        """The members of the composed document."""
        self._body.remove(self._closing)
        self._body.append(_slot(docx.END_SLOT))
        for properties in self._body.iter(_w("pPr")):
            if properties.find(_w("numPr")) is not None:
                _sort_children(properties, _PARAGRAPH_ORDER)
        saved = BytesIO()
        self._composer.save(saved)
        return package.read_members(saved.getvalue())


def _annex_control(annex: Annex) -> tuple[str, str]:
    """Jinja source before and after an annex: its loop, its condition and its 附件号."""
    label = json.dumps(annex.name, ensure_ascii=False)
    start = f"{{% set 附件号 = 附件号表[{label}] %}}"
    end = ""
    if annex.condition:
        start, end = f"{{% if {annex.condition} %}}{start}", "{% endif %}"
    if annex.each:
        start, end = f"{{% for 本项目 in 项目 %}}{start}", f"{end}{{% endfor %}}"
    return start, end


def _control(name: str) -> etree._Element:
    return _element(f"<w:p><w:r><w:t>{{%p {name} %}}</w:t></w:r></w:p>")


def _slot(value: str) -> etree._Element:
    return _element(f'<w:slot w:val="{value}"/>')


def _last_paragraph(body: etree._Element) -> etree._Element:
    """The body's last paragraph if it stays in the document, else a tiny one behind it."""
    final = body.find(_w("sectPr"))
    blocks = [child for child in body if child is not final and isinstance(child.tag, str)]
    while blocks and _local(blocks[-1]) in ("bookmarkStart", "bookmarkEnd", "proofErr"):
        blocks.pop()
    last = blocks[-1] if blocks else None
    if last is not None and _local(last) == "p" and not _goes_away(last):
        return last
    tiny = _tiny_paragraph()
    if final is not None:
        final.addprevious(tiny)
    else:
        body.append(tiny)
    return tiny


_LIFTED = re.compile(r"\{[{%#]p [TAZ]\d+ ")


def _goes_away(paragraph: etree._Element) -> bool:
    """Whether docxtpl will take ``paragraph`` away, or it already ends a section."""
    text = "".join(t.text or "" for t in paragraph.iter(_w("t")))
    properties = paragraph.find(_w("pPr"))
    slot = None if properties is None else properties.find(_w("slot"))
    section = None if properties is None else properties.find(_w("sectPr"))
    return bool(_LIFTED.search(text)) or slot is not None or section is not None


def _add_section_slot(paragraph: etree._Element, section: int) -> None:
    properties = paragraph.find(_w("pPr"))
    if properties is None:
        properties = _new("pPr")
        paragraph.insert(0, properties)
    slot = _slot(str(section))
    change = properties.find(_w("pPrChange"))
    if change is not None:
        change.addprevious(slot)
    else:
        properties.append(slot)


def _slot_sections(body: etree._Element, closing: etree._Element, sections: list[str]) -> None:
    """Take the section properties out of an annex and leave slots."""
    first = True
    for properties in list(body.iter(_w("pPr"))):
        section = properties.find(_w("sectPr"))
        if section is not None:
            properties.remove(section)
            _add_section_slot(_parent(properties), len(sections))
            sections.append(_annex_section(section, closing, first=first))
            first = False
    final = body.find(_w("sectPr"))
    if final is None:
        final = deepcopy(closing)
    last = _last_paragraph(body)
    _add_section_slot(last, len(sections))
    sections.append(_annex_section(final, closing, first=first))


_NOT_OF_ANNEX = ("headerReference", "footerReference", "titlePg", "pgNumType", "sectPrChange")
_SECTION_ORDER = (
    "footnotePr", "endnotePr", "type", "pgSz", "pgMar", "paperSrc", "pgBorders", "lnNumType",
    "pgNumType", "cols", "formProt", "vAlign", "noEndnote", "titlePg", "textDirection", "bidi",
    "rtlGutter", "docGrid", "printerSettings",
)  # fmt: skip


def _annex_section(section: etree._Element, closing: etree._Element, *, first: bool) -> str:
    """An annex's own page with the report's headers, footers and running page numbers."""
    made = _new("sectPr")
    for child in section:
        name = _local(child)
        foreign = not str(child.tag).startswith(f"{{{_W}}}") or name == "printerSettings"
        if not foreign and name not in _NOT_OF_ANNEX and not (first and name == "type"):
            made.append(deepcopy(child))
    numbers = closing.find(_w("pgNumType"))
    if numbers is not None:
        numbers = deepcopy(numbers)
        numbers.attrib.pop(_w("start"), "")
        made.append(numbers)
    _sort_children(made, _SECTION_ORDER)
    return _inner(made)


class _Numbering:
    """Takes the chance out of docxcompose: it draws numbering identifiers at random."""

    def __init__(self, composer: Any) -> None:
        self._composer = composer
        self._known = {id(element): element for element in self._nsids()}

    def _nsids(self) -> list[Any]:
        part = self._composer.numbering_part()
        return list(part.element.iter(_w("nsid")))

    def settle(self, annex: int) -> None:
        """Give what the last annex brought identifiers that follow from their order."""
        for number, nsid in enumerate(self._nsids()):
            if id(nsid) not in self._known:
                self._known[id(nsid)] = nsid
                value = zlib.crc32(f"{annex}/{number}".encode())
                nsid.set(_w("val"), f"{value:08X}")


# --- styles of annexes ----------------------------------------------------------------------

_STYLE_REFERENCES = ("pStyle", "rStyle", "tblStyle")


class _Styles:
    """Keeps an annex looking as its designer sees it.

    docxcompose lets the report's style of the same name win. So an annex's style that says
    something else than the report's goes in under a name of its own; where the two agree,
    nothing changes.
    """

    def __init__(self, ours: Any, theirs: Any, suffix: str) -> None:
        self._ours = {_style_name(style): style for style in ours.iter(_w("style"))}
        self._our_ids = _by_id(ours)
        self._their_ids = _by_id(theirs)
        self._our_defaults = _defaults(ours)
        self._their_defaults = _defaults(theirs)
        self._suffix = suffix
        self._theirs = theirs

    def keep(self, body: Any) -> None:
        """Rename the differing styles of the annex whose ``body`` this is."""
        renamed: dict[str, str] = {}
        default = ""
        for style_id, style in self._their_ids.items():
            if not self._differs(style):
                continue
            renamed[style_id] = f"{style_id}_{zlib.crc32(self._suffix.encode()):08x}"
            if style.get(_w("type")) == "paragraph" and style.get(_w("default")) == "1":
                default = renamed[style_id]
        for style_id, name in renamed.items():
            self._rename(self._their_ids[style_id], name)
        for element in (*self._theirs.iter(), *body.iter()):
            if _local(element) in (*_STYLE_REFERENCES, "basedOn", "next", "link"):
                value = str(element.get(_w("val")))
                element.set(_w("val"), renamed.get(value, value))
        if default:
            _name_default(body, default)

    def _differs(self, style: Any) -> bool:
        ours = self._ours.get(_style_name(style))
        if ours is None or style.get(_w("type")) == "numbering":
            return False
        return self._signature(style, self._their_ids, self._their_defaults) != self._signature(
            ours, self._our_ids, self._our_defaults
        )

    def _signature(self, style: Any, ids: Mapping[str, Any], defaults: Any) -> tuple[str, ...]:
        """What ``style`` amounts to: its formatting and that of all it is based on."""
        chain: list[str] = []
        seen: set[str] = set()
        while style is not None and style.get(_w("styleId")) not in seen:
            seen.add(str(style.get(_w("styleId"))))
            chain += (
                _inner(part)
                for name in ("pPr", "rPr", "tblPr", "trPr", "tcPr", "tblStylePr")
                for part in style.findall(_w(name))
            )
            based = style.find(_w("basedOn"))
            style = None if based is None else ids.get(str(based.get(_w("val"))))
        return (*chain, _inner(defaults))

    def _rename(self, style: Any, style_id: str) -> None:
        style.set(_w("styleId"), style_id)
        name = style.find(_w("name"))
        name.set(_w("val"), f"{name.get(_w('val'))} {self._suffix}")
        style.attrib.pop(_w("default"), None)
        style.set(_w("customStyle"), "1")
        if style.find(_w("basedOn")) is None and style.get(_w("type")) == "paragraph":
            self._add_defaults(style)

    def _add_defaults(self, style: Any) -> None:
        """What the annex's document defaults say and ``style`` does not."""
        if self._their_defaults is None:
            return
        for kind, before in ("rPr", ("tblPr", "trPr", "tcPr", "tblStylePr")), ("pPr", ("rPr",)):
            source = self._their_defaults.find(f"{_w(kind + 'Default')}/{_w(kind)}")
            if source is None:
                continue
            target = style.find(_w(kind))
            if target is None:
                target = _new(kind)
                later = [child for child in style if _local(child) in before]
                if later:
                    later[0].addprevious(target)
                else:
                    style.append(target)
            present = {child.tag for child in target}
            for child in source:
                if child.tag not in present:
                    target.append(deepcopy(child))
            order = _PARAGRAPH_ORDER if kind == "pPr" else _RUN_ORDER
            _sort_children(target, order)


_RUN_ORDER = (
    "rStyle", "rFonts", "b", "bCs", "i", "iCs", "caps", "smallCaps", "strike", "dstrike",
    "outline", "shadow", "emboss", "imprint", "noProof", "snapToGrid", "vanish", "webHidden",
    "color", "spacing", "w", "kern", "position", "sz", "szCs", "highlight", "u", "effect",
    "bdr", "shd", "fitText", "vertAlign", "rtl", "cs", "em", "lang", "eastAsianLayout",
    "specVanish", "oMath",
)  # fmt: skip


def _by_id(styles: Any) -> dict[str, Any]:
    return {str(style.get(_w("styleId"))): style for style in styles.iter(_w("style"))}


def _defaults(styles: Any) -> Any:
    return styles.find(_w("docDefaults"))


def _style_name(style: Any) -> str:
    name = style.find(_w("name"))
    return str(name.get(_w("val"))).lower() if name is not None else ""


def _name_default(body: Any, style_id: str) -> None:
    """Say the default paragraph style where paragraphs take it without a word."""
    for paragraph in body.iter(_w("p")):
        properties = paragraph.find(_w("pPr"))
        if properties is None:
            properties = _new("pPr")
            paragraph.insert(0, properties)
        if properties.find(_w("pStyle")) is None:
            style = _new("pStyle")
            style.set(_w("val"), style_id)
            properties.insert(0, style)


def _complete_styles(composer: Any, annex: Any) -> None:
    """Bring along the styles that the annex's styles are based on, which docxcompose forgets."""
    ours, theirs = composer.doc.styles.element, annex.styles.element
    available = _by_id(theirs)
    present = _by_id(ours)
    waiting = list(present.values())
    while waiting:
        style = waiting.pop()
        for name in ("basedOn", "link", "next"):
            reference = style.find(_w(name))
            style_id = "" if reference is None else str(reference.get(_w("val")))
            if style_id in available and style_id not in present:
                copy = deepcopy(available[style_id])
                ours.append(copy)
                composer.add_numberings(annex, copy)
                present[style_id] = copy
                waiting.append(copy)


# --- 3. patch, 4. compile -------------------------------------------------------------------

_PLACEHOLDER = re.compile(r"\{([{%#])-?(?:p|tr|tc)?\s*([TAZ]\d+)\s*-?[}%#]\}")
_SPAN = re.compile(r"\{\{ (\d+) \* loop\.length \}\}")
_CELL_PROPERTIES = re.compile(r"(<w:tcPr(?: [^>]*)?>)((?:(?!</w:tcPr>).)*\{[{%].*?)</w:tcPr>")
_CELL_PROPERTY = re.compile(r"<w:(\w+)(?: [^>]*)?(?:/>|>.*?</w:\1>)")
_DRAWING = re.compile(r'<wp:docPr\b([^>]*?) id="[^"]*"|<wp:docPr id="[^"]*"')


def _compile_parts(
    members: Mapping[str, bytes], file: str, collected: _Collected, problems: Problems
) -> dict[str, CodeType]:
    codes: dict[str, CodeType] = {}
    patcher = DocxTemplate("")
    for name in members:
        if not _TEXT_PART.fullmatch(name):
            continue
        xml = _serialize(_parse(members[name]))
        if name != _MAIN and not re.search(r"\{[{%#]", xml):
            continue
        source, owners = _source(patcher.patch_xml(xml), collected)
        try:
            codes[name] = compile_source(docx.environment(), _DECLARATION + source, name)
        except TemplateSyntaxError as error:
            at = _blame(owners, error.lineno - 1, Position(file))
            problems.add("T200", at, message=error.message or "")
    return codes


def _source(xml: str, collected: _Collected) -> tuple[str, list[tuple[int, Tag]]]:
    """Jinja source of patched ``xml``, and on which line each tag stands."""
    xml = _SPAN.sub(r"{{ loop.length|_columns(\1) }}", xml)
    xml = _CELL_PROPERTIES.sub(_in_order, xml)
    xml = _DRAWING.sub(lambda m: f"{docx.DRAWING_SLOT}{m[1] or ''}", xml)
    out: list[str] = []
    owners: list[tuple[int, Tag]] = []
    position, line = 0, 1
    for match in _PLACEHOLDER.finditer(xml):
        source = collected.sources[match[2]]
        before = xml[position : match.start()]
        line += before.count("\n")
        if match[2] in collected.owners:
            owners.append((line, collected.owners[match[2]]))
        line += source.count("\n")
        out += (before, source)
        position = match.end()
    out.append(xml[position:])
    return "".join(out), owners


def _in_order(match: re.Match[str]) -> str:
    rank = {name: number for number, name in enumerate(_CELL_ORDER)}
    children = sorted(
        ((rank.get(child[1], len(rank)), child[0]) for child in _CELL_PROPERTY.finditer(match[2])),
        key=lambda pair: pair[0],
    )
    return match[1] + "".join(xml for _, xml in children) + "</w:tcPr>"


def _blame(owners: Sequence[tuple[int, Tag]], line: int, otherwise: Position) -> Position:
    """The place of the tag on ``line`` of the source, or of the last one before it."""
    before = [tag for number, tag in owners if number <= line]
    return before[-1].at if before else otherwise
