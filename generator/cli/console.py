"""How gen speaks: Chinese help and errors, problems as text or JSON, any console encoding."""

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TextIO

import click

from generator.characters import FORBIDDEN, printable, visible
from generator.cli.progress import Progress
from generator.frozen import replace
from generator.problems import Problem, Severity, suggest
from generator.problems.messages.content import TO_DO
from generator.workspace import UnitYear, Workspace

if TYPE_CHECKING:
    from generator.build.pipeline import Built

_COLORS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}


def say(text: str, *, err: bool = False) -> None:
    """Print a line; what would steer the screen, from a file or a name of one, is made visible."""
    click.echo(visible(text), err=err)


def _color(stream: TextIO | None) -> bool:
    return not os.environ.get("NO_COLOR") and stream is not None and stream.isatty()


class Misuse(Exception):
    """The command was called in a way that cannot work; nothing was done."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self._message, self._hint = message, hint

    def show(self) -> None:
        """Print it."""
        say(f"错误：{self._message}", err=True)
        if self._hint:
            say(f"  {self._hint}", err=True)


# Problems


#: With more problems than this only the first few of each kind are shown in full.
_MANY, _FIRST = 30, 3
#: Further places of one problem: with more than this only the first few are listed.
_MANY_PLACES, _FIRST_PLACES = 12, 5


def print_problems(items: Sequence[Problem], verbosity: int) -> None:
    """One problem after the other: place, message, what to do.

    What is still to be filled in is listed each in a line, what to do about it once. A long
    list shows the first of each kind and counts the rest, one of further places likewise;
    ``-v`` shows all, ``-q`` only errors.
    """
    wanted = [i for i in items if verbosity >= 0 or i.severity is Severity.ERROR]
    told = sum(item.code not in TO_DO for item in wanted)
    color, brief = _color(sys.stdout), verbosity <= 0
    shown: Counter[str] = Counter()
    left: Counter[str] = Counter()
    labels: dict[str, str] = {}
    lines: list[str] = []
    cut = False
    each: dict[str, str] = {}
    for item in wanted:
        if item.code in TO_DO:
            lines += _problem_lines(replace(item, hint=""), color)
            each[item.code] = item.hint
            continue
        if brief and told > _MANY and shown[item.code] >= _FIRST:
            left[item.code] += 1
            labels.setdefault(item.code, item.severity.label)
            continue
        shown[item.code] += 1
        lines += _problem_lines(item, color)
        places = len(item.related)
        if brief and places > _MANY_PLACES:
            del lines[_FIRST_PLACES - places :]
            lines.append(f"    参见 另有 {places - _FIRST_PLACES} 处")
            cut = True
    lines += [f"{code}：{hint}" for code, hint in each.items()]
    lines += [f"{labels[code]} {code} 另有 {count} 处同类问题。" for code, count in left.items()]
    if left or cut:
        lines.append("加 -v 显示全部。" if verbosity == 0 else "把 -q 换成 -v，显示全部。")
    if lines:
        click.echo("\n".join(lines), color=color)


def _problem_lines(item: Problem, color: bool) -> list[str]:
    label = f"{item.severity.label} {item.code}"
    if color:
        label = click.style(label, fg=_COLORS[item.severity], bold=True)
    lines = [f"{visible(str(item.at))}: {label} {visible(item.message)}"]
    if item.hint:
        lines.append(visible(f"    {item.hint}"))
    return lines + [visible(f"    参见 {other}") for other in item.related]


def print_table(rows: Sequence[Sequence[str]]) -> None:
    """Columns lined up by display width (Chinese characters count double)."""
    widths = (
        [max((_width(row[n]) for row in rows), default=0) for n in range(len(rows[0]))]
        if rows
        else []
    )
    for row in rows:
        cells = [
            cell + " " * (min(w, 40) - _width(cell)) for cell, w in zip(row, widths, strict=True)
        ]
        say("  " + "  ".join(cells).rstrip())


def _width(text: str) -> int:
    return sum(2 if ord(char) > 0x2E7F else 1 for char in text)


def report(items: Sequence[Problem]) -> dict[str, object]:
    """The JSON shape of a check."""
    counts = Counter(item.severity for item in items)
    return {
        "problems": [item.as_json() for item in items],
        "summary": {
            "errors": counts[Severity.ERROR],
            "warnings": counts[Severity.WARNING],
            "notes": counts[Severity.NOTE],
        },
    }


def as_json(plain: object) -> str:
    """JSON for programs, Chinese left readable."""
    text = json.dumps(plain, ensure_ascii=False, indent=2)
    if printable(text):
        return text
    return re.sub(FORBIDDEN, lambda match: json.dumps(match[0])[1:-1], text)


def counted(items: Sequence[Problem]) -> str:
    """``2个错误，1个警告`` or ``没有问题``."""
    counts = Counter(item.severity for item in items)
    parts = [f"{counts[s]}个{s.label}" for s in Severity if counts[s]]
    return "，".join(parts) or "没有问题"


def exit_code(items: Sequence[Problem], *, strict: bool) -> int:
    """0 clean or warnings only, 1 errors (with ``strict`` warnings too)."""
    fatal = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    return int(any(item.severity in fatal for item in items))


# Builds


def print_built(
    workspace: Workspace,
    done: Sequence[Built],
    targets: Sequence[UnitYear],
    progress: Progress,
    items: Sequence[Problem],
) -> None:
    """Which files were made, or that nothing was."""
    for built in done:
        folder = workspace.name_of(built.target.output)
        if built.untouched:
            say(f"{folder}/  内容和模板都没有变化，成果（{len(built.files)}个文件）不用重做。")
            continue
        say(f"{folder}/")
        for file in built.files:
            state = "已核对" if file.rendered else "没有变化"
            if file.rendered and not file.changed:
                state = "已核对，内容没有变化"
            say(f"  {file.name}  {_size(file.size)}  {state}")
        for name in built.removed:
            say(f"  {name}  不再需要，已移除")
        for sheet in built.checklists:
            say(f"  另有 {sheet.name}，供核对时逐项打勾")
    count = sum(len(built.files) for built in done)
    if len(done) == len(targets):
        say(f"共 {count} 个文件，{counted(items)}。")
    else:
        finished = {built.target for built in done}
        left = [target for target in targets if target not in finished]
        untouched = "" if any(map(progress.touched, left)) else "原来的成果没有动，"
        names = "、".join(target.label for target in left)
        say(f"没有生成：{names}（{counted(items)}）。{untouched}改正后再运行一次。")


def print_draft(done: Sequence[Built]) -> None:
    """That a set is a draft, and what it lacks."""
    count, year = sum(built.blanks for built in done), done[0].target.year
    left = f"还有 {count} 处要填、要改，用 gen status {year} 列出" if count else "都填好了"
    say(f"这是草稿，每一页都有“草稿”两字；{left}。正式的用 gen build {year} 生成。")


def _size(size: int) -> str:
    return f"{size / 1024:.1f}KB"


def documents(workspace: Workspace, done: Sequence[Built]) -> list[dict[str, Any]]:
    """The finished files as JSON."""
    return [
        {
            "unit": built.target.unit_id,
            "year": built.target.year,
            "file": workspace.name_of(built.target.output / file.name),
            "bytes": file.size,
            "sha256": file.sha256,
            "changed": file.changed,
            "rendered": file.rendered,
        }
        for built in done
        for file in built.files
    ]


# Help and misuse in Chinese


class Command(click.Command):
    """A command whose help is Chinese throughout."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = self.collect_usage_pieces(ctx)
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix="用法：")

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [p.replace("[OPTIONS]", "[选项]") for p in super().collect_usage_pieces(ctx)]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _write_options(self, ctx, formatter)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        return _chinese_help(super().get_help_option(ctx))


class Group(click.Group):
    """The group of all commands; a misspelt one gets the nearest."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, "[选项] 命令 [参数]…", prefix="用法：")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _write_options(self, ctx, formatter)
        commands = [(name, self.commands[name]) for name in self.list_commands(ctx)]
        rows = [(name, command.get_short_help_str(60)) for name, command in commands]
        with formatter.section("命令"):
            formatter.write_dl(rows)
        formatter.write_paragraph()
        if ctx.parent is None:
            formatter.write_text("第一次用：gen init 文件夹，建一个工作区，里面要填的都列好了")
        formatter.write_text("每个命令的详细用法：gen 命令 --help")

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        return _chinese_help(super().get_help_option(ctx))

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, self._behind_the_verb(ctx, args))

    def _behind_the_verb(self, ctx: click.Context, args: list[str]) -> list[str]:
        """``args`` with the common options before the verb moved behind it, where they are read."""
        common = {
            name: option
            for option in self.params
            if isinstance(option, click.Option) and not option.expose_value and not option.is_eager
            for name in option.opts
        }
        end = 0
        while end < len(args) and args[end].startswith("-"):
            long = args[end].startswith("--")
            name = args[end].partition("=")[0] if long else args[end][:2]
            option = common.get(name)
            if option is None:
                break
            end += 1 if option.is_flag or name != args[end] else 2
        if 0 < end == len(args):
            known = "、".join(self.list_commands(ctx))
            raise Misuse("缺少命令。", f"可用的命令：{known}。")
        return [*args[end : end + 1], *args[:end], *args[end + 1 :]] if end < len(args) else args

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            known = self.list_commands(ctx)
            raise Misuse(
                f"没有命令“{name}”{suggest(name, known)}", f"可用的命令：{'、'.join(known)}。"
            )
        return super().resolve_command(ctx, args)


def _chinese_help(option: click.Option | None) -> click.Option | None:
    if option is not None:
        option.help = "显示这份说明。"
    return option


def _write_options(
    command: click.Command, ctx: click.Context, formatter: click.HelpFormatter
) -> None:
    rows = [row for param in command.get_params(ctx) if (row := param.get_help_record(ctx))]
    if rows:
        with formatter.section("选项"):
            formatter.write_dl(rows)


def show_click_error(error: click.ClickException) -> None:
    """Click's own complaints, in Chinese."""
    context = getattr(error, "ctx", None)
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        say(error.format_message())
        return
    if isinstance(error, click.NoSuchOption):
        known = [name for param in context.command.params for name in param.opts] if context else []
        message = f"没有选项“{error.option_name}”{suggest(error.option_name, known)}"
    elif isinstance(error, click.MissingParameter) and error.param is not None:
        message = f"缺少{error.param.metavar or error.param.name}。"
    elif isinstance(error, click.BadOptionUsage):
        message = f"选项“{error.option_name}”后面要跟一个值。"
    elif isinstance(error, click.BadParameter) and error.param is not None:
        name = "/".join(error.param.opts) or error.param.metavar
        message = f"“{name}”的值不对，应为 {error.param.metavar}。"
    elif isinstance(error, click.FileError):
        message = f"文件“{error.ui_filename}”打不开。"
    elif isinstance(error, click.UsageError):
        message = "命令后面多了不认识的内容。"
    else:
        message = error.format_message()
    say(f"错误：{message}", err=True)
    if context is not None:
        say(f"  用法见 {context.command_path} --help", err=True)


def show_crash(error: Exception, told: str) -> None:
    """Our own failure: a line for the user with what was done, details only when asked for."""
    say(f"gen 自己出错了（{type(error).__name__}），{told}", err=True)
    if os.environ.get("GEN_DEBUG"):
        import traceback

        traceback.print_exception(error)
    else:
        say("  请把内容文件和这条信息发给维护者；设置环境变量 GEN_DEBUG=1 可以看到细节。", err=True)
