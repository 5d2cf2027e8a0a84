"""Identities between figures: two formulas joined by ``=``, ``≤`` or ``≥``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from generator.figures import formulas
from generator.figures.model import Figure

_SIGN = re.compile(r"<=|>=|≤|≥|=|＝")
_SIGNS = {"<=": "≤", ">=": "≥", "＝": "="}


class RelationError(ValueError):
    """The text is no relation."""


@dataclass(frozen=True, slots=True)
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


def resolve(
    relation: Relation, figures: Mapping[str, Figure]
) -> tuple[Fraction, Fraction] | None:
    """The values of both sides; None when a name is not there or a divisor is zero."""
    values = {name: figures[name].value for name in relation.names if name in figures}
    if len(values) < len(relation.names):
        return None
    try:
        return (
            formulas.evaluate(relation.left, values.__getitem__),
            formulas.evaluate(relation.right, values.__getitem__),
        )
    except ZeroDivisionError:
        return None


def value_of(formula: str, figures: Mapping[str, Figure]) -> Fraction | None:
    """The value of a plain formula over figures, None when a name is missing."""
    tree = formulas.parse(formula)
    values: dict[str, Fraction] = {}
    for name in formulas.names(tree):
        figure = figures.get(name.path)
        if figure is None:
            return None
        values[name.path] = figure.value
    try:
        return formulas.evaluate(tree, values.__getitem__)
    except ZeroDivisionError:
        return None
