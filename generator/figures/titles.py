"""What readers call values that a path counts: 项目“…”, 三级指标“…”, never 项目[1] or 指标[29]."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import zip_longest
from typing import Final

from generator.content.model import Indicators, Project
from generator.frozen import replace
from generator.problems import Problem

_STEP: Final = re.compile(r"([^.\[\]]+)(?:\[(\d+)\])?\.?")
#: A word of a message that may be a path, with the quotes around it.
_WORD: Final = re.compile(r"“?([^“”\s，。；：]+)”?")
#: Lists by what forms call their items.
_KINDS: Final = {"指标": "三级指标", "一级": "一级指标"}
_INNER: Final = str.maketrans("“”", "‘’")
_LEVEL1: Final = "一级"
_SCORES: Final = "自评"


def named(kind: str, name: str) -> str:
    """``项目“…”``; quotes inside of quotes are single ones (GB/T 15834)."""
    return f"{kind}“{name.translate(_INNER)}”"


def title(kind: str, number: str, name: str) -> str:
    """The item ``number`` of the list ``kind``: 三级指标“…”, 任务第2项 where it has no name."""
    kind = _KINDS.get(kind, kind)
    return named(kind, name) if name else f"{kind}第{number}项"


def steps(path: str) -> Iterator[tuple[str, str, str]]:
    """The steps of ``path``: the path down to each, its name, its number (empty if not counted).

    The branch of scores that groups of indicators hang in tells a reader nothing.
    """
    found = list(_STEP.finditer(path))
    for step, below in zip_longest(found, found[1:]):
        if not (below and step[1] == _SCORES and below[1] == _LEVEL1 and below[2]):
            yield path[: step.end()].removesuffix("."), step[1], step[2] or ""


def quoted(path: str, name_of: Callable[[str], str]) -> str:
    """``path`` as messages quote it: ``“收入.合计”``, ``项目“…”三级指标“…”的“得分”``.

    ``name_of``: the name of a counted item by its path, empty where it has none.
    """
    items, rest = "", ""
    for here, name, number in steps(path):
        told = title(name, number, name_of(here)) if number else name
        if number and not rest:
            items += told
        else:
            rest += f".{told}" if rest else told
    told = rest if "“" in rest else f"“{rest}”"
    return items + (f"的{told}" if items else told) if rest else items


class Titles:
    """The names of the projects and indicators of one unit-year, by their paths."""

    def __init__(self, projects: Iterable[Project], indicators: Indicators) -> None:
        self._names = dict(_of_form("", indicators))
        for number, project in enumerate(projects, 1):
            path = f"项目[{number}]"
            self._names[path] = project.name
            self._names |= _of_form(f"{path}.", project.indicators)

    def retold(self, problem: Problem) -> Problem:
        """``problem`` in readers' words: checks and formulas tell of values by their paths."""
        if "[" not in problem.message:
            return problem
        return replace(problem, message=_WORD.sub(self._word, problem.message))

    def _word(self, match: re.Match[str]) -> str:
        path = match[1]
        # What merely looks like a path, as 中发[2018]34号 does, counts nothing that is there.
        counted = next((here for here, _, number in steps(path) if number), "")
        known = counted in self._names
        return quoted(path, lambda item: self._names.get(item, "")) if known else match[0]


def _of_form(lead: str, indicators: Indicators) -> Iterator[tuple[str, str]]:
    for number, row in enumerate(indicators.rows, 1):
        yield f"{lead}指标[{number}]", row.name or row.text
        yield f"{lead}{_SCORES}.{_LEVEL1}[{row.group}]", row.level1
