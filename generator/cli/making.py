"""``gen check``, ``gen build``, ``gen watch``: from content to documents."""

from __future__ import annotations

import sys
from typing import Any

import click

from generator.cli import console, streams
from generator.cli.common import (
    Exit,
    check_cache,
    common,
    settings_of,
    so_far,
    targets_of,
    untold,
)
from generator.problems import Problems
from generator.workspace import check_years


@click.command(cls=console.Command)
@click.argument("year", metavar="年度")
@common
def check(year: str, units: tuple[str, ...], **options: Any) -> None:
    """检查一个年度的内容和模板，列出全部问题，不写任何文件。"""
    settings = settings_of(options)
    workspace, targets = targets_of(settings, year, units)
    from generator.build.pipeline import examine

    problems = Problems()
    check_years(workspace, problems)
    for target in targets:
        found = Problems()
        examine(workspace, target, found)
        problems.extend(found)
    check_cache(problems)
    items = problems.sorted()
    if settings.json:
        console.say(console.as_json(console.report(items)))
    else:
        console.print_problems(items, settings.verbosity)
        if settings.verbosity >= 0 or untold(settings, items):
            labels = "、".join(target.label for target in targets)
            console.say(f"检查完毕：{labels}，{console.counted(items)}。")
    sys.exit(console.exit_code(items, strict=settings.strict))


@click.command(cls=console.Command)
@click.argument("year", metavar="年度")
@click.option("--all", "everything", is_flag=True, help="全部重新生成，没有变化的也重做。")
@click.option(
    "--force", is_flag=True, help="覆盖手工改过的成果，旧文件存到成果文件夹的 .gen/手改/。"
)
@common
def build(year: str, units: tuple[str, ...], everything: bool, force: bool, **options: Any) -> None:
    """生成一个年度的全套文档：先检查，全部正确后一次写出，只重做有变化的。"""
    settings = settings_of(options)
    workspace, targets = targets_of(settings, year, units)
    from generator.build.pipeline import build as build_all

    problems = Problems()
    check_years(workspace, problems)
    progress, done = so_far(), []
    for built in build_all(
        workspace, targets, problems,
        everything=everything, force=force, strict=settings.strict, touching=progress.touch,
    ):  # fmt: skip
        progress.finish(built.target)
        done.append(built)
    if len(done) < len(targets) or not all(built.untouched for built in done):
        check_cache(problems)
    items = problems.sorted()
    if settings.json:
        outcome = {**console.report(items), "documents": console.documents(workspace, done)}
        console.say(console.as_json(outcome))
    else:
        console.print_problems(items, settings.verbosity)
        if settings.verbosity >= 0 or untold(settings, items):
            console.print_built(workspace, done, targets, progress, items)
    sys.exit(console.exit_code(items, strict=settings.strict))


@click.command(cls=console.Command)
@click.argument("year", metavar="年度")
@common
def watch(year: str, units: tuple[str, ...], **options: Any) -> None:
    """守着内容和模板，保存一次就重新生成一次，按 Ctrl+C 结束。"""
    settings = settings_of(options)
    workspace, targets = targets_of(settings, year, units)
    from threading import Event

    from generator.cli.watch import watch as keep_watch

    stop = Event()

    def say(line: str) -> None:
        console.say(line)
        if not streams.heard():
            stop.set()

    if keep_watch(workspace, targets, say, stop):
        sys.exit(Exit.INTERRUPTED)
