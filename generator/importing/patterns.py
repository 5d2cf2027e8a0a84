"""What a form looks like when it is filled in: its template says it.

A template is the best map of its form. Each tag stands under labels: the one left of it, the one
above it. Whoever finds those labels in a filled form, wherever they stand there, has the name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from generator.content.model import Document
from generator.frozen import frozen
from generator.importing import numbers
from generator.importing.labels import Labels, Sheet
from generator.reading.any_file import READERS
from generator.reading.contents import Contents, Unreadable
from generator.workspace import Workspace

_TAG: Final = re.compile(r"\{\{(?:[pr] )?([^{}]{1,300})\}\}")
_CONTROL: Final = re.compile(r"\{%(?:p|tr|tc|r)? ?([^{}]{1,200}?)%\}")
_FOR: Final = re.compile(r"for (\w{1,40}) in ([\w.]{1,80})")
_NAME: Final = re.compile(r"[^\W\d][\w.]{0,120}")
#: Ways to print a value that show all of it.
_WHOLE: Final = frozenset({"合并", "数", "公式", "日期", "百分比", "万元"})
YEAR: Final = "年度"
_YEAR_TAG: Final = re.compile(rf"\{{\{{ *{YEAR} *\}}\}}")


@frozen
class Tag:
    """A tag in a cell: its name, whether it prints the value itself, over merged cells."""

    name: str
    whole: bool
    merged: bool


@frozen
class Words:
    """A cell of a template: what stands around its tags as a pattern with a group for each."""

    pattern: re.Pattern[str]
    tags: tuple[Tag, ...]
    told: bool

    def values(self, text: str) -> tuple[str, ...] | None:
        """What stands in the place of each tag in ``text``; None where the words differ."""
        found = self.pattern.fullmatch(re.sub(r"\s+", "", text) if self.told else text)
        return tuple(group or "" for group in found.groups()) if found else None


@frozen
class Spot:
    """Cells with tags, by the label left of them and the one above."""

    left: str
    above: str
    words: Words


@frozen
class Loop:
    """A row that is repeated for each of ``over``; columns by their heads."""

    over: str
    columns: tuple[tuple[str, Words], ...]
    first: str


@frozen
class Pattern:
    """A form: its document, all its labels, where its values stand.

    ``ends``: labels behind a list. ``fixed``: what is printed, by its labels.
    ``units``: what it says its money is in.
    ``lone``: cells that say themselves what they are (填报日期：…), wherever they stand.
    """

    document: Document
    kind: str
    labels: frozenset[str]
    spots: tuple[Spot, ...]
    loops: tuple[Loop, ...]
    lone: tuple[Words, ...]
    ends: frozenset[str]
    fixed: frozenset[tuple[str, str, str]]
    units: tuple[str, ...]


def patterns(
    workspace: Workspace, documents: Iterable[Document], labels: Labels
) -> Iterator[Pattern]:
    """The form of each template of ``documents`` that holds a table."""
    for document in documents:
        for kind, relative in document.templates.items():
            path = workspace.template(relative)
            reader = READERS.get(f".{kind}")
            if path is None or reader is None:
                continue
            try:
                held = reader(path.read_bytes())
            except (Unreadable, OSError):
                continue
            found = _pattern(document, kind, held, labels)
            if found.spots or found.loops:
                yield found


def _pattern(document: Document, kind: str, held: Contents, labels: Labels) -> Pattern:
    known: set[str] = set()
    spots: list[Spot] = []
    loops: list[Loop] = []
    lone = [words for piece in held.pieces if not piece.cell and (words := _lone(piece.text))]
    ends: set[str] = set()
    fixed: set[tuple[str, str, str]] = set()
    for grid in held.grids:
        # Where tags are something stands, so that no head reaches over it.
        marked = [[_label(text, "0", labels.year) for text in row] for row in grid.rows]
        static = [["" if text == "0" else text for text in row] for row in marked]
        sheet = Sheet(marked, labels, None)
        own = {word for row in Sheet(static, labels, None).words for word in row if word}
        known |= own
        for r, row in enumerate(grid.rows):
            loop = _FOR.search(next((m[1] for t in row for m in _CONTROL.finditer(t)), ""))
            before = _FOR.search(_row_control(grid.rows, r - 1))
            if loop is not None:
                continue
            if before is not None:
                loops.append(_loop(before, row, r, sheet))
                ends |= {word for line in sheet.words[r + 1 :] for word in line if word}
                continue
            for c, text in enumerate(row):
                words = _words(text)
                if words is None:
                    fixed.add((sheet.left(r, c), sheet.above(r, c), text.strip()))
                    continue
                if alone := _lone(text) or (words if _tells_year(words) else None):
                    lone.append(alone)
                else:
                    spots.append(Spot(sheet.left(r, c), sheet.above(r, c), words))
    units = tuple(numbers.units(_texts(held)))
    return Pattern(document, kind, frozenset(known), _certain(spots), tuple(loops), tuple(lone),
                   frozenset(ends), frozenset(fixed), units)  # fmt: skip


def _texts(held: Contents) -> Iterator[str]:
    """All that a template says above its tables and in them."""
    for grid in held.grids:
        yield grid.caption
        for row in grid.rows:
            yield from row


def _label(text: str, other: str, year: int) -> str:
    """A cell of a template as a label: the year is told, any other tag makes it none."""
    text = _YEAR_TAG.sub(str(year), text)
    return other if "{" in text else text


def _row_control(rows: tuple[tuple[str, ...], ...], r: int) -> str:
    return next((m[1] for t in rows[r] for m in _CONTROL.finditer(t)), "") if r >= 0 else ""


def _loop(found: re.Match[str], row: tuple[str, ...], r: int, sheet: Sheet) -> Loop:
    variable, over = found[1], found[2]
    columns = []
    for c, text in enumerate(row):
        words = _words(text, f"{variable}.")
        if words is not None and words.tags:
            columns.append((sheet.above(r, c), words))
    return Loop(over, tuple(columns), variable)


def _certain(spots: list[Spot]) -> tuple[Spot, ...]:
    """Without those that their labels do not tell apart."""
    seen: dict[tuple[str, str], set[str]] = {}
    for spot in spots:
        names = seen.setdefault((spot.left, spot.above), set())
        names.add(" ".join(tag.name for tag in spot.words.tags))
    return tuple(spot for spot in spots if len(seen[spot.left, spot.above]) == 1)


def _tells_year(words: Words) -> bool:
    return words.told and all(tag.name == YEAR for tag in words.tags)


def _lone(text: str) -> Words | None:
    """A text that names its values itself: words, a colon, a tag."""
    words = _words(text)
    if words is None or not words.tags or not re.search(r"[\u4e00-\u9fff）)][:：“]\s*\{\{", text):
        return None
    return words


def _words(text: str, below: str = "") -> Words | None:
    """The tags of a cell; None without any. ``below``: only what hangs on that name is a value."""
    text = _CONTROL.sub("", text)
    tags: list[Tag] = []
    out, end = "", 0
    for match in _TAG.finditer(text):
        name, *filters = (part.strip() for part in match[1].split("|"))
        calls = [one.partition("(")[0].strip() for one in filters]
        out += re.escape(re.sub(r"\s+", "", text[end : match.start()])) + "(.*?)"
        end = match.end()
        named = _NAME.fullmatch(name) is not None and name.startswith(below)
        whole = named and all(call in _WHOLE for call in calls)
        tags.append(Tag(name.removeprefix(below) if named else "", whole, "合并" in calls))
    if not tags:
        return None
    out += re.escape(re.sub(r"\s+", "", text[end:]))
    told = out != "(.*?)"
    return Words(re.compile(out, re.DOTALL), tuple(tags), told)
