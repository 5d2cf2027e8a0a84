"""Plain text and Markdown: each line a paragraph; lines of cells are tables."""

from __future__ import annotations

from generator.reading.contents import Contents, Grid, Piece, Unreadable, is_sentence


def plain_contents(raw: bytes) -> Contents:
    """What a .txt or .md holds; raises ``Unreadable``."""
    return text_contents(_decoded(raw))


def _decoded(raw: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "replace")
    raise Unreadable("不是文本文件，或者编码认不出来：请另存为 UTF-8")


def text_contents(text: str) -> Contents:
    """The paragraphs and tables of a text."""
    pieces: list[Piece] = []
    grids: list[Grid] = []
    rows: list[tuple[int, tuple[str, ...]]] = []
    caption: list[str] = []

    def close() -> None:
        nonlocal rows
        if len(rows) > 1:
            width = max(len(row) for _, row in rows)
            lines = tuple((*row, *[""] * (width - len(row))) for _, row in rows)
            at = tuple(number for number, _ in rows)
            place = f"第{rows[0][0]}行起的表"
            grids.append(Grid(lines, place, " ".join(caption[-3:]), lines=at))
        rows = []

    for number, line in enumerate(text.splitlines(), 1):
        cells = _cells(line)
        if cells is None:
            close()
            if line.strip():
                pieces.append(Piece(line, f"第{number}行", line=number))
                caption.append(line.strip()[:200])
            continue
        if cells:
            rows.append((number, cells))
            pieces += [
                Piece(cell, f"第{number}行", cell=True, line=number)
                for cell in cells
                if is_sentence(cell)
            ]
    close()
    return Contents(tuple(pieces), tuple(grids))


def _cells(line: str) -> tuple[str, ...] | None:
    """The cells of a row; empty for the rule below a head; None for running text."""
    bare = line.strip()
    if bare.startswith("|") and bare.endswith("|") and bare.count("|") > 2:
        cells = tuple(cell.strip() for cell in bare[1:-1].split("|"))
        return () if all(set(cell) <= set("-: ") and cell for cell in cells) else cells
    if line.count("\t") > 1:
        return tuple(cell.strip() for cell in line.split("\t"))
    return None
