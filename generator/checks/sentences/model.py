"""What the engine reads and what it answers: texts, amounts, rows of a text, claims."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, Literal, TypeAlias

from generator.frozen import frozen, replace

Kind: TypeAlias = Literal[
    "difference", "rate", "completion", "share", "sum", "count", "changes", "product",
    "row sum", "column sum", "text = table", "table = table", "limit",
]  # fmt: skip
Verdict: TypeAlias = Literal["holds", "wrong", "truncated", "unchecked"]
HOLDS: Final = "holds"
WRONG: Final = "wrong"
TRUNCATED: Final = "truncated"
UNCHECKED: Final = "unchecked"

#: Families of units: money is kept in 万元, rates as the percentage typed.
MONEY_UNIT, PERCENT, POINTS = "元", "%", "点"


@frozen
class Amount:
    """A number as it stands in a text.

    ``value`` in the unit of its family (money in 万元, rates in %), ``ulp``: one unit of its last
    digit in the same measure. ``block``, ``start``, ``end``: where, in the text as it was given.
    """

    value: Fraction
    ulp: Fraction
    text: str
    unit: str
    block: int
    start: int
    end: int
    shown: str
    about: bool = False

    @property
    def places(self) -> int:
        """Decimals as typed."""
        return len(self.text.partition(".")[2])

    @property
    def money(self) -> Amount:
        """Itself; without a unit as money, whose sums have a tail."""
        return self if self.unit else replace(self, unit=MONEY_UNIT)

    @property
    def key(self) -> tuple[int, int]:
        """What tells it from every other number of the document."""
        return self.block, self.start


@frozen
class Tag:
    """Of which time and which side an amount is.

    ``when``: "" (this), "last", "2013". ``what``: "" (as it came out), "budget", "adjusted".
    """

    when: str = ""
    what: str = ""


@frozen
class Claim:
    """One statement about a number.

    ``stated``: the number that the statement is about; ``operands``: the numbers it follows from,
    or is a part of. ``because``: the arithmetic, in words. ``expected``: how the stated number
    prints when it is certain that it is the wrong one, else empty. ``flaw``: what is wrong with
    it besides the number: 方向, 基数为0, 缺%, 尾差, 截断, 两次舍入.
    """

    kind: Kind
    stated: Amount
    operands: tuple[Amount, ...]
    verdict: Verdict
    because: str
    expected: str = ""
    flaw: str = ""
    quote: str = ""
    #: What was computed, in the measure of the stated number as it is typed.
    value: Fraction | None = None
    #: Off by no more than rounding of whole numbers can bring about.
    coarse: bool = False
    #: Not judged wrong, but to be looked at: what it disagrees with may be right for a reason.
    doubtful: bool = False


@dataclass(slots=True)
class Comparison:
    """比上年433万元减少2万元，下降0.46%: what is compared with, by how much."""

    tag: Tag | None
    base: Amount | None = None
    change: Amount | None = None
    sign: int = 0
    rate: Amount | None = None
    rate_sign: int = 0
    flat: bool = False
    sentence: int = 0


@dataclass(slots=True)
class Row:
    """What a text says of one thing: its amounts, what they are compared with, their shares."""

    label: str
    name: str
    block: int
    sentence: int
    levels: list[tuple[Tag, Amount]] = field(default_factory=list)
    comparisons: list[Comparison] = field(default_factory=list)
    shares: list[Share] = field(default_factory=list)
    completions: list[Completion] = field(default_factory=list)
    nothing: bool = False
    #: Whether the words before it named it: a bare 支出2万元 is not.
    named: bool = True

    def amounts(self, unit: str) -> Iterable[tuple[Tag, Amount]]:
        """Its amounts in ``unit``, in the order of the text."""
        return [(tag, amount) for tag, amount in self.levels if amount.unit == unit]

    @property
    def first(self) -> Amount | None:
        """The amount that it states first."""
        return self.levels[0][1] if self.levels else None


@dataclass(slots=True)
class Share:
    """占收入合计的26.79%: ``of`` what, the number, and the total when it is given there."""

    of: str
    part: str
    number: Amount
    whole: Amount | None = None


@dataclass(slots=True)
class Completion:
    """完成年初预算的40.4%; ``of``: the words, which may tell of which budget.

    ``loose``: 资金到位率88%, whose name alone does not tell of what it is a part.
    """

    number: Amount
    of: str = ""
    loose: bool = False


@dataclass(slots=True)
class Listing:
    """其中：…: the rows under a head, ``tail`` those that may still belong to it.

    ``cue``: the word that opened it. ``closed``: in brackets, nothing can follow. ``others``: what
    else may be the head.
    """

    head: Row
    cue: str
    others: list[Row] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    tail: list[Row] = field(default_factory=list)
    closed: bool = False


@dataclass(slots=True)
class Reading:
    """All that was read of a document's running text."""

    rows: list[Row] = field(default_factory=list)
    listings: list[Listing] = field(default_factory=list)
    numbers: list[Amount] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    year: int = 0
