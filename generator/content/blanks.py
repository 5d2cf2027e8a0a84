"""What is still to be done in content: values to fill in, examples to change, what is out of date.

``待填`` may stand wherever a value stands. A remark ``# 示例：40`` behind values says that they
are only examples: they count as not filled in as long as they are what the remark says, or until
somebody who stands by them takes the remark away; ``# 待更新：40`` says the same of last year's.
In a line of several values the remark names the one that it means: ``# 待更新：目标 40``.
In running text the words stand for themselves.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Final

from generator.frozen import frozen
from generator.problems import Position

if TYPE_CHECKING:
    from generator.content.yaml import edit

FILL, EXAMPLE, STALE = "待填", "示例", "待更新"
KINDS: Final = (FILL, EXAMPLE, STALE)
#: What stands on every page of a set that may have blanks.
DRAFT: Final = "草稿"
#: What a value that is not there yet looks like; it may say what belongs there.
_VALUE: Final = re.compile(rf"[【〔（]?{FILL}(?![\u4e00-\u9fff])")
_WORDS: Final = re.compile(f"{FILL}|{STALE}|【{EXAMPLE}】")
#: A remark may have another behind it, which was there before.
_MARK: Final = re.compile(rf"(?<!\S)#[ \t]*({EXAMPLE}|{STALE})(?![^：:，,。\s])[：:]?([^#]*)")
#: The list of a project, whose name its items do without, as those of 二级 and 三级 do.
_INDICATORS: Final = "指标"
#: What a message quotes of a text.
_SHOWN: Final = 20
#: Blanks of one file; a form has some hundreds.
_MOST: Final = 5_000


@frozen
class Blank:
    """One thing to do: ``kind`` is 待填, 示例 or 待更新; ``name`` what it is the value of.

    ``shown``: the value that is to be changed or confirmed, or the words around it.
    """

    kind: str
    name: str
    shown: str
    at: Position


def is_unfilled(text: str) -> bool:
    """Whether ``text`` stands for a value that is still to come."""
    return _VALUE.match(text) is not None


def in_yaml(text: str, file: str) -> list[Blank]:
    """What is left to do in a YAML file, in the order of its lines."""
    if not _WORDS.search(text) and not _MARK.search(text):
        return []
    from generator.content.yaml import edit  # hardly any file has one

    try:
        whole = edit.locate(text)
    except edit.EditError:  # told by whoever reads it; the words still stand in their lines
        return in_text(text, file)
    if whole is None:
        return []
    leaves = list(whole.leaves())
    lines = _Lines(text, file)
    found = [
        Blank(_kind(spot.text), _name(path, whole), _quoted(spot.text), lines.position(spot.start))
        for path, spot in leaves
        if _WORDS.search(spot.text)
    ]
    found += _marked(lines, leaves, whole)
    return sorted(found, key=lambda blank: blank.at)[:_MOST]


def in_text(text: str, file: str) -> list[Blank]:
    """What is left to do in running text: each place where one of the words stands."""
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        for match in _WORDS.finditer(line):
            shown = line[max(0, match.start() - _SHOWN) : match.end() + _SHOWN].strip()
            at = Position(file, number, match.start() + 1)
            found.append(Blank(_kind(match[0]), "", shown, at))
    return found[:_MOST]


def _kind(text: str) -> str:
    match = _WORDS.search(text)
    assert match is not None
    return match[0].strip("【】")


def _quoted(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _name(path: edit.Path, whole: edit.Spot) -> str:
    """``产出指标.数量指标.第2项.完成``: names; items of a list by theirs, else by number."""
    words: list[str] = []
    here: edit.Spot | None = whole
    for number, step in enumerate(path):
        here = here.below.get(step) if here is not None else None
        if isinstance(step, str):
            listed = number + 1 < len(path) and isinstance(path[number + 1], int)
            level = listed and number + 2 < len(path) and (number or step == _INDICATORS)
            words += [] if level else [step]
        else:
            words.append(_called(here) or f"第{step + 1}项")
    return ".".join(words)


def _called(item: edit.Spot | None) -> str:
    """What an item of a list calls itself; empty while it has no name."""
    for key in ("一级", "名称"):
        found = item.below.get(key) if item is not None else None
        if found is not None and found.kind == "scalar" and not is_unfilled(found.text):
            return _quoted(found.text)
    return ""


class _Lines:
    """The lines of a text, and where offsets are in them."""

    def __init__(self, text: str, file: str) -> None:
        self.lines = text.split("\n")
        self._file = file
        self._starts = [0]
        for line in self.lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    def line_of(self, offset: int) -> int:
        """The number of the line, from 0."""
        return bisect.bisect_right(self._starts, offset) - 1

    def column_of(self, offset: int) -> int:
        """The column, from 0."""
        return offset - self._starts[self.line_of(offset)]

    def position(self, offset: int) -> Position:
        """The place of ``offset``."""
        return Position(self._file, self.line_of(offset) + 1, self.column_of(offset) + 1)


def _marked(
    lines: _Lines, leaves: list[tuple[edit.Path, edit.Spot]], whole: edit.Spot
) -> Iterator[Blank]:
    """Lines with a remark that what stands in them is an example, or last year's."""
    held: dict[int, list[tuple[edit.Path, edit.Spot]]] = {}
    inside: set[int] = set()
    for path, spot in leaves:
        first, last = lines.line_of(spot.start), lines.line_of(max(spot.start, spot.end - 1))
        if first == last:
            held.setdefault(first, []).append((path, spot))
        else:
            inside.update(range(first, last + 1))  # running text, remarks are part of it
    for number, line in enumerate(lines.lines):
        if "#" not in line or number in inside or line.lstrip().startswith("#"):
            continue
        here = held.get(number, [])
        behind = max((lines.column_of(spot.end - 1) + 1 for _, spot in here if spot.end), default=0)
        for mark in _MARK.finditer(line, behind):
            meant = _meant(mark[2].strip(), here)
            if meant is None:
                continue
            common = _name(_common([path for path, _ in meant]), whole)
            at = Position(lines.position(0).file, number + 1, mark.start() + 1)
            shown = _quoted(values([spot.text for _, spot in meant]))
            yield Blank(mark[1], common or line.split(":")[0].strip(" -"), shown, at)


def _meant(
    said: str, here: list[tuple[edit.Path, edit.Spot]]
) -> list[tuple[edit.Path, edit.Spot]] | None:
    """The values of a line that a remark speaks of; None when they are no longer what it says."""
    if not said or said == values([spot.text for _, spot in here]):
        return here
    for path, spot in here:
        if said in (str(path[-1]), f"{path[-1]} {values([spot.text])}"):
            return [(path, spot)]
    return None


def values_by_line(text: str) -> dict[int, list[str]]:
    """The values that stand in each line (from 0) of a YAML text."""
    from generator.content.yaml import edit

    whole = edit.locate(text)
    lines = _Lines(text, "")
    held: dict[int, list[str]] = {}
    for _, spot in whole.leaves() if whole is not None else ():
        held.setdefault(lines.line_of(spot.start), []).append(spot.text)
    return held


def values(typed: list[str]) -> str:
    """The values of a line as a remark repeats them."""
    return "、".join(" ".join(text.split()) for text in typed)


def _common(paths: list[edit.Path]) -> edit.Path:
    """What several paths begin with; a single one as it is."""
    if len(paths) == 1:
        return paths[0]
    out: list[edit.Step] = []
    for steps in islice(zip(*paths, strict=False), 50):
        if len(set(steps)) > 1:
            break
        out.append(steps[0])
    return tuple(out)
