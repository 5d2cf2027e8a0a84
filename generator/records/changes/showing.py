"""Documents of two records compared: which places show a change, and why a file is another."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from generator.frozen import frozen
from generator.language.wording import read_source
from generator.problems.place import Place
from generator.records.changes.edits import ADDED, MOVED, REMOVED, Edit
from generator.records.changes.paths import GONE
from generator.records.changes.prose import Paragraph, bare, paired
from generator.records.record import CHECKLIST_FOLDER, DocumentRecord, Record, Shown
from generator.records.words import Words
from generator.workspace import TEMPLATES

#: As cells hold it; a longer exponent is no value's, and would be written out in full.
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?")
#: How the tables of report.md are called.
_TABLES: Final = "正文里的表格"
_MADE_FROM_THEM: Final = ".pdf"
#: So much of what two documents show is the same when one is the other renamed.
_SAME: Final = 0.6


@frozen
class Touched:
    """A place of a document whose text changed."""

    path: str
    place: Place
    section: str
    old: str | None
    new: str | None


@frozen
class Document:
    """A document of both records whose bytes differ.

    ``places``: where it shows something else; ``entries``: rows or blocks that came, went or
    moved in it, as places of their first text; ``order``: only the order of what it shows
    changed; ``template``: the template is another one, empty if it is not.
    """

    places: tuple[Touched, ...]
    entries: tuple[tuple[Edit, Place], ...]
    order: bool
    template: str

    @property
    def printed(self) -> bool:
        """Whether a reader can see a difference."""
        return bool(self.places or self.entries or self.order or self.template)


@frozen
class Shows:
    """All documents of two records."""

    documents: Mapping[str, Document]
    renamed: tuple[tuple[str, str], ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]


def compare(
    old: Record,
    new: Record,
    edits: Sequence[Edit],
    paragraphs: Sequence[Paragraph],
    was: Words,
    now: Words,
) -> Shows:
    """Which documents show what; ``old`` goes by the names of ``new``."""
    before, after = _set(old), _set(new)
    renamed = dict(_renamed(before, after))
    earlier = {name: name for name in after if name in before}
    earlier |= {b: a for a, b in renamed.items()}
    heads = _Heads(edits, was, now)
    tables = _tables(old, new, paragraphs)
    found = {}
    for name in sorted(earlier, key=lambda name: (after[name].number, name)):
        one, other = before[earlier[name]], after[name]
        if one.sha256 != other.sha256:
            found[name] = _document(one, other, old, new, heads, tables)
    return Shows(
        documents=found,
        renamed=tuple(sorted(renamed.items())),
        added=tuple(sorted(set(after) - set(earlier), key=lambda n: (after[n].number, n))),
        removed=tuple(sorted(set(before) - set(earlier.values()))),
    )


def _set(record: Record) -> dict[str, DocumentRecord]:
    """The documents handed in; lists for ticking off follow from them, and PDFs are asked for."""
    own = f"{CHECKLIST_FOLDER}/"
    return {
        name: one for name, one in record.documents.items()
        if not name.startswith(own) and not name.endswith(_MADE_FROM_THEM)
    }  # fmt: skip


def _renamed(
    before: Mapping[str, DocumentRecord], after: Mapping[str, DocumentRecord]
) -> Iterator[tuple[str, str]]:
    """Documents that show mostly the same values under another name."""
    gone = {name: _paths(before[name]) for name in sorted(before) if name not in after}
    come = {name: _paths(after[name]) for name in sorted(after) if name not in before}
    for name, paths in gone.items():
        kind = name.rpartition(".")[2]
        likest, best = 0.0, ""
        for other, theirs in come.items():
            shared = 2 * len(paths & theirs) / max(len(paths) + len(theirs), 1)
            if other.rpartition(".")[2] == kind and shared >= _SAME and shared > likest:
                likest, best = shared, other
        if best:
            del come[best]
            yield name, best


def _paths(document: DocumentRecord) -> frozenset[str]:
    return frozenset(row.path for row in document.places)


def _tables(old: Record, new: Record, paragraphs: Sequence[Paragraph]) -> list[Touched]:
    """Rows of the report's own tables, which no place is kept of."""
    tables = {
        path for record in (old, new) for path, kind, _ in record.narrative if kind == "table"
    }
    place = Place.told(_TABLES)
    return [
        Touched(one.path, place, "", one.old, one.new)
        for one in paragraphs
        if one.path in tables and not one.moved
    ]


class _Heads:
    """What was added, removed or moved, by the names of all values below it."""

    def __init__(self, edits: Iterable[Edit], was: Words, now: Words) -> None:
        self._known: dict[str, Edit] = {}
        self._gone: dict[str, Edit] = {}
        self._moved: dict[str, Edit] = {}
        for edit in edits:
            path = (was if edit.kind == REMOVED else now).path(edit.node)
            if path is None:
                continue
            if edit.kind == ADDED:
                self._known[path] = edit
            elif edit.kind == REMOVED:
                self._gone[path] = edit
            elif edit.kind == MOVED:
                self._moved[path] = edit

    def of(self, path: str) -> Edit | None:
        """The addition or removal that tells a value."""
        known = self._gone if path.startswith(GONE) else self._known
        return self._find(path.removeprefix(GONE), known)

    def moved(self, path: str) -> Edit | None:
        """The move that a value goes along with."""
        return self._find(path, self._moved)

    @staticmethod
    def _find(path: str, known: Mapping[str, Edit]) -> Edit | None:
        here = path.partition("|")[0]
        while here:
            if here in known:
                return known[here]
            cut = max(here.rfind("."), here.rfind("["))
            here = here[:cut] if cut > 0 else ""
        return None


def _document(
    old: DocumentRecord,
    new: DocumentRecord,
    before: Record,
    after: Record,
    heads: _Heads,
    tables: Sequence[Touched],
) -> Document:
    pairs = list(_pairs(old, new, before, after))
    if any(_is_narrative(row.path) for row in new.places):
        pairs += tables
    entries: dict[tuple[int, Place | None], tuple[Edit, Place]] = {}
    places = []
    paragraphs = {
        str(row.at) for one in (old, new) for row in one.places if _is_narrative(row.path)
    }
    for touched in pairs:
        edit = heads.of(touched.path) if None in (touched.old, touched.new) else None
        if edit is None:
            places.append(touched)
            continue
        # What prints paragraphs is found in each of them; else in its row as a whole.
        in_prose = str(touched.place.packed()) in paragraphs
        entries.setdefault((id(edit), touched.place if in_prose else None), (edit, touched.place))
    if entries:  # what stands beside what came or went, such as the unit's name, is no change
        places = [one for one in places if not _beside(one, before, after)]
    elsewhere = _elsewhere(old, new)
    for row in new.places if elsewhere else ():
        if row.path in elsewhere and (edit := heads.moved(row.path)) is not None:
            entries.setdefault((id(edit), None), (edit, row.place))
    return Document(
        places=tuple(sorted(places, key=lambda one: one.place.order)),
        entries=tuple(sorted(entries.values(), key=lambda pair: pair[1].order)),
        order=bool(elsewhere),
        template=_template(new, before, after),
    )


def _elsewhere(old: DocumentRecord, new: DocumentRecord) -> set[str]:
    """What both show, but not as the same one of all that both show."""
    was, now = (dict.fromkeys(row.path for row in one.places) for one in (old, new))
    before, after = [path for path in was if path in now], [path for path in now if path in was]
    return {path for path, other in zip(after, before, strict=True) if path != other}


def _beside(touched: Touched, before: Record, after: Record) -> bool:
    """Whether a value prints once more or less, and is what it was."""
    if None not in (touched.old, touched.new):
        return False
    figure = read_source(touched.path).figure
    was, now = before.values.get(figure), after.values.get(figure)
    return was is not None and now is not None and was["text"] == now["text"]


def _template(document: DocumentRecord, before: Record, after: Record) -> str:
    """The template of a document if it is another than before.

    An earlier gen did not say which one it was; then it is any that the document's kind has.
    """
    used = [document.template] if document.template else []
    used = used or [name for name in after.inputs if name.startswith(f"{TEMPLATES}/")]
    for name in used:
        if name in before.inputs and before.inputs[name] != after.inputs.get(name):
            return name
    return ""


# Places


def _pairs(
    old: DocumentRecord, new: DocumentRecord, before: Record, after: Record
) -> Iterator[Touched]:
    """Places whose text differs: values, and paragraphs in which no value tells it."""
    was, now = _by_path(old), _by_path(new)
    kinds = {path: kind for record in (before, after) for path, kind, _ in record.narrative}
    blocks = [
        (path, left, right)
        for path in dict.fromkeys([*now, *was])
        if _is_narrative(path)
        for left, right in _paired(
            was.get(path, ()), now.get(path, ()), kinds.get(path, "paragraph")
        )
    ]
    # What came or went with its paragraph is told by that.
    came = {right.place for _, left, right in blocks if left is None and right is not None}
    went = {left.place for _, left, right in blocks if right is None and left is not None}
    told: set[Place] = set()
    for path in dict.fromkeys([*now, *was]):
        if not _is_narrative(path):
            for left, right in _paired(was.get(path, ()), now.get(path, ())):
                row = right or left
                assert row is not None
                if (left is None and row.place in came) or (right is None and row.place in went):
                    continue
                texts = (_shown(one, path, after) for one in (left, right))
                yield Touched(path, row.place, row.section, *texts)
                told |= {one.place for one in (left, right) if one is not None}
    for path, left, right in blocks:
        row = right or left
        assert row is not None
        if None in (left, right) or row.place not in told:
            texts = (None if one is None else one.text for one in (left, right))
            yield Touched(path, row.place, row.section, *texts)


def _by_path(document: DocumentRecord) -> dict[str, list[Shown]]:
    rows: dict[str, list[Shown]] = defaultdict(list)
    for row in document.places:
        rows[row.path].append(row)
    return rows


def _is_narrative(path: str) -> bool:
    return path.removeprefix(GONE).startswith("正文[")


def _paired(
    before: Sequence[Shown], after: Sequence[Shown], kind: str = ""
) -> Iterator[tuple[Shown | None, Shown | None]]:
    """One value where it stood and stands, wherever it says something else."""
    was, now = ([bare(kind, row.text) for row in rows] for rows in (before, after))
    if not kind and len(was) == len(now):  # a value says the same everywhere
        pairs: Iterable[tuple[int | None, int | None]] = ((at, at) for at in range(len(was)))
    else:
        pairs = paired(was, now)
    for old, new in pairs:
        left = None if old is None else before[old]
        right = None if new is None else after[new]
        if (None if old is None else was[old]) != (None if new is None else now[new]):
            yield left, right


def _shown(row: Shown | None, path: str, record: Record) -> str | None:
    """What a place shows; Excel keeps 44.02% as 0.4402."""
    if row is None:
        return None
    source = read_source(path)
    unit = record.values.get(source.figure, {}).get("unit")
    ratio = source.kind.ratio if source.filter else unit == "%"
    if ratio and row.place.of_sheet and _NUMBER.fullmatch(row.text):
        return f"{(Decimal(row.text) * 100).normalize():f}%"
    return row.text
