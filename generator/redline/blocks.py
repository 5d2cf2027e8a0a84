"""Paragraphs and tables of two versions in one: what came, what went, what changed inside.

The new version is the one that is written; the old one is brought into it. No program can join a
paragraph to a table, so the last of some paragraphs that came or went just before one (or before
the end of a cell) keeps its mark, and the paragraph above gives its own for it. So it is behind a
paragraph at whose end something was typed.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from itertools import groupby
from typing import Final

from lxml import etree

from generator.formats.docx.xml import w
from generator.records.changes.aligning import paired
from generator.redline.marks import DELETED, INSERTED, Marks, Tag, like, unmarked
from generator.redline.paragraphs import Paragraphs, Signs, Unreadable, atoms

_P, _TABLE, _ROW, _CELL, _SDT = (w(name) for name in ("p", "tbl", "tr", "tc", "sdt"))
#: Before the text of a table, so that it pairs with tables only.
_AS_TABLE: Final = "\ue000表\ue000" * 4


class Blocks:
    """Brings old blocks into new ones."""

    def __init__(self, marks: Marks, paragraphs: Paragraphs) -> None:
        self._marks = marks
        self._paragraphs = paragraphs

    def container(self, old: etree._Element, new: etree._Element) -> None:
        """Bring what ``old`` (a body, a cell, a note) holds into ``new``."""
        was, now = _blocks(old), _blocks(new)
        if new.tag == _CELL and len(was) == len(now) == 1 and was[0].tag == now[0].tag == _P:
            self._paragraphs.changed(was[0], now[0])
            return
        pairs = paired([_key(one) for one in was], [_key(one) for one in now])
        steps = [(None if a is None else was[a], None if b is None else now[b]) for a, b in pairs]
        last: etree._Element | None = None
        for same, held in groupby(steps, key=lambda pair: None not in pair):
            stretch = list(held)
            if same:
                for before, after in stretch:
                    self._both(before, after)
                    last = after
            else:
                gone = [before for before, _ in stretch if before is not None]
                come = [after for _, after in stretch if after is not None]
                last = self._stretch(gone, come, last, new, now)

    def _both(self, old: etree._Element | None, new: etree._Element | None) -> None:
        assert old is not None
        assert new is not None
        if new.tag == _P:
            self._paragraphs.changed(old, new)
        else:
            self.table(old, new)

    def _stretch(
        self, gone: Sequence[etree._Element], come: Sequence[etree._Element],
        last: etree._Element | None, parent: etree._Element, now: Sequence[etree._Element],
    ) -> etree._Element | None:  # fmt: skip
        """Blocks without another between two that have one; gives the last one now."""
        old = [copy.deepcopy(one) for one in gone if _readable(one)]
        new = list(come)
        above = last
        if old and new and old[-1].tag == new[-1].tag == _P and _readable(new[-1]):
            self._paragraphs.replaced(old.pop(), new[-1])
            self._whole(new[:-1], INSERTED)
        else:
            self._whole(new, INSERTED)
        self._whole(old, DELETED)
        for one in old:
            last = _put(one, last, parent, now)
        held = [*old, *new]
        tail = new[-1] if new else old[-1] if old else last
        if tail is not None and held and (_ends(tail) or _grows(above)):
            self._shift(held, above)
        return tail

    def _shift(self, held: Sequence[etree._Element], above: etree._Element | None) -> None:
        """The end of the last paragraph stays; that of the paragraph above goes for it."""
        tail = held[-1]
        tag = _tag_of(tail)
        if tag is None:
            return
        unmarked(tail)
        run = [one for one in held if one.tag == _P]
        if len(run) != len(held) or any(_tag_of(one) != tag for one in held[:-1]):
            return
        if above is not None and above.tag == _P:
            if tag == DELETED:
                like(tail, above)
            self._marks.paragraph(above, tag)

    def _whole(self, blocks: Sequence[etree._Element], tag: Tag) -> None:
        for one in blocks:
            if one.tag == _P:
                if tag == DELETED:
                    like(one, one)
                if _readable(one):
                    self._paragraphs.whole(one, tag)
                    self._marks.paragraph(one, tag)
            else:
                for row in one.iter(_ROW):
                    self._row(row, tag)

    def table(self, old: etree._Element, new: etree._Element) -> None:
        """Bring the rows of ``old`` into ``new``."""
        was, now = old.findall(_ROW), new.findall(_ROW)
        last: etree._Element | None = None
        for a, b in paired([_text(one) for one in was], [_text(one) for one in now]):
            if b is None:
                assert a is not None
                row = copy.deepcopy(was[a])
                self._row(row, DELETED)
                last = _put(row, last, new, now)
            else:
                last = now[b]
                if a is None:
                    self._row(last, INSERTED)
                else:
                    self._cells(was[a], last)

    def _cells(self, old: etree._Element, new: etree._Element) -> None:
        was, now = old.findall(_CELL), new.findall(_CELL)
        if len(was) == len(now):
            for before, after in zip(was, now, strict=True):
                self.container(before, after)
            return
        row = copy.deepcopy(old)
        self._row(row, DELETED)
        new.addprevious(row)
        self._row(new, INSERTED)

    def _row(self, row: etree._Element, tag: Tag) -> None:
        self._marks.row(row, tag)
        for p in row.iter(_P):
            self._paragraphs.whole(p, tag)


def _blocks(parent: etree._Element) -> list[etree._Element]:
    found: list[etree._Element] = []
    for one in parent:
        if one.tag in (_P, _TABLE):
            found.append(one)
        elif one.tag == _SDT:
            inside = one.find(w("sdtContent"))
            found += _blocks(inside) if inside is not None else []
    return found


def _key(block: etree._Element) -> str:
    return f"{_AS_TABLE if block.tag == _TABLE else ''}{_text(block)}"


def _text(block: etree._Element) -> str:
    return "".join(one.text or "" for one in block.iter(w("t")))


def _readable(block: etree._Element) -> bool:
    """Whether a block can be taken as a whole: it holds no part of a field only."""
    try:
        for p in block.iter(_P):
            atoms(p, Signs())
    except Unreadable:
        return False
    return True


def _put(
    one: etree._Element, last: etree._Element | None, parent: etree._Element,
    now: Sequence[etree._Element],
) -> etree._Element:  # fmt: skip
    """Put a block that went behind ``last``, else before all."""
    if last is not None:
        last.addnext(one)
    elif now:
        now[0].addprevious(one)
    else:
        parent.append(one)
    return one


def _ends(block: etree._Element) -> bool:
    """Whether a table or the end of what holds it follows."""
    after = block.getnext()
    while after is not None and after.tag not in (_P, _TABLE, _SDT, w("sectPr")):
        after = after.getnext()
    return after is None or after.tag in (_TABLE, w("sectPr"))


def _grows(p: etree._Element | None) -> bool:
    """Whether something was typed at the end of a paragraph.

    Behind such a one LibreOffice takes the end of the paragraph for new as well.
    """
    last = p[-1] if p is not None and p.tag == _P and len(p) else None
    return last is not None and last.tag == w(INSERTED)


def _tag_of(p: etree._Element) -> Tag | None:
    marks = p.find(f"{w('pPr')}/{w('rPr')}") if p.tag == _P else None
    for one in marks if marks is not None else ():
        if one.tag == w(INSERTED):
            return "ins"
        if one.tag == w(DELETED):
            return "del"
    return None
