"""Tags checked against the names they may use, before anything is rendered.

Works on the author's own tags in document order, so every finding has the author's place. All
findings come in one run: names that do not exist (with the nearest that does), unknown
wordings, unbalanced blocks, syntax.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jinja2 import TemplateSyntaxError, nodes

from generator.figures.model import Figure, Names, Phrase, Words
from generator.figures.wording import FILTERS
from generator.problems import Position, Problems, suggest
from generator.render.environment import GenEnvironment
from generator.render.tags import Tag

#: A value whose members cannot be told (an empty list's items).
UNKNOWN = object()
_STATEMENTS = ("for", "endfor", "if", "elif", "else", "endif", "set")
#: docxtpl's own statements inside table cells, with the expression they may carry.
_CELL_STATEMENTS = ("colspan", "cellbg", "vm", "hm")
_LOOP = Names(index=1, index0=0, first=True, last=True, length=1)
_STATEMENT = re.compile(r"(\w+)\s*(.*)", re.DOTALL)
_FOR = re.compile(r"(.+?)\s+in\s+(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Opened:
    """A ``for`` or ``if`` waiting for its end."""

    word: str
    tag: Tag
    scope: dict[str, object]


class _Linter:
    def __init__(
        self,
        context: Mapping[str, object],
        environment: GenEnvironment,
        problems: Problems,
        *,
        complete: bool,
    ) -> None:
        self._context = context
        self._environment = environment
        self._problems = problems
        self._complete = complete
        self._open: list[_Opened] = []
        self._set: dict[str, object] = {}

    def run(self, tags: Sequence[Tag]) -> None:
        for tag in tags:
            if tag.text.startswith("{#"):
                continue
            if tag.prints:
                self._print(tag)
            else:
                self._statement(tag)
        for opened in self._open:
            self._problems.add(
                "T111", opened.tag.at, tag=opened.tag.text, expected=f"{{% end{opened.word} %}}"
            )

    def _print(self, tag: Tag) -> None:
        expression = self._parse(tag, tag.body)
        if expression is None:
            return
        value = self._resolve(expression, tag)
        if isinstance(value, Names | list) and not isinstance(expression, nodes.Filter):
            kind = "一个列表" if isinstance(value, list) else "一组数"
            if not _holds_blocks(value):
                self._problems.add("T103", tag.at, tag=tag.text, kind=kind)

    def _statement(self, tag: Tag) -> None:
        match = _STATEMENT.fullmatch(tag.body)
        word, rest = (match[1], match[2]) if match else ("", "")
        if word in _CELL_STATEMENTS:
            expression = self._parse(tag, rest) if rest else None
            if expression is not None:
                self._resolve(expression, tag)
        elif word == "for":
            self._for(tag, rest)
        elif word == "if":
            self._condition(tag, rest)
            self._open.append(_Opened("if", tag, {}))
        elif word in ("elif", "else"):
            if not self._open:
                self._problems.add("T112", tag.at, tag=tag.text, opened="")
            elif word == "elif":
                self._condition(tag, rest)
        elif word in ("endfor", "endif"):
            self._end(tag, word[3:])
        elif word == "set":
            self._assign(tag, rest)
        else:
            reason = f"不认识“{word or tag.body}”{suggest(word, _STATEMENTS)}"
            self._problems.add("T110", tag.at, tag=tag.text, reason=reason.rstrip("？"))

    def _condition(self, tag: Tag, rest: str) -> None:
        expression = self._parse(tag, rest)
        if expression is not None:
            self._resolve(expression, tag)

    def _for(self, tag: Tag, rest: str) -> None:
        scope: dict[str, object] = {"loop": _LOOP}
        match = _FOR.fullmatch(rest)
        if match is None:
            self._problems.add(
                "T110", tag.at, tag=tag.text, reason="循环要写成 {% for 甲 in 列表 %}"
            )
        else:
            names = [name.strip() for name in match[1].split(",")]
            source, _, condition = match[2].partition(" if ")
            expression = self._parse(tag, source)
            value = self._resolve(expression, tag) if expression is not None else UNKNOWN
            scope.update(dict.fromkeys(names, UNKNOWN))
            if isinstance(value, list):
                scope[names[0]] = _sample(value)
            elif value is not UNKNOWN:
                self._problems.add(
                    "T110", tag.at, tag=tag.text, reason=f"“{source.strip()}”不是列表，不能循环"
                )
            if condition:
                self._open.append(_Opened("for", tag, scope))
                self._condition(tag, condition)
                self._open.pop()
        self._open.append(_Opened("for", tag, scope))

    def _end(self, tag: Tag, word: str) -> None:
        if self._open and self._open[-1].word == word:
            self._open.pop()
            return
        opened = f"（最近没有结束的是 {self._open[-1].tag.text}）" if self._open else ""
        self._problems.add("T112", tag.at, tag=tag.text, opened=opened)
        if any(item.word == word for item in self._open):
            while self._open.pop().word != word:
                pass

    def _assign(self, tag: Tag, rest: str) -> None:
        name, equals, source = rest.partition("=")
        if not equals:
            self._problems.add("T110", tag.at, tag=tag.text, reason="set 要写成 {% set 甲 = 值 %}")
            return
        expression = self._parse(tag, source)
        value = self._resolve(expression, tag) if expression is not None else UNKNOWN
        scope = self._open[-1].scope if self._open else self._set
        scope[name.strip()] = value

    def _parse(self, tag: Tag, source: str) -> nodes.Expr | None:
        try:
            # "{{ … }}" must hold exactly one expression; a stray "}}" would start text.
            tree = self._environment.parse("{{ " + source + " }}")
        except TemplateSyntaxError as error:
            reason = _reason(error.message or "")
            self._problems.add("T110", tag.at, tag=tag.text, reason=reason)
            return None
        output = tree.body[0] if tree.body else None
        if not isinstance(output, nodes.Output) or len(output.nodes) != 1:
            self._problems.add("T110", tag.at, tag=tag.text, reason="里面是空的")
            return None
        expression = output.nodes[0]
        return expression if not isinstance(expression, nodes.TemplateData) else None

    # Names

    def _resolve(self, node: nodes.Node, tag: Tag) -> object:
        """The value ``node`` has in the context, ``UNKNOWN`` when it cannot be told."""
        if isinstance(node, nodes.Name):
            return self._name(node.name, tag)
        if isinstance(node, nodes.Getattr):
            return self._member(node, node.attr, tag)
        if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
            return self._member(node, node.arg.value, tag)
        if isinstance(node, nodes.Filter):
            return self._filter(node, tag)
        if isinstance(node, nodes.Test) and node.name in ("defined", "undefined"):
            return UNKNOWN
        if isinstance(node, nodes.Const):
            return node.value
        for child in node.iter_child_nodes():
            self._resolve(child, tag)
        return UNKNOWN

    def _name(self, name: str, tag: Tag) -> object:
        for opened in reversed(self._open):
            if name in opened.scope:
                return opened.scope[name]
        if name in self._set:
            return self._set[name]
        if name in self._context:
            return self._context[name]
        known = [*self._context, *(n for opened in self._open for n in opened.scope)]
        self._unknown(name, name, known, tag)
        return UNKNOWN

    def _member(self, node: nodes.Getattr | nodes.Getitem, key: object, tag: Tag) -> object:
        holder = self._resolve(node.node, tag)
        if holder is UNKNOWN:
            return UNKNOWN
        path = f"{_dotted(node.node)}.{key}"
        if isinstance(holder, Names):
            if key in holder:
                return holder[str(key)]
            self._unknown(path, str(key), list(holder), tag)
        elif isinstance(holder, list):
            if isinstance(key, int) and -len(holder) <= key < len(holder):
                return holder[key]
            self._unknown(path, str(key), [], tag, "（前面是一个列表，要用 for 循环）")
        elif isinstance(holder, Figure | Words | Phrase):
            self._unknown(path, str(key), [], tag, "（前面已经是一个值，后面不能再加点）")
        else:
            self._unknown(path, str(key), [], tag)
        return UNKNOWN

    def _unknown(
        self, path: str, name: str, known: Sequence[str], tag: Tag, hint: str = ""
    ) -> None:
        if not self._complete and not self._open:
            return
        hint = hint or suggest(name, known) or _whereabouts(name, self._context)
        self._problems.add("T101", _at(tag, name), name=path, hint=hint)

    def _filter(self, node: nodes.Filter, tag: Tag) -> object:
        if node.name not in FILTERS or node.name.startswith("_"):
            self._problems.add(
                "T102", _at(tag, node.name), name=node.name, suggestion=suggest(node.name, FILTERS)
            )
        if node.node is not None:
            self._resolve(node.node, tag)
        for argument in [*node.args, *(keyword.value for keyword in node.kwargs)]:
            self._resolve(argument, tag)
        return UNKNOWN


def lint(
    tags: Sequence[Tag],
    context: Mapping[str, object],
    environment: GenEnvironment,
    problems: Problems,
    *,
    complete: bool = True,
) -> None:
    """Check ``tags`` in document order against ``context``.

    ``complete``: whether all content was readable; if not, names that it may have held are not
    reported as unknown.
    """
    _Linter(context, environment, problems, complete=complete).run(tags)


def _holds_blocks(value: object) -> bool:
    return isinstance(value, list) and bool(value) and not isinstance(value[0], Names)


def _at(tag: Tag, name: str) -> Position:
    """The place of ``name`` inside its tag, where columns are known."""
    offset = tag.text.find(name)
    if not tag.at.column or offset < 0 or "\n" in tag.text[:offset]:
        return tag.at
    return Position(tag.at.file, tag.at.line, tag.at.column + offset, tag.at.place)


def _dotted(node: nodes.Node) -> str:
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        return f"{_dotted(node.node)}.{node.attr}"
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        return f"{_dotted(node.node)}.{node.arg.value}"
    return "…"


def _sample(items: list[object]) -> object:
    """One item that has every member any item has; loops may rely on no less."""
    if not items:
        return UNKNOWN
    if not all(isinstance(item, Names) for item in items):
        return items[0]
    merged = Names()
    for item in items:
        if isinstance(item, Names):
            for key, value in item.items():
                merged.setdefault(key, value)
    return merged


def _whereabouts(name: str, context: Mapping[str, object], limit: int = 3) -> str:
    """Where else a member of this name is: ``（在“收入预算”里有）``."""
    homes = [key for key, value in context.items() if isinstance(value, Names) and name in value]
    return f"（“{'”“'.join(homes[:limit])}”里有这个名称）" if homes else ""


_REASONS = (
    (
        re.compile(r"expected token 'end of print statement', got '(.+)'"),
        "“{0}”处多了内容，或前面少了“|”“.”",
    ),
    (re.compile(r"expected token '(.+)', got '(.+)'"), "“{1}”处不通，少了“{0}”"),
    (re.compile(r"unexpected '(.+)'"), "“{0}”处不通"),
    (re.compile(r"unexpected char '(.+)' at"), "有不认识的字符“{0}”"),
    (re.compile(r"Expected an expression, got 'end of print statement'"), "里面没有写完"),
    (re.compile(r"No filter named '(.+)'"), "没有“{0}”这种写法"),
)


def _reason(message: str) -> str:
    """Jinja's syntax message in Chinese; gen's own refusals are Chinese already."""
    for pattern, text in _REASONS:
        match = pattern.search(message)
        if match:
            return text.format(*match.groups())
    return message if not message.isascii() else "写法不完整"
