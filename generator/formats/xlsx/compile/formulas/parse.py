"""The text of a formula as a tree.

openpyxl cuts it up; what it takes for names and ranges are ``Name`` here, told apart elsewhere
(``references``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token, TokenizerError

from generator.formats.xlsx.formulas.model import (
    Array,
    Binary,
    Call,
    ErrorValue,
    Expression,
    Group,
    Logical,
    Missing,
    Name,
    Number,
    Text,
    Unary,
)

#: How strongly operators bind, from weak to strong.
_POWERS: Final = {
    ",": 1, "=": 2, "<": 2, ">": 2, "<=": 2, ">=": 2, "<>": 2, "&": 3, "+": 4, "-": 4,
    "*": 5, "/": 5, "^": 6, " ": 9,
}  # fmt: skip
_SIGN_POWER: Final = 7
#: What a formula may nest: Excel takes 64 functions in one another.
_MAX_DEPTH: Final = 100
#: Longer ones are only written as they stand.
_MAX_TOKENS: Final = 3_000
_PREFIX: Final = re.compile(r"(?:_XLFN\.|_XLWS\.)+")


class Unreadable(ValueError):
    """A formula that is no formula, or goes too deep."""


def parse(text: str) -> Expression:
    """``text`` (no equals sign) as a tree; raises ``Unreadable``."""
    try:
        tokens = Tokenizer("=" + text).items
    except (TokenizerError, IndexError) as error:
        raise Unreadable from error
    if not tokens or len(tokens) > _MAX_TOKENS:
        raise Unreadable
    parser = _Parser(_spaced(tokens))
    root = parser.expression()
    if parser.token is not None:
        raise Unreadable
    return root


def _spaced(tokens: Sequence[Token]) -> list[Token]:
    """``tokens`` without spaces, but for those that stand between two operands."""
    kept: list[Token] = []
    pending = False
    for token in tokens:
        if token.type == Token.WSPACE:
            pending = True
            continue
        if pending and kept and _ends(kept[-1]) and _begins(token):
            kept.append(Token(" ", Token.OP_IN))
        pending = False
        kept.append(token)
    return kept


def _ends(token: Token) -> bool:
    return token.type == Token.OPERAND or token.subtype == Token.CLOSE


def _begins(token: Token) -> bool:
    return token.type == Token.OPERAND or token.subtype == Token.OPEN


class _Parser:
    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._next = 0
        self._depth = 0

    @property
    def token(self) -> Token | None:
        """The one that comes."""
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def expression(self, power: int = 0) -> Expression:
        """Operands and operators that bind more strongly than ``power``."""
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise Unreadable
        left = self._operand()
        length = 0
        while (token := self.token) is not None:
            if token.type == Token.OP_POST:
                self._next += 1
                left = Unary("%", left)
                continue
            strength = _POWERS.get(token.value, 0) if token.type == Token.OP_IN else 0
            if strength <= power:
                break
            self._next += 1
            left = Binary(token.value, left, self.expression(strength))
            length += 1
            if length > _MAX_DEPTH:
                raise Unreadable
        self._depth -= 1
        return left

    def _operand(self) -> Expression:
        token = self.token
        if token is None:
            raise Unreadable
        self._next += 1
        if token.type == Token.OPERAND:
            return _constant(token)
        if token.type == Token.OP_PRE:
            return Unary(token.value, self.expression(_SIGN_POWER))
        if token.type == Token.PAREN and token.subtype == Token.OPEN:
            inner = self.expression()
            self._close(Token.PAREN)
            return Group(inner)
        if token.type == Token.FUNC and token.subtype == Token.OPEN:
            return self._call(token.value[:-1])
        if token.type == Token.ARRAY and token.subtype == Token.OPEN:
            return self._array()
        raise Unreadable

    def _close(self, kind: str) -> None:
        token = self.token
        if token is None or token.type != kind or token.subtype != Token.CLOSE:
            raise Unreadable
        self._next += 1

    def _call(self, name: str) -> Expression:
        arguments: list[Expression] = []
        while (token := self.token) is not None:
            if token.type == Token.FUNC and token.subtype == Token.CLOSE:
                if arguments:
                    arguments.append(Missing())
                self._next += 1
                break
            if token.type == Token.SEP:
                self._next += 1
                arguments.append(Missing())
                continue
            arguments.append(self.expression())
            if (token := self.token) is not None and token.type == Token.SEP:
                self._next += 1
                continue
            self._close(Token.FUNC)
            break
        else:
            raise Unreadable
        return Call(name, _PREFIX.sub("", name.upper()), tuple(arguments))

    def _array(self) -> Expression:
        rows: list[list[Expression]] = [[]]
        while (token := self.token) is not None:
            if token.type == Token.ARRAY and token.subtype == Token.CLOSE:
                self._next += 1
                return Array(tuple(map(tuple, rows)))
            if token.type == Token.SEP:
                self._next += 1
                if token.subtype == Token.ROW:
                    rows.append([])
            else:
                rows[-1].append(self.expression())
        raise Unreadable


def _constant(token: Token) -> Expression:
    match token.subtype:
        case Token.TEXT:
            return Text(token.value[1:-1].replace('""', '"'))
        case Token.NUMBER:
            return Number(token.value)
        case Token.LOGICAL:
            return Logical(token.value.upper() == "TRUE")
        case Token.ERROR:
            return ErrorValue(token.value.upper())
    return Name(token.value, -1)
