"""What every command shares: the common options, the unit-years asked for, how a run ends."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import Any

import click

from generator.cli import console
from generator.cli.progress import Progress
from generator.problems import Problem, Problems, reason, suggest
from generator.workspace import TEMPLATES, UnitYear, Workspace, find, meant_year, why_misnamed

#: What to do where there is no workspace.
BEGINNING = (
    "第一次用：gen init 文件夹 建一个工作区（例如 gen init 自评），里面要填的都列好了；"
    "想先看样例，用 gen init 文件夹 --sample。"
)


#: The variable by which a shell asks what may come next.
ASKED = "_GEN_COMPLETE"


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
            expose_value=read, help="只处理这个单位，可以重复；可以用 * 代替一部分，例如 'jiu*'。",
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


common = _options(read=True)
before_the_verb = _options(read=False)


def settings_of(options: dict[str, Any]) -> Settings:
    """The common options as one value."""
    return Settings(
        options["folder"],
        options["output"],
        options["output_format"],
        options["strict"],
        int(options["verbose"]) - int(options["quiet"]),
    )


def so_far() -> Progress:
    """What the running command has done so far."""
    progress = click.get_current_context().find_object(Progress)
    assert progress is not None
    return progress


def check_cache(problems: Problems) -> None:
    """Report a cache that could not be used."""
    from generator.formats import cache

    cache.check(problems)


def untold(settings: Settings, items: Sequence[Problem]) -> bool:
    """Whether the run fails by warnings that ``-q`` does not show."""
    errors = console.exit_code(items, strict=False)
    return bool(not errors and console.exit_code(items, strict=settings.strict))


def says_yes(question: str) -> bool:
    """Whether the user answers ``question`` with yes."""
    answer = click.prompt(f"{question}是的按 y，不是按回车", default="", show_default=False)
    return answer.strip().lower() in ("y", "yes", "是", "ｙ")


def confirmed() -> bool:
    """Whether the user has it written; nobody there says no."""
    if not sys.stdin.isatty():
        console.say("没有写进去。要写进去，请加 --yes。")
        return False
    yes = says_yes("写进去吗？")
    if not yes:
        console.say("没有写进去，文件没有动。")
    return yes


@contextmanager
def told() -> Iterator[None]:
    """What cannot be done ends the command with its reason."""
    from generator.history.versions import VersionError

    try:
        yield
    except VersionError as error:
        raise console.Misuse(str(error)) from error
    except OSError as error:
        raise console.Misuse(f"写不进去：{reason(error)}。") from error


def targets_of(
    settings: Settings,
    year: str | None,
    units: tuple[str, ...],
    *,
    newest: bool = False,
    made: int | None = None,
) -> tuple[Workspace, list[UnitYear]]:
    """The workspace and the unit-years asked for; misuse ends here with a hint.

    Without a year it is the ``newest`` that there is, or misuse. ``made``: the year that is to
    be made of it.
    """
    workspace = workspace_of(settings)
    units = tuple(name for unit in units for name in _matching(unit, workspace))
    wanted = _newest(workspace, units) if newest and not year else year_of(year, workspace)
    targets = workspace.unit_years(wanted)
    for unit in units:
        if unit not in workspace.units():
            raise console.Misuse(*_no_unit(unit, workspace))
    if units:
        targets = [target for target in targets if target.unit_id in units]
    if not targets:
        _misplaced(workspace, wanted)
        known = workspace.years(units)
        nearest = min(known, key=lambda one: (abs(one - wanted), -one), default=None)
        near = "。" if nearest is None else f"，是否为“{nearest}”？"
        if made is not None:
            near = f"，照它做不出 {made} 年度的。"
        raise console.Misuse(
            f"{'、'.join(units)}没有 {year} 年度的内容{near}",
            f"已有的年度：{_listed(known)}。{_next_year(known, made or wanted)}"
            + _left_over(workspace, wanted),
        )
    return workspace, targets


def _next_year(known: list[int], wanted: int) -> str:
    """How the year ``wanted`` is made of one that is there."""
    if wanted in known:
        return f"{wanted} 年度已经有了，不用再做。"
    if wanted - 1 in known or not known:
        return f"新年度用 gen new {wanted} 从上一年做起。"
    return f"照 {known[-1]} 年的做，用 gen new {wanted} --from {known[-1]}。"


def _left_over(workspace: Workspace, year: int) -> str:
    """Outputs of a year whose content is gone."""
    from generator.build.standing import check_abandoned

    found = Problems()
    check_abandoned(workspace, [year], found)
    return "".join(f"\n  {one.at}：{one.message}" for one in found)


def _matching(unit: str, workspace: Workspace) -> list[str]:
    """The units that ``--unit`` means: one by its name, or all that fit a pattern with ``*``."""
    if unit in workspace.units() or not set(unit) & set("*?"):
        return [unit]
    from fnmatch import fnmatchcase

    found = [known for known in workspace.units() if fnmatchcase(known, unit)]
    if not found:
        raise console.Misuse(
            f"没有哪个单位的文件夹名合“{unit}”。",
            f"已有的单位（文件夹名）：{_listed(workspace.units())}。",
        )
    return found


def _newest(workspace: Workspace, units: tuple[str, ...]) -> int:
    years = workspace.years([unit for unit in units if unit in workspace.units()])
    if not years:
        raise console.Misuse(
            "content 文件夹里还没有哪个年度的内容。",
            "用 gen init 建一个单位，或在单位文件夹里建一个年度的文件夹，例如 2024。",
        )
    return years[-1]


#: Names listed in a hint.
_MOST_LISTED = 12


def _listed(names: Iterable[object]) -> str:
    known = [str(name) for name in names]
    more = f" 等{len(known)}个" if len(known) > _MOST_LISTED else ""
    return ("、".join(known[:_MOST_LISTED]) or "无") + more


def _no_unit(unit: str, workspace: Workspace) -> tuple[str, str]:
    """What to say of a unit that is not there, and which there are."""
    known = workspace.units()
    several = [one for one in re.split(r"[,，、;；\s]+", unit) if one]
    if len(several) > 1 and all(one in known for one in several):
        options = " ".join(f"--unit {one}" for one in several)
        return f"没有单位“{unit}”。", f"几个单位的，写几次 --unit：{options}。"
    told = suggest(unit, known) or "。"
    return f"没有单位“{unit}”{told}", f"已有的单位（文件夹名）：{_listed(known)}。"


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


def year_of(text: str | None, workspace: Workspace | None = None) -> int:
    """The year that was typed; misuse ends here with the years that ``workspace`` has."""
    if text is not None and text.isascii() and text.isdigit() and len(text) == 4:
        return int(text)
    meant = meant_year(text) if text else ""
    near = f"，是否为“{meant}”？" if meant else "。"
    wrong = f"年度应当是四位数字，例如 2020；这里是“{text}”{near}"
    if workspace is None:
        raise console.Misuse(wrong)
    known = workspace.years()
    there = f"已有的年度：{_listed(known)}"
    units = workspace.units()
    there += f"；单位：{_listed(units)}。" if units else "。"
    path = click.get_current_context().command_path
    sample = f"例如 {path} {known[-1]}" if known else ""
    if text is None:
        raise console.Misuse(f"缺少年度{'，' + sample if sample else ''}。", there)
    raise console.Misuse(wrong, there)


def after_year(year: str | None, said: str | None, lacking: str) -> tuple[str | None, str]:
    """A year and what stands behind it, told apart where only one of them was typed."""
    if said is not None:
        return year, said
    if year is None or (year.isascii() and year.isdigit() and len(year) == 4):
        path = click.get_current_context().command_path
        raise console.Misuse(f"缺少{lacking}。", f"用法见 {path} --help")
    return None, year


def workspace_of(settings: Settings) -> Workspace:
    """The workspace around the folder asked for; misuse ends here with a hint."""
    if not settings.folder.is_dir():
        raise console.Misuse(f"没有文件夹“{settings.folder}”。", "请检查 -C 后面的文件夹。")
    try:
        workspace = find(settings.folder, output=settings.output)
    except FileNotFoundError:  # it was deleted, or moved, while a console stood in it
        raise console.Misuse("当前的文件夹已经不在了。", "请换到别的文件夹，再运行一次。") from None
    if workspace is None:
        raise console.Misuse(
            f"在“{settings.folder.resolve()}”和它上面的文件夹里都没有 content 文件夹。",
            f"{BEGINNING}已经有工作区的，到它里面运行，或用 -C 指明它的文件夹。",
        )
    for folder in (workspace.content, workspace.root / TEMPLATES):
        if workspace.build_folder.is_relative_to(folder.resolve()):
            raise console.Misuse(
                f"成果不能放在 {folder.name} 文件夹里，会和内容、模板混在一起。",
                "请用 --output 指明别的文件夹；不写就放在工作区的 build 里。",
            )
    return workspace
