"""``gen check``, ``gen build``, ``gen watch``: from content to documents."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

import click

from generator.cli import built, console, streams
from generator.cli.common import (
    Exit,
    check_cache,
    common,
    settings_of,
    so_far,
    targets_of,
)
from generator.cli.tally import Pace, Tally
from generator.frozen import replace
from generator.problems import Problems
from generator.workspace import check_units, check_years

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from generator.batch.work import Building
    from generator.build.pipeline import Outcome
    from generator.cli.common import Settings
    from generator.workspace import UnitYear, Workspace


def _at_least_one(_context: object, _option: object, count: int | None) -> int | None:
    if count is not None and count < 1:
        raise console.Misuse("--jobs 后面写同时处理几个单位，至少是 1。")
    return count


_jobs = click.option(
    "--jobs", "workers", metavar="个数", type=int, callback=_at_least_one,
    help="单位多时同时处理几个（默认处理器的个数）。",
)  # fmt: skip


@click.command(cls=console.Command)
@click.argument("year", metavar="[年度]", required=False)
@_jobs
@common
def check(year: str | None, units: tuple[str, ...], workers: int | None, **options: Any) -> None:
    """检查一个年度的内容和模板，列出全部问题，不写任何文件。不写年度，就是最近的年度。"""
    settings = settings_of(options)
    workspace, targets = targets_of(settings, year, units, newest=True)
    from generator.batch import jobs
    from generator.batch.work import Checking

    problems, tally = Problems(), Tally([one.unit_id for one in targets], settings)
    check_years(workspace, problems)
    check_units(workspace, targets, problems)
    failures: list[str] = []
    pace = Pace(len(targets))

    def take(outcome: Outcome) -> None:
        pace.step()
        tally.take(outcome.problems)
        if outcome.failure:
            failures.append(outcome.failure)

    work = Checking(workspace, alone=len(targets) == 1)
    try:
        jobs.run(work, targets, jobs.workers_for(len(targets), workers), take)
    finally:
        pace.end()
    check_cache(problems)
    tally.take(problems)
    if settings.json:
        tally.say_json({})
    else:
        console.print_problems(tally.items, settings.verbosity, tally.left)
        if settings.verbosity >= 0 or _untold(settings, tally):
            labels = "、".join(target.label for target in targets[:_MOST_NAMED])
            labels += f" 等{len(targets)}个单位" if len(targets) > _MOST_NAMED else ""
            console.say(f"检查完毕：{labels}，{console.counted(tally.counts)}。")
    sys.exit(Exit.MISUSE if failures else tally.exit_code(strict=settings.strict))


#: Units that are named one by one.
_MOST_NAMED: Final = 30


def _untold(settings: Settings, tally: Tally) -> bool:
    """Whether the run fails by warnings that ``-q`` does not show."""
    return not tally.exit_code(strict=False) and bool(tally.exit_code(strict=settings.strict))


@click.command(cls=console.Command)
@click.argument("year", metavar="[年度]", required=False)
@click.option("--all", "everything", is_flag=True, help="全部重新生成，没有变化的也重做。")
@click.option(
    "--force", is_flag=True, help="覆盖手工改过的成果，旧文件存到成果文件夹的 .gen/手改/。"
)
@click.option(
    "--draft", is_flag=True, help="没有填完也生成，每一页都有“草稿”两字，没有填的地方印“待填”。"
)
@click.option("--pdf", is_flag=True, help="另做每份文档的 PDF（要装有 LibreOffice）。")
@_jobs
@click.option(
    "--scheduler", metavar="地址",
    help="交给 Dask 集群做，写调度进程的地址（tcp://主机:8786），见 docs/集群.md。",
)  # fmt: skip
@common
def build(
    year: str | None,
    units: tuple[str, ...],
    everything: bool,
    force: bool,
    draft: bool,
    pdf: bool,
    workers: int | None,
    scheduler: str | None,
    **options: Any,
) -> None:
    """生成一个年度的全套文档：先检查，全部正确后一次写出，只重做有变化的。不写年度，就是最近的年度。"""
    settings = settings_of(options)
    workspace, targets = targets_of(settings, year, units, newest=True)
    from generator.batch import jobs
    from generator.batch.work import Building
    from generator.build import standing
    from generator.build.pipeline import Mode

    problems, tally = Problems(), Tally([one.unit_id for one in targets], settings)
    check_years(workspace, problems)
    check_units(workspace, targets, problems)
    held = settings.strict and problems.warned
    _bring_over(workspace, targets, problems)
    progress, done = so_far(), []
    failures: list[str] = []
    pace = Pace(len(targets))
    progress.left = len(targets) if len(targets) > 1 else 0

    def take(outcome: Outcome) -> None:
        pace.step()
        progress.left -= bool(progress.left)
        tally.take(outcome.problems)
        if outcome.touched:
            progress.touch(outcome.target)
        if outcome.built is not None:
            progress.finish(outcome.target)
            done.append(built.Done(outcome.built, whole=not tally.brief or settings.json))
        if outcome.failure:
            failures.append(outcome.failure)

    count = jobs.workers_for(len(targets), workers)
    work = Building(
        workspace, Mode(everything, force, settings.strict, held, draft, pdf),
        alone=len(targets) == 1, touching=progress.touch if count == 1 else None,
    )  # fmt: skip
    try:
        _build_all(work, targets, count, take, progress.touch, scheduler)
    finally:
        pace.end()
    standing.check_abandoned(workspace, {target.year for target in targets}, problems)
    if len(done) < len(targets) or not all(one.untouched for one in done):
        check_cache(problems)
    tally.take(problems)
    if settings.json:
        rest: dict[str, object] = {"documents": built.documents(workspace, done)}
        if draft:
            rest |= {"draft": True, "blanks": sum(one.blanks for one in done)}
        tally.say_json(rest)
    else:
        console.print_problems(tally.items, settings.verbosity, tally.left)
        if settings.verbosity >= 0 or _untold(settings, tally):
            built.print_built(workspace, done, targets, progress, tally)
            if draft and done:
                built.print_draft(done)
    sys.exit(Exit.MISUSE if failures else tally.exit_code(strict=settings.strict))


def _build_all(
    work: Building, targets: Sequence[UnitYear], count: int, take: Callable[[Outcome], None],
    touch: Callable[[UnitYear], None], scheduler: str | None,
) -> None:  # fmt: skip
    from generator.batch import jobs
    from generator.records.shares import NOTHING, Share

    # What sums up others comes when these are done.
    last = [target for target in targets if work.workspace.sums_up(target)]
    first = [target for target in targets if target not in last]
    summing, take_first = NOTHING, take
    shares: dict[str, Share] = {}
    if last and first:
        from generator.build.summing import gathering

        summing = replace(NOTHING, asked=gathering.asked_by(work.workspace, last))

        def take_first(outcome: Outcome) -> None:
            if outcome.share is not None:
                shares[outcome.target.unit_id] = outcome.share
            take(outcome)

    asking = replace(work, summing=summing)
    if scheduler is not None:
        _by_cluster(scheduler, asking, first, take_first, touch)
    else:
        jobs.run(asking, first, count, take_first, begun=touch)
    jobs.run(replace(work, touching=touch, summing=replace(NOTHING, shares=shares)), last, 1, take)


def _by_cluster(
    scheduler: str, work: Building, targets: Sequence[UnitYear],
    take: Callable[[Outcome], None], begun: Callable[[UnitYear], None],
) -> None:  # fmt: skip
    from generator.batch import cluster
    from generator.batch.work import ClusterError

    try:
        cluster.run(scheduler, work, targets, take, begun)
    except ClusterError as error:
        hint = "已经写出的单位不受影响；改好以后再运行一次，只做没有做的。"
        raise console.Misuse(f"集群用不了：{error}。", hint) from error


@click.command(cls=console.Command)
@click.argument("year", metavar="[年度]", required=False)
@click.option("--draft", is_flag=True, help="边填边看：没有填完也生成草稿。")
@common
def watch(year: str | None, units: tuple[str, ...], *, draft: bool, **options: Any) -> None:
    """守着内容和模板，保存一次就重新生成一次，按 Ctrl+C 结束。不写年度，就是最近的年度。"""
    settings = settings_of(options)
    workspace, targets = targets_of(settings, year, units, newest=True)
    from threading import Event

    from generator.cli.watch import watch as keep_watch

    stop = Event()

    def say(line: str) -> None:
        console.say(line)
        if not streams.heard():
            stop.set()

    if keep_watch(workspace, targets, say, stop, draft=draft):
        sys.exit(Exit.INTERRUPTED)


def _bring_over(workspace: Workspace, targets: Sequence[UnitYear], problems: Problems) -> None:
    """Versions that an earlier gen kept beside the outputs go to the content."""
    from generator.records.record import EARLIER_VERSIONS

    for target in targets:
        if (target.output / EARLIER_VERSIONS).is_dir():
            from generator.history import versions

            versions.bring_over(workspace, target, problems)
