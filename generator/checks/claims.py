"""What sentences claim: A万元，比上年减少B万元，下降C%，占…D%，完成预算的E%.

A sentence is read from left to right as items: an amount is the subject of the changes, rates
and shares that follow it. A number equal to a figure of the content is that figure, exact;
any other stands for everything that rounds to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import TypeAlias

from generator.checks.precision import Span, around, judge, point, ratio, significant
from generator.checks.prose import NUMERAL, Number, Passage
from generator.checks.subject import Subject
from generator.figures.amounts import MONEY, show
from generator.figures.model import Figure
from generator.frozen import frozen
from generator.problems import Position

UP, DOWN = ("增加", "增长", "上升", "提高", "多"), ("减少", "下降", "降低", "少")
_WAYS = "|".join((*UP, *DOWN))
_RATE_NOUN = "增幅|降幅|增长率"
_MONEY = "万元|亿元|元"
#: Asked only of a text that tells of changes or shares: `re` compiles it then, and keeps it.
_ITEM = (
    rf"(?P<both>增加（减少）|增长（下降）)"
    rf"|(?P<change>{_WAYS})(?:了)?\s*(?P<cn>{NUMERAL})(?P<ca>[余多]?)(?P<cu>{_MONEY})"
    rf"|(?P<rate>{_WAYS}|{_RATE_NOUN})(?:了|为|幅度为)?\s*(?P<rs>-?)(?P<rn>{NUMERAL})(?P<ru>%|％|(?!\d|\.\d))"
    rf"|占(?P<of>[^，。；：、\d%]{{0,20}}?)的?(?:比重|比例)?(?:为|约)?\s*(?P<sn>{NUMERAL})(?P<su>%|％|(?!\d|\.\d))"
    rf"|(?P<done>完成[^，。；：、\d%]{{0,8}}?(?:预算|计划)[^，。；：、\d%]{{0,4}}?|(?:预算)?(?:执行|完成)率)"
    rf"(?:的|为|达|达到|是)?\s*(?P<dn>{NUMERAL})\s*(?P<du>%|％|(?!\d|\.\d))"
    rf"|(?<![\d.A-Za-z])(?P<an>{NUMERAL})(?P<aa>[余多]?)(?P<au>{_MONEY})"
)
_AGAINST_LAST = ("上年", "去年", "同比", "上一年")
_AGAINST_OTHER = ("预算数", "年初", "计划", "目标", "合同", "批复")


@frozen
class Claim:
    """One statement about a number and what it should be.

    ``kind``: 增减 (amount), 增长 (rate), 占比, 完成率. ``verdict``: empty when right, else why
    not. ``expected``: how the right number prints, empty when there is none (zero base).
    """

    kind: str
    at: Position
    quote: str
    verdict: str
    expected: str = ""
    basis: str = ""
    related: tuple[Position, ...] = ()


#: What stands before an amount is told by its words; longer ones are no name for it.
_LONGEST_LABEL = 100
#: Totals of one passage that a share may name.
_MOST_TOTALS = 50

_Amount: TypeAlias = tuple[str, Number, Span]


class _State:
    """What has been said so far in a passage."""

    def __init__(self) -> None:
        self.last: _Amount | None = None
        self.budget: _Amount | None = None
        #: Totals in the order of the text, as many as a passage has.
        self.totals: list[_Amount] = []
        self.change: tuple[str, Number, Span] | None = None
        self.against = ""
        self.end = 0


def claims(data: Subject) -> Iterator[Claim]:
    """Every claim in the report and the facts that can be checked and was typed, in part."""
    found = data.memo.get("claims")
    if not isinstance(found, tuple):
        # Each claim begins with an amount, and one of its numbers was typed.
        stating = [passage for passage in data.counted if "元" in passage.text]
        found = tuple(c for passage in stating for c in _Reader(data, passage).read())
        data.memo["claims"] = found
    yield from found


class _Reader:
    def __init__(self, data: Subject, passage: Passage) -> None:
        self._data = data
        self._passage = passage
        self._state = _State()

    def read(self) -> Iterator[Claim]:
        """The claims of the passage."""
        text, state = self._passage.text, self._state
        for match in re.finditer(_ITEM, text):
            gap = text[state.end : match.start()]
            if re.search(r"[。！？]", gap):
                state.change, state.against = None, ""
            if match["an"]:
                self._subject(match)
            elif match["change"]:
                self._compare_with(gap)
                yield from self._change(match)
            elif match["rate"]:
                self._compare_with(gap)
                yield from self._rate(match)
            elif match["of"] is not None:
                yield from self._share(match)
            elif match["done"]:
                yield from self._completion(match)
            state.end = match.end()

    # Items

    def _subject(self, match: re.Match[str]) -> None:
        number = self._passage.number(match, "an", "au", "aa")
        text = self._passage.text
        before = text[max(0, number.start - _LONGEST_LABEL) : number.start]
        label = before[max(before.rfind(mark) for mark in "，。；：、,;:") + 1 :]
        state = self._state
        state.last = amount = (label, number, self._span(number))
        if "预算" in label or "计划" in label:
            state.budget = amount
        if self._is_total(label):
            state.totals[_MOST_TOTALS - 1 :] = []  # the last one is the nearest
            state.totals.append(amount)
        state.change, state.against = None, ""

    def _compare_with(self, gap: str) -> None:
        last = str(self._data.year - 1)
        if any(word in gap for word in (*_AGAINST_LAST, last)):
            self._state.against = "上年"
        elif any(word in gap for word in _AGAINST_OTHER) or re.search(r"\d", gap):
            self._state.against = "别的"

    def _change(self, match: re.Match[str]) -> Iterator[Claim]:
        state = self._state
        number = self._passage.number(match, "cn", "cu", "ca")
        state.change = (match["change"], number, self._span(number))
        if state.against != "上年" or state.last is None:
            return
        _, subject, _ = state.last
        if not self._checkable(subject, number):
            return
        figures = self._figures(subject)
        deltas = [f.value - f.base.value for f in figures if f.base is not None]
        if not deltas:
            return
        wanted = self._money(number) * (1 if match["change"] in UP else -1)
        quote = match[0]
        if wanted in deltas or self._roughly(wanted, number, deltas):
            return
        if any(delta == -wanted for delta in deltas):
            yield self._claim("增减", number, quote, "方向反了", _worded(-wanted), figures=figures)
        elif significant(subject.text) >= 3:
            expected = "或".join(dict.fromkeys(_worded(delta) for delta in deltas))
            yield self._claim("增减", number, quote, "不符", expected, figures=figures)

    def _rate(self, match: re.Match[str]) -> Iterator[Claim]:
        state = self._state
        number = self._passage.number(match, "rn", "ru")
        up = match["rate"] in (*UP, "增幅", "增长率")
        if state.against != "上年" or state.last is None:
            return
        _, subject, span = state.last
        change = state.change
        typed = [subject, number, *([change[1]] if change else [])]
        if not self._checkable(*typed):
            return
        quote = match[0]
        if not match["ru"]:
            yield self._claim("缺%", number, quote, "缺%")
            return
        if change is not None and (change[0] in UP) != up and change[2].high:
            yield self._claim("增长", number, quote, "方向不一致", basis=f"前面是{change[0]}")
            return
        expected = self._growths(subject, span, change)
        if expected is None:
            return
        yield from self._judged("增长", number, quote, expected, up=up, subject=subject)

    def _share(self, match: re.Match[str]) -> Iterator[Claim]:
        number = self._passage.number(match, "sn", "su")
        if self._state.last is None:
            return
        _, part, part_span = self._state.last
        whole = self._whole(match["of"])
        if whole is None or not self._checkable(part, number, whole[0]):
            return
        if not match["su"]:
            yield self._claim("缺%", number, match[0], "缺%")
        elif whole[1].low > 0:
            expected = ratio(part_span, whole[1])
            yield from self._judged("占比", number, match[0], [expected], up=True, subject=part)

    def _completion(self, match: re.Match[str]) -> Iterator[Claim]:
        number = self._passage.number(match, "dn", "du")
        budget, done = self._state.budget, self._state.last
        if budget is None or done is None or done is budget:
            return
        if not self._checkable(budget[1], done[1], number):
            return
        if not match["du"]:
            yield self._claim("缺%", number, match[0], "缺%")
        elif budget[2].middle == 0:
            yield self._claim("完成率", number, match[0], "基数为0", basis="预算数是0")
        else:
            expected = ratio(done[2], budget[2])
            yield from self._judged(
                "完成率", number, match[0], [expected], up=True, subject=done[1]
            )

    # Helpers

    def _checkable(self, *numbers: Number) -> bool:
        """Typed at least in part, and none of them a rough number."""
        return any(number.typed for number in numbers) and not any(n.about for n in numbers)

    def _span(self, number: Number) -> Span:
        value = self._money(number)
        if not number.typed or not value or value in self._data.money:
            return point(value)
        scale = MONEY[number.unit]
        span = around(Fraction(number.text), number.places)
        return Span(max(Fraction(0), span.low * scale), span.high * scale)

    @staticmethod
    def _money(number: Number) -> Fraction:
        return Fraction(number.text) * MONEY[number.unit]

    def _figures(self, number: Number) -> tuple[Figure, ...]:
        return self._data.money.get(self._money(number), ())

    def _roughly(self, wanted: Fraction, number: Number, deltas: list[Fraction]) -> bool:
        """Whether a change was honestly rounded for the sentence."""
        return any(
            not judge(wanted / MONEY[number.unit], number.places, point(d / MONEY[number.unit]))
            for d in deltas
        )

    def _growths(
        self, subject: Number, span: Span, change: tuple[str, Number, Span] | None
    ) -> list[Span] | None:
        """The growth rates that the sentence or the figures allow; None when unknown."""
        figures = [f for f in self._figures(subject) if f.base is not None and f.base.value > 0]
        if change is not None:
            # A change that the figures themselves show is exact, its base known.
            size = self._money(change[1])
            exact = [f for f in figures if f.base and abs(f.value - f.base.value) == size]
            if exact:
                return _rates(exact)
            way, amount, delta = change
            sign = 1 if way in UP else -1
            if sign > 0 and self._money(amount) == self._money(subject):
                return []
            base = Span(*sorted((span.low - sign * delta.high, span.high - sign * delta.low)))
            if base.exact and base.low == 0:
                return []
            if base.low <= 0:
                return None
            return [ratio(Span(sign * delta.low, sign * delta.high), base)]
        return _rates(figures) or None

    def _whole(self, of: str) -> tuple[Number, Span] | None:
        """The total that a share is of: named, or the passage's own 合计/总额."""
        name = re.sub(r"[的比重例]|总额|合计|总数|决算|数$", "", of)
        earlier = [item for item in self._state.totals if item is not self._state.last]
        if name:
            earlier = [item for item in earlier if name in item[0]][:1]
        return earlier[-1][1:] if earlier else None

    def _judged(
        self, kind: str, number: Number, quote: str, expected: list[Span], *, up: bool,
        subject: Number,
    ) -> Iterator[Claim]:  # fmt: skip
        """The claim about a percentage, unless one of ``expected`` rounds to it."""
        if not expected:
            yield self._claim(kind, number, quote, "基数为0", basis="上年数是0")
            return
        typed = Fraction(number.text) * (1 if up else -1)
        verdicts = {}
        for span in expected:
            verdict = judge(typed, number.places, Span(span.low * 100, span.high * 100))
            if not verdict:
                return
            verdicts[verdict] = span
        percents = [Span(span.low * 100, span.high * 100) for span in expected]
        if not any(judge(-typed, number.places, percent) for percent in percents):
            verdicts = {"方向反了": expected[0]}
        for verdict in ("截断", "两次舍入", "方向反了", "不符"):
            if verdict in verdicts:
                value = verdicts[verdict].middle
                places = max(number.places, 2)
                text = f"{show(abs(value) * 100, places)}%"
                if kind == "增长":
                    text = ("增长" if value > 0 else "下降") + text
                figures = self._figures(subject)
                yield self._claim(kind, number, quote, verdict, text, figures=figures)
                return

    def _is_total(self, label: str) -> bool:
        return any(word in label for word in self._data.known.totals)

    def _claim(
        self, kind: str, number: Number, quote: str, verdict: str, expected: str = "", *,
        basis: str = "", figures: tuple[Figure, ...] = (),
    ) -> Claim:  # fmt: skip
        return Claim(
            kind, self._passage.at(number.start), quote, verdict, expected, basis,
            tuple(dict.fromkeys(figure.at for figure in figures[:3])),
        )  # fmt: skip


def _rates(figures: list[Figure]) -> list[Span]:
    """The growth of each figure that has a base."""
    return [point((f.value - f.base.value) / f.base.value) for f in figures if f.base]


def _worded(delta: Fraction) -> str:
    word = "增加" if delta > 0 else "减少"
    return f"{word}{show(abs(delta), 6)}万元" if delta else "与上年持平"
