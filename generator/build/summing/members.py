"""Which units are summed up: those whose finished sets their content still gives."""

from __future__ import annotations

from collections.abc import Collection

from generator.build import standing
from generator.content.model import Content, RollUp
from generator.figures.gathered import EACH
from generator.frozen import frozen
from generator.problems import Problems, suggest
from generator.records.shares import Share, Summing, share
from generator.workspace import UnitYear, Workspace


@frozen
class Member:
    """A unit that is summed up: its number from 1, and what its set gives."""

    number: int
    target: UnitYear
    share: Share

    @property
    def path(self) -> str:
        """What its values are called by."""
        return f"{EACH}[{self.number}]"


def members_of(
    workspace: Workspace, content: Content, roll_up: RollUp, summing: Summing, problems: Problems
) -> tuple[list[Member], list[tuple[str, str]]]:
    """The units that can be summed up, and the others that should be, each with the reason."""
    there = {one.unit_id: one for one in workspace.unit_years(content.year)}
    own = {unit for unit, one in there.items() if workspace.sums_up(one)} | {content.unit_id}
    known = [unit for unit in workspace.units() if unit not in own]
    for name in roll_up.units:
        if name not in known:
            near = suggest(name, known) or "。"
            problems.add("W502", roll_up.at, name=name, suggestion=near)
    wanted = [unit for unit in known if not roll_up.units or unit in roll_up.units]
    members: list[Member] = []
    missing: list[tuple[str, str]] = []
    templates: dict[str, str] = {}
    for unit in wanted:
        target = there.get(unit)
        if target is None:
            missing.append((unit, "没有这个年度的内容"))
            continue
        found = summing.shares.get(unit) or _read(workspace, target, templates, summing.asked)
        if isinstance(found, str):
            missing.append((unit, found))
        else:
            members.append(Member(len(members) + 1, target, found))
    return members, missing


def _read(
    workspace: Workspace, target: UnitYear, templates: dict[str, str], asked: Collection[str]
) -> Share | str:
    """What a set gives that its content still gives, and a word on it; else the reason."""
    books = standing.open_books(workspace, target, templates)
    if books.last is None:
        return "还没有生成" if not books.damaged else f"构建记录{books.damaged}"
    if books.last.draft:
        return "是草稿"
    if dict(books.inputs) != dict(books.last.inputs) or not standing.same_toolchain(books):
        return "内容改过以后没有生成（多半是有错误）"
    edited = standing.edited_documents(books)
    return share(books.last, asked, f"手改过{len(edited)}个文件" if edited else "已生成")
