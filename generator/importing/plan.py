"""From files to what would be written: nothing is on disk before ``write``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from generator import disk
from generator.audit import auditing
from generator.content import blanks, origins
from generator.content.form_set.inherit import load_form_set
from generator.content.loader import REPORT
from generator.content.model import FormSet
from generator.content.published import Published
from generator.content.yaml import edit
from generator.figures.dataset import Dataset
from generator.frozen import frozen
from generator.importing import gathering, indicators, opening, trial
from generator.importing.drafts import Drafts, Unwritable
from generator.importing.model import Item, Left
from generator.importing.opening import Opened, Source, Wish
from generator.importing.placing import CONFLICT, Outcome, Placer
from generator.importing.prose.narrated import Narrated, narrated
from generator.importing.trial import Disagreement
from generator.problems import Position, Problems, Severity, reason
from generator.workspace import UNIT_FILE, UnitYear, Workspace

#: Cells of a file that is audited as a whole.
_MOST_CELLS: Final = 40_000
_OLD_REPORT: Final = "报告正文是上一年的，没有动"
#: Characters of a cell that the record keeps.
_SAID: Final = 60


@frozen
class Plan:
    """What would become of it all. ``called``: what each page of the files is.

    ``texts``: files that are written as a whole. ``unused``: amounts of known tables, each with its
    name there, that content has no place for.
    """

    target: UnitYear
    drafts: Drafts
    outcomes: tuple[Outcome, ...]
    left: tuple[Left, ...]
    disagreements: tuple[Disagreement, ...]
    called: tuple[tuple[str, str], ...]
    record: origins.Record
    reports: tuple[Narrated, ...]
    texts: Mapping[Path, tuple[disk.Mark | None, bytes]]
    unused: tuple[Left, ...]

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
        return files | dict(self.texts)


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
    files = list(opening.sources(wish.files, problems))
    if form_set is None or problems.failed:
        return None
    opened = opening.read(workspace, target, wish, form_set, files, drafts, problems)
    opening.check(opened.reads, files, drafts, wish, target, problems)
    if problems.failed:
        return None
    if opening.is_strange(wish, target):
        for one in files:
            problems.add("I206", Position(one.name), years=wish.year, year=target.year)
    _audit(wish, form_set, opened, files, problems)
    try:
        return _planned(drafts, record, form_set, opened, wish)
    except edit.EditError as error:
        problems.add("I105", Position(str(error).partition(":")[0]))
        return None


def _audit(
    wish: Wish, form_set: FormSet, opened: Opened, files: Sequence[Source], problems: Problems
) -> None:
    """Name what does not agree in the files themselves: sums, identities, claims of sentences.

    Of a file too large for that only the identities of what is imported are looked at.
    """
    large = {
        one.name for one in files
        if sum(len(row) for grid in one.contents.grids for row in grid.rows) > _MOST_CELLS
    }  # fmt: skip
    maps = {id(table.map): table.map.published for table in opened.tables}
    known = next(iter(maps.values()), Published((), ()))
    small = [path for path in wish.files if path.name not in large]
    for one in auditing.audit(small, form_set.check_data, known):
        for finding in one.findings if one.readable else ():
            if finding.problem.severity is Severity.ERROR:
                at, told = Position(one.path.name), finding.problem.message.rstrip("。")
                problems.add("I205", at, place=finding.place, told=told)


def _form_set(workspace: Workspace, drafts: Drafts, problems: Problems) -> FormSet | None:
    spot = drafts.file(UNIT_FILE).at(("套表",))
    at = Position(workspace.name_of(drafts.target.unit_folder / UNIT_FILE))
    if spot is None or spot.kind != "scalar":
        problems.add("I105", at)
        return None
    return load_form_set(workspace, spot.text.strip(), at, problems)


def _planned(
    drafts: Drafts, record: origins.Record, form_set: FormSet, opened: Opened, wish: Wish
) -> Plan:
    of_last_year = wish.year == drafts.target.year - 1
    reads, strange = gathering.of_listed_projects(opened.reads)
    given, odd, unused = gathering.of_tables(
        drafts, form_set, opened.tables, of_last_year=of_last_year
    )
    values, clashes = gathering.values(reads, given, of_last_year=of_last_year)
    left = [*strange, *odd]
    if of_last_year:
        reads, values, passed = gathering.only_last_columns(drafts, reads, values)
        left += [*passed, *(Left(file, "", "", _OLD_REPORT) for file, _ in opened.reports)]
    left += [*clashes, *(one for read in reads for one in read.left)]
    left += gathering.unplaced(reads)
    placer = Placer(
        drafts, form_set.fund_columns, record, overwrite=wish.overwrite,
        strange=opening.is_strange(wish, drafts.target),
    )  # fmt: skip
    placer.place(values)
    placer.write()
    lists, wrong = gathering.indicator_lists(reads)
    left += wrong
    for project, items in lists.items():
        left += indicators.place(drafts, placer, items, project)
    placer.write()
    data = _scored(drafts, placer, lists)
    tabled = {(value.origin.file, value.origin.place) for value in given}
    for one in trial.not_compared(data, placer.outcomes):
        (unused if (one.file, one.place) in tabled else left).append(one)
    disagreements: list[Disagreement] = []
    reports: list[Narrated] = []
    if data is not None:
        told_of = {o.value for o in placer.outcomes if o.kind == CONFLICT}
        disagreements += trial.disagreements(data, (v for v in values if v not in told_of))
        for project, items in lists.items():
            found = trial.item_disagreements(data, items, project)
            disagreements += (one for one in found if one.value not in told_of)
        told = () if of_last_year else opened.reports
        reports = [narrated(drafts, data, file, one) for file, one in told]
        left += [one for report in reports for one in report.left]
    texts, kept = _texts(drafts, reports, overwrite=wish.overwrite)
    called = tuple((read.file, read.called) for read in opened.reads if read.called)
    return Plan(
        drafts.target, drafts, tuple(placer.outcomes), (*left, *placer.left, *kept),
        tuple(dict.fromkeys(disagreements)), called, record, tuple(reports), texts, tuple(unused),
    )  # fmt: skip


def _scored(drafts: Drafts, placer: Placer, lists: Mapping[str, Sequence[Item]]) -> Dataset | None:
    """What follows from the drafts, once scores that no rule gives are typed."""
    data = trial.worked_out(drafts, Problems())
    if data is None or not lists:
        return data
    for project, items in lists.items():
        indicators.scores(drafts, placer, items, project, trial.computed_scores(data, project))
    return trial.worked_out(drafts, Problems())


def _texts(
    drafts: Drafts, reports: Sequence[Narrated], *, overwrite: bool
) -> tuple[dict[Path, tuple[disk.Mark | None, bytes]], list[Left]]:
    """report.md as it will be; one that somebody wrote stays."""
    if not reports:
        return {}, []
    path = drafts.target.folder / REPORT
    first, *others = reports
    left = [Left(one.file, "", "", "一次只能有一份报告正文，这一份没有用") for one in others]
    try:
        raw, state = disk.look(path)
    except FileNotFoundError:
        return {path: (None, first.text.encode())}, left
    except OSError as error:
        return {}, [*left, Left(first.file, "", "", f"{REPORT} 读不出来（{reason(error)}）")]
    old = raw.decode("utf-8", "replace").replace("\r\n", "\n").removeprefix("\ufeff")
    if old == first.text:
        return {}, left
    if not overwrite and not blanks.in_text(old, REPORT):
        told = f"{drafts.workspace.name_of(path)} 已经有了，没有动；要换成这一份，加 --overwrite"
        return {}, [*left, Left(first.file, "", "", told)]
    kept = path.with_name(f".{REPORT}.导入前")
    found = {path: (state, first.text.encode())}
    return found | ({} if kept.exists() else {kept: (None, raw)}), left


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
