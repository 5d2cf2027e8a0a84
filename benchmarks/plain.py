"""The same set by plain scripts: docxtpl for Word, openpyxl for Excel, values ready-made.

This is what a careful colleague would write without gen: every value is formatted beforehand,
so nothing is computed, checked or proven here. Merged group cells are blanked in the data,
since docxtpl cannot merge three levels.

    python benchmarks/plain.py VALUES.json TEMPLATES OUT      one set, written to OUT

TEMPLATES holds a folder for each file, with its template or, in order, its parts.
"""

from __future__ import annotations

import json
import re
import sys
from copy import copy
from io import BytesIO
from pathlib import Path
from typing import Any

TAG = re.compile(r"\{\{\s*(.*?)\s*\}\}")
LOOP = re.compile(r"\{%tr\s+for (\w+) in (.+?)\s*%\}")


class Lookup:
    """Ready-made texts by expression; rows of loops carry their own."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values

    def text(self, expression: str, row: dict[str, Any] | None) -> Any:
        """The text of ``expression``, from the row it stands in or from the set."""
        if row is not None and expression in row:
            return row[expression]
        return self.values["texts"][expression]


def word(template: bytes, context: dict[str, Any]) -> bytes:
    """One Word document by docxtpl."""
    from docxtpl import DocxTemplate

    document = DocxTemplate(BytesIO(template))
    document.render(context, autoescape=True)
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


def excel(template: bytes, values: dict[str, Any]) -> bytes:
    """One workbook by openpyxl: load, expand the row loops, fill, save."""
    from openpyxl import load_workbook

    book = load_workbook(BytesIO(template))
    lookup = Lookup(values)
    for sheet in book:
        expand(sheet, lookup)
        for line in sheet.iter_rows():
            for cell in line:
                if isinstance(cell.value, str) and "{{" in cell.value:
                    fill(cell, lookup, None)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def fill(cell: Any, lookup: Lookup, row: dict[str, Any] | None) -> None:
    """Put the ready-made value of a cell's tag into it."""
    whole = TAG.fullmatch(cell.value)
    if whole:
        cell.value = lookup.text(whole[1], row)
    else:
        cell.value = TAG.sub(lambda m: str(lookup.text(m[1], row)), cell.value)


def expand(sheet: Any, lookup: Lookup) -> None:
    """Replace each ``{%tr for %}`` … ``{%tr endfor %}`` block by its rows, bottom up."""
    starts = [
        (line[0].row, match)
        for line in sheet.iter_rows()
        if isinstance(line[0].value, str) and (match := LOOP.fullmatch(line[0].value))
    ]
    for first, match in reversed(starts):
        rows = lookup.values["loops"][match[2]]
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
                    fill(cell, lookup, row)
        for left, top, right, bottom in merges:
            if top > first + 2:
                sheet.merge_cells(
                    start_row=top + shift, end_row=bottom + shift,
                    start_column=left, end_column=right,
                )  # fmt: skip


def render_set(values: dict[str, Any], templates: dict[str, list[bytes]]) -> dict[str, bytes]:
    """Every file of the set; a report may come in parts, itself and its annexes."""
    out = {}
    for name, parts in templates.items():
        if name.endswith(".docx"):
            made = [word(part, values["files"][name]) for part in parts]
            out[name] = composed(made) if len(made) > 1 else made[0]
        else:
            out[name] = excel(parts[0], values["files"][name])
    return out


def main(values_path: str, folder: str, target: str) -> None:
    """One cold run."""
    values = json.loads(Path(values_path).read_text(encoding="utf-8"))
    templates = {
        path.name: [part.read_bytes() for part in sorted(path.iterdir())]
        for path in sorted(Path(folder).iterdir())
    }
    Path(target).mkdir(parents=True, exist_ok=True)
    for name, data in render_set(values, templates).items():
        (Path(target) / name).write_bytes(data)


if __name__ == "__main__":
    main(*sys.argv[1:4])
