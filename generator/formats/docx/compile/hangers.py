"""What hangs on the paragraph, row or cell of a tag that goes away when it is filled.

A page break, a stamp or a text box in the paragraph of ``{%p for … %}``, ``{%p endfor %}`` or
``{{p 正文 }}`` stays, once, where it was: before a loop begins, behind it, before or behind the
narrative. What cannot stay where it was (a note needs a text to stand behind, a condition may not
print) is named, and refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Final

from lxml import etree

from generator.formats.docx.xml import (
    PARAGRAPH_ORDER,
    local,
    new,
    parent_of,
    sort_children,
    tiny_paragraph,
    w,
)
from generator.language.tags import TAG, Tag

_DRAWN: Final = ("drawing", "pict", "AlternateContent")
_WORDS: Final = {
    **dict.fromkeys(_DRAWN, "图片、图形或文本框"),
    "object": "嵌入的对象", "footnoteReference": "脚注", "endnoteReference": "尾注",
    "commentReference": "批注", "commentRangeStart": "批注", "commentRangeEnd": "批注",
    "fldChar": "域", "fldSimple": "域", "instrText": "域", "sym": "符号", "oMath": "公式",
    "ptab": "制表位", "contentPart": "手写墨迹",
}  # fmt: skip
_BREAK, _SECTION = "分页", "分节"
#: Bookmarks that Word sets for itself at the last edit.
_OF_EDITING: Final = ("_GoBack",)
_MARKS: Final = ("bookmarkStart", "bookmarkEnd")


def lost(element: etree._Element, tag: Tag, printed: bool) -> str:
    """What would go away with ``element``, the tag's paragraph, row or cell; empty for nothing.

    ``printed``: the tag is the narrative's. In Chinese.
    """
    kept = (*_DRAWN, _BREAK) if tag.scope == "p" and _stays(tag, printed) else ()
    if tag.keyword in ("elif", "else") and next(element.iter(w("sectPr")), None) is not None:
        return _SECTION
    for node, name in _hanging(element):
        if name not in kept or (not printed and _holds_tags(node)):
            return _WORDS.get(name, name)
    return ""


def keep(paragraph: etree._Element, tag: Tag, printed: bool) -> None:
    """Bring what hangs on ``paragraph`` to where it stays when the paragraph goes away.

    A section that ends in it ends in a paragraph that takes no room.
    """
    ends = tag.keyword.startswith("end")
    before: list[etree._Element] = []
    behind: list[etree._Element] = []
    properties = paragraph.find(w("pPr"))
    for name in () if properties is None or printed else ("pageBreakBefore",):
        for breaking in properties.findall(w(name)) if properties is not None else ():
            parent_of(breaking).remove(breaking)
            (behind if ends else before).append(_page())
    for node, name, leads in list(_sides(paragraph)):
        first = leads if printed else not ends
        (before if first else behind).append(_made(node, name, properties))
    section = None if properties is None else properties.find(w("sectPr"))
    if section is not None:
        # What begins here belongs to the next section, what ends here to this one.
        (before if tag.keyword in ("for", "if") else behind).append(_ending(section))
    for made in before:
        paragraph.addprevious(made)
    for made in reversed(behind):
        paragraph.addnext(made)


def keep_marks(row: etree._Element, tag: Tag) -> None:
    """Bring the bookmarks on a row that goes away to where they stay."""
    marks = [e for e in row.iter(*map(w, _MARKS)) if e.get(w("name")) not in _OF_EDITING]
    ends = tag.keyword.startswith("end")
    for mark in reversed(marks) if ends else marks:
        if ends:
            row.addnext(mark)
        else:
            row.addprevious(mark)


def own_headers(root: etree._Element) -> None:
    """Let each section name its headers and footers: the one it has them from may go away."""
    known: dict[tuple[str, str | None], etree._Element] = {}
    for section in root.iter(w("sectPr")):
        named = {
            (local(one), one.get(w("type"))): one
            for one in section
            if local(one) in ("headerReference", "footerReference")
        }
        for key, inherited in known.items():
            if key not in named:
                section.insert(0, deepcopy(inherited))
        known |= named


def _ending(section: etree._Element) -> etree._Element:
    made = tiny_paragraph()
    properties = made.find(w("pPr"))
    assert properties is not None
    properties.append(section)
    return made


def _stays(tag: Tag, printed: bool) -> bool:
    """Whether it is plain where the things on the paragraph of ``tag`` belong.

    A condition may not print what stands on its own paragraph, or should it?
    """
    return printed or tag.keyword in ("for", "endfor", "set") or tag.text.startswith("{#")


def _hanging(element: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """Everything on ``element`` that a reader would miss, but for its texts."""
    for properties in [p.find(w("pPr")) for p in (element, *element.iter(w("p")))]:
        if properties is not None and properties.find(w("pageBreakBefore")) is not None:
            yield properties, _BREAK
    for node in _own(element):
        name = local(node)
        if name in _WORDS:
            yield node, name
        elif _is_break(node):
            yield node, _BREAK


def _own(element: etree._Element) -> Iterator[etree._Element]:
    """What stands on ``element``, without what drawings hold."""
    for child in element:
        yield child
        if local(child) not in _DRAWN:
            yield from _own(child)


def _is_break(node: etree._Element) -> bool:
    return node.tag == w("br") and node.get(w("type")) in ("page", "column")


def _holds_tags(node: etree._Element) -> bool:
    return local(node) in _DRAWN and TAG.search("".join(map(str, node.itertext()))) is not None


def _sides(paragraph: etree._Element) -> Iterator[tuple[etree._Element, str, bool]]:
    """Drawings, breaks and bookmarks on ``paragraph``; whether each stands before the tag."""
    leads = True
    for node in _own(paragraph):
        name = local(node)
        if node.tag == w("t") and (node.text or "").strip():
            leads = False
        elif name in _DRAWN:
            yield node, name, leads
        elif _is_break(node):
            yield node, _BREAK, leads
        elif name in _MARKS and node.get(w("name")) not in _OF_EDITING:
            yield node, name, leads


def _made(node: etree._Element, name: str, properties: etree._Element | None) -> etree._Element:
    """``node`` as something that stands between paragraphs."""
    if name == _BREAK:
        parent_of(node).remove(node)
        return _page()
    if name not in _DRAWN:
        return node
    run = new("r")
    run.append(node)
    if not any(local(inside) == "inline" for inside in node.iter()):
        made = tiny_paragraph()  # it floats
        made.append(run)
        return made
    made = new("p")
    if properties is not None:
        own = deepcopy(properties)
        for unwanted in ("pageBreakBefore", "numPr", "sectPr"):
            for child in own.findall(w(unwanted)):
                own.remove(child)
        made.append(own)
    made.append(run)
    return made


def _page() -> etree._Element:
    """A paragraph that takes no room, at the top of the next page."""
    made = tiny_paragraph()
    properties = made.find(w("pPr"))
    assert properties is not None
    etree.SubElement(properties, w("pageBreakBefore"))
    sort_children(properties, PARAGRAPH_ORDER)
    return made
