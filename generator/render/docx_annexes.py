"""A report grows by its annexes: their sections, styles, numbering, and how often each appears.

docxcompose appends the bodies. Each annex stands between control paragraphs that repeat or
skip it, with a slot where each of its sections ends.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from io import BytesIO
from typing import Any

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docxcompose.composer import Composer  # type: ignore[import-untyped]
from lxml import etree

from generator.frozen import frozen
from generator.patterns import lazy
from generator.problems import Position, Problems
from generator.render import docx, package, statements
from generator.render.docx_xml import (
    DECLARATION,
    NUMBERING,
    PARAGRAPH_ORDER,
    RUN_ORDER,
    W,
    by_id,
    element_of,
    inner,
    local,
    new,
    parent_of,
    parse,
    serialize,
    sort_children,
    style_name,
    tiny_paragraph,
    w,
)
from generator.render.tags import Tag


@frozen
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


#: What docxcompose and python-docx raise on files that are odd, but zip and XML.
_ODD_FILE = (
    KeyError, ValueError, AttributeError, IndexError, TypeError, NotImplementedError,
    etree.XMLSyntaxError, PackageNotFoundError,
)  # fmt: skip


@frozen
class Composed:
    """A report, with its annexes behind it.

    ``sections``: properties of its sections in their order. ``numbering``: what stands before
    and behind a place where list numbers can be added, if copies of an annex need any;
    ``numbers``: list number → XML of a fresh one that counts from the start again.
    """

    members: Mapping[str, bytes]
    numbers: dict[str, str]
    sections: Sequence[str] = ()
    numbering: Sequence[str] = ()


def check_conditions(annexes: Iterable[Annex], problems: Problems) -> None:
    """Report conditions of annexes that are no expressions."""
    for annex in annexes:
        if annex.condition:
            at = Position(annex.file)
            tag = Tag(f"{{% if {annex.condition} %}}", at)
            (statement,) = statements.read([tag], docx.environment())
            if statement.reason:
                problems.add("T219", at, text=annex.condition, reason=statement.reason)


def compose(
    report: Mapping[str, bytes],
    file: str,
    annexes: Sequence[tuple[Annex, Mapping[str, bytes]]],
    sources: dict[str, str],
    problems: Problems,
) -> Composed | None:
    """The report with its annexes behind it; ``sources`` gets their control placeholders."""
    at, name = Position(file), "报告"
    try:
        composition = _Composition(report)
        for annex, members in annexes:
            at, name = Position(annex.file), annex.name
            start, end = composition.append(members, repeated=annex.each)
            sources[start], sources[end] = _annex_control(annex)
        return composition.finished()
    except _ODD_FILE:
        problems.add("T218", at, name=name, reason="文件里有不完整或不认识的部分")
        return None


def _zipped(members: Mapping[str, bytes]) -> bytes:
    return package.write(package.static_block(members), ())


class _Composition:
    """A report that grows by annexes; ``sections`` are the properties its slots stand for."""

    def __init__(self, report: Mapping[str, bytes]) -> None:
        document: Any = Document(BytesIO(_zipped(report)))
        self._body = document.element.body
        closing = self._body.find(w("sectPr"))
        if closing is None:
            closing = etree.SubElement(self._body, w("sectPr"))
        self._closing: etree._Element = closing
        _add_section_slot(_last_paragraph(self._body), 0)
        self.sections = [inner(closing)]
        self._composer: Any = Composer(document)
        self._numbering = _Numbering(self._composer)
        self._count = 0
        self._repeated: list[etree._Element] = []

    def append(self, members: Mapping[str, bytes], *, repeated: bool) -> tuple[str, str]:
        """Add an annex; return the names of the placeholders before and behind it."""
        self._count += 1
        start, end = f"A{self._count}", f"Z{self._count}"
        document: Any = Document(BytesIO(_zipped(members)))
        body = document.element.body
        styles = self._composer.doc.styles.element
        _Styles(styles, document.styles.element, f"附件{self._count}").keep(body)
        _slot_sections(body, self._closing, self.sections)
        body.insert(0, _control(start))
        final = body.find(w("sectPr"))
        body.insert(len(body) if final is None else body.index(final), _control(end))
        before = len(self._body)
        self._composer.append(document)
        if repeated:
            self._repeated += (e for e in self._body[before - 1 :] if e is not self._closing)
        _complete_styles(self._composer, document)
        self._numbering.settle(self._count)
        return start, end

    def finished(self) -> Composed:
        """The composed document."""
        lists = _own_lists(self._repeated, self._composer.doc.styles.element)
        self._body.remove(self._closing)
        self._body.append(_slot(docx.END_SLOT))
        for properties in self._body.iter(w("pPr")):
            if properties.find(w("numPr")) is not None:
                sort_children(properties, PARAGRAPH_ORDER)
        saved = BytesIO()
        self._composer.save(saved)
        members = package.read_members(saved.getvalue())
        if not lists:
            return Composed(members, {}, self.sections)
        root = parse(members[NUMBERING])
        numbers = _fresh_numbers(root, lists)
        cleanup = root.find(w("numIdMacAtCleanup"))
        place = etree.Element(_PLACE)
        if cleanup is not None:
            cleanup.addprevious(place)
        else:
            root.append(place)
        numbering = (DECLARATION + _referred(serialize(root))).split(f"<{_PLACE}/>")
        return Composed(members, numbers, self.sections, numbering)


# --- lists of repeated annexes --------------------------------------------------------------

_PLACE = "place"
_PRIVATE = lazy("[\ue000-\uf8ff]")
_LEVELS = 9


def _referred(xml: str) -> str:
    """``xml`` with the bullets of symbol fonts as references: as characters they mean markers."""
    return _PRIVATE.sub(lambda match: f"&#x{ord(match[0]):X};", xml)


def _own_lists(elements: Iterable[Any], styles: Any) -> list[str]:
    """The list numbers used in ``elements``; those that come by a style are said outright."""
    ids = by_id(styles)
    default = next((key for key, style in ids.items() if _is_default(style)), "")
    used: dict[str, None] = {}
    for paragraph in (p for element in elements for p in element.iter(w("p"))):
        properties = paragraph.find(w("pPr"))
        numbered = None if properties is None else properties.find(w("numPr"))
        if numbered is None:
            numbered = _style_numbering(paragraph, properties, ids, default)
        value = None if numbered is None else numbered.find(w("numId"))
        if value is not None and str(value.get(w("val"))) != "0":
            used[str(value.get(w("val")))] = None
    return list(used)


def _is_default(style: Any) -> bool:
    return bool(style.get(w("type")) == "paragraph" and style.get(w("default")) == "1")


def _style_numbering(paragraph: Any, properties: Any, ids: Mapping[str, Any], default: str) -> Any:
    """The numbering a paragraph has by its style, made its own."""
    named = None if properties is None else properties.find(w("pStyle"))
    style = ids.get(default if named is None else str(named.get(w("val"))))
    seen: set[int] = set()
    numbered = indent = None
    while style is not None and id(style) not in seen:
        seen.add(id(style))
        formats = style.find(w("pPr"))
        if formats is not None:
            indent = formats.find(w("ind")) if indent is None else indent
            numbered = formats.find(w("numPr"))
        if numbered is not None:
            break
        based = style.find(w("basedOn"))
        style = None if based is None else ids.get(str(based.get(w("val"))))
    if numbered is None:
        return None
    if properties is None:
        properties = new("pPr")
        paragraph.insert(0, properties)
    properties.append(deepcopy(numbered))
    # A paragraph's own numbering would bring the list's indent and override the style's.
    if indent is not None and properties.find(w("ind")) is None:
        properties.append(deepcopy(indent))
    return numbered


def _fresh_numbers(root: Any, lists: Iterable[str]) -> dict[str, str]:
    """For each list number the XML of another one like it that starts anew."""
    abstract = {str(e.get(w("abstractNumId"))): e for e in root.findall(w("abstractNum"))}
    numbers = {str(e.get(w("numId"))): e for e in root.findall(w("num"))}
    fresh: dict[str, str] = {}
    for number in lists:
        if number not in numbers:
            continue
        made = deepcopy(numbers[number])
        made.set(w("numId"), docx.FRESH_NUMBER)
        base = abstract.get(str(made.find(w("abstractNumId")).get(w("val"))))
        for level in range(_LEVELS):
            _restart(made, base, level)
        sort_children(made, ("abstractNumId", "lvlOverride"))
        fresh[number] = inner(made)
    return fresh


def _restart(number: Any, abstract: Any, level: int) -> None:
    overrides = {str(e.get(w("ilvl"))): e for e in number.findall(w("lvlOverride"))}
    override = overrides.get(str(level))
    if override is None:
        override = etree.SubElement(number, w("lvlOverride"), {w("ilvl"): str(level)})
    if override.find(w("startOverride")) is not None:
        return
    levels = [] if abstract is None else abstract.findall(w("lvl"))
    levels = [*override.findall(w("lvl")), *levels]
    start = next((e.find(w("start")) for e in levels if str(e.get(w("ilvl"))) == str(level)), None)
    first = "1" if start is None else str(start.get(w("val")))
    override.insert(0, etree.Element(w("startOverride"), {w("val"): first}))


# --- controls and sections ------------------------------------------------------------------


def _annex_control(annex: Annex) -> tuple[str, str]:
    """Jinja source before and after an annex: its loop, its condition and its 附件号."""
    label = json.dumps(annex.name, ensure_ascii=False)
    start = f"{{% set 附件号 = 附件号表[{label}] %}}"
    end = ""
    if annex.condition:
        start, end = f"{{% if {annex.condition} %}}{start}", "{% endif %}"
    if annex.each:
        start = f"{{% for 本项目 in 项目 %}}{start}{docx.COPY_START}"
        end = f"{docx.COPY_END}{end}{{% endfor %}}"
    return start, end


def _control(name: str) -> etree._Element:
    return element_of(f"<w:p><w:r><w:t>{{%p {name} %}}</w:t></w:r></w:p>")


def _slot(value: str) -> etree._Element:
    return element_of(f'<w:slot w:val="{value}"/>')


def _last_paragraph(body: etree._Element) -> etree._Element:
    """The body's last paragraph if it stays in the document, else a tiny one behind it."""
    final = body.find(w("sectPr"))
    blocks = [child for child in body if child is not final and isinstance(child.tag, str)]
    while blocks and local(blocks[-1]) in ("bookmarkStart", "bookmarkEnd", "proofErr"):
        blocks.pop()
    last = blocks[-1] if blocks else None
    if last is not None and local(last) == "p" and not _goes_away(last):
        return last
    tiny = tiny_paragraph()
    if final is not None:
        final.addprevious(tiny)
    else:
        body.append(tiny)
    return tiny


_LIFTED = lazy(r"\{[{%#]p [TAZ]\d+ ")


def _goes_away(paragraph: etree._Element) -> bool:
    """Whether docxtpl will take ``paragraph`` away, or it already ends a section."""
    text = "".join(t.text or "" for t in paragraph.iter(w("t")))
    properties = paragraph.find(w("pPr"))
    slot = None if properties is None else properties.find(w("slot"))
    section = None if properties is None else properties.find(w("sectPr"))
    return bool(_LIFTED.search(text)) or slot is not None or section is not None


def _add_section_slot(paragraph: etree._Element, section: int) -> None:
    properties = paragraph.find(w("pPr"))
    if properties is None:
        properties = new("pPr")
        paragraph.insert(0, properties)
    slot = _slot(str(section))
    change = properties.find(w("pPrChange"))
    if change is not None:
        change.addprevious(slot)
    else:
        properties.append(slot)


def _slot_sections(body: etree._Element, closing: etree._Element, sections: list[str]) -> None:
    """Take the section properties out of an annex and leave slots."""
    first = True
    for properties in list(body.iter(w("pPr"))):
        section = properties.find(w("sectPr"))
        if section is not None:
            properties.remove(section)
            _add_section_slot(parent_of(properties), len(sections))
            sections.append(_annex_section(section, closing, first=first))
            first = False
    final = body.find(w("sectPr"))
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
    made = new("sectPr")
    for child in section:
        name = local(child)
        foreign = not str(child.tag).startswith(f"{{{W}}}") or name == "printerSettings"
        if not foreign and name not in _NOT_OF_ANNEX and not (first and name == "type"):
            made.append(deepcopy(child))
    numbers = closing.find(w("pgNumType"))
    if numbers is not None:
        numbers = deepcopy(numbers)
        numbers.attrib.pop(w("start"), "")
        made.append(numbers)
    sort_children(made, _SECTION_ORDER)
    return inner(made)


class _Numbering:
    """Takes the chance out of docxcompose: it draws numbering identifiers at random."""

    def __init__(self, composer: Any) -> None:
        self._composer = composer
        self._known = {id(element): element for element in self._nsids()}

    def _nsids(self) -> list[Any]:
        part = self._composer.numbering_part()
        return list(part.element.iter(w("nsid")))

    def settle(self, annex: int) -> None:
        """Give what the last annex brought identifiers that follow from their order."""
        for number, nsid in enumerate(self._nsids()):
            if id(nsid) not in self._known:
                self._known[id(nsid)] = nsid
                value = zlib.crc32(f"{annex}/{number}".encode())
                nsid.set(w("val"), f"{value:08X}")


# --- styles of annexes ----------------------------------------------------------------------


_STYLE_REFERENCES = ("pStyle", "rStyle", "tblStyle")


class _Styles:
    """Keeps an annex looking as its designer sees it.

    docxcompose lets the report's style of the same name win. So an annex's style that says
    something else than the report's goes in under a name of its own; where the two agree,
    nothing changes.
    """

    def __init__(self, ours: Any, theirs: Any, suffix: str) -> None:
        self._ours = {style_name(style): style for style in ours.iter(w("style"))}
        self._our_ids = by_id(ours)
        self._their_ids = by_id(theirs)
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
            if style.get(w("type")) == "paragraph" and style.get(w("default")) == "1":
                default = renamed[style_id]
        for style_id, name in renamed.items():
            self._rename(self._their_ids[style_id], name)
        for element in (*self._theirs.iter(), *body.iter()):
            if local(element) in (*_STYLE_REFERENCES, "basedOn", "next", "link"):
                value = str(element.get(w("val")))
                element.set(w("val"), renamed.get(value, value))
        if default:
            _name_default(body, default)

    def _differs(self, style: Any) -> bool:
        ours = self._ours.get(style_name(style))
        if ours is None or style.get(w("type")) == "numbering":
            return False
        return self._signature(style, self._their_ids, self._their_defaults) != self._signature(
            ours, self._our_ids, self._our_defaults
        )

    def _signature(self, style: Any, ids: Mapping[str, Any], defaults: Any) -> tuple[str, ...]:
        """What ``style`` amounts to: its formatting and that of all it is based on."""
        chain: list[str] = []
        seen: set[str] = set()
        while style is not None and style.get(w("styleId")) not in seen:
            seen.add(str(style.get(w("styleId"))))
            chain += (
                inner(part)
                for name in ("pPr", "rPr", "tblPr", "trPr", "tcPr", "tblStylePr")
                for part in style.findall(w(name))
            )
            based = style.find(w("basedOn"))
            style = None if based is None else ids.get(str(based.get(w("val"))))
        return (*chain, inner(defaults))

    def _rename(self, style: Any, style_id: str) -> None:
        style.set(w("styleId"), style_id)
        name = style.find(w("name"))
        name.set(w("val"), f"{name.get(w('val'))} {self._suffix}")
        style.attrib.pop(w("default"), None)
        style.set(w("customStyle"), "1")
        if style.find(w("basedOn")) is None and style.get(w("type")) == "paragraph":
            self._add_defaults(style)

    def _add_defaults(self, style: Any) -> None:
        """What the annex's document defaults say and ``style`` does not."""
        if self._their_defaults is None:
            return
        for kind, before in ("rPr", ("tblPr", "trPr", "tcPr", "tblStylePr")), ("pPr", ("rPr",)):
            source = self._their_defaults.find(f"{w(kind + 'Default')}/{w(kind)}")
            if source is None:
                continue
            target = style.find(w(kind))
            if target is None:
                target = new(kind)
                later = [child for child in style if local(child) in before]
                if later:
                    later[0].addprevious(target)
                else:
                    style.append(target)
            present = {child.tag for child in target}
            for child in source:
                if child.tag not in present:
                    target.append(deepcopy(child))
            order = PARAGRAPH_ORDER if kind == "pPr" else RUN_ORDER
            sort_children(target, order)


def _defaults(styles: Any) -> Any:
    return styles.find(w("docDefaults"))


def _name_default(body: Any, style_id: str) -> None:
    """Say the default paragraph style where paragraphs take it without a word."""
    for paragraph in body.iter(w("p")):
        properties = paragraph.find(w("pPr"))
        if properties is None:
            properties = new("pPr")
            paragraph.insert(0, properties)
        if properties.find(w("pStyle")) is None:
            style = new("pStyle")
            style.set(w("val"), style_id)
            properties.insert(0, style)


def _complete_styles(composer: Any, annex: Any) -> None:
    """Bring along the styles that the annex's styles are based on, which docxcompose forgets."""
    ours, theirs = composer.doc.styles.element, annex.styles.element
    available = by_id(theirs)
    present = by_id(ours)
    waiting = list(present.values())
    while waiting:
        style = waiting.pop()
        for name in ("basedOn", "link", "next"):
            reference = style.find(w(name))
            style_id = "" if reference is None else str(reference.get(w("val")))
            if style_id in available and style_id not in present:
                copy = deepcopy(available[style_id])
                ours.append(copy)
                composer.add_numberings(annex, copy)
                present[style_id] = copy
                waiting.append(copy)
