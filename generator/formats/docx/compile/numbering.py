"""Numbered lists inside of loops: where each pass begins to count anew.

A list that begins in a loop belongs to its pass: with several items in it (or a loop of its own)
it starts again each time. With one item a pass, whichever of two branches it is in and whatever
stands below it on deeper levels, the list runs on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from lxml import etree

from generator.formats.docx.annexes.lists import own_lists
from generator.formats.docx.compile.placement import Site
from generator.formats.docx.xml import local, new, w


def mark_lists(root: etree._Element, sites: Sequence[Site], styles: Any) -> None:
    """Leave behind each head of a loop the lists that its passes restart (see ``copies``)."""
    if not any(site.tag.keyword == "for" for site in sites):
        return
    whole = deepcopy(root)
    own_lists([whole], styles)
    said = map(_said, whole.iter(w("p")))
    lists = dict(zip(root.iter(w("p")), said, strict=True))
    for head, end, numbers in list(_loops(root, sites, lists)):
        own_lists(_between(_taken(head), _taken(end)), styles)
        mark = new("restart")
        for number in numbers:
            etree.SubElement(mark, w("numId"), {w("val"): number})
        _taken(head).addnext(mark)


#: Items by their list, empty for none, and their level in it.
Item: TypeAlias = tuple[str, int]
Items: TypeAlias = Counter[Item]


@dataclass
class _Block:
    """A loop or condition that is open.

    ``branches``: the items of each of its branches, at most; ``times``: how often each list is
    named in it.
    """

    head: Site | None
    branches: list[Items] = field(default_factory=lambda: [Counter()])
    times: Counter[str] = field(default_factory=Counter)

    def add(self, item: Item) -> None:
        """One more item."""
        self.branches[-1][item] += 1
        self.times[item[0]] += 1

    def close(self, inner: _Block) -> None:
        """What ``inner``, which stands in this one, has: passes are many."""
        most: Items = Counter()
        for items in inner.branches:
            most |= items
        if inner.head is not None and inner.head.tag.keyword == "for":
            most = Counter(dict.fromkeys(most, 2))
        self.branches[-1] += most
        self.times += inner.times


def _loops(
    root: etree._Element, sites: Sequence[Site], lists: Mapping[Any, Item]
) -> Iterator[tuple[Site, Site, list[str]]]:
    """The loops over paragraphs or rows that restart lists, from inside to outside."""
    away: set[Any] = set()
    for site in sites:
        if site.scope in ("p", "tr") and not site.tag.prints and _taken(site) is not None:
            away.update(_taken(site).iter(w("p")))
    items = {p: item for p, item in lists.items() if item[0] and p not in away}
    everywhere = Counter(number for number, _ in items.values())
    blocks = [_Block(None)]
    for paragraph, tags in _paragraphs(root, sites):
        if paragraph in items:
            blocks[-1].add(items[paragraph])
        for site in tags:
            word = site.tag.keyword
            if word in ("for", "if"):
                blocks.append(_Block(site))
            elif word in ("elif", "else"):
                blocks[-1].branches.append(Counter())
            elif word in ("endfor", "endif") and len(blocks) > 1:
                block = blocks.pop()
                blocks[-1].close(block)
                numbers = [n for n in _several(block) if block.times[n] == everywhere[n]]
                if numbers and block.head is not None and _repeats(block.head, site):
                    yield block.head, site, numbers


def _paragraphs(
    root: etree._Element, sites: Sequence[Site]
) -> Iterator[tuple[etree._Element, Sequence[Site]]]:
    """Each paragraph with the tags in it."""
    tags: dict[Any, list[Site]] = {}
    for site in sites:
        tags.setdefault(site.paragraph, []).append(site)
    return ((paragraph, tags.get(paragraph, ())) for paragraph in root.iter(w("p")))


def _repeats(head: Site, end: Site) -> bool:
    """Whether these are the ends of a loop over paragraphs or rows."""
    return end.tag.keyword == "endfor" and head.scope == end.scope and head.scope in ("p", "tr")


def _several(block: _Block) -> Iterator[str]:
    """The lists with more than one item of their highest level in a pass of a loop."""
    depths: dict[str, dict[int, int]] = {}
    for (number, depth), times in block.branches[0].items():
        depths.setdefault(number, {})[depth] = times
    return (number for number, found in depths.items() if found[min(found)] > 1)


def _taken(site: Site) -> Any:
    return site.row if site.scope == "tr" else site.paragraph


def _between(first: Any, last: Any) -> Iterator[Any]:
    here = None if first is None else first.getnext()
    while here is not None and here is not last:
        if isinstance(here.tag, str) and local(here) != "restart":
            yield here
        here = here.getnext()


def _said(paragraph: Any) -> Item:
    """The list a paragraph says it is in, and its level."""
    values = [
        "" if found is None else str(found.get(w("val")))
        for name in ("numId", "ilvl")
        for found in [paragraph.find(f"{w('pPr')}/{w('numPr')}/{w(name)}")]
    ]
    number, depth = values
    return "" if number == "0" else number, int(depth) if depth.isdecimal() else 0
