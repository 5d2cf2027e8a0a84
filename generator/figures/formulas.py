"""The formula language of content files: names, numbers, + − × ÷, parentheses, functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from typing import Final

from generator.frozen import frozen
from generator.problems import Position

MAX_NESTING: Final = 50
MAX_TOKENS: Final = 500
FUNCTIONS: Final = ("求和", "平均", "最大", "最小")

# Plain digits only: "\d" takes full-width ones too.
_TOKEN = re.compile(
    r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?)(?![0-9０-９．％])(?P<percent>%)?|(?P<name>[^\W\d]\w*(?:\.\w+)*)"
    r"|(?P<sign>[-+*/×÷−()（）,，、＋－＊／]))"
)
_WIDE_NUMBER = re.compile("[0-9０-９]+(?:[.．][0-9０-９]+)?[%％]?")
_SIGNS = str.maketrans("×÷−（），、＋－＊／", "*/-(),,+-*/")


@frozen
class Number:
    """A number typed in a formula."""

    value: Fraction
    text: str


@frozen
class Name:
    """A figure by name; ``offset`` counts characters from the start of the formula.

    ``at`` is its place, once the formula's is known.
    """

    path: str
    offset: int
    at: Position | None = None


@frozen
class Operation:
    """``left sign right`` with sign one of + - * /."""

    sign: str
    left: Expression
    right: Expression


@frozen
class Call:
    """One of ``FUNCTIONS`` over at least one argument."""

    function: str
    arguments: tuple[Expression, ...]


Expression = Number | Name | Operation | Call


class FormulaError(ValueError):
    """The text is no formula: ``found`` at ``offset``; ``code`` names the catalogue entry."""

    def __init__(self, code: str, found: str, offset: int) -> None:
        super().__init__(f"{code} {found!r} at {offset}")
        self.code, self.found, self.offset = code, found, offset


@frozen
class _Token:
    kind: str
    text: str
    offset: int


def parse(source: str) -> Expression:
    """The expression tree of ``source`` (without the leading ``=``).

    Raises ``FormulaError`` with the offending text and its offset.
    """
    tokens = list(islice(_tokens(source), MAX_TOKENS + 1))
    if len(tokens) > MAX_TOKENS:
        raise FormulaError("F112", tokens[MAX_TOKENS].text, tokens[MAX_TOKENS].offset)
    return _Parser(tokens).parse()


def _tokens(source: str) -> Iterator[_Token]:
    position, end = 0, len(source.rstrip())
    while position < end:
        match = _TOKEN.match(source, position)
        if match is None:
            rest = source[position:].lstrip()
            wide = _WIDE_NUMBER.match(rest)
            code, found = ("F114", wide[0]) if wide else ("F110", rest[:12])
            raise FormulaError(code, found, len(source) - len(rest))
        position = match.end()
        if match["number"]:
            kind = "percent" if match["percent"] else "number"
            yield _Token(kind, match["number"], match.start("number"))
        elif match["name"]:
            yield _Token("name", match["name"], match.start("name"))
        else:
            yield _Token("sign", match["sign"].translate(_SIGNS), match.start("sign"))
    yield _Token("end", "", len(source))


class _Parser:
    """Precedence climbing: * and / bind tighter than + and -."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._next = 0
        self._depth = 0

    def parse(self) -> Expression:
        tree = self._sum()
        self._expect("end", "")
        return tree

    def _peek(self) -> _Token:
        return self._tokens[self._next]

    def _take(self) -> _Token:
        token = self._peek()
        if token.kind != "end":
            self._next += 1
        return token

    def _expect(self, kind: str, text: str) -> None:
        token = self._take()
        if token.kind != kind or token.text != text:
            raise FormulaError("F111", token.text or "公式结尾", token.offset)

    def _sum(self) -> Expression:
        self._depth += 1
        if self._depth > MAX_NESTING:
            raise FormulaError("F112", self._peek().text, self._peek().offset)
        tree = self._chain(self._product, "+-")
        self._depth -= 1
        return tree

    def _product(self) -> Expression:
        return self._chain(self._unary, "*/")

    def _chain(self, operand: Callable[[], Expression], signs: str) -> Expression:
        tree = operand()
        while self._peek().kind == "sign" and self._peek().text in signs:
            sign = self._take().text
            tree = Operation(sign, tree, operand())
        return tree

    def _unary(self) -> Expression:
        negative = False
        while self._peek().kind == "sign" and self._peek().text in "+-":
            negative ^= self._take().text == "-"
        tree = self._atom()
        return Operation("-", Number(Fraction(0), "0"), tree) if negative else tree

    def _atom(self) -> Expression:
        token = self._take()
        if token.kind in ("number", "percent"):
            value = Fraction(Decimal(token.text))
            percent = token.kind == "percent"
            return Number(value / 100 if percent else value, token.text + "%" * percent)
        if token.kind == "name":
            if token.text in FUNCTIONS:
                return self._call(token)
            if self._peek().text == "(":
                raise FormulaError("F113", token.text, token.offset)
            return Name(token.text, token.offset)
        if token.text == "(":
            tree = self._sum()
            self._expect("sign", ")")
            return tree
        raise FormulaError("F111", token.text or "公式结尾", token.offset)

    def _call(self, token: _Token) -> Expression:
        self._expect("sign", "(")
        arguments = [self._sum()]
        while self._peek().text == ",":
            self._take()
            arguments.append(self._sum())
        self._expect("sign", ")")
        return Call(token.text, tuple(arguments))


def names(tree: Expression) -> list[Name]:
    """Every figure name in ``tree``, left to right."""
    if isinstance(tree, Name):
        return [tree]
    if isinstance(tree, Operation):
        return names(tree.left) + names(tree.right)
    if isinstance(tree, Call):
        return [name for argument in tree.arguments for name in names(argument)]
    return []


def terms(tree: Expression) -> list[Name | Number]:
    """What a sum, a mean or a choice is made of; nothing of a term that is a product."""
    if isinstance(tree, Name | Number):
        return [tree]
    if isinstance(tree, Operation) and tree.sign not in "+-":
        return []
    parts = tree.arguments if isinstance(tree, Call) else (tree.left, tree.right)
    return [term for part in parts for term in terms(part)]


def evaluate(tree: Expression, value_of: Callable[[str], Fraction]) -> Fraction:
    """The exact value of ``tree``; raises ``ZeroDivisionError``."""
    if isinstance(tree, Number):
        return tree.value
    if isinstance(tree, Name):
        return value_of(tree.path)
    if isinstance(tree, Operation):
        left, right = evaluate(tree.left, value_of), evaluate(tree.right, value_of)
        if tree.sign == "+":
            return left + right
        if tree.sign == "-":
            return left - right
        return left * right if tree.sign == "*" else left / right
    values = [evaluate(argument, value_of) for argument in tree.arguments]
    if tree.function == "求和":
        return sum(values, Fraction(0))
    if tree.function == "平均":
        return sum(values, Fraction(0)) / len(values)
    return max(values) if tree.function == "最大" else min(values)


#: Unit of a value that carries none by itself: a count, or a plain number.
PLAIN = ""


def unit_of(tree: Expression, unit_of_name: Callable[[str], str]) -> str:
    """The unit a formula's value has: sums keep it, a quotient of like units is a rate (``%``).

    Mixed sums have no unit; ``tree`` itself decides nothing about values.
    """
    if isinstance(tree, Number):
        return "%" if tree.text.endswith("%") else PLAIN
    if isinstance(tree, Name):
        return unit_of_name(tree.path)
    if isinstance(tree, Call):
        units = {unit_of(argument, unit_of_name) for argument in tree.arguments}
        return units.pop() if len(units) == 1 else PLAIN
    left, right = unit_of(tree.left, unit_of_name), unit_of(tree.right, unit_of_name)
    if tree.sign in "+-":
        if isinstance(tree.left, Number) or isinstance(tree.right, Number):
            return left or right
        return left if left == right else PLAIN
    if tree.sign == "*":
        return left if right in (PLAIN, "%") else right if left in (PLAIN, "%") else PLAIN
    if left == right and not isinstance(tree.left, Number):
        return "%"
    return left if right == PLAIN else PLAIN
