"""Rules about what a copy of last year's folder leaves behind: its figures, words and years."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from generator.checks.prose import REPORT, UNIT, Passage
from generator.checks.registry import Finding, rule
from generator.checks.subject import Subject, indicator_name, short
from generator.content.model import TYPED, Block, Indicator, Quantity, Text, Tree
from generator.content.wordings import any_of
from generator.figures.amounts import MONEY
from generator.figures.compute import LAST
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
#: How far before a number what it is compared with is named.
_NEAR = 16

_OLD = "收入:\n  拨款: {本年: 120.5}\n  其他: {本年: 7.3}\n  结转: {本年: 11.2}\n"
_NEW = "收入:\n  拨款: {本年: 131.8}\n  其他: {本年: 6.1}\n  结转: {本年: 11.2}\n"


@rule(
    "STALE01",
    WARNING,
    "数和上年一样",
    why="一个文件里填的数，有三个以上、并且至少一半和上年的文件里一样（0不算），多半是复制了上年的文件没有改。",
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
    why="年度目标和完成情况的文字、写成“2024-03-01”的日期，和上年的 facts.yaml 一字不差。",
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
    """Goals and dates of last year's facts."""
    past = data.content.past
    if past is None:
        return
    goals = tuple(f".{goal}" for goal in data.known.goals)
    found = [
        (path, words.at)
        for path, words in data.data.computed.words.items()
        if (f".{path}".endswith(goals) or _DATE.fullmatch(words))
        and _text_of(past.facts, path) == str(words)
    ]
    if found:
        yield _listed(f"和{data.year - 1}年的一字不差", found)


_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _text_of(tree: Tree, path: str) -> str | None:
    here: object = tree
    for step in path.split("."):
        here = here.get(step) if isinstance(here, Tree) else None
    return here.text if isinstance(here, Text) else None


_SAID = "全年共举办培训班四十二期，走访乡镇二十一个，群众十分满意。\n"


@rule(
    "STALE04",
    WARNING,
    "写结果的段落和上年一样",
    why="report.md 里写做了什么、做成什么的段落（20个字以上），和上年的 report.md 一字不差。没有写结果的（职责、概况）不算。",
    source="评审常见：数据、文字没有更新",
    uses=("结果",),
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
    before = {_typed(block) for block in past.narrative.blocks}
    said = re.compile(f"[0-9]|{any_of(data.known.results) or '(?!)'}")
    found = [
        (text, block.at)
        for block in now.blocks
        if len(text := _typed(block)) >= _LONG and text in before and said.search(text)
    ]
    if found:
        yield _listed(f"{len(found)}段写结果的话和{data.year - 1}年的一字不差", found)


def _typed(block: Block) -> str:
    """What was typed of a block, tags aside."""
    return "".join(piece.text for piece in block.pieces if piece.tag == TYPED).strip()


@rule(
    "STALE05",
    WARNING,
    "话里的年份是上年的",
    why="“截至上年底”、说上年度自评结果的话、上年自评通知的标题，或者“下一步”说的还是本年，多半是照搬了上年的文字。",
    source="评审常见：数据、文字没有更新",
    hint="请核对年份，最好用 {{ 年度 }}、{{ 下年度 }}。",
    failing={"report.md": "截至2023年底，培训中心有干部20人。下一步，2024年将扩大培训。\n"},
    passing={"report.md": "截至2024年底，培训中心有干部20人。下一步，2025年将扩大培训。\n"},
)
def old_years(data: Subject) -> Iterator[Finding]:
    """Years that were right a year ago."""
    year = data.year
    last = str(year - 1)
    shapes = (
        (rf"截[至止]({last})年(?:年?底|末|12月)", year),
        (
            rf"({last})年度?[^，。；\n{{}}]{{0,20}}(?:自评)[^，。；\n{{}}]{{0,8}}(?:结果|得分|等级|等次)",
            year,
        ),
        (
            rf"《[^《》\n]{{0,60}}?({last})年度?[^《》\n]{{0,60}}?(?:自评|绩效评价)[^《》\n]{{0,40}}?通知",
            year,
        ),
        (rf"(?:下一步|今后|下年)[^。；\n]{{0,12}}?({year})年", year + 1),
        (rf"(?<![0-9])({year})年，?[^，。；\n]{{0,12}}(?:将继续|将进一步|将重点|将努力)", year + 1),
    )
    for passage in data.texts:
        if passage.kind == UNIT or (last not in passage.text and str(year) not in passage.text):
            continue
        for shape, right in shapes:
            for match in re.finditer(shape, passage.text):
                if passage.typed(*match.span(1)):
                    yield Finding(
                        passage.at(match.start(1)),
                        f"“{short(match[0])}”写的是{match[1]}年，是否应为{right}年？",
                    )


_AMOUNT_NOW = "收入:\n  拨款: {本年: 131.8, 上年: 120.5}\n"


@rule(
    "STALE06",
    WARNING,
    "手写的数是上年的数",
    why="报告正文里手写的金额，等于上年的一个数，本年的数里没有一样的，句子里也没有说是上年的。",
    source="评审常见：数据、文字没有更新",
    hint="请改成本年的数，用标签代替。",
    failing={"figures.yaml": _AMOUNT_NOW, "report.md": "全年拨款收入120.5万元。\n"},
    passing={"figures.yaml": _AMOUNT_NOW, "report.md": "全年拨款收入131.8万元，上年120.5万元。\n"},
)
def old_amounts(data: Subject) -> Iterator[Finding]:
    """Amounts typed into the report that last year's content has; names this year's value."""
    now = {f.base.path: f for f in data.figures.values() if f.base is not None and not f.hidden}
    for passage in data.counted:
        if passage.kind != REPORT:
            continue
        for number in passage.numbers():
            if (
                not number.typed
                or number.unit not in MONEY
                or _compares(passage, number.start, data.year)
            ):
                continue
            equal = data.money.get(number.value * MONEY[number.unit], ())
            if not equal or len(number.text.replace(".", "").strip("0")) < 2:
                continue
            if all(of_last_year(figure, data.year) for figure in equal):
                base = equal[0]
                figure = now.get(base.path)
                yield _old_amount(
                    passage, number.start, f"{number.text}{number.unit}", base, figure
                )


def _old_amount(
    passage: Passage, start: int, text: str, base: Figure, figure: Figure | None
) -> Finding:
    told = f"，本年是{figure.text}万元" if figure is not None else ""
    hint = f"请用 {{{{ {figure.path} | 万元 }}}} 代替。" if figure is not None else ""
    name = figure.path if figure is not None else base.path
    return Finding(passage.at(start), f"手写的“{text}”是上年的“{name}”{told}。", hint, (base.at,))


def of_last_year(figure: Figure, year: int) -> bool:
    """Whether a figure tells of the year before ``year``."""
    return figure.year < year or figure.path.rpartition(".")[2].startswith(LAST)


def _compares(passage: Passage, start: int, year: int) -> bool:
    """Whether what stands before a number says that it is last year's."""
    before = passage.text[max(0, start - _NEAR) : start]
    return re.search(f"上年|去年|同期|{year - 1}|[比较]", before) is not None
