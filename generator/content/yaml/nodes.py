"""Content files as trees of nodes: every text as typed, every node with its place.

The YAML events of libyaml are turned into three small node types. What YAML itself would do
silently (last duplicate key wins, ``1:30`` becomes 90, aliases expand) is reported or left to
the reader of the node; no scalar is ever converted here.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

import yaml

from generator import characters
from generator.content.yaml import hygiene, repair, runs
from generator.frozen import frozen
from generator.problems import Position, Problem, Problems, Turns

MAX_FILE_BYTES: Final = 8 * 1024 * 1024
MAX_DEPTH: Final = 20
#: Names, values, lists and groups of one file: a list of thirty thousand rows of five columns has
#: 330,000. Nothing is ever repeated by an alias, so that time and memory go with this number.
MAX_NODES: Final = 500_000
_LEAD: Final = re.compile(r"\s*+")

#: A key that holds its own value: the colon was full-width, or followed by a special space.
_ODD_KEY = re.compile("：|:[\u00a0\u2000-\u200a\u202f\u3000]")
_TIGHT_KEY = re.compile(r"[^\W\d]\w*:[^\s:/]")
_COLON = re.compile("[ '\"]*:")
_CUT = re.compile(r" #([^\s#].*)")
_QUOTING = frozenset("'\"|>")
#: What follows a backslash in double quotes (YAML 1.2, section 5.7): controls have letters.
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)")
_CONTROLS = {
    "0": "\0", "a": "\a", "b": "\b", "v": "\v", "f": "\f", "e": "\x1b", "N": "\x85",
    "r": "\r", "L": "\u2028", "P": "\u2029",
}  # fmt: skip
_EMPTY = frozenset(("", "~", "null"))
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")


@frozen
class Scalar:
    """A text as typed; ``quoted`` tells a quoted or block text from a plain one.

    ``turns`` are the places where it goes on on further lines.
    """

    text: str
    quoted: bool
    at: Position
    turns: Turns = ()


@frozen
class Mapping:
    """Keys and values in the order typed; keys are unique. ``flow`` is the ``{}`` style.

    ``broken``: something in it was reported and left out, so names may be missing.
    """

    items: tuple[tuple[Scalar, Node], ...]
    at: Position
    flow: bool = False
    broken: bool = False

    def get(self, key: str) -> Node | None:
        """The value of ``key``, or None."""
        for name, value in self.items:
            if name.text == key:
                return value
        return None


@frozen
class Sequence:
    """List items in order."""

    items: tuple[Node, ...]
    at: Position


Node = Scalar | Mapping | Sequence


def is_empty(node: Node) -> bool:
    """Whether nothing was typed."""
    return isinstance(node, Scalar) and not node.quoted and node.text in _EMPTY


def load(path: Path, file: str, problems: Problems) -> Node | None:
    """The tree of one YAML file; None when it is unreadable, empty or not valid YAML.

    ``file`` is the name used in positions. All findings go to ``problems``.
    """
    text = hygiene.read_text(path, file, MAX_FILE_BYTES, problems)
    return None if text is None else parse(text, file, problems)


def load_shared(path: Path, file: str, problems: Problems) -> Node | None:
    """Like ``load``, of a file that many units have in common: parsed once while it stays."""
    text = hygiene.read_text(path, file, MAX_FILE_BYTES, problems)
    if text is None:
        return None
    node, found = _parsed(text, file)
    problems.extend(found)
    return node


@lru_cache(maxsize=8)
def _parsed(text: str, file: str) -> tuple[Node | None, tuple[Problem, ...]]:
    found = Problems()
    return parse(text, file, found), tuple(found)


def parse(text: str, file: str, problems: Problems) -> Node | None:
    """The tree of YAML ``text``; None when something of it is lost.

    Slips are mended in memory and reported, so that one run names all of a file's mistakes.
    """
    source = repair.Source(text, file, problems)
    if (node := _with_runs(source, problems)) is not None:
        return node
    while True:
        found = Problems()
        builder = _Builder(source, found, {})
        try:
            node = builder.build()
        except yaml.YAMLError as error:
            if source.mend(error):
                continue
            hygiene.explain_syntax_error(error, source.text, file, problems)
            return None
        if not builder.mend():
            break
    problems.extend(found)
    if node is None and not found.failed and not source.lossy:
        problems.add("L110", Position(file, 1, 1))
    return None if source.lossy else node


def _with_runs(source: repair.Source, problems: Problems) -> Node | None:
    """The tree of a text with runs of rows; None where there are none, or anything is amiss."""
    rows = runs.found(source.lines) if source.as_typed else {}
    if not rows:
        return None
    found = Problems()
    builder = _Builder(source, found, rows)
    try:
        node = builder.build()
    except yaml.YAMLError:
        return None
    if not builder.whole or found.failed:
        return None
    problems.extend(found)
    return node


class _Builder:
    """Builds the tree from parser events, without recursion into the parser's own objects.

    ``rows``: what is told from lines that the parser does not see.
    """

    def __init__(
        self, source: repair.Source, problems: Problems, rows: dict[int, runs.Run]
    ) -> None:
        self._source = source
        self._rows = rows
        self._problems = problems
        #: Lines that parse but say something else than the writer meant.
        self._slips: dict[int, repair.Mend] = {}
        self._nodes = self._escapes = 0
        #: Names that hold no value of their own.
        self._sound: set[str] = set()

    def mend(self) -> bool:
        """Mend the slips found while building; True if the text has to be read again."""
        for number, mend in self._slips.items():
            self._source.apply(number, mend)
        return bool(self._slips)

    @property
    def whole(self) -> bool:
        """Whether all rows found their lists, and nothing has to be mended."""
        return not self._rows and not self._slips

    def build(self) -> Node | None:
        text = runs.shortened(self._source.lines, self._rows)
        stack: list[_Open] = []
        root: Node | None = None
        documents = 0
        node: Node | None
        for event in yaml.parse(text, Loader=repair.LOADER):
            if isinstance(event, yaml.ScalarEvent):
                node = self._scalar(event, stack[-1] if stack else None)
                if node is None:
                    return None
            elif isinstance(event, yaml.NodeEvent):
                at = self._at(event)
                if not self._fits(event, at):
                    return None
                if len(stack) >= MAX_DEPTH:
                    self._problems.add("L114", at, depth=MAX_DEPTH)
                    return None
                stack.append(_Open(isinstance(event, yaml.MappingStartEvent), event, at))
                continue
            elif isinstance(event, yaml.CollectionEndEvent):
                node = self._close(stack.pop())
            else:
                documents += isinstance(event, yaml.DocumentStartEvent)
                if documents > 1:
                    self._problems.add("L111", self._at(event))
                    return root
                continue
            if stack:
                stack[-1].add(node, event)
            else:
                root = node
        return None if root is None or is_empty(root) else root

    def _at(self, event: yaml.Event) -> Position:
        mark = event.start_mark
        assert mark is not None  # parsers always give marks
        return self._source.position(mark.line, mark.column)

    def _scalar(self, event: yaml.ScalarEvent, above: _Open | None) -> Scalar | None:
        """A text, of which there are most; None after one was reported that may not be there."""
        first, last = event.start_mark, event.end_mark
        assert first is not None
        assert last is not None
        number, ending = first.line, last.line
        at = self._source.position(number, first.column)
        self._nodes += 1
        unusual = self._nodes > MAX_NODES or event.anchor or event.tag
        if unusual and not self._fits(event, at):
            return None
        lines, style = self._source.lines, event.style
        if ending < len(lines) and lines[ending].startswith(" #", last.column):
            self._check_comment(event)
        if not style and above is not None and above.mapping and above.line_before != number:
            self._check_below(event, above)
        text: str = self._checked(event) if style == '"' else event.value
        turns = () if ending == number else self._turns(event)
        return Scalar(text, style in _QUOTING, at, turns)

    def _turns(self, event: yaml.ScalarEvent) -> Turns:
        """Where a text of several lines goes on: folding changes nothing but white space."""
        first, last = event.start_mark, event.end_mark
        assert first is not None
        assert last is not None
        if event.style == '"':  # escapes change more
            return ()
        block = event.style in ("|", ">")
        solid = [index for index, char in enumerate(event.value) if not char.isspace()]
        turns = []
        before = 0
        for number in range(first.line, last.line + 1):
            line = self._line(number)[: last.column if number == last.line else None]
            begin = 0
            if number == first.line:
                begin = len(line) if block else first.column + (event.style == "'")
            there = len(line) - len(line[begin:].lstrip())
            if number > first.line and there < len(line) and before < len(solid):
                turns.append((solid[before], self._source.position(number, there)))
            before += sum(not char.isspace() for char in line[begin:])
        return tuple(turns)

    def _checked(self, event: yaml.ScalarEvent) -> str:
        r"""The text in double quotes, without what only its escapes put into it (``\e``)."""
        text: str = event.value
        if not characters.forbidden(text):
            return text
        first, last = event.start_mark, event.end_mark
        assert first is not None
        assert last is not None
        for number in range(first.line, last.line + 1):
            begin = first.column if number == first.line else 0
            end = last.column if number == last.line else len(self._line(number))
            for escape in _ESCAPE.finditer(self._line(number), begin, end):
                char = _escaped(escape[1])
                if characters.forbidden(char) and self._escapes < hygiene.MAX_CHARACTERS:
                    self._escapes += 1
                    at = self._source.position(number, escape.start())
                    hygiene.report_forbidden(char, at, self._problems)
        return re.sub(characters.FORBIDDEN, "", text)

    def _slip_at(self, event: yaml.Event) -> bool:
        """Have the value of this line taken as text; False where that is not possible."""
        mark = event.start_mark
        assert mark is not None
        mend = next(repair.quoted(self._line(mark.line)), None)
        if mend is None or not self._source.patient:
            return False
        self._slips[mark.line] = mend
        return True

    def _fits(self, event: yaml.NodeEvent, at: Position) -> bool:
        """Whether a node is plain (no anchor, tag, alias) and not one too many, else a report."""
        self._nodes += not isinstance(event, yaml.ScalarEvent)
        if self._nodes > MAX_NODES:
            self._problems.add("L142", at, count=MAX_NODES)
            return False
        tag = getattr(event, "tag", None)
        named = isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None)
        if not named and tag in (None, "!"):
            return True
        if not self._slip_at(event):
            self._problems.add("L112" if named else "L113", at, tag=tag)
        return False

    def _check_below(self, event: yaml.ScalarEvent, above: _Open) -> None:
        """A plain text below its name may be lines that the parser took for running text."""
        mark, end = event.start_mark, event.end_mark
        if mark is None or end is None or not above.awaits_value or not event.value:
            return
        lead = _LEAD.match(self._line(mark.line))
        if lead is not None and mark.column <= lead.end() and self._source.patient:
            last = min(end.line, len(self._source.lines) - 1)
            self._slips.update(repair.misread(self._source.lines, mark.line, last))

    def _line(self, number: int) -> str:
        """A line of the text; empty behind its end."""
        return self._source.lines[number] if number < len(self._source.lines) else ""

    def _check_comment(self, event: yaml.ScalarEvent) -> None:
        """A text that ends at ``#`` may go on behind it; remarks have a space after the ``#``."""
        end = event.end_mark
        if end is None or event.style in ("|", ">"):
            return
        line = self._line(end.line)
        if line.startswith(" #", end.column) and (cut := _CUT.match(line, end.column)):
            at = self._source.position(end.line, end.column + 1)
            self._problems.add("L134", at, found=cut[1][:20])

    def _close(self, opened: _Open) -> Node:
        children = opened.children
        if not opened.mapping:
            return Sequence(tuple(self._with_rows(opened)), opened.at)
        pairs = zip(children[::2], children[1::2], strict=True)
        usual = {key.text: (key, value) for key, value in pairs if isinstance(key, Scalar)}
        if 2 * len(usual) == len(children) and self._as_meant(usual, opened):
            return Mapping(tuple(usual.values()), opened.at, opened.flow)
        return self._looked_through(opened)

    def _with_rows(self, opened: _Open) -> list[Node]:
        """The items of a list, those included that the parser did not see."""
        items: list[Node] = []
        for number, (item, line) in enumerate(zip(opened.children, opened.lines, strict=True)):
            items.append(item)
            run = self._rows.get(line)
            if run is None or number + 1 == len(opened.lines):
                continue
            begins = isinstance(item, Mapping) and item.at.column == run.column + 1
            if begins and opened.lines[number + 1] == run.last:
                self._nodes += sum(1 + 2 * len(pairs) for pairs in run.between)
                if self._nodes <= MAX_NODES:
                    del self._rows[line]
                    items += self._between(run)
        return items

    def _between(self, run: runs.Run) -> Iterator[Mapping]:
        file = self._source.file
        for line, pairs in enumerate(run.between, run.first + 2):
            items = [
                (
                    Scalar(key, False, Position(file, line, column + 1)),
                    Scalar(value, False, Position(file, line, there + 1)),
                )
                for key, column, value, there in pairs
            ]
            yield Mapping(tuple(items), Position(file, line, run.column + 1), True)

    def _as_meant(self, pairs: dict[str, tuple[Scalar, Node]], opened: _Open) -> bool:
        """Whether nothing in a group calls for a closer look; thousands may have the same names."""
        if not pairs.keys() <= self._sound:
            if any(map(_ODD_KEY.search, pairs)):
                return False
            self._sound.update(pairs)
        return not opened.flow or not any(
            isinstance(value, Scalar) and not value.quoted
            and ("," in value.text or value.text in _EMPTY)
            for _, value in pairs.values()
        )  # fmt: skip

    def _looked_through(self, opened: _Open) -> Node:
        """A group in which names may be repeated, odd, or only pieces of a value."""
        typed = list(
            zip(opened.children[::2], opened.children[1::2], opened.lines[::2], strict=True)
        )
        if opened.flow and len(typed) == 1 and self._alone(*typed[0]):
            return self._text_in_braces(*typed[0], opened)
        pairs: dict[str, tuple[Scalar, Node]] = {}
        repeated: list[Scalar] = []
        broken = False
        last = ""
        for key, value, line in typed:
            if not isinstance(key, Scalar):
                self._problems.add("L115", key.at)
                broken = True
            elif self._odd_colon(key, value, line, flow=opened.flow):
                broken = True
            elif opened.flow and last and self._alone(key, value, line):
                pairs[last] = (pairs[last][0], _joined(pairs[last][1], key))
            elif key.text in pairs:
                repeated.append(key)
                broken = True
            else:
                pairs[key.text] = (key, value)
                last = key.text
        if opened.flow:
            self._check_commas(pairs)
        self._report_repeated(repeated, pairs)
        return Mapping(tuple(pairs.values()), opened.at, opened.flow, broken)

    def _odd_colon(self, key: Scalar, value: Node, line: int, *, flow: bool) -> bool:
        """Whether the key holds its own value, and its line was mended."""
        if not key.quoted and _ODD_KEY.search(key.text):
            return self._wide_colon(line)
        return flow and self._alone(key, value, line) and self._tight(key, line)

    def _wide_colon(self, line: int) -> bool:
        """A key typed with an odd colon is mended and read again."""
        if line not in self._slips and self._source.patient:
            mend = next(repair.punctuation(self._line(line)), None)
            if mend is not None:
                self._slips[line] = mend
        return line in self._slips

    def _tight(self, key: Node, line: int) -> bool:
        """``{本年:209.57}``: no space behind the colon."""
        return (
            isinstance(key, Scalar)
            and _TIGHT_KEY.match(key.text) is not None
            and self._wide_colon(line)
        )

    def _alone(self, key: Node, value: Node, line: int) -> bool:
        """Whether a key of a ``{}`` stands there without colon: a piece cut off by a comma."""
        if not isinstance(key, Scalar) or not is_empty(value):
            return False
        text = self._line(line)
        there = text.find(key.text, max(0, key.at.column - 2))
        return there >= 0 and _COLON.match(text, there + len(key.text)) is None

    def _text_in_braces(self, key: Node, value: Node, line: int, opened: _Open) -> Node:
        """``{市财政局}``: a text that should have stood in quotes, or a full-width colon."""
        assert isinstance(key, Scalar)
        odd = _ODD_KEY.search(key.text) and self._wide_colon(line)
        if not odd and not self._tight(key, line):
            found = "{" + key.text + "}"
            self._problems.add("L124", opened.at, found=found[:40], char="{")
            return Scalar(found, True, opened.at)
        return value

    def _check_commas(self, pairs: dict[str, tuple[Scalar, Node]]) -> None:
        """Values that a comma had cut; a thousands separator is left to the reader of numbers."""
        for key, value in pairs.values():
            if (
                isinstance(value, Scalar)
                and not value.quoted
                and "," in value.text
                and not _THOUSANDS.fullmatch(value.text)
            ):
                self._problems.add("L117", value.at, key=key.text, value=value.text)

    def _report_repeated(
        self, repeated: list[Scalar], pairs: dict[str, tuple[Scalar, Node]]
    ) -> None:
        if not repeated:
            return
        first = pairs[repeated[0].text][0].at
        values = {"key": repeated[0].text, "line": first.line}
        code = "L116" if len(repeated) == 1 else "L118"
        self._problems.add(code, repeated[0].at, related=[first], count=len(repeated), **values)


def _escaped(written: str) -> str:
    """The character that an escape of YAML stands for; empty for one that may stand anywhere."""
    if written[1:]:
        number = int(written[1:], 16)
        return chr(number) if number <= sys.maxunicode else ""
    return _CONTROLS.get(written, "")


def _joined(before: Node, piece: Scalar) -> Node:
    """The value that a comma cut in two, whole again."""
    if not isinstance(before, Scalar):
        return before
    space = " " if before.text.startswith("=") or not piece.text[:1].isdigit() else ""
    return Scalar(f"{before.text},{space}{piece.text}", before.quoted, before.at)


class _Open:
    """A mapping or sequence whose end has not come yet."""

    __slots__ = ("at", "children", "flow", "lines", "mapping")

    def __init__(self, mapping: bool, event: yaml.Event, at: Position) -> None:
        self.mapping = mapping
        self.flow = bool(getattr(event, "flow_style", False))
        self.at = at
        self.children: list[Node] = []
        #: On which line of the text (from 0) each child begins.
        self.lines: list[int] = []

    @property
    def awaits_value(self) -> bool:
        """Whether a name was typed whose value comes next."""
        return self.mapping and len(self.children) % 2 == 1

    @property
    def line_before(self) -> int:
        """The line of the last child; -1 without one."""
        return self.lines[-1] if self.lines else -1

    def add(self, node: Node, event: yaml.Event) -> None:
        """Take a child that is complete."""
        mark = event.start_mark
        assert mark is not None
        self.children.append(node)
        self.lines.append(mark.line)
