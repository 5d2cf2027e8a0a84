"""Printed paragraphs compared: each with the one it was, wherever it stood."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Final

from generator.frozen import frozen
from generator.records.changes.likeness import text_likeness
from generator.records.changes.matching import Matching, in_order
from generator.records.changes.paths import GONE, names
from generator.records.record import Record
from generator.records.tree import Node

_WORD: Final = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?[%％]?|[A-Za-z]+|.", re.DOTALL)
#: What gen prints before headings and items; it counts on when one is put before.
_NUMERAL: Final = re.compile(
    r"(?:[一二三四五六七八九十百]{1,6}、|（(?:[一二三四五六七八九十百]{1,6}|\d{1,3})）|\d{1,3}[.)]"
    r"|[\u2460-\u2473]|[a-z]\.)"
)
#: Below that two texts are not one that changed; and so many are looked at.
_ALIKE: Final = 0.5
_MOST_ALIKE: Final = 64
#: A shorter text is no paragraph that others were joined with.
_LEAST: Final = 2
#: A paragraph that long is compared sentence by sentence.
_LONG: Final = 3000
_SENTENCE: Final = re.compile("[^。；！？\n]*[。；！？\n]|[^。；！？\n]+")


@frozen
class Paragraph:
    """A printed paragraph, old → new; None where there was or is none.

    ``path``: how records know it; ``pieces`` mark its words: ``=`` kept, ``-`` gone, ``+`` new;
    ``moved``: it stands elsewhere among the others, behind ``behind`` (empty: at the beginning).
    Of paragraphs that became one, or of one that became several, ``old`` or ``new`` holds each
    in a line of its own.
    """

    path: str
    old: str | None
    new: str | None
    pieces: tuple[tuple[str, str], ...]
    moved: bool = False
    behind: str = ""

    @property
    def same(self) -> bool:
        """Whether the words are what they were, whatever became of the paragraph."""
        return _unbroken(self.old) == _unbroken(self.new)


def _unbroken(text: str | None) -> str:
    return (text or "").replace("\n", "")


def bare(kind: str, text: str) -> str:
    """``text`` without the number that gen prints before a heading or item."""
    if kind not in ("heading", "item"):
        return text
    numeral = _NUMERAL.match(text)
    return text[numeral.end() :] if numeral else text


def compare(
    old: Record, new: Record, before: Node, after: Node, matching: Matching
) -> Iterator[Paragraph]:
    """Printed paragraphs that differ; ``old`` goes by the names of ``new``."""
    yield from _rejoined(list(_compare(old, new, before, after, matching)))


def _compare(
    old: Record, new: Record, before: Node, after: Node, matching: Matching
) -> Iterator[Paragraph]:
    was, now = _printed(old, before, matching, old_tree=True), _printed(new, after, matching)
    moved = _moved(list(was), list(now))
    last = ""
    gone = iter([path for path in was if path not in now])
    for path, texts in now.items():
        yield from _block(path, was.get(path, []), texts)
        if path in moved and texts:
            texts_before = was.get(path) or texts
            pieces = tuple(word_changes(texts_before[0], texts[0]))
            yield Paragraph(path, texts_before[0], texts[0], pieces, True, last)
        last = texts[-1] if texts else last
    for path in gone:
        for text in was[path]:
            yield Paragraph(path, text, None, (("-", text),))


def _rejoined(paragraphs: Sequence[Paragraph]) -> Iterator[Paragraph]:
    """Paragraphs that were joined or split, word for word, are told as that."""
    gone = {one.old: one for one in paragraphs if one.new is None and one.old}
    come = {one.new: one for one in paragraphs if one.old is None and one.new}
    made: dict[int, Paragraph] = {}
    taken: set[int] = set()
    for one in paragraphs:
        for whole, own, others in ((one.new, one.old, gone), (one.old, one.new, come)):
            parts = _parts(whole or "", {**others, own or "": one}) if not one.moved else []
            told = [others[part] for part in parts if part != own]
            if len(parts) > 1 and (own is None or own in parts) and not taken & set(map(id, told)):
                lines = "\n".join(parts)
                old, new = (lines, whole) if whole is one.new else (whole, lines)
                made[id(one)] = Paragraph(one.path, old, new, (("=", whole or ""),))
                taken |= {id(other) for other in (one, *told)}
    yield from (
        made.get(id(one), one) for one in paragraphs if id(one) in made or id(one) not in taken
    )


def _parts(whole: str, known: Mapping[str, object]) -> list[str]:
    """``whole`` as a row of ``known`` texts, each once; empty where it is none."""
    begins: dict[str, list[str]] = defaultdict(list)
    for text in filter(None, known):
        if len(text) >= _LEAST:
            begins[text[:_LEAST]].append(text)
    parts: list[str] = []
    at = 0
    while at < len(whole):
        found = [
            text for text in begins.get(whole[at : at + _LEAST], ()) if whole.startswith(text, at)
        ]
        longest = max(found, key=len, default="")
        if not longest or longest in parts:
            return []
        parts.append(longest)
        at += len(longest)
    return parts


def _block(path: str, before: Sequence[str], after: Sequence[str]) -> Iterator[Paragraph]:
    """What one block prints otherwise than before."""
    pairs = paired(before, after)
    stayed = [(old, new) for old, new in pairs if old is not None and new is not None]
    kept = in_order([old for old, _ in stayed])
    moved = {new for at, (_, new) in enumerate(stayed) if at not in kept}
    for old, new in pairs:
        left = None if old is None else before[old]
        right = None if new is None else after[new]
        if left != right:
            yield Paragraph(path, left, right, tuple(word_changes(left or "", right or "")))
        if new in moved and right is not None and new is not None:
            behind = after[new - 1] if new else ""
            yield Paragraph(path, right, right, (("=", right),), moved=True, behind=behind)


def _printed(
    record: Record, root: Node, matching: Matching, *, old_tree: bool = False
) -> dict[str, list[str]]:
    """What each block prints, without numbers before it; a table row by row."""
    columns: dict[str, int] = {}
    for node, path in names(root):
        if node.kind == "block" and node.children:
            there = matching.new_of(node) if old_tree else node
            at = there.at[1] if there is not None else 0
            known = f"正文[{at}]" if there is not None else f"{GONE}{path}"
            columns[known] = node.children[0].text.count(" | ") + 1
    printed: dict[str, list[str]] = defaultdict(list)
    cells: dict[str, list[str]] = defaultdict(list)
    for path, kind, text in record.narrative:
        if kind == "table" and path in columns:
            cells[path].append(text)
            if len(cells[path]) == columns[path]:
                printed[path].append("，".join(cells.pop(path)))
        else:
            printed[path].append(bare(kind, text))
    return printed


def _moved(was: Sequence[str], now: Sequence[str]) -> set[str]:
    places = {path: number for number, path in enumerate(was)}
    both = [path for path in now if path in places]
    kept = in_order([places[path] for path in both])
    return {path for at, path in enumerate(both) if at not in kept}


def paired(before: Sequence[str], after: Sequence[str]) -> list[tuple[int | None, int | None]]:
    """Which text of one block was which, in the order of ``after``, then what is gone.

    A loop prints a block as often as its list has items, so most texts are found as they were;
    of the rest those that are alike belong together. A block that prints once is itself.
    """
    if len(before) == len(after) == 1:
        return [(0, 0)]
    waiting: dict[str, list[int]] = defaultdict(list)
    for at in reversed(range(len(before))):
        waiting[before[at]].append(at)
    was: list[int | None] = [waiting[text].pop() if waiting[text] else None for text in after]
    free = sorted(at for held in waiting.values() for at in held)
    for at, text in enumerate(after):
        if was[at] is None and free:
            near = free[:_MOST_ALIKE]
            ratios = [(text_likeness(before[one], text), -one) for one in near]
            best, one = max(ratios)
            if best >= _ALIKE:
                was[at] = -one
                free.remove(-one)
    return [*((old, at) for at, old in enumerate(was)), *((at, None) for at in free)]


def word_changes(old: str, new: str) -> list[tuple[str, str]]:
    """``[("=", kept), ("-", gone), ("+", new) …]``; a number is one word."""
    words = _SENTENCE if len(old) + len(new) > _LONG else _WORD
    before, after = words.findall(old), words.findall(new)
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


def sentences(paragraph: Paragraph) -> tuple[str, str]:
    """Of a changed paragraph the sentences that changed, old and new.

    What was put in is told with the sentence before it, else with the one behind: that is where.
    """
    old, new = (_SENTENCE.findall(text or "") for text in (paragraph.old, paragraph.new))
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    changed = []
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "insert" and old:
            changed.append((a - 1, b, c - 1, d) if a else (a, b + 1, c, d + 1))
        elif kind != "equal":
            changed.append((a, b, c, d))
    before = "……".join("".join(old[a:b]) for a, b, _, _ in changed if b > a)
    after = "……".join("".join(new[c:d]) for _, _, c, d in changed if d > c)
    return before, after
