"""One paragraph against another: what was typed in and out, number by number, word by word."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from lxml import etree

from generator.formats.docx.xml import w
from generator.records.changes.aligning import Hunk, hunks
from generator.redline.marks import DELETED, INSERTED, Marks, Tag, text

#: Where what is no text stands in for itself: characters of a plane that no document uses.
_STAND_IN: Final = 0x100000
_RELATED: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_NOTES: Final = {w("footnoteReference"): "footnotes", w("endnoteReference"): "endnotes"}
#: What takes no room: it stays where the new document has it.
_SILENT: Final = frozenset(
    w(name) for name in (
        "bookmarkStart", "bookmarkEnd", "commentRangeStart", "commentRangeEnd", "permStart",
        "permEnd", "moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd",
    )
)  # fmt: skip
_SKIPPED: Final = frozenset(w(name) for name in ("pPr", "proofErr", "del", "moveFrom", "sdtPr"))
_UNSEEN: Final = frozenset(w(name) for name in ("rPr", "lastRenderedPageBreak"))
#: Changes that stand so near are one: a reader sees a word, not its letters.
_NEAR, _NEARER, _LARGE = 3, 1, 4


@dataclass(eq=False)
class Atom:
    """A character, or what stands like one (a tab, a picture, a note, a whole field).

    ``look``: the properties of its run; ``nodes``: what it is when it is no character, ``whole``
    where they are runs themselves; ``chain``: what it stands in (a link, a control).
    """

    sign: str
    look: etree._Element | None
    nodes: list[etree._Element] = field(default_factory=list)
    whole: bool = False
    chain: tuple[etree._Element, ...] = ()


class Unreadable(Exception):
    """A paragraph with a part of a field: it is left as it is."""


class Signs:
    """Characters that stand for what is no text: the same for the same thing."""

    def __init__(self) -> None:
        self._known: dict[bytes, str] = {}

    def of(self, key: bytes) -> str:
        """The stand-in of what ``key`` tells."""
        return self._known.setdefault(key, chr(_STAND_IN + len(self._known)))


def atoms(p: etree._Element, signs: Signs) -> tuple[list[Atom], dict[int, list[etree._Element]]]:
    """What a paragraph holds, and what takes no room before which of it.

    Raises ``Unreadable``.
    """
    found: list[Atom] = []
    silent: dict[int, list[etree._Element]] = {}
    open_: list[etree._Element] = []
    depth = 0
    for node, chain in _runs(p, ()):
        if node.tag in _SILENT:
            if not depth:
                silent.setdefault(len(found), []).append(node)
            continue
        kinds = [one.get(w("fldCharType")) for one in node.findall(w("fldChar"))]
        if depth or "begin" in kinds:
            open_.append(node)
            depth += kinds.count("begin") - kinds.count("end")
            if not depth:
                found.append(_field(open_, chain, signs))
                open_ = []
        elif kinds:
            raise Unreadable
        else:
            found += _of_run(node, chain, signs)
    if depth:
        raise Unreadable
    return found, silent


def _runs(
    parent: etree._Element, chain: tuple[etree._Element, ...]
) -> Iterator[tuple[etree._Element, tuple[etree._Element, ...]]]:
    for node in parent:
        if not isinstance(node.tag, str) or node.tag in _SKIPPED:
            continue
        if node.tag == w("r") or node.tag in _SILENT:
            yield node, chain
        elif node.tag in (w("ins"), w("moveTo"), w("sdtContent")):
            yield from _runs(node, chain)
        else:
            yield from _runs(node, (*chain, node))


def _field(runs: Sequence[etree._Element], chain: tuple[etree._Element, ...], signs: Signs) -> Atom:
    code = "".join(one.text or "" for run in runs for one in run.iter(w("instrText")))
    return Atom(signs.of(f"field {code.strip()}".encode()), None, list(runs), True, chain)


def _of_run(run: etree._Element, chain: tuple[etree._Element, ...], signs: Signs) -> Iterator[Atom]:
    look = run.find(w("rPr"))
    for node in run:
        if not isinstance(node.tag, str) or node.tag in _UNSEEN:
            continue
        if node.tag == w("t"):
            yield from (Atom(char, look, chain=chain) for char in node.text or "")
        elif node.tag in _NOTES:
            yield Atom(signs.of(node.tag.encode()), look, [node], chain=chain)
        else:
            key = etree.tostring(node, method="c14n")
            yield Atom(signs.of(key), look, [node], chain=chain)


class Paragraphs:
    """Writes the changes of paragraphs; ``notes``: numbers of old notes → those they got here."""

    def __init__(self, marks: Marks, notes: Notes) -> None:
        self._marks = marks
        self._notes = notes
        self._signs = Signs()

    def changed(self, old: etree._Element, new: etree._Element) -> None:
        """Make ``new`` show what ``old`` was as tracked changes; its looks are the new ones."""
        try:
            was, _ = atoms(old, self._signs)
            now, silent = atoms(new, self._signs)
        except Unreadable:
            return
        before, after = ("".join(atom.sign for atom in side) for side in (was, now))
        if before == after:
            self._pair_notes(was, now)
            return
        out: list[etree._Element] = []
        a = c = 0
        for hunk in [
            *_joined(hunks(before, after), before),
            (len(was), len(was), len(now), len(now)),
        ]:
            self._pair_notes(was[a : hunk[0]], now[c : hunk[2]])
            out += self._kept(now, silent, c, hunk[2], None)
            out += self._put(was[hunk[0] : hunk[1]], DELETED)
            out += self._kept(now, silent, hunk[2], hunk[3], INSERTED)
            a, c = hunk[1], hunk[3]
        out += [one for held in silent.values() for one in held]
        _fill(new, out)

    def replaced(self, old: etree._Element, new: etree._Element) -> None:
        """``new`` in the place of ``old``: all of the one goes, all of the other comes."""
        try:
            was, _ = atoms(old, self._signs)
            now, silent = atoms(new, self._signs)
        except Unreadable:
            return
        out = [*self._put(was, DELETED), *self._kept(now, silent, 0, len(now), INSERTED)]
        _fill(new, out + [one for held in silent.values() for one in held])

    def whole(self, p: etree._Element, tag: Tag) -> None:
        """All that ``p`` holds came, or went."""
        try:
            held, silent = atoms(p, self._signs)
        except Unreadable:
            return
        if tag == DELETED:
            _fill(p, self._put(held, DELETED))
            return
        out = self._kept(held, silent, 0, len(held), INSERTED)
        _fill(p, out + [one for rest in silent.values() for one in rest])

    def _kept(
        self, now: Sequence[Atom], silent: dict[int, list[etree._Element]], start: int, end: int,
        tag: Tag | None,
    ) -> list[etree._Element]:  # fmt: skip
        """Atoms of the new paragraph, with what takes no room among them."""
        out: list[etree._Element] = []
        at = start
        for stop in [*(n for n in sorted(silent) if start <= n < end), end]:
            out += self._put(now[at:stop], tag)
            out += silent.pop(stop, []) if stop < end else []
            at = stop
        return out

    def _put(self, held: Sequence[Atom], tag: Tag | None) -> list[etree._Element]:
        """Atoms as runs, in the links and controls that they stand in."""
        out: list[etree._Element] = []
        for chain, inside in groupby(held, key=lambda atom: atom.chain):
            runs = list(self._as_runs(list(inside), deleted=tag == DELETED))
            if tag is not None:
                runs = [self._marks.around(tag, runs)] if runs else []
            out += runs if tag == DELETED else _wrapped(runs, chain)
        return out

    def _as_runs(self, held: Sequence[Atom], *, deleted: bool) -> Iterator[etree._Element]:
        for (_, plain, whole), inside in groupby(held, key=_kind):
            group = list(inside)
            if whole:
                for atom in group:
                    yield from (_copied(run, deleted=deleted) for run in atom.nodes)
                continue
            nodes = self._nodes(group, deleted=deleted) if not plain else [
                text("".join(atom.sign for atom in group), deleted=deleted)
            ]  # fmt: skip
            if nodes:
                run = etree.Element(w("r"))
                if group[0].look is not None:
                    run.append(copy.deepcopy(group[0].look))
                run.extend(nodes)
                yield run

    def _nodes(self, group: Sequence[Atom], *, deleted: bool) -> list[etree._Element]:
        made = []
        for node in (node for atom in group for node in atom.nodes):
            if deleted and (_related(node) or node.tag == w("commentReference")):
                continue  # what it leads to is in the old file
            one = copy.deepcopy(node)
            if deleted and node.tag in _NOTES:
                one.set(w("id"), self._notes.brought(_NOTES[node.tag], node.get(w("id"), "")))
            made.append(one)
        return made

    def _pair_notes(self, was: Sequence[Atom], now: Sequence[Atom]) -> None:
        for old, new in zip(was, now, strict=True):
            for before, after in zip(old.nodes, new.nodes, strict=False):
                if before.tag in _NOTES:
                    kind = _NOTES[before.tag]
                    self._notes.pairs[kind, before.get(w("id"), "")] = after.get(w("id"), "")


class Notes:
    """Notes of the old document: which are which in the new one, and which have to come along."""

    def __init__(self, numbers: Mapping[str, int]) -> None:
        self.pairs: dict[tuple[str, str], str] = {}
        self.brought_along: dict[tuple[str, str], str] = {}
        self._next = dict(numbers)

    def brought(self, kind: str, number: str) -> str:
        """The number that the old note ``number`` gets in the new document."""
        if (kind, number) not in self.brought_along:
            self._next[kind] = self._next.get(kind, 0) + 1
            self.brought_along[kind, number] = str(self._next[kind])
        return self.brought_along[kind, number]


def _kind(atom: Atom) -> tuple[bytes, bool, bool]:
    look = b"" if atom.look is None else etree.tostring(atom.look, method="c14n")
    return look, not atom.nodes, atom.whole


def _related(node: etree._Element) -> bool:
    return any(str(name).startswith(_RELATED) for one in node.iter() for name in one.attrib)


def _copied(run: etree._Element, *, deleted: bool) -> etree._Element:
    made = copy.deepcopy(run)
    for one in list(made.iter(w("t"), w("instrText"))) if deleted else ():
        one.tag = w("delText" if one.tag == w("t") else "delInstrText")
    return made


def _wrapped(runs: list[etree._Element], chain: Sequence[etree._Element]) -> list[etree._Element]:
    for outer in reversed(chain):
        if not runs:
            return []
        made = etree.Element(outer.tag)
        made.attrib.update(outer.attrib)
        home = made
        if outer.tag == w("sdt"):
            made.extend(copy.deepcopy(one) for one in outer if one.tag != w("sdtContent"))
            home = etree.SubElement(made, w("sdtContent"))
        home.extend(runs)
        runs = [made]
    return runs


def _fill(p: etree._Element, nodes: Sequence[etree._Element]) -> None:
    for one in list(p):
        if one.tag != w("pPr"):
            p.remove(one)
    p.extend(nodes)


def _joined(found: Sequence[Hunk], old: str) -> list[Hunk]:
    """Changes that stand next to one another as one."""
    out: list[Hunk] = []
    for hunk in found:
        if out:
            a, b, c, d = out[-1]
            gap = hunk[0] - b
            size = min(max(b - a, d - c), max(hunk[1] - hunk[0], hunk[3] - hunk[2]))
            plain = not any(ord(char) >= _STAND_IN for char in old[b : hunk[0]])
            if plain and (gap <= _NEARER or (gap <= _NEAR and size >= _LARGE)):
                out[-1] = a, hunk[1], c, hunk[3]
                continue
        out.append(hunk)
    return out
