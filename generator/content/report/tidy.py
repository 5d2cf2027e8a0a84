"""A pasted ``report.md`` in gen's form: headings, paragraphs, lists and tables; no word changes.

Only blanks, line breaks and the numbers and signs before a text are touched, and only where it is
sure what was meant. What is left is told by the warnings of the reader.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, TypeAlias

from generator.content.report.asides import Heading, headings
from generator.content.report.draft import STRONG, Draft, few_words, finished
from generator.content.report.lines import Line, read_lines, whole
from generator.content.report.marks import (
    ARABIC,
    BLANKS,
    BULLET,
    mark_of,
)
from generator.content.report.reader import is_rule, read_drafts
from generator.frozen import frozen
from generator.language.tags import Tag
from generator.problems import Problems

HEADING, UNNUMBERED, PARAGRAPH = "写成标题", "删去标题里的编号", "另起一段"
ITEM, TABLE, BLANK = "写成编号列表", "写成表格", "去掉前后的空白"
#: Lines come apart first, then it can be seen what stands alone.
_MOST_PASSES: Final = 5
#: Lists come below headings of this level, or their numbers would change shape (gen: 1. under ##).
_DEEPEST_LIST: Final = 2


@frozen
class Change:
    """What becomes of a line: its number from 1, what is done, the line before and after.

    ``after`` may be several lines, and is ``before`` where it only became a paragraph.
    """

    line: int
    kind: str
    before: str
    after: str


@frozen
class Tidied:
    """The text in gen's form, and what was done to get there."""

    text: str
    changes: tuple[Change, ...]


def tidy(source: str, file: str) -> Tidied:
    """``source`` in gen's form. Text with errors in its signs or tags is left as it is.

    Headings are made of lines with numbers only where all numbers of the kind fit; what comes
    out is a fixed point, or less is done until it is one.
    """
    for shapes in (None, STRONG, frozenset[str]()):
        text = source
        for _ in range(_MOST_PASSES):
            made = _pass(text, file, shapes)
            if made == text:
                return Tidied(text, tuple(_changes(source, text, file)))
            text = made
    return Tidied(source, ())


def _pass(source: str, file: str, shapes: frozenset[str] | None) -> str:
    """``source`` rewritten as it reads now, with headings of ``shapes`` (None: of any)."""
    problems = Problems()
    drafts, tags = read_drafts(source, file, problems)
    if problems.failed or not drafts:
        return source
    writer = _Writer(tags, _sure_headings(drafts, shapes), _sure_items(drafts))
    for draft in drafts:
        writer.block(draft)
    return writer.text


def _changes(source: str, text: str, file: str) -> Iterator[Change]:
    """What became of each line: lines neither move nor vanish, but for the rules of tables."""
    (old, tags), (new, _) = read_lines(source, file), read_lines(text, file)
    apart = {line.number for above, line in pairwise(new) if not above.text}
    made = [line for line in new if line.text]
    number, above = 0, ""
    for line in old:
        bare = line.text.strip(BLANKS)
        if bare and not (is_rule(bare) and made[number].text.strip(BLANKS) != bare):
            after = whole(made[number], tags)
            before = whole(line, tags)
            kind = _kind(line.text, made[number].text)
            alone = above and made[number].number in apart
            number += 1
            if kind == TABLE and number < len(made) and is_rule(made[number].text):
                after += f"\n{made[number].text}"
                number += 1
            if kind or alone:
                yield Change(line.number, kind or PARAGRAPH, before, after)
        above = bare


def _kind(before: str, after: str) -> str:
    """What was done to a line; empty for nothing."""
    if before == after:
        return ""
    if after.startswith("#"):
        return UNNUMBERED if before.strip(BLANKS).startswith("#") else HEADING
    if after.startswith("|") and not before.strip(BLANKS).startswith("|"):
        return TABLE
    return BLANK if before.strip(BLANKS) == after.strip(BLANKS) else ITEM


def _sure_headings(drafts: Sequence[Draft], shapes: frozenset[str] | None) -> dict[int, Heading]:
    """By the line they begin on: headings without signs whose numbers are those gen will print."""
    blocks = [draft for draft in drafts if draft.kind != "control"]
    found = dict(headings(blocks))
    counts = [0] * (max((heading.level for heading in found.values()), default=0) + 6)
    sure: dict[int, Heading] = {}
    for number, block in enumerate(blocks):
        heading = found.get(number)
        level = block.level if block.kind == "heading" else heading.level if heading else 0
        if not level:
            continue
        counts[level] += 1
        counts[level + 1 :] = [0] * (len(counts) - level - 1)
        if heading is None or (shapes is not None and heading.shape not in shapes):
            continue
        words = block.lines[0].text[heading.start :].rstrip(BLANKS)
        own = mark_of(words)
        if heading.value != counts[level] or words.endswith("#") or own is not None:
            group = heading.shape in STRONG
            return {} if group else {k: h for k, h in sure.items() if h.shape in STRONG}
        sure[block.lines[0].number] = heading
    return sure


def _sure_items(drafts: Sequence[Draft]) -> set[int]:
    """The lines on which paragraphs 1、 2、 3、 … begin that make a whole list under a heading."""
    sure: set[int] = set()
    run: list[Draft] = []
    depth, before = 0, ""
    for draft in (*drafts, None):
        mark = draft.mark if draft is not None and draft.kind == "paragraph" else None
        value = mark.value if mark is not None and mark.shape == ARABIC else 0
        if draft is not None and value == len(run) + 1 and (run or before != "item"):
            run.append(draft)
        else:
            if len(run) > 1 and depth <= _DEEPEST_LIST:
                sure |= {one.lines[0].number for one in run}
            run = []
        if draft is not None:
            before = draft.kind
            depth = draft.level if draft.kind == "heading" else depth
    return sure


_Rows: TypeAlias = list[list[tuple[int, int]]]


class _Writer:
    """The lines that come out."""

    def __init__(self, tags: Sequence[Tag], sure: dict[int, Heading], items: set[int]) -> None:
        self._tags, self._sure, self._items = tags, sure, items
        self._out: list[str] = []
        self._last: Draft | None = None

    @property
    def text(self) -> str:
        """All of it."""
        return "\n".join([*self._out, ""])

    def block(self, draft: Draft) -> None:
        """Write a block and what parts it from the one before."""
        self._part(draft)
        first = draft.lines[0]
        heading = self._sure.get(first.number)
        if heading is not None:
            self._put(first, f"{'#' * heading.level} ", heading.start)
        elif draft.kind == "heading":
            self._signed(draft)
        elif draft.kind == "item":
            self._item(draft)
        elif draft.kind in ("table", "control"):
            self._kept(draft.lines)
        elif (rows := _tab_rows(draft) or _bar_rows(draft)) is not None:
            self._table(draft, rows)
        elif first.number in self._items:
            assert draft.mark is not None
            self._put(first, f"{draft.mark.value}. ", draft.mark.end)
            self._rest(draft, "   ")
        else:
            self._put(first, "", draft.start)
            self._rest(draft, "")
        self._last = draft

    def _part(self, draft: Draft) -> None:
        """A blank line between blocks; between items, and around lines of tags, as it was."""
        last = self._last
        if last is None:
            return
        close = draft.kind == last.kind == "item" or "control" in (draft.kind, last.kind)
        if not close or draft.lines[0].number > self._below(last.lines[-1]):
            self._out.append("")

    def _below(self, line: Line) -> int:
        """The number of the typed line below ``line``."""
        return line.number + 1 + whole(line, self._tags).count("\n")

    def _put(self, line: Line, lead: str, start: int) -> None:
        """Write what stands from ``start`` of ``line`` behind ``lead``."""
        end = len(line.text.rstrip(BLANKS))
        self._out.append(lead + whole(line, self._tags, start, end))

    def _kept(self, lines: Sequence[Line]) -> None:
        for line in lines:
            self._put(line, "", len(line.text) - len(line.text.lstrip(BLANKS)))

    def _signed(self, draft: Draft) -> None:
        """A heading with its signs, without a number of its own."""
        line = draft.lines[0]
        words = line.text[draft.start :].rstrip(BLANKS)
        own = mark_of(words)
        doubled = own is not None and mark_of(words, own.end) is not None
        if own is None or own.shape == BULLET or doubled or words.endswith("#"):
            self._kept(draft.lines)
        else:
            self._put(line, f"{'#' * draft.level} ", draft.start + own.end)

    def _item(self, draft: Draft) -> None:
        indent = "   " * (draft.level - 1)
        self._put(draft.lines[0], f"{indent}{draft.printed}. ", draft.start)
        self._rest(draft, f"{indent}   ")

    def _rest(self, draft: Draft, indent: str) -> None:
        """The further lines of a block: paragraphs of their own, where every line is one."""
        apart = _line_by_line(draft)
        for line in draft.lines[1:]:
            self._out += [""] if apart else []
            start = len(line.text) - len(line.text.lstrip(BLANKS))
            self._put(line, "" if apart else indent, start)

    def _table(self, draft: Draft, rows: _Rows) -> None:
        """A table of cells, each from one offset of its line to another."""
        for line, row in zip(draft.lines, rows, strict=True):
            if row:
                cells = (whole(line, self._tags, *cell).strip(BLANKS) for cell in row)
                self._out.append(f"| {' | '.join(cells)} |")
            if line is draft.lines[0]:
                self._out.append(f"|{'---|' * len(row)}")


def _line_by_line(draft: Draft) -> bool:
    """Whether every line of a block is a paragraph: none breaks off within a sentence."""
    texts = [line.text.strip(BLANKS) for line in draft.lines]
    return len(texts) > 1 and all(
        (finished(above) or few_words(above)) and mark_of(below) is None
        for above, below in pairwise(texts)
    )


def _tab_rows(draft: Draft) -> _Rows | None:
    """The cells of lines pasted from a table; None for other blocks."""
    return _rows(draft, "\t", draft.lines)


def _bar_rows(draft: Draft) -> _Rows | None:
    """The cells of a table without outer bars; None for other blocks."""
    if len(draft.lines) < 3 or not is_rule(draft.lines[1].text):
        return None
    head, _, *body = draft.lines
    rows = _rows(draft, "|", [head, *body])
    return None if rows is None else [rows[0], [], *rows[1:]]


def _rows(draft: Draft, sign: str, lines: Sequence[Line]) -> _Rows | None:
    """The cells between ``sign`` where every line has as many of them."""
    if draft.kind != "paragraph" or draft.mark is not None or len(lines) < 2:
        return None
    counts = {line.text.strip(BLANKS).count(sign) for line in lines}
    clean = sign == "|" or not any("|" in line.text for line in lines)
    ruled = any(not line.text.strip(BLANKS + "-:|") for line in lines)
    if len(counts) > 1 or counts == {0} or not clean or ruled:
        return None
    return [_cells(line.text, sign) for line in lines]


def _cells(text: str, sign: str) -> list[tuple[int, int]]:
    start, end = len(text) - len(text.lstrip(BLANKS)), len(text.rstrip(BLANKS))
    out = []
    while (stop := text.find(sign, start, end)) >= 0:
        out.append((start, stop))
        start = stop + 1
    return [*out, (start, end)]
