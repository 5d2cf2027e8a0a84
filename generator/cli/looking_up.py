"""``gen rules``, ``gen template``: the checks there are, and what templates can say."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Any

import click

from generator.cli import console
from generator.cli.common import (
    before_the_verb,
    check_cache,
    common,
    settings_of,
    targets_of,
    untold,
    workspace_of,
    year_of,
)
from generator.problems import Problems


@click.command(cls=console.Command)
@click.argument("code", metavar="[代码]", required=False)
def rules(code: str | None) -> None:
    """列出全部核对规则；给出代码则详细说明这一条。"""
    from generator.checks import catalogue

    if code is None:
        console.say(catalogue.list_text())
        return
    try:
        console.say(catalogue.explain_text(code))
    except KeyError as error:
        raise console.Misuse(str(error.args[0])) from error


@click.group(cls=console.Group)
@before_the_verb
def template() -> None:
    """检查模板，列出模板里可以用的名称和写法。"""


@template.command("check", cls=console.Command)
@click.argument("year", metavar="[年度]", required=False)
@common
def template_check(year: str | None, units: tuple[str, ...], **options: Any) -> None:
    """检查全部模板的标签：名称、括号、位置、写法，一次列出全部问题。"""
    settings = settings_of(options)
    workspace = workspace_of(settings)
    from generator.build.template_check import check_templates

    problems = Problems()
    wanted = None if year is None else year_of(year, workspace)
    checked = check_templates(
        workspace, wanted, list(units), problems, unused=settings.verbosity > 0
    )
    check_cache(problems)
    items = problems.sorted()
    if settings.json:
        console.say(console.as_json({**console.report(items), "templates": checked}))
    else:
        console.print_problems(items, settings.verbosity)
        if settings.verbosity >= 0 or untold(settings, items):
            console.say(f"检查了 {len(checked)} 个模板，{console.counted(items)}。")
    sys.exit(console.exit_code(items, strict=settings.strict))


@template.command("names", cls=console.Command)
@click.argument("year", metavar="年度", required=False)
@common
def template_names(year: str | None, units: tuple[str, ...], **options: Any) -> None:
    """列出模板和 report.md 里可以用的全部名称（带单位和现在的值）和写法。"""
    settings = settings_of(options)
    workspace, targets = targets_of(settings, year, units)
    from generator.build.template_check import filters, names

    rows = {target.label: names(workspace, target.year, target.unit_id) for target in targets}
    if settings.json:
        plain = {label: [asdict(row) for row in found] for label, found in rows.items()}
        usage = [asdict(row) for row in filters()]
        console.say(console.as_json({"names": plain, "filters": usage}))
        return
    for label, found in rows.items():
        console.say(f"{label} 的名称：")
        console.print_table(
            [(row.name, row.kind, row.unit, row.sample, row.source) for row in found]
        )
    console.say("写法（用法：{{ 名称 | 写法 }}）：")
    console.print_table([(row.usage, row.summary) for row in filters()])
