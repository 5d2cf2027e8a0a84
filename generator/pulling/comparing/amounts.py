"""What content would have to say for a place to print the number that somebody wrote there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

from generator.figures.amounts import MONEY, exact_places, show
from generator.frozen import frozen
from generator.importing import numbers

_FIRST: Final = re.compile(r"[¥￥]?[-－−]?\d")
_UNLIKE: Final = "印出来的写法和填的不一样，请直接改内容"


class Unsaid(Exception):
    """Content cannot say it; the text says why, in Chinese."""


@frozen
class Said:
    """A text about one number: what stands before it, the number, and its unit behind it."""

    lead: str
    number: Fraction
    unit: str
    digits: str


def read(text: str) -> Said | None:
    """``text`` taken apart; None where it holds no number that can be read."""
    first = _FIRST.search(text)
    if first is None:
        return None
    number, unit = numbers.split(text[first.start() :])
    if number is None:
        return None
    return Said(text[: first.start()].strip(), Fraction(number), unit, f"{number:f}")


def equal(one: str, other: str) -> bool:
    """Whether two texts say the same number of the same unit, however they are typed."""
    a, b = read(one), read(other)
    return (
        a is not None and b is not None
        and (a.lead, a.number) == (b.lead, b.number)
        and (a.unit == b.unit or "" in (a.unit, b.unit))
    )  # fmt: skip


def typed_as(value: Mapping[str, Any], printed: str, new: str) -> str:
    """What to type for ``new`` where ``printed`` stood, in the way that ``value`` was typed.

    Raises ``Unsaid``: a unit is never guessed, and a number of another one never taken over, as
    the place would print it in its own.
    """
    was, own, now = read(printed), read(value["text"]), read(new)
    if was is None or own is None:
        raise Unsaid(_UNLIKE)
    if now is None:
        raise Unsaid(f"“{new}”看不出是哪个数，请改成数再取回，或者直接改内容")
    kept = own.unit or str(value.get("unit", ""))
    shown = was.unit or kept
    if now.lead != was.lead or now.unit not in {was.unit, shown}:
        raise Unsaid(_other(now, was, shown))
    factor = _factor(was, own, kept)
    if was.number * factor != own.number:
        raise Unsaid(_UNLIKE)
    digits = now.digits if factor == 1 else _exact(now.number * factor)
    if digits == own.digits:
        raise Unsaid("数没有变，只是写法变了，印的写法由 gen 定")
    return f"{own.lead}{digits}{own.unit}"


def _factor(was: Said, own: Said, kept: str) -> Fraction:
    """What the number printed is multiplied by to get the one that is typed."""
    if was.unit in MONEY and kept in MONEY:
        return MONEY[was.unit] / MONEY[kept]
    # A cell of Excel may keep 95% as 0.95; of nothing nobody can tell.
    if own.unit == "%" and not was.unit:
        if not own.number:
            raise Unsaid(_UNLIKE)
        return Fraction(100)
    return Fraction(1)


def _exact(value: Fraction) -> str:
    return show(value, exact_places(value) or 0)


def _other(now: Said, was: Said, shown: str) -> str:
    if now.lead == was.lead and now.unit in MONEY and shown in MONEY:
        amount = f"{_exact(now.number * MONEY[now.unit] / MONEY[shown])}{shown}"
        return (
            f"文档写{now.digits}{now.unit}，就是{amount}；这里印的是{shown}，没有替你换算："
            f"请在文档里写成{amount}再取回，或者直接改内容"
        )
    told = f"{now.lead}…{now.unit}" if now.unit else f"{now.lead}…（没有单位）"
    return (
        f"数前后的字和这里印的（{was.lead}…{shown}）不一样，成了“{told}”："
        "请在文档里改得一样再取回，或者直接改内容"
    )
