"""The command ``gen``: parse arguments, call one function, print, choose the exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from enum import IntEnum
from pathlib import Path
from typing import Any

import click

from generator import __version__
from generator.cli import console, streams
from generator.cli.progress import Progress
from generator.problems import Problem, Problems, Severity, reason, suggest
from generator.workspace import TEMPLATES, UnitYear, Workspace, check_years, find, why_misnamed


class Exit(IntEnum):
    """What the exit code says."""

    CLEAN = 0
    PROBLEMS = 1
    MISUSE = 2
    INTERRUPTED = 130  # as shells say of a program that Ctrl-C ended


class Settings:
    """The common options of a run."""

    def __init__(
        self, folder: Path, output: Path | None, output_format: str, strict: bool, verbosity: int
    ) -> None:
        self.folder = folder
        self.output = output
        self.json = output_format == "json"
        self.strict = strict
        self.verbosity = verbosity


def _options(*, read: bool) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The common options; not ``read`` where they only stand before the verb."""
    options = [
        click.option(
            "-C", "folder", metavar="文件夹", default=".", type=click.Path(path_type=Path),
            expose_value=read, help="工作区所在的文件夹（默认当前文件夹）。",
        ),
        click.option(
            "--unit", "units", metavar="单位", multiple=True,
            expose_value=read, help="只处理这个单位，可以重复。",
        ),
        click.option(
            "--output", metavar="文件夹", type=click.Path(path_type=Path),
            expose_value=read, help="成果放在哪里（默认工作区的 build）。",
        ),
        click.option(
            "--format", "output_format", type=click.Choice(["text", "json"]), default="text",
            metavar="text|json", expose_value=read, help="结果给人看（text）还是给程序读（json）。",
        ),
        click.option("--strict", is_flag=True, expose_value=read, help="有警告也算不通过。"),
        click.option("-q", "--quiet", is_flag=True, expose_value=read, help="只显示错误。"),
        click.option("-v", "--verbose", is_flag=True, expose_value=read, help="显示全部细节。"),
    ]  # fmt: skip

    def add(function: Callable[..., None]) -> Callable[..., None]:
        for option in reversed(options):
            function = option(function)
        return function

    return add


_common = _options(read=True)
_before_the_verb = _options(read=False)


def _settings(options: dict[str, Any]) -> Settings:
    return Settings(
        options["folder"],
        options["output"],
        options["output_format"],
        options["strict"],
        int(options["verbose"]) - int(options["quiet"]),
    )


@click.group(cls=console.Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "--version", message="gen %(version)s", help="显示版本。")
@_before_the_verb
def cli() -> None:
    """gen：从内容文件生成预算绩效文档。

    \b
    数字只在 content/ 里填一次，报告和附件（Word、Excel）处处一致；
    占比、增减、完成率、得分和等级由 gen 计算。
    """  # noqa: D301 (Click's mark for lines that stay as they are)


@cli.command(cls=console.Command)
@click.argument("year", metavar="年度")
@_common
def check(year: str, units: tuple[str, ...], **options: Any) -> None:
    """检查一个年度的内容和模板，列出全部问题，不写任何文件。"""
    settings = _settings(options)
    workspace, targets = _targets(settings, year, units)
    from generator.build.pipeline import examine

    problems = Problems()
    check_years(workspace, problems)
    for target in targets:
        found = Problems()
        examine(workspace, target, found)
        problems.extend(found)
    _check_cache(problems)
    items = problems.sorted()
    if settings.json:
        console.say(console.as_json(console.report(items)))
    else:
        console.print_problems(items, settings.verbosity)
        if settings.verbosity >= 0 or _untold(settings, items):
            labels = "、".join(target.label for target in targets)
            console.say(f"检查完毕：{labels}，{console.counted(items)}。")
    sys.exit(console.exit_code(items, strict=settings.strict))


@cli.command(cls=console.Command)
@click.argument("year", metavar="年度")
@click.option("--all", "everything", is_flag=True, help="全部重新生成，没有变化的也重做。")
@click.option(
    "--force", is_flag=True, help="覆盖手工改过的成果，旧文件存到成果文件夹的 .gen/手改/。"
)
@_common
def build(year: str, units: tuple[str, ...], everything: bool, force: bool, **options: Any) -> None:
    """生成一个年度的全套文档：先检查，全部正确后一次写出，只重做有变化的。"""
    settings = _settings(options)
    workspace, targets = _targets(settings, year, units)
    from generator.build.pipeline import build as build_all

    problems = Problems()
    check_years(workspace, problems)
    progress, done = _progress(), []
    for built in build_all(
        workspace, targets, problems,
        everything=everything, force=force, strict=settings.strict, touching=progress.touch,
    ):  # fmt: skip
        progress.finish(built.target)
        done.append(built)
    if len(done) < len(targets) or not all(built.untouched for built in done):
        _check_cache(problems)
    items = problems.sorted()
    if settings.json:
        outcome = {**console.report(items), "documents": console.documents(workspace, done)}
        console.say(console.as_json(outcome))
    else:
        console.print_problems(items, settings.verbosity)
        if settings.verbosity >= 0 or _untold(settings, items):
            console.print_built(workspace, done, targets, progress, items)
    sys.exit(console.exit_code(items, strict=settings.strict))


@cli.command(cls=console.Command)
@click.argument("year", metavar="年度")
@click.option(
    "--from", "start", metavar="版本", default="", help="从哪个版本比起（默认上次生成）。"
)
@click.option("--to", "end", metavar="版本", default="", help="比到哪个版本（默认现在的内容）。")
@click.option(
    "--save", metavar="文件.docx", type=click.Path(path_type=Path), help="另存为可报送的更正说明。"
)
@_common
def diff(
    year: str, units: tuple[str, ...], start: str, end: str, save: Path | None, **options: Any
) -> None:
    """列出改了哪些数、带动了哪些数、影响了哪些文档的哪些地方。"""
    settings = _settings(options)
    workspace, targets = _targets(settings, year, units)
    if save is not None and len(targets) > 1:
        raise console.Misuse("--save 一次只能存一个单位的更正说明。", "请用 --unit 指明单位。")
    from generator.cli import reports
    from generator.history import versions
    from generator.records import compare

    problems, outcomes, lines = Problems(), [], []
    for target in targets:
        with _told():
            two = versions.pair(workspace, target, start, end, problems)
        if two is None:
            continue
        difference = compare.compare(two[0].record, two[1].record)
        names = {"unit": target.unit_id, "year": target.year}
        names |= {"from": two[0].name, "to": two[1].name}
        outcomes.append({**names, **reports.difference_json(difference)})
        lines.append(f"{target.label}：{two[0].told} → {two[1].told}")
        lines += reports.difference_lines(difference)
        if save is not None:
            from generator.history import notice

            with _told():
                notice.save(workspace, target, difference, save, problems)
            _progress().save(f"更正说明已存为 {save}")
            lines.append(f"已存为 {save}")
    _check_cache(problems)
    items = problems.sorted()
    if settings.json:
        console.say(console.as_json({**console.report(items), "differences": outcomes}))
    else:
        console.print_problems([i for i in items if i.severity is Severity.ERROR], 0)
        console.say("\n".join(lines) if lines else "内容有错误，改正后再比较。")
    sys.exit(console.exit_code(items, strict=False))


@cli.command(cls=console.Command)
@click.argument("year", metavar="年度")
@click.argument("name", metavar="名称或数字")
@_common
def explain(year: str, name: str, units: tuple[str, ...], **options: Any) -> None:
    """说明一个数：值、公式、依据的每一行、上年数，以及显示它的每个地方。"""
    settings = _settings(options)
    workspace, targets = _targets(settings, year, units)
    from generator.cli import reports
    from generator.history import versions
    from generator.records import explain as explaining

    problems = Problems()
    answers = {
        target.label: explaining.explain(present, name)
        for target in targets
        if (present := versions.now(workspace, target, problems)) is not None
    }
    unknown = explaining.nowhere(answers.values())
    items = problems.sorted()
    if settings.json:
        console.say(console.as_json(reports.answer_json(answers)))
        if unknown is not None:
            sys.exit(Exit.MISUSE)
    elif unknown is not None:
        raise console.Misuse(reports.unknown_line(unknown))
    elif not answers:
        console.print_problems([i for i in items if i.severity is Severity.ERROR], 0)
    else:
        console.say("\n".join(reports.answer_lines(answers, headed=len(targets) > 1)))
    sys.exit(console.exit_code(items, strict=False))


@cli.command(cls=console.Command)
@click.argument("year", metavar="年度")
@click.argument("name", metavar="版本名")
@_common
def freeze(year: str, name: str, units: tuple[str, ...], **options: Any) -> None:
    """把现在的成果和记录保存成一个有名称的只读版本（例如 报送稿）。"""
    settings = _settings(options)
    workspace, targets = _targets(settings, year, units)
    from generator.history import versions

    frozen: list[dict[str, Any]] = []
    for target in targets:
        with _told():
            kept = versions.freeze(target, name)
        _progress().save(f"{target.label} 已保存为“{name}”")
        changed = versions.changed_since(workspace, target)
        frozen.append({
            "unit": target.unit_id, "year": target.year, "version": name,
            "files": kept, "changed": changed,
        })  # fmt: skip
        if settings.json:
            continue
        console.say(f"{target.label}：已保存为“{name}”，共 {len(kept)} 个文件。")
        if changed:
            named = "、".join(changed[:3]) + (" 等" if len(changed) > 3 else "")
            console.say(
                f"  警告：内容改过，还没有重新生成（{named}），保存的是上次生成的成果。\n"
                f"  要保存新的，请先运行 gen build {target.year}，再换一个版本名保存。"
            )
    if settings.json:
        console.say(console.as_json({"versions": frozen}))


@cli.command(cls=console.Command)
@click.argument("year", metavar="年度")
@_common
def watch(year: str, units: tuple[str, ...], **options: Any) -> None:
    """守着内容和模板，保存一次就重新生成一次，按 Ctrl+C 结束。"""
    settings = _settings(options)
    workspace, targets = _targets(settings, year, units)
    from threading import Event

    from generator.cli.watch import watch as keep_watch

    stop = Event()

    def say(line: str) -> None:
        console.say(line)
        if not streams.heard():
            stop.set()

    if keep_watch(workspace, targets, say, stop):
        sys.exit(Exit.INTERRUPTED)


@cli.command(cls=console.Command)
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


@cli.group(cls=console.Group)
@_before_the_verb
def template() -> None:
    """检查模板，列出模板里可以用的名称和写法。"""


@template.command("check", cls=console.Command)
@click.argument("year", metavar="[年度]", required=False)
@_common
def template_check(year: str | None, units: tuple[str, ...], **options: Any) -> None:
    """检查全部模板的标签：名称、括号、位置、写法，一次列出全部问题。"""
    settings = _settings(options)
    workspace = _workspace(settings)
    from generator.build.template_check import check_templates

    problems = Problems()
    wanted = None if year is None else _year(year)
    checked = check_templates(
        workspace, wanted, list(units), problems, unused=settings.verbosity > 0
    )
    _check_cache(problems)
    items = problems.sorted()
    if settings.json:
        console.say(console.as_json({**console.report(items), "templates": checked}))
    else:
        console.print_problems(items, settings.verbosity)
        if settings.verbosity >= 0 or _untold(settings, items):
            console.say(f"检查了 {len(checked)} 个模板，{console.counted(items)}。")
    sys.exit(console.exit_code(items, strict=settings.strict))


@template.command("names", cls=console.Command)
@click.argument("year", metavar="年度")
@_common
def template_names(year: str, units: tuple[str, ...], **options: Any) -> None:
    """列出模板和 report.md 里可以用的全部名称（带单位和现在的值）和写法。"""
    settings = _settings(options)
    workspace, targets = _targets(settings, year, units)
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


def _progress() -> Progress:
    """What the running command has done so far."""
    progress = click.get_current_context().find_object(Progress)
    assert progress is not None
    return progress


def _check_cache(problems: Problems) -> None:
    from generator.formats import cache

    cache.check(problems)


def _untold(settings: Settings, items: Sequence[Problem]) -> bool:
    """Whether the run fails by warnings that ``-q`` does not show."""
    errors = console.exit_code(items, strict=False)
    return bool(not errors and console.exit_code(items, strict=settings.strict))


@contextmanager
def _told() -> Iterator[None]:
    """What cannot be done ends the command with its reason."""
    from generator.history.versions import VersionError

    try:
        yield
    except VersionError as error:
        raise console.Misuse(str(error)) from error
    except OSError as error:
        raise console.Misuse(f"写不进去：{reason(error)}。") from error


def _targets(
    settings: Settings, year: str, units: tuple[str, ...]
) -> tuple[Workspace, list[UnitYear]]:
    """The workspace and the unit-years asked for; misuse ends here with a hint."""
    wanted = _year(year)
    workspace = _workspace(settings)
    targets = workspace.unit_years(wanted)
    for unit in units:
        if unit not in workspace.units():
            raise console.Misuse(f"没有单位“{unit}”{suggest(unit, workspace.units())}")
    if units:
        targets = [target for target in targets if target.unit_id in units]
    if not targets:
        _misplaced(workspace, wanted)
        known = workspace.years(units)
        years = [str(one) for one in known]
        nearest = min(known, key=lambda one: (abs(one - wanted), -one), default=None)
        near = "。" if nearest is None else f"，是否为“{nearest}”？"
        raise console.Misuse(
            f"{'、'.join(units)}没有 {year} 年度的内容{near}",
            f"已有的年度：{'、'.join(years) or '无'}。新年度请在单位文件夹里建 {year} 文件夹。",
        )
    return workspace, targets


def _misplaced(workspace: Workspace, year: int) -> None:
    """A year that seems not to be there may only be in the wrong place, or misnamed."""
    for folder, char in workspace.unreadable():
        raise console.Misuse(
            f"没有 {year} 年度的内容：文件夹“{workspace.name_of(folder)}”没有读，"
            f"名称里有不能用的字符（{char}）。",
            "请改名，只用文字、数字和普通的标点。",
        )
    for folder in workspace.stray_years():
        if folder.name == str(year):
            raise console.Misuse(
                f"没有单位有 {year} 年度的内容：“{workspace.name_of(folder)}”不在单位文件夹里。",
                f"请移到单位文件夹里，例如 content/单位/{year}。",
            )
    for folder, meant in workspace.misnamed_years():
        if meant == str(year):
            name = workspace.name_of(folder)
            raise console.Misuse(
                f"没有 {year} 年度的内容：文件夹“{name}”没有读，名称{why_misnamed(folder)}。",
                f"请把文件夹改名为 {year}。",
            )


def _year(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise console.Misuse(f"年度应当是四位数字，例如 2020；这里是“{text}”。")
    return int(text)


def _workspace(settings: Settings) -> Workspace:
    if not settings.folder.is_dir():
        raise console.Misuse(f"没有文件夹“{settings.folder}”。", "请检查 -C 后面的文件夹。")
    try:
        workspace = find(settings.folder, output=settings.output)
    except FileNotFoundError:  # it was deleted, or moved, while a console stood in it
        raise console.Misuse("当前的文件夹已经不在了。", "请换到别的文件夹，再运行一次。") from None
    if workspace is None:
        raise console.Misuse(
            f"在“{settings.folder.resolve()}”和它上面的文件夹里都没有 content 文件夹。",
            "请到工作区里运行，或用 -C 指明工作区所在的文件夹。",
        )
    for folder in (workspace.content, workspace.root / TEMPLATES):
        if workspace.build_folder.is_relative_to(folder.resolve()):
            raise console.Misuse(
                f"成果不能放在 {folder.name} 文件夹里，会和内容、模板混在一起。",
                "请用 --output 指明别的文件夹；不写就放在工作区的 build 里。",
            )
    return workspace


def main() -> None:
    """Entry point: the exit codes promised in the guides, true words, never a traceback."""
    with streams.prepared():
        progress = Progress()
        code = _run(progress)
        if (failure := streams.lost()) is not None:
            said = f"错误：结果没能打印出来（{reason(failure)}）。{progress.told()}"
            console.say(said, err=True)
            code = Exit.MISUSE
    sys.exit(code)


def _run(progress: Progress) -> int:
    """Run the command of the arguments; the exit code."""
    # Not by ``cli.main``: that would end a closed pipe with 1, and an interruption with two lines.
    try:
        with cli.make_context("gen", sys.argv[1:], obj=progress) as context:
            cli.invoke(context)
    except console.Misuse as misuse:
        misuse.show()
        return Exit.MISUSE
    except click.exceptions.Exit as ending:  # after help and version
        return ending.exit_code
    except (click.Abort, KeyboardInterrupt):
        console.say(f"已中断，{progress.told()}", err=True)
        return Exit.INTERRUPTED
    except click.ClickException as error:
        console.show_click_error(error)
        return Exit.MISUSE
    except SystemExit as ending:
        return int(ending.code or 0)
    except Exception as error:  # our own failure: say so plainly, keep the details on request
        console.show_crash(error, progress.told())
        return Exit.MISUSE
    return Exit.CLEAN
