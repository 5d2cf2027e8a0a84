"""Two records compared: what was edited, what followed, and where it shows.

Works on records alone, so any two builds can be compared: the last one, a named version, or
the content as it stands now. Before anything is compared the old record is brought under the
names of the new one, so that what only moved is not taken for something else.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import PurePosixPath
from typing import Any, Final

from generator.figures.amounts import show
from generator.frozen import frozen
from generator.records.changes import earlier, prose, showing
from generator.records.changes.edits import ADDED, CHANGED, REMOVED, Edit, edits
from generator.records.changes.matching import Matching
from generator.records.changes.paths import GONE, Renaming, names
from generator.records.changes.prose import Paragraph
from generator.records.changes.showing import Document
from generator.records.record import DocumentRecord, Record
from generator.records.tree import Node, grown
from generator.records.values import inputs, is_score
from generator.records.words import Words

_PRECISE: Final = 8


@frozen
class Change:
    """One value that followed, old → new; ``None`` where it did not exist. ``at``: its place.

    ``chain``: from an edited value to this one, by name. ``hidden``: it prints as before and
    only the exact value behind the text moved; ``old`` and ``new`` are then that value.
    """

    path: str
    old: str | None
    new: str | None
    unit: str
    at: tuple[str, int, int]
    chain: tuple[str, ...] = ()
    hidden: bool = False


@frozen
class Difference:
    """Everything that differs between two records, by the names of the new one.

    ``edits``: what a writer did; ``derived`` and ``scores``: the values that followed;
    ``narrative``: printed paragraphs; ``documents``: of both whose bytes differ, each with what
    shows it; ``renamed``: the same document under another name, old and new. ``old`` is the
    older record under the names of ``new``; ``was`` and ``now`` know their words, and ``gone``
    what became of the values of what was removed.
    """

    edits: tuple[Edit, ...]
    derived: tuple[Change, ...]
    scores: tuple[Change, ...]
    narrative: tuple[Paragraph, ...]
    documents: Mapping[str, Document]
    renamed: tuple[tuple[str, str], ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    old: Record
    new: Record
    was: Words
    now: Words

    @property
    def empty(self) -> bool:
        """Whether nothing at all differs."""
        return not any(
            (self.edits, self.derived, self.scores, self.narrative, self.documents,
             self.renamed, self.added, self.removed)
        )  # fmt: skip

    def files_of(self, edit: Edit) -> list[str]:
        """The documents, without extension, that a new or former project or table has of its own.

        Those that came or went with it; else those that show it.
        """
        if edit.kind not in (ADDED, REMOVED) or edit.node.kind not in ("project", "table"):
            return []
        record, words, names = (
            (self.new, self.now, self.added)
            if edit.kind == ADDED
            else (self.old, self.was, self.removed)
        )
        path = words.path(edit.node) or ""
        head = path if edit.kind == ADDED else f"{GONE}{path}"
        own = [name for name in names if _is_about(record.documents[name], head)]
        shown = [
            name
            for name, document in self.documents.items()
            if any(entry is edit for entry, _ in document.entries)
        ]
        return list(dict.fromkeys(PurePosixPath(name).stem for name in own or shown))


def _is_about(document: DocumentRecord, head: str) -> bool:
    below = sum(row.path.startswith((f"{head}.", f"{head}[")) for row in document.places)
    return below * 2 > len(document.places)


def compare(old: Record, new: Record) -> Difference:
    """What changed from ``old`` to ``new``."""
    before, after = _trees(old, new)
    matching = Matching(before, after)
    was, now = Words(old, before), Words(new, after)
    told = tuple(edits(before, after, matching))
    renamed = Renaming(before, after, matching, new.values).record(old)
    followed = _followed(renamed, new, after, matching, told)
    paragraphs = tuple(prose.compare(renamed, new, before, after, matching))
    shown = showing.compare(renamed, new, told, paragraphs, was, now)
    return Difference(
        edits=told,
        derived=tuple(change for change in followed if not is_score(change.path)),
        scores=tuple(change for change in followed if is_score(change.path)),
        narrative=paragraphs,
        documents=shown.documents,
        renamed=shown.renamed,
        added=shown.added,
        removed=shown.removed,
        old=renamed,
        new=new,
        was=was,
        now=now,
    )


def _trees(old: Record, new: Record) -> tuple[Node, Node]:
    """What was typed for each; of both only as much as the older record keeps."""
    before, after = grown(old.content), grown(new.content)
    if before is not None and after is not None:
        return before, after
    known, record = (after, new) if after is not None else (before, old)
    typed = {
        earlier.known_as(record, path)
        for node, path in (names(known) if known is not None else ())
        if not node.children
    }
    return earlier.tree(old, typed), earlier.tree(new, typed)


# Values


def _followed(
    old: Record,
    new: Record,
    after: Node,
    matching: Matching,
    told: Sequence[Edit],
) -> list[Change]:
    """Values that differ and are not told by an edit, in the order of the files."""
    now = {id(node): path for node, path in names(after)}
    typed = {now[id(edit.node)] for edit in told if edit.kind == CHANGED and id(edit.node) in now}
    # What came is told as a whole; a cell may only be typed now what was worked out before.
    covered = _Below(
        path
        for node, path in names(after)
        if matching.old_of(node) is None and not (node.kind == "cell" and path in old.values)
    )
    starts = [*typed, *(path for path in new.values if path in covered)]
    gone = [path for path in old.values if path.startswith(GONE)]
    chains = _chains(old, new, starts, gone)
    changed = [
        path
        for path in dict.fromkeys([*new.values, *old.values])
        if not path.startswith(GONE)
        and path not in covered
        and (_text(old, path) != _text(new, path) or _exact(old, path) != _exact(new, path))
        and path not in typed
        and not _beside(old, new, path)
    ]
    found = [_change(old, new, path, chains.get(path, ())) for path in changed]
    return sorted(found, key=lambda change: (change.at, change.path))


def _beside(old: Record, new: Record, path: str) -> bool:
    """Whether they are words that gen makes of what is typed, and told, beside (二级, 类型)."""
    value = new.values.get(path) or old.values[path]
    return "value" not in value and not is_score(path)


class _Below:
    """Whether a path is one of some paths, or below one."""

    def __init__(self, heads: Iterable[str]) -> None:
        self._heads = frozenset(heads)

    def __contains__(self, path: str) -> bool:
        here = path
        while here:
            if here in self._heads:
                return True
            cut = max(here.rfind("."), here.rfind("["))
            here = here[:cut] if cut > 0 else ""
        return False


def _text(record: Record, path: str) -> str | None:
    value = record.values.get(path)
    return None if value is None else value["text"]


def _exact(record: Record, path: str) -> Any:
    return record.values.get(path, {}).get("value")


def _change(old: Record, new: Record, path: str, chain: tuple[str, ...]) -> Change:
    value = new.values.get(path) or old.values[path]
    before, after = _text(old, path), _text(new, path)
    hidden = before is not None and before == after
    if hidden:
        before, after = _precise(old, path), _precise(new, path)
    file, line, column = value["at"]
    return Change(path, before, after, value.get("unit", ""), (file, line, column), chain, hidden)


def _precise(record: Record, path: str) -> str:
    """The value with more decimals than it prints; both unlike values may still look alike."""
    value = record.values[path]
    if "value" not in value:
        return str(value["text"])
    percent = value["unit"] == "%"
    exact = Fraction(value["value"]) * (100 if percent else 1)
    return show(exact, _PRECISE) + ("%" if percent else "")


def _chains(
    old: Record, new: Record, starts: Iterable[str], gone: Iterable[str]
) -> dict[str, tuple[str, ...]]:
    """Shortest way from an edited value to each value that rests on it, or rested on it."""
    dependants: dict[str, list[str]] = {}
    for record in (new, old):
        for path in record.values:
            for name in inputs(record, path):
                dependants.setdefault(name, []).append(path)
    chains: dict[str, tuple[str, ...]] = {path: (path,) for path in (*starts, *gone)}
    waiting = deque(chains)
    while waiting:
        path = waiting.popleft()
        for following in dependants.get(path, ()):
            if following not in chains:
                chains[following] = (*chains[path], following)
                waiting.append(following)
    return {path: chain for path, chain in chains.items() if len(chain) > 1}
