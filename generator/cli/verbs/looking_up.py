"""``gen rules``, ``gen template``, ``gen audit``: what is looked at, and what is said of it."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from generator import disk
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
from generator.problems import Position, Problem, Problems, problem, reason


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


@click.command(cls=console.Command)
@click.argument("files", metavar="文件…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--save", metavar="审核意见.docx", type=click.Path(path_type=Path),
    help="另存审核意见：Word 文件加批注（.docx），或者列成清单（.xlsx）。",
)  # fmt: skip
@click.option(
    "--forms", metavar="套表", default="全国", help="名称和字样用哪个套表的（默认 全国）。"
)
@common
def audit(
    files: tuple[Path, ...], save: Path | None, forms: str, units: tuple[str, ...], **options: Any
) -> None:
    """审核任何报告里的数：句子、表格、几份文件之间，对不上的列出来。

    \b
    能读 .docx、.xlsx、.xls、.pdf、.md、.txt，不要工作区。
    没有查到的数也列出来：没有查，不等于对。
    """  # noqa: D301 (Click's mark for lines that stay as they are)
    del units
    settings = settings_of(options)
    _savable(files, save)
    from generator.audit import auditing, telling
    from generator.audit.comments import opinion
    from generator.audit.settings import check_data, published_tables
    from generator.reading.contents import Unreadable

    data = check_data(settings.folder, forms)
    if data is None:
        raise console.Misuse(f"没有套表“{forms}”。", "不写 --forms 就用全国通用的名称和字样。")
    audited = auditing.audit(files, data, published_tables(settings.folder))
    items: list[Problem] = [found.problem for one in audited for found in one.findings]
    if save is not None:
        try:
            disk.save_new(save, opinion(save, files, audited))
        except (OSError, Unreadable) as error:
            why = reason(error) if isinstance(error, OSError) else str(error)
            items.append(problem("A301", Position(str(save)), reason=why))
    if settings.json:
        console.say(console.as_json(telling.as_json(audited)))
    else:
        console.print_problems(items, settings.verbosity)
        if settings.verbosity >= 0:
            for line in telling.lines(audited, verbose=settings.verbosity > 0):
                console.say(line)
            console.say(f"审核完毕：{len(files)}个文件，{console.counted(items)}。")
    sys.exit(console.exit_code(items, strict=settings.strict))


def _savable(files: tuple[Path, ...], save: Path | None) -> None:
    """Refuse what cannot be saved before anything is read."""
    if save is None:
        return
    from generator.audit.comments import COMMENTED, LISTED

    kind = save.suffix.lower()
    if kind not in (COMMENTED, LISTED):
        raise console.Misuse("--save 存成 .docx（加批注）或 .xlsx（清单）。", "请改文件名的后缀。")
    if kind == COMMENTED and (len(files) > 1 or files[0].suffix.lower() != COMMENTED):
        raise console.Misuse(
            "批注只能加在一份 Word 文件里。", "几份文件，或者别的格式，请用 --save 审核意见.xlsx。"
        )
    if save.exists():
        raise console.Misuse(f"{save} 已经有了。", "请换一个文件名：审核意见不覆盖别的文件。")
