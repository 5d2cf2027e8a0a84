"""``gen watch``: rebuild on save, one line a build, problems as they come and go."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from threading import Event

from generator.batch import watching
from generator.build.pipeline import Built, Mode, build
from generator.cli import reports
from generator.problems import Problem, Problems, Severity
from generator.records import compare, record
from generator.records.record import Record
from generator.workspace import UnitYear, Workspace

_MOST_EDITS = 8


def watch(
    workspace: Workspace,
    targets: Sequence[UnitYear],
    say: Callable[[str], None],
    stop: Event | None = None,
    *,
    draft: bool = False,
) -> bool:
    """Build ``targets`` now and after every save until interrupted (or ``stop`` is set).

    As drafts, while they are still being filled in, if so asked.

    A broken save shows its problems and leaves the last good set; Ctrl-C ends quietly. Gives
    whether it did.
    """
    interrupted = False
    known: set[Problem] = set()
    try:
        known = _once(workspace, targets, known, say, draft=draft)
        say("正在守候，保存内容或模板就会重新生成；按 Ctrl+C 结束。")
        for saved in watching.saves(workspace, targets, stop):
            known = _once(workspace, targets, known, say, draft=draft, quiet=not saved)
    except KeyboardInterrupt:
        interrupted = True
    say("已结束。")
    return interrupted


def _edits(built: Built, before: Record | None) -> Iterator[str]:
    """What was done since the record ``before``, as far as anybody wants to read it."""
    now = None if built.untouched else record.load(built.target.output / record.RECORD)
    if now is None or before is None or now.content == before.content:
        return
    told = list(reports.edit_lines(compare.compare(before, now)))
    yield from (f"  {line}" for line in told[:_MOST_EDITS])
    if len(told) > _MOST_EDITS:
        yield f"  等{len(told)}处改动，全部见 gen diff {built.target.year}"


def _once(
    workspace: Workspace,
    targets: Sequence[UnitYear],
    known: set[Problem],
    say: Callable[[str], None],
    *,
    draft: bool,
    quiet: bool = False,
) -> set[Problem]:
    """One build: a line for it, new problems in full, gone ones counted.

    ``quiet``: nothing is said when nothing was made and no problem came or went.
    """
    problems = Problems()
    touched: set[UnitYear] = set()
    before = {target: record.load(target.output / record.RECORD) for target in targets}
    done = []
    for target in targets:
        outcome = build(workspace, target, Mode(draft=draft), touched.add)
        problems.extend(outcome.problems)
        if outcome.built is not None:
            done.append(outcome.built)
    found = {item for item in problems.sorted() if item.severity is not Severity.NOTE}
    for item in sorted(found - known, key=lambda p: p.at):
        say(f"{item.at}: {item.severity.label} {item.code} {item.message}")
        if item.hint:
            say(f"    {item.hint}")
    gone = len(known - found)
    if gone:
        say(f"解决了 {gone} 个问题。")
    if quiet and found == known and all(built.untouched for built in done):
        return found
    for line in chain.from_iterable(_edits(built, before[built.target]) for built in done):
        say(line)
    for line in _outcome(len(targets), done, touched, found):
        say(line)
    return found


def _outcome(
    wanted: int, done: Sequence[Built], touched: set[UnitYear], found: set[Problem]
) -> Iterator[str]:
    """What became of a build."""
    changed = [file.name for built in done for file in built.files if file.changed]
    if wanted > len(done):
        errors = sum(item.severity is Severity.ERROR for item in found)
        finished = {built.target for built in done}
        untouched = "。" if touched - finished else "，原来的成果没有动。"
        yield f"没有生成（{errors}个错误）{untouched}"
        return
    yield f"已生成：{'、'.join(changed)}" if changed else "没有需要重做的文件。"
    if changed and (blanks := sum(built.blanks for built in done)):
        yield f"这是草稿，还有 {blanks} 处要填、要改。"
