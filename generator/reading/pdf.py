"""Paragraphs and tables of a PDF, by pdfplumber (extra ``pdf``).

Figures may stand some points lower than the Chinese text of their line (two fonts with other
baselines), so lines are joined with a wide tolerance.
"""

from __future__ import annotations

import io
import re
from typing import Any, Final

from generator.reading.contents import Contents, Grid, Piece, Unreadable

MAX_PAGES: Final = 300
#: Edges so near are one, in points.
_NEAR: Final = 3
#: A head has more words than that.
_HEAD: Final = 3
_BASELINE: Final = 7
_ENDS: Final = ("。", "：", ":", "；", "！", "？")
_MARK: Final = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[.．、](?!\d)|第[一二三四五六七八九十]{1,3}部分|附件)"
)
_PAGE_NUMBER: Final = re.compile(r"[-—–\s]*\d{1,4}[-—–\s]*")


def pdf_contents(raw: bytes) -> Contents:
    """What a PDF holds; raises ``Unreadable``, also where pdfplumber is not installed."""
    try:
        import pdfplumber
    except ImportError as error:
        raise Unreadable("读 PDF 要装 pdfplumber：pip install 'gen-report[pdf]'") from error
    if not raw.startswith(b"%PDF"):
        raise Unreadable("不是 PDF 文件")
    pieces: list[Piece] = []
    drawn: list[_Drawn] = []
    lacking: list[str] = []
    try:
        with pdfplumber.open(io.BytesIO(raw)) as document:
            for number, page in enumerate(document.pages[:MAX_PAGES], 1):
                _page(page, number, pieces, drawn)
                page.close()
            if len(document.pages) > MAX_PAGES:
                lacking.append(f"第{MAX_PAGES}页以后没有读")
    except Exception as error:  # whatever a damaged or encrypted file makes the library raise
        raise Unreadable("PDF 打不开：有密码，或者已经损坏") from error
    grids = [table.grid() for table in drawn]
    if not pieces and not grids:
        raise Unreadable("PDF 里没有文字，多半是扫描件：请先做文字识别")
    return Contents(tuple(pieces), tuple(grids), tuple(lacking))


def _page(page: Any, number: int, pieces: list[Piece], drawn: list[_Drawn]) -> None:
    tables = page.find_tables() if page.edges else []
    boxes = [table.bbox for table in tables if len(table.rows) > 1]

    def outside(thing: dict[str, Any]) -> bool:
        middle = (thing.get("top", 0) + thing.get("bottom", 0)) / 2
        across = (thing.get("x0", 0) + thing.get("x1", 0)) / 2
        return not any(x0 <= across <= x1 and t <= middle <= b for x0, t, x1, b in boxes)

    body = page.filter(outside) if boxes else page
    lines = body.extract_text_lines(y_tolerance=_BASELINE, return_chars=False)
    _paragraphs(lines, number, pieces)
    caption = " ".join(line["text"] for line in lines[-3:])
    for order, found in enumerate(tables):
        rows = _rows(found)
        above = [x for x in lines if x["bottom"] <= found.bbox[1] and not _is_number(x["text"])]
        if order == 0 and not above and drawn:
            drawn[-1].rows += rows[1:] if rows and drawn[-1].has(rows[0]) else rows
        elif len(rows) > 1:
            drawn.append(_Drawn(f"第{number}页表{order + 1}", caption, rows))


class _Drawn:
    """A table as it is drawn, over one page or several: the left edge and text of each cell."""

    def __init__(self, place: str, caption: str, rows: list[list[tuple[float, str]]]) -> None:
        self.place = place
        self.caption = caption
        self.rows = rows

    def has(self, row: list[tuple[float, str]]) -> bool:
        """Whether one of its rows has the same words: a page begins with the head again."""
        words = {text for _, text in row if text}
        return len(words) > _HEAD and any(
            len(words & {text for _, text in own}) >= len(words) - 1 for own in self.rows
        )

    def grid(self) -> Grid:
        """Its rows with one column for each left edge."""
        edges: list[float] = []
        for edge in sorted({x for row in self.rows for x, _ in row}):
            if not edges or edge - edges[-1] > _NEAR:
                edges.append(edge)
        lines = []
        for row in self.rows:
            line = [""] * len(edges)
            for x, text in row:
                line[max(n for n, edge in enumerate(edges) if edge <= x + _NEAR)] = text
            lines.append(tuple(line))
        return Grid(tuple(lines), self.place, self.caption)


def _rows(found: Any) -> list[list[tuple[float, str]]]:
    out = []
    for row, texts in zip(found.rows, found.extract(), strict=True):
        cells = zip(row.cells, texts, strict=True)
        out.append([(box[0], (text or "").replace("\n", "")) for box, text in cells if box])
    return out


def _is_number(text: str) -> bool:
    return _PAGE_NUMBER.fullmatch(text.strip()) is not None


def _paragraphs(lines: list[dict[str, Any]], number: int, pieces: list[Piece]) -> None:
    """Lines joined to paragraphs: one ends with a sentence, or well before the right margin."""
    right = max((line["x1"] for line in lines), default=0)
    before = pieces[-1] if pieces else None
    opened = before is not None and not before.text.rstrip().endswith(_ENDS)
    for line in lines:
        text = line["text"].strip()
        if not text or _is_number(text):
            continue
        if opened and pieces and not _MARK.match(text):
            last = pieces.pop()
            pieces.append(Piece(last.text + text, last.place))
        else:
            pieces.append(Piece(text, f"第{number}页"))
        short = line["x1"] < right - 40
        opened = not (short or (text.endswith(_ENDS) and line["x1"] < right - 8))
