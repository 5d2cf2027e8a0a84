"""How gen speaks: Chinese help and errors, problems as text or JSON, any console encoding."""

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from keyword import iskeyword
from typing import TextIO

import click

from generator.characters import FORBIDDEN, printable, visible
from generator.frozen import replace
from generator.problems import Problem, Severity, suggest
from generator.problems.problem import TO_DO
from generator.workspace import CONTENT, meant_year

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
MANY, FIRST = 30, 3
#: Further places of one problem: with more than this only the first few are listed.
_MANY_PLACES, _FIRST_PLACES = 12, 5


class Left:
    """Problems of one code that are not shown: how many, and in which units."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.count = 0
        self.units: dict[str, None] = {}

    def take(self, unit: str) -> None:
        """One more, in ``unit`` (empty for templates and the like)."""
        self.count += 1
        self.units[unit] = None


def print_problems(
    items: Sequence[Problem], verbosity: int, more: Mapping[str, Left] | None = None
) -> None:
    """One problem after the other: place, message, what to do.

    What is still to be filled in is listed each in a line, what to do about it once. A long
    list shows the first of each kind and counts the rest, one of further places likewise;
    ``-v`` shows all, ``-q`` only errors. ``more``: what was counted already, by code.
    """
    wanted = [i for i in items if verbosity >= 0 or i.severity is Severity.ERROR]
    told = sum(item.code not in TO_DO for item in wanted)
    color, brief = _color(sys.stdout), verbosity <= 0
    shown: Counter[str] = Counter()
    left = {
        code: one for code, one in (more or {}).items()
        if verbosity >= 0 or one.label == Severity.ERROR.label
    }  # fmt: skip
    lines: list[str] = []
    cut = False
    each: dict[str, str] = {}
    for item in wanted:
        if item.code in TO_DO:
            lines += _problem_lines(replace(item, hint=""), color)
            each[item.code] = item.hint
            continue
        if brief and told > MANY and shown[item.code] >= FIRST:
            left.setdefault(item.code, Left(item.severity.label)).take(unit_of(item))
            continue
        shown[item.code] += 1
        lines += _problem_lines(item, color)
        places = len(item.related)
        if brief and places > _MANY_PLACES:
            del lines[_FIRST_PLACES - places :]
            lines.append(f"    参见 另有 {places - _FIRST_PLACES} 处")
            cut = True
    lines += [f"{code}：{hint}" for code, hint in each.items()]
    several = len({unit_of(item) for item in wanted} - {""}) > 1
    for code, one in left.items():
        where = _in_units([unit for unit in one.units if unit]) if several or more else ""
        lines.append(f"{one.label} {code} 另有 {one.count} 处同类问题{where}。")
    if left or cut:
        lines.append("加 -v 显示全部。" if verbosity == 0 else "把 -q 换成 -v，显示全部。")
    if lines:
        click.echo("\n".join(lines), color=color)


def unit_of(item: Problem) -> str:
    """The folder of the unit whose content a problem is in; empty for templates and the like."""
    room, _, rest = item.at.file.partition("/")
    unit, slash, _ = rest.partition("/")
    return unit if room == CONTENT and slash and not unit.isdigit() else ""


#: Units named one by one.
_FEW_UNITS = 3


def _in_units(units: Sequence[str]) -> str:
    if not units:
        return ""
    more = f" 等{len(units)}个单位" if len(units) > _FEW_UNITS else ""
    return f"，在 {'、'.join(units[:_FEW_UNITS])}{more}"


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


def report(
    items: Sequence[Problem], counts: Mapping[Severity, int] | None = None
) -> dict[str, object]:
    """The JSON shape of a check; ``counts`` where more was found than ``items``."""
    if counts is None:
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


def counted(found: Sequence[Problem] | Counter[Severity]) -> str:
    """``2个错误，1个警告`` or ``没有问题``."""
    counts = found if isinstance(found, Counter) else Counter(item.severity for item in found)
    parts = [f"{counts[s]}个{s.label}" for s in Severity if counts[s]]
    return "，".join(parts) or "没有问题"


def exit_code(items: Sequence[Problem], *, strict: bool) -> int:
    """0 clean or warnings only, 1 errors (with ``strict`` warnings too)."""
    fatal = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    return int(any(item.severity in fatal for item in items))


# Help and misuse in Chinese


#: What the arguments are, and how a command is written, by their names in the usage.
_ARGUMENTS = {
    "年度": "四位数字，例如 2020；单位文件夹里要有这个名称的文件夹",
    "版本名": "自己起的名称，例如 报送稿",
    "名称或数字": "表.行.列 样子的名称（gen template names 列出），或文档里的一个数，例如 259.57",
    "代码": "核对规则的编号，例如 YOY01；不写就全部列出",
}
_SAMPLES = {"年度": "2020", "版本名": "报送稿", "名称或数字": "259.57", "代码": "YOY01"}


class Command(click.Command):
    """A command whose help is Chinese throughout."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.allow_extra_args = True
        rest = super().parse_args(ctx, args)
        if ctx.args and not ctx.resilient_parsing:
            raise _too_much(ctx, ctx.args)
        return rest

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_help_text(ctx, formatter)
        names = [
            param.make_metavar(ctx).strip("[]")
            for param in self.params
            if isinstance(param, click.Argument)
        ]
        rows = [(name, _ARGUMENTS[name]) for name in names if name in _ARGUMENTS]
        if rows:
            with formatter.section("参数"):
                formatter.write_dl(rows)
            sample = " ".join(_SAMPLES[name] for name, _ in rows)
            formatter.write_paragraph()
            formatter.write_text(f"例如：{ctx.command_path} {sample}")

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = self.collect_usage_pieces(ctx)
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix="用法：")

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [p.replace("[OPTIONS]", "[选项]") for p in super().collect_usage_pieces(ctx)]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _write_options(self, ctx, formatter)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        return _chinese_help(super().get_help_option(ctx))


class Verbs(Mapping[str, click.Command]):
    """Commands by name; each module is imported when one of its commands is asked for.

    ``homes``: the module of ``generator.cli.verbs`` that has the function of that name.
    """

    def __init__(self, homes: Mapping[str, str]) -> None:
        self._homes = homes

    def __getitem__(self, name: str) -> click.Command:
        module = import_module(f"generator.cli.verbs.{self._homes[name]}")
        found: click.Command = getattr(module, f"{name}_" if iskeyword(name) else name)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._homes)

    def __len__(self) -> int:
        return len(self._homes)


class Needed(click.Option):
    """An option that must be given; its help says so in Chinese."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        record = super().get_help_record(ctx)
        if record is None:
            return None
        return record[0], record[1].replace("。  [required]", "，必须写。")


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
        if args[end : end + 1] == ["help"]:
            return args[end:]
        if 0 < end == len(args):
            known = "、".join(self.list_commands(ctx))
            raise Misuse("缺少命令。", f"可用的命令：{known}。")
        return [*args[end : end + 1], *args[:end], *args[end + 1 :]] if end < len(args) else args

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name == "help" and self.get_command(ctx, name) is None:  # as other programs have it
            return _help(self, ctx, args[1:])
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            known = self.list_commands(ctx)
            near = suggest(name, known) or "。"
            if meant := meant_year(name):
                near = f"，是否为“{ctx.command_path} build {meant}”？"
            raise Misuse(f"没有命令“{name}”{near}", f"可用的命令：{'、'.join(known)}。")
        return super().resolve_command(ctx, args)


def _help(
    group: Group, ctx: click.Context, path: Sequence[str]
) -> tuple[str | None, click.Command | None, list[str]]:
    """``gen help build`` is ``gen build --help``, and ``gen help`` is ``gen --help``."""
    if not path:
        say(group.get_help(ctx))
        ctx.exit()
    name, command, rest = group.resolve_command(ctx, list(path))
    return name, command, [*rest, "--help"]


def _too_much(ctx: click.Context, extra: Sequence[str]) -> Misuse:
    """More arguments than the command takes."""
    named = "、".join(f"“{one}”" for one in extra[:3]) + ("等" if len(extra) > 3 else "")
    hint = f"用法见 {ctx.command_path} --help"
    if all(re.fullmatch(r"[0-9０-９]{4}年?", one) for one in extra):
        hint = "一次只处理一个年度，几个年度请分几次运行。"
    elif extra[0][0] in "—–－−":
        hint = f"“{extra[0]}”开头的横线要用英文的“-”。"
    elif ctx.params.get("units"):
        sample = f"--unit {ctx.params['units'][-1]} --unit {extra[0]}"
        hint = f"几个单位的，每个前面都要写 --unit，例如 {sample}。"
    return Misuse(f"命令后面多了{named}。", hint)


def _chinese_help(option: click.Option | None) -> click.Option | None:
    if option is not None:
        option.help = "显示这份说明。"
    return option


def _write_options(
    command: click.Command, ctx: click.Context, formatter: click.HelpFormatter
) -> None:
    options = [param for param in command.get_params(ctx) if isinstance(param, click.Option)]
    rows = [row for param in options if (row := param.get_help_record(ctx))]
    if rows:
        with formatter.section("选项"):
            formatter.write_dl(rows)


#: What others call it, and what gen has for it.
_ELSEWHERE = {
    "--dry-run": "只检查、不写文件的是 gen check",
    "--year": "年度直接写在命令后面，例如 gen build 2020",
    "--directory": "工作区在别处的，用 -C 文件夹",
    "--dir": "工作区在别处的，用 -C 文件夹",
    "--units": "请用 --unit，几个单位就写几次",
    "--json": "请用 --format json",
    "--debug": "请用 -v",
}


def _no_option(name: str, context: click.Context | None) -> str:
    """What to say of an option that the command does not have."""
    known = [one for param in context.command.params for one in param.opts] if context else []
    typed = next((one for one in sys.argv[1:] if one.partition("=")[0] == name), "")
    if not typed and len(name) == 2:  # a word behind one dash is read letter by letter
        typed = next((one for one in sys.argv[1:] if one[:1] == "-" and name[1] in one[1:]), name)
        name = typed if typed[:2] != "--" else name
    if name in _ELSEWHERE:
        return f"没有选项“{name}”。{_ELSEWHERE[name]}。"
    near = min(known, key=lambda one: _slips(name, one), default="")
    doubled = f"-{name}" if name[:2] != "--" else name
    for meant in (doubled, f"--{name.strip('-–—')}"):
        if meant in known:
            near = meant
    behind = sys.argv[sys.argv.index(name) + 1 :] if name in sys.argv else []
    if behind[:1] in (["json"], ["text"]) and "--format" in known:
        return f"没有选项“{name}”，是否为“--format”？"
    close = near and (near in (doubled, f"--{name.strip('-–—')}") or _slips(name, near) <= 2)
    long = len(name) > 3
    return f"没有选项“{name}”" + (f"，是否为“{near}”？" if close and long else "。")


def _slips(typed: str, meant: str) -> int:
    """How many slips of the keyboard lie between two options; neighbours swapped are one."""
    rows = [list(range(len(meant) + 1))]
    for i, char in enumerate(typed[:_LONGEST_OPTION], 1):
        row = [i]
        for j, other in enumerate(meant, 1):
            steps = [rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (char != other)]
            if i > 1 and j > 1 and char == meant[j - 2] and typed[i - 2] == other:
                steps.append(rows[-2][j - 2] + 1)
            row.append(min(steps))
        rows.append(row)
    return rows[-1][-1]


_LONGEST_OPTION = 30


def show_click_error(error: click.ClickException) -> None:
    """Click's own complaints, in Chinese."""
    context = getattr(error, "ctx", None)
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        say(error.format_message())
        return
    if isinstance(error, click.NoSuchOption):
        message = _no_option(error.option_name, context)
    elif isinstance(error, click.MissingParameter) and error.param is not None:
        missing = _one_of(error.param) or error.param.metavar or error.param.name
        option = f"选项 {error.param.opts[-1]} " if isinstance(error.param, click.Option) else ""
        message = f"缺少{option}{missing}。"
    elif isinstance(error, click.BadOptionUsage):
        message = f"选项“{error.option_name}”后面要跟一个值。"
    elif isinstance(error, click.BadParameter) and error.param is not None:
        names = error.param.opts if isinstance(error.param, click.Option) else []
        wanted = _one_of(error.param) or error.param.metavar
        message = f"{f'“{names[-1]}”的' if names else '这个'}值不对，应为{wanted}。"
    elif isinstance(error, click.FileError):
        message = f"文件“{error.ui_filename}”打不开。"
    elif isinstance(error, click.UsageError):
        message = "命令后面多了不认识的内容。"
    else:
        message = error.format_message()
    say(f"错误：{message}", err=True)
    if context is not None:
        say(f"  用法见 {context.command_path} --help", err=True)


def _one_of(param: click.Parameter) -> str:
    """The values that there are to choose from, empty when there is no such list."""
    choices = getattr(param.type, "choices", ())
    return f" {'、'.join(map(str, choices))} 中的一个" if choices else ""


def show_crash(error: Exception, told: str) -> None:
    """Our own failure: a line for the user with what was done, details only when asked for."""
    say(f"gen 自己出错了（{type(error).__name__}），{told}", err=True)
    if os.environ.get("GEN_DEBUG"):
        import traceback

        traceback.print_exception(error)
    else:
        say("  请把内容文件和这条信息发给维护者；设置环境变量 GEN_DEBUG=1 可以看到细节。", err=True)
