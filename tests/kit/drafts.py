"""Content that is edited at random: projects, rows, items, facts, indicators, paragraphs.

A draft is plain data; ``files`` writes it as content files. Each edit is one that a writer makes
and takes for one, so that what is told can be counted against them.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from kit.workspaces import Files, indented

_SIGNS = "".join(chr(code) for code in range(0x4E00, 0x4E00 + 900))
#: Edits by what they are done to; a swap counts as two.
THINGS = ("project", "row", "item", "fact", "indicator", "paragraph")
#: What takes the points that no indicator has.
REST = "其他各项工作"
#: So many indicators leave some.
MOST_INDICATORS = 9
DEEDS = ("add", "remove", "rename", "move", "swap", "change")


@dataclass(slots=True)
class Named:
    """A thing with a name and what it holds."""

    name: str
    held: Any


@dataclass(slots=True)
class Draft:
    """One unit's content."""

    random: Random
    facts: list[Named] = field(default_factory=list)
    items: list[Named] = field(default_factory=list)
    rows: list[Named] = field(default_factory=list)
    groups: list[Named] = field(default_factory=list)
    projects: list[Named] = field(default_factory=list)
    paragraphs: list[str] = field(default_factory=list)
    names: int = 0

    def name(self) -> str:
        """A name like no other."""
        self.names += 1
        return self.words(5) + "零一二三四五六七八九"[self.names % 10]

    def words(self, length: int) -> str:
        """Words like no others."""
        return "".join(self.random.choices(_SIGNS, k=length))

    def number(self) -> str:
        """A number that tells something."""
        return f"{self.random.randint(101, 99999)}.{self.random.randint(1, 9)}"


def draft(random: Random) -> Draft:
    """Some of everything."""
    made = Draft(random)
    made.facts = [Named(made.name(), [_fact(made) for _ in range(4)]) for _ in range(2)]
    made.items = [Named(made.name(), made.number()) for _ in range(4)]
    made.rows = [_row(made) for _ in range(5)]
    made.groups = [Named(made.name(), [_indicator(made) for _ in range(3)]) for _ in range(2)]
    made.projects = [_project(made, key) for key in range(10, 40, 10)]
    made.paragraphs = [_paragraph(made) for _ in range(6)]
    return made


def _fact(made: Draft) -> Named:
    return Named(made.name(), made.number())


def _row(made: Draft) -> Named:
    return Named(made.name(), [made.number(), made.number()])


def _indicator(made: Draft) -> Named:
    return Named(made.name(), [made.random.randint(120, 999), made.words(9)])


def _project(made: Draft, key: int) -> Named:
    return Named(made.name(), [key, made.words(12), made.number(), made.number()])


def _paragraph(made: Draft) -> str:
    return made.words(30) + "。"


# One edit


def edited(before: Draft, deed: str, thing: str) -> tuple[Draft, int]:
    """The draft after one edit, and as how many it counts; 0 when there was nothing to do."""
    after = copy.deepcopy(before)
    after.random = before.random
    if thing == "project":
        return after, _edit_projects(after, deed)
    if thing == "paragraph":
        return after, _edit_list(after, after.paragraphs, deed, _paragraph, _rewritten, None)
    lists: dict[str, tuple[list[Any], Callable[[Draft], Any], Callable[[Draft, Any], None]]] = {
        "row": (after.rows, _row, _change_cell),
        "item": (after.items, _fact, _change_held),
        "fact": (after.random.choice(after.facts).held, _fact, _change_held),
        "indicator": (after.random.choice(after.groups).held, _indicator, _change_cell),
    }
    held, fresh, change = lists[thing]
    if deed == "move" and thing in ("fact", "indicator"):
        homes = after.facts if thing == "fact" else after.groups
        return after, _move_across(after, homes)
    full = sum(len(group.held) for group in after.groups) >= MOST_INDICATORS
    if thing == "indicator" and deed == "add" and full:
        return after, 0
    if thing == "fact" and deed == "swap":
        return after, 0  # nobody sees in which order they stand
    return after, _edit_list(after, held, deed, fresh, change, _rename)


def _rename(made: Draft, one: Named) -> None:
    one.name += made.words(1)


def _change_held(made: Draft, one: Named) -> None:
    one.held = made.number()


def _change_cell(made: Draft, one: Named) -> None:
    one.held[0] = made.number() if isinstance(one.held[0], str) else made.random.randint(120, 999)


def _rewritten(made: Draft, text: str) -> str:
    at = made.random.randrange(len(text) - 4)
    return text[:at] + made.words(3) + text[at + 3 :]


def _edit_list(
    made: Draft,
    held: list[Any],
    deed: str,
    fresh: Callable[[Draft], Any],
    change: Callable[[Draft, Any], Any],
    rename: Callable[[Draft, Named], None] | None,
) -> int:
    random = made.random
    if deed == "add":
        held.insert(random.randint(0, len(held)), fresh(made))
        return 1
    if len(held) < 3:
        return 0
    at, other = random.sample(range(len(held)), 2)
    if deed == "remove":
        del held[at]
    elif deed == "move":
        held.insert(other, held.pop(at))
    elif deed == "swap":
        held[at], held[other] = held[other], held[at]
        return 2
    elif deed == "rename" and rename is not None:
        rename(made, held[at])
    else:
        changed = change(made, held[at])
        if changed is not None:
            held[at] = changed
    return 1


def _move_across(made: Draft, homes: list[Named]) -> int:
    one, other = made.random.sample(range(len(homes)), 2)
    if len(homes[one].held) < 3:
        return 0
    moved = homes[one].held.pop(made.random.randrange(len(homes[one].held)))
    homes[other].held.insert(made.random.randint(0, len(homes[other].held)), moved)
    return 1


def _edit_projects(made: Draft, deed: str) -> int:
    random, held = made.random, made.projects
    if deed == "add":
        held.append(_project(made, random.randint(1, 99)))
        return 1
    if len(held) < 2:
        return 0
    one, other = random.sample(held, 2)
    if deed == "remove":
        held.remove(one)
    elif deed == "rename":
        _rename(made, one)
    elif deed == "move":
        one.held[0] = random.randint(1, 99)
    elif deed == "swap":
        one.held[0], other.held[0] = other.held[0], one.held[0]
        return 2
    else:
        one.held[2] = made.number()
    return 1


# As files


def files(made: Draft, unit: str = "peixun", year: int = 2024) -> Files:
    """The draft as content files of the shipped form set."""
    home = f"content/{unit}"
    facts = "".join(
        f"{group.name}:\n" + "".join(f"  {one.name}: {one.held}\n" for one in group.held)
        for group in made.facts
    )
    items = "".join(f"  - {{名称: {one.name}, 场次: {one.held}}}\n" for one in made.items)
    rows = "".join(
        f"  {one.name}: {{年初预算: {one.held[0]}, 决算: {one.held[1]}}}\n" for one in made.rows
    )
    return {
        f"{home}/unit.yaml": "名称: 测试县干部培训中心\n简称: 培训中心\n套表: jiujiang\n"
        "主管部门: 县教育局\n",
        f"{home}/{year}/facts.yaml": "主送: 县财政局\n成文日期: 2025-03-09\n下属单位个数: 2\n"
        f"部门项目个数: {len(made.projects)}\n目标:\n  预期: 培训干部。\n  完成: 已经完成。\n"
        f"{facts}活动:\n{items}",
        f"{home}/{year}/figures.yaml": "资金来源:\n"
        "  财政拨款: {全年预算: 120.5, 全年执行: 110.25}\n"
        "  其他资金: {全年预算: 8, 全年执行: 6}\n"
        "资金结构:\n  基本支出: {全年预算: 90, 全年执行: 88}\n"
        "  项目支出: {全年预算: 38.5, 全年执行: 28.25}\n"
        "部门项目支出:\n  列公式:\n    全年预算: 年初预算 + 年中追加\n"
        f"  合计: {{年初预算: 990000, 年中追加: 0}}\n支出:\n{rows}",
        f"{home}/{year}/indicators.yaml": "- 一级: 产出指标\n  二级:\n"
        + indented("".join(map(_group_text, made.groups)), 4)
        + _rest_of_the_points(made),
        f"{home}/{year}/report.md": _report(made),
        **{
            f"{home}/{year}/projects/{one.held[0]:02}{one.held[1]}.yaml": _project_text(one)
            for one in made.projects
        },
    }


def _group_text(group: Named) -> str:
    rows = "".join(
        f"    - {{名称: {one.name}, 目标: 100, 完成: {one.held[0]}, 分值: 10, "
        f"偏差原因: {one.held[1]}}}\n"
        for one in group.held
    )
    return f"- 名称: {group.name}\n  三级:\n{rows}"


def _rest_of_the_points(made: Draft) -> str:
    """What makes 100 of all points, whatever indicators there are."""
    rest = 100 - 10 * sum(len(group.held) for group in made.groups)
    return (
        f"- 一级: 效益指标\n  二级:\n    - 名称: {REST}\n      三级:\n"
        f"        - {{名称: {REST}, 目标: 100%, 完成: 100%, 分值: {rest}}}\n"
    )


def _report(made: Draft) -> str:
    listed = "{% for x in 活动 %}\n{{ x.名称 }}共{{ x.场次 }}场。\n{% endfor %}"
    facts = "、".join(
        f"{{{{ {group.name}.{one.name} }}}}" for group in made.facts for one in group.held
    )
    rows = "、".join(f"{{{{ 支出.{one.name}.年初预算 }}}}" for one in made.rows)
    paragraphs = "\n\n".join(made.paragraphs)
    return f"{paragraphs}\n\n{listed}\n\n# 数据\n\n各项{facts}。\n\n支出{rows}。\n"


def _project_text(one: Named) -> str:
    _, goal, budget, spent = one.held
    return (
        f"名称: {one.name}\n主管部门: 县教育局\n实施单位: 培训中心\n资金:\n"
        f"  当年财政拨款: {{年初预算: {budget}, 年中追加: 0, 全年执行: {spent}}}\n"
        "  上年结转资金: {年初预算: 0, 年中追加: 0, 全年执行: 0}\n"
        "  其他资金: {年初预算: 0, 年中追加: 0, 全年执行: 0}\n"
        f"目标:\n  预期: {goal}\n  完成: 已经完成。\n指标:\n"
        "  - 一级: 产出指标\n    二级:\n      - 名称: 数量指标\n        三级:\n"
        f"          - {{名称: 完成{goal[:4]}, 目标: 100%, 完成: 100%, 分值: 100}}\n"
    )
