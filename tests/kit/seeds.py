"""A published report as the text it was kept as, made into the Word file that it once was."""

from __future__ import annotations

from pathlib import Path

import docx


def as_word(lines: list[str], path: Path) -> Path:
    """Lines as paragraphs; lines with tabs, one below the other, as a table."""
    document = docx.Document()
    rows: list[list[str]] = []
    for line in [*lines, ""]:
        if "\t" in line:
            rows.append(line.split("\t"))
            continue
        if rows:
            _table(document, rows)
            rows = []
        if line.strip():
            document.add_paragraph(line.strip())
    document.save(str(path))
    return path


def _table(document: docx.document.Document, rows: list[list[str]]) -> None:
    table = document.add_table(len(rows), max(map(len, rows)))
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            table.cell(r, c).text = text.strip()
