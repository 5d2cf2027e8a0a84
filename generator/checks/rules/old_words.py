"""Rules about running text: years and numbers that were right a year ago."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from generator.checks.precision import significant
from generator.checks.prose import REPORT, UNIT, Number, Passage, changed
from generator.checks.registry import Finding, rule
from generator.checks.subject import Subject, has_tag, short
from generator.content.wordings import HAN, any_of
from generator.figures.amounts import MONEY, round_half_up
from generator.figures.compute import LAST
from generator.figures.model import Figure
from generator.problems import Severity

WARNING = Severity.WARNING
#: How far from a number what it is compared with is named.
_NEAR = 16


@rule(
    "STALE05",
    WARNING,
    "话里的年份是上年的",
    why="“截至上年底”“上年1—12月”“上年5月，举办……”、说上年度自评结果和报告的话、上年自评通知的标题、“本年度（上年）”，或者“下一步”“工作计划”说的还是本年，多半是照搬了上年的文字。说明是上年的、整改上年问题的、作比较的不算。",
    source="评审常见：数据、文字没有更新",
    uses=("结果", "往年的事"),
    hint="请核对年份，最好用 {{ 年度 }}、{{ 下年度 }}。",
    failing={"report.md": "截至2023年底，培训中心有干部20人。下一步，2024年将扩大培训。\n"},
    passing={"report.md": "截至2024年底，培训中心有干部20人。下一步，2025年将扩大培训。\n"},
)
def old_years(data: Subject) -> Iterator[Finding]:
    """Years that were right a year ago."""
    shapes = [(re.compile(shape), right, past) for shape, right, past in _old_years(data)]
    held = re.compile(f"{_year(data.year - 1)}|{_year(data.year - 2)}|{_year(data.year)}")
    for passage in data.texts:
        if passage.kind == UNIT or held.search(passage.text) is None:
            continue
        told: dict[int, Finding] = {}
        for shape, right, past in shapes:
            for match in shape.finditer(passage.text):
                own = passage.typed(*match.span(1))
                if own and not (past and re.search(past, _around(passage.text, match))):
                    said = f"“{short(match[0].strip())}”写的是{match[1]}年，是否应为{right}年？"
                    told.setdefault(match.start(1), Finding(passage.at(match.start(1)), said))
        yield from told.values()


def _year(year: int) -> str:
    """A year as people write it: 2023, ２０２３, 二〇二三."""
    digits = str(year)
    wide, han = (digits.translate(str.maketrans("0123456789", to)) for to in _DIGITS)
    return f"{digits}|{wide}|{han}|{han.replace('〇', '零')}|{han.replace('〇', '○')}"


_DIGITS = ("０１２３４５６７８９", "〇一二三四五六七八九")


def _old_years(data: Subject) -> Iterator[tuple[str, int, str]]:
    """What a year looks like that was copied (the year is group 1), and which it should be.

    And the words around it, if any, that say that the year before is meant.
    """
    year, before = data.year, f"{_year(data.year - 1)}|{_year(data.year - 2)}"
    last, now = _year(year - 1), _year(year)
    done = any_of(data.known.results) or "(?!)"
    yield rf"(?<![年月日])(?:截[至止]|[到至])({last})年(?:年?底|末|12月)", year, ""
    yield rf"(?:今年|本年度?)[（(]({last})年", year, ""
    yield rf"({last})年1月?[-—–－~～至到]1[12]月", year, _BEFORE
    month = rf"(?:^|[。；\n])\s*({last})年[1-9]月[^。；\n]{{0,40}}?(?:{done})"
    yield month, year, "|".join((_BEFORE, *map(re.escape, data.known.history)))
    told = r"[^，。；\n{}]{0,8}(?:结果|得分|等级|等次|情况|报告)"
    yield rf"({last})年度?[^，。；\n{{}}]{{0,20}}自评(?:{told})", year, _BEFORE
    notice = r"[^《》\n]{0,60}?(?:自评|绩效评价)[^《》\n]{0,40}?通知"
    yield rf"《[^《》\n]{{0,60}}?({before})年度?{notice}", year, ""
    yield rf"(?:下一步|今后|下年|明年)[^。；\n]{{0,12}}?({now})年", year + 1, ""
    yield rf"(?<![0-9])({now})年[^。；\n]{{0,16}}?将(?:{_GOING_ON})", year + 1, ""
    plan = r"[^，。；\n]{0,4}(?:计划|打算|思路)(?![^，。；\n]{0,8}[完执落按])"
    yield rf"(?:^|[。；\n])\s*({now})年度?的?{plan}", year + 1, ""


#: 将 that is “will”, not “take”: 将继续教育经费…, 将重点工作… are none.
_GOING_ON = r"继续(?!教育)|进一步|努力|着力|重点(?:做好|抓好|围绕|推进|加强|落实|在)"
_BEFORE = "上年|上一年|去年|往年|历年|针对|对照|整改|反馈|反映|发现|应用|比|较|同期"
#: How far around a year, within its sentence, these words are looked for.
_AROUND = 30


def _around(text: str, match: re.Match[str]) -> str:
    """What stands around a match, up to where its sentence begins and its clause ends."""
    lead = re.split("[。；\n]", text[max(0, match.start(1) - _AROUND) : match.start(1)])[-1]
    return lead + match[0] + re.split("[，。；\n]", text[match.end() : match.end() + _AROUND])[0]


_AMOUNT_NOW = "收入:\n  拨款: {本年: 131.8, 上年: 120.5}\n"


@rule(
    "STALE06",
    WARNING,
    "手写的数是上年的数",
    why="报告正文里手写的金额，等于上年的一个数，本年的数里没有一样的；四位以上、舍入后才等于的，和手写的次数、人数，那句话还要说到这个数的名称。句子说的是上年、由多少增加到多少、增加了多少的，不算。",
    source="评审常见：数据、文字没有更新",
    hint="请改成本年的数，用标签代替。",
    failing={"figures.yaml": _AMOUNT_NOW, "report.md": "全年拨款收入120.5万元。\n"},
    passing={"figures.yaml": _AMOUNT_NOW, "report.md": "全年拨款收入131.8万元，上年120.5万元。\n"},
)
def old_amounts(data: Subject) -> Iterator[Finding]:
    """Numbers typed into the report that last year's content has; names this year's value."""
    pairs = [
        (figure.base, figure)
        for figure in data.figures.values() if figure.base is not None and not figure.hidden
    ]  # fmt: skip
    for passage in data.counted:
        for number in passage.numbers() if passage.kind == REPORT else ():
            if number.typed and not number.about:
                old = _left_over(data, passage, number, pairs)
                if old is not None and not _compares(passage, number, data.year):
                    yield _old_amount(passage, number, *old)


_Pair = tuple[Figure, Figure | None]
_Pairs = Sequence[tuple[Figure, Figure]]


def _left_over(data: Subject, passage: Passage, number: Number, pairs: _Pairs) -> _Pair | None:
    """Last year's figure that a number is, and this year's of the same name if there is one."""
    if number.unit not in MONEY:
        return _left_count(data, passage, number, pairs)
    scale = MONEY[number.unit]
    equal = data.money.get(number.value * scale, ()) if significant(number.text) > 1 else ()
    if equal:
        now = {base.path: figure for base, figure in pairs}
        stale = all(of_last_year(figure, data.year) for figure in equal)
        return (equal[0], now.get(equal[0].path)) if stale else None
    if significant(number.text) < _LONG_NUMBER:
        return None
    clause = _clause(passage, number)
    found = _told(data, pairs, scale, number.places).get(number.value, ())
    return next((pair for pair in found if _names(pair[1].path.split("."), clause)), None)


#: With as many digits two amounts are not alike by chance.
_LONG_NUMBER = 4


def _told(
    data: Subject, pairs: _Pairs, scale: Fraction | int, places: int
) -> dict[Fraction, list[tuple[Figure, Figure]]]:
    """Last year's figures by how they read with ``places`` decimals; none that is this year's too.

    ``scale`` 0: counts, as they are.
    """
    key = f"last year's {scale} {places}"
    known = data.memo.get(key)
    if isinstance(known, dict):
        return known

    def read(figure: Figure) -> Fraction:
        if not scale:
            return figure.value
        return Fraction(round_half_up(figure.value / scale, places))

    now = {
        read(figure) for figure in data.figures.values()
        if (figure.unit in MONEY) == bool(scale) and not of_last_year(figure, data.year)
    }  # fmt: skip
    found: dict[Fraction, list[tuple[Figure, Figure]]] = {}
    for base, figure in pairs:
        if (base.unit in MONEY) == bool(scale) and base.unit != "%" and read(base) not in now:
            found.setdefault(read(base), []).append((base, figure))
    data.memo[key] = found
    return found


def _left_count(data: Subject, passage: Passage, number: Number, pairs: _Pairs) -> _Pair | None:
    """The same of a count: of two digits or more, in a clause that speaks of what was counted."""
    unit = number.unit or _counted(passage.text[number.end : number.end + 1])
    if not unit or number.value < _COUNT or number.unit == "%":
        return None
    clause = _clause(passage, number)
    for base, figure in _told(data, pairs, 0, 0).get(number.value, ()):
        if base.unit in ("", unit) and _names([figure.path.rpartition(".")[2]], clause):
            return base, figure
    return None


def _clause(passage: Passage, number: Number) -> str:
    """What stands in front of a number in its clause."""
    before = passage.text[max(0, number.start - _NEAR) : number.start]
    return re.split("[，。；：\n]", before)[-1]


def _names(names: Sequence[str], clause: str) -> bool:
    """Whether ``clause`` has two signs together of one of ``names``."""
    pairs = (name[at : at + 2] for name in names for at in range(len(name) - 1))
    return any("数" not in pair and pair in clause for pair in pairs)


_COUNT = 10


def _counted(sign: str) -> str:
    """What is behind a number as its unit: 47场; dates and numbers of documents have none."""
    return sign if re.fullmatch(HAN, sign) and sign not in "年月日号时点第" else ""


def _old_amount(passage: Passage, number: Number, base: Figure, figure: Figure | None) -> Finding:
    told = hint = ""
    if figure is not None:
        money = figure.unit == "万元"
        told = f"，本年是{figure.text}{'万元' if money else ''}"
        if has_tag(figure):
            hint = f"请用 {{{{ {figure.path}{' | 万元' if money else ''} }}}} 代替。"
    name = figure.path if figure is not None else base.path
    text = f"{number.text}{number.unit}"
    return Finding(
        passage.at(number.start), f"手写的“{text}”是上年的“{name}”{told}。", hint, (base.at,)
    )


def of_last_year(figure: Figure, year: int) -> bool:
    """Whether a figure tells of the year before ``year``."""
    return figure.year < year or figure.path.rpartition(".")[2].startswith(LAST)


def _compares(passage: Passage, number: Number, year: int) -> bool:
    """Whether the words around a number say that it is last year's, or how much something moved."""
    lead = re.split("[。；\n]", passage.text[: number.start])[-1]
    *earlier, clause = lead.split("，")
    after = passage.text[number.end : number.end + _NEAR]
    if changed(passage, number) or re.search("[比较]", clause[-_NEAR:]):
        return True
    if re.match(rf"(?:{re.escape(number.unit)})?[（(](?:上年|去年|同期|{year - 1})", after):
        return True
    if re.search(r"[由从自][^\d]{0,8}$", clause) and re.match("[^，。；\\d]{0,8}[到至为]", after):
        return True
    # What an earlier clause compares with ends there: 比上年增加10万元，项目支出…
    said = "，".join([*(part for part in earlier if not re.search("[比较与]", part)), clause])
    years = re.findall(rf"上年|去年|同期|{year - 1}|今年|本年|{year}", said)
    return bool(years) and years[-1] not in ("今年", "本年", str(year))
