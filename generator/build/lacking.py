"""What templates use and content lacks: told once, at the content file, with the line to add.

A clerk owns the content and not the templates. A name that is missing is taken for a slip of the
tag where a name like it is there, and for a gap in the content where several tags agree on it,
where last year or another project has it, or where nothing like it is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from generator.build.plan import PROJECT, PROJECTS
from generator.content.loader import FACTS, FIGURES
from generator.content.model import Row, Tree
from generator.content.schema.unit_years import RESERVED
from generator.figures import titles
from generator.figures.dataset import Dataset
from generator.figures.model import Figure, Names, home
from generator.frozen import frozen
from generator.language.lint import Lack
from generator.problems import Position, Problem, Problems
from generator.workspace import TEMPLATES

#: So many tags do not make the same slip.
_AGREED: Final = 3
#: Branches that gen makes itself: what they hold is no matter of content.
_OWN: Final = re.compile(r"(?:^|\.)(?:自评|指标\[\d+\]|附件\[\d+\]|项目合计)$")
_ITEM: Final = re.compile(r"^(项目|指标)\[(\d+)\](?:\.指标\[(\d+)\])?")
#: What earns a field that nobody types.
_TYPED: Final = {"完成率": ("目标", "完成")}
#: A longer line is told by its first names.
_LONGEST, _SHOWN = 60, 5
#: What a message about a name quotes first.
_QUOTED: Final = re.compile("“([^”]+)”")


@frozen
class _Gap:
    """``name`` is missing in the branch ``path`` of the content, as told at ``at``."""

    path: str
    name: str
    at: Position


def report(lacks: Sequence[Lack], data: Dataset, problems: Problems) -> None:
    """Tell each name that is missing: at the content if it is a gap, else at each tag."""
    gaps: dict[_Gap, list[Lack]] = {}
    for lack in lacks:
        found = [gap for holder in lack.holders if (gap := _gap(lack, holder, data)) is not None]
        if not found:
            lack.report(problems)
        for gap in found:
            gaps.setdefault(gap, []).append(lack)
    for gap, users in gaps.items():
        if not _is_gap(gap, users, data):
            for lack in users:
                lack.report(problems)
            continue
        below = list(dict.fromkeys(lack.below for lack in users))
        near = next((lack.hint for lack in users if lack.near), "")
        places = list(dict.fromkeys(lack.at for lack in users))
        _tell(gap, below, data.names, places, problems, near)


def report_missing(
    values: Mapping[str, str], names: Mapping[str, object], tag: Position, problems: Problems
) -> bool:
    """A name that only one item of a list lacks, seen while filling; whether it was told."""
    path = values.get("path", "")
    if not path or _OWN.search(path):
        return False
    gap = _Gap(path, values["name"], _typed(values))
    _tell(gap, [], names, [tag], problems)
    return True


def report_text(
    values: Mapping[str, str], names: Mapping[str, object], tag: Position, problems: Problems
) -> bool:
    """A text where a number is wanted; whether the text is to blame and was told."""
    path, _, field = values.get("path", "").rpartition(".")
    *_, file = values.get("file", "").split("/")
    meant = any(sign.isdigit() for sign in values["found"]) and file in (FACTS, FIGURES)
    if not (meant or _ITEM.match(path)):
        return False
    typed = _TYPED.get(field, (field,))
    example = _example(names, path, typed[-1])
    problems.add(
        "T151", _typed(values), related=[tag],
        holder=_holder(path, names) if path else file, name=field, found=values["found"],
        fields="、".join(f"“{name}”" for name in typed), line=f"{typed[-1]}: {example or '…'}",
    )  # fmt: skip
    return True


def unknown(problems: Iterable[Problem]) -> list[str]:
    """The names at the top that a run missed, as its ``problems`` quote them."""
    missing = (p.message for p in problems if p.code in ("F101", "T101", "T150"))
    quoted = map(_QUOTED.search, missing)
    return list(dict.fromkeys(match[1].partition(".")[0] for match in quoted if match))


def listed(names: Sequence[str]) -> str:
    """Names for a message, the first few."""
    shown = "、".join(f"“{name}”" for name in names[:_SHOWN])
    return shown if len(names) <= _SHOWN else f"{shown}等{len(names)}项"


def _typed(values: Mapping[str, str]) -> Position:
    return Position(values["file"], int(values["line"]), int(values["column"]))


# --- gap or slip ----------------------------------------------------------------------------


def _gap(lack: Lack, holder: Mapping[str, object], data: Dataset) -> _Gap | None:
    """What is missing where in the content; None for what content does not hold."""
    if PROJECTS in holder:  # the whole context
        if lack.name in (*RESERVED, "loop") or lack.name.isascii():
            return None
        return _Gap("", lack.name, Position(f"{data.content.folder}/{_file(lack, data)}"))
    found = home(holder)
    if found is None or _OWN.search(found[0]):
        return None
    return _Gap(found[0], lack.name, found[1])


def _file(lack: Lack, data: Dataset) -> str:
    """The file that a name at the top belongs into: last year's, else by how deep it goes."""
    past = data.content.past
    if past is not None and lack.name in past.facts:
        return FACTS
    if past is not None and any(table.name == lack.name for table in past.figures.tables):
        return FIGURES
    return FIGURES if len(lack.below) > 1 else FACTS


def _is_gap(gap: _Gap, users: Sequence[Lack], data: Dataset) -> bool:
    if any(True for _ in _siblings(data.names, gap.path, gap.name)) or _in_past(gap, data):
        return True
    if len({lack.at for lack in users}) >= _AGREED:
        return True
    in_templates = any(lack.at.file.startswith(f"{TEMPLATES}/") for lack in users)
    return in_templates and not any(lack.near or (lack.hint and not gap.path) for lack in users)


def _in_past(gap: _Gap, data: Dataset) -> bool:
    """Whether last year's content has the name."""
    past = data.content.past
    if past is None:
        return False
    steps = [*filter(None, gap.path.split(".")), gap.name]
    here: object = past.facts
    for step in steps:
        here = here.get(step) if isinstance(here, Tree) else None
    return here is not None or _row_of(past.figures.tables, steps)


def _row_of(rows: Iterable[Row], steps: Sequence[str]) -> bool:
    """Whether the ``steps`` lead from one row to another below it, or to a column."""
    if not steps:
        return True
    for row in rows:
        if row.name == steps[0]:
            return (steps[1:2] != [] and steps[1] in row.cells) or _row_of(row.rows, steps[1:])
    return False


def _siblings(names: Mapping[str, object], path: str, field: str) -> Iterator[object]:
    """What other items of the list have under the same name."""
    match = _ITEM.match(path)
    items = names.get(match[1]) if match else None
    if match is None or not isinstance(items, list):
        return
    rest = [step for step in path[match.end(1) :].partition("]")[2].split(".") if step]
    for number, item in enumerate(items, 1):
        if number != int(match[2]):
            yield from _reached(item, [*rest, field])


def _reached(here: object, steps: Sequence[str]) -> Iterator[object]:
    if not steps:
        yield here
        return
    name, _, number = steps[0].rstrip("]").partition("[")
    below = here.get(name) if isinstance(here, Names) else None
    items = below if number and isinstance(below, list) else [below]
    for item in items:
        if item is not None:
            yield from _reached(item, steps[1:])


# --- words ----------------------------------------------------------------------------------


def _tell(
    gap: _Gap,
    below: Sequence[tuple[str, ...]],
    names: Mapping[str, object],
    places: Iterable[Position],
    problems: Problems,
    near: str = "",
) -> None:
    *_, file = gap.at.file.split("/")
    inside = _ITEM.sub("", gap.path).strip(".")
    problems.add(
        "T150", gap.at, related=places,
        holder=_holder(gap.path, names) if gap.path else file, name=gap.name,
        place=f"{file} 的“{inside}”下面" if inside else f"{file} 里",
        line=_line(gap, below, names),
        instead=f"；模板或正文里的名称写错了的，请改那里{near.rstrip('？')}" if near else "",
    )  # fmt: skip


def _holder(path: str, names: Mapping[str, object]) -> str:
    """A branch as messages name it: ``项目“培训”的“资金”``, ``三级指标“走访”``, ``“三公经费”``."""
    return titles.quoted(path, lambda item: _name(item, names))


def _name(path: str, names: Mapping[str, object]) -> str:
    """What the project or indicator at ``path`` is called."""
    here: object = names
    for _, step, number in titles.steps(path):
        items = here.get(step) if isinstance(here, Mapping) else None
        here = items[int(number) - 1] if number and isinstance(items, list) else items
        if here is None and step == PROJECTS:
            here = names.get(PROJECT)
    return str(here.get("名称") or here.get("指标") or "") if isinstance(here, Names) else ""


def _line(gap: _Gap, below: Sequence[tuple[str, ...]], names: Mapping[str, object]) -> str:
    """The line to add: what another item has, else what tags name below it."""
    tree: dict[str, object] = {}
    for steps in below:
        here = tree
        for step in steps:
            here = here.setdefault(step, {})  # type: ignore[assignment]
    # Tags ask for what form sets compute, too; what was typed for another item is what to type.
    value = next(map(_pattern, _siblings(names, gap.path, gap.name)), _flow(tree))
    line = f"{gap.name}: {value}"
    if len(line) <= _LONGEST:
        return line
    shown = [f"{name}: …" for name in tree][:_SHOWN]
    return f"{gap.name}: {{{', '.join([*shown, '…'])}}}"


def _flow(tree: Mapping[str, object]) -> str:
    inside = ", ".join(f"{k}: {_flow(v)}" for k, v in tree.items() if isinstance(v, Mapping))
    return f"{{{inside}}}" if inside else "…"


def _pattern(value: object) -> str:
    """The shape of what another item has: its columns, those that are typed."""
    if not isinstance(value, Names):
        return "…"
    typed = [key for key, held in value.items() if not (isinstance(held, Figure) and held.formula)]
    return f"{{{', '.join(f'{key}: …' for key in typed)}}}" if typed else "…"


def _example(names: Mapping[str, object], path: str, field: str) -> str:
    """A number that another item has in the field."""
    numbers = (found for found in _siblings(names, path, field) if isinstance(found, Figure))
    return next((number.text for number in numbers), "")
