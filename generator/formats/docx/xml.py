"""WordprocessingML elements: names, parsing, writing, and the order the schema wants.

What collecting tags, appending annexes and compiling have in common. Knows lxml, so building
from a cached template never imports it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import deepcopy
from typing import Any, Final

from lxml import etree

from generator.formats.docx.narrative import TINY_PARAGRAPH

W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MC: Final = "http://schemas.openxmlformats.org/markup-compatibility/2006"
MAIN: Final = "word/document.xml"
STYLES: Final = "word/styles.xml"
NUMBERING: Final = "word/numbering.xml"
DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
PRESERVE: Final = "{http://www.w3.org/XML/1998/namespace}space"


def w(name: str) -> str:
    """The name ``w:name`` as lxml writes it."""
    return f"{{{W}}}{name}"


def new(name: str) -> etree._Element:
    """A new element ``w:name``."""
    return etree.Element(w(name), nsmap={"w": W})


def local(element: etree._Element) -> str:
    """The name without its namespace; empty for comments and instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def parent_of(element: etree._Element) -> etree._Element:
    """The parent of an element that has one."""
    parent = element.getparent()
    assert parent is not None
    return parent


def parse(data: bytes) -> etree._Element:
    """The root of ``data``; no entity is expanded, nothing is fetched."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(data, parser)


def serialize(root: etree._Element) -> str:
    """``root`` as XML."""
    return etree.tostring(root, encoding="unicode")


def document_bytes(root: etree._Element) -> bytes:
    """``root`` as a member of a package."""
    return (DECLARATION + serialize(root)).encode()


def element_of(xml: str) -> etree._Element:
    """The element ``xml``, whose prefix w is understood."""
    return parse(f'<w:x xmlns:w="{W}">{xml}</w:x>'.encode())[0]


def tiny_paragraph() -> etree._Element:
    """A paragraph that takes no room."""
    return element_of(TINY_PARAGRAPH)


_W_DECLARATION = re.compile(rf' xmlns:w="{re.escape(W)}"')


def inner(element: etree._Element | None) -> str:
    """``element`` as XML to be put where the prefix w is known."""
    if element is None:
        return ""
    copy = deepcopy(element)
    copy.tail = None
    for section in copy.findall(w("sectPr")):
        copy.remove(section)
    etree.cleanup_namespaces(copy)
    return _W_DECLARATION.sub("", serialize(copy))


def sort_children(element: etree._Element, order: Sequence[str]) -> None:
    """Bring the children of ``element`` into ``order``."""
    rank = {name: number for number, name in enumerate(order)}
    element[:] = sorted(element, key=lambda child: rank.get(local(child), len(order)))


PARAGRAPH_ORDER = (
    "pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl", "numPr",
    "suppressLineNumbers", "pBdr", "shd", "tabs", "suppressAutoHyphens", "kinsoku", "wordWrap",
    "overflowPunct", "topLinePunct", "autoSpaceDE", "autoSpaceDN", "bidi", "adjustRightInd",
    "snapToGrid", "spacing", "ind", "contextualSpacing", "mirrorIndents", "suppressOverlap",
    "jc", "textDirection", "textAlignment", "textboxTightWrap", "outlineLvl", "divId",
    "cnfStyle", "rPr", "slot", "sectPr", "pPrChange",
)  # fmt: skip
# Children of a cell's properties in the order the schema wants.
CELL_ORDER = (
    "cnfStyle", "tcW", "gridSpan", "hMerge", "vMerge", "tcBorders", "shd", "noWrap", "tcMar",
    "textDirection", "tcFitText", "vAlign", "hideMark", "headers", "cellIns", "cellDel",
    "cellMerge", "tcPrChange",
)  # fmt: skip
RUN_ORDER = (
    "rStyle", "rFonts", "b", "bCs", "i", "iCs", "caps", "smallCaps", "strike", "dstrike",
    "outline", "shadow", "emboss", "imprint", "noProof", "snapToGrid", "vanish", "webHidden",
    "color", "spacing", "w", "kern", "position", "sz", "szCs", "highlight", "u", "effect",
    "bdr", "shd", "fitText", "vertAlign", "rtl", "cs", "em", "lang", "eastAsianLayout",
    "specVanish", "oMath",
)  # fmt: skip


def by_id(styles: Any) -> dict[str, Any]:
    """Styles by their identifier."""
    return {str(style.get(w("styleId"))): style for style in styles.iter(w("style"))}


def style_name(style: Any) -> str:
    """The name of a style, in small letters as Word compares them."""
    name = style.find(w("name"))
    return str(name.get(w("val"))).lower() if name is not None else ""
