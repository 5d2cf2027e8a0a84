"""Numbers of a text that are figures: which name and wording print the same words there.

A value alone tells nothing: most amounts of a report stand in several cells. What is said in front
of a number decides; where two names fit as well, both are proposed and neither is written.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

from generator.content.blanks import is_unfilled
from generator.content.report.marks import mark_of
from generator.figures.compute import LAST
from generator.figures.dataset import Dataset
from generator.figures.model import Figure, Names, Phrase, Words
from generator.frozen import frozen
from generator.language.wording import CHANGE, COMPLETION, FILTERS, SHARE

_TOTAL: Final = "合计"
_MONEY, _DATE = "万元", "日期"
_DIGITS: Final = (None, 0, 1, 2)
_SKIPPED: Final = frozenset({"项目", "指标", "单位", "项目合计"})
#: How much of the text in front of a number tells what it is.
_BEFORE, _BEHIND = 26, 6
#: Characters of a sentence in front of a number; wordings of one sentence that are looked at.
_SENTENCE: Final = 400
_MOST: Final = 100
_LEAST_TEXT, _LONG_TEXT = 4, 7
_MOST_HOPS: Final = 8
#: Kinds of tags that tell a value itself.
_VALUES: Final = frozenset({"amount", "number"})
#: A name is certain when so much of it is said, and so much more than of any other.
_ENOUGH, _APART = 0.30, 0.12
_CLAUSE: Final = re.compile("[，。；：！？\n]")
_DIGIT: Final = frozenset("0123456789")
_YEARS: Final = (("上年度", -1), ("年度", 0), ("下年度", 1))


@frozen
class Tag:
    """A wording: what it prints, the tag that prints it, the figure and the others it tells of."""

    text: str
    tag: str
    path: str
    kind: str
    others: tuple[str, ...] = ()

    @property
    def call(self) -> str:
        """The filter that it uses."""
        return self.tag.partition("|")[2].partition("(")[0].strip(" }")


class _Place:
    """A number in a paragraph; ``said``: the certain tags in front of it.

    What stands around it is cut out once, and searched once for each label.
    """

    def __init__(self, text: str, start: int, end: int, heading: str, said: Sequence[Tag]) -> None:
        self.said = said
        self.behind = text[end : end + 1]
        self.clause = _CLAUSE.split(text[max(0, start - _BEFORE) : start])[-1]
        begin = max(text.rfind("。", 0, start), start - _SENTENCE, 0)
        self._texts = (
            (1.0, _bare(self.clause + text[end : end + _BEHIND])),
            (0.7, _bare(text[begin:start])), (0.6, heading),
        )  # fmt: skip
        self._told: dict[str, float] = {}

    def told(self, label: str) -> float:
        """How much of a label is said here."""
        if label not in self._told:
            self._told[label] = max(share * _overlap(label, text) for share, text in self._texts)
        return self._told[label]

    @cached_property
    def total(self) -> float:
        """How much it is said that the number is one of everything."""
        whole = re.search("总|合计|共", self.clause) or not _names_part(self.clause)
        return 0.9 if whole else 0.0


@frozen
class Proposal:
    """A piece of a paragraph and the tags that would print it, the likeliest first."""

    start: int
    end: int
    text: str
    tags: tuple[Tag, ...]
    sure: bool


class Namer:
    """All wordings of a set of figures, found in texts."""

    def __init__(self, data: Dataset, labels: Mapping[str, str]) -> None:
        self._labels = labels
        self._year = data.content.year
        self._tags: dict[str, list[Tag]] = {}
        aliases = data.computed.aliases
        figures = {
            path: one
            for path, one in _figures(data.names)
            if path not in aliases and str(one) and not is_unfilled(str(one))
        }
        self._roots = {path: _root(path, figures) for path in figures}
        for path, value in figures.items():
            for tag in _wordings(path, value, figures):
                self._tags.setdefault(tag.text, []).append(tag)
        for name, step in _YEARS:
            text = f"{self._year + step}年"
            self._tags.setdefault(text, []).append(Tag(text, f"{{{{ {name} }}}}年", name, "year"))
        self._steps = {
            tag.path: tuple(self._labelled(tag.path))
            for held in self._tags.values()
            for tag in held
        }
        lengths: dict[str, set[int]] = {}
        for text in self._tags:
            lengths.setdefault(text[0], set()).add(len(text))
        self._lengths = {sign: sorted(all_, reverse=True) for sign, all_ in lengths.items()}

    def _labelled(self, path: str) -> Iterator[tuple[str, float]]:
        """What the steps of a path are called, bare, and how much each weighs; "" for a total."""
        steps = path.split(".")
        for number, step in enumerate(steps):
            label = self._labels.get(".".join(steps[: number + 1]), step)
            own = 2.0 if number == len(steps) - (2 if len(steps) > 2 else 1) else 1.0
            yield ("", 0.6) if step == _TOTAL else (_bare(label), own)

    def _matches(self, text: str, at: int) -> Iterator[tuple[int, int]]:
        """Where wordings stand, the longest of each place; not too many in one sentence."""
        count = 0
        while at < len(text):
            sign = text[at]
            count = 0 if sign == "。" else count
            length = 0 if count >= _MOST else next(
                (n for n in self._lengths.get(sign, ()) if text[at : at + n] in self._tags), 0
            )  # fmt: skip
            if length and not _inside(text, at, at + length):
                yield at, at + length
                at, count = at + length, count + 1
            else:
                at += 1

    def proposals(self, text: str, heading: str) -> list[Proposal]:
        """The pieces of a paragraph that are figures; ``heading``: the words of those above it."""
        found: list[Proposal] = []
        said: deque[Tag] = deque(maxlen=_MOST)
        mark, above = mark_of(text), _bare(heading)
        for start, end in self._matches(text, mark.end if mark is not None else 0):
            place = _Place(text, start, end, above, said)
            rated = sorted(
                ((self._rate(tag, place), tag) for tag in self._tags[text[start:end]]),
                key=lambda pair: -pair[0],
            )
            best, tag = rated[0]
            root = self._roots.get(tag.path)
            second = next(
                (rate for rate, one in rated[1:] if self._roots.get(one.path) != root), -1.0
            )
            sure = best >= _ENOUGH and best - second >= _APART
            found.append(
                Proposal(start, end, text[start:end], tuple(t for _, t in rated[:4]), sure)
            )
            if sure:
                said.append(tag)
        return found

    def _rate(self, tag: Tag, place: _Place) -> float:
        """How much speaks for a tag at a place."""
        if tag.kind in ("year", "text", "date"):
            return 1.0
        rate = self._said(tag.path, place)
        last = next((one for one in reversed(place.said) if one.kind in _VALUES), None)
        row = last.path.rpartition(".")[0] if last is not None else ""
        if tag.kind not in _VALUES:
            near = 0.9 if last is not None and tag.path == last.path else 0.0
            near = near or (0.4 if row and tag.path.rpartition(".")[0] == row else 0.0)
            habit = 0.02 if any(one.call == tag.call for one in place.said) else 0.0
            return near + habit + (0.2 if last is not None else 0.8) * rate
        if last is not None and tag.path.partition(".")[0] == last.path.partition(".")[0]:
            rate += 0.08
        if row and tag.path.rpartition(".")[0] == row and tag.path != (last.path if last else ""):
            rate += 0.12
        if any(one.path == tag.path for one in place.said if one.kind == tag.kind):
            rate -= 0.2  # it has been told already
        behind = place.behind
        return rate + (0.2 if behind and behind in tag.path[-4:] and tag.kind == "number" else 0.0)

    def _said(self, path: str, place: _Place) -> float:
        """How much of the name of a figure is said around a number."""
        steps = self._steps[path]
        total = sum(own * (place.told(label) if label else place.total) for label, own in steps)
        weight = sum(own for _, own in steps)
        return total / weight if weight else 0.0


def _names_part(clause: str) -> bool:
    return len(re.sub(r"[\d年度本部门为是数，,.]", "", clause)) > 6


def _bare(text: str) -> str:
    return re.sub(r"\W", "", text)


def _overlap(label: str, text: str) -> float:
    """The longest piece of ``label`` in ``text``, as a part of it; both bare."""
    size = 0
    for begin in range(len(label)):
        while begin + size < len(label) and label[begin : begin + size + 1] in text:
            size += 1
    return size / len(label) if size > 1 or (size and len(label) < 3) else 0.0


def _inside(text: str, start: int, end: int) -> bool:
    """Whether a match is a piece of a longer number."""
    before, behind = text[start - 1 : start], text[end : end + 1]
    if text[start] in _DIGIT and (before in _DIGIT or before in (".", "〔")) and before:
        return True
    following = text[end : end + 2]
    return (
        text[end - 1] in _DIGIT
        and bool(behind)
        and (behind in _DIGIT or (behind == "." and following[1:] in _DIGIT and len(following) > 1))
    )


def _figures(names: Names, before: str = "") -> Iterator[tuple[str, Figure | Words]]:
    for name, value in names.items():
        path = f"{before}{name}"
        if not before and name in _SKIPPED:
            continue
        if isinstance(value, Names):
            yield from _figures(value, f"{path}.")
        elif isinstance(value, Figure | Words) and path not in dict(_YEARS):
            yield path, value


def _root(path: str, figures: Mapping[str, Figure | Words]) -> str:
    """The figure that a formula of nothing but a name stands for."""
    for _ in range(_MOST_HOPS):
        here = figures.get(path)
        if not isinstance(here, Figure) or here.formula != "".join(here.inputs):
            return path
        if len(here.inputs) != 1:
            return path
        path = here.inputs[0]
    return path


def _wordings(
    path: str, value: Figure | Words, figures: Mapping[str, Figure | Words]
) -> Iterator[Tag]:
    """Everything that a figure or a fact can print."""
    if isinstance(value, Words):
        text = str(value)
        date = FILTERS[_DATE].apply(value)
        if isinstance(date, Phrase) and str(date) != text:
            yield Tag(str(date), f"{{{{ {path} | {_DATE} }}}}", path, "date")
        elif len(text) >= _LEAST_TEXT and (len(text) > _LONG_TEXT or re.search(r"\d", text)):
            yield Tag(text, f"{{{{ {path} }}}}", path, "text")
        return
    if path.rpartition(".")[2].startswith(LAST):
        return
    if value.unit == _MONEY:
        if value.text != value.numeral:
            yield Tag(value.text, f"{{{{ {path} }}}}", path, "amount")
        else:
            yield from _printed(path, value, _MONEY, "amount")
        yield from _relative(path, value, figures)
    else:
        yield Tag(value.text, f"{{{{ {path} }}}}", path, "number")
    if value.base is not None:
        for name, one in FILTERS.items():
            if one.kind == CHANGE:
                yield from _printed(path, value, name, "change")


def _relative(path: str, value: Figure, figures: Mapping[str, Figure | Words]) -> Iterator[Tag]:
    """Shares of totals, parts of budgets."""
    head, _, column = path.rpartition(".")
    table, _, _ = head.rpartition(".")
    for other, whole in figures.items():
        if (
            not isinstance(whole, Figure)
            or other == path
            or whole.unit != _MONEY
            or not whole.value
        ):
            continue
        same_row = other.rpartition(".")[0] == head
        total = (
            other == f"{path.partition('.')[0]}.{_TOTAL}.{column}"
            or other == f"{table}.{_TOTAL}.{column}"
        )
        for name, one in FILTERS.items():
            if (one.kind == SHARE and total) or (one.kind == COMPLETION and same_row):
                kind = "share" if one.kind == SHARE else "completion"
                yield from _printed(path, value, name, kind, (other, whole))


def _printed(
    path: str, value: Figure, name: str, kind: str, other: tuple[str, Figure] | None = None
) -> Iterator[Tag]:
    """A filter with each number of decimals that prints something else."""
    seen: set[str] = set()
    for digits in _DIGITS:
        given = [] if other is None else [other[1]]
        given += [] if digits is None else [digits]  # type: ignore[list-item]
        made = FILTERS[name].apply(value, *given)
        if (
            not isinstance(made, Phrase)
            or str(made) in seen
            or not re.search(r"\d|持平", str(made))
        ):
            continue
        seen.add(str(made))
        said = [] if other is None else [other[0]]
        said += [] if digits is None else [str(digits)]
        call = f"{name}({', '.join(said)})" if said else name
        yield Tag(
            str(made),
            f"{{{{ {path} | {call} }}}}",
            path,
            kind,
            () if other is None else (other[0],),
        )


def replaced(text: str, proposals: Sequence[Proposal]) -> str:
    """``text`` with the certain proposals in it."""
    for one in reversed([p for p in proposals if p.sure]):
        text = text[: one.start] + one.tags[0].tag + text[one.end :]
    return text
