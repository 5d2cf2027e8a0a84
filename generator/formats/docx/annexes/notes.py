"""Notes and comments of annexes: carried along with their texts, numbered behind the report's."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Final

from lxml import etree

from generator.formats.docx.annexes.parts import Bringer, Parts, Relation
from generator.formats.docx.xml import MAIN, document_bytes, w

_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#: Part, element of one note, and the elements of the body that name it.
_KINDS: Final = (
    ("footnotes", "footnote", ("footnoteReference",)),
    ("endnotes", "endnote", ("endnoteReference",)),
    ("comments", "comment", ("commentReference", "commentRangeStart", "commentRangeEnd")),
)


def bring_notes(
    body: etree._Element, theirs: Parts, ours: Parts, settle: Callable[[etree._Element], None]
) -> None:
    """Copy every note and comment that ``body`` names, and have it name the copies.

    ``settle`` gives what comes from the annex the report's styles and lists. A reference to a
    note that is not there goes away: it must not come to mean a note of the report.
    """
    bringer = Bringer(theirs, ours)
    for kind, name, references in _KINDS:
        source = theirs.named(kind)
        there = {n.get(w("id")): n for n in theirs.tree(source)} if source else {}
        copied: dict[str, str] = {}
        for reference in list(body.iter(*map(w, references))):
            number = str(reference.get(w("id")))
            if number not in there:
                _take_away(reference)
                continue
            if number not in copied:
                part = ours.named(kind) or _part_like(theirs, ours, kind, source)
                root = ours.tree(part)
                note = deepcopy(there[number])
                copied[number] = _next(root, name)
                note.set(w("id"), copied[number])
                bringer.settle(note, source, part)
                settle(note)
                root.append(note)
            reference.set(w("id"), copied[number])


def _take_away(reference: etree._Element) -> None:
    parent = reference.getparent()
    if parent is not None:
        parent.remove(reference)


def _part_like(theirs: Parts, ours: Parts, kind: str, source: str) -> str:
    """An own part for notes of this ``kind``: what the annex has less its notes."""
    root = deepcopy(theirs.tree(source))
    for note in list(root):
        if note.get(w("type")) is None:  # lines that part notes from the text have a type
            root.remove(note)
    name = ours.add(f"word/{kind}.xml", document_bytes(root), theirs.content_type(source))
    ours.relate(MAIN, Relation(f"{_OFFICE}/{kind}", name))
    return name


def _next(root: etree._Element, name: str) -> str:
    used = [int(str(note.get(w("id")))) for note in root.findall(w(name))]
    return str(max([0, *used]) + 1)
