"""Rules about self-evaluation forms: targets, results, scores, reasons, and forms side by side."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from fractions import Fraction
from itertools import combinations

from generator.checks import frame
from generator.checks.precision import judge, point
from generator.checks.prose import look_up
from generator.checks.registry import Finding, rule
from generator.checks.relations import evaluated
from generator.checks.rules_amounts import shown
from generator.checks.subject import Form, Subject, indicator_name, leaf_at, named, short
from generator.content.model import Quantity, Text
from generator.figures import formulas
from generator.figures.amounts import show
from generator.figures.model import Figure, Words
from generator.figures.scoring import REVERSE, Scored
from generator.problems import Severity

WARNING, NOTE = Severity.WARNING, Severity.NOTE

#: Results at or above this many times the target need a reason (广西、national text: 偏高).
OVERFULFILLED = Fraction(13, 10)


def one(item: str, extra: str = "") -> dict[str, str]:
    """The example file of a single indicator."""
    return {"indicators.yaml": f"- {{{item}}}\n{extra}"}


def _lost(row: Scored) -> bool:
    return row.score.value < row.points.value


def _reasoned(row: Scored) -> bool:
    return row.indicator.reason.strip() not in frame.NO_REASON


def _numbers(row: Scored) -> tuple[Figure, Figure] | None:
    if isinstance(row.target, Figure) and isinstance(row.actual, Figure):
        return row.target, row.actual
    return None


def _less_is_better(row: Scored) -> bool:
    """A ≤ indicator by its name whose target was typed as if more were better."""
    return (
        row.kind != REVERSE
        and isinstance(row.target, Figure)
        and any(re.search(name, indicator_name(row)) for name in frame.REVERSE_NAMES)
    )


@rule(
    "SCORE01",
    WARNING,
    "得分和评分规则不符",
    why="填了“得分”的指标，按套表的评分规则（类型、目标、完成、分值）另算一遍，两者不同就提示。规则算不出得分的不比。",
    source="财预〔2020〕10号；套表的评分说明",
    hint="请删去“得分”让 gen 计算，或核对目标和完成；确要照报的，请豁免并写明理由。",
    failing=one("名称: 结转结余率, 目标: ≤5%, 完成: 11%, 分值: 100, 得分: 40, 偏差原因: 项目跨年"),
    passing=one("名称: 结转结余率, 目标: ≤5%, 完成: 4%, 分值: 100, 得分: 100"),
)
def score_by_rule(data: Subject) -> Iterator[Finding]:
    """Typed scores against the policy's own."""
    for form, row in data.rows():
        typed, by_rule = row.indicator.score, row.computed
        if typed is None or by_rule is None or Fraction(typed.value) == by_rule:
            continue
        yield Finding(
            typed.at,
            f"{form.label}{named(row)}的得分填的是{typed.text}，"
            f"按规则（{row.kind}：目标{short(row.target)}，完成{short(row.actual)}）是{show(by_rule, 6)}。",
        )


@rule(
    "REASON01",
    WARNING,
    "扣了分没有写原因",
    why="得分低于分值的指标，必须写偏差原因和改进措施；“无”不算原因。",
    source="财预〔2020〕10号附件：偏差原因分析及改进措施；黔南表注2",
    hint="请填“偏差原因”；没有偏差的，请核对完成值和得分。",
    failing=one("名称: 走访企业, 目标: 150, 完成: 110, 单位: 家, 分值: 100"),
    passing=one("名称: 走访企业, 目标: 150, 完成: 110, 单位: 家, 分值: 100, 偏差原因: 疫情受限"),
)
def shortfall_reason(data: Subject) -> Iterator[Finding]:
    """Points lost without a reason; a wrong direction is reported instead of its consequence."""
    for form, row in data.rows():
        if _lost(row) and not _reasoned(row) and not _less_is_better(row):
            yield Finding(
                leaf_at(row, "score") if row.indicator.score else leaf_at(row, "actual"),
                f"{form.label}{named(row)}分值{row.points}，得分{row.score}"
                f"（目标{short(row.target)}，完成{short(row.actual)}）没有写偏差原因。",
            )


@rule(
    "REASON02",
    WARNING,
    "超额完成太多没有说明",
    why="完成值达到目标的130%以上，说明目标定得偏低，要写原因；目标和完成单位不同的不比。",
    source="财预〔2020〕10号第二十条（指标值明显偏低的，要相应扣分）；广西自评办法（130%）",
    hint="请在“偏差原因”里说明，或核对目标和完成是不是同一件事。",
    failing=one("名称: 联盟会议, 目标: 6, 完成: 12, 单位: 次, 分值: 100"),
    passing=one("名称: 联盟会议, 目标: 6, 完成: 7, 单位: 次, 分值: 100"),
)
def overfulfilment(data: Subject) -> Iterator[Finding]:
    """Results of 130% and more without a word."""
    for form, row in data.rows():
        pair = _numbers(row)
        if pair is None or row.kind == REVERSE or _reasoned(row):
            continue
        target, actual = pair
        alike = (target.unit == "%") == (actual.unit == "%")
        if alike and target.value > 0 and actual.value >= target.value * OVERFULFILLED:
            times = show(actual.value / target.value * 100, 0)
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
    source="财政部预算绩效指标框架；domain §2.4",
    hint="请把目标写成“≤100%”的样子，或写“类型: 反向”。",
    failing=one("名称: 公用经费控制率, 目标: 100%, 完成: 98%, 分值: 100, 偏差原因: 节约"),
    passing=one("名称: 公用经费控制率, 目标: ≤100%, 完成: 98%, 分值: 100"),
)
def direction(data: Subject) -> Iterator[Finding]:
    """≤ indicators scored as ≥."""
    for form, row in data.rows():
        if _less_is_better(row):
            lost = f"完成{row.actual}得{row.score}分" if _lost(row) else f"完成{row.actual}得满分"
            yield Finding(
                leaf_at(row, "target"),
                f"{form.label}{named(row)}越低越好，目标填的是{row.target}，"
                f"按{row.kind}指标计分（{lost}，分值{row.points}）。",
            )


@rule(
    "DERIVED01",
    WARNING,
    "完成值和别处的数算出来的不同",
    why="在职人员控制率、“三公”经费控制率、结转结余率、预算完成率等，可以由人员、三公经费、预决算表算出；填的完成值按它的小数位比较，正常的四舍五入不报。",
    source="domain §2.4、§7.1 第11条（A8、A10）",
    hint="请改成公式（完成: = 人员.在职 / 人员.编制），或核对两处的数。",
    failing={
        **one("名称: 在职人员控制率, 目标: ≤100%, 完成: 100%, 分值: 100"),
        "facts.yaml": "人员: {在职: 6, 编制: 5}\n",
    },
    passing={
        **one("名称: 在职人员控制率, 目标: ≤100%, 完成: 83%, 分值: 100"),
        "facts.yaml": "人员: {在职: 5, 编制: 6}\n",
    },
)
def derived_result(data: Subject) -> Iterator[Finding]:
    """Typed results that other figures contradict."""
    for form, row in data.rows():
        typed = row.indicator.actual
        if form.project is not None or not isinstance(typed, Quantity):
            continue
        for entry in (*data.settings.derived, *frame.DERIVED):
            if not re.search(entry.pattern, indicator_name(row)):
                continue
            values = [evaluated(formulas.parse(text), data.figure) for text in entry.formulas]
            known = [value for value in values if value is not None]
            if known:
                yield from _compare(form, row, typed, known[0], entry.what)
                break


def _compare(
    form: Form, row: Scored, typed: Quantity, exact: Fraction, what: str
) -> Iterator[Finding]:
    """The typed rate against ``exact``, at its own precision."""
    places = len(typed.number.partition(".")[2])
    scale = 100 if typed.unit == "%" or row.indicator.unit == "%" else 1
    verdict = judge(Fraction(typed.value), places, point(exact * scale))
    if verdict:
        how = f"（{verdict}）" if verdict != "不符" else ""
        yield Finding(
            typed.at,
            f"{form.label}{named(row)}的完成值填的是{typed.text}，"
            f"按{what}算是{show(exact * 100, max(2, places))}%{how}。",
        )


@rule(
    "UNIT02",
    WARNING,
    "目标和完成的单位不同",
    why="目标是百分数而完成是个数（目标多半藏在指标名称里），或者一个有%一个没有；单位不同的两个数不能比。",
    source="domain §7.1 第12条（A13、A23）",
    hint="请把目标写成和完成同一单位的数；比率请写上%。",
    failing=one("名称: 走访150家, 目标: 100%, 完成: 110, 分值: 100"),
    passing=one("名称: 走访150家, 目标: 150, 完成: 150, 单位: 家, 分值: 100"),
)
def units_alike(data: Subject) -> Iterator[Finding]:
    """A rate against a count, 家 against 次."""
    for form, row in data.rows():
        pair = _numbers(row)
        if pair is None:
            continue
        target, actual = (figure.unit or row.indicator.unit for figure in pair)
        rate = "%" in (target, actual)
        if target != actual and (rate or (target and actual)):
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
    source="财政部预算绩效指标框架；domain §7.1 第12条",
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
        satisfied = "满意" in indicator_name(row)
        growth = re.search(r"增长|增幅|提高", indicator_name(row)) is not None
        above = actual.value > 1 and (full or satisfied)
        if (above and not _reasoned(row) and not growth) or (actual.value < 0 and not growth):
            yield Finding(
                leaf_at(row, "actual"),
                f"{form.label}{named(row)}的完成值是{actual}，目标是{target}。",
            )


@rule(
    "RATE03",
    WARNING,
    "目标不在0到100%之间",
    why="目标是百分数的，应当大于0、不超过100%（增长率、变动率除外）；目标是个数的，应当大于0。反向指标的目标可以是0。",
    source="财政部预算绩效指标框架",
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
        growth = re.search(r"增长|增幅|提高|变动|降", indicator_name(row)) is not None
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
    source="财预〔2020〕10号：指标要细化、量化；来源A24",
    hint="请写成可以判断的值，例如“完整”“准确”“≥95%”。",
    failing=one("名称: 预算编制完整性, 目标: 完整性, 完成: 100%, 分值: 100"),
    passing=one("名称: 预算编制完整性, 目标: 完整, 完成: 100%, 分值: 100"),
)
def target_is_value(data: Subject) -> Iterator[Finding]:
    """Nouns of quality where a value belongs, and empty targets."""
    for form, row in data.rows():
        name, target = indicator_name(row), row.indicator.target
        if target is None and not row.indicator.text:
            yield Finding(row.indicator.at, f"{form.label}“{short(name)}”没有填目标。")
        if isinstance(target, Text) and re.fullmatch(frame.NOUN_TARGET, target.text):
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
    source="domain §7.1 第7条（B1）",
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


@rule(
    "WEIGHT02",
    WARNING,
    "预算执行率没有计分",
    why="项目自评表满分100分里预算执行率占10分；套表没有给执行率分值，表里又没有预算执行率（完成率）指标，执行得好坏就不影响得分。",
    source="财预〔2020〕10号；黔南表注1（预算资金执行率10分，不可调整）；来源A20",
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
    policy = data.content.form_set.project
    if policy.execution_points:
        return
    for form in data.forms:
        rows = form.evaluation.rows
        scored = any(re.search(r"(执行率|完成率)", row.indicator.name) for row in rows)
        if form.project is not None and rows and not scored:
            at = form.project.funds.at if form.project.funds is not None else form.project.at
            yield Finding(
                at,
                f"{form.label}的预算执行率没有计分，各项指标的分值之和就是"
                f"{show(form.evaluation.points.value, 6)}。",
            )


def _words(row: Scored) -> str:
    """The wording that identifies an indicator across forms."""
    return re.sub(r"^\s*\d+[.、．]\s*", "", indicator_name(row)).strip("，。；, ")


def _heading(row: Scored) -> str:
    return (row.indicator.level2 or row.indicator.level1).removesuffix("指标")


def _pairs(data: Subject) -> Iterator[tuple[tuple[Form, Scored], tuple[Form, Scored]]]:
    """Rows of different forms that are the same indicator by their wording."""
    first: dict[str, tuple[Form, Scored]] = {}
    for form, row in data.rows():
        words = _bare(_words(row))
        if words in first and first[words][0] is not form:
            yield first[words], (form, row)
        else:
            first.setdefault(words, (form, row))


def _bare(words: str) -> str:
    """Without the numbers of a target: 走访150家 and 走访 are one indicator."""
    return re.sub(r"\d+(?:\.\d+)?(?:家|次|人|个|批|项|件)?", "", words)


@rule(
    "CAT01",
    WARNING,
    "同一指标在两张表里归类不同",
    why="整体支出自评表和项目自评表里名称相同的指标，应当归在同名的二级指标下。",
    source="domain §7.1 第16条（A22）",
    hint="请按指标的意思归类，两张表一致。",
    failing={
        "indicators.yaml": (
            "- 一级: 产出指标\n  二级:\n  - 名称: 质量指标\n    三级:\n"
            "    - {名称: 活动有序开展, 目标: 100%, 完成: 100%, 分值: 100}\n"
        ),
        "projects/培训.yaml": (
            "名称: 培训\n资金:\n  财政拨款: {全年预算: 10, 全年执行: 9}\n"
            "目标: {预期: 培训, 完成: 已培训}\n指标:\n"
            "- 一级: 效益指标\n  二级:\n  - 名称: 社会效益\n    三级:\n"
            "    - {名称: 活动有序开展, 目标: 100%, 完成: 100%, 分值: 100}\n"
        ),
    },
    passing={
        "indicators.yaml": (
            "- 一级: 产出指标\n  二级:\n  - 名称: 质量指标\n    三级:\n"
            "    - {名称: 活动有序开展, 目标: 100%, 完成: 100%, 分值: 100}\n"
        ),
        "projects/培训.yaml": (
            "名称: 培训\n资金:\n  财政拨款: {全年预算: 10, 全年执行: 9}\n"
            "目标: {预期: 培训, 完成: 已培训}\n指标:\n"
            "- 一级: 产出指标\n  二级:\n  - 名称: 质量\n    三级:\n"
            "    - {名称: 活动有序开展, 目标: 100%, 完成: 100%, 分值: 100}\n"
        ),
    },
)
def same_category(data: Subject) -> Iterator[Finding]:
    """One indicator under two headings."""
    for (_, here), (form, there) in _pairs(data):
        a, b = _heading(here), _heading(there)
        if a not in b and b not in a:
            yield Finding(
                there.indicator.at,
                f"{form.label}“{short(_words(there))}”归在“{there.indicator.level2 or b}”，"
                f"整体支出自评表归在“{here.indicator.level2 or a}”。",
                related=(here.indicator.at,),
            )


@rule(
    "CROSS04",
    WARNING,
    "同一指标在两张表里的值不同",
    why="单位只有一个项目时，整体支出自评表和项目自评表里名称相同的指标，目标和完成应当相同（单位不同的另报 UNIT02）。",
    source="domain §7.1 第6条",
    hint="请把数填在 facts.yaml 一处，两张表都用公式引用。",
    failing={
        **one("名称: 走访企业, 目标: 150, 完成: 150, 单位: 家, 分值: 100"),
        "projects/培训.yaml": (
            "名称: 培训\n资金:\n  财政拨款: {全年预算: 10, 全年执行: 9}\n"
            "目标: {预期: 培训, 完成: 已培训}\n指标:\n- 一级: 产出指标\n  三级:\n"
            "  - {名称: 走访企业, 目标: 150, 完成: 151, 单位: 家, 分值: 100}\n"
        ),
    },
    passing={
        **one("名称: 走访企业, 目标: 150, 完成: 150, 单位: 家, 分值: 100"),
        "projects/培训.yaml": (
            "名称: 培训\n资金:\n  财政拨款: {全年预算: 10, 全年执行: 9}\n"
            "目标: {预期: 培训, 完成: 已培训}\n指标:\n- 一级: 产出指标\n  三级:\n"
            "  - {名称: 走访企业, 目标: 150, 完成: 150, 单位: 家, 分值: 100}\n"
        ),
    },
)
def same_values(data: Subject) -> Iterator[Finding]:
    """One indicator with two targets or results."""
    if len(data.content.projects) != 1:
        return
    for (_, here), (form, there) in _pairs(data):
        for part, a, b in (
            ("目标", here.target, there.target), ("完成值", here.actual, there.actual),
        ):  # fmt: skip
            if not isinstance(a, Figure) or not isinstance(b, Figure) or a.unit != b.unit:
                continue
            if a.value != b.value:
                yield Finding(
                    leaf_at(there, "target" if part == "目标" else "actual"),
                    f"{form.label}“{short(_words(there))}”的{part}是{b}，整体支出自评表是{a}。",
                    related=(leaf_at(here, "target" if part == "目标" else "actual"),),
                )


@rule(
    "CROSS02",
    WARNING,
    "指标名称里的数和目标不同",
    why="指标名称或文字里写了“150家”，目标却是另一个数（同一单位）；目标是百分数、完成是这个单位的另报 UNIT02。",
    source="domain §7.1 第6条",
    hint="请改成一致；目标的数最好只填一处。",
    failing=one("名称: 走访企业150家, 目标: 120, 完成: 120, 单位: 家, 分值: 100"),
    passing=one("名称: 走访企业150家, 目标: 150, 完成: 150, 单位: 家, 分值: 100"),
)
def number_in_name(data: Subject) -> Iterator[Finding]:
    """The target that the wording states against the target typed."""
    for form, row in data.rows():
        unit, target = row.indicator.unit, row.target
        if not isinstance(target, Figure) or target.unit == "%" or not (unit or target.unit):
            continue
        unit = re.escape(target.unit or unit)
        for text in (row.indicator.name, row.indicator.text):
            stated = re.findall(rf"(?<![\d.])(\d+(?:\.\d+)?)\s*{unit}", text)
            if len(stated) == 1 and Fraction(stated[0]) != target.value:
                yield Finding(
                    leaf_at(row, "target"),
                    f"{form.label}“{short(text)}”写的是{stated[0]}{target.unit or row.indicator.unit}，"
                    f"目标是{target}。",
                )


@rule(
    "DUP01",
    WARNING,
    "同一个缺口扣了两次分",
    why="同一张表里两个指标没有完成的比例相同（按各自的小数位）、说的又是同一件事（名称或引用的数相同），等于同一个缺口扣两次。",
    source="domain §7.1 第16条（A18）",
    hint="请合并成一个指标，或换一个角度设指标；确要照报的，请豁免并写明理由。",
    failing={
        "indicators.yaml": (
            "- {名称: 走访企业, 目标: 150, 完成: 110, 单位: 家, 分值: 50, 偏差原因: 疫情}\n"
            "- {名称: 按量走访, 目标: 100%, 完成: 73%, 分值: 50, 偏差原因: 疫情}\n"
        )
    },
    passing={
        "indicators.yaml": (
            "- {名称: 走访企业, 目标: 150, 完成: 110, 单位: 家, 分值: 50, 偏差原因: 疫情}\n"
            "- {名称: 按量走访, 目标: 100%, 完成: 100%, 分值: 50}\n"
        )
    },
)
def deducted_twice(data: Subject) -> Iterator[Finding]:
    """The same shortfall in two indicators of one form."""
    for form in data.forms:
        lacking = [row for row in form.evaluation.rows if _lost(row) and _exact_rate(row)]
        for one_row, other in combinations(lacking, 2):
            if _related(one_row, other) and _same_rate(one_row, other):
                yield Finding(
                    other.indicator.at,
                    f"{form.label}“{short(_words(other))}”完成{other.actual}，和“{short(_words(one_row))}”"
                    f"（完成{one_row.actual}）是同一个缺口，扣了两次分"
                    f"（{_minus(one_row)}、{_minus(other)}）。",
                    related=(one_row.indicator.at,),
                )


def _minus(row: Scored) -> str:
    return f"{show(row.points.value - row.score.value, 4)}分"


def _exact_rate(row: Scored) -> Fraction | None:
    pair = _numbers(row)
    if pair is None or not pair[0].value:
        return None
    return pair[1].value / pair[0].value


def _same_rate(a: Scored, b: Scored) -> bool:
    """Whether two completion rates are one at the coarser of their typed precisions."""
    x, y = _exact_rate(a), _exact_rate(b)
    if x is None or y is None or x == y:
        return x == y
    for row, rate, other in ((a, x, y), (b, y, x)):
        typed = row.indicator.actual
        if isinstance(typed, Quantity) and typed.unit == "%":
            places = len(typed.number.partition(".")[2])
            if not judge(rate * 100, places, point(other * 100)):
                return True
    return False


def _related(a: Scored, b: Scored) -> bool:
    """The same thing: results made of the same figure, or a count and a rate in like words."""
    if _inputs(a) & _inputs(b):
        return True
    rates = [isinstance(row.actual, Figure) and row.actual.unit == "%" for row in (a, b)]
    return rates[0] != rates[1] and bool(_grams(_words(a)) & _grams(_words(b)))


def _grams(text: str) -> set[str]:
    """Pairs of neighbouring Chinese characters, less those that any indicator may have."""
    common = {"指标", "完成", "工作", "任务", "情况", "活动", "开展", "服务", "项目", "数量"}
    return set(re.findall(rf"(?=({frame.HAN}{{2}}))", text)) - common


def _inputs(row: Scored) -> set[str]:
    actual = row.indicator.actual
    return set(row.actual.inputs) if isinstance(row.actual, Figure) and actual else set()


@rule(
    "DUP02",
    WARNING,
    "小计和它的分项都计了分",
    why="同一二级指标下，一个指标的目标等于相邻两个以上指标的目标之和（金额），分项和小计各计一次分，等于重复计分。",
    source="domain §7.1 第16条（B6）",
    hint="请只留小计，或只留分项。",
    failing={
        "indicators.yaml": (
            "- {名称: 基本支出小计, 目标: 30万元, 完成: 30万元, 分值: 40}\n"
            "- {名称: 人员, 目标: 20万元, 完成: 20万元, 分值: 30}\n"
            "- {名称: 公用, 目标: 10万元, 完成: 10万元, 分值: 30}\n"
        )
    },
    passing={
        "indicators.yaml": (
            "- {名称: 人员, 目标: 20万元, 完成: 20万元, 分值: 50}\n"
            "- {名称: 公用, 目标: 10万元, 完成: 10万元, 分值: 50}\n"
        )
    },
)
def counted_twice(data: Subject) -> Iterator[Finding]:
    """A subtotal scored beside its parts."""
    for form in data.forms:
        rows = form.evaluation.rows
        for start, row in enumerate(rows):
            goal = row.target
            if not isinstance(goal, Figure) or goal.unit != "万元" or not goal.value:
                continue
            held = Fraction(0)
            for count, part in enumerate(rows[start + 1 :], 1):
                same = part.indicator.level2 == row.indicator.level2
                if not same or not isinstance(part.target, Figure) or part.target.unit != "万元":
                    break
                held += part.target.value
                if count >= 2 and held == goal.value:
                    names = "、".join(short(_words(p)) for p in rows[start + 1 : start + 1 + count])
                    yield Finding(
                        row.indicator.at,
                        f"{form.label}“{short(_words(row))}”是“{names}”之和，各计了一次分。",
                        related=(rows[start + 1].indicator.at,),
                    )


@rule(
    "SATIS01",
    WARNING,
    "满意度的对象是本单位的人",
    why="服务对象满意度应当由服务对象评价；由单位自己的人员评价的不算。",
    source="财预〔2020〕10号：服务对象满意度指标；来源B8",
    hint="请改为被服务的企业、群众、单位等外部对象的满意度。",
    failing=one("名称: 单位人员对办事处的满意度, 目标: ≥99%, 完成: 99%, 分值: 100"),
    passing=one("名称: 客商对办事处的满意度, 目标: ≥99%, 完成: 99%, 分值: 100"),
)
def outside_judges(data: Subject) -> Iterator[Finding]:
    """Satisfaction asked of insiders."""
    for form, row in data.rows():
        name = indicator_name(row)
        inside = re.search(frame.INSIDERS, name)
        if "满意" in name and inside and "服务对象" not in name:
            yield Finding(
                row.indicator.at,
                f"{form.label}“{short(name)}”问的是“{inside[0]}”，不是服务对象。",
            )


@rule(
    "REQ01",
    WARNING,
    "项目自评表缺内容",
    why="项目要有主管部门、实施单位、目标的预期和完成；预期有而完成没有，表里“实际完成情况”就是空的。",
    source="项目支出绩效自评表（财预〔2020〕10号附件）；来源A21、A34",
    hint="请在项目文件里补上。",
    failing={
        "projects/培训.yaml": (
            "名称: 培训\n主管部门: 局\n实施单位: 中心\n资金:\n  财政拨款: {全年预算: 10, 全年执行: 9}\n"
            "目标: {预期: 培训干部}\n指标:\n- 一级: 产出指标\n  三级:\n"
            "  - {名称: 预算执行率, 目标: 90%, 完成: 90%, 分值: 100}\n"
        )
    },
    passing={
        "projects/培训.yaml": (
            "名称: 培训\n主管部门: 局\n实施单位: 中心\n资金:\n  财政拨款: {全年预算: 10, 全年执行: 9}\n"
            "目标: {预期: 培训干部, 完成: 已经完成}\n指标:\n- 一级: 产出指标\n  三级:\n"
            "  - {名称: 预算执行率, 目标: 90%, 完成: 90%, 分值: 100}\n"
        )
    },
)
def required(data: Subject) -> Iterator[Finding]:
    """Fields of a project that its form prints."""
    for project in data.content.projects:
        for path in ("主管部门", "实施单位", "目标.预期", "目标.完成"):
            found = look_up(path, project.texts)
            if found is None or (isinstance(found, Text) and not found.text.strip()):
                yield Finding(project.at, f"项目“{project.name}”没有填“{path}”。")


def _goal_texts(data: Subject) -> Iterator[tuple[str, Words]]:
    for path, words in data.data.computed.words.items():
        if re.search(r"(^|\.)目标\.(预期|完成)$", path):
            yield path, words


@rule(
    "CROSS03",
    WARNING,
    "同一段文字两处不一样",
    why="整体和项目自评表的年度目标、指标文字很像（八成以上的字相同）但不全同，多半是同一件事写了两个样子。只有一个项目时才比目标。",
    source="domain §7.1 第6、14条（A33）",
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
    source="domain §7.1 第14条（A26）",
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
                yield goals[own], words, "项目自评表的年度目标"
    overall = [_as_words(row) for row in data.data.overall.rows]
    for form in data.forms[1:]:
        for row in form.evaluation.rows:
            words = _as_words(row)
            if len(words) < 5 or any(words == other for other in overall):
                continue
            near = [other for other in overall if len(other) >= 5 and _near(other, words, 0.85)]
            if near:
                yield near[0], words, f"{form.label}的指标"


def _as_words(row: Scored) -> Words:
    return Words(_bare(_words(row)), row.path, row.indicator.at)


def _near(a: str, b: str, ratio: float) -> bool:
    # The cheap upper bounds first: forms may have hundreds of indicators.
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    return (
        matcher.real_quick_ratio() >= ratio
        and matcher.quick_ratio() >= ratio
        and matcher.ratio() >= ratio
    )


def _changes(a: str, b: str) -> list[tuple[str, str]]:
    """What was replaced, left out or added, punctuation aside."""
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    found = [(a[i:j], b[k:m]) for kind, i, j, k, m in matcher.get_opcodes() if kind != "equal"]
    return [pair for pair in found if re.search(r"\w", pair[0] + pair[1])]


def _misprint(a: str, b: str) -> bool:
    return len(a) == len(b) == 1 and not (a + b).isdigit()


@rule(
    "CAT02",
    NOTE,
    "指标可能归错了类",
    why="名称里有“控制在预算内”“按时”“满意”等字的指标，一般归在成本、时效、满意度下。只看字面，默认不查。",
    source="财政部预算绩效指标框架；domain §7.1 第16条",
    hint="请看指标的意思决定归类。",
    failing={
        "套表": "规则级别: {CAT02: 开}\n",
        "indicators.yaml": (
            "- 一级: 效益指标\n  二级:\n  - 名称: 社会效益指标\n    三级:\n"
            "    - {名称: 任务按时完成, 目标: 100%, 完成: 100%, 分值: 100}\n"
        ),
    },
    passing={
        "套表": "规则级别: {CAT02: 开}\n",
        "indicators.yaml": (
            "- 一级: 产出指标\n  二级:\n  - 名称: 时效指标\n    三级:\n"
            "    - {名称: 任务按时完成, 目标: 100%, 完成: 100%, 分值: 100}\n"
        ),
    },
    enabled=False,
)
def category_by_words(data: Subject) -> Iterator[Finding]:
    """Indicators whose words point to another heading."""
    for form, row in data.rows():
        name, heading = indicator_name(row), row.indicator.level2
        fits = [word for word, pattern in frame.CATEGORIES if re.search(pattern, name)]
        if heading and fits and not any(word in heading for word in fits):
            yield Finding(
                row.indicator.at,
                f"{form.label}“{short(name)}”归在“{heading}”，看字面像是{'、'.join(fits)}指标。",
            )


@rule(
    "EVID01",
    NOTE,
    "报告里没有提到完成值",
    why="数量指标的完成值，报告正文里应当能找到同样的数。只看数字，默认不查。",
    source="domain §7.1 第17条（A17）",
    hint="请在报告里写出这件事和这个数，或核对完成值。",
    failing={
        "套表": "规则级别: {EVID01: 开}\n",
        **one("名称: 走访企业, 目标: 150, 完成: 150, 单位: 家, 分值: 100"),
        "report.md": "全年走访企业许多家。得分{{ 自评.总分 }}分，等级为{{ 自评.等级 }}。\n",
    },
    passing={
        "套表": "规则级别: {EVID01: 开}\n",
        **one("名称: 走访企业, 目标: 150, 完成: 150, 单位: 家, 分值: 100"),
        "report.md": "全年走访企业150家。得分{{ 自评.总分 }}分，等级为{{ 自评.等级 }}。\n",
    },
    enabled=False,
)
def evidence(data: Subject) -> Iterator[Finding]:
    """Counted results that the report never states."""
    if not data.report:
        return
    stated = {number.value for passage in data.report for number in passage.numbers()}
    for form, row in data.rows():
        actual = row.actual
        counted = isinstance(actual, Figure) and actual.unit not in ("%", "万元")
        if isinstance(actual, Figure) and counted and actual.value not in stated:
            yield Finding(
                leaf_at(row, "actual"),
                f"{form.label}{named(row)}完成{actual}，报告里没有这个数。",
            )


@rule(
    "PERFECT01",
    NOTE,
    "每个指标都是满分",
    why="全部指标满分的自评很难让人相信。默认不查。",
    source="domain §7 第1类（公开文件里最常见）",
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
        if rows and not any(_lost(row) for row in rows):
            yield Finding(rows[0].indicator.at, f"{form.label}的{len(rows)}个指标全部满分。")


@rule(
    "ADJUST01",
    NOTE,
    "年中调整较大",
    why="全年预算和年初预算相差超过3%的，正文或指标的偏差原因里应当说明。默认不查。",
    source="domain §2.4（预算调整率）；来源B7",
    hint="请说明追加或追减的原因。",
    failing={
        "套表": "规则级别: {ADJUST01: 开}\n",
        "figures.yaml": "部门资金:\n  总额: {年初预算: 702.71, 全年预算: 734.78, 全年执行: 734.78}\n",
    },
    passing={
        "套表": "规则级别: {ADJUST01: 开}\n",
        "figures.yaml": "部门资金:\n  总额: {年初预算: 734.78, 全年预算: 734.78, 全年执行: 734.78}\n",
    },
    enabled=False,
)
def adjusted(data: Subject) -> Iterator[Finding]:
    """Budgets that moved during the year."""
    for row in data.table_rows:
        first, whole = row.cells.get("年初预算"), row.cells.get("全年预算")
        if not row.total or first is None or whole is None or not first.value:
            continue
        rate = (whole.value - first.value) / first.value
        if abs(rate) > Fraction(3, 100):
            yield Finding(
                whole.at,
                f"“{row.path}”年初预算{shown(first.value)}，全年预算{shown(whole.value)}，"
                f"调整{show(rate * 100, 2)}%。",
            )
