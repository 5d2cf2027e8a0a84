"""The blocks of report.md as paragraphs and tables that look as the template says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from generator.formats.docx.compiled import Look
from generator.formats.docx.pictures import DRAWN
from generator.language import markers
from generator.language.narrative import Block

#: A paragraph that takes no room, where Word wants one and the page does not.
TINY_PARAGRAPH: Final = (
    '<w:p><w:pPr><w:snapToGrid w:val="0"/>'
    '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
    '<w:rPr><w:sz w:val="2"/><w:szCs w:val="2"/></w:rPr></w:pPr></w:p>'
)


def paragraphs(blocks: Sequence[Block], look: Look) -> Iterator[str]:
    """The XML of the blocks."""
    if look.new_page and blocks and blocks[0].kind == "table":
        yield _with(TINY_PARAGRAPH, _NEW_PAGE)
    for number, block in enumerate(blocks):
        last = number + 1 == len(blocks)
        if block.kind == "table":
            yield from _table(block.rows, look, last=last)
            if last or blocks[number + 1].kind == "table":
                # Two tables in a row would become one, and no page may end with a table.
                yield _kept(TINY_PARAGRAPH) if last else TINY_PARAGRAPH
            continue
        opening, fault = look.body, ""
        if block.kind == "heading":
            opening = look.headings[block.level - 1]
            if not opening:
                missing = ("name", f"heading {block.level}"), ("level", str(block.level))
                opening, fault = look.body, markers.wrap(markers.fault_path("T212", missing), "")
        if DRAWN in block.text:
            # A line of a fixed height would cut it off.
            opening = look.picture
        if look.new_page and not number:
            opening = _with(opening, _NEW_PAGE)
        if last:
            opening = _kept(opening)
        yield f"{opening}{fault}{block.text}</w:t></w:r></w:p>"


_KEEP = "<w:keepNext/>"
_NEW_PAGE = "<w:pageBreakBefore/>"
_PROPERTIES_START = re.compile(r"<w:p>(<w:pPr/>|<w:pPr>(<w:pStyle [^>]*/>)?)?")


def _kept(paragraph: str) -> str:
    """``paragraph`` on one page with what follows: 落款 never stands alone (GB/T 9704)."""
    return _with(paragraph, _KEEP)


#: What the schema wants before a page break.
_LEADING = re.compile(r"(?:<w:(?:keepNext|keepLines)(?: [^>]*)?/>)*")


def _with(paragraph: str, said: str) -> str:
    """``paragraph`` with one more of its first properties (``_KEEP``, ``_NEW_PAGE``)."""
    match = _PROPERTIES_START.match(paragraph)
    end = paragraph.find("</w:pPr>")
    if match is None or said in paragraph[: max(end, 0)]:
        return paragraph
    lead, rest = "<w:p><w:pPr>" + (match[2] or ""), paragraph[match.end() :]
    if match[1] is None or match[1].endswith("<w:pPr/>"):
        rest = "</w:pPr>" + rest
    elif said == _KEEP and rest.startswith("<w:keepNext "):
        rest = rest[rest.index("/>") + 2 :]  # said not to keep
    elif said == _NEW_PAGE and (leading := _LEADING.match(rest)):
        lead, rest = lead + leading[0], rest[leading.end() :]
    return f"{lead}{said}{rest}"


_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)


def _table(rows: Sequence[Sequence[str]], look: Look, *, last: bool) -> Iterator[str]:
    columns = max(map(len, rows), default=0)
    if not columns:
        return
    width = look.width // columns
    yield (
        f'<w:tbl><w:tblPr><w:tblW w:w="5000" w:type="pct"/>'
        f'<w:tblBorders>{_BORDERS}</w:tblBorders><w:tblLook w:val="04A0"/></w:tblPr><w:tblGrid>'
    )
    yield f'<w:gridCol w:w="{width}"/>' * columns + "</w:tblGrid>"
    for number, row in enumerate(rows):
        header = "" if number else "<w:tblHeader/>"
        cell = _kept(look.cell) if last and number + 1 == len(rows) else look.cell
        yield f"<w:tr><w:trPr><w:cantSplit/>{header}</w:trPr>"
        for text in [*row, *[""] * (columns - len(row))]:
            yield (
                f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/>'
                f"</w:tcPr>{cell}{text}</w:t></w:r></w:p></w:tc>"
            )
        yield "</w:tr>"
    yield "</w:tbl>"
