"""``gen pull``: what came back from Word and Excel."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator import disk
from generator.cli import console
from generator.cli.common import (
    Exit,
    Settings,
    check_cache,
    common,
    says_yes,
    settings_of,
    so_far,
    targets_of,
    told,
)
from generator.problems import Problems, Severity

if TYPE_CHECKING:
    from generator.pulling.pulling import Draft, Pulled


@click.command(cls=console.Command)
@click.argument("files", metavar="文件…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--into",
    "year",
    metavar="年度",
    required=True,
    cls=console.Needed,
    help="取回到哪个年度的内容。",
)
@click.option("--yes", "agreed", is_flag=True, help="不问，写进稳妥的：文字的改动，没有冲突的。")
@click.option("--take", metavar="编号", default="", help="写进这几处，例如 1,3-5；不问。")
@click.option("--seen", is_flag=True, help="没有写的也看过了：这些文件不再拦着 gen build。")
@common
def pull(
    files: tuple[Path, ...],
    year: str,
    agreed: bool,
    take: str,
    seen: bool,
    units: tuple[str, ...],
    **options: Any,
) -> None:
    """取回在 Word、Excel 里改过的成果：改了什么，哪些可以写进内容；看过再写。

    \b
    认内容，不认文件名；算出来的数、模板里的字只说明，不会写。
    """  # noqa: D301 (Click's mark for lines that stay as they are)
    settings = settings_of(options)
    workspace, targets = targets_of(settings, year, units)
    from generator.pulling import pulling, telling

    problems = Problems()
    found = pulling.pull(workspace, targets, files, problems)
    outcomes = []
    for one in found:
        if not settings.json:
            console.say("\n".join(telling.lines(one)))
        told_first = telling.differences(one) if settings.json else []
        taken = _taken(one, settings, take=take, agreed=agreed)
        made, settled = _written(one, taken, settings, seen=seen)
        outcomes.append(telling.as_json(one, told_first, made, settled) if settings.json else {})
    check_cache(problems)
    items = problems.sorted()
    if settings.json:
        console.say(console.as_json({**console.report(items), "pulled": outcomes}))
    else:
        console.print_problems([i for i in items if i.severity is Severity.ERROR], 0)
    refused = agreed and any(one.refused for one in found)
    sys.exit(console.exit_code(items, strict=False) or (Exit.PROBLEMS if refused else 0))


def _taken(pulled: Pulled, settings: Settings, *, take: str, agreed: bool) -> list[int]:
    """The numbers of what is to be written."""
    if take:
        return _numbers(take, pulled)
    if agreed or settings.json:
        return pulled.safe if agreed else []
    if not pulled.proposals:
        return []
    if not sys.stdin.isatty():
        console.say("没有写进去。稳妥的加 --yes 写，别的用 --take 编号 写。")
        return []
    taken = []
    for number in pulled.proposals:
        if says_yes(f"第{number}处写进去吗？"):
            taken.append(number)
    return taken


def _numbers(take: str, pulled: Pulled) -> list[int]:
    """``1,3-5`` as numbers of proposals; misuse where it is not."""
    numbers: list[int] = []
    for part in take.replace("，", ",").replace("、", ",").split(","):
        first, _, last = part.strip().partition("-")
        if not first.isdecimal() or (last and not last.isdecimal()) or len(part) > 12:
            raise console.Misuse(f"--take 的“{part}”不是编号。", "写成 1,3-5 这样。")
        numbers += range(int(first), min(int(last or first), int(first) + len(pulled.findings)) + 1)
    wrong = [number for number in numbers if number not in pulled.proposals]
    if wrong:
        raise console.Misuse(
            f"第{wrong[0]}处不能写。",
            f"可以写的：{'、'.join(map(str, pulled.proposals)) or '没有'}。",
        )
    return sorted(set(numbers))


def _written(
    pulled: Pulled, taken: list[int], settings: Settings, *, seen: bool
) -> tuple[Draft | None, list[str]]:
    """Write what was chosen; what was, and the outputs that block no longer."""
    from generator.pulling import telling, writing
    from generator.pulling.editing import Unwritable
    from generator.pulling.pulling import draft

    made = None
    try:
        if taken:
            made = draft(pulled, taken)
            with told():
                writing.write(made)
            so_far().save(f"{'、'.join(made.files)} 已写进")
            if not settings.json:
                console.say("\n".join(telling.outcome(made)))
    except disk.Moved as moved:
        name = pulled.workspace.name_of(Path(str(moved)))
        raise console.Misuse(
            f"{name} 刚刚又改过，没有写进去。", "请保存好，再运行一次 gen pull。"
        ) from None
    except Unwritable as error:
        raise console.Misuse(f"没有写进去：{error}。", "请保存好，再运行一次 gen pull。") from None
    done = len(taken) == len(pulled.findings) and not (made and telling.unexplained(made))
    settled: list[str] = []
    if done or seen:
        with told():
            settled = writing.settle(pulled)
    if settled and not settings.json:
        console.say(
            f"下次 gen build 会照内容重新生成，改过的这份另存到 手改：{'、'.join(settled)}。"
        )
    return made, settled
