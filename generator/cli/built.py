"""What a build has made, for people and for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from generator.cli import console
from generator.cli.progress import Progress
from generator.cli.tally import Tally
from generator.problems import Severity
from generator.workspace import UnitYear, Workspace

if TYPE_CHECKING:
    from generator.build.pipeline import Built


class Done:
    """A finished set: of many no more than how many files it has."""

    def __init__(self, built: Built, *, whole: bool) -> None:
        self.target, self.untouched, self.blanks = built.target, built.untouched, built.blanks
        self.files = len(built.files)
        self.changed = sum(file.changed for file in built.files)
        self.built = built if whole else None


def print_built(
    workspace: Workspace,
    done: Sequence[Done],
    targets: Sequence[UnitYear],
    progress: Progress,
    tally: Tally,
) -> None:
    """Which files were made, or that nothing was; of many units only how many."""
    for built in (one.built for one in done if one.built is not None):
        folder = workspace.name_of(built.target.output)
        if built.untouched:
            console.say(
                f"{folder}/  内容和模板都没有变化，成果（{len(built.files)}个文件）不用重做。"
            )
            continue
        console.say(f"{folder}/")
        for file in built.files:
            state = "已核对" if file.rendered else "没有变化"
            if file.name.endswith(".pdf") and file.rendered:
                state = "由上面的文件转成"
            elif file.rendered and not file.changed:
                state = "已核对，内容没有变化"
            console.say(f"  {file.name}  {_size(file.size)}  {state}")
        for name in built.removed:
            console.say(f"  {name}  {_removed(name, built)}")
        for sheet in built.checklists:
            console.say(f"  另有 {sheet.name}，供核对时逐项打勾")
    if len(targets) > 1:
        _print_units(done, targets, progress, tally)
    count = sum(one.files for one in done)
    if len(done) == len(targets):
        of_units = f"{len(done)}个单位，" if len(targets) > 1 else ""
        console.say(f"{of_units}共 {count} 个文件，{console.counted(tally.counts)}。")
    else:
        finished = {one.target for one in done}
        left = [target for target in targets if target not in finished]
        untouched = "" if any(map(progress.touched, left)) else "原来的成果没有动，"
        names = "、".join(target.label for target in left[:_MOST_NAMED])
        names += f" 等{len(left)}个单位" if len(left) > _MOST_NAMED else ""
        others = f"其余{len(done)}个单位已经生成。" if done else ""
        console.say(
            f"没有生成：{names}（{console.counted(tally.counts)}）。{untouched}改正后再运行一次。{others}"
        )


def _removed(name: str, built: Built) -> str:
    """Why a file was taken out: a PDF must not stand beside a document that says otherwise."""
    from generator.build import pdf

    if name.endswith(pdf.SUFFIX) and name in pdf.names(file.name for file in built.files).values():
        return "它的文档变了，旧 PDF 已删去；要新的，请加 --pdf 再生成一次"
    return "不再需要，已移除"


def print_draft(done: Sequence[Done]) -> None:
    """That a set is a draft, and what it lacks."""
    count, year = sum(one.blanks for one in done), done[0].target.year
    left = f"还有 {count} 处要填、要改，用 gen status {year} 列出" if count else "都填好了"
    console.say(f"这是草稿，每一页都有“草稿”两字；{left}。正式的用 gen build {year} 生成。")


_MOST_NAMED = 8


def _print_units(
    done: Sequence[Done], targets: Sequence[UnitYear], progress: Progress, tally: Tally
) -> None:
    """A line for each unit: its errors and warnings, and what was written or why nothing was.

    Of many units only those that have no new set.
    """
    built = {one.target: one for one in done}
    rows = [("单位", "错误", "警告", "成果")]
    changed = sum(one.changed > 0 for one in done)
    for target in targets:
        counts = tally.of_unit.get(target.unit_id, Counter())
        one = built.get(target)
        if one is not None:
            if tally.brief:
                continue
            state = f"写出{one.changed}个文件" if one.changed else "没有变化"
        elif progress.touched(target):
            state = "没有换完"
        else:
            state = "没有写：有错误" if counts[Severity.ERROR] else "没有写：见上面的问题"
        errors, warnings = counts[Severity.ERROR], counts[Severity.WARNING]
        rows.append((target.unit_id, str(errors), str(warnings), state))
    if shared := tally.of_unit.get(""):
        rows.append(("（模板等）", str(shared[Severity.ERROR]), str(shared[Severity.WARNING]), ""))
    if tally.brief:
        console.say(f"{changed}个单位写出了新的成果，{len(done) - changed}个没有变化。")
    if len(rows) > 1:
        console.print_table(rows)


def _size(size: int) -> str:
    return f"{size / 1024:.1f}KB"


def documents(workspace: Workspace, done: Sequence[Done]) -> list[dict[str, Any]]:
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
        for one in done
        if (built := one.built) is not None
        for file in built.files
    ]
