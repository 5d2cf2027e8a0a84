"""Word and Excel files drawn as text, so that guides can show a template and what became of it.

A line is a paragraph, ``│ a │ b │`` a table row (``←`` and ``↑``: merged with the cell before or
above), ``〔name〕`` before a paragraph its style, behind an Excel cell its number format.
``⏎`` is a line break. ``【横向】`` turns the pages of a Word template, ``【页脚】…`` writes its
footer, and ``【没有样式】…`` takes a style away; ``【工作表】…`` names a sheet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import openpyxl
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn

_ROW = re.compile(r"^│(.*)│$")
_STYLED = re.compile(r"^〔([^〕]*)〕(.*)$")
_FORMATTED = re.compile(r"^(.*)〔([^〕]*)〕$")
_NOTE = re.compile(r"^【([^】]*)】(.*)$")
LEFT, ABOVE, GENERAL, BREAK = "←", "↑", "常规", "⏎"


def draw(text: str, path: Path) -> None:
    """Make the file ``path`` as ``text`` draws it."""
    lines = text.rstrip("\n").split("\n")
    (_draw_docx if path.suffix == ".docx" else _draw_xlsx)(lines, path)


def read_drawing(path: Path) -> str:
    """The file ``path`` drawn as text."""
    lines = _read_docx(path) if path.suffix == ".docx" else _read_xlsx(path)
    return "\n".join(lines) + "\n"


def _line(text: str) -> str:
    return text.replace("\n", BREAK).replace("\t", " ")


def _cells(line: str) -> list[str] | None:
    row = _ROW.match(line.strip())
    return [cell.strip() for cell in row[1].split("│")] if row else None


# Word --------------------------------------------------------------------------------------------


def _draw_docx(lines: list[str], path: Path) -> None:
    document = docx.Document()
    rows: list[list[str]] = []
    for line in [*lines, ""]:
        cells = _cells(line)
        if cells is not None:
            rows.append(cells)
            continue
        if rows:
            _draw_table(document, rows)
            rows = []
        if note := _NOTE.match(line):
            _draw_note(document, note[1], note[2])
        elif line:
            styled = _STYLED.match(line)
            text = (styled[2] if styled else line).replace(BREAK, "\n")
            paragraph = document.add_paragraph(text)
            if styled:
                paragraph.style = _style(document, styled[1])
    document.save(str(path))


def _draw_note(document: Any, what: str, value: str) -> None:
    if what == "横向":
        section = document.sections[-1]
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = section.page_height, section.page_width
    elif what == "页脚":
        document.sections[-1].footer.paragraphs[0].text = value
    else:
        assert what == "没有样式", what
        style = next(s for s in document.styles if s.name.lower() == value)
        style.element.getparent().remove(style.element)


def _style(document: Any, name: str) -> Any:
    if name not in [style.name for style in document.styles]:
        document.styles.add_style(name, 1)
    return document.styles[name]


def _draw_table(document: Any, rows: list[list[str]]) -> None:
    table = document.add_table(len(rows), len(rows[0]))
    for i, row in enumerate(rows):
        assert len(row) == len(rows[0]), row
        for j, text in enumerate(row):
            if text == LEFT:
                table.cell(i, j - 1).merge(table.cell(i, j))
            elif text == ABOVE:
                table.cell(i - 1, j).merge(table.cell(i, j))
            else:
                table.cell(i, j).text = text.replace(BREAK, "\n")


def _read_docx(path: Path) -> Iterator[str]:
    document = docx.Document(str(path))
    for element in document.element.body:
        if element.tag == qn("w:p"):
            paragraph = docx.text.paragraph.Paragraph(element, document)
            text = _line(paragraph.text)
            style = paragraph.style.name
            if text:
                yield text if style == "Normal" else f"〔{style}〕{text}"
            section = element.find(f"{qn('w:pPr')}/{qn('w:sectPr')}")
            if section is not None:
                yield _section(section)
        elif element.tag == qn("w:tbl"):
            for row in element.iter(qn("w:tr")):
                yield "│ " + " │ ".join(_row(row)) + " │"


def _section(section: Any) -> str:
    size = section.find(qn("w:pgSz"))
    across = size is not None and size.get(qn("w:orient")) == "landscape"
    return "【分节】横向" if across else "【分节】纵向"


def _row(row: Any) -> Iterator[str]:
    for cell in row.iter(qn("w:tc")):
        properties = cell.find(qn("w:tcPr"))
        merged = span = None
        if properties is not None:
            merged, span = properties.find(qn("w:vMerge")), properties.find(qn("w:gridSpan"))
        if merged is not None and merged.get(qn("w:val")) != "restart":
            yield ABOVE
        else:
            yield BREAK.join(_line(p.text) for p in cell.iter(qn("w:p"))).strip()
        for _ in range(int(span.get(qn("w:val"))) - 1 if span is not None else 0):
            yield LEFT


# Excel -------------------------------------------------------------------------------------------


def _draw_xlsx(lines: list[str], path: Path) -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    number = 0
    merges: dict[tuple[int, int], list[int]] = {}
    owner: dict[tuple[int, int], tuple[int, int]] = {}
    for line in lines:
        if note := _NOTE.match(line):
            sheet.title = note[2]
            continue
        number += 1
        for column, typed in enumerate(_cells(line) or [], 1):
            here = number, column
            if typed in (LEFT, ABOVE):
                before = (number, column - 1) if typed == LEFT else (number - 1, column)
                top = owner[here] = owner[before]
                low = merges.setdefault(top, [*top])
                merges[top] = [max(low[0], number), max(low[1], column)]
                continue
            owner[here] = here
            formatted = _FORMATTED.match(typed)
            value = (formatted[1] if formatted else typed).replace(BREAK, "\n")
            cell = sheet.cell(number, column, value or None)
            if formatted:
                cell.number_format = formatted[2]
    for (row, column), (last, right) in merges.items():
        sheet.merge_cells(None, row, column, last, right)
    book.save(path)


def _read_xlsx(path: Path) -> Iterator[str]:
    book: Any = openpyxl.load_workbook(path)
    for sheet in book:
        yield f"【工作表】{sheet.title}"
        hidden = {}
        for area in sheet.merged_cells.ranges:
            for row, column in area.cells:
                if (row, column) != (area.min_row, area.min_col):
                    hidden[row, column] = LEFT if column > area.min_col else ABOVE
        for row in sheet.iter_rows():
            yield "│ " + " │ ".join(_shown(cell, hidden) for cell in row) + " │"


def _shown(cell: Any, hidden: dict[tuple[int, int], str]) -> str:
    mark = hidden.get((cell.row, cell.column))
    if mark:
        return mark
    if isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
        code = GENERAL if cell.number_format == "General" else cell.number_format
        return f"{cell.value}〔{code}〕"
    return _line(str("" if cell.value is None else cell.value))
