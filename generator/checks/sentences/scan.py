"""A text taken apart: clauses, the numbers in them, and what the words before each say of it."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from generator.checks.sentences.lexicon import Lexicon
from generator.checks.sentences.model import MONEY_UNIT, PERCENT, POINTS, Amount, Tag
from generator.checks.sentences.normal import Normal
from generator.figures.amounts import MONEY
from generator.frozen import frozen

_UNITS: Final = (
    "个百分点|百分点|万元|亿元|千元|元|%|人次|批次|人|辆次|辆|个|家|次|项|批|件|户|篇|期|天|台|套|名|场|条|份|宗"
    "|所|间|幢|艘|架|团组|平方米|立方米|公里|吨|倍|部|座|处|口|公顷|亩|例|起|株|棵|盏|课时|学时|册|班次"
    "|分(?![别之钟类])"
)
_NUMBER: Final = re.compile(
    r"(?<![\d.A-Za-z〔\[第])(?P<sign>-?)(?P<n>\d{1,3}(?:,\d{3}){1,6}(?:\.\d{1,12})?|\d{1,20}(?:\.\d{1,12})?)"
    rf"(?P<about>[余多]?)(?P<unit>{_UNITS})?(?![\d])"
)
#: What follows a number that is a time, a rank or part of a name.
_NO_AMOUNT: Final = re.compile(r"[年月日号时届款条章]|[—\-~－至到]\d{1,2}月|[〕\]]|\.\d|[A-Za-z]")
_MARK: Final = re.compile(
    r"\s*(?:[（(][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十]{1,3}、|\d{1,2}[.、．)）](?!\d)|[①-⑳])"
)
_BREAK: Final = re.compile(r"[，,；;。！？!?：:、\n\t（）()]")
_RATE_NOUN: Final = re.compile(r"(?P<up>增幅|增速|涨幅)|(?P<down>降幅|减幅)")
_RATE_END: Final = re.compile(r"(?:增幅|增速|涨幅|降幅|减幅|变[动化]率)(?:为|是|约|达到|达|：|:)?$")
_OVER: Final = re.compile(
    r"(?:(?P<up>大于|高于|超过|多于|超出|超)|(?P<down>小于|低于|少于))(?P<against>[^，。；：、\d]{0,16})$"
)
_SHARE: Final = re.compile(
    r"占(?P<of>[^，。；：、\d%]{0,30}?)(?:的)?(?:比重|比例|比率|比|份额|百分比)?(?:为|约|达到|达|是|：|:)?$"
)
_DONE: Final = re.compile(
    r"(?:完成(?:了)?[^，。；：、\d%]{0,10}(?:预算|计划|任务|目标)[^，。；：、\d%]{0,6}|(?:执行|完成)(?:率|进度|比例)"
    r"|[为占](?:年初|全年|调整后?|批复)?预算数?的|完成比例|完成)(?:的|为|达到|达|是|约|：|:)?$"
)
_BUDGETED: Final = re.compile(
    r"完成(?:了)?[^，。；：、\d%]{0,10}(?:预算|计划|任务|目标)[^，。；：、\d%]{0,4}$"
)
#: Rough numbers: about, nearly, more than.
_ROUGH: Final = re.compile(r"(?:约|近|逾|超|不足|不到|接近)(?:人民币)?$")
_ROUGHLY: Final = re.compile(r"左右|以上|以下|以内|上下|之内")
#: 由100万元增加到120万元: where it went to, no change.
_TO: Final = re.compile(r"(?:到|至)了?(?:(?:(?:19|20)\d\d|[本今当])年[末底]?的?)?$")
_RATIO: Final = re.compile(r"[率度重例比]$")
_AGAINST: Final = re.compile(
    r"(?P<word>同比|环比|与[^，。；：、]{0,20}?相比|与[^，。；：、]{0,20}?对比|相比|对比"
    r"|比较(?!大|高|多|少|好|低)|(?<!占)[比较](?!例|重|率|大|高|多|少|为|好|低|差|强)|[与和同](?=上年|去年|上一年|(?:19|20)\d\d|年初|预算|全年预算))"
)
_FLAT: Final = re.compile(r"持平|无增减|无变化|没有变化|无变动|未发生变化|没有增减|一致|相同")
_ABOUT_FLAT: Final = re.compile(r"基本|大体|大致")
_NOTHING: Final = re.compile(
    r"(?:没有|无|未发生|未安排|无支出|无此项支出|没有发生)(?:支出|费用|安排|该项支出|此项支出)?$"
)
#: 全年无公务用车购置支出: what there was none of.
_NONE_OF: Final = re.compile(
    r"(?:没有|未发生|未支出|无)(?P<what>[^，。；：、]{2,30}?)(?:支出|费用)?$"
)
_LAST: Final = re.compile(r"(?:上年|去年|上一年|上期)(?!度?结[转余])|同比")
_YEAR: Final = re.compile(r"((?:19|20)\d\d)年?")
#: Budgets by name, not the budget of something.
_FUNDS: Final = re.compile(r"公共预算|基金预算|经营预算")
_PLANNED: Final = re.compile(r"预算|计划")
_PRICE: Final = re.compile(
    r"(?:每|人均|均价|单价|平均|次均|台均|辆均)[^，。；、\d]{0,8}$|(?:每[^，。；、\d]{1,4})$"
)
#: Characters behind a number that say what it is.
_BEHIND: Final = 12
#: Characters before a number that say what it is.
_BEFORE: Final = 100
#: Signs that end a sentence.
ENDS: Final = frozenset("。！？!?\n")


@frozen
class Number:
    """A number in a clause.

    ``role``: level, change, rate, share, completion, base, budget, whole, price. ``sign``: of a
    change. ``words``: what stands before it in the clause.
    """

    amount: Amount
    role: str
    sign: int
    words: str
    detail: str
    start: int
    end: int


@frozen
class Clause:
    """Text between two breaks. ``opening``: the break before it; ``mark``: a list mark."""

    text: str
    opening: str
    start: int
    mark: str


def clauses(text: str) -> Iterator[Clause]:
    """The clauses of a text; brackets without digits belong to the words around them."""
    mark = _MARK.match(text)
    start = mark.end() if mark else 0
    opening = "\n"
    plain = _words_in_brackets(text)
    told = mark[0].strip() if mark else ""
    for found in _BREAK.finditer(text, start):
        if found.start() in plain or _inside_number(text, found.start()):
            continue
        yield Clause(text[start : found.start()], opening, start, told)
        opening, start, told = found[0], found.end(), ""
        if opening in "：:；;。" and (again := _MARK.match(text, start)):
            start, told = again.end(), again[0].strip()
    yield Clause(text[start:], opening, start, told)


def _inside_number(text: str, at: int) -> bool:
    return (
        text[at] == ","
        and text[at - 1 : at].isdigit()
        and text[at + 1 : at + 4].isdigit()
        and len(text[at + 1 : at + 4]) == 3
    )


def _words_in_brackets(text: str) -> set[int]:
    """The offsets of brackets that hold no digit."""
    out: set[int] = set()
    opened: list[int] = []
    digits: list[int] = [0]
    count = 0
    for at, sign in enumerate(text):
        if sign.isdigit():
            count += 1
        elif sign in "（(":
            opened.append(at)
            digits.append(count)
        elif sign in "）)" and opened:
            start, before = opened.pop(), digits.pop()
            if before == count and at - start <= 40:
                out |= {start, at}
    return out


def tag_of(words: str, year: int) -> Tag:
    """Of which time and side an amount with these words is."""
    when = ""
    years = _YEAR.findall(words)
    if _LAST.search(words):
        when = "last"
    elif years:
        number = int(years[-1])
        when = "" if number == year else "last" if number == year - 1 else years[-1]
    rest = _FUNDS.sub("", words)
    what = "budget" if _PLANNED.search(rest) and "决算" not in rest else ""
    if what and "调整" in words:
        what = "adjusted"
    return Tag(when, what)


def base_tag(words: str, year: int) -> Tag:
    """Of which time and side that is which something is compared with: never itself."""
    tag = tag_of(words, year)
    itself = tag == Tag() and _YEAR.search(words) is not None
    return Tag("last") if itself else tag


def numbers(clause: Clause, text: Normal, block: int, words: Lexicon) -> Iterator[Number]:
    """The numbers of a clause, each with its role."""
    end, before = 0, None
    for match in _NUMBER.finditer(clause.text):
        if _NO_AMOUNT.match(clause.text, match.end()) and not match["unit"]:
            continue
        if clause.text[match.end() : match.end() + 1] in "—~" and not match["unit"]:
            continue
        gap = clause.text[max(end, match.start() - _BEFORE) : match.start()]
        amount = _amount(match, clause, text, block, gap)
        found = _role(gap, amount, before, clause.text[match.end() : match.end() + _BEHIND], words)
        if found is None:
            continue
        role, sign, said, detail = found
        before = Number(amount, role, sign, said, detail, match.start(), match.end())
        yield before
        end = match.end()


def _amount(match: re.Match[str], clause: Clause, text: Normal, block: int, gap: str) -> Amount:
    digits = match["n"].replace(",", "")
    unit = match["unit"] or ""
    family, scale = unit, Fraction(1)
    if unit in MONEY:
        family, scale = MONEY_UNIT, MONEY[unit]
    elif unit == "千元":
        family, scale = MONEY_UNIT, Fraction(1, 10)
    elif unit.endswith("百分点"):
        family = POINTS
    places = len(digits.partition(".")[2])
    torn = clause.text[max(0, match.start() - 2) : match.start()].strip(" ")[-1:].isdigit()
    torn = torn or (digits[:1] == "0" and digits[1:2].isdigit())
    rough = bool(
        torn or match["about"] or _ROUGH.search(gap) or _ROUGHLY.match(clause.text, match.end())
    )
    value = Fraction(digits) * scale * (-1 if match["sign"] else 1)
    at, stop = text.at(clause.start + match.start("n"), clause.start + match.end("n"))
    rough = rough or any(first <= at < last for first, last in text.doubtful)
    return Amount(
        value, scale / 10**places, digits, family, block, at, stop,
        match["n"] + match["about"] + unit, rough,
    )  # fmt: skip


def _role(
    gap: str, amount: Amount, before: Number | None, after: str, lexicon: Lexicon
) -> tuple[str, int, str, str] | None:
    """Role, sign, words and detail of a number; None for one that says nothing here."""
    unit = amount.unit
    if before is not None and before.role in ("level", "percent", "base") and _TO.search(gap):
        to = lexicon.way.search(_TO.sub("", gap))
        if to is not None and before.amount.unit == unit:
            return "raised", 1 if to["up"] else -1, gap, ""
    if unit == PERCENT:
        return _percentage(gap, before, lexicon)
    if unit == "":
        compared = _AGAINST.search(gap) and lexicon.moving.match(after)
        return ("base", 0, gap, "") if compared else None
    if _PRICE.search(gap):
        return "price", 0, gap, ""
    return _changed(gap, lexicon) or _stated(gap)


def _changed(gap: str, lexicon: Lexicon) -> tuple[str, int, str, str] | None:
    """The role of an amount that words of change stand before."""
    way = lexicon.way.search(gap)
    if way is not None and (way["none"] or not _is_label(gap, way)):
        sign = 1 if way["up"] else -1 if way["down"] else 0
        return "change", sign, gap[: way.start()], way[0]
    over = _OVER.search(gap)
    if over is not None and re.search(r"预算|上年|去年|计划|决算|\d", over["against"]):
        sign = 1 if over["up"] else -1
        return "change", sign, gap[: over.start()] + "比" + over["against"], ""
    return None


def _stated(gap: str) -> tuple[str, int, str, str]:
    """The role of an amount that is stated as it is."""
    if _BUDGETED.search(gap):
        return "budget", 0, gap, ""
    share = _SHARE.search(gap)
    if share is not None:
        return "whole", 0, gap[: share.start()], share["of"]
    return ("base" if _AGAINST.search(gap) else "level"), 0, gap, ""


def _is_label(gap: str, way: re.Match[str]) -> bool:
    """新增债券100万元, 多功能厅: the direction is part of a name, not the verb before a number."""
    word = way["up"] or way["down"] or ""
    return (
        len(word) == 1
        and word in "多少增减降"
        and way.end("up" if way["up"] else "down") != len(gap)
    )


def _percentage(
    gap: str, before: Number | None, lexicon: Lexicon
) -> tuple[str, int, str, str] | None:
    way = lexicon.way.search(gap)
    if way is not None:
        sign = 1 if way["up"] else -1 if way["down"] else 0
        return "rate", sign, gap[: way.start()], way[0]
    noun = _RATE_END.search(gap)
    if noun is not None:
        kind = _RATE_NOUN.search(noun[0])
        sign = 0 if kind is None else 1 if kind["up"] else -1
        return "rate", sign, gap[: noun.start()], noun[0]
    if before is not None and re.fullmatch(r"的?(?:比重|比例)?(?:为|约|达)?", gap):
        if before.role == "budget":
            return "completion", 0, "", ""
        if before.role == "whole":
            return "share", 0, before.words, before.detail
    share = _SHARE.search(gap)
    done = _DONE.search(gap)
    if done is not None and (share is None or done.start() < share.start() or "预算的" in done[0]):
        return "completion", 0, gap[: done.start()], done[0]
    if share is not None:
        return "share", 0, gap[: share.start()], share["of"]
    over = _OVER.search(gap)
    if over is not None:
        return "rate", 1 if over["up"] else -1, gap[: over.start()] + "比" + over["against"], ""
    if _AGAINST.search(gap):
        return "base", 0, gap, ""
    return "percent", 0, gap, ""


def is_ratio(label: str) -> bool:
    """Whether a label names what is stated in percent."""
    return _RATIO.search(label) is not None


def against(words: str) -> tuple[str, str] | None:
    """The label before a comparing word, and what it compares with; None without such a word."""
    found = last(_AGAINST, words)
    if found is None:
        return None
    word = found["word"]
    inner = word if word.startswith("与") and len(word) > 1 else words[found.end() :]
    if word in ("同比",):
        inner = word + inner
    if word in ("相比", "对比"):
        inner = words[: found.start()]
        return "", inner
    return words[: found.start()], inner


def last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """The last place that ``pattern`` finds."""
    return next(iter(deque(pattern.finditer(text), maxlen=1)), None)


def flat(words: str) -> bool:
    """Whether the words say that nothing changed."""
    return _FLAT.search(words) is not None and _ABOUT_FLAT.search(words) is None


def nothing(words: str) -> bool:
    """Whether the words say that there was none of it."""
    return _NOTHING.search(words) is not None or _NONE_OF.search(words) is not None


def nothing_of(words: str) -> Iterator[str]:
    """What there was none of: the words before 无, else those behind it."""
    if _NOTHING.search(words):
        yield re.sub(r"(?:没有|无|未发生|未安排)[^，]*$", "", words)
    behind = _NONE_OF.search(words)
    if behind is not None:
        yield behind["what"]
