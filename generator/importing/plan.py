"""From files to what would be written: nothing is on disk before ``write``."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from generator import disk
from generator.content import origins
from generator.content.form_set.inherit import load_form_set
from generator.content.model import FormSet
from generator.content.yaml import edit
from generator.frozen import frozen
from generator.importing import forms, gathering, indicators, patterns, tables, trial
from generator.importing.drafts import Drafts, Unwritable
from generator.importing.forms import OWN
from generator.importing.labels import Labels
from generator.importing.maps import load_labels, load_maps
from generator.importing.model import Item, Left, Read
from generator.importing.placing import CONFLICT, Outcome, Placer
from generator.importing.tables import Table
from generator.importing.trial import Disagreement
from generator.problems import Position, Problems
from generator.reading.any_file import exact_contents
from generator.reading.contents import Contents, Grid, Unreadable
from generator.workspace import UNIT_FILE, UnitYear, Workspace

#: Characters of a cell that the record keeps.
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


@frozen
class Plan:
    """What would become of it all. ``called``: what each page of the files is."""

    target: UnitYear
    drafts: Drafts
    outcomes: tuple[Outcome, ...]
    left: tuple[Left, ...]
    disagreements: tuple[Disagreement, ...]
    called: tuple[tuple[str, str], ...]
    record: origins.Record

    def files(self) -> dict[Path, tuple[disk.Mark | None, bytes]]:
        """What would be written: content files that change, and the record if it does."""
        drafts = self.drafts
        files = {file.path: (file.state, file.data()) for file in drafts.changed()}
        entries = [
            origins.Entry(
                name, origins.named(drafts.file(name).whole, path), text,
                origin.file, origin.place, " ".join(origin.said.split())[:_SAID],
            )
            for (name, path), (text, origin) in drafts.origins.items()
        ]  # fmt: skip
        hashes = {origin.file: origin.sha256 for _, origin in drafts.origins.values()}
        record = origins.merged(self.record, hashes, entries)
        if entries and record != self.record:
            path = drafts.target.folder / origins.NAME
            files[path] = disk.mark(path), origins.written(record).encode()
        return files


def plan(workspace: Workspace, target: UnitYear, wish: Wish, problems: Problems) -> Plan | None:
    """What importing would do; None after errors, then nothing can be written."""
    try:
        drafts = Drafts(workspace, target)
        record = origins.read(target.folder)
    except Unwritable as error:
        problems.add("I105", Position(str(error)))
        return None
    except origins.Damaged:
        problems.add("I106", Position(workspace.name_of(target.folder / origins.NAME)))
        return None
    form_set = _form_set(workspace, drafts, problems)
    sources = list(_sources(wish.files, problems))
    if form_set is None or problems.failed:
        return None
    reads, found = _reads(workspace, target, wish, form_set, sources, problems)
    _check(reads, sources, drafts, wish, target, problems)
    if problems.failed:
        return None
    try:
        return _planned(drafts, record, form_set, reads, found, wish)
    except edit.EditError as error:
        problems.add("I105", Position(str(error).partition(":")[0]))
        return None


def _form_set(workspace: Workspace, drafts: Drafts, problems: Problems) -> FormSet | None:
    spot = drafts.file(UNIT_FILE).at(("套表",))
    at = Position(workspace.name_of(drafts.target.unit_folder / UNIT_FILE))
    if spot is None or spot.kind != "scalar":
        problems.add("I105", at)
        return None
    return load_form_set(workspace, spot.text.strip(), at, problems)


def _sources(files: Iterable[Path], problems: Problems) -> Iterator[Source]:
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
        yield Source(name, hashlib.sha256(raw).hexdigest(), contents)


def _reads(
    workspace: Workspace, target: UnitYear, wish: Wish, form_set: FormSet,
    sources: Sequence[Source], problems: Problems,
) -> tuple[list[Read], list[Table]]:  # fmt: skip
    """What every page of the files is and holds."""
    year = wish.year or target.year
    data = load_labels(workspace, problems)
    labels = Labels(data.same, year)
    known = list(patterns.patterns(workspace, form_set.documents, labels))
    maps = load_maps(workspace, problems)
    out: list[Read] = []
    found: list[Table] = []
    for source in sources:
        for page in forms.pages(source.name, source.sha256, source.contents.grids):
            form = forms.form_of(page, known, labels)
            if form is not None:
                out.append(forms.read(page, form, labels))
                continue
            for grid in page.grids:
                read = tables.read(page, grid, maps, data, year, wish.money)
                out.append(read[0] if read is not None else _unknown(source, grid))
                found += read[1] if read is not None else []
    return out, found


def _unknown(source: Source, grid: Grid) -> Read:
    title = " ".join([grid.caption, *(text for row in grid.rows[:2] for text in row)])
    told = " ".join(title.split())[:_SAID]
    return Read(source.name, "", left=(Left(source.name, grid.place, told, "认不出是什么表"),))


def _check(
    reads: Sequence[Read], sources: Sequence[Source], drafts: Drafts, wish: Wish,
    target: UnitYear, problems: Problems,
) -> None:  # fmt: skip
    """Files of another year or unit, and those of which nothing is known."""
    year = wish.year or target.year
    whole = drafts.file(UNIT_FILE).whole
    names = {
        spot.text.strip() for _, spot in (whole.leaves() if whole is not None else ())
        if spot.text.strip()
    }  # fmt: skip
    known = not any(trial.is_open(name) for name in names)
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
        accepted = {*names, wish.owner} - {""}
        strange = sorted(o for o in owners if not _one_of(o, accepted))
        if strange and known:
            problems.add("I103", at, found="、".join(strange))


def _one_of(owner: str, names: Iterable[str]) -> bool:
    owner = "".join(owner.split())
    return any(owner == "".join(name.split()) for name in names)


def _planned(
    drafts: Drafts, record: origins.Record, form_set: FormSet, reads: Sequence[Read],
    found: Sequence[Table], wish: Wish,
) -> Plan:  # fmt: skip
    given, odd = gathering.of_tables(drafts, form_set, found)
    values, clashes = gathering.values(
        reads, given, of_last_year=wish.year == drafts.target.year - 1
    )
    left = list(odd)
    left += [*clashes, *(one for read in reads for one in read.left)]
    placer = Placer(drafts, form_set.fund_columns, record, overwrite=wish.overwrite)
    placer.place(values)
    placer.write()
    lists: dict[str, list[Item]] = {}
    for read in reads:
        own = [i for i in read.items if i.over.removeprefix(OWN) == indicators.LIST]
        good, wrong = indicators.sound(own, read.file)
        left += wrong
        for item in good:
            known = lists.setdefault(read.project if indicators.of_project(item) else "", [])
            if indicators.key(item) not in map(indicators.key, known):
                known.append(item)
    for project, items in lists.items():
        left += indicators.place(drafts, placer, items, project)
    placer.write()
    disagreements: list[Disagreement] = []
    data = trial.worked_out(drafts, Problems())
    if data is not None:
        for project, items in lists.items():
            computed = {
                (str(row["一级"]), str(row["二级"]), str(row["名称"])): str(row["得分"])
                for row in trial.rows(data, project)
            }
            indicators.scores(drafts, items, project, computed)
        data = trial.worked_out(drafts, Problems())
    if data is not None:
        disagreements += trial.disagreements(data, values)
        for project, items in lists.items():
            disagreements += trial.item_disagreements(data, items, project)
    called = tuple((read.file, read.called) for read in reads if read.called)
    return Plan(
        drafts.target, drafts, tuple(placer.outcomes), (*left, *placer.left),
        tuple(disagreements), called, record,
    )  # fmt: skip


def write(made: Plan) -> list[str]:
    """Put the drafts and the record on disk; the names of the files.

    Raises ``disk.Moved`` when a file was changed meanwhile, and ``OSError``.
    """
    files = made.files()
    disk.replace_all(files)
    return [made.drafts.workspace.name_of(path) for path in files]


def tell(made: Plan, problems: Problems) -> None:
    """Conflicts and disagreements as problems."""
    for one in made.outcomes:
        if one.kind == CONFLICT:
            file = made.drafts.file(one.file)
            spot = file.at(one.path)
            line = file.text.count("\n", 0, spot.start) + 1 if spot is not None else 0
            origin = one.value.origin
            problems.add(
                "I201", Position(file.name, line, 1 if line else 0), name=one.value.name,
                before=one.before, source=f"{origin.file} {origin.place}", after=one.after,
            )  # fmt: skip
    for apart in made.disagreements:
        origin = apart.value.origin
        problems.add(
            "I202", Position(origin.file), source=origin.place, name=apart.value.name,
            said=apart.value.text, computed=apart.computed,
        )  # fmt: skip
