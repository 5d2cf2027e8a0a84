"""Running text of the content with exact positions, as it will read when tags are filled in.

A tag that can be worded here is replaced by what it prints, so that a sentence half typed and
half tagged can be checked as one; what came from a tag is remembered and never blamed itself.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from fractions import Fraction

from generator.figures.model import Figure, Phrase, Words
from generator.frozen import frozen
from generator.language.wording import FILTERS
from generator.patterns import lazy
from generator.problems import Position

REPORT, GOAL, INDICATOR, FACT, UNIT = "report", "goal", "indicator", "fact", "unit"

#: Stands for a tag whose text is not known here; no pattern matches across it.
UNKNOWN = "\ufffc"

_TAG = lazy(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}")
_VALUE = lazy(r"\{\{-?\s*([\w.\[\]]+)\s*((?:\|\s*\w+\s*(?:\([^()]*\))?\s*)*)-?\}\}")
_FILTER = lazy(r"\|\s*(\w+)\s*(?:\(([^()]*)\))?")
_HEADING = lazy(r"#{1,6}\s*")
_ITEM_MARK = lazy(r"\s*\d{1,3}[.)．]")
_DIGITS = lazy(r"\d+")

NUMERAL = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
UNITS = (
    "个百分点|百分点|万元|亿元|元|%|％|‰|人次|人|个|家|次|项|批|件|户|篇|期|天|分|倍|公里|吨"
    "|台|辆|条|份"
)
_NUMBER = lazy(
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


_MAX_DIGITS = 40


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
        mark = _ITEM_MARK.match(self.text)
        found = _DIGITS.finditer(self.text, mark.end() if mark else 0)
        return any(self.typed(*digits.span()) for digits in found)

    def numbers(self) -> Iterator[Number]:
        """Every number with its unit."""
        for match in _NUMBER.finditer(self.text):
            if len(match["n"]) > _MAX_DIGITS:
                continue  # no amount anybody writes in prose
            yield self.number(match, "n", "unit", "about")

    def number(self, match: re.Match[str], digits: str, unit: str, about: str = "") -> Number:
        """The number that the named groups of ``match`` hold."""
        text = match[digits].replace(",", "")
        return Number(
            text, Fraction(text), (match[unit] or "").replace("％", "%"),
            match.start(digits), match.end(digits), bool(about and match[about]),
            self.typed(match.start(digits), match.end(digits)),
        )  # fmt: skip


def report_passages(source: str, file: str, names: Mapping[str, object]) -> Iterator[Passage]:
    """The blocks of ``report.md``: headings, items and paragraphs (hard-wrapped lines joined)."""
    held: list[tuple[int, str]] = []
    for number, line in enumerate(source.split("\n"), 1):
        breaks = not line.strip() or line.lstrip().startswith(("#", "|"))
        breaks = breaks or _ITEM_MARK.match(line) is not None
        if breaks and held:
            yield _passage(held, file, names)
            held = []
        if line.strip():
            held.append((number, line))
        if _HEADING.match(line) or line.lstrip().startswith("|"):
            yield _passage(held, file, names)
            held = []
    if held:
        yield _passage(held, file, names)


def _passage(lines: list[tuple[int, str]], file: str, names: Mapping[str, object]) -> Passage:
    out: list[str] = []
    starts: list[int] = []
    origins: list[Position] = []
    made: list[bool] = []
    tags: list[str] = []
    length = 0

    def add(text: str, line: int, column: int, *, tag: bool) -> None:
        nonlocal length
        if text:
            out.append(text)
            starts.append(length)
            origins.append(Position(file, line, column))
            made.append(tag)
            length += len(text)

    for number, line in lines:
        start = len(line) - len(line.lstrip())
        for tag in _TAG.finditer(line):
            add(line[start : tag.start()], number, start + 1, tag=False)
            tags.append(tag[0])
            if tag[0].startswith("{{"):
                add(_worded(tag[0], names) or UNKNOWN, number, tag.start() + 1, tag=True)
            start = tag.end()
        add(line[start:].rstrip(), number, start + 1, tag=False)
    return Passage(
        "".join(out), REPORT, "", tuple(starts), tuple(origins), tuple(made), tuple(tags)
    )


def _worded(tag: str, names: Mapping[str, object]) -> str:
    """What a plain value tag prints, empty when only the renderer can say."""
    match = _VALUE.fullmatch(tag)
    value = look_up(match[1], names) if match else None
    if match is None or value is None:
        return ""
    for name, arguments in _FILTER.findall(match[2]):
        if name not in FILTERS:
            return ""
        given = [_argument(text, names) for text in arguments.split(",") if text.strip()]
        value = FILTERS[name].apply(value, *given)
    return str(value) if isinstance(value, Figure | Phrase | Words) else ""


def _argument(text: str, names: Mapping[str, object]) -> object:
    text = text.strip()
    if text.isdigit():
        return int(text)
    return text[1:-1] if text[0] in "'\"" else look_up(text, names)


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
