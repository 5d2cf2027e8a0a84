"""Which document of which unit a file is, by what it holds, whatever it is called now."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, TypeAlias

from generator.frozen import frozen, replace
from generator.history import versions
from generator.pulling.model import Page
from generator.records import record
from generator.records.changes import prose
from generator.records.compare import compare
from generator.records.record import CHECKLIST_FOLDER, DocumentRecord, Record
from generator.workspace import UnitYear

#: A document of gen shows at least so much of what its record says.
_LEAST: Final = 0.35
#: Shorter texts are in every table.
_SHORTEST: Final = 4
_CLAUSE: Final = re.compile("[，。；：、\n]")


@frozen
class Found:
    """What a file is: a document of a unit, as a record of it says.

    ``likeness``: how far both hold the same; ``held``: how much of the document is in the file.
    ``earlier``: what was built before that; places may still say what it said.
    """

    target: UnitYear
    document: str
    record: Record
    likeness: float
    held: float = 1.0
    earlier: Record | None = None


#: The clauses of a document, and its paragraphs.
Said: TypeAlias = tuple[frozenset[str], frozenset[str]]


class Ambiguous(Exception):
    """A file could be any of several documents; the text names them."""


def recognised(page: Page, path: Path, targets: Sequence[UnitYear]) -> Found | None:
    """The document that ``page``, in the file ``path``, once was.

    None where it is none of ``targets``. Raises ``Ambiguous``.
    """
    texts = _texts(page)
    kind = path.suffix.lower()
    last = [
        found
        for target in targets
        if (made := record.load(target.output / record.RECORD)) is not None
        for found in _documents(target, made, texts, kind)
        if found.held >= _LEAST
    ]
    best = max((found.likeness for found in last), default=0.0)
    likest = [found for found in last if found.likeness > best - 0.001]
    if len(likest) > 1:
        likest = [one for one in likest if Path(one.document).stem in path.stem] or likest
    if len(likest) > 1:
        raise Ambiguous("、".join(f"{one.target.label} 的 {one.document}" for one in likest))
    if not likest:
        return None
    (found,) = likest
    in_place = path.resolve() == (found.target.output / found.document).resolve()
    return found if in_place else _printed_with(found, page)


def _printed_with(found: Found, page: Page) -> Found:
    """The record of the build that the file came from: the one whose clauses it has.

    Where these are as many, as of a paragraph that was split, the one whose paragraphs it has.
    Where nothing tells it is the older one: what changed since then is at worst called a
    conflict, and never written over.
    """
    target = found.target
    paths = [target.output / record.PREVIOUS]
    paths += [folder / "record.json" for folder in versions.kept(target).values()]
    there = _said((cell.text for line in page.lines for cell in line.cells), _texts(page))
    best, own = found, _printed(found)
    for path in paths:
        made = record.load(path)
        if made is None or (made.unit, made.year) != (found.record.unit, found.record.year):
            continue
        name = found.document
        if name not in made.documents:
            name = next((o for o, n in compare(made, found.record).renamed if n == name), "")
        if name:
            other = Found(target, name, made, found.likeness)
            its = _printed(other)
            if its[0] != own[0] and _more(its, own, there) >= _more(own, its, there):
                best, own = other, its
    before = record.load(paths[0]) if best is found else None
    return replace(best, earlier=before)


def _printed(found: Found) -> Said:
    document = found.record.documents[found.document]
    return _said((row.text for row in document.places), _shown(document))


def _said(texts: Iterable[str], paragraphs: Iterable[str]) -> Said:
    # The numbers of headings and items change with every one that is put before.
    bare = (prose.bare("item", text) for text in texts)
    return _clauses(bare), frozenset(prose.bare("item", text) for text in paragraphs)


def _more(one: Said, other: Said, there: Said) -> list[int]:
    """How much of ``there`` only ``one`` says: clauses, then paragraphs."""
    return [len((a - b) & c) for a, b, c in zip(one, other, there, strict=True)]


def _clauses(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(clause.strip() for text in texts for clause in _CLAUSE.split(text))


def _texts(page: Page) -> frozenset[str]:
    cells = (cell.text for line in page.lines for cell in line.cells)
    texts = (text.strip() for cell in cells for text in {cell, *cell.split("\n")})
    return frozenset(text for text in texts if len(text) >= _SHORTEST)


def _documents(target: UnitYear, made: Record, texts: frozenset[str], kind: str) -> Iterator[Found]:
    for name, document in made.documents.items():
        if name.endswith(kind) and not name.startswith(f"{CHECKLIST_FOLDER}/"):
            own = _shown(document)
            both = _weight(own & texts)
            whole = _weight(own), _weight(texts)
            likeness = 2 * both / max(sum(whole), 1)
            yield Found(target, name, made, likeness, both / max(whole[0], 1))


def _shown(document: DocumentRecord) -> frozenset[str]:
    """What the document shows as paragraphs or cells of its own."""
    texts = (
        row.text.strip() for row in document.places
        if row.path.startswith("正文[") or not row.sentence
    )  # fmt: skip
    return frozenset(text for text in texts if len(text) >= _SHORTEST)


def _weight(texts: Iterable[str]) -> int:
    # A paragraph says more than a word, but not by all of its length.
    return sum(min(len(text), 40) for text in texts)
