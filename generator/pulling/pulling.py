"""``gen pull``: documents that came back, what of them content can take, and what is left."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from generator import disk
from generator.content.loader import REPORT
from generator.frozen import frozen, replace
from generator.language.wording import read_source
from generator.problems import Position, Problem, Problems, Severity, reason
from generator.pulling import editing, pages
from generator.pulling.comparing import values
from generator.pulling.comparing.amounts import equal
from generator.pulling.comparing.exchanges import whole
from generator.pulling.comparing.meanwhile import Before
from generator.pulling.comparing.sorting import Touch, sort
from generator.pulling.comparing.structure import Home
from generator.pulling.editing import Unwritable
from generator.pulling.model import (
    CONFLICT,
    FIGURE,
    NARRATIVE,
    STRUCTURE,
    Change,
    Finding,
    Page,
    Remark,
)
from generator.pulling.printed import Printed, printed
from generator.pulling.recognising import Ambiguous, Found, recognised
from generator.pulling.trial import Trial, Tried, beside, tried
from generator.reading.any_file import raw as bytes_of
from generator.reading.contents import Unreadable
from generator.records.compare import Difference, compare
from generator.workspace import UNIT_FILE, UnitYear, Workspace

#: What differs beyond that is a document of its own.
_SUFFIXES: Final = (".docx", ".xlsx")


@frozen
class Returned:
    """A file that came back: what it is, what is in it."""

    path: Path
    found: Found
    page: Page
    digest: str


@frozen
class Pulled:
    """All that came back for one unit-year: differences, numbered from 1 as they stand here.

    ``looks``: places that only look otherwise. ``now``: what the content gives today.
    """

    workspace: Workspace
    target: UnitYear
    files: tuple[Returned, ...]
    findings: tuple[Finding, ...]
    looks: int
    now: Tried

    @property
    def proposals(self) -> list[int]:
        """Numbers of what could be written."""
        return [n for n, one in enumerate(self.findings, 1) if one.changes]

    @property
    def safe(self) -> list[int]:
        """Numbers of what may be written without a question."""
        return [n for n, one in enumerate(self.findings, 1) if one.changes and one.safe]

    @property
    def refused(self) -> bool:
        """Whether something was changed that belongs into the content and cannot be written."""
        return any(one.kind == CONFLICT for one in self.findings)

    def remarks(self) -> Iterator[tuple[str, Remark]]:
        """Comments in the files, with the document they are in."""
        for file in self.files:
            yield from ((file.found.document, remark) for remark in file.page.remarks)


def pull(
    workspace: Workspace, targets: Sequence[UnitYear], paths: Iterable[Path], problems: Problems
) -> list[Pulled]:
    """What came back in the files ``paths``, for each unit-year that they belong to.

    Files that cannot be taken are reported (``P101`` … ``P105``).
    """
    held: dict[str, list[Returned]] = defaultdict(list)
    for path in dict.fromkeys(paths):
        file = _returned(path, targets, problems)
        if file is not None:
            held[file.found.target.label].append(file)
    made = (_pulled(workspace, files, problems) for files in held.values())
    return [one for one in made if one is not None]


def _returned(path: Path, targets: Sequence[UnitYear], problems: Problems) -> Returned | None:
    at = Position(path.name)
    try:
        if path.suffix.lower() not in _SUFFIXES:
            raise Unreadable(f"只收 {'、'.join(_SUFFIXES)}，“{path.suffix or '没有后缀'}”不行")
        raw = bytes_of(path)
        page = pages.read(raw)
        found = recognised(page, path, targets)
    except Unreadable as error:
        problems.add("P101", at, reason=str(error))
        return None
    except Ambiguous as error:
        problems.add("P103", at, documents=str(error))
        return None
    if found is None:
        problems.add("P102", at, year=targets[0].year, file=path.name)
        return None
    from generator.records.record import sha256

    return Returned(path, found, page, sha256(raw))


def _pulled(workspace: Workspace, files: Sequence[Returned], problems: Problems) -> Pulled | None:
    target = files[0].found.target
    now = tried(workspace, target)
    if now.examined is None or now.record is None:
        at = Position(workspace.name_of(target.folder))
        problems.add("P104", at, year=target.year)
        problems.extend(item for item in now.problems if item.severity is Severity.ERROR)
        return None
    shown: Counter[str] = Counter()
    findings: list[Finding] = []
    touches: list[Touch] = []
    looks = 0
    seen: list[Returned] = []
    for file in files:
        made = _printed(workspace, file, now)
        if made is None:
            at = Position(file.path.name)
            problems.add("P105", at, document=file.found.document)
            seen.append(file)
            continue
        seen.append(replace(file, page=pages.without_own_remarks(file.page, made.data)))
        before = Before(file.found.record, now.record, file.found.document, file.found.earlier)
        sorted_ = sort(made.lines, file.page, _home(file, now, before, _report(workspace, target)))
        findings += sorted_.findings
        touches += sorted_.touches
        looks += sorted_.looks
        shown.update(sorted_.shown)
    own = [
        f"{workspace.name_of(target.folder)}/",
        workspace.name_of(target.unit_folder / UNIT_FILE),
    ]
    findings += values.settled(touches, now.record, own, shown)
    findings = whole(list(_told_once(findings)))
    return _proven(Pulled(workspace, target, tuple(seen), tuple(findings), looks, now))


def _report(workspace: Workspace, target: UnitYear) -> str:
    return workspace.name_of(target.folder / REPORT)


def _printed(workspace: Workspace, file: Returned, now: Tried) -> Printed | None:
    """What the content prints of the document today; None where the set has it no more."""
    assert now.examined is not None
    document = _called_now(file.found, now)
    return printed(workspace, now.examined, document) if document else None


def _home(file: Returned, now: Tried, before: Before, report: str) -> Home:
    assert now.examined is not None
    assert now.record is not None
    narrative = now.examined.data.content.narrative
    return Home(file.found.document, report, narrative, before, now.record)


def _called_now(found: Found, now: Tried) -> str:
    """The name of the document today; empty where the set has it no more."""
    assert now.record is not None
    if found.document in now.record.documents:
        return found.document
    renamed = dict(compare(found.record, now.record).renamed)
    return renamed.get(found.document, "")


def _told_once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The same edit of the same words in several files once; unlike ones are a conflict."""
    spots: dict[tuple[str, int, int], dict[str, Finding]] = defaultdict(dict)
    for one in findings:
        for change in one.changes:
            if change.kind == "report":
                key = change.file, change.line, change.column
                spots[key].setdefault(change.new, one)
    clashing = {key for key, held in spots.items() if len(held) > 1}
    seen: set[tuple[Change, ...]] = set()
    for one in findings:
        if any((c.file, c.line, c.column) in clashing for c in one.changes if c.kind == "report"):
            why = "同样的几个字，在别处改得不一样（循环里的一段，或者几份文件）"
            yield replace(one, kind=CONFLICT, changes=(), safe=False, why=why)
        elif not one.changes or one.changes not in seen:
            seen.add(one.changes)
            yield one


# Proving


def _proven(pulled: Pulled) -> Pulled:
    """``pulled`` without proposals that would not print what the file says."""
    if not pulled.proposals:
        return pulled
    with beside(pulled.workspace, pulled.target) as trial:
        for _ in range(3):
            failed = _failing(pulled, trial)
            if not failed:
                break
            findings = [
                replace(one, kind=CONFLICT, changes=(), safe=False, why=failed[number])
                if number in failed else one
                for number, one in enumerate(pulled.findings, 1)
            ]  # fmt: skip
            pulled = replace(pulled, findings=tuple(whole(findings)))
    return pulled


def _failing(pulled: Pulled, trial: Trial) -> dict[int, str]:
    """Which proposals do not come out, and why."""
    texts: dict[int, str] = {}
    for number in pulled.proposals:
        try:
            made = _files(pulled, [number])
        except Unwritable as error:
            texts[number] = str(error)
        else:
            if all(disk.read(pulled.workspace.root / name) == raw for name, raw in made.items()):
                texts[number] = "写进去和现在的内容一样"
    if texts:
        return texts
    try:
        done = trial.tried(_files(pulled, pulled.proposals))
    except Unwritable as error:
        return {number: str(error) for number in pulled.proposals}
    if done.examined is None:
        return _erring(pulled, trial)
    left = {(one.document, one.place): one for one in leftovers(pulled, done)}
    told = {(one.document, one.place) for one in pulled.findings if not one.changes}
    return {
        number: f"写进去以后会印成“{left[key].old}”，和文档不同"
        for number in pulled.proposals
        if (key := ((one := pulled.findings[number - 1]).document, one.place)) in left
        and (
            key not in told
            if one.kind in (NARRATIVE, STRUCTURE)
            else left[key].path == one.path and not equal(left[key].old, left[key].new)
        )
    }  # fmt: skip


def _erring(pulled: Pulled, trial: Trial) -> dict[int, str]:
    """Safe proposals that alone would leave errors; others are told with what they cause."""
    failed: dict[int, str] = {}
    for number in pulled.proposals:
        if not pulled.findings[number - 1].safe:
            continue
        done = trial.tried(_files(pulled, [number]))
        if done.examined is None:
            first = next(one for one in done.problems if one.severity is Severity.ERROR)
            failed[number] = f"写进去会出错：{first.message}"
    return failed


def leftovers(pulled: Pulled, done: Tried) -> list[Finding]:
    """What would still differ between the files and what the content then prints.

    What the content says otherwise since the files were printed is no matter of theirs.
    """
    if done.examined is None or done.record is None:
        return []
    of_files = {(one.document, one.place, one.path) for one in pulled.findings}
    meanwhile = {
        key for one in _differing(pulled, pulled.now)
        if (key := (one.document, one.place, one.path)) not in of_files
    }  # fmt: skip
    return [
        one for one in _differing(pulled, done)
        if (one.document, one.place, one.path) not in meanwhile
    ]  # fmt: skip


def _differing(pulled: Pulled, done: Tried) -> list[Finding]:
    """All that differs between the files and what the content prints."""
    assert done.examined is not None
    assert done.record is not None
    left: list[Finding] = []
    for file in pulled.files:
        document = _called_now(file.found, done)
        made: Printed | None = printed(done.workspace, done.examined, document)
        if made is None:
            continue
        before = Before(done.record, done.record, document)
        home = _home(file, done, before, _report(pulled.workspace, pulled.target))
        found = sort(made.lines, file.page, home)
        left += [*found.findings, *found.numerals]
        left += [
            Finding(
                FIGURE,
                touch.document,
                touch.place,
                touch.old,
                touch.new,
                read_source(touch.path).figure,
                name=touch.path,
            )
            for touch in found.touches
        ]
    return left


# Writing


@frozen
class Draft:
    """What would be written: each file with its state when it was read, and its new bytes.

    ``difference``: what follows from it; ``errors``: what would then be wrong; ``left``: what
    would still differ from the files that came back.
    """

    pulled: Pulled
    taken: tuple[int, ...]
    files: Mapping[str, tuple[bytes, disk.Mark]]
    difference: Difference | None
    errors: tuple[Problem, ...]
    left: tuple[Finding, ...]


def draft(pulled: Pulled, taken: Collection[int]) -> Draft:
    """The content after the proposals ``taken``; raises ``Unwritable``."""
    numbers = tuple(number for number in pulled.proposals if number in taken)
    states = {name: disk.look(pulled.workspace.root / name) for name in _names(pulled, numbers)}
    files = {name: (data, states[name][1]) for name, data in _files(pulled, numbers).items()}
    if not numbers:
        return Draft(pulled, numbers, {}, None, (), tuple(leftovers(pulled, pulled.now)))
    with beside(pulled.workspace, pulled.target) as trial:
        done = trial.tried({name: data for name, (data, _) in files.items()})
        errors = tuple(one for one in done.problems if one.severity is Severity.ERROR)
        assert pulled.now.record is not None
        difference = compare(pulled.now.record, done.record) if done.record is not None else None
        left = tuple(leftovers(pulled, done))
    return Draft(pulled, numbers, files, difference, errors, left)


def _names(pulled: Pulled, numbers: Iterable[int]) -> list[str]:
    return sorted({c.file for n in numbers for c in pulled.findings[n - 1].changes})


def _files(pulled: Pulled, numbers: Sequence[int]) -> dict[str, bytes]:
    """The files that ``numbers`` change, with the changes; raises ``Unwritable``."""
    changes: dict[str, list[Change]] = defaultdict(list)
    for number in numbers:
        for change in pulled.findings[number - 1].changes:
            changes[change.file].append(change)
    made: dict[str, bytes] = {}
    for name, of_it in changes.items():
        path = pulled.workspace.root / name
        if not pulled.workspace.holds(path):
            raise Unwritable(f"{name} 在工作区外面（链接），没有动")
        try:
            raw = disk.read(path)
        except OSError as error:
            raise Unwritable(f"{name} 读不出来（{reason(error)}）") from error
        made[name] = editing.changed(raw, name, of_it)
    return made
