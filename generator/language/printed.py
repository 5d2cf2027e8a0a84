"""What the tags of ``report.md`` will print, as far as that is known before it is rendered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from generator.figures.model import Figure, Phrase
from generator.language.expressions import Constant, Expression, Filter, Member, Name
from generator.language.statements import Statement
from generator.language.wording import FILTERS


def printed(
    statements: Sequence[Statement], context: Mapping[str, object]
) -> tuple[str | None, ...]:
    """The text of each tag; None for one that only rendering can tell.

    Names that the report gives itself (``for``, ``set``) stand for another value each time.
    """
    own = {name for said in statements if said.word in ("for", "set") for name in said.names}
    known = {name: value for name, value in context.items() if name not in own}
    return tuple(_text(said, known) for said in statements)


def _text(said: Statement, context: Mapping[str, object]) -> str | None:
    if said.word != "print" or said.value is None:
        return "" if said.word != "error" else None
    value = _value(said.value, context)
    if isinstance(value, Figure | Phrase):
        return value.text
    return str(value) if isinstance(value, str) or type(value) is int else None


def _value(node: Expression, context: Mapping[str, object]) -> object:
    """The value of ``node``, None when it has none yet."""
    if isinstance(node, Constant):
        return node.value
    if isinstance(node, Name):
        return context.get(node.name)
    if isinstance(node, Member):
        holder, key = _value(node.holder, context), node.key
        if isinstance(holder, list) and isinstance(key, int):
            return holder[key] if -len(holder) <= key < len(holder) else None
        return holder.get(key) if isinstance(holder, Mapping) else None
    if isinstance(node, Filter) and node.name in FILTERS:
        value = _value(node.value, context)
        arguments = [_value(argument, context) for argument in node.arguments]
        return None if value is None else FILTERS[node.name].apply(value, *arguments)
    return None
