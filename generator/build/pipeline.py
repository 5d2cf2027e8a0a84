"""The pipeline: read → compute → score → check → render → prove → publish → record.

One unit-year. Everything is gathered and proven before anything is written; an error
anywhere leaves the outputs of the last good build as they were.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from generator.build import standing
from generator.build.publish import Busy, Disturbed, Stranded, exclusive, publish
from generator.frozen import frozen, replace
from generator.problems import Position, Problem, Problems, reason
from generator.records import record
from generator.records.record import Record
from generator.records.shares import NOTHING, Share, Summing
from generator.workspace import TEMPLATES, UnitYear, Workspace

if TYPE_CHECKING:  # a build with nothing to do imports none of these
    from generator.build.documents import DocumentSet, Earlier, Output
    from generator.content.blanks import Blank
    from generator.content.model import Content
    from generator.figures.dataset import Dataset
    from generator.figures.gathered import Gathered
    from generator.language.narrative import CompiledNarrative


@frozen
class Examined:
    """One unit-year, worked out and rendered; nothing is written yet."""

    data: Dataset
    documents: DocumentSet


@frozen
class BuiltFile:
    """One output. ``changed``: its bytes are new; ``rendered``: it was not taken as it stood."""

    name: str
    size: int
    sha256: str
    changed: bool
    rendered: bool


@frozen
class Built:
    """The finished files of one unit-year. ``untouched``: no input had changed since.

    ``checklists`` are for proofreading and not part of the set. ``blanks``: what a draft lacks.
    """

    target: UnitYear
    files: tuple[BuiltFile, ...]
    checklists: tuple[BuiltFile, ...]
    removed: tuple[str, ...]
    untouched: bool
    blanks: int = 0


def examine(
    workspace: Workspace,
    target: UnitYear,
    problems: Problems,
    earlier: Mapping[str, Earlier] | None = None,
    *,
    draft: bool = False,
    summing: Summing = NOTHING,
) -> Examined | None:
    """Read, compute, score, check, render and prove one unit-year.

    The outputs are complete only if ``problems`` holds no error afterwards. None when the
    unit names no usable form set. What is still to be filled in is an error, but for a ``draft``.
    ``summing``: what a run has found for units that sum up others.
    """
    from generator.content import loader

    content = loader.read(workspace, target, problems)
    if content is None:
        return None
    if not draft:
        _tell_blanks(content.blanks, problems)
    if not content.complete or (target.folder / loader.FACTS).exists():
        return _worked_through(workspace, content, problems, earlier, draft, summing)
    # A unit may do without facts; where names are missing, one file is what is missing.
    from generator.build import lacking

    found = Problems()
    found.extend(problems)
    examined = _worked_through(workspace, content, found, earlier, draft, summing)
    if names := lacking.unknown(found):
        at = Position(f"{content.folder}/{loader.FACTS}")
        told = lacking.listed(names)
        problems.add("L144", at, file=loader.FACTS, names=told, line=f"{names[0]}: …")
        content = replace(content, complete=False)
        return _worked_through(workspace, content, problems, earlier, draft, summing)
    problems.extend(found)
    return examined


def _tell_blanks(blanks: Sequence[Blank], problems: Problems) -> None:
    from generator.content.blanks import EXAMPLE, FILL

    for blank in blanks:
        name = f"“{blank.name or blank.shown}”"
        if blank.kind == FILL:
            problems.add("L161", blank.at, what=name)
        elif blank.kind == EXAMPLE:
            problems.add("L162", blank.at, what=name)
        else:
            problems.add("L163", blank.at, what=name)


def _worked_through(
    workspace: Workspace,
    content: Content,
    problems: Problems,
    earlier: Mapping[str, Earlier] | None,
    draft: bool,
    summing: Summing,
) -> Examined:
    from generator.build import documents, narrative

    written = narrative.compiled(content.narrative)
    gathered = None
    if content.roll_up is not None:
        from generator.build.summing import gathering

        gathered = gathering.gather(workspace, content, written, summing, problems)
    data = work_out(content, written, problems, workspace, gathered)
    made = documents.render_all(data, written, workspace, problems, earlier, draft=draft)
    problems.retell(data.titles.retold)
    return Examined(data, made)


def work_out(
    content: Content,
    written: CompiledNarrative | None,
    problems: Problems,
    workspace: Workspace | None = None,
    gathered: Gathered | None = None,
) -> Dataset:
    """Everything that follows from ``content`` before any template is filled.

    ``written``: its report.md, compiled; ``workspace``: whose templates rules may ask about;
    ``gathered``: what it sums up.
    """
    from generator import checks
    from generator.build import templates
    from generator.figures import compute, dataset

    computed = compute.compute(content, problems, gathered)
    data = dataset.build(content, computed, problems, gathered.lists if gathered else ())
    said = written.statements if written is not None else ()
    documents = content.form_set.documents
    found = checks.run(
        data,
        said,
        checks.Settings.of(content.form_set),
        lambda: None if workspace is None else templates.reached_by(workspace, documents, said),
    )
    waivers = [(w.rule, w.place, w.reason, w.at) for w in content.waivers]
    problems.extend(checks.apply_waivers(found, waivers))
    return data


@frozen
class Mode:
    """How unit-years are built.

    ``everything`` renders also what has not changed; ``force`` replaces files that someone
    edited, keeping a dated copy; with ``strict`` a unit-year with warnings is not published, and
    ``held`` ones (after warnings about the workspace itself) never are. A ``draft`` may lack
    values, and every page of it says what it is. ``pdf``: PDFs of all documents too; where they
    cannot be made that is an error, but the documents are published.
    """

    everything: bool = False
    force: bool = False
    strict: bool = False
    held: bool = False
    draft: bool = False
    pdf: bool = False


@frozen
class Asked:
    """What is known of the set that stands.

    ``earlier``: files that need not be rendered again; ``intact``: all that are as gen wrote
    them; ``inputs``: hashes of the content, taken before it is read; ``pdfs``: PDFs belong to it;
    ``summing``: what is known of other units.
    """

    earlier: Mapping[str, Earlier]
    intact: Mapping[str, Earlier]
    inputs: Mapping[str, str]
    mode: Mode
    pdfs: bool
    summing: Summing = NOTHING


@frozen
class Made:
    """A set: its record, None when it is not to be published, its files, what was found.

    ``after``: what is told once it is published.
    """

    record: Record | None
    outputs: tuple[Output, ...]
    problems: tuple[Problem, ...]
    after: tuple[Problem, ...] = ()
    blanks: int = 0


Maker: TypeAlias = Callable[[Workspace, UnitYear, Asked], Made]


def make(workspace: Workspace, target: UnitYear, asked: Asked) -> Made:
    """Read, compute, render and prove one unit-year, and put its record together."""
    from generator.build import checklist, ledger

    mode, found = asked.mode, Problems()
    examined = examine(
        workspace, target, found, asked.earlier, draft=mode.draft, summing=asked.summing
    )
    if examined is None or found.failed or mode.held or (mode.strict and found.warned):
        return Made(None, (), tuple(found))
    output_folder = workspace.name_of(target.output)
    documents = _paged(examined.documents, output_folder, found)
    made = ledger.record_of(
        workspace, target, examined.data, documents, found, asked.inputs, draft=mode.draft
    )
    folder = examined.data.content.folder
    told = Problems()
    sheet = checklist.make(workspace, made, documents.context, folder, told)
    if sheet is None:
        return Made(None, (), (*found, *told))
    made = ledger.with_output(made, sheet)
    printing = Problems()
    printed = _printed(documents.outputs, asked, output_folder, printing)
    for output in printed:
        made = ledger.with_output(made, output)
    blanks = len(examined.data.content.blanks)
    outputs = (*documents.outputs, *printed, sheet)
    return Made(made, outputs, (*found, *told), tuple(printing), blanks)


def _paged(documents: DocumentSet, folder: str, problems: Problems) -> DocumentSet:
    """``documents`` with the page numbers that they print of themselves."""
    if not any(output.waits for output in documents.outputs):
        return documents
    from generator.build import pdf

    return replace(documents, outputs=pdf.paged(documents.outputs, folder, problems))


def _printed(
    outputs: Sequence[Output], asked: Asked, folder: str, problems: Problems
) -> list[Output]:
    """The PDFs that belong beside ``outputs``."""
    if not asked.pdfs:
        return []
    from generator.build import pdf

    return pdf.printed(outputs, asked.intact, folder, problems, wanted=asked.mode.pdf)


@frozen
class Outcome:
    """What came of one unit-year.

    ``built``: its set, None when it was left as it was; ``touched``: its outputs were being
    exchanged; ``failure``: the name of the exception that was gen's own fault; ``share``: what
    the set gives to those that sum it up, where they asked.
    """

    target: UnitYear
    built: Built | None
    problems: tuple[Problem, ...]
    touched: bool
    failure: str = ""
    share: Share | None = None


def build(
    workspace: Workspace,
    target: UnitYear,
    mode: Mode,
    touching: Callable[[UnitYear], None] = lambda _: None,
    maker: Maker | None = None,
    summing: Summing = NOTHING,
) -> Outcome:
    """Build one unit-year; with errors it is left as it was.

    ``touching`` is told of it just before its outputs are replaced. ``maker``: makes what takes
    the place of the old, elsewhere than here. ``summing``: what those that sum up others ask for.
    """
    found, touched = Problems(), []

    def touch() -> None:
        touched.append(target)
        touching(target)

    where = Position(workspace.name_of(target.output))
    built = share = None
    try:
        with exclusive(workspace.build_folder, target.label, target.output) as home:
            made = _build(workspace, target, home, found, touch, mode, maker, summing)
            if made is not None:
                built, share = made
    except Busy:
        found.add("W103", where)
    except Disturbed as error:
        found.add("W104", Position(workspace.name_of(target.output / error.name)))
    except Stranded as error:
        found.add("W105", where, why=error.why, place=workspace.name_of(error.place))
    except OSError as error:
        found.add("W101", where, reason=reason(error))
    return Outcome(target, built, tuple(found), bool(touched), share=share)


def _build(
    workspace: Workspace,
    target: UnitYear,
    home: Path,
    problems: Problems,
    touching: Callable[[], None],
    mode: Mode,
    maker: Maker | None,
    summing: Summing,
) -> tuple[Built, Share | None] | None:
    books = standing.open_books(workspace, target, summing=summing)
    content = [hash_ for n, hash_ in books.inputs.items() if not n.startswith(f"{TEMPLATES}/")]
    standing.check_folders(books, workspace, problems)
    standing.check_hand_edits(books, workspace, problems, force=mode.force)
    standing.check_lock_files(books, workspace, problems)
    if problems.failed:
        return None
    same = not mode.everything and standing.unchanged(books, draft=mode.draft)
    if same and not _pdf_missing(books, mode):
        assert books.last is not None
        problems.extend(Problem.from_json(item) for item in books.last.problems)
        standing.tell_missing(books.last, workspace, target, problems)
        share = summing.of(books.last, books.raw, content)
        return _summary(target, books, {}, untouched=True), share
    from generator.build import ledger

    intact = ledger.intact(books)
    pdfs = mode.pdf or any(name.endswith(".pdf") for name in books.on_disk)
    earlier = {} if mode.everything else intact
    asked = Asked(earlier, intact, books.inputs, mode, pdfs, summing)
    made = (maker or make)(workspace, target, asked)
    problems.extend(made.problems)
    if made.record is None:
        return None
    made_of = {output.filename: output.data for output in made.outputs}
    books = standing.with_strangers(books, made_of, workspace, problems, force=mode.force)
    if problems.failed:
        return None
    change = standing.exchange(books, made.record, made_of)
    lost = publish(home, target.output, change, touching)
    standing.tell_kept(books, lost, workspace, problems)
    problems.extend(made.after)
    standing.tell_missing(made.record, workspace, target, problems)
    outputs = {output.filename: output for output in made.outputs}
    share = summing.of(made.record, bytes(change.files[record.RECORD]), content)
    return _summary(target, books, outputs, blanks=made.blanks), share


def _pdf_missing(books: standing.Books, mode: Mode) -> bool:
    """Whether PDFs are wanted that the last build did not make."""
    if not mode.pdf:
        return False
    from generator.build import pdf

    return books.last is None or not pdf.complete(books.last.documents)


def _summary(
    target: UnitYear,
    books: standing.Books,
    outputs: Mapping[str, Output],
    *,
    untouched: bool = False,
    blanks: int = 0,
) -> Built:
    before = books.last.documents if books.last is not None else {}
    if untouched:
        files = [
            BuiltFile(name, len(books.on_disk[name]), document.sha256, False, False)
            for name, document in before.items()
        ]
    else:
        files = [
            BuiltFile(
                name,
                len(output.data),
                record.sha256(output.data),
                books.on_disk.get(name) != output.data,
                not output.reused,
            )
            for name, output in outputs.items()
        ]
    gone = () if untouched else tuple(sorted(set(before) - set(outputs)))
    own = f"{record.CHECKLIST_FOLDER}/"
    return Built(
        target,
        tuple(file for file in files if not file.name.startswith(own)),
        tuple(file for file in files if file.name.startswith(own)),
        gone,
        untouched,
        blanks,
    )
