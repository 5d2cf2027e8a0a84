"""Rules about what a copy of last year's folder leaves behind: its figures, words and years."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from generator.checks.registry import Finding, rule
from generator.checks.subject import Subject, indicator_name, short
from generator.content.model import TYPED, Block, Indicator, Quantity, Text, Tree
from generator.content.wordings import any_of
from generator.figures.model import Figure
from generator.figures.scoring import Scored
from generator.problems import Position, Severity

WARNING = Severity.WARNING
#: Fewer equal things than this happen by themselves.
_FEW = 3
#: A shorter paragraph says the same every year.
_LONG = 20
_WHOLE = "100%"
_LISTED = 4

_TARGET = re.compile(r"指标\[[0-9]+\]\.目标$")

_OLD = "收入:\n  拨款: {本年: 120.5}\n  其他: {本年: 7.3}\n  结转: {本年: 11.2}\n"
_NEW = "收入:\n  拨款: {本年: 131.8}\n  其他: {本年: 6.1}\n  结转: {本年: 11.2}\n"


@rule(
    "STALE01",
    WARNING,
    "数和上年一样",
    why="一个文件里填的数，有三个以上、并且至少一半和上年的文件里一样（0、指标的目标不算），多半是复制了上年的文件没有改。",
    source="评审常见：数据、文字没有更新",
    hint="请逐个核对，改成本年的数；确实一样的，请豁免并写明理由。",
    failing={"2023/figures.yaml": _OLD, "figures.yaml": _OLD},
    passing={"2023/figures.yaml": _OLD, "figures.yaml": _NEW},
)
def same_figures(data: Subject) -> Iterator[Finding]:
    """Files most of whose figures are last year's."""
    compared: dict[str, list[Figure]] = {}
    for figure in data.figures.values():
        base = figure.base
        own = (
            not figure.formula
            and not figure.hidden
            and figure.path not in data.data.computed.aliases
            and not _TARGET.search(figure.path)  # last year's are this year's proposals
        )
        if own and base is not None and base.at.file != figure.at.file and (figure or base):
            compared.setdefault(figure.at.file, []).append(figure)
    for figures in compared.values():
        same = [f for f in figures if f.base is not None and f.value == f.base.value]
        if len(same) >= _FEW and 2 * len(same) >= len(figures):
            yield _listed(
                f"{len(figures)}个数里有{len(same)}个和{data.year - 1}年的一样",
                [(f.path, f.at) for f in same],
            )


def _listed(what: str, items: list[tuple[str, Position]], hint: str = "") -> Finding:
    """One finding for many places."""
    shown = "、".join(f"“{short(name)}”" for name, _ in islice(items, _LISTED))
    rest = f"等{len(items)}处" if len(items) > _LISTED else ""
    places = [at for _, at in items]
    return Finding(places[0], f"{what}：{shown}{rest}。", hint, tuple(places[1:]))


_GOAL = "- {名称: 培训场次, 目标: 50, 完成: 52, 单位: 次, 分值: 100, 偏差原因: 需求增加。}\n"
_PAST = {
    "2023/figures.yaml": "其他:\n  甲: {本年: 1}\n",
    "2023/indicators.yaml": "- 一级: 产出指标\n  三级:\n  " + _GOAL,
}


@rule(
    "STALE02",
    WARNING,
    "指标的完成值和偏差原因和上年一样",
    why="同名的指标，完成值和上年填的一样（100%、和目标相同的文字不算），或者偏差原因一字不差。",
    source="评审常见：数据、文字没有更新",
    hint="请核对，改成本年的；确实一样的，请豁免并写明理由。",
    failing={**_PAST, "indicators.yaml": _GOAL},
    passing={**_PAST, "indicators.yaml": _GOAL.replace("52", "55").replace("需求", "单位")},
)
def same_results(data: Subject) -> Iterator[Finding]:
    """Results and reasons as last year's forms have them."""
    past = data.content.past
    if past is None:
        return
    before = {project.name: project.indicators.rows for project in past.projects}
    results: list[tuple[str, Position]] = []
    reasons: list[tuple[str, Position]] = []
    for form in data.forms:
        project = form.project
        rows = past.indicators.rows if project is None else before.get(project.name, ())
        earlier = {_key(row): row for row in rows}
        for row in form.evaluation.rows:
            old = earlier.get(_key(row.indicator))
            if old is not None:
                results += _same_result(row, old)
                reasons += _same_reason(row, old)
    if results:
        yield _listed(f"完成值和{data.year - 1}年的一样", results)
    if reasons:
        yield _listed(f"偏差原因和{data.year - 1}年的一字不差", reasons)


def _key(indicator: Indicator) -> tuple[str, str, str, str]:
    return (
        indicator.level1,
        indicator.level2,
        indicator.name,
        "" if indicator.name else indicator.text,
    )


def _same_result(row: Scored, old: Indicator) -> Iterator[tuple[str, Position]]:
    now, before, target = row.indicator.actual, old.actual, row.indicator.target
    if not isinstance(now, Quantity | Text) or not isinstance(before, Quantity | Text):
        return
    met = isinstance(now, Text) and isinstance(target, Text) and now.text == target.text
    if now.text == before.text and now.text != _WHOLE and not met:
        yield indicator_name(row), now.at


def _same_reason(row: Scored, old: Indicator) -> Iterator[tuple[str, Position]]:
    if row.indicator.reason and row.indicator.reason == old.reason:
        yield indicator_name(row), row.indicator.at


_FACTS = (
    "目标:\n  预期: 全年培训干部两千人次。\n  完成: 培训干部两千一百人次。\n成文日期: 2024-03-01\n"
)
_FACTS_NOW = (
    "目标:\n  预期: 全年培训干部三千人次。\n  完成: 培训干部三千二百人次。\n成文日期: 2025-03-01\n"
)


@rule(
    "STALE03",
    WARNING,
    "年度目标、日期和上年一样",
    why="facts.yaml 和项目文件里，年度目标和完成情况的文字（年份、空格不算）、写成“2024-03-01”的日期，和上年的一字不差。",
    source="评审常见：数据、文字没有更新",
    uses=("目标",),
    hint="请改成本年的；目标确实没有变的，请豁免并写明理由。",
    failing={
        "2023/figures.yaml": "其他:\n  甲: {本年: 1}\n", "2023/facts.yaml": _FACTS,
        "facts.yaml": _FACTS,
    },
    passing={
        "2023/figures.yaml": "其他:\n  甲: {本年: 1}\n", "2023/facts.yaml": _FACTS,
        "facts.yaml": _FACTS_NOW,
    },
)  # fmt: skip
def same_goals(data: Subject) -> Iterator[Finding]:
    """Goals and dates of last year's facts and projects."""
    past = data.content.past
    if past is None:
        return
    projects = {project.name: project.texts for project in past.projects}
    pairs = [("", data.content.facts, past.facts)] + [
        (f"{project.name}：", project.texts, projects[project.name])
        for project in data.content.projects if project.name in projects
    ]  # fmt: skip
    found = []
    for owner, now, then in pairs:
        before = {(path, _bare(leaf.text)) for path, leaf in _leaves(then)}
        dates = {(path, leaf.text) for path, leaf in _leaves(then)}
        for path, leaf in _leaves(now):
            same = path.endswith(data.known.goals) and (path, _bare(leaf.text)) in before
            if same or (_DATE.fullmatch(leaf.text) and (path, leaf.text) in dates):
                found.append((owner + path, leaf.at))
    if found:
        yield _listed(f"和{data.year - 1}年的一字不差", found)


_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _leaves(tree: Tree, path: str = "") -> Iterator[tuple[str, Text]]:
    """Every text below ``tree`` with its dotted name; those of a list share theirs."""
    for name, value in tree.items():
        for leaf in value if isinstance(value, tuple) else (value,):
            if isinstance(leaf, Tree):
                yield from _leaves(leaf, f"{path}{name}.")
            elif isinstance(leaf, Text):
                yield f"{path}{name}", leaf


def _bare(text: str) -> str:
    """A text without spaces and years: one of which only the year was changed was copied."""
    return re.sub(r"\s|(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])", "", text)


_SAID = "全年共举办培训班四十二期，走访乡镇二十一个，群众十分满意。\n"


@rule(
    "STALE04",
    WARNING,
    "写结果的段落和上年一样",
    why="report.md 里写做了什么、做成什么的段落（20个字以上），和上年的 report.md 一字不差（年份、空格不算）。没有写结果的（职责、概况）不算。",
    source="评审常见：数据、文字没有更新",
    uses=("结果", "科目"),
    hint="请改成本年的；确实一样的，请豁免并写明理由。",
    failing={
        "2023/figures.yaml": "其他:\n  甲: {本年: 1}\n", "2023/report.md": _SAID,
        "report.md": _SAID,
    },
    passing={
        "2023/figures.yaml": "其他:\n  甲: {本年: 1}\n", "2023/report.md": _SAID,
        "report.md": "全年共举办培训班五十期，走访乡镇二十五个，群众满意率有所提高。\n",
    },
)  # fmt: skip
def same_paragraphs(data: Subject) -> Iterator[Finding]:
    """Paragraphs that state results, as last year's report has them."""
    past, now = data.content.past, data.content.narrative
    if past is None or past.narrative is None or now is None:
        return
    before = {_bare(_typed(block)) for block in past.narrative.blocks}
    names = re.compile(any_of(data.known.accounts) or "(?!)")
    said = re.compile(f"[0-9]|{any_of(data.known.results) or '(?!)'}")
    found = [
        (_typed(block, "…"), block.at)
        for block in now.blocks
        if len(text := _bare(_typed(block))) >= _LONG
        and text in before
        and said.search(names.sub("", text))
    ]
    if found:
        yield _listed(f"{len(found)}段写结果的话和{data.year - 1}年的一字不差", found)


def _typed(block: Block, tag: str = "") -> str:
    """What was typed of a block, ``tag`` in the place of each tag."""
    return "".join(
        piece.text if piece.tag == TYPED else tag * (piece.tag >= 0) for piece in block.pieces
    ).strip()
