"""Files opened for import: what each page is; other years and units are refused."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from generator.content.model import FormSet
from generator.frozen import frozen
from generator.importing import forms, lists, numbers, patterns, tables, trial
from generator.importing.drafts import Drafts
from generator.importing.labels import Labels
from generator.importing.maps import load_labels, load_maps
from generator.importing.model import Left, Read
from generator.importing.prose import word
from generator.importing.prose.word import Report
from generator.importing.tables import Table
from generator.problems import Position, Problems
from generator.reading.any_file import exact_contents
from generator.reading.contents import Contents, Grid, Unreadable
from generator.workspace import UNIT_FILE, UnitYear, Workspace

_NARRATIVE: Final = "报告正文"
#: The keys of unit.yaml by which a file may call the unit; without the first none is strange.
_NAMES: Final = "名称", "简称"
#: Characters of a title that are told.
_SAID: Final = 60


@frozen
class Wish:
    """What is to be imported, and what the user vouches for.

    ``year``: the one that the files tell of, 0 for that of the content; ``owner``: how they call
    the unit; ``money``: the unit of amounts that do not say theirs; ``overwrite``: the files
    count where content says something else.
    """

    files: tuple[Path, ...]
    year: int = 0
    owner: str = ""
    money: str = ""
    overwrite: bool = False


@frozen
class Source:
    """A file that was read."""

    name: str
    sha256: str
    contents: Contents
    raw: bytes


@frozen
class Opened:
    """What the files hold: pages, cells of known tables, narratives by their file."""

    reads: tuple[Read, ...]
    tables: tuple[Table, ...]
    reports: tuple[tuple[str, Report], ...]


def sources(files: Iterable[Path], problems: Problems) -> Iterator[Source]:
    """The files that are there and can be read; the others are problems."""
    seen: set[str] = set()
    for path in files:
        try:
            contents, raw = exact_contents(path)
        except Unreadable as error:
            problems.add("I101", Position(path.name), reason=str(error))
            continue
        name = path.name
        if name in seen:
            problems.add("I101", Position(name), reason="名称和前面的文件一样，来历分不清，请改名")
            continue
        seen.add(name)
        yield Source(name, hashlib.sha256(raw).hexdigest(), contents, raw)


def read(
    workspace: Workspace, target: UnitYear, wish: Wish, form_set: FormSet,
    files: Sequence[Source], drafts: Drafts, problems: Problems,
) -> Opened:  # fmt: skip
    """What every page of the files is and holds."""
    year = wish.year or target.year
    data = load_labels(workspace, problems)
    labels = Labels(data.same, year)
    known = list(patterns.patterns(workspace, form_set.documents, labels))
    maps = load_maps(workspace, problems)
    names, amounts = lists.names_of(drafts), numbers.amounts(drafts)
    reads: list[Read] = []
    found: list[Table] = []
    reports: list[tuple[str, Report]] = []
    for source in files:
        own: list[Grid] = []
        unknown: list[Grid] = []
        unseen = tuple(Left(source.name, "", "", why) for why in source.contents.lacking)
        reads += [Read(source.name, "", left=unseen)] if unseen else []
        for page in forms.pages(source.name, source.sha256, source.contents.grids):
            form = forms.form_of(page, known, labels)
            if form is not None:
                reads.append(forms.read(page, form, labels, amounts, wish.money))
                own += page.grids
                continue
            for grid in page.grids:
                table = tables.read(page, grid, maps, data, year, wish.money)
                if table is None:
                    listed = lists.read(page, grid, names, data, amounts, wish.money)
                    reads += [listed] if listed is not None else []
                    unknown += [grid] if listed is None else []
                    continue
                own.append(grid)
                reads.append(table[0])
                found += table[1]
        told = word.report(source.name, source.raw, source.contents, own)
        if told is not None and source.name.lower().endswith(".docx"):
            reports.append((source.name, told))
            reads.append(Read(source.name, _NARRATIVE, years=told.years))
            unknown = [grid for grid in unknown if grid not in told.tables]
        reads += [_unknown(source, grid) for grid in unknown]
    return Opened(tuple(reads), tuple(found), tuple(reports))


def _unknown(source: Source, grid: Grid) -> Read:
    title = " ".join([grid.caption, *(text for row in grid.rows[:2] for text in row)])
    told = " ".join(title.split())[:_SAID]
    filled = any(numbers.number(text) is not None for row in grid.rows for text in row)
    why = "认不出是什么表" if filled else "里面没有数"
    return Read(source.name, "", left=(Left(source.name, grid.place, told, why),))


def check(
    reads: Sequence[Read], sources: Sequence[Source], drafts: Drafts, wish: Wish,
    target: UnitYear, problems: Problems,
) -> None:  # fmt: skip
    """Files of another year or unit, and those of which nothing is known."""
    year = wish.year or target.year
    names = {
        spot.text.strip() for key in _NAMES
        if (spot := drafts.file(UNIT_FILE).at((key,))) is not None and spot.kind == "scalar"
    }  # fmt: skip
    named = drafts.file(UNIT_FILE).at((_NAMES[0],))
    known = named is not None and not trial.is_open(named.text)
    for source in sources:
        at = Position(source.name)
        own = [read for read in reads if read.file == source.name]
        if not any(read.called for read in own):
            problems.add("I104", at)
        years = {y for read in own if read.called for y in read.years}
        if years and year not in years:
            told = "、".join(map(str, sorted(years)))
            problems.add("I102", at, years=told, year=year)
        owners = {owner for read in own for owner in read.owners}
        accepted = {one for one in (*names, wish.owner) if one and not trial.is_open(one)}
        strange = sorted(o for o in owners if not _one_of(o, accepted))
        if strange and known:
            problems.add("I103", at, found="、".join(strange))


def is_strange(wish: Wish, target: UnitYear) -> bool:
    """Whether the files are of a year whose figures go by this year's names all the same."""
    return wish.year not in (0, target.year, target.year - 1)


def _one_of(owner: str, names: Iterable[str]) -> bool:
    return any(_told(owner) == _told(name) for name in names)


def _told(name: str) -> str:
    """A name without spaces, its brackets those that Chinese texts have."""
    return "".join(name.split()).replace("(", "（").replace(")", "）")
