"""``gen import``: figures that an office already holds, into the content files."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from generator import disk
from generator.cli import console
from generator.cli.common import common, confirmed, settings_of, so_far, targets_of, told, year_of
from generator.problems import Position, Problems, Severity

if TYPE_CHECKING:
    from generator.importing.model import Left
    from generator.importing.placing import Outcome
    from generator.importing.plan import Plan

#: Lines shown of each kind, and characters of a value.
_SHOWN, _WIDTH = 8, 40
_MONEY: Final = ("元", "万元", "亿元")


@click.command("import", cls=console.Command)
@click.argument("files", metavar="文件…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--into", "year", metavar="年度", required=True, cls=console.Needed, help="填进哪个年度的内容。"
)
@click.option("--yes", "agreed", is_flag=True, help="不问，直接写进内容文件。")
@click.option("--dry-run", is_flag=True, help="只列出会怎样，什么也不写。")
@click.option("--overwrite", is_flag=True, help="和内容填的不一样的，以文件为准。")
@click.option(
    "--as-year",
    "of_year",
    metavar="年度",
    default="",
    help="文件是哪个年度的（默认就是 --into 的）；上一年的只填“上年”的栏，别的照本年的填。",
)
@click.option("--unit-name", "owner", metavar="名称", default="", help="文件里怎样叫本单位。")
@click.option(
    "--money",
    type=click.Choice(_MONEY),
    metavar="|".join(_MONEY),
    help="没有写金额单位的，当作什么。",
)
@common
def import_(
    files: tuple[Path, ...], year: str, units: tuple[str, ...], owner: str, of_year: str,
    money: str | None, *, agreed: bool, dry_run: bool, overwrite: bool, **options: Any,
) -> None:  # fmt: skip
    """把现成的数填进内容文件：决算报表、公开表、以前的自评表和报告；先看再写。"""
    settings = settings_of(options)
    workspace, targets = targets_of(settings, year, units)
    if len(targets) > 1:
        known = "、".join(target.unit_id for target in targets)
        raise console.Misuse("一次只导入一个单位的文件。", f"请用 --unit 指明：{known}。")
    from generator.importing import plan as planning
    from generator.importing.opening import Wish

    wish = Wish(files, year_of(of_year) if of_year else 0, owner, money or "", overwrite)
    problems = Problems()
    made = planning.plan(workspace, targets[0], wish, problems)
    written: list[str] = []
    if made is not None:
        planning.tell(made, problems)
        if not settings.json:
            _strange(problems)
            console.say("\n".join(_lines(made, full=settings.verbosity > 0)))
            _apart(problems, full=settings.verbosity > 0)
        if made.files() and not dry_run and (agreed or (not settings.json and confirmed())):
            written = _write(made, problems)
    items = problems.sorted()
    if settings.json:
        console.say(console.as_json({**console.report(items), **_as_json(made, written)}))
    else:
        console.print_problems([i for i in items if i.severity is Severity.ERROR], 0)
        if written:
            console.say(f"已写进 {'、'.join(written)}。")
            console.say(f"接下来：gen status {targets[0].year} 列出还要填的。")
    sys.exit(console.exit_code(items, strict=settings.strict))


def _write(made: Plan, problems: Problems) -> list[str]:
    from generator.importing import plan as planning

    with told():
        try:
            written = planning.write(made)
        except disk.Moved as moved:
            name = made.drafts.workspace.name_of(Path(str(moved)))
            problems.add("I107", Position(name), name=name)
            return []
    so_far().save("导入的数已写进内容文件")
    return written


def _lines(made: Plan, *, full: bool) -> Iterator[str]:
    """What was found, where it goes, what is left, what disagrees."""
    for file, called in dict.fromkeys(made.called):
        yield f"{file}：认出“{called}”。"
    for kind, words in _KINDS.items():
        found = [one for one in made.outcomes if one.kind == kind]
        if found and words:
            yield f"{words}（{len(found)}处）："
            yield from _some([_outcome(made, one) for one in found], full=full or kind == "冲突")
    same = sum(1 for one in made.outcomes if one.kind == "相同")
    if same:
        yield f"内容里已经有、数一样的：{same}处。"
    if made.disagreements:
        yield f"和算出来的不一样（{len(made.disagreements)}处）："
        yield from _some([
            f"{d.value.origin.file} {d.value.origin.place} {d.value.label or d.value.name}："
            f"文件里是{_short(d.value.text)}，照内容算是{_short(d.computed)}"
            for d in made.disagreements
        ], full=True)  # fmt: skip
    if made.left:
        yield f"没有放进去的（{len(made.left)}处）："
        yield from _some(
            [f"{_where(one)}：{one.why}" for one in made.left],
            full=full,
        )
    if made.unused:
        yield f"认出了、内容用不着的数：{len(made.unused)}处{'：' if full else '，加 -v 列出。'}"
        told = [f"{one.file} {one.place} “{one.why}”：{one.text}" for one in made.unused]
        yield from _some(told, full=True) if full else ()
    yield from _narrated(made, full=full)
    if not made.files():
        yield "没有要写的。"
    elif not made.drafts.changed() and not made.texts:
        yield "内容不用改，只记下来历。"


def _strange(problems: Problems) -> None:
    """That figures of another year would stand as this year's: before anything is agreed to."""
    for item in problems.sorted():
        if item.code == "I206":
            console.say(f"{item.at.file} {item.message}{item.hint}")


def _apart(problems: Problems, *, full: bool) -> None:
    """What does not agree in the files themselves."""
    found = [f"{item.at.file} {item.message}" for item in problems.sorted() if item.code == "I205"]
    if found:
        console.say(f"文件自己对不上的（{len(found)}处）：")
        console.say("\n".join(_some(found, full=full)))


def _narrated(made: Plan, *, full: bool) -> Iterator[str]:
    for report in made.reports:
        yield f"{report.file} 的正文：{report.sure} 个数认得出是哪个数，写成了名称。"
        if report.doubts:
            yield f"拿不准、照原文写的（{len(report.doubts)}处）："
            yield from _some([
                f"report.md 第{d.line}行 “{d.around}”的 {d.text}：是不是 {' 或 '.join(d.tags[:2])}"
                for d in report.doubts
            ], full=full)  # fmt: skip


_KINDS: Final = {
    "填入": "要填进去的", "更新": "要改的（以前导入、没有人改过的）",
    "覆盖": "要改的（内容里另填的，照 --overwrite 以文件为准）",
    "冲突": "和内容填的不一样、没有动的",
}  # fmt: skip


def _outcome(made: Plan, one: Outcome) -> str:
    before = f"{_short(one.before)} → " if one.kind != "填入" else ""
    origin = one.value.origin
    at = f"{one.file} {_named(made, one)}"
    return f"{at}：{before}{_short(one.after)}（{origin.file} {origin.place}）"


def _named(made: Plan, one: Outcome) -> str:
    """A value by its name, in a list by that of its item and the line."""
    depth = max((n for n, step in enumerate(one.path, 1) if isinstance(step, int)), default=0)
    file = made.drafts.file(one.file)
    name, spot = file.at((*one.path[:depth], "名称")), file.at(one.path)
    if not depth or name is None or spot is None:
        return ".".join(str(step) for step in one.path if isinstance(step, str))
    rest = ".".join(map(str, one.path[depth:]))
    return f"第{file.text.count(chr(10), 0, spot.start) + 1}行 “{_short(name.text)}”的{rest}"


def _where(one: Left) -> str:
    text = f"“{_short(one.text)}”" if one.text else ""
    return " ".join(filter(None, (one.file, one.place, text)))


def _some(lines: Sequence[str], *, full: bool) -> Iterator[str]:
    shown = lines if full else lines[:_SHOWN]
    yield from (f"  {line}" for line in shown)
    if len(lines) > len(shown):
        yield f"  另有 {len(lines) - len(shown)} 处，加 -v 全部列出。"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _WIDTH else f"{text[:_WIDTH]}…"


def _as_json(made: Plan | None, written: list[str]) -> dict[str, Any]:
    if made is None:
        return {"written": written, "found": [], "left": [], "unused": [], "disagreements": []}
    return {
        "written": written,
        "tables": [{"file": file, "table": called} for file, called in made.called],
        "found": [
            {
                "kind": one.kind, "name": one.value.name, "project": one.value.project,
                "file": one.file, "path": list(one.path), "before": one.before,
                "after": one.after, "source": one.value.origin.file,
                "place": one.value.origin.place, "said": one.value.origin.said,
            }
            for one in made.outcomes
        ],
        "reports": [
            {
                "file": one.file, "named": one.sure,
                "doubtful": [
                    {"line": d.line, "around": d.around, "text": d.text, "tags": list(d.tags)}
                    for d in one.doubts
                ],
            }
            for one in made.reports
        ],
        "left": [
            {"file": one.file, "place": one.place, "text": one.text, "why": one.why}
            for one in made.left
        ],
        "unused": [
            {"file": one.file, "place": one.place, "text": one.text, "name": one.why}
            for one in made.unused
        ],
        "disagreements": [
            {
                "name": one.value.name, "project": one.value.project, "said": one.value.text,
                "computed": one.computed, "source": one.value.origin.file,
                "place": one.value.origin.place,
            }
            for one in made.disagreements
        ],
    }  # fmt: skip
