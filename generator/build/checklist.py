"""核对清单: with every build a sheet of every printed figure, for the leader to tick off.

The first sheet has a row for each figure, under the section that prints it first, with all its
places and their wording. The second one has a row for each place.
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
from generator.records import ticks, words
from generator.records.record import Record, Shown
from generator.workspace import TICKS, Workspace

TEMPLATE: Final = "xlsx/核对清单.xlsx"
TITLE: Final = "核对清单"
FILE: Final = "核对/核对清单.xlsx"
#: A value is told as typed where that is short, else with so many decimals.
_EXACT_PLACES: Final = 6
#: The rows of the template: a section and a figure on its first sheet, a place on the second.
_HEADING, _FIGURE, _PLACE = 5, 7, 5
_NOWHERE: Final = Position("")
#: What a clause ends with, and how much of it is told before and behind a figure.
_CLAUSE_ENDS: Final = "，；：。！？、（）“”\n\t"
_BEFORE, _BEHIND = 10, 4


@frozen
class _Print:
    """One printed figure: the file, how the list calls it, what it shows where, the figure's path.

    ``words``: the place in words. ``told``: how the figure is worded: the clause around it, in a
    cell what is printed.
    """

    name: str
    label: str
    shown: Shown
    place: Place
    words: str
    path: str
    told: str

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
    prints = _prints(record)
    checked = _checked(workspace, record, folder, problems)
    called = words.Words(record)
    own = {
        path: _own(path, called.of(path), record.values[path], folder)
        for path in {each.path for each in prints}
    }
    values: dict[str, object] = {one.number.path: one.number for one in own.values()}
    unit = context.get("单位")
    creator = str(unit.get("名称", "")) if isinstance(unit, Names) else ""
    about = f"{creator}　{record.year}年度　共 {len(prints)} 处"
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


def _prints(record: Record) -> list[_Print]:
    """Printed figures in reading order; texts are left out."""
    labels = _labels(dict.fromkeys(map(_stem, record.documents)))
    prints: list[_Print] = []
    for name, document in record.documents.items():
        label = labels[_stem(name)]
        sentence, end = "", 0
        packed: object = None
        for shown in document.places:
            path = shown.path.partition("|")[0]
            if "value" not in record.values.get(path, {}):
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
        place = each.place.brief(whole=each.name in several)
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
        texts = map(_told, (file, where, shown.text, it.name))
        yield _PLACE, (number, *texts, it.again, _told(it.formula), _told(it.source))


def _told(text: str) -> str | Words:
    """What only says where to look needs no proof, unless its braces could pass for a tag's."""
    return Words(text, f"清单〔{text}〕", _NOWHERE) if "{" in text or "}" in text else text
