"""Waivers (豁免): findings a unit has looked at and stands by, each with its reason."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from generator.checks.registry import Finding, registered, rule
from generator.checks.subject import Subject
from generator.frozen import replace
from generator.problems import Position, Problem, Severity, suggest
from generator.problems.messages import CATALOG, Message

#: (rule, place, reason, where the waiver stands)
Waiver = tuple[str, str, str, Position]

UNUSED, REFUSED = "WAIVE01", "WAIVE02"


def apply_waivers(problems: Iterable[Problem], waivers: Sequence[Waiver]) -> list[Problem]:
    """``problems`` with the waived ones turned into notes that give the reason.

    A waiver matches problems of its rule whose message or position holds its place (an empty
    place: every problem of the rule). Errors cannot be waived; a waiver that matches nothing
    is itself a warning.
    """
    waivers = [(_code(typed), place, reason, at) for typed, place, reason, at in waivers]
    out: list[Problem] = []
    used: set[int] = set()
    for problem in problems:
        number = next((n for n, w in enumerate(waivers) if _matches(problem, w)), None)
        if number is None:
            out.append(problem)
            continue
        used.add(number)
        _, _, reason, at = waivers[number]
        if problem.severity is Severity.ERROR:
            out += [problem, _own(REFUSED, at, f"“{problem.code}”在这里是错误，不能豁免。")]
        elif not reason.strip():
            out += [problem, _own(REFUSED, at, f"豁免“{problem.code}”没有写理由。")]
        else:
            out.append(
                replace(
                    problem,
                    severity=Severity.NOTE,
                    message=f"{problem.message}（已豁免：{reason.strip()}）",
                    related=(*problem.related, at),
                )
            )
    for number, (code, place, _, at) in enumerate(waivers):
        if number not in used:
            if code in CATALOG:
                out.append(_own(REFUSED, at, _not_a_rule(CATALOG[code])))
                continue
            named = "，".join(part for part in (code, place) if part)
            near = "" if code in registered() else suggest(code, registered())
            out.append(_own(UNUSED, at, f"豁免“{named}”没有对应的问题{near or '。'}"))
    return out


def _code(typed: str) -> str:
    """A rule's code as it is registered, however it was typed."""
    return unicodedata.normalize("NFKC", typed).strip().upper()


def _not_a_rule(entry: Message) -> str:
    if entry.severity == "error":
        return f"“{entry.code}”（{entry.title}）是错误，这一类不能豁免，只能改正。"
    return f"“{entry.code}”（{entry.title}）不是核对规则，不能豁免，也不妨碍生成。"


def _matches(problem: Problem, waiver: Waiver) -> bool:
    code, place, _, _ = waiver
    if problem.code != code:
        return False
    return not place or place in problem.message or str(problem.at).startswith(place)


def _own(code: str, at: Position, message: str) -> Problem:
    return Problem(code, Severity.WARNING, message, registered()[code].hint, at)


@rule(
    UNUSED,
    Severity.WARNING,
    "豁免没有用到",
    why="facts.yaml 的“豁免”里有一条，没有对应的问题：问题已经改好，或者规则代码、位置写错了。",
    source="gen",
    hint="请删去这一条，或核对规则代码（gen rules）和位置（问题说明里的文字，或“文件:行”）。",
    failing={"facts.yaml": "豁免:\n- {规则: DIR01, 位置: 三公, 理由: 照报}\n"},
    passing={
        "facts.yaml": "豁免:\n- {规则: DIR01, 位置: 公用经费, 理由: 照报}\n",
        "indicators.yaml": "- {名称: 公用经费控制率, 目标: 100%, 完成: 98%, 分值: 100, 偏差原因: 节约}\n",
    },
)
def unused(_: Subject) -> Iterator[Finding]:
    """Found by ``apply_waivers``, which knows what was used."""
    yield from ()


@rule(
    REFUSED,
    Severity.WARNING,
    "这一条不能豁免",
    why="错误不能豁免；豁免必须写明理由，理由会印在检查结果里。",
    source="gen",
    hint="请改正问题；要豁免的请补上理由。",
    failing={
        "facts.yaml": "豁免:\n- {规则: DIR01, 位置: 公用经费, 理由: ''}\n",
        "indicators.yaml": "- {名称: 公用经费控制率, 目标: 100%, 完成: 98%, 分值: 100, 偏差原因: 节约}\n",
    },
    passing={
        "facts.yaml": "豁免:\n- {规则: DIR01, 位置: 公用经费, 理由: 照报}\n",
        "indicators.yaml": "- {名称: 公用经费控制率, 目标: 100%, 完成: 98%, 分值: 100, 偏差原因: 节约}\n",
    },
)
def refused(_: Subject) -> Iterator[Finding]:
    """Found by ``apply_waivers``."""
    yield from ()
