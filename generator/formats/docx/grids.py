"""Word tables whose number of columns depends on a loop."""

from __future__ import annotations

import re

# A row whose every cell was looped away; Word cannot open it either.
_EMPTY_ROW = re.compile(r"<w:tr(?: [^>]*)?>(?:(?!<w:tc[ >]|</w:tr>).)*</w:tr>", re.DOTALL)

_GRID = re.compile(
    r"<(w:tbl|w:tr|w:tc)[ >]|(</w:tbl>)"
    r'|<w:grid(Span|Before|After) w:val="(\d+)"/>'
)
_WIDTH = re.compile(r'<w:gridCol(?: w:w="(\d+)")?/>')


def repair_grids(xml: str, start_note: str) -> str:
    """Give grids that begin with ``start_note`` as many ``gridCol`` as they came to have."""
    xml = _EMPTY_ROW.sub("", xml)
    out: list[str] = []
    position = 0
    while (start := xml.find(start_note, position)) >= 0:
        grid_end = xml.index("</w:tblGrid>", start)
        widths = [int(w or 0) for w in _WIDTH.findall(xml, start, grid_end)]
        widths = _spread(widths, _count_columns(xml, grid_end))
        out += (xml[position:start], "<w:tblGrid>")
        out += (f'<w:gridCol w:w="{width}"/>' for width in widths)
        position = grid_end
    out.append(xml[position:])
    return "".join(out)


def _count_columns(xml: str, start: int) -> int:
    most = here = 0
    depth = 1
    for match in _GRID.finditer(xml, start):
        opened, closed, grid, number = match.groups()
        if opened == "w:tbl":
            depth += 1
        elif closed:
            depth -= 1
            if not depth:
                break
        elif depth > 1:
            continue
        elif opened == "w:tr":
            most, here = max(most, here), 0
        elif opened == "w:tc":
            here += 1
        else:
            here += int(number) - (grid == "Span")
    return max(most, here)


def _spread(widths: list[int], columns: int) -> list[int]:
    """``widths`` brought to ``columns`` columns within the same whole width."""
    whole = sum(widths)
    if columns == len(widths) or not columns or not widths:
        return widths
    average = whole // len(widths)
    made = (widths + [average] * (columns - len(widths)))[:columns]
    scale = sum(made) or 1
    return [width * whole // scale for width in made]
