"""Which line of an edited document is which of the printed one; which words became which.

Lines that say the same and stand once on each side hold the rest in place; between them the most
alike ones belong together. Time grows with the size of the documents: what would take longer is
paired in order.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final, TypeAlias

from generator.records.changes.likeness import text_likeness
from generator.records.changes.matching import in_order
from generator.records.changes.prose import word_changes

#: A line and what it became; None where there is none.
Pair: TypeAlias = tuple[int | None, int | None]
#: ``old[a:b]`` became ``new[c:d]``.
Hunk: TypeAlias = tuple[int, int, int, int]

#: Below that two lines are not one that changed.
ALIKE: Final = 0.45
#: So many pairs of lines between two anchors are held against each other.
_MOST: Final = 4000
#: Equal characters of two texts, each with each; natural texts of a page have a tenth of it.
_MOST_ALIKE: Final = 120_000
_NUMBER: Final = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?[%％]?")


def paired(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    """Each line of both, in the order of ``new``; what is gone stands where it stood."""
    pairs: list[Pair] = []
    a = b = 0
    for at, there in [*_anchors(old, new), (len(old), len(new))]:
        pairs += _between(old, new, (a, at), (b, there))
        if at < len(old):
            pairs.append((at, there))
        a, b = at + 1, there + 1
    return pairs


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Lines that are there once in each, as far as they stand in the same order."""
    counts = Counter(old), Counter(new)
    where = {text: at for at, text in enumerate(old) if counts[0][text] == 1}
    both = [
        (where[text], at) for at, text in enumerate(new)
        if counts[1][text] == 1 and text in where
    ]  # fmt: skip
    kept = in_order([at for at, _ in both])
    return [pair for number, pair in enumerate(both) if number in kept]


def _between(
    old: Sequence[str], new: Sequence[str], a: tuple[int, int], b: tuple[int, int]
) -> list[Pair]:
    (start, end), (begin, stop) = a, b
    head: list[Pair] = []
    tail: list[Pair] = []
    while start < end and begin < stop and old[start] == new[begin]:
        head.append((start, begin))
        start, begin = start + 1, begin + 1
    while start < end and begin < stop and old[end - 1] == new[stop - 1]:
        tail.append((end - 1, stop - 1))
        end, stop = end - 1, stop - 1
    rows, columns = end - start, stop - begin
    if not rows or not columns:
        inner: list[Pair] = [(at, None) for at in range(start, end)]
        inner += [(None, at) for at in range(begin, stop)]
    elif rows * columns > _MOST:
        inner = _in_turn(old, new, range(start, end), range(begin, stop))
    else:
        inner = _best(old, new, range(start, end), range(begin, stop))
    return [*head, *inner, *reversed(tail)]


def _in_turn(old: Sequence[str], new: Sequence[str], a: range, b: range) -> list[Pair]:
    """In order, as long as two lines are alike at all."""
    pairs: list[Pair] = []
    left, right = list(a), list(b)
    for one, other in zip(left, right, strict=False):
        if text_likeness(old[one], new[other]) >= ALIKE:
            pairs.append((one, other))
        else:
            pairs += [(one, None), (None, other)]
    pairs += [(one, None) for one in left[len(right) :]]
    return pairs + [(None, other) for other in right[len(left) :]]


def _best(old: Sequence[str], new: Sequence[str], a: range, b: range) -> list[Pair]:
    """The pairs that are most alike in all, none of them crossing."""
    rows, columns = len(a), len(b)
    alike = [[text_likeness(old[i], new[j]) for j in b] for i in a]
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in reversed(range(rows)):
        for j in reversed(range(columns)):
            with_both = best[i + 1][j + 1] + alike[i][j] if alike[i][j] >= ALIKE else -1.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], with_both)
    pairs: list[Pair] = []
    i = j = 0
    while i < rows or j < columns:
        if i == rows:
            pairs.append((None, b[j]))
            j += 1
        elif j == columns or best[i][j] == best[i + 1][j]:
            pairs.append((a[i], None))
            i += 1
        elif best[i][j] == best[i][j + 1]:
            pairs.append((None, b[j]))
            j += 1
        else:
            pairs.append((a[i], b[j]))
            i, j = i + 1, j + 1
    return pairs


def hunks(old: str, new: str) -> list[Hunk]:
    """What changed from ``old`` to ``new``, a number being one word.

    Where as many numbers were exchanged as there were, each became one of them.
    """
    was, now = Counter(old), Counter(new)
    if sum(count * now[char] for char, count in was.items()) > _MOST_ALIKE:
        return _whole(old, new)
    found: list[Hunk] = []
    a = c = b = d = 0
    for sign, text in [*word_changes(old, new), ("=", "")]:
        if sign == "-":
            b += len(text)
        elif sign == "+":
            d += len(text)
        else:
            if b > a or d > c:
                found += _by_numbers(old, new, (a, b, c, d))
            a = b = b + len(text)
            c = d = d + len(text)
    return found


def _whole(old: str, new: str) -> list[Hunk]:
    """One change, without what both begin and end with: texts that repeat themselves for long."""
    limit = min(len(old), len(new))
    start = next((n for n in range(limit) if old[n] != new[n]), limit)
    rest = limit - start
    end = next((n for n in range(rest) if old[-1 - n] != new[-1 - n]), rest)
    return [(start, len(old) - end, start, len(new) - end)]


def _by_numbers(old: str, new: str, hunk: Hunk) -> list[Hunk]:
    a, b, c, d = hunk
    was, now = list(_NUMBER.finditer(old, a, b)), list(_NUMBER.finditer(new, c, d))
    if not was or len(was) != len(now):
        return [hunk]
    parts: list[Hunk] = []
    for left, right in zip(was, now, strict=True):
        parts.append((a, left.start(), c, right.start()))
        parts.append((*left.span(), *right.span()))
        a, c = left.end(), right.end()
    parts.append((a, b, c, d))
    return [
        (one, two, three, four) for one, two, three, four in parts
        if old[one:two] != new[three:four]
    ]  # fmt: skip
