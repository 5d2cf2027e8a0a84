"""How a narrative is to look: as the paragraph of ``{{p 正文 }}`` and the heading styles say."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any, Final

from lxml import etree

from generator.formats.docx.compiled import Look
from generator.formats.docx.xml import (
    PARAGRAPH_ORDER,
    W,
    inner,
    local,
    new,
    parent_of,
    sort_children,
    w,
)

_HEADINGS: Final = 4
_CELL_STYLE: Final = "正文表格"
_DEFAULT_WIDTH: Final = 8306
_RUN_OPEN: Final = '<w:t xml:space="preserve">'
_CONTROL = re.compile(r"\{[%#]p [TAZ]\d+ [%#]\}")
_SHOWN: Final = (w("drawing"), w("pict"), w("object"), w("br"), w("sectPr"), w("fldChar"))


def look(node: etree._Element, styles: etree._Element | None) -> Look:
    """The look of the narrative whose tag stands in the text ``node``.

    A heading style that the template lacks stays empty; it is missed only where a narrative
    has a heading of that level.
    """
    paragraph = next(node.iterancestors(w("p")))
    properties = paragraph.find(w("pPr"))
    new_page = _takes_page_break(properties)
    run = inner(parent_of(node).find(w("rPr")))
    names = _style_ids(styles)
    headings = []
    for level in range(1, _HEADINGS + 1):
        style = names.get(f"heading {level}", "")
        known = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>'
        headings.append(_opening(known, "") if style else "")
    if _CELL_STYLE in names:
        cell = _opening(f'<w:pPr><w:pStyle w:val="{names[_CELL_STYLE]}"/></w:pPr>', "")
    else:
        cell = _opening(inner(_unindented(properties)), run)
    body = _opening(inner(properties), run)
    picture = _opening(inner(_for_pictures(properties)), run)
    return Look(body, cell, tuple(headings), _text_width(paragraph), new_page, picture)


def _takes_page_break(properties: etree._Element | None) -> bool:
    """Whether the paragraph begins a page, which is then for the first one only."""
    breaks = [] if properties is None else properties.findall(w("pageBreakBefore"))
    for element in breaks:
        parent_of(element).remove(element)
    return any(e.get(w("val")) not in ("0", "false", "off") for e in breaks)


def _opening(properties: str, run: str) -> str:
    return f"<w:p>{properties}<w:r>{run}{_RUN_OPEN}"


def _style_ids(styles: etree._Element | None) -> dict[str, str]:
    """Style ids by lower-case name."""
    ids: dict[str, str] = {}
    for style in () if styles is None else styles.iter(w("style")):
        name = style.find(w("name"))
        if name is not None and style.get(w("type")) == "paragraph":
            ids.setdefault(str(name.get(w("val"))).lower(), str(style.get(w("styleId"))))
    return ids


def _unindented(properties: etree._Element | None) -> etree._Element:
    """Paragraph properties like ``properties`` without a first-line indent."""
    copy = new("pPr") if properties is None else deepcopy(properties)
    for old in copy.findall(w("ind")):
        copy.remove(old)
    etree.SubElement(copy, w("ind"), {w("firstLine"): "0", w("firstLineChars"): "0"})
    sort_children(copy, PARAGRAPH_ORDER)
    return copy


def _for_pictures(properties: etree._Element | None) -> etree._Element:
    """Paragraph properties for a picture: in the middle, its line as high as it."""
    made = _unindented(properties)
    for name in ("jc", "numPr", "pageBreakBefore"):
        for old in made.findall(w(name)):
            made.remove(old)
    free_lines(made)
    etree.SubElement(made, w("jc"), {w("val"): "center"})
    sort_children(made, PARAGRAPH_ORDER)
    return made


def free_lines(properties: etree._Element) -> None:
    """Let lines be as high as what is in them."""
    spacing = properties.find(w("spacing"))
    if spacing is None:
        spacing = etree.SubElement(properties, w("spacing"))
        sort_children(properties, PARAGRAPH_ORDER)
    spacing.set(w("line"), "240")
    spacing.set(w("lineRule"), "auto")


def _text_width(paragraph: etree._Element) -> int:
    """Width between the margins of the section ``paragraph`` is in, in twentieths of a point."""
    found: Any = paragraph.xpath("following::w:sectPr[1]", namespaces={"w": W})
    if not found:
        return _DEFAULT_WIDTH
    size, margins = found[0].find(w("pgSz")), found[0].find(w("pgMar"))
    if size is None or margins is None:
        return _DEFAULT_WIDTH
    width = int(size.get(w("w"), 0)) - int(margins.get(w("left"), 0))
    return max(width - int(margins.get(w("right"), 0)), 0) or _DEFAULT_WIDTH


def keep_following(paragraph: etree._Element) -> None:
    """Blank paragraphs behind the narrative stay with what they lead to (附件说明, 落款).

    The narrative's own last paragraph keeps with the next one when it is printed.
    """
    for following in paragraph.itersiblings():
        if local(following) in ("bookmarkStart", "bookmarkEnd", "proofErr"):
            continue
        text = "".join(node.text or "" for node in following.iter(w("t")))
        if _CONTROL.fullmatch(text):
            continue  # it will be gone
        if local(following) != "p" or text or any(True for _ in following.iter(*_SHOWN)):
            return
        properties = following.find(w("pPr"))
        if properties is None:
            properties = new("pPr")
            following.insert(0, properties)
        if properties.find(w("keepNext")) is None:
            etree.SubElement(properties, w("keepNext"))
            sort_children(properties, PARAGRAPH_ORDER)
