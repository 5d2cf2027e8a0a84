"""Rules about self-evaluation forms as a whole: categories, duplicates, forms side by side."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, product

from generator.checks.precision import judge, point
from generator.checks.prose import PLAIN, look_up
from generator.checks.registry import Finding, one, rule
from generator.checks.rules.amounts import shown
from generator.checks.subject import (
    Form,
    Subject,
    bare_words,
    identifying,
    indicator_name,
    leaf_at,
    lost,
    named,
    numbers,
    short,
)
from generator.content.model import Quantity, Text
from generator.content.wordings import HAN, any_of
from generator.figures.amounts import show
from generator.figures.model import Figure
from generator.figures.scoring import Scored
from generator.problems import Severity

WARNING, NOTE = Severity.WARNING, Severity.NOTE


def _heading(row: Scored) -> str:
    return (row.indicator.level2 or row.indicator.level1).removesuffix("指标")


def _pairs(data: Subject) -> Iterator[tuple[tuple[Form, Scored], tuple[Form, Scored]]]:
    """Rows of different forms that are the same indicator by their wording."""
    first: dict[str, tuple[Form, Scored]] = {}
    for form, row in data.rows():
        words = bare_words(identifying(row))
        if words in first and first[words][0] is not form:
            yield first[words], (form, row)
        else:
            first.setdefault(words, (form, row))


@rule(
    "CAT01",
    WARNING,
    "同一指标在两张表里归类不同",
    why="整体支出自评表和项目自评表里名称相同的指标，应当归在同名的二级指标下。",
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
    for (first, here), (form, there) in _pairs(data):
        a, b = _heading(here), _heading(there)
        if a not in b and b not in a:
            yield Finding(
                there.indicator.at,
                f"{form.label}“{short(identifying(there))}”归在“{there.indicator.level2 or b}”，"
                f"{first.label}归在“{here.indicator.level2 or a}”。",
                related=(here.indicator.at,),
            )


@rule(
    "CROSS04",
    WARNING,
    "同一指标在两张表里的值不同",
    why="单位只有一个项目时，整体支出自评表和项目自评表里名称相同的指标，目标和完成应当相同（单位不同的另报 UNIT02）。",
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
    for (first, here), (form, there) in _pairs(data):
        for part, a, b in (
            ("目标", here.target, there.target), ("完成值", here.actual, there.actual),
        ):  # fmt: skip
            if not isinstance(a, Figure) or not isinstance(b, Figure) or a.unit != b.unit:
                continue
            if a.value != b.value:
                yield Finding(
                    leaf_at(there, "target" if part == "目标" else "actual"),
                    f"{form.label}“{short(identifying(there))}”的{part}是{b}，{first.label}是{a}。",
                    related=(leaf_at(here, "target" if part == "目标" else "actual"),),
                )


@rule(
    "CROSS02",
    WARNING,
    "指标名称里的数和目标不同",
    why="指标名称或文字里写了“150家”，目标却是另一个数（同一单位）；目标是百分数、完成是这个单位的另报 UNIT02。",
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
            stated = re.findall(rf"(?<![\d.])({PLAIN})\s*{unit}", text)
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
    uses=("常用词",),
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
        lacking = [row for row in form.evaluation.rows if lost(row) and _exact_rate(row)]
        for one_row, other in combinations(lacking, 2):
            if _related(data, one_row, other) and _same_rate(one_row, other):
                yield Finding(
                    other.indicator.at,
                    f"{form.label}“{short(identifying(other))}”完成{other.actual}，和“{short(identifying(one_row))}”"
                    f"（完成{one_row.actual}）是同一个缺口，扣了两次分"
                    f"（{_minus(one_row)}、{_minus(other)}）。",
                    related=(one_row.indicator.at,),
                )


def _minus(row: Scored) -> str:
    return f"{show(row.points.value - row.score.value, 4)}分"


def _exact_rate(row: Scored) -> Fraction | None:
    pair = numbers(row)
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


def _related(data: Subject, a: Scored, b: Scored) -> bool:
    """The same thing: results made of the same figure, or a count and a rate in like words."""
    if _inputs(a) & _inputs(b):
        return True
    rates = [isinstance(row.actual, Figure) and row.actual.unit == "%" for row in (a, b)]
    shared = _grams(identifying(a)) & _grams(identifying(b))
    return rates[0] != rates[1] and bool(shared.difference(data.known.common))


def _grams(text: str) -> set[str]:
    """Pairs of neighbouring Chinese characters."""
    return set(re.findall(rf"(?=({HAN}{{2}}))", text))


def _inputs(row: Scored) -> set[str]:
    actual = row.indicator.actual
    return set(row.actual.inputs) if isinstance(row.actual, Figure) and actual else set()


@rule(
    "DUP02",
    WARNING,
    "小计和它的分项都计了分",
    why="同一二级指标下，一个指标的目标等于相邻两个以上指标的目标之和（金额），分项和小计各计一次分，等于重复计分。",
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
                    names = "、".join(
                        short(identifying(p)) for p in rows[start + 1 : start + 1 + count]
                    )
                    yield Finding(
                        row.indicator.at,
                        f"{form.label}“{short(identifying(row))}”是“{names}”之和，各计了一次分。",
                        related=(rows[start + 1].indicator.at,),
                    )


@rule(
    "EMPTY01",
    WARNING,
    "项目没有指标",
    why="项目文件里没有“指标”：自评表里没有一行，得分是0，还会拉低汇总表的平均分。",
    source="财预〔2020〕10号附件：项目支出绩效自评表",
    hint="请补上“指标”；只有资金、不自评的，请把资金并入别的项目。",
    failing={"projects/甲.yaml": "名称: 甲\n资金:\n  拨款: {全年预算: 5, 全年执行: 5}\n"},
    passing={
        "projects/甲.yaml": "名称: 甲\n资金:\n  拨款: {全年预算: 5, 全年执行: 5}\n指标:\n"
        "  - {一级: 产出, 三级: [{名称: 甲, 目标: 1, 完成: 1, 分值: 100}]}\n"
    },
)
def projects_without_indicators(data: Subject) -> Iterator[Finding]:
    """Projects whose form would be empty."""
    for project in data.content.projects:
        known = data.content.complete and not project.indicators.damaged
        if known and not project.indicators.rows:
            yield Finding(project.at, f"项目“{project.name}”没有指标，得分会是0。")


@rule(
    "SATIS01",
    WARNING,
    "满意度的对象是本单位的人",
    why="服务对象满意度应当由服务对象评价；由单位自己的人员评价的不算。",
    source="财预〔2020〕10号：服务对象满意度指标",
    uses=("满意", "内部人员", "服务对象"),
    hint="请改为被服务的企业、群众、单位等外部对象的满意度。",
    failing=one("名称: 单位人员对办事处的满意度, 目标: ≥99%, 完成: 99%, 分值: 100"),
    passing=one("名称: 客商对办事处的满意度, 目标: ≥99%, 完成: 99%, 分值: 100"),
)
def outside_judges(data: Subject) -> Iterator[Finding]:
    """Satisfaction asked of insiders."""
    for form, row in data.rows():
        name, known = indicator_name(row), data.known
        inside = min((w for w in known.insiders if w in name), key=name.find, default="")
        asked = any(word in name for word in known.satisfaction)
        if asked and inside and not any(word in name for word in known.outsiders):
            yield Finding(
                row.indicator.at,
                f"{form.label}“{short(name)}”问的是“{inside}”，不是服务对象。",
            )


@rule(
    "REQ01",
    WARNING,
    "项目自评表缺内容",
    why="项目要有主管部门、实施单位、目标的预期和完成；预期有而完成没有，表里“实际完成情况”就是空的。套表的模板都不印的，不要求填。",
    source="财预〔2020〕10号附件：项目支出绩效自评表",
    uses=("必填",),
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
        for path in data.known.required:
            found = look_up(path, project.texts)
            blank = found is None or (isinstance(found, Text) and not found.text.strip())
            if blank and _printed(data, path):
                group, _, name = path.rpartition(".")
                where = f"的“{group}”下面" if group else "里"
                yield Finding(
                    project.at,
                    f"项目“{project.name}”没有填“{path}”。",
                    f"请在这个文件{where}填一行“{name}: …”。",
                )


def _printed(data: Subject, path: str) -> bool:
    """Whether some form prints the field ``path`` of projects, or the whole it belongs to."""
    if data.printed is None:
        return True
    steps = tuple(path.split("."))
    return any(
        head in ("项目", "本项目") and below[: len(steps)] == steps[: len(below)]
        for head, *rest in data.printed
        for below in [tuple(step for step in rest if not step.isdigit())]
        if below
    )


@rule(
    "CAT02",
    NOTE,
    "指标可能归错了类",
    why="名称里有“控制在预算内”“按时”“满意”等字的指标，一般归在成本、时效、满意度下。只看字面，默认不查。",
    source="财预〔2020〕10号：指标的分类",
    uses=("归类",),
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
        fits = [word for word, like in data.known.categories if re.search(any_of(like), name)]
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
    "ADJUST01",
    NOTE,
    "年中调整较大",
    why="全年预算和年初预算相差超过3%的，正文或指标的偏差原因里应当说明。默认不查。",
    source="财预〔2013〕53号（预算绩效评价共性指标体系框架）：预算调整率",
    uses=("调整",),
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
    pairs = [(column, before) for column, given in data.known.adjusted for before in given]
    for row, (column, before) in product(data.table_rows, pairs):
        first, whole = row.cells.get(before), row.cells.get(column)
        if not row.total or first is None or whole is None or not first.value:
            continue
        rate = (whole.value - first.value) / first.value
        if abs(rate) > Fraction(3, 100):
            yield Finding(
                whole.at,
                f"“{row.path}”{before}{shown(first.value)}，{column}{shown(whole.value)}，"
                f"调整{show(rate * 100, 2)}%。",
            )
