"""Tracked changes of Word as elements: who, when, and what is put in or taken out."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from datetime import datetime
from itertools import count
from typing import Final, Literal

from lxml import etree

from generator.formats.docx.xml import w

Tag = Literal["ins", "del"]
INSERTED: Final = "ins"
DELETED: Final = "del"

_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
#: No document of ours has so many changes of its own.
_FIRST: Final = 9000


class Marks:
    """Makes the marks of one document; numbers go through all of its parts."""

    def __init__(self, author: str, date: datetime) -> None:
        self._author, self._date = author, f"{date:%Y-%m-%dT%H:%M:%SZ}"
        self._numbers = count(_FIRST)

    def mark(self, tag: Tag) -> etree._Element:
        """An empty mark."""
        number = str(next(self._numbers))
        told = {w("id"): number, w("author"): self._author, w("date"): self._date}
        return etree.Element(w(tag), told)

    def around(self, tag: Tag, runs: Iterable[etree._Element]) -> etree._Element:
        """``runs`` inside a mark."""
        made = self.mark(tag)
        made.extend(list(runs))
        return made

    def paragraph(self, p: etree._Element, tag: Tag) -> None:
        """Mark the end of the paragraph ``p``, so that accepting or rejecting joins it."""
        look = properties(p)
        marks = look.find(w("rPr"))
        if marks is None:
            marks = etree.Element(w("rPr"))
            behind = [one for one in look if one.tag in (w("sectPr"), w("pPrChange"))]
            if behind:
                behind[0].addprevious(marks)
            else:
                look.append(marks)
        marks.insert(0, self.mark(tag))

    def row(self, tr: etree._Element, tag: Tag) -> None:
        """Mark a row of a table."""
        look = tr.find(w("trPr"))
        if look is None:
            look = etree.Element(w("trPr"))
            first = tr.find(w("tblPrEx"))
            tr.insert(0 if first is None else 1, look)
        look.append(self.mark(tag))


def properties(p: etree._Element) -> etree._Element:
    """The properties of a paragraph, made where there are none."""
    look = p.find(w("pPr"))
    if look is None:
        look = etree.Element(w("pPr"))
        p.insert(0, look)
    return look


def unmarked(p: etree._Element) -> None:
    """Take the mark from the end of a paragraph."""
    marks = p.find(f"{w('pPr')}/{w('rPr')}")
    for one in list(marks) if marks is not None else ():
        if one.tag in (w(INSERTED), w(DELETED)):
            marks.remove(one)  # type: ignore[union-attr]


def text(value: str, *, deleted: bool) -> etree._Element:
    """The text of a run."""
    made = etree.Element(w("delText" if deleted else "t"), {_SPACE: "preserve"})
    made.text = value
    return made


def like(p: etree._Element, other: etree._Element) -> None:
    """Give ``p`` the properties of ``other``, but for the end of a section."""
    old, new = p.find(w("pPr")), other.find(w("pPr"))
    if old is not None:
        p.remove(old)
    if new is not None:
        made = copy.deepcopy(new)
        for section in made.findall(w("sectPr")):
            made.remove(section)
        p.insert(0, made)
        unmarked(p)
