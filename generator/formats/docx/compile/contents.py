"""Tables of contents: what a template holds of one is its own, the document's headings are not.

One whose headings can be told from their styles and levels is written when the document is
filled (``docx.contents``). Any other is marked, so that readers make it anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any, Final

from lxml import etree

from generator.formats.docx.compile.fields import Field, fields, keyword, simple
from generator.formats.docx.compiled import Contents
from generator.formats.docx.contents import slot
from generator.formats.docx.xml import (
    PARAGRAPH_ORDER,
    by_id,
    element_of,
    inner,
    local,
    parent_of,
    sort_children,
    style_name,
    w,
)

#: Switches that choose entries by something else than styles and levels of paragraphs.
_OTHER: Final = re.compile(r"\\[abcdfls]\b", re.IGNORECASE)
_SWITCH: Final = re.compile(r'\\([ontuw])(?:\s+"([^"]*)")?', re.IGNORECASE)
_RANGE: Final = re.compile(r"([1-9])-([1-9])")
_HEADING: Final = re.compile(r"heading ([1-9])")
_ENTRY: Final = re.compile(r"toc ([1-9])")
#: Levels of Word.
_LEVELS: Final = range(1, 10)
#: How far each level stands in when the template does not say, and an A4 page's usual width.
_STEP, _WIDTH = 420, 8306


def placed(root: etree._Element, styles: etree._Element | None) -> list[Contents]:
    """Leave slots for the tables of contents below ``root`` that can be written; mark the others.

    What comes back is in the order of the slots.
    """
    made: list[Contents] = []
    for field in list(_fields(root)):
        contents = _contents(field, root, styles) if styles is not None else None
        if contents is None:
            field.begin.set(w("dirty"), "true")
        else:
            _cut(field, len(made))
            made.append(contents)
    for node in _simple(root):
        node.set(w("dirty"), "true")
    return made


def stale(root: etree._Element, styles: etree._Element | None) -> list[etree._Element]:
    """The paragraphs with tables of contents that ``placed`` can only mark."""
    begun = [
        field.begin
        for field in _fields(root)
        if styles is None or _contents(field, root, styles) is None
    ]
    return [next(node.iterancestors(w("p"))) for node in (*begun, *_simple(root))]


def _simple(root: etree._Element) -> Iterator[etree._Element]:
    return (node for node in simple(root) if keyword(str(node.get(w("instr")) or "")) == "TOC")


def _fields(root: etree._Element) -> Iterator[Field]:
    """The tables of contents that are fields of several runs."""
    return (field for field in fields(root) if keyword(field.code) == "TOC")


def _contents(field: Field, root: etree._Element, styles: etree._Element) -> Contents | None:
    """How to write it; None where its headings, or their numbers, cannot be told."""
    first, last = _ends(field)
    if field.separate is None or first is None or last is None or _OTHER.search(field.code):
        return None
    apart = _ends_apart(first, last)
    if not apart and _holds_more(last, field.end):
        return None
    known = by_id(styles)
    given = {name.lower(): value for name, value in _SWITCH.findall(field.code)}
    named = _named(given.get("t", ""), known)
    span = _RANGE.search(given.get("o", ""))
    low, high = (int(span[1]), int(span[2])) if span else (1, 9)
    levels = dict(named)
    for number, style in known.items():
        heading = _HEADING.fullmatch(style_name(style))
        if "o" in given and heading and low <= int(heading[1]) <= high:
            levels.setdefault(number, int(heading[1]))
        outline = _through(style, known, "outlineLvl")
        if "u" in given and outline.isdecimal() and low <= int(outline) + 1 <= high:
            levels.setdefault(number, int(outline) + 1)
    if not levels or _counted(levels, known, root):
        return None
    return Contents(
        levels, (low, high) if "u" in given else (0, 0), _looks(first, known, root),
        "".join(inner(run) for run in _runs(first, field.begin, field.separate)),
        "" if apart else inner(parent_of(field.end)), "n" not in given,
    )  # fmt: skip


def _ends(field: Field) -> tuple[etree._Element | None, etree._Element | None]:
    """The paragraphs where it begins and ends, if their runs are theirs and they are siblings."""
    found: list[etree._Element | None] = []
    for mark in (field.begin, field.end):
        run = parent_of(mark)
        holder = run.getparent()
        found.append(holder if holder is not None and local(holder) == "p" else None)
    first, last = found
    if first is None or last is None or first.getparent() is not last.getparent():
        return None, None
    if field.separate is not None and parent_of(parent_of(field.separate)) is not first:
        return None, None
    return first, last


def _ends_apart(first: etree._Element, last: etree._Element) -> bool:
    """Whether the field ends in a paragraph that has no entry: that one stays as it is."""
    return last is not first and next(last.iter(w("t")), None) is None


def _holds_more(last: etree._Element, end: etree._Element) -> bool:
    """Whether the paragraph of the last entry has something that must not go with it."""
    if next(last.iter(w("sectPr"), w("br"), w("drawing"), w("pict")), None) is not None:
        return True
    behind = parent_of(end).itersiblings()
    return any(next(node.iter(w("t")), None) is not None for node in behind)


def _runs(
    first: etree._Element, begin: etree._Element, separate: etree._Element
) -> Iterator[etree._Element]:
    """The runs from where the field begins to where its entries do."""
    inside = False
    for child in first:
        inside = inside or child is parent_of(begin)
        if inside:
            yield child
        if child is parent_of(separate):
            return


def _named(given: str, known: Mapping[str, Any]) -> dict[str, int]:
    """Levels of styles that the field names itself: ``样式,1,样式,2``."""
    words = [word.strip() for word in re.split("[,;，；]", given)]
    levels = dict(zip(map(str.lower, words[::2]), words[1::2], strict=False))
    return {
        number: int(level)
        for number, style in known.items()
        if (level := levels.get(style_name(style), "")).isdecimal() and int(level) in _LEVELS
    }


def _through(style: Any, known: Mapping[str, Any], what: str, depth: int = 0) -> str:
    """A property of paragraphs by their style, or by what it is based on; empty without one."""
    found = style.find(f"{w('pPr')}/{w(what)}")
    if found is not None:
        return str(found.get(w("val")) or "")
    base = style.find(w("basedOn"))
    below = known.get(str(base.get(w("val")))) if base is not None else None
    return _through(below, known, what, depth + 1) if below is not None and depth < 20 else ""


def _counted(levels: Mapping[str, int], known: Mapping[str, Any], root: etree._Element) -> bool:
    """Whether Word numbers a heading by itself: nobody here can tell the number."""
    for style in (known[number] for number in levels):
        if style.find(f"{w('pPr')}/{w('numPr')}") is not None:
            return True
    for look in root.iter(w("pPr")):
        style = look.find(w("pStyle"))
        number = look.find(f"{w('numPr')}/{w('numId')}")
        if style is not None and number is not None and str(style.get(w("val"))) in levels:
            return str(number.get(w("val"))) != "0"
    return False


def _looks(
    first: etree._Element, known: Mapping[str, Any], root: etree._Element
) -> tuple[tuple[str, str], ...]:
    """The properties of an entry of each level, and of its runs, as the template has them."""
    of_styles = {
        int(found[1]): number
        for number, style in known.items()
        if (found := _ENTRY.fullmatch(style_name(style)))
    }
    shown: dict[int, tuple[etree._Element, etree._Element | None]] = {}
    for paragraph in parent_of(first).findall(w("p")):
        style = paragraph.find(f"{w('pPr')}/{w('pStyle')}")
        number = str(style.get(w("val"))) if style is not None else ""
        for level, entry in of_styles.items():
            if number == entry and level not in shown:
                run = next((t.getparent() for t in paragraph.iter(w("t"))), None)
                look = paragraph.find(w("pPr"))
                assert look is not None
                shown[level] = look, None if run is None else run.find(w("rPr"))
    width = _width(root)
    return tuple(
        (
            _entry(
                shown.get(level, (None, None))[0], of_styles.get(level, ""), level, known, width
            ),
            _plain(shown.get(level, (None, None))[1]),
        )
        for level in _LEVELS
    )


def _entry(
    look: etree._Element | None, style: str, level: int, known: Mapping[str, Any], width: int
) -> str:
    """The properties of entries of ``level``: a tab up to the page number is among them."""
    if look is None:
        named = f'<w:pStyle w:val="{style}"/>' if style else ""
        stands = "" if style else f'<w:ind w:left="{(level - 1) * _STEP}"/>'
        look = element_of(f"<w:pPr>{named}{stands}</w:pPr>")
    look = deepcopy(look)
    styled = known.get(style)
    if look.find(w("tabs")) is None and (
        styled is None or styled.find(f"{w('pPr')}/{w('tabs')}") is None
    ):
        tab = f'<w:tab w:val="right" w:leader="dot" w:pos="{width}"/>'
        look.append(element_of(f"<w:tabs>{tab}</w:tabs>"))
        sort_children(look, PARAGRAPH_ORDER)
    return inner(look)


def _plain(look: etree._Element | None) -> str:
    """The properties of an entry's runs, without the look of links."""
    if look is None:
        return ""
    kept = deepcopy(look)
    for child in kept.findall(w("rStyle")):
        kept.remove(child)
    return inner(kept)


def _width(root: etree._Element) -> int:
    """The width of the text in twentieths of a point."""
    size, margins = (next(root.iter(w(name)), None) for name in ("pgSz", "pgMar"))
    if size is None or margins is None:
        return _WIDTH
    given = [size.get(w("w")), margins.get(w("left")), margins.get(w("right"))]
    numbers = [int(value) if value and value.isdecimal() else 0 for value in given]
    return numbers[0] - numbers[1] - numbers[2] if numbers[0] else _WIDTH


def _cut(field: Field, number: int) -> None:
    """Put slot ``number`` where the entries were."""
    first, last = _ends(field)
    assert first is not None
    assert last is not None
    holder = parent_of(first)
    begin, end = holder.index(first), holder.index(last) - _ends_apart(first, last)
    for paragraph in list(holder)[begin : end + 1]:
        holder.remove(paragraph)
    holder.insert(begin, element_of(slot(number)))
