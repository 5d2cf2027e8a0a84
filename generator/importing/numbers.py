"""Numbers of cells: exact, money in 万元, rounded nowhere.

What the money of a table is in its captions and heads say, else the user vouches for it: filled
forms, known tables and lists all go by it, and none of them guesses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Final

from generator.content.loader import FACTS, FIGURES
from generator.content.schema.unit_years import MONEY as DEFAULT
from generator.figures.amounts import (
    MONEY,
    exact_places,
    plain,
    round_half_up,
    show,
    trimmed,
    typed_places,
)
from generator.figures.compute import PROJECT_TOTALS
from generator.frozen import replace
from generator.importing.drafts import Drafts
from generator.importing.labels import LONGEST
from generator.importing.model import Value

_NUMBER: Final = re.compile(
    r"[-－−]?\d{1,3}(?:[,，]\d{3}){1,6}(?:\.\d{1,12})?|[-－−]?\d{1,18}(?:\.\d{1,12})?"
)
_MINUS: Final = str.maketrans({"－": "-", "−": "-", "，": ",", "．": "."})
#: What full-width typing makes of digits and of the signs of numbers.
_HALF: Final = {ord("０") + digit: str(digit) for digit in range(10)} | {
    ord(wide): half for wide, half in zip("，．－−＋％￥", ",.--+%¥", strict=True)
}
_LEADING: Final = re.compile(r"(¥\s?)?(-?\d[\d,]{0,20}(?:\.\d{1,12})?(?:[eE][+-]?\d{1,2}(?!\d))?)")
#: Digits before the point, or zeros behind it, of a number with an exponent.
_FARTHEST: Final = 16
_GROUPED: Final = re.compile(r"\d{1,3}(?:,\d{3})+")
#: Decimals of an amount in 万元 that everybody prints; finer ones are kept in 元.
FINE: Final = 2


_SAID: Final = re.compile(
    r"单位[:：]?(?:人民币)?([百十亿万千]{0,2}元)(?![/／每][\u4e00-\u9fff])"
    r"|[(（](?:金额)?(?:人民币)?([百十亿万千]{0,2}元)[)）]$"
)
#: What stands behind a number: a unit, or the rest of a date; letters are slips (1l for 11).
OWN: Final = re.compile(r"[\u4e00-\u9fff]{0,8}|[%‰]|年\d{1,2}月(?:\d{1,2}日)?")
NO_NUMBER: Final = "不是数"
_NO_VALUE: Final = "是公式，没有存值"
_FUNDS: Final = "资金"
_AVERAGE: Final = "平均分"
#: Name → whether it is an amount of money; of a project's own names with the second argument.
Amounts = Callable[[str, bool], bool]


def number(text: str) -> Decimal | None:
    """The number that a cell holds; None for anything else, blanks and dashes included."""
    text = re.sub(r"\s", "", text).translate(_MINUS)
    return Decimal(text.replace(",", "")) if _NUMBER.fullmatch(text) else None


def fraction(text: str) -> Fraction:
    """The number that a cell holds, thousands parted or not; raises ``ValueError`` for others."""
    found = number(text)
    if found is None:
        raise ValueError(text)
    return Fraction(found)


def in_content(value: Decimal, unit: str) -> str:
    """An amount of ``unit`` as content has it: in 万元, every digit kept; other units as typed."""
    if unit in ("", DEFAULT) or unit not in MONEY:
        return plain(value)
    exact = Fraction(value) * MONEY[unit]
    places = exact_places(exact)
    assert places is not None
    return trimmed(round_half_up(exact, places))


def turned(text: str, *, into: str) -> str:
    """An amount in 万元 as one of ``into``; raises ``ValueError`` for what is no number."""
    value = fraction(text) / MONEY[into]
    return show(value, exact_places(value) or 0)


def split(text: str) -> tuple[Decimal | None, str]:
    """The number that a text begins with, and its unit: 39家; None for other texts.

    Digits and signs may be full-width (３．６, 36，000元), a number have an exponent, money a sign.
    """
    text = text.strip()
    plainer = text.translate(_HALF)
    found = _LEADING.match(plainer)
    if found is None or (number_of := _decimal(found[2])) is None:
        return None, text
    unit = plainer[found.end() :].strip()
    return number_of, unit or ("元" if found[1] else "")


def _decimal(text: str) -> Decimal | None:
    """A number with its thousands parted as they are, or not at all."""
    whole = text.lower().partition("e")[0].lstrip("-").partition(".")[0]
    if "," in whole and not _GROUPED.fullmatch(whole):
        return None
    value = Decimal(text.replace(",", ""))
    if "e" in text.lower():
        return Decimal(format(value, "f")) if abs(value.adjusted()) < _FARTHEST else None
    return value


def same(one: str, other: str) -> bool:
    """Whether two texts say the same: numbers as far as the coarser one tells."""
    (a, of_a), (b, of_b) = split(one), split(other)
    if a is None or b is None or of_a != of_b:
        return re.sub(r"\s", "", one) == re.sub(r"\s", "", other)
    places = min(typed_places(plain(a)), typed_places(plain(b)))
    finer = max(a, b, key=lambda x: typed_places(plain(x)))
    coarser = b if finer is a else a
    return a == b or (places > 0 and round_half_up(Fraction(finer), places) == coarser)


# What money is in


def units(texts: Iterable[str]) -> list[str]:
    """The units that captions and heads say their money is in, each once."""
    found: dict[str, None] = {}
    for text in texts:
        plain = re.sub(r"\s", "", text)
        if len(plain) <= LONGEST * 2:
            found |= dict.fromkeys(own or head for own, head in _SAID.findall(plain))
    return list(found)


def doubt(told: Iterable[str], money: str) -> tuple[str, str]:
    """The unit of a table that says ``told`` of it, and why it has none; one of both is empty.

    ``money``: what the user says where the table does not.
    """
    stated = list(told) or [money]
    if len(stated) > 1:
        return "", f"写了几种金额单位（{'、'.join(stated)}），分不清"
    if stated[0] in MONEY:
        return stated[0], ""
    return "", (
        f"金额单位是{stated[0]}，不认识" if stated[0] else "没有写金额单位，请用 --money 写明"
    )


def amounts(drafts: Drafts) -> Amounts:
    """Which names of content are money: those of tables, unless their rows count something else."""
    figures, facts = drafts.file(FIGURES), drafts.file(FACTS)

    def is_amount(name: str, own: bool) -> bool:
        steps = name.split(".")
        if own:
            return steps[0] == _FUNDS and len(steps) > 2
        if steps[0] == PROJECT_TOTALS:
            return steps[-1] != _AVERAGE
        if figures.at((steps[0],)) is None:
            return len(steps) > 2 and facts.at((steps[0],)) is None
        spots = (figures.at((*steps[:count], "单位")) for count in range(len(steps), 0, -1))
        return next((spot.text.strip() for spot in spots if spot is not None), DEFAULT) in MONEY

    return is_amount


def is_formula(text: str) -> bool:
    """Whether a cell holds a formula that nobody has worked out."""
    return text.startswith("=")


def no_number(text: str) -> str:
    """Why the text of a cell is no number, in few words."""
    return _NO_VALUE if is_formula(text) else NO_NUMBER


def why_not(text: str, told: str) -> str:
    """Why the text of a cell is no amount; ``told``: why the table has no unit."""
    found, own = split(text)
    if found is None or not OWN.fullmatch(own):
        return no_number(text)
    return f"“{own}”不是金额的单位" if own else told


def amount(value: Value, unit: str) -> Value | None:
    """``value`` as an amount in 万元; None for what is none."""
    found, own = split(value.text)
    used = own or unit
    if found is None or used not in MONEY:
        return None
    return replace(value, text=in_content(found, used), unit=used, amount=True)
