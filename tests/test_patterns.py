"""No regular expression of gen runs away on a text that is made for it.

All expressions of the package are read from its syntax trees and parsed as `re` does. Two kinds
are refused: a repetition inside a repetition that can split the same characters in several ways
(it takes exponential time), and neighbouring repetitions that may take the same characters, or
one at the beginning of what is searched for everywhere (quadratic).
"""

from __future__ import annotations

import ast
import importlib
import re
import re._constants as sre  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import generator
from generator.content.yaml import repair

PACKAGE = Path(generator.__file__).resolve().parent
CALLS = ("compile", "match", "fullmatch", "search", "sub", "subn", "split", "finditer", "findall")
SEARCHING = ("compile", "search", "sub", "subn", "split", "finditer", "findall")
#: Repetitions beyond this count as endless.
MANY = 100
#: What sets of characters are told apart by.
ALPHABET = [chr(n) for n in (*range(128), *range(0x3000, 0x3040), *range(0xFF00, 0xFF60))] + list(
    "\xa0\u2003\u2028一二万元年的增\ue010\ue024\ue025·…“”《》〔〕𠀀"
)
EVERYTHING = frozenset(range(len(ALPHABET)))


@dataclass(frozen=True)
class Pattern:
    """One expression: where it stands, what is called with it, and its text."""

    where: str
    call: str
    text: str | bytes

    def __str__(self) -> str:
        return f"{self.where} {self.text!r}"


def patterns() -> Iterator[Pattern]:
    """Every expression that is known before gen runs."""
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        name = ".".join(("generator", *path.relative_to(PACKAGE).with_suffix("").parts))
        module = importlib.import_module(name.removesuffix(".__init__").removesuffix(".__main__"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and (call := _call(node)):
                text = _value(node.args[0], vars(module))
                if isinstance(text, re.Pattern):
                    continue
                if text is not None:
                    where = f"{path.relative_to(PACKAGE).as_posix()}:{node.lineno}"
                    yield Pattern(where, call, text)


def _call(node: ast.Call) -> str:
    """The function of `re` that is called; empty for anything else."""
    called = node.func
    if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
        known = called.value.id == "re" and called.attr in CALLS and node.args
        return called.attr if known else ""
    return ""


def _value(node: ast.expr, names: dict[str, Any]) -> Any:
    """What an expression is worth in its module; None when it needs more than that."""
    try:
        return eval(compile(ast.Expression(node), "pattern", "eval"), dict(names))
    except (NameError, AttributeError, TypeError):
        return None


# Sets of characters


@cache
def _matching(text: str) -> frozenset[int]:
    one = re.compile(text, re.DOTALL)
    return frozenset(n for n, char in enumerate(ALPHABET) if one.fullmatch(char))


_CLASSES = {
    sre.CATEGORY_DIGIT: r"\d", sre.CATEGORY_NOT_DIGIT: r"\D", sre.CATEGORY_SPACE: r"\s",
    sre.CATEGORY_NOT_SPACE: r"\S", sre.CATEGORY_WORD: r"\w", sre.CATEGORY_NOT_WORD: r"\W",
}  # fmt: skip


def _set(items: Any) -> frozenset[int]:
    """The characters of ``[…]``."""
    found: frozenset[int] = frozenset()
    negated = False
    for kind, value in items:
        if kind is sre.NEGATE:
            negated = True
        elif kind is sre.LITERAL:
            found |= {n for n, char in enumerate(ALPHABET) if ord(char) == value}
        elif kind is sre.RANGE:
            found |= {n for n, char in enumerate(ALPHABET) if value[0] <= ord(char) <= value[1]}
        else:
            found |= _matching(_CLASSES[value])
    return EVERYTHING - found if negated else found


def characters(node: Any) -> frozenset[int]:
    """The characters that may stand in what a part of an expression matches."""
    kind, value = node
    if kind is sre.LITERAL:
        return frozenset(n for n, char in enumerate(ALPHABET) if ord(char) == value)
    if kind is sre.NOT_LITERAL:
        return frozenset(n for n, char in enumerate(ALPHABET) if ord(char) != value)
    if kind is sre.ANY:
        return EVERYTHING
    if kind is sre.IN:
        return _set(value)
    if kind in (sre.AT, sre.ASSERT, sre.ASSERT_NOT):
        return frozenset()
    if kind is sre.GROUPREF:
        return EVERYTHING
    return frozenset().union(*(characters(one) for part in below(node) for one in part))


def below(node: Any) -> list[Any]:
    """The sequences that a part is made of."""
    kind, value = node
    if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
        return [value[2]]
    if kind is sre.SUBPATTERN:
        return [value[3]]
    if kind is sre.ATOMIC_GROUP:
        return [value]
    if kind is sre.BRANCH:
        return list(value[1])
    if kind in (sre.ASSERT, sre.ASSERT_NOT):
        return [value[1]]
    return []


def endless(node: Any) -> bool:
    """Whether a part repeats without end and gives back what it took."""
    kind, value = node
    return kind in (sre.MAX_REPEAT, sre.MIN_REPEAT) and value[1] > MANY


def flat(sequence: Any) -> list[Any]:
    """A sequence with its plain groups opened."""
    out: list[Any] = []
    for node in sequence:
        opened = node[0] is sre.SUBPATTERN
        out += flat(node[1][3]) if opened else [node]
    return out


def least(node: Any) -> int:
    """The shortest that a part matches."""
    kind, value = node
    if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
        return int(value[0]) * sum(least(one) for one in value[2])
    if kind is sre.BRANCH:
        return min(sum(map(least, branch)) for branch in value[1])
    if kind in (sre.AT, sre.ASSERT, sre.ASSERT_NOT):
        return 0
    if kind in (sre.SUBPATTERN, sre.ATOMIC_GROUP):
        return sum(map(least, below(node)[0]))
    return 1


# What runs away


def starts(sequence: Any) -> frozenset[int]:
    """The characters that what a sequence matches may begin with."""
    found: frozenset[int] = frozenset()
    for node in flat(sequence):
        pieces = below(node)
        begun = [starts(piece) for piece in pieces] if pieces else [characters(node)]
        if node[0] not in (sre.ASSERT, sre.ASSERT_NOT):
            found = found.union(*begun)
        if least(node):
            break
    return found


def faults(sequence: Any, fails: bool) -> Iterator[str]:
    """What is wrong with a sequence of parts and those below them.

    ``fails``: whether something behind it may not match, so that all ways are tried.
    """
    parts = flat(sequence)
    for index, node in enumerate(parts):
        if endless(node):
            if _splits(node):
                yield "a repetition within a repetition"
            for place, after in enumerate(parts[index + 1 :], index + 2):
                same = characters(node) & _repeated(after)
                if same and (fails or _may_fail(parts[place:])):
                    yield "two repetitions of the same characters"
                if least(after):
                    break
        for part in below(node):
            behind = fails or _may_fail(parts[index + 1 :]) or endless(node)
            yield from faults(part, behind)


def _repeated(node: Any) -> frozenset[int]:
    """What an endless repetition at the beginning of a part may take."""
    if endless(node):
        return starts([node])
    found: frozenset[int] = frozenset()
    for piece in below(node) if node[0] in (sre.BRANCH, sre.MAX_REPEAT, sre.MIN_REPEAT) else []:
        for one in flat(piece):
            found |= _repeated(one)
            if least(one):
                break
    return found


def _may_fail(parts: Any) -> bool:
    return any(least(one) or one[0] in (sre.AT, sre.ASSERT, sre.ASSERT_NOT) for one in parts)


def _splits(node: Any) -> bool:
    """Whether what a repetition repeats can be cut into pieces in several ways."""
    body = flat(node[1][2])
    inner = [index for index, one in enumerate(body) if endless(one)]
    for index in inner:
        taken = characters(body[index])
        # A sign that the inner one does not take has to stand between two of its turns.
        others = [one for place, one in enumerate(body) if place != index]
        if not any(least(one) and not characters(one) & taken for one in others):
            return True
    branches = [one for one in body if one[0] is sre.BRANCH]
    return any(_alike(one) for one in branches if len(body) == 1)


def _alike(node: Any) -> bool:
    """Whether two branches of a choice may begin with the same character and be of any length."""
    firsts = []
    for branch in node[1][1]:
        opened = flat(branch)
        if opened:
            firsts.append((starts(opened), any(endless(one) for one in opened)))
    return any(
        (long or other) and first & second
        for place, (first, long) in enumerate(firsts)
        for second, other in firsts[place + 1 :]
    )


def all_faults(pattern: Pattern) -> list[str]:
    """What is wrong with an expression as it is used."""
    text = pattern.text.decode("latin-1") if isinstance(pattern.text, bytes) else pattern.text
    tree = parser.parse(text)
    found = list(faults(tree, pattern.call in ("compile", "fullmatch")))
    parts = flat(tree)
    if pattern.call in SEARCHING[1:] and _begins_anywhere(parts):
        found.append("looked for from everywhere to the end")
    return found


def _begins_anywhere(parts: list[Any]) -> bool:
    """Whether an attempt at one place takes all places where the next attempts begin."""
    return endless(parts[0]) and _may_fail(parts[1:])


def possessive(tree: Any) -> Iterator[Any]:
    """What is repeated without giving back, anywhere in an expression."""
    for kind, value in tree:
        if kind is sre.POSSESSIVE_REPEAT:
            yield value[2]
        for part in value if isinstance(value, tuple | list) else (value,):
            for inner in part if isinstance(part, list) else (part,):
                if isinstance(inner, parser.SubPattern):
                    yield from possessive(inner)


def test_what_is_repeated_without_giving_back_is_one_sign() -> None:
    """Python before 3.11.5, Debian 12's among them, gets wrong where a longer part ends."""
    long = [
        str(pattern)
        for pattern in set(patterns())
        if isinstance(pattern.text, str)
        and any(len(part) > 1 for part in possessive(parser.parse(pattern.text)))
    ]
    assert long == []
    assert any(len(part) > 1 for part in possessive(parser.parse("x(?:a|(?:bc)*+)")))


#: Expressions that are asked only of texts of a bounded length, and what bounds them.
BOUNDED = {repair._VALUE: f"lines of at most {repair.MAX_LINE} characters"}


def test_no_expression_runs_away() -> None:
    found = set(patterns())
    assert len(found) > 150
    unbounded = [pattern for pattern in found if str(pattern.text) not in BOUNDED]
    assert {str(pattern): all_faults(pattern) for pattern in unbounded if all_faults(pattern)} == {}


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("(a+)+b", True),
        ("(a|a+)*b", True),
        (r"(\s*\w*)*x", True),
        (r"\s*\s*x", True),
        (r"-\w+(?:\.\w+)*x", False),
        (r"a\d+\d*b", True),
        (r"\s+x", True),
        (r"a(?:,\d+)*b", False),
        (r"(?<!\s)\s+x", False),
        (r"<[^>]*>", False),
        (r"(\S.*?)(\s+#.*|\s*)$", True),
        (r"(?<!a)(?:a++)+b", False),
        ("[^a]+a", True),
    ],
)
def test_what_runs_away_is_told(text: str, wrong: bool) -> None:
    assert bool(all_faults(Pattern("here", "search", text))) == wrong
