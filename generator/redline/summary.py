"""The figures that changed, as the first page of a document: old, new, why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from generator.reading.entities import escape
from generator.records.changes.edits import CHANGED
from generator.records.changes.telling import is_prose
from generator.records.compare import Difference
from generator.records.values import with_unit

_TITLE: Final = "数字变化一览"
_HEAD: Final = ("数", "原来", "现在", "原因")
_WIDTHS: Final = (3600, 1700, 1700, 2000)
_LINE: Final = '<w:{0} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
_SIDES: Final = ("top", "left", "bottom", "right", "insideH", "insideV")


def rows(difference: Difference) -> Iterator[tuple[str, str, str, str]]:
    """Name, old, new and why of each value that changed: those typed first."""
    for edit in difference.edits:
        path = difference.now.path(edit.node)
        value = difference.new.values.get(path or "")
        if edit.kind == CHANGED and path and value is not None and not is_prose(edit):
            before = difference.old.values.get(path, {}).get("text", edit.old or "")
            unit = value.get("unit", "")
            old, new = with_unit(before, unit), with_unit(value["text"], unit)
            yield difference.now.of(path), old, new, "内容改了"
    for change in (*difference.derived, *difference.scores):
        if not change.hidden:
            why = f"{difference.now.of(change.chain[0])}变了" if change.chain else "算出来的"
            old, new = (with_unit(text or "无", change.unit) for text in (change.old, change.new))
            yield difference.now.of(change.path), old, new, why


def page(difference: Difference) -> str:
    """A heading, a table and a page break as XML; empty where no figure changed."""
    held = list(rows(difference))
    if not held:
        return ""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in _WIDTHS)
    borders = "".join(_LINE.format(side) for side in _SIDES)
    look = f'<w:tblPr><w:tblW w:w="{sum(_WIDTHS)}" w:type="dxa"/>'
    look += f"<w:tblBorders>{borders}</w:tblBorders></w:tblPr>"
    lines = "".join(_row(line) for line in [_HEAD, *held])
    table = f"<w:tbl>{look}<w:tblGrid>{grid}</w:tblGrid>{lines}</w:tbl>"
    title = _paragraph(_TITLE, '<w:pPr><w:jc w:val="center"/></w:pPr>', "<w:b/>")
    return f'{title}{table}<w:p><w:r><w:br w:type="page"/></w:r></w:p>'


def _row(texts: Sequence[str]) -> str:
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{_paragraph(text)}</w:tc>'
        for text, width in zip(texts, _WIDTHS, strict=True)
    )
    return f"<w:tr>{cells}</w:tr>"


def _paragraph(text: str, look: str = "", run: str = "") -> str:
    inside = f'<w:r><w:rPr>{run}<w:sz w:val="21"/></w:rPr>'
    return f'<w:p>{look}{inside}<w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'
