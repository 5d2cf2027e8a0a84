"""核对清单: with every build a sheet of every printed figure, for the leader to tick off.

The first sheet has a row for each figure, under the section that prints it first, with all its
places and their wording. The second one has a row for each place. A column of a long list is one
figure in one place: their sum, from the first cell to the last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import groupby, takewhile
from typing import Any, Final

from generator.build import documents
from generator.build.documents import Output
from generator.figures.model import Figure, Names, Words, calculated
from generator.formats.properties import Properties
from generator.formats.xlsx.cells import MAX_TEXT
from generator.formats.xlsx.render import Line
from generator.frozen import frozen, replace
from generator.problems import Position, Problems
from generator.problems.place import Place
from generator.records import columns, ticks, words
from generator.records.record import Record, Shown, numbers
from generator.workspace import TICKS, Workspace

TEMPLATE: Final = "xlsx/核对清单.xlsx"
TITLE: Final = "核对清单"
FILE: Final = "核对/核对清单.xlsx"
#: A value is told as typed where that is short, else with so many decimals.
_EXACT_PLACES: Final = 6
#: The rows of the template: a section and a figure on its first sheet, a place on the second.
_HEADING, _FIGURE, _PLACE = 5, 7, 5
_NOWHERE: Final = Position("")
#: Files that are named where a column was typed.
_MOST_FILES: Final = 3
#: What a clause ends with, and how much of it is told before and behind a figure.
_CLAUSE_ENDS: Final = "，；：。！？、（）“”\n\t"
_BEFORE, _BEHIND = 10, 4


@frozen
class _Print:
    """One printed figure: the file, how the list calls it, what it shows where, the figure's path.

    ``words``: the place in words. ``told``: how the figure is worded: the clause around it, in a
    cell what is printed. ``last``: where a column of ``count`` figures ends, which begins here.
    """

    name: str
    label: str
    shown: Shown
    place: Place
    words: str
    path: str
    told: str
    last: Place | None = None
    count: int = 1

    def where(self, *, whole: bool) -> str:
        """The place, for a list that tells the file beside; ``whole``: and the sheet."""
        if self.last is None:
            return self.place.brief(self.words, whole=whole)
        return f"{self.place.brief(whole=whole)}至{self.last.brief()}"

    @property
    def heading(self) -> str:
        """What the list groups by: the document, whichever its format, and the section."""
        stem = _stem(self.name)
        return f"{stem}　{self.shown.section}" if self.shown.section else stem


def make(
    workspace: Workspace, record: Record, context: Names, folder: str, problems: Problems
) -> Output | None:
    """The sheets for what ``record`` says is printed; None after its problems were reported.

    ``folder``: of the year's content, as positions name it; beside it are the ticks.
    """
    long = {column.path: column for column in columns.long_columns(record)}
    prints = _prints(record, {path: one.path for one in long.values() for path in one.figures})
    checked = _checked(workspace, record, folder, problems)
    checked = {**checked, **dict(_all_checked(long.values(), checked))}
    called = words.Words(record)
    own = {
        path: _own_column(long[path], folder)
        if path in long
        else _own(path, called.of(path), record.values[path], folder)
        for path in {each.path for each in prints}
    }
    values: dict[str, object] = {one.number.path: one.number for one in own.values()}
    unit = context.get("单位")
    creator = str(unit.get("名称", "")) if isinstance(unit, Names) else ""
    about = f"{creator}　{record.year}年度　共 {sum(each.count for each in prints)} 处"
    lines: dict[int, list[Line]] = {
        0: [
            (1, ()),
            (2, (_told(f"{about}，每个数一行；逐处的在另一张工作表。“来源”在 {folder} 下。"),)),
            (3, ()),
            *_groups(prints, own, values, checked),
        ],
        1: [(1, ()), (2, (_told(about),)), (3, ()), *_rows(prints, own)],
    }
    properties = Properties(title=TITLE, creator=creator, draft=record.draft)
    return documents.write_list(workspace, TEMPLATE, lines, values, FILE, properties, problems)


def _checked(
    workspace: Workspace, record: Record, folder: str, problems: Problems
) -> Mapping[str, str]:
    """Who has ticked which figures as they are now."""
    file = f"{folder}/{TICKS}"
    known = ticks.read(workspace.root / file, file, (record.unit, record.year), problems)
    return ticks.holding(ticks.printed(record), known) if known else {}


def _all_checked(
    long: Iterable[columns.Column], checked: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """The columns of which every figure is ticked, with who did."""
    for column in long:
        if checked and all(map(checked.__contains__, column.figures)):
            yield column.path, "、".join(dict.fromkeys(checked[one] for one in column.figures))


def _prints(record: Record, column_of: Mapping[str, str]) -> list[_Print]:
    """Printed figures in reading order; texts are left out.

    ``column_of``: the column that stands for a figure of a long list.
    """
    labels = _labels(dict.fromkeys(map(_stem, record.documents)))
    prints: list[_Print] = []
    figures = set(numbers(record))
    for name, document in record.documents.items():
        label = labels[_stem(name)]
        sentence, end = "", 0
        packed: object = None
        of_columns: dict[tuple[str, object], list[Shown]] = {}
        for shown in document.places:
            path = shown.path.partition("|")[0]
            if path in column_of:
                part = tuple(shown.at[:3])
                of_columns.setdefault((column_of[path], part), []).append(shown)
                continue
            if path not in figures:
                continue
            # Where the figure before ended: the same digits may stand twice in a sentence.
            end = end if shown.sentence == sentence else 0
            sentence, told = shown.sentence, shown.text
            if sentence:
                told, end = _clause(sentence, told, end)
            # What one paragraph prints has one place.
            if shown.at is not packed:
                packed, place = shown.at, shown.place
                worded = str(place)
            prints.append(_Print(name, label, shown, place, worded, path, told))
        for (path, _), column in of_columns.items():
            first, last, count = column[0], column[-1].place, len(column)
            worded, told = f"{first.place}至{last.brief()}", f"共{count}处"
            prints.append(_Print(name, label, first, first.place, worded, path, told, last, count))
    return prints


def _stem(name: str) -> str:
    return name.rpartition("/")[2].rpartition(".")[0]


def _labels(stems: Iterable[str]) -> dict[str, str]:
    """What each document is called: its first word (附件1), and what tells it from others."""
    labels: dict[str, str] = {}
    for word, group in groupby(sorted(stems), key=lambda stem: stem.partition(" ")[0]):
        same = list(group)
        alike = takewhile(lambda signs: len(set(signs)) == 1, zip(*same, strict=False))
        shared = len(list(alike)) if len(same) > 1 else 0
        for stem in same:
            rest = stem[shared:].strip("（）() ")
            labels[stem] = f"{word}（{rest}）" if shared and rest else word
    return labels


@frozen
class _Own:
    """What the rows of one figure have in common."""

    name: str
    number: Figure
    #: The same where nothing has to be proven once more.
    again: Figure
    unit: str
    formula: str
    line: str
    source: str


def _own(path: str, name: str, value: Mapping[str, Any], folder: str) -> _Own:
    file, line, column = value["at"]
    exact, unit = Fraction(value["value"]), value["unit"]
    near = file.removeprefix(f"{folder}/")
    came = f"\n{value['origin']}" if "origin" in value else ""
    at = Position(file, line, column)
    number = calculated(f"清单数值〔{path}〕", exact, unit, at, _EXACT_PLACES)
    return _Own(
        name=name,
        number=number,
        again=replace(number, path=""),
        unit="" if unit == "%" else unit,
        formula=value.get("formula", ""),
        line=f"{near}:{line}{came}" if line else near,
        source=f"{file}:{line}:{column}{came}" if line else file,
    )


def _own_column(column: columns.Column, folder: str) -> _Own:
    places = [f"{file}:{first}–{last}" for file, first, last in column.files[:_MOST_FILES]]
    source = "\n".join(places) + ("\n……" if len(column.files) > _MOST_FILES else "")
    at = Position(*column.files[0][:2])
    path = f"清单合计〔{column.path}〕"
    number = calculated(path, column.value, column.unit, at, _EXACT_PLACES)
    line = source.replace(f"{folder}/", "")
    again = replace(number, path="")
    return _Own(column.name, number, again, column.unit, column.formula, line, source)


# --- one row a figure -----------------------------------------------------------------------


def _groups(
    prints: Sequence[_Print],
    own: Mapping[str, _Own],
    values: dict[str, object],
    checked: Mapping[str, str],
) -> Iterator[Line]:
    """The figures by the section that prints them first, in reading order.

    ``values`` takes what they say of their places; ``checked``: who has ticked which.
    """
    of_path: dict[str, list[_Print]] = {}
    for each in prints:
        of_path.setdefault(each.path, []).append(each)
    numbers = iter(range(1, len(of_path) + 1))
    sheets = {(each.name, each.place.name) for each in prints}
    several = {name for name, count in Counter(name for name, _ in sheets).items() if count > 1}
    for heading, paths in groupby(of_path, key=lambda path: of_path[path][0].heading):
        yield _HEADING, (_told(heading),)
        for path in paths:
            it, said = own[path], _wordings(path, of_path[path], several)
            values[said.path] = said
            texts = (it.unit, it.formula, it.line)
            tick = _told(f"√ {checked[path]}") if path in checked else ""
            yield _FIGURE, (
                next(numbers), _told(it.name), it.number, *map(_told, texts), said, tick,
            )  # fmt: skip


def _wordings(path: str, prints: Sequence[_Print], several: Collection[str]) -> Words:
    """All places of a figure with what they say: a line for each paragraph, one for all cells.

    ``several``: files that show figures on more than one sheet.
    """
    home = prints[0].label
    running: dict[str, list[str]] = {}
    alone: dict[str, list[str]] = {}
    for each in prints:
        place = each.where(whole=each.name in several)
        where = place if each.label == home else f"{each.label} {place}"
        if each.shown.sentence:
            running.setdefault(where, []).append(each.told)
        else:
            alone.setdefault(each.told, []).append(where)
    lines = [f"{where}：{'；'.join(told)}" for where, told in running.items()]
    cells = [f"{'、'.join(where)}：{text}" for text, where in alone.items()]
    lines += ["；".join(cells)] if cells else []
    return Words("\n".join(lines)[:MAX_TEXT], f"清单印在〔{path}〕", _NOWHERE)


def _clause(sentence: str, text: str, start: int) -> tuple[str, int]:
    """The clause around ``text``, looked for from ``start`` on, and where ``text`` ends."""
    at = sentence.find(text, start)
    while at >= 0 and _inside_number(sentence, at, at + len(text)):
        at = sentence.find(text, at + 1)
    if at < 0:
        return text, start
    begin, end = at, at + len(text)
    while begin and at - begin <= _BEFORE and sentence[begin - 1] not in _CLAUSE_ENDS:
        begin -= 1
    while end < len(sentence) and end - at - len(text) <= _BEHIND:
        if sentence[end] in _CLAUSE_ENDS:
            break
        end += 1
    before = sentence[begin:at] if at - begin <= _BEFORE else f"…{sentence[at - _BEFORE : at]}"
    after = sentence[at + len(text) : end]
    behind = after if len(after) <= _BEHIND else f"{after[:_BEHIND]}…"
    return f"{before}{text}{behind}", at + len(text)


def _inside_number(sentence: str, begin: int, end: int) -> bool:
    """Whether what stands there is only a part of a longer number."""
    before, behind = sentence[begin - 1 : begin], sentence[end : end + 1]
    return (sentence[begin].isdigit() and (before.isdigit() or before == ".")) or (
        sentence[end - 1].isdigit() and behind.isdigit()
    )


# --- one row a place ------------------------------------------------------------------------


def _rows(prints: Sequence[_Print], own: Mapping[str, _Own]) -> Iterator[Line]:
    """A row for each place. Its words are proven on the first sheet."""
    for number, each in enumerate(prints, 1):
        shown, it = each.shown, own[each.path]
        where = f"{each.words}（{shown.section}）" if shown.section else each.words
        file = each.name.rpartition("/")[2]
        text = shown.text if each.last is None else each.told
        texts = map(_told, (file, where, text, it.name))
        yield _PLACE, (number, *texts, it.again, _told(it.formula), _told(it.source))


def _told(text: str) -> str | Words:
    """What only says where to look needs no proof, unless its braces could pass for a tag's."""
    return Words(text, f"清单〔{text}〕", _NOWHERE) if "{" in text or "}" in text else text
