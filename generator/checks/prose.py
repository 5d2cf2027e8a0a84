"""Running text of the content with exact positions, as it will read when tags are filled in.

A tag that can be worded here is replaced by what it prints, so that a sentence half typed and
half tagged can be checked as one; what came from a tag is remembered and never blamed itself.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import accumulate

from generator.content.model import ROW, Narrative, Piece
from generator.frozen import frozen
from generator.language import blocks as nesting
from generator.language.printed import printed
from generator.language.statements import Statement
from generator.problems import Position

REPORT, GOAL, INDICATOR, FACT, UNIT = "report", "goal", "indicator", "fact", "unit"

#: Stands for a tag whose text is not known here; no pattern matches across it.
UNKNOWN = "\ufffc"

_ITEM_MARK = re.compile(r"\s*\d{1,3}[.)．]")
_DIGITS = re.compile(r"\d+")

#: Numbers as long as anybody writes; longer runs of digits are none.
PLAIN = r"\d{1,30}(?:\.\d{1,20})?"
NUMERAL = rf"\d{{1,3}}(?:,\d{{3}}){{1,9}}(?:\.\d{{1,20}})?|{PLAIN}"
UNITS = (
    "个百分点|百分点|万元|亿元|元|%|％|‰|人次|人|个|家|次|项|批|件|户|篇|期|天|分|倍|公里|吨"
    "|台|辆|条|份"
)
_NUMBER = re.compile(
    rf"(?<![\d.,A-Za-z\-〔\[（(第])(?P<n>{NUMERAL})(?P<about>[余多]?)(?P<unit>{UNITS})?(?![\d.])"
)


@frozen
class Number:
    """A number in running text; ``typed`` when a person wrote its digits."""

    text: str
    value: Fraction
    unit: str
    start: int
    end: int
    about: bool
    typed: bool

    @property
    def places(self) -> int:
        """Decimals as written."""
        return len(self.text.partition(".")[2])


#: Branches of a sentence beyond its first that are read apart; those beyond are read as one.
_MOST_BRANCHES = 7


@frozen
class Passage:
    """A block of text. ``name`` is its dotted name outside the report.

    It is made of pieces: ``starts`` are their offsets, ``origins`` the source positions of their
    first characters, ``made`` says which came from tags.
    """

    text: str
    kind: str
    name: str
    starts: tuple[int, ...]
    origins: tuple[Position, ...]
    made: tuple[bool, ...]
    tags: tuple[str, ...] = ()

    def at(self, offset: int) -> Position:
        """Where the character at ``offset`` was typed."""
        if not self.starts:
            return Position(self.name)
        offset = min(offset, max(len(self.text) - 1, 0))
        piece = bisect_right(self.starts, offset) - 1
        origin = self.origins[piece]
        if self.made[piece] or not origin.column:
            return origin
        return Position(origin.file, origin.line, origin.column + offset - self.starts[piece])

    def typed(self, start: int, end: int) -> bool:
        """Whether a person wrote any of the characters."""
        first = bisect_right(self.starts, start) - 1
        return start < end and not all(self.made[first : bisect_left(self.starts, end)])

    @property
    def counts(self) -> bool:
        """Whether a person wrote a digit in it, the mark of a list item aside."""
        if _DIGITS.search(self.text) is None:
            return False
        mark = _ITEM_MARK.match(self.text)
        if not any(self.made):
            return _DIGITS.search(self.text, mark.end() if mark else 0) is not None
        found = _DIGITS.finditer(self.text, mark.end() if mark else 0)
        return any(self.typed(*digits.span()) for digits in found)

    def numbers(self) -> Iterator[Number]:
        """Every number with its unit."""
        for match in _NUMBER.finditer(self.text):
            yield self.number(match, "n", "unit", "about")

    def number(self, match: re.Match[str], digits: str, unit: str, about: str = "") -> Number:
        """The number that the named groups of ``match`` hold."""
        text = match[digits].replace(",", "")
        return Number(
            text, Fraction(text), (match[unit] or "").replace("％", "%"),
            match.start(digits), match.end(digits), bool(about and match[about]),
            self.typed(match.start(digits), match.end(digits)),
        )  # fmt: skip


def report_passages(
    narrative: Narrative, said: Sequence[Statement], names: Mapping[str, object]
) -> Iterator[Passage]:
    """The text of each block of ``report.md``, row by row of its tables.

    ``said``: what its tags say. Where one sentence forks (``{% if %} … {% else %}``), each way
    to read it is a passage of its own.
    """
    texts = printed(said, names)
    for block in narrative.blocks:
        for row in _rows(block.pieces):
            for way in _ways(row, said):
                passage = _passage(way, texts)
                if passage.text.strip():
                    yield passage


def _rows(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    row: list[Piece] = []
    for piece in pieces:
        if piece.tag == ROW:
            yield row
            row = []
        else:
            row.append(piece)
    yield row


def _ways(pieces: list[Piece], said: Sequence[Statement]) -> Iterator[list[Piece]]:
    """The ways to read ``pieces``: all first branches, all second branches, and so on.

    A condition with fewer branches goes on with its last.
    """
    numbers = [piece.tag for piece in pieces if piece.tag >= 0]
    if not any(said[number].word in ("elif", "else") for number in numbers):
        yield pieces
        return
    tree = nesting.parse(said, numbers)
    most = max((len(block.branches) for block in tree.blocks), default=0)
    for way in range(min(most, _MOST_BRANCHES) + 1):
        hidden: set[int] = set()
        shown = []
        for piece in pieces:
            block = tree.innermost.get(piece.tag)
            if block is not None:
                branch = min(bisect_right(block.branches, piece.tag), _MOST_BRANCHES)
                if piece.tag == block.end or branch == min(way, len(block.branches)):
                    hidden.discard(block.head)
                else:
                    hidden.add(block.head)
            if not hidden:
                shown.append(piece)
        yield shown


def _passage(pieces: list[Piece], texts: Sequence[str | None]) -> Passage:
    """``pieces`` as one text, their tags filled in."""
    shown = [piece.text if piece.tag < 0 else texts[piece.tag] for piece in pieces]
    kept = [
        (UNKNOWN if text is None else text, piece)
        for text, piece in zip(shown, pieces, strict=True) if text != ""
    ]  # fmt: skip
    return Passage(
        "".join(text for text, _ in kept), REPORT, "",
        tuple(accumulate((len(text) for text, _ in kept[:-1]), initial=0)) if kept else (),
        tuple(piece.at for _, piece in kept),
        tuple(piece.tag >= 0 for _, piece in kept),
        tuple(piece.text for piece in pieces if piece.tag >= 0),
    )  # fmt: skip


def changed(passage: Passage, number: Number) -> bool:
    """Whether a number is a difference or a rate of change, which no figure holds."""
    before = passage.text[max(0, number.start - 3) : number.start]
    return re.search(r"(增加|减少|增长|下降|提高|降低|多|少)[了额]?$", before) is not None


def look_up(path: str, names: Mapping[str, object]) -> object:
    """The value under a dotted name, None when there is none."""
    here: object = names
    for step in path.split("."):
        here = here.get(step) if isinstance(here, Mapping) else None
    return here


def typed_passage(text: str, kind: str, name: str, at: Position) -> Passage:
    """A text of a YAML file; single-line texts have exact columns.

    The lines of a longer text are counted from the line behind ``|``, without columns.
    """
    if "\n" not in text:
        return Passage(text, kind, name, (0,), (at,), (False,))
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    origins = [Position(at.file, at.line + number) for number in range(1, len(starts) + 1)]
    return Passage(text, kind, name, tuple(starts), tuple(origins), (False,) * len(starts))
