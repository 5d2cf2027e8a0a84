"""Identities between figures: two formulas joined by ``=``, ``≤`` or ``≥``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from fractions import Fraction

from generator.figures import formulas
from generator.figures.model import Figure
from generator.frozen import frozen

_SIGN = re.compile(r"<=|>=|≤|≥|=|＝")
_SIGNS = {"<=": "≤", ">=": "≥", "＝": "="}


class RelationError(ValueError):
    """The text is no relation."""


@frozen
class Relation:
    """``left sign right`` with the names both sides use."""

    left: formulas.Expression
    right: formulas.Expression
    sign: str
    left_text: str
    right_text: str

    @property
    def names(self) -> tuple[str, ...]:
        """Every figure named, in order."""
        found = [*formulas.names(self.left), *formulas.names(self.right)]
        return tuple(dict.fromkeys(name.path for name in found))

    def holds(self, left: Fraction, right: Fraction) -> bool:
        """Whether the relation is true of these values."""
        if self.sign == "=":
            return left == right
        return left <= right if self.sign == "≤" else left >= right


def parse(text: str) -> Relation:
    """The relation in ``text``; raises ``RelationError``."""
    signs = list(_SIGN.finditer(text))
    if len(signs) != 1:
        raise RelationError("要有一个（而且只有一个）= ≤ ≥")
    left, right = text[: signs[0].start()].strip(), text[signs[0].end() :].strip()
    try:
        trees = formulas.parse(left), formulas.parse(right)
    except formulas.FormulaError as error:
        raise RelationError(f"“{error.found}”处不通") from error
    relation = Relation(*trees, _SIGNS.get(signs[0][0], signs[0][0]), left, right)
    if not relation.names:
        raise RelationError("里面没有数的名称")
    return relation


def values_of(
    names: Iterable[str], figure: Callable[[str], Figure | None]
) -> dict[str, Fraction] | None:
    """The value of each name; None when one of them is not there."""
    found = {name: figure(name) for name in names}
    values = {name: known.value for name, known in found.items() if known is not None}
    return values if len(values) == len(found) else None


def resolve(
    relation: Relation, figure: Callable[[str], Figure | None]
) -> tuple[Fraction, Fraction] | None:
    """The values of both sides; None when a name is not there or a divisor is zero."""
    left, right = (evaluated(tree, figure) for tree in (relation.left, relation.right))
    return None if left is None or right is None else (left, right)


def value_of(text: str, figure: Callable[[str], Figure | None]) -> Fraction | None:
    """The value of the formula ``text``; None when it cannot be read or computed."""
    try:
        return evaluated(formulas.parse(text), figure)
    except formulas.FormulaError:
        return None


def evaluated(tree: formulas.Expression, figure: Callable[[str], Figure | None]) -> Fraction | None:
    """The value of a formula over figures; None when a name is missing or a divisor is zero."""
    values = values_of((name.path for name in formulas.names(tree)), figure)
    if values is None:
        return None
    try:
        return formulas.evaluate(tree, values.__getitem__)
    except ZeroDivisionError:
        return None
