"""``gen tidy``: a pasted report.md in gen's form."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from generator import disk
from generator.cli import console
from generator.cli.common import Settings, common, confirmed, settings_of, so_far, targets_of, told
from generator.problems import Position, Problems, Severity
from generator.workspace import UnitYear, Workspace

if TYPE_CHECKING:
    from generator.content.report.rewrite import Draft

#: Changes shown of each kind, and characters of each line.
_SHOWN, _WIDTH = 5, 50


@click.command(cls=console.Command)
@click.argument("year", metavar="年度", required=False)
@click.option("--yes", "agreed", is_flag=True, help="不问，直接写进 report.md。")
@common
def tidy(year: str | None, units: tuple[str, ...], agreed: bool, **options: Any) -> None:
    """整理从 Word 粘贴来的 report.md：标题、段落、列表、表格，文字一个不改；先看再写。"""
    settings = settings_of(options)
    workspace, targets = targets_of(settings, year, units)
    problems, outcomes = Problems(), []
    for target in targets:
        outcomes.append(_tidied(workspace, target, settings, problems, agreed=agreed))
    items = problems.sorted()
    if settings.json:
        found = [outcome for outcome in outcomes if outcome]
        console.say(console.as_json({**console.report(items), "reports": found}))
    else:
        console.print_problems([i for i in items if i.severity is Severity.ERROR], 0)
    sys.exit(console.exit_code(items, strict=False))


def _tidied(
    workspace: Workspace, target: UnitYear, settings: Settings, problems: Problems, *, agreed: bool
) -> dict[str, Any]:
    """Show what would become of one report, ask, and write it; what was done, for programs."""
    from generator.content.loader import REPORT
    from generator.content.report import rewrite

    path = target.folder / REPORT
    name = workspace.name_of(path)
    made = None
    if not path.exists():
        problems.add("T120", Position(name))
    elif not workspace.holds(path):
        problems.add("L130", Position(name))
    else:
        made = rewrite.draft(path, name, problems)
    if made is None:
        return {}
    written = bool(made.tidied.changes) and agreed
    if not settings.json:
        console.say("\n".join(_lines(made, name, full=settings.verbosity > 0)))
        written = bool(made.tidied.changes) and (agreed or confirmed())
    if written:
        with told():
            try:
                kept = rewrite.write(made)
            except disk.Moved:
                raise console.Misuse(
                    f"{name} 刚刚又改过，没有写进去。", "请保存好，再运行一次 gen tidy。"
                ) from None
        so_far().save(f"{name} 已整理")
        if not settings.json:
            console.say(f"已写进 {name}，原来的存为 {kept.name}。")
    changes = [
        {"line": one.line, "kind": one.kind, "before": one.before, "after": one.after}
        for one in made.tidied.changes
    ]
    return {"file": name, "written": written, "changes": changes}


def _lines(made: Draft, name: str, *, full: bool) -> Iterator[str]:
    """What would change, kind by kind, and what only a person can tell."""
    changes = made.tidied.changes
    if not changes:
        yield f"{name}：不用整理。"
    else:
        yield f"{name}：要改 {len(changes)} 行，文字不变。"
    for kind, count in Counter(change.kind for change in changes).items():
        yield f"{kind}（{count}行）："
        of_kind = [change for change in changes if change.kind == kind]
        for change in of_kind if full else of_kind[:_SHOWN]:
            yield f"  第{change.line}行  {_short(change.before)}"
            if change.after != change.before:
                yield from (f"      →  {_short(line)}" for line in change.after.split("\n"))
        if not full and count > _SHOWN:
            yield f"  另有 {count - _SHOWN} 行，加 -v 显示全部。"
    left = _left(made, name)
    if left:
        yield "下面这些拿不准，没有动，请自己看（行号是整理以后的）："
        yield from left


def _left(made: Draft, name: str) -> list[str]:
    """What the tidied text would still be warned of."""
    from generator.content.report.reader import read_report

    found = Problems()
    found.extend(read_report(made.tidied.text, name).problems)
    lines = []
    for item in found.sorted():
        lines += [f"  第{item.at.line}行  {item.message}", f"      {item.hint}"]
    return lines


def _short(text: str) -> str:
    text = text.replace("\n", " ").strip("\n")
    return text if len(text) <= _WIDTH else f"{text[:_WIDTH]}……"
