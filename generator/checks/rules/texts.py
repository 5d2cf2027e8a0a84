"""Rules about texts that were meant to be one: goals and indicators, worded twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import islice, pairwise

from generator.checks.registry import Finding, one, rule
from generator.checks.subject import Subject, bare_words, identifying, short
from generator.figures.model import Words
from generator.figures.scoring import Scored
from generator.problems import Severity

WARNING = Severity.WARNING


def _goal_texts(data: Subject) -> Iterator[tuple[str, Words]]:
    ends = tuple(f".{goal}" for goal in data.known.goals)
    for path, words in data.data.computed.words.items():
        if f".{path}".endswith(ends):
            yield path, words


@rule(
    "CROSS03",
    WARNING,
    "同一段文字两处不一样",
    why="整体和项目自评表的年度目标、指标文字很像（八成以上的字相同）但不全同，多半是同一件事写了两个样子。只有一个项目时才比目标。",
    uses=("目标",),
    hint="请统一成一种说法；最好只写一处，别处引用。",
    failing={
        "facts.yaml": "目标:\n  预期: 举办粤港澳大湾区浔商联盟会议，完成走访任务，建立人才信息库。\n  完成: 已经完成。\n",
        "projects/培训.yaml": (
            "名称: 培训\n资金:\n  财政拨款: {全年预算: 10, 全年执行: 9}\n"
            "目标:\n  预期: 举办粤港澳浔商联盟会议，完成走访任务，建立人才信息库。\n  完成: 已经完成。\n"
        ),
    },
    passing={
        "facts.yaml": "目标:\n  预期: 举办粤港澳浔商联盟会议，完成走访任务，建立人才信息库。\n  完成: 已经完成。\n",
        "projects/培训.yaml": (
            "名称: 培训\n资金:\n  财政拨款: {全年预算: 10, 全年执行: 9}\n"
            "目标:\n  预期: 举办粤港澳浔商联盟会议，完成走访任务，建立人才信息库。\n  完成: 已经完成。\n"
        ),
    },
)
def same_text(data: Subject) -> Iterator[Finding]:
    """Texts that were meant to be one; single-character differences are NAMES02's."""
    for here, there, label in _near_texts(data):
        changes = [pair for pair in _changes(here, there) if not _misprint(*pair)]
        if changes:
            told = "；".join(f"“{a or '（无）'}”→“{b or '（无）'}”" for a, b in changes[:3])
            yield Finding(
                there.at,
                f"{label}和别处（{here.at}）很像但不相同：{told}。",
                related=(here.at,),
            )


@rule(
    "NAMES02",
    WARNING,
    "两处文字差一个字",
    why="两段本该相同的文字（年度目标、同一指标的名称）只有个别单字不同，多半是错别字（得商、浔商）。",
    uses=("目标",),
    hint="请核对是哪个字，改成一致。",
    failing={
        **one("名称: 粤港澳浔商联盟凝心聚力, 目标: 100%, 完成: 100%, 分值: 100"),
        "projects/培训.yaml": (
            "名称: 培训\n资金:\n  财政拨款: {全年预算: 10, 全年执行: 9}\n"
            "目标: {预期: 培训, 完成: 已培训}\n指标:\n- 一级: 产出指标\n  三级:\n"
            "  - {名称: 粤港澳得商联盟凝心聚力, 目标: 100%, 完成: 100%, 分值: 100}\n"
        ),
    },
    passing={
        **one("名称: 粤港澳浔商联盟凝心聚力, 目标: 100%, 完成: 100%, 分值: 100"),
        "projects/培训.yaml": (
            "名称: 培训\n资金:\n  财政拨款: {全年预算: 10, 全年执行: 9}\n"
            "目标: {预期: 培训, 完成: 已培训}\n指标:\n- 一级: 产出指标\n  三级:\n"
            "  - {名称: 粤港澳浔商联盟凝心聚力, 目标: 100%, 完成: 100%, 分值: 100}\n"
        ),
    },
)
def misprints(data: Subject) -> Iterator[Finding]:
    """Texts that differ by single characters only."""
    for here, there, label in _near_texts(data):
        told = dict.fromkeys(
            f"“{b}”（别处是“{a}”）" for a, b in _changes(here, there) if _misprint(a, b)
        )
        if told:
            yield Finding(
                there.at, f"{label}“{short(there, 16)}”里的{'、'.join(told)}。", related=(here.at,)
            )


def _near_texts(data: Subject) -> Iterator[tuple[Words, Words, str]]:
    """Pairs of texts that are almost, but not quite, the same: (elsewhere, here, what)."""
    if len(data.content.projects) == 1:
        goals = dict(_goal_texts(data))
        for path, words in goals.items():
            own = path.partition("].")[2]
            if own and own in goals and goals[own] != words and _near(goals[own], words, 0.8):
                yield goals[own], words, f"{data.forms[1].label}的年度目标"
    overall = _Alike([_as_words(row) for row in data.data.overall.rows])
    for form in data.forms[1:]:
        for row in form.evaluation.rows:
            words = _as_words(row)
            if len(words) < 5 or words in overall.known:
                continue
            near = next((other for other in overall.of(words) if _near(other, words, 0.85)), None)
            if near is not None:
                yield near, words, f"{form.label}的指标"


def _as_words(row: Scored) -> Words:
    return Words(bare_words(identifying(row)), row.path, row.indicator.at)


#: Texts that one is compared with, and pairs of characters in it that they are found by.
_MOST_ALIKE, _MOST_PAIRS = 50, 200


class _Alike:
    """Texts filed by their pairs of characters: what is near to one shares some of its rarest."""

    def __init__(self, texts: list[Words]) -> None:
        self.known = set(texts)
        self._texts = [text for text in texts if len(text) >= 5]
        self._holders: dict[str, list[int]] = {}
        for number, text in enumerate(self._texts):
            for pair in _pairs(text):
                self._holders.setdefault(pair, []).append(number)

    def of(self, text: str) -> Iterator[Words]:
        """Those that may be near to ``text``, in their order."""
        held = [holders for pair in _pairs(text) if (holders := self._holders.get(pair))]
        found: set[int] = set()
        for holders in sorted(held, key=len):
            found.update(holders[: _MOST_ALIKE - len(found)])
        return (self._texts[number] for number in sorted(found))


def _pairs(text: str) -> list[str]:
    return list(dict.fromkeys(map("".join, islice(pairwise(text), _MOST_PAIRS))))


#: Characters that two texts may differ in to be compared one by one, which takes the product.
_COMPARED = 500
#: Characters of a longer difference that a message shows.
_SHOWN = 20


def _near(a: str, b: str, ratio: float) -> bool:
    # The cheap upper bounds first: forms may have hundreds of indicators.
    total = len(a) + len(b)
    if 2 * min(len(a), len(b)) < ratio * total:
        return False
    a, b = _apart(a, b)
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    same, apart = total - len(a) - len(b), len(a) + len(b)
    if same + matcher.quick_ratio() * apart < ratio * total:
        return False
    # Of texts that differ in more than can be compared, what characters they have must do.
    return max(len(a), len(b)) > _COMPARED or same + matcher.ratio() * apart >= ratio * total


def _apart(a: str, b: str) -> tuple[str, str]:
    """Two texts; long ones without what they begin and end with alike."""
    if max(len(a), len(b)) <= _COMPARED:
        return a, b
    head = _alike(a, b)
    a, b = a[head:], b[head:]
    tail = _alike(a[::-1], b[::-1])
    return a[: len(a) - tail], b[: len(b) - tail]


def _alike(a: str, b: str) -> int:
    """How many characters two texts begin with alike."""
    apart = (at for at, pair in enumerate(zip(a, b, strict=False)) if pair[0] != pair[1])
    return next(apart, min(len(a), len(b)))


def _changes(a: str, b: str) -> list[tuple[str, str]]:
    """What was replaced, left out or added, punctuation aside."""
    a, b = _apart(a, b)
    found = [(a[:_SHOWN], b[:_SHOWN])]
    if max(len(a), len(b)) <= _COMPARED:
        matcher = SequenceMatcher(None, a, b, autojunk=False)
        found = [(a[i:j], b[k:m]) for kind, i, j, k, m in matcher.get_opcodes() if kind != "equal"]
    return [pair for pair in found if re.search(r"\w", pair[0] + pair[1])]


def _misprint(a: str, b: str) -> bool:
    return len(a) == len(b) == 1 and not (a + b).isdigit()
