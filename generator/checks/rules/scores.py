"""Rules about indicators one by one: scores, reasons, targets, results and their units."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction

from generator.checks.registry import Finding, one, rule
from generator.checks.subject import (
    Form,
    Subject,
    indicator_name,
    leaf_at,
    lost,
    named,
    numbers,
    short,
)
from generator.content.measures import multiple
from generator.content.model import Band, Quantity, Text
from generator.content.wordings import HAN, any_of
from generator.figures.amounts import show
from generator.figures.model import Figure
from generator.figures.points import REVERSE, amounts, band_points
from generator.figures.scoring import Scored
from generator.problems import Position, Severity

WARNING, NOTE = Severity.WARNING, Severity.NOTE


def _reasoned(data: Subject, row: Scored) -> bool:
    reason = row.indicator.reason.strip()
    return bool(reason) and reason not in data.known.no_reason


def _less_is_better(data: Subject, row: Scored) -> bool:
    """A ≤ indicator by its name whose target was typed as if more were better."""
    return (
        row.kind != REVERSE and isinstance(row.target, Figure) and _named(row, data.known.reverse)
    )


def _named(row: Scored, words: Iterable[str]) -> bool:
    """Whether the name of an indicator holds one of ``words``."""
    name = indicator_name(row)
    return any(word in name for word in words)


@rule(
    "SCORE01",
    WARNING,
    "得分和评分规则不符",
    why="填了“得分”的指标，按套表的评分规则（类型、目标、完成、分值）另算一遍，两者不同就提示；写了等次的定性指标，看得分在不在这一等次里。规则算不出得分的不比。",
    source="财预〔2020〕10号；套表的评分说明",
    hint="请删去“得分”让 gen 计算，或核对目标和完成；确要照报的，请豁免并写明理由。",
    failing=one("名称: 结转结余率, 目标: ≤5%, 完成: 11%, 分值: 100, 得分: 40, 偏差原因: 项目跨年"),
    passing=one("名称: 结转结余率, 目标: ≤5%, 完成: 4%, 分值: 100, 得分: 100"),
)
def score_by_rule(data: Subject) -> Iterator[Finding]:
    """Typed scores against the policy's own."""
    for form, row in data.rows():
        typed, by_rule = row.indicator.score, row.computed
        if typed is not None and row.band is not None:
            yield from _outside_band(form, row, typed, row.band)
            continue
        if typed is None or by_rule is None or Fraction(typed.value) == by_rule:
            continue
        yield Finding(
            typed.at,
            f"{form.label}{named(row)}的得分填的是{typed.text}，"
            f"按规则（{row.kind}：目标{short(row.target)}，完成{short(row.actual)}）是{show(by_rule, 6)}。",
        )


def _outside_band(form: Form, row: Scored, typed: Quantity, band: Band) -> Iterator[Finding]:
    """A typed score that the band of the result does not allow."""
    low, high = band_points(band, row.points.value)
    score, best = Fraction(typed.value), high == row.points.value
    if low <= score < high or (best and score == high):
        return
    yield Finding(
        typed.at,
        f"{form.label}{named(row)}的得分填的是{typed.text}，按规则（{row.kind}：等次“{band.name}”）"
        f"应在{show(low, 6)}分到{show(high, 6)}分之间{'' if best else f'（不含{show(high, 6)}分）'}。",
    )


@rule(
    "REASON01",
    WARNING,
    "扣了分没有写原因",
    why="得分低于分值的指标，必须写偏差原因和改进措施；“无”不算原因。",
    source="财预〔2020〕10号附件：偏差原因分析及改进措施",
    uses=("不算原因", "越低越好"),
    hint="请填“偏差原因”；没有偏差的，请核对完成值和得分。",
    failing=one("名称: 走访企业, 目标: 150, 完成: 110, 单位: 家, 分值: 100"),
    passing=one("名称: 走访企业, 目标: 150, 完成: 110, 单位: 家, 分值: 100, 偏差原因: 疫情受限"),
)
def shortfall_reason(data: Subject) -> Iterator[Finding]:
    """Points lost without a reason; a wrong direction is reported instead of its consequence."""
    for form, row in data.rows():
        if lost(row) and not _reasoned(data, row) and not _less_is_better(data, row):
            yield Finding(
                leaf_at(row, "score") if row.indicator.score else leaf_at(row, "actual"),
                f"{form.label}{named(row)}分值{row.points}，得分{row.score}"
                f"（目标{short(row.target)}，完成{short(row.actual)}）没有写偏差原因。",
            )


@rule(
    "REASON02",
    WARNING,
    "超额完成太多没有说明",
    why="完成值达到目标的130%以上（套表可以另定“超额上限”），说明目标定得偏低，要写原因；目标和完成单位不同的不比。",
    source="财预〔2020〕10号第二十条（指标值明显偏低的，要相应扣分）；广西自评办法（130%）",
    uses=("不算原因",),
    hint="请在“偏差原因”里说明，或核对目标和完成是不是同一件事。",
    failing=one("名称: 联盟会议, 目标: 6, 完成: 12, 单位: 次, 分值: 100"),
    passing=one("名称: 联盟会议, 目标: 6, 完成: 7, 单位: 次, 分值: 100"),
)
def overfulfilment(data: Subject) -> Iterator[Finding]:
    """Results at the policy's limit and beyond, without a word."""
    for form, row in data.rows():
        pair = numbers(row)
        if pair is None or row.kind == REVERSE or _reasoned(data, row):
            continue
        target, actual = pair
        alike = (target.unit == "%") == (actual.unit == "%")
        limit = Fraction(form.policy.limit) / 100
        goal, done = amounts(target, actual)
        if alike and goal > 0 and done >= goal * limit:
            times = show(done / goal * 100, 0)
            yield Finding(
                leaf_at(row, "actual"),
                f"{form.label}{named(row)}目标{target}，完成{actual}，是目标的{times}%，没有说明。",
                related=(leaf_at(row, "target"),),
            )


@rule(
    "DIR01",
    WARNING,
    "越低越好的指标按越高越好评了分",
    why="控制率、变动率、结转结余率等越低越好，目标应写成“≤100%”；写成“100%”会按正向指标计分，控制得好反而扣分。",
    source="财预〔2013〕53号（预算绩效评价共性指标体系框架）",
    uses=("越低越好",),
    hint="请在目标前面加“≤”，或写“类型: 反向”。",
    failing=one("名称: 公用经费控制率, 目标: 100%, 完成: 98%, 分值: 100, 偏差原因: 节约"),
    passing=one("名称: 公用经费控制率, 目标: ≤100%, 完成: 98%, 分值: 100"),
)
def direction(data: Subject) -> Iterator[Finding]:
    """≤ indicators scored as ≥."""
    for form, row in data.rows():
        if _less_is_better(data, row):
            earned = f"得{row.score}分" if lost(row) else "得满分"
            yield Finding(
                leaf_at(row, "target"),
                f"{form.label}{named(row)}越低越好，目标填的是{row.target}，"
                f"按{row.kind}指标计分（完成{row.actual}{earned}，分值{row.points}）。",
                f"请把目标写成“{_at_most(row.target)}”，或写“类型: 反向”。",
            )


def _at_most(target: str | Figure | None) -> str:
    """``target`` as it is written where less is better."""
    bare = target.text.removeprefix(target.prefix) if isinstance(target, Figure) else target
    return f"≤{bare}"


@rule(
    "UNIT02",
    WARNING,
    "目标和完成的单位不同",
    why="目标是百分数而完成是个数（目标多半藏在指标名称里），或者一个有%一个没有；单位不同的两个数不能比。",
    hint="请把目标写成和完成同一单位的数；比率请写上%。",
    failing=one("名称: 走访150家, 目标: 100%, 完成: 110, 分值: 100"),
    passing=one("名称: 走访150家, 目标: 150, 完成: 150, 单位: 家, 分值: 100"),
)
def units_alike(data: Subject) -> Iterator[Finding]:
    """A rate against a count, 家 against 次."""
    for form, row in data.rows():
        pair = numbers(row)
        if pair is None:
            continue
        target, actual = (figure.unit or row.indicator.unit for figure in pair)
        rate = "%" in (target, actual)
        if multiple(target)[1] != multiple(actual)[1] and (rate or (target and actual)):
            yield Finding(
                leaf_at(row, "actual"),
                f"{form.label}{named(row)}的目标是{pair[0]}，完成是{pair[1]}，"
                f"单位不同（{target or '没有单位'}、{actual or '没有单位'}）。",
                related=(leaf_at(row, "target"),),
            )


@rule(
    "RATE02",
    WARNING,
    "完成率超过100%",
    why="目标是文字或100%的指标（完整性、合规性、满意度、覆盖率……），完成值不会超过100%；率也不会是负数。",
    uses=("满意", "增长", "不算原因"),
    hint="请核对完成值；真的可以超过100%的，请在“偏差原因”里说明。",
    failing=one("名称: 制度健全性, 目标: 健全, 完成: 1000%, 分值: 100"),
    passing=one("名称: 制度健全性, 目标: 健全, 完成: 100%, 分值: 100"),
)
def above_full(data: Subject) -> Iterator[Finding]:
    """Percentages that cannot be."""
    for form, row in data.rows():
        actual, target = row.actual, row.target
        if not isinstance(actual, Figure) or actual.unit != "%" or row.kind == REVERSE:
            continue
        full = not isinstance(target, Figure) or (target.unit == "%" and target.value <= 1)
        satisfied = _named(row, data.known.satisfaction)
        growth = _named(row, data.known.growth)
        above = actual.value > 1 and (full or satisfied)
        if (above and not _reasoned(data, row) and not growth) or (actual.value < 0 and not growth):
            yield Finding(
                leaf_at(row, "actual"),
                f"{form.label}{named(row)}的完成值是{actual}，目标是{target}。",
            )


@rule(
    "RATE03",
    WARNING,
    "目标不在0到100%之间",
    why="目标是百分数的，应当大于0、不超过100%（增长率、变动率除外）；目标是个数的，应当大于0。反向指标的目标可以是0。",
    uses=("升降",),
    hint="请核对目标值。",
    failing=one("名称: 满意度, 目标: ≥950%, 完成: 96%, 分值: 100, 偏差原因: 未达到"),
    passing=one("名称: 满意度, 目标: ≥95%, 完成: 96%, 分值: 100"),
)
def target_range(data: Subject) -> Iterator[Finding]:
    """Targets that cannot be, or that anything meets."""
    for form, row in data.rows():
        target = row.target
        if not isinstance(target, Figure):
            continue
        growth = _named(row, data.known.changes)
        low = target.value < 0 or (target.value == 0 and row.kind not in (REVERSE, "等于"))
        high = target.unit == "%" and target.value > 1 and row.kind != REVERSE
        if not growth and (low or high):
            yield Finding(
                leaf_at(row, "target"),
                f"{form.label}{named(row)}的目标是{target}，完成是{row.actual}。",
            )


@rule(
    "TARGET01",
    WARNING,
    "目标不是一个值",
    why="年度指标值写成“完整性”“准确性”，只是重复了指标名称的最后几个字，无法判断是否完成；以0开头的“010%”会被当成文字。",
    source="财预〔2020〕10号：指标要细化、量化",
    uses=("不是值",),
    hint="请写成可以判断的值，例如“完整”“准确”“≥95%”。",
    failing=one("名称: 预算编制完整性, 目标: 完整性, 完成: 100%, 分值: 100"),
    passing=one("名称: 预算编制完整性, 目标: 完整, 完成: 100%, 分值: 100"),
)
def target_is_value(data: Subject) -> Iterator[Finding]:
    """Nouns of quality where a value belongs, and empty targets."""
    nouns = rf"{HAN}{{1,6}}({any_of(data.known.qualities)})" if data.known.qualities else "(?!)"
    for form, row in data.rows():
        name, target = indicator_name(row), row.indicator.target
        if target is None and not row.indicator.text:
            yield Finding(row.indicator.at, f"{form.label}“{short(name)}”没有填目标。")
        if isinstance(target, Text) and re.fullmatch(nouns, target.text):
            yield Finding(
                target.at, f"{form.label}“{short(name)}”的目标写的是“{target.text}”，不是一个值。"
            )
        for typed in (target, row.indicator.actual):
            if isinstance(typed, Text) and re.fullmatch(r"[≥≤><=]?0\d[\d.]*\D{0,2}", typed.text):
                yield Finding(
                    typed.at, f"{form.label}“{short(name)}”的“{typed.text}”以0开头，不是一个数。"
                )


@rule(
    "WEIGHT01",
    WARNING,
    "标题里的分值和指标之和不同",
    why="一级指标名称里写了“（50分）”“(60分)”的，应当等于下面各指标的分值之和。",
    hint="请改正标题里的分值，或者删去，用“权重”填写。",
    failing={
        "indicators.yaml": "- 一级: 产出指标（60分）\n  三级:\n  - {名称: 走访, 目标: 5, 完成: 5, 分值: 50}\n"
    },
    passing={
        "indicators.yaml": "- 一级: 产出指标（50分）\n  三级:\n  - {名称: 走访, 目标: 5, 完成: 5, 分值: 50}\n"
    },
)
def heading_points(data: Subject) -> Iterator[Finding]:
    """Points typed into a heading."""
    for form in data.forms:
        for group in form.evaluation.groups:
            typed = re.search(r"[（(](\d+(?:\.\d+)?)分[）)]", group.name)
            if typed and Fraction(typed[1]) != group.points.value:
                yield Finding(
                    group.points.at,
                    f"{form.label}标题“{group.name}”，下面各指标的分值之和是{group.points}。",
                )


_NINETY = "评分:\n  整体: {总分: 100, 执行率: 资金.合计.执行 / 资金.合计.预算, 执行率分值: 10}\n"
_SPENT = {"figures.yaml": "资金:\n  拨款: {预算: 10, 执行: 9}\n"}
_LONE = "- {名称: 走访企业, 目标: 150, 完成: 150, 单位: 家, 分值: 90}\n"
_SECOND = "- {名称: 企业满意度, 目标: ≥90%, 完成: 95%, 分值: 40}\n"


@rule(
    "WEIGHT03",
    WARNING,
    "一个指标占了全部分值",
    why="预算执行率以外的分值全在一个指标上，做得好坏就看不出来；多半是只填了一个指标，分值照总数填的。",
    source="财预〔2020〕10号：指标要细化、量化",
    hint="请把要做的事分成几个指标（数量、质量、时效、效益、满意度），分值分开。",
    failing={"套表": _NINETY, **_SPENT, "indicators.yaml": _LONE},
    passing={
        "套表": _NINETY,
        **_SPENT,
        "indicators.yaml": _LONE.replace("90}", "50}") + _SECOND,
    },
)
def lone_indicator(data: Subject) -> Iterator[Finding]:
    """A form beside whose execution rate a single indicator is scored."""
    for form in data.forms:
        rows = form.evaluation.rows
        if len(rows) == 1 and form.policy.execution_points and data.content.complete:
            (row,) = rows
            yield Finding(
                leaf_at(row, "points"),
                f"{form.label}只有“{short(indicator_name(row))}”一个指标，占了{row.points}分。",
            )


@rule(
    "WEIGHT02",
    WARNING,
    "预算执行率没有计分",
    why="项目自评表满分100分里预算执行率占10分；套表没有给执行率分值，表里又没有预算执行率（完成率）指标，执行得好坏就不影响得分。",
    source="财预〔2020〕10号：预算执行率",
    uses=("执行",),
    hint="由套表规定：评分里加“执行率分值: 10”；当地办法确实不计的，在套表的“规则级别”里关掉本条。",
    failing={
        "套表": "评分:\n  整体: {总分: 100}\n  项目: {总分: 100}\n",
        "projects/培训.yaml": (
            "名称: 培训\n资金:\n  财政拨款: {全年预算: 10, 全年执行: 9}\n"
            "目标: {预期: 培训, 完成: 已培训}\n"
            "指标:\n- 一级: 产出指标\n  三级:\n  - {名称: 人数, 目标: 5, 完成: 5, 单位: 人, 分值: 100}\n"
        ),
    },
    passing={
        "projects/培训.yaml": (
            "名称: 培训\n资金:\n  财政拨款: {全年预算: 10, 全年执行: 9}\n"
            "目标: {预期: 培训, 完成: 已培训}\n"
            "指标:\n- 一级: 产出指标\n  三级:\n"
            "  - {名称: 人数, 目标: 5, 完成: 5, 单位: 人, 分值: 90}\n"
            "  - {名称: 预算执行率, 目标: 90%, 完成: 90%, 分值: 10}\n"
        ),
    },
)
def execution_scored(data: Subject) -> Iterator[Finding]:
    """Project forms whose execution rate earns nothing."""
    form_set = data.content.form_set
    if form_set.project.execution_points or not data.known.execution:
        return
    forms = [form for form in data.forms if form.project is not None and form.evaluation.rows]
    unscored = [form for form in forms if not _scores_execution(data, form)]
    places = [_funds(form) for form in unscored]
    if unscored and len(unscored) == len(forms):
        total = show(Fraction(form_set.project.total), 6)
        yield Finding(
            Position(form_set.file, 1, 1),
            f"{data.form_name('项目')}的预算执行率没有计分，各项指标的分值之和就是{total}。",
            related=tuple(places),
        )
        return
    for form, at in zip(unscored, places, strict=True):
        yield Finding(
            at,
            f"{form.label}的预算执行率没有计分，各项指标的分值之和就是"
            f"{show(form.evaluation.points.value, 6)}，别的项目有这个指标。",
            f"请在这个项目里也加一个“{data.known.execution[0]}”指标。",
        )


def _scores_execution(data: Subject, form: Form) -> bool:
    rows = form.evaluation.rows
    return any(word in row.indicator.name for row in rows for word in data.known.execution)


def _funds(form: Form) -> Position:
    """Where the funds of a project stand."""
    assert form.project is not None
    return form.project.at if form.project.funds is None else form.project.funds.at


@rule(
    "PERFECT01",
    NOTE,
    "每个指标都是满分",
    why="全部指标满分的自评很难让人相信。默认不查。",
    source="评审常见：各项都是满分",
    hint="请核对目标是不是定得太低。",
    failing={
        "套表": "规则级别: {PERFECT01: 开}\n",
        **one("名称: 走访企业, 目标: 150, 完成: 150, 单位: 家, 分值: 100"),
    },
    passing={
        "套表": "规则级别: {PERFECT01: 开}\n",
        **one("名称: 走访企业, 目标: 150, 完成: 140, 单位: 家, 分值: 100, 偏差原因: 疫情"),
    },
    enabled=False,
)
def all_perfect(data: Subject) -> Iterator[Finding]:
    """Forms without a single point lost."""
    for form in data.forms:
        rows = form.evaluation.rows
        if rows and not any(lost(row) for row in rows):
            yield Finding(rows[0].indicator.at, f"{form.label}的{len(rows)}个指标全部满分。")
