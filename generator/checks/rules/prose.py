"""Rules about numbers in running text: arithmetic of sentences, hand-typed figures, years."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Container, Iterator
from fractions import Fraction
from typing import TypeAlias

from generator.checks.claims import Typed, claims
from generator.checks.precision import significant
from generator.checks.prose import (
    FACT,
    GOAL,
    INDICATOR,
    PLAIN,
    REPORT,
    UNIT,
    Number,
    Passage,
    changed,
)
from generator.checks.registry import Finding, rule
from generator.checks.rules.old_words import of_last_year
from generator.checks.slips import Slips
from generator.checks.subject import Subject, has_tag, short
from generator.figures.amounts import MONEY, round_half_up
from generator.figures.model import Figure
from generator.problems import Position, Severity

#: Characters of a sentence that a message quotes.
_QUOTED = 40

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
    for passage, match in data.matches(_WITHOUT_PERCENT):
        if passage.typed(*match.span(1)):
            yield Finding(passage.at(match.start(1)), f"“{match[0].lstrip('万元，')}”后面少了%。")


_WITHOUT_PERCENT = (
    r"(?:万元，(?:增长|下降|上升|降低)了?|占[^，。；：、\d%]{1,20}?的|"
    rf"完成[^，。；：、\d%]{{0,8}}?预算[^，。；：、\d%]{{0,4}}?的)({PLAIN})(?=[，。；])"
)


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


@rule(
    "HAND01",
    WARNING,
    "手写的数就是内容里的数",
    why="报告正文里手写的数，和内容里的一个数相同（金额，或者同单位、三位以上有效数字）；内容改了，手写的不会跟着改。",
    hint="请用标签代替。",
    failing={"figures.yaml": _INCOME, "report.md": "财政拨款收入209.57万元。" + _SCORED},
    passing={
        "figures.yaml": _INCOME,
        "report.md": "财政拨款收入{{ 收入预算.财政拨款.本年 | 万元 }}。" + _SCORED,
    },
)
def typed_by_hand(data: Subject) -> Iterator[Finding]:
    """Numbers that a tag should print."""
    wrong = {
        found.passage.at(start)
        for found in claims(data) if found.judged
        for start, _ in found.spans
    }  # fmt: skip
    for passage, number in _typed_numbers(data):
        # A stale number is last year's figure: a tag for that would make it stale for ever.
        same = [f for f in _equal(data, number) if not of_last_year(f, data.year) and has_tag(f)]
        if not same or passage.at(number.start) in wrong:
            continue
        figure = _meant(data, passage, number, same)
        said = f"手写的“{number.text}{number.unit}”和"
        at = passage.at(number.start)
        if figure is None:
            yield Finding(
                at,
                f"{said}内容里的一个数相同。",
                hint="请用标签代替：说的是哪一项，用哪一项的名称。",
            )
        else:
            yield Finding(
                at, f"{said}“{figure.path}”相同。", hint=f"请用 {_tag(figure)} 代替。",
                related=(figure.at,),
            )  # fmt: skip


def _meant(data: Subject, passage: Passage, number: Number, same: list[Figure]) -> Figure | None:
    """The figure of that value that the words before the number speak of; None: not certain.

    Another one's name would print another number as soon as the content changes.
    """
    text = re.sub("[（）“”]", "", passage.text[max(0, number.start - _NEAR) : number.start])
    clause = re.split("[，。；：]", text)[-1]
    last = any(word in clause for word in ("上年", "去年", str(data.year - 1)))
    of_time = [] if last else same
    named = [
        f for f in of_time if any(name in text for name in f.path.split(".")[:-1])
    ]  # fmt: skip
    paths = {f.path for f in of_time}
    return named[0] if named else of_time[0] if len(paths) == 1 else None


@rule(
    "HAND02",
    WARNING,
    "手写的数和内容里的数只差一点",
    why="报告正文里手写的数（三位以上有效数字），和内容里的一个金额只差一位数字、颠倒了两位、或小数点、单位错了，同一段又提到这个数的表名或行名。",
    source="评审常见：一个数两个值，元和万元",
    hint="请核对；同一个数请用标签代替。",
    failing={"figures.yaml": _INCOME, "report.md": "财政拨款收入209.75万元。" + _SCORED},
    passing={"figures.yaml": _INCOME, "report.md": "办公用房209.75平方米。" + _SCORED},
)
def almost_typed(data: Subject) -> Iterator[Finding]:
    """Numbers one slip away from a figure and equal to none."""
    slips = Slips(data.money)
    for passage, number in _typed_numbers(data):
        if significant(number.text) < 3 or _equal(data, number) or number.about:
            continue
        near = slips.of(passage, number)
        if near is not None:
            figure, slip = near
            yield Finding(
                passage.at(number.start),
                f"手写的“{number.text}{number.unit}”和“{figure.path}”的{figure.text}只差一点（{slip}）。",
                hint=f"请核对；同一个数请用 {_tag(figure)} 代替。"
                if has_tag(figure)
                else "请核对。",
                related=(figure.at,),
            )


def _typed_numbers(data: Subject) -> Iterator[tuple[Passage, Number]]:
    for passage in data.counted:
        if passage.kind != REPORT:
            continue
        for number in passage.numbers():
            if number.typed and number.unit and not changed(passage, number):
                yield passage, number


def _equal(data: Subject, number: Number) -> list[Figure]:
    if number.unit in MONEY:
        value = number.value * MONEY[number.unit]
        own = [f for f in data.money.get(value, ()) if value]
        return own if significant(number.text) >= 2 else []
    if significant(number.text) < 3:
        return []
    score = data.data.overall.score
    if number.unit == "分" and score.value == number.value:
        return [score]
    if number.unit == "%":
        found = _printed(data, number.places).get(("%", number.value), [])
    else:
        counts = _printed(data, -1)
        alike = [counts.get((unit, number.value), []) for unit in (number.unit, "")]
        found = sorted((pair for same in alike for pair in same), key=lambda pair: pair[0])
    return [figure for _, figure in found]


_Printed: TypeAlias = dict[tuple[str, Fraction], list[tuple[int, Figure]]]


def _printed(data: Subject, places: int) -> _Printed:
    """Rates as they read with ``places`` decimals; for -1 counts. By unit and value, numbered."""
    key = f"printed {places}"
    known = data.memo.get(key)
    if isinstance(known, dict):
        return known
    found: _Printed = {}
    for order, figure in enumerate(data.figures.values()):
        if figure.hidden or not has_tag(figure) or (figure.unit == "%") != (places >= 0):
            continue
        value = figure.value if places < 0 else Fraction(round_half_up(figure.value * 100, places))
        found.setdefault((figure.unit, value), []).append((order, figure))
    data.memo[key] = found
    return found


def _tag(figure: Figure) -> str:
    unit = " | 万元" if figure.unit == "万元" else ""
    return f"{{{{ {figure.path}{unit} }}}}"


@rule(
    "CROSS05",
    WARNING,
    "正文里的数和表里的不同",
    why="正文里紧跟在一个行名（四个字以上，如“社会保障和就业支出”）后面的金额，不等于表里这一行的任何一个数。",
    source="评审常见：一个数在别处是另一个值",
    hint="请核对；用标签代替手写的数就不会不同。",
    failing={
        "figures.yaml": "支出预算:\n  卫生健康支出: {本年: 5.66}\n",
        "report.md": "卫生健康支出为6.12万元。" + _SCORED,
    },
    passing={
        "figures.yaml": "支出预算:\n  卫生健康支出: {本年: 5.66}\n",
        "report.md": "卫生健康支出为5.66万元。" + _SCORED,
    },
)
def stated_elsewhere(data: Subject) -> Iterator[Finding]:
    """Amounts typed behind a row's name that the row does not hold."""
    stating = [p for p in data.counted if p.kind == REPORT and "元" in p.text]
    if not stating:
        return
    held: dict[str, list[Figure]] = {}
    for row in data.table_rows:
        name = row.path.rpartition(".")[2]
        for figure in row.cells.values():
            held.setdefault(name, []).append(figure)
            if figure.base is not None:
                held[name].append(figure.base)
    names = {
        name: sorted({f.value for f in held[name]}) for name in held if 4 <= len(name) <= _NEAR
    }
    if not names:
        return
    for passage in stating:
        for match in re.finditer(_AMOUNT, passage.text):
            name, start = _named_before(passage.text, match.start(), names)
            if not name or not passage.typed(*match.span(1)):
                continue
            value = Fraction(match[1]) * MONEY[match[2]]
            half = MONEY[match[2]] / 10 ** len(match[1].partition(".")[2]) / 2
            nearest = bisect_left(names[name], value - half)
            if nearest < len(names[name]) and names[name][nearest] <= value + half:
                continue
            figures = held[name]
            told = list(dict.fromkeys(f.text for f in figures[: _MOST_TOLD + 1]))
            more = "……" * (len(figures) > _MOST_TOLD + 1)
            yield Finding(
                passage.at(match.start(1)),
                f"“{passage.text[start : match.end()]}”：表里“{name}”这一行的数是"
                f"{'、'.join(told)}{more}。",
                related=(figures[0].at,),
            )


#: Characters before a number that say what it is.
_NEAR = 60
#: Figures of a row that a message tells.
_MOST_TOLD = 20
_AMOUNT = rf"({PLAIN})(万元|元)"
#: What may stand between the name of a row and its amount.
_BETWEEN = r"(?:年初)?(?:预算|决算|执行)?数?(?:总额|合计)?[为是共]?"
_MOST_BETWEEN = 10


def _named_before(text: str, end: int, names: Container[str]) -> tuple[str, int]:
    """The row that the amount at ``end`` is said of, and where its name begins.

    Of several the one that begins first is meant.
    """
    between = re.compile(_BETWEEN)
    found = [
        (start, -stop)
        for stop in range(end, max(-1, end - _MOST_BETWEEN), -1)
        if between.fullmatch(text, stop, end)
        for start in range(max(0, stop - _NEAR), stop - 3)
        if text[start:stop] in names
    ]
    if not found:
        return "", end
    start, stop = min(found)
    return text[start:-stop], start


@rule(
    "YEAR01",
    WARNING,
    "年份不对",
    why="文字里的年份既不是本年、上年，也不是下年（文号〔〕、书名号里、成立以来等历史日期除外）；或者写本年目标、完成情况的句子用了上年的年份。",
    uses=("往年的事",),
    hint="请改成本年，最好用 {{ 年度 }}；确是往年的事，写成“自2015年成立以来”这样的话。",
    failing={"facts.yaml": "目标:\n  预期: 服务企业。\n  完成: 2023年，办事处服务企业100家。\n"},
    passing={"facts.yaml": "目标:\n  预期: 服务企业。\n  完成: 2024年，办事处服务企业100家。\n"},
)
def years(data: Subject) -> Iterator[Finding]:
    """Years that are not this one's."""
    fine = {data.year, data.year + 1}
    for passage in data.texts:
        if passage.kind == UNIT:
            continue
        # Titles and document numbers are looked for where a year needs them.
        if not set(map(int, re.findall(_YEAR, passage.text))) - fine:
            continue
        bare = _quoted(passage.text)
        for clause in re.finditer("[^。；\n]+", bare):
            historic = any(word in clause[0] for word in data.known.history)
            for match in re.compile(_YEAR).finditer(bare, *clause.span()):
                year = int(match[1])
                if not passage.typed(*match.span()) or year in fine:
                    continue
                last = year == data.year - 1
                if _result_of_last_year(passage, bare, match) if last else not historic:
                    yield Finding(
                        passage.at(match.start()),
                        f"“{clause[0][:24]}”写的是{year}年，本次是{data.year}年度。",
                    )


_YEAR = r"(?<!\d)((?:19|20)\d\d)年"


def _quoted(text: str) -> str:
    """The text with titles and document numbers blanked out, offsets kept."""
    for opening, closing in ("《》", "〔〕", "“”"):
        # What is never closed would be looked through once for each opening.
        end = text.rfind(closing) + 1
        text = re.sub(f"{opening}[^{closing}]*{closing}", _blank, text[:end]) + text[end:]
    return re.sub(r"\[\d{4}\]", _blank, text)


def _blank(match: re.Match[str]) -> str:
    return "□" * len(match[0])


def _result_of_last_year(passage: Passage, text: str, match: re.Match[str]) -> bool:
    """Last year's number in what should tell of this year, unless it compares."""
    begin = max(0, match.start() - _NEAR)
    # What is cut off begins no text.
    before = "…" * bool(begin) + text[begin : match.start()]
    after = text[match.end() : match.end() + 8]
    if re.search(r"[比较与同和对至]$|上年[（(]$", before) or re.search(
        r"^度?(预算|决算|末|底|数)", after
    ):
        return False
    opens = re.search(r"(^|[。；\n“])\s*(根据|按照|我办|我单位)?$", before) is not None
    if passage.kind in (GOAL, INDICATOR):
        return True
    return (
        passage.kind in (REPORT, FACT)
        and opens
        and re.match(r"度?[，,]|度?(我|本|办|全)", after) is not None
    )


@rule(
    "YEAR02",
    WARNING,
    "成文日期不对",
    why="自评在年度终了后做：成文日期早于本年12月，或晚于后年，多半是沿用了往年的文件或写错了年份。只看套表“日期”指的那一项，写成 2025-03-18 这样的才比较。",
    source="评审常见：沿用上年的文件",
    hint="请改成实际成文的日期。",
    failing={"套表": "日期: 成文日期\n", "facts.yaml": "成文日期: 2024-05-21\n"},
    passing={"套表": "日期: 成文日期\n", "facts.yaml": "成文日期: 2025-05-21\n"},
)
def date_of_issue(data: Subject) -> Iterator[Finding]:
    """A report dated before its year was over; some are written in its last weeks."""
    name = data.content.form_set.date
    date = data.data.computed.words.get(name)
    if date is None or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", date):
        return
    if not f"{data.year}-12-01" <= date <= f"{data.year + 2}-12-31":
        yield Finding(date.at, f"“{name}”是{date}，本次是{data.year}年度的自评。")


@rule(
    "GRADE01",
    WARNING,
    "正文没有写自评得分和等级",
    why="报告正文应当写明自评总分和等级，并与自评表一致；只写“结果良好”不够。",
    hint="请写“自评得分{{ 自评.总分 }}分，等级为“{{ 自评.等级 }}””。",
    failing={"report.md": "我办对整体支出开展了自评，结果良好。\n"},
    passing={"report.md": "我办对整体支出开展了自评，" + _SCORED},
)
def score_in_report(data: Subject) -> Iterator[Finding]:
    """A report without the score and grade it reports on."""
    if not data.report or not data.data.overall.rows:
        return
    score, grade = data.data.overall.score, str(data.data.overall.grade)
    tags = "".join(tag for passage in data.report for tag in passage.tags)
    text = "".join(passage.text for passage in data.report)
    scored = "自评.总分" in tags or f"{score.text}分" in text
    graded = not grade or "自评.等级" in tags or re.search(rf"等级[为是：:]*“?{grade}", text)
    missing = [name for name, there in (("总分", scored), ("等级", graded)) if not there]
    if missing:
        first = next((p for p in data.report if re.search("自评|绩效", p.text)), data.report[0])
        yield Finding(
            first.at(0), f"正文没有写自评的{'和'.join(missing)}（{score.text}分，{grade}）。"
        )


@rule(
    "GRADE02",
    WARNING,
    "手写的得分或等级和自评表不同",
    why="文字里手写的自评得分、等级，和自评表算出来的总分、按套表分档得出的等级不同。上年度评价、财政评价的句子不查。",
    hint="请改成 {{ 自评.总分 }}、{{ 自评.等级 }}。",
    failing={"report.md": "经自评，得分{{ 自评.总分 }}分，自评等级为“差”。\n"},
    passing={"report.md": "经自评，得分{{ 自评.总分 }}分，自评等级为“优”。\n"},
)
def grade_agrees(data: Subject) -> Iterator[Finding]:
    """Typed scores and grades against the form."""
    overall = data.data.overall
    grades = "|".join(grade.name for grade in data.content.form_set.grades)
    if not overall.rows or not grades:
        return
    for passage in data.texts:
        for match in re.finditer(
            rf"自评[^。；]{{0,24}}?(?:等级|评级|结论|评定)[为是：:]*[“\"]?({grades})[”\"，。；]|"
            rf"自评[^。；]{{0,12}}?(?:总分|得分)[为是：:]*({PLAIN})分",
            passage.text,
        ):
            if re.search(r"上年|财政|项目", match[0]):
                continue
            kind = 1 if match[1] else 2
            same = match[1] == str(overall.grade) if match[1] else (
                Fraction(match[2]) == overall.score.value
            )  # fmt: skip
            if not same and passage.typed(*match.span(kind)):
                yield Finding(
                    passage.at(match.start(kind)),
                    f"“{match[0]}”：自评表的总分是{overall.score.text}，等级是{overall.grade}。",
                    related=(overall.score.at,),
                )
