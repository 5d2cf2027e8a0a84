"""Rules about the arithmetic of sentences: changes, shares, sums, rates without a base or a sign."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.checks.claims import Typed, claims
from generator.checks.prose import (
    PLAIN,
)
from generator.checks.registry import Finding, rule
from generator.checks.rules.typed import almost_typed, stated_elsewhere
from generator.checks.subject import Subject, short
from generator.problems import Position, Severity

#: Characters of a sentence that a message quotes.
_QUOTED = 40

#: Rates whose sign was forgotten.
WITHOUT_PERCENT = (
    r"(?:万元，(?:增长|下降|上升|降低)了?|占[^，。；：、\d%]{1,20}?的|"
    rf"完成[^，。；：、\d%]{{0,8}}?预算[^，。；：、\d%]{{0,4}}?的)({PLAIN})(?=[，。；])"
)

WARNING, NOTE = Severity.WARNING, Severity.NOTE

_INCOME = "收入预算:\n  财政拨款: {本年: 209.57, 上年: 207.82}\n  上年结转: {本年: 50, 上年: 80}\n"
_SCORED = "得分{{ 自评.总分 }}分，等级为“{{ 自评.等级 }}”。\n"


def _said(found: Typed) -> str:
    one = found.claim
    word = {"截断": "是截断的结果，没有四舍五入", "两次舍入": "舍入了两次", "方向": "方向反了"}
    right = f"，应当是{found.right}" if found.right else ""
    return f"“{short(one.quote, _QUOTED)}”{word.get(one.flaw, '对不上')}：{one.because}{right}。"


def _of_kind(data: Subject, *kinds: str, turned: bool = False) -> Iterator[Finding]:
    """Claims of some kinds; ``turned``: those whose direction is wrong, else all others.

    A number that the content itself contradicts is told of once, by the rule that names it.
    """
    for found in claims(data):
        one = found.claim
        if one.kind in kinds and found.judged and (one.flaw == "方向") == turned:
            places = {found.passage.at(start) for start, _ in found.spans}
            if not places & _contradicted(data):
                yield Finding(found.at, _said(found), related=found.related)


def _contradicted(data: Subject) -> set[Position]:
    """Numbers that are a slip of a figure, or not what the row behind their name holds."""
    known = data.memo.get("contradicted")
    if not isinstance(known, set):
        known = {found.at for rule_ in (almost_typed, stated_elsewhere) for found in rule_(data)}
        data.memo["contradicted"] = known
    return known


@rule(
    "YOY01",
    WARNING,
    "手写的增减和上年数算出来的不同",
    why="“A万元，比上年减少B万元，下降C%”：B和C按A与上年数重算，句子里写了上年数的按它算；一句话有几种读法的，都不成立才报。数按写出的算，内容里的数按精确值；正常的四舍五入不报，截断和两次舍入会说明。",
    uses=("句子",),
    hint="请改成 {{ 名称 | 比上年 }}、{{ 名称 | 较上年升降 }}，让 gen 计算。",
    failing={
        "figures.yaml": _INCOME,
        "report.md": "财政拨款收入209.57万元，较上年增加0.08%。" + _SCORED,
    },
    passing={
        "figures.yaml": _INCOME,
        "report.md": "财政拨款收入209.57万元，较上年增长0.84%。" + _SCORED,
    },
)
def year_on_year(data: Subject) -> Iterator[Finding]:
    """Typed changes and growth rates."""
    yield from _of_kind(data, "difference", "rate")


@rule(
    "DIR02",
    WARNING,
    "增减的方向反了",
    why="实际减少写成了增加，或者金额写减少、比率写增长。",
    uses=("句子",),
    hint="请改正方向；用 {{ 名称 | 比上年变动 }} 可以自动选词。",
    failing={
        "figures.yaml": _INCOME,
        "report.md": "财政拨款收入209.57万元，比上年减少1.75万元。" + _SCORED,
    },
    passing={
        "figures.yaml": _INCOME,
        "report.md": "财政拨款收入209.57万元，比上年增加1.75万元。" + _SCORED,
    },
)
def direction_words(data: Subject) -> Iterator[Finding]:
    """增加 where it fell, 增长 beside 减少."""
    yield from _of_kind(data, "difference", "rate", turned=True)


@rule(
    "RATE01",
    WARNING,
    "手写的占比或完成率不对",
    why="“占收入预算总额的80.74%”“完成年初预算的94.13%”按句子里写出的数重算；截断（94.1355写成94.13）和两次舍入（94.64499写成94.65）会说明。总数按名称或“其中”前面的数找，找不到的不查。",
    uses=("句子",),
    hint="请改成 {{ 名称 | 占(总数) }}、{{ 名称 | 完成预算(预算数) }}，让 gen 计算。",
    failing={
        "report.md": "支出年初预算数为200.00万元，决算数为199.00万元，完成年初预算的98%。" + _SCORED
    },
    passing={
        "report.md": "支出年初预算数为200.00万元，决算数为199.00万元，完成年初预算的99.5%。"
        + _SCORED
    },
)
def share_and_completion(data: Subject) -> Iterator[Finding]:
    """Typed shares and completion rates."""
    yield from _of_kind(data, "share", "completion")


@rule(
    "SUM01",
    WARNING,
    "句子里的合计和分项对不上",
    why="“合计A万元，其中：甲B万元，乙C万元”“共有车辆A辆，其中……”“单价乘数量”：分项列全了的（各项占比合起来是100%、另一栏对得上、套表“构成”说列全了，等等）才算；尾差不报。各项的增减和总的增减也一样。",
    uses=("句子", "同义", "构成"),
    hint="请核对这几个数；改成标签就不会对不上。",
    failing={
        "report.md": "支出500.25万元，其中：甲300.25万元，占60%；乙210万元，占40%。" + _SCORED
    },
    passing={"report.md": "支出500万元，其中：甲300万元，占60%；乙200万元，占40%。" + _SCORED},
)
def sums_of_sentences(data: Subject) -> Iterator[Finding]:
    """Totals, counts, changes and products in sentences."""
    yield from _of_kind(data, "sum", "count", "changes", "product")


@rule(
    "ZERO01",
    WARNING,
    "基数是0却写了比率",
    why="上年数是0（本年数等于增加额）没有增长率；预算是0没有完成率。",
    source="评审常见：零基数的增长率",
    uses=("句子",),
    hint="上年没有的写“上年无此项”；预算为0的写“年初未安排预算”；都是0的写“与上年持平，均为0”。",
    failing={"report.md": "捐赠收入5万元，比上年增加5万元，增长100%。" + _SCORED},
    passing={"report.md": "捐赠收入5万元，比上年增加1万元，增长25%。" + _SCORED},
)
def zero_base(data: Subject) -> Iterator[Finding]:
    """Rates on a base of zero, and 0 of 0."""
    for found in claims(data):
        if found.claim.flaw == "基数为0":
            what = "预算数是0" if found.claim.kind == "completion" else "基数是0"
            quote = short(found.claim.quote, _QUOTED)
            yield Finding(found.at, f"“{quote}”：{what}，没有这个比率。")
    for passage, match in data.matches(r"(增加|减少|增长|下降)(?:了)?0(?:\.0+)?(?:万元|元|%)"):
        # 增加0.1万元，增长0%: a small change, rounded.
        before = passage.text[max(0, match.start() - _NEAR) : match.start()]
        if not re.search(r"[1-9][\d.]*(?:万元|元)，$", before):
            yield Finding(passage.at(match.start()), f"“{match[0]}”：没有变化的应写“与上年持平”。")


@rule(
    "PCT01",
    WARNING,
    "比率后面少了%",
    why="“下降9.82”“占总额的80.74”“完成年初预算的94.64”后面没有%。",
    source="评审常见：少写%",
    hint="请补上%。",
    failing={
        "figures.yaml": _INCOME,
        "report.md": "上年结转50万元，比上年减少30万元，下降37.5。" + _SCORED,
    },
    passing={
        "figures.yaml": _INCOME,
        "report.md": "上年结转50万元，比上年减少30万元，下降37.5%。" + _SCORED,
    },
)
def missing_percent(data: Subject) -> Iterator[Finding]:
    """Rates without their sign."""
    for passage, match in data.matches(WITHOUT_PERCENT):
        if passage.typed(*match.span(1)):
            yield Finding(passage.at(match.start(1)), f"“{match[0].lstrip('万元，')}”后面少了%。")


@rule(
    "POINT01",
    WARNING,
    "应当写百分点",
    why="两个比率之差是百分点：“完成率98%，比上年提高3%”应写“提高3个百分点”。",
    hint="请写“个百分点”，或用 {{ 比率 | 百分点(上年比率) }}。",
    failing={"report.md": "预算完成率98%，比上年提高3%。" + _SCORED},
    passing={"report.md": "预算完成率98%，比上年提高3个百分点。" + _SCORED},
)
def percentage_points(data: Subject) -> Iterator[Finding]:
    """% where points are meant."""
    pattern = (
        r"率[^，。；\d]{0,6}\d+(?:\.\d+)?%，?(?:同比|[比较][^，。；\d]{0,8}?)"
        r"((?:提高|上升|下降|降低|增加|减少|增长)(?:了)?(\d+(?:\.\d+)?)%)"
    )
    for passage in data.counted:
        if "率" not in passage.text:
            continue
        for match in re.finditer(pattern, passage.text):
            if passage.typed(*match.span(2)):
                yield Finding(
                    passage.at(match.start(1)),
                    f"“{match[1]}”是两个比率之差，应写“{match[2]}个百分点”。",
                )


#: Characters before a number that say what it is.
_NEAR = 60
