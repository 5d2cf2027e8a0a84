"""A Word report as report.md: its paragraphs, headings by style or number, lists and tables.

Title, addressee, signature and annexes are the template's; they are left out and named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from generator.content.report.draft import DATE
from generator.content.report.marks import mark_of
from generator.content.report.tidy import tidy
from generator.frozen import frozen
from generator.importing.model import Left
from generator.reading.contents import Contents, Grid
from generator.reading.package import PackageError, read_members
from generator.reading.word import MAIN

_STYLES: Final = "word/styles.xml"
_PARAGRAPH: Final = re.compile(r'<w:p(?=[ />])|<w:pStyle w:val="([^"]{1,80})"')
_STYLE: Final = re.compile(
    r'<w:style [^>]{0,200}w:styleId="([^"]{1,80})"[^>]{0,200}>'
    r'.{0,200}?<w:name w:val="([^"]{1,80})"',
    re.DOTALL,
)
_NAME: Final = re.compile("(?:heading|标题) ?([1-4])", re.IGNORECASE)
_ANNEX: Final = re.compile(r"附件[：:\d一二三四五六七八九十]?")
_ADDRESSEE: Final = re.compile(r"[^，。；]{2,30}[：:]")
_YEAR: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)年度")
_STOP: Final = re.compile("[。；！？，]")
#: A report has so many paragraphs at least, and headings are no longer.
_FEWEST, _LONGEST = 4, 40
_NEVER: Final = 1 << 30


@frozen
class Report:
    """``text``: of report.md; ``paragraphs``: what it should print, in order.

    ``years``: those that its title names; ``tables``: those that stand in the text.
    """

    text: str
    paragraphs: tuple[str, ...]
    left: tuple[Left, ...]
    years: tuple[int, ...]
    tables: tuple[Grid, ...]


def report(file: str, raw: bytes, contents: Contents, known: Sequence[Grid]) -> Report | None:
    """The narrative of a Word file; None when it has none. ``known``: tables read as forms."""
    ends = min((grid.numbers[0][0] for grid in known if grid.numbers), default=_NEVER)
    pieces = [
        (p.number, p.text.strip())
        for p in contents.pieces if not p.cell and p.text.strip() and p.number < ends
    ]  # fmt: skip
    if len(pieces) < _FEWEST or not any(_STOP.search(text) for _, text in pieces):
        return None
    levels = _levels(raw)
    first, last = _frame(pieces, levels)
    body = pieces[first:last]
    if sum(1 for _, text in body if _STOP.search(text)) < _FEWEST // 2:
        return None
    left = [
        Left(file, f"第{number}段", text[:60], "标题、主送、落款、附件由模板印，不进正文")
        for number, text in (*pieces[:first], *pieces[last : last + 3])
    ]  # fmt: skip
    inner = [
        (grid.numbers[0][0], grid) for grid in contents.grids
        if grid not in known and grid.numbers and body[0][0] < grid.numbers[0][0] < body[-1][0]
    ]  # fmt: skip
    lines = []
    for number, text, grid in _in_order(body, inner):
        if grid is not None:
            lines.append("\n".join(_table(grid)))
            continue
        safe = text.replace("{", "｛").replace("}", "｝") if "{{" in text or "{%" in text else text
        if safe != text:
            left.append(Left(file, f"第{number}段", text[:60], "花括号是标签，换成了全角的"))
        lines.append(_line(safe, levels.get(number, 0)))
    typed = tidy("\n\n".join(lines) + "\n", "report.md").text
    title = " ".join(text for _, text in pieces[: max(first, 1)])
    years = tuple(sorted({int(year) for year in _YEAR.findall(title)}))
    inside = tuple(grid for _, grid in inner)
    return Report(typed, tuple(text for _, text in body), tuple(left), years, inside)


def _frame(pieces: Sequence[tuple[int, str]], levels: Mapping[int, int]) -> tuple[int, int]:
    """Where the text itself begins and ends: behind the addressee, before the signature."""
    first = 0
    for number, (_, text) in enumerate(pieces[:6]):
        if _ADDRESSEE.fullmatch(text):
            first = number + 1
    titled = mark_of(pieces[0][1]) is None and not levels.get(pieces[0][0])
    if not first and titled and not _STOP.search(pieces[0][1]):
        first = 1
    last = len(pieces)
    for number in range(first + _FEWEST // 2, len(pieces)):
        text = pieces[number][1]
        if _ANNEX.match(text) and not _STOP.search(text):
            last = number
            break
        if DATE.fullmatch(text):
            signed = (
                not _STOP.search(pieces[number - 1][1]) and len(pieces[number - 1][1]) < _LONGEST
            )
            last = number - 1 if signed else number
            break
    return first, last


def _in_order(
    body: Sequence[tuple[int, str]], inner: Sequence[tuple[int, Grid]]
) -> Iterator[tuple[int, str, Grid | None]]:
    items: list[tuple[int, str, Grid | None]] = [(number, text, None) for number, text in body]
    items += [(number, "", grid) for number, grid in inner]
    yield from sorted(items, key=lambda item: item[0])


def _line(text: str, level: int) -> str:
    """A paragraph; with ``#`` when its style makes it a heading, its own number left out."""
    if not level or len(text) > _LONGEST or _STOP.search(text):
        return text
    mark = mark_of(text)
    words = text[mark.end :].strip() if mark is not None else text
    return f"{'#' * level} {words}"


def _table(grid: Grid) -> Iterator[str]:
    for number, row in enumerate(grid.rows):
        cells = [" ".join(cell.replace("|", "｜").split()) for cell in row]
        yield f"| {' | '.join(cells)} |"
        if not number:
            yield f"|{'---|' * len(cells)}"


def _levels(raw: bytes) -> dict[int, int]:
    """The level of each paragraph whose style is a heading's."""
    try:
        members = read_members(raw)
    except PackageError:
        return {}
    styles = members.get(_STYLES, b"").decode("utf-8", "replace")
    known = {
        style: int(level[1])
        for style, name in _STYLE.findall(styles) if (level := _NAME.fullmatch(name))
    }  # fmt: skip
    found: dict[int, int] = {}
    number = 0
    for token in _PARAGRAPH.finditer(members.get(MAIN, b"").decode("utf-8", "replace")):
        if token[1] is None:
            number += 1
        elif token[1] in known:
            found[number] = known[token[1]]
    return found
