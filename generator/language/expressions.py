"""What an expression in a tag says: Jinja's tree, down to what gen asks of it."""

from __future__ import annotations

from typing import TypeAlias

from jinja2 import nodes

from generator.frozen import frozen

#: Jinja's words for what stands between the sides of a comparison.
_SIGNS = {"eq": "==", "ne": "!=", "gt": ">", "gteq": ">=", "lt": "<", "lteq": "<="}

Scalar: TypeAlias = str | int | float | bool | None


@frozen
class Name:
    """``收入``."""

    name: str


@frozen
class Member:
    """``holder.key`` or ``holder['key']``."""

    holder: Expression
    key: Scalar


@frozen
class Filter:
    """``value | name(arguments)``."""

    name: str
    value: Expression
    arguments: tuple[Expression, ...]


@frozen
class Constant:
    """A number or a text."""

    value: Scalar


@frozen
class Defined:
    """``value is defined`` or ``is undefined``: asks nothing of the value."""

    value: Expression


@frozen
class Sum:
    """``+`` and ``-``."""

    parts: tuple[Expression, ...]


@frozen
class Comparison:
    """``a > b == c``: the sides, and the signs between them."""

    parts: tuple[Expression, ...]
    signs: tuple[str, ...]


@frozen
class Compound:
    """Anything else that is made of expressions."""

    parts: tuple[Expression, ...]


Expression: TypeAlias = Name | Member | Filter | Constant | Defined | Sum | Comparison | Compound


def inside(node: Expression) -> tuple[Expression, ...]:
    """What ``node`` is made of, from left to right."""
    match node:
        case Member():
            return (node.holder,)
        case Filter():
            return (node.value, *node.arguments)
        case Defined():
            return (node.value,)
        case Sum() | Comparison() | Compound():
            return node.parts
    return ()


def root(node: Expression | None) -> str:
    """The name that a value with its members and wordings begins with; empty for what has none."""
    while isinstance(node, Filter | Member):
        node = node.value if isinstance(node, Filter) else node.holder
    return node.name if isinstance(node, Name) else ""


def dotted(node: Expression | None) -> str:
    """A name with its members as typed; ``…`` for what is no name."""
    match node:
        case Name():
            return node.name
        case Member():
            return f"{dotted(node.holder)}.{node.key}"
    return "…"


def understood(node: nodes.Node) -> Expression:
    """The expression that Jinja read."""
    match node:
        case nodes.Name():
            return Name(node.name)
        case nodes.Getattr():
            return Member(understood(node.node), node.attr)
        case nodes.Getitem(arg=nodes.Const(value=key)):
            return Member(understood(node.node), key)
        case nodes.Filter(node=nodes.Node() as value):
            arguments = (*node.args, *(keyword.value for keyword in node.kwargs))
            return Filter(node.name, understood(value), tuple(map(understood, arguments)))
        case nodes.Test(name="defined" | "undefined" | "number" | "数"):
            return Defined(understood(node.node))
        case nodes.Const():
            return Constant(node.value)
        case nodes.TemplateData():
            return Constant(node.data)
        case nodes.Compare():
            sides = (node.expr, *(operand.expr for operand in node.ops))
            signs = tuple(_SIGNS.get(operand.op, operand.op) for operand in node.ops)
            return Comparison(tuple(map(understood, sides)), signs)
    parts = tuple(map(understood, node.iter_child_nodes()))
    return Sum(parts) if isinstance(node, nodes.Add | nodes.Sub | nodes.Neg) else Compound(parts)
