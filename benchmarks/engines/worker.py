"""A set by plain scripts: docxtpl for Word, openpyxl or xltpl for Excel, values ready-made.

This is what a careful colleague would write without gen: every value is formatted beforehand,
so nothing is computed, checked or proven here. ``worker.js`` speaks the same protocol.

    python worker.py ENGINE TEMPLATES sets VALUES OUT NUMBER OF    every OF-th set, to files
    python worker.py ENGINE TEMPLATES warm     reads a path of values a line, renders in memory,
                                               answers {file: milliseconds}

TEMPLATES holds the templates; one with annexes behind it is a folder of its parts, in order.
"""

from __future__ import annotations

import json
import re
import sys
import time
from copy import copy
from io import BytesIO
from pathlib import Path
from typing import Any

TAG = re.compile(r"\{\{\s*(.*?)\s*\}\}")
LOOP = re.compile(r"\{%tr\s+for (\w+) in (.+?)\s*%\}")


def word(template: bytes, values: dict[str, Any]) -> bytes:
    """One Word document by docxtpl."""
    from docxtpl import DocxTemplate

    document = DocxTemplate(BytesIO(template))
    document.render(values, autoescape=True)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def composed(parts: list[bytes]) -> bytes:
    """Word documents one behind the other, as docxtpl's own subdocuments put them in."""
    from docx import Document
    from docxcompose.composer import Composer

    composer = Composer(Document(BytesIO(parts[0])))
    for data in parts[1:]:
        composer.append(Document(BytesIO(data)))
    out = BytesIO()
    composer.save(out)
    return out.getvalue()


def xltpl(template: bytes, values: dict[str, Any]) -> bytes:
    """One workbook by xltpl."""
    from xltpl.writerx import BookWriter

    writer = BookWriter(BytesIO(template))
    writer.render_book([values])
    out = BytesIO()
    writer.save(out)
    return out.getvalue()


def excel(template: bytes, values: dict[str, Any]) -> bytes:
    """One workbook by openpyxl: load, expand the row loops, fill, save."""
    from openpyxl import load_workbook

    book = load_workbook(BytesIO(template))
    for sheet in book:
        expand(sheet, values)
        for line in sheet.iter_rows():
            for cell in line:
                if isinstance(cell.value, str) and "{{" in cell.value:
                    fill(cell, values)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def fill(cell: Any, values: dict[str, Any]) -> None:
    """Put the ready-made value of a cell's tag into it."""
    whole = TAG.fullmatch(cell.value)
    if whole:
        cell.value = values[whole[1].removeprefix("r.")]
    else:
        cell.value = TAG.sub(lambda m: str(values[m[1].removeprefix("r.")]), cell.value)


def expand(sheet: Any, values: dict[str, Any]) -> None:
    """Replace each ``{%tr for %}`` … ``{%tr endfor %}`` block by its rows, bottom up."""
    starts = [
        (line[0].row, match)
        for line in sheet.iter_rows()
        if isinstance(line[0].value, str) and (match := LOOP.fullmatch(line[0].value))
    ]
    for first, match in reversed(starts):
        rows = values[match[2]]
        body = [(cell.value, copy(cell._style)) for cell in sheet[first + 1]]
        merges = [m.bounds for m in sheet.merged_cells.ranges]
        for area in list(sheet.merged_cells.ranges):
            if area.min_row > first:
                sheet.unmerge_cells(str(area))
        shift = len(rows) - 3
        sheet.delete_rows(first, 3)
        sheet.insert_rows(first, len(rows))
        for number, row in enumerate(rows):
            for column, (value, style) in enumerate(body, 1):
                cell = sheet.cell(first + number, column)
                cell._style = copy(style)
                cell.value = value
                if isinstance(value, str) and "{{" in value:
                    fill(cell, row)
        for left, top, right, bottom in merges:
            if top > first + 2:
                sheet.merge_cells(
                    start_row=top + shift, end_row=bottom + shift,
                    start_column=left, end_column=right,
                )  # fmt: skip


def one_file(name: str, parts: list[bytes], values: dict[str, Any], workbooks: Any) -> bytes:
    """A file of the set; a report may come in parts, itself and its annexes."""
    if name.endswith(".xlsx"):
        made: bytes = workbooks(parts[0], values)
        return made
    documents = [word(part, values) for part in parts]
    return composed(documents) if len(documents) > 1 else documents[0]


def main(engine: str, folder: str, mode: str, *rest: str) -> None:
    """See above."""
    workbooks = xltpl if engine.endswith("xltpl") else excel
    templates = {
        path.name: [p.read_bytes() for p in sorted(path.iterdir())]
        if path.is_dir() else [path.read_bytes()]
        for path in sorted(Path(folder).iterdir())
    }  # fmt: skip
    if mode == "sets":
        source, out, number, count = Path(rest[0]), Path(rest[1]), int(rest[2]), int(rest[3])
        for path in sorted(source.iterdir())[number::count]:
            values = json.loads(path.read_bytes())
            target = out / path.stem
            target.mkdir(parents=True, exist_ok=True)
            for name, parts in templates.items():
                made = one_file(name, parts, values[name], workbooks)
                (target / name).write_bytes(made)
        return
    known: dict[str, Any] = {}
    for line in sys.stdin:
        values = known.setdefault(line, None) or json.loads(Path(line.strip()).read_bytes())
        known[line] = values
        times = {}
        for name, parts in templates.items():
            begun = time.perf_counter()
            one_file(name, parts, values[name], workbooks)
            times[name] = (time.perf_counter() - begun) * 1e3
        print(json.dumps(times, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
