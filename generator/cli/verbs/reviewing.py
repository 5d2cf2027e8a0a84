"""``gen review``: the set in the browser, as a file to mail, and ticks that came back."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator.cli import console
from generator.cli.common import Exit, common, settings_of, so_far, targets_of
from generator.problems import reason

if TYPE_CHECKING:
    from generator.cli.common import Settings
    from generator.review.live import Live


def _a_port(_context: object, _option: object, port: int) -> int:
    if not 0 <= port <= 65535:
        raise console.Misuse("--port 后面写端口号，0 到 65535；不写就由系统挑一个空着的。")
    return port


@click.command(cls=console.Command)
@click.argument("year", metavar="[年度]", required=False)
@click.option(
    "--port",
    metavar="端口",
    type=int,
    default=0,
    callback=_a_port,
    help="用哪个端口（默认由系统挑一个空着的）。",
)
@click.option("--no-open", is_flag=True, help="只打印网址，不打开浏览器。")
@click.option("--draft", is_flag=True, help="没有填完也生成草稿来看。")
@click.option(
    "--save",
    metavar="文件.html",
    type=click.Path(path_type=Path),
    help="存成一个文件，可以寄给人看，不用装 gen，也不联网。",
)
@click.option(
    "--ticks",
    "given",
    metavar="文件",
    type=click.Path(path_type=Path),
    help="收进别人在那个文件里做的核对。",
)
@click.option(
    "--pulled",
    metavar="文件",
    multiple=True,
    type=click.Path(path_type=Path),
    help="领导在 Word、Excel 里改过的成果：在页面上逐处看，点了才写进内容；可以重复。",
)
@common
def review(
    year: str | None,
    units: tuple[str, ...],
    port: int,
    no_open: bool,
    draft: bool,
    save: Path | None,
    given: Path | None,
    pulled: tuple[Path, ...],
    **options: Any,
) -> None:
    """在浏览器里看成果，逐个核对：每个数点一下就知道来历，内容改了页面跟着变。按 Ctrl+C 结束。"""
    settings = settings_of(options)
    if given is not None:
        _take_in(settings, given, year, units, draft=draft)
        return
    workspace, targets = targets_of(settings, year, units, newest=True)
    from generator.review.live import Live

    live = Live(workspace, targets, pulled, draft=draft)
    if save is not None:
        _save(live, save, as_json=settings.json)
        return
    _serve(live, port, no_open=no_open, as_json=settings.json)


def _serve(live: Live, port: int, *, no_open: bool, as_json: bool) -> None:
    from generator.review import serving

    def opened(address: str) -> None:
        console.say(
            console.as_json({"address": address})
            if as_json
            else f"核对页：{address}\n只有这台电脑能打开；按 Ctrl+C 结束。"
        )

    try:
        serving.serve(live, port, opened, browser=not no_open)
    except OSError as error:
        raise console.Misuse(
            f"端口 {port} 用不了：{reason(error)}。", "换一个端口，或者不写 --port。"
        ) from error
    if not as_json:
        console.say("已结束。")
    sys.exit(Exit.INTERRUPTED)


def _save(live: Live, path: Path, *, as_json: bool) -> None:
    from generator import disk
    from generator.review import saving

    if path.suffix.lower() not in (".html", ".htm"):
        raise console.Misuse(f"核对页是网页文件，文件名应以 .html 结尾，例如 {path.stem}.html。")
    found = [unit.data() for unit in live.units]
    if lacking := [one["label"] for one in found if not one["documents"]]:
        raise console.Misuse(
            f"还没有成果可存：{'、'.join(lacking)}。", "先用 gen check 看有什么问题。"
        )
    try:
        disk.save_new(path, saving.page(found))
    except FileExistsError:
        raise console.Misuse(
            f"“{path}”已经有了，没有覆盖它。请换一个文件名，或先把它移走。"
        ) from None
    except OSError as error:
        raise console.Misuse(f"“{path}”写不进去：{reason(error)}。") from error
    so_far().save(f"核对页已存为 {path}")
    broken = [one["label"] for one in found if one["broken"]]
    if as_json:
        console.say(console.as_json({"saved": str(path), "broken": broken}))
    else:
        console.say(f"已存为 {path}（{path.stat().st_size // 1024}KB）。用浏览器打开就能核对；")
        console.say("核对完点“导出核对”，导出的小文件用 gen review --ticks 收进来。")
    if broken:
        named = "、".join(broken)
        console.say(f"警告：{named}的内容现在有错误，存的是上次没有错误时的成果。", err=True)
        sys.exit(Exit.PROBLEMS)


def _take_in(
    settings: Settings, path: Path, year: str | None, units: tuple[str, ...], *, draft: bool
) -> None:
    from generator.reading.any_file import raw
    from generator.reading.contents import Unreadable
    from generator.review import saving
    from generator.review.live import Live
    from generator.review.refusal import Refused

    try:
        unit, made, ticks = saving.taken(raw(path))
    except Unreadable as error:
        raise console.Misuse(f"“{path}”没有收：{error}。") from error
    except saving.NoTicks as error:
        raise console.Misuse(f"“{path}”没有收：{error}。") from error
    if (year and year != str(made)) or (units and unit not in units):
        raise console.Misuse(f"“{path}”是 {unit} {made} 的核对记录，不是要收的那一个。")
    workspace, targets = targets_of(settings, str(made), (unit,) if unit else ())
    try:
        good, others = Live(workspace, targets, draft=draft).units[0].take_in(ticks)
    except Refused as error:
        raise console.Misuse(f"没有收：{error}") from error
    so_far().save(f"收了 {good} 个数的核对")
    if settings.json:
        console.say(console.as_json({"unit": unit, "year": made, "taken": good, "left": others}))
    else:
        console.say(f"{targets[0].label}：收了 {good} 个数的核对。")
        if others:
            console.say(f"{len(others)} 个没有收，值或写法已经变了，要重新核对：")
            console.say("\n".join(f"  {name}" for name in others))
    if others:
        sys.exit(Exit.PROBLEMS)
