"""Words that no report should hold: prompts left over, typos, phrases that are not right."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import Final

from generator.checks.nearly import near, one_off, without
from generator.checks.rules.prose import WITHOUT_PERCENT
from generator.checks.rules.years import YEAR, compares, opens, quoted
from generator.checks.sentences.model import Reading, Row
from generator.content.model import CheckData, Correction
from generator.content.wordings import HAN, any_of, held, in_context

#: Forms have notes, reports have text.
_REPORT: Final = 1500
_AROUND: Final = 20
#: 占比42.5，: a rate by its name.
_NO_PERCENT: Final = re.compile(
    rf"{WITHOUT_PERCENT}|(?:增长|下降|占比|完成率|执行率)(?:了|为)?(\d{{1,3}}\.\d{{1,2}})(?=[，。；])"
)
#: Titles are short; a year that all of them name is the one that the document is about.
_TITLE: Final = 40
_TITLES: Final = 12
#: Names that a table tells so often are right.
_OFTEN: Final = 3
#: Names so long are told in sentences as well.
_LONG_NAME: Final = 6
_OPENING: Final = re.compile(
    rf"{HAN}{{6,30}}?(?=[是的，]|位于|成立于|负责|承担|内设|现有|下设|主要)"
)
_NAME: Final = re.compile(rf"(?:{HAN}|[（）()]){{3,40}}")


def wordings(data: CheckData, text: str) -> Iterator[tuple[str, str]]:
    """What is wrong with the words of ``text``: (the words, why)."""
    for found in re.finditer(any_of((*data.leftovers, *data.prompts)) or "(?!)", text):
        yield found[0], "是模板里没有选、没有填的字样"
    for right, found in _forms(data.typos, text):
        yield found[0], f"是否为“{right}”"
    fine = {phrase.right for phrase in data.phrases} | set(data.fine_phrases)
    for right, found in _forms(data.phrases, text):
        around = text[max(0, found.start() - _AROUND) : found.end() + _AROUND]
        if found[0] not in fine and not any(good in around for good in fine):
            yield found[0], f"应当是“{right}”"
    for found in _NO_PERCENT.finditer(text):
        yield found[0].removeprefix("万元，"), "后面少了%"
    accounts = sorted(data.accounts, key=len, reverse=True)
    bare = without(text, accounts)
    for name in accounts:
        for _, found_name in near(name, bare):
            if found_name not in data.near_accounts:
                yield found_name, f"不是科目的名称，是否为“{name}”"


def _forms(phrases: Sequence[Correction], text: str) -> Iterator[tuple[str, re.Match[str]]]:
    for phrase in phrases:
        for form in phrase.forms:
            if held(form) in text:
                for found in re.finditer(in_context(phrase, form), text):
                    yield phrase.right, found


def year_of(texts: Sequence[str]) -> int:
    """The year that the first titles of a document name; 0 where they name none or several."""
    titles = [text for text in texts[:_TITLES] if len(text) <= _TITLE and "。" not in text]
    found = {int(year) for text in titles for year in re.findall(rf"{YEAR}(?!\d{{1,2}}月)", text)}
    return found.pop() if len(found) == 1 else 0


def strange_years(
    data: CheckData, text: str, year: int, *, cell: bool
) -> Iterator[tuple[str, str]]:
    """Years of sentences that should tell of ``year``; ``cell``: goals and results of a form."""
    if not year or str(year - 1) not in text:
        return
    bare = quoted(text)
    for clause in re.finditer("[^。；\n]+", bare):
        historic = any(word in clause[0] for word in data.history)
        for found in re.compile(YEAR).finditer(bare, *clause.span()):
            own = (cell and not historic and not compares(bare, found)) or opens(bare, found)
            if int(found[1]) == year - 1 and own:
                yield (
                    text[found.start() : found.end() + 12],
                    f"写的是{found[1]}年，这份是{year}年度的",
                )


def strange_names(
    data: CheckData, cells: Sequence[str], texts: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """Names of offices, used once, that are one character off one that is used often.

    Short ones only where they fill a cell: in a sentence they may be part of something else.
    """
    names = {
        cell for cell in cells if cell.endswith(data.organisations) and _NAME.fullmatch(cell)
    }  # fmt: skip
    whole = "\n".join((*texts, *cells))
    often = {name for name in names if whole.count(name) >= _OFTEN}
    often |= {found for found in _abbreviated(whole) if found.endswith(data.organisations)}
    often |= {name for name in _opening(texts, data) if whole.count(name) >= _OFTEN}
    apart = set(data.places) | set(data.distinctions)
    bare = without(whole, sorted(often, key=len, reverse=True))
    told: set[str] = set()
    for right in sorted(often):
        found = {name for name in names if len(name) == len(right) and one_off(right, name)}
        if len(right) >= _LONG_NAME:
            found |= {name for _, name in near(right, bare) if len(name) == len(right)}
        for name in sorted(found - often - told):
            differs = any(a != b and a in apart for a, b in zip(name, right, strict=True))
            if whole.count(name) == 1 and not differs:
                told.add(name)
                yield name, right


def _opening(texts: Sequence[str], data: CheckData) -> Iterator[str]:
    """Long names that paragraphs begin with: X是…, X的…, X负责…."""
    for text in texts:
        start = _OPENING.match(text)
        if start is not None and start[0].endswith(data.organisations):
            yield start[0]


def strange_accounts(data: CheckData, reading: Reading) -> Iterator[tuple[int, str]]:
    """Accounts of the outturn that the list of the budget, which has three and more, lacks."""
    accounts = set(data.accounts)

    def accounted(row: Row) -> bool:
        return row.label in accounts and not any(tag.what for tag, _ in row.levels)

    lists = [
        [row.label for row in (*one.rows, *takewhile(accounted, one.tail))]
        for one in reading.listings
    ]
    budget = next((one for one in lists if len(accounts.intersection(one)) >= _OFTEN), None)
    if budget is None:
        return
    kind = tuple({name[-2:] for name in budget})
    spent = [
        row for row in reading.rows
        if row.label in accounts and row.label.endswith(kind)
        and {tag.what for tag, _ in row.levels} >= {"", "budget"}
    ]  # fmt: skip
    lacking = [row for row in spent if not any(_same(row.label, name) for name in budget)]
    if len(lacking) < len(spent):
        yield from ((row.block, row.label) for row in lacking)


def _same(one: str, other: str) -> bool:
    return one == other or one_off(one, other)


def _abbreviated(text: str) -> Iterator[str]:
    """（以下简称X）, and what stands so before a verb of the year: 20XX年X…."""
    yield from re.findall(rf"简称[“\"]?({HAN}{{3,12}})[”\"]?[）)]", text)


def unscored(texts: Sequence[str], totals: Sequence[str]) -> bool:
    """Whether a report of a self-evaluation with a total score never states it."""
    told = "\n".join(texts)
    if "自评" not in told or not totals or len(told) < _REPORT:
        return False
    return not any(f"{total}分" in told or f"{total} 分" in told for total in totals)
