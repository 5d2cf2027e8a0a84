"""Numbered lists inside of loops: where each pass begins to count anew.

A list that begins in a loop belongs to its pass: with several paragraphs in it (or a loop of its
own) it starts again each time. With one paragraph a pass is one item, and the list runs on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any, TypeAlias

from lxml import etree

from generator.formats.docx.annexes.lists import own_lists
from generator.formats.docx.compile.placement import Site
from generator.formats.docx.xml import local, new, w


def mark_lists(root: etree._Element, sites: Sequence[Site], styles: Any) -> None:
    """Leave behind each head of a loop the lists that its passes restart (see ``copies``)."""
    loops = list(_loops(sites))
    if not loops:
        return
    whole = deepcopy(root)
    own_lists([whole], styles)
    said = map(_said, whole.iter(w("p")))
    lists: Lists = dict(zip(root.iter(w("p")), said, strict=True))
    everywhere = Counter(number for number, _ in lists.values())
    for head, end in loops:
        elements = list(_between(_taken(head), _taken(end)))
        numbers = list(_restarting(elements, loops, lists, everywhere))
        if numbers:
            own_lists(elements, styles)
            mark = new("restart")
            for number in numbers:
                etree.SubElement(mark, w("numId"), {w("val"): number})
            _taken(head).addnext(mark)


#: Each paragraph's list, empty for none, and its level in it.
Lists: TypeAlias = dict[Any, tuple[str, int]]


def _loops(sites: Sequence[Site]) -> Iterator[tuple[Site, Site]]:
    """The heads and ends of loops over paragraphs or rows."""
    heads: list[Site] = []
    for site in sites:
        if site.tag.keyword == "for":
            heads.append(site)
        elif site.tag.keyword == "endfor" and heads:
            head = heads.pop()
            if head.scope == site.scope and head.scope in ("p", "tr"):
                yield head, site


def _taken(site: Site) -> Any:
    return site.row if site.scope == "tr" else site.paragraph


def _between(first: Any, last: Any) -> Iterator[Any]:
    here = None if first is None else first.getnext()
    while here is not None and here is not last:
        if isinstance(here.tag, str) and local(here) != "restart":
            yield here
        here = here.getnext()


def _restarting(
    elements: Sequence[Any],
    loops: Sequence[tuple[Site, Site]],
    lists: Lists,
    everywhere: Counter[str],
) -> Iterator[str]:
    """The lists that are there in a pass only, and in it more than once."""
    paragraphs = [p for element in elements for p in element.iter(w("p"))]
    nested = {
        lists[p][0]
        for head, end in loops
        if any(_taken(head) in element.iter() for element in elements)
        for element in _between(_taken(head), _taken(end))
        for p in element.iter(w("p"))
    }
    for number, times in Counter(lists[p][0] for p in paragraphs).items():
        if number and times == everywhere[number]:
            depths = [depth for p in paragraphs for n, depth in [lists[p]] if n == number]
            if depths.count(min(depths)) > 1 or number in nested:
                yield number


def _said(paragraph: Any) -> tuple[str, int]:
    """The list a paragraph says it is in, and its level."""
    values = [
        "" if found is None else str(found.get(w("val")))
        for name in ("numId", "ilvl")
        for found in [paragraph.find(f"{w('pPr')}/{w('numPr')}/{w(name)}")]
    ]
    number, depth = values
    return "" if number == "0" else number, int(depth) if depth.isdecimal() else 0
