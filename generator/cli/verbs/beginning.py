"""``gen init``, ``gen status``: from an empty folder to a full set."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from generator.cli import console
from generator.cli.common import common, settings_of, so_far, targets_of, year_of
from generator.content.blanks import KINDS
from generator.problems import Problems, Severity

if TYPE_CHECKING:
    from generator.starting.status import Status

#: What ``--forms`` gives when no form set is named behind it.
_LIST: Final = "?"


@click.command(cls=console.Command)
@click.argument("folder_", metavar="[文件夹]", required=False, type=click.Path(path_type=Path))
@click.option("--name", metavar="全称", default="", help="单位的全称。")
@click.option("--short", metavar="简称", default="", help="单位的简称，用在标题和正文。")
@click.option("--year", metavar="年度", default="", help="哪个年度（默认上一年）。")
@click.option(
    "--forms", metavar="套表", default="", is_flag=False, flag_value=_LIST,
    help="用哪一套表；后面不写名称，就列出有哪些。别的工作区里的，写它的 .yaml 文件。",
)  # fmt: skip
@click.option("--sample", is_flag=True, help="不建新单位，放 gen 自带的完整样例。")
@click.option("--own-templates", is_flag=True, help="把用到的模板也复制进来，好改版式。")
@common
def init(
    folder_: Path | None,
    name: str,
    short: str,
    year: str,
    forms: str,
    sample: bool,
    own_templates: bool,
    units: tuple[str, ...],
    **options: Any,
) -> None:
    """建一个工作区：要填的都列好了，马上可以生成草稿。不会改动已有的文件。"""
    settings = settings_of(options)
    folder = settings.folder / (folder_ or ".")
    from generator.starting import workspaces
    from generator.starting.workspaces import Refused, Wish

    known = workspaces.form_sets(folder)
    if forms == _LIST:
        _list(known, as_json=settings.json)
        return
    if len(units) > 1:
        raise console.Misuse("一次只建一个单位。", "请只写一个 --unit。")
    if sample and (name or short or year or units):
        raise console.Misuse("--sample 放的是现成的样例，单位、年度都已经定了。",
                             "要建自己的单位，请去掉 --sample。")  # fmt: skip
    unit = _folder_name(units)
    number = year_of(year) if year else date.today().year - 1
    try:
        workspaces.check_folder(folder)
        if not sample:
            if _on_a_terminal() and not settings.json:
                name = name or _asked("单位全称（还没定的直接回车）")
                short = short or _asked("单位简称（还没定的直接回车）")
                number = number if year else _asked_year(number)
                forms = forms or _chosen(known)
            forms = forms or known[0][0]
        made = workspaces.make(Wish(
            folder, unit, name, short, number, forms, sample=sample, own_templates=own_templates,
        ))  # fmt: skip
    except Refused as refused:
        raise console.Misuse(str(refused), refused.hint) from refused
    if settings.json:
        console.say(console.as_json({"folder": str(made.root), "files": list(made.files)}))
        return
    _tell(made, folder, sample=sample, forms=forms)


def _folder_name(units: tuple[str, ...]) -> str:
    unit = units[0] if units else ""
    if unit and (set('\\/:*?"<>|') & set(unit) or unit.strip(" .") != unit or unit.startswith(".")):
        raise console.Misuse(f"“{unit}”不能当文件夹名。", "请用文字、字母、数字和连字符。")
    return unit


def _on_a_terminal() -> bool:
    return all(s is not None and s.isatty() for s in (sys.stdin, sys.stdout))


def _asked(question: str, default: str = "") -> str:
    answer = click.prompt(question, default=default, show_default=bool(default))
    return str(answer).strip()


def _asked_year(default: int) -> int:
    while True:
        answer = _asked("年度", str(default))
        try:
            return year_of(answer)
        except console.Misuse as wrong:
            console.say(f"{wrong}请再写一次。")


def _chosen(known: list[tuple[str, str]]) -> str:
    console.say("有这些套表：")
    console.print_table([(str(n), *row) for n, row in enumerate(known, 1)])
    while True:
        answer = _asked("用哪一套（写号或名称）", "1")
        if answer.isdecimal() and 0 < int(answer) <= len(known):
            return known[int(answer) - 1][0]
        if answer in (key for key, _ in known):
            return answer
        console.say(f"没有“{answer}”，请再写一次。")


def _list(known: list[tuple[str, str]], *, as_json: bool) -> None:
    if as_json:
        console.say(console.as_json({"forms": [{"key": k, "name": n} for k, n in known]}))
        return
    console.say("可以用的套表（gen init 文件夹 --forms 名称）：")
    console.print_table(known)


def _tell(made: Any, folder: Path, *, sample: bool, forms: str) -> None:
    console.say(f"建好了：{made.root}")
    for file in made.files:
        if not file.startswith("."):
            console.say(f"  {file}")
    if made.kept:
        console.say(f"  原来就有、没有动的：{'、'.join(made.kept)}")
    if not sample:
        console.say(f"用的套表是“{Path(forms).stem}”。")
    console.say("接下来：")
    if folder.resolve() != Path.cwd():
        console.say(f'  cd "{folder}"')
    for year in made.years:
        steps = [(f"gen build {year}", "生成样例的全套文档")] if sample else [
            (f"gen build {year} --draft", "马上生成一套草稿，看看样子"),
            (f"gen status {year}", "还有哪些要填，在哪个文件第几行"),
            (f"gen build {year}", "都填好以后，生成正式的"),
        ]  # fmt: skip
        console.print_table(steps)


@click.command(cls=console.Command)
@click.argument("year", metavar="[年度]", required=False)
@common
def status(year: str | None, units: tuple[str, ...], **options: Any) -> None:
    """还有哪些要填、要改：在哪个文件、第几行。"""
    settings = settings_of(options)
    workspace, targets = targets_of(settings, year, units, newest=True)
    from generator.starting.status import status as status_of

    problems = Problems()
    found = [status_of(workspace, target, problems) for target in targets]
    errors = [item for item in problems.sorted() if item.severity is Severity.ERROR]
    if settings.json:
        console.say(console.as_json({
            **console.report(errors), "units": [_status_json(one) for one in found],
        }))  # fmt: skip
        sys.exit(console.exit_code(errors, strict=False))
    console.print_problems(errors, 0)
    for one in found:
        _print_status(one, settings.verbosity)
    sys.exit(console.exit_code(errors, strict=False))


def _status_json(one: Status) -> dict[str, Any]:
    return {
        "unit": one.target.unit_id,
        "year": one.target.year,
        "counts": {kind: one.counts[kind] for kind in KINDS},
        "items": [
            {
                "kind": blank.kind, "name": blank.name, "text": blank.shown,
                "file": blank.at.file, "line": blank.at.line, "column": blank.at.column,
            }
            for blank in one.blanks
        ],
    }  # fmt: skip


def _print_status(one: Status, verbosity: int) -> None:
    counts = "，".join(f"{kind} {one.counts[kind]} 处" for kind in KINDS if one.counts[kind])
    console.say(f"{one.target.label}：{counts or '都填好了'}。")
    files = Counter(blank.at.file for blank in one.blanks)
    for file, count in files.items():
        console.say(f"{file}（{count}处）")
        if verbosity >= 0:
            console.print_table([
                (f"第{blank.at.line}行", blank.kind, blank.name or blank.shown,
                 blank.shown if blank.name and blank.kind != blank.shown else "")
                for blank in one.blanks if blank.at.file == file
            ])  # fmt: skip


@click.command(cls=console.Command)
@click.argument("year", metavar="年度")
@click.option("--from", "source", metavar="年度", default="", help="照哪一年做（默认上一年）。")
@common
def new(year: str, source: str, units: tuple[str, ...], **options: Any) -> None:
    """照上一年的内容做新的一年：数清空、作为基数，指标和正文照搬，要改的都标出来。"""
    settings = settings_of(options)
    number = year_of(year)
    workspace, targets = targets_of(settings, source or str(number - 1), units, made=number)
    adjoining = number - targets[0].year == 1
    from generator.starting import new_year
    from generator.starting.status import status as status_of

    made = []
    for target in targets:
        try:
            carried = new_year.carry(workspace, target, number)
        except new_year.Refused as refused:
            raise console.Misuse(str(refused), refused.hint) from refused
        so_far().save(f"{target.label} 已照搬到 {year}")
        made.append((target, carried))
    fresh = {one.unit_id: one for one in workspace.unit_years(number)}
    found = [(t, c, status_of(workspace, fresh[t.unit_id], Problems())) for t, c in made]
    if settings.json:
        console.say(console.as_json({"units": [
            {
                **_status_json(left), "from": target.year, "files": list(carried.files),
                "bases": [dict(zip(("name", "value", "as"), base, strict=True))
                          for base in carried.bases if adjoining],
            }
            for target, carried, left in found
        ]}))  # fmt: skip
        return
    for target, carried, left in found:
        console.say(f"照 {target.label} 做好了 {workspace.name_of(carried.folder)}：")
        for file in carried.files:
            console.say(f"  {file}")
        if not adjoining:
            console.say(f"  “比上年”取的是 {number - 1} 年的文件夹，不是 {target.year} 年的。")
        elif settings.verbosity > 0:
            console.say(f"{target.year}年的数，{year}年怎样叫：")
            console.print_table(carried.bases)
        else:
            count = len(carried.bases)
            console.say(f"  {target.year}年的 {count} 个数是新一年“比上年”的基数，加 -v 列出。")
        counts = "，".join(f"{kind} {left.counts[kind]} 处" for kind in KINDS if left.counts[kind])
        console.say(f"  要填、要改的：{counts}。")
    console.say(f"接下来：gen status {year} 列出每一处；gen build {year} --draft 先看样子。")
