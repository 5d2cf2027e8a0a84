"""Sections of a report and its annexes: their properties are taken out, slots stay behind."""

from __future__ import annotations

import re
from copy import deepcopy

from lxml import etree

from generator.formats.docx.xml import (
    W,
    element_of,
    inner,
    local,
    new,
    parent_of,
    sort_children,
    tiny_paragraph,
    w,
)


def slot(value: str) -> etree._Element:
    """What the properties of section ``value`` come in place of."""
    return element_of(f'<w:slot w:val="{value}"/>')


def last_paragraph(body: etree._Element) -> etree._Element:
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


_LIFTED = re.compile(r"\{[{%#]p [TAZ]\d+ ")


def _goes_away(paragraph: etree._Element) -> bool:
    """Whether docxtpl will take ``paragraph`` away, or it already ends a section."""
    text = "".join(t.text or "" for t in paragraph.iter(w("t")))
    properties = paragraph.find(w("pPr"))
    ended = None if properties is None else properties.find(w("slot"))
    section = None if properties is None else properties.find(w("sectPr"))
    return bool(_LIFTED.search(text)) or ended is not None or section is not None


def add_section_slot(paragraph: etree._Element, section: int) -> None:
    """Have ``paragraph`` end the section of this number."""
    properties = paragraph.find(w("pPr"))
    if properties is None:
        properties = new("pPr")
        paragraph.insert(0, properties)
    end = slot(str(section))
    change = properties.find(w("pPrChange"))
    if change is not None:
        change.addprevious(end)
    else:
        properties.append(end)


def slot_sections(body: etree._Element, closing: etree._Element, sections: list[str]) -> None:
    """Take the section properties out of an annex and leave slots."""
    first = True
    for properties in list(body.iter(w("pPr"))):
        section = properties.find(w("sectPr"))
        if section is not None:
            properties.remove(section)
            add_section_slot(parent_of(properties), len(sections))
            sections.append(_annex_section(section, closing, first=first))
            first = False
    final = body.find(w("sectPr"))
    if final is None:
        final = deepcopy(closing)
    last = last_paragraph(body)
    add_section_slot(last, len(sections))
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
