"""Values that somebody changed in a document: what could be written for them, and what never."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from generator.figures.amounts import MONEY
from generator.frozen import replace
from generator.language.wording import read_source
from generator.pulling.comparing import amounts
from generator.pulling.comparing.amounts import Unsaid
from generator.pulling.comparing.numbers import Numbers
from generator.pulling.comparing.sorting import BEHIND, Touch
from generator.pulling.model import (
    COMPUTED,
    CONFLICT,
    FIGURE,
    NARRATIVE,
    Change,
    Finding,
)
from generator.records.record import Record
from generator.records.words import Words

_DATE: Final = re.compile(r"\s*(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日\s*")
_ISO: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
#: A longer text is no name: what it says, it says everywhere.
_NAME: Final = 20
#: How many inputs of a formula are named.
_MOST: Final = 6


def settled(
    touches: Iterable[Touch], record: Record, own: Sequence[str], shown: Mapping[str, int]
) -> Iterator[Finding]:
    """One finding for each value: a proposal, a conflict, or why it is not written.

    ``record``: what the content gives now; ``own``: where content files of the unit lie, those of
    this year first; ``shown``: how often each value shows in the documents.
    """
    words, numbers = Words(record), Numbers(record)
    held: dict[str, list[Touch]] = defaultdict(list)
    for touch in dict.fromkeys(touches):
        held[read_source(touch.path).figure].append(touch)
    for figure, of_it in held.items():
        elsewhere = len(of_it) < shown.get(figure, 0)
        for one in _value(figure, of_it, record, words, own, elsewhere):
            # A name that others share, or that is kept elsewhere, is not changed unasked.
            everywhere = not elsewhere
            whole = everywhere or len(one.old) > _NAME
            told = numbers.told(one.old, one.new, figure) if one.kind == NARRATIVE else ""
            safe = one.kind == NARRATIVE and whole and not told and one.at[0].startswith(own[0])
            if one.changes and not everywhere:
                told = (
                    f"这几份文件里它印了{shown[figure]}处，只改了{len(of_it)}处；写进去以后处处都改"
                )
            yield replace(one, safe=safe, why=one.why or told)


def _value(
    figure: str,
    touches: Sequence[Touch],
    record: Record,
    words: Words,
    own: Sequence[str],
    elsewhere: bool,
) -> Iterator[Finding]:
    value = record.values.get(figure)
    open_ = [touch for touch in touches if touch.new != touch.now]
    worded = [touch for touch in open_ if read_source(touch.path).kind.aspect]
    plain = [touch for touch in open_ if touch not in worded]
    why = _not_written(value, record, words, own)
    for touch in worded:
        yield _finding(COMPUTED, touch, figure, words, value, _worded(touch, words, value, why))
    if not plain:
        return
    if why or value is None:
        for touch in plain:
            yield _finding(COMPUTED, touch, figure, words, value, why)
        return
    yield from _typed(figure, plain, value, words, elsewhere)


def _typed(
    figure: str, touches: Sequence[Touch], value: Mapping[str, Any], words: Words, elsewhere: bool
) -> Iterator[Finding]:
    """A value that somebody typed; ``elsewhere`` in the files it says what the content says."""
    found: dict[str, Touch] = {}
    for touch in touches:
        if touch.behind:
            if not elsewhere:
                yield _finding(CONFLICT, touch, figure, words, value, BEHIND, now=touch.now)
            continue
        if touch.doubt and "value" in value and value.get("unit", "") in {"", *MONEY}:
            why = f"{touch.doubt}，数没有写：请照原来的单位改好再取回，或者直接改内容"
            yield _finding(CONFLICT, touch, figure, words, value, why)
            continue
        try:
            new = typed_as(value, touch)
        except Unsaid as error:
            yield _finding(CONFLICT, touch, figure, words, value, str(error))
            continue
        if touch.old != touch.now:
            why = "这个值在内容里后来也改了"
            yield _finding(CONFLICT, touch, figure, words, value, why, now=touch.now)
        else:
            found.setdefault(new, touch)
    if len(found) > 1:
        told = "、".join(f"“{touch.new}”（{touch.place}）" for touch in found.values())
        first = next(iter(found.values()))
        why = f"几处改得不一样：{told}"
        yield _finding(CONFLICT, first, figure, words, value, why)
        return
    for new, touch in found.items():
        at = tuple(value["at"])
        change = Change(at[0], "value", at[1], at[2], value["text"], new, _key(figure))
        kind = FIGURE if "value" in value else NARRATIVE
        yield _finding(kind, touch, figure, words, value, "", changes=(change,))


def _key(figure: str) -> str:
    return figure.rpartition(".")[2] or figure


def _finding(
    kind: str, touch: Touch, figure: str, words: Words, value: Mapping[str, Any] | None,
    why: str, *, now: str = "", changes: tuple[Change, ...] = (),
) -> Finding:  # fmt: skip
    at = value["at"] if value is not None else ("", 0, 0)
    return Finding(
        kind, touch.document, touch.place, touch.old, touch.new, figure, words.of(touch.path), now,
        (at[0], at[1], at[2]), why, changes,
    )  # fmt: skip


def _not_written(
    value: Mapping[str, Any] | None, record: Record, words: Words, own: Sequence[str]
) -> str:
    """Why no document may change the value; empty for one that was typed for this year."""
    if value is None or not value["at"][1]:
        return "这是 gen 自己排出来的"
    if value.get("formula"):
        inputs = value.get("inputs", ())
        told = "、".join(_told(path, record, words) for path in inputs[:_MOST])
        more = f"等{len(inputs)}个数" if len(inputs) > _MOST else ""
        behind = f"；要改，请改 {told}{more}" if told else ""
        return f"这是算出来的：{value['formula']}{behind}"
    if not value["at"][0].startswith(tuple(own)):
        return "这是别的年度或者套表里的，请到那里改"
    return ""


def _told(path: str, record: Record, words: Words) -> str:
    value = record.values.get(path)
    return f"{words.of(path)}（{value['text']}）" if value is not None else path


def _worded(touch: Touch, words: Words, value: Mapping[str, Any] | None, why: str) -> str:
    source = read_source(touch.path)
    names = "、".join(map(words.of, (source.figure, *source.others)))
    text = f"（{value['text']}）" if value is not None and not source.others else ""
    more = f"。{why}" if why else ""
    return f"这几个字是由{names}{text}算出来的，数变了它自己会变{more}"


def typed_as(value: Mapping[str, Any], touch: Touch) -> str:
    """What would have to be typed for a place to print ``touch.new``; raises ``Unsaid``."""
    typed, printed, new = value["text"], touch.now, touch.new.strip()
    if not new:
        raise Unsaid("文档里删空了")
    if "value" in value and not _ISO.fullmatch(typed):
        return amounts.typed_as(value, printed, new)
    if _ISO.fullmatch(typed):
        date = _DATE.fullmatch(new)
        if date is not None:
            return f"{date[1]}-{int(date[2]):02}-{int(date[3]):02}"
        if _ISO.fullmatch(new):
            return new
    elif typed == printed:
        return new
    raise Unsaid("印出来的写法和填的不一样，请直接改内容")
