"""Parts of a workbook as pieces: XML, and patches that depend on where rows went.

Compiling writes the pieces (``xlsx_compile_patches``); here they become text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

from generator.formats.xlsx.cells import Run
from generator.formats.xlsx.rows import (
    NUMBER,
    Formula,
    RowMap,
    formula_text,
    range_text,
    ranges_text,
)
from generator.frozen import frozen
from generator.patterns import lazy

#: A piece of a compiled part: XML, or a patch (kind and operands) that depends on rendered rows.
Segment: TypeAlias = "str | tuple[Any, ...]"

#: Marks of rendered text: a formula that waits for all rows (its number, its row).
FORMULA, STOP = "\ue023", "\ue022"
#: Where the rows of a rendered sheet belong in its part.
ROWS: Final = "\ue026"

_WAITING = lazy(f"{FORMULA}(\\d+),(\\d+){STOP}")


@frozen
class Place:
    """What patches may ask: where rows went, and of a rendered sheet its headers and runs."""

    maps: Mapping[int, RowMap]
    headers: Sequence[str] = ()
    runs: Sequence[Run] = ()


def joined(segments: Sequence[Segment], place: Place) -> str:
    """The text of a part; ``ROWS`` stands where the rows of a rendered sheet belong."""
    return "".join(
        segment if isinstance(segment, str) else _PATCHES[segment[0]](place, *segment[1:]) or ""
        for segment in segments
    )


def settled(text: str, formulas: Sequence[Formula], maps: Mapping[int, RowMap]) -> str:
    """``text`` of rows with the formulas that had to wait."""
    if FORMULA not in text:
        return text
    return _WAITING.sub(
        lambda match: formula_text(formulas[int(match[1])], maps, int(match[2])), text
    )


def _optional(place: Place, segments: Sequence[Segment]) -> str | None:
    """An element that goes when a range it needs has gone."""
    out: list[str] = []
    for segment in segments:
        text = segment if isinstance(segment, str) else _PATCHES[segment[0]](place, *segment[1:])
        if text is None:
            return None
        out.append(text)
    return "".join(out)


def _list(place: Place, start: str, counts: str, items: Sequence[Segment], end: str) -> str:
    """A container that counts its elements, and goes when it is empty."""
    count = 0
    out: list[str] = []
    for item in items:
        for text in _each(place, item):
            out.append(text)
            count += 1
    if not count:
        return ""
    attributes = "".join(f' {name}="{count}"' for name in counts.split())
    return f"{start}{attributes}>{''.join(out)}{end}"


def _each(place: Place, item: Segment) -> Iterator[str]:
    if isinstance(item, str):
        yield item
    elif item[0] == "copies":
        _, sheet, row, segments = item
        for number in place.maps[sheet].copies(row):
            yield "".join(str(number) if part == NUMBER else part for part in segments)
    elif item[0] == "merges":
        yield from _merges(place, *item[1:])
    elif (text := _PATCHES[item[0]](place, *item[1:])) is not None:
        yield text


def _merges(
    place: Place, sheet: int, prefix: str, static: Sequence[tuple[str, int, str, int, int]]
) -> Iterator[str]:
    """The template's merged ranges where their rows went, then those that cells asked for."""
    rows = place.maps[sheet]
    for column, first, column2, last, loop in static:
        for low, high in _merge_rows(rows, first, last, loop):
            if low and (low != high or column != column2):
                yield f'<{prefix}mergeCell ref="{column}{low}:{column2}{high}"/>'
    for run in place.runs:
        if run.first != run.last or run.left != run.right:
            area = f"{run.left}{run.first}:{run.right}{run.last}"
            yield f'<{prefix}mergeCell ref="{area}"/>'


def _merge_rows(rows: RowMap, first: int, last: int, loop: int) -> Iterator[tuple[int, int]]:
    if first == last:
        yield from ((row, row) for row in rows.copies(first))
    elif loop >= 0:
        for window in rows.windows(loop):
            if window[0] <= window[1]:
                yield rows.within(window, first, last)
    else:
        yield rows.low(first, last), rows.high(first, last)


def _formula(place: Place, formula: Formula, sheet: int, home: int) -> str:
    """A formula outside the cells; ``home`` is the template row it is relative to."""
    row = 0
    if home and sheet in place.maps:
        copies = place.maps[sheet].copies(home)
        row = copies[0] if copies else 0
    return formula_text(formula, place.maps, row)


def _areas(place: Place, areas: Sequence[tuple[str, int, Any]]) -> str | None:
    """Print areas and titles: a list of ranges, each with the text before it."""
    found = []
    for before, sheet, corners in areas:
        if not isinstance(corners, tuple):
            found.append(before)
        elif (text := range_text(corners, place.maps[sheet], sign="$")) is not None:
            found.append(before + (text if ":" in text else f"{text}:{text}"))
    return ",".join(found) or None


def _first(place: Place, sheet: int, areas: Sequence[tuple[str, int, Any, Any]]) -> str:
    """A cell that is shown once: the first copy, or where it would have been."""
    column, row = areas[0][:2]
    rows = place.maps[sheet]
    copies = rows.copies(row)
    return f"{column}{copies[0] if copies else rows.count(row) + 1}"


def _anchor(place: Place, sheet: int, row: int, base: int) -> str:
    """A row of a drawing anchor, counted from 0; ``base`` (or -1) is the row it moves with."""
    rows = place.maps[sheet]
    if base >= 0:
        return str(row - base + int(_anchor(place, sheet, base, -1)))
    copies = rows.copies(row + 1)
    return str((copies[0] if copies else rows.count(row + 1) + 1) - 1)


def _anchor_end(place: Place, sheet: int, row: int) -> str:
    """The last row of an anchor that stretches with its rows, counted from 0."""
    rows = place.maps[sheet]
    copies = rows.copies(row + 1)
    return str(max((copies[-1] if copies else rows.count(row + 1)) - 1, 0))


def _table(place: Place, sheet: int, corners: tuple[str, int, str, int], least: int) -> str:
    """The range of a table, which Excel opens only with ``least`` rows.

    One whose header is gone is named by no sheet, see ``tableParts``.
    """
    column, first, column2, last = corners
    rows = place.maps[sheet]
    low = rows.low(first, first) or 1
    return f"{column}{low}:{column2}{max(rows.high(first, last), low + least - 1)}"


_PATCHES: dict[str, Callable[..., str | None]] = {
    "rows": lambda _place: ROWS,
    "header": lambda place, index: place.headers[index],
    "optional": _optional,
    "list": _list,
    "formula": _formula,
    "ranges": lambda place, sheet, ranges: ranges_text(ranges, place.maps[sheet]),
    "range": lambda place, sheet, corners: range_text(corners, place.maps[sheet]),
    "table": _table,
    "view": lambda place, sheet, ranges: ranges_text(ranges, place.maps[sheet]) or "A1",
    "first": _first,
    "exists": lambda place, sheet, row: "" if place.maps[sheet].copies(row) else None,
    "count": lambda place, sheet, row: str(place.maps[sheet].count(row)),
    "areas": _areas,
    "anchor": _anchor,
    "anchor_end": _anchor_end,
}
