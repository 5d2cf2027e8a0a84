"""Indicators of a form: a whole list where there is none, else value by value by their names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import Final

from generator.content.blanks import is_unfilled
from generator.content.loader import INDICATORS
from generator.content.yaml import edit
from generator.importing import numbers
from generator.importing.drafts import Drafts, File
from generator.importing.forms import OWN
from generator.importing.model import Item, Left, Value
from generator.importing.placing import FILLED, REPLACED, UPDATED, Outcome, Placer

LIST: Final = "指标"
_FIRST, _SECOND, _THIRD, _NAME = "一级", "二级", "三级", "名称"
_WEIGHT, _TARGET, _SHOWN, _RESULT = "权重", "目标", "指标值", "完成"
_POINTS, SCORE, _REASON = "分值", "得分", "偏差原因"
#: Fields of an indicator as content has them ← as forms print them.
_FIELDS: Final = ((_TARGET, _SHOWN), (_RESULT, _RESULT), (_POINTS, _POINTS), (_REASON, _REASON))
_HAN: Final = re.compile(r"[\u4e00-\u9fffA-Za-z]")
_EMPTY: Final = frozenset("—-－–/")
#: 40次 is a result, no name.
_UNIT: Final = 3
Key = tuple[str, str, str]


def sound(items: Sequence[Item], file: str) -> tuple[list[Item], list[Left]]:
    """The rows that are indicators: cells that slid sideways make others of them."""
    good, left = [], []
    scored = any(_text(item, SCORE) for item in items)
    for item in items:
        why = _wrong(item) or (
            "没有得分，格像是错了位" if scored and not _text(item, SCORE) else ""
        )
        if why:
            text = " ".join(value.text for value in item.fields.values())
            left.append(Left(file, item.place, text[:60], why))
        else:
            good.append(item)
    return good, left


def _wrong(item: Item) -> str:
    name, points = _text(item, _NAME), numbers.number(_text(item, _POINTS))
    score, weight = _text(item, SCORE), _text(item, _WEIGHT)
    number, unit = numbers.split(name)
    if not name or not _HAN.search(name) or (number is not None and len(unit) <= _UNIT):
        return "认不出指标的名称，格像是错了位"
    if points is None:
        return "分值不是数，格像是错了位"
    if score and not set(score) <= _EMPTY:
        got = numbers.number(score)
        if got is None:
            return "得分不是数，格像是错了位"
        if got > points:
            return f"得分{score}超过分值{_text(item, _POINTS)}"
    if weight and numbers.number(weight) is None:
        return "权重不是数，格像是错了位"
    return ""


def _text(item: Item, field: str) -> str:
    value = item.fields.get(field)
    return value.text if value is not None else ""


def key(item: Item) -> Key:
    """What tells an indicator from others of its form."""
    first, second, name = (_text(item, field) for field in (_FIRST, _SECOND, _NAME))
    return first, second, name


def source(item: Item) -> str:
    """The file that an indicator stands in."""
    return item.fields[_NAME].origin.file


def _bare(known: Key) -> Key:
    """A key without signs: 任务1: is 任务1."""
    first, second, name = (re.sub(r"\W", "", text) for text in known)
    return first, second, name


def place(drafts: Drafts, placer: Placer, items: Sequence[Item], project: str) -> list[Left]:
    """Put the indicators of one form where they belong; what was not placed."""
    name = drafts.projects().get(project, "") if project else INDICATORS
    head: edit.Path = (LIST,) if project else ()
    if not name:
        return [
            Left(i.fields[_NAME].origin.file, i.place, key(i)[2], "没有它的项目文件") for i in items
        ]
    file = drafts.file(name)
    there = {_bare(known): path for known, path in _there(file, head)}
    met = any(_bare(key(item)) in there for item in items)
    if not there or (not met and all(_is_started(file, path) for path in there.values())):
        _write(drafts, placer, file, name, head, items)
        return []
    left = []
    for item in items:
        found = there.get(_bare(key(item)))
        if found is None:
            told = "、".join(filter(None, key(item)))
            left.append(
                Left(item.fields[_NAME].origin.file, item.place, told, "内容里没有这个指标")
            )
        else:
            placer.fill(name, _fields(file, found, item))
    return left


def _fields(file: File, found: edit.Path, item: Item) -> Iterator[tuple[edit.Path, Value]]:
    for field, printed in _FIELDS:
        value = item.fields.get(printed)
        if value is None:
            continue
        shown, target = file.at((*found, LIST)), file.at((*found, _TARGET))
        if (
            field == _TARGET and shown is not None and numbers.same(shown.text, value.text)
            and target is not None and not file.is_open(target)
        ):  # fmt: skip
            continue  # the form prints the words, not the target
        yield (*found, field), value


def _there(file: File, head: edit.Path) -> Iterator[tuple[Key, edit.Path]]:
    """The indicators that a file has, those without a name left out."""
    whole = file.at(head)
    for first, group in whole.below.items() if whole is not None and whole.kind == "list" else ():
        seconds = group.at((_SECOND,))
        inner = [("", (*head, first))]
        for second, below in seconds.below.items() if seconds is not None else ():
            inner.append((_of(below, _NAME), (*head, first, _SECOND, second)))
        for called, path in inner:
            thirds = file.at((*path, _THIRD))
            for third, spot in thirds.below.items() if thirds is not None else ():
                name = _of(spot, _NAME) or _of(spot, LIST)
                if name and not is_unfilled(name):
                    yield (_of(group, _FIRST), called, name), (*path, _THIRD, third)


def _is_started(file: File, path: edit.Path) -> bool:
    """Whether an indicator is of a starter: nobody has typed a result yet."""
    spot = file.at((*path, _RESULT))
    typed = spot is not None and not spot.text.strip().startswith(("=", "＝"))
    return not typed or (spot is not None and file.is_open(spot))


def _of(spot: edit.Spot, name: str) -> str:
    found = spot.at((name,))
    return found.text.strip() if found is not None and found.kind == "scalar" else ""


def _write(
    drafts: Drafts, placer: Placer, file: File, name: str, head: edit.Path, items: Sequence[Item]
) -> None:
    """All of a list that is not there, or waits to be filled in."""
    if head:
        if file.at(head) is not None:
            file.text = edit.delete(file.text, head)
        lines = "\n".join(f"  {line}" for line in _lines(items))
        file.text = f"{file.text.rstrip()}\n\n{LIST}:\n{lines}\n"
    else:
        start = "".join(takewhile(_is_remark, file.text.splitlines(keepends=True)))
        file.text = start + "\n".join(_lines(items)) + "\n"
    if edit.locate(file.text) is None:
        raise edit.EditError(file.name)
    for known, path in _there(file, head):
        item = next(i for i in items if key(i) == known)
        for field, printed in (*_FIELDS, (_NAME, _NAME)):
            value = item.fields.get(printed)
            spot = file.at((*path, field))
            if value is not None and spot is not None:
                placer.outcomes.append(Outcome(FILLED, value, name, (*path, field), "", spot.text))
                drafts.origins[name, (*path, field)] = spot.text.strip(), value.origin


def _is_remark(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def _lines(items: Sequence[Item]) -> Iterator[str]:
    first = second = None
    for item in items:
        group, below, _ = key(item)
        if group != first:
            first, second = group, None
            yield f"- {_FIRST}: {edit.typed(group)}"
            if weight := _text(item, _WEIGHT):
                yield f"  {_WEIGHT}: {weight}"
            if below:
                yield f"  {_SECOND}:"
        if below and below != second:
            second = below
            yield f"    - {_NAME}: {edit.typed(below)}"
            yield f"      {_THIRD}:"
        elif not below and second is None:
            second = ""
            yield f"  {_THIRD}:"
        lead = " " * (8 if below else 4)
        yield f"{lead}- {_NAME}: {edit.typed(_text(item, _NAME))}"
        for field, printed in _FIELDS:
            if text := _text(item, printed):
                yield f"{lead}  {field}: {edit.typed(text, indent=len(lead) + 4)}"


def scores(
    drafts: Drafts,
    placer: Placer,
    items: Sequence[Item],
    project: str,
    computed: dict[Key, str],
) -> None:
    """Type the scores that the rule gives otherwise, or not at all.

    Only where the result was imported as well. ``computed``: by key, the score that content
    gives, empty where it gives none.
    """
    name = drafts.projects().get(project, "") if project else INDICATORS
    if not name:
        return
    file = drafts.file(name)
    there = {_bare(known): path for known, path in _there(file, (LIST,) if project else ())}
    filled = {(o.file, o.path) for o in placer.outcomes if o.kind in (FILLED, REPLACED, UPDATED)}
    for item in items:
        path, value = there.get(_bare(key(item))), item.fields.get(SCORE)
        if path is None or value is None or numbers.number(value.text) is None:
            continue
        fresh = (name, (*path, _RESULT)) in filled
        if numbers.same(computed.get(key(item), ""), value.text) or not fresh:
            continue
        spot = file.at((*path, SCORE))
        if spot is None:
            file.text = edit.insert(file.text, path, SCORE, value.text, after=_POINTS)
        elif file.is_open(spot):
            file.text = edit.replace(file.text, (*path, SCORE), value.text)
        if (now := file.at((*path, SCORE))) is not None and now.text == value.text:
            drafts.origins[name, (*path, SCORE)] = value.text, value.origin


def of_project(item: Item) -> bool:
    """Whether an item is an indicator of a project's form."""
    return item.over == f"{OWN}{LIST}"
