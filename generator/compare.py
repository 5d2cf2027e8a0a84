"""Two records compared: which typed figures changed, what followed, and where it shows.

Works on records alone, so any two builds can be compared: the last one, a named version, or
the content as it stands now.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from generator.record import DocumentRecord, Record

_WORD = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?[%％]?|[A-Za-z]+|.", re.DOTALL)
_SCORE = re.compile(r"(?:^|\.)(?:自评(?:\.|$)|指标\[\d+\]\.(?:得分|完成率)$)")


@dataclass(frozen=True, slots=True)
class Change:
    """One value, old → new; ``None`` where it did not exist. ``at``: file, line, column.

    ``chain``: from a changed typed value to this one, by name (empty for a typed value).
    """

    path: str
    old: str | None
    new: str | None
    unit: str
    at: tuple[str, int, int]
    chain: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A narrative paragraph, old → new.

    ``pieces`` mark its words: ``=`` kept, ``-`` gone, ``+`` new.
    """

    old: str | None
    new: str | None
    pieces: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Touched:
    """A place of a document whose text changed."""

    path: str
    place: str
    section: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that differs between two records."""

    typed: tuple[Change, ...]
    derived: tuple[Change, ...]
    scores: tuple[Change, ...]
    narrative: tuple[Paragraph, ...]
    documents: Mapping[str, tuple[Touched, ...]]
    added: tuple[str, ...]
    removed: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """Whether nothing at all differs."""
        return not any(
            (self.typed, self.derived, self.scores, self.narrative, self.documents,
             self.added, self.removed)
        )  # fmt: skip


def compare(old: Record, new: Record) -> Difference:
    """What changed from ``old`` to ``new``."""
    changed = [
        path
        for path in dict.fromkeys([*new.values, *old.values])
        if _text(old, path) != _text(new, path) or _exact(old, path) != _exact(new, path)
    ]
    typed = [path for path in changed if not _derived(new, path) and not _derived(old, path)]
    chains = _chains(new, typed)
    changes = {path: _change(old, new, path, chains.get(path, ())) for path in changed}
    followed = [changes[path] for path in changed if path not in set(typed)]
    return Difference(
        typed=tuple(changes[path] for path in typed if not _SCORE.search(path)),
        derived=tuple(change for change in followed if not _SCORE.search(change.path)),
        scores=tuple(changes[path] for path in changed if _SCORE.search(path)),
        narrative=tuple(_paragraphs(old, new)),
        documents={
            name: touched
            for name in new.documents
            if name in old.documents
            and (touched := tuple(_touched(old.documents[name], new.documents[name])))
        },
        added=tuple(name for name in new.documents if name not in old.documents),
        removed=tuple(name for name in old.documents if name not in new.documents),
    )


def same(old: Record, new: Record) -> bool:
    """Whether two records describe the same set: equal but for the bytes of their inputs."""
    return (
        old.values == new.values
        and old.narrative == new.narrative
        and {name: document.sha256 for name, document in old.documents.items()}
        == {name: document.sha256 for name, document in new.documents.items()}
    )


# Values


def _text(record: Record, path: str) -> str | None:
    value = record.values.get(path)
    return None if value is None else value["text"]


def _exact(record: Record, path: str) -> Any:
    return record.values.get(path, {}).get("value")


def _derived(record: Record, path: str) -> bool:
    value = record.values.get(path, {})
    return "formula" in value or "inputs" in value


def _change(old: Record, new: Record, path: str, chain: tuple[str, ...]) -> Change:
    value = new.values.get(path) or old.values[path]
    before, after = _text(old, path), _text(new, path)
    if before is not None and before == after:
        # Prints the same, but the exact value behind it moved.
        before, after = _precise(old, path), _precise(new, path)
    file, line, column = value["at"]
    return Change(path, before, after, value.get("unit", ""), (file, line, column), chain)


def _precise(record: Record, path: str) -> str:
    value = record.values[path]
    numerator, _, denominator = value["value"].partition("/")
    scale = 100 if value["unit"] == "%" else 1
    exact = int(numerator) * scale / int(denominator or 1)
    return f"{exact:.6f}".rstrip("0").rstrip(".") + ("%" if scale == 100 else "")


def _chains(record: Record, starts: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Shortest way from a changed typed value to each value that rests on it."""
    dependants: dict[str, list[str]] = {}
    for path, value in record.values.items():
        for name in value.get("inputs", ()):
            dependants.setdefault(name, []).append(path)
    chains: dict[str, tuple[str, ...]] = {path: (path,) for path in starts}
    waiting = deque(chains)
    while waiting:
        path = waiting.popleft()
        for following in dependants.get(path, ()):
            if following not in chains:
                chains[following] = (*chains[path], following)
                waiting.append(following)
    return {path: chain for path, chain in chains.items() if len(chain) > 1}


# Paragraphs


def _paragraphs(old: Record, new: Record) -> Iterable[Paragraph]:
    before = [text for _, _, text in old.narrative]
    after = [text for _, _, text in new.narrative]
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            continue
        for left, right in _paired(before[a:b], after[c:d]):
            yield Paragraph(left, right, tuple(word_changes(left or "", right or "")))


def _paired(before: Sequence[str], after: Sequence[str]) -> Iterable[tuple[str | None, str | None]]:
    """Changed paragraphs side by side where they are alike, else one gone and one new."""
    rest = list(after)
    for text in before:
        alike = [
            (SequenceMatcher(None, text, other, autojunk=False).ratio(), other) for other in rest
        ]
        ratio, best = max(alike, default=(0.0, ""))
        if ratio >= 0.5:
            rest.remove(best)
            yield text, best
        else:
            yield text, None
    for text in rest:
        yield None, text


def word_changes(old: str, new: str) -> list[tuple[str, str]]:
    """``[("=", kept), ("-", gone), ("+", new) …]``; a number is one word."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    pieces: list[tuple[str, str]] = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(("=", "".join(before[a:b])))
            continue
        if b > a:
            pieces.append(("-", "".join(before[a:b])))
        if d > c:
            pieces.append(("+", "".join(after[c:d])))
    return pieces


# Places


def _touched(old: DocumentRecord, new: DocumentRecord) -> Iterable[Touched]:
    """Places whose text differs; the narrative's whole paragraphs are told elsewhere."""
    if old.sha256 == new.sha256:
        return
    before = [row for row in old.places if not row[0].startswith("正文[")]
    after = [row for row in new.places if not row[0].startswith("正文[")]
    matcher = SequenceMatcher(
        None, [row[0] for row in before], [row[0] for row in after], autojunk=False
    )
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            for left, right in zip(before[a:b], after[c:d], strict=True):
                if left[3] != right[3]:
                    yield Touched(right[0], right[1], right[2], left[3], right[3])
            continue
        for row in before[a:b]:
            yield Touched(row[0], row[1], row[2], row[3], None)
        for row in after[c:d]:
            yield Touched(row[0], row[1], row[2], None, row[3])
