"""The values that templates and checks see: figures, phrases made of them, and plain words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from decimal import Decimal
from fractions import Fraction
from typing import Final

from generator.content.blanks import FILL, is_unfilled
from generator.figures.amounts import show, typed_places, worth
from generator.frozen import frozen
from generator.problems import Position


@frozen
class Figure:
    """One number of the set, exact, with its name, how it prints and where it comes from.

    ``value``: money in 万元, rates and shares as ratios (0.8674 for 86.74%), else plain.
    ``text``: as it prints when a template just names it (the typed text, or derived).
    ``unit``: ``万元``, ``%``, a counting unit such as ``家``, or empty.
    ``places``: decimals declared by the typed text or carried by exact sums; None when the
    value comes from a division.
    ``prefix``, ``suffix``: what ``text`` prints around the digits (``≥`` of a target, ``家``).
    ``formula``: the Chinese formula of a derived figure, else empty; ``inputs`` its names.
    ``base``: the same figure of last year, when known. ``hidden``: gen's own, made to check
    another; nobody can name or print it. ``apart``: how far a typed total is from the sum of its
    parts, as its table allows (尾差).
    """

    path: str
    value: Fraction
    text: str
    unit: str
    at: Position
    places: int | None = None
    prefix: str = ""
    suffix: str = ""
    formula: str = ""
    inputs: tuple[str, ...] = ()
    year: int = 0
    base: Figure | None = field(default=None, compare=False)
    hidden: bool = False
    apart: Fraction = Fraction(0)

    def __str__(self) -> str:
        return self.text

    @property
    def numeral(self) -> str:
        """The digits of ``text`` without sign of comparison and unit."""
        return self.text[len(self.prefix) : len(self.text) - len(self.suffix)]

    # Templates may ask `{% if 三公经费.合计.决算 == 0 %}`; they never compute.
    def __eq__(self, other: object) -> bool:
        number = _number(other)
        return NotImplemented if number is None else self.value == number

    def __lt__(self, other: object) -> bool:
        number = _number(other)
        return NotImplemented if number is None else self.value < number

    def __le__(self, other: object) -> bool:
        number = _number(other)
        return NotImplemented if number is None else self.value <= number

    def __gt__(self, other: object) -> bool:
        number = _number(other)
        return NotImplemented if number is None else self.value > number

    def __ge__(self, other: object) -> bool:
        number = _number(other)
        return NotImplemented if number is None else self.value >= number

    def __bool__(self) -> bool:
        return self.value != 0

    def __hash__(self) -> int:
        return hash(self.path)


def calculated(
    path: str, value: Fraction, unit: str, at: Position, decimals: int,
    *, formula: str = "", inputs: Iterable[str] = (), year: int = 0, divided: bool = False,
) -> Figure:  # fmt: skip
    """A figure that prints its value with up to ``decimals`` decimals, a rate as a percentage.

    ``divided``: the value comes from a division, so that no decimals of it are its own.
    """
    suffix = "%" if unit == "%" else ""
    digits = show(value / worth(suffix) if suffix else value, decimals)
    return Figure(
        path, value, digits + suffix, unit, at, places=None if divided else typed_places(digits),
        suffix=suffix, formula=formula, inputs=tuple(inputs), year=year,
    )  # fmt: skip


def _number(other: object) -> Fraction | None:
    """``other`` as an exact number if it is one (a template literal such as 0.5 by its text)."""
    if isinstance(other, Figure):
        return other.value
    if isinstance(other, bool):
        return None
    if isinstance(other, int | Fraction | Decimal):
        return Fraction(other)
    if isinstance(other, float):
        return Fraction(str(other))
    return None


class NotANumber(TypeError):
    """A text of the content was compared with a number."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.path)
        self.words = words


class Words(str):
    """A text of the content with its name and place; otherwise an ordinary string.

    Beside a number it raises ``NotANumber``, which knows the place; beside text it compares.
    """

    path: str
    at: Position

    def __new__(cls, text: str, path: str, at: Position) -> Words:
        self = super().__new__(cls, text)
        self.path = path
        self.at = at
        return self

    def __lt__(self, other: object) -> bool:
        return super().__lt__(self._text(other))

    def __le__(self, other: object) -> bool:
        return super().__le__(self._text(other))

    def __gt__(self, other: object) -> bool:
        return super().__gt__(self._text(other))

    def __ge__(self, other: object) -> bool:
        return super().__ge__(self._text(other))

    @property
    def blank(self) -> bool:
        """Whether it stands for a value that is still to come; it is above every number."""
        return is_unfilled(self)

    def _text(self, other: object) -> str:
        if self.blank and not isinstance(other, str):
            return self
        if isinstance(other, str):
            return other
        raise NotANumber(self)


def unfilled(path: str, at: Position) -> Words:
    """What stands for a value that is still to be filled in, or that rests on one."""
    return Words(FILL, path, at)


#: What stands for a figure of another unit that it does not have; wordings of it say the same.
ABSENT: Final = "—"


@frozen
class Phrase:
    """What a wording filter makes of a figure: a text that still knows where it came from.

    ``path`` is the figure's path, ``|`` and the filter: ``收入预算.合计.本年|比上年``.
    ``number`` is set when the phrase is one number (for Excel): the rounded value as printed,
    a ratio for a percentage; ``places`` its decimals as printed.
    """

    text: str
    path: str
    number: Decimal | None = None
    unit: str = ""
    places: int = 0
    prefix: str = ""
    suffix: str = ""

    def __str__(self) -> str:
        return self.text


@frozen
class Fault:
    """What a filter gives back when it cannot word a figure: a catalogue code with its values.

    ``typed``: path, file, line and column of what is to blame, where that is in the content. It
    travels through rendering like a text, so that every fault of a document is found in
    one run, each at its place.
    """

    code: str
    values: tuple[tuple[str, str], ...] = ()
    typed: tuple[str, ...] = ()


class Names(dict[str, object]):
    """A branch of the read-only context; templates reach its members with dots.

    ``damaged``: it lacks what could not be read or computed; the reason was reported.
    """

    __slots__ = ("damaged",)

    def __init__(
        self, given: Mapping[str, object] | Iterable[tuple[str, object]] = (), **names: object
    ) -> None:
        super().__init__(given, **names)
        self.damaged: bool = given.damaged if isinstance(given, Names) else False


def home(names: object) -> tuple[str, Position] | None:
    """The path of a branch of the context, and where its first value was typed.

    None for a branch that holds no value of its own (or is none).
    """
    for key, value in names.items() if isinstance(names, Names) else ():
        if isinstance(value, Figure | Words):
            # Beside a figure stands its base, which is known by its own name.
            path, _, last = value.path.rpartition(".")
            if last == key and value.at.line:
                return path, value.at
        elif (below := home(value)) is not None:
            return below[0].rpartition(".")[0], below[1]
    return None
