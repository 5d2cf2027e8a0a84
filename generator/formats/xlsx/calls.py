"""What compiled sheets call while they render."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from markupsafe import Markup

from generator.figures.model import Fault, Figure, Phrase, Words
from generator.formats.xlsx.cells import SheetWriter
from generator.formats.xlsx.compiled import Merged
from generator.formats.xlsx.formulas.values import EPOCH
from generator.formats.xlsx.live import Day, Live
from generator.language.plain import address, attribute
from generator.reserved import FIELD, GRAFT, SPAN

_SPAN: Final = Markup(SPAN)
_NOTHING: Final = Markup()
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}")
#: Before it Excel counts a day that never was.
_FIRST_SURE: Final = 60


def _span(index: int, writer: SheetWriter, *values: object) -> Markup:
    writer.span(index, values)
    return _SPAN


def _aside(number: int, writer: SheetWriter) -> Markup:
    """What follows, up to ``GRAFT_END``, stands beside the row that was written last."""
    return Markup(f"{GRAFT}{number},{writer.row}{FIELD}")


def _begins(
    values: tuple[object, ...], writer: SheetWriter, left: str, right: str, rows: int
) -> bool:
    return writer.begins_run(values, Merged(left, right, rows))


def _end_block(writer: SheetWriter) -> Markup:
    writer.rows.end_block()
    return _NOTHING


def _begin_pass(loop: int, writer: SheetWriter) -> Markup:
    writer.rows.begin_pass(loop)
    return _NOTHING


def _end_loop(loop: int, writer: SheetWriter) -> Markup:
    writer.rows.end_loop(loop)
    return _NOTHING


def _bound(value: object, number: int) -> Live:
    return Live(value, number)


def _said(*parts: tuple[object, int, int]) -> Live:
    return Live("", next(number for _, number, _ in parts if number >= 0), parts)


def _times(value: object) -> object:
    """A fault for a figure in a cell that shows moments: it would look like one; others stay."""
    figure = value.value if isinstance(value, Live) and not value.parts else value
    if isinstance(figure, Figure) or (isinstance(figure, Phrase) and figure.number is not None):
        return Fault("T294", (("number", figure.text),))
    return value


def _days(value: object) -> object:
    """A day where the cell shows days; others as in ``_times``."""
    if not isinstance(value, Words):
        return _times(value)
    if _DAY.fullmatch(value) is None:
        return value
    try:
        days = (date(*map(int, value.split("-"))) - EPOCH).days
    except ValueError:
        return value
    return Day(days, f"{value.path}|日期") if days > _FIRST_SURE else value


def _header(value: object) -> object:
    """A value inside a page header, where ``&`` is a sign of its own."""
    if isinstance(value, Words):
        return Words(value.replace("&", "&&"), value.path, value.at)
    if isinstance(value, str):
        return value.replace("&", "&&")
    return value


#: The filters that compiled sheets use; templates cannot name them.
FILTERS: Final[Mapping[str, Callable[..., object]]] = {
    "_span": _span,
    "_begins": _begins,
    "_end_block": _end_block,
    "_begin_pass": _begin_pass,
    "_end_loop": _end_loop,
    "_header": _header,
    "_aside": _aside,
    "_address": address,
    "_attribute": attribute,
    "_bound": _bound,
    "_said": _said,
    "_days": _days,
    "_times": _times,
}
