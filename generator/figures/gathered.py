"""What a unit that sums up others takes over from them, and the sums."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

from generator.figures import formulas
from generator.figures.graph import Definition, reference_sum
from generator.figures.model import Words
from generator.frozen import frozen
from generator.problems import Position

#: The units that are summed up, all their projects, and those that are missing.
EACH, PROJECTS_OF_EACH, MISSING = "各单位", "各项目", "未汇总"
#: Sums and averages over the units; over all projects under ``项目``.
SUM, AVERAGE = "合计", "平均"
COUNTS: Final = "汇总"
_DIGITS: Final = re.compile(r"-?[0-9][0-9,]*(?:\.[0-9]+)?")
#: The names that only a unit has which sums up others.
NAMES: Final = (EACH, PROJECTS_OF_EACH, MISSING, SUM, AVERAGE)


@frozen
class Gathered:
    """Definitions and texts of other units under the names of the one that sums them up.

    ``lists``: those that are there also with nothing in them.
    """

    figures: tuple[Definition, ...]
    words: tuple[Words, ...]
    lists: tuple[str, ...] = (EACH, PROJECTS_OF_EACH, MISSING)


def total(path: str, of: Sequence[str], less: Sequence[str], said: str, at: Position) -> Definition:
    """The sum of the figures ``of`` (at least one), without those of ``less``."""
    tree = reference_sum(of)
    if less:
        tree = formulas.Operation("-", tree, reference_sum(less))
    return Definition(path, at, tree=tree, source=said)


def average(path: str, of: Sequence[str], said: str, at: Position) -> Definition:
    """The average of the figures ``of`` (at least one)."""
    names = tuple(formulas.Name(one, 0) for one in of)
    return Definition(path, at, tree=formulas.Call("平均", names), source=said)


def count(path: str, number: int, at: Position) -> Definition:
    """A number of units or projects."""
    return Definition(path, at, value=Fraction(number), unit="个", text=str(number))


def kept(path: str, value: Mapping[str, object], at: Position) -> Definition | Words:
    """What another unit's record says of one of its values, under the name ``path``."""
    text = str(value["text"])
    if "value" not in value:
        return Words(text, path, at)
    found = _DIGITS.search(text)
    digits = found[0] if found else ""
    before, _, behind = text.partition(digits) if digits else ("", "", "")
    return Definition(
        path, at, value=Fraction(str(value["value"])), unit=str(value["unit"]), text=text,
        places=len(digits.partition(".")[2]), prefix=before, suffix=behind,
    )  # fmt: skip
