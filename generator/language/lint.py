"""Tags checked against the names they may use, before anything is rendered.

Works on the author's own tags in document order, so every finding has the author's place. All
findings come in one run: names that do not exist (with the nearest that does), unknown
wordings, syntax. How tags nest is judged once, where they are read (``blocks``).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import chain, pairwise

from generator.figures.amounts import plain
from generator.figures.graph import kind
from generator.figures.model import Figure, Names, Phrase, Words
from generator.figures.tables import DEFAULT_TOTAL
from generator.formats import registry
from generator.frozen import frozen, replace
from generator.language import blocks
from generator.language.environment import PICTURE_FILTER
from generator.language.expressions import (
    Comparison,
    Constant,
    Defined,
    Expression,
    Filter,
    Member,
    Name,
    Sum,
    dotted,
    inside,
)
from generator.language.statements import Statement
from generator.language.tags import Tag
from generator.language.wording import FILTERS
from generator.problems import Position, Problems, Suggestions

#: A value whose members cannot be told (an empty list's items).
UNKNOWN = object()

#: Leaves of a list's items that are a text here and a number there.
_MIXED = object()

#: What a comparison reads from right to left.
_TURNED = {"==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
_NUMERIC = re.compile(r"[+-]?[0-9]")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?%?")
_YEAR = re.compile(r"[0-9]{4}")

_LOOP = Names(index=1, index0=0, first=True, last=True, length=1)


@frozen
class Lack:
    """A name in a tag that content does not have.

    ``path``: as far as the tag writes it, ``name`` its last step, ``below`` what the tag writes
    behind it; ``holders``: the branches that lack it, each item of a list that a loop runs over;
    ``hint``: what may have been meant, ``near``: a name beside it that is written alike.
    """

    path: str
    name: str
    below: tuple[str, ...]
    holders: tuple[Mapping[str, object], ...]
    at: Position
    hint: str
    near: bool

    def report(self, problems: Problems) -> None:
        """Tell it at the tag."""
        problems.add("T101", self.at, name=self.path, hint=self.hint)


class _Merged(Names):
    """What the items of a list have between them."""

    __slots__ = ("_below", "sources")

    def __init__(self, sources: Iterable[Names]) -> None:
        super().__init__()
        self.sources = tuple(sources)
        self._below: dict[str, object] = {}

    def below(self, name: str) -> object:
        """What the branches of this name have between them."""
        if name not in self._below:
            branches = [source[name] for source in self.sources if name in source]
            self._below[name] = _sample(branches)
        return self._below[name]


class _Linter:
    def __init__(
        self,
        tree: blocks.Tree,
        context: Mapping[str, object],
        problems: Problems,
        complete: bool,
        lacks: list[Lack] | None,
    ) -> None:
        self._lacks = lacks
        #: What is missing at a node, for what stands above it.
        self._lacking: dict[int, int] = {}
        self._context = context
        self._damaged = isinstance(context, Names) and context.damaged
        self._problems = problems
        self._complete = complete
        self._scopes = blocks.Scopes[object](tree)
        self._number = 0
        self._suggestions = Suggestions()
        self._variables: set[str] = set()

    def run(self, tags: Sequence[Tag], statements: Sequence[Statement]) -> None:
        self._variables = {name for statement in statements for name in statement.names}
        for number, (tag, statement) in enumerate(zip(tags, statements, strict=True)):
            self._number = number
            self._lacking.clear()
            self._check(tag, statement)

    def _check(self, tag: Tag, statement: Statement) -> None:
        if tag.corrected:
            self._problems.add("T144", tag.at, tag=tag.quoted, right=tag.corrected)
        if statement.reason:
            self._problems.add("T110", tag.at, tag=tag.quoted, reason=statement.reason)
        value = UNKNOWN if statement.value is None else self._resolve(statement.value, tag)
        if statement.word == "print":
            self._print(tag, statement, value)
        elif statement.word == "for":
            self._for(tag, statement, value)
        elif statement.word == "set" and statement.names:
            self._scopes.bind(
                self._number, {statement.names[0]: UNKNOWN if value is None else value}
            )

    def _print(self, tag: Tag, statement: Statement, value: object) -> None:
        named = statement.value is not None and not isinstance(statement.value, Filter)
        if named and isinstance(value, Names | list):
            kind = "一个列表" if isinstance(value, list) else "一组数"
            self._problems.add("T103", tag.at, tag=tag.quoted, kind=kind)

    def _for(self, tag: Tag, statement: Statement, value: object) -> None:
        scope: dict[str, object] = {"loop": _LOOP, **dict.fromkeys(statement.names, UNKNOWN)}
        if isinstance(value, list) and statement.names:
            scope[statement.names[0]] = _sample(value)
        elif value is not UNKNOWN:
            reason = f"“{dotted(statement.value)}”不是列表，不能循环"
            self._problems.add("T110", tag.at, tag=tag.quoted, reason=reason)
        self._scopes.bind(self._number, scope)
        if statement.condition is not None:
            self._resolve(statement.condition, tag)

    # Names

    def _resolve(self, node: Expression, tag: Tag) -> object:
        """The value ``node`` has in the context, ``UNKNOWN`` when it cannot be told."""
        if isinstance(node, Name):
            return self._name(node, tag)
        if isinstance(node, Member):
            return self._member(node, tag)
        if isinstance(node, Constant):
            return node.value
        if isinstance(node, Defined):
            return UNKNOWN
        if isinstance(node, Filter):
            self._filter(node, tag)
        values = [self._resolve(part, tag) for part in inside(node)]
        if isinstance(node, Sum):
            self._sum(node.parts, values, tag)
        elif isinstance(node, Comparison):
            sides = list(zip(node.parts, values, strict=True))
            for (left, right), sign in zip(pairwise(sides), node.signs, strict=True):
                self._compared(left, sign, right, tag)
                self._compared(right, _TURNED.get(sign, ""), left, tag)
        return UNKNOWN

    def _compared(
        self,
        named: tuple[Expression, object],
        sign: str,
        typed: tuple[Expression, object],
        tag: Tag,
    ) -> None:
        """A named value beside a literal: a text never equals a number, whatever it says."""
        name, literal = dotted(named[0]), typed[1]
        readable = isinstance(named[0], Name | Member) and isinstance(typed[0], Constant)
        if sign not in _TURNED or not readable:
            return
        value, number = named[1], _written(literal)
        equal = sign in ("==", "!=")
        if isinstance(value, Words) and number and (not equal or _NUMERIC.match(value)):
            kind, other = "文字", "数"
            advice = f'给数加上英文引号，写成 {name} {sign} "{number}"'
            if not equal and not (_YEAR.fullmatch(value) and _YEAR.fullmatch(number)):
                advice = f"在内容里把“{name}”填成数再比大小，现在填的是“{value:.20}”"
        elif isinstance(value, Figure) and _NUMBER.fullmatch(str(literal)) and not number:
            kind, other = "数", "文字"
            number = str(literal)
            digits = number.removesuffix("%")
            bare = plain(Decimal(digits) / 100) if digits != number else digits
            advice = f"去掉引号，写成 {name} {sign} {bare}"
        else:
            return
        at = _at(tag, name)
        self._problems.add(
            "T117", at, name=name, kind=kind, other=other, found=number, advice=advice
        )

    def _sum(self, parts: Sequence[Expression], values: Sequence[object], tag: Tag) -> None:
        """Counters may be counted up (``loop.index + 1``); amounts are never computed here."""
        words = any(isinstance(part, Filter) and part.name != "个数" for part in parts)
        if words or any(isinstance(v, Figure | Phrase | Names | list | str) for v in values):
            reason = "模板里不做运算，请在 figures.yaml 的“派生”里写公式，再用它的名称"
            self._problems.add("T110", tag.at, tag=tag.quoted, reason=reason)

    def _name(self, node: Name, tag: Tag) -> object:
        name = node.name
        bound = self._scopes.find(name, self._number)
        if bound is not None:
            return bound
        if name in self._context:
            return self._context[name]
        if self._damaged:
            return UNKNOWN
        spent = self._suggestions.spent
        known = [] if spent else [*self._context, *chain(*self._scopes.at(self._number))]
        self._unknown(name, name, known, tag, node=node, holder=self._context)
        return UNKNOWN

    def _member(self, node: Member, tag: Tag) -> object:
        holder, key = self._resolve(node.holder, tag), node.key
        if holder is UNKNOWN:
            self._go_on(node)
            return UNKNOWN
        path = dotted(node)
        if isinstance(holder, Names):
            name = str(key)
            if isinstance(holder, _Merged) and isinstance(holder.get(name), Names):
                return holder.below(name)
            if key in holder:
                return holder[str(key)]
            if holder.damaged:
                return UNKNOWN
            spent = self._suggestions.spent
            hint = _UNLIKE if not spent and _sums_unlike(holder, str(key)) else ""
            self._unknown(path, str(key), holder, tag, hint, node=node, holder=holder)
        elif isinstance(holder, list):
            if isinstance(key, int) and -len(holder) <= key < len(holder):
                return holder[key]
            self._unknown(path, str(key), [], tag, "（前面是一个列表，要用 for 循环）")
        elif self._damaged:
            return UNKNOWN
        elif isinstance(holder, Figure | Words | Phrase):
            self._unknown(path, str(key), [], tag, "（前面已经是一个值，后面不能再加点）")
        else:
            self._unknown(path, str(key), [], tag)
        return UNKNOWN

    def _unknown(
        self,
        path: str,
        name: str,
        known: Collection[str],
        tag: Tag,
        hint: str = "",
        node: Name | Member | None = None,
        holder: Mapping[str, object] | None = None,
    ) -> None:
        if not self._complete:
            return
        near = "" if hint else self._suggestions.near(name, known)
        asked = hint or near or self._suggestions.spent
        elsewhere = "" if asked else _whereabouts(name, self._context)
        lack = Lack(
            path, name, (),
            holder.sources if isinstance(holder, _Merged) else () if holder is None else (holder,),
            _at(tag, name, path),
            hint or near or elsewhere,
            bool(near),
        )  # fmt: skip
        if self._lacks is None or holder is None or hint or name in self._variables:
            lack.report(self._problems)
            return
        self._lacking[id(node)] = len(self._lacks)
        self._lacks.append(lack)

    def _go_on(self, node: Member) -> None:
        """Behind a name that is missing stands one more step."""
        number = self._lacking.pop(id(node.holder), None)
        if number is not None and self._lacks is not None:
            self._lacking[id(node)] = number
            lack = self._lacks[number]
            self._lacks[number] = replace(lack, below=(*lack.below, str(node.key)))

    def _filter(self, node: Filter, tag: Tag) -> None:
        if node.name == PICTURE_FILTER:
            if registry.suffix_of(tag.at.file) in set(registry.FORMATS) - {registry.PROSE}:
                self._problems.add("T244", tag.at, tag=tag.quoted)
        elif node.name not in FILTERS:
            near = self._suggestions.near(node.name, FILTERS)
            self._problems.add("T102", _at(tag, node.name), name=node.name, suggestion=near)


def lint(
    tags: Sequence[Tag],
    statements: Sequence[Statement],
    context: Mapping[str, object],
    problems: Problems,
    *,
    complete: bool = True,
    lacks: list[Lack] | None = None,
) -> None:
    """Check ``tags`` (with what they say) in document order against ``context``.

    ``complete``: whether all content was readable; if not, names that it may have held are not
    reported as unknown. ``lacks``: takes the names that content may be lacking, where the caller
    tells them.
    """
    tree = blocks.parse(statements)
    _Linter(tree, context, problems, complete, lacks).run(tags, statements)


def _at(tag: Tag, name: str, path: str = "") -> Position:
    """The place of ``name``, the end of ``path``, inside its tag, where columns are known."""
    ends = (_end(tag.text, text) for text in (path, name) if text)
    end = next((end for end in ends if end >= 0), -1)
    if not tag.at.column or end < 0:
        return tag.at
    offset = end - len(name)
    before = tag.text[:offset]
    breaks = before.count("\n")
    column = offset - before.rfind("\n") if breaks else tag.at.column + offset
    return Position(tag.at.file, tag.at.line + breaks, column, tag.at.place)


def _end(text: str, name: str) -> int:
    """Where ``name`` ends in ``text`` as a word of its own; -1 when it is not there."""
    start = text.find(name)
    while start >= 0:
        end = start + len(name)
        if not (_in_word(text[start - 1 : start]) or _in_word(text[end : end + 1])):
            return end
        start = text.find(name, start + 1)
    return -1


def _in_word(char: str) -> bool:
    return char.isalnum() or char == "_"


_UNLIKE = "（各行的单位不同，不能相加）"


def _sums_unlike(table: Names, key: str) -> bool:
    """Whether ``key`` would be a total of rows that cannot be added."""
    rows = [row for row in table.values() if isinstance(row, Names)]
    if key != DEFAULT_TOTAL and not any(key in row for row in rows):
        return False
    cells = [value for row in rows for value in row.values()]
    return len({kind(cell.unit) for cell in cells if isinstance(cell, Figure)} - {""}) > 1


def _written(literal: object) -> str:
    """A number literal as typed; empty for anything else."""
    return str(literal) if type(literal) in (int, float) else ""


def _sample(items: list[object]) -> object:
    """One item that has every member any item has; loops may rely on no less."""
    if not items:
        return UNKNOWN
    if not all(isinstance(item, Names) for item in items):
        return items[0]
    merged = _Merged(item for item in items if isinstance(item, Names))
    seen = set()
    for item in items:
        if isinstance(item, Names):
            # Most items have the members of the one before, of the same kinds.
            shape = item.damaged, tuple(item), tuple(map(type, item.values()))
            if shape in seen:
                continue
            seen.add(shape)
            merged.damaged |= item.damaged
            for key, value in item.items():
                known = merged.setdefault(key, value)
                if isinstance(known, Words) != isinstance(value, Words):
                    merged[key] = _MIXED
    return merged


def _whereabouts(name: str, context: Mapping[str, object], limit: int = 3) -> str:
    """Where else a member of this name is: ``（在“收入预算”里有）``."""
    homes = [key for key, value in context.items() if isinstance(value, Names) and name in value]
    return f"（“{'”“'.join(homes[:limit])}”里有这个名称）" if homes else ""
