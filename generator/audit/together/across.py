"""Numbers of one name in several places: text and tables, and the files of a set."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from generator.audit.model import Document
from generator.audit.together import scores
from generator.checks.sentences.lexicon import Lexicon
from generator.checks.sentences.model import (
    HOLDS,
    MONEY_UNIT,
    WRONG,
    Amount,
    Claim,
    Kind,
    Tag,
    Verdict,
)
from generator.checks.sentences.scan import tag_of
from generator.checks.sentences.tables.grid import Table
from generator.frozen import frozen

#: Tables of which so many cells are the same are one table.
_SAME_TABLE: Final = 4, 5
_LEAST_DIGITS: Final = 3
_MOST_TABLES: Final = 60
_MOST_FACTS: Final = 60
_LEAD: Final = re.compile(r"^(?:[（(][一二三四五六七八九十\d]{1,2}[)）]|\d{1,2}[.、])")


@frozen
class Fact:
    """An amount by its name. ``document``: which file of the set."""

    name: str
    tag: Tag
    amount: Amount
    document: int
    in_table: bool
    words: str

    @property
    def where(self) -> str:
        """In words."""
        return "表" if self.in_table else "正文"


def compare(documents: Sequence[Document], lexicon: Lexicon) -> dict[int, list[Claim]]:
    """Claims of each document that others, or its own tables, confirm or contradict."""
    out: dict[int, list[Claim]] = {}
    facts: dict[tuple[str, Tag], list[Fact]] = {}
    for number, document in enumerate(documents):
        for fact in _facts(number, document, lexicon):
            facts.setdefault((fact.name, fact.tag), []).append(fact)
    for same in facts.values():
        for number, one in _compared(same):
            out.setdefault(number, []).append(one)
    for number, one in (*_copies(documents), *scores.compare(documents)):
        out.setdefault(number, []).append(one)
    return out


def _facts(number: int, document: Document, lexicon: Lexicon) -> Iterator[Fact]:
    year = document.examined.reading.year
    for row in document.examined.reading.rows:
        if not _telling(row.name, lexicon):
            continue
        for tag, amount in row.levels:
            if amount.unit == MONEY_UNIT and not amount.about and amount.value:
                yield Fact(row.name, tag, amount, number, False, row.label)
    for table in document.tables:
        yield from _of_table(number, table, lexicon, year)


def _telling(name: str, lexicon: Lexicon) -> bool:
    return len(name) >= 4 or lexicon.known(name)


def _of_table(number: int, table: Table, lexicon: Lexicon, year: int) -> Iterator[Fact]:
    for band in table.bands:
        for r in band.rows:
            words = _LEAD.sub("", table.label(r).rpartition(" ")[2].rpartition("：")[2])
            name = lexicon.name(lexicon.core(words))
            if not _telling(name, lexicon):
                continue
            for c in range(table.width):
                amount = table.cells.get((r, c))
                head = band.heads[c] if c < len(band.heads) else ""
                if (
                    amount is None
                    or amount.unit
                    or not amount.value
                    or not re.search(r"[算行计额数]", head)
                ):
                    continue
                yield Fact(name, tag_of(head, year), amount, number, True, head)


def _compared(same: list[Fact]) -> Iterator[tuple[int, Claim]]:
    """Of one name, time and side: what agrees, and what is one slip away from all others."""
    values = {fact.amount.value for fact in same}
    for fact in same[:_MOST_FACTS]:
        here = fact.document, fact.in_table
        others = [o for o in same[:_MOST_FACTS] if (o.document, o.in_table) != here]
        if not others or (fact.in_table and not any(o.in_table for o in others)):
            continue
        kind: Kind = "table = table" if fact.in_table else "text = table"
        one = next((o for o in others if o.amount.value == fact.amount.value), None)
        if one is not None:
            because = f"“{fact.name}”在{one.where}里也是{one.amount.shown}"
            yield fact.document, Claim(kind, fact.amount, (), HOLDS, because)
        elif len(values) == 2 and len({o.amount.value for o in others}) == 1:
            one = others[0]
            if _slip(one.amount, fact.amount):
                two = f"{one.where}里是{one.amount.shown}，这里是{fact.amount.shown}"
                yield fact.document, Claim(kind, fact.amount, (), WRONG, f"“{fact.name}”在{two}")


def _slip(one: Amount, other: Amount) -> bool:
    """Whether two numbers differ by one digit, or two that changed places."""
    a, b = one.text, other.text
    if len(a.replace(".", "").strip("0")) < _LEAST_DIGITS or len(a) != len(b):
        return False
    apart = [i for i, (x, y) in enumerate(zip(a, b, strict=True)) if x != y]
    if len(apart) == 2 and apart[1] - apart[0] == 1:
        first, second = apart
        return (a[first], a[second]) == (b[second], b[first])
    return len(apart) == 1


# The same table in two files


def _copies(documents: Sequence[Document]) -> Iterator[tuple[int, Claim]]:
    tables = [(n, t) for n, document in enumerate(documents) for t in document.tables][
        :_MOST_TABLES
    ]
    for at, (number, one) in enumerate(tables):
        for other_number, other in tables[at + 1 :]:
            if number != other_number:
                yield from _copy(number, one, other_number, other)


def _copy(n: int, one: Table, m: int, other: Table) -> Iterator[tuple[int, Claim]]:
    mine, theirs = _by_words(one), _by_words(other)
    shared = [key for key in mine if key in theirs]
    if len(shared) < 4 or len(shared) * 2 < min(len(mine), len(theirs)):
        return
    same = [key for key in shared if _equal(mine[key], theirs[key])]
    if len(same) * _SAME_TABLE[1] < len(shared) * _SAME_TABLE[0]:
        return
    for key in shared:
        a, b = mine[key], theirs[key]
        verdict: Verdict = HOLDS if key in same else WRONG
        words = "也是" if key in same else "是"
        for number, own, far in ((n, a, b), (m, b, a)):
            named = (key[0] or key[1])[-24:]
            because = f"另一份文件的同一张表里，“{named}”{words}{far.shown}"
            yield number, Claim("table = table", own, (), verdict, because)


def _equal(one: Amount, other: Amount) -> bool:
    a, b = one.value, other.value
    return a == b or (
        one.unit != other.unit and "%" in (one.unit, other.unit) and a in (b * 100, b / 100)
    )


def _by_words(table: Table) -> dict[tuple[str, str, int], Amount]:
    """Each number by the words of its row and column, counted where they repeat."""
    found: dict[tuple[str, str, int], Amount] = {}
    for band in table.bands:
        for r in band.rows:
            label = table.label(r)
            for c in range(table.width):
                amount = table.cells.get((r, c))
                head = re.sub(r"\s", "", band.heads[c]) if c < len(band.heads) else ""
                if amount is None or not (label or head):
                    continue
                count = 0
                while (label, head, count) in found and count < 20:
                    count += 1
                found[label, head, count] = amount
    return found
