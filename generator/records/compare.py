"""Two records compared: which typed figures changed, what followed, and where it shows.

Works on records alone, so any two builds can be compared: the last one, a named version, or
the content as it stands now.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from difflib import SequenceMatcher
from fractions import Fraction
from typing import Any

from generator.figures.amounts import show
from generator.frozen import frozen
from generator.language.wording import read_source
from generator.problems.place import Place
from generator.records.record import CHECKLIST_FOLDER, DocumentRecord, Record, Shown

_WORD = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?[%％]?|[A-Za-z]+|.", re.DOTALL)
#: As cells hold it; a longer exponent is no value's, and would be written out in full.
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?")
_ALIKE = 0.5
_NEAR = 8
_PRECISE = 8
_GRADE = "自评.等级"
_EVALUATION = re.compile(r"(?:^|\.)自评\.")
_SCORE = re.compile(r"(?:^|\.)(?:自评\.|指标\[\d+\]\.(?:得分|完成率)$)")


@frozen
class Change:
    """One value, old → new; ``None`` where it did not exist. ``at``: file, line, column.

    ``chain``: from a changed typed value to this one, by name (empty for a typed value).
    ``hidden``: it prints as before and only the exact value behind the text moved; ``old`` and
    ``new`` are then that value.
    """

    path: str
    old: str | None
    new: str | None
    unit: str
    at: tuple[str, int, int]
    chain: tuple[str, ...] = ()
    hidden: bool = False


@frozen
class Paragraph:
    """A narrative paragraph, old → new.

    ``pieces`` mark its words: ``=`` kept, ``-`` gone, ``+`` new.
    """

    old: str | None
    new: str | None
    pieces: tuple[tuple[str, str], ...]


@frozen
class Touched:
    """A place of a document whose text changed."""

    path: str
    place: Place
    section: str
    old: str | None
    new: str | None


@frozen
class Difference:
    """Everything that differs between two records.

    ``documents``: every document of both whose bytes differ, with the places that show it; none
    when only its template changed.
    """

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
    changed = sorted(
        (
            path
            for path in dict.fromkeys([*new.values, *old.values])
            if _text(old, path) != _text(new, path) or _exact(old, path) != _exact(new, path)
        ),
        key=lambda path: (*_value(old, new, path)["at"], path),
    )
    typed = [path for path in changed if not _derived(new, path) and not _derived(old, path)]
    chains = _chains(new, typed)
    changes = {path: _change(old, new, path, chains.get(path, ())) for path in changed}
    followed = [changes[path] for path in changed if path not in set(typed)]
    before, after = _set(old), _set(new)
    return Difference(
        typed=tuple(changes[path] for path in typed),
        derived=tuple(change for change in followed if not is_score(change.path)),
        scores=tuple(change for change in followed if is_score(change.path)),
        narrative=tuple(_paragraphs(old, new)),
        documents={
            name: tuple(_touched(before[name], after[name], new))
            for name in sorted(after)
            if name in before and before[name].sha256 != after[name].sha256
        },
        added=tuple(sorted(set(after) - set(before))),
        removed=tuple(sorted(set(before) - set(after))),
    )


def _set(record: Record) -> dict[str, DocumentRecord]:
    """The documents handed in; lists for ticking off follow from them."""
    own = f"{CHECKLIST_FOLDER}/"
    return {name: one for name, one in record.documents.items() if not name.startswith(own)}


# Values


def _text(record: Record, path: str) -> str | None:
    value = record.values.get(path)
    return None if value is None else value["text"]


def _exact(record: Record, path: str) -> Any:
    return record.values.get(path, {}).get("value")


def _value(old: Record, new: Record, path: str) -> Mapping[str, Any]:
    return new.values.get(path) or old.values[path]


def _derived(record: Record, path: str) -> bool:
    value = record.values.get(path, {})
    return "formula" in value or "inputs" in value or _EVALUATION.search(path) is not None


def is_score(path: str) -> bool:
    """Whether ``path`` is part of an evaluation: a score, a rate it rests on, a grade."""
    return _SCORE.search(path) is not None


def inputs(record: Record, path: str) -> Sequence[str]:
    """The names that the value of ``path`` rests on directly."""
    if path.endswith(_GRADE):
        return (path.removesuffix("等级") + "总分",)
    found: Sequence[str] = record.values[path].get("inputs", ())
    return found


def _change(old: Record, new: Record, path: str, chain: tuple[str, ...]) -> Change:
    value = _value(old, new, path)
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


def _chains(record: Record, starts: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Shortest way from a changed typed value to each value that rests on it."""
    dependants: dict[str, list[str]] = {}
    for path in record.values:
        for name in inputs(record, path):
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
    rest = dict(enumerate(after))
    for number, text in enumerate(before):
        # Far away there is rarely a match, and a rewritten report has many paragraphs.
        here = number * len(after) // len(before)
        near = {key: other for key, other in rest.items() if abs(key - here) <= _NEAR}
        best = _likest(text, near)
        yield text, None if best is None else rest.pop(best)
    for text in rest.values():
        yield None, text


def _likest(text: str, others: Mapping[int, str]) -> int | None:
    """The key of the first of the ``others`` most like ``text``, if it is alike at all."""
    ratio, best = _ALIKE, None
    matcher: SequenceMatcher[str] = SequenceMatcher(None, autojunk=False)
    matcher.set_seq2(text)
    for key, other in others.items():
        matcher.set_seq1(other)
        # The first two are upper bounds of the third, and cheap.
        if (
            matcher.real_quick_ratio() >= ratio
            and matcher.quick_ratio() >= ratio
            and (found := matcher.ratio()) >= ratio
            and (best is None or found > ratio)
        ):
            ratio, best = found, key
    return best


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


def _touched(old: DocumentRecord, new: DocumentRecord, record: Record) -> Iterable[Touched]:
    """Places whose text differs, in the order of the new document."""
    found = [*_marks(old, new, record)]
    # A paragraph is named as a whole only where none of its figures tells the change.
    told = {place for touched, old_place in found for place in (touched.place, old_place)}
    before, after = _narrative(old), _narrative(new)
    keys = [row.text for row in before], [row.text for row in after]
    matcher = SequenceMatcher(None, keys[0], keys[1], autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            continue
        gone, come = list(before[a:b]), list(after[c:d])
        for left_text, right_text in _paired(keys[0][a:b], keys[1][c:d]):
            left = _take(gone, left_text)
            right = _take(come, right_text)
            row = right or left
            assert row is not None
            if row.place not in told:
                touched = Touched(row.path, row.place, row.section, left_text, right_text)
                found.append((touched, row.place))
    found.sort(key=lambda pair: pair[0].place.order)
    return (touched for touched, _ in found)


def _take(rows: list[Shown], text: str | None) -> Shown | None:
    for number, row in enumerate(rows):
        if row.text == text:
            return rows.pop(number)
    return None


def _is_narrative(row: Shown) -> bool:
    return row.path.startswith("正文[")


def _narrative(document: DocumentRecord) -> list[Shown]:
    return [row for row in document.places if _is_narrative(row)]


def _marks(
    old: DocumentRecord, new: DocumentRecord, record: Record
) -> Iterable[tuple[Touched, Place]]:
    """Values whose text differs, with the place they had before."""
    before = [row for row in old.places if not _is_narrative(row)]
    after = [row for row in new.places if not _is_narrative(row)]
    matcher = SequenceMatcher(
        None, [row.path for row in before], [row.path for row in after], autojunk=False
    )
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            for left, right in zip(before[a:b], after[c:d], strict=True):
                if left.text != right.text:
                    texts = (_shown(row, record) for row in (left, right))
                    yield Touched(right.path, right.place, right.section, *texts), left.place
            continue
        for row in before[a:b]:
            gone = _shown(row, record)
            yield Touched(row.path, row.place, row.section, gone, None), row.place
        for row in after[c:d]:
            come = _shown(row, record)
            yield Touched(row.path, row.place, row.section, None, come), row.place


def _shown(row: Shown, record: Record) -> str:
    """What a place shows; Excel keeps 44.02% as 0.4402."""
    source = read_source(row.path)
    unit = record.values.get(source.figure, {}).get("unit")
    ratio = source.kind.ratio if source.filter else unit == "%"
    if ratio and row.place.of_sheet and _NUMBER.fullmatch(row.text):
        return f"{(Decimal(row.text) * 100).normalize():f}%"
    return row.text
