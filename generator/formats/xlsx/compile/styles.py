"""Styles of a template that leave the number format to the value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from openpyxl.styles.numbers import BUILTIN_FORMATS as OPENPYXL_FORMATS

from generator.formats.xlsx.compile.parts import DECLARATION, Node, Part, attributes_text
from generator.formats.xlsx.styles import BUILTIN_FORMATS, FIRST_CUSTOM_FORMAT, OpenStyle, Styles

_TEXT: Final = "@"
#: What stands in a format beside its signs: brackets, room for a sign, filling, quoted words.
_BESIDE: Final = re.compile(r'\[[^\]]*\]|[_*\\].|"[^"]*"')
_DAYS: Final = re.compile("[yd]")
#: Hours, minutes, seconds, months, days of the week, years of an era; not the e of 0.00E+00.
_MOMENTS: Final = re.compile(r"[hsm]|a{3}|e(?![+-])|上午|下午")
_ELAPSED: Final = re.compile(r"\[(?:h{1,9}|m{1,9}|s{1,9})\]")
#: Formats of Chinese, Japanese and Korean editions of Excel that show days.
_EASTERN: Final = frozenset((*range(27, 37), *range(50, 59)))
#: Number formats that leave it to the value how it looks.
_OPEN: Final = ("general", _TEXT)


def compile_styles(part: Part, used: Iterable[int]) -> Styles | None:
    """What rendering needs to give values a format; None when every used cell has its own."""
    root = part.root
    formats, cells = root.child("numFmts"), root.child("cellXfs")
    if cells is None:
        return None
    codes = {
        int(node.get("numFmtId")): node.get("formatCode")
        for node in (formats.children if formats else ())
        if node.get("numFmtId").isdigit()
    }
    styles = cells.each("xf")
    opened = {
        style: _open_style(part, styles[max(style, 0)], codes)
        for style in sorted(set(used))
        if max(style, 0) < len(styles) and _format_code(styles[max(style, 0)], codes) in _OPEN
    }
    if not opened:
        return None
    start, end = (formats.start, formats.end) if formats else (root.inner, root.inner)
    return Styles(
        name=part.name,
        prefix=root.prefix,
        open=opened,
        codes={**{code: number for number, code in codes.items()}, **BUILTIN_FORMATS},
        next_format=max([FIRST_CUSTOM_FORMAT - 1, *codes]) + 1,
        head=DECLARATION + part.raw(0, start),
        formats=part.raw(formats.inner, formats.inner_end) if formats else "",
        format_count=len(formats.children) if formats else 0,
        middle=part.raw(end, cells.start),
        cells=part.raw(cells.inner, cells.inner_end),
        cell_count=len(styles),
        tail=part.raw(cells.end, len(part.data)),
    )


def _format_code(style: Node, codes: Mapping[int, str]) -> str:
    """The format of a cell style; every way to say "as text" is ``@``."""
    number = int(style.get("numFmtId") or 0)
    code = codes.get(number, OPENPYXL_FORMATS.get(number, "0")).lower()
    sections = {_BESIDE.sub("", section).strip() for section in code.split(";")}
    return _TEXT if sections == {_TEXT} else code


def moment_styles(part: Part) -> dict[int, str]:
    """The cell styles that show days (``days``) or other moments (``times``)."""
    root = part.root
    formats, cells = root.child("numFmts"), root.child("cellXfs")
    codes = {
        int(node.get("numFmtId")): node.get("formatCode")
        for node in (formats.children if formats else ())
        if node.get("numFmtId").isdigit()
    }
    found: dict[int, str] = {}
    for number, style in enumerate(cells.each("xf") if cells else ()):
        raw = _format_code(style, codes)
        code = _BESIDE.sub("", raw)
        if style.get("numFmtId") in map(str, _EASTERN) or _DAYS.search(code):
            found[number] = "days"
        elif _ELAPSED.search(raw) or ("general" not in code and _MOMENTS.search(code)):
            found[number] = "times"
    return found


def _open_style(part: Part, style: Node, codes: Mapping[int, str]) -> OpenStyle:
    dropped = {"numFmtId", "applyNumberFormat", "quotePrefix"}
    kept = attributes_text(style.attributes, dropped)
    inner = part.raw(style.inner, style.inner_end)
    end = f">{inner}</{style.name}>" if inner else "/>"
    return OpenStyle(
        before=f'<{style.name} numFmtId="',
        after=f'"{kept} applyNumberFormat="1"{end}',
        text=_format_code(style, codes) == _TEXT,
    )
