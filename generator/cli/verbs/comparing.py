"""``gen diff``, ``gen explain``, ``gen freeze``: what changed, where a figure is from, versions."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator.cli import console
from generator.cli.common import (
    Exit,
    after_year,
    check_cache,
    common,
    settings_of,
    so_far,
    targets_of,
    told,
    year_of,
)
from generator.problems import Problems, Severity
from generator.workspace import UnitYear

if TYPE_CHECKING:
    from generator.redline.wish import Wish


@click.command(cls=console.Command)
@click.argument("year", metavar="年度", required=False)
@click.option(
    "--from", "start", metavar="版本", default="", help="从哪个版本比起（默认上次生成）。"
)
@click.option("--to", "end", metavar="版本", default="", help="比到哪个版本（默认现在的内容）。")
@click.option(
    "--save",
    metavar="文件.docx",
    type=click.Path(path_type=Path),
    help="另存为可报送的更正说明；文件名里有“花脸”的，存成带修订的花脸稿（.docx，.xlsx）。",
)
@click.option("--with", "other", metavar="年度", default="", help="和另一个年度比，例如上一年。")
@click.option(
    "--document", metavar="文件名", default="", help="花脸稿做哪一份，写名称的一部分就行。"
)
@click.option("--author", metavar="姓名", default="gen", help="花脸稿的修订人（默认 gen）。")
@click.option("--date", metavar="日期", default="2025-01-01", help="修订的日期，默认固定的一天。")
@click.option("--summary", is_flag=True, help="花脸稿第一页列出改了的数：原来、现在、原因。")
@common
def diff(
    year: str | None,
    units: tuple[str, ...],
    start: str,
    end: str,
    save: Path | None,
    other: str,
    document: str,
    author: str,
    date: str,
    summary: bool,
    **options: Any,
) -> None:
    """列出改了哪些数、带动了哪些数、影响了哪些文档的哪些地方。"""
    settings = settings_of(options)
    workspace, targets = targets_of(settings, year, units)
    if save is not None and len(targets) > 1:
        raise console.Misuse("--save 一次只能存一个单位的更正说明。", "请用 --unit 指明单位。")
    wish = _wish(save, document, author, date, listed=summary)
    if other and (start or end or (save is not None and wish is None)):
        raise console.Misuse("--with 不能和 --from、--to、--save（花脸稿除外）一起用。")
    with_year = year_of(other) if other else 0
    from generator.cli import reports
    from generator.history import versions
    from generator.records import compare

    problems, outcomes, lines = Problems(), [], []
    for target in targets:
        with told():
            if with_year:
                two = versions.years(workspace, target, with_year, problems)
            else:
                two = versions.pair(workspace, target, start, end, problems)
        if two is None:
            continue
        difference = compare.compare(two[0].record, two[1].record)
        names = {"unit": target.unit_id, "year": target.year}
        names |= {"from": two[0].name, "to": two[1].name}
        outcomes.append({**names, **reports.difference_json(difference)})
        lines.append(f"{target.label}：{two[0].told} → {two[1].told}")
        lines += reports.difference_lines(difference)
        if wish is not None:
            from generator.redline import saving

            with told():
                name = saving.save(workspace, target, two, difference, wish)
            so_far().save(f"花脸稿已存为 {save}")
            lines.append(f"{name} 的花脸稿已存为 {save}")
        elif save is not None:
            from generator.history import notice

            with told():
                notice.save(workspace, target, difference, save, problems)
            so_far().save(f"更正说明已存为 {save}")
            lines.append(f"已存为 {save}")
    check_cache(problems)
    items = problems.sorted()
    if settings.json:
        console.say(console.as_json({**console.report(items), "differences": outcomes}))
    else:
        console.print_problems([i for i in items if i.severity is Severity.ERROR], 0)
        console.say("\n".join(lines) if lines else "内容有错误，改正后再比较。")
    sys.exit(console.exit_code(items, strict=False))


def _wish(save: Path | None, document: str, author: str, date: str, *, listed: bool) -> Wish | None:
    """The tracked changes that are asked for, if any."""
    from generator.redline.wish import ASKED, Signed, Wish

    if save is None or ASKED not in save.stem:
        if document or listed:
            raise console.Misuse(
                "--document、--summary 是做花脸稿用的。", "请写 --save 花脸稿.docx。"
            )
        return None
    try:
        day = datetime.strptime(date, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise console.Misuse(f"--date 的“{date}”不是日期。", "写成 2025-01-31 这样。") from None
    return Wish(save, Signed(author, day), document, listed)


@click.command(cls=console.Command)
@click.argument("year", metavar="[年度]", required=False)
@click.argument("asked", metavar="名称或数字", required=False)
@common
def explain(year: str | None, asked: str | None, units: tuple[str, ...], **options: Any) -> None:
    """说明一个数：值、公式、依据的每一行、上年数，以及显示它的每个地方。"""
    settings = settings_of(options)
    year, name = after_year(year, asked, "名称或数字")
    workspace, targets = targets_of(settings, year, units, newest=True)
    from generator.cli import reports
    from generator.history import versions
    from generator.records import explain as explaining

    problems = Problems()
    answers = {
        target.label: explaining.explain(present, name)
        for target in targets
        if (present := versions.now(workspace, target, problems, draft=True)) is not None
    }
    unknown = explaining.nowhere(answers.values())
    items = problems.sorted()
    if settings.json:
        console.say(console.as_json(reports.answer_json(answers)))
        if unknown is not None:
            sys.exit(Exit.MISUSE)
    elif unknown is not None:
        newest = targets[0].year
        hint = f"没有写年度，找的是最新的 {newest} 年度；别的年度写在名称前面。" if not year else ""
        raise console.Misuse(reports.unknown_line(unknown), hint)
    elif not answers:
        console.print_problems([i for i in items if i.severity is Severity.ERROR], 0)
    else:
        console.say("\n".join(reports.answer_lines(answers, headed=len(targets) > 1)))
    sys.exit(console.exit_code(items, strict=False))


@click.command(cls=console.Command)
@click.argument("year", metavar="年度", required=False)
@click.argument("version", metavar="版本名", required=False)
@common
def freeze(year: str | None, version: str | None, units: tuple[str, ...], **options: Any) -> None:
    """把现在的成果和记录保存成一个有名称的只读版本（例如 报送稿）。"""
    settings = settings_of(options)
    year, name = after_year(year, version, "版本名")
    workspace, targets = targets_of(settings, year, units)
    from generator.history import versions

    frozen: list[dict[str, Any]] = []
    refused: list[tuple[UnitYear, console.Misuse]] = []
    for target in targets:
        try:
            with told():
                kept = versions.freeze(target, name)
        except console.Misuse as why:
            if len(targets) == 1:
                raise
            refused.append((target, why))
            continue
        so_far().save(f"{target.label} 已保存为“{name}”")
        changed = versions.changed_since(workspace, target)
        frozen.append({
            "unit": target.unit_id, "year": target.year, "version": name,
            "files": kept, "changed": changed,
        })  # fmt: skip
        if settings.json:
            continue
        place = workspace.name_of(versions.kept(target)[name])
        console.say(f"{target.label}：已保存为“{name}”，共 {len(kept)} 个文件，在 {place}。")
        if changed:
            named = "、".join(changed[:3]) + (" 等" if len(changed) > 3 else "")
            console.say(
                f"  警告：内容改过，还没有重新生成（{named}），保存的是上次生成的成果。\n"
                f"  要保存新的，请先运行 gen build {target.year}，再换一个版本名保存。"
            )
    if settings.json:
        left = [
            {"unit": target.unit_id, "year": target.year, "why": str(reason)}
            for target, reason in refused
        ]
        console.say(console.as_json({"versions": frozen, "refused": left}))
    elif refused:
        for target, reason in refused:
            console.say(f"{target.label}：没有保存，{reason}", err=True)
        console.say(f"保存了{len(frozen)}个单位，{len(refused)}个单位没有保存。", err=True)
    if refused:
        sys.exit(Exit.PROBLEMS if frozen else Exit.MISUSE)
