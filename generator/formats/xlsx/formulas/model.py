"""A formula, parsed once when its template is compiled.

The tree is what everything about formulas stands on: ``addresses`` says which cells a reference
means once the rows are there, ``writing`` gives the formula's text, ``evaluate`` its value.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from generator.frozen import frozen

#: What a reference may become where it stands: one cell; one range; a list of ranges, as a
#: function of any number of arguments takes them.
Role: TypeAlias = Literal["cell", "area", "list"]

#: The limits of a formula that Excel and LibreOffice take: arguments of a call, signs.
MAX_ARGUMENTS: Final = 250
MAX_LENGTH: Final = 8_000


@frozen
class Number:
    """A number, as typed."""

    text: str


@frozen
class Text:
    """A text, without its quotes."""

    value: str


@frozen
class Logical:
    """TRUE or FALSE."""

    value: bool


@frozen
class ErrorValue:
    """``#N/A`` and its like."""

    code: str


@frozen
class Missing:
    """An argument left out."""


@frozen
class Name:
    """A defined name; ``sheet`` is where it stands, whose own names come first."""

    name: str
    sheet: int


@frozen
class Reference:
    """A cell or range of a worksheet.

    ``before``: the text before it (``表!``); ``sheet``: the number of that worksheet. ``column2``
    and ``row2`` are empty and 0 for a single cell; columns are empty for whole rows, rows are 0
    for whole columns. ``sign``, ``sign2``: ``$`` before the rows. ``loop`` and ``loop2``: for each
    end the loop of its sheet in whose pass it stays, -1 for none; ``home`` and ``home2`` the loop
    of the formula's own sheet that says in which pass. ``own``: it stays in the formula's own row.
    """

    before: str
    sheet: int
    column: str
    row: int
    column2: str
    row2: int
    sign: str
    sign2: str
    loop: int
    home: int
    loop2: int
    home2: int
    own: bool
    role: Role


@frozen
class Structured:
    """Cells of a table by the names of its columns, and the reference that they are."""

    text: str
    target: Reference


@frozen
class Unary:
    """A sign before, or ``%`` behind, an operand."""

    sign: str
    operand: Expression


@frozen
class Binary:
    """Two operands and what stands between them."""

    sign: str
    left: Expression
    right: Expression


@frozen
class Group:
    """Something in parentheses."""

    inner: Expression


@frozen
class Call:
    """A function with its arguments; ``name`` as written, ``key`` as everyone knows it."""

    name: str
    key: str
    arguments: tuple[Expression, ...]


@frozen
class Array:
    """``{1,2;3,4}``."""

    rows: tuple[tuple[Expression, ...], ...]


@frozen
class Opaque:
    """What gen writes as it stands and does not compute."""

    text: str


Expression: TypeAlias = (
    Number | Text | Logical | ErrorValue | Missing | Name | Reference | Structured | Unary
    | Binary | Group | Call | Array | Opaque
)  # fmt: skip


@frozen
class Formula:
    """A formula of the template: its text without the equals sign, and what it says.

    ``sheet``: the number of the sheet it belongs to, -1 for none. ``moves``: whether any
    reference in it can read otherwise than in the template. ``array``: entered as an array.
    """

    text: str
    root: Expression
    sheet: int
    moves: bool
    array: bool = False


def inside(node: Expression) -> tuple[Expression, ...]:
    """The operands and arguments of ``node``."""
    if isinstance(node, Call):
        return node.arguments
    if isinstance(node, Binary):
        return node.left, node.right
    if isinstance(node, Unary):
        return (node.operand,)
    if isinstance(node, Group):
        return (node.inner,)
    return ()


def references(node: Expression) -> list[Reference]:
    """Every reference in ``node``, in order."""
    if isinstance(node, Reference):
        return [node]
    return [found for part in inside(node) for found in references(part)]


def column_number(letters: str) -> int:
    """``$AB`` → 28; 0 for none."""
    number = 0
    for letter in letters.lstrip("$").upper():
        number = number * 26 + ord(letter) - 64
    return number
