"""One value for each name, from all pages of all files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from generator.build import templates
from generator.content.loader import FACTS, FIGURES
from generator.content.model import FormSet
from generator.content.schema.unit_years import ROW
from generator.figures.amounts import typed_places
from generator.figures.compute import last_name
from generator.frozen import replace
from generator.importing import indicators, numbers, tables
from generator.importing.drafts import Drafts
from generator.importing.forms import OWN
from generator.importing.model import Item, Left, Read, Value
from generator.importing.tables import Pool, Table
from generator.reading.tables import bare

_PROJECTS, _NAME, _NUMBER = "项目", "名称", "序号"
_LABEL: Final = "显示"


def of_tables(
    drafts: Drafts, form_set: FormSet, found: Sequence[Table], *, of_last_year: bool
) -> tuple[list[Value], list[Left], list[Left]]:
    """What the known tables give of the names that content or its templates have.

    Also what was left out, and the amounts that content has no place for.
    """
    pools, left = tables.pooled(found)
    reached = templates.reached_by(drafts.workspace, form_set.documents, ()) if pools else None
    wanted = {path[0] for path in reached or ()}
    for name in (FIGURES, FACTS):
        whole = drafts.file(name).whole
        wanted |= {str(step) for step in whole.below} if whole is not None else set()

    values: list[Value] = []
    for pool, last in pools:
        for one, goal in tables.values(pool, partial(_rows, drafts)):
            if goal.partition(".")[0] not in wanted:
                continue
            if isinstance(one, Left):
                left.append(one)
            else:
                values.append(replace(one, name=last_name(one.name)) if last else one)
        left += [
            one for name, one in tables.lacking(pool)
            if _awaited(drafts, last_name(name) if last or of_last_year else name)
        ]  # fmt: skip
    return values, left, _unused(found, pools, values, left)


def _awaited(drafts: Drafts, name: str) -> bool:
    """Whether content says that a value is still to come."""
    for file in (drafts.file(FIGURES), drafts.file(FACTS)):
        spot = file.at(tuple(name.split(".")))
        if spot is not None:
            return spot.kind == "scalar" and file.is_open(spot)
    return False


def _unused(
    found: Sequence[Table], pools: Sequence[tuple[Pool, bool]], values: Sequence[Value],
    left: Sequence[Left],
) -> list[Left]:  # fmt: skip
    """Amounts of known tables that nothing came of, in the order of their cells.

    What is doubted is told as such, and is not among them.
    """
    sound = {(pool.map.name, last): pool.cells for pool, last in pools}
    used = {(v.origin.file, where) for v in values for where in v.origin.place.split("、")}
    used |= {(one.file, where) for one in left for where in one.place.split("、")}
    unused: dict[tuple[str, str], Left] = {}
    for table in found:
        for name, cell in table.cells.items():
            at = cell.origin.file, cell.origin.place
            if cell.amount and at not in used and name in sound[table.map.name, table.last]:
                unused.setdefault(at, Left(*at, cell.origin.said, name))
    return list(unused.values())


def _rows(drafts: Drafts, head: str) -> Mapping[str, str] | None:
    """The rows of a table of content: how each is told → its name; None without the table."""
    spot = drafts.file(FIGURES).at(tuple(head.split(".")))
    if spot is None:
        return None
    named: dict[str, str] = {}
    for step, below in spot.below.items():
        if below.kind == "mapping" and step not in ROW.keys:
            label = below.at((_LABEL,))
            for told in (str(step), label.text if label is not None else ""):
                named.setdefault(bare(told), str(step))
    return named


def values(
    reads: Sequence[Read], given: Sequence[Value], *, of_last_year: bool
) -> tuple[list[Value], list[Left]]:
    """One value for each name; what two cells or files tell differently is none.

    ``of_last_year``: the files are of the year before, and give the columns 上年.
    """
    named: dict[tuple[str, str], list[Value]] = {}
    everything = [
        replace(value, project=value.project or (read.project if _is_own(value) else ""))
        for read in reads
        for value in (*read.values, *_of_items(read))
    ]
    for value in (*everything, *given):
        one = replace(value, name=last_name(value.name)) if of_last_year else value
        named.setdefault((one.project, one.name), []).append(one)
    single: list[Value] = []
    left: list[Left] = []
    for (_, name), same in named.items():
        finest = max(same, key=lambda v: typed_places(v.text) if numbers.number(v.text) else 0)
        if all(numbers.same(finest.text, one.text) for one in same):
            single.append(finest)
            continue
        told = "、".join(f"{v.origin.file} {v.origin.place}是{v.text}" for v in same)
        left.append(
            Left(
                finest.origin.file, finest.origin.place, finest.origin.said,
                f"“{name}”有不同的数：{told}",
            )
        )  # fmt: skip
    return single, left


def only_last_columns(
    drafts: Drafts, reads: Sequence[Read], values: Sequence[Value]
) -> tuple[list[Read], list[Value], list[Left]]:
    """Of files of last year what fills its columns here: amounts of tables that content has.

    Last year's results, facts and projects are not this year's; what is passed over is told.
    """
    whole = drafts.file(FIGURES)
    kept = [
        value for value in values
        if not value.project and "." in value.name
        and whole.at((value.name.partition(".")[0],)) is not None
    ]  # fmt: skip
    counted = {read.file: 0 for read in reads}
    for value in values:
        counted[value.origin.file] = counted.get(value.origin.file, 0) + (value not in kept)
    for read in reads:
        counted[read.file] += len(read.items)
    left = [
        Left(file, "", "", f"是上一年的：只填“上年”的栏，指标、事实、项目和正文没有动（{count}处）")
        for file, count in counted.items() if count
    ]  # fmt: skip
    return [replace(read, items=()) for read in reads], kept, left


def _is_own(value: Value) -> bool:
    return value.name.startswith(OWN)


def _of_items(read: Read) -> Iterator[Value]:
    """What a list of projects says of each."""
    for item in read.items:
        called = item.fields.get(_NAME)
        if item.over != _PROJECTS or called is None:
            continue
        for field, value in item.fields.items():
            if field != _NUMBER:
                yield replace(value, name=f"{OWN}{field}", project=called.text)


def of_listed_projects(reads: Sequence[Read]) -> tuple[list[Read], list[Left]]:
    """Without forms of projects that the list of projects, where there is one, does not have."""
    listed = {
        item.fields[_NAME].text for read in reads for item in read.items
        if item.over == _PROJECTS and _NAME in item.fields
    }  # fmt: skip
    kept: list[Read] = []
    left: list[Left] = []
    for read in reads:
        if listed and read.project and read.project not in listed:
            known = "、".join(sorted(listed))
            told = f"项目“{read.project}”不在各项目的汇总里，没有动；汇总里有{known}"
            left.append(Left(read.file, read.called, read.project, told))
        else:
            kept.append(read)
    return kept, left


def indicator_lists(reads: Sequence[Read]) -> tuple[dict[str, list[Item]], list[Left]]:
    """The indicators of each form, the unit's own under "".

    What two files tell differently is none.
    """
    lists: dict[str, dict[indicators.Key, Item]] = {}
    apart: dict[str, set[indicators.Key]] = {}
    left: list[Left] = []
    for read in reads:
        own = [i for i in read.items if i.over.removeprefix(OWN) == indicators.LIST]
        good, wrong = indicators.sound(own, read.file)
        left += wrong
        for item in good:
            form = read.project if indicators.of_project(item) else ""
            key = indicators.key(item)
            other = lists.setdefault(form, {}).setdefault(key, item)
            if not _alike(other, item):
                apart.setdefault(form, set()).add(key)
                told = "、".join(filter(None, key))
                where = f"{indicators.source(other)} {other.place}"
                left.append(Left(read.file, item.place, told, f"和{where}的不一样，都没有放"))
    return {
        form: [item for key, item in known.items() if key not in apart.get(form, ())]
        for form, known in lists.items()
    }, left


def unplaced(reads: Sequence[Read]) -> list[Left]:
    """Rows of lists that are no indicators and no projects, or projects without a name."""
    return [
        Left(read.file, item.place, " ".join(v.text for v in item.fields.values()), why)
        for read in reads for item in read.items
        if (why := _no_place(item))
    ]  # fmt: skip


def _no_place(item: Item) -> str:
    if item.over == _PROJECTS:
        return "" if _NAME in item.fields else "没有项目名称"
    return "" if item.over.removeprefix(OWN) == indicators.LIST else "这样的清单不导入"


def _alike(one: Item, other: Item) -> bool:
    return all(
        numbers.same(value.text, other.fields[name].text)
        for name, value in one.fields.items() if name in other.fields
    )  # fmt: skip
